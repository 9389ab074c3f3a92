/* SPDX-License-Identifier: MIT */
/*
 * Seam: memory for bookkeeping, which is never simulated RAM.
 *
 * Locks: none.
 */
#include "host/host.h"
#include "mm/internal.h"

/**
 * mm_map_anon() - zeroed memory that costs nothing until touched
 * @size: bytes
 *
 * Context: any.
 * Return: page-aligned start, or NULL.
 */
void *mm_map_anon(size_t size)
{
	return host_map_anon(size);
}

/**
 * mm_unmap_anon() - give it back
 * @start: of mm_map_anon(); NULL does nothing
 * @size: as asked for
 *
 * Context: any.
 */
void mm_unmap_anon(void *start, size_t size)
{
	if (start)
		host_release(start, size);
}

/**
 * mm_meta_alloc() - small zeroed block
 * @size: bytes
 *
 * Context: any.
 * Return: the block, or NULL.
 */
void *mm_meta_alloc(size_t size)
{
	return host_alloc(size);
}

/**
 * mm_meta_free() - free a block of mm_meta_alloc()
 * @p: the block; NULL does nothing
 *
 * Context: any.
 */
void mm_meta_free(void *p)
{
	host_free(p);
}
