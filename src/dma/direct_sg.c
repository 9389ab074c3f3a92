/* SPDX-License-Identifier: MIT */
/*
 * Scatter lists of devices without an IOMMU: each entry by itself.
 * Models kernel/dma/direct.c (map_sg), 6.17.
 *
 * Departures from 6.17: bus-address entries get their length, and peer memory
 * that is reached through the host bridge is mapped like RAM.
 *
 * I1  After a failure no entry is mapped or marked.
 * Locks: none.
 * Tests: tests/unit/dma/test_direct.c
 */
#include <linux/dma-direct.h>
#include <linux/pci-p2pdma.h>

#include "dma/core.h"

/**
 * dma_direct_unmap_sg() - unmap the entries, forget bus addresses
 *
 * Context: any.
 */
void dma_direct_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i) {
		if (sg_dma_is_bus_address(s))
			sg_dma_unmark_bus_address(s);
		else
			dma_direct_unmap_entry(dev, sg_dma_address(s),
					       sg_dma_len(s), dir, attrs);
	}
	dma_end_maintenance(dev);
}

/**
 * dma_direct_map_sg() - map each entry
 *
 * Context: any.
 * Return: @nents; -EIO if an entry cannot be mapped, -EREMOTEIO for peer memory
 * out of reach; then nothing is mapped.
 */
int dma_direct_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, unsigned long attrs)
{
	struct pci_p2pdma_map_state p2p = {};
	struct scatterlist *s;
	int i, ret = -EIO;

	if (nents <= 0)
		return -EINVAL;
	for_each_sg(sgl, s, nents, i) {
		enum pci_p2pdma_map_type way =
			pci_p2pdma_state(&p2p, dev, sg_page(s));

		s->dma_flags &= ~(SG_DMA_BUS_ADDRESS | SG_DMA_SWIOTLB);
		if (way == PCI_P2PDMA_MAP_BUS_ADDR) {
			sg_dma_address(s) =
				pci_p2pdma_bus_addr_map(&p2p, sg_phys(s));
			sg_dma_mark_bus_address(s);
			/* The length is what the last mapping left there. */
			if (lib_quirk(QUIRK_SG_BUS_LENGTH_DIRECT))
				continue;
		} else if (way == PCI_P2PDMA_MAP_THRU_HOST_BRIDGE &&
			   lib_quirk(QUIRK_SG_HOST_BRIDGE)) {
			/* So is the address. */
			sg_dma_len(s) = s->length;
			continue;
		} else if (way == PCI_P2PDMA_MAP_NONE ||
			   way == PCI_P2PDMA_MAP_THRU_HOST_BRIDGE) {
			sg_dma_address(s) = dma_direct_map_entry(
				dev, sg_phys(s), s->length, dir, attrs);
		} else {
			ret = -EREMOTEIO;
			goto err_unmap;
		}
		if (sg_dma_address(s) == DMA_MAPPING_ERROR)
			goto err_unmap;
		sg_dma_len(s) = s->length;
	}
	dma_end_maintenance(dev);
	return nents;

err_unmap:
	dma_direct_unmap_sg(dev, sgl, i, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
	return ret;
}

/* Entries with a bus address are walked as well; there is nothing behind them
 * that a coherent machine would touch. */
void dma_direct_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl,
				int nents, enum dma_data_direction dir)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i)
		dma_direct_sync_entry_for_cpu(dev, sg_dma_address(s), s->length,
					      dir);
	dma_end_maintenance(dev);
}

void dma_direct_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
				   int nents, enum dma_data_direction dir)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sgl, s, nents, i)
		dma_direct_sync_entry_for_device(dev, sg_dma_address(s),
						 s->length, dir);
	dma_end_maintenance(dev);
}
