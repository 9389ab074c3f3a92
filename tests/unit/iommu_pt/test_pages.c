/* SPDX-License-Identifier: MIT */
/* Memory of page tables (src/iommu_pt/pages.c). */
#include "unit/iova/boot.h"

#include <linux/mm.h>
#include <linux/vmstat.h>

#include "iommu_pt/iommu_pt_api.h"

static u64 freed_phys, freed_len;

static void record_freed(u64 phys, u64 len)
{
	freed_phys = phys;
	freed_len = len;
}

static int setup(void **state)
{
	boot_machine();
	freed_len = 0;
	return 0;
}

static int teardown(void **state)
{
	lib_fail_off();
	iommu_pt_set_table_freed(NULL);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 0);
	boot_shutdown();
	return 0;
}

static void table_is_zeroed_aligned_and_charged(void **state)
{
	u64 *table = iommu_alloc_pages_sz(GFP_KERNEL, SZ_16K);
	unsigned int i;

	assert_non_null(table);
	assert_int_equal((uintptr_t)table % SZ_16K, 0);
	for (i = 0; i < SZ_16K / 8; i++)
		assert_int_equal(table[i], 0);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES),
			 DIV_ROUND_UP(SZ_16K, PAGE_SIZE));
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE),
			 DIV_ROUND_UP(SZ_16K, PAGE_SIZE));
	iommu_free_pages(table);
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE), 0);
}

static void size_below_a_page_gives_a_page(void **state)
{
	void *table = iommu_alloc_pages_node_sz(NUMA_NO_NODE, GFP_KERNEL, 64);

	assert_non_null(table);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 1);
	iommu_free_pages(table);
}

static void highmem_warns_and_fails(void **state)
{
	uint64_t before = boot_warnings();

	assert_null(iommu_alloc_pages_sz(GFP_KERNEL | __GFP_HIGHMEM, SZ_4K));
	assert_int_equal(boot_warnings(), before + 1);
}

static void failure_site_fails_the_asked_for_call(void **state)
{
	void *table;

	lib_fail_nth(DMASIM_SITE_PT_PAGE, 2);
	table = iommu_alloc_pages_sz(GFP_KERNEL, SZ_4K);
	assert_non_null(table);
	assert_null(iommu_alloc_pages_sz(GFP_KERNEL, SZ_4K));
	iommu_free_pages(table);
}

static void free_of_null_does_nothing(void **state)
{
	iommu_free_pages(NULL);
}

static void pages_on_a_list_keep_their_contents_and_order(void **state)
{
	struct iommu_pages_list first, second;
	u64 *a = iommu_alloc_pages_sz(GFP_KERNEL, SZ_4K);
	u64 *b = iommu_alloc_pages_sz(GFP_KERNEL, SZ_4K);

	INIT_LIST_HEAD(&first.pages);
	INIT_LIST_HEAD(&second.pages);
	a[5] = 0x1234;
	assert_true(iommu_pages_list_empty(&first));
	iommu_pages_list_add(&first, a);
	iommu_pages_list_add(&second, b);
	iommu_pages_list_splice(&first, &second);
	assert_int_equal(a[5], 0x1234);
	assert_ptr_equal(list_first_entry(&second.pages, struct page, lru),
			 virt_to_page(a));
	iommu_put_pages_list(&second);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 0);
}

static void freed_table_is_announced(void **state)
{
	void *table = iommu_alloc_pages_sz(GFP_KERNEL, 2 * PAGE_SIZE);

	iommu_pt_set_table_freed(record_freed);
	iommu_free_pages(table);
	assert_int_equal(freed_phys, virt_to_phys(table));
	assert_int_equal(freed_len, 2 * PAGE_SIZE);
}

static void peak_remembers_the_most_pages(void **state)
{
	struct pt_stats before, after;
	void *table;

	iommu_pt_reset_peak();
	iommu_pt_get_stats(&before);
	table = iommu_alloc_pages_sz(GFP_KERNEL, 2 * PAGE_SIZE);
	iommu_free_pages(table);
	iommu_pt_get_stats(&after);
	assert_int_equal(after.pages, before.pages);
	assert_int_equal(after.pages_peak, before.pages + 2);
	assert_int_equal(after.tables_allocated, before.tables_allocated + 1);
	assert_int_equal(after.tables_freed, before.tables_freed + 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(table_is_zeroed_aligned_and_charged),
		CASE(size_below_a_page_gives_a_page),
		CASE(highmem_warns_and_fails),
		CASE(failure_site_fails_the_asked_for_call),
		CASE(free_of_null_does_nothing),
		CASE(pages_on_a_list_keep_their_contents_and_order),
		CASE(freed_table_is_announced),
		CASE(peak_remembers_the_most_pages),
	};

	return cmocka_run_group_tests_name("iommu_pages", tests, NULL, NULL);
}
