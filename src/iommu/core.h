/* SPDX-License-Identifier: MIT */
/*
 * Private to src/iommu: the calls between core and group code.
 */
#ifndef IOMMU_CORE_H
#define IOMMU_CORE_H

#include "iommu/iommu.h"

/** iommu_default_boot() - default domain policy for devices probed from now on. */
void iommu_default_boot(enum iommu_boot_mode mode);

/** iommu_watch_buses() - probe and release devices as they come and go. 0, -EINVAL. */
int iommu_watch_buses(void);
void iommu_unwatch_buses(void);

/** iommu_release_device() - undo iommu_probe_device(). May sleep. */
void iommu_release_device(struct device *dev);

/**
 * iommu_domain_of_requests() - what translates requests of @dev with @pasid
 * @pasid: IOMMU_NO_PASID for those without
 *
 * For fault interrupts: any context. NULL: nothing is attached. Whoever detaches the
 * domain and frees it keeps the device quiet first, as for those without PASID.
 */
struct iommu_domain *iommu_domain_of_requests(struct device *dev,
					      ioasid_t pasid);

/** iommu_group_live() - groups not freed yet. */
unsigned int iommu_group_live(void);

/** iommu_group_shutdown() - forget groups that are still referenced. */
void iommu_group_shutdown(void);

/* mapcount.c; all but boot and shutdown only while lib_watched(LIB_WATCH_PAGES) */
int iommu_mapcount_boot(void);
void iommu_mapcount_shutdown(void);
void iommu_mapcount_map(struct iommu_domain *domain, unsigned long iova,
			phys_addr_t paddr, size_t size);
phys_addr_t iommu_mapcount_unmap(struct iommu_domain *domain,
				 unsigned long iova, size_t size);
void iommu_mapcount_unmapped(struct iommu_domain *domain, unsigned long iova,
			     size_t size, size_t done, phys_addr_t last);
void iommu_mapcount_free(struct iommu_domain *domain);

/* mapcount_record.c */
bool iommu_record_find(const struct iommu_domain *domain, unsigned long nr,
		       unsigned long *target);
bool iommu_record_map(const struct iommu_domain *domain, unsigned long nr,
		      unsigned long target);
void iommu_record_unmap(const struct iommu_domain *domain, unsigned long nr,
			unsigned long count);
void iommu_record_free(const struct iommu_domain *domain,
		       void (*fn)(const struct iommu_domain *domain,
				  unsigned long target));
void iommu_record_shutdown(void);

/* sim_iommu.c */
int sim_iommu_boot(const struct iommu_params *params);
void sim_iommu_shutdown(void);
unsigned int sim_iommu_domains_live(void);

/** sim_iommu_type_changed() - the type of a domain in use is another one now. */
void sim_iommu_type_changed(struct iommu_domain *domain);

#endif
