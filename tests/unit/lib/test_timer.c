/* SPDX-License-Identifier: MIT */
/*
 * Timers, high resolution timers, jiffies, polling.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/iopoll.h>
#include <linux/jiffies.h>
#include <linux/sched/clock.h>
#include <linux/timer.h>

#include "unit/lib/libb_test.h"

static unsigned int fired[3];
static unsigned int order[4], nr_order;
static unsigned long fired_at;
static bool in_softirq_when_fired;

struct numbered {
	struct timer_list timer;
	unsigned int number;
};

static void count(struct timer_list *t)
{
	struct numbered *n = timer_container_of(n, t, timer);

	fired[n->number]++;
	order[nr_order++ % 4] = n->number;
	fired_at = jiffies;
	in_softirq_when_fired = in_serving_softirq() && !in_hardirq();
}

static int setup(void **state)
{
	memset(fired, 0, sizeof(fired));
	nr_order = 0;
	return boot_lib(state);
}

static void timer_fires_at_its_jiffy(void **state)
{
	struct numbered n = { .number = 0 };
	unsigned long start = jiffies;

	timer_setup(&n.timer, count, 0);
	assert_int_equal(mod_timer(&n.timer, start + 40), 0);
	assert_true(timer_pending(&n.timer));
	msleep(39);
	assert_int_equal(fired[0], 0);
	msleep(2);
	assert_int_equal(fired[0], 1);
	assert_int_equal(fired_at - start, 40);
	assert_false(timer_pending(&n.timer));
	assert_true(in_softirq_when_fired);
}

static void timers_fire_by_time_then_by_arming(void **state)
{
	struct numbered a = { .number = 0 }, b = { .number = 1 },
			c = { .number = 2 };

	timer_setup(&a.timer, count, 0);
	timer_setup(&b.timer, count, 0);
	timer_setup(&c.timer, count, 0);
	mod_timer(&a.timer, jiffies + 20);
	mod_timer(&b.timer, jiffies + 10);
	mod_timer(&c.timer, jiffies + 20);
	msleep(30);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 0);
	assert_int_equal(order[2], 2);
}

static void mod_timer_moves_a_pending_timer(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies + 10);
	assert_int_equal(mod_timer(&n.timer, jiffies + 100), 1);
	assert_int_equal(timer_reduce(&n.timer, jiffies + 200), 1);
	msleep(50);
	assert_int_equal(fired[0], 0);
	assert_int_equal(timer_delete(&n.timer), 1);
	assert_int_equal(timer_delete(&n.timer), 0);
	assert_int_equal(mod_timer_pending(&n.timer, jiffies + 1), 0);
	msleep(300);
	assert_int_equal(fired[0], 0);
}

static void timer_in_the_past_fires_in_the_next_jiffy(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies - 100);
	lib_run();
	assert_int_equal(fired[0], 0);
	msleep(1);
	assert_int_equal(fired[0], 1);
}

static void rearm(struct timer_list *t)
{
	struct numbered *n = timer_container_of(n, t, timer);

	fired[n->number]++;
	mod_timer(t, jiffies);
}

static void timer_that_rearms_itself_lets_time_pass(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, rearm, 0);
	mod_timer(&n.timer, jiffies);
	msleep(10);
	assert_int_equal(fired[0], 10);
	assert_int_equal(timer_delete_sync(&n.timer), 1);
}

static void timer_shut_down_cannot_be_armed(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies + 5);
	assert_int_equal(timer_shutdown_sync(&n.timer), 1);
	mod_timer(&n.timer, jiffies + 5);
	assert_false(timer_pending(&n.timer));
	msleep(20);
	assert_int_equal(fired[0], 0);
}

static void delete_itself(struct timer_list *t)
{
	timer_delete_sync(t);
}

static void delete_sync_by_the_timer_itself_warns(void **state)
{
	struct timer_list timer;

	timer_setup(&timer, delete_itself, 0);
	mod_timer(&timer, jiffies + 1);
	msleep(5);
	assert_warns(1);
}

static void armed_timer_is_a_leak(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies + 5);
	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "timer-leak"), 1);
	timer_delete_sync(&n.timer);
}

struct periodic {
	struct hrtimer timer;
	unsigned int left;
};

static enum hrtimer_restart tick(struct hrtimer *t)
{
	struct periodic *p = container_of(t, struct periodic, timer);

	hrtimer_forward_now(t, us_to_ktime(150));
	return --p->left ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void hrtimer_restarts_until_told_otherwise(void **state)
{
	struct periodic p = { .left = 4 };

	hrtimer_setup(&p.timer, tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, us_to_ktime(100), HRTIMER_MODE_REL);
	assert_true(hrtimer_active(&p.timer));
	usleep_range(549, 600);
	assert_int_equal(p.left, 1);
	usleep_range(2, 3);
	assert_int_equal(p.left, 0);
	assert_false(hrtimer_active(&p.timer));
	hrtimer_start(&p.timer, us_to_ktime(100), HRTIMER_MODE_REL);
	assert_int_equal(hrtimer_cancel(&p.timer), 1);
}

static void delays_move_the_clock_but_run_nothing(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies + 2);
	mdelay(5);
	assert_true(local_clock() == 5000000);
	assert_int_equal(fired[0], 0);
	lib_run();
	assert_int_equal(fired[0], 1);
}

static void conversions_round_up_and_saturate(void **state)
{
	assert_int_equal(msecs_to_jiffies(7), 7);
	assert_int_equal(usecs_to_jiffies(1), 1);
	assert_int_equal(usecs_to_jiffies(1001), 2);
	assert_true(msecs_to_jiffies((unsigned int)-1) == MAX_JIFFY_OFFSET);
	assert_int_equal(jiffies_to_msecs(250), 250);
	assert_true(time_after(jiffies + 1, jiffies));
	assert_true(time_before_eq(5UL, 5UL));
	assert_true(time_after(1UL, ~0UL));
}

static u32 reg_reads;

static u32 read_reg(int ready_after)
{
	return (int)++reg_reads > ready_after;
}

static void poll_ends_by_value_or_by_time(void **state)
{
	u32 val;

	reg_reads = 0;
	assert_int_equal(
		read_poll_timeout(read_reg, val, val, 100, 10000, false, 5), 0);
	assert_int_equal(reg_reads, 6);
	assert_true(ktime_get_ns() == 500000);
	assert_int_equal(read_poll_timeout_atomic(read_reg, val, val, 10, 1000,
						  false, 1 << 30),
			 -ETIMEDOUT);
	assert_true(ktime_get_ns() <= 1600000);
}

static void run_for_runs_what_falls_due(void **state)
{
	struct numbered n = { .number = 0 };

	timer_setup(&n.timer, count, 0);
	mod_timer(&n.timer, jiffies + 3);
	lib_run_for(2999999);
	assert_int_equal(fired[0], 0);
	lib_run_for(1);
	assert_int_equal(fired[0], 1);
	assert_true(lib_now() == 3000000);
}

/* ---- two threads -------------------------------------------------------- */

static struct numbered shared;

static void arm_and_delete(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		mod_timer(&shared.timer, jiffies + 1);
		msleep(i % 3);
		timer_delete_sync(&shared.timer);
	}
}

static void count_shared(struct timer_list *t)
{
	__atomic_fetch_add(&fired[0], 1, __ATOMIC_RELAXED);
}

static void two_threads_arm_and_delete_one_timer(void **state)
{
	struct host_thread *other;

	timer_setup(&shared.timer, count_shared, 0);
	other = host_thread_create(arm_and_delete, NULL, "second");
	arm_and_delete(NULL);
	host_thread_join(other);
	assert_false(timer_pending(&shared.timer));
	assert_true(fired[0] <= 400);
}

#define timer_case(fn) cmocka_unit_test_setup_teardown(fn, setup, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		timer_case(timer_fires_at_its_jiffy),
		timer_case(timers_fire_by_time_then_by_arming),
		timer_case(mod_timer_moves_a_pending_timer),
		timer_case(timer_in_the_past_fires_in_the_next_jiffy),
		timer_case(timer_that_rearms_itself_lets_time_pass),
		timer_case(timer_shut_down_cannot_be_armed),
		timer_case(delete_sync_by_the_timer_itself_warns),
		timer_case(armed_timer_is_a_leak),
		timer_case(hrtimer_restarts_until_told_otherwise),
		timer_case(delays_move_the_clock_but_run_nothing),
		timer_case(conversions_round_up_and_saturate),
		timer_case(poll_ends_by_value_or_by_time),
		timer_case(run_for_runs_what_falls_due),
		timer_case(two_threads_arm_and_delete_one_timer),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
