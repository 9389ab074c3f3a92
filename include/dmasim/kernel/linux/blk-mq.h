/* SPDX-License-Identifier: MIT */
/*
 * <linux/blk-mq.h>: requests, tag sets, hardware queues and their driver.
 *
 * Same: prototypes, states, flags and order of effects of 6.17.
 * Reduced: no elevator (as if "none" were chosen), no budgets of several
 *	requests, no request statistics; a software queue is a list in its
 *	hardware context; an inter-processor completion is a direct call.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BLK_MQ_H
#define _DMASIM_LINUX_BLK_MQ_H

#include <linux/blkdev.h>
#include <linux/cpumask.h>
#include <linux/dma-direction.h>
#include <linux/dma-mapping.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/rbtree.h>
#include <linux/scatterlist.h>
#include <linux/srcu.h>

struct blk_flush_queue;
struct blk_mq_tags;
struct rq_map_data;

enum rq_end_io_ret {
	RQ_END_IO_NONE,
	RQ_END_IO_FREE,
};

typedef enum rq_end_io_ret(rq_end_io_fn)(struct request *, blk_status_t);

typedef __u32 req_flags_t;

enum {
	__RQF_STARTED = 0,
	__RQF_FLUSH_SEQ = 1,
	__RQF_MIXED_MERGE = 2,
	__RQF_DONTPREP = 3,
	__RQF_SCHED_TAGS = 4,
	__RQF_USE_SCHED = 5,
	__RQF_FAILED = 6,
	__RQF_QUIET = 7,
	__RQF_IO_STAT = 8,
	__RQF_PM = 9,
	__RQF_HASHED = 10,
	__RQF_STATS = 11,
	__RQF_SPECIAL_PAYLOAD = 12,
	__RQF_ZONE_WRITE_PLUGGING = 13,
	__RQF_TIMED_OUT = 14,
	__RQF_RESV = 15,
	__RQF_BITS
};

#define RQF_STARTED ((req_flags_t)(1u << __RQF_STARTED))
#define RQF_FLUSH_SEQ ((req_flags_t)(1u << __RQF_FLUSH_SEQ))
#define RQF_MIXED_MERGE ((req_flags_t)(1u << __RQF_MIXED_MERGE))
#define RQF_DONTPREP ((req_flags_t)(1u << __RQF_DONTPREP))
#define RQF_SCHED_TAGS ((req_flags_t)(1u << __RQF_SCHED_TAGS))
#define RQF_USE_SCHED ((req_flags_t)(1u << __RQF_USE_SCHED))
#define RQF_FAILED ((req_flags_t)(1u << __RQF_FAILED))
#define RQF_QUIET ((req_flags_t)(1u << __RQF_QUIET))
#define RQF_IO_STAT ((req_flags_t)(1u << __RQF_IO_STAT))
#define RQF_PM ((req_flags_t)(1u << __RQF_PM))
#define RQF_HASHED ((req_flags_t)(1u << __RQF_HASHED))
#define RQF_STATS ((req_flags_t)(1u << __RQF_STATS))
#define RQF_SPECIAL_PAYLOAD ((req_flags_t)(1u << __RQF_SPECIAL_PAYLOAD))
#define RQF_ZONE_WRITE_PLUGGING ((req_flags_t)(1u << __RQF_ZONE_WRITE_PLUGGING))
#define RQF_TIMED_OUT ((req_flags_t)(1u << __RQF_TIMED_OUT))
#define RQF_RESV ((req_flags_t)(1u << __RQF_RESV))

#define RQF_NOMERGE_FLAGS (RQF_STARTED | RQF_FLUSH_SEQ | RQF_SPECIAL_PAYLOAD)

enum mq_rq_state {
	MQ_RQ_IDLE = 0,
	MQ_RQ_IN_FLIGHT = 1,
	MQ_RQ_COMPLETE = 2,
};

/**
 * struct request - one command for a driver
 * @tag: index in the hardware queue's tags
 * @timeout: jiffies, 0 until started
 * @__data_len: bytes on the device
 * @bio: first of the bios served, NULL for none
 * @part: block device accounted, NULL for passthrough
 * @nr_phys_segments: upper bound of the DMA segments of the data
 * @ref: owner and iterators; the tag is free when it drops to 0
 * @deadline: jiffies
 * @flush: state of a request that needs a cache flush before or after it
 * @end_io: who owns the request when it ends
 *
 * The driver's per-request data follows: blk_mq_rq_to_pdu().
 */
struct request {
	struct request_queue *q;
	struct blk_mq_ctx *mq_ctx;
	struct blk_mq_hw_ctx *mq_hctx;

	blk_opf_t cmd_flags;
	req_flags_t rq_flags;

	int tag;
	int internal_tag;

	unsigned int timeout;
	unsigned int __data_len;
	sector_t __sector;

	struct bio *bio;
	struct bio *biotail;

	union {
		struct list_head queuelist;
		struct request *rq_next;
	};

	struct block_device *part;
	u64 start_time_ns;
	u64 io_start_time_ns;

	unsigned short nr_phys_segments;
	unsigned short nr_integrity_segments;

	enum mq_rq_state state;
	atomic_t ref;
	unsigned long deadline;

	union {
		struct hlist_node hash;
		struct llist_node ipi_list;
	};

	struct bio_vec special_vec;

	struct {
		unsigned int seq;
		rq_end_io_fn *saved_end_io;
	} flush;

	rq_end_io_fn *end_io;
	void *end_io_data;
};

enum hctx_type {
	HCTX_TYPE_DEFAULT,
	HCTX_TYPE_READ,
	HCTX_TYPE_POLL,
	HCTX_MAX_TYPES,
};

/**
 * struct blk_mq_hw_ctx - one hardware queue of a request queue
 * @lock: protects @dispatch, @queued and @restart
 * @dispatch: requests that the driver refused, or that bypass merging
 * @queued: requests waiting their turn
 * @has_queued: @queued is not empty, for a look without the lock
 * @restart: run again when a request of this queue is freed
 * @run_work: asynchronous run
 * @fq: flush state of this queue
 * @nr_active: requests between allocation and free
 * @nr_ctx: CPUs that submit here
 */
struct blk_mq_hw_ctx {
	spinlock_t lock;
	struct list_head dispatch;
	struct list_head queued;
	bool has_queued;
	bool restart;
	unsigned long state;
	struct delayed_work run_work;
	cpumask_var_t cpumask;
	unsigned long flags;
	struct request_queue *queue;
	struct blk_flush_queue *fq;
	void *driver_data;
	unsigned short type;
	unsigned short nr_ctx;
	struct blk_mq_tags *tags;
	unsigned int numa_node;
	unsigned int queue_num;
	atomic_t nr_active;
};

#define BLK_MQ_S_STOPPED 0

struct blk_mq_queue_map {
	unsigned int *mq_map;
	unsigned int nr_queues;
	unsigned int queue_offset;
};

/**
 * struct blk_mq_tag_set - what a driver's queues share
 * @ops: the driver
 * @map: CPU to hardware queue, one map per hctx_type
 * @nr_maps: how many of @map are used, 0: 1
 * @queue_depth: requests per hardware queue, the reserved ones included
 * @cmd_size: bytes of driver data behind each request
 * @timeout: jiffies, 0: 30 s
 * @flags: BLK_MQ_F_*
 * @srcu: quiesce protection of BLK_MQ_F_BLOCKING sets
 */
struct blk_mq_tag_set {
	const struct blk_mq_ops *ops;
	struct blk_mq_queue_map map[HCTX_MAX_TYPES];
	unsigned int nr_maps;
	unsigned int nr_hw_queues;
	unsigned int queue_depth;
	unsigned int reserved_tags;
	unsigned int cmd_size;
	int numa_node;
	unsigned int timeout;
	unsigned int flags;
	void *driver_data;

	struct blk_mq_tags **tags;
	struct blk_mq_tags *shared_tags;

	struct mutex tag_list_lock;
	struct list_head tag_list;
	struct srcu_struct *srcu;
	struct list_head sim_list;
};

struct blk_mq_queue_data {
	struct request *rq;
	bool last;
};

typedef bool(busy_tag_iter_fn)(struct request *, void *);

enum blk_eh_timer_return {
	BLK_EH_DONE,
	BLK_EH_RESET_TIMER,
};

/**
 * struct blk_mq_ops - a driver
 * @queue_rq: take one request; RESOURCE and DEV_RESOURCE ask for a retry
 * @commit_rqs: the promise of bd->last == false is off; tell the hardware
 * @queue_rqs: take requests off the list; what stays goes through @queue_rq
 * @timeout: a request is late; DONE or RESET_TIMER
 * @poll: reap completions; returns how many
 * @complete: a request was completed, on the right CPU
 * @init_hctx: second argument is the set's driver_data, third the index
 * @init_request: per request of the set; third argument is the queue's index
 * @map_queues: fill in set->map[]
 */
struct blk_mq_ops {
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *,
				 const struct blk_mq_queue_data *);
	void (*commit_rqs)(struct blk_mq_hw_ctx *);
	void (*queue_rqs)(struct rq_list *rqlist);
	int (*get_budget)(struct request_queue *);
	void (*put_budget)(struct request_queue *, int);
	void (*set_rq_budget_token)(struct request *, int);
	int (*get_rq_budget_token)(struct request *);
	enum blk_eh_timer_return (*timeout)(struct request *);
	int (*poll)(struct blk_mq_hw_ctx *, struct io_comp_batch *);
	void (*complete)(struct request *);
	int (*init_hctx)(struct blk_mq_hw_ctx *, void *, unsigned int);
	void (*exit_hctx)(struct blk_mq_hw_ctx *, unsigned int);
	int (*init_request)(struct blk_mq_tag_set *set, struct request *,
			    unsigned int, unsigned int);
	void (*exit_request)(struct blk_mq_tag_set *set, struct request *,
			     unsigned int);
	void (*cleanup_rq)(struct request *);
	bool (*busy)(struct request_queue *);
	void (*map_queues)(struct blk_mq_tag_set *set);
};

enum {
	BLK_MQ_F_TAG_QUEUE_SHARED = 1 << 1,
	BLK_MQ_F_STACKING = 1 << 2,
	BLK_MQ_F_TAG_HCTX_SHARED = 1 << 3,
	BLK_MQ_F_BLOCKING = 1 << 4,
	BLK_MQ_F_TAG_RR = 1 << 5,
	BLK_MQ_F_NO_SCHED_BY_DEFAULT = 1 << 6,
};

#define BLK_MQ_MAX_DEPTH 10240
#define BLK_MQ_NO_HCTX_IDX (-1U)
#define BLK_MQ_NO_TAG (-1U)
#define BLK_MQ_TAG_MIN 1
#define BLK_MQ_TAG_MAX (BLK_MQ_NO_TAG - 1)
#define BLK_MQ_UNIQUE_TAG_BITS 16
#define BLK_MQ_UNIQUE_TAG_MASK ((1 << BLK_MQ_UNIQUE_TAG_BITS) - 1)

enum {
	BLK_MQ_REQ_NOWAIT = 1 << 0,
	BLK_MQ_REQ_RESERVED = 1 << 1,
	BLK_MQ_REQ_PM = 1 << 2,
};

/**
 * struct blk_mq_tags - the tags of one hardware queue
 * @rqs: request that uses the tag now, or used it last
 * @static_rqs: request that belongs to the tag
 * @map: tags in use, protected by @lock
 * @hint: where the next search begins (BLK_MQ_F_TAG_RR)
 * @waiters: sleepers on @wq, protected by @lock
 * @wq: waits for a tag
 */
struct blk_mq_tags {
	unsigned int nr_tags;
	unsigned int nr_reserved_tags;
	struct request **rqs;
	struct request **static_rqs;
	struct list_head chunks;
	spinlock_t lock;
	unsigned long *map;
	unsigned int hint;
	unsigned int waiters;
	wait_queue_head_t wq;
};

#define queue_for_each_hw_ctx(q, hctx, i) \
	for ((i) = 0;                     \
	     (i) < (q)->nr_hw_queues && ((hctx) = (q)->hctxs[i], true); (i)++)

/* ---- tag sets and queues --------------------------------------------- */

int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set);
int blk_mq_alloc_sq_tag_set(struct blk_mq_tag_set *set,
			    const struct blk_mq_ops *ops,
			    unsigned int queue_depth, unsigned int set_flags);
void blk_mq_free_tag_set(struct blk_mq_tag_set *set);
void blk_mq_update_nr_hw_queues(struct blk_mq_tag_set *set, int nr_hw_queues);

struct request_queue *blk_mq_alloc_queue(struct blk_mq_tag_set *set,
					 struct queue_limits *lim,
					 void *queuedata);
void blk_mq_destroy_queue(struct request_queue *q);
struct gendisk *__blk_mq_alloc_disk(struct blk_mq_tag_set *set,
				    struct queue_limits *lim, void *queuedata,
				    struct lock_class_key *lkclass);

#define blk_mq_alloc_disk(set, lim, queuedata) \
	__blk_mq_alloc_disk(set, lim, queuedata, NULL)

void blk_mq_map_queues(struct blk_mq_queue_map *qmap);
void blk_mq_map_hw_queues(struct blk_mq_queue_map *qmap, struct device *dev,
			  unsigned int offset);
unsigned int blk_mq_num_possible_queues(unsigned int max_queues);
unsigned int blk_mq_num_online_queues(unsigned int max_queues);

/* ---- requests -------------------------------------------------------- */

struct request *blk_mq_alloc_request(struct request_queue *q, blk_opf_t opf,
				     blk_mq_req_flags_t flags);
struct request *blk_mq_alloc_request_hctx(struct request_queue *q,
					  blk_opf_t opf,
					  blk_mq_req_flags_t flags,
					  unsigned int hctx_idx);
void blk_mq_free_request(struct request *rq);
void blk_rq_init(struct request_queue *q, struct request *rq);
void blk_mq_start_request(struct request *rq);
void blk_mq_end_request(struct request *rq, blk_status_t error);
void __blk_mq_end_request(struct request *rq, blk_status_t error);
void blk_mq_end_request_batch(struct io_comp_batch *ib);
bool blk_update_request(struct request *rq, blk_status_t error,
			unsigned int nr_bytes);
void blk_mq_complete_request(struct request *rq);
bool blk_mq_complete_request_remote(struct request *rq);
void blk_mq_requeue_request(struct request *rq, bool kick_requeue_list);
void blk_mq_kick_requeue_list(struct request_queue *q);
void blk_mq_delay_kick_requeue_list(struct request_queue *q,
				    unsigned long msecs);
blk_status_t blk_execute_rq(struct request *rq, bool at_head);
void blk_execute_rq_nowait(struct request *rq, bool at_head);
bool blk_rq_is_poll(struct request *rq);
int blk_rq_poll(struct request *rq, struct io_comp_batch *iob,
		unsigned int poll_flags);
void blk_dump_rq_flags(struct request *rq, char *msg);
void blk_abort_request(struct request *req);

int blk_rq_map_kern(struct request *rq, void *kbuf, unsigned int len,
		    gfp_t gfp);
int blk_rq_append_bio(struct request *rq, struct bio *bio);
int blk_rq_map_user_iov(struct request_queue *q, struct request *rq,
			struct rq_map_data *map_data,
			const struct iov_iter *iter, gfp_t gfp_mask);
int blk_rq_unmap_user(struct bio *bio);

int __blk_rq_map_sg(struct request *rq, struct scatterlist *sglist,
		    struct scatterlist **last_sg);

static inline int blk_rq_map_sg(struct request *rq, struct scatterlist *sglist)
{
	struct scatterlist *last = NULL;

	return __blk_rq_map_sg(rq, sglist, &last);
}

/* ---- control --------------------------------------------------------- */

void blk_mq_quiesce_queue(struct request_queue *q);
void blk_mq_quiesce_queue_nowait(struct request_queue *q);
void blk_mq_unquiesce_queue(struct request_queue *q);
void blk_mq_quiesce_tagset(struct blk_mq_tag_set *set);
void blk_mq_unquiesce_tagset(struct blk_mq_tag_set *set);
void blk_mq_wait_quiesce_done(struct blk_mq_tag_set *set);

void blk_freeze_queue_start(struct request_queue *q);
void blk_mq_freeze_queue_wait(struct request_queue *q);
int blk_mq_freeze_queue_wait_timeout(struct request_queue *q,
				     unsigned long timeout);
void blk_mq_freeze_queue_nomemsave(struct request_queue *q);
void blk_mq_unfreeze_queue_nomemrestore(struct request_queue *q);
void blk_freeze_queue_start_non_owner(struct request_queue *q);
void blk_mq_unfreeze_queue_non_owner(struct request_queue *q);

/**
 * blk_mq_freeze_queue() - let nobody in and wait until everybody is out
 *
 * Context: may sleep. Nests.
 * Return: a cookie for blk_mq_unfreeze_queue().
 */
static inline unsigned int __must_check
blk_mq_freeze_queue(struct request_queue *q)
{
	blk_mq_freeze_queue_nomemsave(q);
	return 0;
}

static inline void blk_mq_unfreeze_queue(struct request_queue *q,
					 unsigned int memflags)
{
	blk_mq_unfreeze_queue_nomemrestore(q);
}

void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async);
void blk_mq_run_hw_queues(struct request_queue *q, bool async);
void blk_mq_delay_run_hw_queue(struct blk_mq_hw_ctx *hctx, unsigned long msecs);
void blk_mq_delay_run_hw_queues(struct request_queue *q, unsigned long msecs);
void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx);
void blk_mq_start_hw_queue(struct blk_mq_hw_ctx *hctx);
void blk_mq_stop_hw_queues(struct request_queue *q);
void blk_mq_start_hw_queues(struct request_queue *q);
void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async);

void blk_mq_tagset_busy_iter(struct blk_mq_tag_set *tagset,
			     busy_tag_iter_fn *fn, void *priv);
void blk_mq_tagset_wait_completed_request(struct blk_mq_tag_set *tagset);
bool blk_mq_queue_inflight(struct request_queue *q);
u32 blk_mq_unique_tag(struct request *rq);

static inline u16 blk_mq_unique_tag_to_hwq(u32 unique_tag)
{
	return unique_tag >> BLK_MQ_UNIQUE_TAG_BITS;
}

static inline u16 blk_mq_unique_tag_to_tag(u32 unique_tag)
{
	return unique_tag & BLK_MQ_UNIQUE_TAG_MASK;
}

/* May give a request that has ended since, or NULL. */
static inline struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags,
					       unsigned int tag)
{
	return tag < tags->nr_tags ? READ_ONCE(tags->rqs[tag]) : NULL;
}

static inline bool blk_mq_hctx_stopped(struct blk_mq_hw_ctx *hctx)
{
	return test_bit(BLK_MQ_S_STOPPED, &hctx->state);
}

/* ---- request accessors ----------------------------------------------- */

static inline enum req_op req_op(const struct request *req)
{
	return req->cmd_flags & REQ_OP_MASK;
}

static inline bool blk_rq_is_passthrough(struct request *rq)
{
	return blk_op_is_passthrough(rq->cmd_flags);
}

static inline unsigned short req_get_ioprio(struct request *req)
{
	return req->bio ? req->bio->bi_ioprio : 0;
}

#define rq_data_dir(rq) (op_is_write(req_op(rq)) ? WRITE : READ)

#define rq_dma_dir(rq) \
	(op_is_write(req_op(rq)) ? DMA_TO_DEVICE : DMA_FROM_DEVICE)

static inline enum mq_rq_state blk_mq_rq_state(struct request *rq)
{
	return READ_ONCE(rq->state);
}

static inline int blk_mq_request_started(struct request *rq)
{
	return blk_mq_rq_state(rq) != MQ_RQ_IDLE;
}

static inline int blk_mq_request_completed(struct request *rq)
{
	return blk_mq_rq_state(rq) == MQ_RQ_COMPLETE;
}

static inline void blk_mq_set_request_complete(struct request *rq)
{
	WRITE_ONCE(rq->state, MQ_RQ_COMPLETE);
}

static inline void blk_mq_complete_request_direct(struct request *rq,
						  void (*fn)(struct request *))
{
	blk_mq_set_request_complete(rq);
	fn(rq);
}

static inline bool blk_mq_need_time_stamp(struct request *rq)
{
	return (rq->rq_flags & (RQF_IO_STAT | RQF_STATS | RQF_USE_SCHED)) != 0;
}

static inline bool blk_mq_is_reserved_rq(struct request *rq)
{
	return (rq->rq_flags & RQF_RESV) != 0;
}

bool blk_mq_add_to_batch(struct request *req, struct io_comp_batch *iob,
			 bool is_error, void (*fn)(struct io_comp_batch *));

static inline void *blk_mq_rq_to_pdu(struct request *rq)
{
	return &rq[1];
}

static inline struct request *blk_mq_rq_from_pdu(void *pdu)
{
	return (struct request *)pdu - 1;
}

static inline void blk_mq_cleanup_rq(struct request *rq)
{
	if (rq->q->mq_ops->cleanup_rq)
		rq->q->mq_ops->cleanup_rq(rq);
}

struct req_iterator {
	struct bvec_iter iter;
	struct bio *bio;
};

#define __rq_for_each_bio(_bio, rq) \
	if ((rq)->bio)              \
		for (_bio = (rq)->bio; _bio; _bio = _bio->bi_next)

#define rq_for_each_segment(bvl, _rq, _iter) \
	__rq_for_each_bio(_iter.bio, _rq)    \
		bio_for_each_segment(bvl, _iter.bio, _iter.iter)

#define rq_for_each_bvec(bvl, _rq, _iter) \
	__rq_for_each_bio(_iter.bio, _rq) \
		bio_for_each_bvec(bvl, _iter.bio, _iter.iter)

#define rq_iter_last(bvec, _iter) \
	(!(_iter).bio->bi_next && bio_iter_last(bvec, (_iter).iter))

static inline sector_t blk_rq_pos(const struct request *rq)
{
	return rq->__sector;
}

static inline unsigned int blk_rq_bytes(const struct request *rq)
{
	return rq->__data_len;
}

static inline unsigned int blk_rq_sectors(const struct request *rq)
{
	return rq->__data_len >> SECTOR_SHIFT;
}

/* Bytes of the current vector; the whole size where there is no memory. */
static inline int blk_rq_cur_bytes(const struct request *rq)
{
	const struct bio *bio = rq->bio;

	if (!bio)
		return 0;
	return bio_has_data(rq->bio) ? bio_iovec(bio).bv_len :
				       bio->bi_iter.bi_size;
}

static inline unsigned int blk_rq_cur_sectors(const struct request *rq)
{
	return blk_rq_cur_bytes(rq) >> SECTOR_SHIFT;
}

/* Bytes to transfer, which a special payload makes differ from the range. */
static inline unsigned int blk_rq_payload_bytes(struct request *rq)
{
	bool special = rq->rq_flags & RQF_SPECIAL_PAYLOAD;

	return special ? rq->special_vec.bv_len : blk_rq_bytes(rq);
}

static inline unsigned short blk_rq_nr_phys_segments(struct request *rq)
{
	bool special = rq->rq_flags & RQF_SPECIAL_PAYLOAD;

	return special ? 1 : rq->nr_phys_segments;
}

static inline unsigned short blk_rq_nr_discard_segments(struct request *rq)
{
	return max_t(unsigned short, 1, rq->nr_phys_segments);
}

static inline struct bio_vec req_bvec(struct request *rq)
{
	if (!(rq->rq_flags & RQF_SPECIAL_PAYLOAD))
		return mp_bvec_iter_bvec(rq->bio->bi_io_vec, rq->bio->bi_iter);
	return rq->special_vec;
}

static inline unsigned int blk_rq_count_bios(struct request *rq)
{
	unsigned int nr = 0;
	struct bio *bio;

	__rq_for_each_bio(bio, rq)
		nr++;
	return nr;
}

void blk_steal_bios(struct bio_list *list, struct request *rq);

/* ---- lists of requests ----------------------------------------------- */

static inline int rq_list_empty(const struct rq_list *rl)
{
	return !rl->head;
}

static inline void rq_list_init(struct rq_list *rl)
{
	rl->head = rl->tail = NULL;
}

static inline void rq_list_add_tail(struct rq_list *rl, struct request *rq)
{
	rq->rq_next = NULL;
	if (!rl->head)
		rl->head = rq;
	else
		rl->tail->rq_next = rq;
	rl->tail = rq;
}

static inline void rq_list_add_head(struct rq_list *rl, struct request *rq)
{
	rq->rq_next = rl->head;
	if (!rl->head)
		rl->tail = rq;
	rl->head = rq;
}

static inline struct request *rq_list_peek(struct rq_list *rl)
{
	return rl->head;
}

static inline struct request *rq_list_pop(struct rq_list *rl)
{
	struct request *first = rl->head;

	if (!first)
		return NULL;
	rl->head = first->rq_next;
	if (!rl->head)
		rl->tail = NULL;
	first->rq_next = NULL;
	return first;
}

#define rq_list_next(rq) (rq)->rq_next

#define rq_list_for_each(rl, pos) \
	for (pos = rq_list_peek(rl); (pos); pos = rq_list_next(pos))

#define rq_list_for_each_safe(rl, pos, nxt)                                \
	for (pos = rq_list_peek(rl), nxt = pos ? rq_list_next(pos) : NULL; \
	     pos; pos = nxt, nxt = pos ? rq_list_next(pos) : NULL)

#endif
