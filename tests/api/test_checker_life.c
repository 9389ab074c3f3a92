/* SPDX-License-Identifier: MIT */
/*
 * The checker and the world around the DMA API: what devices, the CPU and the
 * page allocator do to mapped memory, drivers and devices that leave, the
 * checker being switched on late or running out of memory.
 */
#include "api/checker.h"

#include <dmasim/fault.h>

#include <stdlib.h>

/* ---- devices ------------------------------------------------------------------- */

static void a_device_where_nothing_is_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_read(f, page_to_phys(page), DMASIM_DMA_OK);

	diagnosed("checker-device-unmapped", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

static void a_device_after_the_unmap_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_FROM_DEVICE);

	assert_write(f, b.addr, DMASIM_DMA_OK);
	dma_unmap_page(f->dev, b.addr, 4096, DMA_FROM_DEVICE);
	assert_write(f, b.addr, DMASIM_DMA_OK);

	diagnosed("checker-device-unmapped", 1);
	free_buffer(&b);
}

/* Both have one address. */
static void one_test_is_for_one_mapping(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t a = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	dma_addr_t b = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);

	assert_int_equal(a, b);
	assert_int_equal(dma_mapping_error(f->dev, a), 0);
	dma_unmap_page(f->dev, a, 64, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, b, 64, DMA_TO_DEVICE);
	diagnosed("checker-unmap-unchecked", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

/* Which of the two is meant? */
static void an_unmap_that_fits_neither_of_two_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t a = map_checked(f, page, 0, 64, DMA_TO_DEVICE);
	dma_addr_t b = map_checked(f, page, 0, 128, DMA_TO_DEVICE);

	assert_int_equal(a, b);
	dma_unmap_page(f->dev, a, 256, DMA_TO_DEVICE);
	diagnosed("checker-unmap-unknown", 1);
	dma_unmap_page(f->dev, a, 64, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, b, 128, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

static void a_device_in_the_wrong_direction_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_TO_DEVICE);

	assert_write(f, b.addr, DMASIM_DMA_OK);

	diagnosed("checker-device-direction", 1);
	unmap_buffer(f, &b);
}

static void an_access_beyond_the_mapping_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 64, DMA_TO_DEVICE);
	char buf[128];

	assert_int_equal(dmasim_dma_read(f->hw, b.addr, buf, 128),
			 DMASIM_DMA_OK);
	diagnosed("checker-device-unmapped", 1);
	assert_true(
		checker_event(DMASIM_EVENT_MISUSE, "checker-device-unmapped")
			.addr == b.addr + 64);
	unmap_buffer(f, &b);
}

static void an_access_over_two_mappings_is_silent(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t a = map_checked(f, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	dma_addr_t b = map_checked(f, page + 1, 0, PAGE_SIZE, DMA_TO_DEVICE);
	char buf[256];

	assert_int_equal(dmasim_dma_read(f->hw, a + PAGE_SIZE - 96, buf,
					 sizeof(buf)),
			 DMASIM_DMA_OK);

	assert_int_equal(checker_stat(errors), 0);
	dma_unmap_page(f->dev, a, PAGE_SIZE, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, b, PAGE_SIZE, DMA_TO_DEVICE);
	__free_pages(page, 1);
}

/* A domain of the driver's own decides, which the DMA API knows nothing of. */
static void what_a_driver_maps_by_itself_is_not_judged(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct iommu_domain *own = iommu_paging_domain_alloc(f->dev);

	assert_false(IS_ERR(own));
	assert_int_equal(iommu_attach_device(own, f->dev), 0);
	assert_int_equal(iommu_map(own, SZ_1M, page_to_phys(page), PAGE_SIZE,
				   IOMMU_READ, GFP_KERNEL),
			 0);
	assert_read(f, SZ_1M, DMASIM_DMA_OK);
	assert_int_equal(checker_stat(errors), 0);

	assert_int_equal(iommu_unmap(own, SZ_1M, PAGE_SIZE), PAGE_SIZE);
	iommu_detach_device(own, f->dev);
	iommu_domain_free(own);
	assert_read(f, page_to_phys(page), DMASIM_DMA_OK);
	diagnosed("checker-device-unmapped", 1);
	__free_page(page);
}

/* The same address is linked and not synced, but not for the process. */
static void what_a_process_uses_is_not_judged(void **state)
{
	const struct dmasim_model model = {
		.name = "for processes",
		.vendor = 0x1d0f,
		.device = 0xd3a6,
		.class_code = 0xff0000,
		.bar = { { .size = 4096 } },
		.pasid_bits = 4,
	};
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_iova_state iova;
	struct iommu_domain *own;
	struct dmasim_device *hw;
	struct device *dev;
	char byte;

	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 0);
	dev = dmasim_device_kernel(hw);
	pci_set_master(to_pci_dev(dev));
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
	assert_true(dma_iova_try_alloc(dev, &iova, 0, PAGE_SIZE));
	assert_int_equal(dma_iova_link(dev, &iova, page_to_phys(page), 0,
				       PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	own = iommu_paging_domain_alloc_flags(dev, IOMMU_HWPT_ALLOC_PASID);
	assert_false(IS_ERR(own));
	assert_int_equal(iommu_attach_device_pasid(own, dev, 1, NULL), 0);
	assert_int_equal(iommu_map(own, iova.addr, page_to_phys(page),
				   PAGE_SIZE, IOMMU_READ, GFP_KERNEL),
			 0);

	assert_int_equal(dmasim_dma_read_pasid(hw, 1, iova.addr, &byte, 1),
			 DMASIM_DMA_OK);
	assert_int_equal(checker_stat(errors), 0);
	assert_int_equal(dmasim_dma_read(hw, iova.addr, &byte, 1),
			 DMASIM_DMA_OK);
	diagnosed("checker-iova-unsynced", 1);

	assert_int_equal(iommu_unmap(own, iova.addr, PAGE_SIZE), PAGE_SIZE);
	iommu_detach_device_pasid(own, dev, 1);
	iommu_domain_free(own);
	dma_iova_destroy(dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dmasim_device_destroy(hw);
	__free_page(page);
}

/* ---- stores of the CPU ------------------------------------------------------------- */

static void a_store_to_memory_of_the_device_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_TO_DEVICE);

	((char *)page_address(b.page))[100] = 7;
	dma_unmap_page(f->dev, b.addr, 4096, DMA_TO_DEVICE);

	diagnosed("checker-cpu-store", 1);
	assert_int_equal(checker_stat(errors), 1);
	assert_true(
		checker_event(DMASIM_EVENT_MISUSE, "checker-cpu-store").addr ==
		page_to_phys(b.page) + 100);
	free_buffer(&b);
}

static void stores_of_the_owner_are_silent(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	char *cpu = page_address(page);
	dma_addr_t addr = map_checked(f, page, 8, 1000, DMA_BIDIRECTIONAL);

	/* The neighbours' bytes were never the device's. */
	cpu[7] = 1;
	cpu[1008] = 1;
	assert_write(f, addr, DMASIM_DMA_OK);
	dma_sync_single_for_cpu(f->dev, addr + 100, 10, DMA_BIDIRECTIONAL);
	cpu[108] = 2;
	dma_sync_single_for_device(f->dev, addr + 100, 10, DMA_BIDIRECTIONAL);
	assert_write(f, addr + 100, DMASIM_DMA_OK);
	dma_sync_single_for_cpu(f->dev, addr, 1000, DMA_BIDIRECTIONAL);
	cpu[8] = 3;
	dma_unmap_page(f->dev, addr, 1000, DMA_BIDIRECTIONAL);

	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

static void given_back_memory_is_the_devices_again(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_BIDIRECTIONAL);
	char *cpu = page_address(b.page);

	dma_sync_single_for_cpu(f->dev, b.addr, 4096, DMA_BIDIRECTIONAL);
	cpu[0] = 1;
	dma_sync_single_for_device(f->dev, b.addr, 4096, DMA_BIDIRECTIONAL);
	cpu[1] = 1;
	dma_sync_single_for_cpu(f->dev, b.addr, 4096, DMA_BIDIRECTIONAL);

	diagnosed("checker-cpu-store", 1);
	assert_int_equal(
		checker_event(DMASIM_EVENT_MISUSE, "checker-cpu-store").len, 1);
	unmap_buffer(f, &b);
}

static void lines_inside_are_not_compared_beyond_the_limit(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	dma_addr_t addr;

	dmasim_checker_copy_limit(4095);
	addr = map_checked(f, page, 0, 4096, DMA_TO_DEVICE);
	((char *)page_address(page))[100] = 7;
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);

	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

/* Frames of 4 KiB: the first, each at a multiple of 124 KiB and the last, which has
 * 100 bytes here; in each the lines at the ends. */
static bool in_sample(unsigned int frame, unsigned int last, unsigned int at)
{
	return (frame % 31 == 0 || frame == last) &&
	       (at < 64 || frame == last || at >= SZ_4K - 64);
}

static void sample_of(struct fixture *f, struct page *page, size_t start,
		      unsigned int last, unsigned int *told)
{
	const unsigned int frame[] = { 0, 1, 30, 31, 32, last - 1, last };
	static const unsigned int at[] = { 0, 63, 64, 99, 4031, 4032, 4095 };
	size_t size = last * SZ_4K + 100;
	u8 *cpu = page_address(page) + start;
	unsigned int i, j, synced;
	dma_addr_t addr;

	for (i = 0; i < ARRAY_SIZE(frame); i++)
		for (j = 0; j < 2 * ARRAY_SIZE(at); j++) {
			u8 *byte = cpu + frame[i] * SZ_4K + at[j / 2];

			if (byte >= cpu + size)
				break;
			synced = j % 2;
			addr = map_checked(f, page, start, size,
					   DMA_BIDIRECTIONAL);
			if (synced) {
				dma_sync_single_for_cpu(f->dev, addr, size,
							DMA_BIDIRECTIONAL);
				++*byte;
				dma_sync_single_for_device(f->dev, addr, size,
							   DMA_BIDIRECTIONAL);
			}
			++*byte;
			dma_unmap_page(f->dev, addr, size, DMA_BIDIRECTIONAL);
			*told += in_sample(frame[i], last, at[j / 2]);
			assert_int_equal(checker_stat(errors), *told);
		}
}

static void a_sample_is_compared_beyond_the_limit(void **state)
{
	struct fixture *f = *state;
	unsigned int order = get_order(SZ_512K), told = 0;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	/* The place of a frame in RAM decides which is of the sample. */
	size_t start =
		roundup(page_to_phys(page), 31 * SZ_4K) - page_to_phys(page);
	dma_addr_t addr;

	assert_in_range(start + 95 * SZ_4K, 0, SZ_512K);
	sample_of(f, page, start, 32, &told);
	sample_of(f, page, start, 94, &told);
	assert_in_range(told, 60, 80);

	dmasim_checker_copy_limit(0);
	addr = map_checked(f, page, 0, SZ_512K, DMA_BIDIRECTIONAL);
	++*(u8 *)page_address(page);
	dma_unmap_page(f->dev, addr, SZ_512K, DMA_BIDIRECTIONAL);
	dmasim_checker_copy_limit(UINT64_MAX);
	addr = map_checked(f, page, 0, SZ_512K, DMA_BIDIRECTIONAL);
	assert_int_equal(checker_stat(errors), told);
	++*(u8 *)(page_address(page) + SZ_256K + 1000);
	dma_unmap_page(f->dev, addr, SZ_512K, DMA_BIDIRECTIONAL);
	expect_events(DMASIM_EVENT_MISUSE, "checker-cpu-store", ++told);
	assert_int_equal(checker_stat(errors), told);
	__free_pages(page, order);
}

static void lines_inside_a_list_are_not_compared_beyond_the_limit(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	struct scatterlist sg[2];

	dmasim_checker_copy_limit(8191);
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 4096, 0);
	sg_set_page(&sg[1], page, 4096, 4096);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE) > 0, 1);
	((char *)page_address(page))[100] = 7;
	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 0);

	dmasim_checker_copy_limit(8192);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE) > 0, 1);
	((char *)page_address(page))[100] = 8;
	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	expect_events(DMASIM_EVENT_MISUSE, "checker-cpu-store", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_pages(page, 1);
}

/* ---- pages -------------------------------------------------------------------------- */

static void a_page_freed_while_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t addr = map_checked(f, page + 1, 0, 64, DMA_TO_DEVICE);

	__free_pages(page, 1);

	diagnosed("checker-page-freed", 1);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
}

/* It has pages that nothing else is known of. */
static void a_page_inside_a_long_mapping_freed_is_told(void **state)
{
	struct fixture *f = *state;
	unsigned int order = get_order(SZ_512K), i;
	struct page *page = alloc_pages(GFP_KERNEL, order);
	dma_addr_t addr, part;

	split_page(page, order);
	addr = map_checked(f, page, 0, SZ_512K, DMA_TO_DEVICE);
	part = map_checked(f, page + 2, 0, PAGE_SIZE, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, part, PAGE_SIZE, DMA_TO_DEVICE);
	for (i = 2; i < 5; i++)
		__free_page(page + i);
	diagnosed("checker-page-freed", 3);
	assert_true(
		checker_event(DMASIM_EVENT_MISUSE, "checker-page-freed").addr ==
		page_to_phys(page + 4));
	dma_unmap_page(f->dev, addr, SZ_512K, DMA_TO_DEVICE);

	__free_page(page + 5);
	assert_int_equal(checker_stat(errors), 3);
	for (i = 0; i < 1u << order; i++)
		if (i < 2 || i > 5)
			__free_page(page + i);
}

static void a_page_of_a_list_freed_while_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page[4];
	struct sg_table sgt;
	struct scatterlist *sg;
	int i;

	assert_int_equal(sg_alloc_table(&sgt, 4, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i) {
		page[i] = alloc_page(GFP_KERNEL);
		sg_set_page(sg, page[i], PAGE_SIZE, 0);
	}
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_TO_DEVICE, 0), 0);

	__free_page(page[3]);

	diagnosed("checker-page-freed", 1);
	dma_unmap_sgtable(f->dev, &sgt, DMA_TO_DEVICE, 0);
	for (i = 0; i < 3; i++)
		__free_page(page[i]);
	sg_free_table(&sgt);
	assert_int_equal(checker_stat(errors), 1);
}

/* Both have bytes in one line; the other one's are the CPU's. */
static void a_line_shared_with_the_cpu_stays_the_cpus(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	dma_addr_t a = map_checked(f, page, 0, 96, DMA_TO_DEVICE);
	dma_addr_t b = map_checked(f, page, 96, 96, DMA_TO_DEVICE);

	dma_sync_single_for_cpu(f->dev, b, 96, DMA_TO_DEVICE);
	dma_sync_single_for_device(f->dev, a, 96, DMA_TO_DEVICE);
	memset(page_address(page) + 96, 1, 96);
	dma_unmap_page(f->dev, a, 96, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, b, 96, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

static void what_a_device_writes_over_a_pages_end_is_no_store(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 2 * PAGE_SIZE, DMA_FROM_DEVICE);
	char buf[256];
	unsigned int i;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = i + 1;
	assert_int_equal(dmasim_dma_write(f->hw, b.addr + PAGE_SIZE - 100, buf,
					  sizeof(buf)),
			 DMASIM_DMA_OK);
	unmap_buffer(f, &b);
	assert_int_equal(checker_stat(errors), 0);
}

/* Who skips the syncs says by that whose the bytes are. */
static void what_is_mapped_without_sync_is_not_compared(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	dma_addr_t addr = dma_map_page_attrs(f->dev, page, 0, 64, DMA_TO_DEVICE,
					     DMA_ATTR_SKIP_CPU_SYNC);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	memset(page_address(page), 1, 64);
	dma_unmap_page_attrs(f->dev, addr, 64, DMA_TO_DEVICE,
			     DMA_ATTR_SKIP_CPU_SYNC);
	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

static void pages_that_need_not_be_contiguous_are_the_cpus(void **state)
{
	struct fixture *f = *state;
	struct sg_table *sgt = dma_alloc_noncontiguous(
		f->dev, PAGE_SIZE, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);

	assert_non_null(sgt);
	memset(page_address(sg_page(sgt->sgl)), 1, PAGE_SIZE);
	dma_free_noncontiguous(f->dev, PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
	assert_int_equal(checker_stat(errors), 0);
}

/* Of what lies beside it in the same page nothing is said. */
static void an_object_freed_while_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	char *object = kmalloc(256, GFP_KERNEL), *beside;
	dma_addr_t addr = dma_map_single(f->dev, object, 256, DMA_TO_DEVICE);
	struct dmasim_event event;

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	beside = kmalloc(256, GFP_KERNEL);
	kfree(beside);
	assert_int_equal(checker_stat(errors), 0);

	kfree(object);

	diagnosed("checker-object-freed", 1);
	event = checker_event(DMASIM_EVENT_MISUSE, "checker-object-freed");
	assert_true(event.addr == virt_to_phys(object));
	assert_in_range(event.nr_origin, 3, 24);
	dma_unmap_single(f->dev, addr, 256, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
}

static void an_object_of_a_cache_freed_while_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	struct kmem_cache *cache =
		kmem_cache_create("command", 192, 64, 0, NULL);
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);
	dma_addr_t addr =
		dma_map_single(f->dev, object + 64, 64, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	kmem_cache_free(cache, object);

	diagnosed("checker-object-freed", 1);
	dma_unmap_single(f->dev, addr, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
	kmem_cache_destroy(cache);
}

static void an_object_freed_after_the_unmap_is_nobodys_business(void **state)
{
	struct fixture *f = *state;
	char *object = kmalloc(256, GFP_KERNEL);
	char *beside = kmalloc(256, GFP_KERNEL);
	dma_addr_t addr = dma_map_single(f->dev, object, 256, DMA_TO_DEVICE);
	dma_addr_t other = dma_map_single(f->dev, beside, 256, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(dma_mapping_error(f->dev, other), 0);
	dma_unmap_single(f->dev, addr, 256, DMA_TO_DEVICE);
	kfree(object);
	dma_unmap_single(f->dev, other, 256, DMA_TO_DEVICE);
	kfree(beside);

	assert_int_equal(checker_stat(errors), 0);
}

/* ---- leaving -------------------------------------------------------------------------- */

static struct page *left_page;
static dma_addr_t left_addr[3];

static int careless_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	unsigned int i;

	left_page = alloc_page(GFP_KERNEL);
	for (i = 0; i < 3; i++) {
		left_addr[i] = dma_map_page(&pdev->dev, left_page, i * 64, 64,
					    DMA_TO_DEVICE);
		if (dma_mapping_error(&pdev->dev, left_addr[i]))
			return -ENOMEM;
	}
	return 0;
}

static void careless_remove(struct pci_dev *pdev)
{
}

static const struct pci_device_id careless_ids[] = {
	{ PCI_DEVICE(0x1d0f, 0xd3a5) },
	{},
};

static struct pci_driver careless = {
	.name = "careless",
	.id_table = careless_ids,
	.probe = careless_probe,
	.remove = careless_remove,
};

/* spec: dma-core 104, 109 */
static void what_a_driver_leaves_mapped_is_listed(void **state)
{
	struct fixture *f = *state;
	struct dmasim_event event;
	unsigned int i;

	assert_int_equal(pci_register_driver(&careless), 0);
	pci_unregister_driver(&careless);

	diagnosed("checker-pending", 1);
	event = checker_event(DMASIM_EVENT_MISUSE, "checker-pending");
	assert_non_null(strstr(event.text, "careless left with 3 mappings"));
	assert_true(event.addr == left_addr[0] || event.addr == left_addr[2]);
	assert_diagnosed(DMASIM_EVENT_NOTE, "checker-pending-mapping", 3);
	assert_int_equal(checker_stat(errors), 1);
	for (i = 0; i < 3; i++)
		dma_unmap_page(f->dev, left_addr[i], 64, DMA_TO_DEVICE);
	__free_page(left_page);
}

static void what_was_listed_is_not_told_again(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(pci_register_driver(&careless), 0);
	pci_unregister_driver(&careless);
	diagnosed("checker-pending", 1);
	dmasim_device_destroy(f->hw);
	f->hw = NULL;
	assert_event(DMASIM_EVENT_LEAK, "checker-leak", 0);
	__free_page(left_page);
}

static void a_mapping_left_at_the_end_is_a_leak(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	map_checked(f, page, 0, 64, DMA_FROM_DEVICE);
	dmasim_device_destroy(f->hw);
	f->hw = NULL;
	/* Nobody waits for the device any more. */
	__free_page(page);

	assert_diagnosed(DMASIM_EVENT_LEAK, "checker-leak", 1);
	assert_int_equal(checker_stat(errors), 0);
	assert_int_equal(checker_stat(free_entries),
			 checker_stat(total_entries));
}

static void what_the_end_of_the_machine_finds_mapped_is_a_leak(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	map_checked(f, page, 0, 64, DMA_FROM_DEVICE);
	map_checked(f, page, 64, 64, DMA_FROM_DEVICE);
	__free_page(page);
	expect_events(DMASIM_EVENT_MISUSE, "checker-page-freed", 1);
	assert_int_equal(dmasim_machine_destroy(f->machine), 2);
	assert_diagnosed(DMASIM_EVENT_LEAK, "checker-leak", 2);
	/* Nothing is left for the next one to tell. */
	events_begin();
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
}

/* ---- the switch ------------------------------------------------------------------------- */

static void what_was_mapped_before_is_not_held_against_anybody(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	dmasim_checker_disable();
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_BIDIRECTIONAL);
	assert_int_equal(dmasim_checker_enable(), 0);
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_BIDIRECTIONAL);
	assert_write(f, addr, DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 4096, DMA_BIDIRECTIONAL);

	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

/* What the next driver does not know it has never mapped. */
static void a_device_has_no_excuse_after_its_driver_left(void **state)
{
	struct fixture *f = *state;
	unsigned int i;

	dmasim_checker_disable();
	assert_int_equal(dmasim_checker_enable(), 0);
	dma_unmap_page(f->dev, 0x12345000, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 0);

	assert_int_equal(pci_register_driver(&careless), 0);
	pci_unregister_driver(&careless);
	diagnosed("checker-pending", 1);
	dma_unmap_page(f->dev, 0x12345000, 64, DMA_TO_DEVICE);
	expect_events(DMASIM_EVENT_MISUSE, "checker-unmap-unknown", 1);
	assert_event(DMASIM_EVENT_MISUSE, "checker-unmap-unknown", 1);
	for (i = 0; i < 3; i++)
		dma_unmap_page(f->dev, left_addr[i], 64, DMA_TO_DEVICE);
	__free_page(left_page);
}

static void a_device_plugged_in_later_has_no_excuse(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dmasim_device *late;
	char byte;

	dmasim_checker_disable();
	assert_int_equal(dmasim_checker_enable(), 0);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &late),
			 0);
	pci_set_master(to_pci_dev(dmasim_device_kernel(late)));

	assert_int_equal(dmasim_dma_read(late, page_to_phys(page), &byte, 1),
			 DMASIM_DMA_OK);

	diagnosed("checker-device-unmapped", 1);
	dmasim_device_destroy(late);
	__free_page(page);
}

static void it_is_off_unless_asked_for(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.checker = false;
	unsetenv("DMASIM_CHECKER");
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	assert_false(dmasim_checker_enabled());
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 32, DMA_FROM_DEVICE);

	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

static void the_environment_switches_it_on(void **state)
{
	struct fixture *f = *state;

	f->cfg.checker = false;
	setenv("DMASIM_CHECKER", "1", 1);
	fixture_rebuild(f);
	assert_true(dmasim_checker_enabled());

	setenv("DMASIM_CHECKER", "0", 1);
	fixture_rebuild(f);
	assert_false(dmasim_checker_enabled());
	unsetenv("DMASIM_CHECKER");
}

/* ---- memory of its own ------------------------------------------------------------------- */

static void it_takes_more_entries_when_they_are_used_up(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr[8];
	unsigned int i;
	uint64_t lines;

	f->cfg.checker_entries = 4;
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	lines = dmasim_event_count(DMASIM_EVENT_LOG, "info");
	for (i = 0; i < 8; i++)
		addr[i] = map_checked(f, page, i * 64, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(total_entries), 68);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LOG, "info") - lines,
			 1);
	assert_int_equal(checker_stat(min_free_entries), 0);
	for (i = 0; i < 8; i++)
		dma_unmap_page(f->dev, addr[i], 64, DMA_TO_DEVICE);

	assert_int_equal(checker_stat(free_entries), 68);
	__free_page(page);
}

static void without_memory_it_stops_and_the_mapping_does_not(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr[5];
	unsigned int i;

	f->cfg.checker_entries = 4;
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	dmasim_fail_nth(DMASIM_SITE_CHECKER, 1);
	for (i = 0; i < 5; i++)
		addr[i] = map_checked(f, page, i * 64, 64, DMA_TO_DEVICE);

	assert_diagnosed(DMASIM_EVENT_REFUSAL, "checker-exhausted", 1);
	assert_false(dmasim_checker_enabled());
	for (i = 0; i < 5; i++)
		dma_unmap_page(f->dev, addr[i], 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 0);
	__free_page(page);
}

static void without_memory_it_cannot_be_switched_on(void **state)
{
	struct fixture *f = *state;
	unsigned int position;

	dmasim_checker_disable();
	for (position = 1; position <= 2; position++) {
		dmasim_fail_nth(DMASIM_SITE_CHECKER, position);
		assert_int_equal(dmasim_checker_enable(), -ENOMEM);
		assert_false(dmasim_checker_enabled());
	}
	dmasim_fail_nth(DMASIM_SITE_CHECKER, 3);
	assert_int_equal(dmasim_checker_enable(), 0);
	assert_false(dma_mapping_error(f->dev, 0));
}

static const struct variant variants_identity[] = {
	{ "identity,checker", DMASIM_IOMMU_IDENTITY, "vtdss", .checker = true },
};

int main(void)
{
	const struct CMUnitTest direct[] = {
		fixture_case(a_device_where_nothing_is_mapped_is_told),
		fixture_case(a_device_after_the_unmap_is_told),
		fixture_case(a_device_in_the_wrong_direction_is_told),
		fixture_case(an_unmap_that_fits_neither_of_two_is_told),
		fixture_case(one_test_is_for_one_mapping),
		fixture_case(an_access_over_two_mappings_is_silent),
		fixture_case(an_access_beyond_the_mapping_is_told),
		fixture_case(a_page_freed_while_mapped_is_told),
		fixture_case(a_page_inside_a_long_mapping_freed_is_told),
		fixture_case(what_a_driver_leaves_mapped_is_listed),
		fixture_case(what_was_listed_is_not_told_again),
		fixture_case(a_mapping_left_at_the_end_is_a_leak),
		fixture_case(
			what_the_end_of_the_machine_finds_mapped_is_a_leak),
		fixture_case(
			what_was_mapped_before_is_not_held_against_anybody),
		fixture_case(a_device_plugged_in_later_has_no_excuse),
		fixture_case(a_device_has_no_excuse_after_its_driver_left),
		fixture_case(it_is_off_unless_asked_for),
		fixture_case(the_environment_switches_it_on),
		fixture_case(it_takes_more_entries_when_they_are_used_up),
		fixture_case(without_memory_it_stops_and_the_mapping_does_not),
		fixture_case(without_memory_it_cannot_be_switched_on),
	};
	const struct CMUnitTest identity[] = {
		fixture_case(what_a_driver_maps_by_itself_is_not_judged),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(what_a_process_uses_is_not_judged),
		fixture_case(a_page_of_a_list_freed_while_mapped_is_told),
		fixture_case(a_page_freed_while_mapped_is_told),
	};
	const struct CMUnitTest both[] = {
		fixture_case(a_store_to_memory_of_the_device_is_told),
		fixture_case(stores_of_the_owner_are_silent),
		fixture_case(given_back_memory_is_the_devices_again),
		fixture_case(an_object_freed_while_mapped_is_told),
		fixture_case(a_line_shared_with_the_cpu_stays_the_cpus),
		fixture_case(what_a_device_writes_over_a_pages_end_is_no_store),
		fixture_case(what_is_mapped_without_sync_is_not_compared),
		fixture_case(pages_that_need_not_be_contiguous_are_the_cpus),
		fixture_case(an_object_of_a_cache_freed_while_mapped_is_told),
		fixture_case(
			an_object_freed_after_the_unmap_is_nobodys_business),
		fixture_case(lines_inside_are_not_compared_beyond_the_limit),
		fixture_case(a_sample_is_compared_beyond_the_limit),
		fixture_case(
			lines_inside_a_list_are_not_compared_beyond_the_limit),
	};

	return run_variants("checker_life", direct, variants_checker_direct) +
	       run_variants("checker_life", identity, variants_identity) +
	       run_variants("checker_life", strict, variants_checker_strict) +
	       run_variants("checker_life", both, variants_checker_direct) +
	       run_variants("checker_life", both, variants_checker_strict);
}
