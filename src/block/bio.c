/* SPDX-License-Identifier: MIT */
/*
 * Bios: allocation, adding memory, chains, completion.
 *
 * Models block/bio.c, 6.17. Reduced: no per-CPU bio cache, no rescuer thread
 * (see <linux/bio.h>), no cgroup association.
 *
 *	object of a bio_set:  | front pad (owner's) | bio | 4 inline vectors |
 *
 * I1  Vectors beyond the inline ones come from a slab of 16, 64 or 128 or from
 *     the set's pool of 256; bi_max_vecs alone says which.
 * I2  A bio holds memory of one kind: ordinary pages, or device pages of one
 *     dev_pagemap.
 * I3  __bi_remaining counts a bio and the bios chained to it; end_io runs once,
 *     when it drops to 0.
 *
 * Locks: none; a bio belongs to one context at a time. Chained bios may end
 * concurrently, which is why status and count of the parent are atomic.
 * Tests: tests/unit/block/test_bio.c
 */
#include <linux/bio.h>
#include <linux/blk-integrity.h>
#include <linux/export.h>
#include <linux/memremap.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "block/blk.h"
#include "lib/lib.h"

struct bio_set fs_bio_set;
EXPORT_SYMBOL(fs_bio_set);

static struct bvec_class {
	unsigned int nr;
	const char *name;
	struct kmem_cache *slab;
} bvec_classes[] = {
	{ 16, "biovec-16", NULL },
	{ 64, "biovec-64", NULL },
	{ 128, "biovec-128", NULL },
	{ BIO_MAX_VECS, "biovec-max", NULL },
};

#define BVEC_MAX_CLASS (&bvec_classes[ARRAY_SIZE(bvec_classes) - 1])

static struct bvec_class *bvec_class_for(unsigned int nr)
{
	struct bvec_class *c;

	for (c = bvec_classes; c < BVEC_MAX_CLASS; c++)
		if (nr <= c->nr)
			break;
	return c;
}

/**
 * bio_slabs_init() - caches of vectors, and fs_bio_set
 * Context: boot. Return: 0 or -ENOMEM, with nothing left behind.
 */
int bio_slabs_init(void)
{
	struct bvec_class *c;
	int ret;

	for (c = bvec_classes; c <= BVEC_MAX_CLASS; c++) {
		c->slab = kmem_cache_create(c->name,
					    c->nr * sizeof(struct bio_vec), 0,
					    SLAB_HWCACHE_ALIGN, NULL);
		if (!c->slab) {
			ret = -ENOMEM;
			goto err_slabs;
		}
	}
	ret = bioset_init(&fs_bio_set, BIO_POOL_SIZE, 0, BIOSET_NEED_BVECS);
	if (ret)
		goto err_slabs;
	return 0;

err_slabs:
	bio_slabs_exit();
	return ret;
}

/** bio_slabs_exit() - undo bio_slabs_init(), also a half-done one. */
void bio_slabs_exit(void)
{
	struct bvec_class *c;

	bioset_exit(&fs_bio_set);
	for (c = bvec_classes; c <= BVEC_MAX_CLASS; c++) {
		kmem_cache_destroy(c->slab);
		c->slab = NULL;
	}
}

/**
 * bioset_init() - make a source of bios
 * @bs: zeroed
 * @pool_size: bios (and arrays of 256 vectors) kept in reserve
 * @front_pad: bytes the owner wants in front of each bio
 * @flags: BIOSET_*; without NEED_BVECS only bios of up to 4 vectors
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int bioset_init(struct bio_set *bs, unsigned int pool_size,
		unsigned int front_pad, int flags)
{
	int ret;

	bs->front_pad = front_pad;
	bs->slab_size = front_pad + sizeof(struct bio) +
			BIO_INLINE_VECS * sizeof(struct bio_vec);
	bs->bio_slab = kmem_cache_create("bio", bs->slab_size, 0,
					 SLAB_HWCACHE_ALIGN, NULL);
	if (!bs->bio_slab)
		return -ENOMEM;

	ret = mempool_init_slab_pool(&bs->bio_pool, pool_size, bs->bio_slab);
	if (ret)
		goto err_slab;
	if (flags & BIOSET_NEED_BVECS) {
		ret = mempool_init_slab_pool(&bs->bvec_pool, pool_size,
					     BVEC_MAX_CLASS->slab);
		if (ret)
			goto err_pool;
	}
	return 0;

err_pool:
	mempool_exit(&bs->bio_pool);
err_slab:
	kmem_cache_destroy(bs->bio_slab);
	bs->bio_slab = NULL;
	return ret;
}
EXPORT_SYMBOL(bioset_init);

/**
 * bioset_exit() - all bios of @bs are back; harmless on a zeroed one
 */
void bioset_exit(struct bio_set *bs)
{
	if (!bioset_initialized(bs))
		return;
	mempool_exit(&bs->bvec_pool);
	mempool_exit(&bs->bio_pool);
	kmem_cache_destroy(bs->bio_slab);
	bs->bio_slab = NULL;
}
EXPORT_SYMBOL(bioset_exit);

static void bvec_array_free(struct bio_set *bs, struct bio_vec *vecs,
			    unsigned int nr)
{
	if (nr <= BIO_INLINE_VECS)
		return;
	if (nr == BIO_MAX_VECS)
		mempool_free(vecs, &bs->bvec_pool);
	else
		kmem_cache_free(bvec_class_for(nr)->slab, vecs);
}

/* Rounds @nr up to what was allocated. */
static struct bio_vec *bvec_array_alloc(struct bio_set *bs, unsigned short *nr,
					gfp_t gfp)
{
	struct bvec_class *c = bvec_class_for(*nr);
	struct bio_vec *vecs;

	if (c != BVEC_MAX_CLASS) {
		/* The pool of the largest class is the fallback, so do not
		 * dig for memory here if that one may be waited for. */
		gfp_t first = gfp;

		if (gfp & __GFP_DIRECT_RECLAIM)
			first = (gfp & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN;
		vecs = kmem_cache_alloc(c->slab, first);
		if (vecs || !(gfp & __GFP_DIRECT_RECLAIM)) {
			*nr = c->nr;
			return vecs;
		}
	}
	*nr = BIO_MAX_VECS;
	return mempool_alloc(&bs->bvec_pool, gfp);
}

/**
 * bio_init() - set up a bio in memory of the caller
 * @bdev: target, may be NULL for now
 * @table: vectors, @max_vecs of them; NULL and 0 for none
 * @opf: operation and flags
 *
 * Context: any. End with bio_uninit().
 */
void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *table,
	      unsigned short max_vecs, blk_opf_t opf)
{
	memset(bio, 0, sizeof(*bio));
	bio->bi_bdev = bdev;
	bio->bi_opf = opf;
	bio->bi_cookie = BLK_QC_T_NONE;
	atomic_set(&bio->__bi_remaining, 1);
	bio->bi_max_vecs = max_vecs;
	atomic_set(&bio->__bi_cnt, 1);
	bio->bi_io_vec = table;
}
EXPORT_SYMBOL(bio_init);

/**
 * bio_uninit() - drop what hangs on a bio, but not its memory
 */
void bio_uninit(struct bio *bio)
{
	if (bio_integrity(bio))
		bio_integrity_free(bio);
}
EXPORT_SYMBOL(bio_uninit);

/**
 * bio_reset() - make a finished bio as good as new
 *
 * Keeps vectors and their number, references and origin; everything else,
 * vcnt and position included, starts over.
 */
void bio_reset(struct bio *bio, struct block_device *bdev, blk_opf_t opf)
{
	bio_uninit(bio);
	memset(bio, 0, BIO_RESET_BYTES);
	bio->bi_opf = opf;
	bio->bi_bdev = bdev;
	atomic_set(&bio->__bi_remaining, 1);
}
EXPORT_SYMBOL(bio_reset);

/**
 * bio_alloc_bioset() - allocate a bio
 * @bdev: target, may be NULL
 * @nr_vecs: 0..256; above 4 it is rounded up to 16, 64, 128 or 256
 * @gfp_mask: with __GFP_DIRECT_RECLAIM the call never fails
 * @bs: source, kept in bi_pool
 *
 * Return: the bio; NULL without memory, or with a warning when @bs was made
 * without vectors and some are asked for.
 */
struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short nr_vecs,
			     blk_opf_t opf, gfp_t gfp_mask, struct bio_set *bs)
{
	struct bio_vec *vecs = NULL;
	struct bio *bio;
	void *mem;

	if (WARN_ON_ONCE(nr_vecs > 0 && !mempool_initialized(&bs->bvec_pool)))
		return NULL;
	if (WARN_ON_ONCE(nr_vecs > BIO_MAX_VECS))
		return NULL;

	mem = mempool_alloc(&bs->bio_pool, gfp_mask);
	if (unlikely(!mem))
		return NULL;
	bio = mem + bs->front_pad;

	if (nr_vecs > BIO_INLINE_VECS) {
		vecs = bvec_array_alloc(bs, &nr_vecs, gfp_mask);
		if (unlikely(!vecs)) {
			mempool_free(mem, &bs->bio_pool);
			return NULL;
		}
	} else if (nr_vecs) {
		vecs = bio->bi_inline_vecs;
		nr_vecs = BIO_INLINE_VECS;
	}
	bio_init(bio, bdev, vecs, nr_vecs, opf & ~REQ_ALLOC_CACHE);
	bio->bi_pool = bs;
	atomic_long_inc(&blk_live.bios);
	return bio;
}
EXPORT_SYMBOL(bio_alloc_bioset);

/**
 * bio_kmalloc() - raw memory for a bio with @nr_vecs inline vectors
 *
 * The caller calls bio_init() with bi_inline_vecs, and at the end bio_uninit()
 * and kfree(); never bio_put().
 * Return: memory, or NULL (always for more than 1024 vectors).
 */
struct bio *bio_kmalloc(unsigned short nr_vecs, gfp_t gfp_mask)
{
	size_t bytes = sizeof(struct bio) + nr_vecs * sizeof(struct bio_vec);

	return nr_vecs > 1024 ? NULL : kmalloc(bytes, gfp_mask);
}
EXPORT_SYMBOL(bio_kmalloc);

static void bio_release(struct bio *bio)
{
	struct bio_set *from = bio->bi_pool;

	/* Memory of somebody else: only its owner can free it. */
	if (WARN_ON_ONCE(!from))
		return;
	bio_uninit(bio);
	bvec_array_free(from, bio->bi_io_vec, bio->bi_max_vecs);
	mempool_free((void *)bio - from->front_pad, &from->bio_pool);
	atomic_long_dec(&blk_live.bios);
}

/**
 * bio_put() - drop a reference; the last one frees
 */
void bio_put(struct bio *bio)
{
	if (unlikely(bio_flagged(bio, BIO_REFFED))) {
		BUG_ON(atomic_read(&bio->__bi_cnt) == 0);
		if (!atomic_dec_and_test(&bio->__bi_cnt))
			return;
	}
	bio_release(bio);
}
EXPORT_SYMBOL(bio_put);

/* ---- adding memory --------------------------------------------------- */

/* Bytes behind the end of @bv can join it only where both kinds of address,
 * physical and struct page, go on without a seam. */
static bool bvec_can_grow(const struct bio_vec *bv, struct page *page,
			  unsigned int off)
{
	unsigned int end = bv->bv_offset + bv->bv_len;
	phys_addr_t next = page_to_phys(page) + off;

	if (page_to_phys(bv->bv_page) + end != next)
		return false;
	if (next % PAGE_SIZE != 0)
		return true;
	return bv->bv_page + end / PAGE_SIZE == page + off / PAGE_SIZE;
}

/**
 * __bio_add_page() - append a vector, never extend one
 *
 * The caller knows that there is room; otherwise it warns and goes on.
 */
void __bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		    unsigned int off)
{
	struct bio_vec *slot = bio->bi_io_vec + bio->bi_vcnt;

	WARN_ON_ONCE(bio_flagged(bio, BIO_CLONED));
	WARN_ON_ONCE(bio->bi_vcnt >= bio->bi_max_vecs);

	if (is_pci_p2pdma_page(page))
		bio->bi_opf |= REQ_P2PDMA | REQ_NOMERGE;
	bvec_set_page(slot, page, len, off);
	bio->bi_vcnt++;
	bio->bi_iter.bi_size += len;
}
EXPORT_SYMBOL(__bio_add_page);

/**
 * bio_add_page() - append @len bytes at @off of @page
 * @off: may be PAGE_SIZE or more
 *
 * Joins the last vector where memory is contiguous; queue limits play no part.
 * Return: @len, or 0: no room, too large, zero length, a cloned bio (with a
 * warning), or memory of another kind than the bio already holds.
 */
int bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		 unsigned int off)
{
	struct bio_vec *last;

	if (WARN_ON_ONCE(bio_flagged(bio, BIO_CLONED)))
		return 0;
	if (WARN_ON_ONCE(!len))
		return 0;
	if (len > UINT_MAX - bio->bi_iter.bi_size)
		return 0;

	if (bio->bi_vcnt) {
		last = &bio->bi_io_vec[bio->bi_vcnt - 1];
		if (!zone_device_pages_have_same_pgmap(last->bv_page, page))
			return 0;
		if (bvec_can_grow(last, page, off)) {
			bio->bi_iter.bi_size += len;
			last->bv_len += len;
			return len;
		}
	}
	if (bio->bi_vcnt == bio->bi_max_vecs)
		return 0;
	__bio_add_page(bio, page, len, off);
	return len;
}
EXPORT_SYMBOL(bio_add_page);

/**
 * bio_add_folio() - append @len bytes at @off of @folio
 * Return: true if added; see bio_add_page().
 */
bool bio_add_folio(struct bio *bio, struct folio *folio, size_t len, size_t off)
{
	struct page *page = folio_page(folio, off / PAGE_SIZE);

	if (len > UINT_MAX)
		return false;
	return bio_add_page(bio, page, len, off % PAGE_SIZE) != 0;
}
EXPORT_SYMBOL(bio_add_folio);

/** bio_add_folio_nofail() - append, with room known to be there. */
void bio_add_folio_nofail(struct bio *bio, struct folio *folio, size_t len,
			  size_t off)
{
	WARN_ON_ONCE(len > UINT_MAX);
	__bio_add_page(bio, folio_page(folio, off / PAGE_SIZE), len,
		       off % PAGE_SIZE);
}
EXPORT_SYMBOL(bio_add_folio_nofail);

/** bio_add_virt_nofail() - append linear-map memory, with room known. */
void bio_add_virt_nofail(struct bio *bio, void *vaddr, unsigned int len)
{
	__bio_add_page(bio, virt_to_page(vaddr), len, offset_in_page(vaddr));
}
EXPORT_SYMBOL(bio_add_virt_nofail);

/**
 * bio_add_vmalloc_chunk() - append vmalloc memory up to the end of a page
 * Return: bytes appended, 0 if there is no room.
 *
 * Caches are physically addressed here, so nothing has to be flushed.
 */
unsigned int bio_add_vmalloc_chunk(struct bio *bio, void *vaddr,
				   unsigned int len)
{
	unsigned int in_page = offset_in_page(vaddr);
	unsigned int chunk = min_t(unsigned int, len, PAGE_SIZE - in_page);

	return bio_add_page(bio, vmalloc_to_page(vaddr), chunk, in_page);
}
EXPORT_SYMBOL(bio_add_vmalloc_chunk);

/**
 * bio_add_vmalloc() - append @len bytes of vmalloc memory
 * Return: true; false if the bio filled up half way.
 */
bool bio_add_vmalloc(struct bio *bio, void *vaddr, unsigned int len)
{
	unsigned int done = 0, chunk;

	for (; done < len; done += chunk) {
		chunk = bio_add_vmalloc_chunk(bio, vaddr + done, len - done);
		if (!chunk)
			return false;
	}
	return true;
}
EXPORT_SYMBOL(bio_add_vmalloc);

/* ---- chains and completion ------------------------------------------- */

/* Only an address to compare with; bio_endio() climbs to the parent itself. */
static void bio_chain_endio(struct bio *bio)
{
	bio_endio(bio);
}

/** bio_is_chained() - does @bio report to a parent? */
bool bio_is_chained(struct bio *bio)
{
	return bio->bi_end_io == bio_chain_endio;
}

/**
 * bio_chain() - @parent ends only after @bio has, with its first error
 *
 * @bio must have neither bi_end_io nor bi_private.
 */
void bio_chain(struct bio *bio, struct bio *parent)
{
	BUG_ON(bio->bi_end_io);
	BUG_ON(bio->bi_private);

	bio_inc_remaining(parent);
	bio->bi_end_io = bio_chain_endio;
	bio->bi_private = parent;
}
EXPORT_SYMBOL(bio_chain);

/**
 * bio_chain_and_submit() - submit @prev (if any) as a part of @new
 * Return: @new.
 */
struct bio *bio_chain_and_submit(struct bio *prev, struct bio *new)
{
	if (!prev)
		return new;
	bio_chain(prev, new);
	submit_bio(prev);
	return new;
}
EXPORT_SYMBOL(bio_chain_and_submit);

/**
 * blk_next_bio() - submit @bio and go on with a new one that waits for it
 * @bio: NULL at the start
 *
 * Return: the new bio, never NULL if @gfp may reclaim; NULL without memory, and
 * then @bio is the caller's as before.
 */
struct bio *blk_next_bio(struct bio *bio, struct block_device *bdev,
			 unsigned int nr_pages, blk_opf_t opf, gfp_t gfp)
{
	struct bio *next = bio_alloc(bdev, nr_pages, opf, gfp);

	return next ? bio_chain_and_submit(bio, next) : NULL;
}
EXPORT_SYMBOL_GPL(blk_next_bio);

/* True when nothing the bio waits for is left. */
static bool bio_last_part(struct bio *bio)
{
	if (!bio_flagged(bio, BIO_CHAIN))
		return true;
	BUG_ON(atomic_read(&bio->__bi_remaining) <= 0);
	if (!atomic_dec_and_test(&bio->__bi_remaining))
		return false;
	bio_clear_flag(bio, BIO_CHAIN);
	return true;
}

/**
 * bio_endio() - one part of @bio has ended, with bi_status
 *
 * Calls bi_end_io when it was the last part. Climbs chains in a loop, since
 * they can be long.
 * Context: any that bi_end_io can stand.
 */
void bio_endio(struct bio *bio)
{
	struct bio *parent;

	while (bio_last_part(bio)) {
		if (!bio_is_chained(bio)) {
			if (bio->bi_end_io)
				bio->bi_end_io(bio);
			return;
		}
		parent = bio->bi_private;
		if (bio->bi_status)
			cmpxchg(&parent->bi_status, BLK_STS_OK, bio->bi_status);
		bio_put(bio);
		bio = parent;
	}
}
EXPORT_SYMBOL(bio_endio);
