/* SPDX-License-Identifier: MIT */
/*
 * mm_check(): what was not given back is found, counted and named.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <string.h>

static void clean_machine_has_no_leaks(void **state)
{
	kfree(kmalloc(100, GFP_KERNEL));
	vfree(vmalloc(100));
	assert_int_equal(mm_check(), 0);
}

static void leaked_pages_are_reported(void **state)
{
	struct page *page[3];
	int i;

	for (i = 0; i < 3; i++)
		page[i] = alloc_page(GFP_KERNEL);
	assert_int_equal(mm_check(), 3);

	assert_int_equal(expect_events(LIB_EVENT_LEAK, "page-leak"), 1);
	assert_non_null(strstr(last_event(), "3 pages"));
	for (i = 0; i < 3; i++)
		__free_page(page[i]);
}

static void leaked_block_is_one_thing(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 4);

	assert_int_equal(mm_check(), 1);
	assert_non_null(strstr(last_event(), "1 page block"));
	__free_pages(page, 4);
}

static void leaked_objects_are_reported(void **state)
{
	void *a = kmalloc(100, GFP_KERNEL), *b = kmalloc(10000, GFP_KERNEL);

	assert_int_equal(mm_check(), 2);

	assert_true(expect_events(LIB_EVENT_LEAK, "slab-leak") >= 1);
	assert_int_equal(expect_events(LIB_EVENT_LEAK, "page-leak"), 0);
	kfree(a);
	kfree(b);
}

static void leaked_cache_is_reported_by_name(void **state)
{
	struct kmem_cache *s = kmem_cache_create("forgotten", 64, 0, 0, NULL);

	assert_int_equal(mm_check(), 1);
	assert_int_equal(expect_events(LIB_EVENT_LEAK, "cache-leak"), 1);
	assert_non_null(strstr(last_event(), "\"forgotten\""));
	kmem_cache_destroy(s);
}

static void leaked_area_is_one_thing(void **state)
{
	void *p = vmalloc(5 * PAGE_SIZE);

	assert_int_equal(mm_check(), 1);
	assert_int_equal(expect_events(LIB_EVENT_LEAK, "vmalloc-leak"), 1);
	assert_int_equal(expect_events(LIB_EVENT_LEAK, "page-leak"), 0);
	vfree(p);
}

/* A symbol that the report can name: exported, and never inlined. */
void *leak_from_here(void);
noinline void *leak_from_here(void)
{
	void *p = kmalloc(32, GFP_KERNEL);

	assert_non_null(p);
	return p;
}

static void reports_say_who_allocated(void **state)
{
	void *p;

	if (!DEBUG_BUILD)
		skip();
	p = leak_from_here();
	assert_int_equal(mm_check(), 1);
	assert_non_null(strstr(last_event(), "1 kmalloc objects allocated at"));
	kfree(p);
}

static void shutdown_with_leaks_leaves_nothing_behind(void **state)
{
	int i;

	for (i = 0; i < 3; i++) {
		kmalloc(100, GFP_KERNEL);
		kmalloc(10000, GFP_KERNEL);
		vmalloc(10000);
		alloc_page(GFP_KERNEL);
		kmem_cache_create("left", 64, 0, 0, NULL);
		machine_off();
		small_machine(state);
		assert_int_equal(mm_check(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(clean_machine_has_no_leaks, small),
		MM_TEST(leaked_pages_are_reported, small),
		MM_TEST(leaked_block_is_one_thing, small),
		MM_TEST(leaked_objects_are_reported, small),
		MM_TEST(leaked_cache_is_reported_by_name, small),
		MM_TEST(leaked_area_is_one_thing, small),
		MM_TEST(reports_say_who_allocated, small),
		MM_TEST(shutdown_with_leaks_leaves_nothing_behind, small),
	};

	return cmocka_run_group_tests_name("mm_leaks", tests, NULL, NULL);
}
