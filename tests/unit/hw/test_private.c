/* SPDX-License-Identifier: MIT */
/* src/hw/private.c: what devices see of encrypted memory, and what the CPU does. */
#include "unit/hw/board.h"
#include "hw/fabric.h"

#include <unistd.h>

#define PAGE 0x200000ull

static int setup(void **state)
{
	board_config.confidential = true;
	board_setup(state);
	board_config.confidential = false;
	return 0;
}

static int setup_iommu(void **state)
{
	board_config.confidential = true;
	board_setup_iommu(state);
	board_config.confidential = false;
	return 0;
}

static void private_memory_is_refused_both_ways(void **state)
{
	uint64_t word = 7;

	ram64(PAGE)[0] = 1;
	assert_int_equal(hw_dma_read(*state, PAGE, &word, 8), HW_ERR_PRIVATE);
	assert_int_equal(word, 7);
	assert_fault(HW_ERR_PRIVATE, PAGE, 8, false);
	assert_last_event("private-fault",
			  "DMA read at 0x200000 len 8: physical 0x200000 is "
			  "private memory");

	assert_int_equal(hw_dma_write(*state, PAGE, &word, 8), HW_ERR_PRIVATE);
	assert_int_equal(ram64(PAGE)[0], 1);
	assert_fault(HW_ERR_PRIVATE, PAGE, 8, true);
}

static void shared_memory_is_seen_by_both(void **state)
{
	uint64_t word = 0;

	assert_false(hw_mem_any_shared(PAGE, 4096));
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	assert_true(hw_mem_any_shared(PAGE - 4096, 2 * 4096));
	assert_false(hw_mem_any_shared(PAGE + 4096, 4096));
	ram64(PAGE)[0] = 0x1122;
	assert_int_equal(hw_dma_read(*state, PAGE, &word, 8), HW_OK);
	assert_int_equal(word, 0x1122);
	word = 0x3344;
	assert_int_equal(hw_dma_write(*state, PAGE, &word, 8), HW_OK);
	assert_int_equal(ram64(PAGE)[0], 0x3344);

	assert_true(hw_mem_set_shared(PAGE, 4096, false));
	assert_int_equal(hw_dma_read(*state, PAGE, &word, 8), HW_ERR_PRIVATE);
}

static void an_access_goes_as_far_as_pages_are_shared(void **state)
{
	static char data[3 * 4096];

	assert_true(hw_mem_set_shared(PAGE, 2 * 4096, true));
	memset(ram64(PAGE), 0, 3 * 4096);
	memset(data, 5, sizeof(data));
	assert_int_equal(hw_dma_write(*state, PAGE + 16, data, sizeof(data)),
			 HW_ERR_PRIVATE);
	assert_fault(HW_ERR_PRIVATE, PAGE + 2 * 4096, 4096 + 16, true);
	assert_int_equal(((char *)ram64(PAGE))[2 * 4096 - 1], 5);
	assert_int_equal(((char *)ram64(PAGE))[2 * 4096], 0);
}

static void bytes_of_the_other_kind_are_noise(void **state)
{
	uint64_t *word = ram64(PAGE);
	unsigned int i, same = 0;

	for (i = 0; i < 512; i++)
		word[i] = i;
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	for (i = 0; i < 512; i++)
		same += word[i] == i || word[i] == word[(i + 1) % 512];
	assert_int_equal(same, 0);

	/* What is so already does not change. */
	word[0] = 9;
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	assert_int_equal(word[0], 9);

	assert_true(hw_mem_set_shared(PAGE, 4096, false));
	assert_int_not_equal(word[0], 0);
	for (i = 1; i < 512; i++)
		assert_int_equal(word[i], i);
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	assert_int_equal(word[0], 9);
}

static void translated_accesses_are_checked_and_walks_are_not(void **state)
{
	uint64_t word = 0;

	board_translate(*state, 1);
	board_map(0x5000, PAGE, 3);
	assert_int_equal(hw_dma_read(*state, 0x5000, &word, 8), HW_ERR_PRIVATE);
	assert_fault(HW_ERR_PRIVATE, 0x5000, 8, false);
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	ram64(PAGE)[0] = 3;
	assert_int_equal(hw_dma_read(*state, 0x5000, &word, 8), HW_OK);
	assert_int_equal(word, 3);
}

static void a_device_that_does_not_snoop_sees_the_same_bytes(void **state)
{
	struct hw_cache_stats stats;
	uint64_t word = 0;

	assert_true(hw_dev_set_noncoherent(*state, true));
	ram64(PAGE)[0] = 1;
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	hw_dma_read(*state, PAGE, &word, 8);
	assert_int_equal(word, ram64(PAGE)[0]);
	/* Nothing is left for the CPU to write back. */
	hw_cache_clean(PAGE, 4096);
	hw_cache_get_stats(&stats);
	assert_int_equal(stats.written_back, 0);
}

static void hide(void *done)
{
	hw_mem_set_shared(PAGE, 4096, false);
	__atomic_store_n((bool *)done, true, __ATOMIC_RELEASE);
}

/* The part of the device is played by who holds its lock, as its accesses do. */
static void an_access_under_way_ends_before_a_page_is_private(void **state)
{
	struct hw_dev *dev = *state;
	struct host_thread *cpu;
	bool done = false;
	int i;

	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	ram64(PAGE)[0] = 1;
	host_mutex_lock(&dev->dma_lock);
	cpu = host_thread_create(hide, &done, "hide");
	/* No access can begin any more. */
	while (hw_mem_any_shared(PAGE, 4096))
		usleep(100);
	/* Time for whoever would not wait. */
	for (i = 0; i < 50 && !__atomic_load_n(&done, __ATOMIC_ACQUIRE); i++)
		usleep(1000);
	assert_false(__atomic_load_n(&done, __ATOMIC_ACQUIRE));
	assert_int_equal(ram64(PAGE)[0], 1);
	ram64(PAGE)[1] = 2;
	host_mutex_unlock(&dev->dma_lock);
	host_thread_join(cpu);

	/* It was stored in the page as it was shared, not as it is private. */
	assert_true(done);
	assert_true(hw_mem_set_shared(PAGE, 4096, true));
	assert_int_equal(ram64(PAGE)[0], 1);
	assert_int_equal(ram64(PAGE)[1], 2);
}

static void only_ram_can_be_shared(void **state)
{
	assert_false(hw_mem_set_shared(MEM32, 4096, true));
	assert_false(hw_mem_set_shared(PAGE, 100, true));
	assert_false(hw_mem_set_shared(PAGE + 8, 4096, true));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "private-range"),
			 3);
}

static void other_machines_have_nothing_to_share(void **state)
{
	uint64_t word = 0;

	assert_false(hw_mem_set_shared(PAGE, 4096, true));
	ram64(PAGE)[0] = 4;
	assert_int_equal(hw_dma_read(*state, PAGE, &word, 8), HW_OK);
	assert_int_equal(word, 4);
	assert_int_equal(host_event_last(), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(private_memory_is_refused_both_ways),
		CASE(shared_memory_is_seen_by_both),
		CASE(an_access_goes_as_far_as_pages_are_shared),
		CASE(bytes_of_the_other_kind_are_noise),
		cmocka_unit_test_setup_teardown(
			translated_accesses_are_checked_and_walks_are_not,
			setup_iommu, board_teardown),
		CASE(a_device_that_does_not_snoop_sees_the_same_bytes),
		CASE(an_access_under_way_ends_before_a_page_is_private),
		CASE(only_ram_can_be_shared),
		cmocka_unit_test_setup_teardown(
			other_machines_have_nothing_to_share, board_setup,
			board_teardown),
	};

	return cmocka_run_group_tests_name("hw_private", tests, NULL, NULL);
}
