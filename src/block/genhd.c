/* SPDX-License-Identifier: MIT */
/*
 * Disks.
 *
 * Models block/genhd.c, 6.17. Reduced: no partitions, no device numbers, no
 * events; a disk is found by its name (block_sim_lookup()).
 *
 * I1  disk_to_dev() counts references; the last one frees disk and block device
 *     and drops the queue.
 * I2  From GD_DEAD on no bio gets in; after del_gendisk() none is inside.
 *
 * Locks: blk_live.lock for the list of disks.
 * Tests: tests/unit/block/test_queue.c
 */
#include <linux/blk-mq.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "block/blk.h"
#include "block/block.h"
#include "lib/lib.h"

/** struct disk_mem - a disk and its only block device. */
struct disk_mem {
	struct gendisk disk;
	struct block_device part0;
};

static void disk_release(struct device *dev)
{
	struct gendisk *disk = dev_to_disk(dev);
	struct request_queue *q = disk->queue;

	mutex_lock(&blk_live.lock);
	list_del(&disk->sim_list);
	mutex_unlock(&blk_live.lock);
	/* Never added, so del_gendisk() did not take the queue apart. */
	if (test_bit(GD_OWNS_QUEUE, &disk->state) &&
	    !test_bit(GD_ADDED, &disk->state))
		blk_mq_exit_queue(q);
	if (disk->fops && disk->fops->free_disk)
		disk->fops->free_disk(disk);
	bioset_exit(&disk->bio_split);
	q->disk = NULL;
	blk_put_queue(q);
	kfree(container_of(disk, struct disk_mem, disk));
}

/**
 * blk_alloc_gendisk() - a disk on @q, whose reference it takes over on success
 * Return: the disk, or NULL.
 */
struct gendisk *blk_alloc_gendisk(struct request_queue *q, int node)
{
	struct disk_mem *mem = kzalloc_node(sizeof(*mem), GFP_KERNEL, node);
	struct block_device *bdev;
	struct gendisk *disk;

	if (!mem)
		return NULL;
	disk = &mem->disk;
	bdev = &mem->part0;
	if (bioset_init(&disk->bio_split, BIO_POOL_SIZE, 0, 0)) {
		kfree(mem);
		return NULL;
	}
	bdev->bd_disk = disk;
	bdev->bd_queue = q;
	bdev->bd_dev = q->id + 1;
	disk->part0 = bdev;
	disk->queue = q;
	disk->node_id = node;
	q->disk = disk;

	device_initialize(disk_to_dev(disk));
	disk_to_dev(disk)->release = disk_release;

	mutex_lock(&blk_live.lock);
	list_add_tail(&disk->sim_list, &blk_live.disks);
	mutex_unlock(&blk_live.lock);
	return disk;
}

/**
 * __blk_mq_alloc_disk() - a queue on @set and a disk that owns it
 * @lkclass: not used
 *
 * Context: may sleep. Return: the disk, or ERR_PTR of what
 * blk_mq_alloc_queue() says, or -ENOMEM.
 */
struct gendisk *__blk_mq_alloc_disk(struct blk_mq_tag_set *set,
				    struct queue_limits *lim, void *queuedata,
				    struct lock_class_key *lkclass)
{
	struct request_queue *q = blk_mq_alloc_queue(set, lim, queuedata);
	struct gendisk *disk;

	if (IS_ERR(q))
		return ERR_CAST(q);
	disk = blk_alloc_gendisk(q, set->numa_node);
	if (!disk) {
		blk_mq_destroy_queue(q);
		blk_put_queue(q);
		return ERR_PTR(-ENOMEM);
	}
	set_bit(GD_OWNS_QUEUE, &disk->state);
	return disk;
}
EXPORT_SYMBOL(__blk_mq_alloc_disk);

/**
 * device_add_disk() - open for business
 * @parent: device above, may be NULL
 * @groups: extra attributes, may be NULL
 *
 * Context: may sleep. Return: 0, or what the device core says; -EINVAL without
 * a name or file operations.
 */
int device_add_disk(struct device *parent, struct gendisk *disk,
		    const struct attribute_group **groups)
{
	struct device *dev = disk_to_dev(disk);
	int ret;

	if (WARN_ON_ONCE(!disk->disk_name[0] || !disk->fops))
		return -EINVAL;
	dev->parent = parent;
	dev->groups = groups;
	ret = dev_set_name(dev, "%s", disk->disk_name);
	if (ret)
		return ret;
	ret = device_add(dev);
	if (ret)
		return ret;
	set_bit(GD_ADDED, &disk->state);
	set_bit(QUEUE_FLAG_REGISTERED, &disk->queue->queue_flags);
	set_bit(QUEUE_FLAG_INIT_DONE, &disk->queue->queue_flags);
	return 0;
}
EXPORT_SYMBOL(device_add_disk);

/* Return: this call did it. */
static bool mark_dead(struct gendisk *disk)
{
	if (test_and_set_bit(GD_DEAD, &disk->state))
		return false;
	if (test_bit(GD_OWNS_QUEUE, &disk->state))
		set_bit(QUEUE_FLAG_DYING, &disk->queue->queue_flags);
	set_capacity(disk, 0);
	blk_queue_start_drain(disk->queue);
	return true;
}

/**
 * blk_mark_disk_dead() - the hardware is gone: fail what comes from now on
 * Context: may sleep. Does not wait for what is inside.
 */
void blk_mark_disk_dead(struct gendisk *disk)
{
	mark_dead(disk);
}
EXPORT_SYMBOL_GPL(blk_mark_disk_dead);

/**
 * del_gendisk() - close: no I/O gets in, what is inside is waited for
 *
 * A queue that the disk owns is taken apart; another one can be used again for
 * passthrough requests.
 * Context: may sleep.
 */
void del_gendisk(struct gendisk *gp)
{
	struct request_queue *q = gp->queue;

	if (WARN_ON_ONCE(!blk_queue_registered(q)))
		return;
	mark_dead(gp);
	blk_mq_freeze_queue_wait(q);

	clear_bit(QUEUE_FLAG_REGISTERED, &q->queue_flags);
	device_del(disk_to_dev(gp));
	blk_sync_queue(q);
	if (test_bit(GD_OWNS_QUEUE, &gp->state))
		blk_mq_exit_queue(q);
	else
		blk_mq_unfreeze_queue_nomemrestore(q);
}
EXPORT_SYMBOL(del_gendisk);

/** put_disk() - drop a reference. Context: may sleep. */
void put_disk(struct gendisk *disk)
{
	if (!disk)
		return;
	put_device(disk_to_dev(disk));
}
EXPORT_SYMBOL(put_disk);

/** set_capacity() - @size in 512-byte sectors, without telling anybody. */
void set_capacity(struct gendisk *disk, sector_t size)
{
	WRITE_ONCE(disk->part0->bd_nr_sectors, size);
}
EXPORT_SYMBOL(set_capacity);

/**
 * set_capacity_and_notify() - the same
 * Return: true if users would have to be told of the change.
 */
bool set_capacity_and_notify(struct gendisk *disk, sector_t size)
{
	sector_t old = get_capacity(disk);

	set_capacity(disk, size);
	return old && size && old != size && disk_live(disk);
}
EXPORT_SYMBOL_GPL(set_capacity_and_notify);

/** set_disk_ro() - writes are refused with a warning, or not. */
void set_disk_ro(struct gendisk *disk, bool read_only)
{
	if (read_only)
		set_bit(GD_READ_ONLY, &disk->state);
	else
		clear_bit(GD_READ_ONLY, &disk->state);
}
EXPORT_SYMBOL(set_disk_ro);

/**
 * block_sim_lookup() - find a disk that was added
 * @disk_name: e.g. "nvme0n1"
 *
 * Return: its block device, valid until its driver removes the disk, or NULL.
 */
struct block_device *block_sim_lookup(const char *disk_name)
{
	struct block_device *found = NULL;
	struct gendisk *disk;

	mutex_lock(&blk_live.lock);
	list_for_each_entry(disk, &blk_live.disks, sim_list) {
		if (disk_live(disk) && !strcmp(disk->disk_name, disk_name)) {
			found = disk->part0;
			break;
		}
	}
	mutex_unlock(&blk_live.lock);
	return found;
}
