/* SPDX-License-Identifier: MIT */
/*
 * Making an IOMMU domain ready for the DMA API, and a device ready to use it.
 * Models drivers/iommu/dma-iommu.c (cookies, reservations, set-up), 6.17.
 *
 * The IOMMU core sits below and knows none of this: it calls up through struct
 * iommu_dma_hooks when a default domain is made, attached and freed.
 *
 * Reserved so that no IOVA equals an address with a meaning of its own: the
 * host bridge's memory windows (a switch would route such an access to a peer
 * before the IOMMU sees it), what lies between its inbound windows, and the
 * regions that the IOMMU driver names, but for windows of software-managed
 * messages: their doorbells are mapped where there is room (dma_msi.c).
 *
 * I1  dev->dma_iommu is set only if the domain's allocator is ready.
 * I2  cookie->fq is set at most once; only the death of the domain clears it.
 * Locks: cookie list lock (mutex) for the list; setup_lock per cookie.
 * Tests: tests/unit/dma/test_dma_domain.c
 */
#include <linux/bug.h>
#include <linux/dma-direct.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/slab.h>

#include "dma/dma.h"
#include "dma/debug.h"
#include "dma/dma_iommu.h"

static DEFINE_MUTEX(cookies_lock);
static LIST_HEAD(cookies);

struct dma_counters dma_counters;

/**
 * iommu_get_dma_cookie() - mark @domain as serving the DMA API
 *
 * Context: may sleep. Return: 0; -EEXIST if it serves something already;
 * -ENOMEM.
 */
int iommu_get_dma_cookie(struct iommu_domain *domain)
{
	struct iommu_dma_cookie *cookie;

	if (domain->cookie_type != IOMMU_COOKIE_NONE)
		return -EEXIST;
	cookie = kzalloc(sizeof(*cookie), GFP_KERNEL);
	if (!cookie)
		return -ENOMEM;
	mutex_init(&cookie->setup_lock);
	INIT_LIST_HEAD(&cookie->msi_pages);
	cookie->domain = domain;
	domain->iova_cookie = cookie;
	domain->cookie_type = IOMMU_COOKIE_DMA_IOVA;

	mutex_lock(&cookies_lock);
	list_add_tail(&cookie->node, &cookies);
	mutex_unlock(&cookies_lock);
	return 0;
}

/**
 * iommu_put_dma_cookie() - @domain is about to be freed, nobody uses it
 *
 * Context: may sleep.
 */
void iommu_put_dma_cookie(struct iommu_domain *domain)
{
	struct iommu_dma_cookie *cookie = domain->iova_cookie;

	if (domain->cookie_type != IOMMU_COOKIE_DMA_IOVA)
		return;
	mutex_lock(&cookies_lock);
	list_del(&cookie->node);
	mutex_unlock(&cookies_lock);

	if (cookie->fq)
		dma_fq_destroy(cookie->fq);
	iommu_dma_free_msi_pages(domain, &cookie->msi_pages);
	if (cookie->ready)
		put_iova_domain(&cookie->iovad);
	mutex_destroy(&cookie->setup_lock);
	kfree(cookie);
	domain->iova_cookie = NULL;
	domain->cookie_type = IOMMU_COOKIE_NONE;
}

/**
 * iommu_dma_init_fq() - make a domain lazy
 *
 * May be called while mappings are live. A second call does nothing.
 * Context: may sleep. Return: 0 or -ENOMEM (logged; the domain stays strict).
 */
int iommu_dma_init_fq(struct iommu_domain *domain)
{
	struct iommu_dma_cookie *cookie = domain->iova_cookie;
	struct dma_fq *fq;

	if (cookie->fq)
		return 0;
	fq = dma_fq_create(domain, &cookie->iovad, cookie->fq_single);
	if (!fq) {
		pr_warn("iommu: no memory for a flush queue, staying strict\n");
		return -ENOMEM;
	}
	/* Publishes the queue to unmaps that run already. */
	smp_store_release(&cookie->fq, fq);
	return 0;
}

/* ---- addresses that are not handed out ---------------------------------------- */

/* Without memory the range stays in circulation: a missed precaution. */
static void iommu_dma_reserve(struct iova_domain *iovad, u64 start, u64 last)
{
	reserve_iova(iovad, iova_pfn(iovad, start), iova_pfn(iovad, last));
}

static int iommu_dma_reserve_windows(struct pci_dev *pdev,
				     struct iommu_dma_cookie *cookie)
{
	struct iova_domain *iovad = &cookie->iovad;
	struct pci_host_bridge *bridge = pci_find_host_bridge(pdev->bus);
	struct resource_entry *window;
	u64 free_from = 0, first, last;

	if (!bridge)
		return 0;
	resource_list_for_each_entry(window, &bridge->windows)
	{
		if (resource_type(window->res) != IORESOURCE_MEM)
			continue;
		iommu_dma_reserve(iovad, window->res->start - window->offset,
				  window->res->end - window->offset);
	}

	/* Inbound windows are sorted; what lies between them is unreachable. */
	if (list_empty(&bridge->dma_ranges))
		return 0;
	resource_list_for_each_entry(window, &bridge->dma_ranges)
	{
		first = window->res->start - window->offset;
		last = window->res->end - window->offset;
		if (first < free_from) {
			dev_err(&pdev->dev,
				"inbound windows overlap at 0x%llx\n", first);
			return -EINVAL;
		}
		/* As in 6.17 the gap takes the window's first granule, too. */
		if (first > free_from) {
			iommu_dma_reserve(iovad, free_from, first);
			cookie->lost_granules++;
		}
		free_from = last + 1;
	}
	if (free_from)
		iommu_dma_reserve(iovad, free_from, ~(dma_addr_t)0);
	return 0;
}

static void iommu_dma_reserve_regions(struct device *dev,
				      struct iova_domain *iovad)
{
	struct iommu_resv_region *region;
	LIST_HEAD(regions);

	iommu_get_resv_regions(dev, &regions);
	list_for_each_entry(region, &regions, list) {
		if (region->type == IOMMU_RESV_SW_MSI || !region->length)
			continue;
		iommu_dma_reserve(iovad, region->start,
				  region->start + region->length - 1);
	}
	iommu_put_resv_regions(dev, &regions);
}

/* ---- devices -------------------------------------------------------------------- */

static bool iommu_dma_map_misses_aperture(struct device *dev,
					  struct iommu_domain *domain)
{
	const struct bus_dma_region *map = dev->dma_range_map;

	if (!map || !domain->geometry.force_aperture)
		return false;
	return dma_range_map_min(map) > domain->geometry.aperture_end ||
	       dma_range_map_max(map) < domain->geometry.aperture_start;
}

static int iommu_dma_start_allocator(struct iommu_domain *domain,
				     struct device *dev, unsigned int shift,
				     unsigned long base_pfn)
{
	struct iommu_dma_cookie *cookie = domain->iova_cookie;
	struct iova_domain *iovad = &cookie->iovad;
	int ret;

	/* A second device shares what the first one made; its regions add up. */
	if (cookie->ready) {
		if (iovad->granule == 1UL << shift &&
		    iovad->start_pfn == base_pfn) {
			iommu_dma_reserve_regions(dev, iovad);
			return 0;
		}
		dev_warn(dev, "IOMMU domain was set up for another layout\n");
		return -EFAULT;
	}

	init_iova_domain(iovad, 1UL << shift, base_pfn);
	ret = iova_domain_init_rcaches(iovad);
	if (ret)
		goto err_domain;
	/* No byte of a mapping is at the address that means "failed". */
	if (domain->geometry.aperture_end == DMA_MAPPING_ERROR &&
	    !reserve_iova(iovad, iova_pfn(iovad, DMA_MAPPING_ERROR),
			  iova_pfn(iovad, DMA_MAPPING_ERROR))) {
		ret = -ENOMEM;
		goto err_domain;
	}
	cookie->ready = true;
	cookie->fq_single = dev->iommu->shadow_on_flush;
	if (domain->type == IOMMU_DOMAIN_DMA_FQ &&
	    (!device_iommu_capable(dev, IOMMU_CAP_DEFERRED_FLUSH) ||
	     iommu_dma_init_fq(domain)))
		domain->type = IOMMU_DOMAIN_DMA;
	ret = dev_is_pci(dev) ?
		      iommu_dma_reserve_windows(to_pci_dev(dev), cookie) :
		      0;
	if (!ret)
		iommu_dma_reserve_regions(dev, iovad);
	return ret;

err_domain:
	put_iova_domain(iovad);
	return ret;
}

static int iommu_dma_init_domain(struct iommu_domain *domain,
				 struct device *dev)
{
	struct iommu_dma_cookie *cookie;
	unsigned long base_pfn;
	unsigned int shift;
	int ret;

	if (domain->cookie_type != IOMMU_COOKIE_DMA_IOVA ||
	    !domain->pgsize_bitmap)
		return -EINVAL;
	if (iommu_dma_map_misses_aperture(dev, domain)) {
		dev_warn(dev, "bus addresses lie outside the IOMMU's range\n");
		return -EFAULT;
	}
	cookie = domain->iova_cookie;
	shift = __ffs(domain->pgsize_bitmap);
	/* IOVAs smaller than a page of RAM there are, larger ones are a BUG. */
	if (shift > PAGE_SHIFT) {
		lib_event(
			LIB_EVENT_REFUSAL, "iommu-granule", dev, 0,
			1UL << shift,
			"the IOMMU's smallest page, 0x%lx bytes, is larger than PAGE_SIZE (0x%lx)",
			1UL << shift, PAGE_SIZE);
		return -EINVAL;
	}
	base_pfn = max_t(unsigned long, 1,
			 domain->geometry.aperture_start >> shift);

	mutex_lock(&cookie->setup_lock);
	ret = iommu_dma_start_allocator(domain, dev, shift, base_pfn);
	mutex_unlock(&cookie->setup_lock);
	return ret;
}

/**
 * iommu_setup_dma_ops() - choose the back end of @dev's DMA
 *
 * Called when its default domain is attached. If the domain cannot be set up
 * the device is left with direct mappings and a warning. Context: may sleep.
 */
void iommu_setup_dma_ops(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	int ret = 0;

	if (dev_is_pci(dev))
		dev->iommu->pci_32bit_workaround = !iommu_dma_forcedac;
	if (iommu_is_dma_domain(domain)) {
		ret = iommu_dma_init_domain(domain, dev);
		dev->dma_iommu = !ret;
	} else {
		dev->dma_iommu = false;
	}
	if (ret)
		dev_warn(
			dev,
			"no DMA through the IOMMU (%d), keeps direct mappings\n",
			ret);
}

/* ---- boot, statistics, leaks --------------------------------------------------------- */

static void iommu_put_cookie(struct iommu_domain *domain)
{
	iommu_put_dma_cookie(domain);
	iommu_put_msi_cookie(domain);
}

static const struct iommu_dma_hooks dma_hooks = {
	.get_cookie = iommu_get_dma_cookie,
	.put_cookie = iommu_put_cookie,
	.sw_msi = iommu_dma_sw_msi,
	.init_fq = iommu_dma_init_fq,
	.setup = iommu_setup_dma_ops,
};

int dma_boot(const struct dma_params *params)
{
	int ret = iova_cache_get();

	if (ret)
		return ret;
	lib_counter_reset(&dma_counters.iova_allocs);
	lib_counter_reset(&dma_counters.iova_frees);
	dma_counters.msi_held = 0;
	lib_counter_reset(&dma_counters.maps);
	lib_counter_reset(&dma_counters.unmaps);
	dma_atomic_pools_boot(params->coherent_pool);
	lib_counter_reset(&dma_counters.fq_full);
	lib_counter_reset(&dma_counters.fq_timeouts);
	lib_counter_reset(&dma_counters.sg_padding);
	iommu_dma_forcedac = params->forcedac;
	dma_bounce_unaligned_kmalloc = params->kmalloc_bounce;
	iova_set_allocator(iova_allocator_find(params->iova_allocator));
	ret = dma_debug_boot(params->checker, params->checker_entries);
	if (ret) {
		dma_debug_shutdown();
		iova_cache_put();
		return ret;
	}
	iommu_set_dma_hooks(&dma_hooks);
	return 0;
}

void dma_shutdown(void)
{
	iommu_set_dma_hooks(NULL);
	dma_debug_shutdown();
	iommu_dma_scratch_shutdown();
	dma_declared_shutdown();
	dma_atomic_pools_shutdown();
	iova_set_allocator(iova_allocator_find(NULL));
	iova_cache_put();
}

void dma_get_stats(struct dma_stats *stats)
{
	stats->iova_allocs = lib_counter_read(&dma_counters.iova_allocs);
	stats->iova_frees = lib_counter_read(&dma_counters.iova_frees);
	stats->maps = lib_counter_read(&dma_counters.maps);
	stats->unmaps = lib_counter_read(&dma_counters.unmaps);
	dma_atomic_pools_get_stats(stats);
	stats->fq_full = lib_counter_read(&dma_counters.fq_full);
	stats->fq_timeouts = lib_counter_read(&dma_counters.fq_timeouts);
	stats->sg_padding = lib_counter_read(&dma_counters.sg_padding);
}

struct iova_domain *dma_iova_domain(struct device *dev)
{
	if (!dev->dma_iommu)
		return NULL;
	return iommu_dma_iovad(iommu_get_dma_domain(dev));
}

unsigned long dma_lost_granules(struct device *dev)
{
	return dev->dma_iommu ?
		       iommu_get_dma_domain(dev)->iova_cookie->lost_granules :
		       0;
}

unsigned long dma_deferred(struct device *dev)
{
	struct dma_fq *fq = NULL;

	if (dev->dma_iommu)
		fq = iommu_get_dma_domain(dev)->iova_cookie->fq;
	return fq ? dma_fq_waiting(fq) : 0;
}

/* Complete all deferred invalidations of the machine. May sleep. */
void iommu_dma_flush_all(void)
{
	struct iommu_dma_cookie *cookie;

	mutex_lock(&cookies_lock);
	list_for_each_entry(cookie, &cookies, node)
		if (cookie->fq)
			dma_fq_flush(cookie->fq);
	mutex_unlock(&cookies_lock);
}

unsigned int dma_check(void)
{
	struct dma_stats stats;
	unsigned int leaks;

	iommu_dma_flush_all();
	leaks = dma_pool_check() + dma_debug_check();
	leaks += dma_atomic_pools_check();
	leaks += dma_declared_check();
	dma_get_stats(&stats);
	/* Doorbells are kept as long as their domain. */
	if (stats.iova_allocs != stats.iova_frees + dma_counters.msi_held) {
		lib_event(LIB_EVENT_LEAK, "iova-leak", NULL, 0, 0,
			  "%llu IOVA ranges taken, %llu given back",
			  stats.iova_allocs, stats.iova_frees);
		leaks++;
	}
	return leaks;
}
