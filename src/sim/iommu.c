/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/iommu.h>: domains, walks and caches of the IOMMU as data.
 *
 * The hardware side does the reading (src/hw/inspect.c); here are names for
 * devices, reasons for refusals, and putting neighbours together.
 *
 * Tests: tests/unit/sim/test_iommu.c
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sort.h>
#include <linux/string.h>

#include <dmasim/iommu.h>

#include "host/host.h"
#include "sim/sim.h"

/* More than any sane domain has: 4 GiB of tables. */
#define SIM_MAX_TABLES (1u << 20)

static_assert((int)DMASIM_ENTRY_ABSENT == (int)HW_ENTRY_ABSENT);
static_assert((int)DMASIM_ENTRY_BROKEN == (int)HW_ENTRY_BROKEN);
static_assert((int)DMASIM_BITS_FLAG == (int)HW_FIELD_FLAG);
static_assert((int)DMASIM_BITS_ZERO == (int)HW_FIELD_ZERO);
static_assert(ARRAY_SIZE(((struct dmasim_iommu_walk *)0)->entry) >=
	      HW_PT_MAX_WALK);

const char *dmasim_entry_kind_name(enum dmasim_entry_kind kind)
{
	static const char *const names[] = { "absent", "table", "leaf",
					     "broken" };

	return (unsigned int)kind < ARRAY_SIZE(names) ? names[kind] : "?";
}
EXPORT_SYMBOL(dmasim_entry_kind_name);

struct dmasim_device *dmasim_device_find(const char *name)
{
	struct dmasim_machine *m = sim_machine();
	struct dmasim_device *dev;

	if (!m || !name)
		return NULL;
	list_for_each_entry(dev, &m->devices, node)
		if (!strcmp(dmasim_device_name(dev), name))
			return dev;
	return NULL;
}
EXPORT_SYMBOL(dmasim_device_find);

static int sim_need_iommu(void)
{
	if (!sim_machine())
		return sim_refuse(-ENODEV, "iommu: there is no machine");
	if (!hw_get_config()->iommu)
		return sim_refuse(
			-ENODEV,
			"iommu: this machine has none (iommu is DMASIM_IOMMU_OFF)");
	return 0;
}

int dmasim_iommu_get_context(struct dmasim_device *dev,
			     struct dmasim_iommu_context *context)
{
	struct hw_iommu_context mem, used = {};
	struct hw_pt_geometry g;
	int ret = sim_need_iommu();

	if (ret)
		return ret;
	if (!dev)
		return sim_refuse(-EINVAL, "iommu: no device given");
	*context = (struct dmasim_iommu_context){
		.cached =
			hw_iommu_get_context(hw_dev_rid(dev->hw), &mem, &used),
	};
	context->stale = context->cached &&
			 (mem.mode != used.mode || mem.root != used.root ||
			  mem.format != used.format ||
			  mem.levels != used.levels ||
			  mem.va_lg2 != used.va_lg2 ||
			  mem.sign_extend != used.sign_extend ||
			  mem.domain != used.domain || mem.pasid != used.pasid);
	if (mem.mode == HW_IOMMU_BYPASS)
		context->path = DMASIM_PATH_BYPASS;
	if (!hw_pt_geometry(&mem, &g))
		return 0;
	context->path = DMASIM_PATH_TRANSLATED;
	strscpy(context->format, g.name, sizeof(context->format));
	context->root = mem.root;
	context->levels = mem.levels;
	context->granule_lg2 = g.granule_lg2;
	context->index_lg2 = g.index_lg2;
	context->width = g.width;
	context->sign_extend = mem.sign_extend;
	context->domain = mem.domain;
	context->pasid = mem.pasid;
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_get_context);

/* The context of a device that is translated; else refused. */
static int sim_table_of(struct dmasim_device *dev, struct hw_iommu_context *ctx)
{
	struct hw_iommu_context used;
	int ret = sim_need_iommu();

	if (ret)
		return ret;
	if (!dev)
		return sim_refuse(-EINVAL, "iommu: no device given");
	hw_iommu_get_context(hw_dev_rid(dev->hw), ctx, &used);
	if (ctx->mode == HW_IOMMU_TRANSLATE)
		return 0;
	return sim_refuse(-ENXIO, "iommu: %s is not translated: it %s",
			  dmasim_device_name(dev),
			  ctx->mode == HW_IOMMU_BYPASS ? "passes through" :
							 "is blocked");
}

static void sim_entry(const struct hw_pt_entry *e,
		      struct dmasim_iommu_entry *entry)
{
	*entry = (struct dmasim_iommu_entry){
		.kind = (enum dmasim_entry_kind)e->kind,
		.level = e->level,
		.table = e->table,
		.index = e->index,
		.nr = e->nr,
		.leaves = e->kind == HW_ENTRY_LEAF,
		.word = e->word,
		.first = e->first,
		.last = e->last,
		.target = e->target,
		.read = e->read,
		.write = e->write,
	};
	strscpy(entry->why, e->why, sizeof(entry->why));
}

int dmasim_iommu_get_fields(struct dmasim_device *dev,
			    const struct dmasim_iommu_entry *entry,
			    struct dmasim_entry_field field[DMASIM_MAX_FIELDS])
{
	struct hw_entry_field hw[DMASIM_MAX_FIELDS];
	struct hw_pt_entry e = { .word = entry->word, .level = entry->level };
	struct hw_iommu_context ctx;
	unsigned int nr, i;
	int ret = sim_table_of(dev, &ctx);

	if (ret)
		return ret;
	nr = hw_pt_fields(&ctx, &e, hw, DMASIM_MAX_FIELDS);
	for (i = 0; i < nr; i++)
		field[i] = (struct dmasim_entry_field){
			.name = hw[i].name,
			.high = hw[i].high,
			.low = hw[i].low,
			.kind = (enum dmasim_bits)hw[i].kind,
			.value = hw[i].value,
		};
	return nr;
}
EXPORT_SYMBOL(dmasim_iommu_get_fields);

int dmasim_iommu_walk(struct dmasim_device *dev, uint64_t addr,
		      struct dmasim_iommu_walk *walk)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	struct hw_iommu_context ctx;
	enum hw_status status;
	uint64_t phys = 0;
	unsigned int i;
	int ret = sim_table_of(dev, &ctx);

	if (ret)
		return ret;
	*walk = (struct dmasim_iommu_walk){};
	status = hw_pt_walk(&ctx, addr, e, &walk->nr, &phys);
	if (status == HW_ERR_RANGE) {
		struct hw_pt_geometry g;

		hw_pt_geometry(&ctx, &g);
		return sim_refuse(
			-ERANGE,
			"iommu: 0x%llx is outside of what %u levels of %s translate: %u bits%s",
			(u64)addr, ctx.levels, g.name, g.width,
			ctx.sign_extend ? ", signed" : "");
	}
	for (i = 0; i < walk->nr; i++)
		sim_entry(&e[i], &walk->entry[i]);
	walk->verdict = sim_verdict(status);
	if (!status) {
		walk->phys = phys;
		walk->read = e[walk->nr - 1].read;
		walk->write = e[walk->nr - 1].write;
	}
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_walk);

/* ---- trees ------------------------------------------------------------------ */

struct sim_visit {
	bool merge;
	bool (*fn)(void *ctx, const struct dmasim_iommu_entry *entry);
	void *ctx;
	bool pending, stopped;
	struct dmasim_iommu_entry run;
};

/* Does @e go on where the run ends? */
static bool sim_goes_on(const struct dmasim_iommu_entry *run,
			const struct dmasim_iommu_entry *e)
{
	u64 size = run->last - run->first + 1;

	return e->kind == DMASIM_ENTRY_LEAF && e->table == run->table &&
	       e->first == run->last + 1 && e->target == run->target + size &&
	       e->last - e->first + 1 == size / run->leaves &&
	       e->read == run->read && e->write == run->write;
}

static bool sim_flush_run(struct sim_visit *v)
{
	if (v->pending && !v->fn(v->ctx, &v->run))
		v->stopped = true;
	v->pending = false;
	return !v->stopped;
}

static bool sim_visit_one(void *arg, const struct hw_pt_entry *hw)
{
	struct sim_visit *v = arg;
	struct dmasim_iommu_entry e;

	sim_entry(hw, &e);
	if (v->pending && sim_goes_on(&v->run, &e)) {
		v->run.last = e.last;
		v->run.nr += e.nr;
		v->run.leaves++;
		return true;
	}
	if (!sim_flush_run(v))
		return false;
	if (v->merge && e.kind == DMASIM_ENTRY_LEAF) {
		v->run = e;
		v->pending = true;
		return true;
	}
	v->stopped = !v->fn(v->ctx, &e);
	return !v->stopped;
}

int dmasim_iommu_visit(struct dmasim_device *dev, bool merge,
		       bool (*fn)(void *ctx,
				  const struct dmasim_iommu_entry *entry),
		       void *ctx)
{
	struct sim_visit v = { .merge = merge, .fn = fn, .ctx = ctx };
	struct hw_iommu_context table;
	int ret = sim_table_of(dev, &table);

	if (ret)
		return ret;
	hw_pt_visit(&table, SIM_MAX_TABLES, sim_visit_one, &v);
	if (!v.stopped)
		sim_flush_run(&v);
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_visit);

struct sim_ranges {
	bool (*fn)(void *ctx, const struct dmasim_iommu_range *range);
	void *ctx;
	struct dmasim_iommu_range run; /* no leaves: empty */
};

static bool sim_range_entry(void *arg, const struct dmasim_iommu_entry *e)
{
	struct sim_ranges *r = arg;
	struct dmasim_iommu_range *run = &r->run;
	u64 size;

	if (e->kind != DMASIM_ENTRY_LEAF)
		return true;
	size = (e->last - e->first + 1) / e->leaves;
	if (run->leaves && e->first == run->last + 1 &&
	    e->target == run->phys + (e->first - run->first) &&
	    e->read == run->read && e->write == run->write) {
		run->last = e->last;
		run->leaves += e->leaves;
		run->smallest = min_t(u64, run->smallest, size);
		run->largest = max_t(u64, run->largest, size);
		return true;
	}
	if (run->leaves && !r->fn(r->ctx, run)) {
		run->leaves = 0;
		return false;
	}
	*run = (struct dmasim_iommu_range){
		.first = e->first,
		.last = e->last,
		.phys = e->target,
		.read = e->read,
		.write = e->write,
		.leaves = e->leaves,
		.smallest = size,
		.largest = size,
	};
	return true;
}

int dmasim_iommu_visit_ranges(
	struct dmasim_device *dev,
	bool (*fn)(void *ctx, const struct dmasim_iommu_range *range),
	void *ctx)
{
	struct sim_ranges r = { .fn = fn, .ctx = ctx };
	int ret = dmasim_iommu_visit(dev, true, sim_range_entry, &r);

	if (!ret && r.run.leaves)
		fn(ctx, &r.run);
	return ret;
}
EXPORT_SYMBOL(dmasim_iommu_visit_ranges);

/* ---- caches ------------------------------------------------------------------ */

static int sim_compare_cached(const void *a, const void *b)
{
	const struct hw_cached_entry *x = a, *y = b;

	if (x->domain != y->domain)
		return x->domain < y->domain ? -1 : 1;
	if (x->pasid != y->pasid)
		return x->pasid < y->pasid ? -1 : 1;
	if (x->table != y->table)
		return x->table ? 1 : -1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->lg2 < y->lg2 ? 1 : -1;
}

/* Tell @fn all of @nr entries, or those with the tag of @table, sorted. */
static void sim_tell_cached(struct hw_cached_entry *all, u64 nr,
			    const struct hw_iommu_context *table,
			    bool (*fn)(void *ctx,
				       const struct dmasim_iommu_cached *c),
			    void *ctx)
{
	u64 i;

	sort(all, nr, sizeof(*all), sim_compare_cached, NULL);
	for (i = 0; i < nr; i++) {
		const struct hw_cached_entry *e = &all[i];
		struct dmasim_iommu_cached c = {
			.domain = e->domain,
			.pasid = e->pasid,
			.table = e->table,
			.absent = e->absent,
			.read = e->read,
			.write = e->write,
			.level = e->level,
			.first = e->first,
			.last = e->first + ((1ull << e->lg2) - 1),
			.target = e->target,
		};

		if (table &&
		    (c.domain != table->domain || c.pasid != table->pasid))
			continue;
		if (!fn(ctx, &c))
			break;
	}
}

int dmasim_iommu_visit_cached(struct dmasim_device *dev,
			      bool (*fn)(void *ctx,
					 const struct dmasim_iommu_cached *c),
			      void *ctx)
{
	struct hw_cached_entry *all;
	struct hw_iommu_context table;
	u64 nr, room;
	int ret = dev ? sim_table_of(dev, &table) : sim_need_iommu();

	if (ret)
		return ret;
	room = hw_iommu_get_cached(NULL, 0);
	all = host_alloc((room + 1) * sizeof(*all));
	if (!all)
		return sim_refuse(-ENOMEM, "iommu: the host is out of memory");
	nr = min_t(u64, room, hw_iommu_get_cached(all, room));
	sim_tell_cached(all, nr, dev ? &table : NULL, fn, ctx);
	host_free(all);
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_visit_cached);

int dmasim_iommu_visit_device_tlb(
	struct dmasim_device *dev,
	bool (*fn)(void *ctx, const struct dmasim_iommu_cached *c), void *ctx)
{
	struct hw_cached_entry *all;
	u64 nr, room;
	int ret = sim_need_iommu();

	if (ret)
		return ret;
	if (!dev)
		return sim_refuse(-EINVAL, "iommu: no device given");
	room = hw_atc_get_cached(dev->hw, NULL, 0);
	all = host_alloc((room + 1) * sizeof(*all));
	if (!all)
		return sim_refuse(-ENOMEM, "iommu: the host is out of memory");
	nr = min_t(u64, room, hw_atc_get_cached(dev->hw, all, room));
	sim_tell_cached(all, nr, NULL, fn, ctx);
	host_free(all);
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_visit_device_tlb);
