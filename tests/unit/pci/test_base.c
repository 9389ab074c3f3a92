/* SPDX-License-Identifier: MIT */
/* Devices, kernel objects, attributes: src/pci/{base,kobject,sysfs}.c */
#include "unit/pci/board.h"

static unsigned int releases;

static void count_release(struct device *dev)
{
	releases++;
}

static void make(struct device *dev, const char *name, struct device *parent)
{
	memset(dev, 0, sizeof(*dev));
	device_initialize(dev);
	dev->release = count_release;
	dev->parent = parent;
	assert_int_equal(dev_set_name(dev, "%s", name), 0);
	assert_int_equal(device_add(dev), 0);
	releases = 0;
}

static void a_new_device_has_the_defaults_of_this_machine(void **state)
{
	struct device dev = { .release = count_release };

	device_initialize(&dev);

	assert_true(dev.dma_coherent);
	assert_int_equal(dev_to_node(&dev), NUMA_NO_NODE);
	assert_null(dev.dma_ops);
	assert_null(dev.dma_mask);
	assert_true(list_empty(&dev.dma_pools));
	assert_int_equal(kref_read(&dev.kobj.kref), 1);
	put_device(&dev);
}

static void last_put_calls_release_once(void **state)
{
	struct device dev;

	make(&dev, "one", NULL);
	get_device(&dev);

	device_unregister(&dev);
	assert_int_equal(releases, 0);
	put_device(&dev);
	assert_int_equal(releases, 1);
}

static void device_without_name_is_einval(void **state)
{
	struct device dev = { .release = count_release };

	device_initialize(&dev);
	assert_int_equal(device_add(&dev), -EINVAL);
	put_device(&dev);
}

static void init_name_becomes_the_name(void **state)
{
	struct device dev = { .init_name = "boot0", .release = count_release };

	assert_int_equal(device_register(&dev), 0);
	assert_null(dev.init_name);
	assert_string_equal(dev_name(&dev), "boot0");
	device_unregister(&dev);
}

static void driver_string_falls_back_to_the_bus(void **state)
{
	struct device_driver drv = { .name = "drv" };
	struct device dev = { .bus = &pci_bus_type };

	assert_string_equal(dev_driver_string(&dev), "pci");
	dev.driver = &drv;
	assert_string_equal(dev_driver_string(&dev), "drv");
}

static int note_child(struct device *dev, void *data)
{
	note(dev_name(dev));
	return 0;
}

static int drop_child(struct device *dev, void *data)
{
	note(dev_name(dev));
	device_unregister(dev);
	return 0;
}

static int stop_at_b(struct device *dev, void *data)
{
	note(dev_name(dev));
	return strcmp(dev_name(dev), "b") ? 0 : 7;
}

static void children_are_visited_in_order_and_may_be_removed(void **state)
{
	struct device parent, child[3];

	make(&parent, "p", NULL);
	make(&child[0], "a", &parent);
	make(&child[1], "b", &parent);
	make(&child[2], "c", &parent);

	journal_clear();
	assert_int_equal(device_for_each_child(&parent, NULL, stop_at_b), 7);
	assert_string_equal(journal, "a b");

	journal_clear();
	assert_int_equal(device_for_each_child(&parent, NULL, drop_child), 0);
	assert_string_equal(journal, "a b c");
	assert_int_equal(releases, 3);

	journal_clear();
	assert_int_equal(device_for_each_child(&parent, NULL, note_child), 0);
	assert_string_equal(journal, "");
	device_unregister(&parent);
}

static void parent_lives_as_long_as_its_child(void **state)
{
	struct device parent, child;

	make(&parent, "p", NULL);
	make(&child, "c", &parent);

	device_unregister(&parent);
	assert_int_equal(releases, 0);
	device_unregister(&child);
	assert_int_equal(releases, 2);
}

static int is_named(struct device *dev, const void *name)
{
	return !strcmp(dev_name(dev), name);
}

static void found_child_comes_with_a_reference(void **state)
{
	struct device parent, child, *found;

	make(&parent, "p", NULL);
	make(&child, "c", &parent);

	found = device_find_child(&parent, "c", is_named);
	assert_ptr_equal(found, &child);
	device_unregister(&child);
	assert_int_equal(releases, 0);
	assert_null(device_find_child(&parent, "c", is_named));
	put_device(found);
	assert_int_equal(releases, 1);
	device_unregister(&parent);
}

static void root_device_is_freed_by_unregister(void **state)
{
	struct device *root = root_device_register("root");

	assert_false(IS_ERR(root));
	assert_string_equal(dev_name(root), "root");
	root_device_unregister(root);
}

/* ---- attributes ------------------------------------------------------- */

static int level_value;

static ssize_t level_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%d\n", level_value);
}

static ssize_t level_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	level_value = buf[0] - '0';
	return count;
}
static DEVICE_ATTR_RW(level);

static ssize_t fixed_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	int at = sysfs_emit(buf, "%s", "ab");

	return at + sysfs_emit_at(buf, at, "%c\n", 'c');
}
static DEVICE_ATTR_RO(fixed);

static umode_t only_fixed(struct kobject *kobj, struct attribute *attr, int n)
{
	return attr == &dev_attr_fixed.attr ? attr->mode : 0;
}

static struct attribute *both_attrs[] = {
	&dev_attr_level.attr,
	&dev_attr_fixed.attr,
	NULL,
};

static const struct attribute_group shown_group = { .attrs = both_attrs };
static const struct attribute_group hidden_group = {
	.name = "sub",
	.attrs = both_attrs,
	.is_visible = only_fixed,
};
static const struct attribute_group *groups[] = { &shown_group, &hidden_group,
						  NULL };

static void attributes_read_and_write_through_their_methods(void **state)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	struct device dev;

	make(&dev, "one", NULL);
	level_value = 3;
	assert_int_equal(device_add_groups(&dev, groups), 0);

	assert_int_equal(sysfs_sim_read(&dev.kobj, "level", page), 2);
	assert_string_equal(page, "3\n");
	assert_int_equal(sysfs_sim_write(&dev.kobj, "level", "8", 1), 1);
	assert_int_equal(level_value, 8);
	assert_int_equal(sysfs_sim_read(&dev.kobj, "fixed", page), 4);
	assert_string_equal(page, "abc\n");
	assert_int_equal(sysfs_sim_write(&dev.kobj, "fixed", "8", 1), -EIO);

	device_unregister(&dev);
	free_page((unsigned long)page);
}

static void invisible_attribute_is_not_there(void **state)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	struct device dev;

	make(&dev, "one", NULL);
	assert_int_equal(device_add_groups(&dev, groups), 0);

	assert_int_equal(sysfs_sim_read(&dev.kobj, "sub/fixed", page), 4);
	assert_int_equal(sysfs_sim_read(&dev.kobj, "sub/level", page), -ENOENT);
	device_remove_groups(&dev, groups);
	assert_int_equal(sysfs_sim_read(&dev.kobj, "level", page), -ENOENT);
	assert_int_equal(sysfs_create_group(&dev.kobj, &hidden_group), 0);
	assert_int_equal(sysfs_sim_read(&dev.kobj, "fixed", page), -ENOENT);
	assert_int_equal(sysfs_sim_read(&dev.kobj, "su/fixed", page), -ENOENT);

	device_unregister(&dev);
	free_page((unsigned long)page);
}

static void plain_kobject_is_freed_with_its_last_reference(void **state)
{
	struct kobject *dir = kobject_create_and_add("dir", NULL);
	struct kobject *sub = kobject_create_and_add("sub", dir);

	assert_string_equal(kobject_name(sub), "sub");
	assert_ptr_equal(sub->parent, dir);
	kobject_put(dir);
	assert_ptr_equal(sub->parent, dir);
	kobject_put(sub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_test(a_new_device_has_the_defaults_of_this_machine),
		board_test(last_put_calls_release_once),
		board_test(device_without_name_is_einval),
		board_test(init_name_becomes_the_name),
		board_test(driver_string_falls_back_to_the_bus),
		board_test(children_are_visited_in_order_and_may_be_removed),
		board_test(parent_lives_as_long_as_its_child),
		board_test(found_child_comes_with_a_reference),
		board_test(root_device_is_freed_by_unregister),
		board_test(attributes_read_and_write_through_their_methods),
		board_test(invisible_attribute_is_not_there),
		board_test(plain_kobject_is_freed_with_its_last_reference),
	};

	return cmocka_run_group_tests_name("pci_base", tests, NULL, NULL);
}
