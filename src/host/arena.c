/* SPDX-License-Identifier: MIT */
/*
 * Arenas: jemalloc over extents that the caller supplies.
 *
 * jemalloc is linked in under renamed symbols (cmake/jemalloc.cmake), so the
 * malloc of the process stays what it is. Each host_arena is one jemalloc
 * arena with extent hooks. jemalloc keeps its own metadata outside of the
 * extents (metadata_use_hooks = false), therefore an extent holds objects and
 * nothing else, and a stray write into one can never confuse the allocator.
 *
 * Threads get an explicit thread cache per arena on first use. It goes back to
 * the arena when the thread ends, for the next thread to use.
 *
 * I1  An extent that holds no object goes back at once: no timer decides which
 *     pages are in use, so a run is repeatable.
 * I2  Extents are neither split nor merged: ops->free() gets exactly what
 *     ops->alloc() returned.
 * I3  After host_arena_destroy() every extent was given to ops->free().
 *
 * jemalloc's code is not instrumented. Sanitizers see its locking through
 * pthread_mutex_*(), which is enough for objects that change hands.
 *
 * Locks: arena->lock protects the list of idle thread caches; taken last.
 * Tests: tests/unit/mm/test_arena.c
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <jemalloc/jemalloc.h>

#include "host/host.h"

/* The entry points as cmake/jemalloc.cmake names them. */
extern void *dmasim_je_mallocx(size_t size, int flags);
extern void dmasim_je_dallocx(void *p, int flags);
extern size_t dmasim_je_nallocx(size_t size, int flags);
extern void dmasim_je_sdallocx(void *p, size_t size, int flags);
extern size_t dmasim_je_sallocx(const void *p, int flags);
extern int dmasim_je_mallctl(const char *name, void *old, size_t *oldlen,
			     void *new, size_t newlen);

/*
 * retain: would grow arenas by 2 MiB steps; narenas, tcache: nothing but our
 * own arenas is used. Stronger than the user's MALLOC_CONF, which is meant for
 * another jemalloc.
 */
extern const char *dmasim_je_malloc_conf_2_conf_harder;
const char *dmasim_je_malloc_conf_2_conf_harder =
	"retain:false,narenas:1,tcache:false,"
	"dirty_decay_ms:0,muzzy_decay_ms:0,background_thread:false,"
	"junk:false,zero:false";

#define MAX_ARENAS 4
#define MAX_IDLE 64
#define MAX_CACHES 512

struct host_arena {
	extent_hooks_t hooks; /* first: hooks find the arena by it */
	struct host_extent_ops ops;
	void *ctx;
	unsigned int index; /* jemalloc's */
	unsigned int slot; /* ours */
	uint32_t serial;
	struct host_mutex lock;
	unsigned int nr_idle;
	int idle[MAX_IDLE]; /* flags of threads that ended */
	unsigned int nr_caches;
	unsigned int caches[MAX_CACHES]; /* all, for destruction */
};

/* What jemalloc calls arena_config_t. */
struct arena_config {
	extent_hooks_t *extent_hooks;
	bool metadata_use_hooks;
};

struct thread_cache {
	uint32_t serial; /* of the arena it belongs to */
	int flags; /* MALLOCX_TCACHE*() */
};

static __thread struct thread_cache thread_caches[MAX_ARENAS]
	__attribute__((tls_model("initial-exec")));
static __thread bool thread_registered;

static struct host_arena *arenas[MAX_ARENAS];
static struct host_mutex arenas_lock;
static uint32_t last_serial;
static pthread_key_t exit_key;
static pthread_once_t exit_once = PTHREAD_ONCE_INIT;

/* ---- extents ------------------------------------------------------------- */

static void *extent_alloc(extent_hooks_t *hooks, void *new_addr, size_t size,
			  size_t align, bool *zero, bool *commit,
			  unsigned int index)
{
	struct host_arena *arena = (struct host_arena *)hooks;
	void *p;

	(void)index;
	if (new_addr)
		return NULL; /* growing in place: not offered */
	p = arena->ops.alloc(arena->ctx, size, align);
	if (!p)
		return NULL;
	if (*zero)
		memset(p, 0, size);
	*commit = true;
	return p;
}

static bool extent_dalloc(extent_hooks_t *hooks, void *addr, size_t size,
			  bool committed, unsigned int index)
{
	struct host_arena *arena = (struct host_arena *)hooks;

	(void)committed;
	(void)index;
	arena->ops.free(arena->ctx, addr, size);
	return false;
}

static void extent_destroy(extent_hooks_t *hooks, void *addr, size_t size,
			   bool committed, unsigned int index)
{
	extent_dalloc(hooks, addr, size, committed, index);
}

/* ---- thread caches ------------------------------------------------------- */

static void thread_exit(void *unused)
{
	unsigned int slot;

	(void)unused;
	host_mutex_lock(&arenas_lock);
	for (slot = 0; slot < MAX_ARENAS; slot++) {
		struct thread_cache *tc = &thread_caches[slot];
		struct host_arena *arena = arenas[slot];

		if (arena && tc->serial == arena->serial &&
		    tc->flags != MALLOCX_TCACHE_NONE) {
			host_mutex_lock(&arena->lock);
			if (arena->nr_idle < MAX_IDLE)
				arena->idle[arena->nr_idle++] = tc->flags;
			host_mutex_unlock(&arena->lock);
		}
		tc->serial = 0;
	}
	host_mutex_unlock(&arenas_lock);
	thread_registered = false;
}

static void make_exit_key(void)
{
	if (pthread_key_create(&exit_key, thread_exit))
		host_panic("arena: no thread-specific key left");
}

/* First use of @arena by this thread. */
static int thread_cache_attach(struct host_arena *arena)
{
	struct thread_cache *tc = &thread_caches[arena->slot];
	unsigned int id;
	size_t len = sizeof(id);

	pthread_once(&exit_once, make_exit_key);
	if (!thread_registered) {
		pthread_setspecific(exit_key, &thread_registered);
		thread_registered = true;
	}

	tc->flags = MALLOCX_TCACHE_NONE;
	host_mutex_lock(&arena->lock);
	if (arena->nr_idle) {
		tc->flags = arena->idle[--arena->nr_idle];
	} else if (arena->nr_caches < MAX_CACHES &&
		   !dmasim_je_mallctl("tcache.create", &id, &len, NULL, 0)) {
		arena->caches[arena->nr_caches++] = id;
		tc->flags = MALLOCX_TCACHE(id);
	}
	host_mutex_unlock(&arena->lock);
	tc->serial = arena->serial;
	return tc->flags;
}

static inline int cache_flags(struct host_arena *arena)
{
	struct thread_cache *tc = &thread_caches[arena->slot];

	if (__builtin_expect(tc->serial != arena->serial, 0))
		return thread_cache_attach(arena);
	return tc->flags;
}

static inline int align_flags(size_t align)
{
	return align > 8 ? MALLOCX_LG_ALIGN(__builtin_ctzl(align)) : 0;
}

/* ---- interface ----------------------------------------------------------- */

/**
 * host_arena_create() - a new, empty arena
 * @ops: where extents come from; copied
 * @ctx: handed to @ops
 *
 * Context: any thread.
 * Return: the arena, or NULL when there are too many or memory is short.
 */
struct host_arena *host_arena_create(const struct host_extent_ops *ops,
				     void *ctx)
{
	struct arena_config cfg = { 0 };
	size_t len = sizeof(unsigned int);
	struct host_arena *arena;
	unsigned int slot;

	arena = host_alloc(sizeof(*arena));
	if (!arena)
		return NULL;
	arena->ops = *ops;
	arena->ctx = ctx;
	arena->hooks = (extent_hooks_t){
		.alloc = extent_alloc,
		.dalloc = extent_dalloc,
		.destroy = extent_destroy,
	};
	cfg.extent_hooks = &arena->hooks;

	host_mutex_lock(&arenas_lock);
	for (slot = 0; slot < MAX_ARENAS; slot++)
		if (!arenas[slot])
			break;
	if (slot == MAX_ARENAS ||
	    dmasim_je_mallctl("experimental.arenas_create_ext", &arena->index,
			      &len, &cfg, sizeof(cfg))) {
		host_mutex_unlock(&arenas_lock);
		host_free(arena);
		return NULL;
	}
	arena->slot = slot;
	arena->serial = ++last_serial;
	arenas[slot] = arena;
	host_mutex_unlock(&arenas_lock);
	return arena;
}

/**
 * host_arena_destroy() - give back all extents, with or without live objects
 * @arena: NULL does nothing
 *
 * Context: no other thread uses @arena, now or later.
 */
void host_arena_destroy(struct host_arena *arena)
{
	char name[48];
	unsigned int i;

	if (!arena)
		return;
	for (i = 0; i < arena->nr_caches; i++)
		dmasim_je_mallctl("tcache.destroy", NULL, NULL,
				  &arena->caches[i], sizeof(arena->caches[i]));

	snprintf(name, sizeof(name), "arena.%u.destroy", arena->index);
	if (dmasim_je_mallctl(name, NULL, NULL, NULL, 0))
		host_panic("arena: %s failed", name);

	host_mutex_lock(&arenas_lock);
	arenas[arena->slot] = NULL;
	host_mutex_unlock(&arenas_lock);
	host_free(arena);
}

/**
 * host_arena_alloc() - an object, not zeroed
 * @arena: of host_arena_create()
 * @size: bytes, not 0
 * @align: power of two; 0 or 1 for the natural 8
 *
 * Context: any thread; calls ops->alloc() when no extent has room.
 * Return: the object, or NULL if ops->alloc() had nothing.
 */
void *host_arena_alloc(struct host_arena *arena, size_t size, size_t align)
{
	int flags = MALLOCX_ARENA(arena->index) | cache_flags(arena);

	return dmasim_je_mallocx(size, flags | align_flags(align));
}

/**
 * host_arena_room() - what host_arena_usable() says of such an object
 * @size: bytes, not 0
 * @align: as for host_arena_alloc()
 *
 * Context: any thread.
 * Return: bytes, the same for every arena.
 */
size_t host_arena_room(size_t size, size_t align)
{
	return dmasim_je_nallocx(size, align_flags(align));
}

/**
 * host_arena_free() - free an object
 * @arena: the arena @p came from
 * @p: the object, not NULL
 *
 * Context: any thread; may call ops->free().
 */
void host_arena_free(struct host_arena *arena, void *p)
{
	dmasim_je_dallocx(p, cache_flags(arena));
}

/**
 * host_arena_free_sized() - free an object whose size the caller knows
 * @arena: the arena @p came from
 * @p: the object, not NULL
 * @room: host_arena_room() of what was asked for; then nothing about @p has to
 *	be looked up, which is a cache miss when there are many objects
 *
 * Context: any thread; may call ops->free().
 */
void host_arena_free_sized(struct host_arena *arena, void *p, size_t room)
{
	dmasim_je_sdallocx(p, room, cache_flags(arena));
}

/**
 * host_arena_usable() - bytes usable at @p
 * @arena: the arena @p came from
 * @p: the object
 *
 * Context: any thread.
 * Return: at least the size asked for.
 */
size_t host_arena_usable(struct host_arena *arena, void *p)
{
	(void)arena;
	return dmasim_je_sallocx(p, 0);
}
