/* SPDX-License-Identifier: MIT */
/*
 * src/mm/vmalloc.c: second views of RAM.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <string.h>

static void both_addresses_show_the_same_bytes(void **state)
{
	struct page *pages[3];
	char *view;
	int i;

	for (i = 0; i < 3; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		strcpy(page_address(pages[i]), "linear");
	}
	view = vmap(pages, 3, VM_MAP, PAGE_KERNEL);

	assert_string_equal(view + 2 * PAGE_SIZE, "linear");
	strcpy(view + PAGE_SIZE, "through the view");
	assert_string_equal(page_address(pages[1]), "through the view");

	vunmap(view);
	for (i = 0; i < 3; i++)
		__free_page(pages[i]);
}

static void same_page_may_appear_twice(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct page *pages[2] = { page, page };
	char *view = vm_map_ram(pages, 2, -1);

	view[7] = 'x';
	assert_int_equal(view[PAGE_SIZE + 7], 'x');
	vm_unmap_ram(view, 2);
	__free_page(page);
}

static void vmalloc_memory_is_scattered_but_usable(void **state)
{
	char *p = vmalloc(10 * PAGE_SIZE + 1);
	unsigned long i, apart = 0;

	assert_true(is_vmalloc_addr(p));
	assert_false(virt_addr_valid(p));
	memset(p, 0x42, 11 * PAGE_SIZE);
	for (i = 1; i < 11; i++)
		apart += vmalloc_to_pfn(p + i * PAGE_SIZE) !=
			 vmalloc_to_pfn(p + (i - 1) * PAGE_SIZE) + 1;
	assert_int_equal(apart, 10);
	assert_int_equal(*(char *)page_address(vmalloc_to_page(p)), 0x42);
	vfree(p);
}

static void guard_page_separates_areas(void **state)
{
	char *a = vmalloc(PAGE_SIZE), *b = vmalloc(PAGE_SIZE);

	assert_ptr_equal(b, a + 2 * PAGE_SIZE);
	assert_null(vmalloc_to_page(a + PAGE_SIZE));
	vfree(a);
	vfree(b);
}

static void freed_place_is_used_again(void **state)
{
	char *a = vmalloc(4 * PAGE_SIZE), *b = vmalloc(PAGE_SIZE), *c;

	vfree(a);
	c = vmalloc(3 * PAGE_SIZE);
	assert_ptr_equal(c, a);
	vfree(b);
	vfree(c);
}

static void vzalloc_is_zero(void **state)
{
	char *p = vzalloc(2 * PAGE_SIZE);
	unsigned long i;

	for (i = 0; i < 2 * PAGE_SIZE; i++)
		assert_int_equal(p[i], 0);
	vfree(p);
}

static void large_vmalloc_needs_few_host_mappings(void **state)
{
	char *p = vmalloc(4096 * PAGE_SIZE);
	unsigned long i, apart = 0, nr = 4096;

	assert_non_null(p);
	mm_set_layout(MM_LAYOUT_SCATTERED);
	vfree(p);
	p = vmalloc(4096 * PAGE_SIZE);
	for (i = 1; i < nr; i++)
		apart += vmalloc_to_pfn(p + i * PAGE_SIZE) !=
			 vmalloc_to_pfn(p + (i - 1) * PAGE_SIZE) + 1;
	assert_true(apart <= nr / 64);
	vfree(p);
}

static void area_knows_its_pages(void **state)
{
	void *p = vmalloc(2 * PAGE_SIZE);
	struct vm_struct *area = find_vm_area(p + PAGE_SIZE);

	assert_ptr_equal(area->addr, p);
	assert_int_equal(area->nr_pages, 2);
	assert_int_equal(get_vm_area_size(area), 2 * PAGE_SIZE);
	assert_ptr_equal(area->pages[1], vmalloc_to_page(p + PAGE_SIZE));
	vfree(p);
	assert_null(find_vm_area(p));
}

static void put_pages_gives_the_pages_away(void **state)
{
	struct page *pages[2] = { alloc_page(GFP_KERNEL),
				  alloc_page(GFP_KERNEL) };
	void *view = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);

	/* The end of the test would report the pages. */
	vfree(view);
}

static void failure_gives_everything_back(void **state)
{
	struct mm_stats before, after;

	mm_get_stats(&before);
	lib_fail_nth(DMASIM_SITE_PAGE, 3);
	assert_null(vmalloc(5 * PAGE_SIZE));
	lib_fail_nth(DMASIM_SITE_VMALLOC, 1);
	assert_null(vmalloc(5 * PAGE_SIZE));
	lib_fail_off();
	mm_get_stats(&after);

	assert_int_equal(after.pages_free, before.pages_free);
	assert_int_equal(expect_events(LIB_EVENT_REFUSAL, "vmalloc"), 2);
}

static void too_large_is_refused(void **state)
{
	assert_null(vmalloc(0));
	assert_null(vmalloc(1ul << 40));
	assert_null(vmalloc(SMALL_PAGES * PAGE_SIZE + 1));
	assert_int_equal(expect_events(LIB_EVENT_REFUSAL, "vmalloc"), 3);
}

static void freeing_the_middle_is_a_warning(void **state)
{
	char *p = vmalloc(2 * PAGE_SIZE);

	vfree(p + PAGE_SIZE);
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);
	vfree(p);
}

static void kvmalloc_prefers_kmalloc(void **state)
{
	void *small = kvmalloc(5000, GFP_KERNEL);
	void *large = kvzalloc(2 * KMALLOC_MAX_SIZE, GFP_KERNEL);

	assert_false(is_vmalloc_addr(small));
	assert_true(is_vmalloc_addr(large));
	kvfree(small);
	kvfree(large);
	kvfree(NULL);
}

static void kvrealloc_moves_between_both(void **state)
{
	char *p = kvmalloc(100, GFP_KERNEL);

	strcpy(p, "kept");
	p = kvrealloc(p, 2 * KMALLOC_MAX_SIZE, GFP_KERNEL);
	assert_true(is_vmalloc_addr(p));
	assert_string_equal(p, "kept");
	kvfree(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(both_addresses_show_the_same_bytes, scattered),
		MM_TEST(same_page_may_appear_twice, small),
		MM_TEST(vmalloc_memory_is_scattered_but_usable, scattered),
		MM_TEST(guard_page_separates_areas, small),
		MM_TEST(freed_place_is_used_again, small),
		MM_TEST(vzalloc_is_zero, small),
		MM_TEST(large_vmalloc_needs_few_host_mappings, hole),
		MM_TEST(area_knows_its_pages, small),
		MM_TEST(put_pages_gives_the_pages_away, small),
		MM_TEST(failure_gives_everything_back, small),
		MM_TEST(too_large_is_refused, small),
		MM_TEST(freeing_the_middle_is_a_warning, small),
		MM_TEST(kvmalloc_prefers_kmalloc, hole),
		MM_TEST(kvrealloc_moves_between_both, hole),
	};

	return cmocka_run_group_tests_name("mm_vmalloc", tests, NULL, NULL);
}
