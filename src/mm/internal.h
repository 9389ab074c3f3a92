/* SPDX-License-Identifier: MIT */
/*
 * What the files of src/mm share.
 *
 * All locks of this folder are leaves: none is held while another is taken, or
 * while jemalloc, which calls back for pages, is at work.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "lib/lib.h"
#include "mm/mm.h"

#define MM_CALLER() __builtin_return_address(0)

/* ---- memmap.c, memmap_hw.c, map_host.c ---- */

#define MM_MAX_RANGES 8

/**
 * struct mm_range - a range of RAM, in page frames
 * @end: exclusive
 */
struct mm_range {
	unsigned long start;
	unsigned long end;
};

extern struct mm_range mm_ranges[MM_MAX_RANGES];
extern unsigned int mm_nr_ranges;
extern unsigned long mm_vmemmap_pages; /* what mm_vmemmap has room for */

bool mm_pfn_is_device(unsigned long pfn);

int memmap_boot(void);
void memmap_shutdown(void);

unsigned int memmap_hw_ranges(struct mm_range *ranges);
unsigned long memmap_hw_base(void);
u64 memmap_hw_span(void);

/* ---- buddy.c: which page frames are free ---- */

#define BUDDY_NONE (~0ul)

int buddy_boot(enum mm_layout layout, u64 seed);
void buddy_shutdown(void);
void buddy_set_layout(enum mm_layout layout);
unsigned long buddy_alloc(enum zone_type highest, unsigned int order,
			  bool contiguous);
unsigned long buddy_alloc_run(enum zone_type highest, unsigned long nr);
bool buddy_take_run(unsigned long pfn, unsigned long nr);
void buddy_free_run(unsigned long pfn, unsigned long nr);
void buddy_free(unsigned long pfn, unsigned int order);
bool buddy_is_free(unsigned long pfn);
unsigned long buddy_pages_free(void);
unsigned long buddy_pages_total(void);

/* ---- page_alloc.c ---- */

/* Pages of slab extents, large kmalloc blocks and vmalloc areas. */
extern atomic_long_t mm_internal_pages;

/* Flags of pages whose leaks are reported as something else. */
#define MM_PAGE_INTERNAL \
	(BIT(PG_mm_slab) | BIT(PG_mm_large) | BIT(PG_mm_vmalloc))

struct page *mm_alloc_block(gfp_t gfp, unsigned int order, bool contiguous,
			    const void *caller);
void mm_free_block(struct page *page, unsigned int order);
void mm_split_block(struct page *page, unsigned int order);
void page_alloc_boot(void);
void page_alloc_shutdown(void);
unsigned int page_alloc_check(void);

/* ---- owner.c, owner_host.c: who allocated it ---- */

#define MM_OWNER_FRAMES 6

/**
 * struct mm_owner - the call path of an allocation
 * @frames: return addresses, innermost first, 0-terminated if short
 */
struct mm_owner {
	unsigned long frames[MM_OWNER_FRAMES];
};

void mm_owner_capture(struct mm_owner *owner, const void *caller);
const char *mm_owner_print(const struct mm_owner *owner, char *buf,
			   size_t size);
unsigned int mm_owner_backtrace(unsigned long *frames, unsigned int max);
void mm_owner_symbol(unsigned long addr, char *buf, size_t size);

/**
 * struct mm_leak_group - leaks of one kind and one call path
 * @what: name of the kind ("pages", a cache)
 * @things: how many
 * @bytes: all together
 * @addr: of the first
 */
struct mm_leak_group {
	const char *what;
	struct mm_owner owner;
	unsigned long things;
	u64 bytes;
	u64 addr;
};

#define MM_LEAK_GROUPS 32

/**
 * struct mm_leaks - what a check found
 * @nr: groups in use
 * @dropped: things for which there was no group left
 */
struct mm_leaks {
	unsigned int nr;
	unsigned long dropped;
	struct mm_leak_group group[MM_LEAK_GROUPS];
};

void mm_leaks_add(struct mm_leaks *leaks, const char *what,
		  const struct mm_owner *owner, u64 addr, u64 bytes);
void mm_leaks_report(const struct mm_leaks *leaks, const char *id);

/* ---- slab.c, kmem_cache.c, slab_debug.c, arena_host.c ---- */

/**
 * enum slab_arena - where objects come from
 * @SLAB_ARENA_KMALLOC, @SLAB_ARENA_CACHE: pages of simulated RAM
 * @SLAB_ARENA_HOST: SLAB_HOST caches; the last, apart from the page allocator
 */
enum slab_arena {
	SLAB_ARENA_KMALLOC,
	SLAB_ARENA_CACHE,
	SLAB_ARENA_HOST,
	SLAB_NR_ARENAS
};

int arena_boot(void);
void arena_shutdown(void);
void *arena_alloc(enum slab_arena arena, size_t size, size_t align);
void arena_free(enum slab_arena arena, void *p);
size_t arena_usable(enum slab_arena arena, void *p);
size_t arena_room(size_t size, size_t align);
void arena_free_sized(enum slab_arena arena, void *p, size_t room);
void *slab_extent_alloc(enum slab_arena arena, size_t size, size_t align);
void slab_extent_free(void *start, size_t size);

extern struct lib_counter slab_objects;
extern struct lib_counter slab_bytes;

int slab_boot(void);
void slab_shutdown(void);
unsigned int slab_check(void);
unsigned int kmem_cache_check(void);
void kmem_cache_shutdown(void);
void *slab_kmalloc(size_t size, gfp_t flags, const void *caller);
void *slab_large_alloc(size_t size, gfp_t flags, const void *caller);
void slab_large_free(struct page *page);
size_t slab_valid_bytes(const void *object);
void slab_report_failure(size_t size, gfp_t flags, const char *why);
void slab_bad_free(const void *p, const char *why);

/* Has it a struct page? Holes between RAM have one, which is nobody's. */
static inline bool slab_in_ram(const void *p)
{
	return (unsigned long)p - mm_linear_base < mm_linear_span;
}

extern mm_object_watch_t slab_object_watch;

/* An object, not a block of pages, is about to be freed. */
static inline void slab_object_goes(void *p, size_t size)
{
	mm_object_watch_t fn = READ_ONCE(slab_object_watch);

	if (unlikely(fn) && slab_in_ram(p))
		fn(virt_to_phys(p), size);
}
void kmem_cache_free_unknown(void *p);
size_t kmem_cache_bytes(void *p);

/**
 * struct slab_record - what a debug build knows about a live object
 * @size: bytes asked for; behind them is the red zone
 * @room: bytes taken from the arena
 * @bytes: what it counts for in struct mm_stats
 * @cache: its cache; NULL for kmalloc
 * @arena: where it came from; SLAB_NR_ARENAS for blocks of pages
 */
struct slab_record {
	struct slab_record *next;
	void *p;
	size_t size;
	size_t room;
	size_t bytes;
	struct kmem_cache *cache;
	enum slab_arena arena;
	struct mm_owner owner;
};

#ifdef DMASIM_DEBUG
#define SLAB_DEBUG 1
#else
#define SLAB_DEBUG 0
#endif

#define SLAB_RED_ZONE_BYTES 16

int slab_debug_boot(void);
void slab_debug_shutdown(void);
void slab_debug_alloc(void *p, size_t size, size_t room, size_t bytes,
		      struct kmem_cache *cache, enum slab_arena arena,
		      const void *caller);
bool slab_debug_free(void *p, struct slab_record *rec);
bool slab_debug_find(const void *p, struct slab_record *rec);
void slab_debug_quarantine(void *p, size_t room, enum slab_arena arena);
void slab_debug_flush(void);
void slab_debug_forget(void *p, size_t room);
void slab_debug_report(void);
const char *kmem_cache_label(const struct kmem_cache *s);

/* ---- encrypt_hw.c ---- */

int encrypt_boot(void);

/* ---- vmalloc.c, vmalloc_host.c ---- */

int vmalloc_boot(void);
void vmalloc_shutdown(void);
unsigned int vmalloc_check(void);
void *vmalloc_area(size_t size, gfp_t gfp, const void *caller);

void *vmalloc_host_reserve(size_t size);
void vmalloc_host_release(void *start, size_t size);
int vmalloc_host_map(void *va, phys_addr_t phys, size_t len);
void vmalloc_host_unmap(void *va, size_t len);
void *mm_meta_alloc(size_t size);
void mm_meta_free(void *p);

/* vma.c */
unsigned int vma_check(void);
void vma_shutdown(void);

/* hot.c */
void mm_hot_drain(void);

#endif
