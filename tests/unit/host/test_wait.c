/* SPDX-License-Identifier: MIT */
/* src/host/wait.c: sleeping, waking, the mutex, who counts as running. */
#include <limits.h>

#include "unit/host/suite.h"

static uint32_t get(uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void set_and_wake(uint32_t *word, uint32_t val)
{
	__atomic_store_n(word, val, __ATOMIC_SEQ_CST);
	host_wake(word, INT_MAX);
}

static void wait_until(uint32_t *word, uint32_t val)
{
	uint32_t now;

	while ((now = get(word)) != val)
		host_wait(word, now);
}

/* Hand a ball to and fro: odd values are the partner's turn. */
static void partner(void *arg)
{
	uint32_t *ball = arg, i;

	for (i = 1; i < 200; i += 2) {
		wait_until(ball, i);
		set_and_wake(ball, i + 1);
	}
}

static void two_threads_wake_each_other_in_turn(void **state)
{
	uint32_t ball = 0, i;
	struct host_thread *t = host_thread_create(partner, &ball, "partner");

	for (i = 0; i < 200; i += 2) {
		set_and_wake(&ball, i + 1);
		wait_until(&ball, i + 2);
	}
	host_thread_join(t);
	assert_int_equal(ball, 200);
	assert_int_equal(host_threads_running(), 1);
}

static void wait_returns_at_once_if_the_word_differs(void **state)
{
	uint32_t word = 5;

	host_wait(&word, 4);
	assert_true(host_wait_unless_last(&word, 4));
	assert_int_equal(word, 5);
}

static void the_last_running_thread_is_not_put_to_sleep(void **state)
{
	uint32_t word = 0;

	assert_false(host_wait_unless_last(&word, 0));
	assert_int_equal(host_threads_running(), 1);
}

struct duo {
	uint32_t go, refused;
};

static void wait_for_each_other(void *arg)
{
	struct duo *d = arg;

	while (!get(&d->go)) {
		if (host_wait_unless_last(&d->go, 0))
			continue;
		__atomic_fetch_add(&d->refused, 1, __ATOMIC_SEQ_CST);
		set_and_wake(&d->go, 1);
	}
}

static void of_two_that_wait_for_each_other_one_is_refused(void **state)
{
	struct duo d = {};
	struct host_thread *t;

	t = host_thread_create(wait_for_each_other, &d, "other");
	wait_for_each_other(&d);
	host_thread_join(t);
	assert_int_equal(d.refused, 1);
}

static void count_in(void *arg)
{
	struct duo *d = arg;

	__atomic_fetch_add(&d->refused, 1, __ATOMIC_SEQ_CST);
	while (!get(&d->go))
		host_wait(&d->go, 0);
}

static void sleepers_do_not_count_and_woken_ones_do(void **state)
{
	struct duo d = {};
	struct host_thread *a = host_thread_create(count_in, &d, "a");
	struct host_thread *b = host_thread_create(count_in, &d, "b");

	while (host_threads_running() != 1)
		host_yield();
	assert_int_equal(get(&d.refused), 2);
	__atomic_store_n(&d.go, 1, __ATOMIC_SEQ_CST);
	host_wake(&d.go, 1);
	host_wake(&d.go, 1);
	host_thread_join(a);
	host_thread_join(b);
	assert_int_equal(host_threads_running(), 1);
}

static void timed_wait_comes_back_by_itself(void **state)
{
	uint32_t word = 0;

	host_wait_timeout(&word, 0, 1000);
	assert_int_equal(host_threads_running(), 1);
	assert_int_equal(word, 0);
}

static void wake_without_sleepers_does_nothing(void **state)
{
	uint32_t word = 0;

	host_wake(&word, 1);
	host_wake(&word, INT_MAX);
	assert_int_equal(host_threads_running(), 1);
}

struct sum {
	struct host_mutex lock;
	unsigned long value;
};

static void add_many(void *arg)
{
	struct sum *s = arg;
	int i;

	for (i = 0; i < 2000; i++) {
		host_mutex_lock(&s->lock);
		s->value++;
		host_mutex_unlock(&s->lock);
	}
}

static void mutex_loses_no_update(void **state)
{
	struct sum s = {};
	struct host_thread *t[3];
	int i;

	for (i = 0; i < 3; i++)
		t[i] = host_thread_create(add_many, &s, "adder");
	for (i = 0; i < 3; i++)
		host_thread_join(t[i]);
	assert_int_equal(s.value, 6000);
	assert_int_equal(s.lock.word, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads_wake_each_other_in_turn),
		cmocka_unit_test(wait_returns_at_once_if_the_word_differs),
		cmocka_unit_test(the_last_running_thread_is_not_put_to_sleep),
		cmocka_unit_test(
			of_two_that_wait_for_each_other_one_is_refused),
		cmocka_unit_test(timed_wait_comes_back_by_itself),
		cmocka_unit_test(sleepers_do_not_count_and_woken_ones_do),
		cmocka_unit_test(wake_without_sleepers_does_nothing),
		cmocka_unit_test(mutex_loses_no_update),
	};

	return cmocka_run_group_tests_name("host wait", tests, NULL, NULL);
}
