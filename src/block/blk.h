/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share.
 *
 * Locks, outermost first: q->limits_lock, set->tag_list_lock,
 * q->mq_freeze_lock, q->queue_lock, q->requeue_lock, fq->lock, hctx->lock,
 * tags->lock. All spinlocks are taken with interrupts off, since requests end
 * in interrupt handlers, which may run inside a driver's doorbell write.
 */
#ifndef BLOCK_BLK_H
#define BLOCK_BLK_H

#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/smp.h>

/** BLK_MQ_RESOURCE_DELAY - ms until a refused request is tried again. */
#define BLK_MQ_RESOURCE_DELAY 3

/** BLK_DEF_MAX_SECTORS - cap of max_sectors where nobody asked for more. */
#define BLK_DEF_MAX_SECTORS 8192u

/** BIO_INLINE_VECS - vectors inside a bio of a bio_set. */
#define BIO_INLINE_VECS 4

/**
 * struct blk_mq_ctx - where one CPU submits
 * @hctxs: hardware queue for each type; types without queues use DEFAULT's
 */
struct blk_mq_ctx {
	unsigned int cpu;
	struct blk_mq_hw_ctx *hctxs[HCTX_MAX_TYPES];
	struct request_queue *queue;
};

/**
 * struct blk_live - what exists now, for block_check()
 * @bios: bios of bio_sets
 * @lock: protects the lists
 */
struct blk_live {
	atomic_long_t bios;
	struct mutex lock;
	struct list_head disks;
	struct list_head queues;
	struct list_head sets;
	unsigned int next_id;
};

extern struct blk_live blk_live;
extern struct workqueue_struct *kblockd_workqueue;

/* ---- bio.c, bio_split.c, merge.c ------------------------------------- */

int bio_slabs_init(void);
void bio_slabs_exit(void);
bool bio_is_chained(struct bio *bio);

/**
 * blk_max_segment() - longest single segment that can start at @paddr
 * @len: bytes wanted
 */
static inline unsigned int blk_max_segment(const struct queue_limits *lim,
					   phys_addr_t paddr, unsigned int len)
{
	unsigned long mask = lim->seg_boundary_mask;
	unsigned long to_boundary = mask - (paddr & mask);
	unsigned long most = min_t(unsigned long, to_boundary,
				   (unsigned long)lim->max_segment_size - 1);

	/* 64-bit, so that a boundary of 2^64 does not wrap to zero. */
	return most >= len ? len : most + 1;
}

/* May the bytes of @a and @b be one DMA segment? */
static inline bool blk_vecs_adjoin(struct request_queue *q,
				   const struct bio_vec *a,
				   const struct bio_vec *b)
{
	unsigned long window = ~queue_segment_boundary(q);
	phys_addr_t first = bvec_phys(a), seam = bvec_phys(b);

	if (first + a->bv_len != seam)
		return false;
	return (first & window) == ((seam + b->bv_len - 1) & window);
}

/* Would a vector at @offset leave a hole behind @prev? */
static inline bool blk_vec_gap(const struct queue_limits *lim,
			       const struct bio_vec *prev, unsigned int offset)
{
	unsigned int edges = offset | (prev->bv_offset + prev->bv_len);

	return (edges & lim->virt_boundary_mask) != 0;
}

struct bio *bio_split_to_limits(struct bio *bio, struct request_queue *q,
				unsigned int *nr_segs);
unsigned int blk_rq_count_segments(struct request *rq);
int blk_back_merge_allowed(struct request *rq, struct bio *bio,
			   unsigned int nr_segs);
bool blk_try_merge_bio(struct request_queue *q, struct bio *bio,
		       unsigned int nr_segs);
unsigned int bio_bvec_segments(const struct queue_limits *lim,
			       const struct bio_vec *bv);

/* ---- integrity.c ----------------------------------------------------- */

bool bio_integrity_mergeable(struct request_queue *q, struct request *rq,
			     struct bio *bio);
void bio_integrity_free(struct bio *bio);

/* ---- tags.c ---------------------------------------------------------- */

struct blk_mq_tags *blk_mq_tags_create(struct blk_mq_tag_set *set,
				       unsigned int hctx_idx,
				       unsigned int depth);
void blk_mq_tags_destroy(struct blk_mq_tag_set *set, struct blk_mq_tags *tags,
			 unsigned int hctx_idx);
int blk_mq_tag_get(struct blk_mq_hw_ctx *hctx, blk_mq_req_flags_t flags);
void blk_mq_tag_put(struct blk_mq_tags *tags, const unsigned int *tag,
		    unsigned int nr);

typedef bool(blk_tag_visit_fn)(struct request *rq, void *priv);

void blk_mq_queue_visit(struct request_queue *q, blk_tag_visit_fn *fn,
			void *priv);

/* ---- request.c ------------------------------------------------------- */

struct request *blk_mq_rq_new(struct request_queue *q, blk_opf_t opf,
			      blk_mq_req_flags_t flags);
bool blk_mq_rq_tryget(struct request *rq);
void blk_mq_rq_put(struct request *rq);
void blk_mq_rq_from_bio(struct request *rq, struct bio *bio,
			unsigned int nr_segs);

/* ---- dispatch.c, plug.c ---------------------------------------------- */

enum blk_insert { BLK_INSERT_TAIL, BLK_INSERT_HEAD };

void blk_mq_insert(struct request *rq, enum blk_insert where);
void blk_mq_insert_dispatch(struct request *rq, enum blk_insert where);
void blk_mq_issue_list(struct rq_list *list);
void blk_mq_hctx_freed_request(struct blk_mq_hw_ctx *hctx);
void blk_mq_requeue_work(struct work_struct *work);
void blk_mq_run_work(struct work_struct *work);
void blk_plug_add(struct blk_plug *plug, struct request *rq);

/**
 * blk_dispatch_enter() - begin a section that quiesce waits for
 * Return: cookie for blk_dispatch_exit().
 */
static inline int blk_dispatch_enter(struct request_queue *q)
{
	if (unlikely(q->tag_set->flags & BLK_MQ_F_BLOCKING))
		return srcu_read_lock(q->tag_set->srcu);
	rcu_read_lock();
	return 0;
}

static inline void blk_dispatch_exit(struct request_queue *q, int cookie)
{
	if (unlikely(q->tag_set->flags & BLK_MQ_F_BLOCKING))
		srcu_read_unlock(q->tag_set->srcu, cookie);
	else
		rcu_read_unlock();
}

/* ---- freeze.c -------------------------------------------------------- */

bool blk_queue_tryenter(struct request_queue *q);
void blk_queue_hold(struct request_queue *q);
int bio_queue_enter(struct bio *bio);
bool blk_queue_start_drain(struct request_queue *q);

/* ---- complete.c, timeout.c ------------------------------------------- */

void blk_complete_boot(void);
void blk_add_timer(struct request *rq);
void blk_timeout_fired(struct timer_list *timer);
void blk_timeout_work(struct work_struct *work);

/* ---- flush.c --------------------------------------------------------- */

struct blk_flush_queue *blk_flush_create(struct blk_mq_tag_set *set,
					 unsigned int hctx_idx, int node);
void blk_flush_destroy(struct blk_flush_queue *fq, struct blk_mq_tag_set *set,
		       struct blk_mq_hw_ctx *hctx);
bool blk_flush_insert(struct request *rq);
bool blk_is_flush_rq(struct request *rq);
void blk_flush_rq_put(struct request *rq);

/* ---- queue.c, genhd.c ------------------------------------------------ */

int blk_mq_queue_map_hctxs(struct request_queue *q);
void blk_mq_exit_queue(struct request_queue *q);
int blk_mq_set_alloc_tags(struct blk_mq_tag_set *set, unsigned int from,
			  unsigned int to);
void blk_mq_set_free_tags(struct blk_mq_tag_set *set, unsigned int from,
			  unsigned int to);
void blk_mq_set_update_map(struct blk_mq_tag_set *set);
int blk_mq_realloc_hctxs(struct blk_mq_tag_set *set, struct request_queue *q);
void blk_mq_map_swqueue(struct request_queue *q);
struct gendisk *blk_alloc_gendisk(struct request_queue *q, int node);

static inline struct blk_mq_hw_ctx *
blk_mq_pick_hctx(struct request_queue *q, blk_opf_t opf, struct blk_mq_ctx *ctx)
{
	enum hctx_type type = HCTX_TYPE_DEFAULT;

	if (opf & REQ_POLLED)
		type = HCTX_TYPE_POLL;
	else if ((opf & REQ_OP_MASK) == REQ_OP_READ)
		type = HCTX_TYPE_READ;
	return ctx->hctxs[type];
}

static inline bool blk_mq_can_poll(struct request_queue *q)
{
	return (q->limits.features & BLK_FEAT_POLL) &&
	       q->tag_set->map[HCTX_TYPE_POLL].nr_queues != 0;
}

#endif
