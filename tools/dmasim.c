/* SPDX-License-Identifier: MIT */
/*
 * The dmasim command: picks a subcommand.
 */
#include <dmasim/version.h>

#include <stdio.h>
#include <string.h>

#include "commands.h"

static int usage(FILE *to, int status)
{
	fputs("usage: dmasim COMMAND [ARGUMENT...]\n"
	      "\n"
	      "  inspect        show the page tables and caches of a device\n"
	      "  map-benchmark  time map and unmap, as dma_map_benchmark does\n"
	      "  replay         replay fio I/O logs through the NVMe driver\n"
	      "  version        print the version\n"
	      "\n"
	      "dmasim COMMAND --help says more.\n",
	      to);
	return status;
}

int main(int argc, char **argv)
{
	static char inspect[] = "dmasim inspect";
	static char map_benchmark[] = "dmasim map-benchmark";
	static char replay[] = "dmasim replay";

	if (argc < 2)
		return usage(stderr, 2);
	if (!strcmp(argv[1], "inspect")) {
		argv[1] = inspect;
		return cmd_inspect(argc - 1, argv + 1);
	}
	if (!strcmp(argv[1], "map-benchmark")) {
		argv[1] = map_benchmark;
		return cmd_map_benchmark(argc - 1, argv + 1);
	}
	if (!strcmp(argv[1], "replay")) {
		argv[1] = replay;
		return cmd_replay(argc - 1, argv + 1);
	}
	if (!strcmp(argv[1], "version") || !strcmp(argv[1], "--version")) {
		printf("dmasim %s (kernel API %d.%d)\n", dmasim_version(),
		       DMASIM_KERNEL_API / 100, DMASIM_KERNEL_API % 100);
		return 0;
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
		return usage(stdout, 0);
	fprintf(stderr, "dmasim: unknown command \"%s\"\n", argv[1]);
	return usage(stderr, 2);
}
