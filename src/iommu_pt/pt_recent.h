/* SPDX-License-Identifier: MIT */
/*
 * Page tables: the tables that a CPU used last.
 *
 * Pages that follow each other share a table. Each CPU remembers one of level 0
 * and one of level 1, with the addresses it translates and the epoch of the page
 * table in which it was found; the next page then costs no walk. These tables stay
 * where they are while the top grows.
 *
 * R1  A table is remembered with an epoch that was read before the walk that
 *     found it, and is used only while the page table has that epoch.
 * R2  Whoever takes tables out of a page table gives it a new epoch after they
 *     are unlinked and before they are freed. Numbers are never used again, by
 *     this or another page table.
 * R3  A slot is written by the thread that owns its CPU; a thread that owns none
 *     reads one in which nothing is remembered, and walks.
 * By R1 and R2 an owner of an address never gets a table that was taken from
 * under a former owner; its own is not taken out while it owns it (T2).
 * Tests: tests/unit/iommu_pt/recent_cases.h
 */
#ifndef DMASIM_IOMMU_PT_PT_RECENT_H
#define DMASIM_IOMMU_PT_PT_RECENT_H

#include "iommu_pt/pt_counters.h"
#include "iommu_pt/pt_iter.h"

/** pt_new_epoch() - forget what is remembered of a table, on all CPUs. */
static inline void pt_new_epoch(struct pt_common *common)
{
	u64 epoch = __atomic_add_fetch(&pt_epochs, 1, __ATOMIC_RELAXED);

	smp_store_release(&common->epoch, epoch);
}

static __always_inline u64 pt_get_epoch(const struct pt_common *common)
{
	return smp_load_acquire(&common->epoch);
}

static __always_inline struct pt_recent *pt_this_recent(void)
{
	return (struct pt_recent *)((char *)pt_recent + dmasim_self.stripe);
}

/**
 * struct pt_place - an item that was found without a walk
 * @recent: slot of the calling CPU
 */
struct pt_place {
	u64 *item;
	struct pt_recent *recent;
};

/**
 * pt_recall() - find an item without a walk
 * @level: below PT_RECENT_LEVELS
 * @place: the item for @va; valid only with true
 *
 * Return: is its table remembered?
 */
static __always_inline bool pt_recall(const struct pt_common *common, u64 va,
				      unsigned int level,
				      struct pt_place *place)
{
	struct pt_recent *recent = pt_this_recent();
	struct pt_recent_table *last;
	u64 offset;

	/* Else the compiler works it out again for the store. */
	__asm__("" : "+r"(recent));
	last = &recent->last[level];
	offset = va - last->first_va;
	if (unlikely(offset >= lg2_size(pt_table_span_lg2(level))) ||
	    unlikely(pt_get_epoch(common) != last->epoch))
		return false;
	place->item = &last->table[lg2_div(offset, pt_item_lg2(level))];
	place->recent = recent;
	return true;
}

/** pt_store_recalled() - pt_store() there, and count it. */
static __always_inline void pt_store_recalled(struct pt_place place, u64 entry)
{
	pt_store(place.item, entry);
	WRITE_ONCE(place.recent->writes, place.recent->writes + 1);
}

/** pt_remember() - the table of @spot translates @va; @epoch: R1. */
static inline void pt_remember(u64 epoch, u64 va, struct pt_spot spot)
{
	struct pt_recent_table *last;

	if (spot.level >= PT_RECENT_LEVELS || !dmasim_self.stripe)
		return;
	last = &pt_this_recent()->last[spot.level];
	last->epoch = epoch;
	last->first_va = lg2_down(va, pt_table_span_lg2(spot.level));
	last->table = spot.table;
}

#endif
