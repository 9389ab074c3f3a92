/* SPDX-License-Identifier: MIT */
/*
 * Reference counts: the last one, saturation, locks; references that are
 * killed.
 */
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/spinlock.h>

#include "unit/lib/lib_test.h"

static void dec_and_test_is_true_for_the_last(void **state)
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_inc(&r);
	assert_true(refcount_inc_not_zero(&r));
	assert_false(refcount_dec_and_test(&r));
	assert_false(refcount_dec_and_test(&r));
	assert_true(refcount_dec_and_test(&r));
	assert_false(refcount_inc_not_zero(&r));
	assert_int_equal(warns(), 0);
}

static void inc_from_zero_saturates_and_warns(void **state)
{
	refcount_t r = REFCOUNT_INIT(0);

	refcount_inc(&r);
	assert_int_equal(warns(), 1);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
	assert_false(refcount_dec_and_test(&r));
}

static void underflow_saturates_and_warns(void **state)
{
	refcount_t r = REFCOUNT_INIT(0);

	assert_false(refcount_dec_and_test(&r));
	assert_int_equal(warns(), 1);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void overflow_saturates_and_warns(void **state)
{
	refcount_t r = REFCOUNT_INIT(REFCOUNT_MAX);

	refcount_inc(&r);
	assert_int_equal(warns(), 1);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void plain_dec_to_zero_warns(void **state)
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_dec(&r);
	assert_int_equal(warns(), 1);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void the_last_drop_ends_with_the_lock_held(void **state)
{
	refcount_t r = REFCOUNT_INIT(2);
	DEFINE_SPINLOCK(lock);
	DEFINE_MUTEX(mutex);

	assert_false(refcount_dec_and_lock(&r, &lock));
	assert_false(spin_is_locked(&lock));
	assert_true(refcount_dec_and_lock(&r, &lock));
	assert_true(spin_is_locked(&lock));
	spin_unlock(&lock);
	refcount_set(&r, 1);
	assert_true(refcount_dec_and_mutex_lock(&r, &mutex));
	assert_true(mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
}

static void one_only_forms_check_the_value(void **state)
{
	refcount_t r = REFCOUNT_INIT(2);

	assert_false(refcount_dec_if_one(&r));
	assert_true(refcount_dec_not_one(&r));
	assert_false(refcount_dec_not_one(&r));
	assert_true(refcount_dec_if_one(&r));
}

static int released;

static void note_release(struct kref *kref)
{
	released++;
}

static void kref_releases_once(void **state)
{
	struct kref kref;

	released = 0;
	kref_init(&kref);
	kref_get(&kref);
	assert_int_equal(kref_put(&kref, note_release), 0);
	assert_int_equal(kref_put(&kref, note_release), 1);
	assert_int_equal(released, 1);
	assert_int_equal(kref_get_unless_zero(&kref), 0);
}

static void note_ref_release(struct percpu_ref *ref)
{
	released++;
}

static void killed_ref_takes_no_live_references(void **state)
{
	struct percpu_ref ref;

	released = 0;
	assert_int_equal(percpu_ref_init(&ref, note_ref_release, 0, 0), 0);
	assert_true(percpu_ref_tryget_live(&ref));
	percpu_ref_kill(&ref);
	assert_true(percpu_ref_is_dying(&ref));
	assert_false(percpu_ref_tryget_live(&ref));
	assert_true(percpu_ref_tryget(&ref));
	percpu_ref_put(&ref);
	assert_int_equal(released, 0);
	percpu_ref_put(&ref);
	assert_int_equal(released, 1);
	assert_true(percpu_ref_is_zero(&ref));
	assert_false(percpu_ref_tryget(&ref));
	percpu_ref_exit(&ref);
}

static void reinit_makes_it_live_again(void **state)
{
	struct percpu_ref ref;

	released = 0;
	assert_int_equal(percpu_ref_init(&ref, note_ref_release,
					 PERCPU_REF_INIT_DEAD, 0),
			 0);
	assert_false(percpu_ref_tryget_live(&ref));
	percpu_ref_reinit(&ref);
	assert_true(percpu_ref_tryget_live(&ref));
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	assert_int_equal(released, 1);
	percpu_ref_kill(&ref);
	assert_int_equal(warns(), 1);
	percpu_ref_exit(&ref);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(dec_and_test_is_true_for_the_last),
		lib_case(inc_from_zero_saturates_and_warns),
		lib_case(underflow_saturates_and_warns),
		lib_case(overflow_saturates_and_warns),
		lib_case(plain_dec_to_zero_warns),
		lib_case(the_last_drop_ends_with_the_lock_held),
		lib_case(one_only_forms_check_the_value),
		lib_case(kref_releases_once),
		lib_case(killed_ref_takes_no_live_references),
		lib_case(reinit_makes_it_live_again),
	};

	return cmocka_run_group_tests_name("refcount", tests, NULL, NULL);
}
