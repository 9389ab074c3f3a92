/* SPDX-License-Identifier: MIT */
/*
 * Mock page tables: the numbers, nothing else.
 *
 *   63..52 51                                       12 11..4  3 2 1 0
 *  +------+-------------------------------------------+-----+-+-+-+-+
 *  |  -   | address >> 11                             |  -  |W|R|T|P|
 *  +------+-------------------------------------------+-----+-+-+-+-+
 *
 * No hardware has them. They differ from all others where code likes to take
 * things for granted: the smallest page is smaller or larger than a table, and
 * the address does not stand at its own bits.
 */
#ifndef MOCK_BITS_H
#define MOCK_BITS_H

/* clang-format off */
/* Geometry: 3 to 5 levels of 512 entries; pages of 2 or of 64 KiB. */
#define MOCK_2K_LG2 11
#define MOCK_64K_LG2 16
#define MOCK_TABLE_LG2 12
#define MOCK_INDEX_LG2 9
#define MOCK_MIN_LEVELS 3
#define MOCK_MAX_LEVELS 5

/* Leaves exist at generic levels 0, 1 and 2. */
#define MOCK_MAX_LEAF_LEVEL 2

/* Fields of an entry. */
#define MOCK_P (1ull << 0)	/* present */
#define MOCK_T (1ull << 1)	/* points to a table */
#define MOCK_R (1ull << 2)	/* leaf: device may read */
#define MOCK_W (1ull << 3)	/* leaf: device may write */
#define MOCK_ADDR_MASK 0x000ffffffffff000ull
#define MOCK_ADDR_SHIFT 1	/* bit 11 of an address is bit 12 */
#define MOCK_ADDR_LG2 51
#define MOCK_RESERVED_MASK 0xfff0000000000ff0ull
/* clang-format on */

#endif
