/* SPDX-License-Identifier: MIT */
/*
 * Register access through cookies, on a machine with one device.
 */
#include <linux/interrupt.h>
#include <linux/io-64-nonatomic-hi-lo.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/io.h>

#include "hw/device.h"
#include "unit/lib/libb_test.h"

#define BAR_BASE 0xe0000000u

static struct {
	u64 off;
	unsigned int size;
	u64 val;
} seen[16];
static unsigned int nr_seen;
static u64 regs[32];

static u64 bar_read(struct hw_dev *dev, unsigned int bar, u64 off,
		    unsigned int size)
{
	u64 val = 0;

	memcpy(&val, (u8 *)regs + off, size);
	return val;
}

static void bar_write(struct hw_dev *dev, unsigned int bar, u64 off,
		      unsigned int size, u64 val)
{
	seen[nr_seen % 16].off = off;
	seen[nr_seen % 16].size = size;
	seen[nr_seen++ % 16].val = val;
	memcpy((u8 *)regs + off, &val, size);
}

static const struct hw_model model = {
	.name = "regs",
	.vendor = 0x1af4,
	.device = 1,
	.bar = { { .size = 4096 } },
	.bar_read = (uint64_t(*)(struct hw_dev *, unsigned int, uint64_t,
				 unsigned int))bar_read,
	.bar_write = (void (*)(struct hw_dev *, unsigned int, uint64_t,
			       unsigned int, uint64_t))bar_write,
};

static struct hw_dev *dev;

/* The root port forwards the window, the function claims its BAR in it. */
static void assign_bar(void)
{
	u16 rid = hw_dev_rid(dev);

	hw_cfg_write(0x0008, 0x18, 4, 0x00010100);
	hw_cfg_write(0x0008, 0x20, 4, 0xe000e000);
	hw_cfg_write(0x0008, 0x04, 2, 0x6);
	hw_cfg_write(rid, 0x10, 4, BAR_BASE);
	hw_cfg_write(rid, 0x04, 2, 0x6);
}

static int setup(void **state)
{
	struct hw_config cfg = {
		.ram = { { 0x100000, 0x1000000 } },
		.nr_ram = 1,
		.mmio32_start = 0xe0000000,
		.mmio32_end = 0xe1000000,
	};

	nr_seen = 0;
	memset(regs, 0, sizeof(regs));
	if (hw_init(&cfg) || boot_lib(state))
		return -1;
	dev = hw_dev_plug(&model, NULL, -1);
	if (!dev)
		return -1;
	assign_bar();
	return 0;
}

static int teardown(void **state)
{
	unsigned int leaks = lib_check();

	lib_shutdown();
	hw_dev_unplug(dev);
	hw_exit();
	return leaks != 0;
}

static void accessors_reach_the_device(void **state)
{
	u8 __iomem *base = ioremap(BAR_BASE, 4096);

	assert_non_null(base);
	writel(0x12345678, base + 8);
	assert_int_equal(nr_seen, 1);
	assert_int_equal(seen[0].off, 8);
	assert_int_equal(seen[0].size, 4);
	assert_int_equal(readl(base + 8), 0x12345678);
	assert_int_equal(readb(base + 9), 0x56);
	assert_int_equal(readw(base + 10), 0x1234);
	writeq(0x1122334455667788ull, base + 16);
	assert_true(readq(base + 16) == 0x1122334455667788ull);
	assert_int_equal(ioread32be(base + 8), 0x78563412);
	iounmap(base);
}

static void halves_go_in_the_order_of_their_name(void **state)
{
	u8 __iomem *base = ioremap(BAR_BASE, 4096);

	lo_hi_writeq(0x1122334455667788ull, base);
	hi_lo_writeq(0x1122334455667788ull, base + 8);
	assert_int_equal(seen[0].off, 0);
	assert_int_equal(seen[1].off, 4);
	assert_int_equal(seen[2].off, 12);
	assert_int_equal(seen[3].off, 8);
	assert_true(lo_hi_readq(base) == hi_lo_readq(base + 8));
	iounmap(base);
}

static void block_copies_use_aligned_accesses(void **state)
{
	u8 __iomem *base = ioremap(BAR_BASE, 4096);
	u8 data[15] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	u8 back[15];

	memcpy_toio(base + 1, data, 15);
	assert_int_equal(nr_seen, 4);
	assert_int_equal(seen[0].size, 1);
	assert_int_equal(seen[1].size, 2);
	assert_int_equal(seen[2].size, 4);
	assert_int_equal(seen[3].size, 8);
	memcpy_fromio(back, base + 1, 15);
	assert_memory_equal(back, data, 15);
	memset_io(base + 32, 0xab, 12);
	assert_int_equal(readl(base + 40), 0xababababu);
	iounmap(base);
}

static void nobody_answers_with_all_ones(void **state)
{
	u8 __iomem *base = ioremap(BAR_BASE + 0x8000, 4096);

	assert_int_equal(readl(base), 0xffffffffu);
	iounmap(base);
}

static void ram_and_nowhere_are_refused(void **state)
{
	assert_null(ioremap(0x100000, 4096));
	assert_warns(1);
	assert_null(ioremap(BAR_BASE, 0));
	assert_null(ioremap(0xf0000000, 4096));
	assert_null(ioremap(~0ull - 100, 4096));
}

static void forgotten_mapping_is_a_leak(void **state)
{
	void __iomem *base = ioremap(BAR_BASE, 4096);

	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "ioremap-leak"), 1);
	iounmap(base);
}

static void plain_memory_works_as_registers(void **state)
{
	u32 fake[4] = { 0 };

	writel(7, &fake[1]);
	writeb(9, &fake[2]);
	assert_int_equal(fake[1], 7);
	assert_int_equal(fake[2], 9);
	assert_int_equal(readl(&fake[1]), 7);
	assert_int_equal(readw(&fake[2]), 9);
}

/* ---- a message from the hardware ---------------------------------------- */

static unsigned int messages;

static irqreturn_t count_message(int irq, void *dev_id)
{
	messages++;
	return IRQ_HANDLED;
}

static void message_write_of_a_device_raises_its_irq(void **state)
{
	int irq = lib_irq_alloc(1);
	u64 addr;
	u32 data;

	messages = 0;
	lib_irq_compose(irq, &addr, &data);
	assert_int_equal(request_irq(irq, count_message, 0, "msg", NULL), 0);
	assert_int_equal(hw_dma_write(dev, addr, &data, 4), HW_OK);
	assert_int_equal(messages, 1);
	free_irq(irq, NULL);
	lib_irq_free(irq, 1);
}

#define io_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		io_case(accessors_reach_the_device),
		io_case(halves_go_in_the_order_of_their_name),
		io_case(block_copies_use_aligned_accesses),
		io_case(nobody_answers_with_all_ones),
		io_case(ram_and_nowhere_are_refused),
		io_case(forgotten_mapping_is_a_leak),
		io_case(plain_memory_works_as_registers),
		io_case(message_write_of_a_device_raises_its_irq),
	};

	return cmocka_run_group_tests_name("io", tests, NULL, NULL);
}
