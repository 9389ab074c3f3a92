/* SPDX-License-Identifier: MIT */
/*
 * Greatest common divisor.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_GCD_H
#define _DMASIM_LINUX_GCD_H

#include <linux/math.h>

#endif
