/* SPDX-License-Identifier: MIT */
/*
 * System sleep: the machine never sleeps.
 *
 * Same: states. Stub: every question answers as in a running system; no call
 * has an effect.
 */
#ifndef _DMASIM_LINUX_SUSPEND_H
#define _DMASIM_LINUX_SUSPEND_H

#include <linux/types.h>
#include <linux/pm.h>

typedef int suspend_state_t;

#define PM_SUSPEND_ON ((suspend_state_t)0)
#define PM_SUSPEND_TO_IDLE ((suspend_state_t)1)
#define PM_SUSPEND_STANDBY ((suspend_state_t)2)
#define PM_SUSPEND_MEM ((suspend_state_t)3)
#define PM_SUSPEND_MIN PM_SUSPEND_TO_IDLE
#define PM_SUSPEND_MAX ((suspend_state_t)4)

#define pm_suspend_target_state (PM_SUSPEND_ON)

static inline bool pm_suspend_via_firmware(void)
{
	return false;
}

static inline bool pm_resume_via_firmware(void)
{
	return false;
}

static inline bool pm_suspend_default_s2idle(void)
{
	return false;
}

static inline bool pm_suspend_no_platform(void)
{
	return false;
}

#endif
