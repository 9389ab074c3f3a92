/* SPDX-License-Identifier: MIT */
/*
 * What no hardware has: aids that make a forgotten invalidation visible.
 *
 * With the check on, each hit is compared with a fresh walk from the root, and
 * so is each walk that began at a remembered table. A second tell-tale needs no
 * walk: each table page has a generation that grows when the page is given back,
 * and whoever follows a pointer remembered from an earlier generation is
 * reported. Software that maps a range, gives one back or reads dirty marks is told
 * of what is cached and says otherwise.
 *
 * K1  Checks tell and count. The access goes on with what was cached, as in
 *     hardware, and no cache is filled or emptied.
 * K2  With the check off no access pays for more than the question whether it is
 *     on; hw_check_freed() and hw_check_written_back() belong to walks.
 * K3  In lazy mode a hit on what is unmapped is a note, until the flush that was
 *     to take it away has ended (hw_iommu_flush()).
 *
 * Locks: hw_iommu.lock inside the device's dma_lock inside hw_fabric.lock.
 * Tests: tests/unit/hw/test_iommu.c, test_atc.c, tests/unit/iommu/test_inv.c,
 * test_ats.c, test_dirty.c, tests/gallery/test_iommu.c
 */
#include <stdio.h>

#include "hw/iommu_state.h"

/* ---- of an access -------------------------------------------------------- */

/**
 * hw_check_freed() - report that an access goes by a table that was freed
 * @rq: the access
 * @table: physical address
 * @from: who points to it
 *
 * Context: lock held.
 */
void hw_check_freed(const struct request *rq, uint64_t table, const char *from)
{
	host_event_add(
		HOST_EVENT_FAULT, "iommu-freed-table", hw_dev_name(rq->dev),
		rq->addr, rq->len,
		"DMA %s at iova 0x%llx: table 0x%llx was freed, but %s still points to it",
		rq->write ? "write" : "read", (unsigned long long)rq->addr,
		(unsigned long long)table, from);
}

static const char *differs(enum hw_status was, const struct hw_walk *w,
			   enum hw_status now, const struct hw_walk *fresh)
{
	if (was && now)
		return NULL;
	if (was)
		return "missed-map";
	/* A leaf is there still, but without any right. */
	if (now == HW_ERR_ACCESS && w->phys == fresh->phys)
		return "stale-permission";
	if (now)
		return "use-after-unmap";
	if (w->phys != fresh->phys)
		return "wrong-target";
	if (w->read != fresh->read || w->write != fresh->write)
		return "stale-permission";
	return NULL;
}

/**
 * hw_check_found() - compare what a cache helped to find with memory
 * @rq: the access
 * @c: its context
 * @was: what was found: HW_OK, and @w says where, or why not
 *
 * Context: lock held.
 */
void hw_check_found(const struct request *rq, const struct context *c,
		    enum hw_status was, const struct hw_walk *w)
{
	struct hw_walk fresh;
	enum hw_status now;
	const char *how;

	if (hw_table_gen(c->used.root) != c->root_gen) {
		hw_check_freed(rq, c->used.root, "the context entry");
		return;
	}
	now = hw_iommu_walk(&c->used, rq->addr, &fresh);
	how = differs(was, w, now, &fresh);
	if (!how)
		return;
	if (c->used.deferred && now == HW_ERR_UNMAPPED && !rq->expired) {
		hw_iommu.stats.deferred_hits++;
		host_event_add(
			HOST_EVENT_NOTE, "iotlb-deferred", hw_dev_name(rq->dev),
			rq->addr, 0,
			"device used 0x%llx, unmapped and not flushed yet",
			(unsigned long long)rq->addr);
		return;
	}
	hw_iommu.stats.stale_hits++;
	if (rq->own) {
		host_event_add(
			HOST_EVENT_FAULT, "atc-stale", hw_dev_name(rq->dev),
			rq->addr, rq->len,
			"DMA %s at iova 0x%llx: %s (the device has kept 0x%llx, memory says %s 0x%llx)",
			rq->write ? "write" : "read",
			(unsigned long long)rq->addr, how,
			(unsigned long long)w->phys, hw_status_name(now),
			(unsigned long long)(now ? 0 : fresh.phys));
		return;
	}
	host_event_add(
		HOST_EVENT_FAULT, "iotlb-stale", hw_dev_name(rq->dev), rq->addr,
		rq->len,
		"DMA %s at iova 0x%llx: %s (cached %s 0x%llx %s, memory says %s 0x%llx)",
		rq->write ? "write" : "read", (unsigned long long)rq->addr, how,
		hw_status_name(was), (unsigned long long)w->phys,
		w->write ? w->read ? "rw" : "w" : "r", hw_status_name(now),
		(unsigned long long)(now ? 0 : fresh.phys));
}

/**
 * hw_check_hit() - the same for a leaf of the IOTLB
 * @rq: the access
 * @c: its context
 * @e: the leaf
 * @was, @w: what was made of it
 *
 * A table that was freed is told of only if the comparison told nothing.
 * Context: lock held.
 */
void hw_check_hit(const struct request *rq, const struct context *c,
		  const struct iotlb_entry *e, enum hw_status was,
		  const struct hw_walk *w)
{
	uint64_t before = hw_iommu.stats.stale_hits;

	hw_check_found(rq, c, was, w);
	if (!e->absent && hw_iommu.stats.stale_hits == before &&
	    hw_table_gen(e->table) != e->table_gen)
		hw_check_freed(rq, e->table, "the IOTLB");
}

/**
 * hw_check_written_back() - the walker does not snoop: does the CPU see the same?
 * @rq: the access
 * @c: its context
 * @found, @w: what the walk found
 *
 * Context: lock held.
 */
void hw_check_written_back(const struct request *rq, const struct context *c,
			   enum hw_status found, const struct hw_walk *w)
{
	struct hw_walk_start start = hw_iommu_root(&c->used);
	struct hw_walk cpu;
	enum hw_status now =
		hw_formats[c->used.format]->walk(&start, rq->addr, &cpu);
	const char *how = differs(found, w, now, &cpu);

	if (!how)
		return;
	host_event_add(
		HOST_EVENT_FAULT, "iommu-walk-stale", hw_dev_name(rq->dev),
		rq->addr, rq->len,
		"DMA %s at iova 0x%llx: %s, not written back (the walk finds %s 0x%llx, the CPU %s 0x%llx)",
		rq->write ? "write" : "read", (unsigned long long)rq->addr, how,
		hw_status_name(found),
		(unsigned long long)(found ? 0 : w->phys), hw_status_name(now),
		(unsigned long long)(now ? 0 : cpu.phys));
}

/**
 * hw_check_mark() - a write goes through a leaf that is known as written
 * @rq: the access
 * @c: its context
 * @e: the leaf; its .lost is set if the entry does not say so any more
 *
 * Context: lock held.
 */
void hw_check_mark(const struct request *rq, const struct context *c,
		   struct iotlb_entry *e)
{
	struct hw_walk fresh;

	if (!hw_iommu_walk(&c->used, rq->addr, &fresh))
		e->lost |= hw_formats[c->used.format]->touch(
				   fresh.entry, true) != fresh.entry;
}

/* ---- of what software does ----------------------------------------------- */

static void report_lost(uint64_t first, unsigned int lg2)
{
	host_event_add(
		HOST_EVENT_FAULT, "iotlb-dirty-lost", NULL, first, 1ull << lg2,
		"writes at iova 0x%llx left no dirty bit: it was cleared, and the IOTLB still has it",
		(unsigned long long)first);
}

/**
 * hw_iommu_dirty_read() - software reads the dirty marks of a range
 * @domain: tag of the translations
 * @first: device address
 * @last: inclusive
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_dirty_read(uint16_t domain, uint64_t first, uint64_t last)
{
	host_mutex_lock(&hw_iommu.lock);
	iotlb_tell_lost(&hw_iommu.iotlb, domain, first, last, report_lost);
	host_mutex_unlock(&hw_iommu.lock);
}

/* Lock held. */
static void report_table(const struct iotlb_entry *e, uint64_t table)
{
	host_event_add(
		HOST_EVENT_MISUSE, "iommu-freed-early", NULL, table, HW_PAGE,
		"table 0x%llx is freed while %s knows it for iova 0x%llx",
		(unsigned long long)table,
		e->tag >= IOTLB_TABLE ? "the walk cache" : "the IOTLB",
		(unsigned long long)e->first);
}

/**
 * hw_iommu_table_freed() - a page-table page goes back to the allocator
 * @phys: its physical address
 * @len: bytes, whole pages
 *
 * If something that is cached still leads to it, that is reported as event
 * "iommu-freed-early", once. Does not look without hw_iommu_set_check().
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_table_freed(uint64_t phys, uint64_t len)
{
	uint64_t page, end = (phys + len) >> HW_PAGE_LG2;
	const struct iotlb_entry *e = NULL;

	if (!hw_ram_valid(phys, len)) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-freed-range", NULL,
			       phys, len, "a table outside RAM was freed");
		return;
	}
	host_mutex_lock(&hw_iommu.lock);
	if (hw_iommu.check)
		e = iotlb_of_table(&hw_iommu.iotlb, phys, len);
	if (e)
		report_table(e, e->tag >= IOTLB_TABLE ? e->phys : e->table);
	for (page = phys >> HW_PAGE_LG2; page < end; page++)
		hw_iommu.table_gen[page]++;
	host_mutex_unlock(&hw_iommu.lock);
}

/*
 * For each device with ATS that reaches @domain, and each PASID by which it does:
 * what it has kept under it. @fn has both locks.
 */
struct kept_visit {
	void (*fn)(const struct kept_visit *v, struct hw_dev *dev,
		   const struct hw_iommu_context *ctx,
		   struct iotlb_domain *kept);
	uint64_t first, last;
	bool done;
	void *const *origin; /* for reports: a second call path */
	unsigned int nr_origin;
};

static void visit_kept_by(const struct kept_visit *v, uint16_t domain,
			  struct hw_dev *dev)
{
	const struct context *c = &hw_iommu.contexts[hw_dev_requester(dev)];
	const struct pasid_entry *entry;

	if (c->cached && c->used.mode == HW_IOMMU_TRANSLATE &&
	    c->used.domain == domain)
		v->fn(v, dev, &c->used, iotlb_domain(dev->atc, 0, false, 0));
	LIST_FOREACH(entry, &hw_iommu.pasids, node)
	{
		c = &entry->context;
		if (entry->rid == hw_dev_requester(dev) && c->cached &&
		    c->used.mode == HW_IOMMU_TRANSLATE &&
		    c->used.domain == domain)
			v->fn(v, dev, &c->used,
			      iotlb_domain(dev->atc, 0, false, entry->pasid));
	}
}

/* No lock held. */
static void visit_kept(const struct kept_visit *v, uint16_t domain)
{
	unsigned int i;

	host_mutex_lock(&hw_fabric.lock);
	for (i = 0; i < HW_NR_SLOTS; i++) {
		struct hw_dev *dev = hw_fabric.dev[i];

		if (!dev || !dev->atc)
			continue;
		host_mutex_lock(&dev->dma_lock);
		host_mutex_lock(&hw_iommu.lock);
		visit_kept_by(v, domain, dev);
		host_mutex_unlock(&hw_iommu.lock);
		host_mutex_unlock(&dev->dma_lock);
	}
	host_mutex_unlock(&hw_fabric.lock);
}

/* Something of the range that leads elsewhere now? */
static void check_kept(const struct kept_visit *v, struct hw_dev *dev,
		       const struct hw_iommu_context *ctx,
		       struct iotlb_domain *kept)
{
	const struct iotlb_entry *e =
		iotlb_next(dev->atc, kept, v->first, v->last);
	struct hw_walk fresh;
	uint64_t addr, old;

	if (!e)
		return;
	addr = e->first > v->first ? e->first : v->first;
	old = e->phys + (addr - e->first);
	if (!hw_iommu_walk(ctx, addr, &fresh) && fresh.phys != old)
		host_event_add(
			HOST_EVENT_MISUSE, "iommu-reuse", hw_dev_name(dev),
			addr, 0,
			"iova 0x%llx was mapped again, to 0x%llx, while the device itself has kept 0x%llx",
			(unsigned long long)addr,
			(unsigned long long)fresh.phys,
			(unsigned long long)old);
}

/* What is unmapped when a flush begins must be gone when it has ended. */
static void mark_kept(const struct kept_visit *v, struct hw_dev *dev,
		      const struct hw_iommu_context *ctx,
		      struct iotlb_domain *kept)
{
	struct iotlb_entry *e;
	struct hw_walk fresh;

	(void)dev;
	LIST_FOREACH(e, &kept->entries[0], in_dom)
	{
		if (v->done)
			e->expired |= e->due;
		else
			e->due = hw_iommu_walk(ctx, e->first, &fresh) ==
				 HW_ERR_UNMAPPED;
	}
}

/**
 * hw_iommu_flush() - all of a domain is flushed
 * @domain: number of the domain
 * @done: it has been; false: it is about to be
 *
 * What a device keeps beyond the flush that was to release it is no deferred
 * hit any more.
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_flush(uint16_t domain, bool done)
{
	const struct kept_visit v = { .fn = mark_kept, .done = done };

	if (hw_iommu.check && hw_atc_any())
		visit_kept(&v, domain);
}

/**
 * hw_iommu_mapped() - a range of a domain leads somewhere new
 * @domain: number of the domain
 * @pasid: the other half of its tag
 * @first: first device address
 * @last: last device address
 *
 * A translation from before that leads elsewhere: the range was used again
 * before the IOMMU, or a device, was told to forget it. Only the lowest is looked at.
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_mapped(uint16_t domain, uint32_t pasid, uint64_t first,
		     uint64_t last)
{
	const struct hw_iommu_context *ctx;
	const struct iotlb_entry *e = NULL;
	struct hw_walk fresh;
	uint64_t addr, old;
	const struct kept_visit v = { .fn = check_kept,
				      .first = first,
				      .last = last };
	bool devices;

	host_mutex_lock(&hw_iommu.lock);
	ctx = hw_iommu.check ? hw_context_with(domain, pasid) : NULL;
	if (ctx)
		e = iotlb_next(
			&hw_iommu.iotlb,
			iotlb_domain(&hw_iommu.iotlb, domain,
				     hw_formats[ctx->format]->first_stage,
				     pasid),
			first, last);
	addr = e && e->first > first ? e->first : first;
	old = e ? e->phys + (addr - e->first) : 0;
	if (e && !hw_iommu_walk(ctx, addr, &fresh) && fresh.phys != old)
		host_event_add(
			HOST_EVENT_MISUSE, "iommu-reuse", NULL, addr, 0,
			"iova 0x%llx was mapped again, to 0x%llx, while the IOTLB leads to 0x%llx",
			(unsigned long long)addr,
			(unsigned long long)fresh.phys,
			(unsigned long long)old);
	devices = hw_iommu.check && hw_atc_any();
	host_mutex_unlock(&hw_iommu.lock);
	if (hw_unlikely(devices))
		visit_kept(&v, domain);
}

static void report_freed(const struct iotlb_entry *e,
			 const struct kept_visit *v, const char *dev,
			 const char *who)
{
	uint64_t addr = e->first > v->first ? e->first : v->first;
	char text[HOST_EVENT_TEXT];

	snprintf(
		text, sizeof(text),
		"iova 0x%llx goes back to the allocator while %s leads to 0x%llx",
		(unsigned long long)addr, who,
		(unsigned long long)(e->phys + (addr - e->first)));
	host_event_put_from(HOST_EVENT_MISUSE, "iommu-freed-iova", dev, addr, 0,
			    text, v->origin, v->nr_origin);
}

static void check_freed(const struct kept_visit *v, struct hw_dev *dev,
			const struct hw_iommu_context *ctx,
			struct iotlb_domain *kept)
{
	const struct iotlb_entry *e =
		iotlb_next(dev->atc, kept, v->first, v->last);

	(void)ctx;
	if (e)
		report_freed(e, v, hw_dev_name(dev), "the device itself");
}

/**
 * hw_iommu_iova_freed() - a range of a domain may be handed out again
 * @domain: number of the domain
 * @first_stage, @pasid: the rest of its tag
 * @first: first device address
 * @last: last device address
 * @origin: call path of who unmapped it, if that was somebody else
 * @nr: its frames, 0: none
 *
 * Nothing leads through it any more, so whatever is cached of it should have been
 * forgotten. Only the lowest is looked at.
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_iova_freed(uint16_t domain, bool first_stage, uint32_t pasid,
			 uint64_t first, uint64_t last, void *const *origin,
			 unsigned int nr)
{
	const struct kept_visit v = {
		.fn = check_freed,
		.first = first,
		.last = last,
		.origin = origin,
		.nr_origin = nr,
	};
	const struct iotlb_entry *e = NULL;
	bool devices;

	host_mutex_lock(&hw_iommu.lock);
	if (hw_iommu.check && hw_iommu.iotlb.nr_leaves)
		e = iotlb_next(&hw_iommu.iotlb,
			       iotlb_domain(&hw_iommu.iotlb, domain,
					    first_stage, pasid),
			       first, last);
	if (e)
		report_freed(e, &v, NULL, "the IOTLB");
	devices = hw_iommu.check && hw_atc_any();
	host_mutex_unlock(&hw_iommu.lock);
	if (hw_unlikely(devices))
		visit_kept(&v, domain);
}

/**
 * hw_iommu_set_check() - compare every hit with a fresh walk, or stop it
 * @on: what to do
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_set_check(bool on)
{
	host_mutex_lock(&hw_iommu.lock);
	hw_iommu.check = on;
	hw_iommu.shortcuts = !on && !hw_config.iotlb_entries &&
			     !hw_config.count_steps;
	hw_iommu_next_gen();
	host_mutex_unlock(&hw_iommu.lock);
}
