/* SPDX-License-Identifier: MIT */
/*
 * Wait queues, completions, sleeping, and waits that nobody can end.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched/mm.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "unit/lib/libb_test.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct completion done;
static int flag;

static void set_flag(void)
{
	__atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
	wake_up(&queue);
}

static int flag_is_set(void)
{
	return __atomic_load_n(&flag, __ATOMIC_ACQUIRE);
}

static void set_flag_work(struct work_struct *work)
{
	set_flag();
}

static int setup(void **state)
{
	flag = 0;
	init_completion(&done);
	return boot_lib(state);
}

static void msleep_takes_virtual_time_only(void **state)
{
	u64 real = host_clock_real();

	msleep(3600 * 1000);
	assert_true(ktime_get_ns() == 3600 * 1000000000ull);
	assert_true(host_clock_real() - real < 60 * 1000000000ull);
}

static void true_condition_does_not_wait(void **state)
{
	flag = 1;
	wait_event(queue, flag_is_set());
	assert_int_equal(wait_event_timeout(queue, flag_is_set(), 7), 7);
	assert_true(ktime_get_ns() == 0);
}

static void wait_runs_the_work_that_ends_it(void **state)
{
	DECLARE_WORK(work, set_flag_work);

	schedule_work(&work);
	wait_event(queue, flag_is_set());
	assert_false(waitqueue_active(&queue));
}

static void wait_with_timeout_ends_at_the_timeout(void **state)
{
	assert_int_equal(wait_event_timeout(queue, flag_is_set(), 25), 0);
	assert_true(ktime_get_ns() == 25000000);
	assert_false(waitqueue_active(&queue));
}

static void wait_with_timeout_tells_the_time_left(void **state)
{
	DECLARE_DELAYED_WORK(work, set_flag_work);

	schedule_delayed_work(&work, 10);
	assert_int_equal(wait_event_timeout(queue, flag_is_set(), 25), 15);
	assert_int_equal(wait_event_interruptible(queue, flag_is_set()), 0);
}

static void completion_is_consumed_once(void **state)
{
	complete(&done);
	assert_true(completion_done(&done));
	wait_for_completion(&done);
	assert_false(try_wait_for_completion(&done));
	assert_int_equal(wait_for_completion_timeout(&done, 3), 0);
}

static void complete_all_lets_everybody_pass(void **state)
{
	complete_all(&done);
	wait_for_completion(&done);
	wait_for_completion(&done);
	reinit_completion(&done);
	assert_false(completion_done(&done));
}

static void exclusive_waiters_wake_one_at_a_time(void **state)
{
	struct wait_queue_entry a, b;

	init_wait_entry(&a, 0);
	init_wait_entry(&b, 0);
	prepare_to_wait_exclusive(&queue, &a, TASK_UNINTERRUPTIBLE);
	prepare_to_wait_exclusive(&queue, &b, TASK_UNINTERRUPTIBLE);
	wake_up(&queue);
	assert_true(list_empty(&a.entry));
	assert_false(list_empty(&b.entry));
	finish_wait(&queue, &a);
	finish_wait(&queue, &b);
	assert_int_equal(get_current_state(), TASK_RUNNING);
}

static void waking_before_schedule_is_not_lost(void **state)
{
	DEFINE_WAIT(entry);

	prepare_to_wait(&queue, &entry, TASK_UNINTERRUPTIBLE);
	wake_up(&queue);
	schedule();
	finish_wait(&queue, &entry);
	assert_true(ktime_get_ns() == 0);
}

static void endless_wait_panics_with_the_condition(void **state)
{
	expect_panic("waits for flag_is_set()",
		     wait_event(queue, flag_is_set()));
	__set_current_state(TASK_RUNNING);
	INIT_LIST_HEAD(&queue.head);
}

static void sleep_forever(struct work_struct *work)
{
	wait_for_completion(&done);
}

static void endless_wait_names_the_work_item_that_waits_too(void **state)
{
	DECLARE_WORK(work, sleep_forever);

	schedule_work(&work);
	expect_panic("kworker", flush_work(&work));
	assert_non_null(strstr(panic_text, "waits for a completion"));
	complete(&done);
	flush_work(&work);
}

static void wait_bit_sleeps_until_the_bit_is_clear(void **state)
{
	unsigned long word = 2;

	assert_int_equal(wait_on_bit_timeout(&word, 1, TASK_UNINTERRUPTIBLE, 4),
			 -EAGAIN);
	clear_and_wake_up_bit(1, &word);
	assert_int_equal(wait_on_bit(&word, 1, TASK_UNINTERRUPTIBLE), 0);
}

static void memalloc_scopes_nest(void **state)
{
	unsigned int outer = memalloc_noio_save();
	unsigned int inner = memalloc_noio_save();

	memalloc_noio_restore(inner);
	assert_true(current->flags & PF_MEMALLOC_NOIO);
	memalloc_noio_restore(outer);
	assert_false(current->flags & PF_MEMALLOC_NOIO);
}

static void sleep_hook_sees_a_plugged_task(struct task_struct *task)
{
	task->plug = NULL;
	flag++;
}

static void plug_is_flushed_before_a_task_sleeps(void **state)
{
	lib_set_sleep_hook(sleep_hook_sees_a_plugged_task);
	current->plug = (struct blk_plug *)&flag;
	msleep(1);
	assert_int_equal(flag, 1);
	msleep(1);
	assert_int_equal(flag, 1);
}

/* ---- two threads -------------------------------------------------------- */

static void complete_twenty(void *arg)
{
	int i;

	for (i = 0; i < 20; i++) {
		complete(&done);
		host_yield();
	}
}

static void completion_from_another_thread(void **state)
{
	struct host_thread *other;
	int i;

	other = host_thread_create(complete_twenty, NULL, "second");
	for (i = 0; i < 20; i++)
		wait_for_completion(&done);
	host_thread_join(other);
	assert_false(completion_done(&done));
}

static void sleep_a_second(void *arg)
{
	int i;

	for (i = 0; i < 10; i++)
		msleep(100);
	set_flag();
}

static void time_passes_when_all_threads_sleep(void **state)
{
	struct host_thread *other;

	other = host_thread_create(sleep_a_second, NULL, "second");
	wait_event(queue, flag_is_set());
	host_thread_join(other);
	assert_true(ktime_get_ns() >= 1000000000);
	assert_true(ktime_get_ns() < 2000000000);
}

static void wait_then_sleep(void *arg)
{
	wait_event(queue, flag_is_set());
	msleep(5);
	complete(&done);
}

static void work_ends_the_waits_of_two_threads(void **state)
{
	DECLARE_DELAYED_WORK(work, set_flag_work);
	struct host_thread *other;

	other = host_thread_create(wait_then_sleep, NULL, "second");
	schedule_delayed_work(&work, 50);
	wait_for_completion(&done);
	host_thread_join(other);
	assert_true(ktime_get_ns() >= 55000000);
	flush_delayed_work(&work);
}

static int boot_real(void **state)
{
	struct lib_params params = { .nr_cpus = 1, .real_time = true };

	host_event_reset();
	return lib_boot(&params);
}

static void real_time_sleeps_for_real(void **state)
{
	u64 real = host_clock_real();

	msleep(20);
	assert_true(host_clock_real() - real >= 20000000);
}

#define wait_case(fn) cmocka_unit_test_setup_teardown(fn, setup, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		wait_case(msleep_takes_virtual_time_only),
		wait_case(true_condition_does_not_wait),
		wait_case(wait_runs_the_work_that_ends_it),
		wait_case(wait_with_timeout_ends_at_the_timeout),
		wait_case(wait_with_timeout_tells_the_time_left),
		wait_case(completion_is_consumed_once),
		wait_case(complete_all_lets_everybody_pass),
		wait_case(exclusive_waiters_wake_one_at_a_time),
		wait_case(waking_before_schedule_is_not_lost),
		wait_case(endless_wait_panics_with_the_condition),
		wait_case(endless_wait_names_the_work_item_that_waits_too),
		wait_case(wait_bit_sleeps_until_the_bit_is_clear),
		wait_case(memalloc_scopes_nest),
		wait_case(plug_is_flushed_before_a_task_sleeps),
		wait_case(completion_from_another_thread),
		wait_case(time_passes_when_all_threads_sleep),
		wait_case(work_ends_the_waits_of_two_threads),
		cmocka_unit_test_setup_teardown(real_time_sleeps_for_real,
						boot_real, shutdown_lib),
	};

	return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
