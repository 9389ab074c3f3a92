/* SPDX-License-Identifier: MIT */
/*
 * From a bio to a request: checks, splitting, merging, the plug.
 *
 * Models block/blk-core.c and blk_mq_submit_bio(), 6.17. Reduced: drivers
 * without requests (fops->submit_bio) are called directly, without their own
 * recursion control; no throttling, no partitions, no zones.
 *
 * I1  A bio submitted while this task submits another one waits in
 *     current->bio_list: the stack does not grow with splits or chains.
 * I2  Every bio handed to submit_bio() reaches bi_end_io exactly once.
 *
 * Locks: none.
 * Tests: tests/unit/block/test_submit.c
 */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "block/blk.h"

static bool beyond_end(struct bio *bio)
{
	sector_t capacity = READ_ONCE(bio->bi_bdev->bd_nr_sectors);
	sector_t start = bio->bi_iter.bi_sector;
	sector_t nr = bio_sectors(bio);

	if (!nr || (nr <= capacity && start <= capacity - nr))
		return false;
	pr_info_ratelimited(
		"attempt to access beyond end of device\n%s: rw=%u, sector=%llu, nr_sectors = %llu limit=%llu\n",
		bio->bi_bdev->bd_disk->disk_name, bio->bi_opf,
		(unsigned long long)start, (unsigned long long)nr,
		(unsigned long long)capacity);
	return true;
}

/* Only a warning, once a device: a mount may still replay its journal. */
static void warn_read_only(struct bio *bio)
{
	struct block_device *bdev = bio->bi_bdev;

	if (!op_is_write(bio_op(bio)) || !bdev_read_only(bdev))
		return;
	if (op_is_flush(bio->bi_opf) && !bio_sectors(bio))
		return;
	if (atomic_fetch_or(BD_RO_WARNED, &bdev->__bd_flags) & BD_RO_WARNED)
		return;
	pr_warn("Trying to write to read-only block-device %s\n",
		bdev->bd_disk->disk_name);
}

static blk_status_t check_atomic(struct bio *bio)
{
	const struct queue_limits *lim = bdev_limits(bio->bi_bdev);
	unsigned int bytes = bio->bi_iter.bi_size;

	if (bytes < lim->atomic_write_unit_min ||
	    bytes > lim->atomic_write_unit_max || !bytes ||
	    bytes % lim->atomic_write_unit_min)
		return BLK_STS_INVAL;
	return BLK_STS_OK;
}

static blk_status_t check_op(struct bio *bio)
{
	const struct queue_limits *lim = bdev_limits(bio->bi_bdev);
	bool able;

	switch (bio_op(bio)) {
	case REQ_OP_READ:
		return BLK_STS_OK;
	case REQ_OP_WRITE:
		return bio->bi_opf & REQ_ATOMIC ? check_atomic(bio) :
						  BLK_STS_OK;
	case REQ_OP_DISCARD:
		able = lim->max_discard_sectors;
		break;
	case REQ_OP_SECURE_ERASE:
		able = lim->max_secure_erase_sectors;
		break;
	case REQ_OP_WRITE_ZEROES:
		able = lim->max_write_zeroes_sectors;
		break;
	default:
		/* Zones do not exist here; FLUSH and DRV_* are not for bios. */
		able = false;
	}
	return able ? BLK_STS_OK : BLK_STS_NOTSUPP;
}

/* Return: false with @status set if the bio ends here. */
static bool bio_acceptable(struct bio *bio, blk_status_t *status)
{
	struct block_device *bdev = bio->bi_bdev;

	*status = BLK_STS_NOTSUPP;
	if ((bio->bi_opf & REQ_NOWAIT) && !bdev_nowait(bdev))
		return false;
	*status = BLK_STS_IOERR;
	warn_read_only(bio);
	if (beyond_end(bio))
		return false;
	if (op_is_flush(bio->bi_opf)) {
		if (WARN_ON_ONCE(bio_op(bio) != REQ_OP_WRITE &&
				 bio_op(bio) != REQ_OP_ZONE_APPEND))
			return false;
		if (!bdev_write_cache(bdev)) {
			bio->bi_opf &= ~(REQ_PREFLUSH | REQ_FUA);
			*status = BLK_STS_OK;
			if (!bio_sectors(bio))
				return false;
		}
	}
	*status = check_op(bio);
	return *status == BLK_STS_OK;
}

static bool bio_unaligned(struct bio *bio, struct request_queue *q)
{
	unsigned int block = queue_logical_block_size(q);
	u64 byte = (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT;

	return ((byte | bio->bi_iter.bi_size) & (block - 1)) != 0;
}

static void bio_end_with(struct bio *bio, blk_status_t status)
{
	bio->bi_status = status;
	bio_endio(bio);
}

/* The caller has entered the queue. Return: the request owns the entry now. */
static bool make_request(struct request_queue *q, struct bio *bio)
{
	unsigned int nr_segs = 0;
	struct request *rq;

	if (unlikely(bio_unaligned(bio, q))) {
		bio_io_error(bio);
		return false;
	}
	if ((bio->bi_opf & REQ_POLLED) && !blk_mq_can_poll(q)) {
		bio_end_with(bio, BLK_STS_NOTSUPP);
		return false;
	}
	bio = bio_split_to_limits(bio, q, &nr_segs);
	if (!bio || !bio_integrity_prep(bio))
		return false;
	if (blk_try_merge_bio(q, bio, nr_segs))
		return false;

	rq = blk_mq_rq_new(q, bio->bi_opf, 0);
	if (!rq) {
		bio_wouldblock_error(bio);
		return false;
	}
	blk_mq_rq_from_bio(rq, bio, nr_segs);
	if (op_is_flush(bio->bi_opf) && blk_flush_insert(rq))
		return true;
	blk_plug_add(current->plug, rq);
	return true;
}

static void submit_one(struct bio *bio)
{
	struct gendisk *disk = bio->bi_bdev->bd_disk;
	struct request_queue *q = disk->queue;
	struct blk_plug plug;

	/* Even a single bio goes through a plug, which may be an outer one. */
	blk_start_plug(&plug);
	if (!bio_queue_enter(bio)) {
		if (disk->fops && disk->fops->submit_bio) {
			disk->fops->submit_bio(bio);
			blk_queue_exit(q);
		} else if (!make_request(q, bio)) {
			blk_queue_exit(q);
		}
	}
	blk_finish_plug(&plug);
}

/**
 * submit_bio_noacct() - submit @bio again, e.g. the rest of a split
 * Context: may sleep.
 */
void submit_bio_noacct(struct bio *bio)
{
	struct bio_list waiting = BIO_EMPTY_LIST;
	struct task_struct *me = current;
	blk_status_t status;

	if (!bio_acceptable(bio, &status)) {
		bio_end_with(bio, status);
		return;
	}
	if (me->bio_list) {
		bio_list_add(me->bio_list, bio);
		return;
	}
	me->bio_list = &waiting;
	do {
		submit_one(bio);
		bio = bio_list_pop(&waiting);
	} while (bio);
	me->bio_list = NULL;
}
EXPORT_SYMBOL(submit_bio_noacct);

/**
 * submit_bio() - start I/O; bi_end_io will be called
 *
 * Context: may sleep.
 */
void submit_bio(struct bio *bio)
{
	submit_bio_noacct(bio);
}
EXPORT_SYMBOL(submit_bio);

static void wake_submitter(struct bio *bio)
{
	complete(bio->bi_private);
}

/**
 * submit_bio_wait() - start I/O and wait for its end
 *
 * The caller keeps its reference.
 * Context: may sleep. Return: 0 or a negative errno.
 */
int submit_bio_wait(struct bio *bio)
{
	DECLARE_COMPLETION_ONSTACK(done);

	bio->bi_private = &done;
	bio->bi_end_io = wake_submitter;
	bio->bi_opf |= REQ_SYNC;
	submit_bio(bio);
	wait_for_completion_io(&done);
	return blk_status_to_errno(bio->bi_status);
}
EXPORT_SYMBOL(submit_bio_wait);

/**
 * bdev_rw_virt() - read or write kernel memory and wait
 * @data: linear-map memory
 * @op: REQ_OP_READ or REQ_OP_WRITE
 *
 * Context: may sleep. Return: 0 or a negative errno; -EIO for vmalloc memory.
 */
int bdev_rw_virt(struct block_device *bdev, sector_t sector, void *data,
		 size_t len, enum req_op op)
{
	struct bio_vec vec;
	struct bio bio;
	int ret = -EIO;

	if (WARN_ON_ONCE(is_vmalloc_addr(data)))
		return ret;
	bio_init(&bio, bdev, &vec, 1, op);
	bio.bi_iter.bi_sector = sector;
	bio_add_virt_nofail(&bio, data, len);
	ret = submit_bio_wait(&bio);
	bio_uninit(&bio);
	return ret;
}
EXPORT_SYMBOL_GPL(bdev_rw_virt);

/**
 * blkdev_issue_discard() - discard a range and wait
 * @sector: start; with @nr_sects a multiple of the logical block
 * @gfp_mask: should allow to wait for memory
 *
 * Context: may sleep. Return: 0; -EOPNOTSUPP (not supported), -EINVAL
 * (alignment), or the first error; -ENOMEM: a part at the end was not discarded.
 */
int blkdev_issue_discard(struct block_device *bdev, sector_t sector,
			 sector_t nr_sects, gfp_t gfp_mask)
{
	sector_t block = bdev_logical_block_size(bdev) >> SECTOR_SHIFT;
	struct bio *bio = NULL, *next;
	int ret, short_of = 0;
	sector_t step;

	if (!bdev_max_discard_sectors(bdev))
		return -EOPNOTSUPP;
	if ((sector | nr_sects) & (block - 1))
		return -EINVAL;
	for (; nr_sects; nr_sects -= step, sector += step) {
		step = min_t(sector_t, nr_sects,
			     BIO_MAX_SECTORS & ~(block - 1));
		next = blk_next_bio(bio, bdev, 0, REQ_OP_DISCARD, gfp_mask);
		if (!next) {
			short_of = -ENOMEM;
			break;
		}
		bio = next;
		bio->bi_iter.bi_sector = sector;
		bio->bi_iter.bi_size = step << SECTOR_SHIFT;
	}
	if (!bio)
		return short_of;
	ret = submit_bio_wait(bio);
	bio_put(bio);
	return ret ?: short_of;
}
EXPORT_SYMBOL(blkdev_issue_discard);
