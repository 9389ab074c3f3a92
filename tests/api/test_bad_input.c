/* SPDX-License-Identifier: MIT */
/*
 * Input that no driver should give: each is named and refused, and the machine
 * goes on as if it had not been given. Lists of misuse are in test_checker*.c.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dmapool.h>
#include <linux/iommu-dma.h>
#include <linux/swiotlb.h>

#include "api/api.h"

/* The same machine still maps, is read by its device, and unmaps. */
static void assert_still_works(struct fixture *f)
{
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	fill_pattern(page_address(page), 256, 7);
	addr = dma_map_page(f->dev, page, 0, 256, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_sync_single_for_device(f->dev, addr, 256, DMA_TO_DEVICE);
	assert_device_reads(f, addr, 256, 7);
	dma_unmap_page(f->dev, addr, 256, DMA_TO_DEVICE);
	__free_page(page);
}

/* The latest event says which call it was. */
#define assert_no_device(call)                                        \
	assert_non_null(strstr(event_text(DMASIM_EVENT_MISUSE, NULL), \
			       call "() without a device"))

/* ---- no device ------------------------------------------------------------------- */

static void mappings_without_a_device_fail(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct scatterlist sg;
	struct sg_table sgt = { .sgl = &sg, .orig_nents = 1 };

	sg_init_one(&sg, page_address(page), 64);
	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 10);

	assert_int_equal(dma_map_page(NULL, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_non_null(strstr(event_text(DMASIM_EVENT_MISUSE, NULL),
			       "dma_map_page_attrs() without a device"));
	assert_int_equal(dma_map_phys(NULL, page_to_phys(page), 64,
				      DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_resource(NULL, 0xe0000000, 64, DMA_TO_DEVICE,
					  0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_sg(NULL, &sg, 1, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_map_sgtable(NULL, &sgt, DMA_TO_DEVICE, 0),
			 -EINVAL);
	dma_unmap_page(NULL, 0x1000, 64, DMA_TO_DEVICE);
	dma_unmap_phys(NULL, 0x1000, 64, DMA_TO_DEVICE, 0);
	dma_unmap_resource(NULL, 0x1000, 64, DMA_TO_DEVICE, 0);
	dma_unmap_sg(NULL, &sg, 1, DMA_TO_DEVICE);
	dma_unmap_sgtable(NULL, &sgt, DMA_TO_DEVICE, 0);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 10);
	assert_still_works(f);
	__free_page(page);
}

static void syncs_without_a_device_do_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct scatterlist sg;

	sg_init_one(&sg, page_address(page), 64);
	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 4);

	dma_sync_single_for_cpu(NULL, 0x1000, 64, DMA_FROM_DEVICE);
	dma_sync_single_for_device(NULL, 0x1000, 64, DMA_FROM_DEVICE);
	dma_sync_sg_for_cpu(NULL, &sg, 1, DMA_FROM_DEVICE);
	dma_sync_sg_for_device(NULL, &sg, 1, DMA_FROM_DEVICE);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 4);
	assert_still_works(f);
	__free_page(page);
}

static void allocations_without_a_device_fail(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct sg_table sgt = {};
	dma_addr_t addr = 77;

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 6);

	assert_null(dma_alloc_coherent(NULL, 64, &addr, GFP_KERNEL));
	assert_null(
		dma_alloc_pages(NULL, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL));
	assert_null(dma_alloc_noncontiguous(NULL, 64, DMA_TO_DEVICE, GFP_KERNEL,
					    0));
	assert_int_equal(addr, 77);
	dma_free_coherent(NULL, 64, page_address(page), 0x1000);
	dma_free_pages(NULL, 64, page, 0x1000, DMA_TO_DEVICE);
	dma_free_noncontiguous(NULL, 64, &sgt, DMA_TO_DEVICE);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 6);
	assert_int_equal(page_count(page), 1);
	assert_still_works(f);
	__free_page(page);
}

static void questions_without_a_device_have_no_answer(void **state)
{
	struct fixture *f = *state;

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 11);

	assert_int_equal(dma_set_mask(NULL, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(dma_set_coherent_mask(NULL, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(dma_get_required_mask(NULL), 0);
	assert_false(dma_addressing_limited(NULL));
	assert_int_equal(dma_max_mapping_size(NULL), 0);
	assert_int_equal(dma_opt_mapping_size(NULL), 0);
	assert_int_equal(dma_get_merge_boundary(NULL), 0);
	assert_false(dma_pci_p2pdma_supported(NULL));
	assert_false(dma_can_mmap(NULL));
	assert_false(dma_need_unmap(NULL));
	assert_false(dma_need_sync(NULL, 0x1000));

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 11);
	assert_still_works(f);
}

static void a_state_without_a_device_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = { .addr = 77, .__size = 77 };
	struct dma_iova_state kept = { .addr = 0x10000, .__size = 0x1000 };

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 4);
	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-unallocated", 2);

	assert_false(dma_iova_try_alloc(NULL, &iova, 0, 0x1000));
	assert_false(dma_use_iova(&iova));
	assert_int_equal(dma_iova_link(NULL, &kept, 0x100000, 0, 0x1000,
				       DMA_TO_DEVICE, 0),
			 -EOPNOTSUPP);
	assert_int_equal(dma_iova_sync(NULL, &kept, 0, 0x1000), -EOPNOTSUPP);
	dma_iova_unlink(NULL, &kept, 0, 0x1000, DMA_TO_DEVICE, 0);
	dma_iova_free(NULL, &kept);
	dma_iova_destroy(NULL, &kept, 0x1000, DMA_TO_DEVICE, 0);

	assert_int_equal(kept.__size, 0x1000);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 4);
	assert_event(DMASIM_EVENT_MISUSE, "dma-iova-unallocated", 2);
	assert_still_works(f);
}

static void limits_without_a_device_are_none(void **state)
{
	struct fixture *f = *state;

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 13);

	assert_int_equal(dma_get_mask(NULL), 0);
	assert_non_null(strstr(event_text(DMASIM_EVENT_MISUSE, NULL),
			       "dma_get_mask() without a device"));
	assert_int_equal(dma_get_max_seg_size(NULL), 0);
	assert_int_equal(dma_get_seg_boundary(NULL), 0);
	assert_int_equal(dma_get_min_align_mask(NULL), 0);
	dma_set_max_seg_size(NULL, 4096);
	dma_set_seg_boundary(NULL, 4095);
	dma_set_min_align_mask(NULL, 4095);
	assert_int_equal(dma_coerce_mask_and_coherent(NULL, DMA_BIT_MASK(64)),
			 -EIO);
	assert_int_equal(dma_direct_set_offset(NULL, SZ_2G, 0, SZ_1G), -EINVAL);
	assert_false(dma_coherent_ok(NULL, SZ_1G, 64));
	assert_int_equal(swiotlb_max_mapping_size(NULL), 0);
	assert_false(is_swiotlb_active(NULL));
	swiotlb_dev_init(NULL);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 13);
	assert_still_works(f);
}

static void bounce_buffers_are_a_devices(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	phys_addr_t phys = page_to_phys(page);
	struct io_tlb_pool pool = { .start = phys };

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 14);

	assert_int_equal(swiotlb_tbl_map_single(NULL, phys, 64, 0,
						DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(swiotlb_map(NULL, phys, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_no_device("swiotlb_map");
	assert_null(swiotlb_alloc(NULL, 64));
	assert_false(swiotlb_free(NULL, page, 64));
	assert_null(swiotlb_find_pool(NULL, phys));
	assert_null(__swiotlb_find_pool(NULL, phys));
	assert_false(is_swiotlb_force_bounce(NULL));
	assert_false(is_swiotlb_for_alloc(NULL));
	swiotlb_tbl_unmap_single(NULL, phys, 64, DMA_FROM_DEVICE, 0);
	swiotlb_sync_single_for_cpu(NULL, phys, 64, DMA_FROM_DEVICE);
	swiotlb_sync_single_for_device(NULL, phys, 64, DMA_TO_DEVICE);
	assert_no_device("swiotlb_sync_single_for_device");
	__swiotlb_tbl_unmap_single(NULL, phys, 64, DMA_FROM_DEVICE, 0, &pool);
	__swiotlb_sync_single_for_cpu(NULL, phys, 64, DMA_FROM_DEVICE, &pool);
	__swiotlb_sync_single_for_device(NULL, phys, 64, DMA_TO_DEVICE, &pool);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 14);
	assert_still_works(f);
	__free_page(page);
}

static void physical_memory_is_a_devices(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t phys = page_to_phys(page);
	dma_addr_t addr = 77;

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 13);

	assert_int_equal(phys_to_dma(NULL, phys), DMA_MAPPING_ERROR);
	assert_no_device("phys_to_dma");
	assert_int_equal(phys_to_dma_unencrypted(NULL, phys),
			 DMA_MAPPING_ERROR);
	assert_int_equal(translate_phys_to_dma(NULL, phys), DMA_MAPPING_ERROR);
	assert_int_equal(dma_to_phys(NULL, phys), (phys_addr_t)-1);
	assert_int_equal(translate_dma_to_phys(NULL, phys), (phys_addr_t)-1);
	assert_false(dma_capable(NULL, phys, 64, true));
	assert_no_device("dma_capable");
	assert_int_equal(dma_direct_get_required_mask(NULL), 0);
	assert_int_equal(dma_direct_supported(NULL, DMA_BIT_MASK(64)), 0);
	assert_int_equal(dma_direct_map_resource(NULL, 0xe0000000, 64,
						 DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_null(dma_direct_alloc(NULL, 64, &addr, GFP_KERNEL, 0));
	assert_null(dma_direct_alloc_pages(NULL, 64, &addr, DMA_TO_DEVICE,
					   GFP_KERNEL));
	dma_direct_free(NULL, 64, page_address(page), phys, 0);
	dma_direct_free_pages(NULL, 64, page, phys, DMA_TO_DEVICE);

	assert_int_equal(addr, 77);
	assert_int_equal(page_count(page), 1);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 13);
	assert_still_works(f);
	__free_page(page);
}

/* Who never said what a device can do has one that can do nothing. */
static void a_device_without_a_mask_reaches_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t phys = page_to_phys(page);
	u64 *mask = f->dev->dma_mask;

	expect_warns(2);
	f->dev->dma_mask = NULL;

	assert_false(dma_capable(f->dev, phys, 64, true));
	assert_int_equal(swiotlb_map(f->dev, phys, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_direct_map_resource(f->dev, 0xe0000000, 64,
						 DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);

	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	f->dev->dma_mask = mask;
	assert_still_works(f);
	__free_page(page);
}

static void views_without_a_device_show_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	void *cpu = page_address(page);
	struct scatterlist sg;
	struct sg_table sgt = { .sgl = &sg, .orig_nents = 1 };
	dma_addr_t addr = 77;

	sg_init_one(&sg, cpu, 64);
	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 11);

	assert_int_equal(dma_get_sgtable(NULL, &sgt, cpu, 0x1000, 64), -ENXIO);
	assert_int_equal(dma_mmap_coherent(NULL, &vma, cpu, 0x1000, 64),
			 -ENXIO);
	assert_int_equal(dma_mmap_pages(NULL, &vma, 64, page), -ENXIO);
	assert_int_equal(dma_mmap_noncontiguous(NULL, &vma, 64, &sgt), -ENXIO);
	assert_null(dma_vmap_noncontiguous(NULL, 64, &sgt));
	dma_vunmap_noncontiguous(NULL, cpu);
	assert_null(dmam_alloc_coherent(NULL, 64, &addr, GFP_KERNEL));
	dmam_free_coherent(NULL, 64, cpu, 0x1000);
	assert_int_equal(dma_map_single(NULL, cpu, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_null(dma_pool_create("none", NULL, 64, 64, 0));
	assert_null(dmam_pool_create("none", NULL, 64, 64, 0));

	assert_int_equal(addr, 77);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 11);
	assert_still_works(f);
	__free_page(page);
}

static void operations_are_a_devices(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	pgprot_t prot;
	dma_addr_t addr = 77;
	void *cpu = page_address(page);

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 14);

	assert_null(get_dma_ops(NULL));
	assert_no_device("get_dma_ops");
	assert_false(dev_is_dma_coherent(NULL));
	assert_no_device("dev_is_dma_coherent");
	assert_false(use_dma_iommu(NULL));
	assert_no_device("use_dma_iommu");
	set_dma_ops(NULL, &dma_dummy_ops);
	dma_reset_need_sync(NULL);
	assert_no_device("dma_reset_need_sync");
	arch_setup_dma_ops(NULL, true);
	assert_false(dma_kmalloc_needs_bounce(NULL, 4096, DMA_FROM_DEVICE));
	prot = dma_pgprot(NULL, PAGE_KERNEL, 0);
	assert_int_equal(pgprot_val(prot),
			 pgprot_val(pgprot_noncached(PAGE_KERNEL)));
	assert_null(dma_common_alloc_pages(NULL, 64, &addr, DMA_TO_DEVICE,
					   GFP_KERNEL));
	dma_common_free_pages(NULL, 64, page, 0x1000, DMA_TO_DEVICE);
	assert_no_device("dma_common_free_pages");
	assert_int_equal(dma_common_mmap(NULL, &vma, cpu, 0x1000, 64, 0),
			 -ENXIO);
	assert_null(dma_alloc_from_pool(NULL, 64, &cpu, GFP_ATOMIC, NULL));
	assert_no_device("dma_alloc_from_pool");
	assert_false(dma_free_from_pool(NULL, cpu, 64));
	assert_int_equal(dma_direct_set_offset(NULL, SZ_2G, 0, SZ_1G), -EINVAL);

	assert_int_equal(addr, 77);
	assert_int_equal(page_count(page), 1);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 14);
	assert_still_works(f);
	__free_page(page);
}

static void a_domains_mappings_are_a_devices(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t phys = page_to_phys(page);
	struct scatterlist sg;

	sg_init_one(&sg, page_address(page), 64);
	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 14);

	assert_int_equal(iommu_dma_map_page(NULL, page, 0, 64, DMA_TO_DEVICE,
					    0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(iommu_dma_map_phys(NULL, phys, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_no_device("iommu_dma_map_phys");
	assert_int_equal(iommu_dma_map_resource(NULL, 0xe0000000, 64,
						DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_no_device("iommu_dma_map_resource");
	assert_int_equal(iommu_dma_map_sg(NULL, &sg, 1, DMA_TO_DEVICE, 0),
			 -EINVAL);
	iommu_dma_unmap_page(NULL, 0x1000, 64, DMA_TO_DEVICE, 0);
	iommu_dma_unmap_phys(NULL, 0x1000, 64, DMA_TO_DEVICE, 0);
	iommu_dma_unmap_resource(NULL, 0x1000, 64, DMA_TO_DEVICE, 0);
	iommu_dma_unmap_sg(NULL, &sg, 1, DMA_TO_DEVICE, 0);
	assert_no_device("iommu_dma_unmap_sg");
	iommu_dma_sync_single_for_cpu(NULL, 0x1000, 64, DMA_FROM_DEVICE);
	iommu_dma_sync_single_for_device(NULL, 0x1000, 64, DMA_TO_DEVICE);
	iommu_dma_sync_sg_for_cpu(NULL, &sg, 1, DMA_FROM_DEVICE);
	iommu_dma_sync_sg_for_device(NULL, &sg, 1, DMA_TO_DEVICE);
	assert_no_device("iommu_dma_sync_sg_for_device");
	assert_int_equal(iommu_dma_get_merge_boundary(NULL), 0);
	assert_int_equal(iommu_dma_max_mapping_size(NULL), 0);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 14);
	assert_still_works(f);
	__free_page(page);
}

static void a_domains_memory_is_a_devices(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	void *cpu = page_address(page);
	struct scatterlist sg;
	struct sg_table sgt = { .sgl = &sg, .orig_nents = 1, .nents = 1 };
	dma_addr_t addr = 77;

	sg_init_one(&sg, cpu, 64);
	expect_events(DMASIM_EVENT_MISUSE, "dma-no-device", 5);

	assert_null(iommu_dma_alloc(NULL, 64, &addr, GFP_KERNEL, 0));
	assert_no_device("iommu_dma_alloc");
	iommu_dma_free(NULL, 64, cpu, 0x1000, 0);
	assert_int_equal(iommu_dma_mmap(NULL, &vma, cpu, 0x1000, 64, 0),
			 -ENXIO);
	assert_null(iommu_dma_alloc_noncontiguous(NULL, 64, DMA_TO_DEVICE,
						  GFP_KERNEL, 0));
	iommu_dma_free_noncontiguous(NULL, 64, &sgt, DMA_TO_DEVICE);
	assert_no_device("iommu_dma_free_noncontiguous");

	assert_int_equal(addr, 77);
	assert_int_equal(page_count(page), 1);
	assert_ptr_equal(sgt.sgl, &sg);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-device", 5);
	assert_still_works(f);
	__free_page(page);
}

/* ---- no list, no pool ------------------------------------------------------------- */

static void lists_that_are_none_are_refused(void **state)
{
	struct fixture *f = *state;
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	struct page *page = alloc_page(GFP_KERNEL);
	struct sg_table empty = { .orig_nents = 2, .nents = 77 };

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-list", 13);

	assert_int_equal(dma_map_sg(f->dev, NULL, 2, DMA_TO_DEVICE), 0);
	assert_non_null(strstr(event_text(DMASIM_EVENT_MISUSE, NULL),
			       "without a list"));
	assert_int_equal(dma_map_sg(f->dev, NULL, 0, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_map_sgtable(f->dev, NULL, DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_int_equal(dma_map_sgtable(f->dev, &empty, DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_int_equal(empty.nents, 77);
	dma_unmap_sg(f->dev, NULL, 2, DMA_TO_DEVICE);
	dma_unmap_sgtable(f->dev, NULL, DMA_TO_DEVICE, 0);
	dma_unmap_sgtable(f->dev, &empty, DMA_TO_DEVICE, 0);
	dma_sync_sgtable_for_cpu(f->dev, NULL, DMA_FROM_DEVICE);
	dma_sync_sgtable_for_device(f->dev, NULL, DMA_FROM_DEVICE);
	assert_int_equal(dma_get_sgtable(f->dev, NULL, page_address(page),
					 0x1000, 64),
			 -ENXIO);
	assert_int_equal(dma_mmap_noncontiguous(f->dev, &vma, 64, NULL),
			 -ENXIO);
	assert_null(dma_vmap_noncontiguous(f->dev, 64, NULL));
	dma_free_noncontiguous(f->dev, 64, NULL, DMA_TO_DEVICE);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-list", 13);
	assert_still_works(f);
	__free_page(page);
}

/* What is there is unmapped, and the next list works. */
static void calls_of_more_entries_than_a_list_has_end_with_it(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct scatterlist sg[2];

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 512, 0);
	sg_set_page(&sg[1], page, 512, 1024);
	expect_events(DMASIM_EVENT_MISUSE, "dma-list-short", 4);
	expect_checker(f, "checker-unmap-nents", 2);

	assert_int_equal(dma_map_sg(f->dev, sg, 3, DMA_BIDIRECTIONAL), 0);
	assert_non_null(strstr(event_text(DMASIM_EVENT_MISUSE, NULL),
			       "of 3 entries, the list has 2"));
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_BIDIRECTIONAL), 2);
	__dma_sync_sg_for_cpu(f->dev, sg, 3, DMA_BIDIRECTIONAL);
	__dma_sync_sg_for_device(f->dev, sg, INT_MAX, DMA_BIDIRECTIONAL);
	dma_unmap_sg(f->dev, sg, 3, DMA_BIDIRECTIONAL);

	assert_event(DMASIM_EVENT_MISUSE, "dma-list-short", 4);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	dma_unmap_sg(f->dev, sg, -1, DMA_BIDIRECTIONAL);
	assert_still_works(f);
	__free_page(page);
}

/* On devices that snoop, too, which have nothing to sync. */
static void syncs_of_no_list_do_nothing(void **state)
{
	struct fixture *f = *state;
	struct sg_table empty = { .orig_nents = 2 };

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-list", 4);

	dma_sync_sg_for_cpu(f->dev, NULL, 2, DMA_FROM_DEVICE);
	dma_sync_sg_for_device(f->dev, NULL, 2, DMA_FROM_DEVICE);
	dma_sync_sgtable_for_cpu(f->dev, &empty, DMA_FROM_DEVICE);
	dma_sync_sgtable_for_device(f->dev, &empty, DMA_FROM_DEVICE);

	assert_event(DMASIM_EVENT_MISUSE, "dma-no-list", 4);
	assert_still_works(f);
}

static void pools_that_are_none_give_nothing(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr = 77;

	expect_events(DMASIM_EVENT_MISUSE, "dma-no-pool", 3);

	assert_null(dma_pool_alloc(NULL, GFP_KERNEL, &addr));
	dma_pool_free(NULL, &addr, 77);
	dmam_pool_destroy(NULL);
	/* This one may be called so. */
	dma_pool_destroy(NULL);

	assert_int_equal(addr, 77);
	assert_event(DMASIM_EVENT_MISUSE, "dma-no-pool", 3);
	assert_still_works(f);
}

/* ---- an answer that was not looked at --------------------------------------------- */

/* spec: dma-core 25 */
static void steps_after_a_refused_reservation_are_refused(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t phys = page_to_phys(page);
	struct dma_iova_state iova;

	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-unallocated", 5);
	assert_false(dma_iova_try_alloc(f->dev, &iova, phys, PAGE_SIZE));

	assert_int_equal(dma_iova_link(f->dev, &iova, phys, 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 -EOPNOTSUPP);
	assert_non_null(
		strstr(event_text(DMASIM_EVENT_MISUSE, NULL), "dma_iova_link"));
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, PAGE_SIZE),
			 -EOPNOTSUPP);
	dma_iova_unlink(f->dev, &iova, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &iova);
	dma_iova_destroy(f->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);

	assert_event(DMASIM_EVENT_MISUSE, "dma-iova-unallocated", 5);
	assert_false(dma_use_iova(&iova));
	assert_still_works(f);
	__free_page(page);
}

/* ---- addresses that nothing is at --------------------------------------------------- */

static void only_ram_can_be_bounced(void **state)
{
	struct fixture *f = *state;
	static const struct {
		phys_addr_t phys;
		size_t size;
	} rows[] = {
		{ 1ull << 40, 64 }, /* beyond RAM */
		{ 0, 64 }, /* page 0 is none */
		{ ~0xfffull, 0x2000 }, /* wraps around */
	};
	unsigned int i;

	expect_events(DMASIM_EVENT_REFUSAL, "bounce-no-ram", 3);
	expect_checker(f, "checker-map-mmio", 3);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(dma_map_phys(f->dev, rows[i].phys,
					      rows[i].size, DMA_TO_DEVICE, 0),
				 DMA_MAPPING_ERROR);

	assert_event(DMASIM_EVENT_REFUSAL, "bounce-no-ram", 3);
	assert_still_works(f);
}

/* ---- a size that is not the one allocated -------------------------------------------- */

/* spec: dma-core 104 */
static void coherent_memory_goes_as_a_whole(void **state)
{
	struct fixture *f = *state;
	static const size_t wrong[] = { PAGE_SIZE, 4 * PAGE_SIZE };
	dma_addr_t addr;
	unsigned int i;
	void *mem;

	expect_warns(2);
	expect_checker(f, "checker-unmap-size", 2);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		mem = dma_alloc_coherent(f->dev, 2 * PAGE_SIZE, &addr,
					 GFP_KERNEL);
		assert_non_null(mem);
		dma_free_coherent(f->dev, wrong[i], mem, addr);
	}

	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	assert_still_works(f);
}

/* Whichever way it was made; what is a neighbour's stays. */
static void contiguous_memory_goes_as_a_whole(void **state)
{
	struct fixture *f = *state;
	const size_t size = 33 * PAGE_SIZE;
	static const size_t wrong[] = { 0, PAGE_SIZE, 100 * PAGE_SIZE };
	dma_addr_t above, addr;
	void *neighbour, *mem;
	unsigned int i;

	expect_warns(ARRAY_SIZE(wrong));
	expect_checker(f, "checker-unmap-size", ARRAY_SIZE(wrong));
	neighbour = dma_alloc_attrs(f->dev, PAGE_SIZE, &above, GFP_KERNEL,
				    DMA_ATTR_FORCE_CONTIGUOUS);
	assert_non_null(neighbour);
	fill_pattern(neighbour, 64, 3);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		mem = dma_alloc_attrs(f->dev, size, &addr, GFP_KERNEL,
				      DMA_ATTR_FORCE_CONTIGUOUS);
		assert_non_null(mem);
		dma_free_attrs(f->dev, wrong[i], mem, addr,
			       DMA_ATTR_FORCE_CONTIGUOUS);
		assert_device_reads(f, above, 64, 3);
	}

	dma_free_attrs(f->dev, PAGE_SIZE, neighbour, above,
		       DMA_ATTR_FORCE_CONTIGUOUS);
	assert_event(DMASIM_EVENT_WARN, NULL, ARRAY_SIZE(wrong));
	assert_still_works(f);
}

static void pages_go_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	expect_warns(1);
	expect_checker(f, "checker-unmap-size", 1);
	page = dma_alloc_pages(f->dev, 2 * PAGE_SIZE, &addr, DMA_FROM_DEVICE,
			       GFP_KERNEL);
	assert_non_null(page);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_still_works(f);
}

int main(void)
{
	static const struct variant machines[] = {
		{ "direct", .iommu = DMASIM_IOMMU_OFF },
		{ "direct,checker", .iommu = DMASIM_IOMMU_OFF,
		  .checker = true },
		{ "amdv1,lazy,noncoherent", DMASIM_IOMMU_LAZY, "amdv1",
		  .translated = true, .lazy = true, .noncoherent = true },
		{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true, .checker = true },
	};
	static const struct variant bounce[] = {
		{ "bounce", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "force" },
		{ "bounce,checker", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "force", .checker = true },
	};
	const struct CMUnitTest any[] = {
		fixture_case(mappings_without_a_device_fail),
		fixture_case(syncs_without_a_device_do_nothing),
		fixture_case(allocations_without_a_device_fail),
		fixture_case(questions_without_a_device_have_no_answer),
		fixture_case(a_state_without_a_device_is_left_alone),
		fixture_case(limits_without_a_device_are_none),
		fixture_case(bounce_buffers_are_a_devices),
		fixture_case(physical_memory_is_a_devices),
		fixture_case(a_device_without_a_mask_reaches_nothing),
		fixture_case(views_without_a_device_show_nothing),
		fixture_case(operations_are_a_devices),
		fixture_case(a_domains_mappings_are_a_devices),
		fixture_case(a_domains_memory_is_a_devices),
		fixture_case(lists_that_are_none_are_refused),
		fixture_case(calls_of_more_entries_than_a_list_has_end_with_it),
		fixture_case(syncs_of_no_list_do_nothing),
		fixture_case(pools_that_are_none_give_nothing),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(steps_after_a_refused_reservation_are_refused),
	};
	const struct CMUnitTest bounced[] = {
		fixture_case(only_ram_can_be_bounced),
	};
	const struct CMUnitTest whole[] = {
		fixture_case(contiguous_memory_goes_as_a_whole),
	};
	const struct CMUnitTest pages[] = {
		fixture_case(pages_go_as_a_whole),
	};
	static const struct variant unsnooped[] = {
		{ "direct,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .noncoherent = true },
		{ "confidential", .iommu = DMASIM_IOMMU_OFF, .swiotlb = "8192",
		  .confidential = true },
	};
	const struct CMUnitTest translated[] = {
		fixture_case(coherent_memory_goes_as_a_whole),
	};

	return run_variants("bad_input", any, machines) +
	       run_variants_("bad_input", direct, ARRAY_SIZE(direct), machines,
			     2) +
	       run_variants("bad_input", bounced, bounce) +
	       run_variants("bad_input", whole, machines) +
	       run_variants("bad_input", whole, unsnooped) +
	       run_variants("bad_input", pages, machines) +
	       run_variants("bad_input", pages, unsnooped) +
	       run_variants_("bad_input", translated, ARRAY_SIZE(translated),
			     &machines[2], 2);
}
