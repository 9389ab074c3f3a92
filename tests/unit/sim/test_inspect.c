/* SPDX-License-Identifier: MIT */
/*
 * Looking inside: events, fault records, counters, translation, and failures
 * asked for.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "support/fixture.h"

#include <string.h>

/* ---- events ------------------------------------------------------------------------ */

static void log_lines_are_events_of_their_level(void **state)
{
	struct fixture *f = *state;
	uint64_t errors = dmasim_event_count(DMASIM_EVENT_LOG, "err");
	uint64_t infos = dmasim_event_count(DMASIM_EVENT_LOG, "info");

	pr_err("first %d\n", 1);
	dev_err(f->dev, "second\n");
	pr_info("third\n");

	assert_event(DMASIM_EVENT_LOG, "err", errors + 2);
	assert_event(DMASIM_EVENT_LOG, "info", infos + 1);
	assert_non_null(strstr(event_text(DMASIM_EVENT_LOG, "err"), "second"));
}

static void an_event_is_found_by_its_number(void **state)
{
	struct fixture *f = *state;
	struct dmasim_event event;
	uint64_t last;

	dev_err(f->dev, "here\n");
	last = dmasim_event_last();

	assert_true(dmasim_event_get(last, &event));
	assert_int_equal(event.seq, last);
	assert_int_equal(event.kind, DMASIM_EVENT_LOG);
	assert_string_equal(event.id, "err");
	assert_non_null(strstr(event.text, "here"));
	assert_false(dmasim_event_get(last + 1, &event));
}

static void a_warning_has_a_place_and_a_backtrace(void **state)
{
	struct dmasim_event event;

	expect_warns(1);
	WARN(true, "number %d", 42);

	assert_true(dmasim_event_get(dmasim_event_last(), &event));
	assert_int_equal(event.kind, DMASIM_EVENT_WARN);
	assert_non_null(strstr(event.text, "number 42"));
	assert_int_not_equal(event.nr_frames, 0);
}

static void warnings_are_not_log_lines(void **state)
{
	uint64_t errors = dmasim_event_count(DMASIM_EVENT_LOG, "err");

	expect_warns(2);
	WARN_ON(true);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	WARN_ON(true);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);

	assert_event(DMASIM_EVENT_LOG, "err", errors);
}

static void once_means_once_a_machine(void **state)
{
	struct fixture *f = *state;
	int machine, i;

	for (machine = 0; machine < 2; machine++) {
		for (i = 0; i < 3; i++)
			WARN_ON_ONCE(true);
		assert_event(DMASIM_EVENT_WARN, NULL, 1);
		fixture_rebuild(f);
	}
}

/* ---- faults -------------------------------------------------------------------------- */

static void a_fault_leaves_a_record(void **state)
{
	struct fixture *f = *state;
	struct dmasim_fault fault;
	char buf[4] = {};

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);
	assert_false(dmasim_iommu_next_fault(&fault));
	assert_int_equal(dmasim_dma_read(f->hw, 0x5010, buf, 4),
			 DMASIM_DMA_UNMAPPED);
	assert_int_equal(dmasim_dma_write(f->hw, 0x6010, buf, 2),
			 DMASIM_DMA_UNMAPPED);

	assert_true(dmasim_iommu_next_fault(&fault));
	assert_string_equal(fault.dev, dmasim_device_name(f->hw));
	assert_false(fault.write);
	assert_int_equal(fault.reason, DMASIM_DMA_UNMAPPED);
	assert_int_equal(fault.addr, 0x5010);
	assert_int_equal(fault.len, 4);

	assert_true(dmasim_iommu_next_fault(&fault));
	assert_true(fault.write);
	assert_int_equal(fault.addr, 0x6010);
	assert_int_equal(fault.len, 2);
	assert_false(dmasim_iommu_next_fault(&fault));
}

static void a_record_shows_the_entry_that_refused(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	struct dmasim_fault fault;
	char byte = 0;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(dmasim_dma_write(f->hw, addr, &byte, 1),
			 DMASIM_DMA_PERM);

	assert_true(dmasim_iommu_next_fault(&fault));
	assert_int_equal(fault.reason, DMASIM_DMA_PERM);
	assert_int_equal(fault.level, 0);
	/* Readable, not writable. */
	assert_int_equal(fault.entry, page_to_phys(page) | 1);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

static void an_access_beyond_the_table_is_out_of_range(void **state)
{
	struct fixture *f = *state;
	char byte;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	assert_int_equal(dmasim_dma_read(f->hw, 1ull << 48, &byte, 1),
			 DMASIM_DMA_RANGE);
}

static void an_access_into_a_hole_moves_what_comes_before(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	dma_addr_t addr =
		dma_map_page(f->dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	struct dmasim_fault fault;
	u8 *cpu = page_address(page), buf[16];

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	memset(buf, 9, 16);

	assert_int_equal(dmasim_dma_write(f->hw, addr + PAGE_SIZE - 8, buf, 16),
			 DMASIM_DMA_UNMAPPED);

	assert_int_equal(cpu[PAGE_SIZE - 9], 0);
	assert_int_equal(cpu[PAGE_SIZE - 8], 9);
	assert_int_equal(cpu[PAGE_SIZE - 1], 9);
	assert_true(dmasim_iommu_next_fault(&fault));
	assert_int_equal(fault.addr, addr + PAGE_SIZE);
	dma_unmap_page(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(page);
}

/* ---- translation, counters ------------------------------------------------------------- */

static void looking_leaves_no_trace(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	struct dmasim_iommu_stats before, after;
	struct dmasim_fault fault;
	uint64_t phys = 0;

	dmasim_iommu_get_stats(&before);
	assert_int_equal(dmasim_iommu_translate(f->hw, addr + 5, false, &phys),
			 DMASIM_DMA_OK);
	assert_int_equal(phys, page_to_phys(page) + 5);
	assert_int_equal(dmasim_iommu_translate(f->hw, addr, true, &phys),
			 DMASIM_DMA_PERM);
	assert_int_equal(dmasim_iommu_translate(f->hw, 0x5000, false, &phys),
			 DMASIM_DMA_UNMAPPED);

	dmasim_iommu_get_stats(&after);
	assert_int_equal(after.lookups, before.lookups);
	assert_int_equal(after.iotlb_entries, before.iotlb_entries);
	assert_int_equal(after.faults, before.faults);
	assert_false(dmasim_iommu_next_fault(&fault));
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

static void mapping_and_unmapping_are_counted(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dmasim_iommu_stats i0, i1;
	struct dmasim_dma_stats d0, d1;
	dma_addr_t addr;

	dmasim_iommu_get_stats(&i0);
	dmasim_dma_get_stats(&d0);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	dmasim_iommu_get_stats(&i1);
	dmasim_dma_get_stats(&d1);

	assert_int_equal(i1.maps - i0.maps, 1);
	assert_int_equal(i1.unmaps - i0.unmaps, 1);
	assert_int_equal(i1.syncs - i0.syncs, 1);
	assert_int_equal(i1.pte_writes - i0.pte_writes, 2);
	assert_int_equal(i1.invalidations - i0.invalidations, 1);
	assert_int_equal(d1.iova_allocs - d0.iova_allocs, 1);
	assert_int_equal(d1.iova_frees - d0.iova_frees, 1);
	assert_int_equal(d1.maps - d0.maps, 1);
	assert_int_equal(d1.unmaps - d0.unmaps, 1);
	__free_page(page);
}

static void the_second_access_is_a_hit(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	struct dmasim_iommu_stats s0, s1, s2;
	char byte;

	dmasim_iommu_get_stats(&s0);
	dmasim_dma_read(f->hw, addr, &byte, 1);
	dmasim_iommu_get_stats(&s1);
	dmasim_dma_read(f->hw, addr, &byte, 1);
	dmasim_iommu_get_stats(&s2);

	assert_int_equal(s1.misses - s0.misses, 1);
	assert_int_equal(s1.walk_reads - s0.walk_reads, 4);
	assert_int_equal(s1.iotlb_entries - s0.iotlb_entries, 1);
	assert_int_equal(s2.misses - s1.misses, 0);
	assert_int_equal(s2.hits - s1.hits, 1);
	assert_int_equal(s2.lookups - s0.lookups, 2);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* spec: dma-core D15 */
static void a_blocked_size_shows_beside_the_space_that_there_is(void **state)
{
	struct fixture *f = *state;
	struct dmasim_iova_stats fresh, full;
	dma_addr_t addr[16], refused;
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;

	assert_true(dmasim_iova_get_stats(f->hw, &fresh));
	assert_int_equal(fresh.granule, 4096);
	assert_int_equal(fresh.max32_size, 0x100000);
	assert_int_equal(fresh.max32_refusals, 0);
	assert_true(fresh.largest_gap32 > 0x80000);

	/* 16 bits of addresses: granules 1 to 15. */
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(16)), 0);
	for (i = 0; i < 15; i++)
		addr[i] = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	refused = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(refused, DMA_MAPPING_ERROR);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	refused = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(refused, DMA_MAPPING_ERROR);

	assert_true(dmasim_iova_get_stats(f->hw, &full));
	assert_int_equal(full.ranges, fresh.ranges + 15);
	assert_int_equal(full.granules, fresh.granules + 15);
	assert_int_equal(full.cached_ranges, 0);
	assert_int_equal(full.max32_size, 1);
	assert_true(full.max32_refusals > 0);
	assert_true(full.largest_gap32 > 0x80000);

	for (i = 0; i < 15; i++)
		dma_unmap_page(f->dev, addr[i], 64, DMA_TO_DEVICE);
	assert_true(dmasim_iova_get_stats(f->hw, &full));
	assert_int_equal(full.cached_ranges, 15);
	__free_page(page);
}

static void a_direct_device_has_no_address_space(void **state)
{
	struct fixture *f = *state;
	struct dmasim_iova_stats stats;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	fixture_rebuild(f);
	assert_false(dmasim_iova_get_stats(f->hw, &stats));
}

static void memory_is_counted(void **state)
{
	struct dmasim_mem_stats before, after;
	struct page *page;
	void *object;

	dmasim_mem_get_stats(&before);
	page = alloc_pages(GFP_KERNEL, 3);
	dmasim_mem_get_stats(&after);
	assert_int_equal(before.pages_free - after.pages_free, 8);
	assert_int_equal(after.pages_total, before.pages_total);
	__free_pages(page, 3);

	object = kmalloc(100, GFP_KERNEL);
	dmasim_mem_get_stats(&after);
	assert_int_equal(after.slab_objects - before.slab_objects, 1);
	assert_in_range(after.slab_bytes - before.slab_bytes, 100, 128);
	kfree(object);
	dmasim_mem_get_stats(&after);
	assert_int_equal(after.slab_objects, before.slab_objects);
	assert_int_equal(after.slab_bytes, before.slab_bytes);
}

/* ---- failures asked for ------------------------------------------------------------------- */

static void the_third_call_fails_once(void **state)
{
	struct page *page[4];
	int i;

	dmasim_fail_nth(DMASIM_SITE_PAGE, 3);
	for (i = 0; i < 4; i++)
		page[i] = alloc_page(GFP_KERNEL);

	assert_null(page[2]);
	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(dmasim_site_calls(DMASIM_SITE_PAGE), 4);
	for (i = 0; i < 4; i++)
		if (page[i])
			__free_page(page[i]);
	assert_non_null(page[0]);
	assert_non_null(page[1]);
	assert_non_null(page[3]);
}

static void all_calls_fail_from_the_second_on(void **state)
{
	struct page *first;

	dmasim_fail_from(DMASIM_SITE_PAGE, 2);
	first = alloc_page(GFP_KERNEL);
	assert_non_null(first);
	assert_null(alloc_page(GFP_KERNEL));
	assert_null(alloc_page(GFP_KERNEL));
	assert_int_equal(dmasim_fail_fired(), 2);

	dmasim_fail_off();
	__free_page(first);
	first = alloc_page(GFP_KERNEL);
	assert_non_null(first);
	__free_page(first);
}

static void sites_of_a_set_are_counted_together(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_iova_state iova;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	dmasim_fail_any_nth(1u << DMASIM_SITE_IOVA | 1u << DMASIM_SITE_SLAB, 2);
	kfree(kmalloc(8, GFP_KERNEL));

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));

	assert_int_equal(dmasim_fail_fired(), 1);
	dmasim_fail_off();
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));
	dma_iova_free(f->dev, &iova);
	__free_page(page);
}

static void sites_have_names(void **state)
{
	int site;

	for (site = 0; site < DMASIM_NR_SITES; site++) {
		const char *name = dmasim_site_name(site);

		assert_non_null(name);
		assert_int_not_equal(name[0], '\0');
		assert_int_not_equal(name[0], '?');
	}
	assert_string_equal(dmasim_site_name(DMASIM_SITE_IOVA), "iova");
}

static void a_failure_is_a_note(void **state)
{
	uint64_t notes = dmasim_event_count(DMASIM_EVENT_NOTE, NULL);

	dmasim_fail_nth(DMASIM_SITE_PAGE, 1);
	assert_null(alloc_page(GFP_KERNEL));

	assert_event(DMASIM_EVENT_NOTE, NULL, notes + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(log_lines_are_events_of_their_level),
		fixture_case(an_event_is_found_by_its_number),
		fixture_case(a_warning_has_a_place_and_a_backtrace),
		fixture_case(warnings_are_not_log_lines),
		fixture_case(once_means_once_a_machine),
		fixture_case(a_fault_leaves_a_record),
		fixture_case(a_record_shows_the_entry_that_refused),
		fixture_case(an_access_beyond_the_table_is_out_of_range),
		fixture_case(an_access_into_a_hole_moves_what_comes_before),
		fixture_case(looking_leaves_no_trace),
		fixture_case(mapping_and_unmapping_are_counted),
		fixture_case(the_second_access_is_a_hit),
		fixture_case(
			a_blocked_size_shows_beside_the_space_that_there_is),
		fixture_case(a_direct_device_has_no_address_space),
		fixture_case(memory_is_counted),
		fixture_case(the_third_call_fails_once),
		fixture_case(all_calls_fail_from_the_second_on),
		fixture_case(sites_of_a_set_are_counted_together),
		fixture_case(sites_have_names),
		fixture_case(a_failure_is_a_note),
	};

	return run_variants_("sim_inspect", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1);
}
