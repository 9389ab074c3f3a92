/* SPDX-License-Identifier: MIT */
/*
 * Advancing, cloning and splitting bios, by hand and to a queue's limits.
 *
 * Models the splitting half of block/blk-merge.c and block/bio.c, 6.17, with
 * these corrections: a split that rounds to nothing is -EINVAL instead of
 * "fits"; SECURE_ERASE obeys its own limit instead of that of DISCARD.
 *
 *	bio:   | front: clone, chained to the rest | the bio itself, advanced |
 *	           continues now, REQ_NOMERGE          goes behind in the queue
 *
 * I1  front and rest share the vectors; the clone has bi_vcnt 0.
 * I2  The front has at least one logical block and less than the whole.
 *
 * Tests: tests/unit/block/test_split.c
 */
#include <linux/bio.h>
#include <linux/blk-integrity.h>
#include <linux/blkdev.h>
#include <linux/export.h>

#include "block/blk.h"

/**
 * __bio_advance() - move the position of @bio, its metadata included
 * @bytes: less than what is left, or bio_advance() was the right call
 */
void __bio_advance(struct bio *bio, unsigned int bytes)
{
	if (bio_integrity(bio))
		bio_integrity_advance(bio, bytes);
	bio_advance_iter(bio, &bio->bi_iter, bytes);
}
EXPORT_SYMBOL(__bio_advance);

static int bio_clone_into(struct bio *bio, struct bio *src, gfp_t gfp)
{
	bio_set_flag(bio, BIO_CLONED);
	bio->bi_ioprio = src->bi_ioprio;
	bio->bi_write_hint = src->bi_write_hint;
	bio->bi_write_stream = src->bi_write_stream;
	bio->bi_iter = src->bi_iter;
	if (!bio_integrity(src))
		return 0;
	return bio_integrity_clone(bio, src, gfp);
}

/**
 * bio_alloc_clone() - a bio over the same vectors and position
 * @bdev: target of the clone
 *
 * Return: the clone, to be put before @bio_src goes away; NULL without memory.
 */
struct bio *bio_alloc_clone(struct block_device *bdev, struct bio *bio_src,
			    gfp_t gfp, struct bio_set *bs)
{
	struct bio *clone;

	clone = bio_alloc_bioset(bdev, 0, bio_src->bi_opf & ~REQ_INTEGRITY, gfp,
				 bs);
	if (!clone)
		return NULL;
	if (bio_clone_into(clone, bio_src, gfp)) {
		bio_put(clone);
		return NULL;
	}
	clone->bi_io_vec = bio_src->bi_io_vec;
	return clone;
}
EXPORT_SYMBOL(bio_alloc_clone);

/**
 * bio_init_clone() - the same in memory of the caller
 * Return: 0 or -ENOMEM.
 */
int bio_init_clone(struct block_device *bdev, struct bio *bio,
		   struct bio *bio_src, gfp_t gfp)
{
	int ret;

	bio_init(bio, bdev, bio_src->bi_io_vec, 0,
		 bio_src->bi_opf & ~REQ_INTEGRITY);
	ret = bio_clone_into(bio, bio_src, gfp);
	if (ret)
		bio_uninit(bio);
	return ret;
}
EXPORT_SYMBOL(bio_init_clone);

/**
 * bio_split() - cut off the front
 * @sectors: 1 .. bio_sectors(bio) - 1
 *
 * Return: a clone of the front, while @bio is what follows it. The caller
 * chains them and keeps @bio's vectors alive. ERR_PTR(-EINVAL) for a length
 * out of range (with a warning), zone append or an atomic write;
 * ERR_PTR(-ENOMEM).
 */
struct bio *bio_split(struct bio *bio, int sectors, gfp_t gfp,
		      struct bio_set *bs)
{
	struct bio *front;

	if (WARN_ON_ONCE(sectors <= 0 || sectors >= (int)bio_sectors(bio)))
		return ERR_PTR(-EINVAL);
	if (WARN_ON_ONCE(bio_op(bio) == REQ_OP_ZONE_APPEND))
		return ERR_PTR(-EINVAL);
	if (bio->bi_opf & REQ_ATOMIC)
		return ERR_PTR(-EINVAL);

	front = bio_alloc_clone(bio->bi_bdev, bio, gfp, bs);
	if (!front)
		return ERR_PTR(-ENOMEM);
	front->bi_iter.bi_size = (unsigned int)sectors << SECTOR_SHIFT;
	if (bio_integrity(front))
		bio_integrity_trim(front);
	bio_advance(bio, front->bi_iter.bi_size);
	return front;
}
EXPORT_SYMBOL(bio_split);

/**
 * bio_trim() - keep only a part of @bio
 * @offset: sectors to drop at the front
 * @size: sectors to keep
 */
void bio_trim(struct bio *bio, sector_t offset, sector_t size)
{
	unsigned int keep;

	if (WARN_ON_ONCE(offset > BIO_MAX_SECTORS || size > BIO_MAX_SECTORS ||
			 offset + size > bio_sectors(bio)))
		return;
	keep = (unsigned int)size << SECTOR_SHIFT;
	if (!offset && keep == bio->bi_iter.bi_size)
		return;
	bio_advance(bio, (unsigned int)offset << SECTOR_SHIFT);
	bio->bi_iter.bi_size = keep;
	if (bio_integrity(bio))
		bio_integrity_trim(bio);
}
EXPORT_SYMBOL_GPL(bio_trim);

/* ---- counting segments ----------------------------------------------- */

/**
 * struct cut - how far a walk over the vectors of a bio has come
 * @segs: segments so far
 * @bytes: bytes in them
 * @max_bytes: where to stop
 */
struct cut {
	const struct queue_limits *lim;
	unsigned int segs;
	unsigned int bytes;
	unsigned int max_bytes;
};

/* Take as much of @bv as limits allow; false if some of it is left. */
static bool cut_take(struct cut *c, const struct bio_vec *bv)
{
	const struct queue_limits *lim = c->lim;
	unsigned int room = c->max_bytes - c->bytes;
	unsigned int want = min(bv->bv_len, room), taken = 0, piece;

	while (taken < want && c->segs < lim->max_segments) {
		piece = blk_max_segment(lim, bvec_phys(bv) + taken,
					want - taken);
		taken += piece;
		c->segs++;
		/* A segment that ends off the boundary must be the last. */
		if ((bv->bv_offset + taken) & lim->virt_boundary_mask)
			break;
	}
	c->bytes += taken;
	return taken == bv->bv_len;
}

/**
 * bio_bvec_segments() - segments that one vector makes under @lim
 */
unsigned int bio_bvec_segments(const struct queue_limits *lim,
			       const struct bio_vec *bv)
{
	unsigned int done = 0, nr = 0;

	for (; done < bv->bv_len; nr++)
		done += blk_max_segment(lim, bvec_phys(bv) + done,
					bv->bv_len - done);
	return nr;
}

static unsigned int split_granularity(struct bio *bio,
				      const struct queue_limits *lim)
{
	if (bio_op(bio) == REQ_OP_WRITE && lim->zone_write_granularity)
		return lim->zone_write_granularity;
	return lim->logical_block_size;
}

/**
 * bio_split_rw_at() - where does a data-carrying bio have to be split?
 * @segs: set to the segments of the part in front of the split
 * @max_bytes: longest front part
 *
 * Return: 0 if it does not; sectors of the front part; -EINVAL if no block fits
 * in front of the split, or for an atomic write; -EAGAIN for a bio that must
 * not wait.
 */
int bio_split_rw_at(struct bio *bio, const struct queue_limits *lim,
		    unsigned int *segs, unsigned int max_bytes)
{
	struct cut c = { .lim = lim, .max_bytes = max_bytes };
	struct bio_vec bv, prev = {};
	struct bvec_iter pos;
	unsigned int front;
	bool small;

	bio_for_each_bvec(bv, bio, pos) {
		if (prev.bv_page && blk_vec_gap(lim, &prev, bv.bv_offset))
			goto split;
		small = bv.bv_offset + bv.bv_len <= lim->min_segment_size;
		if (small && c.segs < lim->max_segments &&
		    bv.bv_len <= max_bytes - c.bytes) {
			c.bytes += bv.bv_len;
			c.segs++;
		} else if (!cut_take(&c, &bv)) {
			goto split;
		}
		prev = bv;
	}
	*segs = c.segs;
	return 0;

split:
	if (bio->bi_opf & REQ_ATOMIC)
		return -EINVAL;
	if (bio->bi_opf & REQ_NOWAIT)
		return -EAGAIN;
	*segs = c.segs;
	/* Two requests cannot be polled for with one cookie. */
	bio_clear_polled(bio);
	front = ALIGN_DOWN(c.bytes, split_granularity(bio, lim));
	return front ? (int)(front >> SECTOR_SHIFT) : -EINVAL;
}
EXPORT_SYMBOL_GPL(bio_split_rw_at);

/* ---- splitting to the limits of a queue ------------------------------ */

/* Longest read or write at the bio's sector, ending on a physical block where
 * one can be reached. */
static unsigned int rw_max_sectors(struct bio *bio,
				   const struct queue_limits *lim)
{
	unsigned int pbs = lim->physical_block_size >> SECTOR_SHIFT;
	unsigned int lbs = lim->logical_block_size >> SECTOR_SHIFT;
	bool atomic = bio->bi_opf & REQ_ATOMIC;
	unsigned int boundary, most, start, end;
	sector_t sector = bio->bi_iter.bi_sector;

	boundary = atomic ? lim->atomic_write_boundary_sectors :
			    lim->chunk_sectors;
	if (bio_op(bio) == REQ_OP_WRITE_ZEROES)
		most = lim->max_write_zeroes_sectors;
	else if (atomic)
		most = lim->atomic_write_max_sectors;
	else
		most = lim->max_sectors;
	if (boundary)
		most = min(most, blk_boundary_sectors_left(sector, boundary));

	most = min(most, BIO_MAX_SECTORS);
	start = sector & (pbs - 1);
	end = (start + most) & ~(pbs - 1);
	return end > start ? end - start : most & ~(lbs - 1);
}

static int discard_split_at(struct bio *bio, const struct queue_limits *lim,
			    unsigned int limit)
{
	unsigned int gran = max(lim->discard_granularity >> SECTOR_SHIFT, 1u);
	unsigned int most = min(limit, UINT_MAX >> SECTOR_SHIFT);
	unsigned int align, over;
	sector_t end;

	most -= most % gran;
	if (!most || bio_sectors(bio) <= most)
		return 0;
	/* The next piece should begin on a granule. */
	align = (lim->discard_alignment >> SECTOR_SHIFT) % gran;
	end = bio->bi_iter.bi_sector + most - align;
	over = end % gran;
	return most > over ? most - over : most;
}

/* A lone vector inside one page can never need a split. */
static bool rw_surely_fits(struct bio *bio, const struct queue_limits *lim)
{
	struct bio_vec *bv = bio->bi_io_vec;

	return bio->bi_vcnt == 1 && !lim->chunk_sectors &&
	       bv->bv_offset + bv->bv_len <= lim->min_segment_size;
}

static int split_point(struct bio *bio, const struct queue_limits *lim,
		       unsigned int *nr_segs)
{
	unsigned int most;

	switch (bio_op(bio)) {
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		if (rw_surely_fits(bio, lim)) {
			*nr_segs = 1;
			return 0;
		}
		return bio_split_rw_at(bio, lim, nr_segs,
				       rw_max_sectors(bio, lim)
					       << SECTOR_SHIFT);
	case REQ_OP_DISCARD:
		*nr_segs = 1;
		return discard_split_at(bio, lim, lim->max_discard_sectors);
	case REQ_OP_SECURE_ERASE:
		*nr_segs = 1;
		return discard_split_at(bio, lim,
					lim->max_secure_erase_sectors);
	case REQ_OP_WRITE_ZEROES:
		*nr_segs = 0;
		most = rw_max_sectors(bio, lim);
		return most && bio_sectors(bio) > most ? (int)most : 0;
	case REQ_OP_ZONE_APPEND:
		most = lim->max_zone_append_sectors << SECTOR_SHIFT;
		if (WARN_ON_ONCE(bio_split_rw_at(bio, lim, nr_segs, most)))
			return -EINVAL;
		return 0;
	default:
		*nr_segs = 0;
		return 0;
	}
}

/**
 * bio_split_to_limits() - the part of @bio that can be one request
 * @nr_segs: set to its segments
 *
 * The rest, if any, is submitted again, behind the caller's bio.
 * Return: @bio or its front; NULL if the bio was ended with an error.
 */
struct bio *bio_split_to_limits(struct bio *bio, struct request_queue *q,
				unsigned int *nr_segs)
{
	int at = split_point(bio, &q->limits, nr_segs);
	struct bio *front;

	if (!at)
		return bio;
	if (at > 0) {
		front = bio_split(bio, at, GFP_NOIO, &q->disk->bio_split);
		if (!IS_ERR(front)) {
			front->bi_opf |= REQ_NOMERGE;
			bio_chain(front, bio);
			submit_bio_noacct(bio);
			return front;
		}
		at = PTR_ERR(front);
	}
	bio->bi_status = errno_to_blk_status(at);
	bio_endio(bio);
	return NULL;
}
