/* SPDX-License-Identifier: MIT */
/*
 * Making a domain ready for the DMA API (src/dma/dma_domain.c): which addresses
 * are taken out, what is refused, when lazy mode becomes strict.
 *
 * The device sits on the machine's root bus, whose 32-bit window is
 * 0xe0000000..0xfebfffff.
 */
#include "unit/dma/fake_iommu.h"

#include <linux/resource_ext.h>

#include "dma/dma_domain.c"

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;
static struct pci_host_bridge *bridge;
static bool deferred_flush;

static bool hw_capable(struct device *d, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_DEFERRED_FLUSH && deferred_flush;
}

/* An MSI doorbell, and a window that software manages. */
static void hw_resv_regions(struct device *d, struct list_head *list)
{
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(0xfee00000, SZ_1M, 0, IOMMU_RESV_MSI,
					 GFP_KERNEL);
	list_add_tail(&region->list, list);
	region = iommu_alloc_resv_region(0x8000000, SZ_1M, 0, IOMMU_RESV_SW_MSI,
					 GFP_KERNEL);
	list_add_tail(&region->list, list);
}

static const struct iommu_ops hw_ops = {
	.capable = hw_capable,
	.get_resv_regions = hw_resv_regions,
};

static struct iommu_device hw = { .ops = &hw_ops };

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.bare = true;
	deferred_flush = true;
	fake_start(&fake);
	fake.dev_iommu.iommu_dev = &hw;
	dev->bus = &pci_bus_type;
	fake.board.pdev.bus = pci_find_bus(0, 0);
	bridge = pci_find_host_bridge(fake.board.pdev.bus);
	assert_non_null(bridge);
	return 0;
}

static int teardown(void **state)
{
	resource_list_free(&bridge->dma_ranges);
	fake_stop(&fake);
	return 0;
}

/* By its ends: neighbouring reservations need not be one. */
static void assert_reserved(u64 first, u64 last)
{
	struct iova_domain *iovad = iommu_dma_iovad(&fake.domain);

	assert_non_null(find_iova(iovad, first >> 12));
	assert_non_null(find_iova(iovad, last >> 12));
}

static void assert_free(u64 addr)
{
	assert_null(find_iova(iommu_dma_iovad(&fake.domain), addr >> 12));
}

static void a_domain_serves_one_purpose(void **state)
{
	assert_int_equal(iommu_get_dma_cookie(&fake.domain), -EEXIST);
}

static void addresses_with_a_meaning_are_taken_out(void **state)
{
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);

	assert_reserved(0xe0000000, 0xfebfffff);
	assert_reserved(0xfee00000, 0xfeefffff);
	assert_free(0xdffff000);
	assert_free(0xfec00000);
	assert_free(0xfef00000);
	assert_free(0x8000000);
	assert_free(0x1000);
}

static void addresses_are_handed_out_around_the_windows(void **state)
{
	dma_addr_t addr;

	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	addr = iommu_dma_alloc_iova(&fake.domain, SZ_64M, DMA_BIT_MASK(32),
				    dev);
	assert_int_equal(addr, 0xdc000000);
	iommu_dma_free_iova(&fake.domain, addr, SZ_64M);
}

static void add_inbound(struct resource *res)
{
	struct resource_entry *entry = resource_list_create_entry(res, 0);

	assert_non_null(entry);
	resource_list_add_tail(entry, &bridge->dma_ranges);
}

/* With the first granule of the following window, as in 6.17 (D16). */
static void gaps_between_inbound_windows_are_taken_out(void **state)
{
	struct resource low = { .start = 0x40000000, .end = 0x7fffffff };
	struct resource high = { .start = 0x90000000, .end = 0xcfffffff };

	add_inbound(&low);
	add_inbound(&high);
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);

	assert_reserved(0, 0x40000fff);
	assert_free(0x40001000);
	assert_free(0x7ffff000);
	assert_reserved(0x80000000, 0x90000fff);
	assert_free(0x90001000);
	assert_reserved(0xd0000000, ~0ull);
	assert_int_equal(fake.domain.iova_cookie->lost_granules, 2);
}

static void overlapping_inbound_windows_are_einval(void **state)
{
	struct resource low = { .start = 0, .end = 0x7fffffff };
	struct resource high = { .start = 0x70000000, .end = 0xcfffffff };

	add_inbound(&low);
	add_inbound(&high);
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), -EINVAL);
	assert_int_equal(events(HOST_EVENT_LOG, "err"), 1);
}

static void a_device_outside_the_aperture_is_efault(void **state)
{
	static const struct bus_dma_region map[] = {
		{ .dma_start = 1ull << 50, .size = SZ_1G }, {}
	};

	dev->dma_range_map = map;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), -EFAULT);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	dev->dma_range_map = NULL;
}

static void the_aperture_decides_the_first_address(void **state)
{
	fake.domain.geometry.aperture_start = 0x100000;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_int_equal(iommu_dma_iovad(&fake.domain)->start_pfn, 0x100);
}

/* spec: dma-core 15: 2P would be a BUG in init_iova_domain() */
static void a_granule_beyond_a_page_is_einval(void **state)
{
	fake.domain.pgsize_bitmap = 2 * PAGE_SIZE | SZ_2M | SZ_1G;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), -EINVAL);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "iommu-granule"), 1);

	fake.domain.pgsize_bitmap = PAGE_SIZE | SZ_2M | SZ_1G;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_int_equal(iommu_dma_iovad(&fake.domain)->granule, PAGE_SIZE);
}

static void a_second_device_must_fit_the_first(void **state)
{
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	fake.domain.geometry.aperture_start = 0x100000;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), -EFAULT);
}

static void a_domain_without_memory_can_be_tried_again(void **state)
{
	lib_fail_from(DMASIM_SITE_SLAB, 1);
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), -ENOMEM);
	lib_fail_off();
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
}

static void an_iommu_that_flushes_slowly_gets_one_queue(void **state)
{
	fake.domain.type = IOMMU_DOMAIN_DMA_FQ;
	dev->iommu->shadow_on_flush = 1;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_true(fake.domain.iova_cookie->fq_single);
}

static void a_lazy_domain_gets_a_queue(void **state)
{
	fake.domain.type = IOMMU_DOMAIN_DMA_FQ;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_non_null(fake.domain.iova_cookie->fq);
	assert_int_equal(fake.domain.type, IOMMU_DOMAIN_DMA_FQ);
	assert_int_equal(iommu_dma_init_fq(&fake.domain), 0);
}

static void hardware_that_cannot_defer_makes_it_strict(void **state)
{
	deferred_flush = false;
	fake.domain.type = IOMMU_DOMAIN_DMA_FQ;
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_null(fake.domain.iova_cookie->fq);
	assert_int_equal(fake.domain.type, IOMMU_DOMAIN_DMA);
}

static void no_memory_for_the_queue_makes_it_strict(void **state)
{
	fake.domain.type = IOMMU_DOMAIN_DMA_FQ;
	lib_fail_from(DMASIM_SITE_VMALLOC, 1);
	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	assert_int_equal(fake.domain.type, IOMMU_DOMAIN_DMA);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
}

static void a_range_not_given_back_is_a_leak(void **state)
{
	dma_addr_t addr;

	assert_int_equal(iommu_dma_init_domain(&fake.domain, dev), 0);
	addr = iommu_dma_alloc_iova(&fake.domain, 4096, ~0ull, dev);
	assert_int_equal(dma_check(), 1);
	assert_int_equal(events(HOST_EVENT_LEAK, "iova-leak"), 1);
	iommu_dma_free_iova(&fake.domain, addr, 4096);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_domain_serves_one_purpose),
		CASE(addresses_with_a_meaning_are_taken_out),
		CASE(addresses_are_handed_out_around_the_windows),
		CASE(gaps_between_inbound_windows_are_taken_out),
		CASE(overlapping_inbound_windows_are_einval),
		CASE(a_device_outside_the_aperture_is_efault),
		CASE(the_aperture_decides_the_first_address),
		CASE(a_granule_beyond_a_page_is_einval),
		CASE(a_second_device_must_fit_the_first),
		CASE(a_domain_without_memory_can_be_tried_again),
		CASE(an_iommu_that_flushes_slowly_gets_one_queue),
		CASE(a_lazy_domain_gets_a_queue),
		CASE(hardware_that_cannot_defer_makes_it_strict),
		CASE(no_memory_for_the_queue_makes_it_strict),
		CASE(a_range_not_given_back_is_a_leak),
	};

	return cmocka_run_group_tests_name("dma_domain", tests, NULL, NULL);
}
