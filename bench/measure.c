/* SPDX-License-Identifier: MIT */
/*
 * Timing one row: warm-up, a batch that is long enough for the clock, samples,
 * minimum, median and 99th percentile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define SAMPLES 201
#define SAMPLE_NS 200000.0
#define ROW_NS 400e6 /* a slow row gets fewer samples, at least 15 */
#define MIN_SAMPLES 15

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double sample(struct bench *b, unsigned long n)
{
	double start, spent;

	if (b->fill)
		b->fill(b, n);
	start = now_ns();
	b->op(b, n);
	spent = now_ns() - start;
	if (b->undo)
		b->undo(b, n);
	return spent;
}

/* One sample alone may be long because the host ran something else. */
static bool long_enough(struct bench *b, unsigned long n)
{
	return sample(b, n) >= SAMPLE_NS && sample(b, n) >= SAMPLE_NS &&
	       sample(b, n) >= SAMPLE_NS;
}

/* The smallest power-of-two batch that takes long enough. */
static unsigned long pick_batch(struct bench *b)
{
	unsigned long n = 1;

	if (b->batch)
		return b->batch;
	while (!long_enough(b, n) && n < 1ul << 30)
		n *= 2;
	return n;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void summarise(struct bench *b, double *values, unsigned int nr)
{
	double cmpxchg = bench_value("limits", "cmpxchg");
	double fill = bench_value("limits", "entry_fill_warm");

	qsort(values, nr, sizeof(*values), compare);
	b->min_ns = values[0];
	b->median_ns = values[nr / 2];
	b->p99_ns = values[nr - 1 - nr / 100];
	b->samples = nr;
	if (b->goal && b->goal(b))
		bench_counter(b, "x_goal", b->median_ns / b->goal(b));
	bench_against_base(b, b->median_ns, bench_value(b->suite, b->base));
	if (b->divide) {
		bench_counter(b, "ns_per_page", b->median_ns / b->divide);
		if (fill)
			bench_counter(b, "page_x_entry_fill",
				      b->median_ns / b->divide / fill);
		if (cmpxchg)
			bench_counter(b, "page_x_cmpxchg",
				      b->median_ns / b->divide / cmpxchg);
	} else if (cmpxchg) {
		bench_counter(b, "x_cmpxchg", b->median_ns / cmpxchg);
	}
}

void bench_against_base(struct bench *b, double value, double base)
{
	if (!b->max_of_base || !base)
		return;
	bench_counter(b, "x_base", value / base);
	bench_counter(b, "x_goal", value / base / b->max_of_base);
}

/* Others load the machine, too: the best samples say what two threads can. */
static void compare_threads(struct bench *b, const struct bench *one)
{
	size_t stem = strlen(b->name) - 1;

	if (b->threads == 2 && one && one->threads == 1 &&
	    !strcmp(b->suite, one->suite) && !strncmp(b->name, one->name, stem))
		bench_counter(b, "speedup", 2 * one->min_ns / b->min_ns);
}

int bench_measure(struct bench *b, const struct bench *before, bool smoke)
{
	static double values[SAMPLES];
	unsigned int nr = 0, want = smoke ? 1 : SAMPLES;
	double begin;
	unsigned long n;

	b->smoke = smoke;
	if (b->prepare && b->prepare(b))
		return -1;
	n = smoke ? (b->batch ? b->batch : 1) : pick_batch(b);
	if (!smoke)
		sample(b, n);
	b->iterations = 0;
	begin = now_ns();
	while (nr < want && (nr < MIN_SAMPLES || now_ns() - begin < ROW_NS)) {
		values[nr++] = sample(b, n) / n;
		b->iterations += n;
	}
	if (b->count)
		b->count(b, n);
	if (b->unprepare)
		b->unprepare(b);
	summarise(b, values, nr);
	compare_threads(b, before);
	return 0;
}
