/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-pgtable.h> for a walker that does not snoop: the device of the fixture
 * reads the tables by DMA, in its own view of memory, as such a walker would.
 */
#include "api/api.h"
#include "support/sweep.h"

#include <linux/io-pgtable.h>

#define IOVA 0x123456000ul
#define LARGE 0x40200000ul
#define PA 0x487654000ull
#define PA_LARGE 0x80400000ull
#define SW_SYNC (1ull << 55)
#define SIZES (SZ_4K | SZ_2M | SZ_1G)
#define PROT (IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE)

/* A driver, and what the walker found when it was told to flush. */
static struct walker {
	struct fixture *f;
	struct io_pgtable_cfg cfg;
	struct io_pgtable_ops *ops;
	unsigned int flushes;
	u64 found;
} w;

static u64 device_word(u64 phys)
{
	u64 word = 0;

	assert_int_equal(dmasim_dma_read(w.f->hw, phys, &word, sizeof(word)),
			 DMASIM_DMA_OK);
	return word;
}

/* The entry that a walk of four levels ends at. */
static u64 device_walk(unsigned long iova)
{
	u64 table = w.cfg.arm_lpae_s1_cfg.ttbr, word = 0;
	int shift;

	for (shift = 39; shift >= 12; shift -= 9) {
		word = device_word(table + 8 * (iova >> shift & 511));
		if ((word & 3) != 3)
			break;
		table = word & 0x0000fffffffff000;
	}
	return word;
}

static void tlb_flush_all(void *cookie)
{
}

static void tlb_flush_walk(unsigned long iova, size_t size, size_t granule,
			   void *cookie)
{
	w.flushes++;
	w.found = device_walk(iova);
}

static void tlb_add_page(struct iommu_iotlb_gather *gather, unsigned long iova,
			 size_t granule, void *cookie)
{
	w.flushes++;
	w.found = device_walk(iova);
}

static const struct iommu_flush_ops tlb = {
	.tlb_flush_all = tlb_flush_all,
	.tlb_flush_walk = tlb_flush_walk,
	.tlb_add_page = tlb_add_page,
};

static void configure(struct fixture *f)
{
	memset(&w, 0, sizeof(w));
	w.f = f;
	w.cfg = (struct io_pgtable_cfg){
		.pgsize_bitmap = SIZES,
		.ias = 48,
		.oas = 48,
		.tlb = &tlb,
		.iommu_dev = f->dev,
	};
}

static void begin(struct fixture *f)
{
	configure(f);
	w.ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &w.cfg, NULL);
	assert_non_null(w.ops);
}

static int map(unsigned long iova, u64 pa, size_t size, size_t count)
{
	return w.ops->map_pages(w.ops, iova, pa, size, count, PROT, GFP_KERNEL,
				NULL);
}

static void what_is_mapped_is_seen(void **state)
{
	begin(*state);
	assert_int_equal(device_walk(IOVA), 0);
	assert_int_equal(map(IOVA, PA, SZ_4K, 3), 0);
	assert_int_equal(device_walk(IOVA), 0x487654f47);
	assert_int_equal(device_walk(IOVA + 2 * SZ_4K), 0x487656f47);
	assert_int_equal(device_walk(IOVA + 3 * SZ_4K), 0);
	assert_int_equal(map(LARGE, PA_LARGE, SZ_2M, 1), 0);
	assert_int_equal(device_walk(LARGE), 0x80400f45);
	free_io_pgtable_ops(w.ops);
}

/* What the cases above and below would miss without the cleaning. */
static void store_of_the_cpu_alone_is_not_seen(void **state)
{
	u64 *root;

	begin(*state);
	root = phys_to_virt(w.cfg.arm_lpae_s1_cfg.ttbr);
	WRITE_ONCE(root[1], 0x123);
	assert_int_equal(device_walk(1ul << 39), 0);
	WRITE_ONCE(root[1], 0);
	free_io_pgtable_ops(w.ops);
}

static void registers_say_that_it_does_not_snoop(void **state)
{
	begin(*state);
	assert_int_equal(w.cfg.arm_lpae_s1_cfg.tcr.sh, 2);
	assert_int_equal(w.cfg.arm_lpae_s1_cfg.tcr.irgn, 0);
	assert_int_equal(w.cfg.arm_lpae_s1_cfg.tcr.orgn, 0);
	free_io_pgtable_ops(w.ops);

	configure(*state);
	w.cfg.quirks = IO_PGTABLE_QUIRK_ARM_OUTER_WBWA;
	w.ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &w.cfg, NULL);
	assert_non_null(w.ops);
	assert_int_equal(w.cfg.arm_lpae_s1_cfg.tcr.irgn, 0);
	assert_int_equal(w.cfg.arm_lpae_s1_cfg.tcr.orgn, 1);
	free_io_pgtable_ops(w.ops);

	configure(*state);
	w.ops = alloc_io_pgtable_ops(ARM_64_LPAE_S2, &w.cfg, NULL);
	assert_non_null(w.ops);
	assert_int_equal(w.cfg.arm_lpae_s2_cfg.vtcr.sh, 2);
	assert_int_equal(w.cfg.arm_lpae_s2_cfg.vtcr.irgn, 0);
	assert_int_equal(w.cfg.arm_lpae_s2_cfg.vtcr.orgn, 0);
	free_io_pgtable_ops(w.ops);
}

static void pointers_are_cleaned_once_and_marked(void **state)
{
	struct arm_lpae_io_pgtable_walk_data wd = {};
	u64 cleans;

	begin(*state);
	cleans = cache_stat(cleans);
	/* Three tables as they are made, three pointers, a leaf. */
	assert_int_equal(map(IOVA, PA, SZ_4K, 1), 0);
	assert_int_equal(cache_stat(cleans) - cleans, 7);
	assert_int_equal(map(IOVA + SZ_4K, PA, SZ_4K, 1), 0);
	assert_int_equal(cache_stat(cleans) - cleans, 8);
	assert_int_equal(w.ops->pgtable_walk(w.ops, IOVA, &wd), 0);
	assert_int_equal(wd.ptes[0] & 0xffff000000000fff, SW_SYNC | 3);
	assert_int_equal(wd.ptes[2] & 0xffff000000000fff, SW_SYNC | 3);
	assert_int_equal(wd.ptes[3], 0x487654f47);
	free_io_pgtable_ops(w.ops);
}

static void nothing_is_left_to_find_when_the_tlb_is_flushed(void **state)
{
	begin(*state);
	assert_int_equal(map(IOVA, PA, SZ_4K, 2), 0);
	w.found = 1;
	assert_int_equal(w.ops->unmap_pages(w.ops, IOVA, SZ_4K, 1, NULL),
			 SZ_4K);
	assert_int_equal(w.flushes, 1);
	assert_int_equal(w.found, 0);
	assert_int_equal(device_walk(IOVA + SZ_4K), 0x487655f47);

	/* A table that goes, and one that is replaced. */
	assert_int_equal(map(LARGE, PA_LARGE, SZ_4K, 512), 0);
	w.found = 1;
	assert_int_equal(w.ops->unmap_pages(w.ops, LARGE, SZ_2M, 1, NULL),
			 SZ_2M);
	assert_int_equal(w.flushes, 2);
	assert_int_equal(w.found, 0);
	assert_int_equal(map(LARGE, PA, SZ_4K, 1), 0);
	assert_int_equal(w.ops->unmap_pages(w.ops, LARGE, SZ_4K, 1, NULL),
			 SZ_4K);
	assert_int_equal(map(LARGE, PA_LARGE, SZ_2M, 1), 0);
	assert_int_equal(w.flushes, 4);
	assert_int_equal(w.found, 0x80400f45);
	free_io_pgtable_ops(w.ops);
}

/* Where only a part of the area is mapped, what went is gone for the walker. */
static void part_of_a_table_is_gone_when_it_is_flushed(void **state)
{
	begin(*state);
	assert_int_equal(map(LARGE, PA_LARGE, SZ_4K, 20), 0);
	w.found = 1;
	assert_int_equal(w.ops->unmap_pages(w.ops, LARGE, SZ_2M, 1, NULL),
			 20 * SZ_4K);
	assert_int_equal(w.flushes, 1);
	assert_int_equal(w.found, 0);
	assert_int_equal(device_walk(LARGE + 19 * SZ_4K), 0);
	free_io_pgtable_ops(w.ops);
}

/* ---- what cannot be had -------------------------------------------------------- */

static void assert_refused(const char *why)
{
	struct dmasim_event event;

	assert_null(alloc_io_pgtable_ops(ARM_64_LPAE_S1, &w.cfg, NULL));
	assert_true(dmasim_event_get(dmasim_event_last(), &event));
	assert_string_equal(event.id, "io-pgtable");
	assert_string_equal(event.text, why);
}

static void translated_devices_cannot_walk(void **state)
{
	configure(*state);
	assert_refused("arm_64_lpae_s1: the walker's device does not see "
		       "physical addresses");
}

static void table_that_cannot_be_mapped_is_no_table(void **state)
{
	configure(*state);
	dmasim_fail_nth(DMASIM_SITE_MAP, 1);
	assert_refused("arm_64_lpae_s1: the walker's device cannot reach a "
		       "table");
	dmasim_fail_off();
}

static void failure_at_any_place_leaves_what_was_mapped(void **state)
{
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		size_t mapped = 0;
		int ret;

		configure(*state);
		w.ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &w.cfg, NULL);
		if (!w.ops) {
			assert_true(sweep_failed());
			continue;
		}
		ret = w.ops->map_pages(w.ops, SZ_1G - SZ_4K, PA, SZ_4K, 2, PROT,
				       GFP_KERNEL, &mapped);
		assert_int_equal(ret, sweep_failed() ? -ENOMEM : 0);
		assert_int_equal(device_walk(SZ_1G - SZ_4K),
				 mapped ? 0x487654f47 : 0);
		assert_int_equal(device_walk(SZ_1G), ret ? 0 : 0x487655f47);
		free_io_pgtable_ops(w.ops);
	}
}

int main(void)
{
	static const struct variant direct[] = {
		{ "direct,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .noncoherent = true },
	};
	static const struct variant translated[] = {
		{ "vtdss,strict,noncoherent", .iommu = DMASIM_IOMMU_STRICT,
		  .format = "vtdss", .translated = true, .noncoherent = true },
	};
	const struct CMUnitTest tests[] = {
		fixture_case(what_is_mapped_is_seen),
		fixture_case(store_of_the_cpu_alone_is_not_seen),
		fixture_case(registers_say_that_it_does_not_snoop),
		fixture_case(pointers_are_cleaned_once_and_marked),
		fixture_case(nothing_is_left_to_find_when_the_tlb_is_flushed),
		fixture_case(part_of_a_table_is_gone_when_it_is_flushed),
		fixture_case(table_that_cannot_be_mapped_is_no_table),
		fixture_case(failure_at_any_place_leaves_what_was_mapped),
	};
	/* No table stays mapped for the walker. */
	static const struct variant checked[] = {
		{ "direct,noncoherent,checker", .iommu = DMASIM_IOMMU_OFF,
		  .noncoherent = true, .checker = true },
	};
	const struct CMUnitTest refused[] = {
		fixture_case(translated_devices_cannot_walk),
	};

	return run_variants("io_pgtable", tests, direct) +
	       run_variants_("io_pgtable", tests, 1, checked, 1) +
	       run_variants("io_pgtable", refused, translated) +
	       not_swept("alloc_io_pgtable_ops");
}
