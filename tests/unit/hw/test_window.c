/* SPDX-License-Identifier: MIT */
/* src/hw/window.c: what the host bridge lets in, and where it leads. */
#include "unit/hw/board.h"

#define FAR 0x10000000000ull /* leads to 0x100000 */
#define NEAR 0x100000 /* leads to RAM_HIGH: what the CPU calls so is FAR */

static int setup(void **state)
{
	struct hw_config cfg = board_config;

	cfg.dma_window[0] = (struct hw_dma_window){ NEAR, RAM_HIGH, 0x2000 };
	cfg.dma_window[1] = (struct hw_dma_window){ FAR, 0x100000, 0x100000 };
	cfg.nr_dma_windows = 2;
	board_on(&cfg);
	*state = hw_dev_plug(&board_model, NULL, 0);
	board_open_port();
	board_enable(*state, 0);
	return 0;
}

static int setup_iommu(void **state)
{
	struct hw_config cfg = board_config;

	cfg.dma_window[0] = (struct hw_dma_window){ 0x4000, 0x4000, 0x2000 };
	cfg.nr_dma_windows = 1;
	cfg.iommu = true;
	board_on(&cfg);
	*state = hw_dev_plug(&board_model, NULL, 0);
	board_open_port();
	board_enable(*state, 0);
	return 0;
}

static void each_window_has_its_distance(void **state)
{
	uint64_t word = 0x1122;

	assert_int_equal(hw_dma_write(*state, FAR + 0x123000, &word, 8),
			 HW_ERR_WINDOW);
	assert_int_equal(hw_dma_write(*state, FAR + 0x23000, &word, 8), HW_OK);
	assert_int_equal(ram64(0x123000)[0], 0x1122);
	word = 0x3344;
	assert_int_equal(hw_dma_write(*state, NEAR + 8, &word, 8), HW_OK);
	assert_int_equal(ram64(RAM_HIGH)[1], 0x3344);
	assert_int_equal(ram64(NEAR)[1], 0);

	word = 0;
	assert_int_equal(hw_dma_read(*state, FAR + 0x23000, &word, 8), HW_OK);
	assert_int_equal(word, 0x1122);
	assert_fault(HW_ERR_WINDOW, FAR + 0x123000, 8, true);
}

static void outside_all_windows_nobody_listens(void **state)
{
	uint64_t word = 7;

	assert_int_equal(hw_dma_read(*state, RAM_HIGH, &word, 8),
			 HW_ERR_WINDOW);
	assert_int_equal(word, 7);
	assert_fault(HW_ERR_WINDOW, RAM_HIGH, 8, false);
	assert_last_event("bus-fault",
			  "DMA read at 0x100000000 len 8: outside all windows: "
			  "the host bridge does not take this address");
	assert_int_equal(hw_dma_probe(*state, 0, RAM_HIGH, false),
			 HW_ERR_WINDOW);
	assert_int_equal(hw_dma_probe(*state, 0, NEAR, false), HW_OK);
}

static void an_access_ends_with_its_window(void **state)
{
	char data[64];

	memset(data, 0xaa, sizeof(data));
	assert_int_equal(hw_dma_write(*state, NEAR + 0x1fe0, data, 64),
			 HW_ERR_WINDOW);
	assert_int_equal(ram64(RAM_HIGH + 0x1ff8)[0], 0xaaaaaaaaaaaaaaaa);
	assert_int_equal(ram64(RAM_HIGH + 0x2000)[0], 0);
	assert_fault(HW_ERR_WINDOW, NEAR + 0x2000, 32, true);
}

/* What was translated once is not taken for another address of the same page. */
static void accesses_in_turn_keep_apart(void **state)
{
	unsigned int i;
	uint64_t word;

	for (i = 0; i < 4; i++) {
		word = i;
		hw_dma_write(*state, NEAR + i * 8, &word, 8);
		word = i + 100;
		hw_dma_write(*state, FAR + i * 8, &word, 8);
	}
	for (i = 0; i < 4; i++) {
		assert_int_equal(ram64(RAM_HIGH)[i], i);
		assert_int_equal(ram64(0x100000)[i], i + 100);
	}
}

static void interrupts_need_no_window(void **state)
{
	uint32_t data = 0x31;

	assert_int_equal(hw_dma_write(*state, 0xfee00000, &data, 4), HW_OK);
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(seen.irq_data, 0x31);
}

static void peers_are_told_apart_before_the_windows(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint32_t word = 1;

	board_enable(peer, 1);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x2000, &word, 4),
			 HW_ERR_DECODE);
	assert_fault(HW_ERR_DECODE, MEM32 + 0x2000, 4, true);
}

static void looking_takes_the_same_way(void **state)
{
	uint16_t rid = hw_dev_rid(*state);
	uint64_t phys = 0;

	assert_int_equal(hw_iommu_peek(rid, FAR + 8, false, &phys, NULL),
			 HW_OK);
	assert_int_equal(phys, 0x100008);
	assert_int_equal(hw_iommu_peek(rid, 0x200000, false, &phys, NULL),
			 HW_ERR_WINDOW);
}

/* Mapped or not: what is outside never comes to the IOMMU. */
static void the_iommu_is_behind_the_windows(void **state)
{
	uint64_t word = 5;

	board_translate(*state, 5);
	board_map(0x4000, 0x200000, 3);
	board_map(0x7000, 0x200000, 3);
	assert_int_equal(hw_dma_write(*state, 0x4008, &word, 8), HW_OK);
	assert_int_equal(ram64(0x200000)[1], 5);
	assert_int_equal(hw_dma_read(*state, 0x5000, &word, 8),
			 HW_ERR_UNMAPPED);
	assert_fault(HW_ERR_UNMAPPED, 0x5000, 8, false);
	assert_int_equal(hw_dma_read(*state, 0x7008, &word, 8), HW_ERR_WINDOW);
	assert_fault(HW_ERR_WINDOW, 0x7008, 8, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_window_has_its_distance,
						setup, board_teardown),
		cmocka_unit_test_setup_teardown(
			outside_all_windows_nobody_listens, setup,
			board_teardown),
		cmocka_unit_test_setup_teardown(an_access_ends_with_its_window,
						setup, board_teardown),
		cmocka_unit_test_setup_teardown(accesses_in_turn_keep_apart,
						setup, board_teardown),
		cmocka_unit_test_setup_teardown(interrupts_need_no_window,
						setup, board_teardown),
		cmocka_unit_test_setup_teardown(
			peers_are_told_apart_before_the_windows, setup,
			board_teardown),
		cmocka_unit_test_setup_teardown(looking_takes_the_same_way,
						setup, board_teardown),
		cmocka_unit_test_setup_teardown(the_iommu_is_behind_the_windows,
						setup_iommu, board_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
