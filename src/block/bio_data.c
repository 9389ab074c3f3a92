/* SPDX-License-Identifier: MIT */
/*
 * The bytes behind bios: copying, clearing, borrowing memory of an iterator.
 *
 * Models the data helpers of block/bio.c, 6.17. Reduced: memory of user
 * processes cannot be pinned; an iterator over it panics by name.
 *
 * Tests: tests/unit/block/test_bio.c
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/memremap.h>
#include <linux/string.h>

#include "block/blk.h"
#include "lib/lib.h"

/**
 * bio_copy_data_iter() - copy bytes from one position to another
 *
 * Stops at the end of the shorter one; both positions move.
 */
void bio_copy_data_iter(struct bio *dst, struct bvec_iter *dst_iter,
			struct bio *src, struct bvec_iter *src_iter)
{
	struct bio_vec to, from;
	unsigned int chunk;

	while (dst_iter->bi_size && src_iter->bi_size) {
		to = bio_iter_iovec(dst, *dst_iter);
		from = bio_iter_iovec(src, *src_iter);
		chunk = min(to.bv_len, from.bv_len);
		memcpy(bvec_virt(&to), bvec_virt(&from), chunk);
		bio_advance_iter_single(dst, dst_iter, chunk);
		bio_advance_iter_single(src, src_iter, chunk);
	}
}
EXPORT_SYMBOL(bio_copy_data_iter);

/** bio_copy_data() - copy what is left of @src to what is left of @dst. */
void bio_copy_data(struct bio *dst, struct bio *src)
{
	struct bvec_iter to = dst->bi_iter, from = src->bi_iter;

	bio_copy_data_iter(dst, &to, src, &from);
}
EXPORT_SYMBOL(bio_copy_data);

/** zero_fill_bio_iter() - clear from @start to the end. */
void zero_fill_bio_iter(struct bio *bio, struct bvec_iter start)
{
	struct bvec_iter pos;
	struct bio_vec bv;

	__bio_for_each_segment(bv, bio, pos, start)
		memzero_bvec(&bv);
}
EXPORT_SYMBOL(zero_fill_bio_iter);

/** bio_free_pages() - free every page that was added. */
void bio_free_pages(struct bio *bio)
{
	struct bvec_iter_all pos;
	struct bio_vec *bv;

	bio_for_each_segment_all(bv, bio, pos)
		__free_page(bv->bv_page);
}
EXPORT_SYMBOL(bio_free_pages);

/**
 * __bio_release_pages() - drop the pins of BIO_PAGE_PINNED
 *
 * No function here pins, so a bio with that flag was made by hand.
 */
void __bio_release_pages(struct bio *bio, bool mark_dirty)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL_GPL(__bio_release_pages);

/**
 * bio_iov_vecs_to_alloc() - vectors a bio needs for @iter
 * Return: at most @max_segs; 0 where the iterator lends its own.
 */
int bio_iov_vecs_to_alloc(struct iov_iter *iter, int max_segs)
{
	size_t pages;

	if (iov_iter_is_bvec(iter))
		return 0;
	pages = DIV_ROUND_UP(iov_iter_count(iter), PAGE_SIZE) + iter->nr_segs;
	return min_t(size_t, pages, max_segs);
}
EXPORT_SYMBOL(bio_iov_vecs_to_alloc);

/**
 * bio_iov_bvec_set() - let @bio use the vectors of @iter
 * @bio: without vectors of its own
 *
 * The array must live as long as the bio. Unlike 6.17, peer-to-peer memory is
 * recognised (by the first page).
 */
void bio_iov_bvec_set(struct bio *bio, const struct iov_iter *iter)
{
	WARN_ON_ONCE(bio->bi_max_vecs);

	bio_set_flag(bio, BIO_CLONED);
	bio->bi_io_vec = (struct bio_vec *)iter->bvec;
	bio->bi_vcnt = iter->nr_segs;
	bio->bi_iter.bi_size = iov_iter_count(iter);
	bio->bi_iter.bi_bvec_done = iter->iov_offset;
	if (iter->nr_segs && is_pci_p2pdma_page(iter->bvec->bv_page))
		bio->bi_opf |= REQ_P2PDMA | REQ_NOMERGE;
}
EXPORT_SYMBOL_GPL(bio_iov_bvec_set);

static struct page *kernel_page(void *addr)
{
	return is_vmalloc_addr(addr) ? vmalloc_to_page(addr) :
				       virt_to_page(addr);
}

/* Add kernel memory page by page until the bio or the iterator is used up. */
static void bio_take_kvec(struct bio *bio, struct iov_iter *iter)
{
	const struct kvec *kv;
	unsigned int chunk;
	void *addr;

	while (iov_iter_count(iter)) {
		kv = iter->kvec;
		addr = kv->iov_base + iter->iov_offset;
		chunk = min_t(size_t, kv->iov_len - iter->iov_offset,
			      PAGE_SIZE - offset_in_page(addr));
		chunk = min_t(size_t, chunk, iov_iter_count(iter));
		if (chunk && !bio_add_page(bio, kernel_page(addr), chunk,
					   offset_in_page(addr)))
			break;
		iov_iter_advance(iter, chunk);
	}
}

/* Give back the end of the bio that is no whole logical block. */
static void bio_trim_to_blocks(struct bio *bio, struct iov_iter *iter)
{
	unsigned int block = bdev_logical_block_size(bio->bi_bdev);
	unsigned int extra = bio->bi_iter.bi_size % block;
	struct bio_vec *last;

	bio->bi_iter.bi_size -= extra;
	iov_iter_reexpand(iter, iov_iter_count(iter) + extra);
	while (extra) {
		last = bio_last_bvec_all(bio);
		if (last->bv_len > extra) {
			last->bv_len -= extra;
			break;
		}
		extra -= last->bv_len;
		bio->bi_vcnt--;
	}
}

/**
 * bio_iov_iter_get_pages() - add the memory of @iter to @bio
 * @iter: over bio_vecs (the array is borrowed) or over kernel memory
 *
 * Kernel memory is added up to a whole number of logical blocks. After a
 * partial take the position inside @iter is only good for its count.
 * Return: 0 if anything was added; -EFAULT if nothing; -EIO for a cloned bio.
 */
int bio_iov_iter_get_pages(struct bio *bio, struct iov_iter *iter)
{
	if (WARN_ON_ONCE(bio_flagged(bio, BIO_CLONED)))
		return -EIO;

	if (iov_iter_is_bvec(iter)) {
		bio_iov_bvec_set(bio, iter);
		iov_iter_advance(iter, bio->bi_iter.bi_size);
		return 0;
	}
	if (!iov_iter_is_kvec(iter))
		lib_unimplemented(__func__);

	bio_take_kvec(bio, iter);
	if (bio->bi_bdev)
		bio_trim_to_blocks(bio, iter);
	return bio->bi_vcnt ? 0 : -EFAULT;
}
EXPORT_SYMBOL_GPL(bio_iov_iter_get_pages);
