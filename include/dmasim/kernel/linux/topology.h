/* SPDX-License-Identifier: MIT */
/*
 * Where CPUs and memory sit: all on node 0.
 *
 * Same:    results for one node.
 * Reduced: no topology levels.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_TOPOLOGY_H
#define _DMASIM_LINUX_TOPOLOGY_H

#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/numa.h>

#define numa_node_id() 0
#define numa_mem_id() 0
#define cpu_to_node(cpu) ((void)(cpu), 0)
#define cpu_to_mem(cpu) ((void)(cpu), 0)
#define node_distance(from, to) ((from) == (to) ? 10 : 20)
#define nr_cpus_node(node) num_online_cpus()

#endif
