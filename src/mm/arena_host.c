/* SPDX-License-Identifier: MIT */
/*
 * Seam: the object arenas of the slab, two over pages of simulated RAM and one
 * over memory of the host.
 *
 * Locks: none of its own.
 */
#include "host/host.h"
#include "mm/internal.h"

static struct host_arena *arenas[SLAB_NR_ARENAS];
static struct host_huge *huge;

static void *extent_alloc(void *ctx, size_t size, size_t align)
{
	return slab_extent_alloc((enum slab_arena)(unsigned long)ctx, size,
				 align);
}

static void extent_free(void *ctx, void *start, size_t size)
{
	slab_extent_free(start, size);
}

static void *host_extent_alloc(void *ctx, size_t size, size_t align)
{
	return align > 4096 ? NULL : host_huge_alloc(huge, size);
}

static void host_extent_free(void *ctx, void *start, size_t size)
{
	if (SLAB_DEBUG)
		slab_debug_forget(start, size);
	host_huge_free(huge, start, size);
}

/**
 * arena_boot() - create the arenas
 *
 * Context: once, after the page allocator.
 * Return: 0 or -ENOMEM.
 */
int arena_boot(void)
{
	static const struct host_extent_ops ram_ops = {
		.alloc = extent_alloc,
		.free = extent_free,
	};
	static const struct host_extent_ops host_ops = {
		.alloc = host_extent_alloc,
		.free = host_extent_free,
	};
	unsigned long i;

	huge = host_huge_create();
	if (!huge)
		return -ENOMEM;
	for (i = 0; i < SLAB_NR_ARENAS; i++) {
		arenas[i] = host_arena_create(
			i == SLAB_ARENA_HOST ? &host_ops : &ram_ops, (void *)i);
		if (!arenas[i]) {
			arena_shutdown();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * arena_shutdown() - give all extents back
 *
 * Context: nobody uses an object any more.
 */
void arena_shutdown(void)
{
	unsigned int i;

	for (i = 0; i < SLAB_NR_ARENAS; i++) {
		host_arena_destroy(arenas[i]);
		arenas[i] = NULL;
	}
	host_huge_destroy(huge);
	huge = NULL;
}

/**
 * arena_alloc() - an object, not zeroed
 * @arena: which
 * @size: bytes, not 0
 * @align: power of two, or 0
 *
 * Context: any.
 * Return: the object or NULL.
 */
void *arena_alloc(enum slab_arena arena, size_t size, size_t align)
{
	return host_arena_alloc(arenas[arena], size, align);
}

/**
 * arena_free() - free an object
 * @arena: the one it came from
 * @p: the object
 *
 * Context: any.
 */
void arena_free(enum slab_arena arena, void *p)
{
	host_arena_free(arenas[arena], p);
}

/**
 * arena_usable() - bytes between @p and the next object
 * @arena: the one it came from
 * @p: the object
 *
 * Context: any.
 */
size_t arena_usable(enum slab_arena arena, void *p)
{
	return host_arena_usable(arenas[arena], p);
}

/**
 * arena_room() - what arena_usable() says of any object of this size
 * @size: bytes, not 0
 * @align: as for arena_alloc()
 *
 * Context: any.
 */
size_t arena_room(size_t size, size_t align)
{
	return host_arena_room(size, align);
}

/**
 * arena_free_sized() - free an object without looking up its size
 * @arena: the one it came from
 * @p: the object
 * @room: arena_room() of it
 *
 * Context: any.
 */
void arena_free_sized(enum slab_arena arena, void *p, size_t room)
{
	host_arena_free_sized(arenas[arena], p, room);
}
