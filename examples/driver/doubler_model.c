/* SPDX-License-Identifier: MIT */
/*
 * The device, and a test that drives the unmodified driver through it.
 */
#include <dmasim/device.h>
#include <dmasim/inspect.h>
#include <dmasim/machine.h>

#include <stdio.h>
#include <string.h>

#include "doubler.h"

struct regs {
	uint64_t src, dst;
	uint32_t status;
};

static void work(struct dmasim_device *dev, struct regs *r, uint32_t count)
{
	uint32_t i, n;

	r->status = 0;
	for (i = 0; i < count && !r->status; i++) {
		if (dmasim_dma_read(dev, r->src + 4 * i, &n, 4))
			r->status = 1;
		n *= 2;
		if (!r->status && dmasim_dma_write(dev, r->dst + 4 * i, &n, 4))
			r->status = 1;
	}
	dmasim_irq(dev, 0);
}

static void write_reg(struct dmasim_device *dev, unsigned int bar, uint64_t off,
		      unsigned int size, uint64_t val)
{
	struct regs *r = dmasim_device_priv(dev);

	if (off == DOUBLER_SRC)
		r->src = val;
	else if (off == DOUBLER_DST)
		r->dst = val;
	else if (off == DOUBLER_COUNT)
		work(dev, r, val);
}

static uint64_t read_reg(struct dmasim_device *dev, unsigned int bar,
			 uint64_t off, unsigned int size)
{
	struct regs *r = dmasim_device_priv(dev);

	return off == DOUBLER_STATUS ? r->status : 0;
}

static const struct dmasim_model doubler = {
	.name = "doubler",
	.vendor = DOUBLER_VENDOR,
	.device = DOUBLER_DEVICE,
	.class_code = 0x120000,
	.bar = { { .size = 4096 }, { .size = 4096 } },
	.msix_vectors = 1,
	.msix_bar = 1,
	.bar_read = read_reg,
	.bar_write = write_reg,
};

/* kernel memory for the buffers, from the driver's side of the house */
void *numbers_alloc(size_t size);
void numbers_free(void *p);

int main(void)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *m;
	struct dmasim_device *dev;
	struct regs regs = { 0 };
	unsigned int *in, *out;
	unsigned int i, wrong = 0, leaks;
	int ret;

	cfg.iommu = DMASIM_IOMMU_STRICT;
	if (dmasim_machine_create(&cfg, &m) ||
	    dmasim_device_create(m, &doubler, &regs, &dev)) {
		puts(dmasim_refusal());
		return 1;
	}
	in = numbers_alloc(100 * sizeof(*in));
	out = numbers_alloc(100 * sizeof(*out));
	for (i = 0; i < 100; i++)
		in[i] = i;
	ret = doubler_run(dmasim_device_kernel(dev), in, out, 100);
	for (i = 0; i < 100; i++)
		wrong += out[i] != 2 * i;
	numbers_free(in);
	numbers_free(out);
	leaks = dmasim_machine_destroy(m);
	printf("doubler: result %d, %u numbers wrong, %u leaks\n", ret, wrong,
	       leaks);
	return ret || wrong || leaks;
}
