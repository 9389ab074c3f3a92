/* SPDX-License-Identifier: MIT */
/*
 * Device tree: absent, as in a kernel built without CONFIG_OF.
 *
 * Stub: every query answers "no node" or -ENOSYS/-EINVAL; none has an effect.
 */
#ifndef _DMASIM_LINUX_OF_H
#define _DMASIM_LINUX_OF_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/fwnode.h>
#include <linux/mod_devicetable.h>

struct device_node {
	const char *name;
	const char *full_name;
	struct fwnode_handle fwnode;
};

#define of_match_ptr(_ptr) NULL
#define of_fwnode_handle(node) ((struct fwnode_handle *)NULL)
#define is_of_node(fwnode) (false)
#define to_of_node(fwnode) ((struct device_node *)NULL)

static inline struct device_node *of_node_get(struct device_node *node)
{
	return node;
}

static inline void of_node_put(struct device_node *node)
{
}

static inline bool of_property_read_bool(const struct device_node *np,
					 const char *propname)
{
	return false;
}

static inline int of_property_read_u32(const struct device_node *np,
				       const char *propname, u32 *out_value)
{
	return -ENOSYS;
}

static inline const void *of_get_property(const struct device_node *node,
					  const char *name, int *lenp)
{
	return NULL;
}

#endif
