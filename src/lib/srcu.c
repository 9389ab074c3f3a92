/* SPDX-License-Identifier: MIT */
/*
 * RCU with sleeping readers.
 *
 * Readers raise the counter at the active index. A writer waits until the
 * inactive counter is zero (stragglers of an earlier flip), makes it the active
 * one, and waits for the other: whoever entered before has left then.
 *
 * I1  A reader lowers the counter it raised.
 * I2  Between two flips the inactive counter was zero once.
 *
 * Locks: ssp->lock (mutex) around flips; ssp->queue_lock (leaf).
 * Tests: tests/unit/lib/test_rcu.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/srcu.h>

/** init_srcu_struct() - Return: 0. */
int init_srcu_struct(struct srcu_struct *ssp)
{
	ssp->active = 0;
	ssp->readers[0] = 0;
	ssp->readers[1] = 0;
	ssp->waiting = 0;
	mutex_init(&ssp->lock);
	spin_lock_init(&ssp->queue_lock);
	ssp->queue = NULL;
	INIT_WORK(&ssp->work, lib_srcu_work);
	return 0;
}
EXPORT_SYMBOL(init_srcu_struct);

/**
 * cleanup_srcu_struct() - the domain goes; callbacks are waited for
 *
 * WARNs if a reader is inside. Context: process, may sleep.
 */
void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	srcu_barrier(ssp);
	WARN_ON(__atomic_load_n(&ssp->readers[0], __ATOMIC_SEQ_CST) ||
		__atomic_load_n(&ssp->readers[1], __ATOMIC_SEQ_CST));
}
EXPORT_SYMBOL(cleanup_srcu_struct);

/** lib_srcu_wake() - the last reader of a counter left, a writer waits. */
void lib_srcu_wake(struct srcu_struct *ssp)
{
	lib_sched_kick();
}
EXPORT_SYMBOL(lib_srcu_wake);

static bool counter_is_zero(void *arg)
{
	return !__atomic_load_n((u32 *)arg, __ATOMIC_SEQ_CST);
}

static void wait_for_readers(struct srcu_struct *ssp, u32 idx)
{
	lib_sched_wait(counter_is_zero, &ssp->readers[idx], LIB_NEVER,
		       "SRCU readers");
}

/**
 * synchronize_srcu() - wait until all readers of now have left
 * @ssp: the domain
 *
 * Context: process, may sleep; not inside a reader of @ssp.
 */
void synchronize_srcu(struct srcu_struct *ssp)
{
	u32 old;

	might_sleep();
	mutex_lock(&ssp->lock);
	__atomic_fetch_add(&ssp->waiting, 1, __ATOMIC_SEQ_CST);
	old = __atomic_load_n(&ssp->active, __ATOMIC_SEQ_CST) & 1;
	wait_for_readers(ssp, !old);
	__atomic_store_n(&ssp->active, !old, __ATOMIC_SEQ_CST);
	wait_for_readers(ssp, old);
	__atomic_fetch_sub(&ssp->waiting, 1, __ATOMIC_SEQ_CST);
	mutex_unlock(&ssp->lock);
}
EXPORT_SYMBOL(synchronize_srcu);

/** lib_srcu_work() - serve the callbacks queued so far. */
void lib_srcu_work(struct work_struct *work)
{
	struct srcu_struct *ssp = container_of(work, struct srcu_struct, work);
	struct rcu_head *head, *next;
	unsigned long flags;

	spin_lock_irqsave(&ssp->queue_lock, flags);
	head = ssp->queue;
	ssp->queue = NULL;
	spin_unlock_irqrestore(&ssp->queue_lock, flags);
	if (!head)
		return;
	synchronize_srcu(ssp);
	for (; head; head = next) {
		next = head->next;
		local_bh_disable();
		head->func(head);
		local_bh_enable();
	}
}
EXPORT_SYMBOL(lib_srcu_work);

/**
 * call_srcu() - call @func once all readers of now have left
 * @ssp: the domain
 * @head: inside the object
 * @func: called with soft interrupts off
 *
 * Context: any.
 */
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head,
	       rcu_callback_t func)
{
	struct rcu_head **end = &ssp->queue;
	unsigned long flags;

	head->func = func;
	head->next = NULL;
	spin_lock_irqsave(&ssp->queue_lock, flags);
	while (*end)
		end = &(*end)->next;
	*end = head;
	spin_unlock_irqrestore(&ssp->queue_lock, flags);
	schedule_work(&ssp->work);
}
EXPORT_SYMBOL(call_srcu);

/** srcu_barrier() - wait until all callbacks queued before have run. */
void srcu_barrier(struct srcu_struct *ssp)
{
	flush_work(&ssp->work);
}
EXPORT_SYMBOL(srcu_barrier);
