/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-pgtable.h>: page tables for the driver of an IOMMU, by kind.
 *
 * same: names and numbers of kinds, quirks and members; map_pages, unmap_pages,
 *	iova_to_phys, pgtable_walk; register values of the ARM kinds; which TLB
 *	callback is due when; allocators of the driver's own; walkers that do not
 *	snoop
 * reduced: ARM_V7S, ARM_MALI_LPAE, APPLE_DART and APPLE_DART2 are refused, event
 *	"io-pgtable" says so; a root always fills whole tables; an unmap
 *	of a large page whose area holds small ones stops at the first hole
 * newer: cfg.amd.root and cfg.amd.mode are ours
 *
 * Models include/linux/io-pgtable.h and drivers/iommu/io-pgtable*.c.
 */
#ifndef _DMASIM_LINUX_IO_PGTABLE_H
#define _DMASIM_LINUX_IO_PGTABLE_H

#include <linux/bits.h>
#include <linux/container_of.h>
#include <linux/iommu.h>
#include <linux/types.h>

enum io_pgtable_fmt {
	ARM_32_LPAE_S1,
	ARM_32_LPAE_S2,
	ARM_64_LPAE_S1,
	ARM_64_LPAE_S2,
	ARM_V7S,
	ARM_MALI_LPAE,
	AMD_IOMMU_V1,
	AMD_IOMMU_V2,
	APPLE_DART,
	APPLE_DART2,
	IO_PGTABLE_NUM_FMTS,
};

/**
 * struct iommu_flush_ops - how a table has the driver invalidate
 *
 * All may be called in atomic context and must not block. Any may be missing,
 * for hardware that caches nothing.
 *
 * @tlb_flush_all: everything cached for the table
 * @tlb_flush_walk: done on return: leaves of [@iova, @iova + @size) and the
 *	tables that led to them; @granule is the smallest page
 * @tlb_add_page: one leaf of @granule bytes is gone; the driver may wait for
 *	its iotlb_sync. @gather is what unmap_pages() was given
 */
struct iommu_flush_ops {
	void (*tlb_flush_all)(void *cookie);
	void (*tlb_flush_walk)(unsigned long iova, size_t size, size_t granule,
			       void *cookie);
	void (*tlb_add_page)(struct iommu_iotlb_gather *gather,
			     unsigned long iova, size_t granule, void *cookie);
};

/* Stage 1: the NS bit of leaves and tables */
#define IO_PGTABLE_QUIRK_ARM_NS BIT(0)
/* The next three belong to kinds that are not built. */
#define IO_PGTABLE_QUIRK_NO_PERMS BIT(1)
#define IO_PGTABLE_QUIRK_ARM_MTK_EXT BIT(3)
#define IO_PGTABLE_QUIRK_ARM_MTK_TTBR_EXT BIT(4)
/* Stage 1: all address bits above ias are set instead of clear */
#define IO_PGTABLE_QUIRK_ARM_TTBR1 BIT(5)
/* Stage 1, walker that does not snoop: outer write-back in TCR all the same */
#define IO_PGTABLE_QUIRK_ARM_OUTER_WBWA BIT(6)
/* Stage 1: writable leaves let hardware keep the dirty state */
#define IO_PGTABLE_QUIRK_ARM_HD BIT(7)
/* Stage 2: memory types as with FEAT_S2FWB */
#define IO_PGTABLE_QUIRK_ARM_S2FWB BIT(8)
/* An overlap, and an unmap of nothing, are not worth a WARN */
#define IO_PGTABLE_QUIRK_NO_WARN BIT(9)

/**
 * struct io_pgtable_cfg - what is wanted, and what came out of it
 * @quirks: IO_PGTABLE_QUIRK_*
 * @pgsize_bitmap: page sizes wanted; becomes those that the table has
 * @ias: bits of device addresses; clamped
 * @oas: bits of physical addresses; clamped
 * @coherent_walk: the walker snoops the CPU's caches. If not, tables of ARM are
 *	mapped for @iommu_dev, which must see physical addresses, and cleaned
 * @tlb: kept; NULL if nothing is ever cached
 * @iommu_dev: device that walks; may be NULL if it snoops
 * @alloc: memory for a table of @size bytes, aligned to its size, whole pages
 *	of the linear map; zeroed, as @gfp says; NULL if there is none
 * @free: counterpart. Both or neither; ARM only
 *
 * Filled in by alloc_io_pgtable_ops(), by kind:
 * @arm_lpae_s1_cfg: TTBR, fields of TCR, MAIR
 * @arm_lpae_s2_cfg: VTTBR, fields of VTCR
 * @amd: @nid is the driver's. @root, @mode (levels): for the device's entry.
 *	Where a table of AMD_IOMMU_V1 grows, both change in the cfg of struct
 *	io_pgtable, tlb_flush_all() is called for the driver to rewrite its
 *	entries, and only then does the table use the new root
 */
struct io_pgtable_cfg {
	unsigned long quirks;
	unsigned long pgsize_bitmap;
	unsigned int ias;
	unsigned int oas;
	bool coherent_walk;
	const struct iommu_flush_ops *tlb;
	struct device *iommu_dev;

	void *(*alloc)(void *cookie, size_t size, gfp_t gfp);
	void (*free)(void *cookie, void *pages, size_t size);

	union {
		struct {
			u64 ttbr;
			struct {
				u32 ips : 3;
				u32 tg : 2;
				u32 sh : 2;
				u32 orgn : 2;
				u32 irgn : 2;
				u32 tsz : 6;
			} tcr;
			u64 mair;
		} arm_lpae_s1_cfg;
		struct {
			u64 vttbr;
			struct {
				u32 ps : 3;
				u32 tg : 2;
				u32 sh : 2;
				u32 orgn : 2;
				u32 irgn : 2;
				u32 sl : 2;
				u32 tsz : 6;
			} vtcr;
		} arm_lpae_s2_cfg;
		struct {
			u32 ttbr;
			u32 tcr;
			u32 nmrr;
			u32 prrr;
		} arm_v7s_cfg;
		struct {
			u64 transtab;
			u64 memattr;
		} arm_mali_lpae_cfg;
		struct {
			u64 ttbr[4];
			u32 n_ttbrs;
		} apple_dart_cfg;
		struct {
			int nid;
			u64 root;
			u8 mode;
		} amd;
	};
};

/**
 * struct arm_lpae_io_pgtable_walk_data - what pgtable_walk() of ARM fills in
 * @ptes: the entry of each level on the way; index 3 is a page's
 */
struct arm_lpae_io_pgtable_walk_data {
	u64 ptes[4];
};

/**
 * struct io_pgtable_ops - what a table can do
 *
 * Callers own the range they pass; other ranges may be worked on in parallel.
 *
 * @map_pages: map @pgcount pages of @pgsize, which is one of the table's
 *	sizes. Bytes done are added to *@mapped (may be NULL), also when it
 *	fails. Any context that @gfp allows.
 *	Return: 0; -EINVAL without read or write permission, or (WARN) for
 *	another size or addresses that are not multiples of it; -ERANGE (WARN)
 *	if either range ends beyond its width; -EEXIST (WARN, unless quirk
 *	NO_WARN; AMD: -EADDRINUSE, no WARN) if something is mapped there;
 *	-ENOMEM
 * @unmap_pages: take pages of @pgsize away, up to the first hole. ARM refuses
 *	a page that is part of a larger one (WARN); AMD takes away the larger
 *	one. Leaves are given to tlb_add_page() unless @gather is queued;
 *	tables that are no longer needed are flushed by tlb_flush_walk() and
 *	freed. @gather may be NULL. Any context.
 *	Return: bytes removed; 0 also for a bad size or range (WARN), and where
 *	nothing is mapped (ARM: WARN, unless quirk NO_WARN)
 * @iova_to_phys: look an address up; 0 if there is nothing. Any context
 * @pgtable_walk: ARM only: fill in the struct arm_lpae_io_pgtable_walk_data
 *	at @wd. Return: 0; -EINVAL if the walk ends without a page, with the
 *	entries up to there in place. Any context
 * @read_and_clear_dirty: report and clear leaves that were written through; holes
 *	are passed over. ARM: with quirk HD. Return: 0; -EINVAL for a bad range,
 *	-EOPNOTSUPP for the upper range (quirk TTBR1) and walks that do not snoop.
 *	Any context
 */
struct io_pgtable_ops {
	int (*map_pages)(struct io_pgtable_ops *ops, unsigned long iova,
			 phys_addr_t paddr, size_t pgsize, size_t pgcount,
			 int prot, gfp_t gfp, size_t *mapped);
	size_t (*unmap_pages)(struct io_pgtable_ops *ops, unsigned long iova,
			      size_t pgsize, size_t pgcount,
			      struct iommu_iotlb_gather *gather);
	phys_addr_t (*iova_to_phys)(struct io_pgtable_ops *ops,
				    unsigned long iova);
	int (*pgtable_walk)(struct io_pgtable_ops *ops, unsigned long iova,
			    void *wd);
	int (*read_and_clear_dirty)(struct io_pgtable_ops *ops,
				    unsigned long iova, size_t size,
				    unsigned long flags,
				    struct iommu_dirty_bitmap *dirty);
};

/**
 * struct io_pgtable - a table; drivers that need its cfg get here by
 *	io_pgtable_ops_to_pgtable()
 */
struct io_pgtable {
	enum io_pgtable_fmt fmt;
	void *cookie;
	struct io_pgtable_cfg cfg;
	struct io_pgtable_ops ops;
};

#define io_pgtable_ops_to_pgtable(x) container_of((x), struct io_pgtable, ops)

/**
 * alloc_io_pgtable_ops() - make an empty table
 * @fmt: its kind
 * @cfg: edited: sizes and widths as they came out, register values
 * @cookie: for the callbacks of @cfg
 *
 * Context: may sleep.
 * Return: the table's operations; NULL if there can be no such table: unknown
 * or unbuilt kind, one of alloc and free without the other or for a kind that
 * takes none, a quirk the kind does not have, impossible sizes or widths (WARN
 * if stage 2 would need more than 16 tables as its root), tables that cannot be
 * cleaned for the walker, no memory. Event "io-pgtable" names the reason.
 */
struct io_pgtable_ops *alloc_io_pgtable_ops(enum io_pgtable_fmt fmt,
					    struct io_pgtable_cfg *cfg,
					    void *cookie);

/**
 * free_io_pgtable_ops() - free a table with all that is mapped
 * @ops: no hardware uses it any more; NULL is fine
 *
 * tlb_flush_all() is called once, before anything is freed.
 * Context: may sleep.
 */
void free_io_pgtable_ops(struct io_pgtable_ops *ops);

/* ---- for implementations of a kind ---------------------------------------- */

/** io_pgtable_tlb_flush_all() - call the driver's, if it has one. Context: any. */
static inline void io_pgtable_tlb_flush_all(struct io_pgtable *iop)
{
	const struct iommu_flush_ops *tlb = iop->cfg.tlb;

	if (tlb && tlb->tlb_flush_all)
		tlb->tlb_flush_all(iop->cookie);
}

/** io_pgtable_tlb_flush_walk() - likewise: a range, and what leads to it. */
static inline void io_pgtable_tlb_flush_walk(struct io_pgtable *iop,
					     unsigned long iova, size_t size,
					     size_t granule)
{
	const struct iommu_flush_ops *tlb = iop->cfg.tlb;

	if (tlb && tlb->tlb_flush_walk)
		tlb->tlb_flush_walk(iova, size, granule, iop->cookie);
}

/** io_pgtable_tlb_add_page() - likewise: one leaf of @granule bytes. */
static inline void io_pgtable_tlb_add_page(struct io_pgtable *iop,
					   struct iommu_iotlb_gather *gather,
					   unsigned long iova, size_t granule)
{
	const struct iommu_flush_ops *tlb = iop->cfg.tlb;

	if (tlb && tlb->tlb_add_page)
		tlb->tlb_add_page(gather, iova, granule, iop->cookie);
}

/** enum io_pgtable_caps - CUSTOM_ALLOCATOR: cfg may have alloc and free. */
enum io_pgtable_caps {
	IO_PGTABLE_CAP_CUSTOM_ALLOCATOR = BIT(0),
};

/**
 * struct io_pgtable_init_fns - a kind
 * @alloc: make a table, edit the cfg; NULL after an event that says why not
 * @free: everything; the driver was told to flush
 * @caps: enum io_pgtable_caps
 */
struct io_pgtable_init_fns {
	struct io_pgtable *(*alloc)(struct io_pgtable_cfg *cfg, void *cookie);
	void (*free)(struct io_pgtable *iop);
	u32 caps;
};

extern struct io_pgtable_init_fns io_pgtable_arm_32_lpae_s1_init_fns;
extern struct io_pgtable_init_fns io_pgtable_arm_32_lpae_s2_init_fns;
extern struct io_pgtable_init_fns io_pgtable_arm_64_lpae_s1_init_fns;
extern struct io_pgtable_init_fns io_pgtable_arm_64_lpae_s2_init_fns;
extern struct io_pgtable_init_fns io_pgtable_amd_iommu_v1_init_fns;
extern struct io_pgtable_init_fns io_pgtable_amd_iommu_v2_init_fns;

#endif
