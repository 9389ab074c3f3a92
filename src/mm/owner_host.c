/* SPDX-License-Identifier: MIT */
/*
 * Seam: call paths and their names.
 *
 * Locks: none.
 */
#include "host/host.h"
#include "mm/internal.h"

/**
 * mm_owner_backtrace() - return addresses of the callers
 * @frames: result, innermost first
 * @max: room in @frames, at most 32
 *
 * Context: any.
 * Return: number stored.
 */
unsigned int mm_owner_backtrace(unsigned long *frames, unsigned int max)
{
	return host_backtrace((void **)frames, max);
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
