/* SPDX-License-Identifier: MIT */
/*
 * Firmware nodes: the types only. No device of the simulated machine is
 * described by firmware, so every handle is NULL.
 *
 * Same: names. Reduced: struct fwnode_handle has no links.
 * Stub: struct fwnode_operations has no members and nobody calls it.
 */
#ifndef _DMASIM_LINUX_FWNODE_H
#define _DMASIM_LINUX_FWNODE_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/err.h>

struct device;

struct fwnode_operations {
	int reserved;
};

struct fwnode_handle {
	struct fwnode_handle *secondary;
	const struct fwnode_operations *ops;
	struct device *dev;
	u8 flags;
};

static inline bool is_fwnode_null(const struct fwnode_handle *fwnode)
{
	return IS_ERR_OR_NULL(fwnode);
}

#endif
