/* SPDX-License-Identifier: MIT */
/*
 * ARM LPAE page tables, AArch64 (VMSAv8-64): the numbers, nothing else.
 *
 * From the Arm architecture reference manual, "The VMSAv8-64 translation table
 * format descriptors". Plain constants: the kernel side encodes with them
 * (arm.h) and the hardware side decodes with them (src/hw/walk_arm.c); no other
 * fact is shared.
 *
 * Leaf (page and block):
 *   63 58..55 54 53  52   51 50..48 47     g 15..12 11 10 9 8 7..6 5 4..2 1 0
 *  +--+------+------+----+---+-----+--------+------+--+--+---+----+-+----+---+
 *  | -| (sw) |XN PXN|Cont|DBM|  -  | OA     |OA hi |nG|AF|SH | AP |NS Attr|typ|
 *  +--+------+------+----+---+-----+--------+------+--+--+---+----+-+----+---+
 *
 * Here AP is S2AP and Attr (with bit 5) MemAttr at stage 2. "OA hi" is output
 * address [51:48] with the 64 KiB granule, part of OA with 4 KiB.
 */
#ifndef DMASIM_ARM_BITS_H
#define DMASIM_ARM_BITS_H

/* clang-format off */
/* Geometry: granules of 4, 16, 64 KiB; a table is a granule. */
#define ARM_4K_LG2 12
#define ARM_16K_LG2 14
#define ARM_64K_LG2 16
#define ARM_MAX_LEVELS 4
#define ARM_ADDR_LG2 48		/* granules of 4 and 16 KiB */
#define ARM_64K_ADDR_LG2 52
#define ARM_MAX_CONCAT_LG2 4	/* 16 tables side by side, stage 2 */

/* Type, bits 1:0. */
#define ARM_VALID (1ull << 0)
#define ARM_TYPE_MASK 3ull
#define ARM_TYPE_BLOCK 1ull	/* leaf above level 0 */
#define ARM_TYPE_PAGE 3ull	/* leaf at level 0 */
#define ARM_TYPE_TABLE 3ull	/* above level 0 */

/* Fields of a leaf, both stages. */
#define ARM_SH_SHIFT 8
#define ARM_SH_MASK (3ull << ARM_SH_SHIFT)
#define ARM_SH_OUTER (2ull << ARM_SH_SHIFT)
#define ARM_SH_INNER (3ull << ARM_SH_SHIFT)
#define ARM_AF (1ull << 10)	/* accessed: no fault */
#define ARM_RES0_MASK (7ull << 48)
#define ARM_DBM (1ull << 51)	/* dirty bit managed by hardware */
#define ARM_CONT (1ull << 52)	/* one of a contiguous group */
#define ARM_XN_MASK (3ull << 53)
#define ARM_SW_MASK (15ull << 55)
#define ARM_SW_SYNC (1ull << 55)	/* Linux: a table entry was cleaned */
#define ARM_ADDR_MASK 0x0000fffffffff000ull
#define ARM_HI_SHIFT 12		/* 64 KiB granule: address bits 51:48 ... */
#define ARM_HI_MASK (15ull << ARM_HI_SHIFT)	/* ... stand here */

/* Stage 1 only. */
#define ARM_S1_ATTR_SHIFT 2	/* index into MAIR */
#define ARM_S1_ATTR_MASK (7ull << ARM_S1_ATTR_SHIFT)
#define ARM_S1_NS (1ull << 5)
#define ARM_S1_USER (1ull << 6)	/* AP[1]: unprivileged access */
#define ARM_S1_RDONLY (1ull << 7)	/* AP[2] */
#define ARM_S1_NG (1ull << 11)
/* In table entries, for everything below. */
#define ARM_S1_TABLE_NS (1ull << 63)
#define ARM_S1_TABLE_NO_USER (1ull << 61)
#define ARM_S1_TABLE_RDONLY (1ull << 62)

/* Stage 2 only. */
#define ARM_S2_ATTR_SHIFT 2
#define ARM_S2_ATTR_MASK (15ull << ARM_S2_ATTR_SHIFT)
#define ARM_S2_READ (1ull << 6)
#define ARM_S2_WRITE (1ull << 7)

/* clang-format on */

#endif
