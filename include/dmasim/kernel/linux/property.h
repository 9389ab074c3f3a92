/* SPDX-License-Identifier: MIT */
/*
 * Unified device properties over firmware nodes: there are none.
 *
 * Stub: reads fail with -EINVAL (no such property), presence is false.
 */
#ifndef _DMASIM_LINUX_PROPERTY_H
#define _DMASIM_LINUX_PROPERTY_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/fwnode.h>

struct device;

enum dev_prop_type {
	DEV_PROP_U8,
	DEV_PROP_U16,
	DEV_PROP_U32,
	DEV_PROP_U64,
	DEV_PROP_STRING,
	DEV_PROP_REF,
};

enum dev_dma_attr {
	DEV_DMA_NOT_SUPPORTED,
	DEV_DMA_NON_COHERENT,
	DEV_DMA_COHERENT,
};

/* Needs <linux/device.h> where it is used. */
#define dev_fwnode(dev) ((dev)->fwnode)

static inline bool device_property_present(const struct device *dev,
					   const char *propname)
{
	return false;
}

static inline bool device_property_read_bool(const struct device *dev,
					     const char *propname)
{
	return false;
}

static inline int device_property_read_u32(const struct device *dev,
					   const char *propname, u32 *val)
{
	return -EINVAL;
}

static inline int device_property_read_u64(const struct device *dev,
					   const char *propname, u64 *val)
{
	return -EINVAL;
}

static inline int device_property_read_string(const struct device *dev,
					      const char *propname,
					      const char **val)
{
	return -EINVAL;
}

#endif
