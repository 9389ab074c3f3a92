/* SPDX-License-Identifier: MIT */
/* Buses and binding: src/pci/{bus,bind}.c */
#include "unit/pci/board.h"

#include <linux/notifier.h>

static int probe_result;
static bool probe_registers_actions;

static int toy_match(struct device *dev, const struct device_driver *drv)
{
	return !strncmp(dev_name(dev), drv->name, strlen(drv->name));
}

static int toy_dma_configure(struct device *dev)
{
	note("configure");
	return 0;
}

static void toy_dma_cleanup(struct device *dev)
{
	note("cleanup");
}

static const struct bus_type toy_bus = {
	.name = "toy",
	.match = toy_match,
	.dma_configure = toy_dma_configure,
	.dma_cleanup = toy_dma_cleanup,
};

static void act(void *text)
{
	note(text);
}

static int toy_probe(struct device *dev)
{
	note("probe");
	if (probe_registers_actions) {
		assert_int_equal(devm_add_action(dev, act, "first"), 0);
		assert_int_equal(devm_add_action(dev, act, "second"), 0);
	}
	return probe_result;
}

static int toy_remove(struct device *dev)
{
	note("remove");
	return 0;
}

static int hear(struct notifier_block *nb, unsigned long event, void *dev)
{
	static const char *const names[] = {
		[BUS_NOTIFY_ADD_DEVICE] = "ADD",
		[BUS_NOTIFY_DEL_DEVICE] = "DEL",
		[BUS_NOTIFY_REMOVED_DEVICE] = "REMOVED",
		[BUS_NOTIFY_BIND_DRIVER] = "BIND",
		[BUS_NOTIFY_BOUND_DRIVER] = "BOUND",
		[BUS_NOTIFY_UNBIND_DRIVER] = "UNBIND",
		[BUS_NOTIFY_UNBOUND_DRIVER] = "UNBOUND",
		[BUS_NOTIFY_DRIVER_NOT_BOUND] = "NOT_BOUND",
	};

	note(names[event]);
	return NOTIFY_OK;
}

static struct notifier_block ear = { .notifier_call = hear };
static struct device_driver toy_driver;
static struct device toy;

static void toy_release(struct device *dev)
{
}

static void add_toy(struct device *dev, const char *name)
{
	memset(dev, 0, sizeof(*dev));
	dev->init_name = name;
	dev->bus = &toy_bus;
	dev->release = toy_release;
	assert_int_equal(device_register(dev), 0);
}

static int toy_boot(void **state)
{
	board_boot(state);
	memset(&toy_driver, 0, sizeof(toy_driver));
	toy_driver.name = "toy";
	toy_driver.bus = &toy_bus;
	toy_driver.probe = toy_probe;
	toy_driver.remove = toy_remove;
	probe_result = 0;
	probe_registers_actions = false;
	assert_int_equal(bus_register(&toy_bus), 0);
	journal_clear();
	return 0;
}

static int toy_off(void **state)
{
	bus_unregister(&toy_bus);
	return board_off(state);
}

static void bind_and_unbind_happen_in_this_order(void **state)
{
	probe_registers_actions = true;
	assert_int_equal(bus_register_notifier(&toy_bus, &ear), 0);
	assert_int_equal(driver_register(&toy_driver), 0);

	add_toy(&toy, "toy0");
	assert_string_equal(journal, "ADD configure BIND probe BOUND");
	assert_ptr_equal(toy.driver, &toy_driver);

	journal_clear();
	device_unregister(&toy);
	assert_string_equal(journal, "DEL UNBIND remove cleanup second first "
				     "UNBOUND REMOVED");
	assert_null(toy.driver);
	driver_unregister(&toy_driver);
	assert_int_equal(bus_unregister_notifier(&toy_bus, &ear), 0);
}

static void failed_probe_is_undone_in_reverse(void **state)
{
	probe_registers_actions = true;
	probe_result = -EIO;
	assert_int_equal(bus_register_notifier(&toy_bus, &ear), 0);
	assert_int_equal(driver_register(&toy_driver), 0);

	add_toy(&toy, "toy0");
	assert_string_equal(journal, "ADD configure BIND probe NOT_BOUND "
				     "cleanup second first");
	assert_null(toy.driver);
	assert_null(dev_get_drvdata(&toy));
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "err"), 1);

	device_unregister(&toy);
	driver_unregister(&toy_driver);
	assert_int_equal(bus_unregister_notifier(&toy_bus, &ear), 0);
}

static void probe_that_says_enodev_is_not_an_error_message(void **state)
{
	probe_result = -ENODEV;
	assert_int_equal(driver_register(&toy_driver), 0);

	add_toy(&toy, "toy0");
	assert_null(toy.driver);
	assert_int_equal(host_event_count(HOST_EVENT_LOG, "err"), 0);

	device_unregister(&toy);
	driver_unregister(&toy_driver);
}

static void new_driver_is_offered_existing_devices_in_order(void **state)
{
	struct device other;

	add_toy(&toy, "toy0");
	add_toy(&other, "odd0");
	assert_int_equal(driver_register(&toy_driver), 0);
	assert_ptr_equal(toy.driver, &toy_driver);
	assert_null(other.driver);

	driver_unregister(&toy_driver);
	assert_null(toy.driver);
	assert_string_equal(journal, "configure probe remove cleanup");
	device_unregister(&toy);
	device_unregister(&other);
}

static void deferred_probe_is_repeated_at_the_next_new_device(void **state)
{
	struct device other;

	probe_result = -EPROBE_DEFER;
	assert_int_equal(driver_register(&toy_driver), 0);
	add_toy(&toy, "toy0");
	assert_null(toy.driver);

	probe_result = 0;
	add_toy(&other, "odd0");
	assert_ptr_equal(toy.driver, &toy_driver);
	device_unregister(&toy);
	device_unregister(&other);
	driver_unregister(&toy_driver);
}

static void deferred_probe_is_repeated_at_the_next_new_driver(void **state)
{
	struct device_driver other = { .name = "odd", .bus = &toy_bus };

	probe_result = -EPROBE_DEFER;
	assert_int_equal(driver_register(&toy_driver), 0);
	add_toy(&toy, "toy0");
	journal_clear();

	/* Still deferring: one more attempt, and no endless loop. */
	assert_int_equal(driver_register(&other), 0);
	assert_string_equal(journal, "configure probe cleanup");

	probe_result = 0;
	wait_for_device_probe();
	assert_ptr_equal(toy.driver, &toy_driver);
	device_unregister(&toy);
	driver_unregister(&other);
	driver_unregister(&toy_driver);
}

static void removed_device_is_not_probed_again(void **state)
{
	probe_result = -EPROBE_DEFER;
	assert_int_equal(driver_register(&toy_driver), 0);
	add_toy(&toy, "toy0");
	device_unregister(&toy);
	journal_clear();

	wait_for_device_probe();
	assert_string_equal(journal, "");
	driver_unregister(&toy_driver);
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "on\n");
}
static DEVICE_ATTR_RO(state);

static struct attribute *state_attrs[] = { &dev_attr_state.attr, NULL };
ATTRIBUTE_GROUPS(state);

static void driver_attributes_exist_while_it_is_bound(void **state)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	toy_driver.dev_groups = state_groups;
	add_toy(&toy, "toy0");
	assert_int_equal(sysfs_sim_read(&toy.kobj, "state", page), -ENOENT);
	assert_int_equal(driver_register(&toy_driver), 0);
	assert_int_equal(sysfs_sim_read(&toy.kobj, "state", page), 3);

	driver_unregister(&toy_driver);
	assert_int_equal(sysfs_sim_read(&toy.kobj, "state", page), -ENOENT);
	device_unregister(&toy);
	free_page((unsigned long)page);
}

static void second_driver_of_a_name_is_ebusy(void **state)
{
	struct device_driver twin = { .name = "toy", .bus = &toy_bus };

	assert_int_equal(driver_register(&toy_driver), 0);
	assert_int_equal(driver_register(&twin), -EBUSY);
	assert_ptr_equal(driver_find("toy", &toy_bus), &toy_driver);
	driver_unregister(&toy_driver);
	assert_null(driver_find("toy", &toy_bus));
}

static void driver_of_an_unknown_bus_is_einval(void **state)
{
	static const struct bus_type nowhere = { .name = "nowhere" };
	struct device_driver drv = { .name = "lost", .bus = &nowhere };

	assert_int_equal(driver_register(&drv), -EINVAL);
	assert_int_equal(bus_register(&toy_bus), -EBUSY);
}

static int note_dev(struct device *dev, void *data)
{
	note(dev_name(dev));
	if (data == dev)
		device_unregister(dev);
	return 0;
}

static void devices_are_found_in_order_of_registration(void **state)
{
	struct device dev[3], *found;

	add_toy(&dev[0], "c");
	add_toy(&dev[1], "a");
	add_toy(&dev[2], "b");

	assert_int_equal(bus_for_each_dev(&toy_bus, NULL, &dev[1], note_dev),
			 0);
	assert_string_equal(journal, "c a b");
	found = bus_find_device_by_name(&toy_bus, NULL, "b\n");
	assert_ptr_equal(found, &dev[2]);
	put_device(found);
	assert_null(bus_find_device_by_name(&toy_bus, NULL, "a"));
	assert_null(bus_find_device_by_name(&toy_bus, &dev[2], "b"));
	device_unregister(&dev[0]);
	device_unregister(&dev[2]);
}

static void forgotten_driver_and_binding_are_reported(void **state)
{
	assert_int_equal(driver_register(&toy_driver), 0);
	add_toy(&toy, "toy0");

	assert_int_equal(pci_check(), 2);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "driver-leak"), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "binding-leak"), 1);
	driver_unregister(&toy_driver);
	device_unregister(&toy);
}

static struct device made_by_probe;

static int nesting_probe(struct device *dev)
{
	if (dev == &toy)
		add_toy(&made_by_probe, "toy1");
	return toy_probe(dev);
}

static void probe_may_add_a_device_that_binds_to_the_same_driver(void **state)
{
	toy_driver.probe = nesting_probe;
	assert_int_equal(driver_register(&toy_driver), 0);

	add_toy(&toy, "toy0");
	assert_ptr_equal(toy.driver, &toy_driver);
	assert_ptr_equal(made_by_probe.driver, &toy_driver);
	assert_int_equal(driver_probe_done(), 1);
	driver_unregister(&toy_driver);
	device_unregister(&toy);
	device_unregister(&made_by_probe);
}

#define toy_test(f) cmocka_unit_test_setup_teardown(f, toy_boot, toy_off)

int main(void)
{
	const struct CMUnitTest tests[] = {
		toy_test(bind_and_unbind_happen_in_this_order),
		toy_test(failed_probe_is_undone_in_reverse),
		toy_test(probe_that_says_enodev_is_not_an_error_message),
		toy_test(new_driver_is_offered_existing_devices_in_order),
		toy_test(deferred_probe_is_repeated_at_the_next_new_device),
		toy_test(deferred_probe_is_repeated_at_the_next_new_driver),
		toy_test(removed_device_is_not_probed_again),
		toy_test(driver_attributes_exist_while_it_is_bound),
		toy_test(second_driver_of_a_name_is_ebusy),
		toy_test(driver_of_an_unknown_bus_is_einval),
		toy_test(devices_are_found_in_order_of_registration),
		toy_test(forgotten_driver_and_binding_are_reported),
		toy_test(probe_may_add_a_device_that_binds_to_the_same_driver),
	};

	return cmocka_run_group_tests_name("pci_bind", tests, NULL, NULL);
}
