/* SPDX-License-Identifier: MIT */
/*
 * Strings, hex text, error names, UUIDs.
 */
#include <linux/errname.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/string_choices.h>
#include <linux/string_helpers.h>
#include <linux/uuid.h>

#include "unit/lib/lib_test.h"

static void strscpy_terminates_and_reports_a_cut(void **state)
{
	char buf[4] = "zzz";

	assert_int_equal(strscpy(buf, "ab"), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(strscpy(buf, "abcd"), -E2BIG);
	assert_string_equal(buf, "abc");
	assert_int_equal(strscpy(buf, "x", 0), -E2BIG);
	assert_string_equal(buf, "abc");
}

static void strscpy_pad_clears_the_rest(void **state)
{
	char buf[4] = { 'z', 'z', 'z', 'z' };

	assert_int_equal(strscpy_pad(buf, "a"), 1);
	assert_memory_equal(buf, "a\0\0\0", 4);
}

static void strlcat_returns_what_it_wanted(void **state)
{
	char buf[6] = "ab";

	assert_int_equal(strlcat(buf, "cd", sizeof(buf)), 4);
	assert_int_equal(strlcat(buf, "efgh", sizeof(buf)), 8);
	assert_string_equal(buf, "abcde");
}

static void strim_cuts_both_ends(void **state)
{
	char line[] = "  a b \t\n";
	char blank[] = " \n ";

	assert_string_equal(strim(line), "a b");
	assert_string_equal(strim(blank), "");
}

static void sysfs_streq_ignores_one_newline(void **state)
{
	static const char *const words[] = { "none", "link", "map", NULL };

	assert_true(sysfs_streq("link\n", "link"));
	assert_true(sysfs_streq("link", "link\n"));
	assert_false(sysfs_streq("link\n\n", "link"));
	assert_false(sysfs_streq("link", "lin"));
	assert_int_equal(sysfs_match_string(words, "map\n"), 2);
	assert_int_equal(match_string(words, 4, "map\n"), -EINVAL);
	assert_int_equal(match_string(words, 4, "none"), 0);
}

static void searches_stop_at_the_count(void **state)
{
	assert_null(strnchr("abc", 2, 'c'));
	assert_string_equal(strnchr("abc", 3, 'c'), "c");
	assert_null(strnchr("ab", 8, 'c'));
	assert_null(strnstr("hello", "lo", 4));
	assert_string_equal(strnstr("hello", "lo", 5), "lo");
}

static void memchr_inv_finds_the_odd_byte(void **state)
{
	u8 buf[100];

	memset(buf, 0x6b, sizeof(buf));
	assert_null(memchr_inv(buf, 0x6b, sizeof(buf)));
	assert_null(memchr_inv(buf, 0, 0));
	buf[99] = 1;
	assert_ptr_equal(memchr_inv(buf, 0x6b, sizeof(buf)), &buf[99]);
	buf[0] = 1;
	assert_ptr_equal(memchr_inv(buf, 0x6b, sizeof(buf)), &buf[0]);
}

static void wide_memset_writes_each_element(void **state)
{
	u32 words[3] = { 1, 2, 3 };

	memset32(words, 0xdead, 2);
	assert_int_equal(words[1], 0xdead);
	assert_int_equal(words[2], 3);
}

static void strreplace_replaces_all(void **state)
{
	char s[] = "a-b-c";

	assert_string_equal(strreplace(s, '-', '_'), "a_b_c");
}

static void hex_text_converts_both_ways(void **state)
{
	u8 bytes[2];
	char digits[5] = "";

	assert_int_equal(hex_to_bin('f'), 15);
	assert_int_equal(hex_to_bin('A'), 10);
	assert_int_equal(hex_to_bin('g'), -1);
	assert_int_equal(hex2bin(bytes, "1aF0", 2), 0);
	assert_int_equal(bytes[1], 0xf0);
	assert_int_equal(hex2bin(bytes, "1x", 1), -EINVAL);
	assert_ptr_equal(bin2hex(digits, "\x1a\xf0", 2), digits + 4);
	assert_string_equal(digits, "1af0");
}

static void hex_dump_lines_up(void **state)
{
	char line[80];

	assert_int_equal(hex_dump_to_buffer("AB\n", 3, 16, 1, line,
					    sizeof(line), true),
			 52);
	assert_string_equal(
		line, "41 42 0a                                         AB.");
	hex_dump_to_buffer("\x01\x02\x03\x04", 4, 16, 4, line, sizeof(line),
			   false);
	assert_string_equal(line, "04030201");
}

static void errors_have_names(void **state)
{
	assert_string_equal(errname(-ENOMEM), "ENOMEM");
	assert_string_equal(errname(EIOCBQUEUED), "EIOCBQUEUED");
	assert_null(errname(-4000));
}

static void uuids_parse_and_are_random(void **state)
{
	uuid_t u, v;

	assert_int_equal(uuid_parse("01020304-0506-0708-090a-0b0c0d0e0f10", &u),
			 0);
	assert_int_equal(u.b[15], 0x10);
	assert_int_equal(uuid_parse("01020304-0506-0708-090a_0b0c0d0e0f10", &v),
			 -EINVAL);
	uuid_gen(&u);
	uuid_gen(&v);
	assert_false(uuid_equal(&u, &v));
	assert_int_equal(u.b[6] >> 4, 4);
}

static void sizes_read_well(void **state)
{
	char buf[16];

	string_get_size(512, 512, STRING_UNITS_2, buf, sizeof(buf));
	assert_string_equal(buf, "256 KiB");
	string_get_size(1536, 1, STRING_UNITS_2, buf, sizeof(buf));
	assert_string_equal(buf, "1.50 KiB");
	string_get_size(64 * 1000, 1000, STRING_UNITS_10, buf, sizeof(buf));
	assert_string_equal(buf, "64.0 MB");
	assert_string_equal(str_plural(2), "s");
	assert_string_equal(str_on_off(true), "on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strscpy_terminates_and_reports_a_cut),
		cmocka_unit_test(strscpy_pad_clears_the_rest),
		cmocka_unit_test(strlcat_returns_what_it_wanted),
		cmocka_unit_test(strim_cuts_both_ends),
		cmocka_unit_test(sysfs_streq_ignores_one_newline),
		cmocka_unit_test(searches_stop_at_the_count),
		cmocka_unit_test(memchr_inv_finds_the_odd_byte),
		cmocka_unit_test(wide_memset_writes_each_element),
		cmocka_unit_test(strreplace_replaces_all),
		cmocka_unit_test(hex_text_converts_both_ways),
		cmocka_unit_test(hex_dump_lines_up),
		cmocka_unit_test(errors_have_names),
		lib_case(uuids_parse_and_are_random),
		cmocka_unit_test(sizes_read_well),
	};

	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
