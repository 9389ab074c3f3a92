/* SPDX-License-Identifier: MIT */
/*
 * src/mm/util.c: copies and formatted strings.
 */
#include "fixture.h"

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

static void copies_are_independent(void **state)
{
	char text[] = "abcdef";
	char *a = kstrdup(text, GFP_KERNEL);
	char *b = kstrndup(text, 3, GFP_KERNEL);
	char *c = kmemdup(text, 7, GFP_KERNEL);
	char *d = kmemdup_nul(text, 2, GFP_KERNEL);
	const char *e = kstrdup_const(text, GFP_KERNEL);

	text[0] = 'X';
	assert_string_equal(a, "abcdef");
	assert_string_equal(b, "abc");
	assert_string_equal(c, "abcdef");
	assert_string_equal(d, "ab");
	assert_string_equal(e, "abcdef");
	kfree(a);
	kfree(b);
	kfree(c);
	kfree(d);
	kfree_const(e);
}

static void nothing_copies_to_nothing(void **state)
{
	assert_null(kstrdup(NULL, GFP_KERNEL));
	assert_null(kstrndup(NULL, 3, GFP_KERNEL));
	assert_null(kmemdup_nul(NULL, 3, GFP_KERNEL));
}

static void kasprintf_fits_exactly(void **state)
{
	char *p = kasprintf(GFP_KERNEL, "%s-%d", "queue", 12);

	assert_string_equal(p, "queue-12");
	assert_int_equal(ksize(p), 16);
	kfree(p);
}

static void failed_copy_gives_null(void **state)
{
	lib_fail_from(DMASIM_SITE_SLAB, 1);
	assert_null(kstrdup("text", GFP_KERNEL));
	assert_null(kmemdup("text", 4, GFP_KERNEL));
	assert_null(kasprintf(GFP_KERNEL, "%d", 1));
	assert_null(bitmap_zalloc(64, GFP_KERNEL));
	lib_fail_off();
}

static void overflowing_array_copy_gives_null(void **state)
{
	assert_null(kmemdup_array("x", ~0ul / 2, 4, GFP_KERNEL | __GFP_NOWARN));
}

static void bitmap_starts_clear(void **state)
{
	unsigned long *map = bitmap_zalloc(130, GFP_KERNEL);

	assert_int_equal(map[0] | map[1] | map[2], 0);
	map[2] = 3;
	bitmap_free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(copies_are_independent, small),
		MM_TEST(nothing_copies_to_nothing, small),
		MM_TEST(kasprintf_fits_exactly, small),
		MM_TEST(failed_copy_gives_null, small),
		MM_TEST(overflowing_array_copy_gives_null, small),
		MM_TEST(bitmap_starts_clear, small),
	};

	return cmocka_run_group_tests_name("mm_util", tests, NULL, NULL);
}
