/* SPDX-License-Identifier: MIT */
/*
 * The freezer: the simulated machine is never suspended.
 *
 * same:    -
 * reduced: -
 * stub:    set_freezable, try_to_freeze, freezing: false
 */
#ifndef _DMASIM_LINUX_FREEZER_H
#define _DMASIM_LINUX_FREEZER_H

#include <linux/sched.h>

static inline bool set_freezable(void)
{
	return false;
}

static inline bool try_to_freeze(void)
{
	return false;
}

static inline bool freezing(struct task_struct *task)
{
	return false;
}

#endif
