/* SPDX-License-Identifier: MIT */
/*
 * <linux/bvec.h>: physically contiguous pieces of memory and positions in an
 * array of them.
 *
 * Same: structures, iteration macros, helpers of 6.17.
 * Reduced: no BVEC iterator over KMSAN shadow.
 * Stub: nothing.
 *
 * A bio_vec may span many pages and may start beyond its bv_page ("multi-page
 * bvec"). mp_bvec_iter_*() looks at it whole, bvec_iter_*() page by page.
 */
#ifndef _DMASIM_LINUX_BVEC_H
#define _DMASIM_LINUX_BVEC_H

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/types.h>

struct page;
struct folio;

/**
 * struct bio_vec - one physically contiguous range
 * @bv_page: page from which @bv_offset counts
 * @bv_len: bytes
 * @bv_offset: bytes after the first byte of @bv_page, may be >= PAGE_SIZE
 */
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

/**
 * struct bvec_iter - a position in an array of bio_vecs
 * @bi_sector: device address of the position, in 512-byte sectors
 * @bi_size: bytes left
 * @bi_idx: current bio_vec
 * @bi_bvec_done: bytes of it already behind the position
 */
struct bvec_iter {
	sector_t bi_sector;
	unsigned int bi_size;
	unsigned int bi_idx;
	unsigned int bi_bvec_done;
} __packed __aligned(4);

struct bvec_iter_all {
	struct bio_vec bv;
	int idx;
	unsigned int done;
};

#define BVEC_ITER_ALL_INIT                                        \
	(struct bvec_iter)                                        \
	{                                                         \
		.bi_sector = 0, .bi_size = UINT_MAX, .bi_idx = 0, \
		.bi_bvec_done = 0,                                \
	}

static inline void bvec_set_page(struct bio_vec *bv, struct page *page,
				 unsigned int len, unsigned int offset)
{
	*bv = (struct bio_vec){ page, len, offset };
}

static inline void bvec_set_folio(struct bio_vec *bv, struct folio *folio,
				  size_t len, size_t offset)
{
	WARN_ON_ONCE(len > UINT_MAX);
	bvec_set_page(bv, folio_page(folio, offset / PAGE_SIZE), len,
		      offset % PAGE_SIZE);
}

/* Only addresses of the linear map have a page. */
static inline void bvec_set_virt(struct bio_vec *bv, void *vaddr,
				 unsigned int len)
{
	bvec_set_page(bv, virt_to_page(vaddr), len, offset_in_page(vaddr));
}

#define __bvec_iter_bvec(bvec, iter) (&(bvec)[(iter).bi_idx])

/* The multi-page view: what is left of the current bio_vec. */
#define mp_bvec_iter_page(bvec, iter) \
	(__bvec_iter_bvec((bvec), (iter))->bv_page)

#define mp_bvec_iter_len(bvec, iter) \
	min((iter).bi_size,          \
	    __bvec_iter_bvec((bvec), (iter))->bv_len - (iter).bi_bvec_done)

#define mp_bvec_iter_offset(bvec, iter) \
	(__bvec_iter_bvec((bvec), (iter))->bv_offset + (iter).bi_bvec_done)

#define mp_bvec_iter_page_idx(bvec, iter) \
	(mp_bvec_iter_offset((bvec), (iter)) / PAGE_SIZE)

#define mp_bvec_iter_bvec(bvec, iter)                             \
	((struct bio_vec){                                        \
		.bv_page = mp_bvec_iter_page((bvec), (iter)),     \
		.bv_len = mp_bvec_iter_len((bvec), (iter)),       \
		.bv_offset = mp_bvec_iter_offset((bvec), (iter)), \
	})

/* The same, clipped to the one page that holds the position. */
#define bvec_iter_offset(bvec, iter) \
	(mp_bvec_iter_offset((bvec), (iter)) % PAGE_SIZE)

#define bvec_iter_len(bvec, iter)                             \
	min_t(unsigned int, mp_bvec_iter_len((bvec), (iter)), \
	      PAGE_SIZE - bvec_iter_offset((bvec), (iter)))

#define bvec_iter_page(bvec, iter)           \
	(mp_bvec_iter_page((bvec), (iter)) + \
	 mp_bvec_iter_page_idx((bvec), (iter)))

#define bvec_iter_bvec(bvec, iter)                             \
	((struct bio_vec){                                     \
		.bv_page = bvec_iter_page((bvec), (iter)),     \
		.bv_len = bvec_iter_len((bvec), (iter)),       \
		.bv_offset = bvec_iter_offset((bvec), (iter)), \
	})

/**
 * bvec_iter_advance() - move @iter forward over any number of bio_vecs
 * @bytes: at most iter->bi_size
 *
 * Return: true; false with a warning, and @iter at its end, if @bytes is too
 * much.
 */
static inline bool bvec_iter_advance(const struct bio_vec *bv,
				     struct bvec_iter *iter, unsigned int bytes)
{
	unsigned int pos, at = iter->bi_idx;
	bool fits = bytes <= iter->bi_size;

	if (WARN_ONCE(!fits, "advance by %u bytes, %u left\n", bytes,
		      iter->bi_size)) {
		iter->bi_size = 0;
		return fits;
	}

	iter->bi_size -= bytes;
	pos = iter->bi_bvec_done + bytes;
	for (; pos != 0 && pos >= bv[at].bv_len; at++)
		pos -= bv[at].bv_len;
	iter->bi_bvec_done = pos;
	iter->bi_idx = at;
	return fits;
}

/* @bytes must not pass the end of the current bio_vec. */
static inline void bvec_iter_advance_single(const struct bio_vec *bv,
					    struct bvec_iter *iter,
					    unsigned int bytes)
{
	iter->bi_bvec_done += bytes;
	iter->bi_size -= bytes;
	if (iter->bi_bvec_done == bv[iter->bi_idx].bv_len) {
		iter->bi_idx++;
		iter->bi_bvec_done = 0;
	}
}

#define for_each_bvec(bvl, bio_vec, iter, start)                               \
	for (iter = (start);                                                   \
	     (iter).bi_size && ((bvl = bvec_iter_bvec((bio_vec), (iter))), 1); \
	     bvec_iter_advance_single((bio_vec), &(iter), (bvl).bv_len))

#define for_each_mp_bvec(bvl, bio_vec, iter, start)             \
	for (iter = (start);                                    \
	     (iter).bi_size &&                                  \
	     ((bvl = mp_bvec_iter_bvec((bio_vec), (iter))), 1); \
	     bvec_iter_advance_single((bio_vec), &(iter), (bvl).bv_len))

static inline struct bio_vec *bvec_init_iter_all(struct bvec_iter_all *iter_all)
{
	*iter_all = (struct bvec_iter_all){};
	return &iter_all->bv;
}

/* Step to the next page of @bvec; idx moves on when its last page is done. */
static inline void bvec_advance(const struct bio_vec *bvec,
				struct bvec_iter_all *iter_all)
{
	unsigned int start = bvec->bv_offset + iter_all->done;
	struct bio_vec *cur = &iter_all->bv;

	cur->bv_page = bvec->bv_page + start / PAGE_SIZE;
	cur->bv_offset = start % PAGE_SIZE;
	cur->bv_len = min_t(unsigned int, PAGE_SIZE - cur->bv_offset,
			    bvec->bv_len - iter_all->done);
	iter_all->done += cur->bv_len;
	if (iter_all->done != bvec->bv_len)
		return;
	iter_all->done = 0;
	iter_all->idx++;
}

static inline phys_addr_t bvec_phys(const struct bio_vec *bvec)
{
	return page_to_phys(bvec->bv_page) + bvec->bv_offset;
}

static inline void *bvec_kmap_local(struct bio_vec *bvec)
{
	return kmap_local_page(bvec->bv_page) + bvec->bv_offset;
}

static inline void *bvec_virt(struct bio_vec *bvec)
{
	return page_address(bvec->bv_page) + bvec->bv_offset;
}

static inline void memcpy_from_bvec(char *to, struct bio_vec *bvec)
{
	memcpy(to, bvec_virt(bvec), bvec->bv_len);
}

static inline void memcpy_to_bvec(struct bio_vec *bvec, const char *from)
{
	memcpy(bvec_virt(bvec), from, bvec->bv_len);
}

static inline void memzero_bvec(struct bio_vec *bvec)
{
	memset(bvec_virt(bvec), 0, bvec->bv_len);
}

#endif
