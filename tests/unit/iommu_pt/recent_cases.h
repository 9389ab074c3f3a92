/* SPDX-License-Identifier: MIT */
/*
 * The tables that a CPU remembers (pt_recent.h): when they are used, and all that
 * must make them forgotten.
 */
#ifndef TESTS_UNIT_IOMMU_PT_RECENT_CASES_H
#define TESTS_UNIT_IOMMU_PT_RECENT_CASES_H

/* The item of @level that is remembered for @iova, NULL if there is none. */
static u64 *recalled_at(u64 iova, unsigned int level)
{
	struct pt_place place;
	bool found = level ? pt_recall(NS(common)(fx_pt()), iova, 1, &place) :
			     pt_recall(NS(common)(fx_pt()), iova, 0, &place);

	return found ? place.item : NULL;
}

static u64 *recalled(u64 iova)
{
	return recalled_at(iova, 0);
}

/* The item that a walk from the top finds. */
static u64 *walked_at(u64 iova, unsigned int level)
{
	struct pt_top top = pt_get_top(NS(common)(fx_pt()));
	struct pt_spot spot = pt_descend(top, iova, level);

	return spot.level == level ? &spot.table[pt_index(iova, level)] : NULL;
}

static u64 *walked(u64 iova)
{
	return walked_at(iova, 0);
}

static void run_as(unsigned int cpu)
{
	host_cpu_unbind();
	assert_int_equal(host_cpu_bind(cpu), 0);
}

static void pages_of_one_table_are_found_without_a_walk(void **state)
{
	u64 first = region() + 3 * BIG;

	map_ok(first, 5 * PG, PG);
	map_ok(first + PG, 7 * PG, PG);

	assert_ptr_equal(recalled(first), walked(first));
	assert_ptr_equal(recalled(first + BIG - 1), walked(first + BIG - PG));
	assert_null(recalled(first - 1));
	assert_null(recalled(first + BIG));
	assert_int_equal(phys(first + PG + ODD), 7 * PG + ODD);
	assert_int_equal(map_refused(first + PG, 9 * PG, PG), -EADDRINUSE);
	assert_int_equal(unmap(first + PG, PG), PG);
	assert_int_equal(unmap(first + PG, PG), 0);
	assert_int_equal(phys(first + PG), 0);
}

static void what_is_refused_is_refused_in_a_known_table(void **state)
{
	u64 first = region();
	size_t done = 0;

	map_ok(first, 5 * PG, PG);
	map_ok(first + PG, 5 * PG, PG);
	assert_non_null(recalled(first));

	assert_int_equal(map_refused(first + 2 * PG + 8, 5 * PG, PG), -ENXIO);
	assert_int_equal(map_refused(first + 2 * PG, 5 * PG + 8, PG), -ENXIO);
	assert_int_equal(
		map_refused(first + 2 * PG,
			    lg2_size(NS(common)(fx_pt())->max_oasz_lg2), PG),
		-ERANGE);
	assert_int_equal(fx_pt()->ops->map_range(fx_pt(), first + 2 * PG,
						 5 * PG, PG, 0, GFP_KERNEL,
						 &done),
			 -EINVAL);
	assert_int_equal(unmap(first + PG + 8, PG), 0);
	assert_int_equal(count_leaves(0), 2);
}

/* Whoever frees a table and maps there again must not write to the old one. */
static void table_that_is_freed_is_forgotten(void **state)
{
	u64 first = region() + 3 * BIG;

	map_ok(first, 0x80001 * PG, BIG);
	assert_int_equal(phys(first), 0x80001 * PG);
	assert_non_null(recalled(first));

	assert_int_equal(unmap(first, BIG), BIG);
	assert_null(recalled(first));
	map_ok(first + PG, 5 * PG, PG);
	assert_int_equal(phys(first + PG), 5 * PG);
	assert_ptr_equal(recalled(first), walked(first));
	assert_int_equal(phys(first + 2 * PG), 0);
}

static void table_that_a_leaf_replaced_is_forgotten(void **state)
{
	u64 first = BIG;

	map_ok(first, 5 * PG, PG);
	map_ok(first + PG, 5 * PG, PG);
	assert_int_equal(unmap(first, PG), PG);
	assert_int_equal(unmap(first + PG, PG), PG);
	assert_non_null(recalled(first));

	map_ok(first, 3 * BIG, BIG);
	assert_null(recalled(first));
	assert_int_equal(phys(first + PG), 3 * BIG + PG);
	assert_int_equal(map_refused(first + PG, 5 * PG, PG), -EADDRINUSE);
}

static void large_leaves_of_one_table_are_found_without_a_walk(void **state)
{
	u64 first = region();

	map_ok(first, 3 * BIG, BIG);
	map_ok(first + BIG, 5 * BIG, BIG);
	map_ok(first + 2 * BIG, 7 * BIG + PG, PG);

	assert_ptr_equal(recalled_at(first, 1), walked_at(first, 1));
	assert_int_equal(phys(first + 2 * BIG - 1), 6 * BIG - 1);
	assert_int_equal(map_refused(first + BIG, 9 * BIG, BIG), -EADDRINUSE);
	assert_int_equal(map_refused(first + 2 * BIG, 9 * BIG, BIG),
			 -EADDRINUSE);
	assert_int_equal(unmap(first + BIG + PG, BIG), 0);
	assert_int_equal(unmap(first + BIG, BIG), BIG);
	assert_int_equal(unmap(first + BIG, BIG), 0);
	assert_int_equal(unmap(first + 2 * BIG, BIG), PG);
	assert_int_equal(count_leaves(0), 1);
}

static void size_that_is_not_offered_is_not_used_in_a_known_table(void **state)
{
	u64 first = region();

	map_ok(first, 3 * BIG, BIG);
	map_ok(first + BIG, 5 * BIG, BIG);
	assert_non_null(recalled_at(first, 1));

	set_sizes(PG);
	map_ok(first + 2 * BIG, 7 * BIG, BIG);
	assert_int_equal(count_leaves(PG_LG2), BIG / PG);
	assert_int_equal(unmap(first + 2 * BIG, BIG), BIG);
	assert_int_equal(count_leaves(0), 2);
}

/* Freed with all below it, by one call. */
static void table_of_tables_that_is_freed_is_forgotten(void **state)
{
	if (!fits(2 * GIG))
		skip();
	set_sizes(PG | BIG);
	map_ok(GIG, 3 * BIG, GIG);
	assert_int_equal(unmap(GIG, BIG), BIG);
	map_ok(GIG, 3 * BIG, BIG);
	assert_non_null(recalled_at(GIG, 1));

	assert_int_equal(unmap(GIG, GIG), GIG);
	if (pt_get_top(NS(common)(fx_pt())).level > 1)
		assert_null(recalled_at(GIG, 1));
	map_ok(GIG + BIG, 5 * BIG, BIG);
	assert_ptr_equal(recalled_at(GIG, 1), walked_at(GIG, 1));
	assert_int_equal(phys(GIG), 0);
	assert_int_equal(phys(GIG + BIG), 5 * BIG);
}

static void table_that_another_cpu_freed_is_forgotten(void **state)
{
	u64 first = region() + 3 * BIG;

	map_ok(first, 5 * PG, PG);
	assert_int_equal(phys(first), 5 * PG);
	run_as(1);
	assert_null(recalled(first));
	assert_int_equal(unmap(first, PG), PG);
	map_ok(first, 0x80001 * PG, BIG);
	assert_int_equal(unmap(first, BIG), BIG);
	map_ok(first, 7 * PG, PG);

	run_as(0);
	assert_null(recalled(first));
	map_ok(first + PG, 9 * PG, PG);
	assert_int_equal(phys(first), 7 * PG);
	assert_ptr_equal(recalled(first + PG), walked(first + PG));
}

static void two_page_tables_do_not_share_what_is_remembered(void **state)
{
	struct PT_TABLE other = { .iommu.nid = NUMA_NO_NODE };
	struct pt_iommu *pt = &other.iommu;
	u64 first = region();
	size_t done = 0;

	other.iommu.driver_ops = &fx_driver_ops;
	assert_int_equal(NSG(init)(&other, test_cfg, GFP_KERNEL), 0);
	map_ok(first, 5 * PG, PG);
	assert_int_equal(phys(first), 5 * PG);

	assert_int_equal(pt->ops->iova_to_phys(pt, first), 0);
	assert_int_equal(pt->ops->map_range(pt, first, 7 * PG, PG, PROT_RW,
					    GFP_KERNEL, &done),
			 0);
	assert_int_equal(pt->ops->iova_to_phys(pt, first), 7 * PG);
	assert_int_equal(phys(first), 5 * PG);
	pt_iommu_deinit(pt);
}

static void table_built_where_another_was_remembers_nothing(void **state)
{
	u64 first = region();

	map_ok(first, 5 * PG, PG);
	assert_int_equal(phys(first), 5 * PG);
	pt_iommu_deinit(fx_pt());
	fx_init();

	assert_null(recalled(first));
	assert_int_equal(phys(first), 0);
}

static void thread_without_a_cpu_walks(void **state)
{
	u64 known = region(), fresh = region() + BIG, writes;

	map_ok(known, 5 * PG, PG);
	map_ok(known + PG, 6 * PG, PG);
	assert_non_null(recalled(known));

	host_cpu_unbind();
	writes = pte_writes();
	assert_null(recalled(known));
	assert_int_equal(phys(known + PG), 6 * PG);
	map_ok(fresh, 5 * PG, PG);
	map_ok(fresh + PG, 6 * PG, PG);
	assert_int_equal(unmap(fresh + PG, PG), PG);
	assert_int_equal(pte_writes() - writes, 3);

	run_as(0);
	assert_null(recalled(fresh));
	assert_non_null(recalled(known));
}

/* A CPU's own table comes and goes; every address belongs to one at a time. */
#define HANDOVERS 400

static unsigned int handover_turn;

static void handover_worker(void *arg)
{
	unsigned int me = (uintptr_t)arg, i;

	if (me > 1)
		return;
	worker_check(!host_cpu_bind(1 + me));
	for (i = me; i < HANDOVERS; i += 2) {
		while (__atomic_load_n(&handover_turn, __ATOMIC_ACQUIRE) != i)
			host_yield();
		worker_map(BIG, 0x80001 * PG, PG);
		worker_map(BIG + PG, 0x80002 * PG, BIG - PG);
		worker_check(phys(BIG + 2 * PG) == 0x80003 * PG);
		worker_unmap(BIG + 3 * PG, PG);
		worker_map(BIG + 3 * PG, 0x90000 * PG, PG);
		worker_check(phys(BIG + 3 * PG) == 0x90000 * PG);
		worker_unmap(BIG, BIG);
		__atomic_store_n(&handover_turn, i + 1, __ATOMIC_RELEASE);
	}
}

static void cpus_hand_a_range_over_and_free_its_table(void **state)
{
	handover_turn = 0;
	run_workers(handover_worker);
	assert_int_equal(count_leaves(0), 0);
}

#define RECENT_CASES                                                         \
	CASE(pages_of_one_table_are_found_without_a_walk),                   \
		CASE(what_is_refused_is_refused_in_a_known_table),           \
		CASE(table_that_is_freed_is_forgotten),                      \
		CASE(table_that_a_leaf_replaced_is_forgotten),               \
		CASE(large_leaves_of_one_table_are_found_without_a_walk),    \
		CASE(size_that_is_not_offered_is_not_used_in_a_known_table), \
		CASE(table_of_tables_that_is_freed_is_forgotten),            \
		CASE(table_that_another_cpu_freed_is_forgotten),             \
		CASE(two_page_tables_do_not_share_what_is_remembered),       \
		CASE(table_built_where_another_was_remembers_nothing),       \
		CASE(thread_without_a_cpu_walks),                            \
		CASE(cpus_hand_a_range_over_and_free_its_table)

#endif
