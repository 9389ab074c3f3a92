/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-pgtable.h> in use: what the driver's callbacks are told and when, a
 * device behind it, AMD's kinds, tables that cannot be had, memory, threads. What
 * tables hold: test_io_pgtable.c.
 */
#include "unit/iommu_pt/io_pgtable.h"

#include "hw/device.h"

/* ---- invalidation --------------------------------------------------------------- */

static void leaves_are_given_to_add_page_one_by_one(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	map_ok(s, 0x1000, PA_4K, SZ_4K, 3);
	assert_int_equal(s->nr_calls, 0);
	assert_int_equal(smmu_unmap_pages(&s->domain, 0x1000, SZ_4K, 3,
					  &gather),
			 0x3000);
	assert_int_equal(s->nr_calls, 3);
	assert_int_equal(s->call[2].what, SMMU_PAGE);
	assert_int_equal(s->call[2].iova, 0x3000);
	assert_int_equal(s->call[2].granule, SZ_4K);
	assert_ptr_equal(s->call[2].gather, &gather);
	assert_int_equal(gather.start, 0x1000);
	assert_int_equal(gather.end, 0x3fff);
	assert_int_equal(gather.pgsize, SZ_4K);
	assert_true(list_empty(&gather.freelist.pages));

	/* Whoever queues flushes all of it later. */
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	map_ok(s, 0x1000, PA_4K, SZ_4K, 3);
	assert_int_equal(smmu_unmap_pages(&s->domain, 0x1000, SZ_4K, 3,
					  &gather),
			 0x3000);
	assert_int_equal(s->nr_calls, 3);
	assert_int_equal(gather.start, ULONG_MAX);
	smmu_domain_free(s);
}

static void table_goes_after_the_walk_flush(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	struct iommu_iotlb_gather gather;
	u64 full;

	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	map_ok(s, IOVA_2M, PA_2M, SZ_4K, 512);
	full = tables();
	assert_int_equal(smmu_unmap_pages(&s->domain, IOVA_2M, SZ_2M, 1,
					  &gather),
			 SZ_2M);
	/* Queued or not: the table is gone when this returns. */
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(s->call[0].what, SMMU_WALK);
	assert_int_equal(s->call[0].iova, IOVA_2M);
	assert_int_equal(s->call[0].size, SZ_2M);
	assert_int_equal(s->call[0].granule, SZ_4K);
	assert_int_equal(s->call[0].tables, full);
	assert_int_equal(tables(), full - 1);
	assert_true(list_empty(&gather.freelist.pages));
	smmu_domain_free(s);
}

/* spec: iommu-pt C11 */
static void empty_table_makes_way_for_a_large_page(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	u64 full;

	map_ok(s, IOVA_2M, PA_4K, SZ_4K, 1);
	unmap_ok(s, IOVA_2M, SZ_4K, 1);
	full = tables();
	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	assert_int_equal(s->nr_calls, 2);
	assert_int_equal(s->call[1].what, SMMU_WALK);
	assert_int_equal(s->call[1].iova, IOVA_2M);
	assert_int_equal(s->call[1].size, SZ_2M);
	assert_int_equal(s->call[1].tables, full);
	assert_int_equal(tables(), full - 1);
	assert_int_equal(phys(s, IOVA_2M), PA_2M);
	smmu_domain_free(s);
}

/* Of an upper table, too, the driver hears addresses as it knows them. */
static void walks_of_an_upper_table_are_flushed_up_there(void **state)
{
	struct smmu_domain *s = domain_of(ARM_64_LPAE_S1, SIZES_4K, 39, 48,
					  IO_PGTABLE_QUIRK_ARM_TTBR1);
	const unsigned long iova = IOVA_2M | ~0ul << 39;

	map_ok(s, iova, PA_2M, SZ_4K, 512);
	unmap_ok(s, iova, SZ_2M, 1);
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(s->call[0].what, SMMU_WALK);
	assert_int_equal(s->call[0].iova, iova);
	assert_int_equal(s->call[0].size, SZ_2M);
	smmu_domain_free(s);
}

static void freeing_flushes_all_once_and_then_frees(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	const struct smmu_call *last = &s->call[0];
	u64 full;

	map_ok(s, IOVA_4K, PA_4K, SZ_4K, 1);
	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	full = tables();
	free_io_pgtable_ops(s->ops);
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(last->what, SMMU_ALL);
	assert_int_equal(last->tables, full);
	assert_int_equal(tables(), tables_at_setup);
	kfree(s);
	free_io_pgtable_ops(NULL);
}

static void drivers_that_cache_nothing_need_no_callbacks(void **state)
{
	static const struct iommu_flush_ops nothing;
	struct io_pgtable_cfg cfg = config(SIZES_4K, 48, 48, 0);
	struct io_pgtable_ops *ops;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		cfg.tlb = i ? &nothing : NULL;
		ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &cfg, NULL);
		assert_non_null(ops);
		/* Nobody asked how much. */
		assert_int_equal(ops->map_pages(ops, 0, 0, SZ_4K, 512, PROT_RW,
						GFP_KERNEL, NULL),
				 0);
		assert_int_equal(ops->unmap_pages(ops, 0, SZ_4K, 1, NULL),
				 SZ_4K);
		assert_int_equal(ops->map_pages(ops, 0, 0, SZ_4K, 1, PROT_RW,
						GFP_KERNEL, NULL),
				 0);
		assert_int_equal(ops->unmap_pages(ops, 0, SZ_2M, 1, NULL),
				 SZ_2M);
		free_io_pgtable_ops(ops);
	}
}

/* ---- a device behind it ----------------------------------------------------------- */

static const struct hw_model reader = { .name = "reader", .vendor = 0x1d0f };

static struct hw_dev *plug_reader(void)
{
	struct hw_dev *dev = hw_dev_plug(&reader, NULL, 0);

	assert_non_null(dev);
	assert_int_equal(hw_dev_rid(dev), SMMU_RID);
	hw_cfg_write(0x8, 0x04, 2, 0x6);
	hw_cfg_write(SMMU_RID, 0x04, 2, 0x6);
	return dev;
}

static enum hw_status reads(struct hw_dev *dev, unsigned long iova, u64 *value)
{
	return hw_dma_read(dev, iova, value, sizeof(*value));
}

/*
 * The core maps through the driver's map_pages, the device fills the IOTLB and
 * walk cache; what is unmapped must be gone, and nothing is ever stale.
 */
static void device_sees_each_change_at_once(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	struct hw_dev *dev = plug_reader();
	u64 *a = kzalloc(PAGE_SIZE, GFP_KERNEL), value;
	u64 *b = kzalloc(PAGE_SIZE, GFP_KERNEL);

	*a = 'A';
	*b = 'B';
	hw_iommu_set_check(true);
	smmu_attach(s);
	assert_int_equal(reads(dev, IOVA_2M, &value), HW_ERR_UNMAPPED);
	assert_int_equal(iommu_map(&s->domain, IOVA_2M, virt_to_phys(a), SZ_4K,
				   PROT_RWC, GFP_KERNEL),
			 0);
	assert_int_equal(reads(dev, IOVA_2M, &value), HW_OK);
	assert_int_equal(value, 'A');
	assert_int_equal(iommu_unmap(&s->domain, IOVA_2M, SZ_4K), SZ_4K);
	assert_int_equal(reads(dev, IOVA_2M, &value), HW_ERR_UNMAPPED);
	assert_int_equal(iommu_map(&s->domain, IOVA_2M, virt_to_phys(b), SZ_4K,
				   PROT_RWC, GFP_KERNEL),
			 0);
	assert_int_equal(reads(dev, IOVA_2M, &value), HW_OK);
	assert_int_equal(value, 'B');
	assert_int_equal(iommu_unmap(&s->domain, IOVA_2M, SZ_4K), SZ_4K);

	/* The walk cache knows the table that the large page replaces. */
	assert_int_equal(iommu_map(&s->domain, IOVA_2M, 0x200000, SZ_2M,
				   PROT_RWC, GFP_KERNEL),
			 0);
	assert_int_equal(reads(dev, IOVA_2M + 0x1000, &value), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "iotlb-stale"), 0);
	assert_int_equal(
		host_event_count(HOST_EVENT_FAULT, "iommu-freed-table"), 0);
	kfree(a);
	kfree(b);
	smmu_domain_free(s);
}

/* ---- AMD -------------------------------------------------------------------------- */

static u64 *root_of(struct smmu_domain *s)
{
	return phys_to_virt(io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.root);
}

static u64 *below(u64 entry)
{
	return phys_to_virt(entry & 0x000ffffffffff000);
}

/* spec: iommu-pt F1 */
static void amd_v1_words(void **state)
{
	struct smmu_domain *s = domain_of(AMD_IOMMU_V1, 0, 0, 0, 0);
	u64 *leaf;

	assert_int_equal(s->cfg.pgsize_bitmap, 0x000fff7ffffff000);
	assert_int_equal(s->cfg.ias, 64);
	assert_int_equal(s->cfg.oas, 52);
	assert_int_equal(s->cfg.amd.mode, 3);
	assert_null(s->ops->pgtable_walk);
	smmu_attach(s);
	map_ok(s, 0x1000, 0x5000, SZ_4K, 1);
	map_ok(s, 0x2000, 0x6000, SZ_8K, 1);
	leaf = below(below(root_of(s)[0])[0]);
	assert_int_equal(leaf[1], 0x7000000000005001);
	assert_int_equal(leaf[2], 0x7000000000006e01);
	assert_int_equal(leaf[3], 0x7000000000006e01);
	assert_int_equal(hw_phys(0x3fff, true), 0x7fff);
	assert_int_equal(map(s, 0x3000, 0, SZ_4K, 1, PROT_RW), -EADDRINUSE);
	/* From its start a larger page goes whole. */
	assert_int_equal(unmap(s, 0x3000, SZ_4K, 1), 0);
	assert_int_equal(unmap(s, 0x2000, SZ_4K, 1), SZ_8K);
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(s->call[0].what, SMMU_PAGE);
	assert_int_equal(s->call[0].granule, SZ_8K);
	assert_int_equal(leaf[3], 0);
	assert_int_equal(boot_warnings(), 0);
	smmu_domain_free(s);
}

/* spec: iommu-pt F3 */
static void amd_v1_grows_and_says_so(void **state)
{
	struct smmu_domain *s = domain_of(AMD_IOMMU_V1, 0, 0, 0, 0);
	u64 old;

	map_ok(s, 0x1000, 0x5000, SZ_4K, 1);
	old = io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.root;
	assert_int_equal(s->nr_calls, 0);
	map_ok(s, 1ul << 39, 0x9000, SZ_4K, 1);
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(s->call[0].what, SMMU_ALL);
	assert_int_equal(io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.mode, 4);
	assert_int_equal(root_of(s)[0], 0x6000000000000601 | old);
	smmu_attach(s);
	assert_int_equal(hw_phys(0x1fff, true), 0x5fff);
	assert_int_equal(hw_phys(1ul << 39, true), 0x9000);
	map_ok(s, -SZ_4K, 0x9000, SZ_4K, 1);
	assert_int_equal(io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.mode, 6);
	smmu_attach(s);
	assert_int_equal(hw_phys(-1ul, true), 0x9fff);
	smmu_domain_free(s);
}

static void amd_v1_keeps_to_the_width_asked_for(void **state)
{
	struct smmu_domain *s = domain_of(AMD_IOMMU_V1, 0, 40, 44, 0);

	assert_int_equal(map(s, 1ul << 40, 0, SZ_4K, 1, PROT_RW), -ERANGE);
	assert_int_equal(map(s, 0, 1ull << 44, SZ_4K, 1, PROT_RW), -ERANGE);
	assert_int_equal(boot_warnings(), 2);
	map_ok(s, (1ul << 40) - SZ_4K, 0x9000, SZ_4K, 1);
	assert_int_equal(phys(s, (1ul << 40) - 1), 0x9fff);
	smmu_domain_free(s);
}

static void amd_v2_words(void **state)
{
	struct smmu_domain *s = domain_of(AMD_IOMMU_V2, 0, 0, 0, 0);
	u64 *table;

	assert_int_equal(s->cfg.pgsize_bitmap, SIZES_4K);
	assert_int_equal(s->cfg.ias, 47);
	assert_int_equal(s->cfg.amd.mode, 4);
	smmu_attach(s);
	map_ok(s, IOVA_4K, PA_4K, SZ_4K, 1);
	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	table = below(root_of(s)[0]);
	assert_int_equal(below(below(table[4])[282])[86], 0x487654067);
	assert_int_equal(below(table[1])[1], 0x804000e7);
	assert_int_equal(hw_phys(IOVA_2M + 0x12345, true), PA_2M + 0x12345);
	assert_int_equal(map(s, 1ul << 47, 0, SZ_4K, 1, PROT_RW), -ERANGE);
	smmu_domain_free(s);

	s = domain_of(AMD_IOMMU_V2, 0, 57, 0, 0);
	assert_int_equal(s->cfg.ias, 56);
	assert_int_equal(s->cfg.amd.mode, 5);
	smmu_domain_free(s);
}

/* ---- what cannot be had ------------------------------------------------------------- */

static void assert_no_table(enum io_pgtable_fmt fmt, struct io_pgtable_cfg cfg,
			    const char *text)
{
	u64 before = refusals();
	struct host_event ev;

	assert_null(alloc_io_pgtable_ops(fmt, &cfg, NULL));
	assert_int_equal(refusals(), before + 1);
	assert_true(host_event_get(host_event_last(), &ev));
	assert_string_equal(ev.text, text);
	assert_int_equal(tables(), tables_at_setup);
}

static void *never_alloc(void *cookie, size_t size, gfp_t gfp)
{
	fail();
	return NULL;
}

static void never_free(void *cookie, void *pages, size_t size)
{
	fail();
}

static void kinds_and_cfgs_that_cannot_be_say_why(void **state)
{
	const struct io_pgtable_cfg good = config(SIZES_4K, 48, 48, 0);
	struct io_pgtable_cfg cfg = good;

	assert_no_table(ARM_V7S, good, "arm_v7s: this kind is not built");
	assert_no_table(ARM_MALI_LPAE, good,
			"arm_mali_lpae: this kind is not built");
	assert_no_table(APPLE_DART, good, "apple_dart: this kind is not built");
	assert_no_table(APPLE_DART2, good,
			"apple_dart2: this kind is not built");
	assert_no_table(IO_PGTABLE_NUM_FMTS, good, "unknown: no such kind");
	assert_no_table(-1, good, "unknown: no such kind");

	cfg.alloc = never_alloc;
	assert_no_table(ARM_64_LPAE_S1, cfg,
			"arm_64_lpae_s1: alloc and free come in pairs");
	cfg.free = never_free;
	assert_no_table(AMD_IOMMU_V1, cfg,
			"amd_iommu_v1: this kind takes no allocator");
	cfg.alloc = NULL;
	assert_no_table(ARM_64_LPAE_S2, cfg,
			"arm_64_lpae_s2: alloc and free come in pairs");

	cfg = good;
	cfg.quirks = IO_PGTABLE_QUIRK_NO_PERMS;
	assert_no_table(ARM_64_LPAE_S1, cfg,
			"arm_64_lpae_s1: a quirk that this kind has not");
	cfg.quirks = IO_PGTABLE_QUIRK_ARM_TTBR1;
	assert_no_table(ARM_64_LPAE_S2, cfg,
			"arm_64_lpae_s2: a quirk that this kind has not");
	cfg.quirks = IO_PGTABLE_QUIRK_ARM_OUTER_WBWA;
	assert_no_table(ARM_64_LPAE_S1, cfg,
			"arm_64_lpae_s1: quirk OUTER_WBWA is for walkers that "
			"do not snoop");
	cfg.quirks = IO_PGTABLE_QUIRK_ARM_HD;
	assert_no_table(AMD_IOMMU_V2, cfg,
			"amd_iommu_v2: a quirk that this kind has not");
	cfg = good;
	cfg.coherent_walk = false;
	assert_no_table(ARM_64_LPAE_S1, cfg,
			"arm_64_lpae_s1: no device to clean tables for");
}

static void widths_and_sizes_that_cannot_be_say_why(void **state)
{
	assert_no_table(ARM_64_LPAE_S1, config(0, 48, 48, 0),
			"arm_64_lpae_s1: no page size of 4, 16 or 64 KiB");
	assert_no_table(ARM_64_LPAE_S1, config(SZ_2M | SZ_8K, 48, 48, 0),
			"arm_64_lpae_s1: no page size of 4, 16 or 64 KiB");
	/* The nearest below the CPU's page, even if there is no such granule. */
	if (PAGE_SIZE == SZ_4K)
		assert_no_table(
			ARM_64_LPAE_S1, config(SZ_2K | SZ_16K, 48, 48, 0),
			"arm_64_lpae_s1: no page size of 4, 16 or 64 KiB");
	assert_no_table(ARM_32_LPAE_S1, config(SZ_64K, 32, 40, 0),
			"arm_32_lpae_s1: no page size of 4, 16 or 64 KiB");
	assert_no_table(ARM_64_LPAE_S1, config(SIZES_4K, 48, 41, 0),
			"arm_64_lpae_s1: no table of these widths and sizes");
	assert_no_table(ARM_64_LPAE_S1, config(SIZES_4K, 12, 48, 0),
			"arm_64_lpae_s1: no table of these widths and sizes");
	assert_no_table(ARM_64_LPAE_S1, config(SIZES_4K, 0, 48, 0),
			"arm_64_lpae_s1: no table of these widths and sizes");
	assert_no_table(ARM_32_LPAE_S1, config(SIZES_4K, 33, 40, 0),
			"arm_32_lpae_s1: wider than AArch32 can be");
	assert_no_table(ARM_32_LPAE_S2, config(SIZES_4K, 40, 41, 0),
			"arm_32_lpae_s2: wider than AArch32 can be");
	assert_no_table(AMD_IOMMU_V1, config(SZ_2K, 0, 0, 0),
			"amd_iommu_v1: no table of these widths and sizes");
	assert_int_equal(boot_warnings(), 0);
}

/* spec: iommu-pt 6.29 */
static void root_of_more_than_16_tables_warns_and_leaks_nothing(void **state)
{
	assert_no_table(ARM_64_LPAE_S2, config(SIZES_4K, 48, 40, 0),
			"arm_64_lpae_s2: no table of these widths and sizes");
	assert_int_equal(boot_warnings(), 1);
}

/* ---- memory ----------------------------------------------------------------------- */

/* An allocator of a driver's own. */
static struct own {
	unsigned int live, allocs;
	size_t bytes;
	bool zero_asked;
} own;

static void *own_alloc(void *cookie, size_t size, gfp_t gfp)
{
	struct page *page;

	own.zero_asked |= !!(gfp & __GFP_ZERO);
	page = alloc_pages(gfp, get_order(size));
	if (!page)
		return NULL;
	own.live++;
	own.allocs++;
	own.bytes += size;
	return page_address(page);
}

static void own_free(void *cookie, void *pages, size_t size)
{
	own.live--;
	own.bytes -= size;
	free_pages((unsigned long)pages, get_order(size));
}

static struct io_pgtable_cfg own_config(unsigned int ias)
{
	struct io_pgtable_cfg cfg = config(SIZES_4K, ias, ias, 0);

	memset(&own, 0, sizeof(own));
	cfg.alloc = own_alloc;
	cfg.free = own_free;
	return cfg;
}

static void all_tables_come_from_the_drivers_allocator(void **state)
{
	const struct io_pgtable_cfg cfg = own_config(42);
	struct smmu_domain *s = smmu_domain_alloc(ARM_64_LPAE_S2, &cfg);

	assert_non_null(s);
	assert_true(own.zero_asked);
	/* A root of eight tables is one allocation, and given back as one. */
	assert_int_equal(own.live, 1);
	assert_int_equal(own.bytes, SZ_32K);
	smmu_attach(s);
	map_ok(s, IOVA_2M, PA_2M, SZ_4K, 512);
	assert_int_equal(own.live, 3);
	assert_int_equal(hw_phys(IOVA_2M + 0x1fffff, true), PA_2M + 0x1fffff);
	unmap_ok(s, IOVA_2M, SZ_2M, 1);
	assert_int_equal(own.live, 2);
	/* An empty table under a large page. */
	map_ok(s, IOVA_2M, PA_2M, SZ_4K, 1);
	unmap_ok(s, IOVA_2M, SZ_4K, 1);
	assert_int_equal(own.live, 3);
	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	assert_int_equal(own.live, 2);
	assert_int_equal(tables(), tables_at_setup);
	smmu_domain_free(s);
	assert_int_equal(own.live, 0);
	assert_int_equal(own.bytes, 0);
}

/* What a user does, with memory running out at every place in turn. */
static void use_until_failure(enum io_pgtable_fmt fmt,
			      const struct io_pgtable_cfg *cfg, bool *complete)
{
	struct smmu_domain *s = smmu_domain_alloc(fmt, cfg);
	size_t mapped = 0;
	int ret;

	*complete = false;
	if (!s)
		return;
	ret = smmu_map_pages(&s->domain, SZ_1G - SZ_4K, PA_4K, SZ_4K, 2,
			     PROT_RW, GFP_KERNEL, &mapped);
	/* What was mapped translates, and nothing else. */
	assert_int_equal(ret, mapped == SZ_8K ? 0 : -ENOMEM);
	assert_int_equal(phys(s, SZ_1G - 1), mapped ? PA_4K + 0xfff : 0);
	assert_int_equal(phys(s, SZ_1G), ret ? 0 : PA_4K + SZ_4K);
	if (!ret)
		ret = map(s, 1ul << 39, PA_2M, SZ_2M, 1, PROT_RW);
	if (!ret)
		assert_int_equal(phys(s, 1ul << 39), PA_2M);
	if (mapped)
		assert_int_equal(unmap(s, SZ_1G - SZ_4K, SZ_4K, mapped / SZ_4K),
				 mapped);
	*complete = !ret;
	smmu_domain_free(s);
}

static void sweep(enum io_pgtable_fmt fmt, struct io_pgtable_cfg cfg,
		  u64 at_least)
{
	const u32 sites = 1u << DMASIM_SITE_PAGE | 1u << DMASIM_SITE_SLAB |
			  1u << DMASIM_SITE_PT_PAGE;
	bool complete = false;
	u64 nth;

	for (nth = 1; !complete; nth++) {
		lib_fail_any_nth(sites, nth);
		use_until_failure(fmt, &cfg, &complete);
		assert_int_equal(!complete, !!lib_fail_fired());
		lib_fail_off();
		assert_int_equal(tables(), tables_at_setup);
		assert_int_equal(own.live, 0);
	}
	assert_true(nth > at_least);
}

static void no_memory_at_any_place_leaks_nothing(void **state)
{
	sweep(ARM_64_LPAE_S1, config(SIZES_4K, 48, 48, 0), 8);
	sweep(ARM_64_LPAE_S2, config(SIZES_4K, 40, 40, 0), 6);
	sweep(AMD_IOMMU_V1, config(0, 0, 0, 0), 8);
	sweep(AMD_IOMMU_V2, config(0, 0, 0, 0), 8);
	sweep(ARM_64_LPAE_S1, own_config(48), 8);
	assert_int_equal(boot_warnings(), 0);
}

/* ---- threads ---------------------------------------------------------------------- */

#define WORKERS 2

static struct smmu_domain *shared;
static unsigned int worker_errors;

/* Every second page of the same tables. */
static void worker(void *arg)
{
	struct io_pgtable_ops *ops = shared->ops;
	unsigned long me = (unsigned long)arg, i;

	for (i = 0; i < 4000; i++) {
		unsigned long iova = (i % 64 * 512 + i % 7 * 2 + me) * SZ_4K;
		size_t mapped = 0;

		if (ops->map_pages(ops, iova, PA_4K, SZ_4K, 1, PROT_RW,
				   GFP_ATOMIC, &mapped) ||
		    mapped != SZ_4K || ops->iova_to_phys(ops, iova) != PA_4K ||
		    ops->unmap_pages(ops, iova, SZ_4K, 1, NULL) != SZ_4K)
			__atomic_fetch_add(&worker_errors, 1, __ATOMIC_RELAXED);
	}
}

static void threads_share_tables(void **state)
{
	struct io_pgtable_cfg cfg = config(SIZES_4K, 48, 48, 0);
	struct host_thread *threads[WORKERS];
	unsigned long i;

	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
	shared->ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &cfg, shared);
	assert_non_null(shared->ops);
	worker_errors = 0;
	for (i = 0; i < WORKERS; i++)
		threads[i] = host_thread_create(worker, (void *)i, "worker");
	for (i = 0; i < WORKERS; i++)
		host_thread_join(threads[i]);
	assert_int_equal(worker_errors, 0);
	/* Root, one table each of levels 1 and 2, 64 of level 3. */
	assert_int_equal(tables() - tables_at_setup, 67);
	free_io_pgtable_ops(shared->ops);
	kfree(shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(leaves_are_given_to_add_page_one_by_one),
		CASE(table_goes_after_the_walk_flush),
		CASE(empty_table_makes_way_for_a_large_page),
		CASE(walks_of_an_upper_table_are_flushed_up_there),
		CASE(freeing_flushes_all_once_and_then_frees),
		CASE(drivers_that_cache_nothing_need_no_callbacks),
		CASE(device_sees_each_change_at_once),
		CASE(amd_v1_words),
		CASE(amd_v1_grows_and_says_so),
		CASE(amd_v1_keeps_to_the_width_asked_for),
		CASE(amd_v2_words),
		CASE(kinds_and_cfgs_that_cannot_be_say_why),
		CASE(widths_and_sizes_that_cannot_be_say_why),
		CASE(root_of_more_than_16_tables_warns_and_leaks_nothing),
		CASE(all_tables_come_from_the_drivers_allocator),
		CASE(no_memory_at_any_place_leaks_nothing),
		CASE(threads_share_tables),
	};

	return cmocka_run_group_tests_name("io_pgtable_use", tests, NULL, NULL);
}
