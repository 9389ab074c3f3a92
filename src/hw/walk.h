/* SPDX-License-Identifier: MIT */
/*
 * Page-table walkers: from table bytes in RAM to an answer. Private.
 *
 * One walker per format, each written from the format's own documentation and
 * sharing nothing with the code that builds tables but the numbers in
 * iommu_pt/fmt/<fmt>_bits.h. A walker judges the format, not the access: it
 * reports the rights found and leaves the comparison to its caller.
 *
 * Levels are generic: 0 holds the smallest leaves.
 */
#ifndef HW_WALK_H
#define HW_WALK_H

#include "hw/entry.h"
#include "hw/machine.h"

#define HW_WALK_MAX_LEVELS 6

/**
 * struct hw_walk_start - where to begin
 * @table: physical address of the table
 * @level: its level
 * @levels: levels of the whole tree
 * @va_lg2: width of device addresses, 0: what @levels translate
 * @oas_lg2: physical address width
 * @sign_extend: device addresses are canonical: the bits above the width
 *	repeat its highest
 * @read, @write: rights collected on the way to @table
 * @above, @nr_above: tables on the way to @table, as far as they are remembered
 * @memory: host address of physical 0 as the walker sees it; NULL: RAM
 * @update: accessed and dirty state are the hardware's to write: what needs a mark
 *	that is not there is granted
 */
struct hw_walk_start {
	uint64_t table;
	uint8_t level;
	uint8_t levels;
	uint8_t va_lg2;
	uint8_t oas_lg2;
	bool sign_extend;
	bool read, write;
	const uint64_t *above;
	uint8_t nr_above;
	const char *memory;
	bool update;
};

/**
 * struct hw_walk_step - a table that translates 2^@lg2 bytes
 * @at, @entry: the pointer to it
 */
struct hw_walk_step {
	uint64_t table;
	uint64_t at, entry;
	uint8_t level;
	uint8_t lg2;
	bool read, write;
};

/**
 * struct hw_walk - what a walk found
 * @phys: HW_OK: physical address of the address asked for
 * @lg2: HW_OK: lg2 of the leaf's size
 * @read, @write: rights, ANDed over all levels
 * @level, @table, @entry: the last entry read and its table
 * @at: physical address of that entry
 * @memory: where from
 * @start: where it began; of no use afterwards
 * @reads: entries read
 * @first: the table that the walk began at
 * @step, @nr_steps: tables below it
 */
struct hw_walk {
	const char *memory;
	const struct hw_walk_start *start;
	uint64_t phys;
	uint64_t first;
	uint64_t table;
	uint64_t entry;
	uint64_t at;
	uint8_t lg2;
	uint8_t level;
	uint8_t reads;
	uint8_t nr_steps;
	bool read, write;
	struct hw_walk_step step[HW_WALK_MAX_LEVELS];
};

/**
 * struct hw_walk_format - a format, as contexts name it
 * @name: for reports
 * @granule_lg2: size of the smallest leaf
 * @index_lg2: index bits of a table, which has so many 8-byte entries
 * @min_levels, @max_levels: depths that a context may ask for
 * @concat_lg2: so many tables may lie side by side as the root
 * @va_lg2: widest device address
 * @sign_extends: a context may ask for canonical addresses
 * @entry: description of its entries, for people; NULL: there is none
 * @first_stage: its translations are of the first stage, as commands say it
 * @touch: a leaf entry as hardware leaves it after a read or a write; NULL: as it
 *	was
 * @table_touch: bits that hardware sets in a pointer that it goes by, when it does
 * @touches: hardware does so whether the context asks for it or not
 * @walk: translate @addr; reads RAM only.
 *	Return: HW_OK with a leaf; HW_ERR_RANGE, HW_ERR_UNMAPPED, HW_ERR_RESERVED,
 *	HW_ERR_TABLE, HW_ERR_ACCESS (@w is the leaf, but for its rights) or
 *	HW_ERR_ADDR_SIZE with the entry to blame in @w.
 */
struct hw_walk_format {
	const char *name;
	uint8_t granule_lg2, index_lg2;
	uint8_t min_levels, max_levels;
	uint8_t concat_lg2;
	uint8_t va_lg2;
	bool sign_extends;
	const struct hw_entry_format *entry;
	bool first_stage;
	uint64_t (*touch)(uint64_t entry, bool write);
	uint64_t table_touch;
	bool touches;
	enum hw_status (*walk)(const struct hw_walk_start *start, uint64_t addr,
			       struct hw_walk *w);
};

extern const struct hw_walk_format hw_vtdss_format;
extern const struct hw_walk_format hw_amdv1_format;
extern const struct hw_walk_format hw_x86_64_format;
extern const struct hw_walk_format hw_riscv_64_format;
extern const struct hw_walk_format hw_arm_s1_4k_format;
extern const struct hw_walk_format hw_arm_s1_16k_format;
extern const struct hw_walk_format hw_arm_s1_64k_format;
extern const struct hw_walk_format hw_arm_s2_4k_format;
extern const struct hw_walk_format hw_arm_s2_16k_format;
extern const struct hw_walk_format hw_arm_s2_64k_format;

/**
 * hw_iommu_add_format() - teach the IOMMU one more format
 * @nr: HW_PT_EXTRA or above
 * @format: kept; NULL: forget it
 *
 * Context: no machine is on, or nobody uses the number.
 */
void hw_iommu_add_format(enum hw_pt_format nr,
			 const struct hw_walk_format *format);

const struct hw_walk_format *hw_iommu_format(enum hw_pt_format format);

/* Begin @w at @start. */
static inline void hw_walk_begin(const struct hw_walk_start *start,
				 struct hw_walk *w)
{
	w->memory = start->memory ? start->memory : hw_ram_host;
	w->start = start;
	w->phys = 0;
	w->first = start->table;
	w->table = start->table;
	w->entry = 0;
	w->at = 0;
	w->lg2 = 0;
	w->level = start->level;
	w->reads = 0;
	w->nr_steps = 0;
	w->read = start->read;
	w->write = start->write;
}

/* Is @addr one that a tree which translates 2^@lg2 bytes may be asked for? */
static inline bool hw_walk_in_range(const struct hw_walk_start *start,
				    unsigned int lg2, uint64_t addr)
{
	unsigned int width = start->va_lg2 ? start->va_lg2 : lg2;
	uint64_t half;

	if (width >= 64)
		return true;
	half = start->sign_extend ? 1ull << (width - 1) : 0;
	return !((addr + half) >> width);
}

/* Read entry @index of @w->table, as one 64-bit access; false: not in RAM. */
static inline bool hw_walk_fetch(struct hw_walk *w, unsigned int index)
{
	uint64_t phys = w->table + 8ull * index;

	w->entry = 0;
	w->at = phys;
	if (!hw_ram_valid(phys, 8))
		return false;
	w->entry = __atomic_load_n((const uint64_t *)(w->memory + phys),
				   __ATOMIC_ACQUIRE);
	w->reads++;
	return true;
}

/*
 * Was @table passed already, as far as this walk came, or before it began? No
 * table is part of what it translates.
 */
static inline bool hw_walk_passed(const struct hw_walk *w, uint64_t table)
{
	unsigned int i;

	for (i = 0; i < w->nr_steps; i++)
		if (w->step[i].table == table)
			return true;
	for (i = 0; i < w->start->nr_above; i++)
		if (w->start->above[i] == table)
			return true;
	return table == w->first;
}

/*
 * Go down to @table of @level, which has 2^@index_lg2 entries and translates
 * 2^@lg2 bytes; false: that is no RAM, or leads back to where the walk was.
 */
static inline bool hw_walk_descend(struct hw_walk *w, uint64_t table,
				   unsigned int level, unsigned int index_lg2,
				   unsigned int lg2)
{
	if (!hw_ram_valid(table, 8ull << index_lg2) || hw_walk_passed(w, table))
		return false;
	w->table = table;
	w->level = (uint8_t)level;
	w->step[w->nr_steps++] = (struct hw_walk_step){
		.table = table,
		.at = w->at,
		.entry = w->entry,
		.level = (uint8_t)level,
		.lg2 = (uint8_t)lg2,
		.read = w->read,
		.write = w->write,
	};
	return true;
}

#endif
