/* SPDX-License-Identifier: MIT */
/*
 * The smallest machine on which src/block runs: RAM from 1 MiB to 1 GiB, kernel
 * services, page allocator, device core. Physical addresses in the cases are
 * inside that RAM; many of them are never allocated, since bios only name them.
 */
#ifndef TESTS_UNIT_BLOCK_BOARD_H
#define TESTS_UNIT_BLOCK_BOARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/bio.h>
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "block/blk.h"
#include "block/block.h"
#include "host/host.h"
#include "hw/hw.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "pci/pci.h"

static inline u64 board_objects(void)
{
	struct mm_stats stats;

	mm_get_stats(&stats);
	return stats.slab_objects;
}

static inline void board_start(unsigned int cpus)
{
	static const struct hw_config cfg = {
		.ram = { { 0x100000, SZ_1G - 0x100000 } },
		.nr_ram = 1,
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
	assert_int_equal(pci_boot(), 0);
	assert_int_equal(block_boot(), 0);
}

/* Nothing may be left over. */
static inline void board_stop(void)
{
	lib_fail_off();
	lib_run();
	assert_int_equal(block_check(), 0);
	block_shutdown();
	pci_shutdown();
	assert_int_equal(mm_check(), 0);
	assert_int_equal(lib_check(), 0);
	mm_shutdown();
	host_cpu_unbind();
	lib_shutdown();
	hw_exit();
}

static inline u64 warnings(void)
{
	return host_event_count(HOST_EVENT_WARN, NULL);
}

static inline struct page *page_at(phys_addr_t phys)
{
	return phys_to_page(phys);
}

/* Append @len bytes at physical @phys, which must fit. */
static inline void add_phys(struct bio *bio, phys_addr_t phys, unsigned int len)
{
	assert_int_equal(bio_add_page(bio, page_at(phys), len,
				      offset_in_page(phys)),
			 len);
}

/* Append, as a vector of its own even if it adjoins. */
static inline void add_vec(struct bio *bio, phys_addr_t phys, unsigned int len)
{
	__bio_add_page(bio, page_at(phys), len, offset_in_page(phys));
}

/* Does @call end in a BUG() or another panic? */
static jmp_buf board_panic __attribute__((unused));

static inline void board_on_panic(const char *text)
{
	longjmp(board_panic, 1);
}

#define expect_panic(call)                                    \
	do {                                                  \
		host_panic_set_hook(board_on_panic);          \
		if (!setjmp(board_panic)) {                   \
			call;                                 \
			host_panic_set_hook(NULL);            \
			fail_msg("%s does not panic", #call); \
		}                                             \
		host_panic_set_hook(NULL);                    \
	} while (0)

#define board_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
