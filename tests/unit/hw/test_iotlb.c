/* SPDX-License-Identifier: MIT */
/* src/hw/iotlb.c (white box): filling, dropping, eviction, growth. */
#include "unit/host/suite.h"

#include "hw/iotlb.c"

static int setup(void **state)
{
	static struct iotlb t;

	*state = &t;
	return iotlb_init(&t, 0) ? 0 : -1;
}

static int setup_four(void **state)
{
	setup(state);
	((struct iotlb *)*state)->capacity = 4;
	return 0;
}

static int teardown(void **state)
{
	iotlb_exit(*state);
	assert_int_equal(host_alloc_live(), 0);
	return 0;
}

static void fill(struct iotlb *t, uint16_t id, unsigned int tag, uint64_t addr)
{
	iotlb_insert(t, iotlb_domain(t, id, false, 0), tag, addr);
}

static uint64_t drop_range(struct iotlb *t, uint16_t id, uint64_t first,
			   uint64_t last, bool leaf_only)
{
	const struct hw_inv_cmd cmd = {
		.type = HW_INV_RANGE,
		.domain = id,
		.leaf_only = leaf_only,
		.first = first,
		.last = last,
	};

	return iotlb_drop(t, &cmd);
}

static uint64_t drop_domain(struct iotlb *t, uint16_t id)
{
	const struct hw_inv_cmd cmd = { .type = HW_INV_DOMAIN, .domain = id };

	return iotlb_drop(t, &cmd);
}

static uint64_t drop_all(struct iotlb *t)
{
	const struct hw_inv_cmd cmd = { .type = HW_INV_TRANSLATIONS };

	return iotlb_drop(t, &cmd);
}

static bool has(struct iotlb *t, uint16_t id, uint64_t addr)
{
	return iotlb_probe(t, iotlb_domain(t, id, false, 0), 0, addr);
}

static bool has_table(struct iotlb *t, uint16_t id, uint64_t addr)
{
	return iotlb_probe(t, iotlb_domain(t, id, false, 0), 1, addr);
}

static void an_entry_answers_for_its_whole_range(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 21, 0x345678);
	assert_true(has(t, 1, 0x200000));
	assert_true(has(t, 1, 0x3fffff));
	assert_false(has(t, 1, 0x1fffff));
	assert_false(has(t, 1, 0x400000));
	assert_false(has(t, 2, 0x200000));
	assert_int_equal(t->nr_leaves, 1);
}

static void filling_twice_keeps_one_entry(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1000);
	fill(t, 1, 12, 0x1fff);
	assert_int_equal(t->nr_leaves, 1);
	assert_int_equal(drop_all(t), 1);
	assert_false(has(t, 1, 0x1000));
}

static void a_range_drops_every_entry_it_overlaps(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1ff000);
	fill(t, 1, 21, 0x200000);
	fill(t, 1, 12, 0x400000);
	assert_int_equal(drop_range(t, 1, 0x300000, 0x300fff, true), 1);
	assert_true(has(t, 1, 0x1ff000));
	assert_false(has(t, 1, 0x200000));
	assert_true(has(t, 1, 0x400000));
}

/* By probing and by list: more blocks than entries make it the list. */
static void an_entry_that_begins_before_the_range_goes_with_it(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1ff000);
	fill(t, 1, 21, 0x200000);
	assert_int_equal(drop_range(t, 1, 0x201000, 0x3fffff, true), 1);
	assert_false(has(t, 1, 0x200000));
	assert_true(has(t, 1, 0x1ff000));
	fill(t, 1, 30, 0x40000000);
	assert_int_equal(drop_range(t, 1, 0x60000000, UINT64_MAX, true), 1);
	assert_false(has(t, 1, 0x40000000));
}

static void range_ends_are_inclusive(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1000);
	fill(t, 1, 12, 0x2000);
	fill(t, 1, 12, 0x3000);
	assert_int_equal(drop_range(t, 1, 0x1fff, 0x2000, true), 2);
	assert_true(has(t, 1, 0x3000));
	assert_int_equal(drop_range(t, 1, 0x2000, 0x1fff, true), 0);
}

static void huge_and_small_ranges_drop_the_same(void **state)
{
	struct iotlb *t = *state;
	uint64_t i;

	for (i = 0; i < 100; i++)
		fill(t, 1, 12, i << 12);
	assert_int_equal(drop_range(t, 1, 90 << 12, UINT64_MAX, true), 10);
	assert_int_equal(drop_range(t, 1, 0, (10 << 12) - 1, true), 10);
	assert_int_equal(t->nr_leaves, 80);
	assert_int_equal(drop_range(t, 1, 0, UINT64_MAX, true), 80);
}

static void the_last_page_of_the_address_space_can_be_dropped(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, UINT64_MAX);
	fill(t, 1, 51, UINT64_MAX);
	assert_int_equal(drop_range(t, 1, UINT64_MAX - 4095, UINT64_MAX, true),
			 2);
}

static void only_the_named_domain_is_dropped(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1000);
	fill(t, 65535, 12, 0x1000);
	assert_int_equal(drop_domain(t, 1), 1);
	assert_int_equal(drop_domain(t, 7), 0);
	assert_true(has(t, 65535, 0x1000));
	assert_int_equal(drop_all(t), 1);
}

static void leaf_only_keeps_tables(void **state)
{
	struct iotlb *t = *state;

	fill(t, 1, 12, 0x1000);
	fill(t, 1, IOTLB_TABLE + 21, 0x1000);
	fill(t, 1, IOTLB_TABLE + 30, 0x1000);
	assert_int_equal(drop_range(t, 1, 0x1000, 0x1fff, true), 1);
	assert_true(has_table(t, 1, 0x1fffff));
	assert_int_equal(drop_range(t, 1, 0x1000, 0x1fff, false), 2);
	assert_false(has_table(t, 1, 0x1000));
}

static void the_deepest_table_is_found_first(void **state)
{
	struct iotlb *t = *state;
	struct iotlb_domain *dom = iotlb_domain(t, 1, false, 0);

	fill(t, 1, IOTLB_TABLE + 30, 0x1000);
	fill(t, 1, IOTLB_TABLE + 21, 0x1000);
	assert_int_equal(iotlb_probe(t, dom, 1, 0x1000)->tag, IOTLB_TABLE + 21);
	assert_int_equal(iotlb_probe(t, dom, 1, 0x200000)->tag,
			 IOTLB_TABLE + 30);
	assert_null(iotlb_probe(t, dom, 0, 0x1000));
}

static void growth_loses_nothing(void **state)
{
	struct iotlb *t = *state;
	uint64_t i;

	for (i = 0; i < 20000; i++)
		fill(t, i % 3, 12, i << 12);
	assert_true(t->mask + 1 > FIRST_BUCKETS);
	for (i = 0; i < 20000; i++)
		assert_true(has(t, i % 3, i << 12));
	assert_int_equal(drop_all(t), 20000);
	assert_int_equal(t->nr_all, 0);
}

static void at_capacity_the_least_recently_used_goes(void **state)
{
	struct iotlb *t = *state;
	struct iotlb_domain *dom = iotlb_domain(t, 1, false, 0);
	uint64_t i;

	for (i = 1; i <= 4; i++)
		fill(t, 1, 12, i << 12);
	iotlb_touch(t, iotlb_probe(t, dom, 0, 0x1000));
	fill(t, 1, 12, 0x5000);

	assert_int_equal(t->nr_leaves, 4);
	assert_true(has(t, 1, 0x1000));
	assert_false(has(t, 1, 0x2000));
	assert_true(has(t, 1, 0x5000));
}

static unsigned int nr_told;
static uint64_t told_first;

static void tell(uint64_t first, unsigned int lg2)
{
	assert_int_equal(lg2, 12);
	told_first = first;
	nr_told++;
}

/* A leaf with unmarked writes, and four that leave no room for it. */
static void lose_and_evict(struct iotlb *t)
{
	uint64_t i;

	nr_told = 0;
	fill(t, 1, 12, 0x1000);
	iotlb_probe(t, iotlb_domain(t, 1, false, 0), 0, 0x1000)->lost = true;
	for (i = 2; i <= 5; i++)
		fill(t, 1, 12, i << 12);
	assert_false(has(t, 1, 0x1000));
}

static void lost_marks_outlive_their_entry(void **state)
{
	struct iotlb *t = *state;

	lose_and_evict(t);
	iotlb_tell_lost(t, 2, 0, UINT64_MAX, tell);
	iotlb_tell_lost(t, 1, 0x2000, UINT64_MAX, tell);
	assert_int_equal(nr_told, 0);
	iotlb_tell_lost(t, 1, 0, 0x1000, tell);
	assert_int_equal(nr_told, 1);
	assert_int_equal(told_first, 0x1000);
	iotlb_tell_lost(t, 1, 0, UINT64_MAX, tell);
	assert_int_equal(nr_told, 1);
	assert_int_equal(t->nr_leaves, 4);
}

/* Software has cleared marks and told us: whoever wrote before is known to it. */
static void a_command_ends_what_was_lost(void **state)
{
	struct iotlb *t = *state;

	lose_and_evict(t);
	drop_range(t, 1, 0x2000, 0x2fff, true);
	drop_range(t, 2, 0x1000, 0x1fff, true);
	assert_non_null(t->ghosts);
	drop_range(t, 1, 0x1000, 0x1fff, true);
	assert_null(t->ghosts);
	iotlb_tell_lost(t, 1, 0, UINT64_MAX, tell);
	assert_int_equal(nr_told, 0);
}

static void at_capacity_chance_may_choose(void **state)
{
	struct iotlb *t = *state;
	bool oldest_stayed = false;
	uint64_t i;

	t->random = 12345;
	fill(t, 1, IOTLB_TABLE + 21, 0);
	for (i = 1; i <= 100; i++) {
		fill(t, 1, 12, i << 12);
		oldest_stayed |= i > 4 && has(t, 1, (i - 4) << 12);
		assert_true(has(t, 1, i << 12));
	}
	assert_true(oldest_stayed);
	assert_int_equal(t->nr_leaves, 4);
	assert_int_equal(t->nr_all, 5);
}

static void tables_do_not_count_against_capacity(void **state)
{
	struct iotlb *t = *state;
	uint64_t i;

	for (i = 0; i < 10; i++)
		fill(t, 1, IOTLB_TABLE + 21, i << 21);
	for (i = 0; i < 4; i++)
		fill(t, 1, 12, i << 12);
	assert_int_equal(t->nr_leaves, 4);
	assert_int_equal(t->nr_all, 14);
	assert_true(has(t, 1, 0));
}

/* I1, I2: what the lists, the counts and the hash table say agrees. */
static void check(struct iotlb *t, uint16_t id)
{
	struct iotlb_domain *dom = iotlb_domain(t, id, false, 0);
	uint32_t count[IOTLB_NR_TAGS] = {}, kind, tag;
	struct iotlb_entry *e;

	for (kind = 0; kind < 2; kind++) {
		LIST_FOREACH(e, &dom->entries[kind], in_dom)
		{
			assert_ptr_equal(iotlb_find(t, dom, e->tag, e->first),
					 e);
			count[e->tag]++;
		}
	}
	for (tag = 0; tag < IOTLB_NR_TAGS; tag++) {
		uint64_t bits = dom->tags[tag / 64];

		assert_int_equal(count[tag], dom->count[tag]);
		assert_int_equal(!!(bits & 1ull << tag % 64), !!count[tag]);
	}
}

static void books_balance_after_many_operations(void **state)
{
	struct iotlb *t = *state;
	uint64_t rnd = 12345, i;

	for (i = 0; i < 3000; i++) {
		static const uint8_t tags[] = { 12, 21, 16, 85, 94 };
		uint64_t addr;

		rnd = rnd * 6364136223846793005ull + 1442695040888963407ull;
		addr = (rnd >> 40) << 12;
		if (rnd >> 62)
			fill(t, 1, tags[(rnd >> 32) % 5], addr);
		else
			drop_range(t, 1, addr, addr + (rnd >> 44),
				   rnd & 1 << 20);
		if (i % 100 == 0)
			check(t, 1);
	}
	check(t, 1);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define CASE_FOUR(fn) cmocka_unit_test_setup_teardown(fn, setup_four, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_entry_answers_for_its_whole_range),
		CASE(filling_twice_keeps_one_entry),
		CASE(a_range_drops_every_entry_it_overlaps),
		CASE(an_entry_that_begins_before_the_range_goes_with_it),
		CASE(range_ends_are_inclusive),
		CASE(huge_and_small_ranges_drop_the_same),
		CASE(the_last_page_of_the_address_space_can_be_dropped),
		CASE(only_the_named_domain_is_dropped),
		CASE(leaf_only_keeps_tables),
		CASE(the_deepest_table_is_found_first),
		CASE(growth_loses_nothing),
		CASE_FOUR(at_capacity_the_least_recently_used_goes),
		CASE_FOUR(at_capacity_chance_may_choose),
		CASE_FOUR(lost_marks_outlive_their_entry),
		CASE_FOUR(a_command_ends_what_was_lost),
		CASE_FOUR(tables_do_not_count_against_capacity),
		CASE(books_balance_after_many_operations),
	};

	return cmocka_run_group_tests_name("hw iotlb", tests, NULL, NULL);
}
