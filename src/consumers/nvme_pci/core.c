/* SPDX-License-Identifier: MIT */
/*
 * NVMe host core: controller state, registers, admin commands, building and
 * ending of commands. Models drivers/nvme/host/core.c, 6.17.
 *
 * C1  The state changes only along the legal arcs (legal_arcs below).
 * C2  command_id carries a generation that moves on at each completion, so a
 *     completion that comes twice finds no request.
 * Tests: tests/consumers/test_nvme.c
 */
#include <linux/delay.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "nvme.h"

unsigned int nvme_io_timeout = 30;
module_param_named(io_timeout, nvme_io_timeout, uint, 0644);
MODULE_PARM_DESC(io_timeout, "timeout in seconds for I/O");

unsigned int admin_timeout = 60;
module_param(admin_timeout, uint, 0644);
MODULE_PARM_DESC(admin_timeout, "timeout in seconds for admin commands");

static unsigned int shutdown_timeout = 5;
module_param(shutdown_timeout, uint, 0644);
MODULE_PARM_DESC(shutdown_timeout,
		 "timeout in seconds for controller shutdown");

static unsigned int nvme_max_retries = 5;
module_param_named(max_retries, nvme_max_retries, uint, 0644);
MODULE_PARM_DESC(max_retries, "max number of retries a command may have");

/* ---- state --------------------------------------------------------------- */

/* For each new state: a bit for each state that may lead to it. */
static const unsigned int legal_arcs[] = {
	[NVME_CTRL_LIVE] = BIT(NVME_CTRL_CONNECTING),
	[NVME_CTRL_RESETTING] = BIT(NVME_CTRL_NEW) | BIT(NVME_CTRL_LIVE),
	[NVME_CTRL_CONNECTING] = BIT(NVME_CTRL_NEW) | BIT(NVME_CTRL_RESETTING),
	[NVME_CTRL_DELETING] = BIT(NVME_CTRL_LIVE) | BIT(NVME_CTRL_RESETTING) |
			       BIT(NVME_CTRL_CONNECTING),
	[NVME_CTRL_DELETING_NOIO] = BIT(NVME_CTRL_DELETING) |
				    BIT(NVME_CTRL_DEAD),
	[NVME_CTRL_DEAD] = BIT(NVME_CTRL_DELETING),
};

/** nvme_ctrl_state() - the state now; it may change at once. Context: any. */
enum nvme_ctrl_state nvme_ctrl_state(struct nvme_ctrl *ctrl)
{
	return READ_ONCE(ctrl->state);
}

/**
 * nvme_change_ctrl_state() - go to @new_state, if that is legal from here (C1)
 *
 * Context: any. Wakes who waits on state_wq.
 * Return: false if the arc does not exist; nothing changed then.
 */
bool nvme_change_ctrl_state(struct nvme_ctrl *ctrl,
			    enum nvme_ctrl_state new_state)
{
	unsigned long flags;
	bool legal;

	spin_lock_irqsave(&ctrl->lock, flags);
	legal = legal_arcs[new_state] & BIT(ctrl->state);
	if (legal)
		WRITE_ONCE(ctrl->state, new_state);
	spin_unlock_irqrestore(&ctrl->lock, flags);
	if (legal)
		wake_up_all(&ctrl->state_wq);
	return legal;
}

/** nvme_state_terminal() - is the controller on its way out? Context: any. */
bool nvme_state_terminal(struct nvme_ctrl *ctrl)
{
	switch (nvme_ctrl_state(ctrl)) {
	case NVME_CTRL_DELETING:
	case NVME_CTRL_DELETING_NOIO:
	case NVME_CTRL_DEAD:
		return true;
	default:
		return false;
	}
}

static DEFINE_IDA(nvme_instance_ida);

/**
 * nvme_init_ctrl() - bring @ctrl, zeroed memory, to state NEW
 * @dev: for messages and as parent of the disks
 * @quirks: none are known
 *
 * Context: may sleep. Return: 0; -ENOMEM, -ENOSPC (no instance number).
 */
int nvme_init_ctrl(struct nvme_ctrl *ctrl, struct device *dev,
		   const struct nvme_ctrl_ops *ops, unsigned long quirks)
{
	int ret = init_srcu_struct(&ctrl->srcu);

	if (ret)
		return ret;
	spin_lock_init(&ctrl->lock);
	mutex_init(&ctrl->scan_lock);
	init_waitqueue_head(&ctrl->state_wq);
	INIT_LIST_HEAD(&ctrl->namespaces);
	INIT_WORK(&ctrl->scan_work, nvme_scan_work);
	ctrl->state = NVME_CTRL_NEW;
	ctrl->dev = dev;
	ctrl->ops = ops;
	ctrl->instance = ida_alloc(&nvme_instance_ida, GFP_KERNEL);
	if (ctrl->instance >= 0)
		return 0;
	cleanup_srcu_struct(&ctrl->srcu);
	return ctrl->instance;
}

/** nvme_uninit_ctrl() - undo nvme_init_ctrl(). Context: may sleep. */
void nvme_uninit_ctrl(struct nvme_ctrl *ctrl)
{
	ida_free(&nvme_instance_ida, ctrl->instance);
	mutex_destroy(&ctrl->scan_lock);
	cleanup_srcu_struct(&ctrl->srcu);
}

/* ---- registers ----------------------------------------------------------- */

/* Poll CSTS until the bits of @mask are @want. */
static int nvme_wait_csts(struct nvme_ctrl *ctrl, u32 mask, u32 want,
			  unsigned long seconds, const char *what)
{
	unsigned long deadline = jiffies + seconds * HZ;
	u32 csts;
	int ret;

	for (;;) {
		ret = ctrl->ops->reg_read32(ctrl, NVME_REG_CSTS, &csts);
		if (ret)
			return ret;
		if (csts == ~0u)
			return -ENODEV;
		if ((csts & mask) == want)
			return 0;
		if (time_after(jiffies, deadline))
			break;
		usleep_range(1000, 2000);
	}
	dev_err(ctrl->dev, "controller not ready; aborting %s, CSTS=0x%x\n",
		what, csts);
	return -ENODEV;
}

/* CAP.TO counts in units of 500 ms. */
static unsigned long nvme_ready_seconds(struct nvme_ctrl *ctrl)
{
	return (NVME_CAP_TIMEOUT(ctrl->cap) + 1) / 2;
}

/**
 * nvme_disable_ctrl() - stop the controller, or shut it down
 * @shutdown: announce the end of power instead of clearing CC.EN
 *
 * Context: may sleep. Return: 0; -ENODEV if it does not answer in time.
 */
int nvme_disable_ctrl(struct nvme_ctrl *ctrl, bool shutdown)
{
	int ret;

	ctrl->ctrl_config &= ~NVME_CC_SHN_MASK;
	if (shutdown)
		ctrl->ctrl_config |= NVME_CC_SHN_NORMAL;
	else
		ctrl->ctrl_config &= ~NVME_CC_ENABLE;
	ret = ctrl->ops->reg_write32(ctrl, NVME_REG_CC, ctrl->ctrl_config);
	if (ret)
		return ret;
	if (shutdown)
		return nvme_wait_csts(ctrl, NVME_CSTS_SHST_MASK,
				      NVME_CSTS_SHST_CMPLT, shutdown_timeout,
				      "shutdown");
	return nvme_wait_csts(ctrl, NVME_CSTS_RDY, 0, nvme_ready_seconds(ctrl),
			      "reset");
}

/**
 * nvme_enable_ctrl() - set CC.EN with 4 KiB pages and wait for ready
 *
 * Context: may sleep. Return: 0; -ENODEV if it needs larger pages, is gone or
 * does not become ready within CAP.TO.
 */
int nvme_enable_ctrl(struct nvme_ctrl *ctrl)
{
	u32 config = NVME_CC_IOSQES | NVME_CC_IOCQES | NVME_CC_SHN_NONE;
	int ret;

	ret = ctrl->ops->reg_read64(ctrl, NVME_REG_CAP, &ctrl->cap);
	if (ret)
		return ret;
	if (NVME_CAP_MPSMIN(ctrl->cap)) {
		dev_err(ctrl->dev,
			"controller needs pages of %u bytes, host uses 4096\n",
			1 << (12 + (unsigned int)NVME_CAP_MPSMIN(ctrl->cap)));
		return -ENODEV;
	}
	if (NVME_CAP_CSS(ctrl->cap) & NVME_CAP_CSS_CSI)
		config |= NVME_CC_CSS_CSI;
	config |= (NVME_CTRL_PAGE_SHIFT - 12) << NVME_CC_MPS_SHIFT;
	ctrl->ctrl_config = config;
	ret = ctrl->ops->reg_write32(ctrl, NVME_REG_CC, config);
	if (ret)
		return ret;
	/* The command set may change what CAP says about timeouts. */
	ret = ctrl->ops->reg_read64(ctrl, NVME_REG_CAP, &ctrl->cap);
	if (ret)
		return ret;
	ctrl->ctrl_config |= NVME_CC_ENABLE;
	ret = ctrl->ops->reg_write32(ctrl, NVME_REG_CC, ctrl->ctrl_config);
	if (ret)
		return ret;
	return nvme_wait_csts(ctrl, NVME_CSTS_RDY, NVME_CSTS_RDY,
			      nvme_ready_seconds(ctrl), "initialisation");
}

/* ---- synchronous commands ------------------------------------------------ */

/**
 * nvme_init_request() - make @req carry @cmd
 * @cmd: copied; its data pointer format is cleared in place
 *
 * Context: any. The request fails rather than being retried.
 */
void nvme_init_request(struct request *req, struct nvme_command *cmd)
{
	if (req->q->queuedata)
		req->timeout = NVME_IO_TIMEOUT;
	else
		req->timeout = NVME_ADMIN_TIMEOUT;
	/* Data pointer format is the transport's to choose. */
	cmd->common.flags &= ~NVME_CMD_SGL_ALL;
	req->cmd_flags |= REQ_FAILFAST_DRIVER;
	req->rq_flags |= RQF_DONTPREP;
	nvme_req(req)->retries = 0;
	nvme_req(req)->flags = 0;
	nvme_req(req)->status = 0;
	*nvme_req(req)->cmd = *cmd;
}

static int __nvme_submit_sync_cmd(struct request_queue *q,
				  struct nvme_command *cmd,
				  union nvme_result *result, void *buffer,
				  unsigned int bufflen)
{
	enum req_op op = cmd->common.opcode & 1 ? REQ_OP_DRV_OUT :
						  REQ_OP_DRV_IN;
	struct request *req = blk_mq_alloc_request(q, op, 0);
	int ret = 0;

	if (IS_ERR(req))
		return PTR_ERR(req);
	nvme_init_request(req, cmd);
	if (buffer && bufflen)
		ret = blk_rq_map_kern(req, buffer, bufflen, GFP_KERNEL);
	if (ret)
		goto out;
	ret = blk_status_to_errno(blk_execute_rq(req, false));
	if (nvme_req(req)->flags & NVME_REQ_CANCELLED)
		ret = -EINTR;
	else if (nvme_req(req)->status)
		ret = nvme_req(req)->status;
	if (ret >= 0 && result)
		*result = nvme_req(req)->result;
out:
	blk_mq_free_request(req);
	return ret;
}

/**
 * nvme_submit_sync_cmd() - execute @cmd and wait
 * @buffer, @bufflen: data, or NULL
 *
 * Context: may sleep. Return: 0; a positive NVMe status; -EINTR if it was
 * cancelled, or another errno if it did not get as far as the controller.
 */
int nvme_submit_sync_cmd(struct request_queue *q, struct nvme_command *cmd,
			 void *buffer, unsigned int bufflen)
{
	return __nvme_submit_sync_cmd(q, cmd, NULL, buffer, bufflen);
}

/**
 * nvme_set_features() - Set Features @fid
 * @result: dword 0 of the completion, or NULL
 *
 * Context and return as nvme_submit_sync_cmd().
 */
int nvme_set_features(struct nvme_ctrl *ctrl, unsigned int fid,
		      unsigned int dword11, void *buffer, size_t buflen,
		      void *result)
{
	struct nvme_command cmd = {
		.features = {
			.opcode = nvme_admin_set_features,
			.fid = cpu_to_le32(fid),
			.dword11 = cpu_to_le32(dword11),
		},
	};
	union nvme_result res = {};
	int ret;

	ret = __nvme_submit_sync_cmd(ctrl->admin_q, &cmd, &res, buffer, buflen);
	if (ret >= 0 && result)
		*(u32 *)result = le32_to_cpu(res.u32);
	return ret;
}

/**
 * nvme_set_queue_count() - ask for *@count pairs of I/O queues
 * @count: on return what was granted; 0 if the controller refuses
 *
 * Context: may sleep. Return: 0, or the errno of a command that did not run.
 */
int nvme_set_queue_count(struct nvme_ctrl *ctrl, int *count)
{
	u32 wanted = (*count - 1) | (*count - 1) << 16, granted = 0;
	int ret;

	ret = nvme_set_features(ctrl, NVME_FEAT_NUM_QUEUES, wanted, NULL, 0,
				&granted);
	if (ret < 0)
		return ret;
	if (ret > 0) {
		/* Admin commands work: better a controller without I/O. */
		dev_err(ctrl->dev, "Could not set queue count (%d)\n", ret);
		*count = 0;
		return 0;
	}
	*count = min(*count, (int)min(granted & 0xffff, granted >> 16) + 1);
	return 0;
}

static int nvme_identify_ctrl(struct nvme_ctrl *ctrl, struct nvme_id_ctrl **id)
{
	struct nvme_command cmd = {
		.identify = {
			.opcode = nvme_admin_identify,
			.cns = NVME_ID_CNS_CTRL,
		},
	};
	int ret;

	*id = kmalloc(sizeof(**id), GFP_KERNEL);
	if (!*id)
		return -ENOMEM;
	ret = nvme_submit_sync_cmd(ctrl->admin_q, &cmd, *id, sizeof(**id));
	if (ret)
		kfree(*id);
	return ret;
}

/**
 * nvme_init_ctrl_finish() - learn what the controller can do, set the limits
 * @was_suspended: it is a reset; there is no difference here
 *
 * Context: may sleep; admin commands work. Return: 0; -EIO, -ENOMEM, -EINTR.
 */
int nvme_init_ctrl_finish(struct nvme_ctrl *ctrl, bool was_suspended)
{
	struct nvme_id_ctrl *id;
	struct queue_limits lim;
	u64 max_bytes;
	int ret;

	ret = ctrl->ops->reg_read32(ctrl, NVME_REG_VS, &ctrl->vs);
	if (ret)
		return ret;
	ret = nvme_identify_ctrl(ctrl, &id);
	if (ret) {
		dev_err(ctrl->dev, "Identify Controller failed (%d)\n", ret);
		return ret < 0 ? ret : -EIO;
	}
	ctrl->nn = le32_to_cpu(id->nn);
	ctrl->oncs = le16_to_cpu(id->oncs);
	ctrl->sgls = le32_to_cpu(id->sgls);
	ctrl->vwc = id->vwc;
	ctrl->acl = id->acl;
	atomic_set(&ctrl->abort_limit, id->acl + 1);
	ctrl->sqsize = min_t(u32, NVME_CAP_MQES(ctrl->cap), ctrl->sqsize);
	/* MDTS counts in minimum pages, which are 4096 bytes here. */
	if (id->mdts && id->mdts < 32) {
		max_bytes = (u64)NVME_CTRL_PAGE_SIZE << id->mdts;
		ctrl->max_hw_sectors = min_t(u64, ctrl->max_hw_sectors,
					     max_bytes >> SECTOR_SHIFT);
	}
	kfree(id);

	lim = queue_limits_start_update(ctrl->admin_q);
	nvme_set_ctrl_limits(ctrl, &lim, true);
	return queue_limits_commit_update(ctrl->admin_q, &lim);
}

/* ---- building commands --------------------------------------------------- */

static blk_status_t nvme_setup_discard(struct nvme_ns *ns, struct request *req,
				       struct nvme_command *cmd)
{
	unsigned int segments = blk_rq_nr_discard_segments(req), n = 0;
	struct nvme_dsm_range *range;
	struct bio *bio;

	/* Always a whole page: some controllers read all 256 ranges. */
	range = kzalloc(NVME_DSM_MAX_RANGES * sizeof(*range),
			GFP_ATOMIC | __GFP_NOWARN);
	if (!range)
		return BLK_STS_RESOURCE;
	__rq_for_each_bio(bio, req) {
		u64 slba = bio->bi_iter.bi_sector >> (ns->lba_shift - 9);
		u32 nlb = bio->bi_iter.bi_size >> ns->lba_shift;

		if (n < segments) {
			range[n].nlb = cpu_to_le32(nlb);
			range[n].slba = cpu_to_le64(slba);
		}
		n++;
	}
	if (WARN_ON_ONCE(n != segments)) {
		kfree(range);
		return BLK_STS_IOERR;
	}
	cmd->dsm.opcode = nvme_cmd_dsm;
	cmd->dsm.nsid = cpu_to_le32(ns->nsid);
	cmd->dsm.nr = cpu_to_le32(segments - 1);
	cmd->dsm.attributes = cpu_to_le32(NVME_DSMGMT_AD);
	bvec_set_virt(&req->special_vec, range,
		      NVME_DSM_MAX_RANGES * sizeof(*range));
	req->rq_flags |= RQF_SPECIAL_PAYLOAD;
	return BLK_STS_OK;
}

/* READ, WRITE and WRITE_ZEROES lay out their block range alike. */
static void nvme_setup_range(struct nvme_ns *ns, struct request *req,
			     struct nvme_command *cmd, u8 opcode)
{
	u16 control = 0;

	cmd->rw.opcode = opcode;
	cmd->rw.nsid = cpu_to_le32(ns->nsid);
	cmd->rw.slba = cpu_to_le64(blk_rq_pos(req) >> (ns->lba_shift - 9));
	cmd->rw.length = cpu_to_le16((blk_rq_bytes(req) >> ns->lba_shift) - 1);
	if (opcode != nvme_cmd_write_zeroes) {
		if (req->cmd_flags & REQ_FUA)
			control |= NVME_RW_FUA;
		if (req->cmd_flags & (REQ_FAILFAST_DEV | REQ_RAHEAD))
			control |= NVME_RW_LR;
	}
	cmd->rw.control = cpu_to_le16(control);
}

/**
 * nvme_setup_cmd() - build the command of @req
 * @ns: NULL on the admin queue
 *
 * Context: atomic. nvme_cleanup_cmd() undoes it.
 * Return: OK; RESOURCE without memory; IOERR for an operation nobody knows.
 */
blk_status_t nvme_setup_cmd(struct nvme_ns *ns, struct request *req)
{
	struct nvme_command *cmd = nvme_req(req)->cmd;
	blk_status_t status = BLK_STS_OK;

	if (!(req->rq_flags & RQF_DONTPREP)) {
		nvme_req(req)->status = 0;
		nvme_req(req)->retries = 0;
		nvme_req(req)->flags = 0;
		req->rq_flags |= RQF_DONTPREP;
	}
	if (!blk_rq_is_passthrough(req))
		memset(cmd, 0, sizeof(*cmd));

	switch (req_op(req)) {
	case REQ_OP_DRV_IN:
	case REQ_OP_DRV_OUT:
		/* Built by the caller; a requeued one may carry old format bits. */
		cmd->common.flags &= ~NVME_CMD_SGL_ALL;
		break;
	case REQ_OP_FLUSH:
		cmd->common.opcode = nvme_cmd_flush;
		cmd->common.nsid = cpu_to_le32(ns->nsid);
		break;
	case REQ_OP_DISCARD:
		status = nvme_setup_discard(ns, req, cmd);
		break;
	case REQ_OP_WRITE_ZEROES:
		nvme_setup_range(ns, req, cmd, nvme_cmd_write_zeroes);
		break;
	case REQ_OP_READ:
		nvme_setup_range(ns, req, cmd, nvme_cmd_read);
		break;
	case REQ_OP_WRITE:
		nvme_setup_range(ns, req, cmd, nvme_cmd_write);
		break;
	default:
		WARN_ON_ONCE(1);
		return BLK_STS_IOERR;
	}
	cmd->common.command_id = nvme_cid(req);
	return status;
}

/** nvme_cleanup_cmd() - free what nvme_setup_cmd() made. Context: any. */
void nvme_cleanup_cmd(struct request *req)
{
	if (!(req->rq_flags & RQF_SPECIAL_PAYLOAD))
		return;
	kfree(bvec_virt(&req->special_vec));
	req->rq_flags &= ~RQF_SPECIAL_PAYLOAD;
}

/** nvme_start_request() - the next thing is its doorbell: start the clock. */
void nvme_start_request(struct request *req)
{
	blk_mq_start_request(req);
}

/**
 * nvme_check_ready() - may @req be given to the controller now?
 * @queue_live: its ring exists
 *
 * Context: any.
 */
bool nvme_check_ready(struct nvme_ctrl *ctrl, struct request *req,
		      bool queue_live)
{
	if (likely(nvme_ctrl_state(ctrl) == NVME_CTRL_LIVE))
		return true;
	if (!req->q->queuedata && (nvme_req(req)->flags & NVME_REQ_USERCMD))
		return false;
	return queue_live;
}

/**
 * nvme_fail_nonready_command() - what becomes of a request that may not
 *
 * Context: atomic. Return: RESOURCE to wait for the controller; OK if @req was
 * ended with a path error, because nobody would wait or the controller goes.
 */
blk_status_t nvme_fail_nonready_command(struct nvme_ctrl *ctrl,
					struct request *req)
{
	if (!nvme_state_terminal(ctrl) && !blk_noretry_request(req))
		return BLK_STS_RESOURCE;
	nvme_req(req)->status = NVME_SC_HOST_PATH_ERROR;
	blk_mq_set_request_complete(req);
	nvme_complete_rq(req);
	return BLK_STS_OK;
}

/* ---- ending commands ----------------------------------------------------- */

/**
 * nvme_find_rq() - the request of a completion entry (C2)
 *
 * Context: any. Return: NULL, with a message, for one that nobody waits for.
 */
struct request *nvme_find_rq(struct blk_mq_tags *tags, u16 command_id)
{
	u16 tag = command_id & 0xfff, genctr = command_id >> 12;
	struct request *req = blk_mq_tag_to_rq(tags, tag);

	if (unlikely(!req)) {
		pr_err("could not locate request for tag %#x\n", tag);
		return NULL;
	}
	if (unlikely((nvme_req(req)->genctr & 0xf) != genctr)) {
		dev_err(nvme_req(req)->ctrl->dev,
			"request %#x genctr mismatch (got %#x expected %#x)\n",
			tag, genctr, nvme_req(req)->genctr & 0xf);
		return NULL;
	}
	return req;
}

/**
 * nvme_try_complete_req() - note what the controller said
 *
 * Context: any. Return: true if the completion goes on elsewhere; @req must not
 * be touched any more.
 */
bool nvme_try_complete_req(struct request *req, __le16 status,
			   union nvme_result result)
{
	nvme_req(req)->genctr++;
	nvme_req(req)->status = le16_to_cpu(status) >> 1;
	nvme_req(req)->result = result;
	return blk_mq_complete_request_remote(req);
}

static blk_status_t nvme_error_status(u16 status)
{
	switch (status & NVME_SCT_SC_MASK) {
	case NVME_SC_SUCCESS:
		return BLK_STS_OK;
	case NVME_SC_CAP_EXCEEDED:
		return BLK_STS_NOSPC;
	case NVME_SC_LBA_RANGE:
	case NVME_SC_CMD_INTERRUPTED:
	case NVME_SC_NS_NOT_READY:
		return BLK_STS_TARGET;
	case NVME_SC_INVALID_OPCODE:
	case NVME_SC_INVALID_FIELD:
	case NVME_SC_INVALID_NS:
	case NVME_SC_BAD_ATTRIBUTES:
		return BLK_STS_NOTSUPP;
	case NVME_SC_WRITE_FAULT:
	case NVME_SC_READ_ERROR:
	case NVME_SC_UNWRITTEN_BLOCK:
	case NVME_SC_ACCESS_DENIED:
	case NVME_SC_READ_ONLY:
	case NVME_SC_COMPARE_FAILED:
		return BLK_STS_MEDIUM;
	case NVME_SC_GUARD_CHECK:
	case NVME_SC_APPTAG_CHECK:
	case NVME_SC_REFTAG_CHECK:
	case NVME_SC_INVALID_PI:
		return BLK_STS_PROTECTION;
	case NVME_SC_RESERVATION_CONFLICT:
		return BLK_STS_RESV_CONFLICT;
	case NVME_SC_HOST_PATH_ERROR:
		return BLK_STS_TRANSPORT;
	default:
		return BLK_STS_IOERR;
	}
}

static bool nvme_should_retry(struct request *req)
{
	u16 status = nvme_req(req)->status;

	return status && !blk_noretry_request(req) &&
	       !(status & NVME_STATUS_DNR) &&
	       nvme_req(req)->retries < nvme_max_retries &&
	       !nvme_state_terminal(nvme_req(req)->ctrl);
}

/**
 * nvme_complete_rq() - end @req, or try again what may pass
 *
 * Its data is unmapped. Context: any that bi_end_io can stand.
 */
void nvme_complete_rq(struct request *req)
{
	blk_status_t status = nvme_error_status(nvme_req(req)->status);

	nvme_cleanup_cmd(req);
	if (unlikely(nvme_should_retry(req))) {
		nvme_req(req)->retries++;
		blk_mq_requeue_request(req, true);
		return;
	}
	if (unlikely(status && !(req->rq_flags & RQF_QUIET)))
		dev_err_ratelimited(nvme_req(req)->ctrl->dev,
				    "command %#x failed: status %#x\n",
				    nvme_req(req)->cmd->common.opcode,
				    nvme_req(req)->status);
	blk_mq_end_request(req, status);
}

/**
 * nvme_complete_batch() - end successful requests together
 * @fn: unmaps one
 *
 * Context: any that bi_end_io can stand.
 */
void nvme_complete_batch(struct io_comp_batch *iob,
			 void (*fn)(struct request *req))
{
	struct request *req;

	rq_list_for_each(&iob->req_list, req) {
		fn(req);
		nvme_cleanup_cmd(req);
	}
	blk_mq_end_request_batch(iob);
}
