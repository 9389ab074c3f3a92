/* SPDX-License-Identifier: MIT */
/*
 * <linux/uio.h>: iterators over the memory of an I/O.
 *
 * Same: struct kvec, iterators over kvec and bio_vec arrays, advancing.
 * Reduced: user memory (ITER_UBUF, ITER_IOVEC) can be described, but functions
 *	that would touch it are not offered; no folio queue, xarray or discard.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_UIO_H
#define _DMASIM_LINUX_UIO_H

#include <linux/fs.h>
#include <linux/types.h>

struct bio_vec;
struct iovec;
struct kiocb;

struct kvec {
	void *iov_base;
	size_t iov_len;
};

enum iter_type {
	ITER_UBUF,
	ITER_IOVEC,
	ITER_BVEC,
	ITER_KVEC,
	ITER_FOLIOQ,
	ITER_XARRAY,
	ITER_DISCARD,
};

#define ITER_SOURCE 1
#define ITER_DEST 0

/**
 * struct iov_iter - a position in scattered memory
 * @data_source: ITER_SOURCE (memory is read) or ITER_DEST
 * @iov_offset: bytes of the current element already used
 * @count: bytes left
 * @nr_segs: elements left, the current one included
 */
struct iov_iter {
	u8 iter_type;
	bool nofault;
	bool data_source;
	size_t iov_offset;
	union {
		const struct iovec *__iov;
		const struct kvec *kvec;
		const struct bio_vec *bvec;
		void __user *ubuf;
	};
	size_t count;
	unsigned long nr_segs;
};

typedef unsigned int iov_iter_extraction_t;

#define ITER_ALLOW_P2PDMA ((iov_iter_extraction_t)0x01)

void iov_iter_bvec(struct iov_iter *i, unsigned int direction,
		   const struct bio_vec *bvec, unsigned long nr_segs,
		   size_t count);
void iov_iter_kvec(struct iov_iter *i, unsigned int direction,
		   const struct kvec *kvec, unsigned long nr_segs,
		   size_t count);
void iov_iter_advance(struct iov_iter *i, size_t size);

static inline enum iter_type iov_iter_type(const struct iov_iter *i)
{
	return i->iter_type;
}

static inline bool iter_is_ubuf(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF;
}

static inline bool iter_is_iovec(const struct iov_iter *i)
{
	return i->iter_type == ITER_IOVEC;
}

static inline bool iov_iter_is_kvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_KVEC;
}

static inline bool iov_iter_is_bvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_BVEC;
}

static inline bool user_backed_iter(const struct iov_iter *i)
{
	return iter_is_ubuf(i) || iter_is_iovec(i);
}

static inline unsigned char iov_iter_rw(const struct iov_iter *i)
{
	return i->data_source ? WRITE : READ;
}

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

static inline void iov_iter_truncate(struct iov_iter *i, u64 count)
{
	if (count < i->count)
		i->count = count;
}

static inline void iov_iter_reexpand(struct iov_iter *i, size_t count)
{
	i->count = count;
}

static inline void iov_iter_ubuf(struct iov_iter *i, unsigned int direction,
				 void __user *buf, size_t count)
{
	*i = (struct iov_iter){
		.iter_type = ITER_UBUF,
		.data_source = direction,
		.ubuf = buf,
		.count = count,
		.nr_segs = 1,
	};
}

#endif
