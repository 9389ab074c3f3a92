/* SPDX-License-Identifier: MIT */
/*
 * NVMe PCI driver: controller bring-up, reset, removal.
 * Models drivers/nvme/host/pci.c, 6.17. Reduced: no controller memory buffer,
 * no host memory buffer, no shadow doorbells, no polled queues, no power
 * management; a controller that offers these is driven without them.
 *
 * P1  Whatever fails in probe, everything taken before is given back.
 * P2  queue_count counts rings that exist, online_queues those that the
 *     controller knows of; online_queues <= queue_count.
 * Tests: tests/unit/consumers/test_nvme_timeout.c, tests/consumers/test_nvme.c,
 * test_nvme_sweep.c
 */
#include <linux/delay.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "pci.h"

#define NVME_MIN_BAR 8192

static int io_queue_depth_set(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 2, 4095);
}

static const struct kernel_param_ops io_queue_depth_ops = {
	.set = io_queue_depth_set,
	.get = param_get_uint,
};

static unsigned int io_queue_depth = 1024;
module_param_cb(io_queue_depth, &io_queue_depth_ops, &io_queue_depth, 0644);
MODULE_PARM_DESC(io_queue_depth, "set io queue depth, should >= 2 and < 4096");

static const struct nvme_data_ops *const data_paths[] = {
	&nvme_data_link,
	&nvme_data_map,
	&nvme_data_sg,
};

static const struct nvme_data_ops *data_path = &nvme_data_link;

static int data_path_set(const char *val, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(data_paths); i++) {
		if (!sysfs_streq(val, data_paths[i]->name))
			continue;
		data_path = data_paths[i];
		return 0;
	}
	return -EINVAL;
}

static int data_path_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", data_path->name);
}

static const struct kernel_param_ops data_path_ops = {
	.set = data_path_set,
	.get = data_path_get,
};

module_param_cb(data_path, &data_path_ops, &data_path, 0644);
MODULE_PARM_DESC(
	data_path,
	"how data is mapped: link (two-step API), map (segment by segment), sg (scatterlist)");

/* ---- registers ----------------------------------------------------------- */

static int nvme_pci_reg_read32(struct nvme_ctrl *ctrl, u32 off, u32 *val)
{
	*val = readl(to_nvme_dev(ctrl)->bar + off);
	return 0;
}

static int nvme_pci_reg_write32(struct nvme_ctrl *ctrl, u32 off, u32 val)
{
	writel(val, to_nvme_dev(ctrl)->bar + off);
	return 0;
}

static int nvme_pci_reg_read64(struct nvme_ctrl *ctrl, u32 off, u64 *val)
{
	*val = lo_hi_readq(to_nvme_dev(ctrl)->bar + off);
	return 0;
}

static bool nvme_pci_supports_pci_p2pdma(struct nvme_ctrl *ctrl)
{
	return dma_pci_p2pdma_supported(to_nvme_dev(ctrl)->dev);
}

static const struct nvme_ctrl_ops nvme_pci_ctrl_ops = {
	.name = "pcie",
	.module = THIS_MODULE,
	.reg_read32 = nvme_pci_reg_read32,
	.reg_write32 = nvme_pci_reg_write32,
	.reg_read64 = nvme_pci_reg_read64,
	.supports_pci_p2pdma = nvme_pci_supports_pci_p2pdma,
};

static int nvme_remap_bar(struct nvme_dev *dev, unsigned long size)
{
	struct pci_dev *pdev = to_pci_dev(dev->dev);

	if (size <= dev->bar_mapped_size)
		return 0;
	if (size > pci_resource_len(pdev, 0))
		return -ENOMEM;
	if (dev->bar)
		iounmap(dev->bar);
	dev->bar_mapped_size = 0;
	dev->bar = ioremap(pci_resource_start(pdev, 0), size);
	if (!dev->bar)
		return -ENOMEM;
	dev->bar_mapped_size = size;
	dev->dbs = dev->bar + NVME_REG_DBS;
	return 0;
}

static unsigned long nvme_db_bar_size(struct nvme_dev *dev,
				      unsigned int nr_io_queues)
{
	return NVME_REG_DBS + (nr_io_queues + 1) * 8 * dev->db_stride;
}

/* ---- admin queue --------------------------------------------------------- */

static int nvme_configure_admin_queue(struct nvme_dev *dev)
{
	struct nvme_queue *nvmeq;
	u32 aqa;
	int ret;

	ret = nvme_disable_ctrl(&dev->ctrl, false);
	if (ret)
		return ret;
	ret = nvme_queue_alloc(dev, 0, NVME_AQ_DEPTH);
	if (ret)
		return ret;
	nvmeq = &dev->queues[0];
	aqa = nvmeq->q_depth - 1;
	writel(aqa | aqa << 16, dev->bar + NVME_REG_AQA);
	lo_hi_writeq(nvmeq->sq_dma_addr, dev->bar + NVME_REG_ASQ);
	lo_hi_writeq(nvmeq->cq_dma_addr, dev->bar + NVME_REG_ACQ);
	ret = nvme_enable_ctrl(&dev->ctrl);
	if (ret)
		return ret;
	nvmeq->cq_vector = 0;
	nvme_queue_init(nvmeq, 0);
	ret = nvme_queue_request_irq(nvmeq);
	if (ret) {
		dev->online_queues--;
		return ret;
	}
	set_bit(NVMEQ_ENABLED, &nvmeq->flags);
	return 0;
}

/* ---- I/O queues ---------------------------------------------------------- */

static int nvme_adapter_create_cq(struct nvme_dev *dev, u16 qid,
				  struct nvme_queue *nvmeq)
{
	struct nvme_command cmd = {
		.create_cq = {
			.opcode = nvme_admin_create_cq,
			.prp1 = cpu_to_le64(nvmeq->cq_dma_addr),
			.cqid = cpu_to_le16(qid),
			.qsize = cpu_to_le16(nvmeq->q_depth - 1),
			.cq_flags = cpu_to_le16(NVME_QUEUE_PHYS_CONTIG |
						NVME_CQ_IRQ_ENABLED),
			.irq_vector = cpu_to_le16(nvmeq->cq_vector),
		},
	};

	return nvme_submit_sync_cmd(dev->ctrl.admin_q, &cmd, NULL, 0);
}

static int nvme_adapter_create_sq(struct nvme_dev *dev, u16 qid,
				  struct nvme_queue *nvmeq)
{
	struct nvme_command cmd = {
		.create_sq = {
			.opcode = nvme_admin_create_sq,
			.prp1 = cpu_to_le64(nvmeq->sq_dma_addr),
			.sqid = cpu_to_le16(qid),
			.qsize = cpu_to_le16(nvmeq->q_depth - 1),
			.sq_flags = cpu_to_le16(NVME_QUEUE_PHYS_CONTIG),
			.cqid = cpu_to_le16(qid),
		},
	};

	return nvme_submit_sync_cmd(dev->ctrl.admin_q, &cmd, NULL, 0);
}

static int nvme_adapter_delete(struct nvme_dev *dev, u8 opcode, u16 qid)
{
	struct nvme_command cmd = {
		.delete_queue = {
			.opcode = opcode,
			.qid = cpu_to_le16(qid),
		},
	};

	return nvme_submit_sync_cmd(dev->ctrl.admin_q, &cmd, NULL, 0);
}

static int nvme_create_queue(struct nvme_dev *dev, u16 qid)
{
	struct nvme_queue *nvmeq = &dev->queues[qid];
	int ret;

	nvmeq->cq_vector = dev->num_vecs == 1 ? 0 : qid;
	ret = nvme_adapter_create_cq(dev, qid, nvmeq);
	if (ret)
		return ret;
	ret = nvme_adapter_create_sq(dev, qid, nvmeq);
	if (ret)
		goto err_cq;
	nvme_queue_init(nvmeq, qid);
	ret = nvme_queue_request_irq(nvmeq);
	if (ret)
		goto err_sq;
	set_bit(NVMEQ_ENABLED, &nvmeq->flags);
	return 0;

err_sq:
	dev->online_queues--;
	nvme_adapter_delete(dev, nvme_admin_delete_sq, qid);
err_cq:
	nvme_adapter_delete(dev, nvme_admin_delete_cq, qid);
	return ret;
}

static enum rq_end_io_ret nvme_delete_end(struct request *req,
					  blk_status_t error)
{
	struct nvme_queue *nvmeq = req->end_io_data;

	complete(&nvmeq->delete_done);
	return RQ_END_IO_FREE;
}

/* Return: false if no admin request is free now. */
static bool nvme_delete_start(struct nvme_queue *nvmeq, u8 opcode)
{
	struct nvme_command cmd = {
		.delete_queue = {
			.opcode = opcode,
			.qid = cpu_to_le16(nvmeq->qid),
		},
	};
	struct request *req;

	req = blk_mq_alloc_request(nvmeq->dev->ctrl.admin_q, REQ_OP_DRV_IN,
				   BLK_MQ_REQ_NOWAIT);
	if (IS_ERR(req))
		return false;
	nvme_init_request(req, &cmd);
	req->end_io = nvme_delete_end;
	req->end_io_data = nvmeq;
	init_completion(&nvmeq->delete_done);
	blk_execute_rq_nowait(req, false);
	return true;
}

/*
 * Delete the submission or the completion queues: as many at a time as there
 * are admin requests, all within one timeout.
 */
static bool nvme_delete_wave(struct nvme_dev *dev, u8 opcode)
{
	unsigned int start = dev->online_queues - 1, wait = start;
	unsigned long left = NVME_ADMIN_TIMEOUT;

	for (; wait; wait--) {
		while (start && nvme_delete_start(&dev->queues[start], opcode))
			start--;
		if (start == wait)
			return false;
		left = wait_for_completion_io_timeout(
			&dev->queues[wait].delete_done, left);
		if (!left)
			return false;
	}
	return true;
}

/* All submission queues first: a completion queue in use cannot go. */
static void nvme_delete_io_queues(struct nvme_dev *dev)
{
	if (dev->online_queues > 1 &&
	    nvme_delete_wave(dev, nvme_admin_delete_sq))
		nvme_delete_wave(dev, nvme_admin_delete_cq);
}

static int nvme_create_io_queues(struct nvme_dev *dev)
{
	unsigned int qid;
	int ret;

	for (qid = dev->ctrl.queue_count; qid <= dev->max_qid; qid++) {
		if (nvme_queue_alloc(dev, qid, dev->q_depth))
			break;
	}
	for (qid = dev->online_queues;
	     qid <= min(dev->max_qid, dev->ctrl.queue_count - 1); qid++) {
		ret = nvme_create_queue(dev, qid);
		if (ret < 0)
			return ret;
		/* The controller has no more: keep what there is. */
		if (ret > 0)
			break;
	}
	return 0;
}

static int nvme_setup_irqs(struct nvme_dev *dev, unsigned int nr_io_queues)
{
	struct pci_dev *pdev = to_pci_dev(dev->dev);
	struct irq_affinity affd = { .pre_vectors = 1 };

	return pci_alloc_irq_vectors_affinity(
		pdev, 1, nr_io_queues + 1, PCI_IRQ_ALL_TYPES | PCI_IRQ_AFFINITY,
		&affd);
}

static int nvme_setup_io_queues(struct nvme_dev *dev)
{
	struct nvme_queue *adminq = &dev->queues[0];
	struct pci_dev *pdev = to_pci_dev(dev->dev);
	int nr_io_queues = dev->nr_allocated_queues - 1;
	int ret;

	ret = nvme_set_queue_count(&dev->ctrl, &nr_io_queues);
	if (ret < 0)
		return ret;
	if (!nr_io_queues)
		return 0;
	/* The admin queue's vector is about to be given back. */
	if (test_and_clear_bit(NVMEQ_ENABLED, &adminq->flags))
		free_irq(pci_irq_vector(pdev, 0), adminq);
	while (nvme_remap_bar(dev, nvme_db_bar_size(dev, nr_io_queues))) {
		if (!--nr_io_queues)
			return -ENOMEM;
	}
	adminq->q_db = dev->dbs;
	pci_free_irq_vectors(pdev);
	dev->num_vecs = 0;
	ret = nvme_setup_irqs(dev, nr_io_queues);
	if (ret <= 0)
		return ret ?: -EIO;
	dev->num_vecs = ret;
	dev->max_qid = max(dev->num_vecs - 1, 1u);
	ret = nvme_queue_request_irq(adminq);
	if (ret)
		return ret;
	set_bit(NVMEQ_ENABLED, &adminq->flags);
	dev->max_qid = min_t(unsigned int, dev->max_qid, nr_io_queues);
	return nvme_create_io_queues(dev);
}

/* ---- device -------------------------------------------------------------- */

static int nvme_pci_enable(struct nvme_dev *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev->dev);
	int ret;

	if (pci_enable_device_mem(pdev))
		return -ENOMEM;
	pci_set_master(pdev);
	if (readl(dev->bar + NVME_REG_CSTS) == ~0u) {
		ret = -ENODEV;
		goto err_disable;
	}
	/* One vector is enough until the number of queues is known. */
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (ret < 0)
		goto err_disable;
	dev->num_vecs = 1;
	dev->ctrl.cap = lo_hi_readq(dev->bar + NVME_REG_CAP);
	dev->q_depth =
		min_t(u32, NVME_CAP_MQES(dev->ctrl.cap) + 1, io_queue_depth);
	dev->ctrl.sqsize = dev->q_depth - 1;
	dev->db_stride = 1 << NVME_CAP_STRIDE(dev->ctrl.cap);
	pci_save_state(pdev);
	ret = nvme_configure_admin_queue(dev);
	if (ret)
		goto err_vectors;
	return 0;

err_vectors:
	pci_free_irq_vectors(pdev);
	dev->num_vecs = 0;
err_disable:
	pci_disable_device(pdev);
	return ret;
}

/* Is there still a controller that would answer? */
static bool nvme_is_dead(struct nvme_dev *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev->dev);
	u32 csts;

	if (!pci_is_enabled(pdev) || !pci_device_is_present(pdev))
		return true;
	csts = readl(dev->bar + NVME_REG_CSTS);
	return (csts & NVME_CSTS_CFS) || !(csts & NVME_CSTS_RDY);
}

static void nvme_suspend_queues(struct nvme_dev *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev->dev);
	unsigned int qid;

	for (qid = dev->ctrl.queue_count; qid--;)
		nvme_queue_suspend(dev, qid);
	dev->online_queues = 0;
	if (dev->num_vecs)
		pci_free_irq_vectors(pdev);
	dev->num_vecs = 0;
	if (pci_is_enabled(pdev))
		pci_disable_device(pdev);
	for (qid = dev->ctrl.queue_count; qid--;)
		nvme_queue_reap(&dev->queues[qid]);
}

/**
 * nvme_dev_disable() - stop the controller and end whatever it was doing
 * @shutdown: it will not be used again
 *
 * What is in flight ends with "host aborted" and is unmapped; what may be
 * retried waits in quiesced queues. Calling it twice does no harm.
 * Context: may sleep.
 */
void nvme_dev_disable(struct nvme_dev *dev, bool shutdown)
{
	struct nvme_ctrl *ctrl = &dev->ctrl;
	bool dead;

	mutex_lock(&dev->shutdown_lock);
	dead = nvme_is_dead(dev);
	switch (nvme_ctrl_state(ctrl)) {
	case NVME_CTRL_LIVE:
	case NVME_CTRL_RESETTING:
		nvme_start_freeze(ctrl);
		if (shutdown && !dead)
			nvme_wait_freeze_timeout(ctrl, NVME_IO_TIMEOUT);
		break;
	default:
		break;
	}
	nvme_quiesce_io_queues(ctrl);
	if (!dead) {
		nvme_delete_io_queues(dev);
		nvme_disable_ctrl(ctrl, shutdown);
	}
	nvme_suspend_queues(dev);
	nvme_cancel_tagset(ctrl);
	nvme_cancel_admin_tagset(ctrl);
	/*
	 * When the controller goes away for good nobody will restart the
	 * queues: let what waits run into the disabled ring and fail.
	 */
	if (shutdown) {
		nvme_unquiesce_io_queues(ctrl);
		if (ctrl->admin_q)
			nvme_unquiesce_admin_queue(ctrl);
	}
	mutex_unlock(&dev->shutdown_lock);
}

/* Rings that were allocated but not granted are not used. */
static void nvme_trim_queues(struct nvme_dev *dev)
{
	while (dev->ctrl.queue_count > dev->online_queues)
		nvme_queue_free(&dev->queues[--dev->ctrl.queue_count]);
}

static void nvme_free_queues(struct nvme_dev *dev)
{
	while (dev->ctrl.queue_count)
		nvme_queue_free(&dev->queues[--dev->ctrl.queue_count]);
}

/* Let the I/O that waits through the new rings, then fit the queues to them. */
static int nvme_resume_io(struct nvme_dev *dev)
{
	if (!dev->ctrl.tagset)
		return 0;
	if (dev->online_queues < 2) {
		dev_warn(dev->ctrl.dev, "I/O queues lost\n");
		return -EIO;
	}
	nvme_unquiesce_io_queues(&dev->ctrl);
	nvme_wait_freeze(&dev->ctrl);
	blk_mq_update_nr_hw_queues(&dev->tagset, dev->online_queues - 1);
	nvme_trim_queues(dev);
	nvme_unfreeze(&dev->ctrl);
	return 0;
}

static int nvme_reset(struct nvme_dev *dev)
{
	int ret;

	if (nvme_ctrl_state(&dev->ctrl) != NVME_CTRL_RESETTING)
		return -ENODEV;
	if (dev->ctrl.ctrl_config & NVME_CC_ENABLE)
		nvme_dev_disable(dev, false);
	ret = nvme_pci_enable(dev);
	if (ret)
		return ret;
	nvme_unquiesce_admin_queue(&dev->ctrl);
	if (!nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_CONNECTING))
		return -EBUSY;
	ret = nvme_init_ctrl_finish(&dev->ctrl, true);
	if (!ret)
		ret = nvme_setup_io_queues(dev);
	if (!ret)
		ret = nvme_resume_io(dev);
	if (!ret && !nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_LIVE))
		ret = -ENODEV;
	return ret;
}

static void nvme_reset_work(struct work_struct *work)
{
	struct nvme_dev *dev =
		container_of(work, struct nvme_dev, ctrl.reset_work);
	int ret = nvme_reset(dev);

	if (!ret)
		return;
	dev_warn(dev->ctrl.dev, "Disabling device after reset failure: %d\n",
		 ret);
	nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DELETING);
	nvme_dev_disable(dev, true);
	nvme_mark_namespaces_dead(&dev->ctrl);
	nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DEAD);
}

/**
 * nvme_try_sched_reset() - have the controller reset; its state is RESETTING
 *
 * Context: any. Return: 0; -EBUSY if a reset is under way.
 */
int nvme_try_sched_reset(struct nvme_ctrl *ctrl)
{
	if (nvme_ctrl_state(ctrl) != NVME_CTRL_RESETTING)
		return -EBUSY;
	return queue_work(system_wq, &ctrl->reset_work) ? 0 : -EBUSY;
}

static int nvme_setup_pools(struct nvme_dev *dev)
{
	dev->large_pool = dma_pool_create("nvme descriptor page", dev->dev,
					  NVME_CTRL_PAGE_SIZE,
					  NVME_CTRL_PAGE_SIZE, 0);
	dev->small_pool = dma_pool_create("nvme small descriptor", dev->dev,
					  NVME_SMALL_POOL_SIZE,
					  NVME_SMALL_POOL_SIZE, 0);
	dev->vecs_mempool = mempool_create_kmalloc_pool(
		1, NVME_MAX_SEGS * sizeof(struct nvme_dma_vec));
	dev->sg_mempool = mempool_create_kmalloc_pool(
		1, NVME_MAX_SEGS * sizeof(struct scatterlist));
	if (dev->large_pool && dev->small_pool && dev->vecs_mempool &&
	    dev->sg_mempool)
		return 0;
	return -ENOMEM;
}

static void nvme_release_pools(struct nvme_dev *dev)
{
	mempool_destroy(dev->sg_mempool);
	mempool_destroy(dev->vecs_mempool);
	dma_pool_destroy(dev->small_pool);
	dma_pool_destroy(dev->large_pool);
}

static struct nvme_dev *nvme_alloc_dev(struct pci_dev *pdev)
{
	struct nvme_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->dev = &pdev->dev;
	dev->data = data_path;
	mutex_init(&dev->shutdown_lock);
	INIT_WORK(&dev->ctrl.reset_work, nvme_reset_work);
	dev->nr_allocated_queues = num_possible_cpus() + 1;
	dev->queues = kcalloc(dev->nr_allocated_queues, sizeof(*dev->queues),
			      GFP_KERNEL);
	if (!dev->queues)
		goto err_free;
	ret = dma_set_mask_and_coherent(dev->dev, DMA_BIT_MASK(64));
	if (ret)
		goto err_queues;
	dma_set_min_align_mask(dev->dev, NVME_CTRL_PAGE_SIZE - 1);
	dma_set_max_seg_size(dev->dev, 0xffffffff);
	ret = nvme_init_ctrl(&dev->ctrl, dev->dev, &nvme_pci_ctrl_ops, 0);
	if (ret)
		goto err_queues;
	dev->ctrl.max_hw_sectors =
		min_t(u32, NVME_MAX_BYTES >> SECTOR_SHIFT,
		      dma_opt_mapping_size(dev->dev) >> SECTOR_SHIFT);
	dev->ctrl.max_segments = NVME_MAX_SEGS;
	return dev;

err_queues:
	kfree(dev->queues);
err_free:
	mutex_destroy(&dev->shutdown_lock);
	kfree(dev);
	return ERR_PTR(ret);
}

static void nvme_free_dev(struct nvme_dev *dev)
{
	nvme_uninit_ctrl(&dev->ctrl);
	kfree(dev->queues);
	mutex_destroy(&dev->shutdown_lock);
	kfree(dev);
}

static int nvme_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nvme_dev *dev = nvme_alloc_dev(pdev);
	int ret;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ret = pci_request_mem_regions(pdev, "nvme");
	if (ret)
		goto err_dev;
	ret = nvme_remap_bar(dev, NVME_MIN_BAR);
	if (ret) {
		ret = -ENODEV;
		goto err_regions;
	}
	ret = nvme_setup_pools(dev);
	if (ret)
		goto err_pools;
	pci_set_drvdata(pdev, dev);
	ret = nvme_pci_enable(dev);
	if (ret)
		goto err_queues;
	ret = nvme_alloc_admin_tag_set(&dev->ctrl, &dev->admin_tagset,
				       &nvme_mq_admin_ops,
				       sizeof(struct nvme_iod));
	if (ret)
		goto err_disable;
	if (!nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_CONNECTING)) {
		ret = -EBUSY;
		goto err_disable;
	}
	ret = nvme_init_ctrl_finish(&dev->ctrl, false);
	if (ret)
		goto err_disable;
	ret = nvme_setup_io_queues(dev);
	if (ret)
		goto err_disable;
	if (dev->online_queues > 1) {
		nvme_trim_queues(dev);
		ret = nvme_alloc_io_tag_set(&dev->ctrl, &dev->tagset,
					    &nvme_mq_ops, 1,
					    sizeof(struct nvme_iod));
		if (ret)
			goto err_disable;
	}
	if (!nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_LIVE)) {
		ret = -ENODEV;
		goto err_disable;
	}
	queue_work(system_wq, &dev->ctrl.scan_work);
	return 0;

err_disable:
	nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DELETING);
	nvme_dev_disable(dev, true);
	nvme_remove_io_tag_set(&dev->ctrl);
	nvme_remove_admin_tag_set(&dev->ctrl);
err_queues:
	nvme_free_queues(dev);
err_pools:
	nvme_release_pools(dev);
	iounmap(dev->bar);
err_regions:
	pci_release_mem_regions(pdev);
err_dev:
	nvme_free_dev(dev);
	return ret;
}

static void nvme_remove(struct pci_dev *pdev)
{
	struct nvme_dev *dev = pci_get_drvdata(pdev);

	nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DELETING);
	/* A reset that was due notices the state and lets the I/O fail. */
	flush_work(&dev->ctrl.reset_work);
	if (!pci_device_is_present(pdev)) {
		nvme_change_ctrl_state(&dev->ctrl, NVME_CTRL_DEAD);
		nvme_dev_disable(dev, true);
	}
	nvme_remove_namespaces(&dev->ctrl);
	nvme_dev_disable(dev, true);
	nvme_remove_io_tag_set(&dev->ctrl);
	nvme_remove_admin_tag_set(&dev->ctrl);
	nvme_free_queues(dev);
	nvme_release_pools(dev);
	iounmap(dev->bar);
	pci_release_mem_regions(pdev);
	nvme_free_dev(dev);
}

static const struct pci_device_id nvme_id_table[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, 0xffffff) },
	{}
};
MODULE_DEVICE_TABLE(pci, nvme_id_table);

static struct pci_driver nvme_driver = {
	.name = "nvme",
	.id_table = nvme_id_table,
	.probe = nvme_probe,
	.remove = nvme_remove,
};
module_pci_driver(nvme_driver);

MODULE_DESCRIPTION("NVMe over PCI Express");
MODULE_LICENSE("Dual MIT/GPL");
