/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-pgtable.h> (src/iommu_pt/io_pgtable*.c), as the driver in smmu.h uses
 * it: what it builds, read as raw words and by the hardware's walkers, and what it
 * refuses to map and unmap. The rest: test_io_pgtable_use.c.
 */
#include "unit/iommu_pt/io_pgtable.h"

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

		map_ok(smmu, iova, iova, size, 1);
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
		unmap_ok(smmu, iova, size, 1);
		assert_int_equal(smmu->nr_calls, tlb_calls + 1);
		assert_int_equal(phys(smmu, iova + 42), 0);
		assert_int_equal(hw_phys(iova + 42, false), 0);
		map_ok(smmu, iova, iova, size, 1);
		assert_int_equal(phys(smmu, iova + 42), iova + 42);
		unmap_ok(smmu, iova, size, 1);
	}

	/* The last one: shows an index of the root that lacks bits. */
	end = (1ul << ias) - largest;
	map_ok(smmu, end, end, largest, 1);
	assert_int_equal(phys(smmu, (1ul << ias) - 1), (1ul << ias) - 1);
	assert_int_equal(hw_phys((1ul << ias) - 1, true), (1ul << ias) - 1);
	assert_int_equal(phys(smmu, 42), end ? 0 : 42);
	unmap_ok(smmu, end, largest, 1);
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

#define R16K (SZ_16K | SZ_32M)
#define R64K (SZ_64K | SZ_512M)
#define P_4K IOVA_4K, PA_4K, SZ_4K
#define P_2M IOVA_2M, PA_2M, SZ_2M
#define READ_CACHED (IOMMU_READ | IOMMU_CACHE)
#define MSI_PROT (IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO)

/* As test_examples.c, by the calls of drivers; @level is ARM's. */
static const struct {
	enum io_pgtable_fmt fmt;
	unsigned long sizes;
	unsigned int width;
	unsigned long quirks;
	unsigned long iova;
	u64 pa;
	size_t pgsize;
	int prot;
	unsigned int level;
	u64 word;
} words[] = {
#define S1(quirk) ARM_64_LPAE_S1, SIZES_4K, 48, quirk
	{ S1(0), P_4K, PROT_RWC, 3, 0x487654f47 },
	{ S1(0), P_4K, PROT_RWC | IOMMU_NOEXEC, 3, 0x0060000487654f47 },
	{ S1(0), P_4K, READ_CACHED, 3, 0x487654fc7 },
	{ S1(0), P_4K, PROT_RW, 3, 0x487654e43 },
	{ S1(0), P_4K, PROT_RWC | IOMMU_PRIV, 3, 0x487654f07 },
	{ S1(0), 0x8000000, 0x8000000, SZ_4K, MSI_PROT, 3, 0x0060000008000e4b },
	{ S1(0), P_2M, PROT_RWC, 2, 0x80400f45 },
	{ S1(0), 0xc0000000, 0xc0000000, SZ_1G, PROT_RWC, 1, 0xc0000f45 },
	/* Writable leaves begin dirty. */
	{ S1(IO_PGTABLE_QUIRK_ARM_HD), P_4K, PROT_RWC, 3, 0x0008000487654f47 },
	{ S1(IO_PGTABLE_QUIRK_ARM_HD), P_4K, READ_CACHED, 3, 0x487654fc7 },
#undef S1
#define S2(quirk) ARM_64_LPAE_S2, SIZES_4K, 48, quirk
	{ S2(0), P_4K, PROT_RWC, 3, 0x4876547ff },
	{ S2(0), P_4K, PROT_RW, 3, 0x4876546d7 },
	{ S2(0), P_4K, PROT_RW | IOMMU_MMIO, 3, 0x4876546c7 },
	{ S2(0), P_2M, PROT_RWC, 2, 0x804007fd },
	{ S2(IO_PGTABLE_QUIRK_ARM_S2FWB), P_4K, PROT_RWC, 3, 0x4876547db },
#undef S2
	{ ARM_64_LPAE_S1, R16K, 48, 0, 0x4000, PA_4K, SZ_16K, PROT_RWC, 3,
	  0x487654f47 },
	{ ARM_64_LPAE_S1, R16K, 48, 0, 0, 0x84000000, SZ_32M, PROT_RWC, 2,
	  0x84000f45 },
	{ ARM_64_LPAE_S1, R64K, 52, 0, 0x10000, 0xabcdef0120000, SZ_64K,
	  PROT_RWC, 3, 0x0000bcdef012af47 },
	{ ARM_64_LPAE_S1, R64K, 52, 0, 0, 0xabcde00000000, SZ_512M, PROT_RWC, 2,
	  0x0000bcde0000af45 },
};

/* spec: iommu-pt F12 */
static void words_are_those_of_the_format(void **state)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		struct smmu_domain *s =
			domain_of(words[i].fmt, words[i].sizes, words[i].width,
				  words[i].width, words[i].quirks);

		assert_int_equal(map(s, words[i].iova, words[i].pa,
				     words[i].pgsize, 1, words[i].prot),
				 0);
		assert_int_equal(word(s, words[i].iova, words[i].level),
				 words[i].word);
		unmap_ok(s, words[i].iova, words[i].pgsize, 1);
		smmu_domain_free(s);
	}
}

static void tables_on_the_way_are_table_words(void **state)
{
	struct arm_lpae_io_pgtable_walk_data wd = {};
	struct smmu_domain *s = stage1_4k(0);
	unsigned int level;

	map_ok(s, IOVA_4K, PA_4K, SZ_4K, 1);
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
	unmap_ok(s, IOVA_4K, SZ_4K, 1);
	smmu_domain_free(s);
}

static void ns_is_set_in_leaves_and_tables(void **state)
{
	struct smmu_domain *s = stage1_4k(IO_PGTABLE_QUIRK_ARM_NS);

	map_ok(s, IOVA_4K, PA_4K, SZ_4K, 1);
	assert_int_equal(word(s, IOVA_4K, 3), 0x487654f67);
	assert_int_equal(word(s, IOVA_4K, 2) >> 63, 1);
	assert_int_equal(word(s, IOVA_4K, 0) >> 63, 1);
	smmu_attach(s);
	assert_int_equal(hw_phys(IOVA_4K, true), PA_4K);
	smmu_domain_free(s);
}

static void hd_leaves_are_reported_and_cleaned(void **state)
{
	struct smmu_domain *s = stage1_4k(IO_PGTABLE_QUIRK_ARM_HD);
	struct iommu_dirty_bitmap dirty;
	u64 bits = 0;
	struct iova_bitmap *bitmap =
		iova_bitmap_alloc(IOVA_4K, 4 * SZ_4K, SZ_4K, &bits);

	map_ok(s, IOVA_4K, PA_4K, SZ_4K, 1);
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
	unmap_ok(s, IOVA_4K, SZ_4K, 1);
	smmu_domain_free(s);
}

/* Of each page exactly the size that was asked for. */
static void a_count_of_small_pages_never_becomes_a_large_one(void **state)
{
	struct smmu_domain *s = stage1_4k(0);

	map_ok(s, IOVA_2M, PA_2M, SZ_4K, 512);
	assert_int_equal(word(s, IOVA_2M, 3), 0x80400f47);
	assert_int_equal(word(s, IOVA_2M + 511 * SZ_4K, 3), 0x805fff47);
	unmap_ok(s, IOVA_2M, SZ_4K, 512);
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
	map_ok(s, 0xfffff000, 0xff12345000, SZ_4K, 1);
	assert_int_equal(hw_phys(0xffffffff, true), 0xff12345fff);
	smmu_domain_free(s);

	s = domain_of(ARM_32_LPAE_S2, SIZES_4K, 40, 40, 0);
	smmu_attach(s);
	map_ok(s, 0xfffffff000, 0x12345000, SZ_4K, 1);
	assert_int_equal(hw_phys(0xffffffffff, true), 0x12345fff);
	smmu_domain_free(s);
}

static void ttbr1_addresses_have_all_upper_bits_set(void **state)
{
	struct smmu_domain *s = domain_of(ARM_64_LPAE_S1, SIZES_4K, 39, 48,
					  IO_PGTABLE_QUIRK_ARM_TTBR1);
	unsigned long iova = IOVA_4K | ~0ul << 39;
	unsigned int calls = s->nr_calls;

	map_ok(s, iova, PA_4K, SZ_4K, 1);
	assert_int_equal(phys(s, iova + 0xabc), PA_4K + 0xabc);
	assert_int_equal(phys(s, IOVA_4K), 0);
	assert_int_equal(word(s, iova, 3), 0x487654f47);
	/* The very last page; and one that is in the other half. */
	map_ok(s, -SZ_4K, PA_4K, SZ_4K, 1);
	assert_int_equal(phys(s, ~0ul), PA_4K + 0xfff);
	assert_int_equal(map(s, IOVA_4K, PA_4K, SZ_4K, 1, PROT_RWC), -ERANGE);
	assert_int_equal(boot_warnings(), 1);
	/* The driver hears of the addresses that it knows. */
	unmap_ok(s, iova, SZ_4K, 1);
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
	map_ok(s, 0, 0, SZ_4K, 0);
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

	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	assert_int_equal(map(s, IOVA_2M, PA_4K, SZ_4K, 1, PROT_RW), -EEXIST);
	assert_int_equal(map(s, IOVA_2M, 0, SZ_2M, 1, PROT_RW), -EEXIST);
	assert_int_equal(boot_warnings(), 2);
	assert_int_equal(phys(s, IOVA_2M + 0x1234), PA_2M + 0x1234);

	/* Over a table with something in it; and up to the obstacle. */
	map_ok(s, 0x1000, PA_4K, SZ_4K, 1);
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
	map_ok(s, 0, PA_2M, SZ_2M, 1);
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
	map_ok(s, 0x1000, PA_4K, SZ_4K, 2);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 4), 0x2000);
	assert_int_equal(boot_warnings(), 1);
	/* 6.17 itself. */
	lib_quirk_set(QUIRK_UNMAP_HOLE_ERRNO, true);
	assert_int_equal(unmap(s, 0x1000, SZ_4K, 1), (size_t)-ENOENT);
	assert_int_equal(boot_warnings(), 2);
	map_ok(s, 0x1000, PA_4K, SZ_4K, 1);
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

	map_ok(s, IOVA_2M, PA_2M, SZ_2M, 1);
	assert_int_equal(unmap(s, IOVA_2M, SZ_4K, 1), 0);
	assert_int_equal(unmap(s, IOVA_2M + 0x1000, SZ_4K, 1), 0);
	/* "Once" is per place and machine. */
	assert_int_equal(boot_warnings(), 1);
	assert_int_equal(phys(s, IOVA_2M), PA_2M);
	assert_int_equal(s->nr_calls, 0);
	smmu_domain_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(selftest_over_granules_widths_and_stages),
		CASE(words_are_those_of_the_format),
		CASE(tables_on_the_way_are_table_words),
		CASE(ns_is_set_in_leaves_and_tables),
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
	};

	return cmocka_run_group_tests_name("io_pgtable", tests, NULL, NULL);
}
