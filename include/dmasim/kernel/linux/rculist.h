/* SPDX-License-Identifier: MIT */
/*
 * Lists that are read under RCU.
 *
 * Writers publish an element with a release store of the pointer to it;
 * readers follow pointers with acquire loads.
 *
 * same:    list_*_rcu, hlist_*_rcu of the kernel's list types, iterators
 * reduced: the lockdep condition of iterators is not checked
 * stub:    -
 */
#ifndef _DMASIM_LINUX_RCULIST_H
#define _DMASIM_LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) (*((struct list_head **)(&(list)->next)))

static inline void INIT_LIST_HEAD_RCU(struct list_head *list)
{
	__atomic_store_n(&list->next, list, __ATOMIC_RELAXED);
	__atomic_store_n(&list->prev, list, __ATOMIC_RELAXED);
}

static inline void __list_add_rcu(struct list_head *item,
				  struct list_head *prev,
				  struct list_head *next)
{
	item->prev = prev;
	__atomic_store_n(&item->next, next, __ATOMIC_RELAXED);
	__atomic_store_n(&prev->next, item, __ATOMIC_RELEASE);
	next->prev = item;
}

static inline void list_add_rcu(struct list_head *item, struct list_head *head)
{
	__list_add_rcu(item, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *item,
				     struct list_head *head)
{
	__list_add_rcu(item, head->prev, head);
}

/* Readers that stand on @entry still find their way on through its next. */
static inline void list_del_rcu(struct list_head *entry)
{
	struct list_head *before = entry->prev, *after = entry->next;

	after->prev = before;
	__atomic_store_n(&before->next, after, __ATOMIC_RELEASE);
	entry->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old,
				    struct list_head *item)
{
	__list_add_rcu(item, old->prev, old->next);
	old->prev = LIST_POISON2;
}

static inline void list_splice_init_rcu(struct list_head *list,
					struct list_head *head,
					void (*sync)(void))
{
	struct list_head *first = list->next, *last = list->prev;

	if (list_empty(list))
		return;
	INIT_LIST_HEAD_RCU(list);
	sync();
	last->next = head->next;
	head->next->prev = last;
	first->prev = head;
	__atomic_store_n(&head->next, first, __ATOMIC_RELEASE);
}

#define list_entry_rcu(ptr, type, member) \
	container_of(__atomic_load_n(&(ptr), __ATOMIC_ACQUIRE), type, member)
#define list_entry_lockless(ptr, type, member) list_entry_rcu(ptr, type, member)

#define list_first_or_null_rcu(ptr, type, member)                             \
	({                                                                    \
		struct list_head *__lib_head = (ptr);                         \
		struct list_head *__lib_first =                               \
			__atomic_load_n(&__lib_head->next, __ATOMIC_ACQUIRE); \
                                                                              \
		__lib_first == __lib_head ?                                   \
			NULL :                                                \
			container_of(__lib_first, type, member);              \
	})

#define list_next_or_null_rcu(head, ptr, type, member)                         \
	({                                                                     \
		struct list_head *__lib_next =                                 \
			__atomic_load_n(&(ptr)->next, __ATOMIC_ACQUIRE);       \
                                                                               \
		__lib_next == (head) ? NULL :                                  \
				       container_of(__lib_next, type, member); \
	})

#define list_for_each_entry_rcu(pos, head, member, cond...)            \
	for (pos = list_entry_rcu((head)->next, typeof(*pos), member); \
	     &pos->member != (head);                                   \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_srcu(pos, head, member, cond) \
	list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_lockless(pos, head, member) \
	list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_continue_rcu(pos, head, member)                \
	for (pos = list_entry_rcu(pos->member.next, typeof(*pos), member); \
	     &pos->member != (head);                                       \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))

static inline void hlist_del_rcu(struct hlist_node *n)
{
	struct hlist_node *after = n->next;

	__atomic_store_n(n->pprev, after, __ATOMIC_RELEASE);
	if (after)
		after->pprev = n->pprev;
	n->pprev = LIST_POISON2;
}

static inline void hlist_del_init_rcu(struct hlist_node *n)
{
	if (n->pprev) {
		hlist_del_rcu(n);
		n->pprev = NULL;
	}
}

static inline void hlist_add_head_rcu(struct hlist_node *n,
				      struct hlist_head *h)
{
	struct hlist_node *first = h->first;

	n->pprev = &h->first;
	__atomic_store_n(&n->next, first, __ATOMIC_RELAXED);
	__atomic_store_n(&h->first, n, __ATOMIC_RELEASE);
	if (first)
		first->pprev = &n->next;
}

#define hlist_first_rcu(head) ((head)->first)
#define hlist_next_rcu(node) ((node)->next)

#define lib_hlist_entry_rcu(ptr, type, member)                              \
	({                                                                  \
		struct hlist_node *__lib_node =                             \
			__atomic_load_n(&(ptr), __ATOMIC_ACQUIRE);          \
                                                                            \
		__lib_node ? container_of(__lib_node, type, member) : NULL; \
	})

#define hlist_for_each_entry_rcu(pos, head, member, cond...)                   \
	for (pos = lib_hlist_entry_rcu((head)->first, typeof(*(pos)), member); \
	     pos; pos = lib_hlist_entry_rcu((pos)->member.next,                \
					    typeof(*(pos)), member))
#define hlist_for_each_entry_srcu(pos, head, member, cond) \
	hlist_for_each_entry_rcu(pos, head, member)

#endif
