/* SPDX-License-Identifier: MIT */
/* src/hw/iommu*.c, fault.c: contexts, translation, stale hits, freed tables. */
#include "unit/hw/board.h"
#include "hw/fabric.h"

#define DEV_RID 0x0100
#define PAGE_A 0x200000ull
#define PAGE_B 0x201000ull

/* Device blocked so far; pages A and B start with 'A' and 'B'. */
static int setup(void **state)
{
	board_setup_iommu(state);
	hw_iommu_set_check(true);
	*ram64(PAGE_A) = 'A';
	*ram64(PAGE_B) = 'B';
	return 0;
}

static uint64_t get(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word = 0;

	assert_int_equal(hw_dma_read(dev, iova, &word, 8), HW_OK);
	return word;
}

static enum hw_status try_read(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word = 0x55;
	enum hw_status status = hw_dma_read(dev, iova, &word, 8);

	if (status)
		assert_int_equal(word, 0x55);
	return status;
}

static uint64_t stale_events(void)
{
	return host_event_count(HOST_EVENT_FAULT, "iotlb-stale");
}

static void assert_stale(const char *how)
{
	struct host_event ev;

	assert_true(host_event_get(host_event_last(), &ev));
	assert_string_equal(ev.id, "iotlb-stale");
	assert_non_null(strstr(ev.text, how));
}

static void a_device_starts_blocked(void **state)
{
	assert_int_equal(try_read(*state, PAGE_A), HW_ERR_BLOCKED);
	assert_fault(HW_ERR_BLOCKED, PAGE_A, 8, false);
	assert_last_event("iommu-fault",
			  "DMA read at iova 0x200000 len 8: blocked "
			  "(level 0 entry 0x0)");
}

static void bypass_is_the_identity(void **state)
{
	const struct hw_iommu_context ctx = { .mode = HW_IOMMU_BYPASS };

	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(get(*state, PAGE_A), 'A');
	assert_int_equal(board_stats().lookups, 0);
	assert_int_equal(try_read(*state, 1ull << 60), HW_ERR_RANGE);
}

static void translation_follows_the_bytes_in_ram(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_B, 3);
	board_map(0x2000, PAGE_A, 1);
	assert_int_equal(get(*state, 0x1000), 'B');
	assert_int_equal(get(*state, 0x2000), 'A');
	assert_int_equal(board_stats().misses, 2);
	assert_int_equal(board_stats().iotlb_entries, 2);
}

static void an_access_is_cut_where_the_target_jumps(void **state)
{
	char data[64];

	memset(data, 0x11, sizeof(data));
	board_translate(*state, 5);
	board_map(0x1000, PAGE_B, 3);
	board_map(0x2000, PAGE_A, 3);
	assert_int_equal(hw_dma_write(*state, 0x1ff0, data, 64), HW_OK);
	assert_int_equal(*ram64(PAGE_B + 0xff0), 0x1111111111111111);
	assert_int_equal(*ram64(PAGE_A), 0x1111111111111111);
	assert_int_equal(*ram64(PAGE_A + 0x30), 0);
}

static void a_hole_stops_after_the_mapped_part(void **state)
{
	char data[64];

	memset(data, 0x22, sizeof(data));
	board_translate(*state, 5);
	board_map(0x1000, PAGE_B, 3);
	assert_int_equal(hw_dma_write(*state, 0x1ff0, data, 64),
			 HW_ERR_UNMAPPED);
	assert_int_equal(*ram64(PAGE_B + 0xff8), 0x2222222222222222);
	assert_fault(HW_ERR_UNMAPPED, 0x2000, 48, true);
	assert_last_event("iommu-fault",
			  "DMA write at iova 0x2000 len 48: unmapped "
			  "(level 0 entry 0x0)");
}

static void rights_are_checked_by_direction(void **state)
{
	uint64_t word = 9;

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 1);
	board_map(0x2000, PAGE_B, 2);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_ERR_PERM);
	assert_int_equal(*ram64(PAGE_A), 'A');
	assert_int_equal(try_read(*state, 0x2000), HW_ERR_PERM);
	assert_int_equal(hw_dma_write(*state, 0x2000, &word, 8), HW_OK);
	assert_int_equal(*ram64(PAGE_B), 9);
	/* The same from the IOTLB. */
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_ERR_PERM);
	assert_int_equal(stale_events(), 0);
}

static void fault_record_names_the_entry(void **state)
{
	struct hw_iommu_fault f;

	board_translate(*state, 5);
	ram64(T1)[0] = 0x40000000 | 3; /* a table that is not RAM */
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_TABLE);
	assert_true(hw_iommu_next_fault(&f));
	assert_int_equal(f.rid, DEV_RID);
	assert_int_equal(f.reason, HW_ERR_TABLE);
	assert_int_equal(f.level, 1);
	assert_int_equal(f.entry, 0x40000003);
	assert_false(hw_iommu_next_fault(&f));
}

static void a_fault_sends_the_iommus_message(void **state)
{
	try_read(*state, 0x1000);
	assert_int_equal(seen.irqs, 1);
	assert_int_equal(seen.irq_addr, HW_IRQ_IOMMU_ADDR);
	assert_int_equal(seen.irq_data, HW_IRQ_IOMMU_FAULT);
}

/* spec: iommu-pt I1 */
static void access_after_unmap_without_flush_lands_in_the_old_page(void **state)
{
	uint64_t word = 'x';

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(get(*state, 0x1000), 'A');

	board_map(0x1000, 0, 0);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(*ram64(PAGE_A), 'x');
	assert_stale("use-after-unmap");
	assert_int_equal(board_stats().stale_hits, 1);
}

/* spec: iommu-pt I2 */
static void access_after_unmap_and_flush_faults(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(get(*state, 0x1000), 'A');

	board_map(0x1000, 0, 0);
	invalidate_range(5, 0x1000, 0x1fff, true);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(stale_events(), 0);
	assert_int_equal(board_stats().stale_hits, 0);
}

/* spec: iommu-pt I3 */
static void a_flush_of_another_domain_leaves_it_stale(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	board_map(0x1000, 0, 0);

	invalidate_range(6, 0, UINT64_MAX, false);
	invalidate(HW_INV_DOMAIN, 0, 4);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(stale_events(), 1);
	invalidate(HW_INV_DOMAIN, 0, 5);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
}

static void a_changed_target_without_flush_is_the_old_page(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	board_map(0x1000, PAGE_B, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_stale("wrong-target");
}

static void reduced_rights_without_flush_stay_in_force(void **state)
{
	uint64_t word = 3;

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	board_map(0x1000, PAGE_A, 1);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_stale("stale-permission");
}

static void defer(struct hw_dev *dev)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 4,
		.domain = 5,
		.deferred = true,
	};

	board_translate(dev, 5);
	hw_iommu_set_context(DEV_RID, &ctx);
}

/* spec: iommu-pt 5.9.8 */
static void of_deferred_flushes_only_absence_is_forgiven(void **state)
{
	defer(*state);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	board_map(0x1000, 0, 0);
	get(*state, 0x1000);
	assert_int_equal(board_stats().deferred_hits, 1);
	assert_int_equal(stale_events(), 0);

	board_map(0x1000, PAGE_B, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_stale("wrong-target");
	board_map(0x1000, PAGE_A, 1);
	get(*state, 0x1000);
	assert_stale("stale-permission");
	assert_int_equal(board_stats().deferred_hits, 1);
}

static void without_the_check_a_stale_hit_is_silent(void **state)
{
	hw_iommu_set_check(false);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	board_map(0x1000, PAGE_B, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(host_event_last(), 0);

	invalidate_range(5, 0x1000, 0x1000, true);
	assert_int_equal(get(*state, 0x1000), 'B');
	assert_int_equal(board_stats().lookups, 3);
	assert_int_equal(board_stats().hits, 1);
	assert_int_equal(board_stats().misses, 2);
}

/* Without the check a device keeps the way to RAM, not only the translation. */
static void what_a_device_knows_of_a_way_ends_with_it(void **state)
{
	uint64_t iova = MEM32 + 0x100000; /* behind the port's window */

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	board_map(0x100000, PAGE_A, 3);
	ram64(T2)[iova >> 30] = T1 | 3;
	get(*state, iova);
	assert_int_equal(get(*state, iova), 'A');
	assert_int_equal(board_stats().hits, 1);

	hw_cfg_write(PORT_RID, 0x20, 4, 0xc010c000);
	assert_int_equal(try_read(*state, iova), HW_ERR_DECODE);
	hw_cfg_write(PORT_RID, 0x20, 4, 0xc000c000);
	get(*state, iova);
	assert_int_equal(get(*state, iova), 'A');

	hw_cfg_write(DEV_RID, 0x04, 2, 0x2);
	assert_int_equal(try_read(*state, iova), HW_ERR_BUSMASTER);
	hw_cfg_write(DEV_RID, 0x04, 2, 0x6);
	assert_int_equal(get(*state, iova), 'A');
}

static void a_known_way_does_not_lead_past_ram(void **state)
{
	uint64_t iova = 0x200000; /* a leaf of 2 MiB, of which 1 MiB is RAM */

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	ram64(T1)[1] = 0x83;
	*ram64(0x100000) = 'R';
	get(*state, iova + 0x100000);
	assert_int_equal(get(*state, iova + 0x100000), 'R');
	assert_int_equal(board_stats().hits, 1);
	assert_int_equal(try_read(*state, iova + 0xf0000), HW_ERR_DECODE);
}

static int setup_caching(void **state)
{
	board_config.iommu_caching_mode = true;
	setup(state);
	board_config.iommu_caching_mode = false;
	return 0;
}

/* spec: iommu-pt I5 */
static void caching_mode_remembers_that_nothing_was_there(void **state)
{
	board_translate(*state, 5);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(stale_events(), 1);

	invalidate_range(5, 0x1000, 0x1fff, true);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(stale_events(), 1);
}

static void a_missed_map_is_named(void **state)
{
	struct host_event ev;

	board_translate(*state, 5);
	try_read(*state, 0x1000);
	board_map(0x1000, PAGE_A, 3);
	try_read(*state, 0x1000);
	/* The stale hit comes first, the fault second. */
	assert_true(host_event_get(host_event_last() - 1, &ev));
	assert_string_equal(ev.id, "iotlb-stale");
	assert_non_null(strstr(ev.text, "missed-map"));
}

static void caching_mode_remembers_nothing_malformed(void **state)
{
	board_translate(*state, 5);
	ram64(T1)[0] = PAGE_B | 0x83; /* a large leaf that is not aligned */
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_RESERVED);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(stale_events(), 0);
}

static void caching_mode_remembers_a_blocked_requester(void **state)
{
	try_read(*state, 0x1000);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_BLOCKED);
	invalidate(HW_INV_CONTEXT, DEV_RID, 0);
	assert_int_equal(get(*state, 0x1000), 'A');
}

static void without_caching_mode_a_new_mapping_works_at_once(void **state)
{
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_BLOCKED);
	board_translate(*state, 5);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(stale_events(), 0);
}

static void a_context_is_used_until_it_is_invalidated(void **state)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_set_context(DEV_RID, &blocked);
	assert_int_equal(get(*state, 0x1000), 'A');
	invalidate(HW_INV_CONTEXT, DEV_RID + 8, 0);
	assert_int_equal(get(*state, 0x1000), 'A');
	invalidate(HW_INV_CONTEXT, DEV_RID, 0);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_BLOCKED);
}

static void malformed_contexts_block(void **state)
{
	struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 2,
	};

	hw_iommu_set_context(DEV_RID, &ctx);
	ctx.levels = 4;
	ctx.root = T3 + 8;
	hw_iommu_set_context(DEV_RID, &ctx);
	ctx.root = T3;
	ctx.format = HW_PT_NONE;
	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-context"),
			 3);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_BLOCKED);
}

static void commands_that_do_not_exist_are_told(void **state)
{
	invalidate(HW_INV_DEVICE + 1, DEV_RID, 0);

	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iommu-command"),
			 1);
}

static void tables_outside_ram_are_told(void **state)
{
	hw_iommu_table_freed(0xfffffffffffff000, 0x1000);
	hw_iommu_table_freed(T0, 1ull << 50);

	assert_int_equal(
		host_event_count(HOST_EVENT_MISUSE, "iommu-freed-range"), 2);
}

static uint64_t early_frees(void)
{
	return host_event_count(HOST_EVENT_MISUSE, "iommu-freed-early");
}

static void assert_early(const char *text)
{
	struct host_event ev;

	assert_true(host_event_get(host_event_last(), &ev));
	assert_string_equal(ev.id, "iommu-freed-early");
	assert_string_equal(ev.text, text);
}

/* Replace the leaf table by a 2 MiB leaf, flush, and free it. */
static void replace_leaf_table(bool leaf_only)
{
	ram64(T1)[0] = 0x200000 | 0x83;
	invalidate_range(5, 0, 0x1fffff, leaf_only);
	hw_iommu_table_freed(T0, 0x1000);
}

/* spec: iommu-pt I4 */
static void leaf_only_flush_keeps_the_pointer_to_a_freed_table(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_B, 3);
	get(*state, 0x1000);
	board_map(0x1000, 0, 0);
	replace_leaf_table(true);
	assert_early("table 0x100003000 is freed while the walk cache knows "
		     "it for iova 0x0");

	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(
		host_event_count(HOST_EVENT_FAULT, "iommu-freed-table"), 1);
}

static void full_flush_follows_the_new_tables(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_B, 3);
	get(*state, 0x1000);
	board_map(0x1000, 0, 0);
	replace_leaf_table(false);

	assert_int_equal(get(*state, 0x1000), 'B');
	assert_int_equal(host_event_last(), 0);
}

static void a_table_whose_leaf_is_cached_is_freed_too_early(void **state)
{
	const struct hw_inv_cmd tables = { .type = HW_INV_RANGE,
					   .domain = 5,
					   .last = 0x1fffff };

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	/* Only what leads to tables goes: the flush misses the page. */
	invalidate_range(5, 0x2000, 0x2fff, false);
	hw_iommu_table_freed(T0, 0x1000);
	assert_early("table 0x100003000 is freed while the IOTLB knows it "
		     "for iova 0x1000");

	/* Told once, of the table that it concerns, and never after a flush. */
	hw_iommu_table_freed(T0 + 0x8000, 0x1000);
	assert_int_equal(early_frees(), 1);
	hw_iommu_invalidate(&tables, 1);
	hw_iommu_table_freed(T0, 0x1000);
	assert_int_equal(early_frees(), 1);
}

static void without_the_check_nobody_looks_for_a_freed_table(void **state)
{
	hw_iommu_set_check(false);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_table_freed(T0, 0x1000);
	assert_int_equal(early_frees(), 0);
}

/* A root of several pages side by side is one table. */
static void a_page_in_the_middle_of_what_is_freed_counts(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_table_freed(T0 - 0x1000, 0x3000);
	assert_int_equal(early_frees(), 1);
}

static void a_freed_table_is_reported_even_if_it_still_matches(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_table_freed(T0, 0x1000);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_last_event("iommu-freed-table",
			  "DMA read at iova 0x1000: table 0x100003000 was "
			  "freed, but the IOTLB still points to it");
}

static void a_table_within_freed_memory_counts_as_freed(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_table_freed(T0 - 0x3000, 0x4000);
	get(*state, 0x1000);
	assert_last_event("iommu-freed-table",
			  "DMA read at iova 0x1000: table 0x100003000 was "
			  "freed, but the IOTLB still points to it");
}

static void a_freed_root_behind_a_cached_context_is_reported(void **state)
{
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	get(*state, 0x1000);
	hw_iommu_table_freed(T3, 0x1000);
	invalidate(HW_INV_DOMAIN, 0, 5);
	get(*state, 0x1000);
	assert_last_event("iommu-freed-table",
			  "DMA read at iova 0x1000: table 0x100000000 was "
			  "freed, but the context entry still points to it");
}

static void a_reused_table_is_no_news_to_a_new_walk(void **state)
{
	hw_iommu_table_freed(T0, 0x1000);
	hw_iommu_table_freed(T3, 0x1000);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(host_event_last(), 0);
}

static void walks_begin_at_the_deepest_remembered_table(void **state)
{
	hw_iommu_set_check(false);
	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B, 3);
	get(*state, 0x1000);
	assert_int_equal(board_stats().walk_reads, 4);
	get(*state, 0x2000);
	assert_int_equal(board_stats().walk_reads, 5);

	/* Leaf-only keeps the tables, the other kind re-reads all levels. */
	invalidate_range(5, 0x1000, 0x1fff, true);
	get(*state, 0x1000);
	assert_int_equal(board_stats().walk_reads, 6);
	invalidate_range(5, 0x1000, 0x1fff, false);
	get(*state, 0x1000);
	assert_int_equal(board_stats().walk_reads, 10);
}

static void table_rights_are_kept_in_the_walk_cache(void **state)
{
	uint64_t word = 1;

	board_translate(*state, 5);
	ram64(T2)[0] = T1 | 1; /* read only from here down */
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B, 3);
	get(*state, 0x1000);
	assert_int_equal(hw_dma_write(*state, 0x2000, &word, 8), HW_ERR_PERM);
	assert_int_equal(*ram64(PAGE_B), 'B');
}

static void peek_reads_memory_and_leaves_no_trace(void **state)
{
	unsigned int lg2 = 0;
	uint64_t phys = 0;

	board_translate(*state, 5);
	board_map(0x1000, PAGE_A, 1);
	assert_int_equal(hw_iommu_peek(DEV_RID, 0x1008, false, &phys, &lg2),
			 HW_OK);
	assert_int_equal(phys, PAGE_A + 8);
	assert_int_equal(lg2, 12);
	assert_int_equal(hw_iommu_peek(DEV_RID, 0x1008, true, NULL, NULL),
			 HW_ERR_PERM);
	assert_int_equal(hw_iommu_peek(DEV_RID, 0x5000, false, NULL, NULL),
			 HW_ERR_UNMAPPED);
	assert_int_equal(hw_iommu_peek(0x200, 0x1008, false, NULL, NULL),
			 HW_ERR_BLOCKED);
	assert_int_equal(board_stats().lookups + board_stats().iotlb_entries,
			 0);
	assert_int_equal(host_event_last(), 0);
}

/* spec: iommu-pt I17 */
static void a_grown_tree_needs_no_translation_flush(void **state)
{
	struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_AMDV1,
		.root = T2,
		.levels = 3,
		.domain = 5,
	};

	ram64(T2)[0] = 0x6000000000000401 | T1;
	ram64(T1)[0] = 0x6000000000000201 | T0;
	ram64(T0)[1] = 0x7000000000000001 | PAGE_A;
	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(get(*state, 0x1000), 'A');

	ram64(T3)[0] = 0x6000000000000601 | T2;
	ctx.root = T3;
	ctx.levels = 4;
	hw_iommu_set_context(DEV_RID, &ctx);
	assert_int_equal(try_read(*state, 1ull << 39), HW_ERR_RANGE);
	invalidate(HW_INV_CONTEXT, DEV_RID, 0);
	assert_int_equal(try_read(*state, 1ull << 39), HW_ERR_UNMAPPED);
	assert_int_equal(get(*state, 0x1000), 'A');
	assert_int_equal(stale_events(), 0);
	assert_int_equal(board_stats().cmds_context, 1);
	assert_int_equal(board_stats().cmds_range, 0);
}

/* A device thread reads while this one unmaps: no read after the flush. */
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

static void a_returned_flush_leaves_no_access_under_way(void **state)
{
	struct stream s = { .dev = *state };
	struct host_thread *t;
	int i;

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	t = host_thread_create(stream_reads, &s, "device");
	for (i = 0; i < 100; i++) {
		__atomic_store_n(&ram64(T0)[1], PAGE_A | 3, __ATOMIC_RELEASE);
		host_yield();
		__atomic_store_n(&ram64(T0)[1], 0, __ATOMIC_RELEASE);
		invalidate_range(5, 0x1000, 0x1fff, true);
		/* Plain stores: a device still reading would be a race. */
		memset(ram64(PAGE_A), i, 256);
	}
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELEASE);
	host_thread_join(t);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)
#define CASE_CACHING(fn) \
	cmocka_unit_test_setup_teardown(fn, setup_caching, board_teardown)

/* ---- accessed and dirty marks ------------------------------------------------ */

#define AMD_RW (3ull << 61)

/** struct marks - a tree of four levels, and what accesses leave in its leaf */
struct marks {
	enum hw_pt_format format;
	bool sign_extend;
	bool off; /* the context does not ask for marks */
	unsigned int shift; /* of addresses in entries, to the right */
	uint64_t pointer; /* bits of an entry that points to a table */
	uint64_t level; /* times the level of that table plus 1, added */
	uint64_t leaf, read, written; /* bits, before and after */
	uint64_t went_by; /* bits that pointers get */
};

static const uint64_t table_of[] = { T0, T1, T2, T3 };

static const struct marks marks[] = {
	{ HW_PT_VTDSS, false, false, 0, 3, 0, 0x003, 0x103, 0x303 },
	{ HW_PT_VTDSS, false, true, 0, 3, 0, 0x003, 0x003, 0x003 },
	{ HW_PT_AMDV1, false, false, 0, AMD_RW | 1, 0x200, AMD_RW | 0x01,
	  AMD_RW | 0x21, AMD_RW | 0x61, 0x20 },
	{ HW_PT_AMDV1, false, true, 0, AMD_RW | 1, 0x200, AMD_RW | 0x01,
	  AMD_RW | 0x01, AMD_RW | 0x01 },
	/* Asked for or not. */
	{ HW_PT_X86_64, false, true, 0, 0x07, 0, 0x07, 0x27, 0x67, 0x20 },
	{ HW_PT_RISCV_64, true, false, 2, 0x01, 0, 0x17, 0x57, 0xd7 },
	/* Clean is read-only; the write takes that away. */
	{ HW_PT_ARM_S1_4K, false, false, 0, 3, 0, 1ull << 51 | 0xbc3,
	  1ull << 51 | 0xfc3, 1ull << 51 | 0xf43 },
	{ HW_PT_ARM_S2_4K, false, false, 0, 3, 0, 0x3ff, 0x7ff, 0x7ff },
	/* At stage 2 clean is: not writable yet. */
	{ HW_PT_ARM_S2_4K, false, false, 0, 3, 0, 1ull << 51 | 0x37f,
	  1ull << 51 | 0x77f, 1ull << 51 | 0x7ff },
	{ HW_PT_ARM_S2_4K, false, true, 0, 3, 0, 0x7ff, 0x7ff, 0x7ff },
};

/* The pointer of @level in the tree of @m, as planted. */
static uint64_t pointer_of(const struct marks *m, unsigned int level)
{
	return table_of[level - 1] >> m->shift | m->pointer | level * m->level;
}

static void plant(const struct marks *m)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = m->format,
		.root = T3,
		.levels = 4,
		.va_lg2 = 48,
		.sign_extend = m->sign_extend,
		.domain = 5,
		.dirty = !m->off,
	};
	const struct hw_inv_cmd all = { .type = HW_INV_ALL };
	unsigned int i;

	for (i = 1; i < 4; i++)
		ram64(table_of[i])[0] = pointer_of(m, i);
	ram64(T0)[1] = PAGE_B >> m->shift | m->leaf;
	hw_iommu_set_context(DEV_RID, &ctx);
	hw_iommu_invalidate(&all, 1);
}

/* spec: iommu-pt 3.7 */
static void accesses_leave_the_marks_of_the_format(void **state)
{
	uint64_t word = 'B';
	unsigned int i, level;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const struct marks *m = &marks[i];

		plant(m);
		assert_int_equal(get(*state, 0x1000), 'B');
		for (level = 1; level < 4; level++)
			assert_int_equal(ram64(table_of[level])[0],
					 pointer_of(m, level) | m->went_by);
		assert_int_equal(ram64(T0)[1], PAGE_B >> m->shift | m->read);
		/* From here on the IOTLB knows the page, but as clean. */
		assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
		assert_int_equal(ram64(T0)[1], PAGE_B >> m->shift | m->written);
	}
}

/* Without hardware updates a missing mark is a missing right. */
static void who_may_not_write_marks_is_refused(void **state)
{
	struct marks m = marks[5];
	uint64_t word = 0;

	m.off = true;
	plant(&m);
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_PERM);
	m = marks[6];
	m.off = true;
	m.leaf |= 0x400;
	plant(&m);
	assert_int_equal(get(*state, 0x1000), 'B');
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_ERR_PERM);
	m = marks[8];
	m.off = true;
	m.leaf |= 0x400;
	plant(&m);
	assert_int_equal(get(*state, 0x1000), 'B');
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_ERR_PERM);
	assert_int_equal(ram64(T0)[1], PAGE_B | m.leaf);
}

/* The walk cache begins behind pointers that have their mark, also of a hole. */
static void pointers_to_a_hole_are_marked_and_malformed_ones_not(void **state)
{
	const struct marks *m = &marks[2];

	plant(m);
	ram64(T0)[1] = 0;
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(ram64(T1)[0], pointer_of(m, 1) | 0x20);
	assert_int_equal(ram64(T3)[0], pointer_of(m, 3) | 0x20);

	plant(m);
	ram64(T1)[0] |= 1ull << 55;
	assert_int_equal(try_read(*state, 0x1000), HW_ERR_RESERVED);
	assert_int_equal(ram64(T1)[0], pointer_of(m, 1) | 1ull << 55);
	assert_int_equal(ram64(T3)[0], pointer_of(m, 3));
}

static void a_group_is_one_leaf_whichever_members_are_clean(void **state)
{
	const uint64_t leaf = 3ull << 51 | 0x77f; /* clean, one of a group */
	uint64_t word = 'B';
	unsigned int i;

	plant(&marks[8]);
	for (i = 0; i < 16; i++)
		ram64(T0)[i] = 0x200000ull + i * 0x1000 + leaf;
	assert_int_equal(hw_dma_write(*state, 0x3000, &word, 8), HW_OK);
	for (i = 0; i < 16; i++)
		assert_int_equal(ram64(T0)[i] & 0x80, i == 3 ? 0x80 : 0);
	assert_int_equal(try_read(*state, 0xf000), HW_OK);
}

static void a_cleared_mark_comes_back_after_the_flush(void **state)
{
	const struct hw_inv_cmd flush = { .type = HW_INV_DOMAIN, .domain = 5 };
	uint64_t word = 'B';

	plant(&marks[0]);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	ram64(T0)[1] = PAGE_B | 0x103;
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(ram64(T0)[1], PAGE_B | 0x103);
	hw_iommu_dirty_read(6, 0, UINT64_MAX);
	hw_iommu_dirty_read(5, 0x2000, UINT64_MAX);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "iotlb-dirty-lost"),
			 0);
	hw_iommu_dirty_read(5, 0, 0x1000);
	hw_iommu_dirty_read(5, 0, 0x1000);
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, "iotlb-dirty-lost"),
			 1);
	hw_iommu_invalidate(&flush, 1);
	assert_int_equal(hw_dma_write(*state, 0x1000, &word, 8), HW_OK);
	assert_int_equal(ram64(T0)[1], PAGE_B | 0x303);
}

/* ---- records ---------------------------------------------------------------- */

/* A look that comes too late goes on with the oldest that is still there. */
static void records_written_over_are_passed_over(void **state)
{
	struct hw_iommu_fault f;
	uint64_t nr = 0, i;

	for (i = 0; i < 300; i++) {
		assert_int_equal(try_read(*state, i << 12), HW_ERR_BLOCKED);
		assert_true(hw_iommu_next_fault(&f));
	}
	assert_true(hw_iommu_fault_from(&nr, &f));
	assert_int_equal(f.addr, 44 << 12);
	assert_int_equal(nr, 45);
	nr = 299;
	assert_true(hw_iommu_fault_from(&nr, &f));
	assert_int_equal(f.addr, 299 << 12);
	assert_false(hw_iommu_fault_from(&nr, &f));
}

/* ---- what a device keeps, without the check ----------------------------------- */

#define T0_HIGH 0x100008000ull /* a second table of pages */
#define FRAMES 0x210000ull /* of page i: FRAMES + i pages */
/* Page i there shares the slot of page i + 1 or i - 1. */
#define FAR 0x1000000ull

/* Pages 1 to 8, each with its number in it, in the IOTLB and in no slot. */
static void fill_iotlb(struct hw_dev *dev, uint64_t leaf)
{
	uint64_t i;

	hw_iommu_set_check(false);
	for (i = 1; i <= 8; i++) {
		*ram64(FRAMES + i * 0x1000) = i;
		ram64(T0)[i] = (FRAMES + i * 0x1000) | leaf;
		assert_int_equal(get(dev, i * 0x1000), i);
	}
	hw_iommu_set_check(false); /* a new generation */
}

static void pages_that_share_a_slot_are_found_in_the_iotlb(void **state)
{
	unsigned int i;

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	ram64(T1)[FAR >> 21] = T0_HIGH | 3;
	board_map(0x1000, PAGE_A, 3);
	ram64(T0_HIGH)[0] = PAGE_B | 3;
	assert_ptr_equal(hw_tlb_slot(&((struct hw_dev *)*state)->tlb, 0x1000),
			 hw_tlb_slot(&((struct hw_dev *)*state)->tlb, FAR));
	for (i = 0; i < 4; i++) {
		assert_int_equal(get(*state, 0x1000), 'A');
		assert_int_equal(get(*state, FAR), 'B');
	}
	assert_int_equal(board_stats().lookups, 8);
	assert_int_equal(board_stats().misses, 2);
	assert_int_equal(board_stats().hits, 6);
}

static void each_use_of_what_was_filled_ahead_is_one_hit(void **state)
{
	struct hw_iommu_stats before, after;
	uint64_t i;

	board_translate(*state, 5);
	fill_iotlb(*state, 3);
	before = board_stats();
	for (i = 1; i <= 8; i++)
		assert_int_equal(get(*state, i * 0x1000), i);
	after = board_stats();
	assert_int_equal(after.hits - before.hits, 8);
	assert_int_equal(after.lookups - before.lookups, 8);
	assert_int_equal(after.misses - before.misses, 0);
}

/* As stale as the IOTLB, and no longer. */
static void what_was_filled_ahead_ends_with_the_flush(void **state)
{
	board_translate(*state, 5);
	fill_iotlb(*state, 3);
	get(*state, 0x1000);
	get(*state, 0x2000); /* goes on from page to page */
	board_map(0x5000, PAGE_A, 3);
	board_map(0x6000, 0, 0);
	assert_int_equal(get(*state, 0x5000), 5);
	assert_int_equal(get(*state, 0x6000), 6);
	invalidate_range(5, 0x5000, 0x6fff, true);
	assert_int_equal(get(*state, 0x5000), 'A');
	assert_int_equal(try_read(*state, 0x6000), HW_ERR_UNMAPPED);
	assert_int_equal(get(*state, 0x7000), 7);
}

static void rights_of_what_was_filled_ahead_are_kept(void **state)
{
	uint64_t word = 'W';

	board_translate(*state, 5);
	fill_iotlb(*state, 1);
	get(*state, 0x1000);
	get(*state, 0x2000);
	assert_int_equal(hw_dma_write(*state, 0x5000, &word, 8), HW_ERR_PERM);
	assert_int_equal(get(*state, 0x5000), 5);
}

static void nothing_is_filled_ahead_past_what_the_iotlb_has(void **state)
{
	board_translate(*state, 5);
	fill_iotlb(*state, 3);
	invalidate_range(5, 0x4000, 0x4fff, true);
	board_map(0x4000, PAGE_A, 3);
	get(*state, 0x1000);
	get(*state, 0x2000);
	assert_int_equal(get(*state, 0x4000), 'A');
	assert_int_equal(get(*state, 0x5000), 5);
}

/* Pages before the port's window, and in it, which was closed at first. */
static void what_was_filled_ahead_hides_no_window(void **state)
{
	uint64_t i;

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	ram64(T2)[MEM32 >> 30] = T1 | 3;
	ram64(T2)[(MEM32 >> 30) - 1] = T1 | 3;
	ram64(T1)[511] = T0 | 3;
	for (i = 0; i < 512; i += i == 1 ? 509 : 1)
		ram64(T0)[i] = PAGE_A | 3;
	hw_cfg_write(PORT_RID, 0x20, 4, 0xc000c010); /* ends before it begins */
	for (i = 0; i < 4; i++)
		assert_int_equal(get(*state, MEM32 - 0x2000 + i * 0x1000), 'A');

	hw_cfg_write(PORT_RID, 0x20, 4, 0xc000c000);
	assert_int_equal(get(*state, MEM32 - 0x2000), 'A');
	assert_int_equal(get(*state, MEM32 - 0x1000), 'A');
	assert_int_equal(try_read(*state, MEM32), HW_ERR_DECODE);
	assert_int_equal(get(*state, MEM32 - 0x1000), 'A');
}

static void an_access_over_pages_in_and_out_of_slots_is_whole(void **state)
{
	uint64_t words[5 * 512];
	uint64_t i;

	board_translate(*state, 5);
	fill_iotlb(*state, 3);
	get(*state, 0x2000); /* one slot of five */
	assert_int_equal(hw_dma_read(*state, 0x1008, words, sizeof(words)),
			 HW_OK);
	for (i = 2; i <= 5; i++)
		assert_int_equal(words[(i - 1) * 512 - 1], i);
	/* Up to the first refused byte. */
	memset(words, 0x55, sizeof(words));
	board_map(0x9000, 0, 0);
	assert_int_equal(hw_dma_read(*state, 0x7000, words, sizeof(words)),
			 HW_ERR_UNMAPPED);
	assert_int_equal(words[0], 7);
	assert_int_equal(words[512], 8);
	assert_int_equal(words[1024], 0x5555555555555555);
}

/* In caching mode. */
static void a_remembered_hole_is_not_filled_ahead(void **state)
{
	uint64_t i;

	hw_iommu_set_check(false);
	board_translate(*state, 5);
	for (i = 1; i <= 4; i++)
		board_map(i * 0x1000, PAGE_A, 3);
	for (i = 1; i <= 8; i++)
		assert_int_equal(try_read(*state, i * 0x1000),
				 i <= 4 ? HW_OK : HW_ERR_UNMAPPED);
	hw_iommu_set_check(false);
	for (i = 1; i <= 8; i++)
		assert_int_equal(try_read(*state, i * 0x1000),
				 i <= 4 ? HW_OK : HW_ERR_UNMAPPED);
}

/* The first write through what was filled ahead comes by the IOTLB. */
static void what_was_filled_ahead_is_marked_when_written(void **state)
{
	uint64_t word = 'W';

	plant(&marks[0]);
	fill_iotlb(*state, 3);
	get(*state, 0x1000);
	get(*state, 0x2000);
	assert_int_equal(ram64(T0)[5] & 0x300, 0x100);
	assert_int_equal(get(*state, 0x5000), 5);
	assert_int_equal(hw_dma_write(*state, 0x5000, &word, 8), HW_OK);
	assert_int_equal(ram64(T0)[5] & 0x300, 0x300);
	assert_int_equal(get(*state, 0x5000), 'W');
}

/* ---- PASID tables --------------------------------------------------------------- */

static void pasid_entries_are_used_until_they_are_dropped(void **state)
{
	struct hw_iommu_context ctx = { .mode = HW_IOMMU_BYPASS };
	struct hw_inv_cmd drop = { .type = HW_INV_CONTEXT,
				   .rid = DEV_RID,
				   .by_pasid = true };
	uint64_t word;

	assert_int_equal(hw_dma_read_pasid(*state, 9, PAGE_A, &word, 8),
			 HW_ERR_BLOCKED);
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 9, &ctx));
	assert_int_equal(hw_dma_read_pasid(*state, 9, PAGE_A, &word, 8), HW_OK);
	assert_int_equal(word, 'A');
	assert_int_equal(hw_dma_read_pasid(*state, 8, PAGE_A, &word, 8),
			 HW_ERR_BLOCKED);
	assert_int_equal(try_read(*state, PAGE_A), HW_ERR_BLOCKED);

	ctx.mode = HW_IOMMU_BLOCK;
	assert_true(hw_iommu_set_pasid_context(DEV_RID, 9, &ctx));
	drop.pasid = 8;
	hw_iommu_invalidate(&drop, 1);
	assert_int_equal(hw_dma_read_pasid(*state, 9, PAGE_A, &word, 8), HW_OK);
	drop.pasid = 9;
	hw_iommu_invalidate(&drop, 1);
	assert_int_equal(hw_dma_read_pasid(*state, 9, PAGE_A, &word, 8),
			 HW_ERR_BLOCKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_device_starts_blocked),
		CASE(bypass_is_the_identity),
		CASE(translation_follows_the_bytes_in_ram),
		CASE(an_access_is_cut_where_the_target_jumps),
		CASE(a_hole_stops_after_the_mapped_part),
		CASE(rights_are_checked_by_direction),
		CASE(fault_record_names_the_entry),
		CASE(a_fault_sends_the_iommus_message),
		CASE(access_after_unmap_without_flush_lands_in_the_old_page),
		CASE(access_after_unmap_and_flush_faults),
		CASE(a_flush_of_another_domain_leaves_it_stale),
		CASE(a_changed_target_without_flush_is_the_old_page),
		CASE(reduced_rights_without_flush_stay_in_force),
		CASE(of_deferred_flushes_only_absence_is_forgiven),
		CASE(without_the_check_a_stale_hit_is_silent),
		CASE(what_a_device_knows_of_a_way_ends_with_it),
		CASE(a_known_way_does_not_lead_past_ram),
		CASE(pages_that_share_a_slot_are_found_in_the_iotlb),
		CASE(each_use_of_what_was_filled_ahead_is_one_hit),
		CASE(what_was_filled_ahead_ends_with_the_flush),
		CASE(rights_of_what_was_filled_ahead_are_kept),
		CASE(nothing_is_filled_ahead_past_what_the_iotlb_has),
		CASE(what_was_filled_ahead_hides_no_window),
		CASE(an_access_over_pages_in_and_out_of_slots_is_whole),
		CASE(what_was_filled_ahead_is_marked_when_written),
		CASE_CACHING(caching_mode_remembers_that_nothing_was_there),
		CASE_CACHING(a_remembered_hole_is_not_filled_ahead),
		CASE_CACHING(a_missed_map_is_named),
		CASE_CACHING(caching_mode_remembers_nothing_malformed),
		CASE_CACHING(caching_mode_remembers_a_blocked_requester),
		CASE(without_caching_mode_a_new_mapping_works_at_once),
		CASE(a_context_is_used_until_it_is_invalidated),
		CASE(malformed_contexts_block),
		CASE(commands_that_do_not_exist_are_told),
		CASE(tables_outside_ram_are_told),
		CASE(leaf_only_flush_keeps_the_pointer_to_a_freed_table),
		CASE(full_flush_follows_the_new_tables),
		CASE(a_table_whose_leaf_is_cached_is_freed_too_early),
		CASE(without_the_check_nobody_looks_for_a_freed_table),
		CASE(a_page_in_the_middle_of_what_is_freed_counts),
		CASE(a_freed_table_is_reported_even_if_it_still_matches),
		CASE(a_table_within_freed_memory_counts_as_freed),
		CASE(a_freed_root_behind_a_cached_context_is_reported),
		CASE(a_reused_table_is_no_news_to_a_new_walk),
		CASE(walks_begin_at_the_deepest_remembered_table),
		CASE(table_rights_are_kept_in_the_walk_cache),
		CASE(peek_reads_memory_and_leaves_no_trace),
		CASE(a_grown_tree_needs_no_translation_flush),
		CASE(a_returned_flush_leaves_no_access_under_way),
		CASE(accesses_leave_the_marks_of_the_format),
		CASE(who_may_not_write_marks_is_refused),
		CASE(pointers_to_a_hole_are_marked_and_malformed_ones_not),
		CASE(a_group_is_one_leaf_whichever_members_are_clean),
		CASE(a_cleared_mark_comes_back_after_the_flush),
		CASE(records_written_over_are_passed_over),
		CASE(pasid_entries_are_used_until_they_are_dropped),
	};

	return cmocka_run_group_tests_name("hw iommu", tests, NULL, NULL);
}
