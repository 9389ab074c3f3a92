/* SPDX-License-Identifier: MIT */
/*
 * Delays. Busy ones only move the clock; sleeping ones let everything else
 * happen meanwhile.
 *
 * same:    ndelay, udelay, mdelay (any context); msleep, ssleep,
 *          usleep_range, fsleep (may sleep)
 * reduced: usleep_range() takes the lower bound; msleep_interruptible()
 *          always sleeps to the end
 * stub:    -
 */
#ifndef _DMASIM_LINUX_DELAY_H
#define _DMASIM_LINUX_DELAY_H

#include <linux/sched.h>
#include <linux/time64.h>

void lib_delay_ns(u64 ns);
void lib_sleep_ns(u64 ns);

#define ndelay(n) lib_delay_ns(n)
#define udelay(n) lib_delay_ns((u64)(n)*NSEC_PER_USEC)
#define mdelay(n) lib_delay_ns((u64)(n)*NSEC_PER_MSEC)

static inline void msleep(unsigned int msecs)
{
	lib_sleep_ns((u64)msecs * NSEC_PER_MSEC);
}

static inline unsigned long msleep_interruptible(unsigned int msecs)
{
	msleep(msecs);
	return 0;
}

static inline void usleep_range(unsigned long min, unsigned long max)
{
	lib_sleep_ns((u64)min * NSEC_PER_USEC);
}

#define usleep_range_idle(min, max) usleep_range(min, max)
#define usleep_range_state(min, max, state) usleep_range(min, max)

static inline void ssleep(unsigned int seconds)
{
	lib_sleep_ns((u64)seconds * NSEC_PER_SEC);
}

static inline void fsleep(unsigned long usecs)
{
	lib_sleep_ns((u64)usecs * NSEC_PER_USEC);
}

#endif
