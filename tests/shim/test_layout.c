/* SPDX-License-Identifier: MIT */
/*
 * Library and users see one layout, whatever the mode and the debug setting;
 * sizes that other code relies on are what the kernel has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shim/layout.h"

static void compare(const struct layout_row *rows, unsigned int nr)
{
	unsigned int i, wrong = 0;

	assert_int_equal(nr, layout_kernel_rows);
	for (i = 0; i < nr; i++) {
		assert_string_equal(rows[i].what, layout_kernel[i].what);
		if (rows[i].value == layout_kernel[i].value)
			continue;
		print_error("%s: %lu in the library, %lu here\n", rows[i].what,
			    layout_kernel[i].value, rows[i].value);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void hosted_code_sees_the_library_s_layout(void **state)
{
	compare(layout_hosted, layout_hosted_rows);
}

static void debug_setting_changes_no_layout(void **state)
{
	compare(layout_kernel_other, layout_kernel_other_rows);
	compare(layout_hosted_other, layout_hosted_other_rows);
}

static unsigned long value_of(const char *what)
{
	unsigned int i;

	for (i = 0; i < layout_kernel_rows; i++)
		if (!strcmp(layout_kernel[i].what, what))
			return layout_kernel[i].value;
	fail_msg("no row %s", what);
	return 0;
}

static void known_sizes_are_the_kernel_s(void **state)
{
	static const struct layout_row known[] = {
		{ "gfp_t", 4 },
		{ "dma_addr_t", 8 },
		{ "sector_t", 8 },
		{ "umode_t", 2 },
		{ "fmode_t", 4 },
		{ "struct list_head", 16 },
		{ "struct rcu_head", 16 },
		{ "atomic_t", 4 },
		{ "struct kref", 4 },
		{ "cpumask_t", 8 },
		{ "struct dma_iova_state", 16 },
		{ "struct dma_iova_state.__size", 8 },
		{ "struct bio_vec", 16 },
		{ "struct bio_vec.bv_offset", 12 },
		{ "struct scatterlist", 32 },
		{ "struct scatterlist.dma_address", 16 },
		{ "struct sg_table", 16 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(value_of(known[i].what), known[i].value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosted_code_sees_the_library_s_layout),
		cmocka_unit_test(debug_setting_changes_no_layout),
		cmocka_unit_test(known_sizes_are_the_kernel_s),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
