/* SPDX-License-Identifier: MIT */
/*
 * NVMe namespaces: scanning, limits, disks. Models the part of
 * drivers/nvme/host/core.c, 6.17, that a plain namespace needs.
 *
 * Tests: tests/consumers/test_nvme.c
 */
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "nvme.h"

static const struct block_device_operations nvme_bdev_ops = {
	.owner = THIS_MODULE,
};

/**
 * nvme_set_ctrl_limits() - queue limits that the controller asks for
 * @is_admin: no difference here, there are no SGLs with gaps
 *
 * Context: any.
 */
void nvme_set_ctrl_limits(struct nvme_ctrl *ctrl, struct queue_limits *lim,
			  bool is_admin)
{
	u32 pages =
		ctrl->max_hw_sectors / (NVME_CTRL_PAGE_SIZE >> SECTOR_SHIFT);

	lim->max_hw_sectors = ctrl->max_hw_sectors;
	/* Unaligned at both ends, a transfer has one page more. */
	lim->max_segments =
		min_t(u32, USHRT_MAX, min(ctrl->max_segments, pages + 1));
	lim->max_integrity_segments = 1;
	lim->virt_boundary_mask = NVME_CTRL_PAGE_SIZE - 1;
	lim->max_segment_size = UINT_MAX;
	lim->dma_alignment = 3;
}

static void nvme_set_ns_limits(struct nvme_ns *ns, struct nvme_id_ns *id,
			       struct queue_limits *lim)
{
	struct nvme_ctrl *ctrl = ns->ctrl;
	u32 block = 1u << ns->lba_shift;
	u32 noiob = le16_to_cpu(id->noiob) << (ns->lba_shift - SECTOR_SHIFT);

	nvme_set_ctrl_limits(ctrl, lim, false);
	lim->logical_block_size = block;
	lim->physical_block_size = block;
	lim->io_min = block;
	if (noiob && is_power_of_2(noiob))
		lim->chunk_sectors = noiob;
	if (ctrl->oncs & NVME_CTRL_ONCS_DSM) {
		lim->max_hw_discard_sectors = UINT_MAX;
		lim->max_user_discard_sectors = UINT_MAX;
		lim->max_discard_segments = NVME_DSM_MAX_RANGES;
		lim->discard_granularity = block;
	}
	if (ctrl->oncs & NVME_CTRL_ONCS_WRITE_ZEROES)
		lim->max_write_zeroes_sectors =
			min_t(u32, ctrl->max_hw_sectors,
			      65536u << (ns->lba_shift - SECTOR_SHIFT));
	if (ctrl->vwc & NVME_CTRL_VWC_PRESENT)
		lim->features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA;
	if (ctrl->ops->supports_pci_p2pdma &&
	    ctrl->ops->supports_pci_p2pdma(ctrl))
		lim->features |= BLK_FEAT_PCI_P2PDMA;
}

static int nvme_identify_ns(struct nvme_ctrl *ctrl, u32 nsid,
			    struct nvme_id_ns **id)
{
	struct nvme_command cmd = {
		.identify = {
			.opcode = nvme_admin_identify,
			.nsid = cpu_to_le32(nsid),
			.cns = NVME_ID_CNS_NS,
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

/* After this nobody finds @ns any more, not even who was looking. */
static void nvme_unlist_ns(struct nvme_ns *ns)
{
	mutex_lock(&ns->ctrl->scan_lock);
	list_del_rcu(&ns->list);
	mutex_unlock(&ns->ctrl->scan_lock);
	synchronize_srcu(&ns->ctrl->srcu);
}

static void nvme_add_ns(struct nvme_ctrl *ctrl, u32 nsid, struct nvme_id_ns *id)
{
	u8 format = (id->flbas & 0xf) | (id->flbas & 0x60) >> 1;
	struct queue_limits lim = {};
	struct nvme_ns *ns;

	ns = kzalloc(sizeof(*ns), GFP_KERNEL);
	if (!ns)
		return;
	ns->ctrl = ctrl;
	ns->nsid = nsid;
	ns->lba_shift = id->lbaf[format].ds;
	if (id->lbaf[format].ms) {
		dev_warn(ctrl->dev,
			 "namespace %u has metadata, not supported\n", nsid);
		goto err_free;
	}
	nvme_set_ns_limits(ns, id, &lim);
	ns->disk = blk_mq_alloc_disk(ctrl->tagset, &lim, ns);
	if (IS_ERR(ns->disk))
		goto err_free;
	ns->queue = ns->disk->queue;
	ns->disk->fops = &nvme_bdev_ops;
	ns->disk->private_data = ns;
	snprintf(ns->disk->disk_name, sizeof(ns->disk->disk_name), "nvme%dn%u",
		 ctrl->instance, nsid);
	set_capacity(ns->disk, le64_to_cpu(id->nsze)
				       << (ns->lba_shift - SECTOR_SHIFT));
	mutex_lock(&ctrl->scan_lock);
	list_add_tail_rcu(&ns->list, &ctrl->namespaces);
	mutex_unlock(&ctrl->scan_lock);
	if (device_add_disk(ctrl->dev, ns->disk, NULL))
		goto err_unlist;
	return;

err_unlist:
	nvme_unlist_ns(ns);
	put_disk(ns->disk);
err_free:
	kfree(ns);
}

static bool nvme_have_ns(struct nvme_ctrl *ctrl, u32 nsid)
{
	struct nvme_ns *ns;
	bool have = false;

	mutex_lock(&ctrl->scan_lock);
	list_for_each_entry(ns, &ctrl->namespaces, list)
		have |= ns->nsid == nsid;
	mutex_unlock(&ctrl->scan_lock);
	return have;
}

/**
 * nvme_scan_work() - look for namespaces and make disks of the new ones
 *
 * Without memory, or when the controller stops answering, it finds fewer.
 * Context: work item.
 */
void nvme_scan_work(struct work_struct *work)
{
	struct nvme_ctrl *ctrl =
		container_of(work, struct nvme_ctrl, scan_work);
	struct nvme_command cmd = {
		.identify = {
			.opcode = nvme_admin_identify,
			.cns = NVME_ID_CNS_NS_ACTIVE_LIST,
		},
	};
	const unsigned int max = NVME_IDENTIFY_DATA_SIZE / sizeof(__le32);
	struct nvme_id_ns *id;
	u32 i, nsid = 0, found;
	__le32 *list;
	int ret;

	if (nvme_ctrl_state(ctrl) != NVME_CTRL_LIVE || !ctrl->tagset)
		return;
	list = kzalloc(NVME_IDENTIFY_DATA_SIZE, GFP_KERNEL);
	if (!list)
		return;
	do {
		cmd.identify.nsid = cpu_to_le32(nsid);
		ret = nvme_submit_sync_cmd(ctrl->admin_q, &cmd, list,
					   NVME_IDENTIFY_DATA_SIZE);
		if (ret) {
			dev_warn(ctrl->dev, "namespace list failed: %d\n", ret);
			break;
		}
		for (i = 0; i < max; i++) {
			found = le32_to_cpu(list[i]);
			if (!found)
				break;
			nsid = found;
			if (nvme_have_ns(ctrl, nsid))
				continue;
			if (nvme_identify_ns(ctrl, nsid, &id))
				continue;
			nvme_add_ns(ctrl, nsid, id);
			kfree(id);
		}
	} while (i == max);
	kfree(list);
}

/** nvme_mark_namespaces_dead() - fail I/O from now on. Context: may sleep. */
void nvme_mark_namespaces_dead(struct nvme_ctrl *ctrl)
{
	int cookie = srcu_read_lock(&ctrl->srcu);
	struct nvme_ns *ns;

	list_for_each_entry_srcu(ns, &ctrl->namespaces, list,
				 srcu_read_lock_held(&ctrl->srcu))
		blk_mark_disk_dead(ns->disk);
	srcu_read_unlock(&ctrl->srcu, cookie);
}

/**
 * nvme_remove_namespaces() - close and free all disks
 *
 * Waits for their I/O. Context: may sleep; nobody scans or resets any more.
 */
void nvme_remove_namespaces(struct nvme_ctrl *ctrl)
{
	struct nvme_ns *ns;

	cancel_work_sync(&ctrl->scan_work);
	/* The scan was the only one to add some. */
	while (!list_empty(&ctrl->namespaces)) {
		ns = list_first_entry(&ctrl->namespaces, struct nvme_ns, list);
		nvme_unlist_ns(ns);
		del_gendisk(ns->disk);
		put_disk(ns->disk);
		kfree(ns);
	}
}
