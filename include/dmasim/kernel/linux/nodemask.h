/* SPDX-License-Identifier: MIT */
/*
 * Sets of memory nodes: there is node 0.
 *
 * Same:    results for one node.
 * Reduced: no general masks.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_NODEMASK_H
#define _DMASIM_LINUX_NODEMASK_H

#include <linux/bitmap.h>
#include <linux/numa.h>

typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;

#define NODE_MASK_NONE ((nodemask_t){ { 0UL } })
#define NODE_MASK_ALL ((nodemask_t){ { 1UL } })
#define first_online_node 0
#define first_memory_node 0
#define nr_node_ids 1U
#define nr_online_nodes 1U
#define num_online_nodes() 1
#define num_possible_nodes() 1
#define node_online(node) ((node) == 0)
#define node_possible(node) ((node) == 0)
#define node_set(node, mask) __set_bit((node), (mask).bits)
#define node_clear(node, mask) __clear_bit((node), (mask).bits)
#define node_isset(node, mask) test_bit((node), (mask).bits)
#define nodes_clear(mask) bitmap_zero((mask).bits, MAX_NUMNODES)
#define for_each_node(node) for ((node) = 0; (node) < 1; (node)++)
#define for_each_online_node(node) for_each_node(node)
#define for_each_node_mask(node, mask) \
	for_each_set_bit(node, (mask).bits, MAX_NUMNODES)

#endif
