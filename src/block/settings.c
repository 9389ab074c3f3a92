/* SPDX-License-Identifier: MIT */
/*
 * Queue limits: what is missing is filled in, what cannot be is refused.
 *
 * Models block/blk-settings.c, 6.17. Reduced: no stacking of one device's
 * limits on another's, no zoned devices (refused).
 *
 * I1  A validated queue_limits describes at least one block of one segment.
 * I2  min_segment_size is such that a vector inside it needs no further look.
 *
 * Locks: q->limits_lock from queue_limits_start_update() to commit or cancel.
 * Tests: tests/unit/block/test_settings.c
 */
#include <linux/blkdev.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/printk.h>

#include "block/blk.h"

static bool valid_block_size(unsigned int bytes)
{
	return bytes >= SECTOR_SIZE && bytes <= BLK_MAX_BLOCK_SIZE &&
	       is_power_of_2(bytes);
}

static int fix_block_sizes(struct queue_limits *lim)
{
	if (!lim->logical_block_size)
		lim->logical_block_size = SECTOR_SIZE;
	if (!valid_block_size(lim->logical_block_size)) {
		pr_warn("Invalid logical block size (%u)\n",
			lim->logical_block_size);
		return -EINVAL;
	}
	if (lim->physical_block_size < lim->logical_block_size)
		lim->physical_block_size = lim->logical_block_size;
	if (!is_power_of_2(lim->physical_block_size)) {
		pr_warn("Invalid physical block size (%u)\n",
			lim->physical_block_size);
		return -EINVAL;
	}
	lim->io_min = max(lim->io_min, lim->physical_block_size);
	lim->io_opt &= ~(lim->physical_block_size - 1);
	lim->alignment_offset &= lim->physical_block_size - 1;
	return 0;
}

/* The default cap gives way to what the device says it likes. */
static unsigned int default_max_sectors(const struct queue_limits *lim)
{
	unsigned int opt = lim->io_opt >> SECTOR_SHIFT;
	unsigned int least = lim->io_min >> SECTOR_SHIFT;

	if (opt > BLK_DEF_MAX_SECTORS)
		return opt;
	return max(least, BLK_DEF_MAX_SECTORS);
}

static int fix_sectors(struct queue_limits *lim)
{
	unsigned int block = lim->logical_block_size >> SECTOR_SHIFT;
	unsigned int most;

	if (!lim->max_hw_sectors)
		lim->max_hw_sectors = BLK_SAFE_MAX_SECTORS;
	if (WARN_ON_ONCE(lim->max_hw_sectors < PAGE_SECTORS) ||
	    WARN_ON_ONCE(lim->max_hw_sectors < block))
		return -EINVAL;
	lim->max_hw_sectors -= lim->max_hw_sectors % block;

	most = lim->max_hw_sectors;
	if (lim->max_dev_sectors)
		most = min(most, lim->max_dev_sectors);
	if (!lim->max_user_sectors)
		most = min(most, default_max_sectors(lim));
	else if (lim->max_user_sectors < PAGE_SECTORS)
		return -EINVAL;
	else
		most = min(most, lim->max_user_sectors);
	lim->max_sectors = most - most % block;
	return 0;
}

static int fix_ranges(struct queue_limits *lim)
{
	if (lim->max_hw_wzeroes_unmap_sectors &&
	    lim->max_hw_wzeroes_unmap_sectors != lim->max_write_zeroes_sectors)
		return -EINVAL;
	lim->max_wzeroes_unmap_sectors =
		min(lim->max_hw_wzeroes_unmap_sectors,
		    lim->max_user_wzeroes_unmap_sectors);

	lim->max_discard_sectors =
		min(lim->max_hw_discard_sectors, lim->max_user_discard_sectors);
	if (!lim->max_discard_segments)
		lim->max_discard_segments = 1;
	if (!lim->max_discard_sectors)
		lim->discard_granularity = 0;
	else
		lim->discard_granularity =
			max(lim->discard_granularity, lim->physical_block_size);
	return 0;
}

/* A virt boundary means segments of whole pages, however long. */
static int fix_segment_size(struct queue_limits *lim)
{
	bool whole_pages = lim->virt_boundary_mask != 0;

	if (!lim->max_segment_size)
		lim->max_segment_size = whole_pages ? UINT_MAX :
						      BLK_MAX_SEGMENT_SIZE;
	if (whole_pages)
		return 0;
	return WARN_ON_ONCE(lim->max_segment_size < BLK_MIN_SEGMENT_SIZE) ?
		       -EINVAL :
		       0;
}

static int fix_segments(struct queue_limits *lim)
{
	unsigned long window;
	int ret = fix_segment_size(lim);

	if (ret)
		return ret;
	if (!lim->max_segments)
		lim->max_segments = BLK_MAX_SEGMENTS;
	if (!lim->dma_alignment)
		lim->dma_alignment = SECTOR_SIZE - 1;
	if (!lim->seg_boundary_mask)
		lim->seg_boundary_mask = BLK_SEG_BOUNDARY_MASK;
	if (WARN_ON_ONCE(lim->seg_boundary_mask < BLK_MIN_SEGMENT_SIZE - 1) ||
	    WARN_ON_ONCE(lim->dma_alignment > PAGE_SIZE))
		return -EINVAL;

	window = min_t(unsigned long, lim->seg_boundary_mask, UINT_MAX - 1) + 1;
	lim->min_segment_size =
		min3(window, (unsigned long)lim->max_segment_size, PAGE_SIZE);
	return 0;
}

/* Bytes that one bio can hold however badly its memory is laid out. */
static unsigned int surest_bio_bytes(const struct queue_limits *lim)
{
	unsigned int segs =
		min_t(unsigned int, lim->max_segments, BIO_MAX_VECS);
	unsigned int bytes = min(segs, 2u) * lim->logical_block_size;

	if (segs > 2)
		bytes += (segs - 2) * PAGE_SIZE;
	return bytes;
}

static void fix_atomic_writes(struct queue_limits *lim)
{
	unsigned int boundary = lim->atomic_write_hw_boundary >> SECTOR_SHIFT;
	bool usable = lim->features & BLK_FEAT_ATOMIC_WRITES;
	unsigned int unit;

	usable = usable && lim->atomic_write_hw_max;
	usable = usable && is_power_of_2(lim->atomic_write_hw_unit_min);
	usable = usable && is_power_of_2(lim->atomic_write_hw_unit_max);
	/* A write may not straddle a boundary, so all must nest. */
	if (lim->chunk_sectors && boundary)
		usable = usable && lim->chunk_sectors % boundary == 0;
	if (!usable) {
		lim->atomic_write_max_sectors = 0;
		lim->atomic_write_boundary_sectors = 0;
		lim->atomic_write_unit_min = 0;
		lim->atomic_write_unit_max = 0;
		return;
	}

	unit = min(lim->atomic_write_hw_max, surest_bio_bytes(lim));
	unit = rounddown_pow_of_two(unit);
	lim->atomic_write_unit_min = min(lim->atomic_write_hw_unit_min, unit);
	lim->atomic_write_unit_max = min(lim->atomic_write_hw_unit_max, unit);
	lim->atomic_write_boundary_sectors = boundary;
	lim->atomic_write_max_sectors = min(
		lim->atomic_write_hw_max >> SECTOR_SHIFT, lim->max_hw_sectors);
}

static int fix_integrity(struct queue_limits *lim)
{
	static const unsigned char tuple_bytes[] = {
		[BLK_INTEGRITY_CSUM_NONE] = 0,
		[BLK_INTEGRITY_CSUM_IP] = 8,
		[BLK_INTEGRITY_CSUM_CRC] = 8,
		[BLK_INTEGRITY_CSUM_CRC64] = 16,
	};
	struct blk_integrity *bi = &lim->integrity;
	bool checks = bi->csum_type != BLK_INTEGRITY_CSUM_NONE;
	unsigned int exp = ilog2(lim->logical_block_size);

	if (!bi->metadata_size) {
		if (checks || bi->tag_size ||
		    (bi->flags & BLK_INTEGRITY_REF_TAG)) {
			pr_warn("invalid PI settings.\n");
			return -EINVAL;
		}
		bi->flags |= BLK_INTEGRITY_NOVERIFY | BLK_INTEGRITY_NOGENERATE;
		return 0;
	}
	if (!checks && (bi->flags & BLK_INTEGRITY_REF_TAG)) {
		pr_warn("ref tag not support without checksum.\n");
		return -EINVAL;
	}
	if (bi->csum_type >= ARRAY_SIZE(tuple_bytes) ||
	    bi->pi_tuple_size != tuple_bytes[bi->csum_type] ||
	    bi->pi_offset + bi->pi_tuple_size > bi->metadata_size) {
		pr_warn("invalid PI tuple: %u bytes at %u of %u\n",
			bi->pi_tuple_size, bi->pi_offset, bi->metadata_size);
		return -EINVAL;
	}
	if (!bi->interval_exp)
		bi->interval_exp = exp;
	return bi->interval_exp < SECTOR_SHIFT || bi->interval_exp > exp ?
		       -EINVAL :
		       0;
}

/**
 * blk_validate_limits() - complete and check @lim in place
 *
 * Return: 0; -EINVAL for limits that cannot be, with a warning or log line
 * where the driver is to blame. @lim is then half edited.
 */
int blk_validate_limits(struct queue_limits *lim)
{
	int ret;

	if (WARN_ON_ONCE(lim->features & BLK_FEAT_ZONED))
		return -EINVAL;
	if ((ret = fix_block_sizes(lim)) || (ret = fix_sectors(lim)) ||
	    (ret = fix_ranges(lim)) || (ret = fix_segments(lim)))
		return ret;
	if (!(lim->features & BLK_FEAT_WRITE_CACHE))
		lim->features &= ~BLK_FEAT_FUA;
	fix_atomic_writes(lim);
	return fix_integrity(lim);
}
EXPORT_SYMBOL_GPL(blk_validate_limits);

/**
 * blk_set_stacking_limits() - the neutral start for a device made of others
 */
void blk_set_stacking_limits(struct queue_limits *lim)
{
	const unsigned int any = UINT_MAX;

	*lim = (struct queue_limits){
		.logical_block_size = SECTOR_SIZE,
		.physical_block_size = SECTOR_SIZE,
		.io_min = SECTOR_SIZE,
		.discard_granularity = SECTOR_SIZE,
		.dma_alignment = SECTOR_SIZE - 1,
		.seg_boundary_mask = BLK_SEG_BOUNDARY_MASK,
		.max_segments = USHRT_MAX,
		.max_discard_segments = USHRT_MAX,
		.max_hw_sectors = any,
		.max_segment_size = any,
		.max_sectors = any,
		.max_dev_sectors = any,
		.max_write_zeroes_sectors = any,
		.max_hw_wzeroes_unmap_sectors = any,
		.max_user_wzeroes_unmap_sectors = any,
		.max_hw_zone_append_sectors = any,
		.max_user_discard_sectors = any,
		.atomic_write_hw_max = any,
	};
}
EXPORT_SYMBOL(blk_set_stacking_limits);

/**
 * queue_limits_commit_update() - validate @lim and make it the queue's
 * @lim: from queue_limits_start_update(), edited
 *
 * Releases limits_lock in any case. No I/O may be running.
 * Return: 0 or -EINVAL, with the old limits in force.
 */
int queue_limits_commit_update(struct request_queue *q,
			       struct queue_limits *lim)
{
	int ret = blk_validate_limits(lim);

	lockdep_assert_held(&q->limits_lock);
	if (!ret)
		q->limits = *lim;
	mutex_unlock(&q->limits_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(queue_limits_commit_update);

/**
 * queue_limits_commit_update_frozen() - the same, with the queue frozen
 * Context: may sleep. Return: as queue_limits_commit_update().
 */
int queue_limits_commit_update_frozen(struct request_queue *q,
				      struct queue_limits *lim)
{
	unsigned int cookie = blk_mq_freeze_queue(q);
	int ret = queue_limits_commit_update(q, lim);

	blk_mq_unfreeze_queue(q, cookie);
	return ret;
}
EXPORT_SYMBOL_GPL(queue_limits_commit_update_frozen);

/**
 * queue_limits_set() - replace all limits
 * Return: 0 or -EINVAL.
 */
int queue_limits_set(struct request_queue *q, struct queue_limits *lim)
{
	mutex_lock(&q->limits_lock);
	return queue_limits_commit_update(q, lim);
}
EXPORT_SYMBOL_GPL(queue_limits_set);

/** blk_queue_rq_timeout() - jiffies for requests without a timeout. */
void blk_queue_rq_timeout(struct request_queue *q, unsigned int timeout)
{
	WRITE_ONCE(q->rq_timeout, timeout);
}
EXPORT_SYMBOL_GPL(blk_queue_rq_timeout);
