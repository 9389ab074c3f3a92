/* SPDX-License-Identifier: MIT */
/*
 * NVMe PCI transport: what pci.c (controller), queue.c (rings, interrupts) and
 * the two data paths share. Models drivers/nvme/host/pci.c, 6.17.
 */
#ifndef NVME_PCI_H
#define NVME_PCI_H

#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/mempool.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>

#include "nvme.h"

#define NVME_SMALL_POOL_SIZE 256
#define NVME_MAX_BYTES (8u << 20)
#define NVME_MAX_NR_DESCRIPTORS 5
#define NVME_MAX_SEGS 256
#define NVME_PRPS_PER_PAGE (NVME_CTRL_PAGE_SIZE / sizeof(__le64))

struct nvme_data_ops;

/** struct nvme_dev - a controller on the PCI bus; @bar is BAR 0. */
struct nvme_dev {
	struct nvme_ctrl ctrl;
	struct device *dev;
	const struct nvme_data_ops *data;
	struct nvme_queue *queues;
	struct blk_mq_tag_set tagset;
	struct blk_mq_tag_set admin_tagset;
	void __iomem *bar;
	unsigned long bar_mapped_size;
	u32 __iomem *dbs;
	u32 q_depth;
	u32 db_stride;
	unsigned int nr_allocated_queues;
	unsigned int online_queues;
	unsigned int max_qid;
	unsigned int num_vecs;
	struct mutex shutdown_lock;
	struct dma_pool *large_pool;
	struct dma_pool *small_pool;
	mempool_t *vecs_mempool;
	mempool_t *sg_mempool;
};

static inline struct nvme_dev *to_nvme_dev(struct nvme_ctrl *ctrl)
{
	return container_of(ctrl, struct nvme_dev, ctrl);
}

/* Bits of nvme_queue.flags: may be submitted to, has an interrupt handler. */
enum { NVMEQ_ENABLED };

/**
 * struct nvme_queue - a submission and a completion ring
 * @sq_lock: @sq_tail, @last_sq_tail and the submission ring
 * @cq_lock: @cq_head, @cq_phase; the interrupt handler's and the poller's
 */
struct nvme_queue {
	struct nvme_dev *dev;
	spinlock_t sq_lock;
	struct nvme_command *sq_cmds;
	spinlock_t cq_lock ____cacheline_aligned_in_smp;
	struct nvme_completion *cqes;
	dma_addr_t sq_dma_addr;
	dma_addr_t cq_dma_addr;
	u32 __iomem *q_db;
	u32 q_depth;
	u16 cq_vector;
	u16 sq_tail;
	u16 last_sq_tail;
	u16 cq_head;
	u16 qid;
	u8 cq_phase;
	unsigned long flags;
	struct completion delete_done;
	char irqname[24];
};

/** struct nvme_dma_vec - a mapped segment, kept for the unmap. */
struct nvme_dma_vec {
	dma_addr_t addr;
	unsigned int len;
};

enum {
	IOD_ABORTED = 1 << 0,
	IOD_SMALL_DESCRIPTOR = 1 << 1,
	IOD_SINGLE_SEGMENT = 1 << 2,
};

/**
 * struct nvme_iod - per request (the PDU; keeps its bytes from I/O to I/O)
 * @req: must be first
 * @total_len: bytes mapped so far
 * @descriptors: PRP list pages or one SGL segment
 * @dma_vecs: segments mapped one by one, NULL if there is nothing to remember
 * @sgt: scatterlist of the old data path
 */
struct nvme_iod {
	struct nvme_request req;
	struct nvme_command cmd;
	u8 flags;
	u8 nr_descriptors;
	unsigned int total_len;
	struct dma_iova_state dma_state;
	void *descriptors[NVME_MAX_NR_DESCRIPTORS];
	struct nvme_dma_vec *dma_vecs;
	unsigned int nr_dma_vecs;
	struct sg_table sgt;
};

/**
 * struct nvme_data_ops - a way to map the data of a request
 * @map: map and describe it in the command; BLK_STS_RESOURCE to try again
 *	later, BLK_STS_IOERR for a request that cannot be described; on failure
 *	nothing stays mapped or allocated. Atomic.
 * @unmap: undo it; descriptors included. Atomic.
 * @bookkeeping: bytes that the mapping needs until then, for the trace event
 */
struct nvme_data_ops {
	const char *name;
	blk_status_t (*map)(struct nvme_dev *dev, struct request *req);
	void (*unmap)(struct nvme_dev *dev, struct request *req);
	size_t (*bookkeeping)(struct request *req);
};

extern const struct nvme_data_ops nvme_data_link, nvme_data_map, nvme_data_sg;

enum nvme_use_sgl { SGL_UNSUPPORTED, SGL_SUPPORTED, SGL_FORCED };

/* data.c: shared by the data paths */
extern unsigned int nvme_sgl_threshold;
enum nvme_use_sgl nvme_use_sgls(struct nvme_dev *dev, struct request *req);
bool nvme_prefer_sgl(enum nvme_use_sgl use, u32 payload, unsigned int segments);
blk_status_t nvme_map_single(struct nvme_dev *dev, struct request *req,
			     enum nvme_use_sgl use, bool *done);
void *nvme_alloc_descriptor(struct nvme_dev *dev, struct nvme_iod *iod,
			    bool small, dma_addr_t *addr);
void nvme_free_descriptors(struct nvme_dev *dev, struct request *req);
void nvme_sgl_set_data(struct nvme_sgl_desc *d, dma_addr_t addr, u32 len);
void nvme_sgl_set_last_seg(struct nvme_sgl_desc *d, dma_addr_t addr,
			   unsigned int entries);

/* queue.c */
int nvme_queue_alloc(struct nvme_dev *dev, u16 qid, u32 depth);
void nvme_queue_free(struct nvme_queue *nvmeq);
void nvme_queue_init(struct nvme_queue *nvmeq, u16 qid);
int nvme_queue_request_irq(struct nvme_queue *nvmeq);
void nvme_queue_suspend(struct nvme_dev *dev, u16 qid);
bool nvme_queue_poll_all(struct nvme_queue *nvmeq);
void nvme_queue_reap(struct nvme_queue *nvmeq);
extern const struct blk_mq_ops nvme_mq_admin_ops, nvme_mq_ops;

/* pci.c */
void nvme_dev_disable(struct nvme_dev *dev, bool shutdown);
int nvme_try_sched_reset(struct nvme_ctrl *ctrl);

#endif
