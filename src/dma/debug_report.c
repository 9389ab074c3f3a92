/* SPDX-License-Identifier: MIT */
/*
 * What the checker says: diagnoses, lists of what is mapped, counts.
 *
 * Each diagnosis is an event of kind misuse and counts, always. The log gets
 * only some of them, by the kernel's rules: those of the driver that the filter
 * names, and of these either all or the first num_errors.
 *
 * Locks: dma_debug_lock is held by the callers, or taken here by the calls that
 * dma/dma.h offers.
 * Tests: tests/api/test_checker.c
 */
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "dma/debug_entry.h"
#include "dma/dma.h"

#define LOGGED_FRAMES 5u

static u64 nr_errors, nr_printed, nr_leaks;
static u64 num_errors = 1;
static bool all_errors;
static char filter[64];

static const char *const type_names[] = {
	[DMA_DEBUG_SINGLE] = "single",
	[DMA_DEBUG_SG] = "scatter-gather",
	[DMA_DEBUG_COHERENT] = "coherent",
	[DMA_DEBUG_RESOURCE] = "resource",
	[DMA_DEBUG_NONCOHERENT] = "noncoherent",
	[DMA_DEBUG_STATE] = "two-step",
	[DMA_DEBUG_LINK] = "link",
};

static const char *const dir_names[] = {
	[DMA_BIDIRECTIONAL] = "bidirectional",
	[DMA_TO_DEVICE] = "to device",
	[DMA_FROM_DEVICE] = "from device",
	[DMA_NONE] = "none",
};

const char *dma_debug_type_name(unsigned int type)
{
	return type_names[type];
}

const char *dma_debug_dir_name(unsigned int dir)
{
	return dir_names[dir & 3];
}

static void print_origin(const struct dma_debug_entry *entry)
{
	void *const *frames;
	unsigned int i, nr = dma_debug_frames(entry, &frames);

	if (!entry)
		return;
	pr_err("mapped at:\n");
	for (i = 0; i < min(nr, LOGGED_FRAMES); i++)
		pr_err(" %pS\n", frames[i]);
}

static bool filter_passes(const char *driver)
{
	return !filter[0] || !strcmp(filter, driver);
}

static void say(const char *driver, struct device *dev,
		const struct dma_debug_entry *entry, const char *text)
{
	if (!filter_passes(driver) || (!all_errors && !num_errors))
		return;
	pr_err("checker: %s %s: %s\n", driver, dev_name(dev), text);
	print_origin(entry);
	nr_printed++;
	if (!all_errors)
		num_errors--;
}

static void put_event(enum lib_event_kind kind, const char *id,
		      struct device *dev, const struct dma_debug_entry *entry,
		      u64 addr, u64 len, const char *text)
{
	void *const *frames = NULL;
	unsigned int nr = dma_debug_frames(entry, &frames);

	lib_event_put_from(kind, id, dev_name(dev), addr, len, text, frames,
			   nr);
}

void dma_debug_misuse(struct dma_debug_device *d, const char *id,
		      const struct dma_debug_entry *entry, u64 addr, u64 len,
		      const char *fmt, ...)
{
	const char *driver = d->driver[0] ? d->driver :
					    dev_driver_string(d->dev);
	char text[232];
	va_list args;
	int at;

	at = scnprintf(text, sizeof(text), "%s ", driver);
	va_start(args, fmt);
	vscnprintf(text + at, sizeof(text) - at, fmt, args);
	va_end(args);
	put_event(LIB_EVENT_MISUSE, id, d->dev, entry, addr, len, text);
	nr_errors++;
	say(driver, d->dev, entry, text + at);
}

/* ---- what is mapped ------------------------------------------------------------- */

static u64 bytes_linked(struct dma_debug_entry *state)
{
	struct dma_debug_entry *link = dma_debug_link(state, 0, ~0ull);
	u64 bytes = 0;

	for (; link; link = dma_debug_next_link(link, ~0ull))
		bytes += link->size;
	return bytes;
}

const char *dma_debug_describe(struct dma_debug_entry *entry, char *buf,
			       size_t size)
{
	if (entry->type == DMA_DEBUG_STATE)
		scnprintf(buf, size, "two-step 0x%lx + 0x%llx, 0x%llx linked",
			  entry->range.start, entry->size, bytes_linked(entry));
	else
		scnprintf(buf, size, "%s 0x%lx + 0x%llx, %s",
			  type_names[entry->type], entry->range.start,
			  entry->size, dir_names[entry->dir]);
	return buf;
}

/* A state stands for what is linked into it. */
static struct dma_debug_entry *next_left(struct dma_debug_device *d,
					 struct dma_debug_entry *entry)
{
	do {
		entry = entry ? dma_debug_next(entry, 0, ~0ull) :
				dma_debug_first(d, 0, ~0ull);
	} while (entry && entry->listed);
	return entry;
}

void dma_debug_report_pending(struct dma_debug_device *d)
{
	struct dma_debug_entry *entry = NULL, *first = next_left(d, NULL);
	unsigned int nr = 0;
	char text[96];

	while ((entry = next_left(d, entry)))
		nr++;
	if (!nr)
		return;
	dma_debug_misuse(d, "checker-pending", first, first->range.start,
			 first->size, "left with %u mappings, the first is %s",
			 nr, dma_debug_describe(first, text, sizeof(text)));
	entry = NULL;
	while ((entry = next_left(d, entry))) {
		entry->listed = true;
		put_event(LIB_EVENT_NOTE, "checker-pending-mapping", d->dev,
			  entry, entry->range.start, entry->size,
			  dma_debug_describe(entry, text, sizeof(text)));
	}
}

void dma_debug_report_leaks(struct dma_debug_device *d)
{
	struct dma_debug_entry *entry = NULL;
	char text[96], line[160];

	while ((entry = next_left(d, entry))) {
		entry->listed = true;
		nr_leaks++;
		scnprintf(line, sizeof(line), "%s still has %s mapped",
			  d->driver,
			  dma_debug_describe(entry, text, sizeof(text)));
		put_event(LIB_EVENT_LEAK, "checker-leak", d->dev, entry,
			  entry->range.start, entry->size, line);
	}
}

unsigned int dma_debug_leaks(void)
{
	return nr_leaks;
}

/* ---- dump -------------------------------------------------------------------------- */

static const char *check_name(const struct dma_debug_entry *entry)
{
	static const char *const names[] = {
		[DMA_DEBUG_CHECK_NOT_NEEDED] = "check not needed",
		[DMA_DEBUG_NOT_CHECKED] = "error not checked",
		[DMA_DEBUG_CHECKED] = "error checked",
	};

	return names[entry->check];
}

static void dump_entry(struct dma_debug_entry *entry,
		       void (*line)(const char *text, void *arg), void *arg)
{
	struct dma_debug_device *d = entry->owner;
	char text[192];

	scnprintf(text, sizeof(text),
		  "%s %s %s idx %llu P=%llx D=%lx L=%llx cln=%llx %s %s",
		  d->driver, dev_name(d->dev), type_names[entry->type],
		  ((u64)entry->range.start >> 13) & 16383, entry->phys,
		  entry->range.start, entry->size,
		  entry->phys >> L1_CACHE_SHIFT, dir_names[entry->dir],
		  check_name(entry));
	line(text, arg);
}

static void dump_device(struct dma_debug_device *d,
			void (*line)(const char *text, void *arg), void *arg)
{
	struct dma_debug_entry *entry, *link;

	for (entry = dma_debug_first(d, 0, ~0ull); entry;
	     entry = dma_debug_next(entry, 0, ~0ull)) {
		dump_entry(entry, line, arg);
		for (link = dma_debug_link(entry, 0, ~0ull); link;
		     link = dma_debug_next_link(link, ~0ull))
			dump_entry(link, line, arg);
	}
}

/* @dev NULL: all. */
static void dump(struct device *dev, void (*line)(const char *text, void *arg),
		 void *arg)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_active() || !dma_debug_enter(&flags))
		return;
	list_for_each_entry(d, &dma_debug_devices, node)
		if (!dev || d->dev == dev)
			dump_device(d, line, arg);
	dma_debug_leave(flags);
}

static void dump_to_log(const char *text, void *arg)
{
	pr_info("%s\n", text);
}

/**
 * debug_dma_dump_mappings() - list what is mapped in the log
 * @dev: only for this device; NULL: for all
 *
 * Context: any. Lists nothing while the checker is off.
 */
void debug_dma_dump_mappings(struct device *dev)
{
	dump(dev, dump_to_log, NULL);
}
EXPORT_SYMBOL(debug_dma_dump_mappings);

void dma_checker_dump(void (*line)(const char *text, void *arg), void *arg)
{
	dump(NULL, line, arg);
}

/* ---- what can be set ------------------------------------------------------------------ */

void dma_debug_report_reset(void)
{
	nr_errors = nr_printed = nr_leaks = 0;
	num_errors = 1;
	all_errors = false;
	filter[0] = '\0';
}

void dma_checker_set_all_errors(bool all)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	all_errors = all;
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

void dma_checker_set_num_errors(u64 nr)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	num_errors = nr;
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

/** dma_checker_set_filter() - log this driver only: the first word of @text. */
void dma_checker_set_filter(const char *text)
{
	unsigned long flags;
	size_t len = 0;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	if (text && isalnum(text[0]))
		while (len < sizeof(filter) - 1 && text[len] &&
		       !isspace(text[len])) {
			filter[len] = text[len];
			len++;
		}
	filter[len] = '\0';
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

void dma_checker_get_stats(struct dma_checker_stats *stats)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	stats->errors = nr_errors;
	stats->printed = nr_printed;
	dma_debug_get_entries(stats);
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

bool dma_checker_enabled(void)
{
	return dma_debug_active();
}
