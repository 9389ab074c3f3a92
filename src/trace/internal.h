/* SPDX-License-Identifier: MIT */
/*
 * What the files of src/trace share.
 */
#ifndef TRACE_INTERNAL_H
#define TRACE_INTERNAL_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/tracepoint.h>
#include <linux/types.h>

#include "lib/lib.h"
#include "trace/trace.h"

/* ---- events.c, usdt.c: what the table of events generates ------------------- */

/** struct trace_desc - one event. */
struct trace_desc {
	const char *full_name; /* "system:name" */
	const char *system;
	const char *name;
	const char *words;
	struct tracepoint *tp;
	void *probe;
};

#define TRACE_MAX_EVENTS 64

extern const struct trace_desc trace_events[];
extern const unsigned int trace_nr_events;

/* One function an event, in the same order; the fields become arguments. */
extern void (*const trace_usdt_probes[])(const struct dmasim_trace_field *f);

/* ---- sink.c ---------------------------------------------------------------- */

void trace_emit(const struct trace_desc *desc,
		const struct dmasim_trace_field *fields,
		unsigned int nr_fields);

/* Zeroed host memory; site DMASIM_SITE_TRACE. */
void *trace_alloc(size_t size);

/* ---- text.c ------------------------------------------------------------------ */

/* The value alone, as in a text line. */
void trace_print_value(const struct dmasim_trace_field *f, char *buf,
		       size_t size);

/* ---- observe_hw.c ------------------------------------------------------------ */

int trace_observe_hw(void);
void trace_ignore_hw(void);

/* ---- json.c ------------------------------------------------------------------ */

struct trace_json;
struct trace_out;

/* Return: NULL without memory. */
struct trace_json *trace_json_create(struct trace_out *out);
void trace_json_event(struct trace_json *json,
		      const struct dmasim_trace_event *ev);

/* Ends what lives, finishes the document, frees. Return: 0 or -ENOMEM. */
int trace_json_finish(struct trace_json *json, u64 host_ns);

/* ---- out_host.c ---------------------------------------------------------------- */

int trace_out_create(const char *path, struct trace_out **out);
int trace_out_from_fd(int fd, struct trace_out **out);
void trace_out_write(struct trace_out *out, const char *text, size_t len);
int trace_out_close(struct trace_out *out);

/* One lock around everything. Return: false if this thread holds it already. */
bool trace_lock(void);
void trace_unlock(void);

/* The machine ends: a callback that left by longjmp() has kept the lock. */
void trace_force_unlock(void);

void trace_clock_start(void);
u64 trace_machine_ns(void);
u64 trace_host_ns(void); /* since trace_clock_start() */
void *trace_heap_alloc(size_t size);
void trace_heap_free(void *p);

#endif
