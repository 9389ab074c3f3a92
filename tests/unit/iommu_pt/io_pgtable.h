/* SPDX-License-Identifier: MIT */
/* For the tests of <linux/io-pgtable.h>: domains of smmu.h in a bare machine. */
#ifndef TESTS_UNIT_IOMMU_PT_IO_PGTABLE_H
#define TESTS_UNIT_IOMMU_PT_IO_PGTABLE_H

#include "unit/iova/boot.h"

#include <linux/io-pgtable.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmstat.h>

#include "iommu_pt/iommu_pt_api.h"
#include "unit/iommu_pt/smmu.h"

#define PROT_RW (IOMMU_READ | IOMMU_WRITE)
#define PROT_RWC (PROT_RW | IOMMU_CACHE)

#define IOVA_4K 0x123456000ul
#define PA_4K 0x487654000ull
#define IOVA_2M 0x40200000ul
#define PA_2M 0x80400000ull

/* Pages that are tables before and after each case. */
static u64 tables_at_setup;

static __maybe_unused u64 tables(void)
{
	struct pt_stats stats;

	iommu_pt_get_stats(&stats);
	return stats.pages;
}

static __maybe_unused u64 refusals(void)
{
	return host_event_count(HOST_EVENT_REFUSAL, "io-pgtable");
}

static __maybe_unused int setup(void **state)
{
	boot_machine();
	tables_at_setup = tables();
	return 0;
}

static __maybe_unused int teardown(void **state)
{
	lib_fail_off();
	lib_quirks_reset();
	assert_int_equal(tables(), tables_at_setup);
	assert_int_equal(global_node_page_state(NR_SECONDARY_PAGETABLE),
			 tables_at_setup);
	boot_shutdown();
	return 0;
}

static __maybe_unused struct io_pgtable_cfg config(unsigned long sizes,
						   unsigned int ias,
						   unsigned int oas,
						   unsigned long quirks)
{
	return (struct io_pgtable_cfg){
		.pgsize_bitmap = sizes,
		.ias = ias,
		.oas = oas,
		.quirks = quirks,
		.coherent_walk = true,
	};
}

static __maybe_unused struct smmu_domain *
domain_of(enum io_pgtable_fmt fmt, unsigned long sizes, unsigned int ias,
	  unsigned int oas, unsigned long quirks)
{
	const struct io_pgtable_cfg cfg = config(sizes, ias, oas, quirks);
	struct smmu_domain *smmu = smmu_domain_alloc(fmt, &cfg);

	assert_non_null(smmu);
	return smmu;
}

#define SIZES_4K (SZ_4K | SZ_2M | SZ_1G)
#define stage1_4k(quirks) domain_of(ARM_64_LPAE_S1, SIZES_4K, 48, 48, quirks)
#define stage2_4k(quirks) domain_of(ARM_64_LPAE_S2, SIZES_4K, 48, 48, quirks)

static __maybe_unused int map(struct smmu_domain *smmu, unsigned long iova,
			      u64 pa, size_t pgsize, size_t pgcount, int prot)
{
	size_t mapped = 0;
	int ret = smmu_map_pages(&smmu->domain, iova, pa, pgsize, pgcount, prot,
				 GFP_KERNEL, &mapped);

	assert_int_equal(mapped, ret ? 0 : pgsize * pgcount);
	return ret;
}

static __maybe_unused size_t unmap(struct smmu_domain *smmu, unsigned long iova,
				   size_t pgsize, size_t pgcount)
{
	return smmu_unmap_pages(&smmu->domain, iova, pgsize, pgcount, NULL);
}

static __maybe_unused void map_ok(struct smmu_domain *smmu, unsigned long iova,
				  u64 pa, size_t pgsize, size_t pgcount)
{
	assert_int_equal(map(smmu, iova, pa, pgsize, pgcount, PROT_RWC), 0);
}

static __maybe_unused void unmap_ok(struct smmu_domain *smmu,
				    unsigned long iova, size_t pgsize,
				    size_t pgcount)
{
	assert_int_equal(unmap(smmu, iova, pgsize, pgcount), pgsize * pgcount);
}

static __maybe_unused u64 phys(struct smmu_domain *smmu, unsigned long iova)
{
	return smmu_iova_to_phys(&smmu->domain, iova);
}

/* What hardware answers, 0: a fault. */
static __maybe_unused u64 hw_phys(unsigned long iova, bool write)
{
	uint64_t pa;

	return hw_iommu_peek(SMMU_RID, iova, write, &pa, NULL) ? 0 : pa;
}

/* Entry on the way to @iova, by ARM's level. */
static __maybe_unused u64 word(struct smmu_domain *smmu, unsigned long iova,
			       unsigned int level)
{
	struct arm_lpae_io_pgtable_walk_data wd = {};

	assert_int_equal(smmu->ops->pgtable_walk(smmu->ops, iova, &wd), 0);
	return wd.ptes[level];
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
