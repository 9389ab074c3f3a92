/* SPDX-License-Identifier: MIT */
/*
 * The resource tree: which part of the address map belongs to whom.
 *
 * Models kernel/resource.c, 6.17. Reduced: no RAM entries (the page allocator
 * knows RAM), no strict-devmem policy.
 *
 *   iomem_resource
 *     PCI Bus 0000:00        host bridge window
 *       PCI Bus 0000:01      window of the root port
 *         0000:01:00.0       a BAR
 *           nvme             requested by a driver, busy
 *
 * S1  Children lie inside their parent, ascending, without overlap.
 * S2  A busy resource made by __request_region() has no children.
 * Locks: resource_lock, for the links and ranges of everything in a tree.
 * Tests: tests/unit/pci/test_resource.c
 */
#include <linux/ioport.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/resource_ext.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "lib/lib.h"
#include "pci/core.h"

struct resource ioport_resource = {
	.name = "PCI IO",
	.start = 0,
	.end = 0xffff,
	.flags = IORESOURCE_IO,
};
EXPORT_SYMBOL(ioport_resource);

struct resource iomem_resource = {
	.name = "PCI mem",
	.start = 0,
	.end = -1,
	.flags = IORESOURCE_MEM,
};
EXPORT_SYMBOL(iomem_resource);

static DEFINE_SPINLOCK(resource_lock);

/* ---- links (resource_lock held) --------------------------------------- */

/* Where @new belongs among @parent's children; NULL if somebody is there. */
static struct resource **find_place(struct resource *parent,
				    const struct resource *new,
				    struct resource **conflict)
{
	struct resource **link = &parent->child;

	*conflict = NULL;
	if (new->end < new->start || new->start < parent->start ||
	    new->end > parent->end) {
		*conflict = parent;
		return NULL;
	}
	while (*link && (*link)->end < new->start)
		link = &(*link)->sibling;
	if (*link && (*link)->start <= new->end) {
		*conflict = *link;
		return NULL;
	}
	return link;
}

static struct resource *link_in(struct resource *parent, struct resource *new)
{
	struct resource *conflict;
	struct resource **link = find_place(parent, new, &conflict);

	if (!link)
		return conflict;
	new->parent = parent;
	new->sibling = *link;
	*link = new;
	return NULL;
}

static int link_out(struct resource *old)
{
	struct resource **link;

	if (!old->parent)
		return -EINVAL;
	for (link = &old->parent->child; *link; link = &(*link)->sibling) {
		if (*link == old) {
			*link = old->sibling;
			old->parent = NULL;
			old->sibling = NULL;
			return 0;
		}
	}
	return -EINVAL;
}

/* ---- claims ----------------------------------------------------------- */

/**
 * request_resource_conflict() - claim @new below @root
 *
 * Context: any. Return: NULL on success, else what is in the way.
 */
struct resource *request_resource_conflict(struct resource *root,
					   struct resource *new)
{
	struct resource *conflict;

	spin_lock(&resource_lock);
	conflict = link_in(root, new);
	spin_unlock(&resource_lock);
	return conflict;
}
EXPORT_SYMBOL(request_resource_conflict);

/**
 * request_resource() - claim @new as a child of @root
 *
 * Context: any. Return: 0, or -EBUSY if it overlaps or leaves @root.
 */
int request_resource(struct resource *root, struct resource *new)
{
	return request_resource_conflict(root, new) ? -EBUSY : 0;
}
EXPORT_SYMBOL(request_resource);

/**
 * release_resource() - take @old out of its tree; its children go with it
 *
 * Context: any. Return: 0, or -EINVAL if it is in none.
 */
int release_resource(struct resource *old)
{
	int ret;

	spin_lock(&resource_lock);
	ret = link_out(old);
	spin_unlock(&resource_lock);
	return ret;
}
EXPORT_SYMBOL(release_resource);

/* Move the children of @parent that lie inside @new below @new. */
static void adopt(struct resource *parent, struct resource *new)
{
	struct resource **link = &parent->child;
	struct resource **tail = &new->child;

	while (*link && (*link)->end < new->start)
		link = &(*link)->sibling;
	while (*link && (*link)->end <= new->end) {
		struct resource *child = *link;

		*link = child->sibling;
		child->sibling = NULL;
		child->parent = new;
		*tail = child;
		tail = &child->sibling;
	}
}

/**
 * insert_resource() - claim @new at the right depth below @parent
 *
 * Goes down into what contains @new, and takes over what @new contains.
 * Context: any. Return: 0, or -EBUSY on a partial overlap.
 */
int insert_resource(struct resource *parent, struct resource *new)
{
	struct resource *conflict, *child;
	int ret = 0;

	spin_lock(&resource_lock);
	while ((conflict = link_in(parent, new))) {
		if (conflict == parent) {
			ret = -EBUSY;
			break;
		}
		if (conflict->start <= new->start &&
		    conflict->end >= new->end &&resource_size(conflict) !=
			    resource_size(new)) {
			parent = conflict;
			continue;
		}
		for (child = conflict; child && child->start <= new->end;
		     child = child->sibling)
			if (child->start < new->start || child->end > new->end)
				ret = -EBUSY;
		if (ret)
			break;
		adopt(parent, new);
	}
	spin_unlock(&resource_lock);
	return ret;
}
EXPORT_SYMBOL(insert_resource);

/* First address >= @from where @size bytes fit before @last; resource_lock. */
static bool fits(resource_size_t from, resource_size_t last,
		 resource_size_t size, resource_size_t align,
		 resource_size_t *at)
{
	resource_size_t start = ALIGN(from, align);

	if (start < from || start > last || last - start < size - 1)
		return false;
	*at = start;
	return true;
}

/**
 * allocate_resource() - find room for @new below @root and claim it
 * @min, @max: inclusive bounds of the result
 * @align: power of two
 * @alignf: may move a candidate upwards; NULL for none
 *
 * First fit. Context: any. Return: 0, -EINVAL for size 0, -EBUSY without room.
 */
int allocate_resource(struct resource *root, struct resource *new,
		      resource_size_t size, resource_size_t min,
		      resource_size_t max, resource_size_t align,
		      resource_alignf alignf, void *alignf_data)
{
	resource_size_t from, last, at = 0;
	struct resource *next;
	int ret = -EBUSY;

	if (!size)
		return -EINVAL;
	if (!align)
		align = 1;
	spin_lock(&resource_lock);
	from = max_t(resource_size_t, root->start, min);
	for (next = root->child;; next = next->sibling) {
		bool room = true;

		last = min_t(resource_size_t, max, root->end);
		if (next && !next->start)
			room = false;
		else if (next && next->start - 1 < last)
			last = next->start - 1;
		room = room && fits(from, last, size, align, &at);
		if (room && alignf) {
			struct resource gap = { .start = at, .end = last };

			gap.flags = root->flags;
			at = alignf(alignf_data, &gap, size, align);
			room = fits(at, last, size, align, &at);
		}
		if (room) {
			new->start = at;
			new->end = at + size - 1;
			ret = link_in(root, new) ? -EBUSY : 0;
			break;
		}
		if (!next)
			break;
		if (next->end == ~(resource_size_t)0)
			break;
		from = max_t(resource_size_t, from, next->end + 1);
	}
	spin_unlock(&resource_lock);
	return ret;
}
EXPORT_SYMBOL(allocate_resource);

/**
 * resource_largest_gap() - the largest free range directly below @root
 * @gap: its start and end are set
 *
 * Return: false if there is none.
 */
bool resource_largest_gap(struct resource *root, struct resource *gap)
{
	resource_size_t from = root->start, best = 0;
	struct resource *next;

	spin_lock(&resource_lock);
	for (next = root->child;; next = next->sibling) {
		resource_size_t end = next ? next->start : root->end + 1;

		if (end - from > best) {
			best = end - from;
			gap->start = from;
			gap->end = end - 1;
		}
		if (!next)
			break;
		from = next->end + 1;
	}
	spin_unlock(&resource_lock);
	return best != 0;
}

/**
 * lookup_resource() - the direct child of @root that begins at @start
 *
 * Return: it, or NULL.
 */
struct resource *lookup_resource(struct resource *root, resource_size_t start)
{
	struct resource *res;

	spin_lock(&resource_lock);
	res = root->child;
	while (res && res->start != start)
		res = res->sibling;
	spin_unlock(&resource_lock);
	return res;
}
EXPORT_SYMBOL_GPL(lookup_resource);

/**
 * region_intersects() - does anything of this kind overlap the range?
 * @flags: all must be set in a resource of this kind
 * @desc: IORES_DESC_NONE for any
 *
 * Looks at direct children of iomem_resource. Return: REGION_DISJOINT,
 * REGION_INTERSECTS (only this kind is there), or REGION_MIXED.
 */
int region_intersects(resource_size_t start, size_t size, unsigned long flags,
		      unsigned long desc)
{
	struct resource range = { .start = start, .end = start + size - 1 };
	unsigned int same = 0, other = 0;
	struct resource *res;

	spin_lock(&resource_lock);
	for (res = iomem_resource.child; res; res = res->sibling) {
		bool kind = (res->flags & flags) == flags &&
			    (desc == IORES_DESC_NONE || res->desc == desc);

		if (!resource_overlaps(res, &range))
			continue;
		if (kind)
			same++;
		else
			other++;
	}
	spin_unlock(&resource_lock);
	if (!same)
		return REGION_DISJOINT;
	return other ? REGION_MIXED : REGION_INTERSECTS;
}
EXPORT_SYMBOL_GPL(region_intersects);

/* ---- regions: busy claims of drivers ---------------------------------- */

/**
 * __request_region() - claim a range for a driver
 * @n: bytes
 * @name: owner, kept by reference
 * @flags: added to the new resource
 *
 * Goes down into resources that are not busy. Context: may sleep.
 * Return: the claim, or NULL if somebody has part of the range, or no memory.
 */
struct resource *__request_region(struct resource *parent,
				  resource_size_t start, resource_size_t n,
				  const char *name, int flags)
{
	struct resource *res = kzalloc(sizeof(*res), GFP_KERNEL);
	struct resource *conflict;

	if (!res)
		return NULL;
	res->name = name;
	res->start = start;
	res->end = start + n - 1;
	spin_lock(&resource_lock);
	for (;;) {
		res->flags = resource_type(parent) | IORESOURCE_BUSY | flags;
		res->desc = parent->desc;
		conflict = link_in(parent, res);
		if (!conflict || conflict == parent ||
		    conflict->flags & IORESOURCE_BUSY)
			break;
		parent = conflict;
	}
	spin_unlock(&resource_lock);
	if (conflict) {
		kfree(res);
		return NULL;
	}
	return res;
}
EXPORT_SYMBOL(__request_region);

/**
 * __release_region() - give up exactly what __request_region() claimed
 *
 * Context: any.
 */
void __release_region(struct resource *parent, resource_size_t start,
		      resource_size_t n)
{
	resource_size_t end = start + n - 1;
	struct resource *res;

	spin_lock(&resource_lock);
	res = parent->child;
	while (res) {
		if (res->start > start || res->end < end) {
			res = res->sibling;
			continue;
		}
		if (res->flags & IORESOURCE_BUSY)
			break;
		res = res->child;
	}
	if (res && (res->start != start || res->end != end || link_out(res)))
		res = NULL;
	spin_unlock(&resource_lock);
	if (!res)
		WARN(1, "release of a region nobody holds: %#llx..%#llx\n",
		     (u64)start, (u64)end);
	kfree(res);
}
EXPORT_SYMBOL(__release_region);

/* ---- lists ------------------------------------------------------------ */

/**
 * resource_list_create_entry() - a list entry for @res
 * @res: NULL: the entry carries its own
 * @extra_size: bytes after the entry, for the caller
 *
 * Context: may sleep. Return: the entry or NULL.
 */
struct resource_entry *resource_list_create_entry(struct resource *res,
						  size_t extra_size)
{
	struct resource_entry *entry;

	entry = kzalloc(sizeof(*entry) + extra_size, GFP_KERNEL);
	if (!entry)
		return NULL;
	INIT_LIST_HEAD(&entry->node);
	entry->res = res ?: &entry->__res;
	return entry;
}
EXPORT_SYMBOL(resource_list_create_entry);

/** resource_list_free() - free all entries of a list. */
void resource_list_free(struct list_head *head)
{
	struct resource_entry *entry, *next;

	resource_list_for_each_entry_safe(entry, next, head)
		resource_list_destroy_entry(entry);
}
EXPORT_SYMBOL(resource_list_free);

/* ---- machine life ----------------------------------------------------- */

/** resource_boot() - start with empty trees. */
void resource_boot(void)
{
	iomem_resource.child = NULL;
	ioport_resource.child = NULL;
}

static unsigned int report_busy(struct resource *res)
{
	unsigned int found = 0;

	for (; res; res = res->sibling) {
		if (res->flags & IORESOURCE_BUSY) {
			lib_event(LIB_EVENT_LEAK, "region-leak", NULL,
				  res->start, resource_size(res),
				  "'%s' still holds %pR",
				  res->name ?: "(nobody)", res);
			found++;
		}
		found += report_busy(res->child);
	}
	return found;
}

/**
 * resource_check() - regions that drivers still hold
 *
 * Return: number of leak events added.
 */
unsigned int resource_check(void)
{
	return report_busy(iomem_resource.child) +
	       report_busy(ioport_resource.child);
}

static void drop_busy(struct resource *parent)
{
	struct resource *res, *next;

	for (res = parent->child; res; res = next) {
		next = res->sibling;
		if (res->flags & IORESOURCE_BUSY) {
			link_out(res);
			kfree(res);
		} else {
			drop_busy(res);
		}
	}
}

/** resource_shutdown() - free what drivers forgot and empty the trees. */
void resource_shutdown(void)
{
	drop_busy(&iomem_resource);
	drop_busy(&ioport_resource);
	resource_boot();
}
