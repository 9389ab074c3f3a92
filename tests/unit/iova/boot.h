/* SPDX-License-Identifier: MIT */
/*
 * The smallest machine that the lower folders run on: RAM, kernel services,
 * page allocator; no devices. For the tests of iova and iommu_pt.
 */
#ifndef TESTS_UNIT_IOVA_BOOT_H
#define TESTS_UNIT_IOVA_BOOT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <asm/page.h>

#include <linux/sizes.h>
#include <linux/types.h>

#include "host/host.h"
#include "hw/hw.h"
#include "lib/lib.h"
#include "mm/mm.h"

#define BOOT_CPUS 2
/* 32768 pages, whatever a page has: a page table of 4 KiB takes one. */
#define BOOT_RAM ((u64)SZ_128M / SZ_4K * PAGE_SIZE)

static inline void boot_machine_of(const struct hw_config *cfg)
{
	const struct lib_params lib = { .nr_cpus = BOOT_CPUS, .seed = 1 };
	const struct mm_params mm = { .layout = MM_LAYOUT_CONTIGUOUS };

	host_event_reset();
	assert_null(hw_init(cfg));
	assert_int_equal(lib_boot(&lib), 0);
	assert_int_equal(mm_boot(&mm), 0);
	/* One owner of CPU 0, as in every real machine. */
	assert_int_equal(host_cpu_bind(0), 0);
}

static inline void boot_machine(void)
{
	static const struct hw_config cfg = {
		.ram = { { 0x100000, BOOT_RAM } },
		.nr_ram = 1,
		.mmio32_start = 0xe0000000,
		.mmio32_end = 0xfec00000,
		.iommu = true,
	};

	boot_machine_of(&cfg);
}

/* Nothing may be left over. */
static inline void boot_shutdown(void)
{
	assert_int_equal(mm_check(), 0);
	assert_int_equal(lib_check(), 0);
	host_cpu_unbind();
	mm_shutdown();
	lib_shutdown();
	hw_exit();
}

static inline uint64_t boot_warnings(void)
{
	return host_event_count(HOST_EVENT_WARN, NULL);
}

/* DMASIM_SEED replays a run; the seed is printed with every failure. */
static inline u64 boot_seed(u64 fallback)
{
	const char *text = getenv("DMASIM_SEED");
	u64 seed = text ? strtoull(text, NULL, 0) : fallback;

	print_message("DMASIM_SEED=%llu\n", seed);
	return seed;
}

/* xorshift64*: one generator for all random tests, never 0. */
static inline u64 boot_random(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

#endif
