/* SPDX-License-Identifier: MIT */
/*
 * Metadata (protection information) of bios and requests.
 *
 * Models block/bio-integrity.c and block/blk-integrity.c, 6.17. Reduced: the
 * block layer neither makes nor checks protection information itself; where
 * that would be needed it panics by name. Metadata that a caller attaches
 * travels, splits and merges with its bio.
 *
 * I1  bip_iter covers the same logical blocks as bi_iter.
 * I2  Requests carry metadata in all of their bios or in none.
 *
 * Locks: none.
 * Tests: tests/unit/block/test_integrity.c
 */
#include <linux/blk-integrity.h>
#include <linux/export.h>
#include <linux/memremap.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "block/blk.h"
#include "lib/lib.h"

/** struct bip_mem - a payload and its vectors. */
struct bip_mem {
	struct bio_integrity_payload bip;
	struct bio_vec vecs[];
};

static struct blk_integrity *bio_profile(struct bio *bio)
{
	return blk_get_integrity(bio->bi_bdev->bd_disk);
}

/** blk_integrity_profile_name() - as sysfs would show it. */
const char *blk_integrity_profile_name(struct blk_integrity *bi)
{
	bool ref = bi->flags & BLK_INTEGRITY_REF_TAG;

	switch (bi->csum_type) {
	case BLK_INTEGRITY_CSUM_IP:
		return ref ? "T10-DIF-TYPE1-IP" : "T10-DIF-TYPE3-IP";
	case BLK_INTEGRITY_CSUM_CRC:
		return ref ? "T10-DIF-TYPE1-CRC" : "T10-DIF-TYPE3-CRC";
	case BLK_INTEGRITY_CSUM_CRC64:
		return ref ? "EXT-DIF-TYPE1-CRC64" : "EXT-DIF-TYPE3-CRC64";
	default:
		return "nop";
	}
}
EXPORT_SYMBOL_GPL(blk_integrity_profile_name);

/* ---- payloads -------------------------------------------------------- */

/** bio_integrity_init() - attach a payload in memory of the caller. */
void bio_integrity_init(struct bio *bio, struct bio_integrity_payload *bip,
			struct bio_vec *bvecs, unsigned int nr_vecs)
{
	*bip = (struct bio_integrity_payload){
		.bip_max_vcnt = nr_vecs,
		.bip_vec = nr_vecs ? bvecs : NULL,
	};
	bio->bi_integrity = bip;
	bio->bi_opf |= REQ_INTEGRITY;
}

/**
 * bio_integrity_alloc() - attach an empty payload to @bio
 * @nr: vectors it can hold
 *
 * Return: the payload, freed with the bio; ERR_PTR(-ENOMEM).
 */
struct bio_integrity_payload *bio_integrity_alloc(struct bio *bio, gfp_t gfp,
						  unsigned int nr)
{
	struct bip_mem *mem;

	mem = kmalloc(sizeof(*mem) + nr * sizeof(mem->vecs[0]), gfp);
	if (!mem)
		return ERR_PTR(-ENOMEM);
	bio_integrity_init(bio, &mem->bip, mem->vecs, nr);
	return &mem->bip;
}
EXPORT_SYMBOL(bio_integrity_alloc);

/** bio_integrity_free() - detach and free what bio_integrity_alloc() made. */
void bio_integrity_free(struct bio *bio)
{
	kfree(container_of(bio->bi_integrity, struct bip_mem, bip));
	bio->bi_integrity = NULL;
	bio->bi_opf &= ~REQ_INTEGRITY;
}

static bool bip_extend_last(struct request_queue *q, struct bio_vec *last,
			    struct page *page, unsigned int len,
			    unsigned int offset)
{
	struct bio_vec more = { page, len, offset };

	if (!blk_vecs_adjoin(q, last, &more) ||
	    len > queue_max_segment_size(q) - last->bv_len)
		return false;
	last->bv_len += len;
	return true;
}

/**
 * bio_integrity_add_page() - add memory to the payload of @bio
 *
 * The bio needs its device: the queue's limits decide.
 * Return: @len, or 0 if it does not fit.
 */
int bio_integrity_add_page(struct bio *bio, struct page *page, unsigned int len,
			   unsigned int offset)
{
	struct request_queue *q = bdev_get_queue(bio->bi_bdev);
	struct bio_integrity_payload *bip = bio_integrity(bio);
	struct bio_vec *last;

	if (bip->bip_vcnt) {
		last = &bip->bip_vec[bip->bip_vcnt - 1];
		if (!zone_device_pages_have_same_pgmap(last->bv_page, page))
			return 0;
		if (bip_extend_last(q, last, page, len, offset))
			goto added;
		if (bip->bip_vcnt >=
		    min(bip->bip_max_vcnt, queue_max_integrity_segments(q)))
			return 0;
		if (blk_vec_gap(&q->limits, last, offset))
			return 0;
	}
	bvec_set_page(&bip->bip_vec[bip->bip_vcnt++], page, len, offset);
added:
	bip->bip_iter.bi_size += len;
	return len;
}
EXPORT_SYMBOL(bio_integrity_add_page);

/** bio_integrity_map_user() - user memory is not modelled. */
int bio_integrity_map_user(struct bio *bio, struct iov_iter *iter)
{
	lib_unimplemented(__func__);
}

/** bio_integrity_unmap_user() - user memory is not modelled. */
void bio_integrity_unmap_user(struct bio *bio)
{
	lib_unimplemented(__func__);
}

/** blk_rq_integrity_map_user() - user memory is not modelled. */
int blk_rq_integrity_map_user(struct request *rq, void __user *ubuf,
			      ssize_t bytes)
{
	lib_unimplemented(__func__);
}

/** bio_integrity_advance() - @bytes_done of data mean so much metadata. */
void bio_integrity_advance(struct bio *bio, unsigned int bytes_done)
{
	struct bio_integrity_payload *bip = bio_integrity(bio);
	struct blk_integrity *bi = bio_profile(bio);
	unsigned int sectors = bytes_done >> SECTOR_SHIFT;

	bip->bip_iter.bi_sector += bio_integrity_intervals(bi, sectors);
	bvec_iter_advance(bip->bip_vec, &bip->bip_iter,
			  bio_integrity_bytes(bi, sectors));
}

/** bio_integrity_trim() - metadata for the data that is left, not more. */
void bio_integrity_trim(struct bio *bio)
{
	struct bio_integrity_payload *bip = bio_integrity(bio);

	bip->bip_iter.bi_size =
		bio_integrity_bytes(bio_profile(bio), bio_sectors(bio));
}
EXPORT_SYMBOL(bio_integrity_trim);

/**
 * bio_integrity_clone() - share the metadata of @bio_src
 * Return: 0 or -ENOMEM.
 */
int bio_integrity_clone(struct bio *bio, struct bio *bio_src, gfp_t gfp_mask)
{
	struct bio_integrity_payload *from = bio_integrity(bio_src), *to;

	to = bio_integrity_alloc(bio, gfp_mask, 0);
	if (IS_ERR(to))
		return PTR_ERR(to);
	to->bip_vec = from->bip_vec;
	to->bip_iter = from->bip_iter;
	to->bip_flags = from->bip_flags & BIP_CLONE_FLAGS;
	to->app_tag = from->app_tag;
	return 0;
}

/**
 * bio_integrity_prep() - give @bio the metadata its device wants
 *
 * Nothing to do without a metadata format, with metadata attached already, for
 * an operation without data, or where the controller inserts and strips pure
 * protection information itself. Making it is not modelled.
 * Return: true if the bio can go on.
 */
bool bio_integrity_prep(struct bio *bio)
{
	struct blk_integrity *bi = bio_profile(bio);
	unsigned char off;

	if (!bi || !bio_sectors(bio) || bio_integrity(bio))
		return true;
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		off = BLK_INTEGRITY_NOVERIFY;
		break;
	case REQ_OP_WRITE:
		off = BLK_INTEGRITY_NOGENERATE;
		break;
	default:
		return true;
	}
	if ((bi->flags & off) && bi->metadata_size == bi->pi_tuple_size)
		return true;
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(bio_integrity_prep);

/* ---- requests -------------------------------------------------------- */

static bool joins(struct request_queue *q, const struct bio_vec *prev,
		  const struct bio_vec *bv, unsigned int seg_len)
{
	return blk_vecs_adjoin(q, prev, bv) &&
	       bv->bv_len <= queue_max_segment_size(q) - seg_len;
}

/**
 * blk_rq_count_integrity_sg() - metadata segments of a chain of bios
 * @bio: all of them have metadata
 */
int blk_rq_count_integrity_sg(struct request_queue *q, struct bio *bio)
{
	struct bio_vec bv, prev = {};
	unsigned int len = 0;
	struct bvec_iter pos;
	int nr = 0;

	bio_for_each_integrity_vec(bv, bio, pos) {
		if (!nr || !joins(q, &prev, &bv, len)) {
			len = 0;
			nr++;
		}
		len += bv.bv_len;
		prev = bv;
	}
	return nr;
}

/**
 * blk_rq_map_integrity_sg() - describe the metadata of @rq in a scatterlist
 * @sglist: initialised, nr_integrity_segments entries
 *
 * Return: entries used.
 */
int blk_rq_map_integrity_sg(struct request *rq, struct scatterlist *sglist)
{
	struct request_queue *q = rq->q;
	struct scatterlist *sg = NULL;
	struct bio_vec bv, prev = {};
	struct bio *bio = rq->bio;
	struct bvec_iter pos;
	unsigned int nr = 0;

	bio_for_each_integrity_vec(bv, bio, pos) {
		if (sg && joins(q, &prev, &bv, sg->length)) {
			sg->length += bv.bv_len;
		} else {
			if (sg)
				sg_unmark_end(sg);
			sg = sg ? sg_next(sg) : sglist;
			sg_set_page(sg, bv.bv_page, bv.bv_len, bv.bv_offset);
			nr++;
		}
		prev = bv;
	}
	if (sg)
		sg_mark_end(sg);
	BUG_ON(nr > rq->nr_integrity_segments);
	BUG_ON(nr > queue_max_integrity_segments(q));
	return nr;
}
EXPORT_SYMBOL(blk_rq_map_integrity_sg);

/**
 * bio_integrity_mergeable() - do request and bio agree about metadata?
 */
bool bio_integrity_mergeable(struct request_queue *q, struct request *rq,
			     struct bio *bio)
{
	struct bio_integrity_payload *theirs = bio_integrity(bio);
	unsigned int segs;

	if (!blk_integrity_rq(rq))
		return !theirs;
	if (!theirs || bio_integrity(rq->bio)->bip_flags != theirs->bip_flags)
		return false;
	segs = rq->nr_integrity_segments + blk_rq_count_integrity_sg(q, bio);
	return segs <= queue_max_integrity_segments(q);
}
