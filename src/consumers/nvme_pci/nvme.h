/* SPDX-License-Identifier: MIT */
/*
 * NVMe host core, as the PCI transport uses it (drivers/nvme/host/nvme.h,
 * 6.17).
 *
 * Reduced: one kind of namespace (NVM command set, no metadata, no multipath,
 * no fabrics); asynchronous events are not requested; recovery is an abort,
 * then a controller reset.
 */
#ifndef NVME_HOST_H
#define NVME_HOST_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/nvme.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#define NVME_CTRL_PAGE_SHIFT 12
#define NVME_CTRL_PAGE_SIZE (1 << NVME_CTRL_PAGE_SHIFT)

enum nvme_ctrl_state {
	NVME_CTRL_NEW,
	NVME_CTRL_LIVE,
	NVME_CTRL_RESETTING,
	NVME_CTRL_CONNECTING,
	NVME_CTRL_DELETING,
	NVME_CTRL_DELETING_NOIO,
	NVME_CTRL_DEAD,
};

enum {
	NVME_REQ_CANCELLED = 1 << 0,
	NVME_REQ_USERCMD = 1 << 1,
};

/** struct nvme_request - first member of the transport's PDU. */
struct nvme_request {
	struct nvme_command *cmd;
	union nvme_result result;
	u8 genctr;
	u8 retries;
	u8 flags;
	u16 status;
	struct nvme_ctrl *ctrl;
};

struct nvme_ctrl;

struct nvme_ctrl_ops {
	const char *name;
	struct module *module;
	int (*reg_read32)(struct nvme_ctrl *ctrl, u32 off, u32 *val);
	int (*reg_write32)(struct nvme_ctrl *ctrl, u32 off, u32 val);
	int (*reg_read64)(struct nvme_ctrl *ctrl, u32 off, u64 *val);
	bool (*supports_pci_p2pdma)(struct nvme_ctrl *ctrl);
};

/**
 * struct nvme_ctrl - one controller
 * @lock: state
 * @namespaces: struct nvme_ns.list, changed under @scan_lock, walked under
 *	@srcu
 * @held_back: what is quiesced or frozen, bits of enum nvme_held_back
 * @max_hw_sectors, @max_segments: limits of transport and controller together
 * @ctrl_config: the CC register
 */
struct nvme_ctrl {
	spinlock_t lock;
	enum nvme_ctrl_state state;
	const struct nvme_ctrl_ops *ops;
	struct device *dev;
	int instance;
	wait_queue_head_t state_wq;

	struct request_queue *admin_q;
	struct blk_mq_tag_set *tagset;
	struct blk_mq_tag_set *admin_tagset;
	struct list_head namespaces;
	struct mutex scan_lock;
	struct srcu_struct srcu;
	struct work_struct scan_work;
	struct work_struct reset_work;
	unsigned long held_back;

	u64 cap;
	u32 ctrl_config;
	u32 queue_count;
	u16 sqsize;
	u32 max_hw_sectors;
	u32 max_segments;

	u32 vs;
	u32 nn;
	u32 sgls;
	u16 oncs;
	u8 vwc;
	u8 acl;
	atomic_t abort_limit;
};

/** struct nvme_ns - a namespace and its disk; @frozen: nvme_start_freeze() */
struct nvme_ns {
	struct list_head list;
	struct nvme_ctrl *ctrl;
	struct request_queue *queue;
	struct gendisk *disk;
	u32 nsid;
	u8 lba_shift;
	bool frozen;
};

extern unsigned int nvme_io_timeout, admin_timeout;
#define NVME_IO_TIMEOUT (nvme_io_timeout * HZ)
#define NVME_ADMIN_TIMEOUT (admin_timeout * HZ)

static inline struct nvme_request *nvme_req(struct request *req)
{
	return blk_mq_rq_to_pdu(req);
}

static inline bool nvme_ctrl_sgl_supported(struct nvme_ctrl *ctrl)
{
	return ctrl->sgls &
	       (NVME_CTRL_SGLS_BYTE_ALIGNED | NVME_CTRL_SGLS_DWORD_ALIGNED);
}

/* command_id: 4 bits of generation above 12 bits of tag */
static inline u16 nvme_cid(struct request *req)
{
	return (nvme_req(req)->genctr & 0xf) << 12 | req->tag;
}

struct request *nvme_find_rq(struct blk_mq_tags *tags, u16 command_id);

/* core.c: state and controller registers (process context) */
enum nvme_ctrl_state nvme_ctrl_state(struct nvme_ctrl *ctrl);
bool nvme_change_ctrl_state(struct nvme_ctrl *ctrl,
			    enum nvme_ctrl_state new_state);
bool nvme_state_terminal(struct nvme_ctrl *ctrl);
int nvme_init_ctrl(struct nvme_ctrl *ctrl, struct device *dev,
		   const struct nvme_ctrl_ops *ops, unsigned long quirks);
void nvme_uninit_ctrl(struct nvme_ctrl *ctrl);
int nvme_enable_ctrl(struct nvme_ctrl *ctrl);
int nvme_disable_ctrl(struct nvme_ctrl *ctrl, bool shutdown);
int nvme_init_ctrl_finish(struct nvme_ctrl *ctrl, bool was_suspended);
int nvme_set_queue_count(struct nvme_ctrl *ctrl, int *count);

/* tagset.c (process context) */
int nvme_alloc_admin_tag_set(struct nvme_ctrl *ctrl, struct blk_mq_tag_set *set,
			     const struct blk_mq_ops *ops,
			     unsigned int cmd_size);
void nvme_remove_admin_tag_set(struct nvme_ctrl *ctrl);
int nvme_alloc_io_tag_set(struct nvme_ctrl *ctrl, struct blk_mq_tag_set *set,
			  const struct blk_mq_ops *ops, unsigned int nr_maps,
			  unsigned int cmd_size);
void nvme_remove_io_tag_set(struct nvme_ctrl *ctrl);
void nvme_quiesce_io_queues(struct nvme_ctrl *ctrl);
void nvme_unquiesce_io_queues(struct nvme_ctrl *ctrl);
void nvme_quiesce_admin_queue(struct nvme_ctrl *ctrl);
void nvme_unquiesce_admin_queue(struct nvme_ctrl *ctrl);
void nvme_start_freeze(struct nvme_ctrl *ctrl);
void nvme_wait_freeze(struct nvme_ctrl *ctrl);
int nvme_wait_freeze_timeout(struct nvme_ctrl *ctrl, long timeout);
void nvme_unfreeze(struct nvme_ctrl *ctrl);
void nvme_cancel_tagset(struct nvme_ctrl *ctrl);
void nvme_cancel_admin_tagset(struct nvme_ctrl *ctrl);

/* core.c: commands */
void nvme_init_request(struct request *req, struct nvme_command *cmd);
int nvme_submit_sync_cmd(struct request_queue *q, struct nvme_command *cmd,
			 void *buffer, unsigned int bufflen);
int nvme_set_features(struct nvme_ctrl *ctrl, unsigned int fid,
		      unsigned int dword11, void *buffer, size_t buflen,
		      void *result);
blk_status_t nvme_setup_cmd(struct nvme_ns *ns, struct request *req);
void nvme_cleanup_cmd(struct request *req);
void nvme_start_request(struct request *req);
bool nvme_check_ready(struct nvme_ctrl *ctrl, struct request *req,
		      bool queue_live);
blk_status_t nvme_fail_nonready_command(struct nvme_ctrl *ctrl,
					struct request *req);
bool nvme_try_complete_req(struct request *req, __le16 status,
			   union nvme_result result);
void nvme_complete_rq(struct request *req);
void nvme_complete_batch(struct io_comp_batch *iob,
			 void (*fn)(struct request *req));

/* ns.c */
void nvme_scan_work(struct work_struct *work);
void nvme_remove_namespaces(struct nvme_ctrl *ctrl);
void nvme_mark_namespaces_dead(struct nvme_ctrl *ctrl);
void nvme_set_ctrl_limits(struct nvme_ctrl *ctrl, struct queue_limits *lim,
			  bool is_admin);

#endif
