/* SPDX-License-Identifier: MIT */
/*
 * Newer attributes, and small buffers in the two-step path: what is mapped
 * without maintenance, what is refused instead of bounced (section 15), and what
 * the machine's kmalloc_bounce does to unaligned links.
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>

#define REGISTERS 0xe0000000ull
#define HIGH 0x123456000ull

static u64 bounces(void)
{
	struct dmasim_swiotlb_stats stats;

	dmasim_swiotlb_get_stats(&stats);
	return stats.bounces;
}

static u64 slots_used(void)
{
	struct dmasim_swiotlb_stats stats;

	dmasim_swiotlb_get_stats(&stats);
	return stats.used;
}

static int link_at(struct fixture *f, struct dma_iova_state *iova,
		   phys_addr_t phys, size_t size, enum dma_data_direction dir,
		   unsigned long attrs)
{
	int ret;

	assert_true(dma_iova_try_alloc(f->dev, iova, phys, size));
	ret = dma_iova_link(f->dev, iova, phys, 0, size, dir, attrs);
	if (!ret)
		ret = dma_iova_sync(f->dev, iova, 0, size);
	if (ret)
		dma_iova_free(f->dev, iova);
	return ret;
}

/* ---- DMA_ATTR_MMIO ------------------------------------------------------------------ */

static void linked_registers_need_no_maintenance(void **state)
{
	struct fixture *f = *state;
	u64 cleans = cache_stat(cleans), invalidates = cache_stat(invalidates);
	struct dma_iova_state iova;
	size_t at;

	/* RAM, so that the caches would have lines of it. */
	ram_at(HIGH, 2 * PAGE_4K);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 2 * PAGE_4K));
	for (at = 0; at < 2 * PAGE_4K; at += PAGE_4K)
		assert_int_equal(dma_iova_link(f->dev, &iova, HIGH + at, at,
					       PAGE_4K, DMA_BIDIRECTIONAL,
					       DMA_ATTR_MMIO),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 2 * PAGE_4K), 0);
	assert_translates(f, iova.addr, HIGH);
	dma_iova_unlink(f->dev, &iova, PAGE_4K, PAGE_4K, DMA_BIDIRECTIONAL,
			DMA_ATTR_MMIO);
	assert_not_mapped(f, iova.addr + PAGE_4K, PAGE_4K);
	dma_iova_destroy(f->dev, &iova, PAGE_4K, DMA_BIDIRECTIONAL,
			 DMA_ATTR_MMIO);

	assert_int_equal(cache_stat(cleans), cleans);
	assert_int_equal(cache_stat(invalidates), invalidates);
}

static void registers_are_never_bounced(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	u64 before = bounces();
	dma_addr_t addr;

	fixture_make_external(f);
	assert_int_equal(link_at(f, &iova, REGISTERS, 0x800, DMA_TO_DEVICE,
				 DMA_ATTR_MMIO),
			 -EPERM);
	assert_not_mapped(f, iova.addr, PAGE_4K);
	assert_int_equal(link_at(f, &iova, REGISTERS + 0x10, PAGE_4K,
				 DMA_TO_DEVICE, DMA_ATTR_MMIO),
			 -EPERM);
	assert_not_mapped(f, iova.addr, 2 * PAGE_4K);
	assert_int_equal(dma_map_phys(f->dev, REGISTERS, 0x800, DMA_TO_DEVICE,
				      DMA_ATTR_MMIO),
			 DMA_MAPPING_ERROR);
	/* The older call does not ask. */
	addr = dma_map_resource(f->dev, REGISTERS, 0x800, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_translates(f, addr, REGISTERS);
	dma_unmap_resource(f->dev, addr, 0x800, DMA_TO_DEVICE, 0);
	assert_int_equal(bounces(), before);
}

/* ---- DMA_ATTR_REQUIRE_COHERENT -------------------------------------------------------- */

static void edges_are_refused_where_they_would_be_copied(void **state)
{
	unsigned long attrs = DMA_ATTR_REQUIRE_COHERENT;
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct scatterlist sg;
	u64 before = bounces();
	dma_addr_t addr;

	fixture_make_external(f);
	fill_pattern(ram_at(HIGH, PAGE_4K), PAGE_4K, 3);
	assert_int_equal(link_at(f, &iova, HIGH, 0x800, DMA_TO_DEVICE, attrs),
			 -EPERM);
	assert_not_mapped(f, iova.addr, PAGE_4K);
	assert_int_equal(dma_map_phys(f->dev, HIGH, 0x800, DMA_TO_DEVICE,
				      attrs),
			 DMA_MAPPING_ERROR);
	sg_init_table(&sg, 1);
	sg_set_page(&sg, phys_to_page(HIGH), 0x800, 0);
	assert_int_equal(dma_map_sg_attrs(f->dev, &sg, 1, DMA_TO_DEVICE, attrs),
			 0);
	assert_int_equal(bounces(), before);

	/* Whole granules have no edges. */
	assert_int_equal(link_at(f, &iova, HIGH, PAGE_4K, DMA_TO_DEVICE, attrs),
			 0);
	assert_device_reads(f, iova.addr, PAGE_4K, 3);
	dma_iova_destroy(f->dev, &iova, PAGE_4K, DMA_TO_DEVICE, attrs);
	addr = dma_map_phys(f->dev, HIGH, PAGE_4K, DMA_TO_DEVICE, attrs);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_reads(f, addr, PAGE_4K, 3);
	dma_unmap_phys(f->dev, addr, PAGE_4K, DMA_TO_DEVICE, attrs);
}

static void a_state_with_a_copy_takes_no_link_without(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	fixture_make_external(f);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0x800, 0x1800));
	assert_int_equal(dma_iova_link(f->dev, &iova, HIGH + 0x800, 0, 0x800,
				       DMA_TO_DEVICE, 0),
			 0);
	expect_warns(1);
	assert_int_equal(dma_iova_link(f->dev, &iova, HIGH + PAGE_4K, 0x800,
				       PAGE_4K, DMA_TO_DEVICE,
				       DMA_ATTR_REQUIRE_COHERENT),
			 -EOPNOTSUPP);
	assert_int_equal(dma_iova_link(f->dev, &iova, HIGH + PAGE_4K, 0x800,
				       PAGE_4K, DMA_TO_DEVICE, 0),
			 0);
	dma_iova_destroy(f->dev, &iova, 0x1800, DMA_TO_DEVICE, 0);
}

static void memory_out_of_reach_is_refused_without_a_word(void **state)
{
	unsigned long attrs = DMA_ATTR_REQUIRE_COHERENT;
	struct fixture *f = *state;
	u64 before = bounces();
	dma_addr_t addr;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	assert_int_equal(dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, attrs),
			 DMA_MAPPING_ERROR);
	assert_int_equal(bounces(), before);
	addr = dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(bounces(), before + 1);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);

	addr = dma_map_phys(f->dev, 0x1000000, 64, DMA_TO_DEVICE, attrs);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, 0x1000000);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, attrs);
	assert_int_equal(slots_used(), 0);
}

static void forced_bounces_refuse_it_as_well(void **state)
{
	struct fixture *f = *state;
	u64 before;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	before = bounces();
	assert_int_equal(dma_map_phys(f->dev, 0x1000000, PAGE_4K, DMA_TO_DEVICE,
				      DMA_ATTR_REQUIRE_COHERENT),
			 DMA_MAPPING_ERROR);
	assert_int_equal(bounces(), before);
}

/* ---- kmalloc_bounce ---------------------------------------------------------------------- */

/*
 * The device writes @size bytes at offset @at of a page; meanwhile the CPU
 * stores to the 8 bytes before and behind. Did every byte survive?
 */
static bool all_survive(struct fixture *f, size_t at, size_t size, size_t apart)
{
	u8 *ram = ram_at(HIGH, 2 * PAGE_4K);
	struct dma_iova_state iova;
	u8 want[256];

	assert_in_range(size, 1, sizeof(want));
	memset(ram, 0, 2 * PAGE_4K);
	assert_int_equal(link_at(f, &iova, HIGH + at, size, DMA_FROM_DEVICE, 0),
			 0);
	assert_device_writes(f, iova.addr, size, 5);
	memset(ram + at - 8, 0x11, 8);
	memset(ram + at + size, 0x22, 8);
	if (apart) {
		dma_iova_unlink(f->dev, &iova, 0, apart, DMA_FROM_DEVICE, 0);
		dma_iova_unlink(f->dev, &iova, apart, size - apart,
				DMA_FROM_DEVICE, 0);
		dma_iova_free(f->dev, &iova);
	} else {
		dma_iova_destroy(f->dev, &iova, size, DMA_FROM_DEVICE, 0);
	}

	/* Each line that the CPU wrote to keeps at least that. */
	assert_int_equal(ram[at - 1], 0x11);
	assert_int_equal(ram[at + size], 0x22);
	fill_pattern(want, size, 5);
	return !memcmp(ram + at, want, size);
}

static void small_links_share_lines_unless_bounced(void **state)
{
	struct fixture *f = *state;
	u64 before;

	assert_false(all_survive(f, 0x110, 16, 0));
	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	before = bounces();
	assert_true(all_survive(f, 0x110, 16, 0));
	assert_int_equal(bounces(), before + 1);
	assert_int_equal(slots_used(), 0);
}

static void a_small_link_over_a_granule_border_has_two_copies(void **state)
{
	struct fixture *f = *state;
	u64 before;

	assert_false(all_survive(f, 0xfd8, 80, 0));
	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	before = bounces();
	assert_true(all_survive(f, 0xfd8, 80, 0));
	assert_int_equal(bounces(), before + 2);
	/* And each can be taken back alone. */
	assert_true(all_survive(f, 0xfd8, 80, 40));
	assert_int_equal(slots_used(), 0);
}

static void what_kmalloc_aligns_is_linked_in_place(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	u64 before;

	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	before = bounces();
	fill_pattern(ram_at(HIGH, 2 * PAGE_4K), 2 * PAGE_4K, 7);

	/* 64 is a size of its own; a stream to the device loses nothing. */
	assert_int_equal(link_at(f, &iova, HIGH + 64, 64, DMA_FROM_DEVICE, 0),
			 0);
	assert_translates(f, iova.addr, HIGH + 64);
	dma_iova_destroy(f->dev, &iova, 64, DMA_FROM_DEVICE, 0);
	assert_int_equal(link_at(f, &iova, HIGH + 8, 16, DMA_TO_DEVICE, 0), 0);
	assert_translates(f, iova.addr, HIGH + 8);
	dma_iova_destroy(f->dev, &iova, 16, DMA_TO_DEVICE, 0);
	assert_int_equal(
		link_at(f, &iova, HIGH + 8, PAGE_4K, DMA_FROM_DEVICE, 0), 0);
	assert_translates(f, iova.addr, HIGH + 8);
	dma_iova_destroy(f->dev, &iova, PAGE_4K, DMA_FROM_DEVICE, 0);
	assert_int_equal(bounces(), before);
}

static void a_small_link_survives_any_failure(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct sweep s;

	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	ram_at(HIGH, 2 * PAGE_4K);
	FAIL_SWEEP(s, SWEEP_ALL) {
		if (!dma_iova_try_alloc(f->dev, &iova, HIGH + 0xfd8, 80)) {
			assert_true(sweep_failed());
			continue;
		}
		if (dma_iova_link(f->dev, &iova, HIGH + 0xfd8, 0, 80,
				  DMA_FROM_DEVICE, 0)) {
			assert_true(sweep_failed());
			assert_not_mapped(f, iova.addr, 80);
			dma_iova_free(f->dev, &iova);
		} else {
			dma_iova_destroy(f->dev, &iova, 80, DMA_FROM_DEVICE, 0);
		}
		assert_int_equal(slots_used(), 0);
	}
}

/* Of the two calls for registers only the newer one asks. */
static void forced_bounces_refuse_registers(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	u64 before;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	before = bounces();

	addr = dma_map_phys(f->dev, REGISTERS, 0x800, DMA_TO_DEVICE,
			    DMA_ATTR_MMIO);
	assert_int_equal(dma_mapping_error(f->dev, addr), -ENOMEM);
	addr = dma_map_resource(f->dev, REGISTERS, 0x800, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, REGISTERS);
	dma_unmap_resource(f->dev, addr, 0x800, DMA_TO_DEVICE, 0);

	assert_int_equal(bounces(), before);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
}

static void a_page_is_no_register(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_int_equal(dma_map_page_attrs(f->dev, page, 0, 64, DMA_TO_DEVICE,
					    DMA_ATTR_MMIO),
			 DMA_MAPPING_ERROR);
	dma_unmap_page_attrs(f->dev, page_to_phys(page), 64, DMA_TO_DEVICE,
			     DMA_ATTR_MMIO);
	assert_int_equal(dma_stat(maps), 0);
	assert_int_equal(dma_stat(unmaps), 0);
	__free_page(page);
}

/* Where nothing is bounced the two agree. */
static void registers_are_mapped_by_both_calls(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	addr = dma_map_phys(f->dev, REGISTERS, 0x800, DMA_TO_DEVICE,
			    DMA_ATTR_MMIO);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, REGISTERS);
	dma_unmap_phys(f->dev, addr, 0x800, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	dmasim_fail_nth(DMASIM_SITE_MAP, 1);
	assert_int_equal(dma_map_resource(f->dev, REGISTERS, 0x800,
					  DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
}

int main(void)
{
	const struct CMUnitTest noncoherent[] = {
		fixture_case(linked_registers_need_no_maintenance),
		fixture_case(small_links_share_lines_unless_bounced),
		fixture_case(a_small_link_over_a_granule_border_has_two_copies),
		fixture_case(what_kmalloc_aligns_is_linked_in_place),
		fixture_case(a_small_link_survives_any_failure),
	};
	const struct CMUnitTest untrusted[] = {
		fixture_case(registers_are_never_bounced),
		fixture_case(edges_are_refused_where_they_would_be_copied),
		fixture_case(a_state_with_a_copy_takes_no_link_without),
	};
	const struct CMUnitTest untranslated[] = {
		fixture_case(memory_out_of_reach_is_refused_without_a_word),
		fixture_case(forced_bounces_refuse_it_as_well),
		fixture_case(forced_bounces_refuse_registers),
		fixture_case(registers_are_mapped_by_both_calls),
		fixture_case(a_page_is_no_register),
	};

	return run_variants("attrs", noncoherent,
			    variants_noncoherent_translated) +
	       run_variants("attrs", untrusted, variants_translated) +
	       run_variants("attrs", untranslated, variants_untranslated) +
	       run_variants("attrs", untranslated, variants_checker_direct) +
	       run_variants("attrs", untrusted, variants_checker_translated);
}
