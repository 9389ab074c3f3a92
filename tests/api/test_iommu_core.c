/* SPDX-License-Identifier: MIT */
/*
 * iommu_map(), iommu_unmap() and relatives on the machine's own page tables and
 * on a driver that only takes notes; devices attached to a domain of one's own;
 * what a missed invalidation does.
 */
#include "api/api.h"
#include "api/core.h"
#include "support/trace.h"

static const unsigned long sizes_x86 = SZ_4K | SZ_2M | SZ_1G;
/* AMD v1: every power of two from 4 KiB on, but 512 GiB. */
static const unsigned long sizes_amd = 0x000fff7ffffff000;

/* ---- what is refused ------------------------------------------------------------------- */

/* spec: iommu-pt C2 */
static void misaligned_requests_allocate_no_table(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t tables = iommu_stat(pt_pages);

	assert_int_equal(map_at(d, 0x1001, 0x2000, 0x1000), -EINVAL);
	assert_int_equal(map_at(d, 0x1000, 0x2000, 0x800), -EINVAL);
	assert_int_equal(map_at(d, 0x1000, 0x10, 0x1000), -EINVAL);
	assert_int_equal(iommu_unmap(d, 0x1001, 0x1000), 0);
	assert_int_equal(iommu_unmap(d, 0x1000, 0x800), 0);

	assert_int_equal(iommu_stat(pt_pages), tables);
	iommu_domain_free(d);
}

/* spec: iommu-pt C3 */
static void domains_without_tables_cannot_be_mapped(void **state)
{
	static const unsigned int types[] = { IOMMU_DOMAIN_IDENTITY,
					      IOMMU_DOMAIN_BLOCKED,
					      IOMMU_DOMAIN_SVA,
					      IOMMU_DOMAIN_NESTED };
	struct recorder r;
	int i;

	for (i = 0; i < 4; i++) {
		recorder_init(&r, sizes_x86);
		r.domain.type = types[i];

		assert_int_equal(map_at(&r.domain, 0x1000, 0x2000, 0x1000),
				 -EINVAL);
		assert_int_equal(iommu_unmap(&r.domain, 0x1000, 0x1000), 0);
		assert_int_equal(r.nr_calls, 0);
	}
}

static void a_driver_that_cannot_map_is_warned_about(void **state)
{
	struct recorder r;

	expect_warns(2);
	recorder_init(&r, 0);

	assert_int_equal(map_at(&r.domain, 0x1000, 0x2000, 0x1000), -ENODEV);
	assert_int_equal(iommu_unmap(&r.domain, 0x1000, 0x1000), 0);

	assert_int_equal(r.nr_calls, 0);
}

/* spec: iommu-pt C4 */
static void tables_in_a_zone_cannot_be_asked_for(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	expect_warns(1);

	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000, IOMMU_READ,
				   GFP_KERNEL | __GFP_DMA32),
			 -EINVAL);
	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000, IOMMU_READ,
				   GFP_KERNEL | __GFP_DMA32),
			 -EINVAL);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt C5 */
static void mapping_nothing_writes_no_entry(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t writes = iommu_stat(pte_writes);

	assert_int_equal(map_at(d, 0x1000, 0x2000, 0), 0);
	assert_int_equal(iommu_unmap(d, 0x1000, 0), 0);

	assert_int_equal(iommu_stat(pte_writes), writes);
	iommu_domain_free(d);
}

static void a_mapping_without_rights_is_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000, 0, GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000, IOMMU_CACHE,
				   GFP_KERNEL),
			 -EINVAL);

	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	iommu_domain_free(d);
}

static void unknown_protection_bits_are_refused(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t tables = iommu_stat(pt_pages);

	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000,
				   IOMMU_READ | 1 << 6, GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(iommu_map(d, 0x1000, 0x2000, 0x1000,
				   IOMMU_READ | 1 << 30, GFP_KERNEL),
			 -EINVAL);

	assert_int_equal(iommu_iova_to_phys(d, 0x1000), 0);
	assert_int_equal(iommu_stat(pt_pages), tables);
	iommu_domain_free(d);
}

/* ---- how a range is cut into pages -------------------------------------------------------- */

static void record_map(struct recorder *r, unsigned long sizes,
		       unsigned long iova, phys_addr_t pa, size_t size)
{
	recorder_init(r, sizes);
	assert_int_equal(map_at(&r->domain, iova, pa, size), 0);
}

/* spec: iommu-pt C6 */
static void a_range_begins_and_ends_with_small_pages(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0x1ff000, 0x1ff000, 0x402000);

	assert_int_equal(r.nr_calls, 3);
	assert_call(&r, 0, 0x1ff000, 0x1ff000, SZ_4K, 1);
	assert_call(&r, 1, 0x200000, 0x200000, SZ_2M, 2);
	assert_call(&r, 2, 0x600000, 0x600000, SZ_4K, 1);
}

/* spec: iommu-pt C6 */
static void ranges_that_never_meet_use_small_pages(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0x1000, 0x2000, 0x400000);

	assert_int_equal(r.nr_calls, 1);
	assert_call(&r, 0, 0x1000, 0x2000, SZ_4K, 1024);
}

/* spec: iommu-pt C6 */
static void address_zero_has_every_alignment(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0, 0, 0x40000000);

	assert_int_equal(r.nr_calls, 1);
	assert_call(&r, 0, 0, 0, SZ_1G, 1);
}

/* spec: iommu-pt C6 */
static void a_range_climbs_to_the_largest_page_and_down(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0x3fe00000, 0x7fe00000, 0x40400000);

	assert_int_equal(r.nr_calls, 3);
	assert_call(&r, 0, 0x3fe00000, 0x7fe00000, SZ_2M, 1);
	assert_call(&r, 1, 0x40000000, 0x80000000, SZ_1G, 1);
	assert_call(&r, 2, 0x80000000, 0xc0000000, SZ_2M, 1);
}

/* spec: iommu-pt C6 */
static void a_tail_is_cut_into_small_pages(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0x200000, 0x1200000, 0x300000);

	assert_int_equal(r.nr_calls, 2);
	assert_call(&r, 0, 0x200000, 0x1200000, SZ_2M, 1);
	assert_call(&r, 1, 0x400000, 0x1400000, SZ_4K, 256);
}

/* spec: iommu-pt C6 */
static void any_power_of_two_can_be_a_page(void **state)
{
	struct recorder r;

	record_map(&r, sizes_amd, 0x1000, 0x5000, 0x3000);

	assert_int_equal(r.nr_calls, 2);
	assert_call(&r, 0, 0x1000, 0x5000, SZ_4K, 1);
	assert_call(&r, 1, 0x2000, 0x6000, SZ_8K, 1);
}

/* The range reaches the next boundary, but no larger page fits behind it. */
static void a_boundary_without_a_larger_page_cuts_nothing(void **state)
{
	struct recorder r;

	record_map(&r, sizes_x86, 0x1ff000, 0x1ff000, 0x100000);

	assert_int_equal(r.nr_calls, 1);
	assert_call(&r, 0, 0x1ff000, 0x1ff000, SZ_4K, 256);
}

static void unmapping_is_cut_like_mapping(void **state)
{
	struct recorder r;

	recorder_init(&r, sizes_x86);

	assert_int_equal(iommu_unmap(&r.domain, 0x1ff000, 0x402000), 0x402000);

	assert_int_equal(r.nr_calls, 3);
	assert_call(&r, 0, 0x1ff000, 0, SZ_4K, 1);
	assert_call(&r, 1, 0x200000, 0, SZ_2M, 2);
	assert_call(&r, 2, 0x600000, 0, SZ_4K, 1);
}

/* spec: iommu-pt 6.26, C20 */
static void no_driver_gets_a_range_that_it_cannot_have(void **state)
{
	struct recorder r;

	recorder_init(&r, SZ_4K);
	assert_int_equal(map_at(&r.domain, -SZ_4K, 0x2000, SZ_8K), -EOVERFLOW);
	assert_int_equal(map_at(&r.domain, 0x1000, -SZ_4K, SZ_8K), -EOVERFLOW);
	assert_int_equal(iommu_unmap(&r.domain, -SZ_4K, SZ_8K), 0);
	r.domain.geometry =
		(struct iommu_domain_geometry){ 0x10000, 0x1ffff, true };
	assert_int_equal(map_at(&r.domain, 0xf000, 0x2000, SZ_8K), -ERANGE);
	assert_int_equal(map_at(&r.domain, 0x1f000, 0x2000, SZ_8K), -ERANGE);
	assert_int_equal(iommu_unmap(&r.domain, 0x20000, SZ_4K), 0);
	assert_int_equal(r.nr_calls, 0);

	assert_int_equal(map_at(&r.domain, 0x10000, 0x2000, SZ_64K), 0);
	assert_int_equal(r.nr_calls, 1);
}

/* spec: iommu-pt C7 */
static void a_driver_may_map_less_than_asked(void **state)
{
	struct recorder r;

	recorder_init(&r, sizes_x86);
	r.most = 1;

	assert_int_equal(map_at(&r.domain, 0x1000, 0x2000, 0x4000), 0);

	assert_int_equal(r.nr_calls, 4);
	assert_call(&r, 0, 0x1000, 0x2000, SZ_4K, 4);
	assert_call(&r, 1, 0x2000, 0x3000, SZ_4K, 3);
	assert_call(&r, 2, 0x3000, 0x4000, SZ_4K, 2);
	assert_call(&r, 3, 0x4000, 0x5000, SZ_4K, 1);
}

static void a_driver_that_fails_half_way_is_unmapped(void **state)
{
	struct recorder r;

	recorder_init(&r, sizes_x86);
	r.most = 1;
	r.fail_at = 3;

	assert_int_equal(map_at(&r.domain, 0x1000, 0x2000, 0x4000), -ENOMEM);

	/* Three calls to map, one to remove the two pages done, one sync. */
	assert_int_equal(r.nr_calls, 4);
	assert_call(&r, 3, 0x1000, 0, SZ_4K, 2);
	assert_int_equal(r.nr_syncs, 1);
}

/* spec: iommu-pt 6.2 */
static void success_is_traced_and_failure_told_whoever_maps(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct recording *trace = record("iommu:*");
	struct recorder r;

	recorder_init(&r, SZ_4K);
	r.fail_at = 2;
	assert_int_equal(map_at(&r.domain, 0x1000, 0x2000, SZ_4K), 0);
	assert_int_equal(map_at(&r.domain, 0x2000, 0x3000, SZ_4K), -ENOMEM);
	assert_events(trace, "iommu:map", 1);

	assert_int_equal(map_at(d, SZ_64K, SZ_128K, SZ_64K), 0);
	assert_int_equal(map_at(d, SZ_64K, SZ_128K, SZ_64K), -EADDRINUSE);
	assert_events(trace, "iommu:map", 2);
	iommu_domain_free(d);
}

/* ---- scatterlists --------------------------------------------------------------------------- */

static void set_entry(struct scatterlist *sg, phys_addr_t phys,
		      unsigned int len)
{
	sg_set_page(sg, phys_to_page(phys), len, offset_in_page(phys));
}

/* spec: iommu-pt C18 */
static void neighbours_of_a_list_are_joined(void **state)
{
	struct scatterlist sgl[3];
	struct recorder r;

	recorder_init(&r, sizes_x86);
	sg_init_table(sgl, 3);
	set_entry(&sgl[0], 0x10000, 0x1000);
	set_entry(&sgl[1], 0x11000, 0x2000);
	set_entry(&sgl[2], 0x30000, 0x1000);

	assert_int_equal(iommu_map_sg(&r.domain, 0x100000, sgl, 3, IOMMU_READ,
				      GFP_KERNEL),
			 0x4000);

	assert_int_equal(r.nr_calls, 2);
	assert_call(&r, 0, 0x100000, 0x10000, SZ_4K, 3);
	assert_call(&r, 1, 0x103000, 0x30000, SZ_4K, 1);
	assert_int_equal(r.nr_map_syncs, 1);
	assert_int_equal(r.map_sync_iova, 0x100000);
	assert_int_equal(r.map_sync_size, 0x4000);
}

/* spec: iommu-pt C19 */
static void bus_addresses_of_a_list_take_no_iova(void **state)
{
	struct scatterlist sgl[4];
	struct recorder r;

	recorder_init(&r, sizes_x86);
	sg_init_table(sgl, 4);
	set_entry(&sgl[0], 0x10000, 0x1000);
	set_entry(&sgl[1], 0x50000, 0x2000);
	set_entry(&sgl[2], 0x30000, 0x1000);
	/* Looks like a continuation of the entry before it. */
	set_entry(&sgl[3], 0x31000, 0x1000);
	sg_dma_mark_bus_address(&sgl[1]);
	sg_dma_mark_bus_address(&sgl[3]);

	assert_int_equal(iommu_map_sg(&r.domain, 0x100000, sgl, 4, IOMMU_READ,
				      GFP_KERNEL),
			 0x2000);

	assert_int_equal(r.nr_calls, 2);
	assert_call(&r, 0, 0x100000, 0x10000, SZ_4K, 1);
	assert_call(&r, 1, 0x101000, 0x30000, SZ_4K, 1);
}

static void an_unaligned_list_is_not_mapped_at_all(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct scatterlist sgl[2];

	sg_init_table(sgl, 2);
	set_entry(&sgl[0], 0x10000, 0x1000);
	set_entry(&sgl[1], 0x30000, 0x800);

	assert_int_equal(iommu_map_sg(d, 0x100000, sgl, 2, IOMMU_READ,
				      GFP_KERNEL),
			 -EINVAL);

	assert_int_equal(iommu_iova_to_phys(d, 0x100000), 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt 6.26 */
static void a_list_does_not_go_on_at_address_zero(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	struct scatterlist sgl[2];
	struct recorder r;

	sg_init_table(sgl, 2);
	set_entry(&sgl[0], 0x10000, 0x1000);
	set_entry(&sgl[1], 0x30000, 0x1000);
	recorder_init(&r, SZ_4K);

	assert_int_equal(iommu_map_sg(&r.domain, -SZ_4K, sgl, 2, IOMMU_READ,
				      GFP_KERNEL),
			 -EOVERFLOW);
	/* One run, which was taken away again. */
	assert_int_equal(r.nr_calls, 2);
	assert_call(&r, 1, -SZ_4K, 0, SZ_4K, 1);

	assert_true(iommu_map_sg(d, -SZ_4K, sgl, 2, IOMMU_READ, GFP_KERNEL) <
		    0);
	assert_int_equal(iommu_iova_to_phys(d, -SZ_4K), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0), 0);
	iommu_domain_free(d);
}

/* ---- failure ---------------------------------------------------------------------------------- */

#define THREE_GIB (3 * 0x40000000ul)

static void assert_nothing_mapped(struct iommu_domain *d, unsigned long iova,
				  size_t size)
{
	unsigned long at;

	for (at = iova; at < iova + size; at += SZ_4K)
		assert_int_equal(iommu_iova_to_phys(d, at), 0);
}

/* 4 KiB pages only: iova and physical address never meet. */
static int map_three_gib(struct iommu_domain *d)
{
	return map_at(d, 0x40000000, 0x40001000, THREE_GIB);
}

/* spec: iommu-pt C8 */
static void without_a_third_table_nothing_is_mapped(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 3);

	assert_int_equal(map_three_gib(d), -ENOMEM);

	assert_int_equal(dmasim_fail_fired(), 1);
	assert_nothing_mapped(d, 0x40000000, THREE_GIB);
	iommu_domain_free(d);
}

/* spec: iommu-pt C8 */
static void what_was_mapped_is_removed_with_one_command(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);
	uint64_t commands = iommu_stat(invalidations);

	/* Two upper tables, seven full leaf tables, no eighth. */
	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 10);

	assert_int_equal(map_three_gib(d), -ENOMEM);

	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	assert_nothing_mapped(d, 0x40000000, THREE_GIB);
	iommu_domain_free(d);
}

/* spec: iommu-pt C17 */
static void a_failed_sync_unmaps_again(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = domain_create(f);

	dmasim_fail_nth(DMASIM_SITE_IOMMU_SYNC, 1);

	assert_int_equal(map_at(d, 0x1000, 0x5000, 0x3000), -EIO);

	assert_nothing_mapped(d, 0x1000, 0x3000);
	iommu_domain_free(d);
}

static void any_failure_leaves_an_empty_range(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

		if (IS_ERR(d)) {
			assert_int_equal(PTR_ERR(d), -ENOMEM);
			assert_true(sweep_failed());
			continue;
		}
		if (map_at(d, 0x1ff000, 0x200000, 0x402000)) {
			assert_true(sweep_failed());
			assert_nothing_mapped(d, 0x1ff000, 0x402000);
		}
		iommu_domain_free(d);
	}
}

/* ---- stale translations -------------------------------------------------------------------------- */

static struct iommu_domain *attached_domain(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	return d;
}

static void release(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* spec: iommu-pt I1 */
static void an_unmap_without_sync_leaves_the_device_access(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_domain(f);
	struct iommu_iotlb_gather gather;

	fill_pattern(ram_at(0x123456000, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);
	assert_device_reads(f, 0x1000, 0x1000, 1);

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, 0x1000, 0x1000, &gather), 0x1000);
	assert_device_reads(f, 0x1000, 0x1000, 1);
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_FAULT, "iotlb-stale", 1);
	assert_non_null(strstr(event_text(DMASIM_EVENT_FAULT, "iotlb-stale"),
			       "use-after-unmap"));
#endif
	expect_stale_hits();

	iommu_iotlb_sync(d, &gather);
	assert_device_faults(f, 0x1000, 0x1000);
	release(f, d);
}

/* spec: iommu-pt I2 */
static void an_unmap_with_sync_takes_the_access_away(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_domain(f);

	ram_at(0x123456000, 0x1000);
	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);
	assert_read(f, 0x1000, DMASIM_DMA_OK);

	assert_int_equal(iommu_unmap(d, 0x1000, 0x1000), 0x1000);

	assert_device_faults(f, 0x1000, 0x1000);
	release(f, d);
}

/* spec: iommu-pt I3 */
static void another_domains_flush_does_not_help(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_domain(f), *other = domain_create(f);
	struct iommu_iotlb_gather gather;

	ram_at(0x123456000, 0x1000);
	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);
	assert_int_equal(map_at(other, 0x1000, 0x123456000, 0x1000), 0);
	assert_read(f, 0x1000, DMASIM_DMA_OK);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, 0x1000, 0x1000, &gather), 0x1000);

	assert_int_equal(iommu_unmap(other, 0x1000, 0x1000), 0x1000);
	iommu_flush_iotlb_all(other);

	assert_read(f, 0x1000, DMASIM_DMA_OK);
	expect_stale_hits();
	iommu_iotlb_sync(d, &gather);
	assert_device_faults(f, 0x1000, 0x1000);
	release(f, d);
	iommu_domain_free(other);
}

/* spec: iommu-pt I5 */
static void a_remembered_hole_needs_a_sync(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;

	f->cfg.iommu_caching_mode = true;
	fixture_rebuild(f);
	d = attached_domain(f);
	ram_at(0x123456000, 0x1000);
	expect_faults(2);
	assert_read(f, 0x1000, DMASIM_DMA_UNMAPPED);

	assert_int_equal(iommu_map_nosync(d, 0x1000, 0x123456000, 0x1000,
					  IOMMU_READ, GFP_KERNEL),
			 0);
	assert_read(f, 0x1000, DMASIM_DMA_UNMAPPED);
#ifdef DMASIM_DEBUG
	assert_non_null(strstr(event_text(DMASIM_EVENT_FAULT, "iotlb-stale"),
			       "missed-map"));
#endif
	expect_stale_hits();
	assert_int_equal(iommu_sync_map(d, 0x1000, 0x1000), 0);

	assert_read(f, 0x1000, DMASIM_DMA_OK);
	release(f, d);
}

/* spec: iommu-pt I5 */
static void a_map_with_sync_is_seen_at_once(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d;

	f->cfg.iommu_caching_mode = true;
	fixture_rebuild(f);
	d = attached_domain(f);
	ram_at(0x123456000, 0x1000);
	expect_faults(1);
	assert_read(f, 0x1000, DMASIM_DMA_UNMAPPED);

	assert_int_equal(map_at(d, 0x1000, 0x123456000, 0x1000), 0);

	assert_read(f, 0x1000, DMASIM_DMA_OK);
	release(f, d);
}

/* spec: iommu-pt I6 */
static void a_deferred_unmap_lets_the_device_in_until_the_flush(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr =
		dma_map_page(f->dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);

	assert_read(f, addr, DMASIM_DMA_OK);
	dma_unmap_page(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);

	assert_read(f, addr, DMASIM_DMA_OK);
	dmasim_run_for(12 * 1000 * 1000);
	/* counted as what it is, and no error */
	assert_int_equal(iommu_stat(stale_hits), 0);
#ifdef DMASIM_DEBUG
	assert_int_equal(iommu_stat(deferred_hits), 1);
	assert_event(DMASIM_EVENT_NOTE, "iotlb-deferred", 1);
#endif
	assert_device_faults(f, addr, PAGE_SIZE);
	__free_page(page);
}

/* spec: iommu-pt I6 */
static void a_deferred_unmap_ends_with_a_full_queue(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t first =
		dma_map_page(f->dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	int i;

	assert_read(f, first, DMASIM_DMA_OK);
	dma_unmap_page(f->dev, first, PAGE_SIZE, DMA_TO_DEVICE);

	for (i = 0; i < 256; i++) {
		dma_addr_t addr =
			dma_map_page(f->dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);

		/* Not handed out again before the flush. */
		if (i < 255)
			assert_int_not_equal(addr, first);
		dma_unmap_page(f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	}

	assert_device_faults(f, first, PAGE_SIZE);
	__free_page(page);
}

/* ---- rights --------------------------------------------------------------------------------------- */

/* spec: iommu-pt F6, F12 */
static void the_device_has_exactly_the_rights_mapped(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_domain(f);

	expect_faults(1);
	ram_at(0x123456000, 0x3000);
	assert_int_equal(iommu_map(d, 0x1000, 0x123456000, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_map(d, 0x2000, 0x123457000, 0x1000, IOMMU_WRITE,
				   GFP_KERNEL),
			 0);
	assert_int_equal(iommu_map(d, 0x3000, 0x123458000, 0x1000,
				   IOMMU_READ | IOMMU_WRITE, GFP_KERNEL),
			 0);

	assert_read(f, 0x1000, DMASIM_DMA_OK);
	assert_write(f, 0x1000, DMASIM_DMA_PERM);
	assert_writes_only(f, 0x2000);
	assert_read(f, 0x3000, DMASIM_DMA_OK);
	assert_write(f, 0x3000, DMASIM_DMA_OK);
	release(f, d);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(misaligned_requests_allocate_no_table),
		fixture_case(tables_in_a_zone_cannot_be_asked_for),
		fixture_case(mapping_nothing_writes_no_entry),
		fixture_case(a_mapping_without_rights_is_refused),
		fixture_case(unknown_protection_bits_are_refused),
		fixture_case(an_unaligned_list_is_not_mapped_at_all),
		fixture_case(a_list_does_not_go_on_at_address_zero),
		fixture_case(without_a_third_table_nothing_is_mapped),
		fixture_case(what_was_mapped_is_removed_with_one_command),
		fixture_case(a_failed_sync_unmaps_again),
		fixture_case(any_failure_leaves_an_empty_range),
		fixture_case(an_unmap_without_sync_leaves_the_device_access),
		fixture_case(an_unmap_with_sync_takes_the_access_away),
		fixture_case(another_domains_flush_does_not_help),
		fixture_case(a_remembered_hole_needs_a_sync),
		fixture_case(a_map_with_sync_is_seen_at_once),
		fixture_case(the_device_has_exactly_the_rights_mapped),
	};
	const struct CMUnitTest recorded[] = {
		fixture_case(domains_without_tables_cannot_be_mapped),
		fixture_case(a_driver_that_cannot_map_is_warned_about),
		fixture_case(a_range_begins_and_ends_with_small_pages),
		fixture_case(ranges_that_never_meet_use_small_pages),
		fixture_case(address_zero_has_every_alignment),
		fixture_case(a_range_climbs_to_the_largest_page_and_down),
		fixture_case(a_tail_is_cut_into_small_pages),
		fixture_case(any_power_of_two_can_be_a_page),
		fixture_case(a_boundary_without_a_larger_page_cuts_nothing),
		fixture_case(unmapping_is_cut_like_mapping),
		fixture_case(no_driver_gets_a_range_that_it_cannot_have),
		fixture_case(a_driver_may_map_less_than_asked),
		fixture_case(a_driver_that_fails_half_way_is_unmapped),
		fixture_case(success_is_traced_and_failure_told_whoever_maps),
		fixture_case(neighbours_of_a_list_are_joined),
		fixture_case(bus_addresses_of_a_list_take_no_iova),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(
			a_deferred_unmap_lets_the_device_in_until_the_flush),
		fixture_case(a_deferred_unmap_ends_with_a_full_queue),
	};

	return run_variants("iommu_core", any, variants_strict) +
	       run_variants("iommu_core", any, variants_formats) +
	       run_variants_("iommu_core", recorded, ARRAY_SIZE(recorded),
			     &variant_vtdss_strict, 1) +
	       run_variants("iommu_core", lazy, variants_lazy) +
	       not_swept("iommu_map", "iommu_map_nosync", "iommu_sync_map",
			 "iommu_paging_domain_alloc_flags");
}
