/* SPDX-License-Identifier: MIT */
/*
 * IOVA allocator "gap": a B+ tree in which every entry knows the largest gap
 * below it, so that a full and fragmented space costs a descent, not a walk.
 * Modelled on nothing: Linux has no second allocator.
 *
 * The ranges cut the space into tiles, each a range and the free pfns directly
 * below it. A leaf entry is a tile, an entry above is a node full of tiles:
 *
 *                     last   0x3f            0xbf         ~0
 *                     gap    4               0x20         ...
 *                     /                 |                    \
 *   last 0x0f 0x17 0x3f       last 0x80 0xbf            last ... ~0 (anchor)
 *   gap  0    4    1          gap  0x20 0               gap  ... 0
 *
 * What a request in a space of a million ranges waits for is memory: the leaf,
 * and the node above it. So nodes are large (few levels, and all but two of them
 * stay in the caches), their lines are fetched at once, they lie in huge pages
 * (SLAB_HOST), and nothing points from a range to its leaf, so moving entries
 * touches no range; all calls find their way down by pfn. Loops go over all
 * slots, used or not: how often one runs is no jump to be guessed then, and a
 * compiler can take several slots at a time.
 *
 * What lies below start_pfn counts as no gap. What lies above the highest range
 * is in no node: it is where most limits are, and would be the largest gap of
 * each node on the way to it, so that searches entered all of these for nothing.
 *
 * G1  last[] ascends within a node and over the leaves; the tile of the anchor
 *     is the last of all. All leaves are equally deep.
 * G2  A node but the root has GAP_MIN to GAP_SLOTS entries, a root above leaves
 *     at least 2: n ranges are at most log8(n) levels.
 * G3  gap[] of a leaf is the number of usable pfns between the range before
 *     (in whatever leaf) and this one, GAP_HUGE for so many or more: then the
 *     range is asked. order[] is 1 + the largest k such that an aligned block
 *     of 2^k lies in them, 0 without any. The tile of the anchor has gap 0;
 *     gap_top is the first usable pfn of what is there.
 * G4  last, gap and order above the leaves: last entry, maximum, maximum of the
 *     node below.
 * G5  A struct iova says the same as its tile.
 * G6  A slot that is not used has last ~0, gap 0 and order 0: no loop sees it.
 *
 * The bound of a search. It looks above the highest range, then goes from the
 * limit down and enters only what may hold the answer:
 *  - not aligned: gap >= size holds if and only if the gap fits;
 *  - aligned, size a power of two: order > k holds if and only if it fits;
 *  - aligned, 2^(k-1) < size < 2^k: order > k, or gap >= size + 2^k - 1, is
 *    enough, since either contains a multiple of 2^k with size pfns behind it.
 *    Only when no gap below the limit is like that, a second search looks at
 *    gap >= size and order >= k, without which nothing fits (more than half of
 *    2^k pfns from a multiple of 2^k on hold an aligned block of half of it),
 *    and checks each exactly.
 * Maxima are exact (G4), so a node that is entered has a gap that fits. Only the
 * nodes on the one path to a limit among the ranges can disappoint. Hence the
 * first two cases, and the third as long as there is a gap of its first kind,
 * visit at most two nodes a level: O(log n). The second search is linear in the
 * number of gaps that are large enough, but misplaced; each of them is shorter
 * than 2^(k+1), and alloc_iova_fast(), which rounds sizes up to a power of two
 * below 32 pfns, meets it only above that. A request that needs gap[] to be more
 * than GAP_HUGE - no power of two, or not aligned - is linear in the number of
 * such gaps: all addresses of 4 KiB granules have room for 2^21 of them.
 *
 * Locks: iova_rbtree_lock.
 * Tests: tests/unit/iova/test_iova.c, tests/model/test_iova_gap_model.c
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/gfp.h>
#include <linux/iova.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "iova/iova.h"
#include "mm/mm.h"

/* With the word that the slab adds, a node is 16 cache lines. */
#define GAP_SLOTS 48
#define GAP_MIN (GAP_SLOTS / 6)
/* 8^11 leaves are more than any memory holds. */
#define GAP_LEVELS 12
/* gap[] cannot say more. */
#define GAP_HUGE S32_MAX

/**
 * struct iova_gap_node - one node
 * @nr: entries
 * @order: largest aligned block (G3); also eight at a time
 * @last: highest pfn
 * @gap: largest gap
 * @below: the node, in a leaf the struct iova
 */
struct iova_gap_node {
	u64 nr;
	union {
		u8 order[GAP_SLOTS];
		u64 orders[GAP_SLOTS / 8];
	};
	unsigned long last[GAP_SLOTS];
	s32 gap[GAP_SLOTS];
	void *below[GAP_SLOTS];
};

static_assert(GAP_SLOTS % 8 == 0 && GAP_SLOTS <= BITS_PER_LONG);
static_assert(sizeof(struct iova_gap_node) <= 16 * 64 - sizeof(void *));

/* Nodes and slots from a leaf (level 0) up to the root. */
struct gap_path {
	struct iova_gap_node *node[GAP_LEVELS];
	unsigned int at[GAP_LEVELS];
};

static struct kmem_cache *gap_nodes;

int iova_gap_cache_get(void)
{
	gap_nodes = kmem_cache_create("iommu_iova_gap",
				      sizeof(struct iova_gap_node), 0,
				      SLAB_HOST, NULL);
	return gap_nodes ? 0 : -ENOMEM;
}

void iova_gap_cache_put(void)
{
	kmem_cache_destroy(gap_nodes);
	gap_nodes = NULL;
}

/* ---- entries ---- */

/* Order (G3) of the @len pfns from @first on. */
static inline u8 gap_order(unsigned long first, unsigned long len)
{
	unsigned long block;
	unsigned int k;

	if (!len)
		return 0;
	k = __fls(len);
	block = 1ul << k;
	/* At least 2^k pfns always hold an aligned block of half of that. */
	return (-first & (block - 1)) + block <= len ? k + 1 : k;
}

/* The tile in @slot has the range from @lo on; the one before ends at @base. */
static inline void gap_set_tile(struct iova_domain *iovad,
				struct iova_gap_node *leaf, unsigned int slot,
				unsigned long base, unsigned long lo)
{
	unsigned long first = max(base, iovad->start_pfn);
	unsigned long len = lo > first ? lo - first : 0;

	if (leaf->below[slot] == &iovad->anchor) {
		iovad->gap_top = first;
		len = 0;
	}
	leaf->gap[slot] = min_t(unsigned long, len, GAP_HUGE);
	leaf->order[slot] = gap_order(first, len);
}

/* Make @slot one that is not used (G6). */
static inline void gap_void(struct iova_gap_node *node, unsigned int slot)
{
	node->last[slot] = ULONG_MAX;
	node->gap[slot] = 0;
	node->order[slot] = 0;
}

static struct iova_gap_node *gap_node_alloc(void)
{
	struct iova_gap_node *node = kmem_cache_alloc(gap_nodes, GFP_ATOMIC);
	unsigned int i;

	if (!node)
		return NULL;
	node->nr = 0;
	for (i = 0; i < GAP_SLOTS; i++)
		gap_void(node, i);
	return node;
}

static inline void gap_copy(struct iova_gap_node *to, unsigned int slot,
			    const struct iova_gap_node *from, unsigned int i)
{
	to->last[slot] = from->last[i];
	to->gap[slot] = from->gap[i];
	to->below[slot] = from->below[i];
	to->order[slot] = from->order[i];
}

/* @nr entries from @slot on move to @to. */
static inline void gap_move(struct iova_gap_node *node, unsigned int to,
			    unsigned int slot, unsigned int nr)
{
	memmove(&node->order[to], &node->order[slot], nr);
	memmove(&node->last[to], &node->last[slot], nr * sizeof(*node->last));
	memmove(&node->gap[to], &node->gap[slot], nr * sizeof(*node->gap));
	memmove(&node->below[to], &node->below[slot],
		nr * sizeof(*node->below));
}

static inline void gap_open(struct iova_gap_node *node, unsigned int slot)
{
	gap_move(node, slot + 1, slot, node->nr++ - slot);
}

static inline void gap_close(struct iova_gap_node *node, unsigned int slot)
{
	gap_move(node, slot, slot + 1, --node->nr - slot);
	gap_void(node, node->nr);
}

/* Make entry @slot of @parent right again (G4). False: it was. */
static bool gap_sum_up(struct iova_gap_node *parent, unsigned int slot)
{
	const struct iova_gap_node *node = parent->below[slot];
	unsigned long last = node->last[node->nr - 1];
	unsigned int i;
	s32 gap = 0;
	u8 order = 0;

#pragma GCC unroll 12
	for (i = 0; i < GAP_SLOTS; i++)
		gap = max(gap, node->gap[i]);
#pragma GCC unroll 3
	for (i = 0; i < GAP_SLOTS; i++)
		order = max(order, node->order[i]);
	if (parent->gap[slot] == gap && parent->order[slot] == order &&
	    parent->last[slot] == last)
		return false;
	parent->last[slot] = last;
	parent->gap[slot] = gap;
	parent->order[slot] = order;
	return true;
}

/* First entry that ends at @pfn or above; the caller knows there is one. */
static inline unsigned int gap_slot(const struct iova_gap_node *node,
				    unsigned long pfn)
{
	const unsigned long *last = node->last;
	unsigned int i, slot = 0;

	/* Counting is faster than a search whose jumps nobody can predict. */
#pragma GCC unroll 6
	for (i = 7; i < GAP_SLOTS - 1; i += 8)
		slot += 8 * (last[i] < pfn);
	last += slot;
#pragma GCC unroll 8
	for (i = 0; i < 7; i++)
		slot += last[i] < pfn;
	return slot;
}

/* ---- paths ---- */

/* All lines of a node at once: one after the other they cost a miss each. */
static inline void gap_prefetch(const struct iova_gap_node *node)
{
	const char *line = (const char *)node;
	unsigned int i;

#pragma GCC unroll 16
	for (i = 0; i < sizeof(*node); i += 64)
		__builtin_prefetch(line + i, 1);
}

static inline struct iova *gap_find(const struct iova_domain *iovad,
				    unsigned long pfn, struct gap_path *path)
{
	unsigned int level = iovad->gap_levels;
	void *below = iovad->gap_root;

	do {
		struct iova_gap_node *node = below;

		gap_prefetch(node);
		level--;
		path->node[level] = node;
		path->at[level] = gap_slot(node, pfn);
		below = node->below[path->at[level]];
	} while (level);
	return below;
}

/* First pfn behind the range before the one at @path. */
static inline unsigned long gap_base(const struct iova_domain *iovad,
				     const struct gap_path *path)
{
	unsigned int level;

	for (level = 0; level < iovad->gap_levels; level++)
		if (path->at[level])
			return path->node[level]->last[path->at[level] - 1] + 1;
	return 0;
}

/*
 * First pfn of the range in @slot, from the range only if it must be. The one
 * before ends below @base.
 */
static inline unsigned long gap_tile_lo(const struct iova_domain *iovad,
					const struct iova_gap_node *leaf,
					unsigned int slot, unsigned long base)
{
	const struct iova *iova = leaf->below[slot];
	s32 gap = leaf->gap[slot];

	if (base < iovad->start_pfn || gap == GAP_HUGE ||
	    iova == &iovad->anchor)
		return iova->pfn_lo;
	return base + gap;
}

static inline unsigned long gap_lo(const struct iova_domain *iovad,
				   const struct gap_path *path)
{
	return gap_tile_lo(iovad, path->node[0], path->at[0],
			   gap_base(iovad, path));
}

/* The next leaf entry; the anchor has none, and is never asked. */
static void gap_next(struct gap_path *path)
{
	unsigned int level = 0;

	while (path->at[level] + 1 == path->node[level]->nr)
		level++;
	path->at[level]++;
	while (level--) {
		struct iova_gap_node *up = path->node[level + 1];

		path->node[level] = up->below[path->at[level + 1]];
		path->at[level] = 0;
	}
}

/* Something in the leaf of @path became smaller, or its last entry went. */
static void gap_lowered(const struct iova_domain *iovad,
			const struct gap_path *path)
{
	unsigned int level;

	for (level = 1; level < iovad->gap_levels; level++)
		if (!gap_sum_up(path->node[level], path->at[level]))
			break;
}

/* The tile at @path became larger; no other one changed. */
static void gap_raised(const struct iova_domain *iovad,
		       const struct gap_path *path)
{
	s32 gap = path->node[0]->gap[path->at[0]];
	u8 order = path->node[0]->order[path->at[0]];
	unsigned int level;

	for (level = 1; level < iovad->gap_levels; level++) {
		struct iova_gap_node *node = path->node[level];
		unsigned int at = path->at[level];

		if (node->gap[at] >= gap && node->order[at] >= order)
			break;
		node->gap[at] = max(node->gap[at], gap);
		node->order[at] = max(node->order[at], order);
	}
}

/* ---- search ---- */

/**
 * struct gap_need - what makes an entry worth a visit
 * @filter: no lower order is
 * @gap, @order: either is enough
 * @min_gap, @min_order: both are necessary
 */
struct gap_need {
	unsigned long gap;
	unsigned long min_gap;
	u8 filter;
	u8 order;
	u8 min_order;
};

#define GAP_NO_ORDER 0xff

static bool gap_need(const struct iova_request *req, struct gap_need *need)
{
	unsigned long slack = ~req->align_mask;
	u8 order = fls_long(slack) + 1;

	need->gap = req->size;
	need->order = GAP_NO_ORDER;
	need->min_gap = req->size;
	need->min_order = order - 1;
	need->filter = order - 1;
	if (!slack) {
		/* size >= 2^n - 1 pfns hold an aligned block of 2^(n-1). */
		need->filter = __fls(req->size / 2 + req->size % 2) + 1;
		return true;
	}
	need->order = order;
	need->gap = slack > ULONG_MAX - req->size ? ULONG_MAX :
						    req->size + slack;
	if (req->size != slack + 1)
		return false;
	need->filter = order;
	return true;
}

/* One bit for each entry with @order or more. */
static inline unsigned long gap_hits(const struct iova_gap_node *node, u8 order)
{
	const u64 ones = 0x0101010101010101;
	unsigned long hits = 0;
	unsigned int word;

	/* Orders are below 0x80: the top bit of a sum tells, without a carry. */
#pragma GCC unroll 6
	for (word = 0; word < GAP_SLOTS / 8; word++) {
		u64 sum = node->orders[word] + ones * (0x80 - order);

		/* The product moves bit 8i to bit 56 + i. */
		sum = (sum >> 7 & ones) * 0x0102040810204080;
		hits |= sum >> 56 << 8 * word;
	}
	return hits;
}

/* Does @req fit into [@first, @end), below the limit? */
static inline bool gap_fits(const struct iova_request *req, unsigned long first,
			    unsigned long end, unsigned long *pfn)
{
	unsigned long top = min(end, req->limit);

	if (top < req->size)
		return false;
	*pfn = (top - req->size) & req->align_mask;
	return *pfn >= first;
}

/* May a gap do? @sure: it will. */
static inline bool gap_suits(unsigned long gap, u8 order,
			     const struct gap_need *need, bool sure)
{
	if (sure)
		return order >= need->order || gap >= need->gap;
	return order >= need->min_order && gap >= need->min_gap;
}

/* The same of a node's entry: GAP_HUGE may be any size. */
static inline bool gap_entry_suits(const struct iova_gap_node *node,
				   unsigned int slot,
				   const struct gap_need *need, bool sure)
{
	s32 gap = node->gap[slot];

	return gap_suits(gap == GAP_HUGE ? ULONG_MAX : gap, node->order[slot],
			 need, sure);
}

/* Does @req fit into the gap of the tile at @path, as large as @need says? */
static inline bool gap_fits_at(const struct iova_domain *iovad,
			       const struct iova_request *req,
			       const struct gap_need *need, bool sure,
			       const struct gap_path *path, unsigned long *pfn)
{
	const struct iova_gap_node *leaf = path->node[0];
	unsigned long base = gap_base(iovad, path), first, end;
	unsigned int slot = path->at[0];

	if (!gap_entry_suits(leaf, slot, need, sure))
		return false;
	first = max(base, iovad->start_pfn);
	end = gap_tile_lo(iovad, leaf, slot, base);
	return gap_suits(end - first, leaf->order[slot], need, sure) &&
	       gap_fits(req, first, end, pfn);
}

/* The gap above all ranges is in nobody's maximum. */
static bool gap_search_top(struct iova_domain *iovad,
			   const struct iova_request *req,
			   const struct gap_need *need, bool sure,
			   struct gap_path *path, unsigned long *pfn)
{
	unsigned long first = iovad->gap_top, end = iovad->anchor.pfn_lo;

	if (req->limit <= first || end <= first ||
	    !gap_suits(end - first, gap_order(first, end - first), need,
		       sure) ||
	    !gap_fits(req, first, end, pfn))
		return false;
	gap_find(iovad, ULONG_MAX, path);
	return true;
}

static __always_inline bool gap_search(struct iova_domain *iovad,
				       const struct iova_request *req,
				       const struct gap_need *need, bool sure,
				       struct gap_path *path,
				       unsigned long *pfn)
{
	unsigned int level = iovad->gap_levels - 1;
	const struct iova_gap_node *node = iovad->gap_root;
	unsigned int i = node->nr;
	unsigned long hits;

	if (gap_search_top(iovad, req, need, sure, path, pfn))
		return true;
	path->node[level] = iovad->gap_root;
	if (req->limit < iovad->gap_top) {
		/* The one gap that the limit may cut. */
		gap_find(iovad, req->limit - 1, path);
		level = 0;
		node = path->node[0];
		i = path->at[0];
		if (gap_fits_at(iovad, req, need, sure, path, pfn))
			return true;
	}
	for (;;) {
		hits = gap_hits(node, need->filter) & ((1ul << i) - 1);
		while (hits) {
			i = __fls(hits);
			if (gap_entry_suits(node, i, need, sure))
				break;
			hits &= ~(1ul << i);
		}
		if (!hits) {
			/* Up, and on with what is left of that node. */
			if (++level == iovad->gap_levels)
				return false;
			node = path->node[level];
			i = path->at[level];
			continue;
		}
		path->at[level] = i;
		if (level) {
			path->node[--level] = node->below[i];
			node = path->node[level];
			gap_prefetch(node);
			i = node->nr;
		} else if (gap_fits_at(iovad, req, need, sure, path, pfn)) {
			return true;
		}
	}
}

/* ---- insertion ---- */

/* The first node: a leaf with the anchor in it. */
static bool gap_plant(struct iova_domain *iovad)
{
	struct iova_gap_node *leaf = gap_node_alloc();

	if (!leaf)
		return false;
	leaf->nr = 1;
	leaf->last[0] = iovad->anchor.pfn_hi;
	leaf->below[0] = &iovad->anchor;
	gap_set_tile(iovad, leaf, 0, 0, iovad->anchor.pfn_lo);
	iovad->gap_root = leaf;
	iovad->gap_levels = 1;
	return true;
}

static void gap_grow_root(struct iova_domain *iovad, struct gap_path *path,
			  struct iova_gap_node *root)
{
	unsigned int level = iovad->gap_levels++;

	root->nr = 1;
	root->below[0] = iovad->gap_root;
	gap_sum_up(root, 0);
	iovad->gap_root = root;
	path->node[level] = root;
	path->at[level] = 0;
}

/* Split the full node at @level; @path still leads to the same entry. */
static void gap_split(struct gap_path *path, unsigned int level,
		      struct iova_gap_node *fresh)
{
	struct iova_gap_node *node = path->node[level];
	struct iova_gap_node *up = path->node[level + 1];
	unsigned int slot = path->at[level + 1], i;
	/* Top-down allocation goes on at the front: leave full nodes behind. */
	unsigned int keep = path->at[level] ? GAP_SLOTS / 2 : GAP_MIN;

	for (i = keep; i < node->nr; i++) {
		gap_copy(fresh, i - keep, node, i);
		gap_void(node, i);
	}
	fresh->nr = node->nr - keep;
	node->nr = keep;
	gap_open(up, slot);
	up->below[slot + 1] = fresh;
	gap_sum_up(up, slot);
	gap_sum_up(up, slot + 1);
	if (path->at[level] >= keep) {
		path->node[level] = fresh;
		path->at[level] -= keep;
		path->at[level + 1]++;
	}
}

/* Room for one more entry in the leaf. False: no memory, nothing happened. */
static noinline bool gap_make_room(struct iova_domain *iovad,
				   struct gap_path *path)
{
	struct iova_gap_node *spare[GAP_LEVELS];
	unsigned int full = 0, nr = 0, want;

	while (full < iovad->gap_levels && path->node[full]->nr == GAP_SLOTS)
		full++;
	want = full + (full == iovad->gap_levels);
	for (; nr < want; nr++) {
		spare[nr] = gap_node_alloc();
		if (!spare[nr])
			goto err_free;
	}
	if (full == iovad->gap_levels)
		gap_grow_root(iovad, path, spare[--nr]);
	/* From above, so that each parent has room when its turn comes. */
	while (full--)
		gap_split(path, full, spare[--nr]);
	return true;

err_free:
	while (nr)
		kmem_cache_free(gap_nodes, spare[--nr]);
	return false;
}

/* Put @iova into the gap of the entry at @path. */
static bool gap_insert(struct iova_domain *iovad, struct gap_path *path,
		       struct iova *iova)
{
	struct iova_gap_node *leaf;
	unsigned long base, above;
	unsigned int slot;
	s32 gap;
	u8 order;

	if (path->node[0]->nr == GAP_SLOTS && !gap_make_room(iovad, path))
		return false;
	leaf = path->node[0];
	slot = path->at[0];
	base = gap_base(iovad, path);
	above = gap_tile_lo(iovad, leaf, slot, base);
	gap = leaf->gap[slot];
	order = leaf->order[slot];

	gap_open(leaf, slot);
	leaf->last[slot] = iova->pfn_hi;
	leaf->below[slot] = iova;
	gap_set_tile(iovad, leaf, slot, base, iova->pfn_lo);
	gap_set_tile(iovad, leaf, slot + 1, iova->pfn_hi + 1, above);
	if (iovad->gap_levels > 1 &&
	    (leaf->below[slot + 1] == &iovad->anchor ||
	     path->node[1]->gap[path->at[1]] == gap ||
	     path->node[1]->order[path->at[1]] == order))
		gap_lowered(iovad, path);
	return true;
}

/* ---- removal ---- */

/* The two neighbours @slot and @slot + 1 below @up become one. */
static void gap_join(struct iova_gap_node *up, unsigned int slot)
{
	struct iova_gap_node *left = up->below[slot];
	struct iova_gap_node *right = up->below[slot + 1];
	unsigned int i;

	for (i = 0; i < right->nr; i++)
		gap_copy(left, left->nr + i, right, i);
	left->nr += right->nr;
	kmem_cache_free(gap_nodes, right);
	gap_close(up, slot + 1);
	gap_sum_up(up, slot);
}

/* The same two share their entries evenly. */
static void gap_level_out(struct iova_gap_node *up, unsigned int slot)
{
	struct iova_gap_node *left = up->below[slot];
	struct iova_gap_node *right = up->below[slot + 1];
	unsigned int half = (left->nr + right->nr) / 2;

	while (left->nr > half) {
		gap_open(right, 0);
		gap_copy(right, 0, left, --left->nr);
		gap_void(left, left->nr);
	}
	while (left->nr < half) {
		gap_copy(left, left->nr++, right, 0);
		gap_close(right, 0);
	}
	gap_sum_up(up, slot);
	gap_sum_up(up, slot + 1);
}

/* The leaf of @path has too few entries: G2, from there to the root. */
static noinline void gap_rebalance(struct iova_domain *iovad,
				   const struct gap_path *path)
{
	struct iova_gap_node *root = iovad->gap_root;
	unsigned int level;

	for (level = 1; level < iovad->gap_levels; level++) {
		struct iova_gap_node *up = path->node[level], *left, *right;
		unsigned int slot = path->at[level];

		if (path->node[level - 1]->nr >= GAP_MIN)
			return;
		slot -= slot > 0;
		left = up->below[slot];
		right = up->below[slot + 1];
		/* Not full at once: the next insertion would split it again. */
		if (left->nr + right->nr <= GAP_SLOTS * 3 / 4)
			gap_join(up, slot);
		else
			gap_level_out(up, slot);
	}
	if (iovad->gap_levels > 1 && root->nr == 1) {
		iovad->gap_root = root->below[0];
		iovad->gap_levels--;
		kmem_cache_free(gap_nodes, root);
	}
}

/* Remove the entry at @path, which is not the anchor's. */
static void gap_remove(struct iova_domain *iovad, struct gap_path *path)
{
	unsigned long base = gap_base(iovad, path), after, above;
	struct iova_gap_node *leaf = path->node[0];
	unsigned int slot = path->at[0];

	if (likely(slot + 1 < leaf->nr)) {
		after = leaf->last[slot] + 1;
		above = gap_tile_lo(iovad, leaf, slot + 1, after);
		gap_close(leaf, slot);
		gap_set_tile(iovad, leaf, slot, base, above);
		/* It swallowed the two gaps that are gone. */
		gap_raised(iovad, path);
	} else {
		struct gap_path next = *path;

		/* The free pfns go to the first entry of the next leaf. */
		gap_next(&next);
		above = gap_lo(iovad, &next);
		gap_close(leaf, slot);
		gap_set_tile(iovad, next.node[0], 0, base, above);
		gap_lowered(iovad, path);
		gap_raised(iovad, &next);
	}
	if (leaf->nr < GAP_MIN)
		gap_rebalance(iovad, path);
}

/* ---- operations, lock held ---- */

static void gap_init(struct iova_domain *iovad)
{
	iovad->gap_root = NULL;
	iovad->gap_levels = 0;
	iovad->gap_top = iovad->start_pfn;
}

static bool gap_place(struct iova_domain *iovad, struct iova *iova,
		      const struct iova_request *req)
{
	struct gap_need need;
	struct gap_path path;
	bool exact = gap_need(req, &need);

	if (!iovad->gap_root && !gap_plant(iovad))
		return false;
	if (!gap_search(iovad, req, &need, true, &path, &iova->pfn_lo) &&
	    (exact ||
	     !gap_search(iovad, req, &need, false, &path, &iova->pfn_lo)))
		return false;
	iova->pfn_hi = iova->pfn_lo + req->size - 1;
	return gap_insert(iovad, &path, iova);
}

static struct iova *gap_from(struct iova_domain *iovad, unsigned long pfn)
{
	struct gap_path path;

	if (!iovad->gap_root)
		return &iovad->anchor;
	return gap_find(iovad, pfn, &path);
}

static bool gap_add(struct iova_domain *iovad, struct iova *iova)
{
	struct gap_path path;

	if (!iovad->gap_root && !gap_plant(iovad))
		return false;
	gap_find(iovad, iova->pfn_hi, &path);
	return gap_insert(iovad, &path, iova);
}

static void gap_grow_down(struct iova_domain *iovad, struct iova *iova,
			  unsigned long pfn_lo)
{
	struct gap_path path;

	iova->pfn_lo = pfn_lo;
	if (!iovad->gap_root)
		return;
	gap_find(iovad, iova->pfn_hi, &path);
	gap_set_tile(iovad, path.node[0], path.at[0], gap_base(iovad, &path),
		     pfn_lo);
	gap_lowered(iovad, &path);
}

static struct iova *gap_take(struct iova_domain *iovad, unsigned long pfn)
{
	struct gap_path path;
	struct iova *iova;

	if (!iovad->gap_root)
		return NULL;
	iova = gap_find(iovad, pfn, &path);
	if (iova == &iovad->anchor || gap_lo(iovad, &path) > pfn)
		return NULL;
	/* Freed now, zeroed by the next allocation: its line is on the way. */
	__builtin_prefetch(iova, 1);
	gap_remove(iovad, &path);
	return iova;
}

static void gap_drop(struct iova_domain *iovad, struct iova *iova)
{
	struct gap_path path;

	gap_find(iovad, iova->pfn_hi, &path);
	gap_remove(iovad, &path);
}

/* Free @node, @level above the leaves, and what is below it. */
static void gap_free(struct iova_domain *iovad, struct iova_gap_node *node,
		     unsigned int level)
{
	unsigned int i;

	for (i = 0; i < node->nr; i++) {
		if (level)
			gap_free(iovad, node->below[i], level - 1);
		else if (node->below[i] != &iovad->anchor)
			iova_node_free(node->below[i]);
	}
	kmem_cache_free(gap_nodes, node);
}

static void gap_clear(struct iova_domain *iovad)
{
	if (iovad->gap_root)
		gap_free(iovad, iovad->gap_root, iovad->gap_levels - 1);
	gap_init(iovad);
}

/* ---- inspection ---- */

/* What a subtree is by looking at every pfn range in it. */
struct gap_seen {
	struct iova_domain *iovad;
	unsigned long base; /* first pfn behind the last range seen */
	struct iova *iova; /* the last one */
	s32 gap; /* largest gaps of the node just left */
	u8 order;
};

static const char *gap_check_tile(struct gap_seen *seen, struct iova *iova)
{
	unsigned long first = max(seen->base, seen->iovad->start_pfn);
	unsigned long gap;
	unsigned int k = 0;

	if (iova->pfn_lo > iova->pfn_hi)
		return "I1: a range ends before it starts";
	if (seen->iova == &seen->iovad->anchor || iova->pfn_lo < seen->base)
		return "I1: ranges overlap or are out of order";
	gap = iova->pfn_lo > first ? iova->pfn_lo - first : 0;
	if (iova == &seen->iovad->anchor) {
		if (seen->iovad->gap_top != first)
			return "G3: the end of the highest range is wrong";
		gap = 0;
	}
	/* Orders by trying them. */
	while (k < BITS_PER_LONG && gap) {
		unsigned long block = 1ul << k;
		unsigned long skip = first % block ? block - first % block : 0;

		if (skip > gap || gap - skip < block)
			break;
		k++;
	}
	seen->gap = min_t(unsigned long, gap, GAP_HUGE);
	seen->order = k;
	seen->base = iova->pfn_hi + 1;
	seen->iova = iova;
	return NULL;
}

static const char *gap_check_node(struct gap_seen *seen,
				  const struct iova_gap_node *node,
				  unsigned int level)
{
	bool root = node == seen->iovad->gap_root;
	unsigned int i;
	s32 gap = 0;
	u8 order = 0;

	if (node->nr > GAP_SLOTS || node->nr < (root ? 1 + !!level : GAP_MIN))
		return "G2: a node has too few or too many entries";
	for (i = node->nr; i < GAP_SLOTS; i++)
		if (node->last[i] != ULONG_MAX || node->gap[i] ||
		    node->order[i])
			return "G6: a slot without entry counts";
	for (i = 0; i < node->nr; i++) {
		const char *broken =
			level ? gap_check_node(seen, node->below[i],
					       level - 1) :
				gap_check_tile(seen, node->below[i]);

		if (broken)
			return broken;
		if (node->last[i] != seen->iova->pfn_hi)
			return level ? "G4: a node has a wrong last pfn" :
				       "G5: a range has another end";
		if (node->gap[i] != seen->gap || node->order[i] != seen->order)
			return level ? "G4: a node has a wrong maximum" :
				       "G3: a tile has a wrong gap";
		gap = max(gap, seen->gap);
		order = max(order, seen->order);
	}
	seen->gap = gap;
	seen->order = order;
	return NULL;
}

static const char *gap_check(struct iova_domain *iovad)
{
	struct gap_seen seen = { .iovad = iovad };
	const char *broken;

	if (!iovad->gap_root)
		return NULL;
	broken = gap_check_node(&seen, iovad->gap_root, iovad->gap_levels - 1);
	if (!broken && seen.iova != &iovad->anchor)
		return "I1: the anchor is not the last range";
	return broken;
}

const struct iova_allocator iova_gap_allocator = {
	.name = "gap",
	.init = gap_init,
	.place = gap_place,
	.from = gap_from,
	.add = gap_add,
	.grow_down = gap_grow_down,
	.take = gap_take,
	.drop = gap_drop,
	.clear = gap_clear,
	.check = gap_check,
};
