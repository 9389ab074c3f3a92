/* SPDX-License-Identifier: MIT */
/*
 * The worked examples of the formats' documentation, word for word: a request,
 * and the words that must stand in the tables. Then the hardware's walker, which
 * is other code, must read the request's answer from them, and from what every
 * other size makes.
 *
 * Tables are made one after the other from ARENA on, from the root down, so that
 * pointers are the examples', too.
 */
#include "unit/iova/boot.h"

#include <linux/generic_pt/iommu.h>

#include "iommu/sim_iommu.h"

#define RID 0x100
#define ARENA 0x100000000ull
#define ARENA_SIZE SZ_1M

#define R IOMMU_READ
#define W IOMMU_WRITE
#define RW (R | W)
#define C IOMMU_CACHE
#define NX IOMMU_NOEXEC

static union {
	struct sim_table table;
	struct pt_iommu pt;
	struct pt_iommu_amdv1 amdv1;
	struct pt_iommu_x86_64 x86_64;
	struct pt_iommu_vtdss vtdss;
	struct pt_iommu_riscv_64 riscv_64;
	struct pt_iommu_arm arm;
} t;

/* ---- tables at the addresses of the examples ---- */

static u64 arena_next;

static void *arena_alloc(struct pt_iommu *pt, size_t size, gfp_t gfp)
{
	u64 at = (arena_next + size - 1) & ~(u64)(size - 1);

	if (at + size > ARENA + ARENA_SIZE)
		return NULL;
	arena_next = at + size;
	return memset(phys_to_virt(at), 0, size);
}

static void arena_free(struct pt_iommu *pt, void *table, size_t size)
{
}

static void change_top(struct pt_iommu *pt, phys_addr_t pa, unsigned int level);

static spinlock_t *get_top_lock(struct pt_iommu *pt)
{
	static DEFINE_SPINLOCK(lock);

	return &lock;
}

static const struct pt_iommu_driver_ops driver_ops = {
	.change_top = change_top,
	.get_top_lock = get_top_lock,
	.alloc_table = arena_alloc,
	.free_table = arena_free,
};

/* ---- kinds of tables ---- */

#define COMMON(va, oa, feat)                                       \
	.common = { .features = BIT(PT_FEAT_FLUSH_RANGE) | (feat), \
		    .hw_max_vasz_lg2 = (va),                       \
		    .hw_max_oasz_lg2 = (oa) }

static int init_amdv1(unsigned int features)
{
	const struct pt_iommu_amdv1_cfg cfg = {
		COMMON(64, 52,
		       BIT(PT_FEAT_DYNAMIC_TOP) |
			       BIT(PT_FEAT_AMDV1_FORCE_COHERENCE)),
		.starting_level = 2,
	};

	return pt_iommu_amdv1_init(&t.amdv1, &cfg, GFP_KERNEL);
}

static int init_x86_64(unsigned int features)
{
	const struct pt_iommu_x86_64_cfg cfg = {
		COMMON(48, 52, BIT(PT_FEAT_SIGN_EXTEND)),
		.top_level = 3,
	};

	return pt_iommu_x86_64_init(&t.x86_64, &cfg, GFP_KERNEL);
}

static int init_vtdss(unsigned int features)
{
	const struct pt_iommu_vtdss_cfg cfg = {
		COMMON(48, 52, features),
		.top_level = 3,
	};

	return pt_iommu_vtdss_init(&t.vtdss, &cfg, GFP_KERNEL);
}

static int init_riscv(unsigned int features)
{
	const struct pt_iommu_riscv_64_cfg cfg = {
		COMMON(48, 56,
		       BIT(PT_FEAT_SIGN_EXTEND) |
			       BIT(PT_FEAT_RISCV_SVNAPOT_64K)),
	};

	return pt_iommu_riscv_64_init(&t.riscv_64, &cfg, GFP_KERNEL);
}

static int init_arm_4k(unsigned int features)
{
	const struct pt_iommu_arm_cfg cfg = { COMMON(48, 48, features) };

	return pt_iommu_arm_4k_init(&t.arm, &cfg, GFP_KERNEL);
}

static int init_arm_16k(unsigned int features)
{
	const struct pt_iommu_arm_cfg cfg = { COMMON(47, 48, features) };

	return pt_iommu_arm_16k_init(&t.arm, &cfg, GFP_KERNEL);
}

static int init_arm_64k(unsigned int features)
{
	const struct pt_iommu_arm_cfg cfg = { COMMON(48, 52, features) };

	return pt_iommu_arm_64k_init(&t.arm, &cfg, GFP_KERNEL);
}

/**
 * struct tree - a kind of table, and how hardware is told of it
 * @pointers: on the way to 0x123456000, from level 1 up; 0: there is no example
 */
static const struct tree {
	const char *name;
	int (*init)(unsigned int features);
	unsigned int features;
	enum hw_pt_format hw;
	unsigned int levels, va_lg2, granule_lg2;
	bool sign_extend, dirty;
	u64 pointers[3];
} trees[] = {
#define X86_POINTERS                                  \
	{                                             \
		0x100003027, 0x100002027, 0x100001027 \
	}
#define ARM_POINTERS                                  \
	{                                             \
		0x100003003, 0x100002003, 0x100001003 \
	}
#define AMDV1 (&trees[0])
	{ "amdv1", init_amdv1, 0, HW_PT_AMDV1, 3, 0, 12,
	  .pointers = { 0x6000000100003201, 0x6000000100002401 } },
#define X86_64 (&trees[1])
	{ "x86_64", init_x86_64, 0, HW_PT_X86_64, 4, 48, 12, true,
	  .pointers = X86_POINTERS },
#define VTDSS (&trees[2])
	{ "vtdss", init_vtdss, 0, HW_PT_VTDSS, 4, 48, 12,
	  .pointers = ARM_POINTERS },
#define VTDSS_SNP (&trees[3])
	{ "vtdss+snp", init_vtdss, BIT(PT_FEAT_VTDSS_FORCE_COHERENCE),
	  HW_PT_VTDSS, 4, 48, 12, .pointers = ARM_POINTERS },
#define S1 (&trees[4])
	{ "arm_s1_4k", init_arm_4k, 0, HW_PT_ARM_S1_4K, 4, 48, 12,
	  .pointers = ARM_POINTERS },
#define S1_HD (&trees[5])
	{ "arm_s1_4k+hd", init_arm_4k, BIT(PT_FEAT_ARM_HD), HW_PT_ARM_S1_4K, 4,
	  48, 12, .dirty = true, .pointers = ARM_POINTERS },
#define S2 (&trees[6])
	{ "arm_s2_4k", init_arm_4k, BIT(PT_FEAT_ARM_STAGE2), HW_PT_ARM_S2_4K, 4,
	  48, 12, .pointers = ARM_POINTERS },
#define S2_FWB (&trees[7])
	{ "arm_s2_4k+fwb", init_arm_4k,
	  BIT(PT_FEAT_ARM_STAGE2) | BIT(PT_FEAT_ARM_S2FWB), HW_PT_ARM_S2_4K, 4,
	  48, 12, .pointers = ARM_POINTERS },
#define S1_16K (&trees[8])
	{ "arm_s1_16k", init_arm_16k, 0, HW_PT_ARM_S1_16K, 3, 47, 14 },
#define S1_64K (&trees[9])
	{ "arm_s1_64k", init_arm_64k, 0, HW_PT_ARM_S1_64K, 3, 48, 16 },
#define SV48 (&trees[10])
	{ "riscv64", init_riscv, 0, HW_PT_RISCV_64, 4, 48, 12, true,
	  .pointers = { 0x40000c01, 0x40000801, 0x40000401 } },
	/* No examples, but sizes. */
	{ "arm_s1_4k+contig", init_arm_4k, BIT(PT_FEAT_ARM_CONTIG),
	  HW_PT_ARM_S1_4K, 4, 48, 12 },
	{ "arm_s2_16k+contig", init_arm_16k,
	  BIT(PT_FEAT_ARM_STAGE2) | BIT(PT_FEAT_ARM_CONTIG), HW_PT_ARM_S2_16K,
	  3, 47, 14 },
	{ "arm_s1_64k+contig", init_arm_64k, BIT(PT_FEAT_ARM_CONTIG),
	  HW_PT_ARM_S1_64K, 3, 48, 16 },
	{ "arm_s2_64k", init_arm_64k, BIT(PT_FEAT_ARM_STAGE2), HW_PT_ARM_S2_64K,
	  3, 48, 16 },
};

/* ---- the examples ---- */

#define IOVA 0x123456000ull
#define PA 0x487654000ull
#define IOVA_2M 0x40200000ull
#define PA_2M 0x80400000ull
#define P_4K IOVA, PA, SZ_4K
#define P_2M IOVA_2M, PA_2M, SZ_2M
#define P_1G 0xc0000000ull, 0xc0000000ull, SZ_1G

/**
 * struct example - what a request makes of one entry
 * @allowed: what a device may do then
 * @level, @index: where its first item stands
 * @nr: of items, all of which hold @word
 * @word_617: what 6.17 writes, if that is another one; a walker reads the same
 */
static const struct example {
	const char *name;
	const struct tree *tree;
	u64 iova, pa, len;
	int prot, allowed;
	unsigned int level, index, nr;
	u64 word, word_617;
} examples[] = {
	/* AMD v1 */
	{ "4K RW", AMDV1, P_4K, RW, RW, 0, 86, 1, 0x7000000487654001 },
	{ "2M READ", AMDV1, P_2M, R, R, 1, 1, 1, 0x3000000080400001 },
	{ "8K RW", AMDV1, 0x12000, 0x232000, SZ_8K, RW, RW, 0, 18, 2,
	  0x7000000000232e01 },
	{ "64K RW", AMDV1, 0x10000, 0x230000, SZ_64K, RW, RW, 0, 16, 16,
	  0x7000000000237e01 },
	{ "1M RW", AMDV1, 0x500000, 0x500000, SZ_1M, RW, RW, 0, 256, 256,
	  0x700000000057fe01 },
	{ "4M RW", AMDV1, 0x800000, 0x80c00000, SZ_4M, RW, RW, 1, 4, 2,
	  0x7000000080dffe01 },
	{ "8G RW", AMDV1, 0x200000000, 0x1000000000, 0x200000000, RW, RW, 2, 8,
	  8, 0x70000010fffffe01 },

	/* x86-64 */
	{ "4K RW", X86_64, P_4K, RW, RW, 0, 86, 1, 0x487654067 },
	{ "4K READ", X86_64, P_4K, R, R, 0, 86, 1, 0x487654025, 0x487654065 },
	{ "2M RW", X86_64, P_2M, RW, RW, 1, 1, 1, 0x804000e7 },
	{ "2M READ", X86_64, P_2M, R, R, 1, 1, 1, 0x804000a5 },
	{ "1G RW", X86_64, P_1G, RW, RW, 2, 3, 1, 0xc00000e7 },

	/* VT-d second stage */
	{ "4K RW", VTDSS, P_4K, RW, RW, 0, 86, 1, 0x487654003 },
	{ "4K READ", VTDSS, P_4K, R, R, 0, 86, 1, 0x487654001 },
	{ "4K WRITE", VTDSS, P_4K, W, W, 0, 86, 1, 0x487654002 },
	{ "4K RW+SNP", VTDSS_SNP, P_4K, RW, RW, 0, 86, 1, 0x487654803 },
	{ "2M READ", VTDSS, P_2M, R, R, 1, 1, 1, 0x80400081 },
	{ "1G RW+SNP", VTDSS_SNP, P_1G, RW, RW, 2, 3, 1, 0xc0000883 },

	/* ARM LPAE */
	{ "page RW", S1, P_4K, RW | C, RW, 0, 86, 1, 0x487654f47 },
	{ "page +NOEXEC", S1, P_4K, RW | C | NX, RW, 0, 86, 1,
	  0x0060000487654f47 },
	{ "page READ", S1, P_4K, R | C, R, 0, 86, 1, 0x487654fc7 },
	{ "page no CACHE", S1, P_4K, RW, RW, 0, 86, 1, 0x487654e43 },
	{ "page PRIV", S1, P_4K, RW | C | IOMMU_PRIV, 0, 0, 86, 1,
	  0x487654f07 },
	{ "page HD", S1_HD, P_4K, RW | C, RW, 0, 86, 1, 0x0008000487654f47 },
	{ "page MSI", S1, 0x8000000, 0x8000000, SZ_4K, W | NX | IOMMU_MMIO, RW,
	  0, 0, 1, 0x0060000008000e4b },
	{ "2M RW", S1, P_2M, RW | C, RW, 1, 1, 1, 0x80400f45 },
	{ "2M READ", S1, P_2M, R | C, R, 1, 1, 1, 0x80400fc5 },
	{ "1G RW", S1, P_1G, RW | C, RW, 2, 3, 1, 0xc0000f45 },
	{ "page RW", S2, P_4K, RW | C, RW, 0, 86, 1, 0x4876547ff },
	{ "page READ", S2, P_4K, R | C, R, 0, 86, 1, 0x48765477f },
	{ "page no CACHE", S2, P_4K, RW, RW, 0, 86, 1, 0x4876546d7 },
	{ "page MMIO", S2, P_4K, RW | IOMMU_MMIO, RW, 0, 86, 1, 0x4876546c7 },
	{ "page FWB", S2_FWB, P_4K, RW | C, RW, 0, 86, 1, 0x4876547db },
	{ "2M RW", S2, P_2M, RW | C, RW, 1, 1, 1, 0x804007fd },
	{ "page of 52 bits", S1_64K, 0x120000, 0xabcdef0120000, SZ_64K, RW | C,
	  RW, 0, 18, 1, 0x0000bcdef012af47 },
	{ "512M of 52 bits", S1_64K, 0x60000000, 0xabcde00000000, SZ_512M,
	  RW | C, RW, 1, 3, 1, 0x0000bcde0000af45 },
	{ "page", S1_16K, 0x123454000, PA, SZ_16K, RW | C, RW, 0, 1301, 1,
	  0x487654f47 },
	{ "32M", S1_16K, 0x42000000, 0x84000000, SZ_32M, RW | C, RW, 1, 33, 1,
	  0x84000f45 },

	/* RISC-V */
	{ "4K RW", SV48, P_4K, RW, RW, 0, 86, 1, 0x121d950df, 0x121d950d7 },
	{ "4K RW NOEXEC", SV48, P_4K, RW | NX, RW, 0, 86, 1, 0x121d950d7 },
	{ "4K READ", SV48, P_4K, R, R, 0, 86, 1, 0x121d9505b, 0x121d95053 },
	{ "2M READ", SV48, P_2M, R, R, 1, 1, 1, 0x2010005b, 0x20100053 },
	{ "64K RW NOEXEC", SV48, 0x10000, 0x230000, SZ_64K, RW | NX, RW, 0, 16,
	  16, 0x800000000008e0d7 },
};

/* ---- comparing ---- */

static const struct tree *tree;

static void attach(const struct tree *which, u64 root, unsigned int levels)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = which->hw,
		.root = root,
		.levels = levels,
		.va_lg2 = which->va_lg2,
		.sign_extend = which->sign_extend,
		.domain = 1,
		.dirty = which->dirty,
	};

	hw_iommu_set_context(RID, &ctx);
}

/* Only AMD's first format grows. */
static void change_top(struct pt_iommu *pt, phys_addr_t pa, unsigned int level)
{
	attach(AMDV1, pa, level + 1);
}

static void begin(const struct tree *which)
{
	tree = which;
	memset(&t, 0, sizeof(t));
	t.pt.nid = NUMA_NO_NODE;
	t.pt.driver_ops = &driver_ops;
	/* The root of three levels is T2, of four T3. */
	arena_next = ARENA;
	if (which->levels == 3 && which->granule_lg2 == 12)
		arena_next += SZ_4K;
	attach(which, arena_next, which->levels);
	assert_int_equal(which->init(which->features), 0);
}

/* The table of @level on the way to @iova, by pointers that @tree's words are. */
static u64 *table_at(u64 iova, unsigned int level)
{
	struct pt_iommu_path path;

	t.pt.ops->find(&t.pt, iova, &path);
	assert_in_range(level, path.level, path.top_level);
	return (u64 *)((uintptr_t)path.item[level] &
		       ~((1ull << tree->granule_lg2) - 1));
}

/* May a device @write at @addr, and where does it end up? */
static void assert_access(u64 addr, bool write, bool allowed, u64 phys, u64 len)
{
	unsigned int lg2 = 0;
	uint64_t hw = 0;

	assert_int_equal(hw_iommu_peek(RID, addr, write, &hw, &lg2),
			 allowed ? HW_OK : HW_ERR_PERM);
	if (!allowed)
		return;
	assert_int_equal(hw, phys);
	assert_int_equal(1ull << lg2, len);
}

static void assert_walks(const struct example *e)
{
	const u64 at[] = { 0, e->len / 2 + 8, e->len - 1 };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		assert_access(e->iova + at[i], false, e->allowed & R,
			      e->pa + at[i], e->len);
		assert_access(e->iova + at[i], true, e->allowed & W,
			      e->pa + at[i], e->len);
	}
}

static void example(void **state)
{
	const struct example *e = *state;
	struct iommu_iotlb_gather gather;
	size_t done = 0;
	unsigned int i;
	u64 *table;

	begin(e->tree);
	t.pt.domain.pgsize_bitmap |= e->len;
	assert_int_equal(t.pt.ops->map_range(&t.pt, e->iova, e->pa, e->len,
					     e->prot, GFP_KERNEL, &done),
			 0);
	assert_int_equal(done, e->len);

	table = table_at(e->iova, e->level);
	for (i = 0; i < 1u << (tree->granule_lg2 - 3); i++)
		assert_int_equal(table[i], i - e->index < e->nr ? e->word : 0);
	assert_walks(e);
	for (i = 0; e->word_617 && i < e->nr; i++)
		table[e->index + i] = e->word_617;
	assert_walks(e);
	assert_int_equal(t.pt.ops->iova_to_phys(&t.pt, e->iova), e->pa);

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(t.pt.ops->unmap_range(&t.pt, e->iova, e->len, &gather),
			 e->len);
	assert_int_equal(hw_iommu_peek(RID, e->iova, false, NULL, NULL),
			 HW_ERR_UNMAPPED);
	pt_iommu_deinit(&t.pt);
}

static void pointers(void **state)
{
	size_t done = 0;
	unsigned int n, level;

	for (n = 0; n < ARRAY_SIZE(trees); n++) {
		static const unsigned int index[] = { 86, 282, 4, 0 };

		if (!trees[n].pointers[0])
			continue;
		begin(&trees[n]);
		assert_int_equal(t.pt.ops->map_range(&t.pt, IOVA, PA, SZ_4K, RW,
						     GFP_KERNEL, &done),
				 0);
		for (level = 1; level < tree->levels; level++)
			assert_int_equal(table_at(IOVA, level)[index[level]],
					 tree->pointers[level - 1]);
		/* T3 to T0 are one behind the other. */
		assert_ptr_equal(table_at(IOVA, 0), phys_to_virt(0x100003000));
		pt_iommu_deinit(&t.pt);
	}
}

static void amdv1_pointer_to_the_old_root(void **state)
{
	size_t done = 0;

	begin(AMDV1);
	pt_iommu_deinit(&t.pt);
	arena_next = ARENA;
	t.pt.driver_ops = &driver_ops;
	assert_int_equal(init_amdv1(0), 0);
	assert_int_equal(t.pt.ops->map_range(&t.pt, 1ull << 39, PA, SZ_4K, RW,
					     GFP_KERNEL, &done),
			 0);
	assert_int_equal(table_at(1ull << 39, 3)[0], 0x6000000100000601);
	pt_iommu_deinit(&t.pt);
}

/* Map one page of 2^@n bytes to @oa: does hardware find all of it there? */
static void check_size(unsigned int n, u64 oa)
{
	u64 size = 1ull << n, at[] = { 0, size / 2 + 8, size - 1 };
	struct iommu_iotlb_gather gather;
	unsigned int i, write;
	size_t done = 0;

	assert_int_equal(t.pt.ops->map_range(&t.pt, size, oa, size, RW,
					     GFP_KERNEL, &done),
			 0);
	for (i = 0; i < 3; i++)
		for (write = 0; write < 2; write++)
			assert_access(size + at[i], write, true, oa + at[i],
				      size);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(t.pt.ops->unmap_range(&t.pt, size, size, &gather),
			 size);
}

/* Each at physical 0, at the highest address and at one of all bits. */
static void every_size_leads_where_it_should(void **state)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(trees); i++) {
		unsigned int width;
		u64 sizes;

		begin(&trees[i]);
		sizes = t.pt.domain.pgsize_bitmap;
		/* As wide as this IOMMU is at most. */
		width = min_t(unsigned int, t.table.common.max_oasz_lg2, 52);
		for (n = tree->granule_lg2; n < width; n++) {
			u64 in_page = (1ull << n) - 1;
			u64 all = (1ull << width) - 1;

			if (!(sizes >> n & 1))
				continue;
			check_size(n, 0);
			check_size(n, 0x74a71445deadbeef & all & ~in_page);
			check_size(n, all & ~in_page);
		}
		pt_iommu_deinit(&t.pt);
	}
}

/* ---- words that hardware, or who reads its marks, leaves ---- */

static u64 *map_one(const struct tree *which, u64 iova, u64 pa, u64 len,
		    unsigned int level, unsigned int index)
{
	size_t done = 0;

	begin(which);
	assert_int_equal(t.pt.ops->map_range(&t.pt, iova, pa, len, RW | C,
					     GFP_KERNEL, &done),
			 0);
	return &table_at(iova, level)[index];
}

static void vtdss_2m_after_a_write(void **state)
{
	u64 *item = map_one(VTDSS, P_2M, 1, 1);

	assert_int_equal(t.pt.ops->set_dirty(&t.pt, IOVA_2M), 0);
	/* Hardware sets A as well; see tests/unit/iommu/test_dirty.c. */
	*item |= 0x100;
	assert_int_equal(*item, 0x80400383);
	assert_access(IOVA_2M, true, true, PA_2M, SZ_2M);
	pt_iommu_deinit(&t.pt);
}

static void arm_hd_page_after_cleaning(void **state)
{
	u64 *item = map_one(S1_HD, P_4K, 0, 86);
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;

	iommu_dirty_bitmap_init(&dirty, NULL, &gather);
	assert_int_equal(t.pt.ops->read_and_clear_dirty(&t.pt, IOVA, SZ_4K, 0,
							&dirty),
			 0);
	assert_int_equal(*item, 0x0008000487654fc7);
	assert_access(IOVA, true, true, PA, SZ_4K);
	assert_int_equal(t.pt.ops->set_dirty(&t.pt, IOVA), 0);
	assert_int_equal(*item, 0x0008000487654f47);
	pt_iommu_deinit(&t.pt);
}

/* 6.17 leaves D to hardware that can set it; other hardware refuses the write. */
static void riscv_page_with_dirty_left_to_hardware(void **state)
{
	struct tree sade = *SV48;
	u64 *item = map_one(SV48, P_4K, 0, 86);

	*item = 0x121d95057;
	assert_access(IOVA, false, true, PA, SZ_4K);
	assert_access(IOVA, true, false, 0, 0);
	sade.dirty = true;
	attach(&sade, ARENA, 4);
	assert_access(IOVA, true, true, PA, SZ_4K);
	pt_iommu_deinit(&t.pt);
}

/* ---- the machine ---- */

/* All of it is the page allocator's: take the block where the arena is to be. */
static struct page *arena, *others[64];
static unsigned int nr_others;

static int setup(void **state)
{
	static const struct hw_config cfg = {
		.ram = { { 0x100000, SZ_16M }, { ARENA, ARENA_SIZE } },
		.nr_ram = 2,
		.mmio32_start = 0xe0000000,
		.mmio32_end = 0xfec00000,
		.iommu = true,
	};
	struct page *page;

	boot_machine_of(&cfg);
	while ((page = alloc_pages(GFP_KERNEL, get_order(ARENA_SIZE)))) {
		if (page_to_phys(page) == ARENA)
			break;
		assert_in_range(nr_others, 0, 63);
		others[nr_others++] = page;
	}
	arena = page;
	assert_non_null(arena);
	return 0;
}

static int teardown(void **state)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_context(RID, &blocked);
	while (nr_others)
		__free_pages(others[--nr_others], get_order(ARENA_SIZE));
	__free_pages(arena, get_order(ARENA_SIZE));
	boot_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(pointers),
		cmocka_unit_test(every_size_leads_where_it_should),
		cmocka_unit_test(amdv1_pointer_to_the_old_root),
		cmocka_unit_test(vtdss_2m_after_a_write),
		cmocka_unit_test(arm_hd_page_after_cleaning),
		cmocka_unit_test(riscv_page_with_dirty_left_to_hardware),
	};
	struct CMUnitTest tests[ARRAY_SIZE(examples) + ARRAY_SIZE(more)];
	char names[ARRAY_SIZE(examples)][40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(examples); i++) {
		snprintf(names[i], sizeof(names[i]), "example[%s, %s]",
			 examples[i].tree->name, examples[i].name);
		tests[i] = (struct CMUnitTest){ names[i], example, NULL, NULL,
						(void *)&examples[i] };
	}
	memcpy(&tests[i], more, sizeof(more));
	return cmocka_run_group_tests_name("page table examples", tests, setup,
					   teardown);
}
