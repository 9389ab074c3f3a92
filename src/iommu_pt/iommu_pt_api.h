/* SPDX-License-Identifier: MIT */
/*
 * Page tables: what other folders may use of this one, besides
 * <linux/generic_pt/iommu.h>.
 */
#ifndef DMASIM_IOMMU_PT_IOMMU_PT_API_H
#define DMASIM_IOMMU_PT_IOMMU_PT_API_H

#include <linux/types.h>

#include "iommu_pt/iommu_pages.h"

/**
 * struct pt_stats - all tables of the process together
 * @pte_writes: items of leaves stored or cleared, since the start
 * @pages: base pages that are tables now
 * @pages_peak: the most there were since iommu_pt_reset_peak()
 * @tables_allocated: tables made, since the start
 * @tables_freed: tables given back, since the start
 * @tops_grown: top tables replaced by a higher one, since the start
 */
struct pt_stats {
	u64 pte_writes;
	u64 pages;
	u64 pages_peak;
	u64 tables_allocated;
	u64 tables_freed;
	u64 tops_grown;
};

/** iommu_pt_get_stats() - read the totals. Any context. */
void iommu_pt_get_stats(struct pt_stats *stats);

/** iommu_pt_writes_of_cpu() - the part of pte_writes that @cpu did. */
u64 iommu_pt_writes_of_cpu(unsigned int cpu);

/** iommu_pt_reset_peak() - let pages_peak start again at pages. */
void iommu_pt_reset_peak(void);

/**
 * iommu_pt_set_table_freed() - be told of each table that is freed
 * @fn: called in any context before the memory goes back, with the physical
 *	address and the bytes of the table; NULL for nobody
 */
void iommu_pt_set_table_freed(void (*fn)(u64 phys, u64 len));

#endif
