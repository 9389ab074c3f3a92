/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of calls that give something back: they return nothing, so
 * whatever fails inside must leave no trace. What can fail there: an answer of a
 * device with a TLB of its own, room in the caches of addresses, memory of the checker.
 */
#include "api/api.h"

#include <linux/dmapool.h>
#include <linux/iommu-dma.h>
#include <linux/iova.h>

#define SIZE (3 * PAGE_4K)
/* Nobody but the device goes there. */
#define PHYS 0x123457000ull
#define REGISTERS 0x1000000000ull

/* ---- a device that does not answer ------------------------------------------------ */

static const struct dmasim_model with_ats = {
	.name = "ats",
	.vendor = 0x1d0f,
	.device = 0xd3a7,
	.class_code = 0xff0000,
	.bar = { { .size = 4096 } },
	.ats = true,
};

static int setup_ats(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	dmasim_device_destroy(f->hw);
	if (dmasim_device_create(f->machine, &with_ats, NULL, &f->hw))
		fail_msg("%s", dmasim_refusal());
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	pci_set_master(f->pdev);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(64)),
			 0);
	return 0;
}

static void page_life(struct fixture *f, struct page *page)
{
	dma_addr_t addr = dma_map_page(f->dev, page, 0, SIZE, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page(f->dev, addr, SIZE, DMA_TO_DEVICE);

	addr = dma_map_phys(f->dev, PHYS, SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_phys(f->dev, addr, SIZE, DMA_TO_DEVICE, 0);

	addr = dma_map_resource(f->dev, REGISTERS, SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_resource(f->dev, addr, SIZE, DMA_TO_DEVICE, 0);
}

/* What stands behind them in the kernel's header for IOMMU drivers. */
static void inner_life(struct fixture *f, struct page *page)
{
	dma_addr_t addr =
		iommu_dma_map_page(f->dev, page, 0, SIZE, DMA_TO_DEVICE, 0);

	assert_true(addr != DMA_MAPPING_ERROR);
	iommu_dma_unmap_page(f->dev, addr, SIZE, DMA_TO_DEVICE, 0);

	addr = iommu_dma_map_resource(f->dev, REGISTERS, SIZE, DMA_TO_DEVICE,
				      0);
	assert_true(addr != DMA_MAPPING_ERROR);
	iommu_dma_unmap_resource(f->dev, addr, SIZE, DMA_TO_DEVICE, 0);
}

static void list_life(struct fixture *f, struct page *page)
{
	struct scatterlist sg[2];

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, PAGE_SIZE, 0);
	sg_set_page(&sg[1], page + 2, PAGE_SIZE, 0);
	assert_true(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE) > 0);
	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
}

static void memory_life(struct fixture *f)
{
	struct sg_table *sgt;
	struct page *page;
	dma_addr_t addr;
	void *cpu;

	cpu = dma_alloc_coherent(f->dev, SIZE, &addr, GFP_KERNEL);
	assert_non_null(cpu);
	dma_free_coherent(f->dev, SIZE, cpu, addr);

	cpu = dmam_alloc_coherent(f->dev, SIZE, &addr, GFP_KERNEL);
	assert_non_null(cpu);
	dmam_free_coherent(f->dev, SIZE, cpu, addr);

	page = dma_alloc_pages(f->dev, SIZE, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	assert_non_null(page);
	dma_free_pages(f->dev, SIZE, page, addr, DMA_TO_DEVICE);

	sgt = dma_alloc_noncontiguous(f->dev, SIZE, DMA_TO_DEVICE, GFP_KERNEL,
				      0);
	assert_non_null(sgt);
	dma_free_noncontiguous(f->dev, SIZE, sgt, DMA_TO_DEVICE);
}

static void pool_life(struct fixture *f)
{
	struct dma_pool *pool = dma_pool_create("p", f->dev, 64, 64, 0);
	dma_addr_t addr;
	void *block;

	block = dma_pool_alloc(pool, GFP_KERNEL, &addr);
	assert_non_null(block);
	dma_pool_free(pool, block, addr);
	dma_pool_destroy(pool);

	pool = dmam_pool_create("m", f->dev, 64, 64, 0);
	block = dma_pool_alloc(pool, GFP_KERNEL, &addr);
	assert_non_null(block);
	dma_pool_free(pool, block, addr);
	dmam_pool_destroy(pool);
}

static void two_step_life(struct fixture *f)
{
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, SIZE));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_unlink(f->dev, &iova, 0, PAGE_4K, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, PAGE_4K,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_destroy(f->dev, &iova, SIZE, DMA_TO_DEVICE, 0);
}

static void a_silent_device_keeps_nothing_alive(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	unsigned int silent = 0;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_DEVICE_TLB)) {
		page_life(f, page);
		inner_life(f, page);
		list_life(f, page);
		memory_life(f);
		pool_life(f);
		two_step_life(f);
		silent += sweep_failed();
	}
	/* Each life asks at least once. */
	assert_true(silent > 12);
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", silent);
	__free_pages(page, 2);
}

/* ---- room for addresses that come back ------------------------------------------- */

/* More than the caches of one CPU hold: magazines have to be made. */
#define MANY 400

static void addresses_come_back_in_any_case(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state *iova = calloc(MANY, sizeof(*iova));
	dma_addr_t *addr = calloc(MANY, sizeof(*addr));
	struct sweep s;
	unsigned int i;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		dmasim_fail_off();
		fixture_rebuild(f);
		for (i = 0; i < MANY; i++) {
			assert_true(dma_iova_try_alloc(f->dev, &iova[i], 0,
						       PAGE_4K));
			addr[i] = dma_map_phys(f->dev, PHYS, PAGE_4K,
					       DMA_TO_DEVICE, 0);
			assert_int_equal(dma_mapping_error(f->dev, addr[i]), 0);
		}
		dmasim_fail_any_nth(SWEEP_ALL, s.position);

		for (i = 0; i < MANY; i++) {
			dma_iova_free(f->dev, &iova[i]);
			dma_unmap_phys(f->dev, addr[i], PAGE_4K, DMA_TO_DEVICE,
				       0);
		}
		dmasim_run();

		assert_not_mapped(f, addr[0], PAGE_4K);
	}
	free(iova);
	free(addr);
}

/* The same of a driver that has the allocator to itself. */
static void pfns_come_back_in_any_case(void **state)
{
	struct fixture *f = *state;
	unsigned long pfn[MANY];
	struct sweep s;
	unsigned int i;

	FAIL_SWEEP(s, SWEEP_ALL) {
		struct iova_domain iovad;

		dmasim_fail_off();
		fixture_rebuild(f);
		assert_int_equal(iova_cache_get(), 0);
		init_iova_domain(&iovad, PAGE_4K, 1);
		assert_int_equal(iova_domain_init_rcaches(&iovad), 0);
		for (i = 0; i < MANY; i++) {
			pfn[i] = alloc_iova_fast(&iovad, 1, 0xfffff, true);
			assert_int_not_equal(pfn[i], 0);
		}
		dmasim_fail_any_nth(SWEEP_ALL, s.position);

		for (i = 0; i < MANY; i++)
			free_iova_fast(&iovad, pfn[i], 1);

		/* In a cache or in the tree, but not lost: this would tell. */
		put_iova_domain(&iovad);
		iova_cache_put();
	}
}

/* ---- the checker's own memory ------------------------------------------------------- */

static bool checker_is_on(void)
{
	return dmasim_event_count(DMASIM_EVENT_REFUSAL, "checker-exhausted") ==
	       0;
}

/* A link is cut in two; a second one needs a record, too. */
static void cut_links(struct fixture *f)
{
	struct dma_iova_state iova;
	u64 addr;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, SIZE));
	addr = iova.addr;
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, SIZE,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_unlink(f->dev, &iova, PAGE_4K, PAGE_4K, DMA_TO_DEVICE, 0);

	assert_translates(f, addr, PHYS);
	assert_not_mapped(f, addr + PAGE_4K, PAGE_4K);
	assert_translates(f, addr + 2 * PAGE_4K, PHYS + 2 * PAGE_4K);
	dma_iova_unlink(f->dev, &iova, 0, PAGE_4K, DMA_TO_DEVICE, 0);
	dma_iova_unlink(f->dev, &iova, 2 * PAGE_4K, PAGE_4K, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &iova);
	assert_not_mapped(f, addr, SIZE);
}

static void without_records_links_are_cut_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	/* One for the state, one for the link. */
	f->cfg.checker_entries = 2;
	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_CHECKER)) {
		dmasim_fail_off();
		fixture_rebuild(f);
		dmasim_fail_any_nth(SWEEP_SITE(DMASIM_SITE_CHECKER),
				    s.position);

		cut_links(f);

		assert_int_equal(checker_is_on(), !sweep_failed());
	}
}

int main(void)
{
	const struct CMUnitTest ats[] = {
		cmocka_unit_test_setup_teardown(
			a_silent_device_keeps_nothing_alive, setup_ats,
			fixture_teardown),
	};
	const struct CMUnitTest any[] = {
		fixture_case(addresses_come_back_in_any_case),
	};
	const struct CMUnitTest alone[] = {
		fixture_case(pfns_come_back_in_any_case),
	};
	const struct CMUnitTest checked[] = {
		fixture_case(without_records_links_are_cut_all_the_same),
	};

	return run_variants("release_failures", any, variants_gap) +
	       run_variants("release_failures", ats, variants_strict) +
	       run_variants("release_failures", any, variants_strict) +
	       run_variants("release_failures", any, variants_lazy) +
	       run_variants("release_failures", alone, variants_strict) +
	       run_variants("release_failures", checked,
			    variants_checker_strict) +
	       not_swept("dma_unmap_page_attrs", "dma_unmap_phys",
			 "dma_unmap_resource", "dma_unmap_sg_attrs",
			 "dma_free_attrs", "dmam_free_coherent",
			 "dma_free_pages", "dma_free_noncontiguous",
			 "dma_pool_destroy", "dmam_pool_destroy",
			 "dma_iova_unlink", "dma_iova_destroy", "dma_iova_free",
			 "dma_common_free_pages", "iommu_dma_unmap_page",
			 "iommu_dma_unmap_phys", "iommu_dma_unmap_resource",
			 "iommu_dma_unmap_sg", "iommu_dma_free",
			 "iommu_dma_free_noncontiguous", "free_iova_fast");
}
