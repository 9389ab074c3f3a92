/* SPDX-License-Identifier: MIT */
/*
 * Runtime power management: every device is always active.
 *
 * Same: the usage counter moves as the driver says, so that an unbalanced
 * get/put can be seen. Stub: no callback is ever run, every request succeeds
 * with "already active" (1 where the kernel says so with runtime PM off).
 */
#ifndef _DMASIM_LINUX_PM_RUNTIME_H
#define _DMASIM_LINUX_PM_RUNTIME_H

#include <linux/device.h>
#include <linux/pm.h>

static inline void pm_runtime_get_noresume(struct device *dev)
{
	atomic_inc(&dev->power.usage_count);
}

static inline void pm_runtime_put_noidle(struct device *dev)
{
	atomic_add_unless(&dev->power.usage_count, -1, 0);
}

static inline int pm_runtime_get_sync(struct device *dev)
{
	pm_runtime_get_noresume(dev);
	return 1;
}

static inline int pm_runtime_resume_and_get(struct device *dev)
{
	pm_runtime_get_noresume(dev);
	return 0;
}

static inline int pm_runtime_put(struct device *dev)
{
	pm_runtime_put_noidle(dev);
	return 0;
}

static inline int pm_runtime_put_sync(struct device *dev)
{
	return pm_runtime_put(dev);
}

static inline int pm_runtime_put_autosuspend(struct device *dev)
{
	return pm_runtime_put(dev);
}

static inline bool pm_runtime_active(struct device *dev)
{
	return true;
}

static inline bool pm_runtime_suspended(struct device *dev)
{
	return false;
}

static inline int pm_runtime_resume(struct device *dev)
{
	return 1;
}

static inline int pm_runtime_set_active(struct device *dev)
{
	return 0;
}

static inline void pm_runtime_enable(struct device *dev)
{
}

static inline void pm_runtime_disable(struct device *dev)
{
}

static inline void pm_runtime_allow(struct device *dev)
{
	dev->power.runtime_auto = true;
}

static inline void pm_runtime_forbid(struct device *dev)
{
	dev->power.runtime_auto = false;
}

static inline void pm_runtime_mark_last_busy(struct device *dev)
{
}

static inline void pm_runtime_use_autosuspend(struct device *dev)
{
	dev->power.use_autosuspend = true;
}

static inline void pm_runtime_set_autosuspend_delay(struct device *dev,
						    int delay)
{
	dev->power.autosuspend_delay = delay;
}

#endif
