/* SPDX-License-Identifier: MIT */
/*
 * src/mm/slab.c and slab_debug.c: kmalloc.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include <string.h>

static struct mm_stats stats_now(void)
{
	struct mm_stats stats;

	mm_get_stats(&stats);
	return stats;
}

static void powers_of_two_are_naturally_aligned(void **state)
{
	size_t size;

	for (size = 8; size <= 65536; size *= 2) {
		void *a = kmalloc(size, GFP_KERNEL);
		void *b = kmalloc(size, GFP_KERNEL);

		assert_int_equal((unsigned long)a & (size - 1), 0);
		assert_int_equal((unsigned long)b & (size - 1), 0);
		memset(a, 1, size);
		memset(b, 2, size);
		kfree(a);
		kfree(b);
	}
}

static void odd_classes_keep_their_alignment(void **state)
{
	void *a = kmalloc(96, GFP_KERNEL), *b = kmalloc(96, GFP_KERNEL);
	void *c = kmalloc(192, GFP_KERNEL), *d = kmalloc(192, GFP_KERNEL);

	assert_int_equal(((unsigned long)a | (unsigned long)b) & 31, 0);
	assert_int_equal(((unsigned long)c | (unsigned long)d) & 63, 0);
	kfree(a);
	kfree(b);
	kfree(c);
	kfree(d);
}

static void size_classes_are_those_of_the_kernel(void **state)
{
	static const size_t pairs[][2] = {
		{ 1, 8 },     { 8, 8 },	      { 9, 16 },
		{ 65, 96 },   { 97, 128 },    { 129, 192 },
		{ 193, 256 }, { 4097, 8192 }, { 8193, 12288 + 4096 },
		{ 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_int_equal(kmalloc_size_roundup(pairs[i][0]),
				 pairs[i][1]);
}

static void ksize_is_the_size_class(void **state)
{
	void *small = kmalloc(100, GFP_KERNEL);
	void *large = kmalloc(9000, GFP_KERNEL);

	assert_int_equal(ksize(small), 128);
	assert_int_equal(ksize(large), 16384);
	assert_int_equal(ksize(NULL), 0);
	assert_int_equal(ksize(ZERO_SIZE_PTR), 0);
	kfree(small);
	kfree(large);
}

static void every_class_gives_and_takes_its_bytes(void **state)
{
	size_t size;

	for (size = 8; size <= 131072; size *= 2) {
		void *p = kmalloc(size - 3, GFP_KERNEL);
		size_t bytes = kmalloc_size_roundup(size - 3);

		assert_int_equal(ksize(p), bytes);
		assert_int_equal(stats_now().slab_bytes, bytes);
		kfree(p);
		assert_int_equal(stats_now().slab_bytes, 0);
	}
}

static void a_large_object_takes_no_more_pages_than_it_fills(void **state)
{
	size_t size;

	for (size = 8192; size <= 131072; size *= 2) {
		u64 before = stats_now().pages_free;
		void *p = kmalloc(size, GFP_KERNEL);

		assert_int_equal(before - stats_now().pages_free, PFN_UP(size));
		kfree(p);
	}
}

static void zero_bytes_give_zero_size_ptr(void **state)
{
	void *p = kmalloc(0, GFP_KERNEL);

	assert_ptr_equal(p, ZERO_SIZE_PTR);
	kfree(p);
	kfree(NULL);
}

static void kzalloc_zeroes_recycled_memory(void **state)
{
	char *p = kmalloc(64, GFP_KERNEL);
	int i;

	memset(p, 0x55, 64);
	kfree(p);
	p = kzalloc(64, GFP_KERNEL);
	for (i = 0; i < 64; i++)
		assert_int_equal(p[i], 0);
	kfree(p);
}

static void objects_lie_in_simulated_ram(void **state)
{
	void *small = kmalloc(32, GFP_KERNEL);
	void *large = kmalloc(100000, GFP_KERNEL);

	assert_true(virt_addr_valid(small));
	assert_true(virt_addr_valid(large));
	assert_true(PageSlab(virt_to_page(small)));
	assert_false(PageSlab(virt_to_page(large)));
	assert_true(PageLargeKmalloc(virt_to_page(large)));
	kfree(small);
	kfree(large);
}

static void large_objects_are_contiguous_in_any_layout(void **state)
{
	char *p = kmalloc(256 << 10, GFP_KERNEL);

	assert_int_equal(virt_to_phys(p + (256 << 10) - 1) - virt_to_phys(p),
			 (256 << 10) - 1);
	assert_int_equal((unsigned long)p & ((256 << 10) - 1), 0);
	kfree(p);
}

static void kmalloc_honours_the_dma_zone(void **state)
{
	void *p = kmalloc(100, GFP_KERNEL | GFP_DMA);

	assert_true(virt_to_phys(p) < 0x1000000);
	kfree(p);
}

static void array_size_overflow_gives_null(void **state)
{
	assert_null(kmalloc_array(1ul << 33, 1ul << 33, GFP_KERNEL));
	assert_null(kcalloc(~0ul, 2, GFP_KERNEL));
}

static void too_large_gives_null_and_warns_unless_told_not_to(void **state)
{
	assert_null(kmalloc(2 * KMALLOC_MAX_SIZE, GFP_KERNEL | __GFP_NOWARN));
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 0);
	assert_null(kmalloc(2 * KMALLOC_MAX_SIZE, GFP_KERNEL));
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);
}

static void krealloc_keeps_contents(void **state)
{
	char *p = kmalloc(10, GFP_KERNEL);

	strcpy(p, "contents");
	p = krealloc(p, 5000, GFP_KERNEL);
	assert_string_equal(p, "contents");
	p = krealloc(p, 9, GFP_KERNEL);
	assert_string_equal(p, "contents");
	assert_ptr_equal(krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

static void failed_krealloc_leaves_the_object(void **state)
{
	char *p = kmalloc(10, GFP_KERNEL);

	strcpy(p, "still");
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(krealloc(p, 5000, GFP_KERNEL));
	lib_fail_off();
	assert_string_equal(p, "still");
	kfree_sensitive(p);
}

static void objects_and_bytes_are_counted(void **state)
{
	void *a = kmalloc(100, GFP_KERNEL),
	     *b = kmalloc(5 * PAGE_SIZE, GFP_KERNEL);

	assert_int_equal(stats_now().slab_objects, 2);
	assert_int_equal(stats_now().slab_bytes, 128 + 8 * PAGE_SIZE);
	kfree(a);
	assert_int_equal(stats_now().slab_objects, 1);
	assert_int_equal(stats_now().slab_bytes, 8 * PAGE_SIZE);
	kfree(b);
	assert_int_equal(stats_now().slab_bytes, 0);
}

static void third_allocation_fails_on_request(void **state)
{
	void *p[4];
	int i;

	lib_fail_nth(DMASIM_SITE_SLAB, 3);
	for (i = 0; i < 4; i++)
		p[i] = kmalloc(64, GFP_ATOMIC);
	lib_fail_off();

	assert_non_null(p[0]);
	assert_non_null(p[1]);
	assert_null(p[2]);
	assert_non_null(p[3]);
	assert_int_equal(expect_events(LIB_EVENT_REFUSAL, "slab-alloc"), 1);
	for (i = 0; i < 4; i++)
		kfree(p[i]);
}

static void used_up_ram_gives_null(void **state)
{
	static void *p[SMALL_PAGES];
	int i, n = 0;

	while ((p[n] = kmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN)))
		n++;
	/* Debug builds put a red zone behind each page. */
	assert_true(n > SMALL_PAGES / 4);
	for (i = 0; i < n; i++)
		kfree(p[i]);
	p[0] = kmalloc(PAGE_SIZE, GFP_KERNEL);
	assert_non_null(p[0]);
	kfree(p[0]);
}

/* Linux falls back to slabs of order 0. */
static void every_class_is_had_from_single_pages(void **state)
{
	static const size_t size[] = { 8,   72,	 96,   136,  192,
				       200, 520, 3000, 4081, 4096 };
	struct page **pages = only_single_pages();
	void *p[ARRAY_SIZE(size)];
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(size); i++) {
		p[i] = kmalloc(size[i], GFP_KERNEL);
		assert_non_null(p[i]);
		assert_true(ksize(p[i]) >= size[i]);
		memset(p[i], 0x5a, size[i]);
	}

	for (i = 0; i < (int)ARRAY_SIZE(size); i++)
		kfree(p[i]);
	single_pages_end(pages);
	assert_int_equal(stats_now().slab_objects, 0);
	assert_int_equal(stats_now().slab_bytes, 0);
}

static void freeing_what_is_no_object_is_a_warning(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kfree(page_address(page));

	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-free"), 1);
	__free_page(page);
}

/* Memory of the host, and above RAM: neither has a struct page. */
static void freeing_what_is_not_in_ram_is_a_warning(void **state)
{
	char on_the_stack[64] = "untouched";

	kfree(on_the_stack);
	kfree_sensitive(on_the_stack);
	kfree((void *)(mm_linear_base + mm_linear_span));

	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-free"), 3);
	assert_string_equal(on_the_stack, "untouched");
}

static void what_is_no_object_has_no_size(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char on_the_stack[64] = "untouched";

	assert_int_equal(ksize(on_the_stack), 0);
	assert_int_equal(ksize(page_address(page)), 0);
	assert_null(krealloc(on_the_stack, 128, GFP_KERNEL));
	assert_null(krealloc(page_address(page), 8, GFP_KERNEL));
	assert_null(kvrealloc(on_the_stack, 2 * PAGE_SIZE, GFP_KERNEL));

	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-object"), 5);
	assert_string_equal(on_the_stack, "untouched");
	__free_page(page);
}

static void double_kfree_is_a_warning(void **state)
{
	void *p;

	if (!DEBUG_BUILD)
		skip();
	p = kmalloc(64, GFP_KERNEL);
	kfree(p);
	kfree(p);
	assert_int_equal(expect_events(LIB_EVENT_WARN, "slab-bad-free"), 1);
}

static void overflow_into_the_red_zone_is_found(void **state)
{
	char *p;

	if (!DEBUG_BUILD || ASAN_BUILD)
		skip();
	p = kmalloc(61, GFP_KERNEL);
	p[61] = 1;
	kfree(p);
	assert_int_equal(expect_events(LIB_EVENT_MISUSE, "slab-overflow"), 1);
	assert_non_null(strstr(last_event(), "offset 61"));
}

static void store_to_a_freed_object_is_found(void **state)
{
	char *p;
	int i;

	if (!DEBUG_BUILD || ASAN_BUILD)
		skip();
	p = kmalloc(64, GFP_KERNEL);
	kfree(p);
	p[3] = 1;
	for (i = 0; i < 200; i++)
		kfree(kmalloc(64, GFP_KERNEL));
	assert_int_equal(expect_events(LIB_EVENT_MISUSE, "slab-use-after-free"),
			 1);
}

#if ASAN_BUILD
int __asan_address_is_poisoned(const volatile void *addr);

static void sanitizer_knows_red_zones_and_dead_objects(void **state)
{
	char *p = kmalloc(61, GFP_KERNEL);

	assert_false(__asan_address_is_poisoned(p + 60));
	if (DEBUG_BUILD)
		assert_true(__asan_address_is_poisoned(p + 61));
	kfree(p);
	if (DEBUG_BUILD)
		assert_true(__asan_address_is_poisoned(p));
}
#else
static void sanitizer_knows_red_zones_and_dead_objects(void **state)
{
	skip();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(powers_of_two_are_naturally_aligned, small),
		MM_TEST(odd_classes_keep_their_alignment, small),
		MM_TEST(size_classes_are_those_of_the_kernel, small),
		MM_TEST(ksize_is_the_size_class, small),
		MM_TEST(every_class_gives_and_takes_its_bytes, small),
		MM_TEST(a_large_object_takes_no_more_pages_than_it_fills,
			small),
		MM_TEST(zero_bytes_give_zero_size_ptr, small),
		MM_TEST(kzalloc_zeroes_recycled_memory, small),
		MM_TEST(objects_lie_in_simulated_ram, hole),
		MM_TEST(large_objects_are_contiguous_in_any_layout, scattered),
		MM_TEST(kmalloc_honours_the_dma_zone, hole),
		MM_TEST(array_size_overflow_gives_null, small),
		MM_TEST(too_large_gives_null_and_warns_unless_told_not_to,
			small),
		MM_TEST(krealloc_keeps_contents, small),
		MM_TEST(failed_krealloc_leaves_the_object, small),
		MM_TEST(objects_and_bytes_are_counted, small),
		MM_TEST(third_allocation_fails_on_request, small),
		MM_TEST(used_up_ram_gives_null, small),
		MM_TEST(every_class_is_had_from_single_pages, small),
		MM_TEST(freeing_what_is_no_object_is_a_warning, small),
		MM_TEST(freeing_what_is_not_in_ram_is_a_warning, small),
		MM_TEST(what_is_no_object_has_no_size, small),
		MM_TEST(double_kfree_is_a_warning, small),
		MM_TEST(overflow_into_the_red_zone_is_found, small),
		MM_TEST(store_to_a_freed_object_is_found, small),
		MM_TEST(sanitizer_knows_red_zones_and_dead_objects, small),
	};

	return cmocka_run_group_tests_name("mm_slab", tests, NULL, NULL);
}
