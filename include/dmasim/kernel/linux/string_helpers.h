/* SPDX-License-Identifier: MIT */
/*
 * Sizes as text.
 *
 * Same:    string_get_size().
 * Reduced: STRING_UNITS_2 and _10 with three digits; no escaping.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_STRING_HELPERS_H
#define _DMASIM_LINUX_STRING_HELPERS_H

#include <linux/string.h>
#include <linux/string_choices.h>
#include <linux/types.h>

enum string_size_units {
	STRING_UNITS_10,
	STRING_UNITS_2,
};

int string_get_size(u64 size, u64 blk_size, const enum string_size_units units,
		    char *buf, int len);

#endif
