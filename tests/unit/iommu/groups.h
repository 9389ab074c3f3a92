/* SPDX-License-Identifier: MIT */
/*
 * For the suites on groups: devices that are described to the kernel, and
 * domains whose attach can fail.
 */
#ifndef TESTS_UNIT_IOMMU_GROUPS_H
#define TESTS_UNIT_IOMMU_GROUPS_H

#include <linux/iommu.h>
#include <linux/pci.h>

#include "support/fixture.h"

/* An endpoint without registers; cases add what firmware says of it. */
#define PLAIN_MODEL                                                  \
	{                                                            \
		.name = "plain", .vendor = 0x1d0f, .device = 0xd3a6, \
		.class_code = 0xff0000, .bar = { { .size = 4096 } }, \
	}

/* Plug it in, able to do DMA, but without a driver. */
static inline struct dmasim_device *plug(struct fixture *f,
					 const struct dmasim_model *model)
{
	struct dmasim_device *hw;
	struct pci_dev *pdev;

	if (dmasim_device_create(f->machine, model, NULL, &hw))
		fail_msg("%s", dmasim_refusal());
	pdev = to_pci_dev(dmasim_device_kernel(hw));
	assert_int_equal(pci_enable_device(pdev), 0);
	pci_set_master(pdev);
	return hw;
}

static inline void unplug(struct dmasim_device *hw)
{
	pci_disable_device(to_pci_dev(dmasim_device_kernel(hw)));
	dmasim_device_destroy(hw);
}

static inline enum dmasim_dma reads(struct dmasim_device *hw, uint64_t addr)
{
	char byte;

	return dmasim_dma_read(hw, addr, &byte, 1);
}

/**
 * struct picky - a domain of the machine's IOMMU that has no tables and refuses
 * one device
 * @refuses: this one, with -ENOMEM; NULL: nobody
 * @seen: devices that it was asked to attach, in order
 */
struct picky {
	struct iommu_domain domain;
	struct iommu_domain_ops ops;
	struct device *refuses;
	struct device *seen[8];
	unsigned int nr_seen;
};

static int picky_attach(struct iommu_domain *domain, struct device *dev)
{
	struct picky *p = container_of(domain, struct picky, domain);

	assert_in_range(p->nr_seen, 0, 7);
	p->seen[p->nr_seen++] = dev;
	return dev == p->refuses ? -ENOMEM : 0;
}

static inline void picky_init(struct picky *p, const struct iommu_ops *owner,
			      struct device *refuses)
{
	memset(p, 0, sizeof(*p));
	p->ops.attach_dev = picky_attach;
	p->domain.type = IOMMU_DOMAIN_UNMANAGED;
	p->domain.ops = &p->ops;
	p->domain.owner = owner;
	p->refuses = refuses;
}

#endif
