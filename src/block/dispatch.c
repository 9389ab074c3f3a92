/* SPDX-License-Identifier: MIT */
/*
 * From waiting requests to the driver, and back when it refuses.
 *
 * Models the dispatch half of block/blk-mq.c and block/blk-mq-sched.c without
 * an elevator, 6.17. Reduced: the software queues of a hardware queue are one
 * list; a run on a CPU that the queue does not serve is not sent elsewhere.
 *
 *	plug -> queue_rqs / queue_rq           (blk_mq_issue_list)
 *	          | refused, or queue quiesced
 *	          v
 *	hctx->dispatch, hctx->queued -> queue_rq      (run of the queue)
 *	          ^                          | RESOURCE: again in 3 ms, and
 *	          '--------------------------'           when a request is freed
 *
 * I1  hctx->dispatch goes before hctx->queued, and while some of it is refused
 *     nothing else is tried.
 * I2  A driver that was told last == false hears of another request or gets
 *     commit_rqs.
 * I3  Driver calls happen inside blk_dispatch_enter/exit, with the queue seen
 *     not quiesced inside the same section.
 *
 * Locks: hctx->lock for the lists, requeue_lock for the requeue list; neither
 * is held in driver calls.
 * Tests: tests/unit/block/test_dispatch.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/workqueue.h>

#include "block/blk.h"

struct workqueue_struct *kblockd_workqueue;

/** kblockd_schedule_work() - run @work on the block layer's own queue. */
int kblockd_schedule_work(struct work_struct *work)
{
	return queue_work(kblockd_workqueue, work);
}
EXPORT_SYMBOL(kblockd_schedule_work);

/** kblockd_mod_delayed_work_on() - the same, @delay jiffies from now. */
int kblockd_mod_delayed_work_on(int cpu, struct delayed_work *dwork,
				unsigned long delay)
{
	return mod_delayed_work_on(cpu, kblockd_workqueue, dwork, delay);
}
EXPORT_SYMBOL(kblockd_mod_delayed_work_on);

static bool hctx_may_run(struct blk_mq_hw_ctx *hctx)
{
	return !blk_queue_quiesced(hctx->queue) && !blk_mq_hctx_stopped(hctx);
}

static bool status_is_refusal(blk_status_t status)
{
	return status == BLK_STS_RESOURCE || status == BLK_STS_DEV_RESOURCE;
}

static void commit(struct blk_mq_hw_ctx *hctx, unsigned int queued)
{
	const struct blk_mq_ops *ops = hctx->queue->mq_ops;

	if (queued && ops->commit_rqs)
		ops->commit_rqs(hctx);
}

/* What blk_mq_start_request() did, in reverse. */
static void rq_unstart(struct request *rq)
{
	if (!blk_mq_request_started(rq))
		return;
	WRITE_ONCE(rq->state, MQ_RQ_IDLE);
	rq->rq_flags &= ~RQF_TIMED_OUT;
}

/* ---- waiting --------------------------------------------------------- */

static void hctx_add(struct request *rq, struct list_head *list,
		     enum blk_insert where)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;
	unsigned long flags;

	spin_lock_irqsave(&hctx->lock, flags);
	if (where == BLK_INSERT_HEAD)
		list_add(&rq->queuelist, list);
	else
		list_add_tail(&rq->queuelist, list);
	if (list == &hctx->queued)
		WRITE_ONCE(hctx->has_queued, true);
	spin_unlock_irqrestore(&hctx->lock, flags);
}

/** blk_mq_insert_dispatch() - let @rq wait in front of normal I/O. */
void blk_mq_insert_dispatch(struct request *rq, enum blk_insert where)
{
	hctx_add(rq, &rq->mq_hctx->dispatch, where);
}

/**
 * blk_mq_insert() - let @rq wait for the next run of its hardware queue
 *
 * Passthrough and flush requests must not wait behind I/O that may depend on
 * them.
 */
void blk_mq_insert(struct request *rq, enum blk_insert where)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;

	if (req_op(rq) == REQ_OP_FLUSH)
		blk_mq_insert_dispatch(rq, BLK_INSERT_HEAD);
	else if (blk_rq_is_passthrough(rq))
		blk_mq_insert_dispatch(rq, where);
	else
		hctx_add(rq, &hctx->queued, where);
}

static bool hctx_has_pending(struct blk_mq_hw_ctx *hctx)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&hctx->lock, flags);
	idle = list_empty(&hctx->dispatch) && list_empty(&hctx->queued);
	spin_unlock_irqrestore(&hctx->lock, flags);
	return !idle;
}

static bool hctx_grab(struct blk_mq_hw_ctx *hctx, struct list_head *from,
		      struct list_head *to)
{
	unsigned long flags;

	spin_lock_irqsave(&hctx->lock, flags);
	list_splice_init(from, to);
	if (from == &hctx->queued)
		WRITE_ONCE(hctx->has_queued, false);
	spin_unlock_irqrestore(&hctx->lock, flags);
	return !list_empty(to);
}

/* The driver refused: @list goes on waiting, in front. */
static void hctx_give_back(struct blk_mq_hw_ctx *hctx, struct list_head *list)
{
	unsigned long flags;

	spin_lock_irqsave(&hctx->lock, flags);
	list_splice_init(list, &hctx->dispatch);
	WRITE_ONCE(hctx->restart, true);
	spin_unlock_irqrestore(&hctx->lock, flags);
	blk_mq_delay_run_hw_queue(hctx, BLK_MQ_RESOURCE_DELAY);
}

/**
 * blk_mq_hctx_freed_request() - a tag is free: does somebody wait for luck?
 * Context: any.
 */
void blk_mq_hctx_freed_request(struct blk_mq_hw_ctx *hctx)
{
	unsigned long flags;
	bool again;

	if (likely(!READ_ONCE(hctx->restart)))
		return;
	spin_lock_irqsave(&hctx->lock, flags);
	again = hctx->restart;
	WRITE_ONCE(hctx->restart, false);
	spin_unlock_irqrestore(&hctx->lock, flags);
	if (again)
		blk_mq_run_hw_queue(hctx, true);
}

/* ---- running a hardware queue ---------------------------------------- */

static blk_status_t give_to_driver(struct blk_mq_hw_ctx *hctx,
				   struct request *rq, bool last)
{
	struct blk_mq_queue_data bd = { .rq = rq, .last = last };
	struct request_queue *q = hctx->queue;
	blk_status_t status;
	int budget = 0;

	if (q->mq_ops->get_budget) {
		budget = q->mq_ops->get_budget(q);
		if (budget < 0)
			return BLK_STS_RESOURCE;
		if (q->mq_ops->set_rq_budget_token)
			q->mq_ops->set_rq_budget_token(rq, budget);
	}
	status = q->mq_ops->queue_rq(hctx, &bd);
	/* With a refusal the driver gives nothing back, the budget included. */
	if (status_is_refusal(status)) {
		rq_unstart(rq);
		if (q->mq_ops->put_budget)
			q->mq_ops->put_budget(q, budget);
	}
	return status;
}

/* Return: true if the driver took, or finished, all of @list. */
static bool dispatch_list(struct blk_mq_hw_ctx *hctx, struct list_head *list)
{
	blk_status_t status = BLK_STS_OK;
	unsigned int queued = 0;
	struct request *rq;

	while (!list_empty(list)) {
		rq = list_first_entry(list, struct request, queuelist);
		list_del_init(&rq->queuelist);
		status = give_to_driver(hctx, rq, list_empty(list));
		if (status == BLK_STS_OK) {
			queued++;
		} else if (status_is_refusal(status)) {
			list_add(&rq->queuelist, list);
			break;
		} else {
			blk_mq_end_request(rq, status);
		}
	}
	if (status != BLK_STS_OK)
		commit(hctx, queued);
	if (list_empty(list))
		return true;
	hctx_give_back(hctx, list);
	return false;
}

static void run_now(struct blk_mq_hw_ctx *hctx)
{
	struct request_queue *q = hctx->queue;
	int cookie = blk_dispatch_enter(q);
	LIST_HEAD(batch);
	bool go_on = true;

	while (go_on && hctx_may_run(hctx)) {
		if (hctx_grab(hctx, &hctx->dispatch, &batch) ||
		    hctx_grab(hctx, &hctx->queued, &batch))
			go_on = dispatch_list(hctx, &batch);
		else
			go_on = false;
	}
	blk_dispatch_exit(q, cookie);
}

/** blk_mq_run_work() - the asynchronous run. */
void blk_mq_run_work(struct work_struct *work)
{
	run_now(container_of(work, struct blk_mq_hw_ctx, run_work.work));
}

/**
 * blk_mq_delay_run_hw_queue() - run in @msecs milliseconds, unless stopped
 * Context: any.
 */
void blk_mq_delay_run_hw_queue(struct blk_mq_hw_ctx *hctx, unsigned long msecs)
{
	if (blk_mq_hctx_stopped(hctx))
		return;
	kblockd_mod_delayed_work_on(WORK_CPU_UNBOUND, &hctx->run_work,
				    msecs_to_jiffies(msecs));
}
EXPORT_SYMBOL(blk_mq_delay_run_hw_queue);

/** blk_mq_delay_run_hw_queues() - the same for all of @q. */
void blk_mq_delay_run_hw_queues(struct request_queue *q, unsigned long msecs)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i)
		blk_mq_delay_run_hw_queue(hctx, msecs);
}
EXPORT_SYMBOL(blk_mq_delay_run_hw_queues);

/**
 * blk_mq_run_hw_queue() - give the driver what waits
 * @async: from a work item; always so in interrupt context
 */
void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async)
{
	if (!hctx_may_run(hctx) || !hctx_has_pending(hctx))
		return;
	if (async || in_interrupt())
		blk_mq_delay_run_hw_queue(hctx, 0);
	else
		run_now(hctx);
}
EXPORT_SYMBOL(blk_mq_run_hw_queue);

/** blk_mq_run_hw_queues() - the same for all of @q. */
void blk_mq_run_hw_queues(struct request_queue *q, bool async)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i)
		blk_mq_run_hw_queue(hctx, async);
}
EXPORT_SYMBOL(blk_mq_run_hw_queues);

/** blk_mq_stop_hw_queue() - no more dispatch; a running one may go on. */
void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	cancel_delayed_work(&hctx->run_work);
	set_bit(BLK_MQ_S_STOPPED, &hctx->state);
}
EXPORT_SYMBOL(blk_mq_stop_hw_queue);

/** blk_mq_stop_hw_queues() - the same for all of @q. */
void blk_mq_stop_hw_queues(struct request_queue *q)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i)
		blk_mq_stop_hw_queue(hctx);
}
EXPORT_SYMBOL(blk_mq_stop_hw_queues);

static void start_hctx(struct blk_mq_hw_ctx *hctx, bool async)
{
	clear_bit(BLK_MQ_S_STOPPED, &hctx->state);
	blk_mq_run_hw_queue(hctx, async);
}

/** blk_mq_start_hw_queue() - undo a stop and run. */
void blk_mq_start_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	start_hctx(hctx, hctx->flags & BLK_MQ_F_BLOCKING);
}
EXPORT_SYMBOL(blk_mq_start_hw_queue);

/** blk_mq_start_hw_queues() - the same for all of @q. */
void blk_mq_start_hw_queues(struct request_queue *q)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i)
		blk_mq_start_hw_queue(hctx);
}
EXPORT_SYMBOL(blk_mq_start_hw_queues);

/** blk_mq_start_stopped_hw_queues() - start those of @q that were stopped. */
void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async)
{
	struct blk_mq_hw_ctx *hctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i)
		if (blk_mq_hctx_stopped(hctx))
			start_hctx(hctx, async);
}
EXPORT_SYMBOL(blk_mq_start_stopped_hw_queues);

/* ---- requests fresh from a plug -------------------------------------- */

/* One request directly. Quiesced: it waits, and all is well. */
static blk_status_t issue_one(struct request *rq, bool last)
{
	if (hctx_may_run(rq->mq_hctx))
		return give_to_driver(rq->mq_hctx, rq, last);
	blk_mq_insert(rq, BLK_INSERT_TAIL);
	return BLK_STS_OK;
}

/* Stops at the first refusal; the rest stays in @list. */
static void issue_singly(struct rq_list *list)
{
	struct blk_mq_hw_ctx *hctx = NULL;
	blk_status_t status = BLK_STS_OK;
	unsigned int queued = 0;
	struct request *rq;

	while (!status_is_refusal(status) && (rq = rq_list_pop(list))) {
		if (hctx != rq->mq_hctx && hctx) {
			commit(hctx, queued);
			queued = 0;
		}
		hctx = rq->mq_hctx;
		status = issue_one(rq, rq_list_empty(list));
		if (status == BLK_STS_OK) {
			queued++;
		} else if (status_is_refusal(status)) {
			blk_mq_insert_dispatch(rq, BLK_INSERT_TAIL);
			blk_mq_run_hw_queue(hctx, false);
		} else {
			blk_mq_end_request(rq, status);
		}
	}
	if (status != BLK_STS_OK)
		commit(hctx, queued);
}

/* Queue the requests of the first one's hardware queue and run it. */
static void queue_like_first(struct rq_list *list)
{
	struct blk_mq_hw_ctx *hctx = rq_list_peek(list)->mq_hctx;
	struct rq_list others = {};
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		if (rq->mq_hctx == hctx)
			blk_mq_insert(rq, BLK_INSERT_TAIL);
		else
			rq_list_add_tail(&others, rq);
	}
	*list = others;
	blk_mq_run_hw_queue(hctx, false);
}

/**
 * blk_mq_issue_list() - give the driver requests of one queue
 * @list: left empty
 *
 * All at once first; what the driver leaves then goes one by one. One section
 * for all of it keeps the queue alive when its last request ends in here.
 */
void blk_mq_issue_list(struct rq_list *list)
{
	struct request_queue *q;
	int cookie;

	if (rq_list_empty(list))
		return;
	q = rq_list_peek(list)->q;
	cookie = blk_dispatch_enter(q);
	if (q->mq_ops->queue_rqs && !blk_queue_quiesced(q))
		q->mq_ops->queue_rqs(list);
	if (!rq_list_empty(list))
		issue_singly(list);
	while (!rq_list_empty(list))
		queue_like_first(list);
	blk_dispatch_exit(q, cookie);
}

/* ---- requeue --------------------------------------------------------- */

/**
 * blk_mq_requeue_request() - the driver wants @rq to start over
 * @kick_requeue_list: soon; otherwise somebody has to kick
 *
 * Context: any.
 */
void blk_mq_requeue_request(struct request *rq, bool kick_requeue_list)
{
	struct request_queue *q = rq->q;
	unsigned long flags;

	rq_unstart(rq);
	spin_lock_irqsave(&q->requeue_lock, flags);
	list_add_tail(&rq->queuelist, &q->requeue_list);
	spin_unlock_irqrestore(&q->requeue_lock, flags);
	if (kick_requeue_list)
		blk_mq_kick_requeue_list(q);
}
EXPORT_SYMBOL(blk_mq_requeue_request);

/** blk_mq_requeue_work() - put requeued requests where they can run. */
void blk_mq_requeue_work(struct work_struct *work)
{
	struct request_queue *q =
		container_of(work, struct request_queue, requeue_work.work);
	struct request *rq;
	LIST_HEAD(again);

	spin_lock_irq(&q->requeue_lock);
	list_splice_init(&q->requeue_list, &again);
	spin_unlock_irq(&q->requeue_lock);

	while (!list_empty(&again)) {
		rq = list_first_entry(&again, struct request, queuelist);
		list_del_init(&rq->queuelist);
		/* Prepared ones keep their driver data: no merging. */
		if (rq->rq_flags & RQF_DONTPREP)
			blk_mq_insert_dispatch(rq, BLK_INSERT_TAIL);
		else
			blk_mq_insert(rq, BLK_INSERT_HEAD);
	}
	blk_mq_run_hw_queues(q, false);
}

/** blk_mq_kick_requeue_list() - run requeued requests soon. */
void blk_mq_kick_requeue_list(struct request_queue *q)
{
	blk_mq_delay_kick_requeue_list(q, 0);
}
EXPORT_SYMBOL(blk_mq_kick_requeue_list);

/** blk_mq_delay_kick_requeue_list() - run them in @msecs milliseconds. */
void blk_mq_delay_kick_requeue_list(struct request_queue *q,
				    unsigned long msecs)
{
	kblockd_mod_delayed_work_on(WORK_CPU_UNBOUND, &q->requeue_work,
				    msecs_to_jiffies(msecs));
}
EXPORT_SYMBOL(blk_mq_delay_kick_requeue_list);
