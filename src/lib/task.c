/* SPDX-License-Identifier: MIT */
/*
 * Tasks: who runs, and being woken.
 *
 * A host thread becomes a task when it first asks for current. Tasks come from
 * a static pool first, because they outlive a machine: the thread that runs
 * the tests is one task for ever.
 *
 * I1  Every task is in lib_sched.tasks from its creation to its end, so that
 *     RCU sees all possible readers.
 *
 * Locks: lib_sched.lock.
 * Tests: tests/unit/lib/test_wait.c
 */
#include "lib/sched.h"

#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/string.h>

#define NR_STATIC_TASKS 64

static struct {
	struct task_struct task;
	bool taken;
} pool[NR_STATIC_TASKS];

static int last_pid;

static struct task_struct *task_memory(void)
{
	unsigned int i;

	for (i = 0; i < NR_STATIC_TASKS; i++)
		if (!__atomic_exchange_n(&pool[i].taken, true,
					 __ATOMIC_ACQUIRE))
			return &pool[i].task;
	return lib_alloc(sizeof(struct task_struct));
}

/**
 * lib_task_new() - create a task
 * @name: cut to TASK_COMM_LEN
 *
 * Context: any. Return: the task, or NULL when out of memory.
 */
struct task_struct *lib_task_new(const char *name)
{
	struct task_struct *task = task_memory();

	if (!task)
		return NULL;
	memset(task, 0, sizeof(*task));
	task->pid = __atomic_add_fetch(&last_pid, 1, __ATOMIC_RELAXED);
	task->tgid = task->pid;
	task->group_leader = task;
	task->usage = 1;
	lib_set_task_comm(task, name);

	raw_spin_lock(&lib_sched.lock);
	list_add_tail(&task->lib_node, &lib_sched.tasks);
	raw_spin_unlock(&lib_sched.lock);
	return task;
}

/**
 * lib_task_free() - forget a task that no longer runs
 * @task: not current of any thread
 *
 * Context: any.
 */
void lib_task_free(struct task_struct *task)
{
	unsigned long off = (char *)task - (char *)pool;

	raw_spin_lock(&lib_sched.lock);
	list_del(&task->lib_node);
	raw_spin_unlock(&lib_sched.lock);

	lib_free(task->irqs);
	task->irqs = NULL;
	if (off < sizeof(pool))
		__atomic_store_n(&pool[off / sizeof(pool[0])].taken, false,
				 __ATOMIC_RELEASE);
	else
		lib_free(task);
}

/*
 * A host thread ends; @arg is NULL if it never asked for current. Coroutines
 * free their tasks themselves. The lock list goes last: freeing takes locks.
 */
static void task_gone(void *arg)
{
	struct task_struct *task = arg;

	if (task && task->coro)
		return;
	if (task)
		put_task_struct(task);
	lib_sched_kick();
	lib_locks_forget();
}

/**
 * lib_task_attach() - make the calling host thread a task
 *
 * Context: any. Return: its task; never NULL, panics when out of memory.
 */
struct task_struct *lib_task_attach(void)
{
	struct task_struct *task;

	lib_threads_running(); /* gives the thread its number */
	lib_on_thread_exit(task_gone);
	task = lib_task_new("thread");
	if (!task)
		panic("no memory for a task");
	dmasim_self.task = task;
	return task;
}
EXPORT_SYMBOL(lib_task_attach);

/** lib_set_task_comm() - name a task. */
void lib_set_task_comm(struct task_struct *task, const char *name)
{
	strscpy(task->comm, name, sizeof(task->comm));
}
EXPORT_SYMBOL(lib_set_task_comm);

/** get_task_struct() - hold a reference. Return: @task. */
struct task_struct *get_task_struct(struct task_struct *task)
{
	__atomic_fetch_add(&task->usage, 1, __ATOMIC_RELAXED);
	return task;
}
EXPORT_SYMBOL(get_task_struct);

/** put_task_struct() - drop a reference; the last one frees. */
void put_task_struct(struct task_struct *task)
{
	if (__atomic_fetch_sub(&task->usage, 1, __ATOMIC_ACQ_REL) == 1)
		lib_task_free(task);
}
EXPORT_SYMBOL(put_task_struct);

/**
 * wake_up_state() - make @task runnable if it sleeps in one of the states
 * @task: any task
 * @state: mask of TASK_*
 *
 * A full barrier orders the caller's stores before the look at the state.
 * Context: any. Return: 1 if it was woken, 0 if it was not asleep like that.
 */
int wake_up_state(struct task_struct *task, unsigned int state)
{
	unsigned int seen =
		__atomic_fetch_or(&task->__state, 0, __ATOMIC_SEQ_CST);

	do {
		if (!(seen & state))
			return 0;
	} while (!__atomic_compare_exchange_n(
		&task->__state, &seen, TASK_RUNNING, true, __ATOMIC_SEQ_CST,
		__ATOMIC_SEQ_CST));
	lib_sched_kick();
	return 1;
}
EXPORT_SYMBOL(wake_up_state);

/** wake_up_process() - wake_up_state() for any kind of sleep. */
int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL | TASK_PARKED);
}
EXPORT_SYMBOL(wake_up_process);
