/* SPDX-License-Identifier: MIT */
/*
 * What "dmasim inspect" writes as JSON; docs/inspect.md has the schema.
 *
 * Addresses and entries are strings of hexadecimal digits: many readers keep
 * numbers as doubles, which cannot hold 64 bits.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <dmasim/inspect.h>

#include "inspect.h"

#define MAX_DEPTH 8

static json_t *hex(uint64_t value)
{
	return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *entry_json(const struct dmasim_iommu_entry *e)
{
	json_t *o = json_pack(
		"{s:s, s:i, s:o, s:i, s:i, s:o, s:o, s:o, s:b, s:b}", "kind",
		dmasim_entry_kind_name(e->kind), "level", (int)e->level,
		"table", hex(e->table), "index", (int)e->index, "nr",
		(int)e->nr, "word", hex(e->word), "first", hex(e->first),
		"last", hex(e->last), "read", e->read, "write", e->write);

	if (e->kind == DMASIM_ENTRY_TABLE || e->kind == DMASIM_ENTRY_LEAF)
		json_object_set_new(o, "target", hex(e->target));
	if (e->kind == DMASIM_ENTRY_LEAF)
		json_object_set_new(o, "leaves",
				    json_integer((json_int_t)e->leaves));
	if (e->why[0])
		json_object_set_new(o, "why", json_string(e->why));
	return o;
}

/* ---- the tree: entries come depth first, an array is open for each level -------- */

struct tree {
	json_t *open[MAX_DEPTH]; /* by level + 1 of the entries in it */
	unsigned int top;
};

static bool add_entry(void *ctx, const struct dmasim_iommu_entry *e)
{
	struct tree *t = ctx;
	json_t *o = entry_json(e), *below;
	unsigned int at = e->level + 1, i;

	/* An entry of a level that was skipped belongs to the next one above. */
	while (at < t->top && !t->open[at])
		at++;
	json_array_append_new(t->open[at], o);
	for (i = 0; i < at; i++)
		t->open[i] = NULL;
	if (e->kind == DMASIM_ENTRY_TABLE) {
		below = json_array();
		json_object_set_new(o, "entries", below);
		t->open[e->level] = below;
	}
	return true;
}

static json_t *tree_json(const struct inspect_view *view, unsigned int levels)
{
	struct tree t = { .top = levels };
	json_t *root = json_array();

	t.open[levels] = root;
	dmasim_iommu_visit(view->dev, true, add_entry, &t);
	return root;
}

static bool add_range(void *ctx, const struct dmasim_iommu_range *r)
{
	json_array_append_new(
		ctx, json_pack("{s:o, s:o, s:o, s:b, s:b, s:I, s:I, s:I}",
			       "first", hex(r->first), "last", hex(r->last),
			       "phys", hex(r->phys), "read", r->read, "write",
			       r->write, "leaves", (json_int_t)r->leaves,
			       "smallest", (json_int_t)r->smallest, "largest",
			       (json_int_t)r->largest));
	return true;
}

static bool add_cached(void *ctx, const struct dmasim_iommu_cached *c)
{
	json_array_append_new(
		ctx, json_pack("{s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:b, s:b}",
			       "kind",
			       c->table	 ? "table" :
			       c->absent ? "absent" :
					   "leaf",
			       "domain", c->domain, "pasid", (int)c->pasid,
			       "level", (int)c->level, "first", hex(c->first),
			       "last", hex(c->last), "target", hex(c->target),
			       "read", c->read, "write", c->write));
	return true;
}

/* ---- walks ------------------------------------------------------------------------ */

static json_t *fields_json(const struct inspect_view *view,
			   const struct dmasim_iommu_entry *e)
{
	static const char *const kinds[] = { "flag", "number", "address",
					     "ignored", "zero" };
	struct dmasim_entry_field field[DMASIM_MAX_FIELDS];
	json_t *array = json_array();
	int nr = dmasim_iommu_get_fields(view->dev, e, field), i;

	for (i = 0; i < nr; i++)
		json_array_append_new(array,
				      json_pack("{s:s, s:i, s:i, s:s, s:o}",
						"name", field[i].name, "high",
						(int)field[i].high, "low",
						(int)field[i].low, "kind",
						kinds[field[i].kind], "value",
						hex(field[i].value)));
	return array;
}

static json_t *walk_json(const struct inspect_view *view, uint64_t addr)
{
	struct dmasim_iommu_walk walk;
	json_t *o = json_pack("{s:o}", "addr", hex(addr)), *entries;
	unsigned int i;

	if (dmasim_iommu_walk(view->dev, addr, &walk)) {
		json_object_set_new(o, "refused",
				    json_string(dmasim_refusal()));
		return o;
	}
	json_object_set_new(o, "verdict",
			    json_string(dmasim_dma_name(walk.verdict)));
	if (!walk.verdict) {
		json_object_set_new(o, "phys", hex(walk.phys));
		json_object_set_new(o, "read", json_boolean(walk.read));
		json_object_set_new(o, "write", json_boolean(walk.write));
	}
	entries = json_array();
	for (i = 0; i < walk.nr; i++) {
		json_t *e = entry_json(&walk.entry[i]);

		json_object_set_new(e, "fields",
				    fields_json(view, &walk.entry[i]));
		json_array_append_new(entries, e);
	}
	json_object_set_new(o, "entries", entries);
	return o;
}

/* ---- everything -------------------------------------------------------------------- */

static json_t *context_json(const struct dmasim_iommu_context *c)
{
	static const char *const paths[] = { "blocked", "bypass",
					     "translated" };

	return json_pack(
		"{s:s, s:s, s:i, s:i, s:o, s:i, s:i, s:i, s:i, s:b, s:b, s:b}",
		"path", paths[c->path], "format", c->format, "domain",
		(int)c->domain, "pasid", (int)c->pasid, "root", hex(c->root),
		"levels", (int)c->levels, "granule_lg2", (int)c->granule_lg2,
		"index_lg2", (int)c->index_lg2, "width", (int)c->width,
		"sign_extend", c->sign_extend, "cached", c->cached, "stale",
		c->stale);
}

static json_t *stats_json(void)
{
	struct dmasim_iommu_stats s;

	dmasim_iommu_get_stats(&s);
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"lookups", (json_int_t)s.lookups, "hits", (json_int_t)s.hits,
		"misses", (json_int_t)s.misses, "walk_reads",
		(json_int_t)s.walk_reads, "device_hits",
		(json_int_t)s.device_hits, "faults", (json_int_t)s.faults,
		"stale_hits", (json_int_t)s.stale_hits, "deferred_hits",
		(json_int_t)s.deferred_hits, "invalidations",
		(json_int_t)s.invalidations, "iotlb_entries",
		(json_int_t)s.iotlb_entries, "pte_writes",
		(json_int_t)s.pte_writes, "pt_pages", (json_int_t)s.pt_pages,
		"pt_pages_peak", (json_int_t)s.pt_pages_peak, "maps",
		(json_int_t)s.maps, "unmaps", (json_int_t)s.unmaps, "syncs",
		(json_int_t)s.syncs);
}

/* Null without a cost model. */
static json_t *cost_json(const struct inspect_view *view)
{
	struct dmasim_cost mine, all;
	json_t *steps;
	unsigned int i;

	if (dmasim_cost_get_device(view->dev, &mine) || dmasim_cost_get(&all))
		return json_null();
	steps = json_object();
	for (i = 0; i < DMASIM_NR_COSTS; i++)
		json_object_set_new(
			steps, dmasim_cost_name(i),
			json_integer((json_int_t)(DMASIM_COST_IS_CPU(i) ?
							  all.count[i] :
							  mine.count[i])));
	return json_pack("{s:s, s:I, s:I, s:o}", "model",
			 view->setup->replay.cost, "ns", (json_int_t)all.ns,
			 "device_ns", (json_int_t)mine.ns, "steps", steps);
}

static json_t *mappings_json(const struct inspect_view *view)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < view->nr_mappings; i++) {
		const struct inspect_mapping *m = &view->mapping[i];

		json_array_append_new(
			array, json_pack("{s:i, s:s, s:o, s:I, s:b}",
					 "operation", (int)m->op, "kind",
					 inspect_kind_names[m->kind], "iova",
					 hex(m->iova), "size",
					 (json_int_t)m->size, "live", m->live));
	}
	return array;
}

int inspect_json(const struct inspect_view *view, FILE *to)
{
	struct dmasim_iommu_context c;
	json_t *o, *ranges, *iotlb, *device_tlb, *walks;
	unsigned int i;
	uint64_t addr;
	int ret;

	if (dmasim_iommu_get_context(view->dev, &c)) {
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
		return 1;
	}
	o = json_pack("{s:s, s:I, s:I, s:o, s:o}", "device",
		      dmasim_device_name(view->dev), "seed",
		      (json_int_t)dmasim_seed(), "stopped",
		      (json_int_t)view->stopped, "mappings",
		      mappings_json(view), "context", context_json(&c));
	ranges = json_array();
	iotlb = json_array();
	device_tlb = json_array();
	walks = json_array();
	json_object_set_new(o, "tree",
			    c.path == DMASIM_PATH_TRANSLATED ?
				    tree_json(view, c.levels) :
				    json_array());
	dmasim_iommu_visit_ranges(view->dev, add_range, ranges);
	json_object_set_new(o, "ranges", ranges);
	for (i = 0; i < view->nr_walks; i++)
		if (inspect_addr(view, &view->walk[i], &addr))
			json_array_append_new(walks, walk_json(view, addr));
	json_object_set_new(o, "walks", walks);
	dmasim_iommu_visit_cached(view->dev, add_cached, iotlb);
	json_object_set_new(o, "iotlb", iotlb);
	dmasim_iommu_visit_device_tlb(view->dev, add_cached, device_tlb);
	json_object_set_new(o, "device_tlb", device_tlb);
	json_object_set_new(o, "statistics", stats_json());
	json_object_set_new(o, "cost", cost_json(view));
	ret = json_dumpf(o, to, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(o);
	return ret || fputc('\n', to) == EOF ? 1 : 0;
}
