/* SPDX-License-Identifier: MIT */
/*
 * NVMe controller: registers, queues, commands, interrupts. spec: block-nvme
 * section 11.
 */
#include "nvme_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- registers -------------------------------------------------------------- */

static void capabilities_say_what_was_configured(void **state)
{
	assert_int_equal(reg(0x00) & 0xffff, 63);
	assert_int_equal(reg(0x00) >> 16 & 1, 1);
	assert_int_equal(reg(0x04) >> 5 & 1, 1);
	assert_int_equal(reg(0x08), 0x00010300);
}

static void disabling_forgets_queues_and_readiness(void **state)
{
	set_reg(0x14, 0x00460000);

	assert_int_equal(reg(0x1c), 0);
	set_reg(0x1008, 1);
	assert_int_equal(violations(), 1);
}

static void shutdown_completes(void **state)
{
	set_reg(0x14, 0x00464001);
	assert_int_equal(reg(0x1c) >> 2 & 3, 2);
}

static void enabling_with(uint32_t aqa, uint64_t asq, uint32_t cc)
{
	nvme_plug();
	set_reg(0x24, aqa);
	set_reg(0x28, asq);
	set_reg(0x30, ACQ);
	set_reg(0x14, cc);
	/* fatal status and not ready, with the reason as an event */
	assert_int_equal(reg(0x1c) & 3, 2);
	assert_int_equal(violations(), 1);
	nvme_teardown(NULL);
}

static void impossible_configurations_are_fatal(void **state)
{
	enabling_with(0x00070007, ASQ + 64, 0x00460001);
	enabling_with(0x00070000, ASQ, 0x00460001);
	enabling_with(0x00070007, ASQ, 0x00460081);
	enabling_with(0x00070007, ASQ, 0x00460011);
}

static void admin_registers_are_locked_while_enabled(void **state)
{
	set_reg(0x28, 0x700000);
	assert_int_equal(violations(), 1);
	assert_int_equal(reg(0x28), ASQ);
}

/* ---- queues and doorbells ------------------------------------------------------ */

static void doorbell_beyond_the_queue_is_refused(void **state)
{
	set_reg(0x1008, DEPTH);
	set_reg(0x100c, 3);
	set_reg(0x1010, 1);
	assert_int_equal(violations(), 3);
}

static void batch_is_completed_in_order_with_one_interrupt(void **state)
{
	struct nvme_sqe flush = { .opcode = 0, .nsid = 1 };
	struct hw_nvme_stats before, after;
	unsigned int i;

	hw_nvme_get_stats(host.nvme, &before);
	for (i = 0; i < 5; i++) {
		flush.cid = 100 + i;
		put_cmd(1, &flush);
	}
	ring(1);

	hw_nvme_get_stats(host.nvme, &after);
	assert_int_equal(after.irqs - before.irqs, 1);
	for (i = 0; i < 5; i++) {
		struct nvme_cqe cqe = take_cqe(1);

		assert_int_equal(cqe.cid, 100 + i);
		assert_int_equal(cqe.sq_id, 1);
		assert_int_equal(cqe.sq_head, i + 1);
		assert_int_equal(cqe.status, 1);
	}
}

static void phase_flips_when_the_ring_wraps(void **state)
{
	struct nvme_sqe flush = { .opcode = 0, .nsid = 1 };
	unsigned int i;

	for (i = 0; i < DEPTH; i++) {
		put_cmd(1, &flush);
		ring(1);
		assert_int_equal(take_cqe(1).status, 1);
	}
	put_cmd(1, &flush);
	ring(1);
	assert_int_equal(take_cqe(1).status, 0);
}

static void full_completion_queue_holds_commands_back(void **state)
{
	struct nvme_sqe flush = { .opcode = 0, .nsid = 1 };
	struct hw_nvme_stats stats;
	unsigned int i;

	for (i = 0; i < DEPTH - 1; i++)
		put_cmd(1, &flush);
	ring(1);
	put_cmd(1, &flush);
	ring(1);
	hw_nvme_get_stats(host.nvme, &stats);
	assert_int_equal(stats.cmds_flush, DEPTH - 1);

	take_cqe(1);
	hw_nvme_get_stats(host.nvme, &stats);
	assert_int_equal(stats.cmds_flush, DEPTH);
}

static uint16_t create(uint8_t opcode, uint32_t id, uint32_t size, uint64_t prp,
		       uint32_t cdw11)
{
	struct nvme_sqe cmd = { .opcode = opcode,
				.prp1 = prp,
				.cdw10 = id | (size - 1) << 16,
				.cdw11 = cdw11 };

	return run(0, cmd);
}

static void queue_commands_are_checked(void **state)
{
	struct nvme_sqe del = { .opcode = 0x04, .cdw10 = 1 };

	assert_int_equal(create(0x05, 0, 8, DATA, 1), 0x101);
	assert_int_equal(create(0x05, 1, 8, DATA, 1), 0x101);
	assert_int_equal(create(0x05, 3, 8, DATA, 1), 0x101);
	assert_int_equal(create(0x05, 2, 1, DATA, 1), 0x102);
	assert_int_equal(create(0x05, 2, 65, DATA, 1), 0x102);
	assert_int_equal(create(0x05, 2, 8, DATA, 0), 0x02);
	assert_int_equal(create(0x05, 2, 8, DATA + 64, 1), 0x13);
	assert_int_equal(create(0x05, 2, 8, DATA, 3 | 3 << 16), 0x108);
	assert_int_equal(create(0x01, 2, 8, DATA, 1 | 2 << 16), 0x100);
	assert_int_equal(run(0, del), 0x10c);
	del.opcode = 0x00;
	assert_int_equal(run(0, del), 0);
	del.opcode = 0x04;
	assert_int_equal(run(0, del), 0);
}

static void refused_ring_access_is_fatal(void **state)
{
	struct nvme_sqe sq = { .opcode = 0x01,
			       .prp1 = 0xe0000000,
			       .cdw10 = 2 | 7 << 16,
			       .cdw11 = 1 | 1 << 16 };

	assert_int_equal(run(0, sq), 0);
	set_reg(0x1010, 1);

	assert_int_equal(reg(0x1c) & 2, 2);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, NULL), 1);
}

/* ---- admin commands --------------------------------------------------------------- */

static void identify_describes_controller_and_namespace(void **state)
{
	struct nvme_sqe id = { .opcode = 0x06, .prp1 = DATA, .cdw10 = 1 };
	uint8_t *page = ram(DATA);

	assert_int_equal(run(0, id), 0);
	assert_memory_equal(page + 24, "libdmasim NVMe controller ", 26);
	assert_int_equal(page[512], 0x66);
	assert_int_equal(page[520], 0x0c);
	assert_int_equal(page[536], 1);

	id.cdw10 = 0;
	id.nsid = 1;
	assert_int_equal(run(0, id), 0);
	assert_int_equal(*(uint64_t *)page, 4096);
	assert_int_equal(page[130], 9);

	id.nsid = 2;
	assert_int_equal(run(0, id), 0x0b);
	id.cdw10 = 0x77;
	assert_int_equal(run(0, id), 0x02);
}

static void queue_count_is_what_was_offered(void **state)
{
	struct nvme_sqe cmd = { .opcode = 0x09,
				.cdw10 = 7,
				.cdw11 = 15 | 15 << 16 };
	struct nvme_cqe cqe;

	put_cmd(0, &cmd);
	ring(0);
	cqe = take_cqe(0);
	assert_int_equal(cqe.status >> 1, 0);
	assert_int_equal(cqe.result, 1 | 1 << 16);
}

static void event_request_stays_pending(void **state)
{
	struct nvme_sqe aer = { .opcode = 0x0c, .cid = 31 };
	struct nvme_sqe keep_alive = { .opcode = 0x18, .cid = 5 };

	put_cmd(0, &aer);
	put_cmd(0, &keep_alive);
	ring(0);
	assert_int_equal(take_cqe(0).cid, 5);
}

static void unknown_opcodes_are_refused(void **state)
{
	assert_int_equal(run(0, (struct nvme_sqe){ .opcode = 0x7e }), 0x01);
	assert_int_equal(run(1, (struct nvme_sqe){ .opcode = 0x7e, .nsid = 1 }),
			 0x01);
	assert_int_equal(run(1, (struct nvme_sqe){ .opcode = 0, .nsid = 9 }),
			 0x0b);
}

/* ---- data ----------------------------------------------------------------------------- */

static void written_blocks_are_read_back(void **state)
{
	char back[1024];

	memset(ram(DATA), 0x5a, 1024);
	assert_int_equal(run(1, rw(WRITE, 10, 2, DATA, 0)), 0);
	assert_true(hw_nvme_store_read(host.nvme, 5120, back, sizeof(back)));
	assert_memory_equal(back, ram(DATA), sizeof(back));

	assert_int_equal(run(1, rw(READ, 10, 2, DATA + 0x1000, 0)), 0);
	assert_memory_equal(ram(DATA + 0x1000), ram(DATA), 1024);
}

static void range_past_the_end_is_refused(void **state)
{
	assert_int_equal(run(1, rw(READ, 4095, 1, DATA, 0)), 0);
	assert_int_equal(run(1, rw(READ, 4095, 2, DATA, 0)), 0x80);
	assert_int_equal(run(1, rw(READ, ~0ull, 2, DATA, 0)), 0x80);
}

static void deallocated_blocks_read_as_zeroes(void **state)
{
	struct nvme_sqe dsm = {
		.opcode = 0x09, .nsid = 1, .prp1 = DATA, .cdw10 = 1, .cdw11 = 4
	};
	uint32_t ranges[8] = { 0, 1, 4, 0, 0, 2, 8, 0 };
	uint8_t back[512];

	memset(ram(DATA), 0xff, 4096);
	assert_int_equal(run(1, rw(WRITE, 4, 8, DATA, 0)), 0);
	memcpy(ram(DATA), ranges, sizeof(ranges));
	assert_int_equal(run(1, dsm), 0);

	hw_nvme_store_read(host.nvme, 4 * 512, back, 512);
	assert_int_equal(back[0], 0);
	hw_nvme_store_read(host.nvme, 5 * 512, back, 512);
	assert_int_equal(back[0], 0xff);
	hw_nvme_store_read(host.nvme, 9 * 512, back, 512);
	assert_int_equal(back[511], 0);
}

static void bad_range_of_many_changes_nothing(void **state)
{
	struct nvme_sqe dsm = {
		.opcode = 0x09, .nsid = 1, .prp1 = DATA, .cdw10 = 1, .cdw11 = 4
	};
	uint32_t ranges[8] = { 0, 1, 4, 0, 0, 2, 4095, 0 };
	uint8_t back[1];

	memset(ram(DATA), 0xff, 512);
	assert_int_equal(run(1, rw(WRITE, 4, 1, DATA, 0)), 0);
	memcpy(ram(DATA), ranges, sizeof(ranges));
	assert_int_equal(run(1, dsm), 0x80);
	hw_nvme_store_read(host.nvme, 4 * 512, back, 1);
	assert_int_equal(back[0], 0xff);
}

static void command_can_be_told_to_fail(void **state)
{
	hw_nvme_fail_cmd(host.nvme, READ, 2, 0x281);

	assert_int_equal(run(1, rw(READ, 0, 1, DATA, 0)), 0);
	assert_int_equal(run(1, rw(WRITE, 0, 1, DATA, 0)), 0);
	assert_int_equal(run(1, rw(READ, 0, 1, DATA, 0)), 0x281);
	assert_int_equal(run(1, rw(READ, 0, 1, DATA, 0)), 0);
}

/* ---- configuration --------------------------------------------------------------------- */

static void impossible_namespaces_are_refused_with_a_reason(void **state)
{
	struct hw_nvme_config cfg = nvme_config;
	const char *why;

	board_on(&board_config);
	cfg.blocks = 0;
	assert_null(hw_nvme_create(&cfg, 0, &why));
	assert_string_equal(why, "the namespace has no blocks");
	cfg = nvme_config;
	cfg.blocks = 1ull << 60;
	assert_null(hw_nvme_create(&cfg, 0, &why));
	assert_string_equal(why, "the namespace is larger than 2^63 bytes");
	cfg = nvme_config;
	cfg.backing_path = "/";
	assert_null(hw_nvme_create(&cfg, 0, &why));
	assert_string_equal(why, "the backing file cannot be opened");
	cfg = nvme_config;
	cfg.mdts = 12;
	assert_null(hw_nvme_create(&cfg, 0, &why));
	assert_string_equal(why, "MDTS allows more than 8 MiB");
	board_teardown(NULL);
}

static void backing_file_keeps_the_data(void **state)
{
	char path[] = "/tmp/dmasim-nvme-XXXXXX", back[4] = "";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	nvme_config.backing_path = path;
	nvme_setup(state);
	memcpy(ram(DATA), "kept", 4);
	assert_int_equal(run(1, rw(WRITE, 1, 1, DATA, 0)), 0);
	nvme_teardown(state);
	nvme_config.backing_path = NULL;

	assert_int_equal(pread(fd, back, 4, 512), 4);
	assert_memory_equal(back, "kept", 4);
	close(fd);
	unlink(path);
}

#define nvme_case(fn) \
	cmocka_unit_test_setup_teardown(fn, nvme_setup, nvme_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		nvme_case(capabilities_say_what_was_configured),
		nvme_case(disabling_forgets_queues_and_readiness),
		nvme_case(shutdown_completes),
		cmocka_unit_test(impossible_configurations_are_fatal),
		nvme_case(admin_registers_are_locked_while_enabled),
		nvme_case(doorbell_beyond_the_queue_is_refused),
		nvme_case(batch_is_completed_in_order_with_one_interrupt),
		nvme_case(phase_flips_when_the_ring_wraps),
		nvme_case(full_completion_queue_holds_commands_back),
		nvme_case(queue_commands_are_checked),
		nvme_case(refused_ring_access_is_fatal),
		nvme_case(identify_describes_controller_and_namespace),
		nvme_case(queue_count_is_what_was_offered),
		nvme_case(event_request_stays_pending),
		nvme_case(unknown_opcodes_are_refused),
		nvme_case(written_blocks_are_read_back),
		nvme_case(range_past_the_end_is_refused),
		nvme_case(deallocated_blocks_read_as_zeroes),
		nvme_case(bad_range_of_many_changes_nothing),
		nvme_case(command_can_be_told_to_fail),
		cmocka_unit_test(
			impossible_namespaces_are_refused_with_a_reason),
		cmocka_unit_test(backing_file_keeps_the_data),
	};

	return cmocka_run_group_tests_name("hw_nvme", tests, NULL, NULL);
}
