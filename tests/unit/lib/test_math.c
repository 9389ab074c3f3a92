/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic helpers: rounding, logarithms, overflow, smaller and larger.
 */
#include <linux/align.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <linux/wordpart.h>

#include "unit/lib/lib_test.h"

static void rounding_goes_the_right_way(void **state)
{
	assert_int_equal(round_up(4097, 4096), 8192);
	assert_int_equal(round_down(8191, 4096), 4096);
	assert_int_equal(roundup(10, 3), 12);
	assert_int_equal(rounddown(11, 3), 9);
	assert_int_equal(DIV_ROUND_UP(9, 4), 3);
	assert_int_equal(DIV_ROUND_CLOSEST(-9, 4), -2);
	assert_int_equal(DIV_ROUND_CLOSEST(11, 4), 3);
	assert_true(ALIGN(0xfffffffff001ull, 4096u) == 0x1000000000000ull);
	assert_true(IS_ALIGNED(SZ_64K, SZ_4K));
	assert_int_equal(mult_frac(1000000007, 3, 7), 428571431);
	assert_int_equal(abs(-5), 5);
	assert_true(abs(-5000000000l) == 5000000000l);
	assert_int_equal(abs_diff(3u, 5u), 2);
	assert_int_equal(gcd(48, 36), 12);
	assert_int_equal(lcm(4, 6), 12);
	assert_int_equal(lcm_not_zero(0, 6), 6);
	assert_int_equal(int_sqrt(99), 9);
	assert_true(int_sqrt(ULONG_MAX) == 0xffffffff);
}

static void logarithms_of_powers_and_others(void **state)
{
	_Static_assert(ilog2(4096) == 12, "");
	_Static_assert(order_base_2(4097) == 13, "");
	unsigned long n = 4097;

	assert_int_equal(ilog2(n), 12);
	assert_int_equal(ilog2((u64)1 << 40), 40);
	assert_true(is_power_of_2(64));
	assert_false(is_power_of_2(0));
	assert_int_equal(roundup_pow_of_two(n), 8192);
	assert_int_equal(rounddown_pow_of_two(n), 4096);
	assert_int_equal(order_base_2(n), 13);
	assert_int_equal(bits_per(n), 13);
}

static void min_and_max_evaluate_once(void **state)
{
	int calls = 0;
	u64 wide = 10;
	u8 byte = 3;

	assert_int_equal(min(++calls, 5), 1);
	assert_int_equal(calls, 1);
	assert_int_equal(max(wide, 20), 20);
	assert_int_equal(min(byte, -1), -1);
	assert_int_equal(min_t(u8, 0x1ff, 0x80), 0x80);
	assert_int_equal(clamp(15, 1, 10), 10);
	assert_int_equal(clamp_val(byte, 5, 9), 5);
	assert_int_equal(min3(3, 1, 2), 1);
	assert_int_equal(min_not_zero(0u, 7u), 7);
	assert_int_equal(umin(wide, 4), 4);
	assert_true(in_range(wide, 5ull, 6ull));
	assert_false(in_range(wide, 5ull, 5ull));
}

static void swap_exchanges(void **state)
{
	struct {
		int a, b;
	} one = { 1, 2 }, two = { 3, 4 };

	swap(one.a, two.b);
	assert_int_equal(one.a * 10 + two.b, 41);
	swap(one, two);
	assert_int_equal(one.a, 3);
}

static void overflow_is_noticed(void **state)
{
	size_t size;
	u8 byte;
	u32 word;
	struct {
		u64 nr;
		u32 v[];
	} *flex = NULL;

	assert_true(check_add_overflow(SIZE_MAX, 1ul, &size));
	assert_false(check_add_overflow(200, 55, &byte));
	assert_true(check_add_overflow(200, 56, &byte));
	assert_true(check_mul_overflow(1u << 16, 1u << 16, &word));
	assert_true(check_shl_overflow(1u, 32, &word));
	assert_false(check_shl_overflow(1u, 31, &word));
	assert_true(check_shl_overflow(3u, 31, &word));
	assert_true(size_mul(SIZE_MAX, 2) == SIZE_MAX);
	assert_int_equal(struct_size(flex, v, 3), 8 + 12);
	size = SIZE_MAX / 2;
	assert_true(struct_size(flex, v, size) == SIZE_MAX);
	assert_true(type_max(s32) == S32_MAX);
	assert_true(overflows_type(256, u8));
}

static void wide_division_keeps_the_remainder(void **state)
{
	u64 n = 10000000007ull, rest;
	u32 rem;

	assert_int_equal(div_u64_rem(n, 1000, &rem), 10000000);
	assert_int_equal(rem, 7);
	assert_int_equal(div64_u64_rem(n, 5000000000ull, &rest), 2);
	assert_int_equal(rest, 7);
	assert_int_equal(do_div(n, 10), 7);
	assert_int_equal(n, 1000000000);
	assert_true(mul_u64_u64_div_u64(U64_MAX, 6, 12) == U64_MAX / 2);
}

static void bytes_are_read_at_any_address(void **state)
{
	u8 buf[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	assert_int_equal(get_unaligned_le32(buf + 1), 0x04030201);
	assert_int_equal(get_unaligned_be16(buf + 1), 0x0102);
	put_unaligned_be32(0xa0b0c0d0, buf + 3);
	assert_int_equal(buf[3], 0xa0);
	assert_int_equal(get_unaligned((u16 *)(buf + 3)), 0xb0a0);
	assert_int_equal(upper_32_bits(0x100000002ull), 1);
	assert_int_equal(lower_32_bits(0x100000002ull), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounding_goes_the_right_way),
		cmocka_unit_test(logarithms_of_powers_and_others),
		cmocka_unit_test(min_and_max_evaluate_once),
		cmocka_unit_test(swap_exchanges),
		cmocka_unit_test(overflow_is_noticed),
		cmocka_unit_test(wide_division_keeps_the_remainder),
		cmocka_unit_test(bytes_are_read_at_any_address),
	};

	return cmocka_run_group_tests_name("math", tests, NULL, NULL);
}
