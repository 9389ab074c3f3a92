/* SPDX-License-Identifier: MIT */
/*
 * Hash tables of fixed size.
 *
 * Same:    all listed but the _rcu forms.
 * Reduced: no RCU forms.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_HASHTABLE_H
#define _DMASIM_LINUX_HASHTABLE_H

#include <linux/array_size.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>

#define DEFINE_HASHTABLE(name, bits)                                         \
	struct hlist_head name[1 << (bits)] = { [0 ...((1 << (bits)) - 1)] = \
							HLIST_HEAD_INIT }
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(name) (ARRAY_SIZE(name))
#define HASH_BITS(name) ilog2(HASH_SIZE(name))
#define hash_min(val, bits)                             \
	(sizeof(val) <= 4 ? hash_32((u32)(val), bits) : \
			    hash_long((unsigned long)(val), bits))

static inline void __hash_init(struct hlist_head *ht, unsigned int sz)
{
	while (sz--)
		INIT_HLIST_HEAD(&ht[sz]);
}

static inline bool __hash_empty(struct hlist_head *ht, unsigned int sz)
{
	while (sz--)
		if (!hlist_empty(&ht[sz]))
			return false;
	return true;
}

static inline bool hash_hashed(struct hlist_node *node)
{
	return !hlist_unhashed(node);
}

static inline void hash_del(struct hlist_node *node)
{
	hlist_del_init(node);
}

#define hash_init(table) __hash_init(table, HASH_SIZE(table))
#define hash_empty(table) __hash_empty(table, HASH_SIZE(table))
#define hash_add(table, node, key) \
	hlist_add_head(node, &table[hash_min(key, HASH_BITS(table))])
#define hash_for_each(name, bkt, obj, member)                               \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); \
	     (bkt)++)                                                       \
		hlist_for_each_entry(obj, &name[bkt], member)
#define hash_for_each_safe(name, bkt, tmp, obj, member)                     \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); \
	     (bkt)++)                                                       \
		hlist_for_each_entry_safe(obj, tmp, &name[bkt], member)
#define hash_for_each_possible(name, obj, member, key) \
	hlist_for_each_entry(obj, &name[hash_min(key, HASH_BITS(name))], member)
#define hash_for_each_possible_safe(name, obj, tmp, member, key) \
	hlist_for_each_entry_safe(                               \
		obj, tmp, &name[hash_min(key, HASH_BITS(name))], member)

#endif
