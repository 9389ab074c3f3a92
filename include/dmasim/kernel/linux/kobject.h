/* SPDX-License-Identifier: MIT */
/*
 * Kernel objects: a name, a reference count and a place in a tree.
 *
 * Same: init/add/del/get/put, release through the type, names.
 * Reduced: struct kset is a list without a lock of its own, no namespaces.
 * Stub: kobject_uevent*() tell nobody (there is no user space to tell).
 */
#ifndef _DMASIM_LINUX_KOBJECT_H
#define _DMASIM_LINUX_KOBJECT_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/sysfs.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/spinlock.h>
#include <linux/kref.h>
#include <linux/stdarg.h>

struct kset;
struct kobject;

enum kobject_action {
	KOBJ_ADD,
	KOBJ_REMOVE,
	KOBJ_CHANGE,
	KOBJ_MOVE,
	KOBJ_ONLINE,
	KOBJ_OFFLINE,
	KOBJ_BIND,
	KOBJ_UNBIND,
};

struct kobj_uevent_env {
	int reserved;
};

/**
 * struct kobj_type - what kind of object this is
 * @release: called when the last reference goes; frees the container
 * @sysfs_ops: how attributes of such an object are read and written
 * @default_groups: attributes recorded by kobject_add()
 */
struct kobj_type {
	void (*release)(struct kobject *kobj);
	const struct sysfs_ops *sysfs_ops;
	const struct attribute_group **default_groups;
};

/**
 * struct kobject - see above
 * @files: attributes recorded by sysfs_create_*(), ours
 */
struct kobject {
	const char *name;
	struct list_head entry;
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	struct list_head files;
	struct kref kref;
	unsigned int state_initialized : 1;
	unsigned int state_in_sysfs : 1;
};

struct kset {
	struct list_head list;
	struct kobject kobj;
};

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype);
int kobject_set_name(struct kobject *kobj, const char *name, ...)
	__printf(2, 3);
int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list vargs)
	__printf(2, 0);
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt,
		...) __printf(3, 4);
int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
	__printf(4, 5);
void kobject_del(struct kobject *kobj);
struct kobject *kobject_create_and_add(const char *name,
				       struct kobject *parent);
struct kobject *kobject_get(struct kobject *kobj);
struct kobject *kobject_get_unless_zero(struct kobject *kobj);
void kobject_put(struct kobject *kobj);

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

static inline int kobject_uevent(struct kobject *kobj,
				 enum kobject_action action)
{
	return 0;
}

static inline int kobject_uevent_env(struct kobject *kobj,
				     enum kobject_action action, char *envp[])
{
	return 0;
}

/* Attributes of a plain kobject, as kobject_create_and_add() makes it. */
struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr,
			char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count);
};

extern const struct sysfs_ops kobj_sysfs_ops;

#endif
