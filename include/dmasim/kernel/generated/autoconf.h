/* SPDX-License-Identifier: MIT */
/*
 * The build profile that the simulated kernel presents to driver code.
 *
 * Symbols that the library decides at run time (DMA debugging, dynamic and
 * restricted bounce pools) are not here: code that tests them with IS_ENABLED()
 * sees "off" and asks the library instead.
 *
 * Same:    the symbols of a 6.17 x86-64 build with IOMMU, PCI, NVMe.
 * Reduced: only symbols that code above the DMA layer tests.
 * Stub:    none.
 */
#ifndef _DMASIM_GENERATED_AUTOCONF_H
#define _DMASIM_GENERATED_AUTOCONF_H

/*
 * lg2 of PAGE_SIZE: 12, 14 or 16. The build of the library decides; CMake target
 * and .pc file pass it on. <asm/page.h> makes the linker refuse a mixture.
 */
#ifndef DMASIM_PAGE_SHIFT
#define DMASIM_PAGE_SHIFT 12
#endif

#define CONFIG_64BIT 1
#define CONFIG_X86_64 1
#define CONFIG_SMP 1
#define CONFIG_MMU 1
#define CONFIG_NR_CPUS 64
#define CONFIG_HZ 1000
#define CONFIG_HZ_1000 1
#define CONFIG_PAGE_SHIFT DMASIM_PAGE_SHIFT
#define CONFIG_PGTABLE_LEVELS 4
#define CONFIG_PHYS_ADDR_T_64BIT 1
#define CONFIG_L1_CACHE_SHIFT 6
#define CONFIG_NODES_SHIFT 0
#define CONFIG_BUG 1
#define CONFIG_PRINTK 1
#define CONFIG_MODULES 1
#define CONFIG_SYSFS 1
#define CONFIG_PM 1
#define CONFIG_PM_SLEEP 1
#define CONFIG_HIGH_RES_TIMERS 1
#define CONFIG_GENERIC_HARDIRQS 1
#define CONFIG_ZONE_DMA 1
#define CONFIG_ZONE_DMA32 1
#define CONFIG_ZONE_DEVICE 1
#define CONFIG_SPARSEMEM 1
#define CONFIG_SPARSEMEM_VMEMMAP 1
#define CONFIG_TRANSPARENT_HUGEPAGE 1
#define CONFIG_MMU_NOTIFIER 1
#define CONFIG_HMM_MIRROR 1
#define CONFIG_DEVICE_PRIVATE 1
#define CONFIG_INTERVAL_TREE 1
#define CONFIG_XARRAY_MULTI 1

#define CONFIG_HAS_DMA 1
#define CONFIG_HAS_IOMEM 1
#define CONFIG_HAS_IOPORT 1
#define CONFIG_ARCH_DMA_ADDR_T_64BIT 1
#define CONFIG_ARCH_HAS_DMA_OPS 1
#define CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE 1
#define CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU 1
#define CONFIG_DMA_OPS_HELPERS 1
#define CONFIG_DMA_NEED_SYNC 1
#define CONFIG_NEED_DMA_MAP_STATE 1
#define CONFIG_NEED_SG_DMA_LENGTH 1
#define CONFIG_NEED_SG_DMA_FLAGS 1
#define CONFIG_SG_POOL 1
#define CONFIG_SWIOTLB 1

#define CONFIG_IOMMU_SUPPORT 1
#define CONFIG_IOMMU_API 1
#define CONFIG_IOMMU_DMA 1
#define CONFIG_IOMMU_IOVA 1
#define CONFIG_IOMMU_DEFAULT_DMA_LAZY 1
#define CONFIG_GENERIC_PT 1
#define CONFIG_IOMMU_PT 1
#define CONFIG_IOMMU_PT_AMDV1 1
#define CONFIG_IOMMU_PT_VTDSS 1

#define CONFIG_PCI 1
#define CONFIG_PCI_MSI 1
#define CONFIG_PCI_IOV 1
#define CONFIG_PCI_ATS 1
#define CONFIG_PCI_PRI 1
#define CONFIG_PCI_PASID 1
#define CONFIG_PCI_P2PDMA 1
#define CONFIG_PCIEPORTBUS 1

#define CONFIG_BLOCK 1
#define CONFIG_BLK_MQ_PCI 1
#define CONFIG_BLK_DEV_INTEGRITY 1
#define CONFIG_NVME_CORE 1
#define CONFIG_BLK_DEV_NVME 1

#endif
