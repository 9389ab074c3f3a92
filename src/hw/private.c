/* SPDX-License-Identifier: MIT */
/*
 * Confidential computing: pages that devices may see, and all others.
 *
 * Modelled is a machine that encrypts memory with a key of the CPU's and that
 * checks at the host bridge whether a page was shared: a device access to a
 * private page is refused, be it a read or a write. Page-table walks and
 * interrupt messages are the platform's own and are not checked.
 *
 *	private page	CPU: its bytes		device: refused
 *	shared page	CPU: its bytes		device: the same bytes
 *
 * The bytes are not converted: what was written under one attribute is noise
 * under the other one, and is itself again when the page returns to the first.
 * Noise is a keystream that depends on the address. A conversion writes the CPU's
 * caches back.
 *
 * I1  A page is private from power-on until it is shared.
 * I2  When hw_mem_set_shared() has returned from making a page private, no
 *     device is copying from or to it.
 *
 * Locks: shared_lock: conversions; the bits are read without it.
 * Tests: tests/unit/hw/test_private.c
 */
#include "hw/fabric.h"

static struct host_mutex shared_lock;
static uint64_t *shared_bits; /* a bit a page; NULL: nothing is private */

static size_t bits_bytes(void)
{
	return (hw_ram_end() / HW_PAGE + 64) / 64 * 8;
}

/**
 * hw_private_init() - power on: all pages are private, if hw_config says so
 *
 * Context: hw_init(), after RAM.
 * Return: NULL, or a static text of what could not be had.
 */
const char *hw_private_init(void)
{
	if (!hw_config.confidential)
		return NULL;
	shared_bits = host_map_anon(bits_bytes());
	return shared_bits ? NULL : "the host has no memory for page states";
}

/** hw_private_exit() - power off. Before hw_ram_exit(). */
void hw_private_exit(void)
{
	if (shared_bits)
		host_release(shared_bits, bits_bytes());
	shared_bits = NULL;
}

static bool page_shared(uint64_t phys)
{
	uint64_t page = phys / HW_PAGE;

	return __atomic_load_n(&shared_bits[page / 64], __ATOMIC_ACQUIRE) >>
		       page % 64 &
	       1;
}

/* A well mixed word for each address. */
static uint64_t keystream(uint64_t at)
{
	at = (at ^ at >> 30) * 0xbf58476d1ce4e5b9ull + 0x9e3779b97f4a7c15ull;
	at = (at ^ at >> 27) * 0x94d049bb133111ebull;
	return at ^ at >> 31;
}

/* Bytes that the allocator has poisoned change, too. */
__attribute__((no_sanitize("address"))) static void scramble(uint64_t page)
{
	uint64_t *word = (uint64_t *)(hw_ram_host + page);
	uint64_t at;

	for (at = page; at < page + HW_PAGE; at += 8)
		*word++ ^= keystream(at);
}

/* One page that changes. Lock held. */
static void convert(uint64_t page, bool shared)
{
	uint64_t *word = &shared_bits[page / HW_PAGE / 64];
	uint64_t bit = 1ull << page / HW_PAGE % 64;

	if (!shared) {
		__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
		hw_fabric_drain();
	}
	scramble(page);
	hw_cache_settle(page);
	if (shared)
		__atomic_fetch_or(word, bit, __ATOMIC_RELEASE);
}

/**
 * hw_mem_set_shared() - let devices see pages, or hide them
 * @phys: physical address, page aligned
 * @len: bytes, a multiple of the page; all of it RAM
 * @shared: what they are from now on; pages that are so already do not change
 *
 * Context: any thread that holds no hardware lock.
 * Return: false for a range that is not one (event "private-range"), and on a
 * machine without encryption.
 */
bool hw_mem_set_shared(uint64_t phys, uint64_t len, bool shared)
{
	uint64_t page;

	if (!shared_bits)
		return false;
	if ((phys | len) & (HW_PAGE - 1) || !hw_ram_valid(phys, len)) {
		host_event_add(HOST_EVENT_MISUSE, "private-range", NULL, phys,
			       len, "0x%llx + 0x%llx cannot be %s: not RAM",
			       (unsigned long long)phys,
			       (unsigned long long)len,
			       shared ? "shared" : "private");
		return false;
	}
	host_mutex_lock(&shared_lock);
	for (page = phys; page < phys + len; page += HW_PAGE)
		if (page_shared(page) != shared)
			convert(page, shared);
	host_mutex_unlock(&shared_lock);
	return true;
}

/** hw_mem_any_shared() - see hw.h */
bool hw_mem_any_shared(uint64_t phys, uint64_t len)
{
	uint64_t page;

	for (page = phys; shared_bits && page < phys + len; page += HW_PAGE)
		if (page_shared(page))
			return true;
	return false;
}

/**
 * hw_shared_run() - how much a device may see from an address on
 * @phys: physical address; the range is RAM
 * @len: bytes that it wants, not 0
 *
 * Context: dev->dma_lock held; a machine with encryption.
 * Return: bytes of shared pages, at most @len; 0: the first page is private.
 */
uint64_t hw_shared_run(uint64_t phys, uint64_t len)
{
	uint64_t run = 0;

	while (run < len && page_shared(phys + run))
		run += HW_PAGE - (phys + run) % HW_PAGE;
	return hw_min(run, len);
}
