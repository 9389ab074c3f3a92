/* SPDX-License-Identifier: MIT */
/*
 * Groups of several devices: who is in them, attaching all or none, requester
 * ids that two devices share, default domains and their type, deferred attach
 * (src/iommu/{group,attach,owner,default,pci_group,probe}.c).
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>

#include "iommu/iommu.h"
#include "pci/pci.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

static const struct variant variant_identity = {
	"identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false,
};

/* Two devices that share group 7 of the machine's description. */
struct pair {
	struct dmasim_device *hw[2];
	struct device *dev[2];
	struct iommu_group *group;
};

static void pair_up(struct fixture *f, struct pair *p,
		    const struct dmasim_model *model)
{
	int i;

	for (i = 0; i < 2; i++) {
		p->hw[i] = plug(f, model);
		p->dev[i] = dmasim_device_kernel(p->hw[i]);
	}
	p->group = iommu_group_get(p->dev[0]);
}

static void plug_pair(struct fixture *f, struct pair *p)
{
	struct dmasim_model model = PLAIN_MODEL;

	model.iommu_group = 7;
	pair_up(f, p, &model);
}

static void unplug_pair(struct pair *p)
{
	iommu_group_put(p->group);
	unplug(p->hw[1]);
	unplug(p->hw[0]);
}

/* ---- members ------------------------------------------------------------------- */

static int count(struct device *dev, void *data)
{
	++*(int *)data;
	return 0;
}

static void devices_of_one_number_share_a_group(void **state)
{
	struct fixture *f = *state;
	int nr = 0;
	struct pair p;

	plug_pair(f, &p);

	assert_ptr_equal(p.dev[0]->iommu_group, p.dev[1]->iommu_group);
	assert_ptr_not_equal(p.dev[0]->iommu_group, f->dev->iommu_group);
	assert_ptr_equal(iommu_get_dma_domain(p.dev[0]),
			 iommu_get_dma_domain(p.dev[1]));
	assert_int_equal(iommu_group_for_each_dev(p.group, &nr, count), 0);
	assert_int_equal(nr, 2);
	unplug_pair(&p);
}

static void a_mapping_of_one_serves_the_other(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;
	struct pair p;

	plug_pair(f, &p);
	addr = dma_map_page(p.dev[0], page, 0, 64, DMA_TO_DEVICE);

	assert_int_equal(reads(p.hw[0], addr), DMASIM_DMA_OK);
	assert_int_equal(reads(p.hw[1], addr), DMASIM_DMA_OK);

	dma_unmap_page(p.dev[0], addr, 64, DMA_TO_DEVICE);
	unplug_pair(&p);
	__free_page(page);
}

static void the_first_can_leave_and_the_other_goes_on(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;
	struct pair p;

	plug_pair(f, &p);
	addr = dma_map_page(p.dev[1], page, 0, 64, DMA_TO_DEVICE);

	unplug(p.hw[0]);

	assert_int_equal(reads(p.hw[1], addr), DMASIM_DMA_OK);
	dma_unmap_page(p.dev[1], addr, 64, DMA_TO_DEVICE);
	unplug(p.hw[1]);
	iommu_group_put(p.group);
	__free_page(page);
}

static int released;

static void release_data(void *data)
{
	released += *(int *)data;
}

static void data_of_a_group_goes_with_its_last_reference(void **state)
{
	struct iommu_group *group = iommu_group_alloc();
	int five = 5;

	released = 0;
	iommu_group_set_iommudata(group, &five, release_data);
	assert_ptr_equal(iommu_group_get_iommudata(group), &five);
	assert_int_equal(iommu_group_set_name(group, "quiet"), 0);
	iommu_group_ref_get(group);

	iommu_group_put(group);
	assert_int_equal(released, 0);
	iommu_group_put(group);
	assert_int_equal(released, 5);
}

static void a_device_without_an_iommu_can_be_put_into_a_group(void **state)
{
	struct iommu_group *group = iommu_group_alloc();
	struct device dev = {};
	int nr = 0;

	assert_int_equal(iommu_group_add_device(group, &dev), 0);
	assert_ptr_equal(dev.iommu_group, group);
	assert_int_equal(iommu_group_for_each_dev(group, &nr, count), 0);
	assert_int_equal(nr, 1);

	iommu_group_remove_device(&dev);
	assert_null(dev.iommu_group);
	iommu_group_put(group);
}

static void a_device_is_in_one_group(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_alloc();
	struct iommu_group *was = f->dev->iommu_group;
	struct device dev = {};

	assert_int_equal(iommu_group_add_device(group, f->dev), -EEXIST);
	assert_ptr_equal(f->dev->iommu_group, was);
	assert_int_equal(iommu_group_add_device(group, &dev), 0);
	assert_int_equal(iommu_group_add_device(group, &dev), -EEXIST);

	iommu_group_remove_device(&dev);
	iommu_group_put(group);
}

static void a_device_without_a_group_reaches_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);

	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	iommu_group_remove_device(f->dev);

	assert_null(f->dev->iommu);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(addr, page_to_phys(page));
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_BLOCKED);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);

	assert_int_equal(iommu_probe_device(f->dev), 0);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* ---- aliases ------------------------------------------------------------------- */

static void requests_under_another_name_meet_one_domain(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dmasim_device *behind;
	struct device *dev;
	dma_addr_t addr;

	model.dma_alias = f->hw;
	behind = plug(f, &model);
	dev = dmasim_device_kernel(behind);
	assert_ptr_equal(dev->iommu_group, f->dev->iommu_group);
	addr = dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE);

	assert_int_equal(reads(behind, addr), DMASIM_DMA_OK);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);

	dma_unmap_page(dev, addr, 64, DMA_TO_DEVICE);
	unplug(behind);
	/* The id is still that of a device which is there. */
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* Then the other device's attaches are what the name leads to. */
static void who_bears_the_name_may_leave(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *behind, *bearer = plug(f, &model);
	struct iommu_domain *d;
	struct device *dev;

	model.dma_alias = bearer;
	behind = plug(f, &model);
	dev = dmasim_device_kernel(behind);
	unplug(bearer);
	d = iommu_paging_domain_alloc(dev);
	assert_int_equal(iommu_map(d, 0x5000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);

	assert_int_equal(iommu_attach_device(d, dev), 0);
	assert_int_equal(reads(behind, 0x5000), DMASIM_DMA_OK);

	iommu_detach_device(d, dev);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(reads(behind, 0x5000), DMASIM_DMA_UNMAPPED);
	iommu_domain_free(d);
	unplug(behind);
}

static void faults_are_those_of_the_name(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *behind;
	struct dmasim_fault fault;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	model.dma_alias = f->hw;
	behind = plug(f, &model);

	assert_int_equal(reads(behind, 0x5000), DMASIM_DMA_UNMAPPED);

	assert_true(dmasim_iommu_next_fault(&fault));
	assert_string_equal(fault.dev, dmasim_device_name(f->hw));
	unplug(behind);
}

/* ---- attaching ----------------------------------------------------------------- */

/* spec: iommu-pt S1 */
static void all_devices_are_moved_or_none(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct iommu_domain *dma;
	struct picky other;
	dma_addr_t addr;
	struct pair p;

	plug_pair(f, &p);
	dma = iommu_get_domain_for_dev(p.dev[0]);
	addr = dma_map_page(p.dev[0], page, 0, 64, DMA_TO_DEVICE);
	picky_init(&other, dma->owner, p.dev[1]);

	assert_int_equal(iommu_attach_group(&other.domain, p.group), -ENOMEM);

	assert_int_equal(other.nr_seen, 2);
	assert_ptr_equal(iommu_get_domain_for_dev(p.dev[0]), dma);
	assert_ptr_equal(iommu_get_domain_for_dev(p.dev[1]), dma);
	assert_int_equal(reads(p.hw[0], addr), DMASIM_DMA_OK);
	assert_int_equal(reads(p.hw[1], addr), DMASIM_DMA_OK);
	dma_unmap_page(p.dev[0], addr, 64, DMA_TO_DEVICE);
	unplug_pair(&p);
	__free_page(page);
}

/* The default domain of @p takes notes of attaches and may refuse. */
static struct device *noted[8], *default_refuses;
static unsigned int nr_noted;
static const struct iommu_domain_ops *real_ops;

static int noting_attach(struct iommu_domain *domain, struct device *dev)
{
	assert_in_range(nr_noted, 0, 7);
	noted[nr_noted++] = dev;
	return dev == default_refuses ? -EIO :
					real_ops->attach_dev(domain, dev);
}

static void take_notes(struct iommu_domain *dma, struct iommu_domain_ops *ops)
{
	nr_noted = 0;
	default_refuses = NULL;
	real_ops = dma->ops;
	*ops = *real_ops;
	ops->attach_dev = noting_attach;
	dma->ops = ops;
}

/* Pitfall 23: 6.17 attaches the device that failed once more. */
static void only_those_that_were_moved_are_moved_back(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain_ops ops;
	struct iommu_domain *dma;
	struct picky other;
	struct pair p;

	plug_pair(f, &p);
	dma = iommu_get_domain_for_dev(p.dev[0]);
	picky_init(&other, dma->owner, p.dev[1]);
	take_notes(dma, &ops);

	assert_int_equal(iommu_attach_group(&other.domain, p.group), -ENOMEM);

	assert_int_equal(nr_noted, 1);
	assert_ptr_equal(noted[0], p.dev[0]);
	dma->ops = real_ops;
	unplug_pair(&p);
}

static void a_return_that_fails_is_warned_about(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain_ops ops;
	struct iommu_domain *dma;
	struct picky other;
	struct pair p;

	plug_pair(f, &p);
	dma = iommu_get_domain_for_dev(p.dev[0]);
	picky_init(&other, dma->owner, NULL);
	take_notes(dma, &ops);
	assert_int_equal(iommu_attach_group(&other.domain, p.group), 0);
	default_refuses = p.dev[0];
	expect_warns(1);

	iommu_detach_group(&other.domain, p.group);

	/* The other device is back all the same. */
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(nr_noted, 2);
	assert_ptr_equal(noted[1], p.dev[1]);
	assert_ptr_equal(iommu_get_domain_for_dev(p.dev[1]), dma);
	dma->ops = real_ops;
	unplug_pair(&p);
}

/* So that the domain that it should have left can be freed. */
static void a_device_that_does_not_return_is_blocked(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma, *d;
	struct iommu_domain_ops ops;
	struct pair p;
	int me;

	plug_pair(f, &p);
	dma = iommu_get_domain_for_dev(p.dev[0]);
	d = iommu_paging_domain_alloc(p.dev[0]);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_group_claim_dma_owner(p.group, &me), 0);
	assert_int_equal(iommu_attach_group(d, p.group), 0);
	assert_int_equal(reads(p.hw[0], 0x1000), DMASIM_DMA_OK);
	take_notes(dma, &ops);
	default_refuses = p.dev[0];
	expect_warns(1);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);

	iommu_group_release_dma_owner(p.group);

	assert_int_equal(reads(p.hw[0], 0x1000), DMASIM_DMA_BLOCKED);
	assert_int_equal(reads(p.hw[1], 0x1000), DMASIM_DMA_UNMAPPED);
	iommu_domain_free(d);
	dma->ops = real_ops;
	unplug_pair(&p);
}

static void the_last_device_goes_from_its_default_domain(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw = plug(f, &model);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *d = iommu_paging_domain_alloc(dev);
	struct iommu_group *group = iommu_group_get(dev);

	assert_int_equal(iommu_attach_device(d, dev), 0);
	expect_warns(1);

	unplug(hw);

	iommu_domain_free(d);
	assert_null(iommu_group_default_domain(group));
	/* Nothing is left whose type could change. */
	assert_int_equal(sysfs_sim_write(iommu_group_kobj(group), "type", "DMA",
					 3),
			 -EINVAL);
	iommu_group_put(group);
}

/* spec: iommu-pt S3 */
static void one_device_of_two_cannot_be_attached(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d, *dma;
	struct pair p;

	plug_pair(f, &p);
	dma = iommu_get_domain_for_dev(p.dev[0]);
	d = iommu_paging_domain_alloc(p.dev[0]);
	expect_warns(1);

	assert_int_equal(iommu_attach_device(d, p.dev[0]), -EINVAL);
	assert_ptr_equal(iommu_get_domain_for_dev(p.dev[0]), dma);
	iommu_detach_device(d, p.dev[0]);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);

	assert_int_equal(iommu_attach_group(d, p.group), 0);
	assert_ptr_equal(iommu_get_domain_for_dev(p.dev[1]), d);
	iommu_detach_group(d, p.group);
	iommu_domain_free(d);
	unplug_pair(&p);
}

static void a_late_device_joins_the_others_where_they_are(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *late;
	struct iommu_domain *d;
	struct pair p;

	plug_pair(f, &p);
	d = iommu_paging_domain_alloc(p.dev[0]);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_attach_group(d, p.group), 0);

	model.iommu_group = 7;
	late = plug(f, &model);

	assert_int_equal(reads(late, 0x1000), DMASIM_DMA_OK);
	iommu_detach_group(d, p.group);
	unplug(late);
	iommu_domain_free(d);
	unplug_pair(&p);
}

/* ---- owners -------------------------------------------------------------------- */

static void an_owner_blocks_all_devices_of_the_group(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;
	struct pair p;
	int me;

	plug_pair(f, &p);
	addr = dma_map_page(p.dev[0], page, 0, 64, DMA_TO_DEVICE);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);

	assert_int_equal(iommu_device_claim_dma_owner(p.dev[0], &me), 0);

	assert_int_equal(reads(p.hw[0], addr), DMASIM_DMA_BLOCKED);
	assert_int_equal(reads(p.hw[1], addr), DMASIM_DMA_BLOCKED);
	/* A driver of the other one would map where nothing is mapped. */
	assert_int_equal(iommu_device_use_default_domain(p.dev[1]), -EBUSY);
	iommu_device_release_dma_owner(p.dev[0]);
	assert_int_equal(reads(p.hw[1], addr), DMASIM_DMA_OK);
	dma_unmap_page(p.dev[0], addr, 64, DMA_TO_DEVICE);
	unplug_pair(&p);
	__free_page(page);
}

static void drivers_of_a_group_are_counted(void **state)
{
	struct fixture *f = *state;
	struct pair p;
	int me;

	plug_pair(f, &p);
	assert_int_equal(iommu_device_use_default_domain(p.dev[0]), 0);
	assert_int_equal(iommu_device_use_default_domain(p.dev[1]), 0);
	iommu_device_unuse_default_domain(p.dev[0]);

	assert_int_equal(iommu_group_claim_dma_owner(p.group, &me), -EPERM);

	iommu_device_unuse_default_domain(p.dev[1]);
	assert_int_equal(iommu_group_claim_dma_owner(p.group, &me), 0);
	iommu_group_release_dma_owner(p.group);
	unplug_pair(&p);
}

/* ---- the type of the default domain ------------------------------------------------ */

static void assert_type(struct dmasim_device *hw, const char *type)
{
	char buf[32];

	assert_int_equal(dmasim_iommu_group_get(hw, "type", buf, sizeof(buf)),
			 strlen(type));
	assert_string_equal(buf, type);
}

/* spec: iommu-pt S9 */
static void strict_becomes_lazy_under_a_driver(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	assert_type(f->hw, "DMA\n");
	assert_int_equal(iommu_device_use_default_domain(f->dev), 0);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "identity"),
			 -EPERM);
	assert_non_null(strstr(dmasim_refusal(), "a driver is bound"));
	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "DMA-FQ\n"), 0);

	assert_type(f->hw, "DMA-FQ\n");
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	/* Unmapped, but the flush is to come; nobody is to blame for this. */
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	iommu_device_unuse_default_domain(f->dev);
	__free_page(page);
}

static void without_a_driver_any_type_can_be_chosen(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "identity"), 0);
	assert_type(f->hw, "identity\n");
	assert_false(f->dev->dma_iommu);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(addr, page_to_phys(page));
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "DMA"), 0);
	assert_type(f->hw, "DMA\n");
	assert_true(f->dev->dma_iommu);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	assert_device_faults(f, addr, 64);
	__free_page(page);
}

static void auto_is_what_the_machine_says(void **state)
{
	struct fixture *f = *state;

	assert_type(f->hw, "identity\n");
	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "DMA"), 0);
	assert_type(f->hw, "DMA\n");
	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "auto"), 0);
	assert_type(f->hw, "identity\n");
}

static void what_is_no_type_is_refused(void **state)
{
	struct fixture *f = *state;
	char buf[4];

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "DMA-"),
			 -EINVAL);
	assert_int_equal(dmasim_iommu_group_set(f->hw, "kind", "DMA"), -ENOENT);
	assert_int_equal(dmasim_iommu_group_set(f->hw, "name", "x"), -EIO);
	assert_int_equal(dmasim_iommu_group_get(f->hw, "kind", buf, 4),
			 -ENOENT);
	assert_non_null(strstr(dmasim_refusal(), "no such attribute"));
	/* The name is empty until somebody gives one. */
	assert_int_equal(dmasim_iommu_group_get(f->hw, "name", buf, 4), 0);
	assert_int_equal(iommu_group_set_name(f->dev->iommu_group, "disk"), 0);
	assert_int_equal(dmasim_iommu_group_get(f->hw, "name", buf, 4), 5);
	assert_string_equal(buf, "dis");
	assert_type(f->hw, "DMA\n");
}

static void distrust_forbids_other_types(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.untrusted = true;
	hw = plug(f, &model);
	assert_type(hw, "DMA\n");

	assert_int_equal(dmasim_iommu_group_set(hw, "type", "identity"),
			 -EINVAL);
	assert_int_equal(dmasim_iommu_group_set(hw, "type", "DMA-FQ"), -EINVAL);

	assert_type(hw, "DMA\n");
	unplug(hw);
}

static void a_change_without_memory_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	assert_int_equal(dmasim_iommu_group_set(f->hw, "type", "identity"), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = dmasim_iommu_group_set(f->hw, "type", "DMA");

		if (ret)
			assert_true(sweep_failed());
		if (!ret)
			assert_int_equal(dmasim_iommu_group_set(f->hw, "type",
								"identity"),
					 0);
		else
			assert_ptr_equal(iommu_get_dma_domain(f->dev),
					 iommu_get_domain_for_dev(f->dev));
	}
}

/* ---- deferred attach ---------------------------------------------------------------- */

/* spec: iommu-pt S4 */
static void a_deferred_device_is_attached_by_its_first_mapping(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.iommu_deferred_attach = true;
	fixture_rebuild(f);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_true(f->dev->iommu->attach_deferred);
	assert_int_equal(reads(f->hw, 0x1000), DMASIM_DMA_BLOCKED);
	page = alloc_page(GFP_KERNEL);

	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);

	assert_false(f->dev->iommu->attach_deferred);
	assert_int_equal(reads(f->hw, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* newer */
static void a_deferred_device_is_not_attached_during_its_reset(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain_ops ops;
	struct iommu_domain *d;

	f->cfg.iommu_deferred_attach = true;
	fixture_rebuild(f);
	d = iommu_get_domain_for_dev(f->dev);
	take_notes(d, &ops);
	assert_int_equal(pci_dev_reset_iommu_prepare(f->pdev), 0);
	assert_int_equal(iommu_deferred_attach(f->dev, d), -EBUSY);
	assert_true(f->dev->iommu->attach_deferred);
	pci_dev_reset_iommu_done(f->pdev);
	/* Nothing has attached it in between. */
	assert_true(f->dev->iommu->attach_deferred);
	assert_int_equal(nr_noted, 0);
	assert_int_equal(iommu_deferred_attach(f->dev, d), 0);
	assert_int_equal(nr_noted, 1);
	d->ops = real_ops;
	assert_false(f->dev->iommu->attach_deferred);
}

static void another_domain_is_attached_at_once(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;

	f->cfg.iommu_deferred_attach = true;
	fixture_rebuild(f);
	d = iommu_paging_domain_alloc(f->dev);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);

	assert_false(f->dev->iommu->attach_deferred);
	assert_int_equal(reads(f->hw, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device(d, f->dev);
	assert_device_faults(f, 0x1000, 1);
	iommu_domain_free(d);
}

/* ---- failure -------------------------------------------------------------------------- */

static void the_second_device_comes_up_or_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *first, *hw;
	struct sweep s;

	model.iommu_group = 1;
	first = plug(f, &model);
	model.dma_alias = f->hw;
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = dmasim_device_create(f->machine, &model, NULL, &hw);

		if (!ret)
			dmasim_device_destroy(hw);
		else
			assert_true(sweep_failed());
	}
	unplug(first);
}

int main(void)
{
	const struct CMUnitTest strict[] = {
		fixture_case(devices_of_one_number_share_a_group),
		fixture_case(a_mapping_of_one_serves_the_other),
		fixture_case(the_first_can_leave_and_the_other_goes_on),
		fixture_case(data_of_a_group_goes_with_its_last_reference),
		fixture_case(a_device_without_an_iommu_can_be_put_into_a_group),
		fixture_case(a_device_is_in_one_group),
		fixture_case(a_device_without_a_group_reaches_nothing),
		fixture_case(requests_under_another_name_meet_one_domain),
		fixture_case(who_bears_the_name_may_leave),
		fixture_case(faults_are_those_of_the_name),
		fixture_case(all_devices_are_moved_or_none),
		fixture_case(only_those_that_were_moved_are_moved_back),
		fixture_case(a_return_that_fails_is_warned_about),
		fixture_case(a_device_that_does_not_return_is_blocked),
		fixture_case(the_last_device_goes_from_its_default_domain),
		fixture_case(one_device_of_two_cannot_be_attached),
		fixture_case(a_late_device_joins_the_others_where_they_are),
		fixture_case(an_owner_blocks_all_devices_of_the_group),
		fixture_case(drivers_of_a_group_are_counted),
		fixture_case(strict_becomes_lazy_under_a_driver),
		fixture_case(without_a_driver_any_type_can_be_chosen),
		fixture_case(what_is_no_type_is_refused),
		fixture_case(distrust_forbids_other_types),
		fixture_case(a_change_without_memory_changes_nothing),
		fixture_case(
			a_deferred_device_is_attached_by_its_first_mapping),
		fixture_case(
			a_deferred_device_is_not_attached_during_its_reset),
		fixture_case(another_domain_is_attached_at_once),
		fixture_case(the_second_device_comes_up_or_leaves_nothing),
	};
	const struct CMUnitTest identity[] = {
		fixture_case(auto_is_what_the_machine_says),
	};

	return run_variants("iommu_groups", strict, variants_strict) +
	       run_variants_("iommu_groups", identity, 1, &variant_identity, 1);
}
