/* SPDX-License-Identifier: MIT */
/*
 * Binary search.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BSEARCH_H
#define _DMASIM_LINUX_BSEARCH_H

#include <linux/types.h>
#if __STDC_HOSTED__
#include <stdlib.h>
#else
/* libc's */
void *bsearch(const void *key, const void *base, size_t num, size_t size,
	      cmp_func_t cmp);
#endif

static __always_inline void *__inline_bsearch(const void *key, const void *base,
					      size_t num, size_t size,
					      cmp_func_t cmp)
{
	return bsearch(key, base, num, size, cmp);
}

#endif
