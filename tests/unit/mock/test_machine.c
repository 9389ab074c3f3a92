/* SPDX-License-Identifier: MIT */
/*
 * A machine whose IOMMU has a format that the library did not bring along.
 * What the DMA API makes of pages of 2 KiB: tests/api/test_granule.c.
 */
#include "api/core.h"
#include "iommu/sim_iommu.h"
#include "unit/mock/mock_formats.h"

#include <dmasim/iommu.h>

#define RAM 0x123450000ull
#define IOVA 0x40000000ul

static const struct variant variants_mock[] = {
	{ "mock_2k,strict", DMASIM_IOMMU_STRICT, "mock_2k", true,
	  .granule = SZ_2K },
	{ "mock_64k,strict", DMASIM_IOMMU_STRICT, "mock_64k", true,
	  .granule = SZ_64K },
};

static void mock_formats_are_unknown_until_they_are_added(void **state)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *machine;

	cfg.iommu = DMASIM_IOMMU_STRICT;
	cfg.iommu_format = "mock_2k";
	assert_int_equal(dmasim_machine_create(&cfg, &machine), -EINVAL);
	assert_null(strstr(dmasim_refusal(), ", mock_2k"));

	hw_mock_add();
	assert_int_equal(iommu_mock_add(), 0);
	cfg.iommu_format = "mock_3k";
	assert_int_equal(dmasim_machine_create(&cfg, &machine), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), ", mock_2k, mock_64k"));
	cfg.iommu_format = "mock_2k";
	cfg.iommu_levels = 6;
	assert_int_equal(dmasim_machine_create(&cfg, &machine), -EINVAL);
}

static void device_reads_and_writes_through_a_mock_table(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	size_t G = d->pgsize_bitmap & -d->pgsize_bitmap;

	assert_int_equal(G, f->variant == &variants_mock[0] ? SZ_2K : SZ_64K);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(RAM, 3 * SZ_64K), 3 * SZ_64K, 1);
	assert_int_equal(map_at(d, IOVA, RAM + SZ_64K, SZ_64K), 0);
	assert_int_equal(map_at(d, IOVA + SZ_64K, RAM, SZ_64K), 0);
	assert_int_equal(map_at(d, IOVA + 2 * SZ_64K, RAM + G / 2, G), -EINVAL);

	assert_translates(f, IOVA + 0x1234, RAM + SZ_64K + 0x1234);
	assert_device_writes(f, IOVA, 2 * SZ_64K, 2);
	assert_device_reads(f, IOVA, 2 * SZ_64K, 2);
	assert_pattern(dmasim_ram(RAM + SZ_64K, SZ_64K), SZ_64K, 2);
	assert_int_equal(iommu_unmap(d, IOVA + SZ_64K - G, 2 * G), 2 * G);
	assert_device_faults(f, IOVA + SZ_64K - G, 2 * G);
	if (G < SZ_64K) {
		assert_read(f, IOVA + SZ_64K - G - 1, DMASIM_DMA_OK);
		assert_int_equal(iommu_unmap(d, IOVA, SZ_64K), SZ_64K - G);
		assert_int_equal(iommu_unmap(d, IOVA + SZ_64K + G, SZ_64K),
				 SZ_64K - G);
	}
	assert_device_faults(f, IOVA, SZ_64K);

	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void large_leaves_of_a_mock_table(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	size_t G = d->pgsize_bitmap & -d->pgsize_bitmap, big = G << 9;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	fill_pattern(ram_at(RAM & -(u64)big, big), big, 3);
	assert_int_equal(map_at(d, IOVA, RAM & -(u64)big, big), 0);
	assert_device_reads(f, IOVA, big, 3);
	assert_int_equal(iommu_unmap(d, IOVA + big / 2, G), 0);
	assert_int_equal(iommu_unmap(d, IOVA, G), big);
	assert_device_faults(f, IOVA, big);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void a_mock_table_can_be_looked_at(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct dmasim_iommu_walk walk;
	u64 *root;

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(map_at(d, IOVA, RAM, SZ_64K), 0);
	assert_int_equal(dmasim_iommu_walk(f->hw, IOVA, &walk), 0);
	assert_int_equal(walk.nr, 4);
	assert_int_equal(walk.entry[3].target, RAM);
	assert_int_equal(walk.entry[3].word, RAM * 2 | 0xd);

	/* Somebody sets a reserved bit in an entry of the top. */
	root = dmasim_ram(walk.entry[0].table, SZ_4K);
	root[walk.entry[0].index] |= 1 << 4;
	iommu_flush_iotlb_all(d);
	expect_faults(1);
	assert_read(f, IOVA, DMASIM_DMA_TABLE);
	assert_int_equal(dmasim_iommu_walk(f->hw, IOVA, &walk), 0);
	assert_string_equal(walk.entry[0].why,
			    "reserved (bits 11:4) is 0x1 and must be 0");
	root[walk.entry[0].index] &= ~(1ull << 4);
	assert_read(f, IOVA, DMASIM_DMA_OK);

	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void there_is_room_for_four_formats(void **state)
{
	static const struct sim_format more[] = {
		{ .name = "mock_2k" }, { .name = "vtdss" }, { .name = "third" },
		{ .name = "fourth" },  { .name = "fifth" },
	};

	assert_int_equal(iommu_format_add(&more[0]), -EEXIST);
	assert_int_equal(iommu_format_add(&more[1]), -EEXIST);
	assert_int_equal(iommu_format_add(&more[2]), 0);
	assert_int_equal(iommu_format_add(&more[3]), 0);
	assert_int_equal(iommu_format_add(&more[4]), -ENOSPC);
	assert_int_equal(iommu_mock_add(), 0);
}

int main(void)
{
	const struct CMUnitTest before[] = {
		cmocka_unit_test(mock_formats_are_unknown_until_they_are_added),
	};
	const struct CMUnitTest with[] = {
		fixture_case(device_reads_and_writes_through_a_mock_table),
		fixture_case(large_leaves_of_a_mock_table),
		fixture_case(a_mock_table_can_be_looked_at),
	};
	const struct CMUnitTest after[] = {
		cmocka_unit_test(there_is_room_for_four_formats),
	};

	return cmocka_run_group_tests_name("mock", before, NULL, NULL) +
	       run_variants("mock", with, variants_mock) +
	       cmocka_run_group_tests_name("mock", after, NULL, NULL);
}
