/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks, sleeping locks, and who may sleep.
 */
#include <linux/delay.h>
#include <linux/local_lock.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "unit/lib/libb_test.h"

static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(mutex);
static unsigned long total;

static void spin_lock_counts_as_atomic(void **state)
{
	assert_false(in_atomic());
	spin_lock(&spin);
	assert_true(in_atomic());
	assert_true(spin_is_locked(&spin));
	assert_true(lockdep_is_held(&spin));
	assert_int_equal(spin_trylock(&spin), 0);
	spin_unlock(&spin);
	assert_false(in_atomic());
	assert_false(lockdep_is_held(&spin));
}

static void irqsave_nests_and_restores(void **state)
{
	DEFINE_RAW_SPINLOCK(inner);
	unsigned long outer_flags, inner_flags;

	spin_lock_irqsave(&spin, outer_flags);
	raw_spin_lock_irqsave(&inner, inner_flags);
	raw_spin_unlock_irqrestore(&inner, inner_flags);
	assert_true(irqs_disabled());
	spin_unlock_irqrestore(&spin, outer_flags);
	assert_false(irqs_disabled());
}

static void guards_release_at_scope_end(void **state)
{
	{
		guard(spinlock_irqsave)(&spin);
		assert_true(spin_is_locked(&spin));
	}
	scoped_guard(mutex, &mutex)
		assert_true(mutex_is_locked(&mutex));
	assert_false(spin_is_locked(&spin));
	assert_false(mutex_is_locked(&mutex));
	assert_false(irqs_disabled());
}

static void taking_a_spinlock_twice_panics_with_both_places(void **state)
{
	spin_lock(&spin);
	expect_panic("taken twice by one thread: first at ", spin_lock(&spin));
	assert_non_null(strstr(panic_text, ", again at "));
#ifdef DMASIM_DEBUG
	assert_null(strstr(panic_text, "a place not recorded"));
#endif
	spin_unlock(&spin);
}

static void locking_a_mutex_twice_panics(void **state)
{
	mutex_lock(&mutex);
	expect_panic("locked twice", mutex_lock(&mutex));
	mutex_unlock(&mutex);
}

static void sleeping_under_a_spinlock_warns(void **state)
{
	spin_lock(&spin);
	msleep(1);
	assert_true(in_atomic());
	spin_unlock(&spin);
	assert_warns(1);
}

static void unlocking_a_foreign_mutex_warns(void **state)
{
	mutex_unlock(&mutex);
	assert_warns(1);
}

static void readers_share_and_keep_writers_out(void **state)
{
	DECLARE_RWSEM(sem);
	DEFINE_RWLOCK(rw);

	down_read(&sem);
	assert_int_equal(down_read_trylock(&sem), 1);
	assert_int_equal(down_write_trylock(&sem), 0);
	up_read(&sem);
	up_read(&sem);
	down_write(&sem);
	assert_int_equal(down_read_trylock(&sem), 0);
	downgrade_write(&sem);
	assert_int_equal(down_read_trylock(&sem), 1);
	up_read(&sem);
	up_read(&sem);

	read_lock(&rw);
	read_lock(&rw);
	assert_int_equal(write_trylock(&rw), 0);
	read_unlock(&rw);
	read_unlock(&rw);
	write_lock(&rw);
	assert_int_equal(read_trylock(&rw), 0);
	write_unlock(&rw);
}

static void semaphore_counts(void **state)
{
	DEFINE_SEMAPHORE(sem, 2);

	down(&sem);
	assert_int_equal(down_trylock(&sem), 0);
	assert_int_equal(down_trylock(&sem), 1);
	assert_int_equal(down_timeout(&sem, 5), -ETIME);
	up(&sem);
	assert_int_equal(down_trylock(&sem), 0);
}

static void seqcount_reader_sees_a_writer(void **state)
{
	DEFINE_SEQLOCK(seq);
	unsigned int start = read_seqbegin(&seq);

	assert_int_equal(read_seqretry(&seq, start), 0);
	write_seqlock(&seq);
	write_sequnlock(&seq);
	assert_int_equal(read_seqretry(&seq, start), 1);
}

#ifdef DMASIM_DEBUG
static void releasing_a_free_spinlock_panics(void **state)
{
	expect_panic("it is free", raw_spin_unlock(&spin.rlock));
}

static void might_sleep_warns_under_a_spinlock(void **state)
{
	spin_lock(&spin);
	might_sleep();
	spin_unlock(&spin);
	might_sleep();
	assert_warns(1);
}

static void assert_held_warns_only_when_not_held(void **state)
{
	mutex_lock(&mutex);
	lockdep_assert_held(&mutex);
	assert_warns(0);
	mutex_unlock(&mutex);
	lockdep_assert_held(&mutex);
	assert_warns(1);
}
#endif

/* ---- two threads -------------------------------------------------------- */

static void add_under_spinlock(void *arg)
{
	int i;

	for (i = 0; i < 5000; i++) {
		spin_lock(&spin);
		total++;
		spin_unlock(&spin);
	}
}

static void add_under_mutex(void *arg)
{
	int i;

	for (i = 0; i < 500; i++) {
		mutex_lock(&mutex);
		total++;
		mutex_unlock(&mutex);
	}
}

static void with_second_thread(void (*fn)(void *arg))
{
	struct host_thread *other = host_thread_create(fn, NULL, "second");

	fn(NULL);
	host_thread_join(other);
}

static void spinlock_excludes_another_thread(void **state)
{
	total = 0;
	with_second_thread(add_under_spinlock);
	assert_int_equal(total, 10000);
}

static void mutex_excludes_another_thread(void **state)
{
	total = 0;
	with_second_thread(add_under_mutex);
	assert_int_equal(total, 1000);
}

static struct rw_semaphore shared = __RWSEM_INITIALIZER(shared);

static void read_and_write(void *arg)
{
	int i;

	for (i = 0; i < 300; i++) {
		down_write(&shared);
		total++;
		up_write(&shared);
		down_read(&shared);
		assert_true(total > 0);
		up_read(&shared);
	}
}

static void rwsem_excludes_another_thread(void **state)
{
	total = 0;
	with_second_thread(read_and_write);
	assert_int_equal(total, 600);
}

/* A work item may wait for a mutex that the thread lending its turn holds. */
static void take_mutex(struct work_struct *work)
{
	mutex_lock(&mutex);
	total++;
	mutex_unlock(&mutex);
}

static void work_waits_for_the_mutex_of_a_sleeping_thread(void **state)
{
	DECLARE_WORK(work, take_mutex);

	total = 0;
	mutex_lock(&mutex);
	schedule_work(&work);
	msleep(10);
	assert_int_equal(total, 0);
	mutex_unlock(&mutex);
	flush_work(&work);
	assert_int_equal(total, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(spin_lock_counts_as_atomic),
		lib_case(irqsave_nests_and_restores),
		lib_case(guards_release_at_scope_end),
		lib_case(taking_a_spinlock_twice_panics_with_both_places),
#ifdef DMASIM_DEBUG
		lib_case(releasing_a_free_spinlock_panics),
		lib_case(might_sleep_warns_under_a_spinlock),
		lib_case(assert_held_warns_only_when_not_held),
#endif
		lib_case(locking_a_mutex_twice_panics),
		lib_case(sleeping_under_a_spinlock_warns),
		lib_case(unlocking_a_foreign_mutex_warns),
		lib_case(readers_share_and_keep_writers_out),
		lib_case(semaphore_counts),
		lib_case(seqcount_reader_sees_a_writer),
		lib_case(spinlock_excludes_another_thread),
		lib_case(mutex_excludes_another_thread),
		lib_case(rwsem_excludes_another_thread),
		lib_case(work_waits_for_the_mutex_of_a_sleeping_thread),
	};

	return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
