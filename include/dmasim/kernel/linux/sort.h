/* SPDX-License-Identifier: MIT */
/*
 * Sorting arrays in place.
 *
 * Same:    no allocation, O(n log n), not stable.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_SORT_H
#define _DMASIM_LINUX_SORT_H

#include <linux/types.h>

void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func,
	    swap_r_func_t swap_func, const void *priv);
void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func,
	  swap_func_t swap_func);
#define sort_nonatomic(base, num, size, cmp, swp) \
	sort(base, num, size, cmp, swp)

#endif
