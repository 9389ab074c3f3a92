/* SPDX-License-Identifier: MIT */
/*
 * Grace periods.
 *
 * lib_rcu_period counts them. A reader copies the number into its task on entry
 * and clears it on exit, so a period P is over for a writer that raised the
 * counter to P once no task shows a number below P:
 *
 *	writer: unpublish; P = ++period; heavy barrier; all ctr == 0 or >= P?
 *	reader: ctr = period; (barrier) ; load pointers ... ; ctr = 0
 *
 * A reader that read the counter before it was raised and stored it late only
 * makes the writer wait longer. Callbacks are gathered while a batch waits; a
 * batch is served by a thread that waits, after its own period.
 *
 * Why not liburcu: its call_rcu threads and futexes would pass by src/host, so
 * that no scheduler could take their place, and the thread sanitizer cannot see
 * into it, so that every object it frees would be reported as a race.
 *
 * I1  A callback runs once, after every reader that was inside when call_rcu()
 *     was called has left.
 * I2  Callbacks run in the order of call_rcu().
 *
 * Locks: rcu_lock (leaf); lib_sched.lock for the list of tasks.
 * Tests: tests/unit/lib/test_rcu.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>

#define FREE_OFFSETS 4096UL /* callbacks below: "free the object" */
#define FREE_KINDS 4
#define BACKLOG_MAX 4096

u64 lib_rcu_period = 1;
EXPORT_SYMBOL(lib_rcu_period);
bool lib_rcu_light_readers;
EXPORT_SYMBOL(lib_rcu_light_readers);

struct batch {
	struct rcu_head *first, **end;
};

/**
 * struct rcu_state - callbacks
 * @gathering: new ones
 * @waiting: those that wait for @period; empty if @period is 0
 * @queued: callbacks ever queued
 * @served: of those, run
 */
static struct {
	raw_spinlock_t lock;
	struct batch gathering;
	struct batch waiting;
	u64 period;
	bool serving;
	u64 queued, served;
} rcu = { .lock = __RAW_SPIN_LOCK_INITIALIZER(rcu.lock) };

static void (*free_kinds[FREE_KINDS])(const void *ptr);

/** lib_rcu_boot() - learn which barrier readers need. */
void lib_rcu_boot(void)
{
	lib_rcu_light_readers = lib_heavy_barrier();
}

/* ---- grace periods ------------------------------------------------------ */

static u64 start_period(void)
{
	u64 period = __atomic_add_fetch(&lib_rcu_period, 1, __ATOMIC_SEQ_CST);

	lib_heavy_barrier();
	return period;
}

static bool period_over(u64 period)
{
	struct task_struct *task;
	bool over = true;

	raw_spin_lock(&lib_sched.lock);
	list_for_each_entry(task, &lib_sched.tasks, lib_node) {
		u64 seen = __atomic_load_n(&task->rcu_ctr, __ATOMIC_SEQ_CST);

		if (seen && seen < period) {
			over = false;
			break;
		}
	}
	raw_spin_unlock(&lib_sched.lock);
	return over;
}

static void not_inside(const char *what)
{
	if (current->rcu_nesting)
		panic("%s inside rcu_read_lock() can never end", what);
}

/**
 * synchronize_rcu() - wait until all readers of now have left
 *
 * Context: process, may sleep; not inside a reader, that panics.
 */
void synchronize_rcu(void)
{
	u64 period;

	not_inside("synchronize_rcu()");
	might_sleep();
	period = start_period();
	while (!period_over(period))
		lib_yield();
}
EXPORT_SYMBOL(synchronize_rcu);

/** get_state_synchronize_rcu() - cookie for a period that begins now. */
unsigned long get_state_synchronize_rcu(void)
{
	return start_period();
}
EXPORT_SYMBOL(get_state_synchronize_rcu);

/** start_poll_synchronize_rcu() - the same: periods need no help to pass. */
unsigned long start_poll_synchronize_rcu(void)
{
	return start_period();
}
EXPORT_SYMBOL(start_poll_synchronize_rcu);

/** poll_state_synchronize_rcu() - is the period of @cookie over? */
bool poll_state_synchronize_rcu(unsigned long cookie)
{
	return period_over(cookie);
}
EXPORT_SYMBOL(poll_state_synchronize_rcu);

/** cond_synchronize_rcu() - wait for the period of @cookie. May sleep. */
void cond_synchronize_rcu(unsigned long cookie)
{
	not_inside("cond_synchronize_rcu()");
	while (!period_over(cookie))
		lib_yield();
}
EXPORT_SYMBOL(cond_synchronize_rcu);

/* ---- callbacks ---------------------------------------------------------- */

static void batch_add(struct batch *batch, struct rcu_head *head)
{
	head->next = NULL;
	if (batch->first)
		*batch->end = head;
	else
		batch->first = head;
	batch->end = &head->next;
}

static void call_back(struct rcu_head *head)
{
	unsigned long code = (unsigned long)head->func;

	if (code < FREE_OFFSETS * FREE_KINDS)
		free_kinds[code / FREE_OFFSETS]((char *)head -
						code % FREE_OFFSETS);
	else
		head->func(head);
}

static bool calm(void)
{
	return preemptible() && !current->rcu_nesting;
}

/**
 * lib_rcu_run() - serve the batch whose period is over, start the next one
 *
 * Context: process. Return: true if callbacks were run.
 */
bool lib_rcu_run(void)
{
	struct rcu_head *head, *next;
	u64 nr = 0, period;

	raw_spin_lock(&rcu.lock);
	if (rcu.serving || (!rcu.waiting.first && !rcu.gathering.first)) {
		raw_spin_unlock(&rcu.lock);
		return false;
	}
	if (!rcu.waiting.first) {
		rcu.waiting = rcu.gathering;
		rcu.gathering.first = NULL;
		rcu.period = start_period();
	}
	period = rcu.period;
	rcu.serving = true; /* one server at a time keeps the order */
	raw_spin_unlock(&rcu.lock);

	head = NULL;
	if (period_over(period)) {
		raw_spin_lock(&rcu.lock);
		head = rcu.waiting.first;
		rcu.waiting.first = NULL;
		raw_spin_unlock(&rcu.lock);
	}
	if (head)
		lib_softirq_enter();
	for (; head; head = next, nr++) {
		next = head->next;
		call_back(head);
	}
	if (nr)
		lib_softirq_leave();

	raw_spin_lock(&rcu.lock);
	rcu.serving = false;
	rcu.served += nr;
	raw_spin_unlock(&rcu.lock);
	if (nr)
		lib_sched_kick();
	return nr != 0;
}

/**
 * call_rcu() - call @func once all readers of now have left
 * @head: inside the object; must not be queued already
 * @func: called in soft interrupt context
 *
 * Context: any. A long backlog is worked off at once where that is possible.
 */
void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	u64 backlog;

	head->func = func;
	raw_spin_lock(&rcu.lock);
	batch_add(&rcu.gathering, head);
	backlog = ++rcu.queued - rcu.served;
	raw_spin_unlock(&rcu.lock);
	if (backlog == 1)
		lib_sched_kick();
	if (unlikely(backlog > BACKLOG_MAX) && calm())
		lib_rcu_run();
}
EXPORT_SYMBOL(call_rcu);

/**
 * lib_call_rcu_free() - kfree_rcu(): free the object around @head
 * @head: inside the object
 * @offset: of @head in the object, below 4096
 * @free_fn: kfree() or a relative; at most four different ones exist
 *
 * Context: any.
 */
void lib_call_rcu_free(struct rcu_head *head, unsigned long offset,
		       void (*free_fn)(const void *ptr))
{
	unsigned long kind;

	BUG_ON(offset >= FREE_OFFSETS);
	for (kind = 0; kind < FREE_KINDS; kind++) {
		void (*expected)(const void *) = NULL;

		if (__atomic_compare_exchange_n(
			    &free_kinds[kind], &expected, free_fn, false,
			    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
		    expected == free_fn)
			break;
	}
	BUG_ON(kind == FREE_KINDS);
	call_rcu(head, (rcu_callback_t)(kind * FREE_OFFSETS + offset));
}
EXPORT_SYMBOL(lib_call_rcu_free);

/**
 * rcu_barrier() - wait until all callbacks queued before have run
 *
 * Context: process, may sleep; not inside a reader.
 */
void rcu_barrier(void)
{
	u64 target;
	bool done;

	not_inside("rcu_barrier()");
	might_sleep();
	raw_spin_lock(&rcu.lock);
	target = rcu.queued;
	raw_spin_unlock(&rcu.lock);
	for (;;) {
		raw_spin_lock(&rcu.lock);
		done = rcu.served >= target;
		raw_spin_unlock(&rcu.lock);
		if (done)
			break;
		if (!lib_rcu_run())
			lib_yield();
	}
}
EXPORT_SYMBOL(rcu_barrier);

/** lib_rcu_check() - callbacks that could not run at the end. Return: 0, 1. */
unsigned int lib_rcu_check(void)
{
	bool left;

	while (lib_rcu_run())
		;
	raw_spin_lock(&rcu.lock);
	left = rcu.served != rcu.queued;
	raw_spin_unlock(&rcu.lock);
	if (!left)
		return 0;
	lib_event(LIB_EVENT_LEAK, "rcu-leak", NULL, 0, 0,
		  "RCU callbacks wait for a reader that never leaves");
	return 1;
}
