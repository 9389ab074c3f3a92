/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers: figures, live buffers, what is left over.
 * Models kernel/dma/swiotlb.c (debugfs), 6.17.
 *
 * Locks: area->lock while an area is looked at.
 * Tests: tests/unit/swiotlb/test_pool.c, test_dynamic.c, test_restricted.c
 */
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "swiotlb/slots.h"

/** swiotlb_for_each_pool() - of all allocators, transient ones last. */
void swiotlb_for_each_pool(void (*fn)(struct io_tlb_pool *pool, void *arg),
			   void *arg)
{
	struct io_tlb_pool *pool;
	struct io_tlb_mem *mem;
	unsigned int nr;

	rcu_read_lock();
	for (nr = 0; nr <= SWIOTLB_MAX_REGIONS; nr++) {
		mem = nr ? swiotlb_region_mem(nr) : &io_tlb_default_mem;
		if (!mem || !mem->nslabs)
			continue;
		list_for_each_entry_rcu(pool, &mem->pools, node)
			fn(pool, arg);
	}
	rcu_read_unlock();
	swiotlb_for_each_transient(fn, arg);
}

/* ---- live buffers ------------------------------------------------------------- */

/* @fn of each first data slot in use; the area's lock is held. */
struct slot_walk {
	void (*fn)(struct io_tlb_pool *pool, unsigned int slot, void *arg);
	void *arg;
};

static void walk_pool(struct io_tlb_pool *pool, void *arg)
{
	struct slot_walk *walk = arg;
	unsigned int area, i, first;
	unsigned long flags;

	for (area = 0; area < pool->nareas; area++) {
		first = area * pool->area_nslabs;
		spin_lock_irqsave(&pool->areas[area].lock, flags);
		for (i = first;
		     pool->areas[area].used && i < first + pool->area_nslabs;
		     i++)
			if (pool->slots[i].nr_slots)
				walk->fn(pool, i, walk->arg);
		spin_unlock_irqrestore(&pool->areas[area].lock, flags);
	}
}

static void walk_slots(void (*fn)(struct io_tlb_pool *pool, unsigned int slot,
				  void *arg),
		       void *arg)
{
	struct slot_walk walk = { fn, arg };

	swiotlb_for_each_pool(walk_pool, &walk);
}

struct live_table {
	struct swiotlb_live *entries;
	size_t max, nr;
};

static void live_add(struct io_tlb_pool *pool, unsigned int i, void *arg)
{
	const struct io_tlb_slot *slot = &pool->slots[i];
	struct live_table *table = arg;

	if (table->nr++ >= table->max)
		return;
	table->entries[table->nr - 1] = (struct swiotlb_live){
		.dev = slot->dev,
		.phys = slot_phys(pool, i) + slot->low,
		.orig = slot->orig_addr == SWIOTLB_NO_ADDR ? 0 :
							     slot->orig_addr,
		.size = slot->size,
		.slots = slot->nr_slots,
		.transient = pool->transient,
	};
}

size_t swiotlb_get_live(struct swiotlb_live *entries, size_t max)
{
	struct live_table table = { entries, max };

	walk_slots(live_add, &table);
	return table.nr;
}

struct live_count {
	struct device *dev;
	unsigned int nr;
};

static void live_count(struct io_tlb_pool *pool, unsigned int i, void *arg)
{
	struct live_count *count = arg;

	if (pool->slots[i].dev == count->dev)
		count->nr++;
}

unsigned int swiotlb_live_buffers(struct device *dev)
{
	struct live_count count = { .dev = dev };

	walk_slots(live_count, &count);
	return count.nr;
}

static void live_orphan(struct io_tlb_pool *pool, unsigned int i, void *arg)
{
	if (pool->slots[i].dev == arg)
		pool->slots[i].dev = NULL;
}

void swiotlb_dev_exit(struct device *dev)
{
	if (dev->dma_uses_io_tlb)
		walk_slots(live_orphan, dev);
	swiotlb_region_detach(dev);
}

/* ---- figures ------------------------------------------------------------------- */

static void mem_stats(const struct io_tlb_mem *mem, struct swiotlb_stats *stats)
{
	*stats = (struct swiotlb_stats){
		.slots = mem->nslabs,
		.areas = mem->defpool.nareas,
		.used = atomic_long_read(&mem->total_used),
		.used_hiwater = atomic_long_read(&mem->used_hiwater),
		.transient = atomic_long_read(&mem->transient_nslabs),
		.bounces = lib_counter_read(&swiotlb_bounces),
		.base = mem->defpool.start,
	};
}

void swiotlb_get_stats(struct swiotlb_stats *stats)
{
	mem_stats(&io_tlb_default_mem, stats);
}

void swiotlb_get_dev_stats(struct device *dev, struct swiotlb_stats *stats)
{
	mem_stats(dev->dma_io_tlb_mem, stats);
}

/*
 * The allocator and the file that "name" or "restricted<n>/name" means; NULL:
 * there is none.
 */
static struct io_tlb_mem *attr_mem(const char **path)
{
	static const char prefix[] = "restricted";
	const char *slash = strchr(*path, '/');
	unsigned int nr;

	if (!slash)
		return &io_tlb_default_mem;
	if (strncmp(*path, prefix, sizeof(prefix) - 1))
		return NULL;
	nr = slash[-1] - '0';
	if (slash - *path != sizeof(prefix))
		return NULL;
	*path = slash + 1;
	return swiotlb_region_mem(nr);
}

int swiotlb_attr_get(const char *path, u64 *value)
{
	struct io_tlb_mem *mem = attr_mem(&path);

	if (!mem)
		return -ENOENT;
	if (!strcmp(path, "io_tlb_nslabs"))
		*value = mem->nslabs;
	else if (!strcmp(path, "io_tlb_used"))
		*value = atomic_long_read(&mem->total_used);
	else if (!strcmp(path, "io_tlb_used_hiwater"))
		*value = atomic_long_read(&mem->used_hiwater);
	else if (!strcmp(path, "io_tlb_transient_nslabs"))
		*value = atomic_long_read(&mem->transient_nslabs);
	else
		return -ENOENT;
	return 0;
}

int swiotlb_attr_set(const char *path, u64 value)
{
	u64 old;
	int ret = swiotlb_attr_get(path, &old);
	struct io_tlb_mem *mem = attr_mem(&path);

	if (ret)
		return ret;
	if (strcmp(path, "io_tlb_used_hiwater"))
		return -EACCES;
	if (value)
		return -EINVAL;
	atomic_long_set(&mem->used_hiwater, 0);
	return 0;
}

int swiotlb_set_hiwater(unsigned long value)
{
	return swiotlb_attr_set("io_tlb_used_hiwater", value);
}

/* ---- what is left over ------------------------------------------------------------ */

unsigned int swiotlb_check(void)
{
	unsigned long used = 0;
	struct io_tlb_mem *mem;
	unsigned int nr;

	for (nr = 0; nr <= SWIOTLB_MAX_REGIONS; nr++) {
		mem = nr ? swiotlb_region_mem(nr) : &io_tlb_default_mem;
		if (mem)
			used += atomic_long_read(&mem->total_used);
	}
	if (!used)
		return 0;
	lib_event(LIB_EVENT_LEAK, "bounce-leak", NULL, 0, used << IO_TLB_SHIFT,
		  "%lu slots of bounce buffers were not released", used);
	return 1;
}
