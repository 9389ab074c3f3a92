/* SPDX-License-Identifier: MIT */
/*
 * Passthrough requests: giving them memory, executing them.
 *
 * Models block/blk-map.c and blk_execute_rq(), 6.17. Reduced: memory of user
 * processes cannot be mapped (an iterator over it panics by name); iterators
 * over bio_vecs can.
 *
 * I1  A mapped bio belongs to the request: its end_io frees it, and copies back
 *     first if it was a bounce.
 *
 * Locks: none.
 * Tests: tests/unit/block/test_request.c
 */
#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "block/blk.h"
#include "lib/lib.h"

/**
 * blk_rq_append_bio() - give @rq one more bio
 *
 * The first one sets length and segments; a further one must fit behind it.
 * Flags of the bio are not copied; the DMA iterator looks at the pages.
 * Return: 0; -EREMOTEIO if it would have to be split; -EINVAL if the second
 * does not fit or the bio cannot be counted.
 */
int blk_rq_append_bio(struct request *rq, struct bio *bio)
{
	const struct queue_limits *lim = &rq->q->limits;
	unsigned int most, segs = 0;
	int at;

	most = min(lim->max_hw_sectors, BIO_MAX_SECTORS) << SECTOR_SHIFT;
	at = bio_split_rw_at(bio, lim, &segs, most);
	if (at)
		return at > 0 ? -EREMOTEIO : at;

	if (!rq->bio) {
		rq->bio = rq->biotail = bio;
		rq->__data_len = bio->bi_iter.bi_size;
		rq->nr_phys_segments = segs;
		return 0;
	}
	if (!blk_back_merge_allowed(rq, bio, segs))
		return -EINVAL;
	rq->biotail->bi_next = bio;
	rq->biotail = bio;
	rq->__data_len += bio->bi_iter.bi_size;
	return 0;
}
EXPORT_SYMBOL(blk_rq_append_bio);

/* ---- kernel memory --------------------------------------------------- */

static void free_bio(struct bio *bio)
{
	bio_uninit(bio);
	kfree(bio);
}

static void end_copied(struct bio *bio)
{
	bio_free_pages(bio);
	free_bio(bio);
}

/* bi_private is where the bytes belong. */
static void end_copied_read(struct bio *bio)
{
	struct bvec_iter_all pos;
	char *to = bio->bi_private;
	struct bio_vec *bv;

	bio_for_each_segment_all(bv, bio, pos) {
		memcpy_from_bvec(to, bv);
		to += bv->bv_len;
	}
	end_copied(bio);
}

static struct bio *new_bio(struct request *rq, unsigned int vecs, gfp_t gfp)
{
	struct bio *bio = bio_kmalloc(vecs, gfp);

	if (bio)
		bio_init(bio, NULL, bio->bi_inline_vecs, vecs, req_op(rq));
	return bio;
}

static struct bio *map_direct(struct request *rq, void *kbuf, unsigned int len,
			      gfp_t gfp)
{
	struct bio *bio = new_bio(rq, bio_add_max_vecs(kbuf, len), gfp);

	if (!bio)
		return ERR_PTR(-ENOMEM);
	bio->bi_end_io = free_bio;
	if (!is_vmalloc_addr(kbuf)) {
		bio_add_virt_nofail(bio, kbuf, len);
	} else if (!bio_add_vmalloc(bio, kbuf, len)) {
		free_bio(bio);
		return ERR_PTR(-EINVAL);
	}
	return bio;
}

static struct bio *map_copied(struct request *rq, void *kbuf, unsigned int len,
			      gfp_t gfp)
{
	bool to_device = op_is_write(req_op(rq));
	unsigned int left = len, chunk;
	char *from = kbuf;
	struct page *page;
	struct bio *bio;

	bio = new_bio(rq, DIV_ROUND_UP(len, PAGE_SIZE), gfp);
	if (!bio)
		return ERR_PTR(-ENOMEM);
	bio->bi_end_io = to_device ? end_copied : end_copied_read;
	bio->bi_private = to_device ? NULL : kbuf;

	for (; left; left -= chunk, from += chunk) {
		chunk = min_t(unsigned int, left, PAGE_SIZE);
		page = alloc_page(gfp | __GFP_ZERO | __GFP_NOWARN);
		if (!page) {
			end_copied(bio);
			return ERR_PTR(-ENOMEM);
		}
		if (to_device)
			memcpy(page_address(page), from, chunk);
		/* Not joined to its neighbour: each page is freed alone. */
		__bio_add_page(bio, page, chunk, 0);
	}
	return bio;
}

/* Memory outside RAM is the stack, or static data, of this process. */
static bool must_copy(struct request_queue *q, void *kbuf, unsigned int len)
{
	unsigned long mask = queue_dma_alignment(q) | q->limits.dma_pad_mask;

	if (((unsigned long)kbuf | len) & mask)
		return true;
	return !is_vmalloc_addr(kbuf) && !virt_addr_valid(kbuf);
}

/**
 * blk_rq_map_kern() - let a passthrough request transfer kernel memory
 * @kbuf: any kernel memory; copied if misaligned or not in RAM
 * @len: bytes
 *
 * Context: as @gfp allows. Return: 0; -EINVAL (nothing, or more than the
 * hardware takes), -ENOMEM, or what blk_rq_append_bio() says.
 */
int blk_rq_map_kern(struct request *rq, void *kbuf, unsigned int len, gfp_t gfp)
{
	struct request_queue *q = rq->q;
	struct bio *bio;
	int ret;

	if (!kbuf || !len || len > (u64)queue_max_hw_sectors(q) << SECTOR_SHIFT)
		return -EINVAL;
	if (must_copy(q, kbuf, len))
		bio = map_copied(rq, kbuf, len, gfp);
	else
		bio = map_direct(rq, kbuf, len, gfp);
	if (IS_ERR(bio))
		return PTR_ERR(bio);

	ret = blk_rq_append_bio(rq, bio);
	if (ret && bio->bi_end_io == free_bio)
		free_bio(bio);
	else if (ret)
		end_copied(bio);
	return ret;
}
EXPORT_SYMBOL(blk_rq_map_kern);

/**
 * blk_rq_map_user_iov() - let a passthrough request transfer @iter's memory
 * @iter: over bio_vecs; user memory is not modelled
 *
 * Return: 0; -EINVAL (empty, or not one request's worth); -ENOMEM.
 */
int blk_rq_map_user_iov(struct request_queue *q, struct request *rq,
			struct rq_map_data *map_data,
			const struct iov_iter *iter, gfp_t gfp_mask)
{
	size_t most = (u64)queue_max_hw_sectors(q) << SECTOR_SHIFT;
	struct bio *bio;
	int ret;

	if (map_data || !iov_iter_is_bvec(iter))
		lib_unimplemented(__func__);
	if (!iov_iter_count(iter) || iov_iter_count(iter) > most)
		return -EINVAL;
	bio = bio_alloc_bioset(NULL, 0, rq->cmd_flags, gfp_mask, &fs_bio_set);
	if (!bio)
		return -ENOMEM;
	bio_iov_bvec_set(bio, iter);
	ret = blk_rq_append_bio(rq, bio);
	if (ret)
		bio_put(bio);
	return ret;
}
EXPORT_SYMBOL(blk_rq_map_user_iov);

/**
 * blk_rq_unmap_user() - undo blk_rq_map_user_iov()
 * @bio: first bio of the request, as it was after mapping
 *
 * Return: 0.
 */
int blk_rq_unmap_user(struct bio *bio)
{
	struct bio *next;

	for (; bio; bio = next) {
		next = bio->bi_next;
		bio_put(bio);
	}
	return 0;
}
EXPORT_SYMBOL(blk_rq_unmap_user);

/* ---- execution ------------------------------------------------------- */

/**
 * blk_execute_rq_nowait() - start a passthrough request
 * @at_head: in front of what waits
 *
 * rq->end_io says when it is done. With a plug it waits for the others.
 * Context: may sleep.
 */
void blk_execute_rq_nowait(struct request *rq, bool at_head)
{
	WARN_ON_ONCE(irqs_disabled());
	WARN_ON_ONCE(!blk_rq_is_passthrough(rq));

	if (current->plug && !at_head) {
		blk_plug_add(current->plug, rq);
		return;
	}
	blk_mq_insert(rq, at_head ? BLK_INSERT_HEAD : BLK_INSERT_TAIL);
	blk_mq_run_hw_queue(rq->mq_hctx, false);
}
EXPORT_SYMBOL_GPL(blk_execute_rq_nowait);

/** struct sync_wait - of blk_execute_rq(). */
struct sync_wait {
	struct completion done;
	blk_status_t status;
};

static enum rq_end_io_ret sync_end(struct request *rq, blk_status_t status)
{
	struct sync_wait *wait = rq->end_io_data;

	wait->status = status;
	complete(&wait->done);
	return RQ_END_IO_NONE;
}

/**
 * blk_execute_rq() - execute a passthrough request
 *
 * The caller still owns and frees it.
 * Context: may sleep. Return: its status.
 */
blk_status_t blk_execute_rq(struct request *rq, bool at_head)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;
	struct sync_wait wait = { .status = BLK_STS_OK };

	WARN_ON_ONCE(irqs_disabled());
	WARN_ON_ONCE(!blk_rq_is_passthrough(rq));
	init_completion(&wait.done);
	rq->end_io = sync_end;
	rq->end_io_data = &wait;

	blk_mq_insert(rq, at_head ? BLK_INSERT_HEAD : BLK_INSERT_TAIL);
	blk_mq_run_hw_queue(hctx, false);
	/* A polled queue raises no interrupt: look for the end ourselves. */
	while (blk_rq_is_poll(rq) && !completion_done(&wait.done)) {
		if (!blk_rq_poll(rq, NULL, 0))
			cond_resched();
	}
	wait_for_completion_io(&wait.done);
	return wait.status;
}
EXPORT_SYMBOL(blk_execute_rq);
