/* SPDX-License-Identifier: MIT */
/*
 * The IOMMU: contexts by requester, translation, commands, and the checks that
 * make a forgotten invalidation visible.
 *
 *	rid --> context (cached until HW_INV_CONTEXT) --> domain, root
 *	          IOTLB leaf?  ---------------------------> done
 *	          table entry? --> walk from there -------> fill, done
 *	          else         --> walk from the root
 *
 * What is cached stays until a command matches it (W2). In caching mode "there
 * is nothing" is remembered too, per smallest page, and so is a blocked context.
 *
 * With the check on, each hit is compared with a fresh walk from the root, and
 * so is each walk that began at a remembered table; the access itself goes on
 * with what was cached. A second tell-tale needs no walk: each table page has a
 * generation that grows when the page is given back, and whoever follows a
 * pointer remembered from an earlier generation is reported.
 *
 * I1  hw_iommu_gen grows, under the lock, with every command that made
 *     something forgotten and with every change of routing; a device's own slots
 *     are good for one generation.
 * I2  A command that has returned leaves no copy by a device that uses what it
 *     dropped (hw_fabric_drain()).
 * I3  A device's own slots are filled only without check, capacity, observer and
 *     counting of steps, so each of these sees every access.
 *
 * Locks: iommu_lock inside the device's dma_lock.
 * Tests: tests/unit/hw/test_iommu.c, test_iotlb.c
 */
#include "hw/fabric.h"
#include "hw/iommu.h"
#include "hw/iotlb.h"
#include "hw/walk.h"

#define NR_RIDS 65536u

/**
 * struct context - one requester
 * @mem: the entry as software wrote it
 * @used: the copy in use while @cached
 * @root_gen: generation of the root table when it was copied
 */
struct context {
	struct hw_iommu_context mem, used;
	uint32_t root_gen;
	bool cached;
};

/** struct pasid_entry - an entry of a requester's PASID table. */
struct pasid_entry {
	LIST_ENTRY(pasid_entry) node;
	uint16_t rid;
	uint32_t pasid;
	struct context context;
};

uint64_t hw_iommu_gen;

static LIST_HEAD(, pasid_entry) pasid_entries;
static struct host_mutex iommu_lock;
static struct context *contexts;
static uint64_t context_cached[NR_RIDS / 64]; /* a bit for each that is */
static uint32_t *table_gen; /* by page number */
static struct iotlb iotlb;
static struct hw_iommu_stats stats; /* this file's share */
static bool check_hits;

/* ---- power --------------------------------------------------------------- */

/**
 * hw_iommu_init() - power on: every requester is blocked, nothing is cached
 *
 * Context: hw_init().
 * Return: NULL or a static text.
 */
const char *hw_iommu_init(void)
{
	uint64_t pages = hw_ram_end() >> HW_PAGE_LG2;

	memset(&stats, 0, sizeof(stats));
	memset(context_cached, 0, sizeof(context_cached));
	__atomic_store_n(&hw_iommu_gen, 1, __ATOMIC_SEQ_CST);
#ifdef DMASIM_DEBUG
	check_hits = true;
#else
	check_hits = false;
#endif
	if (!iotlb_init(&iotlb, hw_config.iotlb_entries))
		goto err;
	if (hw_config.iotlb_random)
		iotlb.random = hw_config.iotlb_seed * 0x9e3779b97f4a7c15ull | 1;
	contexts = host_map_anon(NR_RIDS * sizeof(*contexts));
	table_gen = host_map_anon(pages * sizeof(*table_gen));
	if (contexts && table_gen)
		return NULL;
	hw_iommu_exit();
err:
	return "the host has no memory for the IOMMU's tables";
}

/** hw_iommu_exit() - power off. */
void hw_iommu_exit(void)
{
	uint64_t pages = hw_ram_end() >> HW_PAGE_LG2;

	struct pasid_entry *entry;

	while ((entry = LIST_FIRST(&pasid_entries))) {
		LIST_REMOVE(entry, node);
		host_free(entry);
	}
	iotlb_exit(&iotlb);
	host_release(contexts, NR_RIDS * sizeof(*contexts));
	host_release(table_gen, pages * sizeof(*table_gen));
	contexts = NULL;
	table_gen = NULL;
}

static uint32_t gen_of(uint64_t table)
{
	return table < hw_ram_end() ? table_gen[table >> HW_PAGE_LG2] : 0;
}

static void next_gen(void)
{
	__atomic_fetch_add(&hw_iommu_gen, 1, __ATOMIC_SEQ_CST);
}

/* ---- contexts ------------------------------------------------------------ */

static const struct hw_walk_format *formats[HW_PT_MAX] = {
	[HW_PT_VTDSS] = &hw_vtdss_format,
	[HW_PT_AMDV1] = &hw_amdv1_format,
	[HW_PT_X86_64] = &hw_x86_64_format,
	[HW_PT_RISCV_64] = &hw_riscv_64_format,
	[HW_PT_ARM_S1_4K] = &hw_arm_s1_4k_format,
	[HW_PT_ARM_S1_16K] = &hw_arm_s1_16k_format,
	[HW_PT_ARM_S1_64K] = &hw_arm_s1_64k_format,
	[HW_PT_ARM_S2_4K] = &hw_arm_s2_4k_format,
	[HW_PT_ARM_S2_16K] = &hw_arm_s2_16k_format,
	[HW_PT_ARM_S2_64K] = &hw_arm_s2_64k_format,
};

void hw_iommu_add_format(enum hw_pt_format nr,
			 const struct hw_walk_format *format)
{
	formats[nr] = format;
}

static const char *check_context(const struct hw_iommu_context *ctx)
{
	const struct hw_walk_format *fmt;
	unsigned int tree_lg2;
	uint64_t root_size;

	if (ctx->mode != HW_IOMMU_TRANSLATE)
		return NULL;
	if ((unsigned int)ctx->format >= HW_PT_MAX || !formats[ctx->format])
		return "no such table format";
	fmt = formats[ctx->format];
	if (ctx->levels < fmt->min_levels || ctx->levels > fmt->max_levels)
		return "number of levels";
	tree_lg2 = fmt->granule_lg2 + fmt->index_lg2 * ctx->levels;
	if (ctx->va_lg2 > fmt->va_lg2 ||
	    ctx->va_lg2 > tree_lg2 + fmt->concat_lg2)
		return "address width";
	if (ctx->sign_extend && !fmt->sign_extends)
		return "addresses of this format have no sign";
	root_size = 8ull << fmt->index_lg2;
	if (ctx->va_lg2 > tree_lg2)
		root_size <<= ctx->va_lg2 - tree_lg2;
	if (ctx->root & (root_size - 1))
		return "root is not aligned to its size";
	return NULL;
}

/**
 * hw_iommu_set_context() - write the context entry of a requester
 * @rid: requester
 * @ctx: copied. A malformed one blocks, with event "iommu-context".
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_set_context(uint16_t rid, const struct hw_iommu_context *ctx)
{
	struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };
	const char *why = check_context(ctx);

	if (why) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-context", NULL, rid, 0,
			       "malformed context of requester %#x: %s", rid,
			       why);
		ctx = &blocked;
	}
	host_mutex_lock(&iommu_lock);
	contexts[rid].mem = *ctx;
	host_mutex_unlock(&iommu_lock);
}

/* Lock held. NULL: nobody has written it. */
static struct pasid_entry *find_pasid(uint16_t rid, uint32_t pasid)
{
	struct pasid_entry *entry;

	LIST_FOREACH(entry, &pasid_entries, node)
	if (entry->rid == rid && entry->pasid == pasid)
		return entry;
	return NULL;
}

/**
 * hw_iommu_set_pasid_context() - write an entry of a requester's PASID table
 * @rid: requester
 * @pasid: not 0
 * @ctx: copied. A malformed one blocks, with event "iommu-context".
 *
 * Context: any thread, no hardware lock held.
 * Return: false if the host has no memory.
 */
bool hw_iommu_set_pasid_context(uint16_t rid, uint32_t pasid,
				const struct hw_iommu_context *ctx)
{
	struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };
	const char *why = check_context(ctx);
	struct pasid_entry *entry;

	if (why) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-context", NULL, rid, 0,
			       "malformed context of requester %#x: %s", rid,
			       why);
		ctx = &blocked;
	}
	host_mutex_lock(&iommu_lock);
	entry = find_pasid(rid, pasid);
	if (!entry && ctx->mode != HW_IOMMU_BLOCK) {
		entry = host_alloc(sizeof(*entry));
		if (entry) {
			entry->rid = rid;
			entry->pasid = pasid;
			LIST_INSERT_HEAD(&pasid_entries, entry, node);
		}
	}
	if (entry)
		entry->context.mem = *ctx;
	host_mutex_unlock(&iommu_lock);
	return entry || ctx->mode == HW_IOMMU_BLOCK;
}

static void fetch_context(struct hw_dev *dev, struct context *c)
{
	hw_cost_dev(dev, HW_COST_CONTEXT_FETCH, 1);
	c->used = c->mem;
	if (c->mem.mode == HW_IOMMU_TRANSLATE)
		c->root_gen = gen_of(c->mem.root);
	c->cached = c->mem.mode != HW_IOMMU_BLOCK ||
		    hw_config.iommu_caching_mode;
}

/* NULL: no such entry. */
static struct context *context_of_pasid(struct hw_dev *dev, uint32_t pasid)
{
	struct pasid_entry *entry = find_pasid(hw_dev_requester(dev), pasid);

	if (entry && !entry->context.cached)
		fetch_context(dev, &entry->context);
	return entry ? &entry->context : NULL;
}

static struct context *context_of(struct hw_dev *dev)
{
	uint16_t rid = hw_dev_requester(dev);
	struct context *c = &contexts[rid];

	if (hw_likely(c->cached))
		return c;
	fetch_context(dev, c);
	if (c->cached)
		context_cached[rid / 64] |= 1ull << rid % 64;
	return c;
}

/* ---- walking ------------------------------------------------------------- */

/* As the walker sees memory, which may not be as the CPU does. */
static enum hw_status walk(const struct hw_walk_format *format,
			   struct hw_walk_start *start, uint64_t addr,
			   struct hw_walk *w)
{
	enum hw_status status;

	if (hw_likely(!hw_config.walk_noncoherent))
		return format->walk(start, addr, w);
	start->memory = hw_cache_view_lock();
	status = format->walk(start, addr, w);
	hw_cache_view_unlock();
	return status;
}

static struct hw_walk_start start_at_root(const struct hw_iommu_context *ctx)
{
	return (struct hw_walk_start){
		.table = ctx->root,
		.level = ctx->levels - 1u,
		.levels = ctx->levels,
		.va_lg2 = ctx->va_lg2,
		.oas_lg2 = (uint8_t)hw_config.iommu_oas_lg2,
		.sign_extend = ctx->sign_extend,
		.read = true,
		.write = true,
		.update = ctx->dirty,
	};
}

static enum hw_status walk_from_root(const struct hw_iommu_context *ctx,
				     uint64_t addr, struct hw_walk *w)
{
	struct hw_walk_start start = start_at_root(ctx);

	return walk(formats[ctx->format], &start, addr, w);
}

/** struct request - the access being translated, for reports. */
struct request {
	struct hw_dev *dev;
	uint64_t addr, len;
	bool write;
	uint32_t pasid; /* 0: none */
	bool hit, miss; /* the IOTLB was asked, and did or did not know */
	bool own; /* the device knew by itself */
	bool expired; /* what a flush should have taken from it */
};

static void report_freed(const struct request *rq, uint64_t table,
			 const char *from)
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
	if (now)
		return "use-after-unmap";
	if (w->phys != fresh->phys)
		return "wrong-target";
	if (w->read != fresh->read || w->write != fresh->write)
		return "stale-permission";
	return NULL;
}

/* Compare what was found with the help of a cache with memory's answer. */
static void check_against_memory(const struct request *rq,
				 const struct context *c, enum hw_status was,
				 const struct hw_walk *w)
{
	struct hw_walk fresh;
	enum hw_status now;
	const char *how;

	if (gen_of(c->used.root) != c->root_gen) {
		report_freed(rq, c->used.root, "the context entry");
		return;
	}
	now = walk_from_root(&c->used, rq->addr, &fresh);
	how = differs(was, w, now, &fresh);
	if (!how)
		return;
	if (c->used.deferred && now == HW_ERR_UNMAPPED && !rq->expired) {
		stats.deferred_hits++;
		host_event_add(
			HOST_EVENT_NOTE, "iotlb-deferred", hw_dev_name(rq->dev),
			rq->addr, 0,
			"device used 0x%llx, unmapped and not flushed yet",
			(unsigned long long)rq->addr);
		return;
	}
	stats.stale_hits++;
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

/* The walker does not snoop: does the CPU see the same? */
static void check_written_back(const struct request *rq,
			       const struct context *c, enum hw_status found,
			       const struct hw_walk *w)
{
	struct hw_walk_start start = start_at_root(&c->used);
	struct hw_walk cpu;
	enum hw_status now =
		formats[c->used.format]->walk(&start, rq->addr, &cpu);
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

static void remember_tables(struct iotlb_domain *dom, uint64_t addr,
			    const struct hw_walk *w)
{
	unsigned int i;

	for (i = 0; i < w->nr_steps; i++) {
		const struct hw_walk_step *s = &w->step[i];
		struct iotlb_entry *e;

		e = iotlb_insert(&iotlb, dom, IOTLB_TABLE + s->lg2, addr);
		e->phys = s->table;
		e->level = s->level;
		e->read = s->read;
		e->write = s->write;
		e->table_gen = gen_of(s->table);
	}
}

/* Return: the entry; NULL: that is nothing to remember. */
static struct iotlb_entry *remember_leaf(const struct context *c,
					 struct iotlb_domain *dom,
					 uint64_t addr, enum hw_status status,
					 const struct hw_walk *w)
{
	unsigned int smallest = formats[c->used.format]->granule_lg2;
	struct iotlb_entry *e;

	if (status && !hw_config.iommu_caching_mode)
		return NULL;
	/* Only "nothing there" is remembered of the failures. */
	if (status && status != HW_ERR_UNMAPPED)
		return NULL;

	e = iotlb_insert(&iotlb, dom, status ? smallest : w->lg2, addr);
	e->absent = status != HW_OK;
	e->dirty = false;
	e->lost = false;
	e->read = w->read;
	e->write = w->write;
	e->level = w->level;
	e->entry = w->entry;
	e->table = w->table;
	e->table_gen = gen_of(w->table);
	e->phys = status ? 0 : w->phys - (addr - e->first);
	return e;
}

/* The way to cached table @t, from the root down, as far as it is remembered. */
static uint8_t way_to(const struct context *c, const struct iotlb_domain *dom,
		      const struct iotlb_entry *t, uint64_t addr,
		      uint64_t above[HW_WALK_MAX_LEVELS])
{
	uint64_t larger = dom->tags[1] &
			  ~((2ull << (t->tag - IOTLB_TABLE)) - 1);
	uint8_t nr = 0;

	if (c->used.root != t->phys)
		above[nr++] = c->used.root;
	for (; larger && nr < HW_WALK_MAX_LEVELS; larger &= larger - 1) {
		const struct iotlb_entry *e =
			iotlb_find(&iotlb, dom,
				   IOTLB_TABLE + __builtin_ctzll(larger), addr);

		if (e)
			above[nr++] = e->phys;
	}
	return nr;
}

/* A walk that began at a table of @level. */
static void count_reads(unsigned int level, const struct hw_walk *w)
{
	unsigned int i;

	stats.walk_reads += w->reads;
	for (i = 0; i < w->reads; i++)
		stats.level_reads[i == 0	   ? level :
				  i <= w->nr_steps ? w->step[i - 1].level :
						     w->level]++;
}

/* The IOTLB has no leaf: walk, from as deep as the cached tables allow. */
static enum hw_status translate_miss(const struct request *rq,
				     const struct context *c,
				     struct iotlb_domain *dom,
				     struct hw_walk *w)
{
	struct iotlb_entry *t = iotlb_probe(&iotlb, dom, 1, rq->addr);
	unsigned int first = c->used.levels - 1u;
	uint64_t above[HW_WALK_MAX_LEVELS];
	enum hw_status status;

	stats.misses++;
	if (t && t->level < c->used.levels) {
		struct hw_walk_start start = {
			.table = t->phys,
			.above = above,
			.level = t->level,
			.levels = c->used.levels,
			.va_lg2 = c->used.va_lg2,
			.oas_lg2 = (uint8_t)hw_config.iommu_oas_lg2,
			.sign_extend = c->used.sign_extend,
			.read = t->read,
			.write = t->write,
			.update = c->used.dirty,
		};

		first = t->level;
		start.nr_above = way_to(c, dom, t, rq->addr, above);
		hw_cost_dev(rq->dev, HW_COST_WALK_CACHE_HIT, 1);
		if (gen_of(t->phys) != t->table_gen)
			report_freed(rq, t->phys, "the walk cache");
		status = walk(formats[c->used.format], &start, rq->addr, w);
		if (check_hits)
			check_against_memory(rq, c, status, w);
	} else {
		if (gen_of(c->used.root) != c->root_gen)
			report_freed(rq, c->used.root, "the context entry");
		status = walk_from_root(&c->used, rq->addr, w);
	}
	if (hw_unlikely(hw_config.walk_noncoherent))
		check_written_back(rq, c, status, w);
	count_reads(first, w);
	hw_cost_dev(rq->dev, HW_COST_WALK_READ, w->reads);
	/* What leads to a malformed entry is looked at anew each time. */
	if (status == HW_OK || status == HW_ERR_UNMAPPED)
		remember_tables(dom, rq->addr, w);
	remember_leaf(c, dom, rq->addr, status, w);
	return status;
}

/* ---- accessed and dirty marks ------------------------------------------------ */

/* Does hardware write marks for accesses through this context? */
static bool marks(const struct context *c)
{
	const struct hw_walk_format *fmt = formats[c->used.format];

	/* Marks in memory that the CPU does not see would help nobody. */
	return fmt->touch && (c->used.dirty || fmt->touches) &&
	       !hw_config.walk_noncoherent;
}

/*
 * Leave the mark of an access in the entry that @w ended at. False: the entry has
 * changed since it was read, in more than marks: look again.
 */
static bool mark_entry(const struct context *c, const struct hw_walk *w,
		       bool write)
{
	const struct hw_walk_format *fmt = formats[c->used.format];
	uint64_t *word = (uint64_t *)(hw_ram_host + w->at);
	uint64_t was = w->entry, now;

	for (;;) {
		now = fmt->touch(was, write);
		if (now == was)
			return true;
		if (__atomic_compare_exchange_n(word, &was, now, false,
						__ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE))
			return true;
		if (fmt->touch(was, true) != fmt->touch(w->entry, true))
			return false;
	}
}

/* Those of the pointers that @w went by. What changed since then is left alone. */
static void mark_tables(const struct context *c, const struct hw_walk *w)
{
	uint64_t mark = formats[c->used.format]->table_touch;
	unsigned int i;

	for (i = 0; i < w->nr_steps; i++) {
		uint64_t was = w->step[i].entry;

		if (~was & mark)
			__atomic_compare_exchange_n(
				(uint64_t *)(hw_ram_host + w->step[i].at), &was,
				was | mark, false, __ATOMIC_ACQ_REL,
				__ATOMIC_ACQUIRE);
	}
}

/* The mark of a write that goes through cached entry @e. Lock held. */
static void mark_write(const struct request *rq, const struct context *c,
		       struct iotlb_entry *e)
{
	struct hw_walk fresh;

	/* One that is remembered is not written again. */
	if (e->dirty) {
		if (check_hits && !walk_from_root(&c->used, rq->addr, &fresh))
			e->lost |= formats[c->used.format]->touch(
					   fresh.entry, true) != fresh.entry;
		return;
	}
	do {
		if (walk_from_root(&c->used, rq->addr, &fresh) || !fresh.write)
			return;
	} while (!mark_entry(c, &fresh, true));
	e->dirty = true;
}

/* The mark of the access that filled @e. Lock held. */
static void leave_first_mark(const struct request *rq, const struct context *c,
			     const struct hw_walk *w, struct iotlb_entry *e)
{
	const struct hw_walk_format *fmt = formats[c->used.format];

	e->lost = false;
	/* Changed under the walk: what is cached is stale from the start. */
	if (mark_entry(c, w, rq->write))
		e->dirty = rq->write || fmt->touch(w->entry, true) ==
						fmt->touch(w->entry, false);
}

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
	host_mutex_lock(&iommu_lock);
	iotlb_tell_lost(&iotlb, domain, first, last, report_lost);
	host_mutex_unlock(&iommu_lock);
}

/* The IOTLB has a leaf, or knows that there is none. */
static enum hw_status translate_hit(const struct request *rq,
				    const struct context *c,
				    struct iotlb_entry *e, struct hw_walk *w)
{
	enum hw_status status = e->absent ? HW_ERR_UNMAPPED : HW_OK;
	uint64_t before = stats.stale_hits;

	stats.hits++;
	hw_cost_dev(rq->dev, HW_COST_IOTLB_HIT, 1);
	iotlb_touch(&iotlb, e);
	w->phys = e->phys + (rq->addr - e->first);
	w->lg2 = e->tag;
	w->read = e->read;
	w->write = e->write;
	w->level = e->level;
	w->entry = e->entry;
	if (!check_hits)
		return status;

	check_against_memory(rq, c, status, w);
	if (!e->absent && stats.stale_hits == before &&
	    gen_of(e->table) != e->table_gen)
		report_freed(rq, e->table, "the IOTLB");
	return status;
}

/* ---- prefetch -------------------------------------------------------------- */

#define LINE_WORDS 8u

/*
 * A walk ended at an entry. Remember what the others of its line say, too, unless
 * something is remembered already, or they point to tables, or lack a mark that
 * only an access may leave. Lock held.
 */
static void prefetch_line(const struct context *c, struct iotlb_domain *dom,
			  uint64_t addr, const struct hw_walk *w)
{
	const struct hw_walk_format *fmt = formats[c->used.format];
	unsigned int lg2 = fmt->granule_lg2 + fmt->index_lg2 * w->level;
	unsigned int own = w->at / 8 % LINE_WORDS, i;
	struct hw_walk_start start = start_at_root(&c->used);
	const struct iotlb_entry *t;

	if (hw_likely(!hw_config.iommu_prefetch))
		return;
	start.table = w->table;
	start.level = w->level;
	t = iotlb_probe(&iotlb, dom, 1, addr);
	if (t && t->phys == w->table) {
		start.read = t->read;
		start.write = t->write;
	}
	for (i = 0; i < LINE_WORDS; i++) {
		uint64_t at = ((addr >> lg2) + i - own) << lg2;
		struct iotlb_entry *e;
		enum hw_status status;
		struct hw_walk n;

		if (i == own || iotlb_probe(&iotlb, dom, 0, at))
			continue;
		status = walk(fmt, &start, at, &n);
		if (n.table != w->table ||
		    (!status && marks(c) &&
		     fmt->touch(n.entry, false) != n.entry))
			continue;
		e = remember_leaf(c, dom, at, status, &n);
		if (e && !status && marks(c))
			e->dirty = fmt->touch(n.entry, true) == n.entry;
	}
}

/*
 * A completion may carry more than was asked for: what the IOTLB knows of the same
 * line. Lock held.
 */
static void prefetch_for_device(const struct request *rq,
				const struct context *c,
				const struct iotlb_domain *dom,
				const struct hw_walk *w)
{
	unsigned int own = (rq->addr >> w->lg2) % LINE_WORDS, i;
	bool expired;

	if (hw_likely(!hw_config.iommu_prefetch))
		return;
	for (i = 0; i < LINE_WORDS; i++) {
		uint64_t at = ((rq->addr >> w->lg2) + i - own) << w->lg2;
		const struct iotlb_entry *e =
			iotlb_find(&iotlb, dom, w->lg2, at);
		struct hw_walk n;

		if (i == own || !e || e->absent ||
		    hw_atc_find(rq->dev, rq->pasid, at, false, &n, &expired))
			continue;
		n = (struct hw_walk){ .phys = e->phys,
				      .lg2 = e->tag,
				      .level = e->level,
				      .entry = e->entry,
				      .read = e->read,
				      .write = e->write };
		n.write &= !marks(c) || e->dirty;
		hw_atc_fill(rq->dev, rq->pasid, at, &n);
	}
}

/* ---- translation --------------------------------------------------------- */

static void fill_slot(const struct request *rq, struct hw_tlb_slot *slot,
		      const struct hw_walk *w, bool cached)
{
	uint64_t in_leaf = (1ull << w->lg2) - 1;

	if (check_hits || iotlb.capacity || hw_traced() || hw_cost_on ||
	    rq->dev->atc)
		return;
	slot->gen = __atomic_load_n(&hw_iommu_gen, __ATOMIC_RELAXED);
	slot->first = rq->addr & ~in_leaf;
	slot->span = in_leaf;
	slot->phys = w->phys & ~in_leaf;
	slot->read = w->read;
	slot->write = w->write;
	slot->cached = cached;
	slot->ram = false;
}

/* Lock held. */
static enum hw_status translate(struct request *rq, struct hw_tlb_slot *slot,
				struct hw_walk *w)
{
	struct context *c = rq->pasid ? context_of_pasid(rq->dev, rq->pasid) :
					context_of(rq->dev);
	struct iotlb_domain *dom;
	struct iotlb_entry *e;
	enum hw_status status;
	bool allowed;

	if (!c || c->used.mode == HW_IOMMU_BLOCK)
		return HW_ERR_BLOCKED;
	if (c->used.mode == HW_IOMMU_BYPASS) {
		w->phys = rq->addr;
		w->lg2 = (uint8_t)hw_config.iommu_oas_lg2;
		w->read = true;
		w->write = true;
		if (rq->addr >> w->lg2)
			return HW_ERR_RANGE;
		fill_slot(rq, slot, w, false);
		return HW_OK;
	}

	if (rq->dev->atc) {
		if (hw_atc_find(rq->dev, rq->pasid, rq->addr, rq->write, w,
				&rq->expired)) {
			stats.atc_hits++;
			hw_cost_dev(rq->dev, HW_COST_DEVICE_TLB_HIT, 1);
			rq->own = true;
			if (check_hits)
				check_against_memory(rq, c, HW_OK, w);
			return HW_OK;
		}
		hw_cost_dev(rq->dev, HW_COST_ATS_REQUEST, 1);
	}

	stats.lookups++;
	dom = iotlb_domain(&iotlb, c->used.domain,
			   formats[c->used.format]->first_stage, c->used.pasid);
	e = iotlb_probe(&iotlb, dom, 0, rq->addr);
	rq->hit = e;
	rq->miss = !e;
	status = e ? translate_hit(rq, c, e, w) : translate_miss(rq, c, dom, w);
	/* Of a way that is remembered, wherever it leads. */
	if (rq->miss && (!status || status == HW_ERR_UNMAPPED) && marks(c))
		mark_tables(c, w);
	if (status == HW_ERR_UNMAPPED && rq->miss)
		prefetch_line(c, dom, rq->addr, w);
	if (status)
		return status;
	allowed = rq->write ? w->write : w->read;
	if (allowed && marks(c)) {
		if (!e)
			e = iotlb_probe(&iotlb, dom, 0, rq->addr);
		if (rq->miss)
			leave_first_mark(rq, c, w, e);
		else if (rq->write)
			mark_write(rq, c, e);
		/* The first write must come by here. */
		w->write &= e->dirty;
	}
	/* From here on @e may be thrown out. */
	if (rq->miss)
		prefetch_line(c, dom, rq->addr, w);
	if (rq->dev->atc) {
		hw_atc_fill(rq->dev, rq->pasid, rq->addr, w);
		prefetch_for_device(rq, c, dom, w);
	}
	fill_slot(rq, slot, w, true);
	return allowed ? HW_OK : HW_ERR_PERM;
}

/**
 * hw_iommu_translate_slow() - translate when the device's own slot has nothing
 * @dev: the requester
 * @slot: filled for next time, if allowed
 * @addr: device address
 * @len: bytes wanted, for reports
 * @write: the right that is needed
 * @x: result
 *
 * Context: the device's dma_lock held.
 * Return: HW_OK or the reason of the refusal.
 */
enum hw_status hw_iommu_translate_slow(struct hw_dev *dev,
				       struct hw_tlb_slot *slot, uint64_t addr,
				       uint64_t len, bool write,
				       struct hw_xlate *x)
{
	struct request rq = {
		.dev = dev, .addr = addr, .len = len, .write = write
	};
	struct hw_walk w = { .phys = addr };
	enum hw_status status;
	uint64_t in_leaf;

	if (!hw_config.iommu) {
		*slot = (struct hw_tlb_slot){
			.gen = __atomic_load_n(&hw_iommu_gen, __ATOMIC_RELAXED),
			.span = UINT64_MAX,
			.read = true,
			.write = true,
		};
		x->phys = addr;
		x->run_last = UINT64_MAX - addr;
		return HW_OK;
	}

	host_mutex_lock(&iommu_lock);
	status = translate(&rq, slot, &w);
	host_mutex_unlock(&iommu_lock);
	if (hw_unlikely(hw_traced()) && (rq.hit || rq.miss))
		hw_trace(&(struct hw_trace){
			.kind = rq.hit ? HW_TRACE_IOTLB_HIT :
					 HW_TRACE_IOTLB_MISS,
			.dev = hw_dev_name(dev),
			.addr = addr,
			.write = write,
		});

	in_leaf = (1ull << w.lg2) - 1;
	x->phys = w.phys;
	x->run_last = in_leaf - (w.phys & in_leaf);
	x->level = w.level;
	x->entry = w.entry;
	return status;
}

/**
 * hw_iommu_translate_pasid() - translate a request with a PASID
 * @dev: the requester
 * @pasid: not 0
 * @addr: address of that process
 * @len: bytes wanted, for reports
 * @write: the right that is needed
 * @x: result
 *
 * Context: the device's dma_lock held.
 * Return: HW_OK or the reason of the refusal; HW_ERR_BLOCKED without an IOMMU.
 */
enum hw_status hw_iommu_translate_pasid(struct hw_dev *dev, uint32_t pasid,
					uint64_t addr, uint64_t len, bool write,
					struct hw_xlate *x)
{
	struct request rq = { .dev = dev,
			      .addr = addr,
			      .len = len,
			      .write = write,
			      .pasid = pasid };
	struct hw_walk w = { .phys = addr };
	struct hw_tlb_slot slot;
	enum hw_status status;
	uint64_t in_leaf;

	x->level = 0;
	x->entry = 0;
	if (!hw_config.iommu)
		return HW_ERR_BLOCKED;
	host_mutex_lock(&iommu_lock);
	status = translate(&rq, &slot, &w);
	host_mutex_unlock(&iommu_lock);
	in_leaf = (1ull << w.lg2) - 1;
	x->phys = w.phys;
	x->run_last = in_leaf - (w.phys & in_leaf);
	x->level = w.level;
	x->entry = w.entry;
	return status;
}

/**
 * hw_iommu_peek() - translate as the hardware would, from memory only
 * @rid: requester
 * @addr: device address
 * @write: the right that is needed
 * @phys: result, if not NULL
 * @size_lg2: if not NULL, lg2 of the leaf's size (bypass: of everything)
 *
 * Reads the context as software wrote it and the tables as they are; fills
 * nothing, records nothing.
 * Context: any thread, no hardware lock held.
 * Return: HW_OK or why an access would be refused; whether anybody is at the
 * physical address is not asked.
 */
enum hw_status hw_iommu_peek(uint16_t rid, uint64_t addr, bool write,
			     uint64_t *phys, unsigned int *size_lg2)
{
	struct hw_walk w = { .read = true, .write = true };
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BYPASS };
	enum hw_status status = HW_OK;
	uint64_t one = 1;

	if (!hw_window_pass(&addr, &one))
		return HW_ERR_WINDOW;
	w.phys = addr;
	w.lg2 = (uint8_t)hw_config.iommu_oas_lg2;
	if (hw_config.iommu) {
		host_mutex_lock(&iommu_lock);
		ctx = contexts[rid].mem;
		host_mutex_unlock(&iommu_lock);
	}
	if (ctx.mode == HW_IOMMU_BLOCK)
		return HW_ERR_BLOCKED;
	if (ctx.mode == HW_IOMMU_TRANSLATE)
		status = walk_from_root(&ctx, addr, &w);
	else if (addr >> w.lg2)
		status = HW_ERR_RANGE;
	if (!status && !(write ? w.write : w.read))
		status = HW_ERR_PERM;
	if (status)
		return status;
	if (phys)
		*phys = w.phys;
	if (size_lg2)
		*size_lg2 = w.lg2;
	return HW_OK;
}

/* ---- looking inside, for inspect.c ------------------------------------------ */

/** hw_iommu_format() - the walker of a format, NULL if there is none. */
const struct hw_walk_format *hw_iommu_format(enum hw_pt_format format)
{
	return (unsigned int)format < HW_PT_MAX ? formats[format] : NULL;
}

/**
 * hw_iommu_idle() - is nobody inside?
 *
 * For debuggers, which stop anywhere: what looks inside would wait for ever.
 * Context: any.
 */
bool hw_iommu_idle(void)
{
	if (!host_mutex_trylock(&iommu_lock))
		return false;
	host_mutex_unlock(&iommu_lock);
	return true;
}

/**
 * hw_iommu_get_context() - the context entry of a requester
 * @rid: requester
 * @mem: as software wrote it
 * @used: the copy in use, if there is one
 *
 * Context: any thread, no hardware lock held; an IOMMU is there.
 * Return: whether @used was set.
 */
bool hw_iommu_get_context(uint16_t rid, struct hw_iommu_context *mem,
			  struct hw_iommu_context *used)
{
	bool cached;

	host_mutex_lock(&iommu_lock);
	*mem = contexts[rid].mem;
	cached = contexts[rid].cached;
	if (cached)
		*used = contexts[rid].used;
	host_mutex_unlock(&iommu_lock);
	return cached;
}

/**
 * hw_iommu_get_cached() - what the IOTLB holds, in no order
 * @out: filled
 * @max: entries that it has room for
 *
 * Context: any thread, no hardware lock held.
 * Return: how many there are.
 */
uint64_t hw_iommu_get_cached(struct hw_cached_entry *out, uint64_t max)
{
	uint64_t nr;

	host_mutex_lock(&iommu_lock);
	nr = iotlb_copy(&iotlb, out, max);
	host_mutex_unlock(&iommu_lock);
	return nr;
}

/* ---- commands ------------------------------------------------------------ */

static bool context_matches(const struct context *c,
			    const struct hw_inv_cmd *cmd)
{
	return (!cmd->by_domain || c->used.domain == cmd->domain) &&
	       (!cmd->by_pasid || c->used.pasid == cmd->pasid);
}

static bool is_requester(const struct hw_inv_cmd *cmd, unsigned int rid)
{
	return cmd->type != HW_INV_CONTEXT ||
	       !((rid ^ cmd->rid) & ~(unsigned int)cmd->rid_ignore);
}

/* The same in PASID tables. */
static uint64_t drop_pasids(const struct hw_inv_cmd *cmd)
{
	struct pasid_entry *entry;
	uint64_t nr = 0;

	LIST_FOREACH(entry, &pasid_entries, node)
	{
		struct context *c = &entry->context;

		if (!c->cached || !is_requester(cmd, entry->rid) ||
		    (cmd->by_domain && c->used.domain != cmd->domain) ||
		    (cmd->by_pasid && entry->pasid != cmd->pasid))
			continue;
		c->cached = false;
		nr++;
	}
	return nr;
}

/* Return: contexts forgotten. Lock held. */
static uint64_t drop_contexts(const struct hw_inv_cmd *cmd)
{
	bool one = cmd->type == HW_INV_CONTEXT;
	unsigned int i = one ? cmd->rid / 64 : 0;
	unsigned int end = one ? i + 1 : NR_RIDS / 64;
	uint64_t nr = drop_pasids(cmd);

	for (; i < end; i++) {
		uint64_t bits = context_cached[i];

		for (; bits; bits &= bits - 1) {
			unsigned int rid = 64 * i + __builtin_ctzll(bits);

			if (!is_requester(cmd, rid))
				continue;
			if (!context_matches(&contexts[rid], cmd))
				continue;
			contexts[rid].cached = false;
			context_cached[i] &= ~(1ull << rid % 64);
			nr++;
		}
	}
	return nr;
}

/* Return: things forgotten. Lock held. */
static uint64_t execute(const struct hw_inv_cmd *cmd)
{
	switch (cmd->type) {
	case HW_INV_ALL:
		stats.cmds_all++;
		return iotlb_drop(&iotlb, cmd) + drop_contexts(cmd);
	case HW_INV_TRANSLATIONS:
		stats.cmds_all++;
		return iotlb_drop(&iotlb, cmd);
	case HW_INV_CONTEXT:
	case HW_INV_CONTEXTS:
		stats.cmds_context++;
		return drop_contexts(cmd);
	case HW_INV_DOMAIN:
		stats.cmds_domain++;
		return iotlb_drop(&iotlb, cmd);
	case HW_INV_RANGE:
		stats.cmds_range++;
		stats.range_bytes += cmd->last - cmd->first + 1;
		return iotlb_drop(&iotlb, cmd);
	case HW_INV_DEVICE:
		stats.cmds_device++;
		hw_cost_cpu(HW_COST_DEVICE_FLUSH, 1);
		return 0;
	}
	host_event_add(HOST_EVENT_MISUSE, "iommu-command", NULL, cmd->type, 0,
		       "no such invalidation command");
	return 0;
}

static void trace_command(const struct hw_inv_cmd *cmd)
{
	static const char *const names[] = {
		[HW_INV_ALL] = "all",	    [HW_INV_CONTEXT] = "context",
		[HW_INV_CONTEXTS] = "all",  [HW_INV_TRANSLATIONS] = "all",
		[HW_INV_DOMAIN] = "domain", [HW_INV_RANGE] = "range",
		[HW_INV_DEVICE] = "device",
	};
	bool range = cmd->type == HW_INV_RANGE || cmd->type == HW_INV_DEVICE;
	bool device = cmd->type == HW_INV_CONTEXT || cmd->type == HW_INV_DEVICE;

	if (cmd->type > HW_INV_DEVICE)
		return;
	hw_trace(&(struct hw_trace){
		.kind = HW_TRACE_IOTLB_FLUSH,
		.what = names[cmd->type],
		.tag = device ? cmd->rid : cmd->domain,
		.addr = range ? cmd->first : 0,
		.last = range ? cmd->last : UINT64_MAX,
	});
}

/**
 * hw_iommu_execute() - execute one command, but for accesses under way
 * @cmd: what to forget
 *
 * An access that has translated already may still go on with what was dropped;
 * hw_fabric_drain() waits for it. hw_iommu_gen has moved if there can be one.
 * Context: any thread, no hardware lock held but the queue's.
 * Return: false: the device that was to forget does not answer.
 */
bool hw_iommu_execute(const struct hw_inv_cmd *cmd)
{
	bool answered = true;

	if (cmd->type == HW_INV_DEVICE)
		answered = hw_atc_invalidate(cmd);
	host_mutex_lock(&iommu_lock);
	if (execute(cmd))
		next_gen();
	host_mutex_unlock(&iommu_lock);
	if (hw_unlikely(hw_traced()))
		trace_command(cmd);
	return answered;
}

/**
 * hw_iommu_invalidate() - execute commands, without a queue
 * @cmds: the commands, in order
 * @nr: how many
 *
 * On return they are done: nothing they matched is used any more, not even by
 * an access that was under way.
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_invalidate(const struct hw_inv_cmd *cmds, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		hw_iommu_execute(&cmds[i]);
	hw_fabric_drain();
	hw_cost_cpu(HW_COST_COMMAND, nr);
	hw_cost_cpu(HW_COST_WAIT, 1);
}

/**
 * hw_iommu_table_freed() - a page-table page goes back to the allocator
 * @phys: its physical address
 * @len: bytes, whole pages
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_table_freed(uint64_t phys, uint64_t len)
{
	uint64_t page, end = (phys + len) >> HW_PAGE_LG2;

	if (!hw_ram_valid(phys, len)) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-freed-range", NULL,
			       phys, len, "a table outside RAM was freed");
		return;
	}
	host_mutex_lock(&iommu_lock);
	for (page = phys >> HW_PAGE_LG2; page < end; page++)
		table_gen[page]++;
	host_mutex_unlock(&iommu_lock);
}

/* A context of @domain that is in use: where its tables are. Lock held. */
static const struct hw_iommu_context *context_with(uint16_t domain,
						   uint32_t pasid)
{
	unsigned int i;

	for (i = 0; i < NR_RIDS / 64; i++) {
		uint64_t bits = context_cached[i];

		for (; bits; bits &= bits - 1) {
			const struct hw_iommu_context *used =
				&contexts[64 * i + __builtin_ctzll(bits)].used;

			if (used->mode == HW_IOMMU_TRANSLATE &&
			    used->domain == domain && used->pasid == pasid)
				return used;
		}
	}
	return NULL;
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
};

static void visit_kept_by(const struct kept_visit *v, uint16_t domain,
			  struct hw_dev *dev)
{
	const struct context *c = &contexts[hw_dev_requester(dev)];
	const struct pasid_entry *entry;

	if (c->cached && c->used.mode == HW_IOMMU_TRANSLATE &&
	    c->used.domain == domain)
		v->fn(v, dev, &c->used, iotlb_domain(dev->atc, 0, false, 0));
	LIST_FOREACH(entry, &pasid_entries, node)
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
		host_mutex_lock(&iommu_lock);
		visit_kept_by(v, domain, dev);
		host_mutex_unlock(&iommu_lock);
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
	if (!walk_from_root(ctx, addr, &fresh) && fresh.phys != old)
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
			e->due = walk_from_root(ctx, e->first, &fresh) ==
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

	if (check_hits && hw_atc_any())
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
	const struct kept_visit v = { check_kept, first, last, false };
	bool devices;

	host_mutex_lock(&iommu_lock);
	ctx = check_hits ? context_with(domain, pasid) : NULL;
	if (ctx)
		e = iotlb_next(&iotlb,
			       iotlb_domain(&iotlb, domain,
					    formats[ctx->format]->first_stage,
					    pasid),
			       first, last);
	addr = e && e->first > first ? e->first : first;
	old = e ? e->phys + (addr - e->first) : 0;
	if (e && !walk_from_root(ctx, addr, &fresh) && fresh.phys != old)
		host_event_add(
			HOST_EVENT_MISUSE, "iommu-reuse", NULL, addr, 0,
			"iova 0x%llx was mapped again, to 0x%llx, while the IOTLB leads to 0x%llx",
			(unsigned long long)addr,
			(unsigned long long)fresh.phys,
			(unsigned long long)old);
	devices = check_hits && hw_atc_any();
	host_mutex_unlock(&iommu_lock);
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
	host_mutex_lock(&iommu_lock);
	check_hits = on;
	next_gen();
	host_mutex_unlock(&iommu_lock);
}

/** hw_iommu_forget_slots() - devices must ask anew. No hardware lock held. */
void hw_iommu_forget_slots(void)
{
	host_mutex_lock(&iommu_lock);
	next_gen();
	host_mutex_unlock(&iommu_lock);
}

/* ---- counters ------------------------------------------------------------ */

/**
 * hw_iommu_dev_gone() - a device is unplugged; keep what it counted
 * @tlb: its slots
 *
 * Context: no hardware lock held.
 */
void hw_iommu_dev_gone(const struct hw_dev_tlb *tlb)
{
	host_mutex_lock(&iommu_lock);
	stats.hits += tlb->hits;
	stats.lookups += tlb->hits;
	host_mutex_unlock(&iommu_lock);
}

/**
 * hw_iommu_get_stats() - counters since power-on
 * @out: result
 *
 * Context: any thread, no hardware lock held.
 */
void hw_iommu_get_stats(struct hw_iommu_stats *out)
{
	uint64_t slot_hits = 0;
	unsigned int i;

	host_mutex_lock(&hw_fabric.lock);
	for (i = 0; i < HW_NR_SLOTS; i++) {
		struct hw_dev *dev = hw_fabric.dev[i];

		if (!dev)
			continue;
		host_mutex_lock(&dev->dma_lock);
		slot_hits += dev->tlb.hits;
		host_mutex_unlock(&dev->dma_lock);
	}
	host_mutex_unlock(&hw_fabric.lock);

	host_mutex_lock(&iommu_lock);
	*out = stats;
	out->hits += slot_hits;
	out->lookups += slot_hits;
	out->iotlb_entries = iotlb.nr_leaves;
	host_mutex_unlock(&iommu_lock);
	out->faults = hw_fault_count();
}
