/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/user.h>: ranges of user addresses.
 *
 * Tests: tests/api/test_mmap.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>

#include <dmasim/user.h>

#include "mm/mm.h"
#include "sim/sim.h"

struct vm_area_struct *dmasim_vma_create(size_t len, uint64_t pgoff)
{
	struct vm_area_struct *vma;

	if (!sim_machine()) {
		sim_refuse(-EINVAL, "vma: there is no machine");
		return NULL;
	}
	if (!len || !PAGE_ALIGNED(len)) {
		sim_refuse(-EINVAL, "vma: %zu bytes are not whole pages", len);
		return NULL;
	}
	vma = mm_vma_create(len, pgoff);
	if (!vma)
		sim_refuse(-ENOMEM,
			   "vma: the host has no %zu bytes of addresses", len);
	return vma;
}
EXPORT_SYMBOL(dmasim_vma_create);

void dmasim_vma_destroy(struct vm_area_struct *vma)
{
	if (vma && !mm_vma_destroy(vma))
		sim_refuse(-EINVAL, "vma: not a range of dmasim_vma_create()");
}
EXPORT_SYMBOL(dmasim_vma_destroy);
