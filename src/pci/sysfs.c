/* SPDX-License-Identifier: MIT */
/*
 * Attributes without a file system: creating one records it with its object,
 * and sysfs_sim_read()/sysfs_sim_write() do what a user's read or write would.
 *
 * Models fs/sysfs/{file,group}.c, 6.17. Reduced: no binary attributes, no
 * permission checks beyond "has a method".
 *
 * Y1  A recorded attribute lives until it is removed or its object leaves the
 *     tree; a group is recorded completely or not at all.
 * Locks: files_lock protects all lists; methods run without it.
 * Tests: tests/unit/pci/test_base.c
 */
#include <linux/sysfs.h>
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "pci/core.h"

struct sysfs_file {
	struct list_head node;
	const struct attribute *attr;
	const char *group; /* NULL: directly below the object */
};

static DEFINE_SPINLOCK(files_lock);

static bool same_group(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* files_lock held */
static struct sysfs_file *find_file(struct kobject *kobj, const char *group,
				    const char *name, size_t len)
{
	struct sysfs_file *file;

	list_for_each_entry(file, &kobj->files, node)
		if (same_group(file->group, group) &&
		    strlen(file->attr->name) == len &&
		    !memcmp(file->attr->name, name, len))
			return file;
	return NULL;
}

static int add_file(struct kobject *kobj, const char *group,
		    const struct attribute *attr)
{
	struct sysfs_file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int ret = 0;

	if (!file)
		return -ENOMEM;
	file->attr = attr;
	file->group = group;
	spin_lock(&files_lock);
	if (find_file(kobj, group, attr->name, strlen(attr->name)))
		ret = -EEXIST;
	else
		list_add_tail(&file->node, &kobj->files);
	spin_unlock(&files_lock);
	if (ret)
		kfree(file);
	WARN(ret == -EEXIST, "attribute '%s' of '%s' exists already",
	     attr->name, kobject_name(kobj));
	return ret;
}

static void remove_file(struct kobject *kobj, const char *group,
			const struct attribute *attr)
{
	struct sysfs_file *file;

	spin_lock(&files_lock);
	file = find_file(kobj, group, attr->name, strlen(attr->name));
	if (file)
		list_del(&file->node);
	spin_unlock(&files_lock);
	kfree(file);
}

/**
 * kobject_forget_files() - drop every attribute recorded for @kobj
 */
void kobject_forget_files(struct kobject *kobj)
{
	struct sysfs_file *file, *next;
	LIST_HEAD(gone);

	spin_lock(&files_lock);
	list_splice_init(&kobj->files, &gone);
	spin_unlock(&files_lock);
	list_for_each_entry_safe(file, next, &gone, node)
		kfree(file);
}

/**
 * sysfs_create_file() - record @attr for @kobj
 *
 * Context: may sleep. Return: 0, -EEXIST (with a WARN), -ENOMEM.
 */
int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	return add_file(kobj, NULL, attr);
}
EXPORT_SYMBOL_GPL(sysfs_create_file);

/** sysfs_remove_file() - take back sysfs_create_file(). */
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	remove_file(kobj, NULL, attr);
}
EXPORT_SYMBOL_GPL(sysfs_remove_file);

static bool attr_visible(struct kobject *kobj,
			 const struct attribute_group *grp, int i)
{
	umode_t mode;

	if (!grp->is_visible)
		return true;
	mode = grp->is_visible(kobj, grp->attrs[i], i);
	return (mode & ~SYSFS_GROUP_INVISIBLE) != 0;
}

/**
 * sysfs_create_group() - record the visible attributes of @grp
 *
 * Context: may sleep. Return: 0, -EINVAL for a group without attributes,
 * -EEXIST, -ENOMEM; after a failure nothing of @grp is recorded.
 */
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp)
{
	int i, ret;

	if (!grp->attrs && !grp->bin_attrs) {
		WARN(1, "attribute group '%s' is empty", grp->name ?: "");
		return -EINVAL;
	}
	for (i = 0; grp->attrs && grp->attrs[i]; i++) {
		if (!attr_visible(kobj, grp, i))
			continue;
		ret = add_file(kobj, grp->name, grp->attrs[i]);
		if (ret)
			goto err_undo;
	}
	return 0;

err_undo:
	while (i--)
		remove_file(kobj, grp->name, grp->attrs[i]);
	return ret;
}
EXPORT_SYMBOL_GPL(sysfs_create_group);

/** sysfs_remove_group() - take back sysfs_create_group(). */
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)
{
	struct attribute **attr;

	for (attr = grp->attrs; attr && *attr; attr++)
		remove_file(kobj, grp->name, *attr);
}
EXPORT_SYMBOL_GPL(sysfs_remove_group);

/**
 * sysfs_update_group() - ask is_visible again for every attribute of @grp
 *
 * Context: may sleep. Return: as sysfs_create_group().
 */
int sysfs_update_group(struct kobject *kobj, const struct attribute_group *grp)
{
	sysfs_remove_group(kobj, grp);
	return sysfs_create_group(kobj, grp);
}
EXPORT_SYMBOL_GPL(sysfs_update_group);

/**
 * sysfs_create_groups() - record several groups, all or none
 * @groups: ends with NULL; NULL itself is no group
 *
 * Context: may sleep. Return: as sysfs_create_group().
 */
int sysfs_create_groups(struct kobject *kobj,
			const struct attribute_group **groups)
{
	const struct attribute_group **grp;
	int ret;

	for (grp = groups; grp && *grp; grp++) {
		ret = sysfs_create_group(kobj, *grp);
		if (ret) {
			while (grp-- != groups)
				sysfs_remove_group(kobj, *grp);
			return ret;
		}
	}
	return 0;
}
EXPORT_SYMBOL_GPL(sysfs_create_groups);

/** sysfs_remove_groups() - take back sysfs_create_groups(). */
void sysfs_remove_groups(struct kobject *kobj,
			 const struct attribute_group **groups)
{
	for (; groups && *groups; groups++)
		sysfs_remove_group(kobj, *groups);
}
EXPORT_SYMBOL_GPL(sysfs_remove_groups);

/**
 * sysfs_emit() - print into the page that a show method was given
 * @buf: start of that page
 *
 * Return: characters written, without the terminating zero.
 */
int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	if (WARN(!buf || !PAGE_ALIGNED(buf), "invalid sysfs_emit: buf:%p\n",
		 buf))
		return 0;
	va_start(args, fmt);
	len = vscnprintf(buf, PAGE_SIZE, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(sysfs_emit);

/**
 * sysfs_emit_at() - the same from offset @at of the page on
 *
 * Return: characters written by this call.
 */
int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	bool bad = !buf || !PAGE_ALIGNED(buf) || at < 0 || at >= PAGE_SIZE;
	va_list args;
	int len;

	if (WARN(bad, "invalid sysfs_emit_at: buf:%p at:%d\n", buf, at))
		return 0;
	va_start(args, fmt);
	len = vscnprintf(buf + at, PAGE_SIZE - at, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(sysfs_emit_at);

/* ---- the reader's side ------------------------------------------------ */

static const struct attribute *lookup(struct kobject *kobj, const char *path)
{
	const char *slash = strchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const struct attribute *attr = NULL;
	struct sysfs_file *file;

	spin_lock(&files_lock);
	list_for_each_entry(file, &kobj->files, node) {
		size_t dir = file->group ? strlen(file->group) : 0;

		if (!slash != !file->group || strcmp(file->attr->name, name))
			continue;
		if (slash &&
		    (dir != slash - path || memcmp(file->group, path, dir)))
			continue;
		attr = file->attr;
		break;
	}
	spin_unlock(&files_lock);
	return attr;
}

ssize_t sysfs_sim_read(struct kobject *kobj, const char *path, char *buf)
{
	const struct attribute *attr = lookup(kobj, path);

	if (!attr)
		return -ENOENT;
	if (!kobj->ktype->sysfs_ops || !kobj->ktype->sysfs_ops->show)
		return -EACCES;
	return kobj->ktype->sysfs_ops->show(kobj, (struct attribute *)attr,
					    buf);
}

ssize_t sysfs_sim_write(struct kobject *kobj, const char *path, const char *buf,
			size_t len)
{
	const struct attribute *attr = lookup(kobj, path);

	if (!attr)
		return -ENOENT;
	if (!kobj->ktype->sysfs_ops || !kobj->ktype->sysfs_ops->store)
		return -EACCES;
	return kobj->ktype->sysfs_ops->store(kobj, (struct attribute *)attr,
					     buf, len);
}
