/* SPDX-License-Identifier: MIT */
/*
 * Mapping a request fails half way (src/consumers/nvme_pci/data.c): nothing
 * stays behind, not for a moment, and the request works when it is tried again.
 * The sweep over all positions is tests/consumers/test_nvme_sweep.c.
 */
#include <linux/mm.h>
#include <linux/unaligned.h>

#include "support/sweep.h"
#include "unit/consumers/nvme_probe.h"

#include <string.h>

#define RAM 0x140000000ull /* where nobody lives */
#define RETRY_NS 4000000ull /* a refused request is tried again after 3 ms */

static struct dmasim_dma_stats before;

/* At the end of try @i, and therefore before the next one began. */
static void assert_nothing_held_after(unsigned int i)
{
	assert_true(capture.tries > i);
	assert_int_equal(capture.then[i].iova_allocs - before.iova_allocs,
			 capture.then[i].iova_frees - before.iova_frees);
}

static void scattered(struct phys_run *run, unsigned int nr, u32 len)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		run[i] = (struct phys_run){ RAM + i * 0x100000ull, len };
}

/*
 * From here on every call of @site fails; the request has to wait. A mempool
 * asks the slab allocator first.
 */
static void start_refused(struct async *io, enum dmasim_site site,
			  const struct phys_run *run, unsigned int nr)
{
	prepare_ranges(io, REQ_OP_WRITE, run, nr);
	dmasim_dma_get_stats(&before);
	if (site == DMASIM_SITE_MEMPOOL)
		dmasim_fail_from(DMASIM_SITE_SLAB, 1);
	dmasim_fail_from(site, 1);
	submit_bio(io->bio);
	assert_false(io->done);
	assert_true(dmasim_fail_fired() > 0);
}

static void finish(struct async *io)
{
	dmasim_fail_off();
	dmasim_run_for(RETRY_NS);
	assert_done(io, 0);
}

/* spec: block-nvme F1, K5 */
static void list_that_cannot_be_had_leaves_no_range(void **state)
{
	struct phys_run run[8];
	struct async io;

	scattered(run, 8, 4096);
	start_refused(&io, DMASIM_SITE_DMA_POOL, run, 8);

	assert_nothing_held_after(0);
	assert_nothing_held_after(capture.tries - 1);
	assert_int_equal(dma_iova_size(&capture.iod.dma_state), 8 * 4096);
	assert_not_mapped(&((struct fixture){ .hw = disk.nvme }),
			  capture.iod.dma_state.addr, 8 * 4096);
	finish(&io);
}

/* spec: block-nvme F2, K6 */
static void sgl_that_cannot_be_had_leaves_nothing_mapped(void **state)
{
	struct phys_run run[2];
	struct async io;

	replug("data_path", "map");
	scattered(run, 2, SZ_64K);
	start_refused(&io, DMASIM_SITE_DMA_POOL, run, 2);

	assert_nothing_held_after(0);
	assert_int_equal(capture.iod.cmd.common.flags, NVME_CMD_SGL_METABUF);
	assert_int_equal(capture.iod.nr_dma_vecs, 0);
	finish(&io);
	assert_int_equal(sqe()[1], 0x40);
}

/* spec: block-nvme F3 */
static void second_list_page_that_fails_returns_the_first(void **state)
{
	dmasim_fail_nth(DMASIM_SITE_DMA_POOL, 2);
	assert_int_equal(write_run(RAM, 514 * 4096), 0);

	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(dmasim_site_calls(DMASIM_SITE_DMA_POOL), 4);
	assert_int_equal(capture.tries, 2);
	assert_int_equal(capture.iod.nr_descriptors, 2);
}

/* The map path, with what stays in place: pool pages, cached addresses. */
static void warm_map_path(struct phys_run *run)
{
	replug("data_path", "map");
	scattered(run, 8, 4096);
	assert_int_equal(write_ranges(run, 8), 0);
	capture_start();
	dmasim_dma_get_stats(&before);
}

/* spec: block-nvme F4 */
static void fifth_segment_that_fails_unmaps_four(void **state)
{
	struct phys_run run[8];

	warm_map_path(run);
	/* below 4 GiB and then anywhere: both are refused */
	dmasim_fail_nth(DMASIM_SITE_IOVA, 5);
	dmasim_fail_any_nth(SWEEP_SITE(DMASIM_SITE_IOVA), 6);

	assert_int_equal(write_ranges(run, 8), 0);
	assert_int_equal(dmasim_fail_fired(), 2);
	assert_int_equal(capture.then[0].unmaps - before.unmaps, 4);
	assert_nothing_held_after(0);
	assert_int_equal(capture.tries, 2);
	assert_int_equal(capture.iod.nr_dma_vecs, 8);
}

static struct request *request_with_a_gap(void)
{
	const struct phys_run run[] = { { RAM, 0x1000 },
					{ RAM + 0x100200, 0xe00 },
					{ RAM + 0x200000, 0x1200 } };
	struct bio *bio = bio_of_ranges(REQ_OP_DRV_OUT, run, 3);
	struct request *req = user_request(nvme_cmd_write, 24);

	bio->bi_end_io = free_bio;
	req->bio = req->biotail = bio;
	req->__data_len = 0x3000;
	req->nr_phys_segments = 3;
	return req;
}

/* spec: block-nvme F5 */
static void inner_edge_off_the_page_is_refused(void **state)
{
	struct phys_run run[8];

	warm_map_path(run);
	expect_warns(1);

	assert_int_equal(run_user(request_with_a_gap()), -EIO);
	assert_int_equal(run_user(request_with_a_gap()), -EIO);
	assert_int_equal(capture.tries, 2);
	assert_nothing_held_after(0);
	assert_nothing_held_after(1);
	assert_int_equal(capture.iod.nr_dma_vecs, 0);
	assert_int_equal(capture.iod.nr_descriptors, 0);
}

/* spec: block-nvme F6 */
static void no_memory_for_the_vectors_unmaps_the_first(void **state)
{
	struct phys_run run[8];
	struct async io;

	warm_map_path(run);
	start_refused(&io, DMASIM_SITE_MEMPOOL, run, 8);

	assert_true(dmasim_site_calls(DMASIM_SITE_MEMPOOL) > 0);
	assert_nothing_held_after(0);
	assert_int_equal(capture.then[0].maps - before.maps, 1);
	assert_int_equal(capture.then[0].unmaps - before.unmaps, 1);
	assert_null(capture.iod.dma_vecs);
	finish(&io);
}

static void first_segment_that_fails_holds_nothing(void **state)
{
	struct phys_run run[8];
	struct async io;

	replug("data_path", "map");
	scattered(run, 8, 4096);
	start_refused(&io, DMASIM_SITE_IOVA, run, 8);

	assert_int_equal(capture.then[0].maps, before.maps);
	assert_nothing_held_after(0);
	finish(&io);
}

static void failed_sync_fails_the_io_at_once(void **state)
{
	struct phys_run run[8];

	scattered(run, 8, 4096);
	dmasim_dma_get_stats(&before);
	dmasim_fail_from(DMASIM_SITE_IOMMU_SYNC, 1);

	assert_int_equal(write_ranges(run, 8), -EIO);
	assert_nothing_held_after(0);
	dmasim_fail_off();
	assert_int_equal(write_ranges(run, 8), 0);
}

static enum rq_end_io_ret passthrough_ended(struct request *req,
					    blk_status_t status)
{
	*(bool *)req->end_io_data = true;
	assert_int_equal(status, BLK_STS_OK);
	return RQ_END_IO_FREE;
}

/* spec: block-nvme K23 */
static void format_of_a_failed_try_is_forgotten(void **state)
{
	struct request *req = user_request(nvme_cmd_write, 256);
	struct phys_run run[2];
	bool done = false;
	struct bio *bio;

	scattered(run, 2, SZ_64K);
	bio = bio_of_ranges(REQ_OP_DRV_OUT, run, 2);
	bio->bi_end_io = free_bio;
	assert_int_equal(blk_rq_append_bio(req, bio), 0);
	nvme_req(req)->flags = 0; /* the kernel's own, it may take either */
	req->end_io = passthrough_ended;
	req->end_io_data = &done;
	dmasim_fail_from(DMASIM_SITE_DMA_POOL, 1);
	blk_execute_rq_nowait(req, false);
	assert_int_equal(capture.iod.cmd.common.flags, 0x40);

	dmasim_fail_off();
	assert_int_equal(dmasim_param_set("nvme", "sgl_threshold", "0"), 0);
	dmasim_run_for(RETRY_NS);
	assert_true(done);
	assert_int_equal(sqe()[1], 0x00);
}

/* spec: block-nvme R19 */
static void refused_request_is_tried_again_after_3_ms(void **state)
{
	const struct phys_run run = { RAM, 4096 };
	struct async io;
	unsigned int tries;

	start_refused(&io, DMASIM_SITE_MAP, &run, 1);
	tries = capture.tries;
	dmasim_run_for(2900000);
	assert_int_equal(capture.tries, tries);
	dmasim_fail_off();
	dmasim_run_for(200000);
	assert_int_equal(capture.tries, tries + 1);
	assert_done(&io, 0);
}

int main(void)
{
	const struct CMUnitTest direct[] = {
		probe_case(second_list_page_that_fails_returns_the_first,
			   direct_setup_no_sgl),
		probe_case(inner_edge_off_the_page_is_refused,
			   probe_setup_no_sgl),
		probe_case(format_of_a_failed_try_is_forgotten, probe_setup),
		probe_case(refused_request_is_tried_again_after_3_ms,
			   probe_setup),
	};
	const struct CMUnitTest translated[] = {
		probe_case(list_that_cannot_be_had_leaves_no_range,
			   probe_setup_no_sgl),
		probe_case(sgl_that_cannot_be_had_leaves_nothing_mapped,
			   probe_setup),
		probe_case(fifth_segment_that_fails_unmaps_four,
			   probe_setup_no_sgl),
		probe_case(inner_edge_off_the_page_is_refused,
			   probe_setup_no_sgl),
		probe_case(no_memory_for_the_vectors_unmaps_the_first,
			   probe_setup_no_sgl),
		probe_case(first_segment_that_fails_holds_nothing,
			   probe_setup_no_sgl),
		probe_case(failed_sync_fails_the_io_at_once, probe_setup),
	};

	return run_variants("nvme_failure", direct, variants_direct) +
	       run_variants("nvme_failure", translated, variants_strict);
}
