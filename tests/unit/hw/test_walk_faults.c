/* SPDX-License-Identifier: MIT */
/*
 * Tables that no software should have written, under every walker, as a device
 * meets them: the access is refused, a record says why and where, and nothing
 * else has changed; when the table is right again, so is the access.
 */
#include <stdio.h>

#include "unit/hw/board.h"
#include "hw/walk.h"

/* A tree of up to 4 levels in tables of up to 64 KiB; level n at TABLE(n). */
#define TABLE(level) (RAM_HIGH + 0x400000 + (level)*0x10000ull)
#define ROOT_LEVEL (use->levels - 1u)
#define TARGET (RAM_HIGH + 0x200000)
#define IOVA 0x123450000ull

/* Neither RAM nor anything else. */
#define NOWHERE 0x40000000ull
/* Beyond the 46 bits that the IOMMU here has. */
#define TOO_WIDE 0x800000000000ull

/**
 * struct use - a format, and how words of it are made
 * @pointer: bits of a pointer in an item of @level, but for the address
 * @leaf: bits of a page of the smallest size with both rights
 * @reserved: a bit that makes a pointer and a leaf malformed
 * @shift: how far the address stands to the right of its own bits
 */
static const struct use {
	enum hw_pt_format nr;
	unsigned int levels;
	uint64_t pointer, leaf, reserved;
	unsigned int shift;
} uses[] = {
	{ HW_PT_VTDSS, 3, 3, 3, 0 },
	{ HW_PT_AMDV1, 3, 0x6000000000000001, 0x7000000000000001, 1ull << 52 },
	{ HW_PT_X86_64, 4, 0x27, 0x67, 0 },
	{ HW_PT_RISCV_64, 3, 1, 0xd7, 1ull << 54, .shift = 2 },
	{ HW_PT_ARM_S1_4K, 3, 3, 0xf47, 1ull << 48 },
	{ HW_PT_ARM_S1_16K, 3, 3, 0xf47, 1ull << 48 },
	{ HW_PT_ARM_S1_64K, 3, 3, 0xf47, 1ull << 48 },
	{ HW_PT_ARM_S2_4K, 3, 3, 0x7ff, 1ull << 48 },
	{ HW_PT_ARM_S2_16K, 3, 3, 0x7ff, 1ull << 48 },
	{ HW_PT_ARM_S2_64K, 3, 3, 0x7ff, 1ull << 48 },
};

static const struct use *use;
static struct hw_dev *dev;

/* Its document tells more faults apart. */
static bool is_arm(void)
{
	return use->nr >= HW_PT_ARM_S1_4K && use->nr <= HW_PT_ARM_S2_64K;
}

static uint64_t pointer(unsigned int level, uint64_t table)
{
	uint64_t next = use->nr == HW_PT_AMDV1 ? (uint64_t)level << 9 : 0;

	return table >> use->shift | use->pointer | next;
}

static uint64_t *item(unsigned int level)
{
	const struct hw_walk_format *f = hw_iommu_format(use->nr);
	uint64_t index = IOVA >> (f->granule_lg2 + f->index_lg2 * level);

	return ram64(TABLE(level)) + (index & ((1ull << f->index_lg2) - 1));
}

static void build(void)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = use->nr,
		.root = TABLE(ROOT_LEVEL),
		.levels = use->levels,
		.sign_extend = use->nr == HW_PT_RISCV_64,
		.domain = 7,
	};
	unsigned int level;

	memset(ram64(TABLE(0)), 0, 4 * 0x10000);
	for (level = 1; level <= ROOT_LEVEL; level++)
		*item(level) = pointer(level, TABLE(level - 1));
	*item(0) = TARGET >> use->shift | use->leaf;
	hw_iommu_set_context(hw_dev_rid(dev), &ctx);
	invalidate(HW_INV_CONTEXT, hw_dev_rid(dev), 0);
	invalidate(HW_INV_DOMAIN, 0, 7);
}

/* From the page that is meant to the end of the tables. */
static uint64_t sum_of_ram(void)
{
	const uint64_t *word = ram64(TARGET), *end = ram64(TABLE(4));
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; word + i < end; i++)
		sum = (sum << 1 | sum >> 63) ^ word[i];
	return sum;
}

static void assert_works(void)
{
	uint64_t word = 0;

	assert_int_equal(hw_dma_read(dev, IOVA + 8, &word, 8), HW_OK);
	assert_int_equal(word, 0x1122334455667788);
	invalidate(HW_INV_DOMAIN, 0, 7);
}

/* The item of @level holds @word: what happens to a load and a store? */
static void assert_refused(unsigned int level, uint64_t word,
			   enum hw_status reason)
{
	uint64_t right = *item(level), buf = 0x55, sum;
	struct hw_iommu_stats before = board_stats();
	struct hw_iommu_fault f;
	bool write;
	int i;

	*item(level) = word;
	sum = sum_of_ram();
	for (i = 0; i < 2; i++) {
		write = i;
		assert_int_equal(write ? hw_dma_write(dev, IOVA + 8, &buf, 8) :
					 hw_dma_read(dev, IOVA + 8, &buf, 8),
				 reason);
		assert_true(hw_iommu_next_fault(&f));
		assert_int_equal(f.rid, hw_dev_rid(dev));
		assert_int_equal(f.write, write);
		assert_int_equal(f.reason, reason);
		assert_int_equal(f.addr, IOVA + 8);
		assert_int_equal(f.len, 8);
		assert_int_equal(f.level, level);
		assert_int_equal(f.entry, word);
		assert_false(hw_iommu_next_fault(&f));
	}

	assert_int_equal(buf, 0x55);
	assert_int_equal(sum_of_ram(), sum);
	assert_int_equal(board_stats().iotlb_entries, before.iotlb_entries);
	assert_int_equal(board_stats().faults, before.faults + 2);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "iotlb-stale"), 0);
	*item(level) = right;
	invalidate(HW_INV_DOMAIN, 0, 7);
	assert_works();
}

static void reserved_bits_are_refused_at_every_level(void **state)
{
	unsigned int level;

	assert_works();
	if (!use->reserved)
		return;
	for (level = 0; level <= ROOT_LEVEL; level++)
		assert_refused(level, *item(level) | use->reserved,
			       HW_ERR_RESERVED);
}

static void addresses_beyond_the_width_are_refused_at_every_level(void **state)
{
	unsigned int level;

	for (level = 0; level <= ROOT_LEVEL; level++)
		assert_refused(level, *item(level) | TOO_WIDE >> use->shift,
			       is_arm() ? HW_ERR_ADDR_SIZE : HW_ERR_RESERVED);
}

/* spec: iommu-pt 3.7 */
static void access_flags_that_are_clear_are_refused(void **state)
{
	if (is_arm())
		assert_refused(0, *item(0) & ~0x400ull, HW_ERR_ACCESS);
}

static void absent_entries_are_refused_at_every_level(void **state)
{
	unsigned int level;

	for (level = 0; level <= ROOT_LEVEL; level++)
		assert_refused(level, 0, HW_ERR_UNMAPPED);
}

static void pointers_outside_ram_are_refused_at_every_level(void **state)
{
	unsigned int level;

	for (level = 1; level <= ROOT_LEVEL; level++) {
		assert_refused(level, pointer(level, NOWHERE), HW_ERR_TABLE);
		assert_refused(level, pointer(level, MEM32), HW_ERR_TABLE);
	}
}

static void loops_are_refused_at_every_level(void **state)
{
	unsigned int level, above;

	for (level = 1; level <= ROOT_LEVEL; level++)
		for (above = level; above <= ROOT_LEVEL; above++)
			assert_refused(level, pointer(level, TABLE(above)),
				       HW_ERR_TABLE);
}

/* Also if the walk begins below the tables that it would come back to. */
static void loops_above_a_cached_table_are_refused(void **state)
{
	const struct hw_walk_format *f = hw_iommu_format(use->nr);
	unsigned int level, above;

	for (level = 1; level < ROOT_LEVEL; level++) {
		uint64_t beside =
			IOVA ^ 1ull << (f->granule_lg2 + f->index_lg2 * level);

		for (above = level + 1; above <= ROOT_LEVEL; above++) {
			struct hw_iommu_stats before = board_stats();
			struct hw_iommu_fault fault;
			char byte;

			assert_int_equal(hw_dma_read(dev, beside, &byte, 1),
					 HW_ERR_UNMAPPED);
			assert_true(hw_iommu_next_fault(&fault));
			assert_refused(level, pointer(level, TABLE(above)),
				       HW_ERR_TABLE);
			/* The way; twice an entry; and the way again. */
			assert_int_equal(board_stats().walk_reads -
						 before.walk_reads,
					 use->levels - level + 2 + use->levels);
		}
	}
}

/* src/mm/page_alloc.c: of free pages in debug builds. */
#define FREE_PATTERN 0xab

/* A pointer that outlived its table is not met with "unmapped", whoever follows. */
static void what_free_pages_hold_leads_nowhere(void **state)
{
	const struct hw_walk_format *f = hw_iommu_format(use->nr);
	struct hw_walk_start start = {
		.levels = use->levels,
		.sign_extend = use->nr == HW_PT_RISCV_64,
		.read = true,
		.write = true,
	};
	enum hw_status status;
	struct hw_walk w;
	unsigned int oas;

	for (; start.level <= ROOT_LEVEL; start.level++) {
		start.table = TABLE(start.level);
		memset(ram64(start.table), FREE_PATTERN, 0x10000);
		for (oas = 40; oas <= 52; oas += 4) {
			start.oas_lg2 = (uint8_t)oas;
			start.update = oas & 4;
			status = f->walk(&start, IOVA, &w);
			if (status == HW_OK)
				assert_false(hw_ram_valid(w.phys, 1));
			else
				assert_int_equal(status, HW_ERR_RESERVED);
		}
	}
}

static void a_root_outside_ram_is_refused(void **state)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = use->nr,
		.root = NOWHERE,
		.levels = use->levels,
		.domain = 7,
	};
	struct hw_iommu_fault f;
	uint64_t buf = 0x55;

	hw_iommu_set_context(hw_dev_rid(dev), &ctx);
	invalidate(HW_INV_CONTEXT, hw_dev_rid(dev), 0);
	assert_int_equal(hw_dma_read(dev, IOVA, &buf, 8), HW_ERR_TABLE);
	assert_int_equal(buf, 0x55);
	assert_true(hw_iommu_next_fault(&f));
	assert_int_equal(f.reason, HW_ERR_TABLE);
	assert_int_equal(f.level, ROOT_LEVEL);
	assert_int_equal(f.entry, 0);
	build();
	assert_works();
}

static int setup(void **state)
{
	board_config.iommu_oas_lg2 = 46;
	board_setup_iommu(state);
	board_config.iommu_oas_lg2 = 0;
	dev = *state;
	ram64(TARGET)[1] = 0x1122334455667788;
	build();
	return 0;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reserved_bits_are_refused_at_every_level),
		CASE(addresses_beyond_the_width_are_refused_at_every_level),
		CASE(access_flags_that_are_clear_are_refused),
		CASE(absent_entries_are_refused_at_every_level),
		CASE(pointers_outside_ram_are_refused_at_every_level),
		CASE(loops_are_refused_at_every_level),
		CASE(loops_above_a_cached_table_are_refused),
		CASE(what_free_pages_hold_leads_nowhere),
		CASE(a_root_outside_ram_is_refused),
	};
	int failed = 0;
	char name[40];
	size_t i;

	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		use = &uses[i];
		snprintf(name, sizeof(name), "hw walk faults[%s]",
			 hw_iommu_format(use->nr)->name);
		failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);
	}
	return failed;
}
