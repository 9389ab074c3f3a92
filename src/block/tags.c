/* SPDX-License-Identifier: MIT */
/*
 * Tags: the numbered requests of a hardware queue.
 *
 * Models block/blk-mq-tag.c and the request memory of block/blk-mq.c, 6.17.
 * Reduced: one bitmap under a lock instead of a scalable one; the lowest free
 * tag is taken (the next one in turn with BLK_MQ_F_TAG_RR).
 *
 *	tag:     0 .. nr_reserved - 1 | nr_reserved .. nr_tags - 1
 *	            BLK_MQ_REQ_RESERVED         everybody else
 *
 * I1  static_rqs[t]->tag == t for the life of the set.
 * I2  rqs[t] was started with tag t and may have ended since; a visitor has to
 *     take a reference, which fails for a request that is free.
 * I3  Request memory is cleared once, so driver data survives its request.
 *
 * Locks: tags->lock, innermost.
 * Tests: tests/unit/block/test_tags.c
 */
#include <linux/bitmap.h>
#include <linux/blk-mq.h>
#include <linux/cache.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "block/blk.h"
#include "lib/lib.h"

/* Requests are allocated in pieces of about this many bytes. */
#define CHUNK_BYTES 32768

struct rq_chunk {
	struct list_head node;
	void *mem;
};

static void free_chunks(struct blk_mq_tags *tags)
{
	struct rq_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &tags->chunks, node) {
		list_del(&chunk->node);
		kfree(chunk->mem);
		kfree(chunk);
	}
}

static void *add_chunk(struct blk_mq_tags *tags, size_t bytes, int node)
{
	struct rq_chunk *chunk = kzalloc_node(sizeof(*chunk), GFP_KERNEL, node);

	if (!chunk)
		return NULL;
	chunk->mem = kzalloc_node(bytes, GFP_KERNEL, node);
	if (!chunk->mem) {
		kfree(chunk);
		return NULL;
	}
	list_add_tail(&chunk->node, &tags->chunks);
	return chunk->mem;
}

static void exit_requests(struct blk_mq_tag_set *set, struct blk_mq_tags *tags,
			  unsigned int hctx_idx, unsigned int nr)
{
	if (!set->ops->exit_request)
		return;
	while (nr--)
		set->ops->exit_request(set, tags->static_rqs[nr], hctx_idx);
}

static int make_requests(struct blk_mq_tag_set *set, struct blk_mq_tags *tags,
			 unsigned int hctx_idx)
{
	size_t size = round_up(sizeof(struct request) + set->cmd_size,
			       cache_line_size());
	unsigned int per_chunk = max_t(unsigned int, CHUNK_BYTES / size, 1);
	unsigned int tag, n;
	struct request *rq;
	void *mem = NULL;
	int ret;

	for (tag = 0; tag < tags->nr_tags; tag++, mem += size) {
		if (tag % per_chunk == 0) {
			n = min(per_chunk, tags->nr_tags - tag);
			mem = add_chunk(tags, n * size, set->numa_node);
			if (!mem) {
				ret = -ENOMEM;
				goto err_requests;
			}
		}
		rq = mem;
		rq->tag = tag;
		rq->internal_tag = BLK_MQ_NO_TAG;
		INIT_LIST_HEAD(&rq->queuelist);
		tags->static_rqs[tag] = rq;
		if (!set->ops->init_request)
			continue;
		ret = set->ops->init_request(set, rq, hctx_idx, set->numa_node);
		if (ret)
			goto err_requests;
	}
	return 0;

err_requests:
	exit_requests(set, tags, hctx_idx, tag);
	free_chunks(tags);
	return ret;
}

/**
 * blk_mq_tags_create() - tags and requests of one hardware queue
 * @hctx_idx: its index, for init_request
 * @depth: tags, the reserved ones of @set included
 *
 * Context: may sleep. Return: the tags, or NULL.
 */
struct blk_mq_tags *blk_mq_tags_create(struct blk_mq_tag_set *set,
				       unsigned int hctx_idx,
				       unsigned int depth)
{
	int node = set->numa_node;
	struct blk_mq_tags *tags;

	if (should_fail_site(DMASIM_SITE_QUEUE))
		return NULL;
	tags = kzalloc_node(sizeof(*tags), GFP_KERNEL, node);
	if (!tags)
		return NULL;

	tags->nr_tags = depth;
	tags->nr_reserved_tags = set->reserved_tags;
	tags->hint = tags->nr_reserved_tags;
	spin_lock_init(&tags->lock);
	INIT_LIST_HEAD(&tags->chunks);
	init_waitqueue_head(&tags->wq);
	tags->map = bitmap_zalloc(depth, GFP_KERNEL);
	tags->rqs = kcalloc_node(depth, sizeof(void *), GFP_KERNEL, node);
	tags->static_rqs =
		kcalloc_node(depth, sizeof(void *), GFP_KERNEL, node);
	if (!tags->map || !tags->rqs || !tags->static_rqs)
		goto err_tags;
	if (make_requests(set, tags, hctx_idx))
		goto err_tags;
	return tags;

err_tags:
	kfree(tags->static_rqs);
	kfree(tags->rqs);
	bitmap_free(tags->map);
	kfree(tags);
	return NULL;
}

/** blk_mq_tags_destroy() - undo blk_mq_tags_create(); no request is in use. */
void blk_mq_tags_destroy(struct blk_mq_tag_set *set, struct blk_mq_tags *tags,
			 unsigned int hctx_idx)
{
	if (!tags)
		return;
	exit_requests(set, tags, hctx_idx, tags->nr_tags);
	free_chunks(tags);
	kfree(tags->static_rqs);
	kfree(tags->rqs);
	bitmap_free(tags->map);
	kfree(tags);
}

/* ---- taking and giving back ------------------------------------------ */

static int tag_find(struct blk_mq_tags *tags, bool reserved, bool in_turn)
{
	unsigned int first = tags->nr_reserved_tags, end = tags->nr_tags, tag;

	if (reserved) {
		tag = find_next_zero_bit(tags->map, first, 0);
		return tag < first ? (int)tag : -1;
	}
	tag = find_next_zero_bit(tags->map, end, in_turn ? tags->hint : first);
	if (tag >= end && in_turn)
		tag = find_next_zero_bit(tags->map, end, first);
	if (tag >= end)
		return -1;
	tags->hint = tag + 1 < end ? tag + 1 : first;
	return tag;
}

static int tag_take(struct blk_mq_hw_ctx *hctx, bool reserved)
{
	struct blk_mq_tags *tags = hctx->tags;
	bool in_turn = hctx->flags & BLK_MQ_F_TAG_RR;
	unsigned long flags;
	int tag;

	if (should_fail_site(DMASIM_SITE_QUEUE))
		return -1;
	spin_lock_irqsave(&tags->lock, flags);
	tag = tag_find(tags, reserved, in_turn);
	if (tag >= 0)
		__set_bit(tag, tags->map);
	spin_unlock_irqrestore(&tags->lock, flags);
	return tag;
}

static void tag_waiters(struct blk_mq_tags *tags, int change)
{
	unsigned long flags;

	spin_lock_irqsave(&tags->lock, flags);
	tags->waiters += change;
	spin_unlock_irqrestore(&tags->lock, flags);
}

/**
 * blk_mq_tag_get() - take a tag
 * @flags: BLK_MQ_REQ_NOWAIT, BLK_MQ_REQ_RESERVED
 *
 * Without NOWAIT it sleeps until one is free; what the task itself has plugged,
 * or what waits for the driver, is sent off first, since that may be where the
 * tags are.
 * Return: a tag, or -1 with NOWAIT (or with RESERVED where none exist, with a
 * warning).
 */
int blk_mq_tag_get(struct blk_mq_hw_ctx *hctx, blk_mq_req_flags_t flags)
{
	bool reserved = flags & BLK_MQ_REQ_RESERVED;
	struct blk_mq_tags *tags = hctx->tags;
	int tag;

	if (WARN_ON_ONCE(reserved && !tags->nr_reserved_tags))
		return -1;
	tag = tag_take(hctx, reserved);
	if (likely(tag >= 0) || (flags & BLK_MQ_REQ_NOWAIT))
		return tag;

	blk_flush_plug(current->plug, false);
	blk_mq_run_hw_queue(hctx, false);
	tag_waiters(tags, 1);
	wait_event(tags->wq, (tag = tag_take(hctx, reserved)) >= 0);
	tag_waiters(tags, -1);
	return tag;
}

/**
 * blk_mq_tag_put() - give back @nr tags and wake who waits for one
 * Context: any.
 */
void blk_mq_tag_put(struct blk_mq_tags *tags, const unsigned int *tag,
		    unsigned int nr)
{
	unsigned long flags;
	bool wake;

	spin_lock_irqsave(&tags->lock, flags);
	while (nr--)
		__clear_bit(tag[nr], tags->map);
	wake = tags->waiters > 0;
	spin_unlock_irqrestore(&tags->lock, flags);
	if (wake)
		wake_up_all(&tags->wq);
}

/* ---- visiting -------------------------------------------------------- */

/* The request that runs with @tag, with a reference, or NULL. */
static struct request *tag_rq_get(struct blk_mq_tags *tags, unsigned int tag)
{
	struct request *rq;
	unsigned long flags;

	/* The lock keeps a flush request, which is not ours, from going away
	 * between the look and the reference. */
	spin_lock_irqsave(&tags->lock, flags);
	rq = test_bit(tag, tags->map) ? READ_ONCE(tags->rqs[tag]) : NULL;
	if (rq && !blk_mq_rq_tryget(rq))
		rq = NULL;
	spin_unlock_irqrestore(&tags->lock, flags);
	return rq;
}

/* Visits requests with a reference held; @q NULL: of any queue. */
static void tags_visit(struct blk_mq_tags *tags, struct request_queue *q,
		       blk_tag_visit_fn *fn, void *priv)
{
	unsigned int tag;
	struct request *rq;
	bool go_on = true;

	for (tag = 0; go_on && tag < tags->nr_tags; tag++) {
		rq = tag_rq_get(tags, tag);
		if (!rq)
			continue;
		/* A flush request may have moved to another tag since. */
		if (rq->tag == (int)tag && (!q || rq->q == q) &&
		    blk_mq_request_started(rq))
			go_on = fn(rq, priv);
		blk_mq_rq_put(rq);
	}
}

/**
 * blk_mq_tagset_busy_iter() - call @fn for every started request of @tagset
 *
 * A reference keeps each from being reused meanwhile. @fn returns false to
 * stop (within the current hardware queue).
 * Context: any that @fn can stand.
 */
void blk_mq_tagset_busy_iter(struct blk_mq_tag_set *tagset,
			     busy_tag_iter_fn *fn, void *priv)
{
	unsigned int i, nr = tagset->nr_hw_queues;

	if (tagset->flags & BLK_MQ_F_TAG_HCTX_SHARED)
		nr = 1;
	for (i = 0; i < nr; i++)
		if (tagset->tags && tagset->tags[i])
			tags_visit(tagset->tags[i], NULL, fn, priv);
}
EXPORT_SYMBOL(blk_mq_tagset_busy_iter);

/** blk_mq_queue_visit() - the same for the started requests of one queue. */
void blk_mq_queue_visit(struct request_queue *q, blk_tag_visit_fn *fn,
			void *priv)
{
	unsigned int i, nr = q->nr_hw_queues;

	if (q->tag_set->flags & BLK_MQ_F_TAG_HCTX_SHARED)
		nr = 1;
	for (i = 0; i < nr; i++)
		if (q->hctxs[i]->tags)
			tags_visit(q->hctxs[i]->tags, q, fn, priv);
}

static bool count_completed(struct request *rq, void *priv)
{
	unsigned int *nr = priv;

	if (blk_mq_request_completed(rq))
		++*nr;
	return true;
}

/**
 * blk_mq_tagset_wait_completed_request() - wait until no request is between
 * its completion and its end
 * Context: may sleep.
 */
void blk_mq_tagset_wait_completed_request(struct blk_mq_tag_set *tagset)
{
	unsigned int nr;

	for (;;) {
		nr = 0;
		blk_mq_tagset_busy_iter(tagset, count_completed, &nr);
		if (!nr)
			return;
		msleep(5);
	}
}
EXPORT_SYMBOL(blk_mq_tagset_wait_completed_request);

static bool found_one(struct request *rq, void *priv)
{
	*(bool *)priv = true;
	return false;
}

/** blk_mq_queue_inflight() - is a started request of @q not ended yet? */
bool blk_mq_queue_inflight(struct request_queue *q)
{
	bool busy = false;

	blk_mq_queue_visit(q, found_one, &busy);
	return busy;
}
EXPORT_SYMBOL_GPL(blk_mq_queue_inflight);

/** blk_mq_unique_tag() - hardware queue and tag in one number. */
u32 blk_mq_unique_tag(struct request *rq)
{
	u32 tag = rq->tag & BLK_MQ_UNIQUE_TAG_MASK;

	return rq->mq_hctx->queue_num << BLK_MQ_UNIQUE_TAG_BITS | tag;
}
EXPORT_SYMBOL(blk_mq_unique_tag);
