/* SPDX-License-Identifier: MIT */
/*
 * src/iommu/sim_clean.c: an IOMMU that does not see the CPU's caches finds what the
 * driver wrote back, all of it and in time.
 */
#include <trace/events/dmasim.h>

#include "api/core.h"

#define IOVA 0x40000000ul
#define PHYS 0x123456000ull

static struct iommu_domain *attached(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	return d;
}

static void drop(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void what_was_mapped_is_found(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(PHYS, PAGE_4K), PAGE_4K, 1);
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_device_reads(f, IOVA, PAGE_4K, 1);
	/* Its neighbour in the same table, whose line is clean. */
	assert_int_equal(map_at(d, IOVA + PAGE_4K, PHYS, PAGE_4K), 0);
	assert_device_reads(f, IOVA + PAGE_4K, PAGE_4K, 1);
	/* Another table. */
	assert_int_equal(map_at(d, IOVA + SZ_1G, PHYS, PAGE_4K), 0);
	assert_device_reads(f, IOVA + SZ_1G, PAGE_4K, 1);
	drop(f, d);
}

static void what_was_unmapped_is_not(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	assert_int_equal(map_at(d, IOVA, PHYS, SZ_4M), 0);
	assert_read(f, IOVA + 0x1ff000, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, SZ_4M), SZ_4M);
	assert_not_mapped(f, IOVA, SZ_4M);
	expect_faults(2);
	assert_read(f, IOVA, DMASIM_DMA_UNMAPPED);
	assert_read(f, IOVA + 0x3ff000, DMASIM_DMA_UNMAPPED);
	drop(f, d);
}

/* Large leaves, runs over several tables, and back. */
static void every_byte_of_a_large_range_is_found(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	unsigned long at;

	assert_int_equal(map_at(d, IOVA - 0x7000, 0x100000000 - 0x7000 + SZ_2M,
				SZ_4M + 0xe000),
			 0);
	for (at = IOVA - 0x7000; at < IOVA + SZ_4M + 0x7000; at += PAGE_4K)
		assert_translates(f, at, 0x100000000 + SZ_2M + at - IOVA);
	assert_int_equal(iommu_unmap(d, IOVA - 0x7000, SZ_4M + 0xe000),
			 SZ_4M + 0xe000);
	assert_not_mapped(f, IOVA - 0x7000, SZ_4M + 0xe000);
	/* The page of a table that was freed is one again. */
	assert_int_equal(map_at(d, IOVA, PHYS, SZ_2M), 0);
	assert_translates(f, IOVA + 0x1ff000, PHYS + 0x1ff000);
	drop(f, d);
}

/* A page is mapped, then one at @far, which the tree has to grow for. */
static void grow_to(struct fixture *f, unsigned long far)
{
	struct iommu_domain *d = attached(f);

	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_int_equal(map_at(d, far, PHYS + PAGE_4K, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_read(f, far, DMASIM_DMA_OK);
	drop(f, d);
}

static void a_grown_table_is_found(void **state)
{
	/* Not in the line of the pointer to the old top. */
	grow_to(*state, 1ul << 55);
}

/* From four levels to six: the table between the tops is found, too. */
static void a_table_that_grew_twice_is_found(void **state)
{
	grow_to(*state, 1ul << 60);
}

/* What a table's memory held before is not found, either. */
static void a_new_table_is_found_empty(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	unsigned int i;

	/* Small leaves in all of a table, which goes. */
	assert_int_equal(map_at(d, IOVA, PHYS + PAGE_4K, SZ_2M), 0);
	assert_read(f, IOVA + SZ_2M - PAGE_4K, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, SZ_2M), SZ_2M);
	for (i = 1; i <= 8; i++)
		assert_int_equal(map_at(d, IOVA + i * SZ_2M, PHYS, PAGE_4K), 0);
	for (i = 1; i <= 8; i++) {
		assert_read(f, IOVA + i * SZ_2M, DMASIM_DMA_OK);
		assert_not_mapped(f, IOVA + i * SZ_2M + 64 * PAGE_4K, PAGE_4K);
	}
	drop(f, d);
}

static void map_again(struct fixture *f, struct iommu_domain *d)
{
	assert_int_equal(map_at(d, IOVA, PHYS, SZ_2M), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, SZ_2M), SZ_2M);
	assert_device_faults(f, IOVA, 2 * PAGE_4K);
}

static enum dmasim_dma during_flush;
static unsigned int nr_flushes;

static void read_during_flush(void *data, const char *what, u32 tag, u64 first,
			      u64 last)
{
	struct fixture *f = data;
	char byte;

	during_flush = dmasim_dma_read(f->hw, IOVA, &byte, 1);
	nr_flushes++;
}

/*
 * An empty table makes way for a large page. A walk after the IOMMU was told to
 * forget the table must not find it again.
 */
static void what_replaces_a_table_is_found_before_it_goes(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(register_trace_iotlb_flush(read_during_flush, f), 0);
	nr_flushes = 0;

	assert_int_equal(map_at(d, IOVA, PHYS & -SZ_2M, SZ_2M), 0);

	unregister_trace_iotlb_flush(read_during_flush, f);
	assert_int_equal(nr_flushes, 1);
	assert_int_equal(during_flush, DMASIM_DMA_OK);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	drop(f, d);
}

/* Tables come and go; a failed map leaves none behind that would be found. */
static void failures_leave_nothing_to_find(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_PT_PAGE)) {
		int ret = map_at(d, IOVA, PHYS, 2 * SZ_2M);

		assert_int_equal(ret, sweep_failed() ? -ENOMEM : 0);
		if (!ret)
			assert_int_equal(iommu_unmap(d, IOVA, 2 * SZ_2M),
					 2 * SZ_2M);
		assert_not_mapped(f, IOVA, 2 * SZ_2M);
	}
	map_again(f, d);
	drop(f, d);
}

static void the_dma_api_works(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	unsigned int i;

	fill_pattern(ram_at(PHYS, PAGE_4K), PAGE_4K, 1);
	for (i = 0; i < 20; i++) {
		addr = dma_map_phys(f->dev, PHYS, PAGE_4K, DMA_TO_DEVICE, 0);
		assert_false(dma_mapping_error(f->dev, addr));
		assert_device_reads(f, addr, PAGE_4K, 1);
		dma_unmap_phys(f->dev, addr, PAGE_4K, DMA_TO_DEVICE, 0);
	}
}

#define STRICT(_name, _format)                                          \
	.name = _name, .iommu = DMASIM_IOMMU_STRICT, .format = _format, \
	.translated = true, .walks_unsnooped = true

int main(void)
{
	const struct CMUnitTest all[] = {
		fixture_case(what_was_mapped_is_found),
		fixture_case(what_was_unmapped_is_not),
		fixture_case(every_byte_of_a_large_range_is_found),
		fixture_case(a_new_table_is_found_empty),
		fixture_case(what_replaces_a_table_is_found_before_it_goes),
		fixture_case(failures_leave_nothing_to_find),
		fixture_case(the_dma_api_works),
	};
	const struct CMUnitTest api[] = {
		fixture_case(the_dma_api_works),
	};
	const struct CMUnitTest growing[] = {
		fixture_case(a_grown_table_is_found),
		fixture_case(a_table_that_grew_twice_is_found),
	};
	static const struct variant formats[] = {
		{ STRICT("vtdss", "vtdss") },
		{ STRICT("amdv1", "amdv1") },
		{ STRICT("arm_s1_4k", "arm_s1_4k") },
		{ STRICT("riscv64", "riscv64") },
		{ STRICT("vtdss,prefetch", "vtdss"), .prefetch = true },
	};

	static const struct variant nobody_snoops[] = {
		{ STRICT("vtdss,noncoherent", "vtdss"), .noncoherent = true },
	};

	return run_variants("clean", all, formats) +
	       run_variants("clean", api, nobody_snoops) +
	       run_variants_("clean", growing, ARRAY_SIZE(growing), &formats[1],
			     1);
}
