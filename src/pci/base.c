/* SPDX-License-Identifier: MIT */
/*
 * Devices: their life from device_initialize() to the release.
 *
 * Models drivers/base/core.c, 6.17. Reduced: no device links, numbers,
 * firmware nodes; a class keeps no list.
 *
 * A device stays linked into its bus's and its parent's list until its last
 * reference goes; device_del() only marks it dead. So an iteration that holds
 * a reference on where it stands always finds its way on, whatever is removed
 * meanwhile, and nothing needs to be allocated to iterate.
 *
 * B1  p.dead is set once, under core_lock and the device's mutex; nothing finds
 *     or binds a dead device.
 * B2  A device holds a reference on its parent until its release (the kernel
 *     drops it in device_del()).
 * B3  p.added is true exactly between a successful device_add() and
 *     device_del().
 * Locks: see core.h.
 * Tests: tests/unit/pci/test_base.c
 */
#include <linux/device.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/swiotlb.h>

#include "pci/core.h"
#include "swiotlb/swiotlb.h"

DEFINE_SPINLOCK(core_lock);

/* ---- attributes ------------------------------------------------------- */

static ssize_t dev_attr_show(struct kobject *kobj, struct attribute *attr,
			     char *buf)
{
	struct device_attribute *da;

	da = container_of(attr, struct device_attribute, attr);
	return da->show ? da->show(kobj_to_dev(kobj), da, buf) : -EIO;
}

static ssize_t dev_attr_store(struct kobject *kobj, struct attribute *attr,
			      const char *buf, size_t count)
{
	struct device_attribute *da;

	da = container_of(attr, struct device_attribute, attr);
	return da->store ? da->store(kobj_to_dev(kobj), da, buf, count) : -EIO;
}

static const struct sysfs_ops dev_sysfs_ops = {
	.show = dev_attr_show,
	.store = dev_attr_store,
};

/**
 * device_create_file() - record one attribute of @dev
 *
 * Context: may sleep. Return: 0, -EEXIST, -ENOMEM.
 */
int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return dev ? sysfs_create_file(&dev->kobj, &attr->attr) : 0;
}
EXPORT_SYMBOL_GPL(device_create_file);

/** device_remove_file() - take back device_create_file(). */
void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	if (dev)
		sysfs_remove_file(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL_GPL(device_remove_file);

/**
 * device_add_groups() - record attribute groups of @dev
 *
 * Context: may sleep. Return: 0, -EEXIST, -EINVAL, -ENOMEM; all or none.
 */
int device_add_groups(struct device *dev, const struct attribute_group **groups)
{
	return sysfs_create_groups(&dev->kobj, groups);
}
EXPORT_SYMBOL_GPL(device_add_groups);

/** device_remove_groups() - take back device_add_groups(). */
void device_remove_groups(struct device *dev,
			  const struct attribute_group **groups)
{
	sysfs_remove_groups(&dev->kobj, groups);
}
EXPORT_SYMBOL_GPL(device_remove_groups);

/* Where the attributes of a device come from, in order of recording. */
static void device_group_sources(struct device *dev,
				 const struct attribute_group ***src)
{
	src[0] = dev->class ? dev->class->dev_groups : NULL;
	src[1] = dev->type ? dev->type->groups : NULL;
	src[2] = dev->groups;
	src[3] = dev->bus ? dev->bus->dev_groups : NULL;
}

static int device_record_groups(struct device *dev)
{
	const struct attribute_group **src[4];
	int i, ret;

	device_group_sources(dev, src);
	for (i = 0; i < 4; i++) {
		ret = device_add_groups(dev, src[i]);
		if (ret) {
			while (i--)
				device_remove_groups(dev, src[i]);
			return ret;
		}
	}
	return 0;
}

/* ---- naming ----------------------------------------------------------- */

/**
 * dev_set_name() - set the name of a device that is not added yet
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;
	int ret;

	va_start(args, fmt);
	ret = kobject_set_name_vargs(&dev->kobj, fmt, args);
	va_end(args);
	return ret;
}
EXPORT_SYMBOL_GPL(dev_set_name);

/**
 * dev_driver_string() - what log lines call the one in charge of @dev
 *
 * Return: the driver's name, else the bus's or class's, else "".
 */
const char *dev_driver_string(const struct device *dev)
{
	const struct device_driver *drv = READ_ONCE(dev->driver);

	return drv ? drv->name : dev_bus_name(dev);
}
EXPORT_SYMBOL(dev_driver_string);

/* ---- life cycle ------------------------------------------------------- */

static void device_unlink(struct device *dev)
{
	spin_lock(&core_lock);
	list_del_init(&dev->p.bus_node);
	list_del_init(&dev->p.child_node);
	spin_unlock(&core_lock);
}

static void device_free(struct kobject *kobj)
{
	struct device *dev = kobj_to_dev(kobj);
	struct device *parent = dev->parent;
	bool linked = !list_empty(&dev->p.child_node);

	devres_release_all(dev);
	swiotlb_dev_exit(dev);
	device_unlink(dev);
	kfree(dev->dma_range_map);

	if (dev->release)
		dev->release(dev);
	else if (dev->type && dev->type->release)
		dev->type->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "device '%s' has no release() function\n",
		     kobject_name(kobj));
	if (linked)
		put_device(parent);
}

static const struct kobj_type device_ktype = {
	.release = device_free,
	.sysfs_ops = &dev_sysfs_ops,
};

/**
 * device_initialize() - first half of registration: @dev gets one reference
 * @dev: zeroed but for what the caller has filled in
 *
 * From here on only put_device() may free it. Context: any.
 */
void device_initialize(struct device *dev)
{
	kobject_init(&dev->kobj, &device_ktype);
	INIT_LIST_HEAD(&dev->p.bus_node);
	INIT_LIST_HEAD(&dev->p.child_node);
	INIT_LIST_HEAD(&dev->p.children);
	INIT_LIST_HEAD(&dev->p.deferred_node);
	mutex_init(&dev->mutex);
	spin_lock_init(&dev->devres_lock);
	INIT_LIST_HEAD(&dev->devres_head);
	INIT_LIST_HEAD(&dev->dma_pools);
	swiotlb_dev_init(dev);
	dev->numa_node = NUMA_NO_NODE;
	/* The default of this machine; a bus may say otherwise. */
	dev->dma_coherent = true;
}
EXPORT_SYMBOL_GPL(device_initialize);

static int device_take_name(struct device *dev)
{
	int ret = 0;

	if (dev->init_name)
		ret = dev_set_name(dev, "%s", dev->init_name);
	else if (!kobject_name(&dev->kobj) && dev->bus && dev->bus->dev_name)
		ret = dev_set_name(dev, "%s%u", dev->bus->dev_name, dev->id);
	if (ret)
		return ret;
	dev->init_name = NULL;
	return kobject_name(&dev->kobj) ? 0 : -EINVAL;
}

static void device_link_parent(struct device *dev)
{
	if (!dev->parent)
		return;
	get_device(dev->parent);
	spin_lock(&core_lock);
	list_add_tail(&dev->p.child_node, &dev->parent->p.children);
	spin_unlock(&core_lock);
}

/**
 * device_add() - second half: make @dev visible and look for a driver
 *
 * Context: may sleep; probes a matching driver. Return: 0; -EINVAL without a
 * name; -ENOMEM. A failed probe is not an error of this function. On failure
 * the caller must put_device().
 */
int device_add(struct device *dev)
{
	int ret;

	dev = get_device(dev);
	if (!dev)
		return -EINVAL;
	ret = device_take_name(dev);
	if (ret)
		goto err_put;
	ret = kobject_add(&dev->kobj, dev->parent ? &dev->parent->kobj : NULL,
			  "%s", kobject_name(&dev->kobj));
	if (ret)
		goto err_put;
	ret = device_record_groups(dev);
	if (ret)
		goto err_kobject;
	ret = bus_add_device(dev);
	if (ret)
		goto err_kobject;
	device_link_parent(dev);

	WRITE_ONCE(dev->p.added, true);
	bus_notify(dev, BUS_NOTIFY_ADD_DEVICE);
	bind_new_device(dev);
	put_device(dev);
	return 0;

err_kobject:
	kobject_del(&dev->kobj);
err_put:
	put_device(dev);
	return ret;
}
EXPORT_SYMBOL_GPL(device_add);

/**
 * device_register() - device_initialize() and device_add()
 *
 * Context: may sleep. Return: as device_add(); put_device() also on failure.
 */
int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}
EXPORT_SYMBOL_GPL(device_register);

/** get_device() - take a reference; NULL stays NULL. */
struct device *get_device(struct device *dev)
{
	if (dev)
		kobject_get(&dev->kobj);
	return dev;
}
EXPORT_SYMBOL_GPL(get_device);

/** put_device() - drop a reference. Context: may sleep on the last one. */
void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}
EXPORT_SYMBOL_GPL(put_device);

/**
 * kill_device() - mark @dev dead; the caller holds its lock
 *
 * Return: true if it was alive.
 */
bool kill_device(struct device *dev)
{
	bool alive;

	device_lock_assert(dev);
	spin_lock(&core_lock);
	alive = !dev->p.dead;
	dev->p.dead = true;
	spin_unlock(&core_lock);
	return alive;
}
EXPORT_SYMBOL_GPL(kill_device);

/**
 * device_del() - unbind @dev and take it out of every list and tree
 *
 * The caller's reference stays. Context: may sleep; runs the driver's remove.
 */
void device_del(struct device *dev)
{
	device_lock(dev);
	kill_device(dev);
	device_unlock(dev);

	bus_notify(dev, BUS_NOTIFY_DEL_DEVICE);
	bind_forget_deferred(dev);
	device_release_driver(dev);
	/* A device without a driver may have managed resources, too. */
	devres_release_all(dev);
	bus_notify(dev, BUS_NOTIFY_REMOVED_DEVICE);
	kobject_del(&dev->kobj);
	WRITE_ONCE(dev->p.added, false);
}
EXPORT_SYMBOL_GPL(device_del);

/** device_unregister() - device_del() and put_device(). */
void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
EXPORT_SYMBOL_GPL(device_unregister);

/* ---- iteration -------------------------------------------------------- */

static struct list_head *device_node(struct device *dev, enum device_list which)
{
	return which == LIST_OF_BUS ? &dev->p.bus_node : &dev->p.child_node;
}

static struct device *node_device(struct list_head *node,
				  enum device_list which)
{
	if (which == LIST_OF_BUS)
		return container_of(node, struct device, p.bus_node);
	return container_of(node, struct device, p.child_node);
}

/**
 * core_next_device() - step through a list of devices
 * @head: the list
 * @cur: where we stand, NULL for the start; its reference is dropped
 *
 * Context: may sleep if the reference on @cur was the last one.
 * Return: the next live device, referenced; NULL at the end.
 */
struct device *core_next_device(struct list_head *head, struct device *cur,
				enum device_list which)
{
	struct list_head *pos = cur ? device_node(cur, which) : head;
	struct device *next = NULL;

	spin_lock(&core_lock);
	for (pos = pos->next; pos != head; pos = pos->next) {
		struct device *dev = node_device(pos, which);

		/* A self-linked node was orphaned by bus_unregister(). */
		if (cur && dev == cur)
			break;
		if (!dev->p.dead) {
			next = get_device(dev);
			break;
		}
	}
	spin_unlock(&core_lock);
	put_device(cur);
	return next;
}

/**
 * device_for_each_child() - call @fn for each child until it returns non-zero
 *
 * @fn may remove the child. Context: that of @fn.
 * Return: what stopped the loop, or 0.
 */
int device_for_each_child(struct device *dev, void *data, device_iter_t fn)
{
	struct device *child = NULL;
	int ret = 0;

	while (!ret) {
		child = core_next_device(&dev->p.children, child,
					 LIST_OF_CHILDREN);
		if (!child)
			break;
		ret = fn(child, data);
	}
	put_device(child);
	return ret;
}
EXPORT_SYMBOL_GPL(device_for_each_child);

/**
 * device_find_child() - the first child that @match likes
 *
 * Return: the child with a reference, or NULL.
 */
struct device *device_find_child(struct device *dev, const void *data,
				 device_match_t match)
{
	struct device *child = NULL;

	do {
		child = core_next_device(&dev->p.children, child,
					 LIST_OF_CHILDREN);
	} while (child && !match(child, data));
	return child;
}
EXPORT_SYMBOL_GPL(device_find_child);

/* ---- root devices and classes ----------------------------------------- */

static void free_root_device(struct device *dev)
{
	kfree(dev);
}

/**
 * __root_device_register() - a device that only exists to be a parent
 *
 * Context: may sleep. Return: the device or ERR_PTR(-ENOMEM).
 */
struct device *__root_device_register(const char *name, struct module *owner)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->release = free_root_device;
	ret = dev_set_name(dev, "%s", name);
	if (!ret)
		ret = device_add(dev);
	if (ret) {
		put_device(dev);
		return ERR_PTR(ret);
	}
	return dev;
}
EXPORT_SYMBOL_GPL(__root_device_register);

/** root_device_unregister() - take back root_device_register(). */
void root_device_unregister(struct device *dev)
{
	device_unregister(dev);
}
EXPORT_SYMBOL_GPL(root_device_unregister);

/**
 * class_register() - a class needs no bookkeeping here
 *
 * Return: 0.
 */
int class_register(const struct class *class)
{
	return 0;
}
EXPORT_SYMBOL_GPL(class_register);

/** class_unregister() - end of a class; calls its release. */
void class_unregister(const struct class *class)
{
	if (class->class_release)
		class->class_release(class);
}
EXPORT_SYMBOL_GPL(class_unregister);

static void free_class(const struct class *class)
{
	kfree(class);
}

/**
 * class_create() - allocate and register a class
 *
 * Context: may sleep. Return: the class or ERR_PTR(-ENOMEM).
 */
struct class *class_create(const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);

	if (!class)
		return ERR_PTR(-ENOMEM);
	class->name = name;
	class->class_release = free_class;
	return class;
}
EXPORT_SYMBOL_GPL(class_create);

/** class_destroy() - take back class_create(). */
void class_destroy(const struct class *class)
{
	if (!IS_ERR_OR_NULL(class))
		class_unregister(class);
}
EXPORT_SYMBOL_GPL(class_destroy);
