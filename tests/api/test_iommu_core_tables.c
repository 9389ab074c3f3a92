/* SPDX-License-Identifier: MIT */
/*
 * What iommu_map() and iommu_unmap() leave in the page tables: raw words as in
 * the formats' documentation, overlaps, holes, large leaves, tables given back.
 */
#include <linux/generic_pt/iommu.h>

#include "api/api.h"
#include "api/core.h"

/* ---- raw words ---------------------------------------------------------------------- */

static u64 word_at(u64 table, unsigned int index)
{
	const u64 *word = dmasim_ram(table + index * 8, 8);

	assert_non_null(word);
	return *word;
}

#define ADDRESS 0x000ffffffffff000ull

static u64 vtdss_root(struct iommu_domain *d)
{
	struct pt_iommu_vtdss_hw_info info;

	pt_iommu_vtdss_hw_info(container_of(iommupt_from_domain(d),
					    struct pt_iommu_vtdss, iommu),
			       &info);
	/* Code 2: four levels. */
	assert_int_equal(info.aw, 2);
	return info.ssptptr;
}

static struct pt_iommu_amdv1_hw_info amdv1_root(struct iommu_domain *d)
{
	struct pt_iommu_amdv1_hw_info info;

	pt_iommu_amdv1_hw_info(container_of(iommupt_from_domain(d),
					    struct pt_iommu_amdv1, iommu),
			       &info);
	return info;
}

/* spec: iommu-pt C1 */
static void a_page_is_mapped_with_vtdss_words(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t maps = iommu_stat(maps);
	u64 t3 = vtdss_root(d), t2, t1, t0;

	assert_int_equal(map_at(d, 0x123456000, 0x487654000, 0x1000), 0);

	t2 = word_at(t3, 0) & ADDRESS;
	t1 = word_at(t2, 4) & ADDRESS;
	t0 = word_at(t1, 282) & ADDRESS;
	assert_int_equal(word_at(t3, 0), t2 | 3);
	assert_int_equal(word_at(t2, 4), t1 | 3);
	assert_int_equal(word_at(t1, 282), t0 | 3);
	assert_int_equal(word_at(t0, 86), 0x487654003);
	assert_int_equal(word_at(t0, 85), 0);
	assert_int_equal(word_at(t0, 87), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x123456abc), 0x487654abc);
	assert_int_equal(iommu_stat(maps) - maps, 1);
	iommu_domain_free(d);
}

/* spec: iommu-pt C1 */
static void a_page_is_mapped_with_amdv1_words(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t maps = iommu_stat(maps);
	struct pt_iommu_amdv1_hw_info root = amdv1_root(d);
	u64 t3 = root.host_pt_root, t2, t1, t0;

	assert_int_equal(root.mode, 4);
	assert_int_equal(map_at(d, 0x123456000, 0x487654000, 0x1000), 0);

	t2 = word_at(t3, 0) & ADDRESS;
	t1 = word_at(t2, 4) & ADDRESS;
	t0 = word_at(t1, 282) & ADDRESS;
	assert_int_equal(word_at(t3, 0), t2 | 0x6000000000000601);
	assert_int_equal(word_at(t2, 4), t1 | 0x6000000000000401);
	assert_int_equal(word_at(t1, 282), t0 | 0x6000000000000201);
	assert_int_equal(word_at(t0, 86), 0x7000000487654001);
	assert_int_equal(word_at(t0, 85), 0);
	assert_int_equal(word_at(t0, 87), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x123456abc), 0x487654abc);
	assert_int_equal(iommu_stat(maps) - maps, 1);
	iommu_domain_free(d);
}

static u64 leaf_table_of_zero(u64 root, unsigned int levels)
{
	while (--levels)
		root = word_at(root, 0) & ADDRESS;
	return root;
}

static void rights_are_vtdss_bits_0_and_1(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 t0;

	assert_int_equal(iommu_map(d, 0x1000, 0x487654000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_map(d, 0x2000, 0x487654000, 0x1000, IOMMU_WRITE,
				   GFP_KERNEL),
			 0);

	t0 = leaf_table_of_zero(vtdss_root(d), 4);
	assert_int_equal(word_at(t0, 1), 0x487654001);
	assert_int_equal(word_at(t0, 2), 0x487654002);
	iommu_domain_free(d);
}

static void a_vtdss_leaf_of_2m_has_bit_7(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 t3 = vtdss_root(d), t2, t1;

	assert_int_equal(iommu_map(d, 0x40200000, 0x80400000, 0x200000,
				   IOMMU_READ, GFP_KERNEL),
			 0);

	t2 = word_at(t3, 0) & ADDRESS;
	t1 = word_at(t2, 1) & ADDRESS;
	assert_int_equal(word_at(t1, 1), 0x80400081);
	assert_int_equal(iommu_iova_to_phys(d, 0x403fffff), 0x805fffff);
	iommu_domain_free(d);
}

/* spec: iommu-pt F1 */
static void amdv1_joins_two_pages_to_one_entry(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 t0;

	assert_int_equal(map_at(d, 0x1000, 0x5000, 0x3000), 0);

	t0 = leaf_table_of_zero(amdv1_root(d).host_pt_root, 4);
	assert_int_equal(word_at(t0, 1), 0x7000000000005001);
	assert_int_equal(word_at(t0, 2), 0x7000000000006e01);
	assert_int_equal(word_at(t0, 3), 0x7000000000006e01);
	iommu_domain_free(d);
}

/* spec: iommu-pt F2 */
static void amdv1_has_leaves_of_a_terabyte(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 t3 = amdv1_root(d).host_pt_root;

	assert_int_equal(map_at(d, 0, 0, 1ul << 40), 0);

	assert_int_equal(word_at(t3, 0), 0x7000007ffffffe01);
	assert_int_equal(word_at(t3, 1), 0x7000007ffffffe01);
	assert_int_equal(word_at(t3, 2), 0);
	assert_int_equal(iommu_unmap(d, 0, 1ul << 40), 1ul << 40);
	iommu_domain_free(d);
}

/* spec: iommu-pt F2 */
static void amdv1_has_no_leaf_of_512_gigabytes(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 t2, expect = 0x7000001ffffffe01;

	assert_int_equal(map_at(d, 0, 0, 1ul << 39), 0);

	t2 = word_at(amdv1_root(d).host_pt_root, 0) & ADDRESS;
	/* Two of 256 GiB: 256 words each. */
	assert_int_equal(word_at(t2, 0), expect);
	assert_int_equal(word_at(t2, 255), expect);
	assert_int_equal(word_at(t2, 256), expect | 1ull << 38);
	assert_int_equal(word_at(t2, 511), expect | 1ull << 38);
	iommu_domain_free(d);
}

/* spec: iommu-pt F3 */
static void amdv1_grows_while_the_device_works(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;
	struct pt_iommu_amdv1_hw_info before, after;
	uint64_t commands;

	f->cfg.iommu_levels = 3;
	fixture_rebuild(f);
	d = domain_create(f);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(0x123456000, 0x2000), 0x2000, 3);
	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);
	assert_device_reads(f, 0x1000, 0x1000, 3);
	before = amdv1_root(d);
	assert_int_equal(before.mode, 3);
	commands = iommu_stat(invalidations);

	assert_int_equal(map_at(d, 0x8000000000, 0x123456000, 0x1000), 0);

	after = amdv1_root(d);
	assert_int_equal(after.mode, 4);
	assert_int_equal(word_at(after.host_pt_root, 0),
			 before.host_pt_root | 0x6000000000000601);
	assert_int_equal(iommu_stat(invalidations), commands);
	assert_device_reads(f, 0x1000, 0x1000, 3);
	assert_device_reads(f, 0x8000000000, 0x1000, 3);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* spec: iommu-pt F4 */
static void amdv1_grows_to_the_last_address(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;
	struct pt_iommu_amdv1_hw_info root;

	f->cfg.iommu_levels = 3;
	fixture_rebuild(f);
	d = domain_create(f);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(0x123456000, 0x1000), 0x1000, 4);

	assert_int_equal(map_at(d, 0xfffffffffffff000, 0x123456000, 0x1000), 0);

	root = amdv1_root(d);
	assert_int_equal(root.mode, 6);
	assert_int_not_equal(word_at(root.host_pt_root, 127), 0);
	assert_int_equal(word_at(root.host_pt_root, 128), 0);
	assert_device_reads(f, 0xfffffffffffff000, 0x1000, 4);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* ---- overlaps ---------------------------------------------------------------------------- */

/* spec: iommu-pt C9 */
static void a_page_inside_a_large_leaf_is_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x200000, 0x40200000, 0x200000), 0);

	assert_int_equal(map_at(d, 0x200000, 0x123456000, 0x1000), -EADDRINUSE);
	assert_int_equal(map_at(d, 0x2ff000, 0x123456000, 0x1000), -EADDRINUSE);
	assert_int_equal(map_at(d, 0x3ff000, 0x123456000, 0x1000), -EADDRINUSE);

	assert_int_equal(iommu_iova_to_phys(d, 0x200000), 0x40200000);
	assert_int_equal(iommu_iova_to_phys(d, 0x2ff000), 0x402ff000);
	assert_int_equal(iommu_iova_to_phys(d, 0x3fffff), 0x403fffff);
	iommu_domain_free(d);
}

static void a_mapped_page_is_not_replaced(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x3000, 0x123456000, 0x1000), 0);

	/* Not even by a range that begins before it, of which nothing stays. */
	assert_int_equal(map_at(d, 0x3000, 0x200000000, 0x1000), -EADDRINUSE);
	assert_int_equal(map_at(d, 0x1000, 0x200000000, 0x4000), -EADDRINUSE);

	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x2000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x3000), 0x123456000);
	assert_int_equal(iommu_iova_to_phys(d, 0x4000), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt C10 */
static void a_large_leaf_over_a_page_is_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x201000, 0x123456000, 0x1000), 0);

	assert_int_equal(map_at(d, 0x200000, 0x40200000, 0x200000),
			 -EADDRINUSE);

	assert_int_equal(iommu_iova_to_phys(d, 0x200000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x201000), 0x123456000);
	assert_int_equal(iommu_iova_to_phys(d, 0x202000), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt C11 */
static void a_large_leaf_replaces_an_empty_table(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t tables, commands;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(0x140200000, 0x2000), 0x2000, 11);
	assert_int_equal(map_at(d, 0x201000, 0x140201000, 0x1000), 0);
	assert_read(f, 0x201000, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, 0x201000, 0x1000), 0x1000);
	tables = iommu_stat(pt_pages);
	commands = iommu_stat(invalidations);

	assert_int_equal(map_at(d, 0x200000, 0x140200000, 0x200000), 0);

	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	assert_int_equal(tables - iommu_stat(pt_pages), 1);
	/* The walk cache does not lead to the freed table. */
	assert_device_reads(f, 0x200000, 0x2000, 11);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* ---- unmapping ------------------------------------------------------------------------------ */

/* spec: iommu-pt C12 */
static void the_start_of_a_large_leaf_removes_all_of_it(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x200000, 0x40200000, 0x200000), 0);
	assert_int_equal(map_at(d, 0x400000, 0x80400000, 0x200000), 0);

	assert_int_equal(iommu_unmap(d, 0x200000, 0x1000), 0x200000);

	assert_int_equal(iommu_iova_to_phys(d, 0x200000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x3ff000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x400000), 0x80400000);
	assert_int_equal(iommu_iova_to_phys(d, 0x5fffff), 0x805fffff);
	iommu_domain_free(d);
}

/* spec: iommu-pt C13 */
static void the_middle_of_a_large_leaf_removes_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x200000, 0x40200000, 0x200000), 0);

	assert_int_equal(iommu_unmap(d, 0x201000, 0x1000), 0);

	assert_int_equal(iommu_iova_to_phys(d, 0x200000), 0x40200000);
	assert_int_equal(iommu_iova_to_phys(d, 0x201000), 0x40201000);
	iommu_domain_free(d);
}

/* spec: iommu-pt C14 */
static void unmapping_stops_at_a_hole(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);
	assert_int_equal(map_at(d, 0x3000, 0x123458000, 0x1000), 0);

	assert_int_equal(iommu_unmap(d, 0x1000, 0x3000), 0x1000);

	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x3000), 0x123458000);
	iommu_domain_free(d);
}

/* spec: iommu-pt C15 */
static void unmapping_nothing_spares_the_neighbours(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0x3ffff000, 0x123456000, 0x1000), 0);
	assert_int_equal(map_at(d, 0x80000000, 0x123457000, 0x1000), 0);

	assert_int_equal(iommu_unmap(d, 0x40000000, 0x40000000), 0);

	assert_int_equal(iommu_iova_to_phys(d, 0x3ffff000), 0x123456000);
	assert_int_equal(iommu_iova_to_phys(d, 0x80000000), 0x123457000);
	iommu_domain_free(d);
}

/* spec: iommu-pt C16 */
static void a_table_without_entries_is_freed_after_the_sync(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;
	uint64_t before, full;
	unsigned long i;

	/* The tables above stay. */
	assert_int_equal(map_at(d, 0x400000, 0x123456000, 0x1000), 0);
	before = iommu_stat(pt_pages);
	for (i = 0; i < 512; i++)
		assert_int_equal(map_at(d, 0x200000 + i * 0x1000,
					0x40200000 + i * 0x1000, 0x1000),
				 0);
	full = iommu_stat(pt_pages);
	assert_int_equal(full - before, 1);

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, 0x200000, 0x200000, &gather),
			 0x200000);
	assert_false(list_empty(&gather.freelist.pages));
	assert_int_equal(iommu_stat(pt_pages), full);

	iommu_iotlb_sync(d, &gather);
	assert_int_equal(iommu_stat(pt_pages), before);
	assert_int_equal(iommu_iova_to_phys(d, 0x200000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x400000), 0x123456000);
	iommu_domain_free(d);
}

/* spec: iommu-pt C16 */
static void a_table_may_not_be_freed_under_the_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	unsigned long i;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(0x140200000, 0x1000), 0x1000, 16);
	for (i = 0; i < 512; i++)
		assert_int_equal(map_at(d, 0x200000 + i * 0x1000,
					0x140201000 + i * 0x1000, 0x1000),
				 0);
	assert_read(f, 0x200000, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, 0x200000, 0x200000), 0x200000);
	assert_device_faults(f, 0x200000, 0x1000);

	assert_int_equal(map_at(d, 0x200000, 0x140200000, 0x1000), 0);

	assert_device_reads(f, 0x200000, 0x1000, 16);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* spec: iommu-pt I16 */
static void a_table_outlives_the_flush_of_its_range(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	ram_at(0x140000000, 0x201000);
	assert_int_equal(map_at(d, 0x1ff000, 0x140000000, 0x1000), 0);
	assert_int_equal(map_at(d, 0x200000, 0x140001000, 0x200000), 0);
	assert_read(f, 0x1ff000, DMASIM_DMA_OK);
	assert_read(f, 0x200000, DMASIM_DMA_OK);

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, 0x1ff000, 0x1000, &gather),
			 0x1000);
	assert_int_equal(iommu_unmap_fast(d, 0x200000, 0x200000, &gather),
			 0x200000);
	iommu_iotlb_sync(d, &gather);

	assert_device_faults(f, 0x1ff000, 0x2000);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 0);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* ---- limits -------------------------------------------------------------------------------------- */

/* spec: iommu-pt C20 */
static void addresses_beyond_the_table_are_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, (1ul << 48) - 0x1000, 0x123456000, 0x2000),
			 -ERANGE);
	assert_int_equal(map_at(d, 1ul << 48, 0x123456000, 0x1000), -ERANGE);

	assert_int_equal(iommu_iova_to_phys(d, (1ul << 48) - 0x1000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 1ul << 48), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt C20 */
static void a_range_that_wraps_is_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(map_at(d, 0xfffffffffffff000, 0x123456000, 0x2000),
			 -EOVERFLOW);

	assert_int_equal(iommu_iova_to_phys(d, 0xfffffffffffff000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt C21 */
static void memory_beyond_the_output_width_is_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 end = 1ull << (f->variant->oas_lg2 ?: 52);

	assert_int_equal(map_at(d, 0x1000, end, 0x1000), -ERANGE);
	assert_int_equal(map_at(d, 0x1000, end - 0x1000, 0x2000), -ERANGE);

	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x2000), 0);
	assert_int_equal(map_at(d, 0x1000, end - 0x1000, 0x1000), 0);
	iommu_domain_free(d);
}

static void a_domain_gives_all_its_tables_back(void **state)
{
	struct fixture *f = *state;
	uint64_t before = iommu_stat(pt_pages);
	struct iommu_domain *d = domain_create(f);
	unsigned long i;

	for (i = 1; i < 1000; i++)
		assert_int_equal(map_at(d, i * 0x5f3e1000, i * 0x3000, 0x1000),
				 0);
	assert_in_range(iommu_stat(pt_pages), before + 1000, before + 3000);

	iommu_domain_free(d);

	assert_int_equal(iommu_stat(pt_pages), before);
}

static const struct variant variant_amdv1_strict = { "amdv1,strict",
						     DMASIM_IOMMU_STRICT,
						     "amdv1", true, false };

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_page_inside_a_large_leaf_is_refused),
		fixture_case(a_mapped_page_is_not_replaced),
		fixture_case(a_large_leaf_over_a_page_is_refused),
		fixture_case(a_large_leaf_replaces_an_empty_table),
		fixture_case(the_start_of_a_large_leaf_removes_all_of_it),
		fixture_case(the_middle_of_a_large_leaf_removes_nothing),
		fixture_case(unmapping_stops_at_a_hole),
		fixture_case(unmapping_nothing_spares_the_neighbours),
		fixture_case(a_table_without_entries_is_freed_after_the_sync),
		fixture_case(a_table_may_not_be_freed_under_the_device),
		fixture_case(a_table_outlives_the_flush_of_its_range),
		fixture_case(a_range_that_wraps_is_refused),
		fixture_case(memory_beyond_the_output_width_is_refused),
		fixture_case(a_domain_gives_all_its_tables_back),
	};
	const struct CMUnitTest vtdss[] = {
		fixture_case(a_page_is_mapped_with_vtdss_words),
		fixture_case(rights_are_vtdss_bits_0_and_1),
		fixture_case(a_vtdss_leaf_of_2m_has_bit_7),
		fixture_case(addresses_beyond_the_table_are_refused),
	};
	const struct CMUnitTest amdv1[] = {
		fixture_case(a_page_is_mapped_with_amdv1_words),
		fixture_case(amdv1_joins_two_pages_to_one_entry),
		fixture_case(amdv1_has_leaves_of_a_terabyte),
		fixture_case(amdv1_has_no_leaf_of_512_gigabytes),
		fixture_case(amdv1_grows_while_the_device_works),
		fixture_case(amdv1_grows_to_the_last_address),
	};

	return run_variants("iommu_core_tables", any, variants_strict) +
	       run_variants("iommu_core_tables", any, variants_formats) +
	       run_variants_("iommu_core_tables", vtdss, ARRAY_SIZE(vtdss),
			     &variant_vtdss_strict, 1) +
	       run_variants_("iommu_core_tables", amdv1, ARRAY_SIZE(amdv1),
			     &variant_amdv1_strict, 1);
}
