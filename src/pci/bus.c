/* SPDX-License-Identifier: MIT */
/*
 * Buses: the registry, their devices, drivers and notifier chains.
 *
 * Models drivers/base/{bus,driver}.c, 6.17. Reduced: no bus attributes, no
 * subsystem interfaces, no manual bind and unbind files.
 *
 * U1  A driver is in its bus's list from driver_register() to
 *     driver_unregister(), and no device is bound to it outside that time.
 * U2  A bus's lists are empty of live devices when it is unregistered; what is
 *     left there is reported and orphaned, not followed.
 * Locks: see core.h. The registry itself is under core_lock.
 * Tests: tests/unit/pci/test_bind.c
 */
#include <linux/device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lib/lib.h"
#include "pci/core.h"

static LIST_HEAD(bus_registry);

/**
 * bus_state_of() - the core's part of @bus
 *
 * Return: NULL if @bus is NULL or not registered.
 */
struct bus_state *bus_state_of(const struct bus_type *bus)
{
	struct bus_state *state, *found = NULL;

	if (!bus)
		return NULL;
	spin_lock(&core_lock);
	list_for_each_entry(state, &bus_registry, node)
		if (state->bus == bus)
			found = state;
	spin_unlock(&core_lock);
	return found;
}

/**
 * bus_register() - make @bus known
 *
 * Context: may sleep. Return: 0, -EBUSY if it is registered, -ENOMEM.
 */
int bus_register(const struct bus_type *bus)
{
	struct bus_state *state;

	if (bus_state_of(bus))
		return -EBUSY;
	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	state->bus = bus;
	INIT_LIST_HEAD(&state->devices);
	INIT_LIST_HEAD(&state->drivers);
	BLOCKING_INIT_NOTIFIER_HEAD(&state->chain);
	spin_lock(&core_lock);
	list_add_tail(&state->node, &bus_registry);
	spin_unlock(&core_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(bus_register);

/* Make every node of @head point at itself: their owners may go later. */
static void orphan_all(struct list_head *head)
{
	while (!list_empty(head))
		list_del_init(head->next);
}

/**
 * bus_unregister() - forget @bus
 *
 * Context: may sleep. Devices and drivers should be gone.
 */
void bus_unregister(const struct bus_type *bus)
{
	struct bus_state *state = bus_state_of(bus);

	if (!state)
		return;
	spin_lock(&core_lock);
	list_del(&state->node);
	orphan_all(&state->devices);
	orphan_all(&state->drivers);
	spin_unlock(&core_lock);
	kfree(state);
}
EXPORT_SYMBOL_GPL(bus_unregister);

/**
 * bus_add_device() - enter @dev into its bus's list
 *
 * Return: 0; -EINVAL if its bus is not registered. No bus is fine.
 */
int bus_add_device(struct device *dev)
{
	struct bus_state *state = bus_state_of(dev->bus);

	if (!dev->bus)
		return 0;
	if (!state)
		return -EINVAL;
	spin_lock(&core_lock);
	list_add_tail(&dev->p.bus_node, &state->devices);
	spin_unlock(&core_lock);
	return 0;
}

/** bus_notify() - tell the chain of @dev's bus about @event. */
void bus_notify(struct device *dev, unsigned long event)
{
	struct bus_state *state = bus_state_of(dev->bus);

	if (state)
		blocking_notifier_call_chain(&state->chain, event, dev);
}

/**
 * bus_register_notifier() - have @nb called for the events of @bus
 *
 * Context: may sleep. Return: 0; -EINVAL if @bus is not registered; -EEXIST.
 */
int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb)
{
	struct bus_state *state = bus_state_of(bus);

	if (!state)
		return -EINVAL;
	return blocking_notifier_chain_register(&state->chain, nb);
}
EXPORT_SYMBOL_GPL(bus_register_notifier);

/**
 * bus_unregister_notifier() - take back bus_register_notifier()
 *
 * Context: may sleep. Return: 0; -EINVAL if @bus is not registered; -ENOENT.
 */
int bus_unregister_notifier(const struct bus_type *bus,
			    struct notifier_block *nb)
{
	struct bus_state *state = bus_state_of(bus);

	if (!state)
		return -EINVAL;
	return blocking_notifier_chain_unregister(&state->chain, nb);
}
EXPORT_SYMBOL_GPL(bus_unregister_notifier);

/* ---- devices ---------------------------------------------------------- */

/** device_match_name() - matcher: the device's name, newline tolerated. */
int device_match_name(struct device *dev, const void *name)
{
	return sysfs_streq(dev_name(dev), name);
}
EXPORT_SYMBOL_GPL(device_match_name);

/** device_match_any() - matcher: every device. */
int device_match_any(struct device *dev, const void *unused)
{
	return 1;
}
EXPORT_SYMBOL_GPL(device_match_any);

/**
 * bus_find_device() - the first device after @start that @match likes
 * @start: keeps its reference; NULL for the beginning
 *
 * Context: may sleep if @match does.
 * Return: the device with a reference, or NULL.
 */
struct device *bus_find_device(const struct bus_type *bus, struct device *start,
			       const void *data, device_match_t match)
{
	struct bus_state *state = bus_state_of(bus);
	struct device *dev = get_device(start);

	if (!state) {
		put_device(dev);
		return NULL;
	}
	do {
		dev = core_next_device(&state->devices, dev, LIST_OF_BUS);
	} while (dev && !match(dev, data));
	return dev;
}
EXPORT_SYMBOL_GPL(bus_find_device);

/**
 * bus_for_each_dev() - call @fn for each device after @start until non-zero
 *
 * Context: that of @fn. Return: what stopped the loop; 0; -EINVAL if @bus is
 * not registered.
 */
int bus_for_each_dev(const struct bus_type *bus, struct device *start,
		     void *data, device_iter_t fn)
{
	struct device *dev = start;
	int ret = 0;

	if (!bus_state_of(bus))
		return -EINVAL;
	get_device(start);
	while (!ret) {
		struct device *next = bus_find_next_device(bus, dev);

		put_device(dev);
		dev = next;
		if (!dev)
			return 0;
		ret = fn(dev, data);
	}
	put_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(bus_for_each_dev);

static int rescan_one(struct device *dev, void *unused)
{
	int ret = device_attach(dev);

	return ret < 0 ? ret : 0;
}

/**
 * bus_rescan_devices() - look for drivers of all unbound devices of @bus
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int bus_rescan_devices(const struct bus_type *bus)
{
	return bus_for_each_dev(bus, NULL, NULL, rescan_one);
}
EXPORT_SYMBOL_GPL(bus_rescan_devices);

/* ---- drivers ---------------------------------------------------------- */

/**
 * bus_next_driver() - step through the drivers of a bus
 * @cur: NULL for the start; if it has gone the walk ends
 *
 * A driver is not reference counted: whoever unregisters one while a probe of
 * another device is under way has to wait for it anyway.
 */
struct device_driver *bus_next_driver(struct bus_state *state,
				      struct device_driver *cur)
{
	struct device_driver *drv = NULL;
	struct list_head *pos;

	spin_lock(&core_lock);
	pos = cur ? cur->p.bus_node.next : state->drivers.next;
	if (pos != &state->drivers && !(cur && pos == &cur->p.bus_node))
		drv = container_of(pos, struct device_driver, p.bus_node);
	spin_unlock(&core_lock);
	return drv;
}

/**
 * bus_for_each_drv() - call @fn for each driver until it returns non-zero
 *
 * Return: what stopped the loop; 0; -EINVAL if @bus is not registered.
 */
int bus_for_each_drv(const struct bus_type *bus, struct device_driver *start,
		     void *data, int (*fn)(struct device_driver *, void *))
{
	struct bus_state *state = bus_state_of(bus);
	struct device_driver *drv = start;
	int ret = 0;

	if (!state)
		return -EINVAL;
	while (!ret && (drv = bus_next_driver(state, drv)))
		ret = fn(drv, data);
	return ret;
}
EXPORT_SYMBOL_GPL(bus_for_each_drv);

/**
 * driver_find() - look a driver up by name
 *
 * Return: the driver or NULL.
 */
struct device_driver *driver_find(const char *name, const struct bus_type *bus)
{
	struct bus_state *state = bus_state_of(bus);
	struct device_driver *drv = NULL;

	if (!state)
		return NULL;
	while ((drv = bus_next_driver(state, drv)))
		if (!strcmp(drv->name, name))
			return drv;
	return NULL;
}
EXPORT_SYMBOL_GPL(driver_find);

/**
 * driver_register() - enter @drv into its bus and offer it all devices
 *
 * Context: may sleep; probes. Return: 0; -EINVAL if the bus is not registered;
 * -EBUSY if a driver of that name exists there.
 */
int driver_register(struct device_driver *drv)
{
	struct bus_state *state = bus_state_of(drv->bus);

	if (!state) {
		pr_err("driver '%s' was not registered: its bus '%s' is not\n",
		       drv->name, drv->bus ? drv->bus->name : "(none)");
		return -EINVAL;
	}
	if (driver_find(drv->name, drv->bus)) {
		pr_err("driver '%s' is registered on bus '%s' already\n",
		       drv->name, drv->bus->name);
		return -EBUSY;
	}
	spin_lock(&core_lock);
	list_add_tail(&drv->p.bus_node, &state->drivers);
	WRITE_ONCE(drv->p.registered, true);
	spin_unlock(&core_lock);
	bind_new_driver(drv);
	return 0;
}
EXPORT_SYMBOL_GPL(driver_register);

/**
 * driver_unregister() - unbind all devices of @drv and forget it
 *
 * Context: may sleep; runs remove callbacks.
 */
void driver_unregister(struct device_driver *drv)
{
	if (!drv->p.registered) {
		WARN(1, "driver '%s' unregistered twice\n", drv->name);
		return;
	}
	spin_lock(&core_lock);
	list_del_init(&drv->p.bus_node);
	WRITE_ONCE(drv->p.registered, false);
	spin_unlock(&core_lock);
	bind_driver_gone(drv);
}
EXPORT_SYMBOL_GPL(driver_unregister);

struct driver_walk {
	const struct device_driver *drv;
	const void *data;
	device_match_t match;
};

static int match_of_driver(struct device *dev, const void *data)
{
	const struct driver_walk *walk = data;

	return READ_ONCE(dev->p.bound) && READ_ONCE(dev->driver) == walk->drv &&
	       walk->match(dev, walk->data);
}

/**
 * driver_find_device() - the first device bound to @drv that @match likes
 *
 * Return: the device with a reference, or NULL.
 */
struct device *driver_find_device(const struct device_driver *drv,
				  struct device *start, const void *data,
				  device_match_t match)
{
	struct driver_walk walk = { drv, data, match };

	return bus_find_device(drv->bus, start, &walk, match_of_driver);
}
EXPORT_SYMBOL_GPL(driver_find_device);

/**
 * driver_for_each_device() - call @fn for each bound device until non-zero
 *
 * In order of registration, not of binding. Return: what stopped the loop, 0.
 */
int driver_for_each_device(struct device_driver *drv, struct device *start,
			   void *data, device_iter_t fn)
{
	struct device *dev = get_device(start);
	int ret = 0;

	while (!ret) {
		struct device *next =
			driver_find_device(drv, dev, NULL, device_match_any);

		put_device(dev);
		dev = next;
		if (!dev)
			break;
		ret = fn(dev, data);
	}
	put_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(driver_for_each_device);

/* ---- machine life ------------------------------------------------------ */

/* Found on its bus when all drivers should be gone: what is wrong with it? */
static unsigned int check_device(struct device *dev)
{
	if (dev->p.bound) {
		lib_event(LIB_EVENT_LEAK, "binding-leak", dev, 0, 0,
			  "still bound to driver '%s'", dev->driver->name);
		return 1;
	}
	/* PCI functions go with the machine, others with their creator. */
	if (!dev_is_pci(dev)) {
		lib_event(LIB_EVENT_LEAK, "device-leak", dev, 0, 0,
			  "still registered on bus '%s'", dev->bus->name);
		return 1;
	}
	return 0;
}

/**
 * bus_core_check() - drivers, bindings and declared devices left over
 *
 * Return: number of leak events added.
 */
unsigned int bus_core_check(void)
{
	struct bus_state *state;
	unsigned int found = 0;

	list_for_each_entry(state, &bus_registry, node) {
		struct device_driver *drv = NULL;
		struct device *dev = NULL;

		while ((drv = bus_next_driver(state, drv))) {
			lib_event(LIB_EVENT_LEAK, "driver-leak", NULL, 0, 0,
				  "driver '%s' is still registered on bus '%s'",
				  drv->name, state->bus->name);
			found++;
		}
		while ((dev = core_next_device(&state->devices, dev,
					       LIST_OF_BUS)))
			found += check_device(dev);
	}
	return found;
}

/** bus_core_shutdown() - forget every bus that is still registered. */
void bus_core_shutdown(void)
{
	while (!list_empty(&bus_registry)) {
		struct bus_state *state =
			list_first_entry(&bus_registry, struct bus_state, node);

		bus_unregister(state->bus);
	}
}
