/* SPDX-License-Identifier: MIT */
/*
 * Work queues.
 *
 * Items run in the order they were queued, high priority first, on worker
 * threads that take turns with a thread that waits (src/lib/sched.c). An item
 * never runs twice at once, and a queue never exceeds its max_active.
 *
 * same:    alloc_workqueue, alloc_ordered_workqueue, destroy_workqueue,
 *          queue_work(_on), queue_delayed_work(_on), mod_delayed_work(_on),
 *          flush_*, drain_workqueue, cancel_*(_sync), disable/enable_*,
 *          queue_rcu_work, work_busy, current_work, system queues
 * reduced: CPU binding, freezing, BH context and rescuers are not modelled
 * stub:    workqueue attributes
 */
#ifndef _DMASIM_LINUX_WORKQUEUE_H
#define _DMASIM_LINUX_WORKQUEUE_H

#include <linux/timer.h>
#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/atomic.h>
#include <linux/workqueue_types.h>
#include <linux/rcupdate.h>

enum {
	WORK_STRUCT_PENDING_BIT = 0,
	WORK_CPU_UNBOUND = 8192,
	WORK_BUSY_PENDING = 1 << 0,
	WORK_BUSY_RUNNING = 1 << 1,
};

enum wq_flags {
	WQ_BH = 1 << 0,
	WQ_UNBOUND = 1 << 1,
	WQ_FREEZABLE = 1 << 2,
	WQ_MEM_RECLAIM = 1 << 3,
	WQ_HIGHPRI = 1 << 4,
	WQ_CPU_INTENSIVE = 1 << 5,
	WQ_SYSFS = 1 << 6,
	WQ_POWER_EFFICIENT = 1 << 7,
	WQ_PERCPU = 1 << 8,
	__WQ_ORDERED = 1 << 17,
};

#define WQ_MAX_ACTIVE 2048
#define WQ_UNBOUND_MAX_ACTIVE WQ_MAX_ACTIVE
#define WQ_DFL_ACTIVE (WQ_MAX_ACTIVE / 2)

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
	int cpu;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
	struct workqueue_struct *wq;
};

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

static inline struct rcu_work *to_rcu_work(struct work_struct *work)
{
	return container_of(work, struct rcu_work, work);
}

#define __WORK_INITIALIZER(n, f)                                  \
	{                                                         \
		.data = ATOMIC_LONG_INIT(0),                      \
		.entry = { &(n).entry, &(n).entry }, .func = (f), \
	}
#define __DELAYED_WORK_INITIALIZER(n, f, tflags)                               \
	{                                                                      \
		.work = __WORK_INITIALIZER((n).work, (f)),                     \
		.timer = __TIMER_INITIALIZER(delayed_work_timer_fn, (tflags)), \
	}
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f) DECLARE_DELAYED_WORK(n, f)

void lib_init_work(struct work_struct *work, work_func_t func);
void lib_init_delayed_work(struct delayed_work *dwork, work_func_t func);

#define INIT_WORK(work, func) lib_init_work(work, func)
#define INIT_WORK_ONSTACK(work, func) lib_init_work(work, func)
#define INIT_DELAYED_WORK(dwork, func) lib_init_delayed_work(dwork, func)
#define INIT_DELAYED_WORK_ONSTACK(dwork, func) INIT_DELAYED_WORK(dwork, func)
#define INIT_DEFERRABLE_WORK(dwork, func) INIT_DELAYED_WORK(dwork, func)
#define INIT_RCU_WORK(rwork, func) lib_init_work(&(rwork)->work, func)
#define destroy_work_on_stack(work) \
	do {                        \
		(void)(work);       \
	} while (0)
#define destroy_delayed_work_on_stack(work) \
	do {                                \
		(void)(work);               \
	} while (0)

#define work_data_bits(work) ((unsigned long *)(&(work)->data))
#define work_pending(w) ((atomic_long_read(&(w)->data) & 1) != 0)
#define delayed_work_pending(w) work_pending(&(w)->work)

extern struct workqueue_struct *system_wq;
extern struct workqueue_struct *system_percpu_wq;
extern struct workqueue_struct *system_highpri_wq;
extern struct workqueue_struct *system_long_wq;
extern struct workqueue_struct *system_unbound_wq;
extern struct workqueue_struct *system_dfl_wq;
extern struct workqueue_struct *system_freezable_wq;
extern struct workqueue_struct *system_power_efficient_wq;
extern struct workqueue_struct *system_bh_wq;

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...) __printf(1, 4);
void destroy_workqueue(struct workqueue_struct *wq);
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active);

#define alloc_ordered_workqueue(fmt, flags, args...) \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)
#define alloc_ordered_workqueue_lockdep_map(fmt, flags, map, args...) \
	alloc_ordered_workqueue(fmt, flags, ##args)
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_freezable_workqueue(name) create_workqueue(name)
#define create_singlethread_workqueue(name) \
	alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name)

bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay);
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
			 struct delayed_work *dwork, unsigned long delay);
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork);

void __flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);

#define flush_workqueue(wq) __flush_workqueue(wq)
#define flush_scheduled_work() __flush_workqueue(system_wq)

bool flush_work(struct work_struct *work);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work_sync(struct delayed_work *dwork);
bool disable_work(struct work_struct *work);
bool disable_work_sync(struct work_struct *work);
bool enable_work(struct work_struct *work);
bool disable_delayed_work(struct delayed_work *dwork);
bool disable_delayed_work_sync(struct delayed_work *dwork);
bool enable_delayed_work(struct delayed_work *dwork);
bool flush_rcu_work(struct rcu_work *rwork);

unsigned int work_busy(struct work_struct *work);
struct work_struct *current_work(void);
bool current_is_workqueue_rescuer(void);

static inline bool workqueue_congested(int cpu, struct workqueue_struct *wq)
{
	return false;
}

static inline bool queue_work(struct workqueue_struct *wq,
			      struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

static inline bool queue_work_node(int node, struct workqueue_struct *wq,
				   struct work_struct *work)
{
	return queue_work(wq, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq,
				      struct delayed_work *dwork,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool mod_delayed_work(struct workqueue_struct *wq,
				    struct delayed_work *dwork,
				    unsigned long delay)
{
	return mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_wq, work);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool schedule_delayed_work_on(int cpu, struct delayed_work *dwork,
					    unsigned long delay)
{
	return queue_delayed_work_on(cpu, system_wq, dwork, delay);
}

static inline bool schedule_delayed_work(struct delayed_work *dwork,
					 unsigned long delay)
{
	return queue_delayed_work(system_wq, dwork, delay);
}

static inline bool enable_and_queue_work(struct workqueue_struct *wq,
					 struct work_struct *work)
{
	return enable_work(work) && queue_work(wq, work);
}

/* Runs @fn on a worker and waits; the CPU asked for is not modelled. */
long work_on_cpu(int cpu, long (*fn)(void *), void *arg);

#endif
