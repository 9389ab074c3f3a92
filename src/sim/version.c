/* SPDX-License-Identifier: MIT */
/*
 * The version of the library, as a run-time answer.
 */
#include <dmasim/version.h>

#include <linux/export.h>

const char *dmasim_version(void)
{
	return DMASIM_VERSION;
}
EXPORT_SYMBOL(dmasim_version);
