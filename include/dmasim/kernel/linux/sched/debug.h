/* SPDX-License-Identifier: MIT */
/*
 * Nothing of its own; drivers include it for task_struct names.
 *
 * same:    -
 * reduced: see linux/sched.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_DEBUG_H
#define _DMASIM_LINUX_SCHED_DEBUG_H

#include <linux/sched.h>

#endif
