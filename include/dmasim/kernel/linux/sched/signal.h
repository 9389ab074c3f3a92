/* SPDX-License-Identifier: MIT */
/*
 * Signals do not exist here: the queries are in linux/sched.h.
 *
 * same:    -
 * reduced: see linux/sched.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SCHED_SIGNAL_H
#define _DMASIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

#endif
