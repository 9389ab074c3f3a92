/* SPDX-License-Identifier: MIT */
/*
 * "dmasim inspect": options, operations as text, and what is written where.
 *
 * Everything is checked before the machine is built. Exit status: 0, 1 something
 * failed, 2 the arguments or the log were refused.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dmasim/inspect.h>

#include "args.h"
#include "commands.h"
#include "inspect.h"

enum {
	OPT_IOMMU = 256,
	OPT_LEVELS,
	OPT_MODE,
	OPT_GRANULE,
	OPT_CACHING,
	OPT_ATS,
	OPT_LAYOUT,
	OPT_SEED,
	OPT_COST,
	OPT_DEPTH,
	OPT_DEVICE,
	OPT_DO,
	OPT_STOP,
	OPT_SHOW,
	OPT_WALK,
	OPT_JSON,
	OPT_SVG
};

/* Nothing may be larger: the buddy allocator's largest block, many pages. */
#define MAX_MAP (4ull << 20)
#define MAX_LINK (256ull << 20)
#define MAX_AT (1ull << 42)

struct options {
	struct inspect_setup setup;
	struct inspect_addr walk[INSPECT_MAX_WALKS];
	unsigned int nr_walks;
	unsigned int parts; /* of the text */
	bool lazy, quiet;
	const char *json, *svg;
	const char *log;
};

static const struct argp_option option_table[] = {
	{ "iommu", OPT_IOMMU, "FORMAT", 0,
	  "Page-table format, or identity, or off (default vtdss)", 0 },
	{ "levels", OPT_LEVELS, "N", 0,
	  "Page-table levels to start with (default: the format's)", 0 },
	{ "mode", OPT_MODE, "strict|lazy", 0,
	  "Invalidate at once or deferred (default strict)", 0 },
	{ "granule", OPT_GRANULE, "BYTES", 0, "Smallest page of the IOMMU", 0 },
	{ "caching", OPT_CACHING, NULL, 0,
	  "The IOMMU remembers what is not mapped", 0 },
	{ "ats", OPT_ATS, NULL, 0,
	  "The device keeps translations for itself (PCIe ATS)", 0 },
	{ "layout", OPT_LAYOUT, "contiguous|scattered", 0,
	  "Where pages lie (default contiguous)", 0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Of every random choice (default DMASIM_SEED, else 1)", 0 },
	{ "cost", OPT_COST, "PRESET[,STEP=NS...]", 0,
	  "Count steps of the hardware and show them with the statistics (docs/cost-model.md)",
	  0 },
	{ "depth", OPT_DEPTH, "N", 0,
	  "I/Os of the log in flight, 1 to 1024 (default 1)", 0 },
	{ "do", OPT_DO, "OP[,OP...]", 0,
	  "What happens, without a LOG: map:SIZE[:RIGHTS], link:SIZE[:RIGHTS], coherent:SIZE, at:IOVA:PHYS:SIZE[:RIGHTS] (in a domain of its own, without others of these), unmap:N, read:N, write:N, poke:ADDR:LEVEL:ENTRY; N is the number of an operation from 1, RIGHTS r, w or rw (default), SIZE may end in K or M",
	  1 },
	{ "stop", OPT_STOP, "N", 0,
	  "Look after operation N, or before I/O N of the log is unmapped (default: the last)",
	  1 },
	{ "device", OPT_DEVICE, "NAME", 0,
	  "Show this device (default: the one that is driven)", 1 },
	{ "show", OPT_SHOW, "PART[,PART...]", 0,
	  "Of the text: tree, ranges, iotlb, stats, all or none (default all)",
	  2 },
	{ "walk", OPT_WALK, "ADDR", 0,
	  "Also walk this device address; @N, @N+OFFSET: in the mapping of operation N; may be given several times",
	  2 },
	{ "json", OPT_JSON, "FILE", 0, "Write everything as JSON; -: stdout",
	  2 },
	{ "svg", OPT_SVG, "FILE", 0, "Draw the domain; -: stdout", 2 },
	{ 0 }
};

/* ---- pieces of text ---------------------------------------------------------------- */

static uint64_t parse_size(struct argp_state *state, const char *op,
			   const char *arg, uint64_t most)
{
	unsigned long long value;
	unsigned int shift = 0;
	char *end;

	errno = 0;
	value = strtoull(arg, &end, 0);
	if (*end == 'K')
		shift = 10;
	else if (*end == 'M')
		shift = 20;
	if (shift)
		end++;
	if (errno || *end || end == arg || *arg == '-' || !value ||
	    value > most >> shift)
		argp_error(
			state,
			"\"%s\": a size is 1 to %lluM, perhaps with K or M, not \"%s\"",
			op, (unsigned long long)most >> 20, arg);
	return value << shift;
}

static struct inspect_addr parse_addr(struct argp_state *state,
				      const char *what, const char *arg)
{
	struct inspect_addr addr = { 0 };
	char name[32], *plus;

	if (*arg != '@') {
		addr.off = args_number(state, what, arg, 0, UINT64_MAX);
		return addr;
	}
	snprintf(name, sizeof(name), "%s", arg + 1);
	plus = strchr(name, '+');
	if (plus) {
		*plus = '\0';
		addr.off = args_number(state, what, plus + 1, 0, UINT64_MAX);
	}
	addr.op = (unsigned int)args_number(state, what, name, 1,
					    INSPECT_MAX_OPS);
	return addr;
}

/* ---- operations --------------------------------------------------------------------- */

static void parse_rights(struct argp_state *state, const char *text,
			 const char *arg, struct inspect_op *op)
{
	static const char *const names[] = { "r", "w", "rw" };
	unsigned int pick = 2;

	if (arg)
		pick = args_choose(state, text, arg, names, 3);
	op->read = pick != 1;
	op->write = pick != 0;
}

/* Does operation @nr make a mapping? One that comes later does not count. */
static void need_mapping(struct argp_state *state,
			 const struct inspect_setup *s, const char *text,
			 unsigned int nr)
{
	if (nr > s->nr_ops || s->op[nr - 1].kind > INSPECT_AT)
		argp_error(state, "\"%s\": operation %u makes no mapping", text,
			   nr);
}

static void parse_op(struct argp_state *state, struct inspect_setup *s,
		     const char *text)
{
	char copy[128], *field[5] = { NULL }, *save = NULL, *word;
	struct inspect_op *op = &s->op[s->nr_ops];
	unsigned int nr = 0, i, wanted;

	if (s->nr_ops == INSPECT_MAX_OPS)
		argp_error(state, "more than %d operations", INSPECT_MAX_OPS);
	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, ":", &save); word && nr < 5;
	     word = strtok_r(NULL, ":", &save))
		field[nr++] = word;
	if (!nr)
		argp_error(state, "an empty operation");
	op->kind = args_choose(state, "--do", field[0], inspect_kind_names,
			       INSPECT_NR_KINDS);
	wanted = op->kind == INSPECT_POKE || op->kind == INSPECT_AT ? 4 : 2;
	if (nr < wanted || word ||
	    nr > wanted + (op->kind == INSPECT_MAP ||
			   op->kind == INSPECT_LINK || op->kind == INSPECT_AT))
		argp_error(state, "\"%s\": wrong number of fields", text);
	switch (op->kind) {
	case INSPECT_MAP:
	case INSPECT_LINK:
	case INSPECT_COHERENT:
		op->size = parse_size(state, text, field[1],
				      op->kind == INSPECT_LINK ? MAX_LINK :
								 MAX_MAP);
		parse_rights(state, text, field[2], op);
		break;
	case INSPECT_AT:
		op->iova = args_number(state, text, field[1], 0, UINT64_MAX);
		op->phys = args_number(state, text, field[2], 0, UINT64_MAX);
		op->size = parse_size(state, text, field[3], MAX_AT);
		parse_rights(state, text, field[4], op);
		break;
	case INSPECT_POKE:
		op->addr = parse_addr(state, text, field[1]);
		op->level =
			(unsigned int)args_number(state, text, field[2], 0, 6);
		op->word = args_number(state, text, field[3], 0, UINT64_MAX);
		if (op->addr.op)
			need_mapping(state, s, text, op->addr.op);
		break;
	default:
		op->arg = (unsigned int)args_number(state, text, field[1], 1,
						    INSPECT_MAX_OPS);
		need_mapping(state, s, text, op->arg);
		for (i = 0; i < s->nr_ops; i++)
			if (s->op[i].kind == INSPECT_UNMAP &&
			    s->op[i].arg == op->arg)
				argp_error(state,
					   "\"%s\": operation %u was unmapped",
					   text, op->arg);
		/* What lies there belongs to somebody else. */
		if (op->kind == INSPECT_WRITE &&
		    s->op[op->arg - 1].kind == INSPECT_AT)
			argp_error(
				state,
				"\"%s\": memory at a chosen address is not written",
				text);
	}
	if (op->kind <= INSPECT_AT && s->nr_ops &&
	    s->own_domain != (op->kind == INSPECT_AT))
		argp_error(
			state,
			"\"%s\": at has a domain of its own, without other mappings",
			text);
	s->own_domain |= op->kind == INSPECT_AT;
	s->nr_ops++;
}

static void for_each_word(struct argp_state *state, const char *arg,
			  void (*fn)(struct argp_state *state, void *ctx,
				     const char *word),
			  void *ctx)
{
	char *copy = strdup(arg), *save = NULL, *word;

	for (word = copy ? strtok_r(copy, ",", &save) : NULL; word;
	     word = strtok_r(NULL, ",", &save))
		fn(state, ctx, word);
	free(copy);
}

static void add_op(struct argp_state *state, void *ctx, const char *word)
{
	parse_op(state, ctx, word);
}

static void add_part(struct argp_state *state, void *ctx, const char *word)
{
	static const char *const names[] = { "tree",  "ranges", "iotlb",
					     "stats", "all",	"none" };
	static const unsigned int parts[] = {
		DMASIM_REPORT_TREE,  DMASIM_REPORT_RANGES, DMASIM_REPORT_IOTLB,
		DMASIM_REPORT_STATS, DMASIM_REPORT_ALL,	   0,
	};
	struct options *o = ctx;
	unsigned int pick = args_choose(state, "--show", word, names, 6);

	o->parts |= parts[pick];
	o->quiet = pick == 5;
}

/* ---- options --------------------------------------------------------------------------- */

/* When all of them are known. */
static void check_options(struct argp_state *state, const struct options *o)
{
	if (!o->log == !o->setup.nr_ops)
		argp_error(
			state,
			"give either a LOG or --do, to have something to look at");
	if (!o->log && o->setup.stop > o->setup.nr_ops)
		argp_error(state, "--stop %zu: there are %u operations",
			   o->setup.stop, o->setup.nr_ops);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const modes[] = { "strict", "lazy" };
	static const char *const layouts[] = { "contiguous", "scattered" };
	struct options *o = state->input;
	struct replay_setup *r = &o->setup.replay;

	switch (key) {
	case OPT_IOMMU:
		r->iommu = !strcmp(arg, "off")	    ? DMASIM_IOMMU_OFF :
			   !strcmp(arg, "identity") ? DMASIM_IOMMU_IDENTITY :
						      DMASIM_IOMMU_STRICT;
		r->format = r->iommu == DMASIM_IOMMU_STRICT ? arg : NULL;
		break;
	case OPT_LEVELS:
		o->setup.levels =
			(unsigned int)args_number(state, "--levels", arg, 1, 6);
		break;
	case OPT_MODE:
		o->lazy = args_choose(state, "--mode", arg, modes, 2);
		break;
	case OPT_GRANULE:
		r->granule =
			args_number(state, "--granule", arg, 4096, 1ull << 30);
		break;
	case OPT_CACHING:
		o->setup.caching = true;
		break;
	case OPT_ATS:
		r->ats = true;
		break;
	case OPT_LAYOUT:
		r->layout = args_choose(state, "--layout", arg, layouts, 2) ?
				    DMASIM_LAYOUT_SCATTERED :
				    DMASIM_LAYOUT_CONTIGUOUS;
		break;
	case OPT_SEED:
		r->seed = args_number(state, "--seed", arg, 1, UINT64_MAX);
		break;
	case OPT_COST:
		if (dmasim_cost_check(arg))
			argp_error(state, "--cost: %s", dmasim_refusal());
		r->cost = arg;
		break;
	case OPT_DEPTH:
		r->depth = (unsigned int)args_number(state, "--depth", arg, 1,
						     REPLAY_MAX_DEPTH);
		break;
	case OPT_DEVICE:
		o->setup.device = arg;
		break;
	case OPT_DO:
		for_each_word(state, arg, add_op, &o->setup);
		break;
	case OPT_STOP:
		o->setup.stop = args_number(state, "--stop", arg, 1, INT64_MAX);
		break;
	case OPT_SHOW:
		o->parts = 0;
		for_each_word(state, arg, add_part, o);
		break;
	case OPT_WALK:
		if (o->nr_walks == INSPECT_MAX_WALKS)
			argp_error(state, "more than %d walks",
				   INSPECT_MAX_WALKS);
		o->walk[o->nr_walks++] = parse_addr(state, "--walk", arg);
		break;
	case OPT_JSON:
		o->json = arg;
		break;
	case OPT_SVG:
		o->svg = arg;
		break;
	case ARGP_KEY_ARG:
		if (o->log)
			argp_error(state, "more than one log");
		o->log = arg;
		break;
	case ARGP_KEY_END:
		check_options(state, o);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "[LOG]",
	.doc = "Show what a device can reach: the page tables of its domain as a tree, "
	       "ranges and a picture, walks with every field of every entry, the IOTLB. "
	       "The domain is filled by operations (--do) or by replaying a fio log.",
};

/* ---- showing ---------------------------------------------------------------------------- */

static void print_line(void *ctx, const char *text)
{
	fprintf(ctx, "%s\n", text);
}

static int write_file(const struct inspect_view *view, const char *path,
		      int (*write)(const struct inspect_view *view, FILE *to))
{
	FILE *to = strcmp(path, "-") ? fopen(path, "w") : stdout;
	int ret;

	if (!to) {
		fprintf(stderr, "dmasim: %s: %s\n", path, strerror(errno));
		return 1;
	}
	ret = write(view, to);
	if (fflush(to) || ferror(to)) {
		fprintf(stderr, "dmasim: %s: cannot be written\n", path);
		ret = 1;
	}
	if (to != stdout)
		fclose(to);
	return ret;
}

static int show_text(const struct options *o, const struct inspect_view *view)
{
	unsigned int i;
	uint64_t addr;

	for (i = 0; i < view->nr_mappings; i++) {
		const struct inspect_mapping *m = &view->mapping[i];

		printf("operation %u, %s: 0x%llx, %llu bytes%s\n", m->op,
		       inspect_kind_names[m->kind], (unsigned long long)m->iova,
		       (unsigned long long)m->size,
		       m->live ? "" : ", unmapped");
	}
	if (o->setup.log)
		printf("%s: before I/O %zu is unmapped\n", o->log,
		       view->stopped);
	if (dmasim_iommu_report(view->dev, o->parts, print_line, stdout)) {
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
		return 1;
	}
	for (i = 0; i < view->nr_walks; i++) {
		if (!inspect_addr(view, &view->walk[i], &addr))
			return 1;
		if (dmasim_iommu_report_walk(view->dev, addr, print_line,
					     stdout)) {
			fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
			return 1;
		}
	}
	return 0;
}

static int show(void *ctx, struct inspect_view *view)
{
	const struct options *o = ctx;
	int ret = 0;

	memcpy(view->walk, o->walk, sizeof(view->walk));
	view->nr_walks = o->nr_walks;
	if (!o->quiet)
		ret = show_text(o, view);
	if (!ret && o->json)
		ret = write_file(view, o->json, inspect_json);
	if (!ret && o->svg)
		ret = write_file(view, o->svg, inspect_svg);
	return ret;
}

/* The log, and the I/O to stop at. */
static int take_log(struct options *o, struct iolog *log)
{
	char error[512] = "out of memory";

	if (iolog_read(log, o->log, REPLAY_BLOCK, error, sizeof(error))) {
		fprintf(stderr, "dmasim: %s\n", error);
		return -1;
	}
	if (o->setup.stop > log->nr_ios) {
		fprintf(stderr, "dmasim: --stop %zu: %s has %zu I/Os\n",
			o->setup.stop, o->log, log->nr_ios);
		iolog_free(log);
		return -1;
	}
	o->setup.log = log;
	return 0;
}

int cmd_inspect(int argc, char **argv)
{
	struct options o = {
		.setup.replay = { .iommu = DMASIM_IOMMU_STRICT,
				  .format = "vtdss",
				  .layout = DMASIM_LAYOUT_CONTIGUOUS,
				  .depth = 1 },
		.parts = DMASIM_REPORT_ALL,
	};
	struct iolog log;
	int status;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.lazy && o.setup.replay.iommu == DMASIM_IOMMU_STRICT)
		o.setup.replay.iommu = DMASIM_IOMMU_LAZY;
	if (!o.log)
		return inspect_run(&o.setup, show, &o);
	if (take_log(&o, &log))
		return 2;
	status = inspect_run(&o.setup, show, &o);
	iolog_free(&log);
	return status;
}
