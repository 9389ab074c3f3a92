/* SPDX-License-Identifier: MIT */
/*
 * Kernel printf and scanf formats: results as text and as length.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include "unit/lib/lib_test.h"

static char text[128];

/* the formatter of kernel-dialect code, not libc's */
#define FORMAT(...) dmasim_snprintf(text, sizeof(text), __VA_ARGS__)
#define assert_format(expected, ...)                                     \
	do {                                                             \
		assert_int_equal(FORMAT(__VA_ARGS__), strlen(expected)); \
		assert_string_equal(text, expected);                     \
	} while (0)

#pragma GCC diagnostic ignored "-Wformat"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wformat-invalid-specifier"
#else
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-truncation"
#pragma GCC diagnostic ignored "-Wformat-overflow"
#endif

static void integers_follow_c(void **state)
{
	assert_format("-5 5 5", "%d %i %u", -5, 5, 5u);
	assert_format("ff FF 0xff 10", "%x %X %#x %o", 255, 255, 255, 8);
	assert_format("   42|42   |00042|+42", "%5d|%-5d|%05d|%+d", 42, 42, 42,
		      42);
	assert_format("00007|  007", "%.5d|%5.3d", 7, 7);
	assert_format("-1 255 -1 65535", "%hhd %hhu %hd %hu", -1, -1, -1, -1);
	assert_format("-1 18446744073709551615", "%lld %llu", -1ll, -1ll);
	assert_format("8 -8", "%zu %td", (size_t)8, (ptrdiff_t)-8);
	assert_format("-9223372036854775808", "%ld", LONG_MIN);
}

static void widths_come_from_arguments_too(void **state)
{
	assert_format("   7|7   ", "%*d|%*d", 4, 7, -4, 7);
	assert_format("ab|abc", "%.*s|%s", 2, "abc", "abc");
	assert_format("  x|x  ", "%3c|%-3c", 'x', 'x');
	assert_format("100%", "%d%%", 100);
}

static void strings_that_are_not_are_named(void **state)
{
	assert_format("(null)", "%s", (char *)NULL);
	assert_format("(efault)", "%s", (char *)ERR_PTR(-ENOMEM));
	assert_format("  (efault)", "%10s", (char *)8);
}

static void length_is_that_of_an_endless_buffer(void **state)
{
	char small[4] = "zzz";

	assert_int_equal(dmasim_snprintf(small, 4, "%s", "abcdef"), 6);
	assert_string_equal(small, "abc");
	assert_int_equal(dmasim_snprintf(small, 0, "%s", "abcdef"), 6);
	assert_string_equal(small, "abc");
	assert_int_equal(scnprintf(small, 4, "%s", "abcdef"), 3);
	assert_int_equal(scnprintf(small, 0, "%s", "abcdef"), 0);
}

static void pointers_are_sixteen_digits(void **state)
{
	assert_format("0000000012345678", "%p", (void *)0x12345678);
	assert_format("0000000012345678", "%px", (void *)0x12345678);
	assert_format("0000000000000000", "%pK", (void *)NULL);
	assert_format("0000000000000010z", "%pz", (void *)0x10);
}

static void error_pointers_have_names(void **state)
{
	assert_format("-ENOMEM", "%pe", ERR_PTR(-ENOMEM));
	assert_format("-EPROBE_DEFER", "%pe", ERR_PTR(-EPROBE_DEFER));
	assert_format("-4000", "%pe", ERR_PTR(-4000));
	assert_format("0000000000000020", "%pe", (void *)0x20);
}

static void addresses_print_through_pointers(void **state)
{
	dma_addr_t dma = 0xfffff000;
	phys_addr_t phys = 1ull << 40;

	assert_format("0x00000000fffff000", "%pad", &dma);
	assert_format("0x0000010000000000", "%pap", &phys);
	assert_format("0x0000010000000000.", "%pa.", &phys);
}

static void resources_print_range_and_flags(void **state)
{
	struct resource mem = { .start = 0xfe000000,
				.end = 0xfe003fff,
				.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 };
	struct resource io = { .start = 0x60,
			       .end = 0x6f,
			       .flags = IORESOURCE_IO };

	assert_format("[mem 0xfe000000-0xfe003fff 64bit]", "%pR", &mem);
	assert_format("[io  0x0060-0x006f]", "%pR", &io);
	assert_format("[io  0x0060-0x006f flags 0x100]", "%pr", &io);
}

static void bytes_bitmaps_and_uuids(void **state)
{
	static const u8 bytes[] = { 0x00, 0x1f, 0xa0, 0x33, 0x44, 0x55 };
	uuid_t uuid = UUID_INIT(0x01020304, 0x0506, 0x0708, 9, 10, 11, 12, 13,
				14, 15, 16);
	DECLARE_BITMAP(map, 64) = { 0x2f };

	assert_format("00 1f a0", "%*ph", 3, bytes);
	assert_format("00:1f:a0", "%*phC", 3, bytes);
	assert_format("001fa0", "%*phN", 3, bytes);
	assert_format("00:1f:a0:33:44:55", "%pM", bytes);
	assert_format("0.31.160.51", "%pI4", bytes);
	assert_format("0-3,5", "%*pbl", 64, map);
	assert_format("2f", "%*pb", 8, map);
	assert_format("01020304-0506-0708-090a-0b0c0d0e0f10", "%pUb", &uuid);
	assert_format("04030201-0605-0807-090A-0B0C0D0E0F10", "%pUL", &uuid);
}

static int nested(const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;
	int len;

	va_start(args, fmt);
	vaf.va = &args;
	len = FORMAT("<%pV>", &vaf);
	va_end(args);
	return len;
}

static void formats_nest(void **state)
{
	assert_int_equal(nested("%d-%s", 5, "five"), 8);
	assert_string_equal(text, "<5-five>");
}

static void symbols_name_the_function(void **state)
{
	FORMAT("%ps", formats_nest);
	assert_null(strchr(text, '+'));
	assert_true(strlen(text) > 0);
}

static void unknown_conversion_ends_the_formatting(void **state)
{
	assert_format("1 %y 2", "%d %y 2", 1, 2);
}

static void sscanf_reads_what_it_is_told(void **state)
{
	unsigned int a, b, c, d;
	char word[8];
	u64 wide;
	u8 byte;
	int n;

	assert_int_equal(dmasim_sscanf("0000:01:1f.7", "%x:%x:%x.%x", &a, &b,
				       &c, &d),
			 4);
	assert_int_equal(c, 0x1f);
	assert_int_equal(d, 7);
	assert_int_equal(dmasim_sscanf("x 12", "%d", (int *)&a), 0);
	assert_int_equal(dmasim_sscanf("0x10 010 10", "%i %i %i", (int *)&a,
				       (int *)&b, (int *)&c),
			 3);
	assert_int_equal(a + b + c, 16 + 8 + 10);
	assert_int_equal(dmasim_sscanf("18446744073709551615 300", "%llu %hhu",
				       &wide, &byte),
			 2);
	assert_true(wide == U64_MAX);
	assert_int_equal(byte, 300 - 256);
	assert_int_equal(
		dmasim_sscanf("key=val;", "%*[a-z]=%7[^;]%n", word, &n), 1);
	assert_string_equal(word, "val");
	assert_int_equal(n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_follow_c),
		cmocka_unit_test(widths_come_from_arguments_too),
		cmocka_unit_test(strings_that_are_not_are_named),
		cmocka_unit_test(length_is_that_of_an_endless_buffer),
		cmocka_unit_test(pointers_are_sixteen_digits),
		cmocka_unit_test(error_pointers_have_names),
		cmocka_unit_test(addresses_print_through_pointers),
		cmocka_unit_test(resources_print_range_and_flags),
		cmocka_unit_test(bytes_bitmaps_and_uuids),
		cmocka_unit_test(formats_nest),
		cmocka_unit_test(symbols_name_the_function),
		cmocka_unit_test(unknown_conversion_ends_the_formatting),
		cmocka_unit_test(sscanf_reads_what_it_is_told),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
