/* SPDX-License-Identifier: MIT */
/*
 * The IOMMU: translation, and the commands that make it forget.
 *
 *	rid --> context (iommu_context.c) --> domain, root
 *	          IOTLB leaf?  ---------------------------> done
 *	          table entry? --> walk from there -------> fill, done
 *	          else         --> walk from the root
 *
 * What is cached stays until a command matches it (W2). In caching mode "there
 * is nothing" is remembered too, per smallest page. Whether what was cached is
 * still true is not asked here, but in iommu_check.c.
 *
 * I1  hw_iommu_gen grows, under the lock, with every command that made
 *     something forgotten and with every change of routing; a device's own slots
 *     are good for one generation.
 * I2  A command that has returned leaves no copy by a device that uses what it
 *     dropped (hw_fabric_drain()).
 * I3  A device's own slots are filled only without check, capacity, observer and
 *     counting of steps, so each of these sees every access.
 *
 * Locks: hw_iommu.lock inside the device's dma_lock.
 * Tests: tests/unit/hw/test_iommu.c, test_iotlb.c, test_prefetch.c,
 * tests/unit/iommu/test_dirty.c
 */
#include "hw/iommu_state.h"

uint64_t hw_iommu_gen;
struct hw_iommu hw_iommu;

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

	memset(&hw_iommu.stats, 0, sizeof(hw_iommu.stats));
	__atomic_store_n(&hw_iommu_gen, 1, __ATOMIC_SEQ_CST);
#ifdef DMASIM_DEBUG
	hw_iommu_set_check(true);
#else
	hw_iommu_set_check(false);
#endif
	if (!iotlb_init(&hw_iommu.iotlb, hw_config.iotlb_entries))
		goto err;
	if (hw_config.iotlb_random)
		hw_iommu.iotlb.random =
			hw_config.iotlb_seed * 0x9e3779b97f4a7c15ull | 1;
	hw_iommu.table_gen = host_map_anon(pages * sizeof(*hw_iommu.table_gen));
	if (hw_contexts_init() && hw_iommu.table_gen)
		return NULL;
	hw_iommu_exit();
err:
	return "the host has no memory for the IOMMU's tables";
}

/** hw_iommu_exit() - power off. */
void hw_iommu_exit(void)
{
	uint64_t pages = hw_ram_end() >> HW_PAGE_LG2;

	hw_contexts_exit();
	iotlb_exit(&hw_iommu.iotlb);
	host_release(hw_iommu.table_gen, pages * sizeof(*hw_iommu.table_gen));
	hw_iommu.table_gen = NULL;
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

/**
 * hw_iommu_root() - where a walk of a context's tables begins
 * @ctx: it translates
 *
 * Context: any.
 */
struct hw_walk_start hw_iommu_root(const struct hw_iommu_context *ctx)
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

/**
 * hw_iommu_walk() - walk a context's tables from the root
 * @ctx: it translates
 * @addr: device address
 * @w: result
 *
 * Context: any thread.
 * Return: as hw_walk_format.walk.
 */
enum hw_status hw_iommu_walk(const struct hw_iommu_context *ctx, uint64_t addr,
			     struct hw_walk *w)
{
	struct hw_walk_start start = hw_iommu_root(ctx);

	return walk(hw_formats[ctx->format], &start, addr, w);
}

static void remember_tables(struct iotlb_domain *dom, uint64_t addr,
			    const struct hw_walk *w)
{
	unsigned int i;

	for (i = 0; i < w->nr_steps; i++) {
		const struct hw_walk_step *s = &w->step[i];
		struct iotlb_entry *e;

		e = iotlb_insert(&hw_iommu.iotlb, dom, IOTLB_TABLE + s->lg2,
				 addr);
		e->phys = s->table;
		e->level = s->level;
		e->read = s->read;
		e->write = s->write;
		e->table_gen = hw_table_gen(s->table);
	}
}

/* Return: the entry; NULL: that is nothing to remember. */
static struct iotlb_entry *remember_leaf(const struct context *c,
					 struct iotlb_domain *dom,
					 uint64_t addr, enum hw_status status,
					 const struct hw_walk *w)
{
	unsigned int smallest = hw_formats[c->used.format]->granule_lg2;
	struct iotlb_entry *e;

	if (status && !hw_config.iommu_caching_mode)
		return NULL;
	/* Only "nothing there" is remembered of the failures. */
	if (status && status != HW_ERR_UNMAPPED)
		return NULL;

	e = iotlb_insert(&hw_iommu.iotlb, dom, status ? smallest : w->lg2,
			 addr);
	e->absent = status != HW_OK;
	e->dirty = false;
	e->lost = false;
	e->read = w->read;
	e->write = w->write;
	e->level = w->level;
	e->entry = w->entry;
	e->table = w->table;
	e->table_gen = hw_table_gen(w->table);
	e->phys = status ? 0 : w->phys - (addr - e->first);
	e->ram = hw_ram_run(e->phys) >> w->lg2;
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
			iotlb_find(&hw_iommu.iotlb, dom,
				   IOTLB_TABLE + __builtin_ctzll(larger), addr);

		if (e)
			above[nr++] = e->phys;
	}
	return nr;
}

/* A walk that began at a table of @level. */
static void count_reads(unsigned int level, const struct hw_walk *w)
{
	uint64_t *reads = hw_iommu.stats.level_reads;
	unsigned int i;

	hw_iommu.stats.walk_reads += w->reads;
	for (i = 0; i < w->reads; i++)
		reads[i == 0	       ? level :
		      i <= w->nr_steps ? w->step[i - 1].level :
					 w->level]++;
}

/* The IOTLB has no leaf: walk, from as deep as the cached tables allow. */
static enum hw_status translate_miss(const struct request *rq,
				     const struct context *c,
				     struct iotlb_domain *dom,
				     struct hw_walk *w)
{
	struct iotlb_entry *t = iotlb_probe(&hw_iommu.iotlb, dom, 1, rq->addr);
	unsigned int first = c->used.levels - 1u;
	uint64_t above[HW_WALK_MAX_LEVELS];
	enum hw_status status;

	hw_iommu.stats.misses++;
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
		if (hw_table_gen(t->phys) != t->table_gen)
			hw_check_freed(rq, t->phys, "the walk cache");
		status = walk(hw_formats[c->used.format], &start, rq->addr, w);
		if (hw_iommu.check)
			hw_check_found(rq, c, status, w);
	} else {
		if (hw_table_gen(c->used.root) != c->root_gen)
			hw_check_freed(rq, c->used.root, "the context entry");
		status = hw_iommu_walk(&c->used, rq->addr, w);
	}
	if (hw_unlikely(hw_config.walk_noncoherent))
		hw_check_written_back(rq, c, status, w);
	count_reads(first, w);
	hw_cost_dev(rq->dev, HW_COST_WALK_READ, w->reads);
	/* What leads to a malformed entry is looked at anew each time. */
	if (status == HW_OK || status == HW_ERR_UNMAPPED)
		remember_tables(dom, rq->addr, w);
	remember_leaf(c, dom, rq->addr, status, w);
	return status;
}

/* ---- accessed and dirty marks ------------------------------------------------ */

/*
 * Leave the mark of an access in the entry that @w ended at. False: the entry has
 * changed since it was read, in more than marks: look again.
 */
static bool mark_entry(const struct context *c, const struct hw_walk *w,
		       bool write)
{
	const struct hw_walk_format *fmt = hw_formats[c->used.format];
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
	uint64_t mark = hw_formats[c->used.format]->table_touch;
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
		if (hw_iommu.check)
			hw_check_mark(rq, c, e);
		return;
	}
	do {
		if (hw_iommu_walk(&c->used, rq->addr, &fresh) || !fresh.write)
			return;
	} while (!mark_entry(c, &fresh, true));
	e->dirty = true;
}

/* The mark of the access that filled @e. Lock held. */
static void leave_first_mark(const struct request *rq, const struct context *c,
			     const struct hw_walk *w, struct iotlb_entry *e)
{
	const struct hw_walk_format *fmt = hw_formats[c->used.format];

	e->lost = false;
	/* Changed under the walk: what is cached is stale from the start. */
	if (mark_entry(c, w, rq->write))
		e->dirty = rq->write || fmt->touch(w->entry, true) ==
						fmt->touch(w->entry, false);
}

/* The IOTLB has a leaf, or knows that there is none. */
static enum hw_status translate_hit(const struct request *rq,
				    const struct context *c,
				    struct iotlb_entry *e, struct hw_walk *w)
{
	enum hw_status status = e->absent ? HW_ERR_UNMAPPED : HW_OK;

	hw_iommu.stats.hits++;
	hw_cost_dev(rq->dev, HW_COST_IOTLB_HIT, 1);
	iotlb_touch(&hw_iommu.iotlb, e);
	w->phys = e->phys + (rq->addr - e->first);
	w->lg2 = e->tag;
	w->read = e->read;
	w->write = e->write;
	w->level = e->level;
	w->entry = e->entry;
	if (hw_iommu.check)
		hw_check_hit(rq, c, e, status, w);
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
	const struct hw_walk_format *fmt = hw_formats[c->used.format];
	unsigned int lg2 = fmt->granule_lg2 + fmt->index_lg2 * w->level;
	unsigned int own = w->at / 8 % LINE_WORDS, i;
	struct hw_walk_start start = hw_iommu_root(&c->used);
	const struct iotlb_entry *t;

	if (hw_likely(!hw_config.iommu_prefetch))
		return;
	start.table = w->table;
	start.level = w->level;
	t = iotlb_probe(&hw_iommu.iotlb, dom, 1, addr);
	if (t && t->phys == w->table) {
		start.read = t->read;
		start.write = t->write;
	}
	for (i = 0; i < LINE_WORDS; i++) {
		uint64_t at = ((addr >> lg2) + i - own) << lg2;
		struct iotlb_entry *e;
		enum hw_status status;
		struct hw_walk n;

		if (i == own || iotlb_probe(&hw_iommu.iotlb, dom, 0, at))
			continue;
		status = walk(fmt, &start, at, &n);
		if (n.table != w->table ||
		    (!status && c->marks &&
		     fmt->touch(n.entry, false) != n.entry))
			continue;
		e = remember_leaf(c, dom, at, status, &n);
		if (e && !status && c->marks)
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
			iotlb_find(&hw_iommu.iotlb, dom, w->lg2, at);
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
		n.write &= !c->marks || e->dirty;
		hw_atc_fill(rq->dev, rq->pasid, at, &n);
	}
}

/* ---- translation --------------------------------------------------------- */

/* Rule I3. */
static bool keeps_slots(const struct hw_dev *dev)
{
	return hw_iommu.shortcuts && !hw_traced() && !dev->atc;
}

static void fill_slot(const struct request *rq, struct hw_tlb_slot *slot,
		      const struct hw_walk *w, bool cached)
{
	uint64_t in_leaf = (1ull << w->lg2) - 1;

	if (!keeps_slots(rq->dev))
		return;
	*slot = (struct hw_tlb_slot){
		.gen = __atomic_load_n(&hw_iommu_gen, __ATOMIC_RELAXED),
		.first = rq->addr & ~in_leaf,
		.span = in_leaf,
		.phys = w->phys & ~in_leaf,
		.read = w->read,
		.write = w->write,
		.cached = cached,
	};
}

/* What @e says, in a device's own words. Lock held. */
static void copy_entry(struct hw_tlb_slot *slot, const struct context *c,
		       const struct iotlb_entry *e)
{
	slot->gen = __atomic_load_n(&hw_iommu_gen, __ATOMIC_RELAXED);
	slot->first = e->first;
	slot->span = (1ull << e->tag) - 1;
	slot->phys = e->phys;
	slot->read = e->read;
	/* The first write leaves a mark. */
	slot->write = e->write && (e->dirty || !c->marks);
	slot->cached = true;
	slot->ram = e->ram;
}

/**
 * hw_iommu_refill() - fill slots of a device from the IOTLB
 * @dev: the requester
 * @addr: device address
 * @max: pages at most
 *
 * What most accesses come to that a slot does not know. Fills those of @addr and of
 * the pages behind it, as far as the IOTLB knows them: most devices go on there.
 * Counts nothing: using a slot does.
 * Context: the device's dma_lock held.
 * Return: slots that were filled; 0: there is more to it, or it is not known.
 */
unsigned int hw_iommu_refill(struct hw_dev *dev, uint64_t addr,
			     unsigned int max)
{
	const struct context *c;
	unsigned int nr = 0;

	if (!hw_config.iommu || !keeps_slots(dev))
		return 0;
	host_mutex_lock(&hw_iommu.lock);
	c = &hw_iommu.contexts[hw_dev_requester(dev)];
	if (!c->cached || c->used.mode != HW_IOMMU_TRANSLATE)
		max = 0;
	for (; nr < max; nr++, addr += HW_PAGE) {
		const struct iotlb_entry *e =
			iotlb_probe(&hw_iommu.iotlb, c->dom, 0, addr);

		if (!e || e->absent || (nr && addr < HW_PAGE))
			break;
		copy_entry(hw_tlb_slot(&dev->tlb, addr), c, e);
	}
	host_mutex_unlock(&hw_iommu.lock);
	return nr;
}

/* Lock held. */
static enum hw_status translate(struct request *rq, struct hw_tlb_slot *slot,
				struct hw_walk *w)
{
	struct context *c = rq->pasid ?
				    hw_context_of_pasid(rq->dev, rq->pasid) :
				    hw_context_of(rq->dev);
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
			hw_iommu.stats.atc_hits++;
			hw_cost_dev(rq->dev, HW_COST_DEVICE_TLB_HIT, 1);
			rq->own = true;
			if (hw_iommu.check)
				hw_check_found(rq, c, HW_OK, w);
			return HW_OK;
		}
		hw_cost_dev(rq->dev, HW_COST_ATS_REQUEST, 1);
	}

	hw_iommu.stats.lookups++;
	dom = c->dom;
	e = iotlb_probe(&hw_iommu.iotlb, dom, 0, rq->addr);
	rq->hit = e;
	rq->miss = !e;
	status = e ? translate_hit(rq, c, e, w) : translate_miss(rq, c, dom, w);
	/* Of a way that is remembered, wherever it leads. */
	if (rq->miss && (!status || status == HW_ERR_UNMAPPED) && c->marks)
		mark_tables(c, w);
	if (status == HW_ERR_UNMAPPED && rq->miss)
		prefetch_line(c, dom, rq->addr, w);
	if (status)
		return status;
	allowed = rq->write ? w->write : w->read;
	if (allowed && c->marks) {
		if (!e)
			e = iotlb_probe(&hw_iommu.iotlb, dom, 0, rq->addr);
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

static void answer(const struct hw_walk *w, struct hw_xlate *x)
{
	uint64_t in_leaf = (1ull << w->lg2) - 1;

	x->phys = w->phys;
	x->run_last = in_leaf - (w->phys & in_leaf);
	x->level = w->level;
	x->entry = w->entry;
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

	host_mutex_lock(&hw_iommu.lock);
	status = translate(&rq, slot, &w);
	host_mutex_unlock(&hw_iommu.lock);
	if (hw_unlikely(hw_traced()) && (rq.hit || rq.miss))
		hw_trace(&(struct hw_trace){
			.kind = rq.hit ? HW_TRACE_IOTLB_HIT :
					 HW_TRACE_IOTLB_MISS,
			.dev = hw_dev_name(dev),
			.addr = addr,
			.write = write,
		});

	answer(&w, x);
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

	x->level = 0;
	x->entry = 0;
	if (!hw_config.iommu)
		return HW_ERR_BLOCKED;
	host_mutex_lock(&hw_iommu.lock);
	status = translate(&rq, &slot, &w);
	host_mutex_unlock(&hw_iommu.lock);
	answer(&w, x);
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
		host_mutex_lock(&hw_iommu.lock);
		ctx = hw_iommu.contexts[rid].mem;
		host_mutex_unlock(&hw_iommu.lock);
	}
	if (ctx.mode == HW_IOMMU_BLOCK)
		return HW_ERR_BLOCKED;
	if (ctx.mode == HW_IOMMU_TRANSLATE)
		status = hw_iommu_walk(&ctx, addr, &w);
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

/**
 * hw_iommu_idle() - is nobody inside?
 *
 * For debuggers, which stop anywhere: what looks inside would wait for ever.
 * Context: any.
 */
bool hw_iommu_idle(void)
{
	if (!host_mutex_trylock(&hw_iommu.lock))
		return false;
	host_mutex_unlock(&hw_iommu.lock);
	return true;
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

	host_mutex_lock(&hw_iommu.lock);
	nr = iotlb_copy(&hw_iommu.iotlb, out, max);
	host_mutex_unlock(&hw_iommu.lock);
	return nr;
}

/* ---- commands ------------------------------------------------------------ */

/* Return: things forgotten. Lock held. */
static uint64_t execute(const struct hw_inv_cmd *cmd)
{
	switch (cmd->type) {
	case HW_INV_ALL:
		hw_iommu.stats.cmds_all++;
		return iotlb_drop(&hw_iommu.iotlb, cmd) + hw_contexts_drop(cmd);
	case HW_INV_TRANSLATIONS:
		hw_iommu.stats.cmds_all++;
		return iotlb_drop(&hw_iommu.iotlb, cmd);
	case HW_INV_CONTEXT:
	case HW_INV_CONTEXTS:
		hw_iommu.stats.cmds_context++;
		return hw_contexts_drop(cmd);
	case HW_INV_DOMAIN:
		hw_iommu.stats.cmds_domain++;
		return iotlb_drop(&hw_iommu.iotlb, cmd);
	case HW_INV_RANGE:
		hw_iommu.stats.cmds_range++;
		hw_iommu.stats.range_bytes += cmd->last - cmd->first + 1;
		return iotlb_drop(&hw_iommu.iotlb, cmd);
	case HW_INV_DEVICE:
		hw_iommu.stats.cmds_device++;
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
	host_mutex_lock(&hw_iommu.lock);
	if (execute(cmd))
		hw_iommu_next_gen();
	host_mutex_unlock(&hw_iommu.lock);
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

/** hw_iommu_forget_slots() - devices must ask anew. No hardware lock held. */
void hw_iommu_forget_slots(void)
{
	host_mutex_lock(&hw_iommu.lock);
	hw_iommu_next_gen();
	host_mutex_unlock(&hw_iommu.lock);
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
	host_mutex_lock(&hw_iommu.lock);
	hw_iommu.stats.hits += tlb->hits;
	hw_iommu.stats.lookups += tlb->hits;
	host_mutex_unlock(&hw_iommu.lock);
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

	host_mutex_lock(&hw_iommu.lock);
	*out = hw_iommu.stats;
	out->hits += slot_hits;
	out->lookups += slot_hits;
	out->iotlb_entries = hw_iommu.iotlb.nr_leaves;
	host_mutex_unlock(&hw_iommu.lock);
	out->faults = hw_fault_count();
}
