/* SPDX-License-Identifier: MIT */
/*
 * Expected events, see events.h.
 */
#include "support/events.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"

#define MAX_EXPECTED 16

static struct {
	enum dmasim_event_kind kind;
	const char *id;
	unsigned int times;
} expected[MAX_EXPECTED];
static unsigned int nr_expected;

void events_begin(void)
{
	nr_expected = 0;
}

void expect_events(enum dmasim_event_kind kind, const char *id,
		   unsigned int times)
{
	assert_in_range(nr_expected, 0, MAX_EXPECTED - 1);
	expected[nr_expected].kind = kind;
	expected[nr_expected].id = id;
	expected[nr_expected].times = times;
	nr_expected++;
}

/* Times that (@kind, @id) was announced; @id NULL: of the whole kind. */
static uint64_t announced(enum dmasim_event_kind kind, const char *id)
{
	uint64_t times = 0;
	unsigned int i;

	for (i = 0; i < nr_expected; i++) {
		if (expected[i].kind != kind)
			continue;
		if (!id || (expected[i].id && !strcmp(expected[i].id, id)))
			times += expected[i].times;
	}
	return times;
}

unsigned int events_verify(void)
{
	unsigned int kind, i, wrong = 0;

	for (kind = 0; kind <= DMASIM_EVENT_NOTE; kind++) {
		uint64_t seen = dmasim_event_count(kind, NULL);

		if (!(DMASIM_EVENT_BAD & 1u << kind) ||
		    seen == announced(kind, NULL))
			continue;
		fprintf(stderr, "events of kind %u: %llu, expected %llu\n",
			kind, (unsigned long long)seen,
			(unsigned long long)announced(kind, NULL));
		dmasim_dump_events(1u << kind);
		wrong++;
	}
	for (i = 0; i < nr_expected; i++) {
		uint64_t seen;

		if (!expected[i].id)
			continue;
		seen = dmasim_event_count(expected[i].kind, expected[i].id);
		if (seen == announced(expected[i].kind, expected[i].id))
			continue;
		fprintf(stderr, "event %s: %llu, expected %llu\n",
			expected[i].id, (unsigned long long)seen,
			(unsigned long long)announced(expected[i].kind,
						      expected[i].id));
		wrong++;
	}
	return wrong;
}

const char *event_text(enum dmasim_event_kind kind, const char *id)
{
	static struct dmasim_event event;
	uint64_t seq;

	for (seq = dmasim_event_last(); seq; seq--) {
		if (!dmasim_event_get(seq, &event))
			break;
		if (event.kind == kind && (!id || !strcmp(event.id, id)))
			return event.text;
	}
	return "";
}
