/* SPDX-License-Identifier: MIT */
/*
 * struct timer_list.
 *
 * same:    entry, expires, function, flags
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_TIMER_TYPES_H
#define _DMASIM_LINUX_TIMER_TYPES_H

#include <linux/types.h>

/**
 * struct lib_alarm - a moment at which something must be done
 * @node: place in the scheduler's list; next is NULL while not queued
 * @when: nanoseconds of simulated time
 * @fire: called without locks, in soft interrupt context
 */
struct lib_alarm {
	struct list_head node;
	u64 when;
	void (*fire)(struct lib_alarm *event);
};

struct timer_list {
	struct lib_alarm entry;
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	u32 flags;
};

#endif
