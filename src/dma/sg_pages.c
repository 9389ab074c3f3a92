/* SPDX-License-Identifier: MIT */
/*
 * Scatter lists made of pages: from an array, freshly allocated, split from
 * another list. Models lib/scatterlist.c and lib/sg_split.c, 6.17.
 *
 * Pages that lie next to each other in memory become one entry, as long as it
 * stays within the caller's limit and both are of the same kind: ordinary
 * memory, or memory of the same device.
 *
 * Locks: none.
 * Context: any, but for what takes memory: as its gfp says.
 * Tests: tests/unit/dma/test_scatterlist.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/memremap.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "dma/sg.h"

/* ---- from an array of pages ------------------------------------------------------ */

static bool sg_pages_join(struct page *first, struct page *second)
{
	return page_to_pfn(second) == page_to_pfn(first) + 1 &&
	       zone_device_pages_have_same_pgmap(first, second);
}

/* How many of @pages, from the first on, make one entry of at most @max pages? */
static unsigned int sg_run_length(struct page **pages, unsigned int n_pages,
				  unsigned int max)
{
	unsigned int n = 1;

	while (n < n_pages && n < max && sg_pages_join(pages[n - 1], pages[n]))
		n++;
	return n;
}

/*
 * The slot after the last entry. A chunk ends in a slot marked as the end: that
 * one becomes the link to a new chunk if more than one entry is to come.
 */
static struct scatterlist *sg_append_slot(struct sg_append_table *table,
					  unsigned int to_come, gfp_t gfp)
{
	struct scatterlist *slot = NULL, *chunk;
	unsigned int size = min_t(unsigned int, to_come, SG_MAX_SINGLE_ALLOC);

	if (table->prv) {
		slot = sg_next(table->prv);
		if (slot && (to_come == 1 || !sg_is_last(slot)))
			return slot;
	}
	chunk = sg_chunk_alloc(size, gfp);
	if (!chunk)
		return NULL;
	sg_init_table(chunk, size);
	if (slot) {
		__sg_chain(slot, chunk);
		table->total_nents += size - 1;
	} else {
		table->sgt.sgl = chunk;
		table->total_nents = size;
	}
	return chunk;
}

/*
 * Pages that continue the last entry just make it longer. Returns how many.
 * -EINVAL if that entry does not end with a page.
 */
static int sg_append_to_last(struct scatterlist *last, struct page **pages,
			     unsigned int n_pages, unsigned int max_segment)
{
	phys_addr_t end = sg_phys(last) + last->length;
	unsigned int n = 0;
	struct page *tail;

	if (WARN_ON(offset_in_page(end)))
		return -EINVAL;
	tail = phys_to_page(end - 1);
	while (n < n_pages && sg_pages_join(tail, pages[n]) &&
	       last->length + PAGE_SIZE <= max_segment) {
		last->length += PAGE_SIZE;
		tail = pages[n++];
	}
	return n;
}

/**
 * sg_alloc_append_table_from_pages() - append pages to a table
 * @sgt: the table, zeroed at first
 * @pages: @n_pages pages
 * @offset: bytes to leave out of the first one
 * @size: bytes in all, from there
 * @max_segment: longest entry in bytes, at least a page
 * @left_pages: pages that later calls will append; 0 completes the table
 *
 * Return: 0; -EINVAL for @max_segment below a page or a table whose last entry
 * ends inside a page (WARN); -ENOMEM, and sg_free_append_table() frees all.
 */
int sg_alloc_append_table_from_pages(struct sg_append_table *sgt,
				     struct page **pages, unsigned int n_pages,
				     unsigned int offset, unsigned long size,
				     unsigned int max_segment,
				     unsigned int left_pages, gfp_t gfp_mask)
{
	unsigned int max_pages = max_segment >> PAGE_SHIFT;
	unsigned int at = 0, run, entries = 0;
	struct scatterlist *slot;

	if (WARN_ON(!max_pages || !n_pages))
		return -EINVAL;
	if (sgt->prv) {
		int joined;

		/* A complete table has no slot to go on from. */
		if (WARN_ON(sg_is_last(sgt->prv)))
			return -EINVAL;
		joined = sg_append_to_last(sgt->prv, pages, n_pages,
					   max_pages << PAGE_SHIFT);
		if (joined < 0)
			return joined;
		pages += joined;
		n_pages -= joined;
	}

	for (; at < n_pages; at += run, entries++)
		run = sg_run_length(pages + at, n_pages - at, max_pages);

	for (at = 0; at < n_pages; at += run, entries--) {
		unsigned long bytes;

		run = sg_run_length(pages + at, n_pages - at, max_pages);
		slot = sg_append_slot(sgt, entries + left_pages, gfp_mask);
		if (!slot)
			return -ENOMEM;
		bytes = min(size, ((unsigned long)run << PAGE_SHIFT) - offset);
		sg_set_page(slot, pages[at], bytes, offset);
		size -= bytes;
		offset = 0;
		sgt->sgt.nents++;
		sgt->sgt.orig_nents = sgt->sgt.nents;
		sgt->prv = slot;
	}
	if (!left_pages)
		sg_mark_end(sgt->prv);
	return 0;
}
EXPORT_SYMBOL(sg_alloc_append_table_from_pages);

/** sg_free_append_table() - free a table, complete or not. */
void sg_free_append_table(struct sg_append_table *sgt)
{
	__sg_free_table(&sgt->sgt, SG_MAX_SINGLE_ALLOC, 0, sg_chunk_free,
			sgt->total_nents);
}
EXPORT_SYMBOL(sg_free_append_table);

/**
 * sg_alloc_table_from_pages_segment() - a table of an array of pages
 * @max_segment: longest entry in bytes, rounded down to pages
 *
 * Return: 0; -EINVAL for @max_segment below a page (WARN); -ENOMEM, and nothing
 * is allocated.
 */
int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
				      unsigned int n_pages, unsigned int offset,
				      unsigned long size,
				      unsigned int max_segment, gfp_t gfp_mask)
{
	struct sg_append_table append = {};
	int ret;

	ret = sg_alloc_append_table_from_pages(&append, pages, n_pages, offset,
					       size, max_segment, 0, gfp_mask);
	if (ret) {
		sg_free_append_table(&append);
		return ret;
	}
	*sgt = append.sgt;
	WARN_ON(append.total_nents != sgt->orig_nents);
	return 0;
}
EXPORT_SYMBOL(sg_alloc_table_from_pages_segment);

/* ---- with memory of its own --------------------------------------------------------- */

/**
 * sgl_alloc_order() - allocate a list with memory
 * @length: bytes
 * @order: pages per entry, log2
 * @chainable: leave an unused entry at the end, to chain to
 * @nent_p: gets the number of entries with memory; may be NULL
 *
 * Context: as @gfp allows. Return: the list or NULL.
 */
struct scatterlist *sgl_alloc_order(unsigned long long length,
				    unsigned int order, bool chainable,
				    gfp_t gfp, unsigned int *nent_p)
{
	unsigned long long chunk = (unsigned long long)PAGE_SIZE << order;
	unsigned long long needed = length / chunk + !!(length % chunk);
	unsigned int slots = needed + chainable, i;
	struct scatterlist *sgl;
	struct page *page;

	if (!needed || needed > INT_MAX - 1)
		return NULL;
	sgl = kmalloc_array(slots, sizeof(*sgl), gfp & ~GFP_DMA);
	if (!sgl)
		return NULL;
	sg_init_table(sgl, slots);
	for (i = 0; i < needed; i++) {
		unsigned int bytes = min(length, chunk);

		page = alloc_pages(gfp, order);
		if (!page) {
			sgl_free_n_order(sgl, i, order);
			return NULL;
		}
		sg_set_page(&sgl[i], page, bytes, 0);
		length -= bytes;
	}
	if (nent_p)
		*nent_p = needed;
	return sgl;
}
EXPORT_SYMBOL(sgl_alloc_order);

/** sgl_alloc() - sgl_alloc_order() of single pages, without a spare entry. */
struct scatterlist *sgl_alloc(unsigned long long length, gfp_t gfp,
			      unsigned int *nent_p)
{
	return sgl_alloc_order(length, 0, false, gfp, nent_p);
}
EXPORT_SYMBOL(sgl_alloc);

/** sgl_free_n_order() - free a list and the memory of its first @nents entries. */
void sgl_free_n_order(struct scatterlist *sgl, int nents, int order)
{
	struct scatterlist *s = sgl;

	for (; s && nents > 0; nents--, s = sg_next(s))
		if (sg_page(s))
			__free_pages(sg_page(s), order);
	kfree(sgl);
}
EXPORT_SYMBOL(sgl_free_n_order);

/** sgl_free_order() - free a list of sgl_alloc_order() and its memory. Any context. */
void sgl_free_order(struct scatterlist *sgl, int order)
{
	sgl_free_n_order(sgl, INT_MAX, order);
}
EXPORT_SYMBOL(sgl_free_order);

/** sgl_free() - free a list of sgl_alloc() and its memory. Any context. */
void sgl_free(struct scatterlist *sgl)
{
	sgl_free_order(sgl, 0);
}
EXPORT_SYMBOL(sgl_free);

/* ---- splitting ------------------------------------------------------------------------ */

/* A position in a list, by memory or by DMA segments. */
struct sg_cursor {
	struct scatterlist *sg;
	unsigned int left; /* entries from @sg on */
	size_t off; /* bytes of @sg that are used up */
	bool dma;
};

static size_t sg_cursor_room(struct sg_cursor *at)
{
	return (at->dma ? sg_dma_len(at->sg) : at->sg->length) - at->off;
}

/* Go on by at most @want bytes of one entry; returns how many, 0 at the end. */
static size_t sg_cursor_take(struct sg_cursor *at, size_t want)
{
	size_t step;

	while (at->sg && at->left && !sg_cursor_room(at)) {
		at->sg = sg_next(at->sg);
		at->left--;
		at->off = 0;
	}
	if (!at->sg || !at->left)
		return 0;
	step = min(want, sg_cursor_room(at));
	at->off += step;
	return step;
}

static bool sg_cursor_skip(struct sg_cursor *at, size_t bytes)
{
	size_t step;

	for (; bytes; bytes -= step) {
		step = sg_cursor_take(at, bytes);
		if (!step)
			return false;
	}
	return true;
}

/* Entries that the next @bytes bytes touch; -EINVAL if there are not enough. */
static int sg_cursor_count(struct sg_cursor at, size_t bytes)
{
	int count = 0;
	size_t step;

	for (; bytes; bytes -= step, count++) {
		step = sg_cursor_take(&at, bytes);
		if (!step)
			return -EINVAL;
	}
	return count;
}

/* Describe the next @bytes bytes in @out, in the same way as @at counts. */
static void sg_cursor_emit(struct sg_cursor *at, size_t bytes,
			   struct scatterlist *out)
{
	size_t step;

	for (; bytes; bytes -= step, out++) {
		step = sg_cursor_take(at, bytes);
		if (at->dma) {
			sg_dma_address(out) =
				sg_dma_address(at->sg) + at->off - step;
			sg_dma_len(out) = step;
		} else {
			sg_set_page(out, sg_page(at->sg), step,
				    at->sg->offset + at->off - step);
		}
	}
}

static struct scatterlist *sg_split_one(struct sg_cursor *mem,
					struct sg_cursor *dma, size_t bytes,
					int *dma_nents, gfp_t gfp)
{
	int nents = sg_cursor_count(*mem, bytes), mapped = 0;
	struct scatterlist *out;

	if (nents > 0 && dma->left)
		mapped = sg_cursor_count(*dma, bytes);
	if (nents <= 0 || mapped < 0)
		return ERR_PTR(-EINVAL);
	out = kmalloc_array(max(nents, mapped), sizeof(*out), gfp);
	if (!out)
		return ERR_PTR(-ENOMEM);
	sg_init_table(out, max(nents, mapped));
	sg_cursor_emit(mem, bytes, out);
	if (mapped)
		sg_cursor_emit(dma, bytes, out);
	sg_mark_end(&out[nents - 1]);
	*dma_nents = mapped;
	return out;
}

/**
 * sg_split() - cut a list into several
 * @in: the list; it stays as it is
 * @in_mapped_nents: its DMA segments, 0 if it is not mapped
 * @skip: bytes to leave out at the start
 * @nb_splits: number of pieces, each of @split_sizes bytes
 * @out: gets a list for each, to be given to kfree()
 * @out_mapped_nents: gets the DMA segments of each; may be NULL
 *
 * Return: 0; -EINVAL if the list is shorter or a piece is empty; -ENOMEM. On
 * failure no list is left.
 */
int sg_split(struct scatterlist *in, const int in_mapped_nents,
	     const off_t skip, const int nb_splits, const size_t *split_sizes,
	     struct scatterlist **out, int *out_mapped_nents, gfp_t gfp_mask)
{
	struct sg_cursor mem = { .sg = in, .left = sg_nents(in) };
	struct sg_cursor dma = { .sg = in,
				 .left = in_mapped_nents,
				 .dma = true };
	int i, mapped, ret = -EINVAL;

	if (!sg_cursor_skip(&mem, skip) ||
	    (in_mapped_nents && !sg_cursor_skip(&dma, skip)))
		return -EINVAL;
	for (i = 0; i < nb_splits; i++) {
		out[i] = sg_split_one(&mem, &dma, split_sizes[i], &mapped,
				      gfp_mask);
		if (IS_ERR(out[i])) {
			ret = PTR_ERR(out[i]);
			goto err_free;
		}
		if (out_mapped_nents)
			out_mapped_nents[i] = mapped;
	}
	return 0;

err_free:
	while (i--)
		kfree(out[i]);
	return ret;
}
EXPORT_SYMBOL(sg_split);
