/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of what authors of drivers and of IOMMU users call besides
 * map and unmap: groups, owners, moves from domain to domain, PASIDs, page requests,
 * bitmaps. A device that does not answer holds nobody up. Domains and map calls
 * themselves: test_iommu_core.c, test_iommu_core_rollback.c.
 */
#include "api/core.h"

#include <linux/iova_bitmap.h>

/* An odd page: two of them make no larger one. */
#define IOVA 0x40001000ul
#define PHYS 0x123456000ull

static const struct dmasim_model model = {
	.name = "asking",
	.vendor = 0x1d0f,
	.device = 0xd3a8,
	.class_code = 0xff0000,
	.bar = { { .size = 4096 } },
	.ats = true,
	.pasid_bits = 4,
	.page_requests = true,
};

static int setup(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	dmasim_device_destroy(f->hw);
	if (dmasim_device_create(f->machine, &model, NULL, &f->hw))
		fail_msg("%s", dmasim_refusal());
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	pci_set_master(f->pdev);
	return 0;
}

/* ---- a device that does not answer ------------------------------------------------ */

static void use(struct iommu_domain *d)
{
	struct iommu_iotlb_gather gather;

	assert_int_equal(iommu_map(d, IOVA, PHYS, 2 * PAGE_4K, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA + PAGE_4K, PAGE_4K, &gather),
			 PAGE_4K);
	iommu_iotlb_sync(d, &gather);
}

static void device_life(struct fixture *f, struct iommu_domain *d)
{
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), d);
	use(d);
	iommu_detach_device(d, f->dev);
}

static void group_life(struct fixture *f, struct iommu_domain *d)
{
	struct iommu_group *group = iommu_group_get(f->dev);

	assert_int_equal(iommu_attach_group(d, group), 0);
	iommu_detach_group(d, group);

	assert_int_equal(iommu_group_claim_dma_owner(group, f), 0);
	assert_int_equal(iommu_attach_group(d, group), 0);
	iommu_detach_group(d, group);
	iommu_group_release_dma_owner(group);
	iommu_group_put(group);

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, f), 0);
	iommu_device_release_dma_owner(f->dev);
}

static void pasid_life(struct fixture *f, struct iommu_domain *d)
{
	assert_int_equal(iommu_attach_device_pasid(d, f->dev, 3, NULL), 0);
	use(d);
	iommu_detach_device_pasid(d, f->dev, 3);
}

static void a_silent_device_is_moved_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	unsigned int silent = 0;
	struct iommu_domain *d;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_DEVICE_TLB)) {
		d = iommu_paging_domain_alloc_flags(f->dev,
						    IOMMU_HWPT_ALLOC_PASID);
		assert_false(IS_ERR(d));
		device_life(f, d);
		group_life(f, d);
		pasid_life(f, d);
		iommu_domain_free(d);
		assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
		silent += sweep_failed();
	}
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", silent);
}

/* Unplugged while it does not answer; found again afterwards. */
static struct pci_dev *find_again(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev;

	pci_rescan_bus(bus);
	pdev = pci_get_slot(bus, devfn);
	assert_non_null(pdev);
	assert_non_null(pdev->dev.iommu_group);
	pci_dev_put(pdev);
	return pdev;
}

static void a_silent_device_can_go(void **state)
{
	struct fixture *f = *state;
	struct pci_bus *bus = f->pdev->bus;
	struct pci_dev *pdev = f->pdev;
	unsigned int devfn = pdev->devfn, silent = 0;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_DEVICE_TLB)) {
		pci_stop_and_remove_bus_device_locked(pdev);
		pci_lock_rescan_remove();
		pdev = find_again(bus, devfn);
		pci_stop_and_remove_bus_device(pdev);
		pdev = find_again(bus, devfn);
		pci_unlock_rescan_remove();
		silent += sweep_failed();
	}
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", silent);
}

/* Back from its reset a device may miss the table of a PASID: that is warned about. */
static void a_reset_is_survived(void **state)
{
	struct fixture *f = *state;
	unsigned int silent, lost = 0;
	struct iommu_domain *d;
	struct sweep s;
	u64 warns;

	d = iommu_paging_domain_alloc_flags(f->dev, IOMMU_HWPT_ALLOC_PASID);
	assert_int_equal(iommu_attach_device_pasid(d, f->dev, 3, NULL), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		if (pci_dev_reset_iommu_prepare(f->pdev)) {
			assert_true(sweep_failed());
			continue;
		}
		warns = dmasim_event_count(DMASIM_EVENT_WARN, NULL);
		pci_dev_reset_iommu_done(f->pdev);
		lost += dmasim_event_count(DMASIM_EVENT_WARN, NULL) - warns;
		assert_ptr_equal(iommu_driver_get_domain_for_dev(f->dev),
				 iommu_get_dma_domain(f->dev));
	}
	silent = dmasim_event_count(DMASIM_EVENT_FAULT, "ats-timeout");
	assert_true(silent > 0 && lost > 0);
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", silent);
	expect_warns(lost);
	iommu_detach_device_pasid(d, f->dev, 3);
	iommu_domain_free(d);
}

/* ---- memory -------------------------------------------------------------------------- */

static void a_group_is_there_or_not(void **state)
{
	struct device guest = {};
	struct iommu_group *group;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		group = generic_device_group(&guest);
		if (IS_ERR(group)) {
			assert_int_equal(PTR_ERR(group), -ENOMEM);
			assert_true(sweep_failed());
			continue;
		}
		if (iommu_group_set_name(group, "guests"))
			assert_true(sweep_failed());
		if (iommu_group_add_device(group, &guest)) {
			assert_true(sweep_failed());
			assert_null(guest.iommu_group);
		} else {
			assert_ptr_equal(guest.iommu_group, group);
			iommu_group_remove_device(&guest);
		}
		iommu_group_put(group);
	}
}

static void the_only_group_of_an_iommu_is_there_or_not(void **state)
{
	struct iommu_device hw = {};
	struct dev_iommu iommu = { .iommu_dev = &hw };
	struct device guest = { .iommu = &iommu };
	struct iommu_group *group;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		group = generic_single_device_group(&guest);
		if (IS_ERR(group)) {
			assert_true(sweep_failed());
		} else {
			assert_ptr_equal(generic_single_device_group(&guest),
					 group);
			iommu_group_put(group);
			iommu_group_put(group);
		}
		/* As when it goes. */
		iommu_group_put(hw.singleton_group);
		hw.singleton_group = NULL;
	}
}

static void a_global_number_is_given_or_not(void **state)
{
	struct fixture *f = *state;
	ioasid_t pasid;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		pasid = iommu_alloc_global_pasid(f->dev);
		if (pasid == IOMMU_PASID_INVALID) {
			assert_true(sweep_failed());
			continue;
		}
		assert_int_equal(pasid, 1);
		iommu_free_global_pasid(pasid);
	}
}

static void page_requests_are_queued_or_not(void **state)
{
	struct fixture *f = *state;
	struct iopf_queue *queue;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		queue = iopf_queue_alloc("other");
		if (!queue) {
			assert_true(sweep_failed());
			continue;
		}
		if (iopf_queue_add_device(queue, f->dev))
			assert_true(sweep_failed());
		else
			iopf_queue_remove_device(queue, f->dev);
		iopf_queue_free(queue);
	}
}

/* More ranges than a CPU's magazines hold wait for a flush that is not to come. */
static void a_lazy_domain_goes_with_what_it_owes(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr[255];
	struct sweep s;
	unsigned int i;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		dmasim_fail_off();
		for (i = 0; i < ARRAY_SIZE(addr); i++)
			addr[i] = dma_map_phys(f->dev, PHYS, PAGE_4K,
					       DMA_TO_DEVICE, 0);
		for (i = 0; i < ARRAY_SIZE(addr); i++)
			dma_unmap_phys(f->dev, addr[i], PAGE_4K, DMA_TO_DEVICE,
				       0);
		dmasim_fail_any_nth(SWEEP_ALL, s.position);

		ret = dmasim_iommu_group_set(f->hw, "type", "identity");

		assert_true(!ret || sweep_failed());
		dmasim_fail_off();
		assert_int_equal(f->dev->dma_iommu, ret != 0);
		assert_int_equal(
			dmasim_iommu_group_set(f->hw, "type", "DMA-FQ"), 0);
	}
}

static void a_bitmap_is_there_or_not(void **state)
{
	static u64 bits[512];
	struct iova_bitmap *bitmap;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		bitmap = iova_bitmap_alloc(IOVA, SZ_1M, PAGE_4K,
					   (u64 __user *)bits);
		if (IS_ERR(bitmap)) {
			assert_int_equal(PTR_ERR(bitmap), -ENOMEM);
			assert_true(sweep_failed());
			continue;
		}
		iova_bitmap_set(bitmap, IOVA, PAGE_4K);
		iova_bitmap_free(bitmap);
	}
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_silent_device_is_moved_all_the_same),
		CASE(a_silent_device_can_go),
		CASE(a_reset_is_survived),
		CASE(a_group_is_there_or_not),
		CASE(the_only_group_of_an_iommu_is_there_or_not),
		CASE(a_global_number_is_given_or_not),
		CASE(page_requests_are_queued_or_not),
		CASE(a_bitmap_is_there_or_not),
	};

	const struct CMUnitTest lazy[] = {
		fixture_case(a_lazy_domain_goes_with_what_it_owes),
	};

	return run_variants("iommu_core_failures", tests, variants_strict) +
	       run_variants("iommu_core_failures", lazy, variants_lazy) +
	       not_swept("pci_stop_and_remove_bus_device",
			 "pci_stop_and_remove_bus_device_locked",
			 "pci_dev_reset_iommu_prepare",
			 "pci_dev_reset_iommu_done", "iommu_attach_device",
			 "iommu_detach_device", "iommu_attach_group",
			 "iommu_detach_group", "iommu_group_claim_dma_owner",
			 "iommu_device_claim_dma_owner",
			 "iommu_detach_device_pasid", "iommu_domain_free",
			 "iommu_unmap", "iommu_iotlb_sync",
			 "generic_device_group", "generic_single_device_group",
			 "iommu_group_alloc", "iommu_group_add_device",
			 "iommu_group_set_name", "iommu_alloc_global_pasid",
			 "iopf_queue_alloc", "iopf_queue_add_device",
			 "iova_bitmap_alloc");
}
