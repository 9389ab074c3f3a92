/* SPDX-License-Identifier: MIT */
/*
 * Polling a register until a condition holds or time runs out.
 *
 * Each round costs the delay given, in simulated time, so a poll of a device
 * that never answers ends at once in real time.
 *
 * same:    read_poll_timeout(_atomic), readx_poll_timeout(_atomic),
 *          readl_poll_timeout and relatives, poll_timeout_us(_atomic)
 * reduced: a delay of 0 counts as 1 us
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IOPOLL_H
#define _DMASIM_LINUX_IOPOLL_H

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/ktime.h>

/*
 * @pause waits for its argument in us. The condition is looked at once more
 * after the time is up. A timeout of 0 means never.
 */
#define lib_poll(op, cond, pause, wait_us, limit_us, pause_first)    \
	({                                                           \
		u64 __lib_step = (wait_us) ? (wait_us) : 1;          \
		u64 __lib_limit = (limit_us);                        \
		u64 __lib_end = ktime_get_ns() + __lib_limit * 1000; \
		bool __lib_late = false;                             \
                                                                     \
		if (pause_first)                                     \
			pause(__lib_step);                           \
		for (;;) {                                           \
			op;                                          \
			if ((cond) || __lib_late)                    \
				break;                               \
			__lib_late = __lib_limit &&                  \
				     ktime_get_ns() > __lib_end;     \
			if (!__lib_late)                             \
				pause(__lib_step);                   \
		}                                                    \
		(cond) ? 0 : -ETIMEDOUT;                             \
	})

#define poll_timeout_us(op, cond, sleep_us, timeout_us, sleep_before) \
	lib_poll(op, cond, fsleep, sleep_us, timeout_us, sleep_before)
#define poll_timeout_us_atomic(op, cond, delay_us, timeout_us, before) \
	lib_poll(op, cond, udelay, delay_us, timeout_us, before)

#define read_poll_timeout(op, val, cond, sleep_us, timeout_us,         \
			  sleep_before_read, args...)                  \
	lib_poll((val) = op(args), cond, fsleep, sleep_us, timeout_us, \
		 sleep_before_read)
#define read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us,  \
				 delay_before_read, args...)           \
	lib_poll((val) = op(args), cond, udelay, delay_us, timeout_us, \
		 delay_before_read)

#define readx_poll_timeout(op, addr, val, cond, sleep_us, timeout_us) \
	read_poll_timeout(op, val, cond, sleep_us, timeout_us, false, addr)
#define readx_poll_timeout_atomic(op, addr, val, cond, delay_us, timeout_us) \
	read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, false, \
				 addr)

#define readb_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readb, addr, val, cond, sleep_us, timeout_us)
#define readw_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readw, addr, val, cond, sleep_us, timeout_us)
#define readl_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl, addr, val, cond, sleep_us, timeout_us)
#define readq_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readq, addr, val, cond, sleep_us, timeout_us)
#define readl_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readl, addr, val, cond, delay_us, timeout_us)
#define readl_relaxed_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl_relaxed, addr, val, cond, sleep_us, timeout_us)
#define readl_relaxed_poll_timeout_atomic(addr, val, cond, delay_us, t) \
	readx_poll_timeout_atomic(readl_relaxed, addr, val, cond, delay_us, t)

#endif
