/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/fault.h> on lib's failure sites.
 */
#include <linux/export.h>

#include <dmasim/fault.h>

#include "lib/lib.h"

const char *dmasim_site_name(enum dmasim_site site)
{
	return lib_fail_site_name(site);
}
EXPORT_SYMBOL(dmasim_site_name);

void dmasim_fail_nth(enum dmasim_site site, uint64_t nth)
{
	lib_fail_nth(site, nth);
}
EXPORT_SYMBOL(dmasim_fail_nth);

void dmasim_fail_any_nth(uint32_t mask, uint64_t nth)
{
	lib_fail_any_nth(mask, nth);
}
EXPORT_SYMBOL(dmasim_fail_any_nth);

void dmasim_fail_from(enum dmasim_site site, uint64_t nth)
{
	lib_fail_from(site, nth);
}
EXPORT_SYMBOL(dmasim_fail_from);

void dmasim_fail_off(void)
{
	lib_fail_off();
}
EXPORT_SYMBOL(dmasim_fail_off);

uint64_t dmasim_fail_fired(void)
{
	return lib_fail_fired();
}
EXPORT_SYMBOL(dmasim_fail_fired);

uint64_t dmasim_site_calls(enum dmasim_site site)
{
	return lib_site_calls(site);
}
EXPORT_SYMBOL(dmasim_site_calls);
