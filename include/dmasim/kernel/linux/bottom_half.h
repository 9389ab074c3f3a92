/* SPDX-License-Identifier: MIT */
/*
 * Keeping soft interrupts off the running thread.
 *
 * same:    local_bh_disable, local_bh_enable (runs what is pending), guard
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_BOTTOM_HALF_H
#define _DMASIM_LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>

/* Machine-wide set of raised soft interrupts; see src/lib/softirq.c. */
extern u32 lib_softirq_raised;
void lib_softirq_run(void);

static __always_inline void local_bh_disable(void)
{
	dmasim_self.in_softirq += DMASIM_SOFTIRQ_OFFSET;
	barrier();
}

static __always_inline void _local_bh_enable(void)
{
	barrier();
	dmasim_self.in_softirq -= DMASIM_SOFTIRQ_OFFSET;
}

static __always_inline void local_bh_enable(void)
{
	_local_bh_enable();
	if (unlikely(__atomic_load_n(&lib_softirq_raised, __ATOMIC_RELAXED)) &&
	    !lib_in_interrupt())
		lib_softirq_run();
}

#define local_bh_enable_ip(ip) local_bh_enable()
#define __local_bh_disable_ip(ip, cnt) local_bh_disable()
#define __local_bh_enable_ip(ip, cnt) local_bh_enable()
#define local_bh_blocked() (in_softirq())

DEFINE_LOCK_GUARD_0(bh, local_bh_disable(), local_bh_enable())

#endif
