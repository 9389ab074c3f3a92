/* SPDX-License-Identifier: MIT */
/*
 * Wait queues.
 *
 * same:    wait_event family (plain, timeout, interruptible, killable, idle,
 *          lock_irq, cmd, exclusive), prepare_to_wait*, finish_wait,
 *          add_wait_queue*, wake_up* family, DEFINE_WAIT*, init_wait_entry,
 *          woken_wake_function, wait_woken
 * reduced: interruptible waits are never interrupted
 * stub:    poll keys are passed on, nothing polls
 */
#ifndef _DMASIM_LINUX_WAIT_H
#define _DMASIM_LINUX_WAIT_H

#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>

typedef struct wait_queue_entry wait_queue_entry_t;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry,
				 unsigned int mode, int flags, void *key);

#define WQ_FLAG_EXCLUSIVE 0x01
#define WQ_FLAG_WOKEN 0x02
#define WQ_FLAG_CUSTOM 0x04
#define WQ_FLAG_DONE 0x08
#define WQ_FLAG_PRIORITY 0x10

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct list_head entry;
};

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};

typedef struct wait_queue_head wait_queue_head_t;

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key);
int woken_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			int flags, void *key);
long wait_woken(struct wait_queue_entry *entry, unsigned int mode,
		long timeout);

#define __WAITQUEUE_INITIALIZER(name, task)                      \
	{                                                        \
		.private = (task), .func = default_wake_function \
	}
#define DECLARE_WAITQUEUE(name, task) \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, task)

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)              \
	{                                                \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock), \
		.head = LIST_HEAD_INIT(name.head),       \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)

static inline void lib_init_waitqueue(struct wait_queue_head *wq_head)
{
	spin_lock_init(&wq_head->lock);
	INIT_LIST_HEAD(&wq_head->head);
}

#define init_waitqueue_head(wq_head) lib_init_waitqueue(wq_head)
#define __init_waitqueue_head(wq_head, name, key) lib_init_waitqueue(wq_head)

static inline void init_waitqueue_entry(struct wait_queue_entry *entry,
					struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry,
					     wait_queue_func_t func)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = func;
}

static inline int waitqueue_active(struct wait_queue_head *wq_head)
{
	return !list_empty(&wq_head->head);
}

static inline bool wq_has_sleeper(struct wait_queue_head *wq_head)
{
	__atomic_fetch_add(&wq_head->lock.rlock.owner, 0, __ATOMIC_SEQ_CST);
	return waitqueue_active(wq_head);
}

void add_wait_queue(struct wait_queue_head *wq_head,
		    struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq_head,
			      struct wait_queue_entry *entry);
void add_wait_queue_priority(struct wait_queue_head *wq_head,
			     struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *wq_head,
		       struct wait_queue_entry *entry);

static inline void __add_wait_queue(struct wait_queue_head *wq_head,
				    struct wait_queue_entry *entry)
{
	list_add(&entry->entry, &wq_head->head);
}

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *wq_head,
					       struct wait_queue_entry *entry)
{
	list_add_tail(&entry->entry, &wq_head->head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *wq_head,
					      struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue(wq_head, entry);
}

static inline void __remove_wait_queue(struct wait_queue_head *wq_head,
				       struct wait_queue_entry *entry)
{
	list_del(&entry->entry);
}

int __wake_up(struct wait_queue_head *wq_head, unsigned int mode,
	      int nr_exclusive, void *key);
void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode,
		      int nr);
void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode,
			  void *key);

#define wake_up(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr) __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked(x) __wake_up_locked(x, TASK_NORMAL, 1)
#define wake_up_all_locked(x) __wake_up_locked(x, TASK_NORMAL, 0)
#define wake_up_sync(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_interruptible(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr) \
	__wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_poll(x, m) \
	__wake_up(x, TASK_NORMAL, 1, (void *)(unsigned long)(m))

void init_wait_entry(struct wait_queue_entry *entry, int flags);
void prepare_to_wait(struct wait_queue_head *wq_head,
		     struct wait_queue_entry *entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head,
			       struct wait_queue_entry *entry, int state);
long prepare_to_wait_event(struct wait_queue_head *wq_head,
			   struct wait_queue_entry *entry, int state);
void finish_wait(struct wait_queue_head *wq_head,
		 struct wait_queue_entry *entry);

#define DEFINE_WAIT_FUNC(name, function)               \
	struct wait_queue_entry name = {               \
		.private = current,                    \
		.func = function,                      \
		.entry = LIST_HEAD_INIT((name).entry), \
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define init_wait(wait) init_wait_entry(wait, 0)

/*
 * The loop behind all wait_event macros: @before and @after surround the sleep,
 * @text names the condition in the report of a wait that nobody can end.
 */
/* clang-format off */
#define lib_wait_loop(wq_head, condition, text, state, flags, before, sleep,	\
		      after)							\
	do {									\
		struct wait_queue_entry __lib_entry;				\
										\
		init_wait_entry(&__lib_entry, flags);				\
		for (;;) {							\
			prepare_to_wait_event(&(wq_head), &__lib_entry, state);	\
			if (condition)						\
				break;						\
			current->waits_for = text;				\
			before;							\
			sleep;							\
			after;							\
		}								\
		finish_wait(&(wq_head), &__lib_entry);				\
	} while (0)
/* clang-format on */

#define lib_wait_plain(wq_head, condition, text, state, flags)                \
	do {                                                                  \
		might_sleep();                                                \
		if (!(condition))                                             \
			lib_wait_loop(wq_head, condition, text, state, flags, \
				      (void)0, schedule(), (void)0);          \
	} while (0)

/* The condition with a clock: true also once the time is used up. */
#define lib_wait_cond_or_late(condition, left)  \
	({                                      \
		bool __lib_met = !!(condition); \
                                                \
		if (__lib_met && !(left))       \
			(left) = 1;             \
		__lib_met || !(left);           \
	})

#define lib_wait_timed(wq_head, condition, text, timeout, state, before,      \
		       after)                                                 \
	({                                                                    \
		long __lib_left = (timeout);                                  \
                                                                              \
		might_sleep();                                                \
		if (!lib_wait_cond_or_late(condition, __lib_left))            \
			lib_wait_loop(                                        \
				wq_head,                                      \
				lib_wait_cond_or_late(condition, __lib_left), \
				text, state, 0, before,                       \
				__lib_left = schedule_timeout(__lib_left),    \
				after);                                       \
		__lib_left;                                                   \
	})

#define wait_event(wq_head, condition) \
	lib_wait_plain(wq_head, condition, #condition, TASK_UNINTERRUPTIBLE, 0)
#define io_wait_event(wq_head, condition) wait_event(wq_head, condition)
#define wait_event_freezable(wq_head, condition) \
	wait_event_interruptible(wq_head, condition)
#define wait_event_idle(wq_head, condition) \
	lib_wait_plain(wq_head, condition, #condition, TASK_IDLE, 0)
#define wait_event_idle_exclusive(wq_head, condition)             \
	lib_wait_plain(wq_head, condition, #condition, TASK_IDLE, \
		       WQ_FLAG_EXCLUSIVE)
#define wait_event_exclusive_cmd(wq_head, condition, cmd1, cmd2)               \
	do {                                                                   \
		if (!(condition))                                              \
			lib_wait_loop(wq_head, condition, #condition,          \
				      TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, \
				      cmd1, schedule(), cmd2);                 \
	} while (0)
#define wait_event_cmd(wq_head, condition, cmd1, cmd2)                \
	do {                                                          \
		if (!(condition))                                     \
			lib_wait_loop(wq_head, condition, #condition, \
				      TASK_UNINTERRUPTIBLE, 0, cmd1,  \
				      schedule(), cmd2);              \
	} while (0)
#define wait_event_interruptible(wq_head, condition)           \
	({                                                     \
		lib_wait_plain(wq_head, condition, #condition, \
			       TASK_INTERRUPTIBLE, 0);         \
		0;                                             \
	})
#define wait_event_interruptible_exclusive(wq_head, condition)         \
	({                                                             \
		lib_wait_plain(wq_head, condition, #condition,         \
			       TASK_INTERRUPTIBLE, WQ_FLAG_EXCLUSIVE); \
		0;                                                     \
	})
#define wait_event_killable(wq_head, condition)                               \
	({                                                                    \
		lib_wait_plain(wq_head, condition, #condition, TASK_KILLABLE, \
			       0);                                            \
		0;                                                            \
	})
#define wait_event_killable_exclusive(wq_head, condition)                     \
	({                                                                    \
		lib_wait_plain(wq_head, condition, #condition, TASK_KILLABLE, \
			       WQ_FLAG_EXCLUSIVE);                            \
		0;                                                            \
	})
#define wait_event_state(wq_head, condition, state)                       \
	({                                                                \
		lib_wait_plain(wq_head, condition, #condition, state, 0); \
		0;                                                        \
	})

#define wait_event_timeout(wq_head, condition, timeout)         \
	lib_wait_timed(wq_head, condition, #condition, timeout, \
		       TASK_UNINTERRUPTIBLE, (void)0, (void)0)
#define wait_event_idle_timeout(wq_head, condition, timeout)               \
	lib_wait_timed(wq_head, condition, #condition, timeout, TASK_IDLE, \
		       (void)0, (void)0)
#define wait_event_interruptible_timeout(wq_head, condition, timeout) \
	lib_wait_timed(wq_head, condition, #condition, timeout,       \
		       TASK_INTERRUPTIBLE, (void)0, (void)0)
#define wait_event_freezable_timeout(wq_head, condition, timeout) \
	wait_event_interruptible_timeout(wq_head, condition, timeout)
#define wait_event_killable_timeout(wq_head, condition, timeout)               \
	lib_wait_timed(wq_head, condition, #condition, timeout, TASK_KILLABLE, \
		       (void)0, (void)0)

/* Returns 0, or -ETIME once @timeout (ktime_t) has passed. */
#define wait_event_hrtimeout(wq_head, condition, timeout)                 \
	(wait_event_timeout(wq_head, condition,                           \
			    nsecs_to_jiffies(ktime_to_ns(timeout)) + 1) ? \
		 0 :                                                      \
		 -ETIME)
#define wait_event_interruptible_hrtimeout(wq_head, condition, timeout) \
	wait_event_hrtimeout(wq_head, condition, timeout)

/* The lock is held on entry, while the condition is checked, and on return. */
#define wait_event_lock_irq_cmd(wq_head, condition, lock, cmd)             \
	do {                                                               \
		if (!(condition))                                          \
			lib_wait_loop(wq_head, condition, #condition,      \
				      TASK_UNINTERRUPTIBLE, 0, ({          \
					      spin_unlock_irq(&(lock));    \
					      cmd;                         \
				      }),                                  \
				      schedule(), spin_lock_irq(&(lock))); \
	} while (0)
#define wait_event_lock_irq(wq_head, condition, lock) \
	wait_event_lock_irq_cmd(wq_head, condition, lock, (void)0)
#define wait_event_interruptible_lock_irq(wq_head, condition, lock) \
	({                                                          \
		wait_event_lock_irq(wq_head, condition, lock);      \
		0;                                                  \
	})
#define wait_event_lock_irq_timeout(wq_head, condition, lock, timeout) \
	lib_wait_timed(wq_head, condition, #condition, timeout,        \
		       TASK_UNINTERRUPTIBLE, spin_unlock_irq(&(lock)), \
		       spin_lock_irq(&(lock)))

#endif
