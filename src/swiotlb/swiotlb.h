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
struct page;

/**
 * struct swiotlb_params - how to boot
 * @option: value of the kernel's "swiotlb=" option, NULL: none
 * @addressing_limited: RAM lies where a 32-bit device cannot reach
 * @dynamic: the default allocator grows (CONFIG_SWIOTLB_DYNAMIC)
 */
struct swiotlb_params {
	const char *option;
	bool addressing_limited;
	bool dynamic;
};

#define SWIOTLB_MAX_REGIONS 4

/**
 * struct swiotlb_stats - figures of one allocator
 * @slots: of 2 KiB, all; 0: there is no pool
 * @areas: with a lock each
 * @used: of them, padding included
 * @used_hiwater: the most there ever were
 * @transient: slots of transient pools, which @slots does not count
 * @bounces: buffers taken since boot, by all devices
 * @base: physical address of the first slot
 */
struct swiotlb_stats {
	u64 slots;
	unsigned int areas;
	u64 used;
	u64 used_hiwater;
	u64 transient;
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

/** swiotlb_get_stats() - of the default allocator. */
void swiotlb_get_stats(struct swiotlb_stats *stats);

/** swiotlb_get_dev_stats() - of the allocator that serves @dev. */
void swiotlb_get_dev_stats(struct device *dev, struct swiotlb_stats *stats);

/**
 * swiotlb_attr_get() - read a file below debugfs' swiotlb/
 * @path: "io_tlb_used" of the default allocator, "restricted<n>/io_tlb_used" of
 *	region n
 *
 * Return: 0; -ENOENT: there is no such file, or the region has no device.
 */
int swiotlb_attr_get(const char *path, u64 *value);

/**
 * swiotlb_attr_set() - write one
 *
 * Return: 0; -ENOENT as above; -EACCES: it can only be read; -EINVAL: anything
 * but 0 to a high-water mark.
 */
int swiotlb_attr_set(const char *path, u64 value);

/**
 * struct swiotlb_live - a buffer in use
 * @dev: whose; NULL: that device is gone
 * @phys: where it is
 * @orig: physical address of what it is a copy of; 0: coherent memory
 * @size: bytes
 * @slots: slots that it takes, padding included
 */
struct swiotlb_live {
	struct device *dev;
	phys_addr_t phys;
	phys_addr_t orig;
	size_t size;
	unsigned int slots;
	bool transient;
};

/**
 * swiotlb_get_live() - which buffers are in use, of all devices and pools
 * @max: entries that @entries has room for
 *
 * Return: how many there are, which may be more. Slow.
 */
size_t swiotlb_get_live(struct swiotlb_live *entries, size_t max);

/**
 * swiotlb_lent() - what swiotlb_alloc() was asked for
 * @page: as it returned it
 *
 * Context: any. Return: bytes; 0 if no such block begins there.
 */
size_t swiotlb_lent(struct device *dev, struct page *page);

/** swiotlb_set_hiwater() - 0 resets the mark; -EINVAL for anything else. */
int swiotlb_set_hiwater(unsigned long value);

/**
 * swiotlb_region_reserve() - set a restricted pool aside
 * @nr: its number, 1..SWIOTLB_MAX_REGIONS
 * @base: physical address; 0: anywhere below 4 GiB
 * @size: bytes
 *
 * Context: boot, before swiotlb_boot().
 * Return: 0; -EINVAL: not whole pages, or not RAM; -EBUSY: somebody has a part
 * of it; -ENOMEM: there is not so much side by side.
 */
int swiotlb_region_reserve(unsigned int nr, phys_addr_t base, size_t size);

/**
 * swiotlb_region_attach() - let @dev use restricted pool @nr and nothing else
 *
 * Context: process, before @dev has any mapping.
 * Return: 0; -EINVAL: there is no such pool; -ENOMEM.
 */
int swiotlb_region_attach(struct device *dev, unsigned int nr);

/** swiotlb_region_detach() - back to the default allocator. */
void swiotlb_region_detach(struct device *dev);

/** swiotlb_dev_exit() - @dev goes; buffers that it leaves belong to nobody. */
void swiotlb_dev_exit(struct device *dev);

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
