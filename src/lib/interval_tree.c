/* SPDX-License-Identifier: MIT */
/*
 * Intervals of unsigned long: the generic tree for one type.
 *
 * Tests: tests/unit/lib/test_idr.c
 */
#include <linux/export.h>
#include <linux/interval_tree.h>
#include <linux/interval_tree_generic.h>

static inline unsigned long it_start(const struct interval_tree_node *node)
{
	return node->start;
}

static inline unsigned long it_last(const struct interval_tree_node *node)
{
	return node->last;
}

/* clang-format off */
INTERVAL_TREE_DEFINE(struct interval_tree_node, rb, unsigned long,
		     __subtree_last, it_start, it_last, , interval_tree)
/* clang-format on */

EXPORT_SYMBOL(interval_tree_insert);
EXPORT_SYMBOL(interval_tree_remove);
EXPORT_SYMBOL(interval_tree_iter_first);
EXPORT_SYMBOL(interval_tree_iter_next);
