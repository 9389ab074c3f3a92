/* SPDX-License-Identifier: MIT */
/* src/hw/fabric.c, device side: what a device reaches, what it does not. */
#include "unit/hw/board.h"

#define DEV_RID 0x0100

static void without_an_iommu_addresses_are_physical(void **state)
{
	char out[32] = "";

	assert_int_equal(hw_dma_write(*state, 0x100123, "hello", 6), HW_OK);
	assert_string_equal((char *)ram64(0x100000) + 0x123, "hello");
	assert_int_equal(hw_dma_read(*state, 0x100123, out, 6), HW_OK);
	assert_string_equal(out, "hello");
	assert_int_equal(host_event_last(), 0);
}

static void an_empty_access_is_fine_anywhere(void **state)
{
	assert_int_equal(hw_dma_read(*state, 0, NULL, 0), HW_OK);
	assert_int_equal(host_event_last(), 0);
}

static void every_length_and_alignment_arrives_whole(void **state)
{
	unsigned char data[100], back[100];
	unsigned int off, len, i;

	for (i = 0; i < 100; i++)
		data[i] = (unsigned char)(i + 1);
	for (off = 0; off < 9; off++) {
		for (len = 1; len < 100; len++) {
			uint64_t addr = 0x100000 + off;

			memset(ram64(0x100000), 0, 128);
			hw_dma_write(*state, addr, data, len);
			hw_dma_read(*state, addr, back, len);
			assert_memory_equal(back, data, len);
			assert_int_equal(((char *)ram64(0x100000))[off + len],
					 0);
		}
	}
}

static void bus_master_off_stops_everything(void **state)
{
	uint32_t word = 1;

	hw_cfg_write(DEV_RID, 0x04, 2, 0x2);
	assert_int_equal(hw_dma_write(*state, 0x100000, &word, 4),
			 HW_ERR_BUSMASTER);
	assert_int_equal(*ram64(0x100000), 0);
	assert_fault(HW_ERR_BUSMASTER, 0x100000, 4, true);
	assert_last_event("bus-fault",
			  "DMA write at 0x100000 len 4: bus mastering off");

	hw_cfg_write(DEV_RID, 0x04, 2, 0x6);
	hw_cfg_write(PORT_RID, 0x04, 2, 0x2);
	assert_int_equal(hw_dma_write(*state, 0x100000, &word, 4),
			 HW_ERR_BUSMASTER);
	assert_int_equal(*ram64(0x100000), 0);
}

static void an_address_nobody_has_is_refused(void **state)
{
	uint32_t word = 5;

	assert_int_equal(hw_dma_read(*state, 0x80000000, &word, 4),
			 HW_ERR_DECODE);
	assert_int_equal(word, 5);
	assert_fault(HW_ERR_DECODE, 0x80000000, 4, false);
	assert_last_event("bus-fault",
			  "DMA read at 0x80000000 len 4: no such address: "
			  "physical 0x80000000: nobody claims it");
}

static void a_hole_stops_an_access_where_it_begins(void **state)
{
	char data[64];

	memset(data, 0xaa, sizeof(data));
	assert_int_equal(hw_dma_write(*state, 0xfffff0, data, 64),
			 HW_ERR_DECODE);
	assert_int_equal(*ram64(0xfffff0), 0xaaaaaaaaaaaaaaaa);
	assert_int_equal(*ram64(0xfffff8), 0xaaaaaaaaaaaaaaaa);
	assert_fault(HW_ERR_DECODE, 0x1000000, 48, true);
}

static void page_zero_is_refused(void **state)
{
	uint64_t word;

	assert_int_equal(hw_dma_read(*state, 0, &word, 8), HW_ERR_DECODE);
	assert_fault(HW_ERR_DECODE, 0, 8, false);
}

static void an_access_that_wraps_is_refused(void **state)
{
	uint64_t word = 1;

	assert_int_equal(hw_dma_write(*state, UINT64_MAX - 3, &word, 8),
			 HW_ERR_RANGE);
	assert_fault(HW_ERR_RANGE, UINT64_MAX - 3, 8, true);
}

static void a_peer_below_the_same_port_is_refused(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint32_t word = 1;

	board_enable(peer, 1);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x2000, &word, 4),
			 HW_ERR_DECODE);
	assert_int_equal(seen.writes, 0);
	assert_fault(HW_ERR_DECODE, MEM32 + 0x2000, 4, true);
	assert_last_event("bus-fault",
			  "DMA write at 0xc0002000 len 4: no such address: "
			  "address of a peer (below the same root port)");
}

static void a_translation_to_a_peer_is_refused(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint32_t word = 1;

	board_enable(peer, 1);
	board_translate(*state, 5);
	board_map(0x7000, MEM32 + 0x2000, 3);
	assert_int_equal(hw_dma_write(*state, 0x7010, &word, 4), HW_ERR_DECODE);
	assert_int_equal(seen.writes, 0);
	assert_fault(HW_ERR_DECODE, 0x7010, 4, true);
	assert_last_event("bus-fault",
			  "DMA write at 0x7010 len 4: no such address: "
			  "physical 0xc0002010: address of a peer");
}

/* Whatever the two devices' order, the BAR's bytes are accessed in order. */
static void a_peer_below_the_same_port_is_reached(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint8_t bytes[7] = { 1, 2, 3, 4, 5, 6, 7 };

	board_enable(peer, 1);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x2001, bytes, 7), HW_OK);
	/* 1 + 2 + 4 bytes, each aligned. */
	assert_int_equal(seen.writes, 3);
	assert_int_equal(seen.bar, 0);
	assert_int_equal(seen.off, 4);
	assert_int_equal(seen.size, 4);
	assert_int_equal(seen.val, 0x07060504);
	assert_int_equal(hw_dma_read(*state, MEM32 + 0x2003, bytes, 2), HW_OK);
	assert_int_equal(seen.reads, 2);
	assert_int_equal(bytes[0], 0x88);
	assert_int_equal(bytes[1], 0x88);
}

static void a_device_reaches_its_own_bar(void **state)
{
	uint64_t word = 5;

	assert_int_equal(hw_dma_write(*state, MEM64 + 0x18, &word, 8), HW_OK);
	assert_int_equal(seen.bar, 2);
	assert_int_equal(seen.off, 0x18);
	assert_int_equal(seen.val, 5);
}

static void an_access_ends_with_the_bar_of_the_peer(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint64_t words[2] = { 1, 2 };

	board_enable(peer, 1);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x3ff8, words, 16),
			 HW_ERR_DECODE);
	assert_fault(HW_ERR_DECODE, MEM32 + 0x4000, 8, true);
	assert_last_event("bus-fault",
			  "DMA write at 0xc0004000 len 8: no such address: "
			  "physical 0xc0004000: nobody claims it");
}

static void a_redirected_peer_needs_a_translation(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint32_t word = 1;

	board_enable(peer, 1);
	board_translate(*state, 5);
	board_map(0x7000, MEM32 + 0x2000, 3);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x2000, &word, 4),
			 HW_ERR_UNMAPPED);
	assert_int_equal(seen.writes, 0);
	assert_int_equal(hw_dma_write(*state, 0x7010, &word, 4), HW_OK);
	assert_int_equal(seen.writes, 1);
	assert_int_equal(seen.off, 0x10);
}

static void a_peer_that_does_not_decode_is_nobody(void **state)
{
	struct hw_dev *peer = hw_dev_plug(&board_model, NULL, 1);
	uint32_t word = 1;

	board_enable(peer, 1);
	hw_cfg_write(hw_dev_rid(peer), 0x04, 2, 0);
	assert_int_equal(hw_dma_write(*state, MEM32 + 0x2000, &word, 4),
			 HW_ERR_DECODE);
	assert_int_equal(seen.writes, 0);
}

static int setup_direct(void **state)
{
	board_config.peers = HW_PEERS_DIRECT;
	board_setup(state);
	board_config.peers = HW_PEERS_NONE;
	return 0;
}

static int setup_redirect(void **state)
{
	board_config.peers = HW_PEERS_REDIRECT;
	board_setup_iommu(state);
	board_config.peers = HW_PEERS_NONE;
	return 0;
}

static void a_translation_to_nowhere_is_refused(void **state)
{
	uint64_t word = 7;

	board_translate(*state, 5);
	board_map(0x7000, 0xffff0000, 3);
	assert_int_equal(hw_dma_read(*state, 0x7000, &word, 8), HW_ERR_DECODE);
	assert_int_equal(word, 7);
}

static void an_access_up_to_the_interrupt_range_ends_there(void **state)
{
	uint64_t data[2] = { 1, 2 };

	board_translate(*state, 5);
	assert_int_equal(hw_dma_write(*state, 0xfedffff8, data, 16),
			 HW_ERR_UNMAPPED);
	assert_fault(HW_ERR_UNMAPPED, 0xfedffff8, 16, true);
	/* The only message is the IOMMU's own. */
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(seen.irq_data, HW_IRQ_IOMMU_FAULT);
}

static void faults_beyond_the_ring_are_dropped_but_counted(void **state)
{
	struct hw_iommu_fault f;
	unsigned int i, nr = 0;
	uint32_t word;

	for (i = 0; i < 300; i++)
		hw_dma_read(*state, 8ull * i, &word, 4);
	while (hw_iommu_next_fault(&f))
		assert_int_equal(f.addr, 8ull * nr++);
	assert_int_equal(nr, 256);
	assert_int_equal(board_stats().faults, 300);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "bus-fault"), 300);
	assert_int_equal(seen.irqs, 0);
}

#define CASE(fn) \
	cmocka_unit_test_setup_teardown(fn, board_setup, board_teardown)
#define CASE_IOMMU(fn) \
	cmocka_unit_test_setup_teardown(fn, board_setup_iommu, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(without_an_iommu_addresses_are_physical),
		CASE(an_empty_access_is_fine_anywhere),
		CASE(every_length_and_alignment_arrives_whole),
		CASE(bus_master_off_stops_everything),
		CASE(an_address_nobody_has_is_refused),
		CASE(a_hole_stops_an_access_where_it_begins),
		CASE(page_zero_is_refused),
		CASE(an_access_that_wraps_is_refused),
		CASE(a_peer_below_the_same_port_is_refused),
		CASE_IOMMU(a_translation_to_a_peer_is_refused),
		CASE_IOMMU(a_translation_to_nowhere_is_refused),
		cmocka_unit_test_setup_teardown(
			a_peer_below_the_same_port_is_reached, setup_direct,
			board_teardown),
		cmocka_unit_test_setup_teardown(a_device_reaches_its_own_bar,
						setup_direct, board_teardown),
		cmocka_unit_test_setup_teardown(
			an_access_ends_with_the_bar_of_the_peer, setup_direct,
			board_teardown),
		cmocka_unit_test_setup_teardown(
			a_peer_that_does_not_decode_is_nobody, setup_direct,
			board_teardown),
		cmocka_unit_test_setup_teardown(
			a_redirected_peer_needs_a_translation, setup_redirect,
			board_teardown),
		CASE_IOMMU(an_access_up_to_the_interrupt_range_ends_there),
		CASE(faults_beyond_the_ring_are_dropped_but_counted),
	};

	return cmocka_run_group_tests_name("hw dma", tests, NULL, NULL);
}
