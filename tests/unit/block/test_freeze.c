/* SPDX-License-Identifier: MIT */
/*
 * Freezing and quiescing (src/block/freeze.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(2);
	toy_init(&toy);
	toy.ops.queue_rqs = toy_queue_rqs;
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

static void finish_all(struct work_struct *work)
{
	toy_finish(&toy, toy.nr_held);
}

static DECLARE_WORK(finish_work, finish_all);

/* spec: block-nvme R17 */
static void a_freeze_waits_for_what_is_inside(void **state)
{
	unsigned int cookie;

	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	assert_int_equal(atomic_long_read(&toy.q->usage), 2);
	schedule_work(&finish_work);
	cookie = blk_mq_freeze_queue(toy.q);

	assert_int_equal(end.nr, 2);
	assert_int_equal(atomic_long_read(&toy.q->usage), 0);
	blk_mq_unfreeze_queue(toy.q, cookie);
	flush_work(&finish_work);
}

static void a_freeze_can_lose_patience(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	blk_freeze_queue_start(toy.q);
	assert_int_equal(blk_mq_freeze_queue_wait_timeout(toy.q, HZ / 10), 0);
	toy_finish(&toy, 1);
	assert_true(blk_mq_freeze_queue_wait_timeout(toy.q, HZ / 10) > 0);
	blk_mq_unfreeze_queue_non_owner(toy.q);
}

static void freezes_nest(void **state)
{
	unsigned int a, b;

	toy_add(&toy);
	a = blk_mq_freeze_queue(toy.q);
	b = blk_mq_freeze_queue(toy.q);
	blk_mq_unfreeze_queue(toy.q, b);
	assert_int_equal(blk_queue_enter(toy.q, BLK_MQ_REQ_NOWAIT), -EAGAIN);
	blk_mq_unfreeze_queue(toy.q, a);
	assert_int_equal(blk_queue_enter(toy.q, BLK_MQ_REQ_NOWAIT), 0);
	blk_queue_exit(toy.q);
}

static void one_thaw_too_many_warns(void **state)
{
	toy_add(&toy);
	blk_mq_unfreeze_queue(toy.q, 0);
	assert_int_equal(warnings(), 1);
	assert_int_equal(blk_queue_enter(toy.q, 0), 0);
	blk_queue_exit(toy.q);
}

static void thaw(struct work_struct *work)
{
	blk_mq_unfreeze_queue_non_owner(toy.q);
}

static DECLARE_WORK(thaw_work, thaw);

static void a_submitter_waits_for_the_thaw(void **state)
{
	toy_add(&toy);
	blk_freeze_queue_start_non_owner(toy.q);
	toy_io(&toy, &end, REQ_OP_WRITE | REQ_NOWAIT, 0, A, SZ_4K);
	assert_int_equal(end.status, BLK_STS_AGAIN);
	schedule_work(&thaw_work);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	lib_run();

	assert_int_equal(end.nr, 2);
	assert_int_equal(end.status, BLK_STS_OK);
	flush_work(&thaw_work);
}

/* spec: block-nvme R17 */
static void a_quiesced_driver_sees_nothing_new(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	blk_mq_quiesce_queue(toy.q);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	lib_run();
	assert_int_equal(toy.queue_rqs + toy.queue_rq, 1);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 1);
	blk_mq_unquiesce_queue(toy.q);
	lib_run();
	assert_int_equal(toy.nr_held, 1);
}

static void quiesces_nest_and_an_extra_undo_warns(void **state)
{
	toy_add(&toy);
	blk_mq_quiesce_queue(toy.q);
	blk_mq_quiesce_queue_nowait(toy.q);
	blk_mq_unquiesce_queue(toy.q);
	assert_true(blk_queue_quiesced(toy.q));
	blk_mq_unquiesce_queue(toy.q);
	assert_false(blk_queue_quiesced(toy.q));
	assert_int_equal(warnings(), 0);
	blk_mq_unquiesce_queue(toy.q);
	assert_int_equal(warnings(), 1);
}

static void a_tag_set_quiesces_all_of_its_queues(void **state)
{
	struct request_queue *other;

	toy_add(&toy);
	other = blk_mq_alloc_queue(&toy.set, NULL, NULL);
	other->limits.features |= BLK_FEAT_SKIP_TAGSET_QUIESCE;
	blk_mq_quiesce_tagset(&toy.set);
	assert_true(blk_queue_quiesced(toy.q));
	assert_false(blk_queue_quiesced(other));
	blk_mq_unquiesce_tagset(&toy.set);
	assert_false(blk_queue_quiesced(toy.q));
	blk_mq_destroy_queue(other);
	blk_put_queue(other);
}

static void a_blocking_driver_is_quiesced_by_srcu(void **state)
{
	toy.set.flags = BLK_MQ_F_BLOCKING;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	blk_mq_quiesce_queue(toy.q);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	blk_mq_unquiesce_queue(toy.q);
	lib_run();
	assert_int_equal(end.nr, 2);
}

static void a_freeze_lets_waiting_requests_through(void **state)
{
	unsigned int cookie;

	toy.ops.queue_rqs = NULL;
	toy_add(&toy);
	toy.refuse = 2;
	toy.refusal = BLK_STS_RESOURCE;
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	assert_int_equal(toy.requests, 0);
	cookie = blk_mq_freeze_queue(toy.q);
	assert_int_equal(end.nr, 1);
	blk_mq_unfreeze_queue(toy.q, cookie);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_freeze_waits_for_what_is_inside),
		board_case(a_freeze_can_lose_patience),
		board_case(freezes_nest),
		board_case(one_thaw_too_many_warns),
		board_case(a_submitter_waits_for_the_thaw),
		board_case(a_quiesced_driver_sees_nothing_new),
		board_case(quiesces_nest_and_an_extra_undo_warns),
		board_case(a_tag_set_quiesces_all_of_its_queues),
		board_case(a_blocking_driver_is_quiesced_by_srcu),
		board_case(a_freeze_lets_waiting_requests_through),
	};

	return cmocka_run_group_tests_name("freeze", tests, NULL, NULL);
}
