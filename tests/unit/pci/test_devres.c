/* SPDX-License-Identifier: MIT */
/* Managed resources: src/pci/devres.c */
#include "unit/pci/board.h"

static struct device dev;

static void dev_gone(struct device *d)
{
}

static int dev_boot(void **state)
{
	board_boot(state);
	memset(&dev, 0, sizeof(dev));
	dev.init_name = "owner";
	dev.release = dev_gone;
	assert_int_equal(device_register(&dev), 0);
	journal_clear();
	return 0;
}

static int dev_off(void **state)
{
	device_unregister(&dev);
	return board_off(state);
}

static void act(void *text)
{
	note(text);
}

static void note_release(struct device *d, void *res)
{
	note(res);
}

static int is_text(struct device *d, void *res, void *text)
{
	return !strcmp(res, text);
}

static void push(const char *text)
{
	char *res = devres_alloc(note_release, 8, GFP_KERNEL);

	assert_non_null(res);
	strcpy(res, text);
	devres_add(&dev, res);
}

static void items_are_released_last_in_first_out(void **state)
{
	push("a");
	push("b");
	assert_int_equal(devm_add_action(&dev, act, "c"), 0);

	device_unregister(&dev);
	assert_string_equal(journal, "c b a");
}

static void find_returns_the_youngest_that_matches(void **state)
{
	push("a");
	push("b");
	push("a");

	assert_string_equal(devres_find(&dev, note_release, NULL, NULL), "a");
	assert_string_equal(devres_find(&dev, note_release, is_text, "b"), "b");
	assert_null(devres_find(&dev, note_release, is_text, "z"));
	assert_int_equal(devres_destroy(&dev, note_release, is_text, "b"), 0);
	assert_null(devres_find(&dev, note_release, is_text, "b"));
	assert_string_equal(journal, "");
}

static void release_runs_the_release_and_destroy_does_not(void **state)
{
	push("a");
	push("b");

	assert_int_equal(devres_destroy(&dev, note_release, is_text, "a"), 0);
	assert_string_equal(journal, "");
	assert_int_equal(devres_release(&dev, note_release, is_text, "b"), 0);
	assert_string_equal(journal, "b");
	assert_int_equal(devres_release(&dev, note_release, NULL, NULL),
			 -ENOENT);
}

static void get_keeps_the_older_of_two_equals(void **state)
{
	char *first = devres_alloc(note_release, 8, GFP_KERNEL);
	char *second = devres_alloc(note_release, 8, GFP_KERNEL);

	assert_ptr_equal(devres_get(&dev, first, NULL, NULL), first);
	assert_ptr_equal(devres_get(&dev, second, NULL, NULL), first);
}

static void memory_is_zeroed_copied_and_freed_early(void **state)
{
	unsigned char *zeroes = devm_kzalloc(&dev, 100, GFP_KERNEL);
	char *copy = devm_kstrdup(&dev, "text", GFP_KERNEL);
	char *printed = devm_kasprintf(&dev, GFP_KERNEL, "%s-%d", copy, 7);

	assert_int_equal(zeroes[0] | zeroes[99], 0);
	assert_int_equal((uintptr_t)zeroes % 8, 0);
	assert_string_equal(copy, "text");
	assert_string_equal(printed, "text-7");
	devm_kfree(&dev, zeroes);
	assert_ptr_equal(devm_kmalloc(&dev, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_null(devm_kstrdup(&dev, NULL, GFP_KERNEL));
}

static void overflowing_array_is_null(void **state)
{
	assert_null(devm_kcalloc(&dev, SIZE_MAX / 4, 8, GFP_KERNEL));
	assert_non_null(devm_kcalloc(&dev, 4, 8, GFP_KERNEL));
}

static void realloc_keeps_the_contents(void **state)
{
	char *p = devm_kmalloc(&dev, 8, GFP_KERNEL);

	memcpy(p, "abcdefg", 8);
	p = devm_krealloc(&dev, p, 4096, GFP_KERNEL);
	assert_string_equal(p, "abcdefg");
}

static void action_that_cannot_be_recorded_runs_at_once(void **state)
{
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_int_equal(devm_add_action_or_reset(&dev, act, "now"), -ENOMEM);
	lib_fail_off();
	assert_string_equal(journal, "now");
	assert_true(list_empty(&dev.devres_head));
}

static void removed_action_does_not_run_and_released_runs_once(void **state)
{
	assert_int_equal(devm_add_action(&dev, act, "x"), 0);
	assert_int_equal(devm_add_action(&dev, act, "y"), 0);

	devm_remove_action(&dev, act, "x");
	devm_release_action(&dev, act, "y");
	assert_string_equal(journal, "y");
	assert_int_equal(devm_remove_action_nowarn(&dev, act, "x"), -ENOENT);
}

static void managed_region_blocks_others_until_the_end(void **state)
{
	assert_non_null(devm_request_mem_region(&dev, 0x1000, 0x100, "mine"));
	assert_null(request_mem_region(0x10ff, 1, "theirs"));

	devm_release_mem_region(&dev, 0x1000, 0x100);
	assert_non_null(devm_request_mem_region(&dev, 0x10ff, 1, "mine"));
}

#define dev_test(f) cmocka_unit_test_setup_teardown(f, dev_boot, dev_off)

static void deleted_device_leaves_nothing(void **state)
{
	push("a");
	assert_non_null(devm_kmalloc(&dev, 5000, GFP_KERNEL));
	assert_non_null(devm_request_mem_region(&dev, 0x1000, 0x100, "mine"));

	device_unregister(&dev);
	assert_string_equal(journal, "a");
	assert_int_equal(pci_check(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		dev_test(find_returns_the_youngest_that_matches),
		dev_test(release_runs_the_release_and_destroy_does_not),
		dev_test(get_keeps_the_older_of_two_equals),
		dev_test(memory_is_zeroed_copied_and_freed_early),
		dev_test(overflowing_array_is_null),
		dev_test(realloc_keeps_the_contents),
		dev_test(action_that_cannot_be_recorded_runs_at_once),
		dev_test(removed_action_does_not_run_and_released_runs_once),
		dev_test(managed_region_blocks_others_until_the_end),
		cmocka_unit_test_setup_teardown(deleted_device_leaves_nothing,
						dev_boot, board_off),
		cmocka_unit_test_setup_teardown(
			items_are_released_last_in_first_out, dev_boot,
			board_off),
	};

	return cmocka_run_group_tests_name("pci_devres", tests, NULL, NULL);
}
