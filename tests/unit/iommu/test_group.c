/* SPDX-License-Identifier: MIT */
/*
 * Devices and their groups: default domains, attaching, ownership, reserved
 * regions, fault handlers (src/iommu/group.c, the end of iommu.c), in groups of
 * one; test_groups.c has the others.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/pci.h>

#include "support/fixture.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

static const struct variant variant_off[] = {
	{ "off", DMASIM_IOMMU_OFF, NULL, false, false },
};

static const struct variant variant_identity[] = {
	{ "identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false },
};

static const struct variant variant_lazy[] = {
	{ "lazy", DMASIM_IOMMU_LAZY, "vtdss", true, true },
};

static struct iommu_domain *create(struct fixture *f)
{
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_false(IS_ERR(d));
	return d;
}

static enum dmasim_dma device_reads(struct fixture *f, uint64_t addr)
{
	char byte;

	return dmasim_dma_read(f->hw, addr, &byte, 1);
}

/* ---- default domains ---------------------------------------------------------------- */

static void without_an_iommu_there_is_no_group(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_null(iommu_group_get(f->dev));
	assert_null(iommu_get_domain_for_dev(f->dev));
	assert_false(device_iommu_mapped(f->dev));
	assert_false(f->dev->dma_iommu);
	assert_int_equal(PTR_ERR(d), -ENODEV);
	assert_false(device_iommu_capable(f->dev, IOMMU_CAP_CACHE_COHERENCY));
	assert_int_equal(iommu_device_use_default_domain(f->dev), 0);
}

static void a_device_without_a_group_cannot_be_attached(void **state)
{
	struct fixture *f = *state;
	static const struct iommu_domain_ops ops;
	struct iommu_domain d = { .type = IOMMU_DOMAIN_UNMANAGED, .ops = &ops };

	assert_int_equal(iommu_attach_device(&d, f->dev), -ENODEV);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, f), -ENODEV);
	iommu_detach_device(&d, f->dev);
}

static void passthrough_means_an_identity_domain(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);

	assert_non_null(d);
	assert_int_equal(d->type, IOMMU_DOMAIN_IDENTITY);
	assert_int_equal(iommu_iova_to_phys(d, 0x1234567), 0x1234567);
	assert_false(f->dev->dma_iommu);
	assert_true(device_iommu_mapped(f->dev));
	assert_true(iommu_default_passthrough());
	assert_int_equal(iommu_map(d, 0x1000, 0x1000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 -EINVAL);
}

static void strict_means_a_dma_domain(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);

	assert_non_null(d);
	assert_int_equal(d->type, IOMMU_DOMAIN_DMA);
	assert_true(iommu_is_dma_domain(d));
	assert_int_equal(d->cookie_type, IOMMU_COOKIE_DMA_IOVA);
	assert_ptr_equal(d, iommu_get_dma_domain(f->dev));
	assert_true(f->dev->dma_iommu);
	assert_false(iommu_default_passthrough());
}

static void lazy_means_a_domain_with_a_flush_queue(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);

	assert_non_null(d);
	assert_int_equal(d->type, IOMMU_DOMAIN_DMA_FQ);
	assert_true(iommu_is_dma_domain(d));
	assert_true(f->dev->dma_iommu);
}

static void a_domain_of_a_users_own_is_unmanaged(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f), *flags;

	assert_int_equal(d->type, IOMMU_DOMAIN_UNMANAGED);
	assert_int_equal(d->cookie_type, IOMMU_COOKIE_NONE);
	assert_false(iommu_is_dma_domain(d));
	flags = iommu_paging_domain_alloc_flags(f->dev, 1);
	assert_int_equal(PTR_ERR(flags), -EOPNOTSUPP);

	iommu_domain_free(d);
}

static int count_device(struct device *dev, void *data)
{
	*(struct device **)data = dev;
	return 7;
}

static void each_device_has_a_group_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_get(f->dev), *other;
	struct dmasim_device *hw;
	struct device *seen = NULL;

	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &hw), 0);
	other = iommu_group_get(dmasim_device_kernel(hw));

	assert_ptr_not_equal(group, other);
	/* The smallest free numbers. */
	assert_int_equal(iommu_group_id(group), 0);
	assert_int_equal(iommu_group_id(other), 1);
	assert_int_equal(iommu_group_for_each_dev(group, &seen, count_device),
			 7);
	assert_ptr_equal(seen, f->dev);
	assert_ptr_equal(iommu_group_default_domain(group),
			 iommu_get_dma_domain(f->dev));

	iommu_group_put(other);
	iommu_group_put(group);
	dmasim_device_destroy(hw);
}

static void a_group_number_is_free_again(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw;
	struct iommu_group *group;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(
			dmasim_device_create(f->machine, NULL, NULL, &hw), 0);
		group = iommu_group_get(dmasim_device_kernel(hw));
		assert_int_equal(iommu_group_id(group), 1);
		iommu_group_put(group);
		dmasim_device_destroy(hw);
	}
}

static void a_kept_reference_keeps_the_group(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group;
	struct dmasim_device *hw;

	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &hw), 0);
	group = iommu_group_get(dmasim_device_kernel(hw));
	dmasim_device_destroy(hw);

	assert_int_equal(iommu_group_id(group), 1);

	iommu_group_put(group);
}

/* ---- attaching ------------------------------------------------------------------------- */

static void the_device_follows_the_attached_domain(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain *d = create(f);

	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_device_faults(f, 0x1000, 0x1000);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), d);
	assert_int_equal(device_reads(f, 0x1000), DMASIM_DMA_OK);

	iommu_detach_device(d, f->dev);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
	assert_device_faults(f, 0x1000, 0x1000);
	iommu_domain_free(d);
}

/* spec: iommu-pt S2 */
static void one_domain_at_a_time_can_be_attached(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f), *other = create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);

	assert_int_equal(iommu_attach_device(other, f->dev), -EBUSY);

	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), d);
	iommu_detach_device(d, f->dev);
	assert_int_equal(iommu_attach_device(other, f->dev), 0);
	iommu_detach_device(other, f->dev);
	iommu_domain_free(d);
	iommu_domain_free(other);
}

static int attached;

static int foreign_attach(struct iommu_domain *d, struct device *dev)
{
	attached++;
	return 0;
}

static void a_domain_of_other_hardware_is_refused(void **state)
{
	static const struct iommu_ops other_hardware;
	static const struct iommu_domain_ops ops = { .attach_dev =
							     foreign_attach };
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain d = { .type = IOMMU_DOMAIN_UNMANAGED,
				  .owner = &other_hardware,
				  .ops = &ops };

	attached = 0;

	assert_int_equal(iommu_attach_device(&d, f->dev), -EINVAL);

	assert_int_equal(attached, 0);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
}

static int failing_attach(struct iommu_domain *d, struct device *dev)
{
	return -ENOMEM;
}

static void a_failed_attach_leaves_the_device_where_it_was(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain_ops ops = { .attach_dev = failing_attach };
	struct iommu_domain d = { .type = IOMMU_DOMAIN_UNMANAGED,
				  .owner = dma->owner,
				  .ops = &ops };

	assert_int_equal(iommu_attach_device(&d, f->dev), -ENOMEM);

	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
	assert_int_equal(device_reads(f, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

static void detaching_another_domain_is_warned_about(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain *d = create(f);

	expect_warns(1);

	iommu_detach_device(d, f->dev);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
	iommu_domain_free(d);
}

/* spec: iommu-pt I18 */
static void detaching_another_domain_detaches_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f), *other = create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	expect_warns(1);

	iommu_detach_device(other, f->dev);

	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), d);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(other);
	iommu_domain_free(d);
}

static void a_domain_that_cannot_be_attached_is_no_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	static const struct iommu_domain_ops none;
	struct iommu_domain d = { .type = IOMMU_DOMAIN_UNMANAGED,
				  .owner = dma->owner,
				  .ops = &none };

	assert_int_equal(iommu_attach_device(&d, f->dev), -ENODEV);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
}

static void after_the_detach_nothing_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(device_reads(f, 0x1000), DMASIM_DMA_OK);

	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);

	/* A new domain may have the number of the old one. */
	d = create(f);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_device_faults(f, 0x1000, 0x1000);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void translated_by_default_means_strictly(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	iommu_set_default_translated(false);
	hw = plug(f, &model);
	assert_int_equal(
		iommu_get_domain_for_dev(dmasim_device_kernel(hw))->type,
		IOMMU_DOMAIN_DMA);
	unplug(hw);
}

/* ---- ownership ----------------------------------------------------------------------------- */

/* spec: iommu-pt S8 */
static void an_owner_excludes_others(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_get(f->dev);
	int me, you;

	expect_events(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(iommu_group_claim_dma_owner(group, NULL), -EINVAL);
	assert_false(iommu_group_dma_owner_claimed(group));

	assert_int_equal(iommu_group_claim_dma_owner(group, &me), 0);
	assert_true(iommu_group_dma_owner_claimed(group));
	assert_int_equal(iommu_group_claim_dma_owner(group, &you), -EPERM);
	assert_int_equal(iommu_group_claim_dma_owner(group, &me), -EPERM);

	iommu_group_release_dma_owner(group);
	assert_false(iommu_group_dma_owner_claimed(group));
	iommu_group_put(group);
}

static void a_claimed_device_is_blocked(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_get(f->dev);
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	int me;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(iommu_group_claim_dma_owner(group, &me), 0);
	assert_int_equal(device_reads(f, addr), DMASIM_DMA_BLOCKED);
	assert_int_equal(
		iommu_iova_to_phys(iommu_get_domain_for_dev(f->dev), addr), 0);

	iommu_group_release_dma_owner(group);

	assert_int_equal(device_reads(f, addr), DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
	iommu_group_put(group);
}

static void the_same_owner_may_claim_a_device_again(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	int me, you;

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &you), -EPERM);

	iommu_device_release_dma_owner(f->dev);
	assert_ptr_not_equal(iommu_get_domain_for_dev(f->dev), dma);
	iommu_device_release_dma_owner(f->dev);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
}

static void the_group_is_released_from_all_claims_at_once(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	int me;

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);

	iommu_group_release_dma_owner(f->dev->iommu_group);

	assert_false(iommu_group_dma_owner_claimed(f->dev->iommu_group));
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
	expect_warns(1);
	iommu_device_release_dma_owner(f->dev);
}

static void an_owner_can_attach_and_falls_back_to_blocked(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f);
	int me;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(device_reads(f, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device(d, f->dev);
	assert_int_equal(device_reads(f, 0x1000), DMASIM_DMA_BLOCKED);

	iommu_device_release_dma_owner(f->dev);
	iommu_domain_free(d);
}

static void a_driver_and_an_owner_exclude_each_other(void **state)
{
	struct fixture *f = *state;
	struct iommu_group *group = iommu_group_get(f->dev);
	int me;

	assert_int_equal(iommu_device_use_default_domain(f->dev), 0);
	assert_int_equal(iommu_group_claim_dma_owner(group, &me), -EPERM);
	iommu_device_unuse_default_domain(f->dev);

	assert_int_equal(iommu_group_claim_dma_owner(group, &me), 0);
	assert_int_equal(iommu_device_use_default_domain(f->dev), -EBUSY);
	iommu_group_release_dma_owner(group);
	iommu_group_put(group);
}

static void a_foreign_domain_in_place_cannot_be_claimed(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f);
	int me;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), -EBUSY);

	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static int probes;

static int toy_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	probes++;
	return 0;
}

static const struct pci_device_id toy_ids[] = {
	{ PCI_DEVICE(0x1d0f, 0xd3a5) },
	{},
};

static struct pci_driver toy_driver = {
	.name = "toy",
	.id_table = toy_ids,
	.probe = toy_probe,
};

static void a_bound_driver_uses_the_default_domain(void **state)
{
	struct fixture *f = *state;
	int me;

	probes = 0;
	assert_int_equal(pci_register_driver(&toy_driver), 0);
	assert_int_equal(probes, 1);
	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), -EPERM);

	pci_unregister_driver(&toy_driver);

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(pci_register_driver(&toy_driver), 0);
	assert_int_equal(probes, 1);
	pci_unregister_driver(&toy_driver);
	iommu_device_release_dma_owner(f->dev);
}

/* ---- reserved regions, faults, capabilities ------------------------------------------------------ */

static void the_msi_window_is_reserved(void **state)
{
	struct fixture *f = *state;
	struct iommu_resv_region *region;
	LIST_HEAD(regions);

	iommu_get_resv_regions(f->dev, &regions);

	assert_false(list_empty(&regions));
	region = list_first_entry(&regions, struct iommu_resv_region, list);
	assert_int_equal(region->start, 0xfee00000);
	assert_int_equal(region->length, 0x100000);
	assert_int_equal(region->type, IOMMU_RESV_MSI);
	assert_int_equal(region->prot, 0);
	iommu_put_resv_regions(f->dev, &regions);
	assert_true(list_empty(&regions));
}

static void no_address_is_taken_from_the_msi_window(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova[8];
	unsigned int nr = 0;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);

	/* 0xfff00000, then past the windows of messages and devices. */
	while (nr < 8 && dma_iova_try_alloc(f->dev, &iova[nr], 0, 0x100000)) {
		assert_false(iova[nr].addr <= 0xfeefffff &&
			     iova[nr].addr + 0xfffff >= 0xfee00000);
		nr++;
	}

	assert_int_equal(nr, 8);
	while (nr--)
		dma_iova_free(f->dev, &iova[nr]);
}

static int handled_flags;
static unsigned long handled_iova;

static int handler(struct iommu_domain *d, struct device *dev,
		   unsigned long iova, int flags, void *token)
{
	handled_iova = iova;
	handled_flags = flags;
	return *(int *)token;
}

/* spec: iommu-pt S10 */
static void a_fault_goes_to_the_handler(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = create(f);
	int value = 42;

	assert_int_equal(report_iommu_fault(d, f->dev, 0x5000,
					    IOMMU_FAULT_WRITE),
			 -ENOSYS);

	iommu_set_fault_handler(d, handler, &value);

	assert_int_equal(
		report_iommu_fault(d, f->dev, 0x5000, IOMMU_FAULT_WRITE), 42);
	assert_int_equal(handled_iova, 0x5000);
	assert_int_equal(handled_flags, IOMMU_FAULT_WRITE);
	iommu_domain_free(d);
}

/* spec: iommu-pt 6.32 */
static void a_dma_domain_has_no_fault_handler(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	int value = 42;

	iommu_set_fault_handler(dma, handler, &value);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	expect_warns(2);
	iommu_set_fault_handler(NULL, handler, &value);
	assert_int_equal(dma->cookie_type, IOMMU_COOKIE_DMA_IOVA);
	assert_int_equal(report_iommu_fault(dma, f->dev, 0x5000, 0), -ENOSYS);
}

static void the_hardware_says_what_it_can(void **state)
{
	struct fixture *f = *state;

	assert_true(device_iommu_capable(f->dev, IOMMU_CAP_CACHE_COHERENCY));
	assert_true(device_iommu_capable(f->dev, IOMMU_CAP_DEFERRED_FLUSH));
	assert_false(device_iommu_capable(f->dev, IOMMU_CAP_NOEXEC));
	assert_true(device_iommu_capable(f->dev, IOMMU_CAP_DIRTY_TRACKING));
}

/* ---- failure -------------------------------------------------------------------------------------- */

static void a_device_comes_up_or_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = dmasim_device_create(f->machine, NULL, NULL, &hw);

		if (!ret)
			dmasim_device_destroy(hw);
		else
			assert_true(sweep_failed());
	}
}

int main(void)
{
	const struct CMUnitTest off[] = {
		fixture_case(without_an_iommu_there_is_no_group),
		fixture_case(a_device_without_a_group_cannot_be_attached),
	};
	const struct CMUnitTest identity[] = {
		fixture_case(passthrough_means_an_identity_domain),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(lazy_means_a_domain_with_a_flush_queue),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(strict_means_a_dma_domain),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(a_domain_of_a_users_own_is_unmanaged),
		fixture_case(each_device_has_a_group_of_its_own),
		fixture_case(a_group_number_is_free_again),
		fixture_case(a_kept_reference_keeps_the_group),
		fixture_case(the_device_follows_the_attached_domain),
		fixture_case(one_domain_at_a_time_can_be_attached),
		fixture_case(a_domain_of_other_hardware_is_refused),
		fixture_case(a_failed_attach_leaves_the_device_where_it_was),
		fixture_case(detaching_another_domain_is_warned_about),
		fixture_case(detaching_another_domain_detaches_nothing),
		fixture_case(a_domain_that_cannot_be_attached_is_no_device),
		fixture_case(after_the_detach_nothing_is_remembered),
		fixture_case(translated_by_default_means_strictly),
		fixture_case(an_owner_excludes_others),
		fixture_case(a_claimed_device_is_blocked),
		fixture_case(the_same_owner_may_claim_a_device_again),
		fixture_case(the_group_is_released_from_all_claims_at_once),
		fixture_case(an_owner_can_attach_and_falls_back_to_blocked),
		fixture_case(a_driver_and_an_owner_exclude_each_other),
		fixture_case(a_foreign_domain_in_place_cannot_be_claimed),
		fixture_case(a_bound_driver_uses_the_default_domain),
		fixture_case(the_msi_window_is_reserved),
		fixture_case(no_address_is_taken_from_the_msi_window),
		fixture_case(a_fault_goes_to_the_handler),
		fixture_case(a_dma_domain_has_no_fault_handler),
		fixture_case(the_hardware_says_what_it_can),
		fixture_case(a_device_comes_up_or_leaves_nothing),
	};

	return run_variants("iommu_group", off, variant_off) +
	       run_variants("iommu_group", identity, variant_identity) +
	       run_variants("iommu_group", lazy, variant_lazy) +
	       run_variants_("iommu_group", strict, 1, &variant_vtdss_strict,
			     1) +
	       run_variants("iommu_group", translated, variants_translated) +
	       not_swept("iommu_probe_device", "pci_device_group",
			 "iommu_get_resv_regions", "iommu_alloc_resv_region");
}
