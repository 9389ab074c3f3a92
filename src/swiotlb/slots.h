/* SPDX-License-Identifier: MIT */
/*
 * Private to src/swiotlb: slots, areas, pools, the default allocator.
 */
#ifndef SWIOTLB_SLOTS_H
#define SWIOTLB_SLOTS_H

#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <linux/swiotlb.h>

#include "lib/lib.h"
#include "swiotlb/swiotlb.h"

/**
 * struct io_tlb_slot - what is known about 2 KiB of a pool
 * @orig_addr: original of the byte at @low; ~0 for padding, free slots and
 *	memory that was lent
 * @dev: in a buffer's first data slot: whose it is; else NULL
 * @rest: bytes of the buffer from @orig_addr on, padding behind it included
 * @size: in a buffer's first data slot: bytes that were mapped
 * @list: free slots from here to the next used one or the set's end; 0: used
 * @pad_slots: in a buffer's first data slot: padding slots before it
 * @nr_slots: in a buffer's first data slot: all its slots; else 0
 * @low: offset of the buffer's first byte in its slot
 */
struct io_tlb_slot {
	phys_addr_t orig_addr;
	struct device *dev;
	u32 rest;
	u32 size;
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

/* No slot, where an index is asked for. */
#define SWIOTLB_NO_SLOT (~0u)

/**
 * struct swiotlb_request - a search
 * @orig: what is to be copied; 0: nothing, memory is lent
 * @bytes: bytes wanted
 * @size: bytes with the offset before and the padding behind
 * @need: slots
 * @align: bits that must be 0 in the address of the first slot
 * @same: further bits in which it must agree with @orig
 * @boundary: slots between two of the device's segment boundaries
 * @step: slots from one candidate to the next
 * @low: offset of the first byte in its slot
 * @pad: slots before the one of the first byte
 * @bus: device address of the first slot of the pool that is searched
 * @aligned: out: a run at the right place existed, free or not
 * @no_memory: out: there was none for a pool of its own
 */
struct swiotlb_request {
	struct device *dev;
	phys_addr_t orig;
	size_t bytes;
	size_t size;
	unsigned int need;
	unsigned long align;
	unsigned long same;
	unsigned long boundary;
	unsigned int step;
	unsigned int low;
	unsigned int pad;
	dma_addr_t bus;
	bool aligned;
	bool no_memory;
};

extern struct io_tlb_mem io_tlb_default_mem;
extern struct lib_counter swiotlb_bounces;

static inline phys_addr_t slot_phys(const struct io_tlb_pool *pool,
				    unsigned int slot)
{
	return pool->start + ((phys_addr_t)slot << IO_TLB_SHIFT);
}

static inline bool pool_holds(const struct io_tlb_pool *pool, phys_addr_t phys)
{
	return phys >= pool->start && phys < pool->end;
}

/* pool.c */
void swiotlb_mem_open(struct io_tlb_mem *mem);
void swiotlb_mem_add(struct io_tlb_mem *mem, struct io_tlb_pool *pool);
int swiotlb_pool_share(struct io_tlb_pool *pool);
void swiotlb_pool_unshare(struct io_tlb_pool *pool);
unsigned int swiotlb_fit_areas(unsigned int nareas, unsigned long nslabs);

/* swiotlb.c */
unsigned int swiotlb_search(struct io_tlb_pool *pool, unsigned int area,
			    struct swiotlb_request *req);
struct page *swiotlb_lend(struct device *dev, size_t size);
void swiotlb_release(struct device *dev, phys_addr_t tlb_addr,
		     struct io_tlb_pool *pool);

/* dynamic.c */
void swiotlb_grow(struct work_struct *work);
unsigned int swiotlb_transient(struct io_tlb_mem *mem,
			       struct swiotlb_request *req,
			       struct io_tlb_pool **pool);
void swiotlb_transient_done(struct device *dev, struct io_tlb_pool *pool);
struct io_tlb_pool *swiotlb_find_grown(struct device *dev, phys_addr_t phys);
void swiotlb_for_each_transient(void (*fn)(struct io_tlb_pool *pool, void *arg),
				void *arg);
void swiotlb_shrink(struct io_tlb_mem *mem);

/* restricted.c */
struct io_tlb_mem *swiotlb_region_mem(unsigned int nr);
void swiotlb_regions_close(void);

/* inspect.c */
void swiotlb_for_each_pool(void (*fn)(struct io_tlb_pool *pool, void *arg),
			   void *arg);

#endif
