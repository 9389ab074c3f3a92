/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees against a sorted array; summaries against brute force.
 */
#include <linux/rbtree_augmented.h>
#include <linux/minmax.h>
#include <linux/random.h>

#include "unit/lib/lib_test.h"

#define NODES 200

struct thing {
	struct rb_node rb;
	unsigned long key;
	unsigned long weight;
	unsigned long heaviest; /* of the subtree */
	bool in;
};

static struct thing things[NODES];

#define thing_of(node) rb_entry(node, struct thing, rb)
#define thing_weight(thing) ((thing)->weight)

RB_DECLARE_CALLBACKS_MAX(static, heaviest, struct thing, rb, unsigned long,
			 heaviest, thing_weight)

static bool thing_less(struct rb_node *a, const struct rb_node *b)
{
	return thing_of(a)->key < thing_of(b)->key;
}

static int thing_cmp(const void *key, const struct rb_node *node)
{
	unsigned long k = *(const unsigned long *)key;
	unsigned long at = thing_of(node)->key;

	return k < at ? -1 : k > at;
}

/*
 * Check the subtree: order, parents, no red below red, equal black heights.
 * Return: its black height.
 */
static int check_subtree(struct rb_node *node, struct rb_node *above,
			 bool summaries)
{
	unsigned long best;
	int left, right;

	if (!node)
		return 1;
	assert_ptr_equal(rb_parent(node), above);
	if (node->__rb_red && above)
		assert_false(above->__rb_red);
	left = check_subtree(node->rb_left, node, summaries);
	right = check_subtree(node->rb_right, node, summaries);
	assert_int_equal(left, right);
	if (summaries) {
		best = thing_of(node)->weight;
		if (node->rb_left)
			best = max(best, thing_of(node->rb_left)->heaviest);
		if (node->rb_right)
			best = max(best, thing_of(node->rb_right)->heaviest);
		assert_int_equal(thing_of(node)->heaviest, best);
	}
	return left + !node->__rb_red;
}

static void check_tree(struct rb_root *root, bool summaries)
{
	struct rb_node *node, *last = NULL;
	unsigned int walked = 0, in = 0, i;

	check_subtree(root->rb_node, NULL, summaries);
	for (node = rb_first(root); node; node = rb_next(node)) {
		assert_true(thing_of(node)->in);
		assert_ptr_equal(rb_prev(node), last);
		if (last)
			assert_true(thing_of(last)->key <= thing_of(node)->key);
		last = node;
		walked++;
	}
	assert_ptr_equal(rb_last(root), last);
	for (i = 0; i < NODES; i++)
		in += things[i].in;
	assert_int_equal(walked, in);
}

static int clear_things(void **state)
{
	memset(things, 0, sizeof(things));
	return boot_lib(state);
}

static void empty_tree_has_no_nodes(void **state)
{
	struct rb_root root = RB_ROOT;

	assert_true(RB_EMPTY_ROOT(&root));
	assert_null(rb_first(&root));
	assert_null(rb_last(&root));
	assert_null(rb_first_postorder(&root));
	RB_CLEAR_NODE(&things[0].rb);
	assert_true(RB_EMPTY_NODE(&things[0].rb));
	assert_null(rb_next(&things[0].rb));
}

static void random_changes_keep_the_tree_balanced(void **state)
{
	struct rb_root root = RB_ROOT;
	int step;

	for (step = 0; step < 3000; step++) {
		struct thing *thing = &things[get_random_u32_below(NODES)];

		if (thing->in) {
			rb_erase(&thing->rb, &root);
		} else {
			thing->key = get_random_u32_below(100);
			rb_add(&thing->rb, &root, thing_less);
		}
		thing->in = !thing->in;
		check_tree(&root, false);
	}
}

static void augmented_insert(struct thing *thing, struct rb_root *root)
{
	struct rb_node **link = &root->rb_node, *above = NULL;

	while (*link) {
		above = *link;
		thing_of(above)->heaviest =
			max(thing_of(above)->heaviest, thing->weight);
		link = thing->key < thing_of(above)->key ? &above->rb_left :
							   &above->rb_right;
	}
	thing->heaviest = thing->weight;
	rb_link_node(&thing->rb, above, link);
	rb_insert_augmented(&thing->rb, root, &heaviest);
}

static void random_changes_keep_summaries_right(void **state)
{
	struct rb_root root = RB_ROOT;
	int step;

	for (step = 0; step < 3000; step++) {
		struct thing *thing = &things[get_random_u32_below(NODES)];

		if (thing->in) {
			rb_erase_augmented(&thing->rb, &root, &heaviest);
		} else {
			thing->key = get_random_u32_below(1000);
			thing->weight = get_random_u32_below(1000);
			augmented_insert(thing, &root);
		}
		thing->in = !thing->in;
		check_tree(&root, true);
	}
}

static void cached_root_knows_the_leftmost(void **state)
{
	struct rb_root_cached root = RB_ROOT_CACHED;
	int i;

	for (i = 0; i < 50; i++) {
		things[i].key = (unsigned long)(i * 37 % 50);
		rb_add_cached(&things[i].rb, &root, thing_less);
		assert_ptr_equal(rb_first_cached(&root),
				 rb_first(&root.rb_root));
	}
	for (i = 0; i < 50; i++) {
		rb_erase_cached(&things[i].rb, &root);
		assert_ptr_equal(rb_first_cached(&root),
				 rb_first(&root.rb_root));
	}
	assert_null(root.rb_leftmost);
}

static void find_returns_the_node_or_null(void **state)
{
	struct rb_root root = RB_ROOT;
	unsigned long key;
	int i;

	for (i = 0; i < 10; i++) {
		things[i].key = (unsigned long)(i / 2);
		rb_add(&things[i].rb, &root, thing_less);
	}
	key = 3;
	assert_int_equal(thing_of(rb_find(&key, &root, thing_cmp))->key, 3);
	assert_ptr_equal(rb_find_first(&key, &root, thing_cmp), &things[6].rb);
	key = 5;
	assert_null(rb_find(&key, &root, thing_cmp));
}

static void replacing_keeps_the_place(void **state)
{
	struct rb_root root = RB_ROOT;
	int i;

	for (i = 0; i < 9; i++) {
		things[i].key = (unsigned long)i;
		things[i].in = true;
		rb_add(&things[i].rb, &root, thing_less);
	}
	for (i = 0; i < 9; i++) {
		things[10 + i].key = things[i].key;
		rb_replace_node(&things[i].rb, &things[10 + i].rb, &root);
		things[i].in = false;
		things[10 + i].in = true;
		check_tree(&root, false);
	}
}

static void postorder_visits_children_first(void **state)
{
	struct rb_root root = RB_ROOT;
	struct thing *thing, *next;
	int i, nr = 0;

	for (i = 0; i < 30; i++) {
		things[i].key = (unsigned long)i;
		things[i].in = true;
		rb_add(&things[i].rb, &root, thing_less);
	}
	rbtree_postorder_for_each_entry_safe(thing, next, &root, rb) {
		if (thing->rb.rb_left)
			assert_false(thing_of(thing->rb.rb_left)->in);
		if (thing->rb.rb_right)
			assert_false(thing_of(thing->rb.rb_right)->in);
		thing->in = false;
		nr++;
	}
	assert_int_equal(nr, 30);
}

#define tree_case(fn) \
	cmocka_unit_test_setup_teardown(fn, clear_things, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_case(empty_tree_has_no_nodes),
		tree_case(random_changes_keep_the_tree_balanced),
		tree_case(random_changes_keep_summaries_right),
		tree_case(cached_root_knows_the_leftmost),
		tree_case(find_returns_the_node_or_null),
		tree_case(replacing_keeps_the_place),
		tree_case(postorder_visits_children_first),
	};

	return cmocka_run_group_tests_name("rbtree", tests, NULL, NULL);
}
