/* SPDX-License-Identifier: MIT */
/*
 * See <linux/percpu-defs.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_PERCPU_H
#define _DMASIM_ASM_PERCPU_H

#include <linux/percpu-defs.h>

#endif
