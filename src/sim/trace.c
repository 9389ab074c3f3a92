/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/trace.h>: opening and closing traces, with reasons.
 *
 * Tests: tests/unit/trace/test_sink.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <dmasim/trace.h>

#include "host/host.h"
#include "sim/sim.h"
#include "trace/trace.h"

static int sim_trace_open(const struct trace_target *target,
			  struct dmasim_trace **trace)
{
	int ret;

	if (!sim_machine())
		return sim_refuse(-ENODEV, "trace: there is no machine");
	if (target->format > DMASIM_TRACE_JSON)
		return sim_refuse(-EINVAL, "trace: unknown format %d",
				  target->format);
	ret = trace_open(target, trace);
	if (ret == -ENOMEM)
		return sim_refuse(ret, "trace: the host is out of memory");
	if (ret == -EDEADLK)
		return sim_refuse(ret, "trace: opened from a callback");
	if (ret && target->path)
		return sim_refuse(ret, "trace: cannot write %s: %s",
				  target->path, host_error(-ret));
	if (ret)
		return sim_refuse(ret, "trace: cannot write to fd %d: %s",
				  target->fd, host_error(-ret));
	return 0;
}

int dmasim_trace_open(enum dmasim_trace_format format, const char *path,
		      struct dmasim_trace **trace)
{
	struct trace_target target = { .format = format,
				       .path = path,
				       .fd = -1 };

	if (!path)
		return sim_refuse(-EINVAL, "trace: no path");
	return sim_trace_open(&target, trace);
}
EXPORT_SYMBOL(dmasim_trace_open);

int dmasim_trace_open_fd(enum dmasim_trace_format format, int fd,
			 struct dmasim_trace **trace)
{
	struct trace_target target = { .format = format, .fd = fd };

	if (fd < 0)
		return sim_refuse(-EBADF, "trace: fd %d is not open", fd);
	return sim_trace_open(&target, trace);
}
EXPORT_SYMBOL(dmasim_trace_open_fd);

int dmasim_trace_open_callback(void (*fn)(void *ctx,
					  const struct dmasim_trace_event *ev),
			       void *ctx, struct dmasim_trace **trace)
{
	struct trace_target target = { .callback = fn, .ctx = ctx, .fd = -1 };

	if (!fn)
		return sim_refuse(-EINVAL, "trace: no callback");
	return sim_trace_open(&target, trace);
}
EXPORT_SYMBOL(dmasim_trace_open_callback);

int dmasim_trace_open_usdt(struct dmasim_trace **trace)
{
	struct trace_target target = { .fd = -1 };

	if (!trace_has_usdt())
		return sim_refuse(
			-ENOSYS,
			"trace: built without sys/sdt.h (systemtap-sdt-dev)");
	return sim_trace_open(&target, trace);
}
EXPORT_SYMBOL(dmasim_trace_open_usdt);

static int sim_trace_select(struct dmasim_trace *trace, const char *globs,
			    bool on)
{
	int ret = globs ? trace_select(trace, globs, on) : -ENOENT;

	if (ret == -ENOENT)
		return sim_refuse(ret, "trace: no event is called \"%s\"",
				  globs ?: "(null)");
	if (ret == -EINVAL)
		return sim_refuse(ret, "trace: it is not open");
	if (ret == -EDEADLK)
		return sim_refuse(ret, "trace: changed from a callback");
	if (ret < 0)
		return sim_refuse(ret,
				  "trace: an event of \"%s\" has %d probes",
				  globs, TRACEPOINT_MAX_PROBES);
	return ret;
}

int dmasim_trace_enable(struct dmasim_trace *trace, const char *globs)
{
	return sim_trace_select(trace, globs, true);
}
EXPORT_SYMBOL(dmasim_trace_enable);

int dmasim_trace_disable(struct dmasim_trace *trace, const char *globs)
{
	return sim_trace_select(trace, globs, false);
}
EXPORT_SYMBOL(dmasim_trace_disable);

int dmasim_trace_close(struct dmasim_trace *trace)
{
	int ret = trace_close(trace);

	if (ret == -EINVAL)
		return sim_refuse(ret, "trace: it is not open");
	if (ret == -EDEADLK)
		return sim_refuse(ret, "trace: closed from a callback");
	if (ret)
		return sim_refuse(ret, "trace: incomplete: %s",
				  host_error(-ret));
	return 0;
}
EXPORT_SYMBOL(dmasim_trace_close);

static enum dmasim_trace_format sim_format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && !strcmp(dot, ".json"))
		return DMASIM_TRACE_JSON;
	if (dot && !strcmp(dot, ".explain"))
		return DMASIM_TRACE_EXPLAIN;
	return DMASIM_TRACE_TEXT;
}

/* DMASIM_TRACE=<globs>=<file> */
int sim_trace_from_env(void)
{
	const char *env = host_env("DMASIM_TRACE");
	const char *path = env ? strchr(env, '=') : NULL;
	struct dmasim_trace *trace;
	char globs[128];
	int ret;

	if (!env || !*env)
		return 0;
	if (!path || path - env >= sizeof(globs))
		return sim_refuse(-EINVAL,
				  "DMASIM_TRACE=%s is not <globs>=<file>", env);
	strscpy(globs, env, path - env + 1);
	path++;
	ret = dmasim_trace_open(sim_format_of(path), path, &trace);
	if (!ret)
		ret = dmasim_trace_enable(trace, globs);
	return ret < 0 ? ret : 0;
}
