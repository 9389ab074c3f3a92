/* SPDX-License-Identifier: MIT */
/*
 * Device drivers.
 *
 * Same: struct device_driver, registration, iteration. module_driver() is in
 * <linux/module.h>.
 * Reduced: probe is always synchronous, whatever @probe_type asks for; driver
 * attributes are not recorded.
 */
#ifndef _DMASIM_LINUX_DEVICE_DRIVER_H
#define _DMASIM_LINUX_DEVICE_DRIVER_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/pm.h>
#include <linux/device/bus.h>
#include <linux/module.h>

struct of_device_id;
struct acpi_device_id;

enum probe_type {
	PROBE_DEFAULT_STRATEGY,
	PROBE_PREFER_ASYNCHRONOUS,
	PROBE_FORCE_SYNCHRONOUS,
};

/* The device core's part of a driver; zero until driver_register(). */
struct driver_node {
	struct list_head bus_node; /* in the bus's drivers */
	bool registered;
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	enum probe_type probe_type;
	const struct of_device_id *of_match_table;
	const struct acpi_device_id *acpi_match_table;

	int (*probe)(struct device *dev);
	void (*sync_state)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	int (*suspend)(struct device *dev, pm_message_t state);
	int (*resume)(struct device *dev);
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
	const struct dev_pm_ops *pm;
	void (*coredump)(struct device *dev);

	struct driver_node p;
};

int driver_register(struct device_driver *drv);
void driver_unregister(struct device_driver *drv);
struct device_driver *driver_find(const char *name, const struct bus_type *bus);
int driver_for_each_device(struct device_driver *drv, struct device *start,
			   void *data, device_iter_t fn);
struct device *driver_find_device(const struct device_driver *drv,
				  struct device *start, const void *data,
				  device_match_t match);
int driver_probe_done(void);
void wait_for_device_probe(void);

struct driver_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device_driver *driver, char *buf);
	ssize_t (*store)(struct device_driver *driver, const char *buf,
			 size_t count);
};

#endif
