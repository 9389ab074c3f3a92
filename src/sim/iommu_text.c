/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/iommu.h>: domains, walks and caches of the IOMMU as text.
 *
 * T1  What a debugger calls takes no lock that a stopped thread may hold: it
 *     asks first whether somebody is inside the IOMMU.
 * Tests: tests/unit/sim/test_iommu.c, tests/unit/docs/test_gdb.sh
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <dmasim/cost.h>
#include <dmasim/inspect.h>
#include <dmasim/iommu.h>

#include "host/host.h"
#include "sim/sim.h"

/* Fields go on the next line from this column on. */
#define SIM_WRAP 72

struct sim_out {
	void (*line)(void *ctx, const char *text);
	void *ctx;
	struct dmasim_iommu_context context;
	u64 tables, leaves, broken;
	bool whole; /* caches: all domains */
	struct dmasim_iommu_cached run; /* caches: the first of neighbours */
	u64 in_run, run_last;
};

static __printf(2, 3) void sim_line(struct sim_out *out, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	out->line(out->ctx, text);
}

/* A size in the largest unit that it is a multiple of. */
static const char *sim_size(u64 first, u64 last, char buf[24])
{
	static const char units[] = "BKMGTPE";
	u64 size = last - first + 1;
	unsigned int u = 0;

	if (!size)
		return strcpy(buf, "16E");
	while (!(size & 1023) && u < 6) {
		size >>= 10;
		u++;
	}
	scnprintf(buf, 24, "%llu%c", size, units[u]);
	return buf;
}

static const char *sim_rights(bool read, bool write)
{
	if (read)
		return write ? "rw" : "r-";
	return write ? "-w" : "--";
}

/* ---- a domain ------------------------------------------------------------------ */

static void sim_head(struct sim_out *out, struct dmasim_device *dev)
{
	const struct dmasim_iommu_context *c = &out->context;
	const char *name = dmasim_device_name(dev);

	if (c->path == DMASIM_PATH_TRANSLATED)
		sim_line(
			out,
			"%s: domain %u, %s, %u levels, root 0x%llx, %u bits of address%s",
			name, c->domain, c->format, c->levels, (u64)c->root,
			c->width, c->sign_extend ? ", signed" : "");
	else
		sim_line(out, "%s: %s", name,
			 c->path == DMASIM_PATH_BYPASS ? "passes through" :
							 "blocked");
	if (c->stale)
		sim_line(
			out,
			"  the IOMMU goes on with an older context: no invalidation followed the change");
}

static bool sim_tree_entry(void *arg, const struct dmasim_iommu_entry *e)
{
	struct sim_out *out = arg;
	unsigned int depth = out->context.levels - e->level;
	char index[24], all[24], one[24];

	scnprintf(index, sizeof(index), e->nr > 1 ? "%u-%u" : "%u", e->index,
		  e->index + e->nr - 1);
	sim_size(e->first, e->last, all);
	switch (e->kind) {
	case DMASIM_ENTRY_TABLE:
		out->tables++;
		sim_line(out,
			 "%*s[%s] 0x%llx +%s %s table 0x%llx, entry 0x%016llx",
			 2 * depth, "", index, (u64)e->first, all,
			 sim_rights(e->read, e->write), (u64)e->target,
			 (u64)e->word);
		break;
	case DMASIM_ENTRY_LEAF:
		out->leaves += e->leaves;
		sim_size(0, (e->last - e->first + 1) / e->leaves - 1, one);
		if (e->leaves > 1)
			sim_line(
				out,
				"%*s[%s] 0x%llx +%s %s -> 0x%llx, %llu x %s, entry 0x%016llx ...",
				2 * depth, "", index, (u64)e->first, all,
				sim_rights(e->read, e->write), (u64)e->target,
				(u64)e->leaves, one, (u64)e->word);
		else
			sim_line(
				out,
				"%*s[%s] 0x%llx +%s %s -> 0x%llx, entry 0x%016llx",
				2 * depth, "", index, (u64)e->first, all,
				sim_rights(e->read, e->write), (u64)e->target,
				(u64)e->word);
		break;
	default:
		out->broken++;
		sim_line(out, "%*s[%s] 0x%llx +%s BROKEN: %s, entry 0x%016llx",
			 2 * depth, "", index, (u64)e->first, all, e->why,
			 (u64)e->word);
	}
	return true;
}

static bool sim_range_line(void *arg, const struct dmasim_iommu_range *r)
{
	char size[24], small[24], large[24];

	sim_size(r->first, r->last, size);
	sim_size(0, r->smallest - 1, small);
	sim_size(0, r->largest - 1, large);
	sim_line(arg, "  0x%llx-0x%llx +%s %s -> 0x%llx, %llu x %s%s%s",
		 (u64)r->first, (u64)r->last, size,
		 sim_rights(r->read, r->write), (u64)r->phys, (u64)r->leaves,
		 small, r->smallest == r->largest ? "" : "..",
		 r->smallest == r->largest ? "" : large);
	return true;
}

static void sim_cached_line(struct sim_out *out)
{
	const struct dmasim_iommu_cached *c = &out->run;
	char size[24], one[24], what[96], domain[48] = "";

	if (!out->in_run)
		return;
	sim_size(c->first, out->run_last, size);
	sim_size(c->first, c->last, one);
	if (out->whole && c->pasid)
		scnprintf(domain, sizeof(domain),
			  "domain %u pasid %u: ", c->domain, c->pasid);
	else if (out->whole)
		scnprintf(domain, sizeof(domain), "domain %u: ", c->domain);
	else if (c->pasid != out->context.pasid)
		scnprintf(domain, sizeof(domain), "pasid %u: ", c->pasid);
	if (c->absent)
		scnprintf(what, sizeof(what), "nothing there");
	else if (c->table)
		scnprintf(what, sizeof(what), "%s table 0x%llx of level %u",
			  sim_rights(c->read, c->write), (u64)c->target,
			  c->level);
	else
		scnprintf(what, sizeof(what), "%s -> 0x%llx",
			  sim_rights(c->read, c->write), (u64)c->target);
	if (out->in_run > 1)
		sim_line(out, "  %s0x%llx +%s %s, %llu x %s", domain,
			 (u64)c->first, size, what, out->in_run, one);
	else
		sim_line(out, "  %s0x%llx +%s %s", domain, (u64)c->first, size,
			 what);
	out->in_run = 0;
}

/* Neighbours that lead on from each other are one line. */
static bool sim_cached_entry(void *arg, const struct dmasim_iommu_cached *c)
{
	struct sim_out *out = arg;
	const struct dmasim_iommu_cached *run = &out->run;

	if (out->in_run && !c->table && !run->table &&
	    c->domain == run->domain && c->pasid == run->pasid &&
	    c->absent == run->absent && c->read == run->read &&
	    c->write == run->write && c->first == out->run_last + 1 &&
	    c->last - c->first == run->last - run->first &&
	    (c->absent || c->target == run->target + (c->first - run->first))) {
		out->run_last = c->last;
		out->in_run++;
		return true;
	}
	sim_cached_line(out);
	out->run = *c;
	out->run_last = c->last;
	out->in_run = 1;
	return true;
}

static int sim_cached_lines(struct sim_out *out, struct dmasim_device *dev)
{
	int ret = dmasim_iommu_visit_cached(dev, sim_cached_entry, out);

	sim_cached_line(out);
	return ret;
}

/* No line at all for a device that keeps nothing. */
static bool sim_device_tlb_entry(void *arg, const struct dmasim_iommu_cached *c)
{
	struct sim_out *out = arg;

	if (!out->in_run)
		sim_line(out, "device TLB:");
	return sim_cached_entry(out, c);
}

static int sim_device_tlb_lines(struct sim_out *out, struct dmasim_device *dev)
{
	int ret = dmasim_iommu_visit_device_tlb(dev, sim_device_tlb_entry, out);

	sim_cached_line(out);
	return ret;
}

/* Steps that a cost model counted, by @dev and by CPUs; none without one. */
static void sim_cost_lines(struct sim_out *out, struct dmasim_device *dev)
{
	struct dmasim_cost mine, all;
	unsigned int i;

	if (!sim_cost_on() || dmasim_cost_get_device(dev, &mine) ||
	    dmasim_cost_get(&all))
		return;
	sim_line(out, "assumed cost: %llu ns for this device, %llu ns in all",
		 (u64)mine.ns, (u64)all.ns);
	for (i = 0; i < DMASIM_NR_COSTS; i++) {
		u64 n = DMASIM_COST_IS_CPU(i) ? all.count[i] : mine.count[i];
		u64 ps = dmasim_cost_price(i);

		if (n)
			sim_line(out, "  %-16s %8llu x %llu.%03llu ns",
				 dmasim_cost_name(i), n, ps / 1000, ps % 1000);
	}
}

static void sim_stats_lines(struct sim_out *out)
{
	struct dmasim_iommu_stats s;

	dmasim_iommu_get_stats(&s);
	sim_line(out, "statistics of the IOMMU:");
	sim_line(out,
		 "  look-ups %llu: hits %llu, misses %llu, entries read %llu",
		 (u64)s.lookups, (u64)s.hits, (u64)s.misses, (u64)s.walk_reads);
	if (s.device_hits)
		sim_line(out, "  translated by devices themselves %llu",
			 (u64)s.device_hits);
	sim_line(out, "  faults %llu, stale hits %llu, deferred hits %llu",
		 (u64)s.faults, (u64)s.stale_hits, (u64)s.deferred_hits);
	sim_line(
		out,
		"  invalidations %llu, syncs after map %llu, whole flushes %llu",
		(u64)s.invalidations, (u64)s.syncs, (u64)s.fq_flushes);
	sim_line(
		out,
		"  maps %llu, unmaps %llu, entries written %llu, tables %llu (at most %llu)",
		(u64)s.maps, (u64)s.unmaps, (u64)s.pte_writes, (u64)s.pt_pages,
		(u64)s.pt_pages_peak);
}

int dmasim_iommu_report(struct dmasim_device *dev, unsigned int parts,
			void (*line)(void *ctx, const char *text), void *ctx)
{
	struct sim_out out = { .line = line, .ctx = ctx };
	int ret = dmasim_iommu_get_context(dev, &out.context);

	if (ret)
		return ret;
	sim_head(&out, dev);
	if (out.context.path == DMASIM_PATH_TRANSLATED) {
		if (parts & DMASIM_REPORT_TREE) {
			sim_line(&out, "tree:");
			dmasim_iommu_visit(dev, true, sim_tree_entry, &out);
			sim_line(
				&out,
				"  %llu tables below the root, %llu leaves, %llu broken entries",
				out.tables, out.leaves, out.broken);
		}
		if (parts & DMASIM_REPORT_RANGES) {
			sim_line(&out, "ranges:");
			dmasim_iommu_visit_ranges(dev, sim_range_line, &out);
		}
		if (parts & DMASIM_REPORT_IOTLB) {
			sim_line(&out, "IOTLB:");
			ret = sim_cached_lines(&out, dev) ?:
				      sim_device_tlb_lines(&out, dev);
		}
	}
	if (parts & DMASIM_REPORT_STATS) {
		sim_stats_lines(&out);
		sim_cost_lines(&out, dev);
	}
	return ret;
}
EXPORT_SYMBOL(dmasim_iommu_report);

/* ---- a walk ---------------------------------------------------------------------- */

static void sim_field_lines(struct sim_out *out, struct dmasim_device *dev,
			    const struct dmasim_iommu_entry *e)
{
	struct dmasim_entry_field field[DMASIM_MAX_FIELDS];
	char text[160], one[64];
	unsigned int len = 0;
	int nr, i;

	nr = dmasim_iommu_get_fields(dev, e, field);
	for (i = 0; i < nr; i++) {
		const struct dmasim_entry_field *f = &field[i];
		unsigned int n;

		/* What says nothing is left out. */
		if (!f->value && (f->kind == DMASIM_BITS_IGNORED ||
				  f->kind == DMASIM_BITS_ZERO))
			continue;
		n = scnprintf(one, sizeof(one),
			      f->kind == DMASIM_BITS_FLAG ? "%s=%llu" :
							    "%s=0x%llx",
			      f->name, (u64)f->value);
		if (f->high != f->low)
			n += scnprintf(one + n, sizeof(one) - n, " (%u:%u)",
				       f->high, f->low);
		if (len && len + n > SIM_WRAP - 8) {
			sim_line(out, "      %s", text);
			len = 0;
		}
		len += scnprintf(text + len, sizeof(text) - len, "%s%s",
				 len ? "  " : "", one);
	}
	if (len)
		sim_line(out, "      %s", text);
}

static void sim_walk_entry(struct sim_out *out, struct dmasim_device *dev,
			   const struct dmasim_iommu_entry *e)
{
	char what[128];

	switch (e->kind) {
	case DMASIM_ENTRY_TABLE:
		scnprintf(what, sizeof(what), "table 0x%llx, so far %s",
			  (u64)e->target, sim_rights(e->read, e->write));
		break;
	case DMASIM_ENTRY_LEAF:
		scnprintf(what, sizeof(what), "leaf -> 0x%llx", (u64)e->target);
		break;
	default:
		scnprintf(what, sizeof(what), "%s%s%s",
			  e->kind == DMASIM_ENTRY_BROKEN ? "BROKEN" : "absent",
			  e->why[0] ? ": " : "", e->why);
	}
	sim_line(out, "  level %u table 0x%llx [%u] 0x%016llx %s", e->level,
		 (u64)e->table, e->index, (u64)e->word, what);
	if (e->kind != DMASIM_ENTRY_ABSENT || e->word)
		sim_field_lines(out, dev, e);
}

int dmasim_iommu_report_walk(struct dmasim_device *dev, uint64_t addr,
			     void (*line)(void *ctx, const char *text),
			     void *ctx)
{
	struct sim_out out = { .line = line, .ctx = ctx };
	const struct dmasim_iommu_entry *leaf;
	struct dmasim_iommu_walk walk;
	unsigned int i;
	char size[24];
	int ret = dmasim_iommu_walk(dev, addr, &walk);

	if (ret)
		return ret;
	ret = dmasim_iommu_get_context(dev, &out.context);
	if (ret)
		return ret;
	sim_head(&out, dev);
	sim_line(&out, "walk of 0x%llx:", (u64)addr);
	for (i = 0; i < walk.nr; i++)
		sim_walk_entry(&out, dev, &walk.entry[i]);
	leaf = &walk.entry[walk.nr - 1];
	if (walk.verdict)
		sim_line(&out, "  a device gets a fault: %s",
			 dmasim_dma_name(walk.verdict));
	else
		sim_line(&out, "  a device gets 0x%llx, %s, in a leaf of %s",
			 (u64)walk.phys, sim_rights(walk.read, walk.write),
			 sim_size(leaf->first, leaf->last, size));
	return 0;
}
EXPORT_SYMBOL(dmasim_iommu_report_walk);

/* ---- for debuggers ------------------------------------------------------------------ */

static void sim_print_line(void *ctx, const char *text)
{
	host_print(text);
}

/* Nobody is inside whom a look would wait for. */
static bool sim_idle(void)
{
	struct dmasim_device *dev;

	list_for_each_entry(dev, &sim_machine()->devices, node)
		if (!hw_dev_idle(dev->hw))
			return false;
	return hw_iommu_idle();
}

/* T1; also whether there is something to print at all. */
static bool sim_can_print(void)
{
	const char *why = NULL;

	if (!sim_machine())
		why = "dmasim: there is no machine";
	else if (!hw_get_config()->iommu)
		why = "dmasim: this machine has no IOMMU";
	else if (!sim_idle())
		why = "dmasim: a thread is inside the IOMMU: let it get out (finish), or use docs/gdb/dmasim.gdb, which takes no lock";
	if (why)
		host_print(why);
	return !why;
}

static void sim_print_result(int ret)
{
	if (ret)
		host_print(dmasim_refusal());
}

static struct dmasim_device *sim_print_find(const char *name)
{
	struct dmasim_device *dev = dmasim_device_find(name);
	char text[96];

	if (!dev) {
		scnprintf(text, sizeof(text), "dmasim: there is no device %s",
			  name ?: "(null)");
		host_print(text);
	}
	return dev;
}

void dmasim_iommu_print(const char *name)
{
	struct dmasim_device *dev;

	if (!sim_can_print())
		return;
	if (name) {
		dev = sim_print_find(name);
		if (dev)
			sim_print_result(dmasim_iommu_report(
				dev, DMASIM_REPORT_ALL, sim_print_line, NULL));
		return;
	}
	list_for_each_entry(dev, &sim_machine()->devices, node)
		sim_print_result(dmasim_iommu_report(
			dev, DMASIM_REPORT_ALL & ~DMASIM_REPORT_STATS,
			sim_print_line, NULL));
}
EXPORT_SYMBOL(dmasim_iommu_print);

void dmasim_iommu_print_walk(const char *name, uint64_t addr)
{
	struct dmasim_device *dev;

	if (!sim_can_print())
		return;
	dev = sim_print_find(name);
	if (dev)
		sim_print_result(dmasim_iommu_report_walk(
			dev, addr, sim_print_line, NULL));
}
EXPORT_SYMBOL(dmasim_iommu_print_walk);

void dmasim_iommu_print_iotlb(void)
{
	struct sim_out out = { .line = sim_print_line, .whole = true };

	if (!sim_can_print())
		return;
	host_print("IOTLB:");
	sim_print_result(sim_cached_lines(&out, NULL));
}
EXPORT_SYMBOL(dmasim_iommu_print_iotlb);
