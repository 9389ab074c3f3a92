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
 * other machines every path is unwound.
 *
 * I1  A place is read only after the frame below it has proved unchanged, so it
 *     lies in the stack in use.
 * Locks: paths_lock (leaf).
 * Tests: tests/unit/host/test_place.c
 */
#include <link.h>
#include <pthread.h>
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

#define PATHS 256u

struct path {
	uintptr_t key; /* stack pointer of the asking function */
	unsigned int nr;
	void *frame[HOST_EVENT_FRAMES];
	void *const *at[HOST_EVENT_FRAMES];
};

static struct host_mutex paths_lock;
static struct path paths[PATHS];

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *arg)
{
	struct path *p = arg;

	if (!_Unwind_GetIP(context))
		return _URC_NORMAL_STOP;
	p->frame[p->nr] = (void *)_Unwind_GetIP(context);
	/* The caller's frame begins above the return address into it. */
	p->at[p->nr] = (void *const *)_Unwind_GetCFA(context) - 1;
	return ++p->nr == HOST_EVENT_FRAMES ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

/* Sanitizers know nothing of return addresses. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static bool
still_there(const struct path *p)
{
	unsigned int i;

	/* Frame 0 is this file's own. */
	for (i = 1; i < p->nr; i++)
		if (*(void *const volatile *)p->at[i] != p->frame[i])
			return false;
	return p->nr > 1;
}

/**
 * host_call_path() - return addresses of the callers
 * @frames: result, innermost first; the caller of this function is frame 0
 * @max: room in @frames; at most HOST_EVENT_FRAMES - 1 are stored
 *
 * Context: any thread.
 * Return: number of addresses stored.
 */
__attribute__((noinline)) unsigned int host_call_path(void **frames,
						      unsigned int max)
{
	uintptr_t key = (uintptr_t)__builtin_frame_address(0);
	uintptr_t mix = key ^ (uintptr_t)__builtin_return_address(0);
	struct path *p = &paths[(mix ^ mix >> 9) / 16 % PATHS];
	unsigned int nr;

	host_mutex_lock(&paths_lock);
	if (p->key != key || !still_there(p)) {
		memset(p, 0, sizeof(*p));
		_Unwind_Backtrace(step, p);
		p->key = key;
	}
	nr = p->nr > 1 ? p->nr - 1 : 0;
	if (nr > max)
		nr = max;
	memcpy(frames, p->frame + 1, nr * sizeof(*frames));
	host_mutex_unlock(&paths_lock);
	return nr;
}
