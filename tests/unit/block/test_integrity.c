/* SPDX-License-Identifier: MIT */
/*
 * Metadata that callers attach (src/block/integrity.c). Format: 512 + 8 bytes,
 * no checksum of its own.
 */
#include "unit/block/toy.h"

#define A 0x10000000ull
#define M 0x18000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(1);
	toy_init(&toy);
	toy.hold = true;
	toy.lim.integrity.metadata_size = 8;
	toy.lim.max_integrity_segments = 4;
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

/* 4 KiB at @sector, with 64 bytes of metadata at @meta. */
static struct bio *with_metadata(sector_t sector, phys_addr_t data,
				 phys_addr_t meta)
{
	struct bio *bio =
		toy_bio(&toy, &end, REQ_OP_WRITE, sector, data, SZ_4K);

	assert_false(IS_ERR(bio_integrity_alloc(bio, GFP_KERNEL, 4)));
	assert_int_equal(bio_integrity_add_page(bio, page_at(meta), 64,
						offset_in_page(meta)),
			 64);
	bip_set_seed(bio_integrity(bio), sector);
	return bio;
}

static void without_a_format_there_is_nothing(void **state)
{
	toy.lim.integrity.metadata_size = 0;
	toy_add(&toy);
	assert_null(blk_get_integrity(toy.disk));
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	assert_false(blk_integrity_rq(toy.held[0]));
	assert_int_equal(toy.held[0]->nr_integrity_segments, 0);
}

static void attached_metadata_comes_with_the_request(void **state)
{
	struct bio_vec bv;

	toy_add(&toy);
	submit_bio(with_metadata(0, A, M + 0x40));

	assert_true(blk_integrity_rq(toy.held[0]));
	assert_int_equal(toy.held[0]->nr_integrity_segments, 1);
	bv = rq_integrity_vec(toy.held[0]);
	assert_int_equal(bvec_phys(&bv), M + 0x40);
	assert_int_equal(bv.bv_len, 64);
}

static void contiguous_metadata_is_one_segment(void **state)
{
	struct scatterlist sg[4];
	struct blk_plug plug;

	toy_add(&toy);
	blk_start_plug(&plug);
	submit_bio(with_metadata(0, A, M));
	submit_bio(with_metadata(8, A + 0x1000, M + 64));
	submit_bio(with_metadata(16, A + 0x2000, M + 0x1000));
	blk_finish_plug(&plug);
	sg_init_table(sg, 4);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(toy.held[0]->nr_integrity_segments, 3);
	assert_int_equal(blk_rq_count_integrity_sg(toy.q, toy.held[0]->bio), 2);
	assert_int_equal(blk_rq_map_integrity_sg(toy.held[0], sg), 2);
	assert_int_equal(sg[0].length, 128);
	assert_int_equal(sg_phys(&sg[1]), M + 0x1000);
	assert_true(sg_is_last(&sg[1]));
}

static void bios_with_and_without_do_not_merge(void **state)
{
	struct blk_plug plug;
	struct bio *bio;

	toy.lim.integrity.flags = BLK_INTEGRITY_NOGENERATE;
	toy.lim.integrity.csum_type = BLK_INTEGRITY_CSUM_CRC;
	toy.lim.integrity.pi_tuple_size = 8;
	toy_add(&toy);
	blk_start_plug(&plug);
	submit_bio(with_metadata(0, A, M));
	toy_io(&toy, &end, REQ_OP_WRITE, 8, A + 0x1000, SZ_4K);
	bio = with_metadata(16, A + 0x2000, M + 64);
	bio_integrity(bio)->bip_flags |= BIP_CHECK_GUARD;
	submit_bio(bio);
	bio = with_metadata(24, A + 0x3000, M + 128);
	submit_bio(bio);
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 4);
}

/* spec: block-nvme X6 */
static void one_segment_at_most_means_no_merge(void **state)
{
	struct blk_plug plug;

	toy.lim.max_integrity_segments = 1;
	toy_add(&toy);
	blk_start_plug(&plug);
	submit_bio(with_metadata(0, A, M));
	submit_bio(with_metadata(8, A + 0x1000, M + 64));
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 2);
}

static void metadata_splits_with_its_data(void **state)
{
	struct bio *bio, *front;

	toy_add(&toy);
	bio = with_metadata(100, A, M);
	front = bio_split(bio, 3, GFP_KERNEL, &toy.disk->bio_split);

	assert_int_equal(bio_integrity(front)->bip_iter.bi_size, 24);
	assert_int_equal(bip_get_seed(bio_integrity(front)), 100);
	assert_int_equal(bio_integrity(bio)->bip_iter.bi_size, 40);
	assert_int_equal(bio_integrity(bio)->bip_iter.bi_bvec_done, 24);
	assert_int_equal(bip_get_seed(bio_integrity(bio)), 103);
	bio_put(front);
	bio_put(bio);
}

static void pages_are_added_within_the_limits(void **state)
{
	struct bio *bio;

	toy.lim.max_integrity_segments = 2;
	toy_add(&toy);
	bio = with_metadata(0, A, M);
	/* joins; leaves a gap; fits; is one too many */
	assert_int_equal(bio_integrity_add_page(bio, page_at(M), 4032, 64),
			 4032);
	assert_int_equal(
		bio_integrity_add_page(bio, page_at(M + 0x4000), 64, 64), 0);
	assert_int_equal(bio_integrity_add_page(bio, page_at(M + 0x4000), 4096,
						0),
			 4096);
	assert_int_equal(
		bio_integrity_add_page(bio, page_at(M + 0x8000), 64, 0), 0);
	assert_int_equal(bio_integrity(bio)->bip_vcnt, 2);
	bio_put(bio);
}

/* spec: block-nvme X4 */
static void the_controller_may_do_it_all(void **state)
{
	toy.lim.integrity = (struct blk_integrity){
		.flags = BLK_INTEGRITY_NOVERIFY | BLK_INTEGRITY_NOGENERATE,
		.csum_type = BLK_INTEGRITY_CSUM_CRC,
		.metadata_size = 8,
		.pi_tuple_size = 8,
	};
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	assert_false(blk_integrity_rq(toy.held[0]));
	assert_string_equal(
		blk_integrity_profile_name(blk_get_integrity(toy.disk)),
		"T10-DIF-TYPE3-CRC");
}

static void making_metadata_is_not_modelled(void **state)
{
	struct bio *bio;

	toy_add(&toy);
	bio = toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	expect_panic(bio_integrity_prep(bio));
	bio_put(bio);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(without_a_format_there_is_nothing),
		board_case(attached_metadata_comes_with_the_request),
		board_case(contiguous_metadata_is_one_segment),
		board_case(bios_with_and_without_do_not_merge),
		board_case(one_segment_at_most_means_no_merge),
		board_case(metadata_splits_with_its_data),
		board_case(pages_are_added_within_the_limits),
		board_case(the_controller_may_do_it_all),
		board_case(making_metadata_is_not_modelled),
	};

	return cmocka_run_group_tests_name("integrity", tests, NULL, NULL);
}
