/* SPDX-License-Identifier: MIT */
/*
 * High resolution timers.
 *
 * same:    hrtimer_setup, hrtimer_start(_range_ns), hrtimer_cancel,
 *          hrtimer_try_to_cancel, hrtimer_forward(_now), hrtimer_active,
 *          HRTIMER_RESTART
 * reduced: one clock; callbacks run in soft interrupt context; range ignored
 * stub:    -
 */
#ifndef _DMASIM_LINUX_HRTIMER_H
#define _DMASIM_LINUX_HRTIMER_H

#include <linux/timer_types.h>
#include <linux/ktime.h>

#if !__STDC_HOSTED__
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#else
#include <time.h>
#endif

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART,
};

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0x00,
	HRTIMER_MODE_REL = 0x01,
	HRTIMER_MODE_PINNED = 0x02,
	HRTIMER_MODE_SOFT = 0x04,
	HRTIMER_MODE_HARD = 0x08,
	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
};

struct hrtimer {
	struct lib_alarm entry;
	ktime_t expires;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

void hrtimer_setup(struct hrtimer *timer,
		   enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock_id, enum hrtimer_mode mode);
void hrtimer_start(struct hrtimer *timer, ktime_t tim,
		   const enum hrtimer_mode mode);
int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_try_to_cancel(struct hrtimer *timer);
bool hrtimer_active(const struct hrtimer *timer);
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);

#define hrtimer_setup_on_stack(t, f, c, m) hrtimer_setup(t, f, c, m)
#define hrtimer_start_range_ns(t, tim, range, mode) hrtimer_start(t, tim, mode)
#define hrtimer_is_queued(timer) hrtimer_active(timer)

static inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	return hrtimer_forward(timer, ktime_get(), interval);
}

static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer)
{
	return timer->expires;
}

static inline void hrtimer_set_expires(struct hrtimer *timer, ktime_t time)
{
	timer->expires = time;
}

static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
	return timer->expires - ktime_get();
}

static inline ktime_t hrtimer_cb_get_time(struct hrtimer *timer)
{
	return ktime_get();
}

#endif
