/* SPDX-License-Identifier: MIT */
/*
 * Reference counts that do not wrap.
 *
 * Same:    inc from 0, underflow and overflow WARN and pin the count at
 *          REFCOUNT_SATURATED; inc_not_zero, dec_and_test ordering.
 * Reduced: no lock variants besides those in <linux/spinlock.h> users.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_REFCOUNT_H
#define _DMASIM_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)               \
	{                              \
		.refs = ATOMIC_INIT(n) \
	}
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

enum refcount_saturation_type {
	REFCOUNT_ADD_NOT_ZERO_OVF,
	REFCOUNT_ADD_OVF,
	REFCOUNT_ADD_UAF,
	REFCOUNT_SUB_UAF,
	REFCOUNT_DEC_LEAK,
};

void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t);

struct mutex;
struct spinlock;
bool refcount_dec_if_one(refcount_t *r);
bool refcount_dec_not_one(refcount_t *r);
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock);
bool refcount_dec_and_lock(refcount_t *r, struct spinlock *lock);
bool refcount_dec_and_lock_irqsave(refcount_t *r, struct spinlock *lock,
				   unsigned long *flags);

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline void refcount_set_release(refcount_t *r, int n)
{
	atomic_set_release(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

static inline __must_check bool refcount_add_not_zero(int i, refcount_t *r)
{
	int had = atomic_fetch_add_unless(&r->refs, i, 0);

	if (unlikely(had < 0 || (had && had > INT_MAX - i)))
		refcount_warn_saturate(r, REFCOUNT_ADD_NOT_ZERO_OVF);
	return had != 0;
}

static inline void refcount_add(int i, refcount_t *r)
{
	int had = atomic_fetch_add_relaxed(i, &r->refs);

	if (unlikely(had <= 0))
		refcount_warn_saturate(r, had ? REFCOUNT_ADD_OVF :
						REFCOUNT_ADD_UAF);
	else if (unlikely(had > INT_MAX - i))
		refcount_warn_saturate(r, REFCOUNT_ADD_OVF);
}

static inline __must_check bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

static inline __must_check bool refcount_sub_and_test(int i, refcount_t *r)
{
	/* acquire as well: whoever drops the last one frees */
	int had = __atomic_fetch_sub(&r->refs.counter, i, __ATOMIC_ACQ_REL);

	if (likely(had > i))
		return false;
	if (had == i && i > 0)
		return true;
	refcount_warn_saturate(r, REFCOUNT_SUB_UAF);
	return false;
}

static inline __must_check bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

static inline void refcount_dec(refcount_t *r)
{
	if (unlikely(atomic_fetch_sub_release(1, &r->refs) <= 1))
		refcount_warn_saturate(r, REFCOUNT_DEC_LEAK);
}

#endif
