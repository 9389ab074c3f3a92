/* SPDX-License-Identifier: MIT */
/*
 * The checker, streaming and coherent memory: the list of CONFIG_DMA_API_DEBUG
 * and what the library adds to it. Every diagnosis is provoked once, and its
 * text is the one that docs/checker.md shows.
 */
#include "api/checker.h"
#include "api/peer.h"

#include <linux/completion.h>
#include <linux/dma-map-ops.h>
#include <linux/kthread.h>
#include <linux/workqueue.h>

#include <dlfcn.h>
#include <stdlib.h>

/* ---- unmap --------------------------------------------------------------------- */

/* spec: dma-core 104 */
static void unmapping_the_error_value_is_told(void **state)
{
	struct fixture *f = *state;

	expect_warns(1);
	dma_unmap_page(f->dev, DMA_MAPPING_ERROR, PAGE_SIZE, DMA_TO_DEVICE);

	diagnosed("checker-unmap-error", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* spec: dma-core 104 */
static void unmapping_what_is_not_mapped_is_told(void **state)
{
	struct fixture *f = *state;

	expect_warns(1);
	dma_unmap_page(f->dev, 0x12345000, PAGE_SIZE, DMA_TO_DEVICE);

	diagnosed("checker-unmap-unknown", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* spec: dma-core 49, 104 */
static void another_size_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 8192, DMA_TO_DEVICE);

	expect_lost_iova();
	dma_unmap_page(f->dev, b.addr, 4096, DMA_TO_DEVICE);

	diagnosed("checker-unmap-size", 1);
	assert_int_equal(checker_stat(errors), 1);
	assert_translates(f, b.addr + 4096, page_to_phys(b.page) + 4096);
	/* Take back what the mistake left, behind the checker's back. */
	dmasim_checker_disable();
	iommu_unmap(iommu_get_domain_for_dev(f->dev), b.addr + 4096, 4096);
	free_buffer(&b);
}

/* spec: dma-core 104, 105 */
static void another_function_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, PAGE_SIZE, DMA_TO_DEVICE);

	dma_unmap_resource(f->dev, b.addr, PAGE_SIZE, DMA_TO_DEVICE, 0);

	diagnosed("checker-unmap-function", 1);
	assert_int_equal(checker_stat(errors), 1);
	assert_int_equal(checker_stat(printed), 1);
	free_buffer(&b);
}

/* spec: dma-core 105 */
static void newer_kernels_take_page_and_resource_for_one(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, PAGE_SIZE, DMA_TO_DEVICE);

	dmasim_checker_newer(true);
	dma_unmap_resource(f->dev, b.addr, PAGE_SIZE, DMA_TO_DEVICE, 0);
	b.addr = dma_map_resource(f->dev, 0xe0000000, PAGE_SIZE, DMA_TO_DEVICE,
				  0);
	assert_int_equal(dma_mapping_error(f->dev, b.addr), 0);
	unmap_buffer(f, &b);

	assert_int_equal(checker_stat(errors), 0);
}

/* spec: dma-core 104 */
static void another_cpu_address_is_told(void **state)
{
	struct fixture *f = *state;
	dma_addr_t a_dma, b_dma;
	void *a = dma_alloc_coherent(f->dev, 4096, &a_dma, GFP_KERNEL);
	void *b = dma_alloc_coherent(f->dev, 4096, &b_dma, GFP_KERNEL);

	dma_free_coherent(f->dev, 4096, b, a_dma);
	assert_int_equal(checker_stat(errors), 1);
	dma_free_coherent(f->dev, 4096, a, b_dma);

	diagnosed("checker-free-cpu-addr", 2);
}

/* A list of two entries, mapped as so many segments, is unmapped as @nents. */
static void unmap_entries(struct fixture *f, struct scatterlist sg[2],
			  unsigned int len, unsigned int segments, int nents)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, len, 0);
	sg_set_page(&sg[1], page + 1, len, 0);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE), segments);

	dma_unmap_sg(f->dev, sg, nents, DMA_TO_DEVICE);

	/* Each segment knows of how many entries it is one. */
	diagnosed("checker-unmap-nents", segments);
	assert_int_equal(checker_stat(errors), segments);
	__free_pages(page, 1);
}

/* spec: dma-core 104 */
static void another_number_of_entries_is_told(void **state)
{
	struct scatterlist sg[2];

	unmap_entries(*state, sg, 2048, 2, 1);
}

static void no_entries_are_another_number(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sg[2];

	unmap_entries(f, sg, 2048, 2, 0);
	/* Of a list that is not mapped there is nothing to say. */
	dma_unmap_sg(f->dev, sg, 0, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(errors), 2);
}

/* Pages side by side are one segment, and one diagnosis. */
static void another_number_of_entries_of_a_segment_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sg[2];

	/* One segment of two large pages is more than a device takes by itself. */
	dma_set_max_seg_size(f->dev, UINT_MAX);
	unmap_entries(f, sg, PAGE_SIZE, 1, 1);
}

/* spec: dma-core 104 */
static void another_direction_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 512, DMA_TO_DEVICE);

	dma_unmap_page(f->dev, b.addr, 512, DMA_FROM_DEVICE);

	diagnosed("checker-unmap-direction", 1);
	assert_int_equal(checker_stat(errors), 1);
	free_buffer(&b);
}

static void other_attributes_are_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page_attrs(
		f->dev, page, 0, 512, DMA_TO_DEVICE, DMA_ATTR_WEAK_ORDERING);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page_attrs(f->dev, addr, 512, DMA_TO_DEVICE,
			     DMA_ATTR_SKIP_CPU_SYNC);

	diagnosed("checker-unmap-attrs", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

/* spec: dma-core 104, 106 */
static void an_address_never_tested_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 512, DMA_TO_DEVICE);

	dma_unmap_page(f->dev, addr, 512, DMA_TO_DEVICE);

	diagnosed("checker-unmap-unchecked", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

/* spec: dma-core 106 */
static void tested_addresses_and_lists_are_silent(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 512, DMA_TO_DEVICE);
	struct scatterlist sg;

	dma_unmap_page(f->dev, b.addr, 512, DMA_TO_DEVICE);
	sg_init_one(&sg, page_address(b.page), 512);
	assert_int_equal(dma_map_sg(f->dev, &sg, 1, DMA_TO_DEVICE), 1);
	dma_unmap_sg(f->dev, &sg, 1, DMA_TO_DEVICE);

	assert_int_equal(checker_stat(errors), 0);
	free_buffer(&b);
}

/* Not static, so that the dynamic linker knows their names. */
dma_addr_t checker_test_map(struct fixture *f, struct page *page);
void checker_test_unmap(struct fixture *f, dma_addr_t addr);

noinline dma_addr_t checker_test_map(struct fixture *f, struct page *page)
{
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 512, DMA_TO_DEVICE);

	barrier(); /* no tail call */
	return addr;
}

noinline void checker_test_unmap(struct fixture *f, dma_addr_t addr)
{
	dma_unmap_page(f->dev, addr, 512, DMA_TO_DEVICE);
	barrier();
}

/* Is @fn in a call path? */
static bool path_has(void *const *frames, unsigned int nr, void *fn)
{
	Dl_info info;

	while (nr--)
		if (dladdr(frames[nr], &info) && info.dli_saddr == fn)
			return true;
	return false;
}

static void the_diagnosis_knows_who_mapped_and_who_unmapped(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = checker_test_map(f, page);
	struct dmasim_event e;

	checker_test_unmap(f, addr);

	diagnosed("checker-unmap-unchecked", 1);
	e = checker_event(DMASIM_EVENT_MISUSE, "checker-unmap-unchecked");
	assert_string_equal(e.dev, dev_name(f->dev));
	assert_true(e.addr == addr && e.len == 512);
	assert_true(path_has(e.origin, e.nr_origin, checker_test_map));
	assert_true(path_has(e.frames, e.nr_frames, checker_test_unmap));
	assert_false(path_has(e.frames, e.nr_frames, checker_test_map));
	__free_page(page);
}

/* ---- map -------------------------------------------------------------------------- */

/* A buffer that is no RAM of the machine: the mapping may fail as well. */
static void map_and_unmap(struct fixture *f, void *buf, size_t len)
{
	dma_addr_t addr = dma_map_single(f->dev, buf, len, DMA_TO_DEVICE);

	if (!dma_mapping_error(f->dev, addr))
		dma_unmap_single(f->dev, addr, len, DMA_TO_DEVICE);
}

/* Debug builds notice, too, that such an address has no page. */
static void expect_no_page(void)
{
	expect_events(DMASIM_EVENT_WARN, "virt-to-phys",
		      dmasim_event_count(DMASIM_EVENT_WARN, "virt-to-phys"));
}

/* spec: dma-core 104 */
static void a_buffer_on_the_stack_is_told(void **state)
{
	struct fixture *f = *state;
	char buf[64] = {};

	map_and_unmap(f, buf, sizeof(buf));

	expect_no_page();
	diagnosed("checker-map-stack", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* Of an entry without a page debug builds know no more. */
static void a_list_over_the_stack_is_told(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sg;
	char buf[64] = {};

	sg_init_one(&sg, buf, sizeof(buf));
	if (dma_map_sg(f->dev, &sg, 1, DMA_TO_DEVICE) == 1)
		dma_unmap_sg(f->dev, &sg, 1, DMA_TO_DEVICE);

	if (dmasim_event_count(DMASIM_EVENT_WARN, "virt-to-phys"))
		expect_no_page();
	else
		diagnosed("checker-map-stack", 1);
}

struct stack_work {
	struct work_struct work;
	struct fixture *f;
};

static void map_own_stack(struct work_struct *work)
{
	struct stack_work *sw = container_of(work, struct stack_work, work);
	char buf[64] = {};

	map_and_unmap(sw->f, buf, sizeof(buf));
}

static void a_work_item_has_a_stack_of_its_own(void **state)
{
	struct stack_work sw = { .f = *state };

	INIT_WORK(&sw.work, map_own_stack);
	schedule_work(&sw.work);
	flush_work(&sw.work);

	expect_no_page();
	diagnosed("checker-map-stack", 1);
}

static DECLARE_COMPLETION(thread_has_mapped);

static int thread_maps_own_stack(void *f)
{
	char buf[64] = {};

	map_and_unmap(f, buf, sizeof(buf));
	complete(&thread_has_mapped);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void a_kernel_thread_has_a_stack_of_its_own(void **state)
{
	struct task_struct *task =
		kthread_run(thread_maps_own_stack, *state, "careless");

	assert_false(IS_ERR(task));
	wait_for_completion(&thread_has_mapped);
	assert_int_equal(kthread_stop(task), 0);

	expect_no_page();
	diagnosed("checker-map-stack", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* spec: dma-core 104 */
static void code_and_constants_are_told(void **state)
{
	static const char constant[64] = "constant";
	struct fixture *f = *state;

	/* Never the first byte of a page: physical 0 does not translate. */
	map_and_unmap(f, (void *)(constant + 1), sizeof(constant) - 1);
	assert_int_equal(checker_stat(errors), 1);
	map_and_unmap(f, (void *)((unsigned long)map_own_stack | 1), 16);

	expect_no_page();
	diagnosed("checker-map-text", 2);
}

/* spec: dma-core 104 */
static void memory_outside_the_linear_map_is_told(void **state)
{
	static char variable[64];
	struct fixture *f = *state;

	map_and_unmap(f, variable + 1, sizeof(variable) - 1);

	expect_no_page();
	diagnosed("checker-map-invalid", 1);
	assert_int_equal(checker_stat(errors), 1);
}

static void registers_mapped_as_ram_are_told(void **state)
{
	struct fixture *f = *state;
	phys_addr_t bar = pci_resource_start(f->pdev, 0);
	dma_addr_t addr = dma_map_phys(f->dev, bar, 4096, DMA_TO_DEVICE, 0);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_phys(f->dev, addr, 4096, DMA_TO_DEVICE, 0);

	diagnosed("checker-map-mmio", 1);
	assert_int_equal(checker_stat(errors), 1);
}

static void a_peers_page_outside_a_list_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	dma_addr_t addr = dma_map_page(f->dev, peer_page(peer, 0), 0, 4096,
				       DMA_TO_DEVICE);

	if (!dma_mapping_error(f->dev, addr))
		dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);

	diagnosed("checker-map-peer", 1);
	assert_int_equal(checker_stat(errors), 1);
	peer_destroy(peer);
}

/* As the block layer maps it, a page at a time or linked. */
static void a_peer_behind_the_host_bridge_is_like_ram(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct peer *peer;
	dma_addr_t addr;

	f->cfg.peers = DMASIM_PEERS_HOST_BRIDGE;
	fixture_rebuild(f);
	peer = peer_create(f);
	addr = map_checked(f, peer_page(peer, 0), 0, 4096, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 4096));
	assert_int_equal(dma_iova_link(f->dev, &iova, peer->phys, 0, 4096,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_destroy(f->dev, &iova, 4096, DMA_TO_DEVICE, 0);
	assert_int_equal(checker_stat(errors), 0);

	/* Newer kernels want DMA_ATTR_MMIO. */
	dmasim_checker_newer(true);
	addr = map_checked(f, peer_page(peer, 0), 0, 4096, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	diagnosed("checker-map-peer", 1);
	peer_destroy(peer);
}

static void nothing_mapped_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 0, DMA_TO_DEVICE);

	if (!dma_mapping_error(f->dev, addr))
		dma_unmap_page(f->dev, addr, 0, DMA_TO_DEVICE);

	diagnosed("checker-map-empty", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

static void more_than_the_largest_mapping_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 7);
	dma_addr_t addr;

	fixture_make_external(f);
	assert_in_range(dma_max_mapping_size(f->dev), 1, 262144);
	addr = map_checked(f, page, 0, 524288, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 524288, DMA_TO_DEVICE);

	diagnosed("checker-map-too-long", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_pages(page, 7);
}

static void allocated_pages_are_no_mapping_that_is_too_long(void **state)
{
	struct fixture *f = *state;
	struct sg_table *sgt;

	fixture_make_external(f);
	dma_set_max_seg_size(f->dev, UINT_MAX);
	sgt = dma_alloc_noncontiguous(f->dev, SZ_2M, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	assert_non_null(sgt);
	assert_true(sgt->sgl->length > dma_max_mapping_size(f->dev));
	dma_free_noncontiguous(f->dev, SZ_2M, sgt, DMA_BIDIRECTIONAL);

	assert_int_equal(checker_stat(errors), 0);
}

static void a_table_without_a_mask_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	u64 *mask = f->dev->dma_mask;
	struct sg_table sgt;

	assert_int_equal(sg_alloc_table(&sgt, 1, GFP_KERNEL), 0);
	sg_set_page(sgt.sgl, page, PAGE_SIZE, 0);
	f->dev->dma_mask = NULL;
	expect_warns(1);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_TO_DEVICE, 0), 0);
	f->dev->dma_mask = mask;

	assert_int_equal(sgt.nents, 0);
	diagnosed("checker-map-no-mask", 1);
	assert_int_equal(checker_stat(errors), 1);
	sg_free_table(&sgt);
	__free_page(page);
}

static void map_list_of_8k(struct fixture *f)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, 8192, 0);
	assert_int_equal(dma_map_sg(f->dev, &sg, 1, DMA_TO_DEVICE), 1);
	dma_unmap_sg(f->dev, &sg, 1, DMA_TO_DEVICE);
	__free_pages(page, 1);
}

/* spec: dma-core 104 */
static void a_segment_longer_than_the_device_takes_is_told(void **state)
{
	struct fixture *f = *state;

	dma_set_max_seg_size(f->dev, 4096);
	map_list_of_8k(f);

	diagnosed("checker-map-segment-size", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* spec: dma-core 104 */
static void a_segment_across_the_boundary_is_told(void **state)
{
	struct fixture *f = *state;

	dma_set_seg_boundary(f->dev, 0xfff);
	map_list_of_8k(f);

	diagnosed("checker-map-segment-boundary", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* Two mappings of one page; returns how many diagnoses that made. */
static u64 map_twice(struct fixture *f, enum dma_data_direction dir,
		     unsigned long attrs, unsigned long second_attrs)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u64 before = checker_stat(errors), told;
	dma_addr_t a, b;

	a = dma_map_page_attrs(f->dev, page, 0, 256, dir, attrs);
	assert_int_equal(dma_mapping_error(f->dev, a), 0);
	b = dma_map_page_attrs(f->dev, page, 32, 64, dir, second_attrs);
	assert_int_equal(dma_mapping_error(f->dev, b), 0);
	told = checker_stat(errors) - before;
	dma_unmap_page_attrs(f->dev, b, 64, dir, second_attrs);
	dma_unmap_page_attrs(f->dev, a, 256, dir, attrs);
	__free_page(page);
	return told;
}

/* spec: dma-core 107 */
static void a_shared_cache_line_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, 0, 0), 1);
	diagnosed("checker-map-overlap", 1);
}

/* spec: dma-core 107 */
static void a_shared_line_that_does_no_harm_is_silent(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map_twice(f, DMA_TO_DEVICE, 0, 0), 0);
	assert_int_equal(
		map_twice(f, DMA_FROM_DEVICE, 0, DMA_ATTR_SKIP_CPU_SYNC), 0);
}

#define CLEAN_LINES DMA_ATTR_DEBUGGING_IGNORE_CACHELINES

/* spec: dma-core 107 */
static void newer_kernels_believe_two_promises_about_a_line(void **state)
{
	struct fixture *f = *state;

	dmasim_checker_newer(true);

	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, 0, 0), 1);
	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, CLEAN_LINES, 0), 1);
	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, 0, CLEAN_LINES), 1);
	assert_int_equal(map_twice(f, DMA_TO_DEVICE, 0, 0), 0);
	assert_int_equal(
		map_twice(f, DMA_FROM_DEVICE, 0, DMA_ATTR_SKIP_CPU_SYNC), 0);
	assert_int_equal(
		map_twice(f, DMA_FROM_DEVICE, CLEAN_LINES, CLEAN_LINES), 0);

	diagnosed("checker-map-overlap", 3);
}

/* spec: dma-core 107, section 12.2 row 21: such buffers are copied */
static void newer_kernels_that_bounce_small_buffers_share_lines(void **state)
{
	struct fixture *f = *state;

	f->cfg.kmalloc_bounce = true;
	f->cfg.swiotlb = "512";
	f->cfg.noncoherent = true;
	fixture_rebuild(f);
	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, 0, 0), 1);
	diagnosed("checker-map-overlap", 1);

	dmasim_checker_newer(true);

	assert_int_equal(map_twice(f, DMA_FROM_DEVICE, 0, 0), 0);
}

/* spec: dma-core 104 */
static void too_many_mappings_of_a_line_are_told_once(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr[10];
	unsigned int i;

	for (i = 0; i < 10; i++)
		addr[i] = map_checked(f, page, 0, 64, DMA_FROM_DEVICE);
	for (i = 0; i < 10; i++)
		dma_unmap_page(f->dev, addr[i], 64, DMA_FROM_DEVICE);

	diagnosed("checker-map-overlaps", 1);
	diagnosed("checker-map-overlap", 9);
	assert_int_equal(checker_stat(errors), 10);
	__free_page(page);
}

/* ---- sync --------------------------------------------------------------------------- */

/* Seven others may have the line. */
static void eight_mappings_of_a_line_can_be_counted(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr[9];
	int i;

	for (i = 0; i < 8; i++)
		addr[i] = map_checked(f, page, 0, 64, DMA_FROM_DEVICE);
	assert_int_equal(checker_stat(errors), 7);
	addr[8] = map_checked(f, page, 0, 64, DMA_FROM_DEVICE);
	diagnosed("checker-map-overlap", 8);
	diagnosed("checker-map-overlaps", 1);
	assert_int_equal(checker_stat(errors), 9);
	for (i = 0; i < 9; i++)
		dma_unmap_page(f->dev, addr[i], 64, DMA_FROM_DEVICE);
	__free_page(page);
}

static void a_line_shared_by_a_list_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = map_checked(f, page, 0, 32, DMA_FROM_DEVICE);
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, 32, 32);
	assert_int_equal(dma_map_sg(f->dev, &sg, 1, DMA_FROM_DEVICE), 1);
	diagnosed("checker-map-overlap", 1);
	dma_unmap_sg(f->dev, &sg, 1, DMA_FROM_DEVICE);
	dma_unmap_page(f->dev, addr, 32, DMA_FROM_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

/* spec: dma-core 104 108 */
static void a_sync_beyond_the_mapping_is_told(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_TO_DEVICE);

	dma_sync_single_for_device(f->dev, b.addr, 8192, DMA_TO_DEVICE);

	diagnosed("checker-sync-unknown", 1);
	assert_int_equal(checker_stat(errors), 1);
	unmap_buffer(f, &b);
}

/* spec: dma-core 108 */
static void a_sync_deep_inside_a_mapping_is_silent(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 2 * SZ_1M, DMA_TO_DEVICE);

	dma_sync_single_for_device(f->dev, b.addr + SZ_1M, 64, DMA_TO_DEVICE);

	assert_int_equal(checker_stat(errors), 0);
	unmap_buffer(f, &b);
}

/* One sync of a mapping of another direction. */
static void sync_as(struct fixture *f, enum dma_data_direction mapped,
		    enum dma_data_direction synced, bool for_cpu)
{
	struct buffer b = map_buffer(f, 4096, mapped);

	if (for_cpu)
		dma_sync_single_for_cpu(f->dev, b.addr, 64, synced);
	else
		dma_sync_single_for_device(f->dev, b.addr, 64, synced);
	assert_int_equal(checker_stat(errors), 1);
	unmap_buffer(f, &b);
}

static void both_ways_are_synced_either_way(void **state)
{
	struct fixture *f = *state;
	struct buffer b = map_buffer(f, 4096, DMA_BIDIRECTIONAL);

	dma_sync_single_for_cpu(f->dev, b.addr, 64, DMA_FROM_DEVICE);
	dma_sync_single_for_device(f->dev, b.addr, 64, DMA_TO_DEVICE);
	unmap_buffer(f, &b);
	assert_int_equal(checker_stat(errors), 0);
}

/* From the sync for the CPU to that for the device. */
static void a_synced_list_is_the_cpus(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	struct scatterlist sg[2];

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 512, 0);
	sg_set_page(&sg[1], page + 1, 512, 0);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_FROM_DEVICE), 2);

	dma_sync_sg_for_cpu(f->dev, sg, 2, DMA_FROM_DEVICE);
	memset(page_address(page), 1, 512);
	memset(page_address(page + 1), 1, 512);
	dma_sync_sg_for_device(f->dev, sg, 2, DMA_FROM_DEVICE);
	assert_int_equal(checker_stat(errors), 0);

	((char *)page_address(page + 1))[511] = 2;
	dma_unmap_sg(f->dev, sg, 2, DMA_FROM_DEVICE);
	assert_int_equal(checker_stat(errors), 1);
	expect_events(DMASIM_EVENT_MISUSE, "checker-cpu-store", 1);
	assert_event(DMASIM_EVENT_MISUSE, "checker-cpu-store", 1);
	__free_pages(page, 1);
}

/* spec: dma-core 104 */
static void a_sync_with_another_direction_is_told(void **state)
{
	sync_as(*state, DMA_TO_DEVICE, DMA_BIDIRECTIONAL, false);
	diagnosed("checker-sync-direction", 1);
}

/* spec: dma-core 104 */
static void a_sync_for_the_cpu_of_what_it_wrote_itself_is_told(void **state)
{
	sync_as(*state, DMA_TO_DEVICE, DMA_FROM_DEVICE, true);
	diagnosed("checker-sync-for-cpu", 1);
}

/* spec: dma-core 104 */
static void a_sync_for_the_device_of_what_it_writes_is_told(void **state)
{
	sync_as(*state, DMA_FROM_DEVICE, DMA_TO_DEVICE, false);
	diagnosed("checker-sync-for-device", 1);
}

/* spec: dma-core 104 */
static void a_sync_of_another_number_of_entries_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	struct scatterlist sg[2];

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 2048, 0);
	sg_set_page(&sg[1], page + 1, 2048, 0);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE), 2);

	dma_sync_sg_for_device(f->dev, sg, 1, DMA_TO_DEVICE);

	diagnosed("checker-sync-nents", 1);
	assert_int_equal(checker_stat(errors), 1);
	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	__free_pages(page, 1);
}

/* spec: dma-core 76 */
static void a_skipped_sync_of_a_bounce_buffer_is_told(void **state)
{
	struct fixture *f = *state;
	char *cpu;
	dma_addr_t addr;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	cpu = kzalloc(64, GFP_KERNEL);
	addr = dma_map_single(f->dev, cpu, 64, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), 0);
	assert_write(f, addr, DMASIM_DMA_OK);

	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);

	assert_int_equal(cpu[0], 0x5a);
	diagnosed("checker-sync-skipped", 1);
	dma_unmap_single(f->dev, addr, 64, DMA_FROM_DEVICE);
	kfree(cpu);
}

/* The pool itself is the memory: there is nothing to copy, or to skip. */
static void memory_from_a_pool_is_no_bounce_buffer(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.restricted[0].size = 16ull << 20;
	f->cfg.restricted[0].all = true;
	fixture_rebuild(f);
	page = dma_alloc_pages(f->dev, PAGE_SIZE, &addr, DMA_FROM_DEVICE,
			       GFP_KERNEL);
	assert_non_null(page);
	assert_true(f->dev->dma_skip_sync);
	assert_write(f, addr, DMASIM_DMA_OK);

	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);

	assert_int_equal(*(u8 *)page_address(page), 0x5a);
	assert_int_equal(checker_stat(errors), 0);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
}

/* spec: dma-core 69 */
static void while_it_is_on_every_unmap_is_needed(void **state)
{
	struct fixture *f = *state;

	assert_true(dma_need_unmap(f->dev));
	assert_true(dma_dev_need_sync(f->dev));
	dmasim_checker_disable();
	assert_false(dma_need_unmap(f->dev));
	assert_false(dma_dev_need_sync(f->dev));
}

/* ---- log and counts -------------------------------------------------------------------- */

static void provoke(struct fixture *f)
{
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);

	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* spec: dma-core 104 */
static void only_the_first_is_logged(void **state)
{
	struct fixture *f = *state;

	provoke(f);
	provoke(f);

	diagnosed("checker-unmap-unchecked", 2);
	assert_int_equal(checker_stat(errors), 2);
	assert_int_equal(checker_stat(printed), 1);
}

/* spec: dma-core 104 */
static void all_are_logged_if_asked_for(void **state)
{
	struct fixture *f = *state;
	uint64_t before = dmasim_event_count(DMASIM_EVENT_LOG, "err");

	dmasim_checker_all_errors(true);
	provoke(f);
	provoke(f);
	provoke(f);

	diagnosed("checker-unmap-unchecked", 3);
	assert_int_equal(checker_stat(printed), 3);
	assert_in_range(dmasim_event_count(DMASIM_EVENT_LOG, "err") - before, 6,
			30);
}

/* spec: dma-core 110 */
static void another_drivers_filter_counts_and_does_not_log(void **state)
{
	struct fixture *f = *state;

	dmasim_checker_driver_filter("nvme");
	provoke(f);
	assert_int_equal(checker_stat(printed), 0);
	assert_int_equal(checker_stat(errors), 1);
	dmasim_checker_driver_filter("pci and more words");
	provoke(f);
	assert_int_equal(checker_stat(printed), 1);
	dmasim_checker_num_errors(1);
	dmasim_checker_driver_filter("-");
	provoke(f);
	assert_int_equal(checker_stat(printed), 2);

	diagnosed("checker-unmap-unchecked", 3);
}

struct dumped {
	unsigned int lines;
	char text[200];
};

static void keep_line(const char *text, void *arg)
{
	struct dumped *d = arg;

	d->lines++;
	strscpy(d->text, text, sizeof(d->text));
}

static void what_is_mapped_can_be_listed(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0x40, 64, DMA_TO_DEVICE);
	uint64_t before = dmasim_event_count(DMASIM_EVENT_LOG, "info");
	struct dmasim_device *other;
	struct dumped d = {};
	char want[200];

	dmasim_checker_dump(keep_line, &d);
	assert_int_equal(d.lines, 1);
	scnprintf(
		want, sizeof(want),
		"pci %s single idx %llu P=%llx D=%llx L=40 cln=%llx to device error not checked",
		dev_name(f->dev), addr >> 13 & 16383, page_to_phys(page) + 0x40,
		addr, (page_to_phys(page) + 0x40) >> 6);
	assert_string_equal(d.text, want);

	debug_dma_dump_mappings(f->dev);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LOG, "info") - before,
			 1);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &other),
			 0);
	before = dmasim_event_count(DMASIM_EVENT_LOG, "info");
	debug_dma_dump_mappings(dmasim_device_kernel(other));
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LOG, "info"), before);
	debug_dma_dump_mappings(NULL);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LOG, "info") - before,
			 1);
	dmasim_device_destroy(other);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

static void entries_are_counted(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	assert_int_equal(checker_stat(total_entries), 65536);
	assert_int_equal(checker_stat(free_entries), 65536);
	addr = map_checked(f, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(free_entries), 65535);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	assert_int_equal(checker_stat(free_entries), 65536);
	assert_int_equal(checker_stat(min_free_entries), 65535);
	__free_page(page);
}

int main(void)
{
	const struct CMUnitTest strict[] = {
		fixture_case(unmapping_the_error_value_is_told),
		fixture_case(unmapping_what_is_not_mapped_is_told),
		fixture_case(another_size_is_told),
		fixture_case(another_function_is_told),
		fixture_case(newer_kernels_take_page_and_resource_for_one),
		fixture_case(
			another_number_of_entries_of_a_segment_is_told_once),
		fixture_case(another_direction_is_told),
		fixture_case(other_attributes_are_told),
		fixture_case(an_address_never_tested_is_told),
		fixture_case(tested_addresses_and_lists_are_silent),
		fixture_case(the_diagnosis_knows_who_mapped_and_who_unmapped),
		fixture_case(a_buffer_on_the_stack_is_told),
		fixture_case(a_list_over_the_stack_is_told),
		fixture_case(a_work_item_has_a_stack_of_its_own),
		fixture_case(a_kernel_thread_has_a_stack_of_its_own),
		fixture_case(code_and_constants_are_told),
		fixture_case(memory_outside_the_linear_map_is_told),
		fixture_case(registers_mapped_as_ram_are_told),
		fixture_case(a_peers_page_outside_a_list_is_told),
		fixture_case(a_peer_behind_the_host_bridge_is_like_ram),
		fixture_case(nothing_mapped_is_told),
		fixture_case(more_than_the_largest_mapping_is_told),
		fixture_case(allocated_pages_are_no_mapping_that_is_too_long),
		fixture_case(a_table_without_a_mask_is_told),
		fixture_case(a_segment_longer_than_the_device_takes_is_told),
		fixture_case(a_segment_across_the_boundary_is_told),
		fixture_case(a_shared_cache_line_is_told),
		fixture_case(a_shared_line_that_does_no_harm_is_silent),
		fixture_case(newer_kernels_believe_two_promises_about_a_line),
		fixture_case(too_many_mappings_of_a_line_are_told_once),
		fixture_case(eight_mappings_of_a_line_can_be_counted),
		fixture_case(a_line_shared_by_a_list_is_told),
		fixture_case(a_sync_beyond_the_mapping_is_told),
		fixture_case(a_sync_deep_inside_a_mapping_is_silent),
		fixture_case(a_sync_with_another_direction_is_told),
		fixture_case(both_ways_are_synced_either_way),
		fixture_case(a_synced_list_is_the_cpus),
		fixture_case(
			a_sync_for_the_cpu_of_what_it_wrote_itself_is_told),
		fixture_case(a_sync_for_the_device_of_what_it_writes_is_told),
		fixture_case(only_the_first_is_logged),
		fixture_case(all_are_logged_if_asked_for),
		fixture_case(another_drivers_filter_counts_and_does_not_log),
		fixture_case(what_is_mapped_can_be_listed),
		fixture_case(entries_are_counted),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(another_cpu_address_is_told),
		fixture_case(another_number_of_entries_is_told),
		fixture_case(no_entries_are_another_number),
		fixture_case(a_sync_of_another_number_of_entries_is_told),
		fixture_case(a_skipped_sync_of_a_bounce_buffer_is_told),
		fixture_case(memory_from_a_pool_is_no_bounce_buffer),
		fixture_case(
			newer_kernels_that_bounce_small_buffers_share_lines),
		fixture_case(while_it_is_on_every_unmap_is_needed),
	};

	return run_variants("checker", strict, variants_checker_strict) +
	       run_variants("checker", direct, variants_checker_direct);
}
