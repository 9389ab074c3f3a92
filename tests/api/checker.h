/* SPDX-License-Identifier: MIT */
/*
 * What the suites of the checker share: a machine with it on, and diagnoses that
 * are compared with what docs/checker.md shows.
 */
#ifndef TESTS_API_CHECKER_H
#define TESTS_API_CHECKER_H

#include "api/api.h"

#include <dmasim/checker.h>

#define checker_stat(field)                         \
	({                                          \
		struct dmasim_checker_stats stats_; \
		dmasim_checker_get_stats(&stats_);  \
		stats_.field;                       \
	})

/*
 * @times events @id were added so far and belong to the test. The last one reads
 * as documented, but for numbers.
 */
#define assert_diagnosed(kind, id, times) \
	assert_diagnosed_(kind, id, times, __FILE__, __LINE__)
void assert_diagnosed_(enum dmasim_event_kind kind, const char *id,
		       unsigned int times, const char *file, int line);

#define diagnosed(id, times) assert_diagnosed(DMASIM_EVENT_MISUSE, id, times)

/* The newest event of that kind. */
struct dmasim_event checker_event(enum dmasim_event_kind kind, const char *id);

/* A mapping as a careful driver makes it. */
static inline dma_addr_t map_checked(struct fixture *f, struct page *page,
				     size_t offset, size_t size,
				     enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(f->dev, page, offset, size, dir);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	return addr;
}

/* Zeroed pages of which a careful driver has mapped the first @size bytes. */
struct buffer {
	struct page *page;
	dma_addr_t addr;
	size_t size;
	enum dma_data_direction dir;
};

static inline struct buffer map_buffer(struct fixture *f, size_t size,
				       enum dma_data_direction dir)
{
	struct buffer b = { .size = size, .dir = dir };

	b.page = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(size));
	assert_non_null(b.page);
	b.addr = map_checked(f, b.page, 0, size, dir);
	return b;
}

/* It has been unmapped, in whatever way. */
static inline void free_buffer(struct buffer *b)
{
	__free_pages(b->page, get_order(b->size));
}

static inline void unmap_buffer(struct fixture *f, struct buffer *b)
{
	dma_unmap_page(f->dev, b->addr, b->size, b->dir);
	free_buffer(b);
}

#endif
