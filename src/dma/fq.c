/* SPDX-License-Identifier: MIT */
/*
 * Flush queue: address ranges that wait for one common invalidation.
 * Models the lazy mode of drivers/iommu/dma-iommu.c, 6.17.
 *
 * In lazy mode an unmap clears the page table and puts the range, with the
 * table pages it made superfluous, into a ring of the CPU it runs on. Until
 * the IOMMU has dropped everything it cached for the domain, neither may be
 * used again: a device could still reach the old pages through them.
 *
 *	ring:	head -> |e|e|e|e|e| | | | <- tail	one slot stays empty
 *	e.stamp = flushes started when e was queued
 *	e may be released  <=>  e.stamp < flushes finished,
 *				or < the number of one that has finished
 *
 * A flush that started after an entry was queued covers it; one that was under
 * way already may have passed it. Hence two counters and a stamp, not a flag.
 *
 * I1  A range is released only after a flush that started later than its
 *     queueing has finished.
 * I2  While any ring holds an entry, the timer is armed or its handler or a
 *     flush is on the way.
 * I3  A ring has at least one free slot whenever its lock is free, but for quirk
 *     "fq-overflow": a ring that is full then looks empty.
 * Locks: ring lock, below it only what free_iova_fast() takes. The flush runs
 * without a ring lock in the timer and with one when a ring is full.
 * Tests: tests/unit/dma/test_fq.c
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <trace/events/dmasim.h>

#include "dma/debug_entry.h"
#include "dma/dma_iommu.h"
#include "iommu_pt/iommu_pt_api.h"

#define DMA_FQ_SIZE 256
#define DMA_FQ_TIMEOUT_MS 10
/* Where a flush is slow the queue is one, long, and patient. */
#define DMA_FQ_SINGLE_SIZE 32768
#define DMA_FQ_SINGLE_TIMEOUT_MS 1000

struct dma_fq_entry {
	unsigned long pfn;
	unsigned long count;
	u64 stamp;
	struct iommu_pages_list freelist;
#ifdef DMASIM_DEBUG
	const struct host_path *path; /* of who unmapped it */
#endif
};

/**
 * struct dma_fq_ring - entries of one CPU
 * @lock: protects the rest
 * @head: oldest entry
 * @tail: slot for the next one
 * @mask: number of slots - 1
 */
struct dma_fq_ring {
	spinlock_t lock;
	unsigned int head, tail, mask;
	struct dma_fq_entry entry[];
};

/**
 * struct dma_fq - the queue of a domain
 * @started, @finished: flushes of the whole domain
 * @armed: the timer is pending
 * @timeout: jiffies an entry waits at most
 * @nr_rings: 1 or one per CPU
 */
struct dma_fq {
	struct iommu_domain *domain;
	struct iova_domain *iovad;
	atomic64_t started;
	atomic64_t finished;
	struct timer_list timer;
	atomic_t armed;
	unsigned long timeout;
	unsigned int nr_rings;
	struct dma_fq_ring *ring[];
};

/*
 * Return: what it covers, entries stamped below. finished may be less while
 * others flush.
 */
static u64 dma_fq_do_flush(struct dma_fq *fq)
{
	u64 covered = atomic64_inc_return(&fq->started);

	iommu_flush_iotlb_all(fq->domain);
	atomic64_inc_return(&fq->finished);
	return covered;
}

static void dma_fq_release_entry(struct dma_fq *fq, struct dma_fq_entry *entry)
{
	unsigned int shift = iova_shift(fq->iovad), nr = 0;
	void *const *frames = NULL;

	iommu_put_pages_list(&entry->freelist);
	INIT_LIST_HEAD(&entry->freelist.pages);
#ifdef DMASIM_DEBUG
	nr = dma_debug_path_frames(entry->path, &frames);
#endif
	iommu_dma_free_iova_of(fq->domain, (u64)entry->pfn << shift,
			       (u64)entry->count << shift, frames, nr);
}

/*
 * Release entries stamped below @covered; they are in order of their stamps.
 * Return: how many.
 */
static unsigned int dma_fq_ring_release(struct dma_fq *fq,
					struct dma_fq_ring *ring, u64 covered)
{
	unsigned int released = 0;

	lockdep_assert_held(&ring->lock);
	for (; ring->head != ring->tail; released++) {
		struct dma_fq_entry *oldest = &ring->entry[ring->head];

		if (oldest->stamp >= covered)
			break;
		dma_fq_release_entry(fq, oldest);
		ring->head = (ring->head + 1) & ring->mask;
	}
	return released;
}

static bool dma_fq_ring_full(const struct dma_fq_ring *ring)
{
	return ((ring->tail + 1) & ring->mask) == ring->head;
}

static struct dma_fq_ring *dma_fq_this_ring(struct dma_fq *fq)
{
	return fq->ring[fq->nr_rings > 1 ? raw_smp_processor_id() : 0];
}

/**
 * dma_fq_queue() - put a range that was unmapped into the queue
 * @pfn, @count: the range, in granules
 * @freelist: table pages to free with it; emptied
 *
 * Context: any.
 */
void dma_fq_queue(struct dma_fq *fq, unsigned long pfn, unsigned long count,
		  struct iommu_pages_list *freelist)
{
	struct dma_fq_ring *ring = dma_fq_this_ring(fq);
	struct dma_fq_entry *entry;
	unsigned long flags;
	u64 covered;

	/*
	 * The cleared page table must be visible to a flush that begins after
	 * the stamp was read; that flush takes the entry to be covered.
	 */
	smp_mb();

	spin_lock_irqsave(&ring->lock, flags);
	dma_fq_ring_release(fq, ring, atomic64_read(&fq->finished));
	/* Its own flush empties the ring, whatever others are doing. */
	if (dma_fq_ring_full(ring)) {
		lib_counter_add(&dma_counters.fq_full, 1);
		covered = dma_fq_do_flush(fq);
		/* What others have under way is not counted: nothing goes. */
		if (lib_quirk(QUIRK_FQ_OVERFLOW))
			covered = atomic64_read(&fq->finished);
		trace_fq_flush(covered, dma_fq_ring_release(fq, ring, covered));
	}
	entry = &ring->entry[ring->tail];
	entry->pfn = pfn;
	entry->count = count;
	entry->stamp = atomic64_read(&fq->started);
#ifdef DMASIM_DEBUG
	entry->path = dma_debug_call_path();
#endif
	iommu_pages_list_splice(freelist, &entry->freelist);
	INIT_LIST_HEAD(&freelist->pages);
	ring->tail = (ring->tail + 1) & ring->mask;
	spin_unlock_irqrestore(&ring->lock, flags);

	/* The plain read spares the write that almost always is redundant. */
	if (!atomic_read(&fq->armed) && !atomic_xchg(&fq->armed, 1))
		mod_timer(&fq->timer, jiffies + fq->timeout);
}

/**
 * dma_fq_flush() - flush, and release all that was queued before
 *
 * Context: any.
 */
void dma_fq_flush(struct dma_fq *fq)
{
	unsigned long flags;
	u64 covered = dma_fq_do_flush(fq);
	unsigned int released = 0, i;

	for (i = 0; i < fq->nr_rings; i++) {
		spin_lock_irqsave(&fq->ring[i]->lock, flags);
		released += dma_fq_ring_release(fq, fq->ring[i], covered);
		spin_unlock_irqrestore(&fq->ring[i]->lock, flags);
	}
	trace_fq_flush(covered, released);
}

/**
 * dma_fq_waiting() - ranges in the queue now
 *
 * Context: any.
 */
unsigned long dma_fq_waiting(struct dma_fq *fq)
{
	unsigned long flags, nr = 0;
	unsigned int i;

	for (i = 0; i < fq->nr_rings; i++) {
		struct dma_fq_ring *ring = fq->ring[i];

		spin_lock_irqsave(&ring->lock, flags);
		nr += (ring->tail - ring->head) & ring->mask;
		spin_unlock_irqrestore(&ring->lock, flags);
	}
	return nr;
}

static void dma_fq_timeout(struct timer_list *timer)
{
	struct dma_fq *fq = container_of(timer, struct dma_fq, timer);

	/* First, so that an entry queued from here on arms it again. */
	atomic_set(&fq->armed, 0);
	lib_counter_add(&dma_counters.fq_timeouts, 1);
	dma_fq_flush(fq);
}

static struct dma_fq_ring *dma_fq_ring_alloc(unsigned int slots)
{
	struct dma_fq_ring *ring = vzalloc(struct_size(ring, entry, slots));
	unsigned int i;

	if (!ring)
		return NULL;
	spin_lock_init(&ring->lock);
	ring->mask = slots - 1;
	for (i = 0; i < slots; i++)
		INIT_LIST_HEAD(&ring->entry[i].freelist.pages);
	return ring;
}

static void dma_fq_dispose(struct dma_fq *fq)
{
	unsigned int i;

	for (i = 0; i < fq->nr_rings; i++)
		vfree(fq->ring[i]);
	kfree(fq);
}

/**
 * dma_fq_create() - a queue for @domain, whose addresses come from @iovad
 * @single: one long queue for hardware on which a flush is expensive
 *
 * Context: may sleep. Return: the queue, or NULL without memory.
 */
struct dma_fq *dma_fq_create(struct iommu_domain *domain,
			     struct iova_domain *iovad, bool single)
{
	unsigned int slots = single ? DMA_FQ_SINGLE_SIZE : DMA_FQ_SIZE;
	unsigned int timeout = single ? DMA_FQ_SINGLE_TIMEOUT_MS :
					DMA_FQ_TIMEOUT_MS;
	unsigned int nr = single ? 1 : nr_cpu_ids;
	struct dma_fq *fq;
	unsigned int i;

	fq = kzalloc(struct_size(fq, ring, nr), GFP_KERNEL);
	if (!fq)
		return NULL;
	fq->domain = domain;
	fq->iovad = iovad;
	fq->nr_rings = nr;
	fq->timeout = msecs_to_jiffies(timeout);
	for (i = 0; i < nr; i++) {
		fq->ring[i] = dma_fq_ring_alloc(slots);
		if (!fq->ring[i]) {
			dma_fq_dispose(fq);
			return NULL;
		}
	}
	timer_setup(&fq->timer, dma_fq_timeout, 0);
	return fq;
}

/**
 * dma_fq_destroy() - the domain dies: no device uses it any more
 *
 * Table pages and ranges are freed without a flush. Context: may sleep.
 */
void dma_fq_destroy(struct dma_fq *fq)
{
	unsigned int i;

	timer_delete_sync(&fq->timer);
	for (i = 0; i < fq->nr_rings; i++) {
		struct dma_fq_ring *ring = fq->ring[i];

		for (; ring->head != ring->tail;
		     ring->head = (ring->head + 1) & ring->mask)
			dma_fq_release_entry(fq, &ring->entry[ring->head]);
	}
	dma_fq_dispose(fq);
}
