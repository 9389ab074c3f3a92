/* SPDX-License-Identifier: MIT */
/*
 * Lists: sorting, and the parts of lock-free lists that are not inline.
 *
 * Models lib/list_sort.c and lib/llist.c.
 *
 * Tests: tests/unit/lib/test_list.c
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/llist.h>

#include "lib/internal.h"

/* move the smaller front to the end of @to until one list is empty */
static void merge_into(void *priv, list_cmp_func_t cmp, struct list_head *to,
		       struct list_head *a, struct list_head *b)
{
	while (!list_empty(a) && !list_empty(b)) {
		/* a holds the earlier ones: it wins a draw */
		if (cmp(priv, a->next, b->next) <= 0)
			list_move_tail(a->next, to);
		else
			list_move_tail(b->next, to);
	}
	list_splice_tail_init(a, to);
	list_splice_tail_init(b, to);
}

/* slot n holds 2^n sorted entries or none; 2^63 is enough */
#define SORT_SLOTS 64

/**
 * list_sort() - sort a list
 * @cmp: greater than 0 if its second argument should come first
 *
 * Stable. Entries are added one by one to a binary counter of sorted lists:
 * two lists of one size become one of twice the size.
 * Context: any; O(n log n), no allocation.
 */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	struct list_head slot[SORT_SLOTS], carry, merged;
	int used = 0, n;

	while (!list_empty(head)) {
		INIT_LIST_HEAD(&carry);
		list_move(head->next, &carry);
		for (n = 0; n < used && !list_empty(&slot[n]); n++) {
			INIT_LIST_HEAD(&merged);
			merge_into(priv, cmp, &merged, &slot[n], &carry);
			list_splice_init(&merged, &carry);
		}
		if (n == used)
			INIT_LIST_HEAD(&slot[used++]);
		list_splice_init(&carry, &slot[n]);
	}
	/* higher slots are earlier entries */
	INIT_LIST_HEAD(&carry);
	for (n = 0; n < used; n++) {
		INIT_LIST_HEAD(&merged);
		merge_into(priv, cmp, &merged, &slot[n], &carry);
		list_splice_init(&merged, &carry);
	}
	list_splice(&carry, head);
}
EXPORT_SYMBOL(list_sort);

/**
 * llist_del_first() - take the newest entry
 *
 * Context: one taker at a time. Return: the entry, NULL if there is none.
 */
struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *top = smp_load_acquire(&head->first);

	while (top && !try_cmpxchg(&head->first, &top, READ_ONCE(top->next)))
		;
	return top;
}
EXPORT_SYMBOL(llist_del_first);

/** llist_reverse_order() - Return: the chain, oldest first. */
struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *done = NULL, *rest;

	for (; head; head = rest) {
		rest = head->next;
		head->next = done;
		done = head;
	}
	return done;
}
EXPORT_SYMBOL(llist_reverse_order);
