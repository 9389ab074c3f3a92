/* SPDX-License-Identifier: MIT */
/*
 * Allocated per-CPU objects.
 *
 * Models mm/percpu.c. A chunk is address space of one stride for each CPU; an
 * object takes the same offset in every stride, so that CPU n's copy is n
 * strides above the pointer that the caller holds (<linux/percpu-defs.h>).
 *
 *   chunk->base         + stride               + 2 * stride
 *   |..|obj of CPU 0|...|..|obj of CPU 1|......| ...
 *
 * Inside the stride, objects are runs of 16-byte granules: one bitmap says
 * which granules are taken, another which are the last of an object.
 *
 * I1  A granule that ends an object is taken.
 * I2  A chunk exists only while it holds an object, the first one until
 *     lib_shutdown().
 *
 * Simplified: the gfp flags mean nothing; chunks are searched first to last.
 * Locks: lib_memory_lock().
 * Tests: tests/unit/lib/test_percpu.c
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "lib/internal.h"

#define GRANULE 16u
#define GRANULES (DMASIM_PERCPU_STRIDE / GRANULE)
#define CHUNK_BYTES ((size_t)NR_CPUS * DMASIM_PERCPU_STRIDE)

struct percpu_chunk {
	struct list_head list;
	char *base;
	unsigned int objects;
	DECLARE_BITMAP(taken, GRANULES);
	DECLARE_BITMAP(last, GRANULES);
};

static LIST_HEAD(chunks);

static struct percpu_chunk *chunk_create(void)
{
	struct percpu_chunk *chunk = lib_heap_alloc(sizeof(*chunk));

	if (!chunk)
		return NULL;
	chunk->base = lib_space_map(CHUNK_BYTES);
	if (!chunk->base) {
		lib_heap_free(chunk);
		return NULL;
	}
	list_add_tail(&chunk->list, &chunks);
	return chunk;
}

static void chunk_destroy(struct percpu_chunk *chunk)
{
	list_del(&chunk->list);
	lib_space_unmap(chunk->base, CHUNK_BYTES);
	lib_heap_free(chunk);
}

/* Return: CPU 0's copy, or NULL if no run of @nr granules is free. */
static char *chunk_take(struct percpu_chunk *chunk, unsigned int nr,
			unsigned int align)
{
	unsigned long first;

	first = bitmap_find_next_zero_area(chunk->taken, GRANULES, 0, nr,
					   align - 1);
	if (first >= GRANULES)
		return NULL;
	bitmap_set(chunk->taken, (unsigned int)first, nr);
	__set_bit((long)(first + nr - 1), chunk->last);
	chunk->objects++;
	return chunk->base + first * GRANULE;
}

/**
 * __alloc_percpu() - a zeroed object for each CPU
 * @size: bytes for one CPU, 1..PCPU_MIN_UNIT_SIZE
 * @align: power of two, at most a page
 *
 * Context: any thread. Return: CPU 0's copy; NULL when out of memory or for
 * sizes that cannot be, which also WARN.
 */
void __percpu *__alloc_percpu(size_t size, size_t align)
{
	struct percpu_chunk *chunk;
	unsigned int nr, run_align, cpu;
	char *p = NULL;

	if (WARN_ON_ONCE(!size || size > PCPU_MIN_UNIT_SIZE || align > 4096 ||
			 !is_power_of_2(align)))
		return NULL;
	nr = DIV_ROUND_UP((unsigned int)size, GRANULE);
	run_align = max((unsigned int)align / GRANULE, 1u);

	lib_memory_lock();
	list_for_each_entry(chunk, &chunks, list) {
		p = chunk_take(chunk, nr, run_align);
		if (p)
			break;
	}
	if (!p) {
		chunk = chunk_create();
		if (chunk)
			p = chunk_take(chunk, nr, run_align);
	}
	lib_memory_unlock();

	if (p)
		for_each_possible_cpu(cpu)
			memset(per_cpu_ptr(p, cpu), 0, nr * GRANULE);
	return p;
}
EXPORT_SYMBOL(__alloc_percpu);

/**
 * free_percpu() - free all copies
 * @pdata: from __alloc_percpu(), or NULL
 *
 * Context: any thread. WARNs if @pdata is not the start of an object.
 */
void free_percpu(void __percpu *pdata)
{
	struct percpu_chunk *chunk;
	bool found = false;

	if (!pdata)
		return;
	lib_memory_lock();
	list_for_each_entry(chunk, &chunks, list) {
		unsigned long off =
			(unsigned long)pdata - (unsigned long)chunk->base;
		unsigned int first, end;

		if (off >= DMASIM_PERCPU_STRIDE)
			continue;
		first = (unsigned int)off / GRANULE;
		if (off % GRANULE || !test_bit(first, chunk->taken) ||
		    (first && test_bit(first - 1, chunk->taken) &&
		     !test_bit(first - 1, chunk->last)))
			break;

		end = (unsigned int)find_next_bit(chunk->last, GRANULES, first);
		bitmap_clear(chunk->taken, first, end - first + 1);
		__clear_bit(end, chunk->last);
		found = true;
		if (!--chunk->objects && !list_is_first(&chunk->list, &chunks))
			chunk_destroy(chunk);
		break;
	}
	lib_memory_unlock();
	WARN(!found, "free_percpu(%px) of what is not a per-CPU object", pdata);
}
EXPORT_SYMBOL(free_percpu);

/** lib_percpu_check() - a leak event for each object. Return: how many. */
unsigned int lib_percpu_check(void)
{
	struct percpu_chunk *chunk;
	unsigned int bit, start, leaks = 0;

	list_for_each_entry(chunk, &chunks, list) {
		start = 0;
		for_each_set_bit(bit, chunk->last, GRANULES) {
			start = (unsigned int)find_next_bit(chunk->taken,
							    GRANULES, start);
			lib_event(LIB_EVENT_LEAK, "percpu-leak", NULL,
				  (unsigned long)chunk->base + start * GRANULE,
				  (bit - start + 1) * GRANULE,
				  "per-CPU object of %u bytes was not freed",
				  (bit - start + 1) * GRANULE);
			start = bit + 1;
			leaks++;
		}
	}
	return leaks;
}

/** lib_percpu_shutdown() - give back all chunks, used or not. */
void lib_percpu_shutdown(void)
{
	struct percpu_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &chunks, list)
		chunk_destroy(chunk);
}
