/* SPDX-License-Identifier: MIT */
/*
 * The checker's view of the two-step API, which 6.17 does not check at all.
 *
 *	state  [addr .................................. addr + size)
 *	links  [  entry  ][  entry  ]      hole      [ entry ]
 *
 * A state is known by the address that the driver keeps it at and by its device
 * address; a link is an entry inside it. Unlinking a part of a link leaves the
 * rest as entries of their own.
 *
 * What the API itself reports or refuses, with the checker off as well
 * (dma-iova-*, -EADDRINUSE), is not reported twice.
 *
 * I1  The links of a state are inside it and do not overlap.
 * Locks: dma_debug_lock.
 * Tests: tests/api/test_checker_iova.c
 */
#include <linux/kernel.h>

#include "dma/debug_entry.h"
#include "dma/dma_iommu.h"

/* The live state that these addresses belong to, wherever it is kept; or NULL. */
static struct dma_debug_entry *find_state(struct dma_debug_device *d,
					  const struct dma_iova_state *state)
{
	struct dma_debug_entry *entry = d->last_state;

	/* Most calls are about the same one as the call before. */
	if (entry && entry->range.start == state->addr)
		return entry;
	for (entry = dma_debug_first(d, state->addr, state->addr); entry;
	     entry = dma_debug_next(entry, state->addr, state->addr))
		if (entry->type == DMA_DEBUG_STATE &&
		    entry->range.start == state->addr)
			return d->last_state = entry;
	return NULL;
}

/* The same, and there must be one. */
static struct dma_debug_entry *state_at(struct dma_debug_device *d,
					struct dma_iova_state *state)
{
	struct dma_debug_entry *entry = find_state(d, state);

	if (entry)
		return entry;
	if (!d->old)
		dma_debug_misuse(
			d, "checker-iova-unknown", NULL, state->addr,
			dma_iova_size(state),
			"uses a state of 0x%llx + 0x%zx, which are not reserved: given back through a copy?",
			state->addr, dma_iova_size(state));
	return NULL;
}

void debug_dma_iova_reuse(struct device *dev,
			  const struct dma_iova_state *state)
{
	struct dma_debug_entry *entry;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	entry = dma_debug_find_state(state);
	/* Somebody else's memory by now, if it does not say the same. */
	if (entry && state->addr == entry->range.start &&
	    !(state->__size & DMA_IOVA_GIVEN_BACK))
		dma_debug_misuse(
			entry->owner, "checker-iova-overwritten", entry,
			entry->range.start, entry->size,
			"dma_iova_try_alloc() over a state that still has 0x%lx + 0x%llx",
			entry->range.start, entry->size);
	dma_debug_leave(flags);
}

void debug_dma_iova_alloc(struct device *dev, struct dma_iova_state *state)
{
	struct dma_debug_entry *entry;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (!d)
		goto out;
	entry = dma_debug_add(d, NULL, DMA_DEBUG_STATE, state->addr,
			      dma_iova_size(state), 0, DMA_NONE, 0);
	if (entry) {
		entry->state = state;
		dma_debug_note_state(entry);
	}
out:
	dma_debug_leave(flags);
}

/* Is the link right? If not it may still have succeeded. */
static void check_range(struct dma_debug_entry *state, u64 first, u64 size)
{
	u64 offset = first - state->range.start;
	struct dma_debug_entry *link;

	if (offset > state->size || size > state->size - offset) {
		dma_debug_misuse(
			state->owner, "checker-iova-link-outside", state, first,
			size,
			"links 0x%llx bytes at offset 0x%llx of a state of 0x%llx",
			size, offset, state->size);
		return;
	}
	link = dma_debug_link(state, first, first + size - 1);
	if (link)
		dma_debug_misuse(
			state->owner, "checker-iova-link-overlap", link, first,
			size,
			"links 0x%llx bytes at offset 0x%llx over a link of 0x%llx at 0x%llx",
			size, offset, link->size,
			(u64)(link->range.start - state->range.start));
}

void debug_dma_iova_link(struct device *dev, struct dma_iova_state *state,
			 phys_addr_t phys, size_t offset, size_t size,
			 enum dma_data_direction dir, unsigned long attrs,
			 int ret)
{
	struct dma_debug_entry *entry, *link;
	u64 first = state->addr + offset;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!size || !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	entry = d ? state_at(d, state) : NULL;
	if (!entry)
		goto out;
	check_range(entry, first, size);
	if (ret)
		goto out;
	dma_debug_check_memory(d, phys, size, attrs);
	link = dma_debug_add(d, entry, DMA_DEBUG_LINK, first, size, phys, dir,
			     attrs);
	if (!link)
		goto out;
	dma_debug_check_overlap(link);
	if (!(attrs & DMA_ATTR_MMIO))
		dma_debug_watch(link, phys, size,
				dma_debug_own(entry->size, attrs));
out:
	dma_debug_leave(flags);
}

void debug_dma_iova_sync(struct device *dev, struct dma_iova_state *state,
			 size_t offset, size_t size)
{
	u64 first = state->addr + offset, last = first + size - 1;
	struct dma_debug_entry *entry, *link;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!size || !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	entry = d ? state_at(d, state) : NULL;
	link = entry ? dma_debug_link(entry, first, last) : NULL;
	for (; link; link = dma_debug_next_link(link, last))
		if (link->range.start >= first && link->range.last <= last)
			link->synced = true;
	dma_debug_leave(flags);
}

/* ---- taking away --------------------------------------------------------------------- */

static void check_link(struct dma_debug_entry *link,
		       enum dma_data_direction dir, unsigned long attrs)
{
	u64 addr = link->range.start;

	if (link->dir != dir)
		dma_debug_misuse(
			link->owner, "checker-iova-direction", link, addr,
			link->size,
			"unlinks 0x%llx + 0x%llx with direction %s, linked %s",
			addr, link->size, dma_debug_dir_name(dir),
			dma_debug_dir_name(link->dir));
	if (dma_debug_attrs(link->attrs ^ attrs))
		dma_debug_misuse(
			link->owner, "checker-iova-attrs", link, addr,
			link->size,
			"unlinks 0x%llx + 0x%llx with attributes 0x%lx, linked with 0x%lx",
			addr, link->size, attrs, link->attrs);
}

/* A part of @old, a link that is gone, lives on. False: the checker stopped. */
static bool keep(const struct dma_debug_entry *state,
		 const struct dma_debug_entry *old, u64 first, u64 size)
{
	struct dma_debug_entry *rest = dma_debug_add_like(
		old, first, size, old->phys + (first - old->range.start));

	if (rest && old->watch_size)
		dma_debug_watch(rest, rest->phys, size,
				dma_debug_own(state->size, old->attrs));
	return rest;
}

/* Take [first, last] out of @link; what is left of it lives on. */
static bool cut(const struct dma_debug_entry *state,
		struct dma_debug_entry *link, u64 first, u64 last)
{
	struct dma_debug_entry old = *link;

	dma_debug_remove(link);
	if (old.range.start < first &&
	    !keep(state, &old, old.range.start, first - old.range.start))
		return false;
	return old.range.last <= last ||
	       keep(state, &old, last + 1, old.range.last - last);
}

/* Remove all links in a range. Returns the bytes, or ~0 if the checker stopped. */
static u64 unlink_range(struct dma_debug_entry *state, u64 first, u64 last,
			enum dma_data_direction dir, unsigned long attrs)
{
	struct dma_debug_entry *link, *next;
	u64 bytes = 0;

	/* What a cut leaves is outside of the range. */
	for (link = dma_debug_link(state, first, last); link; link = next) {
		next = dma_debug_next_link(link, last);
		bytes += min_t(u64, link->range.last, last) -
			 max_t(u64, link->range.start, first) + 1;
		check_link(link, dir, attrs);
		if (link->range.start >= first && link->range.last <= last)
			dma_debug_remove(link);
		else if (!cut(state, link, first, last))
			return ~0ull;
	}
	return bytes;
}

void debug_dma_iova_unlink(struct device *dev, struct dma_iova_state *state,
			   size_t offset, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	u64 first = state->addr + offset, last = first + size - 1, bytes;
	struct dma_debug_entry *entry;
	struct dma_debug_device *d;
	unsigned long flags;

	if (last < first || !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	entry = d ? state_at(d, state) : NULL;
	if (!entry)
		goto out;
	bytes = unlink_range(entry, first, last, dir, attrs);
	if (bytes < size)
		dma_debug_misuse(
			d, "checker-iova-unlink-hole", entry, first, size,
			"unlinks 0x%zx bytes at offset 0x%zx, of which 0x%llx are linked",
			size, offset, bytes);
out:
	dma_debug_leave(flags);
}

void debug_dma_iova_destroy(struct device *dev, struct dma_iova_state *state,
			    size_t mapped_len, enum dma_data_direction dir,
			    unsigned long attrs)
{
	u64 start = state->addr, inside, outside = 0;
	struct dma_debug_entry *entry, *link;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	entry = d ? state_at(d, state) : NULL;
	if (!entry)
		goto out;
	inside = mapped_len ? unlink_range(entry, start, start + mapped_len - 1,
					   dir, attrs) :
			      0;
	if (inside == ~0ull)
		goto out;
	for (link = dma_debug_link(entry, 0, ~0ull); link;
	     link = dma_debug_next_link(link, ~0ull))
		outside += link->size;
	if (!mapped_len && outside)
		dma_debug_misuse(
			d, "checker-iova-free-linked", entry, start,
			entry->size,
			"gives 0x%llx + 0x%llx back while 0x%llx bytes are linked",
			start, entry->size, outside);
	else if (outside || inside != mapped_len)
		dma_debug_misuse(
			d, "checker-iova-mapped-len", entry, start, mapped_len,
			"destroys a state with mapped length 0x%zx, linked are 0x%llx in it and 0x%llx behind",
			mapped_len, inside, outside);
	dma_debug_remove(entry);
out:
	dma_debug_leave(flags);
}
