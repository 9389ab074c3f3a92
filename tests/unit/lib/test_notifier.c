/* SPDX-License-Identifier: MIT */
/*
 * Notifier chains.
 */
#include <linux/notifier.h>

#include "unit/lib/libb_test.h"

struct listener {
	struct notifier_block nb;
	int answer;
	int number;
};

static int log_of_calls;

static int called(struct notifier_block *nb, unsigned long val, void *v)
{
	struct listener *l = container_of(nb, struct listener, nb);

	log_of_calls = log_of_calls * 10 + l->number;
	return val == 1 ? l->answer : NOTIFY_DONE;
}

#define LISTENER(n, prio, ans)                                         \
	{                                                              \
		.nb = { .notifier_call = called, .priority = (prio) }, \
		.answer = (ans), .number = (n)                         \
	}

static int setup(void **state)
{
	log_of_calls = 0;
	return boot_lib(state);
}

static void higher_priority_is_called_first(void **state)
{
	struct listener a = LISTENER(1, 0, NOTIFY_OK);
	struct listener b = LISTENER(2, 10, NOTIFY_OK);
	struct listener c = LISTENER(3, 0, NOTIFY_OK);
	RAW_NOTIFIER_HEAD(chain);

	raw_notifier_chain_register(&chain, &a.nb);
	raw_notifier_chain_register(&chain, &b.nb);
	raw_notifier_chain_register(&chain, &c.nb);
	assert_int_equal(raw_notifier_call_chain(&chain, 1, NULL), NOTIFY_OK);
	assert_int_equal(log_of_calls, 213);
}

static void stop_ends_the_walk(void **state)
{
	struct listener a = LISTENER(1, 2, NOTIFY_BAD);
	struct listener b = LISTENER(2, 1, NOTIFY_OK);
	ATOMIC_NOTIFIER_HEAD(chain);

	assert_true(atomic_notifier_call_chain_is_empty(&chain));
	atomic_notifier_chain_register(&chain, &a.nb);
	atomic_notifier_chain_register(&chain, &b.nb);
	assert_int_equal(atomic_notifier_call_chain(&chain, 1, NULL),
			 NOTIFY_BAD);
	assert_int_equal(log_of_calls, 1);
	assert_int_equal(atomic_notifier_chain_unregister(&chain, &a.nb), 0);
	assert_int_equal(atomic_notifier_chain_unregister(&chain, &a.nb),
			 -ENOENT);
	assert_int_equal(atomic_notifier_call_chain(&chain, 1, NULL),
			 NOTIFY_OK);
}

static void registering_twice_is_eexist(void **state)
{
	struct listener a = LISTENER(1, 0, NOTIFY_OK);
	struct listener b = LISTENER(2, 0, NOTIFY_OK);
	BLOCKING_NOTIFIER_HEAD(chain);

	assert_int_equal(blocking_notifier_chain_register(&chain, &a.nb), 0);
	assert_int_equal(blocking_notifier_chain_register(&chain, &a.nb),
			 -EEXIST);
	assert_warns(1);
	assert_int_equal(blocking_notifier_chain_register_unique_prio(&chain,
								      &b.nb),
			 -EBUSY);
	assert_int_equal(blocking_notifier_chain_unregister(&chain, &a.nb), 0);
}

static void robust_call_takes_back_what_was_agreed(void **state)
{
	struct listener a = LISTENER(1, 3, NOTIFY_OK);
	struct listener b = LISTENER(2, 2, NOTIFY_OK);
	struct listener c = LISTENER(3, 1, NOTIFY_BAD);
	BLOCKING_NOTIFIER_HEAD(chain);

	blocking_notifier_chain_register(&chain, &a.nb);
	blocking_notifier_chain_register(&chain, &b.nb);
	blocking_notifier_chain_register(&chain, &c.nb);
	assert_int_equal(blocking_notifier_call_chain_robust(&chain, 1, 2,
							     NULL),
			 NOTIFY_BAD);
	assert_int_equal(log_of_calls, 12312);
}

static void srcu_chain_may_sleep_and_goes_clean(void **state)
{
	struct listener a = LISTENER(1, 0, NOTIFY_OK);
	struct srcu_notifier_head chain;

	srcu_init_notifier_head(&chain);
	srcu_notifier_chain_register(&chain, &a.nb);
	assert_int_equal(srcu_notifier_call_chain(&chain, 1, NULL), NOTIFY_OK);
	assert_int_equal(srcu_notifier_chain_unregister(&chain, &a.nb), 0);
	srcu_cleanup_notifier_head(&chain);
}

static void errno_survives_the_round_trip(void **state)
{
	assert_int_equal(notifier_to_errno(notifier_from_errno(-ENOMEM)),
			 -ENOMEM);
	assert_int_equal(notifier_to_errno(NOTIFY_OK), 0);
	assert_int_equal(notifier_to_errno(NOTIFY_DONE), 0);
	assert_true(notifier_from_errno(-EINVAL) & NOTIFY_STOP_MASK);
}

/* ---- two threads -------------------------------------------------------- */

static ATOMIC_NOTIFIER_HEAD(shared);
static bool stop_calling;

static int do_nothing(struct notifier_block *nb, unsigned long val, void *v)
{
	return NOTIFY_OK;
}

static void call_often(void *arg)
{
	while (!__atomic_load_n(&stop_calling, __ATOMIC_RELAXED))
		atomic_notifier_call_chain(&shared, 0, NULL);
}

static void block_may_go_once_unregistered(void **state)
{
	struct host_thread *caller;
	int i;

	stop_calling = false;
	caller = host_thread_create(call_often, NULL, "caller");
	for (i = 0; i < 100; i++) {
		struct notifier_block nb = { .notifier_call = do_nothing };

		atomic_notifier_chain_register(&shared, &nb);
		host_yield();
		atomic_notifier_chain_unregister(&shared, &nb);
	}
	__atomic_store_n(&stop_calling, true, __ATOMIC_RELAXED);
	host_thread_join(caller);
	assert_true(atomic_notifier_call_chain_is_empty(&shared));
}

#define chain_case(fn) cmocka_unit_test_setup_teardown(fn, setup, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		chain_case(higher_priority_is_called_first),
		chain_case(stop_ends_the_walk),
		chain_case(registering_twice_is_eexist),
		chain_case(robust_call_takes_back_what_was_agreed),
		chain_case(srcu_chain_may_sleep_and_goes_clean),
		chain_case(errno_survives_the_round_trip),
		chain_case(block_may_go_once_unregistered),
	};

	return cmocka_run_group_tests_name("notifier", tests, NULL, NULL);
}
