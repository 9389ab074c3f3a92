/* SPDX-License-Identifier: MIT */
/*
 * Interrupt messages behind an IOMMU: mapped like other memory where it translates
 * them, untouched where it does not (src/dma/dma_msi.c, iommu_dma_prepare_msi(), the
 * message path of src/hw/fabric.c).
 */
#include <linux/interrupt.h>
#include <linux/msi.h>

#include "dma/dma_iommu.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

#define DOORBELL 0xfee00000ull
#define WINDOW 0x8000000ull /* where software may map messages */

static unsigned int nr_hits;
static int me;

static irqreturn_t hit(int irq, void *data)
{
	nr_hits++;
	return IRQ_HANDLED;
}

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	return pci_enable_device(f->pdev);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	pci_disable_device(f->pdev);
	return fixture_teardown(state);
}

static void rebuild(struct fixture *f)
{
	pci_disable_device(f->pdev);
	fixture_rebuild(f);
	assert_int_equal(pci_enable_device(f->pdev), 0);
}

static void enable(struct fixture *f, int vectors)
{
	nr_hits = 0;
	assert_int_equal(pci_alloc_irq_vectors(f->pdev, vectors, vectors,
					       PCI_IRQ_MSIX),
			 vectors);
	assert_int_equal(pci_request_irq(f->pdev, 0, hit, NULL, f, "msi"), 0);
}

static void disable(struct fixture *f)
{
	pci_free_irq(f->pdev, 0, f);
	pci_free_irq_vectors(f->pdev);
}

static u64 address_of(struct fixture *f, unsigned int vector)
{
	struct msi_msg msg;

	get_cached_msi_msg(pci_irq_vector(f->pdev, vector), &msg);
	return msg.address_lo | (u64)msg.address_hi << 32;
}

/* As an owner in user space: a domain of its own, with a window for messages. */
static struct iommu_domain *own(struct fixture *f)
{
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	assert_int_equal(iommu_get_msi_cookie(d, WINDOW), 0);
	assert_int_equal(iommu_attach_group(d, f->dev->iommu_group), 0);
	return d;
}

static void disown(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_group(d, f->dev->iommu_group);
	iommu_domain_free(d);
	iommu_device_release_dma_owner(f->dev);
}

static struct msi_desc vector_of(struct fixture *f)
{
	return (struct msi_desc){ .dev = f->dev };
}

/* ---- an IOMMU that translates messages ------------------------------------------------ */

static void a_driver_gets_its_interrupts(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);

	enable(f, 4);

	assert_true(dmasim_irq(f->hw, 0));
	assert_int_equal(nr_hits, 1);
	assert_int_not_equal(address_of(f, 0), DOORBELL);
	assert_int_equal(iommu_iova_to_phys(d, address_of(f, 0)), DOORBELL);
	/* One page for all vectors. */
	assert_int_equal(address_of(f, 3), address_of(f, 0));
	disable(f);
}

static void the_doorbells_page_stays_for_the_next_driver(void **state)
{
	struct fixture *f = *state;
	u64 address;

	enable(f, 1);
	address = address_of(f, 0);
	disable(f);
	enable(f, 1);

	assert_int_equal(address_of(f, 0), address);
	assert_true(dmasim_irq(f->hw, 0));
	disable(f);
}

static void the_doorbell_itself_is_just_an_address(void **state)
{
	struct fixture *f = *state;
	uint32_t data;

	enable(f, 1);
	data = pci_irq_vector(f->pdev, 0);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	assert_int_equal(dmasim_dma_write(f->hw, DOORBELL, &data, 4),
			 DMASIM_DMA_UNMAPPED);

	assert_int_equal(nr_hits, 0);
	assert_int_equal(dmasim_dma_write(f->hw, address_of(f, 0), &data, 4),
			 DMASIM_DMA_OK);
	assert_int_equal(nr_hits, 1);
	disable(f);
}

static void a_message_is_one_aligned_word(void **state)
{
	struct fixture *f = *state;
	uint64_t data = 0, at;

	enable(f, 1);
	at = address_of(f, 0);
	expect_events(DMASIM_EVENT_FAULT, NULL, 3);

	assert_int_not_equal(dmasim_dma_write(f->hw, at, &data, 8),
			     DMASIM_DMA_OK);
	assert_int_not_equal(dmasim_dma_write(f->hw, at + 2, &data, 4),
			     DMASIM_DMA_OK);
	/* Mapped for writing only. */
	assert_int_not_equal(dmasim_dma_read(f->hw, at, &data, 4),
			     DMASIM_DMA_OK);

	assert_int_equal(nr_hits, 0);
	disable(f);
}

static void the_window_is_shown_and_not_reserved(void **state)
{
	struct fixture *f = *state;
	struct iommu_resv_region *region;
	LIST_HEAD(regions);

	assert_int_equal(
		iommu_get_group_resv_regions(f->dev->iommu_group, &regions), 0);
	assert_true(list_is_singular(&regions));
	region = list_first_entry(&regions, struct iommu_resv_region, list);
	assert_int_equal(region->type, IOMMU_RESV_SW_MSI);
	assert_int_equal(region->start, WINDOW);
	assert_int_equal(region->length, 0x100000);
	assert_int_equal(region->prot, IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO);
	kfree(region);
}

static void an_owner_maps_doorbells_in_its_window(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = own(f);

	enable(f, 2);

	assert_true(dmasim_irq(f->hw, 0));
	assert_int_equal(nr_hits, 1);
	assert_int_equal(address_of(f, 0), WINDOW);
	assert_int_equal(iommu_iova_to_phys(d, WINDOW), DOORBELL);
	assert_int_equal(iommu_iova_to_phys(d, WINDOW + PAGE_SIZE), 0);
	disable(f);
	disown(f, d);
}

static void other_doorbells_follow(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = own(f);
	struct msi_desc desc = vector_of(f);
	struct msi_msg msg;

	assert_int_equal(iommu_dma_prepare_msi(&desc, 0x40000040), 0);
	msi_msg_set_addr(&desc, &msg, 0x40000040);
	assert_int_equal(msg.address_lo, WINDOW + 0x40);
	assert_int_equal(iommu_dma_prepare_msi(&desc, 0x50000080), 0);
	msi_msg_set_addr(&desc, &msg, 0x50000080);
	assert_int_equal(msg.address_lo, WINDOW + PAGE_SIZE + 0x80);
	assert_int_equal(msg.address_hi, 0);
	/* The first one is known. */
	assert_int_equal(iommu_dma_prepare_msi(&desc, 0x40000044), 0);
	msi_msg_set_addr(&desc, &msg, 0x40000044);
	assert_int_equal(msg.address_lo, WINDOW + 0x44);

	assert_int_equal(iommu_iova_to_phys(d, WINDOW), 0x40000000);
	assert_int_equal(iommu_iova_to_phys(d, WINDOW + PAGE_SIZE), 0x50000000);
	disown(f, d);
}

static void without_a_cookie_there_are_no_vectors(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_int_equal(iommu_device_claim_dma_owner(f->dev, &me), 0);
	/* Blocked, then in a domain that has no window. */
	assert_int_equal(pci_alloc_irq_vectors(f->pdev, 1, 1, PCI_IRQ_MSIX),
			 -EOPNOTSUPP);
	assert_int_equal(iommu_attach_group(d, f->dev->iommu_group), 0);

	assert_int_equal(pci_alloc_irq_vectors(f->pdev, 1, 1, PCI_IRQ_MSIX),
			 -EOPNOTSUPP);

	disown(f, d);
	enable(f, 1);
	assert_true(dmasim_irq(f->hw, 0));
	disable(f);
}

static void what_an_owner_mapped_in_the_window_is_in_the_way(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = own(f);
	struct msi_desc desc = vector_of(f);

	assert_int_equal(iommu_map(d, WINDOW, 0x1000, PAGE_SIZE, IOMMU_READ,
				   GFP_KERNEL),
			 0);

	assert_int_equal(iommu_dma_prepare_msi(&desc, DOORBELL), -EADDRINUSE);

	assert_int_equal(iommu_unmap(d, WINDOW, PAGE_SIZE), PAGE_SIZE);
	assert_int_equal(iommu_dma_prepare_msi(&desc, DOORBELL), 0);
	assert_int_equal(iommu_iova_to_phys(d, WINDOW), DOORBELL);
	disown(f, d);
}

static void two_devices_of_a_domain_share_the_page(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = own(f);
	struct dmasim_device *hw;
	struct msi_desc other;

	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &hw), 0);
	other = (struct msi_desc){ .dev = dmasim_device_kernel(hw) };
	assert_int_equal(iommu_attach_device(d, other.dev), 0);
	enable(f, 1);

	assert_int_equal(iommu_dma_prepare_msi(&other, DOORBELL + 8), 0);

	assert_int_equal(other.iommu_msi_iova << other.iommu_msi_shift, WINDOW);
	disable(f);
	iommu_detach_device(d, other.dev);
	dmasim_device_destroy(hw);
	disown(f, d);
}

static void a_device_that_is_not_translated_writes_to_the_doorbell(void **state)
{
	struct fixture *f = *state;

	f->cfg.iommu = DMASIM_IOMMU_IDENTITY;
	rebuild(f);
	enable(f, 1);

	assert_int_equal(address_of(f, 0), DOORBELL);
	assert_true(dmasim_irq(f->hw, 0));
	assert_int_equal(nr_hits, 1);
	disable(f);
}

/* The smallest page is larger than one of RAM: no DMA API, no vectors. */
static void a_device_without_the_dma_api_has_no_vectors(void **state)
{
	struct fixture *f = *state;

	if (PAGE_SHIFT >= 16)
		skip();
	f->cfg.iommu_format = "arm_s1_64k";
	f->cfg.iommu_levels = 0;
	expect_events(DMASIM_EVENT_REFUSAL, "iommu-granule", 1);
	rebuild(f);

	assert_int_equal(pci_alloc_irq_vectors(f->pdev, 1, 1, PCI_IRQ_MSIX),
			 -EOPNOTSUPP);
}

static void vectors_that_fail_leave_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = pci_alloc_irq_vectors(f->pdev, 2, 2, PCI_IRQ_MSIX);

		assert_true(ret == 2 || sweep_failed());
		if (ret == 2)
			pci_free_irq_vectors(f->pdev);
	}
	FAIL_SWEEP(s, SWEEP_ALL) {
		struct msi_desc desc = vector_of(f);

		/* A cookie that is not used yet has all its window. */
		d = iommu_paging_domain_alloc(f->dev);
		if (IS_ERR(d)) {
			assert_true(sweep_failed());
			continue;
		}
		if (!iommu_get_msi_cookie(d, WINDOW) &&
		    !iommu_attach_device(d, f->dev)) {
			if (iommu_dma_prepare_msi(&desc, DOORBELL)) {
				assert_true(sweep_failed());
				assert_int_equal(
					iommu_dma_prepare_msi(&desc, DOORBELL),
					0);
			}
			assert_int_equal(iommu_iova_to_phys(d, WINDOW),
					 DOORBELL);
			iommu_detach_device(d, f->dev);
		} else {
			assert_true(sweep_failed());
		}
		iommu_domain_free(d);
	}
}

/* ---- cookies ---------------------------------------------------------------------------- */

static int no_handler(struct iommu_domain *d, struct device *dev,
		      unsigned long iova, int flags, void *token)
{
	return 0;
}

static void a_domain_has_one_cookie(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);
	struct iommu_domain *handled = iommu_paging_domain_alloc(f->dev);

	assert_int_equal(iommu_get_msi_cookie(dma, WINDOW), -EINVAL);
	assert_int_equal(iommu_get_msi_cookie(d, WINDOW), 0);
	assert_int_equal(d->cookie_type, IOMMU_COOKIE_DMA_MSI);
	assert_int_equal(iommu_get_msi_cookie(d, WINDOW), -EBUSY);
	assert_int_equal(iommu_get_dma_cookie(d), -EEXIST);
	assert_int_equal(iommu_get_dma_cookie(dma), -EEXIST);
	iommu_set_fault_handler(handled, no_handler, NULL);
	assert_int_equal(iommu_get_msi_cookie(handled, WINDOW), -EBUSY);

	iommu_domain_free(handled);
	iommu_domain_free(d);
}

/* ---- an IOMMU that does not translate messages ------------------------------------------- */

static void messages_pass_by_other_hardware(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);
	struct msi_desc desc = vector_of(f);

	enable(f, 1);
	assert_int_equal(address_of(f, 0), DOORBELL);
	assert_true(dmasim_irq(f->hw, 0));
	assert_int_equal(iommu_iova_to_phys(d, DOORBELL), 0);

	/* Asked all the same: the region is not translated, so it is as it is. */
	assert_int_equal(iommu_dma_prepare_msi(&desc, DOORBELL + 4), 0);
	assert_int_equal(desc.iommu_msi_shift, 0);
	assert_int_equal(iommu_iova_to_phys(d, DOORBELL), 0);
	disable(f);
}

static void without_a_group_there_is_nothing_to_prepare(void **state)
{
	struct device nobody = {};
	struct msi_desc desc = { .dev = &nobody };

	assert_int_equal(iommu_dma_prepare_msi(&desc, DOORBELL), 0);
	assert_int_equal(desc.iommu_msi_shift, 0);
}

#define msi_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	static const struct variant translated[] = {
		{ "arm_s1_4k,strict", DMASIM_IOMMU_STRICT, "arm_s1_4k",
		  .translated = true },
		{ "arm_s2_4k,lazy", DMASIM_IOMMU_LAZY, "arm_s2_4k",
		  .translated = true, .lazy = true },
	};
	const struct CMUnitTest messages[] = {
		msi_case(a_driver_gets_its_interrupts),
		msi_case(the_doorbells_page_stays_for_the_next_driver),
		msi_case(the_doorbell_itself_is_just_an_address),
		msi_case(a_message_is_one_aligned_word),
		msi_case(the_window_is_shown_and_not_reserved),
		msi_case(an_owner_maps_doorbells_in_its_window),
		msi_case(other_doorbells_follow),
		msi_case(without_a_cookie_there_are_no_vectors),
		msi_case(what_an_owner_mapped_in_the_window_is_in_the_way),
		msi_case(two_devices_of_a_domain_share_the_page),
		msi_case(
			a_device_that_is_not_translated_writes_to_the_doorbell),
		msi_case(a_device_without_the_dma_api_has_no_vectors),
		msi_case(vectors_that_fail_leave_nothing),
		msi_case(a_domain_has_one_cookie),
	};
	const struct CMUnitTest others[] = {
		msi_case(messages_pass_by_other_hardware),
		msi_case(without_a_group_there_is_nothing_to_prepare),
	};

	return run_variants("iommu_msi", messages, translated) +
	       run_variants_("iommu_msi", others, ARRAY_SIZE(others),
			     &variant_vtdss_strict, 1) +
	       not_swept("iommu_dma_prepare_msi", "iommu_get_msi_cookie");
}
