/* SPDX-License-Identifier: MIT */
/*
 * <linux/generic_pt/iommu.h>: page tables as an IOMMU driver embeds them.
 *
 * same: struct pt_iommu and its ops, init, deinit, hw_info, iova_to_phys
 * reduced: the mock format is not here but in our tests
 * newer: the whole header is 7.0. Added here: pt_iommu_ops.iova_to_phys,
 *	read_and_clear_dirty and find, alloc_table and free_table of the driver, map_pages and
 *	unmap_pages in IOMMU_PT_DOMAIN_OPS, and the formats arm_4k, arm_16k,
 *	arm_64k
 */
#ifndef _DMASIM_LINUX_GENERIC_PT_IOMMU_H
#define _DMASIM_LINUX_GENERIC_PT_IOMMU_H

#include <linux/generic_pt/common.h>
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/iommu.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct pt_iommu;

/** struct pt_iommu_info - @pgsize_bitmap: leaf sizes this table can hold. */
struct pt_iommu_info {
	u64 pgsize_bitmap;
};

/**
 * struct pt_iommu_path - the way from the top to an address
 * @item: what was looked at, by generic level, from @level to @top_level
 * @top_level: where it begins
 * @level: where it ends
 * @size_lg2: of the leaf that it ends at; 0 if there is none
 * @item_lg2: lg2 of the bytes that one item of @level decides about
 */
struct pt_iommu_path {
	u64 *item[PT_TOP_LEVEL_MASK + 1];
	u8 top_level;
	u8 level;
	u8 size_lg2;
	u8 item_lg2;
};

/**
 * struct pt_iommu_ops - what a format does; one constant table per format
 */
struct pt_iommu_ops {
	/**
	 * @map_range: map @len bytes from @paddr at @iova
	 *
	 * @iova, @paddr and @len are multiples of the smallest page size. The
	 * bytes mapped are added to *@mapped, also when it fails: the caller
	 * removes them. No cached translation needs an invalidation, but the
	 * hardware may have to be told of new ones.
	 *
	 * Context: any that @gfp allows. The caller owns the range against
	 * other map and unmap calls; other ranges may proceed in parallel.
	 * Return: 0; -EINVAL for @len 0 or no permission in @prot (WARN);
	 * -EOVERFLOW if the range wraps; -ERANGE if it leaves the table or its
	 * physical range the output width; -ENXIO if no page size fits;
	 * -EADDRINUSE if part of it is mapped; -ENOMEM.
	 */
	int (*map_range)(struct pt_iommu *iommu_table, dma_addr_t iova,
			 phys_addr_t paddr, dma_addr_t len, unsigned int prot,
			 gfp_t gfp, size_t *mapped);

	/**
	 * @unmap_range: remove leaves from @iova on
	 *
	 * Stops at the first hole. A leaf larger than what is left is removed
	 * whole if it starts inside the range; @iova inside a leaf removes
	 * nothing. The range is added to @gather unless that is queued, and
	 * tables left without use go to its freelist.
	 *
	 * Context: any; ownership as for @map_range.
	 * Return: bytes removed, which may be more or less than @len.
	 */
	size_t (*unmap_range)(struct pt_iommu *iommu_table, dma_addr_t iova,
			      dma_addr_t len,
			      struct iommu_iotlb_gather *iotlb_gather);

	/**
	 * @iova_to_phys: look one address up. Lockless; 0 if not mapped.
	 */
	phys_addr_t (*iova_to_phys)(struct pt_iommu *iommu_table,
				    dma_addr_t iova);

	/**
	 * @find: look at the items on the way to an address
	 *
	 * Lockless. Return: does the way end at a leaf? False with nothing in
	 * *@path for addresses that the table does not translate.
	 */
	bool (*find)(struct pt_iommu *iommu_table, dma_addr_t iova,
		     struct pt_iommu_path *path);

	/**
	 * @get_info: fill *@info. Any context.
	 */
	void (*get_info)(struct pt_iommu *iommu_table,
			 struct pt_iommu_info *info);

	/**
	 * @read_and_clear_dirty: report leaves that were written through
	 *
	 * Holes are passed over; a leaf that begins before @iova, or ends
	 * behind the range, is reported as a whole. Unless @flags has
	 * IOMMU_DIRTY_NO_CLEAR it counts as unwritten again, which hardware
	 * notices only after an invalidation of what *@dirty gathers.
	 *
	 * Context: any; the caller keeps the range from being unmapped.
	 * Return: 0; -EINVAL for @len 0; -EOVERFLOW if the range wraps; -ERANGE
	 * if it leaves the table.
	 */
	int (*read_and_clear_dirty)(struct pt_iommu *iommu_table,
				    dma_addr_t iova, dma_addr_t len,
				    unsigned long flags,
				    struct iommu_dirty_bitmap *dirty);

	/**
	 * @set_dirty: mark the leaf around @iova as hardware does that writes
	 * through it, for tests. Lockless.
	 *
	 * Return: 0; -EAGAIN if the entry changed meanwhile; -EINVAL if nothing
	 * is mapped; -EOPNOTSUPP if the format, or this table, keeps no marks.
	 */
	int (*set_dirty)(struct pt_iommu *iommu_table, dma_addr_t iova);

	/**
	 * @deinit: free all tables, without invalidation: no hardware uses
	 * them any more. Drivers call pt_iommu_deinit().
	 */
	void (*deinit)(struct pt_iommu *iommu_table);
};

/**
 * struct pt_iommu_driver_ops - what a table asks of the IOMMU driver
 *
 * The first two are needed by tables with PT_FEAT_DYNAMIC_TOP and unused by
 * others; the last two are optional, both or neither.
 */
struct pt_iommu_driver_ops {
	/**
	 * @change_top: the hardware shall walk from @top_paddr
	 *
	 * Called with the lock of @get_top_lock held, before the new top is
	 * published. The hardware must be able to use it on return. Atomic.
	 */
	void (*change_top)(struct pt_iommu *iommu_table, phys_addr_t top_paddr,
			   unsigned int top_level);

	/**
	 * @get_top_lock: the lock that also guards attaching, so that a device
	 * is attached to the old top or to the new one, not to both.
	 */
	spinlock_t *(*get_top_lock)(struct pt_iommu *iommu_table);

	/**
	 * @alloc_table: memory for a table instead of iommu_alloc_pages_*()
	 *
	 * Zeroed whole pages of the linear map, aligned to @size; their struct
	 * page's lru is the table's. NULL if there is none. Any context that
	 * @gfp allows.
	 */
	void *(*alloc_table)(struct pt_iommu *iommu_table, size_t size,
			     gfp_t gfp);

	/**
	 * @free_table: give memory of @alloc_table back. Any context.
	 */
	void (*free_table)(struct pt_iommu *iommu_table, void *table,
			   size_t size);
};

/**
 * struct pt_iommu - a page table used as an iommu_domain
 * @domain: must be first; ops other than the table's are the driver's
 * @ops: set by init, NULL before
 * @driver_ops: set by the driver before init
 * @nid: NUMA node of table pages, NUMA_NO_NODE for the local one
 * @iommu_device: device that walks the table
 */
struct pt_iommu {
	struct iommu_domain domain;
	const struct pt_iommu_ops *ops;
	const struct pt_iommu_driver_ops *driver_ops;
	int nid;
	struct device *iommu_device;
};

/** iommupt_from_domain() - the table around @domain, NULL if it has none. */
static inline struct pt_iommu *iommupt_from_domain(struct iommu_domain *domain)
{
	if (!domain->is_iommupt)
		return NULL;
	return container_of(domain, struct pt_iommu, domain);
}

/** pt_iommu_deinit() - free the table; harmless before a successful init. */
static inline void pt_iommu_deinit(struct pt_iommu *iommu_table)
{
	const struct pt_iommu_ops *ops = iommu_table->ops;

	if (!ops)
		return;
	iommu_table->ops = NULL;
	ops->deinit(iommu_table);
}

/**
 * struct pt_iommu_cfg - what every format's init wants to know
 * @features: bits of enum pt_features to use
 * @hw_max_vasz_lg2: input address width of the hardware
 * @hw_max_oasz_lg2: output address width of the hardware
 */
struct pt_iommu_cfg {
	unsigned int features;
	u8 hw_max_vasz_lg2;
	u8 hw_max_oasz_lg2;
};

/*
 * Per format:
 * init() - build an empty table into a zeroed structure
 *	Context: any that @gfp allows. Return: 0; -EINVAL for widths outside the
 *	format or missing driver_ops; -EOPNOTSUPP for features or a depth that
 *	it does not have; -ENOMEM.
 * hw_info() - what the context entry of a device must hold.
 * iova_to_phys(), map_pages(), unmap_pages() - for struct iommu_domain_ops;
 *	the last two do exactly what map_range and unmap_range do.
 * read_and_clear_dirty() - for struct iommu_dirty_ops.
 */
#define __PT_IOMMU_DECLARE_AS(fmt, base)                                       \
	struct pt_iommu_##base;                                                \
	struct pt_iommu_##base##_cfg;                                          \
	struct pt_iommu_##base##_hw_info;                                      \
	int pt_iommu_##fmt##_init(struct pt_iommu_##base *table,               \
				  const struct pt_iommu_##base##_cfg *cfg,     \
				  gfp_t gfp);                                  \
	void pt_iommu_##fmt##_hw_info(struct pt_iommu_##base *table,           \
				      struct pt_iommu_##base##_hw_info *info); \
	phys_addr_t pt_iommu_##fmt##_iova_to_phys(struct iommu_domain *domain, \
						  dma_addr_t iova);            \
	int pt_iommu_##fmt##_map_pages(struct iommu_domain *domain,            \
				       unsigned long iova, phys_addr_t paddr,  \
				       size_t pgsize, size_t pgcount,          \
				       int prot, gfp_t gfp, size_t *mapped);   \
	size_t pt_iommu_##fmt##_unmap_pages(                                   \
		struct iommu_domain *domain, unsigned long iova,               \
		size_t pgsize, size_t pgcount,                                 \
		struct iommu_iotlb_gather *gather);                            \
	int pt_iommu_##fmt##_read_and_clear_dirty(                             \
		struct iommu_domain *domain, unsigned long iova, size_t size,  \
		unsigned long flags, struct iommu_dirty_bitmap *dirty)

#define __PT_IOMMU_DECLARE(fmt) __PT_IOMMU_DECLARE_AS(fmt, fmt)

#define IOMMU_PT_DOMAIN_OPS(fmt)                       \
	.iova_to_phys = pt_iommu_##fmt##_iova_to_phys, \
	.map_pages = pt_iommu_##fmt##_map_pages,       \
	.unmap_pages = pt_iommu_##fmt##_unmap_pages

/* The rest of struct iommu_dirty_ops, set_dirty_tracking(), is the driver's. */
#define IOMMU_PT_DIRTY_OPS(fmt) \
	.read_and_clear_dirty = pt_iommu_##fmt##_read_and_clear_dirty

/* A driver may lay its own iommu_domain over the one of the table. */
#define PT_IOMMU_CHECK_DOMAIN(s, pt_iommu_memb, domain_memb) \
	static_assert(offsetof(s, pt_iommu_memb.domain) ==   \
		      offsetof(s, domain_memb))

/* ---- AMD v1 host tables ---- */

__PT_IOMMU_DECLARE(amdv1);

struct pt_iommu_amdv1 {
	struct pt_iommu iommu;
	struct pt_amdv1 amdpt;
};

/** struct pt_iommu_amdv1_cfg - @starting_level: top level to begin with, 1..5 */
struct pt_iommu_amdv1_cfg {
	struct pt_iommu_cfg common;
	unsigned int starting_level;
};

/** struct pt_iommu_amdv1_hw_info - @mode: number of levels */
struct pt_iommu_amdv1_hw_info {
	u64 host_pt_root;
	u8 mode;
};

PT_IOMMU_CHECK_DOMAIN(struct pt_iommu_amdv1, iommu, iommu.domain);

/* ---- VT-d second stage ---- */

__PT_IOMMU_DECLARE(vtdss);

struct pt_iommu_vtdss {
	struct pt_iommu iommu;
	struct pt_vtdss vtdss_pt;
};

/** struct pt_iommu_vtdss_cfg - @top_level: 2, 3 or 4 (39, 48, 57 bits) */
struct pt_iommu_vtdss_cfg {
	struct pt_iommu_cfg common;
	unsigned int top_level;
};

/** struct pt_iommu_vtdss_hw_info - @aw: address width code, levels - 2 */
struct pt_iommu_vtdss_hw_info {
	u64 ssptptr;
	u8 aw;
};

PT_IOMMU_CHECK_DOMAIN(struct pt_iommu_vtdss, iommu, iommu.domain);

/* ---- x86-64: AMD v2 guest tables, VT-d first stage ---- */

__PT_IOMMU_DECLARE(x86_64);

struct pt_iommu_x86_64 {
	struct pt_iommu iommu;
	struct pt_x86_64 x86_64_pt;
};

/** struct pt_iommu_x86_64_cfg - @top_level: 3 or 4 (48, 57 bits) */
struct pt_iommu_x86_64_cfg {
	struct pt_iommu_cfg common;
	unsigned int top_level;
};

/** struct pt_iommu_x86_64_hw_info - @levels: 4 or 5 */
struct pt_iommu_x86_64_hw_info {
	u64 gcr3_pt;
	u8 levels;
};

PT_IOMMU_CHECK_DOMAIN(struct pt_iommu_x86_64, iommu, iommu.domain);

/* ---- RISC-V Sv39, Sv48, Sv57 ---- */

__PT_IOMMU_DECLARE(riscv_64);

struct pt_iommu_riscv_64 {
	struct pt_iommu iommu;
	struct pt_riscv_64 riscv_64_pt;
};

/** struct pt_iommu_riscv_64_cfg - the width, 39, 48 or 57, decides the depth */
struct pt_iommu_riscv_64_cfg {
	struct pt_iommu_cfg common;
};

/** struct pt_iommu_riscv_64_hw_info - @fsc_iosatp_mode: 8, 9, 10 */
struct pt_iommu_riscv_64_hw_info {
	u64 ppn;
	u8 fsc_iosatp_mode;
};

PT_IOMMU_CHECK_DOMAIN(struct pt_iommu_riscv_64, iommu, iommu.domain);

/* ---- ARM LPAE, both stages ---- */

__PT_IOMMU_DECLARE_AS(arm_4k, arm);
__PT_IOMMU_DECLARE_AS(arm_16k, arm);
__PT_IOMMU_DECLARE_AS(arm_64k, arm);

struct pt_iommu_arm {
	struct pt_iommu iommu;
	struct pt_arm arm_pt;
};

/**
 * struct pt_iommu_arm_cfg - the widths decide depth and shape of the root
 *
 * hw_max_oasz_lg2 is one of 32, 36, 40, 42, 44, 48 and, with 64 KiB, 52.
 */
struct pt_iommu_arm_cfg {
	struct pt_iommu_cfg common;
};

/**
 * struct pt_iommu_arm_hw_info - fields of TCR and TTBR, or VTCR and VTTBR
 * @ttb: physical address of the root, which is aligned to its size
 * @levels: levels walked
 * @tsz: 64 - input width
 * @tg: granule, 4K 0, 64K 1, 16K 2
 * @ps: output width, code of IPS or PS
 * @sl: stage 2: where the walk starts, code of SL0
 * @concat_lg2: lg2 of the tables side by side as the root
 */
struct pt_iommu_arm_hw_info {
	u64 ttb;
	u8 levels;
	u8 tsz, tg, ps, sl;
	u8 concat_lg2;
};

PT_IOMMU_CHECK_DOMAIN(struct pt_iommu_arm, iommu, iommu.domain);

#endif
