/* SPDX-License-Identifier: MIT */
/*
 * Attributes of kernel objects.
 *
 * Same: attribute types, macros, groups with is_visible, sysfs_emit*(), links.
 * Reduced: there is no file system: creating an attribute records it, and
 * tests read and write it through src/pci/pci.h. Binary attributes are
 * declared but not recorded.
 * Stub: sysfs_notify() tells nobody.
 */
#ifndef _DMASIM_LINUX_SYSFS_H
#define _DMASIM_LINUX_SYSFS_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/stringify.h>

struct kobject;
struct file;
struct bin_attribute;
struct vm_area_struct;

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *, struct attribute *, int);
	umode_t (*is_bin_visible)(struct kobject *,
				  const struct bin_attribute *, int);
	struct attribute **attrs;
	const struct bin_attribute *const *bin_attrs;
};

struct bin_attribute {
	struct attribute attr;
	size_t size;
	void *private;
};

struct sysfs_ops {
	ssize_t (*show)(struct kobject *, struct attribute *, char *);
	ssize_t (*store)(struct kobject *, struct attribute *, const char *,
			 size_t);
};

#define SYSFS_GROUP_INVISIBLE 020000
#define SYSFS_PREALLOC 010000

#define __ATTR(_name, _mode, _show, _store)                              \
	{                                                                \
		.attr = { .name = __stringify(_name), .mode = (_mode) }, \
		.show = _show, .store = _store,                          \
	}
#define __ATTR_RO_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, NULL)
#define __ATTR_RO(_name) __ATTR_RO_MODE(_name, 0444)
#define __ATTR_RW_MODE(_name, _mode) \
	__ATTR(_name, _mode, _name##_show, _name##_store)
#define __ATTR_RW(_name) __ATTR_RW_MODE(_name, 0644)
#define __ATTR_WO(_name) __ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_NULL                     \
	{                               \
		.attr = {.name = NULL } \
	}

#define __ATTRIBUTE_GROUPS(_name)                                 \
	static const struct attribute_group *_name##_groups[] = { \
		&_name##_group,                                   \
		NULL,                                             \
	}
#define ATTRIBUTE_GROUPS(_name)                               \
	static const struct attribute_group _name##_group = { \
		.attrs = _name##_attrs,                       \
	};                                                    \
	__ATTRIBUTE_GROUPS(_name)

#define sysfs_attr_init(attr) \
	do {                  \
	} while (0)

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr);
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr);
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp);
void sysfs_remove_group(struct kobject *kobj,
			const struct attribute_group *grp);
int sysfs_create_groups(struct kobject *kobj,
			const struct attribute_group **groups);
void sysfs_remove_groups(struct kobject *kobj,
			 const struct attribute_group **groups);
int sysfs_update_group(struct kobject *kobj, const struct attribute_group *grp);
int sysfs_create_link(struct kobject *kobj, struct kobject *target,
		      const char *name);
int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target,
			     const char *name);
void sysfs_remove_link(struct kobject *kobj, const char *name);
int sysfs_add_link_to_group(struct kobject *kobj, const char *group_name,
			    struct kobject *target, const char *link_name);
void sysfs_remove_link_from_group(struct kobject *kobj, const char *group_name,
				  const char *link_name);
int sysfs_emit(char *buf, const char *fmt, ...) __printf(2, 3);
int sysfs_emit_at(char *buf, int at, const char *fmt, ...) __printf(3, 4);

static inline void sysfs_notify(struct kobject *kobj, const char *dir,
				const char *attr)
{
}

#endif
