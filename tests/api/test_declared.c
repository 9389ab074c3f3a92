/* SPDX-License-Identifier: MIT */
/*
 * Coherent memory declared for one device (dma-core 1.4).
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>
#include <linux/dmapool.h>
#include <linux/iommu.h>
#include <linux/vmalloc.h>

#define PAGES 8

/* Where the device sees the region: what a board would be wired for. */
static dma_addr_t declare(struct fixture *f, struct page *block)
{
	phys_addr_t phys = page_to_phys(block);
	dma_addr_t base = f->variant->translated ? 0x70000000 : phys;

	if (f->variant->translated)
		assert_int_equal(iommu_map(iommu_get_domain_for_dev(f->dev),
					   base, phys, PAGES * PAGE_SIZE,
					   IOMMU_READ | IOMMU_WRITE,
					   GFP_KERNEL),
				 0);
	assert_int_equal(dma_declare_coherent_memory(f->dev, phys, base,
						     PAGES * PAGE_SIZE),
			 0);
	return base;
}

static void undeclare(struct fixture *f, struct page *block, dma_addr_t base)
{
	dma_release_coherent_memory(f->dev);
	if (f->variant->translated)
		iommu_unmap(iommu_get_domain_for_dev(f->dev), base,
			    PAGES * PAGE_SIZE);
	__free_pages(block, 3);
}

static void coherent_memory_comes_from_there(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base, handle;
	size_t i;
	u8 *cpu;

	memset(page_address(block), 0xff, 8 * PAGE_SIZE);
	base = declare(f, block);
	cpu = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &handle, GFP_KERNEL);
	assert_non_null(cpu);
	assert_int_equal(handle, base);
	assert_ptr_equal(vmalloc_to_page(cpu), block);
	for (i = 0; i < 3 * PAGE_SIZE; i++)
		assert_int_equal(cpu[i], 0);
	fill_pattern(cpu, 3 * PAGE_SIZE, 1);
	assert_device_reads(f, handle, 3 * PAGE_SIZE, 1);
	assert_device_writes(f, handle, 3 * PAGE_SIZE, 2);
	assert_pattern(cpu, 3 * PAGE_SIZE, 2);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, handle);
	undeclare(f, block, base);
}

static void blocks_are_powers_of_two_of_pages(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base = declare(f, block), a, b, c;
	void *va = dma_alloc_coherent(f->dev, 100, &a, GFP_ATOMIC);
	void *vb = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &b, GFP_ATOMIC);
	void *vc = dma_alloc_coherent(f->dev, PAGE_SIZE, &c, GFP_ATOMIC);

	assert_int_equal(a, base);
	assert_int_equal(b, base + 4 * PAGE_SIZE);
	assert_int_equal(c, base + PAGE_SIZE);
	dma_free_coherent(f->dev, PAGE_SIZE, vc, c);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, vb, b);
	dma_free_coherent(f->dev, 100, va, a);
	undeclare(f, block, base);
}

static void nothing_else_is_used_when_it_is_full(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base = declare(f, block), handle, more;
	void *cpu = dma_alloc_coherent(f->dev, PAGES * PAGE_SIZE, &handle,
				       GFP_KERNEL);

	assert_non_null(cpu);
	assert_null(dma_alloc_coherent(f->dev, PAGE_SIZE, &more, GFP_KERNEL));
	assert_null(dma_alloc_coherent(f->dev, SZ_1M, &more, GFP_KERNEL));
	dma_free_coherent(f->dev, PAGES * PAGE_SIZE, cpu, handle);
	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &more, GFP_KERNEL);
	assert_int_equal(more, base);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, more);
	undeclare(f, block, base);
}

static void pools_and_managed_memory_use_it_too(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base = declare(f, block), handle;
	struct dma_pool *pool = dma_pool_create("d", f->dev, 64, 64, 0);
	void *cpu = dma_pool_alloc(pool, GFP_KERNEL, &handle);

	assert_int_equal(handle, base);
	dma_pool_free(pool, cpu, handle);
	dma_pool_destroy(pool);
	cpu = dmam_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	assert_int_equal(handle, base);
	dmam_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	undeclare(f, block, base);
}

static void released_memory_is_ordinary_again(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base = declare(f, block), handle;
	void *cpu;

	undeclare(f, block, base);
	dma_release_coherent_memory(f->dev);
	cpu = dma_alloc_coherent(f->dev, SZ_1M, &handle, GFP_KERNEL);
	assert_non_null(cpu);
	dma_free_coherent(f->dev, SZ_1M, cpu, handle);
}

static void each_device_has_its_own(void **state)
{
	static const struct dmasim_model model = {
		.name = "second",
		.vendor = 0x1d0f,
		.device = 0xd3a6,
		.class_code = 0xff0000,
	};
	struct fixture *f = *state, second = *f, third = *f;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	struct page *other = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base, their, handle, more, none;
	void *cpu, *theirs, *plain;

	assert_int_equal(
		dmasim_device_create(f->machine, &model, NULL, &second.hw), 0);
	assert_int_equal(
		dmasim_device_create(f->machine, &model, NULL, &third.hw), 0);
	second.dev = dmasim_device_kernel(second.hw);
	third.dev = dmasim_device_kernel(third.hw);
	pci_set_master(to_pci_dev(second.dev));
	base = declare(f, block);
	their = declare(&second, other);

	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	theirs = dma_alloc_coherent(second.dev, PAGE_SIZE, &more, GFP_KERNEL);
	plain = dma_alloc_coherent(third.dev, PAGE_SIZE, &none, GFP_KERNEL);
	assert_int_equal(handle, base);
	assert_int_equal(more, their);
	assert_ptr_equal(vmalloc_to_page(cpu), block);
	assert_ptr_equal(vmalloc_to_page(theirs), other);
	assert_non_null(plain);
	fill_pattern(cpu, PAGE_SIZE, 1);
	fill_pattern(theirs, PAGE_SIZE, 2);
	assert_device_reads(f, handle, PAGE_SIZE, 1);
	assert_device_reads(&second, more, PAGE_SIZE, 2);
	assert_int_equal(dma_release_from_dev_coherent(second.dev, 0, cpu), 0);
	assert_int_equal(dma_release_from_dev_coherent(third.dev, 0, cpu), 0);
	assert_int_equal(dma_release_from_dev_coherent(f->dev, 0, plain), 0);
	dma_free_coherent(third.dev, PAGE_SIZE, plain, none);

	/* One that goes takes nothing from the other. */
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	undeclare(f, block, base);
	assert_device_reads(&second, more, PAGE_SIZE, 2);
	dma_free_coherent(second.dev, PAGE_SIZE, theirs, more);
	undeclare(&second, other, their);
	dmasim_device_destroy(third.hw);
	dmasim_device_destroy(second.hw);
}

/* The pages of @cpu and what a device that does not snoop makes of them. */
static dma_addr_t map_as_is(struct fixture *f, void *cpu)
{
	dma_addr_t addr = dma_map_single_attrs(f->dev, cpu, 2 * PAGE_SIZE,
					       DMA_BIDIRECTIONAL,
					       DMA_ATTR_SKIP_CPU_SYNC);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	return addr;
}

static void unmap_as_is(struct fixture *f, dma_addr_t addr)
{
	dma_unmap_single_attrs(f->dev, addr, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL,
			       DMA_ATTR_SKIP_CPU_SYNC);
}

/* No caches between them, and none of the bytes lost on the way there and back. */
static void what_either_stored_before_is_seen_by_both(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	u8 *cpu = page_address(block);
	dma_addr_t addr, base;

	/* Stored and not written back; written by the device, never looked at. */
	addr = map_as_is(f, cpu);
	fill_pattern(cpu, PAGE_SIZE, 1);
	assert_device_writes(f, addr + PAGE_SIZE, PAGE_SIZE, 2);
	unmap_as_is(f, addr);

	base = declare(f, block);
	assert_device_reads(f, base, PAGE_SIZE, 1);
	assert_device_reads(f, base + PAGE_SIZE, PAGE_SIZE, 2);
	assert_pattern(cpu, PAGE_SIZE, 1);
	assert_pattern(cpu + PAGE_SIZE, PAGE_SIZE, 2);
	fill_pattern(cpu, PAGE_SIZE, 3);
	assert_device_writes(f, base + PAGE_SIZE, PAGE_SIZE, 4);
	dma_release_coherent_memory(f->dev);
	if (f->variant->translated)
		iommu_unmap(iommu_get_domain_for_dev(f->dev), base,
			    PAGES * PAGE_SIZE);

	addr = map_as_is(f, cpu);
	assert_device_reads(f, addr, PAGE_SIZE, 3);
	assert_pattern(cpu + PAGE_SIZE, PAGE_SIZE, 4);
	/* The caches are back. */
	fill_pattern(cpu, PAGE_SIZE, 5);
	assert_device_reads(f, addr, PAGE_SIZE, 3);
	unmap_as_is(f, addr);
	__free_pages(block, 3);
}

static void what_cannot_be_is_refused(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	phys_addr_t phys = page_to_phys(block), bar;
	dma_addr_t base;

	bar = pci_resource_start(f->pdev, 0);
	assert_int_equal(dma_declare_coherent_memory(NULL, phys, phys,
						     PAGE_SIZE),
			 -ENODEV);
	assert_int_equal(dma_declare_coherent_memory(f->dev, phys, phys, 0),
			 -EINVAL);
	assert_int_equal(dma_declare_coherent_memory(f->dev, phys + 64, phys,
						     PAGE_SIZE),
			 -EINVAL);
	/* Registers: the CPU has no pointer to them. */
	assert_int_equal(dma_declare_coherent_memory(f->dev, bar, bar,
						     PAGE_SIZE),
			 -EINVAL);
	assert_event(DMASIM_EVENT_REFUSAL, "coherent-declare", 3);

	base = declare(f, block);
	assert_int_equal(dma_declare_coherent_memory(f->dev, phys, phys,
						     PAGE_SIZE),
			 -EBUSY);
	undeclare(f, block, base);
}

static void a_failed_declaration_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	phys_addr_t phys = page_to_phys(block);
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = dma_declare_coherent_memory(f->dev, phys, phys,
						  PAGES * PAGE_SIZE);
		if (!ret)
			dma_release_coherent_memory(f->dev);
		else
			assert_int_equal(ret, -ENOMEM);
	}
	__free_pages(block, 3);
}

static void a_block_in_use_at_release_is_reported(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	dma_addr_t base = declare(f, block), handle;

	expect_events(DMASIM_EVENT_MISUSE, "coherent-declared-busy", 1);
	if (f->variant->checker)
		expect_events(DMASIM_EVENT_LEAK, "checker-leak", 1);
	assert_non_null(
		dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL));
	undeclare(f, block, base);
	assert_event(DMASIM_EVENT_MISUSE, "coherent-declared-busy", 1);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(coherent_memory_comes_from_there),
		fixture_case(blocks_are_powers_of_two_of_pages),
		fixture_case(nothing_else_is_used_when_it_is_full),
		fixture_case(pools_and_managed_memory_use_it_too),
		fixture_case(released_memory_is_ordinary_again),
		fixture_case(each_device_has_its_own),
		fixture_case(what_cannot_be_is_refused),
		fixture_case(a_failed_declaration_leaves_nothing),
		fixture_case(a_block_in_use_at_release_is_reported),
	};

	const struct CMUnitTest caches[] = {
		fixture_case(what_either_stored_before_is_seen_by_both),
	};

	return run_variants("declared", any, variants_all) +
	       run_variants("declared", caches, variants_noncoherent) +
	       run_variants("declared", any, variants_noncoherent) +
	       run_variants("declared", any, variants_checker_direct) +
	       run_variants("declared", any, variants_checker_strict) +
	       run_variants("declared", any, variants_speculation) +
	       not_swept("dma_declare_coherent_memory");
}
