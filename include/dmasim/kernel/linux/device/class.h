/* SPDX-License-Identifier: MIT */
/*
 * Device classes.
 *
 * Same: struct class as drivers fill it, its release and groups.
 * Reduced: a class keeps no list of its devices; device numbers do not exist,
 * so device_create() and its relatives are missing.
 */
#ifndef _DMASIM_LINUX_DEVICE_CLASS_H
#define _DMASIM_LINUX_DEVICE_CLASS_H

#include <linux/kobject.h>
#include <linux/pm.h>

struct device;

struct class
{
	const char *name;
	const struct attribute_group **class_groups;
	const struct attribute_group **dev_groups;
	int (*dev_uevent)(const struct device *dev,
			  struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void (*class_release)(const struct class *class);
	void (*dev_release)(struct device *dev);
	int (*shutdown_pre)(struct device *dev);
	const struct dev_pm_ops *pm;
};

int class_register(const struct class *class);
void class_unregister(const struct class *class);
struct class *class_create(const char *name);
void class_destroy(const struct class *cls);

#endif
