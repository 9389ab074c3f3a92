/* SPDX-License-Identifier: MIT */
/*
 * Inbound windows of the host bridge: which addresses of devices it takes, and
 * where they lead. Devicetrees call them dma-ranges.
 *
 *	device's address -> window: address + (phys - bus) -> IOMMU -> memory
 *
 * A machine without windows takes every address as it is. Peers below the root
 * port decode an access before it comes here, and so do interrupts.
 *
 * I1  An access is cut at the edge of its window: the next one may lead
 *     elsewhere.
 *
 * Locks: none; windows do not change while the power is on.
 * Tests: tests/unit/hw/test_window.c, tests/api/test_dma_ranges.c
 */
#include "hw/machine.h"

/**
 * hw_window_pass() - let an access in
 * @addr: as the device sent it; what is behind the window if it is let in
 * @len: bytes from there on, not 0; cut at the window's end
 *
 * Context: any.
 * Return: false if no window takes it, and nothing is changed.
 */
bool hw_window_pass(uint64_t *addr, uint64_t *len)
{
	unsigned int i;

	if (!hw_config.nr_dma_windows)
		return true;
	for (i = 0; i < hw_config.nr_dma_windows; i++) {
		const struct hw_dma_window *w = &hw_config.dma_window[i];
		uint64_t off = *addr - w->bus;

		if (off >= w->size)
			continue;
		*addr = w->phys + off;
		*len = hw_min(*len, w->size - off);
		return true;
	}
	return false;
}
