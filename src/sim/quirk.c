/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/quirk.h> on lib's table.
 *
 * Tests: tests/gallery/test_quirk.c
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/stddef.h>

#include <dmasim/quirk.h>

#include "lib/lib.h"
#include "sim/sim.h"

/* The public row is lib's under another name. */
static_assert(sizeof(struct dmasim_quirk) == sizeof(struct lib_quirk_info));
static_assert(offsetof(struct dmasim_quirk, kernels) ==
	      offsetof(struct lib_quirk_info, kernels));
static_assert(offsetof(struct dmasim_quirk, by_default) ==
	      offsetof(struct lib_quirk_info, by_default));

static int sim_quirk_switch(const char *name, bool on)
{
	int q = lib_quirk_find(name);

	if (q < 0)
		return sim_refuse(-ENOENT,
				  "quirk: no \"%s\": see dmasim_quirk_list()",
				  name);
	if (!sim_machine())
		return sim_refuse(-ENODEV, "quirk: %s needs a machine", name);
	lib_quirk_set(q, on);
	return 0;
}

int dmasim_quirk_enable(const char *name)
{
	return sim_quirk_switch(name, true);
}
EXPORT_SYMBOL(dmasim_quirk_enable);

int dmasim_quirk_disable(const char *name)
{
	return sim_quirk_switch(name, false);
}
EXPORT_SYMBOL(dmasim_quirk_disable);

bool dmasim_quirk_enabled(const char *name)
{
	int q = lib_quirk_find(name);

	return q >= 0 && lib_quirk(q);
}
EXPORT_SYMBOL(dmasim_quirk_enabled);

const struct dmasim_quirk *dmasim_quirk_list(size_t *nr)
{
	*nr = LIB_NR_QUIRKS;
	return (const struct dmasim_quirk *)lib_quirk_table;
}
EXPORT_SYMBOL(dmasim_quirk_list);
