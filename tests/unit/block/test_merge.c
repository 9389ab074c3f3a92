/* SPDX-License-Identifier: MIT */
/*
 * Bios that join requests, and the segments that come out (src/block/merge.c,
 * walk of blk_mq_dma.c). Limits: 256 sectors, 33 segments, virt boundary 4 KiB.
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;
static struct blk_plug plug;

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

/* Two bios in one plug; the request, or requests, are then held. */
static void pair(blk_opf_t opf, sector_t s1, phys_addr_t p1, sector_t s2,
		 phys_addr_t p2, unsigned int len)
{
	blk_start_plug(&plug);
	toy_io(&toy, &end, opf, s1, p1, len);
	toy_io(&toy, &end, opf, s2, p2, len);
	blk_finish_plug(&plug);
}

static unsigned int map_sg(struct request *rq, struct scatterlist *sg,
			   unsigned int n)
{
	sg_init_table(sg, n);
	return blk_rq_map_sg(rq, sg);
}

/* spec: block-nvme M1, M8 */
static void a_contiguous_seam_counts_two_and_maps_as_one(void **state)
{
	struct scatterlist sg[4];

	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A, 8, A + 0x1000, SZ_4K);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(blk_rq_bytes(toy.held[0]), 8192);
	assert_int_equal(toy.held[0]->nr_phys_segments, 2);
	assert_int_equal(map_sg(toy.held[0], sg, 4), 1);
	assert_int_equal(sg_phys(&sg[0]), A);
	assert_int_equal(sg[0].length, 8192);
	assert_true(sg_is_last(&sg[0]));
}

/* spec: block-nvme M2 */
static void a_segment_window_keeps_them_apart(void **state)
{
	struct scatterlist sg[4];

	toy.lim.seg_boundary_mask = 0xfff;
	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A, 8, A + 0x1000, SZ_4K);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(map_sg(toy.held[0], sg, 4), 2);
	assert_int_equal(sg[0].length, 4096);
	assert_false(sg_is_last(&sg[0]));
	assert_true(sg_is_last(&sg[1]));
}

/* spec: block-nvme M3 */
static void a_start_off_the_boundary_takes_nothing(void **state)
{
	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A + 512, 7, A + 0x1000, 3584);

	assert_int_equal(toy.nr_held, 2);
}

static void without_a_boundary_offsets_do_not_matter(void **state)
{
	toy.lim.virt_boundary_mask = 0;
	toy.lim.max_segment_size = 65536;
	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A + 512, 2, A + 0x5200, 1024);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(toy.held[0]->nr_phys_segments, 2);
}

/* spec: block-nvme M4 */
static void peer_memory_never_merges(void **state)
{
	struct bio *one, *two;

	toy_add(&toy);
	one = toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	two = toy_bio(&toy, &end, REQ_OP_WRITE, 8, A + 0x1000, SZ_4K);
	one->bi_opf |= REQ_P2PDMA | REQ_NOMERGE;
	two->bi_opf |= REQ_P2PDMA | REQ_NOMERGE;
	blk_start_plug(&plug);
	submit_bio(one);
	submit_bio(two);
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 2);
}

/* spec: block-nvme M5 */
static void one_segment_too_many_closes_the_request(void **state)
{
	unsigned int i;

	toy.lim.max_segments = 3;
	toy_add(&toy);
	blk_start_plug(&plug);
	for (i = 0; i < 4; i++)
		toy_io(&toy, &end, REQ_OP_WRITE, i * 8, A + i * 0x2000, SZ_4K);
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 2);
	assert_int_equal(toy.held[0]->nr_phys_segments, 3);
	assert_int_not_equal(toy.held[0]->cmd_flags & REQ_NOMERGE, 0);
	assert_int_equal(toy.held[1]->nr_phys_segments, 1);
}

/* spec: block-nvme M6 */
static void a_front_merge_lowers_the_sector(void **state)
{
	toy_add(&toy);
	pair(REQ_OP_WRITE, 8, A, 0, A + 0x4000, SZ_4K);

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(blk_rq_pos(toy.held[0]), 0);
	assert_int_equal(toy.held[0]->bio->bi_iter.bi_sector, 0);
	assert_int_equal(blk_rq_bytes(toy.held[0]), 8192);
}

/* spec: block-nvme M7 */
static void a_special_payload_hides_the_range(void **state)
{
	struct scatterlist sg[2];
	struct request *rq;
	struct bio *bio;

	toy_add(&toy);
	set_capacity(toy.disk, SZ_1G >> SECTOR_SHIFT);
	bio = toy_bio(&toy, &end, REQ_OP_DISCARD, 0, 0, 0);
	bio->bi_iter.bi_size = SZ_1G;
	submit_bio(bio);
	rq = toy.held[0];
	bvec_set_page(&rq->special_vec, page_at(A), 4096, 0);
	rq->rq_flags |= RQF_SPECIAL_PAYLOAD;

	assert_int_equal(blk_rq_payload_bytes(rq), 4096);
	assert_int_equal(blk_rq_nr_phys_segments(rq), 1);
	assert_int_equal(blk_rq_bytes(rq), SZ_1G);
	assert_int_equal(rq_dma_dir(rq), DMA_TO_DEVICE);
	assert_int_equal(map_sg(rq, sg, 2), 1);
	assert_int_equal(sg_phys(&sg[0]), A);
	rq->rq_flags &= ~RQF_SPECIAL_PAYLOAD;
}

/* spec: block-nvme M8 */
static void a_request_without_memory_maps_nothing(void **state)
{
	struct scatterlist sg[2];
	struct request *rq;

	toy_add(&toy);
	rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, 0);
	assert_int_equal(map_sg(rq, sg, 2), 0);
	blk_mq_free_request(rq);
}

/* spec: block-nvme M9 */
static void a_long_vector_is_cut_at_the_segment_size(void **state)
{
	struct scatterlist sg[4];

	toy.lim.virt_boundary_mask = 0;
	toy.lim.max_segment_size = 65536;
	toy_add(&toy);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, 102400);

	assert_int_equal(toy.held[0]->nr_phys_segments, 2);
	assert_int_equal(map_sg(toy.held[0], sg, 4), 2);
	assert_int_equal(sg[0].length, 65536);
	assert_int_equal(sg[1].length, 36864);
}

static void a_list_can_be_continued(void **state)
{
	struct scatterlist sg[4], *last = NULL;

	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A, 100, A + 0x4000, SZ_4K);
	assert_int_equal(toy.nr_held, 2);
	sg_init_table(sg, 4);

	assert_int_equal(__blk_rq_map_sg(toy.held[0], sg, &last), 1);
	assert_int_equal(__blk_rq_map_sg(toy.held[1], sg, &last), 1);
	assert_ptr_equal(last, &sg[1]);
	assert_false(sg_is_last(&sg[0]));
	assert_int_equal(sg_phys(&sg[1]), A + 0x4000);
}

static void too_many_sectors_do_not_merge(void **state)
{
	toy_add(&toy);
	pair(REQ_OP_WRITE, 0, A, 136, A + 0x100000, 69632);

	assert_int_equal(toy.nr_held, 2);
	assert_int_not_equal(toy.held[0]->cmd_flags & REQ_NOMERGE, 0);
}

static void a_merge_does_not_cross_a_chunk(void **state)
{
	toy.lim.chunk_sectors = 16;
	toy_add(&toy);
	pair(REQ_OP_WRITE, 8, A, 16, A + 0x1000, SZ_4K);

	assert_int_equal(toy.nr_held, 2);
}

static void only_the_same_kind_of_io_merges(void **state)
{
	struct bio *bio;

	toy_add(&toy);
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	bio = toy_bio(&toy, &end, REQ_OP_WRITE, 8, A + 0x1000, SZ_4K);
	bio->bi_ioprio = 1;
	submit_bio(bio);
	bio = toy_bio(&toy, &end, REQ_OP_WRITE, 16, A + 0x2000, SZ_4K);
	bio->bi_ioprio = 1;
	bio->bi_write_hint = 2;
	submit_bio(bio);
	toy_io(&toy, &end, REQ_OP_READ, 24, A + 0x3000, SZ_4K);
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 4);
}

static void without_merging_everything_is_its_own(void **state)
{
	toy_add(&toy);
	blk_queue_flag_set(QUEUE_FLAG_NOMERGES, toy.q);
	pair(REQ_OP_WRITE, 0, A, 8, A + 0x1000, SZ_4K);

	assert_int_equal(toy.nr_held, 2);
}

static void distant_discards_share_a_request(void **state)
{
	unsigned int i;

	toy.lim.max_discard_segments = 3;
	toy_add(&toy);
	blk_start_plug(&plug);
	for (i = 0; i < 4; i++) {
		struct bio *bio =
			toy_bio(&toy, &end, REQ_OP_DISCARD, i * 100, 0, 0);

		bio->bi_iter.bi_size = SZ_4K;
		submit_bio(bio);
	}
	blk_finish_plug(&plug);

	assert_int_equal(toy.nr_held, 2);
	assert_int_equal(blk_rq_nr_discard_segments(toy.held[0]), 3);
	assert_int_equal(blk_rq_count_bios(toy.held[0]), 3);
}

static void fail_fast_flags_follow_the_bio_at_the_front(void **state)
{
	struct request *rq;

	toy_add(&toy);
	blk_start_plug(&plug);
	toy_io(&toy, &end, REQ_OP_WRITE | REQ_FAILFAST_DEV, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 8, A + 0x4000, SZ_4K);
	blk_finish_plug(&plug);
	rq = toy.held[0];
	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(blk_noretry_request(rq), REQ_FAILFAST_DEV);

	assert_true(blk_update_request(rq, BLK_STS_OK, 4096));
	assert_int_equal(blk_noretry_request(rq), 0);
	assert_int_equal(blk_rq_pos(rq), 8);
	assert_int_equal(rq->nr_phys_segments, 1);
}

static void waiting_requests_take_bios_too(void **state)
{
	toy_add(&toy);
	blk_mq_quiesce_queue(toy.q);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	toy_io(&toy, &end, REQ_OP_WRITE, 8, A + 0x4000, SZ_4K);
	assert_int_equal(toy.nr_held, 0);
	blk_mq_unquiesce_queue(toy.q);
	lib_run();

	assert_int_equal(toy.nr_held, 1);
	assert_int_equal(blk_rq_bytes(toy.held[0]), 8192);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_contiguous_seam_counts_two_and_maps_as_one),
		board_case(a_segment_window_keeps_them_apart),
		board_case(a_start_off_the_boundary_takes_nothing),
		board_case(without_a_boundary_offsets_do_not_matter),
		board_case(peer_memory_never_merges),
		board_case(one_segment_too_many_closes_the_request),
		board_case(a_front_merge_lowers_the_sector),
		board_case(a_special_payload_hides_the_range),
		board_case(a_request_without_memory_maps_nothing),
		board_case(a_long_vector_is_cut_at_the_segment_size),
		board_case(a_list_can_be_continued),
		board_case(too_many_sectors_do_not_merge),
		board_case(a_merge_does_not_cross_a_chunk),
		board_case(only_the_same_kind_of_io_merges),
		board_case(without_merging_everything_is_its_own),
		board_case(distant_discards_share_a_request),
		board_case(fail_fast_flags_follow_the_bio_at_the_front),
		board_case(waiting_requests_take_bios_too),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
