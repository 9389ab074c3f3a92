/* SPDX-License-Identifier: MIT */
/*
 * Quirks: defects of Linux that the library does not have, or has for the sake of
 * compatibility, each to be switched by name (<dmasim/quirk.h>).
 *
 * The table is the only place that knows the names; code asks lib_quirk() where
 * the two behaviours part, and the comment there says what goes wrong. Included
 * by lib/lib.h.
 *
 * Q1  Whatever a quirk breaks, it breaks the simulated machine: pages, IOVA,
 *     translations; never the process.
 * Q2  lib_quirk() is not asked on the fast path of dma_iova_link().
 */
#ifndef LIB_QUIRK_H
#define LIB_QUIRK_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * Q(identifier, name, number in the contract, releases that have it, in force by
 *   default?, one line)
 */
#define LIB_QUIRKS(Q)                                                                           \
	Q(LINK_ROLLBACK, "link-rollback", "D1", "6.17, 7.0", 0,                                 \
	  "a bounced link that fails unlinks from the state's start instead of its own")        \
	Q(LINK_HEAD_OFFSET, "link-head-offset", "D2", "6.17, 7.0", 0,                           \
	  "a bounced head keeps its offset in the minimum alignment only, and the link fails")  \
	Q(DESTROY_SHORT, "destroy-short", "D3", "6.17, 7.0", 0,                                 \
	  "destroying a state gives back as much as is linked, not what was reserved")          \
	Q(STATE_UNCHECKED, "state-unchecked", "D4", "6.17, 7.0", 0,                             \
	  "a state can be freed twice and linked beyond its end")                               \
	Q(SG_BUS_LENGTH_DIRECT, "sg-bus-length-direct", "D7", "6.16, 6.17", 0,                  \
	  "without IOMMU a bus-address entry of a list gets no length")                         \
	Q(SG_HOST_BRIDGE, "sg-host-bridge", "D7", "6.16 to 7.0", 0,                             \
	  "without IOMMU an entry behind the host bridge gets no address")                      \
	Q(SG_BUS_LENGTH, "sg-bus-length", "D8", "6.17, 7.0", 0,                                 \
	  "with an IOMMU a bus-address entry gets the length of the list's first")              \
	Q(SG_BOUNCED_STICKS, "sg-bounced-sticks", "D9", "6.17, 7.0", 0,                         \
	  "a list that was bounced once is unmapped entry by entry ever after")                 \
	Q(SG_BOUNCED_PEER, "sg-bounced-peer", "D10", "6.17", 0,                                 \
	  "a list that must bounce maps peer memory like RAM, reachable or not")                \
	Q(SG_PADS_FOREIGN, "sg-pads-foreign", "D12", "6.17, 7.0", 0,                            \
	  "padding of a list at a segment boundary shows the device what lies behind an entry") \
	Q(FQ_OVERFLOW, "fq-overflow", "FQ", "6.17, 7.0", 0,                                     \
	  "a full flush queue loses what is in it if another CPU flushes just then")            \
	Q(POOL_OUTLIVED, "pool-outlived", "D14", "6.17, 7.0", 0,                                \
	  "after swiotlb_exit() everybody believes that there still are slots")                 \
	Q(MASK_ENDS_SYNC, "mask-ends-sync", "D13", "6.17, 7.0", 1,                              \
	  "dma_set_mask() with live bounce buffers ends their syncs")                           \
	Q(IOVA_FAILED_SIZE, "iova-failed-size", "D15", "6.17, 7.0", 1,                          \
	  "an allocation that fails under a small limit fails below 4 GiB for all")             \
	Q(RELEASE_EARLY, "release-early", "D27", "6.17, 7.0", 0,                                \
	  "unlinking releases bounce slots that the device can still write to")                 \
	Q(UNMAP_HOLE_ERRNO, "unmap-hole-errno", "P1", "6.17", 0,                                \
	  "unmapping nothing returns an errno as a number of bytes")                            \
	Q(EMPTY_SYNC, "empty-sync", "P3", "6.17", 0,                                            \
	  "unmapping nothing sends an invalidation all the same")                               \
	Q(MAP_CLEARS_REST, "map-clears-rest", "P5", "6.17", 0,                                  \
	  "mapping large pages drops the table behind them that others use, too")               \
	Q(TABLES_FREED_EARLY, "tables-freed-early", "P6", "6.17", 0,                            \
	  "page tables are freed before the IOMMU has forgotten them")                          \
	Q(UNMAP_ROUNDS_HOLE, "unmap-rounds-hole", "P8", "6.17", 0,                              \
	  "unmapping a hole unmaps as much as the missing table would translate")               \
	Q(OVERMAP_IGNORED, "overmap-ignored", "P9", "6.17", 0,                                  \
	  "mapping a mapped page warns, succeeds, and leaves the old translation")              \
	Q(OVERMAP_UNFLUSHED, "overmap-unflushed", "P13", "6.17", 0,                             \
	  "mapping a mapped page replaces the translation without invalidation")                \
	Q(UNMAP_COUNTS_HOLES, "unmap-counts-holes", "P14", "6.17", 0,                           \
	  "an unmap counts what was never mapped")                                              \
	Q(DIRTY_SHORT, "dirty-short", "P17", "7.0", 0,                                          \
	  "a dirty entry of several items is reported without its last one")                    \
	Q(DIRTY_NO_GATHER, "dirty-no-gather", "P18", "7.0", 0,                                  \
	  "reading dirty bits without a gather crashes")                                        \
	Q(PHYS_OF_NOWHERE, "phys-of-nowhere", "P19", "7.0", 0,                                  \
	  "an address out of range translates to a negative errno")                             \
	Q(WALK_CACHE_KEPT, "walk-cache-kept", "P30", "no release", 0,                           \
	  "an invalidation by address is all that is sent for a table that was freed")          \
	Q(SYNC_NEEDS_PGSIZE, "sync-needs-pgsize", "P33", "6.17", 0,                             \
	  "a gather that knows no page size is not invalidated")                                \
	Q(TABLES_GATHERED_EARLY, "tables-gathered-early", "P34", "6.17", 0,                     \
	  "tables are freed with the invalidation of an earlier range")                         \
	Q(PARENTS_NOT_CLEANED, "parents-not-cleaned", "I14", "no release", 0,                   \
	  "an IOMMU that does not snoop sees new entries, but not what leads to them")          \
	Q(BLK_LINK_ERROR, "blk-link-error", "K1", "6.17", 0,                                    \
	  "the block layer forgets that a link failed and sends the request")

#define LIB_QUIRK_ENUM_(id, name, number, kernels, on, what) QUIRK_##id,
enum lib_quirk { LIB_QUIRKS(LIB_QUIRK_ENUM_) LIB_NR_QUIRKS };
#undef LIB_QUIRK_ENUM_

/* bit q: quirk q is in force */
extern u64 lib_quirks_on __attribute__((__visibility__("hidden")));

/** lib_quirk() - shall the defect be there? One load and a predicted branch. */
static __always_inline bool lib_quirk(enum lib_quirk q)
{
	return unlikely(READ_ONCE(lib_quirks_on) >> q & 1);
}

/**
 * struct lib_quirk_info - a row of the table; the layout of struct dmasim_quirk
 */
struct lib_quirk_info {
	const char *name;
	const char *what;
	const char *number;
	const char *kernels;
	bool by_default;
};

extern const struct lib_quirk_info lib_quirk_table[LIB_NR_QUIRKS];

/** lib_quirk_find() - index of @name, -1 if there is none. */
int lib_quirk_find(const char *name);

/** lib_quirk_set() - from now on, until lib_quirks_reset(). */
void lib_quirk_set(enum lib_quirk q, bool on);

/** lib_quirks_reset() - each as in a new machine. */
void lib_quirks_reset(void);

#endif
