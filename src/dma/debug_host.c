/* SPDX-License-Identifier: MIT */
/*
 * Seam: memory, call paths and addresses of the process, for the checker.
 * Nothing is decided here.
 */
#include <linux/string.h>

#include "dma/debug_entry.h"

#include "host/host.h"

/* Blocks remember their size, so that freeing needs none. */
struct block {
	size_t size;
	char bytes[] __aligned(64);
};

/** dma_debug_host_alloc() - zeroed; costs nothing where it is not touched. */
void *dma_debug_host_alloc(size_t size)
{
	struct block *b;

	size = ALIGN(size + sizeof(*b), 4096);
	b = host_map_anon(size);
	if (!b)
		return NULL;
	b->size = size;
	return b->bytes;
}

void dma_debug_host_free(void *p)
{
	struct block *b = container_of(p, struct block, bytes);

	host_release(b, b->size);
}

/** dma_debug_call_path() - how dma_debug_add() is called now. Context: any. */
noinline const struct host_path *dma_debug_call_path(void)
{
	const struct host_path *path = host_call_path();

	barrier(); /* no tail call: SKIP counts this function */
	return path;
}

/* Of a path: frames of host_call_path(), dma_debug_call_path(), and their caller. */
#define SKIP 3u

/**
 * dma_debug_path_frames() - return addresses on a path, from who called the one that
 *	asked for it
 * @path: of dma_debug_call_path(); NULL: none
 *
 * Return: how many, and in @frames where.
 */
unsigned int dma_debug_path_frames(const struct host_path *path,
				   void *const **frames)
{
	if (!path || path->nr <= SKIP)
		return 0;
	*frames = path->frame + SKIP;
	return path->nr - SKIP;
}

/** dma_debug_frames() - the same for where an entry was made, from the API's hook on. */
unsigned int dma_debug_frames(const struct dma_debug_entry *entry,
			      void *const **frames)
{
	return dma_debug_path_frames(entry ? entry->path : NULL, frames);
}

const char *dma_debug_place(const void *p)
{
	switch (host_place_of(p)) {
	case HOST_PLACE_STACK:
		return "stack";
	case HOST_PLACE_CONSTANT:
		return "text or rodata";
	case HOST_PLACE_DATA:
		return "data";
	default:
		return NULL;
	}
}

/** dma_debug_env() - does the environment ask for the checker? */
bool dma_debug_env(void)
{
	const char *value = host_env("DMASIM_CHECKER");

	return value && !strcmp(value, "1");
}
