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

	if (p)
		host_release(b, b->size);
}

/**
 * dma_debug_call_path() - return addresses from the caller's caller on
 *
 * Return: how many. Context: any.
 */
noinline unsigned int dma_debug_call_path(void **frames, unsigned int max)
{
	void *all[HOST_EVENT_FRAMES];
	unsigned int nr = host_call_path(all, HOST_EVENT_FRAMES);
	unsigned int skip = 2; /* this function and dma_debug_add() */

	if (nr <= skip)
		return 0;
	nr = min(nr - skip, max);
	memcpy(frames, all + skip, nr * sizeof(*frames));
	return nr;
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
