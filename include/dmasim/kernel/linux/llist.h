/* SPDX-License-Identifier: MIT */
/*
 * Lock-free singly linked lists: many adders, one taker of all.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_LLIST_H
#define _DMASIM_LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

#define LLIST_HEAD_INIT(name) \
	{                     \
		NULL          \
	}
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

static inline void init_llist_node(struct llist_node *node)
{
	WRITE_ONCE(node->next, node);
}

static inline bool llist_on_list(const struct llist_node *node)
{
	return READ_ONCE(node->next) != node;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
/* in integers, because a loop's last step comes from NULL */
#define dmasim_llist_entry(ptr, pos, member)                                 \
	((__typeof__(pos))((unsigned long)(ptr)-offsetof(__typeof__(*(pos)), \
							 member)))
#define member_address_is_nonnull(ptr, member) \
	((unsigned long)(ptr) + offsetof(__typeof__(*(ptr)), member) != 0)

#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)
#define llist_for_each_safe(pos, n, node) \
	for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))
#define llist_for_each_entry(pos, node, member)                 \
	for ((pos) = dmasim_llist_entry((node), (pos), member); \
	     member_address_is_nonnull(pos, member);            \
	     (pos) = dmasim_llist_entry((pos)->member.next, (pos), member))
#define llist_for_each_entry_safe(pos, n, node, member)                     \
	for (pos = dmasim_llist_entry((node), (pos), member);               \
	     member_address_is_nonnull(pos, member) &&                      \
	     (n = dmasim_llist_entry(pos->member.next, (n), member), true); \
	     pos = n)

static inline bool llist_empty(const struct llist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline struct llist_node *llist_next(struct llist_node *node)
{
	return READ_ONCE(node->next);
}

/* Return: the list was empty before. */
static inline bool llist_add_batch(struct llist_node *new_first,
				   struct llist_node *new_last,
				   struct llist_head *head)
{
	struct llist_node *top = READ_ONCE(head->first);

	do {
		WRITE_ONCE(new_last->next, top);
	} while (!try_cmpxchg(&head->first, &top, new_first));
	return !top;
}

static inline bool llist_add(struct llist_node *node, struct llist_head *head)
{
	return llist_add_batch(node, node, head);
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, NULL);
}

static inline struct llist_node *__llist_del_all(struct llist_head *head)
{
	struct llist_node *all = head->first;

	head->first = NULL;
	return all;
}

struct llist_node *llist_del_first(struct llist_head *head);
struct llist_node *llist_reverse_order(struct llist_node *head);

#endif
