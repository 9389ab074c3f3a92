/* SPDX-License-Identifier: MIT */
/*
 * See <linux/bug.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_BUG_H
#define _DMASIM_ASM_BUG_H

#include <linux/bug.h>

#endif
