/* SPDX-License-Identifier: MIT */
/*
 * struct mutex.
 *
 * same:    type, DEFINE_MUTEX
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_MUTEX_TYPES_H
#define _DMASIM_LINUX_MUTEX_TYPES_H

#include <linux/types.h>
#include <linux/lockdep_types.h>

/**
 * struct mutex - sleeping lock
 * @owner: the task that holds it, 0 if free
 * @waiters: tasks inside mutex_lock() that found it taken
 */
struct mutex {
	unsigned long owner;
	u32 waiters;
};

#define __MUTEX_INITIALIZER(name)        \
	{                                \
		.owner = 0, .waiters = 0 \
	}
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

#endif
