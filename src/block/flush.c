/* SPDX-License-Identifier: MIT */
/*
 * Requests that need the device's write cache flushed before or after them.
 *
 * Models block/blk-flush.c, 6.17. Reduced: flushes are not held back to gather
 * more requests behind one.
 *
 *	steps of a request:  PRE (flush) -> DATA -> POST (flush)
 *	needed when:         PREFLUSH       data    FUA the device cannot do
 *
 *	waiting ---kick---> running: one flush request serves them all
 *
 * I1  At most one flush per hardware queue is under way. It borrows the tag of
 *     the first request it serves, which cannot be in flight meanwhile.
 * I2  A request in a sequence has RQF_FLUSH_SEQ; its bio ends with the
 *     sequence, not with the data.
 * I3  flush.seq holds the steps that are done or not needed.
 *
 * Locks: fq->lock; no driver or end_io call under it.
 * Tests: tests/unit/block/test_flush.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "block/blk.h"
#include "lib/lib.h"

enum flush_step {
	STEP_PRE = 1,
	STEP_DATA = 2,
	STEP_POST = 4,
	STEP_ALL = 7,
};

/**
 * struct blk_flush_queue - flush state of one hardware queue
 * @waiting: requests whose next step is a flush
 * @running: those that the flush under way serves
 * @busy: it is under way
 * @status: how it ended, when a visitor's reference delayed its end
 * @rq: the flush request, with the driver's data behind it
 */
struct blk_flush_queue {
	spinlock_t lock;
	struct list_head waiting;
	struct list_head running;
	bool busy;
	blk_status_t status;
	struct request *rq;
};

static void flush_kick(struct blk_flush_queue *fq);
static enum rq_end_io_ret flush_rq_end(struct request *rq, blk_status_t error);
static enum rq_end_io_ret flush_data_end(struct request *rq,
					 blk_status_t error);

/**
 * blk_flush_create() - flush state for hardware queue @hctx_idx
 * Context: may sleep. Return: it, or NULL.
 */
struct blk_flush_queue *blk_flush_create(struct blk_mq_tag_set *set,
					 unsigned int hctx_idx, int node)
{
	size_t size = sizeof(struct request) + set->cmd_size;
	struct blk_flush_queue *fq;

	fq = kzalloc_node(sizeof(*fq), GFP_KERNEL, node);
	if (!fq)
		return NULL;
	fq->rq = kzalloc_node(size, GFP_KERNEL, node);
	if (!fq->rq)
		goto err_fq;
	if (set->ops->init_request &&
	    set->ops->init_request(set, fq->rq, hctx_idx, node))
		goto err_rq;
	spin_lock_init(&fq->lock);
	INIT_LIST_HEAD(&fq->waiting);
	INIT_LIST_HEAD(&fq->running);
	return fq;

err_rq:
	kfree(fq->rq);
err_fq:
	kfree(fq);
	return NULL;
}

/**
 * blk_flush_destroy() - no request is left; forget the flush request
 * @hctx: whose tags may still point at it
 */
void blk_flush_destroy(struct blk_flush_queue *fq, struct blk_mq_tag_set *set,
		       struct blk_mq_hw_ctx *hctx)
{
	struct blk_mq_tags *tags = hctx->tags;
	unsigned long flags;
	unsigned int i;

	if (tags) {
		spin_lock_irqsave(&tags->lock, flags);
		for (i = 0; i < tags->nr_tags; i++)
			if (READ_ONCE(tags->rqs[i]) == fq->rq)
				WRITE_ONCE(tags->rqs[i], NULL);
		spin_unlock_irqrestore(&tags->lock, flags);
	}
	if (set->ops->exit_request)
		set->ops->exit_request(set, fq->rq, hctx->queue_num);
	kfree(fq->rq);
	kfree(fq);
}

/** blk_is_flush_rq() - is @rq the flush request of its hardware queue? */
bool blk_is_flush_rq(struct request *rq)
{
	return rq->mq_hctx->fq->rq == rq;
}

static struct blk_flush_queue *rq_fq(struct request *rq)
{
	return rq->mq_hctx->fq;
}

/* ---- steps ----------------------------------------------------------- */

static void sequence_end(struct request *rq, blk_status_t error)
{
	/* The data step took the bio off; it comes back, perhaps with nothing
	 * left, to get its status and to end. */
	rq->bio = rq->biotail;
	rq->rq_flags &= ~RQF_FLUSH_SEQ;
	rq->end_io = rq->flush.saved_end_io;
	blk_mq_end_request(rq, error);
}

/* @done of @rq is done; on to the next step. An error skips them all. */
static void sequence_advance(struct request *rq, unsigned int done,
			     blk_status_t error)
{
	struct blk_flush_queue *fq = rq_fq(rq);
	unsigned long flags;

	rq->flush.seq |= error ? STEP_ALL : done;
	if (rq->flush.seq == STEP_ALL) {
		sequence_end(rq, error);
		return;
	}
	if ((rq->flush.seq & STEP_PRE) && !(rq->flush.seq & STEP_DATA)) {
		blk_mq_insert(rq, BLK_INSERT_TAIL);
		blk_mq_run_hw_queue(rq->mq_hctx, true);
		return;
	}
	spin_lock_irqsave(&fq->lock, flags);
	list_add_tail(&rq->queuelist, &fq->waiting);
	spin_unlock_irqrestore(&fq->lock, flags);
	flush_kick(fq);
}

static enum rq_end_io_ret flush_data_end(struct request *rq, blk_status_t error)
{
	WRITE_ONCE(rq->state, MQ_RQ_IDLE);
	sequence_advance(rq, STEP_DATA, error);
	return RQ_END_IO_NONE;
}

/* ---- the flush request ----------------------------------------------- */

static void flush_rq_prepare(struct request *frq, struct request *first)
{
	const blk_opf_t inherit = REQ_DRV | REQ_FAILFAST_MASK;

	frq->q = first->q;
	frq->mq_ctx = first->mq_ctx;
	frq->mq_hctx = first->mq_hctx;
	frq->tag = first->tag;
	frq->internal_tag = BLK_MQ_NO_TAG;
	frq->cmd_flags = REQ_OP_FLUSH | REQ_PREFLUSH;
	frq->cmd_flags |= first->cmd_flags & inherit;
	frq->rq_flags = RQF_FLUSH_SEQ;
	frq->timeout = 0;
	frq->__data_len = 0;
	frq->__sector = 0;
	frq->bio = frq->biotail = NULL;
	frq->part = first->part;
	frq->nr_phys_segments = 0;
	frq->nr_integrity_segments = 0;
	frq->end_io_data = NULL;
	frq->end_io = flush_rq_end;
	INIT_LIST_HEAD(&frq->queuelist);
	atomic_set_release(&frq->ref, 1);
}

/* Start a flush for everybody who waits, if none is under way. */
static void flush_kick(struct blk_flush_queue *fq)
{
	struct request *first = NULL;
	unsigned long flags;

	spin_lock_irqsave(&fq->lock, flags);
	if (!fq->busy && !list_empty(&fq->waiting)) {
		fq->busy = true;
		list_splice_init(&fq->waiting, &fq->running);
		first = list_first_entry(&fq->running, struct request,
					 queuelist);
		flush_rq_prepare(fq->rq, first);
	}
	spin_unlock_irqrestore(&fq->lock, flags);
	if (!first)
		return;
	blk_mq_insert(fq->rq, BLK_INSERT_HEAD);
	blk_mq_run_hw_queue(fq->rq->mq_hctx, true);
}

static void flush_finish(struct blk_flush_queue *fq, blk_status_t error)
{
	struct request *rq;
	unsigned int step;
	LIST_HEAD(served);
	unsigned long flags;

	spin_lock_irqsave(&fq->lock, flags);
	WRITE_ONCE(fq->rq->state, MQ_RQ_IDLE);
	list_splice_init(&fq->running, &served);
	fq->busy = false;
	spin_unlock_irqrestore(&fq->lock, flags);

	while (!list_empty(&served)) {
		rq = list_first_entry(&served, struct request, queuelist);
		list_del_init(&rq->queuelist);
		step = rq->flush.seq & STEP_PRE ? STEP_POST : STEP_PRE;
		sequence_advance(rq, step, error);
	}
}

static enum rq_end_io_ret flush_rq_end(struct request *rq, blk_status_t error)
{
	struct blk_flush_queue *fq = rq_fq(rq);
	struct request_queue *q = rq->q;

	if (error)
		fq->status = error;
	if (!atomic_dec_and_test(&rq->ref))
		return RQ_END_IO_NONE;
	error = fq->status;
	fq->status = BLK_STS_OK;
	/* The last request served may be the last in the queue. */
	blk_queue_hold(q);
	flush_finish(fq, error);
	flush_kick(fq);
	blk_queue_exit(q);
	return RQ_END_IO_NONE;
}

/** blk_flush_rq_put() - a visitor drops its reference to a flush request. */
void blk_flush_rq_put(struct request *rq)
{
	flush_rq_end(rq, BLK_STS_OK);
}

/* ---- entry ----------------------------------------------------------- */

static unsigned int steps_needed(struct request *rq)
{
	struct request_queue *q = rq->q;
	unsigned int steps = blk_rq_sectors(rq) ? STEP_DATA : 0;

	if (!blk_queue_write_cache(q))
		return steps;
	if (rq->cmd_flags & REQ_PREFLUSH)
		steps |= STEP_PRE;
	if ((rq->cmd_flags & REQ_FUA) && !(q->limits.features & BLK_FEAT_FUA))
		steps |= STEP_POST;
	return steps;
}

/**
 * blk_flush_insert() - a new request with PREFLUSH or FUA
 *
 * Return: true if it was taken; false if it goes the normal way (perhaps to
 * come back here when its data is written).
 */
bool blk_flush_insert(struct request *rq)
{
	unsigned int steps = steps_needed(rq);

	/* The device sees what it has to do itself, and no more. */
	rq->cmd_flags &= ~REQ_PREFLUSH;
	if (!(rq->q->limits.features & BLK_FEAT_FUA))
		rq->cmd_flags &= ~REQ_FUA;
	rq->cmd_flags |= REQ_SYNC;

	if (!steps) {
		blk_mq_end_request(rq, BLK_STS_OK);
		return true;
	}
	if (steps == STEP_DATA)
		return false;

	rq->rq_flags |= RQF_FLUSH_SEQ;
	rq->flush.seq = STEP_ALL & ~steps;
	rq->flush.saved_end_io = rq->end_io;
	rq->end_io = flush_data_end;
	if (!(steps & STEP_PRE))
		return false;
	sequence_advance(rq, 0, BLK_STS_OK);
	return true;
}

static int wait_for(struct bio *bio)
{
	int ret = submit_bio_wait(bio);

	bio_uninit(bio);
	return ret;
}

/**
 * blkdev_issue_flush() - write back the device's cache and wait
 * Context: may sleep. Return: 0 or a negative errno.
 */
int blkdev_issue_flush(struct block_device *bdev)
{
	struct bio bio;

	bio_init(&bio, bdev, NULL, 0, REQ_OP_WRITE | REQ_PREFLUSH);
	return wait_for(&bio);
}
EXPORT_SYMBOL(blkdev_issue_flush);
