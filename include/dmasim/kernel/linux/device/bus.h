/* SPDX-License-Identifier: MIT */
/*
 * Buses: where devices and drivers find each other.
 *
 * Same: struct bus_type, registration, iteration, finding, notifiers.
 * Reduced: bus attributes are not recorded; no subsystem interfaces.
 */
#ifndef _DMASIM_LINUX_DEVICE_BUS_H
#define _DMASIM_LINUX_DEVICE_BUS_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/pm.h>

struct device_driver;
struct fwnode_handle;
struct device_node;
struct cpumask;
struct notifier_block;

/**
 * struct bus_type - a kind of bus
 * @match: can @drv handle @dev? > 0 yes, 0 no, -EPROBE_DEFER not yet known
 * @probe: bind; if NULL the driver's own probe is called
 * @remove: undo @probe, before the device's resources are released
 * @dma_configure: called before probe; its error ends the attempt
 * @dma_cleanup: undoes @dma_configure after a failed probe and after remove
 * @irq_get_affinity: CPUs that interrupt vector @irq_vec is steered to
 */
struct bus_type {
	const char *name;
	const char *dev_name;
	const struct attribute_group **bus_groups;
	const struct attribute_group **dev_groups;
	const struct attribute_group **drv_groups;

	int (*match)(struct device *dev, const struct device_driver *drv);
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	int (*probe)(struct device *dev);
	void (*sync_state)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct cpumask *(*irq_get_affinity)(struct device *dev,
						  unsigned int irq_vec);

	int (*online)(struct device *dev);
	int (*offline)(struct device *dev);

	int (*suspend)(struct device *dev, pm_message_t state);
	int (*resume)(struct device *dev);

	int (*num_vf)(struct device *dev);

	int (*dma_configure)(struct device *dev);
	void (*dma_cleanup)(struct device *dev);

	const struct dev_pm_ops *pm;

	bool driver_managed_dma;
	bool need_parent_lock;
};

struct bus_attribute {
	struct attribute attr;
	ssize_t (*show)(const struct bus_type *bus, char *buf);
	ssize_t (*store)(const struct bus_type *bus, const char *buf,
			 size_t count);
};

int bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);
int bus_rescan_devices(const struct bus_type *bus);

typedef int (*device_iter_t)(struct device *dev, void *data);
typedef int (*device_match_t)(struct device *dev, const void *data);

int device_match_name(struct device *dev, const void *name);
int device_match_any(struct device *dev, const void *unused);

int bus_for_each_dev(const struct bus_type *bus, struct device *start,
		     void *data, device_iter_t fn);
struct device *bus_find_device(const struct bus_type *bus, struct device *start,
			       const void *data, device_match_t match);
int bus_for_each_drv(const struct bus_type *bus, struct device_driver *start,
		     void *data, int (*fn)(struct device_driver *, void *));

static inline struct device *bus_find_device_by_name(const struct bus_type *bus,
						     struct device *start,
						     const char *name)
{
	return bus_find_device(bus, start, name, device_match_name);
}

static inline struct device *bus_find_next_device(const struct bus_type *bus,
						  struct device *cur)
{
	return bus_find_device(bus, cur, NULL, device_match_any);
}

int bus_register_notifier(const struct bus_type *bus,
			  struct notifier_block *nb);
int bus_unregister_notifier(const struct bus_type *bus,
			    struct notifier_block *nb);

/* Events of the chain; the argument is the struct device. */
enum bus_notifier_event {
	BUS_NOTIFY_ADD_DEVICE,
	BUS_NOTIFY_DEL_DEVICE,
	BUS_NOTIFY_REMOVED_DEVICE,
	BUS_NOTIFY_BIND_DRIVER,
	BUS_NOTIFY_BOUND_DRIVER,
	BUS_NOTIFY_UNBIND_DRIVER,
	BUS_NOTIFY_UNBOUND_DRIVER,
	BUS_NOTIFY_DRIVER_NOT_BOUND,
};

#endif
