/* SPDX-License-Identifier: MIT */
/*
 * Work queues: what is queued, what runs, waiting for it.
 *
 * All ready items of all queues stand in one list (a second one for high
 * priority), in the order they were queued. A thread that waits takes the first
 * that may run and lends its turn to a worker (sched.c). An item that is running
 * is known by the worker that runs it, never by the item itself, which its
 * function may free.
 *
 * Each queueing gets a number. Flushing an item means: that number is neither in
 * the list nor with a worker any more; flushing a queue: no number up to the
 * latest one is.
 *
 * I1  Pending bit set <=> in a list, or its timer armed, or a caller is between
 *     claiming and queueing it.
 * I2  wq->nr_running <= wq->max_active; an item is with one worker at most.
 * I3  A disabled item is never queued.
 *
 * Locks: lib_sched.lock protects all.
 * Tests: tests/unit/lib/test_workqueue.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "lib/lib.h"

/**
 * struct workqueue_struct - a queue
 * @node: in lib_sched.queues, system queues excepted
 * @nr_running: items of it with workers
 * @draining: only items queued by its own items are accepted
 */
struct workqueue_struct {
	struct list_head node;
	unsigned int flags;
	unsigned int max_active;
	unsigned int nr_running;
	unsigned int draining;
	char name[32];
};

#define SYSTEM_QUEUE(var, qname, qflags)               \
	static struct workqueue_struct var##_queue = { \
		.name = qname,                         \
		.flags = qflags,                       \
		.max_active = WQ_DFL_ACTIVE,           \
	};                                             \
	struct workqueue_struct *var = &var##_queue;   \
	EXPORT_SYMBOL(var)

SYSTEM_QUEUE(system_wq, "events", 0);
SYSTEM_QUEUE(system_percpu_wq, "events_percpu", WQ_PERCPU);
SYSTEM_QUEUE(system_highpri_wq, "events_highpri", WQ_HIGHPRI);
SYSTEM_QUEUE(system_long_wq, "events_long", 0);
SYSTEM_QUEUE(system_unbound_wq, "events_unbound", WQ_UNBOUND);
SYSTEM_QUEUE(system_dfl_wq, "events_dfl", WQ_UNBOUND);
SYSTEM_QUEUE(system_freezable_wq, "events_freezable", WQ_FREEZABLE);
SYSTEM_QUEUE(system_power_efficient_wq, "events_power", WQ_POWER_EFFICIENT);
SYSTEM_QUEUE(system_bh_wq, "events_bh", WQ_BH);

#define PENDING (1L << WORK_STRUCT_PENDING_BIT)

static void lock(void)
{
	raw_spin_lock(&lib_sched.lock);
}

static void unlock(void)
{
	raw_spin_unlock(&lib_sched.lock);
}

/* ---- items -------------------------------------------------------------- */

/** lib_init_work() - INIT_WORK(). */
void lib_init_work(struct work_struct *work, work_func_t func)
{
	atomic_long_set(&work->data, 0);
	INIT_LIST_HEAD(&work->entry);
	work->func = func;
	work->wq = NULL;
	work->instance = 0;
	work->disabled = 0;
}
EXPORT_SYMBOL(lib_init_work);

/** lib_init_delayed_work() - INIT_DELAYED_WORK(). */
void lib_init_delayed_work(struct delayed_work *dwork, work_func_t func)
{
	lib_init_work(&dwork->work, func);
	timer_init_key(&dwork->timer, delayed_work_timer_fn, 0);
	dwork->wq = NULL;
	dwork->cpu = WORK_CPU_UNBOUND;
}
EXPORT_SYMBOL(lib_init_delayed_work);

static bool claim(struct work_struct *work)
{
	return !(atomic_long_fetch_or(PENDING, &work->data) & PENDING);
}

static void unclaim(struct work_struct *work)
{
	atomic_long_fetch_andnot(PENDING, &work->data);
}

/* The worker that runs @work, NULL if none. Lock held. */
static struct lib_coro *runner_of(const struct work_struct *work)
{
	struct lib_coro *coro;

	list_for_each_entry(coro, &lib_sched.coros, all)
		if (coro->work == work && coro->func == work->func)
			return coro;
	return NULL;
}

/* Put a claimed item in line. Lock held. */
static void enqueue(struct workqueue_struct *wq, struct work_struct *work)
{
	work->wq = wq;
	work->instance = ++lib_sched.last_instance;
	list_add_tail(&work->entry, wq->flags & WQ_HIGHPRI ?
					    &lib_sched.works_high :
					    &lib_sched.works);
}

/* Items may still go to a queue that drains if one of its own queues them. */
static bool may_queue(const struct workqueue_struct *wq,
		      const struct lib_coro *me)
{
	return !wq->draining || (me && me->work && me->wq == wq);
}

/**
 * queue_work_on() - have @work done
 * @cpu: not looked at
 * @wq: the queue
 * @work: the item
 *
 * Context: any. Return: false if it was pending already (or is disabled).
 */
bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	struct lib_coro *me = current->coro;
	bool refused = false, ours;

	lock();
	ours = !work->disabled && claim(work);
	if (ours) {
		refused = !may_queue(wq, me);
		if (refused)
			unclaim(work);
		else
			enqueue(wq, work);
	}
	unlock();
	if (WARN(refused, "work queued on draining queue %s", wq->name))
		return false;
	if (ours)
		lib_sched_kick();
	return ours;
}
EXPORT_SYMBOL(queue_work_on);

/** delayed_work_timer_fn() - the delay is over: in line with it. */
void delayed_work_timer_fn(struct timer_list *timer)
{
	struct delayed_work *dwork =
		container_of(timer, struct delayed_work, timer);

	lock();
	enqueue(dwork->wq, &dwork->work);
	unlock();
	lib_sched_kick();
}
EXPORT_SYMBOL(delayed_work_timer_fn);

static void start_delayed(struct workqueue_struct *wq,
			  struct delayed_work *dwork, unsigned long delay)
{
	dwork->wq = wq;
	if (delay) {
		mod_timer(&dwork->timer, jiffies + delay);
		return;
	}
	lock();
	enqueue(wq, &dwork->work);
	unlock();
	lib_sched_kick();
}

static bool claim_enabled(struct work_struct *work)
{
	bool ours;

	lock();
	ours = !work->disabled && claim(work);
	unlock();
	return ours;
}

/**
 * queue_delayed_work_on() - queue_work_on() after @delay jiffies
 *
 * Context: any. Return: false if it was pending already (or is disabled).
 */
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay)
{
	if (!claim_enabled(&dwork->work))
		return false;
	start_delayed(wq, dwork, delay);
	return true;
}
EXPORT_SYMBOL(queue_delayed_work_on);

/*
 * Take a pending item back and keep it claimed. A timer that is firing, or
 * another thread between claim and queueing, is waited for.
 * Return: true if it was pending; false if it is now claimed but was idle.
 */
static bool grab(struct work_struct *work, struct timer_list *timer)
{
	for (;;) {
		bool got = false;

		if (timer && timer_delete(timer))
			return true;
		lock();
		if (claim(work)) {
			unlock();
			return false;
		}
		if (!list_empty(&work->entry)) {
			list_del_init(&work->entry);
			got = true;
		}
		unlock();
		if (got)
			return true;
		lib_yield();
	}
}

/**
 * mod_delayed_work_on() - queue, or change the delay of a pending item
 *
 * Context: any. Return: true if it was pending.
 */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
			 struct delayed_work *dwork, unsigned long delay)
{
	bool was_pending = grab(&dwork->work, &dwork->timer);
	bool disabled;

	lock();
	disabled = dwork->work.disabled;
	unlock();
	if (disabled)
		unclaim(&dwork->work);
	else
		start_delayed(wq, dwork, delay);
	return was_pending;
}
EXPORT_SYMBOL(mod_delayed_work_on);

static void rcu_work_ready(struct rcu_head *rcu)
{
	struct rcu_work *rwork = container_of(rcu, struct rcu_work, rcu);

	lock();
	enqueue(rwork->wq, &rwork->work);
	unlock();
	lib_sched_kick();
}

/** queue_rcu_work() - queue after a grace period. Return: false if pending. */
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork)
{
	if (!claim_enabled(&rwork->work))
		return false;
	rwork->wq = wq;
	call_rcu(&rwork->rcu, rcu_work_ready);
	return true;
}
EXPORT_SYMBOL(queue_rcu_work);

/* ---- running ------------------------------------------------------------ */

static struct work_struct *first_runnable(struct list_head *list)
{
	struct work_struct *work;

	list_for_each_entry(work, list, entry)
		if (work->wq->nr_running < work->wq->max_active &&
		    !runner_of(work))
			return work;
	return NULL;
}

/* see sched.h */
bool lib_work_pick(struct lib_coro *coro)
{
	struct work_struct *work = first_runnable(&lib_sched.works_high);

	if (!work)
		work = first_runnable(&lib_sched.works);
	if (!work)
		return false;
	list_del_init(&work->entry);
	coro->work = work;
	coro->func = work->func;
	coro->wq = work->wq;
	coro->instance = work->instance;
	coro->wq->nr_running++;
	unclaim(work);
	return true;
}

/** lib_work_job() - what a worker does with its item. */
void lib_work_job(struct lib_coro *coro)
{
	unsigned int preempt;

	coro->func(coro->work);

	preempt = dmasim_self.preempt;
	if (WARN(preempt || irqs_disabled(),
		 "work item returned with preempt %u, irqs %s", preempt,
		 irqs_disabled() ? "off" : "on")) {
		dmasim_self.preempt = 0;
		dmasim_self.irq_off = 0;
	}
	lock();
	coro->wq->nr_running--;
	coro->work = NULL;
	coro->func = NULL;
	coro->wq = NULL;
	unlock();
	lib_sched_kick();
}

/** current_work() - the item this task executes, NULL if none. */
struct work_struct *current_work(void)
{
	struct lib_coro *me = current->coro;

	return me ? me->work : NULL;
}
EXPORT_SYMBOL(current_work);

/** current_is_workqueue_rescuer() - there are none. Return: false. */
bool current_is_workqueue_rescuer(void)
{
	return false;
}
EXPORT_SYMBOL(current_is_workqueue_rescuer);

/** work_busy() - WORK_BUSY_* bits. Context: any. */
unsigned int work_busy(struct work_struct *work)
{
	unsigned int ret = 0;

	lock();
	if (work_pending(work))
		ret |= WORK_BUSY_PENDING;
	if (runner_of(work))
		ret |= WORK_BUSY_RUNNING;
	unlock();
	return ret;
}
EXPORT_SYMBOL(work_busy);

/* ---- waiting ------------------------------------------------------------ */

/** struct flush - all queueings of @wq (NULL: any) in [first, last] be done */
struct flush {
	struct workqueue_struct *wq;
	u64 first, last;
};

static bool covers(const struct flush *f, const struct workqueue_struct *wq,
		   u64 instance)
{
	return (!f->wq || f->wq == wq) && instance >= f->first &&
	       instance <= f->last;
}

static bool flushed(void *arg)
{
	const struct flush *f = arg;
	struct work_struct *work;
	struct lib_coro *coro;

	list_for_each_entry(work, &lib_sched.works, entry)
		if (covers(f, work->wq, work->instance))
			return false;
	list_for_each_entry(work, &lib_sched.works_high, entry)
		if (covers(f, work->wq, work->instance))
			return false;
	list_for_each_entry(coro, &lib_sched.coros, all)
		if (coro->work && covers(f, coro->wq, coro->instance))
			return false;
	return true;
}

/* Wait for the running instance of @work. Return: was there one? */
static bool wait_running(struct work_struct *work)
{
	struct lib_coro *coro, *me = current->coro;
	struct flush f = { 0 };
	bool own = false;

	lock();
	coro = runner_of(work);
	if (coro) {
		f.first = coro->instance;
		f.last = coro->instance;
		own = coro == me;
	}
	unlock();
	if (!coro || WARN(own, "a work item waits for its own end"))
		return false;
	lib_sched_wait(flushed, &f, LIB_NEVER, "a work item to end");
	return true;
}

/**
 * flush_work() - wait for the last queueing of @work
 *
 * Context: process, may sleep. Return: true if there was something to wait for.
 */
bool flush_work(struct work_struct *work)
{
	struct flush f = { 0 };

	might_sleep();
	lock();
	if (!list_empty(&work->entry)) {
		f.first = work->instance;
		f.last = work->instance;
	}
	unlock();
	if (!f.last)
		return wait_running(work);
	lib_sched_wait(flushed, &f, LIB_NEVER, "a work item to end");
	return true;
}
EXPORT_SYMBOL(flush_work);

/** flush_delayed_work() - queue at once what waits for its delay, and flush. */
bool flush_delayed_work(struct delayed_work *dwork)
{
	if (timer_delete_sync(&dwork->timer))
		delayed_work_timer_fn(&dwork->timer);
	return flush_work(&dwork->work);
}
EXPORT_SYMBOL(flush_delayed_work);

/** flush_rcu_work() - wait for the grace period and the item. */
bool flush_rcu_work(struct rcu_work *rwork)
{
	if (work_pending(&rwork->work)) {
		rcu_barrier();
		flush_work(&rwork->work);
		return true;
	}
	return flush_work(&rwork->work);
}
EXPORT_SYMBOL(flush_rcu_work);

/** __flush_workqueue() - wait for all items queued on @wq before the call. */
void __flush_workqueue(struct workqueue_struct *wq)
{
	struct flush f = { .wq = wq };

	might_sleep();
	lock();
	f.last = lib_sched.last_instance;
	unlock();
	lib_sched_wait(flushed, &f, LIB_NEVER, wq->name);
}
EXPORT_SYMBOL(__flush_workqueue);

/** drain_workqueue() - flush until empty; only its own items may add more. */
void drain_workqueue(struct workqueue_struct *wq)
{
	struct flush all = { .wq = wq, .last = ~0ULL };

	lock();
	wq->draining++;
	unlock();
	lib_sched_wait(flushed, &all, LIB_NEVER, wq->name);
	lock();
	wq->draining--;
	unlock();
}
EXPORT_SYMBOL(drain_workqueue);

/* ---- cancelling --------------------------------------------------------- */

enum cancel { CANCEL_SYNC = 1, CANCEL_DISABLE = 2 };

static bool cancel(struct work_struct *work, struct timer_list *timer, int how)
{
	bool was_pending;

	/* Disabled meanwhile, so that it cannot queue itself again. */
	lock();
	work->disabled++;
	unlock();
	was_pending = grab(work, timer);
	unclaim(work);
	if (how & CANCEL_SYNC) {
		might_sleep();
		wait_running(work);
	}
	if (!(how & CANCEL_DISABLE)) {
		lock();
		work->disabled--;
		unlock();
	}
	return was_pending;
}

/**
 * cancel_work() - take a pending item back; it may be running
 *
 * Context: any. Return: true if it was pending.
 */
bool cancel_work(struct work_struct *work)
{
	return cancel(work, NULL, 0);
}
EXPORT_SYMBOL(cancel_work);

/** cancel_work_sync() - and wait for its end. May sleep. */
bool cancel_work_sync(struct work_struct *work)
{
	return cancel(work, NULL, CANCEL_SYNC);
}
EXPORT_SYMBOL(cancel_work_sync);

/** cancel_delayed_work() - take a pending item back; it may be running. */
bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer, 0);
}
EXPORT_SYMBOL(cancel_delayed_work);

/** cancel_delayed_work_sync() - and wait for its end. May sleep. */
bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer, CANCEL_SYNC);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

/** disable_work() - cancel_work(), and queueing fails until enabled again. */
bool disable_work(struct work_struct *work)
{
	return cancel(work, NULL, CANCEL_DISABLE);
}
EXPORT_SYMBOL(disable_work);

/** disable_work_sync() - disable_work() and wait for its end. May sleep. */
bool disable_work_sync(struct work_struct *work)
{
	return cancel(work, NULL, CANCEL_DISABLE | CANCEL_SYNC);
}
EXPORT_SYMBOL(disable_work_sync);

/** disable_delayed_work() - disable_work() for delayed items. */
bool disable_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer, CANCEL_DISABLE);
}
EXPORT_SYMBOL(disable_delayed_work);

/** disable_delayed_work_sync() - disable_work_sync() for delayed items. */
bool disable_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer,
		      CANCEL_DISABLE | CANCEL_SYNC);
}
EXPORT_SYMBOL(disable_delayed_work_sync);

/** enable_work() - undo one disable. Return: true if it is enabled now. */
bool enable_work(struct work_struct *work)
{
	bool enabled;

	lock();
	if (!WARN_ON_ONCE(!work->disabled))
		work->disabled--;
	enabled = !work->disabled;
	unlock();
	return enabled;
}
EXPORT_SYMBOL(enable_work);

/** enable_delayed_work() - enable_work() for delayed items. */
bool enable_delayed_work(struct delayed_work *dwork)
{
	return enable_work(&dwork->work);
}
EXPORT_SYMBOL(enable_delayed_work);

/* ---- queues ------------------------------------------------------------- */

/**
 * alloc_workqueue() - create a queue
 * @fmt: name
 * @flags: WQ_*
 * @max_active: items running at once, 0 for the default
 *
 * Context: process. Return: the queue, or NULL when out of memory.
 */
struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...)
{
	struct workqueue_struct *wq;
	va_list args;

	if (should_fail_site(DMASIM_SITE_SLAB))
		return NULL;
	wq = lib_alloc(sizeof(*wq));
	if (!wq)
		return NULL;
	va_start(args, max_active);
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	wq->flags = flags;
	wq->max_active = max_active > 0 ? (unsigned int)max_active :
					  WQ_DFL_ACTIVE;
	lock();
	list_add_tail(&wq->node, &lib_sched.queues);
	unlock();
	return wq;
}
EXPORT_SYMBOL(alloc_workqueue);

/** destroy_workqueue() - drain and free. Context: process, may sleep. */
void destroy_workqueue(struct workqueue_struct *wq)
{
	drain_workqueue(wq);
	lock();
	list_del(&wq->node);
	unlock();
	lib_free(wq);
}
EXPORT_SYMBOL(destroy_workqueue);

/** workqueue_set_max_active() - change the limit. Context: process. */
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
{
	lock();
	wq->max_active = (unsigned int)clamp(max_active, 1, WQ_MAX_ACTIVE);
	unlock();
	lib_sched_kick();
}
EXPORT_SYMBOL(workqueue_set_max_active);

/** struct cpu_call - work_on_cpu() in flight */
struct cpu_call {
	struct work_struct work;
	long (*fn)(void *arg);
	void *arg;
	long ret;
};

static void cpu_call_fn(struct work_struct *work)
{
	struct cpu_call *call = container_of(work, struct cpu_call, work);

	call->ret = call->fn(call->arg);
}

/** work_on_cpu() - run @fn on a worker and wait. Return: what @fn returns. */
long work_on_cpu(int cpu, long (*fn)(void *), void *arg)
{
	struct cpu_call call = { .fn = fn, .arg = arg };

	lib_init_work(&call.work, cpu_call_fn);
	queue_work_on(cpu, system_wq, &call.work);
	flush_work(&call.work);
	return call.ret;
}
EXPORT_SYMBOL(work_on_cpu);

/** lib_workqueue_check() - report queues and items left. Return: number. */
unsigned int lib_workqueue_check(void)
{
	struct workqueue_struct *wq;
	struct work_struct *work;
	unsigned int leaks = 0;

	list_for_each_entry(wq, &lib_sched.queues, node) {
		leaks++;
		lib_event(LIB_EVENT_LEAK, "workqueue-leak", NULL, 0, 0,
			  "workqueue %s was not destroyed", wq->name);
	}
	list_for_each_entry(work, &lib_sched.works, entry) {
		leaks++;
		lib_event(LIB_EVENT_LEAK, "work-leak", NULL, 0, 0,
			  "work item still waits in queue %s", work->wq->name);
	}
	return leaks;
}

static void forget_works(struct list_head *list)
{
	struct work_struct *work, *next;

	list_for_each_entry_safe(work, next, list, entry) {
		list_del_init(&work->entry);
		unclaim(work);
	}
}

/** lib_workqueue_reset() - forget what lib_workqueue_check() reported. */
void lib_workqueue_reset(void)
{
	struct workqueue_struct *wq, *next;

	forget_works(&lib_sched.works);
	forget_works(&lib_sched.works_high);
	list_for_each_entry_safe(wq, next, &lib_sched.queues, node) {
		list_del(&wq->node);
		lib_free(wq);
	}
	lib_sched.last_instance = 0;
}
