/* SPDX-License-Identifier: MIT */
/*
 * Doorbells behind an IOMMU that translates interrupt messages: each page of them is
 * mapped once in the domain that its writers are attached to.
 * Models drivers/iommu/dma-iommu.c (MSI cookies), 6.17.
 *
 *	vector --> doorbell's page --> domain with an IOVA cookie: any free IOVA
 *	                               domain with an MSI cookie: base, base + page, ...
 *
 * I1  A page that is mapped stays so until its domain is freed, because nobody says
 *     when its last vector goes.
 * I2  What a failure took from allocator or window is given back.
 * Locks: msi_lock, inside the mutexes of groups: several may share a domain.
 * Tests: tests/unit/iommu/test_msi.c
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/msi.h>
#include <linux/slab.h>

#include "dma/dma_iommu.h"

/* One page of doorbells in one domain. */
struct msi_page {
	struct list_head node;
	dma_addr_t iova;
	phys_addr_t phys;
};

/**
 * struct iommu_dma_msi_cookie - of an UNMANAGED domain with a window for messages
 * @next: device address that the next page gets
 * @pages: struct msi_page
 */
struct iommu_dma_msi_cookie {
	dma_addr_t next;
	struct list_head pages;
};

static DEFINE_MUTEX(msi_lock);

/**
 * iommu_get_msi_cookie() - let a domain of a driver's own have doorbells
 * @base: device address from which they are mapped, one after the other
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the domain's mappings are not its owner's; -EBUSY if it
 * has a cookie; -ENOMEM.
 */
int iommu_get_msi_cookie(struct iommu_domain *domain, dma_addr_t base)
{
	struct iommu_dma_msi_cookie *cookie;

	if (domain->type != IOMMU_DOMAIN_UNMANAGED)
		return -EINVAL;
	if (domain->cookie_type != IOMMU_COOKIE_NONE)
		return -EBUSY;
	cookie = kzalloc(sizeof(*cookie), GFP_KERNEL);
	if (!cookie)
		return -ENOMEM;
	cookie->next = base;
	INIT_LIST_HEAD(&cookie->pages);
	domain->msi_cookie = cookie;
	domain->cookie_type = IOMMU_COOKIE_DMA_MSI;
	return 0;
}
EXPORT_SYMBOL_GPL(iommu_get_msi_cookie);

/* Of a domain that nobody uses any more. */
void iommu_dma_free_msi_pages(struct iommu_domain *domain,
			      struct list_head *pages)
{
	struct msi_page *page, *next;

	mutex_lock(&msi_lock);
	list_for_each_entry_safe(page, next, pages, node) {
		list_del(&page->node);
		kfree(page);
		if (domain->cookie_type != IOMMU_COOKIE_DMA_IOVA)
			continue;
		dma_counters.msi_held--;
		lib_counter_add(&dma_counters.iova_frees, 1);
	}
	mutex_unlock(&msi_lock);
}

/** iommu_put_msi_cookie() - @domain is about to be freed. Context: may sleep. */
void iommu_put_msi_cookie(struct iommu_domain *domain)
{
	if (domain->cookie_type != IOMMU_COOKIE_DMA_MSI)
		return;
	iommu_dma_free_msi_pages(domain, &domain->msi_cookie->pages);
	kfree(domain->msi_cookie);
	domain->msi_cookie = NULL;
	domain->cookie_type = IOMMU_COOKIE_NONE;
}

/* Is @addr one that the IOMMU of @dev never translates? */
static bool is_untranslated(struct device *dev, phys_addr_t addr)
{
	struct iommu_resv_region *region;
	LIST_HEAD(regions);
	bool found = false;

	iommu_get_resv_regions(dev, &regions);
	list_for_each_entry(region, &regions, list)
		found |= region->type == IOMMU_RESV_MSI &&
			 addr - region->start < region->length;
	iommu_put_resv_regions(dev, &regions);
	return found;
}

/* A device address for @size bytes, 0: none is left. */
static dma_addr_t take_iova(struct iommu_domain *domain, struct device *dev,
			    size_t size)
{
	dma_addr_t iova;

	if (domain->cookie_type == IOMMU_COOKIE_DMA_IOVA)
		return iommu_dma_alloc_iova(domain, size, dma_get_mask(dev),
					    dev);
	iova = domain->msi_cookie->next;
	domain->msi_cookie->next += size;
	return iova;
}

static void return_iova(struct iommu_domain *domain, dma_addr_t iova,
			size_t size)
{
	if (domain->cookie_type == IOMMU_COOKIE_DMA_IOVA)
		iommu_dma_free_iova(domain, iova, size);
	else
		domain->msi_cookie->next = iova;
}

/* Map the page at @phys. ERR_PTR: -ENOMEM, or what iommu_map() says. */
static struct msi_page *map_page(struct iommu_domain *domain,
				 struct device *dev, struct list_head *pages,
				 phys_addr_t phys, size_t size)
{
	const int prot = IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO;
	struct msi_page *page = kzalloc(sizeof(*page), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!page)
		return ERR_PTR(ret);
	page->phys = phys;
	page->iova = take_iova(domain, dev, size);
	if (!page->iova)
		goto err_free;
	ret = iommu_map(domain, page->iova, phys, size, prot, GFP_KERNEL);
	if (ret)
		goto err_iova;
	list_add(&page->node, pages);
	if (domain->cookie_type == IOMMU_COOKIE_DMA_IOVA)
		dma_counters.msi_held++;
	return page;

err_iova:
	return_iova(domain, page->iova, size);
err_free:
	kfree(page);
	return ERR_PTR(ret);
}

static struct msi_page *find_page(struct list_head *pages, phys_addr_t phys)
{
	struct msi_page *page;

	list_for_each_entry(page, pages, node)
		if (page->phys == phys)
			return page;
	return NULL;
}

/**
 * iommu_dma_sw_msi() - map a doorbell for a vector
 * @domain: with an IOVA cookie or an MSI cookie; a device of it is @desc's
 * @desc: is told where
 * @msi_addr: the doorbell
 *
 * Context: may sleep. Return: 0; -EOPNOTSUPP: the domain could not be set up for the
 * DMA API; -ENOMEM: no memory or no IOVA; or the errno of iommu_map(), with nothing
 * mapped.
 */
int iommu_dma_sw_msi(struct iommu_domain *domain, struct msi_desc *desc,
		     phys_addr_t msi_addr)
{
	bool dma = domain->cookie_type == IOMMU_COOKIE_DMA_IOVA;
	struct list_head *pages = dma ? &domain->iova_cookie->msi_pages :
					&domain->msi_cookie->pages;
	size_t size = max_t(size_t, PAGE_SIZE,
			    domain->pgsize_bitmap & -domain->pgsize_bitmap);
	struct device *dev = msi_desc_to_dev(desc);
	struct msi_page *page;
	phys_addr_t phys;

	if (dma) {
		if (is_untranslated(dev, msi_addr)) {
			msi_desc_set_iommu_msi_iova(desc, 0, 0);
			return 0;
		}
		if (!domain->iova_cookie->ready)
			return -EOPNOTSUPP;
		size = domain->iova_cookie->iovad.granule;
	}
	phys = ALIGN_DOWN(msi_addr, size);
	mutex_lock(&msi_lock);
	page = find_page(pages, phys);
	if (!page)
		page = map_page(domain, dev, pages, phys, size);
	mutex_unlock(&msi_lock);
	if (IS_ERR(page))
		return PTR_ERR(page);
	msi_desc_set_iommu_msi_iova(desc, page->iova, ilog2(size));
	return 0;
}
