/* SPDX-License-Identifier: MIT */
/*
 * Views of memory: what the CPU sees, what a device sees.
 *
 * All devices are coherent so far: they see the CPU's bytes and the CPU sees
 * theirs, and cache maintenance has nothing to do but be counted. A device
 * with a view of its own gets it in hw_mem_read() and hw_mem_write(), through
 * which every access of every device passes; asking for one is refused loudly
 * until that exists.
 *
 * Short aligned accesses are made of 8- or 4-byte atomic ones in ascending
 * order, released and acquired. Queue entries and completion words are passed
 * between CPU and device that way, without a lock, as on real hardware: who
 * sees the last word of an entry sees all of it.
 *
 * Locks: none.
 * Tests: tests/unit/hw/test_dma.c, test_machine.c
 */
#include "hw/fabric.h"

#define ORDERED_MAX 64

static struct hw_cache_stats cache_stats;

/** hw_cache_init() - power on: counters start at 0. */
void hw_cache_init(void)
{
	memset(&cache_stats, 0, sizeof(cache_stats));
}

static void count(uint64_t *nr, uint64_t *bytes, uint64_t len)
{
	__atomic_fetch_add(nr, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(bytes, len, __ATOMIC_RELAXED);
}

static void demand_ram(uint64_t phys, uint64_t len, const char *what)
{
	if (!hw_ram_valid(phys, len))
		host_event_add(HOST_EVENT_MISUSE, "cache-range", NULL, phys,
			       len, "cache %s of 0x%llx + 0x%llx: not RAM",
			       what, (unsigned long long)phys,
			       (unsigned long long)len);
}

/**
 * hw_cache_clean() - make the CPU's stores visible to non-coherent devices
 * @phys: physical address
 * @len: bytes
 *
 * Context: any thread.
 */
void hw_cache_clean(uint64_t phys, uint64_t len)
{
	demand_ram(phys, len, "clean");
	count(&cache_stats.cleans, &cache_stats.clean_bytes, len);
}

/**
 * hw_cache_invalidate() - make stores of non-coherent devices visible to the
 *	CPU
 * @phys: physical address
 * @len: bytes
 *
 * Context: any thread.
 */
void hw_cache_invalidate(uint64_t phys, uint64_t len)
{
	demand_ram(phys, len, "invalidate");
	count(&cache_stats.invalidates, &cache_stats.invalidate_bytes, len);
}

/**
 * hw_cache_get_stats() - maintenance operations since power-on
 * @stats: result
 *
 * Context: any thread.
 */
void hw_cache_get_stats(struct hw_cache_stats *stats)
{
	stats->cleans = __atomic_load_n(&cache_stats.cleans, __ATOMIC_RELAXED);
	stats->clean_bytes =
		__atomic_load_n(&cache_stats.clean_bytes, __ATOMIC_RELAXED);
	stats->invalidates =
		__atomic_load_n(&cache_stats.invalidates, __ATOMIC_RELAXED);
	stats->invalidate_bytes = __atomic_load_n(&cache_stats.invalidate_bytes,
						  __ATOMIC_RELAXED);
}

/**
 * hw_dev_set_noncoherent() - this device sees memory through its own view
 * @dev: the device
 * @noncoherent: true is not modelled yet and panics
 *
 * Context: before the device makes any access.
 */
void hw_dev_set_noncoherent(struct hw_dev *dev, bool noncoherent)
{
	if (noncoherent)
		host_panic("%s: non-coherent devices are not modelled yet",
			   hw_dev_name(dev));
}

/**
 * hw_mem_read() - bytes of RAM as a device sees them
 * @dev: the device that reads
 * @phys: physical address; all of the range is RAM
 * @buf: result
 * @len: bytes
 *
 * Context: dev->dma_lock held.
 */
void hw_mem_read(struct hw_dev *dev, uint64_t phys, void *buf, size_t len)
{
	const char *src = hw_ram_host + phys;
	char *dst = buf;

	(void)dev;
	if (len > ORDERED_MAX || (phys | len) & 3) {
		memcpy(dst, src, len);
		return;
	}
	while (len) {
		size_t step = ((uintptr_t)src | len) & 7 ? 4 : 8;

		if (step == 8) {
			uint64_t v = __atomic_load_n((const uint64_t *)src,
						     __ATOMIC_ACQUIRE);
			memcpy(dst, &v, 8);
		} else {
			uint32_t v = __atomic_load_n((const uint32_t *)src,
						     __ATOMIC_ACQUIRE);
			memcpy(dst, &v, 4);
		}
		src += step;
		dst += step;
		len -= step;
	}
}

/**
 * hw_mem_write() - a device's bytes into RAM
 * @dev: the device that writes
 * @phys: physical address; all of the range is RAM
 * @buf: the bytes
 * @len: how many
 *
 * Context: dev->dma_lock held.
 */
void hw_mem_write(struct hw_dev *dev, uint64_t phys, const void *buf,
		  size_t len)
{
	char *dst = hw_ram_host + phys;
	const char *src = buf;

	(void)dev;
	if (len > ORDERED_MAX || (phys | len) & 3) {
		memcpy(dst, src, len);
		return;
	}
	while (len) {
		size_t step = ((uintptr_t)dst | len) & 7 ? 4 : 8;

		if (step == 8) {
			uint64_t v;

			memcpy(&v, src, 8);
			__atomic_store_n((uint64_t *)dst, v, __ATOMIC_RELEASE);
		} else {
			uint32_t v;

			memcpy(&v, src, 4);
			__atomic_store_n((uint32_t *)dst, v, __ATOMIC_RELEASE);
		}
		src += step;
		dst += step;
		len -= step;
	}
}
