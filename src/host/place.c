/* SPDX-License-Identifier: MIT */
/*
 * What part of the process does an address belong to? And call paths for who
 * asks at every call.
 *
 * A segment of a loaded program or library that cannot be written, now or after
 * relocation, is "constant". Bounds of a stack are asked for anew each time.
 *
 * An unwinder reads tables for each frame, which takes microseconds. A path once
 * unwound is kept with the place on the stack of each return address: the same
 * innermost return address and stack pointer with the same values in all those
 * places is the same path. Where a return address lies is known for x86-64; on
 * other machines every path is unwound. Equal paths are kept once, for the life of
 * the process, which has not many: who remembers one remembers a pointer. Each
 * thread has places of its own, so that it waits for no other, and those who look
 * for races do not take the asking for an order.
 *
 * I1  A place is read only after the frame below it has proved unchanged, so it
 *     lies in the stack in use.
 * Locks: paths_lock (leaf).
 * Tests: tests/unit/host/test_place.c
 */
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include "host/host.h"

struct search {
	uintptr_t addr;
	enum host_place place;
};

static int look_into(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct search *s = arg;
	unsigned int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (s->addr - (info->dlpi_addr + ph->p_vaddr) >= ph->p_memsz)
			continue;
		if (ph->p_type == PT_LOAD)
			s->place = ph->p_flags & PF_W ? HOST_PLACE_DATA :
							HOST_PLACE_CONSTANT;
		else if (ph->p_type == PT_GNU_RELRO)
			return s->place = HOST_PLACE_CONSTANT;
	}
	return s->place != HOST_PLACE_OTHER;
}

static bool on_stack(uintptr_t addr)
{
	pthread_attr_t attr;
	size_t size = 0;
	void *low = NULL;

	if (pthread_getattr_np(pthread_self(), &attr))
		return false;
	pthread_attr_getstack(&attr, &low, &size);
	pthread_attr_destroy(&attr);
	return addr - (uintptr_t)low < size;
}

/**
 * host_place_of() - where does @p point?
 * @p: any address; it is not followed
 *
 * Context: any thread. Takes microseconds.
 * Return: what it belongs to.
 */
enum host_place host_place_of(const void *p)
{
	struct search s = { (uintptr_t)p, HOST_PLACE_OTHER };

	if (on_stack(s.addr))
		return HOST_PLACE_STACK;
	dl_iterate_phdr(look_into, &s);
	return s.place;
}

/* ---- call paths ----------------------------------------------------------- */

#define PLACES 128u
#define PATHS 1024u

/** struct kept - a path, and others with the same hash */
struct kept {
	struct kept *next;
	struct host_path path;
};

/** struct place - where a path was asked for last */
struct place {
	uintptr_t key; /* stack pointer of the asking function */
	const struct host_path *path;
	void *const *at[HOST_EVENT_FRAMES]; /* of each return address */
};

/** struct unwinding - a path that is being collected */
struct unwinding {
	struct place *place;
	struct host_path path;
};

static struct host_mutex paths_lock;
static __thread struct place places[PLACES];
static struct kept *paths[PATHS];
static const struct host_path no_path;

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *arg)
{
	struct unwinding *u = arg;

	if (!_Unwind_GetIP(context))
		return _URC_NORMAL_STOP;
	u->path.frame[u->path.nr] = (void *)_Unwind_GetIP(context);
	/* The caller's frame begins above the return address into it. */
	u->place->at[u->path.nr] = (void *const *)_Unwind_GetCFA(context) - 1;
	return ++u->path.nr == HOST_EVENT_FRAMES ? _URC_NORMAL_STOP :
						   _URC_NO_REASON;
}

/* The path that is equal to @p, from now on. */
static const struct host_path *keep(const struct host_path *p)
{
	uintptr_t hash = 0;
	struct kept *k, **head;
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		hash = (hash ^ (uintptr_t)p->frame[i]) * 0x9e3779b97f4a7c15ull;
	head = &paths[hash >> 32 & (PATHS - 1)];
	for (k = *head; k; k = k->next)
		if (k->path.nr == p->nr && !memcmp(k->path.frame, p->frame,
						   p->nr * sizeof(p->frame[0])))
			return &k->path;
	k = malloc(sizeof(*k));
	if (!k)
		return &no_path;
	k->path = *p;
	k->next = *head;
	*head = k;
	return &k->path;
}

/* Sanitizers know nothing of return addresses. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static bool
still_there(const struct place *p)
{
	unsigned int i;

	/* Frame 0 is this file's own. */
	for (i = 1; i < p->path->nr; i++)
		if (*(void *const volatile *)p->at[i] != p->path->frame[i])
			return false;
	return p->path->nr > 1;
}

/**
 * host_call_path() - return addresses of the callers
 *
 * Context: any thread.
 * Return: innermost first, frame 0 is in this function; without memory no frames.
 * The same path is the same pointer, which stays valid.
 */
__attribute__((noinline)) const struct host_path *host_call_path(void)
{
	uintptr_t key = (uintptr_t)__builtin_frame_address(0);
	uintptr_t mix = key ^ (uintptr_t)__builtin_return_address(0);
	struct place *p = &places[(mix ^ mix >> 9) / 16 % PLACES];

	if (p->key != key || !still_there(p)) {
		struct unwinding u = { .place = p };

		_Unwind_Backtrace(step, &u);
		host_mutex_lock(&paths_lock);
		p->path = keep(&u.path);
		host_mutex_unlock(&paths_lock);
		p->key = key;
	}
	return p->path;
}
