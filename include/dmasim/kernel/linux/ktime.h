/* SPDX-License-Identifier: MIT */
/*
 * Nanosecond time stamps.
 *
 * same:    ktime_t arithmetic, comparisons, conversions, ktime_get* (all
 *          clocks count from the machine's start)
 * reduced: ktime_get_real*() is the same clock: simulated time has no date
 * stub:    -
 */
#ifndef _DMASIM_LINUX_KTIME_H
#define _DMASIM_LINUX_KTIME_H

#include <linux/types.h>
#include <linux/time64.h>
#include <linux/jiffies.h>

#define KTIME_MAX 0x7fffffffffffffffLL
#define KTIME_MIN (-KTIME_MAX - 1)
#define KTIME_SEC_MAX (KTIME_MAX / NSEC_PER_SEC)

u64 ktime_get_ns(void);

static inline ktime_t ktime_get(void)
{
	return (ktime_t)ktime_get_ns();
}

#define ktime_get_raw() ktime_get()
#define ktime_get_boottime() ktime_get()
#define ktime_get_real() ktime_get()
#define ktime_get_coarse() ktime_get()
#define ktime_get_raw_ns() ktime_get_ns()
#define ktime_get_boottime_ns() ktime_get_ns()
#define ktime_get_real_ns() ktime_get_ns()
#define ktime_get_mono_fast_ns() ktime_get_ns()
#define ktime_get_seconds() ((time64_t)(ktime_get_ns() / NSEC_PER_SEC))
#define ktime_get_boottime_seconds() ktime_get_seconds()
#define ktime_get_real_seconds() ktime_get_seconds()
#define ktime_get_ts64(ts)                                \
	do {                                              \
		*(ts) = ns_to_timespec64(ktime_get_ns()); \
	} while (0)
#define ktime_get_real_ts64(ts) ktime_get_ts64(ts)

#define ns_to_ktime(ns) ((ktime_t)(ns))
#define us_to_ktime(us) ((ktime_t)(us)*NSEC_PER_USEC)
#define ms_to_ktime(ms) ((ktime_t)(ms)*NSEC_PER_MSEC)
#define ktime_set(s, ns) ((ktime_t)((s)*NSEC_PER_SEC + (s64)(ns)))

#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(kt, ns) ((kt) + (ns))
#define ktime_sub_ns(kt, ns) ((kt) - (ns))
#define ktime_to_ns(kt) (kt)
#define ktime_to_timespec64(kt) ns_to_timespec64(kt)
#define timespec64_to_ktime(ts) ((ktime_t)timespec64_to_ns(&(ts)))

static inline s64 ktime_divns(const ktime_t kt, s64 div)
{
	return kt / div;
}

static inline s64 ktime_to_us(const ktime_t kt)
{
	return kt / NSEC_PER_USEC;
}

static inline s64 ktime_to_ms(const ktime_t kt)
{
	return kt / NSEC_PER_MSEC;
}

static inline ktime_t ktime_add_us(const ktime_t kt, u64 usec)
{
	return kt + (s64)usec * NSEC_PER_USEC;
}

static inline ktime_t ktime_add_ms(const ktime_t kt, u64 msec)
{
	return kt + (s64)msec * NSEC_PER_MSEC;
}

static inline ktime_t ktime_sub_us(const ktime_t kt, u64 usec)
{
	return kt - (s64)usec * NSEC_PER_USEC;
}

static inline s64 ktime_us_delta(const ktime_t later, const ktime_t earlier)
{
	return ktime_to_us(later - earlier);
}

static inline s64 ktime_ms_delta(const ktime_t later, const ktime_t earlier)
{
	return ktime_to_ms(later - earlier);
}

/* Negative, zero or positive as @a is before, at or after @b. */
static inline int ktime_compare(const ktime_t a, const ktime_t b)
{
	return (a > b) - (a < b);
}

static inline bool ktime_after(const ktime_t a, const ktime_t b)
{
	return a > b;
}

static inline bool ktime_before(const ktime_t a, const ktime_t b)
{
	return a < b;
}

#endif
