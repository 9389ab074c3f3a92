/* SPDX-License-Identifier: MIT */
/*
 * RCU whose readers may sleep: two counters per domain, flipped by writers.
 *
 * same:    init/cleanup_srcu_struct, DEFINE_(STATIC_)SRCU, srcu_read_lock/
 *          unlock, srcu_dereference, synchronize_srcu(_expedited), call_srcu,
 *          srcu_barrier, guard(srcu)
 * reduced: callbacks run from a work item
 * stub:    srcu_read_lock_held() is true
 */
#ifndef _DMASIM_LINUX_SRCU_H
#define _DMASIM_LINUX_SRCU_H

#include <linux/rcupdate.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/**
 * struct srcu_struct - one domain of readers
 * @active: index of the counter new readers use
 * @readers: readers inside, by the index they entered with
 * @waiting: a writer sleeps until a counter drops to zero
 * @lock: one writer at a time
 * @queue, @queue_lock: callbacks of call_srcu()
 * @work: runs them
 */
struct srcu_struct {
	u32 active;
	u32 readers[2];
	u32 waiting;
	struct mutex lock;
	spinlock_t queue_lock;
	struct rcu_head *queue;
	struct work_struct work;
};

void lib_srcu_work(struct work_struct *work);
void lib_srcu_wake(struct srcu_struct *ssp);

#define __SRCU_STRUCT_INIT(name)                                      \
	{                                                             \
		.lock = __MUTEX_INITIALIZER(name.lock),               \
		.queue_lock = __SPIN_LOCK_UNLOCKED(name.queue_lock),  \
		.work = __WORK_INITIALIZER(name.work, lib_srcu_work), \
	}
#define DEFINE_SRCU(name) struct srcu_struct name = __SRCU_STRUCT_INIT(name)
#define DEFINE_STATIC_SRCU(name) static DEFINE_SRCU(name)

int init_srcu_struct(struct srcu_struct *ssp);
void cleanup_srcu_struct(struct srcu_struct *ssp);
void synchronize_srcu(struct srcu_struct *ssp);
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head,
	       rcu_callback_t func);
void srcu_barrier(struct srcu_struct *ssp);

#define synchronize_srcu_expedited(ssp) synchronize_srcu(ssp)

static inline int srcu_read_lock(struct srcu_struct *ssp)
{
	u32 idx = __atomic_load_n(&ssp->active, __ATOMIC_RELAXED) & 1;

	__atomic_fetch_add(&ssp->readers[idx], 1, __ATOMIC_SEQ_CST);
	return (int)idx;
}

static inline void srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	if (__atomic_fetch_sub(&ssp->readers[idx], 1, __ATOMIC_SEQ_CST) == 1 &&
	    __atomic_load_n(&ssp->waiting, __ATOMIC_SEQ_CST))
		lib_srcu_wake(ssp);
}

static inline int srcu_read_lock_held(const struct srcu_struct *ssp)
{
	return 1;
}

#define srcu_read_lock_nmisafe(ssp) srcu_read_lock(ssp)
#define srcu_read_unlock_nmisafe(ssp, idx) srcu_read_unlock(ssp, idx)
#define srcu_dereference_check(p, ssp, c) rcu_dereference_check(p, c)
#define srcu_dereference(p, ssp) rcu_dereference_check(p, 0)
#define smp_mb__after_srcu_read_unlock() \
	do {                             \
	} while (0)

DEFINE_LOCK_GUARD_1(srcu, struct srcu_struct,
		    _T->idx = srcu_read_lock(_T->lock),
		    srcu_read_unlock(_T->lock, _T->idx), int idx)

#endif
