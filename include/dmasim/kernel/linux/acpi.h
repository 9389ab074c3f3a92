/* SPDX-License-Identifier: MIT */
/*
 * ACPI: absent, as in a kernel built without CONFIG_ACPI.
 *
 * Stub: every query answers "no companion"; none has an effect.
 */
#ifndef _DMASIM_LINUX_ACPI_H
#define _DMASIM_LINUX_ACPI_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/device.h>
#include <linux/property.h>

struct acpi_device;
typedef void *acpi_handle;
typedef u32 acpi_status;

#define acpi_disabled 1
#define ACPI_COMPANION(dev) ((struct acpi_device *)NULL)
#define ACPI_COMPANION_SET(dev, adev) \
	do {                          \
	} while (0)
#define ACPI_HANDLE(dev) ((acpi_handle)NULL)
#define ACPI_PTR(_ptr) (NULL)

static inline bool has_acpi_companion(struct device *dev)
{
	return false;
}

static inline bool acpi_storage_d3(struct device *dev)
{
	return false;
}

static inline bool is_acpi_device_node(const struct fwnode_handle *fwnode)
{
	return false;
}

#endif
