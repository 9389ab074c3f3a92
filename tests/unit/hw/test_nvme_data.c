/* SPDX-License-Identifier: MIT */
/*
 * The data pointer as a controller reads it: PRP and SGL rules.
 * spec: block-nvme R16
 */
#include "nvme_host.h"

#define LIST 0x310100ull /* a list at an offset in its page */

static void fill_pattern(uint64_t phys, size_t len)
{
	uint8_t *p = ram(phys);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = i * 31 + (i >> 8) + 7;
}

/* The @len bytes written from block 0 on are those at @phys. */
static void assert_stored(size_t at, uint64_t phys, size_t len)
{
	static uint8_t back[65536];

	assert_true(hw_nvme_store_read(host.nvme, at, back, len));
	assert_memory_equal(back, ram(phys), len);
}

/* ---- PRP ---------------------------------------------------------------------- */

static void prp1_may_start_inside_a_page(void **state)
{
	fill_pattern(DATA + 0x200, 1024);
	assert_int_equal(run(1, rw(WRITE, 0, 2, DATA + 0x200, 0)), 0);
	assert_stored(0, DATA + 0x200, 1024);
}

static void prp2_is_data_for_up_to_two_pages(void **state)
{
	fill_pattern(DATA + 0xe00, 512);
	fill_pattern(DATA + 0x5000, 4096);
	assert_int_equal(run(1, rw(WRITE, 0, 9, DATA + 0xe00, DATA + 0x5000)),
			 0);
	assert_stored(0, DATA + 0xe00, 512);
	assert_stored(512, DATA + 0x5000, 4096);
}

static void prp2_is_a_list_for_more(void **state)
{
	fill_pattern(DATA, 3 * 4096);
	ram64(LIST)[0] = DATA + 0x1000;
	ram64(LIST)[1] = DATA + 0x2000;
	assert_int_equal(run(1, rw(WRITE, 0, 24, DATA, LIST)), 0);
	assert_stored(0, DATA, 3 * 4096);
}

/* spec: block-nvme N8 */
static void last_slot_of_the_page_is_data_when_nothing_is_left(void **state)
{
	uint64_t list = 0x310f80; /* 16 slots to the end of the page */
	unsigned int i;

	fill_pattern(DATA, 65536);
	for (i = 0; i < 15; i++)
		ram64(list)[i] = DATA + (i + 1) * 0x1000;
	ram64(list)[15] = DATA + 0x20000;
	memset(ram(DATA + 0x20000), 0x11, 512);
	assert_int_equal(run(1, rw(WRITE, 0, 16 * 8 + 1, DATA, list)), 0);
	assert_stored(0, DATA, 65536);
	assert_stored(65536, DATA + 0x20000, 512);
}

static void last_slot_links_on_when_data_is_left(void **state)
{
	uint64_t list = 0x310ff0, next = 0x311000; /* 2 slots, then a link */

	fill_pattern(DATA, 4 * 4096);
	ram64(list)[0] = DATA + 0x1000;
	ram64(list)[1] = next;
	ram64(next)[0] = DATA + 0x2000;
	ram64(next)[1] = DATA + 0x3000;
	assert_int_equal(run(1, rw(WRITE, 0, 32, DATA, list)), 0);
	assert_stored(0, DATA, 4 * 4096);
}

static void misplaced_prps_are_refused(void **state)
{
	ram64(LIST)[0] = DATA + 0x1000;
	ram64(LIST)[1] = DATA + 0x2010;

	assert_int_equal(run(1, rw(READ, 0, 1, DATA | 2, 0)), 0x13);
	assert_int_equal(run(1, rw(READ, 0, 16, DATA, DATA + 0x1200)), 0x13);
	assert_int_equal(run(1, rw(READ, 0, 24, DATA, LIST)), 0x13);
	assert_int_equal(run(1, rw(READ, 0, 24, DATA, LIST + 4)), 0x13);
	assert_int_equal(violations(), 4);
}

static void chained_list_with_an_offset_is_refused(void **state)
{
	uint64_t list = 0x310ff8;

	ram64(list)[0] = 0x311008;
	assert_int_equal(run(1, rw(READ, 0, 24, DATA, list)), 0x13);
}

static void refused_data_is_a_transfer_error_and_changes_nothing(void **state)
{
	uint8_t byte;

	memset(ram(DATA), 0x77, 4096);
	assert_int_equal(run(1, rw(WRITE, 0, 16, DATA, 0xe0000000)), 0x04);
	hw_nvme_store_read(host.nvme, 0, &byte, 1);
	assert_int_equal(byte, 0);
	assert_fault(HW_ERR_DECODE, 0xe0000000, 4096, false);

	assert_int_equal(run(1, rw(READ, 0, 1, 0xe0000000, 0)), 0x04);
	assert_fault(HW_ERR_DECODE, 0xe0000000, 512, true);
}

static void refused_list_is_a_transfer_error(void **state)
{
	assert_int_equal(run(1, rw(READ, 0, 24, DATA, 0xe0000000)), 0x04);
	/* exactly the two entries that are needed */
	assert_fault(HW_ERR_DECODE, 0xe0000000, 16, false);
}

/* ---- SGL ------------------------------------------------------------------------ */

static void set_desc(void *at, uint64_t addr, uint32_t len, uint8_t type)
{
	uint8_t d[16] = { 0 };

	memcpy(d, &addr, 8);
	memcpy(d + 8, &len, 4);
	d[15] = type;
	memcpy(at, d, 16);
}

static uint16_t run_sgl(uint8_t opcode, uint32_t blocks, uint64_t addr,
			uint32_t len, uint8_t type)
{
	struct nvme_sqe cmd = rw(opcode, 0, blocks, 0, 0);

	cmd.flags = 0x40;
	set_desc(cmd.sgl, addr, len, type);
	return run(1, cmd);
}

static void inline_block_of_any_alignment(void **state)
{
	fill_pattern(DATA + 3, 1024);
	assert_int_equal(run_sgl(WRITE, 2, DATA + 3, 1024, 0x00), 0);
	assert_stored(0, DATA + 3, 1024);
}

static void last_segment_lists_blocks(void **state)
{
	fill_pattern(DATA, 1024);
	fill_pattern(DATA + 0x4000, 512);
	set_desc(ram(LIST), DATA, 1024, 0x00);
	set_desc(ram(LIST + 16), DATA + 0x4000, 512, 0x00);
	assert_int_equal(run_sgl(WRITE, 3, LIST, 32, 0x30), 0);
	assert_stored(0, DATA, 1024);
	assert_stored(1024, DATA + 0x4000, 512);
}

static void segments_chain(void **state)
{
	fill_pattern(DATA, 1024);
	set_desc(ram(LIST), DATA, 512, 0x00);
	set_desc(ram(LIST + 16), LIST + 0x400, 16, 0x30);
	set_desc(ram(LIST + 0x400), DATA + 512, 512, 0x00);
	assert_int_equal(run_sgl(WRITE, 2, LIST, 32, 0x20), 0);
	assert_stored(0, DATA, 1024);
}

static void wrong_lengths_are_refused(void **state)
{
	assert_int_equal(run_sgl(READ, 2, DATA, 512, 0x00), 0x0f);
	assert_int_equal(run_sgl(READ, 1, DATA, 1024, 0x00), 0x0f);
	assert_int_equal(run_sgl(READ, 1, LIST, 24, 0x30), 0x0d);
	assert_int_equal(run_sgl(READ, 1, LIST, 0, 0x30), 0x0d);
	assert_int_equal(violations(), 4);
}

static void wrong_types_are_refused(void **state)
{
	set_desc(ram(LIST), DATA, 512, 0x40);
	assert_int_equal(run_sgl(READ, 1, DATA, 512, 0x40), 0x11);
	assert_int_equal(run_sgl(READ, 1, LIST, 16, 0x30), 0x11);
	/* a segment inside a last segment */
	set_desc(ram(LIST), LIST + 0x400, 16, 0x20);
	assert_int_equal(run_sgl(READ, 1, LIST, 16, 0x30), 0x0d);
}

static void reserved_psdt_and_admin_sgl_are_refused(void **state)
{
	struct nvme_sqe cmd = rw(READ, 0, 1, DATA, 0);
	struct nvme_sqe id = { .opcode = 0x06, .flags = 0x40, .cdw10 = 1 };

	cmd.flags = 0xc0;
	assert_int_equal(run(1, cmd), 0x02);
	set_desc(id.sgl, DATA, 4096, 0x00);
	assert_int_equal(run(0, id), 0x02);
}

static int setup_dword_sgl(void **state)
{
	nvme_config.sgls = 2;
	nvme_setup(state);
	nvme_config.sgls = 1;
	return 0;
}

static void dword_granularity_is_enforced(void **state)
{
	assert_int_equal(run_sgl(READ, 1, DATA + 2, 512, 0x00), 0x1e);
	assert_int_equal(run_sgl(READ, 1, DATA + 4, 512, 0x00), 0);
}

static int setup_prp_only(void **state)
{
	nvme_config.sgls = 0;
	nvme_setup(state);
	nvme_config.sgls = 1;
	return 0;
}

static void controller_without_sgls_refuses_them(void **state)
{
	assert_int_equal(run_sgl(READ, 1, DATA, 512, 0x00), 0x02);
}

#define nvme_case(fn) \
	cmocka_unit_test_setup_teardown(fn, nvme_setup, nvme_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		nvme_case(prp1_may_start_inside_a_page),
		nvme_case(prp2_is_data_for_up_to_two_pages),
		nvme_case(prp2_is_a_list_for_more),
		nvme_case(last_slot_of_the_page_is_data_when_nothing_is_left),
		nvme_case(last_slot_links_on_when_data_is_left),
		nvme_case(misplaced_prps_are_refused),
		nvme_case(chained_list_with_an_offset_is_refused),
		nvme_case(refused_data_is_a_transfer_error_and_changes_nothing),
		nvme_case(refused_list_is_a_transfer_error),
		nvme_case(inline_block_of_any_alignment),
		nvme_case(last_segment_lists_blocks),
		nvme_case(segments_chain),
		nvme_case(wrong_lengths_are_refused),
		nvme_case(wrong_types_are_refused),
		nvme_case(reserved_psdt_and_admin_sgl_are_refused),
		cmocka_unit_test_setup_teardown(dword_granularity_is_enforced,
						setup_dword_sgl, nvme_teardown),
		cmocka_unit_test_setup_teardown(
			controller_without_sgls_refuses_them, setup_prp_only,
			nvme_teardown),
	};

	return cmocka_run_group_tests_name("hw_nvme_data", tests, NULL, NULL);
}
