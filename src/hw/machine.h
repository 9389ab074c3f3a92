/* SPDX-License-Identifier: MIT */
/*
 * What the files of src/hw share. Private to the folder.
 *
 * Lock order:
 *	queue lock -> fabric.lock -> hw_dev.dma_lock -> IOMMU lock -> leaf locks (fault ring,
 *	hw_dev.msix_lock, views of memory, event ring)
 * No lock is held while a register callback, an interrupt sink or a reset
 * callback runs.
 */
#ifndef HW_MACHINE_H
#define HW_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host/host.h"
#include "hw/device.h"

/* Kernel types do not cross the wall. */
#pragma GCC poison u8 u16 u32 u64 s8 s16 s32 s64

#define HW_PAGE_LG2 12
#define HW_PAGE 4096ull

/* Writes by devices to this range are interrupts (x86). */
#define HW_MSI_FIRST 0xfee00000ull
#define HW_MSI_LAST 0xfeefffffull

#define hw_likely(x) __builtin_expect(!!(x), 1)
#define hw_unlikely(x) __builtin_expect(!!(x), 0)

static inline bool hw_in_msi(uint64_t addr)
{
	return addr - HW_MSI_FIRST <= HW_MSI_LAST - HW_MSI_FIRST;
}

static inline uint64_t hw_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* machine.c */
extern struct hw_config hw_config;
extern bool hw_powered;
extern void (*hw_trace_observer)(const struct hw_trace *did);
void hw_trace(const struct hw_trace *did);

/* Does anybody want to know? One load while nobody does. */
static inline bool hw_traced(void)
{
	return __atomic_load_n(&hw_trace_observer, __ATOMIC_RELAXED) != NULL;
}

/* cost.c: one predicted branch while nothing is counted */
extern bool hw_cost_on; /* changes at power-on only */
void hw_cost_init(void);
void hw_cost_dev_add(const struct hw_dev *dev, enum hw_cost_step step,
		     uint64_t nr);
void hw_cost_dev_gone(const struct hw_dev *dev);

static inline void hw_cost_cpu(enum hw_cost_step step, uint64_t nr)
{
	if (hw_unlikely(hw_cost_on))
		hw_cost_cpu_add(step, nr);
}

static inline void hw_cost_dev(const struct hw_dev *dev, enum hw_cost_step step,
			       uint64_t nr)
{
	if (hw_unlikely(hw_cost_on))
		hw_cost_dev_add(dev, step, nr);
}

/* ram.c */
const char *hw_ram_init(void);
void hw_ram_exit(void);
uint64_t hw_ram_run(uint64_t phys);

extern char *hw_ram_host; /* hw_ram_base() without the call */

/* cache.c: the only two ways from a device to the bytes of RAM */
const char *hw_cache_init(void);
void hw_cache_exit(void);
void hw_cache_settle(uint64_t page);
const char *hw_cache_view_lock(void);
void hw_cache_view_unlock(void);
void hw_mem_read_slow(struct hw_dev *dev, uint64_t phys, void *buf, size_t len);
void hw_mem_write_slow(struct hw_dev *dev, uint64_t phys, const void *buf,
		       size_t len);

/* window.c */
bool hw_window_pass(uint64_t *addr, uint64_t *len);

/* private.c */
const char *hw_private_init(void);
void hw_private_exit(void);
uint64_t hw_shared_run(uint64_t phys, uint64_t len);

/* cmdq.c, atc.c */
void hw_cmdq_init(void);
void hw_atc_init(void);

/* irq.c */
void hw_irq_send(uint64_t addr, uint32_t data);

/* fault.c */
void hw_fault_init(void);
uint64_t hw_fault_count(void);
void hw_fault_report(struct hw_dev *dev, const struct hw_iommu_fault *fault,
		     const char *detail);

#endif
