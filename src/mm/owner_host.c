/* SPDX-License-Identifier: MIT */
/*
 * Seam: call paths and their names.
 *
 * Locks: the leaf of host_call_path().
 */
#include <linux/minmax.h>
#include <linux/string.h>

#include "host/host.h"
#include "mm/internal.h"

/**
 * mm_owner_backtrace() - return addresses of the callers
 * @frames: result, innermost first
 * @max: room in @frames; no more than 24 are known
 *
 * Context: any.
 * Return: number stored.
 */
unsigned int mm_owner_backtrace(unsigned long *frames, unsigned int max)
{
	const struct host_path *path = host_call_path();
	unsigned int nr = min(path->nr, max);

	memcpy(frames, path->frame, nr * sizeof(*frames));
	return nr;
}

/**
 * mm_owner_symbol() - name of the code at an address
 * @addr: return address
 * @buf: result
 * @size: bytes in @buf
 *
 * Context: any.
 */
void mm_owner_symbol(unsigned long addr, char *buf, size_t size)
{
	host_symbolize((void *)addr, buf, size);
}
