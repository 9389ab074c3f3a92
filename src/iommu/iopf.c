/* SPDX-License-Identifier: MIT */
/*
 * I/O page faults: devices that ask for pages and wait for an answer.
 * Models drivers/iommu/io-pgfault.c, 6.17.
 *
 *	request --> partial (its group is not complete)
 *	last one --> group: those of the same number, in order, it at the tail
 *	             --> handler of the domain --> iopf_group_response()
 *
 * I1  A complete group is answered exactly once: by who handles it, or by the removal
 *     of its device.
 * I2  fault_param lives while the device is on a queue or a group of it exists.
 * Locks: queue->lock, dev->iommu->lock, fault_param->lock, in this order. Handlers and
 * the driver's page_response() may sleep; the latter runs with fault_param->lock.
 * Tests: tests/unit/iommu/test_iopf.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "iommu/group.h"
#include "iommu/iommu_priv.h"

static struct iommu_fault_param *get_param(struct device *dev)
{
	struct iommu_fault_param *param;

	if (!dev->iommu)
		return NULL;
	mutex_lock(&dev->iommu->lock);
	param = dev->iommu->fault_param;
	if (param)
		refcount_inc(&param->users);
	mutex_unlock(&dev->iommu->lock);
	return param;
}

static void put_param(struct iommu_fault_param *param)
{
	if (!refcount_dec_and_test(&param->users))
		return;
	mutex_destroy(&param->lock);
	kfree(param);
}

static void answer(struct device *dev, struct iopf_fault *fault,
		   enum iommu_page_response_code code)
{
	struct iommu_page_response msg = {
		.pasid = fault->fault.prm.pasid,
		.grpid = fault->fault.prm.grpid,
		.code = code,
	};

	iommu_ops_of(dev)->page_response(dev, fault, &msg);
}

/* ---- groups -------------------------------------------------------------------- */

static void free_faults(struct list_head *list, const struct iopf_fault *but)
{
	struct iopf_fault *fault, *next;

	list_for_each_entry_safe(fault, next, list, list) {
		list_del(&fault->list);
		if (fault != but)
			kfree(fault);
	}
}

void iopf_free_group(struct iopf_group *group)
{
	free_faults(&group->faults, &group->last_fault);
	put_param(group->fault_param);
	kfree(group);
}
EXPORT_SYMBOL_GPL(iopf_free_group);

void iopf_group_response(struct iopf_group *group,
			 enum iommu_page_response_code status)
{
	struct iommu_fault_param *param = group->fault_param;

	mutex_lock(&param->lock);
	/* Not on the list: it was answered already. */
	if (!list_empty(&group->pending_node)) {
		answer(param->dev, &group->last_fault, status);
		list_del_init(&group->pending_node);
	}
	mutex_unlock(&param->lock);
}
EXPORT_SYMBOL_GPL(iopf_group_response);

/* Move the requests of group @grpid that have come to @list. Lock held. How many? */
static size_t take_partial(struct iommu_fault_param *param, u32 grpid,
			   struct list_head *list)
{
	struct iopf_fault *fault, *next;
	size_t nr = 0;

	list_for_each_entry_safe(fault, next, &param->partial, list) {
		if (fault->fault.prm.grpid != grpid)
			continue;
		list_move_tail(&fault->list, list);
		nr++;
	}
	return nr;
}

/* Nobody will handle it, but its number may be used again. */
static void drop_partial(struct iommu_fault_param *param, u32 grpid)
{
	LIST_HEAD(faults);

	mutex_lock(&param->lock);
	take_partial(param, grpid, &faults);
	mutex_unlock(&param->lock);
	free_faults(&faults, NULL);
}

/* The last request of a group has come. Takes over a reference; NULL: no memory. */
static struct iopf_group *make_group(struct iommu_fault_param *param,
				     const struct iopf_fault *evt)
{
	struct iopf_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	group->fault_param = param;
	group->last_fault.fault = evt->fault;
	INIT_LIST_HEAD(&group->faults);
	INIT_LIST_HEAD(&group->node);
	mutex_lock(&param->lock);
	group->fault_count =
		take_partial(param, evt->fault.prm.grpid, &group->faults);
	list_add_tail(&group->last_fault.list, &group->faults);
	group->fault_count++;
	list_add(&group->pending_node, &param->faults);
	mutex_unlock(&param->lock);
	return group;
}

/* ---- a request arrives ---------------------------------------------------------- */

static int keep_partial(struct iommu_fault_param *param,
			const struct iopf_fault *evt)
{
	struct iopf_fault *fault = kzalloc(sizeof(*fault), GFP_KERNEL);

	if (!fault)
		return -ENOMEM;
	fault->fault = evt->fault;
	mutex_lock(&param->lock);
	list_add_tail(&fault->list, &param->partial);
	mutex_unlock(&param->lock);
	return 0;
}

/* Who translates the request, NULL: nobody who handles pages. */
static struct iommu_attach_handle *find_handle(struct device *dev,
					       const struct iopf_fault *evt)
{
	const struct iommu_fault_page_request *prm = &evt->fault.prm;
	struct iommu_attach_handle *handle = ERR_PTR(-ENOENT);

	if (prm->flags & IOMMU_FAULT_PAGE_REQUEST_PASID_VALID) {
		handle = iommu_attach_handle_get(dev->iommu_group, prm->pasid,
						 0);
		/* The table of PASIDs itself may be another system's. */
		if (IS_ERR(handle) && iommu_ops_of(dev)->user_pasid_table)
			handle = iommu_attach_handle_get(dev->iommu_group,
							 IOMMU_NO_PASID,
							 IOMMU_DOMAIN_NESTED);
	} else {
		handle = iommu_attach_handle_get(dev->iommu_group,
						 IOMMU_NO_PASID, 0);
	}
	if (IS_ERR(handle) || !handle->domain->iopf_handler)
		return NULL;
	return handle;
}

int iommu_report_device_fault(struct device *dev, struct iopf_fault *evt)
{
	struct iommu_attach_handle *handle = find_handle(dev, evt);
	struct iommu_fault_param *param;
	struct iopf_group *group;
	int ret;

	if (!handle)
		goto err_nobody;
	param = get_param(dev);
	if (WARN_ON(!param))
		goto err_nobody;
	if (!(evt->fault.prm.flags & IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE)) {
		ret = keep_partial(param, evt);
		put_param(param);
		return ret;
	}
	group = make_group(param, evt);
	if (!group) {
		drop_partial(param, evt->fault.prm.grpid);
		answer(dev, evt, IOMMU_PAGE_RESP_FAILURE);
		put_param(param);
		return 0;
	}
	group->attach_handle = handle;
	if (handle->domain->iopf_handler(group)) {
		iopf_group_response(group, IOMMU_PAGE_RESP_FAILURE);
		iopf_free_group(group);
	}
	return 0;

err_nobody:
	if (evt->fault.type == IOMMU_FAULT_PAGE_REQ)
		answer(dev, evt, IOMMU_PAGE_RESP_INVALID);
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(iommu_report_device_fault);

/* ---- queues -------------------------------------------------------------------- */

struct iopf_queue *iopf_queue_alloc(const char *name)
{
	struct iopf_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);

	if (!queue)
		return NULL;
	queue->wq = alloc_workqueue("iopf/%s", WQ_UNBOUND, 0, name);
	if (!queue->wq) {
		kfree(queue);
		return NULL;
	}
	INIT_LIST_HEAD(&queue->devices);
	mutex_init(&queue->lock);
	return queue;
}
EXPORT_SYMBOL_GPL(iopf_queue_alloc);

void iopf_queue_free(struct iopf_queue *queue)
{
	struct iommu_fault_param *param, *next;

	if (!queue)
		return;
	list_for_each_entry_safe(param, next, &queue->devices, queue_list)
		iopf_queue_remove_device(queue, param->dev);
	destroy_workqueue(queue->wq);
	mutex_destroy(&queue->lock);
	kfree(queue);
}
EXPORT_SYMBOL_GPL(iopf_queue_free);

int iopf_queue_add_device(struct iopf_queue *queue, struct device *dev)
{
	const struct iommu_ops *ops = iommu_ops_of(dev);
	struct iommu_fault_param *param;
	int ret = -EBUSY;

	if (!ops || !ops->page_response)
		return -ENODEV;
	param = kzalloc(sizeof(*param), GFP_KERNEL);
	if (!param)
		return -ENOMEM;
	mutex_init(&param->lock);
	INIT_LIST_HEAD(&param->partial);
	INIT_LIST_HEAD(&param->faults);
	refcount_set(&param->users, 1);
	param->dev = dev;
	param->queue = queue;

	mutex_lock(&queue->lock);
	mutex_lock(&dev->iommu->lock);
	if (!dev->iommu->fault_param) {
		dev->iommu->fault_param = param;
		list_add(&param->queue_list, &queue->devices);
		ret = 0;
	}
	mutex_unlock(&dev->iommu->lock);
	mutex_unlock(&queue->lock);
	if (ret)
		put_param(param);
	return ret;
}
EXPORT_SYMBOL_GPL(iopf_queue_add_device);

static void abandon(struct iommu_fault_param *param)
{
	struct iopf_group *group, *next;

	mutex_lock(&param->lock);
	free_faults(&param->partial, NULL);
	list_for_each_entry_safe(group, next, &param->faults, pending_node) {
		answer(param->dev, &group->last_fault, IOMMU_PAGE_RESP_INVALID);
		list_del_init(&group->pending_node);
	}
	mutex_unlock(&param->lock);
}

void iopf_queue_remove_device(struct iopf_queue *queue, struct device *dev)
{
	struct iommu_fault_param *param;

	mutex_lock(&queue->lock);
	mutex_lock(&dev->iommu->lock);
	param = dev->iommu->fault_param;
	if (param && param->queue == queue) {
		dev->iommu->fault_param = NULL;
		list_del(&param->queue_list);
	} else {
		param = NULL;
	}
	mutex_unlock(&dev->iommu->lock);
	mutex_unlock(&queue->lock);
	if (WARN_ON(!param))
		return;
	abandon(param);
	put_param(param);
}
EXPORT_SYMBOL_GPL(iopf_queue_remove_device);

int iopf_queue_flush_dev(struct device *dev)
{
	struct iommu_fault_param *param = get_param(dev);

	if (WARN_ON(!param))
		return -ENODEV;
	flush_workqueue(param->queue->wq);
	put_param(param);
	return 0;
}
EXPORT_SYMBOL_GPL(iopf_queue_flush_dev);

int iopf_queue_discard_partial(struct iopf_queue *queue)
{
	struct iommu_fault_param *param;

	if (!queue)
		return -EINVAL;
	mutex_lock(&queue->lock);
	list_for_each_entry(param, &queue->devices, queue_list) {
		mutex_lock(&param->lock);
		free_faults(&param->partial, NULL);
		mutex_unlock(&param->lock);
	}
	mutex_unlock(&queue->lock);
	return 0;
}
EXPORT_SYMBOL_GPL(iopf_queue_discard_partial);
