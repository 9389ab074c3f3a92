/* SPDX-License-Identifier: MIT */
/*
 * <linux/swap.h>: what drivers use of it without swap.
 *
 * Same: si_meminfo() is not here; totalram_pages() is in <linux/mm.h>.
 * Reduced: no swap.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_SWAP_H
#define _DMASIM_LINUX_SWAP_H

#include <linux/mm.h>

static inline bool current_is_kswapd(void)
{
	return false;
}

#endif
