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
		fixture_case(what_cannot_be_is_refused),
		fixture_case(a_failed_declaration_leaves_nothing),
		fixture_case(a_block_in_use_at_release_is_reported),
	};

	return run_variants("declared", any, variants_all) +
	       run_variants("declared", any, variants_noncoherent) +
	       run_variants("declared", any, variants_checker_direct) +
	       run_variants("declared", any, variants_checker_strict) +
	       run_variants("declared", any, variants_speculation) +
	       not_swept("dma_declare_coherent_memory");
}
