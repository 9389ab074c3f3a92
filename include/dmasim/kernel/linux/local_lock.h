/* SPDX-License-Identifier: MIT */
/*
 * Locks for per-CPU data.
 *
 * The kernel makes these out of "no preemption", which is not enough here:
 * threads without a CPU of their own share CPU 0. So each is a spinlock.
 *
 * same:    local_lock, _irq, _irqsave and unlocks; local_lock_init
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_LOCAL_LOCK_H
#define _DMASIM_LINUX_LOCAL_LOCK_H

#include <linux/spinlock.h>
#include <linux/percpu.h>

typedef struct {
	spinlock_t lock;
} local_lock_t;

#define INIT_LOCAL_LOCK(name)                      \
	{                                          \
		.lock = __SPIN_LOCK_UNLOCKED(name) \
	}
#define local_lock_init(l) spin_lock_init(&(l)->lock)

#define local_lock(l) spin_lock(&this_cpu_ptr(l)->lock)
#define local_unlock(l) spin_unlock(&this_cpu_ptr(l)->lock)
#define local_lock_irq(l) spin_lock_irq(&this_cpu_ptr(l)->lock)
#define local_unlock_irq(l) spin_unlock_irq(&this_cpu_ptr(l)->lock)
#define local_lock_irqsave(l, flags) \
	spin_lock_irqsave(&this_cpu_ptr(l)->lock, flags)
#define local_unlock_irqrestore(l, flags) \
	spin_unlock_irqrestore(&this_cpu_ptr(l)->lock, flags)

#endif
