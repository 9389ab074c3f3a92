/* SPDX-License-Identifier: MIT */
/*
 * Devices that may not see all of memory: confidential guests, and restricted
 * pools. The NVMe driver and the other suites of this folder run on both, too.
 */
#include <linux/cc_platform.h>
#include <linux/dma-direct.h>
#include <linux/mem_encrypt.h>
#include <linux/scatterlist.h>
#include <linux/set_memory.h>
#include <linux/swiotlb.h>

#include "api/api.h"

static const struct variant confidential[1] = {
	{ "confidential", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "4096,1",
	  .confidential = true },
};

static const struct variant restricted[2] = {
	{ "restricted", .iommu = DMASIM_IOMMU_OFF, .restricted = 4ull << 20 },
	{ "restricted,confidential", .iommu = DMASIM_IOMMU_OFF,
	  .restricted = 4ull << 20, .swiotlb = "512,1", .confidential = true },
};

static struct dmasim_swiotlb_stats own(struct fixture *f)
{
	struct dmasim_swiotlb_stats stats;

	dmasim_swiotlb_get_device_stats(f->hw, &stats);
	return stats;
}

static bool in_own_pool(struct fixture *f, u64 phys)
{
	return phys - own(f).base < own(f).slots * 2048;
}

/* ---- confidential guests --------------------------------------------------------- */

static void a_driver_without_the_dma_api_gets_nowhere(void **state)
{
	struct fixture *f = *state;
	void *buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	assert_true(mem_encrypt_active());
	fill_pattern(buf, PAGE_SIZE, 1);
	expect_events(DMASIM_EVENT_FAULT, "private-fault", 2);
	assert_read(f, virt_to_phys(buf), DMASIM_DMA_PRIVATE);
	assert_write(f, virt_to_phys(buf), DMASIM_DMA_PRIVATE);
	assert_pattern(buf, PAGE_SIZE, 1);

	addr = dma_map_single(f->dev, buf, PAGE_SIZE, DMA_BIDIRECTIONAL);
	assert_true(in_own_pool(f, addr));
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	assert_device_writes(f, addr, PAGE_SIZE, 2);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	assert_pattern(buf, PAGE_SIZE, 2);
	kfree(buf);
}

static void a_fault_is_recorded_with_its_reason(void **state)
{
	struct fixture *f = *state;
	struct dmasim_fault fault;

	expect_events(DMASIM_EVENT_FAULT, "private-fault", 1);
	assert_write(f, 0x1000000, DMASIM_DMA_PRIVATE);
	assert_true(dmasim_iommu_next_fault(&fault));
	assert_int_equal(fault.reason, DMASIM_DMA_PRIVATE);
	assert_int_equal(fault.addr, 0x1000000);
	assert_true(fault.write);
	assert_string_equal(dmasim_dma_name(fault.reason), "private memory");
}

static void coherent_memory_is_shared_while_it_lives(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	u8 *mem;
	size_t i;

	assert_true(force_dma_unencrypted(f->dev));
	mem = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);
	assert_non_null(mem);
	for (i = 0; i < 3 * PAGE_SIZE; i++)
		assert_int_equal(mem[i], 0);
	fill_pattern(mem, 3 * PAGE_SIZE, 1);
	assert_device_reads(f, addr, 3 * PAGE_SIZE, 1);
	assert_device_writes(f, addr, 3 * PAGE_SIZE, 2);
	assert_pattern(mem, 3 * PAGE_SIZE, 2);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, mem, addr);

	expect_events(DMASIM_EVENT_FAULT, "private-fault", 1);
	assert_read(f, addr, DMASIM_DMA_PRIVATE);
}

static void pages_for_dma_are_shared_too(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	page = dma_alloc_pages(f->dev, PAGE_SIZE, &addr, DMA_BIDIRECTIONAL,
			       GFP_KERNEL);
	assert_non_null(page);
	fill_pattern(page_address(page), PAGE_SIZE, 1);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_BIDIRECTIONAL);
	expect_events(DMASIM_EVENT_FAULT, "private-fault", 1);
	assert_read(f, addr, DMASIM_DMA_PRIVATE);
}

/* The result is an address although the caller wants none. */
static void memory_to_be_shared_has_a_mapping(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	void *mem = dma_alloc_attrs(f->dev, PAGE_SIZE, &addr, GFP_KERNEL,
				    DMA_ATTR_NO_KERNEL_MAPPING);

	assert_int_equal(virt_to_phys(mem), addr);
	assert_read(f, addr, DMASIM_DMA_OK);
	dma_free_attrs(f->dev, PAGE_SIZE, mem, addr,
		       DMA_ATTR_NO_KERNEL_MAPPING);
}

static void who_shares_a_page_must_write_it_anew(void **state)
{
	struct fixture *f = *state;
	unsigned long page = __get_free_page(GFP_KERNEL | __GFP_ZERO);
	u64 *word = (u64 *)page;

	assert_int_equal(set_memory_decrypted(page, 1), 0);
	assert_int_not_equal(word[0], 0);
	assert_int_not_equal(word[0], word[1]);
	fill_pattern(word, PAGE_SIZE, 1);
	assert_device_reads(f, virt_to_phys(word), PAGE_SIZE, 1);
	assert_int_equal(set_memory_encrypted(page, 1), 0);
	free_page(page);
	assert_int_equal(set_memory_decrypted(page + 1, 1), -EINVAL);
}

static void a_page_freed_while_shared_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	phys_addr_t phys = page_to_phys(page);

	expect_events(DMASIM_EVENT_MISUSE, "page-freed-shared", 1);
	expect_events(DMASIM_EVENT_FAULT, "private-fault", 1);
	assert_int_equal(
		set_memory_decrypted((unsigned long)page_address(page + 1), 1),
		0);
	__free_pages(page, 1);

	assert_event(DMASIM_EVENT_MISUSE, "page-freed-shared", 1);
	/* Whoever gets it next has no secrets told. */
	assert_read(f, phys + PAGE_SIZE, DMASIM_DMA_PRIVATE);
}

static void a_page_hidden_before_it_is_freed_is_silent(void **state)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	assert_int_equal(set_memory_decrypted(page, 1), 0);
	assert_int_equal(set_memory_encrypted(page, 1), 0);
	free_page(page);
	assert_event(DMASIM_EVENT_MISUSE, "page-freed-shared", 0);
}

static void too_long_for_a_bounce_is_refused(void **state)
{
	struct fixture *f = *state;
	struct page *pages = alloc_pages(GFP_KERNEL, get_order(SZ_512K));

	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	assert_int_equal(dma_map_page(f->dev, pages, 0, SZ_512K, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-size", 1);
	__free_pages(pages, get_order(SZ_512K));
}

/* spec: iommu-pt 5 (memory encryption overrides passthrough) */
static void there_is_no_default_passthrough(void **state)
{
	struct fixture *f = *state;

	f->cfg.iommu = DMASIM_IOMMU_IDENTITY;
	fixture_rebuild(f);
	assert_false(iommu_default_passthrough());
	assert_int_equal(iommu_get_domain_for_dev(f->dev)->type,
			 IOMMU_DOMAIN_DMA);
}

/* As in 6.17: behind an IOMMU nothing is bounced, and nothing shared. */
static void translation_does_not_make_memory_shared(void **state)
{
	struct fixture *f = *state;
	void *buf;
	dma_addr_t addr;

	f->cfg.iommu = DMASIM_IOMMU_STRICT;
	fixture_rebuild(f);
	buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	addr = dma_map_single(f->dev, buf, PAGE_SIZE, DMA_TO_DEVICE);
	assert_translates(f, addr, virt_to_phys(buf));
	expect_events(DMASIM_EVENT_FAULT, "private-fault", 1);
	assert_read(f, addr, DMASIM_DMA_PRIVATE);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	kfree(buf);
}

static void assert_device_reads_zeros(struct fixture *f, u64 addr, size_t len)
{
	u8 buf[PAGE_SIZE];
	size_t i, wrong = 0;

	for (; len; addr += i, len -= i) {
		size_t step = min(len, sizeof(buf));

		assert_int_equal(dmasim_dma_read(f->hw, addr, buf, step),
				 DMASIM_DMA_OK);
		for (i = 0; i < step; i++)
			wrong += buf[i] != 0;
	}
	assert_int_equal(wrong, 0);
}

/* Sharing makes noise of what was there; a device finds neither. */
static void pools_are_cleared_before_devices_see_them(void **state)
{
	struct fixture *f = *state;
	size_t slots = own(f).slots;

	assert_true(slots > 0);
	assert_device_reads_zeros(f, own(f).base, slots * 2048);
}

static void a_pool_that_grew_is_cleared_too(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr[5];
	unsigned int i;

	f->cfg.swiotlb = "512,1";
	f->cfg.swiotlb_dynamic = true;
	fixture_rebuild(f);
	for (i = 0; i < 4; i++)
		addr[i] = dma_map_phys(f->dev, 0x130000000, SZ_256K,
				       DMA_TO_DEVICE, 0);
	/* Of its own at first, then in a pool for all. */
	for (i = 0; i < 2; i++) {
		memset(ram_at(0x130000000, 64), 0, 64);
		addr[4] =
			dma_map_phys(f->dev, 0x130000000, 64, DMA_TO_DEVICE, 0);
		assert_int_equal(own(f).transient, i ? 0 : 1);
		assert_device_reads_zeros(f, addr[4], 2048);
		dma_unmap_phys(f->dev, addr[4], 64, DMA_TO_DEVICE, 0);
		dmasim_run();
	}
	for (i = 0; i < 4; i++)
		dma_unmap_phys(f->dev, addr[i], SZ_256K, DMA_TO_DEVICE, 0);
}

static void grown_pools_are_shared(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr[9];
	unsigned int i;

	f->cfg.swiotlb = "512,1";
	f->cfg.swiotlb_dynamic = true;
	fixture_rebuild(f);
	fill_pattern(ram_at(0x130000000, SZ_256K), SZ_256K, 1);
	for (i = 0; i < 9; i++) {
		addr[i] = dma_map_phys(f->dev, 0x130000000, SZ_256K,
				       DMA_TO_DEVICE, 0);
		assert_device_reads(f, addr[i], SZ_256K, 1);
		if (i == 5)
			dmasim_run();
	}
	assert_int_equal(own(f).slots, 1024);
	assert_true(own(f).transient > 0);
	for (i = 0; i < 9; i++)
		dma_unmap_phys(f->dev, addr[i], SZ_256K, DMA_TO_DEVICE, 0);
}

/* ---- restricted pools -------------------------------------------------------------- */

/* spec: dma-core 91 */
static void everything_comes_from_the_restricted_pool(void **state)
{
	struct fixture *f = *state;
	void *buf = kmalloc(PAGE_SIZE, GFP_KERNEL), *mem;
	dma_addr_t addr, coherent;
	struct scatterlist sg[2];
	struct page *page;

	assert_int_equal(own(f).slots, 2048);
	fill_pattern(buf, 512, 1);
	addr = dma_map_single(f->dev, buf, 512, DMA_BIDIRECTIONAL);
	assert_true(in_own_pool(f, addr));
	assert_device_reads(f, addr, 512, 1);
	assert_device_writes(f, addr, 512, 2);
	dma_unmap_single(f->dev, addr, 512, DMA_BIDIRECTIONAL);
	assert_pattern(buf, 512, 2);

	mem = dma_alloc_coherent(f->dev, 5000, &coherent, GFP_KERNEL);
	assert_true(in_own_pool(f, coherent));
	assert_int_equal(virt_to_phys(mem), coherent);
	assert_int_equal(coherent & ~PAGE_MASK, 0);
	assert_int_equal(own(f).used, PAGE_ALIGN(5000) / 2048);
	assert_device_writes(f, coherent, 5000, 3);
	assert_pattern(mem, 5000, 3);
	dma_free_coherent(f->dev, 5000, mem, coherent);
	assert_int_equal(own(f).used, 0);

	/* Lists and pages for DMA, too. */
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], buf, 512);
	sg_set_buf(&sg[1], buf + 1024, 512);
	fill_pattern(buf + 1024, 512, 4);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE), 2);
	assert_true(in_own_pool(f, sg_dma_address(&sg[0])));
	assert_true(in_own_pool(f, sg_dma_address(&sg[1])));
	assert_device_reads(f, sg_dma_address(&sg[1]), 512, 4);
	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	page = dma_alloc_pages(f->dev, PAGE_SIZE, &addr, DMA_FROM_DEVICE,
			       GFP_KERNEL);
	assert_true(in_own_pool(f, addr));
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
	assert_int_equal(own(f).used, 0);

	/* It is all that there is. */
	assert_null(dma_alloc_coherent(f->dev, SZ_512K, &coherent, GFP_KERNEL));
	assert_event(DMASIM_EVENT_REFUSAL, "restricted-full", 1);
	kfree(buf);
}

/* spec: dma-core 104 */
static void another_size_is_told_and_the_whole_block_goes(void **state)
{
	static const size_t wrong[] = { 0, PAGE_SIZE, 4 * PAGE_SIZE };
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;
	unsigned int i;
	void *mem;

	expect_warns(ARRAY_SIZE(wrong) + 1);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		mem = dma_alloc_coherent(f->dev, 2 * PAGE_SIZE, &addr,
					 GFP_KERNEL);
		assert_non_null(mem);
		dma_free_coherent(f->dev, wrong[i], mem, addr);
		assert_event(DMASIM_EVENT_WARN, NULL, i + 1);
		assert_int_equal(own(f).used, 0);
	}
	page = dma_alloc_pages(f->dev, 2 * PAGE_SIZE, &addr, DMA_FROM_DEVICE,
			       GFP_KERNEL);
	assert_non_null(page);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
	assert_event(DMASIM_EVENT_WARN, NULL, i + 1);
	assert_int_equal(own(f).used, 0);
}

/* The pages are uncached, wherever they are seen. */
static void who_cannot_sleep_is_served_too(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	void *mem;

	f->cfg.noncoherent = true;
	fixture_rebuild(f);
	local_irq_disable();
	mem = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_ATOMIC);
	local_irq_enable();
	assert_true(in_own_pool(f, addr));
	fill_pattern(mem, PAGE_SIZE, 1);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	assert_device_writes(f, addr, PAGE_SIZE, 2);
	assert_pattern(mem, PAGE_SIZE, 2);
	dma_free_coherent(f->dev, PAGE_SIZE, mem, addr);
	assert_int_equal(own(f).used, 0);
}

static void live_buffers_are_listed_with_their_devices(void **state)
{
	struct fixture *f = *state;
	struct dmasim_bounce live[4] = {};
	dma_addr_t addr =
		dma_map_phys(f->dev, 0x130000100, 3000, DMA_TO_DEVICE, 0);

	assert_int_equal(dmasim_swiotlb_get_live(live, 4), 1);
	assert_string_equal(live[0].dev, dmasim_device_name(f->hw));
	assert_int_equal(live[0].phys, addr);
	assert_int_equal(live[0].orig, 0x130000100);
	assert_int_equal(live[0].size, 3000);
	assert_int_equal(live[0].slots, 2);
	assert_int_equal(dmasim_swiotlb_get_live(NULL, 0), 1);

	/* Its device goes: the leak stays, and nobody is named for it. */
	dmasim_device_destroy(f->hw);
	assert_int_equal(dmasim_swiotlb_get_live(live, 4), 1);
	assert_string_equal(live[0].dev, "");
	expect_events(DMASIM_EVENT_LEAK, "bounce-leak", 1);
}

/* spec: dma-core 8.9 */
static void figures_are_files(void **state)
{
	struct fixture *f = *state;
	uint64_t value;

	dma_unmap_phys(f->dev,
		       dma_map_phys(f->dev, 0x130000100, 3000, DMA_TO_DEVICE,
				    0),
		       3000, DMA_TO_DEVICE, 0);
	assert_int_equal(dmasim_swiotlb_attr_get(
				 "restricted1/io_tlb_used_hiwater", &value),
			 0);
	assert_int_equal(value, 2);
	assert_int_equal(
		dmasim_swiotlb_attr_set("restricted1/io_tlb_used_hiwater", 2),
		-EINVAL);
	assert_int_equal(
		dmasim_swiotlb_attr_set("restricted1/io_tlb_used_hiwater", 0),
		0);
	assert_int_equal(dmasim_swiotlb_attr_set("restricted1/io_tlb_used", 0),
			 -EACCES);
	assert_non_null(strstr(dmasim_refusal(), "only be read"));
	assert_int_equal(dmasim_swiotlb_attr_get("io_tlb_x", &value), -ENOENT);
}

/* Configurations that cannot be, and why. */
static void refused(struct fixture *f, u64 base, u64 size, int err,
		    const char *why)
{
	struct dmasim_machine_config cfg = f->cfg;

	cfg.restricted[1] = (struct dmasim_restricted){ size, base };
	assert_int_equal(dmasim_machine_create(&cfg, &f->machine), err);
	assert_non_null(strstr(dmasim_refusal(), why));
}

/* spec: dma-core 8.8 */
static void a_region_outside_ram_is_refused(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = { .name = "x", .restricted = 3 };
	struct dmasim_device *dev;

	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &dev),
			 -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "no restricted pool 3"));
	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	refused(f, 0xd0000000, SZ_1M, -EINVAL, "not RAM");
	refused(f, 0x10000000000, SZ_1M, -EINVAL, "not RAM");
	refused(f, 0x1000000, 100, -EINVAL, "whole pages");
	refused(f, 0x1000000, 0, -EINVAL, "no size");
	refused(f, 0xbff00000, SZ_2M, -EBUSY, "in use");
	refused(f, 0, SZ_4G, -ENOMEM, "no such range");
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
}

/* ---- both ---------------------------------------------------------------------------- */

/* One of everything; each part may fail. */
static void one_life(struct fixture *f, void *buf)
{
	struct scatterlist sg[2];
	struct page *page;
	dma_addr_t addr;
	void *mem;

	addr = dma_map_single(f->dev, buf, 3000, DMA_BIDIRECTIONAL);
	if (!dma_mapping_error(f->dev, addr))
		dma_unmap_single(f->dev, addr, 3000, DMA_BIDIRECTIONAL);
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], buf, 100);
	sg_set_buf(&sg[1], buf + 2048, 2048);
	if (dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE))
		dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	mem = dma_alloc_coherent(f->dev, 8192, &addr, GFP_ATOMIC);
	if (mem)
		dma_free_coherent(f->dev, 8192, mem, addr);
	page = dma_alloc_pages(f->dev, 4096, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	if (page)
		dma_free_pages(f->dev, 4096, page, addr, DMA_TO_DEVICE);
	assert_int_equal(own(f).used, 0);
}

static void any_failure_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	void *buf = kmalloc(PAGE_SIZE, GFP_KERNEL);
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL)
		one_life(f, buf);
	kfree(buf);
}

static void what_cannot_be_shared_is_not_handed_out(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	dmasim_fail_from(DMASIM_SITE_SHARE, 1);
	assert_null(dma_alloc_coherent(f->dev, 64, &addr, GFP_KERNEL));
	assert_null(
		dma_alloc_pages(f->dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL));
	assert_int_equal(dmasim_fail_fired(), 2);
}

int main(void)
{
	const struct CMUnitTest guest[] = {
		fixture_case(a_driver_without_the_dma_api_gets_nowhere),
		fixture_case(a_fault_is_recorded_with_its_reason),
		fixture_case(coherent_memory_is_shared_while_it_lives),
		fixture_case(pages_for_dma_are_shared_too),
		fixture_case(memory_to_be_shared_has_a_mapping),
		fixture_case(who_shares_a_page_must_write_it_anew),
		fixture_case(a_page_freed_while_shared_is_told),
		fixture_case(a_page_hidden_before_it_is_freed_is_silent),
		fixture_case(too_long_for_a_bounce_is_refused),
		fixture_case(there_is_no_default_passthrough),
		fixture_case(translation_does_not_make_memory_shared),
		fixture_case(pools_are_cleared_before_devices_see_them),
		fixture_case(a_pool_that_grew_is_cleared_too),
		fixture_case(grown_pools_are_shared),
		fixture_case(any_failure_leaves_nothing_behind),
		fixture_case(what_cannot_be_shared_is_not_handed_out),
	};
	const struct CMUnitTest pool[] = {
		fixture_case(pools_are_cleared_before_devices_see_them),
		fixture_case(everything_comes_from_the_restricted_pool),
		fixture_case(another_size_is_told_and_the_whole_block_goes),
		fixture_case(who_cannot_sleep_is_served_too),
		fixture_case(live_buffers_are_listed_with_their_devices),
		fixture_case(figures_are_files),
		fixture_case(a_region_outside_ram_is_refused),
		fixture_case(any_failure_leaves_nothing_behind),
	};
	int failed = run_variants("confidential", guest, confidential);

	return failed + run_variants("restricted", pool, restricted);
}
