/* SPDX-License-Identifier: MIT */
/*
 * What src/swiotlb offers to the layers above it and to src/sim beyond
 * <linux/swiotlb.h>.
 */
#ifndef SWIOTLB_SWIOTLB_H
#define SWIOTLB_SWIOTLB_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;

/**
 * struct swiotlb_params - how to boot
 * @option: value of the kernel's "swiotlb=" option, NULL: none
 * @addressing_limited: RAM lies where a 32-bit device cannot reach
 */
struct swiotlb_params {
	const char *option;
	bool addressing_limited;
};

/**
 * struct swiotlb_stats - figures of the default allocator
 * @slots: of 2 KiB, all; 0: there is no pool
 * @areas: with a lock each
 * @used: of them, padding included
 * @used_hiwater: the most there ever were
 * @bounces: buffers taken since boot
 * @base: physical address of the first slot
 */
struct swiotlb_stats {
	u64 slots;
	unsigned int areas;
	u64 used;
	u64 used_hiwater;
	u64 bounces;
	u64 base;
};

/**
 * swiotlb_option_valid() - would this "swiotlb=" option be understood?
 * @option: "[slabs][,areas][,force|noforce]"; NULL is valid
 */
bool swiotlb_option_valid(const char *option);

/**
 * swiotlb_boot() - set the default pool up as the kernel would at boot
 *
 * Context: once per machine, after mm_boot(), before any device exists.
 * Return: 0, also if there is to be no pool or no room for one; -EINVAL for an
 * option that is none.
 */
int swiotlb_boot(const struct swiotlb_params *params);

/**
 * swiotlb_check() - report slots that were not given back ("bounce-leak")
 * Return: number of events added.
 */
unsigned int swiotlb_check(void);

/** swiotlb_shutdown() - give the pool's memory back, forget all settings. */
void swiotlb_shutdown(void);

void swiotlb_get_stats(struct swiotlb_stats *stats);

/** swiotlb_set_hiwater() - 0 resets the mark; -EINVAL for anything else. */
int swiotlb_set_hiwater(unsigned long value);

/**
 * swiotlb_map_keeping() - swiotlb_tbl_map_single() that keeps more of an address
 * @keep_mask: address bits that the copy shares with @orig besides those of the
 *	device's minimum alignment mask; 2^n - 1
 */
phys_addr_t swiotlb_map_keeping(struct device *dev, phys_addr_t orig,
				size_t size, unsigned int align_mask,
				unsigned int keep_mask,
				enum dma_data_direction dir,
				unsigned long attrs);

/** swiotlb_live_buffers() - buffers of @dev that were not released. Slow. */
unsigned int swiotlb_live_buffers(struct device *dev);

/**
 * swiotlb_set_release_hook() - be told before slots are released
 * @hook: gets physical address and bytes of the slots; NULL: nobody
 *
 * For tests of what must be over by then.
 */
void swiotlb_set_release_hook(void (*hook)(phys_addr_t slots, size_t bytes));

#endif
