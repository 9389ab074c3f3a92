/* SPDX-License-Identifier: MIT */
/*
 * src/iommu/mapcount.c: a page that is freed while a domain maps it is told, and no
 * other page is.
 */
#include <linux/dma-mapping.h>

#include "api/core.h"

/* The last pages that a table of the lowest level translates, and the first of the
 * next. */
#define IOVA 0x401fe000ul
#define PROT (IOMMU_READ | IOMMU_WRITE)

static const char *const id = "iommu-page-freed";

static int setup(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	f->cfg.iommu_debug_pagealloc = true;
	fixture_rebuild(f);
	return 0;
}

#define counted_case(fn) \
	cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)

static void free_told(struct page *page, unsigned int order)
{
	uint64_t before = dmasim_event_count(DMASIM_EVENT_MISUSE, id);

	expect_events(DMASIM_EVENT_MISUSE, id, 1);
	__free_pages(page, order);
	assert_event(DMASIM_EVENT_MISUSE, id, before + 1);
}

static void free_quietly(struct page *page, unsigned int order)
{
	uint64_t before = dmasim_event_count(DMASIM_EVENT_MISUSE, id);

	__free_pages(page, order);
	assert_event(DMASIM_EVENT_MISUSE, id, before);
}

static struct page *block(unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);

	assert_non_null(page);
	return page;
}

static void assert_text(phys_addr_t phys, unsigned int order, unsigned int nr)
{
	char want[160];

	snprintf(
		want, sizeof(want),
		"page at physical 0x%llx is freed while IOMMU domains map it: mappings of its block of %lu bytes: %u",
		(unsigned long long)phys, PAGE_SIZE << order, nr);
	assert_string_equal(event_text(DMASIM_EVENT_MISUSE, id), want);
}

/* Do addresses of this format have a sign? */
static bool signed_format(const struct fixture *f)
{
	return !strcmp(f->cfg.iommu_format, "vtdfs") ||
	       !strcmp(f->cfg.iommu_format, "riscv64");
}

static void a_page_that_is_mapped(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page = block(0);

	assert_int_equal(map_at(d, IOVA, page_to_phys(page), PAGE_SIZE), 0);
	free_told(page, 0);
	assert_text(page_to_phys(page), 0, PAGE_SIZE / PAGE_4K);

	assert_int_equal(iommu_unmap(d, IOVA, PAGE_SIZE), PAGE_SIZE);
	iommu_domain_free(d);
}

static void a_block_of_which_a_page_is_mapped(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page = block(3);
	phys_addr_t phys = page_to_phys(page + 5);

	assert_int_equal(map_at(d, IOVA, phys, PAGE_SIZE), 0);
	free_told(page, 3);
	assert_text(phys, 3, PAGE_SIZE / PAGE_4K);

	assert_int_equal(iommu_unmap(d, IOVA, PAGE_SIZE), PAGE_SIZE);
	iommu_domain_free(d);
}

/* As many times as it is mapped, in whatever domain. */
static void until_the_last_mapping_is_gone(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d[2] = { domain_create(f), domain_create(f) };
	struct page *page[3] = { block(0), block(0), block(0) };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		phys_addr_t phys = page_to_phys(page[i]);

		assert_int_equal(map_at(d[0], IOVA, phys, PAGE_SIZE), 0);
		assert_int_equal(map_at(d[0], IOVA + SZ_1G, phys, PAGE_SIZE),
				 0);
		assert_int_equal(map_at(d[1], IOVA, phys, PAGE_SIZE), 0);
		iommu_unmap(d[0], IOVA, PAGE_SIZE);
		if (i > 0)
			iommu_unmap(d[1], IOVA, PAGE_SIZE);
		if (i > 1)
			iommu_unmap(d[0], IOVA + SZ_1G, PAGE_SIZE);
		if (i < 2) {
			free_told(page[i], 0);
			assert_text(phys, 0, (2 - i) * PAGE_SIZE / PAGE_4K);
		} else {
			free_quietly(page[i], 0);
		}
		iommu_unmap(d[1], IOVA, PAGE_SIZE);
		iommu_unmap(d[0], IOVA + SZ_1G, PAGE_SIZE);
	}
	iommu_domain_free(d[0]);
	iommu_domain_free(d[1]);
}

static void lists_and_deferred_invalidations(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page[2] = { block(0), block(1) };
	struct iommu_iotlb_gather gather;
	struct scatterlist sg[2];
	ssize_t all = 3 * PAGE_SIZE;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page[0], PAGE_SIZE, 0);
	sg_set_page(&sg[1], page[1], 2 * PAGE_SIZE, 0);
	assert_int_equal(iommu_map_sg(d, IOVA, sg, 2, PROT, GFP_KERNEL), all);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA, all - PAGE_SIZE, &gather),
			 all - PAGE_SIZE);

	/* Counted is what is mapped, not what the IOTLB may know. */
	free_quietly(page[0], 0);
	free_told(page[1], 1);
	assert_text(page_to_phys(page[1] + 1), 1, PAGE_SIZE / PAGE_4K);

	iommu_iotlb_sync(d, &gather);
	iommu_unmap(d, IOVA + all - PAGE_SIZE, PAGE_SIZE);
	iommu_domain_free(d);
}

/* An unmap stops at a hole; what is behind it is mapped still. */
static void what_an_unmap_left(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page[2] = { block(0), block(0) };

	assert_int_equal(map_at(d, IOVA, page_to_phys(page[0]), PAGE_SIZE), 0);
	assert_int_equal(map_at(d, IOVA + 2 * PAGE_SIZE, page_to_phys(page[1]),
				PAGE_SIZE),
			 0);
	assert_int_equal(iommu_unmap(d, IOVA, 3 * PAGE_SIZE), PAGE_SIZE);

	free_quietly(page[0], 0);
	free_told(page[1], 0);

	assert_int_equal(iommu_unmap(d, IOVA + 2 * PAGE_SIZE, PAGE_SIZE),
			 PAGE_SIZE);
	iommu_domain_free(d);
}

/* A large page goes as a whole with its first byte, or not at all. */
static void large_pages(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	unsigned int order = get_order(SZ_2M);
	struct page *page[2] = { block(order), block(order) };
	unsigned long iova = round_up(IOVA, SZ_2M);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(map_at(d, iova, page_to_phys(page[i]), SZ_2M),
				 0);
		assert_int_equal(iommu_unmap(d, iova + SZ_1M, PAGE_SIZE), 0);
		if (i)
			assert_int_equal(iommu_unmap(d, iova, PAGE_SIZE),
					 SZ_2M);
		(i ? free_quietly : free_told)(page[i], order);
		iommu_unmap(d, iova, SZ_2M);
	}
	/* However long a range the caller names. */
	assert_int_equal(iommu_unmap(d, IOVA, 1ul << 46), 0);
	iommu_domain_free(d);
}

static void what_a_failed_call_leaves(void **state)
{
	struct fixture *f = *state;
	struct page *page[2] = { block(2), block(0) };
	size_t first = 4 * PAGE_SIZE, all = first + PAGE_SIZE;
	struct iommu_domain *d, *other = domain_create(f);
	struct scatterlist sg[2];
	struct sweep s;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], page[0], first, 0);
	sg_set_page(&sg[1], page[1], PAGE_SIZE, 0);
	/* So that a count too low shows, too. */
	assert_int_equal(map_at(other, 0, page_to_phys(page[0]), first), 0);
	assert_int_equal(map_at(other, SZ_1G, page_to_phys(page[1]), PAGE_SIZE),
			 0);
	FAIL_SWEEP(s, SWEEP_ALL) {
		d = iommu_paging_domain_alloc(f->dev);
		if (IS_ERR(d))
			continue;
		if (!map_at(d, IOVA, page_to_phys(page[0]), first))
			iommu_unmap(d, IOVA, first);
		if (iommu_map_sg(d, IOVA, sg, 2, PROT, GFP_KERNEL) ==
		    (ssize_t)all)
			iommu_unmap(d, IOVA, all);
		/* Taken already: the counts stay as they are. */
		iommu_map(d, IOVA + 2 * PAGE_SIZE, page_to_phys(page[1]),
			  PAGE_SIZE, PROT, GFP_KERNEL);
		map_at(d, IOVA, page_to_phys(page[0]), first);
		iommu_unmap(d, IOVA, first);
		iommu_unmap(d, IOVA + 2 * PAGE_SIZE, PAGE_SIZE);
		iommu_domain_free(d);
	}
	free_told(page[0], 2);
	assert_text(page_to_phys(page[0]), 2, first / PAGE_4K);
	free_told(page[1], 0);
	assert_text(page_to_phys(page[1]), 0, PAGE_SIZE / PAGE_4K);
	iommu_domain_free(other);
}

static void what_goes_with_its_domain(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page = block(2);

	assert_int_equal(map_at(d, IOVA, page_to_phys(page), PAGE_SIZE * 4), 0);
	assert_int_equal(map_at(d, IOVA + SZ_1G, page_to_phys(page), PAGE_SIZE),
			 0);
	assert_int_equal(map_at(d, 0, page_to_phys(page), PAGE_SIZE), 0);
	iommu_domain_free(d);

	free_quietly(page, 2);
}

/* The half that begins with ones, of formats whose addresses have a sign. */
static void what_goes_with_its_domain_from_the_upper_half(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	u64 upper = ~d->geometry.aperture_end;
	const u64 at[] = { upper, upper + SZ_1G, -(u64)SZ_2M, -(u64)PAGE_SIZE };
	struct page *page = block(2);
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(at) && upper; i++)
		nr += !map_at(d, at[i], page_to_phys(page + i), PAGE_SIZE);
	assert_int_equal(nr, signed_format(f) ? ARRAY_SIZE(at) : 0);
	iommu_domain_free(d);

	free_quietly(page, 2);
}

/* Begins a page, of whatever size. */
#define AT SZ_1G

/* A driver that cannot say what it maps (no iova_to_phys). */
static void tables_that_nobody_can_ask(void **state)
{
	struct page *page[4] = { block(0), block(0), block(0), block(0) };
	struct recorder r;
	unsigned int i;

	recorder_init(&r, PAGE_SIZE);
	for (i = 0; i < 4; i++)
		assert_int_equal(map_at(&r.domain, AT + i * PAGE_SIZE,
					page_to_phys(page[i]), PAGE_SIZE),
				 0);
	assert_int_equal(iommu_unmap(&r.domain, AT, PAGE_SIZE), PAGE_SIZE);
	free_quietly(page[0], 0);
	free_told(page[1], 0);
	assert_text(page_to_phys(page[1]), 0, PAGE_SIZE / PAGE_4K);
	/* Another takes its place. */
	assert_int_equal(map_at(&r.domain, AT + 2 * PAGE_SIZE,
				page_to_phys(page[3]), PAGE_SIZE),
			 0);
	free_quietly(page[2], 0);

	iommu_domain_free(&r.domain);
	free_quietly(page[3], 0);
}

/* It stops at its third page; what it did not do is mapped still. */
static size_t unmap_two(struct iommu_domain *domain, unsigned long iova,
			size_t pgsize, size_t pgcount,
			struct iommu_iotlb_gather *gather)
{
	return iova == AT ? 2 * pgsize : 0;
}

static void what_such_a_driver_left_or_did_not_do(void **state)
{
	struct page *page = block(2), *extra = block(2);
	struct recorder r;

	recorder_init(&r, PAGE_SIZE);
	r.ops.unmap_pages = unmap_two;
	assert_int_equal(
		map_at(&r.domain, AT, page_to_phys(page), 4 * PAGE_SIZE), 0);
	assert_int_equal(iommu_unmap(&r.domain, AT, 4 * PAGE_SIZE),
			 2 * PAGE_SIZE);
	free_told(page, 2);
	assert_text(page_to_phys(page + 2), 2, 2 * PAGE_SIZE / PAGE_4K);

	/* A map that fails half way, and is undone. */
	r.most = 2;
	r.fail_at = r.nr_maps + 2;
	assert_int_equal(map_at(&r.domain, AT, page_to_phys(extra),
				4 * PAGE_SIZE),
			 -ENOMEM);
	free_quietly(extra, 2);
	iommu_domain_free(&r.domain);
}

static void memory_without_pages_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	phys_addr_t bar = pci_resource_start(f->pdev, 0);

	assert_true(bar);
	assert_int_equal(iommu_map(d, IOVA, bar, PAGE_SIZE, PROT | IOMMU_MMIO,
				   GFP_KERNEL),
			 0);
	/* Beyond RAM and everything else. */
	assert_int_equal(map_at(d, IOVA + SZ_1G, 1ull << 45, PAGE_SIZE), 0);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_SIZE), PAGE_SIZE);
	assert_int_equal(iommu_unmap(d, IOVA + SZ_1G, PAGE_SIZE), PAGE_SIZE);
	iommu_domain_free(d);
	assert_event(DMASIM_EVENT_MISUSE, id, 0);
}

static void mappings_of_the_dma_api(void **state)
{
	struct fixture *f = *state;
	struct page *page[4] = { block(0), block(0), block(0), block(0) };
	struct dma_iova_state iova = {};
	dma_addr_t addr[2];
	void *cpu;
	unsigned int i;

	for (i = 0; i < 2; i++)
		addr[i] = dma_map_page(f->dev, page[i], 0, 64, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr[0], 64, DMA_TO_DEVICE);
	free_quietly(page[0], 0);
	free_told(page[1], 0);
	dma_unmap_page(f->dev, addr[1], 64, DMA_TO_DEVICE);

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 2 * PAGE_SIZE));
	for (i = 0; i < 2; i++)
		assert_int_equal(dma_iova_link(f->dev, &iova,
					       page_to_phys(page[2 + i]),
					       i * PAGE_SIZE, PAGE_SIZE,
					       DMA_TO_DEVICE, 0),
				 0);
	dma_iova_unlink(f->dev, &iova, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	free_quietly(page[2], 0);
	free_told(page[3], 0);
	dma_iova_unlink(f->dev, &iova, PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &iova);

	cpu = dma_alloc_coherent(f->dev, 3 * PAGE_SIZE, &addr[0], GFP_KERNEL);
	assert_non_null(cpu);
	dma_free_coherent(f->dev, 3 * PAGE_SIZE, cpu, addr[0]);
	assert_event(DMASIM_EVENT_MISUSE, id, 2);
}

static void nothing_is_told_unless_asked_for(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct page *page = block(0);

	assert_int_equal(map_at(d, IOVA, page_to_phys(page), PAGE_SIZE), 0);
	free_quietly(page, 0);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_SIZE), PAGE_SIZE);
	iommu_domain_free(d);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		counted_case(a_page_that_is_mapped),
		counted_case(a_block_of_which_a_page_is_mapped),
		counted_case(until_the_last_mapping_is_gone),
		counted_case(lists_and_deferred_invalidations),
		counted_case(what_an_unmap_left),
		counted_case(large_pages),
		counted_case(what_a_failed_call_leaves),
		counted_case(what_goes_with_its_domain),
		counted_case(what_goes_with_its_domain_from_the_upper_half),
		counted_case(tables_that_nobody_can_ask),
		counted_case(what_such_a_driver_left_or_did_not_do),
		counted_case(memory_without_pages_is_left_alone),
		counted_case(mappings_of_the_dma_api),
		fixture_case(nothing_is_told_unless_asked_for),
	};

	const struct CMUnitTest formats[] = {
		counted_case(what_goes_with_its_domain),
		counted_case(what_goes_with_its_domain_from_the_upper_half),
	};

	return run_variants("mapcount", all, variants_strict) +
	       run_variants("mapcount formats", formats, variants_formats);
}
