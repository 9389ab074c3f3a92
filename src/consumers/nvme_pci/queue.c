/* SPDX-License-Identifier: MIT */
/*
 * Rings: submission, completion, interrupts, timeouts.
 * Models the queue part of drivers/nvme/host/pci.c, 6.17.
 *
 * Q1  The submission doorbell is written when the last command of a batch is in
 *     the ring, or when the ring would otherwise look full to us.
 * Q2  A completion entry is looked at only while its phase bit is ours; the
 *     head doorbell is written once for all entries found.
 * Q3  A request's data is unmapped exactly once, before the core ends it.
 * Q4  A late request is first looked for in its ring, then aborted, then the
 *     controller is reset; while it is being set up or torn down it is not
 *     reset again.
 * Locks: sq_lock and cq_lock are never held together.
 * Tests: tests/unit/consumers/test_nvme_rings.c, test_nvme_timeout.c,
 * tests/consumers/test_nvme.c
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <trace/events/nvme_pci.h>

#include "pci.h"

#define SQ_SIZE(q) ((q)->q_depth * sizeof(struct nvme_command))
#define CQ_SIZE(q) ((q)->q_depth * sizeof(struct nvme_completion))

/* ---- preparing a request ------------------------------------------------- */

static blk_status_t nvme_prep_rq(struct nvme_queue *nvmeq, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	struct nvme_dev *dev = nvmeq->dev;
	blk_status_t status;

	iod->flags = 0;
	iod->nr_descriptors = 0;
	iod->total_len = 0;
	iod->nr_dma_vecs = 0;
	iod->dma_vecs = NULL;

	status = nvme_setup_cmd(req->q->queuedata, req);
	if (status)
		return status;
	if (blk_rq_nr_phys_segments(req)) {
		trace_nvme_map_begin(req);
		status = dev->data->map(dev, req);
		trace_nvme_map_end(req,
				   status ? 0 : dev->data->bookkeeping(req));
		if (status)
			goto err_cleanup;
	}
	nvme_start_request(req);
	return BLK_STS_OK;

err_cleanup:
	nvme_cleanup_cmd(req);
	return status;
}

static void nvme_unmap_rq(struct request *req)
{
	struct nvme_queue *nvmeq = req->mq_hctx->driver_data;

	if (!blk_rq_nr_phys_segments(req))
		return;
	trace_nvme_unmap_begin(req);
	nvmeq->dev->data->unmap(nvmeq->dev, req);
	trace_nvme_unmap_end(req);
}

/* ---- submission ring ----------------------------------------------------- */

/* sq_lock held */
static void nvme_write_sq_db(struct nvme_queue *nvmeq, bool last)
{
	if (!last) {
		u16 next = nvmeq->sq_tail + 1;

		if (next == nvmeq->q_depth)
			next = 0;
		if (next != nvmeq->last_sq_tail)
			return;
	}
	writel(nvmeq->sq_tail, nvmeq->q_db);
	nvmeq->last_sq_tail = nvmeq->sq_tail;
}

/* sq_lock held */
static void nvme_copy_cmd(struct nvme_queue *nvmeq, struct nvme_command *cmd)
{
	memcpy(&nvmeq->sq_cmds[nvmeq->sq_tail], cmd, sizeof(*cmd));
	if (++nvmeq->sq_tail == nvmeq->q_depth)
		nvmeq->sq_tail = 0;
}

static struct nvme_queue *nvme_rq_queue(struct request *req)
{
	return req->mq_hctx->driver_data;
}

static void nvme_submit_one(struct nvme_queue *nvmeq, struct request *req,
			    bool last)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	spin_lock(&nvmeq->sq_lock);
	nvme_copy_cmd(nvmeq, &iod->cmd);
	nvme_write_sq_db(nvmeq, last);
	spin_unlock(&nvmeq->sq_lock);
}

static blk_status_t nvme_queue_rq(struct blk_mq_hw_ctx *hctx,
				  const struct blk_mq_queue_data *bd)
{
	struct nvme_queue *nvmeq = hctx->driver_data;
	struct nvme_ctrl *ctrl = &nvmeq->dev->ctrl;
	blk_status_t status;

	if (unlikely(!test_bit(NVMEQ_ENABLED, &nvmeq->flags)))
		return BLK_STS_IOERR;
	if (unlikely(!nvme_check_ready(ctrl, bd->rq, true)))
		return nvme_fail_nonready_command(ctrl, bd->rq);
	status = nvme_prep_rq(nvmeq, bd->rq);
	if (likely(!status))
		nvme_submit_one(nvmeq, bd->rq, bd->last);
	return status;
}

/* All of @list belongs to one queue: one lock, one doorbell. */
static void nvme_submit_list(struct nvme_queue *nvmeq, struct rq_list *list)
{
	struct request *req;

	if (rq_list_empty(list))
		return;
	spin_lock(&nvmeq->sq_lock);
	while ((req = rq_list_pop(list))) {
		struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

		nvme_copy_cmd(nvmeq, &iod->cmd);
	}
	nvme_write_sq_db(nvmeq, true);
	spin_unlock(&nvmeq->sq_lock);
}

/* Could it be issued in a batch? What cannot goes through queue_rq later. */
static bool nvme_prep_for_batch(struct nvme_queue *nvmeq, struct request *req)
{
	return test_bit(NVMEQ_ENABLED, &nvmeq->flags) &&
	       nvme_check_ready(&nvmeq->dev->ctrl, req, true) &&
	       nvme_prep_rq(nvmeq, req) == BLK_STS_OK;
}

static void nvme_queue_rqs(struct rq_list *rqlist)
{
	struct rq_list ready = {}, later = {};
	struct nvme_queue *queue = NULL;
	struct request *req;

	while ((req = rq_list_pop(rqlist))) {
		if (queue && queue != nvme_rq_queue(req))
			nvme_submit_list(queue, &ready);
		queue = nvme_rq_queue(req);
		rq_list_add_tail(
			nvme_prep_for_batch(queue, req) ? &ready : &later, req);
	}
	if (queue)
		nvme_submit_list(queue, &ready);
	*rqlist = later;
}

static void nvme_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct nvme_queue *nvmeq = hctx->driver_data;

	spin_lock(&nvmeq->sq_lock);
	if (nvmeq->sq_tail != nvmeq->last_sq_tail)
		nvme_write_sq_db(nvmeq, true);
	spin_unlock(&nvmeq->sq_lock);
}

/* ---- completion ring ----------------------------------------------------- */

static void nvme_pci_complete_rq(struct request *req)
{
	nvme_unmap_rq(req);
	nvme_complete_rq(req);
}

static void nvme_pci_complete_batch(struct io_comp_batch *iob)
{
	nvme_complete_batch(iob, nvme_unmap_rq);
}

static struct blk_mq_tags *nvme_queue_tagset(struct nvme_queue *nvmeq)
{
	if (!nvmeq->qid)
		return nvmeq->dev->admin_tagset.tags[0];
	return nvmeq->dev->tagset.tags[nvmeq->qid - 1];
}

static void nvme_handle_cqe(struct nvme_queue *nvmeq, struct io_comp_batch *iob,
			    struct nvme_completion *cqe)
{
	struct request *req = nvme_find_rq(nvme_queue_tagset(nvmeq),
					   READ_ONCE(cqe->command_id));

	if (unlikely(!req)) {
		dev_warn(nvmeq->dev->ctrl.dev,
			 "invalid id %d completed on queue %d\n",
			 cqe->command_id, le16_to_cpu(cqe->sq_id));
		return;
	}
	if (nvme_try_complete_req(req, cqe->status, cqe->result))
		return;
	if (!blk_mq_add_to_batch(req, iob,
				 nvme_req(req)->status != NVME_SC_SUCCESS,
				 nvme_pci_complete_batch))
		nvme_pci_complete_rq(req);
}

static bool nvme_cqe_pending(struct nvme_queue *nvmeq)
{
	struct nvme_completion *cqe = &nvmeq->cqes[nvmeq->cq_head];

	return (le16_to_cpu(READ_ONCE(cqe->status)) & 1) == nvmeq->cq_phase;
}

/* Take one entry off the ring; false if there is none. */
static bool nvme_next_cqe(struct nvme_queue *nvmeq, struct nvme_completion *cqe)
{
	if (!nvme_cqe_pending(nvmeq))
		return false;
	/* The rest of the entry is valid once the phase bit is. */
	dma_rmb();
	*cqe = nvmeq->cqes[nvmeq->cq_head];
	if (++nvmeq->cq_head == nvmeq->q_depth) {
		nvmeq->cq_head = 0;
		nvmeq->cq_phase ^= 1;
	}
	return true;
}

static bool nvme_poll_cq(struct nvme_queue *nvmeq, struct io_comp_batch *iob)
{
	struct nvme_completion cqe;
	bool found = false;

	while (nvme_next_cqe(nvmeq, &cqe)) {
		found = true;
		nvme_handle_cqe(nvmeq, iob, &cqe);
	}
	if (found)
		writel(nvmeq->cq_head, nvmeq->q_db + nvmeq->dev->db_stride);
	return found;
}

static irqreturn_t nvme_irq(int irq, void *data)
{
	struct nvme_queue *nvmeq = data;
	DEFINE_IO_COMP_BATCH(iob);

	if (!nvme_poll_cq(nvmeq, &iob))
		return IRQ_NONE;
	if (!rq_list_empty(&iob.req_list))
		nvme_pci_complete_batch(&iob);
	return IRQ_HANDLED;
}

/**
 * nvme_queue_poll_all() - handle completions whose interrupt did not come
 * Return: whether there were any. May sleep.
 */
bool nvme_queue_poll_all(struct nvme_queue *nvmeq)
{
	int irq = pci_irq_vector(to_pci_dev(nvmeq->dev->dev), nvmeq->cq_vector);
	bool found;

	disable_irq(irq);
	spin_lock(&nvmeq->cq_lock);
	found = nvme_poll_cq(nvmeq, NULL);
	spin_unlock(&nvmeq->cq_lock);
	enable_irq(irq);
	return found;
}

/**
 * nvme_queue_reap() - handle what was completed before the queue was disabled
 *
 * The doorbell is not written: the controller has forgotten the queue.
 */
void nvme_queue_reap(struct nvme_queue *nvmeq)
{
	struct nvme_completion cqe;

	spin_lock(&nvmeq->cq_lock);
	while (nvme_next_cqe(nvmeq, &cqe))
		nvme_handle_cqe(nvmeq, NULL, &cqe);
	spin_unlock(&nvmeq->cq_lock);
}

/* ---- timeouts ------------------------------------------------------------ */

static enum rq_end_io_ret nvme_abort_end_io(struct request *req,
					    blk_status_t error)
{
	struct nvme_queue *nvmeq = req->mq_hctx->driver_data;

	dev_warn(nvmeq->dev->ctrl.dev, "Abort status: 0x%x\n",
		 nvme_req(req)->status);
	atomic_inc(&nvmeq->dev->ctrl.abort_limit);
	return RQ_END_IO_FREE;
}

static bool nvme_send_abort(struct nvme_queue *nvmeq, struct request *req)
{
	struct nvme_ctrl *ctrl = &nvmeq->dev->ctrl;
	struct nvme_command cmd = {
		.abort = {
			.opcode = nvme_admin_abort_cmd,
			.sqid = cpu_to_le16(nvmeq->qid),
			.cid = nvme_cid(req),
		},
	};
	struct request *abort_req;

	if (atomic_dec_return(&ctrl->abort_limit) < 0) {
		atomic_inc(&ctrl->abort_limit);
		return false;
	}
	abort_req = blk_mq_alloc_request(ctrl->admin_q, REQ_OP_DRV_IN,
					 BLK_MQ_REQ_NOWAIT);
	if (IS_ERR(abort_req)) {
		atomic_inc(&ctrl->abort_limit);
		return false;
	}
	nvme_init_request(abort_req, &cmd);
	abort_req->end_io = nvme_abort_end_io;
	blk_execute_rq_nowait(abort_req, false);
	return true;
}

/* A controller that is being set up or reset answers to that alone. */
static bool nvme_must_reset(struct nvme_dev *dev)
{
	u32 csts = readl(dev->bar + NVME_REG_CSTS), bad = NVME_CSTS_CFS;

	if (NVME_CAP_NSSRC(dev->ctrl.cap))
		bad |= NVME_CSTS_NSSRO;
	if (!(csts & bad))
		return false;
	switch (nvme_ctrl_state(&dev->ctrl)) {
	case NVME_CTRL_CONNECTING:
	case NVME_CTRL_RESETTING:
		return false;
	default:
		dev_warn(dev->ctrl.dev,
			 "controller is down; will reset: CSTS=0x%x\n", csts);
		return true;
	}
}

/* Everything in flight, @req included, ends in here; LIVE comes later. */
static enum blk_eh_timer_return nvme_timeout_reset(struct nvme_dev *dev,
						   struct request *req)
{
	nvme_req(req)->flags |= NVME_REQ_CANCELLED;
	if (nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_RESETTING)) {
		nvme_dev_disable(dev, false);
		nvme_try_sched_reset(&dev->ctrl);
	} else if (nvme_state_terminal(&dev->ctrl)) {
		nvme_dev_disable(dev, true);
	}
	return BLK_EH_DONE;
}

static bool nvme_timeout_polled(struct nvme_queue *nvmeq, struct request *req)
{
	if (!test_bit(NVMEQ_ENABLED, &nvmeq->flags))
		return false;
	nvme_queue_poll_all(nvmeq);
	if (blk_mq_rq_state(req) == MQ_RQ_IN_FLIGHT)
		return false;
	dev_warn(nvmeq->dev->ctrl.dev,
		 "I/O tag %d QID %d timeout, completion polled\n", req->tag,
		 nvmeq->qid);
	return true;
}

static enum blk_eh_timer_return nvme_timeout(struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	struct nvme_queue *nvmeq = req->mq_hctx->driver_data;
	struct nvme_dev *dev = nvmeq->dev;

	if (!pci_device_is_present(to_pci_dev(dev->dev)))
		nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DELETING);
	if (nvme_state_terminal(&dev->ctrl)) {
		nvme_dev_disable(dev, true);
		return BLK_EH_DONE;
	}
	if (nvme_must_reset(dev))
		return nvme_timeout_reset(dev, req);
	if (nvme_timeout_polled(nvmeq, req))
		return BLK_EH_DONE;
	switch (nvme_ctrl_state(&dev->ctrl)) {
	case NVME_CTRL_CONNECTING:
		nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DELETING);
		fallthrough;
	case NVME_CTRL_DELETING:
		dev_warn(dev->ctrl.dev,
			 "I/O tag %d QID %d timeout, disable controller\n",
			 req->tag, nvmeq->qid);
		nvme_req(req)->flags |= NVME_REQ_CANCELLED;
		nvme_dev_disable(dev, true);
		return BLK_EH_DONE;
	case NVME_CTRL_RESETTING:
		return BLK_EH_RESET_TIMER;
	default:
		break;
	}
	if (!nvmeq->qid || (iod->flags & IOD_ABORTED)) {
		dev_warn(dev->ctrl.dev,
			 "I/O tag %d QID %d timeout, reset controller\n",
			 req->tag, nvmeq->qid);
		return nvme_timeout_reset(dev, req);
	}
	dev_warn(dev->ctrl.dev, "I/O tag %d QID %d timeout, aborting\n",
		 req->tag, nvmeq->qid);
	if (nvme_send_abort(nvmeq, req))
		iod->flags |= IOD_ABORTED;
	return BLK_EH_RESET_TIMER;
}

/* ---- blk-mq glue --------------------------------------------------------- */

static int nvme_init_admin_hctx(struct blk_mq_hw_ctx *hctx, void *data,
				unsigned int hctx_idx)
{
	struct nvme_dev *dev = to_nvme_dev(data);

	hctx->driver_data = &dev->queues[0];
	return 0;
}

static int nvme_init_hctx(struct blk_mq_hw_ctx *hctx, void *data,
			  unsigned int hctx_idx)
{
	struct nvme_dev *dev = to_nvme_dev(data);

	WARN_ON(dev->tagset.tags[hctx_idx] != hctx->tags);
	hctx->driver_data = &dev->queues[hctx_idx + 1];
	return 0;
}

static int nvme_pci_init_request(struct blk_mq_tag_set *set,
				 struct request *req, unsigned int hctx_idx,
				 unsigned int numa_node)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	nvme_req(req)->ctrl = set->driver_data;
	nvme_req(req)->cmd = &iod->cmd;
	return 0;
}

/* Vector 0 is the admin queue's when there are several. */
static void nvme_map_queues(struct blk_mq_tag_set *set)
{
	struct nvme_dev *dev = to_nvme_dev(set->driver_data);
	struct blk_mq_queue_map *map = &set->map[HCTX_TYPE_DEFAULT];

	map->nr_queues = set->nr_hw_queues;
	map->queue_offset = 0;
	blk_mq_map_hw_queues(map, dev->dev, dev->num_vecs > 1 ? 1 : 0);
}

const struct blk_mq_ops nvme_mq_admin_ops = {
	.queue_rq = nvme_queue_rq,
	.complete = nvme_pci_complete_rq,
	.init_hctx = nvme_init_admin_hctx,
	.init_request = nvme_pci_init_request,
	.timeout = nvme_timeout,
};

const struct blk_mq_ops nvme_mq_ops = {
	.queue_rq = nvme_queue_rq,
	.queue_rqs = nvme_queue_rqs,
	.complete = nvme_pci_complete_rq,
	.commit_rqs = nvme_commit_rqs,
	.init_hctx = nvme_init_hctx,
	.init_request = nvme_pci_init_request,
	.map_queues = nvme_map_queues,
	.timeout = nvme_timeout,
};

/* ---- life of a queue ----------------------------------------------------- */

static void nvme_free_rings(struct nvme_queue *nvmeq, struct device *dev)
{
	dma_free_coherent(dev, SQ_SIZE(nvmeq), nvmeq->sq_cmds,
			  nvmeq->sq_dma_addr);
	dma_free_coherent(dev, CQ_SIZE(nvmeq), nvmeq->cqes, nvmeq->cq_dma_addr);
	nvmeq->sq_cmds = NULL;
	nvmeq->cqes = NULL;
}

static bool nvme_alloc_rings(struct nvme_queue *nvmeq, struct device *dev)
{
	nvmeq->sq_cmds = dma_alloc_coherent(dev, SQ_SIZE(nvmeq),
					    &nvmeq->sq_dma_addr, GFP_KERNEL);
	nvmeq->cqes = dma_alloc_coherent(dev, CQ_SIZE(nvmeq),
					 &nvmeq->cq_dma_addr, GFP_KERNEL);
	if (nvmeq->sq_cmds && nvmeq->cqes)
		return true;
	/* Freeing the one that is missing does nothing. */
	nvme_free_rings(nvmeq, dev);
	return false;
}

/**
 * nvme_queue_alloc() - memory for rings of @depth entries, if @qid has none
 *
 * Context: may sleep. Return: 0; -ENOMEM with nothing left behind.
 */
int nvme_queue_alloc(struct nvme_dev *dev, u16 qid, u32 depth)
{
	struct nvme_queue *nvmeq = &dev->queues[qid];

	/* P2 of pci.c: the ring is there already, from before a reset. */
	if (dev->ctrl.queue_count > qid)
		return 0;
	nvmeq->dev = dev;
	nvmeq->qid = qid;
	nvmeq->q_depth = depth;
	if (!nvme_alloc_rings(nvmeq, dev->dev))
		return -ENOMEM;
	/* A ring of zeroes is empty from the start. */
	nvmeq->cq_head = 0;
	nvmeq->cq_phase = 1;
	spin_lock_init(&nvmeq->sq_lock);
	spin_lock_init(&nvmeq->cq_lock);
	dev->ctrl.queue_count++;
	return 0;
}

/** nvme_queue_free() - free the rings. The controller has forgotten them. */
void nvme_queue_free(struct nvme_queue *nvmeq)
{
	nvme_free_rings(nvmeq, nvmeq->dev->dev);
}

/**
 * nvme_queue_init() - empty rings, before the controller may use them.
 */
void nvme_queue_init(struct nvme_queue *nvmeq, u16 qid)
{
	struct nvme_dev *dev = nvmeq->dev;

	nvmeq->sq_tail = 0;
	nvmeq->last_sq_tail = 0;
	nvmeq->cq_head = 0;
	nvmeq->cq_phase = 1;
	nvmeq->q_db = &dev->dbs[qid * 2 * dev->db_stride];
	memset(nvmeq->cqes, 0, CQ_SIZE(nvmeq));
	dev->online_queues++;
	wmb(); /* the ring is clean before the controller learns of it */
}

/**
 * nvme_queue_request_irq() - its interrupt handler; the vector is known
 *
 * Context: may sleep. Return: 0 or an errno.
 */
int nvme_queue_request_irq(struct nvme_queue *nvmeq)
{
	struct nvme_dev *dev = nvmeq->dev;

	snprintf(nvmeq->irqname, sizeof(nvmeq->irqname), "nvme%dq%d",
		 dev->ctrl.instance, nvmeq->qid);
	return request_irq(pci_irq_vector(to_pci_dev(dev->dev),
					  nvmeq->cq_vector),
			   nvme_irq, IRQF_SHARED, nvmeq->irqname, nvmeq);
}

/**
 * nvme_queue_suspend() - no submission, no interrupt any more
 *
 * Context: may sleep. Does nothing for a queue that is not enabled.
 */
void nvme_queue_suspend(struct nvme_dev *dev, u16 qid)
{
	struct nvme_queue *nvmeq = &dev->queues[qid];

	if (!test_and_clear_bit(NVMEQ_ENABLED, &nvmeq->flags))
		return;
	if (!qid && dev->ctrl.admin_q)
		nvme_quiesce_admin_queue(&dev->ctrl);
	free_irq(pci_irq_vector(to_pci_dev(dev->dev), nvmeq->cq_vector), nvmeq);
}
