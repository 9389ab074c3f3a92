/* SPDX-License-Identifier: MIT */
/*
 * AMD command buffer: the numbers, nothing else.
 *
 * From the AMD I/O Virtualization Technology specification, chapter "Commands".
 * Used by src/iommu/inv_amd.c to encode and by src/hw/cmdq_amd.c to decode.
 *
 * A command has two words of 64 bits (the specification numbers four of 32);
 * bits that are not named are reserved.
 */
#ifndef DMASIM_AMD_BITS_H
#define DMASIM_AMD_BITS_H

/* clang-format off */
/* word 0 */
#define AMD_TYPE_SHIFT 60
#define AMD_TYPE_MASK (0xfull << AMD_TYPE_SHIFT)
#define AMD_COMPLETION_WAIT 1ull
#define AMD_INV_DEVTAB_ENTRY 2ull
#define AMD_INV_IOMMU_PAGES 3ull
#define AMD_INV_IOTLB_PAGES 4ull	/* of a device */
#define AMD_INV_INTERRUPT 5ull
#define AMD_COMPLETE_PPR 7ull
#define AMD_INV_ALL 8ull

#define AMD_DEVID_MASK 0xffffull

/* COMPLETION_WAIT; word 1 is the value */
#define AMD_WAIT_STORE (1ull << 0)
#define AMD_WAIT_INTERRUPT (1ull << 1)
#define AMD_WAIT_FLUSH (1ull << 2)
#define AMD_WAIT_ADDR_MASK 0x000ffffffffffff8ull

/* INVALIDATE_IOMMU_PAGES */
#define AMD_PAGES_PASID_MASK 0xfffffull
#define AMD_PAGES_DOMAIN_SHIFT 32
#define AMD_PAGES_DOMAIN_MASK (0xffffull << AMD_PAGES_DOMAIN_SHIFT)

/* INVALIDATE_IOTLB_PAGES */
#define AMD_IOTLB_PASID_HIGH_SHIFT 16	/* PASID bits 15:8 */
#define AMD_IOTLB_PASID_HIGH_MASK (0xffull << AMD_IOTLB_PASID_HIGH_SHIFT)
#define AMD_IOTLB_QDEP_SHIFT 24
#define AMD_IOTLB_QDEP_MASK (0xffull << AMD_IOTLB_QDEP_SHIFT)
#define AMD_IOTLB_QUEUE_SHIFT 32
#define AMD_IOTLB_QUEUE_MASK (0xffffull << AMD_IOTLB_QUEUE_SHIFT)
#define AMD_IOTLB_PASID_LOW_SHIFT 48	/* PASID bits 7:0 */
#define AMD_IOTLB_PASID_LOW_MASK (0xffull << AMD_IOTLB_PASID_LOW_SHIFT)
#define AMD_IOTLB_PASID_TOP_SHIFT 56	/* PASID bits 19:16 */
#define AMD_IOTLB_PASID_TOP_MASK (0xfull << AMD_IOTLB_PASID_TOP_SHIFT)

/* word 1 of both */
#define AMD_S (1ull << 0)	/* the size is coded in the address */
#define AMD_PDE (1ull << 1)	/* tables, too */
#define AMD_GN (1ull << 2)	/* guest translations, of a PASID */
#define AMD_ADDR_MASK 0xfffffffffffff000ull
#define AMD_ADDR_ALL 0x7ffffffffffff000ull

/* clang-format on */

#endif
