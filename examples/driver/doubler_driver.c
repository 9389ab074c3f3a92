/* SPDX-License-Identifier: MIT */
/*
 * The driver, in kernel dialect: nothing in it knows of the simulation.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "doubler.h"

struct doubler {
	void __iomem *regs;
	struct completion done;
};

static irqreturn_t doubler_irq(int irq, void *data)
{
	struct doubler *d = data;

	complete(&d->done);
	return IRQ_HANDLED;
}

int doubler_run(struct device *dev, unsigned int *in, unsigned int *out,
		unsigned int count)
{
	struct doubler *d = dev_get_drvdata(dev);
	size_t bytes = count * sizeof(*in);
	dma_addr_t src, dst;
	int ret = 0;

	src = dma_map_single(dev, in, bytes, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, src))
		return -ENOMEM;
	dst = dma_map_single(dev, out, bytes, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, dst)) {
		ret = -ENOMEM;
		goto out_src;
	}

	reinit_completion(&d->done);
	writeq(src, d->regs + DOUBLER_SRC);
	writeq(dst, d->regs + DOUBLER_DST);
	writel(count, d->regs + DOUBLER_COUNT);
	wait_for_completion(&d->done);
	if (readl(d->regs + DOUBLER_STATUS))
		ret = -EIO;

	dma_unmap_single(dev, dst, bytes, DMA_FROM_DEVICE);
out_src:
	dma_unmap_single(dev, src, bytes, DMA_TO_DEVICE);
	return ret;
}

static int doubler_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct doubler *d;
	int ret;

	d = devm_kzalloc(&pdev->dev, sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	init_completion(&d->done);
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	d->regs = pci_ioremap_bar(pdev, 0);
	if (!d->regs)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX);
	if (ret < 0)
		goto err_unmap;
	ret = request_irq(pci_irq_vector(pdev, 0), doubler_irq, 0, "doubler",
			  d);
	if (ret)
		goto err_vectors;
	pci_set_drvdata(pdev, d);
	return 0;

err_vectors:
	pci_free_irq_vectors(pdev);
err_unmap:
	iounmap(d->regs);
	return ret;
}

static void doubler_remove(struct pci_dev *pdev)
{
	struct doubler *d = pci_get_drvdata(pdev);

	free_irq(pci_irq_vector(pdev, 0), d);
	pci_free_irq_vectors(pdev);
	iounmap(d->regs);
}

static const struct pci_device_id doubler_ids[] = {
	{ PCI_DEVICE(DOUBLER_VENDOR, DOUBLER_DEVICE) },
	{}
};
MODULE_DEVICE_TABLE(pci, doubler_ids);

static struct pci_driver doubler_driver = {
	.name = "doubler",
	.id_table = doubler_ids,
	.probe = doubler_probe,
	.remove = doubler_remove,
};
module_pci_driver(doubler_driver);

MODULE_DESCRIPTION("Doubles numbers");
MODULE_LICENSE("Dual MIT/GPL");
