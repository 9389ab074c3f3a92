// SPDX-License-Identifier: MIT
/*
 * <linux/io-pgtable.h>, kinds ARM LPAE: from a cfg to a table, and to what the
 * registers must hold. Models drivers/iommu/io-pgtable-arm.c.
 *
 * L1  A cfg that came out well names one granule and its sizes only, widths that
 *     the format has, and register values that make hardware walk this table.
 * L2  A device address of a TTBR1 table has all bits from ias on set; the table
 *     is built for the bits below.
 * Tests: tests/unit/iommu_pt/test_io_pgtable*.c
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "iommu_pt/io_pgtable.h"

#define ARM_MAIR 0x00000000f404ff44ull

/* Fields of TCR and VTCR: shareability, cacheability of the walker's reads. */
#define ARM_TCR_SH_OUTER 2
#define ARM_TCR_SH_INNER 3
#define ARM_TCR_NC 0
#define ARM_TCR_WBWA 1

#define S1_QUIRKS                                               \
	(IO_PGTABLE_QUIRK_ARM_NS | IO_PGTABLE_QUIRK_ARM_TTBR1 | \
	 IO_PGTABLE_QUIRK_ARM_OUTER_WBWA | IO_PGTABLE_QUIRK_ARM_HD)
#define S2_QUIRKS IO_PGTABLE_QUIRK_ARM_S2FWB

/* The granule to use, by what the driver can do: near to the CPU's page. */
static unsigned long pick_granule(unsigned long sizes)
{
	unsigned long below = sizes & (PAGE_SIZE - 1),
		      above = sizes & PAGE_MASK;

	if (sizes & PAGE_SIZE)
		return PAGE_SIZE;
	if (below)
		return 1ul << __fls(below);
	return above & -above;
}

/* Leave one granule, its sizes, and widths that it can have. */
static void restrict_cfg(struct io_pgtable_cfg *cfg)
{
	unsigned int most = 48;
	unsigned long sizes;

	switch (pick_granule(cfg->pgsize_bitmap)) {
	case SZ_4K:
		sizes = SZ_4K | SZ_2M | SZ_1G;
		break;
	case SZ_16K:
		sizes = SZ_16K | SZ_32M;
		break;
	case SZ_64K:
		most = 52;
		sizes = SZ_64K | SZ_512M;
		if (cfg->oas > 48)
			sizes |= SZ_4T;
		break;
	default:
		sizes = 0;
	}
	cfg->pgsize_bitmap &= sizes;
	cfg->ias = min(cfg->ias, most);
	cfg->oas = min(cfg->oas, most);
}

/* What the three granules do in the same way, by the smallest size of @cfg. */
static int init_table(struct io_table *t, unsigned int features,
		      struct pt_iommu_arm_hw_info *info)
{
	const struct io_pgtable_cfg *cfg = &t->iop.cfg;
	const struct pt_iommu_arm_cfg arm = {
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE) | features,
			.hw_max_vasz_lg2 = cfg->ias,
			.hw_max_oasz_lg2 = cfg->oas,
		},
	};
	int ret;

	if (cfg->pgsize_bitmap & SZ_4K) {
		ret = pt_iommu_arm_4k_init(&t->arm_pt, &arm, GFP_KERNEL);
		if (!ret)
			pt_iommu_arm_4k_hw_info(&t->arm_pt, info);
	} else if (cfg->pgsize_bitmap & SZ_16K) {
		ret = pt_iommu_arm_16k_init(&t->arm_pt, &arm, GFP_KERNEL);
		if (!ret)
			pt_iommu_arm_16k_hw_info(&t->arm_pt, info);
	} else {
		ret = pt_iommu_arm_64k_init(&t->arm_pt, &arm, GFP_KERNEL);
		if (!ret)
			pt_iommu_arm_64k_hw_info(&t->arm_pt, info);
	}
	return ret;
}

static struct io_table *new_table(struct io_pgtable_cfg *cfg, void *cookie,
				  const char *kind, unsigned long quirks)
{
	struct io_pgtable_cfg mine = *cfg;
	struct io_table *t;
	const char *why = NULL;

	restrict_cfg(&mine);
	if (!(mine.pgsize_bitmap & (SZ_4K | SZ_16K | SZ_64K)))
		why = "no page size of 4, 16 or 64 KiB";
	else if (!mine.coherent_walk && !mine.iommu_dev)
		why = "no device to clean tables for";
	else if (mine.coherent_walk &&
		 mine.quirks & IO_PGTABLE_QUIRK_ARM_OUTER_WBWA)
		why = "quirk OUTER_WBWA is for walkers that do not snoop";
	if (why) {
		io_table_refuse(cfg, kind, why);
		return NULL;
	}
	t = io_table_new(&mine, cookie, kind, quirks, !mine.coherent_walk);
	if (t)
		t->arm = true;
	return t;
}

/* How the walker shall read, by whether it snoops. */
static unsigned int walks_share(const struct io_table *t)
{
	return t->stale ? ARM_TCR_SH_OUTER : ARM_TCR_SH_INNER;
}

static unsigned int walks_cache(const struct io_table *t)
{
	return t->stale ? ARM_TCR_NC : ARM_TCR_WBWA;
}

static struct io_pgtable *stage1(struct io_pgtable_cfg *cfg, void *cookie,
				 const char *kind)
{
	/* TG0 and TG1 count granules of 4, 16, 64 KiB in their own ways. */
	static const u8 tg1[] = { [0] = 2, [2] = 1, [1] = 3 };
	struct io_table *t = new_table(cfg, cookie, kind, S1_QUIRKS);
	struct pt_iommu_arm_hw_info info;
	unsigned int features = 0;
	bool upper, outer;
	int ret;

	if (!t)
		return NULL;
	upper = t->iop.cfg.quirks & IO_PGTABLE_QUIRK_ARM_TTBR1;
	outer = t->iop.cfg.quirks & IO_PGTABLE_QUIRK_ARM_OUTER_WBWA;
	if (upper)
		t->upper = ~0ul << t->iop.cfg.ias;
	if (t->iop.cfg.quirks & IO_PGTABLE_QUIRK_ARM_NS)
		features |= BIT(PT_FEAT_ARM_NS);
	if (t->iop.cfg.quirks & IO_PGTABLE_QUIRK_ARM_HD)
		features |= BIT(PT_FEAT_ARM_HD);
	ret = init_table(t, features, &info);
	if (!ret) {
		t->iop.cfg.arm_lpae_s1_cfg.ttbr = info.ttb;
		t->iop.cfg.arm_lpae_s1_cfg.mair = ARM_MAIR;
		t->iop.cfg.arm_lpae_s1_cfg.tcr.ips = info.ps;
		t->iop.cfg.arm_lpae_s1_cfg.tcr.tg = upper ? tg1[info.tg] :
							    info.tg;
		t->iop.cfg.arm_lpae_s1_cfg.tcr.sh = walks_share(t);
		t->iop.cfg.arm_lpae_s1_cfg.tcr.orgn = outer ? ARM_TCR_WBWA :
							      walks_cache(t);
		t->iop.cfg.arm_lpae_s1_cfg.tcr.irgn = walks_cache(t);
		t->iop.cfg.arm_lpae_s1_cfg.tcr.tsz = info.tsz;
	}
	return io_table_ready(t, cfg, ret);
}

static struct io_pgtable *stage2(struct io_pgtable_cfg *cfg, void *cookie,
				 const char *kind)
{
	struct io_table *t = new_table(cfg, cookie, kind, S2_QUIRKS);
	unsigned int features = BIT(PT_FEAT_ARM_STAGE2);
	struct pt_iommu_arm_hw_info info;
	int ret;

	if (!t)
		return NULL;
	if (t->iop.cfg.quirks & IO_PGTABLE_QUIRK_ARM_S2FWB)
		features |= BIT(PT_FEAT_ARM_S2FWB);
	ret = init_table(t, features, &info);
	/* It must begin one level lower, and that takes too many tables. */
	WARN_ON(ret == -EOPNOTSUPP);
	if (!ret) {
		t->iop.cfg.arm_lpae_s2_cfg.vttbr = info.ttb;
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.ps = info.ps;
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.tg = info.tg;
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.sh = walks_share(t);
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.orgn = walks_cache(t);
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.irgn = walks_cache(t);
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.sl = info.sl;
		t->iop.cfg.arm_lpae_s2_cfg.vtcr.tsz = info.tsz;
	}
	return io_table_ready(t, cfg, ret);
}

/* AArch32: the long descriptors, 4 KiB only. False: cannot be. */
static bool restrict_32(struct io_pgtable_cfg *cfg, unsigned int ias,
			const char *kind)
{
	if (cfg->ias > ias || cfg->oas > 40) {
		io_table_refuse(cfg, kind, "wider than AArch32 can be");
		return false;
	}
	cfg->pgsize_bitmap &= SZ_4K | SZ_2M | SZ_1G;
	return true;
}

static struct io_pgtable *alloc_64_s1(struct io_pgtable_cfg *cfg, void *cookie)
{
	return stage1(cfg, cookie, "arm_64_lpae_s1");
}

static struct io_pgtable *alloc_64_s2(struct io_pgtable_cfg *cfg, void *cookie)
{
	return stage2(cfg, cookie, "arm_64_lpae_s2");
}

static struct io_pgtable *alloc_32_s1(struct io_pgtable_cfg *cfg, void *cookie)
{
	if (!restrict_32(cfg, 32, "arm_32_lpae_s1"))
		return NULL;
	return stage1(cfg, cookie, "arm_32_lpae_s1");
}

static struct io_pgtable *alloc_32_s2(struct io_pgtable_cfg *cfg, void *cookie)
{
	if (!restrict_32(cfg, 40, "arm_32_lpae_s2"))
		return NULL;
	return stage2(cfg, cookie, "arm_32_lpae_s2");
}

struct io_pgtable_init_fns io_pgtable_arm_64_lpae_s1_init_fns = {
	.alloc = alloc_64_s1,
	.free = io_table_free,
	.caps = IO_PGTABLE_CAP_CUSTOM_ALLOCATOR,
};

struct io_pgtable_init_fns io_pgtable_arm_64_lpae_s2_init_fns = {
	.alloc = alloc_64_s2,
	.free = io_table_free,
	.caps = IO_PGTABLE_CAP_CUSTOM_ALLOCATOR,
};

struct io_pgtable_init_fns io_pgtable_arm_32_lpae_s1_init_fns = {
	.alloc = alloc_32_s1,
	.free = io_table_free,
	.caps = IO_PGTABLE_CAP_CUSTOM_ALLOCATOR,
};

struct io_pgtable_init_fns io_pgtable_arm_32_lpae_s2_init_fns = {
	.alloc = alloc_32_s2,
	.free = io_table_free,
	.caps = IO_PGTABLE_CAP_CUSTOM_ALLOCATOR,
};
