/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores.
 *
 * same:    down (+ interruptible, killable, trylock, timeout), up, sema_init
 * reduced: interruptible and killable forms never fail
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SEMAPHORE_H
#define _DMASIM_LINUX_SEMAPHORE_H

#include <linux/types.h>
#include <linux/compiler.h>

struct semaphore {
	u32 count;
};

#define __SEMAPHORE_INITIALIZER(name, n) \
	{                                \
		.count = (n)             \
	}
#define DEFINE_SEMAPHORE(name, n) \
	struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)

static inline void sema_init(struct semaphore *sem, int val)
{
	__atomic_store_n(&sem->count, (u32)val, __ATOMIC_RELAXED);
}

void down(struct semaphore *sem);
int __must_check down_trylock(struct semaphore *sem); /* 0: got it, 1: no */
int __must_check down_timeout(struct semaphore *sem, long jiffies_left);
void up(struct semaphore *sem);

static inline int __must_check down_interruptible(struct semaphore *sem)
{
	down(sem);
	return 0;
}

static inline int __must_check down_killable(struct semaphore *sem)
{
	down(sem);
	return 0;
}

#endif
