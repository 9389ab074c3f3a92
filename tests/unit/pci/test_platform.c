/* SPDX-License-Identifier: MIT */
/* Platform devices: src/pci/platform.c */
#include "unit/pci/board.h"

static const struct platform_device_id *probed_id;

static int toy_probe(struct platform_device *pdev)
{
	note("probe");
	probed_id = platform_get_device_id(pdev);
	platform_set_drvdata(pdev, pdev);
	return 0;
}

static void toy_remove(struct platform_device *pdev)
{
	note("remove");
	assert_ptr_equal(platform_get_drvdata(pdev), pdev);
}

static struct platform_driver toy_driver;

static int toy_boot(void **state)
{
	board_boot(state);
	memset(&toy_driver, 0, sizeof(toy_driver));
	toy_driver.driver.name = "toy";
	toy_driver.probe = toy_probe;
	toy_driver.remove = toy_remove;
	probed_id = NULL;
	journal_clear();
	return 0;
}

static void device_binds_by_name_and_has_32_bit_masks(void **state)
{
	struct platform_device *pdev;

	assert_int_equal(platform_driver_register(&toy_driver), 0);
	pdev = platform_device_register_simple("toy", 3, NULL, 0);

	assert_string_equal(dev_name(&pdev->dev), "toy.3");
	assert_ptr_equal(pdev->dev.driver, &toy_driver.driver);
	assert_true(dev_is_platform(&pdev->dev));
	assert_false(dev_is_pci(&pdev->dev));
	assert_int_equal(*pdev->dev.dma_mask, 0xffffffff);
	assert_int_equal(pdev->dev.coherent_dma_mask, 0xffffffff);

	platform_device_unregister(pdev);
	assert_string_equal(journal, "probe remove");
	platform_driver_unregister(&toy_driver);
}

static void id_decides_about_the_name(void **state)
{
	struct platform_device *none, *a, *b;

	none = platform_device_register_simple("x", PLATFORM_DEVID_NONE, NULL,
					       0);
	a = platform_device_register_simple("x", PLATFORM_DEVID_AUTO, NULL, 0);
	b = platform_device_register_simple("x", PLATFORM_DEVID_AUTO, NULL, 0);

	assert_string_equal(dev_name(&none->dev), "x");
	assert_string_equal(dev_name(&a->dev), "x.0.auto");
	assert_string_equal(dev_name(&b->dev), "x.1.auto");
	platform_device_unregister(none);
	platform_device_unregister(a);
	platform_device_unregister(b);
}

static void id_table_replaces_the_driver_name(void **state)
{
	static const struct platform_device_id ids[] = {
		{ .name = "other", .driver_data = 1 },
		{ .name = "model-b", .driver_data = 2 },
		{},
	};
	struct platform_device *same, *listed;

	toy_driver.id_table = ids;
	assert_int_equal(platform_driver_register(&toy_driver), 0);
	same = platform_device_register_simple("toy", 0, NULL, 0);
	listed = platform_device_register_simple("model-b", 0, NULL, 0);

	assert_null(same->dev.driver);
	assert_ptr_equal(listed->dev.driver, &toy_driver.driver);
	assert_int_equal(probed_id->driver_data, 2);
	platform_device_unregister(same);
	platform_device_unregister(listed);
	platform_driver_unregister(&toy_driver);
}

static void resources_are_copied_and_claimed(void **state)
{
	struct resource res[] = {
		DEFINE_RES_MEM_NAMED(0x2000, 0x100, "regs"),
		DEFINE_RES_IRQ(5),
		DEFINE_RES_MEM_NAMED(0x3000, 0x100, "ram"),
	};
	struct platform_device *pdev, *twin;

	pdev = platform_device_register_simple("toy", 0, res, 3);
	assert_int_equal(platform_get_resource(pdev, IORESOURCE_MEM, 1)->start,
			 0x3000);
	assert_int_equal(platform_get_resource_byname(pdev, IORESOURCE_MEM,
						      "regs")
				 ->start,
			 0x2000);
	assert_null(platform_get_resource(pdev, IORESOURCE_MEM, 2));
	assert_null(platform_get_resource_byname(pdev, IORESOURCE_MEM, "x"));

	res[0].start = 0x20ff;
	res[0].end = 0x21ff;
	twin = platform_device_register_simple("toy", 1, res, 1);
	assert_true(IS_ERR(twin));
	assert_int_equal(PTR_ERR(twin), -EBUSY);
	platform_device_unregister(pdev);
}

static void override_binds_to_one_driver_only(void **state)
{
	struct platform_device *pdev = platform_device_alloc("toy", 0);

	pdev->driver_override = kstrdup("special", GFP_KERNEL);
	assert_int_equal(platform_driver_register(&toy_driver), 0);
	assert_int_equal(platform_device_add(pdev), 0);
	assert_null(pdev->dev.driver);

	platform_driver_unregister(&toy_driver);
	toy_driver.driver.name = "special";
	assert_int_equal(platform_driver_register(&toy_driver), 0);
	assert_ptr_equal(pdev->dev.driver, &toy_driver.driver);
	platform_driver_unregister(&toy_driver);
	platform_device_unregister(pdev);
}

static int hook_configure(struct device *dev)
{
	note("configure");
	return strcmp(dev_name(dev), "toy.1") ? 0 : -ENOMEM;
}

static void hook_cleanup(struct device *dev)
{
	note("cleanup");
}

static void dma_hooks_surround_the_binding(void **state)
{
	static const struct pci_dma_hooks hooks = {
		.configure = hook_configure,
		.cleanup = hook_cleanup,
	};
	struct platform_device *good, *bad;

	pci_set_dma_hooks(&hooks);
	assert_int_equal(platform_driver_register(&toy_driver), 0);
	good = platform_device_register_simple("toy", 0, NULL, 0);
	bad = platform_device_register_simple("toy", 1, NULL, 0);
	assert_null(bad->dev.driver);
	platform_device_unregister(good);
	platform_device_unregister(bad);

	assert_string_equal(journal,
			    "configure probe configure remove cleanup");
	platform_driver_unregister(&toy_driver);
	pci_set_dma_hooks(NULL);
}

static void device_left_behind_is_reported(void **state)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple("toy", 0, NULL, 0);
	assert_int_equal(pci_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "device-leak"), 1);
	platform_device_unregister(pdev);
	assert_int_equal(pci_check(), 0);
}

#define toy_test(f) cmocka_unit_test_setup_teardown(f, toy_boot, board_off)

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_test(device_binds_by_name_and_has_32_bit_masks),
		toy_test(id_decides_about_the_name),
		toy_test(id_table_replaces_the_driver_name),
		toy_test(resources_are_copied_and_claimed),
		toy_test(override_binds_to_one_driver_only),
		toy_test(dma_hooks_surround_the_binding),
		toy_test(device_left_behind_is_reported),
	};

	return cmocka_run_group_tests_name("pci_platform", tests, NULL, NULL);
}
