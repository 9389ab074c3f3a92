/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads: threads of the library that run in turn with a thread that
 * waits, like work items.
 *
 * same:    kthread_create(_on_node), kthread_run, kthread_stop,
 *          kthread_should_stop, kthread_park/unpark/should_park/parkme
 * reduced: a thread gives up its turn in cond_resched() and in waits only;
 *          binding to a CPU has no effect; no kthread_worker
 * stub:    -
 */
#ifndef _DMASIM_LINUX_KTHREAD_H
#define _DMASIM_LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data),
					   void *data, int node,
					   const char *namefmt, ...)
	__printf(4, 5);

#define kthread_create(threadfn, data, namefmt, arg...) \
	kthread_create_on_node(threadfn, data, -1, namefmt, ##arg)
#define kthread_create_on_cpu(threadfn, data, cpu, namefmt) \
	kthread_create_on_node(threadfn, data, -1, namefmt, cpu)

#define kthread_run(threadfn, data, namefmt, ...)                \
	({                                                       \
		struct task_struct *__lib_kt = kthread_create(   \
			threadfn, data, namefmt, ##__VA_ARGS__); \
                                                                 \
		if (!IS_ERR(__lib_kt))                           \
			wake_up_process(__lib_kt);               \
		__lib_kt;                                        \
	})

static inline void kthread_bind(struct task_struct *task, unsigned int cpu)
{
}

int kthread_stop(struct task_struct *task);
int kthread_stop_put(struct task_struct *task);
bool kthread_should_stop(void);
bool kthread_should_park(void);
int kthread_park(struct task_struct *task);
void kthread_unpark(struct task_struct *task);
void kthread_parkme(void);
void *kthread_data(struct task_struct *task);
void __noreturn kthread_exit(long result);

#define kthread_complete_and_exit(comp, code) \
	do {                                  \
		if (comp)                     \
			complete(comp);       \
		kthread_exit(code);           \
	} while (0)

static inline bool kthread_freezable_should_stop(bool *was_frozen)
{
	if (was_frozen)
		*was_frozen = false;
	return kthread_should_stop();
}

#endif
