/* SPDX-License-Identifier: MIT */
/*
 * <linux/hugetlb.h>: hugetlbfs.
 *
 * Same: nothing.
 * Reduced: there is no hugetlbfs.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_HUGETLB_H
#define _DMASIM_LINUX_HUGETLB_H

#include <linux/mm.h>

static inline bool is_vm_hugetlb_page(struct vm_area_struct *vma)
{
	return false;
}

#endif
