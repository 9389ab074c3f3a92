/* SPDX-License-Identifier: MIT */
/*
 * A machine up to and including src/pci, and a model of a device to plug in.
 *
 *	0x00100000..+128 MiB		RAM
 *	0xe0000000..0xfebfffff		32-bit MMIO window
 *	0x8000000000..+1 GiB		64-bit MMIO window
 */
#ifndef TESTS_UNIT_PCI_BOARD_H
#define TESTS_UNIT_PCI_BOARD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "host/host.h"
#include "hw/device.h"
#include "hw/hw.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "pci/pci.h"

#define MEM32 0xe0000000ull
#define MEM32_END 0xfec00000ull
#define MEM64 0x8000000000ull
#define MEM64_END (MEM64 + SZ_1G)
#define PORT_RID 0x0008
#define FIRST_RID 0x0100

static const struct hw_model board_model __attribute__((unused)) = {
	.name = "tester",
	.vendor = 0x1d0f,
	.device = 0xd3a5,
	.subvendor = 0x1234,
	.subdevice = 0x5678,
	.class_code = 0x010802,
	.revision = 3,
	.bar = {
		[0] = { .size = SZ_16K, .is64 = true },
		[2] = { .size = SZ_1M, .is64 = true, .prefetch = true },
		[4] = { .size = SZ_4K },
	},
	.msix_vectors = 8,
	.msix_bar = 4,
};

static inline int board_boot(void **state)
{
	static const struct hw_config cfg = {
		.ram = { { 0x100000, SZ_128M } },
		.nr_ram = 1,
		.mmio32_start = MEM32,
		.mmio32_end = MEM32_END,
		.mmio64_start = MEM64,
		.mmio64_end = MEM64_END,
	};
	const struct lib_params lib = { .nr_cpus = 4, .seed = 1 };
	const struct mm_params mm = { .layout = MM_LAYOUT_CONTIGUOUS };

	host_event_reset();
	assert_null(hw_init(&cfg));
	assert_int_equal(lib_boot(&lib), 0);
	host_cpu_bind(0);
	assert_int_equal(mm_boot(&mm), 0);
	assert_int_equal(pci_boot(), 0);
	return 0;
}

static inline uint64_t board_count(enum host_event_kind kind)
{
	return host_event_count(kind, NULL);
}

/* The machine goes, and nothing is left of it. */
static inline int board_off(void **state)
{
	assert_int_equal(pci_check(), 0);
	pci_shutdown();
	assert_int_equal(mm_check(), 0);
	mm_shutdown();
	assert_int_equal(lib_check(), 0);
	lib_shutdown();
	host_cpu_unbind();
	hw_exit();
	assert_int_equal(board_count(HOST_EVENT_WARN), 0);
	assert_int_equal(board_count(HOST_EVENT_FAULT), 0);
	return 0;
}

/* Plug in the model and let the kernel side find it. */
static inline struct pci_dev *board_plug(struct hw_dev **hw,
					 const struct hw_model *model)
{
	struct device *dev;

	*hw = hw_dev_plug(model, NULL, -1);
	assert_non_null(*hw);
	dev = pci_sim_attach(hw_dev_rid(*hw), NULL);
	assert_non_null(dev);
	return to_pci_dev(dev);
}

static inline void board_pull(struct hw_dev *hw)
{
	pci_sim_detach(hw_dev_rid(hw));
	hw_dev_unplug(hw);
}

#define board_test(f) cmocka_unit_test_setup_teardown(f, board_boot, board_off)

/* ---- what happened, as text ------------------------------------------- */

static char journal[512] __attribute__((unused));

static inline void note(const char *what)
{
	if (*journal)
		strncat(journal, " ", sizeof(journal) - strlen(journal) - 1);
	strncat(journal, what, sizeof(journal) - strlen(journal) - 1);
}

static inline void journal_clear(void)
{
	journal[0] = 0;
}

#endif
