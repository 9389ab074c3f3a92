/* SPDX-License-Identifier: MIT */
/*
 * Bits, bitmaps, CPU masks.
 */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

#include "unit/lib/lib_test.h"

static void single_bits_are_found_first_and_last(void **state)
{
	assert_int_equal(ffs(0), 0);
	assert_int_equal(ffs(0x18), 4);
	assert_int_equal(fls(0), 0);
	assert_int_equal(fls(0x80000000u), 32);
	assert_int_equal(__ffs(1ul << 40), 40);
	assert_int_equal(__fls(0x18), 4);
	assert_int_equal(fls64(1ull << 63), 64);
	assert_int_equal(ffz(0xff), 8);
	assert_int_equal(hweight64(0xf0f0), 8);
	assert_int_equal(sign_extend64(0xfff, 11), -1);
	assert_int_equal(rol32(0x80000001u, 4), 0x18);
}

static void masks_run_from_high_to_low(void **state)
{
	_Static_assert(GENMASK(7, 4) == 0xf0, "");
	_Static_assert(GENMASK_ULL(63, 0) == ~0ull, "");
	_Static_assert(GENMASK_ULL(51, 12) == 0xffffffffff000ull, "");
	_Static_assert(BIT_ULL(63) == 1ull << 63, "");
	assert_int_equal(GENMASK_U8(3, 0), 0xf);
	assert_int_equal(FIELD_PREP(GENMASK(11, 8), 5), 0x500);
	assert_int_equal(FIELD_GET(GENMASK(11, 8), 0xabc), 0xa);
	assert_int_equal(u32_replace_bits(0xffff, 0, 0xff0), 0xf00f);
	assert_int_equal(le32_get_bits(cpu_to_le32(0x1234), 0xff00), 0x12);
}

static void test_and_set_reports_the_old_bit(void **state)
{
	DECLARE_BITMAP(map, 128) = {};

	assert_false(test_and_set_bit(70, map));
	assert_true(test_and_set_bit(70, map));
	assert_true(test_bit(70, map));
	assert_true(test_and_clear_bit(70, map));
	assert_false(test_and_clear_bit(70, map));
	assert_false(__test_and_change_bit(3, map));
	assert_int_equal(map[0], 8);
	assign_bit(3, map, false);
	assert_true(bitmap_empty(map, 128));
}

static void searches_return_the_size_when_there_is_none(void **state)
{
	DECLARE_BITMAP(map, 200) = {};

	assert_int_equal(find_first_bit(map, 200), 200);
	assert_int_equal(find_last_bit(map, 200), 200);
	__set_bit(199, map);
	__set_bit(64, map);
	assert_int_equal(find_first_bit(map, 200), 64);
	assert_int_equal(find_next_bit(map, 200, 65), 199);
	assert_int_equal(find_next_bit(map, 199, 65), 199);
	assert_int_equal(find_next_bit(map, 200, 200), 200);
	assert_int_equal(find_last_bit(map, 200), 199);
	assert_int_equal(find_last_bit(map, 199), 64);
	assert_int_equal(find_nth_bit(map, 200, 1), 199);
	assert_int_equal(find_next_bit_wrap(map, 199, 100), 64);
	bitmap_fill(map, 200);
	assert_int_equal(find_first_zero_bit(map, 200), 200);
}

static void loops_visit_each_bit_and_range(void **state)
{
	DECLARE_BITMAP(map, 130) = {};
	unsigned int bit, from, to, sum = 0, ranges = 0;

	bitmap_set(map, 60, 10);
	__set_bit(129, map);
	for_each_set_bit(bit, map, 130)
		sum += bit;
	assert_int_equal(sum, 60 * 10 + 45 + 129);
	for_each_set_bitrange(from, to, map, 130)
		ranges = ranges * 1000 + (to - from);
	assert_int_equal(ranges, 10 * 1000 + 1);
	sum = 0;
	for_each_clear_bit(bit, map, 130)
		sum++;
	assert_int_equal(sum, 130 - 11);
}

static void ranges_cross_words(void **state)
{
	DECLARE_BITMAP(map, 192) = {};

	bitmap_set(map, 10, 150);
	assert_int_equal(bitmap_weight(map, 192), 150);
	assert_int_equal(map[1], -1l);
	bitmap_clear(map, 64, 64);
	assert_int_equal(map[1], 0);
	assert_int_equal(bitmap_weight(map, 64), 54);
	bitmap_set(map, 0, 0);
	assert_int_equal(bitmap_weight(map, 192), 150 - 64);
}

static void operations_ignore_bits_beyond_the_end(void **state)
{
	unsigned long a[2] = { 0xff, ~0ul }, b[2] = { 0x0f, 0 }, out[2];

	assert_true(bitmap_and(out, a, b, 68));
	assert_int_equal(out[0], 0x0f);
	assert_true(bitmap_andnot(out, a, b, 68));
	assert_int_equal(out[0], 0xf0);
	a[1] = ~0xful;
	assert_true(bitmap_subset(b, a, 68));
	b[0] = 0xff;
	assert_true(bitmap_equal(a, b, 68));
	assert_false(bitmap_equal(a, b, 69));
	assert_false(bitmap_andnot(out, a, b, 68));
	b[0] = 0xf00;
	assert_false(bitmap_intersects(a, b, 68));
}

static void zero_areas_respect_alignment(void **state)
{
	DECLARE_BITMAP(map, 256) = {};

	bitmap_set(map, 0, 3);
	assert_int_equal(bitmap_find_next_zero_area(map, 256, 0, 4, 0), 3);
	assert_int_equal(bitmap_find_next_zero_area(map, 256, 0, 4, 7), 8);
	bitmap_set(map, 10, 240);
	assert_int_equal(bitmap_find_next_zero_area(map, 256, 0, 6, 0), 3);
	assert_int_equal(bitmap_find_next_zero_area(map, 256, 4, 6, 0), 4);
	assert_int_equal(bitmap_find_next_zero_area(map, 256, 5, 6, 0), 250);
	assert_true(bitmap_find_next_zero_area(map, 256, 0, 8, 0) > 256 - 8);
}

static void machine_has_the_cpus_it_was_given(void **state)
{
	unsigned int cpu, seen = 0;

	assert_int_equal(num_online_cpus(), 4);
	for_each_cpu(cpu, cpu_possible_mask)
		seen = seen * 10 + cpu;
	assert_int_equal(seen, 123);
	assert_int_equal(cpumask_weight(cpu_online_mask), 4);
	assert_true(cpumask_equal(cpumask_of(3), &(struct cpumask){ { 8 } }));
	assert_int_equal(cpumask_next(1, cpu_online_mask), 2);
	assert_int_equal(cpumask_next(3, cpu_online_mask), NR_CPUS);
	assert_int_equal(cpumask_next_wrap(3, cpu_online_mask), 0);
	assert_false(cpu_online(4));
}

static void note_cpu(void *info)
{
	*(unsigned int *)info =
		*(unsigned int *)info * 10 + smp_processor_id() + 1;
}

static void cross_calls_run_as_each_cpu(void **state)
{
	unsigned int before = smp_processor_id(), seen = 0;

	on_each_cpu(note_cpu, &seen, 1);
	assert_int_equal(seen, 1234);
	assert_int_equal(smp_call_function_single(2, note_cpu, &seen, 1), 0);
	assert_int_equal(seen, 12343);
	assert_int_equal(smp_call_function_single(4, note_cpu, &seen, 1),
			 -ENXIO);
	assert_int_equal(smp_processor_id(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_bits_are_found_first_and_last),
		cmocka_unit_test(masks_run_from_high_to_low),
		cmocka_unit_test(test_and_set_reports_the_old_bit),
		cmocka_unit_test(searches_return_the_size_when_there_is_none),
		cmocka_unit_test(loops_visit_each_bit_and_range),
		cmocka_unit_test(ranges_cross_words),
		cmocka_unit_test(operations_ignore_bits_beyond_the_end),
		cmocka_unit_test(zero_areas_respect_alignment),
		lib_case(machine_has_the_cpus_it_was_given),
		lib_case(cross_calls_run_as_each_cpu),
	};

	return cmocka_run_group_tests_name("bitmap", tests, NULL, NULL);
}
