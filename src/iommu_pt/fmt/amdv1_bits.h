/* SPDX-License-Identifier: MIT */
/*
 * AMD IOMMU host page tables ("v1"): the numbers, nothing else.
 *
 * From the AMD I/O Virtualization Technology specification, "I/O page tables
 * for host translations". Plain constants: the kernel side encodes with them
 * (amdv1.h) and the hardware side decodes with them (src/hw/walk_amdv1.c);
 * no other fact about the format is shared between the two.
 *
 *  63 62 61 60 59 58 52 51                      12 11    9 8 7 6 5 4..1 0
 *  +-+--+--+--+--+-----+-------------------------+--------+---+-+-+----+--+
 *  |-|IW|IR|FC| U|  -  | address [+ size code]   | NextLv | - |D|A| -  |PR|
 *  +-+--+--+--+--+-----+-------------------------+--------+---+-+-+----+--+
 */
#ifndef DMASIM_AMDV1_BITS_H
#define DMASIM_AMDV1_BITS_H

/* clang-format off */
/* Geometry: six levels at most, the sixth has only 7 index bits. */
#define AMDV1_GRANULE_LG2 12
#define AMDV1_TABLE_LG2 12
#define AMDV1_INDEX_LG2 9
#define AMDV1_MAX_LEVELS 6
#define AMDV1_TOP_INDEX_LG2 7
#define AMDV1_ADDR_LG2 52

/* Fields of an entry. */
#define AMDV1_PR (1ull << 0)	/* present */
#define AMDV1_A (1ull << 5)	/* accessed */
#define AMDV1_D (1ull << 6)	/* dirty */
#define AMDV1_NEXT_SHIFT 9	/* NextLevel: levels below this entry */
#define AMDV1_NEXT_MASK (7ull << AMDV1_NEXT_SHIFT)
#define AMDV1_ADDR_MASK 0x000ffffffffff000ull
#define AMDV1_U (1ull << 59)
#define AMDV1_FC (1ull << 60)	/* force coherence */
#define AMDV1_IR (1ull << 61)	/* device may read */
#define AMDV1_IW (1ull << 62)	/* device may write */
#define AMDV1_RESERVED_MASK 0x87f000000000019eull

/* Values of NextLevel that end the walk. */
#define AMDV1_NEXT_LEAF 0	/* natural size of the level */
#define AMDV1_NEXT_CONTIG 7	/* size coded in the low address bits */

/* clang-format on */

#endif
