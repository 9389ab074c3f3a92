/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks.
 *
 * Taking a free lock is one compare-exchange, releasing it one store. A thread
 * that finds the lock taken yields the host's CPU until it is free: no
 * fairness is promised. The word names the owner, so a thread that waits for
 * itself ends the process with the names of both places (in all builds; the
 * first place is known when DMASIM_DEBUG is defined).
 *
 * same:    spin_*, raw_spin_*, DEFINE_SPINLOCK, assert_spin_locked, guards,
 *          smp_mb__after_spinlock, atomic_dec_and_lock
 * reduced: spin_is_contended() is always false
 * stub:    _nested forms ignore the subclass
 */
#ifndef _DMASIM_LINUX_SPINLOCK_H
#define _DMASIM_LINUX_SPINLOCK_H

#include <linux/typecheck.h>
#include <linux/preempt.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/lockdep.h>
#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/spinlock_types.h>
#include <linux/atomic.h>
#include <asm/barrier.h>

void lib_spin_slow(raw_spinlock_t *lock);
void lib_spin_note_lock(const void *lock);
void lib_spin_note_unlock(const void *lock);
void lib_spin_bad_unlock(const void *lock, u32 owner);

static __always_inline u32 lib_spin_self(void)
{
	return dmasim_self.tid | DMASIM_LOCK_HELD;
}

static __always_inline void raw_spin_lock_init(raw_spinlock_t *lock)
{
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
}

static __always_inline int lib_spin_try(raw_spinlock_t *lock)
{
	u32 empty = 0;

	return __atomic_compare_exchange_n(&lock->owner, &empty,
					   lib_spin_self(), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void lib_spin_get(raw_spinlock_t *lock)
{
	if (unlikely(!lib_spin_try(lock)))
		lib_spin_slow(lock);
#ifdef DMASIM_DEBUG
	lib_spin_note_lock(lock);
#endif
}

static __always_inline void lib_spin_put(raw_spinlock_t *lock)
{
#ifdef DMASIM_DEBUG
	u32 owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

	if (unlikely(owner != lib_spin_self()))
		lib_spin_bad_unlock(lock, owner);
	lib_spin_note_unlock(lock);
#endif
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELEASE);
}

static __always_inline void raw_spin_lock(raw_spinlock_t *lock)
{
	preempt_disable();
	lib_spin_get(lock);
}

static __always_inline void raw_spin_unlock(raw_spinlock_t *lock)
{
	lib_spin_put(lock);
	preempt_enable();
}

static __always_inline int raw_spin_trylock(raw_spinlock_t *lock)
{
	preempt_disable();
	if (lib_spin_try(lock)) {
#ifdef DMASIM_DEBUG
		lib_spin_note_lock(lock);
#endif
		return 1;
	}
	preempt_enable();
	return 0;
}

static __always_inline unsigned long
lib_raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = arch_local_irq_save();

	raw_spin_lock(lock);
	return flags;
}

static __always_inline void raw_spin_unlock_irqrestore(raw_spinlock_t *lock,
						       unsigned long flags)
{
	raw_spin_unlock(lock);
	local_irq_restore(flags);
}

static __always_inline void raw_spin_lock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	raw_spin_lock(lock);
}

static __always_inline void raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	raw_spin_unlock(lock);
	local_irq_enable();
}

static __always_inline void raw_spin_lock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	raw_spin_lock(lock);
}

static __always_inline void raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	raw_spin_unlock(lock);
	local_bh_enable();
}

static __always_inline int raw_spin_is_locked(raw_spinlock_t *lock)
{
	return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0;
}

static __always_inline int raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	if (raw_spin_trylock(lock))
		return 1;
	local_bh_enable();
	return 0;
}

static __always_inline int raw_spin_trylock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	if (raw_spin_trylock(lock))
		return 1;
	local_irq_enable();
	return 0;
}

static __always_inline int lib_raw_spin_trylock_irqsave(raw_spinlock_t *lock,
							unsigned long *flags)
{
	*flags = arch_local_irq_save();
	if (raw_spin_trylock(lock))
		return 1;
	local_irq_restore(*flags);
	return 0;
}

#define raw_spin_lock_irqsave(lock, flags)                 \
	do {                                               \
		typecheck(unsigned long, flags);           \
		(flags) = lib_raw_spin_lock_irqsave(lock); \
	} while (0)
#define raw_spin_trylock_irqsave(lock, flags) \
	lib_raw_spin_trylock_irqsave(lock, &(flags))
#define raw_spin_lock_nested(lock, subclass) raw_spin_lock(lock)
#define raw_spin_lock_nest_lock(lock, nest) raw_spin_lock(lock)
#define raw_spin_lock_irqsave_nested(lock, flags, subclass) \
	raw_spin_lock_irqsave(lock, flags)
#define raw_spin_is_contended(lock) ((void)(lock), 0)

#define spin_lock_init(_lock) raw_spin_lock_init(&(_lock)->rlock)

static __always_inline raw_spinlock_t *spinlock_check(spinlock_t *lock)
{
	return &lock->rlock;
}

static __always_inline void spin_lock(spinlock_t *lock)
{
	raw_spin_lock(&lock->rlock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	raw_spin_unlock(&lock->rlock);
}

static __always_inline void spin_lock_bh(spinlock_t *lock)
{
	raw_spin_lock_bh(&lock->rlock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock)
{
	raw_spin_unlock_bh(&lock->rlock);
}

static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	raw_spin_lock_irq(&lock->rlock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	raw_spin_unlock_irq(&lock->rlock);
}

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock,
						   unsigned long flags)
{
	raw_spin_unlock_irqrestore(&lock->rlock, flags);
}

static __always_inline int spin_trylock(spinlock_t *lock)
{
	return raw_spin_trylock(&lock->rlock);
}

static __always_inline int spin_trylock_bh(spinlock_t *lock)
{
	return raw_spin_trylock_bh(&lock->rlock);
}

static __always_inline int spin_trylock_irq(spinlock_t *lock)
{
	return raw_spin_trylock_irq(&lock->rlock);
}

static __always_inline int spin_is_locked(spinlock_t *lock)
{
	return raw_spin_is_locked(&lock->rlock);
}

#define spin_lock_irqsave(lock, flags) \
	raw_spin_lock_irqsave(spinlock_check(lock), flags)
#define spin_trylock_irqsave(lock, flags) \
	raw_spin_trylock_irqsave(spinlock_check(lock), flags)
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_bh_nested(lock, subclass) spin_lock_bh(lock)
#define spin_lock_nest_lock(lock, nest_lock) spin_lock(lock)
#define spin_lock_irqsave_nested(lock, flags, subclass) \
	spin_lock_irqsave(lock, flags)
#define spin_is_contended(lock) ((void)(lock), 0)
#define spin_needbreak(lock) spin_is_contended(lock)

#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define assert_raw_spin_locked(lock) BUG_ON(!raw_spin_is_locked(lock))

#ifndef smp_mb__after_spinlock
#define smp_mb__after_spinlock() smp_mb()
#endif

#include <linux/rwlock.h>

/* Drop a reference; the last one goes only with @lock held. */
static inline int atomic_dec_and_lock(atomic_t *v, spinlock_t *lock)
{
	if (atomic_add_unless(v, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(v))
		return 1;
	spin_unlock(lock);
	return 0;
}

static inline int lib_atomic_dec_and_lock_irqsave(atomic_t *v, spinlock_t *lock,
						  unsigned long *flags)
{
	if (atomic_add_unless(v, -1, 1))
		return 0;
	*flags = lib_raw_spin_lock_irqsave(&lock->rlock);
	if (atomic_dec_and_test(v))
		return 1;
	spin_unlock_irqrestore(lock, *flags);
	return 0;
}

#define atomic_dec_and_lock_irqsave(v, lock, flags) \
	lib_atomic_dec_and_lock_irqsave(v, lock, &(flags))

DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock),
		    raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock, _try, raw_spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t,
		    raw_spin_lock_irq(_T->lock), raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_bh, raw_spinlock_t, raw_spin_lock_bh(_T->lock),
		    raw_spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t,
		    raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock),
		    spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock),
		    spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock),
		    spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_bh, _try, spin_trylock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t,
		    spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try,
			 spin_trylock_irqsave(_T->lock, _T->flags))
DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock),
		    read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock),
		    write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t,
		    read_lock_irqsave(_T->lock, _T->flags),
		    read_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t,
		    write_lock_irqsave(_T->lock, _T->flags),
		    write_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)

#endif
