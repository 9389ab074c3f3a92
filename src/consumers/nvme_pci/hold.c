/* SPDX-License-Identifier: MIT */
/*
 * NVMe host core: holding the queues back and emptying them, around a reset.
 * Models the quiesce, freeze and cancel helpers of drivers/nvme/host/core.c,
 * 6.17.
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

enum nvme_held_back { NVME_IO_QUIESCED, NVME_ADMIN_QUIESCED, NVME_FROZEN };

static bool nvme_hold_back(struct nvme_ctrl *ctrl, enum nvme_held_back what)
{
	return !test_and_set_bit(what, &ctrl->held_back);
}

static bool nvme_let_go(struct nvme_ctrl *ctrl, enum nvme_held_back what)
{
	return test_and_clear_bit(what, &ctrl->held_back);
}

void nvme_quiesce_io_queues(struct nvme_ctrl *ctrl)
{
	if (ctrl->tagset && nvme_hold_back(ctrl, NVME_IO_QUIESCED))
		blk_mq_quiesce_tagset(ctrl->tagset);
}

void nvme_unquiesce_io_queues(struct nvme_ctrl *ctrl)
{
	if (ctrl->tagset && nvme_let_go(ctrl, NVME_IO_QUIESCED))
		blk_mq_unquiesce_tagset(ctrl->tagset);
}

void nvme_quiesce_admin_queue(struct nvme_ctrl *ctrl)
{
	if (nvme_hold_back(ctrl, NVME_ADMIN_QUIESCED))
		blk_mq_quiesce_queue(ctrl->admin_q);
}

void nvme_unquiesce_admin_queue(struct nvme_ctrl *ctrl)
{
	if (nvme_let_go(ctrl, NVME_ADMIN_QUIESCED))
		blk_mq_unquiesce_queue(ctrl->admin_q);
}

/*
 * Freezing goes namespace by namespace. The list may be walked while it is
 * being changed: a namespace that comes meanwhile has no I/O yet, one that goes
 * is drained by its removal.
 */
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

/* Return: jiffies left, 0 if some I/O did not end in time. */
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

void nvme_cancel_tagset(struct nvme_ctrl *ctrl)
{
	nvme_cancel(ctrl, ctrl->tagset);
}

void nvme_cancel_admin_tagset(struct nvme_ctrl *ctrl)
{
	nvme_cancel(ctrl, ctrl->admin_tagset);
}
