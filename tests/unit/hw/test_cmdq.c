/* SPDX-License-Identifier: MIT */
/*
 * src/hw/cmdq.c and its decoders: what each command drops, what is illegal, when
 * commands take effect. The words are written out, so that encoder and decoder
 * cannot agree on something wrong.
 */
#include "unit/hw/board.h"

#define DEV_RID 0x0100
#define RING 0x300000ull
#define STATUS 0x310000ull
#define PAGE_A 0x200000ull
#define ENTRIES 8u

static uint32_t tail;
static bool first_stage; /* kind of tables of the next case */

static int power_on(void **state, enum hw_cmdq_kind kind,
		    enum hw_cmdq_mode mode)
{
	board_config.cmdq_mode = mode;
	board_config.cmdq_seed = 3;
	board_setup_iommu(state);
	board_config.cmdq_mode = HW_CMDQ_AT_WAIT;
	hw_iommu_set_check(false);
	*ram64(PAGE_A) = 'A';
	tail = 0;
	first_stage = false;
	assert_true(hw_cmdq_enable(kind, RING, ENTRIES));
	return 0;
}

static int setup_vtd(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_AT_WAIT);
}

static int setup_amd(void **state)
{
	return power_on(state, HW_CMDQ_AMD, HW_CMDQ_AT_WAIT);
}

static int setup_smmu(void **state)
{
	return power_on(state, HW_CMDQ_SMMU, HW_CMDQ_AT_WAIT);
}

static int setup_riscv(void **state)
{
	return power_on(state, HW_CMDQ_RISCV, HW_CMDQ_AT_WAIT);
}

static int setup_vtd_immediate(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_IMMEDIATE);
}

static int setup_vtd_random(void **state)
{
	return power_on(state, HW_CMDQ_VTD, HW_CMDQ_RANDOM);
}

static void put(uint64_t word0, uint64_t word1)
{
	ram64(RING)[2 * tail] = word0;
	ram64(RING)[2 * tail + 1] = word1;
	tail = (tail + 1) % ENTRIES;
}

/* One command, and as much time as it wants. */
static void command(uint64_t word0, uint64_t word1)
{
	put(word0, word1);
	hw_cmdq_doorbell(tail);
	hw_cmdq_poll();
}

static struct hw_cmdq_stats queue_stats(void)
{
	struct hw_cmdq_stats s;

	hw_cmdq_get_stats(&s);
	return s;
}

static enum hw_status reads(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word;

	return hw_dma_read(dev, iova, &word, 8);
}

/* The same tree, as one of the first stage. */
static void translate_first_stage(struct hw_dev *dev, uint16_t domain,
				  uint32_t pasid)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_X86_64,
		.root = T3,
		.levels = 4,
		.domain = domain,
		.pasid = pasid,
	};

	ram64(T3)[0] = T2 | 7;
	ram64(T2)[0] = T1 | 7;
	ram64(T1)[0] = T0 | 7;
	hw_iommu_set_context(hw_dev_rid(dev), &ctx);
}

/* Translate pages 1 and 2 of domain 5, have both cached, unmap them. */
static void cache_two(struct hw_dev *dev)
{
	if (first_stage)
		translate_first_stage(dev, 5, 0);
	else
		board_translate(dev, 5);
	board_map(0x1000, PAGE_A, 7);
	board_map(0x2000, PAGE_A, 7);
	assert_int_equal(reads(dev, 0x1000), HW_OK);
	assert_int_equal(reads(dev, 0x2000), HW_OK);
	board_map(0x1000, 0, 0);
	board_map(0x2000, 0, 0);
}

/* Which of them are still cached, 1 for the first, 2 for the second. */
static unsigned int still_cached(struct hw_dev *dev)
{
	return (reads(dev, 0x1000) == HW_OK ? 1 : 0) |
	       (reads(dev, 0x2000) == HW_OK ? 2 : 0);
}

/* ---- VT-d ---------------------------------------------------------------------- */

/** struct translations - a command, and which of the pages 1 and 2 it leaves */
struct translations {
	const char *what;
	uint64_t word0, word1;
	unsigned int left;
	bool first_stage;
};

static void check_translations_(struct hw_dev *dev,
				const struct translations *t, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		unsigned int left;

		first_stage = t[i].first_stage;
		cache_two(dev);
		command(t[i].word0, t[i].word1);
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		left = still_cached(dev);
		if (left != t[i].left)
			fail_msg("%s leaves %u", t[i].what, left);
		invalidate(HW_INV_ALL, 0, 0);
	}
}

#define check_translations(dev, t) \
	check_translations_(dev, t, sizeof(t) / sizeof(*(t)))

/* Contexts of device 0100: its own, of domain 5, and those of two PASIDs, of domain 6. */
#define OWN 1u
#define PASID_7 2u
#define PASID_9 4u
#define ALL_THREE (OWN | PASID_7 | PASID_9)

/** struct contexts - a command, and which of them it leaves */
struct contexts {
	const char *what;
	uint64_t word0, word1;
	unsigned int left;
};

/* Have all three in use, and take them away from memory. */
static void use_three(struct hw_dev *dev)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };
	const struct hw_iommu_context open = { .mode = HW_IOMMU_BYPASS,
					       .domain = 6 };
	uint64_t word;

	board_translate(dev, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 7, &open));
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 9, &open));
	assert_int_equal(reads(dev, 0x1000), HW_OK);
	assert_int_equal(hw_dma_read_pasid(dev, 7, PAGE_A, &word, 8), HW_OK);
	assert_int_equal(hw_dma_read_pasid(dev, 9, PAGE_A, &word, 8), HW_OK);
	hw_iommu_set_context(DEV_RID, &blocked);
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 7, &blocked));
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 9, &blocked));
}

static unsigned int still_used(struct hw_dev *dev)
{
	uint64_t word;

	return (reads(dev, 0x1000) == HW_OK ? OWN : 0) |
	       (hw_dma_read_pasid(dev, 7, PAGE_A, &word, 8) == HW_OK ? PASID_7 :
								       0) |
	       (hw_dma_read_pasid(dev, 9, PAGE_A, &word, 8) == HW_OK ? PASID_9 :
								       0);
}

static void check_contexts_(struct hw_dev *dev, const struct contexts *t,
			    size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		unsigned int left;

		use_three(dev);
		command(t[i].word0, t[i].word1);
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		left = still_used(dev);
		if (left != t[i].left)
			fail_msg("%s leaves %u", t[i].what, left);
		invalidate(HW_INV_ALL, 0, 0);
	}
}

#define check_contexts(dev, t) check_contexts_(dev, t, sizeof(t) / sizeof(*(t)))

/** struct illegal - a command, and what is said about it */
struct illegal {
	const char *why;
	uint64_t word0, word1;
};

/* @nop: a wait that writes nothing; @all: drops domain 5 */
static void check_illegal_(struct hw_dev *dev, const struct illegal *t,
			   size_t nr, uint64_t nop, uint64_t all0,
			   uint64_t all1)
{
	uint32_t at = tail;
	size_t i;

	for (i = 0; i < nr; i++) {
		struct host_event ev;

		cache_two(dev);
		command(t[i].word0, t[i].word1);
		if (hw_cmdq_error() != HW_CMDQ_ILLEGAL)
			fail_msg("%#llx %#llx is legal",
				 (unsigned long long)t[i].word0,
				 (unsigned long long)t[i].word1);
		assert_int_equal(hw_cmdq_head(), at);
		assert_true(host_event_get(host_event_last(), &ev));
		assert_string_equal(ev.id, "iommu-command");
		if (!strstr(ev.text, t[i].why))
			fail_msg("not \"%s\": %s", t[i].why, ev.text);

		/* What is behind it waits for the restart. */
		command(all0, all1);
		assert_int_equal(still_cached(dev), 3);
		ram64(RING)[2 * at] = nop;
		ram64(RING)[2 * at + 1] = 0;
		hw_cmdq_restart();
		hw_cmdq_poll();
		assert_int_equal(hw_cmdq_error(), HW_CMDQ_GOOD);
		assert_int_equal(still_cached(dev), 0);
		at = (at + 2) % ENTRIES;
		assert_int_equal(hw_cmdq_head(), at);
	}
	assert_int_equal(queue_stats().illegal, i);
}

#define check_illegal(dev, t, nop, all0, all1) \
	check_illegal_(dev, t, sizeof(t) / sizeof(*(t)), nop, all0, all1)

static const struct translations vtd_translations[] = {
	{ "page 1 of domain 5", 0x500f2, 0x1000, 2 },
	{ "page 1, leaves only", 0x500f2, 0x1040, 2 },
	{ "page 1 of domain 6", 0x600f2, 0x1000, 3 },
	{ "4 pages", 0x500f2, 0x2, 0 },
	{ "2 pages that begin at 2", 0x500f2, 0x2001, 1 },
	{ "address mask rounds down", 0x500f2, 0x3001, 1 },
	{ "domain 5", 0x50022, 0, 0 },
	{ "domain 6", 0x60022, 0, 3 },
	{ "everything", 0x12, 0, 0 },
	{ "first stage, page 1", 0x50036, 0x1000, 3 },
	{ "first stage, PASID 0", 0x50026, 0, 3 },
	{ "a wait", 0x0000000200000025, STATUS, 3 },
};

/* spec: iommu-pt I3 */
static void vtd_commands_drop_what_they_name(void **state)
{
	check_translations(*state, vtd_translations);
}

static void vtd_leaf_hint_keeps_the_walk_cache(void **state)
{
	uint64_t before;

	cache_two(*state);
	board_map(0x1000, PAGE_A, 3);
	command(0x500f2, 0x1040);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 1);

	command(0x500f2, 0x1000);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 4);
}

static const struct contexts vtd_contexts[] = {
	{ "device 0100 of domain 5", 0x0000010000050031, 0, PASID_7 | PASID_9 },
	{ "device 0100 of domain 6", 0x0000010000060031, 0, ALL_THREE },
	{ "device 0108", 0x0000010800050031, 0, ALL_THREE },
	{ "device 0104, highest function bit ignored", 0x0001010400050031, 0,
	  PASID_7 | PASID_9 },
	{ "device 0103, two bits ignored", 0x0002010300050031, 0, ALL_THREE },
	{ "device 0107, three bits ignored", 0x0003010700050031, 0,
	  PASID_7 | PASID_9 },
	{ "domain 5", 0x50021, 0, PASID_7 | PASID_9 },
	{ "domain 6", 0x60021, 0, ALL_THREE },
	{ "all", 0x11, 0, PASID_7 | PASID_9 },
	{ "PASID cache of domain 5", 0x50007, 0, PASID_7 | PASID_9 },
	{ "PASID cache of domain 6", 0x60007, 0, OWN },
	{ "PASID 0 of domain 5", 0x50017, 0, PASID_7 | PASID_9 },
	{ "PASID 0 of domain 6", 0x60017, 0, ALL_THREE },
	{ "PASID 7 of domain 5", 0x700050017, 0, ALL_THREE },
	{ "PASID 7 of domain 6", 0x700060017, 0, OWN | PASID_9 },
	{ "PASID 8 of domain 6", 0x800060017, 0, ALL_THREE },
	{ "all PASIDs", 0x37, 0, 0 },
};

static void vtd_commands_drop_the_contexts_they_name(void **state)
{
	check_contexts(*state, vtd_contexts);
}

/* First-stage translations of the same number are another tag (pitfall 11). */
static void vtd_stages_and_pasids_are_apart(void **state)
{
	translate_first_stage(*state, 5, 9);
	board_map(0x1000, PAGE_A, 7);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	board_map(0x1000, 0, 0);

	command(0x500f2, 0x1000); /* pages of the second stage */
	command(0x0000000800050036, 0x1000); /* PASID 8 */
	command(0x0000000800050026, 0);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	command(0x0000000900050036, 0x1000);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

static const struct illegal vtd_illegal[] = {
	{ "type", 0, 0 },
	{ "type", 9, 0 },
	{ "granularity", 0x50002, 0 },
	{ "granularity", 0x1, 0 },
	{ "granularity", 0x27, 0 },
	{ "granularity", 0x16, 0 },
	{ "address mask", 0x500f2, 0x13 },
	{ "address mask", 0x50036, 0x13 },
	{ "reserved bits", 0x500f2, 0x1080 },
	{ "reserved bits", 0x1000500f2, 0x1000 },
	{ "reserved bits", 0x50031, 1 },
	{ "reserved bits", 0x0100000000000003, 0x1002 },
	{ "reserved bits", 0x8000000000000007, 0 },
	{ "reserved bits", 0x2000000125, STATUS },
	{ "no interrupts on waits", 0x15, STATUS },
	{ "the status word is not in RAM", 0x200000025, 0x40000000 },
	{ "the status word is not in RAM", 0x200000025, UINT64_MAX & ~3ull },
};

static void vtd_illegal_commands_stop_the_queue(void **state)
{
	check_illegal(*state, vtd_illegal, 5, 0x50022, 0);
}

/* ---- AMD ----------------------------------------------------------------------- */

static const struct translations amd_translations[] = {
	{ "page 1 of domain 5", 0x3000000500000000, 0x1002, 2 },
	{ "page 1 of domain 6", 0x3000000600000000, 0x1002, 3 },
	{ "pages 0 and 1", 0x3000000500000000, 0x0001, 2 },
	{ "pages 2 and 3", 0x3000000500000000, 0x2001, 1 },
	{ "pages 0 to 3", 0x3000000500000000, 0x1003, 0 },
	{ "all of domain 5", 0x3000000500000000, 0x7ffffffffffff003, 0 },
	{ "guest pages of domain 5", 0x3000000500000000, 0x1006, 3 },
	{ "guest pages", 0x3000000500000000, 0x1006, 2, true },
	{ "all guest pages", 0x3000000500000000, 0x7ffffffffffff007, 0, true },
	{ "guest pages of PASID 1", 0x3000000500000001, 0x1006, 3, true },
	{ "host pages of domain 5", 0x3000000500000000, 0x1002, 3, true },
	{ "everything", 0x8000000000000000, 0, 0 },
	{ "interrupts", 0x5000000000000100, 0, 3 },
	{ "a page request", 0x7000000000000100, 0, 3 },
};

static const struct contexts amd_contexts[] = {
	{ "device 0100", 0x2000000000000100, 0, 0 },
	{ "device 0101", 0x2000000000000101, 0, ALL_THREE },
	{ "pages of PASID 7", 0x3000000600000007, 0x7ffffffffffff007,
	  ALL_THREE },
	{ "everything", 0x8000000000000000, 0, 0 },
};

static const struct illegal amd_illegal[] = {
	{ "type", 0, 0 },
	{ "type", 0xf000000000000000, 0 },
	{ "reserved bits", 0x3001000500000000, 0x1002 },
	{ "reserved bits", 0x3000000500000000, 0x1008 },
	{ "reserved bits", 0x2000000000010100, 0 },
	{ "reserved bits", 0x4000010000000100, 0x1002 },
	{ "no interrupts on waits", 0x1000000000000002, 0 },
	{ "the status word is not in RAM", 0x1000000040000001, 1 },
};

static void amd_commands_drop_what_they_name(void **state)
{
	check_translations(*state, amd_translations);
	check_contexts(*state, amd_contexts);
	check_illegal(*state, amd_illegal, 0x1000000000000000,
		      0x8000000000000000, 0);
}

/* spec: iommu-pt I13 */
static void amd_ranges_spare_tables_only_without_pde(void **state)
{
	uint64_t before;

	cache_two(*state);
	board_map(0x1000, PAGE_A, 3);
	command(0x3000000500000000, 0x1000);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 1);

	command(0x3000000500000000, 0x1002);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 4);
}

static void amd_waits_store_64_bits(void **state)
{
	(void)state;
	command(0x1000000000000001 | STATUS, 0x123456789abcdef0);
	assert_int_equal(*ram64(STATUS), 0x123456789abcdef0);
	command(0x1000000000000000 | STATUS, 1);
	assert_int_equal(*ram64(STATUS), 0x123456789abcdef0);
	assert_int_equal(queue_stats().waits, 2);
}

/* ---- SMMUv3 -------------------------------------------------------------------- */

static const struct translations smmu_translations[] = {
	{ "page 1 of ASID 5", 0x0005000000000012, 0x1001, 2, true },
	{ "page 1 of ASID 6", 0x0006000000000012, 0x1001, 3, true },
	{ "ASID 5 of the other stage", 0x0005000000000012, 0x1001, 3 },
	{ "2 granules", 0x0005000000001012, 0x1401, 0, true },
	{ "1 << 1 granules", 0x0005000000100012, 0x1401, 0, true },
	{ "1 granule on level 3", 0x0005000000000012, 0x1701, 2, true },
	{ "1 granule on level 2", 0x0005000000000012, 0x1601, 3, true },
	{ "a granule of 16 KiB on level 3", 0x0005000000000012, 0xb01, 0,
	  true },
	{ "32 << 31 granules of 64 KiB", 0x0005000001f1f012, 0x2c01, 1, true },
	{ "ASID 5", 0x0005000000000011, 0, 0, true },
	{ "ASID 5 of the other stage", 0x0005000000000011, 0, 3 },
	{ "all of the first stage", 0x10, 0, 0, true },
	{ "all of the other stage", 0x10, 0, 3 },
	{ "page 1 of all ASIDs", 0x13, 0x1000, 0, true },
	{ "page 1 of VMID 5", 0x000000050000002a, 0x1000, 2 },
	{ "page 1 of VMID 6", 0x000000060000002a, 0x1000, 3 },
	{ "VMID 5", 0x0000000500000028, 0, 0 },
	{ "VMID 6", 0x0000000600000028, 0, 3 },
	{ "all", 0x30, 0, 0 },
	{ "all of EL2", 0x20, 0, 3, true },
	{ "an ASID of EL2", 0x0005000000000021, 0, 3, true },
	{ "page 1 of EL2", 0x0005000000000022, 0x1000, 3, true },
};

static const struct contexts smmu_contexts[] = {
	{ "stream 0100", 0x0000010000000003, 1, 0 },
	{ "stream 0101", 0x0000010100000003, 1, ALL_THREE },
	{ "all", 0x4, 0x1f, 0 },
	{ "substream 0 of stream 0100", 0x0000010000000005, 1,
	  PASID_7 | PASID_9 },
	{ "substream 1 of stream 0100", 0x0000010000001005, 1, ALL_THREE },
	{ "substream 7 of stream 0100", 0x0000010000007005, 1, OWN | PASID_9 },
	{ "substream 7 of stream 0101", 0x0000010100007005, 1, ALL_THREE },
	{ "all substreams of stream 0100", 0x0000010000000006, 0, 0 },
};

static const struct illegal smmu_illegal[] = {
	{ "opcode", 0, 0 },
	{ "opcode", 0xff, 0 },
	{ "one granule of no level", 0x0005000000000012, 0x1401 },
	{ "reserved bits", 0x0005000000000412, 0x1001 },
	{ "reserved bits", 0x0005000000000012, 0x1003 },
	{ "reserved bits", 0x000000050000002a, 1ull << 52 },
	{ "reserved bits", 0x0005000000000011, 1 },
	{ "reserved bits", 0x0000010000000103, 0 },
	{ "reserved bits", 0x0000010000000140, 0 },
	{ "size", 0x0000010000000040, 53 },
	{ "kind of completion", 0x3046, 0 },
	{ "the status word is not in RAM", 0x1046, 0x40000000 },
};

static void smmu_commands_drop_what_they_name(void **state)
{
	check_translations(*state, smmu_translations);
	check_contexts(*state, smmu_contexts);
	first_stage = false;
	check_illegal(*state, smmu_illegal, 0x46, 0x0000000500000028, 0);
}

static void smmu_leaf_hint_keeps_the_walk_cache(void **state)
{
	uint64_t before;

	first_stage = true;
	cache_two(*state);
	board_map(0x1000, PAGE_A, 7);
	command(0x0005000000000012, 0x1001);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 1);

	command(0x0005000000000012, 0x1000);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 4);
}

static void smmu_syncs_complete_in_three_ways(void **state)
{
	(void)state;
	*ram64(STATUS) = 1;
	command(0x0000000046, STATUS);
	command(0x0000002046, STATUS);
	assert_int_equal(*ram64(STATUS), 1);
	assert_int_equal(hw_cmdq_head(), 2);
	command(0x1234567800001046, STATUS);
	assert_int_equal(*ram64(STATUS), 0x12345678);
	assert_int_equal(queue_stats().waits, 3);
}

/* ---- RISC-V -------------------------------------------------------------------- */

static const struct translations riscv_translations[] = {
	{ "page 1 of PSCID 5", 0x0000000100005401, 1 << 10, 2, true },
	{ "page 1 of PSCID 6", 0x0000000100006401, 1 << 10, 3, true },
	{ "page 1, the other stage", 0x0000000100005401, 1 << 10, 3 },
	{ "PSCID 5", 0x0000000100005001, 0, 0, true },
	{ "the first stage", 0x1, 0, 0, true },
	{ "the other stage", 0x1, 0, 3 },
	{ "page 1 of GSCID 5", 0x0000500200000481, 1 << 10, 2 },
	{ "page 1 of GSCID 6", 0x0000600200000481, 1 << 10, 3 },
	{ "GSCID 5", 0x0000500200000081, 0, 0 },
	{ "the second stage", 0x81, 0, 0 },
};

static const struct contexts riscv_contexts[] = {
	{ "device 0100", 0x0001000200000003, 0, 0 },
	{ "device 0101", 0x0001010200000003, 0, ALL_THREE },
	{ "all", 0x3, 0, 0 },
	{ "process 0 of device 0100", 0x0001000200000083, 0,
	  PASID_7 | PASID_9 },
	{ "process 1 of device 0100", 0x0001000200001083, 0, ALL_THREE },
	{ "process 7 of device 0100", 0x0001000200007083, 0, OWN | PASID_9 },
	{ "process 7 of device 0101", 0x0001010200007083, 0, ALL_THREE },
};

static const struct illegal riscv_illegal[] = {
	{ "opcode", 0, 0 },
	{ "opcode", 0x7f, 0 },
	{ "function", 0x101, 0 },
	{ "function", 0x0000000200000001, 0 }, /* VMA within a guest */
	{ "function", 0x0000000100000081, 0 },
	{ "function", 0x82, 0 },
	{ "function", 0x103, 0 },
	{ "function", 0x84, 0 },
	{ "reserved bits", 0x0000000100005801, 0 },
	{ "reserved bits", 0x0000000100005401, 1 },
	{ "reserved bits", 0x0001000200000003, 1 },
	{ "reserved bits", 0x0001000200007003,
	  0 }, /* a process, for INVAL_DDT */
	{ "of no device", 0x7083, 0 }, /* INVAL_PDT needs one */
	{ "reserved bits", 0x0001000200000004, 0x1000 }, /* a segment */
	{ "no interrupts on waits", 0x802, 0 },
	{ "the status word is not in RAM", 0x402, 0x10000000 },
};

static void riscv_commands_drop_what_they_name(void **state)
{
	check_translations(*state, riscv_translations);
	check_contexts(*state, riscv_contexts);
	first_stage = false;
	check_illegal(*state, riscv_illegal, 0x2, 0x81, 0);
}

/* Pitfall 30: an address never drops what leads to tables. */
static void riscv_addresses_spare_the_walk_cache(void **state)
{
	uint64_t before;

	first_stage = true;
	cache_two(*state);
	board_map(0x1000, PAGE_A, 7);
	command(0x0000000100005401, 1 << 10);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 1);

	command(0x0000000100005001, 0);
	before = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().walk_reads - before, 4);
}

static void riscv_fences_store_32_bits(void **state)
{
	(void)state;
	*ram64(STATUS) = 0;
	command(0x12345678000034 << 8 | 0x02, STATUS >> 2);
	assert_int_equal(*ram64(STATUS), 0x12345678);
	command(0x3002, STATUS >> 2);
	assert_int_equal(*ram64(STATUS), 0x12345678);
	assert_int_equal(queue_stats().waits, 2);
}

/* ---- when -------------------------------------------------------------------- */

static void at_wait_nothing_happens_before_a_poll(void **state)
{
	cache_two(*state);
	put(0x50022, 0);
	put(0x0000000200000025, STATUS);
	hw_cmdq_doorbell(tail);
	assert_int_equal(still_cached(*state), 3);
	assert_int_equal(*ram64(STATUS), 0);
	assert_int_equal(hw_cmdq_head(), 0);

	hw_cmdq_poll();
	assert_int_equal(*ram64(STATUS), 2);
	assert_int_equal(still_cached(*state), 0);
	assert_int_equal(hw_cmdq_head(), 2);
	assert_int_equal(queue_stats().commands, 2);
	assert_int_equal(queue_stats().waits, 1);
	assert_int_equal(queue_stats().doorbells, 1);
}

static void immediate_means_at_the_doorbell(void **state)
{
	cache_two(*state);
	put(0x50022, 0);
	put(0x0000000200000025, STATUS);
	hw_cmdq_doorbell(tail);
	assert_int_equal(*ram64(STATUS), 2);
	assert_int_equal(still_cached(*state), 0);
}

/* By chance, but in order: a status word never comes before what it is for. */
static void random_keeps_the_order(void **state)
{
	unsigned int early = 0, late = 0, i;

	for (i = 0; i < 100; i++) {
		unsigned int polls = 0;

		cache_two(*state);
		*ram64(STATUS) = 0;
		put(0x500f2, 0x1000);
		put(0x500f2, 0x2000);
		put(0x0000000200000025, STATUS);
		hw_cmdq_doorbell(tail);
		if (*ram64(STATUS))
			early++;
		while (!*ram64(STATUS)) {
			/* Nothing of the second while the first is there. */
			assert_true(still_cached(*state) != 1);
			assert_true(++polls < 1000);
			hw_cmdq_poll();
		}
		late += polls > 1;
		assert_int_equal(still_cached(*state), 0);
	}
	assert_in_range(early, 1, 99);
	assert_in_range(late, 1, 99);
}

/* ---- registers ----------------------------------------------------------------- */

static void a_ring_that_cannot_be_is_refused(void **state)
{
	static const struct {
		enum hw_cmdq_kind kind;
		uint64_t base;
		uint32_t entries;
	} bad[] = {
		{ HW_CMDQ_NONE, RING, 8 },	{ 99, RING, 8 },
		{ HW_CMDQ_VTD, RING + 8, 8 },	{ HW_CMDQ_VTD, RING, 1 },
		{ HW_CMDQ_VTD, RING, 12 },	{ HW_CMDQ_VTD, RING, 131072 },
		{ HW_CMDQ_VTD, 0x40000000, 8 }, { HW_CMDQ_VTD, 0xfffff0, 8 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(hw_cmdq_enable(bad[i].kind, bad[i].base,
					    bad[i].entries));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-queue"), i);
	/* The old one is still there. */
	command(0x0000000200000025, STATUS);
	assert_int_equal(*ram64(STATUS), 2);
}

static void a_doorbell_beyond_the_ring_is_misuse(void **state)
{
	(void)state;
	hw_cmdq_doorbell(ENTRIES);
	hw_cmdq_disable();
	hw_cmdq_doorbell(0);
	hw_cmdq_poll();
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-queue"), 2);
	assert_int_equal(queue_stats().doorbells, 0);
}

/* A completed wait: no device is still copying through what was dropped. */
struct stream {
	struct hw_dev *dev;
	uint32_t stop;
};

static void stream_reads(void *arg)
{
	struct stream *s = arg;
	uint64_t words[32];

	while (!__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE))
		hw_dma_read(s->dev, 0x1000, words, sizeof(words));
}

static void a_completed_wait_leaves_no_access_under_way(void **state)
{
	struct stream s = { .dev = *state };
	struct host_thread *t;
	int i;

	board_translate(*state, 5);
	t = host_thread_create(stream_reads, &s, "device");
	for (i = 0; i < 100; i++) {
		__atomic_store_n(&ram64(T0)[1], PAGE_A | 3, __ATOMIC_RELEASE);
		host_yield();
		__atomic_store_n(&ram64(T0)[1], 0, __ATOMIC_RELEASE);
		put(0x500f2, 0x1040);
		command(0x0000000200000025, STATUS);
		/* Plain stores: a device still reading would be a race. */
		memset(ram64(PAGE_A), i, 256);
	}
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELEASE);
	host_thread_join(t);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
}

#define CASE(fn, setup) \
	cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(vtd_commands_drop_what_they_name, setup_vtd),
		CASE(vtd_leaf_hint_keeps_the_walk_cache, setup_vtd),
		CASE(vtd_commands_drop_the_contexts_they_name, setup_vtd),
		CASE(vtd_stages_and_pasids_are_apart, setup_vtd),
		CASE(vtd_illegal_commands_stop_the_queue, setup_vtd),
		CASE(amd_commands_drop_what_they_name, setup_amd),
		CASE(amd_ranges_spare_tables_only_without_pde, setup_amd),
		CASE(amd_waits_store_64_bits, setup_amd),
		CASE(smmu_commands_drop_what_they_name, setup_smmu),
		CASE(smmu_leaf_hint_keeps_the_walk_cache, setup_smmu),
		CASE(smmu_syncs_complete_in_three_ways, setup_smmu),
		CASE(riscv_commands_drop_what_they_name, setup_riscv),
		CASE(riscv_addresses_spare_the_walk_cache, setup_riscv),
		CASE(riscv_fences_store_32_bits, setup_riscv),
		CASE(at_wait_nothing_happens_before_a_poll, setup_vtd),
		CASE(immediate_means_at_the_doorbell, setup_vtd_immediate),
		CASE(random_keeps_the_order, setup_vtd_random),
		CASE(a_ring_that_cannot_be_is_refused, setup_vtd),
		CASE(a_doorbell_beyond_the_ring_is_misuse, setup_vtd),
		CASE(a_completed_wait_leaves_no_access_under_way, setup_vtd),
	};

	return cmocka_run_group_tests_name("hw cmdq", tests, NULL, NULL);
}
