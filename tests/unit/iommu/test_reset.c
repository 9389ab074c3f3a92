/* SPDX-License-Identifier: MIT */
/*
 * Devices that are parked during a reset: they reach nothing, their group stays as it
 * is, and afterwards they are where the group is (src/iommu/reset.c).
 */
#include "iommu/group.h"
#include "iommu/iommu_priv.h"
#include "unit/iommu/groups.h"

#define RAM 0x123456000ull

static struct dmasim_device *plug_pasid(struct fixture *f)
{
	struct dmasim_model model = PLAIN_MODEL;

	model.pasid_bits = 4;
	return plug(f, &model);
}

static struct iommu_domain *mapped(struct device *dev)
{
	struct iommu_domain *d = iommu_paging_domain_alloc(dev);

	assert_int_equal(
		iommu_map(d, 0x1000, RAM, 0x1000, IOMMU_READ, GFP_KERNEL), 0);
	return d;
}

static enum dmasim_dma reads_as(struct dmasim_device *hw, uint32_t pasid)
{
	char byte;

	return dmasim_dma_read_pasid(hw, pasid, 0x1000, &byte, 1);
}

static void a_parked_device_reaches_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *d = mapped(dev), *p = mapped(dev);
	struct pci_dev *pdev = to_pci_dev(dev);

	assert_int_equal(iommu_attach_device(d, dev), 0);
	assert_int_equal(iommu_attach_device_pasid(p, dev, 3, NULL), 0);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);

	assert_int_equal(pci_dev_reset_iommu_prepare(pdev), 0);
	assert_int_equal(reads(hw, 0x1000), DMASIM_DMA_BLOCKED);
	assert_int_equal(reads_as(hw, 3), DMASIM_DMA_BLOCKED);
	assert_ptr_equal(iommu_get_domain_for_dev(dev), d);
	assert_int_equal(iommu_driver_get_domain_for_dev(dev)->type,
			 IOMMU_DOMAIN_BLOCKED);

	pci_dev_reset_iommu_done(pdev);
	assert_int_equal(reads(hw, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(reads_as(hw, 3), DMASIM_DMA_OK);
	assert_ptr_equal(iommu_driver_get_domain_for_dev(dev), d);
	iommu_detach_device_pasid(p, dev, 3);
	iommu_detach_device(d, dev);
	iommu_domain_free(p);
	iommu_domain_free(d);
	unplug(hw);
}

static void nothing_is_attached_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f);
	struct device *dev = dmasim_device_kernel(hw);
	struct pci_dev *pdev = to_pci_dev(dev);
	struct iommu_domain *d = mapped(dev);
	struct iommu_attach_handle handle;
	int me;

	assert_int_equal(pci_dev_reset_iommu_prepare(pdev), 0);

	assert_int_equal(pci_dev_reset_iommu_prepare(pdev), -EBUSY);
	assert_int_equal(iommu_attach_device(d, dev), -EBUSY);
	assert_int_equal(iommu_attach_group(d, dev->iommu_group), -EBUSY);
	assert_int_equal(iommu_replace_group_handle(dev->iommu_group, d,
						    &handle),
			 -EBUSY);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), -EBUSY);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), -EBUSY);

	pci_dev_reset_iommu_done(pdev);
	assert_int_equal(iommu_attach_device(d, dev), 0);
	iommu_detach_device(d, dev);
	iommu_domain_free(d);
	unplug(hw);
}

static void what_is_detached_meanwhile_stays_detached(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f);
	struct device *dev = dmasim_device_kernel(hw);
	struct pci_dev *pdev = to_pci_dev(dev);
	struct iommu_domain *dma = iommu_get_domain_for_dev(dev);
	struct iommu_domain *d = mapped(dev), *p = mapped(dev);

	assert_int_equal(iommu_attach_device(d, dev), 0);
	assert_int_equal(iommu_attach_device_pasid(p, dev, 3, NULL), 0);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 3);
	assert_int_equal(pci_dev_reset_iommu_prepare(pdev), 0);

	iommu_detach_device_pasid(p, dev, 3);
	iommu_detach_device(d, dev);
	assert_ptr_equal(iommu_get_domain_for_dev(dev), dma);
	assert_int_equal(reads(hw, 0x1000), DMASIM_DMA_BLOCKED);

	pci_dev_reset_iommu_done(pdev);
	assert_int_equal(reads(hw, 0x1000), DMASIM_DMA_UNMAPPED);
	assert_int_equal(reads_as(hw, 3), DMASIM_DMA_BLOCKED);
	iommu_domain_free(p);
	iommu_domain_free(d);
	unplug(hw);
}

static void others_of_the_group_go_on(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *one, *other;
	struct iommu_group *group;
	struct iommu_domain *d;

	model.iommu_group = 3;
	one = plug(f, &model);
	other = plug(f, &model);
	group = dmasim_device_kernel(one)->iommu_group;
	d = mapped(dmasim_device_kernel(one));
	assert_int_equal(iommu_attach_group(d, group), 0);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	assert_int_equal(pci_dev_reset_iommu_prepare(
				 to_pci_dev(dmasim_device_kernel(one))),
			 0);
	assert_int_equal(reads(other, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(reads(one, 0x1000), DMASIM_DMA_BLOCKED);
	/* Not the one that is parked. */
	pci_dev_reset_iommu_done(to_pci_dev(dmasim_device_kernel(other)));
	assert_int_equal(iommu_attach_group(d, group), -EBUSY);

	/* A device that goes while it is parked leaves nothing behind. */
	unplug(one);
	iommu_detach_group(d, group);
	assert_int_equal(iommu_attach_group(d, group), 0);
	iommu_detach_group(d, group);
	iommu_domain_free(d);
	unplug(other);
}

static void without_an_iommu_there_is_nothing_to_do(void **state)
{
	struct pci_dev nobody = {};

	assert_int_equal(pci_dev_reset_iommu_prepare(&nobody), 0);
	pci_dev_reset_iommu_done(&nobody);
	assert_null(iommu_driver_get_domain_for_dev(&nobody.dev));
}

static int refuse(struct iommu_domain *domain, struct device *dev)
{
	return -ENOMEM;
}

static void a_device_that_cannot_be_parked_stays(void **state)
{
	struct fixture *f = *state;
	struct iommu_device *hw = f->dev->iommu->iommu_dev;
	const struct iommu_ops *own = hw->ops;
	struct iommu_domain_ops blocks = *own->blocked_domain->ops;
	struct iommu_domain blocked = { .ops = &blocks };
	struct iommu_ops ops = *own;

	blocks.attach_dev = refuse;
	ops.blocked_domain = &blocked;
	hw->ops = &ops;

	assert_int_equal(pci_dev_reset_iommu_prepare(f->pdev), -ENOMEM);

	assert_ptr_equal(iommu_driver_get_domain_for_dev(f->dev),
			 iommu_get_domain_for_dev(f->dev));
	f->dev->iommu_group->blocking_domain = NULL;
	hw->ops = own;
	assert_int_equal(pci_dev_reset_iommu_prepare(f->pdev), 0);
	pci_dev_reset_iommu_done(f->pdev);
}

int main(void)
{
	const struct CMUnitTest reset[] = {
		fixture_case(a_parked_device_reaches_nothing),
		fixture_case(nothing_is_attached_meanwhile),
		fixture_case(what_is_detached_meanwhile_stays_detached),
		fixture_case(others_of_the_group_go_on),
		fixture_case(without_an_iommu_there_is_nothing_to_do),
		fixture_case(a_device_that_cannot_be_parked_stays),
	};

	return run_variants("iommu_reset", reset, variants_strict);
}
