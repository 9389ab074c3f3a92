/* SPDX-License-Identifier: MIT */
/*
 * Wait queues and completions.
 *
 * A queue is a list of entries under a spinlock. Waking walks it and calls each
 * entry's function until enough exclusive waiters were woken; the functions
 * here wake a task and may take the entry off the queue.
 *
 * I1  finish_wait() leaves the entry on no queue, whether a waker or the waiter
 *     took it off; the waker's list_del_init() under the lock is what the
 *     waiter's careful check sees.
 *
 * Locks: wait_queue_head.lock (irqsave), then lib_sched.lock.
 * Tests: tests/unit/lib/test_wait.c
 */
#include "lib/sched.h"

#include <linux/completion.h>
#include <linux/export.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

struct wait_queue_head lib_bit_wait_queue =
	__WAIT_QUEUE_HEAD_INITIALIZER(lib_bit_wait_queue);
EXPORT_SYMBOL(lib_bit_wait_queue);

/* ---- what wakers call --------------------------------------------------- */

/** default_wake_function() - wake the entry's task. Return: 1 if it slept. */
int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key)
{
	return wake_up_state(entry->private, mode);
}
EXPORT_SYMBOL(default_wake_function);

/** autoremove_wake_function() - the same, and off the queue if it slept. */
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key)
{
	int woken = wake_up_state(entry->private, mode);

	/* The last touch: the waiter may return once it sees itself off. */
	if (woken)
		list_del_init_careful(&entry->entry);
	return woken;
}
EXPORT_SYMBOL(autoremove_wake_function);

/** woken_wake_function() - for wait_woken(): leave a note, then wake. */
int woken_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			int flags, void *key)
{
	__atomic_fetch_or(&entry->flags, WQ_FLAG_WOKEN, __ATOMIC_SEQ_CST);
	return default_wake_function(entry, mode, flags, key);
}
EXPORT_SYMBOL(woken_wake_function);

/**
 * wait_woken() - sleep unless woken since the last call
 * @entry: on a queue, with woken_wake_function()
 * @mode: TASK_* to sleep in
 * @timeout: jiffies
 *
 * Context: process, may sleep. Return: jiffies left.
 */
long wait_woken(struct wait_queue_entry *entry, unsigned int mode, long timeout)
{
	unsigned int seen;

	set_current_state(mode);
	seen = __atomic_load_n(&entry->flags, __ATOMIC_SEQ_CST);
	if (!(seen & WQ_FLAG_WOKEN))
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	__atomic_fetch_and(&entry->flags, ~(unsigned int)WQ_FLAG_WOKEN,
			   __ATOMIC_SEQ_CST);
	return timeout;
}
EXPORT_SYMBOL(wait_woken);

/* Wake entries in order; @exclusive of the exclusive ones, 0 for all. */
static int wake_locked(struct wait_queue_head *wq_head, unsigned int mode,
		       int exclusive, void *key)
{
	struct wait_queue_entry *entry, *next;
	int woken = 0;

	list_for_each_entry_safe(entry, next, &wq_head->head, entry) {
		bool one_of_many = entry->flags & WQ_FLAG_EXCLUSIVE;
		int ret = entry->func(entry, mode, 0, key);

		if (ret < 0)
			break;
		if (!ret)
			continue;
		woken++;
		if (one_of_many && --exclusive == 0)
			break;
	}
	return woken;
}

/**
 * __wake_up() - wake waiters
 * @wq_head: the queue
 * @mode: mask of states to wake
 * @nr_exclusive: exclusive waiters to wake at most, 0: no limit
 * @key: passed to the wake functions
 *
 * Context: any. Return: number woken.
 */
int __wake_up(struct wait_queue_head *wq_head, unsigned int mode,
	      int nr_exclusive, void *key)
{
	unsigned long flags;
	int woken;

	spin_lock_irqsave(&wq_head->lock, flags);
	woken = wake_locked(wq_head, mode, nr_exclusive, key);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return woken;
}
EXPORT_SYMBOL(__wake_up);

/** __wake_up_locked() - the caller holds the queue's lock. */
void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode,
		      int nr)
{
	wake_locked(wq_head, mode, nr, NULL);
}
EXPORT_SYMBOL(__wake_up_locked);

/** __wake_up_locked_key() - the same for one exclusive waiter, with a key. */
void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode,
			  void *key)
{
	wake_locked(wq_head, mode, 1, key);
}
EXPORT_SYMBOL(__wake_up_locked_key);

/* ---- what waiters call -------------------------------------------------- */

enum place { AT_FRONT, AT_BACK };

static void enqueue(struct wait_queue_head *wq_head,
		    struct wait_queue_entry *entry, enum place place,
		    unsigned int exclusive)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	entry->flags = (entry->flags & ~(unsigned int)WQ_FLAG_EXCLUSIVE) |
		       exclusive;
	if (place == AT_FRONT)
		__add_wait_queue(wq_head, entry);
	else
		__add_wait_queue_entry_tail(wq_head, entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/** add_wait_queue() - put an entry in front. Context: any. */
void add_wait_queue(struct wait_queue_head *wq_head,
		    struct wait_queue_entry *entry)
{
	enqueue(wq_head, entry, AT_FRONT, 0);
}
EXPORT_SYMBOL(add_wait_queue);

/** add_wait_queue_exclusive() - put an exclusive entry at the back. */
void add_wait_queue_exclusive(struct wait_queue_head *wq_head,
			      struct wait_queue_entry *entry)
{
	enqueue(wq_head, entry, AT_BACK, WQ_FLAG_EXCLUSIVE);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

/** add_wait_queue_priority() - exclusive, and before everybody else. */
void add_wait_queue_priority(struct wait_queue_head *wq_head,
			     struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_PRIORITY;
	enqueue(wq_head, entry, AT_FRONT, WQ_FLAG_EXCLUSIVE);
}
EXPORT_SYMBOL(add_wait_queue_priority);

/** remove_wait_queue() - take an entry off. Context: any. */
void remove_wait_queue(struct wait_queue_head *wq_head,
		       struct wait_queue_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	__remove_wait_queue(wq_head, entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}
EXPORT_SYMBOL(remove_wait_queue);

/** init_wait_entry() - an entry for current that leaves when it is woken. */
void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	INIT_LIST_HEAD(&entry->entry);
	entry->func = autoremove_wake_function;
	entry->private = current;
	entry->flags = flags;
}
EXPORT_SYMBOL(init_wait_entry);

/* Queue @entry if it is on none, and go into @state. Return: queue was empty. */
static bool prepare(struct wait_queue_head *wq_head,
		    struct wait_queue_entry *entry, int state)
{
	unsigned long flags;
	bool first = false;

	spin_lock_irqsave(&wq_head->lock, flags);
	if (list_empty(&entry->entry)) {
		first = list_empty(&wq_head->head);
		if (entry->flags & WQ_FLAG_EXCLUSIVE)
			__add_wait_queue_entry_tail(wq_head, entry);
		else
			__add_wait_queue(wq_head, entry);
	}
	set_current_state(state);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return first;
}

/** prepare_to_wait() - queue and set the state; schedule() comes next. */
void prepare_to_wait(struct wait_queue_head *wq_head,
		     struct wait_queue_entry *entry, int state)
{
	entry->flags &= ~(unsigned int)WQ_FLAG_EXCLUSIVE;
	prepare(wq_head, entry, state);
}
EXPORT_SYMBOL(prepare_to_wait);

/** prepare_to_wait_exclusive() - Return: true if the queue was empty. */
bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head,
			       struct wait_queue_entry *entry, int state)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	return prepare(wq_head, entry, state);
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

/** prepare_to_wait_event() - for wait_event(). Return: 0, no signals here. */
long prepare_to_wait_event(struct wait_queue_head *wq_head,
			   struct wait_queue_entry *entry, int state)
{
	prepare(wq_head, entry, state);
	return 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

/** finish_wait() - back to running and off the queue (I1). */
void finish_wait(struct wait_queue_head *wq_head,
		 struct wait_queue_entry *entry)
{
	__set_current_state(TASK_RUNNING);
	if (!list_empty_careful(&entry->entry)) {
		unsigned long flags;

		spin_lock_irqsave(&wq_head->lock, flags);
		list_del_init(&entry->entry);
		spin_unlock_irqrestore(&wq_head->lock, flags);
	}
}
EXPORT_SYMBOL(finish_wait);

/* ---- completions -------------------------------------------------------- */

static bool consume(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != COMPLETION_LIB_ALL)
		x->done--;
	return true;
}

/*
 * The queue's lock protects the count, so that complete() has let go of @x
 * when the waiter, who may free it, is through.
 */
static unsigned long wait_done(struct completion *x, long timeout)
{
	struct wait_queue_head *queue = &x->wait.queue;
	DEFINE_WAIT(entry);
	bool done;

	might_sleep();
	spin_lock_irq(&queue->lock);
	while (!(done = consume(x)) && timeout) {
		if (list_empty(&entry.entry)) {
			entry.flags |= WQ_FLAG_EXCLUSIVE;
			__add_wait_queue_entry_tail(queue, &entry);
		}
		set_current_state(TASK_UNINTERRUPTIBLE);
		current->waits_for = "a completion";
		spin_unlock_irq(&queue->lock);
		timeout = schedule_timeout(timeout);
		spin_lock_irq(&queue->lock);
	}
	list_del_init(&entry.entry);
	spin_unlock_irq(&queue->lock);
	__set_current_state(TASK_RUNNING);
	if (!done)
		return 0;
	return timeout ? timeout : 1;
}

/** wait_for_completion() - Context: process, may sleep. */
void wait_for_completion(struct completion *x)
{
	wait_done(x, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(wait_for_completion);

/**
 * wait_for_completion_timeout() - wait for a limited time
 * @x: the completion
 * @timeout: jiffies
 *
 * Context: process, may sleep. Return: 0 if it did not happen, else the
 * jiffies left, at least 1.
 */
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout)
{
	return wait_done(x, (long)timeout);
}
EXPORT_SYMBOL(wait_for_completion_timeout);

/** try_wait_for_completion() - Return: true if it had happened. Any context. */
bool try_wait_for_completion(struct completion *x)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.queue.lock, flags);
	done = consume(x);
	spin_unlock_irqrestore(&x->wait.queue.lock, flags);
	return done;
}
EXPORT_SYMBOL(try_wait_for_completion);

/** completion_done() - has it happened, with nobody having consumed it? */
bool completion_done(struct completion *x)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.queue.lock, flags);
	done = x->done != 0;
	spin_unlock_irqrestore(&x->wait.queue.lock, flags);
	return done;
}
EXPORT_SYMBOL(completion_done);

static void announce(struct completion *x, bool all)
{
	struct wait_queue_head *queue = &x->wait.queue;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (all)
		x->done = COMPLETION_LIB_ALL;
	else if (x->done != COMPLETION_LIB_ALL)
		x->done++;
	wake_locked(queue, TASK_NORMAL, all ? 0 : 1, NULL);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/** complete() - it has happened once: one waiter goes on. Context: any. */
void complete(struct completion *x)
{
	announce(x, false);
}
EXPORT_SYMBOL(complete);

/** complete_all() - it has happened for good: all waiters go on. */
void complete_all(struct completion *x)
{
	announce(x, true);
}
EXPORT_SYMBOL(complete_all);
