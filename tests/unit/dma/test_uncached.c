/* SPDX-License-Identifier: MIT */
/*
 * Memory of devices that do not snoop is uncached as long as it lives, and no
 * longer: also when a later step of its allocation fails, or some of its pages
 * cannot be made so. The hardware behind src/dma/sync_hw.c is an array here.
 */
#include "unit/dma/fake_iommu.h"

#include <linux/dma-map-ops.h>

bool array_set_uncached(uint64_t phys, uint64_t len, bool on);

#define hw_cache_set_uncached array_set_uncached
#include "dma/sync_hw.c"
#undef hw_cache_set_uncached

#define PAGES 5
#define SIZE (PAGES * PAGE_SIZE)

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;
static u8 uncached[(HIGH_RAM + SZ_16M) >> PAGE_SHIFT];
static unsigned int nr_uncached;
static int fail_set_after; /* calls until one fails; -1: never */

bool array_set_uncached(uint64_t phys, uint64_t len, bool on)
{
	u64 pfn;

	if (on && fail_set_after >= 0 && !fail_set_after--)
		return false;
	for (pfn = phys >> PAGE_SHIFT; pfn < (phys + len) >> PAGE_SHIFT;
	     pfn++) {
		assert_int_equal(uncached[pfn], !on);
		uncached[pfn] = on;
		nr_uncached += on ? 1 : -1;
	}
	return true;
}

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	memset(uncached, 0, sizeof(uncached));
	nr_uncached = 0;
	fail_set_after = -1;
	fake_start(&fake);
	dev->dma_coherent = false;
	return 0;
}

static int teardown(void **state)
{
	dev->dma_iommu = true;
	fake_stop(&fake);
	return 0;
}

/* Each way to get coherent memory. */
static const struct way {
	bool iommu;
	unsigned long attrs;
} ways[] = {
	{ false, 0 },
	{ true, 0 },
	{ true, DMA_ATTR_ALLOC_SINGLE_PAGES },
	{ true, DMA_ATTR_FORCE_CONTIGUOUS },
};

static void *take(const struct way *way, dma_addr_t *addr)
{
	dev->dma_iommu = way->iommu;
	return dma_alloc_attrs(dev, SIZE, addr, GFP_KERNEL, way->attrs);
}

static void give(const struct way *way, void *mem, dma_addr_t addr)
{
	dma_free_attrs(dev, SIZE, mem, addr, way->attrs);
}

static void assert_nothing_left(void)
{
	assert_int_equal(nr_uncached, 0);
	assert_int_equal(fake.mapped, 0);
}

static void memory_is_uncached_as_long_as_it_lives(void **state)
{
	unsigned int i;
	dma_addr_t addr;
	void *mem;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		mem = take(&ways[i], &addr);
		assert_non_null(mem);
		assert_int_equal(nr_uncached, PAGES);
		give(&ways[i], mem, addr);
		assert_nothing_left();
	}
}

/* spec: dma-core 5.1: what fails later takes it back */
static void memory_is_cached_again_after_any_failure(void **state)
{
	u32 sites = 1u << DMASIM_SITE_PAGE | 1u << DMASIM_SITE_SLAB |
		    1u << DMASIM_SITE_VMALLOC | 1u << DMASIM_SITE_IOVA;
	unsigned int i, n, failures;
	dma_addr_t addr;
	void *mem;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		failures = 0;
		for (n = 1; n < 30; n++) {
			lib_fail_any_nth(sites, n);
			mem = take(&ways[i], &addr);
			lib_fail_off();
			if (mem)
				give(&ways[i], mem, addr);
			else
				failures++;
			assert_nothing_left();
		}
		assert_in_range(failures, 2, 28);
	}
}

static void without_table_memory_it_is_cached_again(void **state)
{
	unsigned int i, n;
	dma_addr_t addr;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		for (n = 0; ways[i].iommu && n < PAGES; n++) {
			fake.fail_map_after = n;
			assert_null(take(&ways[i], &addr));
			assert_nothing_left();
		}
	fake.fail_map_after = -1;
}

/* All pages are uncached or there is no memory, view or address. */
static void pages_that_stay_cached_are_no_coherent_memory(void **state)
{
	unsigned int i, n, calls;
	dma_addr_t addr;
	void *mem;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		/* How many calls make it uncached? */
		fail_set_after = 100;
		mem = take(&ways[i], &addr);
		calls = 100 - fail_set_after;
		give(&ways[i], mem, addr);
		assert_in_range(calls, 1, PAGES);
		for (n = 0; n < calls; n++) {
			fail_set_after = n;
			assert_null(take(&ways[i], &addr));
			assert_int_equal(fail_set_after, -1);
			assert_nothing_left();
		}
	}
}

static int declare(struct page *block)
{
	phys_addr_t phys = page_to_phys(block);

	return dma_declare_coherent_memory(dev, phys, phys, 4 * PAGE_SIZE);
}

/* spec: dma-core 1.4 */
static void declared_memory_is_uncached_until_it_is_released(void **state)
{
	struct page *block = low_page(2);

	assert_int_equal(declare(block), 0);
	assert_int_equal(nr_uncached, 4);
	dma_release_coherent_memory(dev);
	assert_nothing_left();
	__free_pages(block, 2);
}

/* spec: dma-core 1.4: -ENOMEM */
static void a_failed_declaration_leaves_nothing(void **state)
{
	u32 sites = 1u << DMASIM_SITE_SLAB | 1u << DMASIM_SITE_VMALLOC;
	struct page *block = low_page(2);
	unsigned int n;
	int ret;

	for (n = 1;; n++) {
		lib_fail_any_nth(sites, n);
		ret = declare(block);
		lib_fail_off();
		if (!ret)
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_null(dev->dma_mem);
		assert_nothing_left();
	}
	/* The descriptor, its bitmap, the view. */
	assert_true(n > 3);
	dma_release_coherent_memory(dev);

	fail_set_after = 0;
	assert_int_equal(declare(block), -ENOMEM);
	assert_null(dev->dma_mem);
	assert_nothing_left();
	__free_pages(block, 2);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(memory_is_uncached_as_long_as_it_lives),
		CASE(memory_is_cached_again_after_any_failure),
		CASE(without_table_memory_it_is_cached_again),
		CASE(pages_that_stay_cached_are_no_coherent_memory),
		CASE(declared_memory_is_uncached_until_it_is_released),
		CASE(a_failed_declaration_leaves_nothing),
	};

	return cmocka_run_group_tests_name("uncached", tests, NULL, NULL);
}
