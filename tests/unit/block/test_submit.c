/* SPDX-License-Identifier: MIT */
/*
 * What submit_bio() accepts, refuses and changes (src/block/submit.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(1);
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

static blk_status_t submit_range(blk_opf_t opf, sector_t sector,
				 unsigned int bytes)
{
	struct bio *bio = toy_bio(&toy, &end, opf, sector, 0, 0);
	unsigned int before = end.nr;

	bio->bi_iter.bi_size = bytes;
	submit_bio(bio);
	lib_run();
	assert_int_equal(end.nr, before + 1);
	return end.status;
}

static blk_status_t submit_data(blk_opf_t opf, sector_t sector,
				unsigned int bytes)
{
	unsigned int before = end.nr;

	toy_io(&toy, &end, opf, sector, A, bytes);
	lib_run();
	assert_int_equal(end.nr, before + 1);
	return end.status;
}

static void io_beyond_the_end_fails(void **state)
{
	toy_add(&toy);
	assert_int_equal(submit_data(REQ_OP_WRITE, 2040, SZ_4K), BLK_STS_OK);
	assert_int_equal(submit_data(REQ_OP_WRITE, 2041, SZ_4K), BLK_STS_IOERR);
	assert_int_equal(submit_data(REQ_OP_WRITE, ~0ull, SZ_4K),
			 BLK_STS_IOERR);
	assert_int_equal(toy.requests, 1);
}

static void io_of_half_a_block_fails(void **state)
{
	toy.lim.logical_block_size = 4096;
	toy_add(&toy);
	assert_int_equal(submit_data(REQ_OP_WRITE, 8, 512), BLK_STS_IOERR);
	assert_int_equal(submit_data(REQ_OP_WRITE, 1, SZ_4K), BLK_STS_IOERR);
	assert_int_equal(submit_data(REQ_OP_WRITE, 8, SZ_4K), BLK_STS_OK);
}

static void operations_of_others_are_not_supported(void **state)
{
	toy.lim.max_hw_discard_sectors = 0;
	toy_add(&toy);
	assert_int_equal(submit_range(REQ_OP_FLUSH, 0, 0), BLK_STS_NOTSUPP);
	assert_int_equal(submit_range(REQ_OP_DRV_IN, 0, 0), BLK_STS_NOTSUPP);
	assert_int_equal(submit_range(REQ_OP_ZONE_RESET, 0, 0),
			 BLK_STS_NOTSUPP);
	assert_int_equal(submit_range(REQ_OP_DISCARD, 0, 512), BLK_STS_NOTSUPP);
	assert_int_equal(submit_range(REQ_OP_SECURE_ERASE, 0, 512),
			 BLK_STS_NOTSUPP);
	assert_int_equal(submit_range(REQ_OP_WRITE_ZEROES, 0, 512),
			 BLK_STS_NOTSUPP);
	assert_int_equal(toy.requests, 0);
}

static void zeroes_are_split_at_their_limit(void **state)
{
	toy.lim.max_write_zeroes_sectors = 64;
	toy_add(&toy);
	assert_int_equal(submit_range(REQ_OP_WRITE_ZEROES, 0, 100 * 512),
			 BLK_STS_OK);
	assert_int_equal(toy.requests, 2);
	assert_int_equal(toy.log[0].bytes, 64 * 512);
	assert_int_equal(toy.log[0].segs, 0);
}

static void polling_needs_poll_queues(void **state)
{
	toy_add(&toy);
	assert_int_equal(submit_data(REQ_OP_WRITE | REQ_POLLED, 0, SZ_4K),
			 BLK_STS_NOTSUPP);
}

static void flush_flags_vanish_without_a_cache(void **state)
{
	toy_add(&toy);
	assert_int_equal(submit_data(REQ_OP_WRITE | REQ_FUA | REQ_PREFLUSH, 0,
				     SZ_4K),
			 BLK_STS_OK);
	assert_int_equal(toy.requests, 1);
	assert_int_equal(toy.log[0].flags & (REQ_FUA | REQ_PREFLUSH), 0);
	assert_int_equal(submit_range(REQ_OP_WRITE | REQ_PREFLUSH, 0, 0),
			 BLK_STS_OK);
	assert_int_equal(toy.requests, 1);
	assert_int_equal(blkdev_issue_flush(toy.bdev), 0);
}

static void a_read_only_disk_warns_once(void **state)
{
	toy_add(&toy);
	set_disk_ro(toy.disk, true);
	assert_true(bdev_read_only(toy.bdev));
	assert_int_equal(submit_data(REQ_OP_WRITE, 0, SZ_4K), BLK_STS_OK);
	assert_int_equal(submit_data(REQ_OP_WRITE, 0, SZ_4K), BLK_STS_OK);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "warning"), 1);
}

static void atomic_writes_are_whole_units(void **state)
{
	toy.lim.features = BLK_FEAT_ATOMIC_WRITES;
	toy.lim.atomic_write_hw_max = SZ_64K;
	toy.lim.atomic_write_hw_unit_min = 4096;
	toy.lim.atomic_write_hw_unit_max = SZ_16K;
	toy_add(&toy);
	assert_int_equal(submit_data(REQ_OP_WRITE | REQ_ATOMIC, 0, SZ_8K),
			 BLK_STS_OK);
	assert_int_equal(submit_data(REQ_OP_WRITE | REQ_ATOMIC, 0, 512),
			 BLK_STS_INVAL);
	assert_int_equal(submit_data(REQ_OP_WRITE | REQ_ATOMIC, 0, SZ_32K),
			 BLK_STS_INVAL);
}

static void a_dead_disk_fails_io_at_once(void **state)
{
	toy_add(&toy);
	blk_mark_disk_dead(toy.disk);
	assert_int_equal(get_capacity(toy.disk), 0);
	set_capacity(toy.disk, 2048);
	assert_int_equal(submit_data(REQ_OP_WRITE, 0, SZ_4K), BLK_STS_IOERR);
	assert_int_equal(PTR_ERR(blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, 0)),
			 -ENODEV);
	assert_int_equal(toy.requests, 0);
}

/* bi_end_io submits the next one: the stack must not grow with the chain. */
static unsigned int resubmits;

static void submit_again(struct bio *bio)
{
	struct toy_end *note = bio->bi_private;

	note->nr++;
	if (!resubmits--) {
		bio_put(bio);
		return;
	}
	bio_reset(bio, toy.bdev, REQ_OP_FLUSH);
	bio->bi_end_io = submit_again;
	bio->bi_private = note;
	submit_bio(bio);
}

static void an_end_may_submit(void **state)
{
	struct bio *bio;

	toy_add(&toy);
	resubmits = 10;
	bio = toy_bio(&toy, &end, REQ_OP_FLUSH, 0, 0, 0);
	bio->bi_end_io = submit_again;
	submit_bio(bio);
	assert_int_equal(end.nr, 11);
}

static void a_large_discard_is_one_call(void **state)
{
	toy.lim.max_hw_discard_sectors = 512;
	toy.lim.max_discard_segments = 1;
	toy_add(&toy);
	assert_int_equal(blkdev_issue_discard(toy.bdev, 0, 2048, GFP_KERNEL),
			 0);
	assert_int_equal(toy.ops_seen[REQ_OP_DISCARD], 4);
	assert_int_equal(blkdev_issue_discard(toy.bdev, 0, 4096, GFP_KERNEL),
			 -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(io_beyond_the_end_fails),
		board_case(io_of_half_a_block_fails),
		board_case(operations_of_others_are_not_supported),
		board_case(zeroes_are_split_at_their_limit),
		board_case(polling_needs_poll_queues),
		board_case(flush_flags_vanish_without_a_cache),
		board_case(a_read_only_disk_warns_once),
		board_case(atomic_writes_are_whole_units),
		board_case(a_dead_disk_fails_io_at_once),
		board_case(an_end_may_submit),
		board_case(a_large_discard_is_one_call),
	};

	return cmocka_run_group_tests_name("submit", tests, NULL, NULL);
}
