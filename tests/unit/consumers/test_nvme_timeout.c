/* SPDX-License-Identifier: MIT */
/*
 * Commands that are late (src/consumers/nvme_pci/queue.c, pci.c): found in the
 * ring, aborted, or ended by a reset; and a controller that is given up. Time
 * is virtual: 30 s for I/O, 60 s for admin commands.
 */
#include <linux/mm.h>

#include "unit/consumers/nvme_probe.h"

#include <string.h>

#define RAM 0x140000000ull /* where nobody lives */
#define SEC 1000000000ull

static const struct phys_run one_page = { RAM, 4096 };
static uint64_t start_time, start_event;
static struct dmasim_nvme_stats stats;

static int setup(void **state)
{
	probe_setup(state);
	start_time = dmasim_now();
	start_event = dmasim_event_last();
	return 0;
}

static void assert_seconds(unsigned int want)
{
	uint64_t passed = dmasim_now() - start_time;

	/* the queue's timer may be a little late, never early */
	assert_in_range(passed, want * SEC, want * SEC + SEC / 2);
}

static bool logged(const char *part)
{
	return log_has(start_event, part);
}

static void assert_works(void)
{
	assert_int_equal(nvme_ctrl_state(the_ctrl()), NVME_CTRL_LIVE);
	assert_int_equal(write_run(RAM, 33 * 4096), 0);
	dmasim_nvme_get_stats(disk.nvme, &stats);
	assert_int_equal(stats.violations, 0);
}

/* ---- lost interrupt, abort ----------------------------------------------- */

static void lost_interrupt_is_found_by_polling(void **state)
{
	dmasim_nvme_lose_irq(disk.nvme, 1);
	assert_int_equal(write_run(RAM, 4096), 0);

	/* spec: block-nvme R10 */
	assert_seconds(30);
	assert_true(logged("completion polled"));
	assert_int_equal(capture.tries, 1);
	assert_int_equal(capture.unmaps, 1);
	assert_int_equal(capture.status[0], 0);
	assert_works();
	assert_int_equal(stats.aborted, 0);
}

static void held_command_is_aborted_and_tried_again(void **state)
{
	dmasim_nvme_hold(disk.nvme, false, 1);
	assert_int_equal(write_run(RAM, 4096), 0);

	/* spec: block-nvme R11 - the abort, which succeeds */
	assert_seconds(30);
	assert_true(logged("Abort status: 0x0"));
	assert_int_equal(capture.tries, 2);
	assert_int_equal(capture.status[0], NVME_SC_ABORT_REQ);
	assert_int_equal(capture.status[1], 0);
	assert_works();
	assert_int_equal(stats.aborted, 1);
}

static void command_aborted_six_times_fails(void **state)
{
	dmasim_nvme_hold(disk.nvme, false, 64);
	assert_int_equal(write_run(RAM, 4096), -EIO);

	assert_seconds(6 * 30);
	assert_int_equal(capture.tries, 6);
	assert_int_equal(capture.unmaps, 6);
	dmasim_nvme_release(disk.nvme);
	assert_works();
	assert_int_equal(stats.aborted, 6);
}

/* ---- reset --------------------------------------------------------------- */

static void abort_that_does_not_help_leads_to_a_reset(void **state)
{
	dmasim_nvme_hold(disk.nvme, false, 1);
	dmasim_nvme_hold(disk.nvme, true, 1); /* the abort itself */
	assert_int_equal(write_run(RAM, 4096), 0);

	/* spec: block-nvme R11 */
	assert_seconds(60);
	assert_true(logged("aborting"));
	assert_true(logged("reset controller"));
	assert_int_equal(capture.status[0], NVME_SC_HOST_ABORTED_CMD);
	/* unmapped, then the reset's Identify, then submitted again */
	assert_int_equal(capture.tries, 3);
	assert_int_equal(capture.unmaps, 3);
	assert_int_equal(capture.status[2], 0);
	dmasim_run(); /* what the reset still has to do */
	assert_works();
	assert_int_equal(stats.aborted, 0);
}

static void dead_controller_is_reset_without_an_abort(void **state)
{
	struct async io;

	dmasim_nvme_hold(disk.nvme, false, 1);
	start_ranges(&io, REQ_OP_WRITE, &one_page, 1);
	dmasim_nvme_die(disk.nvme);
	dmasim_run_for(31 * SEC);

	/* spec: block-nvme R12 */
	assert_true(logged("controller is down"));
	assert_false(logged("aborting"));
	assert_int_equal(capture.status[0], NVME_SC_HOST_ABORTED_CMD);
	assert_done(&io, 0);
	assert_works();
}

static void late_admin_command_resets_the_controller(void **state)
{
	struct nvme_command cmd = { .identify = { .opcode = nvme_admin_identify,
						  .cns = NVME_ID_CNS_CTRL } };
	void *id = kmalloc(4096, GFP_KERNEL);

	dmasim_nvme_hold(disk.nvme, true, 1);
	/* spec: block-nvme R13 */
	assert_int_equal(nvme_submit_sync_cmd(the_ctrl()->admin_q, &cmd, id,
					      4096),
			 -EINTR);
	assert_seconds(60);
	assert_int_equal(capture.status[0], NVME_SC_HOST_ABORTED_CMD);
	assert_true(logged("reset controller"));
	kfree(id);
	dmasim_run_for(SEC);
	assert_works();
}

static void everything_in_flight_survives_a_reset(void **state)
{
	struct async io[20];
	unsigned int i;

	dmasim_nvme_hold(disk.nvme, false, 20);
	dmasim_nvme_hold(disk.nvme, true, 4);
	for (i = 0; i < 20; i++)
		start_ranges(&io[i], REQ_OP_WRITE, &one_page, 1);
	dmasim_run_for(62 * SEC);
	for (i = 0; i < 20; i++)
		assert_done(&io[i], 0);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_FAULT, NULL), 0);
	assert_works();
}

static void bio_that_comes_during_a_reset_waits_for_its_end(void **state)
{
	assert_true(nvme_change_ctrl_state(the_ctrl(), NVME_CTRL_RESETTING));
	nvme_dev_disable(the_dev(), false);
	assert_int_equal(the_dev()->online_queues, 0);
	assert_int_equal(nvme_try_sched_reset(the_ctrl()), 0);

	assert_int_equal(write_run(RAM, 4096), 0);
	assert_int_equal(the_dev()->online_queues, 2);
	dmasim_run();
	assert_works();
}

static void reset_keeps_working_ten_times(void **state)
{
	unsigned int i;

	for (i = 0; i < 10; i++) {
		assert_true(nvme_change_ctrl_state(the_ctrl(),
						   NVME_CTRL_RESETTING));
		assert_int_equal(nvme_try_sched_reset(the_ctrl()), 0);
		dmasim_run_for(SEC);
		assert_works();
	}
}

/* More queues than there are admin requests, so they go in several rounds. */
static void disabling_deletes_all_64_queues(void **state)
{
	uint64_t before;

	disk.f->cfg.nr_cpus = 64;
	disk_unplug();
	/* No probe survives a machine. */
	capture_stop();
	fixture_rebuild(disk.f);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk.cfg.queues = 64;
	disk_plug(disk.f, "link");
	assert_int_equal(the_dev()->online_queues, 65);

	dmasim_nvme_get_stats(disk.nvme, &stats);
	before = stats.others;
	assert_true(nvme_change_ctrl_state(the_ctrl(), NVME_CTRL_RESETTING));
	nvme_dev_disable(the_dev(), false);
	dmasim_nvme_get_stats(disk.nvme, &stats);
	assert_int_equal(stats.others - before, 64 + 64);
	assert_int_equal(stats.failed, 0);

	assert_int_equal(nvme_try_sched_reset(the_ctrl()), 0);
	dmasim_run_for(SEC);
	assert_works();
}

/* ---- the end ------------------------------------------------------------- */

static void controller_that_never_answers_again_is_given_up(void **state)
{
	struct async io, late;

	dmasim_nvme_hold(disk.nvme, false, 1);
	dmasim_nvme_hold(disk.nvme, true, 60);
	start_ranges(&io, REQ_OP_WRITE, &one_page, 1);
	/* abort, reset, 60 s for the queues, 60 s for the first Identify */
	dmasim_run_for(200 * SEC);

	assert_int_equal(nvme_ctrl_state(the_ctrl()), NVME_CTRL_DEAD);
	assert_done(&io, -EIO);
	start_ranges(&late, REQ_OP_WRITE, &one_page, 1);
	dmasim_run();
	assert_done(&late, -EIO);
}

static void unplugging_ends_what_is_held(void **state)
{
	struct async io;

	dmasim_nvme_hold(disk.nvme, false, 1);
	start_ranges(&io, REQ_OP_WRITE, &one_page, 1);
	disk_unplug();
	assert_done(&io, -EIO);
	assert_int_equal(capture.unmaps, 1);
}

static void unplugging_before_a_pending_reset_ends_what_waits(void **state)
{
	struct async io;

	dmasim_nvme_hold(disk.nvme, false, 1);
	start_ranges(&io, REQ_OP_WRITE, &one_page, 1);
	assert_true(nvme_change_ctrl_state(the_ctrl(), NVME_CTRL_RESETTING));
	nvme_dev_disable(the_dev(), false);
	assert_int_equal(nvme_try_sched_reset(the_ctrl()), 0);
	assert_false(io.done);
	disk_unplug();
	assert_done(&io, -EIO);
}

static void failed_reset_leaves_a_dead_disk(void **state)
{
	struct async io;

	dmasim_nvme_hold(disk.nvme, false, 1);
	start_ranges(&io, REQ_OP_WRITE, &one_page, 1);
	dmasim_nvme_die(disk.nvme);
	dmasim_run_for(29 * SEC);
	dmasim_fail_from(DMASIM_SITE_IRQ, 1);
	dmasim_run_for(2 * SEC);

	assert_true(dmasim_fail_fired() > 0);
	assert_int_equal(nvme_ctrl_state(the_ctrl()), NVME_CTRL_DEAD);
	assert_done(&io, -EIO);
}

#define timeout_case(fn) probe_case(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		timeout_case(lost_interrupt_is_found_by_polling),
		timeout_case(held_command_is_aborted_and_tried_again),
		timeout_case(command_aborted_six_times_fails),
		timeout_case(abort_that_does_not_help_leads_to_a_reset),
		timeout_case(dead_controller_is_reset_without_an_abort),
		timeout_case(late_admin_command_resets_the_controller),
		timeout_case(everything_in_flight_survives_a_reset),
		timeout_case(bio_that_comes_during_a_reset_waits_for_its_end),
		timeout_case(reset_keeps_working_ten_times),
		timeout_case(disabling_deletes_all_64_queues),
		timeout_case(controller_that_never_answers_again_is_given_up),
		timeout_case(unplugging_ends_what_is_held),
		timeout_case(unplugging_before_a_pending_reset_ends_what_waits),
		timeout_case(failed_reset_leaves_a_dead_disk),
	};

	return run_variants("nvme_timeout", tests, variants_two);
}
