/* SPDX-License-Identifier: MIT */
/*
 * The table of quirks and which of them are in force.
 *
 * I1  Between machines each quirk is as the table says.
 *
 * Locks: none; one word.
 * Tests: tests/gallery/test_quirk.c
 */
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/string.h>

#include "lib/lib.h"

static_assert(LIB_NR_QUIRKS <= 64);

#define QUIRK_BIT(id, name, number, kernels, on, what) \
	((u64)(on) << QUIRK_##id) |
#define QUIRKS_BY_DEFAULT (LIB_QUIRKS(QUIRK_BIT) 0)

u64 lib_quirks_on = QUIRKS_BY_DEFAULT;

#define QUIRK_ROW(id, name, number, kernels, on, what) \
	[QUIRK_##id] = { name, what, number, kernels, on },
const struct lib_quirk_info lib_quirk_table[LIB_NR_QUIRKS] = { LIB_QUIRKS(
	QUIRK_ROW) };

int lib_quirk_find(const char *name)
{
	int i;

	for (i = 0; i < LIB_NR_QUIRKS; i++)
		if (!strcmp(lib_quirk_table[i].name, name))
			return i;
	return -1;
}

void lib_quirk_set(enum lib_quirk q, bool on)
{
	if (on)
		__atomic_fetch_or(&lib_quirks_on, BIT_ULL(q), __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&lib_quirks_on, ~BIT_ULL(q),
				   __ATOMIC_RELAXED);
}

void lib_quirks_reset(void)
{
	WRITE_ONCE(lib_quirks_on, QUIRKS_BY_DEFAULT);
}
