/* SPDX-License-Identifier: MIT */
/*
 * Requests that take too long.
 *
 * Models block/blk-timeout.c and the timeout work of block/blk-mq.c, 6.17.
 * Reduced: deadlines are not rounded to seconds, so that virtual time is exact.
 *
 *	timer (next deadline) -> work: any expired? -> grace period
 *	                      -> look again -> ->timeout once each
 *
 * I1  timeout_armed says that a scan will come at or before timeout_at.
 * I2  A request is either seen by the scan or finds the flag down and arms a
 *     new one: it publishes its state first, the scan clears the flag first.
 *
 * Locks: queue_lock for arming.
 * Tests: tests/unit/block/test_timeout.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/jiffies.h>

#include "block/blk.h"

static void arm(struct request_queue *q, unsigned long when)
{
	unsigned long flags;

	smp_mb();
	if (READ_ONCE(q->timeout_armed) &&
	    !time_before(when, READ_ONCE(q->timeout_at)))
		return;
	spin_lock_irqsave(&q->queue_lock, flags);
	if (!q->timeout_armed || time_before(when, q->timeout_at)) {
		WRITE_ONCE(q->timeout_at, when);
		WRITE_ONCE(q->timeout_armed, true);
		mod_timer(&q->timeout, when);
	}
	spin_unlock_irqrestore(&q->queue_lock, flags);
}

/** blk_add_timer() - @rq, which was just started, has a deadline. */
void blk_add_timer(struct request *rq)
{
	arm(rq->q, READ_ONCE(rq->deadline));
}

/** blk_timeout_fired() - the queue's timer. */
void blk_timeout_fired(struct timer_list *timer)
{
	struct request_queue *q = from_timer(q, timer, timeout);

	kblockd_schedule_work(&q->timeout_work);
}

/**
 * struct scan - what a pass over the requests found
 * @now: jiffies it compares with
 * @expired: any
 * @next: earliest deadline of the others, if @more
 */
struct scan {
	unsigned long now;
	bool expired;
	bool more;
	unsigned long next;
};

static bool rq_expired(struct request *rq, struct scan *s)
{
	unsigned long deadline;

	if (blk_mq_rq_state(rq) != MQ_RQ_IN_FLIGHT)
		return false;
	if (rq->rq_flags & RQF_TIMED_OUT)
		return false;
	deadline = READ_ONCE(rq->deadline);
	if (time_after_eq(s->now, deadline))
		return true;
	if (!s->more || time_before(deadline, s->next))
		s->next = deadline;
	s->more = true;
	return false;
}

static bool scan_one(struct request *rq, void *priv)
{
	struct scan *s = priv;

	if (rq_expired(rq, s))
		s->expired = true;
	return true;
}

static bool handle_one(struct request *rq, void *priv)
{
	const struct blk_mq_ops *ops = rq->q->mq_ops;

	if (!rq_expired(rq, priv))
		return true;
	rq->rq_flags |= RQF_TIMED_OUT;
	if (ops->timeout && ops->timeout(rq) == BLK_EH_DONE)
		return true;
	/* The driver wants to wait on: one more period. */
	rq->rq_flags &= ~RQF_TIMED_OUT;
	WRITE_ONCE(rq->deadline, jiffies + rq->timeout);
	blk_add_timer(rq);
	return true;
}

/** blk_timeout_work() - find late requests and tell the driver. */
void blk_timeout_work(struct work_struct *work)
{
	struct request_queue *q =
		container_of(work, struct request_queue, timeout_work);
	struct scan s = {};

	spin_lock_irq(&q->queue_lock);
	WRITE_ONCE(q->timeout_armed, false);
	spin_unlock_irq(&q->queue_lock);
	smp_mb();

	/* Also while frozen: late requests are what a freeze waits for. An
	 * empty queue may be on its way out. */
	if (!atomic_long_inc_not_zero(&q->usage))
		return;
	s.now = jiffies;
	blk_mq_queue_visit(q, scan_one, &s);
	if (s.expired) {
		/* Let a completion that is being delivered win. */
		blk_mq_wait_quiesce_done(q->tag_set);
		s.more = false;
		blk_mq_queue_visit(q, handle_one, &s);
	}
	if (s.more)
		arm(q, s.next);
	blk_queue_exit(q);
}

/** blk_abort_request() - treat @req as late, now. Context: any. */
void blk_abort_request(struct request *req)
{
	WRITE_ONCE(req->deadline, jiffies);
	kblockd_schedule_work(&req->q->timeout_work);
}
EXPORT_SYMBOL_GPL(blk_abort_request);

/**
 * blk_sync_queue() - stop the timeout machinery and wait for it
 * Context: may sleep.
 */
void blk_sync_queue(struct request_queue *q)
{
	timer_delete_sync(&q->timeout);
	WRITE_ONCE(q->timeout_armed, false);
	cancel_work_sync(&q->timeout_work);
}
EXPORT_SYMBOL(blk_sync_queue);
