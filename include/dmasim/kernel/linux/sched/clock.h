/* SPDX-License-Identifier: MIT */
/*
 * Nanoseconds of simulated time, as the scheduler counts them.
 *
 * same:    sched_clock, local_clock, cpu_clock
 * reduced: one clock for all CPUs
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_CLOCK_H
#define _DMASIM_LINUX_SCHED_CLOCK_H

#include <linux/ktime.h>

static inline u64 sched_clock(void)
{
	return ktime_get_ns();
}

static inline u64 local_clock(void)
{
	return ktime_get_ns();
}

static inline u64 cpu_clock(int cpu)
{
	return ktime_get_ns();
}

#endif
