/* SPDX-License-Identifier: MIT */
/*
 * Asynchronous function calls (used for probing).
 *
 * same:    async_schedule, async_synchronize_full, async_synchronize_cookie
 * reduced: the call is made before async_schedule() returns, which the
 *          kernel may do as well
 * stub:    domains
 */
#ifndef _DMASIM_LINUX_ASYNC_H
#define _DMASIM_LINUX_ASYNC_H

#include <linux/types.h>

typedef u64 async_cookie_t;
typedef void (*async_func_t)(void *data, async_cookie_t cookie);

static inline async_cookie_t async_schedule(async_func_t func, void *data)
{
	func(data, 1);
	return 1;
}

#define async_schedule_dev(func, dev) async_schedule(func, dev)
static inline void async_synchronize_full(void)
{
}
static inline void async_synchronize_cookie(async_cookie_t cookie)
{
}

#endif
