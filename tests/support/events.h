/* SPDX-License-Identifier: MIT */
/*
 * Expected events: a test announces the WARNs, faults, misuse reports and leaks
 * that it provokes; anything else of these kinds fails it at teardown.
 */
#ifndef SUPPORT_EVENTS_H
#define SUPPORT_EVENTS_H

#include <dmasim/inspect.h>

/** events_begin() - forget expectations; called by the fixture's set-up. */
void events_begin(void);

/**
 * expect_events() - @times more events (@kind, @id) are part of this test
 * @id: NULL stands for any id not named otherwise
 */
void expect_events(enum dmasim_event_kind kind, const char *id,
		   unsigned int times);

/** expect_warns() - WARNs, wherever they come from. */
#define expect_warns(times) expect_events(DMASIM_EVENT_WARN, NULL, times)

/**
 * events_verify() - compare; prints every unexpected event
 * Return: number of differences.
 */
unsigned int events_verify(void);

/** event_text() - text of the newest event (@kind, @id), "" if none. */
const char *event_text(enum dmasim_event_kind kind, const char *id);

/** assert_event() - exactly @times events so far, at this point of the test. */
#define assert_event(kind, id, times) \
	assert_int_equal(dmasim_event_count(kind, id), times)

#endif
