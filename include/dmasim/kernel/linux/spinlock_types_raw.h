/* SPDX-License-Identifier: MIT */
/*
 * The lock word: 0 when free, else DMASIM_LOCK_HELD | thread id of the owner.
 *
 * same:    raw_spinlock_t, initialisers
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SPINLOCK_TYPES_RAW_H
#define _DMASIM_LINUX_SPINLOCK_TYPES_RAW_H

#include <linux/types.h>
#include <linux/lockdep_types.h>

#define DMASIM_LOCK_HELD 0x80000000u

typedef struct raw_spinlock {
	u32 owner;
} raw_spinlock_t;

#define __RAW_SPIN_LOCK_INITIALIZER(name) \
	{                                 \
		.owner = 0                \
	}
#define __RAW_SPIN_LOCK_UNLOCKED(name) \
	((raw_spinlock_t)__RAW_SPIN_LOCK_INITIALIZER(name))
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = __RAW_SPIN_LOCK_INITIALIZER(x)

#endif
