/* SPDX-License-Identifier: MIT */
/*
 * The checker of the DMA API: switch, devices, entries.
 * Models kernel/dma/debug.c, 6.17 (CONFIG_DMA_API_DEBUG), and goes on where it
 * ends; what is checked is in debug_map.c, debug_sync.c, debug_iova.c,
 * debug_access.c and debug_page.c.
 *
 *	device -> interval tree of its device addresses -> entries
 *	state of the two-step API -> tree of its links
 *	first cache line of a buffer, state of the caller -> entries
 *
 * Entries come from a block set aside when the checker is switched on, then from
 * small blocks; when there is none the checker says so and switches itself off:
 * a mapping never fails because of it. All of that is memory of the host.
 *
 * Switched on while a machine runs, it does not know what is mapped. A device
 * that it first meets then is "old" until its driver leaves: nothing that is
 * unknown is held against an old device.
 *
 * I1  While off there are no entries, no devices and no memory.
 * I2  An entry is in the tree of its owner, or, if it is a link, of its state; it
 *     is in the table of lines iff ->lined, and its memory is watched iff
 *     ->watch_size is not 0.
 * Locks: dma_debug_lock, below the locks of drivers, above the event ring.
 * Tests: tests/api/test_checker_life.c
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/dma-map-ops.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "dma/debug_entry.h"
#include "dma/dma.h"
#include "mm/mm.h"

#define DEFAULT_ENTRIES 65536u
#define GROW_ENTRIES 64u
#define MAX_BUSES 8

bool dmasim_checker_on;
EXPORT_SYMBOL(dmasim_checker_on);

DEFINE_RAW_SPINLOCK(dma_debug_lock);
LIST_HEAD(dma_debug_devices);

/* ---- memory for entries ------------------------------------------------------ */

/** struct entry_block - entries come in blocks; unused ones were never touched. */
struct entry_block {
	struct entry_block *next;
	size_t bytes;
	unsigned int nr, used;
	struct dma_debug_entry entry[];
};

static struct entry_block *entry_blocks; /* the newest first */
static struct hlist_head free_entries;
static unsigned int initial_entries;
static unsigned int nr_free_entries, min_free_entries, nr_total_entries;

static DEFINE_HASHTABLE(lines, 10);
static DEFINE_HASHTABLE(states, 8);
static struct dma_debug_device *last_device;
static bool started_late;

static bool entries_grow(unsigned int nr)
{
	size_t bytes = sizeof(struct entry_block) +
		       nr * sizeof(struct dma_debug_entry);
	struct entry_block *block = NULL;

	if (!should_fail_site(DMASIM_SITE_CHECKER))
		block = dma_debug_host_alloc(bytes);
	if (!block)
		return false;
	block->bytes = bytes;
	block->nr = nr;
	block->next = entry_blocks;
	entry_blocks = block;
	nr_free_entries += nr;
	nr_total_entries += nr;
	return true;
}

static struct dma_debug_entry *entry_get(void)
{
	struct dma_debug_entry *entry;
	unsigned int before = nr_total_entries;

	if (!nr_free_entries) {
		if (!entries_grow(GROW_ENTRIES))
			return NULL;
		if (before / initial_entries !=
		    nr_total_entries / initial_entries)
			pr_info("checker: %u entries now\n", nr_total_entries);
	}
	if (!hlist_empty(&free_entries)) {
		entry = hlist_entry(free_entries.first, struct dma_debug_entry,
				    line);
		hlist_del(&entry->line);
	} else {
		entry = &entry_blocks->entry[entry_blocks->used++];
	}
	nr_free_entries--;
	min_free_entries = min(min_free_entries, nr_free_entries);
	return entry;
}

static void entry_put(struct dma_debug_entry *entry)
{
	hlist_add_head(&entry->line, &free_entries);
	nr_free_entries++;
}

/* ---- devices -------------------------------------------------------------------- */

static struct dma_debug_device *device_known(struct device *dev)
{
	struct dma_debug_device *d;

	if (last_device && last_device->dev == dev)
		return last_device;
	list_for_each_entry(d, &dma_debug_devices, node)
		if (d->dev == dev)
			return last_device = d;
	return NULL;
}

static struct dma_debug_device *device_meet(struct device *dev, bool old)
{
	struct dma_debug_device *d = dma_debug_host_alloc(sizeof(*d));

	if (!d)
		return NULL;
	d->dev = dev;
	d->rid = dev_is_pci(dev) ? pci_dev_id(to_pci_dev(dev)) : -1;
	d->old = old;
	d->ranges = RB_ROOT_CACHED;
	list_add(&d->node, &dma_debug_devices);
	return last_device = d;
}

/* Nobody is told of stores to memory that is forgotten. */
static void device_drop(struct dma_debug_device *d)
{
	struct dma_debug_entry *entry;

	dma_debug_pages_quiet(true);
	while ((entry = dma_debug_first(d, 0, ~0ull)))
		dma_debug_remove(entry);
	dma_debug_pages_quiet(false);
	if (last_device == d)
		last_device = NULL;
	list_del(&d->node);
	dma_debug_host_free(d);
}

/** dma_debug_device() - what is known of @dev; NULL without memory. */
struct dma_debug_device *dma_debug_device(struct device *dev)
{
	return device_known(dev) ?: device_meet(dev, started_late);
}

/** dma_debug_device_of_rid() - the PCI function with this number, or NULL. */
struct dma_debug_device *dma_debug_device_of_rid(unsigned int rid)
{
	struct dma_debug_device *d;

	if (last_device && last_device->rid == (int)rid)
		return last_device;
	list_for_each_entry(d, &dma_debug_devices, node)
		if (d->rid == (int)rid)
			return last_device = d;
	return NULL;
}

/* ---- entries ---------------------------------------------------------------------- */

static unsigned long line_of(phys_addr_t phys)
{
	return phys >> L1_CACHE_SHIFT;
}

static void entry_exhausted(struct dma_debug_device *owner, dma_addr_t addr,
			    u64 size)
{
	lib_event(
		LIB_EVENT_REFUSAL, "checker-exhausted", owner->dev, addr, size,
		"no memory for entry %u: the checker switches itself off; what it found so far stands",
		nr_total_entries + 1);
	pr_err("checker: out of memory, switched off\n");
	dma_debug_disable_locked();
}

/* Which driver is it? Its name is asked for when it has gone. */
static void note_driver(struct dma_debug_device *owner)
{
	const struct device_driver *driver = READ_ONCE(owner->dev->driver);

	if (driver == owner->driver_seen && owner->driver[0])
		return;
	owner->driver_seen = driver;
	strscpy(owner->driver, dev_driver_string(owner->dev),
		sizeof(owner->driver));
}

/* Most links come in the order of their addresses. */
static void link_insert(struct dma_debug_entry *link)
{
	struct dma_debug_entry *state = link->in, *last = state->last_link;
	struct rb_node **at = &state->links.rb_node, *above = NULL;

	if (!last || last->range.start < link->range.start) {
		state->last_link = link;
		if (last) {
			above = &last->range.rb;
			at = &above->rb_right;
		}
	}
	while (*at) {
		above = *at;
		at = link->range.start < dma_debug_link_of(above)->range.start ?
			     &above->rb_left :
			     &above->rb_right;
	}
	rb_link_node(&link->range.rb, above, at);
	rb_insert_color(&link->range.rb, &state->links);
}

static void link_remove(struct dma_debug_entry *link)
{
	struct dma_debug_entry *state = link->in;

	if (state->last_link == link)
		state->last_link = dma_debug_link_of(rb_prev(&link->range.rb));
	rb_erase(&link->range.rb, &state->links);
}

struct dma_debug_entry *dma_debug_link(struct dma_debug_entry *state, u64 first,
				       u64 last)
{
	struct dma_debug_entry *link = state->last_link, *found = NULL;
	struct rb_node *at = state->links.rb_node;

	if (!link || link->range.last < first)
		return NULL;
	while (at) {
		link = dma_debug_link_of(at);
		if (link->range.last >= first) {
			found = link;
			at = at->rb_left;
		} else {
			at = at->rb_right;
		}
	}
	return found && found->range.start <= last ? found : NULL;
}

struct dma_debug_entry *dma_debug_next_link(struct dma_debug_entry *link,
					    u64 last)
{
	link = dma_debug_link_of(rb_next(&link->range.rb));
	return link && link->range.start <= last ? link : NULL;
}

static void entry_insert(struct dma_debug_entry *entry, dma_addr_t addr,
			 u64 size, phys_addr_t phys)
{
	entry->range.start = addr;
	entry->range.last = dma_debug_last(addr, size);
	entry->size = size;
	entry->phys = phys;
	entry->watch_size = 0;
	entry->more = NULL;
	if (entry->in)
		link_insert(entry);
	else
		interval_tree_insert(&entry->range, &entry->owner->ranges);
	if (entry->lined)
		hash_add(lines, &entry->line, line_of(phys));
}

struct dma_debug_entry *dma_debug_add(struct dma_debug_device *owner,
				      struct dma_debug_entry *in,
				      enum dma_debug_type type, dma_addr_t addr,
				      u64 size, phys_addr_t phys,
				      enum dma_data_direction dir,
				      unsigned long attrs)
{
	struct dma_debug_entry *entry = entry_get();

	if (!entry) {
		entry_exhausted(owner, addr, size);
		return NULL;
	}
	note_driver(owner);
	entry->owner = owner;
	entry->in = in;
	entry->attrs = attrs;
	entry->state = NULL;
	entry->links = RB_ROOT;
	entry->last_link = NULL;
	entry->sg_call_ents = entry->sg_mapped_ents = 0;
	entry->type = type;
	entry->dir = dir;
	entry->check = DMA_DEBUG_CHECK_NOT_NEEDED;
	entry->synced = entry->listed = false;
	/* What the device only reads may be mapped twice. */
	entry->lined = type != DMA_DEBUG_STATE && type != DMA_DEBUG_RESOURCE &&
		       dir != DMA_TO_DEVICE;
	entry->path = dma_debug_call_path();
	entry_insert(entry, addr, size, phys);
	return entry;
}

struct dma_debug_entry *dma_debug_add_like(const struct dma_debug_entry *old,
					   dma_addr_t addr, u64 size,
					   phys_addr_t phys)
{
	struct dma_debug_entry *entry = entry_get();

	if (!entry) {
		entry_exhausted(old->owner, addr, size);
		return NULL;
	}
	*entry = *old;
	entry_insert(entry, addr, size, phys);
	return entry;
}

struct dma_debug_entry *dma_debug_add_memory(struct dma_debug_entry *entry)
{
	struct dma_debug_entry *more = entry_get();

	if (!more) {
		entry_exhausted(entry->owner, entry->range.start, entry->size);
		return NULL;
	}
	*more = *entry;
	more->watch_size = 0;
	more->more = entry->more;
	entry->more = more;
	return more;
}

void dma_debug_remove(struct dma_debug_entry *entry)
{
	struct dma_debug_entry *more;

	while (entry->last_link)
		dma_debug_remove(entry->last_link);
	while ((more = entry->more)) {
		entry->more = more->more;
		dma_debug_unwatch(more);
		entry_put(more);
	}
	dma_debug_unwatch(entry);
	if (entry->lined)
		hash_del(&entry->line);
	if (entry->type == DMA_DEBUG_STATE) {
		hash_del(&entry->state_node);
		if (entry->owner->last_state == entry)
			entry->owner->last_state = NULL;
	}
	if (entry->in)
		link_remove(entry);
	else
		interval_tree_remove(&entry->range, &entry->owner->ranges);
	entry_put(entry);
}

unsigned int dma_debug_overlaps(const struct dma_debug_entry *entry,
				unsigned int *unpromised)
{
	unsigned long line = line_of(entry->phys);
	struct dma_debug_entry *other;
	unsigned int nr = 0;

	*unpromised = 0;
	hash_for_each_possible(lines, other, line, line) {
		if (other == entry || line_of(other->phys) != line)
			continue;
		nr++;
		*unpromised += !dma_debug_promises(other);
	}
	return nr;
}

/** dma_debug_note_state() - @entry is the state kept at entry->state. */
void dma_debug_note_state(struct dma_debug_entry *entry)
{
	hash_add(states, &entry->state_node, (unsigned long)entry->state);
}

struct dma_debug_entry *dma_debug_find_state(const struct dma_iova_state *state)
{
	struct dma_debug_entry *entry;

	hash_for_each_possible(states, entry, state_node, (unsigned long)state)
		if (entry->state == state)
			return entry;
	return NULL;
}

/* ---- the switch ---------------------------------------------------------------------- */

bool dma_debug_enter(unsigned long *flags)
{
	raw_spin_lock_irqsave(&dma_debug_lock, *flags);
	if (dma_debug_active())
		return true;
	raw_spin_unlock_irqrestore(&dma_debug_lock, *flags);
	return false;
}

void dma_debug_leave(unsigned long flags)
{
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

static void object_goes(phys_addr_t phys, size_t size)
{
	unsigned long flags;

	if (!dma_debug_active() || !dma_debug_enter(&flags))
		return;
	dma_debug_object_freed(phys, size);
	dma_debug_leave(flags);
}

static void dma_debug_switch(bool on)
{
	lib_watch(LIB_WATCH_CHECKER, on);
	mm_set_object_watch(on ? object_goes : NULL);
	WRITE_ONCE(dmasim_checker_on, on);
}

void dma_debug_disable_locked(void)
{
	struct dma_debug_device *d, *next;
	struct entry_block *block;

	if (!dma_debug_active())
		return;
	dma_debug_switch(false);
	dma_debug_watch_devices(false);
	list_for_each_entry_safe(d, next, &dma_debug_devices, node)
		device_drop(d);
	dma_debug_pages_stop();
	INIT_HLIST_HEAD(&free_entries);
	while ((block = entry_blocks)) {
		entry_blocks = block->next;
		dma_debug_host_free(block);
	}
	nr_free_entries = 0;
}

static int dma_debug_enable(bool late, unsigned int nr)
{
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	if (dma_debug_active())
		goto out;
	initial_entries = nr ?: DEFAULT_ENTRIES;
	nr_total_entries = nr_free_entries = 0;
	if (dma_debug_pages_start() || !entries_grow(initial_entries)) {
		dma_debug_pages_stop();
		ret = -ENOMEM;
		goto out;
	}
	min_free_entries = nr_free_entries;
	started_late = late;
	hash_init(lines);
	hash_init(states);
	dma_debug_switch(true);
	dma_debug_watch_devices(true);
out:
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
	return ret;
}

/** dma_checker_enable() - switch on now; 0 or -ENOMEM. */
int dma_checker_enable(void)
{
	return dma_debug_enable(true, initial_entries);
}

/** dma_checker_disable() - switch off and forget all mappings; counts stay. */
void dma_checker_disable(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	dma_debug_disable_locked();
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

void dma_debug_get_entries(struct dma_checker_stats *stats)
{
	stats->free_entries = nr_free_entries;
	stats->min_free_entries = min_free_entries;
	stats->total_entries = nr_total_entries;
}

/* ---- buses ---------------------------------------------------------------------------- */

static struct {
	const struct bus_type *bus;
	struct notifier_block nb;
} buses[MAX_BUSES];

static int device_event(struct notifier_block *nb, unsigned long action,
			void *data)
{
	struct device *dev = data;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_active() || !dma_debug_enter(&flags))
		return 0;
	d = device_known(dev);
	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		if (!d)
			device_meet(dev, false);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		if (!d)
			break;
		dma_debug_report_pending(d);
		d->old = false;
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		if (!d)
			break;
		dma_debug_report_leaks(d);
		device_drop(d);
		break;
	}
	dma_debug_leave(flags);
	return 0;
}

/** dma_debug_add_bus() - tell what is still mapped when drivers of @bus leave. */
void dma_debug_add_bus(const struct bus_type *bus)
{
	unsigned int i;

	for (i = 0; i < MAX_BUSES && buses[i].bus; i++)
		if (buses[i].bus == bus)
			return;
	if (i == MAX_BUSES) {
		pr_err("checker: cannot watch bus %s: %u buses are watched\n",
		       bus->name, i);
		return;
	}
	buses[i].nb.notifier_call = device_event;
	if (!bus_register_notifier(bus, &buses[i].nb))
		buses[i].bus = bus;
}

static bool page_may_be_freed(struct page *page, unsigned int order)
{
	unsigned long flags;

	if (dma_debug_active() && dma_debug_enter(&flags)) {
		dma_debug_page_freed(page, order);
		dma_debug_leave(flags);
	}
	return true;
}

/**
 * dma_debug_boot() - with a machine
 * @on: switch on; so does DMASIM_CHECKER=1 in the environment
 * @nr_entries: to set aside, 0: 65536
 *
 * Return: 0 or -ENOMEM.
 */
int dma_debug_boot(bool on, unsigned int nr_entries)
{
	dma_debug_report_reset();
	dma_debug_rules_reset();
	dma_debug_pages_reset();
	dma_debug_add_bus(&pci_bus_type);
	dma_debug_add_bus(&platform_bus_type);
	initial_entries = nr_entries;
	mm_set_page_free_check(page_may_be_freed);
	if (!on && !dma_debug_env())
		return 0;
	return dma_debug_enable(false, nr_entries);
}

/** dma_debug_check() - what is mapped still? Return: leaks since boot. */
unsigned int dma_debug_check(void)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (dma_debug_active() && dma_debug_enter(&flags)) {
		list_for_each_entry(d, &dma_debug_devices, node)
			dma_debug_report_leaks(d);
		dma_debug_leave(flags);
	}
	return dma_debug_leaks();
}

void dma_debug_shutdown(void)
{
	unsigned int i;

	dma_checker_disable();
	mm_clear_page_free_check(page_may_be_freed);
	for (i = 0; i < MAX_BUSES && buses[i].bus; i++)
		bus_unregister_notifier(buses[i].bus, &buses[i].nb);
	memset(buses, 0, sizeof(buses));
}
