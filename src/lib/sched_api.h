/* SPDX-License-Identifier: MIT */
/*
 * What other folders may ask of the scheduler and the interrupt controller;
 * included by lib/lib.h.
 */
#ifndef LIB_SCHED_API_H
#define LIB_SCHED_API_H

#include <linux/types.h>

struct task_struct;
struct cpumask;

/**
 * lib_sched_boot() - start time, deferred work and interrupts
 * @nr_cpus: simulated CPUs
 * @real_time: timers follow the host's clock instead of virtual time
 *
 * The calling thread becomes a task. Return: 0 or -ENOMEM.
 */
int lib_sched_boot(unsigned int nr_cpus, bool real_time);

/** lib_sched_check() - one leak event per thing left over; their number. */
unsigned int lib_sched_check(void);
void lib_sched_shutdown(void);

/**
 * lib_run() - run soft interrupts, timers, work items and RCU callbacks that
 * are due, until nothing is due; the clock does not move.
 */
void lib_run(void);

/** lib_run_for() - the same while @ns of simulated time pass. */
void lib_run_for(u64 ns);

/** lib_cpu_relax() - what cpu_relax() does. */
void lib_cpu_relax(void);

/** lib_now() - simulated nanoseconds since boot. */
u64 lib_now(void);

/**
 * lib_set_sleep_hook() - what to do before a task with a plug sleeps
 * @fn: called with current when current->plug is not NULL, before the first
 *	blocking step of a wait; NULL: nothing
 */
void lib_set_sleep_hook(void (*fn)(struct task_struct *task));

/**
 * lib_irq_alloc() - @nr interrupt numbers in a row
 *
 * The first is aligned to the next power of two of @nr, as multi-message MSI
 * needs it. Return: the first number, or -ENOSPC.
 */
int lib_irq_alloc(unsigned int nr);

/** lib_irq_free() - give them back; WARNs if a handler is still requested. */
void lib_irq_free(unsigned int irq, unsigned int nr);

/**
 * lib_irq_compose() - the message that raises @irq
 * @addr: set to an address in the interrupt window
 * @data: set; its low 16 bits are the interrupt's number
 */
void lib_irq_compose(unsigned int irq, u64 *addr, u32 *data);

/** lib_irq_raise() - as if a message for @irq had arrived on this thread. */
void lib_irq_raise(unsigned int irq);

/** lib_irq_count() - times the handlers of @irq ran. */
u64 lib_irq_count(unsigned int irq);

#endif
