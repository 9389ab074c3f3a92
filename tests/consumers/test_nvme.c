/* SPDX-License-Identifier: MIT */
/*
 * The NVMe driver from probe to removal, over every kind of machine and each of
 * its data paths, with a controller that snoops and one that does not, watched by
 * the checker and not; data compared byte for byte.
 */
#include <linux/blk-mq.h>

#include "consumers/nvme_disk.h"

#include <stdlib.h>
#include <string.h>

static u8 data[MAX_IO_PAGES * 4096];

static void assert_pages(const u8 *got, unsigned int nr, u8 fill)
{
	static u8 page[4096];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		memset(page, fill + i, sizeof(page));
		assert_memory_equal(got + i * 4096, page, sizeof(page));
	}
}

/* ---- probe --------------------------------------------------------------- */

static void disk_has_capacity_and_limits_of_the_controller(void **state)
{
	struct request_queue *q = bdev_get_queue(disk.bdev);
	const struct variant *v = disk.f->variant;

	assert_int_equal(get_capacity(disk.bdev->bd_disk), DISK_BYTES / 512);
	assert_int_equal(queue_logical_block_size(q), 512);
	assert_int_equal(queue_virt_boundary(q), 4095);
	/* an IOMMU's optimal mapping is 32 pages; 4 KiB page less than 256 KiB can
	 * be bounced; else there is no cap */
	assert_int_equal(queue_max_hw_sectors(q), v->translated ?
							  32 * PAGE_SECTORS :
						  variant_bounces(v) ? 504 :
								       16384);
	assert_int_equal(queue_max_segments(q),
			 v->translated ? min(32 * PAGE_SECTORS / 8 + 1, 256u) :
			 variant_bounces(v) ? 64 :
					      256);
}

static void small_controller_limits_the_transfer(void **state)
{
	disk_unplug();
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.max_io_bytes = 65536;
	disk.cfg.capacity = DISK_BYTES;
	disk_plug(disk.f, "link");
	assert_int_equal(queue_max_hw_sectors(bdev_get_queue(disk.bdev)), 128);

	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 64, 1, NULL), 0);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 64, 0, data), 0);
	assert_pages(data, 64, 1);
}

static void controller_can_be_replugged(void **state)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		disk_unplug();
		assert_null(dmasim_disk("nvme0n1"));
		disk_plug(disk.f, "link");
	}
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 1, 9, NULL), 0);
}

static void block_size_of_4096_works(void **state)
{
	disk_unplug();
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.block_size = 4096;
	disk.cfg.capacity = DISK_BYTES;
	disk_plug(disk.f, "link");

	assert_int_equal(disk_io(REQ_OP_WRITE, 16, 3, 4, NULL), 0);
	assert_int_equal(disk_io(REQ_OP_READ, 16, 3, 0, data), 0);
	assert_pages(data, 3, 4);
}

/* ---- data, each path ----------------------------------------------------- */

static void write_and_read_sizes(const unsigned int *sizes, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		memset(data, 0, 4096 * sizes[i]);
		assert_int_equal(
			disk_io(REQ_OP_WRITE, 8 * i, sizes[i], i + 1, NULL), 0);
		assert_int_equal(disk_io(REQ_OP_READ, 8 * i, sizes[i], 0, data),
				 0);
		assert_pages(data, sizes[i], i + 1);
		assert_int_equal(dmasim_nvme_store_read(disk.nvme, 4096 * i,
							data, 4096 * sizes[i]),
				 0);
		assert_pages(data, sizes[i], i + 1);
	}
}

static void write_and_read_back(void)
{
	static const unsigned int sizes[] = { 1, 2, 3, 16, 17, 32, 33, 128 };

	write_and_read_sizes(sizes, ARRAY_SIZE(sizes));
}

static void round_trip(const char *path)
{
	disk_unplug();
	disk_plug(disk.f, path);
	write_and_read_back();
}

static void link_path_moves_the_right_bytes(void **state)
{
	round_trip("link");
}

static void map_path_moves_the_right_bytes(void **state)
{
	round_trip("map");
}

static void sg_path_moves_the_right_bytes(void **state)
{
	round_trip("sg");
}

/* On one machine, so that every cell of the matrix has the time for it. */
static void each_path_moves_the_right_bytes(void **state)
{
	static const char *const paths[] = { "link", "map", "sg" };
	/* one PRP, two, a list, several I/Os */
	static const unsigned int sizes[] = { 1, 2, 17, 70 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		disk_unplug();
		disk_plug(disk.f, paths[i]);
		write_and_read_sizes(sizes, ARRAY_SIZE(sizes));
	}
}

static void controller_alone_may_be_non_coherent(void **state)
{
	struct dmasim_cache_stats before, after;

	disk_unplug();
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk.cfg.noncoherent = true;
	disk_plug(disk.f, "link");
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 7, NULL), 0);

	/* All pages cleaned before a transfer, and fetched after a read. */
	dmasim_cache_get_stats(&before);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 32, 0, data), 0);
	dmasim_cache_get_stats(&after);
	assert_pages(data, 32, 7);
	assert_int_equal(after.clean_bytes - before.clean_bytes, 32 * 4096);
	assert_int_equal(after.invalidate_bytes - before.invalidate_bytes,
			 32 * 4096);
	assert_int_equal(after.overwritten, before.overwritten);

	dmasim_cache_get_stats(&before);
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 8, NULL), 0);
	dmasim_cache_get_stats(&after);
	assert_int_equal(after.clean_bytes - before.clean_bytes, 32 * 4096);
	assert_int_equal(after.invalidates, before.invalidates);
}

/* An external controller: its queues, pages and lists are all it sees. */
static int external(void **state)
{
	fixture_setup_without_device(state);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk.cfg.untrusted = true;
	disk_plug(*state, "link");
	return 0;
}

static void external_controller_moves_the_right_bytes(void **state)
{
	write_and_read_back();
}

/* Lines come and go by chance, by another seed in each round. */
static void speculation_does_not_reach_the_driver(void **state)
{
	struct fixture *f = *state;
	u64 seed;

	for (seed = 1; seed <= 3; seed++) {
		disk_unplug();
		f->cfg.cache_speculation = 2;
		f->cfg.seed = seed;
		fixture_rebuild(f);
		dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
		disk_plug(f, "link");
		write_and_read_back();
	}
}

static void prp_only_controller_gets_prps(void **state)
{
	struct dmasim_nvme_stats stats;

	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 128, 3, NULL), 0);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 128, 0, data), 0);
	assert_pages(data, 128, 3);
	assert_int_equal(dmasim_nvme_get_stats(disk.nvme, &stats), 0);
	assert_int_equal(stats.sgl_commands, 0);
	assert_true(stats.prp_lists > 0);
	assert_int_equal(stats.violations, 0);
}

static void discard_leaves_zeroes(void **state)
{
	struct bio *bio;

	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 4, 0x55, NULL), 0);
	bio = bio_alloc(disk.bdev, 0, REQ_OP_DISCARD, GFP_KERNEL);
	bio->bi_iter.bi_sector = 8;
	bio->bi_iter.bi_size = 8192;
	assert_int_equal(submit_bio_wait(bio), 0);
	bio_put(bio);

	dmasim_nvme_store_read(disk.nvme, 0, data, 4 * 4096);
	assert_int_equal(data[4095], 0x55);
	assert_int_equal(data[4096], 0);
	assert_int_equal(data[3 * 4096 - 1], 0);
	assert_int_equal(data[3 * 4096], 0x58);
}

static void flush_reaches_the_controller(void **state)
{
	struct dmasim_nvme_stats stats;
	struct bio *bio;

	bio = bio_alloc(disk.bdev, 0, REQ_OP_WRITE | REQ_PREFLUSH, GFP_KERNEL);
	assert_int_equal(submit_bio_wait(bio), 0);
	bio_put(bio);
	dmasim_nvme_get_stats(disk.nvme, &stats);
	assert_int_equal(stats.flushes, 1);
}

/* ---- what the device sees ------------------------------------------------ */

static void link_needs_one_invalidation_and_no_bookkeeping(void **state)
{
	struct dmasim_iommu_stats before, after;

	if (!disk.f->variant->translated || disk.f->variant->lazy)
		return;
	/* the first one makes what stays: descriptor pools, tables */
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 1, NULL), 0);
	dmasim_iommu_get_stats(&before);
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 1, NULL), 0);
	dmasim_iommu_get_stats(&after);
	assert_int_equal(after.invalidations - before.invalidations, 1);
	assert_int_equal(after.syncs - before.syncs, 1);
}

static void map_needs_an_invalidation_a_page(void **state)
{
	struct dmasim_iommu_stats before, after;

	if (!disk.f->variant->translated || disk.f->variant->lazy)
		return;
	disk_unplug();
	disk_plug(disk.f, "map");
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 1, NULL), 0);
	dmasim_iommu_get_stats(&before);
	assert_int_equal(disk_io(REQ_OP_WRITE, 0, 32, 1, NULL), 0);
	dmasim_iommu_get_stats(&after);
	assert_int_equal(after.invalidations - before.invalidations, 32);
}

static void nothing_stays_mapped_between_ios(void **state)
{
	struct dmasim_dma_stats before, after;

	/* the first one makes what stays: pages of the descriptor pools */
	assert_int_equal(disk_io(REQ_OP_READ, 0, 33, 0, NULL), 0);
	/* lazy: what was freed is flushed first */
	dmasim_run_for(20000000);
	dmasim_dma_get_stats(&before);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 33, 0, NULL), 0);
	dmasim_run_for(20000000);
	dmasim_dma_get_stats(&after);
	assert_int_equal(after.iova_allocs - before.iova_allocs,
			 after.iova_frees - before.iova_frees);
}

static void doorbell_is_rung_once_a_batch(void **state)
{
	struct dmasim_nvme_stats before, after;
	struct bio *bio[5];
	struct blk_plug plug;
	unsigned int i;

	dmasim_nvme_get_stats(disk.nvme, &before);
	blk_start_plug(&plug);
	for (i = 0; i < 5; i++) {
		bio[i] = bio_alloc(disk.bdev, 1, REQ_OP_READ | REQ_NOMERGE,
				   GFP_KERNEL);
		bio[i]->bi_iter.bi_sector = 64 * i;
		__bio_add_page(bio[i], alloc_page(GFP_KERNEL), 4096, 0);
		bio[i]->bi_end_io = bio_put;
		bio_get(bio[i]);
		submit_bio(bio[i]);
	}
	blk_finish_plug(&plug);
	dmasim_run();
	dmasim_nvme_get_stats(disk.nvme, &after);

	/* spec: block-nvme R3 - one submission, one completion doorbell */
	assert_int_equal(after.reads - before.reads, 5);
	assert_int_equal(after.doorbells - before.doorbells, 2);
	assert_int_equal(after.interrupts - before.interrupts, 1);
	for (i = 0; i < 5; i++) {
		assert_int_equal(bio[i]->bi_status, BLK_STS_OK);
		__free_page(bio[i]->bi_io_vec[0].bv_page);
		bio_put(bio[i]);
	}
}

/* ---- errors -------------------------------------------------------------- */

static void final_error_is_reported_at_once(void **state)
{
	struct dmasim_nvme_stats before, after;

	/* spec: block-nvme R6 - do-not-retry set: one submission */
	dmasim_nvme_get_stats(disk.nvme, &before);
	dmasim_nvme_fail(disk.nvme, 0x02, 1, 0x4281);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 1, 0, NULL), -ENODATA);
	dmasim_nvme_get_stats(disk.nvme, &after);
	assert_int_equal(after.failed - before.failed, 1);
}

static void passing_error_is_retried(void **state)
{
	struct dmasim_nvme_stats before, after;

	dmasim_nvme_get_stats(disk.nvme, &before);
	dmasim_nvme_fail(disk.nvme, 0x02, 1, 0x0006);
	assert_int_equal(disk_io(REQ_OP_READ, 0, 1, 0, NULL), 0);
	dmasim_nvme_get_stats(disk.nvme, &after);
	assert_int_equal(after.failed - before.failed, 1);
}

static void read_beyond_the_end_never_reaches_the_controller(void **state)
{
	assert_int_equal(disk_io(REQ_OP_READ, DISK_BYTES / 512, 1, 0, NULL),
			 -EIO);
}

static void concurrent_sizes_are_all_right(void **state)
{
	u64 x = dmasim_seed() * 2862933555777941757ull + 3037000493ull;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		unsigned int nr, page;

		x = x * 2862933555777941757ull + 3037000493ull;
		nr = 1 + (x >> 33) % 100;
		page = (x >> 45) % (DISK_BYTES / 4096 - nr);
		assert_int_equal(disk_io(REQ_OP_WRITE, page * 8, nr, i, NULL),
				 0);
		assert_int_equal(disk_io(REQ_OP_READ, page * 8, nr, 0, data),
				 0);
		assert_pages(data, nr, i);
	}
}

/* Vectors of whole pages: the controller's have 4 KiB, those of the CPU more. */
static void whole_pages_move_the_right_bytes(void **state)
{
	static const char *const paths[] = { "link", "map", "sg" };
	struct page *page[9];
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		disk_unplug();
		disk_plug(disk.f, paths[i]);
		assert_int_equal(disk_pages_alloc(page, 9), 0);
		for (k = 0; k < 9; k++)
			memset32(page_address(page[k]), 0x1234567 * (k + i + 1),
				 PAGE_SIZE / 4);
		assert_int_equal(
			disk_rw_len(REQ_OP_WRITE, 8, page, 9, PAGE_SIZE), 0);
		for (k = 0; k < 9; k++)
			memset(page_address(page[k]), 0, PAGE_SIZE);
		assert_int_equal(
			disk_rw_len(REQ_OP_READ, 8, page, 9, PAGE_SIZE), 0);
		for (k = 0; k < 9; k++) {
			const u32 *word = page_address(page[k]);
			unsigned int w;

			for (w = 0; w < PAGE_SIZE / 4; w++)
				assert_int_equal(word[w], (u32)(0x1234567 *
								(k + i + 1)));
		}
		disk_pages_free(page, 9);
	}
}

#define disk_case(fn) \
	cmocka_unit_test_setup_teardown(fn, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		disk_case(disk_has_capacity_and_limits_of_the_controller),
		disk_case(small_controller_limits_the_transfer),
		disk_case(controller_can_be_replugged),
		disk_case(block_size_of_4096_works),
		disk_case(link_path_moves_the_right_bytes),
		disk_case(map_path_moves_the_right_bytes),
		disk_case(sg_path_moves_the_right_bytes),
		disk_case(controller_alone_may_be_non_coherent),
		cmocka_unit_test_setup_teardown(
			external_controller_moves_the_right_bytes, external,
			disk_teardown),
		cmocka_unit_test_setup_teardown(prp_only_controller_gets_prps,
						disk_setup_without_sgl,
						disk_teardown),
		disk_case(discard_leaves_zeroes),
		disk_case(flush_reaches_the_controller),
		disk_case(link_needs_one_invalidation_and_no_bookkeeping),
		disk_case(map_needs_an_invalidation_a_page),
		disk_case(nothing_stays_mapped_between_ios),
		disk_case(doorbell_is_rung_once_a_batch),
		disk_case(final_error_is_reported_at_once),
		disk_case(passing_error_is_retried),
		disk_case(read_beyond_the_end_never_reaches_the_controller),
		disk_case(concurrent_sizes_are_all_right),
		disk_case(whole_pages_move_the_right_bytes),
	};
	const struct CMUnitTest tables[] = {
		disk_case(disk_has_capacity_and_limits_of_the_controller),
		disk_case(link_path_moves_the_right_bytes),
		disk_case(sg_path_moves_the_right_bytes),
		cmocka_unit_test_setup_teardown(
			external_controller_moves_the_right_bytes, external,
			disk_teardown),
		cmocka_unit_test_setup_teardown(prp_only_controller_gets_prps,
						disk_setup_without_sgl,
						disk_teardown),
		disk_case(nothing_stays_mapped_between_ios),
		disk_case(concurrent_sizes_are_all_right),
		disk_case(whole_pages_move_the_right_bytes),
	};
	const struct CMUnitTest speculation[] = {
		disk_case(speculation_does_not_reach_the_driver),
	};
	const struct CMUnitTest matrix[] = {
		disk_case(each_path_moves_the_right_bytes),
	};

	return run_variants("nvme", tests, variants_with_bounce) +
	       run_matrix("nvme", matrix) +
	       run_variants("nvme", tables, variants_formats) +
	       run_variants("nvme", tests, variants_noncoherent) +
	       run_variants("nvme", speculation, variants_noncoherent) +
	       run_variants("nvme", tables, variants_granules) +
	       run_variants("nvme", tests, variants_offset);
}
