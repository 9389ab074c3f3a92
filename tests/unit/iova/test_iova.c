/* SPDX-License-Identifier: MIT */
/*
 * The trees of the IOVA allocator (src/iova/iova.c, src/iova/gap.c).
 *
 * What callers rely on holds for both allocators; where ranges come to lie, pfn
 * by pfn, is 6.17's business and tested with "linux" only.
 *
 * Every case starts with an empty domain, granule 4096, start_pfn 1: below
 * 4 GiB the highest pfn is 0xfffff.
 */
#include "unit/iova/boot.h"

#include <linux/iova.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "iova/iova.h"

#define LIMIT_32 0xffffful
#define LIMIT_24 0xffful
#define LIMIT_48 0xffffffffful

static struct iova_domain domain;
static const char *allocator_name;

static void init_domain(struct iova_domain *iovad, unsigned long granule,
			unsigned long start_pfn)
{
	iova_domain_init(iovad, granule, start_pfn,
			 iova_allocator_find(allocator_name));
}

static int setup(void **state)
{
	boot_machine();
	assert_int_equal(iova_cache_get(), 0);
	init_domain(&domain, 4096, 1);
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

static unsigned long tree_alloc(unsigned long size, unsigned long limit)
{
	struct iova *iova = alloc_iova(&domain, size, limit, true);

	return iova ? iova->pfn_lo : 0;
}

static void assert_range(struct iova *iova, unsigned long lo, unsigned long hi)
{
	assert_non_null(iova);
	assert_int_equal(iova->pfn_lo, lo);
	assert_int_equal(iova->pfn_hi, hi);
}

/* spec: dma-core 1 */
static void allocations_go_top_down_below_4g(void **state)
{
	assert_int_equal(alloc_iova_fast(&domain, 1, LIMIT_32, true), 0xfffff);
	assert_int_equal(alloc_iova_fast(&domain, 3, LIMIT_32, true), 0xffff8);
	assert_range(find_iova(&domain, 0xffff8), 0xffff8, 0xffffb);
	assert_int_equal(alloc_iova_fast(&domain, 1, LIMIT_32, true), 0xffff7);
	assert_null(find_iova(&domain, 0xffffd));
}

/* spec: dma-core 2 */
static void sizes_above_32_are_aligned_but_not_rounded(void **state)
{
	assert_int_equal(alloc_iova_fast(&domain, 1, LIMIT_48, true),
			 0xfffffffff);
	assert_int_equal(alloc_iova_fast(&domain, 16, LIMIT_48, true),
			 0xfffffffe0);
	assert_int_equal(alloc_iova_fast(&domain, 33, LIMIT_48, true),
			 0xfffffff80);
	assert_range(find_iova(&domain, 0xfffffff80), 0xfffffff80, 0xfffffffa0);
}

/* spec: dma-core 3 */
static void search_starts_below_the_remembered_node(void **state)
{
	assert_int_equal(tree_alloc(1, LIMIT_24), 0xfff);
	assert_int_equal(tree_alloc(1, LIMIT_32), 0xffe);
}

/* spec: dma-core 4 */
static void failure_below_a_small_limit_blocks_all_of_4g(void **state)
{
	unsigned long pfn;

	for (pfn = 15; pfn >= 1; pfn--)
		assert_int_equal(tree_alloc(1, 15), pfn);
	assert_int_equal(tree_alloc(1, 15), 0);
	assert_int_equal(domain.max32_alloc_size, 1);
	assert_int_equal(tree_alloc(1, LIMIT_32), 0);

	free_iova(&domain, 7);
	assert_int_equal(domain.max32_alloc_size, 0x100000);
	assert_int_equal(tree_alloc(1, LIMIT_32), 7);
}

/* spec: dma-core 5 */
static void failed_size_blocks_itself_and_larger_ones_only(void **state)
{
	assert_int_equal(tree_alloc(4, 15), 12);
	assert_int_equal(tree_alloc(4, 15), 8);
	assert_int_equal(tree_alloc(4, 15), 4);
	assert_int_equal(tree_alloc(4, 15), 0);
	assert_int_equal(domain.max32_alloc_size, 4);
	assert_int_equal(tree_alloc(2, 15), 2);
	assert_int_equal(tree_alloc(4, LIMIT_32), 0);

	free_iova(&domain, 14);
	assert_int_equal(tree_alloc(4, 15), 12);
}

/* spec: dma-core 6 */
static void reserve_grows_what_it_overlaps_downwards(void **state)
{
	assert_range(reserve_iova(&domain, 2, 3), 2, 3);
	assert_range(reserve_iova(&domain, 6, 7), 6, 7);
	assert_range(reserve_iova(&domain, 1, 8), 8, 8);
	assert_range(find_iova(&domain, 2), 1, 3);
	assert_range(find_iova(&domain, 5), 4, 7);
}

static void reserve_of_reserved_space_returns_the_range_there(void **state)
{
	struct iova *first = reserve_iova(&domain, 0x10, 0x1f);

	assert_ptr_equal(reserve_iova(&domain, 0x12, 0x13), first);
	assert_ptr_equal(reserve_iova(&domain, 0x0c, 0x1f), first);
	assert_range(first, 0x0c, 0x1f);
}

static void freeing_a_live_range_frees_what_reserve_added(void **state)
{
	unsigned long pfn = tree_alloc(1, 15);

	assert_int_equal(pfn, 15);
	assert_range(reserve_iova(&domain, 12, 15), 12, 15);
	free_iova(&domain, 15);
	assert_null(find_iova(&domain, 12));
}

/* spec: dma-core 7 */
static void allocations_go_around_a_reserved_window(void **state)
{
	assert_range(reserve_iova(&domain, 0xfee00, 0xfeeff), 0xfee00, 0xfeeff);
	assert_int_equal(tree_alloc(0x1000, LIMIT_32), 0xff000);
	assert_int_equal(tree_alloc(0x1000, LIMIT_32), 0xfd000);
}

/* spec: dma-core 8 */
static void reserve_of_a_pfn_beyond_64_bits_warns(void **state)
{
	uint64_t before = boot_warnings();

	assert_null(reserve_iova(&domain, 0, 1ul << 52));
	assert_int_equal(boot_warnings(), before + 1);
}

/* spec: dma-core 15 */
static void free_of_an_unknown_pfn_does_nothing(void **state)
{
	assert_int_equal(tree_alloc(4, 15), 12);
	free_iova(&domain, 11);
	free_iova(&domain, 16);
	free_iova(&domain, 0);
	assert_range(find_iova(&domain, 12), 12, 15);
}

static jmp_buf panicked;

static void leave_panic(const char *text)
{
	longjmp(panicked, 1);
}

static bool init_is_a_bug(unsigned long granule)
{
	struct iova_domain other;
	volatile bool bug = false;

	host_panic_set_hook(leave_panic);
	if (setjmp(panicked))
		bug = true;
	else
		init_domain(&other, granule, 1);
	host_panic_set_hook(NULL);
	return bug;
}

/* spec: dma-core 15 */
static void
granule_that_is_no_power_of_two_or_above_a_page_is_a_bug(void **state)
{
	assert_true(init_is_a_bug(3));
	assert_true(init_is_a_bug(2 * PAGE_SIZE));
	assert_false(init_is_a_bug(2048));
}

static void unaligned_allocation_leaves_no_gap(void **state)
{
	assert_range(alloc_iova(&domain, 3, 15, false), 13, 15);
	assert_range(alloc_iova(&domain, 3, 15, false), 10, 12);
	assert_range(alloc_iova(&domain, 3, 15, true), 4, 6);
}

static void
gap_above_the_remembered_node_is_found_when_all_else_fails(void **state)
{
	assert_int_equal(tree_alloc(1, 7), 7);
	assert_int_equal(tree_alloc(4, 7), 0);
	free_iova(&domain, 7);
	assert_int_equal(tree_alloc(4, 7), 4);
	assert_int_equal(tree_alloc(1, 7), 3);
	assert_int_equal(tree_alloc(2, 3), 0);
	/* Only [8, 15] is left, above every node. */
	assert_int_equal(tree_alloc(8, 15), 0);
	free_iova(&domain, 3);
	assert_int_equal(tree_alloc(8, 15), 8);
}

static void limits_above_4g_have_a_node_of_their_own(void **state)
{
	assert_int_equal(tree_alloc(1, LIMIT_32), 0xfffff);
	assert_int_equal(tree_alloc(1, LIMIT_48), 0xfffffffff);
	assert_int_equal(tree_alloc(1, LIMIT_32), 0xffffe);
	assert_int_equal(tree_alloc(1, LIMIT_48), 0xffffffffe);
}

static void size_zero_and_size_beyond_the_limit_fail(void **state)
{
	assert_null(alloc_iova(&domain, 0, LIMIT_32, true));
	assert_null(alloc_iova(&domain, 17, 15, true));
	assert_null(alloc_iova(&domain, ~0ul, LIMIT_48, true));
	assert_int_equal(alloc_iova_fast(&domain, 0, LIMIT_32, true), 0);
}

static void highest_limit_stays_below_the_anchor(void **state)
{
	assert_int_equal(tree_alloc(1, ~0ul), ~0ul - 1);
}

static void start_pfn_is_never_passed(void **state)
{
	struct iova_domain high;

	init_domain(&high, 4096, 0x10);
	assert_non_null(alloc_iova(&high, 0x10, 0x1f, true));
	assert_null(alloc_iova(&high, 1, 0x1f, true));
	put_iova_domain(&high);
}

static void granule_decides_where_4g_ends(void **state)
{
	struct iova_domain small;

	init_domain(&small, 2048, 1);
	assert_int_equal(small.dma_32bit_pfn, 0x200000);
	assert_int_equal(iova_shift(&small), 11);
	assert_int_equal(iova_align(&small, 2049), 4096);
	assert_int_equal(iova_align_down(&small, 2049), 2048);
	assert_int_equal(iova_offset(&small, 0x12345), 0x345);
	assert_int_equal(iova_pfn(&small, 0x12345), 0x24);
	put_iova_domain(&small);
}

static void each_request_is_one_call_of_the_failure_site(void **state)
{
	lib_fail_nth(DMASIM_SITE_IOVA, 3);
	assert_int_not_equal(alloc_iova_fast(&domain, 1, LIMIT_32, true), 0);
	assert_non_null(alloc_iova(&domain, 1, LIMIT_32, true));
	assert_int_equal(alloc_iova_fast(&domain, 1, LIMIT_32, true), 0);
	assert_int_not_equal(alloc_iova_fast(&domain, 1, LIMIT_32, true), 0);
	assert_int_equal(lib_fail_fired(), 1);
}

static void allocation_without_memory_fails_and_changes_nothing(void **state)
{
	struct iova_stats before, after;

	iova_domain_stats(&domain, &before);
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(alloc_iova(&domain, 1, LIMIT_32, true));
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(reserve_iova(&domain, 5, 6));
	iova_domain_stats(&domain, &after);
	assert_memory_equal(&before, &after, sizeof(before));
}

/* Release builds keep some nodes of freed ranges for the next ones. */
static void a_node_used_again_may_fail_as_a_new_one(void **state)
{
	struct iova_stats before, after;
	unsigned long pfn;
	unsigned int i;

	for (i = 0; i < 40; i++)
		assert_int_equal(tree_alloc(1, LIMIT_32), LIMIT_32 - i);
	for (i = 0; i < 40; i++)
		free_iova(&domain, LIMIT_32 - i);
	for (i = 0; i < 20; i++) {
		iova_domain_stats(&domain, &before);
		lib_fail_nth(DMASIM_SITE_SLAB, 1);
		assert_null(alloc_iova(&domain, 2, LIMIT_32, true));
		iova_domain_stats(&domain, &after);
		assert_memory_equal(&before, &after, sizeof(before));
		lib_fail_off();
		pfn = LIMIT_32 - 1 - 2 * i;
		assert_range(alloc_iova(&domain, 2, LIMIT_32, true), pfn,
			     pfn + 1);
	}
	assert_int_equal(host_event_count(HOST_EVENT_REFUSAL, "slab-alloc"),
			 20);
}

static void domains_get_the_allocator_that_was_set(void **state)
{
	const struct iova_allocator *wanted =
		iova_allocator_find(allocator_name);
	struct iova_domain other;

	iova_set_allocator(wanted);
	init_iova_domain(&other, 4096, 1);
	iova_set_allocator(iova_allocator_find(NULL));
	assert_ptr_equal(other.allocator, wanted);
	assert_non_null(alloc_iova(&other, 1, LIMIT_32, true));
	assert_null(iova_domain_check(&other));
	put_iova_domain(&other);
}

static void only_two_allocators_have_a_name(void **state)
{
	assert_null(iova_allocator_find("best-fit"));
	assert_null(iova_allocator_find(""));
	assert_ptr_equal(iova_allocator_find(NULL),
			 iova_allocator_find("linux"));
	assert_ptr_not_equal(iova_allocator_find("gap"),
			     iova_allocator_find("linux"));
}

/* Any pfn, also when the range is one of many and its neighbours are free. */
static void any_pfn_of_a_range_finds_and_frees_it(void **state)
{
	unsigned long pfn;

	for (pfn = 8; pfn < 800; pfn += 8)
		assert_range(reserve_iova(&domain, pfn, pfn + 5), pfn, pfn + 5);
	for (pfn = 8; pfn < 800; pfn += 8) {
		assert_range(find_iova(&domain, pfn + pfn % 6), pfn, pfn + 5);
		assert_null(find_iova(&domain, pfn + 6));
		free_iova(&domain, pfn + 7);
		free_iova(&domain, pfn + pfn / 8 % 6);
		assert_null(find_iova(&domain, pfn));
	}
}

/* A pfn below start_pfn may be reserved, but is not free. */
static void reserving_below_start_pfn_makes_no_room_when_freed(void **state)
{
	struct iova_domain high;

	init_domain(&high, 4096, 0x10);
	assert_range(reserve_iova(&high, 2, 3), 2, 3);
	assert_range(reserve_iova(&high, 0xc, 0x11), 0xc, 0x11);
	assert_range(alloc_iova(&high, 4, 0x15, false), 0x12, 0x15);
	assert_null(alloc_iova(&high, 1, 0x15, false));
	free_iova(&high, 3);
	assert_null(alloc_iova(&high, 1, 0x15, false));
	free_iova(&high, 0xc);
	assert_range(alloc_iova(&high, 2, 0x15, true), 0x10, 0x11);
	assert_null(alloc_iova(&high, 1, 0x15, false));
	assert_null(iova_domain_check(&high));
	put_iova_domain(&high);
}

static int run(const char *name, const struct CMUnitTest *tests, size_t nr)
{
	char group[32];

	allocator_name = name;
	snprintf(group, sizeof(group), "iova[%s]", name);
	return _cmocka_run_group_tests(group, tests, nr, NULL, NULL);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest exact[] = {
		CASE(allocations_go_top_down_below_4g),
		CASE(search_starts_below_the_remembered_node),
		CASE(failure_below_a_small_limit_blocks_all_of_4g),
		CASE(failed_size_blocks_itself_and_larger_ones_only),
		CASE(gap_above_the_remembered_node_is_found_when_all_else_fails),
	};
	const struct CMUnitTest contract[] = {
		CASE(sizes_above_32_are_aligned_but_not_rounded),
		CASE(reserve_grows_what_it_overlaps_downwards),
		CASE(reserve_of_reserved_space_returns_the_range_there),
		CASE(freeing_a_live_range_frees_what_reserve_added),
		CASE(allocations_go_around_a_reserved_window),
		CASE(reserve_of_a_pfn_beyond_64_bits_warns),
		CASE(free_of_an_unknown_pfn_does_nothing),
		CASE(granule_that_is_no_power_of_two_or_above_a_page_is_a_bug),
		CASE(unaligned_allocation_leaves_no_gap),
		CASE(limits_above_4g_have_a_node_of_their_own),
		CASE(size_zero_and_size_beyond_the_limit_fail),
		CASE(highest_limit_stays_below_the_anchor),
		CASE(start_pfn_is_never_passed),
		CASE(granule_decides_where_4g_ends),
		CASE(each_request_is_one_call_of_the_failure_site),
		CASE(allocation_without_memory_fails_and_changes_nothing),
		CASE(a_node_used_again_may_fail_as_a_new_one),
		CASE(domains_get_the_allocator_that_was_set),
		CASE(only_two_allocators_have_a_name),
		CASE(any_pfn_of_a_range_finds_and_frees_it),
		CASE(reserving_below_start_pfn_makes_no_room_when_freed),
	};

	return run("linux", exact, ARRAY_SIZE(exact)) +
	       run("linux", contract, ARRAY_SIZE(contract)) +
	       run("gap", contract, ARRAY_SIZE(contract));
}
