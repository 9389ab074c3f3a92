/* SPDX-License-Identifier: MIT */
/* src/hw/machine.c, ram.c, cache.c: which machines exist; RAM. */
#include "unit/hw/board.h"

static const struct hw_config small = {
	.ram = { { 0x100000, 0x100000 },
		 { 0x200000, 0x100000 },
		 { 0x100000000, 0x1000 } },
	.nr_ram = 3,
	.mmio32_start = 0xc0000000,
	.mmio32_end = 0xd0000000,
};

static void refused(struct hw_config cfg, const char *why)
{
	assert_string_equal(hw_init(&cfg), why);
	assert_null(hw_ram_base());
	assert_int_equal(host_alloc_live(), 0);
}

static void machines_without_possible_ram_are_refused(void **state)
{
	struct hw_config cfg = small;

	cfg.nr_ram = 0;
	refused(cfg, "no RAM at all");
	cfg.nr_ram = 9;
	refused(cfg, "more RAM ranges than the machine has slots");
	cfg = small;
	cfg.ram[0].start = 0;
	refused(cfg, "RAM at physical page 0");
	cfg = small;
	cfg.ram[1].size = 0;
	refused(cfg, "a RAM range is empty");
	cfg = small;
	cfg.ram[1].start = 0x200800;
	refused(cfg, "a RAM range is not made of whole pages");
}

static void ram_on_top_of_something_is_refused(void **state)
{
	struct hw_config cfg = small;

	cfg.ram[1].start = 0x1ff000;
	refused(cfg, "RAM ranges overlap");
	cfg = small;
	cfg.ram[2].start = 0x100000;
	refused(cfg, "RAM ranges are not in ascending order");
	cfg = small;
	cfg.ram[1].size = 0xc0000000;
	refused(cfg, "RAM overlaps the MMIO window");
	cfg = small;
	cfg.ram[2].start = 0xfee00000;
	refused(cfg, "RAM overlaps the interrupt addresses");
}

static void ram_beyond_the_address_width_is_refused(void **state)
{
	struct hw_config cfg = small;

	cfg.iommu_oas_lg2 = 32;
	refused(cfg, "RAM beyond the physical address width");
	cfg.iommu_oas_lg2 = 53;
	refused(cfg, "the physical address width is not 32..52 bits");
}

static void windows_that_cannot_be_are_refused(void **state)
{
	struct hw_config cfg = small;

	cfg.mmio32_end = 0xc0000800;
	refused(cfg, "the 32-bit MMIO window is not a range of whole MiB");
	cfg.mmio32_end = 0x200000000;
	refused(cfg, "the 32-bit MMIO window ends above 4 GiB");
	cfg = small;
	cfg.mmio64_start = 0xd0000000;
	cfg.mmio64_end = 0x200000000;
	refused(cfg, "the 64-bit MMIO window starts below 4 GiB");
}

static void only_one_machine_is_on(void **state)
{
	assert_null(hw_init(&small));
	assert_string_equal(hw_init(&small), "a machine is powered on already");
	hw_exit();
	assert_null(hw_init(&small));
	hw_exit();
	assert_int_equal(host_alloc_live(), 0);
}

static void valid_means_every_byte_is_ram(void **state)
{
	assert_null(hw_init(&small));
	assert_true(hw_ram_valid(0x100000, 1));
	assert_false(hw_ram_valid(0xfffff, 1));
	assert_false(hw_ram_valid(0xfffff, 2));
	assert_true(hw_ram_valid(0x1ffff0, 0x20));
	assert_true(hw_ram_valid(0x100000, 0x200000));
	assert_false(hw_ram_valid(0x100000, 0x200001));
	assert_true(hw_ram_valid(0x100000000, 0x1000));
	assert_false(hw_ram_valid(0x100000fff, 2));
	assert_false(hw_ram_valid(0, 1));
	assert_int_equal(hw_ram_end(), 0x100001000);
	hw_exit();
}

static void ram_is_zero_at_power_on_and_forgets_at_power_off(void **state)
{
	assert_null(hw_init(&small));
	assert_int_equal(*ram64(0x100000), 0);
	*ram64(0x100000) = 5;
	*ram64(0x100000ff8) = 6;
	hw_exit();
	assert_null(hw_init(&small));
	assert_int_equal(*ram64(0x100000), 0);
	assert_int_equal(*ram64(0x100000ff8), 0);
	hw_exit();
}

static void config_has_its_defaults_filled_in(void **state)
{
	assert_null(hw_init(&small));
	assert_int_equal(hw_get_config()->iommu_oas_lg2, 52);
	assert_int_equal(hw_get_config()->nr_ram, 3);
	hw_exit();
}

static void cache_maintenance_is_counted(void **state)
{
	struct hw_cache_stats s;

	host_event_reset();
	assert_null(hw_init(&small));
	hw_cache_clean(0x100000, 64);
	hw_cache_clean(0x100040, 128);
	hw_cache_invalidate(0x100000, 4096);
	hw_cache_get_stats(&s);
	assert_int_equal(s.cleans, 2);
	assert_int_equal(s.clean_bytes, 192);
	assert_int_equal(s.invalidates, 1);
	assert_int_equal(s.invalidate_bytes, 4096);
	assert_int_equal(host_event_last(), 0);

	hw_cache_clean(0x80000000, 64);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "cache-range"), 1);
	hw_exit();
}

static void every_status_has_a_name(void **state)
{
	int i;

	for (i = HW_OK; i <= HW_ERR_SIZE; i++)
		assert_string_not_equal(hw_status_name(i), "unknown");
	assert_string_equal(hw_status_name(HW_ERR_UNMAPPED), "unmapped");
	assert_string_equal(hw_status_name(99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_without_possible_ram_are_refused),
		cmocka_unit_test(ram_on_top_of_something_is_refused),
		cmocka_unit_test(ram_beyond_the_address_width_is_refused),
		cmocka_unit_test(windows_that_cannot_be_are_refused),
		cmocka_unit_test(only_one_machine_is_on),
		cmocka_unit_test(valid_means_every_byte_is_ram),
		cmocka_unit_test(
			ram_is_zero_at_power_on_and_forgets_at_power_off),
		cmocka_unit_test(config_has_its_defaults_filled_in),
		cmocka_unit_test(cache_maintenance_is_counted),
		cmocka_unit_test(every_status_has_a_name),
	};

	return cmocka_run_group_tests_name("hw machine", tests, NULL, NULL);
}
