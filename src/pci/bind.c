/* SPDX-License-Identifier: MIT */
/*
 * Binding: how a device and a driver come together and part.
 *
 * Models drivers/base/dd.c, 6.17. Reduced: probes are synchronous; no device
 * links, no sync_state, no power domains.
 *
 *   bind:    dma_configure, BIND_DRIVER, probe, attributes, BOUND_DRIVER
 *   failed:  managed resources LIFO after dma_cleanup, DRIVER_NOT_BOUND first
 *   unbind:  UNBIND_DRIVER, attributes, remove, dma_cleanup, managed resources
 *            LIFO, UNBOUND_DRIVER
 *
 * D1  dev->driver is set from before dma_configure until the managed resources
 *     are gone; p.bound says that the probe succeeded.
 * D2  A device whose probe said -EPROBE_DEFER is tried again after each
 *     successful probe and each new device or driver, never from inside a
 *     probe of the same thread of events: the outermost call does it.
 * Locks: device mutex around probe and remove; core_lock for the lists.
 * Tests: tests/unit/pci/test_bind.c
 */
#include <linux/device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math.h>

#include "pci/core.h"

static LIST_HEAD(deferred_devices);

/* Under core_lock: calls that may probe, and whether a retry is due. */
static unsigned int probes_under_way;
static bool retry_due;

/* ---- deferred probe --------------------------------------------------- */

static void defer(struct device *dev)
{
	spin_lock(&core_lock);
	if (list_empty(&dev->p.deferred_node) && !dev->p.dead) {
		get_device(dev);
		list_add_tail(&dev->p.deferred_node, &deferred_devices);
	}
	spin_unlock(&core_lock);
	dev_dbg(dev, "probe deferred\n");
}

/** bind_forget_deferred() - do not try @dev again. */
void bind_forget_deferred(struct device *dev)
{
	bool listed;

	spin_lock(&core_lock);
	listed = !list_empty(&dev->p.deferred_node);
	list_del_init(&dev->p.deferred_node);
	spin_unlock(&core_lock);
	if (listed)
		put_device(dev);
}

static struct device *take_deferred(struct list_head *round)
{
	struct device *dev = NULL;

	spin_lock(&core_lock);
	if (!list_empty(round)) {
		dev = list_first_entry(round, struct device, p.deferred_node);
		list_del_init(&dev->p.deferred_node);
	}
	spin_unlock(&core_lock);
	return dev;
}

static void enter_probe(void)
{
	spin_lock(&core_lock);
	probes_under_way++;
	spin_unlock(&core_lock);
}

/* Leave; the outermost one tries what was deferred while something changed. */
static void leave_probe(void)
{
	LIST_HEAD(round);
	struct device *dev;
	bool again;

	do {
		spin_lock(&core_lock);
		again = retry_due && probes_under_way == 1;
		if (again) {
			retry_due = false;
			list_splice_init(&deferred_devices, &round);
		} else {
			probes_under_way--;
		}
		spin_unlock(&core_lock);
		while ((dev = take_deferred(&round))) {
			if (device_attach(dev) < 0)
				dev_dbg(dev, "deferred probe failed\n");
			put_device(dev);
		}
	} while (again);
}

static void ask_for_retry(void)
{
	spin_lock(&core_lock);
	retry_due = true;
	spin_unlock(&core_lock);
}

/** bind_retry_deferred() - try all deferred devices once more. */
void bind_retry_deferred(void)
{
	enter_probe();
	ask_for_retry();
	leave_probe();
}

/**
 * driver_probe_done() - is no probe under way?
 *
 * Return: 1 if so, else 0.
 */
int driver_probe_done(void)
{
	return READ_ONCE(probes_under_way) == 0;
}
EXPORT_SYMBOL_GPL(driver_probe_done);

/** wait_for_device_probe() - probes are synchronous: try the deferred ones. */
void wait_for_device_probe(void)
{
	bind_retry_deferred();
}
EXPORT_SYMBOL_GPL(wait_for_device_probe);

/* ---- one device, one driver ------------------------------------------- */

static int driver_says(struct device *dev, const struct device_driver *drv)
{
	return dev->bus && dev->bus->match ? dev->bus->match(dev, drv) : 1;
}

/* What both a failed probe and an unbind end with. */
static void forget_driver(struct device *dev)
{
	devres_release_all(dev);
	WRITE_ONCE(dev->driver, NULL);
	dev_set_drvdata(dev, NULL);
	WRITE_ONCE(dev->p.bound, false);
}

static int call_probe(struct device *dev, struct device_driver *drv)
{
	if (dev->bus && dev->bus->probe)
		return dev->bus->probe(dev);
	return drv->probe ? drv->probe(dev) : 0;
}

static void call_remove(struct device *dev, struct device_driver *drv)
{
	if (dev->bus && dev->bus->remove)
		dev->bus->remove(dev);
	else if (drv->remove)
		drv->remove(dev);
}

static void log_failed_probe(struct device *dev, struct device_driver *drv,
			     int err)
{
	switch (err) {
	case -EPROBE_DEFER:
		break;
	case -ENODEV:
	case -ENXIO:
		dev_dbg(dev, "driver %s does not want it: %d\n", drv->name,
			err);
		break;
	default:
		dev_err(dev, "probe with driver %s failed with error %d\n",
			drv->name, err);
	}
}

/* Device lock held. 0: bound; else the error, with everything undone. */
static int try_bind(struct device *dev, struct device_driver *drv)
{
	bool configured = false;
	int ret;

	if (dev->p.dead || !READ_ONCE(dev->p.added))
		return -ENODEV;
	if (dev->driver)
		return -EBUSY;
	if (!list_empty(&dev->devres_head)) {
		dev_crit(dev, "managed resources present before probing\n");
		return -EBUSY;
	}
	WRITE_ONCE(dev->driver, drv);
	if (dev->bus && dev->bus->dma_configure) {
		ret = dev->bus->dma_configure(dev);
		if (ret)
			goto err_forget;
		configured = true;
	}
	bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
	ret = call_probe(dev, drv);
	if (ret) {
		/* Positive values would be taken for success higher up. */
		ret = -abs(ret);
		goto err_cleanup;
	}
	ret = device_add_groups(dev, drv->dev_groups);
	if (ret) {
		call_remove(dev, drv);
		goto err_cleanup;
	}
	WRITE_ONCE(dev->p.bound, true);
	bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
	bind_forget_deferred(dev);
	ask_for_retry();
	return 0;

err_cleanup:
	bus_notify(dev, BUS_NOTIFY_DRIVER_NOT_BOUND);
	if (configured && dev->bus->dma_cleanup)
		dev->bus->dma_cleanup(dev);
err_forget:
	forget_driver(dev);
	log_failed_probe(dev, drv, ret);
	if (ret == -EPROBE_DEFER)
		defer(dev);
	return ret;
}

/* Device lock held. */
static void unbind(struct device *dev)
{
	struct device_driver *drv = dev->driver;

	if (!drv || !dev->p.bound)
		return;
	bus_notify(dev, BUS_NOTIFY_UNBIND_DRIVER);
	device_remove_groups(dev, drv->dev_groups);
	call_remove(dev, drv);
	if (dev->bus && dev->bus->dma_cleanup)
		dev->bus->dma_cleanup(dev);
	forget_driver(dev);
	bus_notify(dev, BUS_NOTIFY_UNBOUND_DRIVER);
}

/* ---- one side against all of the other -------------------------------- */

/**
 * device_attach() - look for a driver for @dev
 *
 * Context: may sleep; probes. Return: 1 if @dev is bound (now or before); 0 if
 * nobody wants it or the probe failed; -ENODEV if it is not registered.
 */
int device_attach(struct device *dev)
{
	struct bus_state *state = bus_state_of(dev->bus);
	struct device_driver *drv = NULL;
	int ret = 0;

	enter_probe();
	device_lock(dev);
	if (dev->p.dead || !READ_ONCE(dev->p.added))
		ret = -ENODEV;
	else if (dev->p.bound)
		ret = 1;
	while (!ret && state && (drv = bus_next_driver(state, drv))) {
		int fits = driver_says(dev, drv);

		if (fits == -EPROBE_DEFER) {
			defer(dev);
			continue;
		}
		if (fits <= 0)
			continue;
		fits = try_bind(dev, drv);
		if (!fits)
			ret = 1;
		else if (fits == -EPROBE_DEFER)
			break;
	}
	device_unlock(dev);
	leave_probe();
	return ret;
}
EXPORT_SYMBOL_GPL(device_attach);

static int offer_driver(struct device *dev, void *data)
{
	struct device_driver *drv = data;
	int fits = driver_says(dev, drv);

	if (fits == -EPROBE_DEFER)
		defer(dev);
	if (fits <= 0)
		return 0;
	device_lock(dev);
	if (!dev->driver && READ_ONCE(drv->p.registered))
		try_bind(dev, drv);
	device_unlock(dev);
	return 0;
}

/**
 * driver_attach() - offer @drv to every unbound device of its bus
 *
 * Context: may sleep; probes. Return: 0; -EINVAL if its bus is not registered.
 */
int driver_attach(const struct device_driver *drv)
{
	int ret;

	enter_probe();
	ret = bus_for_each_dev(drv->bus, NULL, (void *)drv, offer_driver);
	leave_probe();
	return ret;
}
EXPORT_SYMBOL_GPL(driver_attach);

/** bind_new_device() - @dev was added: find it a driver, then wake deferred. */
void bind_new_device(struct device *dev)
{
	enter_probe();
	if (dev->bus && device_attach(dev) < 0)
		dev_dbg(dev, "could not be attached\n");
	ask_for_retry();
	leave_probe();
}

/** bind_new_driver() - @drv was added: find it devices, then wake deferred. */
void bind_new_driver(struct device_driver *drv)
{
	enter_probe();
	if (driver_attach(drv))
		pr_debug("driver %s could not be attached\n", drv->name);
	ask_for_retry();
	leave_probe();
}

static struct device *last_device_of(struct device_driver *drv)
{
	struct device *dev = NULL, *last = NULL;

	while ((dev = driver_find_device(drv, dev, NULL, device_match_any))) {
		put_device(last);
		last = dev;
	}
	return last;
}

/** bind_driver_gone() - unbind every device of @drv, the youngest first. */
void bind_driver_gone(struct device_driver *drv)
{
	struct device *dev;

	while ((dev = last_device_of(drv))) {
		device_lock(dev);
		if (dev->driver == drv)
			unbind(dev);
		device_unlock(dev);
		put_device(dev);
	}
}

/**
 * device_release_driver() - part @dev from its driver, if it has one
 *
 * Context: may sleep; runs remove.
 */
void device_release_driver(struct device *dev)
{
	device_lock(dev);
	unbind(dev);
	device_unlock(dev);
}
EXPORT_SYMBOL_GPL(device_release_driver);

/**
 * device_bind_driver() - @dev->driver was set by hand: record the binding
 *
 * Context: device lock held. Return: 0; -EINVAL without a driver.
 */
int device_bind_driver(struct device *dev)
{
	if (!dev->driver)
		return -EINVAL;
	bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
	WRITE_ONCE(dev->p.bound, true);
	bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
	return 0;
}
EXPORT_SYMBOL_GPL(device_bind_driver);

/**
 * device_driver_attach() - bind @dev to this very driver
 *
 * Context: may sleep; probes. Return: 0; -EBUSY if @dev is bound already;
 * -EAGAIN where the probe was deferred; else the probe's error.
 */
int device_driver_attach(const struct device_driver *drv, struct device *dev)
{
	int ret;

	enter_probe();
	device_lock(dev);
	ret = try_bind(dev, (struct device_driver *)drv);
	device_unlock(dev);
	leave_probe();
	return ret == -EPROBE_DEFER ? -EAGAIN : ret;
}
EXPORT_SYMBOL_GPL(device_driver_attach);

/**
 * device_reprobe() - unbind and look for a driver afresh
 *
 * Context: may sleep. Return: as device_attach().
 */
int device_reprobe(struct device *dev)
{
	device_release_driver(dev);
	return device_attach(dev);
}
EXPORT_SYMBOL_GPL(device_reprobe);

/** device_is_bound() - has a probe of @dev succeeded? Device lock held. */
bool device_is_bound(struct device *dev)
{
	return dev->p.bound;
}
EXPORT_SYMBOL_GPL(device_is_bound);
