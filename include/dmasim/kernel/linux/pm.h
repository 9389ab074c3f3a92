/* SPDX-License-Identifier: MIT */
/*
 * Device power management: the tables a driver carries.
 *
 * Same: struct dev_pm_ops, the *_PM_OPS macros, pm_message_t.
 * Reduced: struct dev_pm_info keeps wakeup and runtime flags only. The machine
 * never suspends, so nobody calls the callbacks.
 */
#ifndef _DMASIM_LINUX_PM_H
#define _DMASIM_LINUX_PM_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/atomic.h>

struct device;

typedef struct pm_message {
	int event;
} pm_message_t;

#define PM_EVENT_INVALID (-1)
#define PM_EVENT_ON 0x0000
#define PM_EVENT_FREEZE 0x0001
#define PM_EVENT_SUSPEND 0x0002
#define PM_EVENT_HIBERNATE 0x0004
#define PM_EVENT_QUIESCE 0x0008
#define PM_EVENT_RESUME 0x0010
#define PM_EVENT_THAW 0x0020
#define PM_EVENT_RESTORE 0x0040
#define PM_EVENT_RECOVER 0x0080

#define PMSG_INVALID                       \
	((struct pm_message){              \
		.event = PM_EVENT_INVALID, \
	})
#define PMSG_ON                       \
	((struct pm_message){         \
		.event = PM_EVENT_ON, \
	})
#define PMSG_FREEZE                       \
	((struct pm_message){             \
		.event = PM_EVENT_FREEZE, \
	})
#define PMSG_SUSPEND                       \
	((struct pm_message){              \
		.event = PM_EVENT_SUSPEND, \
	})
#define PMSG_RESUME                       \
	((struct pm_message){             \
		.event = PM_EVENT_RESUME, \
	})

struct dev_pm_ops {
	int (*prepare)(struct device *dev);
	void (*complete)(struct device *dev);
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*freeze)(struct device *dev);
	int (*thaw)(struct device *dev);
	int (*poweroff)(struct device *dev);
	int (*restore)(struct device *dev);
	int (*suspend_late)(struct device *dev);
	int (*resume_early)(struct device *dev);
	int (*freeze_late)(struct device *dev);
	int (*thaw_early)(struct device *dev);
	int (*poweroff_late)(struct device *dev);
	int (*restore_early)(struct device *dev);
	int (*suspend_noirq)(struct device *dev);
	int (*resume_noirq)(struct device *dev);
	int (*freeze_noirq)(struct device *dev);
	int (*thaw_noirq)(struct device *dev);
	int (*poweroff_noirq)(struct device *dev);
	int (*restore_noirq)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};

#define pm_ptr(_ptr) (IS_ENABLED(CONFIG_PM) ? (_ptr) : NULL)
#define pm_sleep_ptr(_ptr) (IS_ENABLED(CONFIG_PM_SLEEP) ? (_ptr) : NULL)

#define SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)                             \
	.suspend = pm_sleep_ptr(suspend_fn),                                   \
	.resume = pm_sleep_ptr(resume_fn), .freeze = pm_sleep_ptr(suspend_fn), \
	.thaw = pm_sleep_ptr(resume_fn), .poweroff = pm_sleep_ptr(suspend_fn), \
	.restore = pm_sleep_ptr(resume_fn),

#define RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)              \
	.runtime_suspend = suspend_fn, .runtime_resume = resume_fn, \
	.runtime_idle = idle_fn,

#define SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) \
	SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define SET_RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn) \
	RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)

#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)            \
	const struct dev_pm_ops name = { SYSTEM_SLEEP_PM_OPS(suspend_fn, \
							     resume_fn) }
#define SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)         \
	const struct dev_pm_ops __maybe_unused name = {        \
		SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) \
	}

enum rpm_status {
	RPM_INVALID = -1,
	RPM_ACTIVE = 0,
	RPM_RESUMING,
	RPM_SUSPENDED,
	RPM_SUSPENDING,
};

struct dev_pm_info {
	pm_message_t power_state;
	bool can_wakeup : 1;
	bool async_suspend : 1;
	bool no_pm : 1;
	bool runtime_auto : 1;
	bool use_autosuspend : 1;
	atomic_t usage_count; /* pm_runtime_get() minus put() */
	unsigned int disable_depth;
	int autosuspend_delay; /* ms */
	enum rpm_status runtime_status;
	u32 driver_flags;
};

#endif
