/* SPDX-License-Identifier: MIT */
/*
 * Failure sweep, see sweep.h.
 */
#include "support/sweep.h"

#include "support/test.h"

/* More failure points than this in one case means that it does not end. */
#define SWEEP_LIMIT 20000

void sweep_begin(struct sweep *s, uint32_t mask)
{
	s->mask = mask;
	s->position = 0;
}

int sweep_next(struct sweep *s)
{
	if (s->position && !dmasim_fail_fired()) {
		dmasim_fail_off();
		/* Position 1 got through: no site was ever called. */
		assert_true(s->position > 1);
		return 0;
	}
	s->position++;
	assert_true(s->position < SWEEP_LIMIT);
	dmasim_fail_any_nth(s->mask, s->position);
	return 1;
}
