/* SPDX-License-Identifier: MIT */
/*
 * When slots are released, the device has lost them: neither page table nor
 * IOTLB leads there. On whole machines, at the very moment of the release.
 */
#include <linux/dma-map-ops.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "support/fixture.h"
#include "swiotlb/swiotlb.h"

#define PHYS 0x123456a40ull
#define SIZE 0x3000ull

static struct fixture *fix;
static u64 first_iova, last_iova;
static unsigned int releases;
/* Of caches, at each release. */
static uint64_t waits[4];

/* A store through a warm IOTLB would still land in the slots. */
static void on_release(phys_addr_t slots, size_t bytes)
{
	uint64_t iova, phys;

	releases++;
	for (iova = first_iova; iova <= last_iova; iova += 4096) {
		if (dmasim_iommu_translate(fix->hw, iova, true, &phys) !=
		    DMASIM_DMA_OK) {
			char byte = 1;

			expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
			assert_int_equal(dmasim_dma_write(fix->hw, iova, &byte,
							  1),
					 DMASIM_DMA_UNMAPPED);
			continue;
		}
		assert_false(phys >= slots && phys < slots + bytes);
	}
}

static void linked_and_warm(struct fixture *f, struct dma_iova_state *iova)
{
	static char data[SIZE];

	fix = f;
	releases = 0;
	fixture_make_external(f);
	assert_true(dma_iova_try_alloc(f->dev, iova, PHYS, SIZE));
	assert_int_equal(dma_iova_link(f->dev, iova, PHYS, 0, SIZE,
				       DMA_FROM_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, iova, 0, SIZE), 0);
	assert_int_equal(dmasim_dma_write(f->hw, iova->addr, data, SIZE),
			 DMASIM_DMA_OK);
	first_iova = iova->addr & ~4095ull;
	last_iova = (iova->addr + SIZE - 1) & ~4095ull;
	swiotlb_set_release_hook(on_release);
}

/* spec: dma-core 113, D27 */
static void unlink_takes_granules_from_the_device_first(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	linked_and_warm(f, &iova);
	dma_iova_unlink(f->dev, &iova, 0, SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(releases, 2);
	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 113, D27 */
static void destroy_takes_granules_from_the_device_first(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	linked_and_warm(f, &iova);
	dma_iova_destroy(f->dev, &iova, SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(releases, 2);
}

static void unmap_page_takes_the_range_from_the_device_first(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	char byte = 1;

	fix = f;
	releases = 0;
	fixture_make_external(f);
	addr = dma_map_phys(f->dev, PHYS, 0x100, DMA_FROM_DEVICE, 0);
	assert_int_equal(dmasim_dma_write(f->hw, addr, &byte, 1),
			 DMASIM_DMA_OK);
	first_iova = last_iova = addr & ~4095ull;
	swiotlb_set_release_hook(on_release);
	dma_unmap_phys(f->dev, addr, 0x100, DMA_FROM_DEVICE, 0);
	assert_int_equal(releases, 1);
}

/* ---- caches -------------------------------------------------------------------- */

static uint64_t waits_now(void)
{
	struct dmasim_cache_stats stats;

	dmasim_cache_get_stats(&stats);
	return stats.waits;
}

static void on_release_count(phys_addr_t slots, size_t bytes)
{
	on_release(slots, bytes);
	assert_in_range(releases, 1, ARRAY_SIZE(waits));
	waits[releases - 1] = waits_now();
}

/*
 * What is copied back has arrived: the maintenance of a slot, begun before, is
 * over. A slot was copied when it is released.
 */
static void each_bounced_granule_is_waited_for_before_it_is_copied(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	bool destroy;

	for (destroy = false;; destroy = true) {
		uint64_t before;

		linked_and_warm(f, &iova);
		assert_false(dev_is_dma_coherent(f->dev));
		swiotlb_set_release_hook(on_release_count);
		before = waits_now();
		if (destroy)
			dma_iova_destroy(f->dev, &iova, SIZE, DMA_FROM_DEVICE,
					 0);
		else
			dma_iova_unlink(f->dev, &iova, 0, SIZE, DMA_FROM_DEVICE,
					0);
		assert_int_equal(releases, 2);
		assert_int_equal(waits[0] - before, 1);
		assert_int_equal(waits[1] - before, 2);
		/* Nothing was begun after the last one. */
		assert_int_equal(waits_now() - before, 2);
		swiotlb_set_release_hook(NULL);
		if (destroy)
			break;
		dma_iova_free(f->dev, &iova);
	}
}

/* A head in a slot, the rest in place: it is waited for at the end. */
static void what_was_not_bounced_is_waited_for_at_the_end(void **state)
{
	struct fixture *f = *state;
	uint64_t granule = 4096, head = granule - PHYS % granule, before;
	struct dma_iova_state iova;
	char byte = 1;

	fixture_make_external(f);
	releases = 0;
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS, head + granule));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, head + granule,
				       DMA_FROM_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, head + granule), 0);
	assert_int_equal(dmasim_dma_write(f->hw, iova.addr + head, &byte, 1),
			 DMASIM_DMA_OK);
	fix = f;
	first_iova = last_iova = iova.addr & ~4095ull;
	swiotlb_set_release_hook(on_release_count);
	before = waits_now();
	dma_iova_unlink(f->dev, &iova, 0, head + granule, DMA_FROM_DEVICE, 0);
	assert_int_equal(releases, 1);
	assert_int_equal(waits[0] - before, 1);
	assert_int_equal(waits_now() - before, 2);
	assert_int_equal(*(char *)dmasim_ram(PHYS + head, 1), 1);
	dma_iova_free(f->dev, &iova);
}

static void a_bounced_page_is_waited_for_before_it_is_copied(void **state)
{
	struct fixture *f = *state;
	uint64_t before;
	dma_addr_t addr;

	fix = f;
	releases = 0;
	fixture_make_external(f);
	addr = dma_map_phys(f->dev, PHYS, 0x100, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	first_iova = last_iova = addr & ~4095ull;
	swiotlb_set_release_hook(on_release_count);
	before = waits_now();
	dma_unmap_phys(f->dev, addr, 0x100, DMA_FROM_DEVICE, 0);
	assert_int_equal(releases, 1);
	assert_int_equal(waits[0] - before, 1);
	assert_int_equal(waits_now() - before, 1);
}

int main(void)
{
	const struct CMUnitTest caches[] = {
		fixture_case(
			each_bounced_granule_is_waited_for_before_it_is_copied),
		fixture_case(what_was_not_bounced_is_waited_for_at_the_end),
		fixture_case(a_bounced_page_is_waited_for_before_it_is_copied),
	};
	const struct CMUnitTest tests[] = {
		fixture_case(unlink_takes_granules_from_the_device_first),
		fixture_case(destroy_takes_granules_from_the_device_first),
		fixture_case(unmap_page_takes_the_range_from_the_device_first),
	};

	return run_variants("swiotlb_release_order", tests,
			    variants_translated) +
	       run_variants("swiotlb_release_order", tests,
			    variants_noncoherent_translated) +
	       run_variants("swiotlb_release_order", caches,
			    variants_noncoherent_translated);
}
