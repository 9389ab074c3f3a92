/* SPDX-License-Identifier: MIT */
/*
 * Lists, hash chains, lock-free lists, sorting lists.
 */
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/llist.h>

#include "unit/lib/lib_test.h"

struct item {
	int key, tag;
	struct list_head list;
	struct hlist_node hash;
	struct llist_node free;
};

/* the keys in order, as a number: 1 2 3 is 123 */
static int digits(struct list_head *head)
{
	struct item *item;
	int all = 0;

	list_for_each_entry(item, head, list)
		all = all * 10 + item->key;
	return all;
}

static int digits_back(struct list_head *head)
{
	struct item *item;
	int all = 0;

	list_for_each_entry_reverse(item, head, list)
		all = all * 10 + item->key;
	return all;
}

static struct item items[10];

static void fill(struct list_head *head, int first, int nr)
{
	int i;

	INIT_LIST_HEAD(head);
	for (i = first; i < first + nr; i++) {
		items[i].key = i;
		list_add_tail(&items[i].list, head);
	}
}

static void entries_go_to_either_end(void **state)
{
	LIST_HEAD(head);

	assert_true(list_empty(&head));
	list_add(&items[1].list, &head);
	list_add(&items[2].list, &head);
	list_add_tail(&items[3].list, &head);
	items[1].key = 1;
	items[2].key = 2;
	items[3].key = 3;
	assert_int_equal(digits(&head), 213);
	assert_int_equal(digits_back(&head), 312);
	assert_int_equal(list_count_nodes(&head), 3);
	assert_ptr_equal(list_first_entry(&head, struct item, list), &items[2]);
	assert_ptr_equal(list_last_entry(&head, struct item, list), &items[3]);
}

static void deleted_entries_are_poisoned_or_empty(void **state)
{
	struct list_head head;

	fill(&head, 1, 3);
	list_del(&items[2].list);
	assert_ptr_equal(items[2].list.next, LIST_POISON1);
	assert_ptr_equal(items[2].list.prev, LIST_POISON2);
	list_del_init(&items[1].list);
	assert_true(list_empty(&items[1].list));
	assert_int_equal(digits(&head), 3);
	assert_true(list_is_singular(&head));
}

static void moving_keeps_the_rest_in_order(void **state)
{
	struct list_head head;

	fill(&head, 1, 4);
	list_move(&items[3].list, &head);
	assert_int_equal(digits(&head), 3124);
	list_move_tail(&items[1].list, &head);
	assert_int_equal(digits(&head), 3241);
	list_rotate_left(&head);
	assert_int_equal(digits(&head), 2413);
	list_rotate_to_front(&items[1].list, &head);
	assert_int_equal(digits(&head), 1324);
	list_bulk_move_tail(&head, &items[3].list, &items[2].list);
	assert_int_equal(digits(&head), 1432);
	list_swap(&items[1].list, &items[2].list);
	assert_int_equal(digits(&head), 2431);
	list_swap(&items[4].list, &items[3].list);
	assert_int_equal(digits(&head), 2341);
	assert_int_equal(digits_back(&head), 1432);
}

static void replacing_takes_over_the_neighbours(void **state)
{
	struct list_head head, other;

	fill(&head, 1, 3);
	items[7].key = 7;
	list_replace_init(&items[2].list, &items[7].list);
	assert_int_equal(digits(&head), 173);
	assert_true(list_empty(&items[2].list));
	list_replace_init(&head, &other);
	assert_int_equal(digits(&other), 173);
	assert_true(list_empty(&head));
}

static void list_replace_of_an_empty_list_gives_an_empty_list(void **state)
{
	LIST_HEAD(old);
	struct list_head head;

	list_replace(&old, &head);
	assert_true(list_empty(&head));
	assert_ptr_equal(head.prev, &head);
	assert_ptr_equal(old.prev, &head);
}

static void splicing_joins_lists(void **state)
{
	struct list_head a, b;

	fill(&a, 1, 2);
	fill(&b, 3, 2);
	list_splice_init(&a, &b);
	assert_int_equal(digits(&b), 1234);
	assert_true(list_empty(&a));
	fill(&a, 5, 2);
	list_splice_tail_init(&a, &b);
	assert_int_equal(digits(&b), 123456);
	list_splice_tail_init(&a, &b);
	assert_int_equal(digits_back(&b), 654321);
}

static void cutting_moves_the_front(void **state)
{
	struct list_head head, cut;

	fill(&head, 1, 4);
	list_cut_position(&cut, &head, &items[2].list);
	assert_int_equal(digits(&cut), 12);
	assert_int_equal(digits(&head), 34);
	list_cut_before(&cut, &head, &items[4].list);
	assert_int_equal(digits(&cut), 3);
	list_cut_before(&cut, &head, &items[4].list);
	assert_true(list_empty(&cut));
	list_cut_position(&cut, &head, &items[4].list);
	assert_true(list_empty(&head));
}

static void safe_walk_survives_deletion(void **state)
{
	struct item *item, *next;
	struct list_head head;

	fill(&head, 1, 5);
	list_for_each_entry_safe(item, next, &head, list)
		if (item->key % 2)
			list_del_init(&item->list);
	assert_int_equal(digits(&head), 24);
	assert_null(
		list_first_entry_or_null(&items[1].list, struct item, list));
}

static int by_key(void *priv, const struct list_head *a,
		  const struct list_head *b)
{
	return list_entry(a, struct item, list)->key -
	       list_entry(b, struct item, list)->key;
}

static void list_sort_is_stable(void **state)
{
	static const int keys[] = { 5, 3, 5, 1, 3, 9, 1, 5, 2 };
	struct list_head head;
	struct item *item;
	int i, last_tag = -1, last_key = 0;

	INIT_LIST_HEAD(&head);
	for (i = 0; i < 9; i++) {
		items[i].key = keys[i];
		items[i].tag = i;
		list_add_tail(&items[i].list, &head);
	}
	list_sort(NULL, &head, by_key);
	assert_int_equal(digits(&head), 112335559);
	list_for_each_entry(item, &head, list) {
		if (item->key == last_key)
			assert_true(item->tag > last_tag);
		last_key = item->key;
		last_tag = item->tag;
	}
	assert_int_equal(digits_back(&head), 955533211);
}

static void hash_chains_find_by_key(void **state)
{
	DEFINE_HASHTABLE(table, 3);
	struct hlist_node *next;
	struct item *item;
	int i, bucket, seen = 0;

	for (i = 0; i < 10; i++) {
		items[i].key = i * 100;
		hash_add(table, &items[i].hash, items[i].key);
	}
	hash_for_each_possible(table, item, hash, 700)
		seen += item->key == 700;
	assert_int_equal(seen, 1);
	hash_for_each_safe(table, bucket, next, item, hash)
		if (item->key != 300)
			hash_del(&item->hash);
	assert_false(hash_empty(table));
	assert_true(hlist_unhashed(&items[1].hash));
	hash_del(&items[3].hash);
	assert_true(hash_empty(table));
}

static void hlist_links_before_and_behind(void **state)
{
	HLIST_HEAD(head);
	struct item *item;
	int all = 0;

	items[1].key = 1;
	items[2].key = 2;
	items[3].key = 3;
	hlist_add_head(&items[2].hash, &head);
	hlist_add_before(&items[1].hash, &items[2].hash);
	hlist_add_behind(&items[3].hash, &items[2].hash);
	hlist_for_each_entry(item, &head, hash)
		all = all * 10 + item->key;
	assert_int_equal(all, 123);
	hlist_del(&items[1].hash);
	assert_ptr_equal(head.first, &items[2].hash);
	assert_ptr_equal(items[1].hash.next, LIST_POISON1);
}

static void llist_walk_of_nothing_ends(void **state)
{
	struct item *item, *next;
	int nr = 0;

	llist_for_each_entry(item, (struct llist_node *)NULL, free)
		nr++;
	llist_for_each_entry_safe(item, next, (struct llist_node *)NULL, free)
		nr++;
	assert_int_equal(nr, 0);
	items[1].free.next = &items[2].free;
	items[2].free.next = NULL;
	llist_for_each_entry_safe(item, next, &items[1].free, free)
		nr = nr * 10 + (int)(item - items);
	assert_int_equal(nr, 12);
}

static void llist_gives_newest_first(void **state)
{
	LLIST_HEAD(head);
	struct llist_node *all;

	assert_true(llist_add(&items[1].free, &head));
	assert_false(llist_add(&items[2].free, &head));
	llist_add(&items[3].free, &head);
	assert_ptr_equal(llist_del_first(&head), &items[3].free);
	all = llist_del_all(&head);
	assert_ptr_equal(all, &items[2].free);
	assert_true(llist_empty(&head));
	assert_ptr_equal(llist_reverse_order(all), &items[1].free);
	assert_null(llist_del_first(&head));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_go_to_either_end),
		cmocka_unit_test(deleted_entries_are_poisoned_or_empty),
		cmocka_unit_test(moving_keeps_the_rest_in_order),
		cmocka_unit_test(replacing_takes_over_the_neighbours),
		cmocka_unit_test(
			list_replace_of_an_empty_list_gives_an_empty_list),
		cmocka_unit_test(splicing_joins_lists),
		cmocka_unit_test(cutting_moves_the_front),
		cmocka_unit_test(safe_walk_survives_deletion),
		cmocka_unit_test(list_sort_is_stable),
		cmocka_unit_test(hash_chains_find_by_key),
		cmocka_unit_test(hlist_links_before_and_behind),
		cmocka_unit_test(llist_walk_of_nothing_ends),
		cmocka_unit_test(llist_gives_newest_first),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
