/* SPDX-License-Identifier: MIT */
/*
 * Plugs, dispatch, refusal, requeue (src/block/plug.c, dispatch.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;
static struct blk_plug plug;

static int setup(void **state)
{
	board_start(1);
	toy_init(&toy);
	toy.ops.queue_rqs = toy_queue_rqs;
	toy.set.queue_depth = 64;
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

/* @nr bios that cannot merge. */
static void write_apart(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		toy_io(&toy, &end, REQ_OP_WRITE, i * 32, A, SZ_4K);
}

static void a_single_bio_goes_through_queue_rqs(void **state)
{
	toy_add(&toy);
	write_apart(1);
	lib_run();

	assert_int_equal(toy.queue_rqs, 1);
	assert_int_equal(toy.queue_rq, 0);
	assert_int_equal(end.nr, 1);
}

/* spec: block-nvme R3 */
static void plugged_requests_come_in_one_batch(void **state)
{
	toy_add(&toy);
	blk_start_plug(&plug);
	write_apart(5);
	assert_int_equal(toy.queue_rqs, 0);
	blk_finish_plug(&plug);
	lib_run();

	assert_int_equal(toy.queue_rqs, 1);
	assert_int_equal(toy.batch_len, 5);
	assert_int_equal(toy.log[0].sector, 0);
	assert_int_equal(toy.log[4].sector, 128);
	assert_int_equal(end.nr, 5);
}

static void an_inner_plug_changes_nothing(void **state)
{
	struct blk_plug inner;

	toy_add(&toy);
	blk_start_plug(&plug);
	blk_start_plug(&inner);
	write_apart(2);
	blk_finish_plug(&inner);
	assert_int_equal(toy.requests, 0);
	blk_finish_plug(&plug);
	assert_int_equal(toy.requests, 2);
}

static void a_full_plug_is_flushed(void **state)
{
	toy_add(&toy);
	blk_start_plug(&plug);
	write_apart(33);
	assert_int_equal(toy.queue_rqs, 1);
	assert_int_equal(toy.batch_len, 32);
	blk_finish_plug(&plug);
	assert_int_equal(toy.batch_len, 1);
}

static void a_large_head_flushes_the_plug(void **state)
{
	toy_add(&toy);
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_128K);
	assert_int_equal(toy.queue_rqs, 0);
	toy_io(&toy, &end, REQ_OP_WRITE, 1000, A, SZ_4K);
	assert_int_equal(toy.queue_rqs, 1);
	blk_finish_plug(&plug);
	assert_int_equal(toy.queue_rqs, 2);
}

/* It is the head that counts, not the newest request. */
static void a_large_tail_does_not(void **state)
{
	toy_add(&toy);
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE, 1000, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_128K);
	toy_io(&toy, &end, REQ_OP_WRITE, 1200, A, SZ_4K);
	assert_int_equal(toy.queue_rqs, 0);
	blk_finish_plug(&plug);
	assert_int_equal(toy.batch_len, 3);
}

static void what_the_batch_leaves_goes_one_by_one(void **state)
{
	toy_add(&toy);
	toy.skip = 2;
	blk_start_plug(&plug);
	write_apart(4);
	blk_finish_plug(&plug);
	lib_run();

	assert_int_equal(toy.batch_len, 2);
	assert_int_equal(toy.queue_rq, 2);
	assert_int_equal(toy.lasts, 1);
	assert_int_equal(end.nr, 4);
}

static void without_queue_rqs_only_the_last_is_last(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy_add(&toy);
	blk_start_plug(&plug);
	write_apart(3);
	blk_finish_plug(&plug);

	assert_int_equal(toy.queue_rq, 3);
	assert_int_equal(toy.lasts, 1);
	assert_int_equal(toy.commits, 0);
}

/* spec: block-nvme R19 */
static void a_refused_request_comes_again_after_3_ms(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy_add(&toy);
	toy.refuse = 2;
	toy.refusal = BLK_STS_RESOURCE;
	write_apart(1);
	assert_int_equal(toy.queue_rq, 2);
	lib_run();
	assert_int_equal(toy.requests, 0);
	/* in milliseconds of virtual time, rounded up to a tick */
	lib_run_for(8000000);

	assert_int_equal(toy.queue_rq, 3);
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_OK);
}

static void a_request_that_ends_lets_refused_ones_try(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy.hold = true;
	toy_add(&toy);
	write_apart(1);
	toy.refuse = 2;
	toy.refusal = BLK_STS_DEV_RESOURCE;
	toy_io(&toy, &end, REQ_OP_WRITE, 500, A, SZ_4K);
	assert_int_equal(toy.nr_held, 1);
	toy_finish(&toy, 1);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(blk_rq_pos(toy.held[0]), 500);
}

static void refused_requests_keep_their_order(void **state)
{
	unsigned int i;

	toy.ops.queue_rqs = NULL;
	toy_add(&toy);
	toy.refuse = 2;
	toy.refusal = BLK_STS_RESOURCE;
	blk_start_plug(&plug);
	write_apart(4);
	blk_finish_plug(&plug);
	lib_run_for(8000000);

	assert_int_equal(toy.requests, 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(toy.log[i].sector, i * 32);
}

static void another_status_ends_the_request(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy.hold = true;
	toy_add(&toy);
	toy.refuse = 1;
	toy.refusal = BLK_STS_IOERR;
	blk_start_plug(&plug);
	write_apart(2);
	blk_finish_plug(&plug);
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_IOERR);
	assert_int_equal(toy.nr_held, 1);
	toy_finish(&toy, 1);
	assert_int_equal(end.status, BLK_STS_OK);
}

/* The driver was told that more would come, and then refused it. */
static void a_promise_that_is_broken_is_committed(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy.hold = true;
	toy_add(&toy);
	toy.accept = 2;
	toy.refuse = 2;
	toy.refusal = BLK_STS_RESOURCE;
	blk_start_plug(&plug);
	write_apart(3);
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 2);
	assert_int_equal(toy.commits, 1);
	lib_run_for(8000000);
	assert_int_equal(toy.nr_held, 3);
	assert_int_equal(toy.commits, 1);
}

static void a_requeued_request_starts_over(void **state)
{
	struct request *rq;

	toy.hold = true;
	toy_add(&toy);
	write_apart(1);
	rq = toy.held[0];
	toy.nr_held = 0;
	blk_mq_requeue_request(rq, false);
	assert_int_equal(blk_mq_rq_state(rq), MQ_RQ_IDLE);
	lib_run();
	assert_int_equal(toy.nr_held, 0);
	blk_mq_kick_requeue_list(toy.q);
	lib_run();

	assert_int_equal(toy.nr_held, 1);
	assert_ptr_equal(toy.held[0], rq);
	assert_int_equal(blk_mq_rq_state(rq), MQ_RQ_IN_FLIGHT);
}

static void a_delayed_kick_waits(void **state)
{
	struct request *rq;

	toy.hold = true;
	toy_add(&toy);
	write_apart(1);
	rq = toy.held[0];
	toy.nr_held = 0;
	blk_mq_requeue_request(rq, false);
	blk_mq_delay_kick_requeue_list(toy.q, 100);
	lib_run_for(50000000);
	assert_int_equal(toy.nr_held, 0);
	lib_run_for(60000000);
	assert_int_equal(toy.nr_held, 1);
}

static void passthrough_goes_before_waiting_io(void **state)
{
	struct request *rq;

	toy.hold = true;
	toy_add(&toy);
	blk_mq_quiesce_queue(toy.q);
	write_apart(1);
	rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, 0);
	blk_execute_rq_nowait(rq, false);
	blk_mq_unquiesce_queue(toy.q);
	lib_run();

	assert_int_equal(toy.log[0].op, REQ_OP_DRV_IN);
	assert_int_equal(toy.log[1].op, REQ_OP_WRITE);
}

static void a_stopped_queue_waits_for_its_start(void **state)
{
	toy.ops.queue_rqs = NULL;
	toy_add(&toy);
	blk_mq_stop_hw_queues(toy.q);
	write_apart(2);
	lib_run();
	assert_int_equal(toy.requests, 0);
	blk_mq_start_stopped_hw_queues(toy.q, true);
	lib_run();
	assert_int_equal(toy.requests, 2);
}

/* A task that sleeps with requests in its plug waits for them. */
static void sleeping_flushes_the_plug(void **state)
{
	char *buf = kmalloc(512, GFP_KERNEL);

	toy_add(&toy);
	blk_start_plug(&plug);
	write_apart(2);
	assert_int_equal(bdev_rw_virt(toy.bdev, 900, buf, 512, REQ_OP_WRITE),
			 0);
	assert_int_equal(toy.requests, 3);
	blk_finish_plug(&plug);
	kfree(buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_single_bio_goes_through_queue_rqs),
		board_case(plugged_requests_come_in_one_batch),
		board_case(an_inner_plug_changes_nothing),
		board_case(a_full_plug_is_flushed),
		board_case(a_large_head_flushes_the_plug),
		board_case(a_large_tail_does_not),
		board_case(what_the_batch_leaves_goes_one_by_one),
		board_case(without_queue_rqs_only_the_last_is_last),
		board_case(a_refused_request_comes_again_after_3_ms),
		board_case(a_request_that_ends_lets_refused_ones_try),
		board_case(refused_requests_keep_their_order),
		board_case(another_status_ends_the_request),
		board_case(a_promise_that_is_broken_is_committed),
		board_case(a_requeued_request_starts_over),
		board_case(a_delayed_kick_waits),
		board_case(passthrough_goes_before_waiting_io),
		board_case(a_stopped_queue_waits_for_its_start),
		board_case(sleeping_flushes_the_plug),
	};

	return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}
