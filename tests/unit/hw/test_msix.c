/* SPDX-License-Identifier: MIT */
/* src/hw/msix.c, irq.c: table, masks, pending bits, delivery. */
#include "unit/hw/board.h"

#define DEV_RID 0x0100
#define MSIX_CTRL 0xa2
#define TABLE (MEM32 + 0x1000)
#define PBA (MEM32 + 0x1040)

/* Vector 1 = message 0x41 to 0xfee01000, unmasked; MSI-X on. */
static int setup(void **state)
{
	board_setup(state);
	hw_mmio_write(TABLE + 16, 8, 0xfee01000);
	hw_mmio_write(TABLE + 24, 4, 0x41);
	hw_mmio_write(TABLE + 28, 4, 0);
	hw_cfg_write(DEV_RID, MSIX_CTRL, 2, 0x8000);
	return 0;
}

static void vectors_start_masked(void **state)
{
	assert_int_equal(hw_mmio_read(TABLE + 12, 4), 1);
	assert_int_equal(hw_mmio_read(TABLE + 28, 4), 0);
	assert_int_equal(hw_mmio_read(TABLE + 60, 4), 1);
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
}

static void a_message_is_the_write_software_programmed(void **state)
{
	assert_true(hw_dev_irq(*state, 1));
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(seen.irq_addr, 0xfee01000);
	assert_int_equal(seen.irq_data, 0x41);
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
}

static void a_masked_vector_is_pending_and_sent_when_unmasked(void **state)
{
	hw_mmio_write(TABLE + 28, 4, 1);
	assert_false(hw_dev_irq(*state, 1));
	assert_false(hw_dev_irq(*state, 1));
	assert_int_equal(seen.irqs, 0);
	assert_int_equal(hw_mmio_read(PBA, 8), 2);

	hw_mmio_write(TABLE + 28, 4, 0);
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(seen.irq_data, 0x41);
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
}

static void the_function_mask_holds_all_vectors(void **state)
{
	hw_cfg_write(DEV_RID, MSIX_CTRL, 2, 0xc000);
	assert_false(hw_dev_irq(*state, 1));
	assert_int_equal(hw_mmio_read(PBA, 8), 2);
	hw_cfg_write(DEV_RID, MSIX_CTRL, 2, 0x8000);
	assert_int_equal(seen.irqs, 1);
}

static void with_msix_off_nothing_is_sent_or_pending(void **state)
{
	hw_cfg_write(DEV_RID, MSIX_CTRL, 2, 0);
	assert_false(hw_dev_irq(*state, 1));
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
	hw_cfg_write(DEV_RID, MSIX_CTRL, 2, 0x8000);
	assert_int_equal(seen.irqs, 0);
}

static void a_message_needs_bus_mastering(void **state)
{
	hw_cfg_write(DEV_RID, 0x04, 2, 0x2);
	assert_false(hw_dev_irq(*state, 1));
	assert_int_equal(seen.irqs, 0);
	assert_fault(HW_ERR_BUSMASTER, 0xfee01000, 4, true);
}

static void pending_bits_are_read_only(void **state)
{
	hw_mmio_write(PBA, 8, UINT64_MAX);
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
	assert_int_equal(seen.writes, 0);
}

static void the_model_never_sees_table_accesses(void **state)
{
	hw_mmio_read(TABLE, 4);
	hw_mmio_write(TABLE + 8, 4, 5);
	assert_int_equal(seen.reads + seen.writes, 0);
	hw_mmio_read(TABLE - 4, 4);
	assert_int_equal(seen.reads, 1);
	assert_int_equal(hw_mmio_read(TABLE + 8, 4), 5);
	assert_int_equal(hw_mmio_read(TABLE + 24, 1), 0x41);
}

static void reset_masks_and_forgets(void **state)
{
	hw_mmio_write(TABLE + 28, 4, 1);
	hw_dev_irq(*state, 1);
	hw_cfg_write(DEV_RID, 0x58, 2, 0x8000);
	board_enable(*state, 0);
	assert_int_equal(hw_cfg_read(DEV_RID, MSIX_CTRL, 2), 3);
	assert_int_equal(hw_mmio_read(TABLE + 28, 4), 1);
	assert_int_equal(hw_mmio_read(TABLE + 24, 4), 0);
	assert_int_equal(hw_mmio_read(PBA, 8), 0);
}

static void a_vector_beyond_the_table_is_misuse(void **state)
{
	assert_false(hw_dev_irq(*state, 4));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "msix-vector"), 1);
}

/* A handler that masks its own vector from inside the sink. */
static void masking_sink(void *ctx, uint64_t addr, uint32_t data)
{
	hw_mmio_write(TABLE + 28, 4, 1);
	board_sink(ctx, addr, data);
}

static void a_handler_may_write_the_table_of_its_device(void **state)
{
	hw_irq_set_sink(masking_sink, NULL);
	assert_true(hw_dev_irq(*state, 1));
	assert_false(hw_dev_irq(*state, 1));
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(hw_mmio_read(PBA, 8), 2);
}

static void without_a_sink_messages_vanish(void **state)
{
	hw_irq_set_sink(NULL, NULL);
	assert_true(hw_dev_irq(*state, 1));
	assert_int_equal(seen.irqs, 0);
}

static void interrupts_pass_a_blocking_iommu(void **state)
{
	uint32_t data = 0x77, word;

	assert_int_equal(hw_dma_write(*state, 0xfee00ffc, &data, 4), HW_OK);
	assert_int_equal(seen.irq_data, 0x77);
	assert_int_equal(hw_dma_read(*state, 0x100000, &word, 4),
			 HW_ERR_BLOCKED);
}

static void only_aligned_words_are_messages(void **state)
{
	uint64_t data = 1;

	assert_int_equal(hw_dma_write(*state, 0xfee00000, &data, 8),
			 HW_ERR_SIZE);
	assert_int_equal(hw_dma_write(*state, 0xfee00002, &data, 4),
			 HW_ERR_SIZE);
	assert_int_equal(hw_dma_read(*state, 0xfee00000, &data, 4),
			 HW_ERR_DECODE);
	assert_int_equal(seen.irqs, 0);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "bus-fault"), 3);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(vectors_start_masked),
		CASE(a_message_is_the_write_software_programmed),
		CASE(a_masked_vector_is_pending_and_sent_when_unmasked),
		CASE(the_function_mask_holds_all_vectors),
		CASE(with_msix_off_nothing_is_sent_or_pending),
		CASE(a_message_needs_bus_mastering),
		CASE(pending_bits_are_read_only),
		CASE(the_model_never_sees_table_accesses),
		CASE(reset_masks_and_forgets),
		CASE(a_vector_beyond_the_table_is_misuse),
		CASE(a_handler_may_write_the_table_of_its_device),
		CASE(without_a_sink_messages_vanish),
		cmocka_unit_test_setup_teardown(
			interrupts_pass_a_blocking_iommu, board_setup_iommu,
			board_teardown),
		CASE(only_aligned_words_are_messages),
	};

	return cmocka_run_group_tests_name("hw msix", tests, NULL, NULL);
}
