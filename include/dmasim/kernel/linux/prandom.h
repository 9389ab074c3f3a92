/* SPDX-License-Identifier: MIT */
/*
 * See <linux/random.h>.
 *
 * Same:    names.
 * Reduced: another generator than the kernel's.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PRANDOM_H
#define _DMASIM_LINUX_PRANDOM_H

#include <linux/random.h>

#endif
