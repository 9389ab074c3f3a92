/* SPDX-License-Identifier: MIT */
/*
 * Wakeup sources: no device wakes this machine.
 *
 * Same: device_can_wakeup(), device_set_wakeup_capable() keep their flag.
 * Stub: device_init_wakeup() only sets the flag; nothing is ever enabled.
 */
#ifndef _DMASIM_LINUX_PM_WAKEUP_H
#define _DMASIM_LINUX_PM_WAKEUP_H

#include <linux/device.h>

static inline void device_set_wakeup_capable(struct device *dev, bool capable)
{
	dev->power.can_wakeup = capable;
}

static inline bool device_can_wakeup(struct device *dev)
{
	return dev->power.can_wakeup;
}

static inline bool device_may_wakeup(struct device *dev)
{
	return false;
}

static inline int device_init_wakeup(struct device *dev, bool enable)
{
	device_set_wakeup_capable(dev, enable);
	return 0;
}

#endif
