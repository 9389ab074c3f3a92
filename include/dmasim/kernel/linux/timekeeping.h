/* SPDX-License-Identifier: MIT */
/*
 * Reading the clocks: all of linux/ktime.h.
 *
 * same:    see linux/ktime.h
 * reduced: see linux/ktime.h
 * stub:    -
 */
#ifndef _DMASIM_LINUX_TIMEKEEPING_H
#define _DMASIM_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
