/* SPDX-License-Identifier: MIT */
/* How much of a long test a lane runs. */
#ifndef TESTS_SUPPORT_EVERY_H
#define TESTS_SUPPORT_EVERY_H

#include <stdlib.h>

/*
 * Lanes that run 20 times slower take every n-th machine, operation or check:
 * DMASIM_EVERY=n.
 */
static inline size_t every(void)
{
	const char *env = getenv("DMASIM_EVERY");
	long n = env ? atol(env) : 1;

	return n > 1 ? (size_t)n : 1;
}

#endif
