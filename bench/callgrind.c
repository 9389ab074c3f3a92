/* SPDX-License-Identifier: MIT */
/*
 * Counting instructions: the program runs itself under callgrind, which counts
 * only between two client requests around op, and dumps once a row.
 *
 * The figure is repeatable for the same binary, however busy the machine is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <valgrind/callgrind.h>

#include "bench.h"

#define COUNT_BATCH 512ul

int bench_count_child(struct bench *b, unsigned int index)
{
	unsigned long n = b->batch ? b->batch : COUNT_BATCH;
	char label[32];
	int round;

	if (b->prepare && b->prepare(b))
		return -1;
	/* Twice without counting: tables, caches and pools are then there. */
	for (round = 0; round < 3; round++) {
		if (b->fill)
			b->fill(b, n);
		if (round == 2) {
			CALLGRIND_START_INSTRUMENTATION;
			CALLGRIND_ZERO_STATS;
			b->op(b, n);
			snprintf(label, sizeof(label), "row %u", index);
			CALLGRIND_DUMP_STATS_AT(label);
			CALLGRIND_STOP_INSTRUMENTATION;
		} else {
			b->op(b, n);
		}
		if (b->undo)
			b->undo(b, n);
	}
	if (b->unprepare)
		b->unprepare(b);
	return 0;
}

static void read_dump(const char *path)
{
	char line[512];
	unsigned int index = 0;
	bool have = false;
	double total;
	FILE *f = fopen(path, "r");

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "desc: Trigger: Client Request: row %u",
			   &index) == 1)
			have = true;
		if (have && index < bench_nr_rows &&
		    (sscanf(line, "summary: %lf", &total) == 1 ||
		     sscanf(line, "totals: %lf", &total) == 1)) {
			struct bench *b = &bench_rows[index];

			b->instructions =
				total / (b->batch ? b->batch : COUNT_BATCH);
			if (b->divide)
				b->instructions /= b->divide;
		}
	}
	fclose(f);
}

/* Of the base of @b, 0 if it did not run. */
static double base_instructions(const struct bench *b)
{
	unsigned int i;

	for (i = 0; i < bench_nr_rows; i++) {
		if (!strcmp(bench_rows[i].suite, b->suite) &&
		    !strcmp(bench_rows[i].name, b->base))
			return bench_rows[i].instructions;
	}
	return 0;
}

static void run_valgrind(int argc, char **argv, const char *dir,
			 const char *self)
{
	char out[256], exe[512];
	char **args = calloc(argc + 8, sizeof(*args));
	ssize_t len = readlink(self, exe, sizeof(exe) - 1);
	int i, nr = 0;

	if (!args || len < 0)
		_exit(127);
	exe[len] = '\0';
	snprintf(out, sizeof(out), "--callgrind-out-file=%s/out", dir);
	args[nr++] = (char *)"valgrind";
	args[nr++] = (char *)"--tool=callgrind";
	args[nr++] = (char *)"--instr-atstart=no";
	args[nr++] = (char *)"-q";
	args[nr++] = out;
	args[nr++] = exe;
	args[nr++] = (char *)"--child";
	for (i = 1; i < argc; i++)
		args[nr++] = argv[i];
	execvp("valgrind", args);
	perror("dmasim-bench: valgrind (Debian package valgrind)");
	_exit(127);
}

/* Dumps are numbered from 1; the last, unnumbered one is the exit's. */
static const char *dump_path(char path[64], const char *dir, unsigned int i)
{
	if (i)
		snprintf(path, 64, "%s/out.%u", dir, i);
	else
		snprintf(path, 64, "%s/out", dir);
	return path;
}

static void remove_dumps(const char *dir)
{
	char path[64];
	unsigned int i;

	for (i = 0; i <= bench_nr_rows; i++)
		unlink(dump_path(path, dir, i));
	if (rmdir(dir))
		perror(dir);
}

int bench_count_parent(int argc, char **argv, const char *self)
{
	char dir[] = "/tmp/dmasim-bench-XXXXXX", path[64];
	unsigned int i;
	int status = -1;
	pid_t pid;

	if (!mkdtemp(dir)) {
		perror("dmasim-bench: /tmp");
		return 1;
	}
	pid = fork();
	if (!pid)
		run_valgrind(argc, argv, dir, self);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
		remove_dumps(dir);
		fprintf(stderr,
			"dmasim-bench: the run under callgrind failed (of clang, valgrind 3.19 reads -gdwarf-4 only)\n");
		return 1;
	}
	for (i = 1; i <= bench_nr_rows; i++)
		read_dump(dump_path(path, dir, i));
	remove_dumps(dir);
	for (i = 0; i < bench_nr_rows; i++) {
		struct bench *b = &bench_rows[i];

		if (b->max_instructions && b->instructions)
			bench_counter(b, "x_goal",
				      b->instructions / b->max_instructions);
		bench_against_base(b, b->instructions, base_instructions(b));
	}
	return 0;
}
