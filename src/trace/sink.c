/* SPDX-License-Identifier: MIT */
/*
 * Traces: which events each wants, and where they go.
 *
 * The probe of an event is attached to its tracepoint while at least one trace
 * wants it; it ends in trace_emit().
 *
 * I1  trace_users[i] is the number of traces whose bit i is set; the probe of
 *     event i is attached if and only if it is not 0.
 * I2  One event at a time is delivered, in the order of its numbers. An event that
 *     is caused by its delivery is not traced.
 * I3  No trace survives its machine.
 * I4  Of the events that a call selects all are enabled, or none.
 * Locks: the lock of out_host.c; below it a tracepoint's.
 * Tests: tests/unit/trace/test_sink.c
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "trace/internal.h"

/* 128 entries of 19 characters, thrice, and the rest */
#define TRACE_LINE 9000

struct dmasim_trace {
	struct list_head node;
	DECLARE_BITMAP(wants, TRACE_MAX_EVENTS);
	enum dmasim_trace_format format;
	struct trace_out *out;
	struct trace_json *json;
	void (*callback)(void *ctx, const struct dmasim_trace_event *ev);
	void *ctx;
};

static LIST_HEAD(traces);
static unsigned int trace_users[TRACE_MAX_EVENTS];
static u64 trace_seq;

void *trace_alloc(size_t size)
{
	if (should_fail_site(DMASIM_SITE_TRACE))
		return NULL;
	return trace_heap_alloc(size);
}

const char *dmasim_trace_name(unsigned int index)
{
	return index < trace_nr_events ? trace_events[index].full_name : NULL;
}
EXPORT_SYMBOL(dmasim_trace_name);

/* ---- delivery ----------------------------------------------------------------- */

static void trace_deliver(struct dmasim_trace *t,
			  const struct dmasim_trace_event *ev)
{
	static char line[TRACE_LINE + 1];
	size_t len;

	if (t->callback) {
		t->callback(t->ctx, ev);
	} else if (t->json) {
		trace_json_event(t->json, ev);
	} else if (t->out) {
		len = dmasim_trace_print(ev, t->format, line, TRACE_LINE);
		line[len++] = '\n';
		trace_out_write(t->out, line, len);
	}
}

/**
 * trace_emit() - an event that somebody wants has happened
 * @desc: an entry of trace_events
 *
 * Context: any.
 */
void trace_emit(const struct trace_desc *desc,
		const struct dmasim_trace_field *fields, unsigned int nr_fields)
{
	struct dmasim_trace_event ev = {
		.system = desc->system,
		.name = desc->name,
		.words = desc->words,
		.cpu = raw_smp_processor_id(),
		.thread = dmasim_self.tid,
		.nr_fields = nr_fields,
		.fields = fields,
	};
	struct dmasim_trace *t;

	if (!trace_lock())
		return;
	ev.seq = ++trace_seq;
	ev.ns = trace_machine_ns();
	ev.host_ns = trace_host_ns();
#ifdef TRACE_HAVE_USDT
	trace_usdt_probes[desc - trace_events](fields);
#endif
	list_for_each_entry(t, &traces, node)
		if (test_bit(desc - trace_events, t->wants))
			trace_deliver(t, &ev);
	trace_unlock();
}

bool trace_has_usdt(void)
{
#ifdef TRACE_HAVE_USDT
	return true;
#else
	return false;
#endif
}

/* ---- which events ---------------------------------------------------------------- */

/* Does [glob, end), with * and ?, match all of @name? */
static bool glob_match(const char *glob, const char *end, const char *name)
{
	const char *star = NULL, *retry = NULL;

	for (;;) {
		if (glob < end && *glob == '*') {
			star = ++glob;
			retry = name;
		} else if (glob < end && *name &&
			   (*glob == '?' || *glob == *name)) {
			glob++;
			name++;
		} else if (glob == end && !*name) {
			return true;
		} else if (star && *retry) {
			glob = star;
			name = ++retry;
		} else {
			return false;
		}
	}
}

static bool globs_match(const char *globs, const struct trace_desc *desc)
{
	const char *end;

	for (;; globs = end + 1) {
		end = strchrnul(globs, ',');
		if (glob_match(globs, end,
			       memchr(globs, ':', end - globs) ?
				       desc->full_name :
				       desc->name))
			return true;
		if (!*end)
			return false;
	}
}

static int trace_want(struct dmasim_trace *t, unsigned int event, bool on)
{
	const struct trace_desc *desc = &trace_events[event];
	int ret;

	if (test_bit(event, t->wants) == on)
		return 0;
	if (on && !trace_users[event]) {
		ret = tracepoint_probe_register(desc->tp, desc->probe, NULL);
		if (ret)
			return ret;
	}
	trace_users[event] += on ? 1 : -1;
	if (!trace_users[event])
		tracepoint_probe_unregister(desc->tp, desc->probe, NULL);
	__assign_bit(event, t->wants, on);
	return 0;
}

static bool trace_is_open(const struct dmasim_trace *trace)
{
	struct dmasim_trace *t;

	list_for_each_entry(t, &traces, node)
		if (t == trace)
			return true;
	return false;
}

static int __trace_select(struct dmasim_trace *t, const char *globs, bool on)
{
	DECLARE_BITMAP(before, TRACE_MAX_EVENTS);
	int matches = 0, ret;
	unsigned int i;

	if (!trace_is_open(t))
		return -EINVAL;
	bitmap_copy(before, t->wants, TRACE_MAX_EVENTS);
	for (i = 0; i < trace_nr_events; i++) {
		if (!globs_match(globs, &trace_events[i]))
			continue;
		ret = trace_want(t, i, on);
		if (ret) {
			while (i--)
				trace_want(t, i, test_bit(i, before));
			return ret;
		}
		matches++;
	}
	return matches ?: -ENOENT;
}

int trace_select(struct dmasim_trace *t, const char *globs, bool on)
{
	int ret;

	if (!trace_lock())
		return -EDEADLK;
	ret = __trace_select(t, globs, on);
	trace_unlock();
	return ret;
}

/* ---- open and close ---------------------------------------------------------------- */

static int trace_open_out(struct dmasim_trace *t,
			  const struct trace_target *target)
{
	int ret = 0;

	if (target->path)
		ret = trace_out_create(target->path, &t->out);
	else if (target->fd >= 0)
		ret = trace_out_from_fd(target->fd, &t->out);
	if (ret || !t->out || t->format != DMASIM_TRACE_JSON)
		return ret;
	t->json = trace_json_create(t->out);
	if (t->json)
		return 0;
	trace_out_close(t->out);
	return -ENOMEM;
}

int trace_open(const struct trace_target *target, struct dmasim_trace **trace)
{
	struct dmasim_trace *t = trace_alloc(sizeof(*t));
	int ret;

	if (!t)
		return -ENOMEM;
	t->format = target->format;
	t->callback = target->callback;
	t->ctx = target->ctx;
	ret = t->callback ? 0 : trace_open_out(t, target);
	if (!ret && !trace_lock()) {
		ret = -EDEADLK;
		if (t->json)
			trace_json_finish(t->json, 0);
		if (t->out)
			trace_out_close(t->out);
	}
	if (ret) {
		trace_heap_free(t);
		return ret;
	}
	list_add_tail(&t->node, &traces);
	trace_unlock();
	*trace = t;
	return 0;
}

static int __trace_close(struct dmasim_trace *t)
{
	int ret = 0, err = 0;
	unsigned int i;

	for (i = 0; i < trace_nr_events; i++)
		trace_want(t, i, false);
	list_del(&t->node);
	if (t->json)
		ret = trace_json_finish(t->json, trace_host_ns());
	if (t->out)
		err = trace_out_close(t->out);
	trace_heap_free(t);
	return err ?: ret;
}

int trace_close(struct dmasim_trace *t)
{
	int ret = -EINVAL;

	if (!trace_lock())
		return -EDEADLK;
	if (trace_is_open(t))
		ret = __trace_close(t);
	trace_unlock();
	return ret;
}

/* ---- machine ------------------------------------------------------------------------- */

int trace_boot(void)
{
	trace_seq = 0;
	trace_clock_start();
	return 0;
}

void trace_close_all(void)
{
	trace_force_unlock();
	while (!list_empty(&traces))
		trace_close(
			list_first_entry(&traces, struct dmasim_trace, node));
}
