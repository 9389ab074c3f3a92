/* SPDX-License-Identifier: MIT */
/*
 * Rate limits.
 *
 * Same:    __ratelimit() passes the first burst of each interval.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RATELIMIT_H
#define _DMASIM_LINUX_RATELIMIT_H

#include <linux/bug.h>
#include <linux/printk.h>
#include <linux/ratelimit_types.h>

static inline void ratelimit_state_init(struct ratelimit_state *rs,
					int interval, int burst)
{
	*rs = (struct ratelimit_state)RATELIMIT_STATE_INIT(rs, interval, burst);
}

static inline void ratelimit_default_init(struct ratelimit_state *rs)
{
	ratelimit_state_init(rs, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
}

static inline void ratelimit_set_flags(struct ratelimit_state *rs,
				       unsigned long flags)
{
	rs->flags = (unsigned int)flags;
}

#define WARN_ON_RATELIMIT(condition, state)          \
	({                                           \
		bool wor__ = !!(condition);          \
		WARN_ON(wor__ &&__ratelimit(state)); \
		wor__;                               \
	})
#define WARN_RATELIMIT(condition, fmt, ...) \
	WARN_ONCE(condition, fmt, ##__VA_ARGS__)

#endif
