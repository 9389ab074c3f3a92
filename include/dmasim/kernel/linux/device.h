/* SPDX-License-Identifier: MIT */
/*
 * The device model: devices, and what binds them to buses and drivers.
 *
 * Same: life cycle, driver data, parent/child tree, attributes, locking,
 * managed resources, deferred probe, every field that the DMA layer reads.
 * Reduced: no device numbers, no device links, no firmware nodes (of_node and
 * fwnode stay NULL), no asynchronous probe. struct driver_node and
 * struct device_node_core stand where the kernel has private pointers.
 * Stub: kobject_uevent(), runtime and system power management.
 */
#ifndef _DMASIM_LINUX_DEVICE_H
#define _DMASIM_LINUX_DEVICE_H

#include <linux/dev_printk.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/pm.h>
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/numa.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/device/bus.h>
#include <linux/device/class.h>
#include <linux/device/devres.h>
#include <linux/device/driver.h>
#include <linux/cleanup.h>
#include <asm/device.h>

struct device;
struct device_node;
struct fwnode_handle;
struct iommu_group;
struct dev_iommu;
struct dma_map_ops;
struct bus_dma_region;
struct dma_coherent_mem;
struct cma;
struct io_tlb_mem;
struct irq_domain;
struct msi_device_data;

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr,
			char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t count);
};

struct dev_ext_attribute {
	struct device_attribute attr;
	void *var;
};

#define DEVICE_ATTR(_name, _mode, _show, _store)   \
	struct device_attribute dev_attr_##_name = \
		__ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RW(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
#define DEVICE_ATTR_ADMIN_RW(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RW_MODE(_name, 0600)
#define DEVICE_ATTR_RO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_ADMIN_RO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RO_MODE(_name, 0400)
#define DEVICE_ATTR_WO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_WO(_name)

int device_create_file(struct device *device,
		       const struct device_attribute *entry);
void device_remove_file(struct device *dev,
			const struct device_attribute *attr);
int device_add_groups(struct device *dev,
		      const struct attribute_group **groups);
void device_remove_groups(struct device *dev,
			  const struct attribute_group **groups);

struct device_type {
	const char *name;
	const struct attribute_group **groups;
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void (*release)(struct device *dev);
	const struct dev_pm_ops *pm;
};

/**
 * struct device_dma_parameters - limits of one DMA segment
 * @max_segment_size: bytes
 * @min_align_mask: address bits a mapping must keep
 * @segment_boundary_mask: a segment never crosses a multiple of this + 1
 */
struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned int min_align_mask;
	unsigned long segment_boundary_mask;
};

enum device_removable {
	DEVICE_REMOVABLE_NOT_SUPPORTED = 0,
	DEVICE_REMOVABLE_UNKNOWN,
	DEVICE_FIXED,
	DEVICE_REMOVABLE,
};

struct dev_msi_info {
	struct irq_domain *domain;
	struct msi_device_data *data;
};

/**
 * struct device_node_core - the device core's bookkeeping (all under its lock)
 * @bus_node: in the bus's devices, until the last reference is dropped
 * @child_node: in the parent's @children, until the last reference is dropped
 * @deferred_node: in the list of devices whose probe was deferred
 * @added: device_add() succeeded and device_del() has not begun
 * @dead: device_del() has begun; nothing may bind or find it any more
 * @bound: a driver's probe has succeeded
 */
struct device_node_core {
	struct list_head bus_node;
	struct list_head child_node;
	struct list_head children;
	struct list_head deferred_node;
	bool added;
	bool dead;
	bool bound;
};

/**
 * struct device - one device
 * @mutex: device_lock(): probe, remove and driver calls exclude each other
 * @dma_ops: mapping operations that replace the built-in ones, NULL for those
 * @dma_mask: points at the streaming mask, usually in the containing device
 * @bus_dma_limit: highest address the path above the device passes, 0 = none
 * @dma_range_map: translation windows between CPU and bus addresses
 * @dma_pools: dma_pool_create()d pools
 * @dma_coherent: the CPU's caches are snooped by this device's accesses
 * @dma_ops_bypass: dma_ops exist but dma-direct is used for this mask
 * @dma_skip_sync: no mapping since the mask was set has needed a sync
 * @dma_iommu: mappings go through the IOMMU layer
 * @devres_head: managed resources, under @devres_lock
 */
struct device {
	struct kobject kobj;
	struct device *parent;
	struct device_node_core p;
	const char *init_name;
	const struct device_type *type;
	const struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data;
	void *driver_data;
	struct mutex mutex;
	struct dev_pm_info power;
	struct dev_msi_info msi;

	const struct dma_map_ops *dma_ops;
	u64 *dma_mask;
	u64 coherent_dma_mask;
	u64 bus_dma_limit;
	const struct bus_dma_region *dma_range_map;
	struct device_dma_parameters *dma_parms;
	struct list_head dma_pools;
	struct dma_coherent_mem *dma_mem;
	struct cma *cma_area;
	struct io_tlb_mem *dma_io_tlb_mem;
	struct list_head dma_io_tlb_pools;
	spinlock_t dma_io_tlb_lock;
	bool dma_uses_io_tlb;

	struct dev_archdata archdata;
	struct device_node *of_node;
	struct fwnode_handle *fwnode;
	int numa_node;
	u32 id;

	spinlock_t devres_lock;
	struct list_head devres_head;

	const struct class *class;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	struct iommu_group *iommu_group;
	struct dev_iommu *iommu;

	enum device_removable removable;

	bool offline_disabled : 1;
	bool offline : 1;
	bool of_node_reused : 1;
	bool state_synced : 1;
	bool can_match : 1;
	bool dma_coherent : 1;
	bool dma_ops_bypass : 1;
	bool dma_skip_sync : 1;
	bool dma_iommu : 1;
};

#define kobj_to_dev(__kobj) container_of_const(__kobj, struct device, kobj)

/* ---- naming and data -------------------------------------------------- */

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : kobject_name(&dev->kobj);
}

static inline const char *dev_bus_name(const struct device *dev)
{
	return dev->bus ? dev->bus->name : dev->class ? dev->class->name : "";
}

int dev_set_name(struct device *dev, const char *name, ...) __printf(2, 3);
const char *dev_driver_string(const struct device *dev);

/* an IOMMU translates, or could translate, this device */
static inline bool device_iommu_mapped(struct device *dev)
{
	return dev->iommu_group != NULL;
}

static inline int dev_to_node(struct device *dev)
{
	return dev->numa_node;
}

static inline void set_dev_node(struct device *dev, int node)
{
	dev->numa_node = node;
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static inline struct irq_domain *dev_get_msi_domain(const struct device *dev)
{
	return dev->msi.domain;
}

static inline void dev_set_uevent_suppress(struct device *dev, int val)
{
}

static inline int device_is_registered(struct device *dev)
{
	return dev->kobj.state_in_sysfs;
}

static inline struct device_node *dev_of_node(struct device *dev)
{
	return NULL;
}

static inline bool dev_is_removable(struct device *dev)
{
	return dev->removable == DEVICE_REMOVABLE;
}

static inline void dev_set_removable(struct device *dev,
				     enum device_removable removable)
{
	dev->removable = removable;
}

static inline void device_enable_async_suspend(struct device *dev)
{
	dev->power.async_suspend = true;
}

static inline bool dev_has_sync_state(struct device *dev)
{
	return (dev->driver && dev->driver->sync_state) ||
	       (dev->bus && dev->bus->sync_state);
}

/* ---- locking ---------------------------------------------------------- */

static inline void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex);
}

static inline int device_trylock(struct device *dev)
{
	return mutex_trylock(&dev->mutex);
}

static inline void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

static inline void device_lock_assert(struct device *dev)
{
	lockdep_assert_held(&dev->mutex);
}

DEFINE_GUARD(device, struct device *, device_lock(_T), device_unlock(_T))

/* ---- life cycle ------------------------------------------------------- */

int __must_check device_register(struct device *dev);
void device_unregister(struct device *dev);
void device_initialize(struct device *dev);
int __must_check device_add(struct device *dev);
void device_del(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
bool kill_device(struct device *dev);

DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))

int device_for_each_child(struct device *dev, void *data, device_iter_t fn);
struct device *device_find_child(struct device *dev, const void *data,
				 device_match_t match);

struct device *__root_device_register(const char *name, struct module *owner);
void root_device_unregister(struct device *root);
#define root_device_register(name) __root_device_register(name, THIS_MODULE)

/* ---- binding ---------------------------------------------------------- */

int __must_check device_bind_driver(struct device *dev);
void device_release_driver(struct device *dev);
int __must_check device_attach(struct device *dev);
int __must_check driver_attach(const struct device_driver *drv);
int __must_check device_reprobe(struct device *dev);
int device_driver_attach(const struct device_driver *drv, struct device *dev);
bool device_is_bound(struct device *dev);

#define MODULE_ALIAS_CHARDEV_MAJOR(major)

#endif
