/* SPDX-License-Identifier: MIT */
/*
 * src/host/arena.c: extents come from the caller and all go back to him.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/host.h"

#define POOL_BYTES (8u << 20)

/* A pool that hands out ascending ranges and counts. */
struct pool {
	char *base;
	size_t used;
	size_t live;
	size_t limit;
};

static void *take(void *ctx, size_t size, size_t align)
{
	struct pool *pool = ctx;
	size_t at;

	at = __atomic_load_n(&pool->used, __ATOMIC_RELAXED);
	do {
		at = (at + align - 1) & ~(align - 1);
		if (at + size > pool->limit)
			return NULL;
	} while (__atomic_fetch_add(&pool->used, size, __ATOMIC_RELAXED) != at);
	__atomic_fetch_add(&pool->live, size, __ATOMIC_RELAXED);
	return pool->base + at;
}

static void give(void *ctx, void *start, size_t size)
{
	struct pool *pool = ctx;

	assert_true((char *)start >= pool->base);
	__atomic_fetch_sub(&pool->live, size, __ATOMIC_RELAXED);
}

static const struct host_extent_ops ops = { take, give };
static struct pool pool;

static int setup(void **state)
{
	struct host_arena *arena;

	pool = (struct pool){ .limit = POOL_BYTES };
	pool.base = host_reserve(POOL_BYTES, POOL_BYTES);
	if (!pool.base || host_ram_open(POOL_BYTES) ||
	    host_ram_map(pool.base, 0, POOL_BYTES))
		return -1;
	arena = host_arena_create(&ops, &pool);
	*state = arena;
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	host_arena_destroy(*state);
	host_ram_close();
	host_release(pool.base, POOL_BYTES);
	return pool.live || host_alloc_live() ? -1 : 0;
}

static void objects_lie_in_the_pool(void **state)
{
	char *p = host_arena_alloc(*state, 100, 0);

	assert_true(p >= pool.base && p + 100 <= pool.base + POOL_BYTES);
	assert_true(host_arena_usable(*state, p) >= 100);
	memset(p, 1, 100);
	host_arena_free(*state, p);
}

static void alignment_is_honoured(void **state)
{
	size_t align;

	for (align = 16; align <= 4096; align *= 2) {
		void *p = host_arena_alloc(*state, 24, align);

		assert_int_equal((uintptr_t)p & (align - 1), 0);
		host_arena_free(*state, p);
	}
}

static void powers_of_two_are_aligned_without_asking(void **state)
{
	void *p[64];
	size_t size;
	int i;

	for (size = 8; size <= 4096; size *= 2) {
		for (i = 0; i < 64; i++) {
			p[i] = host_arena_alloc(*state, size, 0);
			assert_int_equal((uintptr_t)p[i] & (size - 1), 0);
		}
		for (i = 0; i < 64; i++)
			host_arena_free(*state, p[i]);
	}
}

static void room_is_what_any_object_of_that_size_has(void **state)
{
	size_t size, align;

	for (size = 1; size < 5000; size += 57) {
		for (align = 0; align <= 256; align = align ? align * 4 : 16) {
			void *p = host_arena_alloc(*state, size, align);
			size_t room = host_arena_room(size, align);

			assert_int_equal(host_arena_usable(*state, p), room);
			memset(p, 1, room);
			host_arena_free_sized(*state, p, room);
		}
	}
}

static void extents_hold_no_metadata(void **state)
{
	char *p = host_arena_alloc(*state, 64, 0);
	size_t i;

	/* Nothing but the object was written: the rest is still zero. */
	memset(p, 0, host_arena_usable(*state, p));
	for (i = 0; i < pool.used; i++)
		assert_int_equal(pool.base[i], 0);
	host_arena_free(*state, p);
}

static void exhausted_pool_gives_null(void **state)
{
	pool.limit = 0;
	assert_null(host_arena_alloc(*state, 64, 0));
	pool.limit = POOL_BYTES;
	host_arena_free(*state, host_arena_alloc(*state, 64, 0));
}

static void destruction_returns_live_objects(void **state)
{
	struct host_arena *second = host_arena_create(&ops, &pool);
	size_t before = pool.live;
	int i;

	for (i = 0; i < 500; i++)
		assert_non_null(host_arena_alloc(second, 1000, 0));
	assert_true(pool.live > before);
	host_arena_destroy(second);
	assert_int_equal(pool.live, before);
}

static void *churn(void *arena)
{
	char *p[32];
	int round, i;

	for (round = 0; round < 50; round++) {
		for (i = 0; i < 32; i++) {
			p[i] = host_arena_alloc(arena, 48, 0);
			memset(p[i], i, 48);
		}
		for (i = 0; i < 32; i++)
			host_arena_free(arena, p[i]);
	}
	return NULL;
}

static void threads_come_and_go(void **state)
{
	pthread_t thread[4];
	int round, i;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < 4; i++)
			pthread_create(&thread[i], NULL, churn, *state);
		for (i = 0; i < 4; i++)
			pthread_join(thread[i], NULL);
	}
	assert_true(pool.live > 0);
}

static void malloc_stays_the_process_own(void **state)
{
	char *p = malloc(64);

	assert_false(p >= pool.base && p < pool.base + POOL_BYTES);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		CASE(objects_lie_in_the_pool),
		CASE(alignment_is_honoured),
		CASE(powers_of_two_are_aligned_without_asking),
		CASE(room_is_what_any_object_of_that_size_has),
		CASE(extents_hold_no_metadata),
		CASE(exhausted_pool_gives_null),
		CASE(destruction_returns_live_objects),
		CASE(threads_come_and_go),
		CASE(malloc_stays_the_process_own),
	};

	return cmocka_run_group_tests_name("host_arena", tests, NULL, NULL);
}
