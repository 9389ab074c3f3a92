/* SPDX-License-Identifier: MIT */
/* src/hw/config.c, device.c: config space, BAR sizing, plugging, resets. */
#include "unit/hw/board.h"

#define DEV_RID 0x0100

static void nobody_answers_with_all_ones(void **state)
{
	assert_int_equal(hw_cfg_read(0x0000, 0, 4), 0xffffffff);
	assert_int_equal(hw_cfg_read(0x0108, 0, 4), 0xffffffff);
	assert_int_equal(hw_cfg_read(0x0101, 0, 2), 0xffff);
	assert_int_equal(hw_cfg_read(0x0200, 0, 1), 0xff);
}

static void malformed_accesses_are_all_ones(void **state)
{
	assert_int_equal(hw_cfg_read(DEV_RID, 1, 2), 0xffff);
	assert_int_equal(hw_cfg_read(DEV_RID, 2, 4), 0xffffffff);
	assert_int_equal(hw_cfg_read(DEV_RID, 0, 8), 0xffffffff);
	assert_int_equal(hw_cfg_read(DEV_RID, 4096, 4), 0xffffffff);
}

static void endpoint_says_what_its_model_says(void **state)
{
	assert_int_equal(hw_cfg_read(DEV_RID, 0x00, 4), 0xd3a51d0f);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x08, 4), 0x01080203);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x0e, 1), 0x00);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x2c, 4), 0x56781234);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x06, 2) & 0x10, 0x10);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x100, 4), 0);
}

static unsigned int find_cap(uint16_t rid, uint8_t id)
{
	unsigned int pos = hw_cfg_read(rid, 0x34, 1);

	while (pos && hw_cfg_read(rid, pos, 1) != id)
		pos = hw_cfg_read(rid, pos + 1, 1);
	return pos;
}

static void endpoint_has_pm_express_and_msix(void **state)
{
	unsigned int exp = find_cap(DEV_RID, 0x10);
	unsigned int msix = find_cap(DEV_RID, 0x11);

	assert_int_not_equal(find_cap(DEV_RID, 0x01), 0);
	assert_int_not_equal(exp, 0);
	assert_int_equal(hw_cfg_read(DEV_RID, exp + 2, 2) >> 4 & 15, 0);
	assert_int_not_equal(msix, 0);
	assert_int_equal(hw_cfg_read(DEV_RID, msix + 2, 2), 3);
	assert_int_equal(hw_cfg_read(DEV_RID, msix + 4, 4), 0x1000);
	assert_int_equal(hw_cfg_read(DEV_RID, msix + 8, 4), 0x1040);
}

static void root_port_is_a_bridge_with_an_express_capability(void **state)
{
	unsigned int exp = find_cap(PORT_RID, 0x10);

	assert_int_equal(hw_cfg_read(PORT_RID, 0x0e, 1), 1);
	assert_int_equal(hw_cfg_read(PORT_RID, 0x0a, 2), 0x0604);
	assert_int_not_equal(exp, 0);
	assert_int_equal(hw_cfg_read(PORT_RID, exp + 2, 2) >> 4 & 15, 4);
}

/* The sizing dance of software: write ones, read, restore. */
static uint32_t probe(uint16_t rid, unsigned int reg)
{
	uint32_t old = hw_cfg_read(rid, reg, 4), mask;

	hw_cfg_write(rid, reg, 4, 0xffffffff);
	mask = hw_cfg_read(rid, reg, 4);
	hw_cfg_write(rid, reg, 4, old);
	assert_int_equal(hw_cfg_read(rid, reg, 4), old);
	return mask;
}

static void bars_tell_their_sizes(void **state)
{
	assert_int_equal(probe(DEV_RID, 0x10), 0xffffe000);
	assert_int_equal(probe(DEV_RID, 0x14), 0);
	assert_int_equal(probe(DEV_RID, 0x18), 0xfff0000c);
	assert_int_equal(probe(DEV_RID, 0x1c), 0xffffffff);
	assert_int_equal(probe(DEV_RID, 0x20), 0);
	assert_int_equal(probe(DEV_RID, 0x30), 0);
}

static void window_registers_keep_their_fixed_bits(void **state)
{
	assert_int_equal(probe(PORT_RID, 0x20), 0xfff0fff0);
	assert_int_equal(probe(PORT_RID, 0x24), 0xfff1fff1);
	assert_int_equal(probe(PORT_RID, 0x1c) & 0xffff, 0);
}

static void byte_writes_touch_one_byte(void **state)
{
	hw_cfg_write(DEV_RID, 0x10, 4, 0xc0004000);
	hw_cfg_write(DEV_RID, 0x13, 1, 0xc1);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x10, 4), 0xc1004000);
	hw_cfg_write(DEV_RID, 0x00, 4, 0);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x00, 2), 0x1d0f);
}

static void devices_follow_the_bus_number(void **state)
{
	assert_int_equal(hw_dev_rid(*state), 0x0100);
	assert_string_equal(hw_dev_name(*state), "0000:01:00.0");

	hw_cfg_write(PORT_RID, 0x18, 4, 0x00050500);
	assert_int_equal(hw_dev_rid(*state), 0x0500);
	assert_string_equal(hw_dev_name(*state), "0000:05:00.0");
	assert_int_equal(hw_cfg_read(0x0500, 0, 2), 0x1d0f);
	assert_int_equal(hw_cfg_read(0x0100, 0, 2), 0xffff);
}

static void slots_are_chosen_or_given(void **state)
{
	struct hw_dev *a = hw_dev_plug(&board_model, &seen, -1);
	struct hw_dev *b = hw_dev_plug(&board_model, NULL, 31);

	assert_int_equal(hw_dev_rid(a), 0x0108);
	assert_ptr_equal(hw_dev_priv(a), &seen);
	assert_int_equal(hw_dev_rid(b), 0x01f8);
	assert_null(hw_dev_plug(&board_model, NULL, 31));
	assert_null(hw_dev_plug(&board_model, NULL, 32));
	assert_int_equal(host_event_count(HOST_EVENT_REFUSAL, "hw-plug"), 2);
}

static void a_full_bus_takes_no_more(void **state)
{
	int i;

	for (i = 1; i < 32; i++)
		assert_non_null(hw_dev_plug(&board_model, NULL, -1));
	assert_null(hw_dev_plug(&board_model, NULL, -1));
}

static void unplugged_devices_are_gone(void **state)
{
	hw_dev_unplug(*state);
	assert_int_equal(hw_cfg_read(DEV_RID, 0, 4), 0xffffffff);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
}

static void assert_refused(struct hw_model m, const char *text)
{
	struct host_event ev;

	assert_null(hw_dev_plug(&m, NULL, -1));
	assert_true(host_event_get(host_event_last(), &ev));
	assert_string_equal(ev.id, "hw-plug");
	assert_string_equal(ev.text, text);
}

static void impossible_models_are_refused(void **state)
{
	struct hw_model m = board_model;

	m.bar[0].size = 0x3000;
	assert_refused(m,
		       "bench: a BAR's size is not a power of two from 128 on");
	m = board_model;
	m.bar[3].size = 0x1000;
	assert_refused(m, "bench: a 64-bit BAR needs the next BAR's register");
	m = board_model;
	m.msix_vectors = 256;
	assert_refused(m, "bench: the MSI-X table does not fit its BAR");
	m = board_model;
	m.msix_bar = 7;
	assert_refused(m, "bench: the MSI-X table has no place");
}

static void plugging_resets_the_model_once(void **state)
{
	assert_int_equal(seen.resets, 1);
}

static void function_reset_brings_the_registers_back(void **state)
{
	unsigned int exp = find_cap(DEV_RID, 0x10);

	hw_cfg_write(DEV_RID, exp + 8, 2, 0x8000);
	assert_int_equal(seen.resets, 2);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x04, 2), 0);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x10, 4), 0);
	assert_int_equal(hw_cfg_read(DEV_RID, exp + 8, 2) & 0x8000, 0);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
}

static void secondary_bus_reset_resets_all_devices_once(void **state)
{
	hw_dev_plug(&board_model, NULL, 4);
	assert_int_equal(seen.resets, 2);

	hw_cfg_write(PORT_RID, 0x3e, 2, 0x40);
	assert_int_equal(seen.resets, 4);
	hw_cfg_write(PORT_RID, 0x3e, 2, 0x40);
	assert_int_equal(seen.resets, 4);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x04, 2), 0);
}

static void a_device_asleep_neither_answers_nor_asks(void **state)
{
	unsigned int pm = find_cap(DEV_RID, 0x01);
	uint32_t word = 0;

	hw_cfg_write(DEV_RID, pm + 4, 2, 3);
	assert_int_equal(hw_mmio_read(MEM32, 4), 0xffffffff);
	assert_int_equal(hw_dma_read(*state, 0x100000, &word, 4),
			 HW_ERR_BUSMASTER);
	hw_cfg_write(DEV_RID, pm + 4, 2, 0);
	assert_int_equal(hw_dma_read(*state, 0x100000, &word, 4), HW_OK);
}

#define CASE(fn) \
	cmocka_unit_test_setup_teardown(fn, board_setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nobody_answers_with_all_ones),
		CASE(malformed_accesses_are_all_ones),
		CASE(endpoint_says_what_its_model_says),
		CASE(endpoint_has_pm_express_and_msix),
		CASE(root_port_is_a_bridge_with_an_express_capability),
		CASE(bars_tell_their_sizes),
		CASE(window_registers_keep_their_fixed_bits),
		CASE(byte_writes_touch_one_byte),
		CASE(devices_follow_the_bus_number),
		CASE(slots_are_chosen_or_given),
		CASE(a_full_bus_takes_no_more),
		CASE(unplugged_devices_are_gone),
		CASE(impossible_models_are_refused),
		CASE(plugging_resets_the_model_once),
		CASE(function_reset_brings_the_registers_back),
		CASE(secondary_bus_reset_resets_all_devices_once),
		CASE(a_device_asleep_neither_answers_nor_asks),
	};

	return cmocka_run_group_tests_name("hw config", tests, NULL, NULL);
}
