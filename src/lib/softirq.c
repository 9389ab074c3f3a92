/* SPDX-License-Identifier: MIT */
/*
 * Soft interrupts, tasklets, irq_work.
 *
 * One machine-wide set of raised numbers; whoever is next in a position to run
 * them does: the end of the outermost hard interrupt, local_bh_enable(), or a
 * thread that waits. The same action may run on two threads at once, as on two
 * CPUs; a tasklet runs on one at a time.
 *
 * I1  An action runs with interrupts on and DMASIM_SOFTIRQ_SERVING set; it never
 *     interrupts another one on the same thread.
 * I2  A tasklet is in the list exactly while TASKLET_STATE_SCHED is set and it
 *     has not been picked.
 *
 * Locks: tasklet_lock (leaf).
 * Tests: tests/unit/lib/test_irq.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>

#define MAX_ROUNDS 10

u32 lib_softirq_raised;
EXPORT_SYMBOL(lib_softirq_raised);

static void (*actions[NR_SOFTIRQS])(void);

/* ---- soft interrupts ---------------------------------------------------- */

/** lib_softirq_enter() - from here on this thread is in a soft interrupt. */
void lib_softirq_enter(void)
{
	dmasim_self.in_softirq |= DMASIM_SOFTIRQ_SERVING;
}

/** lib_softirq_leave() - end of lib_softirq_enter(). */
void lib_softirq_leave(void)
{
	dmasim_self.in_softirq &= ~DMASIM_SOFTIRQ_SERVING;
}

/**
 * lib_softirq_run() - run what is raised
 *
 * Actions may raise again; after a few rounds the rest is left to the next
 * thread that waits. Context: not in interrupt; interrupts on.
 */
void lib_softirq_run(void)
{
	unsigned int round, nr;
	u32 raised;

	if (in_interrupt() || irqs_disabled())
		return;
	lib_softirq_enter();
	for (round = 0; round < MAX_ROUNDS; round++) {
		raised = __atomic_exchange_n(&lib_softirq_raised, 0,
					     __ATOMIC_ACQ_REL);
		if (!raised)
			break;
		for (nr = 0; nr < NR_SOFTIRQS; nr++) {
			void (*action)(void) =
				__atomic_load_n(&actions[nr], __ATOMIC_ACQUIRE);

			if ((raised & (1u << nr)) && action)
				action();
		}
	}
	lib_softirq_leave();
}
EXPORT_SYMBOL(lib_softirq_run);

/**
 * open_softirq() - say what soft interrupt @nr does
 * @nr: *_SOFTIRQ
 * @action: may run on any thread, on several at once
 *
 * Context: any. Stays until the machine goes.
 */
void open_softirq(int nr, void (*action)(void))
{
	__atomic_store_n(&actions[nr], action, __ATOMIC_RELEASE);
}

/**
 * raise_softirq_irqoff() - ask for soft interrupt @nr
 *
 * Context: any; with interrupts off by contract.
 */
void raise_softirq_irqoff(unsigned int nr)
{
	__atomic_fetch_or(&lib_softirq_raised, 1u << nr, __ATOMIC_ACQ_REL);
	lib_sched_kick();
}

/** raise_softirq() - the same from any context. */
void raise_softirq(unsigned int nr)
{
	raise_softirq_irqoff(nr);
}

/* ---- tasklets ----------------------------------------------------------- */

static raw_spinlock_t tasklet_lock = __RAW_SPIN_LOCK_INITIALIZER(tasklet_lock);
static struct tasklet_struct *tasklets, **tasklets_end = &tasklets;

static unsigned long state_set(struct tasklet_struct *t, int bit)
{
	return __atomic_fetch_or(&t->state, 1UL << bit, __ATOMIC_SEQ_CST) &
	       (1UL << bit);
}

static void state_clear(struct tasklet_struct *t, int bit)
{
	__atomic_fetch_and(&t->state, ~(1UL << bit), __ATOMIC_SEQ_CST);
}

static void tasklet_enqueue(struct tasklet_struct *t)
{
	raw_spin_lock(&tasklet_lock);
	t->next = NULL;
	*tasklets_end = t;
	tasklets_end = &t->next;
	raw_spin_unlock(&tasklet_lock);
	raise_softirq(TASKLET_SOFTIRQ);
}

static void tasklet_call(struct tasklet_struct *t)
{
	if (state_set(t, TASKLET_STATE_RUN)) {
		tasklet_enqueue(t); /* runs elsewhere right now */
		return;
	}
	if (atomic_read(&t->count)) {
		/* Disabled: stays scheduled; tasklet_enable() raises again. */
		state_clear(t, TASKLET_STATE_RUN);
		raw_spin_lock(&tasklet_lock);
		t->next = NULL;
		*tasklets_end = t;
		tasklets_end = &t->next;
		raw_spin_unlock(&tasklet_lock);
		return;
	}
	state_clear(t, TASKLET_STATE_SCHED);
	if (t->use_callback)
		t->callback(t);
	else
		t->func(t->data);
	state_clear(t, TASKLET_STATE_RUN);
	lib_sched_kick();
}

static void tasklet_action(void)
{
	struct tasklet_struct *t, *next;

	raw_spin_lock(&tasklet_lock);
	t = tasklets;
	tasklets = NULL;
	tasklets_end = &tasklets;
	raw_spin_unlock(&tasklet_lock);
	for (; t; t = next) {
		next = t->next;
		tasklet_call(t);
	}
}

/** tasklet_setup() - initialise with a callback. */
void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *))
{
	*t = (struct tasklet_struct){ .callback = callback,
				      .use_callback = true };
}
EXPORT_SYMBOL(tasklet_setup);

/** tasklet_init() - initialise with a function of one number. */
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long),
		  unsigned long data)
{
	*t = (struct tasklet_struct){ .func = func, .data = data };
}
EXPORT_SYMBOL(tasklet_init);

/** tasklet_schedule() - run it soon, once. Context: any. */
void tasklet_schedule(struct tasklet_struct *t)
{
	if (!state_set(t, TASKLET_STATE_SCHED)) {
		open_softirq(TASKLET_SOFTIRQ, tasklet_action);
		tasklet_enqueue(t);
	}
}
EXPORT_SYMBOL(tasklet_schedule);

static bool tasklet_idle(void *arg)
{
	struct tasklet_struct *t = arg;

	return !__atomic_load_n(&t->state, __ATOMIC_ACQUIRE);
}

static bool tasklet_not_running(void *arg)
{
	struct tasklet_struct *t = arg;

	return !(__atomic_load_n(&t->state, __ATOMIC_ACQUIRE) &
		 (1UL << TASKLET_STATE_RUN));
}

/** tasklet_kill() - wait until it neither waits nor runs. May sleep. */
void tasklet_kill(struct tasklet_struct *t)
{
	lib_sched_wait(tasklet_idle, t, LIB_NEVER, "a tasklet to end");
}
EXPORT_SYMBOL(tasklet_kill);

/** tasklet_disable() - keep it from running, and wait if it runs. */
void tasklet_disable(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
	lib_sched_wait(tasklet_not_running, t, LIB_NEVER, "a tasklet to end");
}
EXPORT_SYMBOL(tasklet_disable);

/** tasklet_enable() - undo one tasklet_disable(). Context: any. */
void tasklet_enable(struct tasklet_struct *t)
{
	if (atomic_dec_and_test(&t->count))
		raise_softirq(TASKLET_SOFTIRQ);
}
EXPORT_SYMBOL(tasklet_enable);

/* ---- irq_work ----------------------------------------------------------- */

static void irq_work_call(struct tasklet_struct *t)
{
	struct irq_work *work = container_of(t, struct irq_work, tasklet);

	work->func(work);
}

/** init_irq_work() - initialise. */
void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *))
{
	tasklet_setup(&work->tasklet, irq_work_call);
	work->func = func;
}
EXPORT_SYMBOL(init_irq_work);

/** irq_work_queue() - Return: false if it was queued already. */
bool irq_work_queue(struct irq_work *work)
{
	bool queued = work->tasklet.state & (1UL << TASKLET_STATE_SCHED);

	tasklet_schedule(&work->tasklet);
	return !queued;
}
EXPORT_SYMBOL(irq_work_queue);

/** irq_work_sync() - wait until it has run. May sleep. */
void irq_work_sync(struct irq_work *work)
{
	tasklet_kill(&work->tasklet);
}
EXPORT_SYMBOL(irq_work_sync);

/** lib_softirq_reset() - forget everything at the machine's end. */
void lib_softirq_reset(void)
{
	unsigned int nr;

	for (nr = 0; nr < NR_SOFTIRQS; nr++)
		open_softirq((int)nr, NULL);
	__atomic_store_n(&lib_softirq_raised, 0, __ATOMIC_RELAXED);
	tasklets = NULL;
	tasklets_end = &tasklets;
}
