/* SPDX-License-Identifier: MIT */
/*
 * A benchmark row and what the runner does with it.
 *
 *	prepare
 *	  warm-up, then samples:  fill  [op x n]  undo
 *	unprepare
 *
 * Only op is timed. A sample is long enough for the clock; its time divided by
 * n is one value, of which minimum, median and 99th percentile are reported.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MAX_COUNTERS 10

/**
 * struct bench - one row
 * @suite, @name: shown as suite/name
 * @batch: operations in one call of @op; 0: any number
 * @threads: that do the work at once, each all of it; 0: 1. Two get counter
 *	speedup, if the row just before is the same with one
 * @divide: units (pages) that one operation is about; adds counter ns_per_page
 * @prepare: 0, or -1 with a message on stderr
 * @fill, @undo: around each sample, untimed; may be NULL
 * @op: do @n operations
 * @count: fill in counters after the last sample; may be NULL
 * @goal: ns that the row should take at most, from other rows of this run, 0 if
 *	they did not run; adds counter x_goal; may be NULL
 * @max_instructions: that one operation (or unit) should take at most, 0 for no
 *	goal; when instructions are counted x_goal is that of them
 * @base: another row of the suite, before this one; adds counter x_base, the
 *	multiple of it
 * @max_of_base: which is this at most; adds counter x_goal
 * @arg: the row's parameters
 * @smoke: set by the runner before prepare: nobody looks at the figures
 */
struct bench {
	const char *suite;
	char name[64];
	unsigned long batch;
	unsigned int threads;
	unsigned int divide;
	int (*prepare)(struct bench *b);
	void (*fill)(struct bench *b, unsigned long n);
	void (*op)(struct bench *b, unsigned long n);
	void (*undo)(struct bench *b, unsigned long n);
	void (*count)(struct bench *b, unsigned long total);
	double (*goal)(const struct bench *b);
	void (*unprepare)(struct bench *b);
	double max_instructions;
	char base[64];
	double max_of_base;
	const void *arg;
	long param;
	bool smoke;

	/* filled in by count() and by the runner */
	unsigned int nr_counters;
	struct {
		const char *name;
		double value;
	} counters[BENCH_MAX_COUNTERS];
	double min_ns, median_ns, p99_ns;
	double instructions;
	unsigned long samples, iterations;
};

/** bench_add() - register a row; a copy is taken. */
void bench_add(const struct bench *b);

void bench_counter(struct bench *b, const char *name, double value);

/** bench_value() - median of another row of this run, 0 if it did not run. */
double bench_value(const char *suite, const char *name);

/* Each suite adds its rows. */
void bench_limits(void);
void bench_iova(void);
void bench_pt(void);
void bench_map_vs_link(void);
void bench_checker(void);
void bench_bounce(void);
void bench_threads(void);

/* runner.c */
extern struct bench *bench_rows;
extern unsigned int bench_nr_rows;

/*
 * measure.c: time one row; 0 or -1 if it cannot be prepared. @before: the row
 * that ran before, or NULL
 */
int bench_measure(struct bench *b, const struct bench *before, bool smoke);

/*
 * price.c: count the steps of a row that was measured, on a machine with the cost
 * model board_cost; 0 or -1 if it cannot be prepared
 */
int bench_price(struct bench *b);

/* Counters of a row that has a base, if that ran. */
void bench_against_base(struct bench *b, double value, double base);

/* callgrind.c: count instructions of the rows instead of timing them */
int bench_count_parent(int argc, char **argv, const char *self);
int bench_count_child(struct bench *b, unsigned int index);

/* output.c */
void bench_print_head(void);
void bench_print_row(const struct bench *b);
int bench_write_json(const char *file, const char *self, bool instructions);

/*
 * compare.c: a file of bench_write_json(), read before anything is measured (0,
 * or -1 with the reason on stderr), and the rows of this run beside its own.
 */
int bench_compare_read(const char *file);
void bench_compare_print(bool instructions);

#endif
