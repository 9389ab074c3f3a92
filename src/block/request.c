/* SPDX-License-Identifier: MIT */
/*
 * The life of a request: allocation, progress, end.
 *
 * Models the request half of block/blk-mq.c, 6.17. Reduced: no request is
 * allocated ahead for a plug, no statistics.
 *
 *	IDLE --start--> IN_FLIGHT --complete--> COMPLETE --end, free--> IDLE
 *	  ^----------------requeue------------------'
 *
 * I1  An allocated request holds one entry of its queue (q->usage) and one tag;
 *     both go back together when its last reference does.
 * I2  The fields are set before the reference count leaves 0, so a visitor that
 *     got a reference sees this life of the request.
 *
 * Locks: none; the owner of a request is alone with it.
 * Tests: tests/unit/block/test_request.c
 */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/printk.h>

#include "block/blk.h"

static struct blk_mq_ctx *this_ctx(struct request_queue *q)
{
	return &q->queue_ctx[raw_smp_processor_id()];
}

/* Everything but tag and driver data; the reference count comes last. */
static void rq_begin(struct request *rq, struct blk_mq_hw_ctx *hctx,
		     struct blk_mq_ctx *ctx, blk_opf_t opf,
		     blk_mq_req_flags_t flags)
{
	struct request_queue *q = hctx->queue;

	rq->q = q;
	rq->mq_ctx = ctx;
	rq->mq_hctx = hctx;
	rq->cmd_flags = opf;
	rq->rq_flags = 0;
	if (flags & BLK_MQ_REQ_PM)
		rq->rq_flags |= RQF_PM;
	if (flags & BLK_MQ_REQ_RESERVED)
		rq->rq_flags |= RQF_RESV;
	rq->start_time_ns = 0;
	if (blk_queue_io_stat(q)) {
		rq->rq_flags |= RQF_IO_STAT;
		rq->start_time_ns = ktime_get_ns();
	}
	rq->io_start_time_ns = 0;
	rq->timeout = 0;
	rq->__data_len = 0;
	rq->__sector = (sector_t)-1;
	rq->bio = NULL;
	rq->biotail = NULL;
	rq->part = NULL;
	rq->nr_phys_segments = 0;
	rq->nr_integrity_segments = 0;
	rq->end_io = NULL;
	rq->end_io_data = NULL;
	INIT_LIST_HEAD(&rq->queuelist);
	WRITE_ONCE(rq->deadline, 0);
	atomic_inc(&hctx->nr_active);
	atomic_set_release(&rq->ref, 1);
}

/**
 * blk_rq_init() - clear a request that is not in a tag set
 */
void blk_rq_init(struct request_queue *q, struct request *rq)
{
	memset(rq, 0, sizeof(*rq));
	rq->q = q;
	rq->__sector = (sector_t)-1;
	rq->tag = BLK_MQ_NO_TAG;
	rq->internal_tag = BLK_MQ_NO_TAG;
	INIT_LIST_HEAD(&rq->queuelist);
}
EXPORT_SYMBOL(blk_rq_init);

/**
 * blk_mq_rq_new() - a request for this CPU; the caller has entered the queue
 *
 * Return: the request, which now owns the entry; NULL only with NOWAIT.
 */
struct request *blk_mq_rq_new(struct request_queue *q, blk_opf_t opf,
			      blk_mq_req_flags_t flags)
{
	struct blk_mq_ctx *ctx = this_ctx(q);
	struct blk_mq_hw_ctx *hctx;
	struct request *rq;
	int tag;

	if (opf & REQ_NOWAIT)
		flags |= BLK_MQ_REQ_NOWAIT;
	hctx = blk_mq_pick_hctx(q, opf, ctx);
	tag = blk_mq_tag_get(hctx, flags);
	if (tag < 0)
		return NULL;
	rq = hctx->tags->static_rqs[tag];
	rq_begin(rq, hctx, ctx, opf, flags);
	return rq;
}

/**
 * blk_mq_alloc_request() - allocate a request without a bio
 * @flags: BLK_MQ_REQ_*
 *
 * Context: may sleep, unless NOWAIT.
 * Return: the request; -EWOULDBLOCK (NOWAIT, no tag), -EAGAIN (NOWAIT, queue
 * frozen), -ENODEV (queue dying), as ERR_PTR.
 */
struct request *blk_mq_alloc_request(struct request_queue *q, blk_opf_t opf,
				     blk_mq_req_flags_t flags)
{
	struct request *rq;
	int ret;

	ret = blk_queue_enter(q, flags);
	if (ret)
		return ERR_PTR(ret);
	rq = blk_mq_rq_new(q, opf, flags);
	if (!rq) {
		blk_queue_exit(q);
		return ERR_PTR(-EWOULDBLOCK);
	}
	return rq;
}
EXPORT_SYMBOL(blk_mq_alloc_request);

/**
 * blk_mq_alloc_request_hctx() - the same on a given hardware queue
 * @flags: must contain NOWAIT and RESERVED, so that nobody waits for a queue
 *	whose CPUs may be gone
 *
 * Return: the request; besides the errors of blk_mq_alloc_request(), -EINVAL
 * (wrong flags, with a warning), -EIO (no such queue), -EXDEV (queue without
 * CPU), as ERR_PTR.
 */
struct request *blk_mq_alloc_request_hctx(struct request_queue *q,
					  blk_opf_t opf,
					  blk_mq_req_flags_t flags,
					  unsigned int hctx_idx)
{
	const blk_mq_req_flags_t need = BLK_MQ_REQ_NOWAIT | BLK_MQ_REQ_RESERVED;
	struct blk_mq_hw_ctx *hctx;
	unsigned int cpu;
	struct request *rq;
	int tag, ret;

	if (WARN_ON_ONCE((flags & need) != need))
		return ERR_PTR(-EINVAL);
	if (hctx_idx >= q->nr_hw_queues)
		return ERR_PTR(-EIO);
	ret = blk_queue_enter(q, flags);
	if (ret)
		return ERR_PTR(ret);

	hctx = q->hctxs[hctx_idx];
	cpu = cpumask_first_and(hctx->cpumask, cpu_online_mask);
	if (cpu >= nr_cpu_ids) {
		ret = -EXDEV;
		goto err_exit;
	}
	tag = blk_mq_tag_get(hctx, flags);
	if (tag < 0) {
		ret = -EWOULDBLOCK;
		goto err_exit;
	}
	rq = hctx->tags->static_rqs[tag];
	rq_begin(rq, hctx, &q->queue_ctx[cpu], opf, flags);
	return rq;

err_exit:
	blk_queue_exit(q);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_GPL(blk_mq_alloc_request_hctx);

/**
 * blk_mq_rq_from_bio() - let a new request serve @bio
 * @nr_segs: segments of @bio
 */
void blk_mq_rq_from_bio(struct request *rq, struct bio *bio,
			unsigned int nr_segs)
{
	if (bio->bi_opf & REQ_RAHEAD)
		rq->cmd_flags |= REQ_FAILFAST_MASK;
	bio->bi_next = NULL;
	rq->bio = bio;
	rq->biotail = bio;
	rq->part = bio->bi_bdev;
	rq->__sector = bio->bi_iter.bi_sector;
	rq->__data_len = bio->bi_iter.bi_size;
	rq->nr_phys_segments = nr_segs;
	if (bio_integrity(bio))
		rq->nr_integrity_segments =
			blk_rq_count_integrity_sg(rq->q, bio);
}

/* ---- references and freeing ------------------------------------------ */

/** blk_mq_rq_tryget() - take a reference, unless the request is free. */
bool blk_mq_rq_tryget(struct request *rq)
{
	return atomic_inc_not_zero(&rq->ref);
}

/* @rq is nobody's any more. */
static void rq_recycle(struct request *rq)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;
	struct request_queue *q = rq->q;
	unsigned int tag = rq->tag;

	atomic_dec(&hctx->nr_active);
	blk_mq_tag_put(hctx->tags, &tag, 1);
	blk_mq_hctx_freed_request(hctx);
	blk_queue_exit(q);
}

/** blk_mq_rq_put() - drop a visitor's reference. */
void blk_mq_rq_put(struct request *rq)
{
	if (blk_is_flush_rq(rq))
		blk_flush_rq_put(rq);
	else if (atomic_dec_and_test(&rq->ref))
		rq_recycle(rq);
}

/**
 * blk_mq_free_request() - the owner is done with @rq
 * Context: any.
 */
void blk_mq_free_request(struct request *rq)
{
	WRITE_ONCE(rq->state, MQ_RQ_IDLE);
	if (atomic_dec_and_test(&rq->ref))
		rq_recycle(rq);
}
EXPORT_SYMBOL_GPL(blk_mq_free_request);

/* ---- progress and end ------------------------------------------------ */

/**
 * blk_mq_start_request() - the driver is about to hand @rq to the hardware
 *
 * From here on the request can be found by its tag, visited and time out.
 */
void blk_mq_start_request(struct request *rq)
{
	struct blk_mq_tags *tags = rq->mq_hctx->tags;

	WARN_ON_ONCE(blk_mq_rq_state(rq) != MQ_RQ_IDLE);
	if (blk_mq_need_time_stamp(rq))
		rq->io_start_time_ns = ktime_get_ns();
	if (rq->bio && (rq->bio->bi_opf & REQ_POLLED))
		WRITE_ONCE(rq->bio->bi_cookie, rq->mq_hctx->queue_num);

	if (!rq->timeout)
		rq->timeout = READ_ONCE(rq->q->rq_timeout);
	WRITE_ONCE(rq->deadline, jiffies + rq->timeout);
	WRITE_ONCE(tags->rqs[rq->tag], rq);
	/* State before timer: the scan that an earlier timer starts either
	 * sees this request, or blk_add_timer() sees that it has fired. */
	smp_store_release(&rq->state, MQ_RQ_IN_FLIGHT);
	blk_add_timer(rq);
}
EXPORT_SYMBOL(blk_mq_start_request);

static void report_error(struct request *rq, blk_status_t status)
{
	pr_err_ratelimited(
		"%s error, dev %s, sector %llu op 0x%x:(%s) flags 0x%x phys_seg %u\n",
		blk_status_to_str(status),
		rq->q->disk ? rq->q->disk->disk_name : "?",
		(unsigned long long)blk_rq_pos(rq), req_op(rq),
		blk_op_str(req_op(rq)), (u32)(rq->cmd_flags & ~REQ_OP_MASK),
		rq->nr_phys_segments);
}

/* The front of the request is done: let its bios know. */
static unsigned int rq_end_bios(struct request *rq, blk_status_t status,
				unsigned int nr_bytes)
{
	unsigned int done = 0, step;
	struct bio *bio;

	while (nr_bytes && (bio = rq->bio)) {
		step = min(bio->bi_iter.bi_size, nr_bytes);
		if (step == bio->bi_iter.bi_size)
			rq->bio = bio->bi_next;
		if (status)
			bio->bi_status = status;
		if (rq->rq_flags & RQF_QUIET)
			bio_set_flag(bio, BIO_QUIET);
		bio_advance(bio, step);
		done += step;
		nr_bytes -= step;
		/* A flush sequence ends its bio when all steps are done. */
		if (!bio->bi_iter.bi_size && !(rq->rq_flags & RQF_FLUSH_SEQ))
			bio_endio(bio);
	}
	return done;
}

/**
 * blk_update_request() - @nr_bytes at the front of @rq are done
 *
 * Ends the bios that are finished. Does not end the request.
 * Context: any that bi_end_io can stand.
 * Return: true if bytes remain; sector, length and segments then describe the
 * rest.
 */
bool blk_update_request(struct request *rq, blk_status_t error,
			unsigned int nr_bytes)
{
	unsigned int done;

	if (!rq->bio)
		return false;
	if (error && !blk_rq_is_passthrough(rq) && !(rq->rq_flags & RQF_QUIET))
		report_error(rq, error);

	/* A request of no length (an empty flush) still has its bio to end. */
	if (!blk_rq_bytes(rq)) {
		struct bio *bio = rq->bio;

		rq->bio = NULL;
		if (error)
			bio->bi_status = error;
		if (!(rq->rq_flags & RQF_FLUSH_SEQ))
			bio_endio(bio);
		return false;
	}

	done = rq_end_bios(rq, error, nr_bytes);
	if (!rq->bio) {
		rq->__data_len = 0;
		return false;
	}
	rq->__data_len -= done;
	if (!blk_rq_is_passthrough(rq))
		rq->__sector += done >> SECTOR_SHIFT;
	if (rq->rq_flags & RQF_MIXED_MERGE) {
		rq->cmd_flags &= ~REQ_FAILFAST_MASK;
		rq->cmd_flags |= rq->bio->bi_opf & REQ_FAILFAST_MASK;
	}
	if (!(rq->rq_flags & RQF_SPECIAL_PAYLOAD)) {
		WARN_ON_ONCE(blk_rq_bytes(rq) < blk_rq_cur_bytes(rq));
		rq->nr_phys_segments = blk_rq_count_segments(rq);
	}
	return true;
}
EXPORT_SYMBOL_GPL(blk_update_request);

/**
 * __blk_mq_end_request() - end a request whose bios are done
 *
 * With an end_io, that decides who frees it.
 */
void __blk_mq_end_request(struct request *rq, blk_status_t error)
{
	if (rq->end_io && rq->end_io(rq, error) == RQ_END_IO_NONE)
		return;
	blk_mq_free_request(rq);
}
EXPORT_SYMBOL(__blk_mq_end_request);

/**
 * blk_mq_end_request() - all of @rq is done, with @error
 * Context: any that bi_end_io can stand.
 */
void blk_mq_end_request(struct request *rq, blk_status_t error)
{
	if (blk_update_request(rq, error, blk_rq_bytes(rq)))
		BUG();
	__blk_mq_end_request(rq, error);
}
EXPORT_SYMBOL(blk_mq_end_request);

/* ---- batches --------------------------------------------------------- */

/**
 * struct tag_group - tags of one hardware queue, to be freed together
 */
struct tag_group {
	struct blk_mq_hw_ctx *hctx;
	unsigned int nr;
	unsigned int tag[32];
};

static void tag_group_flush(struct tag_group *g)
{
	struct request_queue *q;

	if (!g->nr)
		return;
	q = g->hctx->queue;
	atomic_sub(g->nr, &g->hctx->nr_active);
	blk_mq_tag_put(g->hctx->tags, g->tag, g->nr);
	blk_mq_hctx_freed_request(g->hctx);
	while (g->nr--)
		blk_queue_exit(q);
	g->nr = 0;
}

static void tag_group_add(struct tag_group *g, struct request *rq)
{
	if (g->nr == ARRAY_SIZE(g->tag) || (g->nr && g->hctx != rq->mq_hctx))
		tag_group_flush(g);
	g->hctx = rq->mq_hctx;
	g->tag[g->nr++] = rq->tag;
}

/**
 * blk_mq_end_request_batch() - end every request of @ib successfully
 * Context: any that bi_end_io can stand.
 */
void blk_mq_end_request_batch(struct io_comp_batch *ib)
{
	struct tag_group group = {};
	struct request *rq;

	while ((rq = rq_list_pop(&ib->req_list))) {
		blk_update_request(rq, BLK_STS_OK, blk_rq_bytes(rq));
		if (rq->end_io && rq->end_io(rq, 0) == RQ_END_IO_NONE)
			continue;
		WRITE_ONCE(rq->state, MQ_RQ_IDLE);
		if (atomic_dec_and_test(&rq->ref))
			tag_group_add(&group, rq);
	}
	tag_group_flush(&group);
}
EXPORT_SYMBOL_GPL(blk_mq_end_request_batch);

/**
 * blk_mq_add_to_batch() - keep @req for blk_mq_end_request_batch()
 * @is_error: it failed
 * @fn: called for the whole batch
 *
 * Return: false if the request has to be completed on its own.
 */
bool blk_mq_add_to_batch(struct request *req, struct io_comp_batch *iob,
			 bool is_error, void (*fn)(struct io_comp_batch *))
{
	bool plain = !blk_rq_is_passthrough(req);

	if (!iob || (iob->complete && iob->complete != fn))
		return false;
	if ((req->rq_flags & RQF_SCHED_TAGS) ||
	    (plain && (req->end_io || is_error)))
		return false;
	iob->complete = fn;
	if (blk_mq_need_time_stamp(req))
		iob->need_ts = true;
	rq_list_add_tail(&iob->req_list, req);
	return true;
}
EXPORT_SYMBOL_GPL(blk_mq_add_to_batch);

/* ---- odds and ends --------------------------------------------------- */

/** blk_steal_bios() - move the bios of @rq to @list. */
void blk_steal_bios(struct bio_list *list, struct request *rq)
{
	struct bio_list mine = { rq->bio, rq->biotail };

	bio_list_merge(list, &mine);
	rq->bio = rq->biotail = NULL;
	rq->__data_len = 0;
}
EXPORT_SYMBOL_GPL(blk_steal_bios);

/** blk_dump_rq_flags() - log what @rq is about. */
void blk_dump_rq_flags(struct request *rq, char *msg)
{
	pr_info("%s: dev %s: flags=%llx\n", msg,
		rq->q->disk ? rq->q->disk->disk_name : "?",
		(unsigned long long)rq->cmd_flags);
	pr_info("  sector %llu, nr/cnr %u/%u, bio %p, biotail %p, len %u\n",
		(unsigned long long)blk_rq_pos(rq), blk_rq_sectors(rq),
		blk_rq_cur_sectors(rq), rq->bio, rq->biotail, blk_rq_bytes(rq));
}
EXPORT_SYMBOL(blk_dump_rq_flags);
