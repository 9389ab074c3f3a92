/* SPDX-License-Identifier: MIT */
/*
 * Looking at page tables as the hardware reads them: one walk entry by entry, or
 * a whole tree.
 *
 * The walkers do the reading. To learn what one entry is, a walk begins at its
 * table with the lowest address that the entry decides about: if the walk never
 * descends, the entry is a leaf, absent or to blame; if it does, the first step
 * is the table below. So what is shown here is what a device would get, in every
 * format there is a walker for; only the words for what is wrong come from the
 * format's description (entry.h).
 *
 * P1  A visit looks into each table of a path once: a pointer to a table further
 *     up is broken and not followed.
 * P2  Nothing is cached, filled or reported.
 * Locks: none; nobody changes the tables meanwhile.
 * Tests: tests/unit/hw/test_inspect.c
 */
#include <stdio.h>

#include "hw/walk.h"

_Static_assert(HW_PT_MAX_WALK > HW_WALK_MAX_LEVELS, "room for every level");

static const struct hw_walk_format *
format_of(const struct hw_iommu_context *ctx)
{
	return ctx->mode == HW_IOMMU_TRANSLATE ? hw_iommu_format(ctx->format) :
						 NULL;
}

static unsigned int shift_of(const struct hw_walk_format *f, unsigned int level)
{
	return f->granule_lg2 + f->index_lg2 * level;
}

static unsigned int width_of(const struct hw_walk_format *f,
			     const struct hw_iommu_context *ctx)
{
	unsigned int lg2 = shift_of(f, ctx->levels);

	if (ctx->va_lg2)
		return ctx->va_lg2;
	return lg2 < 64 ? lg2 : 64;
}

/**
 * hw_pt_geometry() - the numbers behind a context
 * @ctx: the context
 * @geometry: set
 *
 * Return: false if @ctx does not translate.
 */
bool hw_pt_geometry(const struct hw_iommu_context *ctx,
		    struct hw_pt_geometry *geometry)
{
	const struct hw_walk_format *f = format_of(ctx);

	if (!f)
		return false;
	*geometry = (struct hw_pt_geometry){
		.name = f->name,
		.granule_lg2 = f->granule_lg2,
		.index_lg2 = f->index_lg2,
		.width = width_of(f, ctx),
	};
	return true;
}

/* Entries of a table; the root may be cut short, or be several side by side. */
static uint64_t entries_of(const struct hw_walk_format *f,
			   const struct hw_iommu_context *ctx,
			   unsigned int level)
{
	unsigned int width = width_of(f, ctx);

	if (level + 1u == ctx->levels && width > shift_of(f, level))
		return 1ull << (width - shift_of(f, level));
	return 1ull << f->index_lg2;
}

static struct hw_walk_start start_at(const struct hw_iommu_context *ctx,
				     uint64_t table, unsigned int level,
				     bool read, bool write)
{
	return (struct hw_walk_start){
		.table = table,
		.level = (uint8_t)level,
		.levels = ctx->levels,
		.va_lg2 = ctx->va_lg2,
		.oas_lg2 = (uint8_t)hw_config.iommu_oas_lg2,
		.sign_extend = ctx->sign_extend,
		.read = read,
		.write = write,
	};
}

static uint64_t load(uint64_t phys)
{
	if (!hw_ram_valid(phys, 8))
		return 0;
	return __atomic_load_n((uint64_t *)(hw_ram_host + phys),
			       __ATOMIC_ACQUIRE);
}

/* @e points to a table that is above it. */
static void say_up_again(struct hw_pt_entry *e, uint64_t target)
{
	e->kind = HW_ENTRY_BROKEN;
	e->status = HW_ERR_TABLE;
	e->target = target;
	snprintf(e->why, sizeof(e->why),
		 "it points up again, to the table 0x%llx",
		 (unsigned long long)target);
}

static void say_why(const struct hw_walk_format *f, struct hw_pt_entry *e)
{
	uint64_t at = e->table + 8ull * e->index;

	if (!hw_ram_valid(at, 8))
		snprintf(e->why, sizeof(e->why), "this entry is not in RAM");
	else if (!f->entry)
		snprintf(e->why, sizeof(e->why), "malformed");
	else if (e->status == HW_ERR_TABLE)
		snprintf(e->why, sizeof(e->why),
			 "the table 0x%llx that it points to is not in RAM",
			 (unsigned long long)f->entry->addr(e->word));
	else if (!hw_entry_why(f->entry, e->word, e->level,
			       hw_config.iommu_oas_lg2, e->why, sizeof(e->why)))
		snprintf(e->why, sizeof(e->why),
			 "the entries of its group do not agree");
}

/*
 * What is entry @index of @table? @addr is the lowest address it decides about,
 * @e->read and @e->write are the rights so far.
 */
static void classify(const struct hw_walk_format *f,
		     const struct hw_iommu_context *ctx, uint64_t table,
		     unsigned int level, uint64_t index, uint64_t addr,
		     struct hw_pt_entry *e)
{
	struct hw_walk_start start =
		start_at(ctx, table, level, e->read, e->write);
	unsigned int shift = shift_of(f, level);
	struct hw_walk w;

	e->table = table;
	e->level = (uint8_t)level;
	e->index = (uint32_t)index;
	e->nr = 1;
	e->word = load(table + 8 * index);
	e->first = addr;
	e->last = addr + ((1ull << shift) - 1);
	e->below = 0;
	e->target = 0;
	e->why[0] = '\0';
	e->status = f->walk(&start, addr, &w);
	if (w.nr_steps) {
		e->kind = HW_ENTRY_TABLE;
		e->status = HW_OK;
		e->target = w.step[0].table;
		e->below = w.step[0].level;
		e->last = addr + ((1ull << w.step[0].lg2) - 1);
		e->read = w.step[0].read;
		e->write = w.step[0].write;
		return;
	}
	e->read = w.read;
	e->write = w.write;
	if (e->status == HW_ERR_ACCESS)
		e->read = e->write = false;
	if (e->status == HW_OK || e->status == HW_ERR_ACCESS) {
		e->kind = HW_ENTRY_LEAF;
		e->target = w.phys;
		if (w.lg2 > shift) {
			e->nr = 1u << (w.lg2 - shift);
			e->last = addr + ((1ull << w.lg2) - 1);
		}
	} else if (e->status == HW_ERR_UNMAPPED) {
		e->kind = HW_ENTRY_ABSENT;
	} else if (e->status == HW_ERR_TABLE && e->word && f->entry &&
		   f->entry->addr(e->word) == table) {
		say_up_again(e, table);
	} else {
		e->kind = HW_ENTRY_BROKEN;
		say_why(f, e);
	}
}

/* ---- one walk -------------------------------------------------------------- */

/**
 * hw_pt_walk() - the entries that decide about one device address
 * @ctx: a context that translates
 * @addr: device address
 * @e: room for HW_PT_MAX_WALK entries
 * @nr: set to their number
 * @phys: HW_OK: where @addr leads
 *
 * Each entry is classified by itself; the answer is that of one whole walk. A
 * leaf of several entries begins at the one that @addr meets.
 * Return: HW_OK, HW_ERR_RANGE (no entries), or why the last entry ends the walk.
 */
enum hw_status hw_pt_walk(const struct hw_iommu_context *ctx, uint64_t addr,
			  struct hw_pt_entry *e, unsigned int *nr,
			  uint64_t *phys)
{
	const struct hw_walk_format *f = format_of(ctx);
	struct hw_walk_start start =
		start_at(ctx, ctx->root, ctx->levels - 1u, true, true);
	unsigned int level = start.level, i;
	bool read = true, write = true;
	uint64_t table = ctx->root;
	enum hw_status status;
	struct hw_walk w;

	*nr = 0;
	status = f->walk(&start, addr, &w);
	if (status == HW_ERR_RANGE)
		return status;
	*phys = w.phys;
	for (i = 0; i <= w.nr_steps; i++) {
		unsigned int shift = shift_of(f, level);
		uint64_t mask = entries_of(f, ctx, level) - 1;

		e[i].read = read;
		e[i].write = write;
		classify(f, ctx, table, level, addr >> shift & mask,
			 addr >> shift << shift, &e[i]);
		read = e[i].read;
		write = e[i].write;
		table = e[i].target;
		if (i < w.nr_steps)
			level = w.step[i].level;
	}
	/* What the entry does not show by itself: the way to it, skipped levels. */
	if (status == HW_ERR_TABLE && e[w.nr_steps].kind == HW_ENTRY_TABLE) {
		say_up_again(&e[w.nr_steps], e[w.nr_steps].target);
	} else if (status && e[w.nr_steps].kind == HW_ENTRY_TABLE) {
		e[w.nr_steps].kind = HW_ENTRY_ABSENT;
		e[w.nr_steps].status = status;
		snprintf(e[w.nr_steps].why, sizeof(e[w.nr_steps].why),
			 "it skips levels, and the address has bits there");
	}
	*nr = w.nr_steps + 1u;
	return status;
}

/* ---- a whole tree ---------------------------------------------------------- */

struct visit {
	const struct hw_walk_format *f;
	const struct hw_iommu_context *ctx;
	unsigned int tables_left;
	bool (*fn)(void *arg, const struct hw_pt_entry *e);
	void *arg;
	uint64_t path[HW_WALK_MAX_LEVELS];
	unsigned int depth;
};

/* May the table that @e points to be looked into? If not, say why not. */
static void check_pointer(struct visit *v, struct hw_pt_entry *e)
{
	unsigned int i;

	for (i = 0; i < v->depth; i++) {
		if (v->path[i] != e->target)
			continue;
		say_up_again(e, e->target);
		return;
	}
	if (v->tables_left) {
		v->tables_left--;
		return;
	}
	e->kind = HW_ENTRY_BROKEN;
	e->status = HW_ERR_TABLE;
	snprintf(e->why, sizeof(e->why),
		 "not followed: there are more tables than asked for");
}

/* Return: false to stop. */
static bool visit_table(struct visit *v, uint64_t table, unsigned int level,
			uint64_t first, bool read, bool write)
{
	uint64_t nr = entries_of(v->f, v->ctx, level), index, addr;
	unsigned int shift = shift_of(v->f, level), width;
	struct hw_pt_entry e;

	v->path[v->depth++] = table;
	width = width_of(v->f, v->ctx);
	for (index = 0; index < nr; index++) {
		/* Nothing in memory is nothing in every format. */
		if (!load(table + 8 * index))
			continue;
		addr = first + (index << shift);
		if (v->ctx->sign_extend && width < 64 && addr >> (width - 1))
			addr |= ~0ull << (width - 1);
		e.read = read;
		e.write = write;
		classify(v->f, v->ctx, table, level, index, addr, &e);
		if (e.kind == HW_ENTRY_ABSENT)
			continue;
		if (e.kind == HW_ENTRY_TABLE)
			check_pointer(v, &e);
		if (!v->fn(v->arg, &e))
			return false;
		if (e.kind == HW_ENTRY_TABLE &&
		    !visit_table(v, e.target, e.below, addr, e.read, e.write))
			return false;
		index += e.nr - 1;
	}
	v->depth--;
	return true;
}

/**
 * hw_pt_visit() - every entry of a table that is present, depth first
 * @ctx: a context that translates
 * @max_tables: tables looked into, beside the root
 * @fn: told of each entry, in ascending order of tables' indices
 * @arg: for it
 */
void hw_pt_visit(const struct hw_iommu_context *ctx, unsigned int max_tables,
		 bool (*fn)(void *arg, const struct hw_pt_entry *e), void *arg)
{
	struct visit v = {
		.f = format_of(ctx),
		.ctx = ctx,
		.tables_left = max_tables,
		.fn = fn,
		.arg = arg,
	};

	struct hw_pt_entry lost = {
		.table = ctx->root,
		.nr = 1,
		.level = (uint8_t)(ctx->levels - 1u),
		.kind = HW_ENTRY_BROKEN,
		.status = HW_ERR_TABLE,
		.last = UINT64_MAX,
		.why = "the root is not in RAM",
	};

	if (hw_ram_valid(ctx->root, 8 * entries_of(v.f, ctx, lost.level)))
		visit_table(&v, ctx->root, lost.level, 0, true, true);
	else
		fn(arg, &lost);
}

/**
 * hw_pt_fields() - an entry taken apart, lowest bits first
 * @ctx: the context it was found with
 * @e: the entry
 * @out: room for @max fields
 * @max: 64 are always enough
 *
 * Return: their number, 0 if the format has no description.
 */
unsigned int hw_pt_fields(const struct hw_iommu_context *ctx,
			  const struct hw_pt_entry *e,
			  struct hw_entry_field *out, unsigned int max)
{
	const struct hw_walk_format *f = format_of(ctx);

	if (!f || !f->entry)
		return 0;
	return hw_entry_decode(f->entry, e->word, e->level, out, max);
}
