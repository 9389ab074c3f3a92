/* SPDX-License-Identifier: MIT */
/*
 * Least common multiple.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_LCM_H
#define _DMASIM_LINUX_LCM_H

#include <linux/math.h>

#endif
