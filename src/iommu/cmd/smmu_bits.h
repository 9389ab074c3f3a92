/* SPDX-License-Identifier: MIT */
/*
 * SMMUv3 command queue: the numbers, nothing else.
 *
 * From the Arm System Memory Management Unit Architecture Specification, chapter
 * "Commands". Used by src/iommu/inv_smmu.c to encode and by src/hw/cmdq_smmu.c to
 * decode.
 *
 * A command has two words of 64 bits; bits that are not named are reserved.
 */
#ifndef DMASIM_SMMU_BITS_H
#define DMASIM_SMMU_BITS_H

/* clang-format off */
/* word 0 */
#define SMMU_OP_MASK 0xffull
#define SMMU_CFGI_STE 0x03ull
#define SMMU_CFGI_ALL 0x04ull
#define SMMU_CFGI_CD 0x05ull
#define SMMU_CFGI_CD_ALL 0x06ull
#define SMMU_TLBI_NH_ALL 0x10ull
#define SMMU_TLBI_NH_ASID 0x11ull
#define SMMU_TLBI_NH_VA 0x12ull
#define SMMU_TLBI_NH_VAA 0x13ull
#define SMMU_TLBI_EL2_ALL 0x20ull
#define SMMU_TLBI_EL2_ASID 0x21ull
#define SMMU_TLBI_EL2_VA 0x22ull
#define SMMU_TLBI_S12_VMALL 0x28ull
#define SMMU_TLBI_S2_IPA 0x2aull
#define SMMU_TLBI_NSNH_ALL 0x30ull
#define SMMU_ATC_INV 0x40ull
#define SMMU_SYNC 0x46ull

/* CFGI, ATC_INV */
#define SMMU_SSID_SHIFT 12
#define SMMU_SSID_MASK (0xfffffull << SMMU_SSID_SHIFT)
#define SMMU_SID_SHIFT 32
#define SMMU_SID_MASK (0xffffffffull << SMMU_SID_SHIFT)
#define SMMU_CFGI_LEAF (1ull << 0)	/* word 1 */
#define SMMU_CFGI_RANGE_MASK 0x1full	/* word 1; 31: all */

/* TLBI */
#define SMMU_TLBI_NUM_SHIFT 12		/* (NUM + 1) << SCALE granules */
#define SMMU_TLBI_NUM_MASK (0x1full << SMMU_TLBI_NUM_SHIFT)
#define SMMU_TLBI_SCALE_SHIFT 20
#define SMMU_TLBI_SCALE_MASK (0x1full << SMMU_TLBI_SCALE_SHIFT)
#define SMMU_TLBI_VMID_SHIFT 32
#define SMMU_TLBI_VMID_MASK (0xffffull << SMMU_TLBI_VMID_SHIFT)
#define SMMU_TLBI_ASID_SHIFT 48
#define SMMU_TLBI_ASID_MASK (0xffffull << SMMU_TLBI_ASID_SHIFT)
/* word 1 */
#define SMMU_TLBI_LEAF (1ull << 0)
#define SMMU_TLBI_TTL_SHIFT 8		/* level of the leaves; 0: any */
#define SMMU_TLBI_TTL_MASK (3ull << SMMU_TLBI_TTL_SHIFT)
#define SMMU_TLBI_TG_SHIFT 10		/* 4, 16, 64 KiB; 0: no range */
#define SMMU_TLBI_TG_MASK (3ull << SMMU_TLBI_TG_SHIFT)
#define SMMU_TLBI_VA_MASK 0xfffffffffffff000ull
#define SMMU_TLBI_IPA_MASK 0x000ffffffffff000ull

/* ATC_INV */
#define SMMU_ATC_GLOBAL (1ull << 9)	/* all SSIDs */
#define SMMU_ATC_SSV (1ull << 11)	/* SSID is valid */
/* word 1 */
#define SMMU_ATC_SIZE_MASK 0x3full	/* lg2 of pages; 52: all */
#define SMMU_ATC_ADDR_MASK 0xfffffffffffff000ull

/* SYNC */
#define SMMU_SYNC_CS_SHIFT 12
#define SMMU_SYNC_CS_MASK (3ull << SMMU_SYNC_CS_SHIFT)
#define SMMU_SYNC_CS_NONE 0ull
#define SMMU_SYNC_CS_IRQ 1ull		/* write the data to the address */
#define SMMU_SYNC_CS_SEV 2ull
#define SMMU_SYNC_MSH_SHIFT 22
#define SMMU_SYNC_MSH_MASK (3ull << SMMU_SYNC_MSH_SHIFT)
#define SMMU_SYNC_MSH_ISH 3ull
#define SMMU_SYNC_MSIATTR_SHIFT 24
#define SMMU_SYNC_MSIATTR_MASK (0xfull << SMMU_SYNC_MSIATTR_SHIFT)
#define SMMU_SYNC_MSIATTR_OIWB 0xfull
#define SMMU_SYNC_MSIDATA_SHIFT 32
#define SMMU_SYNC_MSIDATA_MASK (0xffffffffull << SMMU_SYNC_MSIDATA_SHIFT)
#define SMMU_SYNC_MSIADDR_MASK 0x000ffffffffffffcull	/* word 1 */

/* clang-format on */

#endif
