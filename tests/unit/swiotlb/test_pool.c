/* SPDX-License-Identifier: MIT */
/*
 * The pool itself (src/swiotlb/pool.c): the boot option, sizes, when there is
 * one, and that nothing is left of it.
 */
#include "unit/swiotlb/board.h"

static void boot(const char *option, bool limited, unsigned int cpus)
{
	const struct swiotlb_params params = { option, limited };

	board_machine(cpus);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
}

/* spec: dma-core 93 */
static void sizes_are_rounded_to_what_areas_need(void **state)
{
	boot("1000,3", true, 4);
	assert_int_equal(stats().areas, 4);
	assert_int_equal(stats().slots, 1024);
	board_stop();

	boot("1,8,force", false, 1);
	assert_int_equal(stats().areas, 8);
	assert_int_equal(stats().slots, 1024);
	board_stop();
}

static void the_default_is_64_mib_with_an_area_a_cpu(void **state)
{
	boot(NULL, true, 3);
	assert_int_equal(stats().slots, 32768);
	assert_int_equal(stats().areas, 4);
	assert_int_equal(swiotlb_size_or_default(), SZ_64M);
	assert_true(stats().base + SZ_64M <= LOW_END);
	assert_true(is_swiotlb_allocated());
	assert_true(is_swiotlb_active(&unit));
	assert_false(is_swiotlb_force_bounce(&unit));
	assert_int_equal(default_swiotlb_base(), stats().base);
	assert_int_equal(default_swiotlb_limit(), stats().base + SZ_64M - 1);
	board_stop();
}

static void without_a_reason_there_is_no_pool(void **state)
{
	boot(NULL, false, 1);
	assert_false(is_swiotlb_allocated());
	assert_false(is_swiotlb_active(&unit));
	assert_int_equal(default_swiotlb_limit(), 0);
	assert_int_equal(swiotlb_tbl_map_single(&unit, HIGH_START, 64, 0,
						DMA_TO_DEVICE, 0),
			 NO_SLOTS);
	board_stop();

	boot("4096", false, 1);
	assert_false(is_swiotlb_allocated());
	board_stop();
	boot("noforce", true, 1);
	assert_false(is_swiotlb_allocated());
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_KERNEL, NULL), 0);
	assert_false(is_swiotlb_allocated());
	board_stop();
}

static void force_makes_a_pool_that_stays(void **state)
{
	boot("force", false, 1);
	assert_true(is_swiotlb_active(&unit));
	assert_true(is_swiotlb_force_bounce(&unit));
	swiotlb_exit();
	assert_true(is_swiotlb_active(&unit));
	board_stop();
}

/* 257 MiB of low RAM: a power of two below that. */
static void too_large_a_pool_is_halved(void **state)
{
	boot("1048576", true, 1);
	assert_int_equal(stats().slots << 11, SZ_128M);
	board_stop();
}

static void a_pool_needs_a_megabyte(void **state)
{
	struct page *hog;

	board_machine(1);
	hog = mm_reserve(SZ_128M >> PAGE_SHIFT, true);
	assert_non_null(hog);
	while (mm_reserve(SZ_1M >> PAGE_SHIFT, true))
		;
	assert_int_equal(swiotlb_boot(&(struct swiotlb_params){ NULL, true }),
			 0);
	assert_int_equal(stats().slots, 0);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	swiotlb_shutdown();
	mm_shutdown();
	host_cpu_unbind();
	lib_shutdown();
	hw_exit();
}

/* spec: dma-core D14 */
static void after_exit_nothing_is_left(void **state)
{
	u64 before;
	struct mm_stats mm;
	phys_addr_t slot;

	boot("512,1", true, 1);
	slot = swiotlb_tbl_map_single(&unit, HIGH_START, 64, 0, DMA_TO_DEVICE,
				      0);
	swiotlb_tbl_unmap_single(&unit, slot, 64, DMA_TO_DEVICE, 0);
	mm_get_stats(&mm);
	before = mm.pages_free;
	swiotlb_exit();
	mm_get_stats(&mm);
	assert_int_equal(mm.pages_free,
			 before + (SZ_1M >> PAGE_SHIFT) +
				 DIV_ROUND_UP(SZ_16K, PAGE_SIZE));
	assert_false(is_swiotlb_active(&unit));
	assert_null(swiotlb_find_pool(&unit, slot));
	assert_int_equal(stats().used_hiwater, 0);

	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), 0);
	assert_true(is_swiotlb_active(&unit));
	assert_int_equal(swiotlb_init_late(SZ_2M, GFP_DMA32, NULL), 0);
	assert_int_equal(stats().slots, 512);
	board_stop();
}

/* Whoever has a pool late gets memory that others had before. */
static void a_late_pool_is_zero(void **state)
{
	u8 *byte;
	size_t i;

	boot("512,1", true, 1);
	byte = phys_to_virt(stats().base);
	memset(byte, 0xff, SZ_1M);
	swiotlb_exit();
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), 0);
	assert_ptr_equal(phys_to_virt(stats().base), byte);
	for (i = 0; i < SZ_1M && !byte[i]; i++)
		;
	assert_int_equal(i, SZ_1M);
	board_stop();
}

static void a_late_size_is_a_power_of_two_of_at_least_a_set(void **state)
{
	static const struct {
		size_t bytes, slots;
	} size[] = {
		{ 0, 128 },
		{ SZ_256K + 2047, 128 },
		{ SZ_256K + 2048, 256 },
		{ 3 * SZ_1M, 2048 },
		/* More than there is: as much as can be had. */
		{ SZ_1G, SZ_128M / 2048 },
		{ SIZE_MAX, SZ_128M / 2048 },
	};
	unsigned int i;

	boot(NULL, false, 1);
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		assert_int_equal(
			swiotlb_init_late(size[i].bytes, GFP_DMA32, NULL), 0);
		assert_int_equal(stats().slots, size[i].slots);
		assert_int_equal(stats().areas, 1);
		swiotlb_exit();
	}
	board_stop();
}

static unsigned int remap_calls;
static void *remap_tlb;

static int remap_small(void *tlb, unsigned long nslabs)
{
	remap_calls++;
	remap_tlb = tlb;
	return nslabs > 1024 ? -EAGAIN : 0;
}

static int remap_never(void *tlb, unsigned long nslabs)
{
	return -EPERM;
}

static void a_remap_hook_may_ask_for_less(void **state)
{
	boot("noforce", false, 1);
	swiotlb_shutdown();
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, remap_never),
			 -EPERM);
	assert_false(is_swiotlb_allocated());
	remap_calls = 0;
	assert_int_equal(swiotlb_init_late(SZ_8M, GFP_DMA32, remap_small), 0);
	assert_int_equal(remap_calls, 3);
	assert_int_equal(stats().slots, 1024);
	assert_ptr_equal(remap_tlb, phys_to_virt(stats().base));
	swiotlb_exit();

	/* At boot as well. */
	remap_calls = 0;
	swiotlb_init_remap(true, 0, remap_small);
	assert_int_equal(remap_calls, 6);
	assert_int_equal(stats().slots, 1024);
	assert_ptr_equal(remap_tlb, phys_to_virt(stats().base));
	swiotlb_exit();
	swiotlb_init_remap(true, 0, remap_never);
	assert_false(is_swiotlb_allocated());
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	lib_fail_nth(DMASIM_SITE_PAGE, 1);
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), -ENOMEM);
	board_stop();
}

static void the_default_size_can_be_adjusted_once(void **state)
{
	boot(NULL, false, 1);
	swiotlb_adjust_size(SZ_1M + 1);
	assert_int_equal(swiotlb_size_or_default(), SZ_1M);
	swiotlb_adjust_size(SZ_8M);
	assert_int_equal(swiotlb_size_or_default(), SZ_1M);
	swiotlb_init(true, SWIOTLB_ANY);
	assert_int_equal(stats().slots, 512);
	assert_int_equal(stats().base, HIGH_START + HIGH_SIZE - SZ_1M);
	board_stop();
}

static void options_that_mean_nothing_are_refused(void **state)
{
	static const char *const good[] = { "force",	  "noforce",
					    "128",	  "0x100",
					    "128,4",	  "128,force",
					    "128,4,force" };
	static const char *const bad[] = { "",	   "x",	     "force,",
					   "128,", "128,4,", "128,4,128",
					   "0",	   "128,0",  "128,65",
					   "128 ", ",force", "128,forced" };
	unsigned int i;

	assert_true(swiotlb_option_valid(NULL));
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(swiotlb_option_valid(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(swiotlb_option_valid(bad[i]));
	board_machine(1);
	assert_int_equal(swiotlb_boot(&(struct swiotlb_params){ "x", true }),
			 -EINVAL);
	board_stop();
}

static void slots_left_over_are_a_leak(void **state)
{
	boot("512,1", true, 1);
	swiotlb_tbl_map_single(&unit, HIGH_START, 4096, 0, DMA_TO_DEVICE, 0);
	assert_int_equal(swiotlb_check(), 1);
	assert_int_equal(events(HOST_EVENT_LEAK, "bounce-leak"), 1);
	board_off();
}

static void only_restricted_pools_lend_memory(void **state)
{
	boot("512,1", true, 1);
	assert_false(is_swiotlb_for_alloc(&unit));
	assert_null(swiotlb_alloc(&unit, 4096));
	assert_false(swiotlb_free(&unit, phys_to_page(HIGH_START), 4096));
	board_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_rounded_to_what_areas_need),
		cmocka_unit_test(the_default_is_64_mib_with_an_area_a_cpu),
		cmocka_unit_test(without_a_reason_there_is_no_pool),
		cmocka_unit_test(force_makes_a_pool_that_stays),
		cmocka_unit_test(too_large_a_pool_is_halved),
		cmocka_unit_test(a_pool_needs_a_megabyte),
		cmocka_unit_test(after_exit_nothing_is_left),
		cmocka_unit_test(a_late_pool_is_zero),
		cmocka_unit_test(
			a_late_size_is_a_power_of_two_of_at_least_a_set),
		cmocka_unit_test(a_remap_hook_may_ask_for_less),
		cmocka_unit_test(the_default_size_can_be_adjusted_once),
		cmocka_unit_test(options_that_mean_nothing_are_refused),
		cmocka_unit_test(slots_left_over_are_a_leak),
		cmocka_unit_test(only_restricted_pools_lend_memory),
	};

	return cmocka_run_group_tests_name("swiotlb_pool", tests, NULL, NULL);
}
