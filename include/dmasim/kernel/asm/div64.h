/* SPDX-License-Identifier: MIT */
/*
 * do_div().
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_DIV64_H
#define _DMASIM_ASM_DIV64_H

#include <linux/math64.h>

#endif
