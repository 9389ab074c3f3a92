/* SPDX-License-Identifier: MIT */
/* Two pages, far apart in memory, become one range for the device. */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <dmasim/device.h>
#include <stdio.h>

int main(void)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dma_iova_state state;
	struct dmasim_machine *m;
	struct dmasim_device *hw;
	char seen[12] = "";

	cfg.iommu = DMASIM_IOMMU_STRICT;
	cfg.layout = DMASIM_LAYOUT_SCATTERED;
	if (dmasim_machine_create(&cfg, &m) ||
	    dmasim_device_create(m, NULL, NULL, &hw))
		return puts(dmasim_refusal());
	struct device *dev = dmasim_device_kernel(hw);
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);

	memcpy(page_address(a) + PAGE_SIZE - 6, "hello ", 6);
	memcpy(page_address(b), "world", 5);
	dma_iova_try_alloc(dev, &state, 0, 2 * PAGE_SIZE);
	dma_iova_link(dev, &state, page_to_phys(a), 0, PAGE_SIZE, DMA_TO_DEVICE,
		      0);
	dma_iova_link(dev, &state, page_to_phys(b), PAGE_SIZE, PAGE_SIZE,
		      DMA_TO_DEVICE, 0);
	dma_iova_sync(dev, &state, 0, 2 * PAGE_SIZE);

	dmasim_dma_read(hw, state.addr + PAGE_SIZE - 6, seen, 11);
	printf("the device reads \"%s\" at 0x%llx\n", seen,
	       state.addr + PAGE_SIZE - 6);

	dma_iova_destroy(dev, &state, 2 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	printf("after unmap it gets: %s\n",
	       dmasim_dma_name(dmasim_dma_read(hw, state.addr, seen, 1)));
	__free_page(a);
	__free_page(b);
	return dmasim_machine_destroy(m);
}
