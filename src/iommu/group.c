/* SPDX-License-Identifier: MIT */
/*
 * IOMMU core: devices, groups of one, default domains, attach and ownership.
 * Models drivers/iommu/iommu.c (groups and probing), 6.17. Reduced: a group
 * holds exactly one device, so no path between devices is considered.
 *
 * I1  group->domain is what the hardware context of the device says.
 * I2  A failed attach leaves the previous domain in place.
 * I3  The default domain lives from the probe of the device to its release, so
 *     the mapping path reads it without a lock.
 * I4  owner_cnt != 0 with an owner means: the blocking domain or a domain of
 *     the owner is attached, never the default one.
 * Locks: group->mutex around attach and ownership; probe_lock around probing.
 * Tests: tests/unit/iommu/test_group.c
 */
#include <linux/bug.h>
#include <linux/cc_platform.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <trace/events/iommu.h>

#include "iommu/core.h"

struct iommu_group {
	struct iommu_group_head head; /* must be first: iommu_fast_dma_domain */
	struct kref ref;
	struct mutex mutex;
	int id;
	struct device *dev;
	struct iommu_domain *domain;
	struct iommu_domain *blocking_domain;
	unsigned int owner_cnt;
	void *owner;
};

static DEFINE_IDA(iommu_group_ida);
static DEFINE_MUTEX(probe_lock);
static LIST_HEAD(iommu_devices);
static unsigned int groups_live;
static enum iommu_boot_mode boot_mode;
static const struct iommu_dma_hooks *dma_hooks;

void iommu_group_boot(enum iommu_boot_mode mode)
{
	/* A device must not choose the memory of a confidential guest. */
	if (mode == IOMMU_BOOT_IDENTITY &&
	    cc_platform_has(CC_ATTR_MEM_ENCRYPT)) {
		pr_info("iommu: memory is encrypted: no default passthrough\n");
		mode = IOMMU_BOOT_STRICT;
	}
	boot_mode = mode;
}

void iommu_set_dma_hooks(const struct iommu_dma_hooks *hooks)
{
	dma_hooks = hooks;
}

unsigned int iommu_group_live(void)
{
	return groups_live;
}

/* Groups that were leaked, and their numbers, die with the machine. */
void iommu_group_shutdown(void)
{
	ida_destroy(&iommu_group_ida);
	groups_live = 0;
}

void iommu_set_default_passthrough(bool cmd_line)
{
	boot_mode = IOMMU_BOOT_IDENTITY;
}
EXPORT_SYMBOL_GPL(iommu_set_default_passthrough);

void iommu_set_default_translated(bool cmd_line)
{
	if (boot_mode == IOMMU_BOOT_IDENTITY)
		boot_mode = IOMMU_BOOT_STRICT;
}
EXPORT_SYMBOL_GPL(iommu_set_default_translated);

bool iommu_default_passthrough(void)
{
	return boot_mode == IOMMU_BOOT_IDENTITY;
}
EXPORT_SYMBOL_GPL(iommu_default_passthrough);

void iommu_set_dma_strict(void)
{
	if (boot_mode == IOMMU_BOOT_LAZY)
		boot_mode = IOMMU_BOOT_STRICT;
}
EXPORT_SYMBOL_GPL(iommu_set_dma_strict);

/* ---- group objects --------------------------------------------------------- */

struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return ERR_PTR(-ENOMEM);
	group->id = ida_alloc(&iommu_group_ida, GFP_KERNEL);
	if (group->id < 0) {
		int err = group->id;

		kfree(group);
		return ERR_PTR(err);
	}
	kref_init(&group->ref);
	mutex_init(&group->mutex);
	groups_live++;
	return group;
}
EXPORT_SYMBOL_GPL(iommu_group_alloc);

static void iommu_group_release(struct kref *ref)
{
	struct iommu_group *group = container_of(ref, struct iommu_group, ref);

	ida_free(&iommu_group_ida, group->id);
	mutex_destroy(&group->mutex);
	kfree(group);
	groups_live--;
}

struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kref_get(&group->ref);
	return group;
}
EXPORT_SYMBOL_GPL(iommu_group_ref_get);

struct iommu_group *iommu_group_get(struct device *dev)
{
	return dev->iommu_group ? iommu_group_ref_get(dev->iommu_group) : NULL;
}
EXPORT_SYMBOL_GPL(iommu_group_get);

void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kref_put(&group->ref, iommu_group_release);
}
EXPORT_SYMBOL_GPL(iommu_group_put);

int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}
EXPORT_SYMBOL_GPL(iommu_group_id);

int iommu_group_for_each_dev(struct iommu_group *group, void *data,
			     int (*fn)(struct device *, void *))
{
	return group->dev ? fn(group->dev, data) : 0;
}
EXPORT_SYMBOL_GPL(iommu_group_for_each_dev);

struct iommu_domain *iommu_group_default_domain(struct iommu_group *group)
{
	return group->head.default_domain;
}
EXPORT_SYMBOL_GPL(iommu_group_default_domain);

struct iommu_group *generic_device_group(struct device *dev)
{
	return iommu_group_alloc();
}
EXPORT_SYMBOL_GPL(generic_device_group);

struct iommu_group *pci_device_group(struct device *dev)
{
	return iommu_group_alloc();
}
EXPORT_SYMBOL_GPL(pci_device_group);

/* ---- domains ----------------------------------------------------------------- */

static const struct iommu_ops *iommu_ops_of(struct device *dev)
{
	if (!dev->iommu || !dev->iommu->iommu_dev)
		return NULL;
	return dev->iommu->iommu_dev->ops;
}

static struct iommu_domain *iommu_domain_alloc_type(struct device *dev,
						    unsigned int type,
						    unsigned int flags)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_domain *domain;

	if (!ops)
		return ERR_PTR(-ENODEV);
	if (ops->domain_alloc_paging && !flags)
		domain = ops->domain_alloc_paging(dev);
	else if (ops->domain_alloc_paging_flags)
		domain = ops->domain_alloc_paging_flags(dev, flags, NULL);
	else
		return ERR_PTR(-EOPNOTSUPP);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	if (IS_ERR(domain))
		return domain;
	domain->type = type;
	domain->owner = ops;
	if (!domain->ops)
		domain->ops = ops->default_domain_ops;
	return domain;
}

struct iommu_domain *iommu_paging_domain_alloc_flags(struct device *dev,
						     unsigned int flags)
{
	return iommu_domain_alloc_type(dev, IOMMU_DOMAIN_UNMANAGED, flags);
}
EXPORT_SYMBOL_GPL(iommu_paging_domain_alloc_flags);

void iommu_domain_free(struct iommu_domain *domain)
{
	if (domain->cookie_type == IOMMU_COOKIE_DMA_IOVA && dma_hooks)
		dma_hooks->put_cookie(domain);
	if (domain->ops->free)
		domain->ops->free(domain);
}
EXPORT_SYMBOL_GPL(iommu_domain_free);

/* ---- attach (group->mutex held) ------------------------------------------------ */

static int __iommu_group_set_domain(struct iommu_group *group,
				    struct iommu_domain *domain)
{
	int ret;

	lockdep_assert_held(&group->mutex);
	if (group->domain == domain)
		return 0;
	ret = domain->ops->attach_dev(domain, group->dev);
	if (ret)
		return ret;
	trace_attach_device_to_domain(group->dev);
	group->domain = domain;
	return 0;
}

/* Going back must work: there is no domain left to fall back to. */
static void __iommu_group_return_to(struct iommu_group *group,
				    struct iommu_domain *domain)
{
	WARN_ON(__iommu_group_set_domain(group, domain));
}

static int __iommu_attach_group(struct iommu_domain *domain,
				struct iommu_group *group)
{
	const struct iommu_ops *ops = iommu_ops_of(group->dev);

	if (group->domain != group->head.default_domain &&
	    group->domain != group->blocking_domain)
		return -EBUSY;
	if (!ops)
		return -EINVAL;
	if (domain->owner != ops && domain != ops->blocked_domain &&
	    domain != ops->identity_domain)
		return -EINVAL;
	if (group->dev->iommu->require_direct &&
	    domain->type == IOMMU_DOMAIN_BLOCKED) {
		dev_warn(group->dev,
			 "firmware keeps direct mappings: cannot be blocked\n");
		return -EINVAL;
	}
	return __iommu_group_set_domain(group, domain);
}

int iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	int ret;

	mutex_lock(&group->mutex);
	ret = __iommu_attach_group(domain, group);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_attach_group);

void iommu_detach_group(struct iommu_domain *domain, struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	WARN_ON(group->domain != domain);
	__iommu_group_return_to(group, group->owner ?
					       group->blocking_domain :
					       group->head.default_domain);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_detach_group);

int iommu_attach_device(struct iommu_domain *domain, struct device *dev)
{
	if (!dev->iommu_group)
		return -ENODEV;
	return iommu_attach_group(domain, dev->iommu_group);
}
EXPORT_SYMBOL_GPL(iommu_attach_device);

void iommu_detach_device(struct iommu_domain *domain, struct device *dev)
{
	if (!WARN_ON(!dev->iommu_group))
		iommu_detach_group(domain, dev->iommu_group);
}
EXPORT_SYMBOL_GPL(iommu_detach_device);

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	return dev->iommu_group ? dev->iommu_group->domain : NULL;
}
EXPORT_SYMBOL_GPL(iommu_get_domain_for_dev);

struct iommu_domain *iommu_get_dma_domain(struct device *dev)
{
	return dev->iommu_group->head.default_domain;
}
EXPORT_SYMBOL_GPL(iommu_get_dma_domain);

/*
 * Attach is deferred only by drivers of a crash kernel; the first mapping then
 * attaches for real.
 */
int iommu_deferred_attach(struct device *dev, struct iommu_domain *domain)
{
	int ret = 0;

	if (likely(!dev->iommu || !dev->iommu->attach_deferred))
		return 0;
	mutex_lock(&dev->iommu_group->mutex);
	if (dev->iommu->attach_deferred) {
		ret = domain->ops->attach_dev(domain, dev);
		if (!ret) {
			dev->iommu->attach_deferred = 0;
			trace_attach_device_to_domain(dev);
		}
	}
	mutex_unlock(&dev->iommu_group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_deferred_attach);

bool device_iommu_capable(struct device *dev, enum iommu_cap cap)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);

	return ops && ops->capable && ops->capable(dev, cap);
}
EXPORT_SYMBOL_GPL(device_iommu_capable);

/* ---- ownership --------------------------------------------------------------- */

int iommu_device_use_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = 0;

	if (!group)
		return 0;
	mutex_lock(&group->mutex);
	if (!group->head.default_domain)
		ret = -EPROBE_DEFER;
	else if (group->owner_cnt &&
		 (group->domain != group->head.default_domain || group->owner))
		ret = -EBUSY;
	else
		group->owner_cnt++;
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_use_default_domain);

void iommu_device_unuse_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (!WARN_ON(!group->owner_cnt))
		group->owner_cnt--;
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_device_unuse_default_domain);

static int __iommu_take_owner(struct iommu_group *group, void *owner)
{
	const struct iommu_ops *ops = iommu_ops_of(group->dev);
	int ret;

	if (group->domain != group->head.default_domain)
		return -EBUSY;
	if (!group->blocking_domain) {
		if (!ops || !ops->blocked_domain)
			return -EOPNOTSUPP;
		group->blocking_domain = ops->blocked_domain;
	}
	ret = __iommu_group_set_domain(group, group->blocking_domain);
	if (ret)
		return ret;
	group->owner = owner;
	group->owner_cnt = 1;
	return 0;
}

static void __iommu_drop_owner(struct iommu_group *group)
{
	if (WARN_ON(!group->owner_cnt || !group->owner))
		return;
	if (--group->owner_cnt)
		return;
	group->owner = NULL;
	__iommu_group_return_to(group, group->head.default_domain);
}

int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
{
	int ret;

	if (WARN_ON(!owner))
		return -EINVAL;
	mutex_lock(&group->mutex);
	ret = group->owner_cnt ? -EPERM : __iommu_take_owner(group, owner);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_group_claim_dma_owner);

void iommu_group_release_dma_owner(struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	__iommu_drop_owner(group);
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_group_release_dma_owner);

bool iommu_group_dma_owner_claimed(struct iommu_group *group)
{
	bool claimed;

	mutex_lock(&group->mutex);
	claimed = group->owner_cnt;
	mutex_unlock(&group->mutex);
	return claimed;
}
EXPORT_SYMBOL_GPL(iommu_group_dma_owner_claimed);

/* Unlike the group call, the same owner may claim again. */
int iommu_device_claim_dma_owner(struct device *dev, void *owner)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = 0;

	if (WARN_ON(!owner))
		return -EINVAL;
	if (!group)
		return -ENODEV;
	mutex_lock(&group->mutex);
	if (!group->owner_cnt)
		ret = __iommu_take_owner(group, owner);
	else if (group->owner == owner)
		group->owner_cnt++;
	else
		ret = -EPERM;
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_device_claim_dma_owner);

void iommu_device_release_dma_owner(struct device *dev)
{
	if (dev->iommu_group)
		iommu_group_release_dma_owner(dev->iommu_group);
}
EXPORT_SYMBOL_GPL(iommu_device_release_dma_owner);

/* ---- reserved regions ------------------------------------------------------------ */

struct iommu_resv_region *iommu_alloc_resv_region(phys_addr_t start,
						  size_t length, int prot,
						  enum iommu_resv_type type,
						  gfp_t gfp)
{
	struct iommu_resv_region *region = kzalloc(sizeof(*region), gfp);

	if (!region)
		return NULL;
	INIT_LIST_HEAD(&region->list);
	region->start = start;
	region->length = length;
	region->prot = prot;
	region->type = type;
	return region;
}
EXPORT_SYMBOL_GPL(iommu_alloc_resv_region);

void iommu_get_resv_regions(struct device *dev, struct list_head *list)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (ops && ops->get_resv_regions)
		ops->get_resv_regions(dev, list);
}
EXPORT_SYMBOL_GPL(iommu_get_resv_regions);

void iommu_put_resv_regions(struct device *dev, struct list_head *list)
{
	struct iommu_resv_region *region, *next;

	list_for_each_entry_safe(region, next, list, list) {
		list_del(&region->list);
		if (region->free)
			region->free(dev, region);
		else
			kfree(region);
	}
}
EXPORT_SYMBOL_GPL(iommu_put_resv_regions);

/* ---- probing --------------------------------------------------------------------- */

static unsigned int iommu_default_type(struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	unsigned int type = ops->def_domain_type ? ops->def_domain_type(dev) :
						   0;

	/* A device that nobody trusts is translated, and strictly so. */
	if (dev_is_pci(dev) && to_pci_dev(dev)->untrusted)
		return IOMMU_DOMAIN_DMA;
	if (type)
		return type;
	switch (boot_mode) {
	case IOMMU_BOOT_IDENTITY:
		return IOMMU_DOMAIN_IDENTITY;
	case IOMMU_BOOT_LAZY:
		return IOMMU_DOMAIN_DMA_FQ;
	default:
		return IOMMU_DOMAIN_DMA;
	}
}

static int iommu_setup_default_domain(struct device *dev,
				      struct iommu_group *group)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	unsigned int type = iommu_default_type(dev);
	struct iommu_domain *domain;
	int ret;

	if (type == IOMMU_DOMAIN_IDENTITY && ops->identity_domain) {
		domain = ops->identity_domain;
	} else {
		domain = iommu_domain_alloc_type(dev, type, 0);
		if (IS_ERR(domain))
			return PTR_ERR(domain);
		ret = dma_hooks ? dma_hooks->get_cookie(domain) : 0;
		if (ret)
			goto err_free;
	}
	ret = domain->ops->attach_dev(domain, dev);
	if (ret)
		goto err_free;
	trace_attach_device_to_domain(dev);
	group->head.default_domain = domain;
	group->domain = domain;
	return 0;

err_free:
	if (domain != ops->identity_domain)
		iommu_domain_free(domain);
	return ret;
}

static int __iommu_probe_device(struct device *dev)
{
	struct iommu_device *hw, *answer = ERR_PTR(-ENODEV);
	struct iommu_group *group;
	int ret;

	dev->iommu = kzalloc(sizeof(*dev->iommu), GFP_KERNEL);
	if (!dev->iommu)
		return -ENOMEM;
	mutex_init(&dev->iommu->lock);

	list_for_each_entry(hw, &iommu_devices, list) {
		answer = hw->ops->probe_device(dev);
		if (PTR_ERR_OR_ZERO(answer) != -ENODEV)
			break;
	}
	if (IS_ERR(answer)) {
		ret = PTR_ERR(answer);
		goto err_free;
	}
	dev->iommu->iommu_dev = answer;
	dev->iommu->max_pasids = answer->max_pasids;

	group = answer->ops->device_group(dev);
	if (WARN_ON_ONCE(!group))
		group = ERR_PTR(-EINVAL);
	if (IS_ERR(group)) {
		ret = PTR_ERR(group);
		goto err_release;
	}
	group->dev = dev;
	dev->iommu_group = group;
	trace_add_device_to_group(group->id, dev);
	if (answer->ops->is_attach_deferred)
		dev->iommu->attach_deferred =
			answer->ops->is_attach_deferred(dev);
	ret = iommu_setup_default_domain(dev, group);
	if (ret)
		goto err_group;
	return 0;

err_group:
	trace_remove_device_from_group(group->id, dev);
	dev->iommu_group = NULL;
	iommu_group_put(group);
err_release:
	if (answer->ops->release_device)
		answer->ops->release_device(dev);
err_free:
	mutex_destroy(&dev->iommu->lock);
	kfree(dev->iommu);
	dev->iommu = NULL;
	return ret;
}

/**
 * iommu_probe_device() - give @dev an IOMMU, a group and a default domain
 *
 * Context: may sleep.
 * Return: 0 (also if it had one already); -ENODEV when no IOMMU serves @dev;
 * -ENOMEM or what the driver said, and @dev is as before.
 */
int iommu_probe_device(struct device *dev)
{
	int ret = 0;

	mutex_lock(&probe_lock);
	if (!dev->iommu_group)
		ret = __iommu_probe_device(dev);
	mutex_unlock(&probe_lock);
	if (ret)
		return ret;
	if (dma_hooks)
		dma_hooks->setup(dev);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_probe_device);

void iommu_release_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (!group)
		return;
	mutex_lock(&probe_lock);
	WARN_ON(group->owner_cnt);
	dev->dma_iommu = false;
	/* The context stops pointing at the table before the table goes. */
	if (ops->release_device)
		ops->release_device(dev);
	if (group->head.default_domain != ops->identity_domain)
		iommu_domain_free(group->head.default_domain);
	group->head.default_domain = NULL;
	group->domain = NULL;
	trace_remove_device_from_group(group->id, dev);
	group->dev = NULL;
	dev->iommu_group = NULL;
	iommu_group_put(group);
	mutex_destroy(&dev->iommu->lock);
	kfree(dev->iommu);
	dev->iommu = NULL;
	mutex_unlock(&probe_lock);
}

int iommu_device_register(struct iommu_device *iommu,
			  const struct iommu_ops *ops, struct device *hwdev)
{
	iommu->ops = ops;
	iommu->dev = hwdev;
	iommu->ready = true;
	mutex_lock(&probe_lock);
	list_add_tail(&iommu->list, &iommu_devices);
	mutex_unlock(&probe_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_device_register);

void iommu_device_unregister(struct iommu_device *iommu)
{
	mutex_lock(&probe_lock);
	list_del(&iommu->list);
	iommu->ready = false;
	mutex_unlock(&probe_lock);
}
EXPORT_SYMBOL_GPL(iommu_device_unregister);
