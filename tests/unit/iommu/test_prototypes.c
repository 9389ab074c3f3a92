/* SPDX-License-Identifier: MIT */
/*
 * Every name of the IOMMU interface, with its exact type: a call that disappears, or
 * changes its type, does not compile. Written once by hand from the contract of 6.17
 * (<linux/iommu.h>, drivers/iommu/{iommu-priv,iommu-pages}.h, <linux/io-pgtable.h>)
 * and, where a line says newer, of 7.0.
 */
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/iova_bitmap.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <trace/events/iommu.h>

#include "iommu/iommu_priv.h"
#include "iommu_pt/iommu_pages.h"
#include "support/test.h"

/* ---- functions ------------------------------------------------------------------------ */

/* A constant of the function's type; a function of another type is an error. */
#define CALL(ret, name, ...) \
	static ret (*const call_##name)(__VA_ARGS__) = name;

#define CALLS                                                                  \
	/* instances */                                                        \
	CALL(int, iommu_device_register, struct iommu_device *,                \
	     const struct iommu_ops *, struct device *)                        \
	CALL(void, iommu_device_unregister, struct iommu_device *)             \
	CALL(int, iommu_device_sysfs_add, struct iommu_device *,               \
	     struct device *, const struct attribute_group **, const char *,   \
	     ...)                                                              \
	CALL(void, iommu_device_sysfs_remove, struct iommu_device *)           \
	CALL(int, iommu_device_link, struct iommu_device *, struct device *)   \
	CALL(void, iommu_device_unlink, struct iommu_device *,                 \
	     struct device *)                                                  \
	CALL(struct iommu_device *, dev_to_iommu_device, struct device *)      \
	CALL(int, iommu_probe_device, struct device *)                         \
	CALL(int, iommu_deferred_attach, struct device *,                      \
	     struct iommu_domain *)                                            \
	CALL(bool, device_iommu_capable, struct device *, enum iommu_cap)      \
	CALL(bool, iommu_group_has_isolated_msi, struct iommu_group *)         \
	/* domains */                                                          \
	CALL(struct iommu_domain *, iommu_paging_domain_alloc_flags,           \
	     struct device *, unsigned int)                                    \
	CALL(struct iommu_domain *, iommu_paging_domain_alloc,                 \
	     struct device *)                                                  \
	CALL(void, iommu_domain_free, struct iommu_domain *)                   \
	CALL(bool, iommu_is_dma_domain, struct iommu_domain *)                 \
	CALL(int, iommu_attach_device, struct iommu_domain *, struct device *) \
	CALL(void, iommu_detach_device, struct iommu_domain *,                 \
	     struct device *)                                                  \
	CALL(int, iommu_attach_group, struct iommu_domain *,                   \
	     struct iommu_group *)                                             \
	CALL(void, iommu_detach_group, struct iommu_domain *,                  \
	     struct iommu_group *)                                             \
	CALL(struct iommu_domain *, iommu_get_domain_for_dev, struct device *) \
	CALL(struct iommu_domain *, iommu_get_dma_domain, struct device *)     \
	CALL(int, iommu_set_pgtable_quirks, struct iommu_domain *,             \
	     unsigned long)                                                    \
	/* mapping */                                                          \
	CALL(int, iommu_map, struct iommu_domain *, unsigned long,             \
	     phys_addr_t, size_t, int, gfp_t)                                  \
	CALL(int, iommu_map_nosync, struct iommu_domain *, unsigned long,      \
	     phys_addr_t, size_t, int, gfp_t)                                  \
	CALL(int, iommu_sync_map, struct iommu_domain *, unsigned long,        \
	     size_t)                                                           \
	CALL(size_t, iommu_unmap, struct iommu_domain *, unsigned long,        \
	     size_t)                                                           \
	CALL(size_t, iommu_unmap_fast, struct iommu_domain *, unsigned long,   \
	     size_t, struct iommu_iotlb_gather *)                              \
	CALL(ssize_t, iommu_map_sg, struct iommu_domain *, unsigned long,      \
	     struct scatterlist *, unsigned int, int, gfp_t)                   \
	CALL(ssize_t, iommu_map_sgtable, struct iommu_domain *, unsigned long, \
	     struct sg_table *, int)                                           \
	CALL(phys_addr_t, iommu_iova_to_phys, struct iommu_domain *,           \
	     dma_addr_t)                                                       \
	CALL(void, iommu_iotlb_gather_init, struct iommu_iotlb_gather *)       \
	CALL(void, iommu_flush_iotlb_all, struct iommu_domain *)               \
	CALL(void, iommu_iotlb_sync, struct iommu_domain *,                    \
	     struct iommu_iotlb_gather *)                                      \
	CALL(bool, iommu_iotlb_gather_is_disjoint,                             \
	     struct iommu_iotlb_gather *, unsigned long, size_t)               \
	CALL(void, iommu_iotlb_gather_add_range, struct iommu_iotlb_gather *,  \
	     unsigned long, size_t)                                            \
	CALL(void, iommu_iotlb_gather_add_page, struct iommu_domain *,         \
	     struct iommu_iotlb_gather *, unsigned long, size_t)               \
	CALL(bool, iommu_iotlb_gather_queued, struct iommu_iotlb_gather *)     \
	CALL(void, iommu_dirty_bitmap_init, struct iommu_dirty_bitmap *,       \
	     struct iova_bitmap *, struct iommu_iotlb_gather *)                \
	CALL(void, iommu_dirty_bitmap_record, struct iommu_dirty_bitmap *,     \
	     unsigned long, unsigned long)                                     \
	/* faults */                                                           \
	CALL(void, iommu_set_fault_handler, struct iommu_domain *,             \
	     iommu_fault_handler_t, void *)                                    \
	CALL(int, report_iommu_fault, struct iommu_domain *, struct device *,  \
	     unsigned long, int)                                               \
	CALL(int, iopf_queue_add_device, struct iopf_queue *, struct device *) \
	CALL(void, iopf_queue_remove_device, struct iopf_queue *,              \
	     struct device *)                                                  \
	CALL(int, iopf_queue_flush_dev, struct device *)                       \
	CALL(struct iopf_queue *, iopf_queue_alloc, const char *)              \
	CALL(void, iopf_queue_free, struct iopf_queue *)                       \
	CALL(int, iopf_queue_discard_partial, struct iopf_queue *)             \
	CALL(void, iopf_free_group, struct iopf_group *)                       \
	CALL(int, iommu_report_device_fault, struct device *,                  \
	     struct iopf_fault *)                                              \
	CALL(void, iopf_group_response, struct iopf_group *,                   \
	     enum iommu_page_response_code)                                    \
	/* reserved regions, messages */                                       \
	CALL(void, iommu_get_resv_regions, struct device *,                    \
	     struct list_head *)                                               \
	CALL(void, iommu_put_resv_regions, struct device *,                    \
	     struct list_head *)                                               \
	CALL(struct iommu_resv_region *, iommu_alloc_resv_region, phys_addr_t, \
	     size_t, int, enum iommu_resv_type, gfp_t)                         \
	CALL(int, iommu_get_group_resv_regions, struct iommu_group *,          \
	     struct list_head *)                                               \
	CALL(int, iommu_get_msi_cookie, struct iommu_domain *, dma_addr_t)     \
	CALL(int, iommu_dma_prepare_msi, struct msi_desc *, phys_addr_t)       \
	/* policy */                                                           \
	CALL(void, iommu_set_default_passthrough, bool)                        \
	CALL(void, iommu_set_default_translated, bool)                         \
	CALL(bool, iommu_default_passthrough, void)                            \
	CALL(void, iommu_set_dma_strict, void)                                 \
	/* groups */                                                           \
	CALL(struct iommu_group *, iommu_group_alloc, void)                    \
	CALL(void *, iommu_group_get_iommudata, struct iommu_group *)          \
	CALL(void, iommu_group_set_iommudata, struct iommu_group *, void *,    \
	     void (*)(void *))                                                 \
	CALL(int, iommu_group_set_name, struct iommu_group *, const char *)    \
	CALL(int, iommu_group_add_device, struct iommu_group *,                \
	     struct device *)                                                  \
	CALL(void, iommu_group_remove_device, struct device *)                 \
	CALL(int, iommu_group_for_each_dev, struct iommu_group *, void *,      \
	     int (*)(struct device *, void *))                                 \
	CALL(struct iommu_group *, iommu_group_get, struct device *)           \
	CALL(struct iommu_group *, iommu_group_ref_get, struct iommu_group *)  \
	CALL(void, iommu_group_put, struct iommu_group *)                      \
	CALL(int, iommu_group_id, struct iommu_group *)                        \
	CALL(struct iommu_domain *, iommu_group_default_domain,                \
	     struct iommu_group *)                                             \
	CALL(struct iommu_group *, pci_device_group, struct device *)          \
	CALL(struct iommu_group *, generic_device_group, struct device *)      \
	CALL(struct iommu_group *, generic_single_device_group,                \
	     struct device *)                                                  \
	CALL(struct iommu_group *, fsl_mc_device_group, struct device *)       \
	/* firmware, driver data */                                            \
	CALL(int, iommu_fwspec_init, struct device *, struct fwnode_handle *)  \
	CALL(int, iommu_fwspec_add_ids, struct device *, const u32 *, int)     \
	CALL(void, dev_iommu_priv_set, struct device *, void *)                \
	CALL(void *, dev_iommu_priv_get, struct device *)                      \
	CALL(struct iommu_fwspec *, dev_iommu_fwspec_get, struct device *)     \
	CALL(void, dev_iommu_fwspec_set, struct device *,                      \
	     struct iommu_fwspec *)                                            \
	/* owners */                                                           \
	CALL(int, iommu_device_use_default_domain, struct device *)            \
	CALL(void, iommu_device_unuse_default_domain, struct device *)         \
	CALL(int, iommu_group_claim_dma_owner, struct iommu_group *, void *)   \
	CALL(void, iommu_group_release_dma_owner, struct iommu_group *)        \
	CALL(bool, iommu_group_dma_owner_claimed, struct iommu_group *)        \
	CALL(int, iommu_device_claim_dma_owner, struct device *, void *)       \
	CALL(void, iommu_device_release_dma_owner, struct device *)            \
	/* PASIDs */                                                           \
	CALL(int, iommu_attach_device_pasid, struct iommu_domain *,            \
	     struct device *, ioasid_t, struct iommu_attach_handle *)          \
	CALL(void, iommu_detach_device_pasid, struct iommu_domain *,           \
	     struct device *, ioasid_t)                                        \
	CALL(ioasid_t, iommu_alloc_global_pasid, struct device *)              \
	CALL(void, iommu_free_global_pasid, ioasid_t)                          \
	CALL(struct iommu_sva *, iommu_sva_bind_device, struct device *,       \
	     struct mm_struct *)                                               \
	CALL(void, iommu_sva_unbind_device, struct iommu_sva *)                \
	CALL(u32, iommu_sva_get_pasid, struct iommu_sva *)                     \
	/* newer: resets */                                                    \
	CALL(struct iommu_domain *, iommu_driver_get_domain_for_dev,           \
	     struct device *)                                                  \
	CALL(int, pci_dev_reset_iommu_prepare, struct pci_dev *)               \
	CALL(void, pci_dev_reset_iommu_done, struct pci_dev *)                 \
	/* iommu-priv.h */                                                     \
	CALL(const struct iommu_ops *, dev_iommu_ops, struct device *)         \
	CALL(const struct iommu_ops *, iommu_fwspec_ops,                       \
	     struct iommu_fwspec *)                                            \
	CALL(const struct iommu_ops *, iommu_ops_from_fwnode,                  \
	     const struct fwnode_handle *)                                     \
	CALL(void, dev_iommu_free, struct device *)                            \
	CALL(void, iommu_fwspec_free, struct device *)                         \
	CALL(struct iommu_attach_handle *, iommu_attach_handle_get,            \
	     struct iommu_group *, ioasid_t, unsigned int)                     \
	CALL(int, iommu_attach_group_handle, struct iommu_domain *,            \
	     struct iommu_group *, struct iommu_attach_handle *)               \
	CALL(void, iommu_detach_group_handle, struct iommu_domain *,           \
	     struct iommu_group *)                                             \
	CALL(int, iommu_replace_group_handle, struct iommu_group *,            \
	     struct iommu_domain *, struct iommu_attach_handle *)              \
	CALL(int, iommu_replace_device_pasid, struct iommu_domain *,           \
	     struct device *, ioasid_t, struct iommu_attach_handle *)          \
	CALL(int, iommu_device_register_bus, struct iommu_device *,            \
	     const struct iommu_ops *, const struct bus_type *,                \
	     struct notifier_block *)                                          \
	CALL(void, iommu_device_unregister_bus, struct iommu_device *,         \
	     const struct bus_type *, struct notifier_block *)                 \
	/* trace points */                                                     \
	CALL(void, trace_add_device_to_group, int, struct device *)            \
	CALL(void, trace_remove_device_from_group, int, struct device *)       \
	CALL(void, trace_attach_device_to_domain, struct device *)             \
	CALL(void, trace_map, unsigned long, phys_addr_t, size_t)              \
	CALL(void, trace_unmap, unsigned long, size_t, size_t)                 \
	CALL(void, trace_io_page_fault, struct device *, unsigned long, int)   \
	/* iova_bitmap.h */                                                    \
	CALL(struct iova_bitmap *, iova_bitmap_alloc, unsigned long, size_t,   \
	     unsigned long, u64 __user *)                                      \
	CALL(void, iova_bitmap_free, struct iova_bitmap *)                     \
	CALL(int, iova_bitmap_for_each, struct iova_bitmap *, void *,          \
	     iova_bitmap_fn_t)                                                 \
	CALL(void, iova_bitmap_set, struct iova_bitmap *, unsigned long,       \
	     size_t)                                                           \
	/* iommu-pages.h */                                                    \
	CALL(void *, iommu_alloc_pages_node_sz, int, gfp_t, size_t)            \
	CALL(void *, iommu_alloc_pages_sz, gfp_t, size_t)                      \
	CALL(void, iommu_free_pages, void *)                                   \
	CALL(void, iommu_put_pages_list, struct iommu_pages_list *)            \
	CALL(void, iommu_pages_list_add, struct iommu_pages_list *, void *)    \
	CALL(void, iommu_pages_list_splice, struct iommu_pages_list *,         \
	     struct iommu_pages_list *)                                        \
	CALL(bool, iommu_pages_list_empty, struct iommu_pages_list *)          \
	/* newer */                                                            \
	CALL(int, iommu_pages_start_incoherent, void *, struct device *)       \
	CALL(int, iommu_pages_start_incoherent_list,                           \
	     struct iommu_pages_list *, struct device *)                       \
	CALL(void, iommu_pages_stop_incoherent_list,                           \
	     struct iommu_pages_list *, struct device *)                       \
	CALL(void, iommu_pages_free_incoherent, void *, struct device *)       \
	CALL(void, iommu_pages_flush_incoherent, struct device *, void *,      \
	     size_t, size_t)                                                   \
	/* io-pgtable.h */                                                     \
	CALL(struct io_pgtable_ops *, alloc_io_pgtable_ops,                    \
	     enum io_pgtable_fmt, struct io_pgtable_cfg *, void *)             \
	CALL(void, free_io_pgtable_ops, struct io_pgtable_ops *)               \
	/* generic_pt/iommu.h, newer */                                        \
	CALL(struct pt_iommu *, iommupt_from_domain, struct iommu_domain *)    \
	CALL(void, pt_iommu_deinit, struct pt_iommu *)                         \
	FORMAT(amdv1)                                                          \
	FORMAT(vtdss)                                                          \
	FORMAT(riscv_64)                                                       \
	FORMAT(x86_64) /* msi.h */                                             \
	CALL(void, msi_desc_set_iommu_msi_iova, struct msi_desc *, u64,        \
	     unsigned int)                                                     \
	CALL(void, msi_msg_set_addr, struct msi_desc *, struct msi_msg *,      \
	     phys_addr_t)

#define FORMAT(f)                                                             \
	CALL(int, pt_iommu_##f##_init, struct pt_iommu_##f *,                 \
	     const struct pt_iommu_##f##_cfg *, gfp_t)                        \
	CALL(phys_addr_t, pt_iommu_##f##_iova_to_phys, struct iommu_domain *, \
	     dma_addr_t)                                                      \
	CALL(int, pt_iommu_##f##_read_and_clear_dirty, struct iommu_domain *, \
	     unsigned long, size_t, unsigned long,                            \
	     struct iommu_dirty_bitmap *)                                     \
	CALL(void, pt_iommu_##f##_hw_info, struct pt_iommu_##f *,             \
	     struct pt_iommu_##f##_hw_info *)

CALLS

/* ---- constants --------------------------------------------------------------------------- */

#define IS(name, value) static_assert((name) == (value))

IS(IOMMU_READ, 1 << 0);
IS(IOMMU_WRITE, 1 << 1);
IS(IOMMU_CACHE, 1 << 2);
IS(IOMMU_NOEXEC, 1 << 3);
IS(IOMMU_MMIO, 1 << 4);
IS(IOMMU_PRIV, 1 << 5);
IS(IOMMU_FAULT_PERM_READ, 1 << 0);
IS(IOMMU_FAULT_PERM_WRITE, 1 << 1);
IS(IOMMU_FAULT_PERM_EXEC, 1 << 2);
IS(IOMMU_FAULT_PERM_PRIV, 1 << 3);
IS(IOMMU_FAULT_PAGE_REQUEST_PASID_VALID, 1 << 0);
IS(IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE, 1 << 1);
IS(IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID, 1 << 2);
IS(IOMMU_FAULT_PAGE_REQ, 1);
IS(IOMMU_PAGE_RESP_SUCCESS, 0);
IS(IOMMU_PAGE_RESP_INVALID, 1);
IS(IOMMU_PAGE_RESP_FAILURE, 2);
IS(IOMMU_FAULT_READ, 0);
IS(IOMMU_FAULT_WRITE, 1);
IS(__IOMMU_DOMAIN_PAGING, 1 << 0);
IS(__IOMMU_DOMAIN_DMA_API, 1 << 1);
IS(__IOMMU_DOMAIN_PT, 1 << 2);
IS(__IOMMU_DOMAIN_DMA_FQ, 1 << 3);
IS(__IOMMU_DOMAIN_SVA, 1 << 4);
IS(__IOMMU_DOMAIN_PLATFORM, 1 << 5);
IS(__IOMMU_DOMAIN_NESTED, 1 << 6);
IS(IOMMU_DOMAIN_ALLOC_FLAGS, ~__IOMMU_DOMAIN_DMA_FQ);
IS(IOMMU_DOMAIN_BLOCKED, 0);
IS(IOMMU_DOMAIN_IDENTITY, 0x4);
IS(IOMMU_DOMAIN_UNMANAGED, 0x1);
IS(IOMMU_DOMAIN_DMA, 0x3);
IS(IOMMU_DOMAIN_DMA_FQ, 0xb);
IS(IOMMU_DOMAIN_SVA, 0x10);
IS(IOMMU_DOMAIN_PLATFORM, 0x20);
IS(IOMMU_DOMAIN_NESTED, 0x40);
IS(IOMMU_COOKIE_NONE, 0);
IS(IOMMU_COOKIE_DMA_IOVA, 1);
IS(IOMMU_COOKIE_DMA_MSI, 2);
IS(IOMMU_COOKIE_FAULT_HANDLER, 3);
IS(IOMMU_COOKIE_SVA, 4);
IS(IOMMU_COOKIE_IOMMUFD, 5);
IS(IOMMU_CAP_CACHE_COHERENCY, 0);
IS(IOMMU_CAP_NOEXEC, 1);
IS(IOMMU_CAP_PRE_BOOT_PROTECTION, 2);
IS(IOMMU_CAP_ENFORCE_CACHE_COHERENCY, 3);
IS(IOMMU_CAP_DEFERRED_FLUSH, 4);
IS(IOMMU_CAP_DIRTY_TRACKING, 5);
IS(IOMMU_RESV_DIRECT, 0);
IS(IOMMU_RESV_DIRECT_RELAXABLE, 1);
IS(IOMMU_RESV_RESERVED, 2);
IS(IOMMU_RESV_MSI, 3);
IS(IOMMU_RESV_SW_MSI, 4);
IS(IOMMU_NO_PASID, 0u);
IS(IOMMU_FIRST_GLOBAL_PASID, 1u);
IS(IOMMU_PASID_INVALID, -1u);
IS(IOMMU_DIRTY_NO_CLEAR, 1 << 0);
IS(IOMMU_FWSPEC_PCI_RC_ATS, 1 << 0);
IS(IOMMU_FWSPEC_PCI_RC_CANWBS, 1 << 1);
IS(TEGRA_STREAM_ID_BYPASS, 0x7f);
IS(IOMMU_HWPT_ALLOC_NEST_PARENT, 1);
IS(IOMMU_HWPT_ALLOC_DIRTY_TRACKING, 2);
IS(IOMMU_HWPT_FAULT_ID_VALID, 4);
IS(IOMMU_HWPT_ALLOC_PASID, 8);
IS(ARM_32_LPAE_S1, 0);
IS(ARM_32_LPAE_S2, 1);
IS(ARM_64_LPAE_S1, 2);
IS(ARM_64_LPAE_S2, 3);
IS(ARM_V7S, 4);
IS(ARM_MALI_LPAE, 5);
IS(AMD_IOMMU_V1, 6);
IS(AMD_IOMMU_V2, 7);
IS(APPLE_DART, 8);
IS(APPLE_DART2, 9);
IS(IO_PGTABLE_NUM_FMTS, 10);
IS(IO_PGTABLE_QUIRK_ARM_NS, 1 << 0);
IS(IO_PGTABLE_QUIRK_NO_PERMS, 1 << 1);
IS(IO_PGTABLE_QUIRK_ARM_MTK_EXT, 1 << 3);
IS(IO_PGTABLE_QUIRK_ARM_MTK_TTBR_EXT, 1 << 4);
IS(IO_PGTABLE_QUIRK_ARM_TTBR1, 1 << 5);
IS(IO_PGTABLE_QUIRK_ARM_OUTER_WBWA, 1 << 6);
IS(IO_PGTABLE_QUIRK_ARM_HD, 1 << 7);
IS(IO_PGTABLE_QUIRK_ARM_S2FWB, 1 << 8);
IS(IO_PGTABLE_QUIRK_NO_WARN, 1 << 9);
IS(PT_TOP_LEVEL_BITS, 3);
IS(PT_TOP_LEVEL_MASK, 7);
IS(PT_FEAT_DMA_INCOHERENT, 0);
IS(PT_FEAT_FULL_VA, 1);
IS(PT_FEAT_DYNAMIC_TOP, 2);
IS(PT_FEAT_SIGN_EXTEND, 3);
IS(PT_FEAT_FLUSH_RANGE, 4);
IS(PT_FEAT_FLUSH_RANGE_NO_GAPS, 5);
IS(PT_FEAT_FMT_START, 6);
IS(PT_FEAT_AMDV1_ENCRYPT_TABLES, 6);
IS(PT_FEAT_AMDV1_FORCE_COHERENCE, 7);
IS(PT_FEAT_VTDSS_FORCE_COHERENCE, 6);
IS(PT_FEAT_VTDSS_FORCE_WRITEABLE, 7);
IS(PT_FEAT_RISCV_SVNAPOT_64K, 6);
IS(PT_FEAT_X86_64_AMD_ENCRYPT_TABLES, 6);

/* ---- members ------------------------------------------------------------------------------- */

#define SAME(a, ...) \
	static_assert(__builtin_types_compatible_p(a, __typeof__(__VA_ARGS__)))
/* The member is there and has this type. */
#define HAS(s, member, ...) SAME(__typeof__(((s *)NULL)->member), __VA_ARGS__)
/* It is a pointer to such a function. */
#define OP(s, member, ret, ...) HAS(struct s, member, ret (*)(__VA_ARGS__))
/* They stand in this order. */
#define AFTER(s, first, second) \
	static_assert(offsetof(struct s, first) < offsetof(struct s, second))

HAS(struct iommu_domain_geometry, aperture_start, dma_addr_t);
HAS(struct iommu_domain_geometry, aperture_end, dma_addr_t);
HAS(struct iommu_domain_geometry, force_aperture, bool);

HAS(struct iommu_domain, type, unsigned int);
HAS(struct iommu_domain, cookie_type, enum iommu_domain_cookie_type);
HAS(struct iommu_domain, ops, const struct iommu_domain_ops *);
HAS(struct iommu_domain, dirty_ops, const struct iommu_dirty_ops *);
HAS(struct iommu_domain, owner, const struct iommu_ops *);
HAS(struct iommu_domain, pgsize_bitmap, unsigned long);
HAS(struct iommu_domain, geometry, struct iommu_domain_geometry);
OP(iommu_domain, iopf_handler, int, struct iopf_group *);
HAS(struct iommu_domain, iova_cookie, struct iommu_dma_cookie *);
HAS(struct iommu_domain, msi_cookie, struct iommu_dma_msi_cookie *);
HAS(struct iommu_domain, iommufd_hwpt, struct iommufd_hw_pagetable *);
HAS(struct iommu_domain, handler, iommu_fault_handler_t);
HAS(struct iommu_domain, handler_token, void *);
HAS(struct iommu_domain, mm, struct mm_struct *);
HAS(struct iommu_domain, users, int);
HAS(struct iommu_domain, next, struct list_head);
SAME(iommu_fault_handler_t, int (*)(struct iommu_domain *, struct device *,
				    unsigned long, int, void *));

HAS(struct iommu_resv_region, list, struct list_head);
HAS(struct iommu_resv_region, start, phys_addr_t);
HAS(struct iommu_resv_region, length, size_t);
HAS(struct iommu_resv_region, prot, int);
HAS(struct iommu_resv_region, type, enum iommu_resv_type);
OP(iommu_resv_region, free, void, struct device *, struct iommu_resv_region *);
HAS(struct iommu_iort_rmr_data, rr, struct iommu_resv_region);
HAS(struct iommu_iort_rmr_data, sids, const u32 *);
HAS(struct iommu_iort_rmr_data, num_sids, u32);

HAS(struct iommu_pages_list, pages, struct list_head);
HAS(struct iommu_iotlb_gather, start, unsigned long);
HAS(struct iommu_iotlb_gather, end, unsigned long);
HAS(struct iommu_iotlb_gather, pgsize, size_t);
HAS(struct iommu_iotlb_gather, freelist, struct iommu_pages_list);
HAS(struct iommu_iotlb_gather, queued, bool);
HAS(struct iommu_dirty_bitmap, bitmap, struct iova_bitmap *);
HAS(struct iommu_dirty_bitmap, gather, struct iommu_iotlb_gather *);
OP(iommu_dirty_ops, set_dirty_tracking, int, struct iommu_domain *, bool);
OP(iommu_dirty_ops, read_and_clear_dirty, int, struct iommu_domain *,
   unsigned long, size_t, unsigned long, struct iommu_dirty_bitmap *);

HAS(struct iommu_user_data, type, unsigned int);
HAS(struct iommu_user_data, uptr, void __user *);
HAS(struct iommu_user_data, len, size_t);
HAS(struct iommu_user_data_array, type, unsigned int);
HAS(struct iommu_user_data_array, uptr, void __user *);
HAS(struct iommu_user_data_array, entry_len, size_t);
HAS(struct iommu_user_data_array, entry_num, u32);

HAS(struct iommu_fault_page_request, flags, u32);
HAS(struct iommu_fault_page_request, pasid, u32);
HAS(struct iommu_fault_page_request, grpid, u32);
HAS(struct iommu_fault_page_request, perm, u32);
HAS(struct iommu_fault_page_request, addr, u64);
HAS(struct iommu_fault_page_request, private_data, u64[2]);
HAS(struct iommu_fault, type, u32);
HAS(struct iommu_fault, prm, struct iommu_fault_page_request);
HAS(struct iommu_page_response, pasid, u32);
HAS(struct iommu_page_response, grpid, u32);
HAS(struct iommu_page_response, code, u32);
HAS(struct iopf_fault, fault, struct iommu_fault);
HAS(struct iopf_fault, list, struct list_head);
HAS(struct iopf_group, last_fault, struct iopf_fault);
HAS(struct iopf_group, faults, struct list_head);
HAS(struct iopf_group, fault_count, size_t);
HAS(struct iopf_group, pending_node, struct list_head);
HAS(struct iopf_group, work, struct work_struct);
HAS(struct iopf_group, attach_handle, struct iommu_attach_handle *);
HAS(struct iopf_group, fault_param, struct iommu_fault_param *);
HAS(struct iopf_group, node, struct list_head);
HAS(struct iopf_group, cookie, u32);
HAS(struct iopf_queue, wq, struct workqueue_struct *);
HAS(struct iopf_queue, devices, struct list_head);
HAS(struct iopf_queue, lock, struct mutex);
HAS(struct iommu_fault_param, lock, struct mutex);
HAS(struct iommu_fault_param, users, refcount_t);
HAS(struct iommu_fault_param, rcu, struct rcu_head);
HAS(struct iommu_fault_param, dev, struct device *);
HAS(struct iommu_fault_param, queue, struct iopf_queue *);
HAS(struct iommu_fault_param, queue_list, struct list_head);
HAS(struct iommu_fault_param, partial, struct list_head);
HAS(struct iommu_fault_param, faults, struct list_head);

HAS(struct iommu_device, list, struct list_head);
HAS(struct iommu_device, ops, const struct iommu_ops *);
HAS(struct iommu_device, fwnode, struct fwnode_handle *);
HAS(struct iommu_device, dev, struct device *);
HAS(struct iommu_device, singleton_group, struct iommu_group *);
HAS(struct iommu_device, max_pasids, u32);
HAS(struct iommu_device, ready, bool);
HAS(struct dev_iommu, lock, struct mutex);
HAS(struct dev_iommu, fault_param, struct iommu_fault_param *);
HAS(struct dev_iommu, fwspec, struct iommu_fwspec *);
HAS(struct dev_iommu, iommu_dev, struct iommu_device *);
HAS(struct dev_iommu, priv, void *);
HAS(struct dev_iommu, max_pasids, u32);
HAS(struct iommu_fwspec, iommu_fwnode, struct fwnode_handle *);
HAS(struct iommu_fwspec, flags, u32);
HAS(struct iommu_fwspec, num_ids, unsigned int);
HAS(struct iommu_fwspec, ids, u32[]);
HAS(struct iommu_attach_handle, domain, struct iommu_domain *);
HAS(struct iommu_sva, handle, struct iommu_attach_handle);
HAS(struct iommu_sva, dev, struct device *);
HAS(struct iommu_sva, users, refcount_t);
HAS(struct iommu_mm_data, pasid, u32);
HAS(struct iommu_mm_data, sva_domains, struct list_head);
HAS(struct device, iommu_group, struct iommu_group *);
HAS(struct device, iommu, struct dev_iommu *);
SAME(__typeof__(iommu_probe_device_lock), struct mutex);

OP(iommu_ops, capable, bool, struct device *, enum iommu_cap);
OP(iommu_ops, hw_info, void *, struct device *, u32 *,
   enum iommu_hw_info_type *);
OP(iommu_ops, domain_alloc_identity, struct iommu_domain *, struct device *);
OP(iommu_ops, domain_alloc_paging_flags, struct iommu_domain *, struct device *,
   u32, const struct iommu_user_data *);
OP(iommu_ops, domain_alloc_paging, struct iommu_domain *, struct device *);
OP(iommu_ops, domain_alloc_sva, struct iommu_domain *, struct device *,
   struct mm_struct *);
OP(iommu_ops, domain_alloc_nested, struct iommu_domain *, struct device *,
   struct iommu_domain *, u32, const struct iommu_user_data *);
OP(iommu_ops, probe_device, struct iommu_device *, struct device *);
OP(iommu_ops, release_device, void, struct device *);
OP(iommu_ops, probe_finalize, void, struct device *);
OP(iommu_ops, device_group, struct iommu_group *, struct device *);
OP(iommu_ops, get_resv_regions, void, struct device *, struct list_head *);
OP(iommu_ops, of_xlate, int, struct device *, const struct of_phandle_args *);
OP(iommu_ops, is_attach_deferred, bool, struct device *);
OP(iommu_ops, page_response, void, struct device *, struct iopf_fault *,
   struct iommu_page_response *);
OP(iommu_ops, def_domain_type, int, struct device *);
OP(iommu_ops, get_viommu_size, size_t, struct device *, enum iommu_viommu_type);
OP(iommu_ops, viommu_init, int, struct iommufd_viommu *, struct iommu_domain *,
   const struct iommu_user_data *);
HAS(struct iommu_ops, default_domain_ops, const struct iommu_domain_ops *);
HAS(struct iommu_ops, owner, struct module *);
HAS(struct iommu_ops, identity_domain, struct iommu_domain *);
HAS(struct iommu_ops, blocked_domain, struct iommu_domain *);
HAS(struct iommu_ops, release_domain, struct iommu_domain *);
HAS(struct iommu_ops, default_domain, struct iommu_domain *);
AFTER(iommu_ops, capable, hw_info);
AFTER(iommu_ops, hw_info, domain_alloc_identity);
AFTER(iommu_ops, domain_alloc_identity, domain_alloc_paging_flags);
AFTER(iommu_ops, domain_alloc_paging_flags, domain_alloc_paging);
AFTER(iommu_ops, domain_alloc_paging, domain_alloc_sva);
AFTER(iommu_ops, domain_alloc_sva, domain_alloc_nested);
AFTER(iommu_ops, domain_alloc_nested, probe_device);
AFTER(iommu_ops, probe_device, release_device);
AFTER(iommu_ops, release_device, probe_finalize);
AFTER(iommu_ops, probe_finalize, device_group);
AFTER(iommu_ops, device_group, get_resv_regions);
AFTER(iommu_ops, get_resv_regions, of_xlate);
AFTER(iommu_ops, of_xlate, is_attach_deferred);
AFTER(iommu_ops, is_attach_deferred, page_response);
AFTER(iommu_ops, page_response, def_domain_type);
AFTER(iommu_ops, def_domain_type, get_viommu_size);
AFTER(iommu_ops, get_viommu_size, viommu_init);
AFTER(iommu_ops, viommu_init, default_domain_ops);

OP(iommu_domain_ops, attach_dev, int, struct iommu_domain *, struct device *);
OP(iommu_domain_ops, set_dev_pasid, int, struct iommu_domain *, struct device *,
   ioasid_t, struct iommu_domain *);
OP(iommu_domain_ops, map_pages, int, struct iommu_domain *, unsigned long,
   phys_addr_t, size_t, size_t, int, gfp_t, size_t *);
OP(iommu_domain_ops, unmap_pages, size_t, struct iommu_domain *, unsigned long,
   size_t, size_t, struct iommu_iotlb_gather *);
OP(iommu_domain_ops, flush_iotlb_all, void, struct iommu_domain *);
OP(iommu_domain_ops, iotlb_sync_map, int, struct iommu_domain *, unsigned long,
   size_t);
OP(iommu_domain_ops, iotlb_sync, void, struct iommu_domain *,
   struct iommu_iotlb_gather *);
OP(iommu_domain_ops, cache_invalidate_user, int, struct iommu_domain *,
   struct iommu_user_data_array *);
OP(iommu_domain_ops, iova_to_phys, phys_addr_t, struct iommu_domain *,
   dma_addr_t);
OP(iommu_domain_ops, enforce_cache_coherency, bool, struct iommu_domain *);
OP(iommu_domain_ops, set_pgtable_quirks, int, struct iommu_domain *,
   unsigned long);
OP(iommu_domain_ops, free, void, struct iommu_domain *);

OP(iommu_flush_ops, tlb_flush_all, void, void *);
OP(iommu_flush_ops, tlb_flush_walk, void, unsigned long, size_t, size_t,
   void *);
OP(iommu_flush_ops, tlb_add_page, void, struct iommu_iotlb_gather *,
   unsigned long, size_t, void *);
HAS(struct io_pgtable_cfg, quirks, unsigned long);
HAS(struct io_pgtable_cfg, pgsize_bitmap, unsigned long);
HAS(struct io_pgtable_cfg, ias, unsigned int);
HAS(struct io_pgtable_cfg, oas, unsigned int);
HAS(struct io_pgtable_cfg, coherent_walk, bool);
HAS(struct io_pgtable_cfg, tlb, const struct iommu_flush_ops *);
HAS(struct io_pgtable_cfg, iommu_dev, struct device *);
OP(io_pgtable_cfg, alloc, void *, void *, size_t, gfp_t);
OP(io_pgtable_cfg, free, void, void *, void *, size_t);
HAS(struct io_pgtable_cfg, arm_lpae_s1_cfg.ttbr, u64);
HAS(struct io_pgtable_cfg, arm_lpae_s1_cfg.mair, u64);
HAS(struct io_pgtable_cfg, arm_lpae_s2_cfg.vttbr, u64);
HAS(struct io_pgtable_cfg, arm_v7s_cfg.prrr, u32);
HAS(struct io_pgtable_cfg, arm_mali_lpae_cfg.transtab, u64);
HAS(struct io_pgtable_cfg, arm_mali_lpae_cfg.memattr, u64);
HAS(struct io_pgtable_cfg, apple_dart_cfg.ttbr, u64[4]);
HAS(struct io_pgtable_cfg, apple_dart_cfg.n_ttbrs, u32);
HAS(struct io_pgtable_cfg, amd.nid, int);
OP(io_pgtable_ops, map_pages, int, struct io_pgtable_ops *, unsigned long,
   phys_addr_t, size_t, size_t, int, gfp_t, size_t *);
OP(io_pgtable_ops, unmap_pages, size_t, struct io_pgtable_ops *, unsigned long,
   size_t, size_t, struct iommu_iotlb_gather *);
OP(io_pgtable_ops, iova_to_phys, phys_addr_t, struct io_pgtable_ops *,
   unsigned long);
OP(io_pgtable_ops, pgtable_walk, int, struct io_pgtable_ops *, unsigned long,
   void *);
OP(io_pgtable_ops, read_and_clear_dirty, int, struct io_pgtable_ops *,
   unsigned long, size_t, unsigned long, struct iommu_dirty_bitmap *);
HAS(struct arm_lpae_io_pgtable_walk_data, ptes, u64[4]);

/* newer: generic page tables */
HAS(struct iommu_domain, is_iommupt, bool);
HAS(struct pt_common, top_of_table, uintptr_t);
HAS(struct pt_common, max_oasz_lg2, u8);
HAS(struct pt_common, max_vasz_lg2, u8);
HAS(struct pt_common, features, unsigned int);
HAS(struct pt_iommu, domain, struct iommu_domain);
static_assert(offsetof(struct pt_iommu, domain) == 0);
HAS(struct pt_iommu, ops, const struct pt_iommu_ops *);
HAS(struct pt_iommu, driver_ops, const struct pt_iommu_driver_ops *);
HAS(struct pt_iommu, nid, int);
HAS(struct pt_iommu, iommu_device, struct device *);
OP(pt_iommu_ops, map_range, int, struct pt_iommu *, dma_addr_t, phys_addr_t,
   dma_addr_t, unsigned int, gfp_t, size_t *);
OP(pt_iommu_ops, unmap_range, size_t, struct pt_iommu *, dma_addr_t, dma_addr_t,
   struct iommu_iotlb_gather *);
OP(pt_iommu_ops, set_dirty, int, struct pt_iommu *, dma_addr_t);
OP(pt_iommu_ops, get_info, void, struct pt_iommu *, struct pt_iommu_info *);
OP(pt_iommu_ops, deinit, void, struct pt_iommu *);
HAS(struct pt_iommu_info, pgsize_bitmap, u64);
OP(pt_iommu_driver_ops, change_top, void, struct pt_iommu *, phys_addr_t,
   unsigned int);
OP(pt_iommu_driver_ops, get_top_lock, spinlock_t *, struct pt_iommu *);
HAS(struct pt_iommu_cfg, features, unsigned int);
HAS(struct pt_iommu_cfg, hw_max_vasz_lg2, u8);
HAS(struct pt_iommu_cfg, hw_max_oasz_lg2, u8);
HAS(struct pt_iommu_amdv1_cfg, starting_level, unsigned int);
HAS(struct pt_iommu_vtdss_cfg, top_level, unsigned int);
HAS(struct pt_iommu_x86_64_cfg, top_level, unsigned int);
HAS(struct pt_iommu_riscv_64_cfg, common, struct pt_iommu_cfg);
HAS(struct pt_iommu_amdv1_hw_info, host_pt_root, u64);
HAS(struct pt_iommu_amdv1_hw_info, mode, u8);
HAS(struct pt_iommu_vtdss_hw_info, ssptptr, u64);
HAS(struct pt_iommu_vtdss_hw_info, aw, u8);
HAS(struct pt_iommu_riscv_64_hw_info, ppn, u64);
HAS(struct pt_iommu_riscv_64_hw_info, fsc_iosatp_mode, u8);
HAS(struct pt_iommu_x86_64_hw_info, gcr3_pt, u64);
HAS(struct pt_iommu_x86_64_hw_info, levels, u8);

/* ---- what is left for a machine to show ---------------------------------------------------------- */

#undef CALL
#define CALL(ret, name, ...) { #name, (void (*)(void))call_##name },

static void no_call_was_lost(void **state)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} calls[] = { CALLS };

	/* A line that is lost is missed. */
	assert_int_equal(ARRAY_SIZE(calls), 155);
}

/* Bit fields have no type to compare; what goes in comes out. */
static void bit_fields_hold_what_they_must(void **state)
{
	const struct dev_iommu param = { .attach_deferred = 1,
					 .pci_32bit_workaround = 1,
					 .require_direct = 1,
					 .shadow_on_flush = 1 };
	const struct iommu_ops ops = { .user_pasid_table = 1 };
	const struct device dev = { .dma_iommu = 1 };
	const struct io_pgtable_cfg s1 = {
		.arm_lpae_s1_cfg.tcr = { .ips = 7,
					 .tg = 3,
					 .sh = 3,
					 .orgn = 3,
					 .irgn = 3,
					 .tsz = 63 },
	};
	const struct io_pgtable_cfg s2 = {
		.arm_lpae_s2_cfg.vtcr = { .ps = 7,
					  .tg = 3,
					  .sh = 3,
					  .orgn = 3,
					  .irgn = 3,
					  .sl = 3,
					  .tsz = 63 },
	};

	assert_true(param.attach_deferred && param.pci_32bit_workaround &&
		    param.require_direct && param.shadow_on_flush);
	assert_true(ops.user_pasid_table && dev.dma_iommu);
	assert_int_equal(s1.arm_lpae_s1_cfg.tcr.ips, 7);
	assert_int_equal(s1.arm_lpae_s1_cfg.tcr.tsz, 63);
	assert_int_equal(s2.arm_lpae_s2_cfg.vtcr.sl, 3);
	assert_int_equal(s2.arm_lpae_s2_cfg.vtcr.tsz, 63);
}

/* Macros of the interface that are no functions. */
static void macros_are_there(void **state)
{
	struct {
		struct iommu_pages_list list;
	} pages;
	struct owner {
		int before;
		struct iommu_device iommu;
	} owner;
	struct dev_iommu param = { .iommu_dev = &owner.iommu };
	struct device dev = { .iommu = &param };
	const struct iommu_domain_ops ops = { IOMMU_PT_DOMAIN_OPS(amdv1) };
	const struct iommu_dirty_ops dirty = { IOMMU_PT_DIRTY_OPS(amdv1) };

	pages.list = IOMMU_PAGES_LIST_INIT(pages.list);
	assert_true(iommu_pages_list_empty(&pages.list));
	assert_ptr_equal(iommu_get_iommu_dev(&dev, struct owner, iommu),
			 &owner);
	assert_ptr_equal(ops.iova_to_phys, pt_iommu_amdv1_iova_to_phys);
	assert_ptr_equal(dirty.read_and_clear_dirty,
			 pt_iommu_amdv1_read_and_clear_dirty);
	assert_false(device_iommu_mapped(&dev));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_call_was_lost),
		cmocka_unit_test(bit_fields_hold_what_they_must),
		cmocka_unit_test(macros_are_there),
	};

	return cmocka_run_group_tests_name("iommu_prototypes", tests, NULL,
					   NULL);
}
