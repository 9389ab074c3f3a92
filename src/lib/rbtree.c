/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees, on libbsd's <bsd/sys/tree.h>.
 *
 * The one kernel-side file that is compiled with the system's headers. libbsd
 * generates the balancing for a node type of its own; struct rb_node has the
 * same members in the same order, so a cast turns one into the other.
 *
 * Augmented trees are generated a second time with a hook. libbsd calls it for
 * nodes whose children changed, but leaves the ancestors of an erased node to
 * the hook; here rb_erase_augmented() recomputes them last, from the lowest
 * node whose subtree lost a member up, as far as something may have changed.
 *
 * I1  struct bsd_node and struct rb_node agree in size and offsets.
 * I2  After rb_erase_augmented() every summary equals what its callbacks
 *     compute from the node and its children.
 *
 * Locks: the caller's.
 * Tests: tests/unit/lib/test_rbtree.c
 */
#include <stddef.h>
#include <bsd/sys/tree.h>

struct rb_augment_callbacks;

struct bsd_node {
	RB_ENTRY(bsd_node) link;
};

#define BSD_STATIC static __attribute__((__unused__))

/* libbsd compares nodes only to search, which the caller does here */
static inline int bsd_cmp(struct bsd_node *a, struct bsd_node *b)
{
	return 0;
}

RB_HEAD(bsd_plain, bsd_node);
RB_GENERATE_INTERNAL(bsd_plain, bsd_node, link, bsd_cmp, BSD_STATIC)

struct bsd_augmented {
	struct bsd_node *rbh_root;
	const struct rb_augment_callbacks *augment;
	unsigned int calls,
		skip; /* of the hook; the first so many do nothing */
};

/* one node's summary, from its children */
static void recompute(const struct rb_augment_callbacks *augment,
		      struct bsd_node *node);

static void hook(struct bsd_augmented *head, struct bsd_node *node)
{
	if (head->calls++ >= head->skip)
		recompute(head->augment, node);
}

#undef RB_AUGMENT
#define RB_AUGMENT(node) hook(head, node)
RB_GENERATE_INTERNAL(bsd_augmented, bsd_node, link, bsd_cmp, BSD_STATIC)

#undef RB_ROOT
#undef RB_AUGMENT

#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/rbtree_augmented.h>
#include <linux/stddef.h>

static_assert(sizeof(struct rb_node) == sizeof(struct bsd_node));
static_assert(offsetof(struct rb_node, rb_left) ==
	      offsetof(struct bsd_node, link.rbe_left));
static_assert(offsetof(struct rb_node, rb_right) ==
	      offsetof(struct bsd_node, link.rbe_right));
static_assert(offsetof(struct rb_node, __rb_parent) ==
	      offsetof(struct bsd_node, link.rbe_parent));
static_assert(offsetof(struct rb_node, __rb_red) ==
	      offsetof(struct bsd_node, link.rbe_color));
static_assert(RB_RED == 1 && RB_BLACK == 0);

static struct bsd_node *to_bsd(const struct rb_node *node)
{
	return (struct bsd_node *)node;
}

static struct rb_node *from_bsd(struct bsd_node *node)
{
	return (struct rb_node *)node;
}

static void recompute(const struct rb_augment_callbacks *augment,
		      struct bsd_node *node)
{
	struct rb_node *at = from_bsd(node);

	augment->propagate(at, at->__rb_parent);
}

/**
 * rb_insert_color() - balance after rb_link_node()
 *
 * Context: caller's lock on the tree.
 */
void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	struct bsd_plain head = { to_bsd(root->rb_node) };

	bsd_plain_RB_INSERT_COLOR(&head, to_bsd(node));
	root->rb_node = from_bsd(head.rbh_root);
}
EXPORT_SYMBOL(rb_insert_color);

/** rb_erase() - take @node out. Context: caller's lock on the tree. */
void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct bsd_plain head = { to_bsd(root->rb_node) };

	bsd_plain_RB_REMOVE(&head, to_bsd(node));
	root->rb_node = from_bsd(head.rbh_root);
}
EXPORT_SYMBOL(rb_erase);

/** rb_insert_augmented() - rb_insert_color() that keeps summaries right. */
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment)
{
	struct bsd_augmented head = { to_bsd(root->rb_node), augment };

	bsd_augmented_RB_INSERT_COLOR(&head, to_bsd(node));
	root->rb_node = from_bsd(head.rbh_root);
}
EXPORT_SYMBOL(rb_insert_augmented);

/** rb_erase_augmented() - rb_erase() that keeps summaries right. */
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	struct bsd_augmented head = { to_bsd(root->rb_node), augment };
	struct rb_node *lowest = node->__rb_parent, *heir = NULL;

	/* with two children, the next node moves into this one's place */
	if (node->rb_left && node->rb_right) {
		heir = rb_next(node);
		lowest = heir->__rb_parent == node ? heir : heir->__rb_parent;
	}
	/* the first call is about lowest, the others are rotations */
	head.skip = !heir && lowest;
	bsd_augmented_RB_REMOVE(&head, to_bsd(node));
	root->rb_node = from_bsd(head.rbh_root);

	/* nothing moved: a summary that stays the same ends it */
	if (!heir && head.calls <= 1) {
		augment->propagate(lowest, NULL);
		return;
	}
	for (; lowest; lowest = lowest->__rb_parent)
		recompute(augment, to_bsd(lowest));
}
EXPORT_SYMBOL(rb_erase_augmented);

/** rb_next() - Return: the node behind @node; NULL: the last, or in no tree. */
struct rb_node *rb_next(const struct rb_node *node)
{
	if (RB_EMPTY_NODE(node))
		return NULL;
	return from_bsd(bsd_plain_RB_NEXT(to_bsd(node)));
}
EXPORT_SYMBOL(rb_next);

/** rb_prev() - Return: the node before @node; NULL at the start. */
struct rb_node *rb_prev(const struct rb_node *node)
{
	if (RB_EMPTY_NODE(node))
		return NULL;
	return from_bsd(bsd_plain_RB_PREV(to_bsd(node)));
}
EXPORT_SYMBOL(rb_prev);

/** rb_first() - Return: the leftmost node, NULL if the tree is empty. */
struct rb_node *rb_first(const struct rb_root *root)
{
	struct bsd_plain head = { to_bsd(root->rb_node) };

	return from_bsd(bsd_plain_RB_MINMAX(&head, RB_NEGINF));
}
EXPORT_SYMBOL(rb_first);

/** rb_last() - Return: the rightmost node, NULL if the tree is empty. */
struct rb_node *rb_last(const struct rb_root *root)
{
	struct bsd_plain head = { to_bsd(root->rb_node) };

	return from_bsd(bsd_plain_RB_MINMAX(&head, RB_INF));
}
EXPORT_SYMBOL(rb_last);

/**
 * rb_replace_node() - put @node where @victim is
 *
 * The order must not change by it. Context: caller's lock on the tree.
 */
void rb_replace_node(struct rb_node *victim, struct rb_node *node,
		     struct rb_root *root)
{
	struct rb_node *above = victim->__rb_parent;

	*node = *victim;
	if (node->rb_left)
		node->rb_left->__rb_parent = node;
	if (node->rb_right)
		node->rb_right->__rb_parent = node;
	if (!above)
		root->rb_node = node;
	else if (above->rb_left == victim)
		above->rb_left = node;
	else
		above->rb_right = node;
}
EXPORT_SYMBOL(rb_replace_node);

/** rb_replace_node_rcu() - rb_replace_node(); readers need the lock, too. */
void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *node,
			 struct rb_root *root)
{
	rb_replace_node(victim, node, root);
}
EXPORT_SYMBOL(rb_replace_node_rcu);

/* the first node below @node that has no children */
static struct rb_node *first_leaf(const struct rb_node *node)
{
	while (node->rb_left || node->rb_right)
		node = node->rb_left ? node->rb_left : node->rb_right;
	return (struct rb_node *)node;
}

/** rb_first_postorder() - Return: where a walk that frees nodes begins. */
struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return root->rb_node ? first_leaf(root->rb_node) : NULL;
}
EXPORT_SYMBOL(rb_first_postorder);

/** rb_next_postorder() - Return: the next node, children before parents. */
struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *above;

	if (!node)
		return NULL;
	above = node->__rb_parent;
	if (above && above->rb_left == node && above->rb_right)
		return first_leaf(above->rb_right);
	return above;
}
EXPORT_SYMBOL(rb_next_postorder);
