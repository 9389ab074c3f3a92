/* SPDX-License-Identifier: MIT */
/*
 * See <linux/atomic.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_ATOMIC_H
#define _DMASIM_ASM_ATOMIC_H

#include <linux/atomic.h>

#endif
