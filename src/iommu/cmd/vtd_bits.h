/* SPDX-License-Identifier: MIT */
/*
 * VT-d queued invalidation: the numbers, nothing else.
 *
 * From the Intel Virtualization Technology for Directed I/O specification,
 * chapter "Invalidation of translation caches". Plain constants: the driver
 * encodes with them (src/iommu/inv_vtd.c) and the hardware decodes with them
 * (src/hw/cmdq_vtd.c); no other fact about the commands is shared.
 *
 * A descriptor has two words of 64 bits; bits that are not named are reserved.
 */
#ifndef DMASIM_VTD_BITS_H
#define DMASIM_VTD_BITS_H

/* clang-format off */
/* word 0: what it is */
#define VTD_TYPE_MASK 0xfull
#define VTD_TYPE_CONTEXT 1ull
#define VTD_TYPE_IOTLB 2ull
#define VTD_TYPE_DEVTLB 3ull
#define VTD_TYPE_WAIT 5ull
#define VTD_TYPE_PASID_IOTLB 6ull
#define VTD_TYPE_PASID_CACHE 7ull
#define VTD_TYPE_PASID_DEVTLB 8ull

/* word 0, all but waits and device TLBs: how much */
#define VTD_GRAN_SHIFT 4
#define VTD_GRAN_MASK (3ull << VTD_GRAN_SHIFT)
#define VTD_CONTEXT_GLOBAL 1ull
#define VTD_CONTEXT_DOMAIN 2ull
#define VTD_CONTEXT_DEVICE 3ull
#define VTD_IOTLB_GLOBAL 1ull
#define VTD_IOTLB_DOMAIN 2ull
#define VTD_IOTLB_PAGE 3ull
#define VTD_PASID_IOTLB_ALL 2ull	/* of the PASID */
#define VTD_PASID_IOTLB_PAGE 3ull
#define VTD_PASID_CACHE_DOMAIN 0ull
#define VTD_PASID_CACHE_ONE 1ull
#define VTD_PASID_CACHE_GLOBAL 3ull

#define VTD_DID_SHIFT 16
#define VTD_DID_MASK (0xffffull << VTD_DID_SHIFT)
#define VTD_PASID_SHIFT 32
#define VTD_PASID_MASK (0xfffffull << VTD_PASID_SHIFT)

/* context */
#define VTD_CONTEXT_SID_SHIFT 32
#define VTD_CONTEXT_SID_MASK (0xffffull << VTD_CONTEXT_SID_SHIFT)
#define VTD_CONTEXT_FM_SHIFT 48		/* function bits to ignore: 0..3 */
#define VTD_CONTEXT_FM_MASK (3ull << VTD_CONTEXT_FM_SHIFT)

/* IOTLB */
#define VTD_IOTLB_DW (1ull << 6)	/* drain writes */
#define VTD_IOTLB_DR (1ull << 7)	/* drain reads */
/* word 1, both kinds of IOTLB */
#define VTD_AM_MASK 0x3full		/* lg2 of the pages */
#define VTD_IH (1ull << 6)		/* only leaves changed */
#define VTD_ADDR_MASK 0xfffffffffffff000ull

/* device TLB */
#define VTD_DEVTLB_SID_SHIFT 32
#define VTD_DEVTLB_SID_MASK (0xffffull << VTD_DEVTLB_SID_SHIFT)
#define VTD_DEVTLB_QDEP_SHIFT 16	/* 0: 32 */
#define VTD_DEVTLB_QDEP_MAX 0x1full
#define VTD_DEVTLB_QDEP_MASK (0x1full << VTD_DEVTLB_QDEP_SHIFT)
#define VTD_DEVTLB_S (1ull << 0)	/* word 1: size is in the address */
/* device TLB with PASID */
#define VTD_PASID_DEVTLB_SID_SHIFT 16
#define VTD_PASID_DEVTLB_SID_MASK (0xffffull << VTD_PASID_DEVTLB_SID_SHIFT)
#define VTD_PASID_DEVTLB_QDEP_SHIFT 4
#define VTD_PASID_DEVTLB_QDEP_MASK (0x1full << VTD_PASID_DEVTLB_QDEP_SHIFT)
#define VTD_PASID_DEVTLB_S (1ull << 11)
#define VTD_PASID_DEVTLB_GLOBAL (1ull << 0)	/* all PASIDs */
/* both: the physical function that queues for SID */
#define VTD_PFSID_MASK 0xfff000000000f000ull

/* wait */
#define VTD_WAIT_IF (1ull << 4)		/* interrupt */
#define VTD_WAIT_SW (1ull << 5)		/* write the data to the address */
#define VTD_WAIT_FN (1ull << 6)		/* fence */
#define VTD_WAIT_PD (1ull << 7)		/* page requests drained */
#define VTD_WAIT_DATA_SHIFT 32
/* word 1 */
#define VTD_WAIT_ADDR_MASK 0xfffffffffffffffcull

/* Capability: the largest AM. */
#define VTD_MAX_AM 18

/* clang-format on */

#endif
