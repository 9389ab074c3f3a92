/* SPDX-License-Identifier: MIT */
/*
 * VT-d second-stage page tables: the numbers, nothing else.
 *
 * From the Intel Virtualization Technology for Directed I/O specification,
 * "second-stage paging entries". Plain constants: the kernel side encodes with
 * them (vtdss.h) and the hardware side decodes with them
 * (src/hw/walk_vtdss.c); no other fact about the format is shared.
 *
 *   63 62..52 51                          12 11  10 9 8 7  6..2 1 0
 *  +--+------+------------------------------+---+--+-+-+--+----+-+-+
 *  |- | (sw) | address                      |SNP|sw|D|A|PS|  - |W|R|
 *  +--+------+------------------------------+---+--+-+-+--+----+-+-+
 *
 * There is no present bit: an entry is present if R or W is set.
 */
#ifndef DMASIM_VTDSS_BITS_H
#define DMASIM_VTDSS_BITS_H

/* clang-format off */
/* Geometry: 3, 4 or 5 levels of 9 bits. */
#define VTDSS_GRANULE_LG2 12
#define VTDSS_TABLE_LG2 12
#define VTDSS_INDEX_LG2 9
#define VTDSS_MIN_LEVELS 3
#define VTDSS_MAX_LEVELS 5
#define VTDSS_ADDR_LG2 52

/* Leaves exist at generic levels 0 (4K), 1 (2M) and 2 (1G). */
#define VTDSS_MAX_LEAF_LEVEL 2

/* Fields of an entry. */
#define VTDSS_R (1ull << 0)	/* device may read */
#define VTDSS_W (1ull << 1)	/* device may write */
#define VTDSS_PS (1ull << 7)	/* leaf above level 0 */
#define VTDSS_A (1ull << 8)	/* accessed */
#define VTDSS_D (1ull << 9)	/* dirty */
#define VTDSS_SW_TABLE (1ull << 10)	/* ignored by hardware */
#define VTDSS_SNP (1ull << 11)	/* snooping enforced */
#define VTDSS_ADDR_MASK 0x000ffffffffff000ull

/* clang-format on */

#endif
