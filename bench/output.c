/* SPDX-License-Identifier: MIT */
/*
 * Results as a table and in Google Benchmark's JSON format.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <dmasim/version.h>

#include "bench.h"

void bench_print_head(void)
{
	printf("%-44s %12s %12s %12s  %s\n", "row", "median ns", "min ns",
	       "p99 ns", "counters");
}

void bench_print_row(const struct bench *b)
{
	char full[128];
	unsigned int i;

	snprintf(full, sizeof(full), "%s/%s", b->suite, b->name);
	if (b->instructions > 0) {
		printf("%-44s %12.1f instructions%s ", full, b->instructions,
		       b->divide ? " a page" : "");
	} else {
		printf("%-44s %12.2f %12.2f %12.2f ", full, b->median_ns,
		       b->min_ns, b->p99_ns);
	}
	for (i = 0; i < b->nr_counters; i++)
		printf(" %s=%.4g", b->counters[i].name, b->counters[i].value);
	putchar('\n');
	fflush(stdout);
}

static json_t *context(const char *self)
{
	char date[64], host[128] = "";
	time_t now = time(NULL);
	double load[3] = { 0 };
	json_t *c;

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S%z", localtime(&now));
	gethostname(host, sizeof(host) - 1);
	c = json_pack("{s:s, s:s, s:s, s:i, s:i, s:b, s:[], s:s, s:s}", "date",
		      date, "host_name", host, "executable", self, "num_cpus",
		      (int)sysconf(_SC_NPROCESSORS_ONLN), "mhz_per_cpu", 0,
		      "cpu_scaling_enabled", 0, "caches", "library_version",
		      dmasim_version(),
#ifdef NDEBUG
		      "library_build_type", "release");
#else
		      "library_build_type", "debug");
#endif
	if (getloadavg(load, 3) == 3)
		json_object_set_new(c, "load_avg",
				    json_pack("[f,f,f]", load[0], load[1],
					      load[2]));
	return c;
}

static json_t *row(const struct bench *b, bool instructions)
{
	char full[128];
	unsigned int i;
	json_t *r;

	snprintf(full, sizeof(full), "%s/%s", b->suite, b->name);
	r = json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:s}",
		      "name", full, "run_name", full, "run_type", "iteration",
		      "repetitions", 1, "repetition_index", 0, "threads", 1,
		      "iterations", (json_int_t)b->iterations, "real_time",
		      b->median_ns, "cpu_time", b->median_ns, "time_unit",
		      "ns");
	if (instructions) {
		json_object_set_new(r, "instructions",
				    json_real(b->instructions));
	} else {
		json_object_set_new(r, "min_ns", json_real(b->min_ns));
		json_object_set_new(r, "p99_ns", json_real(b->p99_ns));
	}
	for (i = 0; i < b->nr_counters; i++)
		json_object_set_new(r, b->counters[i].name,
				    json_real(b->counters[i].value));
	return r;
}

int bench_write_json(const char *file, const char *self, bool instructions)
{
	json_t *rows = json_array(), *root;
	unsigned int i;
	int ret;

	for (i = 0; i < bench_nr_rows; i++)
		json_array_append_new(rows, row(&bench_rows[i], instructions));
	root = json_pack("{s:o, s:o}", "context", context(self), "benchmarks",
			 rows);
	ret = json_dump_file(root, file, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(root);
	if (ret)
		fprintf(stderr, "dmasim-bench: %s cannot be written\n", file);
	return ret ? 1 : 0;
}
