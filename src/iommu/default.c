/* SPDX-License-Identifier: MIT */
/*
 * The default domain of a group: what kind it is, and exchanging it.
 * Models drivers/iommu/iommu.c (default domains), 6.17.
 *
 *	demanded by a driver or by distrust  >  asked for  >  the machine's default
 *
 * I1  The DMA API finds a default domain whose direct regions are mapped before
 *     a device is behind it.
 * I2  A set-up that fails leaves the old default domain in place.
 * I3  It is exchanged only while no driver is bound and nobody owns the group.
 *     DMA to DMA-FQ is no exchange: the domain gets a flush queue.
 * Locks: group->mutex.
 * Tests: tests/unit/iommu/test_group.c, test_groups.c
 */
#include <linux/bug.h>
#include <linux/cc_platform.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/printk.h>

#include "iommu/group.h"

static enum iommu_boot_mode boot_mode;
const struct iommu_dma_hooks *iommu_dma_hooks;

void iommu_default_boot(enum iommu_boot_mode mode)
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
	iommu_dma_hooks = hooks;
}

void iommu_set_default_passthrough(bool cmd_line)
{
	boot_mode = IOMMU_BOOT_IDENTITY;
}
EXPORT_SYMBOL_GPL(iommu_set_default_passthrough);

void iommu_set_default_translated(bool cmd_line)
{
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

/* ---- which type ------------------------------------------------------------- */

static unsigned int iommu_machine_type(void)
{
	switch (boot_mode) {
	case IOMMU_BOOT_IDENTITY:
		return IOMMU_DOMAIN_IDENTITY;
	case IOMMU_BOOT_LAZY:
		return IOMMU_DOMAIN_DMA_FQ;
	default:
		return IOMMU_DOMAIN_DMA;
	}
}

/* What @dev's IOMMU driver insists on; 0: nothing. */
static unsigned int iommu_demanded_type(struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);

	if (ops->default_domain)
		return ops->default_domain->type;
	return ops->def_domain_type ? ops->def_domain_type(dev) : 0;
}

static bool iommu_untrusted(struct device *dev)
{
	return dev_is_pci(dev) && to_pci_dev(dev)->untrusted;
}

/*
 * One type for all devices of @group, 0: that of the machine will do. @target: the
 * type asked for, 0: any. 0, or -EINVAL where a demand contradicts @target or distrust.
 */
static int iommu_group_type(struct iommu_group *group, unsigned int target,
			    unsigned int *type)
{
	struct device *untrusted = NULL;
	struct iommu_group_dev *member;
	unsigned int demand = 0;

	for_each_group_dev(group, member)
	{
		unsigned int one = iommu_demanded_type(member->dev);

		if (iommu_untrusted(member->dev))
			untrusted = member->dev;
		if (demand && one && demand != one) {
			/* Passthrough wins, else who came first. */
			if (one != IOMMU_DOMAIN_IDENTITY)
				one = demand;
			dev_err_ratelimited(
				member->dev,
				"needs another default domain than its group: all get type 0x%x\n",
				one);
		}
		demand = one ?: demand;
	}
	/* A device that nobody trusts is translated, and strictly so. */
	if (untrusted) {
		if (demand && demand != IOMMU_DOMAIN_DMA) {
			dev_err_ratelimited(
				untrusted,
				"is not trusted, but its group demands passthrough\n");
			return -EINVAL;
		}
		demand = IOMMU_DOMAIN_DMA;
	}
	if (target && demand && target != demand)
		return -EINVAL;
	*type = target ?: demand;
	return 0;
}

/* ---- making and exchanging it -------------------------------------------------- */

static struct iommu_domain *iommu_alloc_of_type(struct iommu_group *group,
						unsigned int type)
{
	struct device *dev = iommu_group_first(group);
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_domain *old = group->head.default_domain, *domain;
	unsigned int flags;

	if (old && old->type == type)
		return old;
	if (type == IOMMU_DOMAIN_IDENTITY) {
		if (ops->identity_domain)
			return ops->identity_domain;
		if (!ops->domain_alloc_identity)
			return ERR_PTR(-EOPNOTSUPP);
		domain = ops->domain_alloc_identity(dev);
		if (!IS_ERR(domain)) {
			domain->type = type;
			domain->owner = ops;
		}
		return domain;
	}
	flags = dev->iommu->max_pasids ? IOMMU_HWPT_ALLOC_PASID : 0;
	domain = iommu_domain_alloc_type(dev, type, flags);
	if (flags && PTR_ERR_OR_ZERO(domain) == -EOPNOTSUPP)
		domain = iommu_domain_alloc_type(dev, type, 0);
	return domain;
}

/* @type 0: what the machine prefers; only then another one does as well. */
static struct iommu_domain *iommu_alloc_default(struct iommu_group *group,
						unsigned int type)
{
	const struct iommu_ops *ops = iommu_ops_of(iommu_group_first(group));
	struct iommu_domain *domain;

	/* A driver that has only this one; it may be of type 0 (blocked). */
	if (ops->default_domain)
		return ops->default_domain->type == type ? ops->default_domain :
							   ERR_PTR(-EINVAL);
	if (type)
		return iommu_alloc_of_type(group, type);
	type = iommu_machine_type();
	domain = iommu_alloc_of_type(group, type);
	if (!IS_ERR(domain) || type == IOMMU_DOMAIN_DMA)
		return domain;
	pr_warn("iommu: group %d gets a DMA domain: no domain of type 0x%x (%pe)\n",
		group->id, type, domain);
	return iommu_alloc_of_type(group, IOMMU_DOMAIN_DMA);
}

static int iommu_map_all_direct(struct iommu_group *group,
				struct iommu_domain *domain)
{
	struct iommu_group_dev *member;
	int ret = 0;

	for_each_group_dev(group, member)
	{
		int err = iommu_map_direct_regions(domain, member->dev);

		if (err)
			dev_warn(member->dev,
				 "direct regions are not mapped yet: %pe\n",
				 ERR_PTR(err));
		ret = ret ?: err;
	}
	return ret;
}

static bool iommu_is_static(const struct iommu_ops *ops,
			    const struct iommu_domain *domain)
{
	return domain == ops->identity_domain || domain == ops->default_domain;
}

static void iommu_drop_default(struct iommu_group *group,
			       struct iommu_domain *domain)
{
	const struct iommu_ops *ops = iommu_ops_of(iommu_group_first(group));

	if (domain && !iommu_is_static(ops, domain))
		iommu_domain_free(domain);
}

/**
 * iommu_group_setup_default() - give @group a default domain and attach it
 * @target: type asked for, 0: what the devices and the machine say
 *
 * Context: group->mutex held, the group not empty; if it has a default domain
 * already, that one is attached or nobody uses the group. May sleep.
 * Return: 0; -EINVAL for a type that a device cannot have; -EOPNOTSUPP, -ENOMEM
 * or what the driver said, and the old default domain is still there.
 */
int iommu_group_setup_default(struct iommu_group *group, unsigned int target)
{
	struct iommu_domain *old = group->head.default_domain, *domain;
	bool direct_failed;
	unsigned int type;
	int ret;

	lockdep_assert_held(&group->mutex);
	ret = iommu_group_type(group, target, &type);
	if (ret)
		return ret;
	domain = iommu_alloc_default(group, type);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	if (domain == old)
		return 0;
	if (iommu_is_dma_domain(domain) && iommu_dma_hooks) {
		ret = iommu_dma_hooks->get_cookie(domain);
		if (ret)
			goto err_drop;
	}
	direct_failed = iommu_map_all_direct(group, domain) != 0;

	/* Before the attach: deferred devices are told apart by it. */
	group->head.default_domain = domain;
	ret = __iommu_group_set_domain(group, domain);
	if (WARN_ON(ret && !old) || ret)
		goto err_restore;
	/* Some hardware can map only what is attached. */
	if (direct_failed) {
		ret = iommu_map_all_direct(group, domain);
		if (ret)
			goto err_back;
	}
	iommu_drop_default(group, old);
	return 0;

err_back:
	if (old)
		__iommu_group_return_to(group, old);
err_restore:
	group->head.default_domain = old;
err_drop:
	iommu_drop_default(group, domain);
	return ret;
}

/**
 * iommu_group_set_type() - what a write to the group's "type" does
 * @target: IOMMU_DOMAIN_IDENTITY, _DMA or _DMA_FQ; 0: whatever suits
 *
 * Context: group->mutex held. May sleep.
 * Return: 0; -EINVAL without a default domain; -EPERM while a driver is bound or
 * somebody owns the group, but for DMA to DMA-FQ; -EOPNOTSUPP where the IOMMU cannot
 * defer; as iommu_group_setup_default().
 */
int iommu_group_set_type(struct iommu_group *group, unsigned int target)
{
	struct iommu_domain *domain = group->head.default_domain;
	struct iommu_group_dev *member;
	int ret;

	/* The last device takes it along. */
	if (!domain)
		return -EINVAL;
	if (target == IOMMU_DOMAIN_DMA_FQ && domain->type == IOMMU_DOMAIN_DMA) {
		unsigned int type;

		ret = iommu_group_type(group, target, &type);
		if (!ret && !device_iommu_capable(iommu_group_first(group),
						  IOMMU_CAP_DEFERRED_FLUSH))
			ret = -EOPNOTSUPP;
		if (!ret)
			ret = iommu_dma_hooks->init_fq(domain);
		if (ret)
			return ret;
		domain->type = IOMMU_DOMAIN_DMA_FQ;
		sim_iommu_type_changed(domain);
		return 0;
	}
	if (group->owner_cnt)
		return -EPERM;
	ret = iommu_group_setup_default(group, target);
	if (ret)
		return ret;
	for_each_group_dev(group, member) iommu_dma_hooks->setup(member->dev);
	return 0;
}
