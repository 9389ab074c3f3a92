/* SPDX-License-Identifier: MIT */
/*
 * Seam: what devices do to memory, told to the checker by the hardware.
 * Nothing is decided here.
 */
#include "dma/debug_entry.h"

#include "hw/hw.h"

static void observe(const struct hw_dma_access *a)
{
	dma_debug_access(a->rid, a->pasid, a->write, a->addr, a->phys, a->data,
			 a->len, a->coherent);
}

/** dma_debug_watch_devices() - from now on be told, or not any more. */
void dma_debug_watch_devices(bool on)
{
	hw_set_dma_observer(on ? observe : NULL);
}
