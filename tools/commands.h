/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of dmasim. Each parses its own arguments; argv[0] is the name
 * to show in its messages. The result is the exit status.
 */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

int cmd_inspect(int argc, char **argv);
int cmd_map_benchmark(int argc, char **argv);
int cmd_replay(int argc, char **argv);

#endif
