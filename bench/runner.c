/* SPDX-License-Identifier: MIT */
/*
 * dmasim-bench: chooses rows, runs them, reports.
 *
 * Uncontended cmpxchg and warm entry fill are measured in every run, whatever
 * is chosen: the other rows are also given as multiples of them, which means
 * more on another machine than nanoseconds do.
 */
#include <argp.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dmasim/cost.h>

#include "bench.h"
#include "board.h"

struct bench *bench_rows;
unsigned int bench_nr_rows;

static struct {
	bool list, smoke, instructions, child;
	bool have_filter;
	regex_t filter;
	const char *json;
	const char *compare;
	const char *cost;
	char **suites;
	int nr_suites;
} options;

void bench_add(const struct bench *b)
{
	struct bench *rows =
		realloc(bench_rows, (bench_nr_rows + 1) * sizeof(*rows));

	if (!rows)
		abort();
	bench_rows = rows;
	bench_rows[bench_nr_rows++] = *b;
}

void bench_counter(struct bench *b, const char *name, double value)
{
	if (b->nr_counters == BENCH_MAX_COUNTERS)
		abort();
	b->counters[b->nr_counters].name = name;
	b->counters[b->nr_counters].value = value;
	b->nr_counters++;
}

double bench_value(const char *suite, const char *name)
{
	unsigned int i;

	for (i = 0; i < bench_nr_rows; i++) {
		if (!strcmp(bench_rows[i].suite, suite) &&
		    !strcmp(bench_rows[i].name, name))
			return bench_rows[i].median_ns;
	}
	return 0;
}

enum {
	OPT_LIST = 256,
	OPT_SMOKE,
	OPT_FILTER,
	OPT_JSON,
	OPT_COMPARE,
	OPT_INSTRUCTIONS,
	OPT_COST,
	OPT_CHILD
};

static const struct argp_option option_table[] = {
	{ "list", OPT_LIST, NULL, 0, "Name the rows and stop", 0 },
	{ "smoke", OPT_SMOKE, NULL, 0, "One short sample a row: does it run?",
	  0 },
	{ "filter", OPT_FILTER, "RE", 0,
	  "Only rows whose suite/name matches (extended regular expression)",
	  0 },
	{ "json", OPT_JSON, "FILE", 0,
	  "Write results in Google Benchmark's format, too", 0 },
	{ "compare", OPT_COMPARE, "FILE", 0,
	  "Then show this run beside that of FILE, written by --json", 0 },
	{ "instructions", OPT_INSTRUCTIONS, NULL, 0,
	  "Count instructions per operation under callgrind instead of timing",
	  0 },
	{ "cost", OPT_COST, "PRESET[,STEP=NS...]", 0,
	  "Then also count the steps of each row and say what hardware is assumed to take for them (docs/cost-model.md)",
	  0 },
	{ "child", OPT_CHILD, NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 }
};

static void set_filter(struct argp_state *state, const char *arg)
{
	char text[128];
	int err = regcomp(&options.filter, arg, REG_EXTENDED | REG_NOSUB);

	if (err) {
		regerror(err, &options.filter, text, sizeof(text));
		argp_error(state, "--filter %s: %s", arg, text);
	}
	options.have_filter = true;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case OPT_LIST:
		options.list = true;
		break;
	case OPT_SMOKE:
		options.smoke = true;
		break;
	case OPT_FILTER:
		set_filter(state, arg);
		break;
	case OPT_JSON:
		options.json = arg;
		break;
	case OPT_COMPARE:
		options.compare = arg;
		break;
	case OPT_INSTRUCTIONS:
		options.instructions = true;
		break;
	case OPT_COST:
		if (dmasim_cost_check(arg))
			argp_error(state, "--cost: %s", dmasim_refusal());
		options.cost = arg;
		break;
	case OPT_CHILD:
		options.child = true;
		break;
	case ARGP_KEY_ARGS:
		options.suites = state->argv + state->next;
		options.nr_suites = state->argc - state->next;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "[SUITE...]",
	.doc = "Measure libdmasim. Suites: limits, iova, pt, map_vs_link, checker, bounce, threads.",
};

static bool chosen(const struct bench *b)
{
	char full[128];
	int i;
	bool in_suite = !options.nr_suites;

	for (i = 0; i < options.nr_suites; i++)
		in_suite |= !strcmp(options.suites[i], b->suite);
	if (!in_suite)
		return false;
	/* Callgrind runs one thread at a time, and counts those that wait. */
	if ((options.instructions || options.child) && b->threads > 1)
		return false;
	if (!options.have_filter)
		return true;
	snprintf(full, sizeof(full), "%s/%s", b->suite, b->name);
	return !regexec(&options.filter, full, 0, NULL, 0);
}

static int check_suites(void)
{
	int i;
	unsigned int row;

	for (i = 0; i < options.nr_suites; i++) {
		for (row = 0; row < bench_nr_rows; row++) {
			if (!strcmp(bench_rows[row].suite, options.suites[i]))
				break;
		}
		if (row == bench_nr_rows) {
			fprintf(stderr, "dmasim-bench: no suite \"%s\"\n",
				options.suites[i]);
			return -1;
		}
	}
	return 0;
}

static bool is_yardstick(const struct bench *b)
{
	return !strcmp(b->suite, "limits") &&
	       (!strcmp(b->name, "cmpxchg") || !strcmp(b->name, "memcpy_4k") ||
		!strcmp(b->name, "entry_fill_warm"));
}

/* Rows that are not shown are dropped; yardsticks stay without being shown. */
static int run_timed(void)
{
	unsigned int i, kept = 0, ran = 0;

	bench_print_head();
	for (i = 0; i < bench_nr_rows; i++) {
		struct bench *b = &bench_rows[i];
		bool show = chosen(b);

		if (!show && !is_yardstick(b))
			continue;
		if (bench_measure(b, kept ? &bench_rows[kept - 1] : NULL,
				  options.smoke))
			return 1;
		board_cost = options.cost;
		if (show && options.cost && bench_price(b))
			return 1;
		board_cost = NULL;
		if (show) {
			bench_print_row(b);
			ran++;
		}
		bench_rows[kept++] = *b;
	}
	bench_nr_rows = kept;
	if (!ran) {
		fprintf(stderr, "dmasim-bench: no row matches\n");
		return 2;
	}
	return 0;
}

static int run_counted_child(void)
{
	unsigned int i;

	for (i = 0; i < bench_nr_rows; i++) {
		if (chosen(&bench_rows[i]) &&
		    bench_count_child(&bench_rows[i], i))
			return 1;
	}
	return 0;
}

static int run_counted(int argc, char **argv)
{
	unsigned int i, kept = 0;
	int ret = bench_count_parent(argc, argv, "/proc/self/exe");

	if (ret)
		return ret;
	bench_print_head();
	for (i = 0; i < bench_nr_rows; i++) {
		if (!chosen(&bench_rows[i]))
			continue;
		bench_print_row(&bench_rows[i]);
		bench_rows[kept++] = bench_rows[i];
	}
	bench_nr_rows = kept;
	return kept ? 0 : 2;
}

int main(int argc, char **argv)
{
	unsigned int i;
	int ret;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	fputs("dmasim-bench: this is a sanitizer build, its figures would mean nothing\n",
	      stderr);
	return 2;
#endif
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	bench_limits();
	bench_iova();
	bench_pt();
	bench_map_vs_link();
	bench_checker();
	bench_bounce();
	bench_threads();
	if (check_suites())
		return 2;
	if (options.list) {
		for (i = 0; i < bench_nr_rows; i++) {
			if (chosen(&bench_rows[i]))
				printf("%s/%s\n", bench_rows[i].suite,
				       bench_rows[i].name);
		}
		return 0;
	}
	if (options.child)
		return run_counted_child();
	if (options.compare && bench_compare_read(options.compare))
		return 2;
	ret = options.instructions ? run_counted(argc, argv) : run_timed();
	if (!ret && options.compare)
		bench_compare_print(options.instructions);
	if (!ret && options.json)
		ret = bench_write_json(options.json, argv[0],
				       options.instructions);
	return ret;
}
