/* SPDX-License-Identifier: MIT */
/*
 * Log lines, WARN, BUG and events: what arrives in the ring.
 */
#include <linux/bug.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/panic.h>
#include <linux/printk.h>

#include "unit/lib/lib_test.h"

static struct host_event event;

static const struct host_event *last_event(void)
{
	assert_true(host_event_get(host_event_last(), &event));
	return &event;
}

static const char *fake_name(const struct device *dev)
{
	return "0000:01:00.0";
}

static const char *fake_driver(const struct device *dev)
{
	return "nvme";
}

static int boot_with_names(void **state)
{
	lib_set_dev_name(fake_name, fake_driver);
	return boot_lib(state);
}

static int shutdown_names(void **state)
{
	lib_set_dev_name(NULL, NULL);
	return shutdown_lib(state);
}

#define some_device ((struct device *)&event)

static void levels_become_ids(void **state)
{
	pr_err("bad %d\n", 5);
	assert_string_equal(last_event()->id, "err");
	assert_string_equal(event.text, "bad 5");
	assert_int_equal(event.kind, HOST_EVENT_LOG);
	printk(KERN_DEBUG "fine");
	assert_string_equal(last_event()->id, "debug");
	printk("no level");
	assert_string_equal(last_event()->id, "warning");
}

static void each_line_is_an_event(void **state)
{
	pr_info("one\ntwo\n\nthree");
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "info"), 3);
	assert_string_equal(last_event()->text, "three");
}

static void long_lines_are_cut(void **state)
{
	char text[700];

	memset(text, 'x', sizeof(text));
	text[699] = '\0';
	pr_info("%s", text);
	assert_int_equal(strlen(last_event()->text), HOST_EVENT_TEXT - 1);
}

static void device_lines_name_driver_and_device(void **state)
{
	dma_addr_t addr = 0x1000;

	dev_warn(some_device, "at %pad\n", &addr);
	assert_string_equal(last_event()->text,
			    "nvme 0000:01:00.0: at 0x0000000000001000");
	assert_string_equal(event.dev, "0000:01:00.0");
	dev_err(NULL, "nobody");
	assert_string_equal(last_event()->text, "(NULL device *): nobody");
}

static void probe_errors_come_back(void **state)
{
	assert_int_equal(dev_err_probe(some_device, -ENODEV, "no BAR\n"),
			 -ENODEV);
	assert_string_equal(last_event()->text,
			    "nvme 0000:01:00.0: error -ENODEV: no BAR");
	assert_int_equal(dev_err_probe(some_device, -ENOMEM, "quiet"), -ENOMEM);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, NULL), 1);
	dev_err_probe(some_device, -EPROBE_DEFER, "later");
	assert_string_equal(last_event()->id, "debug");
}

static void warn_yields_its_condition_and_names_the_place(void **state)
{
	assert_false(WARN_ON(0));
	assert_true(WARN(1, "size %zu\n", (size_t)3));
	assert_int_equal(warns(), 1);
	assert_non_null(strstr(last_event()->text, "lib/test_event.c:"));
	assert_non_null(strstr(event.text, "names_the_place(): size 3"));
	assert_true(event.nr_frames > 0);
	assert_string_equal(event.id, "warn");
	assert_true(dev_WARN_ONCE(some_device, 1, "odd"));
	assert_string_equal(last_event()->dev, "0000:01:00.0");
}

static void events_carry_address_and_length(void **state)
{
	lib_event(LIB_EVENT_MISUSE, "map-twice", some_device, 0x2000, 64,
		  "mapped by %pe", ERR_PTR(-EBUSY));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "map-twice"), 1);
	assert_int_equal(last_event()->addr, 0x2000);
	assert_int_equal(event.len, 64);
	assert_string_equal(event.text, "mapped by -EBUSY");
}

static void once_and_limited_lines_stop(void **state)
{
	int i;

	for (i = 0; i < 30; i++) {
		pr_warn_once("once");
		pr_err_ratelimited("limited");
		pr_debug("never");
	}
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "warning"), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "err"), 10);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "debug"), 0);
}

static jmp_buf panicked;
static char panic_text[256];

static void leave_panic(const char *text)
{
	strncpy(panic_text, text, sizeof(panic_text) - 1);
	longjmp(panicked, 1);
}

static void call_bug(int how)
{
	if (how == 0)
		BUG();
	if (how == 1)
		panic("code %d", 7);
	lib_unimplemented("dma_future");
}

static void bug_and_panic_do_not_return(void **state)
{
	static const char *const words[] = { "BUG at lib/test_event.c:",
					     "code 7", "dma_future()" };
	volatile int how;

	host_panic_set_hook(leave_panic);
	for (how = 0; how < 3; how++) {
		if (!setjmp(panicked)) {
			call_bug(how);
			fail();
		}
		assert_non_null(strstr(panic_text, words[how]));
	}
	host_panic_set_hook(NULL);
}

static void dump_stack_logs_frames(void **state)
{
	dump_stack_lvl(KERN_ERR);
	assert_true(host_event_count(HOST_EVENT_LOG, "err") > 1);
}

#define event_case(fn) \
	cmocka_unit_test_setup_teardown(fn, boot_with_names, shutdown_names)

int main(void)
{
	const struct CMUnitTest tests[] = {
		event_case(levels_become_ids),
		event_case(each_line_is_an_event),
		event_case(long_lines_are_cut),
		event_case(device_lines_name_driver_and_device),
		event_case(probe_errors_come_back),
		event_case(warn_yields_its_condition_and_names_the_place),
		event_case(events_carry_address_and_length),
		event_case(once_and_limited_lines_stop),
		event_case(bug_and_panic_do_not_return),
		event_case(dump_stack_logs_frames),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
