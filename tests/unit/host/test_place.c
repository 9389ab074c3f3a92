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

/*
 * Calls itself @left times; the path is that of the innermost call. The comments
 * for the assembler keep the compiler from making one call of the two.
 */
__attribute__((noinline)) static const struct host_path *path_at(int left,
								 int way)
{
	const struct host_path *path;

	if (!left) {
		path = host_call_path();
		__asm__ volatile("# there" ::: "memory");
	} else if (way & 1) {
		__asm__ volatile("# one way" ::: "memory");
		path = path_at(left - 1, way >> 1);
		__asm__ volatile("# and back" ::: "memory");
	} else {
		__asm__ volatile("# the other" ::: "memory");
		path = path_at(left - 1, way >> 1);
		__asm__ volatile("# back from there" ::: "memory");
	}
	return path;
}

static void a_remembered_path_is_the_path(void **state)
{
	const struct host_path *path[16];
	volatile int round, call; /* no copies of a loop, so one call site */
	int way, other;

	(void)state;
	/* The same stack pointer and innermost caller, different ways there. */
	for (round = 0; round < 2; round++)
		for (way = 0; way < 16; way++)
			for (call = 0; call < 2; call++) {
				const struct host_path *p = path_at(4, way);

				assert_true(p->nr > DEPTH);
				if (round || call)
					assert_ptr_equal(p, path[way]);
				path[way] = p;
			}
	for (way = 0; way < 16; way++)
		for (other = 0; other < way; other++)
			assert_ptr_not_equal(path[way], path[other]);
}

/* Frames of path_at() itself lie between its return addresses in the test. */
static void a_path_leads_out_of_the_innermost_call(void **state)
{
	const struct host_path *path = path_at(4, 0), *shorter = path_at(3, 0);
	void *frames[1];

	(void)state;
	assert_int_equal(path->nr, shorter->nr + 1);
	assert_int_equal(host_backtrace(frames, 1), 1);
	assert_ptr_equal(path->frame[0], shorter->frame[0]);
	assert_ptr_equal(path->frame[1], shorter->frame[1]);
	assert_ptr_equal(path->frame[3], path->frame[2]);
	assert_ptr_not_equal(path->frame[DEPTH + 1], path->frame[DEPTH]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_told_apart),
		cmocka_unit_test(a_thread_has_a_stack_of_its_own),
		cmocka_unit_test(a_remembered_path_is_the_path),
		cmocka_unit_test(a_path_leads_out_of_the_innermost_call),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
