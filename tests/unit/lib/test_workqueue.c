/* SPDX-License-Identifier: MIT */
/*
 * Work items and kernel threads.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "unit/lib/libb_test.h"

struct item {
	struct work_struct work;
	struct delayed_work dwork;
	unsigned int runs;
	unsigned int again;
	int number;
};

static int order[16];
static unsigned int nr_order;
static unsigned int running, most_running;

static int setup(void **state)
{
	nr_order = 0;
	running = 0;
	most_running = 0;
	return boot_lib(state);
}

static void note(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	item->runs++;
	order[nr_order++ % 16] = item->number;
	assert_ptr_equal(current_work(), work);
	assert_true(current->flags & PF_WQ_WORKER);
	if (item->again && item->again--)
		schedule_work(work);
}

static void note_delayed(struct work_struct *work)
{
	struct item *item =
		container_of(to_delayed_work(work), struct item, dwork);

	item->runs++;
}

static void sleepy(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	if (++running > most_running)
		most_running = running;
	msleep(10);
	running--;
	item->runs++;
}

static void item_runs_when_a_thread_waits(void **state)
{
	struct item item = { 0 };

	INIT_WORK(&item.work, note);
	assert_true(schedule_work(&item.work));
	assert_false(schedule_work(&item.work));
	assert_int_equal(work_busy(&item.work), WORK_BUSY_PENDING);
	assert_int_equal(item.runs, 0);
	assert_true(flush_work(&item.work));
	assert_int_equal(item.runs, 1);
	assert_false(flush_work(&item.work));
	assert_null(current_work());
}

static void items_run_in_order_high_priority_first(void **state)
{
	struct item items[3] = { { .number = 0 },
				 { .number = 1 },
				 { .number = 2 } };
	int i;

	for (i = 0; i < 3; i++)
		INIT_WORK(&items[i].work, note);
	queue_work(system_wq, &items[0].work);
	queue_work(system_unbound_wq, &items[1].work);
	queue_work(system_highpri_wq, &items[2].work);
	lib_run();
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 0);
	assert_int_equal(order[2], 1);
}

static void item_may_queue_itself(void **state)
{
	struct item item = { .again = 3 };

	INIT_WORK(&item.work, note);
	schedule_work(&item.work);
	lib_run();
	assert_int_equal(item.runs, 4);
}

static void items_that_sleep_overlap(void **state)
{
	struct item items[3] = { 0 };
	int i;

	for (i = 0; i < 3; i++) {
		INIT_WORK(&items[i].work, sleepy);
		schedule_work(&items[i].work);
	}
	flush_workqueue(system_wq);
	assert_int_equal(most_running, 3);
	assert_true(ktime_get_ns() == 10000000);
}

static void ordered_queue_runs_one_at_a_time(void **state)
{
	struct workqueue_struct *wq =
		alloc_ordered_workqueue("ordered-%d", 0, 1);
	struct item items[3] = { 0 };
	int i;

	for (i = 0; i < 3; i++) {
		INIT_WORK(&items[i].work, sleepy);
		queue_work(wq, &items[i].work);
	}
	destroy_workqueue(wq);
	assert_int_equal(items[2].runs, 1);
	assert_int_equal(most_running, 1);
	assert_true(ktime_get_ns() == 30000000);
}

static void delayed_item_waits_for_its_delay(void **state)
{
	struct item item = { 0 };

	INIT_DELAYED_WORK(&item.dwork, note_delayed);
	assert_true(schedule_delayed_work(&item.dwork, 30));
	assert_true(delayed_work_pending(&item.dwork));
	msleep(29);
	assert_int_equal(item.runs, 0);
	msleep(2);
	assert_int_equal(item.runs, 1);
}

static void mod_delayed_work_changes_the_delay(void **state)
{
	struct item item = { 0 };

	INIT_DELAYED_WORK(&item.dwork, note_delayed);
	assert_false(mod_delayed_work(system_wq, &item.dwork, 100));
	assert_true(mod_delayed_work(system_wq, &item.dwork, 10));
	msleep(11);
	assert_int_equal(item.runs, 1);
	schedule_delayed_work(&item.dwork, 1000);
	assert_true(flush_delayed_work(&item.dwork));
	assert_int_equal(item.runs, 2);
}

static void cancel_takes_a_pending_item_back(void **state)
{
	struct item item = { 0 };

	INIT_WORK(&item.work, note);
	INIT_DELAYED_WORK(&item.dwork, note_delayed);
	schedule_work(&item.work);
	schedule_delayed_work(&item.dwork, 5);
	assert_true(cancel_work(&item.work));
	assert_true(cancel_delayed_work_sync(&item.dwork));
	assert_false(cancel_work_sync(&item.work));
	msleep(10);
	assert_int_equal(item.runs, 0);
	assert_true(schedule_work(&item.work));
	flush_work(&item.work);
}

static void cancel_sync_waits_for_a_running_item(void **state)
{
	struct item item = { 0 };

	INIT_WORK(&item.work, sleepy);
	schedule_work(&item.work);
	msleep(5);
	assert_int_equal(work_busy(&item.work), WORK_BUSY_RUNNING);
	assert_false(cancel_work_sync(&item.work));
	assert_int_equal(item.runs, 1);
	assert_true(ktime_get_ns() == 10000000);
}

static void disabled_item_is_not_queued(void **state)
{
	struct item item = { 0 };

	INIT_WORK(&item.work, note);
	disable_work_sync(&item.work);
	disable_work(&item.work);
	assert_false(schedule_work(&item.work));
	assert_false(enable_work(&item.work));
	assert_true(enable_work(&item.work));
	assert_true(schedule_work(&item.work));
	flush_work(&item.work);
}

static void flush_self(struct work_struct *work)
{
	flush_work(work);
}

static void item_that_flushes_itself_warns(void **state)
{
	DECLARE_WORK(work, flush_self);

	schedule_work(&work);
	lib_run();
	assert_warns(1);
}

static long answer(void *arg)
{
	return *(long *)arg + 1;
}

static void work_on_cpu_returns_the_answer(void **state)
{
	long question = 41;

	assert_int_equal(work_on_cpu(1, answer, &question), 42);
}

static void rcu_work_runs_after_a_grace_period(void **state)
{
	struct rcu_work rwork;

	INIT_RCU_WORK(&rwork, flush_self);
	assert_true(queue_rcu_work(system_wq, &rwork));
	assert_false(queue_rcu_work(system_wq, &rwork));
	assert_true(flush_rcu_work(&rwork));
	assert_warns(1);
}

static void lost_workqueue_is_a_leak(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("lost", 0, 0);

	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "workqueue-leak"),
			 1);
	destroy_workqueue(wq);
}

static void queue_allocation_can_fail(void **state)
{
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(alloc_workqueue("none", 0, 0));
	lib_fail_off();
}

/* ---- kernel threads ----------------------------------------------------- */

static int tick_until_stopped(void *data)
{
	unsigned int *ticks = data;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		++*ticks;
		schedule_timeout_interruptible(10);
	}
	return 7;
}

static void kthread_runs_until_stopped(void **state)
{
	unsigned int ticks = 0;
	struct task_struct *task;

	task = kthread_run(tick_until_stopped, &ticks, "tick/%d", 3);
	assert_false(IS_ERR(task));
	assert_string_equal(task->comm, "tick/3");
	msleep(95);
	assert_int_equal(ticks, 10);
	assert_int_equal(kthread_stop(task), 7);
}

static void kthread_stopped_before_it_began_is_eintr(void **state)
{
	unsigned int ticks = 0;
	struct task_struct *task;

	task = kthread_create(tick_until_stopped, &ticks, "never");
	assert_int_equal(kthread_stop(task), -EINTR);
	assert_int_equal(ticks, 0);
}

static void parked_kthread_does_not_run(void **state)
{
	unsigned int ticks = 0, before;
	struct task_struct *task;

	task = kthread_run(tick_until_stopped, &ticks, "park");
	assert_int_equal(kthread_park(task), 0);
	before = ticks;
	msleep(100);
	assert_int_equal(ticks, before);
	kthread_unpark(task);
	msleep(25);
	assert_true(ticks > before);
	assert_int_equal(kthread_stop(task), 7);
}

static int spin_politely(void *data)
{
	while (!kthread_should_stop())
		cond_resched();
	kthread_exit(9);
}

static void busy_kthread_lets_others_run(void **state)
{
	struct task_struct *task = kthread_run(spin_politely, NULL, "busy");

	msleep(1);
	assert_int_equal(kthread_stop(task), 9);
}

/* ---- two threads -------------------------------------------------------- */

static unsigned int shared_runs;

static void count_shared(struct work_struct *work)
{
	__atomic_fetch_add(&shared_runs, 1, __ATOMIC_RELAXED);
}

static DECLARE_WORK(shared_work, count_shared);

static void queue_and_flush(void *arg)
{
	int i;

	for (i = 0; i < 100; i++) {
		schedule_work(&shared_work);
		flush_work(&shared_work);
	}
}

static void two_threads_queue_and_flush_one_item(void **state)
{
	struct host_thread *other;

	shared_runs = 0;
	other = host_thread_create(queue_and_flush, NULL, "second");
	queue_and_flush(NULL);
	host_thread_join(other);
	assert_true(shared_runs >= 100);
	assert_true(shared_runs <= 200);
}

#define work_case(fn) cmocka_unit_test_setup_teardown(fn, setup, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		work_case(item_runs_when_a_thread_waits),
		work_case(items_run_in_order_high_priority_first),
		work_case(item_may_queue_itself),
		work_case(items_that_sleep_overlap),
		work_case(ordered_queue_runs_one_at_a_time),
		work_case(delayed_item_waits_for_its_delay),
		work_case(mod_delayed_work_changes_the_delay),
		work_case(cancel_takes_a_pending_item_back),
		work_case(cancel_sync_waits_for_a_running_item),
		work_case(disabled_item_is_not_queued),
		work_case(item_that_flushes_itself_warns),
		work_case(work_on_cpu_returns_the_answer),
		work_case(rcu_work_runs_after_a_grace_period),
		work_case(lost_workqueue_is_a_leak),
		work_case(queue_allocation_can_fail),
		work_case(kthread_runs_until_stopped),
		work_case(kthread_stopped_before_it_began_is_eintr),
		work_case(parked_kthread_does_not_run),
		work_case(busy_kthread_lets_others_run),
		work_case(two_threads_queue_and_flush_one_item),
	};

	return cmocka_run_group_tests_name("workqueue", tests, NULL, NULL);
}
