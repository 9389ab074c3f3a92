/* SPDX-License-Identifier: MIT */
/*
 * What this machine does not have: allocation that an architecture
 * does by itself.
 *
 * Calls that ask whether something is there answer no; calls that a kernel
 * without it refuses are refused alike; calls that make no sense without it
 * panic by name. Nothing here succeeds.
 *
 * Tests: tests/unit/dma/test_direct.c
 */
#include <linux/dma-map-ops.h>
#include <linux/export.h>

#include "dma/core.h"

/* ---- allocation by the architecture ------------------------------------------------ */

void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
		     gfp_t gfp, unsigned long attrs)
{
	lib_unimplemented(__func__);
}

void arch_dma_free(struct device *dev, size_t size, void *cpu_addr,
		   dma_addr_t dma_addr, unsigned long attrs)
{
	lib_unimplemented(__func__);
}
