/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees.
 *
 * Same:    all listed; the caller searches and links, the library balances.
 * Reduced: no latched trees; rb_link_node_rcu() orders, erasing does not wait.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RBTREE_H
#define _DMASIM_LINUX_RBTREE_H

#include <linux/container_of.h>
#include <linux/rbtree_types.h>
#include <linux/stddef.h>
#include <linux/compiler.h>

#define rb_parent(r) ((r)->__rb_parent)
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                              \
	({                                                            \
		__typeof__(ptr) rbe_ptr__ = (ptr);                    \
		rbe_ptr__ ? rb_entry(rbe_ptr__, type, member) : NULL; \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
#define RB_EMPTY_NODE(node) ((node)->__rb_parent == (node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent = (node))

void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);
void rb_replace_node(struct rb_node *victim, struct rb_node *node,
		     struct rb_root *root);
void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *node,
			 struct rb_root *root);

/** rb_link_node() - hang a leaf below @parent; rb_insert_color() follows. */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **rb_link)
{
	*node = (struct rb_node){ .__rb_parent = parent, .__rb_red = 1 };
	*rb_link = node;
}

static inline void rb_link_node_rcu(struct rb_node *node,
				    struct rb_node *parent,
				    struct rb_node **rb_link)
{
	*node = (struct rb_node){ .__rb_parent = parent, .__rb_red = 1 };
	__atomic_store_n(rb_link, node, __ATOMIC_RELEASE);
}

#define rb_first_cached(root) ((root)->rb_leftmost)

static inline void rb_insert_color_cached(struct rb_node *node,
					  struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

/* Return: the new leftmost node if it was @node that was leftmost. */
static inline struct rb_node *rb_erase_cached(struct rb_node *node,
					      struct rb_root_cached *root)
{
	struct rb_node *next = NULL;

	if (root->rb_leftmost == node) {
		next = rb_next(node);
		root->rb_leftmost = next;
	}
	rb_erase(node, &root->rb_root);
	return next;
}

static inline void rb_replace_node_cached(struct rb_node *victim,
					  struct rb_node *node,
					  struct rb_root_cached *root)
{
	if (root->rb_leftmost == victim)
		root->rb_leftmost = node;
	rb_replace_node(victim, node, &root->rb_root);
}

#define rbtree_postorder_for_each_entry_safe(pos, n, root, field)            \
	for (pos = rb_entry_safe(rb_first_postorder(root), __typeof__(*pos), \
				 field);                                     \
	     pos && ({                                                       \
		     n = rb_entry_safe(rb_next_postorder(&pos->field),       \
				       __typeof__(*pos), field);             \
		     1;                                                      \
	     });                                                             \
	     pos = n)

/* less() is true if the first node sorts before the second */
static __always_inline void rb_add(struct rb_node *node, struct rb_root *tree,
				   bool (*less)(struct rb_node *,
						const struct rb_node *))
{
	struct rb_node **slot = &tree->rb_node, *above = NULL;

	while (*slot) {
		above = *slot;
		slot = less(node, above) ? &above->rb_left : &above->rb_right;
	}
	rb_link_node(node, above, slot);
	rb_insert_color(node, tree);
}

/* Return: @node if it became the leftmost, else NULL. */
static __always_inline struct rb_node *
rb_add_cached(struct rb_node *node, struct rb_root_cached *tree,
	      bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node *first = tree->rb_leftmost;
	bool leftmost = !first || less(node, first);

	rb_add(node, &tree->rb_root, less);
	if (!leftmost)
		return NULL;
	tree->rb_leftmost = node;
	return node;
}

/* cmp() is negative if the key sorts before the node */
static __always_inline struct rb_node *
rb_find(const void *key, const struct rb_root *tree,
	int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *at = tree->rb_node;
	int c;

	while (at && (c = cmp(key, at)) != 0)
		at = c < 0 ? at->rb_left : at->rb_right;
	return at;
}

/* Return: the first of several nodes that compare equal. */
static __always_inline struct rb_node *
rb_find_first(const void *key, const struct rb_root *tree,
	      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *at = tree->rb_node, *best = NULL;

	while (at) {
		int c = cmp(key, at);

		if (c == 0)
			best = at;
		at = c <= 0 ? at->rb_left : at->rb_right;
	}
	return best;
}

/* Return: the node that is equal and already there, or NULL after adding. */
static __always_inline struct rb_node *
rb_find_add(struct rb_node *node, struct rb_root *tree,
	    int (*cmp)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **slot = &tree->rb_node, *above = NULL;

	while (*slot) {
		int c = cmp(node, *slot);

		if (!c)
			return *slot;
		above = *slot;
		slot = c < 0 ? &above->rb_left : &above->rb_right;
	}
	rb_link_node(node, above, slot);
	rb_insert_color(node, tree);
	return NULL;
}

#endif
