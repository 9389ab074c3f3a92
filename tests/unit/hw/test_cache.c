/* SPDX-License-Identifier: MIT */
/*
 * src/hw/cache.c: a device with a view of its own, and what each mistake with
 * the CPU's caches shows.
 */
#include "unit/hw/board.h"
#include "hw/fabric.h"

#include <pthread.h>

#define AT 0x200000ull

static struct hw_dev *dev;

static char *cpu(uint64_t phys)
{
	return (char *)hw_ram_base() + phys;
}

static int cache_setup(void **state)
{
	board_setup(state);
	dev = *state;
	return hw_dev_set_noncoherent(dev, true) ? 0 : -1;
}

static int cache_setup_iommu(void **state)
{
	board_setup_iommu(state);
	dev = *state;
	return hw_dev_set_noncoherent(dev, true) ? 0 : -1;
}

/* Each line that can lose its place in the caches does. */
static int cache_setup_speculation(void **state)
{
	int ret;

	board_config.cache_speculation = 1;
	ret = cache_setup(state);
	board_config.cache_speculation = 0;
	return ret;
}

static struct hw_cache_stats stats(void)
{
	struct hw_cache_stats s;

	hw_cache_get_stats(&s);
	return s;
}

/* @len bytes at @phys, as the device sees them, are all @byte. */
static void assert_device_sees(uint64_t phys, size_t len, int byte)
{
	unsigned char buf[8192];
	size_t i;

	assert_int_equal(hw_dma_read(dev, phys, buf, len), HW_OK);
	for (i = 0; i < len; i++)
		assert_int_equal(buf[i], byte);
}

static void assert_cpu_sees(uint64_t phys, size_t len, int byte)
{
	size_t i;

	for (i = 0; i < len; i++)
		assert_int_equal((unsigned char)cpu(phys)[i], byte);
}

/* What memory holds, without a device's access that lines could notice. */
static void assert_memory(uint64_t phys, size_t len, int byte)
{
	const char *dram = hw_cache_view_lock();
	size_t i, wrong = 0;

	for (i = 0; i < len; i++)
		wrong += (unsigned char)dram[phys + i] != byte;
	hw_cache_view_unlock();
	assert_int_equal(wrong, 0);
}

static void device_writes(uint64_t phys, size_t len, int byte)
{
	unsigned char buf[8192];

	memset(buf, byte, len);
	assert_int_equal(hw_dma_write(dev, phys, buf, len), HW_OK);
}

/* ---- the right order ----------------------------------------------------------- */

static void cleaned_stores_reach_the_device(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 256);
	hw_cache_clean(AT, 256);
	assert_device_sees(AT, 256, 1);
}

static void invalidated_lines_show_what_the_device_wrote(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 256);
	hw_cache_clean(AT, 256);
	device_writes(AT, 256, 2);
	hw_cache_invalidate(AT, 256);
	assert_cpu_sees(AT, 256, 2);
	assert_int_equal(stats().overwritten, 0);
	assert_int_equal(stats().discarded, 0);
}

static void a_buffer_goes_back_and_forth(void **state)
{
	int round;

	(void)state;
	for (round = 1; round < 20; round += 2) {
		memset(cpu(AT), round, 4096);
		hw_cache_clean(AT, 4096);
		assert_device_sees(AT, 4096, round);
		device_writes(AT, 4096, round + 1);
		hw_cache_invalidate(AT, 4096);
		assert_cpu_sees(AT, 4096, round + 1);
	}
}

static void what_the_device_left_alone_stays_the_cpus(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 256);
	hw_cache_clean(AT, 256);
	device_writes(AT + 100, 7, 2);
	hw_cache_invalidate(AT, 256);
	assert_cpu_sees(AT, 100, 1);
	assert_cpu_sees(AT + 100, 7, 2);
	assert_cpu_sees(AT + 107, 149, 1);
}

/* ---- the mistakes --------------------------------------------------------------- */

static void without_a_clean_the_device_reads_what_was_there(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 128);
	assert_device_sees(AT, 128, 0);
	hw_cache_clean(AT, 128);
	memset(cpu(AT), 2, 128);
	assert_device_sees(AT, 128, 1);
}

static void stores_before_the_device_came_need_a_clean_as_well(void **state)
{
	(void)state;
	hw_exit();
	board_on(&board_config);
	memset(cpu(AT), 1, 64);
	dev = hw_dev_plug(&board_model, NULL, 0);
	board_open_port();
	board_enable(dev, 0);
	assert_true(hw_dev_set_noncoherent(dev, true));
	assert_device_sees(AT, 64, 0);
	hw_cache_clean(AT, 64);
	assert_device_sees(AT, 64, 1);
}

static void without_an_invalidate_the_cpu_reads_its_own(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 128);
	hw_cache_clean(AT, 128);
	device_writes(AT, 128, 2);
	assert_cpu_sees(AT, 128, 1);
}

static void a_late_clean_destroys_what_the_device_wrote(void **state)
{
	(void)state;
	hw_cache_clean(AT, 64);
	memset(cpu(AT), 1, 64);
	device_writes(AT, 64, 2);
	hw_cache_clean(AT, 64);
	assert_device_sees(AT, 64, 1);
	hw_cache_invalidate(AT, 64);
	assert_cpu_sees(AT, 64, 1);
	assert_int_equal(stats().overwritten, 1);
}

static void a_clean_of_clean_lines_does_no_harm(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 64);
	hw_cache_clean(AT, 64);
	device_writes(AT, 64, 2);
	hw_cache_clean(AT, 64);
	hw_cache_invalidate(AT, 64);
	assert_cpu_sees(AT, 64, 2);
	assert_int_equal(stats().written_back, 1);
	assert_int_equal(stats().overwritten, 0);
}

static void
a_neighbour_in_the_line_is_written_back_over_device_data(void **state)
{
	(void)state;
	/* The device's buffer is bytes 0..31, somebody's variable byte 40. */
	hw_cache_clean(AT, 32);
	device_writes(AT, 32, 2);
	cpu(AT)[40] = 9;
	hw_cache_clean(AT + 40, 1);
	assert_device_sees(AT, 32, 0);
	assert_device_sees(AT + 40, 1, 9);
}

static void an_edge_line_is_written_back_before_it_is_invalidated(void **state)
{
	(void)state;
	hw_cache_clean(AT, 32);
	device_writes(AT, 32, 2);
	cpu(AT)[40] = 9;
	hw_cache_invalidate(AT, 32);
	/* The neighbour keeps its store, the buffer loses the device's. */
	assert_cpu_sees(AT, 32, 0);
	assert_int_equal(cpu(AT)[40], 9);
	assert_int_equal(stats().overwritten, 1);
}

static void
both_edges_are_written_back_and_what_lies_between_is_lost(void **state)
{
	(void)state;
	device_writes(AT, 192, 2);
	memset(cpu(AT), 1, 192);
	hw_cache_invalidate(AT + 20, 150);
	assert_cpu_sees(AT, 64, 1);
	assert_cpu_sees(AT + 64, 64, 2);
	assert_cpu_sees(AT + 128, 64, 1);
	assert_device_sees(AT, 64, 1);
	assert_device_sees(AT + 64, 64, 2);
	assert_device_sees(AT + 128, 64, 1);
	assert_int_equal(stats().written_back, 2);
	assert_int_equal(stats().overwritten, 2);
	assert_int_equal(stats().discarded, 1);
}

static void an_edge_ends_where_its_line_does(void **state)
{
	(void)state;
	device_writes(AT, 128, 2);
	memset(cpu(AT), 1, 128);
	/* To the end of a line, then from its begin: edges all the same. */
	hw_cache_invalidate(AT + 1, 63);
	hw_cache_invalidate(AT + 64, 63);
	assert_cpu_sees(AT, 128, 1);
	assert_device_sees(AT, 128, 1);
	assert_int_equal(stats().discarded, 0);
}

static void an_edge_line_nobody_touched_loses_nothing(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 192);
	hw_cache_clean(AT, 192);
	device_writes(AT + 20, 150, 2);
	hw_cache_invalidate(AT + 20, 150);
	assert_cpu_sees(AT, 20, 1);
	assert_cpu_sees(AT + 20, 150, 2);
	assert_cpu_sees(AT + 170, 22, 1);
}

static void stores_to_a_line_that_is_invalidated_are_lost(void **state)
{
	(void)state;
	hw_cache_clean(AT, 128);
	device_writes(AT, 64, 2);
	memset(cpu(AT), 1, 128);
	hw_cache_invalidate(AT, 128);
	assert_cpu_sees(AT, 64, 2);
	assert_cpu_sees(AT + 64, 64, 0);
	assert_int_equal(stats().discarded, 2);
}

static void maintenance_ends_with_its_last_line(void **state)
{
	(void)state;
	memset(cpu(AT - 64), 1, 256);
	hw_cache_clean(AT + 63, 2);
	assert_device_sees(AT - 64, 64, 0);
	assert_device_sees(AT, 128, 1);
	assert_device_sees(AT + 128, 64, 0);
}

/* ---- who has which view ----------------------------------------------------------- */

static void a_coherent_device_sees_the_cpus_bytes(void **state)
{
	struct hw_dev *snoops = hw_dev_plug(&board_model, NULL, 1);
	char buf[64];

	(void)state;
	board_enable(snoops, 1);
	memset(cpu(AT), 1, 64);
	device_writes(AT, 64, 2);
	assert_int_equal(hw_dma_read(snoops, AT, buf, 64), HW_OK);
	assert_int_equal(buf[0], 1);

	/* What it writes is as if the CPU had. */
	memset(buf, 3, 64);
	assert_int_equal(hw_dma_write(snoops, AT, buf, 64), HW_OK);
	assert_cpu_sees(AT, 64, 3);
	assert_device_sees(AT, 64, 2);
	hw_cache_clean(AT, 64);
	assert_device_sees(AT, 64, 3);
}

static void firmware_tells_who_snoops(void **state)
{
	struct hw_dev *snoops = hw_dev_plug(&board_model, NULL, 1);

	(void)state;
	assert_false(hw_dev_snoops(hw_dev_rid(dev)));
	assert_true(hw_dev_snoops(hw_dev_rid(snoops)));
	assert_true(hw_dev_snoops(0x7700));
	assert_true(hw_dev_set_noncoherent(dev, false));
	assert_true(hw_dev_snoops(hw_dev_rid(dev)));
}

static void page_table_walks_snoop(void **state)
{
	(void)state;
	board_translate(dev, 5);
	board_map(0x7000, AT, 3);
	memset(cpu(AT), 1, 64);
	hw_cache_clean(AT, 64);
	/* No entry was ever cleaned. */
	assert_device_sees(0x7000, 64, 1);
}

static void every_length_arrives_whole(void **state)
{
	unsigned char data[100], back[100];
	unsigned int off, len, i;

	(void)state;
	for (i = 0; i < 100; i++)
		data[i] = (unsigned char)(i + 1);
	for (off = 0; off < 9; off++) {
		for (len = 1; len < 100; len++) {
			uint64_t addr = AT + 4096 - 50 + off;

			assert_int_equal(hw_dma_write(dev, addr, data, len),
					 HW_OK);
			assert_int_equal(hw_dma_read(dev, addr, back, len),
					 HW_OK);
			assert_memory_equal(back, data, len);
		}
	}
	assert_cpu_sees(AT, 8192, 0);
}

/* One CPU with its own device and page, while another does the same. */
static void *work(void *arg)
{
	struct hw_dev *mine = arg;
	uint64_t at = AT + hw_dev_rid(mine) * 4096ull;
	unsigned char buf[4096];
	intptr_t wrong = 0;
	int round;

	for (round = 1; round < 100; round += 2) {
		memset(cpu(at), round, sizeof(buf));
		hw_cache_clean(at, sizeof(buf));
		hw_dma_read(mine, at, buf, sizeof(buf));
		wrong += buf[0] != round || buf[4095] != round;
		memset(buf, round + 1, sizeof(buf));
		hw_dma_write(mine, at, buf, sizeof(buf));
		hw_cache_invalidate(at, sizeof(buf));
		wrong += memcmp(cpu(at), buf, sizeof(buf)) != 0;
	}
	return (void *)wrong;
}

static void cpus_and_devices_work_side_by_side(void **state)
{
	struct hw_dev *other = hw_dev_plug(&board_model, NULL, 1);
	pthread_t thread;
	void *wrong;

	(void)state;
	board_enable(other, 1);
	assert_true(hw_dev_set_noncoherent(other, true));
	assert_int_equal(pthread_create(&thread, NULL, work, other), 0);
	assert_null(work(dev));
	pthread_join(thread, &wrong);
	assert_null(wrong);
}

/* ---- uncached pages ------------------------------------------------------------------ */

static void uncached_pages_are_the_same_for_all(void **state)
{
	(void)state;
	assert_true(hw_cache_set_uncached(AT, 4096, true));
	memset(cpu(AT), 1, 4096);
	assert_device_sees(AT, 4096, 1);
	device_writes(AT, 4096, 2);
	assert_cpu_sees(AT, 4096, 2);

	/* Maintenance has nothing to do. */
	memset(cpu(AT), 3, 64);
	hw_cache_invalidate(AT, 64);
	assert_cpu_sees(AT, 64, 3);
	assert_device_sees(AT, 64, 3);
}

static void pages_around_uncached_ones_are_cached(void **state)
{
	(void)state;
	assert_true(hw_cache_set_uncached(AT + 4096, 4096, true));
	memset(cpu(AT), 1, 3 * 4096);
	assert_device_sees(AT + 4000, 96, 0);
	assert_device_sees(AT + 4096, 4096, 1);
	assert_device_sees(AT + 8192, 100, 0);

	device_writes(AT + 4090, 4108, 2);
	assert_cpu_sees(AT + 4090, 6, 1);
	assert_cpu_sees(AT + 4096, 4096, 2);
	assert_cpu_sees(AT + 8192, 6, 1);
	assert_device_sees(AT + 4090, 4108, 2);
}

static void pages_are_clean_when_they_are_cached_again(void **state)
{
	(void)state;
	assert_true(hw_cache_set_uncached(AT, 4096, true));
	memset(cpu(AT), 1, 4096);
	assert_true(hw_cache_set_uncached(AT, 4096, false));
	assert_device_sees(AT, 4096, 1);
	hw_cache_clean(AT, 4096);
	assert_int_equal(stats().written_back, 0);

	memset(cpu(AT), 2, 4096);
	assert_device_sees(AT, 4096, 1);
}

static void each_page_is_uncached_for_itself(void **state)
{
	unsigned int i;

	(void)state;
	/* What was stored before, and never written back, is everybody's. */
	memset(cpu(AT), 1, 5 * 4096);
	for (i = 1; i < 4; i++)
		assert_true(hw_cache_set_uncached(AT + i * 4096, 4096, true));
	assert_device_sees(AT, 4096, 0);
	for (i = 1; i < 4; i++)
		assert_device_sees(AT + i * 4096, 4096, 1);
	assert_device_sees(AT + 4 * 4096, 4096, 0);

	assert_true(hw_cache_set_uncached(AT + 2 * 4096, 4096, false));
	memset(cpu(AT + 4096), 2, 3 * 4096);
	assert_device_sees(AT + 4096, 4096, 2);
	assert_device_sees(AT + 2 * 4096, 4096, 1);
	assert_device_sees(AT + 3 * 4096, 4096, 2);
}

static void a_range_of_pages_is_uncached_to_its_end(void **state)
{
	(void)state;
	assert_true(hw_cache_set_uncached(AT, 3 * 4096, true));
	memset(cpu(AT), 1, 4 * 4096);
	assert_device_sees(AT, 4096, 1);
	assert_device_sees(AT + 4096, 2 * 4096, 1);
	assert_device_sees(AT + 3 * 4096, 4096, 0);

	assert_true(hw_cache_set_uncached(AT, 2 * 4096, false));
	memset(cpu(AT), 2, 4 * 4096);
	assert_device_sees(AT, 2 * 4096, 1);
	assert_device_sees(AT + 2 * 4096, 4096, 2);
}

static void uncached_is_a_matter_of_whole_pages_of_ram(void **state)
{
	(void)state;
	assert_false(hw_cache_set_uncached(AT + 64, 4096, true));
	assert_false(hw_cache_set_uncached(AT, 64, true));
	assert_false(hw_cache_set_uncached(0x80000000, 4096, true));
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "cache-range"), 3);
}

/* ---- speculation -------------------------------------------------------------------- */

static void maintenance_may_write_back_the_lines_next_to_it(void **state)
{
	(void)state;
	memset(cpu(AT - 256), 1, 1024);
	hw_cache_clean(AT, 64);
	assert_memory(AT - 256, 192, 0);
	assert_memory(AT - 64, 192, 1);
	assert_memory(AT + 128, 640, 0);
	assert_int_equal(stats().spec_written_back, 3);
	assert_int_equal(stats().written_back, 3);

	/* In the midst of a line: its neighbours, not half of them. */
	hw_cache_clean(AT + 320 + 60, 8);
	assert_memory(AT + 128, 128, 0);
	assert_memory(AT + 256, 256, 1);
	assert_memory(AT + 512, 256, 0);
	assert_int_equal(stats().spec_written_back, 3 + 4);
}

static void before_an_invalidate_its_own_lines_may_be_written_back(void **state)
{
	(void)state;
	memset(cpu(AT - 256), 1, 1024);
	hw_cache_invalidate(AT, 128);
	/* They were not the CPU's alone any more: nothing is lost. */
	assert_cpu_sees(AT - 256, 1024, 1);
	assert_memory(AT - 256, 192, 0);
	assert_memory(AT - 64, 256, 1);
	assert_memory(AT + 192, 576, 0);
	assert_int_equal(stats().spec_written_back, 4);
	assert_int_equal(stats().discarded, 0);
}

/* Memory of others, who need not have told the caches of what they store. */
static void clean_lines_are_fetched_by_a_devices_write_only(void **state)
{
	(void)state;
	hw_config.cache_speculation = 0;
	device_writes(AT - 256, 1024, 2);
	hw_config.cache_speculation = 1;

	hw_cache_clean(AT, 64);
	assert_device_sees(AT - 256, 1024, 2);
	assert_cpu_sees(AT - 256, 1024, 0);
	hw_cache_invalidate(AT, 64);
	assert_cpu_sees(AT - 256, 256, 0);
	assert_cpu_sees(AT, 64, 2);
	assert_cpu_sees(AT + 64, 704, 0);
	assert_int_equal(stats().spec_fetched, 0);
	assert_int_equal(stats().spec_written_back, 0);
}

static void before_a_device_reads_its_lines_may_be_written_back(void **state)
{
	(void)state;
	memset(cpu(AT - 128), 1, 512);
	assert_device_sees(AT + 60, 8, 1);
	assert_memory(AT - 128, 128, 0);
	assert_memory(AT, 128, 1);
	assert_memory(AT + 128, 256, 0);
	assert_device_sees(AT + 128, 64, 1);
	assert_memory(AT + 192, 192, 0);
	assert_int_equal(stats().spec_written_back, 3);
	assert_cpu_sees(AT - 128, 512, 1);
}

static void a_clean_line_that_is_written_to_may_be_fetched(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 128);
	hw_cache_clean(AT, 128);
	hw_config.cache_speculation = 0;
	device_writes(AT + 64, 64, 3);
	hw_config.cache_speculation = 1;
	device_writes(AT + 40, 24, 2);
	assert_cpu_sees(AT, 40, 1);
	assert_cpu_sees(AT + 40, 24, 2);
	/* Nobody wrote to the next one meanwhile. */
	assert_cpu_sees(AT + 64, 64, 1);
	assert_int_equal(stats().spec_fetched, 1);

	/* The line is clean, and as far as the CPU is concerned, new. */
	hw_cache_clean(AT, 64);
	assert_int_equal(stats().written_back, 2);
	/* Bytes that are there already are nothing to fetch. */
	device_writes(AT + 40, 24, 2);
	assert_int_equal(stats().spec_fetched, 1);
}

static void a_dirty_line_may_be_written_back_over_a_devices_write(void **state)
{
	(void)state;
	cpu(AT)[0] = 1;
	device_writes(AT, 128, 2);
	assert_int_equal(cpu(AT)[0], 1);
	assert_cpu_sees(AT + 1, 63, 0);
	assert_memory(AT, 1, 1);
	assert_memory(AT + 1, 63, 0);
	/* The clean one beside it was only fetched. */
	assert_cpu_sees(AT + 64, 64, 2);
	assert_memory(AT + 64, 64, 2);
	assert_int_equal(stats().spec_written_back, 1);
	assert_int_equal(stats().overwritten, 1);
	assert_int_equal(stats().spec_fetched, 1);
}

static void uncached_lines_have_no_place_to_lose(void **state)
{
	(void)state;
	assert_true(hw_cache_set_uncached(AT, 4096, true));
	memset(cpu(AT - 64), 1, 4096 + 128);
	hw_cache_clean(AT - 64, 64);
	hw_cache_clean(AT + 4096, 64);
	assert_memory(AT - 64, 64, 1);
	assert_memory(AT, 4096, 0);
	assert_memory(AT + 4096, 64, 1);
	assert_device_sees(AT, 4096, 1);
	device_writes(AT, 64, 2);
	assert_cpu_sees(AT, 64, 2);
	assert_int_equal(stats().spec_written_back, 2);
	assert_int_equal(stats().spec_fetched, 0);
}

/* There is nothing next to them. */
static void the_first_and_the_last_line_of_ram_may_be_lost(void **state)
{
	(void)state;
	memset(cpu(0x100000), 1, 64);
	memset(cpu(0x1000000 - 64), 1, 64);
	hw_cache_clean(0x100000, 64);
	hw_cache_clean(0x1000000 - 64, 64);
	assert_memory(0x100000, 64, 1);
	assert_memory(0x1000000 - 64, 64, 1);
	assert_int_equal(stats().spec_written_back, 2);
}

/* ---- counters -------------------------------------------------------------------------- */

static void operations_and_lines_are_counted(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 96);
	hw_cache_clean(AT + 32, 64);
	hw_cache_clean(AT, 4096);
	hw_cache_invalidate(AT + 63, 1);
	hw_cache_clean(AT, 0);

	assert_int_equal(stats().cleans, 3);
	assert_int_equal(stats().clean_bytes, 64 + 4096);
	assert_int_equal(stats().clean_lines, 2 + 64);
	assert_int_equal(stats().written_back, 2);
	assert_int_equal(stats().invalidates, 1);
	assert_int_equal(stats().invalidate_lines, 1);
}

static void who_has_nothing_to_wait_for_does_not_wait(void **state)
{
	(void)state;
	hw_cache_wait();
	hw_cache_clean(AT, 0);
	hw_cache_wait();
	assert_int_equal(stats().waits, 0);
	hw_cache_clean(AT, 64);
	hw_cache_invalidate(AT, 64);
	hw_cache_wait();
	hw_cache_wait();
	assert_int_equal(stats().waits, 1);
	hw_cache_invalidate(AT, 64);
	hw_cache_wait();
	assert_int_equal(stats().waits, 2);
}

/* On a machine without views, too. */
static void power_off_ends_what_was_to_be_waited_for(void **state)
{
	hw_exit();
	board_setup(state);
	hw_cache_clean(AT, 64);
	hw_exit();
	board_setup(state);
	hw_cache_wait();
	assert_int_equal(stats().waits, 0);
}

static void power_off_forgets_views_and_counters(void **state)
{
	(void)state;
	memset(cpu(AT), 1, 64);
	hw_cache_clean(AT, 64);
	assert_true(hw_cache_set_uncached(AT + 4096, 4096, true));
	hw_exit();

	board_setup((void **)&dev);
	assert_true(hw_dev_set_noncoherent(dev, true));
	assert_int_equal(stats().cleans, 0);
	assert_device_sees(AT, 64, 0);
	memset(cpu(AT + 4096), 1, 64);
	assert_device_sees(AT + 4096, 64, 0);
}

#define CASE(fn) \
	cmocka_unit_test_setup_teardown(fn, cache_setup, board_teardown)
#define CASE_SPECULATION(fn)                                         \
	cmocka_unit_test_setup_teardown(fn, cache_setup_speculation, \
					board_teardown)
#define CASE_IOMMU(fn) \
	cmocka_unit_test_setup_teardown(fn, cache_setup_iommu, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(cleaned_stores_reach_the_device),
		CASE(invalidated_lines_show_what_the_device_wrote),
		CASE(a_buffer_goes_back_and_forth),
		CASE(what_the_device_left_alone_stays_the_cpus),
		CASE(without_a_clean_the_device_reads_what_was_there),
		CASE(stores_before_the_device_came_need_a_clean_as_well),
		CASE(without_an_invalidate_the_cpu_reads_its_own),
		CASE(a_late_clean_destroys_what_the_device_wrote),
		CASE(a_clean_of_clean_lines_does_no_harm),
		CASE(a_neighbour_in_the_line_is_written_back_over_device_data),
		CASE(an_edge_line_is_written_back_before_it_is_invalidated),
		CASE(both_edges_are_written_back_and_what_lies_between_is_lost),
		CASE(an_edge_ends_where_its_line_does),
		CASE(an_edge_line_nobody_touched_loses_nothing),
		CASE(stores_to_a_line_that_is_invalidated_are_lost),
		CASE(maintenance_ends_with_its_last_line),
		CASE(a_coherent_device_sees_the_cpus_bytes),
		CASE(firmware_tells_who_snoops),
		CASE_IOMMU(page_table_walks_snoop),
		CASE(every_length_arrives_whole),
		CASE(cpus_and_devices_work_side_by_side),
		CASE(uncached_pages_are_the_same_for_all),
		CASE(pages_around_uncached_ones_are_cached),
		CASE(pages_are_clean_when_they_are_cached_again),
		CASE(each_page_is_uncached_for_itself),
		CASE(a_range_of_pages_is_uncached_to_its_end),
		CASE(uncached_is_a_matter_of_whole_pages_of_ram),
		CASE_SPECULATION(
			maintenance_may_write_back_the_lines_next_to_it),
		CASE_SPECULATION(
			before_an_invalidate_its_own_lines_may_be_written_back),
		CASE_SPECULATION(
			clean_lines_are_fetched_by_a_devices_write_only),
		CASE_SPECULATION(
			before_a_device_reads_its_lines_may_be_written_back),
		CASE_SPECULATION(
			a_clean_line_that_is_written_to_may_be_fetched),
		CASE_SPECULATION(
			a_dirty_line_may_be_written_back_over_a_devices_write),
		CASE_SPECULATION(uncached_lines_have_no_place_to_lose),
		CASE_SPECULATION(
			the_first_and_the_last_line_of_ram_may_be_lost),
		CASE(operations_and_lines_are_counted),
		CASE(who_has_nothing_to_wait_for_does_not_wait),
		CASE(power_off_ends_what_was_to_be_waited_for),
		CASE(power_off_forgets_views_and_counters),
	};

	return cmocka_run_group_tests_name("hw cache", tests, NULL, NULL);
}
