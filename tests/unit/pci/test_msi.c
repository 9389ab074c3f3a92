/* SPDX-License-Identifier: MIT */
/* Interrupt vectors: src/pci/{msi,affinity}.c */
#include "unit/pci/board.h"

#include <linux/interrupt.h>
#include <linux/msi.h>

static struct hw_dev *hw;
static struct pci_dev *pdev;
static unsigned int hits[8];

static irqreturn_t hit(int irq, void *counter)
{
	++*(unsigned int *)counter;
	return IRQ_HANDLED;
}

static int plug(void **state)
{
	board_boot(state);
	pdev = board_plug(&hw, &board_model);
	assert_int_equal(pci_enable_device(pdev), 0);
	pci_set_master(pdev);
	memset(hits, 0, sizeof(hits));
	return 0;
}

static int unplug(void **state)
{
	pci_disable_device(pdev);
	board_pull(hw);
	return board_off(state);
}

static void vector_reaches_the_handler_it_was_requested_for(void **state)
{
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 4, PCI_IRQ_MSIX), 4);
	assert_int_equal(
		pci_request_irq(pdev, 0, hit, NULL, &hits[0], "q%d", 0), 0);
	assert_int_equal(
		pci_request_irq(pdev, 3, hit, NULL, &hits[3], "q%d", 3), 0);

	assert_true(hw_dev_irq(hw, 3));
	assert_true(hw_dev_irq(hw, 3));
	assert_true(hw_dev_irq(hw, 0));
	assert_int_equal(hits[0], 1);
	assert_int_equal(hits[3], 2);

	pci_free_irq(pdev, 0, &hits[0]);
	pci_free_irq(pdev, 3, &hits[3]);
	pci_free_irq_vectors(pdev);
	assert_false(hw_dev_irq(hw, 3));
	assert_int_equal(hits[3], 2);
}

static void vectors_are_numbered_and_end_where_they_end(void **state)
{
	int a, b;

	assert_int_equal(pci_irq_vector(pdev, 0), -EINVAL);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX), 2);
	a = pci_irq_vector(pdev, 0);
	b = pci_irq_vector(pdev, 1);

	assert_true(a > 0);
	assert_true(b > 0);
	assert_int_not_equal(a, b);
	assert_int_equal(pci_irq_vector(pdev, 2), -EINVAL);
	assert_int_equal(msi_get_virq(&pdev->dev, 1), b);
	assert_true(pdev->msix_enabled);
	pci_free_irq_vectors(pdev);
	assert_false(pdev->msix_enabled);
}

static void table_holds_the_composed_message(void **state)
{
	u64 table = pci_resource_start(pdev, 4);
	struct msi_msg msg;

	assert_int_equal(pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX), 2);
	get_cached_msi_msg(pci_irq_vector(pdev, 1), &msg);

	assert_int_equal(hw_mmio_read(table + 16, 4), msg.address_lo);
	assert_int_equal(hw_mmio_read(table + 20, 4), msg.address_hi);
	assert_int_equal(hw_mmio_read(table + 24, 4), msg.data);
	assert_int_equal(hw_mmio_read(table + 28, 4) & 1, 0);
	assert_int_equal(hw_mmio_read(table + 44, 4) & 1, 1);
	pci_free_irq_vectors(pdev);
	assert_int_equal(hw_mmio_read(table + 28, 4) & 1, 1);
}

static void hardware_limits_the_number(void **state)
{
	assert_int_equal(pci_msix_vec_count(pdev), 8);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 64, PCI_IRQ_MSIX), 8);
	pci_free_irq_vectors(pdev);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 9, 64, PCI_IRQ_MSIX),
			 -ENOSPC);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 4, 2, PCI_IRQ_MSIX),
			 -ERANGE);
}

static void machine_has_neither_lines_nor_plain_messages(void **state)
{
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_INTX),
			 -ENOSPC);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI),
			 -ENOSPC);
	assert_int_equal(pci_enable_msi(pdev), -EINVAL);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES),
			 1);
	pci_free_irq_vectors(pdev);
}

static void device_that_is_not_enabled_gets_none(void **state)
{
	pci_disable_device(pdev);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX),
			 -EINVAL);
	assert_int_equal(pci_enable_device(pdev), 0);
}

static void failed_vector_takes_none(void **state)
{
	lib_fail_nth(DMASIM_SITE_IRQ, 3);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 4, 4, PCI_IRQ_MSIX),
			 -ENOSPC);
	assert_int_equal(lib_fail_fired(), 1);
	lib_fail_off();

	assert_false(pdev->msix_enabled);
	assert_int_equal(pci_alloc_irq_vectors(pdev, 4, 4, PCI_IRQ_MSIX), 4);
	pci_free_irq_vectors(pdev);
}

static void chosen_entries_are_used(void **state)
{
	struct msix_entry entries[] = { { .entry = 6 }, { .entry = 1 } };
	struct msix_entry twice[] = { { .entry = 6 }, { .entry = 6 } };
	struct msix_entry far[] = { { .entry = 8 } };

	assert_int_equal(pci_enable_msix_exact(pdev, twice, 2), -EINVAL);
	assert_int_equal(pci_enable_msix_exact(pdev, far, 1), -EINVAL);
	assert_int_equal(pci_enable_msix_range(pdev, entries, 1, 2), 2);
	assert_int_equal(
		request_irq(entries[0].vector, hit, 0, "six", &hits[6]), 0);

	assert_true(hw_dev_irq(hw, 6));
	assert_int_equal(hits[6], 1);
	assert_false(hw_dev_irq(hw, 0));
	free_irq(entries[0].vector, &hits[6]);
	pci_disable_msix(pdev);
}

static void masked_vector_is_delivered_once_when_unmasked(void **state)
{
	u64 ctrl = pci_resource_start(pdev, 4) + PCI_MSIX_ENTRY_VECTOR_CTRL;

	assert_int_equal(pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX), 1);
	assert_int_equal(pci_request_irq(pdev, 0, hit, NULL, &hits[0], "q"), 0);
	hw_mmio_write(ctrl, 4, 1);
	assert_false(hw_dev_irq(hw, 0));
	assert_false(hw_dev_irq(hw, 0));
	assert_int_equal(hits[0], 0);

	hw_mmio_write(ctrl, 4, 0);
	assert_int_equal(hits[0], 1);
	pci_free_irq(pdev, 0, &hits[0]);
	pci_free_irq_vectors(pdev);
}

static void messages_survive_a_function_level_reset(void **state)
{
	assert_int_equal(pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX), 2);
	assert_int_equal(pci_request_irq(pdev, 1, hit, NULL, &hits[1], "q"), 0);

	pci_save_state(pdev);
	assert_int_equal(pcie_flr(pdev), 0);
	assert_false(hw_dev_irq(hw, 1));
	pci_restore_state(pdev);

	assert_true(hw_dev_irq(hw, 1));
	assert_int_equal(hits[1], 1);
	pci_free_irq(pdev, 1, &hits[1]);
	pci_free_irq_vectors(pdev);
}

static void forgotten_vectors_are_reported(void **state)
{
	assert_int_equal(pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX), 2);

	assert_int_equal(pci_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "irq-leak"), 1);
	pci_free_irq_vectors(pdev);
	assert_int_equal(pci_check(), 0);
}

/* ---- affinity: four CPUs ---------------------------------------------- */

static unsigned long mask_of(int vec)
{
	const struct cpumask *mask = pci_irq_get_affinity(pdev, vec);

	return mask ? cpumask_bits(mask)[0] : 0;
}

static void spread_vectors_split_the_cpus_evenly(void **state)
{
	struct irq_affinity affd = { .pre_vectors = 1 };

	assert_int_equal(pci_alloc_irq_vectors_affinity(
				 pdev, 1, 3, PCI_IRQ_MSIX | PCI_IRQ_AFFINITY,
				 &affd),
			 3);
	assert_int_equal(mask_of(0), 0xf);
	assert_int_equal(mask_of(1), 0x3);
	assert_int_equal(mask_of(2), 0xc);
	assert_ptr_equal(pci_bus_type.irq_get_affinity(&pdev->dev, 2),
			 pci_irq_get_affinity(pdev, 2));
	pci_free_irq_vectors(pdev);
}

static void no_more_vectors_than_cpus_and_pre_vectors(void **state)
{
	struct irq_affinity affd = { .pre_vectors = 1 };

	assert_int_equal(pci_alloc_irq_vectors_affinity(
				 pdev, 1, 8, PCI_IRQ_MSIX | PCI_IRQ_AFFINITY,
				 &affd),
			 5);
	assert_int_equal(mask_of(1), 0x1);
	assert_int_equal(mask_of(4), 0x8);
	pci_free_irq_vectors(pdev);
}

static void two_sets(struct irq_affinity *affd, unsigned int nvecs)
{
	affd->nr_sets = 2;
	affd->set_size[0] = nvecs - 2;
	affd->set_size[1] = 2;
}

static void each_set_covers_all_cpus(void **state)
{
	struct irq_affinity affd = { .pre_vectors = 1, .calc_sets = two_sets };

	assert_int_equal(pci_alloc_irq_vectors_affinity(
				 pdev, 1, 7, PCI_IRQ_MSIX | PCI_IRQ_AFFINITY,
				 &affd),
			 7);
	assert_int_equal(affd.set_size[0], 4);
	assert_int_equal(mask_of(1) | mask_of(2) | mask_of(3) | mask_of(4),
			 0xf);
	assert_int_equal(mask_of(2), 0x2);
	assert_int_equal(mask_of(5), 0x3);
	assert_int_equal(mask_of(6), 0xc);
	pci_free_irq_vectors(pdev);
}

static void without_the_flag_nothing_is_spread(void **state)
{
	assert_int_equal(pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX), 2);
	assert_null(pci_irq_get_affinity(pdev, 0));
	pci_free_irq_vectors(pdev);
	assert_ptr_equal(pci_irq_get_affinity(pdev, 0), cpu_possible_mask);
}

static int managed_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	assert_int_equal(pcim_enable_device(dev), 0);
	assert_int_equal(pci_alloc_irq_vectors(dev, 2, 2, PCI_IRQ_MSIX), 2);
	return devm_request_irq(&dev->dev, pci_irq_vector(dev, 1), hit, 0,
				"managed", &hits[1]);
}

static void managed_vectors_go_with_the_driver(void **state)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DEVICE(0x1d0f, 0xd3a5) },
		{},
	};
	struct pci_driver drv = { .name = "managed",
				  .id_table = ids,
				  .probe = managed_probe };

	assert_int_equal(pci_register_driver(&drv), 0);
	assert_ptr_equal(pdev->driver, &drv);
	assert_true(hw_dev_irq(hw, 1));
	assert_int_equal(hits[1], 1);

	pci_unregister_driver(&drv);
	assert_false(pdev->msix_enabled);
	assert_int_equal(pci_check(), 0);
}

#define plug_test(f) cmocka_unit_test_setup_teardown(f, plug, unplug)

int main(void)
{
	const struct CMUnitTest tests[] = {
		plug_test(vector_reaches_the_handler_it_was_requested_for),
		plug_test(vectors_are_numbered_and_end_where_they_end),
		plug_test(table_holds_the_composed_message),
		plug_test(hardware_limits_the_number),
		plug_test(machine_has_neither_lines_nor_plain_messages),
		plug_test(device_that_is_not_enabled_gets_none),
		plug_test(failed_vector_takes_none),
		plug_test(chosen_entries_are_used),
		plug_test(masked_vector_is_delivered_once_when_unmasked),
		plug_test(messages_survive_a_function_level_reset),
		plug_test(forgotten_vectors_are_reported),
		plug_test(spread_vectors_split_the_cpus_evenly),
		plug_test(no_more_vectors_than_cpus_and_pre_vectors),
		plug_test(each_set_covers_all_cpus),
		plug_test(without_the_flag_nothing_is_spread),
		plug_test(managed_vectors_go_with_the_driver),
	};

	return cmocka_run_group_tests_name("pci_msi", tests, NULL, NULL);
}
