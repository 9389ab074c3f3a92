/* SPDX-License-Identifier: MIT */
/*
 * Request queues and their hardware contexts.
 *
 * Models the set-up half of block/blk-mq.c and block/blk-core.c, 6.17.
 * Reduced: hardware queues without a CPU keep their tags.
 *
 *	CPU -> q->queue_ctx[cpu].hctxs[type] -> hctx -> set->tags[index]
 *
 * I1  Every ctx points at a hardware queue for every type.
 * I2  hctx->tags == set->tags[queue_num].
 * I3  A queue in set->tag_list has as many hardware queues as the set.
 *
 * Locks: set->tag_list_lock for the list of queues; hardware queues change only
 * while the queue is frozen.
 * Tests: tests/unit/block/test_queue.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "block/blk.h"
#include "lib/lib.h"

#define DEFAULT_TIMEOUT (30 * HZ)

/* ---- hardware contexts ----------------------------------------------- */

static struct blk_mq_hw_ctx *hctx_alloc(struct request_queue *q,
					struct blk_mq_tag_set *set,
					unsigned int idx)
{
	struct blk_mq_hw_ctx *hctx;

	if (should_fail_site(DMASIM_SITE_QUEUE))
		return NULL;
	hctx = kzalloc_node(sizeof(*hctx), GFP_KERNEL, set->numa_node);
	if (!hctx)
		return NULL;
	if (!zalloc_cpumask_var(&hctx->cpumask, GFP_KERNEL))
		goto err_hctx;
	hctx->fq = blk_flush_create(set, idx, set->numa_node);
	if (!hctx->fq)
		goto err_mask;

	spin_lock_init(&hctx->lock);
	INIT_LIST_HEAD(&hctx->dispatch);
	INIT_LIST_HEAD(&hctx->queued);
	INIT_DELAYED_WORK(&hctx->run_work, blk_mq_run_work);
	hctx->queue = q;
	hctx->flags = set->flags & ~BLK_MQ_F_TAG_QUEUE_SHARED;
	hctx->numa_node = set->numa_node;
	hctx->queue_num = idx;
	hctx->tags = set->tags[idx];
	return hctx;

err_mask:
	free_cpumask_var(hctx->cpumask);
err_hctx:
	kfree(hctx);
	return NULL;
}

static void hctx_free(struct blk_mq_hw_ctx *hctx, struct blk_mq_tag_set *set)
{
	blk_flush_destroy(hctx->fq, set, hctx);
	free_cpumask_var(hctx->cpumask);
	kfree(hctx);
}

static struct blk_mq_hw_ctx *hctx_create(struct request_queue *q,
					 struct blk_mq_tag_set *set,
					 unsigned int idx)
{
	struct blk_mq_hw_ctx *hctx = hctx_alloc(q, set, idx);

	if (!hctx)
		return NULL;
	if (set->ops->init_hctx &&
	    set->ops->init_hctx(hctx, set->driver_data, idx)) {
		hctx_free(hctx, set);
		return NULL;
	}
	return hctx;
}

static void hctx_destroy(struct blk_mq_hw_ctx *hctx, struct blk_mq_tag_set *set)
{
	cancel_delayed_work_sync(&hctx->run_work);
	WARN_ON_ONCE(!list_empty(&hctx->dispatch));
	WARN_ON_ONCE(!list_empty(&hctx->queued));
	if (set->ops->exit_hctx)
		set->ops->exit_hctx(hctx, hctx->queue_num);
	hctx_free(hctx, set);
}

static void queue_drop_hctxs(struct request_queue *q)
{
	while (q->nr_hw_queues) {
		unsigned int last = --q->nr_hw_queues;

		hctx_destroy(q->hctxs[last], q->tag_set);
		q->hctxs[last] = NULL;
	}
}

/**
 * blk_mq_realloc_hctxs() - give @q as many hardware queues as @set has, all new
 *
 * The queue is frozen or not in use yet.
 * Return: 0; -ENOMEM with what could be made (q->nr_hw_queues of them).
 */
int blk_mq_realloc_hctxs(struct blk_mq_tag_set *set, struct request_queue *q)
{
	struct blk_mq_hw_ctx **table;
	unsigned int i;

	queue_drop_hctxs(q);
	table = kcalloc_node(set->nr_hw_queues, sizeof(*table), GFP_KERNEL,
			     set->numa_node);
	if (!table)
		return -ENOMEM;
	kfree(q->hctxs);
	q->hctxs = table;
	for (i = 0; i < set->nr_hw_queues; i++) {
		table[i] = hctx_create(q, set, i);
		if (!table[i])
			return -ENOMEM;
		q->nr_hw_queues = i + 1;
	}
	return 0;
}

static struct blk_mq_hw_ctx *mapped_hctx(struct request_queue *q,
					 unsigned int type, unsigned int cpu)
{
	struct blk_mq_queue_map *map = &q->tag_set->map[type];

	return q->hctxs[map->mq_map[cpu]];
}

/**
 * blk_mq_map_swqueue() - connect CPUs and hardware queues by the set's maps
 */
void blk_mq_map_swqueue(struct request_queue *q)
{
	struct blk_mq_tag_set *set = q->tag_set;
	struct blk_mq_hw_ctx *hctx;
	unsigned int cpu, type;
	struct blk_mq_ctx *ctx;
	unsigned long i;

	queue_for_each_hw_ctx(q, hctx, i) {
		cpumask_clear(hctx->cpumask);
		hctx->nr_ctx = 0;
	}
	for_each_possible_cpu(cpu) {
		ctx = &q->queue_ctx[cpu];
		for (type = 0; type < HCTX_MAX_TYPES; type++) {
			if (type >= set->nr_maps || !set->map[type].nr_queues) {
				ctx->hctxs[type] =
					mapped_hctx(q, HCTX_TYPE_DEFAULT, cpu);
				continue;
			}
			hctx = mapped_hctx(q, type, cpu);
			ctx->hctxs[type] = hctx;
			/* Two types of a CPU may share a hardware queue. */
			if (cpumask_test_cpu(cpu, hctx->cpumask))
				continue;
			cpumask_set_cpu(cpu, hctx->cpumask);
			hctx->type = type;
			hctx->nr_ctx++;
		}
	}
}

/* ---- queues ---------------------------------------------------------- */

static struct request_queue *queue_alloc(struct blk_mq_tag_set *set,
					 struct queue_limits *lim)
{
	struct request_queue *q;
	unsigned int cpu;

	if (should_fail_site(DMASIM_SITE_QUEUE))
		return NULL;
	q = kzalloc_node(sizeof(*q), GFP_KERNEL, set->numa_node);
	if (!q)
		return NULL;
	q->queue_ctx = kcalloc_node(nr_cpu_ids, sizeof(*q->queue_ctx),
				    GFP_KERNEL, set->numa_node);
	if (!q->queue_ctx) {
		kfree(q);
		return NULL;
	}
	for_each_possible_cpu(cpu) {
		q->queue_ctx[cpu].cpu = cpu;
		q->queue_ctx[cpu].queue = q;
	}

	q->limits = *lim;
	q->node = set->numa_node;
	q->tag_set = set;
	q->mq_ops = set->ops;
	q->nr_requests = set->queue_depth;
	q->rq_timeout = set->timeout ? set->timeout : DEFAULT_TIMEOUT;
	q->queue_flags = BIT(QUEUE_FLAG_SAME_COMP);
	refcount_set(&q->refs, 1);
	mutex_init(&q->mq_freeze_lock);
	mutex_init(&q->limits_lock);
	init_waitqueue_head(&q->mq_freeze_wq);
	spin_lock_init(&q->queue_lock);
	spin_lock_init(&q->requeue_lock);
	INIT_LIST_HEAD(&q->requeue_list);
	INIT_LIST_HEAD(&q->tag_set_list);
	INIT_DELAYED_WORK(&q->requeue_work, blk_mq_requeue_work);
	INIT_WORK(&q->timeout_work, blk_timeout_work);
	timer_setup(&q->timeout, blk_timeout_fired, 0);

	mutex_lock(&blk_live.lock);
	q->id = blk_live.next_id++;
	list_add_tail(&q->sim_list, &blk_live.queues);
	mutex_unlock(&blk_live.lock);
	return q;
}

static void queue_free(struct request_queue *q)
{
	mutex_lock(&blk_live.lock);
	list_del(&q->sim_list);
	mutex_unlock(&blk_live.lock);
	/* blk_queue_exit() and dispatch may be on their last instructions. */
	synchronize_rcu();
	kfree(q->hctxs);
	kfree(q->queue_ctx);
	mutex_destroy(&q->limits_lock);
	mutex_destroy(&q->mq_freeze_lock);
	kfree(q);
}

static void tagset_add_queue(struct blk_mq_tag_set *set,
			     struct request_queue *q)
{
	mutex_lock(&set->tag_list_lock);
	if (!list_empty(&set->tag_list))
		set->flags |= BLK_MQ_F_TAG_QUEUE_SHARED;
	list_add_tail(&q->tag_set_list, &set->tag_list);
	mutex_unlock(&set->tag_list_lock);
}

static void tagset_del_queue(struct request_queue *q)
{
	struct blk_mq_tag_set *set = q->tag_set;

	mutex_lock(&set->tag_list_lock);
	list_del_init(&q->tag_set_list);
	if (list_empty(&set->tag_list) || list_is_singular(&set->tag_list))
		set->flags &= ~BLK_MQ_F_TAG_QUEUE_SHARED;
	mutex_unlock(&set->tag_list_lock);
}

/* Limits that drivers leave alone mean "no limit of the user's". */
static void limits_set_defaults(struct queue_limits *lim)
{
	lim->max_user_discard_sectors = UINT_MAX;
	lim->max_user_wzeroes_unmap_sectors = UINT_MAX;
}

/**
 * blk_mq_alloc_queue() - a queue on @set
 * @lim: limits; NULL for the defaults
 * @queuedata: the driver's
 *
 * Calls init_hctx for each hardware queue and init_request for each one's
 * flush request.
 * Context: may sleep.
 * Return: the queue, or ERR_PTR of -EINVAL (limits) or -ENOMEM.
 */
struct request_queue *blk_mq_alloc_queue(struct blk_mq_tag_set *set,
					 struct queue_limits *lim,
					 void *queuedata)
{
	struct queue_limits mine = {};
	struct request_queue *q;
	int ret;

	if (!lim)
		lim = &mine;
	lim->features |= BLK_FEAT_IO_STAT | BLK_FEAT_NOWAIT;
	if (set->nr_maps > HCTX_TYPE_POLL)
		lim->features |= BLK_FEAT_POLL;
	limits_set_defaults(lim);
	ret = blk_validate_limits(lim);
	if (ret)
		return ERR_PTR(ret);

	q = queue_alloc(set, lim);
	if (!q)
		return ERR_PTR(-ENOMEM);
	q->queuedata = queuedata;
	ret = blk_mq_realloc_hctxs(set, q);
	if (ret) {
		queue_drop_hctxs(q);
		blk_put_queue(q);
		return ERR_PTR(ret);
	}
	blk_mq_map_swqueue(q);
	tagset_add_queue(set, q);
	return q;
}
EXPORT_SYMBOL(blk_mq_alloc_queue);

/**
 * blk_mq_exit_queue() - no request is left and none will come
 */
void blk_mq_exit_queue(struct request_queue *q)
{
	blk_sync_queue(q);
	cancel_delayed_work_sync(&q->requeue_work);
	if (list_empty(&q->tag_set_list))
		return;
	tagset_del_queue(q);
	queue_drop_hctxs(q);
}

/**
 * blk_mq_destroy_queue() - fail who wants in, wait for who is in, take apart
 *
 * The structure stays until blk_put_queue().
 * Context: may sleep.
 */
void blk_mq_destroy_queue(struct request_queue *q)
{
	set_bit(QUEUE_FLAG_DYING, &q->queue_flags);
	blk_queue_start_drain(q);
	blk_mq_freeze_queue_wait(q);
	blk_mq_exit_queue(q);
}
EXPORT_SYMBOL(blk_mq_destroy_queue);

/** blk_get_queue() - take a reference. Return: false if @q is dying. */
bool blk_get_queue(struct request_queue *q)
{
	if (blk_queue_dying(q))
		return false;
	refcount_inc(&q->refs);
	return true;
}
EXPORT_SYMBOL(blk_get_queue);

/** blk_put_queue() - drop a reference. Context: may sleep. */
void blk_put_queue(struct request_queue *q)
{
	if (refcount_dec_and_test(&q->refs))
		queue_free(q);
}
EXPORT_SYMBOL(blk_put_queue);

/** blk_queue_flag_set() - set a QUEUE_FLAG_* bit. */
void blk_queue_flag_set(unsigned int flag, struct request_queue *q)
{
	set_bit(flag, &q->queue_flags);
}
EXPORT_SYMBOL(blk_queue_flag_set);

/** blk_queue_flag_clear() - clear a QUEUE_FLAG_* bit. */
void blk_queue_flag_clear(unsigned int flag, struct request_queue *q)
{
	clear_bit(flag, &q->queue_flags);
}
EXPORT_SYMBOL(blk_queue_flag_clear);
