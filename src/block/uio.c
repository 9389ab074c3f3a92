/* SPDX-License-Identifier: MIT */
/*
 * Iterators over kernel memory.
 *
 * Models the kvec and bvec parts of lib/iov_iter.c, 6.17.
 *
 * I1  iov_offset is less than the length of the current element, unless nothing
 *     is left.
 *
 * Tests: tests/unit/block/test_bio.c
 */
#include <linux/bug.h>
#include <linux/bvec.h>
#include <linux/export.h>
#include <linux/uio.h>

#include "lib/lib.h"

/**
 * iov_iter_bvec() - iterate over an array of bio_vecs
 * @direction: ITER_SOURCE or ITER_DEST
 * @count: bytes, at most what the array holds
 */
void iov_iter_bvec(struct iov_iter *i, unsigned int direction,
		   const struct bio_vec *bvec, unsigned long nr_segs,
		   size_t count)
{
	WARN_ON(direction > ITER_SOURCE);
	*i = (struct iov_iter){
		.iter_type = ITER_BVEC,
		.data_source = direction,
		.bvec = bvec,
		.nr_segs = nr_segs,
		.count = count,
	};
}
EXPORT_SYMBOL(iov_iter_bvec);

/** iov_iter_kvec() - iterate over an array of kernel buffers. */
void iov_iter_kvec(struct iov_iter *i, unsigned int direction,
		   const struct kvec *kvec, unsigned long nr_segs, size_t count)
{
	WARN_ON(direction > ITER_SOURCE);
	*i = (struct iov_iter){
		.iter_type = ITER_KVEC,
		.data_source = direction,
		.kvec = kvec,
		.nr_segs = nr_segs,
		.count = count,
	};
}
EXPORT_SYMBOL(iov_iter_kvec);

static size_t element_len(const struct iov_iter *i)
{
	return iov_iter_is_bvec(i) ? i->bvec->bv_len : i->kvec->iov_len;
}

static void next_element(struct iov_iter *i)
{
	if (iov_iter_is_bvec(i))
		i->bvec++;
	else
		i->kvec++;
	i->nr_segs--;
	i->iov_offset = 0;
}

/**
 * iov_iter_advance() - move forward, at most to the end
 */
void iov_iter_advance(struct iov_iter *i, size_t size)
{
	size_t step;

	size = min(size, i->count);
	i->count -= size;
	if (iter_is_ubuf(i)) {
		i->iov_offset += size;
		return;
	}
	if (!iov_iter_is_bvec(i) && !iov_iter_is_kvec(i))
		lib_unimplemented(__func__);

	while (i->nr_segs) {
		step = min(size, element_len(i) - i->iov_offset);
		i->iov_offset += step;
		size -= step;
		if (i->iov_offset < element_len(i))
			break;
		next_element(i);
	}
}
EXPORT_SYMBOL(iov_iter_advance);
