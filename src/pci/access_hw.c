/* SPDX-License-Identifier: MIT */
/*
 * The seam between the PCI core and the machine: configuration accesses, the
 * host bridge's windows, and what firmware says about a function. Nothing else
 * of this folder sees hw/hw.h.
 *
 * Tests: tests/unit/pci/test_probe.c
 */
#include "hw/hw.h"
#include "pci/core.h"

/** pci_hw_read() - read @size bytes; all ones if nobody answers. */
u32 pci_hw_read(u16 rid, u16 reg, unsigned int size)
{
	return hw_cfg_read(rid, reg, size);
}

/** pci_hw_write() - write @size bytes; vanishes if nobody answers. */
void pci_hw_write(u16 rid, u16 reg, unsigned int size, u32 val)
{
	hw_cfg_write(rid, reg, size, val);
}

/**
 * pci_hw_window() - MMIO window @nr of the host bridge
 * @nr: 0: below 4 GiB, 1: above
 * @start, @end: [start, end), equal if the machine has none
 */
void pci_hw_window(unsigned int nr, u64 *start, u64 *end)
{
	const struct hw_config *cfg = hw_get_config();

	*start = nr ? cfg->mmio64_start : cfg->mmio32_start;
	*end = nr ? cfg->mmio64_end : cfg->mmio32_end;
}

/**
 * pci_hw_inbound() - inbound window @nr of the host bridge, by bus address
 * @bus, @phys: its first byte as devices and as the CPU see it
 * @size: bytes
 *
 * Return: false if there are not so many.
 */
bool pci_hw_inbound(unsigned int nr, u64 *bus, u64 *phys, u64 *size)
{
	const struct hw_config *cfg = hw_get_config();

	if (nr >= cfg->nr_dma_windows)
		return false;
	*bus = cfg->dma_window[nr].bus;
	*phys = cfg->dma_window[nr].phys;
	*size = cfg->dma_window[nr].size;
	return true;
}

/**
 * pci_hw_peer_path() - how requests reach other devices below the root port
 * Return: PCI_P2PDMA_MAP_BUS_ADDR, _THRU_HOST_BRIDGE or _NOT_SUPPORTED.
 */
enum pci_p2pdma_map_type pci_hw_peer_path(void)
{
	switch (hw_get_config()->peers) {
	case HW_PEERS_DIRECT:
		return PCI_P2PDMA_MAP_BUS_ADDR;
	case HW_PEERS_REDIRECT:
		return PCI_P2PDMA_MAP_THRU_HOST_BRIDGE;
	default:
		return PCI_P2PDMA_MAP_NOT_SUPPORTED;
	}
}

/** pci_hw_snoops() - are the accesses of @rid coherent with the CPU's caches? */
bool pci_hw_snoops(u16 rid)
{
	return hw_dev_snoops(rid);
}
