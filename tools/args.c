/* SPDX-License-Identifier: MIT */
/*
 * Words of the command line that all commands read alike.
 *
 * Tests: tests/unit/tools/test_replay.sh, test_inspect.sh
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"

uint64_t args_number(struct argp_state *state, const char *what,
		     const char *arg, uint64_t low, uint64_t high)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(arg, &end, 0);
	if (errno || *end || end == arg || *arg == '-' || value < low ||
	    value > high)
		argp_error(state,
			   "%s takes a number from %llu to %llu, not \"%s\"",
			   what, (unsigned long long)low,
			   (unsigned long long)high, arg);
	return value;
}

unsigned int args_choose(struct argp_state *state, const char *what,
			 const char *arg, const char *const *names,
			 unsigned int nr)
{
	unsigned int pick;

	for (pick = 0; pick < nr; pick++)
		if (!strcmp(arg, names[pick]))
			return pick;
	argp_error(state, "%s does not take \"%s\"", what, arg);
	return 0;
}
