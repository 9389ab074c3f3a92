/* SPDX-License-Identifier: MIT */
/*
 * rwlock_t: bit 31 is the writer, the rest counts readers.
 *
 * same:    rwlock_t, DEFINE_RWLOCK
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_RWLOCK_TYPES_H
#define _DMASIM_LINUX_RWLOCK_TYPES_H

#include <linux/types.h>

typedef struct lib_rwlock {
	u32 count;
	u32 writer; /* thread id of the writer, for checks */
} rwlock_t;

#define DMASIM_RWLOCK_WRITER 0x80000000u

#define __RW_LOCK_UNLOCKED(name) \
	{                        \
		0                \
	}
#define DEFINE_RWLOCK(x) rwlock_t x = __RW_LOCK_UNLOCKED(x)

#endif
