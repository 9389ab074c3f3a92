/* SPDX-License-Identifier: MIT */
/*
 * Private to src/lib: the scheduler's state and the host behind it.
 *
 * One lock protects everything that decides what runs next: alarms (timers,
 * wake-up times), ready work, parked and idle coroutines, sleeping threads.
 */
#ifndef LIB_SCHED_H
#define LIB_SCHED_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timer_types.h>
#include <linux/workqueue.h>

#include "lib/internal.h"

#define LIB_NEVER (~0ULL)

/* ---- thread_host.c: the host's threads, waits and clocks ---------------- */

void lib_clock_start(bool real_time);
bool lib_clock_is_real(void);
void lib_clock_advance(u64 ns);
u64 lib_clock_real_ns(void);
void lib_yield(void);
void lib_futex_wait(u32 *addr, u32 expected, u64 real_ns);
void lib_futex_wake(u32 *addr);
unsigned int lib_threads_running(void);
bool lib_heavy_barrier(void);
void *lib_thread_start(void (*fn)(void *arg), void *arg, const char *name);
void lib_thread_join(void *thread);
void lib_on_thread_exit(void (*fn)(void *task));
void *lib_alloc(size_t size);
void lib_free(void *p);
void *lib_reserve(size_t size);
void lib_unreserve(void *start, size_t size);

/* ---- sched.c ------------------------------------------------------------ */

/**
 * struct lib_coro - a thread of the library that runs when it is given a turn
 * @node: in sched.parked or sched.idle
 * @task: what current is while it runs
 * @thread: host thread
 * @turn: 1 while it runs, 0 while it sleeps
 * @ended: the job is done; else it wants to wait
 * @quit: the thread shall end
 * @ready, @arg, @deadline, @what: the wait, see lib_sched_wait()
 * @result: of that wait
 * @job: what to do next
 * @cpu, @stripe: taken over from the thread that lends its turn
 * @work, @func, @wq, @instance: the work item being executed; compared, never
 *	followed
 */
struct lib_coro {
	struct list_head node;
	struct task_struct *task;
	void *thread;
	u32 turn;
	bool ended;
	bool quit;
	bool (*ready)(void *arg);
	void *arg;
	u64 deadline;
	const char *what;
	int result;
	void (*job)(struct lib_coro *coro);
	u32 cpu;
	u32 stripe;
	struct work_struct *work;
	work_func_t func;
	struct workqueue_struct *wq;
	u64 instance;
	struct list_head all;
};

/** struct lib_firing - an alarm whose handler is running now */
struct lib_firing {
	struct list_head node;
	struct lib_alarm *alarm;
	u32 tid;
};

/**
 * struct lib_sched - the scheduler
 * @lock: protects all that follow except @seq and @nr_sleeping
 * @seq: raised by everything that may end a wait
 * @nr_sleeping: threads about to sleep or asleep on @seq
 */
struct lib_sched {
	raw_spinlock_t lock;
	u32 seq;
	u32 nr_sleeping;
	struct list_head alarms;
	struct list_head firing;
	struct list_head works;
	struct list_head works_high;
	struct list_head parked;
	struct list_head idle;
	struct list_head coros;
	struct list_head sleepers;
	struct list_head tasks;
	struct list_head queues;
	u64 last_instance;
	unsigned int nr_coros;
	unsigned int nr_alarms;
	bool up;
};

extern struct lib_sched lib_sched;

/**
 * lib_sched_wait() - let everything else happen until @ready or @deadline
 * @ready: true once the wait is over; may be called by other threads with the
 *	scheduler's lock held; a true answer is final (it may take a lock)
 * @deadline: simulated ns, or LIB_NEVER
 * @what: for the report of a wait that nobody can end
 *
 * Return: 0, or -ETIME.
 */
int lib_sched_wait(bool (*ready)(void *arg), void *arg, u64 deadline,
		   const char *what);

/* Something changed that a wait may depend on. */
void lib_sched_kick(void);

struct lib_coro *lib_coro_get(void);
void lib_coro_park_new(struct lib_coro *coro, bool (*ready)(void *arg),
		       void *arg, const char *what);

/* The caller holds lib_sched.lock. */
void lib_alarm_add(struct lib_alarm *alarm, u64 when);
bool lib_alarm_del(struct lib_alarm *alarm);

static inline bool lib_alarm_queued(const struct lib_alarm *alarm)
{
	return __atomic_load_n(&alarm->node.next, __ATOMIC_RELAXED) != NULL;
}

/* ---- lock.c ------------------------------------------------------------- */

void lib_locks_forget(void);

/* ---- task.c ------------------------------------------------------------- */

struct task_struct *lib_task_new(const char *name);
void lib_task_free(struct task_struct *task);

/* ---- workqueue.c, kthread.c, softirq.c, rcu.c, timer.c ------------------ */

/* Picks a ready item and accounts for it; the lock is held. */
bool lib_work_pick(struct lib_coro *coro_out);
void lib_work_job(struct lib_coro *coro);
unsigned int lib_workqueue_check(void);
void lib_workqueue_reset(void);
unsigned int lib_kthread_check(void);
void lib_kthread_reset(void);
bool lib_rcu_run(void);
unsigned int lib_rcu_check(void);
void lib_rcu_boot(void);
unsigned int lib_timer_check(void);
void lib_softirq_reset(void);
int lib_irq_boot(unsigned int nr_cpus);
unsigned int lib_irq_check(void);
void lib_irq_shutdown(void);
unsigned int lib_io_check(void);
void lib_io_shutdown(void);
unsigned int lib_xarray_check(void);

/* Runs @fn in soft interrupt context on this thread. */
void lib_softirq_enter(void);
void lib_softirq_leave(void);

#endif
