/* SPDX-License-Identifier: MIT */
/*
 * Gathering what an unmap leaves to invalidate, and how many commands it costs.
 */
#include "api/api.h"
#include "api/core.h"

/* ---- the helpers ------------------------------------------------------------------ */

static void an_empty_gather_holds_nothing(void **state)
{
	struct iommu_iotlb_gather gather;

	memset(&gather, 0xff, sizeof(gather));
	iommu_iotlb_gather_init(&gather);

	assert_int_equal(gather.start, ULONG_MAX);
	assert_int_equal(gather.end, 0);
	assert_int_equal(gather.pgsize, 0);
	assert_false(gather.queued);
	assert_true(list_empty(&gather.freelist.pages));
	assert_false(iommu_iotlb_gather_is_disjoint(&gather, 0x1000, 0x1000));
	assert_false(iommu_iotlb_gather_queued(&gather));
	assert_false(iommu_iotlb_gather_queued(NULL));
}

/* spec: iommu-pt G1 */
static void a_range_grows_over_gaps_without_sync(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);

	iommu_iotlb_gather_add_range(&gather, 0x1000, 0x1000);
	iommu_iotlb_gather_add_range(&gather, 0x3000, 0x1000);

	assert_int_equal(gather.start, 0x1000);
	assert_int_equal(gather.end, 0x3fff);
	assert_int_equal(r.nr_syncs, 0);
}

static void touching_ranges_are_not_disjoint(void **state)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	iommu_iotlb_gather_add_range(&gather, 0x2000, 0x1000);

	assert_false(iommu_iotlb_gather_is_disjoint(&gather, 0x1000, 0x1000));
	assert_false(iommu_iotlb_gather_is_disjoint(&gather, 0x3000, 0x1000));
	assert_false(iommu_iotlb_gather_is_disjoint(&gather, 0x2000, 0x1000));
	assert_true(iommu_iotlb_gather_is_disjoint(&gather, 0x0, 0x1000));
	assert_true(iommu_iotlb_gather_is_disjoint(&gather, 0x4000, 0x1000));
}

/* spec: iommu-pt G2 */
static void touching_pages_are_gathered(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);

	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x1000, SZ_4K);
	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x2000, SZ_4K);

	assert_int_equal(r.nr_syncs, 0);
	assert_int_equal(gather.start, 0x1000);
	assert_int_equal(gather.end, 0x2fff);
	assert_int_equal(gather.pgsize, SZ_4K);
}

/* spec: iommu-pt G3 */
static void a_gap_between_pages_syncs_first(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);

	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x1000, SZ_4K);
	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x3000, SZ_4K);

	assert_int_equal(r.nr_syncs, 1);
	assert_int_equal(r.sync[0].start, 0x1000);
	assert_int_equal(r.sync[0].end, 0x1fff);
	assert_int_equal(gather.start, 0x3000);
	assert_int_equal(gather.end, 0x3fff);
}

/* spec: iommu-pt 6.27 */
static void the_last_address_costs_a_sync_and_the_first_byte_none(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);

	/* One beyond it is 0: all that touches it seems apart; nothing is lost. */
	iommu_iotlb_gather_add_page(&r.domain, &gather, -SZ_8K, SZ_4K);
	iommu_iotlb_gather_add_page(&r.domain, &gather, -SZ_4K, SZ_4K);
	iommu_iotlb_gather_add_page(&r.domain, &gather, -SZ_8K, SZ_4K);
	assert_int_equal(r.nr_syncs, 2);
	assert_int_equal(r.sync[0].start, -SZ_8K);
	assert_int_equal(r.sync[0].end, -SZ_4K - 1);
	assert_int_equal(r.sync[1].start, -SZ_4K);
	assert_int_equal(r.sync[1].end, ULONG_MAX);
	assert_int_equal(gather.start, -SZ_8K);
	assert_int_equal(gather.end, -SZ_4K - 1);

	/* Byte 0 alone looks empty to what asks for gaps, not to the sync. */
	iommu_iotlb_gather_init(&gather);
	iommu_iotlb_gather_add_range(&gather, 0, 1);
	assert_false(iommu_iotlb_gather_is_disjoint(&gather, 0x5000, SZ_4K));
	iommu_iotlb_sync(&r.domain, &gather);
	assert_int_equal(r.nr_syncs, 3);
	assert_int_equal(r.sync[2].end, 0);
}

/* spec: iommu-pt G4 */
static void another_page_size_syncs_first(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K | SZ_2M);
	iommu_iotlb_gather_init(&gather);

	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x1ff000, SZ_4K);
	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x200000, SZ_2M);

	assert_int_equal(r.nr_syncs, 1);
	assert_int_equal(r.sync[0].start, 0x1ff000);
	assert_int_equal(r.sync[0].end, 0x1fffff);
	assert_int_equal(gather.start, 0x200000);
	assert_int_equal(gather.end, 0x3fffff);
	assert_int_equal(gather.pgsize, SZ_2M);
}

static void a_sync_starts_the_gather_afresh(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);
	iommu_iotlb_gather_add_page(&r.domain, &gather, 0x1000, SZ_4K);

	iommu_iotlb_sync(&r.domain, &gather);

	assert_int_equal(r.nr_syncs, 1);
	assert_int_equal(gather.start, ULONG_MAX);
	assert_int_equal(gather.end, 0);
	assert_int_equal(gather.pgsize, 0);
}

/* Pitfall 3: no useless command. */
static void an_empty_gather_is_not_synced(void **state)
{
	struct iommu_iotlb_gather gather;
	struct recorder r;

	recorder_init(&r, SZ_4K);
	iommu_iotlb_gather_init(&gather);

	iommu_iotlb_sync(&r.domain, &gather);

	assert_int_equal(r.nr_syncs, 0);
}

/* ---- commands -------------------------------------------------------------------------- */

static void one_unmap_costs_one_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t commands;

	assert_int_equal(map_at(d, 0x1ff000, 0x200000, 0x402000), 0);
	commands = iommu_stat(invalidations);

	assert_int_equal(iommu_unmap(d, 0x1ff000, 0x402000), 0x402000);

	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	iommu_domain_free(d);
}

static void mapping_costs_no_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t commands = iommu_stat(invalidations);

	assert_int_equal(map_at(d, 0x1ff000, 0x200000, 0x402000), 0);

	assert_int_equal(iommu_stat(invalidations), commands);
	iommu_domain_free(d);
}

/* spec: iommu-pt G5 */
static void a_queued_gather_records_no_range(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;
	uint64_t commands;

	assert_int_equal(map_at(d, 0x100000, 0x200000, SZ_1M), 0);
	commands = iommu_stat(invalidations);
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;

	assert_int_equal(iommu_unmap_fast(d, 0x100000, SZ_1M, &gather), SZ_1M);

	assert_int_equal(iommu_stat(invalidations), commands);
	assert_int_equal(gather.start, ULONG_MAX);
	assert_int_equal(gather.end, 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt G5 */
static void a_queued_gather_keeps_the_freed_tables(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;
	uint64_t tables, commands;

	ram_at(0x140001000, SZ_2M);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(map_at(d, 0x200000, 0x140001000, SZ_2M), 0);
	assert_read(f, 0x200000, DMASIM_DMA_OK);
	tables = iommu_stat(pt_pages);
	commands = iommu_stat(invalidations);
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;

	assert_int_equal(iommu_unmap_fast(d, 0x200000, SZ_2M, &gather), SZ_2M);

	assert_int_equal(gather.start, ULONG_MAX);
	assert_false(list_empty(&gather.freelist.pages));
	assert_int_equal(iommu_stat(pt_pages), tables);
	assert_int_equal(iommu_stat(invalidations), commands);

	/* They are not freed while the walk cache leads to them. */
	iommu_iotlb_sync(d, &gather);
	assert_true(iommu_stat(pt_pages) < tables);
	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	assert_device_faults(f, 0x200000, 0x2000);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* spec: iommu-pt G6 */
static void unmapping_a_hole_costs_no_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t commands = iommu_stat(invalidations);

	assert_int_equal(iommu_unmap(d, 0x100000, 0x1000), 0);
	assert_int_equal(iommu_unmap(d, 0, 0x1000), 0);

	assert_int_equal(iommu_stat(invalidations), commands);
	iommu_domain_free(d);
}

/* spec: iommu-pt G7 */
static void two_unmaps_of_one_gather_cost_one_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;
	uint64_t commands;

	assert_int_equal(map_at(d, 0, 0x200000, 0x1000), 0);
	assert_int_equal(map_at(d, 0x100000, 0x300000, 0x1000), 0);
	commands = iommu_stat(invalidations);
	iommu_iotlb_gather_init(&gather);

	assert_int_equal(iommu_unmap_fast(d, 0, 0x1000, &gather), 0x1000);
	assert_int_equal(iommu_unmap_fast(d, 0x100000, 0x1000, &gather),
			 0x1000);
	assert_int_equal(iommu_stat(invalidations), commands);
	assert_int_equal(gather.start, 0);
	assert_int_equal(gather.end, 0x100fff);
	iommu_iotlb_sync(d, &gather);

	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	iommu_domain_free(d);
}

/* spec: iommu-pt I15 */
static void many_unmaps_of_one_gather_cost_one_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct iommu_iotlb_gather gather;
	uint64_t commands, unmapped, asked, covered;
	unsigned long i;

	for (i = 0; i < 64; i++)
		assert_int_equal(map_at(d, i * 0x10000, 0x200000, 0x1000), 0);
	commands = iommu_stat(invalidations);
	unmapped = iommu_stat(unmapped_bytes);
	asked = iommu_stat(asked_bytes);
	covered = iommu_stat(covered_bytes);
	iommu_iotlb_gather_init(&gather);

	for (i = 0; i < 64; i++)
		assert_int_equal(iommu_unmap_fast(d, i * 0x10000, 0x1000,
						  &gather),
				 0x1000);
	iommu_iotlb_sync(d, &gather);

	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	/* Sixteen times what had changed. */
	assert_int_equal(iommu_stat(unmapped_bytes) - unmapped, 64 * 0x1000);
	assert_int_equal(iommu_stat(asked_bytes) - asked, 0x3f1000);
	assert_int_equal(iommu_stat(covered_bytes) - covered, 0x400000);
	iommu_domain_free(d);
}

int main(void)
{
	const struct CMUnitTest helpers[] = {
		fixture_case(an_empty_gather_holds_nothing),
		fixture_case(a_range_grows_over_gaps_without_sync),
		fixture_case(touching_ranges_are_not_disjoint),
		fixture_case(touching_pages_are_gathered),
		fixture_case(a_gap_between_pages_syncs_first),
		fixture_case(
			the_last_address_costs_a_sync_and_the_first_byte_none),
		fixture_case(another_page_size_syncs_first),
		fixture_case(a_sync_starts_the_gather_afresh),
		fixture_case(an_empty_gather_is_not_synced),
	};
	const struct CMUnitTest commands[] = {
		fixture_case(one_unmap_costs_one_command),
		fixture_case(mapping_costs_no_command),
		fixture_case(a_queued_gather_records_no_range),
		fixture_case(a_queued_gather_keeps_the_freed_tables),
		fixture_case(unmapping_a_hole_costs_no_command),
		fixture_case(two_unmaps_of_one_gather_cost_one_command),
		fixture_case(many_unmaps_of_one_gather_cost_one_command),
	};

	return run_variants_("iommu_core_gather", helpers, ARRAY_SIZE(helpers),
			     &variant_vtdss_strict, 1) +
	       run_variants("iommu_core_gather", commands, variants_strict);
}
