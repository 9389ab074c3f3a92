/* SPDX-License-Identifier: MIT */
/*
 * Page tables: what a format must offer, and what follows from it.
 *
 * The first part declares each function of a format, without a body: the
 * compiler checks the signatures, and a writer of a format finds the contract
 * here. A format defines <fmt>pt_xxx() and then "#define pt_xxx <fmt>pt_xxx".
 * Functions marked [default] have a fallback in pt_fmt_defaults.h.
 *
 * Constants of a format: PT_GRANULE_LG2 (smallest page), PT_TABLE_LG2 (bytes of
 * a table), PT_MAX_VA_LG2, PT_MAX_OA_LG2, PT_MAX_TOP_LEVEL; PT_DIRTY_MASK and
 * PT_SW_MASK (bits of an item, 0 by default); PT_MAX_CONCAT_LG2 (up to so many
 * tables lie side by side as the top, 0 by default); PT_OA_STEP_LG2 (adding
 * pt_leaf_step() is right inside an output block of this size, 64 by default).
 * Empty items read as 0 or as anything that pt_entry_kind() calls empty;
 * cleared ones are 0.
 */
#ifndef DMASIM_IOMMU_PT_PT_COMMON_H
#define DMASIM_IOMMU_PT_PT_COMMON_H

#include <linux/compiler.h>
#include <asm/barrier.h>

#include "iommu_pt/pt_defs.h"
#include "iommu_pt/pt_fmt_defaults.h"

/**
 * pt_items_lg2() - lg2 of the number of items in a table [default]
 */
static unsigned int pt_items_lg2(unsigned int level);

/**
 * pt_entry_kind() - what an item is
 */
static enum pt_kind pt_entry_kind(u64 entry, unsigned int level);

/**
 * pt_entry_is_table() - may a walk go on through this item? [default]
 *
 * The quick test for the common case. False may also be said of a table that
 * pt_make_table() did not make.
 */
static bool pt_entry_is_table(u64 entry, unsigned int level);

/**
 * pt_entry_is_granule() - is this item of level 0 a leaf by itself? [default]
 */
static bool pt_entry_is_granule(u64 entry);

/**
 * pt_table_pa() - physical address of the table that a table entry points to
 */
static phys_addr_t pt_table_pa(u64 entry);

/**
 * pt_make_table() - encode a pointer
 * @pa: physical address of a table of level @level - 1
 * @level: of the item that will hold the pointer
 */
static u64 pt_make_table(const struct pt_common *common, phys_addr_t pa,
			 unsigned int level);

/**
 * pt_possible_sizes() - page sizes whose entries live at a level, as a bitmap
 *
 * 0 if it can have no leaf. Never a size that fills the whole table.
 */
static u64 pt_possible_sizes(const struct pt_common *common,
			     unsigned int level);

/**
 * pt_size_level() - the level at which entries of a size live [default]
 */
static unsigned int pt_size_level(unsigned int size_lg2);

/**
 * pt_make_leaf() - encode the first item of an entry
 * @oa: aligned to the size, below 2^PT_MAX_OA_LG2
 * @size_lg2: one of pt_possible_sizes(@level)
 */
static u64 pt_make_leaf(phys_addr_t oa, unsigned int size_lg2,
			unsigned int level, struct pt_attrs attrs);

/**
 * pt_leaf_replica() - item @i of a contiguous entry, from its first [default]
 */
static u64 pt_leaf_replica(u64 first, unsigned int level, unsigned int i);

/**
 * pt_leaf_step() - what to add to an item so that its output address moves
 * on by one entry of this size [default]
 */
static u64 pt_leaf_step(unsigned int size_lg2);

/**
 * pt_leaf_size_lg2() - size of the whole entry that a leaf item is part of
 *	[default]
 */
static unsigned int pt_leaf_size_lg2(u64 entry, unsigned int level);

/**
 * pt_leaf_oa() - output address of the first byte of that whole entry
 */
static phys_addr_t pt_leaf_oa(u64 entry, unsigned int level);

/**
 * pt_granule_oa() - the same of what pt_entry_is_granule() is true of [default]
 */
static phys_addr_t pt_granule_oa(u64 entry);

/**
 * pt_leaf_attrs() - the attributes that would encode to this leaf
 */
static struct pt_attrs pt_leaf_attrs(u64 entry);

/**
 * pt_set_prot() - encode IOMMU_READ, IOMMU_WRITE, ...
 *
 * Return: 0; -EINVAL if the format cannot express @prot, which is so for no
 * permission at all. *@attrs is valid only with 0.
 */
static int pt_set_prot(const struct pt_common *common, unsigned int prot,
		       struct pt_attrs *attrs);

/**
 * pt_entry_is_dirty() - does this leaf item say that it was written through?
 *	[default]
 */
static bool pt_entry_is_dirty(u64 entry);

/**
 * pt_make_dirty() - a leaf item as hardware leaves it after a write [default]
 *
 * Not dirty still if the format, or this leaf, has no such mark.
 */
static u64 pt_make_dirty(u64 entry);

/**
 * pt_item_make_clean() - have it say that it was not, atomically [default]
 */
static void pt_item_make_clean(u64 *item);

/* ---- what follows from it ---- */

/* lg2 of the bytes that one item, and one table, of a level translates. */
static __always_inline unsigned int pt_table_span_lg2(unsigned int level)
{
	return pt_item_lg2(level) + pt_items_lg2(level);
}

static __always_inline unsigned int pt_index(u64 va, unsigned int level)
{
	return lg2_field(va, pt_item_lg2(level), pt_items_lg2(level));
}

static __always_inline unsigned int pt_nr_items(unsigned int level)
{
	return 1u << pt_items_lg2(level);
}

/* lg2 of the number of items of the entry that @entry is part of. */
static __always_inline unsigned int pt_contig_lg2(u64 entry, unsigned int level)
{
	return pt_leaf_size_lg2(entry, level) - pt_item_lg2(level);
}

/* Output address of the bytes that item @index translates. */
static __always_inline phys_addr_t pt_item_oa(u64 entry, unsigned int level,
					      unsigned int index)
{
	u64 nth = lg2_mod(index, pt_contig_lg2(entry, level));

	return pt_leaf_oa(entry, level) + (nth << pt_item_lg2(level));
}

/* All page sizes of a table, up to a top level and an output width. */
static inline u64 pt_all_sizes(const struct pt_common *common,
			       unsigned int top_level, unsigned int oasz_lg2)
{
	unsigned int level;
	u64 sizes = 0;

	for (level = 0; level <= top_level; level++)
		sizes |= pt_possible_sizes(common, level);
	return sizes & lg2_mask(oasz_lg2);
}

/* lg2 of the tables that lie side by side as the top, which is of @level. */
static __always_inline unsigned int
pt_concat_lg2(const struct pt_common *common, unsigned int level)
{
	unsigned int span_lg2 = pt_table_span_lg2(level);

	if (!PT_MAX_CONCAT_LG2 || common->max_vasz_lg2 <= span_lg2)
		return 0;
	return common->max_vasz_lg2 - span_lg2;
}

/*
 * May @first .. @last be mapped, however many levels that takes? With sign
 * extension each half is a range of its own.
 */
static inline bool pt_range_fits(const struct pt_common *common, u64 first,
				 u64 last)
{
	unsigned int width = common->max_vasz_lg2;
	u64 half = lg2_size(width - 1);

	if (!pt_has(common, PT_FEAT_SIGN_EXTEND))
		return !(last & ~lg2_mask(width));
	return !((first ^ last) & ~(half - 1)) && !((first + half) >> width);
}

/*
 * Items are read by hardware and by lockless readers at any time: always one
 * access of 8 bytes. Loads acquire, so that who follows a pointer finds the
 * table zeroed.
 */
static __always_inline u64 pt_load(const u64 *item)
{
	return smp_load_acquire(item);
}

static __always_inline void pt_store(u64 *item, u64 entry)
{
	WRITE_ONCE(*item, entry);
}

/* Hardware may set the bit meanwhile; a set that is lost was not seen yet. */
static inline void pt_items_make_clean(u64 *items, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (pt_entry_is_dirty(pt_load(&items[i])))
			pt_item_make_clean(&items[i]);
}

#endif
