/* SPDX-License-Identifier: MIT */
/*
 * Jiffies: milliseconds of simulated time.
 *
 * same:    jiffies, get_jiffies_64, time_before/after family, conversions
 *          (to jiffies round up, results saturate), HZ 1000
 * reduced: jiffies is an expression, not an object
 * stub:    -
 */
#ifndef _DMASIM_LINUX_JIFFIES_H
#define _DMASIM_LINUX_JIFFIES_H

#include <linux/types.h>
#include <linux/typecheck.h>
#include <linux/time64.h>

#undef HZ
#define HZ 1000
#undef USER_HZ
#define USER_HZ 100
#define TICK_NSEC 1000000L
#define TICK_USEC 1000L

/* Not zero, so that code which forgets to initialise a stamp is found. */
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))

unsigned long lib_jiffies(void);

#define jiffies lib_jiffies()
#define jiffies_64 ((u64)lib_jiffies())

static inline u64 get_jiffies_64(void)
{
	return lib_jiffies();
}

#define MAX_JIFFY_OFFSET ((0x7fffffffffffffffL >> 1) - 1)

#define lib_jiffies_order(type, a, b) \
	((void)typecheck(type, a), (void)typecheck(type, b), (long)((b) - (a)))

#define time_after(a, b) (lib_jiffies_order(unsigned long, a, b) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) (lib_jiffies_order(unsigned long, a, b) <= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_after64(a, b) (lib_jiffies_order(u64, a, b) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_after_eq64(a, b) (lib_jiffies_order(u64, a, b) <= 0)
#define time_before_eq64(a, b) time_after_eq64(b, a)

#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a) time_before_eq(jiffies, a)

static inline unsigned int jiffies_to_msecs(const unsigned long j)
{
	return (unsigned int)j;
}

static inline unsigned int jiffies_to_usecs(const unsigned long j)
{
	return (unsigned int)(j * 1000);
}

static inline u64 jiffies_to_nsecs(const unsigned long j)
{
	return (u64)j * TICK_NSEC;
}

/* A negative int means "for ever". */
static inline unsigned long msecs_to_jiffies(const unsigned int m)
{
	return (int)m < 0 ? MAX_JIFFY_OFFSET : m;
}

static inline unsigned long usecs_to_jiffies(const unsigned int u)
{
	return ((unsigned long)u + TICK_USEC - 1) / TICK_USEC;
}

static inline unsigned long nsecs_to_jiffies(u64 n)
{
	return (unsigned long)(n / TICK_NSEC);
}

static inline u64 nsecs_to_jiffies64(u64 n)
{
	return n / TICK_NSEC;
}

#define secs_to_jiffies(s) ((unsigned long)((s)*HZ))

static inline u64 jiffies64_to_nsecs(u64 j)
{
	return j * TICK_NSEC;
}

static inline u64 jiffies_64_to_clock_t(u64 j)
{
	return j / (HZ / USER_HZ);
}

/* Whole seconds let timers share a wake-up; all CPUs share here anyway. */
static inline unsigned long round_jiffies(unsigned long j)
{
	unsigned long up = (j + HZ - 1) / HZ * HZ;

	return time_after(up, lib_jiffies()) ? up : j;
}

static inline unsigned long round_jiffies_relative(unsigned long j)
{
	unsigned long now = lib_jiffies();

	return round_jiffies(now + j) - now;
}

#define round_jiffies_up(j) round_jiffies(j)
#define round_jiffies_up_relative(j) round_jiffies_relative(j)
#define __round_jiffies(j, cpu) round_jiffies(j)
#define __round_jiffies_relative(j, cpu) round_jiffies_relative(j)

#endif
