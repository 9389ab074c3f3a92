/* SPDX-License-Identifier: MIT */
/* Drivers, enabling, regions, state: src/pci/{driver,enable,region,state}.c */
#include "unit/pci/board.h"

#include <linux/io.h>

static u32 reg_at_16;
static unsigned int resets;

static uint64_t reg_read(struct hw_dev *dev, unsigned int bar, uint64_t off,
			 unsigned int size)
{
	return bar == 0 && off == 16 ? reg_at_16 : 0;
}

static void reg_write(struct hw_dev *dev, unsigned int bar, uint64_t off,
		      unsigned int size, uint64_t val)
{
	if (bar == 0 && off == 16)
		reg_at_16 = val;
}

static void reg_reset(struct hw_dev *dev)
{
	reg_at_16 = 0;
	resets++;
}

static struct hw_model model;
static struct hw_dev *hw;
static struct pci_dev *pdev;

static int plug(void **state)
{
	board_boot(state);
	model = board_model;
	model.bar_read = reg_read;
	model.bar_write = reg_write;
	model.reset = reg_reset;
	pdev = board_plug(&hw, &model);
	resets = 0;
	journal_clear();
	return 0;
}

static int unplug(void **state)
{
	board_pull(hw);
	return board_off(state);
}

/* ---- drivers ---------------------------------------------------------- */

static int probe_result;
static unsigned long probed_data;

static int toy_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	note("probe");
	probed_data = id->driver_data;
	pci_set_drvdata(dev, &probed_data);
	return probe_result;
}

static void toy_remove(struct pci_dev *dev)
{
	note("remove");
	assert_ptr_equal(pci_get_drvdata(dev), &probed_data);
}

static const struct pci_device_id toy_ids[] = {
	{ PCI_DEVICE(0x1d0f, 0x0001), .driver_data = 1 },
	{ PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, 0xffffff),
	  .driver_data = 2 },
	{ PCI_DEVICE(0x1d0f, 0xd3a5), .driver_data = 3 },
	{},
};

static struct pci_driver toy;

static void load_toy(const struct pci_device_id *ids)
{
	memset(&toy, 0, sizeof(toy));
	toy.name = "toy";
	toy.id_table = ids;
	toy.probe = toy_probe;
	toy.remove = toy_remove;
	assert_int_equal(pci_register_driver(&toy), 0);
}

static void first_fitting_line_of_the_table_is_passed(void **state)
{
	probe_result = 0;
	load_toy(toy_ids);

	assert_int_equal(probed_data, 2);
	assert_ptr_equal(pdev->driver, &toy);
	assert_ptr_equal(pci_dev_driver(pdev), &toy);
	assert_ptr_equal(pci_match_id(toy_ids, pdev), &toy_ids[1]);
	pci_unregister_driver(&toy);
	assert_null(pdev->driver);
	assert_string_equal(journal, "probe remove");
}

static void device_that_no_line_fits_is_left_alone(void **state)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DEVICE(0x8086, PCI_ANY_ID) },
		{ PCI_DEVICE_SUB(0x1d0f, 0xd3a5, 0x1234, 0x0001) },
		{ PCI_DEVICE_CLASS(0x020000, 0xff0000) },
		{},
	};

	load_toy(ids);
	assert_null(pdev->driver);
	assert_int_equal(pci_dev_present(ids), 0);
	assert_int_equal(pci_dev_present(toy_ids), 1);
	pci_unregister_driver(&toy);
}

static void failed_probe_leaves_no_driver(void **state)
{
	probe_result = -ENOMEM;
	load_toy(toy_ids);

	assert_null(pdev->driver);
	assert_null(pci_get_drvdata(pdev));
	probe_result = 0;
	pci_unregister_driver(&toy);
	assert_string_equal(journal, "probe");
}

static void positive_result_of_probe_counts_as_success(void **state)
{
	probe_result = 5;
	load_toy(toy_ids);

	assert_ptr_equal(pdev->driver, &toy);
	probe_result = 0;
	pci_unregister_driver(&toy);
}

static void added_id_binds_at_once(void **state)
{
	static const struct pci_device_id none[] = { {} };

	probe_result = 0;
	load_toy(none);
	assert_null(pdev->driver);
	assert_int_equal(pci_add_dynid(&toy, 0x1d0f, 0xd3a5, PCI_ANY_ID,
				       PCI_ANY_ID, 0, 0, 9),
			 0);
	assert_ptr_equal(pdev->driver, &toy);
	assert_int_equal(probed_data, 9);
	pci_unregister_driver(&toy);
}

static void override_keeps_other_drivers_away(void **state)
{
	probe_result = 0;
	assert_int_equal(sysfs_sim_write(&pdev->dev.kobj, "driver_override",
					 "vfio\n", 5),
			 5);
	load_toy(toy_ids);
	assert_null(pdev->driver);

	assert_int_equal(sysfs_sim_write(&pdev->dev.kobj, "driver_override",
					 "toy", 3),
			 3);
	assert_int_equal(device_attach(&pdev->dev), 1);
	assert_ptr_equal(pdev->driver, &toy);
	pci_unregister_driver(&toy);
}

static void override_only_line_needs_an_override(void **state)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(0x1d0f, 0xd3a5) },
		{},
	};

	probe_result = 0;
	load_toy(ids);
	assert_null(pdev->driver);
	sysfs_sim_write(&pdev->dev.kobj, "driver_override", "toy", 3);
	assert_int_equal(device_attach(&pdev->dev), 1);
	pci_unregister_driver(&toy);
}

static void pulled_device_is_removed_and_says_so(void **state)
{
	struct hw_dev *second;
	struct pci_dev *gone;
	u16 rid;

	probe_result = 0;
	load_toy(toy_ids);
	gone = pci_dev_get(board_plug(&second, &model));
	rid = hw_dev_rid(second);
	journal_clear();
	hw_dev_unplug(second);
	assert_false(pci_device_is_present(gone));

	pci_sim_detach(rid);
	assert_string_equal(journal, "remove");
	assert_true(pci_dev_is_disconnected(gone));
	assert_true(pci_channel_offline(gone));
	pci_dev_put(gone);
	pci_unregister_driver(&toy);
}

/* ---- enabling --------------------------------------------------------- */

static u16 command(u16 rid)
{
	return hw_cfg_read(rid, PCI_COMMAND, 2);
}

static void enabling_is_counted_and_reaches_the_bridge(void **state)
{
	const u16 both = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	assert_int_equal(pci_enable_device_mem(pdev), 0);
	assert_int_equal(pci_enable_device(pdev), 0);
	pci_set_master(pdev);
	assert_int_equal(command(FIRST_RID) & both, both);
	assert_int_equal(command(PORT_RID) & both, both);

	pci_disable_device(pdev);
	assert_true(pci_is_enabled(pdev));
	assert_true(pdev->is_busmaster);
	pci_disable_device(pdev);
	assert_false(pci_is_enabled(pdev));
	assert_false(pdev->is_busmaster);
	assert_int_equal(command(FIRST_RID) & both, PCI_COMMAND_MEMORY);
}

static void disabling_once_too_often_warns(void **state)
{
	pci_disable_device(pdev);
	assert_int_equal(board_count(HOST_EVENT_WARN), 1);
	atomic_set(&pdev->enable_cnt, 0);
	host_event_reset();
}

static int managed_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	assert_int_equal(pcim_enable_device(dev), 0);
	assert_false(IS_ERR(pcim_iomap_region(dev, 0, "toy")));
	return probe_result;
}

static void managed_device_is_disabled_when_the_probe_fails(void **state)
{
	struct pci_driver drv = { .name = "managed",
				  .id_table = toy_ids,
				  .probe = managed_probe };

	probe_result = -EIO;
	assert_int_equal(pci_register_driver(&drv), 0);
	assert_false(pci_is_enabled(pdev));
	assert_int_equal(pci_check(), 1);

	pci_unregister_driver(&drv);
	probe_result = 0;
	assert_int_equal(pci_register_driver(&drv), 0);
	assert_true(pci_is_enabled(pdev));
	pci_unregister_driver(&drv);
	assert_false(pci_is_enabled(pdev));
}

/* ---- registers -------------------------------------------------------- */

static void requested_regions_exclude_others_all_or_nothing(void **state)
{
	assert_int_equal(pci_request_region(pdev, 2, "first"), 0);
	assert_int_equal(pci_request_mem_regions(pdev, "second"), -EBUSY);
	assert_int_equal(pci_request_region(pdev, 0, "third"), 0);

	pci_release_region(pdev, 0);
	pci_release_region(pdev, 2);
	assert_int_equal(pci_request_regions(pdev, "fourth"), 0);
	assert_int_equal(pci_request_mem_regions(pdev, "fifth"), -EBUSY);
	pci_release_regions(pdev);
}

static void mapped_bar_reaches_the_model(void **state)
{
	void __iomem *regs = pci_ioremap_bar(pdev, 0);

	assert_int_equal(pci_enable_device(pdev), 0);
	writel(0x12345678, regs + 16);
	assert_int_equal(reg_at_16, 0x12345678);
	assert_int_equal(readl(regs + 16), 0x12345678);
	pci_disable_device(pdev);
	pci_iounmap(pdev, regs);
}

static void empty_bar_and_offset_behind_the_end_map_to_null(void **state)
{
	void __iomem *part;

	assert_null(pci_ioremap_bar(pdev, 1));
	assert_null(pci_iomap(pdev, 5, 0));
	assert_null(pci_iomap_range(pdev, 4, SZ_4K, 0));
	part = pci_iomap_range(pdev, 4, SZ_2K, SZ_1M);
	assert_non_null(part);
	pci_iounmap(pdev, part);
}

/* ---- state ------------------------------------------------------------ */

static void reset_function_gets_its_registers_back(void **state)
{
	assert_int_equal(pci_enable_device(pdev), 0);
	pci_set_master(pdev);
	pci_save_state(pdev);

	assert_int_equal(pcie_flr(pdev), 0);
	assert_int_equal(resets, 1);
	assert_int_equal(command(FIRST_RID) & PCI_COMMAND_MASTER, 0);
	assert_int_equal(hw_cfg_read(FIRST_RID, PCI_BASE_ADDRESS_3, 4), 0);

	pci_restore_state(pdev);
	assert_int_not_equal(command(FIRST_RID) & PCI_COMMAND_MASTER, 0);
	assert_int_equal(hw_cfg_read(FIRST_RID, PCI_BASE_ADDRESS_3, 4),
			 pci_resource_start(pdev, 2) >> 32);
	assert_false(pdev->state_saved);
	pci_disable_device(pdev);
}

static void restore_without_save_changes_nothing(void **state)
{
	hw_cfg_write(FIRST_RID, PCI_INTERRUPT_LINE, 1, 0x42);
	pci_restore_state(pdev);
	assert_int_equal(hw_cfg_read(FIRST_RID, PCI_INTERRUPT_LINE, 1), 0x42);
}

static void stored_state_can_be_loaded_again(void **state)
{
	struct pci_saved_state *saved;

	hw_cfg_write(FIRST_RID, PCI_INTERRUPT_LINE, 1, 0x42);
	assert_null(pci_store_saved_state(pdev));
	pci_save_state(pdev);
	saved = pci_store_saved_state(pdev);
	pci_restore_state(pdev);

	hw_cfg_write(FIRST_RID, PCI_INTERRUPT_LINE, 1, 0x11);
	assert_int_equal(pci_load_and_free_saved_state(pdev, &saved), 0);
	assert_null(saved);
	pci_restore_state(pdev);
	assert_int_equal(hw_cfg_read(FIRST_RID, PCI_INTERRUPT_LINE, 1), 0x42);
}

static void prepare_reset(struct pci_dev *dev)
{
	note("prepare");
}

static void done_reset(struct pci_dev *dev)
{
	note("done");
}

static void reset_function_tells_the_driver(void **state)
{
	static const struct pci_error_handlers handlers = {
		.reset_prepare = prepare_reset,
		.reset_done = done_reset,
	};

	probe_result = 0;
	load_toy(toy_ids);
	toy.err_handler = &handlers;
	journal_clear();

	assert_int_equal(pcie_reset_flr(pdev, PCI_RESET_PROBE), 0);
	assert_int_equal(pci_reset_function(pdev), 0);
	assert_string_equal(journal, "prepare done");
	assert_int_equal(resets, 1);
	pci_unregister_driver(&toy);
}

static void function_in_d3_does_not_decode(void **state)
{
	void __iomem *regs = pci_ioremap_bar(pdev, 0);

	assert_int_equal(pci_enable_device(pdev), 0);
	writel(7, regs + 16);
	assert_int_equal(pci_set_power_state(pdev, PCI_D3hot), 0);
	assert_int_equal(readl(regs + 16), 0xffffffff);
	assert_int_equal(pci_set_power_state(pdev, PCI_D0), 0);
	assert_int_equal(readl(regs + 16), 7);
	pci_disable_device(pdev);
	pci_iounmap(pdev, regs);
	host_event_reset();
}

#define plug_test(f) cmocka_unit_test_setup_teardown(f, plug, unplug)

int main(void)
{
	const struct CMUnitTest tests[] = {
		plug_test(first_fitting_line_of_the_table_is_passed),
		plug_test(device_that_no_line_fits_is_left_alone),
		plug_test(failed_probe_leaves_no_driver),
		plug_test(positive_result_of_probe_counts_as_success),
		plug_test(added_id_binds_at_once),
		plug_test(override_keeps_other_drivers_away),
		plug_test(override_only_line_needs_an_override),
		plug_test(pulled_device_is_removed_and_says_so),
		plug_test(enabling_is_counted_and_reaches_the_bridge),
		plug_test(disabling_once_too_often_warns),
		plug_test(managed_device_is_disabled_when_the_probe_fails),
		plug_test(requested_regions_exclude_others_all_or_nothing),
		plug_test(mapped_bar_reaches_the_model),
		plug_test(empty_bar_and_offset_behind_the_end_map_to_null),
		plug_test(reset_function_gets_its_registers_back),
		plug_test(restore_without_save_changes_nothing),
		plug_test(stored_state_can_be_loaded_again),
		plug_test(reset_function_tells_the_driver),
		plug_test(function_in_d3_does_not_decode),
	};

	return cmocka_run_group_tests_name("pci_driver", tests, NULL, NULL);
}
