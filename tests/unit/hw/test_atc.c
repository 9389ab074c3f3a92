/* SPDX-License-Identifier: MIT */
/*
 * src/hw/atc.c: what a device with ATS keeps, and how each command set makes it
 * forget. The words are written out.
 */
#include "unit/hw/board.h"

#define DEV_RID 0x0100
#define RING 0x300000ull
#define PAGE_A 0x200000ull
#define PAGE_B 0x201000ull

static const struct hw_services ats = { .ats = true };

/* The control register of the first capability in extended config space. */
static void switch_ats(uint32_t ctrl)
{
	hw_cfg_write(DEV_RID, 0x106, 2, ctrl);
}

static int setup(void **state)
{
	board_setup_iommu(state);
	hw_iommu_set_check(true);
	*ram64(PAGE_A) = 'A';
	*ram64(PAGE_B) = 'B';
	assert_true(hw_dev_set_services(*state, &ats));
	switch_ats(1u << 15);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B, 3);
	return 0;
}

#define WIDE 0xabcde /* a PASID of 20 bits */

static void translate_pasid(uint32_t pasid)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 4,
		.domain = 5,
	};

	assert_true(hw_iommu_set_pasid_context(DEV_RID, pasid, &ctx));
}

static enum hw_status reads_as(struct hw_dev *dev, uint32_t pasid,
			       uint64_t iova)
{
	uint64_t word;

	return hw_dma_read_pasid(dev, pasid, iova, &word, 8);
}

static enum hw_status reads(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word;

	return hw_dma_read(dev, iova, &word, 8);
}

static void forget(uint16_t rid, uint64_t first, uint64_t last)
{
	const struct hw_inv_cmd cmd = {
		.type = HW_INV_DEVICE, .rid = rid, .first = first, .last = last
	};

	hw_iommu_invalidate(&cmd, 1);
}

static void unmap_all(void)
{
	board_map(0x1000, 0, 0);
	board_map(0x2000, 0, 0);
	invalidate(HW_INV_DOMAIN, 0, 5);
}

static void a_device_asks_once(void **state)
{
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().lookups, 1);
	assert_int_equal(reads(*state, 0x1008), HW_OK);
	assert_int_equal(board_stats().lookups, 1);
	assert_int_equal(board_stats().atc_hits, 1);
}

/* spec: iommu-pt I8 */
static void the_iotlb_alone_is_not_enough(void **state)
{
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	unmap_all();
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_last_event(
		"atc-stale",
		"DMA read at iova 0x1000: use-after-unmap (the device has kept "
		"0x200000, memory says unmapped 0x0)");
	assert_int_equal(board_stats().stale_hits, 1);

	forget(DEV_RID, 0x1000, 0x1fff);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 1);
}

/* spec: iommu-pt I9 */
static void the_device_first_is_for_nothing(void **state)
{
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	board_map(0x1000, 0, 0);
	forget(DEV_RID, 0, UINT64_MAX);
	/* The IOTLB gives it back. */
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "iotlb-stale"), 1);
	invalidate(HW_INV_DOMAIN, 0, 5);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 1);
}

static void a_device_without_the_right_asks_again(void **state)
{
	uint64_t word = 1;

	board_map(0x1000, PAGE_A, 1);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_ERR_PERM);
	board_map(0x1000, PAGE_A, 3);
	invalidate_range(5, 0x1000, 0x1fff, true);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 0);
}

static void each_pasid_has_translations_of_its_own(void **state)
{
	const struct hw_inv_cmd other = { .type = HW_INV_DEVICE,
					  .rid = DEV_RID,
					  .by_pasid = true,
					  .pasid = 2,
					  .last = UINT64_MAX };
	struct hw_inv_cmd own = other;

	translate_pasid(1);
	assert_int_equal(reads_as(*state, 1, 0x1000), HW_OK);
	assert_int_equal(reads_as(*state, 1, 0x1000), HW_OK);
	assert_int_equal(board_stats().atc_hits, 1);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().atc_hits, 1);

	unmap_all();
	hw_iommu_invalidate(&other, 1);
	assert_int_equal(reads_as(*state, 1, 0x1000), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 1);
	own.pasid = 1;
	hw_iommu_invalidate(&own, 1);
	assert_int_equal(reads_as(*state, 1, 0x1000), HW_ERR_UNMAPPED);
	/* What has no PASID was not meant. */
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 2);
}

static void a_blocked_context_stops_translated_requests(void **state)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	assert_int_equal(reads(*state, 0x1000), HW_OK);
	hw_iommu_set_context(DEV_RID, &blocked);
	invalidate(HW_INV_CONTEXT, DEV_RID, 0);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_BLOCKED);
}

static void a_function_reset_forgets(void **state)
{
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	unmap_all();
	hw_cfg_write(DEV_RID, 0x58, 2, 0x8000);
	board_enable(*state, 0);
	assert_int_equal(hw_cfg_read(DEV_RID, 0x106, 2), 0);
	switch_ats(1u << 15);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

static void a_device_keeps_nothing_while_ats_is_off(void **state)
{
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	switch_ats(0);
	assert_int_equal(hw_atc_get_cached(*state, NULL, 0), 0);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().atc_hits, 0);
	/* Nor does it answer. */
	forget(DEV_RID, 0, UINT64_MAX);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "ats-timeout"), 1);

	unmap_all();
	switch_ats(1u << 15);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

/* A device takes the smallest translation unit for granted. */
static void a_unit_larger_than_the_pages_misleads_the_device(void **state)
{
	uint64_t word = 0;

	switch_ats(1u << 15 | 1); /* 8 KiB */
	board_map(0x2000, PAGE_B, 3);
	board_map(0x3000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x3000), HW_OK);
	/* PAGE_A begins a unit: that is where 0x2000 must be, thinks the device. */
	assert_int_equal(hw_dma_read(*state, 0x2000, &word, 8), HW_OK);
	assert_int_equal(word, 'A');
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 1);
	assert_last_event("atc-stale",
			  "DMA read at iova 0x2000: wrong-target (the device "
			  "has kept 0x200000, memory says ok 0x201000)");
}

/* Also while the device keeps its last translations in front of it. */
static void without_the_check_the_same_happens_silently(void **state)
{
	hw_iommu_set_check(false);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	unmap_all();
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	forget(DEV_RID, 0x1000, 0x1000);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "atc-stale"), 0);
}

/* spec: iommu-pt 5.9.13 */
static void without_the_check_a_hit_of_its_own_counts_as_one(void **state)
{
	hw_iommu_set_check(false);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x1008), HW_OK);
	assert_int_equal(board_stats().atc_hits, 2);
	assert_int_equal(board_stats().lookups, 1);
}

/* What was read first is not known to be dirty: its first write must ask. */
static void a_device_asks_before_its_first_write_if_that_is_marked(void **state)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 4,
		.domain = 5,
		.dirty = true,
	};
	uint64_t word = 'C';

	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(ram64(T0)[1] & 0x300, 0x100);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(ram64(T0)[1] & 0x300, 0x300);
	assert_int_equal(board_stats().lookups, 2);
	/* From now on it does not. */
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(board_stats().lookups, 2);
}

/* ---- commands ------------------------------------------------------------------ */

static const struct {
	const char *what;
	enum hw_cmdq_kind kind;
	uint64_t word0, word1;
	/* Of the pages 1 and 2: without PASID, of PASID 1, of WIDE. */
	unsigned int left, left_1, left_wide;
} commands[] = {
	{ "VT-d page", HW_CMDQ_VTD, 0x0000010000000003, 0x1000, 2, 3, 3 },
	{ "VT-d 2 pages", HW_CMDQ_VTD, 0x0000010000000003, 0x2001, 1, 3, 3 },
	{ "VT-d 4 pages", HW_CMDQ_VTD, 0x0000010000000003, 0x1001, 0, 3, 3 },
	{ "VT-d all", HW_CMDQ_VTD, 0x0000010000000003, 0x7ffffffffffff001, 0, 3,
	  3 },
	{ "VT-d PASID 0", HW_CMDQ_VTD, 0x0000000001000008, 0x1000, 2, 3, 3 },
	{ "VT-d PASID 0, 4 pages", HW_CMDQ_VTD, 0x0000000001000008, 0x1800, 0,
	  3, 3 },
	{ "VT-d PASID 1", HW_CMDQ_VTD, 0x0000000101000008, 0x1000, 3, 2, 3 },
	{ "VT-d PASID 1, all", HW_CMDQ_VTD, 0x0000000101000008,
	  0x7ffffffffffff800, 3, 0, 3 },
	{ "VT-d PASID wide", HW_CMDQ_VTD, 0x000abcde01000008, 0x1000, 3, 3, 2 },
	{ "VT-d all PASIDs", HW_CMDQ_VTD, 0x0000000101000008, 0x1001, 2, 2, 2 },
	{ "AMD page", HW_CMDQ_AMD, 0x4000010000000100, 0x1000, 2, 3, 3 },
	{ "AMD 4 pages", HW_CMDQ_AMD, 0x4000010000000100, 0x1001, 0, 3, 3 },
	{ "AMD PASID 1", HW_CMDQ_AMD, 0x4001010000000100, 0x1004, 3, 2, 3 },
	{ "AMD PASID 1, all", HW_CMDQ_AMD, 0x4001010000000100,
	  0x7ffffffffffff005, 3, 0, 3 },
	{ "AMD PASID wide", HW_CMDQ_AMD, 0x4ade010000bc0100, 0x1004, 3, 3, 2 },
	{ "SMMU page", HW_CMDQ_SMMU, 0x0000010000000040, 0x1000, 2, 3, 3 },
	{ "SMMU 4 pages", HW_CMDQ_SMMU, 0x0000010000000040, 0x2, 0, 3, 3 },
	{ "SMMU all", HW_CMDQ_SMMU, 0x0000010000000040, 52, 0, 3, 3 },
	{ "SMMU substream 1", HW_CMDQ_SMMU, 0x0000010000001840, 52, 3, 0, 3 },
	{ "SMMU substream wide", HW_CMDQ_SMMU, 0x00000100abcde840, 0x1000, 3, 3,
	  2 },
	{ "SMMU all substreams", HW_CMDQ_SMMU, 0x0000010000000240, 52, 0, 0,
	  0 },
	{ "RISC-V page", HW_CMDQ_RISCV, 0x0001000000000004, 0x1000, 2, 3, 3 },
	{ "RISC-V 4 pages", HW_CMDQ_RISCV, 0x0001000000000004, 0x1800, 0, 3,
	  3 },
	{ "RISC-V process 1", HW_CMDQ_RISCV, 0x0001000100001004, 0x1000, 3, 2,
	  3 },
	{ "RISC-V process 1, which does not count", HW_CMDQ_RISCV,
	  0x0001000000001004, 0x1000, 2, 3, 3 },
	{ "RISC-V process wide", HW_CMDQ_RISCV, 0x00010001abcde004, 0x1000, 3,
	  3, 2 },
	{ "RISC-V all", HW_CMDQ_RISCV, 0x0001000100001004, 0x1001, 2, 2, 2 },
};

static void put(unsigned int slot, uint64_t word0, uint64_t word1)
{
	ram64(RING)[2 * slot] = word0;
	ram64(RING)[2 * slot + 1] = word1;
}

/* Which of the pages 1 and 2 a device reaches. */
static unsigned int reached(struct hw_dev *dev, uint32_t pasid)
{
	unsigned int bits = 0, page;

	for (page = 1; page <= 2; page++)
		if ((pasid ? reads_as(dev, pasid, page << 12) :
			     reads(dev, page << 12)) == HW_OK)
			bits |= page;
	return bits;
}

static void assert_left(const char *what, const char *whose, unsigned int left,
			unsigned int want)
{
	if (left != want)
		fail_msg("%s leaves %u of what has %s", what, left, whose);
}

static void commands_reach_the_device(void **state)
{
	size_t i;

	hw_iommu_set_check(false);
	translate_pasid(1);
	translate_pasid(WIDE);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		assert_true(hw_cmdq_enable(commands[i].kind, RING, 8));
		board_map(0x1000, PAGE_A, 3);
		board_map(0x2000, PAGE_B, 3);
		assert_int_equal(reached(*state, 0), 3);
		assert_int_equal(reached(*state, 1), 3);
		assert_int_equal(reached(*state, WIDE), 3);
		unmap_all();
		put(0, commands[i].word0, commands[i].word1);
		hw_cmdq_doorbell(1);
		hw_cmdq_poll();
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		assert_left(commands[i].what, "no PASID", reached(*state, 0),
			    commands[i].left);
		assert_left(commands[i].what, "PASID 1", reached(*state, 1),
			    commands[i].left_1);
		assert_left(commands[i].what, "PASID 0xabcde",
			    reached(*state, WIDE), commands[i].left_wide);
		forget(DEV_RID, 0, UINT64_MAX);
	}
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "ats-timeout"), 0);
}

/* ---- silence ------------------------------------------------------------------- */

static void nobody_there_is_no_answer(void **state)
{
	(void)state;
	forget(DEV_RID + 8, 0, UINT64_MAX);
	assert_last_event("ats-timeout",
			  "the device TLB of requester 0x108 is silent");
}

static const struct {
	enum hw_cmdq_kind kind;
	uint64_t device[2], wait[2];
	uint32_t head; /* where the queue stands */
	bool stops, completes;
} silent[] = {
	{ HW_CMDQ_VTD, { 0x0000010000000003, 0x1000 }, { 5 }, 3, true, false },
	{ HW_CMDQ_AMD,
	  { 0x4000010000000100, 0x1000 },
	  { 0x1000000000000000 },
	  3,
	  false,
	  true },
	{ HW_CMDQ_SMMU, { 0x0000010000000040, 0x1000 }, { 0x46 }, 1, true, true },
	{ HW_CMDQ_RISCV, { 0x0001000000000004, 0x1000 }, { 0x2 }, 1, true, true },
};

/* Three commands: a device's, that is lost, and two waits. */
static void each_queue_has_its_way_with_silence(void **state)
{
	struct hw_cmdq_stats s;
	size_t i;

	assert_int_equal(reads(*state, 0x1000), HW_OK);
	for (i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
		uint64_t waits;

		assert_true(hw_cmdq_enable(silent[i].kind, RING, 8));
		put(0, silent[i].device[0], silent[i].device[1]);
		put(1, silent[i].wait[0], silent[i].wait[1]);
		put(2, silent[i].wait[0], silent[i].wait[1]);
		hw_cmdq_get_stats(&s);
		waits = s.waits;
		hw_atc_lose(1);
		hw_cmdq_doorbell(3);
		hw_cmdq_poll();
		assert_int_equal(hw_cmdq_error(), silent[i].stops ?
							  HW_CMDQ_NO_ANSWER :
							  HW_CMDQ_GOOD);
		assert_int_equal(hw_cmdq_head(), silent[i].head);
		hw_cmdq_restart();
		hw_cmdq_poll();
		hw_cmdq_get_stats(&s);
		assert_int_equal(s.waits - waits, silent[i].completes ? 2 : 0);
		assert_int_equal(s.unanswered, i + 1);
		assert_int_equal(hw_cmdq_head(), 3);
	}
	/* It was not told. */
	unmap_all();
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "ats-timeout"), i);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_device_asks_once),
		CASE(the_iotlb_alone_is_not_enough),
		CASE(the_device_first_is_for_nothing),
		CASE(a_device_without_the_right_asks_again),
		CASE(each_pasid_has_translations_of_its_own),
		CASE(a_blocked_context_stops_translated_requests),
		CASE(a_function_reset_forgets),
		CASE(a_device_keeps_nothing_while_ats_is_off),
		CASE(a_unit_larger_than_the_pages_misleads_the_device),
		CASE(without_the_check_the_same_happens_silently),
		CASE(without_the_check_a_hit_of_its_own_counts_as_one),
		CASE(a_device_asks_before_its_first_write_if_that_is_marked),
		CASE(commands_reach_the_device),
		CASE(nobody_there_is_no_answer),
		CASE(each_queue_has_its_way_with_silence),
	};

	return cmocka_run_group_tests_name("hw atc", tests, NULL, NULL);
}
