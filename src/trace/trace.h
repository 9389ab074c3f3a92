/* SPDX-License-Identifier: MIT */
/*
 * Trace events: the one header of the folder. Behind <dmasim/trace.h>.
 *
 *	tracepoint -> its generated probe (events.c) -> trace_emit() (sink.c)
 *	    -> USDT probe (usdt.c)
 *	    -> each trace that wants it: callback, text (text.c), JSON (json.c)
 *
 * Nothing here takes memory of the machine or a lock of the kernel side, so
 * tracing changes nothing of what it watches but its speed.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <linux/types.h>

#include <dmasim/trace.h>

/** trace_boot() - a machine starts: sequence and clock from 0. Return: 0. */
int trace_boot(void);

/** trace_close_all() - close what is open. Before lib_check(). */
void trace_close_all(void);

/**
 * struct trace_target - where a new trace writes: to the first that is set
 * @path: file to create
 * @callback: function, with @ctx
 * @fd: a file that is open, if not negative
 * None: USDT probes only.
 */
struct trace_target {
	enum dmasim_trace_format format;
	const char *path;
	void (*callback)(void *ctx, const struct dmasim_trace_event *ev);
	void *ctx;
	int fd;
};

/* behind the calls of <dmasim/trace.h>, with the same errnos */
int trace_open(const struct trace_target *target, struct dmasim_trace **trace);
int trace_select(struct dmasim_trace *trace, const char *globs, bool on);
int trace_close(struct dmasim_trace *trace);

/** trace_has_usdt() - was the library built with sys/sdt.h? */
bool trace_has_usdt(void);

#endif
