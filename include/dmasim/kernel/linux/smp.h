/* SPDX-License-Identifier: MIT */
/*
 * The simulated CPU a thread runs on.
 *
 * Same:    smp_processor_id() and kin; on_each_cpu() runs the function for each
 *          CPU.
 * Reduced: cross calls run on the calling thread; a thread that never bound
 *          itself runs as CPU 0.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_SMP_H
#define _DMASIM_LINUX_SMP_H

#include <asm/dmasim_self.h>
#include <linux/cpumask.h>
#include <linux/types.h>
#include <linux/list.h>
#include <linux/errno.h>

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

static __always_inline unsigned int raw_smp_processor_id(void)
{
	return dmasim_self.cpu;
}

#define smp_processor_id() raw_smp_processor_id()
#define __smp_processor_id() raw_smp_processor_id()

/* preemption takes no CPU away: a thread's CPU is its own choice */
static __always_inline unsigned int get_cpu(void)
{
	dmasim_self.preempt++;
	return raw_smp_processor_id();
}

static __always_inline void put_cpu(void)
{
	dmasim_self.preempt--;
}

int smp_call_function_single(int cpu, smp_call_func_t func, void *info,
			     int wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func,
		      void *info, bool wait);
void on_each_cpu(smp_call_func_t func, void *info, int wait);

/* a request to run a function elsewhere; list links it to the CPU's queue */
struct __call_single_data {
	struct list_head list;
	smp_call_func_t func;
	void *info;
};
typedef struct __call_single_data call_single_data_t;

#define INIT_CSD(csd, fn, arg)                \
	do {                                  \
		INIT_LIST_HEAD(&(csd)->list); \
		(csd)->func = (fn);           \
		(csd)->info = (arg);          \
	} while (0)

#endif
