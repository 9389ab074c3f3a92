/* SPDX-License-Identifier: MIT */
/*
 * "dmasim map-benchmark": options and output of the kernel's dma_map_benchmark,
 * and ours. Exit status: 0, 1 the run failed, 2 the arguments were refused.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "args.h"
#include "commands.h"
#include "map_bench.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum { OPT_IOMMU = 256, OPT_LAZY, OPT_IOVA, OPT_LAYOUT, OPT_SEED, OPT_JSON };

static const struct {
	const char *name;
	uint8_t mode;
} modes[] = {
	{ "single", 0 },
	{ "sg", 1 },
	{ "link", DMASIM_MAP_BENCH_LINK_MODE },
};

static const char *const directions[] = { "BIDIRECTIONAL", "TO_DEVICE",
					  "FROM_DEVICE" };

struct options {
	struct map_bench bench;
	unsigned int mode; /* index */
	bool mode_given;
	bool translated, lazy;
	const char *json;
};

static const struct argp_option option_table[] = {
	{ "threads", 't', "N", 0, "1 to 1024 (default 1)", 0 },
	{ "seconds", 's', "N", 0, "1 to 300 (default 20)", 0 },
	{ "node", 'n', "N", 0, "NUMA node, -1 for any (default -1)", 0 },
	{ "bits", 'b', "N", 0, "DMA mask, 20 to 64 bits (default 32)", 0 },
	{ "dir", 'd', "N", 0,
	  "0 both ways, 1 to the device, 2 from it (default 0)", 0 },
	{ "delay", 'x', "NS", 0, "From map to unmap, 0 to 10000000 (default 0)",
	  0 },
	{ "granule", 'g', "N", 0, "Pages a mapping, 1 to 1024 (default 1)", 0 },
	{ "map-mode", 'm', "single|sg|link", 0,
	  "One buffer, a scatterlist, or links into one IOVA range; 0 and 1 are the kernel's numbers of the first two (default single)",
	  0 },
	{ "iommu", OPT_IOMMU, "off|identity|vtdss|amdv1", 0,
	  "What translates (default vtdss)", 1 },
	{ "mode", OPT_LAZY, "strict|lazy", 0,
	  "Invalidate at once or deferred (default strict)", 1 },
	{ "iova", OPT_IOVA, "linux|gap", 0, "IOVA allocator (default linux)",
	  1 },
	{ "layout", OPT_LAYOUT, "contiguous|scattered", 0,
	  "Where single pages lie (default scattered)", 1 },
	{ "seed", OPT_SEED, "N", 0,
	  "Of every random choice (default DMASIM_SEED, else 1)", 1 },
	{ "json", OPT_JSON, "FILE", 0, "Write the results as JSON, too", 1 },
	{ 0 }
};

static long long number(struct argp_state *state, const char *what,
			const char *arg, long long low, long long high)
{
	long long value;
	char *end;

	errno = 0;
	value = strtoll(arg, &end, 0);
	if (errno || *end || end == arg || value < low || value > high)
		argp_error(state,
			   "--%s takes a number from %lld to %lld, not \"%s\"",
			   what, low, high, arg);
	return value;
}

static void parse_map_mode(struct argp_state *state, struct options *o,
			   const char *arg)
{
	static const char *const names[] = { "single", "sg", "link", "0", "1" };

	o->mode = args_choose(state, "--map-mode", arg, names,
			      ARRAY_SIZE(names)) %
		  3;
	o->mode_given = true;
	o->bench.mode = modes[o->mode].mode;
}

static void parse_iommu(struct argp_state *state, struct options *o,
			const char *arg)
{
	static const char *const names[] = { "off", "identity", "vtdss",
					     "amdv1" };
	unsigned int pick =
		args_choose(state, "--iommu", arg, names, ARRAY_SIZE(names));

	o->translated = pick >= 2;
	o->bench.machine.iommu = pick == 1 ? DMASIM_IOMMU_IDENTITY :
					     DMASIM_IOMMU_OFF;
	o->bench.machine.iommu_format = o->translated ? names[pick] : NULL;
}

static error_t parse_machine(int key, char *arg, struct argp_state *state)
{
	static const char *const when[] = { "strict", "lazy" };
	static const char *const trees[] = { "linux", "gap" };
	static const char *const layouts[] = { "contiguous", "scattered" };
	struct options *o = state->input;

	switch (key) {
	case OPT_IOMMU:
		parse_iommu(state, o, arg);
		break;
	case OPT_LAZY:
		o->lazy = args_choose(state, "--mode", arg, when, 2);
		break;
	case OPT_IOVA:
		o->bench.machine.iova_allocator =
			trees[args_choose(state, "--iova", arg, trees, 2)];
		break;
	case OPT_LAYOUT:
		o->bench.machine.layout =
			args_choose(state, "--layout", arg, layouts, 2) ?
				DMASIM_LAYOUT_SCATTERED :
				DMASIM_LAYOUT_CONTIGUOUS;
		break;
	case OPT_SEED:
		o->bench.machine.seed =
			number(state, "seed", arg, 1, INT64_MAX);
		break;
	case OPT_JSON:
		o->json = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	struct map_bench *b = &o->bench;

	switch (key) {
	case 't':
		b->threads = number(state, "threads", arg, 1, 1024);
		break;
	case 's':
		b->seconds = number(state, "seconds", arg, 1, 300);
		break;
	case 'n':
		b->node = number(state, "node", arg, -1, 0);
		break;
	case 'b':
		b->bits = number(state, "bits", arg, 20, 64);
		break;
	case 'd':
		b->dir = number(state, "dir", arg, 0, 2);
		break;
	case 'x':
		b->delay = number(state, "delay", arg, 0, 10000000);
		break;
	case 'g':
		b->granule = number(state, "granule", arg, 1, 1024);
		break;
	case 'm':
		parse_map_mode(state, o, arg);
		break;
	default:
		return parse_machine(key, arg, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.doc = "Measure map and unmap as the kernel's dma_map_benchmark does, in "
	       "a simulated machine with as many CPUs as there are threads, but "
	       "no more than the host has.",
};

/* What the machine needs that no option says. */
static void resolve(struct options *o)
{
	struct dmasim_machine_config *cfg = &o->bench.machine;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (o->translated)
		cfg->iommu = o->lazy ? DMASIM_IOMMU_LAZY : DMASIM_IOMMU_STRICT;
	cfg->nr_cpus = o->bench.threads;
	if (cpus >= 1 && cfg->nr_cpus > (unsigned long)cpus)
		cfg->nr_cpus = cpus;
	if (cfg->nr_cpus > 64)
		cfg->nr_cpus = 64;
	cfg->real_time = true; /* the flush queue's timer */
}

/* The kernel's tool does not name a mode that it was not asked for. */
static void print_kernel_lines(const struct options *o)
{
	static const char *const labels[] = { "(SINGLE_MODE)", "(SG_MODE)",
					      "(LINK_MODE)" };
	const struct map_bench *b = &o->bench;

	printf("dma mapping benchmark%s: threads:%" PRIu32 " seconds:%" PRIu32,
	       o->mode_given ? labels[o->mode] : "", b->threads, b->seconds);
	printf(" node:%" PRId32 " dir:%s granule:%s%" PRIu32 "\n", b->node,
	       directions[b->dir], o->mode_given ? "" : " ", b->granule);
	printf("average map latency(us):%.1f", b->avg_map_100ns / 10.0);
	printf(" standard deviation:%.1f\n", b->map_stddev / 10.0);
	printf("average unmap latency(us):%.1f", b->avg_unmap_100ns / 10.0);
	printf(" standard deviation:%.1f\n", b->unmap_stddev / 10.0);
}

static void print_times(const char *name, const struct dmasim_map_times *t)
{
	printf("%-6s", name);
	printf(" %9" PRIu64 " %9" PRIu64 " %9" PRIu64, t->mean, t->stddev,
	       t->min);
	printf(" %9" PRIu64 " %9" PRIu64 " %9" PRIu64, t->p50, t->p90, t->p99);
	printf(" %9" PRIu64 " %9" PRIu64 "\n", t->p999, t->max);
}

static double rate(const struct map_bench *b)
{
	return b->result.elapsed ? b->result.loops * 1e9 / b->result.elapsed :
				   0;
}

static void print_ours(const struct map_bench *b)
{
	printf("\n%-6s %9s %9s %9s %9s %9s %9s %9s %9s\n", "ns", "mean",
	       "stddev", "min", "p50", "p90", "p99", "p99.9", "max");
	print_times("map", &b->result.map);
	print_times("unmap", &b->result.unmap);
	printf("%" PRIu64 " loops, %.0f a second on %u CPUs\n", b->result.loops,
	       rate(b), b->machine.nr_cpus);
}

static json_t *json_times(const struct dmasim_map_times *t)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "mean_ns",
			 (json_int_t)t->mean, "stddev_ns",
			 (json_int_t)t->stddev, "min_ns", (json_int_t)t->min,
			 "p50_ns", (json_int_t)t->p50, "p90_ns",
			 (json_int_t)t->p90, "p99_ns", (json_int_t)t->p99,
			 "p999_ns", (json_int_t)t->p999, "max_ns",
			 (json_int_t)t->max);
}

static int write_json(const struct options *o)
{
	const struct map_bench *b = &o->bench;
	const char *iommu = b->machine.iommu_format;
	json_t *root;
	int ret;

	if (!iommu)
		iommu = b->machine.iommu == DMASIM_IOMMU_OFF ? "off" :
							       "identity";
	root = json_pack("{s:s,s:s,s:b,s:I,s:I,s:I,s:i,s:I,s:s,s:I,s:I}",
			 "mode", modes[o->mode].name, "iommu", iommu, "lazy",
			 o->lazy, "cpus", (json_int_t)b->machine.nr_cpus,
			 "threads", (json_int_t)b->threads, "seconds",
			 (json_int_t)b->seconds, "node", (int)b->node, "bits",
			 (json_int_t)b->bits, "dir", directions[b->dir],
			 "delay_ns", (json_int_t)b->delay, "granule",
			 (json_int_t)b->granule);
	json_object_set_new(root, "loops", json_integer(b->result.loops));
	json_object_set_new(root, "loops_per_second", json_real(rate(b)));
	json_object_set_new(root, "map", json_times(&b->result.map));
	json_object_set_new(root, "unmap", json_times(&b->result.unmap));
	ret = json_dump_file(root, o->json,
			     JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(root);
	if (ret)
		fprintf(stderr, "dmasim: %s cannot be written\n", o->json);
	return ret ? 1 : 0;
}

int cmd_map_benchmark(int argc, char **argv)
{
	struct options o = {
		.bench = { .machine = DMASIM_MACHINE_CONFIG_INIT,
			   .threads = 1,
			   .seconds = 20,
			   .node = -1,
			   .bits = 32,
			   .granule = 1 },
		.translated = true,
	};
	int status;

	o.bench.machine.layout = DMASIM_LAYOUT_SCATTERED;
	o.bench.machine.iommu_format = "vtdss";
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	resolve(&o);
	status = map_bench_run(&o.bench);
	if (status)
		return status;
	print_kernel_lines(&o);
	print_ours(&o.bench);
	return o.json ? write_json(&o) : 0;
}
