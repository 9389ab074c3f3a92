/* SPDX-License-Identifier: MIT */
/*
 * Trace events as an array that a test looks into.
 *
 *	struct recording *r = record("dma:*");
 *	...
 *	assert_events(r, "dma:*", 2);
 *	assert_field(recorded(r, "dma_map_page", 0), "size", 4096);
 *
 * A recording ends with the machine. It is one static object: record() again
 * adds events to it.
 */
#ifndef SUPPORT_TRACE_H
#define SUPPORT_TRACE_H

#include <dmasim/trace.h>

#include "support/test.h"

#define RECORDED_FIELDS 9
#define RECORDING_EVENTS 512

struct recorded {
	char name[40]; /* "system:name" */
	uint64_t ns, host_ns, seq;
	uint32_t cpu, thread;
	unsigned int nr_fields;
	struct dmasim_trace_field field[RECORDED_FIELDS];
	char str[RECORDED_FIELDS][32];
	uint64_t array[RECORDED_FIELDS][128];
	char line[200], sentence[200];
};

struct recording {
	struct dmasim_trace *trace;
	unsigned int nr;
	struct recorded event[RECORDING_EVENTS];
};

/** record() - forget all events and record those that match from now on. */
struct recording *record(const char *globs);

/** recorded_count() - events whose "system:name" begins with @prefix. */
unsigned int recorded_count(const struct recording *r, const char *prefix);

#define assert_events(r, prefix, nr) \
	assert_int_equal(recorded_count(r, prefix), nr)

/** recorded() - event number @index, from 0, called "system:name"; or fail. */
const struct recorded *recorded(const struct recording *r, const char *name,
				unsigned int index);

/** recorded_field() - a field of an event, or fail. */
const struct dmasim_trace_field *recorded_field(const struct recorded *ev,
						const char *name);

#define assert_field(ev, name, value) \
	assert_int_equal(recorded_field(ev, name)->u64, (uint64_t)(value))
#define assert_text_field(ev, name, text) \
	assert_string_equal(recorded_field(ev, name)->str, text)

#endif
