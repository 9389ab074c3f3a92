/* SPDX-License-Identifier: MIT */
/*
 * RISC-V IOMMU command queue: the numbers, nothing else.
 *
 * From the RISC-V IOMMU Architecture Specification, chapter "In-memory queue
 * interface". Used by src/iommu/inv_riscv.c to encode and by
 * src/hw/cmdq_riscv.c to decode.
 *
 * A command has two words of 64 bits; bits that are not named are reserved.
 */
#ifndef DMASIM_RISCV_BITS_H
#define DMASIM_RISCV_BITS_H

/* clang-format off */
/* word 0 */
#define RISCV_OP_MASK 0x7full
#define RISCV_FUNC_SHIFT 7
#define RISCV_FUNC_MASK (7ull << RISCV_FUNC_SHIFT)
#define RISCV_IOTINVAL 1ull
#define RISCV_IOTINVAL_VMA 0ull		/* first stage */
#define RISCV_IOTINVAL_GVMA 1ull	/* second stage */
#define RISCV_IOFENCE 2ull
#define RISCV_IOFENCE_C 0ull
#define RISCV_IODIR 3ull
#define RISCV_IODIR_DDT 0ull
#define RISCV_IODIR_PDT 1ull
#define RISCV_ATS 4ull
#define RISCV_ATS_INVAL 0ull

/* IOTINVAL */
#define RISCV_IOTINVAL_AV (1ull << 10)	/* only this address, leaves only */
#define RISCV_PSCID_SHIFT 12
#define RISCV_PSCID_MASK (0xfffffull << RISCV_PSCID_SHIFT)
#define RISCV_PSCV (1ull << 32)
#define RISCV_GV (1ull << 33)
#define RISCV_GSCID_SHIFT 44
#define RISCV_GSCID_MASK (0xffffull << RISCV_GSCID_SHIFT)
/* word 1: page number */
#define RISCV_PAGE_SHIFT 10
#define RISCV_PAGE_MASK 0x3ffffffffffffc00ull

/* IOFENCE.C */
#define RISCV_IOFENCE_AV (1ull << 10)	/* write the data to the address */
#define RISCV_IOFENCE_WSI (1ull << 11)
#define RISCV_IOFENCE_PR (1ull << 12)	/* reads are complete */
#define RISCV_IOFENCE_PW (1ull << 13)	/* writes, too */
#define RISCV_IOFENCE_DATA_SHIFT 32
#define RISCV_IOFENCE_DATA_MASK (0xffffffffull << RISCV_IOFENCE_DATA_SHIFT)
#define RISCV_IOFENCE_ADDR_SHIFT 2	/* word 1: address >> 2 */
#define RISCV_IOFENCE_ADDR_MASK 0x3fffffffffffffffull

/* IODIR */
#define RISCV_PID_SHIFT 12
#define RISCV_PID_MASK (0xfffffull << RISCV_PID_SHIFT)
#define RISCV_DV (1ull << 33)		/* only this device */
#define RISCV_DID_SHIFT 40
#define RISCV_DID_MASK (0xffffffull << RISCV_DID_SHIFT)

/* ATS.INVAL; PID as above */
#define RISCV_ATS_PV (1ull << 32)
#define RISCV_ATS_DSV (1ull << 33)	/* the segment is valid */
#define RISCV_ATS_RID_SHIFT 40
#define RISCV_ATS_RID_MASK (0xffffull << RISCV_ATS_RID_SHIFT)
/* word 1 */
#define RISCV_ATS_GLOBAL (1ull << 0)
#define RISCV_ATS_S (1ull << 11)	/* the size is coded in the address */
#define RISCV_ATS_ADDR_MASK 0xfffffffffffff000ull

/* clang-format on */

#endif
