/* SPDX-License-Identifier: MIT */
/*
 * <linux/huge_mm.h>: transparent huge pages.
 *
 * Same: sizes.
 * Reduced: no huge mappings; large folios come from folio_alloc().
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_HUGE_MM_H
#define _DMASIM_LINUX_HUGE_MM_H

#include <linux/mm.h>

#define HPAGE_PMD_SHIFT PMD_SHIFT
#define HPAGE_PMD_SIZE (1ul << HPAGE_PMD_SHIFT)
#define HPAGE_PMD_MASK (~(HPAGE_PMD_SIZE - 1))
#define HPAGE_PMD_ORDER (HPAGE_PMD_SHIFT - PAGE_SHIFT)
#define HPAGE_PMD_NR (1 << HPAGE_PMD_ORDER)

#endif
