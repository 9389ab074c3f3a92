/* SPDX-License-Identifier: MIT */
/*
 * Registers, rings, doorbells, completions and states of the NVMe driver, from
 * inside (src/consumers/nvme_pci).
 */
#include <linux/mm.h>

#include "unit/consumers/nvme_probe.h"

#include <string.h>

#define RAM 0x140000000ull /* where nobody lives */

static const struct phys_run one_page = { RAM, 4096 };

static uint64_t doorbells(void)
{
	struct dmasim_nvme_stats stats;

	dmasim_nvme_get_stats(disk.nvme, &stats);
	return stats.doorbells;
}

static struct request_queue *the_queue(void)
{
	return the_ns()->queue;
}

/* ---- registers: a controller that only takes notes ----------------------- */

static struct {
	unsigned int nr;
	struct {
		uint32_t off, val;
	} write[32];
	uint32_t cc;
} notes;

static uint64_t note_read(struct dmasim_device *dev, unsigned int bar,
			  uint64_t off, unsigned int size)
{
	uint32_t ready = notes.cc & NVME_CC_ENABLE;

	switch (off) {
	case NVME_REG_CAP: /* 64 entries, 500 ms */
		return 63 | 1 << 16 | 1 << 24;
	case NVME_REG_CAP + 4: /* NVM command set */
		return 1 << 5;
	case NVME_REG_CSTS:
		return ready |
		       (notes.cc & NVME_CC_SHN_MASK ? NVME_CSTS_SHST_CMPLT : 0);
	}
	return 0;
}

static void note_write(struct dmasim_device *dev, unsigned int bar,
		       uint64_t off, unsigned int size, uint64_t val)
{
	if (off >= NVME_REG_DBS || notes.nr == ARRAY_SIZE(notes.write))
		return;
	if (off == NVME_REG_CC)
		notes.cc = val;
	notes.write[notes.nr].off = off;
	notes.write[notes.nr].val = val;
	notes.nr++;
}

/* The first command is never answered, so the probe ends with a shutdown. */
static void registers_are_written_in_order(void **state)
{
	static const struct dmasim_model model = {
		.name = "notes",
		.vendor = 0x1b36,
		.device = 0x0010,
		.class_code = 0x010802,
		.bar[0] = { .size = 8192, .is64 = true },
		.bar[4] = { .size = 4096 },
		.msix_vectors = 4,
		.msix_bar = 4,
		.bar_read = note_read,
		.bar_write = note_write,
	};
	static const struct {
		uint32_t off, val;
		bool any;
	} want[] = {
		{ 0x14, 0 },	      { 0x24, 0x001f001f },
		{ 0x28, 0, true },    { 0x2c, 0, true },
		{ 0x30, 0, true },    { 0x34, 0, true },
		{ 0x14, 0x00460000 }, { 0x14, 0x00460001 },
		{ 0x14, 0x00464001 },
	};
	struct fixture *f = *state;
	struct dmasim_device *dev;
	unsigned int i;

	memset(&notes, 0, sizeof(notes));
	dmasim_device_create(f->machine, &model, NULL, &dev);
	dmasim_run();

	/* spec: block-nvme R1 */
	assert_int_equal(notes.nr, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(notes.write[i].off, want[i].off);
		if (!want[i].any)
			assert_int_equal(notes.write[i].val, want[i].val);
	}
	/* page aligned, and not one queue for both */
	assert_int_equal(notes.write[2].val & 0xfff, 0);
	assert_int_equal(notes.write[4].val & 0xfff, 0);
	assert_int_not_equal(notes.write[2].val, notes.write[4].val);
	assert_null(dmasim_disk("nvme0n1"));
	dmasim_device_destroy(dev);
}

/* ---- doorbells ----------------------------------------------------------- */

static unsigned long bar_offset(const void __iomem *reg)
{
	return (const char *)reg - (const char *)the_dev()->bar;
}

/* spec: block-nvme R2 */
static void doorbells_follow_the_stride(void **state)
{
	assert_int_equal(bar_offset(io_queue()->q_db), 0x1008);
	assert_int_equal(bar_offset(io_queue()->q_db + the_dev()->db_stride),
			 0x100c);

	disk.cfg.doorbell_stride = 16;
	replug(NULL, NULL);
	assert_int_equal(bar_offset(io_queue()->q_db), 0x1020);
	assert_int_equal(bar_offset(io_queue()->q_db + the_dev()->db_stride),
			 0x1030);
	assert_int_equal(write_run(RAM, 4096), 0);
}

/* A request that was started by hand frees itself. */
static blk_status_t queue_flush(bool last)
{
	struct nvme_command cmd = { .common = { .opcode = nvme_cmd_flush,
						.nsid = cpu_to_le32(1) } };
	struct blk_mq_queue_data bd = { .last = last };

	bd.rq = blk_mq_alloc_request(the_queue(), REQ_OP_DRV_IN, 0);
	assert_false(IS_ERR(bd.rq));
	nvme_init_request(bd.rq, &cmd);
	return the_queue()->mq_ops->queue_rq(bd.rq->mq_hctx, &bd);
}

/* spec: block-nvme R3 */
static void plugged_requests_ring_once(void **state)
{
	struct blk_plug plug;
	struct async io[5];
	uint64_t before = doorbells();
	unsigned int i;

	dmasim_nvme_hold(disk.nvme, false, 5); /* no completion doorbell */
	blk_start_plug(&plug);
	for (i = 0; i < 5; i++) {
		prepare_ranges(&io[i], REQ_OP_WRITE, &one_page, 1);
		io[i].bio->bi_iter.bi_sector = 64 * i;
		submit_bio(io[i].bio);
	}
	blk_finish_plug(&plug);
	assert_int_equal(doorbells() - before, 1);
	assert_int_equal(io_queue()->last_sq_tail, 5);

	dmasim_nvme_release(disk.nvme);
	dmasim_run();
	for (i = 0; i < 5; i++)
		assert_done(&io[i], 0);
}

/* spec: block-nvme R3 */
static void unfinished_batch_is_rung_by_commit(void **state)
{
	struct nvme_queue *q = io_queue();
	uint64_t before;

	dmasim_nvme_hold(disk.nvme, false, 2);
	before = doorbells();
	assert_int_equal(queue_flush(false), BLK_STS_OK);
	assert_int_equal(queue_flush(false), BLK_STS_OK);
	assert_int_equal(doorbells(), before);
	the_queue()->mq_ops->commit_rqs(the_queue()->hctxs[0]);
	assert_int_equal(doorbells() - before, 1);
	assert_int_equal(q->last_sq_tail, 2);
	/* nothing is left to be told */
	the_queue()->mq_ops->commit_rqs(the_queue()->hctxs[0]);
	assert_int_equal(doorbells() - before, 1);
	dmasim_nvme_release(disk.nvme);
	dmasim_run();
}

static int setup_depth_4(void **state)
{
	fixture_setup_without_device(state);
	assert_int_equal(dmasim_param_set("nvme", "io_queue_depth", "4"), 0);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk_plug(*state, "link");
	capture_start();
	return 0;
}

/* spec: block-nvme R3 */
static void ring_that_would_look_full_is_rung(void **state)
{
	uint64_t before;

	dmasim_nvme_hold(disk.nvme, false, 3);
	before = doorbells();
	queue_flush(false);
	queue_flush(false);
	assert_int_equal(doorbells(), before);
	queue_flush(false);
	assert_int_equal(doorbells() - before, 1);
	assert_int_equal(io_queue()->last_sq_tail, 3);
	dmasim_nvme_release(disk.nvme);
	dmasim_run();
}

/* ---- completions --------------------------------------------------------- */

/* spec: block-nvme R4 */
static void phase_turns_at_the_end_of_the_ring(void **state)
{
	struct nvme_queue *q = io_queue();
	unsigned int i;

	assert_int_equal(q->cq_phase, 1);
	for (i = 0; i < 4; i++)
		assert_int_equal(write_run(RAM, 4096), 0);
	assert_int_equal(q->cq_head, 0);
	assert_int_equal(q->cq_phase, 0);
	assert_false(nvme_queue_poll_all(q));
	assert_int_equal(write_run(RAM, 4096), 0);
	assert_int_equal(q->cq_head, 1);
}

/* Occupy tags so that the next request gets tag 5, in its generation 3. */
static void take_tags_0_to_4(struct request **taken)
{
	struct blk_mq_tags *tags = the_dev()->tagset.tags[0];
	unsigned int i;

	for (i = 0; i < 5; i++) {
		taken[i] = blk_mq_alloc_request(the_queue(), REQ_OP_DRV_IN, 0);
		assert_int_equal(taken[i]->tag, i);
	}
	nvme_req(tags->static_rqs[5])->genctr = 3;
}

/* spec: block-nvme R5 */
static void completion_that_comes_twice_is_dropped(void **state)
{
	uint64_t since = dmasim_event_last();
	struct request *taken[5];
	unsigned int i;

	take_tags_0_to_4(taken);
	assert_int_equal(write_run(RAM, 4096), 0);
	assert_hex(&io_queue()->cqes[0],
		   "00 00 00 00 00 00 00 00 01 00 01 00 05 30 01 00");

	dmasim_nvme_repeat(disk.nvme);
	dmasim_run();
	assert_int_equal(io_queue()->cq_head, 2);
	assert_true(log_has(since, "invalid id 12293 completed on queue 1"));
	assert_int_equal(capture.unmaps, 1);
	for (i = 0; i < 5; i++)
		blk_mq_free_request(taken[i]);
	assert_int_equal(write_run(RAM, 4096), 0);
}

static void fail_again(struct request *req)
{
	dmasim_nvme_fail(disk.nvme, -1, 1, 0x0013);
}

/* spec: block-nvme R6 */
static void final_status_ends_the_bio_others_are_tried_six_times(void **state)
{
	dmasim_nvme_fail(disk.nvme, -1, 1, 0x4013);
	assert_int_equal(write_run(RAM, 4096), -EIO);
	assert_hex((u8 *)&io_queue()->cqes[0] + 14, "27 80");
	assert_int_equal(capture.tries, 1);

	capture.tries = 0;
	capture.on_map = fail_again;
	assert_int_equal(write_run(RAM, 4096), -EIO);
	assert_int_equal(capture.tries, 6);

	/* one try more than the parameter says */
	assert_int_equal(dmasim_param_set("nvme", "max_retries", "0"), 0);
	capture.tries = 0;
	assert_int_equal(write_run(RAM, 4096), -EIO);
	assert_int_equal(capture.tries, 1);
	dmasim_nvme_fail(disk.nvme, -1, 0, 0);
}

/* ---- blk-mq over this driver --------------------------------------------- */

/* spec: block-nvme R17 */
static void freeze_waits_for_what_is_in_flight(void **state)
{
	struct async io[2];

	dmasim_nvme_hold(disk.nvme, false, 2);
	start_ranges(&io[0], REQ_OP_WRITE, &one_page, 1);
	start_ranges(&io[1], REQ_OP_WRITE, &one_page, 1);
	blk_freeze_queue_start(the_queue());
	assert_int_equal(blk_mq_freeze_queue_wait_timeout(the_queue(), HZ), 0);

	dmasim_nvme_release(disk.nvme);
	assert_true(blk_mq_freeze_queue_wait_timeout(the_queue(), HZ) > 0);
	assert_done(&io[0], 0);
	assert_done(&io[1], 0);
	blk_mq_unfreeze_queue_nomemrestore(the_queue());
	assert_int_equal(write_run(RAM, 4096), 0);
}

/* spec: block-nvme R17 */
static void quiesce_stops_submission_but_not_completion(void **state)
{
	struct async held, late;

	dmasim_nvme_hold(disk.nvme, false, 1);
	start_ranges(&held, REQ_OP_WRITE, &one_page, 1);
	blk_mq_quiesce_queue(the_queue());
	start_ranges(&late, REQ_OP_WRITE, &one_page, 1);
	dmasim_nvme_release(disk.nvme);
	dmasim_run();
	assert_done(&held, 0);
	assert_false(late.done);
	assert_int_equal(capture.tries, 1);

	blk_mq_unquiesce_queue(the_queue());
	dmasim_run();
	assert_done(&late, 0);
	expect_warns(1);
	blk_mq_unquiesce_queue(the_queue());
}

/* spec: block-nvme R20 */
static void nowait_says_why_it_cannot_wait(void **state)
{
	struct request *taken[3];
	unsigned int i;
	void *none;

	for (i = 0; i < 3; i++) {
		taken[i] = blk_mq_alloc_request(the_queue(), REQ_OP_DRV_IN,
						BLK_MQ_REQ_NOWAIT);
		assert_false(IS_ERR(taken[i]));
	}
	none = blk_mq_alloc_request(the_queue(), REQ_OP_DRV_IN,
				    BLK_MQ_REQ_NOWAIT);
	assert_int_equal(PTR_ERR(none), -EWOULDBLOCK);
	for (i = 0; i < 3; i++)
		blk_mq_free_request(taken[i]);

	blk_mq_freeze_queue_nomemsave(the_queue());
	none = blk_mq_alloc_request(the_queue(), REQ_OP_DRV_IN,
				    BLK_MQ_REQ_NOWAIT);
	assert_int_equal(PTR_ERR(none), -EAGAIN);
	blk_mq_unfreeze_queue_nomemrestore(the_queue());
}

/* ---- states -------------------------------------------------------------- */

/* spec: block-nvme R18 */
static void only_the_arcs_of_the_table_are_legal(void **state)
{
	/* rows: from; columns: to - NEW LIVE RESET CONN DEL DEL_NOIO DEAD */
	static const bool legal[7][7] = {
		/* NEW      */ { 0, 0, 1, 1, 0, 0, 0 },
		/* LIVE     */ { 0, 0, 1, 0, 1, 0, 0 },
		/* RESET    */ { 0, 0, 0, 1, 1, 0, 0 },
		/* CONN     */ { 0, 1, 0, 0, 1, 0, 0 },
		/* DEL      */ { 0, 0, 0, 0, 0, 1, 1 },
		/* DEL_NOIO */ { 0, 0, 0, 0, 0, 0, 0 },
		/* DEAD     */ { 0, 0, 0, 0, 0, 1, 0 },
	};
	struct nvme_ctrl ctrl = {};
	unsigned int from, to;

	spin_lock_init(&ctrl.lock);
	init_waitqueue_head(&ctrl.state_wq);
	for (from = 0; from < 7; from++) {
		for (to = 0; to < 7; to++) {
			ctrl.state = from;
			assert_int_equal(nvme_change_ctrl_state(&ctrl, to),
					 legal[from][to]);
			assert_int_equal(nvme_ctrl_state(&ctrl),
					 legal[from][to] ? to : from);
		}
	}
}

#define ring_case(fn) probe_case(fn, probe_setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(registers_are_written_in_order,
						fixture_setup_without_device,
						fixture_teardown),
		ring_case(doorbells_follow_the_stride),
		ring_case(plugged_requests_ring_once),
		ring_case(unfinished_batch_is_rung_by_commit),
		probe_case(ring_that_would_look_full_is_rung, setup_depth_4),
		probe_case(phase_turns_at_the_end_of_the_ring, setup_depth_4),
		ring_case(completion_that_comes_twice_is_dropped),
		ring_case(final_status_ends_the_bio_others_are_tried_six_times),
		ring_case(freeze_waits_for_what_is_in_flight),
		ring_case(quiesce_stops_submission_but_not_completion),
		probe_case(nowait_says_why_it_cannot_wait, setup_depth_4),
		ring_case(only_the_arcs_of_the_table_are_legal),
	};

	return run_variants("nvme_rings", tests, variants_two);
}
