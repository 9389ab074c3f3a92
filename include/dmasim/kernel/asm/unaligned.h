/* SPDX-License-Identifier: MIT */
/*
 * Old place of <linux/unaligned.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_UNALIGNED_H
#define _DMASIM_ASM_UNALIGNED_H

#include <linux/unaligned.h>

#endif
