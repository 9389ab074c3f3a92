/* SPDX-License-Identifier: MIT */
/*
 * What every thread carries, as inline kernel-dialect code sees it.
 *
 * A mirror of struct host_self (src/host/host.h), reached through the same
 * symbol under another C name, so that a file may include both. The layout is
 * checked in src/lib/thread_host.c.
 *
 * same:    -
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_ASM_DMASIM_SELF_H
#define _DMASIM_ASM_DMASIM_SELF_H

#include <stdint.h>

#define DMASIM_STRIPE 64

/**
 * struct dmasim_self - see struct host_self
 * @cpu: simulated CPU of this thread
 * @stripe: DMASIM_STRIPE * (@cpu + 1) while no other thread runs as @cpu, else 0
 * @tid: small unique number
 * @preempt: nesting of preempt_disable(), spinlocks included
 * @irq_off: 0 with interrupts on; DMASIM_IRQ_OFF, and DMASIM_IRQ_PENDING when
 *	one was queued meanwhile
 * @in_irq: nesting of hard interrupt handlers
 * @in_softirq: DMASIM_SOFTIRQ_SERVING while handlers run, plus
 *	DMASIM_SOFTIRQ_OFFSET for each local_bh_disable()
 * @task: struct task_struct of the running task
 * @locks: spinlocks held, debug builds only
 */
struct dmasim_self {
	uint32_t cpu;
	uint32_t stripe;
	uint32_t tid;
	uint32_t preempt;
	uint32_t irq_off;
	uint32_t in_irq;
	uint32_t in_softirq;
	void *task;
	void *locks;
};

extern __thread struct dmasim_self dmasim_self __asm__("host_self")
	__attribute__((tls_model("initial-exec")));

#define DMASIM_IRQ_OFF 1u
#define DMASIM_IRQ_PENDING 0x80000000u

#define DMASIM_SOFTIRQ_SERVING 1u
#define DMASIM_SOFTIRQ_OFFSET 2u

#endif
