/* SPDX-License-Identifier: MIT */
/*
 * Memory at a distance: devices behind a host bridge whose inbound windows move
 * addresses, or leave memory out. That bytes arrive whole in every kind of
 * mapping is shown by test_dma_matrix.c on the same machines.
 */
#include <linux/dma-direct.h>
#include <linux/dmapool.h>

#include "api/peer.h"

/* RAM of the standard machine that nobody has, on both sides of 4 GiB. */
#define LOW_PHYS 0x20000000ull
#define HIGH_PHYS 0x140000000ull

#define bounce_stat(field)                          \
	({                                          \
		struct dmasim_swiotlb_stats stats_; \
		dmasim_swiotlb_get_stats(&stats_);  \
		stats_.field;                       \
	})

static bool in_pool(phys_addr_t phys)
{
	return phys - bounce_stat(base) < bounce_stat(slots) * 2048;
}

/* Where variants_offset put @phys. */
static dma_addr_t bus_of(phys_addr_t phys)
{
	return phys < SZ_4G ? OFFSET_LOW + phys : OFFSET_HIGH + phys - SZ_4G;
}

/* @addr is that of @phys, or that of a copy where everything is copied. */
static void assert_bus(struct fixture *f, dma_addr_t addr, phys_addr_t phys)
{
	uint64_t got = 0;

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(dmasim_iommu_translate(f->hw, addr, true, &got),
			 DMASIM_DMA_OK);
	if (variant_bounces(f->variant))
		assert_true(in_pool(got));
	else
		assert_int_equal(got, phys);
	assert_int_equal(addr, bus_of(got));
}

/* ---- every kind of mapping ------------------------------------------------------------- */

static void pages_are_mapped_at_their_distance(void **state)
{
	static const phys_addr_t phys[] = { LOW_PHYS + 0x40, HIGH_PHYS + 0x40 };
	struct fixture *f = *state;
	dma_addr_t addr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(phys); i++) {
		fill_pattern(ram_at(phys[i], 0x1800), 0x1800, i);
		addr = dma_map_phys(f->dev, phys[i], 0x1800, DMA_BIDIRECTIONAL,
				    0);
		assert_bus(f, addr, phys[i]);
		assert_device_reads(f, addr, 0x1800, i);
		assert_device_writes(f, addr + 0x1000, 0x100, i + 10);
		dma_sync_single_for_cpu(f->dev, addr + 0x1000, 0x100,
					DMA_BIDIRECTIONAL);
		assert_pattern(dmasim_ram(phys[i] + 0x1000, 0x100), 0x100,
			       i + 10);
		dma_unmap_phys(f->dev, addr, 0x1800, DMA_BIDIRECTIONAL, 0);
	}
}

static void a_list_crosses_windows(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[2];

	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], phys_to_page(HIGH_PHYS), 0x200, 0x100);
	sg_set_page(&sgl[1], phys_to_page(LOW_PHYS), PAGE_SIZE, 0);
	fill_pattern(ram_at(LOW_PHYS, PAGE_SIZE), PAGE_SIZE, 3);

	assert_int_equal(dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL), 2);
	assert_bus(f, sg_dma_address(&sgl[0]), HIGH_PHYS + 0x100);
	assert_bus(f, sg_dma_address(&sgl[1]), LOW_PHYS);
	assert_device_reads(f, sg_dma_address(&sgl[1]), PAGE_SIZE, 3);
	assert_device_writes(f, sg_dma_address(&sgl[0]), 0x200, 4);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	assert_pattern(dmasim_ram(HIGH_PHYS + 0x100, 0x200), 0x200, 4);
}

/* Nothing can be reserved: the pages of a transfer are mapped one by one. */
static void there_is_nothing_to_link(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	assert_false(dma_iova_try_alloc(f->dev, &iova, LOW_PHYS, SZ_64K));
	assert_int_equal(dma_get_merge_boundary(f->dev), 0);
}

static void coherent_memory_is_at_its_distance(void **state)
{
	struct fixture *f = *state;
	struct sg_table sgt;
	dma_addr_t addr;
	void *mem;

	mem = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);
	assert_non_null(mem);
	assert_int_equal(
		dma_get_sgtable(f->dev, &sgt, mem, addr, 3 * PAGE_SIZE), 0);
	assert_int_equal(addr, bus_of(sg_phys(sgt.sgl)));
	sg_free_table(&sgt);

	fill_pattern(mem, 3 * PAGE_SIZE, 5);
	assert_device_reads(f, addr, 3 * PAGE_SIZE, 5);
	assert_device_writes(f, addr, PAGE_SIZE, 6);
	assert_pattern(mem, PAGE_SIZE, 6);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, mem, addr);
}

static void so_is_what_may_not_sleep_or_comes_from_a_pool(void **state)
{
	struct fixture *f = *state;
	struct dma_pool *pool = dma_pool_create("blocks", f->dev, 256, 256, 0);
	dma_addr_t addr;
	void *mem;

	mem = dma_pool_alloc(pool, GFP_KERNEL, &addr);
	assert_non_null(mem);
	fill_pattern(mem, 256, 7);
	assert_device_reads(f, addr, 256, 7);
	dma_pool_free(pool, mem, addr);
	dma_pool_destroy(pool);

	mem = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_ATOMIC);
	assert_non_null(mem);
	assert_device_writes(f, addr, PAGE_SIZE, 8);
	assert_pattern(mem, PAGE_SIZE, 8);
	dma_free_coherent(f->dev, PAGE_SIZE, mem, addr);
}

static void pages_that_the_caller_syncs_are_at_their_distance(void **state)
{
	struct fixture *f = *state;
	struct sg_table *sgt;
	struct page *page;
	dma_addr_t addr;

	page = dma_alloc_pages(f->dev, PAGE_SIZE, &addr, DMA_FROM_DEVICE,
			       GFP_KERNEL);
	assert_non_null(page);
	assert_int_equal(addr, bus_of(page_to_phys(page)));
	assert_device_writes(f, addr, 64, 9);
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	assert_pattern(page_address(page), 64, 9);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);

	sgt = dma_alloc_noncontiguous(f->dev, PAGE_SIZE, DMA_TO_DEVICE,
				      GFP_KERNEL, 0);
	assert_non_null(sgt);
	assert_int_equal(sg_dma_address(sgt->sgl), bus_of(sg_phys(sgt->sgl)));
	dma_free_noncontiguous(f->dev, PAGE_SIZE, sgt, DMA_TO_DEVICE);
}

/* spec: dma-core 73 */
static void registers_stay_where_they_are(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *other;
	struct pci_dev *pdev;
	struct peer *peer;
	phys_addr_t phys;
	dma_addr_t addr;

	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &other),
			 0);
	pdev = to_pci_dev(dmasim_device_kernel(other));
	assert_int_equal(pci_enable_device_mem(pdev), 0);
	phys = pci_resource_start(pdev, 0);
	addr = dma_map_resource(f->dev, phys, 64, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, phys);
	assert_device_writes(f, addr, 64, 1);
	assert_device_reads(f, addr, 64, 1);
	dma_unmap_resource(f->dev, addr, 64, DMA_BIDIRECTIONAL, 0);
	pci_disable_device(pdev);

	/* They obey the limit of the bus all the same. */
	peer = peer_plug(f);
	assert_true(peer->phys > f->dev->bus_dma_limit);
	expect_warns(1);
	assert_int_equal(dma_map_resource(f->dev, peer->phys, 64,
					  DMA_BIDIRECTIONAL, 0),
			 DMA_MAPPING_ERROR);
	peer_destroy(peer);
}

static void peers_are_reached_by_their_bus_address(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct scatterlist sgl[2];

	sg_init_table(sgl, 2);
	sg_set_page(&sgl[0], phys_to_page(LOW_PHYS), 64, 0);
	sg_set_page(&sgl[1], peer_page(peer, PAGE_SIZE), PAGE_SIZE, 0);
	assert_int_equal(dma_map_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL), 2);
	assert_bus(f, sg_dma_address(&sgl[0]), LOW_PHYS);
	assert_int_equal(sg_dma_address(&sgl[1]), peer->phys + PAGE_SIZE);
	assert_device_writes(f, sg_dma_address(&sgl[1]), 64, 2);
	assert_pattern(peer->memory + PAGE_SIZE, 64, 2);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	peer_destroy(peer);
}

/* No window leads from the host bridge back down. */
static void peers_behind_the_bridge_are_out_of_reach(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[1];
	struct sg_table sgt = { .sgl = sgl, .orig_nents = 1 };
	struct peer *peer;

	f->cfg.peers = DMASIM_PEERS_HOST_BRIDGE;
	fixture_rebuild(f);
	peer = peer_create(f);
	sg_init_table(sgl, 1);
	sg_set_page(sgl, peer_page(peer, 0), PAGE_SIZE, 0);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_TO_DEVICE, 0), -EIO);
	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_write(f, peer->phys, DMASIM_DMA_WINDOW);
	peer_destroy(peer);
}

/* ---- masks and limits ------------------------------------------------------------------ */

static void masks_are_those_of_bus_addresses(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->dev->bus_dma_limit, 2 * OFFSET_HIGH - 1);
	/* The last page of 8 GiB is at 0x213ffff000. */
	assert_int_equal(dma_get_required_mask(f->dev), DMA_BIT_MASK(38));
	assert_false(dma_addressing_limited(f->dev));
	assert_int_equal(dma_max_mapping_size(f->dev),
			 variant_bounces(f->variant) ? 262144 : SIZE_MAX);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(37)), 0);
	assert_true(dma_addressing_limited(f->dev));
}

/* 37 bits end between the windows. */
static void a_mask_can_reach_one_window_of_two(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	void *mem;

	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(37)),
			 0);
	fill_pattern(ram_at(HIGH_PHYS, 64), 64, 1);
	addr = dma_map_phys(f->dev, HIGH_PHYS, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_in_range(addr, OFFSET_LOW, DMA_BIT_MASK(37));
	assert_true(in_pool(dma_to_phys(f->dev, addr)));
	assert_device_reads(f, addr, 64, 1);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);

	mem = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_KERNEL);
	assert_non_null(mem);
	assert_in_range(addr, OFFSET_LOW, DMA_BIT_MASK(37));
	dma_free_coherent(f->dev, PAGE_SIZE, mem, addr);
}

static void a_mask_below_all_windows_reaches_nothing(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	expect_warns(1);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(36)),
			 0);
	assert_int_equal(dma_map_phys(f->dev, LOW_PHYS, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-mask", 1);
	assert_null(dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_KERNEL));
}

/* ---- what the device says -------------------------------------------------------------- */

/* The classic: page_to_phys() given to the device. */
static void a_physical_address_is_none_of_the_device(void **state)
{
	struct fixture *f = *state;
	struct dmasim_fault fault;

	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_write(f, LOW_PHYS, DMASIM_DMA_WINDOW);
	assert_string_equal(
		event_text(DMASIM_EVENT_FAULT, "bus-fault"),
		"DMA write at 0x20000000 len 1: outside all windows: the host bridge does not take this address");
	assert_true(dmasim_iommu_next_fault(&fault));
	assert_int_equal(fault.reason, DMASIM_DMA_WINDOW);
	assert_int_equal(fault.addr, LOW_PHYS);
	assert_int_equal(phys_to_dma(f->dev, 0xc0000000), DMA_MAPPING_ERROR);
	assert_int_equal(dma_to_phys(f->dev, LOW_PHYS), ~0ull);
}

static void a_device_that_drives_few_bits_cannot_be_plugged_in(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = { .name = "narrow",
				      .vendor = 0x1d0f,
				      .device = 0xd3a8,
				      .dma_bits = 36 };
	struct dmasim_device *dev;

	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &dev),
			 -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "36 address bits"));
	model.dma_bits = 37;
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &dev),
			 0);
}

static void plugging_in_survives_any_failure(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *dev;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_SLAB) |
			      SWEEP_SITE(DMASIM_SITE_PAGE)) {
		int ret = dmasim_device_create(f->machine, NULL, NULL, &dev);

		if (ret) {
			assert_true(sweep_failed());
			continue;
		}
		assert_int_equal(dmasim_device_kernel(dev)->bus_dma_limit,
				 f->dev->bus_dma_limit);
		dmasim_device_destroy(dev);
	}
}

/* ---- memory that is left out ------------------------------------------------------------ */

static void one_range(struct fixture *f, u64 bus, u64 cpu, u64 size)
{
	memset(f->cfg.dma_range, 0, sizeof(f->cfg.dma_range));
	f->cfg.dma_range[0].bus = bus;
	f->cfg.dma_range[0].cpu = cpu;
	f->cfg.dma_range[0].size = size;
	fixture_rebuild(f);
}

static void memory_outside_is_bounced(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	void *mem;

	one_range(f, OFFSET_LOW, 0, 3ull << 30);
	assert_true(dma_addressing_limited(f->dev));
	assert_int_equal(dma_get_required_mask(f->dev), DMA_BIT_MASK(64));
	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	ram_at(HIGH_PHYS, 64);
	addr = dma_map_phys(f->dev, HIGH_PHYS, 64, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_true(in_pool(dma_to_phys(f->dev, addr)));
	assert_device_writes(f, addr, 64, 2);
	dma_unmap_phys(f->dev, addr, 64, DMA_FROM_DEVICE, 0);
	assert_pattern(dmasim_ram(HIGH_PHYS, 64), 64, 2);

	mem = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_KERNEL);
	assert_non_null(mem);
	assert_in_range(addr, OFFSET_LOW, OFFSET_LOW + (3ull << 30) - 1);
	assert_device_writes(f, addr, PAGE_SIZE, 3);
	assert_pattern(mem, PAGE_SIZE, 3);
	dma_free_coherent(f->dev, PAGE_SIZE, mem, addr);
}

static void without_a_pool_it_cannot_be_mapped(void **state)
{
	struct fixture *f = *state;

	f->cfg.swiotlb = "noforce";
	one_range(f, OFFSET_LOW, 0, 3ull << 30);
	expect_warns(1);
	assert_int_equal(dma_map_phys(f->dev, HIGH_PHYS, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
}

static void a_pool_outside_is_refused_by_name(void **state)
{
	struct fixture *f = *state;

	one_range(f, OFFSET_HIGH, SZ_4G, 5ull << 30);
	expect_warns(1);
	assert_int_equal(dma_map_phys(f->dev, LOW_PHYS, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-window", 1);
	assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, "bounce-window"),
			    "the pool is outside the device's windows");
	assert_int_equal(bounce_stat(used), 0);
}

/* A restricted pool can be put where the windows lead. */
static void a_pool_inside_serves_memory_outside(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	f->cfg.restricted[0] = (struct dmasim_restricted){ .size = SZ_16M,
							   .base = 0x180000000,
							   .all = true };
	one_range(f, OFFSET_HIGH, SZ_4G, 5ull << 30);
	fill_pattern(ram_at(LOW_PHYS, 0x1000), 0x1000, 4);
	addr = dma_map_phys(f->dev, LOW_PHYS, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_in_range(addr, bus_of(0x180000000), bus_of(0x180ffffff));
	assert_device_reads(f, addr, 0x1000, 4);
	dma_unmap_phys(f->dev, addr, 0x1000, DMA_TO_DEVICE, 0);
}

/* A bounce buffer keeps the bits that the device asked for as the device sees
 * them: this window moves addresses by an odd number of pages. */
static void alignment_is_that_of_bus_addresses(void **state)
{
	const u64 shift = 0x1000000000 + PAGE_SIZE;
	struct fixture *f = *state;
	dma_addr_t addr;

	/* A bounce buffer holds too few larger pages to tell. */
	if (PAGE_SIZE != SZ_4K)
		skip();
	f->cfg.swiotlb = "force";
	one_range(f, shift, 0, 3ull << 30);
	dma_set_min_align_mask(f->dev, 4 * PAGE_SIZE - 1);
	dma_set_seg_boundary(f->dev, SZ_64K - 1);
	addr = dma_map_phys(f->dev, LOW_PHYS + 3 * PAGE_SIZE + 0x40,
			    12 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr % (4 * PAGE_SIZE), 3 * PAGE_SIZE + 0x40);
	assert_int_equal(addr / (16 * PAGE_SIZE),
			 (addr + 12 * PAGE_SIZE - 1) / (16 * PAGE_SIZE));
	dma_unmap_phys(f->dev, addr, 12 * PAGE_SIZE, DMA_TO_DEVICE, 0);
}

/* As in 6.17 the first byte decides. The device notices at the edge. */
static void a_mapping_over_the_edge_faults_at_the_edge(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	u8 bytes[128] = {};

	f->cfg.dma_range[1] =
		(struct dmasim_dma_range){ OFFSET_HIGH, SZ_4G, SZ_1G };
	f->cfg.dma_range[0] =
		(struct dmasim_dma_range){ OFFSET_LOW, 0, SZ_512M };
	fixture_rebuild(f);
	ram_at(LOW_PHYS - 64, 128);
	addr = dma_map_phys(f->dev, LOW_PHYS - 64, 128, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, OFFSET_LOW + LOW_PHYS - 64);
	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_int_equal(dmasim_dma_write(f->hw, addr, bytes, 128),
			 DMASIM_DMA_WINDOW);
	dma_unmap_phys(f->dev, addr, 128, DMA_FROM_DEVICE, 0);
}

/* ---- in front of an IOMMU ---------------------------------------------------------------- */

static void iovas_come_from_the_windows(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova[4];
	unsigned int nr = 0;

	one_range(f, SZ_1G, SZ_1G, SZ_1G);
	while (nr < 4 && dma_iova_try_alloc(f->dev, &iova[nr], 0, SZ_256M)) {
		assert_in_range(iova[nr].addr, SZ_1G, SZ_2G - SZ_256M);
		nr++;
	}
	/* As in 6.17 the window's first granule is lost (D16). */
	assert_int_equal(nr, 3);
	while (nr--)
		dma_iova_free(f->dev, &iova[nr]);
}

static void linked_memory_is_reached_through_the_window(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	one_range(f, SZ_1G, SZ_1G, SZ_1G);
	fill_pattern(ram_at(HIGH_PHYS, PAGE_SIZE), PAGE_SIZE, 1);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));
	assert_int_equal(dma_iova_link(f->dev, &iova, HIGH_PHYS, 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, PAGE_SIZE), 0);
	assert_in_range(iova.addr, SZ_1G, SZ_2G - 1);
	assert_device_reads(f, iova.addr, PAGE_SIZE, 1);
	dma_iova_destroy(f->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);

	/* The bridge is in front: the IOMMU is not even asked. */
	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	assert_read(f, SZ_2G, DMASIM_DMA_WINDOW);
}

int main(void)
{
	static const struct variant direct[] = {
		{ "direct,checker", .iommu = DMASIM_IOMMU_OFF,
		  .checker = true },
	};
	static const struct variant translated[] = {
		{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true, .checker = true },
		{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
		  .lazy = true },
	};
	const struct CMUnitTest offset[] = {
		fixture_case(pages_are_mapped_at_their_distance),
		fixture_case(a_list_crosses_windows),
		fixture_case(there_is_nothing_to_link),
		fixture_case(coherent_memory_is_at_its_distance),
		fixture_case(so_is_what_may_not_sleep_or_comes_from_a_pool),
		fixture_case(pages_that_the_caller_syncs_are_at_their_distance),
		fixture_case(registers_stay_where_they_are),
		fixture_case(peers_are_reached_by_their_bus_address),
		fixture_case(peers_behind_the_bridge_are_out_of_reach),
		fixture_case(masks_are_those_of_bus_addresses),
		fixture_case(a_mask_can_reach_one_window_of_two),
		fixture_case(a_mask_below_all_windows_reaches_nothing),
		fixture_case(a_physical_address_is_none_of_the_device),
	};
	const struct CMUnitTest once[] = {
		fixture_case(
			a_device_that_drives_few_bits_cannot_be_plugged_in),
		fixture_case(plugging_in_survives_any_failure),
	};
	const struct CMUnitTest outside[] = {
		fixture_case(memory_outside_is_bounced),
		fixture_case(without_a_pool_it_cannot_be_mapped),
		fixture_case(a_pool_outside_is_refused_by_name),
		fixture_case(a_pool_inside_serves_memory_outside),
		fixture_case(alignment_is_that_of_bus_addresses),
		fixture_case(a_mapping_over_the_edge_faults_at_the_edge),
	};
	const struct CMUnitTest iommu[] = {
		fixture_case(iovas_come_from_the_windows),
		fixture_case(linked_memory_is_reached_through_the_window),
	};

	return run_variants("dma_ranges", offset, variants_offset) +
	       run_variants_("dma_ranges", once, ARRAY_SIZE(once),
			     variants_offset, 1) +
	       run_variants("dma_ranges", outside, direct) +
	       run_variants("dma_ranges", iommu, translated);
}
