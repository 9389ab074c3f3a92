/* SPDX-License-Identifier: MIT */
/*
 * A driver as one for an SMMU is written: domains on io-pgtable, invalidation by
 * its callbacks, contexts from nothing but the register values that the table
 * hands out. Kernel dialect; hw_iommu_*() stand for registers and commands.
 */
#ifndef TESTS_UNIT_IOMMU_PT_SMMU_H
#define TESTS_UNIT_IOMMU_PT_SMMU_H

#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hw/hw.h"

#define SMMU_RID 0x100
#define SMMU_TAG 5

/* What the table asked the driver to do, in order. */
struct smmu_call {
	enum { SMMU_ALL, SMMU_WALK, SMMU_PAGE } what;
	unsigned long iova;
	size_t size, granule;
	struct iommu_iotlb_gather *gather;
	u64 tables; /* pages that were tables at this time */
};

#define SMMU_CALLS 1024

struct smmu_domain {
	struct iommu_domain domain;
	struct io_pgtable_cfg cfg;
	struct io_pgtable_ops *ops;
	enum io_pgtable_fmt fmt;
	struct smmu_call call[SMMU_CALLS];
	unsigned int nr_calls;
};

static struct smmu_call *smmu_note(struct smmu_domain *smmu, int what)
{
	struct smmu_call *call = &smmu->call[smmu->nr_calls++ % SMMU_CALLS];
	struct pt_stats stats;

	iommu_pt_get_stats(&stats);
	*call = (struct smmu_call){ .what = what, .tables = stats.pages };
	return call;
}

static void smmu_command(enum hw_inv_type type, u64 iova, size_t size,
			 bool leaf_only)
{
	const struct hw_inv_cmd cmd = {
		.type = type,
		.domain = SMMU_TAG,
		.leaf_only = leaf_only,
		.first = iova,
		.last = iova + size - 1,
	};

	hw_iommu_invalidate(&cmd, 1);
}

static void smmu_tlb_inv_all(void *cookie)
{
	smmu_note(cookie, SMMU_ALL);
	smmu_command(HW_INV_DOMAIN, 0, 0, false);
}

static void smmu_tlb_inv_walk(unsigned long iova, size_t size, size_t granule,
			      void *cookie)
{
	struct smmu_call *call = smmu_note(cookie, SMMU_WALK);

	call->iova = iova;
	call->size = size;
	call->granule = granule;
	smmu_command(HW_INV_RANGE, iova, size, false);
}

static void smmu_tlb_inv_page(struct iommu_iotlb_gather *gather,
			      unsigned long iova, size_t granule, void *cookie)
{
	struct smmu_domain *smmu = cookie;
	struct smmu_call *call = smmu_note(smmu, SMMU_PAGE);

	call->iova = iova;
	call->granule = granule;
	call->gather = gather;
	if (gather)
		iommu_iotlb_gather_add_page(&smmu->domain, gather, iova,
					    granule);
}

static const struct iommu_flush_ops smmu_flush_ops = {
	.tlb_flush_all = smmu_tlb_inv_all,
	.tlb_flush_walk = smmu_tlb_inv_walk,
	.tlb_add_page = smmu_tlb_inv_page,
};

static struct smmu_domain *to_smmu(struct iommu_domain *domain)
{
	return container_of(domain, struct smmu_domain, domain);
}

static int smmu_map_pages(struct iommu_domain *domain, unsigned long iova,
			  phys_addr_t paddr, size_t pgsize, size_t pgcount,
			  int prot, gfp_t gfp, size_t *mapped)
{
	struct io_pgtable_ops *ops = to_smmu(domain)->ops;

	return ops->map_pages(ops, iova, paddr, pgsize, pgcount, prot, gfp,
			      mapped);
}

static size_t smmu_unmap_pages(struct iommu_domain *domain, unsigned long iova,
			       size_t pgsize, size_t pgcount,
			       struct iommu_iotlb_gather *gather)
{
	struct io_pgtable_ops *ops = to_smmu(domain)->ops;

	return ops->unmap_pages(ops, iova, pgsize, pgcount, gather);
}

static void smmu_iotlb_sync(struct iommu_domain *domain,
			    struct iommu_iotlb_gather *gather)
{
	if (gather->pgsize)
		smmu_command(HW_INV_RANGE, gather->start,
			     gather->end - gather->start + 1, true);
}

static phys_addr_t smmu_iova_to_phys(struct iommu_domain *domain,
				     dma_addr_t iova)
{
	struct io_pgtable_ops *ops = to_smmu(domain)->ops;

	return ops->iova_to_phys(ops, iova);
}

static const struct iommu_domain_ops smmu_domain_ops = {
	.map_pages = smmu_map_pages,
	.unmap_pages = smmu_unmap_pages,
	.iotlb_sync = smmu_iotlb_sync,
	.iova_to_phys = smmu_iova_to_phys,
};

/* AMD's tables say all in two words, of which a table that has grown has others. */
static void smmu_attach_amd(struct smmu_domain *smmu)
{
	const struct io_pgtable *iop = io_pgtable_ops_to_pgtable(smmu->ops);
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = smmu->fmt == AMD_IOMMU_V1 ? HW_PT_AMDV1 :
						      HW_PT_X86_64,
		.root = iop->cfg.amd.root,
		.levels = iop->cfg.amd.mode,
		.domain = SMMU_TAG,
	};

	hw_iommu_set_context(SMMU_RID, &ctx);
}

/*
 * The context entry that the registers mean. How many levels there are follows
 * from TCR.T0SZ and TG0 at stage 1, from VTCR.SL0 at stage 2.
 */
static void smmu_attach(struct smmu_domain *smmu)
{
	static const u8 granule_lg2[] = { 12, 16, 14 };
	static const u8 nth[] = { 0, 2, 1 };
	/* TG1 as TG0: 16K, 4K and 64K are 1, 2 and 3. */
	static const u8 lower[] = { 0, 2, 0, 1 };
	struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.domain = SMMU_TAG,
	};
	unsigned int g, tg;

	if (smmu->fmt == AMD_IOMMU_V1 || smmu->fmt == AMD_IOMMU_V2) {
		smmu_attach_amd(smmu);
		return;
	}
	if (smmu->fmt == ARM_64_LPAE_S1 || smmu->fmt == ARM_32_LPAE_S1) {
		tg = smmu->cfg.arm_lpae_s1_cfg.tcr.tg;
		if (smmu->cfg.quirks & IO_PGTABLE_QUIRK_ARM_TTBR1)
			tg = lower[tg];
		ctx.root = smmu->cfg.arm_lpae_s1_cfg.ttbr;
		ctx.va_lg2 = 64 - smmu->cfg.arm_lpae_s1_cfg.tcr.tsz;
		ctx.format = HW_PT_ARM_S1_4K + nth[tg];
		g = granule_lg2[tg];
		ctx.levels = DIV_ROUND_UP(ctx.va_lg2 - g, g - 3);
	} else {
		tg = smmu->cfg.arm_lpae_s2_cfg.vtcr.tg;
		ctx.root = smmu->cfg.arm_lpae_s2_cfg.vttbr;
		ctx.va_lg2 = 64 - smmu->cfg.arm_lpae_s2_cfg.vtcr.tsz;
		ctx.format = HW_PT_ARM_S2_4K + nth[tg];
		ctx.levels = smmu->cfg.arm_lpae_s2_cfg.vtcr.sl + (tg ? 1 : 2);
	}
	hw_iommu_set_context(SMMU_RID, &ctx);
}

static struct smmu_domain *smmu_domain_alloc(enum io_pgtable_fmt fmt,
					     const struct io_pgtable_cfg *cfg)
{
	struct smmu_domain *smmu = kzalloc(sizeof(*smmu), GFP_KERNEL);

	if (!smmu)
		return NULL;
	smmu->cfg = *cfg;
	smmu->cfg.tlb = &smmu_flush_ops;
	smmu->fmt = fmt;
	smmu->ops = alloc_io_pgtable_ops(fmt, &smmu->cfg, smmu);
	if (!smmu->ops) {
		kfree(smmu);
		return NULL;
	}
	smmu->domain.type = IOMMU_DOMAIN_UNMANAGED;
	smmu->domain.ops = &smmu_domain_ops;
	smmu->domain.pgsize_bitmap = smmu->cfg.pgsize_bitmap;
	return smmu;
}

static void smmu_domain_free(struct smmu_domain *smmu)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_context(SMMU_RID, &blocked);
	free_io_pgtable_ops(smmu->ops);
	kfree(smmu);
}

#endif
