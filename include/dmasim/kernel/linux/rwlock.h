/* SPDX-License-Identifier: MIT */
/*
 * Reader-writer spinlocks; readers may nest.
 *
 * same:    read_*, write_*, rwlock_init, trylock forms
 * reduced: no writer preference, no queueing
 * stub:    -
 */
#ifndef _DMASIM_LINUX_RWLOCK_H
#define _DMASIM_LINUX_RWLOCK_H

#include <linux/rwlock_types.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/typecheck.h>

void lib_read_slow(rwlock_t *lock);
void lib_write_slow(rwlock_t *lock);

static __always_inline void rwlock_init(rwlock_t *lock)
{
	__atomic_store_n(&lock->count, 0, __ATOMIC_RELAXED);
	lock->writer = 0;
}

static __always_inline int lib_read_try(rwlock_t *lock)
{
	u32 seen = __atomic_load_n(&lock->count, __ATOMIC_RELAXED);

	while (!(seen & DMASIM_RWLOCK_WRITER)) {
		if (__atomic_compare_exchange_n(&lock->count, &seen, seen + 1,
						true, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return 1;
	}
	return 0;
}

static __always_inline int lib_write_try(rwlock_t *lock)
{
	u32 seen = 0;

	if (!__atomic_compare_exchange_n(&lock->count, &seen,
					 DMASIM_RWLOCK_WRITER, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	__atomic_store_n(&lock->writer, dmasim_self.tid, __ATOMIC_RELAXED);
	return 1;
}

static __always_inline void read_lock(rwlock_t *lock)
{
	preempt_disable();
	if (unlikely(!lib_read_try(lock)))
		lib_read_slow(lock);
}

static __always_inline void read_unlock(rwlock_t *lock)
{
	__atomic_fetch_sub(&lock->count, 1, __ATOMIC_RELEASE);
	preempt_enable();
}

static __always_inline void write_lock(rwlock_t *lock)
{
	preempt_disable();
	if (unlikely(!lib_write_try(lock)))
		lib_write_slow(lock);
}

static __always_inline void write_unlock(rwlock_t *lock)
{
	__atomic_store_n(&lock->writer, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&lock->count, 0, __ATOMIC_RELEASE);
	preempt_enable();
}

static __always_inline int read_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (lib_read_try(lock))
		return 1;
	preempt_enable();
	return 0;
}

static __always_inline int write_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (lib_write_try(lock))
		return 1;
	preempt_enable();
	return 0;
}

#define read_lock_irqsave(lock, flags) \
	do {                           \
		local_irq_save(flags); \
		read_lock(lock);       \
	} while (0)
#define write_lock_irqsave(lock, flags) \
	do {                            \
		local_irq_save(flags);  \
		write_lock(lock);       \
	} while (0)
#define read_unlock_irqrestore(lock, flags) \
	do {                                \
		read_unlock(lock);          \
		local_irq_restore(flags);   \
	} while (0)
#define write_unlock_irqrestore(lock, flags) \
	do {                                 \
		write_unlock(lock);          \
		local_irq_restore(flags);    \
	} while (0)
#define read_lock_irq(lock)          \
	do {                         \
		local_irq_disable(); \
		read_lock(lock);     \
	} while (0)
#define read_unlock_irq(lock)       \
	do {                        \
		read_unlock(lock);  \
		local_irq_enable(); \
	} while (0)
#define write_lock_irq(lock)         \
	do {                         \
		local_irq_disable(); \
		write_lock(lock);    \
	} while (0)
#define write_unlock_irq(lock)      \
	do {                        \
		write_unlock(lock); \
		local_irq_enable(); \
	} while (0)
#define read_lock_bh(lock)          \
	do {                        \
		local_bh_disable(); \
		read_lock(lock);    \
	} while (0)
#define read_unlock_bh(lock)       \
	do {                       \
		read_unlock(lock); \
		local_bh_enable(); \
	} while (0)
#define write_lock_bh(lock)         \
	do {                        \
		local_bh_disable(); \
		write_lock(lock);   \
	} while (0)
#define write_unlock_bh(lock)       \
	do {                        \
		write_unlock(lock); \
		local_bh_enable();  \
	} while (0)

#endif
