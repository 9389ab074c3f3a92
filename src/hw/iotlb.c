/* SPDX-License-Identifier: MIT */
/*
 * Filling and forgetting: the part of the IOTLB that is not a look-up.
 *
 * Without a capacity nothing is ever evicted: an entry stays until a command
 * matches it, so a missing invalidation shows every time and not by luck. With
 * one, the least recently used leaf goes, or one by chance.
 *
 * A range command costs the smaller of "blocks of each size in the range" and
 * "entries the domain has", so one page and the whole address space are both
 * cheap.
 *
 * I1  dom->tags has exactly the bits whose dom->count is not 0.
 * I2  An entry is in its hash chain, in its domain's list and, if it is a leaf
 *     and there is a capacity, in the LRU list; or it is free.
 * I3  At most one entry exists for a (domain, tag, block).
 * I4  A ghost stays until somebody reads the dirty marks of its range or a command
 *     matches it.
 *
 * Locks: the IOMMU's, held by every caller.
 * Tests: tests/unit/hw/test_iotlb.c
 */
#include "hw/iotlb.h"

#define CHUNK_ENTRIES 511 /* a chunk is 64 KiB */
#define FIRST_BUCKETS 1024
#define NR_DOMAINS 65536

struct iotlb_chunk {
	struct iotlb_chunk *next;
	struct iotlb_entry entry[CHUNK_ENTRIES];
};

static unsigned int kind_of(unsigned int tag)
{
	return tag >= IOTLB_TABLE;
}

static unsigned int lg2_of(unsigned int tag)
{
	return tag & (IOTLB_TABLE - 1);
}

/**
 * iotlb_init() - an empty cache
 * @t: the cache
 * @capacity: leaf entries at most, 0 for no limit
 *
 * Context: hw_init().
 * Return: false when out of memory.
 */
bool iotlb_init(struct iotlb *t, uint64_t capacity)
{
	memset(t, 0, sizeof(*t));
	t->capacity = capacity;
	t->mask = FIRST_BUCKETS - 1;
	TAILQ_INIT(&t->lru);
	t->bucket = host_alloc(FIRST_BUCKETS * sizeof(*t->bucket));
	t->domains = host_map_anon(NR_DOMAINS * sizeof(*t->domains));
	if (t->bucket && t->domains)
		return true;
	iotlb_exit(t);
	return false;
}

/**
 * iotlb_exit() - free everything
 * @t: the cache
 *
 * Context: hw_exit().
 */
void iotlb_exit(struct iotlb *t)
{
	struct iotlb_domain *dom, *before;
	struct iotlb_chunk *c, *next;

	for (c = t->chunks; c; c = next) {
		next = c->next;
		host_release(c, sizeof(*c));
	}
	for (dom = t->made_last; dom; dom = before) {
		before = dom->made_before;
		host_free(dom);
	}
	host_release(t->domains, NR_DOMAINS * sizeof(*t->domains));
	host_free(t->bucket);
	memset(t, 0, sizeof(*t));
}

/**
 * iotlb_domain_slow() - find or make the record of a tag
 * @t: the cache
 * @id: number of the domain
 * @first_stage: the tables are of the first stage
 * @pasid: 0 for requests without
 *
 * The one used last is found first.
 * Context: IOMMU lock held.
 * Return: the record.
 */
struct iotlb_domain *iotlb_domain_slow(struct iotlb *t, uint16_t id,
				       bool first_stage, uint32_t pasid)
{
	struct iotlb_domain **link = &t->domains[id], *dom;

	for (; (dom = *link); link = &dom->next)
		if (dom->first_stage == first_stage && dom->pasid == pasid)
			break;
	if (dom) {
		*link = dom->next;
	} else {
		dom = host_alloc(sizeof(*dom));
		if (!dom)
			host_panic("hw: no memory for an IOTLB domain");
		dom->id = id;
		dom->first_stage = first_stage;
		dom->pasid = pasid;
		dom->salt = ((uint64_t)pasid << 17 | first_stage << 16 | id) *
			    0xff51afd7ed558ccdull;
		LIST_INIT(&dom->entries[0]);
		LIST_INIT(&dom->entries[1]);
		dom->made_before = t->made_last;
		t->made_last = dom;
	}
	dom->next = t->domains[id];
	t->domains[id] = dom;
	return dom;
}

static struct iotlb_entry *entry_get(struct iotlb *t)
{
	struct iotlb_entry *e = t->free;
	struct iotlb_chunk *c;
	unsigned int i;

	if (!e) {
		c = host_map_anon(sizeof(*c));
		if (!c)
			host_panic("hw: no memory for IOTLB entries");
		c->next = t->chunks;
		t->chunks = c;
		/* The first one first: neighbours are used one after the other. */
		for (i = CHUNK_ENTRIES; i--;) {
			c->entry[i].chain = t->free;
			t->free = &c->entry[i];
		}
		e = t->free;
	}
	t->free = e->chain;
	memset(e, 0, sizeof(*e));
	return e;
}

static struct iotlb_entry **bucket_of(struct iotlb *t,
				      const struct iotlb_entry *e)
{
	uint64_t h = iotlb_hash(e->dom, e->tag, e->first >> lg2_of(e->tag));

	return &t->bucket[h & t->mask];
}

static void give_back(struct iotlb *t, struct iotlb_entry *e)
{
	e->chain = t->free;
	t->free = e;
}

/* From all lists. */
static void unlink_entry(struct iotlb *t, struct iotlb_entry *e)
{
	struct iotlb_entry **link = bucket_of(t, e);
	struct iotlb_domain *dom = e->dom;
	unsigned int kind = kind_of(e->tag);

	while (*link != e)
		link = &(*link)->chain;
	*link = e->chain;

	LIST_REMOVE(e, in_dom);
	if (!--dom->count[e->tag])
		dom->tags[kind] &= ~(1ull << lg2_of(e->tag));
	dom->total[kind]--;
	t->nr_all--;
	if (!kind) {
		t->nr_leaves--;
		if (t->capacity)
			TAILQ_REMOVE(&t->lru, e, in_lru);
	}
}

static void drop(struct iotlb *t, struct iotlb_entry *e)
{
	unlink_entry(t, e);
	give_back(t, e);
}

/* There is no room for a leaf any more. */
static void evict(struct iotlb *t, struct iotlb_entry *e)
{
	unlink_entry(t, e);
	if (!e->lost) {
		give_back(t, e);
		return;
	}
	e->chain = t->ghosts;
	t->ghosts = e;
}

static void grow(struct iotlb *t)
{
	uint64_t old_size = t->mask + 1, i;
	struct iotlb_entry **old = t->bucket, *e, *next;
	struct iotlb_entry **bigger;

	bigger = host_alloc(4 * old_size * sizeof(*bigger));
	if (!bigger)
		return; /* longer chains still work */
	t->bucket = bigger;
	t->mask = 4 * old_size - 1;
	for (i = 0; i < old_size; i++) {
		for (e = old[i]; e; e = next) {
			struct iotlb_entry **link = bucket_of(t, e);

			next = e->chain;
			e->chain = *link;
			*link = e;
		}
	}
	host_free(old);
}

/* The leaf that makes room: the oldest, or the first of a bucket by chance. */
static struct iotlb_entry *choose_victim(struct iotlb *t)
{
	struct iotlb_entry *e;

	if (!t->random)
		return TAILQ_LAST(&t->lru, iotlb_lru);
	for (;;) {
		t->random ^= t->random << 13;
		t->random ^= t->random >> 7;
		t->random ^= t->random << 17;
		e = t->bucket[t->random >> 20 & t->mask];
		while (e && kind_of(e->tag))
			e = e->chain;
		if (e)
			return e;
	}
}

/**
 * iotlb_insert() - remember something, forgetting what was there
 * @t: the cache
 * @dom: the domain
 * @tag: kind and size
 * @addr: any address of the range
 *
 * Context: IOMMU lock held. May evict the least recently used leaf.
 * Return: the entry; the caller fills in what it says.
 */
struct iotlb_entry *iotlb_insert(struct iotlb *t, struct iotlb_domain *dom,
				 unsigned int tag, uint64_t addr)
{
	struct iotlb_entry *e = iotlb_find(t, dom, tag, addr);
	unsigned int kind = kind_of(tag);
	struct iotlb_entry **link;

	if (e)
		drop(t, e);
	else if (!kind && t->capacity && t->nr_leaves >= t->capacity)
		evict(t, choose_victim(t));
	if (t->nr_all > 2 * t->mask)
		grow(t);

	e = entry_get(t);
	e->dom = dom;
	e->tag = (uint8_t)tag;
	e->first = addr >> lg2_of(tag) << lg2_of(tag);

	link = bucket_of(t, e);
	e->chain = *link;
	*link = e;
	LIST_INSERT_HEAD(&dom->entries[kind], e, in_dom);
	dom->count[tag]++;
	dom->total[kind]++;
	dom->tags[kind] |= 1ull << lg2_of(tag);
	t->nr_all++;
	if (!kind) {
		t->nr_leaves++;
		if (t->capacity)
			TAILQ_INSERT_HEAD(&t->lru, e, in_lru);
	}
	return e;
}

static bool level_matches(const struct iotlb_entry *e,
			  const struct hw_inv_cmd *cmd)
{
	return !cmd->leaf_level || e->tag >= IOTLB_TABLE ||
	       e->level + 1u == cmd->leaf_level;
}

/* Drop a domain's entries of a kind that overlap the range, by list. */
static uint64_t drop_by_list(struct iotlb *t, struct iotlb_domain *dom,
			     unsigned int kind, const struct hw_inv_cmd *cmd)
{
	struct iotlb_entry *e, *next;
	uint64_t nr = 0;

	LIST_FOREACH_SAFE(e, &dom->entries[kind], in_dom, next)
	{
		uint64_t e_last = e->first + ((1ull << lg2_of(e->tag)) - 1);

		if (e->first > cmd->last || e_last < cmd->first ||
		    !level_matches(e, cmd))
			continue;
		drop(t, e);
		nr++;
	}
	return nr;
}

/* The same by probing each block of each size that exists. */
static uint64_t drop_by_probe(struct iotlb *t, struct iotlb_domain *dom,
			      unsigned int kind, const struct hw_inv_cmd *cmd)
{
	uint64_t tags = dom->tags[kind], nr = 0;

	for (; tags; tags &= tags - 1) {
		unsigned int lg2 = __builtin_ctzll(tags);
		uint64_t block = cmd->first >> lg2;

		for (;; block++) {
			struct iotlb_entry *e;

			e = iotlb_find(t, dom, kind * IOTLB_TABLE + lg2,
				       block << lg2);
			if (e && level_matches(e, cmd)) {
				drop(t, e);
				nr++;
			}
			if (block == cmd->last >> lg2)
				break;
		}
	}
	return nr;
}

static uint64_t drop_kind(struct iotlb *t, struct iotlb_domain *dom,
			  unsigned int kind, const struct hw_inv_cmd *cmd)
{
	uint64_t tags = dom->tags[kind], probes = 0;

	if (!tags)
		return 0;
	/* The smallest size decides how much probing would cost. */
	probes = (cmd->last >> __builtin_ctzll(tags)) -
		 (cmd->first >> __builtin_ctzll(tags));
	if (probes >= dom->total[kind])
		return drop_by_list(t, dom, kind, cmd);
	return drop_by_probe(t, dom, kind, cmd);
}

/* They are nothing that the IOTLB holds, and do not count. */
static void drop_ghosts(struct iotlb *t, const struct iotlb_domain *dom,
			const struct hw_inv_cmd *cmd)
{
	struct iotlb_entry **link = &t->ghosts, *e;

	while ((e = *link)) {
		uint64_t e_last = e->first + ((1ull << lg2_of(e->tag)) - 1);

		if (e->dom != dom || e->first > cmd->last ||
		    e_last < cmd->first || !level_matches(e, cmd)) {
			link = &e->chain;
			continue;
		}
		*link = e->chain;
		give_back(t, e);
	}
}

static uint64_t drop_id(struct iotlb *t, uint16_t id,
			const struct hw_inv_cmd *cmd)
{
	struct iotlb_domain *dom;
	uint64_t nr = 0;

	for (dom = t->domains[id]; dom; dom = dom->next) {
		if (cmd->stage &&
		    dom->first_stage != (cmd->stage == HW_FIRST_STAGE))
			continue;
		if (cmd->by_pasid && dom->pasid != cmd->pasid)
			continue;
		nr += drop_kind(t, dom, 0, cmd);
		if (hw_unlikely(t->ghosts))
			drop_ghosts(t, dom, cmd);
		if (!cmd->leaf_only)
			nr += drop_kind(t, dom, 1, cmd);
	}
	return nr;
}

/**
 * iotlb_copy() - tell all, in no order
 * @t: the cache, in use or all zero
 * @out: filled
 * @max: entries that it has room for
 *
 * Context: that of the other calls on @t.
 * Return: how many there are.
 */
uint64_t iotlb_copy(const struct iotlb *t, struct hw_cached_entry *out,
		    uint64_t max)
{
	const struct iotlb_entry *e;
	uint64_t nr = 0, i;

	for (i = 0; t->bucket && i <= t->mask; i++) {
		for (e = t->bucket[i]; e; e = e->chain, nr++) {
			if (nr >= max)
				continue;
			out[nr] = (struct hw_cached_entry){
				.domain = e->dom->id,
				.pasid = e->dom->pasid,
				.table = e->tag >= IOTLB_TABLE,
				.absent = e->absent,
				.read = e->read,
				.write = e->write,
				.level = e->level,
				.lg2 = e->tag & (IOTLB_TABLE - 1),
				.first = e->first,
				.target = e->phys,
			};
		}
	}
	return nr;
}

/**
 * iotlb_tell_lost() - leaves that were written through without leaving a mark
 * @t: the cache
 * @id: domain number
 * @first: first address
 * @last: last address
 * @fn: told of each that overlaps; it counts as told
 *
 * Context: IOMMU lock held. Costs all entries of the domain.
 */
void iotlb_tell_lost(struct iotlb *t, uint16_t id, uint64_t first,
		     uint64_t last,
		     void (*fn)(uint64_t first, unsigned int lg2))
{
	struct hw_inv_cmd told = { .first = first, .last = last };
	struct iotlb_domain *dom;
	struct iotlb_entry *e;

	for (e = t->ghosts; e; e = e->chain)
		if (e->dom->id == id && e->first <= last &&
		    e->first + ((1ull << e->tag) - 1) >= first)
			fn(e->first, e->tag);
	for (dom = t->domains[id]; dom; dom = dom->next) {
		drop_ghosts(t, dom, &told);
		LIST_FOREACH(e, &dom->entries[0], in_dom)
		{
			if (!e->lost || e->first > last ||
			    e->first + ((1ull << e->tag) - 1) < first)
				continue;
			e->lost = false;
			fn(e->first, e->tag);
		}
	}
}

/**
 * iotlb_drop() - forget what a command matches
 * @t: the cache
 * @cmd: a HW_INV_RANGE; or a HW_INV_DOMAIN, HW_INV_TRANSLATIONS or HW_INV_ALL,
 *	whose addresses do not count
 *
 * Context: IOMMU lock held.
 * Return: number of entries dropped.
 */
uint64_t iotlb_drop(struct iotlb *t, const struct hw_inv_cmd *cmd)
{
	struct hw_inv_cmd whole = *cmd;
	uint64_t nr = 0;
	unsigned int id;

	if (cmd->type == HW_INV_RANGE)
		return cmd->first > cmd->last ? 0 :
						drop_id(t, cmd->domain, cmd);
	whole.first = 0;
	whole.last = UINT64_MAX;
	if (cmd->type == HW_INV_DOMAIN)
		return drop_id(t, cmd->domain, &whole);
	for (id = 0; id < NR_DOMAINS && (t->nr_all || t->ghosts); id++)
		nr += drop_id(t, (uint16_t)id, &whole);
	return nr;
}

/**
 * iotlb_next() - the lowest translation that overlaps a range
 * @t: the cache
 * @dom: whose
 * @at: first device address
 * @last: last device address
 *
 * Context: IOMMU lock held. Costs the entries of the domain; for checks.
 * Return: the entry, NULL if there is none. "Nothing there" does not count.
 */
const struct iotlb_entry *iotlb_next(const struct iotlb *t,
				     const struct iotlb_domain *dom,
				     uint64_t at, uint64_t last)
{
	const struct iotlb_entry *e, *best = NULL;

	if (at >> HW_PAGE_LG2 == last >> HW_PAGE_LG2) {
		e = iotlb_probe(t, dom, 0, at);
		return e && !e->absent ? e : NULL;
	}
	LIST_FOREACH(e, &dom->entries[0], in_dom)
	{
		uint64_t e_last = e->first + ((1ull << lg2_of(e->tag)) - 1);

		if (!e->absent && e->first <= last && e_last >= at &&
		    (!best || e->first < best->first))
			best = e;
	}
	return best;
}

/**
 * iotlb_of_table() - something that was read from a table, or leads to it
 * @t: the cache
 * @table: physical address
 * @len: bytes
 *
 * Context: IOMMU lock held. Costs all entries; for checks.
 * Return: an entry, where tables are before leaves; NULL if there is none.
 */
const struct iotlb_entry *iotlb_of_table(const struct iotlb *t, uint64_t table,
					 uint64_t len)
{
	const struct iotlb_domain *dom;
	const struct iotlb_entry *e;

	for (dom = t->made_last; dom; dom = dom->made_before)
		LIST_FOREACH(e, &dom->entries[1], in_dom)
	if (e->phys - table < len)
		return e;
	for (dom = t->made_last; dom; dom = dom->made_before)
		LIST_FOREACH(e, &dom->entries[0], in_dom)
	if (!e->absent && e->table - table < len)
		return e;
	return NULL;
}
