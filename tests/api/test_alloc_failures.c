/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of the calls that allocate: pages, noncontiguous
 * memory, pools, managed memory, lists, memory shown to users, address spaces. What
 * is left over is counted by the fixture. dma_alloc_attrs() itself: test_alloc.c.
 */
#include "api/api.h"

#include <dmasim/user.h>
#include <linux/dma-map-ops.h>
#include <linux/dmapool.h>
#include <linux/iova.h>
#include <linux/scatterlist.h>

#define SIZE (5 * PAGE_SIZE)

static void pages_are_there_or_not(void **state)
{
	static const gfp_t how[] = { GFP_KERNEL, GFP_ATOMIC };
	struct fixture *f = *state;
	struct sweep s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(how); i++)
		FAIL_SWEEP(s, SWEEP_ALL) {
			dma_addr_t handle;
			struct page *page =
				dma_alloc_pages(f->dev, SIZE, &handle,
						DMA_BIDIRECTIONAL, how[i]);

			if (page)
				dma_free_pages(f->dev, SIZE, page, handle,
					       DMA_BIDIRECTIONAL);
			else
				assert_true(sweep_failed());
		}
}

static void scattered_pages_and_their_view_are_there_or_not(void **state)
{
	static const unsigned long how[] = { 0, DMA_ATTR_ALLOC_SINGLE_PAGES };
	struct fixture *f = *state;
	struct sweep s;
	unsigned int i;

	/* Large pages are longer entries than a device takes unless it says so. */
	dma_set_max_seg_size(f->dev, UINT_MAX);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	for (i = 0; i < ARRAY_SIZE(how); i++)
		FAIL_SWEEP(s, SWEEP_ALL) {
			struct sg_table *sgt = dma_alloc_noncontiguous(
				f->dev, SIZE, DMA_BIDIRECTIONAL, GFP_KERNEL,
				how[i]);
			void *view;

			if (!sgt) {
				assert_true(sweep_failed());
				continue;
			}
			assert_int_equal(sgt->nents, 1);
			view = dma_vmap_noncontiguous(f->dev, SIZE, sgt);
			if (view)
				dma_vunmap_noncontiguous(f->dev, view);
			else
				assert_true(sweep_failed());
			dma_free_noncontiguous(f->dev, SIZE, sgt,
					       DMA_BIDIRECTIONAL);
		}
}

static void a_pool_is_there_or_not_and_gives_a_block_or_none(void **state)
{
	static const gfp_t how[] = { GFP_KERNEL, GFP_ATOMIC };
	struct fixture *f = *state;
	struct sweep s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(how); i++)
		FAIL_SWEEP(s, SWEEP_ALL) {
			struct dma_pool *pool =
				dma_pool_create("p", f->dev, 64, 64, 0);
			dma_addr_t handle;
			void *block;

			if (!pool) {
				assert_true(sweep_failed());
				continue;
			}
			block = dma_pool_alloc(pool, how[i], &handle);
			if (block)
				dma_pool_free(pool, block, handle);
			else
				assert_true(sweep_failed());
			dma_pool_destroy(pool);
		}
}

/* Outside of a driver: given back by hand, so a second release would be seen. */
static void managed_memory_is_there_or_not(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		dma_addr_t handle;
		struct dma_pool *pool;
		void *cpu;

		cpu = dmam_alloc_coherent(f->dev, SIZE, &handle, GFP_KERNEL);
		if (!cpu) {
			assert_true(sweep_failed());
			continue;
		}
		pool = dmam_pool_create("m", f->dev, 64, 64, 0);
		if (pool)
			dmam_pool_destroy(pool);
		else
			assert_true(sweep_failed());
		dmam_free_coherent(f->dev, SIZE, cpu, handle);
	}
}

static void a_table_of_coherent_memory_is_there_or_not(void **state)
{
	struct fixture *f = *state;
	struct sg_table sgt;
	dma_addr_t handle;
	void *cpu = dma_alloc_coherent(f->dev, SIZE, &handle, GFP_KERNEL);
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = dma_get_sgtable(f->dev, &sgt, cpu, handle, SIZE);
		if (!ret) {
			sg_free_table(&sgt);
			continue;
		}
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
	}
	dma_free_coherent(f->dev, SIZE, cpu, handle);
}

/* What an author of dma_map_ops calls. */
static void a_table_of_one_block_is_there_or_not(void **state)
{
	struct fixture *f = *state;
	void *cpu = kmalloc(PAGE_SIZE, GFP_KERNEL);
	struct sg_table sgt;
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = dma_common_get_sgtable(f->dev, &sgt, cpu, 0, PAGE_SIZE,
					     0);
		if (!ret)
			sg_free_table(&sgt);
		else
			assert_true(ret == -ENOMEM && sweep_failed());
	}
	kfree(cpu);
}

/* What was shown before the failure goes with the range. */
static void assert_shown_or_not(int ret, struct vm_area_struct *vma)
{
	if (ret) {
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
	} else {
		fill_pattern((u8 *)vma->vm_start, SIZE, 1);
	}
	dmasim_vma_destroy(vma);
}

static void memory_is_shown_to_users_or_not(void **state)
{
	struct fixture *f = *state;
	dma_addr_t handle, pages_handle;
	void *cpu = dma_alloc_coherent(f->dev, SIZE, &handle, GFP_KERNEL);
	struct page *page = dma_alloc_pages(f->dev, SIZE, &pages_handle,
					    DMA_BIDIRECTIONAL, GFP_KERNEL);
	struct sg_table *sgt;
	struct sweep s;

	/* Large pages are longer entries than a device takes unless it says so. */
	dma_set_max_seg_size(f->dev, UINT_MAX);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	sgt = dma_alloc_noncontiguous(f->dev, SIZE, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		struct vm_area_struct *vma = dmasim_vma_create(SIZE, 0);

		assert_shown_or_not(
			dma_mmap_coherent(f->dev, vma, cpu, handle, SIZE), vma);
	}
	FAIL_SWEEP(s, SWEEP_ALL) {
		struct vm_area_struct *vma = dmasim_vma_create(SIZE, 0);

		assert_shown_or_not(dma_mmap_pages(f->dev, vma, SIZE, page),
				    vma);
	}
	FAIL_SWEEP(s, SWEEP_ALL) {
		struct vm_area_struct *vma = dmasim_vma_create(SIZE, 0);

		assert_shown_or_not(
			dma_mmap_noncontiguous(f->dev, vma, SIZE, sgt), vma);
	}
	dma_free_noncontiguous(f->dev, SIZE, sgt, DMA_BIDIRECTIONAL);
	dma_free_pages(f->dev, SIZE, page, pages_handle, DMA_BIDIRECTIONAL);
	dma_free_coherent(f->dev, SIZE, cpu, handle);
}

static void blocks_are_shown_to_users_or_not(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	phys_addr_t phys = page_to_phys(block);
	struct sweep s;
	dma_addr_t handle;
	void *cpu;

	FAIL_SWEEP(s, SWEEP_ALL) {
		struct vm_area_struct *vma = dmasim_vma_create(SIZE, 0);

		assert_shown_or_not(dma_common_mmap(f->dev, vma,
						    page_address(block), 0,
						    SIZE, 0),
				    vma);
	}
	assert_int_equal(dma_declare_coherent_memory(f->dev, phys, phys,
						     8 * PAGE_SIZE),
			 0);
	cpu = dma_alloc_coherent(f->dev, SIZE, &handle, GFP_KERNEL);
	FAIL_SWEEP(s, SWEEP_ALL) {
		struct vm_area_struct *vma = dmasim_vma_create(SIZE, 0);

		assert_shown_or_not(
			dma_mmap_coherent(f->dev, vma, cpu, handle, SIZE), vma);
	}
	dma_free_coherent(f->dev, SIZE, cpu, handle);
	dma_release_coherent_memory(f->dev);
	__free_pages(block, 3);
}

static void lists_are_there_or_not(void **state)
{
	struct page *pages[300];
	struct scatterlist *sgl;
	struct sg_table sgt;
	struct sweep s;
	unsigned int i, nents;
	int ret;

	/* Longer than one chunk of a chain; every second page is no neighbour. */
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = pfn_to_page(0x1000 + 2 * i);

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = sg_alloc_table(&sgt, ARRAY_SIZE(pages), GFP_KERNEL);
		if (!ret)
			sg_free_table(&sgt);
		else
			assert_true(ret == -ENOMEM && sweep_failed());
	}
	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = sg_alloc_table_from_pages(&sgt, pages, ARRAY_SIZE(pages),
						0,
						ARRAY_SIZE(pages) * PAGE_SIZE,
						GFP_KERNEL);
		if (!ret)
			sg_free_table(&sgt);
		else
			assert_true(ret == -ENOMEM && sweep_failed());
	}
	FAIL_SWEEP(s, SWEEP_ALL) {
		sgl = sgl_alloc(SIZE, GFP_KERNEL, &nents);
		if (sgl)
			sgl_free(sgl);
		else
			assert_true(sweep_failed());
	}
}

static void a_list_goes_on_behind_ones_own_entries_or_not(void **state)
{
	struct scatterlist first[SG_CHUNK_SIZE];
	struct sg_table sgt;
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = sg_alloc_table_chained(&sgt, 300, first, SG_CHUNK_SIZE);
		if (!ret)
			sg_free_table_chained(&sgt, SG_CHUNK_SIZE);
		else
			assert_true(ret == -ENOMEM && sweep_failed());
	}
}

static void a_list_is_cut_or_stays_whole(void **state)
{
	static const size_t sizes[] = { 100, 4000, 5000 };
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	struct scatterlist sg[2], *out[3];
	int i, ret, nents[3];
	struct sweep s;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page, 4096, 0);
	sg_set_page(&sg[1], page + 2, 8192, 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = sg_split(sg, 0, 16, 3, sizes, out, nents, GFP_KERNEL);
		assert_int_equal(sg[0].length + sg[1].length, 12288);
		if (ret) {
			assert_true(ret == -ENOMEM && sweep_failed());
			continue;
		}
		for (i = 0; i < 3; i++)
			kfree(out[i]);
	}
	__free_pages(page, 2);
}

static void addresses_are_there_or_not(void **state)
{
	struct iova_domain iovad;
	struct iova *iova;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		if (iova_cache_get()) {
			assert_true(sweep_failed());
			continue;
		}
		init_iova_domain(&iovad, PAGE_SIZE, 1);
		if (iova_domain_init_rcaches(&iovad))
			assert_true(sweep_failed());
		if (!reserve_iova(&iovad, 0x100, 0x1ff))
			assert_true(sweep_failed());
		iova = alloc_iova(&iovad, 4, 0xfffff, true);
		if (iova)
			__free_iova(&iovad, iova);
		else
			assert_true(sweep_failed());
		/* The next one finds what the first would have. */
		iova = alloc_iova(&iovad, 4, 0xfffff, true);
		if (iova)
			assert_int_equal(iova->pfn_lo, 0xffffc);
		else
			assert_true(sweep_failed());
		put_iova_domain(&iovad);
		iova_cache_put();
	}
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(pages_are_there_or_not),
		fixture_case(scattered_pages_and_their_view_are_there_or_not),
		fixture_case(a_pool_is_there_or_not_and_gives_a_block_or_none),
		fixture_case(managed_memory_is_there_or_not),
		fixture_case(a_table_of_coherent_memory_is_there_or_not),
		fixture_case(memory_is_shown_to_users_or_not),
		fixture_case(blocks_are_shown_to_users_or_not),
	};
	const struct CMUnitTest alone[] = {
		fixture_case(lists_are_there_or_not),
		fixture_case(a_list_goes_on_behind_ones_own_entries_or_not),
		fixture_case(a_list_is_cut_or_stays_whole),
		fixture_case(a_table_of_one_block_is_there_or_not),
		fixture_case(addresses_are_there_or_not),
	};

	return run_variants("alloc_failures", any, variants_gap) +
	       run_variants("alloc_failures", any, variants_all) +
	       run_variants("alloc_failures", any, variants_noncoherent) +
	       run_variants("alloc_failures", any,
			    variants_checker_translated) +
	       run_variants_("alloc_failures", alone, ARRAY_SIZE(alone),
			     &variant_vtdss_strict, 1) +
	       run_variants("alloc_failures", any, variants_speculation) +
	       not_swept("dma_alloc_attrs", "dma_alloc_pages",
			 "dma_direct_alloc_pages", "dma_common_alloc_pages",
			 "dma_alloc_noncontiguous",
			 "iommu_dma_alloc_noncontiguous",
			 "dma_vmap_noncontiguous",
			 "iommu_dma_vmap_noncontiguous", "dma_pool_create_node",
			 "dma_pool_alloc", "dmam_alloc_attrs",
			 "dmam_pool_create", "dma_get_sgtable_attrs",
			 "iommu_dma_get_sgtable", "dma_common_get_sgtable",
			 "dma_mmap_attrs", "iommu_dma_mmap", "dma_mmap_pages",
			 "dma_mmap_noncontiguous",
			 "iommu_dma_mmap_noncontiguous", "dma_common_mmap",
			 "dma_mmap_from_dev_coherent",
			 "dma_common_contiguous_remap",
			 "dma_common_pages_remap", "__sg_alloc_table",
			 "sg_alloc_table", "sg_alloc_table_chained",
			 "sg_alloc_table_from_pages_segment",
			 "sg_alloc_append_table_from_pages", "sgl_alloc",
			 "sgl_alloc_order", "sg_split",
			 "iova_domain_init_rcaches", "reserve_iova",
			 "alloc_iova", "alloc_iova_fast", "iommu_dma_map_page");
}
