/* SPDX-License-Identifier: MIT */
/*
 * What a row would cost on hardware (docs/cost-model.md): counters cost_cpu_ns and
 * cost_dev_ns, for an operation.
 *
 * The steps are counted in a run of their own, on a machine that counts, after the
 * row was timed on one that does not: prices and times do not touch.
 */
#include <dmasim/cost.h>

#include "bench.h"

#define FEW 64 /* operations, if the row lets one choose */

static void run(struct bench *b, unsigned long n)
{
	if (b->fill)
		b->fill(b, n);
	b->op(b, n);
	if (b->undo)
		b->undo(b, n);
}

static void add_counters(struct bench *b, const struct dmasim_cost *before,
			 const struct dmasim_cost *after, unsigned long n)
{
	double cpu = 0, dev = 0;
	unsigned int i;

	for (i = 0; i < DMASIM_NR_COSTS; i++) {
		double ns = (double)(after->count[i] - before->count[i]) *
			    (double)dmasim_cost_price(i) / 1000 / (double)n;

		if (DMASIM_COST_IS_CPU(i))
			cpu += ns;
		else
			dev += ns;
	}
	bench_counter(b, "cost_cpu_ns", cpu);
	bench_counter(b, "cost_dev_ns", dev);
}

int bench_price(struct bench *b)
{
	unsigned long n = b->batch ? b->batch : FEW;
	struct dmasim_cost before, after;
	bool priced = false;

	if (b->prepare && b->prepare(b))
		return -1;
	/* Tables that are made only once are made here. */
	run(b, n);
	if (!dmasim_cost_get(&before)) {
		if (b->fill)
			b->fill(b, n);
		dmasim_cost_get(&before);
		b->op(b, n);
		priced = !dmasim_cost_get(&after);
		if (b->undo)
			b->undo(b, n);
	}
	if (priced)
		add_counters(b, &before, &after, n);
	if (b->unprepare)
		b->unprepare(b);
	return 0;
}
