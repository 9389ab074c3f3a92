/* SPDX-License-Identifier: MIT */
/*
 * An IOMMU domain whose page table is an array, for tests of the DMA layer
 * above it: it counts calls, refuses to map over a mapping, and can run out of
 * memory on request. The device of a board is put behind it.
 */
#ifndef TESTS_UNIT_DMA_FAKE_IOMMU_H
#define TESTS_UNIT_DMA_FAKE_IOMMU_H

#include "unit/dma/board.h"

#include <linux/iommu.h>

#include "dma/dma_iommu.h"
#include "iommu_pt/iommu_pt_api.h"

#define FAKE_SLOTS 8192

/* A mapped granule; iova 0 is never mapped and marks a free slot. */
struct fake_pte {
	u64 iova, phys, prot;
};

struct fake_iommu {
	struct board board;
	struct iommu_domain domain;
	struct iommu_group_head head;
	struct dev_iommu dev_iommu;
	bool lazy;
	bool bare; /* the test sets the allocator up */
	size_t granule; /* 0: 4096 */

	struct fake_pte pte[FAKE_SLOTS];
	unsigned int mapped; /* granules */
	unsigned int map_calls, unmap_calls;
	unsigned int sync_maps, syncs, flushes;
	u64 synced_iova, synced_size; /* of the last iotlb_sync_map */
	int fail_map_after; /* granules until -ENOMEM; -1: never */
	int sync_map_error;
};

static inline struct fake_iommu *to_fake(struct iommu_domain *domain)
{
	return container_of(domain, struct fake_iommu, domain);
}

static inline struct fake_pte *fake_slot(struct fake_iommu *f, u64 iova)
{
	struct fake_pte *pte = &f->pte[(iova / f->granule) % FAKE_SLOTS];

	assert_true(!pte->iova || pte->iova == iova);
	return pte;
}

static inline int fake_map_pages(struct iommu_domain *domain,
				 unsigned long iova, phys_addr_t paddr,
				 size_t pgsize, size_t pgcount, int prot,
				 gfp_t gfp, size_t *mapped)
{
	struct fake_iommu *f = to_fake(domain);
	size_t n = pgsize * pgcount / f->granule;

	f->map_calls++;
	for (; n; n--, iova += f->granule, paddr += f->granule) {
		struct fake_pte *pte = fake_slot(f, iova);

		if (pte->iova)
			return -EADDRINUSE;
		if (f->fail_map_after == 0)
			return -ENOMEM;
		if (f->fail_map_after > 0)
			f->fail_map_after--;
		*pte = (struct fake_pte){ iova, paddr, prot };
		f->mapped++;
		*mapped += f->granule;
	}
	return 0;
}

static inline size_t fake_unmap_pages(struct iommu_domain *domain,
				      unsigned long iova, size_t pgsize,
				      size_t pgcount,
				      struct iommu_iotlb_gather *gather)
{
	struct fake_iommu *f = to_fake(domain);
	size_t n = pgsize * pgcount / f->granule, done = 0;

	f->unmap_calls++;
	for (; n; n--, done += f->granule) {
		struct fake_pte *pte = fake_slot(f, iova + done);

		if (!pte->iova)
			break;
		pte->iova = 0;
		f->mapped--;
	}
	if (done && !iommu_iotlb_gather_queued(gather))
		iommu_iotlb_gather_add_range(gather, iova, done);
	return done;
}

static inline phys_addr_t fake_iova_to_phys(struct iommu_domain *domain,
					    dma_addr_t iova)
{
	struct fake_iommu *f = to_fake(domain);
	u64 off = iova & (f->granule - 1);
	struct fake_pte *pte = &f->pte[(iova / f->granule) % FAKE_SLOTS];

	return pte->iova == iova - off ? pte->phys + off : 0;
}

static inline int fake_sync_map(struct iommu_domain *domain, unsigned long iova,
				size_t size)
{
	struct fake_iommu *f = to_fake(domain);

	f->sync_maps++;
	f->synced_iova = iova;
	f->synced_size = size;
	return f->sync_map_error;
}

static inline void fake_sync(struct iommu_domain *domain,
			     struct iommu_iotlb_gather *gather)
{
	to_fake(domain)->syncs++;
	iommu_put_pages_list(&gather->freelist);
}

static inline void fake_flush_all(struct iommu_domain *domain)
{
	to_fake(domain)->flushes++;
}

static const struct iommu_domain_ops fake_ops = {
	.map_pages = fake_map_pages,
	.unmap_pages = fake_unmap_pages,
	.iova_to_phys = fake_iova_to_phys,
	.iotlb_sync_map = fake_sync_map,
	.iotlb_sync = fake_sync,
	.flush_iotlb_all = fake_flush_all,
};

/* As iommu_dma_init_domain() does, without an IOMMU driver behind @dev. */
static inline void fake_start_allocator(struct fake_iommu *f)
{
	struct iommu_dma_cookie *cookie = f->domain.iova_cookie;

	init_iova_domain(&cookie->iovad, f->granule, 1);
	assert_int_equal(iova_domain_init_rcaches(&cookie->iovad), 0);
	cookie->ready = true;
	if (f->lazy)
		assert_int_equal(iommu_dma_init_fq(&f->domain), 0);
}

/* @f is zeroed but for lazy, granule and board.layout. */
static inline void fake_start(struct fake_iommu *f)
{
	if (!f->granule)
		f->granule = 4096;
	f->fail_map_after = -1;
	board_start(&f->board);

	f->domain.type = f->lazy ? IOMMU_DOMAIN_DMA_FQ : IOMMU_DOMAIN_DMA;
	f->domain.ops = &fake_ops;
	f->domain.pgsize_bitmap = f->granule | SZ_4K | SZ_2M | SZ_1G;
	f->domain.geometry.aperture_end = DMA_BIT_MASK(48);
	f->domain.geometry.force_aperture = true;
	f->head.default_domain = &f->domain;
	assert_int_equal(iommu_get_dma_cookie(&f->domain), 0);
	if (!f->bare)
		fake_start_allocator(f);

	f->dev_iommu.pci_32bit_workaround = 1;
	f->board.pdev.dev.iommu = &f->dev_iommu;
	f->board.pdev.dev.iommu_group = (struct iommu_group *)&f->head;
	f->board.pdev.dev.dma_iommu = true;
}

static inline void fake_stop(struct fake_iommu *f)
{
	assert_int_equal(f->mapped, 0);
	f->board.pdev.dev.iommu = NULL;
	f->board.pdev.dev.iommu_group = NULL;
	f->board.pdev.dev.dma_iommu = false;
	iommu_put_dma_cookie(&f->domain);
	board_stop(&f->board);
}

static inline u64 fake_prot(struct fake_iommu *f, u64 iova)
{
	return fake_iova_to_phys(&f->domain, iova) ?
		       f->pte[(iova / f->granule) % FAKE_SLOTS].prot :
		       ~0ull;
}

#define assert_maps_to(f, iova, to) \
	assert_int_equal(fake_iova_to_phys(&(f)->domain, iova), to)
#define assert_unmapped(f, iova) assert_maps_to(f, iova, 0)

#endif
