/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees whose nodes summarise their subtrees.
 *
 * Same:    callbacks and the functions that call them.
 * Reduced: no access to colours.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RBTREE_AUGMENTED_H
#define _DMASIM_LINUX_RBTREE_AUGMENTED_H

#include <linux/compiler.h>
#include <linux/rbtree.h>

/**
 * struct rb_augment_callbacks - keep the summaries right
 * @propagate: recompute from @node up, below @stop (NULL: all the way)
 * @copy: @new takes the place of @old, and its summary
 * @rotate: @new became the parent of @old: it takes its summary, @old's is
 *	computed anew
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new);
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

/**
 * rb_insert_augmented() - balance after a node was linked
 *
 * The caller has updated the summaries of all nodes above on its way down.
 */
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment);

/** rb_erase_augmented() - take a node out; all summaries are right after. */
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

static inline void
rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
			   bool newleft,
			   const struct rb_augment_callbacks *augment)
{
	if (newleft)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

static inline void
rb_erase_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
			  const struct rb_augment_callbacks *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

/*
 * RBCOMPUTE(node, exit) computes the summary RBAUGMENTED; with exit true it may
 * return true to say that nothing changed, which ends a propagation.
 */
#define RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED, \
			     RBCOMPUTE)                                        \
	static inline void RBNAME##_propagate(struct rb_node *at,              \
					      struct rb_node *stop)            \
	{                                                                      \
		for (; at != stop; at = rb_parent(at))                         \
			if (RBCOMPUTE(rb_entry(at, RBSTRUCT, RBFIELD), true))  \
				break;                                         \
	}                                                                      \
	static inline void RBNAME##_copy(struct rb_node *from,                 \
					 struct rb_node *to)                   \
	{                                                                      \
		rb_entry(to, RBSTRUCT, RBFIELD)->RBAUGMENTED =                 \
			rb_entry(from, RBSTRUCT, RBFIELD)->RBAUGMENTED;        \
	}                                                                      \
	static void RBNAME##_rotate(struct rb_node *down, struct rb_node *up)  \
	{                                                                      \
		RBNAME##_copy(down, up);                                       \
		RBCOMPUTE(rb_entry(down, RBSTRUCT, RBFIELD), false);           \
	}                                                                      \
	RBSTATIC const struct rb_augment_callbacks RBNAME = {                  \
		.propagate = RBNAME##_propagate,                               \
		.copy = RBNAME##_copy,                                         \
		.rotate = RBNAME##_rotate,                                     \
	};

/* the summary is the largest RBCOMPUTE(node) of the subtree */
#define RB_DECLARE_CALLBACKS_MAX(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBTYPE,  \
				 RBAUGMENTED, RBCOMPUTE)                       \
	static inline bool RBNAME##_compute_max(RBSTRUCT *node, bool exit)     \
	{                                                                      \
		RBTYPE best = RBCOMPUTE(node);                                 \
		struct rb_node *kid[2] = { node->RBFIELD.rb_left,              \
					   node->RBFIELD.rb_right };           \
		int i;                                                         \
                                                                               \
		for (i = 0; i < 2; i++) {                                      \
			RBSTRUCT *sub;                                         \
                                                                               \
			if (!kid[i])                                           \
				continue;                                      \
			sub = rb_entry(kid[i], RBSTRUCT, RBFIELD);             \
			if (sub->RBAUGMENTED > best)                           \
				best = sub->RBAUGMENTED;                       \
		}                                                              \
		if (exit && node->RBAUGMENTED == best)                         \
			return true;                                           \
		node->RBAUGMENTED = best;                                      \
		return false;                                                  \
	}                                                                      \
	RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED, \
			     RBNAME##_compute_max)

#endif
