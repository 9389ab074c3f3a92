/* SPDX-License-Identifier: MIT */
/*
 * The per-CPU caches of the IOVA allocator (src/iova/rcache_host.c).
 *
 * The same over both trees. White box: magazines and depots are looked at. Each case starts with an
 * empty domain, granule 4096, start_pfn 1, on CPU 0.
 */
#include "unit/iova/boot.h"

#include "iova/rcache_host.c"

#define LIMIT_32 0xffffful

static struct iova_domain domain;
static const char *allocator_name;

static int setup(void **state)
{
	boot_machine();
	assert_int_equal(iova_cache_get(), 0);
	iova_domain_init(&domain, 4096, 1, iova_allocator_find(allocator_name));
	assert_int_equal(iova_domain_init_rcaches(&domain), 0);
	return 0;
}

static int teardown(void **state)
{
	lib_fail_off();
	assert_null(iova_domain_check(&domain));
	put_iova_domain(&domain);
	iova_cache_put();
	boot_shutdown();
	return 0;
}

static unsigned long get(unsigned long size)
{
	return alloc_iova_fast(&domain, size, LIMIT_32, false);
}

static unsigned long tree_ranges(void)
{
	struct iova_stats stats;

	iova_domain_stats(&domain, &stats);
	return stats.ranges;
}

static unsigned long cached_ranges(void)
{
	struct iova_stats stats;

	iova_domain_stats(&domain, &stats);
	return stats.cached_ranges;
}

/* Allocate @nr single pfns, then free them all in order. */
static void fill_caches(unsigned int nr, unsigned long *pfns)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		pfns[i] = get(1);
	for (i = 0; i < nr; i++)
		free_iova_fast(&domain, pfns[i], 1);
}

/* spec: dma-core 9 */
static void freed_pfns_come_back_last_in_first_out(void **state)
{
	assert_int_equal(get(1), 0xfffff);
	assert_int_equal(get(1), 0xffffe);
	assert_int_equal(get(1), 0xffffd);
	free_iova_fast(&domain, 0xfffff, 1);
	free_iova_fast(&domain, 0xffffe, 1);
	free_iova_fast(&domain, 0xffffd, 1);
	assert_int_equal(get(1), 0xffffd);
	assert_int_equal(get(1), 0xffffe);
	assert_int_equal(get(1), 0xfffff);
}

static int compare_pfns(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* spec: dma-core 10 */
static void
four_hundred_frees_fill_two_magazines_and_a_depot_of_two(void **state)
{
	struct iova_bin *bin = &domain.rcaches->slot[0].bin[0];
	unsigned long pfns[400], ranges;
	unsigned int i;

	fill_caches(400, pfns);
	assert_int_equal(bin->loaded->nr, 19);
	assert_int_equal(bin->prev->nr, 127);
	assert_int_equal(domain.rcaches->depot[0].nr, 2);

	ranges = tree_ranges();
	for (i = 0; i < 400; i++)
		pfns[i] = get(1);
	assert_int_equal(tree_ranges(), ranges);
	qsort(pfns, 400, sizeof(pfns[0]), compare_pfns);
	for (i = 1; i < 400; i++)
		assert_true(pfns[i - 1] < pfns[i]);
}

/* spec: dma-core 11 */
static void five_pfns_are_cached_as_eight(void **state)
{
	unsigned long pfn = get(5);

	assert_int_equal(iova_size(find_iova(&domain, pfn)), 8);
	free_iova_fast(&domain, pfn, 5);
	assert_int_equal(get(8), pfn);
}

/* spec: dma-core 11 */
static void thirty_two_pfns_are_cached_and_thirty_three_are_not(void **state)
{
	unsigned long small = get(32), large = get(33);

	free_iova_fast(&domain, small, 32);
	free_iova_fast(&domain, large, 33);
	assert_non_null(find_iova(&domain, small));
	assert_null(find_iova(&domain, large));
	assert_int_equal(get(32), small);
}

/* spec: dma-core 12 */
static void cached_pfn_above_the_limit_stays_in_the_cache(void **state)
{
	assert_int_equal(get(1), 0xfffff);
	free_iova_fast(&domain, 0xfffff, 1);
	assert_int_equal(alloc_iova_fast(&domain, 1, 0xfff, false), 0xfff);
	assert_int_equal(cached_ranges(), 1);
	assert_int_equal(get(1), 0xfffff);
}

static void
deeper_pfn_below_the_limit_is_taken_and_replaced_by_the_top(void **state)
{
	struct iova_magazine *mag = domain.rcaches->slot[0].bin[0].loaded;
	unsigned long low = alloc_iova_fast(&domain, 1, 0xfff, false);
	struct iova *high = alloc_iova(&domain, 1, 0xfffffffff, true);

	free_iova_fast(&domain, low, 1);
	free_iova_fast(&domain, high->pfn_lo, 1);
	assert_int_equal(alloc_iova_fast(&domain, 1, 0xfff, false), low);
	assert_int_equal(mag->nr, 1);
	assert_int_equal(mag->pfns[0], 0xfffffffff);
}

static void range_that_ends_above_the_limit_does_not_fit(void **state)
{
	unsigned long pfn = get(4);

	assert_int_equal(pfn, 0xffffc);
	free_iova_fast(&domain, pfn, 4);
	assert_int_equal(alloc_iova_fast(&domain, 4, 0xffffe, false), 0xffff8);
	assert_int_equal(alloc_iova_fast(&domain, 4, 0xfffff, false), 0xffffc);
}

/* spec: dma-core 13 */
static void depot_shrinks_to_the_number_of_cpus_every_100_ms(void **state)
{
	struct iova_depot *depot = &domain.rcaches->depot[0];
	static unsigned long pfns[254 + 3 * 127 + 1];

	fill_caches(254 + 3 * 127 + 1, pfns);
	assert_int_equal(depot->nr, 4);
	assert_int_equal(num_online_cpus(), BOOT_CPUS);

	lib_run_for(101 * 1000000ull);
	assert_int_equal(depot->nr, 3);
	lib_run_for(101 * 1000000ull);
	assert_int_equal(depot->nr, 2);
	lib_run_for(500 * 1000000ull);
	assert_int_equal(depot->nr, 2);
}

static void trimmed_magazine_goes_back_to_the_tree(void **state)
{
	static unsigned long pfns[254 + 2 * 127 + 1];
	unsigned long before;

	fill_caches(254 + 2 * 127 + 1, pfns);
	before = tree_ranges();
	lib_run_for(101 * 1000000ull);
	assert_int_equal(before - tree_ranges(), 127);
}

/* spec: dma-core 14 */
static void exhausted_space_is_found_again_by_a_flush(void **state)
{
	unsigned long pfn;

	for (pfn = 15; pfn >= 1; pfn--)
		assert_int_equal(alloc_iova_fast(&domain, 1, 15, false), pfn);
	for (pfn = 15; pfn >= 1; pfn--)
		free_iova_fast(&domain, pfn, 1);

	assert_int_equal(alloc_iova_fast(&domain, 4, 15, false), 0);
	assert_int_equal(alloc_iova_fast(&domain, 4, 15, true), 12);
	assert_int_equal(cached_ranges(), 0);
}

/* From both magazines of a CPU, and from the depot. */
static void a_flush_empties_every_cache(void **state)
{
	static unsigned long pfns[600];

	fill_caches(600, pfns);
	assert_int_equal(cached_ranges(), 600);
	iova_rcaches_flush(&domain);
	assert_int_equal(cached_ranges(), 0);
	assert_int_equal(tree_ranges(), 0);
}

/* spec: dma-core 16 */
static void cached_range_is_counted_in_pages_not_in_granules(void **state)
{
	struct iova_domain small;

	assert_int_equal(iova_rcache_range(), PAGE_SIZE * 32);
	init_iova_domain(&small, 2048, 1);
	assert_int_equal(iova_domain_init_rcaches(&small), 0);
	free_iova_fast(&small, alloc_iova_fast(&small, 64, LIMIT_32, true), 64);
	assert_int_equal(iova_rcaches_count(&small), 0);
	put_iova_domain(&small);
}

static void init_without_memory_leaves_nothing_behind(void **state)
{
	struct iova_domain other;
	unsigned int nth;
	int ret;

	init_iova_domain(&other, 4096, 1);
	for (nth = 1;; nth++) {
		lib_fail_nth(DMASIM_SITE_SLAB, nth);
		ret = iova_domain_init_rcaches(&other);
		if (!lib_fail_fired())
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_null(other.rcaches);
	}
	assert_int_equal(ret, 0);
	assert_true(nth > 12);
	lib_fail_off();
	put_iova_domain(&other);
}

static void free_without_memory_for_a_magazine_goes_to_the_tree(void **state)
{
	unsigned long pfns[255];
	unsigned int i;

	for (i = 0; i < 255; i++)
		pfns[i] = get(1);
	for (i = 0; i < 254; i++)
		free_iova_fast(&domain, pfns[i], 1);
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	free_iova_fast(&domain, pfns[254], 1);
	assert_int_equal(lib_fail_fired(), 1);
	assert_null(find_iova(&domain, pfns[254]));
	assert_int_equal(cached_ranges(), 254);
}

static void thread_without_a_cpu_uses_the_shared_slot(void **state)
{
	struct iova_rcache *rc = domain.rcaches;
	unsigned long pfn = get(2);

	host_cpu_unbind();
	free_iova_fast(&domain, pfn, 2);
	assert_int_equal(rc->slot[rc->shared].bin[1].loaded->nr, 1);
	assert_int_equal(get(2), pfn);
	assert_int_equal(host_cpu_bind(0), 0);
	assert_int_equal(rc->slot[0].bin[1].loaded->nr, 0);
}

#ifdef DMASIM_DEBUG
static void double_free_is_reported_and_ignored(void **state)
{
	unsigned long pfn = get(1);

	free_iova_fast(&domain, pfn, 1);
	free_iova_fast(&domain, pfn, 1);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iova-bad-free"),
			 1);
	assert_int_equal(get(1), pfn);
	assert_int_not_equal(get(1), pfn);
}

static void free_of_a_part_is_reported_and_ignored(void **state)
{
	unsigned long pfn = get(8), large = get(33), five = get(5);

	free_iova_fast(&domain, pfn + 3, 1);
	free_iova_fast(&domain, pfn, 4);
	free_iova_fast(&domain, large + 33, 40);
	free_iova_fast(&domain, large, 34);
	free_iova_fast(&domain, five, 6);
	free_iova_fast(&domain, large + 1, 32);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iova-bad-free"),
			 5);

	assert_int_equal(cached_ranges(), 1);
	assert_non_null(find_iova(&domain, pfn + 7));
	assert_non_null(find_iova(&domain, large + 32));
	free_iova_fast(&domain, pfn, 8);
	free_iova_fast(&domain, large, 33);
	assert_null(find_iova(&domain, large));
	free_iova_fast(&domain, large, 33);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iova-bad-free"),
			 6);
}

static void a_refused_free_gives_nothing_back(void **state)
{
	unsigned long pfn = get(1), large = get(40);

	assert_false(iova_give_back(&domain, pfn, 2));
	assert_true(iova_give_back(&domain, pfn, 1));
	assert_false(iova_give_back(&domain, pfn, 1));
	assert_false(iova_give_back(&domain, large + 1, 39));
	assert_true(iova_give_back(&domain, large, 40));
	assert_false(iova_give_back(&domain, large, 40));
}

static void free_of_pfn_zero_is_reported_and_ignored(void **state)
{
	free_iova_fast(&domain, 0, 1);
	assert_int_equal(host_event_count(HOST_EVENT_MISUSE, "iova-bad-free"),
			 1);
	assert_int_equal(cached_ranges(), 0);
}
#endif

/* In every build: the tree is asked, which has nothing there. */
static void where_there_is_no_range_nothing_is_given_back(void **state)
{
	assert_false(iova_give_back(&domain, 0x1234, 64));
}

/* ---- two CPUs and a visitor ---- */

#define STRESS_PFNS 4096
#define STRESS_OPS 20000

static unsigned int owned[STRESS_PFNS];
static unsigned int stress_left, stress_bad;

static void mark(unsigned long pfn, unsigned long size, unsigned int tid)
{
	unsigned long i;

	for (i = pfn; i < pfn + size; i++)
		if (i >= STRESS_PFNS ||
		    __atomic_exchange_n(&owned[i], tid, __ATOMIC_RELAXED))
			__atomic_store_n(&stress_bad, 1, __ATOMIC_RELAXED);
}

static void unmark(unsigned long pfn, unsigned long size, unsigned int tid)
{
	unsigned long i;

	for (i = pfn; i < pfn + size; i++)
		if (__atomic_exchange_n(&owned[i], 0, __ATOMIC_RELAXED) != tid)
			__atomic_store_n(&stress_bad, 2, __ATOMIC_RELAXED);
}

static void stress_cpu(void *arg)
{
	unsigned long pfns[32], sizes[32] = {};
	u64 rng = 77 + (uintptr_t)arg;
	unsigned int i, k, tid = 1 + (unsigned int)(uintptr_t)arg;

	if (host_cpu_bind((uint32_t)(uintptr_t)arg))
		__atomic_store_n(&stress_bad, 3, __ATOMIC_RELAXED);
	for (i = 0; i < STRESS_OPS; i++) {
		k = boot_random(&rng) % 32;
		if (sizes[k]) {
			unmark(pfns[k], sizes[k], tid);
			free_iova_fast(&domain, pfns[k], sizes[k]);
			sizes[k] = 0;
			continue;
		}
		sizes[k] = 1 + boot_random(&rng) % 40;
		pfns[k] = alloc_iova_fast(&domain, sizes[k], STRESS_PFNS - 1,
					  true);
		if (pfns[k])
			mark(pfns[k], sizes[k], tid);
		else
			sizes[k] = 0;
	}
	for (k = 0; k < 32; k++)
		if (sizes[k]) {
			unmark(pfns[k], sizes[k], tid);
			free_iova_fast(&domain, pfns[k], sizes[k]);
		}
	host_cpu_unbind();
	__atomic_sub_fetch(&stress_left, 1, __ATOMIC_RELEASE);
}

static void two_cpus_and_a_visitor_never_share_a_pfn(void **state)
{
	struct host_thread *a, *b;
	unsigned int i;

	memset(owned, 0, sizeof(owned));
	stress_bad = 0;
	stress_left = 2;
	host_cpu_unbind();
	a = host_thread_create(stress_cpu, (void *)0, "cpu0");
	b = host_thread_create(stress_cpu, (void *)1, "cpu1");
	while (__atomic_load_n(&stress_left, __ATOMIC_ACQUIRE)) {
		iova_rcaches_flush(&domain);
		for (i = 0; i < 50; i++)
			host_yield();
	}
	host_thread_join(a);
	host_thread_join(b);
	assert_int_equal(host_cpu_bind(0), 0);
	assert_int_equal(stress_bad, 0);
	iova_rcaches_flush(&domain);
	assert_int_equal(tree_ranges(), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(freed_pfns_come_back_last_in_first_out),
		CASE(four_hundred_frees_fill_two_magazines_and_a_depot_of_two),
		CASE(five_pfns_are_cached_as_eight),
		CASE(thirty_two_pfns_are_cached_and_thirty_three_are_not),
		CASE(cached_pfn_above_the_limit_stays_in_the_cache),
		CASE(deeper_pfn_below_the_limit_is_taken_and_replaced_by_the_top),
		CASE(range_that_ends_above_the_limit_does_not_fit),
		CASE(depot_shrinks_to_the_number_of_cpus_every_100_ms),
		CASE(trimmed_magazine_goes_back_to_the_tree),
		CASE(exhausted_space_is_found_again_by_a_flush),
		CASE(a_flush_empties_every_cache),
		CASE(cached_range_is_counted_in_pages_not_in_granules),
		CASE(init_without_memory_leaves_nothing_behind),
		CASE(free_without_memory_for_a_magazine_goes_to_the_tree),
		CASE(thread_without_a_cpu_uses_the_shared_slot),
		CASE(where_there_is_no_range_nothing_is_given_back),
#ifdef DMASIM_DEBUG
		CASE(double_free_is_reported_and_ignored),
		CASE(free_of_a_part_is_reported_and_ignored),
		CASE(free_of_pfn_zero_is_reported_and_ignored),
		CASE(a_refused_free_gives_nothing_back),
#endif
		CASE(two_cpus_and_a_visitor_never_share_a_pfn),
	};

	int failures;

	allocator_name = "linux";
	failures =
		cmocka_run_group_tests_name("rcache[linux]", tests, NULL, NULL);
	allocator_name = "gap";
	return failures +
	       cmocka_run_group_tests_name("rcache[gap]", tests, NULL, NULL);
}
