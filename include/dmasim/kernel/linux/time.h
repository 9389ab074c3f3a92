/* SPDX-License-Identifier: MIT */
/*
 * Time units and struct timespec64.
 *
 * same:    *_PER_* constants, timespec64 and its conversions
 * reduced: no wall-clock arithmetic beyond that
 * stub:    -
 */
#ifndef _DMASIM_LINUX_TIME_H
#define _DMASIM_LINUX_TIME_H

#include <linux/time64.h>

#endif
