/* SPDX-License-Identifier: MIT */
/*
 * A machine for tests of src/hw: two pieces of RAM, two MMIO windows, and on
 * request endpoints that a test drives by hand. Plays the part of software:
 * programs bridge, BARs, IOMMU.
 *
 *	0x00100000..0x00ffffff	RAM
 *	0xc0000000..0xcfffffff	32-bit MMIO window; root port: first MiB
 *	0x100000000..+16 MiB	RAM
 *	0x800000000..+1 GiB	64-bit MMIO window; root port: first 4 MiB
 */
#ifndef TESTS_UNIT_HW_BOARD_H
#define TESTS_UNIT_HW_BOARD_H

#include "unit/host/suite.h"
#include "hw/device.h"

#define PORT_RID 0x0008
#define MEM32 0xc0000000ull
#define MEM64 0x800000000ull
#define RAM_HIGH 0x100000000ull

static struct hw_config board_config __attribute__((unused)) = {
	.ram = { { 0x100000, 0xf00000 }, { RAM_HIGH, 0x1000000 } },
	.nr_ram = 2,
	.mmio32_start = MEM32,
	.mmio32_end = 0xd0000000,
	.mmio64_start = MEM64,
	.mmio64_end = 0x840000000,
};

/* What the interrupt sink and the model's callbacks saw. */
static struct {
	unsigned int irqs;
	uint64_t irq_addr;
	uint32_t irq_data;
	unsigned int resets;
	unsigned int reads, writes;
	unsigned int bar, size;
	uint64_t off, val;
} seen __attribute__((unused));

static inline void board_sink(void *ctx, uint64_t addr, uint32_t data)
{
	(void)ctx;
	seen.irqs++;
	seen.irq_addr = addr;
	seen.irq_data = data;
}

static inline uint64_t board_bar_read(struct hw_dev *dev, unsigned int bar,
				      uint64_t off, unsigned int size)
{
	(void)dev;
	seen.reads++;
	seen.bar = bar;
	seen.off = off;
	seen.size = size;
	return 0x1122334455667788ull;
}

static inline void board_bar_write(struct hw_dev *dev, unsigned int bar,
				   uint64_t off, unsigned int size,
				   uint64_t val)
{
	(void)dev;
	seen.writes++;
	seen.bar = bar;
	seen.off = off;
	seen.size = size;
	seen.val = val;
}

static inline void board_reset(struct hw_dev *dev)
{
	(void)dev;
	seen.resets++;
}

/* BAR 0: 8 KiB, 32-bit, MSI-X in its second half. BAR 2: 1 MiB, 64-bit. */
static const struct hw_model board_model __attribute__((unused)) = {
	.name = "bench",
	.vendor = 0x1d0f,
	.device = 0xd3a5,
	.subvendor = 0x1234,
	.subdevice = 0x5678,
	.class_code = 0x010802,
	.revision = 3,
	.bar = { { 0x2000, false, false }, { 0 }, { 0x100000, true, true } },
	.msix_vectors = 4,
	.msix_bar = 0,
	.msix_offset = 0x1000,
	.bar_read = board_bar_read,
	.bar_write = board_bar_write,
	.reset = board_reset,
};

static inline void board_on(const struct hw_config *cfg)
{
	memset(&seen, 0, sizeof(seen));
	host_event_reset();
	assert_null(hw_init(cfg));
	hw_irq_set_sink(board_sink, NULL);
}

/* Open both of the root port's windows and let it forward both ways. */
static inline void board_open_port(void)
{
	hw_cfg_write(PORT_RID, 0x20, 4, 0xc000c000);
	hw_cfg_write(PORT_RID, 0x28, 4, 0x8);
	hw_cfg_write(PORT_RID, 0x2c, 4, 0x8);
	hw_cfg_write(PORT_RID, 0x24, 4, 0x00300000);
	hw_cfg_write(PORT_RID, 0x04, 2, 0x6);
}

/* Place a bench device's BARs, the @nr-th of each size, and enable it. */
static inline void board_enable(struct hw_dev *dev, unsigned int nr)
{
	uint16_t rid = hw_dev_rid(dev);

	hw_cfg_write(rid, 0x10, 4, MEM32 + nr * 0x2000);
	hw_cfg_write(rid, 0x18, 4, nr * 0x100000);
	hw_cfg_write(rid, 0x1c, 4, MEM64 >> 32);
	hw_cfg_write(rid, 0x04, 2, 0x6);
}

/* The usual machine with one enabled device; *state is the device. */
static inline int board_setup(void **state)
{
	struct hw_dev *dev;

	board_on(&board_config);
	dev = hw_dev_plug(&board_model, NULL, 0);
	assert_non_null(dev);
	board_open_port();
	board_enable(dev, 0);
	*state = dev;
	return 0;
}

/* The same with an IOMMU; the device is blocked until the test says more. */
static inline int board_setup_iommu(void **state)
{
	board_config.iommu = true;
	board_setup(state);
	board_config.iommu = false;
	return 0;
}

static inline int board_teardown(void **state)
{
	(void)state;
	hw_exit();
	assert_int_equal(host_alloc_live(), 0);
	return 0;
}

static inline uint64_t *ram64(uint64_t phys)
{
	return (uint64_t *)((char *)hw_ram_base() + phys);
}

static inline void assert_fault(enum hw_status reason, uint64_t addr,
				uint64_t len, bool write)
{
	struct hw_iommu_fault f;

	assert_true(hw_iommu_next_fault(&f));
	assert_int_equal(f.reason, reason);
	assert_int_equal(f.addr, addr);
	assert_int_equal(f.len, len);
	assert_int_equal(f.write, write);
}

static inline void assert_last_event(const char *id, const char *text)
{
	struct host_event ev;

	assert_true(host_event_get(host_event_last(), &ev));
	assert_int_equal(ev.kind, HOST_EVENT_FAULT);
	assert_string_equal(ev.id, id);
	assert_string_equal(ev.text, text);
}

/* ---- page tables by hand: VT-d second stage, 4 levels ---------------------- */

#define T3 0x100000000ull
#define T2 0x100001000ull
#define T1 0x100002000ull
#define T0 0x100003000ull

/* Let @dev translate with the tree at T3; iova 0..2M comes from T0. */
static inline void board_translate(struct hw_dev *dev, uint16_t domain)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 4,
		.domain = domain,
	};

	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T1 | 3;
	ram64(T1)[0] = T0 | 3;
	hw_iommu_set_context(hw_dev_rid(dev), &ctx);
}

/* Map page @iova (below 2 MiB) to @phys with right bits @rw. */
static inline void board_map(uint64_t iova, uint64_t phys, unsigned int rw)
{
	ram64(T0)[iova >> 12] = rw ? phys | rw : 0;
}

static inline void invalidate_range(uint16_t domain, uint64_t first,
				    uint64_t last, bool leaf_only)
{
	const struct hw_inv_cmd cmd = {
		.type = HW_INV_RANGE,
		.domain = domain,
		.first = first,
		.last = last,
		.leaf_only = leaf_only,
	};

	hw_iommu_invalidate(&cmd, 1);
}

static inline void invalidate(enum hw_inv_type type, uint16_t rid,
			      uint16_t domain)
{
	const struct hw_inv_cmd cmd = {
		.type = type,
		.rid = rid,
		.domain = domain,
	};

	hw_iommu_invalidate(&cmd, 1);
}

static inline struct hw_iommu_stats board_stats(void)
{
	struct hw_iommu_stats s;

	hw_iommu_get_stats(&s);
	return s;
}

#endif
