/* SPDX-License-Identifier: MIT */
/*
 * Putting bios into requests that wait already.
 *
 * Models the merging half of block/blk-merge.c, 6.17. Reduced: bios merge with
 * requests; two requests are never merged with each other (only elevators do).
 *
 * I1  nr_phys_segments is the sum of the parts: a contiguous seam still counts
 *     as two, so the DMA walk yields at most that many.
 * I2  A request that was refused once for its size is marked REQ_NOMERGE.
 * I3  Peer-to-peer bios carry REQ_NOMERGE, so such a request has one bio.
 *
 * Locks: the caller owns the request (plug) or holds hctx->lock (queued).
 * Tests: tests/unit/block/test_merge.c
 */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>

#include "block/blk.h"

/* How many waiting requests a bio is compared with. */
#define MERGE_DEPTH 8

enum merge_result { MERGE_NONE, MERGE_REFUSED, MERGE_OK };

enum merge_side { SIDE_NONE, SIDE_BACK, SIDE_FRONT, SIDE_DISCARD };

/**
 * blk_rq_count_segments() - DMA segments of what is left of a request
 *
 * Return: the number that nr_phys_segments should have.
 */
unsigned int blk_rq_count_segments(struct request *rq)
{
	struct req_iterator pos;
	struct bio_vec bv;
	unsigned int nr = 0;

	if (!rq->bio)
		return 0;
	switch (req_op(rq)) {
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
		if (queue_max_discard_segments(rq->q) > 1)
			return blk_rq_count_bios(rq);
		return 1;
	case REQ_OP_WRITE_ZEROES:
		return 0;
	default:
		break;
	}
	rq_for_each_bvec(bv, rq, pos)
		nr += bio_bvec_segments(&rq->q->limits, &bv);
	return nr;
}

static bool op_can_merge(enum req_op op)
{
	switch (op) {
	case REQ_OP_FLUSH:
	case REQ_OP_WRITE_ZEROES:
	case REQ_OP_ZONE_APPEND:
	case REQ_OP_DRV_IN:
	case REQ_OP_DRV_OUT:
		return false;
	default:
		return true;
	}
}

static bool rq_can_merge(struct request *rq)
{
	if (rq->cmd_flags & REQ_NOMERGE_FLAGS)
		return false;
	if (rq->rq_flags & RQF_NOMERGE_FLAGS)
		return false;
	return op_can_merge(req_op(rq));
}

static bool bio_can_merge(struct bio *bio)
{
	return !(bio->bi_opf & REQ_NOMERGE_FLAGS) && op_can_merge(bio_op(bio));
}

/* Same kind of I/O, wherever it goes? */
static bool rq_bio_compatible(struct request *rq, struct bio *bio)
{
	struct bio *mine = rq->bio;
	blk_opf_t differ = mine->bi_opf ^ bio->bi_opf;

	if (req_op(rq) != bio_op(bio) || (differ & REQ_ATOMIC))
		return false;
	if (mine->bi_write_hint != bio->bi_write_hint ||
	    mine->bi_write_stream != bio->bi_write_stream ||
	    mine->bi_ioprio != bio->bi_ioprio)
		return false;
	return bio_integrity_mergeable(rq->q, rq, bio);
}

/* Most sectors the request may grow to, seen from @sector. */
static unsigned int rq_max_sectors(struct request *rq, sector_t sector)
{
	const struct queue_limits *lim = &rq->q->limits;
	unsigned int boundary = lim->chunk_sectors, most;

	switch (req_op(rq)) {
	case REQ_OP_DRV_IN:
	case REQ_OP_DRV_OUT:
		return lim->max_hw_sectors;
	case REQ_OP_DISCARD:
		return min(lim->max_discard_sectors, BIO_MAX_SECTORS);
	case REQ_OP_SECURE_ERASE:
		return min(lim->max_secure_erase_sectors, BIO_MAX_SECTORS);
	default:
		most = lim->max_sectors;
	}
	if (rq->cmd_flags & REQ_ATOMIC) {
		boundary = lim->atomic_write_boundary_sectors;
		most = lim->atomic_write_max_sectors;
	}
	if (boundary)
		most = min(most, blk_boundary_sectors_left(sector, boundary));
	return most;
}

static struct bio_vec bio_first_vec(struct bio *bio)
{
	return mp_bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
}

static struct bio_vec bio_last_vec(struct bio *bio)
{
	struct bio_vec bv = {};
	struct bvec_iter pos;

	bio_for_each_bvec(bv, bio, pos)
		if (pos.bi_size == bv.bv_len)
			break;
	return bv;
}

/*
 * Would @next behind @prev leave a hole that a virt boundary forbids?
 * @front is the first bio of the part that comes first. A part that starts off
 * the boundary takes nothing: how much of its first page it covers decides
 * whether the seam fits, and that can change when it is split again.
 */
static bool seam_has_gap(struct request_queue *q, struct bio *front,
			 struct bio *prev, struct bio *next)
{
	unsigned long mask = queue_virt_boundary(q);
	struct bio_vec left, right;

	if (!mask || !bio_has_data(prev))
		return false;
	if (bio_first_vec(front).bv_offset & mask)
		return true;
	left = bio_last_vec(prev);
	right = bio_first_vec(next);
	if (blk_vecs_adjoin(q, &left, &right))
		return false;
	return blk_vec_gap(&q->limits, &left, right.bv_offset);
}

static bool rq_refuse(struct request *rq)
{
	rq->cmd_flags |= REQ_NOMERGE;
	return false;
}

/* Sizes: sectors at @sector, segments, metadata segments. */
static bool rq_has_room(struct request *rq, struct bio *bio, sector_t sector,
			unsigned int nr_segs)
{
	unsigned int sectors = blk_rq_sectors(rq) + bio_sectors(bio);

	if (sectors > rq_max_sectors(rq, sector))
		return rq_refuse(rq);
	if (!bio_integrity_mergeable(rq->q, rq, bio))
		return rq_refuse(rq);
	if (req_op(rq) == REQ_OP_DISCARD)
		return true;
	if (rq->nr_phys_segments + nr_segs > queue_max_segments(rq->q))
		return rq_refuse(rq);

	rq->nr_phys_segments += nr_segs;
	if (bio_integrity(bio))
		rq->nr_integrity_segments +=
			blk_rq_count_integrity_sg(rq->q, bio);
	return true;
}

/**
 * blk_back_merge_allowed() - can @bio follow the request's last bio?
 * @nr_segs: segments of @bio
 *
 * Checks memory layout and sizes, not the position on the device. On success
 * the request's segment counts already include the bio.
 * Return: 1 or 0.
 */
int blk_back_merge_allowed(struct request *rq, struct bio *bio,
			   unsigned int nr_segs)
{
	if (seam_has_gap(rq->q, rq->bio, rq->biotail, bio))
		return 0;
	return rq_has_room(rq, bio, blk_rq_pos(rq), nr_segs);
}

static bool front_merge_allowed(struct request *rq, struct bio *bio,
				unsigned int nr_segs)
{
	if (seam_has_gap(rq->q, bio, bio, rq->bio))
		return false;
	return rq_has_room(rq, bio, bio->bi_iter.bi_sector, nr_segs);
}

/* Bios with different fail-fast flags: from now on each bio has its own, and
 * the request those of the bio at its front. */
static void rq_note_mixed(struct request *rq, struct bio *bio)
{
	blk_opf_t ff = rq->cmd_flags & REQ_FAILFAST_MASK;
	struct bio *mine;

	if ((bio->bi_opf & REQ_FAILFAST_MASK) == ff ||
	    (rq->rq_flags & RQF_MIXED_MERGE))
		return;
	__rq_for_each_bio(mine, rq)
		mine->bi_opf |= ff;
	rq->rq_flags |= RQF_MIXED_MERGE;
}

static void rq_append(struct request *rq, struct bio *bio)
{
	rq_note_mixed(rq, bio);
	rq->biotail->bi_next = bio;
	rq->biotail = bio;
	rq->__data_len += bio->bi_iter.bi_size;
}

static void rq_prepend(struct request *rq, struct bio *bio)
{
	rq_note_mixed(rq, bio);
	bio->bi_next = rq->bio;
	rq->bio = bio;
	rq->__sector = bio->bi_iter.bi_sector;
	rq->__data_len += bio->bi_iter.bi_size;
	if (rq->rq_flags & RQF_MIXED_MERGE) {
		rq->cmd_flags &= ~REQ_FAILFAST_MASK;
		rq->cmd_flags |= bio->bi_opf & REQ_FAILFAST_MASK;
	}
}

/* Discards of several ranges need not be neighbours. */
static bool rq_append_discard(struct request *rq, struct bio *bio)
{
	unsigned int ranges = blk_rq_nr_discard_segments(rq);

	if (ranges >= queue_max_discard_segments(rq->q))
		return rq_refuse(rq);
	if (blk_rq_sectors(rq) + bio_sectors(bio) >
	    rq_max_sectors(rq, blk_rq_pos(rq)))
		return rq_refuse(rq);
	rq_append(rq, bio);
	rq->nr_phys_segments = ranges + 1;
	return true;
}

static enum merge_side merge_side(struct request *rq, struct bio *bio)
{
	sector_t first = bio->bi_iter.bi_sector;

	if (req_op(rq) == REQ_OP_DISCARD &&
	    queue_max_discard_segments(rq->q) > 1)
		return SIDE_DISCARD;
	if (first == blk_rq_pos(rq) + blk_rq_sectors(rq))
		return SIDE_BACK;
	if (blk_rq_pos(rq) == first + bio_sectors(bio))
		return SIDE_FRONT;
	return SIDE_NONE;
}

static enum merge_result rq_try_merge(struct request *rq, struct bio *bio,
				      unsigned int nr_segs)
{
	if (!rq_can_merge(rq) || !rq_bio_compatible(rq, bio))
		return MERGE_NONE;

	switch (merge_side(rq, bio)) {
	case SIDE_BACK:
		if (!blk_back_merge_allowed(rq, bio, nr_segs))
			return MERGE_REFUSED;
		rq_append(rq, bio);
		return MERGE_OK;
	case SIDE_FRONT:
		if (!front_merge_allowed(rq, bio, nr_segs))
			return MERGE_REFUSED;
		rq_prepend(rq, bio);
		return MERGE_OK;
	case SIDE_DISCARD:
		return rq_append_discard(rq, bio) ? MERGE_OK : MERGE_REFUSED;
	default:
		return MERGE_NONE;
	}
}

/* The request of this queue that a bio may join while plugged: the newest one,
 * or with several queues in the plug the first that belongs to ours. */
static struct request *plug_candidate(struct blk_plug *plug,
				      struct request_queue *q)
{
	struct request *rq = plug->mq_list.tail;

	if (!rq || rq->q == q)
		return rq;
	if (!plug->multiple_queues)
		return NULL;
	rq_list_for_each(&plug->mq_list, rq)
		if (rq->q == q)
			break;
	return rq;
}

/* Requests that wait behind a busy driver, newest first. */
static bool merge_queued(struct request_queue *q, struct bio *bio,
			 unsigned int nr_segs)
{
	struct blk_mq_ctx *ctx = &q->queue_ctx[raw_smp_processor_id()];
	struct blk_mq_hw_ctx *hctx = blk_mq_pick_hctx(q, bio->bi_opf, ctx);
	enum merge_result res = MERGE_NONE;
	unsigned int left = MERGE_DEPTH;
	unsigned long flags;
	struct request *rq;

	if (!READ_ONCE(hctx->has_queued))
		return false;
	spin_lock_irqsave(&hctx->lock, flags);
	list_for_each_entry_reverse(rq, &hctx->queued, queuelist) {
		if (!left--)
			break;
		if (rq->q != q || rq->mq_ctx != ctx)
			continue;
		res = rq_try_merge(rq, bio, nr_segs);
		if (res != MERGE_NONE)
			break;
	}
	spin_unlock_irqrestore(&hctx->lock, flags);
	return res == MERGE_OK;
}

/**
 * blk_try_merge_bio() - find @bio a place in a request that waits
 * @nr_segs: its segments
 *
 * Return: true if it now belongs to a request.
 */
bool blk_try_merge_bio(struct request_queue *q, struct bio *bio,
		       unsigned int nr_segs)
{
	struct blk_plug *plug = current->plug;
	struct request *rq;

	if (blk_queue_nomerges(q) || !bio_can_merge(bio))
		return false;
	rq = plug ? plug_candidate(plug, q) : NULL;
	if (rq && rq_try_merge(rq, bio, nr_segs) == MERGE_OK)
		return true;
	return merge_queued(q, bio, nr_segs);
}
