/* SPDX-License-Identifier: MIT */
/*
 * IOVA allocator: the calls, and "linux", the tree of ranges of 6.17.
 * Models drivers/iommu/iova.c, 6.17. Reduced: CPUs are never unplugged.
 *
 * A domain keeps its ranges in one of two trees (struct iova_allocator), chosen
 * when it is initialised: this one, or the one of gap.c. The calls take the lock
 * and node memory and decide what is an error; the tree finds and remembers.
 *
 * In "linux" ranges are nodes of an rb tree in address order. Free space has no node: a
 * search walks from a remembered node towards lower addresses and takes the
 * first gap that fits, so allocations come top down:
 *
 *   start_pfn                                        limit      anchor
 *   |   [==D==]      [==C==]  gap  [====B====]  [==A==]            []
 *                                  <- search     ^ cached32_node
 *
 * Two nodes are remembered, one for limits up to 4 GiB and one for the rest.
 * What a search leaves behind above the remembered node (alignment gaps) is
 * looked at again only when nothing is left below it. The results are those of
 * the kernel pfn by pfn, because IOVA layout decides page-table cost, and
 * benchmarks and recorded traces depend on it; so max32_alloc_size also keeps
 * its habit of remembering a failure under a small limit for everybody below
 * 4 GiB (docs/differences.md).
 *
 * I1  Nodes are disjoint and ascending; the anchor is the last one.
 * I2  cached_node and cached32_node are nodes of the tree.
 * I3  max32_alloc_size is at most dma_32bit_pfn.
 * I4  A domain keeps the allocator that it was initialised with. The choice for
 *     domains to come is the machine's and "linux" outside of one.
 * Locks: iova_rbtree_lock for tree and fields; it nests inside the locks of
 * rcache_host.c.
 * Tests: tests/unit/iova/test_iova.c, tests/model/test_iova_model.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/iova.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "iova/iova.h"
#include "lib/lib.h"
#include "mm/mm.h"

/* The anchor keeps this pfn; it bounds every search from above. */
#define IOVA_ANCHOR_PFN ULONG_MAX

static struct kmem_cache *iova_nodes;
static unsigned int iova_cache_users;
static DEFINE_MUTEX(iova_cache_mutex);

static inline struct iova *node_to_iova(struct rb_node *node)
{
	return rb_entry(node, struct iova, node);
}

/* ---- node memory ---- */

static int iova_caches_create(void)
{
	int ret;

	/* 48 bytes and a word of the slab's: one cache line, but not two. */
	iova_nodes = kmem_cache_create("iommu_iova", sizeof(struct iova), 0,
				       SLAB_HOST, NULL);
	if (!iova_nodes)
		return -ENOMEM;
	ret = iova_gap_cache_get();
	if (ret)
		goto err_nodes;
	ret = iova_magazine_cache_get();
	if (ret)
		goto err_gap;
	return 0;

err_gap:
	iova_gap_cache_put();
err_nodes:
	kmem_cache_destroy(iova_nodes);
	iova_nodes = NULL;
	return ret;
}

/**
 * iova_cache_get() - take a reference on the slab caches of this allocator
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with nothing taken.
 */
int iova_cache_get(void)
{
	int ret = 0;

	mutex_lock(&iova_cache_mutex);
	if (!iova_cache_users)
		ret = iova_caches_create();
	if (!ret)
		iova_cache_users++;
	mutex_unlock(&iova_cache_mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iova_cache_get);

/**
 * iova_cache_put() - drop a reference of iova_cache_get()
 *
 * Context: may sleep; all domains of the last user are gone.
 */
void iova_cache_put(void)
{
	mutex_lock(&iova_cache_mutex);
	if (!WARN_ON(!iova_cache_users) && !--iova_cache_users) {
		iova_magazine_cache_put();
		iova_gap_cache_put();
		kmem_cache_destroy(iova_nodes);
		iova_nodes = NULL;
	}
	mutex_unlock(&iova_cache_mutex);
}
EXPORT_SYMBOL_GPL(iova_cache_put);

static struct iova *iova_node_alloc(void)
{
	if (WARN_ON_ONCE(!iova_nodes))
		return NULL;
	return kmem_cache_zalloc(iova_nodes, GFP_ATOMIC);
}

void iova_node_free(struct iova *iova)
{
	kmem_cache_free(iova_nodes, iova);
}

/*
 * A domain keeps some freed nodes for its next allocations, the one that was
 * freed longest ago first. That one need not be fetched any more: what the slab
 * hands out is what was freed last, whose line is still on the way. Debug builds
 * keep none, so that a use after the free is seen.
 */
#define IOVA_SPARES ARRAY_SIZE(((struct iova_domain *)0)->spare)

/* Lock held. A node like that of iova_node_alloc(). */
static struct iova *iova_node_get(struct iova_domain *iovad)
{
	struct iova *iova;

	/* The slab asks the failure site, for both, and tells of it. */
	if (iovad->spares_in - iovad->spares_out <= IOVA_SPARES / 2 ||
	    unlikely(READ_ONCE(lib_fail_armed)))
		return iova_node_alloc();
	iova = iovad->spare[iovad->spares_out++ % IOVA_SPARES];
	memset(iova, 0, sizeof(*iova));
	return iova;
}

/* Lock held. Returns the node that goes back to the slab, or NULL. */
static struct iova *iova_node_keep(struct iova_domain *iovad, struct iova *iova)
{
	struct iova *old = NULL;

	if (IS_ENABLED(DMASIM_DEBUG))
		return iova;
	if (iovad->spares_in - iovad->spares_out == IOVA_SPARES)
		old = iovad->spare[iovad->spares_out++ % IOVA_SPARES];
	iovad->spare[iovad->spares_in++ % IOVA_SPARES] = iova;
	return old;
}

/* ---- which tree ---- */

static const struct iova_allocator iova_linux_allocator;

static const struct iova_allocator *const iova_allocators[] = {
	&iova_linux_allocator,
	&iova_gap_allocator,
};

static const struct iova_allocator *iova_allocator = &iova_linux_allocator;

/**
 * iova_allocator_find() - an allocator by name
 * @name: "linux" or "gap"; NULL: "linux"
 *
 * Context: any. Return: the allocator, NULL if there is none of that name.
 */
const struct iova_allocator *iova_allocator_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(iova_allocators); i++)
		if (!name || !strcmp(iova_allocators[i]->name, name))
			return iova_allocators[i];
	return NULL;
}

/**
 * iova_set_allocator() - choose for the domains initialised from now on
 * @allocator: result of iova_allocator_find()
 *
 * Context: boot and shutdown; not beside init_iova_domain().
 */
void iova_set_allocator(const struct iova_allocator *allocator)
{
	iova_allocator = allocator;
}

/**
 * iova_domain_init() - init_iova_domain() with an allocator of its own
 * @iovad: memory of the caller, contents do not matter
 * @granule: bytes of a pfn; BUG unless a power of two up to PAGE_SIZE
 * @start_pfn: lowest pfn to hand out
 * @allocator: result of iova_allocator_find()
 *
 * Context: any.
 */
void iova_domain_init(struct iova_domain *iovad, unsigned long granule,
		      unsigned long start_pfn,
		      const struct iova_allocator *allocator)
{
	BUG_ON(granule > PAGE_SIZE || !is_power_of_2(granule));

	spin_lock_init(&iovad->iova_rbtree_lock);
	iovad->granule = granule;
	iovad->start_pfn = start_pfn;
	iovad->dma_32bit_pfn = (1ul << 32) / granule;
	iovad->max32_alloc_size = iovad->dma_32bit_pfn;
	iovad->max32_refusals = 0;
	iovad->rcaches = NULL;
	INIT_HLIST_NODE(&iovad->cpuhp_dead);
	iovad->anchor.pfn_hi = IOVA_ANCHOR_PFN;
	iovad->anchor.pfn_lo = IOVA_ANCHOR_PFN;
	iovad->rbroot = RB_ROOT;
	iovad->cached_node = NULL;
	iovad->cached32_node = NULL;
	iovad->allocator = allocator;
	iovad->spares_in = 0;
	iovad->spares_out = 0;
	allocator->init(iovad);
}

/**
 * init_iova_domain() - an empty address space
 * @iovad: memory of the caller, contents do not matter
 * @granule: bytes of a pfn; BUG unless a power of two up to PAGE_SIZE
 * @start_pfn: lowest pfn to hand out
 *
 * Context: any.
 */
void init_iova_domain(struct iova_domain *iovad, unsigned long granule,
		      unsigned long start_pfn)
{
	iova_domain_init(iovad, granule, start_pfn, iova_allocator);
}
EXPORT_SYMBOL_GPL(init_iova_domain);

/* ---- "linux": operations, lock held ---- */

static void linux_init(struct iova_domain *iovad)
{
	struct rb_node *anchor = &iovad->anchor.node;

	rb_link_node(anchor, NULL, &iovad->rbroot.rb_node);
	rb_insert_color(anchor, &iovad->rbroot);
	iovad->cached_node = anchor;
	iovad->cached32_node = anchor;
}

/* The lowest node that ends at @pfn or above: the anchor always does. */
static struct rb_node *iova_node_from(struct iova_domain *iovad,
				      unsigned long pfn)
{
	struct rb_node *at = iovad->rbroot.rb_node, *best = NULL;

	while (at) {
		if (node_to_iova(at)->pfn_hi >= pfn) {
			best = at;
			at = at->rb_left;
		} else {
			at = at->rb_right;
		}
	}
	return best;
}

static struct iova *linux_from(struct iova_domain *iovad, unsigned long pfn)
{
	return node_to_iova(iova_node_from(iovad, pfn));
}

/* Put @iova just below @above; the gap between was found before. */
static void iova_link_below(struct iova_domain *iovad, struct iova *iova,
			    struct rb_node *above)
{
	struct rb_node *parent = above, **slot = &above->rb_left;

	while (*slot) {
		parent = *slot;
		slot = &parent->rb_right;
	}
	rb_link_node(&iova->node, parent, slot);
	rb_insert_color(&iova->node, &iovad->rbroot);
}

/*
 * Walk from @node towards lower pfns. Returns the node that the found gap lies
 * below, with its first pfn in *@pfn, or NULL.
 */
static struct rb_node *iova_search_down(const struct iova_request *req,
					struct rb_node *node,
					unsigned long *pfn)
{
	unsigned long top = req->limit;
	struct rb_node *below;

	for (; node; node = below) {
		top = min(top, node_to_iova(node)->pfn_lo);
		if (top < req->size)
			return NULL;
		*pfn = (top - req->size) & req->align_mask;
		if (*pfn < req->floor)
			return NULL;
		below = rb_prev(node);
		if (!below || node_to_iova(below)->pfn_hi < *pfn)
			return node;
	}
	return NULL;
}

static bool linux_place(struct iova_domain *iovad, struct iova *iova,
			const struct iova_request *wanted)
{
	bool low = wanted->limit <= iovad->dma_32bit_pfn;
	struct iova_request req = *wanted;
	struct rb_node *start, *above;
	unsigned long start_hi;

	if (low && req.size >= iovad->max32_alloc_size) {
		iovad->max32_refusals++;
		return false;
	}

	start = low ? iovad->cached32_node : iovad->cached_node;
	start_hi = node_to_iova(start)->pfn_hi;
	above = iova_search_down(&req, start, &iova->pfn_lo);
	if (!above && start_hi < req.limit) {
		/* Second and last try: what lies above the start node. */
		req.floor = start_hi + 1;
		start = low ? iova_node_from(iovad, req.limit) :
			      &iovad->anchor.node;
		above = iova_search_down(&req, start, &iova->pfn_lo);
	}
	if (!above) {
		/* There may be room above a small limit; 6.17 forgets that. */
		if (wanted->limit >= iovad->dma_32bit_pfn ||
		    lib_quirk(QUIRK_IOVA_FAILED_SIZE))
			iovad->max32_alloc_size = req.size;
		return false;
	}

	iova->pfn_hi = iova->pfn_lo + req.size - 1;
	iova_link_below(iovad, iova, above);
	if (iova->pfn_hi < iovad->dma_32bit_pfn)
		iovad->cached32_node = &iova->node;
	else
		iovad->cached_node = &iova->node;
	return true;
}

static void linux_drop(struct iova_domain *iovad, struct iova *iova)
{
	struct rb_node *next = rb_next(&iova->node);
	struct iova *cached32 = node_to_iova(iovad->cached32_node);
	struct iova *cached = node_to_iova(iovad->cached_node);
	bool low = iova->pfn_hi < iovad->dma_32bit_pfn;

	/* The gap becomes visible to searches only from its successor on. */
	if (iova == cached32 || (low && iova->pfn_lo >= cached32->pfn_lo))
		iovad->cached32_node = next;
	if (iova->pfn_lo >= cached->pfn_lo)
		iovad->cached_node = next;
	if (iova->pfn_lo < iovad->dma_32bit_pfn)
		iovad->max32_alloc_size = iovad->dma_32bit_pfn;
	rb_erase(&iova->node, &iovad->rbroot);
}

static struct iova *linux_take(struct iova_domain *iovad, unsigned long pfn)
{
	struct iova *iova = linux_from(iovad, pfn);

	if (iova == &iovad->anchor || iova->pfn_lo > pfn)
		return NULL;
	linux_drop(iovad, iova);
	return iova;
}

static bool linux_add(struct iova_domain *iovad, struct iova *iova)
{
	iova_link_below(iovad, iova, iova_node_from(iovad, iova->pfn_hi));
	return true;
}

static void linux_grow_down(struct iova_domain *iovad, struct iova *iova,
			    unsigned long pfn_lo)
{
	iova->pfn_lo = pfn_lo;
}

static void linux_clear(struct iova_domain *iovad)
{
	struct rb_node *node;

	rb_erase(&iovad->anchor.node, &iovad->rbroot);
	while ((node = iovad->rbroot.rb_node)) {
		rb_erase(node, &iovad->rbroot);
		iova_node_free(node_to_iova(node));
	}
	iovad->cached_node = NULL;
	iovad->cached32_node = NULL;
}

static const char *linux_check(struct iova_domain *iovad)
{
	bool seen = false, seen32 = false;
	struct rb_node *node, *last = NULL;

	for (node = rb_first(&iovad->rbroot); node; node = rb_next(node)) {
		struct iova *iova = node_to_iova(node);

		if (iova->pfn_lo > iova->pfn_hi)
			return "I1: a range ends before it starts";
		if (last && node_to_iova(last)->pfn_hi >= iova->pfn_lo)
			return "I1: ranges overlap or are out of order";
		seen |= node == iovad->cached_node;
		seen32 |= node == iovad->cached32_node;
		last = node;
	}
	if (last != &iovad->anchor.node)
		return "I1: the anchor is not the last range";
	if (!seen || !seen32)
		return "I2: a remembered node is not in the tree";
	return NULL;
}

static const struct iova_allocator iova_linux_allocator = {
	.name = "linux",
	.init = linux_init,
	.place = linux_place,
	.from = linux_from,
	.add = linux_add,
	.grow_down = linux_grow_down,
	.take = linux_take,
	.drop = linux_drop,
	.clear = linux_clear,
	.check = linux_check,
};

/* ---- calls ---- */

struct iova *iova_tree_alloc(struct iova_domain *iovad, unsigned long size,
			     unsigned long limit_pfn, bool size_aligned)
{
	struct iova_request req = {
		.size = size,
		.align_mask = ~0ul,
		.limit = min_t(unsigned long, limit_pfn, IOVA_ANCHOR_PFN - 1) +
			 1,
		.floor = iovad->start_pfn,
	};
	struct iova *iova;
	unsigned long flags;
	bool placed;

	if (!size)
		return NULL;
	if (size_aligned && size > 1) {
		unsigned int lg2 = fls_long(size - 1);

		if (lg2 >= BITS_PER_LONG)
			return NULL;
		req.align_mask <<= lg2;
	}
	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iova = iova_node_get(iovad);
	placed = iova && iovad->allocator->place(iovad, iova, &req);
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	if (placed)
		return iova;
	iova_node_free(iova);
	return NULL;
}

/**
 * alloc_iova() - take the highest free range below a limit from the tree
 * @iovad: address space
 * @size: pfns; 0 fails
 * @limit_pfn: highest pfn allowed
 * @size_aligned: align the start to @size rounded up to a power of two
 *
 * Context: any; memory is taken with GFP_ATOMIC.
 * Return: the range, or NULL when there is no space or no memory.
 */
struct iova *alloc_iova(struct iova_domain *iovad, unsigned long size,
			unsigned long limit_pfn, bool size_aligned)
{
	if (should_fail_site(DMASIM_SITE_IOVA))
		return NULL;
	return iova_tree_alloc(iovad, size, limit_pfn, size_aligned);
}
EXPORT_SYMBOL_GPL(alloc_iova);

/**
 * __free_iova() - give a range back to the tree
 * @iovad: address space
 * @iova: result of alloc_iova(), reserve_iova() or find_iova()
 *
 * Context: any.
 */
void __free_iova(struct iova_domain *iovad, struct iova *iova)
{
	unsigned long flags;

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iovad->allocator->drop(iovad, iova);
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	iova_node_free(iova);
}
EXPORT_SYMBOL_GPL(__free_iova);

bool iova_tree_give_back(struct iova_domain *iovad, unsigned long pfn)
{
	struct iova *iova, *old = NULL;
	unsigned long flags;

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iova = iovad->allocator->take(iovad, pfn);
	if (iova)
		old = iova_node_keep(iovad, iova);
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	if (old)
		iova_node_free(old);
	return iova;
}

/**
 * free_iova() - give back the whole range around a pfn
 * @iovad: address space
 * @pfn: any pfn of the range; one that is in no range is ignored
 *
 * Context: any.
 */
void free_iova(struct iova_domain *iovad, unsigned long pfn)
{
	iova_tree_give_back(iovad, pfn);
}
EXPORT_SYMBOL_GPL(free_iova);

void iova_tree_free(struct iova_domain *iovad, const unsigned long *pfns,
		    unsigned long nr)
{
	unsigned long flags, i;

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	for (i = 0; i < nr; i++) {
		struct iova *iova = iovad->allocator->take(iovad, pfns[i]);

		if (!WARN_ON(!iova))
			iova_node_free(iova);
	}
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
}

/**
 * find_iova() - the range around a pfn
 * @iovad: address space
 * @pfn: any pfn
 *
 * Context: any; the caller keeps the range from being freed meanwhile.
 * Return: the range, or NULL.
 */
struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn)
{
	struct iova *iova;
	unsigned long flags;

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iova = iovad->allocator->from(iovad, pfn);
	if (iova == &iovad->anchor || iova->pfn_lo > pfn)
		iova = NULL;
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	return iova;
}
EXPORT_SYMBOL_GPL(find_iova);

/**
 * reserve_iova() - keep a range from being handed out
 * @iovad: address space
 * @pfn_lo: first pfn
 * @pfn_hi: last pfn
 *
 * Ranges that overlap grow downwards to cover their part of the request, also
 * when they are live allocations; a new range covers what lies above them.
 * Neither remembered node changes.
 *
 * Context: any.
 * Return: the range that holds @pfn_hi; NULL without memory, or (WARN) if a
 * pfn is not the pfn of an address.
 */
struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo,
			  unsigned long pfn_hi)
{
	unsigned long highest = ULLONG_MAX >> iova_shift(iovad);
	const struct iova_allocator *tree = iovad->allocator;
	struct iova *iova, *fresh;
	unsigned long flags;

	if (WARN_ON(pfn_lo > highest || pfn_hi > highest))
		return NULL;

	/* Before the lock: whether it is needed is only known under it. */
	fresh = iova_node_alloc();

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	iova = tree->from(iovad, pfn_lo);
	while (iova->pfn_lo <= pfn_hi) {
		if (pfn_lo < iova->pfn_lo)
			tree->grow_down(iovad, iova, pfn_lo);
		if (pfn_hi <= iova->pfn_hi)
			goto covered;
		pfn_lo = iova->pfn_hi + 1;
		iova = tree->from(iovad, pfn_lo);
	}
	iova = NULL;
	if (fresh) {
		fresh->pfn_lo = pfn_lo;
		fresh->pfn_hi = pfn_hi;
		if (tree->add(iovad, fresh))
			swap(iova, fresh);
	}
covered:
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	if (fresh)
		iova_node_free(fresh);
	return iova;
}
EXPORT_SYMBOL_GPL(reserve_iova);

/**
 * put_iova_domain() - free the caches and every range
 * @iovad: address space that nobody uses any more
 *
 * Context: may sleep.
 */
void put_iova_domain(struct iova_domain *iovad)
{
	iova_rcaches_destroy(iovad);
	iovad->allocator->clear(iovad);
	while (iovad->spares_in != iovad->spares_out)
		iova_node_free(iovad->spare[iovad->spares_out++ % IOVA_SPARES]);
}
EXPORT_SYMBOL_GPL(put_iova_domain);

/* ---- inspection ---- */

/**
 * __iova_next() - go through all ranges in ascending order
 * @iovad: address space
 * @iova: a range of it; NULL: begin
 *
 * Context: nobody changes the tree meanwhile.
 * Return: the next range, NULL behind the last. The anchor is none.
 */
struct iova *__iova_next(struct iova_domain *iovad, struct iova *iova)
{
	iova = iovad->allocator->from(iovad, iova ? iova->pfn_hi + 1 : 0);
	return iova == &iovad->anchor ? NULL : iova;
}

/* Pfns from @base up to @end, exclusive, as far as they are below 4 GiB. */
static unsigned long gap_below_4g(const struct iova_domain *iovad,
				  unsigned long base, unsigned long end)
{
	end = min(end, iovad->dma_32bit_pfn);
	return end > base ? end - base : 0;
}

/**
 * iova_domain_stats() - count what a domain holds
 * @iovad: address space
 * @stats: result
 *
 * Context: any.
 */
void iova_domain_stats(struct iova_domain *iovad, struct iova_stats *stats)
{
	unsigned long flags, base = iovad->start_pfn, gap;
	struct iova *iova = NULL;

	stats->largest_gap32 = 0;
	stats->ranges = 0;
	stats->pfns = 0;
	stats->cached_ranges = iova_rcaches_count(iovad);
	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	while ((iova = __iova_next(iovad, iova))) {
		stats->ranges++;
		stats->pfns += iova_size(iova);
		gap = gap_below_4g(iovad, base, iova->pfn_lo);
		stats->largest_gap32 = max(stats->largest_gap32, gap);
		base = max(base, iova->pfn_hi + 1);
	}
	gap = gap_below_4g(iovad, base, iovad->dma_32bit_pfn);
	stats->largest_gap32 = max(stats->largest_gap32, gap);
	stats->max32_alloc_size = iovad->max32_alloc_size;
	stats->max32_refusals = iovad->max32_refusals;
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
}

/**
 * iova_domain_check() - verify I1 to I3, and those of the allocator
 * @iovad: address space
 *
 * Context: any.
 * Return: NULL, or a text that starts with the number of a broken invariant.
 */
const char *iova_domain_check(struct iova_domain *iovad)
{
	const char *broken;
	unsigned long flags;

	spin_lock_irqsave(&iovad->iova_rbtree_lock, flags);
	broken = iovad->allocator->check(iovad);
	if (!broken && iovad->max32_alloc_size > iovad->dma_32bit_pfn)
		broken = "I3: max32_alloc_size is above the 32-bit space";
	spin_unlock_irqrestore(&iovad->iova_rbtree_lock, flags);
	return broken;
}
