/* SPDX-License-Identifier: MIT */
/*
 * DMA mapping benchmark: times, as the kernel sums them up and in nanoseconds.
 *
 * Each thread has its own, so that counting shares no cache line.
 *
 * I1  A time below 2^(BENCH_STEPS_LG2 + 1) has a step for itself; steps above
 *     are ranges of 2^k ns, 2^BENCH_STEPS_LG2 of them for each k.
 * Locks: none.
 * Tests: tests/consumers/test_map_benchmark.c
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "map_benchmark.h"

#define STEP_MIN (1u << BENCH_STEPS_LG2)

static unsigned int step_of(u64 ns)
{
	unsigned int k;

	if (ns < STEP_MIN)
		return ns;
	k = __fls(ns) - BENCH_STEPS_LG2;
	return (k << BENCH_STEPS_LG2) + (ns >> k);
}

/* The largest time of a step. */
static u64 step_last(unsigned int step)
{
	unsigned int k = step >> BENCH_STEPS_LG2;

	k -= k > 0;
	return ((u64)(step - (k << BENCH_STEPS_LG2)) << k) + ((1ull << k) - 1);
}

void bench_stat_init(struct bench_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->min = U64_MAX;
}

static u64 square_sum(u64 sum, u64 more)
{
	u64 total;

	return check_add_overflow(sum, more, &total) ? U64_MAX : total;
}

void bench_stat_add(struct bench_stat *stat, u64 ns)
{
	u64 delta = ns / 100;

	stat->loops++;
	stat->sum100 += delta;
	stat->square100 = square_sum(stat->square100, delta * delta);
	stat->sum += ns;
	stat->square = square_sum(stat->square, ns * ns);
	stat->min = min(stat->min, ns);
	stat->max = max(stat->max, ns);
	stat->steps[step_of(ns)]++;
}

void bench_stat_merge(struct bench_stat *to, const struct bench_stat *from)
{
	unsigned int i;

	to->loops += from->loops;
	to->sum100 += from->sum100;
	to->square100 = square_sum(to->square100, from->square100);
	to->sum += from->sum;
	to->square = square_sum(to->square, from->square);
	to->min = min(to->min, from->min);
	to->max = max(to->max, from->max);
	for (i = 0; i < BENCH_STEPS; i++)
		to->steps[i] += from->steps[i];
}

/* Both are rounded down, as in the kernel. */
static u64 stat_mean(u64 loops, u64 sum)
{
	return loops ? div64_u64(sum, loops) : 0;
}

static u64 stat_deviation(u64 loops, u64 sum, u64 square)
{
	u64 mean = stat_mean(loops, sum);
	u64 of_squares = stat_mean(loops, square);

	/* Less only if the sum of squares did not fit. */
	return of_squares > mean * mean ? int_sqrt(of_squares - mean * mean) :
					  0;
}

void bench_stat_100ns(const struct bench_stat *stat, u64 *mean, u64 *stddev)
{
	*mean = stat_mean(stat->loops, stat->sum100);
	*stddev = stat_deviation(stat->loops, stat->sum100, stat->square100);
}

/* The time that @per_mille of the loops did not exceed. */
static u64 percentile(const struct bench_stat *stat, u64 per_mille)
{
	u64 rank = DIV_ROUND_UP(stat->loops * per_mille, 1000), seen = 0;
	unsigned int i;

	for (i = 0; i < BENCH_STEPS; i++) {
		seen += stat->steps[i];
		if (seen >= rank)
			return min(step_last(i), stat->max);
	}
	return stat->max;
}

void bench_stat_times(const struct bench_stat *stat,
		      struct dmasim_map_times *times)
{
	memset(times, 0, sizeof(*times));
	if (!stat->loops)
		return;
	times->mean = stat_mean(stat->loops, stat->sum);
	times->stddev = stat_deviation(stat->loops, stat->sum, stat->square);
	times->min = stat->min;
	times->max = stat->max;
	times->p50 = percentile(stat, 500);
	times->p90 = percentile(stat, 900);
	times->p99 = percentile(stat, 990);
	times->p999 = percentile(stat, 999);
}
