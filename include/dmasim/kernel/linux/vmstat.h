/* SPDX-License-Identifier: MIT */
/*
 * <linux/vmstat.h>: counters of pages by use.
 *
 * Same: node counters of IOMMU page tables.
 * Reduced: exact, not batched per CPU; no zone counters, no memory cgroups
 *	(lruvec counters are the node's).
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_VMSTAT_H
#define _DMASIM_LINUX_VMSTAT_H

#include <linux/atomic.h>
#include <linux/mmzone.h>

static inline void mod_node_page_state(struct pglist_data *pgdat,
				       enum node_stat_item item, long delta)
{
	atomic_long_add(delta, &pgdat->vm_stat[item]);
}

#define __mod_node_page_state mod_node_page_state

static inline void inc_node_page_state(struct page *page,
				       enum node_stat_item item)
{
	mod_node_page_state(&contig_page_data, item, 1);
}

static inline void dec_node_page_state(struct page *page,
				       enum node_stat_item item)
{
	mod_node_page_state(&contig_page_data, item, -1);
}

static inline void mod_lruvec_page_state(struct page *page,
					 enum node_stat_item item, int val)
{
	mod_node_page_state(&contig_page_data, item, val);
}

#define __mod_lruvec_page_state mod_lruvec_page_state

static inline void lruvec_stat_mod_folio(struct folio *folio,
					 enum node_stat_item item, int val)
{
	mod_node_page_state(&contig_page_data, item, val);
}

static inline unsigned long node_page_state(struct pglist_data *pgdat,
					    enum node_stat_item item)
{
	long v = atomic_long_read(&pgdat->vm_stat[item]);

	return v < 0 ? 0 : v;
}

static inline unsigned long global_node_page_state(enum node_stat_item item)
{
	return node_page_state(&contig_page_data, item);
}

#endif
