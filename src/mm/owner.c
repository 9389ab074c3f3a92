/* SPDX-License-Identifier: MIT */
/*
 * Who allocated it: call paths of allocations, and leaks grouped by them.
 *
 * Call paths are taken in DMASIM_DEBUG builds only; without them leaks are
 * grouped by kind.
 *
 * Locks: none; the caller of mm_leaks_add() owns the table.
 * Tests: tests/unit/mm/test_leaks.c
 */
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "mm/internal.h"

#define SCAN_FRAMES 16

/**
 * mm_owner_capture() - remember the path that leads to this allocation
 * @owner: result
 * @caller: return address of the API function; frames below it are the
 *	allocator's own and of no interest
 *
 * Context: any.
 */
void mm_owner_capture(struct mm_owner *owner, const void *caller)
{
	unsigned long frames[SCAN_FRAMES];
	unsigned int i, from, nr;

	memset(owner, 0, sizeof(*owner));
	owner->frames[0] = (unsigned long)caller;
	if (!SLAB_DEBUG)
		return;
	nr = mm_owner_backtrace(frames, SCAN_FRAMES);
	for (from = 0; from < nr; from++)
		if (frames[from] == (unsigned long)caller)
			break;
	for (i = 1; i < MM_OWNER_FRAMES && from + i < nr; i++)
		owner->frames[i] = frames[from + i];
}

/**
 * mm_owner_print() - the path as text, "a < b < c"
 * @owner: the path
 * @buf: result
 * @size: bytes in @buf
 *
 * Context: any.
 * Return: @buf.
 */
const char *mm_owner_print(const struct mm_owner *owner, char *buf, size_t size)
{
	unsigned int i;
	size_t len = 0;
	char name[64];

	buf[0] = '\0';
	for (i = 0; i < 3 && owner->frames[i]; i++) {
		/* The call, not the instruction after it. */
		mm_owner_symbol(owner->frames[i] - 1, name, sizeof(name));
		len += scnprintf(buf + len, size - len, "%s%s", i ? " < " : "",
				 name);
	}
	return buf;
}

/**
 * mm_leaks_add() - count one leaked thing
 * @leaks: the table
 * @what: kind, a string that outlives the table
 * @owner: who allocated it; NULL if unknown
 * @addr: its address, kept for the first of each group
 * @bytes: its size
 *
 * Context: any.
 */
void mm_leaks_add(struct mm_leaks *leaks, const char *what,
		  const struct mm_owner *owner, u64 addr, u64 bytes)
{
	static const struct mm_owner unknown;
	struct mm_leak_group *g;
	unsigned int i;

	if (!owner)
		owner = &unknown;
	for (i = 0; i < leaks->nr; i++) {
		g = &leaks->group[i];
		if (!strcmp(g->what, what) &&
		    !memcmp(&g->owner, owner, sizeof(*owner)))
			goto found;
	}
	if (leaks->nr == MM_LEAK_GROUPS) {
		leaks->dropped++;
		return;
	}
	g = &leaks->group[leaks->nr++];
	*g = (struct mm_leak_group){ .what = what,
				     .owner = *owner,
				     .addr = addr };
found:
	g->things++;
	g->bytes += bytes;
}

/**
 * mm_leaks_report() - one event for each group
 * @leaks: the table
 * @id: event id
 *
 * Context: any.
 */
void mm_leaks_report(const struct mm_leaks *leaks, const char *id)
{
	char path[192];
	unsigned int i;

	for (i = 0; i < leaks->nr; i++) {
		const struct mm_leak_group *g = &leaks->group[i];

		mm_owner_print(&g->owner, path, sizeof(path));
		lib_event(LIB_EVENT_LEAK, id, NULL, g->addr, g->bytes,
			  "leak: %lu %s%s%s", g->things, g->what,
			  path[0] ? " allocated at " : "", path);
	}
	if (leaks->dropped)
		lib_event(LIB_EVENT_LEAK, id, NULL, 0, 0,
			  "leak: %lu more allocations by others",
			  leaks->dropped);
}
