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

#include "hw/machine.h"

#define HW_WALK_MAX_LEVELS 6

/**
 * struct hw_walk_start - where to begin
 * @table: physical address of the table
 * @level: its level
 * @levels: levels of the whole tree, which bound the address
 * @oas_lg2: physical address width
 * @read, @write: rights collected on the way to @table
 */
struct hw_walk_start {
	uint64_t table;
	uint8_t level;
	uint8_t levels;
	uint8_t oas_lg2;
	bool read, write;
};

/** struct hw_walk_step - a table that the walk went down to. */
struct hw_walk_step {
	uint64_t table;
	uint8_t level;
	bool read, write;
};

/**
 * struct hw_walk - what a walk found
 * @phys: HW_OK: physical address of the address asked for
 * @lg2: HW_OK: lg2 of the leaf's size
 * @read, @write: rights, ANDed over all levels
 * @level, @table, @entry: the last entry read and where it is
 * @reads: entries read
 * @step, @nr_steps: tables below the first
 */
struct hw_walk {
	uint64_t phys;
	uint64_t table;
	uint64_t entry;
	uint8_t lg2;
	uint8_t level;
	uint8_t reads;
	uint8_t nr_steps;
	bool read, write;
	struct hw_walk_step step[HW_WALK_MAX_LEVELS];
};

enum hw_status hw_vtdss_walk(const struct hw_walk_start *start, uint64_t addr,
			     struct hw_walk *w);
enum hw_status hw_amdv1_walk(const struct hw_walk_start *start, uint64_t addr,
			     struct hw_walk *w);

/* Begin @w at @start. */
static inline void hw_walk_begin(const struct hw_walk_start *start,
				 struct hw_walk *w)
{
	w->phys = 0;
	w->table = start->table;
	w->entry = 0;
	w->lg2 = 0;
	w->level = start->level;
	w->reads = 0;
	w->nr_steps = 0;
	w->read = start->read;
	w->write = start->write;
}

/* Read entry @index of @w->table, as one 64-bit access; false: not in RAM. */
static inline bool hw_walk_fetch(struct hw_walk *w, unsigned int index)
{
	uint64_t phys = w->table + 8ull * index;

	w->entry = 0;
	if (!hw_ram_valid(phys, 8))
		return false;
	w->entry = __atomic_load_n((uint64_t *)(hw_ram_host + phys),
				   __ATOMIC_ACQUIRE);
	w->reads++;
	return true;
}

/* Go down to @table of @level; false: that is no RAM. */
static inline bool hw_walk_descend(struct hw_walk *w, uint64_t table,
				   unsigned int level)
{
	if (!hw_ram_valid(table, HW_PAGE))
		return false;
	w->table = table;
	w->level = (uint8_t)level;
	w->step[w->nr_steps++] = (struct hw_walk_step){
		.table = table,
		.level = (uint8_t)level,
		.read = w->read,
		.write = w->write,
	};
	return true;
}

#endif
