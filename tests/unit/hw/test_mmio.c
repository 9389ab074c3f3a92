/* SPDX-License-Identifier: MIT */
/* src/hw/fabric.c, CPU side: host window, root port window, BAR, model. */
#include "unit/hw/board.h"

#define DEV_RID 0x0100

static void a_read_reaches_the_model(void **state)
{
	assert_int_equal(hw_mmio_read(MEM32 + 0x18, 4), 0x55667788);
	assert_int_equal(seen.bar, 0);
	assert_int_equal(seen.off, 0x18);
	assert_int_equal(seen.size, 4);
	assert_int_equal(hw_mmio_read(MEM32 + 2, 1), 0x88);
	assert_int_equal(hw_mmio_read(MEM32 + 8, 8), 0x1122334455667788);
	assert_int_equal(seen.reads, 3);
}

static void a_write_reaches_the_64_bit_bar(void **state)
{
	hw_mmio_write(MEM64 + 0xffff8, 8, 0xabcdef0123456789);
	assert_int_equal(seen.bar, 2);
	assert_int_equal(seen.off, 0xffff8);
	assert_int_equal(seen.size, 8);
	assert_int_equal(seen.val, 0xabcdef0123456789);
}

static void unclaimed_addresses_read_all_ones(void **state)
{
	assert_int_equal(hw_mmio_read(MEM32 + 0x2000, 4), 0xffffffff);
	assert_int_equal(hw_mmio_read(MEM64 + 0x100000, 8), UINT64_MAX);
	assert_int_equal(hw_mmio_read(0x90000000, 2), 0xffff);
	hw_mmio_write(MEM32 + 0x2000, 4, 1);

	assert_int_equal(seen.reads + seen.writes, 0);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "mmio-unclaimed"),
			 4);
	assert_last_event(
		"mmio-unclaimed",
		"CPU write of 4 bytes at 0xc0002000: nobody claims it");
}

static void ram_and_interrupt_addresses_are_no_device_memory(void **state)
{
	assert_int_equal(hw_mmio_read(0x100000, 4), 0xffffffff);
	assert_int_equal(hw_mmio_read(0xfee00000, 4), 0xffffffff);
	hw_mmio_write(0xfee00000, 4, 1);
	assert_int_equal(seen.irqs, 0);
}

static void unaligned_accesses_are_not_claimed(void **state)
{
	assert_int_equal(hw_mmio_read(MEM32 + 2, 4), 0xffffffff);
	assert_int_equal(seen.reads, 0);
	assert_last_event("mmio-unclaimed",
			  "CPU read of 4 bytes at 0xc0000002: unaligned");
}

static void memory_enable_off_hides_the_bars(void **state)
{
	hw_cfg_write(DEV_RID, 0x04, 2, 0x4);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
	hw_cfg_write(DEV_RID, 0x04, 2, 0x6);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0x55667788);

	hw_cfg_write(PORT_RID, 0x04, 2, 0x4);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
}

static void the_root_port_forwards_its_windows_only(void **state)
{
	/* Window 0xc0100000..0xc01fffff: the BAR is outside. */
	hw_cfg_write(PORT_RID, 0x20, 4, 0xc010c010);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
	/* base > limit: closed. */
	hw_cfg_write(PORT_RID, 0x20, 4, 0xc000c010);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
	assert_int_equal(hw_mmio_read(MEM64, 4), 0x55667788);
}

static void the_host_bridge_forwards_its_windows_only(void **state)
{
	hw_cfg_write(PORT_RID, 0x20, 4, 0xe000e000);
	hw_cfg_write(DEV_RID, 0x10, 4, 0xe0000000);
	assert_int_equal(hw_mmio_read(0xe0000000, 4), 0xffffffff);
}

static void a_moved_bar_answers_at_its_new_place(void **state)
{
	hw_cfg_write(DEV_RID, 0x10, 4, MEM32 + 0x80000);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
	assert_int_equal(hw_mmio_read(MEM32 + 0x80010, 4), 0x55667788);
	assert_int_equal(seen.off, 0x10);
}

static void a_model_without_callbacks_reads_zero(void **state)
{
	struct hw_model silent = board_model;
	struct hw_dev *dev;

	silent.bar_read = NULL;
	silent.bar_write = NULL;
	silent.reset = NULL;
	dev = hw_dev_plug(&silent, NULL, 1);
	board_enable(dev, 1);
	hw_mmio_write(MEM32 + 0x2000, 4, 7);
	assert_int_equal(hw_mmio_read(MEM32 + 0x2000, 4), 0);
	assert_int_equal(host_event_last(), 0);
	hw_dev_unplug(dev);
}

#define CASE(fn) \
	cmocka_unit_test_setup_teardown(fn, board_setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_read_reaches_the_model),
		CASE(a_write_reaches_the_64_bit_bar),
		CASE(unclaimed_addresses_read_all_ones),
		CASE(ram_and_interrupt_addresses_are_no_device_memory),
		CASE(unaligned_accesses_are_not_claimed),
		CASE(memory_enable_off_hides_the_bars),
		CASE(the_root_port_forwards_its_windows_only),
		CASE(the_host_bridge_forwards_its_windows_only),
		CASE(a_moved_bar_answers_at_its_new_place),
		CASE(a_model_without_callbacks_reads_zero),
	};

	return cmocka_run_group_tests_name("hw mmio", tests, NULL, NULL);
}
