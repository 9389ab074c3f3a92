/* SPDX-License-Identifier: MIT */
/*
 * Module parameters: types, refusals, and defaults that come back.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "test_mod"

#include <linux/errno.h>
#include <linux/module.h>

#include "unit/lib/lib_test.h"

static bool use_link = true;
module_param(use_link, bool, 0444);
static unsigned int depth = 32;
module_param(depth, uint, 0644);
static int level = -1;
module_param_named(log_level, level, int, 0644);
static unsigned char small = 1;
module_param(small, byte, 0644);
static char *path = "default";
module_param(path, charp, 0644);
static unsigned long mask;
module_param(mask, ulong, 0644);
static int many[3] = { 1, 2, 3 };
static unsigned int nr_many;
module_param_array(many, int, &nr_many, 0644);
static char fixed[8] = "abc";
module_param_string(fixed, fixed, sizeof(fixed), 0644);

static int queues_set(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 2, 64);
}

static const struct kernel_param_ops queues_ops = {
	.set = queues_set,
	.get = param_get_uint,
};
static unsigned int queues = 4;
module_param_cb(queues, &queues_ops, &queues, 0644);
MODULE_PARM_DESC(queues, "number of queues");
MODULE_LICENSE("Dual MIT/GPL");

#define set(name, val) lib_param_set("test_mod", name, val)

static const char *get(const char *name)
{
	static char text[64];

	if (lib_param_get("test_mod", name, text, sizeof(text)) < 0)
		return "?";
	return text;
}

static void values_follow_their_type(void **state)
{
	assert_int_equal(set("use_link", "n"), 0);
	assert_false(use_link);
	assert_int_equal(set("use_link", NULL), 0);
	assert_true(use_link);
	assert_int_equal(set("depth", "0x40"), 0);
	assert_int_equal(depth, 64);
	assert_int_equal(set("log-level", "-7"), 0);
	assert_int_equal(level, -7);
	assert_int_equal(set("mask", "18446744073709551615\n"), 0);
	assert_true(mask == ULONG_MAX);
	assert_string_equal(get("depth"), "64");
	assert_string_equal(get("use_link"), "Y");
}

static void bad_values_change_nothing(void **state)
{
	assert_int_equal(set("depth", "12x"), -EINVAL);
	assert_int_equal(set("depth", "-1"), -EINVAL);
	assert_int_equal(set("depth", NULL), -EINVAL);
	assert_int_equal(set("small", "256"), -ERANGE);
	assert_int_equal(set("use_link", "maybe"), -EINVAL);
	assert_int_equal(set("queues", "1"), -EINVAL);
	assert_int_equal(set("queues", "65"), -EINVAL);
	assert_int_equal(set("fixed", "too long"), -ENOSPC);
	assert_int_equal(depth, 32);
	assert_int_equal(small, 1);
	assert_int_equal(queues, 4);
	assert_string_equal(fixed, "abc");
}

static void unknown_names_are_enoent(void **state)
{
	assert_int_equal(set("nothing", "1"), -ENOENT);
	assert_int_equal(lib_param_set("other", "depth", "1"), -ENOENT);
	assert_string_equal(get("nothing"), "?");
}

static void strings_are_copied(void **state)
{
	char text[] = "one";

	assert_int_equal(set("path", text), 0);
	text[0] = 'X';
	assert_string_equal(path, "one");
	assert_int_equal(set("path", "two"), 0);
	assert_string_equal(get("path"), "two");
}

static void arrays_count_their_elements(void **state)
{
	assert_int_equal(set("many", "7,8"), 0);
	assert_int_equal(nr_many, 2);
	assert_int_equal(many[1], 8);
	assert_string_equal(get("many"), "7,8");
	assert_int_equal(set("many", "1,2,3,4"), -EINVAL);
	assert_int_equal(set("many", "5\n,6\n"), 0);
	assert_int_equal(nr_many, 2);
	assert_int_equal(set("many", "5\n6"), -EINVAL);
}

static void defaults_return_with_shutdown(void **state)
{
	struct lib_params params = { .nr_cpus = 1 };

	set("queues", "8");
	set("queues", "9");
	set("use_link", "0");
	set("path", "elsewhere");
	lib_shutdown();
	assert_int_equal(queues, 4);
	assert_true(use_link);
	assert_string_equal(path, "default");
	assert_int_equal(host_alloc_live(), 0);
	assert_int_equal(lib_boot(&params), 0);
}

static int count_params(const char *module, const char *param, void *arg)
{
	if (!strcmp(module, "test_mod"))
		++*(int *)arg;
	return 0;
}

static int stop_at_first(const char *module, const char *param, void *arg)
{
	++*(int *)arg;
	return 42;
}

static void the_walk_sees_all_and_may_stop(void **state)
{
	int nr = 0;

	assert_int_equal(lib_for_each_param(count_params, &nr), 0);
	assert_int_equal(nr, 9);
	nr = 0;
	assert_int_equal(lib_for_each_param(stop_at_first, &nr), 42);
	assert_int_equal(nr, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(values_follow_their_type),
		lib_case(bad_values_change_nothing),
		lib_case(unknown_names_are_enoent),
		lib_case(strings_are_copied),
		lib_case(arrays_count_their_elements),
		lib_case(defaults_return_with_shutdown),
		lib_case(the_walk_sees_all_and_may_stop),
	};

	return cmocka_run_group_tests_name("params", tests, NULL, NULL);
}
