/* SPDX-License-Identifier: MIT */
/*
 * When slots are released, the device has lost them: neither page table nor
 * IOTLB leads there. On whole machines, at the very moment of the release.
 */
#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "support/fixture.h"
#include "swiotlb/swiotlb.h"

#define PHYS 0x123456a40ull
#define SIZE 0x3000ull

static struct fixture *fix;
static u64 first_iova, last_iova;
static unsigned int releases;

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(unlink_takes_granules_from_the_device_first),
		fixture_case(destroy_takes_granules_from_the_device_first),
		fixture_case(unmap_page_takes_the_range_from_the_device_first),
	};

	return run_variants("swiotlb_release_order", tests,
			    variants_translated);
}
