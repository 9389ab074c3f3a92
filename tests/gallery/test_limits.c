/* SPDX-License-Identifier: MIT */
/*
 * Gallery: masks, pools of bounce buffers, device addresses. The defects of
 * masks and failed sizes are in force unless they are disabled: addresses and
 * drivers depend on them.
 */
#include "gallery/gallery.h"

#include <linux/swiotlb.h>

#define HIGH 0x140000000ull

/* A buffer is bounced, the mask set again; what does a sync bring? */
static u8 sync_after_set_mask(struct fixture *f)
{
	u8 *data = ram_at(HIGH, 64), byte;
	dma_addr_t addr;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	data[0] = 1;
	addr = dma_map_phys(f->dev, HIGH, 64, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	byte = 2;
	assert_int_equal(dmasim_dma_write(f->hw, addr, &byte, 1),
			 DMASIM_DMA_OK);
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	byte = data[0];
	dma_unmap_phys(f->dev, addr, 64, DMA_FROM_DEVICE, 0);
	return byte;
}

/* spec: dma-core D13, 76 */
static void mask_ends_sync(void **state)
{
	struct fixture *f = *state;

	/* What was there before. */
	assert_int_equal(sync_after_set_mask(f), 1);
	/* A driver that asks may skip the unmap, too: the slot is lost then. */
	assert_true(dma_need_unmap(f->dev) == false);

	quirk_off("mask-ends-sync");
	assert_int_equal(sync_after_set_mask(f), 2);
}

/* A device of 24 bits uses its range up; can one of 32 bits map a page? */
static bool room_below_4g(struct fixture *f)
{
	static struct dma_iova_state small[16];
	struct dma_iova_state s;
	unsigned int i, nr;
	bool room;

	/* 15 blocks of 1 MiB below 16 MiB, and no sixteenth. */
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	for (nr = 0; nr < 16; nr++)
		if (!dma_iova_try_alloc(f->dev, &small[nr], 0, SZ_1M))
			break;
	assert_int_equal(nr, 15);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	room = dma_iova_try_alloc(f->dev, &s, 0, SZ_1M);
	if (room)
		dma_iova_free(f->dev, &s);
	for (i = 0; i < nr; i++)
		dma_iova_free(f->dev, &small[i]);
	return room;
}

/* spec: dma-core D15, 4 */
static void iova_failed_size(void **state)
{
	struct fixture *f = *state;

	/* Nearly 4 GiB are free, and nothing is found. */
	assert_false(room_below_4g(f));

	quirk_off("iova-failed-size");
	assert_true(room_below_4g(f));

	/* The other allocator never had it. */
	f->cfg.iova_allocator = "gap";
	fixture_rebuild(f);
	assert_true(room_below_4g(f));
}

/* Can a device of 32 bits map memory above 4 GiB? */
static bool bounces_high(struct fixture *f)
{
	dma_addr_t addr;

	addr = dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0);
	if (dma_mapping_error(f->dev, addr))
		return false;
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
	return true;
}

/* spec: dma-core D14 */
static void pool_outlived(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	swiotlb_exit();
	assert_false(is_swiotlb_active(f->dev));
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), 0);
	assert_true(bounces_high(f));

	quirk_on("pool-outlived");
	swiotlb_exit();
	assert_true(is_swiotlb_active(f->dev));
	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	assert_false(bounces_high(f));
	/* Nobody can help: there is a pool, they say. */
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), 0);
	assert_false(bounces_high(f));
	/* No slot anywhere, although none is in use. */
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-alignment", 2);
}

/* ---- the flush queue ------------------------------------------------------------- */

/* Stands before the driver: during the first flush another CPU unmaps a lot. */
static struct {
	struct iommu_domain_ops ops;
	const struct iommu_domain_ops *real;
	struct fixture *f;
	bool busy;
} meanwhile;

static void map_and_unmap(struct fixture *f, unsigned int times)
{
	while (times--)
		dma_unmap_phys(f->dev,
			       dma_map_phys(f->dev, RAM, PAGE_4K, DMA_TO_DEVICE,
					    0),
			       PAGE_4K, DMA_TO_DEVICE, 0);
}

static void flush_slowly(struct iommu_domain *domain)
{
	if (!meanwhile.busy) {
		meanwhile.busy = true;
		map_and_unmap(meanwhile.f, 256);
	}
	meanwhile.real->flush_iotlb_all(domain);
}

/* Returns how many addresses never come back. */
static u64 addresses_lost(struct fixture *f)
{
	struct iommu_domain *domain = iommu_get_dma_domain(f->dev);
	u64 out = dma_stat(iova_allocs) - dma_stat(iova_frees);

	meanwhile.real = domain->ops;
	meanwhile.ops = *domain->ops;
	meanwhile.ops.flush_iotlb_all = flush_slowly;
	meanwhile.f = f;
	meanwhile.busy = false;
	domain->ops = &meanwhile.ops;
	/* A flush is due for what another CPU has unmapped. */
	assert_int_equal(dmasim_cpu_bind(1), 0);
	map_and_unmap(f, 1);
	assert_int_equal(dmasim_cpu_bind(0), 0);
	dmasim_run_for(12 * 1000 * 1000);
	assert_true(meanwhile.busy);
	domain->ops = meanwhile.real;
	dmasim_run_for(12 * 1000 * 1000);
	return dma_stat(iova_allocs) - dma_stat(iova_frees) - out;
}

static void fq_overflow(void **state)
{
	struct fixture *f = *state;

	f->cfg.nr_cpus = 2;
	fixture_rebuild(f);
	assert_int_equal(addresses_lost(f), 0);

	quirk_on("fq-overflow");
	assert_int_equal(addresses_lost(f), 256);
	expect_events(DMASIM_EVENT_LEAK, "iova-leak", 1);
}

int main(void)
{
	const struct CMUnitTest untranslated[] = {
		fixture_case(mask_ends_sync),
		fixture_case(pool_outlived),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(iova_failed_size),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(fq_overflow),
	};

	return run_variants("gallery_limits", untranslated,
			    variants_untranslated) +
	       run_variants("gallery_limits", strict, variants_strict) +
	       run_variants("gallery_limits", lazy, variants_lazy);
}
