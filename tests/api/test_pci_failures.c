/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of what a PCI driver calls around its DMA: binding, BARs,
 * interrupts, managed resources. A driver that does not get what it asks for is not
 * bound, and the next attempt finds everything as it was.
 */
#include "api/api.h"

#include <linux/interrupt.h>
#include <linux/module.h>

#define VECTORS 3

static irqreturn_t handle(int irq, void *data)
{
	return IRQ_HANDLED;
}

/* ---- without a driver ---------------------------------------------------------- */

static void regions_are_claimed_or_not(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		if (!pci_request_regions(f->pdev, "all"))
			pci_release_regions(f->pdev);
		else
			assert_true(sweep_failed());
		if (!pci_request_regions_exclusive(f->pdev, "all"))
			pci_release_regions(f->pdev);
		else
			assert_true(sweep_failed());
		if (!pci_request_selected_regions(f->pdev, 5, "two"))
			pci_release_selected_regions(f->pdev, 5);
		else
			assert_true(sweep_failed());
		if (!pci_request_selected_regions_exclusive(f->pdev, 5, "two"))
			pci_release_selected_regions(f->pdev, 5);
		else
			assert_true(sweep_failed());
		if (!pci_request_region(f->pdev, 0, "one"))
			pci_release_region(f->pdev, 0);
		else
			assert_true(sweep_failed());
	}
}

static void vectors_are_there_or_not(void **state)
{
	struct msix_entry entry[VECTORS] = { { .entry = 0 },
					     { .entry = 1 },
					     { .entry = 2 } };
	struct fixture *f = *state;
	int nr, i, asked;
	struct sweep s;

	assert_int_equal(pci_enable_device(f->pdev), 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		nr = pci_alloc_irq_vectors(f->pdev, VECTORS, VECTORS,
					   PCI_IRQ_MSIX);
		assert_true(nr == VECTORS || sweep_failed());
		for (asked = 0; asked < nr; asked++)
			if (pci_request_irq(f->pdev, asked, handle, NULL, f,
					    "vector%d", asked))
				break;
		assert_true(asked >= nr || sweep_failed());
		for (i = 0; i < asked; i++)
			pci_free_irq(f->pdev, i, f);
		if (nr > 0)
			pci_free_irq_vectors(f->pdev);

		nr = pci_enable_msix_range(f->pdev, entry, VECTORS, VECTORS);
		if (nr == VECTORS)
			pci_disable_msix(f->pdev);
		else
			assert_true(nr < 0 && sweep_failed());
	}
	pci_disable_device(f->pdev);
}

static void registers_are_saved_or_not(void **state)
{
	struct fixture *f = *state;
	struct pci_saved_state *saved;
	struct sweep s;

	pci_save_state(f->pdev);
	FAIL_SWEEP(s, SWEEP_ALL) {
		saved = pci_store_saved_state(f->pdev);
		if (!saved) {
			assert_true(sweep_failed());
			continue;
		}
		assert_int_equal(pci_load_and_free_saved_state(f->pdev, &saved),
				 0);
	}
}

static void another_name_is_noted_or_not(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		pci_add_dma_alias(f->pdev, 0x18, 1);
		assert_int_equal(f->pdev->dma_alias_mask == NULL,
				 sweep_failed());
		bitmap_free(f->pdev->dma_alias_mask);
		f->pdev->dma_alias_mask = NULL;
	}
}

/* ---- a driver with managed resources ------------------------------------------- */

/* Nothing is given back by hand. */
static int probe_managed(struct pci_dev *pdev, const struct pci_device_id *id)
{
	void __iomem *regs;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	regs = pcim_iomap(pdev, 0, 0);
	if (!regs)
		return -ENOMEM;
	regs = pcim_iomap_region(pdev, 2, "managed");
	if (IS_ERR(regs))
		return PTR_ERR(regs);
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX);
	if (ret < 0)
		return ret;
	return devm_request_threaded_irq(&pdev->dev, pci_irq_vector(pdev, 0),
					 handle, NULL, 0, "managed", pdev);
}

static const struct pci_device_id any_device[] = {
	{ PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID) },
	{},
};

static struct pci_driver managed = {
	.name = "managed",
	.id_table = any_device,
	.probe = probe_managed,
};

static void a_driver_is_bound_or_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		if (pci_register_driver(&managed)) {
			assert_true(sweep_failed());
			continue;
		}
		assert_true(f->dev->driver || sweep_failed());
		pci_unregister_driver(&managed);
		assert_null(f->dev->driver);
		assert_false(pci_is_enabled(f->pdev));
	}
}

/* Ids can be added while it runs. */
static const struct pci_device_id no_device[] = { {} };
static struct pci_driver waiting = {
	.name = "waiting",
	.id_table = no_device,
	.probe = probe_managed,
};

static void an_id_is_added_or_not(void **state)
{
	struct fixture *f = *state;
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		if (pci_register_driver(&waiting)) {
			assert_true(sweep_failed());
			continue;
		}
		assert_null(f->dev->driver);
		ret = pci_add_dynid(&waiting, f->pdev->vendor, f->pdev->device,
				    PCI_ANY_ID, PCI_ANY_ID, 0, 0, 0);
		assert_true(!ret || sweep_failed());
		assert_true(f->dev->driver || sweep_failed());
		pci_unregister_driver(&waiting);
	}
}

/* ---- a device that comes back ------------------------------------------------------ */

static void a_rescan_finds_it_or_not(void **state)
{
	struct fixture *f = *state;
	struct pci_bus *bus = f->pdev->bus;
	unsigned int devfn = f->pdev->devfn;
	struct pci_dev *pdev;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		pci_lock_rescan_remove();
		pdev = pci_get_slot(bus, devfn);
		if (pdev) {
			pci_dev_put(pdev);
			dmasim_fail_off();
			pci_stop_and_remove_bus_device(pdev);
			dmasim_fail_any_nth(SWEEP_ALL, s.position);
		}
		pci_rescan_bus(bus);
		pdev = pci_get_slot(bus, devfn);
		pci_unlock_rescan_remove();
		if (pdev)
			pci_dev_put(pdev);
		else
			assert_true(sweep_failed());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(regions_are_claimed_or_not),
		fixture_case(vectors_are_there_or_not),
		fixture_case(registers_are_saved_or_not),
		fixture_case(another_name_is_noted_or_not),
		fixture_case(a_driver_is_bound_or_leaves_nothing),
		fixture_case(an_id_is_added_or_not),
		fixture_case(a_rescan_finds_it_or_not),
	};

	return run_variants_("pci_failures", tests, ARRAY_SIZE(tests),
			     variants_all, 1) +
	       run_variants("pci_failures", tests, variants_strict) +
	       not_swept("__pci_register_driver", "pci_add_dma_alias",
			 "pci_add_dynid", "pci_alloc_irq_vectors",
			 "pci_alloc_irq_vectors_affinity",
			 "pci_enable_msix_range", "pci_request_irq",
			 "pci_request_region", "pci_request_regions",
			 "pci_request_regions_exclusive",
			 "pci_request_selected_regions",
			 "pci_request_selected_regions_exclusive",
			 "pci_rescan_bus", "pci_store_saved_state",
			 "pcim_enable_device", "pcim_iomap",
			 "pcim_iomap_region", "devm_request_threaded_irq",
			 "request_threaded_irq");
}
