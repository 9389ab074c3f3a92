/* SPDX-License-Identifier: MIT */
/*
 * Requests: allocation, memory, progress, end, status codes (src/block/
 * request.c, rq_map.c, status.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(2);
	toy_init(&toy);
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown(void **state)
{
	toy_remove(&toy);
	board_stop();
	return 0;
}

static struct request *passthrough(enum req_op op)
{
	struct request *rq = blk_mq_alloc_request(toy.q, op, 0);

	assert_false(IS_ERR(rq));
	return rq;
}

static void status_codes_convert_both_ways(void **state)
{
	static const struct {
		blk_status_t status;
		int error;
	} row[] = {
		{ 0, 0 },	    { 1, -EOPNOTSUPP }, { 2, -ETIMEDOUT },
		{ 3, -ENOSPC },	    { 4, -ENOLINK },	{ 5, -EREMOTEIO },
		{ 6, -EBADE },	    { 7, -ENODATA },	{ 8, -EILSEQ },
		{ 9, -ENOMEM },	    { 10, -EIO },	{ 11, -EREMCHG },
		{ 12, -EAGAIN },    { 13, -EBUSY },	{ 14, -ETOOMANYREFS },
		{ 15, -EOVERFLOW }, { 16, -ENODEV },	{ 17, -ETIME },
		{ 19, -EINVAL },
	};
	unsigned int i;

	toy_add(&toy);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		assert_int_equal(blk_status_to_errno(row[i].status),
				 row[i].error);
		assert_int_equal(errno_to_blk_status(row[i].error),
				 row[i].status);
	}
	assert_int_equal(errno_to_blk_status(-EXDEV), BLK_STS_IOERR);
	assert_int_equal(blk_status_to_errno(18), -EIO);
	assert_int_equal(warnings(), 1);
}

static void driver_data_survives_its_request(void **state)
{
	struct request *rq;

	toy_add(&toy);
	rq = passthrough(REQ_OP_DRV_IN);
	assert_ptr_equal(blk_mq_rq_from_pdu(blk_mq_rq_to_pdu(rq)), rq);
	assert_int_equal(blk_execute_rq(rq, false), BLK_STS_OK);
	blk_mq_free_request(rq);
	rq = passthrough(REQ_OP_DRV_IN);

	assert_int_equal(toy_cmd(rq)->uses, 1);
	assert_null(rq->bio);
	assert_null(rq->end_io);
	blk_mq_free_request(rq);
}

static void execution_reports_the_status(void **state)
{
	struct request *rq;

	toy_add(&toy);
	toy.status = BLK_STS_TARGET;
	rq = passthrough(REQ_OP_DRV_OUT);

	assert_int_equal(blk_execute_rq(rq, true), BLK_STS_TARGET);
	blk_mq_free_request(rq);
}

static enum rq_end_io_ret free_at_end(struct request *rq, blk_status_t status)
{
	*(blk_status_t *)rq->end_io_data = status;
	return RQ_END_IO_FREE;
}

static void execution_can_go_on_alone(void **state)
{
	blk_status_t got = 99;
	struct request *rq;

	toy_add(&toy);
	toy.status = BLK_STS_MEDIUM;
	rq = passthrough(REQ_OP_DRV_OUT);
	rq->end_io = free_at_end;
	rq->end_io_data = &got;
	blk_execute_rq_nowait(rq, false);
	lib_run();

	assert_int_equal(got, BLK_STS_MEDIUM);
	assert_int_equal(atomic_long_read(&toy.q->usage), 0);
}

static void kernel_memory_is_mapped_where_it_lies(void **state)
{
	char *buf = kmalloc(4096, GFP_KERNEL);
	struct request *rq;

	toy_add(&toy);
	rq = passthrough(REQ_OP_DRV_IN);
	assert_int_equal(blk_rq_map_kern(rq, buf, 4096, GFP_KERNEL), 0);

	assert_int_equal(blk_rq_bytes(rq), 4096);
	assert_int_equal(rq->nr_phys_segments, 1);
	assert_int_equal(bvec_phys(&rq->bio->bi_io_vec[0]), virt_to_phys(buf));
	assert_int_equal(blk_execute_rq(rq, false), 0);
	blk_mq_free_request(rq);
	kfree(buf);
}

static void misaligned_memory_is_copied_both_ways(void **state)
{
	char *buf = kzalloc(4096, GFP_KERNEL);
	struct request *rq;
	struct bio_vec bv;

	toy_add(&toy);
	memset(buf + 3, 'w', 100);
	rq = passthrough(REQ_OP_DRV_OUT);
	assert_int_equal(blk_rq_map_kern(rq, buf + 3, 100, GFP_KERNEL), 0);
	bv = req_bvec(rq);
	assert_int_not_equal(bvec_phys(&bv), virt_to_phys(buf) + 3);
	assert_memory_equal(bvec_virt(&bv), buf + 3, 100);
	blk_execute_rq(rq, false);
	blk_mq_free_request(rq);

	rq = passthrough(REQ_OP_DRV_IN);
	assert_int_equal(blk_rq_map_kern(rq, buf + 3, 100, GFP_KERNEL), 0);
	bv = req_bvec(rq);
	memset(bvec_virt(&bv), 'r', 100);
	blk_execute_rq(rq, false);
	blk_mq_free_request(rq);
	assert_int_equal(buf[3], 'r');
	assert_int_equal(buf[102], 'r');
	assert_int_equal(buf[103], 0);
	kfree(buf);
}

static void memory_of_the_stack_is_copied(void **state)
{
	char buf[512] __attribute__((aligned(512)));
	struct request *rq;
	struct bio_vec bv;

	toy_add(&toy);
	rq = passthrough(REQ_OP_DRV_IN);
	assert_int_equal(blk_rq_map_kern(rq, buf, 512, GFP_KERNEL), 0);
	bv = req_bvec(rq);
	memset(bvec_virt(&bv), 7, 512);
	blk_execute_rq(rq, false);
	blk_mq_free_request(rq);

	assert_int_equal(buf[511], 7);
}

static void impossible_memory_is_refused(void **state)
{
	char *buf = kmalloc(4096, GFP_KERNEL);
	struct request *rq;

	toy_add(&toy);
	rq = passthrough(REQ_OP_DRV_IN);
	assert_int_equal(blk_rq_map_kern(rq, NULL, 512, GFP_KERNEL), -EINVAL);
	assert_int_equal(blk_rq_map_kern(rq, buf, 0, GFP_KERNEL), -EINVAL);
	assert_int_equal(blk_rq_map_kern(rq, buf, SZ_128K + 512, GFP_KERNEL),
			 -EINVAL);
	assert_null(rq->bio);
	blk_mq_free_request(rq);
	kfree(buf);
}

static void a_second_bio_must_fit_behind_the_first(void **state)
{
	struct bio *one, *two, *gap, *big;
	struct request *rq;

	toy_add(&toy);
	one = toy_bio(&toy, &end, REQ_OP_DRV_OUT, 0, A, SZ_4K);
	two = toy_bio(&toy, &end, REQ_OP_DRV_OUT, 0, A + 0x4000, SZ_4K);
	gap = toy_bio(&toy, &end, REQ_OP_DRV_OUT, 0, A + 0x8200, 512);
	big = toy_bio(&toy, &end, REQ_OP_DRV_OUT, 0, A, SZ_256K);
	rq = passthrough(REQ_OP_DRV_OUT);

	assert_int_equal(blk_rq_append_bio(rq, big), -EREMOTEIO);
	assert_int_equal(blk_rq_append_bio(rq, one), 0);
	assert_int_equal(blk_rq_append_bio(rq, gap), -EINVAL);
	assert_int_equal(blk_rq_append_bio(rq, two), 0);
	assert_int_equal(blk_rq_bytes(rq), 8192);
	assert_int_equal(rq->nr_phys_segments, 2);
	assert_ptr_equal(rq->biotail, two);
	blk_execute_rq(rq, false);
	assert_int_equal(end.nr, 2);
	blk_mq_free_request(rq);
	bio_put(gap);
	bio_put(big);
}

static void a_partial_end_keeps_the_rest(void **state)
{
	struct blk_plug plug;
	struct request *rq;

	toy.hold = true;
	toy_add(&toy);
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 8, A + 0x4000, SZ_8K);
	blk_finish_plug(&plug);
	rq = toy.held[0];

	assert_true(blk_update_request(rq, BLK_STS_OK, 6144));
	assert_int_equal(end.nr, 1);
	assert_int_equal(blk_rq_bytes(rq), 6144);
	assert_int_equal(blk_rq_pos(rq), 12);
	assert_int_equal(rq->nr_phys_segments, 1);
	toy_finish(&toy, 1);
	assert_int_equal(end.nr, 2);
}

static void an_error_reaches_every_bio_and_the_log(void **state)
{
	struct blk_plug plug;

	toy_add(&toy);
	toy.status = BLK_STS_MEDIUM;
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 8, A + 0x4000, SZ_4K);
	blk_finish_plug(&plug);
	lib_run();

	assert_int_equal(end.nr, 2);
	assert_int_equal(end.status, BLK_STS_MEDIUM);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "err"), 1);
}

static void ending_a_request_with_data_left_is_a_bug(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy.held[0]->__data_len = 512;

	expect_panic(blk_mq_end_request(toy.held[0], BLK_STS_OK));
	toy.held[0]->__data_len = 3584;
	toy_finish(&toy, 1);
}

static void starting_twice_warns(void **state)
{
	toy.hold = true;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	blk_mq_start_request(toy.held[0]);

	assert_int_equal(warnings(), 1);
	toy_finish(&toy, 1);
}

static void bios_can_be_taken_off(void **state)
{
	struct bio_list list = BIO_EMPTY_LIST;
	struct request *rq;
	struct bio *bio;

	toy_add(&toy);
	bio = toy_bio(&toy, &end, REQ_OP_DRV_OUT, 0, A, SZ_4K);
	rq = passthrough(REQ_OP_DRV_OUT);
	assert_int_equal(blk_rq_append_bio(rq, bio), 0);
	blk_steal_bios(&list, rq);

	assert_ptr_equal(bio_list_pop(&list), bio);
	assert_null(rq->bio);
	assert_int_equal(blk_rq_bytes(rq), 0);
	blk_mq_free_request(rq);
	bio_put(bio);
}

static void data_goes_to_the_disk_and_back(void **state)
{
	char *buf = kmalloc(8192, GFP_KERNEL);

	toy_add(&toy);
	memset(buf, 'q', 8192);
	assert_int_equal(bdev_rw_virt(toy.bdev, 16, buf, 8192, REQ_OP_WRITE),
			 0);
	assert_int_equal(toy.store[16 * 512], 'q');
	memset(buf, 0, 8192);
	assert_int_equal(bdev_rw_virt(toy.bdev, 16, buf, 8192, REQ_OP_READ), 0);
	assert_int_equal(buf[8191], 'q');
	toy.status = BLK_STS_IOERR;
	assert_int_equal(bdev_rw_virt(toy.bdev, 0, buf, 512, REQ_OP_READ),
			 -EIO);
	kfree(buf);
}

/* Memory runs out at each place in turn; nothing may stay behind. */
static void mapping_survives_every_failed_allocation(void **state)
{
	char *buf = kzalloc(PAGE_SIZE * 4, GFP_KERNEL);
	unsigned int nth;
	int ret = -ENOMEM;

	toy_add(&toy);
	for (nth = 1; ret && nth < 50; nth++) {
		struct request *rq = passthrough(REQ_OP_DRV_OUT);
		u64 objects = board_objects();

		lib_fail_any_nth(
			1u << DMASIM_SITE_SLAB | 1u << DMASIM_SITE_PAGE, nth);
		ret = blk_rq_map_kern(rq, buf + 1, 8192, GFP_KERNEL);
		lib_fail_off();
		if (ret) {
			assert_int_equal(ret, -ENOMEM);
			assert_int_equal(board_objects(), objects);
		} else {
			blk_execute_rq(rq, false);
		}
		blk_mq_free_request(rq);
	}
	assert_int_equal(ret, 0);
	assert_true(nth > 3);
	kfree(buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(status_codes_convert_both_ways),
		board_case(driver_data_survives_its_request),
		board_case(execution_reports_the_status),
		board_case(execution_can_go_on_alone),
		board_case(kernel_memory_is_mapped_where_it_lies),
		board_case(misaligned_memory_is_copied_both_ways),
		board_case(memory_of_the_stack_is_copied),
		board_case(impossible_memory_is_refused),
		board_case(a_second_bio_must_fit_behind_the_first),
		board_case(a_partial_end_keeps_the_rest),
		board_case(an_error_reaches_every_bio_and_the_log),
		board_case(ending_a_request_with_data_left_is_a_bug),
		board_case(starting_twice_warns),
		board_case(bios_can_be_taken_off),
		board_case(data_goes_to_the_disk_and_back),
		board_case(mapping_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
