/* SPDX-License-Identifier: MIT */
/*
 * The two-step API above an IOMMU that is an array (src/dma/dma_iova.c): what it
 * asks of allocator and page table, and what it leaves behind.
 *
 * The first range below 4 GiB is 0xfffff000; one of 3 or 4 granules starts at
 * 0xffffc000.
 */
#include "unit/dma/fake_iommu.h"

#include "dma/dma_iova.c"

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;

static int start(void **state, bool lazy, size_t granule)
{
	memset(&fake, 0, sizeof(fake));
	fake.lazy = lazy;
	fake.granule = granule;
	fake_start(&fake);
	*state = &fake;
	return 0;
}

static int setup(void **state)
{
	return start(state, false, 4096);
}

static int setup_lazy(void **state)
{
	return start(state, true, 4096);
}

static int setup_2k(void **state)
{
	return start(state, false, 2048);
}

static int teardown(void **state)
{
	fake_stop(&fake);
	return 0;
}

static struct dma_iova_state reserve(size_t size)
{
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(dev, &iova, 0, size));
	return iova;
}

static int link(struct dma_iova_state *iova, phys_addr_t phys, size_t offset,
		size_t size)
{
	return dma_iova_link(dev, iova, phys, offset, size, DMA_TO_DEVICE, 0);
}

static void destroy(struct dma_iova_state *iova, size_t len)
{
	dma_iova_destroy(dev, iova, len, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 17 */
static void a_reservation_is_aligned_to_its_rounded_size(void **state)
{
	struct dma_iova_state iova = reserve(0x3000);

	assert_true(dma_use_iova(&iova));
	assert_int_equal(iova.addr, 0xffffc000);
	assert_int_equal(dma_iova_size(&iova), 0x3000);

	dma_iova_free(dev, &iova);
}

/* spec: dma-core 18 */
static void an_unaligned_range_is_widened_to_granules(void **state)
{
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(dev, &iova, 0x123456a40, 0x3000));
	assert_int_equal(iova.addr, 0xffffca40);
	assert_int_equal(link(&iova, 0x123456a40, 0, 0x3000), 0);

	assert_int_equal(fake.mapped, 4);
	assert_maps_to(&fake, 0xffffc000, 0x123456000);
	assert_maps_to(&fake, 0xfffff000, 0x123459000);
	assert_int_equal(iova.__size, 0x3000);
	destroy(&iova, 0x3000);
	assert_int_equal(fake.mapped, 0);
}

/* spec: dma-core 25 */
static void a_direct_device_gets_no_reservation(void **state)
{
	struct dma_iova_state iova = { .addr = 1, .__size = 1 };

	dev->dma_iommu = false;

	assert_false(dma_iova_try_alloc(dev, &iova, 0, 0x1000));
	assert_int_equal(iova.addr, 0);
	assert_int_equal(iova.__size, 0);
	assert_int_equal(warnings(), 0);
	dev->dma_iommu = true;
}

/* spec: dma-core 26 */
static void impossible_sizes_warn_once_each(void **state)
{
	struct dma_iova_state iova;

	assert_false(dma_iova_try_alloc(dev, &iova, 0, 0));
	assert_int_equal(warnings(), 1);
	assert_false(dma_iova_try_alloc(dev, &iova, 0, 1ull << 63));
	assert_int_equal(warnings(), 2);
	assert_false(dma_use_iova(&iova));
}

/* spec: dma-core 27 */
static void a_full_address_range_is_no_cause_for_a_warning(void **state)
{
	struct dma_iova_state all, more;
	struct page *page = low_page(0);

	fake.board.mask = DMA_BIT_MASK(24);
	assert_int_equal(iommu_dma_alloc_iova(&fake.domain, 1 << 24,
					      DMA_BIT_MASK(24), dev),
			 0);
	all = reserve(0x800000);
	assert_int_equal(all.addr, 0x800000);
	assert_false(dma_iova_try_alloc(dev, &more, 0, 0x800000));
	assert_int_equal(dma_map_page(dev, page, 0, 0x1000, DMA_TO_DEVICE),
			 0x7ff000);
	dma_unmap_page(dev, 0x7ff000, 0x1000, DMA_TO_DEVICE);

	assert_int_equal(warnings(), 0);
	dma_iova_free(dev, &all);
	__free_page(page);
}

/* spec: dma-core 28 */
static void an_unaligned_later_range_is_eio(void **state)
{
	struct dma_iova_state iova = reserve(0x2000);

	assert_int_equal(link(&iova, 0x1000, 0, 0x1000), 0);
	assert_int_equal(link(&iova, 0x5100, 0x1000, 0x1000), -EIO);

	assert_int_equal(warnings(), 1);
	assert_maps_to(&fake, iova.addr, 0x1000);
	assert_int_equal(fake.mapped, 1);
	destroy(&iova, 0x1000);
}

/* spec: dma-core 29 */
static void another_offset_than_reserved_is_einval(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2100, 0, 0x1000), -EINVAL);
	assert_int_equal(fake.mapped, 0);
	dma_iova_free(dev, &iova);
}

/* spec: dma-core 30 */
static void a_range_that_starts_inside_a_granule_is_einval(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2000, 0, 0x800), 0);
	assert_int_equal(link(&iova, 0x3000, 0x800, 0x800), -EINVAL);
	destroy(&iova, 0x800);
}

static void linking_over_a_link_keeps_the_first(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2000, 0, 0x1000), 0);
	assert_int_equal(link(&iova, 0x3000, 0, 0x1000), -EADDRINUSE);
	assert_maps_to(&fake, iova.addr, 0x2000);
	destroy(&iova, 0x1000);
}

static void a_range_that_wraps_is_refused(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2800, 0, ~0ul - 0x900), -EINVAL);
	assert_int_equal(fake.mapped, 0);
	dma_iova_free(dev, &iova);
}

static void a_link_beyond_the_reservation_is_einval(void **state)
{
	struct dma_iova_state iova = reserve(0x1800);

	assert_int_equal(link(&iova, 0x10000, 0x1000, 0x1000), 0);
	assert_int_equal(link(&iova, 0x20000, 0, 0x3000), -EINVAL);
	assert_int_equal(link(&iova, 0x20000, 0x2000, 0x1000), -EINVAL);
	assert_int_equal(link(&iova, 0x20000, -0x1000, 0x1000), -EINVAL);

	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-iova-range"), 3);
	assert_int_equal(fake.mapped, 1);
	dma_iova_unlink(dev, &iova, 0x1000, 0x1000, DMA_TO_DEVICE, 0);
	dma_iova_free(dev, &iova);
}

/* spec: dma-core 31 */
static void one_sync_covers_many_links(void **state)
{
	struct dma_iova_state iova = reserve(SZ_64K);
	unsigned int i;

	for (i = 0; i < 16; i++)
		assert_int_equal(link(&iova, 0x100000 + 0x2000 * i, 0x1000 * i,
				      0x1000),
				 0);
	assert_int_equal(fake.sync_maps, 0);
	assert_int_equal(dma_iova_sync(dev, &iova, 0, SZ_64K), 0);

	assert_int_equal(fake.sync_maps, 1);
	assert_int_equal(fake.synced_iova, iova.addr);
	assert_int_equal(fake.synced_size, SZ_64K);
	destroy(&iova, SZ_64K);
	assert_int_equal(fake.syncs, 1);
}

static void sync_reports_the_error_of_the_iommu(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2000, 0, 0x1000), 0);
	fake.sync_map_error = -ENOSPC;
	assert_int_equal(dma_iova_sync(dev, &iova, 0, 0x1000), -ENOSPC);
	destroy(&iova, 0x1000);
}

/* spec: dma-core 33 */
static void lazy_unlink_is_immediate_and_lazy_destroy_is_queued(void **state)
{
	struct dma_iova_state iova = reserve(0x2000);
	struct dma_stats stats;

	assert_int_equal(link(&iova, 0x2000, 0, 0x2000), 0);
	dma_iova_unlink(dev, &iova, 0x1000, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(fake.syncs, 1);

	destroy(&iova, 0x1000);
	assert_int_equal(fake.syncs, 1);
	assert_int_equal(fake.flushes, 0);
	dma_get_stats(&stats);
	assert_int_equal(stats.iova_frees, 0);
}

static void lazy_free_is_immediate(void **state)
{
	struct dma_iova_state iova = reserve(0x2000), again;

	dma_iova_free(dev, &iova);
	again = reserve(0x2000);
	assert_int_equal(again.addr, iova.addr);
	dma_iova_free(dev, &again);
}

/* spec: dma-core 34 */
static void a_part_can_be_unlinked_and_linked_anew(void **state)
{
	struct dma_iova_state iova = reserve(0x3000);

	assert_int_equal(link(&iova, 0x10000, 0, 0x3000), 0);
	dma_iova_unlink(dev, &iova, 0x1000, 0x1000, DMA_TO_DEVICE, 0);
	assert_unmapped(&fake, iova.addr + 0x1000);
	assert_int_equal(link(&iova, 0x50000, 0x1000, 0x1000), 0);

	assert_maps_to(&fake, iova.addr, 0x10000);
	assert_maps_to(&fake, iova.addr + 0x1000, 0x50000);
	assert_maps_to(&fake, iova.addr + 0x2000, 0x12000);
	destroy(&iova, 0x3000);
}

static void unlinking_nothing_does_nothing(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	dma_iova_unlink(dev, &iova, 0, 0, DMA_TO_DEVICE, 0);
	assert_int_equal(fake.syncs, 0);
	assert_int_equal(warnings(), 0);
	dma_iova_free(dev, &iova);
}

static void unlinking_a_hole_warns(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	dma_iova_unlink(dev, &iova, 0, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(warnings(), 1);
	dma_iova_free(dev, &iova);
}

static void failed_link_leaves_earlier_links(void **state)
{
	struct dma_iova_state iova = reserve(0x6000);

	assert_int_equal(link(&iova, 0x10000, 0, 0x2000), 0);
	fake.fail_map_after = 2;
	assert_int_equal(link(&iova, 0x20000, 0x2000, 0x4000), -ENOMEM);

	assert_int_equal(fake.mapped, 2);
	assert_maps_to(&fake, iova.addr + 0x1000, 0x11000);
	assert_unmapped(&fake, iova.addr + 0x2000);
	fake.fail_map_after = -1;
	destroy(&iova, 0x2000);
}

/* spec: dma-core 37, right by default */
static void destroy_gives_back_what_was_reserved(void **state)
{
	struct dma_iova_state iova = reserve(64 * 4096), again;

	assert_int_equal(iova.addr, 0xfffc0000);
	assert_int_equal(link(&iova, 0x10000, 0, 0x1000), 0);
	destroy(&iova, 0x1000);

	again = reserve(64 * 4096);
	assert_int_equal(again.addr, 0xfffc0000);
	dma_iova_free(dev, &again);
}

/* spec: dma-core 38 */
static void destroy_of_nothing_linked_only_frees(void **state)
{
	struct dma_iova_state iova = reserve(0x4000);

	destroy(&iova, 0);
	assert_int_equal(fake.unmap_calls, 0);
	assert_int_equal(fake.syncs, 0);
}

/* spec: dma-core 38 */
static void a_second_destroy_is_reported_and_ignored(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(link(&iova, 0x2000, 0, 0x1000), 0);
	destroy(&iova, 0x1000);
	assert_true(dma_use_iova(&iova));
	destroy(&iova, 0x1000);
	dma_iova_free(dev, &iova);

	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-iova-double-free"), 2);
	assert_int_equal(fake.unmap_calls, 1);
}

static void a_state_never_reserved_is_reported_and_left(void **state)
{
	struct dma_iova_state iova = {};

	dma_iova_free(dev, &iova);
	destroy(&iova, 0x1000);
	dma_iova_unlink(dev, &iova, 0, 0x1000, DMA_TO_DEVICE, 0);

	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-iova-unallocated"), 3);
	assert_int_equal(fake.unmap_calls, 0);
}

/* spec: dma-core 40 */
static void a_large_aligned_range_is_one_large_page(void **state)
{
	struct dma_iova_state iova = reserve(SZ_2M);

	assert_int_equal(iova.addr % SZ_2M, 0);
	assert_int_equal(link(&iova, 0x40000000, 0, SZ_2M), 0);
	assert_int_equal(fake.map_calls, 1);
	assert_maps_to(&fake, iova.addr + 0x1ff000, 0x401ff000);
	destroy(&iova, SZ_2M);
}

/* spec: dma-core 41 */
static void the_direction_becomes_the_right(void **state)
{
	struct dma_iova_state iova = reserve(0x4000);

	dma_iova_link(dev, &iova, 0x1000, 0, 0x1000, DMA_TO_DEVICE, 0);
	dma_iova_link(dev, &iova, 0x2000, 0x1000, 0x1000, DMA_FROM_DEVICE, 0);
	dma_iova_link(dev, &iova, 0x3000, 0x2000, 0x1000, DMA_BIDIRECTIONAL,
		      DMA_ATTR_PRIVILEGED);
	dma_iova_link(dev, &iova, 0x4000, 0x3000, 0x1000, DMA_TO_DEVICE,
		      DMA_ATTR_MMIO);

	assert_int_equal(fake_prot(&fake, iova.addr), 1 | 4);
	assert_int_equal(fake_prot(&fake, iova.addr + 0x1000), 2 | 4);
	assert_int_equal(fake_prot(&fake, iova.addr + 0x2000), 3 | 4 | 32);
	assert_int_equal(fake_prot(&fake, iova.addr + 0x3000), 1 | 16);
	destroy(&iova, 0x4000);
}

/* spec: dma-core 42 */
static void a_full_low_range_is_noticed_once(void **state)
{
	struct dma_iova_state low, high, next;

	dev->iommu->pci_32bit_workaround = 1;
	low = reserve(SZ_2G);
	assert_int_equal(low.addr, 0x80000000);

	high = reserve(SZ_2G);
	assert_int_equal(high.addr, 0xffff80000000);
	next = reserve(0x1000);
	assert_int_equal(next.addr, 0xffff7ffff000);
	assert_int_equal(events(HOST_EVENT_LOG, "notice"), 1);
	assert_false(dev->iommu->pci_32bit_workaround);

	dma_iova_free(dev, &low);
	dma_iova_free(dev, &high);
	dma_iova_free(dev, &next);
}

static void without_the_detour_the_full_range_is_used(void **state)
{
	struct dma_iova_state iova;

	dev->iommu->pci_32bit_workaround = 0;
	iova = reserve(0x1000);
	assert_int_equal(iova.addr, 0xfffffffff000);
	dma_iova_free(dev, &iova);
}

static void be_untrusted(void)
{
	dev->bus = &pci_bus_type;
	fake.board.pdev.untrusted = 1;
}

/* spec: dma-core 35: there is no bounce buffer at all */
static void an_unaligned_head_that_cannot_bounce_is_enomem(void **state)
{
	struct dma_iova_state iova;

	be_untrusted();
	assert_true(dma_iova_try_alloc(dev, &iova, 0x10a40, 0x1000));
	assert_int_equal(link(&iova, 0x10a40, 0, 0x1000), -ENOMEM);
	assert_int_equal(link(&iova, 0x10a40, 0, 0x1000), -ENOMEM);

	assert_int_equal(iova.__size, 0x1000);
	assert_int_equal(fake.mapped, 0);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	dma_iova_free(dev, &iova);
}

/* spec: dma-core 36 */
static void a_tail_that_cannot_bounce_takes_its_own_link_back(void **state)
{
	struct dma_iova_state iova = reserve(0x3200);

	be_untrusted();
	assert_int_equal(link(&iova, 0x10000, 0, 0x2000), 0);
	assert_int_equal(link(&iova, 0x20000, 0x2000, 0x1200), -ENOMEM);

	assert_maps_to(&fake, iova.addr, 0x10000);
	assert_maps_to(&fake, iova.addr + 0x1000, 0x11000);
	assert_int_equal(fake.mapped, 2);
	destroy(&iova, 0x2000);
}

static void mmio_never_bounces(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	be_untrusted();
	assert_int_equal(dma_iova_link(dev, &iova, 0xe0000000, 0, 0x800,
				       DMA_TO_DEVICE, DMA_ATTR_MMIO),
			 -EPERM);
	dma_iova_free(dev, &iova);
}

static void mmio_is_linked_as_mmio(void **state)
{
	struct dma_iova_state iova = reserve(0x1000);

	assert_int_equal(dma_iova_link(dev, &iova, 0xe0000000, 0, 0x1000,
				       DMA_BIDIRECTIONAL, DMA_ATTR_MMIO),
			 0);
	assert_maps_to(&fake, iova.addr, 0xe0000000);
	assert_int_equal(fake_prot(&fake, iova.addr),
			 IOMMU_READ | IOMMU_WRITE | IOMMU_MMIO);
	dma_iova_destroy(dev, &iova, 0x1000, DMA_BIDIRECTIONAL, DMA_ATTR_MMIO);
}

static void granules_may_be_smaller_than_pages(void **state)
{
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(dev, &iova, 0x10900, 0x800));
	assert_int_equal(iova.addr, 0xfffff100);
	assert_int_equal(link(&iova, 0x10900, 0, 0x800), 0);
	assert_int_equal(fake.mapped, 2);
	assert_maps_to(&fake, 0xfffff100, 0x10900);
	destroy(&iova, 0x800);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define LAZY(fn) cmocka_unit_test_setup_teardown(fn, setup_lazy, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_reservation_is_aligned_to_its_rounded_size),
		CASE(an_unaligned_range_is_widened_to_granules),
		CASE(a_direct_device_gets_no_reservation),
		CASE(impossible_sizes_warn_once_each),
		CASE(a_full_address_range_is_no_cause_for_a_warning),
		CASE(an_unaligned_later_range_is_eio),
		CASE(another_offset_than_reserved_is_einval),
		CASE(a_range_that_starts_inside_a_granule_is_einval),
		CASE(linking_over_a_link_keeps_the_first),
		CASE(a_range_that_wraps_is_refused),
		CASE(a_link_beyond_the_reservation_is_einval),
		CASE(one_sync_covers_many_links),
		CASE(sync_reports_the_error_of_the_iommu),
		LAZY(lazy_unlink_is_immediate_and_lazy_destroy_is_queued),
		LAZY(lazy_free_is_immediate),
		CASE(a_part_can_be_unlinked_and_linked_anew),
		CASE(unlinking_nothing_does_nothing),
		CASE(unlinking_a_hole_warns),
		CASE(failed_link_leaves_earlier_links),
		CASE(destroy_gives_back_what_was_reserved),
		CASE(destroy_of_nothing_linked_only_frees),
		CASE(a_state_never_reserved_is_reported_and_left),
		CASE(a_large_aligned_range_is_one_large_page),
		CASE(the_direction_becomes_the_right),
		CASE(a_full_low_range_is_noticed_once),
		CASE(without_the_detour_the_full_range_is_used),
		CASE(an_unaligned_head_that_cannot_bounce_is_enomem),
		CASE(a_tail_that_cannot_bounce_takes_its_own_link_back),
		CASE(mmio_never_bounces),
		CASE(mmio_is_linked_as_mmio),
		CASE(a_second_destroy_is_reported_and_ignored),
		cmocka_unit_test_setup_teardown(
			granules_may_be_smaller_than_pages, setup_2k, teardown),
	};

	return cmocka_run_group_tests_name("dma_iova", tests, NULL, NULL);
}
