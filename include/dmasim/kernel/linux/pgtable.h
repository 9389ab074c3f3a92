/* SPDX-License-Identifier: MIT */
/*
 * <linux/pgtable.h>: see <asm/pgtable.h>.
 *
 * Same: nothing of its own.
 * Reduced: no CPU page-table walk.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_PGTABLE_H
#define _DMASIM_LINUX_PGTABLE_H

#include <asm/pgtable.h>
#include <linux/pfn.h>

#endif
