/* SPDX-License-Identifier: MIT */
/*
 * Nothing of its own; drivers include it for struct task_struct.
 *
 * same:    -
 * reduced: see linux/sched.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_TYPES_H
#define _DMASIM_LINUX_SCHED_TYPES_H

#include <linux/sched.h>

#endif
