/* SPDX-License-Identifier: MIT */
/*
 * IOMMU instances that come and go while devices are there, what firmware says of
 * devices, and what users see of instances (src/iommu/{probe,fwspec,instance_sysfs}.c).
 * In a machine without an IOMMU a driver of our own stands in front of the devices;
 * its tables are a list.
 */
#include <linux/dma-mapping.h>
#include <linux/fwnode.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "iommu/iommu_priv.h"
#include "pci/pci.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

/* ---- a driver of our own -------------------------------------------------------------- */

#define NR_PAGES 8

struct list_domain {
	struct iommu_domain domain;
	struct {
		unsigned long iova;
		phys_addr_t phys;
	} page[NR_PAGES];
};

static struct iommu_device own;
static struct iommu_ops own_ops;
static struct device *refused; /* probe_device() answers -EIO */
static struct device *demanding; /* wants an identity domain */
static struct device *translated; /* wants a DMA domain */
static unsigned int nr_domains, nr_probed, nr_released, nr_finished;

/* Where firmware's region led when a device was attached. */
static phys_addr_t region_at_attach;
#define REGION 0x5000

static int own_attach(struct iommu_domain *domain, struct device *dev)
{
	if (domain->ops->iova_to_phys)
		region_at_attach = domain->ops->iova_to_phys(domain, REGION);
	return 0;
}

static int own_map(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t phys, size_t pgsize, size_t pgcount, int prot,
		   gfp_t gfp, size_t *mapped)
{
	struct list_domain *list =
		container_of(domain, struct list_domain, domain);
	unsigned int i;

	for (i = 0; i < NR_PAGES && *mapped < pgsize * pgcount; i++) {
		if (list->page[i].phys)
			continue;
		list->page[i].iova = iova + *mapped;
		list->page[i].phys = phys + *mapped;
		*mapped += pgsize;
	}
	return *mapped ? 0 : -ENOMEM;
}

static size_t own_unmap(struct iommu_domain *domain, unsigned long iova,
			size_t pgsize, size_t pgcount,
			struct iommu_iotlb_gather *gather)
{
	struct list_domain *list =
		container_of(domain, struct list_domain, domain);
	size_t done = 0;
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		if (list->page[i].phys &&
		    list->page[i].iova - iova < pgsize * pgcount) {
			list->page[i].phys = 0;
			done += pgsize;
		}
	return done;
}

static phys_addr_t own_iova_to_phys(struct iommu_domain *domain,
				    dma_addr_t iova)
{
	struct list_domain *list =
		container_of(domain, struct list_domain, domain);
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		if (list->page[i].phys && iova - list->page[i].iova < SZ_4K)
			return list->page[i].phys + (iova & (SZ_4K - 1));
	return 0;
}

static void own_free(struct iommu_domain *domain)
{
	nr_domains--;
	kfree(container_of(domain, struct list_domain, domain));
}

static const struct iommu_domain_ops own_domain_ops = {
	.attach_dev = own_attach,
	.map_pages = own_map,
	.unmap_pages = own_unmap,
	.iova_to_phys = own_iova_to_phys,
	.free = own_free,
};

static const struct iommu_domain_ops static_domain_ops = {
	.attach_dev = own_attach,
};

static struct iommu_domain own_identity = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &static_domain_ops,
};

static u64 aperture_end;

static struct iommu_domain *own_alloc(struct device *dev)
{
	struct list_domain *list = kzalloc(sizeof(*list), GFP_KERNEL);

	if (!list)
		return NULL;
	nr_domains++;
	list->domain.pgsize_bitmap = SZ_4K;
	list->domain.geometry.aperture_end = aperture_end;
	list->domain.geometry.force_aperture = true;
	return &list->domain;
}

static struct iommu_device *own_probe(struct device *dev)
{
	if (dev == refused)
		return ERR_PTR(-EIO);
	if (dev_is_pci(dev) && pci_is_bridge(to_pci_dev(dev)))
		return ERR_PTR(-ENODEV);
	nr_probed++;
	return &own;
}

static unsigned int nr_parted; /* attached to own_last, not released yet */

static int own_part(struct iommu_domain *domain, struct device *dev)
{
	nr_parted++;
	return 0;
}

static const struct iommu_domain_ops last_domain_ops = {
	.attach_dev = own_part,
};

static struct iommu_domain own_last = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &last_domain_ops,
};

static void own_release(struct device *dev)
{
	if (own_ops.release_domain)
		assert_int_equal(nr_parted--, 1);
	nr_released++;
}

static void own_finalize(struct device *dev)
{
	assert_non_null(iommu_get_domain_for_dev(dev));
	/* The group is not locked. */
	assert_int_equal(iommu_group_dma_owner_claimed(dev->iommu_group),
			 device_is_bound(dev));
	nr_finished++;
}

static struct {
	struct device *dev;
	int type;
} demand[2];

static int own_def_type(struct device *dev)
{
	unsigned int i;

	if (dev == translated)
		return IOMMU_DOMAIN_DMA;
	for (i = 0; i < ARRAY_SIZE(demand); i++)
		if (dev == demand[i].dev)
			return demand[i].type;
	return dev == demanding ? IOMMU_DOMAIN_IDENTITY : 0;
}

static int own_set_pasid(struct iommu_domain *domain, struct device *dev,
			 ioasid_t pasid, struct iommu_domain *old);

static const struct iommu_domain_ops pasid_domain_ops = {
	.attach_dev = own_attach,
	.set_dev_pasid = own_set_pasid,
};

static struct iommu_domain own_blocked = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &pasid_domain_ops,
};

/* What each of two devices has for its PASID, and which domain refuses whom. */
static struct iommu_domain *pasid_of[2], *refusing[2];
static struct device *pasid_dev[2];

static int own_set_pasid(struct iommu_domain *domain, struct device *dev,
			 ioasid_t pasid, struct iommu_domain *old)
{
	unsigned int i = dev == pasid_dev[1];

	if (domain == refusing[i])
		return -EIO;
	pasid_of[i] = domain;
	return 0;
}

static void reset(void)
{
	memset(&own, 0, sizeof(own));
	own_ops = (struct iommu_ops){
		.domain_alloc_paging = own_alloc,
		.probe_device = own_probe,
		.release_device = own_release,
		.probe_finalize = own_finalize,
		.device_group = pci_device_group,
		.def_domain_type = own_def_type,
		.default_domain_ops = &own_domain_ops,
		.identity_domain = &own_identity,
	};
	own_identity.owner = &own_ops;
	aperture_end = DMA_BIT_MASK(32);
	refused = demanding = translated = NULL;
	region_at_attach = 0;
	memset(demand, 0, sizeof(demand));
	nr_domains = nr_probed = nr_released = nr_finished = 0;
}

static int setup(void **state)
{
	reset();
	return fixture_setup(state);
}

static void assert_served(struct device *dev)
{
	assert_non_null(dev->iommu_group);
	assert_ptr_equal(dev->iommu->iommu_dev, &own);
	assert_int_equal(iommu_get_domain_for_dev(dev)->type, IOMMU_DOMAIN_DMA);
	assert_true(dev->dma_iommu);
}

static void assert_alone(struct device *dev)
{
	assert_null(dev->iommu_group);
	assert_null(dev->iommu);
	assert_false(dev->dma_iommu);
}

/* ---- instances and devices ---------------------------------------------------------------- */

static void what_is_there_is_probed_and_released(void **state)
{
	struct fixture *f = *state;
	char *buf = kmalloc(0x1000, GFP_KERNEL);
	dma_addr_t addr;

	assert_alone(f->dev);
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_true(own.ready);
	assert_served(f->dev);
	assert_int_equal(nr_probed, 1);
	assert_int_equal(nr_finished, 1);
	addr = dma_map_single(f->dev, buf, 0x1000, DMA_TO_DEVICE);
	assert_int_not_equal(addr, virt_to_phys(buf));
	assert_int_equal(iommu_iova_to_phys(iommu_get_domain_for_dev(f->dev),
					    addr),
			 virt_to_phys(buf));
	dma_unmap_single(f->dev, addr, 0x1000, DMA_TO_DEVICE);

	iommu_device_unregister(&own);

	assert_alone(f->dev);
	assert_int_equal(nr_released, 1);
	assert_int_equal(nr_domains, 0);
	addr = dma_map_single(f->dev, buf, 0x1000, DMA_TO_DEVICE);
	assert_int_equal(addr, virt_to_phys(buf));
	dma_unmap_single(f->dev, addr, 0x1000, DMA_TO_DEVICE);
	kfree(buf);
}

static void later_devices_are_probed_as_they_come(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	hw = plug(f, &model);
	assert_served(dmasim_device_kernel(hw));
	assert_int_equal(nr_finished, 2);

	unplug(hw);
	assert_int_equal(nr_released, 1);
	assert_int_equal(nr_domains, 1);
	iommu_device_unregister(&own);
}

/* spec: dma-core 3.10: only PCI has cards that say more than they can */
static void a_device_that_is_not_pci_does_not_begin_below_4_gib(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state pci, plain;
	struct platform_device *pdev;
	struct device *dev;

	aperture_end = DMA_BIT_MASK(48);
	own_ops.device_group = generic_device_group;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	pdev = platform_device_register_simple("plain", 0, NULL, 0);
	assert_false(IS_ERR(pdev));
	dev = &pdev->dev;
	assert_served(dev);
	assert_int_equal(dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(64)),
			 0);
	assert_true(f->dev->iommu->pci_32bit_workaround);
	assert_false(dev->iommu->pci_32bit_workaround);

	assert_true(dma_iova_try_alloc(f->dev, &pci, 0, 0x1000));
	assert_true(dma_iova_try_alloc(dev, &plain, 0, 0x1000));
	assert_int_equal(pci.addr, 0xfffff000);
	assert_int_equal(plain.addr, 0xfffffffff000);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LOG, "notice"), 0);
	dma_iova_free(f->dev, &pci);
	dma_iova_free(dev, &plain);

	/* And it may have them, if that is all it reaches. */
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	assert_true(dma_iova_try_alloc(dev, &plain, 0, 0x1000));
	assert_int_equal(plain.addr, 0xfffff000);
	dma_iova_free(dev, &plain);
	platform_device_unregister(pdev);
	iommu_device_unregister(&own);
}

static void a_group_is_complete_before_its_domain_is_chosen(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct device *dev[2];
	unsigned int i;

	model.iommu_group = 3;
	for (i = 0; i < 2; i++) {
		hw[i] = plug(f, &model);
		dev[i] = dmasim_device_kernel(hw[i]);
	}
	demanding = dev[1];

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_ptr_equal(dev[0]->iommu_group, dev[1]->iommu_group);
	for (i = 0; i < 2; i++) {
		assert_ptr_equal(iommu_get_domain_for_dev(dev[i]),
				 &own_identity);
		assert_false(dev[i]->dma_iommu);
	}
	assert_served(f->dev);
	assert_int_equal(nr_finished, 3);
	iommu_device_unregister(&own);
	assert_int_equal(nr_released, 3);
	unplug(hw[1]);
	unplug(hw[0]);
}

static void assert_group_type(struct fixture *f, int first, int second,
			      unsigned int type)
{
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	unsigned int i;

	model.iommu_group = 3;
	demand[0].type = first;
	demand[1].type = second;
	for (i = 0; i < 2; i++) {
		hw[i] = plug(f, &model);
		demand[i].dev = dmasim_device_kernel(hw[i]);
	}
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(iommu_get_domain_for_dev(demand[i].dev)->type,
				 type);
	iommu_device_unregister(&own);
	unplug(hw[1]);
	unplug(hw[0]);
}

/* Passthrough wins; of two others the first. */
static void demands_that_contradict_each_other_are_settled(void **state)
{
	struct fixture *f = *state;

	assert_group_type(f, IOMMU_DOMAIN_DMA, IOMMU_DOMAIN_IDENTITY,
			  IOMMU_DOMAIN_IDENTITY);
	assert_group_type(f, IOMMU_DOMAIN_IDENTITY, IOMMU_DOMAIN_DMA,
			  IOMMU_DOMAIN_IDENTITY);
	assert_group_type(f, IOMMU_DOMAIN_DMA, IOMMU_DOMAIN_DMA_FQ,
			  IOMMU_DOMAIN_DMA);
}

static void a_demand_is_met_or_the_device_has_no_iommu(void **state)
{
	struct fixture *f = *state;

	own_ops.identity_domain = NULL;
	demanding = f->dev;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL),
			 -EOPNOTSUPP);

	assert_alone(f->dev);
	assert_int_equal(nr_domains, 0);
}

static void a_driver_with_one_domain_takes_no_other(void **state)
{
	struct fixture *f = *state;

	own_ops.default_domain = &own_blocked;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), &own_blocked);

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "DMA"), -EINVAL);
	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "identity"),
			 -EINVAL);
	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "auto"), 0);

	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), &own_blocked);
	iommu_device_unregister(&own);
}

static void pasids_are_those_of_device_and_instance(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.pasid_bits = 8;
	hw = plug(f, &model);
	own.max_pasids = 16;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(dmasim_device_kernel(hw)->iommu->max_pasids, 16);
	assert_int_equal(f->dev->iommu->max_pasids, 0);
	iommu_device_unregister(&own);
	own.max_pasids = 1u << 20;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(dmasim_device_kernel(hw)->iommu->max_pasids, 256);
	iommu_device_unregister(&own);
	unplug(hw);
}

/* Static domains need no owner. A device that cannot go back is blocked. */
static void a_pasid_that_cannot_go_back_is_blocked(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct iommu_domain a = { .type = IOMMU_DOMAIN_UNMANAGED,
				  .owner = &own_ops,
				  .ops = &pasid_domain_ops };
	struct iommu_domain passing = { .type = IOMMU_DOMAIN_IDENTITY,
					.ops = &pasid_domain_ops };
	struct iommu_attach_handle first, second;
	struct dmasim_device *hw[2];
	unsigned int i;

	model.pasid_bits = 8;
	model.iommu_group = 3;
	for (i = 0; i < 2; i++) {
		hw[i] = plug(f, &model);
		pasid_dev[i] = dmasim_device_kernel(hw[i]);
		refusing[i] = pasid_of[i] = NULL;
	}
	own.max_pasids = 16;
	own_ops.blocked_domain = &own_blocked;
	own_ops.identity_domain = &passing;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(iommu_attach_device_pasid(&passing, pasid_dev[0], 3,
						   &first),
			 0);
	assert_ptr_equal(pasid_of[0], &passing);
	refusing[1] = &a;

	assert_int_equal(
		iommu_replace_device_pasid(&a, pasid_dev[0], 3, &second), -EIO);
	assert_ptr_equal(pasid_of[0], &passing);
	assert_ptr_equal(pasid_of[1], &passing);

	refusing[0] = &passing;
	expect_warns(1);
	assert_int_equal(
		iommu_replace_device_pasid(&a, pasid_dev[0], 3, &second), -EIO);
	/* It had gone to the new domain already. */
	assert_ptr_equal(pasid_of[0], &own_blocked);
	assert_ptr_equal(pasid_of[1], &passing);
	assert_ptr_equal(iommu_attach_handle_get(pasid_dev[0]->iommu_group, 3,
						 0),
			 &first);
	iommu_detach_device_pasid(&passing, pasid_dev[0], 3);
	iommu_device_unregister(&own);
	unplug(hw[1]);
	unplug(hw[0]);
}

static void an_instance_that_fails_with_a_device_serves_none(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw = plug(f, &model);

	refused = dmasim_device_kernel(hw);

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), -EIO);

	assert_alone(f->dev);
	assert_alone(refused);
	assert_false(own.ready);
	assert_null(iommu_ops_from_fwnode(NULL));
	assert_int_equal(nr_released, nr_probed);
	assert_int_equal(nr_domains, 0);
	unplug(hw);
}

static void a_registration_without_memory_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct sweep s;

	model.iommu_group = 3;
	hw[0] = plug(f, &model);
	hw[1] = plug(f, &model);
	/* The first domain of a group must be attached, or it is a WARN. */
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = iommu_device_register(&own, &own_ops, NULL);

		if (!ret) {
			assert_non_null(f->dev->iommu_group);
			iommu_device_unregister(&own);
		} else {
			assert_true(sweep_failed());
			assert_null(iommu_ops_from_fwnode(NULL));
		}
		assert_alone(f->dev);
		assert_alone(dmasim_device_kernel(hw[0]));
		assert_alone(dmasim_device_kernel(hw[1]));
		assert_int_equal(nr_domains, 0);
	}
	unplug(hw[1]);
	unplug(hw[0]);
}

static int bind_nothing(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return 0;
}

static void a_bound_driver_is_told_of(void **state)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DEVICE(0x1d0f, 0xd3a6) }, {}
	};
	static struct pci_driver driver = {
		.name = "early",
		.id_table = ids,
		.probe = bind_nothing,
	};
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw = plug(f, &model);
	struct device *dev = dmasim_device_kernel(hw);
	int me;

	assert_int_equal(pci_register_driver(&driver), 0);
	assert_true(device_is_bound(dev));

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_event(DMASIM_EVENT_NOTE, "iommu-late-probe", 1);
	assert_served(dev);
	/* It counts as a user of the default domain. */
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), -EPERM);
	pci_unregister_driver(&driver);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), 0);
	iommu_device_release_dma_owner(dev);
	iommu_device_unregister(&own);
	unplug(hw);
}

static void the_last_domain_is_attached_before_the_release(void **state)
{
	struct fixture *f = *state;

	own_ops.release_domain = &own_last;
	nr_parted = 0;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	iommu_device_unregister(&own);

	assert_int_equal(nr_released, 1);
	assert_int_equal(nr_parted, 0);
	assert_alone(f->dev);
}

static void own_region(struct device *dev, struct list_head *list)
{
	struct iommu_resv_region *region = iommu_alloc_resv_region(
		REGION, SZ_4K, IOMMU_READ, IOMMU_RESV_DIRECT, GFP_KERNEL);

	assert_non_null(region);
	list_add(&region->list, list);
}

/* spec: iommu-pt 2.9 */
static void direct_regions_are_mapped_before_the_attach(void **state)
{
	struct fixture *f = *state;

	own_ops.get_resv_regions = own_region;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_served(f->dev);
	assert_int_equal(region_at_attach, REGION);
	iommu_device_unregister(&own);
	assert_alone(f->dev);
}

/* spec: iommu-pt S5. Hardware that blocks with a domain in which there is nothing. */
static void an_empty_domain_does_not_block_who_has_a_direct_region(void **state)
{
	struct fixture *f = *state;
	int me;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_get_domain_for_dev(f->dev)->type,
			 IOMMU_DOMAIN_UNMANAGED);
	iommu_device_release_dma_owner(f->dev);
	iommu_device_unregister(&own);

	own_ops.get_resv_regions = own_region;
	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), -EINVAL);
	assert_event(DMASIM_EVENT_LOG, "warning", 1);
	assert_served(f->dev);
	iommu_device_unregister(&own);
	assert_alone(f->dev);
}

/* spec: iommu-pt 2.7 */
static void demands_that_differ_end_in_passthrough(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];

	model.iommu_group = 7;
	hw[0] = plug(f, &model);
	hw[1] = plug(f, &model);
	demanding = dmasim_device_kernel(hw[0]);
	translated = dmasim_device_kernel(hw[1]);

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_ptr_equal(iommu_get_domain_for_dev(demanding), &own_identity);
	assert_ptr_equal(iommu_get_domain_for_dev(translated), &own_identity);
	assert_event(DMASIM_EVENT_LOG, "err", 1);
	iommu_device_unregister(&own);
	unplug(hw[1]);
	unplug(hw[0]);
}

static u32 asked_with;

static struct iommu_domain *no_flags(struct device *dev, u32 flags,
				     const struct iommu_user_data *user_data)
{
	asked_with |= flags;
	return ERR_PTR(-EOPNOTSUPP);
}

/* spec: iommu-pt 2.7 */
static void
a_default_domain_for_pasids_is_asked_for_and_done_without(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.pasid_bits = 8;
	hw = plug(f, &model);
	asked_with = 0;
	own.max_pasids = 8;
	own_ops.domain_alloc_paging_flags = no_flags;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_served(dmasim_device_kernel(hw));
	assert_int_equal(asked_with, IOMMU_HWPT_ALLOC_PASID);
	/* As many as both have. */
	assert_int_equal(dmasim_device_kernel(hw)->iommu->max_pasids, 8);
	iommu_device_unregister(&own);
	assert_alone(dmasim_device_kernel(hw));
	unplug(hw);
}

static void a_device_without_a_group_has_no_iommu(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw = plug(f, &model);
	struct device *dev = dmasim_device_kernel(hw);

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_served(dev);

	iommu_group_remove_device(dev);

	assert_alone(dev);
	assert_int_equal(nr_released, 1);
	assert_int_equal(nr_domains, 1);
	assert_served(f->dev);
	iommu_group_remove_device(dev);
	assert_int_equal(nr_released, 1);
	assert_int_equal(iommu_probe_device(dev), 0);
	assert_served(dev);
	iommu_device_unregister(&own);
	assert_int_equal(nr_released, 3);
	assert_int_equal(nr_domains, 0);
	unplug(hw);
}

static void a_device_is_probed_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_int_equal(iommu_probe_device(f->dev), 0);
	assert_int_equal(nr_probed, 1);
	assert_int_equal(nr_finished, 1);
	iommu_device_unregister(&own);
	assert_int_equal(iommu_probe_device(f->dev), -ENODEV);
	assert_alone(f->dev);
}

static void no_device_is_on_an_fsl_mc_bus(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PTR_ERR(fsl_mc_device_group(f->dev)), -ENODEV);
}

/* ---- firmware ------------------------------------------------------------------------------ */

static struct fwnode_handle node, other_node;
static struct device named = { .fwnode = &node };

static void who_is_named_serves(void **state)
{
	struct fixture *f = *state;
	const u32 ids[] = { 7, 9 };
	struct iommu_fwspec *fwspec;

	assert_int_equal(iommu_fwspec_init(f->dev, &node), -ENODEV);
	assert_int_equal(iommu_fwspec_add_ids(f->dev, ids, 2), -EINVAL);
	assert_int_equal(iommu_device_register(&own, &own_ops, &named), 0);
	/* Firmware says nothing of the device. */
	assert_alone(f->dev);
	assert_int_equal(iommu_probe_device(f->dev), -ENODEV);
	assert_ptr_equal(iommu_ops_from_fwnode(&node), &own_ops);
	assert_null(iommu_ops_from_fwnode(NULL));

	assert_int_equal(iommu_fwspec_init(f->dev, &node), 0);
	assert_int_equal(iommu_fwspec_init(f->dev, &node), 0);
	assert_int_equal(iommu_fwspec_init(f->dev, &other_node), -ENODEV);
	assert_int_equal(iommu_fwspec_add_ids(f->dev, ids, 1), 0);
	assert_int_equal(iommu_fwspec_add_ids(f->dev, ids + 1, 1), 0);
	assert_int_equal(iommu_probe_device(f->dev), 0);

	assert_served(f->dev);
	assert_ptr_equal(dev_iommu_ops(f->dev), &own_ops);
	fwspec = dev_iommu_fwspec_get(f->dev);
	assert_ptr_equal(iommu_fwspec_ops(fwspec), &own_ops);
	assert_int_equal(fwspec->num_ids, 2);
	assert_int_equal(fwspec->ids[0], 7);
	assert_int_equal(fwspec->ids[1], 9);
	iommu_device_unregister(&own);
	assert_alone(f->dev);
}

static void what_firmware_said_outlives_a_group_of_ones_own(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_alloc();

	assert_int_equal(iommu_device_register(&own, &own_ops, &named), 0);
	assert_int_equal(iommu_fwspec_init(f->dev, &node), 0);
	assert_int_equal(iommu_group_add_device(group, f->dev), 0);

	iommu_group_remove_device(f->dev);

	assert_null(f->dev->iommu_group);
	assert_ptr_equal(dev_iommu_fwspec_get(f->dev)->iommu_fwnode, &node);
	iommu_group_put(group);
	iommu_device_unregister(&own);
}

static void another_instance_cannot_be_named_after_that(void **state)
{
	static struct iommu_device other;
	static struct iommu_ops other_ops;
	struct fixture *f = *state;
	struct device its = { .fwnode = &other_node };

	memset(&other, 0, sizeof(other));
	other_ops = own_ops;
	assert_int_equal(iommu_device_register(&own, &own_ops, &named), 0);
	assert_int_equal(iommu_device_register(&other, &other_ops, &its), 0);
	assert_int_equal(iommu_fwspec_init(f->dev, &node), 0);

	assert_int_equal(iommu_fwspec_init(f->dev, &other_node), -EINVAL);

	iommu_fwspec_free(f->dev);
	assert_int_equal(iommu_fwspec_init(f->dev, &other_node), 0);
	/* Never probed: what is left goes with the device. */
	iommu_device_unregister(&other);
	iommu_device_unregister(&own);
}

static int deferred;

static struct iommu_device *name_too_early(struct device *dev)
{
	static struct device late;

	deferred = iommu_fwspec_init(&late, NULL);
	return ERR_PTR(-ENODEV);
}

static void an_instance_that_is_being_registered_is_waited_for(void **state)
{
	own_ops.probe_device = name_too_early;
	deferred = 0;

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);

	assert_int_equal(deferred, -EPROBE_DEFER);
	iommu_device_unregister(&own);
}

static void what_firmware_says_needs_memory(void **state)
{
	struct fixture *f = *state;
	const u32 ids[40] = { [39] = 5 };
	struct sweep s;

	assert_int_equal(iommu_device_register(&own, &own_ops, &named), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = iommu_fwspec_init(f->dev, &node) ?:
				  iommu_fwspec_add_ids(f->dev, ids, 40);

		assert_true(ret == 0 || (ret == -ENOMEM && sweep_failed()));
		if (!ret)
			assert_int_equal(dev_iommu_fwspec_get(f->dev)->ids[39],
					 5);
		dev_iommu_free(f->dev);
	}
	iommu_device_unregister(&own);
}

/* ---- a bus of one's own ---------------------------------------------------------------------- */

static const struct bus_type bus = { .name = "own" };

static void no_release(struct device *dev)
{
}

static void a_bus_of_ones_own_is_watched(void **state)
{
	static struct device dev;
	struct fixture *f = *state;
	struct notifier_block nb = {};

	own_ops.device_group = generic_device_group;
	assert_int_equal(iommu_device_register_bus(&own, &own_ops, &bus, &nb),
			 -EINVAL);
	assert_int_equal(bus_register(&bus), 0);
	assert_int_equal(iommu_device_register_bus(&own, &own_ops, &bus, &nb),
			 0);
	assert_alone(f->dev);

	memset(&dev, 0, sizeof(dev));
	device_initialize(&dev);
	dev.bus = &bus;
	dev.release = no_release;
	assert_int_equal(dev_set_name(&dev, "own0"), 0);
	assert_int_equal(iommu_fwspec_init(&dev, own.fwnode), 0);
	assert_int_equal(device_add(&dev), 0);
	assert_served(&dev);

	iommu_device_unregister_bus(&own, &bus, &nb);
	assert_alone(&dev);
	assert_null(own.fwnode);
	device_unregister(&dev);
	bus_unregister(&bus);
}

/* ---- what users see ---------------------------------------------------------------------------- */

static ssize_t version_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  dev_to_iommu_device(dev) == &own ? "own" : "?");
}

static DEVICE_ATTR_RO(version);
static struct attribute *own_attrs[] = { &dev_attr_version.attr, NULL };
ATTRIBUTE_GROUPS(own);

static void an_instance_is_a_device_that_leads_to_others(void **state)
{
	struct fixture *f = *state;
	char *buf = (char *)get_zeroed_page(GFP_KERNEL);

	assert_int_equal(
		iommu_device_sysfs_add(&own, NULL, own_groups, "own%u", 1), 0);
	assert_int_equal(iommu_device_sysfs_add(&own, NULL, NULL, "again"),
			 -EEXIST);
	assert_string_equal(dev_name(own.dev), "own1");
	assert_int_equal(sysfs_sim_read(&own.dev->kobj, "version", buf), 4);
	assert_string_equal(buf, "own\n");
	free_page((unsigned long)buf);

	assert_int_equal(iommu_device_register(&own, &own_ops, NULL), 0);
	assert_ptr_equal(sysfs_sim_link(&own.dev->kobj, "devices/0000:01:00.0"),
			 &f->dev->kobj);
	assert_ptr_equal(sysfs_sim_link(&f->dev->kobj, "iommu"),
			 &own.dev->kobj);
	assert_int_equal(iommu_device_link(&own, f->dev), -EEXIST);

	iommu_device_unregister(&own);
	assert_null(sysfs_sim_link(&own.dev->kobj, "devices/0000:01:00.0"));
	assert_null(sysfs_sim_link(&f->dev->kobj, "iommu"));
	iommu_device_sysfs_remove(&own);
	assert_null(own.dev);
}

static void links_need_two_ends(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(iommu_device_link(NULL, f->dev), -EINVAL);
	assert_int_equal(iommu_device_link(ERR_PTR(-ENODEV), f->dev), -EINVAL);
	assert_int_equal(iommu_device_link(&own, f->dev), -ENODEV);
	iommu_device_unlink(&own, f->dev);
	iommu_device_sysfs_remove(&own);
}

static void a_link_has_both_ends_or_none(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = iommu_device_sysfs_add(&own, NULL, own_groups, "own");

		if (ret) {
			assert_true(sweep_failed());
			assert_null(own.dev);
			continue;
		}
		if (!iommu_device_link(&own, f->dev)) {
			assert_non_null(sysfs_sim_link(&f->dev->kobj, "iommu"));
			iommu_device_unlink(&own, f->dev);
		} else {
			assert_true(sweep_failed());
		}
		assert_null(
			sysfs_sim_link(&own.dev->kobj, "devices/0000:01:00.0"));
		assert_null(sysfs_sim_link(&f->dev->kobj, "iommu"));
		iommu_device_sysfs_remove(&own);
	}
}

/* ---- the machine's own IOMMU ---------------------------------------------------------------------- */

static void hardware_blocks_while_nobody_drives_it(void **state)
{
	struct fixture *f = *state;
	struct iommu_device *hw = f->dev->iommu->iommu_dev;
	const struct iommu_ops *ops = hw->ops;
	char *buf = kzalloc(0x1000, GFP_KERNEL);
	dma_addr_t addr;

	assert_ptr_equal(sysfs_sim_link(&f->dev->kobj, "iommu"),
			 &hw->dev->kobj);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	iommu_device_unregister(hw);
	assert_alone(f->dev);
	assert_int_equal(reads(f->hw, virt_to_phys(buf)), DMASIM_DMA_BLOCKED);

	assert_int_equal(iommu_device_register(hw, ops, NULL), 0);
	assert_true(f->dev->dma_iommu);
	assert_ptr_equal(sysfs_sim_link(&f->dev->kobj, "iommu"),
			 &hw->dev->kobj);
	addr = dma_map_single(f->dev, buf, 0x1000, DMA_TO_DEVICE);
	assert_false(dma_mapping_error(f->dev, addr));
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_single(f->dev, addr, 0x1000, DMA_TO_DEVICE);
	kfree(buf);
}

int main(void)
{
	static const struct variant direct[] = {
		{ "direct", .iommu = DMASIM_IOMMU_OFF },
	};
#define hotplug_case(fn) \
	cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		hotplug_case(what_is_there_is_probed_and_released),
		hotplug_case(later_devices_are_probed_as_they_come),
		hotplug_case(
			a_device_that_is_not_pci_does_not_begin_below_4_gib),
		hotplug_case(a_group_is_complete_before_its_domain_is_chosen),
		hotplug_case(demands_that_contradict_each_other_are_settled),
		hotplug_case(a_demand_is_met_or_the_device_has_no_iommu),
		hotplug_case(a_driver_with_one_domain_takes_no_other),
		hotplug_case(pasids_are_those_of_device_and_instance),
		hotplug_case(a_pasid_that_cannot_go_back_is_blocked),
		hotplug_case(an_instance_that_fails_with_a_device_serves_none),
		hotplug_case(a_registration_without_memory_leaves_nothing),
		hotplug_case(a_bound_driver_is_told_of),
		hotplug_case(the_last_domain_is_attached_before_the_release),
		hotplug_case(direct_regions_are_mapped_before_the_attach),
		hotplug_case(
			an_empty_domain_does_not_block_who_has_a_direct_region),
		hotplug_case(demands_that_differ_end_in_passthrough),
		hotplug_case(
			a_default_domain_for_pasids_is_asked_for_and_done_without),
		hotplug_case(a_device_without_a_group_has_no_iommu),
		hotplug_case(a_device_is_probed_once),
		hotplug_case(no_device_is_on_an_fsl_mc_bus),
		hotplug_case(who_is_named_serves),
		hotplug_case(what_firmware_said_outlives_a_group_of_ones_own),
		hotplug_case(another_instance_cannot_be_named_after_that),
		hotplug_case(
			an_instance_that_is_being_registered_is_waited_for),
		hotplug_case(what_firmware_says_needs_memory),
		hotplug_case(a_bus_of_ones_own_is_watched),
		hotplug_case(an_instance_is_a_device_that_leads_to_others),
		hotplug_case(links_need_two_ends),
		hotplug_case(a_link_has_both_ends_or_none),
	};
	const struct CMUnitTest machine[] = {
		fixture_case(hardware_blocks_while_nobody_drives_it),
	};

	return run_variants("iommu_hotplug", tests, direct) +
	       run_variants("iommu_hotplug", machine, variants_strict) +
	       not_swept("iommu_device_register", "iommu_fwspec_init",
			 "iommu_fwspec_add_ids", "iommu_device_sysfs_add",
			 "iommu_device_link");
}
