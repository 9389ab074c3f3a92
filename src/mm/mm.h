/* SPDX-License-Identifier: MIT */
/*
 * What other folders may ask of src/mm beyond the kernel's API: starting and
 * stopping it, the placement policy, figures, and a veto on freeing pages.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include <linux/mmzone.h>
#include <linux/types.h>

struct page;

/**
 * enum mm_layout - where single pages come from
 * @MM_LAYOUT_CONTIGUOUS: ascending neighbours, lowest first
 * @MM_LAYOUT_SCATTERED: far apart, by seed, never two neighbours in a row
 *	while another page is free; higher orders stay contiguous
 *
 * The values are those of enum dmasim_layout.
 */
enum mm_layout {
	MM_LAYOUT_CONTIGUOUS,
	MM_LAYOUT_SCATTERED,
};

struct mm_params {
	enum mm_layout layout;
	u64 seed;
};

/**
 * struct mm_stats - figures of the moment
 * @pages_total: pages that the allocator manages
 * @pages_free: of these, free now; pages in the hands of the slab are not
 * @slab_objects: live objects of kmalloc() and all caches
 * @slab_bytes: their size, rounded up to size classes
 */
struct mm_stats {
	u64 pages_total;
	u64 pages_free;
	u64 slab_objects;
	u64 slab_bytes;
};

/**
 * typedef mm_page_free_check_t - may this block go back to the allocator?
 *
 * Called for each block (2^order pages) about to be freed. Return: false to
 * keep it out of circulation; whoever says so reports why.
 */
typedef bool (*mm_page_free_check_t)(struct page *page, unsigned int order);

/** typedef mm_object_watch_t - an object of the slab is about to be freed. */
typedef void (*mm_object_watch_t)(phys_addr_t phys, size_t size);

int mm_boot(const struct mm_params *params);
unsigned int mm_check(void);
void mm_shutdown(void);
void mm_set_layout(enum mm_layout layout);
void mm_get_stats(struct mm_stats *stats);

/* boot.c: memory set aside, for one user, without struct page's accounts */
struct page *mm_reserve(unsigned long nr_pages, bool low);
struct page *mm_reserve_zone(unsigned long nr_pages, enum zone_type zone);
void mm_unreserve(struct page *page, unsigned long nr_pages);
bool mm_reserve_at(phys_addr_t phys, unsigned long nr_pages);
void mm_unreserve_at(struct page *page, unsigned long nr_pages);

/*
 * kmem_cache.c: a flag for kmem_cache_create(). Objects, of a page at most, lie
 * in memory of the host, which has huge pages as the kernel's linear map does
 * and simulated RAM does not: for bookkeeping of which there may be a million.
 * They have no struct page and no physical address, and kfree() does not take
 * them.
 */
#define SLAB_HOST ((slab_flags_t)BIT(31))

/* page_alloc.c: bytes of the block that begins at @page and is in use; 0: none */
size_t mm_block_size(const struct page *page);

/* hot.c: single pages for tables, last freed first */
struct page *mm_alloc_hot_page(gfp_t gfp);
void mm_free_hot_page(struct page *page);
unsigned int mm_hot_pages(void);

/* memmap.c: RAM; pfn_valid() is also true for pages of devices */
bool mm_pfn_is_ram(unsigned long pfn);
u64 mm_ram_left(phys_addr_t phys);
unsigned long mm_ram_frames(unsigned long start, unsigned long end);

/* map_host.c: bookkeeping of any length, which is never simulated RAM */
void *mm_map_anon(size_t size);
void mm_unmap_anon(void *start, size_t size);

/* vma.c: user addresses that show RAM */
struct vm_area_struct *mm_vma_create(size_t len, unsigned long pgoff);
bool mm_vma_destroy(struct vm_area_struct *vma);

int mm_set_page_free_check(mm_page_free_check_t fn);
void mm_clear_page_free_check(mm_page_free_check_t fn);

/* slab.c: blocks of pages, which large objects are, have the check of pages */
void mm_set_object_watch(mm_object_watch_t fn);

#endif
