/* SPDX-License-Identifier: MIT */
/*
 * Tag sets: what the queues of one driver instance share, and CPU maps.
 *
 * Models the tag-set half of block/blk-mq.c and block/blk-mq-cpumap.c, 6.17.
 *
 * I1  set->tags has set->nr_hw_queues entries; with BLK_MQ_F_TAG_HCTX_SHARED
 *     they are all set->shared_tags.
 * I2  Every CPU of every map names an existing hardware queue.
 *
 * Locks: set->tag_list_lock for the list of queues; held, with all queues
 * frozen, by blk_mq_update_nr_hw_queues().
 * Tests: tests/unit/block/test_queue.c
 */
#include <linux/blk-mq.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "block/blk.h"
#include "lib/lib.h"

/* ---- maps ------------------------------------------------------------ */

/**
 * blk_mq_map_queues() - spread CPUs evenly over the queues of @qmap
 */
void blk_mq_map_queues(struct blk_mq_queue_map *qmap)
{
	unsigned int groups = min(qmap->nr_queues, nr_cpu_ids);
	unsigned int cpu, group;

	for_each_possible_cpu(cpu) {
		group = cpu * groups / nr_cpu_ids;
		qmap->mq_map[cpu] = qmap->queue_offset + group;
	}
}
EXPORT_SYMBOL_GPL(blk_mq_map_queues);

/**
 * blk_mq_map_hw_queues() - each CPU to the queue whose interrupt it gets
 * @dev: whose vectors
 * @offset: vector of the first queue
 *
 * Spreads evenly where the bus does not know.
 */
void blk_mq_map_hw_queues(struct blk_mq_queue_map *qmap, struct device *dev,
			  unsigned int offset)
{
	const struct bus_type *bus = dev->bus;
	const struct cpumask *mask;
	unsigned int i, cpu;

	if (!bus || !bus->irq_get_affinity)
		goto spread;
	for (i = 0; i < qmap->nr_queues; i++) {
		mask = bus->irq_get_affinity(dev, i + offset);
		if (!mask)
			goto spread;
		for_each_cpu(cpu, mask)
			qmap->mq_map[cpu] = qmap->queue_offset + i;
	}
	return;

spread:
	blk_mq_map_queues(qmap);
}
EXPORT_SYMBOL_GPL(blk_mq_map_hw_queues);

static unsigned int at_most(unsigned int cpus, unsigned int max_queues)
{
	return max_queues ? min(cpus, max_queues) : cpus;
}

/** blk_mq_num_possible_queues() - one per possible CPU; @max_queues 0: any. */
unsigned int blk_mq_num_possible_queues(unsigned int max_queues)
{
	return at_most(num_possible_cpus(), max_queues);
}
EXPORT_SYMBOL_GPL(blk_mq_num_possible_queues);

/** blk_mq_num_online_queues() - one per online CPU; @max_queues 0: any. */
unsigned int blk_mq_num_online_queues(unsigned int max_queues)
{
	return at_most(num_online_cpus(), max_queues);
}
EXPORT_SYMBOL_GPL(blk_mq_num_online_queues);

/** blk_mq_set_update_map() - ask the driver which CPU goes where. */
void blk_mq_set_update_map(struct blk_mq_tag_set *set)
{
	struct blk_mq_queue_map *map;

	if (!set->ops->map_queues || set->nr_maps == 1)
		set->map[HCTX_TYPE_DEFAULT].nr_queues = set->nr_hw_queues;
	if (!set->ops->map_queues) {
		blk_mq_map_queues(&set->map[HCTX_TYPE_DEFAULT]);
		return;
	}
	for (map = set->map; map < set->map + set->nr_maps; map++)
		memset(map->mq_map, 0, nr_cpu_ids * sizeof(*map->mq_map));
	set->ops->map_queues(set);
}

static void free_maps(struct blk_mq_tag_set *set)
{
	struct blk_mq_queue_map *map;

	for (map = set->map; map < set->map + HCTX_MAX_TYPES; map++) {
		kfree(map->mq_map);
		map->mq_map = NULL;
	}
}

static int alloc_maps(struct blk_mq_tag_set *set)
{
	struct blk_mq_queue_map *map;

	for (map = set->map; map < set->map + set->nr_maps; map++) {
		map->mq_map = kcalloc_node(nr_cpu_ids, sizeof(*map->mq_map),
					   GFP_KERNEL, set->numa_node);
		if (!map->mq_map) {
			free_maps(set);
			return -ENOMEM;
		}
		map->nr_queues = set->nr_hw_queues;
	}
	return 0;
}

/* ---- tags of a set --------------------------------------------------- */

static bool shares_tags(const struct blk_mq_tag_set *set)
{
	return set->flags & BLK_MQ_F_TAG_HCTX_SHARED;
}

/** blk_mq_set_free_tags() - drop the tags of hardware queues [@from, @to). */
void blk_mq_set_free_tags(struct blk_mq_tag_set *set, unsigned int from,
			  unsigned int to)
{
	while (to-- > from) {
		if (!shares_tags(set))
			blk_mq_tags_destroy(set, set->tags[to], to);
		set->tags[to] = NULL;
	}
}

/**
 * blk_mq_set_alloc_tags() - make the tags of hardware queues [@from, @to)
 * Return: 0 or -ENOMEM, with none of them made.
 */
int blk_mq_set_alloc_tags(struct blk_mq_tag_set *set, unsigned int from,
			  unsigned int to)
{
	unsigned int i;

	for (i = from; i < to; i++) {
		if (shares_tags(set))
			set->tags[i] = set->shared_tags;
		else
			set->tags[i] =
				blk_mq_tags_create(set, i, set->queue_depth);
		if (!set->tags[i]) {
			blk_mq_set_free_tags(set, from, i);
			return -ENOMEM;
		}
	}
	return 0;
}

static int alloc_all_tags(struct blk_mq_tag_set *set)
{
	int ret;

	if (shares_tags(set)) {
		set->shared_tags = blk_mq_tags_create(set, 0, set->queue_depth);
		if (!set->shared_tags)
			return -ENOMEM;
	}
	ret = blk_mq_set_alloc_tags(set, 0, set->nr_hw_queues);
	if (ret && shares_tags(set)) {
		blk_mq_tags_destroy(set, set->shared_tags, 0);
		set->shared_tags = NULL;
	}
	return ret;
}

/* Better a shallow queue than none. */
static int alloc_tags_that_fit(struct blk_mq_tag_set *set)
{
	unsigned int asked = set->queue_depth;
	int ret;

	while ((ret = alloc_all_tags(set)) == -ENOMEM) {
		unsigned int half = set->queue_depth / 2;

		if (half < set->reserved_tags + BLK_MQ_TAG_MIN)
			return ret;
		set->queue_depth = half;
	}
	if (!ret && set->queue_depth != asked)
		pr_info("blk-mq: reduced tag depth (%u -> %u)\n", asked,
			set->queue_depth);
	return ret;
}

static int check_set(const struct blk_mq_tag_set *set)
{
	if (!set->nr_hw_queues || !set->queue_depth)
		return -EINVAL;
	if (set->queue_depth < set->reserved_tags + BLK_MQ_TAG_MIN)
		return -EINVAL;
	if (!set->ops->queue_rq)
		return -EINVAL;
	if (!set->ops->get_budget != !set->ops->put_budget)
		return -EINVAL;
	return set->nr_maps > HCTX_MAX_TYPES ? -EINVAL : 0;
}

/**
 * blk_mq_alloc_tag_set() - make the requests and maps of @set
 * @set: zeroed, then filled in by the driver; queue_depth may come back smaller
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for a set that makes no sense; -ENOMEM.
 */
int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)
{
	int ret = check_set(set);

	if (ret)
		return ret;
	if (set->queue_depth > BLK_MQ_MAX_DEPTH) {
		pr_info("blk-mq: reduced tag depth to %u\n", BLK_MQ_MAX_DEPTH);
		set->queue_depth = BLK_MQ_MAX_DEPTH;
	}
	if (!set->nr_maps)
		set->nr_maps = 1;
	if (set->nr_maps == 1)
		set->nr_hw_queues = min(set->nr_hw_queues, nr_cpu_ids);

	if (set->flags & BLK_MQ_F_BLOCKING) {
		set->srcu = kmalloc(sizeof(*set->srcu), GFP_KERNEL);
		if (!set->srcu)
			return -ENOMEM;
		ret = init_srcu_struct(set->srcu);
		if (ret)
			goto err_srcu_mem;
	}
	ret = -ENOMEM;
	set->tags = kcalloc_node(set->nr_hw_queues, sizeof(*set->tags),
				 GFP_KERNEL, set->numa_node);
	if (!set->tags)
		goto err_srcu;
	ret = alloc_maps(set);
	if (ret)
		goto err_tags;
	blk_mq_set_update_map(set);
	ret = alloc_tags_that_fit(set);
	if (ret)
		goto err_maps;

	mutex_init(&set->tag_list_lock);
	INIT_LIST_HEAD(&set->tag_list);
	mutex_lock(&blk_live.lock);
	list_add_tail(&set->sim_list, &blk_live.sets);
	mutex_unlock(&blk_live.lock);
	return 0;

err_maps:
	free_maps(set);
err_tags:
	kfree(set->tags);
	set->tags = NULL;
err_srcu:
	if (set->srcu)
		cleanup_srcu_struct(set->srcu);
err_srcu_mem:
	kfree(set->srcu);
	set->srcu = NULL;
	return ret;
}
EXPORT_SYMBOL(blk_mq_alloc_tag_set);

/**
 * blk_mq_alloc_sq_tag_set() - a set for a device with one hardware queue
 * Return: as blk_mq_alloc_tag_set().
 */
int blk_mq_alloc_sq_tag_set(struct blk_mq_tag_set *set,
			    const struct blk_mq_ops *ops,
			    unsigned int queue_depth, unsigned int set_flags)
{
	*set = (struct blk_mq_tag_set){
		.ops = ops,
		.nr_maps = 1,
		.nr_hw_queues = 1,
		.queue_depth = queue_depth,
		.numa_node = NUMA_NO_NODE,
		.flags = set_flags,
	};
	return blk_mq_alloc_tag_set(set);
}
EXPORT_SYMBOL_GPL(blk_mq_alloc_sq_tag_set);

/** blk_mq_free_tag_set() - all queues of @set are gone. Context: may sleep. */
void blk_mq_free_tag_set(struct blk_mq_tag_set *set)
{
	if (!set->tags)
		return;
	mutex_lock(&blk_live.lock);
	list_del(&set->sim_list);
	mutex_unlock(&blk_live.lock);

	blk_mq_set_free_tags(set, 0, set->nr_hw_queues);
	if (shares_tags(set)) {
		blk_mq_tags_destroy(set, set->shared_tags, 0);
		set->shared_tags = NULL;
	}
	free_maps(set);
	kfree(set->tags);
	set->tags = NULL;
	if (set->srcu) {
		cleanup_srcu_struct(set->srcu);
		kfree(set->srcu);
		set->srcu = NULL;
	}
	mutex_destroy(&set->tag_list_lock);
}
EXPORT_SYMBOL(blk_mq_free_tag_set);

/* ---- another number of hardware queues ------------------------------- */

/* Make room for, and make, the tags of @nr hardware queues. */
static int grow_tags(struct blk_mq_tag_set *set, unsigned int nr)
{
	unsigned int have = set->nr_hw_queues;
	struct blk_mq_tags **old = set->tags, **table;
	int ret;

	if (nr <= have)
		return 0;
	table = kcalloc_node(nr, sizeof(*table), GFP_KERNEL, set->numa_node);
	if (!table)
		return -ENOMEM;
	memcpy(table, old, have * sizeof(*table));
	set->tags = table;
	ret = blk_mq_set_alloc_tags(set, have, nr);
	if (ret) {
		set->tags = old;
		kfree(table);
		return ret;
	}
	kfree(old);
	return 0;
}

static int rebuild_queues(struct blk_mq_tag_set *set, unsigned int nr)
{
	struct request_queue *q;
	int ret;

	set->nr_hw_queues = nr;
	blk_mq_set_update_map(set);
	list_for_each_entry(q, &set->tag_list, tag_set_list) {
		ret = blk_mq_realloc_hctxs(set, q);
		if (ret)
			return ret;
		blk_mq_map_swqueue(q);
	}
	return 0;
}

/**
 * blk_mq_update_nr_hw_queues() - the device has another number of queues now
 * @nr_hw_queues: at least 1
 *
 * Freezes all queues of the set, asks for new maps and makes all hardware
 * queues anew. If memory does not suffice it goes back to the old number.
 * Context: may sleep.
 */
void blk_mq_update_nr_hw_queues(struct blk_mq_tag_set *set, int nr_hw_queues)
{
	unsigned int old = set->nr_hw_queues, nr;
	struct request_queue *q;

	if (nr_hw_queues < 1)
		return;
	nr = nr_hw_queues;
	if (set->nr_maps == 1) {
		nr = min(nr, nr_cpu_ids);
		if (nr == old)
			return;
	}

	mutex_lock(&set->tag_list_lock);
	list_for_each_entry(q, &set->tag_list, tag_set_list) {
		blk_mq_freeze_queue_nomemsave(q);
		cancel_delayed_work_sync(&q->requeue_work);
	}
	if (!grow_tags(set, nr)) {
		if (rebuild_queues(set, nr)) {
			pr_warn("Increasing nr_hw_queues to %u fails, fallback to %u\n",
				nr, old);
			WARN_ON_ONCE(rebuild_queues(set, old));
		}
		if (set->nr_hw_queues < max(old, nr))
			blk_mq_set_free_tags(set, set->nr_hw_queues,
					     max(old, nr));
	}
	list_for_each_entry(q, &set->tag_list, tag_set_list)
		blk_mq_unfreeze_queue_nomemrestore(q);
	mutex_unlock(&set->tag_list_lock);
}
EXPORT_SYMBOL_GPL(blk_mq_update_nr_hw_queues);
