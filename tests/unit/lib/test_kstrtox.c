/* SPDX-License-Identifier: MIT */
/*
 * Numbers from text: values and refusals.
 */
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>

#include "unit/lib/lib_test.h"

static const struct {
	const char *text;
	unsigned int base;
	int ret;
	unsigned long long value;
} whole[] = {
	{ "0", 0, 0, 0 },
	{ "42", 0, 0, 42 },
	{ "42\n", 10, 0, 42 },
	{ "+42", 10, 0, 42 },
	{ "0x1F", 0, 0, 31 },
	{ "0x1F", 16, 0, 31 },
	{ "1f", 16, 0, 31 },
	{ "017", 0, 0, 15 },
	{ "18446744073709551615", 10, 0, ULLONG_MAX },
	{ "18446744073709551616", 10, -ERANGE, 0 },
	{ "", 10, -EINVAL, 0 },
	{ "\n", 10, -EINVAL, 0 },
	{ "+", 10, -EINVAL, 0 },
	{ "-1", 10, -EINVAL, 0 },
	{ "4 2", 10, -EINVAL, 0 },
	{ "42\n\n", 10, -EINVAL, 0 },
	{ "0x", 0, -EINVAL, 0 },
	{ "08", 0, -EINVAL, 0 },
	{ " 1", 10, -EINVAL, 0 },
};

static void whole_text_or_nothing(void **state)
{
	unsigned long long value;
	size_t i;

	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		value = 77;
		assert_int_equal(kstrtoull(whole[i].text, whole[i].base,
					   &value),
				 whole[i].ret);
		assert_true(value == (whole[i].ret ? 77 : whole[i].value));
	}
}

static void signed_limits_are_exact(void **state)
{
	long long value;

	assert_int_equal(kstrtoll("-9223372036854775808", 10, &value), 0);
	assert_true(value == LLONG_MIN);
	assert_int_equal(kstrtoll("9223372036854775808", 10, &value), -ERANGE);
	assert_int_equal(kstrtoll("-9223372036854775809", 10, &value), -ERANGE);
}

static void narrow_types_have_ranges(void **state)
{
	unsigned int u;
	int i;
	u16 h;
	s8 b;

	assert_int_equal(kstrtouint("4294967295", 10, &u), 0);
	assert_int_equal(kstrtouint("4294967296", 10, &u), -ERANGE);
	assert_int_equal(kstrtoint("-2147483649", 10, &i), -ERANGE);
	assert_int_equal(kstrtou16("65536", 10, &h), -ERANGE);
	assert_int_equal(kstrtos8("-128", 10, &b), 0);
	assert_int_equal(b, -128);
}

static void booleans_look_at_the_first_letters(void **state)
{
	static const char *const yes[] = { "y", "Y", "yes", "1", "on", "true" };
	static const char *const no[] = { "n", "N", "0", "off", "OFF", "f" };
	bool value;
	int i;

	for (i = 0; i < 6; i++) {
		assert_int_equal(kstrtobool(yes[i], &value), 0);
		assert_true(value);
		assert_int_equal(kstrtobool(no[i], &value), 0);
		assert_false(value);
	}
	assert_int_equal(kstrtobool("2", &value), -EINVAL);
	assert_int_equal(kstrtobool("o", &value), -EINVAL);
	assert_int_equal(kstrtobool(NULL, &value), -EINVAL);
}

static void simple_forms_stop_behind_the_number(void **state)
{
	char *end;

	assert_int_equal(simple_strtoul("12ab", &end, 10), 12);
	assert_string_equal(end, "ab");
	assert_int_equal(simple_strtol("-5,", &end, 0), -5);
	assert_string_equal(end, ",");
	assert_int_equal(simple_strtoul("x", &end, 10), 0);
	assert_string_equal(end, "x");
	assert_int_equal(memparse("2M,", &end), 2 << 20);
	assert_string_equal(end, ",");
	assert_int_equal(memparse("0x10", NULL), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_text_or_nothing),
		cmocka_unit_test(signed_limits_are_exact),
		cmocka_unit_test(narrow_types_have_ranges),
		cmocka_unit_test(booleans_look_at_the_first_letters),
		cmocka_unit_test(simple_forms_stop_behind_the_number),
	};

	return cmocka_run_group_tests_name("kstrtox", tests, NULL, NULL);
}
