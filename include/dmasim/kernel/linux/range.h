/* SPDX-License-Identifier: MIT */
/*
 * <linux/range.h>: a range of numbers.
 *
 * Same: struct range with an inclusive end, range_len(), range_contains().
 * Reduced: no arrays of ranges.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_RANGE_H
#define _DMASIM_LINUX_RANGE_H

#include <linux/types.h>

struct range {
	u64 start;
	u64 end;
};

static inline u64 range_len(const struct range *range)
{
	return range->end - range->start + 1;
}

/* All of @r2 is inside @r1. */
static inline bool range_contains(const struct range *r1,
				  const struct range *r2)
{
	return r2->start >= r1->start && r2->end <= r1->end;
}

static inline bool range_overlaps(const struct range *r1,
				  const struct range *r2)
{
	return r2->end >= r1->start && r2->start <= r1->end;
}

#endif
