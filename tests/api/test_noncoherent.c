/* SPDX-License-Identifier: MIT */
/*
 * Devices that do not snoop: what each call of the DMA API does to the CPU's
 * caches, and what a call that is missing or wrong lets CPU and device see.
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>
#include <linux/dmapool.h>
#include <linux/vmalloc.h>

#include <stdlib.h>

#define LINES_A_PAGE (PAGE_SIZE / 64)

/* ---- what the kernel side knows -------------------------------------------------- */

/* spec: dma-core 75 */
static void syncs_and_unmaps_are_always_needed(void **state)
{
	struct fixture *f = *state;

	/* The fixture has called dma_set_mask(). */
	assert_false(dev_is_dma_coherent(f->dev));
	assert_false(f->dev->dma_skip_sync);
	assert_true(dma_dev_need_sync(f->dev));
	assert_true(dma_need_sync(f->dev, 0x1000));
	assert_true(dma_need_unmap(f->dev));
}

/* The one other kind of device, on the same machine. */
static void each_device_is_asked_for_its_own(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = { .name = "deaf",
				      .vendor = 0x1d0f,
				      .device = 0x0001,
				      .class_code = 0xff0000,
				      .noncoherent = true };
	struct dmasim_device *hw;

	assert_true(dev_is_dma_coherent(f->dev));
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 0);
	assert_false(dev_is_dma_coherent(dmasim_device_kernel(hw)));
	dmasim_device_destroy(hw);
	assert_true(dev_is_dma_coherent(f->dev));
}

static void devices_that_snoop_need_no_maintenance(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kzalloc(PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_BIDIRECTIONAL);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_sync_single_for_cpu(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	dma_sync_single_for_device(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);

	assert_int_equal(cache_stat(cleans), 0);
	assert_int_equal(cache_stat(invalidates), 0);
	kfree(cpu);
}

/* ---- one range --------------------------------------------------------------------- */

static void stores_before_the_map_are_seen(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	u64 cleans = cache_stat(cleans), lines = cache_stat(clean_lines);
	dma_addr_t addr;

	fill_pattern(cpu, PAGE_SIZE, 1);
	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	assert_int_equal(cache_stat(cleans), cleans + 1);
	assert_int_equal(cache_stat(clean_lines), lines + LINES_A_PAGE);

	/* Nothing came back that the CPU would have to look for. */
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	assert_int_equal(cache_stat(invalidates), 0);
	kfree(cpu);
}

static void without_sync_for_device_it_reads_stale_bytes(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	fill_pattern(cpu, PAGE_SIZE, 1);
	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	fill_pattern(cpu, PAGE_SIZE, 2);
	assert_device_reads(f, addr, PAGE_SIZE, 1);

	dma_sync_single_for_device(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	assert_device_reads(f, addr, PAGE_SIZE, 2);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	kfree(cpu);
}

static void without_sync_for_cpu_it_reads_stale_bytes(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	u64 before = cache_stat(invalidates);
	dma_addr_t addr;

	fill_pattern(cpu, PAGE_SIZE, 1);
	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr, PAGE_SIZE, 2);
	assert_pattern(cpu, PAGE_SIZE, 1);

	dma_sync_single_for_cpu(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_pattern(cpu, PAGE_SIZE, 2);
	dma_sync_single_for_device(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_device_writes(f, addr, PAGE_SIZE, 3);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_pattern(cpu, PAGE_SIZE, 3);
	assert_int_equal(cache_stat(invalidates), before + 2);
	kfree(cpu);
}

static void a_sync_of_a_part_reaches_that_part_only(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	memset(cpu, 1, PAGE_SIZE);
	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr, PAGE_SIZE, 2);
	dma_sync_single_for_cpu(f->dev, addr + 1024, 512, DMA_FROM_DEVICE);
	assert_int_equal(cpu[1023], 1);
	assert_int_equal(cpu[1024], pattern_byte(2, 1024));
	assert_int_equal(cpu[1535], pattern_byte(2, 1535));
	assert_int_equal(cpu[1536], 1);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	kfree(cpu);
}

static void skipped_maintenance_does_not_happen(void **state)
{
	struct fixture *f = *state;
	unsigned long attrs = DMA_ATTR_SKIP_CPU_SYNC;
	u8 *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	fill_pattern(cpu, PAGE_SIZE, 1);
	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	fill_pattern(cpu, PAGE_SIZE, 2);

	addr = dma_map_single_attrs(f->dev, cpu, PAGE_SIZE, DMA_BIDIRECTIONAL,
				    attrs);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	assert_device_writes(f, addr, PAGE_SIZE, 3);
	dma_unmap_single_attrs(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL,
			       attrs);
	assert_pattern(cpu, PAGE_SIZE, 2);
	assert_int_equal(cache_stat(cleans), 1);
	assert_int_equal(cache_stat(invalidates), 0);
	kfree(cpu);
}

static void a_partial_write_leaves_the_rest_to_the_cpu(void **state)
{
	struct fixture *f = *state;
	u8 *cpu = kmalloc(256, GFP_KERNEL);
	dma_addr_t addr;

	memset(cpu, 1, 256);
	addr = dma_map_single(f->dev, cpu, 256, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr + 70, 60, 2);
	dma_unmap_single(f->dev, addr, 256, DMA_FROM_DEVICE);
	assert_int_equal(cpu[69], 1);
	assert_pattern(cpu + 70, 60, 2);
	assert_int_equal(cpu[130], 1);
	kfree(cpu);
}

static void kmalloc_buffers_of_a_line_share_none(void **state)
{
	u8 *a = kmalloc(64, GFP_KERNEL), *b = kmalloc(64, GFP_KERNEL);

	assert_int_equal((uintptr_t)a % 64, 0);
	assert_int_equal((uintptr_t)b % 64, 0);
	kfree(a);
	kfree(b);
}

static void a_store_to_a_neighbour_in_the_line_costs_the_data(void **state)
{
	struct fixture *f = *state;
	struct {
		u8 buffer[32];
		u8 counter;
	} *both = kzalloc(sizeof(*both), GFP_KERNEL);
	dma_addr_t addr;

	addr = dma_map_single(f->dev, both->buffer, 32, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr, 32, 2);
	both->counter = 7;
	dma_unmap_single(f->dev, addr, 32, DMA_FROM_DEVICE);

	assert_int_equal(both->counter, 7);
	assert_int_equal(both->buffer[0], 0);
	assert_int_equal(cache_stat(overwritten), 1);
	kfree(both);
}

/* ---- lists ------------------------------------------------------------------------- */

static void lists_are_maintained_entry_by_entry(void **state)
{
	struct fixture *f = *state;
	struct scatterlist *sg;
	struct sg_table sgt;
	u64 cleans, i;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	assert_int_equal(sg_alloc_table(&sgt, 20, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i) {
		sg_set_page(sg, alloc_page(GFP_KERNEL), PAGE_SIZE, 0);
		fill_pattern(sg_virt(sg), PAGE_SIZE, 3);
	}
	cleans = cache_stat(cleans);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(cache_stat(cleans), cleans + 20);
	for_each_sgtable_dma_sg(&sgt, sg, i) {
		u32 at;

		for (at = 0; at < sg_dma_len(sg); at += PAGE_SIZE) {
			assert_device_reads(f, sg_dma_address(sg) + at,
					    PAGE_SIZE, 3);
			assert_device_writes(f, sg_dma_address(sg) + at,
					     PAGE_SIZE, 4);
		}
	}
	for_each_sgtable_sg(&sgt, sg, i)
		assert_pattern(sg_virt(sg), PAGE_SIZE, 3);

	dma_sync_sgtable_for_cpu(f->dev, &sgt, DMA_BIDIRECTIONAL);
	assert_int_equal(cache_stat(invalidates), 20);
	for_each_sgtable_sg(&sgt, sg, i) {
		assert_pattern(sg_virt(sg), PAGE_SIZE, 4);
		fill_pattern(sg_virt(sg), PAGE_SIZE, 5);
	}
	assert_device_reads(f, sg_dma_address(sgt.sgl), PAGE_SIZE, 4);
	dma_sync_sgtable_for_device(f->dev, &sgt, DMA_BIDIRECTIONAL);
	assert_int_equal(cache_stat(cleans), cleans + 40);
	assert_device_reads(f, sg_dma_address(sgt.sgl), PAGE_SIZE, 5);

	dma_unmap_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(cache_stat(invalidates), 40);
	for_each_sgtable_sg(&sgt, sg, i)
		__free_page(sg_page(sg));
	sg_free_table(&sgt);
}

static void a_skipped_list_is_left_alone(void **state)
{
	struct fixture *f = *state;
	unsigned long attrs = DMA_ATTR_SKIP_CPU_SYNC;
	struct page *page = alloc_page(GFP_KERNEL);
	u64 cleans = cache_stat(cleans);
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, PAGE_SIZE, 0);
	assert_int_equal(
		dma_map_sg_attrs(f->dev, &sg, 1, DMA_FROM_DEVICE, attrs), 1);
	dma_unmap_sg_attrs(f->dev, &sg, 1, DMA_FROM_DEVICE, attrs);
	assert_int_equal(cache_stat(cleans), cleans);
	assert_int_equal(cache_stat(invalidates), 0);
	__free_page(page);
}

/* ---- two-step ------------------------------------------------------------------------ */

static void link_pages(struct fixture *f, struct dma_iova_state *iova,
		       struct page *block, unsigned int nr, size_t step,
		       enum dma_data_direction dir, unsigned long attrs)
{
	size_t at;

	assert_true(dma_iova_try_alloc(f->dev, iova, 0, nr * PAGE_SIZE));
	for (at = 0; at < nr * PAGE_SIZE; at += step)
		assert_int_equal(dma_iova_link(f->dev, iova,
					       page_to_phys(block) + at, at,
					       step, dir, attrs),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, iova, 0, nr * PAGE_SIZE), 0);
}

/* spec: dma-core 39 */
static void
a_link_cleans_once_and_an_unlink_invalidates_each_granule(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	u8 *cpu = page_address(block);
	u64 cleans = cache_stat(cleans), lines = cache_stat(clean_lines);
	struct dma_iova_state iova;

	fill_pattern(cpu, 4 * PAGE_SIZE, 1);
	link_pages(f, &iova, block, 4, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(cache_stat(cleans), cleans + 1);
	assert_int_equal(cache_stat(clean_lines), lines + 4 * LINES_A_PAGE);
	assert_device_reads(f, iova.addr, 4 * PAGE_SIZE, 1);

	assert_device_writes(f, iova.addr, 4 * PAGE_SIZE, 2);
	assert_pattern(cpu, 4 * PAGE_SIZE, 1);
	dma_iova_unlink(f->dev, &iova, 0, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(cache_stat(invalidates), 4 * PAGE_SIZE / PAGE_4K);
	assert_int_equal(cache_stat(invalidate_lines), 4 * LINES_A_PAGE);
	assert_pattern(cpu, 4 * PAGE_SIZE, 2);
	dma_iova_free(f->dev, &iova);
	__free_pages(block, 2);
}

/* spec: dma-core 39 */
static void skipping_suppresses_both(void **state)
{
	struct fixture *f = *state;
	unsigned long attrs = DMA_ATTR_SKIP_CPU_SYNC;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	u64 cleans = cache_stat(cleans);
	struct dma_iova_state iova;

	memset(page_address(block), 1, 4 * PAGE_SIZE);
	link_pages(f, &iova, block, 4, PAGE_SIZE, DMA_FROM_DEVICE, attrs);
	assert_device_writes(f, iova.addr, 4 * PAGE_SIZE, 2);
	dma_iova_destroy(f->dev, &iova, 4 * PAGE_SIZE, DMA_FROM_DEVICE, attrs);

	assert_int_equal(cache_stat(cleans), cleans);
	assert_int_equal(cache_stat(invalidates), 0);
	assert_int_equal(((u8 *)page_address(block))[5], 1);
	__free_pages(block, 2);
}

static void a_destroy_shows_what_the_device_wrote(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	u64 cleans = cache_stat(cleans);
	struct dma_iova_state iova;

	link_pages(f, &iova, block, 4, PAGE_SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(cache_stat(cleans), cleans + 4);
	assert_device_writes(f, iova.addr, 4 * PAGE_SIZE, 2);
	dma_iova_destroy(f->dev, &iova, 4 * PAGE_SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(cache_stat(invalidates), 4 * PAGE_SIZE / PAGE_4K);
	assert_pattern(page_address(block), 4 * PAGE_SIZE, 2);

	link_pages(f, &iova, block, 4, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_destroy(f->dev, &iova, 4 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(cache_stat(invalidates), 4 * PAGE_SIZE / PAGE_4K);
	__free_pages(block, 2);
}

static void only_the_bytes_of_an_unaligned_link_are_maintained(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	u8 *cpu = page_address(block);
	u64 lines = cache_stat(clean_lines);
	struct dma_iova_state iova;
	phys_addr_t phys = page_to_phys(block) + 0xa00;

	assert_true(dma_iova_try_alloc(f->dev, &iova, phys, 0x2000));
	assert_int_equal(dma_iova_link(f->dev, &iova, phys, 0, 0x2000,
				       DMA_FROM_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x2000), 0);
	assert_int_equal(cache_stat(clean_lines), lines + 0x2000 / 64);
	assert_device_writes(f, iova.addr, 0x2000, 6);
	dma_iova_destroy(f->dev, &iova, 0x2000, DMA_FROM_DEVICE, 0);

	assert_pattern(cpu + 0xa00, 0x2000, 6);
	/* Three granules, the first and the last in part. */
	assert_int_equal(cache_stat(invalidates), 3);
	assert_int_equal(cache_stat(invalidate_lines), 0x2000 / 64);
	__free_pages(block, 2);
}

/*
 * A list that failed has not been the device's: nothing is to be seen of what it
 * wrote, and what the CPU has is worth more.
 */
static void a_failed_list_is_not_shown_to_the_cpu(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	struct scatterlist sgl[3];
	unsigned int i;

	if (f->variant->translated)
		fixture_make_external(f);
	sg_init_table(sgl, 3);
	for (i = 0; i < 3; i++)
		sg_set_page(&sgl[i], block + i, PAGE_SIZE, 0);
	/* A part of a page bounces if the device is not trusted. */
	sgl[2].length = 512;
	if (f->variant->translated)
		dmasim_fail_nth(DMASIM_SITE_BOUNCE, 1);
	else
		dmasim_fail_nth(DMASIM_SITE_MAP, 3);
	assert_int_equal(dma_map_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL), 0);
	dmasim_fail_off();

	assert_int_equal(cache_stat(clean_lines), 2 * PAGE_SIZE / 64);
	assert_int_equal(cache_stat(invalidates), 0);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	__free_pages(block, 2);
}

/* ---- allocations ------------------------------------------------------------------------ */

static void coherent_memory_is_seen_alike(void **state)
{
	static const gfp_t how[] = { GFP_KERNEL, GFP_ATOMIC };
	struct fixture *f = *state;
	u64 cleans, invalidates;
	dma_addr_t addr;
	unsigned int i;
	u8 *cpu;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		cpu = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &addr, how[i]);
		assert_non_null(cpu);
		cleans = cache_stat(cleans);
		invalidates = cache_stat(invalidates);
		fill_pattern(cpu, 3 * PAGE_SIZE, 1);
		assert_device_reads(f, addr, 3 * PAGE_SIZE, 1);
		assert_device_writes(f, addr, 3 * PAGE_SIZE, 2);
		assert_pattern(cpu, 3 * PAGE_SIZE, 2);
		assert_int_equal(cache_stat(cleans), cleans);
		assert_int_equal(cache_stat(invalidates), invalidates);
		dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, addr);
	}
}

static void no_line_of_coherent_memory_is_left_in_a_cache(void **state)
{
	struct fixture *f = *state;
	u64 cleaned = cache_stat(clean_lines);
	u64 dropped = cache_stat(invalidate_lines);
	dma_addr_t addr;
	void *cpu =
		dma_alloc_coherent(f->dev, 4 * PAGE_SIZE, &addr, GFP_KERNEL);

	assert_non_null(cpu);
	/* Once for the allocation; where it is translated, once for the map. */
	assert_true(cache_stat(clean_lines) - cleaned >= 4 * LINES_A_PAGE);
	assert_true(cache_stat(invalidate_lines) - dropped >= 4 * LINES_A_PAGE);
	dma_free_coherent(f->dev, 4 * PAGE_SIZE, cpu, addr);
}

static void freed_coherent_memory_is_cached_again(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	phys_addr_t phys;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_KERNEL);

	assert_non_null(cpu);
	phys = page_to_phys(vmalloc_to_page(cpu));
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, addr);
	/* Lazy: the old address goes first. */
	dmasim_run_for(20 * 1000 * 1000);

	cpu = ram_at(phys, PAGE_SIZE);
	fill_pattern(cpu, PAGE_SIZE, 1);
	addr = dma_map_phys(f->dev, phys, PAGE_SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	fill_pattern(cpu, PAGE_SIZE, 2);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	dma_unmap_phys(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE, 0);
}

static void pool_blocks_are_coherent_memory(void **state)
{
	struct fixture *f = *state;
	struct dma_pool *pool = dma_pool_create("p", f->dev, 64, 64, 0);
	dma_addr_t addr;
	void *block = dma_pool_alloc(pool, GFP_KERNEL, &addr);

	fill_pattern(block, 64, 1);
	assert_device_reads(f, addr, 64, 1);
	assert_device_writes(f, addr, 64, 2);
	assert_pattern(block, 64, 2);
	dma_pool_free(pool, block, addr);
	dma_pool_destroy(pool);
}

static void allocated_pages_are_cached(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	struct page *page = dma_alloc_pages(f->dev, PAGE_SIZE, &addr,
					    DMA_BIDIRECTIONAL, GFP_KERNEL);

	assert_non_null(page);
	dma_sync_single_for_device(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	fill_pattern(page_address(page), PAGE_SIZE, 1);
	assert_read(f, addr, DMASIM_DMA_OK);
	dma_sync_single_for_device(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	assert_device_reads(f, addr, PAGE_SIZE, 1);
	assert_device_writes(f, addr, PAGE_SIZE, 2);
	assert_pattern(page_address(page), PAGE_SIZE, 1);
	dma_sync_single_for_cpu(f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	assert_pattern(page_address(page), PAGE_SIZE, 2);
	dma_free_pages(f->dev, PAGE_SIZE, page, addr, DMA_BIDIRECTIONAL);
}

static void noncontiguous_memory_is_cached(void **state)
{
	struct fixture *f = *state;
	struct sg_table *sgt;
	dma_addr_t addr;
	u8 *cpu;

	/* Large pages are longer entries than a device takes unless it says so. */
	dma_set_max_seg_size(f->dev, UINT_MAX);
	sgt = dma_alloc_noncontiguous(f->dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	assert_non_null(sgt);
	addr = sg_dma_address(sgt->sgl);
	cpu = dma_vmap_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt);
	fill_pattern(cpu, 5 * PAGE_SIZE, 1);
	dma_sync_sgtable_for_device(f->dev, sgt, DMA_BIDIRECTIONAL);
	assert_device_reads(f, addr, 5 * PAGE_SIZE, 1);
	assert_device_writes(f, addr, 5 * PAGE_SIZE, 2);
	assert_pattern(cpu, 5 * PAGE_SIZE, 1);
	dma_sync_sgtable_for_cpu(f->dev, sgt, DMA_BIDIRECTIONAL);
	assert_pattern(cpu, 5 * PAGE_SIZE, 2);
	dma_vunmap_noncontiguous(f->dev, cpu);
	dma_free_noncontiguous(f->dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
}

/* ---- a defect that only such a device shows ------------------------------------------------ */

/*
 * A driver that forgets addresses and reads them back from the descriptors it
 * gave the device: @head, of the list as such, and @list, one entry a page. Both
 * have one type, and one day somebody passes them the other way round.
 */
struct descriptor {
	u64 addr;
	u32 len;
	bool data; /* else a list */
};

#define PAGES 6

static void unmap_by_list(struct fixture *f, const struct descriptor *head,
			  const struct descriptor *list)
{
	u64 i, nr = head->len / sizeof(*list);

	if (head->data) {
		dma_unmap_page(f->dev, head->addr, head->len, DMA_FROM_DEVICE);
		return;
	}
	for (i = 0; i < nr; i++)
		dma_unmap_page(f->dev, list[i].addr, list[i].len,
			       DMA_FROM_DEVICE);
}

/* A read of PAGES pages. Returns how many 64-byte runs the CPU sees wrong. */
static unsigned int lines_lost(struct fixture *f, bool swapped)
{
	struct page *page[PAGES];
	struct descriptor *list, head;
	unsigned int i, at, lost = 0;
	dma_addr_t addr;
	u8 want[64];

	list = dma_alloc_coherent(f->dev, PAGE_SIZE, &addr, GFP_KERNEL);
	head = (struct descriptor){ addr, PAGES * sizeof(*list), false };
	for (i = 0; i < PAGES; i++) {
		page[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		list[i].addr = dma_map_page(f->dev, page[i], 0, PAGE_SIZE,
					    DMA_FROM_DEVICE);
		assert_int_equal(dma_mapping_error(f->dev, list[i].addr), 0);
		list[i].len = PAGE_SIZE;
		list[i].data = true;
		assert_device_writes(f, list[i].addr, PAGE_SIZE, i + 1);
	}
	if (swapped)
		unmap_by_list(f, list, &head);
	else
		unmap_by_list(f, &head, list);
	for (i = 0; i < PAGES; i++) {
		for (at = 0; at < PAGE_SIZE; at += 64) {
			unsigned int k;

			for (k = 0; k < 64; k++)
				want[k] = pattern_byte(i + 1, at + k);
			if (memcmp(page_address(page[i]) + at, want, 64))
				lost++;
		}
		__free_page(page[i]);
	}
	dma_free_coherent(f->dev, PAGE_SIZE, list, addr);
	return lost;
}

static void swapped_descriptors_lose_lines(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(lines_lost(f, false), 0);
	/* No warning, no fault: only wrong bytes, as in the field. */
	assert_int_equal(lines_lost(f, true), (PAGES - 1) * LINES_A_PAGE);
}

/* Who translates sees that as many mappings stay as unmaps did not happen. */
static void swapped_descriptors_leak(void **state)
{
	struct fixture *f = *state;
	u64 taken = dma_stat(iova_allocs) - dma_stat(iova_frees);

	expect_events(DMASIM_EVENT_LEAK, "iova-leak", 1);
	assert_int_equal(lines_lost(f, true), (PAGES - 1) * LINES_A_PAGE);

	assert_int_equal(dma_stat(iova_allocs) - dma_stat(iova_frees) - taken,
			 PAGES - 1);
	/* The pages are free, and the device still reaches the fourth: below
	 * 4 GiB the list comes first, then the pages. */
	assert_write(f, SZ_4G - 5 * PAGE_SIZE, DMASIM_DMA_OK);
}

/* The checker says so at once: a page is freed, a mapping has it. */
static void swapped_descriptors_are_told(void **state)
{
	struct fixture *f = *state;

	lines_lost(f, true);

	expect_checker(f, "checker-page-freed", PAGES - 1);
	assert_event(DMASIM_EVENT_MISUSE, "checker-page-freed", PAGES - 1);
	expect_events(DMASIM_EVENT_LEAK, "checker-leak", PAGES - 1);
	expect_events(DMASIM_EVENT_LEAK, "iova-leak", 1);
}

static void snooping_hides_swapped_descriptors(void **state)
{
	assert_int_equal(lines_lost(*state, true), 0);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_failed_list_is_not_shown_to_the_cpu),
		fixture_case(syncs_and_unmaps_are_always_needed),
		fixture_case(stores_before_the_map_are_seen),
		fixture_case(without_sync_for_device_it_reads_stale_bytes),
		fixture_case(without_sync_for_cpu_it_reads_stale_bytes),
		fixture_case(a_sync_of_a_part_reaches_that_part_only),
		fixture_case(skipped_maintenance_does_not_happen),
		fixture_case(a_partial_write_leaves_the_rest_to_the_cpu),
		fixture_case(kmalloc_buffers_of_a_line_share_none),
		fixture_case(a_store_to_a_neighbour_in_the_line_costs_the_data),
		fixture_case(lists_are_maintained_entry_by_entry),
		fixture_case(a_skipped_list_is_left_alone),
		fixture_case(coherent_memory_is_seen_alike),
		fixture_case(no_line_of_coherent_memory_is_left_in_a_cache),
		fixture_case(freed_coherent_memory_is_cached_again),
		fixture_case(pool_blocks_are_coherent_memory),
		fixture_case(allocated_pages_are_cached),
		fixture_case(noncontiguous_memory_is_cached),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(
			a_link_cleans_once_and_an_unlink_invalidates_each_granule),
		fixture_case(skipping_suppresses_both),
		fixture_case(a_destroy_shows_what_the_device_wrote),
		fixture_case(
			only_the_bytes_of_an_unaligned_link_are_maintained),
	};
	const struct CMUnitTest coherent[] = {
		fixture_case(each_device_is_asked_for_its_own),
		fixture_case(devices_that_snoop_need_no_maintenance),
	};
	/* What holds whatever the caches do by themselves. */
	const struct CMUnitTest careful[] = {
		fixture_case(stores_before_the_map_are_seen),
		fixture_case(a_partial_write_leaves_the_rest_to_the_cpu),
		fixture_case(kmalloc_buffers_of_a_line_share_none),
		fixture_case(coherent_memory_is_seen_alike),
		fixture_case(pool_blocks_are_coherent_memory),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(swapped_descriptors_lose_lines),
	};
	const struct CMUnitTest leaks[] = {
		fixture_case(swapped_descriptors_leak),
	};
	const struct CMUnitTest told[] = {
		fixture_case(swapped_descriptors_are_told),
	};
	const struct CMUnitTest direct_coherent[] = {
		fixture_case(snooping_hides_swapped_descriptors),
	};

	return run_variants("noncoherent", any, variants_noncoherent) +
	       run_variants("noncoherent", translated,
			    variants_noncoherent_translated) +
	       run_variants("noncoherent", coherent, variants_all) +
	       run_variants_("noncoherent", direct, ARRAY_SIZE(direct),
			     variants_noncoherent, 2) +
	       run_variants_("noncoherent", leaks, ARRAY_SIZE(leaks),
			     variants_noncoherent_translated, 1) +
	       run_variants_("noncoherent", told, ARRAY_SIZE(told),
			     variants_checker + 4, 1) +
	       run_variants_("noncoherent", any, ARRAY_SIZE(any),
			     variants_checker + 4, 1) +
	       run_variants_("noncoherent", translated, ARRAY_SIZE(translated),
			     variants_checker + 4, 1) +
	       run_variants("noncoherent", direct_coherent,
			    variants_untranslated) +
	       run_variants("noncoherent", careful, variants_speculation);
}
