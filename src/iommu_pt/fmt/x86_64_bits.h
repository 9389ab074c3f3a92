/* SPDX-License-Identifier: MIT */
/*
 * x86-64 page tables: the numbers, nothing else.
 *
 * From the Intel 64 manual, volume 3, "4-level and 5-level paging"; used by
 * IOMMUs as AMD's guest ("v2") table and as VT-d's first stage. Plain
 * constants: the kernel side encodes with them (x86_64.h) and the hardware side
 * decodes with them (src/hw/walk_x86_64.c); no other fact is shared.
 *
 *   63 62..52 51                          12 11..9  8  7 6 5  4..3 2 1  0
 *  +--+------+------------------------------+-----+--+--+-+-+-----+-+--+-+
 *  |XD| (sw) | address                      |(sw) | -|PS|D|A|  -  |U|RW|P|
 *  +--+------+------------------------------+-----+--+--+-+-+-----+-+--+-+
 */
#ifndef DMASIM_X86_64_BITS_H
#define DMASIM_X86_64_BITS_H

/* clang-format off */
/* Geometry: 4 or 5 levels of 9 bits. */
#define X86_64_GRANULE_LG2 12
#define X86_64_TABLE_LG2 12
#define X86_64_INDEX_LG2 9
#define X86_64_MIN_LEVELS 4
#define X86_64_MAX_LEVELS 5
#define X86_64_ADDR_LG2 52

/* Leaves exist at generic levels 0 (4K), 1 (2M) and 2 (1G). */
#define X86_64_MAX_LEAF_LEVEL 2

/* Fields of an entry. */
#define X86_64_P (1ull << 0)	/* present */
#define X86_64_RW (1ull << 1)	/* may write; reading is implied */
#define X86_64_U (1ull << 2)	/* not for supervisors only */
#define X86_64_A (1ull << 5)	/* accessed */
#define X86_64_D (1ull << 6)	/* dirty, in leaves */
#define X86_64_PS (1ull << 7)	/* leaf above level 0; memory type at level 0 */
#define X86_64_PAT_LARGE (1ull << 12)	/* memory type of a large leaf */
#define X86_64_XD (1ull << 63)	/* no execution */
#define X86_64_ADDR_MASK 0x000ffffffffff000ull

/* clang-format on */

#endif
