/* SPDX-License-Identifier: MIT */
/*
 * Lists of resources with an offset between CPU and bus addresses.
 *
 * Same: all.
 */
#ifndef _DMASIM_LINUX_RESOURCE_EXT_H
#define _DMASIM_LINUX_RESOURCE_EXT_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/ioport.h>
#include <linux/slab.h>

/**
 * struct resource_entry - one member of a list
 * @res: points at @__res or at somebody else's resource
 * @offset: CPU address - bus address
 */
struct resource_entry {
	struct list_head node;
	struct resource *res;
	resource_size_t offset;
	struct resource __res;
};

struct resource_entry *resource_list_create_entry(struct resource *res,
						  size_t extra_size);
void resource_list_free(struct list_head *head);

static inline void resource_list_add(struct resource_entry *entry,
				     struct list_head *head)
{
	list_add(&entry->node, head);
}

static inline void resource_list_add_tail(struct resource_entry *entry,
					  struct list_head *head)
{
	list_add_tail(&entry->node, head);
}

static inline void resource_list_del(struct resource_entry *entry)
{
	list_del(&entry->node);
}

static inline void resource_list_free_entry(struct resource_entry *entry)
{
	kfree(entry);
}

static inline void resource_list_destroy_entry(struct resource_entry *entry)
{
	resource_list_del(entry);
	resource_list_free_entry(entry);
}

#define resource_list_for_each_entry(entry, list) \
	list_for_each_entry((entry), (list), node)

#define resource_list_for_each_entry_safe(entry, tmp, list) \
	list_for_each_entry_safe((entry), (tmp), (list), node)

#endif
