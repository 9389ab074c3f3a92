/* SPDX-License-Identifier: MIT */
/*
 * Threads on one table: installation of shared tables, freeing of private
 * ones, readers without locks.
 */
#ifndef TESTS_UNIT_IOMMU_PT_CONCURRENCY_CASES_H
#define TESTS_UNIT_IOMMU_PT_CONCURRENCY_CASES_H

#define WORKERS 4
#define WORKER_OPS 10000

static unsigned int worker_errors, worker_go;

static void worker_check(bool good)
{
	if (!good)
		__atomic_fetch_add(&worker_errors, 1, __ATOMIC_RELAXED);
}

static void worker_map(u64 iova, u64 oa, u64 len)
{
	size_t done = 0;

	worker_check(!fx_pt()->ops->map_range(fx_pt(), iova, oa, len, PROT_RW,
					      GFP_KERNEL, &done) &&
		     done == len);
}

static void worker_unmap(u64 iova, u64 len)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	worker_check(fx_pt()->ops->unmap_range(fx_pt(), iova, len, &gather) ==
		     len);
	iommu_put_pages_list(&gather.freelist);
}

static void run_workers(void (*fn)(void *arg))
{
	struct host_thread *threads[WORKERS];
	uintptr_t i;

	worker_errors = 0;
	worker_go = 0;
	for (i = 0; i < WORKERS; i++)
		threads[i] = host_thread_create(fn, (void *)i, "worker");
	for (i = 0; i < WORKERS; i++)
		host_thread_join(threads[i]);
	assert_int_equal(worker_errors, 0);
}

/* Half of the workers run as a CPU of their own, which remembers tables. */
static void take_cpu(unsigned int worker)
{
	if (worker & 1)
		worker_check(!host_cpu_bind(1 + worker));
}

/* Every leaf table of the gigabyte holds one page of each worker. */
static u64 worker_iova(unsigned int slot, unsigned int worker)
{
	return region() + slot * BIG + worker * PG;
}

static void random_pages_worker(void *arg)
{
	unsigned int i, slot, me = (uintptr_t)arg;
	u64 rng = 1000 + me;
	bool set[512] = {};

	take_cpu(me);
	for (i = 0; i < WORKER_OPS; i++) {
		u64 iova;

		slot = boot_random(&rng) % 512;
		iova = worker_iova(slot, me);
		if (set[slot]) {
			worker_check(phys(iova) == iova + GIG);
			worker_unmap(iova, PG);
		} else {
			worker_map(iova, iova + GIG, PG);
		}
		set[slot] = !set[slot];
	}
	for (slot = 0; slot < 512; slot++)
		if (set[slot])
			worker_unmap(worker_iova(slot, me), PG);
}

/* spec: iommu-pt C22 */
static void four_threads_lose_no_table_and_leak_none(void **state)
{
	unsigned int levels = pt_get_top(NS(common)(fx_pt())).level;

	run_workers(random_pages_worker);
	assert_int_equal(count_leaves(0), 0);
	/* 512 leaf tables at most, one table on each level above. */
	assert_true(table_pages() - fx.pages_at_setup <=
		    (512 + levels) * TABLE_PAGES + root_pages());
}

/* Each worker fills and frees leaf tables of its own below a shared one. */
static void whole_tables_worker(void *arg)
{
	unsigned int i;

	take_cpu((uintptr_t)arg);
	for (i = 0; i < 300; i++) {
		u64 iova = region() + (i % 8 * WORKERS + (uintptr_t)arg) * BIG;

		worker_map(iova, 0x80001 * PG, BIG);
		worker_check(phys(iova + 5 * PG + 8) == 0x80006 * PG + 8);
		worker_unmap(iova, BIG);
		worker_check(!phys(iova + 5 * PG + 8));
	}
}

static void threads_free_their_own_tables_below_a_shared_one(void **state)
{
	u64 pages;

	map_ok(region() + 40 * BIG, 5 * PG, PG);
	pages = table_pages();
	run_workers(whole_tables_worker);
	assert_int_equal(table_pages(), pages);
	assert_int_equal(phys(region() + 40 * BIG), 5 * PG);
}

static unsigned int race_round;

/* Both meet at each round, so that they find the same table missing. */
static void same_table_worker(void *arg)
{
	unsigned int round;

	if ((uintptr_t)arg > 1)
		return;
	for (round = 1; round <= 200; round++) {
		u64 iova = round * BIG + (uintptr_t)arg * PG;

		__atomic_fetch_add(&race_round, 1, __ATOMIC_ACQ_REL);
		while (__atomic_load_n(&race_round, __ATOMIC_ACQUIRE) <
		       2 * round)
			host_yield();
		worker_map(iova, 0x80000 * PG + iova, PG);
	}
}

/* spec: iommu-pt A2 */
static void two_threads_install_one_table(void **state)
{
	unsigned int round;
	u64 before;

	race_round = 0;
	map_ok(201 * BIG, 5 * PG, PG);
	before = table_pages();
	run_workers(same_table_worker);
	assert_int_equal(table_pages() - before, 200 * TABLE_PAGES);
	for (round = 1; round <= 200; round++) {
		u64 iova = round * BIG;

		assert_int_equal(phys(iova), 0x80000 * PG + iova);
		assert_int_equal(phys(iova + PG), 0x80000 * PG + PG + iova);
	}
}

#define CONCURRENCY_CASES                                               \
	CASE(four_threads_lose_no_table_and_leak_none),                 \
		CASE(threads_free_their_own_tables_below_a_shared_one), \
		CASE(two_threads_install_one_table)

#endif
