/* SPDX-License-Identifier: MIT */
/*
 * One page table of the format that the including file compiled, and a driver
 * that records what the table asks of it.
 *
 * The including file defines, after its format:
 *	test_configs[]	configurations to run all cases with
 *	TEST_SIZES	page sizes of the format in the configuration @test_cfg
 *	TEST_DIRTY	features that let its leaves keep dirty marks [0]
 *
 * Cases count in what the format is made of: PG, the smallest page; BIG, what a
 * leaf table translates, which is a leaf of level 1 in every format; GIG, what
 * a table of level 1 translates. With 4 KiB pages these are 4K, 2M and 1G.
 */
#ifndef TESTS_UNIT_IOMMU_PT_FIXTURE_H
#define TESTS_UNIT_IOMMU_PT_FIXTURE_H

#include "iommu_pt/iommu_pt_api.h"

#define PG_LG2 PT_GRANULE_LG2
#define BIG_LG2 (PT_GRANULE_LG2 + PT_ITEMS_LG2)
#define GIG_LG2 (PT_GRANULE_LG2 + 2 * PT_ITEMS_LG2)
#define PG (1ull << PG_LG2)
#define BIG (1ull << BIG_LG2)
#define GIG (1ull << GIG_LG2)

/* An address inside a page that is aligned to nothing. */
#define ODD (0xabc & (PG - 1))

/* What the memory of one table counts, and of several side by side. */
#define TABLE_PAGES TABLES_PAGES(1)
#define TABLES_PAGES(nr) \
	(((nr)*lg2_size(PT_TABLE_LG2) + PAGE_SIZE - 1) / PAGE_SIZE)

#ifndef TEST_DIRTY
#define TEST_DIRTY 0
#endif

#define PROT_RW (IOMMU_READ | IOMMU_WRITE)

/**
 * struct fixture - @table and what happened to it
 * @lock: the driver's lock for changes of the top
 * @top_changes, @top_pa, @top_level: calls of change_top, the last arguments
 * @syncs: calls of iotlb_sync; @first, @last: range of the last one
 * @freed_by_sync: table pages that came with all of them
 * @pages_at_setup: table pages of the process before @table
 */
static struct fixture {
	struct PT_TABLE table;
	spinlock_t lock;
	unsigned int top_changes, top_level;
	phys_addr_t top_pa;
	unsigned int syncs, freed_by_sync;
	unsigned long first, last;
	u64 pages_at_setup;
} fx;

static const struct PT_CFG *test_cfg;

#define IS_SIGNED (!!(test_cfg->common.features & BIT(PT_FEAT_SIGN_EXTEND)))

static void fx_change_top(struct pt_iommu *pt, phys_addr_t pa,
			  unsigned int level)
{
	fx.top_changes++;
	fx.top_pa = pa;
	fx.top_level = level;
}

static spinlock_t *fx_get_top_lock(struct pt_iommu *pt)
{
	return &fx.lock;
}

static const struct pt_iommu_driver_ops fx_driver_ops = {
	.change_top = fx_change_top,
	.get_top_lock = fx_get_top_lock,
};

static unsigned int list_length(struct iommu_pages_list *list)
{
	struct list_head *at;
	unsigned int n = 0;

	list_for_each(at, &list->pages)
		n++;
	return n;
}

static void fx_iotlb_sync(struct iommu_domain *domain,
			  struct iommu_iotlb_gather *gather)
{
	fx.syncs++;
	fx.first = gather->start;
	fx.last = gather->end;
	fx.freed_by_sync += list_length(&gather->freelist);
	iommu_put_pages_list(&gather->freelist);
}

static const struct iommu_domain_ops fx_domain_ops = {
	.iova_to_phys = NSG(iova_to_phys),
	.map_pages = NSG(map_pages),
	.unmap_pages = NSG(unmap_pages),
	.iotlb_sync = fx_iotlb_sync,
};

static u64 table_pages(void)
{
	struct pt_stats stats;

	iommu_pt_get_stats(&stats);
	return stats.pages;
}

static u64 pte_writes(void)
{
	struct pt_stats stats;

	iommu_pt_get_stats(&stats);
	return stats.pte_writes;
}

static struct pt_iommu *fx_pt(void)
{
	return &fx.table.iommu;
}

static struct iommu_domain *fx_domain(void)
{
	return &fx.table.iommu.domain;
}

static void fx_init(void)
{
	memset(&fx, 0, sizeof(fx));
	fx.pages_at_setup = table_pages();
	spin_lock_init(&fx.lock);
	fx.table.iommu.nid = NUMA_NO_NODE;
	fx.table.iommu.driver_ops = &fx_driver_ops;
	fx_domain()->ops = &fx_domain_ops;
	assert_int_equal(NSG(init)(&fx.table, test_cfg, GFP_KERNEL), 0);
}

static int setup(void **state)
{
	boot_machine();
	fx_init();
	return 0;
}

static int teardown(void **state)
{
	lib_fail_off();
	pt_iommu_deinit(fx_pt());
	assert_int_equal(table_pages(), fx.pages_at_setup);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES),
			 fx.pages_at_setup);
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE),
			 fx.pages_at_setup);
	boot_shutdown();
	return 0;
}

/* ---- operations ---- */

static int map_prot(u64 iova, u64 pa, u64 len, unsigned int prot, size_t *done)
{
	*done = 0;
	return fx_pt()->ops->map_range(fx_pt(), iova, pa, len, prot, GFP_KERNEL,
				       done);
}

/* Map it all or fail the test. */
static void map_ok(u64 iova, u64 pa, u64 len)
{
	size_t done;

	assert_int_equal(map_prot(iova, pa, len, PROT_RW, &done), 0);
	assert_int_equal(done, len);
}

/* The errno of a map that must not change anything. */
static int map_refused(u64 iova, u64 pa, u64 len)
{
	u64 writes = pte_writes();
	size_t done;
	int ret = map_prot(iova, pa, len, PROT_RW, &done);

	assert_int_equal(done, 0);
	assert_int_equal(pte_writes(), writes);
	return ret;
}

/* Unmap and sync at once. */
static size_t unmap(u64 iova, u64 len)
{
	struct iommu_iotlb_gather gather;
	size_t done;

	iommu_iotlb_gather_init(&gather);
	done = fx_pt()->ops->unmap_range(fx_pt(), iova, len, &gather);
	if (gather.start <= gather.end)
		fx_iotlb_sync(fx_domain(), &gather);
	assert_true(list_empty(&gather.freelist.pages) || gather.end);
	return done;
}

static phys_addr_t phys(u64 iova)
{
	return fx_pt()->ops->iova_to_phys(fx_pt(), iova);
}

static void set_sizes(u64 sizes)
{
	fx_domain()->pgsize_bitmap = sizes;
}

/* Can the table hold an address below @end? */
static bool fits(u64 end)
{
	return end - 1 <= fx_domain()->geometry.aperture_end;
}

/* Where cases work that fill many tables below one: 512 times BIG. */
static u64 region(void)
{
	return fits(2 * GIG) ? GIG : BIG;
}

static u64 root_pages(void)
{
	const struct pt_common *common = NS(common)(fx_pt());

	return TABLES_PAGES(1u
			    << pt_concat_lg2(common, pt_get_top(common).level));
}

/* ---- what the table holds, read word by word ---- */

/*
 * Table of @level for @va; every level above must hold a pointer. Of tables
 * side by side the one that @va is in.
 */
static u64 *raw_table(u64 va, unsigned int level)
{
	struct pt_top top = pt_get_top(NS(common)(fx_pt()));
	unsigned int shift = PG_LG2 + PT_ITEMS_LG2 * top.level;
	u64 *table = top.table;

	if (PT_MAX_CONCAT_LG2)
		table += va >> shift >> PT_ITEMS_LG2 << PT_ITEMS_LG2;
	for (; top.level > level; top.level--) {
		u64 entry = table[va >> shift & (lg2_size(PT_ITEMS_LG2) - 1)];

		assert_int_not_equal(pt_table_pa(entry), 0);
		table = phys_to_virt(pt_table_pa(entry));
		shift -= PT_ITEMS_LG2;
	}
	return table;
}

static u64 raw_entry(u64 va, unsigned int level)
{
	unsigned int shift = PG_LG2 + PT_ITEMS_LG2 * level;

	return raw_table(va, level)[va >> shift & (lg2_size(PT_ITEMS_LG2) - 1)];
}

/* Entries (not items) of each size in the whole table. */
static void count_below(u64 *table, unsigned int level, unsigned int *counts)
{
	unsigned int i;

	for (i = 0; i < pt_nr_items(level); i++) {
		u64 entry = table[i];
		unsigned int size_lg2;

		switch (pt_entry_kind(entry, level)) {
		case PT_ENTRY_TABLE:
			count_below(phys_to_virt(pt_table_pa(entry)), level - 1,
				    counts);
			break;
		case PT_ENTRY_LEAF:
			size_lg2 = pt_leaf_size_lg2(entry, level);
			counts[size_lg2]++;
			i += (1u << pt_contig_lg2(entry, level)) - 1;
			break;
		case PT_ENTRY_EMPTY:
			break;
		}
	}
}

static unsigned int count_leaves(unsigned int size_lg2)
{
	const struct pt_common *common = NS(common)(fx_pt());
	struct pt_top top = pt_get_top(common);
	unsigned int counts[64] = {}, i, sum = 0;

	for (i = 0; i < 1u << pt_concat_lg2(common, top.level); i++)
		count_below(top.table + i * pt_nr_items(top.level), top.level,
			    counts);
	if (size_lg2)
		return counts[size_lg2];
	for (i = 0; i < 64; i++)
		sum += counts[i];
	return sum;
}

static void assert_mapped(u64 iova, u64 pa, u64 len)
{
	u64 step = len > 2 * BIG ? len / 16 : PG, at;

	for (at = 0; at < len; at += step)
		assert_int_equal(phys(iova + at + ODD), pa + at + ODD);
	assert_int_equal(phys(iova + len - 1), pa + len - 1);
}

static void assert_unmapped(u64 iova, u64 len)
{
	u64 step = len > 2 * BIG ? len / 16 : PG, at;

	for (at = 0; at < len; at += step)
		assert_int_equal(phys(iova + at), 0);
	assert_int_equal(phys(iova + len - 1), 0);
}

/* An output address that exercises all bits, aligned to 2^@size_lg2. */
static u64 test_oa(unsigned int size_lg2)
{
	unsigned int max = NS(common)(fx_pt())->max_oasz_lg2;
	u64 oa = lg2_mod(0x74a71445deadbeefull, max);

	oa = lg2_down(oa, size_lg2);
	return oa ? oa : lg2_size(size_lg2);
}

/* Do leaves made from now on keep marks of hardware that writes? */
static bool marks_are_kept(void)
{
	struct pt_attrs attrs;

	NS(common)(fx_pt())->features |= TEST_DIRTY;
	assert_int_equal(pt_set_prot(NS(common)(fx_pt()), PROT_RW, &attrs), 0);
	return pt_entry_is_dirty(
		pt_make_dirty(pt_make_leaf(0, PG_LG2, 0, attrs)));
}

/* All cases with each of test_configs[], as groups of these names. */
#define run_configs(names, tests)                     \
	run_configs_(names, ARRAY_SIZE(names), tests, \
		     sizeof(tests) / sizeof((tests)[0]))

static int run_configs_(const char *const *names, size_t nr_names,
			const struct CMUnitTest *tests, size_t nr)
{
	int failed = 0;
	size_t i;

	static_assert(ARRAY_SIZE(test_configs) > 0);
	for (i = 0; i < nr_names; i++) {
		test_cfg = &test_configs[i];
		failed += _cmocka_run_group_tests(names[i], tests, nr, NULL,
						  NULL);
	}
	return failed;
}

#endif
