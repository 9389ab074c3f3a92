/* SPDX-License-Identifier: MIT */
/*
 * Actions at the end of a scope: they run once, in reverse order.
 */
#include <linux/cleanup.h>
#include <linux/jump_label.h>
#include <linux/types.h>

#include "unit/lib/lib_test.h"

static int trace;

static void give_back(int *p)
{
	trace = trace * 10 + *p;
}

DEFINE_FREE(give_back, int *, if (_T) give_back(_T))

struct gate {
	int held;
};

DEFINE_GUARD(gate, struct gate *, _T->held++, _T->held--)
DEFINE_GUARD_COND(gate, _try, (_T->held ? 0 : ++_T->held))
DEFINE_LOCK_GUARD_1(gate_flags, struct gate, (_T->flags = _T->lock->held++),
		    (_T->lock->held = _T->flags), int flags)
DEFINE_CLASS(traced, int, trace = trace * 10 + _T, start, int start)

static int *keep_second(int *a, int *b)
{
	int *first __free(give_back) = a;
	int *second __free(give_back) = b;

	trace = 0;
	(void)first;
	return_ptr(second);
}

static void freed_unless_returned(void **state)
{
	int one = 1, two = 2;

	assert_ptr_equal(keep_second(&one, &two), &two);
	assert_int_equal(trace, 1);
	trace = 0;
	{
		int *a __free(give_back) = &one;
		int *b __free(give_back) = &two;
		int *none __free(give_back) = NULL;

		(void)a, (void)b, (void)none;
	}
	assert_int_equal(trace, 21);
}

static void guards_hold_for_the_scope(void **state)
{
	struct gate gate = {};

	{
		guard(gate)(&gate);
		assert_int_equal(gate.held, 1);
	}
	assert_int_equal(gate.held, 0);
	scoped_guard(gate, &gate)
		assert_int_equal(gate.held, 1);
	assert_int_equal(gate.held, 0);
	scoped_guard(gate_flags, &gate) {
		assert_int_equal(gate.held, 1);
		break;
	}
	assert_int_equal(gate.held, 0);
}

static int try_gate(struct gate *gate)
{
	scoped_cond_guard(gate_try, return -1, gate)
		return gate->held;
	return -2;
}

static void conditional_guard_fails_or_holds(void **state)
{
	struct gate gate = {};
	int entered = 0;

	assert_int_equal(try_gate(&gate), 1);
	assert_int_equal(gate.held, 0);
	gate.held = 1;
	assert_int_equal(try_gate(&gate), -1);
	assert_int_equal(gate.held, 1);
	scoped_guard(gate_try, &gate)
		entered = 1;
	assert_int_equal(entered, 0);
}

static void classes_run_their_destructor(void **state)
{
	trace = 0;
	{
		CLASS(traced, a)(4);
		CLASS(traced, b)(5);
		assert_int_equal(a + b, 9);
	}
	assert_int_equal(trace, 54);
}

static DEFINE_STATIC_KEY_FALSE(off_key);
static DEFINE_STATIC_KEY_TRUE(on_key);

static void static_keys_count(void **state)
{
	assert_false(static_branch_unlikely(&off_key));
	assert_true(static_branch_likely(&on_key));
	static_branch_inc(&off_key);
	static_branch_inc(&off_key);
	static_branch_dec(&off_key);
	assert_true(static_branch_unlikely(&off_key));
	static_branch_disable(&off_key);
	assert_false(static_key_enabled(&off_key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(freed_unless_returned),
		cmocka_unit_test(guards_hold_for_the_scope),
		cmocka_unit_test(conditional_guard_fails_or_holds),
		cmocka_unit_test(classes_run_their_destructor),
		cmocka_unit_test(static_keys_count),
	};

	return cmocka_run_group_tests_name("cleanup", tests, NULL, NULL);
}
