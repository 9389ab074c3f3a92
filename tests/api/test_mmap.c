/* SPDX-License-Identifier: MIT */
/*
 * DMA memory shown to user space: dma_mmap_attrs() and relatives. The test is
 * the program: it reads and writes at the user address.
 */
#include "api/api.h"

#include <dmasim/user.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

static struct vm_area_struct *user(size_t pages, u64 pgoff)
{
	struct vm_area_struct *vma =
		dmasim_vma_create(pages * PAGE_SIZE, pgoff);

	assert_non_null(vma);
	return vma;
}

static u8 *at(const struct vm_area_struct *vma)
{
	return (u8 *)vma->vm_start;
}

static int mmap_coherent(struct fixture *f, struct vm_area_struct *vma,
			 void *cpu, dma_addr_t handle, size_t pages)
{
	return dma_mmap_coherent(f->dev, vma, cpu, handle, pages * PAGE_SIZE);
}

/* spec: dma-core 99 */
static void a_range_must_lie_in_the_buffer(void **state)
{
	struct fixture *f = *state;
	struct vm_area_struct *both = user(2, 1), *second = user(1, 1),
			      *behind = user(1, 2);
	dma_addr_t handle;
	u8 *cpu =
		dma_alloc_coherent(f->dev, 2 * PAGE_SIZE, &handle, GFP_KERNEL);

	assert_int_equal(mmap_coherent(f, both, cpu, handle, 2), -ENXIO);
	assert_int_equal(mmap_coherent(f, behind, cpu, handle, 2), -ENXIO);
	assert_int_equal(mmap_coherent(f, second, cpu, handle, 2), 0);
	cpu[PAGE_SIZE] = 0x5a;
	assert_int_equal(at(second)[0], 0x5a);
	dmasim_vma_destroy(both);
	dmasim_vma_destroy(second);
	dmasim_vma_destroy(behind);
	dma_free_coherent(f->dev, 2 * PAGE_SIZE, cpu, handle);
}

static void program_and_device_share_the_buffer(void **state)
{
	static const struct {
		gfp_t gfp;
		unsigned long attrs;
	} how[] = {
		{ GFP_KERNEL, 0 },
		{ GFP_ATOMIC, 0 },
		{ GFP_KERNEL, DMA_ATTR_FORCE_CONTIGUOUS },
		{ GFP_KERNEL, DMA_ATTR_WRITE_COMBINE },
	};
	struct fixture *f = *state;
	struct vm_area_struct *vma;
	dma_addr_t handle;
	unsigned int i;
	void *cpu;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	for (i = 0; i < ARRAY_SIZE(how); i++) {
		cpu = dma_alloc_attrs(f->dev, 3 * PAGE_SIZE, &handle,
				      how[i].gfp, how[i].attrs);
		assert_non_null(cpu);
		assert_true(dma_can_mmap(f->dev));
		vma = user(3, 0);
		assert_int_equal(dma_mmap_attrs(f->dev, vma, cpu, handle,
						3 * PAGE_SIZE, how[i].attrs),
				 0);
		fill_pattern(at(vma), 3 * PAGE_SIZE, 1);
		assert_pattern(cpu, 3 * PAGE_SIZE, 1);
		assert_device_reads(f, handle, 3 * PAGE_SIZE, 1);
		assert_device_writes(f, handle, 3 * PAGE_SIZE, 2);
		assert_pattern(at(vma), 3 * PAGE_SIZE, 2);
		dmasim_vma_destroy(vma);
		dma_free_attrs(f->dev, 3 * PAGE_SIZE, cpu, handle,
			       how[i].attrs);
	}
}

/* spec: dma-core 99 */
static void pages_follow_the_same_rule(void **state)
{
	struct fixture *f = *state;
	struct vm_area_struct *both = user(2, 1), *second = user(1, 1);
	dma_addr_t handle;
	struct page *page = dma_alloc_pages(f->dev, 2 * PAGE_SIZE, &handle,
					    DMA_BIDIRECTIONAL, GFP_KERNEL);

	assert_int_equal(dma_mmap_pages(f->dev, both, 2 * PAGE_SIZE, page),
			 -ENXIO);
	assert_int_equal(dma_mmap_pages(f->dev, second, 2 * PAGE_SIZE, page),
			 0);
	fill_pattern(at(second), PAGE_SIZE, 3);
	assert_pattern((u8 *)page_address(page) + PAGE_SIZE, PAGE_SIZE, 3);
	dmasim_vma_destroy(both);
	dmasim_vma_destroy(second);
	dma_free_pages(f->dev, 2 * PAGE_SIZE, page, handle, DMA_BIDIRECTIONAL);
}

static void noncontiguous_memory_is_shown_in_order(void **state)
{
	struct fixture *f = *state;
	struct vm_area_struct *vma = user(4, 1), *all = user(5, 1);
	struct sg_table *sgt;
	u8 *cpu;

	/* Large pages are longer entries than a device takes unless it says so. */
	dma_set_max_seg_size(f->dev, UINT_MAX);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	sgt = dma_alloc_noncontiguous(f->dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	assert_int_equal(dma_mmap_noncontiguous(f->dev, all, 5 * PAGE_SIZE,
						sgt),
			 -ENXIO);
	assert_int_equal(
		dma_mmap_noncontiguous(f->dev, vma, 5 * PAGE_SIZE, sgt), 0);
	cpu = dma_vmap_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt);
	fill_pattern(at(vma), 4 * PAGE_SIZE, 4);
	assert_pattern(cpu + PAGE_SIZE, 4 * PAGE_SIZE, 4);
	dma_vunmap_noncontiguous(f->dev, cpu);
	dmasim_vma_destroy(vma);
	dmasim_vma_destroy(all);
	dma_free_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
}

/* spec: dma-core 98 */
static void scattered_pages_are_one_segment(void **state)
{
	struct fixture *f = *state;
	struct sg_table *sgt;
	u8 *cpu;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	sgt = dma_alloc_noncontiguous(f->dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, DMA_ATTR_ALLOC_SINGLE_PAGES);
	assert_non_null(sgt);
	assert_int_equal(sgt->nents, 1);
	assert_int_equal(sgt->orig_nents, 5);
	assert_int_equal(sg_dma_len(sgt->sgl), 5 * PAGE_SIZE);
	cpu = dma_vmap_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt);
	fill_pattern(cpu, 5 * PAGE_SIZE, 5);
	dma_sync_sgtable_for_device(f->dev, sgt, DMA_BIDIRECTIONAL);
	assert_device_reads(f, sg_dma_address(sgt->sgl), 5 * PAGE_SIZE, 5);
	dma_vunmap_noncontiguous(f->dev, cpu);
	dma_free_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);

	expect_warns(1);
	assert_null(dma_alloc_noncontiguous(f->dev, PAGE_SIZE,
					    DMA_BIDIRECTIONAL, GFP_KERNEL,
					    DMA_ATTR_WRITE_COMBINE));
}

static void declared_memory_is_shown_from_the_block_on(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	phys_addr_t phys = page_to_phys(block);
	struct vm_area_struct *vma = user(1, 1), *big = user(2, 1);
	dma_addr_t a, b;
	u8 *first, *second;

	assert_int_equal(dma_declare_coherent_memory(f->dev, phys, phys,
						     8 * PAGE_SIZE),
			 0);
	first = dma_alloc_coherent(f->dev, PAGE_SIZE, &a, GFP_KERNEL);
	second = dma_alloc_coherent(f->dev, 2 * PAGE_SIZE, &b, GFP_KERNEL);
	assert_int_equal(mmap_coherent(f, big, second, b, 2), -ENXIO);
	assert_int_equal(mmap_coherent(f, vma, second, b, 2), 0);
	second[PAGE_SIZE] = 0x77;
	assert_int_equal(at(vma)[0], 0x77);
	dmasim_vma_destroy(vma);
	dmasim_vma_destroy(big);
	dma_free_coherent(f->dev, 2 * PAGE_SIZE, second, b);
	dma_free_coherent(f->dev, PAGE_SIZE, first, a);
	dma_release_coherent_memory(f->dev);
	__free_pages(block, 3);
}

/* ---- the calls below it -------------------------------------------------------------- */

static void inserted_pages_are_held(void **state)
{
	struct vm_area_struct *vma = user(2, 0);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long addr = vma->vm_start;

	assert_int_equal(vm_insert_page(vma, addr, page), 0);
	assert_int_equal(page_count(page), 2);
	assert_int_equal(vm_insert_page(vma, addr, page), -EBUSY);
	assert_int_equal(vm_insert_page(vma, vma->vm_end, page), -EFAULT);
	assert_int_equal(vm_insert_page(vma, addr + 64, page), -EINVAL);
	dmasim_vma_destroy(vma);
	assert_int_equal(page_count(page), 1);
	__free_page(page);
}

static void what_is_no_ram_is_not_shown(void **state)
{
	struct fixture *f = *state;
	struct vm_area_struct *vma = user(2, 0);
	unsigned long bar = pci_resource_start(f->pdev, 0) >> PAGE_SHIFT;

	assert_int_equal(remap_pfn_range(vma, vma->vm_start, bar, PAGE_SIZE,
					 vma->vm_page_prot),
			 -EINVAL);
	assert_int_equal(remap_pfn_range(vma, vma->vm_start, 0x2000,
					 3 * PAGE_SIZE, vma->vm_page_prot),
			 -EINVAL);
	dmasim_vma_destroy(vma);
}

static void impossible_ranges_are_refused(void **state)
{
	assert_null(dmasim_vma_create(0, 0));
	assert_null(dmasim_vma_create(100, 0));
	assert_non_null(strstr(dmasim_refusal(), "whole pages"));
	dmasim_vma_destroy(NULL);
}

static void a_range_left_over_is_a_leak(void **state)
{
	struct fixture *f = *state;

	user(1, 0);
	assert_int_equal(dmasim_machine_destroy(f->machine), 1);
	assert_event(DMASIM_EVENT_LEAK, "vma-leak", 1);
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_range_must_lie_in_the_buffer),
		fixture_case(program_and_device_share_the_buffer),
		fixture_case(pages_follow_the_same_rule),
		fixture_case(noncontiguous_memory_is_shown_in_order),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(scattered_pages_are_one_segment),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(declared_memory_is_shown_from_the_block_on),
		fixture_case(inserted_pages_are_held),
		fixture_case(what_is_no_ram_is_not_shown),
		fixture_case(impossible_ranges_are_refused),
		fixture_case(a_range_left_over_is_a_leak),
	};

	return run_variants("mmap", any, variants_all) +
	       run_variants("mmap", any, variants_noncoherent) +
	       run_variants("mmap", translated, variants_translated) +
	       run_variants("mmap", translated,
			    variants_noncoherent_translated) +
	       run_variants("mmap", any, variants_checker) +
	       run_variants("mmap", translated, variants_checker_translated) +
	       run_variants_("mmap", direct, ARRAY_SIZE(direct), variants_all,
			     1) +
	       run_variants("mmap", direct, variants_checker_direct) +
	       run_variants("mmap", any, variants_speculation);
}
