/* SPDX-License-Identifier: MIT */
/* Addresses and call paths: src/host/place.c */
#include "host/host.h"
#include "unit/host/suite.h"

#include <stdlib.h>

static int variable = 1;
static const int constant = 1;
static int *const relocated = &variable;

static void places_are_told_apart(void **state)
{
	int local = 0;
	void *heap = malloc(100000);

	(void)state;
	assert_int_equal(host_place_of(&local), HOST_PLACE_STACK);
	assert_int_equal(host_place_of(&constant), HOST_PLACE_CONSTANT);
	assert_int_equal(host_place_of((void *)(uintptr_t)malloc),
			 HOST_PLACE_CONSTANT);
	assert_int_equal(host_place_of(&variable), HOST_PLACE_DATA);
	/* Written once, when the program was loaded. */
	assert_int_equal(host_place_of((const void *)&relocated),
			 HOST_PLACE_CONSTANT);
	assert_int_equal(host_place_of(heap), HOST_PLACE_OTHER);
	assert_int_equal(host_place_of(NULL), HOST_PLACE_OTHER);
	free(heap);
}

static void on_a_thread(void *arg)
{
	int local = 0;

	*(enum host_place *)arg = host_place_of(&local);
}

static void a_thread_has_a_stack_of_its_own(void **state)
{
	enum host_place place = HOST_PLACE_OTHER;
	struct host_thread *t = host_thread_create(on_a_thread, &place, "t");

	(void)state;
	assert_non_null(t);
	host_thread_join(t);
	assert_int_equal(place, HOST_PLACE_STACK);
}

/* As many frames as path_at(4) has. */
#define DEPTH 5

/* Calls itself @left times; the path is that of the innermost call. */
__attribute__((noinline)) static unsigned int path_at(int left, int way,
						      void **frames)
{
	unsigned int nr;

	if (!left)
		return host_call_path(frames, DEPTH);
	if (way & 1) {
		nr = path_at(left - 1, way >> 1, frames);
		__asm__ volatile("# one way" ::: "memory");
	} else {
		nr = path_at(left - 1, way >> 1, frames);
		__asm__ volatile("# the other" ::: "memory");
	}
	return nr;
}

static void a_remembered_path_is_the_path(void **state)
{
	void *first[DEPTH], *again[DEPTH];
	volatile int call; /* one call site, however the loop is compiled */
	int way, round;

	(void)state;
	/* The same stack pointer and innermost caller, different ways there. */
	for (round = 0; round < 2; round++)
		for (way = 0; way < 16; way++) {
			for (call = 0; call < 2; call++)
				assert_int_equal(path_at(4, way,
							 call ? again : first),
						 DEPTH);
			assert_memory_equal(first, again, sizeof(first));
		}
}

static void different_ways_are_different_paths(void **state)
{
	void *one[DEPTH], *other[DEPTH];

	(void)state;
	assert_int_equal(path_at(4, 0, one), DEPTH);
	assert_int_equal(path_at(3, 0, other), DEPTH);
	assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_told_apart),
		cmocka_unit_test(a_thread_has_a_stack_of_its_own),
		cmocka_unit_test(a_remembered_path_is_the_path),
		cmocka_unit_test(different_ways_are_different_paths),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
