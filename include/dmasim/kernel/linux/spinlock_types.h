/* SPDX-License-Identifier: MIT */
/*
 * spinlock_t and rwlock_t.
 *
 * same:    types and static initialisers
 * reduced: -
 * stub:    no dep_map
 */
#ifndef _DMASIM_LINUX_SPINLOCK_TYPES_H
#define _DMASIM_LINUX_SPINLOCK_TYPES_H

#include <linux/spinlock_types_raw.h>
#include <linux/rwlock_types.h>

typedef struct spinlock {
	struct raw_spinlock rlock;
} spinlock_t;

#define __SPIN_LOCK_INITIALIZER(name)                      \
	{                                                  \
		.rlock = __RAW_SPIN_LOCK_INITIALIZER(name) \
	}
#define __SPIN_LOCK_UNLOCKED(name) ((spinlock_t)__SPIN_LOCK_INITIALIZER(name))
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

#endif
