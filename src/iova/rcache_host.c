/* SPDX-License-Identifier: MIT */
/*
 * IOVA allocator: per-CPU caches of freed ranges in front of the tree.
 * Models drivers/iommu/iova.c (rcaches), 6.17. Reduced: no CPU hot-plug.
 *
 * Ranges of 1, 2, 4 .. 32 pfns (orders 0..5) that are freed stay in the tree
 * and go to a magazine of 127 pfns, last in, first out:
 *
 *   CPU 0: loaded, prev  ]            depot of the order:
 *   CPU 1: loaded, prev  ]-- full --> magazine -> magazine -> magazine
 *   shared: loaded, prev ]                          | one every 100 ms while
 *                                                   v there are many: tree
 * A request takes the topmost pfn below its limit from loaded; if loaded is
 * empty it is swapped with prev, or replaced from the depot. "shared" serves
 * threads that do not own their CPU.
 *
 * The common case touches the magazine of the own CPU only and uses no atomic
 * operation (biased_host.h); everything else is out of line.
 *
 * R1  Each cached pfn is the first pfn of a range in the tree whose size is
 *     that of the order, or was rounded up to it by alloc_iova_fast().
 * R2  loaded and prev always exist; a magazine in a depot is full.
 * R3  A pfn is in at most one magazine.
 *     Debug builds check R1 and R3 when a range is freed.
 * Locks: the biased lock of a slot, then the lock of a depot or
 * iova_rbtree_lock. The trim work takes the depot lock only.
 * Tests: tests/unit/iova/test_rcache.c, test_biased.c
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/iova.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <asm/dmasim_self.h>

#include "iova/biased_host.h"
#include "iova/iova.h"
#include "lib/lib.h"

/* A magazine is 1 KiB. */
#define IOVA_MAG_PFNS 127
#define IOVA_TRIM_DELAY_MS 100

/**
 * struct iova_magazine - a stack of pfns
 * @nr: pfns in it, while a slot holds it
 * @next: next magazine of the depot, while a depot holds it (then it is full)
 */
struct iova_magazine {
	union {
		unsigned long nr;
		struct iova_magazine *next;
	};
	unsigned long pfns[IOVA_MAG_PFNS];
};

static_assert(sizeof(struct iova_magazine) == 1024);

/* One order on one CPU; protected by the lock of the slot. */
struct iova_bin {
	struct iova_magazine *loaded;
	struct iova_magazine *prev;
};

struct iova_slot {
	struct biased_lock lock;
	struct iova_bin bin[IOVA_CACHE_ORDERS];
} ____cacheline_aligned;

/**
 * struct iova_depot - full magazines of one order, for all CPUs
 * @lock: protects @list and @nr
 * @trim: gives one magazine to the tree when there are too many
 */
struct iova_depot {
	spinlock_t lock;
	struct iova_magazine *list;
	unsigned long nr;
	struct iova_domain *iovad;
	struct delayed_work trim;
};

/**
 * struct iova_rcache - all caches of a domain
 * @shared: index of the slot for threads without a CPU of their own, also the
 *	number of slots that belong to CPUs
 */
struct iova_rcache {
	struct iova_depot depot[IOVA_CACHE_ORDERS];
	unsigned int shared;
	struct iova_slot slot[];
};

static struct kmem_cache *iova_magazines;

int iova_magazine_cache_get(void)
{
	iova_magazines = kmem_cache_create("iommu_iova_magazine",
					   sizeof(struct iova_magazine), 0,
					   SLAB_HWCACHE_ALIGN, NULL);
	return iova_magazines ? 0 : -ENOMEM;
}

void iova_magazine_cache_put(void)
{
	kmem_cache_destroy(iova_magazines);
	iova_magazines = NULL;
}

/**
 * iova_rcache_range() - bytes of the largest size that is cached
 *
 * Counts in pages although the caches count in granules, as 6.17 does: with a
 * granule below PAGE_SIZE the answer is too large.
 *
 * Context: any. Return: bytes.
 */
unsigned long iova_rcache_range(void)
{
	return PAGE_SIZE << (IOVA_CACHE_ORDERS - 1);
}
EXPORT_SYMBOL_GPL(iova_rcache_range);

/* 0 for 1, 1 for 2, 2 for 3 and 4, ...; @size is at least 1. */
static __always_inline unsigned int iova_size_order(unsigned long size)
{
	return BITS_PER_LONG - 1 - __builtin_clzl((size - 1) << 1 | 1);
}

static __always_inline struct iova_slot *iova_this_slot(struct iova_rcache *rc)
{
	unsigned int index = rc->shared;

	if (likely(dmasim_self.stripe))
		index = dmasim_self.cpu;
	return &rc->slot[index];
}

/* ---- magazines and depots ---- */

static struct iova_magazine *iova_magazine_alloc(gfp_t gfp)
{
	struct iova_magazine *mag;

	if (WARN_ON_ONCE(!iova_magazines))
		return NULL;
	mag = kmem_cache_alloc(iova_magazines, gfp);
	if (mag)
		mag->nr = 0;
	return mag;
}

static void iova_magazine_free(struct iova_magazine *mag)
{
	if (mag)
		kmem_cache_free(iova_magazines, mag);
}

static void iova_magazine_empty(struct iova_magazine *mag,
				struct iova_domain *iovad)
{
	iova_tree_free(iovad, mag->pfns, mag->nr);
	mag->nr = 0;
}

static struct iova_magazine *iova_depot_pop(struct iova_depot *depot)
{
	struct iova_magazine *mag = depot->list;

	if (mag) {
		depot->list = mag->next;
		depot->nr--;
		mag->nr = IOVA_MAG_PFNS;
	}
	return mag;
}

static void iova_depot_push(struct iova_depot *depot, struct iova_magazine *mag)
{
	spin_lock(&depot->lock);
	mag->next = depot->list;
	depot->list = mag;
	depot->nr++;
	spin_unlock(&depot->lock);
	schedule_delayed_work(&depot->trim,
			      msecs_to_jiffies(IOVA_TRIM_DELAY_MS));
}

/* One magazine a round, as long as there are more of them than CPUs. */
static void iova_depot_trim(struct work_struct *work)
{
	struct iova_depot *depot =
		container_of(to_delayed_work(work), struct iova_depot, trim);
	struct iova_magazine *mag = NULL;
	unsigned long flags;

	spin_lock_irqsave(&depot->lock, flags);
	if (depot->nr > num_online_cpus())
		mag = iova_depot_pop(depot);
	spin_unlock_irqrestore(&depot->lock, flags);
	if (!mag)
		return;
	iova_magazine_empty(mag, depot->iovad);
	iova_magazine_free(mag);
	schedule_delayed_work(&depot->trim,
			      msecs_to_jiffies(IOVA_TRIM_DELAY_MS));
}

/* ---- one bin, lock of its slot held ---- */

/* Topmost pfn of @mag whose range of @size ends at @limit_pfn or below. */
static unsigned long iova_magazine_take(struct iova_magazine *mag,
					unsigned long size,
					unsigned long limit_pfn)
{
	unsigned long i = mag->nr, pfn;

	while (i--) {
		pfn = mag->pfns[i];
		if (pfn + size - 1 <= limit_pfn) {
			mag->pfns[i] = mag->pfns[--mag->nr];
			return pfn;
		}
	}
	return 0;
}

static unsigned long iova_bin_get(struct iova_bin *bin,
				  struct iova_depot *depot, unsigned long size,
				  unsigned long limit_pfn)
{
	if (!bin->loaded->nr && bin->prev->nr) {
		swap(bin->loaded, bin->prev);
	} else if (!bin->loaded->nr) {
		struct iova_magazine *mag;

		spin_lock(&depot->lock);
		mag = iova_depot_pop(depot);
		spin_unlock(&depot->lock);
		if (!mag)
			return 0;
		iova_magazine_free(bin->loaded);
		bin->loaded = mag;
	}
	return iova_magazine_take(bin->loaded, size, limit_pfn);
}

static bool iova_bin_put(struct iova_bin *bin, struct iova_depot *depot,
			 unsigned long pfn)
{
	bool full = bin->loaded->nr == IOVA_MAG_PFNS;

	if (full && bin->prev->nr < IOVA_MAG_PFNS) {
		swap(bin->loaded, bin->prev);
	} else if (full) {
		struct iova_magazine *fresh = iova_magazine_alloc(GFP_ATOMIC);

		if (!fresh)
			return false;
		iova_depot_push(depot, bin->loaded);
		bin->loaded = fresh;
	}
	bin->loaded->pfns[bin->loaded->nr++] = pfn;
	return true;
}

#ifdef DMASIM_DEBUG
/* R3: only what this bin holds can be seen without stopping other CPUs. */
static bool iova_bin_holds(const struct iova_bin *bin, unsigned long pfn)
{
	unsigned long i;

	for (i = 0; i < bin->loaded->nr; i++)
		if (bin->loaded->pfns[i] == pfn)
			return true;
	for (i = 0; i < bin->prev->nr; i++)
		if (bin->prev->pfns[i] == pfn)
			return true;
	return false;
}

/* R1: is there a range that begins at @pfn and was allocated with @size? */
static bool iova_is_range(struct iova_domain *iovad, unsigned long pfn,
			  unsigned long size)
{
	unsigned long flags;
	struct iova *iova;
	bool is;

	if (size - 1 < IOVA_CACHE_MAX_PFNS && iovad->rcaches)
		size = 1ul << iova_size_order(size);
	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iova = iovad->allocator->from(iovad, pfn);
	is = iova->pfn_lo == pfn && iova_size(iova) == size;
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	return is;
}

/* @bin: of the size and this CPU; NULL: not cached. */
static bool iova_bad_free(struct iova_domain *iovad, struct iova_bin *bin,
			  unsigned long pfn, unsigned long size)
{
	const char *what = NULL;

	/* What these give back wrongly is to go wrong. */
	if (lib_quirk(QUIRK_STATE_UNCHECKED) || lib_quirk(QUIRK_DESTROY_SHORT))
		return false;
	if (!pfn)
		what = "IOVA pfn 0 freed: it was never allocated";
	else if (bin && iova_bin_holds(bin, pfn))
		what = "IOVA freed twice";
	else if (!iova_is_range(iovad, pfn, size))
		what = "IOVA freed that was not allocated, or with another size";
	if (!what)
		return false;
	lib_event(LIB_EVENT_MISUSE, "iova-bad-free", NULL,
		  (u64)pfn * iovad->granule, (u64)size * iovad->granule, "%s",
		  what);
	return true;
}
#else
static inline bool iova_bad_free(struct iova_domain *iovad,
				 struct iova_bin *bin, unsigned long pfn,
				 unsigned long size)
{
	return false;
}
#endif

/* ---- out of line paths ---- */

static noinline unsigned long iova_rcache_get(struct iova_rcache *rc,
					      unsigned int order,
					      unsigned long limit_pfn)
{
	struct iova_slot *slot = iova_this_slot(rc);
	unsigned long flags, pfn;

	biased_lock_shared(&slot->lock, flags);
	pfn = iova_bin_get(&slot->bin[order], &rc->depot[order], 1ul << order,
			   limit_pfn);
	biased_unlock_shared(&slot->lock, flags);
	return pfn;
}

static noinline bool iova_rcache_put(struct iova_domain *iovad,
				     unsigned int order, unsigned long pfn,
				     unsigned long size)
{
	struct iova_rcache *rc = iovad->rcaches;
	struct iova_slot *slot = iova_this_slot(rc);
	struct iova_bin *bin = &slot->bin[order];
	bool bad, cached = false;
	unsigned long flags;

	biased_lock_shared(&slot->lock, flags);
	bad = iova_bad_free(iovad, bin, pfn, size);
	if (!bad)
		cached = iova_bin_put(bin, &rc->depot[order], pfn);
	biased_unlock_shared(&slot->lock, flags);
	return cached || (!bad && iova_tree_give_back(iovad, pfn));
}

/* Everything cached for @iovad goes back to the tree. */
static void iova_rcaches_flush(struct iova_domain *iovad)
{
	struct iova_rcache *rc = iovad->rcaches;
	unsigned int i, order;
	unsigned long flags;

	for (i = 0; i <= rc->shared; i++) {
		struct iova_slot *slot = &rc->slot[i];

		biased_visit(&slot->lock, flags);
		for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
			iova_magazine_empty(slot->bin[order].loaded, iovad);
			iova_magazine_empty(slot->bin[order].prev, iovad);
		}
		biased_unvisit(&slot->lock, flags);
	}
	for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
		struct iova_depot *depot = &rc->depot[order];
		struct iova_magazine *mag;

		spin_lock_irqsave(&depot->lock, flags);
		while ((mag = iova_depot_pop(depot))) {
			iova_magazine_empty(mag, iovad);
			iova_magazine_free(mag);
		}
		spin_unlock_irqrestore(&depot->lock, flags);
	}
}

static noinline unsigned long iova_alloc_slow(struct iova_domain *iovad,
					      unsigned long size,
					      unsigned long limit_pfn,
					      bool flush_rcache)
{
	struct iova_rcache *rc = iovad->rcaches;
	struct iova *iova;

	if (should_fail_site(DMASIM_SITE_IOVA))
		return 0;
	if (size - 1 < IOVA_CACHE_MAX_PFNS && rc) {
		unsigned int order = iova_size_order(size);
		unsigned long pfn = iova_rcache_get(rc, order, limit_pfn);

		if (pfn)
			return pfn;
		size = 1ul << order;
	}
	iova = iova_tree_alloc(iovad, size, limit_pfn, true);
	if (!iova && flush_rcache && rc) {
		iova_rcaches_flush(iovad);
		iova = iova_tree_alloc(iovad, size, limit_pfn, true);
	}
	return iova ? iova->pfn_lo : 0;
}

/* ---- the two fast calls ---- */

/**
 * alloc_iova_fast() - take a size-aligned range, from the caches if possible
 * @iovad: address space with caches
 * @size: pfns; below 32 it is rounded up to a power of two, 0 fails
 * @limit_pfn: highest pfn allowed
 * @flush_rcache: when there is no space, empty all caches and try once more
 *
 * Context: any.
 * Return: the first pfn, 0 on failure.
 */
unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size,
			      unsigned long limit_pfn, bool flush_rcache)
{
	struct iova_rcache *rc = iovad->rcaches;

	/* The slow path asks the failure site, for both. */
	if (likely(size - 1 < IOVA_CACHE_MAX_PFNS && rc &&
		   !READ_ONCE(lib_fail_armed))) {
		unsigned int order = iova_size_order(size);
		struct iova_slot *slot = iova_this_slot(rc);

		if (likely(biased_enter(&slot->lock))) {
			struct iova_magazine *mag = slot->bin[order].loaded;
			unsigned long nr = mag->nr;

			if (likely(nr)) {
				unsigned long pfn = mag->pfns[nr - 1];
				unsigned long last = pfn + (1ul << order) - 1;

				if (likely(last <= limit_pfn)) {
					mag->nr = nr - 1;
					biased_leave(&slot->lock);
					return pfn;
				}
			}
			biased_leave(&slot->lock);
		}
	}
	return iova_alloc_slow(iovad, size, limit_pfn, flush_rcache);
}
EXPORT_SYMBOL_GPL(alloc_iova_fast);

/**
 * iova_give_back() - free_iova_fast() that tells what became of it
 * @iovad: address space with caches
 * @pfn: first pfn of the range
 * @size: pfns, as given to alloc_iova_fast()
 *
 * Context: any.
 * Return: false if nothing was given back: there is no such range, or (debug
 * builds) the free was refused, event "iova-bad-free".
 */
bool iova_give_back(struct iova_domain *iovad, unsigned long pfn,
		    unsigned long size)
{
	struct iova_rcache *rc = iovad->rcaches;
	unsigned int order;

	if (unlikely(size - 1 >= IOVA_CACHE_MAX_PFNS || !rc))
		return !iova_bad_free(iovad, NULL, pfn, size) &&
		       iova_tree_give_back(iovad, pfn);
	order = iova_size_order(size);
	if (!IS_ENABLED(DMASIM_DEBUG)) {
		struct iova_slot *slot = iova_this_slot(rc);

		if (likely(biased_enter(&slot->lock))) {
			struct iova_magazine *mag = slot->bin[order].loaded;
			unsigned long nr = mag->nr;

			if (likely(nr < IOVA_MAG_PFNS)) {
				mag->pfns[nr] = pfn;
				mag->nr = nr + 1;
				biased_leave(&slot->lock);
				return true;
			}
			biased_leave(&slot->lock);
		}
	}
	return iova_rcache_put(iovad, order, pfn, size);
}

/**
 * free_iova_fast() - give a range of alloc_iova_fast() back
 * @iovad: address space with caches
 * @pfn: first pfn of the range
 * @size: pfns, as given to alloc_iova_fast()
 *
 * Context: any.
 */
void free_iova_fast(struct iova_domain *iovad, unsigned long pfn,
		    unsigned long size)
{
	iova_give_back(iovad, pfn, size);
}
EXPORT_SYMBOL_GPL(free_iova_fast);

/* ---- life ---- */

static void iova_rcaches_free(struct iova_rcache *rc)
{
	unsigned int i, order;

	for (i = 0; i <= rc->shared; i++)
		for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
			/* NULL after a failure half way through init. */
			iova_magazine_free(rc->slot[i].bin[order].loaded);
			iova_magazine_free(rc->slot[i].bin[order].prev);
		}
	kfree(rc);
}

/**
 * iova_domain_init_rcaches() - add the per-CPU caches
 * @iovad: address space without caches
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with nothing left allocated.
 */
int iova_domain_init_rcaches(struct iova_domain *iovad)
{
	bool heavy = host_heavy_barrier();
	unsigned int i, order, nr_cpus = nr_cpu_ids;
	struct iova_rcache *rc;

	/* A power of two is naturally aligned, which aligns the slots. */
	rc = kzalloc(roundup_pow_of_two(struct_size(rc, slot, nr_cpus + 1)),
		     GFP_KERNEL);
	if (!rc)
		return -ENOMEM;
	rc->shared = nr_cpus;
	for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
		struct iova_depot *depot = &rc->depot[order];

		spin_lock_init(&depot->lock);
		depot->iovad = iovad;
		INIT_DELAYED_WORK(&depot->trim, iova_depot_trim);
	}
	for (i = 0; i <= nr_cpus; i++) {
		struct iova_slot *slot = &rc->slot[i];

		biased_init(&slot->lock, heavy && i < nr_cpus);
		for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
			struct iova_bin *bin = &slot->bin[order];

			bin->loaded = iova_magazine_alloc(GFP_KERNEL);
			bin->prev = iova_magazine_alloc(GFP_KERNEL);
			if (!bin->loaded || !bin->prev)
				goto err_free;
		}
	}
	iovad->rcaches = rc;
	return 0;

err_free:
	iova_rcaches_free(rc);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(iova_domain_init_rcaches);

void iova_rcaches_destroy(struct iova_domain *iovad)
{
	struct iova_rcache *rc = iovad->rcaches;
	unsigned int order;

	if (!rc)
		return;
	for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
		struct iova_depot *depot = &rc->depot[order];
		struct iova_magazine *mag;

		cancel_delayed_work_sync(&depot->trim);
		while ((mag = iova_depot_pop(depot)))
			iova_magazine_free(mag);
	}
	iova_rcaches_free(rc);
	iovad->rcaches = NULL;
}

unsigned long iova_rcaches_count(struct iova_domain *iovad)
{
	struct iova_rcache *rc = iovad->rcaches;
	unsigned long count = 0, flags;
	unsigned int i, order;

	if (!rc)
		return 0;
	for (i = 0; i <= rc->shared; i++) {
		struct iova_slot *slot = &rc->slot[i];

		biased_visit(&slot->lock, flags);
		for (order = 0; order < IOVA_CACHE_ORDERS; order++)
			count += slot->bin[order].loaded->nr +
				 slot->bin[order].prev->nr;
		biased_unvisit(&slot->lock, flags);
	}
	for (order = 0; order < IOVA_CACHE_ORDERS; order++) {
		spin_lock_irqsave(&rc->depot[order].lock, flags);
		count += rc->depot[order].nr * IOVA_MAG_PFNS;
		spin_unlock_irqrestore(&rc->depot[order].lock, flags);
	}
	return count;
}
