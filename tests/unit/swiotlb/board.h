/* SPDX-License-Identifier: MIT */
/*
 * The pool of the specification's swiotlb cases on the smallest machine: 512
 * slots at 0x10000000, the very top of low RAM, and originals above 4 GiB.
 *
 *	0x00100000..0x100fffff	RAM, the pool is its last MiB
 *	0x120000000..0x127ffffff	RAM
 */
#ifndef TESTS_UNIT_SWIOTLB_BOARD_H
#define TESTS_UNIT_SWIOTLB_BOARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/swiotlb.h>

#include "host/host.h"
#include "hw/hw.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "swiotlb/swiotlb.h"

#define POOL 0x10000000ull
#define LOW_START 0x100000ull
#define LOW_END 0x10100000ull
#define HIGH_START 0x120000000ull
#define HIGH_SIZE SZ_128M
#define NO_SLOTS ((phys_addr_t)DMA_MAPPING_ERROR)

static struct device unit;
static struct device_dma_parameters unit_parms;
static u64 unit_mask;

static inline void board_machine(unsigned int cpus)
{
	static const struct hw_config cfg = {
		.ram = { { LOW_START, LOW_END - LOW_START },
			 { HIGH_START, HIGH_SIZE } },
		.nr_ram = 2,
		.mmio32_start = 0xe0000000,
		.mmio32_end = 0xfec00000,
	};
	const struct lib_params lib = { .nr_cpus = cpus, .seed = 1 };
	const struct mm_params mm = { .seed = 1 };

	host_event_reset();
	assert_null(hw_init(&cfg));
	assert_int_equal(lib_boot(&lib), 0);
	assert_int_equal(host_cpu_bind(0), 0);
	assert_int_equal(mm_boot(&mm), 0);
}

static inline void board_device(void)
{
	memset(&unit, 0, sizeof(unit));
	memset(&unit_parms, 0, sizeof(unit_parms));
	unit_mask = DMA_BIT_MASK(64);
	unit.dma_mask = &unit_mask;
	unit.dma_parms = &unit_parms;
	unit.dma_coherent = true;
	swiotlb_dev_init(&unit);
}

static inline void board_start(const char *option, unsigned int cpus)
{
	const struct swiotlb_params params = { option, true };

	board_machine(cpus);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
}

static inline void board_off(void)
{
	lib_fail_off();
	swiotlb_shutdown();
	assert_int_equal(mm_check(), 0);
	assert_int_equal(lib_check(), 0);
	mm_shutdown();
	host_cpu_unbind();
	lib_shutdown();
	hw_exit();
}

static inline void board_stop(void)
{
	assert_int_equal(swiotlb_check(), 0);
	board_off();
}

static inline u64 events(enum host_event_kind kind, const char *id)
{
	return host_event_count(kind, id);
}

static inline struct swiotlb_stats stats(void)
{
	struct swiotlb_stats s;

	swiotlb_get_stats(&s);
	return s;
}

static inline void on_cpu(unsigned int cpu)
{
	host_cpu_unbind();
	assert_int_equal(host_cpu_bind(cpu), 0);
}

#endif
