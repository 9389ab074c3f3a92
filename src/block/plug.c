/* SPDX-License-Identifier: MIT */
/*
 * Plugs: a task holds its requests back until it has several.
 *
 * Models the plug parts of block/blk-core.c and block/blk-mq.c, 6.17. Reduced:
 * no requests are allocated ahead, no callbacks.
 *
 * I1  A plug belongs to one task and holds requests of that task only.
 * I2  It is flushed when full, when the request at its head is large, when the
 *     task finishes it and before the task sleeps.
 *
 * Locks: none.
 * Tests: tests/unit/block/test_dispatch.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/sched.h>

#include "block/blk.h"

/**
 * blk_start_plug_nr_ios() - hold back requests of this task from now on
 * @plug: usually on the stack
 * @nr_ios: how many are expected; only a hint
 *
 * Inside another plug nothing changes: the outer one counts.
 */
void blk_start_plug_nr_ios(struct blk_plug *plug, unsigned short nr_ios)
{
	struct task_struct *me = current;

	if (me->plug)
		return;
	*plug = (struct blk_plug){
		.nr_ios = min_t(unsigned short, nr_ios, BLK_MAX_REQUEST_COUNT),
	};
	INIT_LIST_HEAD(&plug->cb_list);
	me->plug = plug;
}
EXPORT_SYMBOL(blk_start_plug_nr_ios);

/** blk_start_plug() - hold back requests of this task from now on. */
void blk_start_plug(struct blk_plug *plug)
{
	blk_start_plug_nr_ios(plug, 1);
}
EXPORT_SYMBOL(blk_start_plug);

/* Requests of the first one's queue move over, in order. */
static void plug_take_queue(struct rq_list *from, struct rq_list *to)
{
	struct request_queue *q = rq_list_peek(from)->q;
	struct rq_list others = {};
	struct request *rq;

	while ((rq = rq_list_pop(from)))
		rq_list_add_tail(rq->q == q ? to : &others, rq);
	*from = others;
}

/**
 * __blk_flush_plug() - send off what @plug holds
 * @from_schedule: the task is about to sleep
 *
 * Requests of different queues go one queue after the other.
 */
void __blk_flush_plug(struct blk_plug *plug, bool from_schedule)
{
	struct rq_list all = plug->mq_list, batch = {};

	rq_list_init(&plug->mq_list);
	plug->rq_count = 0;
	if (!plug->multiple_queues) {
		blk_mq_issue_list(&all);
		return;
	}
	plug->multiple_queues = false;
	while (!rq_list_empty(&all)) {
		plug_take_queue(&all, &batch);
		blk_mq_issue_list(&batch);
	}
}

/** blk_finish_plug() - send off what is held; @plug is done if it was outer. */
void blk_finish_plug(struct blk_plug *plug)
{
	struct task_struct *me = current;

	if (plug != me->plug)
		return;
	while (!rq_list_empty(&plug->mq_list))
		__blk_flush_plug(plug, false);
	me->plug = NULL;
}
EXPORT_SYMBOL(blk_finish_plug);

static bool plug_full(struct blk_plug *plug, struct request *rq)
{
	struct request *head = rq_list_peek(&plug->mq_list);
	unsigned int most = BLK_MAX_REQUEST_COUNT;

	if (plug->multiple_queues)
		most *= 2;
	if (plug->rq_count >= most)
		return true;
	/* The head, not the newest: so it is, and so tests expect it. */
	return !blk_queue_nomerges(rq->q) &&
	       blk_rq_bytes(head) >= BLK_PLUG_FLUSH_SIZE;
}

/** blk_plug_add() - hold back @rq, after making room for it. */
void blk_plug_add(struct blk_plug *plug, struct request *rq)
{
	struct request *head;

	if (plug->rq_count && plug_full(plug, rq))
		__blk_flush_plug(plug, false);
	head = rq_list_peek(&plug->mq_list);
	if (head && head->q != rq->q)
		plug->multiple_queues = true;
	rq_list_add_tail(&plug->mq_list, rq);
	plug->rq_count++;
}
