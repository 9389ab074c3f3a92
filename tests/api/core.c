/* SPDX-License-Identifier: MIT */
/*
 * The driver that takes notes, see core.h.
 */
#include "api/core.h"

static struct recorder *of(struct iommu_domain *domain)
{
	return container_of(domain, struct recorder, domain);
}

static void note(struct recorder *r, unsigned long iova, phys_addr_t paddr,
		 size_t pgsize, size_t pgcount)
{
	assert_in_range(r->nr_calls, 0, MAX_CALLS - 1);
	r->call[r->nr_calls++] = (struct call){ iova, paddr, pgsize, pgcount };
}

static int record_map(struct iommu_domain *domain, unsigned long iova,
		      phys_addr_t paddr, size_t pgsize, size_t pgcount,
		      int prot, gfp_t gfp, size_t *mapped)
{
	struct recorder *r = of(domain);

	/* Each call counts from nothing. */
	assert_int_equal(*mapped, 0);
	note(r, iova, paddr, pgsize, pgcount);
	if (++r->nr_maps == r->fail_at)
		return -ENOMEM;
	if (r->most && pgcount > r->most)
		pgcount = r->most;
	*mapped = pgsize * pgcount;
	return 0;
}

static size_t record_unmap(struct iommu_domain *domain, unsigned long iova,
			   size_t pgsize, size_t pgcount,
			   struct iommu_iotlb_gather *gather)
{
	note(of(domain), iova, 0, pgsize, pgcount);
	iommu_iotlb_gather_add_range(gather, iova, pgsize * pgcount);
	return pgsize * pgcount;
}

static int record_sync_map(struct iommu_domain *domain, unsigned long iova,
			   size_t size)
{
	struct recorder *r = of(domain);

	r->nr_map_syncs++;
	r->map_sync_iova = iova;
	r->map_sync_size = size;
	return 0;
}

static void record_sync(struct iommu_domain *domain,
			struct iommu_iotlb_gather *gather)
{
	struct recorder *r = of(domain);

	assert_in_range(r->nr_syncs, 0, MAX_CALLS - 1);
	r->sync[r->nr_syncs].start = gather->start;
	r->sync[r->nr_syncs].end = gather->end;
	r->nr_syncs++;
}

/** recorder_init() - an empty UNMANAGED domain with these page sizes. */
void recorder_init(struct recorder *r, unsigned long pgsize_bitmap)
{
	memset(r, 0, sizeof(*r));
	r->ops.map_pages = record_map;
	r->ops.unmap_pages = record_unmap;
	r->ops.iotlb_sync_map = record_sync_map;
	r->ops.iotlb_sync = record_sync;
	r->domain.type = IOMMU_DOMAIN_UNMANAGED;
	r->domain.ops = &r->ops;
	r->domain.pgsize_bitmap = pgsize_bitmap;
}
