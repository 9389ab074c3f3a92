/* SPDX-License-Identifier: MIT */
/*
 * One memory node.
 *
 * Same:    NUMA_NO_NODE, MAX_NUMNODES.
 * Reduced: one node.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_NUMA_H
#define _DMASIM_LINUX_NUMA_H

#define NODES_SHIFT CONFIG_NODES_SHIFT
#define MAX_NUMNODES (1 << NODES_SHIFT)
#define NUMA_NO_NODE (-1)

static inline int numa_valid_node(int nid)
{
	return nid >= 0 && nid < MAX_NUMNODES;
}

static inline int numa_map_to_online_node(int node)
{
	return 0;
}

#endif
