/* SPDX-License-Identifier: MIT */
/*
 * Domains for requests that carry a process address space id, and the handles by
 * which attachments are found when a page request comes.
 * Models drivers/iommu/iommu.c (PASIDs, attach handles) and iommu-sva.c, 6.17.
 * Reduced: an attachment of a PASID is one object, not a tagged pointer; there are no
 * SVA domains.
 *
 * I1  group->pasids has an entry for a PASID if and only if every device that has PASIDs
 *     and was in the group at the attach is attached for it. Who joins later is not,
 *     and is told of, until the next attach or replace.
 * I2  A failed attach or replace leaves every device where it was.
 * I3  A group without devices has no entry: what a driver forgot goes, and is told.
 * Locks: group->mutex; the array's own lock where page requests look.
 * Tests: tests/unit/iommu/test_pasid.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>

#include "iommu/group.h"
#include "iommu/iommu_priv.h"

/* What is attached for a PASID; PASID 0: only a handle. */
struct iommu_seat {
	struct iommu_domain *domain;
	struct iommu_attach_handle *handle;
};

static DEFINE_IDA(global_pasids);

/* Has @dev such requests at all? Not while it is being reset. */
static bool has_pasids(struct iommu_group *group, struct device *dev)
{
	return dev->iommu && dev->iommu->max_pasids > 0 && dev != group->parked;
}

/* The domain that ends what is attached for a PASID; NULL: @dev has no such thing. */
static struct iommu_domain *blocked_of(struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_domain *blocked = ops ? ops->blocked_domain : NULL;

	return blocked && blocked->ops->set_dev_pasid ? blocked : NULL;
}

/* Mutex held. 0, -EBUSY, -EINVAL: @pasid is more than a device knows. */
static int check_pasid(struct iommu_group *group, ioasid_t pasid)
{
	struct iommu_group_dev *member;

	if (group->parked)
		return -EBUSY;
	for_each_group_dev(
		group,
		member) if (has_pasids(group, member->dev) &&
			    pasid >= member->dev->iommu
					     ->max_pasids) return -EINVAL;
	return 0;
}

/* @dev from @domain back to @old; where that fails, or is NULL, it is blocked. */
static void set_back(struct device *dev, struct iommu_domain *domain,
		     ioasid_t pasid, struct iommu_domain *old)
{
	struct iommu_domain *blocked = blocked_of(dev);

	if (!old || WARN_ON(old->ops->set_dev_pasid(old, dev, pasid, domain)))
		WARN_ON(blocked && blocked->ops->set_dev_pasid(blocked, dev,
							       pasid, domain));
}

/* All devices of the group from @old, NULL: blocked, to @domain, or none. */
static int set_group_pasid(struct iommu_group *group,
			   struct iommu_domain *domain, ioasid_t pasid,
			   struct iommu_domain *old)
{
	struct iommu_group_dev *member;
	int ret = 0;

	for_each_group_dev(group, member)
	{
		if (!has_pasids(group, member->dev))
			continue;
		ret = domain->ops->set_dev_pasid(domain, member->dev, pasid,
						 old);
		if (ret)
			goto err_back;
	}
	return 0;

err_back:
	list_for_each_entry_continue_reverse(member, &group->devices,
					     node) if (has_pasids(group,
								  member->dev))
		set_back(member->dev, domain, pasid, old);
	return ret;
}

/* @seat becomes visible to page requests, which a place was reserved for. */
static void take_seat(struct iommu_group *group, ioasid_t pasid,
		      struct iommu_seat *seat, struct iommu_domain *domain,
		      struct iommu_attach_handle *handle)
{
	seat->domain = domain;
	seat->handle = handle;
	if (handle)
		handle->domain = domain;
	WARN_ON(xa_err(xa_store(&group->pasids, pasid, seat, GFP_KERNEL)));
}

static int __attach_pasid(struct iommu_group *group,
			  struct iommu_domain *domain, ioasid_t pasid,
			  struct iommu_attach_handle *handle)
{
	struct iommu_seat *seat;
	int ret;

	if (xa_load(&group->pasids, pasid))
		return -EBUSY;
	seat = kzalloc(sizeof(*seat), GFP_KERNEL);
	if (!seat)
		return -ENOMEM;
	ret = xa_reserve(&group->pasids, pasid, GFP_KERNEL);
	if (!ret)
		ret = set_group_pasid(group, domain, pasid, NULL);
	/* Not before: a request of an attach that fails would find it. */
	if (!ret) {
		take_seat(group, pasid, seat, domain, handle);
	} else {
		xa_release(&group->pasids, pasid);
		kfree(seat);
	}
	return ret;
}

int iommu_attach_device_pasid(struct iommu_domain *domain, struct device *dev,
			      ioasid_t pasid,
			      struct iommu_attach_handle *handle)
{
	struct iommu_group *group = dev->iommu_group;
	int ret;

	if (!group)
		return -ENODEV;
	if (!domain->ops->set_dev_pasid || !blocked_of(dev))
		return -EOPNOTSUPP;
	if (!iommu_ops_take(iommu_ops_of(dev), domain) ||
	    pasid == IOMMU_NO_PASID)
		return -EINVAL;
	mutex_lock(&group->mutex);
	ret = check_pasid(group, pasid);
	if (!ret)
		ret = __attach_pasid(group, domain, pasid, handle);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_attach_device_pasid);

/* Mutex held. Page requests find the old attachment until the new one is made. */
static int __replace_pasid(struct iommu_group *group,
			   struct iommu_domain *domain, ioasid_t pasid,
			   struct iommu_attach_handle *handle)
{
	struct iommu_seat *seat = xa_load(&group->pasids, pasid);
	int ret = 0;

	if (group->parked)
		return -EBUSY;
	if (!seat)
		return -EINVAL;
	/* Who looks at the old one without a lock would see the new domain in it. */
	if (WARN_ON(seat->handle == handle))
		return -EINVAL;
	if (seat->domain != domain)
		ret = set_group_pasid(group, domain, pasid, seat->domain);
	if (ret)
		return ret;
	xa_lock(&group->pasids);
	handle->domain = domain;
	seat->domain = domain;
	seat->handle = handle;
	xa_unlock(&group->pasids);
	return 0;
}

int iommu_replace_device_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid,
			       struct iommu_attach_handle *handle)
{
	struct iommu_group *group = dev->iommu_group;
	int ret;

	if (!group)
		return -ENODEV;
	if (!domain->ops->set_dev_pasid || !iommu_ops_of(dev))
		return -EOPNOTSUPP;
	if (!iommu_ops_take(iommu_ops_of(dev), domain) ||
	    pasid == IOMMU_NO_PASID || !handle)
		return -EINVAL;
	mutex_lock(&group->mutex);
	ret = __replace_pasid(group, domain, pasid, handle);
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_replace_device_pasid);

void iommu_detach_device_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid)
{
	struct iommu_group *group = dev->iommu_group;
	struct iommu_domain *blocked;
	struct iommu_group_dev *member;

	if (!group) {
		lib_event(LIB_EVENT_MISUSE, "iommu-pasid", dev, 0, 0,
			  "PASID %u of %s, which is in no group, is detached",
			  pasid, dev_name(dev));
		return;
	}
	blocked = iommu_ops_of(dev)->blocked_domain;
	mutex_lock(&group->mutex);
	for_each_group_dev(group, member) if (has_pasids(group, member->dev))
		WARN_ON(blocked->ops->set_dev_pasid(blocked, member->dev, pasid,
						    domain));
	kfree(xa_erase(&group->pasids, pasid));
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_detach_device_pasid);

/* What @dev is attached for is blocked for it. */
void iommu_pasid_park(struct iommu_group *group, struct device *dev)
{
	struct iommu_domain *blocked = iommu_ops_of(dev)->blocked_domain;
	struct iommu_seat *seat;
	unsigned long pasid;

	if (!has_pasids(group, dev))
		return;
	xa_for_each_start(&group->pasids, pasid, seat, 1) WARN_ON(
		blocked->ops->set_dev_pasid(blocked, dev, pasid, seat->domain));
}

void iommu_pasid_unpark(struct iommu_group *group, struct device *dev)
{
	struct iommu_domain *blocked = iommu_ops_of(dev)->blocked_domain;
	struct iommu_seat *seat;
	unsigned long pasid;

	if (!has_pasids(group, dev))
		return;
	xa_for_each_start(&group->pasids, pasid, seat, 1)
		WARN_ON(seat->domain->ops->set_dev_pasid(seat->domain, dev,
							 pasid, blocked));
}

/* @dev is a new member. Mutex held. */
void iommu_pasid_joined(struct iommu_group *group, struct device *dev)
{
	struct iommu_seat *seat;
	unsigned long pasid;

	if (!has_pasids(group, dev))
		return;
	xa_for_each_start(&group->pasids, pasid, seat, 1) lib_event(
		LIB_EVENT_NOTE, "iommu-pasid-late", dev, 0, 0,
		"%s joins group %d, which is attached for PASID %lu: it is not",
		dev_name(dev), group->id, pasid);
}

/* @dev has left. What nobody in @group is attached for any more goes. */
void iommu_pasid_left(struct iommu_group *group, struct device *dev)
{
	struct iommu_group_dev *member;
	struct iommu_seat *seat;
	bool others = false;
	unsigned long pasid;

	for_each_group_dev(group, member) others |=
		member->dev->iommu && member->dev->iommu->max_pasids > 0;
	xa_for_each(&group->pasids, pasid, seat) {
		if (pasid == IOMMU_NO_PASID ? !list_empty(&group->devices) :
					      others)
			continue;
		lib_event(LIB_EVENT_MISUSE, "iommu-pasid", dev, 0, 0,
			  "%s goes while it is attached for PASID %lu%s",
			  dev_name(dev), pasid, pasid ? "" : " by a handle");
		kfree(xa_erase(&group->pasids, pasid));
	}
}

/* ---- handles ------------------------------------------------------------------- */

int iommu_attach_group_handle(struct iommu_domain *domain,
			      struct iommu_group *group,
			      struct iommu_attach_handle *handle)
{
	struct iommu_seat *seat;
	int ret = -EBUSY;

	if (!handle)
		return -EINVAL;
	seat = kzalloc(sizeof(*seat), GFP_KERNEL);
	if (!seat)
		return -ENOMEM;
	mutex_lock(&group->mutex);
	if (!xa_load(&group->pasids, IOMMU_NO_PASID)) {
		ret = xa_reserve(&group->pasids, IOMMU_NO_PASID, GFP_KERNEL);
		if (!ret)
			ret = __iommu_attach_group(domain, group);
		if (!ret)
			take_seat(group, IOMMU_NO_PASID, seat, domain, handle);
		else
			xa_release(&group->pasids, IOMMU_NO_PASID);
	}
	mutex_unlock(&group->mutex);
	if (ret)
		kfree(seat);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_attach_group_handle);

void iommu_detach_group_handle(struct iommu_domain *domain,
			       struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	__iommu_detach_group(domain, group);
	kfree(xa_erase(&group->pasids, IOMMU_NO_PASID));
	mutex_unlock(&group->mutex);
}
EXPORT_SYMBOL_GPL(iommu_detach_group_handle);

int iommu_replace_group_handle(struct iommu_group *group,
			       struct iommu_domain *new_domain,
			       struct iommu_attach_handle *handle)
{
	struct iommu_seat *seat, *fresh = NULL;
	int ret = 0;

	if (!new_domain || !handle)
		return -EINVAL;
	mutex_lock(&group->mutex);
	seat = xa_load(&group->pasids, IOMMU_NO_PASID);
	if (!seat) {
		/* Attached without a handle. */
		fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
		ret = fresh ? xa_reserve(&group->pasids, IOMMU_NO_PASID,
					 GFP_KERNEL) :
			      -ENOMEM;
	}
	if (!ret)
		ret = iommu_group_takes(group, new_domain);
	if (!ret)
		ret = __iommu_group_set_domain(group, new_domain);
	if (!ret && fresh) {
		take_seat(group, IOMMU_NO_PASID, fresh, new_domain, handle);
	} else if (!ret) {
		xa_lock(&group->pasids);
		handle->domain = new_domain;
		seat->domain = new_domain;
		seat->handle = handle;
		xa_unlock(&group->pasids);
	} else if (fresh) {
		xa_release(&group->pasids, IOMMU_NO_PASID);
		kfree(fresh);
	}
	mutex_unlock(&group->mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_replace_group_handle);

struct iommu_attach_handle *iommu_attach_handle_get(struct iommu_group *group,
						    ioasid_t pasid,
						    unsigned int type)
{
	struct iommu_attach_handle *handle = ERR_PTR(-ENOENT);
	struct iommu_seat *seat;

	xa_lock(&group->pasids);
	seat = xa_load(&group->pasids, pasid);
	if (seat && seat->handle)
		handle = seat->handle;
	if (!IS_ERR(handle) && type && handle->domain->type != type)
		handle = ERR_PTR(-EBUSY);
	xa_unlock(&group->pasids);
	return handle;
}
EXPORT_SYMBOL_GPL(iommu_attach_handle_get);

struct iommu_domain *iommu_domain_of_requests(struct device *dev,
					      ioasid_t pasid)
{
	struct iommu_group *group = dev->iommu_group;
	struct iommu_domain *domain = NULL;
	struct iommu_seat *seat;

	if (!group || pasid == IOMMU_NO_PASID)
		return iommu_get_domain_for_dev(dev);
	xa_lock(&group->pasids);
	seat = xa_load(&group->pasids, pasid);
	if (seat)
		domain = seat->domain;
	xa_unlock(&group->pasids);
	return domain;
}

/* ---- numbers, and processes ---------------------------------------------------- */

ioasid_t iommu_alloc_global_pasid(struct device *dev)
{
	int pasid;

	/* Without PASIDs there is nothing to give. */
	if (!dev->iommu || !dev->iommu->max_pasids)
		return IOMMU_PASID_INVALID;
	pasid = ida_alloc_range(&global_pasids, IOMMU_FIRST_GLOBAL_PASID,
				dev->iommu->max_pasids - 1, GFP_KERNEL);
	return pasid < 0 ? IOMMU_PASID_INVALID : pasid;
}
EXPORT_SYMBOL_GPL(iommu_alloc_global_pasid);

void iommu_free_global_pasid(ioasid_t pasid)
{
	if (!WARN_ON(pasid == IOMMU_PASID_INVALID))
		ida_free(&global_pasids, pasid);
}
EXPORT_SYMBOL_GPL(iommu_free_global_pasid);

void iommu_pasid_shutdown(void)
{
	ida_destroy(&global_pasids);
}

struct iommu_sva *iommu_sva_bind_device(struct device *dev,
					struct mm_struct *mm)
{
	return ERR_PTR(-EOPNOTSUPP);
}
EXPORT_SYMBOL_GPL(iommu_sva_bind_device);

/* There is no handle that they could be called with. */
void iommu_sva_unbind_device(struct iommu_sva *handle)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL_GPL(iommu_sva_unbind_device);

u32 iommu_sva_get_pasid(struct iommu_sva *handle)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL_GPL(iommu_sva_get_pasid);
