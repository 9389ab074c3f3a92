/* SPDX-License-Identifier: MIT */
/*
 * The bytes of data pointers, PRP lists and SGLs (src/consumers/nvme_pci/
 * data.c), and that the controller takes them: it checks each rule by itself.
 *
 * Without an IOMMU the device address of memory is its physical one, so that
 * numbers can be literal. Addresses of lists are the allocator's choice; they
 * are compared with where the list was found.
 */
#include <linux/mm.h>
#include <linux/unaligned.h>

#include "unit/consumers/nvme_probe.h"

#include <string.h>

#define RAM 0x100000000ull

static void assert_no_violation(void)
{
	struct dmasim_nvme_stats stats;

	assert_int_equal(dmasim_nvme_get_stats(disk.nvme, &stats), 0);
	assert_int_equal(stats.violations, 0);
	assert_int_equal(stats.failed, 0);
}

static u64 prp1(void)
{
	return get_unaligned_le64(sqe() + 24);
}

static u64 prp2(void)
{
	return get_unaligned_le64(sqe() + 32);
}

static bool small_list(void)
{
	return capture.iod.flags & IOD_SMALL_DESCRIPTOR;
}

/* ---- one or two entries -------------------------------------------------- */

static void one_page_is_one_prp(void **state)
{
	assert_int_equal(write_run(RAM, 4096), 0);

	/* spec: block-nvme N1 */
	assert_int_equal(sqe()[1], 0x00);
	assert_hex(sqe() + 24,
		   "00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00");
	assert_int_equal(capture.iod.nr_descriptors, 0);
}

static void two_pages_are_two_prps_even_with_sgl(void **state)
{
	assert_int_equal(write_run(RAM, 8192), 0);

	/* spec: block-nvme N2 */
	assert_int_equal(sqe()[1], 0x00);
	assert_hex(sqe() + 24,
		   "00 00 00 00 01 00 00 00 00 10 00 00 01 00 00 00");
}

static void two_pages_of_a_user_command_are_an_inline_sgl(void **state)
{
	const struct phys_run run = { RAM, 8192 };
	struct bio *bio = bio_of_ranges(REQ_OP_DRV_OUT, &run, 1);
	struct request *req = user_request(nvme_cmd_write, 16);

	assert_int_equal(blk_rq_append_bio(req, bio), 0);
	bio->bi_end_io = free_bio;
	assert_int_equal(run_user(req), 0);

	/* spec: block-nvme N2 */
	assert_int_equal(sqe()[1], 0x40);
	assert_hex(sqe() + 24,
		   "00 00 00 00 01 00 00 00 00 20 00 00 00 00 00 00");
}

static void offset_page_needs_the_next_one(void **state)
{
	assert_int_equal(write_run(RAM + 0x200, 4096), 0);

	/* spec: block-nvme N3 */
	assert_hex(sqe() + 24,
		   "00 02 00 00 01 00 00 00 00 10 00 00 01 00 00 00");
}

static void two_scattered_pages_need_no_list(void **state)
{
	const struct phys_run run[] = { { 0x10000000, 4096 },
					{ 0x20000000, 4096 } };

	assert_int_equal(write_ranges(run, 2), 0);

	/* spec: block-nvme N5 */
	assert_hex(sqe() + 24,
		   "00 00 00 10 00 00 00 00 00 00 00 20 00 00 00 00");
	assert_int_equal(capture.iod.nr_descriptors, 0);
	assert_no_violation();
}

/* ---- lists --------------------------------------------------------------- */

static void three_pages_at_an_offset_need_a_small_list(void **state)
{
	assert_int_equal(write_run(RAM + 0xe00, 8192), 0);

	/* spec: block-nvme N4 */
	assert_int_equal(sqe()[1], 0x00);
	assert_hex(sqe() + 24, "00 0e 00 00 01 00 00 00");
	assert_int_equal(prp2(), capture.list_phys[0]);
	assert_hex(capture.list[0],
		   "00 10 00 00 01 00 00 00 00 20 00 00 01 00 00 00");
	assert_true(small_list());
	assert_no_violation();
}

static void single_segment_ignores_the_sgl_threshold(void **state)
{
	static const char *const threshold[] = { "0", "32768", "1048576" };
	unsigned int i;

	/* spec: block-nvme N4, K8 */
	for (i = 0; i < 3; i++) {
		assert_int_equal(dmasim_param_set("nvme", "sgl_threshold",
						  threshold[i]),
				 0);
		assert_int_equal(write_run(RAM + 0xe00, 8192), 0);
		assert_int_equal(sqe()[1], 0x40);
		assert_hex(sqe() + 24, "00 0e 00 00 01 00 00 00 "
				       "00 20 00 00 00 00 00 00");
		assert_int_equal(capture.iod.nr_descriptors, 0);
	}
	assert_no_violation();
}

/* Every entry of the chain, of which slot 511 links on only if data is left. */
static void assert_chain(u64 first_entry, unsigned int entries,
			 unsigned int pages)
{
	unsigned int page = 0, slot = 0, i;

	assert_int_equal(prp2(), capture.list_phys[0]);
	assert_int_equal(capture.iod.nr_descriptors, pages);
	for (i = 0; i < entries; i++, slot++) {
		if (slot == 511 && i != entries - 1) {
			assert_int_equal(capture.list[page][slot],
					 capture.list_phys[page + 1]);
			page++;
			slot = 0;
		}
		assert_int_equal(capture.list[page][slot],
				 first_entry + 4096ull * i);
	}
	assert_int_equal(page, pages - 1);
}

static void allow_8_mib(void)
{
	struct request_queue *q = bdev_get_queue(disk.bdev);
	struct queue_limits lim = queue_limits_start_update(q);

	lim.max_user_sectors = 16384;
	assert_int_equal(queue_limits_commit_update_frozen(q, &lim), 0);
}

static void list_pages_and_links_for_every_size(void **state)
{
	static const struct {
		u32 len;
		u32 offset;
		unsigned int entries, pages;
		bool small;
	} row[] = {
		{ 3 * 4096, 0, 2, 1, true },
		{ 33 * 4096, 0, 32, 1, true },
		{ 33 * 4096, 0x200, 33, 1, false },
		{ 34 * 4096, 0, 33, 1, false },
		{ 513 * 4096, 0, 512, 1, false },
		{ SZ_2M, 0x200, 512, 1, false },
		{ 514 * 4096, 0, 513, 2, false },
		{ SZ_2M + 4096, 0x200, 513, 2, false },
		{ SZ_4M, 0, 1023, 2, false },
		{ SZ_4M + 4096, 0, 1024, 3, false },
		{ SZ_8M, 0, 2047, 5, false },
		{ SZ_8M, 0x800, 2048, 5, false },
	};
	unsigned int i;

	/* spec: block-nvme N6 */
	allow_8_mib();
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		assert_int_equal(write_run(RAM + row[i].offset, row[i].len), 0);
		assert_int_equal(prp1(), RAM + row[i].offset);
		assert_chain(RAM + 0x1000, row[i].entries, row[i].pages);
		assert_int_equal(small_list(), row[i].small);
	}
	assert_int_equal(capture.tries, ARRAY_SIZE(row));
	assert_no_violation();
}

static void second_list_page_is_linked_from_slot_511(void **state)
{
	assert_int_equal(write_run(RAM, 514 * 4096), 0);

	/* spec: block-nvme N7 */
	assert_int_equal(capture.list[0][0], 0x100001000);
	assert_int_equal(capture.list[0][510], 0x1001ff000);
	assert_int_equal(capture.list[0][511], capture.list_phys[1]);
	assert_int_equal(capture.list_phys[1] & 0xfff, 0);
	assert_int_equal(capture.list[1][0], 0x100200000);
	assert_int_equal(capture.list[1][1], 0x100201000);
	assert_no_violation();
}

static void list_pages_go_back_to_their_pool(void **state)
{
	struct dma_pool *pool = the_dev()->large_pool;
	dma_addr_t a, b;
	void *va, *vb;

	assert_int_equal(write_run(RAM, 514 * 4096), 0);
	va = dma_pool_alloc(pool, GFP_KERNEL, &a);
	vb = dma_pool_alloc(pool, GFP_KERNEL, &b);

	/* spec: block-nvme N7 */
	assert_int_equal(a ^ b, capture.list_phys[0] ^ capture.list_phys[1]);
	assert_true(a == capture.list_phys[0] || a == capture.list_phys[1]);
	dma_pool_free(pool, va, a);
	dma_pool_free(pool, vb, b);
}

/* Make the pool hand out its block at offset 0xf00 of a page next. */
static void place_next_small_list(void)
{
	struct dma_pool *pool = the_dev()->small_pool;
	dma_addr_t addr[16];
	void *block[16];
	int i, at = -1;

	for (i = 0; i < 16; i++) {
		block[i] = dma_pool_alloc(pool, GFP_KERNEL, &addr[i]);
		if ((addr[i] & 0xfff) == 0xf00)
			at = i;
	}
	assert_true(at >= 0);
	for (i = 0; i < 16; i++)
		if (i != at)
			dma_pool_free(pool, block[i], addr[i]);
	dma_pool_free(pool, block[at], addr[at]);
}

static void last_slot_of_a_page_can_be_data(void **state)
{
	struct dmasim_nvme_stats stats;

	place_next_small_list();
	assert_int_equal(write_run(RAM, 33 * 4096), 0);

	/* spec: block-nvme N8 */
	assert_int_equal(prp2() & 0xfff, 0xf00);
	assert_true(small_list());
	assert_int_equal(capture.list[0][31], RAM + 32 * 4096);
	dmasim_nvme_get_stats(disk.nvme, &stats);
	assert_int_equal(stats.bytes_written, 33 * 4096);
	assert_no_violation();
}

static void controller_pages_are_4_kib_whatever_the_vector(void **state)
{
	/* spec: block-nvme N9 */
	assert_int_equal(write_run(RAM, SZ_64K), 0);
	assert_int_equal(prp1(), RAM);
	assert_chain(RAM + 0x1000, 15, 1);
	assert_true(small_list());

	assert_int_equal(write_run(RAM + 0x3000, 0x6000), 0);
	assert_int_equal(prp1(), 0x100003000);
	assert_chain(0x100004000, 5, 1);
	assert_no_violation();
}

/* ---- SGL ----------------------------------------------------------------- */

static const struct phys_run three_runs[] = { { 0x100000000, SZ_64K },
					      { 0x200000000, SZ_32K },
					      { 0x300000000, SZ_4K } };

static void large_segments_make_an_sgl(void **state)
{
	assert_int_equal(write_ranges(three_runs, 3), 0);

	/* spec: block-nvme N11 */
	assert_int_equal(sqe()[1], 0x40);
	assert_int_equal(prp1(), capture.list_phys[0]);
	assert_hex(sqe() + 32, "30 00 00 00 00 00 00 30");
	assert_hex(capture.list[0],
		   "00 00 00 00 01 00 00 00 00 00 01 00 00 00 00 00 "
		   "00 00 00 00 02 00 00 00 00 80 00 00 00 00 00 00 "
		   "00 00 00 00 03 00 00 00 00 10 00 00 00 00 00 00");
	assert_no_violation();
}

static void average_segment_decides_between_sgl_and_prp(void **state)
{
	struct phys_run run[3];

	/* spec: block-nvme N11 */
	memcpy(run, three_runs, sizeof(run));
	run[0].len = 60 * 1024;
	assert_int_equal(write_ranges(run, 3), 0);
	assert_int_equal(sqe()[1], 0x40);

	run[0].len = 56 * 1024;
	assert_int_equal(write_ranges(run, 3), 0);
	assert_int_equal(sqe()[1], 0x00);

	assert_int_equal(dmasim_param_set("nvme", "sgl_threshold", "0"), 0);
	assert_int_equal(write_ranges(three_runs, 3), 0);
	assert_int_equal(sqe()[1], 0x00);

	/* 102400 bytes in 3 segments are 34133.3 each, rounded up */
	assert_int_equal(dmasim_param_set("nvme", "sgl_threshold", "34134"), 0);
	assert_int_equal(write_ranges(three_runs, 3), 0);
	assert_int_equal(sqe()[1], 0x40);
	assert_int_equal(dmasim_param_set("nvme", "sgl_threshold", "34135"), 0);
	assert_int_equal(write_ranges(three_runs, 3), 0);
	assert_int_equal(sqe()[1], 0x00);
	assert_no_violation();
}

static void seventeenth_segment_takes_a_large_block(void **state)
{
	struct phys_run run[17];
	unsigned int i;

	/* spec: block-nvme N12 */
	for (i = 0; i < 17; i++)
		run[i] = (struct phys_run){ RAM + i * SZ_64K, SZ_32K };
	assert_int_equal(write_ranges(run, 16), 0);
	assert_true(small_list());
	assert_hex(sqe() + 32, "00 01 00 00 00 00 00 30");

	assert_int_equal(write_ranges(run, 17), 0);
	assert_false(small_list());
	assert_hex(sqe() + 32, "10 01 00 00 00 00 00 30");
	assert_no_violation();
}

static void joined_segments_shorten_the_list(void **state)
{
	const struct phys_run low = { 0x10000, 4096 }, high = { 0x11000, 4096 };
	struct bio *a = bio_of_ranges(REQ_OP_DRV_OUT, &low, 1);
	struct bio *b = bio_of_ranges(REQ_OP_DRV_OUT, &high, 1);
	struct request *req = user_request(nvme_cmd_write, 16);

	a->bi_end_io = free_bio;
	b->bi_end_io = free_bio;
	assert_int_equal(blk_rq_append_bio(req, a), 0);
	assert_int_equal(blk_rq_append_bio(req, b), 0);
	assert_int_equal(blk_rq_nr_phys_segments(req), 2);
	assert_int_equal(run_user(req), 0);

	/* spec: block-nvme N12 */
	assert_int_equal(sqe()[1], 0x40);
	assert_hex(sqe() + 32, "10 00 00 00 00 00 00 30");
	assert_hex(capture.list[0],
		   "00 00 01 00 00 00 00 00 00 20 00 00 00 00 00 00");
	assert_no_violation();
}

static void eight_scattered_pages_without_iommu_are_prps(void **state)
{
	struct phys_run run[8];
	unsigned int i;

	for (i = 0; i < 8; i++)
		run[i] = (struct phys_run){ RAM + i * SZ_64K, SZ_4K };
	assert_int_equal(write_ranges(run, 8), 0);

	/* spec: block-nvme N13 */
	assert_int_equal(sqe()[1], 0x00);
	assert_int_equal(prp1(), RAM);
	for (i = 1; i < 8; i++)
		assert_int_equal(capture.list[0][i - 1], RAM + i * SZ_64K);
	assert_int_equal(capture.iod.nr_dma_vecs, 0);
}

/* ---- special payloads, admin, users -------------------------------------- */

static void discard_maps_a_page_of_ranges(void **state)
{
	struct dmasim_mem_stats before, after;
	struct blk_plug plug;
	struct bio *bio[2];
	unsigned int i;

	dmasim_mem_get_stats(&before);
	blk_start_plug(&plug);
	for (i = 0; i < 2; i++) {
		bio[i] = bio_of_ranges(REQ_OP_DISCARD, NULL, 0);
		bio[i]->bi_iter.bi_sector = 64 * i;
		bio[i]->bi_iter.bi_size = 8 * 512;
		bio[i]->bi_end_io = free_bio;
		submit_bio(bio[i]);
	}
	blk_finish_plug(&plug);
	dmasim_run();
	dmasim_mem_get_stats(&after);

	/* spec: block-nvme N16 */
	assert_int_equal(capture.tries, 1);
	assert_int_equal(sqe()[0], 0x09);
	assert_int_equal(get_unaligned_le32(sqe() + 40), 1);
	assert_int_equal(get_unaligned_le32(sqe() + 44), 4);
	assert_int_equal(capture.iod.total_len, 4096);
	assert_int_equal(rq_dma_dir(capture.req), DMA_TO_DEVICE);
	assert_int_equal(after.slab_objects, before.slab_objects);
	assert_no_violation();
}

static void admin_commands_use_prps(void **state)
{
	struct nvme_command cmd = { .identify = { .opcode = nvme_admin_identify,
						  .cns = NVME_ID_CNS_CTRL } };
	void *id = kmalloc(4096, GFP_KERNEL);

	assert_int_equal(
		nvme_submit_sync_cmd(the_ctrl()->admin_q, &cmd, id, 4096), 0);

	/* spec: block-nvme N17 */
	assert_int_equal(capture.iod.cmd.common.flags, 0);
	assert_int_equal(capture.iod.cmd.common.dptr.prp1, virt_to_phys(id));
	assert_int_equal(capture.iod.cmd.common.dptr.prp2, 0);
	kfree(id);
}

static void user_command_is_an_inline_sgl(void **state)
{
	struct request *req = user_request(nvme_cmd_read, 1);
	void *buf = kzalloc(512, GFP_KERNEL);

	assert_int_equal(blk_rq_map_kern(req, buf, 512, GFP_KERNEL), 0);
	assert_int_equal(run_user(req), 0);

	/* spec: block-nvme N18 */
	assert_int_equal(sqe()[1], 0x40);
	assert_int_equal(prp1(), virt_to_phys(buf));
	assert_hex(sqe() + 32, "00 02 00 00 00 00 00 00");
	kfree(buf);
	assert_no_violation();
}

/* ---- one IOVA range ------------------------------------------------------ */

static void assert_iova_range(u64 iova, const struct phys_run *run,
			      unsigned int nr)
{
	uint64_t at = iova, phys;
	unsigned int i;

	for (i = 0; i < nr; at += run[i++].len) {
		assert_int_equal(dmasim_iommu_translate(disk.nvme, at, false,
							&phys),
				 DMASIM_DMA_OK);
		assert_int_equal(phys, run[i].phys);
	}
}

static struct phys_run eight_pages[8];

static void check_eight_pages(struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	assert_iova_range(iod->dma_state.addr, eight_pages, 8);
}

static void eight_scattered_pages_are_one_range(const char *expected_flags)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		eight_pages[i] = (struct phys_run){ RAM + i * SZ_64K, SZ_4K };
	capture.on_map = check_eight_pages;
	assert_int_equal(write_ranges(eight_pages, 8), 0);
	assert_hex(sqe() + 1, expected_flags);
	assert_int_equal(prp1(), capture.iod.dma_state.addr);
	assert_int_equal(prp1() & 0xfff, 0);
	assert_int_equal(capture.iod.nr_dma_vecs, 0);
	assert_no_violation();
}

static void coalesced_pages_are_an_inline_sgl(void **state)
{
	/* spec: block-nvme N13 */
	eight_scattered_pages_are_one_range("40");
	assert_hex(sqe() + 32, "00 80 00 00 00 00 00 00");
	assert_int_equal(capture.iod.nr_descriptors, 0);
}

static void coalesced_pages_without_sgl_are_consecutive_prps(void **state)
{
	/* spec: block-nvme N13 */
	eight_scattered_pages_are_one_range("00");
	assert_int_equal(capture.iod.nr_descriptors, 1);
	assert_int_equal(capture.list[0][0], prp1() + 0x1000);
	assert_int_equal(capture.list[0][6], prp1() + 0x7000);
}

static void linked_range_keeps_the_offset_of_its_first_byte(void **state)
{
	const struct phys_run run[] = { { 0x10000200, 0xe00 },
					{ 0x20000000, 0x1000 },
					{ 0x30000000, 0x400 } };

	assert_int_equal(write_ranges(run, 3), 0);

	/* spec: block-nvme N14 - the same pages below another IOVA */
	assert_int_equal(prp1() & 0xfff, 0x200);
	assert_int_equal(prp1(), capture.iod.dma_state.addr);
	assert_int_equal(dma_iova_size(&capture.iod.dma_state), 0x2200);
	assert_int_equal(capture.list[0][0], prp1() - 0x200 + 0x1000);
	assert_int_equal(capture.list[0][1], prp1() - 0x200 + 0x2000);
	assert_int_equal(capture.iod.nr_dma_vecs, 0);
	assert_true(small_list());
	assert_no_violation();
}

static void threshold_zero_turns_sgls_off_for_linked_ranges(void **state)
{
	assert_int_equal(dmasim_param_set("nvme", "sgl_threshold", "0"), 0);
	eight_scattered_pages_are_one_range("00");
	assert_int_equal(capture.list[0][6], prp1() + 0x7000);
}

int main(void)
{
	const struct CMUnitTest direct[] = {
		probe_case(one_page_is_one_prp, direct_setup),
		probe_case(two_pages_are_two_prps_even_with_sgl, direct_setup),
		probe_case(two_pages_of_a_user_command_are_an_inline_sgl,
			   direct_setup),
		probe_case(offset_page_needs_the_next_one, direct_setup),
		probe_case(two_scattered_pages_need_no_list, direct_setup),
		probe_case(three_pages_at_an_offset_need_a_small_list,
			   direct_setup_no_sgl),
		probe_case(single_segment_ignores_the_sgl_threshold,
			   direct_setup),
		probe_case(list_pages_and_links_for_every_size,
			   direct_setup_no_sgl),
		probe_case(second_list_page_is_linked_from_slot_511,
			   direct_setup_no_sgl),
		probe_case(list_pages_go_back_to_their_pool,
			   direct_setup_no_sgl),
		probe_case(last_slot_of_a_page_can_be_data,
			   direct_setup_no_sgl),
		probe_case(controller_pages_are_4_kib_whatever_the_vector,
			   direct_setup_no_sgl),
		probe_case(large_segments_make_an_sgl, direct_setup),
		probe_case(average_segment_decides_between_sgl_and_prp,
			   direct_setup),
		probe_case(seventeenth_segment_takes_a_large_block,
			   direct_setup),
		probe_case(joined_segments_shorten_the_list, direct_setup),
		probe_case(eight_scattered_pages_without_iommu_are_prps,
			   direct_setup),
		probe_case(discard_maps_a_page_of_ranges, direct_setup),
		probe_case(admin_commands_use_prps, direct_setup),
		probe_case(user_command_is_an_inline_sgl, direct_setup),
	};
	const struct CMUnitTest translated[] = {
		probe_case(coalesced_pages_are_an_inline_sgl, probe_setup),
		probe_case(coalesced_pages_without_sgl_are_consecutive_prps,
			   probe_setup_no_sgl),
		probe_case(linked_range_keeps_the_offset_of_its_first_byte,
			   probe_setup_no_sgl),
		probe_case(threshold_zero_turns_sgls_off_for_linked_ranges,
			   probe_setup),
	};

	return run_variants("nvme_prp_sgl", direct, variants_direct) +
	       run_variants("nvme_prp_sgl", translated, variants_strict);
}
