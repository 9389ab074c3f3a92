/* SPDX-License-Identifier: MIT */
/*
 * Pools of coherent blocks (src/dma/dmapool.c), for a device without an IOMMU.
 */
#include "unit/dma/board.h"

#include <linux/dmapool.h>

#include "dma/dmapool.c"

static struct board board;
static struct device *dev = &board.pdev.dev;

static int setup(void **state)
{
	memset(&board, 0, sizeof(board));
	board_start(&board);
	return 0;
}

static int teardown(void **state)
{
	board_stop(&board);
	return 0;
}

/* Offset of the next block in its page. */
static unsigned int take(struct dma_pool *pool, void **block)
{
	dma_addr_t dma;

	*block = dma_pool_alloc(pool, GFP_KERNEL, &dma);
	assert_non_null(*block);
	assert_int_equal(virt_to_phys(*block), dma);
	return dma & ~PAGE_MASK;
}

static void put(struct dma_pool *pool, void *block)
{
	dma_pool_free(pool, block, virt_to_phys(block));
}

/* spec: dma-core 101 */
static void blocks_fill_a_page_upwards(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 68, 32, 0);
	const unsigned int full = PAGE_SIZE / 96; /* 42 of 4 KiB */
	void *blocks[PAGE_SIZE / 96 + 1];
	unsigned int i;

	for (i = 0; i < full; i++)
		assert_int_equal(take(pool, &blocks[i]), 96 * i);
	assert_int_equal(pool->nr_blocks, full);
	assert_int_equal(pool->nr_backings, 1);

	assert_int_equal(take(pool, &blocks[full]), 0);
	assert_int_equal(pool->nr_backings, 2);
	for (i = 0; i <= full; i++)
		put(pool, blocks[i]);
	dma_pool_destroy(pool);
}

/* spec: dma-core 101 */
static void no_block_crosses_the_boundary(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 68, 32, 256);
	static const unsigned int first[] = { 0, 96, 256, 352 };
	void *blocks[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		assert_int_equal(take(pool, &blocks[i]), first[i]);
	assert_int_equal(pool->nr_blocks, 2 * (PAGE_SIZE / 256));
	for (i = 0; i < 4; i++)
		put(pool, blocks[i]);
	dma_pool_destroy(pool);
}

static void a_block_larger_than_a_page_is_its_own_backing(void **state)
{
	struct dma_pool *pool =
		dma_pool_create("p", dev, PAGE_SIZE + 904, 8, 0);
	void *a, *b;

	take(pool, &a);
	take(pool, &b);
	assert_int_equal(pool->nr_blocks, 2);
	assert_int_equal(pool->allocation, PAGE_SIZE + 904);
	put(pool, a);
	put(pool, b);
	dma_pool_destroy(pool);
}

/* spec: dma-core 102 */
static void impossible_pools_are_refused(void **state)
{
	assert_null(dma_pool_create("p", dev, 64, 3, 0));
	assert_null(dma_pool_create("p", dev, 0, 8, 0));
	assert_null(dma_pool_create("p", dev, (size_t)INT_MAX + 1, 8, 0));
	assert_null(dma_pool_create("p", dev, 128, 8, 64));
	assert_null(dma_pool_create("p", dev, 128, 8, 384));
	assert_null(dma_pool_create("p", NULL, 128, 8, 0));
	assert_true(list_empty(&dev->dma_pools));
}

/* spec: dma-core 102 */
static void the_last_block_freed_is_the_next_one(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 64, 64, 0);
	void *a, *b, *again;

	take(pool, &a);
	take(pool, &b);
	put(pool, a);
	take(pool, &again);
	assert_ptr_equal(a, again);
	put(pool, again);
	put(pool, b);
	dma_pool_destroy(pool);
}

/* spec: dma-core 102 */
static void a_busy_pool_leaves_its_memory_to_the_device(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 64, 64, 0);
	u64 before = board_free_pages();
	void *block;

	take(pool, &block);
	dma_pool_destroy(pool);

	assert_int_equal(events(HOST_EVENT_LOG, "err"), 1);
	assert_int_equal(board_free_pages(), before - 1);
	free_page((unsigned long)block);
}

static void a_zeroed_block_is_zero(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 64, 64, 0);
	u8 zero[64] = {};
	dma_addr_t dma;
	void *block;

	take(pool, &block);
	memset(block, 0xee, 64);
	put(pool, block);
	block = dma_pool_zalloc(pool, GFP_KERNEL, &dma);
	assert_memory_equal(block, zero, 64);
	put(pool, block);
	dma_pool_destroy(pool);
}

static void a_pool_can_run_out(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 64, 64, 0);
	dma_addr_t dma;

	lib_fail_nth(DMASIM_SITE_DMA_POOL, 1);
	assert_null(dma_pool_alloc(pool, GFP_KERNEL, &dma));
	lib_fail_nth(DMASIM_SITE_COHERENT, 1);
	assert_null(dma_pool_alloc(pool, GFP_KERNEL, &dma));
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(dma_pool_alloc(pool, GFP_KERNEL, &dma));
	dma_pool_destroy(pool);
	dma_pool_destroy(NULL);
}

static void a_forgotten_pool_is_a_leak(void **state)
{
	struct dma_pool *pool = dma_pool_create("p", dev, 64, 64, 0);

	assert_int_equal(dma_check(), 1);
	assert_int_equal(events(HOST_EVENT_LEAK, "dma-pool-leak"), 1);
	dma_pool_destroy(pool);
}

/* spec: dma-core 103 */
static void writing_to_a_free_block_is_noticed(void **state)
{
	struct dma_pool *pool;
	void *block;

	if (!DMA_POOL_DEBUG)
		skip();
	pool = dma_pool_create("p", dev, 64, 64, 0);
	take(pool, &block);
	assert_int_equal(((u8 *)block)[63], POOL_POISON_ALLOCATED);
	put(pool, block);
	assert_int_equal(((u8 *)block)[63], POOL_POISON_FREED);
	((u8 *)block)[40] = 1;

	take(pool, &block);
	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-pool-corrupt"), 1);
	put(pool, block);
	dma_pool_destroy(pool);
}

/* spec: dma-core 103 */
static void a_double_free_is_reported_and_ignored(void **state)
{
	struct dma_pool *pool;
	void *a, *b;

	if (!DMA_POOL_DEBUG)
		skip();
	pool = dma_pool_create("p", dev, 64, 64, 0);
	take(pool, &a);
	put(pool, a);
	put(pool, a);
	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-pool-double-free"), 1);
	assert_int_equal(pool->nr_active, 0);

	take(pool, &a);
	take(pool, &b);
	assert_ptr_not_equal(a, b);
	put(pool, a);
	put(pool, b);
	dma_pool_destroy(pool);
}

/* spec: dma-core 103 */
static void a_foreign_block_is_reported_and_ignored(void **state)
{
	struct dma_pool *pool;
	void *block;

	if (!DMA_POOL_DEBUG)
		skip();
	pool = dma_pool_create("p", dev, 64, 64, 0);
	take(pool, &block);
	dma_pool_free(pool, block, virt_to_phys(block) + 64);
	assert_int_equal(events(HOST_EVENT_MISUSE, "dma-pool-bad-dma"), 1);
	assert_int_equal(pool->nr_active, 1);
	put(pool, block);
	dma_pool_destroy(pool);
}

static void pools_are_listed_for_their_device(void **state)
{
	struct dma_pool *pool = dma_pool_create("descriptors", dev, 64, 64, 0);
	char *text = (char *)__get_free_page(GFP_KERNEL);
	char wanted[80];
	void *block;

	take(pool, &block);
	pools_show(dev, NULL, text);
	scnprintf(wanted, sizeof(wanted),
		  "poolinfo - 0.1\ndescriptors         1 %4lu   64  1\n",
		  PAGE_SIZE / 64);
	assert_string_equal(text, wanted);
	put(pool, block);
	free_page((unsigned long)text);
	dma_pool_destroy(pool);
}

/* spec: dma-core 5.5 */
static void the_first_pool_makes_the_list_and_the_last_takes_it(void **state)
{
	struct dma_pool *a = dma_pool_create("a", dev, 64, 64, 0);
	struct dma_pool *b = dma_pool_create("b", dev, 64, 64, 0);

	assert_int_equal(device_create_file(dev, &dev_attr_pools), -EEXIST);
	dma_pool_destroy(a);
	assert_int_equal(device_create_file(dev, &dev_attr_pools), -EEXIST);
	dma_pool_destroy(b);
	assert_int_equal(device_create_file(dev, &dev_attr_pools), 0);
	device_remove_file(dev, &dev_attr_pools);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(blocks_fill_a_page_upwards),
		CASE(no_block_crosses_the_boundary),
		CASE(a_block_larger_than_a_page_is_its_own_backing),
		CASE(impossible_pools_are_refused),
		CASE(the_last_block_freed_is_the_next_one),
		CASE(a_busy_pool_leaves_its_memory_to_the_device),
		CASE(a_zeroed_block_is_zero),
		CASE(a_pool_can_run_out),
		CASE(a_forgotten_pool_is_a_leak),
		CASE(writing_to_a_free_block_is_noticed),
		CASE(a_double_free_is_reported_and_ignored),
		CASE(a_foreign_block_is_reported_and_ignored),
		CASE(pools_are_listed_for_their_device),
		CASE(the_first_pool_makes_the_list_and_the_last_takes_it),
	};

	return cmocka_run_group_tests_name("dmapool", tests, NULL, NULL);
}
