/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of making a machine with all its layers, the checker on,
 * and a device with its domain and flush queue; of pools of bounce buffers that come
 * late, grow or belong to a device; of calls that attach a device first. What else
 * drivers call is swept where it is tested (grep FAIL_SWEEP), a trace and the checker
 * in test_sink.c and test_checker_life.c.
 */
#include "api/api.h"

#include <linux/swiotlb.h>

/* Making a device may fail, too, and the machine goes on. */
static void plug_and_destroy(struct fixture *f)
{
	struct dmasim_device *hw;

	if (dmasim_device_create(f->machine, NULL, NULL, &hw))
		assert_true(sweep_failed());
	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
}

/* One that ran out while booting is refused and leaves nothing in the way. */
static void a_machine_is_there_or_not(void **state)
{
	struct fixture *f = *state;
	unsigned int refused = 0;
	struct sweep s;
	int ret;

	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = dmasim_machine_create(&f->cfg, &f->machine);
		if (!ret) {
			plug_and_destroy(f);
		} else {
			assert_true(sweep_failed());
			assert_int_equal(ret, -ENOMEM);
			assert_string_not_equal(dmasim_refusal(), "");
			refused++;
		}
		assert_event(DMASIM_EVENT_LEAK, NULL, 0);
		assert_event(DMASIM_EVENT_WARN, NULL, 0);
	}
	/* Plans made before there was a machine reached its layers. */
	assert_true(refused > 5);
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
}

static void a_guest_that_cannot_share_its_pool_boots_without(void **state)
{
	struct fixture *f = *state;
	struct dmasim_swiotlb_stats stats;
	struct sweep s;

	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	f->cfg.confidential = true;
	f->cfg.swiotlb = "512";
	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_SHARE)) {
		assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine),
				 0);
		dmasim_swiotlb_get_stats(&stats);
		assert_int_equal(stats.slots, sweep_failed() ? 0 : 512);
		assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	}
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
}

/* ---- bounce buffers that grow ------------------------------------------------------ */

#define BUFFERS 6
#define BUFFER_SIZE SZ_256K

/* The pool has room for four; what comes then makes another, in the background. */
static void fill_and_empty(struct fixture *f, struct page **page)
{
	dma_addr_t addr[BUFFERS];
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		addr[i] = dma_map_page(f->dev, page[i], 0, BUFFER_SIZE,
				       DMA_TO_DEVICE);
		if (dma_mapping_error(f->dev, addr[i]))
			assert_true(sweep_failed());
	}
	dmasim_run();
	for (i = 0; i < BUFFERS; i++)
		if (addr[i] != DMA_MAPPING_ERROR)
			dma_unmap_page(f->dev, addr[i], BUFFER_SIZE,
				       DMA_TO_DEVICE);
	dmasim_run();
}

/* A machine anew for each position: a pool that has grown stays. */
static void a_pool_grows_or_not(void **state)
{
	struct page *page[BUFFERS];
	struct fixture *f = *state;
	struct dmasim_swiotlb_stats stats;
	struct sweep s;
	unsigned int i;

	f->cfg.swiotlb = "512,1,force";
	f->cfg.swiotlb_dynamic = true;
	FAIL_SWEEP(s, SWEEP_ALL) {
		dmasim_fail_off();
		fixture_rebuild(f);
		for (i = 0; i < BUFFERS; i++) {
			page[i] =
				alloc_pages(GFP_KERNEL, get_order(BUFFER_SIZE));
			assert_non_null(page[i]);
		}
		dmasim_fail_any_nth(SWEEP_ALL, s.position);

		fill_and_empty(f, page);

		dmasim_swiotlb_get_stats(&stats);
		assert_int_equal(stats.used, 0);
		assert_int_equal(stats.transient, 0);
		if (!sweep_failed())
			assert_true(stats.slots > 512);
		for (i = 0; i < BUFFERS; i++)
			__free_pages(page[i], get_order(BUFFER_SIZE));
	}
}

/* Half of it, as long as that is not too small, or none. */
static void a_pool_comes_late_or_not(void **state)
{
	struct dmasim_swiotlb_stats stats;
	bool halved = false;
	struct sweep s;
	int ret;

	swiotlb_exit();
	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = swiotlb_init_late(SZ_2M, GFP_DMA32, NULL);
		dmasim_swiotlb_get_stats(&stats);
		if (!ret) {
			assert_int_equal(stats.slots,
					 sweep_failed() ? 512 : 1024);
			halved |= sweep_failed();
			swiotlb_exit();
		} else {
			assert_true(ret == -ENOMEM && sweep_failed());
			assert_int_equal(stats.slots, 0);
		}
	}
	assert_true(halved);
}

/* Mappings and coherent memory from a region of the device's own. */
static void a_restricted_pool_gives_or_not(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;
	struct sweep s;
	void *cpu;

	f->cfg.restricted[0].size = 16ull << 20;
	f->cfg.restricted[0].all = true;
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	FAIL_SWEEP(s, SWEEP_ALL) {
		cpu = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &addr,
					 GFP_KERNEL);
		if (cpu)
			dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, addr);
		else
			assert_true(sweep_failed());
		addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
		if (dma_mapping_error(f->dev, addr))
			assert_true(sweep_failed());
		else
			dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	}
	__free_page(page);
}

/* ---- a device that is attached by what it maps first ------------------------------- */

/* Each maps and unmaps something; false: it could not. */
static bool first_page(struct device *dev)
{
	dma_addr_t addr =
		dma_map_phys(dev, 0x123456000, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);

	if (dma_mapping_error(dev, addr))
		return false;
	dma_unmap_phys(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	return true;
}

static bool first_registers(struct device *dev)
{
	dma_addr_t addr = dma_map_resource(dev, 0xe0000000, PAGE_SIZE,
					   DMA_BIDIRECTIONAL, 0);

	if (dma_mapping_error(dev, addr))
		return false;
	dma_unmap_resource(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	return true;
}

static bool first_list(struct device *dev)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, pfn_to_page(0x123456), PAGE_SIZE, 0);
	if (!dma_map_sg(dev, &sg, 1, DMA_BIDIRECTIONAL))
		return false;
	dma_unmap_sg(dev, &sg, 1, DMA_BIDIRECTIONAL);
	return true;
}

static bool first_state(struct device *dev)
{
	struct dma_iova_state iova;

	if (!dma_iova_try_alloc(dev, &iova, 0, PAGE_SIZE)) {
		assert_false(dma_use_iova(&iova));
		return false;
	}
	dma_iova_free(dev, &iova);
	return true;
}

static bool first_memory(struct device *dev)
{
	dma_addr_t addr;
	void *cpu = dma_alloc_coherent(dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);

	if (cpu)
		dma_free_coherent(dev, 3 * PAGE_SIZE, cpu, addr);
	return cpu;
}

static bool first_block(struct device *dev)
{
	dma_addr_t addr;
	void *cpu = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_ATOMIC);

	if (cpu)
		dma_free_coherent(dev, PAGE_SIZE, cpu, addr);
	return cpu;
}

static void whatever_comes_first_attaches_or_fails(void **state)
{
	static bool (*const first[])(struct device * dev) = {
		first_page,  first_registers, first_list,
		first_state, first_memory,    first_block,
	};
	struct fixture *f = *state;
	struct sweep s;
	unsigned int i;

	f->cfg.iommu_deferred_attach = true;
	for (i = 0; i < ARRAY_SIZE(first); i++)
		FAIL_SWEEP(s, SWEEP_ALL) {
			dmasim_fail_off();
			fixture_rebuild(f);
			assert_true(f->dev->iommu->attach_deferred);
			dmasim_fail_any_nth(SWEEP_ALL, s.position);
			if (!first[i](f->dev))
				assert_true(sweep_failed());
			else
				assert_false(f->dev->iommu->attach_deferred);
			/* The next one finds nothing in its way. */
			dmasim_fail_any_nth(0, 0);
			assert_true(first[i](f->dev));
			assert_false(f->dev->iommu->attach_deferred);
		}
}

int main(void)
{
	const struct CMUnitTest translated[] = {
		fixture_case(whatever_comes_first_attaches_or_fails),
	};
	const struct CMUnitTest any[] = {
		cmocka_unit_test_setup_teardown(a_machine_is_there_or_not,
						fixture_setup_without_device,
						fixture_teardown),
	};

	const struct CMUnitTest direct[] = {
		fixture_case(a_pool_grows_or_not),
		fixture_case(a_restricted_pool_gives_or_not),
		fixture_case(a_pool_comes_late_or_not),
		cmocka_unit_test_setup_teardown(
			a_guest_that_cannot_share_its_pool_boots_without,
			fixture_setup_without_device, fixture_teardown),
	};

	return run_variants("failures", any, variants_checker) +
	       run_variants("failures", translated, variants_translated) +
	       run_variants_("failures", direct, ARRAY_SIZE(direct),
			     variants_all, 1) +
	       not_swept("swiotlb_init", "swiotlb_init_remap",
			 "swiotlb_init_late", "swiotlb_update_mem_attributes",
			 "swiotlb_tbl_map_single", "swiotlb_map",
			 "swiotlb_alloc", "dma_direct_alloc", "iova_cache_get");
}
