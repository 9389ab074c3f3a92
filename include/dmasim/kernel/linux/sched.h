/* SPDX-License-Identifier: MIT */
/*
 * The running task, and giving up the CPU.
 *
 * Each host thread is a task; kernel threads and work items run on threads of
 * the library that take turns with a thread that waits (src/lib/sched.c).
 * schedule() is where everything else happens: soft interrupts, timers, work
 * items; with virtual time it is also where time passes.
 *
 * same:    current, task states, schedule, schedule_timeout*, io_schedule*,
 *          wake_up_process, wake_up_state, memalloc_*_save/restore
 * reduced: no signals (signal_pending() is 0), no priorities, no mm of its own
 *          (task->mm is what the code under test puts there)
 * stub:    sched_set_fifo*, set_user_nice, set_cpus_allowed_ptr: no effect
 */
#ifndef _DMASIM_LINUX_SCHED_H
#define _DMASIM_LINUX_SCHED_H

#include <asm/dmasim_self.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/bug.h>
#include <linux/errno.h>

struct mm_struct;
struct cpumask;
struct io_context;
struct blk_plug;
struct bio_list;
struct lib_coro;
struct lib_irq_queue;

#define TASK_RUNNING 0x00000000
#define TASK_INTERRUPTIBLE 0x00000001
#define TASK_UNINTERRUPTIBLE 0x00000002
#define TASK_PARKED 0x00000040
#define TASK_DEAD 0x00000080
#define TASK_WAKEKILL 0x00000100
#define TASK_NOLOAD 0x00000400
#define TASK_FREEZABLE 0x00002000
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define TASK_COMM_LEN 16
#define MAX_SCHEDULE_TIMEOUT 0x7fffffffffffffffL

#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_MEMALLOC 0x00000800
#define PF_NOFREEZE 0x00008000
#define PF_MEMALLOC_NOFS 0x00040000
#define PF_MEMALLOC_NOIO 0x00080000
#define PF_KTHREAD 0x00200000
#define PF_MEMALLOC_PIN 0x10000000

/**
 * struct task_struct - one thread of execution
 * @__state: TASK_*, changed with the atomic helpers below
 * @pid: unique, from 1
 * @comm: name
 * @flags: PF_*, changed by the task itself only
 * @rcu_ctr: 0 outside, else the grace period seen on entry; read by others
 * @rcu_nesting: depth of rcu_read_lock(), the task's own
 * @coro: what runs this task if it is a thread of the library, else NULL
 * @irqs: interrupts raised here while they were off
 * @waits_for: text for the report of a wait that nobody can end
 * @lib_node: list of all tasks, protected by the scheduler's lock
 */
struct task_struct {
	unsigned int __state;
	unsigned int flags;
	int pid;
	int tgid;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct task_struct *group_leader;
	struct io_context *io_context;
	struct blk_plug *plug;
	struct bio_list *bio_list;
	void *journal_info;
	u64 rcu_ctr;
	unsigned int rcu_nesting;
	bool in_iowait;
	struct lib_coro *coro;
	struct lib_irq_queue *irqs;
	const char *waits_for;
	struct list_head lib_node;
	u32 usage;
};

struct task_struct *lib_task_attach(void);

static __always_inline struct task_struct *get_current(void)
{
	if (likely(dmasim_self.task))
		return (struct task_struct *)dmasim_self.task;
	return lib_task_attach();
}

#define current get_current()

static __always_inline unsigned int
lib_task_state(const struct task_struct *task)
{
	return __atomic_load_n(&task->__state, __ATOMIC_ACQUIRE);
}

#define task_is_running(task) (lib_task_state(task) == TASK_RUNNING)
#define get_current_state() lib_task_state(current)

#define __set_current_state(state) \
	__atomic_store_n(&current->__state, (state), __ATOMIC_RELAXED)
/* A full barrier between the new state and the condition checked next. */
#define set_current_state(state)                               \
	((void)__atomic_exchange_n(&current->__state, (state), \
				   __ATOMIC_SEQ_CST))

void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_killable(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
void io_schedule(void);
long io_schedule_timeout(long timeout);
void yield(void);

static inline void schedule_preempt_disabled(void)
{
	preempt_enable();
	schedule();
	preempt_disable();
}

int wake_up_process(struct task_struct *task);
int wake_up_state(struct task_struct *task, unsigned int state);

/* Never runs anything on a host thread; a kernel thread gives up its turn. */
int lib_cond_resched(void);

#define cond_resched()              \
	({                          \
		might_sleep();      \
		lib_cond_resched(); \
	})
#define cond_resched_rcu() cond_resched()
#define cond_resched_lock(lock) \
	({                      \
		(void)(lock);   \
		0;              \
	})
static inline bool need_resched(void)
{
	return false;
}

static inline int signal_pending(struct task_struct *task)
{
	return 0;
}

static inline int fatal_signal_pending(struct task_struct *task)
{
	return 0;
}

static inline int signal_pending_state(unsigned int state,
				       struct task_struct *task)
{
	return 0;
}

static inline pid_t task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static inline pid_t task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

#define task_pid_vnr(task) task_pid_nr(task)
#define task_tgid_vnr(task) task_tgid_nr(task)
#define current_is_kswapd() (false)
#define set_task_comm(task, name) lib_set_task_comm(task, name)
void lib_set_task_comm(struct task_struct *task, const char *name);
#define get_task_comm(buf, task) \
	((char *)__builtin_memcpy(buf, (task)->comm, sizeof((task)->comm)))

struct task_struct *get_task_struct(struct task_struct *task);
void put_task_struct(struct task_struct *task);

static inline void set_user_nice(struct task_struct *task, long nice)
{
}
static inline void sched_set_fifo(struct task_struct *task)
{
}
static inline void sched_set_fifo_low(struct task_struct *task)
{
}
static inline void sched_set_normal(struct task_struct *task, int nice)
{
}
static inline int set_cpus_allowed_ptr(struct task_struct *task,
				       const struct cpumask *mask)
{
	return 0;
}

static inline int task_nice(const struct task_struct *task)
{
	return 0;
}

#endif
