/* SPDX-License-Identifier: MIT */
/*
 * Flush sequences (src/block/flush.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(1);
	toy_init(&toy);
	toy.lim.features = BLK_FEAT_WRITE_CACHE;
	toy.hold = true;
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown(void **state)
{
	while (toy.nr_held)
		toy_finish(&toy, toy.nr_held);
	toy_remove(&toy);
	board_stop();
	return 0;
}

static void submit(blk_opf_t flags, sector_t sector, unsigned int bytes)
{
	toy_io(&toy, &end, REQ_OP_WRITE | flags, sector, A, bytes);
	lib_run();
}

static void an_empty_flush_is_one_flush_command(void **state)
{
	toy_add(&toy);
	submit(REQ_PREFLUSH, 0, 0);
	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(req_op(toy.held[0]), REQ_OP_FLUSH);
	assert_int_equal(blk_rq_nr_phys_segments(toy.held[0]), 0);
	assert_null(toy.held[0]->bio);
	assert_int_equal(end.nr, 0);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_OK);
}

static void a_preflush_comes_before_its_data(void **state)
{
	toy_add(&toy);
	submit(REQ_PREFLUSH, 8, SZ_4K);
	assert_int_equal(req_op(toy.held[0]), REQ_OP_FLUSH);
	toy_finish(&toy, 1);
	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(req_op(toy.held[0]), REQ_OP_WRITE);
	assert_int_equal(blk_rq_pos(toy.held[0]), 8);
	assert_int_equal(end.nr, 0);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
}

static void fua_is_a_flag_where_the_device_knows_it(void **state)
{
	toy.lim.features |= BLK_FEAT_FUA;
	toy_add(&toy);
	submit(REQ_FUA, 0, SZ_4K);
	assert_int_equal(req_op(toy.held[0]), REQ_OP_WRITE);
	assert_int_not_equal(toy.held[0]->cmd_flags & REQ_FUA, 0);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	assert_int_equal(toy.requests, 1);
}

static void fua_is_a_flush_behind_the_data_elsewhere(void **state)
{
	toy_add(&toy);
	submit(REQ_FUA | REQ_PREFLUSH, 0, SZ_4K);
	while (toy.nr_held)
		toy_finish(&toy, 1);
	assert_int_equal(toy.requests, 3);
	assert_int_equal(toy.log[0].op, REQ_OP_FLUSH);
	assert_int_equal(toy.log[1].op, REQ_OP_WRITE);
	assert_int_equal(toy.log[1].flags & REQ_FUA, 0);
	assert_int_equal(toy.log[2].op, REQ_OP_FLUSH);
	assert_int_equal(end.nr, 1);
}

static void waiting_requests_share_the_next_flush(void **state)
{
	toy_add(&toy);
	submit(REQ_PREFLUSH, 0, 0);
	submit(REQ_PREFLUSH, 0, 0);
	submit(REQ_PREFLUSH, 0, 0);
	assert_int_equal(toy.nr_held, 1);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	assert_int_equal(toy.nr_held, 1);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 3);
	assert_int_equal(toy.requests, 2);
}

static void a_failed_flush_skips_the_data(void **state)
{
	toy_add(&toy);
	toy.status = BLK_STS_MEDIUM;
	submit(REQ_PREFLUSH, 0, SZ_4K);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_MEDIUM);
	assert_int_equal(toy.requests, 1);
}

static void failed_data_skips_the_flush_behind(void **state)
{
	toy_add(&toy);
	toy.status = BLK_STS_IOERR;
	submit(REQ_FUA, 0, SZ_4K);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_IOERR);
	assert_int_equal(toy.requests, 1);
}

/* With all tags taken a flush still works: it borrows one. */
static void a_flush_needs_no_tag_of_its_own(void **state)
{
	toy.set.queue_depth = 1;
	toy_add(&toy);
	submit(REQ_PREFLUSH, 0, SZ_4K);
	assert_int_equal(toy.held[0]->tag, 0);
	assert_ptr_equal(blk_mq_tag_to_rq(toy.q->hctxs[0]->tags, 0),
			 toy.held[0]);
	toy_finish(&toy, 1);
	assert_int_equal(toy.held[0]->tag, 0);
	assert_ptr_equal(blk_mq_tag_to_rq(toy.q->hctxs[0]->tags, 0),
			 toy.held[0]);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
}

static void a_late_flush_times_out(void **state)
{
	toy.set.timeout = HZ;
	toy.on_timeout = BLK_EH_RESET_TIMER;
	toy_add(&toy);
	submit(REQ_PREFLUSH, 0, 0);
	lib_run_for(1500000000);
	assert_int_equal(toy.timeouts, 1);
}

static void callers_can_wait_for_a_flush(void **state)
{
	toy.hold = false;
	toy_add(&toy);
	assert_int_equal(blkdev_issue_flush(toy.bdev), 0);
	assert_int_equal(toy.ops_seen[REQ_OP_FLUSH], 1);
	toy.status = BLK_STS_IOERR;
	assert_int_equal(blkdev_issue_flush(toy.bdev), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(an_empty_flush_is_one_flush_command),
		board_case(a_preflush_comes_before_its_data),
		board_case(fua_is_a_flag_where_the_device_knows_it),
		board_case(fua_is_a_flush_behind_the_data_elsewhere),
		board_case(waiting_requests_share_the_next_flush),
		board_case(a_failed_flush_skips_the_data),
		board_case(failed_data_skips_the_flush_behind),
		board_case(a_flush_needs_no_tag_of_its_own),
		board_case(a_late_flush_times_out),
		board_case(callers_can_wait_for_a_flush),
	};

	return cmocka_run_group_tests_name("flush", tests, NULL, NULL);
}
