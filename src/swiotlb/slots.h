/* SPDX-License-Identifier: MIT */
/*
 * Private to src/swiotlb: slots, areas, the default allocator.
 */
#ifndef SWIOTLB_SLOTS_H
#define SWIOTLB_SLOTS_H

#include <linux/spinlock.h>
#include <linux/swiotlb.h>

#include "lib/lib.h"
#include "swiotlb/swiotlb.h"

/**
 * struct io_tlb_slot - what is known about 2 KiB of a pool
 * @orig_addr: original of the byte at @low; ~0 for padding and free slots
 * @rest: bytes of the buffer from @orig_addr on, padding behind it included
 * @dev: in a buffer's first data slot: whose it is; else NULL
 * @list: free slots from here to the next used one or the set's end; 0: used
 * @pad_slots: in a buffer's first data slot: padding slots before it
 * @nr_slots: in a buffer's first data slot: all its slots; else 0
 * @low: offset of the buffer's first byte in its slot
 */
struct io_tlb_slot {
	phys_addr_t orig_addr;
	size_t rest;
	struct device *dev;
	u16 list;
	u16 pad_slots;
	u16 nr_slots;
	u16 low;
};

/**
 * struct io_tlb_area - slots with a lock and a cursor of their own
 * @used: slots in use
 * @index: where the next search begins, from the area's first slot
 * @ready: its slots were initialised, which waits for the first search
 */
struct io_tlb_area {
	unsigned long used;
	unsigned int index;
	bool ready;
	spinlock_t lock;
};

#define SWIOTLB_NO_ADDR (~(phys_addr_t)0)
#define SWIOTLB_MAX_AREAS 64

extern struct io_tlb_mem io_tlb_default_mem;
extern struct lib_counter swiotlb_bounces;

#endif
