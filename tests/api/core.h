/* SPDX-License-Identifier: MIT */
/*
 * For the suites on the IOMMU core: domains of one's own, and a driver that
 * only takes notes.
 */
#ifndef TESTS_API_CORE_H
#define TESTS_API_CORE_H

#include <linux/iommu.h>

#include "api/api.h"

#define MAX_CALLS 16

/** struct call - one map_pages or unmap_pages; @paddr 0: unmap */
struct call {
	unsigned long iova;
	phys_addr_t paddr;
	size_t pgsize, pgcount;
};

/**
 * struct recorder - a domain whose driver maps nothing and remembers all
 * @most: pages that one map_pages call maps, 0: as many as asked
 * @fail_at: this map_pages call (from 1) maps nothing and returns -ENOMEM
 * @sync: ranges that iotlb_sync was given
 */
struct recorder {
	struct iommu_domain domain;
	struct iommu_domain_ops ops;
	unsigned int nr_calls, nr_maps, nr_syncs, nr_map_syncs;
	struct call call[MAX_CALLS];
	struct {
		unsigned long start, end;
	} sync[MAX_CALLS];
	unsigned long map_sync_iova;
	size_t map_sync_size;
	size_t most;
	unsigned int fail_at;
};

void recorder_init(struct recorder *r, unsigned long pgsize_bitmap);

static inline void assert_call_(const struct recorder *r, unsigned int i,
				unsigned long iova, phys_addr_t paddr,
				size_t pgsize, size_t pgcount, const char *file,
				int line)
{
	const struct call *c = &r->call[i];

	if (c->iova == iova && c->paddr == paddr && c->pgsize == pgsize &&
	    c->pgcount == pgcount)
		return;
	print_error("call %u: iova 0x%lx pa 0x%llx size 0x%zx x %zu\n", i,
		    c->iova, (unsigned long long)c->paddr, c->pgsize,
		    c->pgcount);
	_fail(file, line);
}

#define assert_call(r, i, iova, paddr, pgsize, pgcount) \
	assert_call_(r, i, iova, paddr, pgsize, pgcount, __FILE__, __LINE__)

static inline struct iommu_domain *domain_create(struct fixture *f)
{
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_false(IS_ERR(d));
	return d;
}

static inline int map_at(struct iommu_domain *d, unsigned long iova,
			 phys_addr_t paddr, size_t size)
{
	return iommu_map(d, iova, paddr, size, IOMMU_READ | IOMMU_WRITE,
			 GFP_KERNEL);
}

#endif
