/* SPDX-License-Identifier: MIT */
/*
 * Seam: bookkeeping memory and address space of the host.
 *
 * Simulated RAM belongs to the layer above; what lib itself keeps (per-CPU
 * areas, parameter strings) comes from here and is gone at lib_shutdown().
 *
 * Locks: one host mutex, which protects the per-CPU allocator.
 * Tests: tests/unit/lib/test_percpu.c
 */
#include "lib/internal.h"

#include "host/host.h"

static struct host_mutex memory_mutex;
static unsigned long heap_live;

/** lib_heap_alloc() - zeroed bookkeeping memory. Return: NULL if none. */
void *lib_heap_alloc(size_t size)
{
	void *p = host_alloc(size);

	if (p)
		__atomic_fetch_add(&heap_live, 1, __ATOMIC_RELAXED);
	return p;
}

/** lib_heap_free() - @p may be NULL. */
void lib_heap_free(void *p)
{
	if (!p)
		return;
	__atomic_fetch_sub(&heap_live, 1, __ATOMIC_RELAXED);
	host_free(p);
}

/** lib_heap_live() - blocks of lib_heap_alloc() not freed yet. */
unsigned long lib_heap_live(void)
{
	return __atomic_load_n(&heap_live, __ATOMIC_RELAXED);
}

/** lib_space_map() - zero pages, populated on touch. Return: NULL if none. */
void *lib_space_map(size_t size)
{
	return host_map_anon(size);
}

/** lib_space_unmap() - give back a range of lib_space_map(). */
void lib_space_unmap(void *start, size_t size)
{
	host_release(start, size);
}

/** lib_memory_lock() - enter the per-CPU allocator. Context: not nested. */
void lib_memory_lock(void)
{
	host_mutex_lock(&memory_mutex);
}

/** lib_memory_unlock() - leave it. */
void lib_memory_unlock(void)
{
	host_mutex_unlock(&memory_mutex);
}
