/* SPDX-License-Identifier: MIT */
/*
 * Managed resources: a stack of things to undo, kept with the device.
 *
 * Models drivers/base/devres.c, 6.17. Reduced: no groups, no
 * per-CPU or page allocations.
 *
 *   struct devres | header | data[] ... |
 *                            ^ what callers see as "res"
 *
 * R1  Everything is released in reverse order of devres_add(), each item after
 *     it left the list: a release may remove older items itself.
 * R2  An item is freed right after its release returned.
 * Locks: device.devres_lock protects the list; releases run without it.
 * Tests: tests/unit/pci/test_devres.c
 */
#include <linux/device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "pci/core.h"

struct devres {
	struct list_head entry;
	dr_release_t release;
	const char *name;
	size_t size;
	u8 data[] __aligned(ARCH_KMALLOC_MINALIGN);
};

static struct devres *to_devres(const void *res)
{
	return container_of((u8(*)[])res, struct devres, data);
}

/**
 * __devres_alloc_node() - an item of @size bytes, in no list yet
 * @release: what undoes it
 * @name: for messages, static lifetime
 *
 * Context: as @gfp says. Return: zeroed data, or NULL.
 */
void *__devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp, int nid,
			  const char *name)
{
	struct devres *dr;
	size_t bytes;

	if (check_add_overflow(sizeof(*dr), size, &bytes))
		return NULL;
	dr = kmalloc(bytes, gfp | __GFP_ZERO);
	if (!dr)
		return NULL;
	INIT_LIST_HEAD(&dr->entry);
	dr->release = release;
	dr->name = name;
	dr->size = size;
	return dr->data;
}
EXPORT_SYMBOL_GPL(__devres_alloc_node);

/** devres_free() - free an item that is in no list; it is not released. */
void devres_free(void *res)
{
	if (res)
		kfree(to_devres(res));
}
EXPORT_SYMBOL_GPL(devres_free);

/** devres_add() - push @res on the stack of @dev. Context: any. */
void devres_add(struct device *dev, void *res)
{
	struct devres *dr = to_devres(res);

	spin_lock(&dev->devres_lock);
	WARN_ON(!list_empty(&dr->entry));
	list_add_tail(&dr->entry, &dev->devres_head);
	spin_unlock(&dev->devres_lock);
}
EXPORT_SYMBOL_GPL(devres_add);

/* devres_lock held: the youngest item that fits. */
static struct devres *youngest(struct device *dev, dr_release_t release,
			       dr_match_t match, void *match_data)
{
	struct devres *dr;

	list_for_each_entry_reverse(dr, &dev->devres_head, entry)
		if (dr->release == release &&
		    (!match || match(dev, dr->data, match_data)))
			return dr;
	return NULL;
}

/**
 * devres_for_each_res() - call @fn for each item that fits, youngest first
 *
 * Context: @fn runs under devres_lock.
 */
void devres_for_each_res(struct device *dev, dr_release_t release,
			 dr_match_t match, void *match_data,
			 void (*fn)(struct device *, void *, void *),
			 void *data)
{
	struct devres *dr;

	spin_lock(&dev->devres_lock);
	list_for_each_entry_reverse(dr, &dev->devres_head, entry) {
		if (dr->release != release)
			continue;
		if (!match || match(dev, dr->data, match_data))
			fn(dev, dr->data, data);
	}
	spin_unlock(&dev->devres_lock);
}
EXPORT_SYMBOL_GPL(devres_for_each_res);

/**
 * devres_find() - the youngest item with this release that @match likes
 * @match: called under devres_lock; NULL matches all
 *
 * Return: its data, still in the list; or NULL.
 */
void *devres_find(struct device *dev, dr_release_t release, dr_match_t match,
		  void *match_data)
{
	struct devres *dr;

	spin_lock(&dev->devres_lock);
	dr = youngest(dev, release, match, match_data);
	spin_unlock(&dev->devres_lock);
	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_find);

/**
 * devres_get() - find an equal item, or add @new_res
 *
 * Return: the item in the list; @new_res is freed if another was there.
 */
void *devres_get(struct device *dev, void *new_res, dr_match_t match,
		 void *match_data)
{
	struct devres *fresh = to_devres(new_res);
	struct devres *dr;

	spin_lock(&dev->devres_lock);
	dr = youngest(dev, fresh->release, match, match_data);
	if (!dr) {
		list_add_tail(&fresh->entry, &dev->devres_head);
		dr = fresh;
	}
	spin_unlock(&dev->devres_lock);
	if (dr != fresh)
		devres_free(new_res);
	return dr->data;
}
EXPORT_SYMBOL_GPL(devres_get);

/**
 * devres_remove() - take an item out of the list without releasing it
 *
 * Return: its data, for devres_free(); or NULL.
 */
void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
		    void *match_data)
{
	struct devres *dr;

	spin_lock(&dev->devres_lock);
	dr = youngest(dev, release, match, match_data);
	if (dr)
		list_del_init(&dr->entry);
	spin_unlock(&dev->devres_lock);
	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_remove);

/**
 * devres_destroy() - remove and free an item without releasing it
 *
 * Return: 0, or -ENOENT.
 */
int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	devres_free(res);
	return res ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(devres_destroy);

/**
 * devres_release() - remove, release and free an item
 *
 * Context: that of the release. Return: 0, or -ENOENT.
 */
int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
		   void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_release);

/**
 * devres_release_all() - undo everything, youngest first
 *
 * Context: that of the releases. Return: number of items.
 */
int devres_release_all(struct device *dev)
{
	struct devres *dr;
	int nr = 0;

	if (!dev->devres_head.next)
		return 0;
	for (;; nr++) {
		spin_lock(&dev->devres_lock);
		dr = list_empty(&dev->devres_head) ?
			     NULL :
			     list_last_entry(&dev->devres_head, struct devres,
					     entry);
		if (dr)
			list_del_init(&dr->entry);
		spin_unlock(&dev->devres_lock);
		if (!dr)
			return nr;
		dr->release(dev, dr->data);
		kfree(dr);
	}
}

/* ---- memory ----------------------------------------------------------- */

static void mem_release(struct device *dev, void *res)
{
	/* The item itself is the memory. */
}

static int same_pointer(struct device *dev, void *res, void *data)
{
	return res == data;
}

/**
 * devm_kmalloc() - kmalloc() that ends with the binding
 *
 * Context: as @gfp says. Return: memory, ZERO_SIZE_PTR for 0 bytes, or NULL.
 */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	void *res;

	if (!size)
		return ZERO_SIZE_PTR;
	res = devres_alloc_node(mem_release, size, gfp, dev_to_node(dev));
	if (res)
		devres_add(dev, res);
	return res;
}
EXPORT_SYMBOL_GPL(devm_kmalloc);

/** devm_kfree() - free what devm_k*() gave, before its time. */
void devm_kfree(struct device *dev, const void *p)
{
	int missing;

	if (ZERO_OR_NULL_PTR(p))
		return;
	missing = devres_destroy(dev, mem_release, same_pointer, (void *)p);
	WARN(missing, "%s: %p is no managed memory\n", dev_name(dev), p);
}
EXPORT_SYMBOL_GPL(devm_kfree);

/**
 * devm_krealloc() - resize managed memory; it moves to the top of the stack
 *
 * Return: memory, or NULL with the old block untouched.
 */
void *devm_krealloc(struct device *dev, void *ptr, size_t new_size, gfp_t gfp)
{
	void *bigger;
	size_t old;

	if (ZERO_OR_NULL_PTR(ptr))
		return devm_kmalloc(dev, new_size, gfp);
	if (!new_size) {
		devm_kfree(dev, ptr);
		return ZERO_SIZE_PTR;
	}
	bigger = devm_kmalloc(dev, new_size, gfp);
	if (!bigger)
		return NULL;
	old = to_devres(ptr)->size;
	memcpy(bigger, ptr, old < new_size ? old : new_size);
	devm_kfree(dev, ptr);
	return bigger;
}
EXPORT_SYMBOL_GPL(devm_krealloc);

/** devm_kmemdup() - managed copy of @len bytes, or NULL. */
void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *copy = devm_kmalloc(dev, len, gfp);

	if (!ZERO_OR_NULL_PTR(copy))
		memcpy(copy, src, len);
	return copy;
}
EXPORT_SYMBOL_GPL(devm_kmemdup);

/** devm_kstrdup() - managed copy of a string; NULL for NULL. */
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kstrdup);

/** devm_kvasprintf() - managed formatted string, or NULL. */
char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt,
		      va_list ap)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = devm_kmalloc(dev, len + 1, gfp);
	if (text)
		vsnprintf(text, len + 1, fmt, ap);
	return text;
}
EXPORT_SYMBOL_GPL(devm_kvasprintf);

/** devm_kasprintf() - managed formatted string, or NULL. */
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = devm_kvasprintf(dev, gfp, fmt, args);
	va_end(args);
	return text;
}
EXPORT_SYMBOL_GPL(devm_kasprintf);

/* ---- actions ---------------------------------------------------------- */

struct dev_action {
	void (*fn)(void *);
	void *data;
};

static void action_release(struct device *dev, void *res)
{
	struct dev_action *action = res;

	action->fn(action->data);
}

static int same_action(struct device *dev, void *res, void *data)
{
	struct dev_action *have = res, *want = data;

	return have->fn == want->fn && have->data == want->data;
}

/**
 * __devm_add_action() - have @action called with @data at the end
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int __devm_add_action(struct device *dev, void (*action)(void *), void *data,
		      const char *name)
{
	struct dev_action *res;

	res = __devres_alloc_node(action_release, sizeof(*res), GFP_KERNEL,
				  NUMA_NO_NODE, name);
	if (!res)
		return -ENOMEM;
	res->fn = action;
	res->data = data;
	devres_add(dev, res);
	return 0;
}
EXPORT_SYMBOL_GPL(__devm_add_action);

/** __devm_add_action_or_reset() - on failure the action runs right now. */
int __devm_add_action_or_reset(struct device *dev, void (*action)(void *),
			       void *data, const char *name)
{
	int ret = __devm_add_action(dev, action, data, name);

	if (ret)
		action(data);
	return ret;
}
EXPORT_SYMBOL_GPL(__devm_add_action_or_reset);

/**
 * devm_remove_action_nowarn() - forget an action without running it
 *
 * Return: 0, or -ENOENT.
 */
int devm_remove_action_nowarn(struct device *dev, void (*action)(void *),
			      void *data)
{
	struct dev_action want = { action, data };

	return devres_destroy(dev, action_release, same_action, &want);
}
EXPORT_SYMBOL_GPL(devm_remove_action_nowarn);

/** devm_remove_action() - the same for an action that must be there. */
void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	WARN_ON(devm_remove_action_nowarn(dev, action, data));
}
EXPORT_SYMBOL_GPL(devm_remove_action);

/** devm_release_action() - run an action now instead of at the end. */
void devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	struct dev_action want = { action, data };

	WARN_ON(devres_release(dev, action_release, same_action, &want));
}
EXPORT_SYMBOL_GPL(devm_release_action);
