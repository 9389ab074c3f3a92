/* SPDX-License-Identifier: MIT */
/*
 * Tracepoints: several probes, hooks, threads, the end of a machine.
 */
#include <linux/tracepoint.h>

#include "unit/lib/libb_test.h"

DECLARE_TRACE(sample, TP_PROTO(int value, const char *name),
	      TP_ARGS(value, name))
DEFINE_TRACE(sample, TP_PROTO(int value, const char *name),
	     TP_ARGS(value, name));

static int hook_result;
static int hook_calls, unhook_calls;

static int hook(void)
{
	hook_calls++;
	return hook_result;
}

static void unhook(void)
{
	unhook_calls++;
}

DECLARE_TRACE(hooked, TP_PROTO(int value), TP_ARGS(value))
DEFINE_TRACE_FN(hooked, hook, unhook, TP_PROTO(int value), TP_ARGS(value));

static void add_value(void *data, int value, const char *name)
{
	*(int *)data += value;
}

static void keep_name(void *data, int value, const char *name)
{
	*(const char **)data = name;
}

static void ignore(void *data, int value)
{
}

static void call_without_probe_does_nothing(void **state)
{
	trace_sample(5, "x");

	assert_false(trace_sample_enabled());
}

static void every_probe_is_called_with_its_data(void **state)
{
	const char *name = NULL;
	int first = 0, second = 100;

	assert_int_equal(register_trace_sample(add_value, &first), 0);
	assert_int_equal(register_trace_sample(add_value, &second), 0);
	assert_int_equal(register_trace_sample(keep_name, &name), 0);

	trace_sample(5, "x");

	assert_int_equal(first, 5);
	assert_int_equal(second, 105);
	assert_string_equal(name, "x");
	assert_int_equal(unregister_trace_sample(keep_name, &name), 0);
	assert_int_equal(unregister_trace_sample(add_value, &second), 0);
	assert_int_equal(unregister_trace_sample(add_value, &first), 0);
}

static void same_pair_twice_is_eexist(void **state)
{
	int sum = 0;

	assert_int_equal(register_trace_sample(add_value, &sum), 0);
	assert_int_equal(register_trace_sample(add_value, &sum), -EEXIST);

	trace_sample(3, "x");

	assert_int_equal(sum, 3);
	assert_int_equal(unregister_trace_sample(add_value, &sum), 0);
}

static void detached_probe_is_not_called(void **state)
{
	int gone = 0, stays = 0;

	assert_int_equal(register_trace_sample(add_value, &gone), 0);
	assert_int_equal(register_trace_sample(add_value, &stays), 0);
	assert_int_equal(unregister_trace_sample(add_value, &gone), 0);

	trace_sample(7, "x");

	assert_int_equal(gone, 0);
	assert_int_equal(stays, 7);
	assert_int_equal(unregister_trace_sample(add_value, &stays), 0);
	assert_false(trace_sample_enabled());
}

static void detaching_a_stranger_is_enoent(void **state)
{
	int sum = 0, other = 0;

	assert_int_equal(unregister_trace_sample(add_value, &sum), -ENOENT);
	assert_int_equal(register_trace_sample(add_value, &sum), 0);
	assert_int_equal(unregister_trace_sample(add_value, &other), -ENOENT);
	assert_int_equal(unregister_trace_sample(add_value, &sum), 0);
}

static void ninth_probe_is_enomem(void **state)
{
	int sum[9] = { 0 }, i;

	for (i = 0; i < 8; i++)
		assert_int_equal(register_trace_sample(add_value, &sum[i]), 0);

	assert_int_equal(register_trace_sample(add_value, &sum[8]), -ENOMEM);

	for (i = 0; i < 8; i++)
		assert_int_equal(unregister_trace_sample(add_value, &sum[i]),
				 0);
}

static void null_probe_is_einval(void **state)
{
	assert_int_equal(register_trace_sample(NULL, NULL), -EINVAL);
	assert_int_equal(unregister_trace_sample(NULL, NULL), -ENOENT);
}

static void hooks_see_the_first_and_the_last_probe(void **state)
{
	int a, b;

	hook_calls = unhook_calls = 0;
	assert_int_equal(register_trace_hooked(ignore, &a), 0);
	assert_int_equal(register_trace_hooked(ignore, &b), 0);
	assert_int_equal(hook_calls, 1);

	assert_int_equal(unregister_trace_hooked(ignore, &a), 0);
	assert_int_equal(unhook_calls, 0);
	assert_int_equal(unregister_trace_hooked(ignore, &b), 0);
	assert_int_equal(unhook_calls, 1);
}

static void hook_may_refuse(void **state)
{
	hook_result = -ENODEV;
	assert_int_equal(register_trace_hooked(ignore, NULL), -ENODEV);
	hook_result = 0;

	assert_false(trace_hooked_enabled());
}

/* the word that hot paths look at: set while any tracepoint has a probe */
static void calls_are_watched_from_the_first_probe_to_the_last(void **state)
{
	int a, b;

	assert_false(lib_watched(LIB_WATCH_TRACE));
	assert_int_equal(register_trace_sample(add_value, &a), 0);
	assert_int_equal(register_trace_hooked(ignore, &b), 0);
	assert_int_equal(register_trace_sample(add_value, &a), -EEXIST);
	assert_int_equal(unregister_trace_sample(add_value, &a), 0);
	assert_int_equal(unregister_trace_sample(add_value, &a), -ENOENT);
	assert_true(lib_watched(LIB_WATCH_TRACE));
	assert_false(lib_watched(LIB_WATCH_CHECKER));

	assert_int_equal(unregister_trace_hooked(ignore, &b), 0);
	assert_false(lib_watched(LIB_WATCH_TRACE));
}

static void probe_left_behind_is_a_leak_and_goes(void **state)
{
	int sum = 0;

	assert_int_equal(register_trace_sample(add_value, &sum), 0);
	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "tracepoint-leak"),
			 1);

	lib_shutdown();
	trace_sample(5, "x");
	assert_int_equal(sum, 0);
	assert_false(lib_watched(LIB_WATCH_TRACE));
	assert_int_equal(boot_lib(state), 0);
}

/* ---- threads ------------------------------------------------------------------ */

#define ROUNDS 20000

/* A probe that gets another's data finds the wrong key. */
struct keyed {
	int key;
	unsigned int calls, wrong;
};

static void expect_one(void *data, int value, const char *name)
{
	struct keyed *k = data;

	__atomic_fetch_add(&k->calls, 1, __ATOMIC_RELAXED);
	if (k->key != 1)
		__atomic_fetch_add(&k->wrong, 1, __ATOMIC_RELAXED);
}

static void expect_two(void *data, int value, const char *name)
{
	struct keyed *k = data;

	__atomic_fetch_add(&k->calls, 1, __ATOMIC_RELAXED);
	if (k->key != 2)
		__atomic_fetch_add(&k->wrong, 1, __ATOMIC_RELAXED);
}

static int done;

static void call_until_done(void *arg)
{
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		trace_sample(1, "x");
}

static void probes_come_and_go_under_callers(void **state)
{
	struct keyed one = { .key = 1 }, two = { .key = 2 };
	struct host_thread *caller;
	int i;

	done = 0;
	caller = host_thread_create(call_until_done, NULL, "caller");
	assert_non_null(caller);
	/* Both probes use the first slot, in turn. */
	for (i = 0; i < ROUNDS; i++) {
		register_trace_sample(expect_one, &one);
		unregister_trace_sample(expect_one, &one);
		register_trace_sample(expect_two, &two);
		unregister_trace_sample(expect_two, &two);
	}
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	host_thread_join(caller);
	tracepoint_synchronize_unregister();

	assert_int_equal(one.wrong, 0);
	assert_int_equal(two.wrong, 0);
	assert_false(trace_sample_enabled());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(call_without_probe_does_nothing),
		lib_case(every_probe_is_called_with_its_data),
		lib_case(same_pair_twice_is_eexist),
		lib_case(detached_probe_is_not_called),
		lib_case(detaching_a_stranger_is_enoent),
		lib_case(ninth_probe_is_enomem),
		lib_case(null_probe_is_einval),
		lib_case(hooks_see_the_first_and_the_last_probe),
		lib_case(hook_may_refuse),
		lib_case(calls_are_watched_from_the_first_probe_to_the_last),
		lib_case(probe_left_behind_is_a_leak_and_goes),
		lib_case(probes_come_and_go_under_callers),
	};

	return cmocka_run_group_tests_name("tracepoint", tests, NULL, NULL);
}
