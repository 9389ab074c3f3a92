/* SPDX-License-Identifier: MIT */
/* Words of the command line that all commands read alike. */
#ifndef TOOLS_ARGS_H
#define TOOLS_ARGS_H

#include <argp.h>
#include <stdint.h>

/*
 * Both end the program by argp_error() if @arg is something else; @what is the
 * option, with its dashes, or whatever else the number belongs to.
 */
uint64_t args_number(struct argp_state *state, const char *what,
		     const char *arg, uint64_t low, uint64_t high);

/* The index of @arg in @names. */
unsigned int args_choose(struct argp_state *state, const char *what,
			 const char *arg, const char *const *names,
			 unsigned int nr);

#endif
