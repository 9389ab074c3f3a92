/* SPDX-License-Identifier: MIT */
/*
 * This run beside an earlier one.
 *
 * Times of two runs differ because the machine does, too: its state, and who
 * else uses it. So each row has two ratios, of the nanoseconds, and of their
 * multiples of an uncontended cmpxchg in the same run. Below 1 is faster.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

static json_t *old_rows;

int bench_compare_read(const char *file)
{
	json_error_t error;
	json_t *root = json_load_file(file, 0, &error);

	if (!root) {
		fprintf(stderr, "dmasim-bench: %s:%d: %s\n", file, error.line,
			error.text);
		return -1;
	}
	old_rows = json_incref(json_object_get(root, "benchmarks"));
	json_decref(root);
	if (json_is_array(old_rows))
		return 0;
	fprintf(stderr, "dmasim-bench: %s: has no array \"benchmarks\"\n",
		file);
	return -1;
}

/* A figure of a row of the earlier run; 0: there is none. */
static double old_value(const char *name, const char *key)
{
	json_t *row;
	size_t i;

	json_array_foreach(old_rows, i, row)
	{
		const char *other =
			json_string_value(json_object_get(row, "name"));

		if (other && !strcmp(name, other))
			return json_number_value(json_object_get(row, key));
	}
	return 0;
}

static void print_ratio(double was, double is)
{
	if (was > 0 && is > 0)
		printf(" %9.3f", is / was);
	else
		printf(" %9s", "-");
}

static void print_row(const struct bench *b, bool instructions)
{
	double is = instructions ? b->instructions : b->median_ns, was;
	double yard = bench_value("limits", "cmpxchg");
	double old_yard = old_value("limits/cmpxchg", "real_time");
	char full[128];

	snprintf(full, sizeof(full), "%s/%s", b->suite, b->name);
	was = old_value(full, instructions ? "instructions" : "real_time");
	if (!(was > 0)) {
		printf("%-44s %12s %12.2f\n", full, "-", is);
		return;
	}
	printf("%-44s %12.2f %12.2f", full, was, is);
	print_ratio(was, is);
	if (!instructions && yard > 0 && old_yard > 0)
		print_ratio(was / old_yard, is / yard);
	putchar('\n');
}

void bench_compare_print(bool instructions)
{
	unsigned int i;

	printf("\n%-44s %12s %12s %9s %9s\n", "row",
	       instructions ? "was" : "was ns", instructions ? "is" : "is ns",
	       "ratio", instructions ? "" : "x cmpxchg");
	for (i = 0; i < bench_nr_rows; i++)
		print_row(&bench_rows[i], instructions);
	json_decref(old_rows);
	old_rows = NULL;
}
