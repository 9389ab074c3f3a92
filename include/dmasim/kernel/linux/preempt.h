/* SPDX-License-Identifier: MIT */
/*
 * Context of the running thread: preemption, soft and hard interrupts.
 *
 * The counters live in the thread (asm/dmasim_self.h), so every operation is
 * one TLS access. Nothing ever preempts a thread of this library; the count
 * exists so that "may I sleep here?" has the kernel's answer.
 *
 * same:    preempt_disable/enable, in_interrupt, in_hardirq, in_softirq,
 *          in_serving_softirq, in_task, in_atomic, preemptible, guards
 * reduced: preempt_count() is the preemption part only; NMI never happens
 * stub:    preempt_enable_no_resched() and friends equal preempt_enable()
 */
#ifndef _DMASIM_LINUX_PREEMPT_H
#define _DMASIM_LINUX_PREEMPT_H

#include <asm/dmasim_self.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/cleanup.h>

static __always_inline int preempt_count(void)
{
	return (int)dmasim_self.preempt;
}

static __always_inline void preempt_disable(void)
{
	dmasim_self.preempt++;
	barrier();
}

static __always_inline void preempt_enable(void)
{
	barrier();
	dmasim_self.preempt--;
}

#define preempt_enable_no_resched() preempt_enable()
#define preempt_disable_notrace() preempt_disable()
#define preempt_enable_notrace() preempt_enable()
#define preempt_check_resched() \
	do {                    \
	} while (0)

static __always_inline bool lib_in_hardirq(void)
{
	return dmasim_self.in_irq != 0;
}

static __always_inline bool lib_in_interrupt(void)
{
	return (dmasim_self.in_irq | dmasim_self.in_softirq) != 0;
}

#define hardirq_count() (dmasim_self.in_irq)
#define softirq_count() (dmasim_self.in_softirq)
#define irq_count() (hardirq_count() | softirq_count())

#define in_nmi() (0)
#define in_hardirq() lib_in_hardirq()
#define in_irq() lib_in_hardirq()
#define in_softirq() (softirq_count() != 0)
#define in_serving_softirq() ((softirq_count() & DMASIM_SOFTIRQ_SERVING) != 0)
#define in_interrupt() lib_in_interrupt()
#define in_task() (!in_hardirq() && !in_serving_softirq())
#define in_atomic() (preempt_count() != 0 || lib_in_interrupt())
#define in_atomic_preempt_off() in_atomic()
#define preemptible() (!in_atomic() && !(dmasim_self.irq_off & DMASIM_IRQ_OFF))

#define migrate_disable() preempt_disable()
#define migrate_enable() preempt_enable()

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(preempt_notrace, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(migrate, migrate_disable(), migrate_enable())

#endif
