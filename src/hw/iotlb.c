/* SPDX-License-Identifier: MIT */
/*
 * Filling and forgetting: the part of the IOTLB that is not a look-up.
 *
 * Without a capacity nothing is ever evicted: an entry stays until a command
 * matches it, so a missing invalidation shows every time and not by luck. With
 * one, the least recently used leaf goes.
 *
 * A range command costs the smaller of "blocks of each size in the range" and
 * "entries the domain has", so one page and the whole address space are both
 * cheap.
 *
 * I1  dom->tags has exactly the bits whose dom->count is not 0.
 * I2  An entry is in its hash chain, in its domain's list and, if it is a leaf
 *     and there is a capacity, in the LRU list; or it is free.
 * I3  At most one entry exists for a (domain, tag, block).
 *
 * Locks: the IOMMU's, held by every caller.
 * Tests: tests/unit/hw/test_iotlb.c
 */
#include "hw/iotlb.h"

#define CHUNK_ENTRIES 256
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
	struct iotlb_chunk *c, *next;
	unsigned int i;

	for (c = t->chunks; c; c = next) {
		next = c->next;
		host_free(c);
	}
	for (i = 0; t->domains && i < NR_DOMAINS; i++)
		host_free(t->domains[i]);
	host_release(t->domains, NR_DOMAINS * sizeof(*t->domains));
	host_free(t->bucket);
	memset(t, 0, sizeof(*t));
}

/**
 * iotlb_domain() - what is cached for a domain
 * @t: the cache
 * @id: its tag
 *
 * Context: IOMMU lock held.
 * Return: the record, made if needed.
 */
struct iotlb_domain *iotlb_domain(struct iotlb *t, uint16_t id)
{
	struct iotlb_domain *dom = t->domains[id];

	if (hw_likely(dom))
		return dom;
	dom = host_alloc(sizeof(*dom));
	if (!dom)
		host_panic("hw: no memory for an IOTLB domain");
	dom->id = id;
	LIST_INIT(&dom->entries[0]);
	LIST_INIT(&dom->entries[1]);
	t->domains[id] = dom;
	return dom;
}

static struct iotlb_entry *entry_get(struct iotlb *t)
{
	struct iotlb_entry *e = t->free;
	struct iotlb_chunk *c;
	unsigned int i;

	if (!e) {
		c = host_alloc(sizeof(*c));
		if (!c)
			host_panic("hw: no memory for IOTLB entries");
		c->next = t->chunks;
		t->chunks = c;
		for (i = 0; i < CHUNK_ENTRIES; i++) {
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

static void drop(struct iotlb *t, struct iotlb_entry *e)
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
	e->chain = t->free;
	t->free = e;
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
		drop(t, TAILQ_LAST(&t->lru, iotlb_lru));
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

/* Drop a domain's entries of a kind that overlap [first, last], by list. */
static uint64_t drop_by_list(struct iotlb *t, struct iotlb_domain *dom,
			     unsigned int kind, uint64_t first, uint64_t last)
{
	struct iotlb_entry *e, *next;
	uint64_t nr = 0;

	LIST_FOREACH_SAFE(e, &dom->entries[kind], in_dom, next)
	{
		uint64_t e_last = e->first + ((1ull << lg2_of(e->tag)) - 1);

		if (e->first > last || e_last < first)
			continue;
		drop(t, e);
		nr++;
	}
	return nr;
}

/* The same by probing each block of each size that exists. */
static uint64_t drop_by_probe(struct iotlb *t, struct iotlb_domain *dom,
			      unsigned int kind, uint64_t first, uint64_t last)
{
	uint64_t tags = dom->tags[kind], nr = 0;

	for (; tags; tags &= tags - 1) {
		unsigned int lg2 = __builtin_ctzll(tags);
		uint64_t block = first >> lg2;

		for (;; block++) {
			struct iotlb_entry *e;

			e = iotlb_find(t, dom, kind * IOTLB_TABLE + lg2,
				       block << lg2);
			if (e) {
				drop(t, e);
				nr++;
			}
			if (block == last >> lg2)
				break;
		}
	}
	return nr;
}

static uint64_t drop_kind(struct iotlb *t, struct iotlb_domain *dom,
			  unsigned int kind, uint64_t first, uint64_t last)
{
	uint64_t tags = dom->tags[kind], probes = 0;

	if (!tags)
		return 0;
	/* The smallest size decides how much probing would cost. */
	probes = (last >> __builtin_ctzll(tags)) -
		 (first >> __builtin_ctzll(tags));
	if (probes >= dom->total[kind])
		return drop_by_list(t, dom, kind, first, last);
	return drop_by_probe(t, dom, kind, first, last);
}

/**
 * iotlb_drop_range() - forget what overlaps a range of one domain
 * @t: the cache
 * @id: the domain
 * @first: first device address
 * @last: last device address
 * @leaf_only: keep table entries
 *
 * Context: IOMMU lock held.
 * Return: number of entries dropped.
 */
uint64_t iotlb_drop_range(struct iotlb *t, uint16_t id, uint64_t first,
			  uint64_t last, bool leaf_only)
{
	struct iotlb_domain *dom = t->domains[id];
	uint64_t nr;

	if (!dom || first > last)
		return 0;
	nr = drop_kind(t, dom, 0, first, last);
	if (!leaf_only)
		nr += drop_kind(t, dom, 1, first, last);
	return nr;
}

/**
 * iotlb_drop_domain() - forget a domain
 * @t: the cache
 * @id: the domain
 *
 * Context: IOMMU lock held.
 * Return: number of entries dropped.
 */
uint64_t iotlb_drop_domain(struct iotlb *t, uint16_t id)
{
	return iotlb_drop_range(t, id, 0, UINT64_MAX, false);
}

/**
 * iotlb_drop_all() - forget everything
 * @t: the cache
 *
 * Context: IOMMU lock held.
 * Return: number of entries dropped.
 */
uint64_t iotlb_drop_all(struct iotlb *t)
{
	uint64_t nr = 0;
	unsigned int id;

	for (id = 0; id < NR_DOMAINS && t->nr_all; id++)
		nr += iotlb_drop_domain(t, (uint16_t)id);
	return nr;
}
