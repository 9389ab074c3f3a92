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
	set_dma_ops(dev, NULL);
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

/* ---- attributes, zones, zeroes ---------------------------------------------------- */

/* The allocator's next block of @order is not zeroed by chance. */
static phys_addr_t soil(unsigned int order)
{
	struct page *block = alloc_pages(GFP_KERNEL, order);
	phys_addr_t phys = page_to_phys(block);

	memset(page_address(block), 0xff, PAGE_SIZE << order);
	__free_pages(block, order);
	return phys;
}

static void assert_zeroed(const u8 *mem, size_t len)
{
	while (len--)
		assert_int_equal(*mem++, 0);
}

/* spec: dma-core 5.2: rounded up to pages, all of which are zeroed */
static void the_last_page_is_zeroed_to_its_end(void **state)
{
	const size_t size = 2 * PAGE_SIZE + 1;
	struct page *page;
	dma_addr_t addr;
	phys_addr_t was;
	int iommu;

	for (iommu = 0; iommu < 2; iommu++) {
		dev->dma_iommu = iommu;
		was = soil(2);
		page = dma_alloc_pages(dev, size, &addr, DMA_FROM_DEVICE,
				       GFP_KERNEL);
		assert_int_equal(page_to_phys(page), was);
		assert_zeroed(page_address(page), 3 * PAGE_SIZE);
		dma_free_pages(dev, size, page, addr, DMA_FROM_DEVICE);
	}
}

/* spec: dma-core 5.3, as 5.1 and 5.2 */
static void scattered_pages_are_zeroed(void **state)
{
	struct scatterlist *s;
	struct sg_table *sgt;
	phys_addr_t was;
	int iommu, i;

	fake.domain.pgsize_bitmap = SZ_4K | PAGE_SIZE | 4 * PAGE_SIZE;
	for (iommu = 0; iommu < 2; iommu++) {
		dev->dma_iommu = iommu;
		was = soil(2);
		sgt = dma_alloc_noncontiguous(dev, 3 * PAGE_SIZE + 1,
					      DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
		assert_non_null(sgt);
		assert_int_equal(sg_phys(sgt->sgl), was);
		for_each_sgtable_sg(sgt, s, i)
			assert_zeroed(sg_virt(s), s->length);
		dma_free_noncontiguous(dev, 3 * PAGE_SIZE + 1, sgt,
				       DMA_BIDIRECTIONAL);
	}
}

/* spec: dma-core 1.2, 5.1: where one page is not to be had, no block replaces it */
static void single_pages_are_taken_one_by_one(void **state)
{
	static const unsigned long how[] = { 0, DMA_ATTR_ALLOC_SINGLE_PAGES };
	const size_t size = 16 * PAGE_SIZE;
	struct sg_table *sgt;
	dma_addr_t addr;
	unsigned int i;
	void *mem;

	fake.domain.pgsize_bitmap = PAGE_SIZE | 4 * PAGE_SIZE;
	for (i = 0; i < ARRAY_SIZE(how); i++) {
		lib_fail_nth(DMASIM_SITE_PAGE, 1);
		mem = dma_alloc_attrs(dev, size, &addr, GFP_KERNEL, how[i]);
		assert_int_equal(lib_fail_fired(), 1);
		lib_fail_off();
		assert_int_equal(!mem, i);
		if (mem)
			dma_free_attrs(dev, size, mem, addr, how[i]);

		lib_fail_nth(DMASIM_SITE_PAGE, 1);
		sgt = dma_alloc_noncontiguous(dev, size, DMA_BIDIRECTIONAL,
					      GFP_KERNEL, how[i]);
		assert_int_equal(lib_fail_fired(), 1);
		lib_fail_off();
		assert_int_equal(!sgt, i);
		if (sgt)
			dma_free_noncontiguous(dev, size, sgt,
					       DMA_BIDIRECTIONAL);
	}
}

/* What operations of a device's own are told. */
static struct {
	gfp_t gfp;
	unsigned long alloc_attrs, free_attrs;
	dma_addr_t freed;
	unsigned int frees;
} seen;

static void *seen_alloc(struct device *d, size_t size, dma_addr_t *handle,
			gfp_t gfp, unsigned long attrs)
{
	seen.gfp = gfp;
	seen.alloc_attrs = attrs;
	*handle = 0x7777000;
	return (void *)get_zeroed_page(GFP_KERNEL);
}

static void seen_free(struct device *d, size_t size, void *cpu,
		      dma_addr_t handle, unsigned long attrs)
{
	seen.frees++;
	seen.freed = handle;
	seen.free_attrs = attrs;
	free_page((unsigned long)cpu);
}

static const struct dma_map_ops seen_ops = {
	.alloc = seen_alloc,
	.free = seen_free,
};

static void use_seen_ops(void)
{
	memset(&seen, 0, sizeof(seen));
	dev->dma_iommu = false;
	set_dma_ops(dev, &seen_ops);
}

/* spec: dma-core 5.4 */
static void managed_memory_is_freed_as_it_was_allocated(void **state)
{
	unsigned long attrs = DMA_ATTR_WRITE_COMBINE | DMA_ATTR_NO_WARN;
	dma_addr_t addr = 0;

	use_seen_ops();
	assert_non_null(
		dmam_alloc_attrs(dev, PAGE_SIZE, &addr, GFP_KERNEL, attrs));
	assert_int_equal(addr, 0x7777000);
	assert_int_equal(seen.alloc_attrs, attrs);

	devres_release_all(dev);
	assert_int_equal(seen.frees, 1);
	assert_int_equal(seen.freed, 0x7777000);
	assert_int_equal(seen.free_attrs, attrs);
}

/* spec: dma-core 5.4 */
static void managed_memory_at_another_address_warns(void **state)
{
	dma_addr_t addr;
	void *mem;

	use_seen_ops();
	mem = dmam_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);
	dmam_free_coherent(dev, PAGE_SIZE, mem, addr + PAGE_SIZE);
	assert_int_equal(warnings(), 1);
	assert_int_equal(seen.frees, 1);
}

/* spec: dma-core 5.1 */
static void no_zone_reaches_the_allocator(void **state)
{
	static const gfp_t zones[] = { __GFP_DMA, __GFP_DMA32, __GFP_HIGHMEM };
	dma_addr_t addr;
	unsigned int i;
	void *mem;

	use_seen_ops();
	for (i = 0; i < ARRAY_SIZE(zones); i++) {
		mem = dma_alloc_coherent(dev, PAGE_SIZE, &addr,
					 GFP_KERNEL | zones[i]);
		assert_int_equal(seen.gfp, GFP_KERNEL);
		dma_free_coherent(dev, PAGE_SIZE, mem, addr);
	}
	assert_int_equal(warnings(), 0);
}

/* spec: dma-core 5.1, 5.2, 5.3, 96 */
static void what_pages_cannot_be_is_refused(void **state)
{
	static const gfp_t no[] = { __GFP_DMA, __GFP_DMA32, __GFP_HIGHMEM,
				    __GFP_COMP };
	dma_addr_t addr;
	int iommu;
	unsigned int i;

	for (iommu = 0; iommu < 2; iommu++) {
		dev->dma_iommu = iommu;
		for (i = 0; i < ARRAY_SIZE(no); i++)
			assert_null(dma_alloc_pages(dev, PAGE_SIZE, &addr,
						    DMA_TO_DEVICE,
						    GFP_KERNEL | no[i]));
		assert_int_equal(warnings(), 1 + 2 * iommu);
		assert_null(
			dma_alloc_noncontiguous(dev, PAGE_SIZE, DMA_TO_DEVICE,
						GFP_KERNEL | __GFP_COMP, 0));
		assert_null(dma_alloc_coherent(dev, PAGE_SIZE, &addr,
					       GFP_KERNEL | __GFP_COMP));
		assert_int_equal(warnings(), 3);
	}
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
		CASE(the_last_page_is_zeroed_to_its_end),
		CASE(scattered_pages_are_zeroed),
		CASE(single_pages_are_taken_one_by_one),
		CASE(managed_memory_is_freed_as_it_was_allocated),
		CASE(managed_memory_at_another_address_warns),
		CASE(no_zone_reaches_the_allocator),
		CASE(what_pages_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
