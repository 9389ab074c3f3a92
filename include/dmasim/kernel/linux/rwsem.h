/* SPDX-License-Identifier: MIT */
/*
 * Reader-writer semaphores.
 *
 * same:    down_read/write (+ trylock, killable, interruptible, nested),
 *          up_*, downgrade_write, is_locked, guards
 * reduced: killable and interruptible forms never fail; no fairness
 * stub:    -
 */
#ifndef _DMASIM_LINUX_RWSEM_H
#define _DMASIM_LINUX_RWSEM_H

#include <linux/types.h>
#include <linux/lockdep.h>
#include <linux/cleanup.h>

/**
 * struct rw_semaphore - sleeping reader-writer lock
 * @count: readers, or RWSEM_LIB_WRITER
 * @waiters: tasks that found it taken
 * @owner: the task that holds it for writing
 */
struct rw_semaphore {
	u32 count;
	u32 waiters;
	unsigned long owner;
};

#define RWSEM_LIB_WRITER 0x80000000u

#define __RWSEM_INITIALIZER(name) \
	{                         \
		0                 \
	}
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

static inline void init_rwsem_lib(struct rw_semaphore *sem)
{
	__atomic_store_n(&sem->count, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&sem->waiters, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&sem->owner, 0, __ATOMIC_RELAXED);
}

#define init_rwsem(sem) init_rwsem_lib(sem)
#define __init_rwsem(sem, name, key) init_rwsem_lib(sem)

void down_read(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);

static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
	return __atomic_load_n(&sem->count, __ATOMIC_RELAXED) != 0;
}

static inline int rwsem_is_contended(struct rw_semaphore *sem)
{
	return __atomic_load_n(&sem->waiters, __ATOMIC_RELAXED) != 0;
}

static inline int __must_check down_read_killable(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}

static inline int __must_check down_read_interruptible(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}

static inline int __must_check down_write_killable(struct rw_semaphore *sem)
{
	down_write(sem);
	return 0;
}

#define down_read_nested(sem, subclass) down_read(sem)
#define down_read_killable_nested(sem, sub) down_read_killable(sem)
#define down_write_nested(sem, subclass) down_write(sem)
#define down_write_nest_lock(sem, nest) down_write(sem)
#define down_write_killable_nested(sem, sub) down_write_killable(sem)
#define down_read_non_owner(sem) down_read(sem)
#define up_read_non_owner(sem) up_read(sem)

#define rwsem_assert_held(sem) lockdep_assert_held(sem)
#define rwsem_assert_held_write(sem) lockdep_assert_held_write(sem)
#define rwsem_assert_held_nolockdep(sem) ((void)WARN_ON(!rwsem_is_locked(sem)))

DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_GUARD_COND(rwsem_write, _kill, down_write_killable(_T) == 0)

#endif
