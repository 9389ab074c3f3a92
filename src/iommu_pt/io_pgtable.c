// SPDX-License-Identifier: MIT
/*
 * <linux/io-pgtable.h>: page tables for drivers, over the algorithm of iommu_pt.h.
 * Models drivers/iommu/io-pgtable.c and the map and unmap of io-pgtable-arm.c.
 *
 * A call is cut into pages of the size that the driver names, each of which is
 * one request to the page table. So every leaf has exactly that size, and a table
 * is dropped only by an unmap that is as large as what it translates.
 *
 * O1  What is not a multiple of a supported size, or ends outside either width,
 *     changes nothing.
 * O2  *mapped, and what an unmap returns, count exactly the bytes whose leaves
 *     were stored or cleared.
 * O3  A table is freed only after tlb_flush_walk() for all it translated.
 * O4  A leaf that was cleared is given to tlb_add_page() or tlb_flush_walk(),
 *     unless the gather is queued and no table was freed.
 * O5  For a walker that does not snoop a table is cleaned before anything points to
 *     it, an entry before the call returns and before whatever it led to is
 *     flushed. ARM_SW_SYNC in a pointer says that this one was.
 * O6  alloc_io_pgtable_ops() either makes a table or adds one event that says
 *     why not, and then leaves nothing behind.
 * Locks: none but the page table's.
 * As a driver it uses the DMA API, which is above this folder, for such walkers.
 * Tests: tests/unit/iommu_pt/test_io_pgtable*.c, tests/api/test_io_pgtable.c
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "iommu_pt/fmt/arm_bits.h"
#include "iommu_pt/io_pgtable.h"
#include "iommu_pt/iommu_pages.h"
#include "iommu_pt/pt_counters.h"
#include "lib/lib.h"

/* ---- what the page table asks for ------------------------------------------ */

static struct io_table *from_pt(struct pt_iommu *pt)
{
	return container_of(pt, struct io_table, pt);
}

static size_t granule_of(const struct io_table *t)
{
	return 1ul << __ffs(t->iop.cfg.pgsize_bitmap);
}

/* ---- walkers that do not snoop ---------------------------------------------- */

static void clean(struct io_table *t, void *at, size_t size)
{
	dma_sync_single_for_device(t->iop.cfg.iommu_dev, virt_to_phys(at), size,
				   DMA_TO_DEVICE);
}

/* Show a new table to the walker; false: it cannot be. */
static bool show_table(struct io_table *t, void *table, size_t size)
{
	struct device *dev = t->iop.cfg.iommu_dev;
	dma_addr_t dma = dma_map_single(dev, table, size, DMA_TO_DEVICE);

	if (dma_mapping_error(dev, dma)) {
		WRITE_ONCE(t->why, "the walker's device cannot reach a table");
		return false;
	}
	if (dma == virt_to_phys(table))
		return true;
	dma_unmap_single(dev, dma, size, DMA_TO_DEVICE);
	WRITE_ONCE(t->why,
		   "the walker's device does not see physical addresses");
	return false;
}

static void hide_table(struct io_table *t, void *table, size_t size)
{
	dma_unmap_single(t->iop.cfg.iommu_dev, virt_to_phys(table), size,
			 DMA_TO_DEVICE);
}

/*
 * What a map has written on the way to @va: pointers that were not cleaned yet, by
 * whoever wrote them, and the leaf. A table that has a leaf of ours stays.
 */
static void clean_path(struct io_table *t, u64 va)
{
	struct pt_iommu_path path;
	unsigned int level;

	if (!t->stale)
		return;
	t->pt.ops->find(&t->pt, va, &path);
	for (level = path.top_level; level > path.level; level--) {
		if (READ_ONCE(*path.item[level]) & ARM_SW_SYNC)
			continue;
		clean(t, path.item[level], sizeof(u64));
		__atomic_fetch_or(path.item[level], ARM_SW_SYNC,
				  __ATOMIC_RELEASE);
	}
	clean(t, path.item[level], sizeof(u64));
}

/* The entries that [@va, @va + @size) ends at now, empty or not. */
static void clean_ends(struct io_table *t, u64 va, size_t size)
{
	struct pt_iommu_path path;
	u64 end = va + size;

	while (t->stale && va < end) {
		t->pt.ops->find(&t->pt, va, &path);
		clean(t, path.item[path.level], sizeof(u64));
		va = ((va >> path.item_lg2) + 1) << path.item_lg2;
	}
}

/* Flush what [@iova, @iova + @size) had, then free the tables. */
static void flush_and_free(struct io_table *t, unsigned long iova, size_t size,
			   struct iommu_pages_list *tables)
{
	clean_ends(t, iova, size);
	io_pgtable_tlb_flush_walk(&t->iop, iova ^ t->upper, size,
				  granule_of(t));
	/* A table of ARM is as large as the granule. */
	pt_put_tables(&t->pt, tables, granule_of(t));
}

/* Tables that a large page replaced. */
static void io_table_sync(struct iommu_domain *domain,
			  struct iommu_iotlb_gather *gather)
{
	struct io_table *t = container_of(domain, struct io_table, pt.domain);

	flush_and_free(t, gather->start, gather->end - gather->start + 1,
		       &gather->freelist);
}

static void io_table_change_top(struct pt_iommu *pt, phys_addr_t top_paddr,
				unsigned int top_level)
{
	struct io_table *t = from_pt(pt);

	t->top_changed(t, top_paddr, top_level + 1);
	io_pgtable_tlb_flush_all(&t->iop);
}

static spinlock_t *io_table_top_lock(struct pt_iommu *pt)
{
	return &from_pt(pt)->top_lock;
}

static void give_back(struct io_table *t, void *table, size_t size)
{
	if (t->iop.cfg.free)
		t->iop.cfg.free(t->iop.cookie, table, size);
	else
		iommu_free_pages(table);
}

static void *io_table_alloc_table(struct pt_iommu *pt, size_t size, gfp_t gfp)
{
	struct io_table *t = from_pt(pt);
	void *table;

	if (t->iop.cfg.alloc)
		table = t->iop.cfg.alloc(t->iop.cookie, size, gfp | __GFP_ZERO);
	else
		table = iommu_alloc_pages_node_sz(pt->nid, gfp, size);
	if (table && t->stale && !show_table(t, table, size)) {
		give_back(t, table, size);
		return NULL;
	}
	return table;
}

static void io_table_free_table(struct pt_iommu *pt, void *table, size_t size)
{
	struct io_table *t = from_pt(pt);

	if (t->stale)
		hide_table(t, table, size);
	give_back(t, table, size);
}

static const struct pt_iommu_driver_ops io_driver_ops = {
	.change_top = io_table_change_top,
	.get_top_lock = io_table_top_lock,
};

/* Of tables that are not just memory of ours. */
static const struct pt_iommu_driver_ops io_custom_ops = {
	.change_top = io_table_change_top,
	.get_top_lock = io_table_top_lock,
	.alloc_table = io_table_alloc_table,
	.free_table = io_table_free_table,
};

/* ---- map, unmap, look up ---------------------------------------------------- */

/*
 * The address that the table knows for @iova. False: [@iova, @iova + @len) is
 * not its own, or wraps; @len is not 0.
 */
static bool in_table(const struct io_table *t, unsigned long iova, size_t len,
		     u64 *va)
{
	u64 last;

	*va = iova ^ t->upper;
	return !check_add_overflow(*va, (u64)len - 1, &last) &&
	       (t->iop.cfg.ias >= 64 || !(last >> t->iop.cfg.ias));
}

static bool oa_fits(const struct io_table *t, phys_addr_t paddr, size_t len)
{
	u64 last;

	return !check_add_overflow((u64)paddr, (u64)len - 1, &last) &&
	       !(last >> t->iop.cfg.oas);
}

static bool size_is_good(const struct io_table *t, size_t pgsize)
{
	return is_power_of_2(pgsize) && (pgsize & t->iop.cfg.pgsize_bitmap);
}

static bool may_warn(const struct io_table *t)
{
	return t->arm && !(t->iop.cfg.quirks & IO_PGTABLE_QUIRK_NO_WARN);
}

static int io_map_pages(struct io_pgtable_ops *ops, unsigned long iova,
			phys_addr_t paddr, size_t pgsize, size_t pgcount,
			int prot, gfp_t gfp, size_t *mapped)
{
	struct io_table *t = to_io_table(ops);
	size_t len, done = 0;
	int ret = 0;
	u64 va;

	if (WARN_ON(!size_is_good(t, pgsize)) ||
	    WARN_ON(!IS_ALIGNED(iova | paddr, pgsize)))
		return -EINVAL;
	if (!pgcount)
		return 0;
	if (WARN_ON(check_mul_overflow(pgsize, pgcount, &len) ||
		    !in_table(t, iova, len, &va) || !oa_fits(t, paddr, len)))
		return -ERANGE;
	if (!(prot & (IOMMU_READ | IOMMU_WRITE)))
		return -EINVAL;

	while (!ret && done < len) {
		ret = t->pt.ops->map_range(&t->pt, va + done, paddr + done,
					   pgsize, prot, gfp, &done);
		if (!ret)
			clean_path(t, va + done - pgsize);
	}
	if (mapped)
		*mapped += done;
	if (ret == -EADDRINUSE && t->arm) {
		WARN_ON(may_warn(t));
		ret = -EEXIST;
	}
	return ret;
}

/*
 * Take away the page at @va, or all pages below a table that translates @pgsize.
 * Returns what the page table says: with a quirk that may be an errno.
 */
static size_t unmap_one(struct io_table *t, u64 va, size_t pgsize, bool first,
			struct iommu_iotlb_gather *gather)
{
	struct iommu_iotlb_gather own;
	struct pt_iommu_path path;
	size_t leaf = 0, done;

	if (t->pt.ops->find(&t->pt, va, &path))
		leaf = 1ul << path.size_lg2;
	else
		WARN_ON(first && may_warn(t));
	if (t->arm && WARN_ON_ONCE(leaf > pgsize))
		return 0;

	iommu_iotlb_gather_init(&own);
	done = t->pt.ops->unmap_range(&t->pt, va, pgsize, &own);
	if (own.start > own.end)
		return done;
	if (leaf < pgsize) {
		flush_and_free(t, va, done, &own.freelist);
		return done;
	}
	clean_ends(t, va, pgsize);
	if (!iommu_iotlb_gather_queued(gather))
		io_pgtable_tlb_add_page(&t->iop, gather, va ^ t->upper, done);
	return done;
}

static size_t io_unmap_pages(struct io_pgtable_ops *ops, unsigned long iova,
			     size_t pgsize, size_t pgcount,
			     struct iommu_iotlb_gather *gather)
{
	struct io_table *t = to_io_table(ops);
	size_t len = 0, done = 0, one;
	u64 va;

	if (WARN_ON(!size_is_good(t, pgsize) || !IS_ALIGNED(iova, pgsize) ||
		    !pgcount || check_mul_overflow(pgsize, pgcount, &len) ||
		    !in_table(t, iova, len, &va)))
		return 0;

	for (; done < len; done += one) {
		one = unmap_one(t, va + done, pgsize, !done, gather);
		/* Nothing, or with a quirk an errno. */
		if ((ssize_t)one <= 0)
			return done ?: one;
	}
	return done;
}

static phys_addr_t io_iova_to_phys(struct io_pgtable_ops *ops,
				   unsigned long iova)
{
	struct io_table *t = to_io_table(ops);
	u64 va;

	if (!in_table(t, iova, 1, &va))
		return 0;
	return t->pt.ops->iova_to_phys(&t->pt, va);
}

/* ARM counts levels from the other side. */
static int io_pgtable_walk(struct io_pgtable_ops *ops, unsigned long iova,
			   void *wd)
{
	struct arm_lpae_io_pgtable_walk_data *data = wd;
	struct io_table *t = to_io_table(ops);
	struct pt_iommu_path path;
	unsigned int level;
	bool leaf;
	u64 va;

	if (!in_table(t, iova, 1, &va))
		return -EINVAL;
	leaf = t->pt.ops->find(&t->pt, va, &path);
	for (level = path.level; level <= path.top_level; level++)
		data->ptes[3 - level] = READ_ONCE(*path.item[level]);
	return leaf ? 0 : -EINVAL;
}

static int io_read_and_clear_dirty(struct io_pgtable_ops *ops,
				   unsigned long iova, size_t size,
				   unsigned long flags,
				   struct iommu_dirty_bitmap *dirty)
{
	struct io_table *t = to_io_table(ops);
	u64 va;

	if (!size || !in_table(t, iova, size, &va))
		return -EINVAL;
	/*
	 * An upper table would record its addresses as it has them, and marks of a
	 * walker that does not snoop are not where the CPU looks.
	 */
	if (va != iova || t->stale)
		return -EOPNOTSUPP;
	return t->pt.ops->read_and_clear_dirty(&t->pt, va, size, flags, dirty);
}

/* ---- life ------------------------------------------------------------------- */

struct io_pgtable *io_table_refuse(const struct io_pgtable_cfg *cfg,
				   const char *kind, const char *why)
{
	lib_event(LIB_EVENT_REFUSAL, "io-pgtable", cfg->iommu_dev, 0, 0,
		  "%s: %s", kind, why);
	return NULL;
}

struct io_table *io_table_new(const struct io_pgtable_cfg *cfg, void *cookie,
			      const char *kind, unsigned long quirks,
			      bool stale)
{
	struct io_table *t;

	if (cfg->quirks & ~(quirks | IO_PGTABLE_QUIRK_NO_WARN)) {
		io_table_refuse(cfg, kind, "a quirk that this kind has not");
		return NULL;
	}
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t) {
		io_table_refuse(cfg, kind, "no memory");
		return NULL;
	}
	t->kind = kind;
	t->stale = stale;
	t->iop.cookie = cookie;
	t->iop.cfg = *cfg;
	t->iop.ops = (struct io_pgtable_ops){
		.map_pages = io_map_pages,
		.unmap_pages = io_unmap_pages,
		.iova_to_phys = io_iova_to_phys,
		.read_and_clear_dirty = io_read_and_clear_dirty,
	};
	spin_lock_init(&t->top_lock);
	t->domain_ops.iotlb_sync = io_table_sync;
	t->pt.domain.ops = &t->domain_ops;
	t->pt.driver_ops = cfg->alloc || stale ? &io_custom_ops :
						 &io_driver_ops;
	t->pt.nid = cfg->iommu_dev ? dev_to_node(cfg->iommu_dev) : NUMA_NO_NODE;
	t->pt.iommu_device = cfg->iommu_dev;
	return t;
}

struct io_pgtable *io_table_ready(struct io_table *t,
				  struct io_pgtable_cfg *cfg, int ret)
{
	const char *why = t->why;

	t->pt.domain.pgsize_bitmap &= t->iop.cfg.pgsize_bitmap;
	if (!why && ret == -ENOMEM)
		why = "no memory";
	else if (!why && (ret || !t->pt.domain.pgsize_bitmap))
		why = "no table of these widths and sizes";
	if (why) {
		io_table_refuse(cfg, t->kind, why);
		io_table_free(&t->iop);
		return NULL;
	}
	t->iop.cfg.pgsize_bitmap = t->pt.domain.pgsize_bitmap;
	if (t->arm)
		t->iop.ops.pgtable_walk = io_pgtable_walk;
	*cfg = t->iop.cfg;
	return &t->iop;
}

void io_table_free(struct io_pgtable *iop)
{
	struct io_table *t = to_io_table(&iop->ops);

	pt_iommu_deinit(&t->pt);
	kfree(t);
}

static const struct io_kind {
	const char *name;
	const struct io_pgtable_init_fns *fns;
} io_kinds[IO_PGTABLE_NUM_FMTS] = {
	[ARM_32_LPAE_S1] = { "arm_32_lpae_s1",
			     &io_pgtable_arm_32_lpae_s1_init_fns },
	[ARM_32_LPAE_S2] = { "arm_32_lpae_s2",
			     &io_pgtable_arm_32_lpae_s2_init_fns },
	[ARM_64_LPAE_S1] = { "arm_64_lpae_s1",
			     &io_pgtable_arm_64_lpae_s1_init_fns },
	[ARM_64_LPAE_S2] = { "arm_64_lpae_s2",
			     &io_pgtable_arm_64_lpae_s2_init_fns },
	[ARM_V7S] = { "arm_v7s" },
	[ARM_MALI_LPAE] = { "arm_mali_lpae" },
	[AMD_IOMMU_V1] = { "amd_iommu_v1", &io_pgtable_amd_iommu_v1_init_fns },
	[AMD_IOMMU_V2] = { "amd_iommu_v2", &io_pgtable_amd_iommu_v2_init_fns },
	[APPLE_DART] = { "apple_dart" },
	[APPLE_DART2] = { "apple_dart2" },
};

struct io_pgtable_ops *alloc_io_pgtable_ops(enum io_pgtable_fmt fmt,
					    struct io_pgtable_cfg *cfg,
					    void *cookie)
{
	const struct io_kind *kind;
	struct io_pgtable *iop;
	const char *why = NULL;

	if ((unsigned int)fmt >= IO_PGTABLE_NUM_FMTS) {
		io_table_refuse(cfg, "unknown", "no such kind");
		return NULL;
	}
	kind = &io_kinds[fmt];
	if (!kind->fns)
		why = "this kind is not built";
	else if (!cfg->alloc != !cfg->free)
		why = "alloc and free come in pairs";
	else if (cfg->alloc &&
		 !(kind->fns->caps & IO_PGTABLE_CAP_CUSTOM_ALLOCATOR))
		why = "this kind takes no allocator";
	if (why) {
		io_table_refuse(cfg, kind->name, why);
		return NULL;
	}
	iop = kind->fns->alloc(cfg, cookie);
	if (!iop)
		return NULL;
	iop->fmt = fmt;
	return &iop->ops;
}
EXPORT_SYMBOL_GPL(alloc_io_pgtable_ops);

void free_io_pgtable_ops(struct io_pgtable_ops *ops)
{
	struct io_pgtable *iop;

	if (!ops)
		return;
	iop = io_pgtable_ops_to_pgtable(ops);
	io_pgtable_tlb_flush_all(iop);
	io_kinds[iop->fmt].fns->free(iop);
}
EXPORT_SYMBOL_GPL(free_io_pgtable_ops);
