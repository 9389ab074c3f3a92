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
 *
 * Which calls a program sweeps stands at the foot of its main(), by name:
 *
 *	return run_variants(...) + not_swept("dma_map_sg_attrs", ...);
 *
 * cmake/check_sweeps.cmake compares these names, and the list of calls that cannot
 * fail in tests/support/no_site.h, with what the headers declare. Where call paths
 * are exact (debug builds with gcc) not_swept() demands that each was under way when
 * a failure was delivered, and that none of no_site.h ever was.
 */
#ifndef SUPPORT_SWEEP_H
#define SUPPORT_SWEEP_H

#include <stddef.h>

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

/**
 * not_swept() - names of functions, as string literals
 *
 * Call it when all sweeps of the program are over.
 * Return: number of mistakes, each of which is printed.
 */
#define not_swept(...)                                            \
	not_swept_((const char *const[]){ __VA_ARGS__ },          \
		   sizeof((const char *const[]){ __VA_ARGS__ }) / \
			   sizeof(char *))
int not_swept_(const char *const *name, size_t nr);

#endif
