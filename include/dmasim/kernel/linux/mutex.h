/* SPDX-License-Identifier: MIT */
/*
 * Mutexes: owned by a task, may be held across a wait.
 *
 * same:    mutex_lock (+ _nested, _interruptible, _killable, _io), trylock,
 *          unlock, is_locked, guards
 * reduced: the interruptible and killable forms never fail: there are no
 *          signals; locking twice panics by name instead of hanging
 * stub:    subclasses
 */
#ifndef _DMASIM_LINUX_MUTEX_H
#define _DMASIM_LINUX_MUTEX_H

#include <linux/mutex_types.h>
#include <linux/lockdep.h>
#include <linux/cleanup.h>

struct device;

static inline void mutex_init_lib(struct mutex *lock)
{
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&lock->waiters, 0, __ATOMIC_RELAXED);
}

#define mutex_init(lock) mutex_init_lib(lock)
#define __mutex_init(lock, name, key) mutex_init_lib(lock)
#define mutex_init_with_key(lock, key) mutex_init_lib(lock)
static inline void mutex_destroy(struct mutex *lock)
{
}

void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

static inline bool mutex_is_locked(struct mutex *lock)
{
	return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != 0;
}

static inline int __must_check mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

static inline int __must_check mutex_lock_killable(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

#define mutex_lock_io(lock) mutex_lock(lock)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_nest_lock(lock, nest) mutex_lock(lock)
#define mutex_lock_io_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) \
	mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, subclass) mutex_lock_killable(lock)

int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock);

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)

#endif
