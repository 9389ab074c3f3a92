/* SPDX-License-Identifier: MIT */
/*
 * Scatter lists: tables in chunks, counting, splitting, pages and bytes in
 * them. Models lib/scatterlist.c and lib/sg_pool.c, 6.17; what builds lists
 * from pages is in sg_pages.c.
 *
 * A table of more entries than a chunk holds is a chain of chunks:
 *
 *	[e|e|...|e|link] -> [e|e|...|e|link] -> [e|e END]
 *
 * The size of a chunk is not stored. Who frees a table recomputes it from the
 * number of entries, so the rule is fixed: all chunks are full but the last.
 *
 * I1  The last entry of a list carries SG_END, and no other does.
 * I2  A full chunk that is not the last one ends in a link.
 * Locks: none; a list belongs to its caller.
 * Context: any, but for what takes memory: as its gfp says, atomic without one.
 * Tests: tests/unit/dma/test_scatterlist.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "dma/sg.h"

/* ---- counting ------------------------------------------------------------------ */

/** sg_nents() - entries up to and with the end mark. */
int sg_nents(struct scatterlist *sg)
{
	int count = 0;

	while (sg) {
		count++;
		sg = sg_next(sg);
	}
	return count;
}
EXPORT_SYMBOL(sg_nents);

/**
 * sg_nents_for_len() - entries that hold the first @len bytes
 * Return: 0 for @len 0; -EINVAL if the list is shorter.
 */
int sg_nents_for_len(struct scatterlist *sg, u64 len)
{
	u64 seen = 0;
	int count = 0;

	for (; seen < len; sg = sg_next(sg)) {
		if (!sg)
			return -EINVAL;
		seen += sg->length;
		count++;
	}
	return count;
}
EXPORT_SYMBOL(sg_nents_for_len);

/** sg_nents_for_dma() - pieces of at most @len bytes that DMA segments make. */
int sg_nents_for_dma(struct scatterlist *sgl, unsigned int sglen, size_t len)
{
	struct scatterlist *s;
	unsigned int i;
	int count = 0;

	for_each_sg(sgl, s, sglen, i)
		count += DIV_ROUND_UP(sg_dma_len(s), len);
	return count;
}
EXPORT_SYMBOL(sg_nents_for_dma);

/** sg_last() - entry @nents of a list; BUG unless it has the end mark. */
struct scatterlist *sg_last(struct scatterlist *s, unsigned int nents)
{
	while (--nents)
		s = sg_next(s);
	BUG_ON(!sg_is_last(s));
	return s;
}
EXPORT_SYMBOL(sg_last);

/** sg_init_table() - make @sgl an empty list of @nents entries. */
void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, sizeof(*sgl) * nents);
	sg_init_marker(sgl, nents);
}
EXPORT_SYMBOL(sg_init_table);

/** sg_init_one() - a list of one buffer. */
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}
EXPORT_SYMBOL(sg_init_one);

/* ---- tables -------------------------------------------------------------------- */

/* A chunk that fills a page comes from the page allocator. */
struct scatterlist *sg_chunk_alloc(unsigned int nents, gfp_t gfp)
{
	if (nents == SG_MAX_SINGLE_ALLOC)
		return (struct scatterlist *)__get_free_page(gfp);
	return kmalloc_array(nents, sizeof(struct scatterlist), gfp);
}

void sg_chunk_free(struct scatterlist *chunk, unsigned int nents)
{
	if (nents == SG_MAX_SINGLE_ALLOC)
		free_page((unsigned long)chunk);
	else
		kfree(chunk);
}

/**
 * __sg_free_table() - free a table chunk by chunk
 * @max_ents: entries of a full chunk, the link included
 * @nents_first_chunk: size of a first chunk that the caller owns; 0: none
 * @free_fn: frees one chunk
 * @num_ents: entries of the table, links not counted
 */
void __sg_free_table(struct sg_table *table, unsigned int max_ents,
		     unsigned int nents_first_chunk, sg_free_fn *free_fn,
		     unsigned int num_ents)
{
	unsigned int room = nents_first_chunk ? nents_first_chunk : max_ents;
	struct scatterlist *chunk = table->sgl, *next;
	bool borrowed = nents_first_chunk;

	while (chunk && num_ents) {
		if (num_ents > room) {
			next = sg_chain_ptr(&chunk[room - 1]);
			num_ents -= room - 1;
		} else {
			next = NULL;
			room = num_ents;
			num_ents = 0;
		}
		if (!borrowed)
			free_fn(chunk, room);
		borrowed = false;
		room = max_ents;
		chunk = next;
	}
	table->sgl = NULL;
}
EXPORT_SYMBOL(__sg_free_table);

/**
 * __sg_alloc_table() - make a table from chunks
 * @max_ents: entries of a full chunk, the link included
 * @first_chunk: @nents_first_chunk entries to use first; NULL: none
 * @alloc_fn: allocates one chunk
 *
 * Return: 0; -EINVAL for 0 entries; -ENOMEM, and __sg_free_table() with
 * table->orig_nents frees what is there.
 */
int __sg_alloc_table(struct sg_table *table, unsigned int nents,
		     unsigned int max_ents, struct scatterlist *first_chunk,
		     unsigned int nents_first_chunk, gfp_t gfp_mask,
		     sg_alloc_fn *alloc_fn)
{
	unsigned int room = nents_first_chunk ? nents_first_chunk : max_ents;
	struct scatterlist *chunk = first_chunk, *link = NULL;

	*table = (struct sg_table){};
	if (!nents)
		return -EINVAL;
	for (;;) {
		bool last = nents <= room;
		unsigned int size = last ? nents : room;
		unsigned int used = last ? size : size - 1;

		if (!chunk)
			chunk = alloc_fn(size, gfp_mask);
		if (!chunk) {
			/* The chunk before was full: its link slot counts. */
			if (link)
				table->nents = ++table->orig_nents;
			return -ENOMEM;
		}
		sg_init_table(chunk, size);
		if (link)
			__sg_chain(link, chunk);
		else
			table->sgl = chunk;
		table->orig_nents += used;
		table->nents = table->orig_nents;
		if (last)
			return 0;
		link = &chunk[size - 1];
		nents -= used;
		room = max_ents;
		chunk = NULL;
	}
}
EXPORT_SYMBOL(__sg_alloc_table);

/**
 * sg_alloc_table() - make a table of @nents entries
 * Return: 0; -EINVAL for 0; -ENOMEM, and nothing is allocated.
 */
int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp_mask)
{
	int ret = __sg_alloc_table(table, nents, SG_MAX_SINGLE_ALLOC, NULL, 0,
				   gfp_mask, sg_chunk_alloc);

	if (unlikely(ret))
		sg_free_table(table);
	return ret;
}
EXPORT_SYMBOL(sg_alloc_table);

/** sg_free_table() - free a table of sg_alloc_table(); again is harmless. */
void sg_free_table(struct sg_table *table)
{
	__sg_free_table(table, SG_MAX_SINGLE_ALLOC, 0, sg_chunk_free,
			table->orig_nents);
}
EXPORT_SYMBOL(sg_free_table);

/* A first chunk of one entry would be nothing but a link. */
static bool sg_first_chunk_usable(unsigned int nents_first_chunk)
{
	return nents_first_chunk > 1;
}

static struct scatterlist *sg_pool_alloc(unsigned int nents, gfp_t gfp)
{
	return kmalloc_array(nents, sizeof(struct scatterlist), gfp);
}

static void sg_pool_free(struct scatterlist *chunk, unsigned int nents)
{
	kfree(chunk);
}

/**
 * sg_alloc_table_chained() - a table that starts in memory of the caller
 * @first_chunk: @nents_first_chunk entries; enough: nothing is allocated
 *
 * Context: any. Return: 0 or -ENOMEM, and nothing is allocated.
 */
int sg_alloc_table_chained(struct sg_table *table, int nents,
			   struct scatterlist *first_chunk,
			   unsigned nents_first_chunk)
{
	int ret;

	BUG_ON(nents <= 0);
	if (first_chunk && nents <= nents_first_chunk) {
		table->sgl = first_chunk;
		table->nents = table->orig_nents = nents;
		sg_init_table(first_chunk, nents);
		return 0;
	}
	if (!sg_first_chunk_usable(nents_first_chunk)) {
		first_chunk = NULL;
		nents_first_chunk = 0;
	}
	ret = __sg_alloc_table(table, nents, SG_CHUNK_SIZE, first_chunk,
			       nents_first_chunk, GFP_ATOMIC, sg_pool_alloc);
	if (unlikely(ret))
		sg_free_table_chained(table, nents_first_chunk);
	return ret;
}
EXPORT_SYMBOL_GPL(sg_alloc_table_chained);

/** sg_free_table_chained() - @nents_first_chunk as when allocating. */
void sg_free_table_chained(struct sg_table *table, unsigned nents_first_chunk)
{
	if (table->orig_nents <= nents_first_chunk)
		return;
	if (!sg_first_chunk_usable(nents_first_chunk))
		nents_first_chunk = 0;
	__sg_free_table(table, SG_CHUNK_SIZE, nents_first_chunk, sg_pool_free,
			table->orig_nents);
}
EXPORT_SYMBOL_GPL(sg_free_table_chained);

/* ---- page by page ----------------------------------------------------------------- */

/** __sg_page_iter_start() - begin at page @pgoffset of a list of @nents entries. */
void __sg_page_iter_start(struct sg_page_iter *piter,
			  struct scatterlist *sglist, unsigned int nents,
			  unsigned long pgoffset)
{
	*piter = (struct sg_page_iter){ .sg = sglist,
					.sg_pgoffset = pgoffset,
					.__nents = nents };
}
EXPORT_SYMBOL(__sg_page_iter_start);

/* One page on, over entries that end before it. */
static bool sg_page_iter_step(struct sg_page_iter *piter, bool dma)
{
	struct scatterlist *s = piter->sg;

	piter->sg_pgoffset += piter->__pg_advance;
	piter->__pg_advance = 1;
	for (; s && piter->__nents; piter->__nents--) {
		u64 bytes = (u64)s->offset + (dma ? sg_dma_len(s) : s->length);
		u64 pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;

		piter->sg = s;
		if (piter->sg_pgoffset < pages)
			return true;
		piter->sg_pgoffset -= pages;
		s = sg_next(s);
	}
	return false;
}

/** __sg_page_iter_next() - go to the next page of memory; false: end. */
bool __sg_page_iter_next(struct sg_page_iter *piter)
{
	return sg_page_iter_step(piter, false);
}
EXPORT_SYMBOL(__sg_page_iter_next);

/** __sg_page_iter_dma_next() - go to the next page of DMA segments; false: end. */
bool __sg_page_iter_dma_next(struct sg_dma_page_iter *dma_iter)
{
	return sg_page_iter_step(&dma_iter->base, true);
}
EXPORT_SYMBOL(__sg_page_iter_dma_next);

/* ---- bytes ------------------------------------------------------------------------ */

/**
 * sg_miter_start() - begin a walk through the CPU's view of a list
 * @flags: SG_MITER_TO_SG, SG_MITER_FROM_SG: which way data moves
 */
void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
		    unsigned int nents, unsigned int flags)
{
	WARN_ON(!(flags & (SG_MITER_TO_SG | SG_MITER_FROM_SG)));
	*miter = (struct sg_mapping_iter){ .__flags = flags };
	__sg_page_iter_start(&miter->piter, sgl, nents, 0);
}
EXPORT_SYMBOL(sg_miter_start);

/* Let __offset and __remaining describe bytes of a page that are not used up. */
static bool sg_miter_fill(struct sg_mapping_iter *miter)
{
	struct sg_page_iter *piter = &miter->piter;
	struct scatterlist *s;
	u64 from, end;

	while (!miter->__remaining) {
		if (!__sg_page_iter_next(piter))
			return false;
		s = piter->sg;
		/* The entry may begin pages after its page. */
		if ((s->offset >> PAGE_SHIFT) > piter->sg_pgoffset)
			piter->sg_pgoffset = s->offset >> PAGE_SHIFT;
		from = max_t(u64, s->offset,
			     (u64)piter->sg_pgoffset << PAGE_SHIFT);
		end = min_t(u64, (u64)s->offset + s->length,
			    ((u64)piter->sg_pgoffset + 1) << PAGE_SHIFT);
		miter->__offset = from & (PAGE_SIZE - 1);
		miter->__remaining = end > from ? end - from : 0;
	}
	return true;
}

static void sg_miter_use(struct sg_mapping_iter *miter, size_t bytes)
{
	miter->__offset += bytes;
	miter->__remaining -= bytes;
}

/** sg_miter_stop() - let go of the current bytes; next() goes on after them. */
void sg_miter_stop(struct sg_mapping_iter *miter)
{
	if (!miter->addr)
		return;
	WARN_ON(miter->consumed > miter->length);
	sg_miter_use(miter, min(miter->consumed, miter->length));
	miter->page = NULL;
	miter->addr = NULL;
	miter->length = 0;
	miter->consumed = 0;
}
EXPORT_SYMBOL(sg_miter_stop);

/** sg_miter_skip() - pass over @offset bytes; false if the list ends before. */
bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
{
	sg_miter_stop(miter);
	while (offset > 0) {
		size_t step;

		if (!sg_miter_fill(miter))
			return false;
		step = min_t(size_t, offset, miter->__remaining);
		sg_miter_use(miter, step);
		offset -= step;
	}
	return true;
}
EXPORT_SYMBOL(sg_miter_skip);

/** sg_miter_next() - map the next bytes, at most to a page's end; false: end. */
bool sg_miter_next(struct sg_mapping_iter *miter)
{
	sg_miter_stop(miter);
	if (!sg_miter_fill(miter))
		return false;
	miter->page = sg_page_iter_page(&miter->piter);
	miter->addr = page_address(miter->page) + miter->__offset;
	miter->length = miter->__remaining;
	miter->consumed = miter->length;
	return true;
}
EXPORT_SYMBOL(sg_miter_next);

enum sg_move { SG_TO_BUFFER, SG_FROM_BUFFER, SG_ZERO };

static size_t sg_move_bytes(struct scatterlist *sgl, unsigned int nents,
			    char *buf, size_t len, off_t skip,
			    enum sg_move what)
{
	struct sg_mapping_iter miter;
	size_t done = 0, step;

	sg_miter_start(&miter, sgl, nents,
		       what == SG_TO_BUFFER ? SG_MITER_FROM_SG :
					      SG_MITER_TO_SG);
	if (!sg_miter_skip(&miter, skip))
		return 0;
	while (done < len && sg_miter_next(&miter)) {
		step = min(miter.length, len - done);
		if (what == SG_TO_BUFFER)
			memcpy(buf + done, miter.addr, step);
		else if (what == SG_FROM_BUFFER)
			memcpy(miter.addr, buf + done, step);
		else
			memset(miter.addr, 0, step);
		done += step;
	}
	sg_miter_stop(&miter);
	return done;
}

/**
 * sg_copy_buffer() - copy between a buffer and the list
 * @skip: bytes of the list to pass over first
 * @to_buffer: from the list to @buf
 *
 * Return: bytes copied, less than @buflen if the list ends before.
 */
size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
		      size_t buflen, off_t skip, bool to_buffer)
{
	return sg_move_bytes(sgl, nents, buf, buflen, skip,
			     to_buffer ? SG_TO_BUFFER : SG_FROM_BUFFER);
}
EXPORT_SYMBOL(sg_copy_buffer);

/** sg_copy_from_buffer() - fill the list from @buf. Return: bytes copied. */
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			   const void *buf, size_t buflen)
{
	return sg_move_bytes(sgl, nents, (void *)buf, buflen, 0,
			     SG_FROM_BUFFER);
}
EXPORT_SYMBOL(sg_copy_from_buffer);

/** sg_copy_to_buffer() - fill @buf from the list. Return: bytes copied. */
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
			 size_t buflen)
{
	return sg_move_bytes(sgl, nents, buf, buflen, 0, SG_TO_BUFFER);
}
EXPORT_SYMBOL(sg_copy_to_buffer);

/** sg_pcopy_from_buffer() - the same from byte @skip of the list on. */
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			    const void *buf, size_t buflen, off_t skip)
{
	return sg_move_bytes(sgl, nents, (void *)buf, buflen, skip,
			     SG_FROM_BUFFER);
}
EXPORT_SYMBOL(sg_pcopy_from_buffer);

/** sg_pcopy_to_buffer() - the same from byte @skip of the list on. */
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents,
			  void *buf, size_t buflen, off_t skip)
{
	return sg_move_bytes(sgl, nents, buf, buflen, skip, SG_TO_BUFFER);
}
EXPORT_SYMBOL(sg_pcopy_to_buffer);

/** sg_zero_buffer() - clear @buflen bytes of the list. Return: bytes cleared. */
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents,
		      size_t buflen, off_t skip)
{
	return sg_move_bytes(sgl, nents, NULL, buflen, skip, SG_ZERO);
}
EXPORT_SYMBOL(sg_zero_buffer);
