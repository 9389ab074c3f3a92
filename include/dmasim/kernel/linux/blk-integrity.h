/* SPDX-License-Identifier: MIT */
/*
 * <linux/blk-integrity.h>: metadata of requests.
 *
 * Same: format description flags, counting and mapping of metadata segments.
 * Reduced: checksums are neither generated nor verified (bio_integrity_prep()
 *	panics by name where that would be needed); no user-memory metadata.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BLK_INTEGRITY_H
#define _DMASIM_LINUX_BLK_INTEGRITY_H

#include <linux/bio-integrity.h>
#include <linux/blk-mq.h>

struct scatterlist;

enum blk_integrity_flags {
	BLK_INTEGRITY_NOVERIFY = 1 << 0,
	BLK_INTEGRITY_NOGENERATE = 1 << 1,
	BLK_INTEGRITY_DEVICE_CAPABLE = 1 << 2,
	BLK_INTEGRITY_REF_TAG = 1 << 3,
	BLK_INTEGRITY_STACKED = 1 << 4,
};

const char *blk_integrity_profile_name(struct blk_integrity *bi);
int blk_rq_count_integrity_sg(struct request_queue *q, struct bio *bio);
int blk_rq_map_integrity_sg(struct request *rq, struct scatterlist *sglist);
int blk_rq_integrity_map_user(struct request *rq, void __user *ubuf,
			      ssize_t bytes);

static inline bool
blk_integrity_queue_supports_integrity(struct request_queue *q)
{
	return q->limits.integrity.metadata_size != 0;
}

static inline struct blk_integrity *blk_get_integrity(struct gendisk *disk)
{
	struct request_queue *q = disk->queue;

	return blk_integrity_queue_supports_integrity(q) ?
		       &q->limits.integrity :
		       NULL;
}

static inline struct blk_integrity *
bdev_get_integrity(struct block_device *bdev)
{
	return blk_get_integrity(bdev->bd_disk);
}

static inline unsigned short
queue_max_integrity_segments(const struct request_queue *q)
{
	return q->limits.max_integrity_segments;
}

/* Protection intervals in @sectors 512-byte sectors. */
static inline unsigned int bio_integrity_intervals(struct blk_integrity *bi,
						   unsigned int sectors)
{
	return sectors >> (bi->interval_exp - SECTOR_SHIFT);
}

static inline unsigned int bio_integrity_bytes(struct blk_integrity *bi,
					       unsigned int sectors)
{
	return bi->metadata_size * bio_integrity_intervals(bi, sectors);
}

static inline bool blk_integrity_rq(struct request *rq)
{
	return (rq->cmd_flags & REQ_INTEGRITY) != 0;
}

/* First multi-page piece of the metadata of the request's first bio. */
static inline struct bio_vec rq_integrity_vec(struct request *rq)
{
	struct bio_integrity_payload *bip = rq->bio->bi_integrity;

	return mp_bvec_iter_bvec(bip->bip_vec, bip->bip_iter);
}

#endif
