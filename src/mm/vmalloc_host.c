/* SPDX-License-Identifier: MIT */
/*
 * Seam: a window of address space in which RAM can be shown a second time.
 *
 * Locks: none.
 */
#include "host/host.h"
#include "mm/internal.h"

/**
 * vmalloc_host_reserve() - address space that faults
 * @size: bytes
 *
 * Context: any.
 * Return: start, aligned to 2 MiB, or NULL.
 */
void *vmalloc_host_reserve(size_t size)
{
	return host_reserve(size, 2ul << 20);
}

/**
 * vmalloc_host_release() - give it back
 * @start: of vmalloc_host_reserve()
 * @size: bytes
 *
 * Context: any.
 */
void vmalloc_host_release(void *start, size_t size)
{
	host_release(start, size);
}

/**
 * vmalloc_host_map() - show RAM there
 * @va: inside the window
 * @phys: RAM
 * @len: bytes
 *
 * Context: any.
 * Return: 0 or a negative errno.
 */
int vmalloc_host_map(void *va, phys_addr_t phys, size_t len)
{
	return host_ram_map(va, phys, len);
}

/**
 * vmalloc_host_unmap() - make it fault again
 * @va: inside the window
 * @len: bytes
 *
 * Context: any.
 */
void vmalloc_host_unmap(void *va, size_t len)
{
	host_ram_unmap(va, len);
}
