/* SPDX-License-Identifier: MIT */
/*
 * Atomics, exchanges, single accesses: values; lost updates under threads.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>

#include "unit/lib/lib_test.h"

static void returns_are_new_and_fetches_are_old(void **state)
{
	atomic_t v = ATOMIC_INIT(5);

	assert_int_equal(atomic_add_return(3, &v), 8);
	assert_int_equal(atomic_fetch_sub(2, &v), 8);
	assert_int_equal(atomic_read(&v), 6);
	assert_int_equal(atomic_inc_return(&v), 7);
	assert_int_equal(atomic_fetch_dec_relaxed(&v), 7);
	assert_int_equal(atomic_fetch_or(9, &v), 6);
	assert_int_equal(atomic_fetch_andnot(1, &v), 15);
	assert_int_equal(atomic_xchg(&v, 1), 14);
	assert_true(atomic_dec_and_test(&v));
	assert_false(atomic_inc_and_test(&v));
	assert_true(atomic_add_negative(-2, &v));
}

static void conditional_forms_say_whether_they_did(void **state)
{
	atomic64_t v = ATOMIC64_INIT(0);

	assert_false(atomic64_inc_not_zero(&v));
	assert_int_equal(atomic64_dec_if_positive(&v), -1);
	assert_int_equal(atomic64_read(&v), 0);
	atomic64_set(&v, 2);
	assert_true(atomic64_inc_not_zero(&v));
	assert_int_equal(atomic64_dec_if_positive(&v), 2);
	assert_true(atomic64_add_unless(&v, 5, 7));
	assert_false(atomic64_add_unless(&v, 5, 7));
	assert_int_equal(atomic64_fetch_add_unless(&v, 1, 0), 7);
	assert_false(atomic64_dec_unless_positive(&v));
	assert_true(atomic64_inc_unless_negative(&v));
}

static void cmpxchg_returns_what_was_there(void **state)
{
	unsigned long word = 4;
	u8 byte = 1;
	void *p = NULL, *seen = &word;
	atomic_long_t v = ATOMIC_LONG_INIT(3);
	long old = 9;

	assert_int_equal(cmpxchg(&word, 4, 6), 4);
	assert_int_equal(cmpxchg(&word, 4, 8), 6);
	assert_int_equal(xchg(&byte, 7), 1);
	assert_false(try_cmpxchg(&p, &seen, &word));
	assert_null(seen);
	assert_true(try_cmpxchg(&p, &seen, &word));
	assert_ptr_equal(p, &word);
	assert_false(atomic_long_try_cmpxchg(&v, &old, 10));
	assert_int_equal(old, 3);
	assert_int_equal(atomic_long_cmpxchg(&v, 3, 10), 3);
}

static void once_accesses_take_any_small_type(void **state)
{
	struct pair {
		u32 a, b;
	} __aligned(8) pair = { 1, 2 }, copy;
	const volatile u16 half = 0xbeef;
	bool flag = false;
	u64 wide = 0;

	copy = READ_ONCE(pair);
	assert_int_equal(copy.b, 2);
	WRITE_ONCE(pair, ((struct pair){ 3, 4 }));
	assert_int_equal(pair.a, 3);
	assert_int_equal(READ_ONCE(half), 0xbeef);
	WRITE_ONCE(flag, 5);
	assert_true(READ_ONCE(flag));
	WRITE_ONCE(wide, READ_ONCE(pair.b) + READ_ONCE(half));
	assert_int_equal(wide, 0xbeef + 4);
	smp_store_release(&wide, 7);
	assert_int_equal(smp_load_acquire(&wide), 7);
}

static atomic_t shared;
static u32 started;

static void add_thousands(void *arg)
{
	int i;

	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < 2)
		host_yield();
	for (i = 0; i < 5000; i++)
		atomic_add(arg ? 3 : -1, &shared);
}

static void no_update_is_lost_between_threads(void **state)
{
	struct host_thread *a, *b;

	started = 0;
	atomic_set(&shared, 0);
	a = host_thread_create(add_thousands, NULL, "a");
	b = host_thread_create(add_thousands, &shared, "b");
	host_thread_join(a);
	host_thread_join(b);
	assert_int_equal(atomic_read(&shared), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns_are_new_and_fetches_are_old),
		cmocka_unit_test(conditional_forms_say_whether_they_did),
		cmocka_unit_test(cmpxchg_returns_what_was_there),
		cmocka_unit_test(once_accesses_take_any_small_type),
		cmocka_unit_test(no_update_is_lost_between_threads),
	};

	return cmocka_run_group_tests_name("atomic", tests, NULL, NULL);
}
