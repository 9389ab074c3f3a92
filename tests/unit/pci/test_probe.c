/* SPDX-License-Identifier: MIT */
/* Enumeration, addresses, plugging: src/pci/{probe,setup,search,boot}.c */
#include "unit/pci/board.h"

static bool inside(const struct resource *res, u64 start, u64 end)
{
	return res->start >= start && res->end < end;
}

static void root_port_is_enumerated_with_windows(void **state)
{
	struct pci_dev *port = pci_get_domain_bus_and_slot(0, 0, PORT_RID);
	struct resource *mem = &port->resource[PCI_BRIDGE_MEM_WINDOW];
	struct resource *pref = &port->resource[PCI_BRIDGE_PREF_MEM_WINDOW];

	assert_true(pci_is_bridge(port));
	assert_int_equal(pci_pcie_type(port), PCI_EXP_TYPE_ROOT_PORT);
	assert_true(pci_is_root_bus(port->bus));
	assert_int_equal(port->subordinate->number, 1);
	assert_ptr_equal(port->subordinate->self, port);
	assert_ptr_equal(port->subordinate->bridge, &port->dev);
	assert_true(inside(mem, MEM32, MEM32_END));
	assert_true(inside(pref, MEM64, MEM64_END));
	pci_dev_put(port);
}

static void plugged_function_is_described(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_string_equal(pci_name(pdev), "0000:01:00.0");
	assert_string_equal(pci_name(pdev), hw_dev_name(hw));
	assert_int_equal(pci_dev_id(pdev), FIRST_RID);
	assert_int_equal(pdev->vendor, 0x1d0f);
	assert_int_equal(pdev->device, 0xd3a5);
	assert_int_equal(pdev->subsystem_vendor, 0x1234);
	assert_int_equal(pdev->subsystem_device, 0x5678);
	assert_int_equal(pdev->class, PCI_CLASS_STORAGE_EXPRESS);
	assert_int_equal(pdev->revision, 3);
	assert_int_equal(pdev->hdr_type, PCI_HEADER_TYPE_NORMAL);
	assert_int_equal(pdev->cfg_size, 4096);
	assert_int_equal(pci_pcie_type(pdev), PCI_EXP_TYPE_ENDPOINT);
	assert_int_not_equal(pdev->msix_cap, 0);
	board_pull(hw);
}

static void new_function_has_the_documented_dma_defaults(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_ptr_equal(pdev->dev.dma_mask, &pdev->dma_mask);
	assert_int_equal(pdev->dma_mask, 0xffffffff);
	assert_int_equal(pdev->dev.coherent_dma_mask, 0xffffffff);
	assert_int_equal(pdev->dev.dma_parms->max_segment_size, 65536);
	assert_int_equal(pdev->dev.dma_parms->segment_boundary_mask,
			 0xffffffff);
	assert_true(pdev->dev.dma_coherent);
	assert_int_equal(pdev->error_state, pci_channel_io_normal);
	assert_true(dev_is_pci(&pdev->dev));
	assert_false(dev_is_pf(&pdev->dev));
	board_pull(hw);
}

static void bars_have_sizes_and_aligned_addresses_in_windows(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_int_equal(pci_resource_len(pdev, 0), SZ_16K);
	assert_int_equal(pci_resource_len(pdev, 2), SZ_1M);
	assert_int_equal(pci_resource_len(pdev, 4), SZ_4K);
	assert_true(inside(&pdev->resource[0], MEM32, MEM32_END));
	assert_true(inside(&pdev->resource[2], MEM64, MEM64_END));
	assert_true(inside(&pdev->resource[4], MEM32, MEM32_END));
	assert_int_equal(pci_resource_start(pdev, 0) % SZ_16K, 0);
	assert_int_equal(pci_resource_start(pdev, 2) % SZ_1M, 0);
	assert_false(resource_overlaps(&pdev->resource[0], &pdev->resource[4]));
	assert_int_equal(pci_resource_flags(pdev, 2) &
				 (IORESOURCE_PREFETCH | IORESOURCE_MEM_64),
			 IORESOURCE_PREFETCH | IORESOURCE_MEM_64);
	assert_int_equal(pci_resource_flags(pdev, 4) & IORESOURCE_MEM_64, 0);
	board_pull(hw);
}

static void bar_of_64_bits_leaves_the_next_index_empty(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_int_equal(pci_resource_flags(pdev, 1), 0);
	assert_int_equal(pci_resource_flags(pdev, 3), 0);
	assert_int_equal(pci_resource_len(pdev, 1), 0);
	assert_int_equal(pci_select_bars(pdev, IORESOURCE_MEM), 0x15);
	board_pull(hw);
}

static void registers_hold_the_addresses(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);
	u64 low, high;

	low = hw_cfg_read(FIRST_RID, PCI_BASE_ADDRESS_2, 4);
	high = hw_cfg_read(FIRST_RID, PCI_BASE_ADDRESS_3, 4);
	assert_int_equal(low & 0xf, 0xc);
	assert_int_equal(high << 32 | (low & ~0xfull),
			 pci_resource_start(pdev, 2));
	assert_int_equal(pci_bus_address(pdev, 2), pci_resource_start(pdev, 2));
	board_pull(hw);
}

static void two_functions_never_overlap(void **state)
{
	struct hw_dev *hw[2];
	struct pci_dev *a = board_plug(&hw[0], &board_model);
	struct pci_dev *b = board_plug(&hw[1], &board_model);
	int i, j;

	assert_string_equal(pci_name(b), "0000:01:01.0");
	for (i = 0; i <= 4; i += 2)
		for (j = 0; j <= 4; j += 2)
			assert_false(resource_overlaps(&a->resource[i],
						       &b->resource[j]));
	assert_int_equal(pci_resource_start(b, 0) % SZ_16K, 0);
	assert_int_equal(pci_resource_start(b, 2) % SZ_1M, 0);
	board_pull(hw[0]);
	board_pull(hw[1]);
}

static void addresses_of_a_removed_function_are_used_again(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);
	u64 before = pci_resource_start(pdev, 2);

	board_pull(hw);
	pdev = board_plug(&hw, &board_model);
	assert_int_equal(pci_resource_start(pdev, 2), before);
	board_pull(hw);
}

static void bar_without_room_is_unset_and_the_device_not_enabled(void **state)
{
	struct hw_model model = board_model;
	struct hw_dev *hw;
	struct pci_dev *pdev;

	model.bar[2].size = 8ull << 30;
	pdev = board_plug(&hw, &model);

	assert_true(pci_resource_flags(pdev, 2) & IORESOURCE_UNSET);
	assert_null(pdev->resource[2].parent);
	assert_int_equal(pci_resource_len(pdev, 2), 8ull << 30);
	assert_int_equal(pci_resource_flags(pdev, 3), 0);
	assert_int_equal(hw_cfg_read(FIRST_RID, PCI_BASE_ADDRESS_3, 4), 0);
	assert_false(pci_resource_flags(pdev, 0) & IORESOURCE_UNSET);
	assert_int_equal(pci_enable_device(pdev), -EINVAL);
	assert_false(pci_is_enabled(pdev));
	board_pull(hw);
}

static void nobody_at_an_address_reads_as_ones(void **state)
{
	struct pci_dev *port = pci_get_domain_bus_and_slot(0, 0, PORT_RID);
	u32 id = 0;

	assert_int_equal(pci_bus_read_config_dword(port->subordinate,
						   PCI_DEVFN(9, 0),
						   PCI_VENDOR_ID, &id),
			 0);
	assert_int_equal(id, 0xffffffff);
	assert_true(PCI_POSSIBLE_ERROR(id));
	assert_null(pci_sim_attach(0x0148, NULL));
	assert_null(pci_sim_attach(0x7700, NULL));
	pci_dev_put(port);
}

static void devices_are_found_by_id_class_and_address(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);
	struct pci_dev *found;

	found = pci_get_device(0x1d0f, PCI_ANY_ID, NULL);
	assert_ptr_equal(found, pdev);
	assert_null(pci_get_device(0x1d0f, PCI_ANY_ID, found));
	found = pci_get_class(PCI_CLASS_STORAGE_EXPRESS, NULL);
	assert_ptr_equal(found, pdev);
	pci_dev_put(found);
	found = pci_get_slot(pdev->bus, pdev->devfn);
	assert_ptr_equal(found, pdev);
	pci_dev_put(found);
	assert_ptr_equal(pci_upstream_bridge(pdev), pdev->bus->self);
	assert_ptr_equal(pcie_find_root_port(pdev), pdev->bus->self);
	board_pull(hw);
}

static void full_loop_visits_all_in_order_and_ends_with_null(void **state)
{
	struct hw_dev *hw[2];
	struct pci_dev *pdev = NULL;

	board_plug(&hw[0], &board_model);
	board_plug(&hw[1], &board_model);
	journal_clear();
	for_each_pci_dev(pdev)
		note(pci_name(pdev));

	assert_string_equal(journal, "0000:00:01.0 0000:01:00.0 0000:01:01.0");
	assert_null(pdev);
	board_pull(hw[0]);
	board_pull(hw[1]);
}

static void host_bridge_lists_its_windows(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);
	struct pci_host_bridge *bridge = pci_find_host_bridge(pdev->bus);
	struct resource_entry *first, *second;

	first = list_first_entry(&bridge->windows, struct resource_entry, node);
	second = list_next_entry(first, node);
	assert_int_equal(first->res->start, MEM32);
	assert_int_equal(first->res->end, MEM32_END - 1);
	assert_int_equal(second->res->start, MEM64);
	assert_int_equal(second->res->end, MEM64_END - 1);
	assert_int_equal(first->offset | second->offset, 0);
	assert_true(list_is_last(&second->node, &bridge->windows));
	board_pull(hw);
}

static void window_offset_separates_cpu_and_bus_addresses(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);
	struct pci_host_bridge *bridge = pci_find_host_bridge(pdev->bus);
	struct resource res = { .flags = IORESOURCE_MEM };
	struct pci_bus_region region;
	struct resource_entry *low;

	low = list_first_entry(&bridge->windows, struct resource_entry, node);
	low->offset = 0x10000000;
	pcibios_resource_to_bus(pdev->bus, &region, &pdev->resource[0]);
	assert_int_equal(region.start,
			 pci_resource_start(pdev, 0) - 0x10000000);
	pcibios_bus_to_resource(pdev->bus, &res, &region);
	assert_int_equal(res.start, pci_resource_start(pdev, 0));
	assert_int_equal(res.end, pci_resource_end(pdev, 0));
	assert_int_equal(pci_bus_address(pdev, 2), pci_resource_start(pdev, 2));
	low->offset = 0;
	board_pull(hw);
}

static void sysfs_shows_identity(void **state)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_int_equal(sysfs_sim_read(&pdev->dev.kobj, "vendor", page), 7);
	assert_string_equal(page, "0x1d0f\n");
	sysfs_sim_read(&pdev->dev.kobj, "class", page);
	assert_string_equal(page, "0x010802\n");
	board_pull(hw);
	free_page((unsigned long)page);
}

static void second_attach_finds_the_same_device(void **state)
{
	struct hw_dev *hw;
	struct pci_dev *pdev = board_plug(&hw, &board_model);

	assert_ptr_equal(pci_sim_attach(FIRST_RID, NULL), &pdev->dev);
	board_pull(hw);
	pci_sim_detach(FIRST_RID);
	assert_null(pci_get_device(0x1d0f, PCI_ANY_ID, NULL));
}

static void attach_without_memory_leaves_nothing(void **state)
{
	struct hw_dev *hw = hw_dev_plug(&board_model, NULL, -1);
	struct device *dev = NULL;
	unsigned int nth;

	for (nth = 1; nth < 100 && !dev; nth++) {
		lib_fail_nth(DMASIM_SITE_SLAB, nth);
		dev = pci_sim_attach(FIRST_RID, NULL);
		if (!dev)
			assert_null(pci_get_device(0x1d0f, PCI_ANY_ID, NULL));
	}
	lib_fail_off();
	assert_non_null(dev);
	assert_in_range(nth, 4, 99);
	board_pull(hw);
}

static void boot_without_memory_fails_and_leaves_nothing(void **state)
{
	unsigned int nth = 0;
	int ret;

	pci_shutdown();
	do {
		lib_fail_nth(DMASIM_SITE_SLAB, ++nth);
		ret = pci_boot();
		if (ret) {
			assert_int_equal(ret, -ENOMEM);
			assert_int_equal(mm_check(), 0);
		}
	} while (ret && nth < 200);
	assert_int_equal(lib_fail_fired(), 0);
	lib_fail_off();
	assert_int_equal(ret, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_test(root_port_is_enumerated_with_windows),
		board_test(plugged_function_is_described),
		board_test(new_function_has_the_documented_dma_defaults),
		board_test(bars_have_sizes_and_aligned_addresses_in_windows),
		board_test(bar_of_64_bits_leaves_the_next_index_empty),
		board_test(registers_hold_the_addresses),
		board_test(two_functions_never_overlap),
		board_test(addresses_of_a_removed_function_are_used_again),
		board_test(
			bar_without_room_is_unset_and_the_device_not_enabled),
		board_test(nobody_at_an_address_reads_as_ones),
		board_test(devices_are_found_by_id_class_and_address),
		board_test(full_loop_visits_all_in_order_and_ends_with_null),
		board_test(host_bridge_lists_its_windows),
		board_test(window_offset_separates_cpu_and_bus_addresses),
		board_test(sysfs_shows_identity),
		board_test(second_attach_finds_the_same_device),
		board_test(attach_without_memory_leaves_nothing),
		board_test(boot_without_memory_fails_and_leaves_nothing),
	};

	return cmocka_run_group_tests_name("pci_probe", tests, NULL, NULL);
}
