/* SPDX-License-Identifier: MIT */
/*
 * Attributes without a file system: creating one records it with its object,
 * and sysfs_sim_read()/sysfs_sim_write() do what a user's read or write would.
 *
 * Models fs/sysfs/{file,group,symlink}.c, 6.17. Reduced: no binary attributes, no
 * permission checks beyond "has a method"; a link needs no group to be there.
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

/* As the file system would say it. */
#define LINK_MODE 0120777

/* A file whose attribute has mode LINK_MODE. */
struct sysfs_link {
	struct sysfs_file file;
	struct attribute attr;
	struct kobject *target; /* not referenced */
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

static struct sysfs_link *to_link(struct sysfs_file *file)
{
	if (file->attr->mode != LINK_MODE)
		return NULL;
	return container_of(file, struct sysfs_link, file);
}

static void free_file(struct sysfs_file *file)
{
	if (!file)
		return;
	if (to_link(file))
		kfree(to_link(file)->attr.name);
	kfree(file);
}

/* Takes over @file. 0 or -EEXIST. */
static int enter_file(struct kobject *kobj, struct sysfs_file *file)
{
	const char *name = file->attr->name;
	bool exists;

	spin_lock(&files_lock);
	exists = find_file(kobj, file->group, name, strlen(name));
	if (!exists)
		list_add_tail(&file->node, &kobj->files);
	spin_unlock(&files_lock);
	if (!exists)
		return 0;
	free_file(file);
	return -EEXIST;
}

static int add_file(struct kobject *kobj, const char *group,
		    const struct attribute *attr)
{
	struct sysfs_file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int ret;

	if (!file)
		return -ENOMEM;
	file->attr = attr;
	file->group = group;
	ret = enter_file(kobj, file);
	WARN(ret, "attribute '%s' of '%s' exists already", attr->name,
	     kobject_name(kobj));
	return ret;
}

static void remove_file(struct kobject *kobj, const char *group,
			const char *name)
{
	struct sysfs_file *file;

	spin_lock(&files_lock);
	file = find_file(kobj, group, name, strlen(name));
	if (file)
		list_del(&file->node);
	spin_unlock(&files_lock);
	free_file(file);
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
		free_file(file);
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
	remove_file(kobj, NULL, attr->name);
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
		remove_file(kobj, grp->name, grp->attrs[i]->name);
	return ret;
}
EXPORT_SYMBOL_GPL(sysfs_create_group);

/** sysfs_remove_group() - take back sysfs_create_group(). */
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)
{
	struct attribute **attr;

	for (attr = grp->attrs; attr && *attr; attr++)
		remove_file(kobj, grp->name, (*attr)->name);
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

/* ---- links ------------------------------------------------------------ */

static int add_link(struct kobject *kobj, const char *group,
		    struct kobject *target, const char *name)
{
	struct sysfs_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return -ENOMEM;
	link->attr.name = kstrdup(name, GFP_KERNEL);
	if (!link->attr.name) {
		kfree(link);
		return -ENOMEM;
	}
	link->attr.mode = LINK_MODE;
	link->target = target;
	link->file.attr = &link->attr;
	link->file.group = group;
	return enter_file(kobj, &link->file);
}

/**
 * sysfs_create_link_nowarn() - record @target as @name of @kobj
 *
 * Context: may sleep. Return: 0, -EEXIST, -ENOMEM.
 */
int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target,
			     const char *name)
{
	return add_link(kobj, NULL, target, name);
}
EXPORT_SYMBOL_GPL(sysfs_create_link_nowarn);

/** sysfs_create_link() - the same; WARNs if there is something called @name. */
int sysfs_create_link(struct kobject *kobj, struct kobject *target,
		      const char *name)
{
	int ret = add_link(kobj, NULL, target, name);

	WARN(ret == -EEXIST, "link '%s' of '%s' exists already", name,
	     kobject_name(kobj));
	return ret;
}
EXPORT_SYMBOL_GPL(sysfs_create_link);

/** sysfs_remove_link() - take back sysfs_create_link(). */
void sysfs_remove_link(struct kobject *kobj, const char *name)
{
	remove_file(kobj, NULL, name);
}
EXPORT_SYMBOL_GPL(sysfs_remove_link);

/**
 * sysfs_add_link_to_group() - record @target as @link_name in a group of @kobj
 * @group_name: kept, not copied
 *
 * Context: may sleep. Return: 0, -EEXIST, -ENOMEM.
 */
int sysfs_add_link_to_group(struct kobject *kobj, const char *group_name,
			    struct kobject *target, const char *link_name)
{
	return add_link(kobj, group_name, target, link_name);
}
EXPORT_SYMBOL_GPL(sysfs_add_link_to_group);

/** sysfs_remove_link_from_group() - take back sysfs_add_link_to_group(). */
void sysfs_remove_link_from_group(struct kobject *kobj, const char *group_name,
				  const char *link_name)
{
	remove_file(kobj, group_name, link_name);
}
EXPORT_SYMBOL_GPL(sysfs_remove_link_from_group);

/* ---- the reader's side ------------------------------------------------ */

/* The attribute, or if @target is not NULL the link, that is called @path. */
static const struct attribute *lookup(struct kobject *kobj, const char *path,
				      struct kobject **target)
{
	const char *slash = strchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const struct attribute *attr = NULL;
	struct sysfs_file *file;

	spin_lock(&files_lock);
	list_for_each_entry(file, &kobj->files, node) {
		size_t dir = file->group ? strlen(file->group) : 0;

		if (!slash != !file->group || !target != !to_link(file) ||
		    strcmp(file->attr->name, name))
			continue;
		if (slash &&
		    (dir != slash - path || memcmp(file->group, path, dir)))
			continue;
		attr = file->attr;
		if (target)
			*target = to_link(file)->target;
		break;
	}
	spin_unlock(&files_lock);
	return attr;
}

struct kobject *sysfs_sim_link(struct kobject *kobj, const char *path)
{
	struct kobject *target = NULL;

	lookup(kobj, path, &target);
	return target;
}

ssize_t sysfs_sim_read(struct kobject *kobj, const char *path, char *buf)
{
	const struct attribute *attr = lookup(kobj, path, NULL);

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
	const struct attribute *attr = lookup(kobj, path, NULL);

	if (!attr)
		return -ENOENT;
	if (!kobj->ktype->sysfs_ops || !kobj->ktype->sysfs_ops->store)
		return -EACCES;
	return kobj->ktype->sysfs_ops->store(kobj, (struct attribute *)attr,
					     buf, len);
}
