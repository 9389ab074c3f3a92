/* SPDX-License-Identifier: MIT */
/* src/host/memory.c: reservations, views of the RAM file, the heap. */
#include <errno.h>

#include "unit/host/suite.h"

#define MIB 0x100000ull

static int open_ram(void **state)
{
	*state = host_reserve(4 * MIB, 4096);
	return *state ? host_ram_open(16 * MIB) : -1;
}

static int close_ram(void **state)
{
	host_ram_close();
	host_release(*state, 4 * MIB);
	return 0;
}

static void reservation_has_the_alignment_asked_for(void **state)
{
	char *a = host_reserve(0x3000, 1ull << 30);
	char *b = host_reserve(0x3000, 4096);

	assert_non_null(a);
	assert_int_equal((uintptr_t)a & ((1ull << 30) - 1), 0);
	assert_int_equal((uintptr_t)b & 4095, 0);

	host_release(a, 0x3000);
	host_release(b, 0x3000);
}

static void reservation_refuses_bad_arguments(void **state)
{
	assert_null(host_reserve(0, 4096));
	assert_null(host_reserve(100, 4096));
	assert_null(host_reserve(4096, 0));
	assert_null(host_reserve(4096, 3 * 4096));
	assert_null(host_reserve(1ull << 62, 4096));
}

static void two_views_show_the_same_bytes(void **state)
{
	char *a = *state, *b = a + MIB;

	assert_int_equal(host_ram_map(a, 0x5000, 0x2000), 0);
	assert_int_equal(host_ram_map(b, 0x6000, 0x1000), 0);

	strcpy(a + 0x1010, "seen twice");
	assert_string_equal(b + 0x10, "seen twice");
	b[0x10] = 'S';
	assert_string_equal(a + 0x1010, "Seen twice");
}

static void a_second_map_replaces_the_view(void **state)
{
	char *va = *state;

	assert_int_equal(host_ram_map(va, 0x1000, 0x1000), 0);
	va[0] = 1;
	assert_int_equal(host_ram_map(va, 0x2000, 0x1000), 0);
	assert_int_equal(va[0], 0);
	assert_int_equal(host_ram_map(va, 0x1000, 0x1000), 0);
	assert_int_equal(va[0], 1);
}

static void contents_outlive_the_view(void **state)
{
	char *va = *state;

	assert_int_equal(host_ram_map(va, 0x3000, 0x1000), 0);
	va[7] = 42;
	host_ram_unmap(va, 0x1000);
	assert_int_equal(host_ram_map(va + 0x4000, 0x3000, 0x1000), 0);
	assert_int_equal(va[0x4007], 42);
}

static void discarded_pages_read_zero(void **state)
{
	char *va = *state;

	assert_int_equal(host_ram_map(va, 0x8000, 0x2000), 0);
	va[0] = 1;
	va[0x1000] = 2;
	host_ram_discard(0x8000, 0x1000);
	assert_int_equal(va[0], 0);
	assert_int_equal(va[0x1000], 2);
}

static void map_refuses_what_is_outside_the_file(void **state)
{
	assert_int_equal(host_ram_map(*state, 16 * MIB, 0x1000), -EINVAL);
	assert_int_equal(host_ram_map(*state, 15 * MIB, 2 * MIB), -EINVAL);
	assert_int_equal(host_ram_map(*state, 0x800, 0x1000), -EINVAL);
	assert_int_equal(host_ram_map(*state, 0x1000, 0), -EINVAL);
}

static void only_one_ram_file_at_a_time(void **state)
{
	assert_int_equal(host_ram_open(MIB), -EBUSY);
	host_ram_close();
	assert_int_equal(host_ram_open(0), -EINVAL);
	assert_int_equal(host_ram_open(100), -EINVAL);
	assert_int_equal(host_ram_open(MIB), 0);
}

static void anonymous_memory_is_zero(void **state)
{
	char *p = host_map_anon(64 * MIB);

	assert_non_null(p);
	assert_int_equal(p[0], 0);
	assert_int_equal(p[64 * MIB - 1], 0);
	host_release(p, 64 * MIB);
}

static void heap_counts_live_blocks(void **state)
{
	unsigned long before = host_alloc_live();
	char *p = host_alloc(100), *q = host_alloc(0);

	assert_int_equal(host_alloc_live(), before + 2);
	assert_int_equal(p[0] | p[99], 0);
	host_free(p);
	host_free(q);
	host_free(NULL);
	assert_int_equal(host_alloc_live(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reservation_has_the_alignment_asked_for),
		cmocka_unit_test(reservation_refuses_bad_arguments),
		cmocka_unit_test_setup_teardown(two_views_show_the_same_bytes,
						open_ram, close_ram),
		cmocka_unit_test_setup_teardown(a_second_map_replaces_the_view,
						open_ram, close_ram),
		cmocka_unit_test_setup_teardown(contents_outlive_the_view,
						open_ram, close_ram),
		cmocka_unit_test_setup_teardown(discarded_pages_read_zero,
						open_ram, close_ram),
		cmocka_unit_test_setup_teardown(
			map_refuses_what_is_outside_the_file, open_ram,
			close_ram),
		cmocka_unit_test_setup_teardown(only_one_ram_file_at_a_time,
						open_ram, close_ram),
		cmocka_unit_test(anonymous_memory_is_zero),
		cmocka_unit_test(heap_counts_live_blocks),
	};

	return cmocka_run_group_tests_name("host memory", tests, NULL, NULL);
}
