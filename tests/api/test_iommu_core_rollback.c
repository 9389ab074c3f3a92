/* SPDX-License-Identifier: MIT */
/*
 * A map that fails, at every position where it can, in every format: nothing of
 * its range translates, for software or the device; what was there before does;
 * all tables come back with the domain.
 */
#include "api/core.h"
#include "unit/mock/mock_formats.h"

/* RAM that nobody else uses, at the start of no larger page. */
#define RAM 0x123450000ull

/**
 * struct format - G is the smallest page, a table has 2^@items_lg2 entries
 */
static const struct format {
	const char *name;
	unsigned int granule_lg2, items_lg2;
} formats[] = {
	{ "vtdss", 12, 9 },	  { "amdv1", 12, 9 },
	{ "x86_64", 12, 9 },	  { "vtdfs", 12, 9 },
	{ "riscv64", 12, 9 },	  { "arm_s1_4k", 12, 9 },
	{ "arm_s2_4k", 12, 9 },	  { "arm_s1_16k", 14, 11 },
	{ "arm_s2_16k", 14, 11 }, { "arm_s1_64k", 16, 13 },
	{ "arm_s2_64k", 16, 13 }, { "mock_2k", 11, 9 },
	{ "mock_64k", 16, 9 },
};

static const struct format *format;

static size_t granule(void)
{
	return 1ul << format->granule_lg2;
}

/* What a table of level @level translates. */
static unsigned long span(unsigned int level)
{
	return granule() << (level + 1) * format->items_lg2;
}

static int setup(void **state)
{
	struct fixture *f;

	fixture_setup_without_device(state);
	f = *state;
	f->cfg.iommu = DMASIM_IOMMU_STRICT;
	f->cfg.iommu_format = format->name;
	f->cfg.iommu_levels = 0;
	fixture_rebuild(f);
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
	f->dev = dmasim_device_kernel(f->hw);
	return 0;
}

static uint64_t target(struct fixture *f, unsigned long iova)
{
	uint64_t phys = 0;

	if (dmasim_iommu_translate(f->hw, iova, false, &phys) != DMASIM_DMA_OK)
		return 0;
	return phys;
}

static void assert_empty(struct fixture *f, struct iommu_domain *d,
			 unsigned long iova, size_t len)
{
	size_t at, step = len > 64 * granule() ? len / 64 : granule();

	for (at = 0; at < len; at += step & -granule()) {
		assert_int_equal(iommu_iova_to_phys(d, iova + at), 0);
		assert_int_equal(target(f, iova + at), 0);
	}
	assert_int_equal(iommu_iova_to_phys(d, iova + len - 1), 0);
}

/* A domain for @f's device, which has a page at @kept; NULL: no memory for it. */
static struct iommu_domain *domain_with_a_page(struct fixture *f,
					       unsigned long kept)
{
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	if (IS_ERR(d)) {
		assert_int_equal(PTR_ERR(d), -ENOMEM);
		return NULL;
	}
	if (iommu_attach_device(d, f->dev)) {
		iommu_domain_free(d);
		return NULL;
	}
	if (map_at(d, kept, RAM, granule())) {
		iommu_detach_device(d, f->dev);
		iommu_domain_free(d);
		return NULL;
	}
	return d;
}

/*
 * Fail at every position of mapping @len bytes at @iova, in pages of @sizes;
 * @positions: failures there must be at least.
 */
static void map_and_fail(struct fixture *f, unsigned long iova, size_t len,
			 u64 sizes, unsigned int positions)
{
	uint64_t before = iommu_stat(pt_pages);
	unsigned long kept = iova - granule();
	/* Large pages fit. */
	u64 oa = 1ull << 40 | iova % span(1);
	unsigned int failed = 0;
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		struct iommu_domain *d = domain_with_a_page(f, kept);

		if (!d) {
			assert_true(sweep_failed());
			assert_int_equal(iommu_stat(pt_pages), before);
			continue;
		}
		d->pgsize_bitmap &= sizes;
		ret = map_at(d, iova, oa, len);
		if (ret) {
			/* The last position is the sync of the new entries. */
			assert_true(ret == -ENOMEM || ret == -EIO);
			assert_true(sweep_failed());
			assert_empty(f, d, iova, len);
			failed++;
		} else {
			assert_int_equal(target(f, iova + len - 1),
					 oa + len - 1);
			assert_int_equal(iommu_unmap(d, iova, len), len);
		}
		assert_int_equal(iommu_iova_to_phys(d, kept), RAM);
		assert_int_equal(target(f, kept), RAM);
		iommu_detach_device(d, f->dev);
		iommu_domain_free(d);
		assert_int_equal(iommu_stat(pt_pages), before);
	}
	assert_in_range(failed, positions, 64);
}

/* The first two pages have tables, the others need one on each of two levels. */
static void a_map_across_tables_leaves_nothing(void **state)
{
	map_and_fail(*state, span(1) - 2 * granule(), 4 * granule(), granule(),
		     2);
}

static void a_map_of_whole_tables_leaves_nothing(void **state)
{
	map_and_fail(*state, 2 * span(0), 4 * span(0), granule(), 4);
}

/* Pages of the next size behind pages that end in the middle of a table. */
static void a_map_of_several_sizes_leaves_nothing(void **state)
{
	map_and_fail(*state, span(1) + span(0) / 2,
		     span(0) / 2 + 16 * granule(), -1ull, 1);
}

static void a_top_that_cannot_grow_stays(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		struct iommu_domain *d = domain_with_a_page(f, 0x1000);

		if (!d) {
			assert_true(sweep_failed());
			continue;
		}
		if (map_at(d, 1ul << 60, 0x5000, 0x1000)) {
			assert_true(sweep_failed());
			assert_int_equal(iommu_iova_to_phys(d, 1ul << 60), 0);
			assert_int_equal(target(f, 1ul << 60), 0);
		} else {
			assert_int_equal(target(f, 1ul << 60), 0x5000);
		}
		assert_int_equal(target(f, 0x1000), RAM);
		iommu_detach_device(d, f->dev);
		iommu_domain_free(d);
	}
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_map_across_tables_leaves_nothing),
		CASE(a_map_of_whole_tables_leaves_nothing),
		CASE(a_map_of_several_sizes_leaves_nothing),
	};
	const struct CMUnitTest growing[] = {
		CASE(a_top_that_cannot_grow_stays),
	};
	int failed = 0;
	char name[40];
	size_t i;

	hw_mock_add();
	assert_int_equal(iommu_mock_add(), 0);
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		format = &formats[i];
		snprintf(name, sizeof(name), "iommu_core_rollback[%s]",
			 format->name);
		failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);
		if (!strcmp(format->name, "amdv1"))
			failed += cmocka_run_group_tests_name(name, growing,
							      NULL, NULL);
	}
	return failed;
}
