/* SPDX-License-Identifier: MIT */
/*
 * What DMASIM_DEBUG builds know about slab objects.
 *
 * Each live object has a record outside of simulated RAM: size, cache, call
 * path. So freeing something twice, or something that is no object, is always
 * recognised, and leaks have owners. The bytes behind an object are a red zone.
 * A freed object is filled with a pattern and waits in a quarantine of some
 * objects before the arena gets it back; with the address sanitizer red zones
 * and the quarantine are also unreadable, without it they are checked:
 * events "slab-overflow" and "slab-use-after-free".
 *
 * I1  A record exists for exactly the live objects.
 * I2  Memory in the hands of the page allocator is never poisoned for ASan.
 *
 * Locks: debug_lock protects records and quarantine.
 * Tests: tests/unit/mm/test_slab.c, tests/unit/mm/test_leaks.c
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "mm/internal.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SLAB_ASAN 1
void __asan_poison_memory_region(void const volatile *addr, size_t size);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
#else
#define SLAB_ASAN 0
#define __asan_poison_memory_region(addr, size) ((void)(addr), (void)(size))
#define __asan_unpoison_memory_region(addr, size) ((void)(addr), (void)(size))
#endif

#define BUCKETS (1u << 14)
#define QUARANTINE 64

#define FILL_NEW 0x5a
#define FILL_FREE 0x6b
#define FILL_RED 0xbb

/**
 * struct quarantined - a freed object that the arena has not got back
 */
struct quarantined {
	void *p;
	size_t room;
	enum slab_arena arena;
};

static DEFINE_SPINLOCK(debug_lock);
static struct slab_record **buckets;
static struct quarantined quarantine[QUARANTINE];
static unsigned int quarantine_at;

static inline struct slab_record **bucket_of(const void *p)
{
	u64 hash = ((unsigned long)p >> 3) * 0x9e3779b97f4a7c15ull;

	return &buckets[hash >> 50 & (BUCKETS - 1)];
}

/* The link that points to the record of @p, or to NULL. */
static struct slab_record **find_link(const void *p)
{
	struct slab_record **link = bucket_of(p);

	while (*link && (*link)->p != p)
		link = &(*link)->next;
	return link;
}

/* First byte in [p, p + size) that is not @fill, or @size. */
static size_t first_other(const unsigned char *p, size_t size,
			  unsigned char fill)
{
	size_t i = 0;

	while (i < size && p[i] == fill)
		i++;
	return i;
}

/**
 * slab_debug_boot() - start keeping records
 *
 * Context: once, before the first object.
 * Return: 0 or -ENOMEM.
 */
int slab_debug_boot(void)
{
	if (!SLAB_DEBUG)
		return 0;
	quarantine_at = 0;
	memset(quarantine, 0, sizeof(quarantine));
	buckets = mm_map_anon(BUCKETS * sizeof(*buckets));
	return buckets ? 0 : -ENOMEM;
}

/**
 * slab_debug_shutdown() - drop all records
 *
 * Context: after the arenas are gone.
 */
void slab_debug_shutdown(void)
{
	unsigned int i;

	if (!buckets)
		return;
	for (i = 0; i < BUCKETS; i++) {
		while (buckets[i]) {
			struct slab_record *rec = buckets[i];

			buckets[i] = rec->next;
			if (rec->arena == SLAB_NR_ARENAS)
				slab_debug_forget(rec->p, rec->room);
			mm_meta_free(rec);
		}
	}
	mm_unmap_anon(buckets, BUCKETS * sizeof(*buckets));
	buckets = NULL;
}

/**
 * slab_debug_alloc() - an object comes to life
 * @p: the object
 * @size: bytes asked for
 * @room: bytes that belong to it; those behind @size become the red zone
 * @bytes: what it counts for
 * @cache: its cache or NULL
 * @arena: where it came from
 * @caller: return address of the API function
 *
 * Fills arena objects with a pattern; blocks of pages are as they were asked
 * for. Without memory for a record the process is in deep trouble: panics.
 *
 * Context: any.
 */
void slab_debug_alloc(void *p, size_t size, size_t room, size_t bytes,
		      struct kmem_cache *cache, enum slab_arena arena,
		      const void *caller)
{
	struct slab_record *rec = mm_meta_alloc(sizeof(*rec));
	struct slab_record **bucket;

	BUG_ON(!rec);
	rec->p = p;
	rec->size = size;
	rec->room = room;
	rec->bytes = bytes;
	rec->cache = cache;
	rec->arena = arena;
	mm_owner_capture(&rec->owner, caller);

	if (arena != SLAB_NR_ARENAS)
		memset(p, FILL_NEW, size);
	memset(p + size, FILL_RED, room - size);
	__asan_poison_memory_region(p + size, room - size);

	spin_lock(&debug_lock);
	bucket = bucket_of(p);
	rec->next = *bucket;
	*bucket = rec;
	spin_unlock(&debug_lock);
}

/**
 * slab_debug_find() - look up a live object
 * @p: address
 * @rec: copy of its record
 *
 * Context: any.
 * Return: false if @p is no live object.
 */
bool slab_debug_find(const void *p, struct slab_record *rec)
{
	struct slab_record *found;

	spin_lock(&debug_lock);
	found = *find_link(p);
	if (found)
		*rec = *found;
	spin_unlock(&debug_lock);
	return found;
}

static void check_red_zone(const struct slab_record *rec)
{
	size_t len = rec->room - rec->size;
	char path[160];
	size_t bad;

	bad = first_other(rec->p + rec->size, len, FILL_RED);
	if (bad == len)
		return;
	lib_event(LIB_EVENT_MISUSE, "slab-overflow", NULL,
		  (unsigned long)rec->p + rec->size + bad, 1,
		  "object of %zu bytes written at offset %zu, allocated at %s",
		  rec->size, rec->size + bad,
		  mm_owner_print(&rec->owner, path, sizeof(path)));
}

/**
 * slab_debug_free() - an object dies
 * @p: address
 * @rec: copy of its record
 *
 * Context: any.
 * Return: false if @p is no live object; nothing has changed then.
 */
bool slab_debug_free(void *p, struct slab_record *rec)
{
	struct slab_record **link, *found;

	spin_lock(&debug_lock);
	link = find_link(p);
	found = *link;
	if (found)
		*link = found->next;
	spin_unlock(&debug_lock);
	if (!found)
		return false;

	*rec = *found;
	mm_meta_free(found);
	__asan_unpoison_memory_region(p + rec->size, rec->room - rec->size);
	check_red_zone(rec);
	return true;
}

/* The arena gets the object back. */
static void release(const struct quarantined *q)
{
	size_t bad;

	__asan_unpoison_memory_region(q->p, q->room);
	bad = first_other(q->p, q->room, FILL_FREE);
	if (bad != q->room)
		lib_event(LIB_EVENT_MISUSE, "slab-use-after-free", NULL,
			  (unsigned long)q->p + bad, 1,
			  "freed object %px was written at offset %zu", q->p,
			  bad);
	arena_free(q->arena, q->p);
}

/**
 * slab_debug_quarantine() - hold a dead object back for a while
 * @p: the object
 * @room: its bytes, red zone included
 * @arena: where it goes in the end
 *
 * Context: any.
 */
void slab_debug_quarantine(void *p, size_t room, enum slab_arena arena)
{
	struct quarantined old;

	memset(p, FILL_FREE, room);
	__asan_poison_memory_region(p, room);

	spin_lock(&debug_lock);
	old = quarantine[quarantine_at];
	quarantine[quarantine_at] = (struct quarantined){ p, room, arena };
	quarantine_at = (quarantine_at + 1) % QUARANTINE;
	spin_unlock(&debug_lock);
	if (old.p)
		release(&old);
}

/**
 * slab_debug_flush() - empty the quarantine
 *
 * Context: any.
 */
void slab_debug_flush(void)
{
	struct quarantined old;
	unsigned int i;

	for (i = 0; SLAB_DEBUG && i < QUARANTINE; i++) {
		spin_lock(&debug_lock);
		old = quarantine[i];
		quarantine[i].p = NULL;
		spin_unlock(&debug_lock);
		if (old.p)
			release(&old);
	}
}

/**
 * slab_debug_forget() - memory leaves the slab
 * @p: start
 * @room: bytes
 *
 * Context: any.
 */
void slab_debug_forget(void *p, size_t room)
{
	__asan_unpoison_memory_region(p, room);
}

/**
 * slab_debug_report() - report all live objects as leaks
 *
 * Context: nobody allocates meanwhile.
 */
void slab_debug_report(void)
{
	struct mm_leaks leaks = {};
	struct slab_record *rec;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		for (rec = buckets[i]; rec; rec = rec->next)
			mm_leaks_add(&leaks, kmem_cache_label(rec->cache),
				     &rec->owner, (unsigned long)rec->p,
				     rec->size);
	mm_leaks_report(&leaks, "slab-leak");
}
