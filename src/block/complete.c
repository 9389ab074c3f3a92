/* SPDX-License-Identifier: MIT */
/*
 * Completion: the driver says that the hardware is done with a request.
 *
 * Models the completion half of block/blk-mq.c, 6.17. Reduced: the processor
 * that submitted is reached by a direct call, as if its interrupt had run
 * between two instructions of ours.
 *
 * I1  ->complete runs once per request, after its state became COMPLETE.
 * I2  Requests of a queue with one hardware queue complete in BLOCK_SOFTIRQ,
 *     in the order in which they were reported.
 *
 * Locks: the list of finished requests is lock-free.
 * Tests: tests/unit/block/test_complete.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/sched.h>

#include "block/blk.h"

static LLIST_HEAD(done_list);

static void drain_done_list(void)
{
	struct llist_node *node =
		llist_reverse_order(llist_del_all(&done_list));
	struct request *rq;

	while (node) {
		rq = llist_entry(node, struct request, ipi_list);
		node = node->next;
		rq->q->mq_ops->complete(rq);
	}
}

/** blk_complete_boot() - claim the soft interrupt. */
void blk_complete_boot(void)
{
	init_llist_head(&done_list);
	open_softirq(BLOCK_SOFTIRQ, drain_done_list);
}

/**
 * blk_mq_complete_request_remote() - let ->complete run where it belongs
 *
 * Context: any.
 * Return: true if that has been arranged, and @rq must not be touched any more;
 * false if the caller should complete it here and now.
 */
bool blk_mq_complete_request_remote(struct request *rq)
{
	unsigned int here = raw_smp_processor_id();
	unsigned int home = rq->mq_ctx->cpu;
	struct request_queue *q = rq->q;

	blk_mq_set_request_complete(rq);
	if (rq->cmd_flags & REQ_POLLED)
		return false;
	if (home == here && rq->mq_hctx->nr_ctx == 1)
		return false;

	if (home != here && test_bit(QUEUE_FLAG_SAME_COMP, &q->queue_flags)) {
		q->mq_ops->complete(rq);
		return true;
	}
	if (q->nr_hw_queues > 1)
		return false;
	if (llist_add(&rq->ipi_list, &done_list))
		raise_softirq(BLOCK_SOFTIRQ);
	return true;
}
EXPORT_SYMBOL_GPL(blk_mq_complete_request_remote);

/** blk_mq_complete_request() - the hardware is done with @rq. Context: any. */
void blk_mq_complete_request(struct request *rq)
{
	if (!blk_mq_complete_request_remote(rq))
		rq->q->mq_ops->complete(rq);
}
EXPORT_SYMBOL(blk_mq_complete_request);

/* ---- polling --------------------------------------------------------- */

/* One look where nothing would have changed between two. */
#define POLL_ROUNDS 64

static int poll_hctx(struct request_queue *q, struct blk_mq_hw_ctx *hctx,
		     struct io_comp_batch *iob, unsigned int flags)
{
	unsigned int rounds = flags & BLK_POLL_ONESHOT ? 1 : POLL_ROUNDS;
	int found = 0;

	while (rounds-- && !found) {
		found = q->mq_ops->poll(hctx, iob);
		if (need_resched())
			break;
		cpu_relax();
	}
	return max(found, 0);
}

/**
 * bio_poll() - look for the completion of a REQ_POLLED bio
 * @iob: collects completions, may be NULL
 * @flags: BLK_POLL_ONESHOT: one look
 *
 * Return: completions found; 0 also if the bio has not been started.
 */
int bio_poll(struct bio *bio, struct io_comp_batch *iob, unsigned int flags)
{
	blk_qc_t cookie = READ_ONCE(bio->bi_cookie);
	struct block_device *bdev = READ_ONCE(bio->bi_bdev);
	struct request_queue *q;
	int found = 0;

	if (!bdev)
		return 0;
	q = bdev_get_queue(bdev);
	if (cookie == BLK_QC_T_NONE || cookie >= q->nr_hw_queues)
		return 0;
	blk_flush_plug(current->plug, false);
	/* A frozen queue may still have this bio in flight. */
	if (!atomic_long_inc_not_zero(&q->usage))
		return 0;
	if (blk_mq_can_poll(q) && q->mq_ops->poll)
		found = poll_hctx(q, q->hctxs[cookie], iob, flags);
	blk_queue_exit(q);
	return found;
}
EXPORT_SYMBOL_GPL(bio_poll);

/** blk_rq_is_poll() - does @rq belong to a polled hardware queue? */
bool blk_rq_is_poll(struct request *rq)
{
	return rq->mq_hctx && rq->mq_hctx->type == HCTX_TYPE_POLL;
}
EXPORT_SYMBOL_GPL(blk_rq_is_poll);

/**
 * blk_rq_poll() - look for the completion of a passthrough request
 * Return: completions found.
 */
int blk_rq_poll(struct request *rq, struct io_comp_batch *iob,
		unsigned int poll_flags)
{
	struct request_queue *q = rq->q;
	int found = 0;

	if (!blk_rq_is_poll(rq) || !q->mq_ops->poll)
		return 0;
	if (!atomic_long_inc_not_zero(&q->usage))
		return 0;
	found = poll_hctx(q, rq->mq_hctx, iob, poll_flags);
	blk_queue_exit(q);
	return found;
}
EXPORT_SYMBOL_GPL(blk_rq_poll);
