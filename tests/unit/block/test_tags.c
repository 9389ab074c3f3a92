/* SPDX-License-Identifier: MIT */
/*
 * Tags: taking, running out, waiting, visiting (src/block/tags.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(2);
	toy_init(&toy);
	toy.set.queue_depth = 4;
	toy.set.reserved_tags = 1;
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

static struct request *take(blk_mq_req_flags_t flags)
{
	return blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, flags);
}

static void reserved_tags_are_the_lowest(void **state)
{
	struct request *rq[4];

	toy_add(&toy);
	rq[0] = take(BLK_MQ_REQ_RESERVED);
	rq[1] = take(0);
	rq[2] = take(0);

	assert_int_equal(rq[0]->tag, 0);
	assert_true(blk_mq_is_reserved_rq(rq[0]));
	assert_int_equal(rq[1]->tag, 1);
	assert_int_equal(rq[2]->tag, 2);
	assert_int_equal(blk_mq_unique_tag(rq[2]), 2);
	blk_mq_free_request(rq[1]);
	rq[1] = take(0);
	assert_int_equal(rq[1]->tag, 1);
	blk_mq_free_request(rq[0]);
	blk_mq_free_request(rq[1]);
	blk_mq_free_request(rq[2]);
}

static void in_turn_means_the_next_one(void **state)
{
	unsigned int i;

	toy.set.flags = BLK_MQ_F_TAG_RR;
	toy_add(&toy);
	for (i = 0; i < 7; i++) {
		struct request *rq = take(0);

		assert_int_equal(rq->tag, 1 + i % 3);
		blk_mq_free_request(rq);
	}
}

/* spec: block-nvme R20 */
static void without_a_tag_nowait_is_refused(void **state)
{
	struct request *rq[3];
	unsigned int i, cookie;

	toy_add(&toy);
	for (i = 0; i < 3; i++)
		rq[i] = take(0);
	assert_int_equal(PTR_ERR(take(BLK_MQ_REQ_NOWAIT)), -EWOULDBLOCK);
	for (i = 0; i < 3; i++)
		blk_mq_free_request(rq[i]);

	cookie = blk_mq_freeze_queue(toy.q);
	assert_int_equal(PTR_ERR(take(BLK_MQ_REQ_NOWAIT)), -EAGAIN);
	blk_mq_unfreeze_queue(toy.q, cookie);
	blk_mq_free_request(take(BLK_MQ_REQ_NOWAIT));
}

static void a_bio_without_a_tag_may_refuse_to_wait(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 200, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE | REQ_NOWAIT, 300, A, SZ_4K);

	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_AGAIN);
}

static void finish_one(struct work_struct *work)
{
	toy_finish(&toy, 1);
}

static DECLARE_WORK(finish_work, finish_one);

static void a_submitter_waits_for_a_tag(void **state)
{
	unsigned int i;

	toy.hold = true;
	toy_add(&toy);
	for (i = 0; i < 3; i++)
		toy_io(&toy, &end, REQ_OP_WRITE, i * 100, A, SZ_4K);
	schedule_work(&finish_work);
	toy_io(&toy, &end, REQ_OP_WRITE, 300, A, SZ_4K);

	assert_int_equal(toy.requests, 4);
	assert_int_equal(end.nr, 1);
	flush_work(&finish_work);
}

/* All tags are in the submitter's own plug: it must not wait for itself. */
static void a_plug_gives_up_its_tags_before_waiting(void **state)
{
	struct blk_plug plug;
	unsigned int i;

	toy_add(&toy);
	blk_start_plug(&plug);
	for (i = 0; i < 10; i++)
		toy_io(&toy, &end, REQ_OP_WRITE, i * 100, A, SZ_4K);
	blk_finish_plug(&plug);
	lib_run();

	assert_int_equal(end.nr, 10);
}

static void a_given_queue_needs_reserved_and_nowait(void **state)
{
	const blk_mq_req_flags_t both = BLK_MQ_REQ_NOWAIT | BLK_MQ_REQ_RESERVED;
	struct request *rq;

	toy_add(&toy);
	rq = blk_mq_alloc_request_hctx(toy.q, REQ_OP_DRV_IN, BLK_MQ_REQ_NOWAIT,
				       0);
	assert_int_equal(PTR_ERR(rq), -EINVAL);
	assert_int_equal(warnings(), 1);
	rq = blk_mq_alloc_request_hctx(toy.q, REQ_OP_DRV_IN, both, 7);
	assert_int_equal(PTR_ERR(rq), -EIO);
	rq = blk_mq_alloc_request_hctx(toy.q, REQ_OP_DRV_IN, both, 0);
	assert_int_equal(rq->tag, 0);
	assert_int_equal(PTR_ERR(blk_mq_alloc_request_hctx(toy.q, REQ_OP_DRV_IN,
							   both, 0)),
			 -EWOULDBLOCK);
	blk_mq_free_request(rq);
}

static void a_queue_without_cpu_takes_no_request(void **state)
{
	const blk_mq_req_flags_t both = BLK_MQ_REQ_NOWAIT | BLK_MQ_REQ_RESERVED;
	struct request *rq;

	toy_add(&toy);
	cpumask_clear(toy.q->hctxs[0]->cpumask);
	rq = blk_mq_alloc_request_hctx(toy.q, REQ_OP_DRV_IN, both, 0);
	assert_int_equal(PTR_ERR(rq), -EXDEV);
	cpumask_set_cpu(0, toy.q->hctxs[0]->cpumask);
}

/* ---- visiting -------------------------------------------------------- */

static unsigned int visits;

static bool count(struct request *rq, void *priv)
{
	visits++;
	return visits < *(unsigned int *)priv;
}

static bool end_it(struct request *rq, void *priv)
{
	blk_mq_complete_request(rq);
	visits++;
	return true;
}

static void only_started_requests_are_visited(void **state)
{
	unsigned int most = 99;
	struct request *idle;

	toy.hold = true;
	toy_add(&toy);
	idle = take(0);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	visits = 0;
	blk_mq_tagset_busy_iter(&toy.set, count, &most);
	assert_int_equal(visits, 2);
	assert_true(blk_mq_queue_inflight(toy.q));

	visits = 0;
	most = 1;
	blk_mq_tagset_busy_iter(&toy.set, count, &most);
	assert_int_equal(visits, 1);
	toy_finish(&toy, 2);
	assert_false(blk_mq_queue_inflight(toy.q));
	blk_mq_free_request(idle);
}

static void a_visitor_may_end_what_it_visits(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_4K);
	visits = 0;
	blk_mq_tagset_busy_iter(&toy.set, end_it, NULL);
	blk_mq_tagset_wait_completed_request(&toy.set);
	toy.nr_held = 0;

	assert_int_equal(visits, 2);
	assert_int_equal(end.nr, 2);
}

static void a_tag_finds_its_request(void **state)
{
	struct blk_mq_tags *tags;

	toy.hold = true;
	toy_add(&toy);
	tags = toy.q->hctxs[0]->tags;
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);

	assert_ptr_equal(blk_mq_tag_to_rq(tags, 1), toy.held[0]);
	assert_null(blk_mq_tag_to_rq(tags, 2));
	assert_null(blk_mq_tag_to_rq(tags, 4));
}

static void a_failed_tag_is_like_none(void **state)
{
	toy_add(&toy);
	lib_fail_nth(DMASIM_SITE_QUEUE, 1);
	assert_int_equal(PTR_ERR(take(BLK_MQ_REQ_NOWAIT)), -EWOULDBLOCK);
	lib_fail_nth(DMASIM_SITE_QUEUE, 1);
	blk_mq_free_request(take(0));
	assert_int_equal(lib_fail_fired(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(reserved_tags_are_the_lowest),
		board_case(in_turn_means_the_next_one),
		board_case(without_a_tag_nowait_is_refused),
		board_case(a_bio_without_a_tag_may_refuse_to_wait),
		board_case(a_submitter_waits_for_a_tag),
		board_case(a_plug_gives_up_its_tags_before_waiting),
		board_case(a_given_queue_needs_reserved_and_nowait),
		board_case(a_queue_without_cpu_takes_no_request),
		board_case(only_started_requests_are_visited),
		board_case(a_visitor_may_end_what_it_visits),
		board_case(a_tag_finds_its_request),
		board_case(a_failed_tag_is_like_none),
	};

	return cmocka_run_group_tests_name("tags", tests, NULL, NULL);
}
