/* SPDX-License-Identifier: MIT */
/*
 * Atomic pools: coherent memory of devices that do not snoop, for callers that
 * cannot sleep. Nothing of dma-core section 17 is about them; section 5.1 is.
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>
#include <linux/vmalloc.h>

static void *take(struct fixture *f, size_t size, dma_addr_t *handle)
{
	return dma_alloc_coherent(f->dev, size, handle, GFP_ATOMIC);
}

static void atomic_memory_comes_from_the_pool(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	u8 *cpu = take(f, 3 * PAGE_SIZE, &handle);

	assert_non_null(cpu);
	assert_true(is_vmalloc_addr(cpu));
	assert_int_equal(dma_stat(pool_used), 3 * PAGE_SIZE);
	fill_pattern(cpu, 3 * PAGE_SIZE, 1);
	assert_device_reads(f, handle, 3 * PAGE_SIZE, 1);
	assert_device_writes(f, handle, 3 * PAGE_SIZE, 2);
	assert_pattern(cpu, 3 * PAGE_SIZE, 2);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, handle);
	assert_int_equal(dma_stat(pool_used), 0);
	assert_int_equal(dma_stat(pool_used_hiwater), 3 * PAGE_SIZE);
	assert_int_equal(dma_stat(pool_allocs), 1);
}

static void memory_is_zeroed_when_it_comes_back(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	u8 *cpu = take(f, PAGE_SIZE, &handle), *again;
	size_t i;

	memset(cpu, 0xff, PAGE_SIZE);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	again = take(f, PAGE_SIZE, &handle);
	assert_ptr_equal(again, cpu);
	for (i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(again[i], 0);
	dma_free_coherent(f->dev, PAGE_SIZE, again, handle);
}

/* When there is time to grow it has all that it began with. */
static void what_came_back_is_no_reason_to_grow(void **state)
{
	struct fixture *f = *state;
	uint64_t before = dma_stat(pool_bytes);
	dma_addr_t handle;
	u8 *cpu = take(f, PAGE_SIZE, &handle);

	assert_non_null(cpu);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
	dmasim_run();
	assert_int_equal(dma_stat(pool_bytes), before);
}

static void callers_that_may_sleep_leave_it_alone(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, PAGE_SIZE, &handle, GFP_KERNEL);

	assert_non_null(cpu);
	assert_int_equal(dma_stat(pool_allocs), 0);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

/* Default: 128 KiB a GiB of RAM, a pool for each of three zones. */
static void its_size_follows_the_ram(void **state)
{
	/* A pool is one block of pages. */
	const u64 most = min(MAX_ORDER_NR_PAGES * PAGE_SIZE, (u64)SZ_32M);
	struct fixture *f = *state;

	assert_int_equal(dma_stat(pool_bytes), 3 * SZ_1M);
	f->cfg.ram_bytes = SZ_64M;
	fixture_rebuild(f);
	/* No memory above 4 GiB, and at least 128 KiB. */
	assert_int_equal(dma_stat(pool_bytes), 2 * SZ_128K);
	f->cfg.coherent_pool = 5 * PAGE_SIZE;
	fixture_rebuild(f);
	assert_int_equal(dma_stat(pool_bytes), 2 * 8 * PAGE_SIZE);
	f->cfg.coherent_pool = SZ_32M;
	fixture_rebuild(f);
	/* And ZONE_DMA has some megabytes left, too. */
	assert_in_range(dma_stat(pool_bytes), most, 2 * most);
}

static void impossible_sizes_are_refused(void **state)
{
	struct fixture *f = *state;
	struct dmasim_machine *m;

	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	f->cfg.coherent_pool = 100;
	assert_int_equal(dmasim_machine_create(&f->cfg, &m), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "coherent_pool"));
	f->cfg.coherent_pool = f->cfg.ram_bytes + PAGE_SIZE;
	assert_int_equal(dmasim_machine_create(&f->cfg, &m), -EINVAL);
	f->cfg.coherent_pool = 0;
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
}

static void an_empty_pool_refuses_and_recovers(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle[64];
	void *cpu[64];
	unsigned int nr = 0;

	f->cfg.ram_bytes = SZ_64M;
	f->cfg.coherent_pool = 4 * PAGE_SIZE;
	fixture_rebuild(f);
	while ((cpu[nr] = take(f, PAGE_SIZE, &handle[nr])))
		nr++;
	assert_int_equal(nr, 8);
	assert_event(DMASIM_EVENT_REFUSAL, "coherent-pool", 1);
	assert_int_equal(dma_stat(pool_refusals), 1);
	assert_null(dma_alloc_attrs(f->dev, PAGE_SIZE, &handle[nr], GFP_ATOMIC,
				    DMA_ATTR_NO_WARN));

	nr--;
	dma_free_coherent(f->dev, PAGE_SIZE, cpu[nr], handle[nr]);
	cpu[nr] = take(f, PAGE_SIZE, &handle[nr]);
	assert_non_null(cpu[nr]);
	nr++;
	while (nr--)
		dma_free_coherent(f->dev, PAGE_SIZE, cpu[nr], handle[nr]);
}

/* The second half of section 5.1 in the kernel: room is made in the background. */
static void a_pool_grows_when_there_is_time(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle[32];
	uint64_t before;
	unsigned int nr;
	void *cpu[32];

	f->cfg.ram_bytes = SZ_64M;
	f->cfg.coherent_pool = 4 * PAGE_SIZE;
	fixture_rebuild(f);
	before = dma_stat(pool_bytes);

	/* Four times what there was, one allocation after the other. */
	for (nr = 0; nr < 32; nr++) {
		cpu[nr] = take(f, PAGE_SIZE, &handle[nr]);
		assert_non_null(cpu[nr]);
		fill_pattern(cpu[nr], PAGE_SIZE, nr);
		dmasim_run();
	}
	assert_in_range(dma_stat(pool_bytes), before + 24 * PAGE_SIZE,
			16 * before);
	assert_int_equal(dma_stat(pool_refusals), 0);
	while (nr--) {
		assert_device_reads(f, handle[nr], PAGE_SIZE, nr);
		dma_free_coherent(f->dev, PAGE_SIZE, cpu[nr], handle[nr]);
	}
	assert_int_equal(dma_stat(pool_used), 0);
}

/* Without memory for more it stays what it is, and grows another time. */
static void a_pool_grows_or_not(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle[2];
	struct sweep s;
	void *cpu;

	f->cfg.ram_bytes = SZ_64M;
	f->cfg.coherent_pool = 4 * PAGE_SIZE;
	FAIL_SWEEP(s, SWEEP_ALL & ~SWEEP_SITE(DMASIM_SITE_COHERENT)) {
		uint64_t before;

		dmasim_fail_off();
		fixture_rebuild(f);
		before = dma_stat(pool_bytes);
		dmasim_fail_any_nth(s.mask, s.position);
		cpu = take(f, PAGE_SIZE, &handle[0]);
		if (!cpu) {
			assert_true(sweep_failed());
			continue;
		}
		dmasim_run();
		assert_true(sweep_failed() || dma_stat(pool_bytes) > before);
		dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle[0]);
	}
	assert_true(s.position > 3);
}

static void blocks_are_aligned_to_their_size(void **state)
{
	struct fixture *f = *state;
	dma_addr_t a_handle, b_handle;
	void *a = take(f, PAGE_SIZE, &a_handle);
	void *b = take(f, 3 * PAGE_SIZE, &b_handle);

	assert_int_equal(page_to_pfn(vmalloc_to_page(b)) % 4, 0);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, b, b_handle);
	dma_free_coherent(f->dev, PAGE_SIZE, a, a_handle);
}

/* Without an IOMMU the device must reach the memory itself. */
static void a_coherent_mask_chooses_the_pool(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = take(f, PAGE_SIZE, &handle);

	assert_in_range(handle, 1ull << 32, ~0ull);
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);

	assert_int_equal(dma_set_coherent_mask(f->dev, DMA_BIT_MASK(32)), 0);
	cpu = take(f, PAGE_SIZE, &handle);
	assert_in_range(handle, 1u << 24, DMA_BIT_MASK(32));
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);

	assert_int_equal(dma_set_coherent_mask(f->dev, DMA_BIT_MASK(24)), 0);
	cpu = take(f, PAGE_SIZE, &handle);
	assert_in_range(handle, PAGE_SIZE, DMA_BIT_MASK(24));
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

static bool never(struct device *dev, phys_addr_t phys, size_t size)
{
	return false;
}

static void the_drivers_own_test_of_an_address_counts(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	void *cpu;

	assert_null(dma_alloc_from_pool(f->dev, PAGE_SIZE, &cpu, GFP_ATOMIC,
					never));
	assert_int_equal(dma_stat(pool_used), 0);
	page = dma_alloc_from_pool(f->dev, PAGE_SIZE, &cpu, GFP_ATOMIC, NULL);
	assert_ptr_equal(page, vmalloc_to_page(cpu));
	assert_true(dma_free_from_pool(f->dev, cpu, PAGE_SIZE));
	/* Not from a pool: nothing happens. */
	assert_false(dma_free_from_pool(f->dev, f, PAGE_SIZE));
}

static void another_size_is_told_and_the_whole_block_goes(void **state)
{
	static const size_t wrong[] = { 0, PAGE_SIZE, 8 * PAGE_SIZE };
	struct fixture *f = *state;
	dma_addr_t below, handle, above;
	void *first = take(f, PAGE_SIZE, &below), *cpu, *again, *next;
	unsigned int i;

	expect_warns(ARRAY_SIZE(wrong));
	expect_checker(f, "checker-unmap-size", ARRAY_SIZE(wrong));
	cpu = take(f, 3 * PAGE_SIZE, &handle);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		next = take(f, 4 * PAGE_SIZE, &above);
		fill_pattern(first, PAGE_SIZE, 1);
		fill_pattern(next, PAGE_SIZE, 2);

		dma_free_coherent(f->dev, wrong[i], cpu, handle);

		assert_int_equal(dma_stat(pool_used), 5 * PAGE_SIZE);
		again = take(f, 3 * PAGE_SIZE, &handle);
		assert_ptr_equal(again, cpu);
		assert_device_reads(f, below, PAGE_SIZE, 1);
		assert_device_reads(f, above, PAGE_SIZE, 2);
		dma_free_coherent(f->dev, 4 * PAGE_SIZE, next, above);
	}
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, handle);
	dma_free_coherent(f->dev, PAGE_SIZE, first, below);
	assert_event(DMASIM_EVENT_WARN, NULL, ARRAY_SIZE(wrong));
	assert_int_equal(dma_stat(pool_used), 0);
}

static void where_no_block_begins_nothing_is_freed(void **state)
{
	struct fixture *f = *state;
	void *cpu;

	assert_non_null(dma_alloc_from_pool(f->dev, 3 * PAGE_SIZE, &cpu,
					    GFP_ATOMIC, NULL));
	expect_warns(3);
	assert_true(dma_free_from_pool(f->dev, cpu + PAGE_SIZE, PAGE_SIZE));
	/* The fourth page of its four is free. */
	assert_true(dma_free_from_pool(f->dev, cpu + 3 * PAGE_SIZE, PAGE_SIZE));
	assert_int_equal(dma_stat(pool_used), 3 * PAGE_SIZE);
	assert_true(dma_free_from_pool(f->dev, cpu, 3 * PAGE_SIZE));
	assert_int_equal(dma_stat(pool_used), 0);
	/* And twice is once. */
	assert_true(dma_free_from_pool(f->dev, cpu, 3 * PAGE_SIZE));
	assert_int_equal(dma_stat(pool_used), 0);
	assert_event(DMASIM_EVENT_WARN, NULL, 3);
}

static void a_block_that_is_not_freed_is_a_leak(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	fixture_rebuild(f);
	assert_non_null(take(f, PAGE_SIZE, &handle));
	assert_int_equal(dmasim_machine_destroy(f->machine), 1);
	assert_event(DMASIM_EVENT_LEAK, "coherent-pool-leak", 1);
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
}

static void devices_that_snoop_have_none(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle;
	void *cpu = take(f, PAGE_SIZE, &handle);

	assert_int_equal(dma_stat(pool_bytes), 0);
	assert_false(is_vmalloc_addr(cpu));
	dma_free_coherent(f->dev, PAGE_SIZE, cpu, handle);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(atomic_memory_comes_from_the_pool),
		fixture_case(memory_is_zeroed_when_it_comes_back),
		fixture_case(what_came_back_is_no_reason_to_grow),
		fixture_case(callers_that_may_sleep_leave_it_alone),
		fixture_case(an_empty_pool_refuses_and_recovers),
		fixture_case(blocks_are_aligned_to_their_size),
		fixture_case(the_drivers_own_test_of_an_address_counts),
		fixture_case(another_size_is_told_and_the_whole_block_goes),
		fixture_case(where_no_block_begins_nothing_is_freed),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(its_size_follows_the_ram),
		fixture_case(a_pool_grows_when_there_is_time),
		fixture_case(a_pool_grows_or_not),
		fixture_case(impossible_sizes_are_refused),
		fixture_case(a_coherent_mask_chooses_the_pool),
		fixture_case(a_block_that_is_not_freed_is_a_leak),
	};
	const struct CMUnitTest coherent[] = {
		fixture_case(devices_that_snoop_have_none),
	};

	return run_variants("coherent_pool", any, variants_noncoherent) +
	       run_variants_("coherent_pool", direct, ARRAY_SIZE(direct),
			     variants_noncoherent, 1) +
	       run_variants("coherent_pool", coherent, variants_all);
}
