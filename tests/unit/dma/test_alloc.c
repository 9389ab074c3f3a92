/* SPDX-License-Identifier: MIT */
/*
 * Coherent, scattered and managed memory behind an IOMMU that is an array
 * (src/dma/alloc.c, coherent.c, remap.c).
 */
#include "unit/dma/fake_iommu.h"

#include <linux/dma-map-ops.h>
#include <linux/irqflags.h>
#include <linux/vmalloc.h>

/* What the driver core does when a driver leaves. */
int devres_release_all(struct device *dev);

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;

static int start(enum mm_layout layout)
{
	memset(&fake, 0, sizeof(fake));
	fake.board.layout = layout;
	fake_start(&fake);
	fake.domain.pgsize_bitmap = SZ_4K;
	return 0;
}

static int setup(void **state)
{
	return start(MM_LAYOUT_CONTIGUOUS);
}

static int setup_scattered(void **state)
{
	return start(MM_LAYOUT_SCATTERED);
}

static int teardown(void **state)
{
	fake_stop(&fake);
	return 0;
}

/* spec: dma-core 94 */
static void coherent_memory_is_one_zeroed_granule(void **state)
{
	u8 zero[4096] = {};
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 100, &addr, GFP_KERNEL);

	assert_int_equal((unsigned long)mem & 4095, 0);
	assert_memory_equal(mem, zero, 4096);
	assert_int_equal(addr, 0xfffff000);
	assert_int_equal(fake.mapped, 1);
	assert_int_equal(fake_prot(&fake, addr), 3 | 4);
	dma_free_coherent(dev, 100, mem, addr);
}

/* spec: dma-core 95 */
static void three_mib_of_single_pages_are_one_range(void **state)
{
	dma_addr_t addr;
	u8 *mem = dma_alloc_coherent(dev, 3 << 20, &addr, GFP_KERNEL);

	assert_non_null(mem);
	assert_true(is_vmalloc_addr(mem));
	assert_int_equal(fake.mapped, 768);
	mem[0x1234] = 0x42;
	mem[0x2fffff] = 0x43;
	assert_int_equal(*(u8 *)phys_to_virt(fake_iova_to_phys(&fake.domain,
							       addr + 0x1234)),
			 0x42);
	assert_int_equal(*(u8 *)phys_to_virt(fake_iova_to_phys(
				 &fake.domain, addr + 0x2fffff)),
			 0x43);
	dma_free_coherent(dev, 3 << 20, mem, addr);
}

static void a_caller_that_cannot_sleep_gets_contiguous_memory(void **state)
{
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 8192, &addr, GFP_ATOMIC);

	assert_non_null(mem);
	assert_false(is_vmalloc_addr(mem));
	assert_maps_to(&fake, addr + 4096, virt_to_phys(mem) + 4096);
	dma_free_coherent(dev, 8192, mem, addr);
}

static void contiguous_memory_can_be_asked_for(void **state)
{
	unsigned long attrs = DMA_ATTR_FORCE_CONTIGUOUS;
	dma_addr_t addr;
	void *mem = dma_alloc_attrs(dev, 16384, &addr, GFP_KERNEL, attrs);

	assert_false(is_vmalloc_addr(mem));
	dma_free_attrs(dev, 16384, mem, addr, attrs);

	lib_fail_from(DMASIM_SITE_PAGE, 1);
	assert_null(dma_alloc_attrs(dev, 16384, &addr, GFP_KERNEL, attrs));
}

static void a_device_that_does_not_snoop_gets_some_all_the_same(void **state)
{
	dma_addr_t addr;
	void *mem;

	dev->dma_coherent = false;
	mem = dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL);
	assert_non_null(mem);
	dma_free_coherent(dev, 64, mem, addr);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 0);
}

static void coherent_addresses_obey_the_coherent_mask(void **state)
{
	dma_addr_t addr;
	void *mem;

	dev->coherent_dma_mask = DMA_BIT_MASK(24);
	mem = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	assert_int_equal(addr, 0xfff000);
	dma_free_coherent(dev, 4096, mem, addr);
}

/* spec: dma-core 96 */
static void compound_memory_and_zones_are_refused(void **state)
{
	dma_addr_t addr;

	assert_null(
		dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL | __GFP_COMP));
	assert_int_equal(warnings(), 1);
	assert_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE,
				    GFP_KERNEL | GFP_DMA));
	assert_int_equal(warnings(), 2);
	assert_null(dma_alloc_coherent(dev, 0, &addr, GFP_KERNEL));
	assert_null(dma_alloc_coherent(dev, ~0ul - 5, &addr, GFP_KERNEL));
}

/* spec: dma-core 97 */
static void freeing_with_interrupts_off_warns_and_frees(void **state)
{
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 64, &addr, GFP_ATOMIC);

	local_irq_disable();
	dma_free_coherent(dev, 64, mem, addr);
	local_irq_enable();
	assert_int_equal(warnings(), 1);
	assert_int_equal(fake.mapped, 0);

	dma_free_coherent(dev, 64, NULL, 0);
	assert_int_equal(warnings(), 1);
}

static void each_failure_leaves_nothing(void **state)
{
	u32 sites = 1u << DMASIM_SITE_PAGE | 1u << DMASIM_SITE_SLAB |
		    1u << DMASIM_SITE_VMALLOC | 1u << DMASIM_SITE_IOVA |
		    1u << DMASIM_SITE_COHERENT;
	unsigned int n;
	dma_addr_t addr;
	void *mem;

	for (n = 1; n < 100; n++) {
		lib_fail_any_nth(sites, n);
		mem = dma_alloc_coherent(dev, 5 * 4096, &addr, GFP_KERNEL);
		lib_fail_off();
		if (mem)
			dma_free_coherent(dev, 5 * 4096, mem, addr);
		assert_int_equal(fake.mapped, 0);
	}
	for (n = 0; n < 5; n++) {
		fake.fail_map_after = n;
		assert_null(
			dma_alloc_coherent(dev, 5 * 4096, &addr, GFP_KERNEL));
	}
	fake.fail_map_after = -1;
}

static void pages_are_mapped_for_streaming(void **state)
{
	dma_addr_t addr;
	struct page *page =
		dma_alloc_pages(dev, 5000, &addr, DMA_FROM_DEVICE, GFP_KERNEL);

	assert_maps_to(&fake, addr, page_to_phys(page));
	assert_int_equal(fake.mapped, PAGE_ALIGN(5000) / 4096);
	assert_int_equal(fake_prot(&fake, addr), 2 | 4);
	dma_free_pages(dev, 5000, page, addr, DMA_FROM_DEVICE);
}

/* spec: dma-core 98 */
static void scattered_pages_are_one_segment_and_one_view(void **state)
{
	struct sg_table *sgt;
	dma_addr_t addr;
	u8 *view;

	sgt = dma_alloc_noncontiguous(dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	assert_non_null(sgt);
	assert_int_equal(sgt->nents, 1);
	assert_int_equal(sgt->orig_nents, 5);
	assert_int_equal(sg_dma_len(sgt->sgl), 5 * PAGE_SIZE);
	addr = sg_dma_address(sgt->sgl);

	view = dma_vmap_noncontiguous(dev, 5 * PAGE_SIZE, sgt);
	view[4 * PAGE_SIZE] = 0x42;
	assert_int_equal(*(u8 *)phys_to_virt(fake_iova_to_phys(
				 &fake.domain, addr + 4 * PAGE_SIZE)),
			 0x42);
	dma_vunmap_noncontiguous(dev, view);
	dma_free_noncontiguous(dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);

	assert_null(dma_alloc_noncontiguous(dev, 4096, DMA_BIDIRECTIONAL,
					    GFP_KERNEL,
					    DMA_ATTR_WRITE_COMBINE));
	assert_int_equal(warnings(), 1);
}

static void without_an_iommu_the_table_has_one_entry(void **state)
{
	struct sg_table *sgt;

	dev->dma_iommu = false;
	sgt = dma_alloc_noncontiguous(dev, 5 * 4096, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	assert_int_equal(sgt->orig_nents, 1);
	assert_int_equal(sg_dma_address(sgt->sgl), sg_phys(sgt->sgl));
	assert_ptr_equal(dma_vmap_noncontiguous(dev, 5 * 4096, sgt),
			 sg_virt(sgt->sgl));
	dma_free_noncontiguous(dev, 5 * 4096, sgt, DMA_BIDIRECTIONAL);
	dev->dma_iommu = true;
}

static void coherent_memory_can_be_described_as_a_table(void **state)
{
	struct sg_table table;
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 3 * 4096, &addr, GFP_KERNEL);

	assert_int_equal(dma_get_sgtable(dev, &table, mem, addr, 3 * 4096), 0);
	assert_int_equal(sg_phys(table.sgl),
			 fake_iova_to_phys(&fake.domain, addr));
	assert_int_equal(sg_nents_for_len(table.sgl, 3 * 4096),
			 table.orig_nents);
	sg_free_table(&table);
	dma_free_coherent(dev, 3 * 4096, mem, addr);
}

/* spec: dma-core 100 */
static void managed_memory_is_freed_once(void **state)
{
	dma_addr_t a_addr, b_addr;
	void *a, *b;

	a = dmam_alloc_coherent(dev, 4096, &a_addr, GFP_KERNEL);
	b = dmam_alloc_coherent(dev, 4096, &b_addr, GFP_KERNEL);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(fake.mapped, 2);
	dmam_free_coherent(dev, 4096, a, a_addr);
	assert_int_equal(fake.mapped, 1);

	devres_release_all(dev);
	assert_int_equal(fake.mapped, 0);
	assert_int_equal(warnings(), 0);
}

/* spec: dma-core 100 */
static void managed_memory_of_another_size_warns(void **state)
{
	dma_addr_t addr;
	void *mem = dmam_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);

	dmam_free_coherent(dev, 4095, mem, addr);
	assert_int_equal(warnings(), 1);
	assert_int_equal(fake.mapped, 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define SCATTERED(fn) \
	cmocka_unit_test_setup_teardown(fn, setup_scattered, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(coherent_memory_is_one_zeroed_granule),
		SCATTERED(three_mib_of_single_pages_are_one_range),
		CASE(a_caller_that_cannot_sleep_gets_contiguous_memory),
		CASE(contiguous_memory_can_be_asked_for),
		CASE(a_device_that_does_not_snoop_gets_some_all_the_same),
		CASE(coherent_addresses_obey_the_coherent_mask),
		CASE(compound_memory_and_zones_are_refused),
		CASE(freeing_with_interrupts_off_warns_and_frees),
		CASE(each_failure_leaves_nothing),
		CASE(pages_are_mapped_for_streaming),
		SCATTERED(scattered_pages_are_one_segment_and_one_view),
		CASE(without_an_iommu_the_table_has_one_entry),
		CASE(coherent_memory_can_be_described_as_a_table),
		CASE(managed_memory_is_freed_once),
		CASE(managed_memory_of_another_size_warns),
	};

	return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
