/* SPDX-License-Identifier: MIT */
/*
 * SMBIOS identification: absent, as in a kernel built without CONFIG_DMI.
 *
 * Stub: nothing matches, no string exists; no call has an effect.
 */
#ifndef _DMASIM_LINUX_DMI_H
#define _DMASIM_LINUX_DMI_H

#include <linux/types.h>
#include <linux/mod_devicetable.h>

static inline int dmi_check_system(const struct dmi_system_id *list)
{
	return 0;
}

static inline const char *dmi_get_system_info(int field)
{
	return NULL;
}

static inline bool dmi_match(enum dmi_field f, const char *str)
{
	return false;
}

static inline int dmi_name_in_vendors(const char *str)
{
	return 0;
}

static inline const struct dmi_system_id *
dmi_first_match(const struct dmi_system_id *list)
{
	return NULL;
}

#endif
