/* SPDX-License-Identifier: MIT */
/*
 * 64-bit seconds and nanoseconds.
 *
 * same:    time64_t, timespec64, *_PER_* constants, ns_to_timespec64,
 *          timespec64_to_ns
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_TIME64_H
#define _DMASIM_LINUX_TIME64_H

#include <linux/types.h>

typedef u64 timeu64_t;

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

#define MSEC_PER_SEC 1000L
#define USEC_PER_MSEC 1000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define USEC_PER_SEC 1000000L
#define NSEC_PER_SEC 1000000000L
#define PSEC_PER_SEC 1000000000000LL
#define FSEC_PER_SEC 1000000000000000LL

static inline s64 timespec64_to_ns(const struct timespec64 *ts)
{
	return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

/* tv_nsec is never negative: times before 0 borrow a second. */
static inline struct timespec64 ns_to_timespec64(s64 nsec)
{
	s64 sec = nsec / NSEC_PER_SEC;
	s64 rest = nsec % NSEC_PER_SEC;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		sec--;
	}
	return (struct timespec64){ .tv_sec = sec, .tv_nsec = (long)rest };
}

#endif
