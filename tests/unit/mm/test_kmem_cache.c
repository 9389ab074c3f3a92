/* SPDX-License-Identifier: MIT */
/*
 * src/mm/kmem_cache.c: object caches.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include <string.h>

struct widget {
	u64 a, b, c;
};

static int constructed;

static void construct(void *p)
{
	((struct widget *)p)->a = 42;
	constructed++;
}

static void both_forms_of_create_work(void **state)
{
	struct kmem_cache_args args = { .align = 256, .ctor = construct };
	struct kmem_cache *one, *two, *three;
	struct widget *w;

	one = kmem_cache_create("one", 24, 0, 0, NULL);
	two = kmem_cache_create("two", 24, &args, SLAB_HWCACHE_ALIGN);
	three = kmem_cache_create("three", 24, NULL, 0);

	constructed = 0;
	w = kmem_cache_alloc(two, GFP_KERNEL);
	assert_int_equal((unsigned long)w & 255, 0);
	assert_int_equal(w->a, 42);
	assert_int_equal(constructed, 1);
	assert_int_equal(kmem_cache_size(three), 24);

	kmem_cache_free(two, w);
	kmem_cache_destroy(one);
	kmem_cache_destroy(two);
	kmem_cache_destroy(three);
}

static void hardware_alignment_is_a_cache_line(void **state)
{
	struct kmem_cache *s =
		kmem_cache_create("line", 40, 0, SLAB_HWCACHE_ALIGN, NULL);
	void *a = kmem_cache_alloc(s, GFP_KERNEL);
	void *b = kmem_cache_alloc(s, GFP_KERNEL);

	assert_int_equal(((unsigned long)a | (unsigned long)b) & 63, 0);
	kmem_cache_free(s, a);
	kmem_cache_free(s, b);
	kmem_cache_destroy(s);
}

static void zalloc_zeroes(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	struct widget *w = kmem_cache_alloc(s, GFP_KERNEL);

	memset(w, 0x11, sizeof(*w));
	kmem_cache_free(s, w);
	w = kmem_cache_zalloc(s, GFP_KERNEL);
	assert_int_equal(w->a | w->b | w->c, 0);
	kmem_cache_free(s, w);
	kmem_cache_destroy(s);
}

static void kfree_takes_objects_of_a_cache(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	struct kmem_cache *big = kmem_cache_create("big", 10000, 0, 0, NULL);
	void *a = kmem_cache_alloc(s, GFP_KERNEL);
	void *b = kmem_cache_alloc(big, GFP_KERNEL);

	assert_int_equal(ksize(a) >= sizeof(struct widget), 1);
	kfree(a);
	kfree(b);

	/* Destroying says so if the caches missed it. */
	kmem_cache_destroy(s);
	kmem_cache_destroy(big);
}

static void objects_are_counted(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	void *p[10];
	struct mm_stats stats;

	assert_int_equal(kmem_cache_alloc_bulk(s, GFP_KERNEL, 10, p), 10);
	mm_get_stats(&stats);
	assert_int_equal(stats.slab_objects, 10);
	assert_int_equal(stats.slab_bytes, 240);

	kmem_cache_free_bulk(s, 10, p);
	mm_get_stats(&stats);
	assert_int_equal(stats.slab_objects, 0);
	kmem_cache_destroy(s);
}

static void failed_bulk_allocates_nothing(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	void *p[4];

	lib_fail_nth(DMASIM_SITE_SLAB, 3);
	assert_int_equal(kmem_cache_alloc_bulk(s, GFP_KERNEL, 4, p), 0);
	lib_fail_off();
	kmem_cache_destroy(s);
}

static void destroying_a_cache_in_use_is_a_warning(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	kmem_cache_destroy(s);
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);

	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static void object_of_another_cache_is_a_warning(void **state)
{
	struct kmem_cache *s = KMEM_CACHE(widget, 0);
	struct kmem_cache *t = kmem_cache_create("other", 100, 0, 0, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	kmem_cache_free(t, p);
	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-free"), 1);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

/* Linux falls back to slabs of order 0. */
static void every_size_is_had_from_single_pages(void **state)
{
	static const unsigned int size[] = {
		24, 72, 100, 200, 600, 1024, 1500, 2100, 3000, 4000, 4080, 4096
	};
	struct kmem_cache *s[ARRAY_SIZE(size)];
	void *p[ARRAY_SIZE(size)][3];
	struct mm_stats stats;
	struct page **pages;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(size); i++)
		s[i] = kmem_cache_create("some", size[i], 0, 0, NULL);
	pages = only_single_pages();
	for (i = 0; i < ARRAY_SIZE(size); i++)
		for (k = 0; k < 3; k++) {
			p[i][k] = kmem_cache_zalloc(s[i], GFP_KERNEL);
			assert_non_null(p[i][k]);
			assert_null(memchr_inv(p[i][k], 0, size[i]));
			memset(p[i][k], 0x5a, size[i]);
			assert_true(ksize(p[i][k]) >= size[i]);
		}
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		kmem_cache_free(s[i], p[i][0]);
		kfree(p[i][1]);
		kmem_cache_free_bulk(s[i], 1, &p[i][2]);
		kmem_cache_destroy(s[i]);
	}
	single_pages_end(pages);
	mm_get_stats(&stats);
	assert_int_equal(stats.slab_objects, 0);
	assert_int_equal(stats.slab_bytes, 0);
}

static void an_object_from_a_single_page_is_told_from_others(void **state)
{
	struct kmem_cache *s = kmem_cache_create("s", 200, 0, 0, NULL);
	struct kmem_cache *t = kmem_cache_create("t", 200, 0, 0, NULL);
	struct page **pages = only_single_pages();
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	assert_non_null(p);
	kmem_cache_free(t, p);
	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-free"), 1);
	single_pages_end(pages);
	kmem_cache_destroy(s);
	kmem_cache_destroy(t);
}

static void host_caches_take_no_ram_and_count_the_same(void **state)
{
	enum { NR = 20000 };
	static struct widget *widget[NR];
	struct mm_stats before, after;
	struct kmem_cache *s;
	unsigned int i;

	mm_get_stats(&before);
	s = kmem_cache_create("host", sizeof(struct widget), 0, SLAB_HOST,
			      NULL);
	for (i = 0; i < NR; i++) {
		widget[i] = kmem_cache_zalloc(s, GFP_KERNEL);
		assert_false(virt_addr_valid(widget[i]));
		assert_int_equal(widget[i]->a | widget[i]->c, 0);
		widget[i]->a = i;
	}
	mm_get_stats(&after);
	assert_int_equal(after.pages_free, before.pages_free);
	assert_int_equal(after.slab_objects, before.slab_objects + NR);
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(kmem_cache_alloc(s, GFP_KERNEL));
	lib_fail_off();
	for (i = 0; i < NR; i++) {
		assert_int_equal(widget[i]->a, i);
		kmem_cache_free(s, widget[i]);
	}
	kmem_cache_destroy(s);

	assert_null(kmem_cache_create("two pages", 8192, 0, SLAB_HOST, NULL));
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);
}

static void dma_caches_stay_below_16_mib(void **state)
{
	struct kmem_cache *s =
		kmem_cache_create("dma", 64, 0, SLAB_CACHE_DMA, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	assert_true(virt_to_phys(p) < 0x1000000);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(both_forms_of_create_work, small),
		MM_TEST(hardware_alignment_is_a_cache_line, small),
		MM_TEST(zalloc_zeroes, small),
		MM_TEST(kfree_takes_objects_of_a_cache, small),
		MM_TEST(objects_are_counted, small),
		MM_TEST(failed_bulk_allocates_nothing, small),
		MM_TEST(destroying_a_cache_in_use_is_a_warning, small),
		MM_TEST(object_of_another_cache_is_a_warning, small),
		MM_TEST(every_size_is_had_from_single_pages, small),
		MM_TEST(an_object_from_a_single_page_is_told_from_others,
			small),
		MM_TEST(host_caches_take_no_ram_and_count_the_same, small),
		MM_TEST(dma_caches_stay_below_16_mib, hole),
	};

	return cmocka_run_group_tests_name("mm_kmem_cache", tests, NULL, NULL);
}
