/* SPDX-License-Identifier: MIT */
/*
 * State of a rate limit.
 *
 * Same:    interval and burst.
 * Reduced: interval is in jiffies of 1 ms.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RATELIMIT_TYPES_H
#define _DMASIM_LINUX_RATELIMIT_TYPES_H

#include <linux/bits.h>
#include <linux/types.h>

#define DEFAULT_RATELIMIT_INTERVAL (5 * CONFIG_HZ)
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_MSG_ON_RELEASE BIT(0)

/**
 * struct ratelimit_state - at most @burst passes in @interval jiffies
 * @begin: start of the current interval, machine time in ns
 * @machine: machine in which @begin and @passed count
 */
struct ratelimit_state {
	int interval;
	int burst;
	unsigned int passed;
	int missed;
	unsigned int machine;
	unsigned int flags;
	u64 begin;
};

#define RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, \
				   flags_init)                      \
	{                                                           \
		.interval = (interval_init), .burst = (burst_init), \
		.flags = (flags_init)                               \
	}
#define RATELIMIT_STATE_INIT(name, interval_init, burst_init) \
	RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, 0)
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init) \
	struct ratelimit_state name =                           \
		RATELIMIT_STATE_INIT(name, interval_init, burst_init)

int ___ratelimit(struct ratelimit_state *rs, const char *func);
#define __ratelimit(state) ___ratelimit(state, __func__)

#endif
