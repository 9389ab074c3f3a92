/* SPDX-License-Identifier: MIT */
/*
 * Splitting, by hand and to limits (src/block/bio_split.c). Unless a case says
 * otherwise: 512-byte blocks, 256 sectors, 33 segments, virt boundary 4 KiB.
 */
#include "unit/block/toy.h"

#define A 0x10000000ull
#define B 0x11000000ull
#define C 0x12000000ull

static struct queue_limits lim;

static int setup(void **state)
{
	board_start(1);
	lim = (struct queue_limits){
		.max_hw_sectors = 256,
		.max_segments = 33,
		.max_segment_size = UINT_MAX,
		.virt_boundary_mask = 0xfff,
	};
	assert_int_equal(blk_validate_limits(&lim), 0);
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

static struct bio *two(phys_addr_t a, unsigned int a_len, phys_addr_t b,
		       unsigned int b_len)
{
	struct bio *bio = bio_alloc(NULL, 4, REQ_OP_READ, GFP_KERNEL);

	add_vec(bio, a, a_len);
	if (b_len)
		add_vec(bio, b, b_len);
	return bio;
}

/* bio_split_rw_at() on a bio that it may forget; @segs may be NULL. */
static int split_at(struct bio *bio, unsigned int max_bytes, unsigned int *segs)
{
	unsigned int nr = 99;
	int ret = bio_split_rw_at(bio, &lim, &nr, max_bytes);

	if (segs)
		*segs = nr;
	bio_put(bio);
	return ret;
}

/* spec: block-nvme S1 */
static void a_gap_between_vectors_splits(void **state)
{
	unsigned int segs;

	assert_int_equal(split_at(two(A, 4096, B + 512, 3584), SZ_128K, &segs),
			 8);
	assert_int_equal(segs, 1);
}

/* spec: block-nvme S2 */
static void outer_edges_may_be_anywhere(void **state)
{
	unsigned int segs;

	assert_int_equal(split_at(two(A + 512, 3584, B, 4096), SZ_128K, &segs),
			 0);
	assert_int_equal(segs, 2);
}

/* spec: block-nvme S3 */
static void a_split_that_rounds_to_nothing_is_an_error(void **state)
{
	assert_int_equal(split_at(two(A, 512, B, 4096), SZ_128K, NULL), 1);
	lim.logical_block_size = 4096;
	assert_int_equal(split_at(two(A, 512, B, 4096), SZ_128K, NULL),
			 -EINVAL);
}

/* spec: block-nvme S4 */
static void max_bytes_cuts_inside_a_vector(void **state)
{
	unsigned int segs;

	assert_int_equal(split_at(two(A, SZ_1M, 0, 0), SZ_128K, &segs), 256);
	assert_int_equal(segs, 1);
}

/* spec: block-nvme S7 */
static void too_many_segments_split_before_the_one_too_many(void **state)
{
	struct bio *bio = two(A, 4096, B, 4096);
	unsigned int segs;

	add_vec(bio, C, 4096);
	lim.max_segments = 2;
	assert_int_equal(split_at(bio, SZ_128K, &segs), 16);
	assert_int_equal(segs, 2);
}

/* spec: block-nvme S8 */
static void a_long_vector_is_several_segments(void **state)
{
	unsigned int segs;

	lim.virt_boundary_mask = 0;
	lim.max_segment_size = 65536;
	assert_int_equal(split_at(two(A, SZ_256K, 0, 0), SZ_512K, &segs), 0);
	assert_int_equal(segs, 4);
}

/* spec: block-nvme S9 */
static void a_segment_does_not_cross_its_window(void **state)
{
	unsigned int segs;

	lim.virt_boundary_mask = 0;
	lim.seg_boundary_mask = 0xffff;
	assert_int_equal(
		split_at(two(0x1001f000, 0x3000, 0, 0), SZ_128K, &segs), 0);
	assert_int_equal(segs, 2);
}

/* spec: block-nvme S10 */
static void some_bios_refuse_to_be_split(void **state)
{
	struct bio *bio = two(A, SZ_1M, 0, 0);

	bio->bi_opf |= REQ_NOWAIT;
	assert_int_equal(split_at(bio, SZ_128K, NULL), -EAGAIN);
	bio = two(A, SZ_1M, 0, 0);
	bio->bi_opf |= REQ_ATOMIC;
	assert_int_equal(split_at(bio, SZ_128K, NULL), -EINVAL);
}

/* spec: block-nvme S11 */
static void a_split_bio_is_not_polled(void **state)
{
	struct bio *bio = two(A, SZ_1M, 0, 0);
	unsigned int segs;

	bio->bi_opf |= REQ_POLLED;
	assert_int_equal(bio_split_rw_at(bio, &lim, &segs, SZ_128K), 256);
	assert_int_equal(bio->bi_opf & REQ_POLLED, 0);
	bio_put(bio);
}

static void splitting_shares_vectors_and_advances_the_rest(void **state)
{
	struct bio *bio = two(A, SZ_8K, B, SZ_8K), *front;

	bio->bi_iter.bi_sector = 1000;
	bio->bi_opf |= REQ_SYNC;
	front = bio_split(bio, 20, GFP_KERNEL, &fs_bio_set);

	assert_ptr_equal(front->bi_io_vec, bio->bi_io_vec);
	assert_int_equal(front->bi_vcnt, 0);
	assert_true(bio_flagged(front, BIO_CLONED));
	assert_int_equal(front->bi_opf, REQ_OP_READ | REQ_SYNC);
	assert_int_equal(front->bi_iter.bi_sector, 1000);
	assert_int_equal(front->bi_iter.bi_size, 10240);
	assert_int_equal(bio->bi_iter.bi_sector, 1020);
	assert_int_equal(bio->bi_iter.bi_size, 6144);
	assert_int_equal(bio->bi_iter.bi_bvec_done, 2048);
	bio_put(front);
	bio_put(bio);
}

/* spec: block-nvme B9 */
static void both_parts_keep_the_peer_memory_flag(void **state)
{
	struct bio *bio = two(A, SZ_8K, 0, 0), *front;

	bio->bi_opf |= REQ_P2PDMA;
	front = bio_split(bio, 8, GFP_KERNEL, &fs_bio_set);
	assert_int_not_equal(front->bi_opf & REQ_P2PDMA, 0);
	assert_int_not_equal(bio->bi_opf & REQ_P2PDMA, 0);
	bio_put(front);
	bio_put(bio);
}

static void a_part_is_neither_nothing_nor_everything(void **state)
{
	struct bio *bio = two(A, SZ_4K, 0, 0);

	assert_int_equal(PTR_ERR(bio_split(bio, 0, GFP_KERNEL, &fs_bio_set)),
			 -EINVAL);
	assert_int_equal(PTR_ERR(bio_split(bio, 8, GFP_KERNEL, &fs_bio_set)),
			 -EINVAL);
	assert_ptr_equal(bio_next_split(bio, 8, GFP_KERNEL, &fs_bio_set), bio);
	bio->bi_opf |= REQ_ATOMIC;
	assert_int_equal(PTR_ERR(bio_split(bio, 4, GFP_KERNEL, &fs_bio_set)),
			 -EINVAL);
	assert_int_equal(warnings(), 1);
	bio_put(bio);
}

static void trimming_keeps_the_middle(void **state)
{
	struct bio *bio = two(A, SZ_8K, 0, 0);

	bio_trim(bio, 2, 10);
	assert_int_equal(bio->bi_iter.bi_sector, 2);
	assert_int_equal(bio->bi_iter.bi_size, 5120);
	bio_trim(bio, 5, 10);
	assert_int_equal(warnings(), 1);
	assert_int_equal(bio->bi_iter.bi_size, 5120);
	bio_put(bio);
}

/* ---- to the limits of a queue ---------------------------------------- */

static struct toy toy;
static struct toy_end end;

static int setup_toy(void **state)
{
	board_start(1);
	toy_init(&toy);
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown_toy(void **state)
{
	toy_remove(&toy);
	board_stop();
	return 0;
}

#define toy_case(fn) \
	cmocka_unit_test_setup_teardown(fn, setup_toy, teardown_toy)

/* spec: block-nvme S4 */
static void a_large_bio_becomes_requests_of_the_largest_size(void **state)
{
	unsigned int i;

	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_1M);
	lib_run();

	assert_int_equal(toy.requests, 8);
	for (i = 0; i < 8; i++) {
		assert_int_equal(toy.log[i].sector, i * 256);
		assert_int_equal(toy.log[i].bytes, SZ_128K);
	}
	assert_int_equal(end.nr, 1);
	assert_int_equal(end.status, BLK_STS_OK);
}

/* spec: block-nvme S5 */
static void a_split_ends_on_a_physical_block(void **state)
{
	toy.lim.physical_block_size = 4096;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 1, A, SZ_512K);
	lib_run();

	assert_int_equal(toy.log[0].bytes, 255 * 512);
	assert_int_equal(toy.log[1].sector, 256);
	assert_int_equal(toy.log[1].bytes, SZ_128K);
}

/* spec: block-nvme S6 */
static void a_chunk_boundary_splits(void **state)
{
	toy.lim.chunk_sectors = 128;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 100, A, SZ_64K);
	lib_run();

	assert_int_equal(toy.requests, 2);
	assert_int_equal(toy.log[0].bytes, 28 * 512);
	assert_int_equal(toy.log[1].sector, 128);
}

/* spec: block-nvme S10 */
static void a_bio_that_may_not_be_split_ends_with_an_error(void **state)
{
	toy.lim.features = BLK_FEAT_ATOMIC_WRITES;
	toy.lim.atomic_write_hw_max = SZ_64K;
	toy.lim.atomic_write_hw_unit_min = 512;
	toy.lim.atomic_write_hw_unit_max = SZ_64K;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE | REQ_NOWAIT, 0, A, SZ_1M);
	assert_int_equal(end.status, BLK_STS_AGAIN);
	toy_io(&toy, &end, REQ_OP_WRITE | REQ_ATOMIC, 0, A, SZ_1M);
	assert_int_equal(end.status, BLK_STS_INVAL);
	assert_int_equal(end.nr, 2);
	assert_int_equal(toy.requests, 0);
}

/* spec: block-nvme S14 */
static void a_small_bio_is_one_segment_without_a_look(void **state)
{
	unsigned int segs = 0;
	struct bio *bio;

	toy_add(&toy);
	bio = toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	/* A walk would find this many. */
	bio->bi_iter.bi_size = SZ_1M;
	assert_ptr_equal(bio_split_to_limits(bio, toy.q, &segs), bio);
	assert_int_equal(segs, 1);
	bio_put(bio);
}

static void discards_split_on_their_granularity(void **state)
{
	struct bio *bio;

	toy.lim.max_hw_discard_sectors = 1000;
	toy.lim.discard_granularity = 4096;
	toy.lim.max_discard_segments = 1;
	toy_add(&toy);
	bio = toy_bio(&toy, &end, REQ_OP_DISCARD, 3, 0, 0);
	bio->bi_iter.bi_size = 1500 * 512;
	submit_bio(bio);
	lib_run();

	assert_int_equal(toy.requests, 2);
	assert_int_equal(toy.log[0].bytes, 997 * 512);
	assert_int_equal(toy.log[0].segs, 1);
	assert_int_equal(toy.log[1].sector, 1000);
	assert_int_equal(end.nr, 1);
}

static void secure_erase_has_its_own_limit(void **state)
{
	struct bio *bio;

	toy.lim.max_hw_discard_sectors = 100;
	toy.lim.max_secure_erase_sectors = 1000;
	toy_add(&toy);
	bio = toy_bio(&toy, &end, REQ_OP_SECURE_ERASE, 0, 0, 0);
	bio->bi_iter.bi_size = 1000 * 512;
	submit_bio(bio);
	lib_run();

	assert_int_equal(toy.requests, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_gap_between_vectors_splits),
		board_case(outer_edges_may_be_anywhere),
		board_case(a_split_that_rounds_to_nothing_is_an_error),
		board_case(max_bytes_cuts_inside_a_vector),
		board_case(too_many_segments_split_before_the_one_too_many),
		board_case(a_long_vector_is_several_segments),
		board_case(a_segment_does_not_cross_its_window),
		board_case(some_bios_refuse_to_be_split),
		board_case(a_split_bio_is_not_polled),
		board_case(splitting_shares_vectors_and_advances_the_rest),
		board_case(both_parts_keep_the_peer_memory_flag),
		board_case(a_part_is_neither_nothing_nor_everything),
		board_case(trimming_keeps_the_middle),
		toy_case(a_large_bio_becomes_requests_of_the_largest_size),
		toy_case(a_split_ends_on_a_physical_block),
		toy_case(a_chunk_boundary_splits),
		toy_case(a_bio_that_may_not_be_split_ends_with_an_error),
		toy_case(a_small_bio_is_one_segment_without_a_look),
		toy_case(discards_split_on_their_granularity),
		toy_case(secure_erase_has_its_own_limit),
	};

	return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
