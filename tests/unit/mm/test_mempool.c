/* SPDX-License-Identifier: MIT */
/*
 * src/mm/mempool.c: the reserve.
 */
#include "fixture.h"

#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

static void reserve_is_filled_at_creation(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(4, 64);
	struct mm_stats stats;

	mm_get_stats(&stats);
	assert_int_equal(pool->curr_nr, 4);
	/* The pool, its array, four elements. */
	assert_int_equal(stats.slab_objects, 6);
	mempool_destroy(pool);
}

static void allocator_is_asked_before_the_reserve(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);
	void *p = mempool_alloc(pool, GFP_ATOMIC);

	assert_non_null(p);
	assert_int_equal(pool->curr_nr, 2);
	mempool_free(p, pool);
	assert_int_equal(pool->curr_nr, 2);
	mempool_destroy(pool);
}

static void reserve_serves_when_the_allocator_fails(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);
	void *a, *b, *c;

	lib_fail_from(DMASIM_SITE_SLAB, 1);
	a = mempool_alloc(pool, GFP_ATOMIC);
	b = mempool_alloc(pool, GFP_ATOMIC);
	c = mempool_alloc(pool, GFP_ATOMIC);
	lib_fail_off();

	assert_non_null(a);
	assert_non_null(b);
	assert_null(c);
	assert_int_equal(pool->curr_nr, 0);

	mempool_free(a, pool);
	mempool_free(b, pool);
	assert_int_equal(pool->curr_nr, 2);
	mempool_destroy(pool);
}

static void reserve_itself_can_be_made_to_fail(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);

	lib_fail_any_nth(1u << DMASIM_SITE_SLAB, 1);
	lib_fail_nth(DMASIM_SITE_MEMPOOL, 1);
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(mempool_alloc(pool, GFP_ATOMIC));
	lib_fail_off();
	assert_int_equal(pool->curr_nr, 2);
	mempool_destroy(pool);
}

struct giver {
	struct work_struct work;
	mempool_t *pool;
	void *element;
};

static void give_back(struct work_struct *work)
{
	struct giver *giver = container_of(work, struct giver, work);

	mempool_free(giver->element, giver->pool);
}

static void sleeper_gets_what_another_frees(void **state)
{
	struct giver giver;

	giver.pool = mempool_create_kmalloc_pool(1, 64);
	lib_fail_from(DMASIM_SITE_SLAB, 1);
	giver.element = mempool_alloc(giver.pool, GFP_KERNEL);
	assert_int_equal(giver.pool->curr_nr, 0);

	INIT_WORK(&giver.work, give_back);
	schedule_work(&giver.work);
	assert_ptr_equal(mempool_alloc(giver.pool, GFP_KERNEL), giver.element);

	lib_fail_off();
	mempool_free(giver.element, giver.pool);
	mempool_destroy(giver.pool);
}

static void failed_creation_leaves_nothing(void **state)
{
	int nth;

	for (nth = 1; nth <= 5; nth++) {
		lib_fail_nth(DMASIM_SITE_SLAB, nth);
		assert_null(mempool_create_kmalloc_pool(3, 64));
		lib_fail_off();
	}
}

static void slab_and_page_pools_work(void **state)
{
	struct kmem_cache *s = kmem_cache_create("pooled", 40, 0, 0, NULL);
	mempool_t slab_pool, page_pool;
	void *object;
	struct page *page;

	assert_int_equal(mempool_init_slab_pool(&slab_pool, 2, s), 0);
	assert_int_equal(mempool_init_page_pool(&page_pool, 1, 2), 0);
	object = mempool_alloc(&slab_pool, GFP_KERNEL);
	page = mempool_alloc(&page_pool, GFP_KERNEL);

	assert_int_equal(page_to_pfn(page) & 3, 0);
	mempool_free(object, &slab_pool);
	mempool_free(page, &page_pool);
	mempool_exit(&slab_pool);
	mempool_exit(&page_pool);
	assert_false(mempool_initialized(&slab_pool));
	kmem_cache_destroy(s);
}

static void resize_grows_and_shrinks(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);

	assert_int_equal(mempool_resize(pool, 8), 0);
	assert_int_equal(pool->curr_nr, 8);
	assert_int_equal(mempool_resize(pool, 3), 0);
	assert_int_equal(pool->curr_nr, 3);
	mempool_destroy(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(reserve_is_filled_at_creation, small),
		MM_TEST(allocator_is_asked_before_the_reserve, small),
		MM_TEST(reserve_serves_when_the_allocator_fails, small),
		MM_TEST(reserve_itself_can_be_made_to_fail, small),
		MM_TEST(sleeper_gets_what_another_frees, small),
		MM_TEST(failed_creation_leaves_nothing, small),
		MM_TEST(slab_and_page_pools_work, small),
		MM_TEST(resize_grows_and_shrinks, small),
	};

	return cmocka_run_group_tests_name("mm_mempool", tests, NULL, NULL);
}
