/* SPDX-License-Identifier: MIT */
/*
 * Nodes and roots of red-black trees.
 *
 * Same:    rb_left, rb_right, rb_node.
 * Reduced: the colour has a member of its own: a node is 32 bytes, not 24.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RBTREE_TYPES_H
#define _DMASIM_LINUX_RBTREE_TYPES_H

#include <linux/types.h>

/*
 * <bsd/sys/tree.h> has an RB_ROOT of its own; only src/host and src/hw use it.
 */
#undef RB_ROOT

/**
 * struct rb_node - a node
 * @rb_left, @rb_right: children, NULL if none
 * @__rb_parent: parent, NULL for the root; the node itself if in no tree
 * @__rb_red: 1: red, 0: black
 *
 * The order is that of RB_ENTRY() of libbsd, which does the balancing.
 */
struct rb_node {
	struct rb_node *rb_left;
	struct rb_node *rb_right;
	struct rb_node *__rb_parent;
	int __rb_red;
};

struct rb_root {
	struct rb_node *rb_node;
};

/** struct rb_root_cached - a root that remembers its leftmost node */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT          \
	(struct rb_root) \
	{                \
		NULL,    \
	}
#define RB_ROOT_CACHED          \
	(struct rb_root_cached) \
	{                       \
		{               \
			NULL,   \
		},              \
			NULL    \
	}

#endif
