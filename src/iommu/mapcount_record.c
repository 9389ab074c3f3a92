/* SPDX-License-Identifier: MIT */
/*
 * Where the pieces of domains lead whose driver cannot be asked (no iova_to_phys):
 * what was mapped is written down.
 *
 *	records[domain] --> pieces[iova / piece] = physical address / piece
 *
 * I1  A domain has a record from its first piece until it is freed.
 * I2  Without memory a piece is not written down, and then nobody counts it.
 * Locks: the arrays' own; callers own their ranges.
 * Tests: tests/api/test_iommu_mapcount.c
 */
#include <linux/slab.h>
#include <linux/xarray.h>

#include "iommu/core.h"

static DEFINE_XARRAY(records);

static struct xarray *record_of(const struct iommu_domain *domain)
{
	return xa_load(&records, (unsigned long)domain);
}

/* NULL: no memory. */
static struct xarray *record_make(const struct iommu_domain *domain)
{
	struct xarray *pieces = record_of(domain), *first;

	if (pieces)
		return pieces;
	pieces = kzalloc(sizeof(*pieces), GFP_ATOMIC);
	if (!pieces)
		return NULL;
	xa_init(pieces);
	first = xa_cmpxchg(&records, (unsigned long)domain, NULL, pieces,
			   GFP_ATOMIC);
	if (!first)
		return pieces;
	/* Somebody else was faster, or there is no memory. */
	kfree(pieces);
	return xa_is_err(first) ? NULL : first;
}

/**
 * iommu_record_find() - where piece @nr of @domain leads
 * @target: physical address, in pieces
 *
 * Context: any. Return: false if nothing was mapped there.
 */
bool iommu_record_find(const struct iommu_domain *domain, unsigned long nr,
		       unsigned long *target)
{
	struct xarray *pieces = record_of(domain);
	void *entry = pieces ? xa_load(pieces, nr) : NULL;

	if (entry)
		*target = xa_to_value(entry);
	return entry;
}

/**
 * iommu_record_map() - piece @nr of @domain leads to @target now
 *
 * Context: any. Return: false if there is no memory to write that down.
 */
bool iommu_record_map(const struct iommu_domain *domain, unsigned long nr,
		      unsigned long target)
{
	struct xarray *pieces = record_make(domain);

	return pieces && !xa_is_err(xa_store(pieces, nr, xa_mk_value(target),
					     GFP_ATOMIC));
}

/** iommu_record_unmap() - @count pieces from @nr on lead nowhere now. Any context. */
void iommu_record_unmap(const struct iommu_domain *domain, unsigned long nr,
			unsigned long count)
{
	struct xarray *pieces = record_of(domain);
	unsigned long at;
	void *entry;

	if (pieces && count)
		xa_for_each_range(pieces, at, entry, nr, nr + count - 1)
			xa_erase(pieces, at);
}

/**
 * iommu_record_free() - forget @domain
 * @fn: called for each piece that leads somewhere
 *
 * Context: any; nobody uses @domain.
 */
void iommu_record_free(const struct iommu_domain *domain,
		       void (*fn)(const struct iommu_domain *domain,
				  unsigned long target))
{
	struct xarray *pieces = xa_erase(&records, (unsigned long)domain);
	unsigned long at;
	void *entry;

	if (!pieces)
		return;
	xa_for_each(pieces, at, entry)
		fn(domain, xa_to_value(entry));
	xa_destroy(pieces);
	kfree(pieces);
}

/** iommu_record_shutdown() - forget domains that were never freed. */
void iommu_record_shutdown(void)
{
	struct xarray *pieces;
	unsigned long domain;

	xa_for_each(&records, domain, pieces) {
		xa_destroy(pieces);
		kfree(pieces);
	}
	xa_destroy(&records);
}
