/* SPDX-License-Identifier: MIT */
/*
 * Interval trees of any type.
 *
 * A red-black tree by start; each node knows the largest end below it, so a
 * search for what overlaps a range skips subtrees that end before it.
 *
 * same:    INTERVAL_TREE_DEFINE and the functions it makes: insert, remove,
 *          iter_first, iter_next
 * reduced: no span iterator, no subtree_search
 * stub:    -
 */
#ifndef _DMASIM_LINUX_INTERVAL_TREE_GENERIC_H
#define _DMASIM_LINUX_INTERVAL_TREE_GENERIC_H

#include <linux/compiler.h>
#include <linux/rbtree_augmented.h>

#define INTERVAL_TREE_DEFINE(ITSTRUCT, ITRB, ITTYPE, ITSUBTREE, ITSTART,      \
			     ITLAST, ITSTATIC, ITPREFIX)                      \
                                                                              \
	RB_DECLARE_CALLBACKS_MAX(static, ITPREFIX##_augment, ITSTRUCT, ITRB,  \
				 ITTYPE, ITSUBTREE, ITLAST);                  \
                                                                              \
	static inline ITSTRUCT *ITPREFIX##_of(struct rb_node *rb)             \
	{                                                                     \
		return rb ? rb_entry(rb, ITSTRUCT, ITRB) : NULL;              \
	}                                                                     \
                                                                              \
	ITSTATIC void ITPREFIX##_insert(ITSTRUCT *node,                       \
					struct rb_root_cached *root)          \
	{                                                                     \
		struct rb_node **at = &root->rb_root.rb_node, *above = NULL;  \
		bool first = true;                                            \
                                                                              \
		node->ITSUBTREE = ITLAST(node);                               \
		while (*at) {                                                 \
			ITSTRUCT *here = ITPREFIX##_of(*at);                  \
                                                                              \
			above = *at;                                          \
			if (here->ITSUBTREE < node->ITSUBTREE)                \
				here->ITSUBTREE = node->ITSUBTREE;            \
			if (ITSTART(node) < ITSTART(here)) {                  \
				at = &above->rb_left;                         \
			} else {                                              \
				at = &above->rb_right;                        \
				first = false;                                \
			}                                                     \
		}                                                             \
		rb_link_node(&node->ITRB, above, at);                         \
		rb_insert_augmented_cached(&node->ITRB, root, first,          \
					   &ITPREFIX##_augment);              \
	}                                                                     \
                                                                              \
	ITSTATIC void ITPREFIX##_remove(ITSTRUCT *node,                       \
					struct rb_root_cached *root)          \
	{                                                                     \
		rb_erase_augmented_cached(&node->ITRB, root,                  \
					  &ITPREFIX##_augment);               \
	}                                                                     \
                                                                              \
	/* Leftmost node below @top that ends at or after @start. */          \
	static inline ITSTRUCT *ITPREFIX##_reach(struct rb_node *top,         \
						 ITTYPE start)                \
	{                                                                     \
		ITSTRUCT *here = ITPREFIX##_of(top);                          \
                                                                              \
		if (!here || here->ITSUBTREE < start)                         \
			return NULL;                                          \
		for (;;) {                                                    \
			ITSTRUCT *left = ITPREFIX##_of(here->ITRB.rb_left);   \
                                                                              \
			if (left && left->ITSUBTREE >= start)                 \
				here = left;                                  \
			else if (ITLAST(here) >= start)                       \
				return here;                                  \
			else                                                  \
				here = ITPREFIX##_of(here->ITRB.rb_right);    \
		}                                                             \
	}                                                                     \
                                                                              \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_first(struct rb_root_cached *root, \
						 ITTYPE start, ITTYPE last)   \
	{                                                                     \
		ITSTRUCT *hit =                                               \
			ITPREFIX##_reach(root->rb_root.rb_node, start);       \
                                                                              \
		return hit && ITSTART(hit) <= last ? hit : NULL;              \
	}                                                                     \
                                                                              \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_next(ITSTRUCT *node, ITTYPE start, \
						ITTYPE last)                  \
	{                                                                     \
		struct rb_node *rb = &node->ITRB;                             \
		ITSTRUCT *hit = ITPREFIX##_reach(rb->rb_right, start);        \
                                                                              \
		while (!hit) {                                                \
			struct rb_node *above = rb_parent(rb);                \
                                                                              \
			if (!above)                                           \
				return NULL;                                  \
			if (above->rb_left == rb) {                           \
				if (ITLAST(ITPREFIX##_of(above)) >= start)    \
					hit = ITPREFIX##_of(above);           \
				else                                          \
					hit = ITPREFIX##_reach(               \
						above->rb_right, start);      \
			}                                                     \
			rb = above;                                           \
		}                                                             \
		return ITSTART(hit) <= last ? hit : NULL;                     \
	}

#endif
