/* SPDX-License-Identifier: MIT */
/*
 * "dmasim replay": options, and one run for each log and path.
 *
 * All logs are read and checked before the first machine is built; a refused
 * one leaves nothing done. Exit status: 0 all data right and nothing left over,
 * 1 something was wrong, 2 the arguments or a log were refused.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "commands.h"
#include "replay.h"

enum {
	OPT_PATH = 256,
	OPT_IOMMU,
	OPT_MODE,
	OPT_GRANULE,
	OPT_ATS,
	OPT_LAYOUT,
	OPT_SEED,
	OPT_MAX_IO,
	OPT_DEPTH,
	OPT_JSON,
	OPT_COST,
	OPT_TRACE
};

struct options {
	struct replay_setup setup;
	bool paths[REPLAY_NR_PATHS];
	bool translated;
	bool lazy;
	const char *json;
	char **logs;
	int nr_logs;
};

static const struct argp_option option_table[] = {
	{ "path", OPT_PATH, "link|map|sg|all", 0,
	  "How the driver maps data: one linked IOVA range, a mapping for each segment, or a scatterlist; may be given several times (default link)",
	  0 },
	{ "iommu", OPT_IOMMU, "off|identity|vtdss|amdv1", 0,
	  "What translates (default vtdss)", 0 },
	{ "mode", OPT_MODE, "strict|lazy", 0,
	  "Invalidate at once or deferred (default strict)", 0 },
	{ "granule", OPT_GRANULE, "BYTES", 0,
	  "Smallest page of the IOMMU: a power of two, from 4096 to a page of the CPU; vtdss has 4096 only (default 4096)",
	  0 },
	{ "ats", OPT_ATS, NULL, 0,
	  "The controller keeps translations for itself (PCIe ATS)", 0 },
	{ "layout", OPT_LAYOUT, "contiguous|scattered", 0,
	  "Where the data pages lie (default scattered)", 0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Of every random choice (default DMASIM_SEED, else 1)", 0 },
	{ "max-io-kb", OPT_MAX_IO, "N", 0,
	  "Largest transfer of the controller: a power of two, 8 to 8192 (default 8192)",
	  0 },
	{ "depth", OPT_DEPTH, "N", 0, "I/Os in flight, 1 to 1024 (default 32)",
	  0 },
	{ "json", OPT_JSON, "FILE", 0, "Write the results as JSON, too", 0 },
	{ "cost", OPT_COST, "PRESET[,STEP=NS...]", 0,
	  "Count steps of the hardware and say what they would cost: none, server, guest, embedded (assumptions: docs/cost-model.md); counting is in the times",
	  0 },
	{ "trace", OPT_TRACE, "FILE", 0,
	  "Write the DMA trace events as JSON for Perfetto, with one log and one path; tracing is in the times",
	  0 },
	{ 0 }
};

static void check_power_of_two(struct argp_state *state, const char *what,
			       uint64_t value)
{
	if (value & (value - 1))
		argp_error(state, "--%s %llu is no power of two", what,
			   (unsigned long long)value);
}

static void parse_iommu(struct argp_state *state, struct options *o,
			const char *arg)
{
	static const char *const names[] = { "off", "identity", "vtdss",
					     "amdv1" };
	unsigned int pick;

	pick = args_choose(state, "--iommu", arg, names, 4);
	o->translated = pick >= 2;
	o->setup.format = pick >= 2 ? names[pick] : NULL;
	o->setup.iommu = pick == 1 ? DMASIM_IOMMU_IDENTITY : DMASIM_IOMMU_OFF;
}

static void parse_path(struct argp_state *state, struct options *o,
		       const char *arg)
{
	unsigned int pick;

	if (!strcmp(arg, "all")) {
		for (pick = 0; pick < REPLAY_NR_PATHS; pick++)
			o->paths[pick] = true;
		return;
	}
	pick = args_choose(state, "--path", arg, replay_path_names,
			   REPLAY_NR_PATHS);
	o->paths[pick] = true;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const modes[] = { "strict", "lazy" };
	static const char *const layouts[] = { "contiguous", "scattered" };
	struct options *o = state->input;
	unsigned int pick;

	switch (key) {
	case OPT_PATH:
		parse_path(state, o, arg);
		break;
	case OPT_IOMMU:
		parse_iommu(state, o, arg);
		break;
	case OPT_MODE:
		pick = args_choose(state, "--mode", arg, modes, 2);
		o->lazy = pick;
		break;
	case OPT_GRANULE:
		o->setup.granule = args_number(state, "--granule", arg, 4096,
					       replay_max_granule);
		check_power_of_two(state, "granule", o->setup.granule);
		break;
	case OPT_ATS:
		o->setup.ats = true;
		break;
	case OPT_LAYOUT:
		pick = args_choose(state, "--layout", arg, layouts, 2);
		o->setup.layout = pick ? DMASIM_LAYOUT_SCATTERED :
					 DMASIM_LAYOUT_CONTIGUOUS;
		break;
	case OPT_SEED:
		o->setup.seed =
			args_number(state, "--seed", arg, 1, UINT64_MAX);
		break;
	case OPT_MAX_IO:
		o->setup.max_io_kb =
			args_number(state, "--max-io-kb", arg, 8, 8192);
		check_power_of_two(state, "max-io-kb", o->setup.max_io_kb);
		break;
	case OPT_DEPTH:
		o->setup.depth =
			args_number(state, "--depth", arg, 1, REPLAY_MAX_DEPTH);
		break;
	case OPT_JSON:
		o->json = arg;
		break;
	case OPT_COST:
		if (dmasim_cost_check(arg))
			argp_error(state, "--cost: %s", dmasim_refusal());
		o->setup.cost = arg;
		break;
	case OPT_TRACE:
		o->setup.trace = arg;
		break;
	case ARGP_KEY_ARGS:
		o->logs = state->argv + state->next;
		o->nr_logs = state->argc - state->next;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no log given");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "LOG...",
	.doc = "Replay fio I/O logs (version 2 or 3) through the NVMe driver and the "
	       "simulated controller, and verify every byte.",
};

/* Return: 0, or -1 for what does not go together. */
static int resolve(struct options *o)
{
	unsigned int i, paths = 0;

	for (i = 0; i < REPLAY_NR_PATHS; i++)
		paths += o->paths[i];
	if (!paths)
		o->paths[REPLAY_LINK] = true;
	if (o->setup.trace && (paths > 1 || o->nr_logs > 1)) {
		fprintf(stderr,
			"dmasim: --trace is for one log and one path\n");
		return -1;
	}
	if (o->setup.granule && !o->translated) {
		fprintf(stderr,
			"dmasim: --granule is for --iommu vtdss|amdv1\n");
		return -1;
	}
	if (o->translated)
		o->setup.iommu = o->lazy ? DMASIM_IOMMU_LAZY :
					   DMASIM_IOMMU_STRICT;
	return 0;
}

static int read_logs(struct options *o, struct iolog *logs)
{
	char error[512] = "out of memory";
	int i;

	for (i = 0; i < o->nr_logs; i++) {
		if (iolog_read(&logs[i], o->logs[i], REPLAY_BLOCK, error,
			       sizeof(error))) {
			fprintf(stderr, "dmasim: %s\n", error);
			return -1;
		}
	}
	return 0;
}

/* A report that cannot be written should be known before the work is done. */
static int check_json(const struct options *o)
{
	FILE *f;

	if (!o->json)
		return 0;
	f = fopen(o->json, "a");
	if (!f) {
		fprintf(stderr, "dmasim: %s: %s\n", o->json, strerror(errno));
		return -1;
	}
	fclose(f);
	return 0;
}

static int run_all(struct options *o, struct iolog *logs)
{
	struct replay_result *results;
	unsigned int path, nr = 0;
	int i, status = 0;

	results = calloc(o->nr_logs * REPLAY_NR_PATHS, sizeof(*results));
	if (!results)
		return 1;
	for (i = 0; i < o->nr_logs; i++) {
		for (path = 0; path < REPLAY_NR_PATHS; path++) {
			if (!o->paths[path])
				continue;
			if (replay_run(&logs[i], &o->setup, path,
				       isatty(STDERR_FILENO), &results[nr])) {
				free(results);
				return 1;
			}
			status |= !replay_clean(&results[nr]);
			nr++;
		}
	}
	report_table(&o->setup, results, nr);
	if (o->json && report_json(o->json, &o->setup, results, nr))
		status = 1;
	free(results);
	return status;
}

int cmd_replay(int argc, char **argv)
{
	struct options o = {
		.setup = { .iommu = DMASIM_IOMMU_STRICT,
			   .format = "vtdss",
			   .layout = DMASIM_LAYOUT_SCATTERED,
			   .depth = 32 },
		.translated = true,
	};
	struct iolog *logs;
	int i, status = 2;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (resolve(&o))
		return 2;
	logs = calloc(o.nr_logs, sizeof(*logs));
	if (!logs)
		return 1;
	if (!read_logs(&o, logs) && !check_json(&o))
		status = run_all(&o, logs);
	for (i = 0; i < o.nr_logs; i++)
		iolog_free(&logs[i]);
	free(logs);
	return status;
}
