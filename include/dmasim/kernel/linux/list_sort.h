/* SPDX-License-Identifier: MIT */
/*
 * Sorting lists.
 *
 * Same:    stable; cmp() > 0 swaps.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_LIST_SORT_H
#define _DMASIM_LINUX_LIST_SORT_H

#include <linux/types.h>

typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a,
			       const struct list_head *b);

void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp);

#endif
