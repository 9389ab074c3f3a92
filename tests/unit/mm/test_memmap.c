/* SPDX-License-Identifier: MIT */
/*
 * src/mm/memmap.c: addresses, page frames and struct pages, hole included.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/memremap.h>

/* frame of an address */
#define PFN(addr) ((addr) >> PAGE_SHIFT)

static void conversions_are_inverse(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *virt = page_address(page);
	phys_addr_t phys = page_to_phys(page);

	assert_ptr_equal(phys_to_virt(phys), virt);
	assert_int_equal(virt_to_phys(virt), phys);
	assert_int_equal(__pa(virt), phys);
	assert_ptr_equal(__va(phys), virt);
	assert_ptr_equal(virt_to_page(virt + 123), page);
	assert_ptr_equal(pfn_to_page(page_to_pfn(page)), page);
	assert_ptr_equal(phys_to_page(phys + 4095), page);
	assert_int_equal(offset_in_page(virt + 123), 123);
	__free_page(page);
}

static void hole_and_page_zero_are_not_ram(void **state)
{
	assert_false(pfn_valid(0));
	assert_false(pfn_valid(PFN(0xff000)));
	assert_true(pfn_valid(PFN(0x100000)));
	assert_true(pfn_valid(PFN(0xbffff000)));
	assert_false(pfn_valid(PFN(0xc0000000)));
	assert_false(pfn_valid(PFN(0xfffff000)));
	assert_true(pfn_valid(PFN(0x100000000)));
	assert_true(pfn_valid(PFN(0x13ffff000)));
	assert_false(pfn_valid(PFN(0x140000000)));

	assert_true(mm_ram_left(0xfffff) == 0);
	assert_true(mm_ram_left(0x100000) == 0xbff00000);
	assert_true(mm_ram_left(0xbfffffff) == 1);
	assert_true(mm_ram_left(0xc0000000) == 0);
	assert_true(mm_ram_left(0x100000001) == 0x3fffffff);
}

static void ram_is_counted_across_the_hole(void **state)
{
	assert_int_equal(mm_ram_frames(0, PFN(0x100000)), 0);
	assert_int_equal(mm_ram_frames(PFN(0x100000), PFN(0x120000)),
			 PFN(0x20000));
	assert_int_equal(mm_ram_frames(PFN(0xbfff0000), PFN(0x100010000)),
			 PFN(0x20000));
	assert_int_equal(mm_ram_frames(PFN(0xc0000000), PFN(0x100000000)), 0);
	assert_int_equal(mm_ram_frames(PFN(0x13fff0000), ~0ul), PFN(0x10000));
	assert_int_equal(mm_ram_frames(0, max_pfn),
			 PFN(0xbff00000) + PFN(0x40000000));
}

static void addresses_of_the_hole_are_not_valid(void **state)
{
	int local;

	assert_true(virt_addr_valid(__va(0x100000000ull)));
	assert_false(virt_addr_valid(__va(0xc0000000ull)));
	assert_false(virt_addr_valid(&local));
	assert_false(virt_addr_valid(0));
}

static void struct_pages_of_the_hole_exist(void **state)
{
	struct page *page = pfn_to_page(PFN(0xe0000000));

	assert_int_equal(page_to_phys(page), 0xe0000000ull);
	assert_int_equal(page_count(page), 0);
	assert_false(PageCompound(page));
	assert_false(is_pci_p2pdma_page(page));
}

static void zone_follows_from_the_address(void **state)
{
	assert_int_equal(page_zonenum(pfn_to_page(PFN(0xfff000))), ZONE_DMA);
	assert_int_equal(page_zonenum(pfn_to_page(PFN(0x1000000))), ZONE_DMA32);
	assert_int_equal(page_zonenum(pfn_to_page(PFN(0xbffff000))),
			 ZONE_DMA32);
	assert_int_equal(page_zonenum(pfn_to_page(PFN(0x100000000))),
			 ZONE_NORMAL);
}

static void get_order_rounds_up(void **state)
{
	assert_int_equal(get_order(1), 0);
	assert_int_equal(get_order(PAGE_SIZE), 0);
	assert_int_equal(get_order(PAGE_SIZE + 1), 1);
	assert_int_equal(get_order(2 * PAGE_SIZE), 1);
	assert_int_equal(get_order(2 * PAGE_SIZE + 1), 2);
	assert_int_equal(get_order(PAGE_SIZE << 10), 10);
}

static void memory_is_counted(void **state)
{
	assert_int_equal(totalram_pages(), PFN(0xbff00000) + PFN(0x40000000));
	assert_int_equal(max_pfn, PFN(0x140000000));
	assert_int_equal(NODE_DATA(0)->node_spanned_pages, PFN(0x13ff00000));
}

static void node_counters_add_up(void **state)
{
	mod_node_page_state(NODE_DATA(0), NR_IOMMU_PAGES, 5);
	mod_node_page_state(NODE_DATA(0), NR_IOMMU_PAGES, -2);

	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 3);
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(conversions_are_inverse, hole),
		MM_TEST(hole_and_page_zero_are_not_ram, hole),
		MM_TEST(ram_is_counted_across_the_hole, hole),
		MM_TEST(addresses_of_the_hole_are_not_valid, hole),
		MM_TEST(struct_pages_of_the_hole_exist, hole),
		MM_TEST(zone_follows_from_the_address, hole),
		MM_TEST(get_order_rounds_up, small),
		MM_TEST(memory_is_counted, hole),
		MM_TEST(node_counters_add_up, small),
	};

	return cmocka_run_group_tests_name("mm_memmap", tests, NULL, NULL);
}
