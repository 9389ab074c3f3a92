/* SPDX-License-Identifier: MIT */
/*
 * RISC-V page tables (Sv39, Sv48, Sv57): the numbers, nothing else.
 *
 * From the RISC-V privileged architecture, "Sv39: page-based 39-bit virtual
 * memory" and the chapters on Svnapot and Svpbmt, which the IOMMU
 * specification takes over. Plain constants: the kernel side encodes with them
 * (riscv_64.h) and the hardware side decodes with them
 * (src/hw/walk_riscv_64.c); no other fact is shared.
 *
 *  63 62 61 60..54 53                        10 9 8 7 6 5 4 3 2 1 0
 *  +-+-----+------+----------------------------+---+-+-+-+-+-+-+-+-+
 *  |N|PBMT |  -   | page number                |RSW|D|A|G|U|X|W|R|V|
 *  +-+-----+------+----------------------------+---+-+-+-+-+-+-+-+-+
 *
 * An entry with any of R, W, X is a leaf, at any level.
 */
#ifndef DMASIM_RISCV_64_BITS_H
#define DMASIM_RISCV_64_BITS_H

/* clang-format off */
/* Geometry: 3, 4 or 5 levels of 9 bits. */
#define RISCV_64_GRANULE_LG2 12
#define RISCV_64_TABLE_LG2 12
#define RISCV_64_INDEX_LG2 9
#define RISCV_64_MIN_LEVELS 3
#define RISCV_64_MAX_LEVELS 5
#define RISCV_64_ADDR_LG2 56

/* Fields of an entry. */
#define RISCV_64_V (1ull << 0)	/* valid */
#define RISCV_64_R (1ull << 1)	/* may read */
#define RISCV_64_W (1ull << 2)	/* may write; needs R */
#define RISCV_64_X (1ull << 3)	/* may execute */
#define RISCV_64_U (1ull << 4)	/* for user requests */
#define RISCV_64_G (1ull << 5)	/* global */
#define RISCV_64_A (1ull << 6)	/* accessed */
#define RISCV_64_D (1ull << 7)	/* dirty */
#define RISCV_64_RSW_MASK (3ull << 8)	/* ignored by hardware */
#define RISCV_64_PPN_SHIFT 10
#define RISCV_64_PPN_MASK 0x003ffffffffffc00ull
#define RISCV_64_RESERVED_MASK 0x1fc0000000000000ull
#define RISCV_64_PBMT_SHIFT 61
#define RISCV_64_PBMT_MASK (3ull << RISCV_64_PBMT_SHIFT)	/* 3: reserved */
#define RISCV_64_N (1ull << 63)	/* Svnapot: one of 16 equal entries */

/* Svnapot knows one size, 64 KiB, coded in the low page number bits. */
#define RISCV_64_NAPOT_LG2 16
#define RISCV_64_NAPOT_CODE (8ull << RISCV_64_PPN_SHIFT)
#define RISCV_64_NAPOT_MASK (15ull << RISCV_64_PPN_SHIFT)

/* clang-format on */

#endif
