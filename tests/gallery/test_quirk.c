/* SPDX-License-Identifier: MIT */
/*
 * The names themselves: they can be listed, switched in a machine, and end with
 * it.
 */
#include "gallery/gallery.h"

static void quirks_are_as_listed_in_a_new_machine(void **state)
{
	const struct dmasim_quirk *quirk;
	size_t nr, i, j;

	quirk = dmasim_quirk_list(&nr);
	assert_true(nr > 0);
	for (i = 0; i < nr; i++) {
		assert_int_equal(dmasim_quirk_enabled(quirk[i].name),
				 quirk[i].by_default);
		assert_true(quirk[i].what[0] && quirk[i].number[0] &&
			    quirk[i].kernels[0]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(quirk[i].name, quirk[j].name);
	}
}

static void a_quirk_is_switched_alone(void **state)
{
	const struct dmasim_quirk *quirk;
	size_t nr, i, j;

	quirk = dmasim_quirk_list(&nr);
	for (i = 0; i < nr; i++) {
		assert_int_equal(dmasim_quirk_enable(quirk[i].name), 0);
		for (j = i + 1; j < nr; j++)
			assert_int_equal(dmasim_quirk_enabled(quirk[j].name),
					 quirk[j].by_default);
	}
	for (i = 0; i < nr; i++) {
		assert_true(dmasim_quirk_enabled(quirk[i].name));
		assert_int_equal(dmasim_quirk_disable(quirk[i].name), 0);
		assert_false(dmasim_quirk_enabled(quirk[i].name));
	}
}

static void a_quirk_ends_with_its_machine(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dmasim_quirk_enable("link-rollback"), 0);
	assert_int_equal(dmasim_quirk_disable("mask-ends-sync"), 0);
	fixture_rebuild(f);
	assert_false(dmasim_quirk_enabled("link-rollback"));
	assert_true(dmasim_quirk_enabled("mask-ends-sync"));
}

static void an_unknown_name_is_refused(void **state)
{
	assert_int_equal(dmasim_quirk_enable("link-rolback"), -ENOENT);
	assert_string_equal(dmasim_refusal(), "quirk: no \"link-rolback\": see "
					      "dmasim_quirk_list()");
	assert_int_equal(dmasim_quirk_disable(""), -ENOENT);
	assert_false(dmasim_quirk_enabled("link-rolback"));
}

static void a_quirk_needs_a_machine(void **state)
{
	assert_int_equal(dmasim_quirk_enable("link-rollback"), -ENODEV);
	assert_string_equal(dmasim_refusal(),
			    "quirk: link-rollback needs a machine");
	assert_int_equal(dmasim_quirk_disable("link-rollback"), -ENODEV);
	assert_false(dmasim_quirk_enabled("link-rollback"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(quirks_are_as_listed_in_a_new_machine),
		fixture_case(a_quirk_is_switched_alone),
		fixture_case(a_quirk_ends_with_its_machine),
		fixture_case(an_unknown_name_is_refused),
		cmocka_unit_test(a_quirk_needs_a_machine),
	};

	return cmocka_run_group_tests_name("quirk", tests, NULL, NULL);
}
