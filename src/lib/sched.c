/* SPDX-License-Identifier: MIT */
/*
 * What runs next, and when time passes.
 *
 * Nothing happens behind the back of the code under test. A thread that waits
 * becomes the scheduler: it runs what is due, in this order, until its own wait
 * is over:
 *
 *	soft interrupts -> due timers -> parked coroutines that can go on
 *	-> ready work items -> RCU callbacks -> nothing: idle()
 *
 * Work items and kernel threads need a stack of their own, because they wait
 * too, and one that waits must not bury the thread that runs it. They are
 * coroutines: host threads that run only while a waiting thread lends its turn
 * and sleeps meanwhile. One waiting thread is therefore deterministic; several
 * run things side by side, as CPUs would.
 *
 * idle() decides about time. If every other host thread sleeps and saw no news
 * since, the machine is idle: virtual time jumps to the next alarm, and if there
 * is none the wait can never end, which is a panic that names everyone who
 * waits. While other threads run, virtual time creeps, at most PACE times as
 * fast as the host's.
 *
 * I1  lib_sched.seq is raised after every change that can end a wait; a thread
 *     sleeps only on the value it read before it looked for work.
 * I2  A coroutine is in exactly one of: parked, idle, running (turn == 1), or
 *     in the hands of the thread that lends.
 * I3  Virtual time jumps only when host_threads_running() is explained by this
 *     thread, coroutines, and sleepers whose seq is current.
 *
 * Locks: lib_sched.lock is a leaf; ready() callbacks run under it.
 * Tests: tests/unit/lib/test_wait.c, test_workqueue.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "lib/lib.h"

#define PACE 8 /* virtual ns per host ns while others run */
#define NAP_MIN 50000ULL /* host ns */
#define NAP_MAX 20000000ULL
#define BUSY_STEPS 4096 /* steps without idling that cost 1 us */

struct lib_sched lib_sched = {
	.lock = __RAW_SPIN_LOCK_INITIALIZER(lib_sched.lock),
	.alarms = LIST_HEAD_INIT(lib_sched.alarms),
	.firing = LIST_HEAD_INIT(lib_sched.firing),
	.works = LIST_HEAD_INIT(lib_sched.works),
	.works_high = LIST_HEAD_INIT(lib_sched.works_high),
	.parked = LIST_HEAD_INIT(lib_sched.parked),
	.idle = LIST_HEAD_INIT(lib_sched.idle),
	.coros = LIST_HEAD_INIT(lib_sched.coros),
	.sleepers = LIST_HEAD_INIT(lib_sched.sleepers),
	.tasks = LIST_HEAD_INIT(lib_sched.tasks),
	.queues = LIST_HEAD_INIT(lib_sched.queues),
};

/**
 * struct sleeper - a thread in idle()
 * @seq: news it has seen
 * @deadline: when it wants to go on at the latest
 */
struct sleeper {
	struct list_head node;
	u32 seq;
	u64 deadline;
	struct task_struct *task;
	const char *what;
};

static void (*sleep_hook)(struct task_struct *task);

/** lib_sched_kick() - something changed that a wait may depend on. */
void lib_sched_kick(void)
{
	__atomic_fetch_add(&lib_sched.seq, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&lib_sched.nr_sleeping, __ATOMIC_SEQ_CST))
		lib_futex_wake(&lib_sched.seq);
}

/* ---- alarms ------------------------------------------------------------- */

/**
 * lib_alarm_add() - have @alarm fire at @when
 * @alarm: not queued
 * @when: simulated ns
 *
 * Later alarms are mostly the later ones, so the search starts at the end.
 * Context: lib_sched.lock held.
 */
void lib_alarm_add(struct lib_alarm *alarm, u64 when)
{
	struct list_head *after;

	alarm->when = when;
	for (after = lib_sched.alarms.prev; after != &lib_sched.alarms;
	     after = after->prev)
		if (list_entry(after, struct lib_alarm, node)->when <= when)
			break;
	list_add(&alarm->node, after);
	lib_sched.nr_alarms++;
}

/**
 * lib_alarm_del() - take @alarm out
 * @alarm: any
 *
 * Context: lib_sched.lock held. Return: true if it was queued.
 */
bool lib_alarm_del(struct lib_alarm *alarm)
{
	if (!alarm->node.next)
		return false;
	__list_del(alarm->node.prev, alarm->node.next);
	__atomic_store_n(&alarm->node.next, NULL, __ATOMIC_RELAXED);
	lib_sched.nr_alarms--;
	return true;
}

/* Run the first due alarm. Context: process. */
static bool run_alarm(void)
{
	void (*fire)(struct lib_alarm *);
	struct lib_firing firing;
	struct lib_alarm *alarm;

	raw_spin_lock(&lib_sched.lock);
	alarm = list_first_entry_or_null(&lib_sched.alarms, struct lib_alarm,
					 node);
	if (!alarm || alarm->when > lib_now()) {
		raw_spin_unlock(&lib_sched.lock);
		return false;
	}
	lib_alarm_del(alarm);
	/* Without the lock another thread may arm it anew and write this. */
	fire = alarm->fire;
	firing.alarm = alarm;
	firing.tid = dmasim_self.tid;
	list_add(&firing.node, &lib_sched.firing);
	raw_spin_unlock(&lib_sched.lock);

	lib_softirq_enter();
	fire(alarm);
	lib_softirq_leave();

	raw_spin_lock(&lib_sched.lock);
	list_del(&firing.node);
	raw_spin_unlock(&lib_sched.lock);
	return true;
}

/* ---- coroutines --------------------------------------------------------- */

/* Hand the turn back and sleep until the next one. */
static void coro_sleep(struct lib_coro *coro)
{
	dmasim_self.cpu = 0;
	dmasim_self.stripe = 0;
	__atomic_store_n(&coro->turn, 0, __ATOMIC_RELEASE);
	lib_futex_wake(&coro->turn);
	/* Limited, so that the thread counts as running: see idle(). */
	while (!__atomic_load_n(&coro->turn, __ATOMIC_ACQUIRE))
		lib_futex_wait(&coro->turn, 0, 3600000000000ULL);
	dmasim_self.cpu = coro->cpu;
	dmasim_self.stripe = coro->stripe;
	dmasim_self.task = coro->task;
}

static void coro_main(void *arg)
{
	struct lib_coro *coro = arg;

	lib_threads_running();
	coro_sleep(coro);
	while (!coro->quit) {
		coro->job(coro);
		coro->ended = true;
		coro_sleep(coro);
	}
	dmasim_self.cpu = 0;
	dmasim_self.stripe = 0;
	lib_locks_forget();
	dmasim_self.task = NULL;
}

/* Let @coro run until it waits or ends; the caller sleeps meanwhile. */
static void coro_run(struct lib_coro *coro)
{
	coro->cpu = dmasim_self.cpu;
	coro->stripe = dmasim_self.stripe;
	coro->ended = false;
	__atomic_store_n(&coro->turn, 1, __ATOMIC_RELEASE);
	lib_futex_wake(&coro->turn);
	while (__atomic_load_n(&coro->turn, __ATOMIC_ACQUIRE))
		lib_futex_wait(&coro->turn, 1, 3600000000000ULL);

	raw_spin_lock(&lib_sched.lock);
	if (coro->ended) {
		coro->ready = NULL;
		list_add(&coro->node, &lib_sched.idle);
	} else {
		list_add_tail(&coro->node, &lib_sched.parked);
	}
	raw_spin_unlock(&lib_sched.lock);
	lib_sched_kick();
}

/* A new thread's first act is to hand the turn back. */
static struct lib_coro *coro_new(void)
{
	struct lib_coro *coro = lib_alloc(sizeof(*coro));

	if (!coro)
		return NULL;
	coro->task = lib_task_new("kworker");
	if (!coro->task)
		goto err_free;
	coro->task->flags = PF_KTHREAD | PF_WQ_WORKER;
	coro->task->coro = coro;
	coro->turn = 1;

	coro->thread = lib_thread_start(coro_main, coro, "dmasim-worker");
	if (!coro->thread)
		goto err_task;
	while (__atomic_load_n(&coro->turn, __ATOMIC_ACQUIRE))
		lib_futex_wait(&coro->turn, 1, 3600000000000ULL);

	raw_spin_lock(&lib_sched.lock);
	list_add_tail(&coro->all, &lib_sched.coros);
	lib_sched.nr_coros++; /* not before it counts as running */
	raw_spin_unlock(&lib_sched.lock);
	return coro;

err_task:
	lib_task_free(coro->task);
err_free:
	lib_free(coro);
	return NULL;
}

/**
 * lib_coro_get() - a coroutine without a job
 *
 * Context: process. Return: it, or NULL when out of threads or memory.
 */
struct lib_coro *lib_coro_get(void)
{
	struct lib_coro *coro;

	raw_spin_lock(&lib_sched.lock);
	coro = list_first_entry_or_null(&lib_sched.idle, struct lib_coro, node);
	if (coro)
		list_del(&coro->node);
	raw_spin_unlock(&lib_sched.lock);
	return coro ? coro : coro_new();
}

/**
 * lib_coro_park_new() - have a coroutine begin its job once @ready says so
 * @coro: of lib_coro_get(), with its job set
 * @ready: as for lib_sched_wait()
 * @arg: passed to @ready
 * @what: name of the wait
 *
 * Context: any.
 */
void lib_coro_park_new(struct lib_coro *coro, bool (*ready)(void *arg),
		       void *arg, const char *what)
{
	coro->ready = ready;
	coro->arg = arg;
	coro->deadline = LIB_NEVER;
	coro->what = what;
	raw_spin_lock(&lib_sched.lock);
	list_add_tail(&coro->node, &lib_sched.parked);
	raw_spin_unlock(&lib_sched.lock);
	lib_sched_kick();
}

/* Run the first parked coroutine whose wait is over. */
static bool run_parked(void)
{
	struct lib_coro *coro, *found = NULL;
	u64 now = lib_now();

	raw_spin_lock(&lib_sched.lock);
	list_for_each_entry(coro, &lib_sched.parked, node) {
		if (coro->ready(coro->arg))
			coro->result = 0;
		else if (coro->deadline <= now)
			coro->result = -ETIME;
		else
			continue;
		found = coro;
		list_del(&coro->node);
		break;
	}
	raw_spin_unlock(&lib_sched.lock);
	if (found)
		coro_run(found);
	return found != NULL;
}

static bool run_work(void)
{
	struct lib_coro *coro;
	bool any;

	raw_spin_lock(&lib_sched.lock);
	any = !list_empty(&lib_sched.works) ||
	      !list_empty(&lib_sched.works_high);
	raw_spin_unlock(&lib_sched.lock);
	if (!any)
		return false;
	coro = lib_coro_get();
	if (WARN_ONCE(!coro, "no thread for a work item"))
		return false;

	raw_spin_lock(&lib_sched.lock);
	if (!lib_work_pick(coro)) {
		list_add(&coro->node, &lib_sched.idle);
		raw_spin_unlock(&lib_sched.lock);
		return false;
	}
	raw_spin_unlock(&lib_sched.lock);
	coro->job = lib_work_job;
	coro_run(coro);
	return true;
}

/* One thing that is due. Context: process. Return: false if nothing is. */
static bool run_one(void)
{
	if (READ_ONCE(lib_softirq_raised)) {
		lib_softirq_run();
		return true;
	}
	return run_alarm() || run_parked() || run_work() || lib_rcu_run();
}

/* ---- idling ------------------------------------------------------------- */

/* The lock is held. */
static u64 next_moment(u64 deadline)
{
	struct lib_alarm *alarm;
	struct sleeper *s;
	struct lib_coro *coro;
	u64 next = deadline;

	alarm = list_first_entry_or_null(&lib_sched.alarms, struct lib_alarm,
					 node);
	if (alarm)
		next = min(next, alarm->when);
	list_for_each_entry(coro, &lib_sched.parked, node)
		next = min(next, coro->deadline);
	list_for_each_entry(s, &lib_sched.sleepers, node)
		next = min(next, s->deadline);
	return next;
}

/* Threads that may still do something; 0: this one is the last. Lock held. */
static unsigned int others_awake(u32 seq)
{
	unsigned int explained = 1 + lib_sched.nr_coros;
	unsigned int running = lib_threads_running();
	struct sleeper *s;

	list_for_each_entry(s, &lib_sched.sleepers, node)
		if (s->seq == seq)
			explained++;
	return running > explained ? running - explained : 0;
}

static int describe(char *buf, int size, const struct task_struct *task,
		    const char *what)
{
	return scnprintf(buf, size, "; %s-%d waits for %s", task->comm,
			 task->pid, what ? what : "a wake-up");
}

static void __noreturn dead_end(const char *what)
{
	struct lib_coro *coro;
	struct sleeper *s;
	char text[400];
	int len;

	len = scnprintf(text, sizeof(text), "%s-%d waits for %s", current->comm,
			current->pid, what ? what : "a wake-up");
	raw_spin_lock(&lib_sched.lock);
	list_for_each_entry(s, &lib_sched.sleepers, node)
		len += describe(text + len, sizeof(text) - len, s->task,
				s->what);
	list_for_each_entry(coro, &lib_sched.parked, node)
		len += describe(text + len, sizeof(text) - len, coro->task,
				coro->what);
	raw_spin_unlock(&lib_sched.lock);
	panic("wait that nobody can end: %s", text);
}

/* Sleep on @me->seq for at most @nap host ns. The lock is held, and dropped. */
static void nap(struct sleeper *me, u64 limit)
{
	list_add_tail(&me->node, &lib_sched.sleepers);
	__atomic_fetch_add(&lib_sched.nr_sleeping, 1, __ATOMIC_SEQ_CST);
	raw_spin_unlock(&lib_sched.lock);

	lib_futex_wait(&lib_sched.seq, me->seq, limit);

	raw_spin_lock(&lib_sched.lock);
	list_del(&me->node);
	__atomic_fetch_sub(&lib_sched.nr_sleeping, 1, __ATOMIC_SEQ_CST);
	raw_spin_unlock(&lib_sched.lock);
}

/*
 * Nothing was due when lib_sched.seq was @seq. Let time pass, or sleep until
 * there is news.
 */
static void idle(u32 seq, u64 deadline, const char *what)
{
	struct sleeper me = {
		.seq = seq, .deadline = deadline, .task = current, .what = what
	};
	u64 now = lib_now(), next, start;
	unsigned int others;

	raw_spin_lock(&lib_sched.lock);
	if (__atomic_load_n(&lib_sched.seq, __ATOMIC_ACQUIRE) != seq) {
		raw_spin_unlock(&lib_sched.lock);
		return;
	}
	next = next_moment(deadline);
	others = others_awake(seq);

	if (!others && next == LIB_NEVER) {
		raw_spin_unlock(&lib_sched.lock);
		dead_end(what);
	}
	if (lib_clock_is_real()) {
		nap(&me, next > now ? clamp(next - now, 1ULL, NAP_MAX * 5) : 1);
		return;
	}
	if (!others) {
		if (next > now)
			lib_clock_advance(next - now);
		raw_spin_unlock(&lib_sched.lock);
		lib_sched_kick(); /* it may be a sleeper's moment */
		return;
	}

	start = lib_clock_real_ns();
	nap(&me, next == LIB_NEVER ? NAP_MAX :
				     clamp((next - min(now, next)) / PACE,
					   NAP_MIN, NAP_MAX));
	raw_spin_lock(&lib_sched.lock);
	if (next != LIB_NEVER && lib_now() == now && next > now &&
	    __atomic_load_n(&lib_sched.seq, __ATOMIC_ACQUIRE) == seq) {
		lib_clock_advance(
			min(next - now, (lib_clock_real_ns() - start) * PACE));
		__atomic_fetch_add(&lib_sched.seq, 1, __ATOMIC_SEQ_CST);
		lib_futex_wake(&lib_sched.seq);
	}
	raw_spin_unlock(&lib_sched.lock);
}

/* ---- waiting ------------------------------------------------------------ */

static bool is_ready(bool (*ready)(void *arg), void *arg)
{
	bool ret;

	raw_spin_lock(&lib_sched.lock);
	ret = ready(arg);
	raw_spin_unlock(&lib_sched.lock);
	return ret;
}

static int coro_wait(struct lib_coro *coro, bool (*ready)(void *arg), void *arg,
		     u64 deadline, const char *what)
{
	coro->ready = ready;
	coro->arg = arg;
	coro->deadline = deadline;
	coro->what = what;
	coro_sleep(coro);
	return coro->result;
}

static int thread_wait(bool (*ready)(void *arg), void *arg, u64 deadline,
		       const char *what)
{
	unsigned int steps = 0;

	for (;;) {
		u32 seq = __atomic_load_n(&lib_sched.seq, __ATOMIC_SEQ_CST);
		bool late = deadline <= lib_now();

		if (is_ready(ready, arg))
			return 0;
		if (late && steps >= BUSY_STEPS)
			return -ETIME;
		/* What is due at the deadline comes before the sleeper. */
		if (!run_one()) {
			if (late)
				return -ETIME;
			idle(seq, deadline, what);
			steps = 0;
		} else if (++steps % BUSY_STEPS == 0) {
			/* Work that queues itself for ever takes time too. */
			lib_clock_advance(1000);
		}
	}
}

/* see sched.h */
int lib_sched_wait(bool (*ready)(void *arg), void *arg, u64 deadline,
		   const char *what)
{
	struct task_struct *me = current;
	struct dmasim_self saved = dmasim_self;
	int ret;

	if (is_ready(ready, arg))
		return 0;
	WARN(in_atomic() || irqs_disabled(),
	     "scheduling while atomic: %s-%d, preempt %u, irqs %s", me->comm,
	     me->pid, saved.preempt, irqs_disabled() ? "off" : "on");
	dmasim_self.preempt = 0;
	dmasim_self.irq_off = saved.irq_off & DMASIM_IRQ_PENDING;
	dmasim_self.in_irq = 0;
	dmasim_self.in_softirq = 0;

	if (me->coro)
		ret = coro_wait(me->coro, ready, arg, deadline, what);
	else
		ret = thread_wait(ready, arg, deadline, what);

	dmasim_self.preempt = saved.preempt;
	dmasim_self.irq_off = (saved.irq_off & DMASIM_IRQ_OFF) |
			      (dmasim_self.irq_off & DMASIM_IRQ_PENDING);
	dmasim_self.in_irq = saved.in_irq;
	dmasim_self.in_softirq = saved.in_softirq;
	return ret;
}

static bool task_woken(void *arg)
{
	return task_is_running((struct task_struct *)arg);
}

static bool never(void *arg)
{
	return false;
}

static void before_sleep(struct task_struct *me)
{
	void (*hook)(struct task_struct *) =
		__atomic_load_n(&sleep_hook, __ATOMIC_RELAXED);

	if (me->plug && hook)
		hook(me);
}

/* Sleep in the state set by the caller, until woken or @deadline. */
static void sleep_until(u64 deadline)
{
	struct task_struct *me = current;

	before_sleep(me);
	lib_sched_wait(task_woken, me, deadline, me->waits_for);
	me->waits_for = NULL;
	__set_current_state(TASK_RUNNING);
}

/**
 * schedule() - sleep until woken
 *
 * In state TASK_RUNNING it only lets what is due happen.
 * Context: process, may sleep.
 */
void schedule(void)
{
	if (task_is_running(current))
		yield();
	else
		sleep_until(LIB_NEVER);
}
EXPORT_SYMBOL(schedule);

/**
 * schedule_timeout() - schedule() for a limited time
 * @timeout: jiffies; MAX_SCHEDULE_TIMEOUT for no limit
 *
 * Context: process, may sleep. Return: jiffies left, 0 if they are used up.
 */
long schedule_timeout(long timeout)
{
	u64 deadline, now;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (WARN(timeout < 0, "schedule_timeout(%ld)", timeout)) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	deadline = timeout > LONG_MAX / TICK_NSEC / 2 ?
			   LIB_NEVER :
			   lib_now() + (u64)timeout * TICK_NSEC;
	sleep_until(deadline);
	now = lib_now();
	return now >= deadline ? 0 : DIV_ROUND_UP(deadline - now, TICK_NSEC);
}
EXPORT_SYMBOL(schedule_timeout);

#define SCHEDULE_TIMEOUT_IN(suffix, state)           \
	long schedule_timeout_##suffix(long timeout) \
	{                                            \
		__set_current_state(state);          \
		return schedule_timeout(timeout);    \
	}                                            \
	EXPORT_SYMBOL(schedule_timeout_##suffix)

/* The states differ only in who may wake the sleeper. */
SCHEDULE_TIMEOUT_IN(interruptible, TASK_INTERRUPTIBLE);
SCHEDULE_TIMEOUT_IN(uninterruptible, TASK_UNINTERRUPTIBLE);
SCHEDULE_TIMEOUT_IN(killable, TASK_KILLABLE);
SCHEDULE_TIMEOUT_IN(idle, TASK_IDLE);

/** io_schedule() - schedule(), waiting for I/O. */
void io_schedule(void)
{
	current->in_iowait = true;
	schedule();
	current->in_iowait = false;
}
EXPORT_SYMBOL(io_schedule);

/** io_schedule_timeout() - schedule_timeout(), waiting for I/O. */
long io_schedule_timeout(long timeout)
{
	long left;

	current->in_iowait = true;
	left = schedule_timeout(timeout);
	current->in_iowait = false;
	return left;
}
EXPORT_SYMBOL(io_schedule_timeout);

/**
 * lib_cond_resched() - a long computation offers a break
 *
 * A host thread goes on: others have their own CPU, and running work here could
 * need a mutex the caller holds. A coroutine gives its turn back for a
 * microsecond, or nobody would ever run again.
 * Return: 1 if others ran.
 */
int lib_cond_resched(void)
{
	struct task_struct *me = current;

	if (!me->coro || in_atomic() || irqs_disabled())
		return 0;
	lib_sched_wait(never, NULL, lib_now() + 1000, "its next turn");
	return 1;
}
EXPORT_SYMBOL(lib_cond_resched);

/** yield() - let what is due happen. */
void yield(void)
{
	before_sleep(current);
	if (!lib_cond_resched() && !in_atomic() && !irqs_disabled()) {
		if (!run_one())
			lib_yield();
	}
}
EXPORT_SYMBOL(yield);

/**
 * lib_sleep_ns() - sleep for @ns of simulated time
 *
 * Context: process, may sleep.
 */
void lib_sleep_ns(u64 ns)
{
	before_sleep(current);
	lib_sched_wait(never, NULL, lib_now() + ns, "time to pass");
}
EXPORT_SYMBOL(lib_sleep_ns);

/**
 * lib_delay_ns() - busy-wait
 *
 * Context: any. Nothing else happens meanwhile.
 */
void lib_delay_ns(u64 ns)
{
	u64 end = lib_now() + ns;

	if (!lib_clock_is_real())
		lib_clock_advance(ns);
	while (lib_now() < end)
		lib_yield();
}
EXPORT_SYMBOL(lib_delay_ns);

/**
 * lib_cpu_relax() - one round of a polling loop
 *
 * Yields the host's CPU; virtual time moves by 100 ns, so that a loop with a
 * limit in jiffies ends. Context: any.
 */
void lib_cpu_relax(void)
{
	lib_clock_advance(100);
	lib_yield();
}
EXPORT_SYMBOL(lib_cpu_relax);

/** lib_might_sleep() - WARN if the caller may not sleep here. */
void lib_might_sleep(const char *file, int line)
{
	const struct task_struct *me = current;

	if (in_atomic() || irqs_disabled() || me->rcu_nesting)
		WARN(1,
		     "sleeping function called from invalid context at %s:%d: preempt %u, irqs %s, in_irq %u, softirq %u, rcu %u",
		     file, line, dmasim_self.preempt,
		     irqs_disabled() ? "off" : "on", dmasim_self.in_irq,
		     dmasim_self.in_softirq, me->rcu_nesting);
}
EXPORT_SYMBOL(lib_might_sleep);

/** lib_set_sleep_hook() - see sched_api.h. */
void lib_set_sleep_hook(void (*fn)(struct task_struct *task))
{
	__atomic_store_n(&sleep_hook, fn, __ATOMIC_RELAXED);
}

/* ---- running on request, boot, shutdown --------------------------------- */

#define RUN_STEPS_MAX (1u << 20)

/* see sched_api.h */
void lib_run(void)
{
	unsigned int steps = 0;

	while (run_one())
		if (++steps == RUN_STEPS_MAX) {
			WARN(1, "work that never ends: gave up after %u steps",
			     steps);
			return;
		}
}

/* see sched_api.h */
void lib_run_for(u64 ns)
{
	lib_sched_wait(never, NULL, lib_now() + ns, "lib_run_for");
	lib_run();
}

/* see sched_api.h */
int lib_sched_boot(unsigned int nr_cpus, bool real_time)
{
	int ret;

	lib_clock_start(real_time);
	lib_rcu_boot();
	current->waits_for = NULL;
	__set_current_state(TASK_RUNNING);
	ret = lib_irq_boot(nr_cpus);
	if (!ret)
		lib_sched.up = true;
	return ret;
}

static unsigned int check_parked(void)
{
	struct lib_coro *coro;
	unsigned int leaks = 0;

	list_for_each_entry(coro, &lib_sched.parked, node) {
		if (!coro->work)
			continue;
		leaks++;
		lib_event(LIB_EVENT_LEAK, "work-leak", NULL, 0, 0,
			  "work item still waits for %s",
			  coro->what ? coro->what : "a wake-up");
	}
	return leaks;
}

/* see sched_api.h */
unsigned int lib_sched_check(void)
{
	unsigned int leaks = 0;

	lib_run();
	leaks += check_parked();
	leaks += lib_workqueue_check();
	leaks += lib_kthread_check();
	leaks += lib_timer_check();
	leaks += lib_irq_check();
	leaks += lib_rcu_check();
	leaks += lib_io_check();
	leaks += lib_xarray_check();
	return leaks;
}

/* End the threads that have nothing to do; others cannot be ended. */
static void coros_shutdown(void)
{
	struct lib_coro *coro, *next;

	list_for_each_entry_safe(coro, next, &lib_sched.idle, node) {
		list_del(&coro->node);
		list_del(&coro->all);
		coro->quit = true;
		__atomic_store_n(&coro->turn, 1, __ATOMIC_RELEASE);
		lib_futex_wake(&coro->turn);
		lib_thread_join(coro->thread);
		lib_sched.nr_coros--;
		lib_task_free(coro->task);
		lib_free(coro);
	}
	/* A work item that never ended keeps its thread, asleep for good. */
	INIT_LIST_HEAD(&lib_sched.parked);
	INIT_LIST_HEAD(&lib_sched.coros);
}

/* see sched_api.h */
void lib_sched_shutdown(void)
{
	struct lib_alarm *alarm, *next;

	lib_irq_shutdown();
	lib_kthread_reset();
	lib_workqueue_reset();
	list_for_each_entry_safe(alarm, next, &lib_sched.alarms, node)
		lib_alarm_del(alarm);
	lib_softirq_reset();
	coros_shutdown();
	lib_io_shutdown();
	sleep_hook = NULL;
	lib_sched.up = false;
}
