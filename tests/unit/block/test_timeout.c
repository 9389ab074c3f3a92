/* SPDX-License-Identifier: MIT */
/*
 * Late requests, on virtual time (src/block/timeout.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull
#define SECOND 1000000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(1);
	toy_init(&toy);
	toy.set.timeout = 2 * HZ;
	toy.hold = true;
	toy.on_timeout = BLK_EH_RESET_TIMER;
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown(void **state)
{
	toy_finish(&toy, toy.nr_held);
	toy_remove(&toy);
	board_stop();
	return 0;
}

static void write_at(sector_t sector)
{
	toy_io(&toy, &end, REQ_OP_WRITE, sector, A, SZ_4K);
}

static void a_late_request_is_reported_after_its_time(void **state)
{
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND * 19 / 10);
	assert_int_equal(toy.timeouts, 0);
	lib_run_for(SECOND / 5);
	assert_int_equal(toy.timeouts, 1);
}

static void a_reset_timer_runs_again(void **state)
{
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND * 9);
	assert_int_equal(toy.timeouts, 4);
}

static void done_means_once(void **state)
{
	toy.on_timeout = BLK_EH_DONE;
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND * 9);
	assert_int_equal(toy.timeouts, 1);
	assert_int_not_equal(toy.held[0]->rq_flags & RQF_TIMED_OUT, 0);
}

static void a_request_in_time_is_left_alone(void **state)
{
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND);
	toy_finish(&toy, 1);
	lib_run_for(SECOND * 9);
	assert_int_equal(toy.timeouts, 0);
}

static void each_request_has_its_own_deadline(void **state)
{
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND);
	write_at(100);
	lib_run_for(SECOND * 11 / 10);
	assert_int_equal(toy.timeouts, 1);
	lib_run_for(SECOND);
	assert_int_equal(toy.timeouts, 2);
}

static void a_shorter_deadline_is_not_missed(void **state)
{
	struct request *rq;

	toy_add(&toy);
	write_at(0);
	rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, 0);
	rq->timeout = HZ / 2;
	blk_execute_rq_nowait(rq, false);
	lib_run_for(SECOND * 6 / 10);
	assert_int_equal(toy.timeouts, 1);
}

static void an_aborted_request_is_late_now(void **state)
{
	toy.on_timeout = BLK_EH_DONE;
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND / 10);
	blk_abort_request(toy.held[0]);
	lib_run();
	assert_int_equal(toy.timeouts, 1);
}

static void a_requeued_request_can_be_late_again(void **state)
{
	struct request *rq;

	toy.on_timeout = BLK_EH_DONE;
	toy_add(&toy);
	write_at(0);
	lib_run_for(SECOND * 3);
	assert_int_equal(toy.timeouts, 1);
	rq = toy.held[0];
	toy.nr_held = 0;
	blk_mq_requeue_request(rq, true);
	lib_run_for(SECOND * 3);
	assert_int_equal(toy.timeouts, 2);
}

static void a_frozen_queue_still_times_out(void **state)
{
	toy_add(&toy);
	write_at(0);
	blk_freeze_queue_start(toy.q);
	lib_run_for(SECOND * 3);
	assert_int_equal(toy.timeouts, 1);
	toy_finish(&toy, 1);
	blk_mq_freeze_queue_wait(toy.q);
	blk_mq_unfreeze_queue(toy.q, 0);
}

static void the_default_is_30_seconds_and_can_be_changed(void **state)
{
	toy.set.timeout = 0;
	toy_add(&toy);
	assert_int_equal(toy.q->rq_timeout, 30 * HZ);
	blk_queue_rq_timeout(toy.q, HZ);
	write_at(0);
	lib_run_for(SECOND * 3 / 2);
	assert_int_equal(toy.timeouts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_late_request_is_reported_after_its_time),
		board_case(a_reset_timer_runs_again),
		board_case(done_means_once),
		board_case(a_request_in_time_is_left_alone),
		board_case(each_request_has_its_own_deadline),
		board_case(a_shorter_deadline_is_not_missed),
		board_case(an_aborted_request_is_late_now),
		board_case(a_requeued_request_can_be_late_again),
		board_case(a_frozen_queue_still_times_out),
		board_case(the_default_is_30_seconds_and_can_be_changed),
	};

	return cmocka_run_group_tests_name("timeout", tests, NULL, NULL);
}
