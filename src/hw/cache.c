/* SPDX-License-Identifier: MIT */
/*
 * Views of memory: what the CPU sees, what a device sees.
 *
 * Coherent devices see the CPU's bytes and the CPU sees theirs: the bytes of
 * RAM. Next to these the machine keeps, from the first non-coherent device on
 * and line by line (64 bytes), what a CPU without snooping would make of them:
 *
 *	RAM	the CPU's view: its caches, which hold every line and never
 *		forget one by themselves
 *	DRAM	the view of non-coherent devices: zero at power-on
 *	base	the line as it was when CPU and DRAM last exchanged it; a line is
 *		dirty while RAM differs from base
 *
 *	CPU store	RAM				  (base: now dirty)
 *	device store	DRAM, only its bytes
 *	device load	DRAM
 *	clean		dirty line:	   RAM -> DRAM, base
 *			other line:	   nothing
 *	invalidate	line inside:	   DRAM -> RAM, base	(stores are lost)
 *			line partly inside: clean, then the same
 *	uncached page	CPU and devices use RAM; maintenance does nothing
 *
 * Nothing happens by chance: a forgotten clean always shows the device what was
 * there before, a forgotten invalidate the CPU. A line is dirty by its value:
 * storing what is there already does not count.
 *
 * Unless the machine speculates (hw_config.cache_speculation): then one line in
 * so many, by seed, loses its place in the CPU's caches where that can happen to
 * it: before a device reads or maintenance begins, and after a device wrote.
 *
 *	dirty line	as if cleaned: written back, over what a device wrote
 *	clean line that	as if fetched anew: the CPU sees what was written
 *	was written to
 *
 * A clean line is fetched only while a device writes to it. At other times its
 * memory may be somebody else's by now, who stored what was there already.
 *
 * Interrupt messages snoop, whatever the device, and page-table walks do unless
 * the machine says otherwise (hw_config.walk_noncoherent): then they read DRAM.
 *
 * Short aligned accesses to RAM are made of 8- or 4-byte atomic ones in
 * ascending order, released and acquired. Queue entries and completion words
 * are passed between CPU and device that way, without a lock, as on real
 * hardware: who sees the last word of an entry sees all of it.
 *
 * I1  Every access of every device to RAM passes hw_mem_read() or
 *     hw_mem_write().
 * I2  A coherent device pays one branch for all of this.
 * I3  DRAM and base change under view.lock only, in whole 8-byte words of RAM
 *     only where they differ: neighbours of a line lose nothing to a copy that
 *     does not concern them.
 * I4  The views exist from the first need on until power-off; before, no CPU
 *     line was ever exchanged, which is what zeroes in DRAM and base say.
 *
 * Locks: view.lock, a leaf; taken with or without dma_lock.
 * Tests: tests/unit/hw/test_cache.c, test_dma.c, test_machine.c
 */
#include "hw/fabric.h"

#define LINE 64ull
#define LINE_WORDS (LINE / 8)

static struct hw_cache_stats cache_stats;

/**
 * struct view - memory as non-coherent devices see it
 * @dram: set once while the machine is on; indexed by physical address
 * @base: likewise
 * @uncached: a bit a page
 * @pending: maintenance has begun and nobody has waited for it
 * @chance: state of the random numbers of speculation
 */
static struct {
	struct host_mutex lock;
	char *dram;
	char *base;
	uint64_t *uncached;
	uint64_t chance;
	bool pending;
} view;

static size_t bitmap_bytes(void)
{
	return (hw_ram_end() / HW_PAGE + 63) / 64 * 8;
}

/** hw_cache_exit() - power off: the views go. Before hw_ram_exit(). */
void hw_cache_exit(void)
{
	if (!view.dram)
		return;
	host_release(view.dram, hw_ram_end());
	host_release(view.base, hw_ram_end());
	host_release(view.uncached, bitmap_bytes());
	memset(&view, 0, sizeof(view));
}

/* Lock held. */
static bool make_views(void)
{
	char *dram, *base;
	uint64_t *bits;

	if (view.dram)
		return true;
	dram = host_map_anon(hw_ram_end());
	base = host_map_anon(hw_ram_end());
	bits = host_map_anon(bitmap_bytes());
	if (dram && base && bits) {
		view.base = base;
		view.uncached = bits;
		__atomic_store_n(&view.dram, dram, __ATOMIC_RELEASE);
		return true;
	}
	host_release(dram, hw_ram_end());
	host_release(base, hw_ram_end());
	host_release(bits, bitmap_bytes());
	return false;
}

/**
 * hw_cache_init() - power on: counters start at 0
 *
 * Context: hw_init(), after hw_ram_init().
 * Return: NULL or a static text.
 */
const char *hw_cache_init(void)
{
	memset(&cache_stats, 0, sizeof(cache_stats));
	view.pending = false;
	view.chance = hw_config.cache_seed * 0x9e3779b97f4a7c15ull | 1;
	if (hw_config.walk_noncoherent && !make_views())
		return "the host has no address space for a second view of RAM";
	return NULL;
}

/**
 * hw_cache_view_lock() - let page-table walks read what was written back
 *
 * Context: view.lock not held; the machine has walk_noncoherent.
 * Return: host address of DRAM's byte 0, good until hw_cache_view_unlock().
 */
const char *hw_cache_view_lock(void)
{
	host_mutex_lock(&view.lock);
	return view.dram;
}

/** hw_cache_view_unlock() - that was all. */
void hw_cache_view_unlock(void)
{
	host_mutex_unlock(&view.lock);
}

static bool page_uncached(uint64_t phys)
{
	uint64_t page = phys / HW_PAGE;

	return view.uncached[page / 64] >> page % 64 & 1;
}

/* ---- lines ------------------------------------------------------------------ */

static void count(uint64_t *nr, uint64_t by)
{
	__atomic_fetch_add(nr, by, __ATOMIC_RELAXED);
}

/*
 * A cache moves whole lines, whoever owns which byte of them: a neighbour's that
 * the allocator has poisoned for the address sanitizer, too.
 */
#define WHOLE_LINE __attribute__((no_sanitize("address")))

/* One line of RAM; other threads may be storing to it. */
WHOLE_LINE static void load_line(uint64_t phys, uint64_t *line)
{
	const uint64_t *ram = (const uint64_t *)(hw_ram_host + phys);
	unsigned int i;

	for (i = 0; i < LINE_WORDS; i++)
		line[i] = __atomic_load_n(&ram[i], __ATOMIC_RELAXED);
}

/* Write back one line if it is dirty. Lock held. */
static void clean_line(uint64_t phys)
{
	char *dram = view.dram + phys, *base = view.base + phys;
	uint64_t line[LINE_WORDS];

	load_line(phys, line);
	if (!memcmp(line, base, LINE))
		return;
	count(&cache_stats.written_back, 1);
	if (memcmp(dram, base, LINE))
		count(&cache_stats.overwritten, 1);
	memcpy(dram, line, LINE);
	memcpy(base, line, LINE);
}

/* Let the CPU have one line from DRAM. Lock held. */
WHOLE_LINE static void fetch_line(uint64_t phys)
{
	uint64_t *ram = (uint64_t *)(hw_ram_host + phys);
	uint64_t line[LINE_WORDS], fresh[LINE_WORDS];
	unsigned int i;

	load_line(phys, line);
	if (memcmp(line, view.base + phys, LINE))
		count(&cache_stats.discarded, 1);
	memcpy(fresh, view.dram + phys, LINE);
	for (i = 0; i < LINE_WORDS; i++)
		if (fresh[i] != line[i])
			__atomic_store_n(&ram[i], fresh[i], __ATOMIC_RELAXED);
	if (memcmp(view.base + phys, fresh, LINE))
		memcpy(view.base + phys, fresh, LINE);
}

/* ---- speculation ---------------------------------------------------------------- */

/* One time in cache_speculation. Lock held. */
static bool by_chance(void)
{
	uint64_t x = view.chance;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	view.chance = x;
	return (x >> 11) % hw_config.cache_speculation == 0;
}

/*
 * A line that is clean and was lost comes back from DRAM. A store of another
 * thread wins, word by word: it would have made the line dirty before. Lock
 * held.
 */
WHOLE_LINE static void refetch_line(uint64_t phys, const uint64_t *old)
{
	uint64_t *ram = (uint64_t *)(hw_ram_host + phys);
	uint64_t fresh[LINE_WORDS], seen;
	unsigned int i;

	memcpy(fresh, view.dram + phys, LINE);
	if (!memcmp(fresh, old, LINE))
		return;
	count(&cache_stats.spec_fetched, 1);
	for (i = 0; i < LINE_WORDS; i++) {
		seen = old[i];
		if (fresh[i] != seen)
			__atomic_compare_exchange_n(&ram[i], &seen, fresh[i],
						    false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
	}
	memcpy(view.base + phys, fresh, LINE);
}

/* What lines around [phys, phys + len) may go through. Lock held. */
static void speculate(uint64_t phys, uint64_t len, bool written)
{
	uint64_t at = phys & ~(LINE - 1), line[LINE_WORDS];

	for (; at < phys + len; at += LINE) {
		if (!by_chance() || !hw_ram_valid(at, LINE) ||
		    page_uncached(at))
			continue;
		load_line(at, line);
		if (memcmp(line, view.base + at, LINE)) {
			count(&cache_stats.spec_written_back, 1);
			clean_line(at);
		} else if (written) {
			refetch_line(at, line);
		}
	}
}

static void demand_ram(uint64_t phys, uint64_t len, const char *what)
{
	host_event_add(HOST_EVENT_MISUSE, "cache-range", NULL, phys, len,
		       "cache %s of 0x%llx + 0x%llx: not RAM", what,
		       (unsigned long long)phys, (unsigned long long)len);
}

/* ---- maintenance -------------------------------------------------------------- */

/* Lines of [phys, phys + len); @fetch: from DRAM, else to it. */
static void maintain(uint64_t phys, uint64_t len, bool fetch, uint64_t *nr)
{
	uint64_t end = phys + len, at = phys & ~(LINE - 1);

	__atomic_store_n(&view.pending, true, __ATOMIC_RELAXED);
	count(nr, (end - at + LINE - 1) / LINE);
	hw_cost_cpu(fetch ? HW_COST_CACHE_INVALIDATE : HW_COST_CACHE_CLEAN,
		    (end - at + LINE - 1) / LINE);
	if (!__atomic_load_n(&view.dram, __ATOMIC_ACQUIRE))
		return;
	host_mutex_lock(&view.lock);
	/* Its neighbours, too: whose lines they share shows then. */
	if (hw_unlikely(hw_config.cache_speculation))
		speculate(at - LINE, end - at + 2 * LINE, false);
	for (; at < end; at += LINE) {
		if (page_uncached(at))
			continue;
		if (!fetch || at < phys || end - at < LINE)
			clean_line(at);
		if (fetch)
			fetch_line(at);
	}
	host_mutex_unlock(&view.lock);
}

/**
 * hw_cache_clean() - make the CPU's stores visible to non-coherent devices
 * @phys: physical address
 * @len: bytes
 *
 * Whole lines are written back, as far as they are dirty; what a device wrote
 * into a dirty line is overwritten.
 * Context: any thread.
 */
void hw_cache_clean(uint64_t phys, uint64_t len)
{
	count(&cache_stats.cleans, 1);
	count(&cache_stats.clean_bytes, len);
	if (!hw_ram_valid(phys, len))
		demand_ram(phys, len, "clean");
	else if (len)
		maintain(phys, len, false, &cache_stats.clean_lines);
	if (hw_unlikely(hw_traced()))
		hw_trace(&(struct hw_trace){ .kind = HW_TRACE_CACHE_CLEAN,
					     .addr = phys,
					     .len = len });
}

/**
 * hw_cache_invalidate() - make stores of non-coherent devices visible to the
 *	CPU
 * @phys: physical address
 * @len: bytes
 *
 * The CPU's stores to the lines inside are lost. Lines that the range covers in
 * part are written back first, if they are dirty.
 * Context: any thread.
 */
void hw_cache_invalidate(uint64_t phys, uint64_t len)
{
	count(&cache_stats.invalidates, 1);
	count(&cache_stats.invalidate_bytes, len);
	if (!hw_ram_valid(phys, len))
		demand_ram(phys, len, "invalidate");
	else if (len)
		maintain(phys, len, true, &cache_stats.invalidate_lines);
	if (hw_unlikely(hw_traced()))
		hw_trace(&(struct hw_trace){ .kind = HW_TRACE_CACHE_INVALIDATE,
					     .addr = phys,
					     .len = len });
}

/**
 * hw_cache_wait() - all maintenance begun by this CPU is complete
 *
 * It always is, here; on real machines this is the expensive part, which
 * software tries to pay once for many ranges. Counted if there was any.
 * Context: any thread.
 */
void hw_cache_wait(void)
{
	if (!__atomic_exchange_n(&view.pending, false, __ATOMIC_RELAXED))
		return;
	count(&cache_stats.waits, 1);
	hw_cost_cpu(HW_COST_CACHE_WAIT, 1);
}

/* The page's bytes become DRAM's, too: nothing is dirty. Lock held. */
static void settle_page(uint64_t page)
{
	uint64_t line[LINE_WORDS], at;

	for (at = page; at < page + HW_PAGE; at += LINE) {
		load_line(at, line);
		memcpy(view.dram + at, line, LINE);
		memcpy(view.base + at, line, LINE);
	}
}

/**
 * hw_cache_settle() - the bytes of a page change in memory and caches alike
 * @page: physical address, page aligned
 *
 * Context: any thread, view.lock not held.
 */
void hw_cache_settle(uint64_t page)
{
	host_mutex_lock(&view.lock);
	if (view.dram)
		settle_page(page);
	host_mutex_unlock(&view.lock);
}

/**
 * hw_cache_set_uncached() - let CPU and all devices see the same bytes of a
 *	range, or end that
 * @phys: physical address, page aligned
 * @len: bytes, a multiple of the page; all of it RAM
 * @uncached: true: the CPU's bytes are everybody's from now on. False: they are
 *	in DRAM, and the CPU caches them again.
 *
 * Context: any thread. Return: false if the host has no memory for it, or the
 * range is not one (event "cache-range").
 */
bool hw_cache_set_uncached(uint64_t phys, uint64_t len, bool uncached)
{
	uint64_t page, bit;
	bool done;

	if ((phys | len) & (HW_PAGE - 1) || !hw_ram_valid(phys, len)) {
		demand_ram(phys, len, "attribute");
		return false;
	}
	host_mutex_lock(&view.lock);
	done = make_views();
	for (page = phys; done && page < phys + len; page += HW_PAGE) {
		bit = 1ull << page / HW_PAGE % 64;
		if (uncached) {
			view.uncached[page / HW_PAGE / 64] |= bit;
		} else {
			view.uncached[page / HW_PAGE / 64] &= ~bit;
			settle_page(page);
		}
	}
	host_mutex_unlock(&view.lock);
	return done;
}

/**
 * hw_cache_get_stats() - maintenance operations since power-on
 * @stats: result
 *
 * Context: any thread.
 */
void hw_cache_get_stats(struct hw_cache_stats *stats)
{
#define GET(field) \
	(stats->field = __atomic_load_n(&cache_stats.field, __ATOMIC_RELAXED))
	GET(cleans);
	GET(clean_bytes);
	GET(clean_lines);
	GET(written_back);
	GET(overwritten);
	GET(invalidates);
	GET(invalidate_bytes);
	GET(invalidate_lines);
	GET(discarded);
	GET(waits);
	GET(spec_written_back);
	GET(spec_fetched);
#undef GET
}

/* ---- devices ------------------------------------------------------------------- */

/**
 * hw_dev_set_noncoherent() - this device sees memory through its own view
 * @dev: the device
 * @noncoherent: false: it snoops, as every device does at first
 *
 * Context: before the device makes any access.
 * Return: false if the host has no memory for the view.
 */
bool hw_dev_set_noncoherent(struct hw_dev *dev, bool noncoherent)
{
	bool done = true;

	if (noncoherent) {
		host_mutex_lock(&view.lock);
		done = make_views();
		host_mutex_unlock(&view.lock);
	}
	dev->noncoherent = noncoherent && done;
	return done;
}

/**
 * hw_dev_snoops() - does the function at @rid see the CPU's caches?
 * @rid: bus << 8 | devfn
 *
 * What firmware tells the operating system about a device; no register says it.
 * Context: any thread, fabric.lock not held.
 * Return: false for a non-coherent device; true also where nobody is.
 */
bool hw_dev_snoops(uint16_t rid)
{
	struct hw_dev *dev;
	bool snoops = true;
	unsigned int i;

	host_mutex_lock(&hw_fabric.lock);
	for (i = 0; i < HW_NR_SLOTS; i++) {
		dev = hw_fabric.dev[i];
		if (dev && hw_dev_rid(dev) == rid)
			snoops = !dev->noncoherent;
	}
	host_mutex_unlock(&hw_fabric.lock);
	return snoops;
}

static void ram_read(uint64_t phys, void *buf, size_t len)
{
	const char *src = hw_ram_host + phys;
	char *dst = buf;

	if (len > HW_ORDERED_MAX || (phys | len) & 3) {
		memcpy(dst, src, len);
		return;
	}
	while (len) {
		size_t step = ((uintptr_t)src | len) & 7 ? 4 : 8;

		if (step == 8) {
			uint64_t v = __atomic_load_n((const uint64_t *)src,
						     __ATOMIC_ACQUIRE);
			memcpy(dst, &v, 8);
		} else {
			uint32_t v = __atomic_load_n((const uint32_t *)src,
						     __ATOMIC_ACQUIRE);
			memcpy(dst, &v, 4);
		}
		src += step;
		dst += step;
		len -= step;
	}
}

static void ram_write(uint64_t phys, const void *buf, size_t len)
{
	char *dst = hw_ram_host + phys;
	const char *src = buf;

	if (len > HW_ORDERED_MAX || (phys | len) & 3) {
		memcpy(dst, src, len);
		return;
	}
	while (len) {
		size_t step = ((uintptr_t)dst | len) & 7 ? 4 : 8;

		if (step == 8) {
			uint64_t v;

			memcpy(&v, src, 8);
			__atomic_store_n((uint64_t *)dst, v, __ATOMIC_RELEASE);
		} else {
			uint32_t v;

			memcpy(&v, src, 4);
			__atomic_store_n((uint32_t *)dst, v, __ATOMIC_RELEASE);
		}
		src += step;
		dst += step;
		len -= step;
	}
}

/* An access by a non-coherent device, page by page. */
static void own_view(uint64_t phys, char *buf, size_t len, bool write)
{
	while (len) {
		size_t run = hw_min(len, HW_PAGE - phys % HW_PAGE);
		bool uncached;

		host_mutex_lock(&view.lock);
		uncached = page_uncached(phys);
		if (hw_unlikely(hw_config.cache_speculation) && !write)
			speculate(phys, run, false);
		if (!uncached && write)
			memcpy(view.dram + phys, buf, run);
		else if (!uncached)
			memcpy(buf, view.dram + phys, run);
		if (hw_unlikely(hw_config.cache_speculation) && write)
			speculate(phys, run, true);
		host_mutex_unlock(&view.lock);

		if (uncached && write)
			ram_write(phys, buf, run);
		else if (uncached)
			ram_read(phys, buf, run);
		phys += run;
		buf += run;
		len -= run;
	}
}

/**
 * hw_mem_read_slow() - hw_mem_read() by a non-coherent device, or of few bytes
 *
 * Context: dev->dma_lock held.
 */
void hw_mem_read_slow(struct hw_dev *dev, uint64_t phys, void *buf, size_t len)
{
	if (hw_unlikely(dev->noncoherent))
		own_view(phys, buf, len, false);
	else
		ram_read(phys, buf, len);
}

/**
 * hw_mem_write_slow() - hw_mem_write() by a non-coherent device, or of few bytes
 *
 * Context: dev->dma_lock held.
 */
void hw_mem_write_slow(struct hw_dev *dev, uint64_t phys, const void *buf,
		       size_t len)
{
	if (hw_unlikely(dev->noncoherent))
		own_view(phys, (char *)(uintptr_t)buf, len, true);
	else
		ram_write(phys, buf, len);
}
