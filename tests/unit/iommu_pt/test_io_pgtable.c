/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-pgtable.h> (src/iommu_pt/io_pgtable*.c), as the driver in smmu.h uses
 * it; what it builds is read as raw words and by the hardware's walkers.
 */
#include "unit/iova/boot.h"

#include <linux/io-pgtable.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmstat.h>

#include "hw/device.h"
#include "iommu_pt/iommu_pt_api.h"
#include "unit/iommu_pt/smmu.h"

#define PROT_RW (IOMMU_READ | IOMMU_WRITE)
#define PROT_RWC (PROT_RW | IOMMU_CACHE)

#define IOVA_4K 0x123456000ul
#define PA_4K 0x487654000ull
#define IOVA_2M 0x40200000ul
#define PA_2M 0x80400000ull

/* Pages that are tables before and after each case. */
static u64 tables_at_setup;

static u64 tables(void)
{
	struct pt_stats stats;

	iommu_pt_get_stats(&stats);
	return stats.pages;
}

static u64 refusals(void)
{
	return host_event_count(HOST_EVENT_REFUSAL, "io-pgtable");
}

static int setup(void **state)
{
	boot_machine();
	tables_at_setup = tables();
	return 0;
}

static int teardown(void **state)
{
	lib_fail_off();
	lib_quirks_reset();
	assert_int_equal(tables(), tables_at_setup);
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE),
			 tables_at_setup);
	boot_shutdown();
	return 0;
}

static struct io_pgtable_cfg config(unsigned long sizes, unsigned int ias,
				    unsigned int oas, unsigned long quirks)
{
	return (struct io_pgtable_cfg){
		.pgsize_bitmap = sizes,
		.ias = ias,
		.oas = oas,
		.quirks = quirks,
		.coherent_walk = true,
	};
}

static struct smmu_domain *domain_of(enum io_pgtable_fmt fmt,
				     unsigned long sizes, unsigned int ias,
				     unsigned int oas, unsigned long quirks)
{
	const struct io_pgtable_cfg cfg = config(sizes, ias, oas, quirks);
	struct smmu_domain *smmu = smmu_domain_alloc(fmt, &cfg);

	assert_non_null(smmu);
	return smmu;
}

#define SIZES_4K (SZ_4K | SZ_2M | SZ_1G)
#define stage1_4k(quirks) domain_of(ARM_64_LPAE_S1, SIZES_4K, 48, 48, quirks)
#define stage2_4k(quirks) domain_of(ARM_64_LPAE_S2, SIZES_4K, 48, 48, quirks)

static int map(struct smmu_domain *smmu, unsigned long iova, u64 pa,
	       size_t pgsize, size_t pgcount, int prot)
{
	size_t mapped = 0;
	int ret = smmu_map_pages(&smmu->domain, iova, pa, pgsize, pgcount, prot,
				 GFP_KERNEL, &mapped);

	assert_int_equal(mapped, ret ? 0 : pgsize * pgcount);
	return ret;
}

static size_t unmap(struct smmu_domain *smmu, unsigned long iova, size_t pgsize,
		    size_t pgcount)
{
	return smmu_unmap_pages(&smmu->domain, iova, pgsize, pgcount, NULL);
}

static u64 phys(struct smmu_domain *smmu, unsigned long iova)
{
	return smmu_iova_to_phys(&smmu->domain, iova);
}

/* What hardware answers, 0: a fault. */
static u64 hw_phys(unsigned long iova, bool write)
{
	uint64_t pa;

	return hw_iommu_peek(SMMU_RID, iova, write, &pa, NULL) ? 0 : pa;
}

/* Entry on the way to @iova, by ARM's level. */
static u64 word(struct smmu_domain *smmu, unsigned long iova,
		unsigned int level)
{
	struct arm_lpae_io_pgtable_walk_data wd = {};

	assert_int_equal(smmu->ops->pgtable_walk(smmu->ops, iova, &wd), 0);
	return wd.ptes[level];
}

static u64 leaf_once(struct smmu_domain *smmu, unsigned long iova, u64 pa,
		     size_t pgsize, int prot, unsigned int level)
{
	u64 entry;

	assert_int_equal(map(smmu, iova, pa, pgsize, 1, prot), 0);
	entry = word(smmu, iova, level);
	assert_int_equal(unmap(smmu, iova, pgsize, 1), pgsize);
	return entry;
}

/* ---- every width, granule and stage ----------------------------------------- */

/* One mapping of each size, a gigabyte apart, and those that end the space. */
static void run_selftest(struct smmu_domain *smmu, unsigned int ias)
{
	unsigned long sizes = smmu->cfg.pgsize_bitmap, left = sizes;
	unsigned long largest = 1ul << __fls(sizes), iova = 0, end;
	unsigned int tlb_calls;

	assert_int_equal(phys(smmu, 42), 0);
	assert_int_equal(phys(smmu, SZ_1G + 42), 0);
	assert_int_equal(phys(smmu, 2ul * SZ_1G + 42), 0);
	assert_int_equal(hw_phys(42, false), 0);

	for (; left; left &= left - 1, iova += SZ_1G) {
		size_t size = left & -left;

		assert_int_equal(map(smmu, iova, iova, size, 1, PROT_RWC), 0);
		assert_int_equal(phys(smmu, iova + 42), iova + 42);
		if (iova)
			assert_int_equal(hw_phys(iova + 42, true), iova + 42);
		/* Not a second time, of no size. */
		assert_int_equal(map(smmu, iova, iova + size, size, 1,
				     PROT_RWC),
				 -EEXIST);
		assert_int_equal(phys(smmu, iova + 42), iova + 42);
	}

	iova = 0;
	for (left = sizes; left; left &= left - 1, iova += SZ_1G) {
		size_t size = left & -left;

		tlb_calls = smmu->nr_calls;
		assert_int_equal(unmap(smmu, iova, size, 1), size);
		assert_int_equal(smmu->nr_calls, tlb_calls + 1);
		assert_int_equal(phys(smmu, iova + 42), 0);
		assert_int_equal(hw_phys(iova + 42, false), 0);
		assert_int_equal(map(smmu, iova, iova, size, 1, PROT_RWC), 0);
		assert_int_equal(phys(smmu, iova + 42), iova + 42);
		assert_int_equal(unmap(smmu, iova, size, 1), size);
	}

	/* The last one: shows an index of the root that lacks bits. */
	end = (1ul << ias) - largest;
	assert_int_equal(map(smmu, end, end, largest, 1, PROT_RWC), 0);
	assert_int_equal(phys(smmu, (1ul << ias) - 1), (1ul << ias) - 1);
	assert_int_equal(hw_phys((1ul << ias) - 1, true), (1ul << ias) - 1);
	assert_int_equal(phys(smmu, 42), end ? 0 : 42);
	assert_int_equal(unmap(smmu, end, largest, 1), largest);
}

/* spec: iommu-pt 4.7 */
static void selftest_over_granules_widths_and_stages(void **state)
{
	static const unsigned long sizes[] = { SIZES_4K, SZ_16K | SZ_32M,
					       SZ_64K | SZ_512M };
	static const unsigned int widths[] = { 32, 36, 40, 42, 44, 48 };
	unsigned int g, i, o, stage, runs = 0;

	for (g = 0; g < ARRAY_SIZE(sizes); g++)
		for (o = 0; o < ARRAY_SIZE(widths); o++)
			for (i = 0; i <= o; i++)
				for (stage = 0; stage < 2; stage++) {
					struct smmu_domain *smmu = domain_of(
						ARM_64_LPAE_S1 + stage,
						sizes[g], widths[i], widths[o],
						IO_PGTABLE_QUIRK_NO_WARN);

					assert_int_equal(
						smmu->cfg.pgsize_bitmap,
						sizes[g]);
					smmu_attach(smmu);
					run_selftest(smmu, widths[i]);
					smmu_domain_free(smmu);
					runs++;
				}
	assert_int_equal(runs, 3 * 21 * 2);
	assert_int_equal(boot_warnings(), 0);
}

/* ---- words -------------------------------------------------------------------- */

/* spec: iommu-pt F12 */
static void words_of_stage_1(void **state)
{
	struct smmu_domain *s = stage1_4k(0);

	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RWC, 3),
			 0x487654f47);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K,
				   PROT_RWC | IOMMU_NOEXEC, 3),
			 0x0060000487654f47);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K,
				   IOMMU_READ | IOMMU_CACHE, 3),
			 0x487654fc7);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RW, 3),
			 0x487654e43);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K,
				   PROT_RWC | IOMMU_PRIV, 3),
			 0x487654f07);
	assert_int_equal(leaf_once(s, 0x8000000, 0x8000000, SZ_4K,
				   IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO, 3),
			 0x0060000008000e4b);
	assert_int_equal(leaf_once(s, IOVA_2M, PA_2M, SZ_2M, PROT_RWC, 2),
			 0x80400f45);
	assert_int_equal(leaf_once(s, 0xc0000000, 0xc0000000, SZ_1G, PROT_RWC,
				   1),
			 0xc0000f45);
	smmu_domain_free(s);
}

static void words_of_stage_2(void **state)
{
	struct smmu_domain *s = stage2_4k(0);

	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RWC, 3),
			 0x4876547ff);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RW, 3),
			 0x4876546d7);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K,
				   PROT_RW | IOMMU_MMIO, 3),
			 0x4876546c7);
	assert_int_equal(leaf_once(s, IOVA_2M, PA_2M, SZ_2M, PROT_RWC, 2),
			 0x804007fd);
	smmu_domain_free(s);

	s = stage2_4k(IO_PGTABLE_QUIRK_ARM_S2FWB);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RWC, 3),
			 0x4876547db);
	smmu_domain_free(s);
}

static void words_of_other_granules(void **state)
{
	struct smmu_domain *s;

	s = domain_of(ARM_64_LPAE_S1, SZ_16K | SZ_32M, 48, 48, 0);
	assert_int_equal(leaf_once(s, 0x4000, 0x487654000, SZ_16K, PROT_RWC, 3),
			 0x487654f47);
	assert_int_equal(leaf_once(s, 0, 0x84000000, SZ_32M, PROT_RWC, 2),
			 0x84000f45);
	smmu_domain_free(s);

	s = domain_of(ARM_64_LPAE_S1, SZ_64K | SZ_512M, 52, 52, 0);
	assert_int_equal(leaf_once(s, 0x10000, 0xabcdef0120000, SZ_64K,
				   PROT_RWC, 3),
			 0x0000bcdef012af47);
	assert_int_equal(leaf_once(s, 0, 0xabcde00000000, SZ_512M, PROT_RWC, 2),
			 0x0000bcde0000af45);
	smmu_domain_free(s);
}

static void tables_on_the_way_are_table_words(void **state)
{
	struct arm_lpae_io_pgtable_walk_data wd = {};
	struct smmu_domain *s = stage1_4k(0);
	unsigned int level;

	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RWC), 0);
	assert_int_equal(s->ops->pgtable_walk(s->ops, IOVA_4K + 0xabc, &wd), 0);
	for (level = 0; level < 3; level++) {
		assert_int_equal(wd.ptes[level] & 0xffff000000000fff, 3);
		assert_int_not_equal(wd.ptes[level] & ~0xfffull, 0);
	}
	assert_int_equal(wd.ptes[3], 0x487654f47);
	/* A neighbour: the same tables, and nothing at the end. */
	memset(&wd, 0xff, sizeof(wd));
	assert_int_equal(s->ops->pgtable_walk(s->ops, IOVA_4K + SZ_4K, &wd),
			 -EINVAL);
	assert_int_equal(wd.ptes[2] & 0xfff, 3);
	assert_int_equal(wd.ptes[3], 0);
	assert_int_equal(s->ops->pgtable_walk(s->ops, 1ul << 48, &wd), -EINVAL);
	assert_int_equal(unmap(s, IOVA_4K, SZ_4K, 1), SZ_4K);
	smmu_domain_free(s);
}

static void ns_is_set_in_leaves_and_tables(void **state)
{
	struct smmu_domain *s = stage1_4k(IO_PGTABLE_QUIRK_ARM_NS);

	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RWC), 0);
	assert_int_equal(word(s, IOVA_4K, 3), 0x487654f67);
	assert_int_equal(word(s, IOVA_4K, 2) >> 63, 1);
	assert_int_equal(word(s, IOVA_4K, 0) >> 63, 1);
	smmu_attach(s);
	assert_int_equal(hw_phys(IOVA_4K, true), PA_4K);
	smmu_domain_free(s);
}

static void hd_writable_leaves_start_dirty(void **state)
{
	struct smmu_domain *s = stage1_4k(IO_PGTABLE_QUIRK_ARM_HD);

	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K, PROT_RWC, 3),
			 0x0008000487654f47);
	assert_int_equal(leaf_once(s, IOVA_4K, PA_4K, SZ_4K,
				   IOMMU_READ | IOMMU_CACHE, 3),
			 0x487654fc7);
	smmu_domain_free(s);
}

static void hd_leaves_are_reported_and_cleaned(void **state)
{
	struct smmu_domain *s = stage1_4k(IO_PGTABLE_QUIRK_ARM_HD);
	struct iommu_dirty_bitmap dirty;
	u64 bits = 0;
	struct iova_bitmap *bitmap =
		iova_bitmap_alloc(IOVA_4K, 4 * SZ_4K, SZ_4K, &bits);

	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RWC), 0);
	iommu_dirty_bitmap_init(&dirty, bitmap, NULL);
	assert_int_equal(s->ops->read_and_clear_dirty(s->ops, IOVA_4K,
						      4 * SZ_4K, 0, &dirty),
			 0);
	assert_int_equal(bits, 1);
	assert_int_equal(word(s, IOVA_4K, 3), 0x0008000487654fc7);
	assert_int_equal(s->ops->read_and_clear_dirty(s->ops, IOVA_4K, 0, 0,
						      &dirty),
			 -EINVAL);
	iova_bitmap_free(bitmap);
	assert_int_equal(unmap(s, IOVA_4K, SZ_4K, 1), SZ_4K);
	smmu_domain_free(s);
}

/* Of each page exactly the size that was asked for. */
static void a_count_of_small_pages_never_becomes_a_large_one(void **state)
{
	struct smmu_domain *s = stage1_4k(0);

	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_4K, 512, PROT_RWC), 0);
	assert_int_equal(word(s, IOVA_2M, 3), 0x80400f47);
	assert_int_equal(word(s, IOVA_2M + 511 * SZ_4K, 3), 0x805fff47);
	assert_int_equal(unmap(s, IOVA_2M, SZ_4K, 512), SZ_2M);
	smmu_domain_free(s);
}

/* ---- registers ---------------------------------------------------------------- */

static void registers_of_stage_1(void **state)
{
	static const struct {
		unsigned long sizes;
		unsigned int ias, oas, quirks, tg, ips;
	} rows[] = {
		{ SIZES_4K, 48, 48, 0, 0, 5 },
		{ SIZES_4K, 39, 32, 0, 0, 0 },
		{ SIZES_4K, 39, 36, 0, 0, 1 },
		{ SZ_64K | SZ_512M, 42, 40, 0, 1, 2 },
		{ SZ_64K, 52, 52, 0, 1, 6 },
		{ SZ_16K | SZ_32M, 40, 44, 0, 2, 4 },
		{ SIZES_4K, 39, 42, IO_PGTABLE_QUIRK_ARM_TTBR1, 2, 3 },
		{ SZ_16K, 39, 42, IO_PGTABLE_QUIRK_ARM_TTBR1, 1, 3 },
		{ SZ_64K, 39, 42, IO_PGTABLE_QUIRK_ARM_TTBR1, 3, 3 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct smmu_domain *s = domain_of(ARM_64_LPAE_S1, rows[i].sizes,
						  rows[i].ias, rows[i].oas,
						  rows[i].quirks);

		assert_int_equal(s->cfg.arm_lpae_s1_cfg.mair, 0xf404ff44);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.tg, rows[i].tg);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.ips, rows[i].ips);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.tsz,
				 64 - rows[i].ias);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.sh, 3);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.orgn, 1);
		assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.irgn, 1);
		assert_int_not_equal(s->cfg.arm_lpae_s1_cfg.ttbr, 0);
		smmu_domain_free(s);
	}
}

/* spec: iommu-pt F9 */
static void registers_of_stage_2(void **state)
{
	static const struct {
		unsigned long sizes;
		unsigned int ias, oas, tg, ps, sl, root;
	} rows[] = {
		{ SIZES_4K, 48, 48, 0, 5, 2, SZ_4K },
		{ SIZES_4K, 39, 48, 0, 5, 1, SZ_4K },
		{ SIZES_4K, 40, 40, 0, 2, 1, SZ_8K },
		{ SIZES_4K, 42, 42, 0, 3, 1, SZ_32K },
		{ SZ_16K | SZ_32M, 48, 48, 2, 5, 2, SZ_32K },
		{ SZ_16K | SZ_32M, 40, 40, 2, 2, 1, SZ_256K },
		{ SZ_64K | SZ_512M, 48, 48, 1, 5, 2, SZ_64K },
		{ SZ_64K | SZ_512M, 42, 42, 1, 3, 1, SZ_64K },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 before = tables();
		struct smmu_domain *s = domain_of(ARM_64_LPAE_S2, rows[i].sizes,
						  rows[i].ias, rows[i].oas, 0);

		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.tg, rows[i].tg);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.ps, rows[i].ps);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.sl, rows[i].sl);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.tsz,
				 64 - rows[i].ias);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.sh, 3);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.orgn, 1);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vtcr.irgn, 1);
		assert_int_equal(s->cfg.arm_lpae_s2_cfg.vttbr % rows[i].root,
				 0);
		assert_int_equal((tables() - before) * PAGE_SIZE,
				 max_t(u64, rows[i].root, PAGE_SIZE));
		smmu_domain_free(s);
	}
}

static void sizes_and_widths_are_restricted(void **state)
{
	struct smmu_domain *s;

	/* The granule is the CPU's page, else the next smaller, else larger. */
	s = domain_of(ARM_64_LPAE_S1, ~0ul << 12, 64, 48, 0);
	assert_int_equal(s->cfg.pgsize_bitmap & (SZ_4K | SZ_16K | SZ_64K),
			 PAGE_SIZE);
	assert_int_equal(s->cfg.ias, PAGE_SIZE == SZ_64K ? 52 : 48);
	assert_int_equal(io_pgtable_ops_to_pgtable(s->ops)->cfg.ias,
			 s->cfg.ias);
	smmu_domain_free(s);

	s = domain_of(ARM_64_LPAE_S1, SZ_64K | SZ_512M | SZ_1G, 48, 48, 0);
	assert_int_equal(s->cfg.pgsize_bitmap, SZ_64K | SZ_512M);
	smmu_domain_free(s);

	s = domain_of(ARM_64_LPAE_S1, SZ_64K | SZ_512M | SZ_4T, 52, 52, 0);
	assert_int_equal(s->cfg.pgsize_bitmap, SZ_64K | SZ_512M | SZ_4T);
	smmu_domain_free(s);

	/* Sizes that the driver does not name stay away. */
	s = domain_of(ARM_64_LPAE_S1, SZ_4K | SZ_1G, 48, 48, 0);
	assert_int_equal(s->cfg.pgsize_bitmap, SZ_4K | SZ_1G);
	smmu_domain_free(s);
}

static void aarch32_kinds_have_4k_only(void **state)
{
	struct smmu_domain *s;

	s = domain_of(ARM_32_LPAE_S1, SIZES_4K | SZ_64K, 32, 40, 0);
	assert_int_equal(s->cfg.pgsize_bitmap, SIZES_4K);
	assert_int_equal(s->cfg.arm_lpae_s1_cfg.tcr.tsz, 32);
	smmu_attach(s);
	assert_int_equal(map(s, 0xfffff000, 0xff12345000, SZ_4K, 1, PROT_RW),
			 0);
	assert_int_equal(hw_phys(0xffffffff, true), 0xff12345fff);
	smmu_domain_free(s);

	s = domain_of(ARM_32_LPAE_S2, SIZES_4K, 40, 40, 0);
	smmu_attach(s);
	assert_int_equal(map(s, 0xfffffff000, 0x12345000, SZ_4K, 1, PROT_RW),
			 0);
	assert_int_equal(hw_phys(0xffffffffff, true), 0x12345fff);
	smmu_domain_free(s);
}

static void ttbr1_addresses_have_all_upper_bits_set(void **state)
{
	struct smmu_domain *s = domain_of(ARM_64_LPAE_S1, SIZES_4K, 39, 48,
					  IO_PGTABLE_QUIRK_ARM_TTBR1);
	unsigned long iova = IOVA_4K | ~0ul << 39;
	unsigned int calls = s->nr_calls;

	assert_int_equal(map(s, iova, PA_4K, SZ_4K, 1, PROT_RWC), 0);
	assert_int_equal(phys(s, iova + 0xabc), PA_4K + 0xabc);
	assert_int_equal(phys(s, IOVA_4K), 0);
	assert_int_equal(word(s, iova, 3), 0x487654f47);
	/* The very last page; and one that is in the other half. */
	assert_int_equal(map(s, -SZ_4K, PA_4K, SZ_4K, 1, PROT_RWC), 0);
	assert_int_equal(phys(s, ~0ul), PA_4K + 0xfff);
	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RWC), -ERANGE);
	assert_int_equal(boot_warnings(), 1);
	/* The driver hears of the addresses that it knows. */
	assert_int_equal(unmap(s, iova, SZ_4K, 1), SZ_4K);
	assert_int_equal(s->call[calls].iova, iova);
	smmu_domain_free(s);
}

/* ---- bad requests --------------------------------------------------------------- */

static void requests_that_cannot_be_change_nothing(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	u64 before = tables();

	assert_int_equal(map(s, 0, 0, SZ_8K, 1, PROT_RW), -EINVAL);
	assert_int_equal(map(s, 0, 0, SIZES_4K, 1, PROT_RW), -EINVAL);
	assert_int_equal(map(s, 0, 0, 0, 1, PROT_RW), -EINVAL);
	assert_int_equal(map(s, 0x1000, PA_2M, SZ_2M, 1, PROT_RW), -EINVAL);
	assert_int_equal(map(s, IOVA_2M, 0x1000, SZ_2M, 1, PROT_RW), -EINVAL);
	assert_int_equal(boot_warnings(), 5);
	/* spec: iommu-pt C20, C21 */
	assert_int_equal(map(s, 1ul << 48, 0, SZ_4K, 1, PROT_RW), -ERANGE);
	assert_int_equal(map(s, (1ul << 48) - SZ_4K, 0, SZ_4K, 2, PROT_RW),
			 -ERANGE);
	assert_int_equal(map(s, -SZ_4K, 0, SZ_4K, 2, PROT_RW), -ERANGE);
	assert_int_equal(map(s, 0, 1ull << 48, SZ_4K, 1, PROT_RW), -ERANGE);
	assert_int_equal(map(s, 0, (1ull << 48) - SZ_4K, SZ_4K, 2, PROT_RW),
			 -ERANGE);
	assert_int_equal(map(s, 0, 0, SZ_1G, SIZE_MAX, PROT_RW), -ERANGE);
	assert_int_equal(boot_warnings(), 11);
	/* No permission is no reason to warn. */
	assert_int_equal(map(s, 0, 0, SZ_4K, 1, IOMMU_CACHE), -EINVAL);
	assert_int_equal(map(s, 0, 0, SZ_4K, 0, PROT_RW), 0);
	assert_int_equal(boot_warnings(), 11);
	assert_int_equal(tables(), before);

	assert_int_equal(unmap(s, 0, SZ_8K, 1), 0);
	assert_int_equal(unmap(s, 0x1000, SZ_2M, 1), 0);
	assert_int_equal(unmap(s, 0, SZ_4K, 0), 0);
	assert_int_equal(unmap(s, 1ul << 48, SZ_4K, 1), 0);
	assert_int_equal(unmap(s, 0, SZ_1G, SIZE_MAX), 0);
	assert_int_equal(boot_warnings(), 16);
	assert_int_equal(phys(s, 1ul << 48), 0);
	assert_int_equal(s->nr_calls, 0);
	smmu_domain_free(s);
}

/* spec: iommu-pt C9, C10 */
static void overlap_is_eexist_and_keeps_what_was_there(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	size_t mapped = 0;

	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
	assert_int_equal(map(s, IOVA_2M, PA_4K, SZ_4K, 1, PROT_RW), -EEXIST);
	assert_int_equal(map(s, IOVA_2M, 0, SZ_2M, 1, PROT_RW), -EEXIST);
	assert_int_equal(boot_warnings(), 2);
	assert_int_equal(phys(s, IOVA_2M + 0x1234), PA_2M + 0x1234);

	/* Over a table with something in it; and up to the obstacle. */
	assert_int_equal(map(s, 0x1000, PA_4K, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(map(s, 0, 0, SZ_2M, 1, PROT_RW), -EEXIST);
	assert_int_equal(smmu_map_pages(&s->domain, IOVA_2M - 0x2000, PA_4K,
					SZ_4K, 4, PROT_RW, GFP_KERNEL, &mapped),
			 -EEXIST);
	assert_int_equal(mapped, 0x2000);
	assert_int_equal(phys(s, IOVA_2M - 1), PA_4K + 0x1fff);
	assert_int_equal(phys(s, 0x1000), PA_4K);
	assert_int_equal(boot_warnings(), 4);
	smmu_domain_free(s);

	s = stage1_4k(IO_PGTABLE_QUIRK_NO_WARN);
	assert_int_equal(map(s, 0, PA_2M, SZ_2M, 1, PROT_RW), 0);
	assert_int_equal(map(s, 0, PA_4K, SZ_4K, 1, PROT_RW), -EEXIST);
	assert_int_equal(boot_warnings(), 4);
	smmu_domain_free(s);
}

/* spec: iommu-pt 6.1 */
static void unmap_of_a_hole_is_0_and_warns(void **state)
{
	struct smmu_domain *s = stage1_4k(0);

	assert_int_equal(unmap(s, 0x1000, SZ_4K, 1), 0);
	assert_int_equal(boot_warnings(), 1);
	/* Holes behind something end the unmap, and that is all. */
	assert_int_equal(map(s, 0x1000, PA_4K, SZ_4K, 2, PROT_RW), 0);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 4), 0x2000);
	assert_int_equal(boot_warnings(), 1);
	/* 6.17 itself. */
	lib_quirk_set(QUIRK_UNMAP_HOLE_ERRNO, true);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 1), (size_t)-ENOENT);
	assert_int_equal(boot_warnings(), 2);
	assert_int_equal(map(s, 0x1000, PA_4K, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 2), 0x1000);
	smmu_domain_free(s);

	lib_quirks_reset();
	s = stage1_4k(IO_PGTABLE_QUIRK_NO_WARN);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 1), 0);
	assert_int_equal(boot_warnings(), 2);
	smmu_domain_free(s);
}

static void part_of_a_large_page_is_not_unmapped(void **state)
{
	struct smmu_domain *s = stage1_4k(0);

	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
	assert_int_equal(unmap(s, IOVA_2M, SZ_4K, 1), 0);
	assert_int_equal(unmap(s, IOVA_2M + 0x1000, SZ_4K, 1), 0);
	/* "Once" is per place and machine. */
	assert_int_equal(boot_warnings(), 1);
	assert_int_equal(phys(s, IOVA_2M), PA_2M);
	assert_int_equal(s->nr_calls, 0);
	smmu_domain_free(s);
}

/* ---- invalidation --------------------------------------------------------------- */

static void leaves_are_given_to_add_page_one_by_one(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(map(s, 0x1000, PA_4K, SZ_4K, 3, PROT_RW), 0);
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
	assert_int_equal(map(s, 0x1000, PA_4K, SZ_4K, 3, PROT_RW), 0);
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
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_4K, 512, PROT_RW), 0);
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

	assert_int_equal(map(s, IOVA_2M, PA_4K, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(unmap(s, IOVA_2M, SZ_4K, 1), SZ_4K);
	full = tables();
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
	assert_int_equal(s->nr_calls, 2);
	assert_int_equal(s->call[1].what, SMMU_WALK);
	assert_int_equal(s->call[1].iova, IOVA_2M);
	assert_int_equal(s->call[1].size, SZ_2M);
	assert_int_equal(s->call[1].tables, full);
	assert_int_equal(tables(), full - 1);
	assert_int_equal(phys(s, IOVA_2M), PA_2M);
	smmu_domain_free(s);
}

static void freeing_flushes_all_once_and_then_frees(void **state)
{
	struct smmu_domain *s = stage1_4k(0);
	const struct smmu_call *last = &s->call[0];
	u64 full;

	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
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
	assert_int_equal(map(s, 0x1000, 0x5000, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(map(s, 0x2000, 0x6000, SZ_8K, 1, PROT_RW), 0);
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

	assert_int_equal(map(s, 0x1000, 0x5000, SZ_4K, 1, PROT_RW), 0);
	old = io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.root;
	assert_int_equal(s->nr_calls, 0);
	assert_int_equal(map(s, 1ul << 39, 0x9000, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(s->nr_calls, 1);
	assert_int_equal(s->call[0].what, SMMU_ALL);
	assert_int_equal(io_pgtable_ops_to_pgtable(s->ops)->cfg.amd.mode, 4);
	assert_int_equal(root_of(s)[0], 0x6000000000000601 | old);
	smmu_attach(s);
	assert_int_equal(hw_phys(0x1fff, true), 0x5fff);
	assert_int_equal(hw_phys(1ul << 39, true), 0x9000);
	assert_int_equal(map(s, -SZ_4K, 0x9000, SZ_4K, 1, PROT_RW), 0);
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
	assert_int_equal(map(s, (1ul << 40) - SZ_4K, 0x9000, SZ_4K, 1, PROT_RW),
			 0);
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
	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
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
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_4K, 512, PROT_RW), 0);
	assert_int_equal(own.live, 3);
	assert_int_equal(hw_phys(IOVA_2M + 0x1fffff, true), PA_2M + 0x1fffff);
	assert_int_equal(unmap(s, IOVA_2M, SZ_2M, 1), SZ_2M);
	assert_int_equal(own.live, 2);
	/* An empty table under a large page. */
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_4K, 1, PROT_RW), 0);
	assert_int_equal(unmap(s, IOVA_2M, SZ_4K, 1), SZ_4K);
	assert_int_equal(own.live, 3);
	assert_int_equal(map(s, IOVA_2M, PA_2M, SZ_2M, 1, PROT_RW), 0);
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

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(selftest_over_granules_widths_and_stages),
		CASE(words_of_stage_1),
		CASE(words_of_stage_2),
		CASE(words_of_other_granules),
		CASE(tables_on_the_way_are_table_words),
		CASE(ns_is_set_in_leaves_and_tables),
		CASE(hd_writable_leaves_start_dirty),
		CASE(hd_leaves_are_reported_and_cleaned),
		CASE(a_count_of_small_pages_never_becomes_a_large_one),
		CASE(registers_of_stage_1),
		CASE(registers_of_stage_2),
		CASE(sizes_and_widths_are_restricted),
		CASE(aarch32_kinds_have_4k_only),
		CASE(ttbr1_addresses_have_all_upper_bits_set),
		CASE(requests_that_cannot_be_change_nothing),
		CASE(overlap_is_eexist_and_keeps_what_was_there),
		CASE(unmap_of_a_hole_is_0_and_warns),
		CASE(part_of_a_large_page_is_not_unmapped),
		CASE(leaves_are_given_to_add_page_one_by_one),
		CASE(table_goes_after_the_walk_flush),
		CASE(empty_table_makes_way_for_a_large_page),
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

	return cmocka_run_group_tests_name("io_pgtable", tests, NULL, NULL);
}
