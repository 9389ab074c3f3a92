// SPDX-License-Identifier: MIT
/*
 * <linux/io-pgtable.h>, kinds AMD: host tables (v1, which grow) and guest tables
 * (v2). Takes the place of drivers/iommu/amd/io_pgtable*.c, which 6.17 reaches
 * through structures of that driver; the root is in cfg.amd here.
 *
 * Tests: tests/unit/iommu_pt/test_io_pgtable_use.c
 */
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "iommu_pt/io_pgtable.h"

#define AMD_OAS 52u
/* Levels of a new host table, as many as Linux starts with. */
#define AMD_V1_LEVELS 3

static void set_root(struct io_table *t, phys_addr_t root, unsigned int mode)
{
	t->iop.cfg.amd.root = root;
	t->iop.cfg.amd.mode = mode;
}

static struct io_table *new_table(const struct io_pgtable_cfg *cfg,
				  void *cookie, const char *kind,
				  unsigned int ias)
{
	struct io_table *t = io_table_new(cfg, cookie, kind, 0, false);

	if (!t)
		return NULL;
	t->top_changed = set_root;
	t->pt.nid = cfg->amd.nid;
	t->iop.cfg.ias = ias;
	t->iop.cfg.oas = min(cfg->oas ?: AMD_OAS, AMD_OAS);
	if (!cfg->pgsize_bitmap)
		t->iop.cfg.pgsize_bitmap = ~0ul;
	return t;
}

static struct io_pgtable *alloc_v1(struct io_pgtable_cfg *cfg, void *cookie)
{
	struct io_table *t = new_table(cfg, cookie, "amd_iommu_v1",
				       min(cfg->ias ?: 64u, 64u));
	struct pt_iommu_amdv1_hw_info info;
	int ret;

	if (!t)
		return NULL;
	ret = pt_iommu_amdv1_init(
		&t->amdv1,
		&(struct pt_iommu_amdv1_cfg){
			.common = {
				.features = BIT(PT_FEAT_DYNAMIC_TOP) |
					    BIT(PT_FEAT_FLUSH_RANGE) |
					    BIT(PT_FEAT_AMDV1_FORCE_COHERENCE),
				.hw_max_vasz_lg2 = t->iop.cfg.ias,
				.hw_max_oasz_lg2 = t->iop.cfg.oas,
			},
			.starting_level = AMD_V1_LEVELS - 1,
		},
		GFP_KERNEL);
	if (!ret) {
		pt_iommu_amdv1_hw_info(&t->amdv1, &info);
		set_root(t, info.host_pt_root, info.mode);
	}
	return io_table_ready(t, cfg, ret);
}

/* Four levels, or five if the driver asks for more than 48 bits: lower half. */
static struct io_pgtable *alloc_v2(struct io_pgtable_cfg *cfg, void *cookie)
{
	unsigned int levels = cfg->ias > 48 ? 5 : 4;
	struct io_table *t = new_table(cfg, cookie, "amd_iommu_v2",
				       min(cfg->ias ?: 57u, 9 * levels + 11));
	struct pt_iommu_x86_64_hw_info info;
	int ret;

	if (!t)
		return NULL;
	ret = pt_iommu_x86_64_init(
		&t->x86_64,
		&(struct pt_iommu_x86_64_cfg){
			.common = {
				.features = BIT(PT_FEAT_FLUSH_RANGE),
				.hw_max_vasz_lg2 = t->iop.cfg.ias,
				.hw_max_oasz_lg2 = t->iop.cfg.oas,
			},
			.top_level = levels - 1,
		},
		GFP_KERNEL);
	if (!ret) {
		pt_iommu_x86_64_hw_info(&t->x86_64, &info);
		set_root(t, info.gcr3_pt, info.levels);
	}
	return io_table_ready(t, cfg, ret);
}

struct io_pgtable_init_fns io_pgtable_amd_iommu_v1_init_fns = {
	.alloc = alloc_v1,
	.free = io_table_free,
};

struct io_pgtable_init_fns io_pgtable_amd_iommu_v2_init_fns = {
	.alloc = alloc_v2,
	.free = io_table_free,
};
