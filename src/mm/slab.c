/* SPDX-License-Identifier: MIT */
/*
 * kmalloc: objects in jemalloc arenas over simulated RAM.
 *
 * Models kmalloc() of mm/slub.c and mm/slab_common.c. Sizes are rounded up to
 * the size classes of 6.17; up to 4 KiB they come from an arena, beyond that
 * (and whenever a zone is asked for) straight from the page allocator. Pages
 * of arena extents carry PG_mm_slab, so kfree() tells from the page what it
 * was given; objects of kmem_cache live in an arena of their own (kmem_cache.c)
 * whose pages carry PG_mm_cache, too.
 *
 *	kfree(p): page of p is	PG_mm_slab			kmalloc object
 *				PG_mm_slab | PG_mm_cache	kmem_cache_free
 *				PG_mm_large			block of pages
 *				anything else, or no page	event
 *
 * DMASIM_DEBUG builds add red zones, patterns and records: slab_debug.c.
 *
 * Reduced: zone flags take whole pages; no accounting to memory cgroups.
 *
 * I1  An object is physically contiguous; one of 2^n bytes is aligned to 2^n.
 * I2  slab_objects and slab_bytes count live objects of kmalloc and caches.
 *
 * Locks: none; jemalloc's inside.
 * Tests: tests/unit/mm/test_slab.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "mm/internal.h"

/*
 * jemalloc's own page. An object that is larger and aligned costs it at least
 * 20 KiB and is no longer of its size class.
 */
#define ARENA_MAX 4096

struct lib_counter slab_objects;
struct lib_counter slab_bytes;

/* ---- extents of the arenas --------------------------------------------------- */

/**
 * slab_extent_alloc() - pages for an arena
 * @arena: which
 * @size: bytes, whole units of 4096
 * @align: power of two
 *
 * Placement is contiguous whatever the policy: it concerns the pages that
 * drivers ask for, and a slab of several pages must not break up memory.
 *
 * Context: any, inside jemalloc.
 * Return: start, or NULL.
 */
void *slab_extent_alloc(enum slab_arena arena, size_t size, size_t align)
{
	unsigned long i, nr = PFN_UP(size);
	unsigned int order = get_order(max(size, align));
	struct page *page;

	page = mm_alloc_block(GFP_NOWAIT, order, true, MM_CALLER());
	if (!page)
		return NULL;
	mm_split_block(page, order);
	for (i = 0; i < nr; i++) {
		page[i].flags |= BIT(PG_mm_slab);
		if (arena == SLAB_ARENA_CACHE)
			page[i].flags |= BIT(PG_mm_cache);
	}
	for (; i < 1ul << order; i++)
		__free_pages(page + i, 0);
	atomic_long_add(nr, &mm_internal_pages);
	return page_address(page);
}

/**
 * slab_extent_free() - pages of an arena come back
 * @start: of slab_extent_alloc()
 * @size: bytes, as asked for
 *
 * Context: any, inside jemalloc.
 */
void slab_extent_free(void *start, size_t size)
{
	struct page *page = virt_to_page(start);
	unsigned long i, nr = PFN_UP(size);

	if (SLAB_DEBUG)
		slab_debug_forget(start, size);
	for (i = 0; i < nr; i++)
		__free_pages(page + i, 0);
	atomic_long_sub(nr, &mm_internal_pages);
}

/* ---- blocks of pages --------------------------------------------------------- */

static inline void count_object(long objects, long bytes)
{
	lib_counter_add(&slab_objects, objects);
	lib_counter_add(&slab_bytes, bytes);
}

/**
 * slab_large_alloc() - an object that takes whole pages
 * @size: bytes
 * @flags: with zone
 * @caller: return address of the API function
 *
 * Context: any.
 * Return: page-aligned start, or NULL.
 */
void *slab_large_alloc(size_t size, gfp_t flags, const void *caller)
{
	unsigned int order = get_order(size);
	struct page *page;

	if (WARN_ON_ONCE(order > MAX_PAGE_ORDER && !(flags & __GFP_NOWARN)))
		return NULL;
	if (order > MAX_PAGE_ORDER)
		return NULL;
	page = mm_alloc_block(flags & ~__GFP_COMP, order, true, caller);
	if (!page)
		return NULL;
	page->flags |= BIT(PG_mm_large);
	page->private = kmalloc_size_roundup(size);
	atomic_long_add(1l << order, &mm_internal_pages);
	count_object(1, page->private);
	return page_address(page);
}

/**
 * slab_large_free() - free such an object
 * @page: its first page
 *
 * Context: any.
 */
void slab_large_free(struct page *page)
{
	unsigned int order = get_order(page->private);

	count_object(-1, -(long)page->private);
	page->flags &= ~(BIT(PG_mm_large) | BIT(PG_mm_cache));
	page->private = 0;
	atomic_long_sub(1l << order, &mm_internal_pages);
	__free_pages(page, order);
}

/* ---- size classes ------------------------------------------------------------ */

static inline size_t size_class(size_t size)
{
	if (size <= 8)
		return 8;
	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	return 1ul << (BITS_PER_LONG - __builtin_clzl(size - 1));
}

/**
 * kmalloc_size_roundup() - bytes that kmalloc(@size) really provides
 * @size: bytes
 *
 * Context: any.
 * Return: the size class; @size if it is 0 or too large for kmalloc().
 */
size_t kmalloc_size_roundup(size_t size)
{
	if (!size || size > KMALLOC_MAX_SIZE)
		return size;
	if (size <= KMALLOC_MAX_CACHE_SIZE)
		return size_class(size);
	return PAGE_SIZE << get_order(size);
}
EXPORT_SYMBOL(kmalloc_size_roundup);

/* ---- kmalloc ----------------------------------------------------------------- */

/**
 * slab_report_failure() - an object cannot be had
 * @size: bytes
 * @flags: __GFP_NOWARN keeps quiet; __GFP_NOFAIL panics: there is no reclaim
 *	that could be waited for
 * @why: one word or two
 *
 * Context: any.
 */
void slab_report_failure(size_t size, gfp_t flags, const char *why)
{
	if (flags & __GFP_NOFAIL)
		panic("%s: %zu bytes with __GFP_NOFAIL", why, size);
	if (!(flags & __GFP_NOWARN))
		lib_event(LIB_EVENT_REFUSAL, "slab-alloc", NULL, 0, size,
			  "slab allocation of %zu bytes failed: %s", size, why);
}

/*
 * Slabs of sizes between two powers of two are several pages in a row. When
 * memory has no such row, the next power of two does, whose slab is one page,
 * as Linux falls back to slabs of order 0.
 */
static void *object_alloc(size_t *room, size_t align)
{
	void *p = arena_alloc(SLAB_ARENA_KMALLOC, *room, align);

	if (unlikely(!p) && *room < ARENA_MAX && !is_power_of_2(*room)) {
		*room = roundup_pow_of_two(*room);
		p = arena_alloc(SLAB_ARENA_KMALLOC, *room, align);
	}
	return p;
}

static void *large_kmalloc(size_t size, gfp_t flags, const void *caller)
{
	void *p = slab_large_alloc(size, flags, caller);

	if (SLAB_DEBUG && p)
		slab_debug_alloc(p, size, kmalloc_size_roundup(size), 0, NULL,
				 SLAB_NR_ARENAS, caller);
	return p;
}

static void *debug_kmalloc(size_t size, size_t bytes, gfp_t flags,
			   const void *caller)
{
	size_t align = bytes & -bytes, room;
	void *p;

	room = ALIGN(size, 8) + SLAB_RED_ZONE_BYTES;
	p = object_alloc(&room, align);
	/* The red zone is what makes it larger than a page: it will do without. */
	if (!p && room > ARENA_MAX)
		return large_kmalloc(size, flags | __GFP_NOWARN, caller);
	if (!p)
		return NULL;
	slab_debug_alloc(p, size, room, bytes, NULL, SLAB_ARENA_KMALLOC,
			 caller);
	if (flags & __GFP_ZERO)
		memset(p, 0, size);
	count_object(1, bytes);
	return p;
}

/**
 * slab_kmalloc() - kmalloc() on behalf of @caller
 * @size: bytes
 * @flags: allocation flags
 * @caller: return address of the API function
 *
 * Context: may sleep if @flags say so. Failure site "slab".
 * Return: the object; ZERO_SIZE_PTR for 0 bytes; NULL.
 */
void *slab_kmalloc(size_t size, gfp_t flags, const void *caller)
{
	size_t bytes;
	void *p;

	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	might_sleep_if(SLAB_DEBUG && gfpflags_allow_blocking(flags));
	if (should_fail_site(DMASIM_SITE_SLAB) && !(flags & __GFP_NOFAIL)) {
		slab_report_failure(size, flags, "injected");
		return NULL;
	}

	if (size > ARENA_MAX || flags & GFP_ZONEMASK)
		return large_kmalloc(size, flags, caller);
	bytes = size_class(size);
	if (SLAB_DEBUG) {
		p = debug_kmalloc(size, bytes, flags, caller);
		if (!p)
			slab_report_failure(size, flags, "out of memory");
		return p;
	}

	/* What divides a page of jemalloc's is aligned. */
	p = object_alloc(&bytes, 0);
	if (unlikely(!p)) {
		slab_report_failure(size, flags, "out of memory");
		return NULL;
	}
	if (flags & __GFP_ZERO)
		memset(p, 0, bytes);
	count_object(1, bytes);
	return p;
}

/**
 * __kmalloc() - allocate an object
 * @size: bytes
 * @flags: allocation flags
 *
 * Context: may sleep if @flags say so. Failure site "slab".
 * Return: the object; ZERO_SIZE_PTR for 0 bytes; NULL.
 */
void *__kmalloc(size_t size, gfp_t flags)
{
	return slab_kmalloc(size, flags, MM_CALLER());
}
EXPORT_SYMBOL(__kmalloc);

/**
 * slab_bad_free() - report an address that is no live object
 * @p: the address
 * @why: what is known about it
 *
 * Context: any.
 */
void slab_bad_free(const void *p, const char *why)
{
	lib_event(LIB_EVENT_WARN, "slab-bad-free", NULL, (unsigned long)p, 0,
		  "bad free of %px: %s", p, why);
}

mm_object_watch_t slab_object_watch;

/**
 * mm_set_object_watch() - tell @fn of objects before they are freed
 * @fn: NULL: nobody
 *
 * Context: any; a call that has begun goes on.
 */
void mm_set_object_watch(mm_object_watch_t fn)
{
	WRITE_ONCE(slab_object_watch, fn);
}

static void debug_kfree(void *p, struct page *page)
{
	struct slab_record rec;

	if (!slab_debug_free(p, &rec)) {
		slab_bad_free(p, "no live object (freed twice?)");
		return;
	}
	if (rec.arena == SLAB_NR_ARENAS) {
		slab_debug_forget(p, rec.room);
		slab_large_free(page);
		return;
	}
	slab_object_goes(p, rec.size);
	count_object(-1, -(long)rec.bytes);
	slab_debug_quarantine(p, rec.room, rec.arena);
}

/**
 * kfree() - free an object of kmalloc() or of any cache
 * @object: the object; NULL and ZERO_SIZE_PTR do nothing
 *
 * Context: any.
 */
void kfree(const void *object)
{
	void *p = (void *)object;
	struct page *page;

	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return;
	if (unlikely(!slab_in_ram(p))) {
		slab_bad_free(p, "not in RAM");
		return;
	}
	page = virt_to_page(p);
	if (unlikely(page->flags & BIT(PG_mm_cache))) {
		kmem_cache_free_unknown(p);
		return;
	}
	if (SLAB_DEBUG) {
		debug_kfree(p, page);
		return;
	}
	if (likely(page->flags & BIT(PG_mm_slab))) {
		size_t bytes = arena_usable(SLAB_ARENA_KMALLOC, p);

		slab_object_goes(p, bytes);
		count_object(-1, -(long)bytes);
		arena_free(SLAB_ARENA_KMALLOC, p);
		return;
	}
	if (likely(page->flags & BIT(PG_mm_large) && !offset_in_page(p)))
		slab_large_free(page);
	else
		slab_bad_free(p, "not an object of the slab");
}
EXPORT_SYMBOL(kfree);

static void bad_object(const void *p)
{
	lib_event(LIB_EVENT_WARN, "slab-bad-object", NULL, (unsigned long)p, 0,
		  "size of %px: no live object", p);
}

/* Bytes that belong to an object; 0: no object, as far as one can see. */
static size_t object_bytes(const void *object)
{
	struct slab_record rec;
	struct page *page;

	if (!slab_in_ram(object))
		return 0;
	page = virt_to_page(object);
	if (page->flags & BIT(PG_mm_large))
		return offset_in_page(object) ? 0 : page->private;
	if (SLAB_DEBUG)
		return slab_debug_find(object, &rec) ? rec.bytes : 0;
	if (!(page->flags & BIT(PG_mm_slab)))
		return 0;
	if (page->flags & BIT(PG_mm_cache))
		return kmem_cache_bytes((void *)object);
	return arena_usable(SLAB_ARENA_KMALLOC, (void *)object);
}

/* Those of them that may be used. */
static size_t valid_bytes(const void *object)
{
	struct slab_record rec;

	if (!SLAB_DEBUG)
		return object_bytes(object);
	return slab_debug_find(object, &rec) ? rec.size : 0;
}

/**
 * ksize() - bytes that belong to an object
 * @object: live object; NULL and ZERO_SIZE_PTR give 0
 *
 * Ask kmalloc_size_roundup() before allocating if all of them are to be used:
 * debug builds put a red zone behind the bytes that were asked for.
 *
 * Context: any.
 * Return: bytes; 0 (event "slab-bad-object") for what is no object.
 */
size_t ksize(const void *object)
{
	size_t bytes;

	if (ZERO_OR_NULL_PTR(object))
		return 0;
	bytes = object_bytes(object);
	if (unlikely(!bytes))
		bad_object(object);
	return bytes;
}
EXPORT_SYMBOL(ksize);

/**
 * slab_valid_bytes() - bytes that may be used without asking for more
 * @object: live object, not NULL
 *
 * Context: any.
 * Return: bytes; 0 (event "slab-bad-object") for what is no object.
 */
size_t slab_valid_bytes(const void *object)
{
	size_t bytes = valid_bytes(object);

	if (unlikely(!bytes))
		bad_object(object);
	return bytes;
}

/**
 * krealloc() - change the size of an object
 * @object: live object of kmalloc(); NULL allocates
 * @new_size: bytes; 0 frees
 * @flags: allocation flags; with __GFP_ZERO new bytes are zero if the old ones
 *	were allocated with it, too
 *
 * Context: as kmalloc().
 * Return: the object with its contents, possibly elsewhere; NULL with @object
 * untouched, also if it is no object (event "slab-bad-object"); ZERO_SIZE_PTR
 * for 0 bytes.
 */
void *krealloc(const void *object, size_t new_size, gfp_t flags)
{
	size_t old = 0;
	void *p;

	if (!new_size) {
		kfree(object);
		return ZERO_SIZE_PTR;
	}
	if (!ZERO_OR_NULL_PTR(object)) {
		old = slab_valid_bytes(object);
		if (!old)
			return NULL;
	}
	if (new_size <= old) {
		if (flags & __GFP_ZERO)
			memset((void *)object + new_size, 0, old - new_size);
		return (void *)object;
	}
	p = slab_kmalloc(new_size, flags, MM_CALLER());
	if (p && old) {
		memcpy(p, object, old);
		kfree(object);
	}
	return p;
}
EXPORT_SYMBOL(krealloc);

/**
 * kfree_sensitive() - overwrite an object with zeroes, then free it
 * @object: as for kfree()
 *
 * Context: any.
 */
void kfree_sensitive(const void *object)
{
	volatile char *p = (volatile char *)object;
	size_t i, size;

	if (ZERO_OR_NULL_PTR(object))
		return;
	size = valid_bytes(object);
	for (i = 0; i < size; i++)
		p[i] = 0;
	kfree(object);
}
EXPORT_SYMBOL(kfree_sensitive);

/* ---- boot and check ---------------------------------------------------------- */

/**
 * slab_boot() - get ready for kmalloc()
 *
 * Context: once, after the page allocator.
 * Return: 0 or -ENOMEM (nothing is left behind).
 */
int slab_boot(void)
{
	int ret;

	lib_counter_reset(&slab_objects);
	lib_counter_reset(&slab_bytes);
	ret = slab_debug_boot();
	if (ret)
		return ret;
	ret = arena_boot();
	if (ret)
		slab_debug_shutdown();
	return ret;
}

/**
 * slab_shutdown() - give all pages back
 *
 * Context: nobody uses an object any more.
 */
void slab_shutdown(void)
{
	slab_debug_flush();
	kmem_cache_shutdown();
	arena_shutdown();
	slab_debug_shutdown();
}

/**
 * slab_check() - report objects and caches that were not given back
 *
 * Context: nobody allocates meanwhile.
 * Return: number of objects and caches.
 */
unsigned int slab_check(void)
{
	long objects = lib_counter_read(&slab_objects);
	long bytes = lib_counter_read(&slab_bytes);
	unsigned int caches = kmem_cache_check();

	slab_debug_flush();
	if (!objects)
		return caches;
	if (SLAB_DEBUG)
		slab_debug_report();
	else
		lib_event(LIB_EVENT_LEAK, "slab-leak", NULL, 0, bytes,
			  "leak: %ld slab objects, %ld bytes", objects, bytes);
	return caches + objects;
}
