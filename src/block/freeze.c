/* SPDX-License-Identifier: MIT */
/*
 * Who is inside a queue: entering, leaving, freezing, quiescing.
 *
 * Models the q_usage_counter and quiesce parts of block/blk-core.c and
 * block/blk-mq.c, 6.17. Reduced: one counter instead of a per-CPU reference.
 *
 *	freeze:   nobody enters, everybody who is inside leaves (requests end)
 *	quiesce:  requests may come and end, the driver is given none
 *
 * I1  usage counts submitters and requests. After the count of freezes went
 *     from 0 to 1, it only falls.
 * I2  An entrant counts first and looks at the freeze second, a freezer the
 *     other way round, both with full barriers: one of them sees the other.
 *     A thaw releases what was changed while frozen to those who enter.
 * I3  After blk_mq_wait_quiesce_done() every dispatch section has ended that
 *     might have missed the flag.
 *
 * Locks: mq_freeze_lock for the count of freezes, queue_lock for that of
 * quiesces. Leaving touches the queue after its count may be 0, hence the RCU
 * section, for which blk_put_queue() waits.
 * Tests: tests/unit/block/test_freeze.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/rcupdate.h>

#include "block/blk.h"

static bool queue_frozen(struct request_queue *q)
{
	return smp_load_acquire(&q->mq_freeze_depth) != 0;
}

/** blk_queue_tryenter() - Return: false while the queue is frozen. */
bool blk_queue_tryenter(struct request_queue *q)
{
	atomic_long_inc_return(&q->usage);
	if (likely(!queue_frozen(q)))
		return true;
	blk_queue_exit(q);
	return false;
}

/**
 * blk_queue_enter() - get into @q, as somebody who will make requests
 * @flags: BLK_MQ_REQ_NOWAIT: do not wait for a thaw
 *
 * Context: may sleep, unless NOWAIT.
 * Return: 0; -EAGAIN (frozen, NOWAIT); -ENODEV (dying).
 */
int blk_queue_enter(struct request_queue *q, blk_mq_req_flags_t flags)
{
	while (!blk_queue_tryenter(q)) {
		if (blk_queue_dying(q))
			return -ENODEV;
		if (flags & BLK_MQ_REQ_NOWAIT)
			return -EAGAIN;
		wait_event(q->mq_freeze_wq,
			   !queue_frozen(q) || blk_queue_dying(q));
	}
	return 0;
}
EXPORT_SYMBOL(blk_queue_enter);

static bool disk_dead(struct gendisk *disk)
{
	return test_bit(GD_DEAD, &disk->state);
}

/**
 * bio_queue_enter() - get into the queue of @bio
 * Return: 0, or an error after the bio was ended: -EAGAIN (frozen, NOWAIT) or
 * -ENODEV (disk is gone).
 */
int bio_queue_enter(struct bio *bio)
{
	struct request_queue *q = bdev_get_queue(bio->bi_bdev);
	struct gendisk *disk = bio->bi_bdev->bd_disk;

	while (!blk_queue_tryenter(q)) {
		if (disk_dead(disk)) {
			bio_io_error(bio);
			return -ENODEV;
		}
		if (bio->bi_opf & REQ_NOWAIT) {
			bio_wouldblock_error(bio);
			return -EAGAIN;
		}
		wait_event(q->mq_freeze_wq,
			   !queue_frozen(q) || disk_dead(disk));
	}
	return 0;
}

/** blk_queue_hold() - enter again, from inside. */
void blk_queue_hold(struct request_queue *q)
{
	atomic_long_inc(&q->usage);
}

/** blk_queue_exit() - leave. Context: any. */
void blk_queue_exit(struct request_queue *q)
{
	rcu_read_lock();
	if (atomic_long_dec_and_test(&q->usage) && queue_frozen(q))
		wake_up_all(&q->mq_freeze_wq);
	rcu_read_unlock();
}
EXPORT_SYMBOL(blk_queue_exit);

/* ---- freeze ---------------------------------------------------------- */

/* Return: the queue was not frozen before. */
static bool freeze_start(struct request_queue *q)
{
	bool first;

	mutex_lock(&q->mq_freeze_lock);
	first = q->mq_freeze_depth == 0;
	WRITE_ONCE(q->mq_freeze_depth, q->mq_freeze_depth + 1);
	smp_mb();
	mutex_unlock(&q->mq_freeze_lock);
	/* What waits for the driver must get there, or it never ends. */
	if (first)
		blk_mq_run_hw_queues(q, false);
	return first;
}

/**
 * blk_freeze_queue_start() - close the door, without waiting
 * Context: may sleep. Nests; undone by blk_mq_unfreeze_queue().
 */
void blk_freeze_queue_start(struct request_queue *q)
{
	freeze_start(q);
}
EXPORT_SYMBOL_GPL(blk_freeze_queue_start);

/** blk_freeze_queue_start_non_owner() - another task will unfreeze. */
void blk_freeze_queue_start_non_owner(struct request_queue *q)
{
	freeze_start(q);
}
EXPORT_SYMBOL_GPL(blk_freeze_queue_start_non_owner);

static bool queue_empty(struct request_queue *q)
{
	return atomic_long_read_acquire(&q->usage) == 0;
}

/** blk_mq_freeze_queue_wait() - until nobody is inside. Context: may sleep. */
void blk_mq_freeze_queue_wait(struct request_queue *q)
{
	wait_event(q->mq_freeze_wq, queue_empty(q));
}
EXPORT_SYMBOL_GPL(blk_mq_freeze_queue_wait);

/**
 * blk_mq_freeze_queue_wait_timeout() - the same, with patience
 * @timeout: jiffies
 * Return: 0 if the time was up; else jiffies left, at least 1.
 */
int blk_mq_freeze_queue_wait_timeout(struct request_queue *q,
				     unsigned long timeout)
{
	return wait_event_timeout(q->mq_freeze_wq, queue_empty(q), timeout);
}
EXPORT_SYMBOL_GPL(blk_mq_freeze_queue_wait_timeout);

/** blk_mq_freeze_queue_nomemsave() - see blk_mq_freeze_queue(). */
void blk_mq_freeze_queue_nomemsave(struct request_queue *q)
{
	freeze_start(q);
	blk_mq_freeze_queue_wait(q);
}
EXPORT_SYMBOL_GPL(blk_mq_freeze_queue_nomemsave);

/** blk_mq_unfreeze_queue_nomemrestore() - open the door again. */
void blk_mq_unfreeze_queue_nomemrestore(struct request_queue *q)
{
	bool open = false;

	mutex_lock(&q->mq_freeze_lock);
	if (!WARN_ON_ONCE(q->mq_freeze_depth <= 0)) {
		smp_store_release(&q->mq_freeze_depth, q->mq_freeze_depth - 1);
		open = !q->mq_freeze_depth;
	}
	mutex_unlock(&q->mq_freeze_lock);
	if (open)
		wake_up_all(&q->mq_freeze_wq);
}
EXPORT_SYMBOL_GPL(blk_mq_unfreeze_queue_nomemrestore);

/** blk_mq_unfreeze_queue_non_owner() - for a freeze of another task. */
void blk_mq_unfreeze_queue_non_owner(struct request_queue *q)
{
	blk_mq_unfreeze_queue_nomemrestore(q);
}
EXPORT_SYMBOL_GPL(blk_mq_unfreeze_queue_non_owner);

/**
 * blk_queue_start_drain() - freeze a queue that will not come back
 *
 * Wakes who waits for a thaw, so that it can see that the queue is dying.
 * Return: true if this froze it.
 */
bool blk_queue_start_drain(struct request_queue *q)
{
	bool first = freeze_start(q);

	wake_up_all(&q->mq_freeze_wq);
	return first;
}

/* ---- quiesce --------------------------------------------------------- */

/** blk_mq_quiesce_queue_nowait() - stop dispatch; it may still be running. */
void blk_mq_quiesce_queue_nowait(struct request_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->queue_lock, flags);
	if (q->quiesce_depth++ == 0)
		set_bit(QUEUE_FLAG_QUIESCED, &q->queue_flags);
	spin_unlock_irqrestore(&q->queue_lock, flags);
}
EXPORT_SYMBOL_GPL(blk_mq_quiesce_queue_nowait);

/**
 * blk_mq_wait_quiesce_done() - until dispatch that began before is over
 * Context: may sleep; not inside dispatch.
 */
void blk_mq_wait_quiesce_done(struct blk_mq_tag_set *set)
{
	if (set->flags & BLK_MQ_F_BLOCKING)
		synchronize_srcu(set->srcu);
	else
		synchronize_rcu();
}
EXPORT_SYMBOL_GPL(blk_mq_wait_quiesce_done);

/**
 * blk_mq_quiesce_queue() - the driver gets no request until unquiesced
 * Context: may sleep. Nests.
 */
void blk_mq_quiesce_queue(struct request_queue *q)
{
	blk_mq_quiesce_queue_nowait(q);
	blk_mq_wait_quiesce_done(q->tag_set);
}
EXPORT_SYMBOL_GPL(blk_mq_quiesce_queue);

/**
 * blk_mq_unquiesce_queue() - undo one quiesce; the last one runs the queue
 *
 * Warns when there is none to undo.
 */
void blk_mq_unquiesce_queue(struct request_queue *q)
{
	bool run = false;
	unsigned long flags;

	spin_lock_irqsave(&q->queue_lock, flags);
	if (!WARN_ON_ONCE(q->quiesce_depth <= 0) && --q->quiesce_depth == 0) {
		clear_bit(QUEUE_FLAG_QUIESCED, &q->queue_flags);
		run = true;
	}
	spin_unlock_irqrestore(&q->queue_lock, flags);
	if (run)
		blk_mq_run_hw_queues(q, true);
}
EXPORT_SYMBOL_GPL(blk_mq_unquiesce_queue);

/** blk_mq_quiesce_tagset() - quiesce all queues of @set that take part. */
void blk_mq_quiesce_tagset(struct blk_mq_tag_set *set)
{
	struct request_queue *q;

	mutex_lock(&set->tag_list_lock);
	list_for_each_entry(q, &set->tag_list, tag_set_list)
		if (!blk_queue_skip_tagset_quiesce(q))
			blk_mq_quiesce_queue_nowait(q);
	mutex_unlock(&set->tag_list_lock);
	blk_mq_wait_quiesce_done(set);
}
EXPORT_SYMBOL_GPL(blk_mq_quiesce_tagset);

/** blk_mq_unquiesce_tagset() - undo blk_mq_quiesce_tagset(). */
void blk_mq_unquiesce_tagset(struct blk_mq_tag_set *set)
{
	struct request_queue *q;

	mutex_lock(&set->tag_list_lock);
	list_for_each_entry(q, &set->tag_list, tag_set_list)
		if (!blk_queue_skip_tagset_quiesce(q))
			blk_mq_unquiesce_queue(q);
	mutex_unlock(&set->tag_list_lock);
}
EXPORT_SYMBOL_GPL(blk_mq_unquiesce_tagset);
