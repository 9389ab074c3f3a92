/* SPDX-License-Identifier: MIT */
/*
 * Tables for walkers that do not see the CPU's caches
 * (src/iommu_pt/pages_incoherent.c): a device without caches stands for the walker.
 */
#include <linux/device.h>

#include "iommu_pt/iommu_pages.h"
#include "support/fixture.h"
#include "support/sweep.h"

/* What the walker finds in the first word of a table. */
static uint64_t walker_sees(struct fixture *f, uint64_t *table)
{
	uint64_t word = 0;

	assert_int_equal(dmasim_dma_read(f->hw, virt_to_phys(table), &word, 8),
			 DMASIM_DMA_OK);
	return word;
}

static void what_is_written_is_seen_after_a_flush(void **state)
{
	struct fixture *f = *state;
	uint64_t *table = iommu_alloc_pages_sz(GFP_KERNEL, SZ_16K);

	table[0] = 1;
	assert_int_equal(iommu_pages_start_incoherent(table, f->dev), 0);
	assert_int_equal(walker_sees(f, table), 1);
	table[0] = 2;
	assert_int_equal(walker_sees(f, table), 1);

	iommu_pages_flush_incoherent(f->dev, table, 0, 8);

	assert_int_equal(walker_sees(f, table), 2);
	iommu_pages_free_incoherent(table, f->dev);
	iommu_pages_free_incoherent(NULL, f->dev);
}

static void a_list_is_shown_and_hidden_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	uint64_t *table[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		table[i] = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
		table[i][0] = 5 + i;
		iommu_pages_list_add(&list, table[i]);
	}

	assert_int_equal(iommu_pages_start_incoherent_list(&list, f->dev), 0);

	for (i = 0; i < 3; i++)
		assert_int_equal(walker_sees(f, table[i]), 5 + i);
	iommu_pages_stop_incoherent_list(&list, f->dev);
	iommu_put_pages_list(&list);
}

static void a_table_is_shown_once(void **state)
{
	struct fixture *f = *state;
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	void *fresh = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
	void *shown = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);

	assert_int_equal(iommu_pages_start_incoherent(shown, f->dev), 0);
	expect_warns(2);
	assert_int_equal(iommu_pages_start_incoherent(shown, f->dev), -EINVAL);
	iommu_pages_list_add(&list, fresh);
	iommu_pages_list_add(&list, shown);
	/* Those before it are hidden again. */
	assert_int_equal(iommu_pages_start_incoherent_list(&list, f->dev),
			 -EINVAL);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);

	assert_int_equal(iommu_pages_start_incoherent(fresh, f->dev), 0);
	iommu_pages_stop_incoherent_list(&list, f->dev);
	iommu_put_pages_list(&list);
}

static void a_walker_behind_an_iommu_is_refused(void **state)
{
	struct fixture *f = *state;
	void *table = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);

	assert_int_equal(iommu_pages_start_incoherent(table, f->dev),
			 -EOPNOTSUPP);
	iommu_pages_free_incoherent(table, f->dev);
}

static void a_refusal_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		void *table = iommu_alloc_pages_sz(GFP_KERNEL, PAGE_SIZE);
		int ret;

		if (!table) {
			assert_true(sweep_failed());
			continue;
		}
		ret = iommu_pages_start_incoherent(table, f->dev);
		assert_true(ret == -EOPNOTSUPP ||
			    (ret == -EINVAL && sweep_failed()));
		iommu_pages_free_incoherent(table, f->dev);
	}
}

int main(void)
{
	static const struct variant seen[] = {
		{ "direct,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .noncoherent = true, .checker = true },
	};
	const struct CMUnitTest incoherent[] = {
		fixture_case(what_is_written_is_seen_after_a_flush),
		fixture_case(a_list_is_shown_and_hidden_as_a_whole),
		fixture_case(a_table_is_shown_once),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(a_walker_behind_an_iommu_is_refused),
		fixture_case(a_refusal_leaves_nothing),
	};

	return run_variants("pt_incoherent", incoherent, seen) |
	       run_variants_("pt_incoherent", translated,
			     ARRAY_SIZE(translated), &variant_vtdss_strict, 1);
}
