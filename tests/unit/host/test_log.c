/* SPDX-License-Identifier: MIT */
/* src/host/log.c: the event ring and its counters. */
#include <stdio.h>
#include <unistd.h>

#include "unit/host/suite.h"

static int forget(void **state)
{
	host_event_reset();
	host_event_echo(0);
	return 0;
}

static void an_event_can_be_read_back(void **state)
{
	struct host_event ev;

	host_event_add(HOST_EVENT_FAULT, "iommu-fault", "0000:01:00.0", 0x1000,
		       64, "unit %d", 7);

	assert_int_equal(host_event_last(), 1);
	assert_true(host_event_get(1, &ev));
	assert_int_equal(ev.seq, 1);
	assert_int_equal(ev.kind, HOST_EVENT_FAULT);
	assert_string_equal(ev.id, "iommu-fault");
	assert_string_equal(ev.dev, "0000:01:00.0");
	assert_int_equal(ev.addr, 0x1000);
	assert_int_equal(ev.len, 64);
	assert_string_equal(ev.text, "unit 7");
	assert_true(ev.nr_frames > 0);
}

static void counters_are_kept_by_kind_and_id(void **state)
{
	char same_text[] = "leak-a";

	host_event_put(HOST_EVENT_LEAK, "leak-a", NULL, 0, 0, "x");
	host_event_put(HOST_EVENT_LEAK, same_text, NULL, 0, 0, "y");
	host_event_put(HOST_EVENT_LEAK, "leak-b", NULL, 0, 0, "z");
	host_event_put(HOST_EVENT_WARN, "leak-a", NULL, 0, 0, "w");

	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "leak-a"), 2);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "leak-b"), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, NULL), 3);
	assert_int_equal(host_event_count(HOST_EVENT_WARN, NULL), 1);
	assert_int_equal(host_event_count(HOST_EVENT_WARN, "leak-b"), 0);
	forget(NULL);
}

static void counters_outlive_the_ring(void **state)
{
	struct host_event ev;
	int i;

	host_event_put(HOST_EVENT_NOTE, "first", NULL, 0, 0, "first");
	for (i = 0; i < 5000; i++)
		host_event_put(HOST_EVENT_LOG, "info", NULL, i, 0, "line");

	assert_int_equal(host_event_count(HOST_EVENT_NOTE, "first"), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "info"), 5000);
	assert_int_equal(host_event_last(), 5001);
	assert_false(host_event_get(1, &ev));
	assert_false(host_event_get(905, &ev));
	assert_true(host_event_get(906, &ev));
	assert_true(host_event_get(5001, &ev));
	assert_int_equal(ev.addr, 4999);
	assert_false(host_event_get(5002, &ev));
	assert_false(host_event_get(0, &ev));
}

static void long_texts_are_cut(void **state)
{
	struct host_event ev;
	char text[1000];

	memset(text, 'a', sizeof(text));
	text[999] = 0;
	host_event_put(HOST_EVENT_LOG, "info", text, 0, 0, text);
	host_event_add(HOST_EVENT_LOG, "info", NULL, 0, 0, "%s", text);

	assert_true(host_event_get(1, &ev));
	assert_int_equal(strlen(ev.text), HOST_EVENT_TEXT - 1);
	assert_int_equal(strlen(ev.dev), sizeof(ev.dev) - 1);
	assert_true(host_event_get(2, &ev));
	assert_int_equal(strlen(ev.text), HOST_EVENT_TEXT - 1);
}

static void log_lines_carry_no_backtrace(void **state)
{
	struct host_event ev;

	host_event_put(HOST_EVENT_LOG, "info", NULL, 0, 0, "line");
	assert_true(host_event_get(1, &ev));
	assert_int_equal(ev.nr_frames, 0);
}

static void reset_forgets_everything(void **state)
{
	struct host_event ev;

	host_event_put(HOST_EVENT_WARN, "warn", NULL, 0, 0, "w");
	host_event_reset();
	assert_int_equal(host_event_last(), 0);
	assert_int_equal(host_event_count(HOST_EVENT_WARN, NULL), 0);
	assert_false(host_event_get(1, &ev));
}

/* Run @fn with stderr going to a file; the file's text in @buf. */
static void capture(void (*fn)(void), char *buf, size_t size)
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t len;

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	fn();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	len = fread(buf, 1, size - 1, file);
	buf[len] = 0;
	fclose(file);
}

static void three_events(void)
{
	host_event_put(HOST_EVENT_LOG, "info", "pci 0000:01:00.0", 0, 0, "up");
	host_event_put(HOST_EVENT_NOTE, "note", NULL, 0, 0, "not echoed");
	host_event_put(HOST_EVENT_LEAK, "iova-leak", NULL, 0, 0, "2 left");
}

static void echo_prints_the_chosen_kinds_like_dmesg(void **state)
{
	char out[400];

	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
	host_clock_advance(1234567000);
	host_event_echo(1u << HOST_EVENT_LOG | 1u << HOST_EVENT_LEAK);
	capture(three_events, out, sizeof(out));

	assert_string_equal(out, "[    1.234567] pci 0000:01:00.0: up\n"
				 "[    1.234567] iova-leak: 2 left\n");
}

static void dump_leaks(void)
{
	host_event_dump(1u << HOST_EVENT_LEAK);
}

static void dump_prints_what_is_in_the_ring(void **state)
{
	char out[4000];

	three_events();
	capture(dump_leaks, out, sizeof(out));
	assert_non_null(strstr(out, "event 3: iova-leak: 2 left\n"));
	assert_null(strstr(out, "not echoed"));
}

static void add_hundred(void *arg)
{
	int i;

	for (i = 0; i < 100; i++)
		host_event_put(HOST_EVENT_NOTE, arg, NULL, 0, 0, "n");
}

static void threads_do_not_lose_events(void **state)
{
	struct host_thread *a, *b;

	a = host_thread_create(add_hundred, "from-a", "a");
	b = host_thread_create(add_hundred, "from-b", "b");
	host_thread_join(a);
	host_thread_join(b);
	assert_int_equal(host_event_count(HOST_EVENT_NOTE, NULL), 200);
	assert_int_equal(host_event_count(HOST_EVENT_NOTE, "from-a"), 100);
	assert_int_equal(host_event_last(), 200);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, forget, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_event_can_be_read_back),
		CASE(counters_are_kept_by_kind_and_id),
		CASE(counters_outlive_the_ring),
		CASE(long_texts_are_cut),
		CASE(log_lines_carry_no_backtrace),
		CASE(reset_forgets_everything),
		CASE(echo_prints_the_chosen_kinds_like_dmesg),
		CASE(dump_prints_what_is_in_the_ring),
		CASE(threads_do_not_lose_events),
	};

	return cmocka_run_group_tests_name("host log", tests, NULL, NULL);
}
