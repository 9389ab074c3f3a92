/* SPDX-License-Identifier: MIT */
/*
 * Failure sweep: run a body again and again, the 1st, 2nd, 3rd ... call of the
 * chosen sites failing, until a run gets through without a failure.
 *
 *	struct sweep s;
 *
 *	FAIL_SWEEP(s, SWEEP_ALL)
 *		read_128_pages(f);
 *
 * After the call under test the body asks sweep_failed(): if false, this is the
 * last run and everything must have worked. A sweep in which nothing ever
 * failed is itself a failure.
 */
#ifndef SUPPORT_SWEEP_H
#define SUPPORT_SWEEP_H

#include <dmasim/fault.h>

/** struct sweep - @position of the failing call in this run, from 1. */
struct sweep {
	uint32_t mask;
	uint64_t position;
};

#define SWEEP_SITE(site) (1u << (site))
#define SWEEP_ALL ((1u << DMASIM_NR_SITES) - 1)

void sweep_begin(struct sweep *s, uint32_t mask);
int sweep_next(struct sweep *s);

/** sweep_failed() - the failure of this run has been delivered already. */
#define sweep_failed() (dmasim_fail_fired() != 0)

#define FAIL_SWEEP(s, mask) for (sweep_begin(&(s), mask); sweep_next(&(s));)

#endif
