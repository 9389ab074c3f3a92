/* SPDX-License-Identifier: MIT */
/*
 * Validation of queue limits (src/block/settings.c).
 */
#include "unit/block/board.h"

static int setup(void **state)
{
	board_start(1);
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

/* spec: block-nvme S13 */
static void empty_limits_get_the_defaults(void **state)
{
	struct queue_limits lim = {};

	assert_int_equal(blk_validate_limits(&lim), 0);

	assert_int_equal(lim.logical_block_size, 512);
	assert_int_equal(lim.physical_block_size, 512);
	assert_int_equal(lim.max_hw_sectors, 255);
	assert_int_equal(lim.max_sectors, 255);
	assert_int_equal(lim.max_segments, 128);
	assert_int_equal(lim.max_discard_segments, 1);
	assert_int_equal(lim.max_segment_size, 65536);
	assert_int_equal(lim.min_segment_size, PAGE_SIZE);
	assert_int_equal(lim.seg_boundary_mask, 0xffffffff);
	assert_int_equal(lim.dma_alignment, 511);
	assert_int_equal(lim.integrity.flags,
			 BLK_INTEGRITY_NOVERIFY | BLK_INTEGRITY_NOGENERATE);
}

/* spec: block-nvme S12 */
static void short_segments_need_a_virt_boundary(void **state)
{
	struct queue_limits lim = { .max_segment_size = 2048 };
	struct queue_limits with = { .max_segment_size = 2048,
				     .virt_boundary_mask = 0xfff };

	assert_int_equal(blk_validate_limits(&lim), -EINVAL);
	assert_int_equal(warnings(), 1);
	assert_int_equal(blk_validate_limits(&with), 0);
	assert_int_equal(with.min_segment_size, 2048);
}

static void a_virt_boundary_lifts_the_segment_size(void **state)
{
	struct queue_limits lim = { .virt_boundary_mask = 0xfff };

	assert_int_equal(blk_validate_limits(&lim), 0);
	assert_int_equal(lim.max_segment_size, UINT_MAX);
	assert_int_equal(lim.min_segment_size, PAGE_SIZE);
}

static void block_sizes_are_powers_of_two_from_512_to_64k(void **state)
{
	static const struct {
		unsigned int lbs, pbs;
		int ret;
	} row[] = { { 512, 0, 0 },	    { 4096, 512, 0 },
		    { 65536, 0, 0 },	    { 256, 0, -EINVAL },
		    { 131072, 0, -EINVAL }, { 1536, 0, -EINVAL },
		    { 512, 1536, -EINVAL } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct queue_limits lim = { .logical_block_size = row[i].lbs,
					    .physical_block_size = row[i].pbs,
					    .max_hw_sectors = 256 };

		assert_int_equal(blk_validate_limits(&lim), row[i].ret);
	}
}

static void io_hints_follow_the_physical_block(void **state)
{
	struct queue_limits lim = { .physical_block_size = 4096,
				    .io_min = 512,
				    .io_opt = 10000 };

	assert_int_equal(blk_validate_limits(&lim), 0);
	assert_int_equal(lim.io_min, 4096);
	assert_int_equal(lim.io_opt, 8192);
}

static void max_sectors_is_capped_at_4_mib_unless_asked(void **state)
{
	static const struct {
		unsigned int hw, dev, user, opt, max;
	} row[] = {
		{ 65536, 0, 0, 0, 8192 },      { 65536, 100, 0, 0, 100 },
		{ 65536, 0, 16384, 0, 16384 }, { 1000, 0, 16384, 0, 1000 },
		{ 65536, 0, 0, SZ_8M, 16384 }, { 65536, 0, 0, SZ_1M, 8192 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct queue_limits lim = { .max_hw_sectors = row[i].hw,
					    .max_dev_sectors = row[i].dev,
					    .max_user_sectors = row[i].user,
					    .io_opt = row[i].opt };

		assert_int_equal(blk_validate_limits(&lim), 0);
		assert_int_equal(lim.max_sectors, row[i].max);
	}
}

static void max_sectors_is_a_whole_number_of_blocks(void **state)
{
	struct queue_limits lim = { .logical_block_size = 4096,
				    .max_hw_sectors = 255 };

	assert_int_equal(blk_validate_limits(&lim), 0);
	assert_int_equal(lim.max_hw_sectors, 248);
	assert_int_equal(lim.max_sectors, 248);
}

static void impossible_sizes_are_refused(void **state)
{
	struct queue_limits hw = { .max_hw_sectors = 7 };
	struct queue_limits block = { .max_hw_sectors = 64,
				      .logical_block_size = 65536 };
	struct queue_limits user = { .max_user_sectors = 7 };
	struct queue_limits seg = { .seg_boundary_mask = 0x7ff };
	struct queue_limits dma = { .dma_alignment = 2 * PAGE_SIZE - 1 };
	struct queue_limits zoned = { .features = BLK_FEAT_ZONED };

	assert_int_equal(blk_validate_limits(&hw), -EINVAL);
	assert_int_equal(blk_validate_limits(&block), -EINVAL);
	assert_int_equal(blk_validate_limits(&user), -EINVAL);
	assert_int_equal(blk_validate_limits(&seg), -EINVAL);
	assert_int_equal(blk_validate_limits(&dma), -EINVAL);
	assert_int_equal(blk_validate_limits(&zoned), -EINVAL);
	/* A block of 64 KiB is no more than a page may be. */
	assert_int_equal(warnings(), PAGE_SIZE < SZ_64K ? 5 : 4);
}

static void discard_limits_are_the_smaller_ones(void **state)
{
	struct queue_limits lim = { .max_hw_discard_sectors = 1000,
				    .max_user_discard_sectors = 600,
				    .physical_block_size = 4096 };
	struct queue_limits none = { .discard_granularity = 4096 };

	assert_int_equal(blk_validate_limits(&lim), 0);
	assert_int_equal(lim.max_discard_sectors, 600);
	assert_int_equal(lim.discard_granularity, 4096);
	assert_int_equal(blk_validate_limits(&none), 0);
	assert_int_equal(none.discard_granularity, 0);
}

static void the_tuple_must_fit_its_checksum(void **state)
{
	static const struct {
		enum blk_integrity_checksum csum;
		unsigned char bytes, tuple, exp;
		int ret;
	} row[] = { { BLK_INTEGRITY_CSUM_CRC, 8, 8, 9, 0 },
		    { BLK_INTEGRITY_CSUM_IP, 64, 8, 0, 0 },
		    { BLK_INTEGRITY_CSUM_CRC64, 16, 16, 0, 0 },
		    { BLK_INTEGRITY_CSUM_CRC64, 16, 8, 0, -EINVAL },
		    { BLK_INTEGRITY_CSUM_CRC, 4, 8, 0, -EINVAL },
		    { BLK_INTEGRITY_CSUM_CRC, 0, 0, 0, -EINVAL },
		    { BLK_INTEGRITY_CSUM_CRC, 8, 8, 12, -EINVAL },
		    { BLK_INTEGRITY_CSUM_NONE, 8, 0, 0, 0 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct queue_limits lim = {};

		lim.integrity.csum_type = row[i].csum;
		lim.integrity.metadata_size = row[i].bytes;
		lim.integrity.pi_tuple_size = row[i].tuple;
		lim.integrity.interval_exp = row[i].exp;
		assert_int_equal(blk_validate_limits(&lim), row[i].ret);
		if (!row[i].ret)
			assert_int_equal(lim.integrity.interval_exp, 9);
	}
}

static void fua_needs_a_write_cache(void **state)
{
	struct queue_limits lim = { .features = BLK_FEAT_FUA };

	assert_int_equal(blk_validate_limits(&lim), 0);
	assert_int_equal(lim.features & BLK_FEAT_FUA, 0);
}

static void atomic_writes_fit_the_surest_bio(void **state)
{
	struct queue_limits lim = { .features = BLK_FEAT_ATOMIC_WRITES,
				    .max_hw_sectors = 1024,
				    .max_segments = 4,
				    .atomic_write_hw_max = SZ_64K,
				    .atomic_write_hw_unit_min = 512,
				    .atomic_write_hw_unit_max = SZ_64K };
	struct queue_limits off = lim;

	assert_int_equal(blk_validate_limits(&lim), 0);
	/* 4 segments hold 2 * 512 + 2 pages at least */
	assert_int_equal(lim.atomic_write_unit_max,
			 min_t(unsigned int, 2 * PAGE_SIZE, SZ_64K));
	assert_int_equal(lim.atomic_write_unit_min, 512);
	assert_int_equal(lim.atomic_write_max_sectors, 128);
	off.features = 0;
	assert_int_equal(blk_validate_limits(&off), 0);
	assert_int_equal(off.atomic_write_unit_max, 0);
}

static void the_longest_segment_respects_size_and_window(void **state)
{
	struct queue_limits lim = { .seg_boundary_mask = 0xffff,
				    .max_segment_size = 0x3000 };
	struct queue_limits wide = { .seg_boundary_mask = ~0ul,
				     .max_segment_size = UINT_MAX };

	assert_int_equal(blk_max_segment(&lim, 0x10000, 0x1000), 0x1000);
	assert_int_equal(blk_max_segment(&lim, 0x10000, 0x8000), 0x3000);
	assert_int_equal(blk_max_segment(&lim, 0x1f000, 0x8000), 0x1000);
	assert_int_equal(blk_max_segment(&wide, 0, UINT_MAX), UINT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(empty_limits_get_the_defaults),
		board_case(short_segments_need_a_virt_boundary),
		board_case(a_virt_boundary_lifts_the_segment_size),
		board_case(block_sizes_are_powers_of_two_from_512_to_64k),
		board_case(io_hints_follow_the_physical_block),
		board_case(max_sectors_is_capped_at_4_mib_unless_asked),
		board_case(max_sectors_is_a_whole_number_of_blocks),
		board_case(impossible_sizes_are_refused),
		board_case(discard_limits_are_the_smaller_ones),
		board_case(the_tuple_must_fit_its_checksum),
		board_case(fua_needs_a_write_cache),
		board_case(atomic_writes_fit_the_surest_bio),
		board_case(the_longest_segment_respects_size_and_window),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
