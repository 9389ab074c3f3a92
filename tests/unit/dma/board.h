/* SPDX-License-Identifier: MIT */
/*
 * The smallest machine on which src/dma runs: RAM, kernel services, page
 * allocator, one device of no bus. RAM ends at 8 GiB, with most of the space
 * below left empty.
 *
 *	0x00100000..0x07ffffff		RAM
 *	0x1ff000000..0x1ffffffff	RAM
 */
#ifndef TESTS_UNIT_DMA_BOARD_H
#define TESTS_UNIT_DMA_BOARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dma/dma.h"
#include "host/host.h"
#include "hw/hw.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "pci/pci.h"

#define HIGH_RAM 0x1ff000000ull

struct board {
	struct pci_dev pdev;
	u64 mask;
	struct device_dma_parameters parms;
	enum mm_layout layout;
	u64 free_at_start;
};

static inline void board_device_release(struct device *dev)
{
}

static inline u64 board_free_pages(void)
{
	struct mm_stats stats;

	mm_get_stats(&stats);
	return stats.pages_free;
}

static inline void board_start(struct board *b)
{
	static const struct hw_config cfg = {
		.ram = { { 0x100000, SZ_128M - 0x100000 },
			 { HIGH_RAM, SZ_16M } },
		.nr_ram = 2,
		.mmio32_start = 0xe0000000,
		.mmio32_end = 0xfec00000,
		.iommu = true,
	};
	const struct lib_params lib = { .nr_cpus = 2, .seed = 1 };
	const struct mm_params mm = { .layout = b->layout, .seed = 1 };
	const struct dma_params dma = {};

	host_event_reset();
	host_event_echo(1u << HOST_EVENT_LEAK);
	assert_null(hw_init(&cfg));
	assert_int_equal(lib_boot(&lib), 0);
	assert_int_equal(host_cpu_bind(0), 0);
	assert_int_equal(mm_boot(&mm), 0);
	assert_int_equal(pci_boot(), 0);
	assert_int_equal(dma_boot(&dma), 0);

	memset(&b->pdev, 0, sizeof(b->pdev));
	memset(&b->parms, 0, sizeof(b->parms));
	device_initialize(&b->pdev.dev);
	b->pdev.dev.release = board_device_release;
	assert_int_equal(dev_set_name(&b->pdev.dev, "unit"), 0);
	b->mask = DMA_BIT_MASK(64);
	b->pdev.dev.dma_mask = &b->mask;
	b->pdev.dev.coherent_dma_mask = DMA_BIT_MASK(64);
	b->pdev.dev.dma_parms = &b->parms;
}

/* Nothing may be left over. */
static inline void board_stop(struct board *b)
{
	lib_fail_off();
	put_device(&b->pdev.dev);
	assert_int_equal(dma_check(), 0);
	dma_shutdown();
	pci_shutdown();
	assert_int_equal(mm_check(), 0);
	assert_int_equal(lib_check(), 0);
	mm_shutdown();
	host_cpu_unbind();
	lib_shutdown();
	hw_exit();
}

static inline u64 events(enum host_event_kind kind, const char *id)
{
	return host_event_count(kind, id);
}

static inline u64 warnings(void)
{
	return events(HOST_EVENT_WARN, NULL);
}

/* A page of the low RAM range; @pages contiguous ones of @order. */
static inline struct page *low_page(unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | GFP_DMA32, order);

	assert_non_null(page);
	return page;
}

/* expect_bug() - does @call end in a BUG()? */
static jmp_buf board_panic __attribute__((unused));

static inline void board_on_panic(const char *text)
{
	longjmp(board_panic, 1);
}

#define expect_bug(call)                                 \
	do {                                             \
		host_panic_set_hook(board_on_panic);     \
		if (!setjmp(board_panic)) {              \
			call;                            \
			host_panic_set_hook(NULL);       \
			fail_msg("%s is no BUG", #call); \
		}                                        \
		host_panic_set_hook(NULL);               \
	} while (0)

#endif
