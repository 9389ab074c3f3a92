/* SPDX-License-Identifier: MIT */
/*
 * Watching: the kernel's trace events of dma, iommu and swiotlb, and ours
 * ("dmasim"), as calls of a function, lines of text, or a Chrome trace.
 *
 *	struct dmasim_trace *trace;
 *
 *	if (dmasim_trace_open(DMASIM_TRACE_JSON, "run.json", &trace))
 *		puts(dmasim_refusal());
 *	dmasim_trace_enable(trace, "dma:*,iommu:map");
 *	...
 *	dmasim_trace_close(trace);
 *
 * A trace belongs to the machine: destroying that closes it. Any number may be
 * open at once. An event that no trace has enabled costs one load and a branch.
 *
 * The environment variable DMASIM_TRACE=<globs>=<file> opens one for every
 * machine: JSON if <file> ends in ".json", sentences if in ".explain", else text.
 * docs/tracing.md lists the events.
 */
#ifndef DMASIM_TRACE_H
#define DMASIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dmasim_trace;

/* ---- events ------------------------------------------------------------------ */

/** enum dmasim_trace_type - what a field holds, and where. */
enum dmasim_trace_type {
	DMASIM_FIELD_DEVICE, /* str: a device's name */
	DMASIM_FIELD_STRING, /* str */
	DMASIM_FIELD_HEX, /* u64: address, mask, flags */
	DMASIM_FIELD_UINT, /* u64 */
	DMASIM_FIELD_INT, /* s64 */
	DMASIM_FIELD_BOOL, /* u64: 0 or 1 */
	DMASIM_FIELD_FORCE, /* u64: 0 or 1, printed NORMAL or FORCE */
	DMASIM_FIELD_DIR, /* u64: enum dma_data_direction */
	DMASIM_FIELD_ATTRS, /* u64: DMA_ATTR_* */
	DMASIM_FIELD_GFP, /* u64: allocation flags */
	DMASIM_FIELD_ARRAY, /* array of nr numbers */
};

/**
 * struct dmasim_trace_field - one value of an event
 * @label: how the text line calls it; NULL: by its name; "": not at all
 * @nr: length of the array, at most 128
 */
struct dmasim_trace_field {
	const char *name;
	const char *label;
	enum dmasim_trace_type type;
	unsigned int nr;
	union {
		uint64_t u64;
		int64_t s64;
		const char *str;
		const uint64_t *array;
	};
};

/**
 * struct dmasim_trace_event - one event, as long as the callback runs
 * @seq: from 1, since the machine was created; one order for all threads
 * @system: "dma", "iommu", "swiotlb" or "dmasim"
 * @words: the event as a sentence with {field} for each value
 * @ns: the machine's time, see dmasim_now(): it stands still while code runs
 * @host_ns: the host's time since the machine was created
 * @cpu: simulated CPU of the thread
 * @thread: small number of the thread, 0 if the library does not know it
 */
struct dmasim_trace_event {
	uint64_t seq;
	const char *system;
	const char *name;
	const char *words;
	uint64_t ns;
	uint64_t host_ns;
	uint32_t cpu;
	uint32_t thread;
	unsigned int nr_fields;
	const struct dmasim_trace_field *fields;
};

/** dmasim_trace_field() - the field called @name, or NULL. */
const struct dmasim_trace_field *
dmasim_trace_field(const struct dmasim_trace_event *event, const char *name);

/**
 * dmasim_trace_name() - names of all events, "system:name"
 * @index: from 0
 * Return: NULL from the number of events on.
 */
const char *dmasim_trace_name(unsigned int index);

/** enum dmasim_trace_format - what a file holds. */
enum dmasim_trace_format {
	DMASIM_TRACE_TEXT, /* a line an event, fields as the kernel prints them */
	DMASIM_TRACE_EXPLAIN, /* a line an event, in words */
	DMASIM_TRACE_JSON, /* Chrome trace events, for Perfetto: see open */
};

/**
 * dmasim_trace_print() - an event as text, without newline, cut to fit
 * @format: text or explain
 * Return: length of what is in @buf.
 */
size_t dmasim_trace_print(const struct dmasim_trace_event *event,
			  enum dmasim_trace_format format, char *buf,
			  size_t size);

/* ---- traces ------------------------------------------------------------------- */

/**
 * dmasim_trace_open() - write events to a file
 * @format: see enum dmasim_trace_format
 * @path: created or overwritten
 * @trace: set on success; no event is enabled yet
 *
 * JSON has a track for each simulated CPU with every event as an instant, and for
 * each device its mappings, allocations and reservations for as long as they
 * live; what still lives when the trace is closed ends there. Its clock is the
 * host's. ui.perfetto.dev and chrome://tracing load the file.
 *
 * Return: 0; -ENODEV without a machine; -ENOMEM; -EINVAL for an unknown format;
 * the errno of creating the file. dmasim_refusal() says why.
 */
int dmasim_trace_open(enum dmasim_trace_format format, const char *path,
		      struct dmasim_trace **trace);

/** dmasim_trace_open_fd() - the same on a duplicate of @fd, e.g. of stderr's. */
int dmasim_trace_open_fd(enum dmasim_trace_format format, int fd,
			 struct dmasim_trace **trace);

/**
 * dmasim_trace_open_callback() - have a function called
 * @fn: called on the thread that causes the event, one call at a time, perhaps
 *	with locks held and interrupts off: it must not call the kernel API or
 *	this library, but for dmasim_trace_field() and dmasim_trace_print(). What
 *	it causes all the same is not traced.
 * @ctx: for @fn
 *
 * Return: 0, -ENODEV, -ENOMEM, -EINVAL without @fn.
 */
int dmasim_trace_open_callback(void (*fn)(void *ctx,
					  const struct dmasim_trace_event *ev),
			       void *ctx, struct dmasim_trace **trace);

/**
 * dmasim_trace_open_usdt() - nothing but the probes
 *
 * Every event that any trace has enabled passes the USDT probe
 * dmasim:<event name>, with its fields as arguments (an array as pointer), for
 * bpftrace, perf or gdb. This trace enables events for that purpose only.
 *
 * Return: 0, -ENODEV, -ENOMEM; -ENOSYS if built without sys/sdt.h.
 */
int dmasim_trace_open_usdt(struct dmasim_trace **trace);

/**
 * dmasim_trace_enable() - trace events from now on
 * @globs: patterns with * and ?, separated by commas, for "system:name", or for
 *	the name if there is no colon: "dma:*,fq_flush"
 *
 * Return: number of events that match; -ENOENT if none does; -EINVAL for a trace
 * that is closed; -EDEADLK from a callback; -ENOMEM if the tracepoint of one has
 * all the probes it can have. After an error the trace is as it was.
 */
int dmasim_trace_enable(struct dmasim_trace *trace, const char *globs);

/** dmasim_trace_disable() - and no longer. Returns the same. */
int dmasim_trace_disable(struct dmasim_trace *trace, const char *globs);

/**
 * dmasim_trace_close() - disable all and finish the file
 *
 * Return: 0; the errno of the first write that failed; -ENOMEM if there was no
 * memory to follow a mapping, which JSON then does not show; -EINVAL if it is
 * not open; -EDEADLK from a callback.
 */
int dmasim_trace_close(struct dmasim_trace *trace);

#ifdef __cplusplus
}
#endif

#endif
