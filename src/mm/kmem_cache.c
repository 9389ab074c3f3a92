/* SPDX-License-Identifier: MIT */
/*
 * Object caches.
 *
 * Models struct kmem_cache as its users see it. All caches share one arena, and
 * those with SLAB_HOST another; a cache is a size, an alignment, a constructor
 * and a count. The last word of each object's room points to its cache, so that
 * kfree() can be given any object: it finds the word through the arena.
 *
 *	| object ........ | (red zone, debug) | (unused) | cache |
 *	p                                                        p + room
 *
 * A slab may be several pages in a row. When memory has no such row, an object
 * gets as much room as the next power of two, whose slab is one page. Then the
 * cache stands at the end of that room, and marked where it would stand otherwise:
 *
 *	| object ........ | (red zone, debug) | cache + 1 | (unused) | cache |
 *	p                                          p + room              p + 2^n
 *
 * Objects that would be larger than a page with that, and those of
 * SLAB_CACHE_DMA and SLAB_CACHE_DMA32 caches, are blocks of pages; their pages
 * carry PG_mm_large and PG_mm_cache, and the cache is found in ->mapping.
 *
 * I1  s->live is the number of objects that were allocated and not freed.
 *
 * Locks: caches_lock protects the list of caches.
 * Tests: tests/unit/mm/test_kmem_cache.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"

#define CACHE_LINE 64u

/**
 * struct kmem_cache - a kind of objects
 * @name: copy
 * @object_size: as asked for
 * @size: bytes an object counts for
 * @room: bytes taken from the arena, with what it adds
 * @align: power of two
 * @arena: where objects come from, unless they are
 * @large: blocks of pages
 * @zone: GFP flags of the zone that objects must be in
 * @live: objects in use; apart, because a counter has cache lines of its own
 * @node: in caches
 */
struct kmem_cache {
	char name[48];
	unsigned int object_size;
	size_t size;
	size_t room;
	unsigned int align;
	enum slab_arena arena;
	bool large;
	gfp_t zone;
	void (*ctor)(void *object);
	struct lib_counter *live;
	struct list_head node;
};

static LIST_HEAD(caches);
static DEFINE_SPINLOCK(caches_lock);

/* The word at the end of an object's room. */
static struct kmem_cache **cache_word(void *p, size_t room)
{
	return p + room - sizeof(struct kmem_cache *);
}

/* In that word of an object that has more room than others. */
static struct kmem_cache *cache_marked(struct kmem_cache *s)
{
	return (void *)s + 1;
}

static unsigned int cache_align(unsigned int size, unsigned int align,
				slab_flags_t flags)
{
	unsigned int line = CACHE_LINE;

	if (flags & SLAB_HWCACHE_ALIGN) {
		/* Several small objects may share a line. */
		while (line > 8 && size <= line / 2)
			line /= 2;
		align = max(align, line);
	}
	return max(align, (unsigned int)ARCH_SLAB_MINALIGN);
}

static void free_cache(struct kmem_cache *s)
{
	list_del(&s->node);
	mm_unmap_anon(s->live, sizeof(*s->live));
	mm_meta_free(s);
}

/**
 * __kmem_cache_create_args() - make a cache
 * @name: for reports; copied
 * @object_size: bytes, not 0
 * @args: alignment, constructor
 * @flags: SLAB_*
 *
 * Context: may sleep.
 * Return: the cache or NULL; with SLAB_PANIC there is no NULL.
 */
struct kmem_cache *__kmem_cache_create_args(const char *name,
					    unsigned int object_size,
					    struct kmem_cache_args *args,
					    slab_flags_t flags)
{
	unsigned int align = args->align;
	struct kmem_cache *s = NULL;

	if (flags & SLAB_TYPESAFE_BY_RCU)
		lib_unimplemented("kmem_cache_create(SLAB_TYPESAFE_BY_RCU)");
	if (WARN_ON(!name || !object_size || object_size > KMALLOC_MAX_SIZE ||
		    (flags & SLAB_HOST && object_size > SZ_4K) ||
		    align & (align - 1)))
		goto out;
	if (should_fail_site(DMASIM_SITE_SLAB))
		goto out;
	s = mm_meta_alloc(sizeof(*s));
	if (!s)
		goto out;
	s->live = mm_map_anon(sizeof(*s->live));
	if (!s->live) {
		mm_meta_free(s);
		s = NULL;
		goto out;
	}

	strscpy(s->name, name, sizeof(s->name));
	s->object_size = object_size;
	s->ctor = args->ctor;
	s->align = cache_align(object_size, align, flags);
	s->size = ALIGN(object_size, s->align);
	s->room = s->size + sizeof(s);
	if (SLAB_DEBUG)
		s->room += SLAB_RED_ZONE_BYTES;
	s->room = arena_room(s->room, s->align);
	if (flags & SLAB_CACHE_DMA)
		s->zone = GFP_DMA;
	else if (flags & SLAB_CACHE_DMA32)
		s->zone = GFP_DMA32;
	s->arena = flags & SLAB_HOST ? SLAB_ARENA_HOST : SLAB_ARENA_CACHE;
	s->large = s->zone || s->align > PAGE_SIZE ||
		   (s->arena == SLAB_ARENA_CACHE && s->room > PAGE_SIZE);

	spin_lock(&caches_lock);
	list_add_tail(&s->node, &caches);
	spin_unlock(&caches_lock);
out:
	if (!s && flags & SLAB_PANIC)
		panic("kmem_cache_create: no cache \"%s\"", name);
	return s;
}
EXPORT_SYMBOL(__kmem_cache_create_args);

/**
 * kmem_cache_destroy() - a cache is not needed any more
 * @s: the cache; NULL does nothing
 *
 * With objects still in use it is a WARN and the cache stays.
 *
 * Context: may sleep.
 */
void kmem_cache_destroy(struct kmem_cache *s)
{
	long live;

	if (!s)
		return;
	live = (long)lib_counter_read(s->live);
	if (WARN(live, "kmem_cache_destroy %s: %ld objects are still in use\n",
		 s->name, live))
		return;
	slab_debug_flush();
	spin_lock(&caches_lock);
	free_cache(s);
	spin_unlock(&caches_lock);
}
EXPORT_SYMBOL(kmem_cache_destroy);

/**
 * kmem_cache_shrink() - give unused pages back
 * @s: the cache
 *
 * Context: may sleep.
 * Return: 0: empty extents never stay.
 */
int kmem_cache_shrink(struct kmem_cache *s)
{
	slab_debug_flush();
	return 0;
}
EXPORT_SYMBOL(kmem_cache_shrink);

/**
 * kmem_cache_size() - bytes of an object, as asked for
 * @s: the cache
 *
 * Context: any.
 */
unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}
EXPORT_SYMBOL(kmem_cache_size);

/**
 * kmem_cache_label() - name of a cache, for reports
 * @s: the cache, or NULL for kmalloc
 *
 * Context: any.
 */
const char *kmem_cache_label(const struct kmem_cache *s)
{
	return s ? s->name : "kmalloc objects";
}

static void *alloc_large(struct kmem_cache *s, gfp_t flags, const void *caller)
{
	struct page *page;
	void *p;

	p = slab_large_alloc(max(s->size, (size_t)s->align), flags | s->zone,
			     caller);
	if (!p)
		return NULL;
	page = virt_to_page(p);
	page->flags |= BIT(PG_mm_cache);
	page->mapping = (struct address_space *)s;
	return p;
}

/* From a slab of one page; the first word is set here, the last by the caller. */
static noinline void *alloc_roomy(struct kmem_cache *s, size_t *room)
{
	void *p;

	*room = roundup_pow_of_two(s->room);
	if (s->arena != SLAB_ARENA_CACHE || *room == s->room)
		return NULL;
	p = arena_alloc(s->arena, *room, s->align);
	if (p)
		*cache_word(p, s->room) = cache_marked(s);
	return p;
}

static void *alloc_small(struct kmem_cache *s, gfp_t flags)
{
	void *p = arena_alloc(s->arena, s->room, s->align);
	size_t room = s->room;

	if (unlikely(!p)) {
		p = alloc_roomy(s, &room);
		if (!p)
			return NULL;
	}
	*cache_word(p, room) = s;
	if (flags & __GFP_ZERO)
		memset(p, 0, s->object_size);
	lib_counter_add(&slab_objects, 1);
	lib_counter_add(&slab_bytes, s->size);
	return p;
}

static void *cache_alloc(struct kmem_cache *s, gfp_t flags, const void *caller)
{
	void *p;

	might_sleep_if(SLAB_DEBUG && gfpflags_allow_blocking(flags));
	if (should_fail_site(DMASIM_SITE_SLAB) && !(flags & __GFP_NOFAIL)) {
		slab_report_failure(s->size, flags, "injected");
		return NULL;
	}
	p = unlikely(s->large) ? alloc_large(s, flags, caller) :
				 alloc_small(s, flags);
	if (unlikely(!p)) {
		slab_report_failure(s->size, flags, "out of memory");
		return NULL;
	}
	lib_counter_add(s->live, 1);
	if (SLAB_DEBUG) {
		slab_debug_alloc(p, s->object_size,
				 s->large ? s->size : s->room - sizeof(s),
				 s->size, s,
				 s->large ? SLAB_NR_ARENAS : s->arena, caller);
		if (flags & __GFP_ZERO)
			memset(p, 0, s->object_size);
	}
	if (s->ctor)
		s->ctor(p);
	return p;
}

/**
 * kmem_cache_alloc() - an object of a cache
 * @s: the cache
 * @flags: allocation flags
 *
 * Context: may sleep if @flags say so. Failure site "slab".
 * Return: the object or NULL.
 */
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	return cache_alloc(s, flags, MM_CALLER());
}
EXPORT_SYMBOL(kmem_cache_alloc);

static void cache_free(struct kmem_cache *s, void *p)
{
	struct slab_record rec;
	bool roomy = false;

	if (SLAB_DEBUG) {
		if (!slab_debug_free(p, &rec)) {
			slab_bad_free(p, "no live object (freed twice?)");
			return;
		}
		if (rec.cache != s) {
			slab_bad_free(p, "object of another cache");
			s = rec.cache;
		}
		/* Not from a cache at all, so its page says how to free it. */
		if (!s) {
			slab_debug_alloc(p, rec.size, rec.room, rec.bytes, NULL,
					 rec.arena, MM_CALLER());
			kfree(p);
			return;
		}
	} else if (!s->large && unlikely(*cache_word(p, s->room) != s)) {
		roomy = *cache_word(p, s->room) == cache_marked(s);
		if (!roomy) {
			slab_bad_free(p, "object of another cache");
			kfree(p);
			return;
		}
	}
	lib_counter_add(s->live, -1ull);
	if (unlikely(s->large)) {
		virt_to_page(p)->mapping = NULL;
		if (SLAB_DEBUG)
			slab_debug_forget(p, s->size);
		slab_large_free(virt_to_page(p));
		return;
	}
	slab_object_goes(p, s->object_size);
	lib_counter_add(&slab_objects, -1ull);
	lib_counter_add(&slab_bytes, -(u64)s->size);
	if (SLAB_DEBUG)
		slab_debug_quarantine(p, rec.room, s->arena);
	else if (unlikely(roomy))
		arena_free(s->arena, p);
	else
		arena_free_sized(s->arena, p, s->room);
}

/**
 * kmem_cache_free() - free an object
 * @s: its cache
 * @objp: the object; NULL does nothing
 *
 * Context: any.
 */
void kmem_cache_free(struct kmem_cache *s, void *objp)
{
	if (likely(objp))
		cache_free(s, objp);
}
EXPORT_SYMBOL(kmem_cache_free);

/**
 * kmem_cache_free_unknown() - free an object whose cache is not known
 * @p: object in a page with PG_mm_cache
 *
 * Context: any.
 */
void kmem_cache_free_unknown(void *p)
{
	struct page *page = virt_to_page(p);
	struct slab_record rec;
	struct kmem_cache *s;

	if (SLAB_DEBUG) {
		if (!slab_debug_find(p, &rec)) {
			slab_bad_free(p, "no live object (freed twice?)");
			return;
		}
		s = rec.cache;
	} else if (page->flags & BIT(PG_mm_large)) {
		s = (struct kmem_cache *)page->mapping;
	} else {
		s = *cache_word(p, arena_usable(SLAB_ARENA_CACHE, p));
	}
	cache_free(s, p);
}

/**
 * kmem_cache_bytes() - bytes of an object whose cache is not known
 * @p: live object in a page with PG_mm_cache and PG_mm_slab
 *
 * Context: any; release builds.
 */
size_t kmem_cache_bytes(void *p)
{
	return (*cache_word(p, arena_usable(SLAB_ARENA_CACHE, p)))->object_size;
}

/**
 * kmem_cache_alloc_bulk() - several objects at once
 * @s: the cache
 * @flags: allocation flags
 * @nr: how many
 * @p: result
 *
 * Context: may sleep if @flags say so.
 * Return: @nr, or 0 with nothing allocated.
 */
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr,
			  void **p)
{
	const void *caller = MM_CALLER();
	size_t i;

	for (i = 0; i < nr; i++) {
		p[i] = cache_alloc(s, flags, caller);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
	}
	return nr;
}
EXPORT_SYMBOL(kmem_cache_alloc_bulk);

/**
 * kmem_cache_free_bulk() - free several objects
 * @s: their cache; NULL: each is an object of kmalloc() or any cache
 * @nr: how many
 * @p: objects
 *
 * Context: any.
 */
void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
{
	while (nr--) {
		if (s)
			kmem_cache_free(s, p[nr]);
		else
			kfree(p[nr]);
	}
}
EXPORT_SYMBOL(kmem_cache_free_bulk);

/**
 * kmem_cache_check() - report caches that were not destroyed
 *
 * Context: nobody makes caches meanwhile.
 * Return: number of caches.
 */
unsigned int kmem_cache_check(void)
{
	struct kmem_cache *s;
	unsigned int nr = 0;

	list_for_each_entry(s, &caches, node) {
		lib_event(
			LIB_EVENT_LEAK, "cache-leak", NULL, 0, s->size,
			"leak: cache \"%s\" was not destroyed, %ld objects in use",
			s->name, (long)lib_counter_read(s->live));
		nr++;
	}
	return nr;
}

/**
 * kmem_cache_shutdown() - forget caches that were not destroyed
 *
 * Context: nobody uses an object any more.
 */
void kmem_cache_shutdown(void)
{
	struct kmem_cache *s, *next;

	list_for_each_entry_safe(s, next, &caches, node)
		free_cache(s);
}
