/* SPDX-License-Identifier: MIT */
/*
 * Kernel objects: reference counted names in a tree.
 *
 * Models lib/kobject.c, 6.17. Reduced: no kset lists, no events to user space.
 *
 * K1  An object holds a reference on its parent from kobject_add() until
 *     kobject_del(), or until its release if nobody called that.
 * K2  The name is freed after the type's release returned.
 * Tests: tests/unit/pci/test_base.c
 */
#include <linux/kobject.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "pci/core.h"

/**
 * kobject_init() - make @kobj a live object with one reference
 * @kobj: zeroed memory
 * @ktype: its type, static lifetime
 *
 * Context: any.
 */
void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	WARN(kobj->state_initialized, "kobject %p initialised twice", kobj);
	kref_init(&kobj->kref);
	INIT_LIST_HEAD(&kobj->entry);
	INIT_LIST_HEAD(&kobj->files);
	kobj->ktype = ktype;
	kobj->state_in_sysfs = 0;
	kobj->state_initialized = 1;
}
EXPORT_SYMBOL(kobject_init);

/**
 * kobject_set_name_vargs() - give @kobj a name, replacing an older one
 *
 * Context: may sleep. Return: 0 or -ENOMEM with the old name kept.
 */
int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list vargs)
{
	va_list again;
	char *name;
	int len;

	va_copy(again, vargs);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	name = kmalloc(len + 1, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	vsnprintf(name, len + 1, fmt, vargs);
	kfree(kobj->name);
	kobj->name = name;
	return 0;
}

/**
 * kobject_set_name() - kobject_set_name_vargs() with its own arguments
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int kobject_set_name(struct kobject *kobj, const char *name, ...)
{
	va_list args;
	int ret;

	va_start(args, name);
	ret = kobject_set_name_vargs(kobj, name, args);
	va_end(args);
	return ret;
}
EXPORT_SYMBOL(kobject_set_name);

static int kobject_enter(struct kobject *kobj, struct kobject *parent)
{
	int ret;

	if (!kobj->name || !*kobj->name) {
		WARN(1, "kobject %p added without a name", kobj);
		return -EINVAL;
	}
	kobj->parent = kobject_get(parent);
	if (kobj->ktype && kobj->ktype->default_groups) {
		ret = sysfs_create_groups(kobj, kobj->ktype->default_groups);
		if (ret) {
			kobject_put(kobj->parent);
			kobj->parent = NULL;
			return ret;
		}
	}
	kobj->state_in_sysfs = 1;
	return 0;
}

/**
 * kobject_add() - name @kobj and put it below @parent
 * @parent: NULL for the top
 *
 * Context: may sleep. Return: 0, -EINVAL for an empty name, -ENOMEM. After a
 * failure the caller still owns its reference.
 */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt,
		...)
{
	va_list args;
	int ret;

	va_start(args, fmt);
	ret = kobject_set_name_vargs(kobj, fmt, args);
	va_end(args);
	return ret ?: kobject_enter(kobj, parent);
}
EXPORT_SYMBOL(kobject_add);

/**
 * kobject_init_and_add() - kobject_init() and kobject_add() in one
 *
 * Context: may sleep. Return: as kobject_add(); kobject_put() cleans up.
 */
int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int ret;

	kobject_init(kobj, ktype);
	va_start(args, fmt);
	ret = kobject_set_name_vargs(kobj, fmt, args);
	va_end(args);
	return ret ?: kobject_enter(kobj, parent);
}
EXPORT_SYMBOL(kobject_init_and_add);

/**
 * kobject_del() - take @kobj out of the tree; the reference stays
 *
 * Context: may sleep.
 */
void kobject_del(struct kobject *kobj)
{
	struct kobject *parent;

	if (!kobj)
		return;
	kobject_forget_files(kobj);
	parent = kobj->parent;
	kobj->parent = NULL;
	kobj->state_in_sysfs = 0;
	kobject_put(parent);
}
EXPORT_SYMBOL(kobject_del);

/**
 * kobject_get() - take a reference; NULL stays NULL
 */
struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj) {
		WARN(!kobj->state_initialized,
		     "kobject %p used before kobject_init()", kobj);
		kref_get(&kobj->kref);
	}
	return kobj;
}
EXPORT_SYMBOL(kobject_get);

/**
 * kobject_get_unless_zero() - take a reference unless the last is gone
 *
 * Return: @kobj, or NULL.
 */
struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
	if (kobj && kref_get_unless_zero(&kobj->kref))
		return kobj;
	return NULL;
}
EXPORT_SYMBOL(kobject_get_unless_zero);

static void kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);
	const struct kobj_type *type = kobj->ktype;
	const char *name = kobj->name;

	if (kobj->state_in_sysfs || kobj->parent)
		kobject_del(kobj);
	kobject_forget_files(kobj);
	if (type && type->release)
		type->release(kobj);
	else
		WARN(1, "kobject '%s' has no release()", name);
	kfree(name);
}

/**
 * kobject_put() - drop a reference; the last one calls the type's release
 *
 * Context: may sleep on the last reference.
 */
void kobject_put(struct kobject *kobj)
{
	if (!kobj)
		return;
	WARN(!kobj->state_initialized, "kobject %p put before kobject_init()",
	     kobj);
	kref_put(&kobj->kref, kobject_release);
}
EXPORT_SYMBOL(kobject_put);

/* ---- plain objects ---------------------------------------------------- */

static void plain_release(struct kobject *kobj)
{
	kfree(kobj);
}

static ssize_t plain_show(struct kobject *kobj, struct attribute *attr,
			  char *buf)
{
	struct kobj_attribute *ka;

	ka = container_of(attr, struct kobj_attribute, attr);
	return ka->show ? ka->show(kobj, ka, buf) : -EIO;
}

static ssize_t plain_store(struct kobject *kobj, struct attribute *attr,
			   const char *buf, size_t count)
{
	struct kobj_attribute *ka;

	ka = container_of(attr, struct kobj_attribute, attr);
	return ka->store ? ka->store(kobj, ka, buf, count) : -EIO;
}

const struct sysfs_ops kobj_sysfs_ops = {
	.show = plain_show,
	.store = plain_store,
};

static const struct kobj_type plain_type = {
	.release = plain_release,
	.sysfs_ops = &kobj_sysfs_ops,
};

/**
 * kobject_create_and_add() - a directory without an object behind it
 *
 * Context: may sleep. Return: the object, NULL when memory ran out.
 */
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (!kobj)
		return NULL;
	if (kobject_init_and_add(kobj, &plain_type, parent, "%s", name)) {
		kobject_put(kobj);
		return NULL;
	}
	return kobj;
}
EXPORT_SYMBOL(kobject_create_and_add);
