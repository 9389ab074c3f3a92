/* SPDX-License-Identifier: MIT */
/*
 * The IOTLB: everything the IOMMU remembers about page tables. Private.
 *
 * Two kinds of entries share one hash table, keyed by (domain, tag, address). A
 * domain stands for all that tags a translation: number, stage, PASID.
 *
 *	leaf	tag = lg2 of the leaf's size; a translation, or, in caching mode,
 *		the knowledge that there is none
 *	table	tag = IOTLB_TABLE + lg2 of the range below a table; where that
 *		table is (the paging-structure cache)
 *
 * Each domain knows which tags it has, so that a look-up probes only sizes that
 * exist: one to three in practice.
 */
#ifndef HW_IOTLB_H
#define HW_IOTLB_H

#include <bsd/sys/queue.h>

#include "hw/machine.h"

#define IOTLB_TABLE 64u
#define IOTLB_NR_TAGS 128

/**
 * struct iotlb_entry - one remembered fact
 * @chain: next of the same hash bucket
 * @in_dom: all of the domain's entries of this kind
 * @in_lru: leaf entries, most recently used first; only with a capacity
 * @first: first device address
 * @phys: leaf: where @first leads; table: the table
 * @table: leaf: the table that holds the entry
 * @table_gen: generation of @table (leaf) or @phys (table) when it was read
 * @entry: the page-table entry itself
 * @level: generic level; leaf: of the entry, table: of the table
 * @absent: negative entry: nothing is mapped here
 * @ram: all that the leaf leads to is RAM
 * @dirty: the page-table entry says already that it was written through
 * @lost: it did not when this one was last written through
 * @due: of a device: unmapped when a flush of its domain began
 * @expired: of a device: that flush has ended, and it is still there
 */
struct iotlb_entry {
	/* what a look-up reads: one line */
	struct iotlb_entry *chain;
	struct iotlb_domain *dom;
	uint64_t first;
	uint64_t phys;
	uint8_t tag;
	uint8_t level;
	bool read, write, absent, ram;
	bool dirty, lost;
	bool due, expired;
	uint32_t table_gen;
	uint64_t table;
	uint64_t entry;
	LIST_ENTRY(iotlb_entry) in_dom;
	TAILQ_ENTRY(iotlb_entry) in_lru;
} __attribute__((aligned(64)));

LIST_HEAD(iotlb_list, iotlb_entry);
TAILQ_HEAD(iotlb_lru, iotlb_entry);

/**
 * struct iotlb_domain - what is cached under one tag. Index 1: tables.
 * @next: another one with the same @id
 * @made_before: any other one
 * @id, @first_stage, @pasid: the tag
 * @salt: spreads domains over the hash table
 */
struct iotlb_domain {
	struct iotlb_domain *next;
	struct iotlb_domain *made_before;
	uint16_t id;
	bool first_stage;
	uint32_t pasid;
	uint64_t salt;
	uint64_t tags[2];
	uint32_t count[IOTLB_NR_TAGS];
	uint32_t total[2];
	struct iotlb_list entries[2];
};

/**
 * struct iotlb - the cache
 * @bucket: hash table of @mask + 1 chains
 * @domains: by id, made at first use; many pages that are never touched
 * @made_last: all of them
 * @capacity: leaf entries at most, 0 for no limit
 * @random: state of the choice which of them goes; 0: the one used least recently
 * @nr_leaves: leaf entries now
 * @free: recycled entries
 * @ghosts: leaves that made room while their @lost was set; they are gone, but
 *	nobody has been told of the writes yet
 */
struct iotlb {
	struct iotlb_entry **bucket;
	uint64_t mask;
	uint64_t nr_all;
	uint64_t nr_leaves;
	uint64_t capacity;
	uint64_t random;
	struct iotlb_domain **domains;
	struct iotlb_domain *made_last;
	struct iotlb_entry *free;
	struct iotlb_entry *ghosts;
	struct iotlb_chunk *chunks;
	struct iotlb_lru lru;
};

/*
 * Neighbours in address space are neighbours in the table, so a device that goes
 * through a buffer goes through few lines; folding keeps round distances apart.
 */
static inline uint64_t iotlb_hash(const struct iotlb_domain *dom,
				  unsigned int tag, uint64_t block)
{
	return (block ^ block >> 11 ^ block >> 23) + dom->salt +
	       tag * 0x9e3779b97f4a7c15ull;
}

/**
 * iotlb_find() - the entry of one tag for an address
 * Return: the entry or NULL.
 */
static inline struct iotlb_entry *iotlb_find(const struct iotlb *t,
					     const struct iotlb_domain *dom,
					     unsigned int tag, uint64_t addr)
{
	uint64_t block = addr >> (tag & (IOTLB_TABLE - 1));
	struct iotlb_entry *e;

	e = t->bucket[iotlb_hash(dom, tag, block) & t->mask];
	for (; e; e = e->chain)
		if (e->tag == tag && e->dom == dom &&
		    e->first >> (tag & (IOTLB_TABLE - 1)) == block)
			return e;
	return NULL;
}

/**
 * iotlb_probe() - the entry for an address, smallest range first
 * @kind: 0 for leaves, 1 for tables
 * Return: the entry or NULL.
 */
static inline struct iotlb_entry *iotlb_probe(const struct iotlb *t,
					      const struct iotlb_domain *dom,
					      unsigned int kind, uint64_t addr)
{
	uint64_t tags = dom->tags[kind];
	struct iotlb_entry *e;

	for (; tags; tags &= tags - 1) {
		e = iotlb_find(t, dom,
			       kind * IOTLB_TABLE + __builtin_ctzll(tags),
			       addr);
		if (e)
			return e;
	}
	return NULL;
}

/** iotlb_touch() - an entry was used; keeps the order for eviction. */
static inline void iotlb_touch(struct iotlb *t, struct iotlb_entry *e)
{
	if (!t->capacity)
		return;
	TAILQ_REMOVE(&t->lru, e, in_lru);
	TAILQ_INSERT_HEAD(&t->lru, e, in_lru);
}

bool iotlb_init(struct iotlb *t, uint64_t capacity);
void iotlb_exit(struct iotlb *t);
struct iotlb_domain *iotlb_domain_slow(struct iotlb *t, uint16_t id,
				       bool first_stage, uint32_t pasid);
struct iotlb_entry *iotlb_insert(struct iotlb *t, struct iotlb_domain *dom,
				 unsigned int tag, uint64_t addr);
const struct iotlb_entry *iotlb_next(const struct iotlb *t,
				     const struct iotlb_domain *dom,
				     uint64_t at, uint64_t last);
const struct iotlb_entry *iotlb_of_table(const struct iotlb *t, uint64_t table,
					 uint64_t len);
void iotlb_tell_lost(struct iotlb *t, uint16_t id, uint64_t first,
		     uint64_t last,
		     void (*fn)(uint64_t first, unsigned int lg2));
uint64_t iotlb_drop(struct iotlb *t, const struct hw_inv_cmd *cmd);
uint64_t iotlb_copy(const struct iotlb *t, struct hw_cached_entry *out,
		    uint64_t max);

/**
 * iotlb_domain() - what is cached under a tag
 * @t: the cache
 * @id, @first_stage, @pasid: the tag
 *
 * Context: IOMMU lock held.
 * Return: the record, made if needed.
 */
static inline struct iotlb_domain *
iotlb_domain(struct iotlb *t, uint16_t id, bool first_stage, uint32_t pasid)
{
	struct iotlb_domain *dom = t->domains[id];

	if (hw_likely(dom && dom->first_stage == first_stage &&
		      dom->pasid == pasid))
		return dom;
	return iotlb_domain_slow(t, id, first_stage, pasid);
}

#endif
