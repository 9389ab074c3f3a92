/* SPDX-License-Identifier: MIT */
/*
 * The interrupt sink: the one edge from hardware to kernel-side code.
 *
 * I1  The sink is called with no lock of the hardware held; it may access
 *     config space, registers and the IOMMU.
 *
 * Locks: none. The sink is replaced while no device sends.
 * Tests: tests/unit/hw/test_msix.c
 */
#include "hw/machine.h"

static void (*irq_sink)(void *ctx, uint64_t addr, uint32_t data);
static void *irq_ctx;

/**
 * hw_irq_set_sink() - where message-signalled interrupts go
 * @sink: called on the thread that made the write; NULL drops messages
 * @ctx: its first argument
 *
 * Context: while no device sends.
 */
void hw_irq_set_sink(void (*sink)(void *ctx, uint64_t addr, uint32_t data),
		     void *ctx)
{
	__atomic_store_n(&irq_ctx, ctx, __ATOMIC_RELAXED);
	__atomic_store_n(&irq_sink, sink, __ATOMIC_RELEASE);
}

/**
 * hw_irq_send() - deliver one message
 * @addr: address written, inside 0xfee00000..0xfeefffff
 * @data: the 32 bits written
 *
 * Context: no lock held.
 */
void hw_irq_send(uint64_t addr, uint32_t data)
{
	void (*sink)(void *ctx, uint64_t addr, uint32_t data);

	sink = __atomic_load_n(&irq_sink, __ATOMIC_ACQUIRE);
	if (sink)
		sink(__atomic_load_n(&irq_ctx, __ATOMIC_RELAXED), addr, data);
}
