/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads: coroutines of the scheduler with a task that can be stopped.
 *
 * I1  struct lib_kthread lives until kthread_stop() has its result, or until
 *     the machine goes if nobody stops it.
 * I2  The function does not begin before the first wake-up; a thread stopped
 *     before that never calls it.
 *
 * Locks: flags are atomic; the list is protected by lib_sched.lock.
 * Tests: tests/unit/lib/test_workqueue.c
 */
#include "lib/sched.h"

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/panic.h>

#include "lib/lib.h"

enum { SHOULD_STOP = 1, SHOULD_PARK = 2, IS_PARKED = 4, HAS_ENDED = 8 };

/**
 * struct lib_kthread - a kernel thread
 * @task: its task; the thread is found by it
 * @state: the bits above
 * @exit_frame: where kthread_exit() goes
 */
struct lib_kthread {
	struct list_head node;
	struct task_struct *task;
	struct task_struct *lent;
	int (*fn)(void *data);
	void *data;
	u32 state;
	long result;
	void *exit_frame[5];
};

static LIST_HEAD(kthreads);

static u32 state_of(const struct lib_kthread *kt)
{
	return __atomic_load_n(&kt->state, __ATOMIC_ACQUIRE);
}

static void state_add(struct lib_kthread *kt, u32 bits)
{
	__atomic_fetch_or(&kt->state, bits, __ATOMIC_SEQ_CST);
	lib_sched_kick();
}

static void state_sub(struct lib_kthread *kt, u32 bits)
{
	__atomic_fetch_and(&kt->state, ~bits, __ATOMIC_SEQ_CST);
	lib_sched_kick();
}

/* The lock is held. */
static struct lib_kthread *find_locked(const struct task_struct *task)
{
	struct lib_kthread *kt;

	list_for_each_entry(kt, &kthreads, node)
		if (kt->task == task)
			return kt;
	return NULL;
}

static struct lib_kthread *kthread_of(const struct task_struct *task)
{
	struct lib_kthread *kt;

	raw_spin_lock(&lib_sched.lock);
	kt = find_locked(task);
	raw_spin_unlock(&lib_sched.lock);
	if (!kt)
		panic("task %s is not a kernel thread", task->comm);
	return kt;
}

/* A coroutine takes the thread's task for its own while it serves it. */
static void kthread_job(struct lib_coro *coro)
{
	struct lib_kthread *kt = kthread_of(coro->task);
	long result = -EINTR;

	if (!__builtin_setjmp(kt->exit_frame)) {
		if (!(state_of(kt) & SHOULD_STOP))
			result = kt->fn(kt->data);
		kt->result = result;
	}
	coro->task = kt->lent;
	dmasim_self.task = coro->task;
	kt->task->coro = NULL;
	state_add(kt, HAS_ENDED);
}

static bool kthread_woken(void *arg)
{
	return task_is_running((struct task_struct *)arg);
}

/**
 * kthread_create_on_node() - make a thread that waits for its first wake-up
 * @threadfn: its function
 * @data: passed to @threadfn
 * @node: not looked at
 * @namefmt: name
 *
 * Context: process, may sleep. Return: its task, or ERR_PTR(-ENOMEM).
 */
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data),
					   void *data, int node,
					   const char *namefmt, ...)
{
	struct lib_kthread *kt;
	struct lib_coro *coro;
	char name[TASK_COMM_LEN];
	va_list args;

	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);

	if (should_fail_site(DMASIM_SITE_SLAB))
		return ERR_PTR(-ENOMEM);
	kt = lib_alloc(sizeof(*kt));
	if (!kt)
		return ERR_PTR(-ENOMEM);
	kt->task = lib_task_new(name);
	coro = kt->task ? lib_coro_get() : NULL;
	if (!coro)
		goto err_free;

	kt->fn = threadfn;
	kt->data = data;
	kt->task->flags = PF_KTHREAD;
	kt->task->coro = coro;
	kt->task->__state = TASK_UNINTERRUPTIBLE;
	kt->lent = coro->task;
	coro->task = kt->task;
	coro->job = kthread_job;
	raw_spin_lock(&lib_sched.lock);
	list_add_tail(&kt->node, &kthreads);
	raw_spin_unlock(&lib_sched.lock);
	lib_coro_park_new(coro, kthread_woken, kt->task, "its first wake-up");
	return kt->task;

err_free:
	if (kt->task)
		lib_task_free(kt->task);
	lib_free(kt);
	return ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL(kthread_create_on_node);

/** kthread_should_stop() - has somebody called kthread_stop() on current? */
bool kthread_should_stop(void)
{
	return state_of(kthread_of(current)) & SHOULD_STOP;
}
EXPORT_SYMBOL(kthread_should_stop);

/** kthread_should_park() - has somebody called kthread_park() on current? */
bool kthread_should_park(void)
{
	return state_of(kthread_of(current)) & SHOULD_PARK;
}
EXPORT_SYMBOL(kthread_should_park);

/** kthread_data() - what was given to kthread_create(). */
void *kthread_data(struct task_struct *task)
{
	return kthread_of(task)->data;
}
EXPORT_SYMBOL(kthread_data);

/** kthread_exit() - end the calling kernel thread with @result. */
void kthread_exit(long result)
{
	struct lib_kthread *kt = kthread_of(current);

	kt->result = result;
	__builtin_longjmp(kt->exit_frame, 1);
}
EXPORT_SYMBOL(kthread_exit);

static bool has_ended(void *arg)
{
	return state_of(arg) & HAS_ENDED;
}

static bool parked_or_ended(void *arg)
{
	return state_of(arg) & (IS_PARKED | HAS_ENDED);
}

static bool unpark_asked(void *arg)
{
	return !(state_of(arg) & SHOULD_PARK);
}

/**
 * kthread_stop() - ask a thread to end, and wait for it
 * @task: of kthread_create(), stopped once
 *
 * Context: process, may sleep.
 * Return: what its function returned, -EINTR if that never began.
 */
int kthread_stop(struct task_struct *task)
{
	struct lib_kthread *kt = kthread_of(task);
	int result;

	state_add(kt, SHOULD_STOP);
	state_sub(kt, SHOULD_PARK);
	wake_up_process(task);
	lib_sched_wait(has_ended, kt, LIB_NEVER, "a kernel thread to end");
	result = (int)kt->result;

	raw_spin_lock(&lib_sched.lock);
	list_del(&kt->node);
	raw_spin_unlock(&lib_sched.lock);
	put_task_struct(task);
	lib_free(kt);
	return result;
}
EXPORT_SYMBOL(kthread_stop);

/** kthread_stop_put() - kthread_stop(), and drop a reference to the task. */
int kthread_stop_put(struct task_struct *task)
{
	int ret = kthread_stop(task);

	put_task_struct(task);
	return ret;
}
EXPORT_SYMBOL(kthread_stop_put);

/** kthread_parkme() - the thread's answer to kthread_should_park(). */
void kthread_parkme(void)
{
	struct lib_kthread *kt = kthread_of(current);

	while (state_of(kt) & SHOULD_PARK) {
		state_add(kt, IS_PARKED);
		lib_sched_wait(unpark_asked, kt, LIB_NEVER, "kthread_unpark");
	}
	state_sub(kt, IS_PARKED);
}
EXPORT_SYMBOL(kthread_parkme);

/**
 * kthread_park() - ask a thread to park, and wait until it has
 *
 * Context: process, may sleep. Return: 0, or -ENOSYS if it has ended.
 */
int kthread_park(struct task_struct *task)
{
	struct lib_kthread *kt = kthread_of(task);

	if (state_of(kt) & HAS_ENDED)
		return -ENOSYS;
	state_add(kt, SHOULD_PARK);
	wake_up_process(task);
	lib_sched_wait(parked_or_ended, kt, LIB_NEVER,
		       "a kernel thread to park");
	return 0;
}
EXPORT_SYMBOL(kthread_park);

/** kthread_unpark() - let a parked thread go on. Context: any. */
void kthread_unpark(struct task_struct *task)
{
	state_sub(kthread_of(task), SHOULD_PARK);
}
EXPORT_SYMBOL(kthread_unpark);

/** lib_kthread_check() - report threads that run still. Return: number. */
unsigned int lib_kthread_check(void)
{
	struct lib_kthread *kt;
	unsigned int leaks = 0;

	list_for_each_entry(kt, &kthreads, node) {
		if (state_of(kt) & HAS_ENDED)
			continue;
		leaks++;
		lib_event(LIB_EVENT_LEAK, "kthread-leak", NULL, 0, 0,
			  "kernel thread %s was not stopped", kt->task->comm);
	}
	return leaks;
}

/** lib_kthread_reset() - forget threads that ended without kthread_stop(). */
void lib_kthread_reset(void)
{
	struct lib_kthread *kt, *next;

	list_for_each_entry_safe(kt, next, &kthreads, node) {
		list_del(&kt->node);
		if (!(state_of(kt) & HAS_ENDED))
			continue;
		put_task_struct(kt->task);
		lib_free(kt);
	}
}
