/* SPDX-License-Identifier: MIT */
/*
 * Sparse arrays of pointers.
 *
 * A radix tree of 64-way nodes (src/lib/xarray.c). Loads are lockless and may
 * run under RCU; stores take the array's own lock.
 *
 * same:    xa_load/store/erase/insert/cmpxchg/reserve/release, xa_alloc
 *          (+cyclic), xa_find(+after), xa_for_each*, marks, xa_extract,
 *          values, xa_lock forms, xa_init_flags, xa_destroy
 * reduced: one index an entry; no xas_ interface; gfp is not looked at
 * stub:    -
 */
#ifndef _DMASIM_LINUX_XARRAY_H
#define _DMASIM_LINUX_XARRAY_H

#include <linux/types.h>
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp_types.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

typedef unsigned int __bitwise xa_mark_t;

#define XA_MARK_0 ((__force xa_mark_t)0U)
#define XA_MARK_1 ((__force xa_mark_t)1U)
#define XA_MARK_2 ((__force xa_mark_t)2U)
#define XA_PRESENT ((__force xa_mark_t)8U)
#define XA_MARK_MAX XA_MARK_2
#define XA_FREE_MARK XA_MARK_0

#define XA_FLAGS_LOCK_IRQ ((__force gfp_t)1U)
#define XA_FLAGS_LOCK_BH ((__force gfp_t)2U)
#define XA_FLAGS_TRACK_FREE ((__force gfp_t)4U)
#define XA_FLAGS_ZERO_BUSY ((__force gfp_t)8U)
#define XA_FLAGS_ALLOC_WRAPPED ((__force gfp_t)16U)
#define XA_FLAGS_ACCOUNT ((__force gfp_t)32U)
#define XA_FLAGS_ALLOC XA_FLAGS_TRACK_FREE
#define XA_FLAGS_ALLOC1 (XA_FLAGS_TRACK_FREE | XA_FLAGS_ZERO_BUSY)

struct lib_xa_node;

/**
 * struct xarray - anchor of the array
 * @xa_lock: serialises changes
 * @xa_flags: XA_FLAGS_*
 * @xa_head: top node, NULL while empty; published with release
 */
struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	struct lib_xa_node *xa_head;
};

struct xa_limit {
	u32 max;
	u32 min;
};

#define XA_LIMIT(_min, _max) ((struct xa_limit){ .min = _min, .max = _max })
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)

#define XARRAY_INIT(name, flags)                               \
	{                                                      \
		.xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), \
		.xa_flags = flags, .xa_head = NULL,            \
	}
#define DEFINE_XARRAY_FLAGS(name, flags) \
	struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

/* ---- entries: pointers with bit 0 clear, values with bit 0 set ---------- */

static inline void *xa_mk_value(unsigned long v)
{
	WARN_ON((long)v < 0);
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3UL);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3UL;
}

/* Bits 0 and 1 are 10: never a pointer, never a value. */
static inline void *lib_xa_mk_internal(unsigned long v)
{
	return (void *)((v << 2) | 2);
}

#define XA_ZERO_ENTRY lib_xa_mk_internal(257)

static inline bool xa_is_zero(const void *entry)
{
	return entry == XA_ZERO_ENTRY;
}

/* Errors travel as internal entries of small negative numbers. */
static inline bool xa_is_err(const void *entry)
{
	return ((unsigned long)entry & 3) == 2 && (long)entry < 0 &&
	       (long)entry >= -4096 * 4;
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

/* ---- locks -------------------------------------------------------------- */

#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_bh(xa) spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa) spin_unlock_bh(&(xa)->xa_lock)
#define xa_lock_irq(xa) spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa) spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) \
	spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_nested(xa, subclass) spin_lock(&(xa)->xa_lock)

/* ---- the array ---------------------------------------------------------- */

static inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->xa_head = NULL;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !__atomic_load_n(&xa->xa_head, __ATOMIC_RELAXED);
}

void *xa_load(struct xarray *xa, unsigned long index);
void xa_destroy(struct xarray *xa);
bool xa_marked(const struct xarray *xa, xa_mark_t mark);
bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max,
	      xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    xa_mark_t filter);
unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start,
			unsigned long max, unsigned int n, xa_mark_t filter);

/* The caller holds xa_lock. */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry,
		 gfp_t gfp);
void *__xa_erase(struct xarray *xa, unsigned long index);
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old,
		   void *entry, gfp_t gfp);
int __must_check __xa_insert(struct xarray *xa, unsigned long index,
			     void *entry, gfp_t gfp);
int __must_check __xa_alloc(struct xarray *xa, u32 *id, void *entry,
			    struct xa_limit limit, gfp_t gfp);
int __must_check __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry,
				   struct xa_limit limit, u32 *next, gfp_t gfp);
void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);

/*
 * One set of wrappers per lock flavour. All use irqsave underneath: it covers
 * the plain, _bh and _irq callers alike, and the caller cannot tell.
 */
#define LIB_XA_LOCKED(type, name, call, args...)             \
	static inline type name(struct xarray *xa, ##args)   \
	{                                                    \
		unsigned long flags;                         \
		type ret;                                    \
                                                             \
		spin_lock_irqsave(&xa->xa_lock, flags);      \
		ret = call;                                  \
		spin_unlock_irqrestore(&xa->xa_lock, flags); \
		return ret;                                  \
	}

#define LIB_XA_FLAVOURS(suffix)                                                \
	LIB_XA_LOCKED(void *, xa_store##suffix,                                \
		      __xa_store(xa, index, entry, gfp), unsigned long index,  \
		      void *entry, gfp_t gfp)                                  \
	LIB_XA_LOCKED(void *, xa_erase##suffix, __xa_erase(xa, index),         \
		      unsigned long index)                                     \
	LIB_XA_LOCKED(void *, xa_cmpxchg##suffix,                              \
		      __xa_cmpxchg(xa, index, old, entry, gfp),                \
		      unsigned long index, void *old, void *entry, gfp_t gfp)  \
	LIB_XA_LOCKED(int, xa_insert##suffix,                                  \
		      __xa_insert(xa, index, entry, gfp), unsigned long index, \
		      void *entry, gfp_t gfp)                                  \
	LIB_XA_LOCKED(int, xa_alloc##suffix,                                   \
		      __xa_alloc(xa, id, entry, limit, gfp), u32 *id,          \
		      void *entry, struct xa_limit limit, gfp_t gfp)           \
	LIB_XA_LOCKED(int, xa_alloc_cyclic##suffix,                            \
		      __xa_alloc_cyclic(xa, id, entry, limit, next, gfp),      \
		      u32 *id, void *entry, struct xa_limit limit, u32 *next,  \
		      gfp_t gfp)                                               \
	LIB_XA_LOCKED(                                                         \
		int, xa_reserve##suffix,                                       \
		xa_err(__xa_cmpxchg(xa, index, NULL, XA_ZERO_ENTRY, gfp)),     \
		unsigned long index, gfp_t gfp)

/* clang-format off */
LIB_XA_FLAVOURS()
LIB_XA_FLAVOURS(_bh)
LIB_XA_FLAVOURS(_irq)
/* clang-format on */

static inline void xa_release(struct xarray *xa, unsigned long index)
{
	xa_cmpxchg(xa, index, XA_ZERO_ENTRY, NULL, 0);
}

#define xa_for_each_range(xa, index, entry, start, last)                     \
	for (index = (start), entry = xa_find(xa, &index, last, XA_PRESENT); \
	     entry; entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) \
	xa_for_each_range(xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, filter)                           \
	for (index = 0, entry = xa_find(xa, &index, ULONG_MAX, filter); entry; \
	     entry = xa_find_after(xa, &index, ULONG_MAX, filter))

#endif
