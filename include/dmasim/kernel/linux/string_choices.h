/* SPDX-License-Identifier: MIT */
/*
 * Words for booleans.
 *
 * Same:    all listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_STRING_CHOICES_H
#define _DMASIM_LINUX_STRING_CHOICES_H

#include <linux/types.h>

#define dmasim_choice(name, yes, no)                 \
	static inline const char *str_##name(bool v) \
	{                                            \
		return v ? yes : no;                 \
	}                                            \
	_Static_assert(1, "takes a semicolon")

dmasim_choice(assert_deassert, "assert", "deassert");
dmasim_choice(enable_disable, "enable", "disable");
dmasim_choice(enabled_disabled, "enabled", "disabled");
dmasim_choice(hi_lo, "hi", "lo");
dmasim_choice(high_low, "high", "low");
dmasim_choice(input_output, "input", "output");
dmasim_choice(on_off, "on", "off");
dmasim_choice(read_write, "read", "write");
dmasim_choice(true_false, "true", "false");
dmasim_choice(up_down, "up", "down");
dmasim_choice(yes_no, "yes", "no");

static inline const char *str_plural(size_t num)
{
	return num == 1 ? "" : "s";
}

#endif
