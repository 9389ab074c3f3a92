/* SPDX-License-Identifier: MIT */
/*
 * Plugging devices in and out, models of one's own, what refuses an access by a
 * device, impossible NVMe controllers.
 */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>

#include "support/fixture.h"

#include <string.h>

static const struct dmasim_model plain = {
	.name = "plain",
	.vendor = 0x1234,
	.device = 0x5678,
	.class_code = 0xff0000,
	.bar = { { .size = 4096 } },
};

/* Refused with @err, and the reason has @word in it. */
static void assert_refused_(struct fixture *f, const struct dmasim_model *model,
			    int err, const char *word, const char *file,
			    int line)
{
	struct dmasim_device *dev = NULL;

	_assert_int_equal(dmasim_device_create(f->machine, model, NULL, &dev),
			  err, file, line);
	if (!dev && strstr(dmasim_refusal(), word))
		return;
	print_error("\"%s\" does not say %s\n", dmasim_refusal(), word);
	_fail(file, line);
}

#define assert_refused(f, model, err, word) \
	assert_refused_(f, model, err, word, __FILE__, __LINE__)

/* ---- refusals ---------------------------------------------------------------------- */

static void bars_are_powers_of_two(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;

	model.bar[0].size = 4097;
	assert_refused(f, &model, -EINVAL, "BAR 0");
	model.bar[0].size = 64;
	assert_refused(f, &model, -EINVAL, "BAR 0");
	model.bar[0].size = 128;
	model.bar[3].size = 3 << 20;
	assert_refused(f, &model, -EINVAL, "BAR 3");
	model.bar[3].size = 4ull << 30;
	assert_refused(f, &model, -EINVAL, "2 GiB");
	model = plain;
	model.class_code = 0x1000000;
	assert_refused(f, &model, -EINVAL, "class code");
}

static void a_64_bit_bar_takes_two_places(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;

	model.bar[0].is64 = true;
	model.bar[1].size = 4096;
	assert_refused(f, &model, -EINVAL, "64-bit");
	model = plain;
	model.bar[5] = (struct dmasim_bar){ .size = 4096, .is64 = true };
	assert_refused(f, &model, -EINVAL, "64-bit");
}

static void the_msix_table_must_be_somewhere(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;

	model.msix_vectors = 2049;
	assert_refused(f, &model, -EINVAL, "2049");
	model.msix_vectors = 1;
	model.msix_bar = 1;
	assert_refused(f, &model, -EINVAL, "BAR 1");
	model.msix_bar = 6;
	assert_refused(f, &model, -EINVAL, "BAR 6");
}

/* A table that does not fit into its BAR, or over its end. */
static void the_msix_table_must_fit(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;

	model.msix_vectors = 512;
	assert_refused(f, &model, -EINVAL, "MSI-X");
	model.msix_vectors = 8;
	model.msix_offset = 4096;
	assert_refused(f, &model, -EINVAL, "MSI-X");
	model.msix_offset = 4;
	assert_refused(f, &model, -EINVAL, "MSI-X");
	/* The table fits, the pending bits after it do not. */
	model.msix_vectors = 256;
	model.msix_offset = 0;
	assert_refused(f, &model, -EINVAL, "MSI-X");
}

static void a_device_must_reach_some_ram(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;

	model.dma_bits = 65;
	assert_refused(f, &model, -EINVAL, "65 address bits");
	model.dma_bits = 12;
	assert_refused(f, &model, -EINVAL,
		       "no RAM below its limit of 12 address bits");
}

static void a_bus_has_an_end(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *dev[300], *one_more = NULL;
	unsigned int nr = 0;

	while (nr < 300 &&
	       !dmasim_device_create(f->machine, &plain, NULL, &dev[nr]))
		nr++;

	assert_in_range(nr, 8, 299);
	assert_int_equal(dmasim_device_create(f->machine, &plain, NULL,
					      &one_more),
			 -ENOSPC);
	assert_non_null(strstr(dmasim_refusal(), "plain"));

	/* A place that was given up can be used again. */
	dmasim_device_destroy(dev[--nr]);
	assert_int_equal(
		dmasim_device_create(f->machine, &plain, NULL, &dev[nr]), 0);
}

static void assert_nvme_refused(struct fixture *f,
				const struct dmasim_nvme_config *cfg,
				const char *word)
{
	struct dmasim_device *dev = NULL;

	assert_int_equal(dmasim_nvme_create(f->machine, cfg, &dev), -EINVAL);
	assert_null(dev);
	if (!strstr(dmasim_refusal(), word))
		fail_msg("\"%s\" does not say %s", dmasim_refusal(), word);
}

static void impossible_nvme_controllers_are_refused(void **state)
{
	static const struct dmasim_nvme_config good = DMASIM_NVME_CONFIG_INIT;
	struct fixture *f = *state;
	struct dmasim_nvme_config cfg;

	cfg = good, cfg.size = 8;
	assert_nvme_refused(f, &cfg, "DMASIM_NVME_CONFIG_INIT");
	cfg = good, cfg.block_size = 520;
	assert_nvme_refused(f, &cfg, "block size 520");
	cfg = good, cfg.block_size = 256;
	assert_nvme_refused(f, &cfg, "block size 256");
	cfg = good, cfg.block_size = 131072;
	assert_nvme_refused(f, &cfg, "block size 131072");
	cfg = good, cfg.capacity = 0;
	assert_nvme_refused(f, &cfg, "capacity");
	cfg = good, cfg.capacity = 1000;
	assert_nvme_refused(f, &cfg, "capacity 1000");
	cfg = good, cfg.max_io_bytes = 4096;
	assert_nvme_refused(f, &cfg, "largest transfer");
	cfg = good, cfg.max_io_bytes = 100000;
	assert_nvme_refused(f, &cfg, "largest transfer");
	cfg = good, cfg.queues = 0;
	assert_nvme_refused(f, &cfg, "queues");
	cfg = good, cfg.queues = 65;
	assert_nvme_refused(f, &cfg, "65 queues");
	cfg = good, cfg.queue_depth = 1;
	assert_nvme_refused(f, &cfg, "queue depth");
	cfg = good, cfg.queue_depth = 65537;
	assert_nvme_refused(f, &cfg, "queue depth");
}

static void an_unwritable_backing_file_is_refused(void **state)
{
	struct dmasim_nvme_config cfg = DMASIM_NVME_CONFIG_INIT;
	struct fixture *f = *state;

	cfg.backing_path = "/nonexistent/folder/disk.img";
	assert_nvme_refused(f, &cfg, "nvme");
}

static void other_devices_are_no_nvme_controllers(void **state)
{
	struct fixture *f = *state;
	struct dmasim_nvme_stats stats;
	char byte;

	assert_int_equal(dmasim_nvme_get_stats(f->hw, &stats), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), dmasim_device_name(f->hw)));
	assert_int_equal(dmasim_nvme_store_read(f->hw, 0, &byte, 1), -EINVAL);
	assert_int_equal(dmasim_nvme_fail(f->hw, -1, 1, 2), -EINVAL);
	assert_int_equal(dmasim_nvme_last_command(f->hw, &byte), -EINVAL);
	assert_null(dmasim_disk("nvme0n1"));
}

/* ---- models ------------------------------------------------------------------------------ */

static uint64_t last_off, last_val;
static unsigned int last_size, resets;

static uint64_t model_read(struct dmasim_device *dev, unsigned int bar,
			   uint64_t off, unsigned int size)
{
	last_size = size;
	return 0x1122334455667788 + bar + off;
}

static void model_write(struct dmasim_device *dev, unsigned int bar,
			uint64_t off, unsigned int size, uint64_t val)
{
	last_off = off;
	last_size = size;
	last_val = val;
}

static void model_reset(struct dmasim_device *dev)
{
	resets++;
}

static void a_model_sees_register_accesses(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;
	struct dmasim_device *hw;
	struct pci_dev *pdev;
	void __iomem *regs;
	int mark;

	model.bar_read = model_read;
	model.bar_write = model_write;
	model.reset = model_reset;
	resets = 0;
	assert_int_equal(dmasim_device_create(f->machine, &model, &mark, &hw),
			 0);
	assert_ptr_equal(dmasim_device_priv(hw), &mark);
	assert_int_not_equal(resets, 0);
	pdev = to_pci_dev(dmasim_device_kernel(hw));
	assert_int_equal(pdev->vendor, 0x1234);
	assert_int_equal(pdev->device, 0x5678);
	assert_string_equal(dev_name(&pdev->dev), dmasim_device_name(hw));

	assert_int_equal(pci_enable_device_mem(pdev), 0);
	regs = pci_iomap(pdev, 0, 0);
	assert_non_null(regs);
	assert_int_equal(readl(regs + 0x10), 0x55667798);
	assert_int_equal(last_size, 4);
	writew(0xbeef, regs + 0x20);
	assert_int_equal(last_off, 0x20);
	assert_int_equal(last_size, 2);
	assert_int_equal(last_val, 0xbeef);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
	dmasim_device_destroy(hw);
}

static void a_bare_endpoint_has_memory_for_registers(void **state)
{
	struct fixture *f = *state;
	void __iomem *regs;

	assert_int_equal(f->pdev->vendor, 0x1d0f);
	assert_int_equal(f->pdev->device, 0xd3a5);
	assert_int_equal(pci_resource_len(f->pdev, 0), 4096);
	assert_int_equal(pci_enable_device_mem(f->pdev), 0);
	regs = pci_iomap(f->pdev, 0, 0);
	assert_non_null(regs);

	writel(0x12345678, regs + 0xffc);

	assert_int_equal(readl(regs + 0xffc), 0x12345678);
	assert_int_equal(readb(regs + 0xfff), 0x12);
	pci_iounmap(f->pdev, regs);
	pci_disable_device(f->pdev);
}

static unsigned int irqs;

static irqreturn_t count_irq(int irq, void *data)
{
	irqs++;
	return IRQ_HANDLED;
}

static void a_device_sends_its_messages(void **state)
{
	struct fixture *f = *state;
	int irq;

	irqs = 0;
	assert_int_equal(pci_enable_device_mem(f->pdev), 0);
	/* MSI-X is off. */
	assert_false(dmasim_irq(f->hw, 0));
	assert_int_equal(pci_alloc_irq_vectors(f->pdev, 8, 8, PCI_IRQ_MSIX), 8);
	irq = pci_irq_vector(f->pdev, 5);
	assert_int_equal(request_irq(irq, count_irq, 0, "test", f), 0);

	assert_true(dmasim_irq(f->hw, 5));
	assert_int_equal(irqs, 1);
	/* There is no vector 8. */
	expect_events(DMASIM_EVENT_MISUSE, "msix-vector", 1);
	assert_false(dmasim_irq(f->hw, 8));

	free_irq(irq, f);
	pci_free_irq_vectors(f->pdev);
	pci_disable_device(f->pdev);
}

/* ---- accesses ------------------------------------------------------------------------------- */

static void a_model_of_ones_own_waits_for_its_driver(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw;
	struct pci_dev *pdev;
	dma_addr_t addr;
	struct page *page = alloc_page(GFP_KERNEL);
	char byte;

	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 2);
	assert_int_equal(dmasim_device_create(f->machine, &plain, NULL, &hw),
			 0);
	pdev = to_pci_dev(dmasim_device_kernel(hw));
	addr = dma_map_page(&pdev->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(dmasim_dma_read(hw, addr, &byte, 1),
			 DMASIM_DMA_MASTER);

	pci_set_master(pdev);
	assert_int_equal(dmasim_dma_read(hw, addr, &byte, 1), DMASIM_DMA_OK);
	pci_clear_master(pdev);
	assert_int_equal(dmasim_dma_read(hw, addr, &byte, 1),
			 DMASIM_DMA_MASTER);

	dma_unmap_page(&pdev->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
	dmasim_device_destroy(hw);
}

static void nobody_answers_in_the_hole(void **state)
{
	struct fixture *f = *state;
	char byte = 0;

	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 3);

	assert_int_equal(dmasim_dma_read(f->hw, 0xe8000000, &byte, 1),
			 DMASIM_DMA_DECODE);
	assert_int_equal(dmasim_dma_write(f->hw, 0xe8000000, &byte, 1),
			 DMASIM_DMA_DECODE);
	assert_int_equal(dmasim_dma_read(f->hw, 0, &byte, 1),
			 DMASIM_DMA_DECODE);
}

static void a_narrow_device_does_not_drive_the_upper_lines(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = plain;
	struct dmasim_device *hw;
	char byte;

	model.dma_bits = 32;
	expect_events(DMASIM_EVENT_FAULT, "device-width", 1);
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 0);
	pci_set_master(to_pci_dev(dmasim_device_kernel(hw)));

	assert_int_equal(dmasim_dma_read(hw, PAGE_SIZE, &byte, 1),
			 DMASIM_DMA_OK);
	assert_int_equal(dmasim_dma_read(hw, 0x100001000, &byte, 1),
			 DMASIM_DMA_RANGE);

	assert_event(DMASIM_EVENT_FAULT, NULL, 1);
	dmasim_device_destroy(hw);
}

/* RAM ends at 9 GiB. */
static void an_access_stops_at_the_first_refused_byte(void **state)
{
	struct fixture *f = *state;
	uint64_t end = 9ull << 30;
	char buf[32];

	expect_events(DMASIM_EVENT_FAULT, "bus-fault", 1);
	memset(dmasim_ram(end - 16, 16), 7, 16);
	memset(buf, 1, sizeof(buf));

	assert_int_equal(dmasim_dma_read(f->hw, end - 16, buf, 32),
			 DMASIM_DMA_DECODE);

	assert_int_equal(buf[0], 7);
	assert_int_equal(buf[15], 7);
	assert_int_equal(buf[16], 1);
	assert_int_equal(buf[31], 1);
}

static void verdicts_have_names(void **state)
{
	assert_string_equal(dmasim_dma_name(DMASIM_DMA_OK), "ok");
	assert_string_equal(dmasim_dma_name(DMASIM_DMA_UNMAPPED), "unmapped");
	assert_string_equal(dmasim_dma_name(DMASIM_DMA_MASTER),
			    "bus master off");
	assert_string_equal(dmasim_dma_name(77), "unknown");
}

static void unplugged_devices_leave_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_mem_stats before, after;
	struct dmasim_device *hw;
	int i;

	assert_int_equal(dmasim_device_create(f->machine, &plain, NULL, &hw),
			 0);
	dmasim_device_destroy(hw);
	dmasim_mem_get_stats(&before);

	for (i = 0; i < 20; i++) {
		assert_int_equal(
			dmasim_device_create(f->machine, &plain, NULL, &hw), 0);
		dmasim_device_destroy(hw);
	}

	dmasim_mem_get_stats(&after);
	assert_int_equal(after.slab_objects, before.slab_objects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(bars_are_powers_of_two),
		fixture_case(a_64_bit_bar_takes_two_places),
		fixture_case(the_msix_table_must_be_somewhere),
		fixture_case(the_msix_table_must_fit),
		fixture_case(a_device_must_reach_some_ram),
		fixture_case(a_bus_has_an_end),
		fixture_case(impossible_nvme_controllers_are_refused),
		fixture_case(an_unwritable_backing_file_is_refused),
		fixture_case(other_devices_are_no_nvme_controllers),
		fixture_case(a_model_sees_register_accesses),
		fixture_case(a_bare_endpoint_has_memory_for_registers),
		fixture_case(a_device_sends_its_messages),
		fixture_case(a_model_of_ones_own_waits_for_its_driver),
		fixture_case(verdicts_have_names),
		fixture_case(unplugged_devices_leave_nothing),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(nobody_answers_in_the_hole),
		fixture_case(an_access_stops_at_the_first_refused_byte),
		fixture_case(a_narrow_device_does_not_drive_the_upper_lines),
	};

	return run_variants_("sim_device", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1) +
	       run_variants_("sim_device", direct, ARRAY_SIZE(direct),
			     variants_all, 1);
}
