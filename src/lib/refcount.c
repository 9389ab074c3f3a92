/* SPDX-License-Identifier: MIT */
/*
 * Reference counts: saturation, and the forms that end with a lock held.
 *
 * Models lib/refcount.c. A count that went wrong is set to a value far from
 * both ends, so that it is never freed and never wraps: a leak instead of a
 * use after free.
 *
 * Tests: tests/unit/lib/test_refcount.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

#include "lib/internal.h"

/** refcount_warn_saturate() - pin the count and WARN once per machine. */
void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	refcount_set(r, REFCOUNT_SATURATED);

	switch (t) {
	case REFCOUNT_ADD_NOT_ZERO_OVF:
	case REFCOUNT_ADD_OVF:
		WARN_ONCE(1, "refcount_t: saturated; leaking memory");
		break;
	case REFCOUNT_ADD_UAF:
		WARN_ONCE(1, "refcount_t: addition on 0; use-after-free");
		break;
	case REFCOUNT_SUB_UAF:
		WARN_ONCE(1, "refcount_t: underflow; use-after-free");
		break;
	case REFCOUNT_DEC_LEAK:
		WARN_ONCE(1, "refcount_t: decrement hit 0; leaking memory");
		break;
	}
}
EXPORT_SYMBOL(refcount_warn_saturate);

/** refcount_dec_if_one() - 1 becomes 0. Return: it did. */
bool refcount_dec_if_one(refcount_t *r)
{
	int one = 1;

	return atomic_try_cmpxchg_release(&r->refs, &one, 0);
}
EXPORT_SYMBOL(refcount_dec_if_one);

/** refcount_dec_not_one() - drop one unless it is the last. Return: it did. */
bool refcount_dec_not_one(refcount_t *r)
{
	int had = atomic_read(&r->refs);

	while (had != 1) {
		if (had == REFCOUNT_SATURATED)
			return true;
		if (had <= 0) {
			refcount_warn_saturate(r, REFCOUNT_SUB_UAF);
			return true;
		}
		if (atomic_try_cmpxchg_release(&r->refs, &had, had - 1))
			return true;
	}
	return false;
}
EXPORT_SYMBOL(refcount_dec_not_one);

/** refcount_dec_and_mutex_lock() - drop; true: it was the last, @lock held. */
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	mutex_unlock(lock);
	return false;
}
EXPORT_SYMBOL(refcount_dec_and_mutex_lock);

/** refcount_dec_and_lock() - the same with a spinlock. */
bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock(lock);
	return false;
}
EXPORT_SYMBOL(refcount_dec_and_lock);

/** refcount_dec_and_lock_irqsave() - the same, interrupts off if true. */
bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock,
				   unsigned long *flags)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock_irqsave(lock, *flags);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock_irqrestore(lock, *flags);
	return false;
}
EXPORT_SYMBOL(refcount_dec_and_lock_irqsave);
