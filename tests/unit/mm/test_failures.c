/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of the calls that allocate memory: pages, objects and their
 * caches, areas, reserves, pages shown to users, memory of devices. Each gives all of
 * it or says that it failed; objects and pages are counted after each run.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/memremap.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <dmasim/user.h>

#include "mm/mm.h"
#include "support/fixture.h"
#include "support/sweep.h"

#define SIZE (5 * PAGE_SIZE)
/* With pages of 4 KiB: more than a block of them holds. */
#define LARGE (SZ_4M + PAGE_SIZE)

/* ---- what is in use ------------------------------------------------------------- */

static struct mm_stats usage(void)
{
	struct mm_stats stats;

	mm_get_stats(&stats);
	return stats;
}

static u64 objects_before;

/* As FAIL_SWEEP, and each run ends with as many objects as it began. */
#define MEM_SWEEP(s)                                                 \
	for (objects_before = usage().slab_objects,                  \
	    sweep_begin(&(s), SWEEP_ALL);                            \
	     assert_int_equal(usage().slab_objects, objects_before), \
	    sweep_next(&(s));)

/* A result that is there, or not and then a failure is to blame. */
static bool given(const void *result)
{
	if (!result)
		assert_true(sweep_failed());
	return result;
}

static bool worked(int ret)
{
	if (ret) {
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
	}
	return !ret;
}

/* ---- pages ------------------------------------------------------------------------ */

static void pages_are_there_or_not(void **state)
{
	static const gfp_t how[] = { GFP_KERNEL, GFP_ATOMIC, GFP_DMA32 };
	u64 free = usage().pages_free;
	unsigned int i;
	struct sweep s;

	for (i = 0; i < ARRAY_SIZE(how); i++)
		MEM_SWEEP(s)
		{
			struct page *page = alloc_pages(how[i], 2);
			unsigned long addr;
			void *exact;

			if (given(page))
				__free_pages(page, 2);
			addr = __get_free_pages(how[i], 1);
			if (given((void *)addr))
				free_pages(addr, 1);
			addr = get_zeroed_page(how[i]);
			if (given((void *)addr))
				free_page(addr);
			exact = alloc_pages_exact(SIZE, how[i]);
			if (given(exact))
				free_pages_exact(exact, SIZE);
		}
	assert_int_equal(usage().pages_free, free);
}

/* As many as there are: the caller counts. */
static void pages_in_bulk_are_as_many_as_it_says(void **state)
{
	struct page *pages[8];
	struct sweep s;

	MEM_SWEEP(s)
	{
		unsigned long nr, i;

		memset(pages, 0, sizeof(pages));
		nr = alloc_pages_bulk(GFP_KERNEL, 8, pages);
		assert_true(nr == 8 || sweep_failed());
		for (i = 0; i < 8; i++)
			assert_int_equal(!pages[i], i >= nr);
		while (nr)
			__free_page(pages[--nr]);
	}
}

/* ---- objects ----------------------------------------------------------------------- */

static void objects_are_there_or_not(void **state)
{
	/* Small, of several pages, more than a block of pages holds. */
	static const size_t sizes[] = { 24, SIZE, LARGE };
	unsigned int i;
	struct sweep s;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		MEM_SWEEP(s)
		{
			void *v = kvmalloc(sizes[i], GFP_KERNEL);

			if (given(v))
				kvfree(v);
			if (sizes[i] == LARGE)
				continue;
			v = kmalloc(sizes[i], GFP_KERNEL);
			if (given(v))
				kfree(v);
			v = kcalloc(2, sizes[i], GFP_ATOMIC);
			if (given(v))
				kfree_sensitive(v);
		}
}

/* Who cannot get more still has what he had. */
static void an_object_grows_or_stays(void **state)
{
	struct sweep s;

	MEM_SWEEP(s)
	{
		char *old = kmalloc(24, GFP_KERNEL), *new;

		if (!given(old))
			continue;
		strcpy(old, "still there");
		new = krealloc(old, SIZE, GFP_KERNEL);
		if (given(new))
			old = new;
		assert_string_equal(old, "still there");
		kfree(old);
	}
	MEM_SWEEP(s)
	{
		char *old = kvmalloc(SIZE, GFP_KERNEL), *new;

		if (!given(old))
			continue;
		strcpy(old, "still there");
		new = kvrealloc(old, LARGE, GFP_KERNEL);
		if (given(new))
			old = new;
		assert_string_equal(old, "still there");
		kvfree(old);
	}
}

static void caches_and_what_is_in_them_are_there_or_not(void **state)
{
	struct sweep s;

	MEM_SWEEP(s)
	{
		struct kmem_cache *cache =
			kmem_cache_create("swept", 200, 0, 0, NULL);
		void *object, *bulk[5];
		int nr;

		if (!given(cache))
			continue;
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		if (given(object))
			kmem_cache_free(cache, object);
		/* All or none. */
		nr = kmem_cache_alloc_bulk(cache, GFP_KERNEL, 5, bulk);
		assert_true(nr == 5 || (!nr && sweep_failed()));
		kmem_cache_free_bulk(cache, nr, bulk);
		kmem_cache_shrink(cache);
		kmem_cache_destroy(cache);
	}
}

/* ---- areas -------------------------------------------------------------------------- */

static void areas_are_there_or_not(void **state)
{
	u64 free = usage().pages_free;
	struct sweep s;

	MEM_SWEEP(s)
	{
		void *area = vmalloc(SIZE);

		if (given(area))
			vfree(area);
		area = vzalloc(SIZE);
		if (given(area))
			vfree(area);
		area = __vmalloc(SIZE, GFP_ATOMIC);
		if (given(area))
			vfree(area);
	}
	assert_int_equal(usage().pages_free, free);
}

static void views_are_there_or_not(void **state)
{
	struct page *pages[5];
	struct sweep s;
	unsigned int i;

	for (i = 0; i < 5; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	MEM_SWEEP(s)
	{
		void *view = vmap(pages, 5, VM_MAP, PAGE_KERNEL);

		if (given(view))
			vunmap(view);
		view = vm_map_ram(pages, 5, NUMA_NO_NODE);
		if (given(view))
			vm_unmap_ram(view, 5);
	}
	for (i = 0; i < 5; i++) {
		assert_int_equal(page_count(pages[i]), 1);
		__free_page(pages[i]);
	}
}

/* ---- pages shown to users -------------------------------------------------------------- */

static void pages_are_shown_or_not(void **state)
{
	struct page *block = alloc_pages(GFP_KERNEL, 1), *pages[2];
	struct sweep s;
	unsigned int i;

	split_page(block, 1);
	pages[0] = block;
	pages[1] = block + 1;
	MEM_SWEEP(s)
	{
		struct vm_area_struct *vma[4];

		dmasim_fail_off();
		for (i = 0; i < 4; i++)
			vma[i] = dmasim_vma_create(2 * PAGE_SIZE, 0);
		dmasim_fail_any_nth(SWEEP_ALL, s.position);
		worked(remap_pfn_range(vma[0], vma[0]->vm_start,
				       page_to_pfn(block), 2 * PAGE_SIZE,
				       PAGE_KERNEL));
		worked(vm_insert_page(vma[1], vma[1]->vm_start, block));
		worked(vm_map_pages(vma[2], pages, 2));
		worked(vm_map_pages_zero(vma[3], pages, 2));
		/* Pages that were shown before one failed go with the range. */
		for (i = 0; i < 4; i++)
			dmasim_vma_destroy(vma[i]);
		assert_int_equal(page_count(pages[0]), 1);
		assert_int_equal(page_count(pages[1]), 1);
	}
	__free_page(pages[0]);
	__free_page(pages[1]);
}

/* ---- reserves ---------------------------------------------------------------------------- */

/* A reserve is full from the start, or there is none. */
static void use_reserve(mempool_t *pool, unsigned int nr)
{
	void *element[4];
	unsigned int i;

	assert_int_equal(pool->curr_nr, nr);
	/* Whatever fails, an element of the reserve is there. */
	for (i = 0; i < nr; i++) {
		element[i] = mempool_alloc(pool, GFP_ATOMIC);
		assert_non_null(element[i]);
	}
	for (i = 0; i < nr; i++)
		mempool_free(element[i], pool);
	if (worked(mempool_resize(pool, nr + 2)))
		assert_int_equal(pool->min_nr, nr + 2);
	else
		assert_in_range(pool->curr_nr, nr, nr + 2);
}

static void reserves_are_full_or_not_there(void **state)
{
	struct kmem_cache *cache =
		kmem_cache_create("elements", 100, 0, 0, NULL);
	struct sweep s;

	MEM_SWEEP(s)
	{
		mempool_t inside, *pool;

		pool = mempool_create_slab_pool(2, cache);
		if (given(pool)) {
			use_reserve(pool, 2);
			mempool_destroy(pool);
		}
		pool = mempool_create_kmalloc_pool(2, 300);
		if (given(pool)) {
			use_reserve(pool, 2);
			mempool_destroy(pool);
		}
		pool = mempool_create_page_pool(2, 1);
		if (given(pool)) {
			use_reserve(pool, 2);
			mempool_destroy(pool);
		}
		if (worked(mempool_init_kvmalloc_pool(&inside, 2, SZ_4K))) {
			use_reserve(&inside, 2);
			mempool_exit(&inside);
		}
	}
	kmem_cache_destroy(cache);
}

static unsigned int nr_made;

static void *make_one(gfp_t gfp, void *data)
{
	return nr_made++ ? NULL : data;
}

static void unmake(void *element, void *data)
{
}

/* The reserve is asked when there is nothing else; that, too, can fail. */
static void the_reserve_can_fail(void **state)
{
	struct sweep s;
	mempool_t pool;
	void *element;

	nr_made = 0;
	assert_int_equal(mempool_init(&pool, 1, make_one, unmake, &nr_made), 0);
	MEM_SWEEP(s)
	{
		element = mempool_alloc(&pool, GFP_ATOMIC);
		if (given(element))
			mempool_free(element, &pool);
		assert_int_equal(pool.curr_nr, 1);
	}
	mempool_exit(&pool);
}

/* ---- memory of devices ----------------------------------------------------------------------- */

static void pages_of_a_device_are_there_or_not(void **state)
{
	struct fixture *f = *state;
	unsigned long pfn = PHYS_PFN(0xe0000000ull);
	struct sweep s;

	MEM_SWEEP(s)
	{
		struct dev_pagemap map = {
			.type = MEMORY_DEVICE_PCI_P2PDMA,
			.nr_range = 1,
			.range = { .start = PFN_PHYS(pfn),
				   .end = PFN_PHYS(pfn) + SZ_2M - 1 },
		};
		void *at = devm_memremap_pages(f->dev, &map);

		if (!IS_ERR(at)) {
			assert_true(pfn_valid(pfn));
			devm_memunmap_pages(f->dev, &map);
		} else {
			worked(PTR_ERR(at));
		}
		assert_false(pfn_valid(pfn));
	}
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		fixture_case(pages_are_there_or_not),
		fixture_case(pages_in_bulk_are_as_many_as_it_says),
		fixture_case(objects_are_there_or_not),
		fixture_case(an_object_grows_or_stays),
		fixture_case(caches_and_what_is_in_them_are_there_or_not),
		fixture_case(areas_are_there_or_not),
		fixture_case(views_are_there_or_not),
		fixture_case(pages_are_shown_or_not),
		fixture_case(reserves_are_full_or_not_there),
		fixture_case(the_reserve_can_fail),
		fixture_case(pages_of_a_device_are_there_or_not),
	};
	static const struct variant machines[] = {
		{ "direct", .iommu = DMASIM_IOMMU_OFF },
		{ "vtdss,lazy", DMASIM_IOMMU_LAZY, "vtdss", .translated = true,
		  .lazy = true },
	};

	return run_variants("mm_failures", cases, machines) +
	       not_swept("alloc_pages", "__get_free_pages", "get_zeroed_page",
			 "alloc_pages_exact", "alloc_pages_bulk_noprof",
			 "__kmalloc", "krealloc", "__kvmalloc", "kvrealloc",
			 "__kmem_cache_create_args", "kmem_cache_alloc",
			 "kmem_cache_alloc_bulk", "vmalloc", "vzalloc",
			 "__vmalloc", "vmap", "vm_map_ram", "remap_pfn_range",
			 "vm_insert_page", "vm_map_pages", "vm_map_pages_zero",
			 "mempool_init", "mempool_init_node", "mempool_create",
			 "mempool_create_node", "mempool_resize",
			 "mempool_alloc", "mempool_alloc_slab",
			 "mempool_kmalloc", "mempool_kvmalloc",
			 "mempool_alloc_pages", "devm_memremap_pages");
}
