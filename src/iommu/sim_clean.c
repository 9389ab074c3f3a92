/* SPDX-License-Identifier: MIT */
/*
 * Tables for an IOMMU whose walks do not see the CPU's caches: what was stored is
 * written back before anybody may rely on it.
 * Takes the place of PT_FEAT_DMA_INCOHERENT and of the flushes in
 * drivers/iommu/intel/iommu.c.
 *
 * The formats know nothing of it. A domain's map and unmap pass through here, and
 * afterwards every item that a walk to the range reads is written back, lowest
 * level first, so that a table is never found before what is in it. New tables
 * are written back, zeroed, before anything points to them; what replaces a table
 * is, before the walk cache forgets the table and it is freed.
 *
 * C1  What sim_clean_walks() has returned from, walks see.
 * C2  Items are written back by lines of 64 bytes, each once a call.
 * Locks: none; the caller owns the range.
 * Tests: tests/unit/iommu/test_clean.c, tests/gallery/test_iommu.c
 */
#include <linux/generic_pt/iommu.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "iommu/sim_iommu.h"
#include "iommu_pt/iommu_pt_api.h"
#include "lib/lib.h"

#define LINE_BYTES 64ul

/**
 * sim_clean_walks() - write back what walks to a range read
 * @pt: the table
 * @ops: of its format
 * @first: first address, in reach of the table
 * @last: last address
 *
 * Context: any; the caller owns the range.
 */
void sim_clean_walks(struct pt_iommu *pt, const struct pt_iommu_ops *ops,
		     u64 first, u64 last)
{
	u64 *done[PT_TOP_LEVEL_MASK + 1] = {};
	struct pt_iommu_path path;
	unsigned int level;
	u64 at = first;

	do {
		ops->find(pt, at, &path);
		for (level = path.level; level <= path.top_level; level++) {
			u64 *line =
				PTR_ALIGN_DOWN(path.item[level], LINE_BYTES);

			if (line == done[level])
				continue;
			if (level != path.level &&
			    lib_quirk(QUIRK_PARENTS_NOT_CLEANED))
				break;
			done[level] = line;
			sim_hw_clean(virt_to_phys(line), LINE_BYTES);
		}
		at |= (1ull << path.item_lg2) - 1;
	} while (at < last && ++at);
	sim_hw_clean_wait();
}

/* A table of zeroes that walks see as such. For struct pt_iommu_driver_ops. */
void *sim_clean_alloc_table(struct pt_iommu *pt, size_t size, gfp_t gfp)
{
	void *table = iommu_alloc_pages_node_sz(pt->nid, gfp, size);

	if (table)
		sim_hw_clean(virt_to_phys(table), size);
	return table;
}

void sim_clean_free_table(struct pt_iommu *pt, void *table, size_t size)
{
	iommu_free_pages(table);
}
