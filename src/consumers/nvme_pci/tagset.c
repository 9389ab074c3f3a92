/* SPDX-License-Identifier: MIT */
/*
 * NVMe host core: its queues, made, held back and emptied.
 * Models the tag set, quiesce, freeze and cancel helpers of
 * drivers/nvme/host/core.c, 6.17.
 *
 *	freeze	nobody gets in; what is inside has to end first
 *	quiesce	what is inside waits
 *	cancel	what the controller has ends without it
 *
 * H1  Each of quiescing and freezing is done and undone at most once, however
 *     often it is asked for.
 * H2  A cancelled request ends once: its generation moves on, so a completion
 *     that comes later finds no request.
 * Tests: tests/unit/consumers/test_nvme_timeout.c
 */
#include <linux/blk-mq.h>
#include <linux/rculist.h>

#include "nvme.h"

/* ---- tag sets ------------------------------------------------------------ */

/**
 * nvme_alloc_admin_tag_set() - make the admin queue
 * @cmd_size: of the transport's PDU
 *
 * Context: may sleep. Return: 0, or an errno with nothing left behind.
 */
int nvme_alloc_admin_tag_set(struct nvme_ctrl *ctrl, struct blk_mq_tag_set *set,
			     const struct blk_mq_ops *ops,
			     unsigned int cmd_size)
{
	struct queue_limits lim = {};
	int ret;

	memset(set, 0, sizeof(*set));
	set->ops = ops;
	set->queue_depth = NVME_AQ_MQ_TAG_DEPTH;
	set->nr_hw_queues = 1;
	set->cmd_size = cmd_size;
	set->numa_node = NUMA_NO_NODE;
	set->driver_data = ctrl;
	set->timeout = NVME_ADMIN_TIMEOUT;
	ret = blk_mq_alloc_tag_set(set);
	if (ret)
		return ret;
	nvme_set_ctrl_limits(ctrl, &lim, true);
	ctrl->admin_q = blk_mq_alloc_queue(set, &lim, NULL);
	if (IS_ERR(ctrl->admin_q)) {
		ret = PTR_ERR(ctrl->admin_q);
		ctrl->admin_q = NULL;
		blk_mq_free_tag_set(set);
		return ret;
	}
	ctrl->admin_tagset = set;
	return 0;
}

/** nvme_remove_admin_tag_set() - drain and free it, if there is one. */
void nvme_remove_admin_tag_set(struct nvme_ctrl *ctrl)
{
	if (!ctrl->admin_tagset)
		return;
	/* Destroying drains: nothing may be held back by a quiesce. */
	nvme_unquiesce_admin_queue(ctrl);
	blk_mq_destroy_queue(ctrl->admin_q);
	blk_put_queue(ctrl->admin_q);
	blk_mq_free_tag_set(ctrl->admin_tagset);
	ctrl->admin_q = NULL;
	ctrl->admin_tagset = NULL;
}

/**
 * nvme_alloc_io_tag_set() - make the tag set of the I/O queues
 * @nr_maps: 1, there are neither poll nor read queues
 *
 * Context: may sleep. Return: 0, or an errno with nothing left behind.
 */
int nvme_alloc_io_tag_set(struct nvme_ctrl *ctrl, struct blk_mq_tag_set *set,
			  const struct blk_mq_ops *ops, unsigned int nr_maps,
			  unsigned int cmd_size)
{
	int ret;

	memset(set, 0, sizeof(*set));
	set->ops = ops;
	set->queue_depth =
		min_t(unsigned int, ctrl->sqsize, BLK_MQ_MAX_DEPTH - 1);
	set->nr_hw_queues = ctrl->queue_count - 1;
	set->nr_maps = nr_maps;
	set->cmd_size = cmd_size;
	set->numa_node = NUMA_NO_NODE;
	set->driver_data = ctrl;
	set->timeout = NVME_IO_TIMEOUT;
	ret = blk_mq_alloc_tag_set(set);
	if (!ret)
		ctrl->tagset = set;
	return ret;
}

/**
 * nvme_remove_io_tag_set() - free it, if there is one; no namespace uses it.
 */
void nvme_remove_io_tag_set(struct nvme_ctrl *ctrl)
{
	if (!ctrl->tagset)
		return;
	blk_mq_free_tag_set(ctrl->tagset);
	ctrl->tagset = NULL;
}

/* ---- quiesce, freeze, cancel --------------------------------------------- */

enum nvme_held_back { NVME_IO_QUIESCED, NVME_ADMIN_QUIESCED, NVME_FROZEN };

static bool nvme_hold_back(struct nvme_ctrl *ctrl, enum nvme_held_back what)
{
	return !test_and_set_bit(what, &ctrl->held_back);
}

static bool nvme_let_go(struct nvme_ctrl *ctrl, enum nvme_held_back what)
{
	return test_and_clear_bit(what, &ctrl->held_back);
}

/** nvme_quiesce_io_queues() - give the driver no I/O. Context: may sleep. */
void nvme_quiesce_io_queues(struct nvme_ctrl *ctrl)
{
	if (ctrl->tagset && nvme_hold_back(ctrl, NVME_IO_QUIESCED))
		blk_mq_quiesce_tagset(ctrl->tagset);
}

/** nvme_unquiesce_io_queues() - let I/O through again. Context: any. */
void nvme_unquiesce_io_queues(struct nvme_ctrl *ctrl)
{
	if (ctrl->tagset && nvme_let_go(ctrl, NVME_IO_QUIESCED))
		blk_mq_unquiesce_tagset(ctrl->tagset);
}

/**
 * nvme_quiesce_admin_queue() - give the driver no admin command. May sleep.
 */
void nvme_quiesce_admin_queue(struct nvme_ctrl *ctrl)
{
	if (nvme_hold_back(ctrl, NVME_ADMIN_QUIESCED))
		blk_mq_quiesce_queue(ctrl->admin_q);
}

/** nvme_unquiesce_admin_queue() - let them through again. Context: any. */
void nvme_unquiesce_admin_queue(struct nvme_ctrl *ctrl)
{
	if (nvme_let_go(ctrl, NVME_ADMIN_QUIESCED))
		blk_mq_unquiesce_queue(ctrl->admin_q);
}

/** nvme_start_freeze() - close all namespaces for new I/O. May sleep. */
void nvme_start_freeze(struct nvme_ctrl *ctrl)
{
	struct nvme_ns *ns;
	int cookie;

	if (!nvme_hold_back(ctrl, NVME_FROZEN))
		return;
	cookie = srcu_read_lock(&ctrl->srcu);
	list_for_each_entry_srcu(ns, &ctrl->namespaces, list,
				 srcu_read_lock_held(&ctrl->srcu)) {
		ns->frozen = true;
		blk_freeze_queue_start_non_owner(ns->queue);
	}
	srcu_read_unlock(&ctrl->srcu, cookie);
}

/** nvme_wait_freeze() - until all I/O has ended. Context: may sleep. */
void nvme_wait_freeze(struct nvme_ctrl *ctrl)
{
	struct nvme_ns *ns;
	int cookie = srcu_read_lock(&ctrl->srcu);

	list_for_each_entry_srcu(ns, &ctrl->namespaces, list,
				 srcu_read_lock_held(&ctrl->srcu))
		if (ns->frozen)
			blk_mq_freeze_queue_wait(ns->queue);
	srcu_read_unlock(&ctrl->srcu, cookie);
}

/**
 * nvme_wait_freeze_timeout() - the same, with patience
 * @timeout: jiffies
 *
 * Context: may sleep. Return: jiffies left, 0 if some I/O did not end in time.
 */
int nvme_wait_freeze_timeout(struct nvme_ctrl *ctrl, long timeout)
{
	struct nvme_ns *ns;
	int cookie = srcu_read_lock(&ctrl->srcu);

	list_for_each_entry_srcu(ns, &ctrl->namespaces, list,
				 srcu_read_lock_held(&ctrl->srcu)) {
		if (timeout > 0 && ns->frozen)
			timeout = blk_mq_freeze_queue_wait_timeout(ns->queue,
								   timeout);
	}
	srcu_read_unlock(&ctrl->srcu, cookie);
	return timeout;
}

/** nvme_unfreeze() - open what nvme_start_freeze() closed. May sleep. */
void nvme_unfreeze(struct nvme_ctrl *ctrl)
{
	struct nvme_ns *ns;
	int cookie;

	if (!nvme_let_go(ctrl, NVME_FROZEN))
		return;
	cookie = srcu_read_lock(&ctrl->srcu);
	list_for_each_entry_srcu(ns, &ctrl->namespaces, list,
				 srcu_read_lock_held(&ctrl->srcu)) {
		if (ns->frozen)
			blk_mq_unfreeze_queue_non_owner(ns->queue);
		ns->frozen = false;
	}
	srcu_read_unlock(&ctrl->srcu, cookie);
}

static bool nvme_cancel_request(struct request *req, void *data)
{
	if (blk_mq_request_completed(req))
		return true;
	nvme_req(req)->status = NVME_SC_HOST_ABORTED_CMD;
	nvme_req(req)->flags |= NVME_REQ_CANCELLED;
	nvme_req(req)->genctr++;
	blk_mq_complete_request(req);
	return true;
}

static void nvme_cancel(struct nvme_ctrl *ctrl, struct blk_mq_tag_set *set)
{
	if (!set)
		return;
	blk_mq_tagset_busy_iter(set, nvme_cancel_request, ctrl);
	blk_mq_tagset_wait_completed_request(set);
}

/**
 * nvme_cancel_tagset() - end all I/O that the controller has (H2)
 *
 * It must not touch memory any more. Context: may sleep.
 */
void nvme_cancel_tagset(struct nvme_ctrl *ctrl)
{
	nvme_cancel(ctrl, ctrl->tagset);
}

/** nvme_cancel_admin_tagset() - the same for admin commands. */
void nvme_cancel_admin_tagset(struct nvme_ctrl *ctrl)
{
	nvme_cancel(ctrl, ctrl->admin_tagset);
}
