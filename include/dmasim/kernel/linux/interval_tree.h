/* SPDX-License-Identifier: MIT */
/*
 * Intervals of unsigned long, inclusive at both ends, in a tree.
 *
 * same:    interval_tree_insert, remove, iter_first, iter_next, span_iter
 *          absent
 * reduced: no span iterator
 * stub:    -
 */
#ifndef _DMASIM_LINUX_INTERVAL_TREE_H
#define _DMASIM_LINUX_INTERVAL_TREE_H

#include <linux/rbtree.h>

struct interval_tree_node {
	struct rb_node rb;
	unsigned long start;
	unsigned long last;
	unsigned long __subtree_last;
};

void interval_tree_insert(struct interval_tree_node *node,
			  struct rb_root_cached *root);
void interval_tree_remove(struct interval_tree_node *node,
			  struct rb_root_cached *root);
struct interval_tree_node *interval_tree_iter_first(struct rb_root_cached *root,
						    unsigned long start,
						    unsigned long last);
struct interval_tree_node *
interval_tree_iter_next(struct interval_tree_node *node, unsigned long start,
			unsigned long last);

#endif
