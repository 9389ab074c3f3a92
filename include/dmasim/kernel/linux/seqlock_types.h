/* SPDX-License-Identifier: MIT */
/*
 * seqcount_t and seqlock_t.
 *
 * same:    type names
 * reduced: a counter with an associated lock is the counter
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SEQLOCK_TYPES_H
#define _DMASIM_LINUX_SEQLOCK_TYPES_H

#include <linux/spinlock_types.h>

typedef struct seqcount {
	u32 sequence;
} seqcount_t;

typedef seqcount_t seqcount_raw_spinlock_t;
typedef seqcount_t seqcount_spinlock_t;
typedef seqcount_t seqcount_rwlock_t;
typedef seqcount_t seqcount_mutex_t;

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#endif
