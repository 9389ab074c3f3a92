/* SPDX-License-Identifier: MIT */
/*
 * Completion: where it runs, batches, polling (src/block/complete.c,
 * request.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(2);
	toy_init(&toy);
	toy.hold = true;
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

static struct request *write_one(sector_t sector)
{
	toy_io(&toy, &end, REQ_OP_WRITE, sector, A, SZ_4K);
	return toy.held[--toy.nr_held];
}

static void with_one_hardware_queue_a_soft_interrupt_ends_it(void **state)
{
	struct request *rq;

	toy_add(&toy);
	rq = write_one(0);
	assert_true(blk_mq_complete_request_remote(rq));
	assert_int_equal(blk_mq_rq_state(rq), MQ_RQ_COMPLETE);
	assert_int_equal(toy.completes, 0);
	lib_run();
	assert_int_equal(toy.completes, 1);
	assert_int_equal(end.nr, 1);
}

static void on_the_only_cpu_of_its_queue_the_caller_ends_it(void **state)
{
	struct request *rq;

	toy.set.nr_hw_queues = 2;
	toy_add(&toy);
	rq = write_one(0);
	assert_false(blk_mq_complete_request_remote(rq));
	assert_int_equal(toy.completes, 0);
	toy_complete(rq);
	assert_int_equal(end.nr, 1);
}

static void the_submitting_cpu_is_reached_directly(void **state)
{
	struct request *rq;

	toy.set.nr_hw_queues = 2;
	toy_add(&toy);
	rq = write_one(0);
	rq->mq_ctx = &toy.q->queue_ctx[1];
	assert_true(blk_mq_complete_request_remote(rq));
	assert_int_equal(toy.completes, 1);
}

static void soft_interrupts_keep_the_order(void **state)
{
	struct request *a, *b;

	toy_add(&toy);
	a = write_one(0);
	b = write_one(100);
	blk_mq_complete_request(a);
	blk_mq_complete_request(b);
	toy.ops_seen[0] = 0;
	lib_run();
	assert_int_equal(toy.completes, 2);
	assert_int_equal(end.nr, 2);
}

static void waiting_delivers_the_completion(void **state)
{
	char *buf = kmalloc(512, GFP_KERNEL);

	toy.hold = false;
	toy_add(&toy);
	assert_int_equal(bdev_rw_virt(toy.bdev, 0, buf, 512, REQ_OP_WRITE), 0);
	kfree(buf);
}

/* ---- batches --------------------------------------------------------- */

static void batch_end(struct io_comp_batch *iob)
{
	blk_mq_end_request_batch(iob);
}

static void other_end(struct io_comp_batch *iob)
{
}

static enum rq_end_io_ret keep(struct request *rq, blk_status_t status)
{
	return RQ_END_IO_NONE;
}

static void a_batch_ends_all_and_frees_their_tags(void **state)
{
	DEFINE_IO_COMP_BATCH(iob);
	unsigned int i;

	toy_add(&toy);
	for (i = 0; i < 3; i++)
		assert_true(blk_mq_add_to_batch(write_one(i * 100), &iob, false,
						batch_end));
	assert_int_equal(end.nr, 0);
	iob.complete(&iob);
	assert_int_equal(end.nr, 3);
	assert_true(rq_list_empty(&iob.req_list));
	assert_int_equal(atomic_long_read(&toy.q->usage), 0);
	assert_false(blk_mq_queue_inflight(toy.q));
}

/* spec: block-nvme R15 */
static void an_error_is_not_batched(void **state)
{
	DEFINE_IO_COMP_BATCH(iob);
	struct request *rq;

	toy_add(&toy);
	rq = write_one(0);
	assert_false(blk_mq_add_to_batch(rq, &iob, true, batch_end));
	assert_false(blk_mq_add_to_batch(rq, NULL, false, batch_end));
	rq->end_io = keep;
	assert_false(blk_mq_add_to_batch(rq, &iob, false, batch_end));
	rq->end_io = NULL;
	assert_true(blk_mq_add_to_batch(rq, &iob, false, batch_end));
	iob.complete(&iob);

	rq = write_one(100);
	assert_false(blk_mq_add_to_batch(rq, &iob, false, other_end));
	toy_done(rq);
	lib_run();
	assert_int_equal(end.nr, 2);
}

static void a_large_batch_over_two_queues_is_ended(void **state)
{
	DEFINE_IO_COMP_BATCH(iob);
	unsigned int i;

	toy.set.queue_depth = 64;
	toy_add(&toy);
	for (i = 0; i < 40; i++)
		blk_mq_add_to_batch(write_one(i * 50), &iob, false, batch_end);
	iob.complete(&iob);
	assert_int_equal(end.nr, 40);
	assert_int_equal(atomic_long_read(&toy.q->usage), 0);
}

/* ---- polling --------------------------------------------------------- */

static void map_poll(struct blk_mq_tag_set *set)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		set->map[i].nr_queues = i == HCTX_TYPE_READ ? 0 : 1;
		set->map[i].queue_offset = i == HCTX_TYPE_POLL ? 1 : 0;
		if (set->map[i].nr_queues)
			blk_mq_map_queues(&set->map[i]);
	}
}

static void add_with_poll_queue(void)
{
	toy.set.nr_hw_queues = 2;
	toy.set.nr_maps = 3;
	toy.ops.map_queues = map_poll;
	toy_add(&toy);
}

/* spec: block-nvme R15 */
static void a_polled_bio_is_found_by_polling(void **state)
{
	struct bio *bio;

	add_with_poll_queue();
	bio = toy_bio(&toy, &end, REQ_OP_READ | REQ_POLLED, 0, A, SZ_4K);
	bio_get(bio);
	submit_bio(bio);
	assert_int_equal(toy.held[0]->mq_hctx->type, HCTX_TYPE_POLL);
	assert_int_equal(bio->bi_cookie, 1);
	assert_int_equal(bio_poll(bio, NULL, BLK_POLL_ONESHOT), 0);
	toy.reap = true;
	assert_int_equal(bio_poll(bio, NULL, 0), 1);
	assert_int_equal(end.nr, 1);
	bio_put(bio);
}

static void a_type_without_queues_uses_the_default(void **state)
{
	add_with_poll_queue();
	toy_io(&toy, &end, REQ_OP_READ, 0, A, SZ_4K);
	assert_int_equal(toy.held[0]->mq_hctx->queue_num, 0);
	assert_int_equal(toy.held[0]->mq_hctx->type, HCTX_TYPE_DEFAULT);
	assert_int_equal(toy.q->hctxs[0]->nr_ctx, 2);
}

static void a_passthrough_request_can_be_polled(void **state)
{
	struct request *rq;

	add_with_poll_queue();
	toy.reap = true;
	rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN | REQ_POLLED, 0);
	assert_true(blk_rq_is_poll(rq));
	assert_int_equal(blk_execute_rq(rq, false), BLK_STS_OK);
	blk_mq_free_request(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(with_one_hardware_queue_a_soft_interrupt_ends_it),
		board_case(on_the_only_cpu_of_its_queue_the_caller_ends_it),
		board_case(the_submitting_cpu_is_reached_directly),
		board_case(soft_interrupts_keep_the_order),
		board_case(waiting_delivers_the_completion),
		board_case(a_batch_ends_all_and_frees_their_tags),
		board_case(an_error_is_not_batched),
		board_case(a_large_batch_over_two_queues_is_ended),
		board_case(a_polled_bio_is_found_by_polling),
		board_case(a_type_without_queues_uses_the_default),
		board_case(a_passthrough_request_can_be_polled),
	};

	return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}
