/* SPDX-License-Identifier: MIT */
/*
 * <linux/iommu.h>: the IOMMU core as drivers and dma-iommu see it.
 *
 * same: prot bits, domain types, map/unmap/sync, gather helpers, domains and
 *	groups, default domains, iova_to_phys, reserved regions, ownership, fault
 *	handlers, PASIDs, page requests, structures of user space
 * reduced: SVA is refused with its documented errno, and so is fsl_mc_device_group();
 *	nobody calls of_xlate, hw_info, domain_alloc_nested, cache_invalidate_user and
 *	the viommu members of a driver: there is no device tree and no iommufd
 * newer: iommu_domain.is_iommupt and generic_pt behind map_pages;
 *	iommu_driver_get_domain_for_dev(), pci_dev_reset_iommu_prepare() and _done()
 */
#ifndef _DMASIM_LINUX_IOMMU_H
#define _DMASIM_LINUX_IOMMU_H

#include <linux/types.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/gfp.h>
#include <linux/device.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/scatterlist.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <linux/iova_bitmap.h>
#include <uapi/linux/iommufd.h>

#define IOMMU_READ (1 << 0)
#define IOMMU_WRITE (1 << 1)
#define IOMMU_CACHE (1 << 2)
#define IOMMU_NOEXEC (1 << 3)
#define IOMMU_MMIO (1 << 4)
#define IOMMU_PRIV (1 << 5)

#define IOMMU_FAULT_READ 0x0
#define IOMMU_FAULT_WRITE 0x1

#define IOMMU_NO_PASID (0U)
#define IOMMU_FIRST_GLOBAL_PASID (1U)
#define IOMMU_PASID_INVALID (-1U)
typedef unsigned int ioasid_t;

#define IOMMU_FAULT_PERM_READ (1 << 0)
#define IOMMU_FAULT_PERM_WRITE (1 << 1)
#define IOMMU_FAULT_PERM_EXEC (1 << 2)
#define IOMMU_FAULT_PERM_PRIV (1 << 3)

#define IOMMU_FAULT_PAGE_REQUEST_PASID_VALID (1 << 0)
#define IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE (1 << 1)
#define IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID (1 << 2)

enum iommu_fault_type {
	IOMMU_FAULT_PAGE_REQ = 1,
};

enum iommu_page_response_code {
	IOMMU_PAGE_RESP_SUCCESS = 0,
	IOMMU_PAGE_RESP_INVALID,
	IOMMU_PAGE_RESP_FAILURE,
};

/**
 * struct iommu_fault_page_request - a device asks for a page
 * @flags: IOMMU_FAULT_PAGE_REQUEST_*
 * @grpid: requests of one group are answered together
 * @perm: IOMMU_FAULT_PERM_*
 */
struct iommu_fault_page_request {
	u32 flags;
	u32 pasid;
	u32 grpid;
	u32 perm;
	u64 addr;
	u64 private_data[2];
};

struct iommu_fault {
	u32 type;
	struct iommu_fault_page_request prm;
};

/** struct iommu_page_response - @code: enum iommu_page_response_code */
struct iommu_page_response {
	u32 pasid;
	u32 grpid;
	u32 code;
};

struct iopf_fault {
	struct iommu_fault fault;
	struct list_head list;
};

/**
 * struct iopf_group - requests that are answered together
 * @last_fault: the one that completed it, also at the tail of @faults
 * @faults: struct iopf_fault, in order of arrival
 * @pending_node: on the list of those not answered yet
 * @work: for the handler of the domain
 */
struct iopf_group {
	struct iopf_fault last_fault;
	struct list_head faults;
	size_t fault_count;
	struct list_head pending_node;
	struct work_struct work;
	struct iommu_attach_handle *attach_handle;
	struct iommu_fault_param *fault_param;
	struct list_head node;
	u32 cookie;
};

/** struct iopf_queue - @devices: struct iommu_fault_param, under @lock */
struct iopf_queue {
	struct workqueue_struct *wq;
	struct list_head devices;
	struct mutex lock;
};

/**
 * struct iommu_fault_param - a device that may ask for pages
 * @lock: protects @partial and @faults
 * @users: the device's own reference, and one of each group
 * @partial: requests whose last one has not come
 * @faults: groups that are not answered
 */
struct iommu_fault_param {
	struct mutex lock;
	refcount_t users;
	struct rcu_head rcu;
	struct device *dev;
	struct iopf_queue *queue;
	struct list_head queue_list;
	struct list_head partial;
	struct list_head faults;
};

/** struct iommu_attach_handle - by what an attachment is found again. */
struct iommu_attach_handle {
	struct iommu_domain *domain;
};

struct iommu_sva {
	struct iommu_attach_handle handle;
	struct device *dev;
	refcount_t users;
};

/** struct iommu_mm_data - address spaces that devices share; never filled in here. */
struct iommu_mm_data {
	u32 pasid;
	struct list_head sva_domains;
};

/* Of a device tree that lets a stream pass untranslated. */
#define TEGRA_STREAM_ID_BYPASS 0x7f

#define __IOMMU_DOMAIN_PAGING (1U << 0)
#define __IOMMU_DOMAIN_DMA_API (1U << 1)
#define __IOMMU_DOMAIN_PT (1U << 2)
#define __IOMMU_DOMAIN_DMA_FQ (1U << 3)
#define __IOMMU_DOMAIN_SVA (1U << 4)
#define __IOMMU_DOMAIN_PLATFORM (1U << 5)
#define __IOMMU_DOMAIN_NESTED (1U << 6)

#define IOMMU_DOMAIN_ALLOC_FLAGS ~__IOMMU_DOMAIN_DMA_FQ

#define IOMMU_DOMAIN_BLOCKED (0U)
#define IOMMU_DOMAIN_IDENTITY (__IOMMU_DOMAIN_PT)
#define IOMMU_DOMAIN_UNMANAGED (__IOMMU_DOMAIN_PAGING)
#define IOMMU_DOMAIN_DMA (__IOMMU_DOMAIN_PAGING | __IOMMU_DOMAIN_DMA_API)
#define IOMMU_DOMAIN_DMA_FQ (IOMMU_DOMAIN_DMA | __IOMMU_DOMAIN_DMA_FQ)
#define IOMMU_DOMAIN_SVA (__IOMMU_DOMAIN_SVA)
#define IOMMU_DOMAIN_PLATFORM (__IOMMU_DOMAIN_PLATFORM)
#define IOMMU_DOMAIN_NESTED (__IOMMU_DOMAIN_NESTED)

enum iommu_domain_cookie_type {
	IOMMU_COOKIE_NONE,
	IOMMU_COOKIE_DMA_IOVA,
	IOMMU_COOKIE_DMA_MSI,
	IOMMU_COOKIE_FAULT_HANDLER,
	IOMMU_COOKIE_SVA,
	IOMMU_COOKIE_IOMMUFD,
};

enum iommu_cap {
	IOMMU_CAP_CACHE_COHERENCY,
	IOMMU_CAP_NOEXEC,
	IOMMU_CAP_PRE_BOOT_PROTECTION,
	IOMMU_CAP_ENFORCE_CACHE_COHERENCY,
	IOMMU_CAP_DEFERRED_FLUSH,
	IOMMU_CAP_DIRTY_TRACKING,
};

enum iommu_resv_type {
	IOMMU_RESV_DIRECT,
	IOMMU_RESV_DIRECT_RELAXABLE,
	IOMMU_RESV_RESERVED,
	IOMMU_RESV_MSI,
	IOMMU_RESV_SW_MSI,
};

struct iommu_domain;
struct iommu_domain_ops;
struct iommu_dirty_ops;
struct iommu_ops;
struct iommu_group;
struct iommu_dma_cookie;
struct iommu_dma_msi_cookie;
struct iommu_fwspec;
struct iommu_user_data;
struct iommu_user_data_array;
struct iommufd_hw_pagetable;
struct iommufd_viommu;
struct of_phandle_args;
struct notifier_block;
struct msi_desc;
struct pci_dev;
struct mm_struct;
struct attribute_group;
struct module;
struct fwnode_handle;

typedef int (*iommu_fault_handler_t)(struct iommu_domain *, struct device *,
				     unsigned long, int, void *);

/**
 * struct iommu_domain_geometry - addresses a domain can translate
 * @aperture_start: lowest device address
 * @aperture_end: highest, inclusive
 * @force_aperture: addresses outside never reach memory
 */
struct iommu_domain_geometry {
	dma_addr_t aperture_start;
	dma_addr_t aperture_end;
	bool force_aperture;
};

/**
 * struct iommu_domain - one address space that devices can be attached to
 * @pgsize_bitmap: supported mapping sizes, one bit each
 * @is_iommupt: newer: embedded in a struct pt_iommu; map and unmap take the
 *	whole range in one call
 */
struct iommu_domain {
	unsigned int type;
	enum iommu_domain_cookie_type cookie_type;
	bool is_iommupt;
	const struct iommu_domain_ops *ops;
	const struct iommu_dirty_ops *dirty_ops;
	const struct iommu_ops *owner;
	unsigned long pgsize_bitmap;
	struct iommu_domain_geometry geometry;
	int (*iopf_handler)(struct iopf_group *group);
	union {
		struct iommu_dma_cookie *iova_cookie;
		struct iommu_dma_msi_cookie *msi_cookie;
		struct iommufd_hw_pagetable *iommufd_hwpt;
		struct {
			iommu_fault_handler_t handler;
			void *handler_token;
		};
		struct {
			struct mm_struct *mm;
			int users;
			struct list_head next;
		};
	};
};

/** iommu_is_dma_domain() - does the DMA API own it? Context: any. */
static inline bool iommu_is_dma_domain(struct iommu_domain *domain)
{
	return domain->type & __IOMMU_DOMAIN_DMA_API;
}

/** struct iommu_resv_region - device addresses with a special meaning. */
struct iommu_resv_region {
	struct list_head list;
	phys_addr_t start;
	size_t length;
	int prot;
	enum iommu_resv_type type;
	void (*free)(struct device *dev, struct iommu_resv_region *region);
};

/** struct iommu_iort_rmr_data - a reserved region of some stream IDs only. */
struct iommu_iort_rmr_data {
	struct iommu_resv_region rr;
	const u32 *sids;
	u32 num_sids;
};

/** struct iommu_pages_list - page-table pages waiting for an invalidation. */
struct iommu_pages_list {
	struct list_head pages;
};

#define IOMMU_PAGES_LIST_INIT(name) \
	((struct iommu_pages_list){ .pages = LIST_HEAD_INIT(name.pages) })

/**
 * struct iommu_iotlb_gather - what an unmap leaves to invalidate
 * @start: lowest address; ULONG_MAX while empty
 * @end: highest address, inclusive; 0 while empty
 * @pgsize: leaf size of the gathered range, for drivers that gather by page
 * @freelist: table pages that may be freed after the invalidation
 * @queued: the flush queue takes care of it; record no range
 */
struct iommu_iotlb_gather {
	unsigned long start;
	unsigned long end;
	size_t pgsize;
	struct iommu_pages_list freelist;
	bool queued;
};

/** IOMMU_DIRTY_NO_CLEAR - read_and_clear_dirty() only reads. */
#define IOMMU_DIRTY_NO_CLEAR (1 << 0)

/**
 * struct iommu_dirty_bitmap - where read_and_clear_dirty() reports to
 * @bitmap: gets a bit for each page; NULL: bits are only cleared
 * @gather: gets what must be invalidated; NULL: nobody is told
 */
struct iommu_dirty_bitmap {
	struct iova_bitmap *bitmap;
	struct iommu_iotlb_gather *gather;
};

/**
 * struct iommu_dirty_ops - of domains with IOMMU_HWPT_ALLOC_DIRTY_TRACKING
 * @set_dirty_tracking: from now on hardware marks what devices write to, or no
 *	longer; 0 or -errno
 * @read_and_clear_dirty: report and clear the marks of a range; the caller then
 *	syncs the gather. -EINVAL for a bitmap while tracking is off
 */
struct iommu_dirty_ops {
	int (*set_dirty_tracking)(struct iommu_domain *domain, bool enabled);
	int (*read_and_clear_dirty)(struct iommu_domain *domain,
				    unsigned long iova, size_t size,
				    unsigned long flags,
				    struct iommu_dirty_bitmap *dirty);
};

/**
 * struct iommu_domain_ops - what a driver does for a domain
 * @attach_dev: point @dev's context at the domain; may sleep; 0 or -errno,
 *	-EINVAL asks the core to try another domain
 * @map_pages: map @pgcount pages of @pgsize; *@mapped counts bytes also when
 *	it fails; any context that @gfp allows
 * @unmap_pages: return bytes removed; adds to the gather
 * @flush_iotlb_all: drop everything cached for the domain; atomic
 * @iotlb_sync_map: make new mappings visible; atomic
 * @iotlb_sync: invalidate what @gather holds and free its freelist; atomic
 * @cache_invalidate_user: for nested domains, from user space; never called here
 * @iova_to_phys: 0 if not mapped; lockless
 */
struct iommu_domain_ops {
	int (*attach_dev)(struct iommu_domain *domain, struct device *dev);
	int (*set_dev_pasid)(struct iommu_domain *domain, struct device *dev,
			     ioasid_t pasid, struct iommu_domain *old);
	int (*map_pages)(struct iommu_domain *domain, unsigned long iova,
			 phys_addr_t paddr, size_t pgsize, size_t pgcount,
			 int prot, gfp_t gfp, size_t *mapped);
	size_t (*unmap_pages)(struct iommu_domain *domain, unsigned long iova,
			      size_t pgsize, size_t pgcount,
			      struct iommu_iotlb_gather *gather);
	void (*flush_iotlb_all)(struct iommu_domain *domain);
	int (*iotlb_sync_map)(struct iommu_domain *domain, unsigned long iova,
			      size_t size);
	void (*iotlb_sync)(struct iommu_domain *domain,
			   struct iommu_iotlb_gather *gather);
	int (*cache_invalidate_user)(struct iommu_domain *domain,
				     struct iommu_user_data_array *array);
	phys_addr_t (*iova_to_phys)(struct iommu_domain *domain,
				    dma_addr_t iova);
	bool (*enforce_cache_coherency)(struct iommu_domain *domain);
	int (*set_pgtable_quirks)(struct iommu_domain *domain,
				  unsigned long quirks);
	void (*free)(struct iommu_domain *domain);
};

/**
 * struct iommu_device - one instance of IOMMU hardware
 * @fwnode: what firmware calls it; NULL: it serves whom firmware says nothing of
 * @dev: its device of class iommu, iommu_device_sysfs_add()
 * @singleton_group: of generic_single_device_group()
 * @max_pasids: number of PASIDs that its tables hold
 * @ready: iommu_device_register() has probed what was there
 */
struct iommu_device {
	struct list_head list;
	const struct iommu_ops *ops;
	struct fwnode_handle *fwnode;
	struct device *dev;
	struct iommu_group *singleton_group;
	u32 max_pasids;
	bool ready;
};

/**
 * struct iommu_ops - an IOMMU driver
 * @probe_device: the instance that serves @dev, or ERR_PTR(-ENODEV); may call
 *	dev_iommu_priv_set()
 * @release_device: @dev goes, or its probing failed later
 * @probe_finalize: @dev has a group and a default domain; NULL: nothing to do
 * @hw_info, @domain_alloc_nested, @of_xlate, @get_viommu_size, @viommu_init: for
 *	callers that do not exist here
 * @release_domain: attached to a device before @release_device; NULL: that call
 *	itself stops the use of what was attached
 * @user_pasid_table: PASIDs of a device behind a NESTED domain are its owner's
 */
struct iommu_ops {
	bool (*capable)(struct device *dev, enum iommu_cap cap);
	void *(*hw_info)(struct device *dev, u32 *length,
			 enum iommu_hw_info_type *type);
	struct iommu_domain *(*domain_alloc_identity)(struct device *dev);
	struct iommu_domain *(*domain_alloc_paging_flags)(
		struct device *dev, u32 flags,
		const struct iommu_user_data *user_data);
	struct iommu_domain *(*domain_alloc_paging)(struct device *dev);
	struct iommu_domain *(*domain_alloc_sva)(struct device *dev,
						 struct mm_struct *mm);
	struct iommu_domain *(*domain_alloc_nested)(
		struct device *dev, struct iommu_domain *parent, u32 flags,
		const struct iommu_user_data *user_data);
	struct iommu_device *(*probe_device)(struct device *dev);
	void (*release_device)(struct device *dev);
	void (*probe_finalize)(struct device *dev);
	struct iommu_group *(*device_group)(struct device *dev);
	void (*get_resv_regions)(struct device *dev, struct list_head *list);
	int (*of_xlate)(struct device *dev, const struct of_phandle_args *args);
	bool (*is_attach_deferred)(struct device *dev);
	void (*page_response)(struct device *dev, struct iopf_fault *evt,
			      struct iommu_page_response *msg);
	int (*def_domain_type)(struct device *dev);
	size_t (*get_viommu_size)(struct device *dev,
				  enum iommu_viommu_type viommu_type);
	int (*viommu_init)(struct iommufd_viommu *viommu,
			   struct iommu_domain *parent_domain,
			   const struct iommu_user_data *user_data);

	const struct iommu_domain_ops *default_domain_ops;
	struct module *owner;
	struct iommu_domain *identity_domain;
	struct iommu_domain *blocked_domain;
	struct iommu_domain *release_domain;
	struct iommu_domain *default_domain;
	u8 user_pasid_table : 1;
};

/** struct dev_iommu - the IOMMU side of a struct device. */
struct dev_iommu {
	struct mutex lock;
	struct iommu_fault_param *fault_param;
	struct iommu_fwspec *fwspec;
	struct iommu_device *iommu_dev;
	void *priv;
	u32 max_pasids;
	u32 attach_deferred : 1;
	u32 pci_32bit_workaround : 1;
	u32 require_direct : 1;
	u32 shadow_on_flush : 1;
};

#define IOMMU_FWSPEC_PCI_RC_ATS (1 << 0)
#define IOMMU_FWSPEC_PCI_RC_CANWBS (1 << 1)

/** struct iommu_fwspec - what firmware says of a device: @num_ids stream IDs. */
struct iommu_fwspec {
	struct fwnode_handle *iommu_fwnode;
	u32 flags;
	unsigned int num_ids;
	u32 ids[];
};

/* ---- gather helpers ------------------------------------------------------- */

/** iommu_iotlb_gather_init() - nothing is gathered. Context: any, as for all of them. */
static inline void iommu_iotlb_gather_init(struct iommu_iotlb_gather *gather)
{
	gather->start = ULONG_MAX;
	gather->end = 0;
	gather->pgsize = 0;
	INIT_LIST_HEAD(&gather->freelist.pages);
	gather->queued = false;
}

/**
 * iommu_iotlb_sync() - invalidate what was gathered and start afresh
 *
 * An empty gather issues no command, but pages on its freelist are still
 * handed to the driver (6.17 issued a useless command, quirk of old cores).
 */
void iommu_iotlb_sync(struct iommu_domain *domain,
		      struct iommu_iotlb_gather *gather);

/** iommu_flush_iotlb_all() - forget all that is cached of @domain. Context: any. */
static inline void iommu_flush_iotlb_all(struct iommu_domain *domain)
{
	if (domain->ops->flush_iotlb_all)
		domain->ops->flush_iotlb_all(domain);
}

/** iommu_iotlb_gather_is_disjoint() - a gap lies between gather and range. */
static inline bool
iommu_iotlb_gather_is_disjoint(struct iommu_iotlb_gather *gather,
			       unsigned long iova, size_t size)
{
	if (!gather->end)
		return false;
	return iova + size < gather->start || iova > gather->end + 1;
}

/** iommu_iotlb_gather_add_range() - widen the gather; @size is not 0. */
static inline void
iommu_iotlb_gather_add_range(struct iommu_iotlb_gather *gather,
			     unsigned long iova, size_t size)
{
	unsigned long last = iova + size - 1;

	if (iova < gather->start)
		gather->start = iova;
	if (last > gather->end)
		gather->end = last;
}

/** iommu_iotlb_gather_add_page() - add a leaf, syncing first on a gap or
 * another leaf size. */
static inline void
iommu_iotlb_gather_add_page(struct iommu_domain *domain,
			    struct iommu_iotlb_gather *gather,
			    unsigned long iova, size_t size)
{
	bool other_size = gather->pgsize && gather->pgsize != size;

	if (other_size || iommu_iotlb_gather_is_disjoint(gather, iova, size))
		iommu_iotlb_sync(domain, gather);
	gather->pgsize = size;
	iommu_iotlb_gather_add_range(gather, iova, size);
}

/** iommu_dirty_bitmap_init() - before read_and_clear_dirty(); both may be NULL. */
static inline void iommu_dirty_bitmap_init(struct iommu_dirty_bitmap *dirty,
					   struct iova_bitmap *bitmap,
					   struct iommu_iotlb_gather *gather)
{
	dirty->bitmap = bitmap;
	dirty->gather = gather;
	if (gather)
		iommu_iotlb_gather_init(gather);
}

/** iommu_dirty_bitmap_record() - @length bytes at @iova are dirty. */
static inline void iommu_dirty_bitmap_record(struct iommu_dirty_bitmap *dirty,
					     unsigned long iova,
					     unsigned long length)
{
	if (dirty->bitmap)
		iova_bitmap_set(dirty->bitmap, iova, length);
	if (dirty->gather)
		iommu_iotlb_gather_add_range(dirty->gather, iova, length);
}

/** iommu_iotlb_gather_queued() - will a flush queue invalidate it? NULL: no. */
static inline bool iommu_iotlb_gather_queued(struct iommu_iotlb_gather *gather)
{
	return gather && gather->queued;
}

/* ---- mapping (any context that gfp allows) --------------------------------- */

/**
 * iommu_map_nosync() - map @size bytes without making them visible yet
 * @iova: device address, aligned to the smallest page size of @domain
 * @paddr: physical address, aligned likewise
 * @size: bytes, a multiple of the smallest page size; 0 maps nothing
 * @prot: IOMMU_READ | IOMMU_WRITE | ...
 * @gfp: for page-table pages; no zone modifiers
 *
 * Context: any that @gfp allows. The caller owns the range.
 * Return: 0; -EINVAL for a domain without page tables, misalignment, no
 * permission, unknown bits of @prot or forbidden @gfp (WARN); -ENODEV if the domain cannot map (WARN);
 * -EADDRINUSE over an existing mapping; -ERANGE outside the aperture or beyond
 * the output width; -EOVERFLOW when the range wraps; -ENOMEM. On failure
 * nothing of the range is mapped. drivers/iommu/iommu.c.
 */
int iommu_map_nosync(struct iommu_domain *domain, unsigned long iova,
		     phys_addr_t paddr, size_t size, int prot, gfp_t gfp);

/** iommu_sync_map() - make [@iova, +@size) visible. 0 or the driver's errno. */
int iommu_sync_map(struct iommu_domain *domain, unsigned long iova,
		   size_t size);

/**
 * iommu_map() - both; a sync error unmaps the range again
 *
 * Context: any that @gfp allows. Return: 0 or the errno of either.
 */
int iommu_map(struct iommu_domain *domain, unsigned long iova,
	      phys_addr_t paddr, size_t size, int prot, gfp_t gfp);

/**
 * iommu_unmap() - unmap and invalidate
 * Context: any. Return: bytes removed from @iova on: less than @size at a hole, more if a
 * larger leaf began inside; 0 for misalignment or a domain without page tables.
 */
size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova,
		   size_t size);

/** iommu_unmap_fast() - the same, but the caller syncs @gather. */
size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova,
			size_t size, struct iommu_iotlb_gather *gather);

/**
 * iommu_map_sg() - map a list at consecutive device addresses
 *
 * Physically contiguous neighbours are joined; bus-address entries take no
 * device address. Context: any that @gfp allows. Return: bytes mapped, or the errno
 * of iommu_map() with nothing mapped; -EOVERFLOW if the list reaches beyond the last
 * address.
 */
ssize_t iommu_map_sg(struct iommu_domain *domain, unsigned long iova,
		     struct scatterlist *sg, unsigned int nents, int prot,
		     gfp_t gfp);

/** iommu_map_sgtable() - iommu_map_sg() of all of a table. May sleep. */
static inline ssize_t iommu_map_sgtable(struct iommu_domain *domain,
					unsigned long iova,
					struct sg_table *sgt, int prot)
{
	return iommu_map_sg(domain, iova, sgt->sgl, sgt->orig_nents, prot,
			    GFP_KERNEL);
}

/** iommu_iova_to_phys() - 0 if not mapped; identity: @iova. Any context, lockless. */
phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova);

/* ---- domains and groups (may sleep) ------------------------------------------ */

/**
 * iommu_paging_domain_alloc_flags() - an UNMANAGED domain for @dev's IOMMU
 * Return: the domain; ERR_PTR(-ENODEV) without an IOMMU, -EOPNOTSUPP for
 * @flags, -ENOMEM.
 */
struct iommu_domain *iommu_paging_domain_alloc_flags(struct device *dev,
						     unsigned int flags);

/** iommu_paging_domain_alloc() - the same without flags. */
static inline struct iommu_domain *iommu_paging_domain_alloc(struct device *dev)
{
	return iommu_paging_domain_alloc_flags(dev, 0);
}

/** iommu_domain_free() - when nothing is attached to it; its cookie goes, too. */
void iommu_domain_free(struct iommu_domain *domain);

/**
 * iommu_attach_device() - translate @dev's accesses with @domain
 * Return: 0; -ENODEV without a group; -EINVAL in a group of several; else as
 * iommu_attach_group().
 */
int iommu_attach_device(struct iommu_domain *domain, struct device *dev);

/**
 * iommu_detach_device() - back to the default domain, or to nothing under an owner
 * @domain: what is attached; anything else is a WARN and does nothing, and so is a
 *	device in a group of several; one without a group is left alone
 */
void iommu_detach_device(struct iommu_domain *domain, struct device *dev);

/**
 * iommu_attach_group() - translate the accesses of all devices of @group
 * Return: 0; -EBUSY if a domain other than the default or the blocking one is
 * attached; -EINVAL for a domain of other hardware, a blocking one where firmware
 * keeps direct mappings, or as a driver's hint to try another domain; else the
 * driver's errno. On failure every device is where it was.
 */
int iommu_attach_group(struct iommu_domain *domain, struct iommu_group *group);

/** iommu_detach_group() - the same for all devices of @group. */
void iommu_detach_group(struct iommu_domain *domain, struct iommu_group *group);

/**
 * iommu_get_domain_for_dev() - what @dev is attached to, NULL without a group
 *
 * Context: any; the caller keeps it attached.
 */
struct iommu_domain *iommu_get_domain_for_dev(struct device *dev);

/** newer: iommu_driver_get_domain_for_dev() - for drivers: where it really is. */
struct iommu_domain *iommu_driver_get_domain_for_dev(struct device *dev);

/**
 * newer: pci_dev_reset_iommu_prepare() - block a device and its PASIDs during a reset
 * Return: 0; -EBUSY if one of its group is blocked so already; else what blocking said.
 * Until pci_dev_reset_iommu_done() nothing can be attached to its group (-EBUSY).
 */
int pci_dev_reset_iommu_prepare(struct pci_dev *pdev);
void pci_dev_reset_iommu_done(struct pci_dev *pdev);

/** iommu_get_dma_domain() - @dev's default domain; valid while dev->dma_iommu. */
struct iommu_domain *iommu_get_dma_domain(struct device *dev);

/**
 * iommu_deferred_attach() - attach a device that nobody has attached yet
 *
 * The DMA API's first mapping calls it. Context: may sleep if the attach is
 * still to be done. Return: 0; -EBUSY while the device is being reset; or the
 * driver's errno.
 */
int iommu_deferred_attach(struct device *dev, struct iommu_domain *domain);

/** device_iommu_capable() - false also without an IOMMU. Context: any. */
bool device_iommu_capable(struct device *dev, enum iommu_cap cap);

struct iommu_group *iommu_group_alloc(void);

/** iommu_group_get_iommudata() - what was set last, NULL at first. Context: any. */
void *iommu_group_get_iommudata(struct iommu_group *group);

/** iommu_group_set_iommudata() - @release runs when the group is freed. */
void iommu_group_set_iommudata(struct iommu_group *group, void *iommu_data,
			       void (*release)(void *iommu_data));

/** iommu_group_set_name() - NULL takes it away. 0 or -ENOMEM. May sleep. */
int iommu_group_set_name(struct iommu_group *group, const char *name);

/**
 * iommu_group_add_device() - for devices without an IOMMU
 *
 * Context: may sleep. Return: 0; -EEXIST if it is in a group; -ENOMEM.
 */
int iommu_group_add_device(struct iommu_group *group, struct device *dev);

/**
 * iommu_group_remove_device() - take a device out of its group, if it is in one
 *
 * An IOMMU that serves it releases it first: no domain, no dev->iommu, until
 * iommu_probe_device(). Of a device without, what firmware said stays.
 * Context: may sleep; iommu_probe_device_lock and the group are not locked.
 */
void iommu_group_remove_device(struct device *dev);

/** iommu_group_get() - the group of @dev with a reference, or NULL. Context: any. */
struct iommu_group *iommu_group_get(struct device *dev);

/** iommu_group_ref_get() - one more reference of @group, which it returns. */
struct iommu_group *iommu_group_ref_get(struct iommu_group *group);

/** iommu_group_put() - the last one frees it. NULL is fine. */
void iommu_group_put(struct iommu_group *group);

/** iommu_group_id() - its number, the smallest that was free. Context: any. */
int iommu_group_id(struct iommu_group *group);

/** iommu_group_for_each_dev() - until @fn is not 0; with the group locked. */
int iommu_group_for_each_dev(struct iommu_group *group, void *data,
			     int (*fn)(struct device *, void *));

/** iommu_group_default_domain() - NULL before there is one. Context: any. */
struct iommu_domain *iommu_group_default_domain(struct iommu_group *group);

/**
 * generic_device_group() - for device_group(): a group for each device
 * Return: as of iommu_group_alloc().
 */
struct iommu_group *generic_device_group(struct device *dev);

/**
 * generic_single_device_group() - for device_group(): one group for an instance
 * Return: that group with a reference for @dev; ERR_PTR(-ENOMEM).
 */
struct iommu_group *generic_single_device_group(struct device *dev);
struct iommu_group *pci_device_group(struct device *dev);

/** fsl_mc_device_group() - ERR_PTR(-ENODEV): no device is on an fsl-mc bus. */
struct iommu_group *fsl_mc_device_group(struct device *dev);

/**
 * iommu_device_register() - an instance of IOMMU hardware begins to serve
 * @iommu: the instance
 * @ops: its driver
 * @hwdev: what firmware knows it by; NULL: it serves devices that firmware says
 *	nothing of
 *
 * Devices that are there already are probed, all of a group before its default domain
 * is chosen; later ones as they come. The mappings of a driver that is bound already
 * were made without an IOMMU and are lost (event "iommu-late-probe").
 *
 * Context: may sleep. Return: 0, also if no device is served; else what probing one
 * said, and the instance is gone again. drivers/iommu/iommu.c.
 */
int iommu_device_register(struct iommu_device *iommu,
			  const struct iommu_ops *ops, struct device *hwdev);

/** iommu_device_unregister() - release its devices and forget it. May sleep. */
void iommu_device_unregister(struct iommu_device *iommu);

/**
 * iommu_device_sysfs_add() - show an instance as a device of class iommu
 * @parent: NULL for none
 * @groups: attributes, ends with NULL; NULL: none
 * @fmt: its name, formatted
 *
 * Context: may sleep. Return: 0; -EEXIST if it is shown already; -ENOMEM.
 * drivers/iommu/iommu-sysfs.c.
 */
int iommu_device_sysfs_add(struct iommu_device *iommu, struct device *parent,
			   const struct attribute_group **groups,
			   const char *fmt, ...) __printf(4, 5);

/** iommu_device_sysfs_remove() - take it away, its links included. May sleep. */
void iommu_device_sysfs_remove(struct iommu_device *iommu);

/**
 * iommu_device_link() - show that an instance serves a device
 *
 * Links devices/<name> of the instance and "iommu" of @link; the core does it for what
 * it probes. Context: may sleep. Return: 0; -EINVAL without an instance; -ENODEV if it
 * is not shown; -EEXIST; -ENOMEM.
 */
int iommu_device_link(struct iommu_device *iommu, struct device *link);

/** iommu_device_unlink() - take both links away. May sleep. */
void iommu_device_unlink(struct iommu_device *iommu, struct device *link);

int iommu_probe_device(struct device *dev);

/* ---- ownership, and what addresses mean (may sleep) -------------------------- */

/**
 * iommu_device_use_default_domain() - a driver that uses the DMA API is bound to @dev
 * Return: 0, also without a group; -EPROBE_DEFER without a default domain yet; -EBUSY
 * if somebody else owns the group or has PASIDs of it attached.
 */
int iommu_device_use_default_domain(struct device *dev);

/** iommu_device_unuse_default_domain() - it is unbound; WARNs with PASIDs attached. */
void iommu_device_unuse_default_domain(struct device *dev);

/**
 * iommu_group_claim_dma_owner() - nobody uses the DMA API with @group from now on
 * @owner: whoever claims it, not NULL (WARN, -EINVAL)
 *
 * Its devices are blocked until the owner attaches a domain.
 * Return: 0; -EPERM if it has an owner or a bound driver; -EBUSY if a domain other than
 * the default one, or any for a PASID, is attached; -ENODEV for an empty group; -EINVAL
 * if firmware keeps direct mappings; -ENOMEM or the driver's errno.
 */
int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner);

/**
 * iommu_group_release_dma_owner() - end all claims; the default domain is back
 *
 * WARNs without an owner, and with PASIDs attached.
 */
void iommu_group_release_dma_owner(struct iommu_group *group);

/** iommu_group_dma_owner_claimed() - has it an owner or a bound driver? */
bool iommu_group_dma_owner_claimed(struct iommu_group *group);

/**
 * iommu_device_claim_dma_owner() - claim the group of @dev
 *
 * The same @owner may claim it again, and releases it as often.
 * Return: as of iommu_group_claim_dma_owner(); -ENODEV also without a group.
 */
int iommu_device_claim_dma_owner(struct device *dev, void *owner);

/** iommu_device_release_dma_owner() - one claim less; the last one releases. */
void iommu_device_release_dma_owner(struct device *dev);

/** iommu_get_resv_regions() - add what the driver knows of @dev; nothing: no memory. */
void iommu_get_resv_regions(struct device *dev, struct list_head *list);

/** iommu_put_resv_regions() - free each as its owner wants it. */
void iommu_put_resv_regions(struct device *dev, struct list_head *list);

/**
 * iommu_alloc_resv_region() - @length bytes from @start on, for a driver's list
 *
 * Context: any that @gfp allows. Return: the region, which iommu_put_resv_regions()
 * frees; NULL without memory.
 */
struct iommu_resv_region *iommu_alloc_resv_region(phys_addr_t start,
						  size_t length, int prot,
						  enum iommu_resv_type type,
						  gfp_t gfp);
int iommu_get_group_resv_regions(struct iommu_group *group,
				 struct list_head *head);

/**
 * iommu_get_msi_cookie() - let an UNMANAGED domain have its doorbells mapped
 * @domain: of an owner like VFIO
 * @base: device address of the first one, others follow; in a region of type
 *	IOMMU_RESV_SW_MSI. The owner maps nothing there
 *
 * The cookie goes with the domain. Context: may sleep.
 * Return: 0; -EINVAL for a domain of another type; -EBUSY if it has a cookie of any
 * kind; -ENOMEM. drivers/iommu/dma-iommu.c.
 */
int iommu_get_msi_cookie(struct iommu_domain *domain, dma_addr_t base);

/**
 * iommu_dma_prepare_msi() - make a doorbell reachable for a device
 * @desc: vector of the device; afterwards msi_msg_set_addr() says what it writes to
 * @msi_addr: physical address of the doorbell
 *
 * One page (W, NOEXEC, MMIO) is mapped in the domain of the device's group: from its
 * IOVA allocator if it serves the DMA API, in the window of the MSI cookie otherwise.
 * It stays for the life of the domain, for all vectors of that page. Nothing is mapped
 * without a group, behind an identity domain, or in an IOMMU_RESV_MSI region.
 *
 * Context: may sleep. Return: 0; -EOPNOTSUPP for a domain that has neither; -ENOMEM
 * without an address; else the errno of iommu_map(). drivers/iommu/iommu.c.
 */
int iommu_dma_prepare_msi(struct msi_desc *desc, phys_addr_t msi_addr);

/*
 * Which default domains new groups get: identity, translated, and DMA instead of
 * DMA_FQ. Groups that exist keep theirs. Context: any; whoever boots the machine.
 */

/** iommu_set_default_passthrough() - identity. @cmd_line: who says so, not used. */
void iommu_set_default_passthrough(bool cmd_line);

/** iommu_set_default_translated() - DMA, also where it was DMA_FQ. */
void iommu_set_default_translated(bool cmd_line);

/** iommu_default_passthrough() - is it identity? */
bool iommu_default_passthrough(void);

/** iommu_set_dma_strict() - DMA where it was DMA_FQ. */
void iommu_set_dma_strict(void);

/** iommu_set_fault_handler() - once; WARNs and does nothing on a DMA-API domain. */
void iommu_set_fault_handler(struct iommu_domain *domain,
			     iommu_fault_handler_t handler, void *token);

/** report_iommu_fault() - the handler's value, -ENOSYS without one. Atomic. */
int report_iommu_fault(struct iommu_domain *domain, struct device *dev,
		       unsigned long iova, int flags);

/* ---- PASIDs (may sleep) -------------------------------------------------------- */

/**
 * iommu_attach_device_pasid() - translate requests that carry @pasid
 * @domain: of the device's IOMMU
 * @dev: a device; the other devices of its group are attached, too, but not those
 *	that join it later (event "iommu-pasid-late")
 * @pasid: not 0
 * @handle: for faults; NULL: there is no handler
 *
 * Return: 0; -ENODEV without a group; -EOPNOTSUPP if the IOMMU has no PASIDs; -EINVAL
 * for a domain of other hardware, PASID 0, or one that a device does not have;
 * -EBUSY if it is taken; -ENOMEM or the driver's errno, with nothing attached.
 */
int iommu_attach_device_pasid(struct iommu_domain *domain, struct device *dev,
			      ioasid_t pasid,
			      struct iommu_attach_handle *handle);

/**
 * iommu_detach_device_pasid() - block requests that carry @pasid
 * @domain: attached for it
 * @dev: as of iommu_attach_device_pasid(); it must still be there: one that goes is
 *	detached by itself and told (event "iommu-pasid"), and so is a later call
 */
void iommu_detach_device_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid);

/** iommu_alloc_global_pasid() - one that no device uses. IOMMU_PASID_INVALID: none */
ioasid_t iommu_alloc_global_pasid(struct device *dev);

/** iommu_free_global_pasid() - it may be given out again; WARN for the invalid one. */
void iommu_free_global_pasid(ioasid_t pasid);

/**
 * iommu_sva_bind_device() - refused: processes have no page tables here
 * Return: ERR_PTR(-EOPNOTSUPP), as of an IOMMU whose driver has no SVA domains.
 */
struct iommu_sva *iommu_sva_bind_device(struct device *dev,
					struct mm_struct *mm);

/* There is no handle that these two could be called with: both panic. */

/** iommu_sva_unbind_device() - a stub. */
void iommu_sva_unbind_device(struct iommu_sva *handle);

/** iommu_sva_get_pasid() - a stub. */
u32 iommu_sva_get_pasid(struct iommu_sva *handle);

/* ---- I/O page faults (may sleep, but for what says otherwise) --------------------- */

/** iopf_queue_alloc() - for the devices of an IOMMU; NULL without memory. */
struct iopf_queue *iopf_queue_alloc(const char *name);

/** iopf_queue_free() - with its devices still on it, if there are. NULL is fine. */
void iopf_queue_free(struct iopf_queue *queue);

/**
 * iopf_queue_add_device() - @dev may ask for pages from now on
 * Return: 0; -ENODEV if its IOMMU cannot answer; -EBUSY on a queue already; -ENOMEM.
 */
int iopf_queue_add_device(struct iopf_queue *queue, struct device *dev);

/** iopf_queue_remove_device() - what is not answered is answered INVALID. */
void iopf_queue_remove_device(struct iopf_queue *queue, struct device *dev);

/** iopf_queue_flush_dev() - wait for handlers. 0; -ENODEV (WARN) not on a queue. */
int iopf_queue_flush_dev(struct device *dev);

/** iopf_queue_discard_partial() - requests were lost: drop unfinished groups. 0. */
int iopf_queue_discard_partial(struct iopf_queue *queue);

/**
 * iommu_report_device_fault() - a page request has arrived
 * @dev: who asks
 * @evt: copied
 *
 * A request that is the last of its group hands all of them to the handler of the
 * domain that is attached for the PASID, or for requests without.
 * Return: 0; -EINVAL, and the device is answered INVALID, if nobody handles it.
 * Without memory, or if the handler fails, it is answered FAILURE: 0.
 */
int iommu_report_device_fault(struct device *dev, struct iopf_fault *evt);

/** iopf_group_response() - answer the device; only the first answer is sent. */
void iopf_group_response(struct iopf_group *group,
			 enum iommu_page_response_code status);

/** iopf_free_group() - the handler has done with it, answered or not. */
void iopf_free_group(struct iopf_group *group);

/** dev_iommu_priv_set() - what the driver knows @dev by; from probe_device() on. */
static inline void dev_iommu_priv_set(struct device *dev, void *priv)
{
	dev->iommu->priv = priv;
}

/** dev_iommu_priv_get() - that; NULL without an IOMMU. Context: any. */
static inline void *dev_iommu_priv_get(struct device *dev)
{
	return dev->iommu ? dev->iommu->priv : NULL;
}

/**
 * iommu_set_pgtable_quirks() - set a driver's IO_PGTABLE_QUIRK_* before the first
 * attach
 *
 * Context: may sleep. Return: 0; -EINVAL for a domain that is not UNMANAGED, or
 * whose driver has no quirks; else the driver's errno. drivers/iommu/iommu.c.
 */
int iommu_set_pgtable_quirks(struct iommu_domain *domain, unsigned long quirks);

/* ---- for drivers of IOMMUs ------------------------------------------------------- */

/** iommu_probe_device_lock - held while any device gets or loses its IOMMU. */
extern struct mutex iommu_probe_device_lock;

/** dev_to_iommu_device() - the instance that a device of class iommu stands for. */
static inline struct iommu_device *dev_to_iommu_device(struct device *dev)
{
	return dev_get_drvdata(dev);
}

/**
 * iommu_get_iommu_dev() - a driver's structure around the instance before @dev
 * @dev: a device that was probed
 * @type: of the structure
 * @member: its struct iommu_device
 */
#define iommu_get_iommu_dev(dev, type, member) \
	container_of((dev)->iommu->iommu_dev, type, member)

/** iommu_group_has_isolated_msi() - never: no interrupt is remapped here. */
static inline bool iommu_group_has_isolated_msi(struct iommu_group *group)
{
	return false;
}

/** dev_iommu_fwspec_get() - what firmware says of @dev, or NULL. Context: any. */
static inline struct iommu_fwspec *dev_iommu_fwspec_get(struct device *dev)
{
	return dev->iommu ? dev->iommu->fwspec : NULL;
}

/** dev_iommu_fwspec_set() - @dev has a struct dev_iommu, iommu_fwspec_init(). */
static inline void dev_iommu_fwspec_set(struct device *dev,
					struct iommu_fwspec *fwspec)
{
	dev->iommu->fwspec = fwspec;
}

/**
 * iommu_fwspec_init() - say which instance serves a device, before it is probed
 * @iommu_fwnode: of the instance; NULL: the one that firmware says nothing of
 *
 * Context: may sleep. Return: 0, also for the same driver again; -ENODEV without such
 * an instance; -EPROBE_DEFER while it is being registered; -EINVAL if another driver's
 * was named; -ENOMEM.
 */
int iommu_fwspec_init(struct device *dev, struct fwnode_handle *iommu_fwnode);

/**
 * iommu_fwspec_add_ids() - by which numbers the instance knows a device
 * Return: 0; -EINVAL before iommu_fwspec_init(); -ENOMEM with the old ones kept.
 */
int iommu_fwspec_add_ids(struct device *dev, const u32 *ids, int num_ids);

/* ---- structures of user space ----------------------------------------------------- */

/**
 * struct iommu_user_data - a structure that user space handed to a driver
 * @type: which one, as the driver numbers them
 * @uptr: where
 * @len: bytes, as user space knows the structure
 */
struct iommu_user_data {
	unsigned int type;
	void __user *uptr;
	size_t len;
};

/** struct iommu_user_data_array - @entry_num of them, each of @entry_len bytes. */
struct iommu_user_data_array {
	unsigned int type;
	void __user *uptr;
	size_t entry_len;
	u32 entry_num;
};

/* Behind the macros below. */
static inline int __iommu_copy_in(void *dst, size_t size,
				  const void __user *src, size_t len,
				  bool right_type, size_t min_len)
{
	if (!right_type || len < min_len)
		return -EINVAL;
	return copy_struct_from_user(dst, size, src, len);
}

static inline int __iommu_copy_out(const struct iommu_user_data *user,
				   const void *src, size_t size,
				   bool right_type, size_t min_len)
{
	if (!right_type || user->len < min_len)
		return -EINVAL;
	return copy_struct_to_user(user->uptr, user->len, src, size, NULL);
}

/**
 * iommu_copy_struct_from_user() - fetch a structure of a known version
 * @kdst: gets it; what user space does not know is 0
 * @user_data: struct iommu_user_data
 * @data_type: that it must have
 * @min_last: the last member that every version has
 *
 * Context: may sleep. Return: 0; -EINVAL for another type or less than that
 * member; -E2BIG if what the kernel does not know is not 0; -EFAULT.
 */
#define iommu_copy_struct_from_user(kdst, user_data, data_type, min_last)   \
	__iommu_copy_in(kdst, sizeof(*(kdst)), (user_data)->uptr,           \
			(user_data)->len, (user_data)->type == (data_type), \
			offsetofend(typeof(*(kdst)), min_last))

/** iommu_copy_struct_from_user_array() - number @index of several; -EINVAL beyond. */
#define iommu_copy_struct_from_user_array(kdst, user_array, data_type, index, \
					  min_last)                           \
	__iommu_copy_in(kdst, sizeof(*(kdst)),                                \
			(user_array)->uptr +                                  \
				(user_array)->entry_len * (index),            \
			(user_array)->entry_len,                              \
			(user_array)->type == (data_type) &&                  \
				(index) < (user_array)->entry_num,            \
			offsetofend(typeof(*(kdst)), min_last))

/**
 * iommu_copy_struct_from_full_user_array() - all of several
 * @kdst: room for @user_array->entry_num of them
 * @kdst_entry_size: bytes of one there
 *
 * Return: 0; -EINVAL for another type or none at all; -E2BIG; -EFAULT.
 */
static inline int
iommu_copy_struct_from_full_user_array(void *kdst, size_t kdst_entry_size,
				       struct iommu_user_data_array *user_array,
				       unsigned int data_type)
{
	size_t len = user_array->entry_len;
	u32 i;
	int ret;

	if (user_array->type != data_type || !user_array->entry_num)
		return -EINVAL;
	for (i = 0; i < user_array->entry_num; i++) {
		ret = copy_struct_from_user(kdst + kdst_entry_size * i,
					    kdst_entry_size,
					    user_array->uptr + len * i, len);
		if (ret)
			return ret;
	}
	return 0;
}

/** iommu_copy_struct_to_user() - the way back; errors as from there. */
#define iommu_copy_struct_to_user(user_data, ksrc, data_type, min_last) \
	__iommu_copy_out(user_data, ksrc, sizeof(*(ksrc)),              \
			 (user_data)->type == (data_type),              \
			 offsetofend(typeof(*(ksrc)), min_last))

#endif
