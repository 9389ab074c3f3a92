/* SPDX-License-Identifier: MIT */
/*
 * Task references: get_task_struct, put_task_struct of linux/sched.h.
 *
 * same:    -
 * reduced: see linux/sched.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_TASK_H
#define _DMASIM_LINUX_SCHED_TASK_H

#include <linux/sched.h>

#endif
