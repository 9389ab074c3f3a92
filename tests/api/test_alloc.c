/* SPDX-License-Identifier: MIT */
/*
 * Memory for CPU and device together: dma_alloc_*, dma_alloc_pages(), managed
 * memory. User mappings and noncontiguous memory: test_mmap.c.
 *
 * Pages larger than granules (dma-core 94): test_granule.c.
 */
#include <linux/dmapool.h>
#include <linux/irqflags.h>
#include <linux/vmalloc.h>

#include "api/api.h"

/* The next pages handed out hold no zeroes by chance. */
static void dirty_free_pages(unsigned int nr)
{
	struct page *page[64];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		memset(page_address(page[i]), 0xff, PAGE_SIZE);
	}
	while (i--)
		__free_page(page[i]);
}

static void assert_zeroed(const void *buf, size_t len)
{
	const u8 *byte = buf;

	while (len--)
		assert_int_equal(*byte++, 0);
}

/* ---- coherent memory ---------------------------------------------------------------- */

/* spec: dma-core 94 */
static void a_small_buffer_is_a_zeroed_page(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	u8 *cpu;

	dirty_free_pages(16);
	cpu = dma_alloc_coherent(f->dev, 100, &handle, GFP_KERNEL);

	assert_non_null(cpu);
	assert_int_equal(offset_in_page(cpu), 0);
	assert_zeroed(cpu, PAGE_SIZE);
	fill_pattern(cpu, 100, 1);
	assert_device_reads(f, handle, 100, 1);
	assert_device_writes(f, handle, 100, 2);
	assert_pattern(cpu, 100, 2);
	dma_free_coherent(f->dev, 100, cpu, handle);
}

/* spec: dma-core 94 */
static void a_small_buffer_takes_one_granule(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, 100, &handle, GFP_KERNEL);

	assert_int_equal(handle, 0xfffff000);
	assert_not_mapped(f, 0xffffe000, 0x1000);
	assert_not_mapped(f, 0x100000000, 0x1000);

	dma_free_coherent(f->dev, 100, cpu, handle);
	assert_not_mapped(f, 0xfffff000, 0x1000);
}

static void atomic_memory_is_usable_by_both(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	u8 *cpu =
		dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &handle, GFP_ATOMIC);

	assert_non_null(cpu);
	assert_zeroed(cpu, 3 * PAGE_SIZE);
	fill_pattern(cpu, 3 * PAGE_SIZE, 3);
	assert_device_reads(f, handle, 3 * PAGE_SIZE, 3);

	dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, handle);
}

/*
 * Leave no two free neighbours: take every page there is, then give each second
 * one back.
 */
struct shattered {
	struct page **page;
	size_t nr;
};

static void shatter(struct shattered *s)
{
	struct dmasim_mem_stats mem;
	size_t i;

	dmasim_mem_get_stats(&mem);
	s->page = calloc(mem.pages_total, sizeof(*s->page));
	assert_non_null(s->page);
	s->nr = 0;
	for (;;) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_NOWARN);

		if (!page)
			break;
		s->page[s->nr++] = page;
	}
	for (i = 0; i < s->nr; i++) {
		if (page_to_pfn(s->page[i]) & 1)
			continue;
		__free_page(s->page[i]);
		s->page[i] = NULL;
	}
}

static void mend(struct shattered *s)
{
	while (s->nr--)
		if (s->page[s->nr])
			__free_page(s->page[s->nr]);
	free(s->page);
}

static void build_small_machine(struct fixture *f)
{
	f->cfg.ram_bytes = SZ_64M;
	fixture_rebuild(f);
}

/* spec: dma-core 95 */
static void scattered_pages_are_joined_for_cpu_and_device(void **state)
{
	struct fixture *f = *state;
	struct shattered s;
	dma_addr_t handle;
	u8 *cpu;

	build_small_machine(f);
	shatter(&s);

	cpu = dma_alloc_coherent(f->dev, 3 * SZ_1M, &handle, GFP_KERNEL);

	assert_non_null(cpu);
	assert_true(is_vmalloc_addr(cpu));
	fill_pattern(cpu, 3 * SZ_1M, 95);
	assert_device_reads(f, handle, 3 * SZ_1M, 95);
	dma_free_coherent(f->dev, 3 * SZ_1M, cpu, handle);
	mend(&s);
}

/* spec: dma-core 95 */
static void contiguous_memory_is_not_made_of_pieces(void **state)
{
	struct fixture *f = *state;
	struct shattered s;
	dma_addr_t handle;

	build_small_machine(f);
	shatter(&s);

	assert_null(dma_alloc_attrs(f->dev, 3 * SZ_1M, &handle, GFP_KERNEL,
				    DMA_ATTR_FORCE_CONTIGUOUS));

	mend(&s);
}

static void contiguous_memory_is_contiguous(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = dma_alloc_attrs(f->dev, SZ_64K, &handle, GFP_KERNEL,
				    DMA_ATTR_FORCE_CONTIGUOUS);
	phys_addr_t phys;

	assert_non_null(cpu);
	/* Uncached memory has a view of its own. */
	assert_int_equal(is_vmalloc_addr(cpu), f->variant->noncoherent);
	phys = f->variant->noncoherent ? page_to_phys(vmalloc_to_page(cpu)) :
					 virt_to_phys(cpu);
	assert_translates(f, handle, phys);
	assert_translates(f, handle + SZ_64K - 1, phys + SZ_64K - 1);

	dma_free_attrs(f->dev, SZ_64K, cpu, handle, DMA_ATTR_FORCE_CONTIGUOUS);
}

static void a_blocking_buffer_is_one_range_for_the_device(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	u8 *cpu;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	cpu = dma_alloc_attrs(f->dev, SZ_64K, &handle, GFP_KERNEL,
			      DMA_ATTR_ALLOC_SINGLE_PAGES);

	assert_non_null(cpu);
	assert_true(is_vmalloc_addr(cpu));
	assert_int_equal(handle, 0xffff0000);
	fill_pattern(cpu, SZ_64K, 5);
	assert_device_reads(f, handle, SZ_64K, 5);
	dma_free_attrs(f->dev, SZ_64K, cpu, handle,
		       DMA_ATTR_ALLOC_SINGLE_PAGES);
}

static void a_coherent_mask_limits_the_address(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu;

	assert_int_equal(dma_set_coherent_mask(f->dev, DMA_BIT_MASK(32)), 0);

	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);

	assert_non_null(cpu);
	assert_in_range(handle, 0, 0xfffff000);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

/* ---- misuse ---------------------------------------------------------------------------- */

/* spec: dma-core 96 */
static void compound_pages_are_refused(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;

	expect_warns(1);

	assert_null(dma_alloc_coherent(f->dev, PAGE_SIZE, &handle,
				       GFP_KERNEL | __GFP_COMP));
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_null(dma_alloc_coherent(f->dev, PAGE_SIZE, &handle,
				       GFP_KERNEL | __GFP_COMP));
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
}

/* spec: dma-core 96 */
static void zones_are_refused_for_pages(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;

	expect_warns(1);

	assert_null(dma_alloc_pages(f->dev, PAGE_SIZE, &handle,
				    DMA_BIDIRECTIONAL, GFP_KERNEL | GFP_DMA));
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
}

/* spec: dma-core 96, and 5.2, 5.3 */
static void compound_pages_and_no_mask_are_refused_for_pages(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;

	expect_warns(3);

	assert_null(dma_alloc_pages(f->dev, PAGE_SIZE, &handle, DMA_TO_DEVICE,
				    GFP_KERNEL | __GFP_COMP));
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_null(dma_alloc_noncontiguous(f->dev, PAGE_SIZE, DMA_TO_DEVICE,
					    GFP_KERNEL | __GFP_COMP, 0));
	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	f->dev->coherent_dma_mask = 0;
	assert_null(dma_alloc_pages(f->dev, PAGE_SIZE, &handle, DMA_TO_DEVICE,
				    GFP_KERNEL));
	assert_event(DMASIM_EVENT_WARN, NULL, 3);
}

/* spec: dma-core 5.1 */
static void without_a_coherent_mask_it_is_tried_all_the_same(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu;

	expect_warns(1);
	f->dev->coherent_dma_mask = 0;

	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle,
				 GFP_KERNEL | __GFP_NOWARN);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	if (cpu)
		dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

static void zones_are_ignored_for_coherent_memory(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle,
				       GFP_KERNEL | GFP_DMA);

	assert_non_null(cpu);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

/* spec: dma-core 97 */
static void freeing_with_interrupts_off_is_warned_about(void **state)
{
	struct fixture *f = *state;
	unsigned long flags;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_ATOMIC);

	expect_warns(1);
	assert_non_null(cpu);

	local_irq_save(flags);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	local_irq_restore(flags);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	/* It is free all the same: the fixture counts. */
}

/* spec: dma-core 97 */
static void freeing_nothing_is_allowed(void **state)
{
	struct fixture *f = *state;

	dma_free_coherent(f->dev, PAGE_SIZE, NULL, 0);
}

/*
 * W10: memory that works as a linear address without an IOMMU, and is a second
 * view of its pages with one.
 */
static void a_view_has_no_linear_address(void **state)
{
	struct fixture *f = *state;
	bool remapped = f->variant->translated || f->variant->noncoherent;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);

	assert_non_null(cpu);
	assert_int_equal(is_vmalloc_addr(cpu), remapped);
	assert_int_equal(virt_addr_valid(cpu), !remapped);
#ifdef DMASIM_DEBUG
	if (remapped) {
		expect_warns(2);
		assert_int_equal(virt_to_phys(cpu), 0);
		assert_ptr_equal(virt_to_page(cpu), pfn_to_page(0));
		assert_event(DMASIM_EVENT_WARN, "virt-to-phys", 2);
	}
#endif
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

static void mapping_a_view_is_refused(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle, again;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);

	if (is_vmalloc_addr(cpu)) {
		expect_warns(1);
		again = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_TO_DEVICE);
		assert_int_equal(dma_mapping_error(f->dev, again), -ENOMEM);
		assert_event(DMASIM_EVENT_WARN, "warn", 1);
	}
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

static void a_view_can_be_described_as_a_table(void **state)
{
	static const unsigned long how[] = { 0, DMA_ATTR_FORCE_CONTIGUOUS };
	struct fixture *f = *state;
	struct sg_table sgt;
	dma_addr_t handle;
	unsigned int i;
	u8 *cpu;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		cpu = dma_alloc_attrs(f->dev, 3 * PAGE_SIZE, &handle,
				      GFP_KERNEL, how[i]);
		assert_non_null(cpu);
		assert_int_equal(dma_get_sgtable_attrs(f->dev, &sgt, cpu,
						       handle, 3 * PAGE_SIZE,
						       how[i]),
				 0);
		cpu[0] = 0x5a;
		assert_int_equal(*(u8 *)sg_virt(sgt.sgl), 0x5a);
		sg_free_table(&sgt);
		dma_free_attrs(f->dev, 3 * PAGE_SIZE, cpu, handle, how[i]);
	}
}

/* ---- pages ------------------------------------------------------------------------------ */

static void pages_are_zeroed_and_mapped(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t handle;

	dirty_free_pages(16);
	page = dma_alloc_pages(f->dev, 3 * PAGE_SIZE, &handle,
			       DMA_BIDIRECTIONAL, GFP_KERNEL);

	assert_non_null(page);
	assert_zeroed(page_address(page), 3 * PAGE_SIZE);
	dma_sync_single_for_device(f->dev, handle, 3 * PAGE_SIZE,
				   DMA_BIDIRECTIONAL);
	assert_device_writes(f, handle, 3 * PAGE_SIZE, 4);
	dma_sync_single_for_cpu(f->dev, handle, 3 * PAGE_SIZE,
				DMA_BIDIRECTIONAL);
	assert_pattern(page_address(page), 3 * PAGE_SIZE, 4);
	dma_free_pages(f->dev, 3 * PAGE_SIZE, page, handle, DMA_BIDIRECTIONAL);
}

/* ---- failure ----------------------------------------------------------------------------- */

static void a_failed_allocation_leaves_nothing(void **state)
{
	/* No more than 256 KiB: a restricted pool has no larger buffer. */
	const size_t size = 3 * PAGE_SIZE;
	struct fixture *f = *state;
	struct sweep s;
	dma_addr_t handle;

	static const struct {
		gfp_t gfp;
		unsigned long attrs;
	} how[] = {
		{ GFP_KERNEL, 0 },
		{ GFP_ATOMIC, 0 },
		{ GFP_KERNEL, DMA_ATTR_FORCE_CONTIGUOUS },
		{ GFP_KERNEL, DMA_ATTR_ALLOC_SINGLE_PAGES },
		{ GFP_KERNEL, DMA_ATTR_WRITE_COMBINE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(how); i++)
		FAIL_SWEEP(s, SWEEP_ALL) {
			void *cpu = dma_alloc_attrs(f->dev, size, &handle,
						    how[i].gfp, how[i].attrs);

			if (cpu)
				dma_free_attrs(f->dev, size, cpu, handle,
					       how[i].attrs);
			else
				assert_true(sweep_failed());
		}
}

/* What is taken from a restricted pool and cannot be used goes back there. */
static void a_restricted_pool_out_of_reach_is_no_memory(void **state)
{
	struct fixture *f = *state;
	struct dmasim_swiotlb_stats stats;
	dma_addr_t handle;
	struct page *page;
	void *cpu;

	f->cfg.restricted[0].size = 16ull << 20;
	f->cfg.restricted[0].all = true;
	fixture_rebuild(f);
	f->dev->coherent_dma_mask = DMA_BIT_MASK(20);

	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	assert_null(cpu);
	page = dma_alloc_pages(f->dev, PAGE_SIZE, &handle, DMA_TO_DEVICE,
			       GFP_KERNEL);
	assert_null(page);
	dmasim_swiotlb_get_device_stats(f->hw, &stats);
	assert_int_equal(stats.used, 0);

	f->dev->coherent_dma_mask = DMA_BIT_MASK(64);
	cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);
	assert_non_null(cpu);
	dmasim_swiotlb_get_device_stats(f->hw, &stats);
	assert_int_equal(stats.used, PAGE_SIZE / 2048);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

/* ---- managed memory ------------------------------------------------------------------------ */

static struct {
	void *cpu;
	dma_addr_t handle;
	size_t free_size; /* 0: leave it to the detach */
} managed;

static int managed_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	managed.cpu = dmam_alloc_coherent(&pdev->dev, PAGE_4K, &managed.handle,
					  GFP_KERNEL);
	if (!managed.cpu)
		return -ENOMEM;
	if (managed.free_size)
		dmam_free_coherent(&pdev->dev, managed.free_size, managed.cpu,
				   managed.handle);
	return 0;
}

static const struct pci_device_id managed_ids[] = {
	{ PCI_DEVICE(0x1d0f, 0xd3a5) },
	{},
};

static struct pci_driver managed_driver = {
	.name = "managed",
	.id_table = managed_ids,
	.probe = managed_probe,
};

/* spec: dma-core 5.4: with the attributes that it was allocated with */
static int combining_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	managed.cpu = dmam_alloc_attrs(&pdev->dev, PAGE_4K, &managed.handle,
				       GFP_KERNEL, DMA_ATTR_WRITE_COMBINE);
	return managed.cpu ? 0 : -ENOMEM;
}

static struct pci_driver combining_driver = {
	.name = "combining",
	.id_table = managed_ids,
	.probe = combining_probe,
};

/* The checker would name other attributes. */
static void detaching_frees_with_the_same_attributes(void **state)
{
	struct fixture *f = *state;
	uint64_t frees = dma_stat(iova_frees);

	assert_int_equal(pci_register_driver(&combining_driver), 0);
	assert_non_null(managed.cpu);
	pci_unregister_driver(&combining_driver);

	if (f->variant->translated && !f->variant->lazy)
		assert_int_equal(dma_stat(iova_frees) - frees, 1);
}

/* spec: dma-core 5.4 */
static void freeing_what_is_not_managed_is_warned_about(void **state)
{
	struct fixture *f = *state;
	struct dma_pool *pool = dma_pool_create("p", f->dev, 64, 64, 0);
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);

	expect_warns(2);
	dmam_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	dmam_pool_destroy(pool);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);
}

/* Bind a driver that allocates a granule and frees @free_size bytes of it. */
static void bind_managed(struct fixture *f, size_t free_size)
{
	managed.free_size = free_size;
	managed.cpu = NULL;
	assert_int_equal(pci_register_driver(&managed_driver), 0);
	assert_non_null(managed.cpu);
}

/* spec: dma-core 100 */
static void detaching_the_driver_frees(void **state)
{
	struct fixture *f = *state;
	struct dmasim_mem_stats before, after;

	/* The first round leaves caches warm. */
	bind_managed(f, 0);
	pci_unregister_driver(&managed_driver);
	dmasim_mem_get_stats(&before);

	bind_managed(f, 0);
	fill_pattern(managed.cpu, PAGE_4K, 6);
	assert_device_reads(f, managed.handle, PAGE_4K, 6);
	pci_unregister_driver(&managed_driver);

	dmasim_mem_get_stats(&after);
	assert_int_equal(after.slab_objects, before.slab_objects);
	assert_int_equal(dma_stat(iova_frees), dma_stat(iova_allocs));
}

/* spec: dma-core 100 */
static void memory_freed_by_hand_is_freed_once(void **state)
{
	struct fixture *f = *state;

	bind_managed(f, PAGE_4K);

	/* A second free would be warned about. */
	pci_unregister_driver(&managed_driver);
}

/* spec: dma-core 100 */
static void a_wrong_size_is_warned_about(void **state)
{
	struct fixture *f = *state;

	expect_warns(1);
	expect_checker(f, "checker-unmap-size", 1);

	/* Of the same number of granules, so that nothing else goes wrong. */
	bind_managed(f, 100);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	pci_unregister_driver(&managed_driver);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_small_buffer_is_a_zeroed_page),
		fixture_case(atomic_memory_is_usable_by_both),
		fixture_case(a_coherent_mask_limits_the_address),
		fixture_case(contiguous_memory_is_contiguous),
		fixture_case(contiguous_memory_is_not_made_of_pieces),
		fixture_case(compound_pages_are_refused),
		fixture_case(zones_are_refused_for_pages),
		fixture_case(compound_pages_and_no_mask_are_refused_for_pages),
		fixture_case(without_a_coherent_mask_it_is_tried_all_the_same),
		fixture_case(zones_are_ignored_for_coherent_memory),
		fixture_case(freeing_with_interrupts_off_is_warned_about),
		fixture_case(freeing_nothing_is_allowed),
		fixture_case(a_view_has_no_linear_address),
		fixture_case(mapping_a_view_is_refused),
		fixture_case(a_view_can_be_described_as_a_table),
		fixture_case(pages_are_zeroed_and_mapped),
		fixture_case(a_failed_allocation_leaves_nothing),
		fixture_case(memory_freed_by_hand_is_freed_once),
		fixture_case(a_wrong_size_is_warned_about),
		fixture_case(detaching_frees_with_the_same_attributes),
		fixture_case(freeing_what_is_not_managed_is_warned_about),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(a_small_buffer_takes_one_granule),
		fixture_case(scattered_pages_are_joined_for_cpu_and_device),
		fixture_case(a_blocking_buffer_is_one_range_for_the_device),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(a_restricted_pool_out_of_reach_is_no_memory),
	};
	const struct CMUnitTest at_once[] = {
		fixture_case(detaching_the_driver_frees),
	};

	return run_variants("alloc", any, variants_with_bounce) +
	       run_variants("alloc", any, variants_noncoherent) +
	       run_variants("alloc", translated, variants_translated) +
	       run_variants_("alloc", direct, ARRAY_SIZE(direct),
			     variants_untranslated, 1) +
	       run_variants_("alloc", direct, ARRAY_SIZE(direct),
			     variants_noncoherent, 1) +
	       run_variants("alloc", at_once, variants_strict) +
	       run_variants("alloc", any, variants_checker) +
	       run_variants("alloc", translated, variants_checker_translated) +
	       run_variants("alloc", at_once, variants_checker_strict) +
	       run_variants("alloc", any, variants_speculation) +
	       not_swept("dma_alloc_from_pool", "iommu_dma_alloc",
			 "set_memory_decrypted");
}
