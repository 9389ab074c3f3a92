/* SPDX-License-Identifier: MIT */
/*
 * <linux/bio.h>: building, walking, splitting and submitting bios.
 *
 * Same: prototypes and rules of 6.17.
 * Reduced: BIOSET_PERCPU_CACHE and BIOSET_NEED_RESCUER are accepted and have
 *	no effect; pages of user memory (bio_iov_iter_get_pages() on an iterator
 *	over user addresses) panic by name.
 * Stub: cgroup and crypt hooks do not exist.
 */
#ifndef _DMASIM_LINUX_BIO_H
#define _DMASIM_LINUX_BIO_H

#include <linux/blk_types.h>
#include <linux/mempool.h>
#include <linux/uio.h>

#define BIO_MAX_VECS 256U
#define BIO_POOL_SIZE 2

/**
 * struct bio_set - where bios come from
 * @bio_slab: cache of front pad, bio and inline vectors
 * @front_pad: bytes before the bio that belong to the owner
 * @slab_size: bytes of one object of @bio_slab
 * @bio_pool: reserve of bios
 * @bvec_pool: reserve of arrays of BIO_MAX_VECS vectors
 */
struct bio_set {
	struct kmem_cache *bio_slab;
	unsigned int front_pad;
	unsigned int slab_size;
	mempool_t bio_pool;
	mempool_t bvec_pool;
};

enum {
	BIOSET_NEED_BVECS = 1 << 0,
	BIOSET_NEED_RESCUER = 1 << 1,
	BIOSET_PERCPU_CACHE = 1 << 2,
};

extern struct bio_set fs_bio_set;

struct folio;
struct request_queue;
struct queue_limits;

int bioset_init(struct bio_set *bs, unsigned int pool_size,
		unsigned int front_pad, int flags);
void bioset_exit(struct bio_set *bs);

static inline bool bioset_initialized(struct bio_set *bs)
{
	return bs->bio_slab != NULL;
}

struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short nr_vecs,
			     blk_opf_t opf, gfp_t gfp_mask, struct bio_set *bs);
struct bio *bio_kmalloc(unsigned short nr_vecs, gfp_t gfp_mask);
void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *table,
	      unsigned short max_vecs, blk_opf_t opf);
void bio_uninit(struct bio *bio);
void bio_reset(struct bio *bio, struct block_device *bdev, blk_opf_t opf);
void bio_put(struct bio *bio);
void bio_chain(struct bio *bio, struct bio *parent);
struct bio *bio_chain_and_submit(struct bio *prev, struct bio *new);
struct bio *blk_next_bio(struct bio *bio, struct block_device *bdev,
			 unsigned int nr_pages, blk_opf_t opf, gfp_t gfp);

struct bio *bio_alloc_clone(struct block_device *bdev, struct bio *bio_src,
			    gfp_t gfp, struct bio_set *bs);
int bio_init_clone(struct block_device *bdev, struct bio *bio,
		   struct bio *bio_src, gfp_t gfp);

int __must_check bio_add_page(struct bio *bio, struct page *page,
			      unsigned int len, unsigned int off);
bool __must_check bio_add_folio(struct bio *bio, struct folio *folio,
				size_t len, size_t off);
void __bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		    unsigned int off);
void bio_add_folio_nofail(struct bio *bio, struct folio *folio, size_t len,
			  size_t off);
void bio_add_virt_nofail(struct bio *bio, void *vaddr, unsigned int len);
unsigned int bio_add_vmalloc_chunk(struct bio *bio, void *vaddr,
				   unsigned int len);
bool bio_add_vmalloc(struct bio *bio, void *vaddr, unsigned int len);

int bio_iov_iter_get_pages(struct bio *bio, struct iov_iter *iter);
void bio_iov_bvec_set(struct bio *bio, const struct iov_iter *iter);

void __bio_advance(struct bio *bio, unsigned int bytes);
struct bio *bio_split(struct bio *bio, int sectors, gfp_t gfp,
		      struct bio_set *bs);
int bio_split_rw_at(struct bio *bio, const struct queue_limits *lim,
		    unsigned int *segs, unsigned int max_bytes);
void bio_trim(struct bio *bio, sector_t offset, sector_t size);

void submit_bio(struct bio *bio);
void submit_bio_noacct(struct bio *bio);
int submit_bio_wait(struct bio *bio);
void bio_endio(struct bio *bio);
int bdev_rw_virt(struct block_device *bdev, sector_t sector, void *data,
		 size_t len, enum req_op op);

void bio_copy_data_iter(struct bio *dst, struct bvec_iter *dst_iter,
			struct bio *src, struct bvec_iter *src_iter);
void bio_copy_data(struct bio *dst, struct bio *src);
void zero_fill_bio_iter(struct bio *bio, struct bvec_iter start);
void bio_free_pages(struct bio *bio);
void __bio_release_pages(struct bio *bio, bool mark_dirty);
int bio_iov_vecs_to_alloc(struct iov_iter *iter, int max_segs);

static inline unsigned int bio_max_segs(unsigned int nr_segs)
{
	return min(nr_segs, BIO_MAX_VECS);
}

/* ---- flags ----------------------------------------------------------- */

static inline bool bio_flagged(struct bio *bio, unsigned int bit)
{
	return (bio->bi_flags >> bit) & 1;
}

static inline void bio_set_flag(struct bio *bio, unsigned int bit)
{
	bio->bi_flags |= (unsigned short)(1u << bit);
}

static inline void bio_clear_flag(struct bio *bio, unsigned int bit)
{
	bio->bi_flags &= (unsigned short)~(1u << bit);
}

static inline void bio_get(struct bio *bio)
{
	bio_set_flag(bio, BIO_REFFED);
	smp_mb__before_atomic();
	atomic_inc(&bio->__bi_cnt);
}

static inline void bio_cnt_set(struct bio *bio, unsigned int count)
{
	if (count != 1)
		bio_set_flag(bio, BIO_REFFED);
	atomic_set(&bio->__bi_cnt, count);
}

static inline void bio_inc_remaining(struct bio *bio)
{
	bio_set_flag(bio, BIO_CHAIN);
	smp_mb__before_atomic();
	atomic_inc(&bio->__bi_remaining);
}

static inline void bio_set_dev(struct bio *bio, struct block_device *bdev)
{
	bio_clear_flag(bio, BIO_REMAPPED);
	if (bio->bi_bdev != bdev)
		bio_clear_flag(bio, BIO_BPS_THROTTLED);
	bio->bi_bdev = bdev;
}

static inline void bio_set_polled(struct bio *bio, struct kiocb *kiocb)
{
	bio->bi_opf |= REQ_POLLED;
}

static inline void bio_clear_polled(struct bio *bio)
{
	bio->bi_opf &= ~REQ_POLLED;
}

static inline bool bio_is_zone_append(struct bio *bio)
{
	return bio_op(bio) == REQ_OP_ZONE_APPEND ||
	       bio_flagged(bio, BIO_EMULATES_ZONE_APPEND);
}

/* ---- what a bio is about --------------------------------------------- */

#define bvec_iter_sectors(iter) ((iter).bi_size >> SECTOR_SHIFT)
#define bvec_iter_end_sector(iter) \
	((iter).bi_sector + bvec_iter_sectors((iter)))

#define bio_sectors(bio) bvec_iter_sectors((bio)->bi_iter)
#define bio_end_sector(bio) bvec_iter_end_sector((bio)->bi_iter)

#define bio_data_dir(bio) (op_is_write(bio_op(bio)) ? WRITE : READ)

#define bio_iter_iovec(bio, iter) bvec_iter_bvec((bio)->bi_io_vec, (iter))
#define bio_iter_page(bio, iter) bvec_iter_page((bio)->bi_io_vec, (iter))
#define bio_iter_len(bio, iter) bvec_iter_len((bio)->bi_io_vec, (iter))
#define bio_iter_offset(bio, iter) bvec_iter_offset((bio)->bi_io_vec, (iter))

#define bio_page(bio) bio_iter_page((bio), (bio)->bi_iter)
#define bio_offset(bio) bio_iter_offset((bio), (bio)->bi_iter)
#define bio_iovec(bio) bio_iter_iovec((bio), (bio)->bi_iter)

/* Operations whose size is a range of the device, without memory behind it. */
static inline bool bio_no_advance_iter(const struct bio *bio)
{
	switch (bio_op(bio)) {
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
	case REQ_OP_WRITE_ZEROES:
		return true;
	default:
		return false;
	}
}

static inline bool bio_has_data(struct bio *bio)
{
	if (!bio || !bio->bi_iter.bi_size)
		return false;
	return !bio_no_advance_iter(bio);
}

static inline void *bio_data(struct bio *bio)
{
	if (!bio_has_data(bio))
		return NULL;
	return page_address(bio_page(bio)) + bio_offset(bio);
}

/* ---- walking --------------------------------------------------------- */

static inline void bio_advance_iter(const struct bio *bio,
				    struct bvec_iter *iter, unsigned int bytes)
{
	iter->bi_sector += bytes >> SECTOR_SHIFT;
	if (!bio_no_advance_iter(bio))
		bvec_iter_advance(bio->bi_io_vec, iter, bytes);
	else
		iter->bi_size -= bytes;
}

/* @bytes stays inside the current bio_vec. */
static inline void bio_advance_iter_single(const struct bio *bio,
					   struct bvec_iter *iter,
					   unsigned int bytes)
{
	iter->bi_sector += bytes >> SECTOR_SHIFT;
	if (!bio_no_advance_iter(bio))
		bvec_iter_advance_single(bio->bi_io_vec, iter, bytes);
	else
		iter->bi_size -= bytes;
}

/**
 * bio_advance() - forget the first @nbytes of what is left of @bio
 */
static inline void bio_advance(struct bio *bio, unsigned int nbytes)
{
	if (nbytes != bio->bi_iter.bi_size)
		__bio_advance(bio, nbytes);
	else
		bio->bi_iter.bi_size = 0;
}

#define __bio_for_each_segment(bvl, bio, iter, start)                      \
	for (iter = (start);                                               \
	     (iter).bi_size && ((bvl = bio_iter_iovec((bio), (iter))), 1); \
	     bio_advance_iter_single((bio), &(iter), (bvl).bv_len))

#define bio_for_each_segment(bvl, bio, iter) \
	__bio_for_each_segment(bvl, bio, iter, (bio)->bi_iter)

#define __bio_for_each_bvec(bvl, bio, iter, start)                     \
	for (iter = (start);                                           \
	     (iter).bi_size &&                                         \
	     ((bvl = mp_bvec_iter_bvec((bio)->bi_io_vec, (iter))), 1); \
	     bio_advance_iter_single((bio), &(iter), (bvl).bv_len))

#define bio_for_each_bvec(bvl, bio, iter) \
	__bio_for_each_bvec(bvl, bio, iter, (bio)->bi_iter)

/* The _all forms see every vector added, whatever was advanced since. */
#define bio_for_each_bvec_all(bvl, bio, i)                             \
	for (i = 0, bvl = bio_first_bvec_all(bio); i < (bio)->bi_vcnt; \
	     i++, bvl++)

static inline bool bio_next_segment(const struct bio *bio,
				    struct bvec_iter_all *iter)
{
	if (iter->idx < bio->bi_vcnt) {
		bvec_advance(bio->bi_io_vec + iter->idx, iter);
		return true;
	}
	return false;
}

#define bio_for_each_segment_all(bvl, bio, iter) \
	for (bvl = bvec_init_iter_all(&(iter));  \
	     bio_next_segment((bio), &(iter));)

#define bio_iter_last(bvec, iter) ((iter).bi_size == (bvec).bv_len)

static inline struct bio_vec *bio_first_bvec_all(struct bio *bio)
{
	WARN_ON_ONCE(bio_flagged(bio, BIO_CLONED));
	return &bio->bi_io_vec[0];
}

static inline struct bio_vec *bio_last_bvec_all(struct bio *bio)
{
	WARN_ON_ONCE(bio_flagged(bio, BIO_CLONED));
	return &bio->bi_io_vec[bio->bi_vcnt - 1];
}

static inline struct page *bio_first_page_all(struct bio *bio)
{
	return bio_first_bvec_all(bio)->bv_page;
}

static inline struct folio *bio_first_folio_all(struct bio *bio)
{
	return page_folio(bio_first_page_all(bio));
}

/* Single-page pieces of what is left; 0 for a range without memory. */
static inline unsigned int bio_segments(struct bio *bio)
{
	struct bvec_iter pos;
	struct bio_vec piece;
	unsigned int nr = 0;

	if (bio_no_advance_iter(bio))
		return 0;
	bio_for_each_segment(piece, bio, pos)
		nr++;
	return nr;
}

/**
 * struct folio_iter - position of bio_for_each_folio_all()
 * @folio: current folio, NULL at the end
 * @offset: first byte of the bio's data in it
 * @length: bytes of the bio's data in it
 */
struct folio_iter {
	struct folio *folio;
	size_t offset;
	size_t length;
	/* private: */
	struct folio *_next;
	size_t _seg_count;
	int _i;
};

static inline void bio_first_folio(struct folio_iter *fi, struct bio *bio,
				   int i)
{
	struct bio_vec *bv;
	struct page *page;

	fi->_i = i;
	if (unlikely(i >= bio->bi_vcnt)) {
		fi->folio = NULL;
		return;
	}
	bv = bio_first_bvec_all(bio) + i;
	page = bv->bv_page + bv->bv_offset / PAGE_SIZE;
	fi->folio = page_folio(page);
	fi->offset = bv->bv_offset % PAGE_SIZE +
		     PAGE_SIZE * folio_page_idx(fi->folio, page);
	fi->_seg_count = bv->bv_len;
	fi->length = min_t(size_t, fi->_seg_count,
			   folio_size(fi->folio) - fi->offset);
	fi->_next = folio_next(fi->folio);
}

static inline void bio_next_folio(struct folio_iter *fi, struct bio *bio)
{
	fi->_seg_count -= fi->length;
	if (!fi->_seg_count) {
		bio_first_folio(fi, bio, fi->_i + 1);
		return;
	}
	fi->folio = fi->_next;
	fi->_next = folio_next(fi->folio);
	fi->offset = 0;
	fi->length = min_t(size_t, fi->_seg_count, folio_size(fi->folio));
}

#define bio_for_each_folio_all(fi, bio) \
	for (bio_first_folio(&fi, bio, 0); fi.folio; bio_next_folio(&fi, bio))

/* ---- convenience ----------------------------------------------------- */

static inline struct bio *bio_alloc(struct block_device *bdev,
				    unsigned short nr_vecs, blk_opf_t opf,
				    gfp_t gfp_mask)
{
	return bio_alloc_bioset(bdev, nr_vecs, opf, gfp_mask, &fs_bio_set);
}

/**
 * bio_next_split() - the next piece of at most @sectors sectors
 * Return: a front part of @bio, or @bio itself if it is small enough.
 */
static inline struct bio *bio_next_split(struct bio *bio, int sectors,
					 gfp_t gfp, struct bio_set *bs)
{
	bool fits = sectors >= (int)bio_sectors(bio);

	return fits ? bio : bio_split(bio, sectors, gfp, bs);
}

static inline void bio_io_error(struct bio *bio)
{
	bio->bi_status = BLK_STS_IOERR;
	bio_endio(bio);
}

static inline void bio_wouldblock_error(struct bio *bio)
{
	bio_set_flag(bio, BIO_QUIET);
	bio->bi_status = BLK_STS_AGAIN;
	bio_endio(bio);
}

static inline void zero_fill_bio(struct bio *bio)
{
	zero_fill_bio_iter(bio, bio->bi_iter);
}

static inline void bio_release_pages(struct bio *bio, bool mark_dirty)
{
	if (bio_flagged(bio, BIO_PAGE_PINNED))
		__bio_release_pages(bio, mark_dirty);
}

/* How many vectors @len bytes at @kaddr take at most. */
static inline unsigned int bio_add_max_vecs(void *kaddr, unsigned int len)
{
	if (!is_vmalloc_addr(kaddr))
		return 1;
	return DIV_ROUND_UP(offset_in_page(kaddr) + len, PAGE_SIZE);
}

/* ---- lists ----------------------------------------------------------- */

struct bio_list {
	struct bio *head;
	struct bio *tail;
};

#define BIO_EMPTY_LIST     \
	{                  \
		NULL, NULL \
	}

#define bio_list_for_each(bio, bl) \
	for (bio = (bl)->head; bio; bio = bio->bi_next)

static inline bool bio_list_empty(const struct bio_list *bl)
{
	return !bl->head;
}

static inline void bio_list_init(struct bio_list *bl)
{
	bl->head = bl->tail = NULL;
}

static inline unsigned int bio_list_size(const struct bio_list *bl)
{
	unsigned int nr = 0;
	struct bio *bio;

	bio_list_for_each(bio, bl)
		nr++;
	return nr;
}

static inline void bio_list_add(struct bio_list *bl, struct bio *bio)
{
	bio->bi_next = NULL;
	if (!bl->head)
		bl->head = bio;
	else
		bl->tail->bi_next = bio;
	bl->tail = bio;
}

static inline void bio_list_add_head(struct bio_list *bl, struct bio *bio)
{
	bio->bi_next = bl->head;
	if (!bl->head)
		bl->tail = bio;
	bl->head = bio;
}

static inline void bio_list_merge(struct bio_list *bl, struct bio_list *bl2)
{
	if (bio_list_empty(bl2))
		return;
	if (bio_list_empty(bl))
		bl->head = bl2->head;
	else
		bl->tail->bi_next = bl2->head;
	bl->tail = bl2->tail;
}

static inline void bio_list_merge_init(struct bio_list *bl,
				       struct bio_list *bl2)
{
	bio_list_merge(bl, bl2);
	bio_list_init(bl2);
}

static inline void bio_list_merge_head(struct bio_list *bl,
				       struct bio_list *bl2)
{
	if (bio_list_empty(bl2))
		return;
	if (bio_list_empty(bl))
		bl->tail = bl2->tail;
	else
		bl2->tail->bi_next = bl->head;
	bl->head = bl2->head;
}

static inline struct bio *bio_list_peek(struct bio_list *bl)
{
	return bl->head;
}

static inline struct bio *bio_list_pop(struct bio_list *bl)
{
	struct bio *first = bl->head;

	if (!first)
		return NULL;
	bl->head = first->bi_next;
	if (!bl->head)
		bl->tail = NULL;
	first->bi_next = NULL;
	return first;
}

/* Take the whole chain of bios and leave the list empty. */
static inline struct bio *bio_list_get(struct bio_list *bl)
{
	struct bio *first = bl->head;

	bio_list_init(bl);
	return first;
}

#endif
