/* SPDX-License-Identifier: MIT */
/*
 * Failure sweep, see sweep.h.
 *
 * Each failure that was delivered is an event with its call path. The return
 * addresses of all of them are kept: a function was under way if one of them lies
 * in it.
 */
#include "support/sweep.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <asm/page.h>
#include <dmasim/inspect.h>

#include "support/test.h"

/* More failure points than this in one case means that it does not end. */
#define SWEEP_LIMIT 20000

/*
 * Elsewhere functions end in jumps or are inlined, larger pages need fewer tables,
 * and slow lanes leave machines out (DMASIM_EVERY).
 */
#if defined(DMASIM_DEBUG) && !defined(__clang__) && PAGE_SHIFT == 12
#define PATHS_ARE_EXACT 1
#else
#define PATHS_ARE_EXACT 0
#endif

/* Return addresses, each once: a hash table with open addressing. */
#define MAX_FRAMES 8192
static uintptr_t frame_of[MAX_FRAMES];
static unsigned int nr_frames;

static void keep_frame(uintptr_t addr)
{
	size_t i = addr * 0x9e3779b97f4a7c15ull >> 51;

	while (frame_of[i] && frame_of[i] != addr)
		i = (i + 1) % MAX_FRAMES;
	if (frame_of[i])
		return;
	frame_of[i] = addr;
	assert_in_range(++nr_frames, 1, MAX_FRAMES / 2);
}

/* The failures of this run are the newest events of their kind. */
static void keep_paths(void)
{
	uint64_t seq = dmasim_event_last(), left = dmasim_fail_fired();
	struct dmasim_event ev;
	unsigned int i;

	for (; left && seq && dmasim_event_get(seq, &ev); seq--) {
		if (strcmp(ev.id, "injected-failure") != 0)
			continue;
		for (i = 0; i < ev.nr_frames; i++)
			keep_frame((uintptr_t)ev.frames[i]);
		left--;
	}
}

void sweep_begin(struct sweep *s, uint32_t mask)
{
	s->mask = mask;
	s->position = 0;
}

int sweep_next(struct sweep *s)
{
	if (PATHS_ARE_EXACT && s->position)
		keep_paths();
	if (s->position && !dmasim_fail_fired()) {
		dmasim_fail_off();
		/* Position 1 got through: no site was ever called. */
		assert_true(s->position > 1);
		return 0;
	}
	s->position++;
	assert_true(s->position < SWEEP_LIMIT);
	dmasim_fail_any_nth(s->mask, s->position);
	return 1;
}

/* ---- what was swept ------------------------------------------------------------ */

static bool was_under_way(const char *name)
{
	void *start = dlsym(RTLD_DEFAULT, name);
	const ElfW(Sym) *sym = NULL;
	Dl_info info;
	size_t i;

	if (!start || !dladdr1(start, &info, (void **)&sym, RTLD_DL_SYMENT) ||
	    !sym)
		return false;
	/* A call that is the last instruction returns behind the function. */
	for (i = 0; i < MAX_FRAMES; i++)
		if (frame_of[i] &&
		    frame_of[i] - 1 - (uintptr_t)start < sym->st_size)
			return true;
	return false;
}

#define NO_SITE(name) #name,
static const char *const no_site[] = {
#include "support/no_site.h"
};
#undef NO_SITE

int not_swept_(const char *const *name, size_t nr)
{
	int wrong = 0;
	size_t i;

	if (!PATHS_ARE_EXACT || getenv("DMASIM_EVERY"))
		return 0;
	for (i = 0; i < nr; i++) {
		if (was_under_way(name[i]))
			continue;
		fprintf(stderr, "no failure was delivered inside %s()\n",
			name[i]);
		wrong++;
	}
	for (i = 0; i < sizeof(no_site) / sizeof(no_site[0]); i++) {
		if (!was_under_way(no_site[i]))
			continue;
		fprintf(stderr,
			"%s() can fail: it does not belong into no_site.h\n",
			no_site[i]);
		wrong++;
	}
	return wrong;
}
