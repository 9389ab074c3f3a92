/* SPDX-License-Identifier: MIT */
/*
 * Sparse arrays: a radix tree of 64-way nodes, lockless for readers.
 *
 *	xa_head -> node shift 6 -> node shift 0 -> entries of 64 indices
 *	           slots, marks    slots, marks
 *
 * The tree is as high as its largest index asks for and grows at the top.
 * Nodes carry, per slot, one bit for each mark ("something below is marked") and
 * one for "nothing below is free", which makes allocation of the lowest free
 * index a walk down. Nodes leave the tree before they are freed through RCU, so
 * xa_load() and xa_find() need no lock.
 *
 * I1  A node in the tree holds at least one entry, the head node excepted
 *     during a change.
 * I2  A mark bit of an inner slot is set exactly if a mark bit below is.
 * I3  A full bit is set exactly if all indices below are taken (reserved ones
 *     included).
 * I4  Slots and the head are published with release and read with acquire.
 *
 * Locks: xa_lock for changes.
 * Tests: tests/unit/lib/test_xarray.c
 */
#include "lib/sched.h"

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>

#define SLOT_LG2 6
#define NR_SLOTS (1u << SLOT_LG2)
#define NR_MARKS 3
#define ALL_FULL (~0ull)

/**
 * struct lib_xa_node - 64 slots
 * @shift: lg2 of the indices behind one slot
 * @offset: of this node in @parent
 * @count: slots in use
 * @full: I3
 * @marks: I2
 */
struct lib_xa_node {
	u8 shift;
	u8 offset;
	u8 count;
	struct lib_xa_node *parent;
	u64 full;
	u64 marks[NR_MARKS];
	struct rcu_head rcu;
	void *slots[NR_SLOTS];
};

static unsigned long live_nodes;

static void *mk_err(int err)
{
	return lib_xa_mk_internal((unsigned long)err);
}

static bool is_internal(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

static void *zero_to_null(void *entry)
{
	return xa_is_zero(entry) ? NULL : entry;
}

static unsigned long last_index(const struct lib_xa_node *node)
{
	unsigned int bits = node->shift + SLOT_LG2;

	return bits >= 64 ? ULONG_MAX : (1UL << bits) - 1;
}

static unsigned int offset_of(const struct lib_xa_node *node,
			      unsigned long index)
{
	return (index >> node->shift) % NR_SLOTS;
}

/* The head if the tree reaches as far as @index. */
static struct lib_xa_node *head_for(const struct xarray *xa,
				    unsigned long index)
{
	struct lib_xa_node *head =
		__atomic_load_n(&xa->xa_head, __ATOMIC_ACQUIRE);

	return head && index <= last_index(head) ? head : NULL;
}

static void *slot_get(const struct lib_xa_node *node, unsigned int off)
{
	return __atomic_load_n(&node->slots[off], __ATOMIC_ACQUIRE);
}

/* ---- nodes -------------------------------------------------------------- */

static struct lib_xa_node *node_new(unsigned int shift)
{
	struct lib_xa_node *node;

	if (should_fail_site(DMASIM_SITE_SLAB))
		return NULL;
	node = lib_alloc(sizeof(*node));
	if (!node)
		return NULL;
	node->shift = (u8)shift;
	__atomic_fetch_add(&live_nodes, 1, __ATOMIC_RELAXED);
	return node;
}

static void node_free_rcu(struct rcu_head *rcu)
{
	lib_free(container_of(rcu, struct lib_xa_node, rcu));
}

static void node_free(struct lib_xa_node *node)
{
	__atomic_fetch_sub(&live_nodes, 1, __ATOMIC_RELAXED);
	call_rcu(&node->rcu, node_free_rcu);
}

static u64 bits_of(const u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static void bit_put(u64 *word, unsigned int off, bool on)
{
	u64 bit = 1ull << off;

	__atomic_store_n(word, on ? *word | bit : *word & ~bit,
			 __ATOMIC_RELAXED);
}

/* Carry a change of @node's full bits upwards. */
static void full_changed(struct lib_xa_node *node)
{
	for (; node->parent; node = node->parent) {
		struct lib_xa_node *up = node->parent;
		bool full = node->full == ALL_FULL;

		if (!!(up->full & (1ull << node->offset)) == full)
			break;
		bit_put(&up->full, node->offset, full);
	}
}

static void mark_put(struct lib_xa_node *node, unsigned int off,
		     unsigned int mark, bool on)
{
	for (;;) {
		bit_put(&node->marks[mark], off, on);
		if (!on && node->marks[mark])
			break; /* others below @node keep it marked */
		off = node->offset;
		node = node->parent;
		if (!node)
			break;
	}
}

/* Put a new node on top. Return: 0 or -ENOMEM. */
static int grow(struct xarray *xa)
{
	struct lib_xa_node *old = xa->xa_head, *top;
	unsigned int m;

	top = node_new(old->shift + SLOT_LG2);
	if (!top)
		return -ENOMEM;
	top->slots[0] = old;
	top->count = 1;
	top->full = old->full == ALL_FULL;
	for (m = 0; m < NR_MARKS; m++)
		top->marks[m] = old->marks[m] != 0;
	old->offset = 0;
	old->parent = top;
	__atomic_store_n(&xa->xa_head, top, __ATOMIC_RELEASE);
	return 0;
}

/* Unlink @node and those above it that become empty. */
static void prune(struct xarray *xa, struct lib_xa_node *node)
{
	while (!node->count) {
		struct lib_xa_node *up = node->parent;

		if (up) {
			__atomic_store_n(&up->slots[node->offset], NULL,
					 __ATOMIC_RELEASE);
			up->count--;
		} else {
			__atomic_store_n(&xa->xa_head, NULL, __ATOMIC_RELEASE);
		}
		node_free(node);
		if (!up)
			break;
		node = up;
	}
}

/* The leaf node of @index, made if @create. Return: NULL: none; or an error. */
static struct lib_xa_node *leaf_of(struct xarray *xa, unsigned long index,
				   bool create)
{
	struct lib_xa_node *node, *child;

	if (!xa->xa_head) {
		unsigned int shift = 0;

		if (!create)
			return NULL;
		while (index >> shift >= NR_SLOTS)
			shift += SLOT_LG2;
		node = node_new(shift);
		if (!node)
			return ERR_PTR(-ENOMEM);
		__atomic_store_n(&xa->xa_head, node, __ATOMIC_RELEASE);
	}
	while (index > last_index(xa->xa_head))
		if (!create || grow(xa))
			return create ? ERR_PTR(-ENOMEM) : NULL;
	for (node = xa->xa_head; node->shift; node = child) {
		unsigned int off = offset_of(node, index);

		child = node->slots[off];
		if (child)
			continue;
		if (!create)
			return NULL;
		child = node_new(node->shift - SLOT_LG2);
		if (!child) {
			prune(xa, node);
			return ERR_PTR(-ENOMEM);
		}
		child->parent = node;
		child->offset = (u8)off;
		node->count++;
		__atomic_store_n(&node->slots[off], child, __ATOMIC_RELEASE);
	}
	return node;
}

/* Replace the entry at @off of leaf @node. May free the node. */
static void *exchange(struct xarray *xa, struct lib_xa_node *node,
		      unsigned int off, void *entry)
{
	void *old = node->slots[off];
	unsigned int m;

	__atomic_store_n(&node->slots[off], entry, __ATOMIC_RELEASE);
	if (!old == !entry)
		return old;
	node->count += entry ? 1 : -1;
	bit_put(&node->full, off, entry != NULL);
	full_changed(node);
	if (!entry) {
		for (m = 0; m < NR_MARKS; m++)
			if (node->marks[m] & (1ull << off))
				mark_put(node, off, m, false);
		prune(xa, node);
	}
	return old;
}

/* What is stored at @index, reservations included. */
static void *peek(struct xarray *xa, unsigned long index)
{
	struct lib_xa_node *node = leaf_of(xa, index, false);

	return node ? node->slots[offset_of(node, index)] : NULL;
}

/* ---- store, erase ------------------------------------------------------- */

/* Return: the old entry, or an error entry. */
static void *put(struct xarray *xa, unsigned long index, void *entry)
{
	struct lib_xa_node *node = leaf_of(xa, index, entry != NULL);

	if (IS_ERR(node))
		return mk_err((int)PTR_ERR(node));
	return node ? exchange(xa, node, offset_of(node, index), entry) : NULL;
}

static bool storable(const void *entry)
{
	return !is_internal(entry) || xa_is_zero(entry);
}

/**
 * __xa_store() - store an entry
 * @xa: locked by the caller, as for all functions that begin with __
 * @index: where
 * @entry: pointer, value, or NULL; an array that tracks free indices keeps
 *	the index reserved in that case
 * @gfp: not looked at
 *
 * Return: the old entry; xa_err() of it is -EINVAL for an entry that cannot be
 * stored, -ENOMEM.
 */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	if (WARN_ON_ONCE(!storable(entry)))
		return mk_err(-EINVAL);
	if (!entry && xa->xa_flags & XA_FLAGS_TRACK_FREE)
		entry = XA_ZERO_ENTRY;
	return zero_to_null(put(xa, index, entry));
}
EXPORT_SYMBOL(__xa_store);

/** __xa_erase() - remove the entry at @index. Return: it, NULL if none. */
void *__xa_erase(struct xarray *xa, unsigned long index)
{
	return zero_to_null(put(xa, index, NULL));
}
EXPORT_SYMBOL(__xa_erase);

/**
 * __xa_cmpxchg() - replace the entry at @index if it is @old
 *
 * Return: what was there; @old if it was replaced; error as __xa_store().
 */
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old,
		   void *entry, gfp_t gfp)
{
	void *seen;

	if (WARN_ON_ONCE(!storable(entry)))
		return mk_err(-EINVAL);
	seen = peek(xa, index);
	if (seen == old)
		seen = put(xa, index, entry);
	return zero_to_null(seen);
}
EXPORT_SYMBOL(__xa_cmpxchg);

/**
 * __xa_insert() - store if the index is free; NULL reserves it
 *
 * Return: 0, -EBUSY if it is taken or reserved, -EINVAL, -ENOMEM.
 */
int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	if (WARN_ON_ONCE(!storable(entry)))
		return -EINVAL;
	if (peek(xa, index))
		return -EBUSY;
	return xa_err(put(xa, index, entry ? entry : XA_ZERO_ENTRY));
}
EXPORT_SYMBOL(__xa_insert);

/* ---- allocation --------------------------------------------------------- */

/*
 * Lowest free index from @index on. Goes down where there is room; a full
 * subtree is stepped over, from the top again.
 * Return: false if there is none up to @max.
 */
static bool find_free(const struct xarray *xa, unsigned long *index,
		      unsigned long max)
{
	const struct lib_xa_node *node = head_for(xa, *index);

	while (node && *index <= max) {
		unsigned int off = offset_of(node, *index);
		u64 room = ~node->full & (ALL_FULL << off);
		unsigned long span = 1UL << node->shift;

		if (!room) {
			unsigned int up = node->shift + SLOT_LG2;

			/* Behind the head everything is free. */
			if (up >= 64)
				return false;
			*index = ((*index >> up) + 1) << up;
			if (!*index)
				return false;
			node = head_for(xa, *index);
			continue;
		}
		if ((unsigned int)__builtin_ctzll(room) != off)
			*index = (*index & ~(span * NR_SLOTS - 1)) +
				 __builtin_ctzll(room) * span;
		if (!node->shift)
			break;
		node = node->slots[offset_of(node, *index)];
	}
	return *index <= max;
}

/**
 * __xa_alloc() - store at the lowest free index of a range
 * @xa: of XA_FLAGS_ALLOC*
 * @id: set to the index before the entry can be seen
 * @entry: NULL reserves
 * @limit: range, both ends inclusive
 * @gfp: not looked at
 *
 * Return: 0, -EBUSY if nothing is free, -EINVAL, -ENOMEM.
 */
int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
	       gfp_t gfp)
{
	unsigned long index = limit.min;

	if (WARN_ON_ONCE(!storable(entry)) ||
	    WARN_ON_ONCE(!(xa->xa_flags & XA_FLAGS_TRACK_FREE)))
		return -EINVAL;
	if (xa->xa_flags & XA_FLAGS_ZERO_BUSY && !index)
		index = 1;
	if (!find_free(xa, &index, limit.max))
		return -EBUSY;
	*id = (u32)index;
	return xa_err(put(xa, index, entry ? entry : XA_ZERO_ENTRY));
}
EXPORT_SYMBOL(__xa_alloc);

/**
 * __xa_alloc_cyclic() - __xa_alloc() that goes on behind the last one
 * @next: where to go on; kept by the caller
 *
 * Return: as __xa_alloc(), and 1 if it started over.
 */
int __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry,
		      struct xa_limit limit, u32 *next, gfp_t gfp)
{
	struct xa_limit rest = { .max = limit.max,
				 .min = max(limit.min, *next) };
	int ret = -EBUSY, wrapped = 0;

	if (xa->xa_flags & XA_FLAGS_ALLOC_WRAPPED) {
		wrapped = 1;
		xa->xa_flags &= ~XA_FLAGS_ALLOC_WRAPPED;
	}
	if (rest.min <= rest.max)
		ret = __xa_alloc(xa, id, entry, rest, gfp);
	if (ret == -EBUSY && rest.min > limit.min) {
		ret = __xa_alloc(xa, id, entry, limit, gfp);
		wrapped = 1;
	}
	if (ret)
		return ret;
	*next = *id + 1;
	if (!*next)
		xa->xa_flags |= XA_FLAGS_ALLOC_WRAPPED;
	return wrapped;
}
EXPORT_SYMBOL(__xa_alloc_cyclic);

/* ---- marks -------------------------------------------------------------- */

static void mark_entry(struct xarray *xa, unsigned long index, xa_mark_t mark,
		       bool on)
{
	struct lib_xa_node *node = leaf_of(xa, index, false);
	unsigned int off;

	if (!node)
		return;
	off = offset_of(node, index);
	if (node->slots[off] && !!(node->marks[mark] & (1ull << off)) != on)
		mark_put(node, off, mark, on);
}

/** __xa_set_mark() - mark the entry at @index, if there is one. */
void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	mark_entry(xa, index, mark, true);
}
EXPORT_SYMBOL(__xa_set_mark);

/** __xa_clear_mark() - unmark the entry at @index. */
void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	mark_entry(xa, index, mark, false);
}
EXPORT_SYMBOL(__xa_clear_mark);

/** xa_set_mark() - __xa_set_mark() with the lock taken. */
void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	mark_entry(xa, index, mark, true);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_set_mark);

/** xa_clear_mark() - __xa_clear_mark() with the lock taken. */
void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	mark_entry(xa, index, mark, false);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_clear_mark);

/** xa_marked() - is any entry marked? Context: any. */
bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	const struct lib_xa_node *head;
	bool ret;

	rcu_read_lock();
	head = __atomic_load_n(&xa->xa_head, __ATOMIC_ACQUIRE);
	ret = head && bits_of(&head->marks[mark]);
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL(xa_marked);

/* ---- looking, without the lock ------------------------------------------ */

static void *look(struct xarray *xa, unsigned long index,
		  const struct lib_xa_node **leaf)
{
	const struct lib_xa_node *node = head_for(xa, index);

	while (node && node->shift)
		node = slot_get(node, offset_of(node, index));
	*leaf = node;
	return node ? slot_get(node, offset_of(node, index)) : NULL;
}

/**
 * xa_load() - the entry at @index
 *
 * Context: any; takes no lock. Return: it, NULL if none (or only reserved).
 */
void *xa_load(struct xarray *xa, unsigned long index)
{
	const struct lib_xa_node *leaf;
	void *entry;

	rcu_read_lock();
	entry = look(xa, index, &leaf);
	rcu_read_unlock();
	return zero_to_null(entry);
}
EXPORT_SYMBOL(xa_load);

/** xa_get_mark() - is the entry at @index marked? Context: any. */
bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	const struct lib_xa_node *leaf;
	bool ret = false;

	rcu_read_lock();
	if (look(xa, index, &leaf))
		ret = bits_of(&leaf->marks[mark]) &
		      (1ull << offset_of(leaf, index));
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL(xa_get_mark);

/* First slot from @off on that leads to what @filter asks for; NR_SLOTS: none. */
static unsigned int next_slot(const struct lib_xa_node *node, unsigned int off,
			      xa_mark_t filter)
{
	u64 marked;

	if (filter < NR_MARKS) {
		marked = bits_of(&node->marks[filter]) & (ALL_FULL << off);
		return marked ? (unsigned int)__builtin_ctzll(marked) :
				NR_SLOTS;
	}
	while (off < NR_SLOTS && !slot_get(node, off))
		off++;
	return off;
}

/* Step to the subtree behind the one of @node. Return: false at the end. */
static bool leave(unsigned long *index, const struct lib_xa_node *node)
{
	unsigned int up = node->shift + SLOT_LG2;
	unsigned long next;

	if (up >= 64)
		return false;
	next = ((*index >> up) + 1) << up;
	if (!next)
		return false;
	*index = next;
	return true;
}

/* Context: inside rcu_read_lock(). */
static void *seek(struct xarray *xa, unsigned long *index, unsigned long max,
		  xa_mark_t filter)
{
	const struct lib_xa_node *node = head_for(xa, *index);

	while (node && *index <= max) {
		unsigned int off = offset_of(node, *index);
		unsigned int hit = next_slot(node, off, filter);
		unsigned long span = 1UL << node->shift;
		void *entry;

		if (hit != off && hit < NR_SLOTS)
			*index = ((*index / span) - off + hit) * span;
		entry = hit < NR_SLOTS ? slot_get(node, hit) : NULL;
		if (entry && node->shift) {
			node = entry;
			continue;
		}
		if (zero_to_null(entry))
			return *index <= max ? entry : NULL;
		/* Nothing here (any more): go on behind it, from the top. */
		if (hit < NR_SLOTS) {
			if (++*index == 0)
				return NULL;
		} else if (!leave(index, node)) {
			return NULL;
		}
		node = head_for(xa, *index);
	}
	return NULL;
}

/**
 * xa_find() - next entry from *@index on
 * @xa: the array
 * @index: in: where to begin; out: where the entry is
 * @max: last index to look at
 * @filter: a mark, or XA_PRESENT
 *
 * Context: any; takes no lock. Return: the entry, NULL (and *@index unchanged)
 * if there is none.
 */
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max,
	      xa_mark_t filter)
{
	unsigned long at = *index;
	void *entry;

	rcu_read_lock();
	entry = seek(xa, &at, max, filter);
	rcu_read_unlock();
	if (entry)
		*index = at;
	return entry;
}
EXPORT_SYMBOL(xa_find);

/** xa_find_after() - xa_find() from *@index + 1 on. */
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    xa_mark_t filter)
{
	unsigned long at = *index + 1;
	void *entry = NULL;

	if (at)
		entry = xa_find(xa, &at, max, filter);
	if (entry)
		*index = at;
	return entry;
}
EXPORT_SYMBOL(xa_find_after);

/** xa_extract() - up to @n entries into @dst. Return: how many. */
unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start,
			unsigned long max, unsigned int n, xa_mark_t filter)
{
	unsigned int got = 0;
	unsigned long index;
	void *entry;

	if (!n)
		return 0;
	for (index = start, entry = xa_find(xa, &index, max, filter); entry;
	     entry = xa_find_after(xa, &index, max, filter)) {
		dst[got++] = entry;
		if (got == n)
			break;
	}
	return got;
}
EXPORT_SYMBOL(xa_extract);

/* ---- the end ------------------------------------------------------------ */

static void free_tree(struct lib_xa_node *node)
{
	unsigned int off;

	for (off = 0; node->shift && off < NR_SLOTS; off++)
		if (node->slots[off])
			free_tree(node->slots[off]);
	node_free(node);
}

/** xa_destroy() - remove all entries; what they point to is the caller's. */
void xa_destroy(struct xarray *xa)
{
	struct lib_xa_node *head;
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	head = xa->xa_head;
	__atomic_store_n(&xa->xa_head, NULL, __ATOMIC_RELEASE);
	if (head)
		free_tree(head);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_destroy);

/** lib_xarray_check() - report arrays that still hold something. */
unsigned int lib_xarray_check(void)
{
	unsigned long live = __atomic_load_n(&live_nodes, __ATOMIC_RELAXED);

	if (!live)
		return 0;
	lib_event(LIB_EVENT_LEAK, "xarray-leak", NULL, 0, live,
		  "%lu nodes of xarrays, idrs or idas are still in use", live);
	__atomic_store_n(&live_nodes, 0, __ATOMIC_RELAXED);
	return 1;
}
