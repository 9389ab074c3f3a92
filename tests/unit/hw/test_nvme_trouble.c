/* SPDX-License-Identifier: MIT */
/*
 * NVMe controller: commands that are held, released and aborted; interrupts
 * that get lost; completions that come twice; death (src/hw/nvme_trouble.c).
 */
#include "nvme_host.h"

static struct hw_nvme_stats stats(void)
{
	struct hw_nvme_stats now;

	hw_nvme_get_stats(host.nvme, &now);
	return now;
}

static void submit(uint16_t cid)
{
	struct nvme_sqe cmd = rw(WRITE, cid, 1, DATA, 0);

	cmd.cid = cid;
	put_cmd(1, &cmd);
	ring(1);
}

/* Entries posted and not taken yet; phase is 1 in the first lap. */
static unsigned int posted(void)
{
	struct nvme_cqe *cq = ram(CQ1);
	unsigned int nr = 0;

	while (host.head[1] + nr < DEPTH && cq[host.head[1] + nr].status & 1)
		nr++;
	return nr;
}

static uint32_t abort_cid(uint16_t cid)
{
	struct nvme_sqe cmd = { .opcode = 0x08, .cdw10 = 1 | cid << 16 };

	put_cmd(0, &cmd);
	ring(0);
	return take_cqe(0).result;
}

static void held_commands_end_when_released_in_order(void **state)
{
	assert_true(hw_nvme_hold(host.nvme, false, 2));
	submit(10);
	submit(11);
	submit(12);
	assert_int_equal(posted(), 1);
	assert_int_equal(take_cqe(1).cid, 12);
	assert_int_equal(stats().cmds_write, 1);

	hw_nvme_release(host.nvme);
	assert_int_equal(posted(), 2);
	assert_int_equal(take_cqe(1).cid, 10);
	assert_int_equal(take_cqe(1).cid, 11);
	assert_int_equal(stats().cmds_write, 3);
}

static void abort_ends_a_held_command_and_only_that(void **state)
{
	struct nvme_cqe cqe;

	assert_true(hw_nvme_hold(host.nvme, false, 2));
	submit(10);
	submit(11);
	assert_int_equal(abort_cid(11), 0);
	cqe = take_cqe(1);
	assert_int_equal(cqe.cid, 11);
	assert_int_equal(cqe.sq_id, 1);
	assert_int_equal(cqe.status >> 1, 0x07);
	/* the second time there is nothing to abort */
	assert_int_equal(abort_cid(11), 1);
	assert_int_equal(abort_cid(99), 1);
	assert_int_equal(stats().cmds_aborted, 1);
	assert_int_equal(stats().cmds_write, 0);
	hw_nvme_release(host.nvme);
	assert_int_equal(take_cqe(1).cid, 10);
}

static void command_id_of_a_held_command_is_taken(void **state)
{
	assert_true(hw_nvme_hold(host.nvme, false, 1));
	submit(10);
	submit(10);
	assert_int_equal(take_cqe(1).status >> 1 & ~ST_DNR, 0x03);
	assert_int_equal(violations(), 1);
	hw_nvme_release(host.nvme);
	assert_int_equal(take_cqe(1).status >> 1, 0);
}

static void reset_forgets_what_is_held(void **state)
{
	assert_true(hw_nvme_hold(host.nvme, false, 1));
	submit(10);
	set_reg(0x14, 0);
	memset(ram(ASQ), 0, 0x4000);
	memset(host.tail, 0, sizeof(host.tail));
	memset(host.head, 0, sizeof(host.head));
	set_reg(0x14, 0x00460001);
	create_queues();
	hw_nvme_release(host.nvme);
	assert_int_equal(posted(), 0);
	assert_int_equal(stats().cmds_write, 0);
}

static void deleted_queue_forgets_what_is_held(void **state)
{
	struct nvme_sqe del = { .opcode = 0x00, .cdw10 = 1 };

	assert_true(hw_nvme_hold(host.nvme, false, 1));
	submit(10);
	assert_int_equal(run(0, del), 0);
	hw_nvme_release(host.nvme);
	assert_int_equal(posted(), 0);
}

static void admin_commands_can_be_held(void **state)
{
	struct nvme_sqe cmd = { .opcode = 0x18, .cid = 7 };

	assert_true(hw_nvme_hold(host.nvme, true, 1));
	put_cmd(0, &cmd);
	ring(0);
	submit(10);
	assert_int_equal(posted(), 1); /* I/O goes on */
	hw_nvme_release(host.nvme);
	assert_int_equal(take_cqe(0).cid, 7);
}

static void no_more_than_64_are_held(void **state)
{
	assert_false(hw_nvme_hold(host.nvme, false, 65));
	assert_true(hw_nvme_hold(host.nvme, false, 64));
	submit(10);
	assert_false(hw_nvme_hold(host.nvme, false, 64));
	assert_true(hw_nvme_hold(host.nvme, false, 63));
}

static void released_commands_wait_for_room(void **state)
{
	unsigned int i;

	assert_true(hw_nvme_hold(host.nvme, false, 1));
	submit(10);
	for (i = 0; i < DEPTH - 1; i++)
		submit(20 + i);
	assert_int_equal(posted(), DEPTH - 1);
	hw_nvme_release(host.nvme);
	assert_int_equal(stats().cmds_write, DEPTH - 1);
	take_cqe(1);
	assert_int_equal(stats().cmds_write, DEPTH);
}

static void lost_interrupts_are_not_sent(void **state)
{
	uint64_t before = stats().irqs;

	hw_nvme_lose_irq(host.nvme, 1);
	submit(10);
	assert_int_equal(stats().irqs, before);
	assert_int_equal(posted(), 1);
	submit(11);
	assert_int_equal(stats().irqs, before + 1);
}

static void last_completion_can_come_twice(void **state)
{
	submit(10);
	hw_nvme_repeat(host.nvme);
	assert_int_equal(posted(), 2);
	assert_int_equal(take_cqe(1).cid, 10);
	assert_int_equal(take_cqe(1).cid, 10);
	assert_int_equal(stats().cmds_write, 1);
}

static void dead_controller_fetches_nothing(void **state)
{
	hw_nvme_die(host.nvme);
	assert_int_equal(reg(0x1c) & 2, 2);
	submit(10);
	assert_int_equal(posted(), 0);
	set_reg(0x14, 0);
	assert_int_equal(reg(0x1c) & 3, 0);
}

static void a_queue_out_of_reach_is_fatal(void **state)
{
	uint16_t rid = hw_dev_rid(hw_nvme_dev(host.nvme));

	hw_cfg_write(rid, 0x04, 2, 0x2); /* memory, no bus mastering */
	submit(10);

	assert_int_equal(host_event_count(HOST_EVENT_REFUSAL, "nvme-fatal"), 1);
	assert_int_equal(reg(0x1c) & 2, 2);
	assert_int_equal(posted(), 0);
}

#define nvme_case(fn) \
	cmocka_unit_test_setup_teardown(fn, nvme_setup, nvme_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		nvme_case(held_commands_end_when_released_in_order),
		nvme_case(abort_ends_a_held_command_and_only_that),
		nvme_case(command_id_of_a_held_command_is_taken),
		nvme_case(reset_forgets_what_is_held),
		nvme_case(deleted_queue_forgets_what_is_held),
		nvme_case(admin_commands_can_be_held),
		nvme_case(no_more_than_64_are_held),
		nvme_case(released_commands_wait_for_room),
		nvme_case(lost_interrupts_are_not_sent),
		nvme_case(last_completion_can_come_twice),
		nvme_case(dead_controller_fetches_nothing),
		nvme_case(a_queue_out_of_reach_is_fatal),
	};

	return cmocka_run_group_tests_name("hw_nvme_trouble", tests, NULL,
					   NULL);
}
