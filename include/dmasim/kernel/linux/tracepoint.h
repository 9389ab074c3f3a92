/* SPDX-License-Identifier: MIT */
/*
 * <linux/tracepoint.h>: bare tracepoints.
 *
 * same: DECLARE_TRACE, DEFINE_TRACE, trace_<name>(), trace_<name>_enabled(),
 *	register_trace_<name>(), unregister_trace_<name>()
 * reduced: one probe a tracepoint (a second registration is -EEXIST); no
 *	TRACE_EVENT, no ring buffer
 */
#ifndef _DMASIM_LINUX_TRACEPOINT_H
#define _DMASIM_LINUX_TRACEPOINT_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>

/** struct tracepoint - @probe is published before @data is read. */
struct tracepoint {
	const char *name;
	void *probe;
	void *data;
};

static inline int tracepoint_probe_register(struct tracepoint *tp, void *probe,
					    void *data)
{
	if (tp->probe)
		return -EEXIST;
	tp->data = data;
	__atomic_store_n(&tp->probe, probe, __ATOMIC_RELEASE);
	return 0;
}

static inline int tracepoint_probe_unregister(struct tracepoint *tp,
					      void *probe, void *data)
{
	if (tp->probe != probe)
		return -ENOENT;
	__atomic_store_n(&tp->probe, NULL, __ATOMIC_RELEASE);
	return 0;
}

#define TP_PROTO(args...) args
#define TP_ARGS(args...) args

/*
 * trace_<name>(...) costs one load and branch while no probe is registered.
 * A probe is called as void probe(void *data, <proto>).
 */
#define DECLARE_TRACE(name, proto, args)                                      \
	extern struct tracepoint __tracepoint_##name;                         \
	static inline bool trace_##name##_enabled(void)                       \
	{                                                                     \
		return __atomic_load_n(&__tracepoint_##name.probe,            \
				       __ATOMIC_RELAXED) != NULL;             \
	}                                                                     \
	static inline void __trace_call_##name(void *__data, proto)           \
	{                                                                     \
		void (*__probe)(void *, proto) = __atomic_load_n(             \
			&__tracepoint_##name.probe, __ATOMIC_ACQUIRE);        \
		if (__probe)                                                  \
			__probe(__data, args);                                \
	}                                                                     \
	static inline void trace_##name(proto)                                \
	{                                                                     \
		if (unlikely(trace_##name##_enabled()))                       \
			__trace_call_##name(__tracepoint_##name.data, args);  \
	}                                                                     \
	static inline int register_trace_##name(void (*probe)(void *, proto), \
						void *data)                   \
	{                                                                     \
		return tracepoint_probe_register(&__tracepoint_##name,        \
						 (void *)probe, data);        \
	}                                                                     \
	static inline int unregister_trace_##name(                            \
		void (*probe)(void *, proto), void *data)                     \
	{                                                                     \
		return tracepoint_probe_unregister(&__tracepoint_##name,      \
						   (void *)probe, data);      \
	}

#define DEFINE_TRACE(_name, proto, args) \
	struct tracepoint __tracepoint_##_name = { .name = #_name }

#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) \
	EXPORT_SYMBOL_GPL(__tracepoint_##name)
#define EXPORT_TRACEPOINT_SYMBOL(name) EXPORT_SYMBOL(__tracepoint_##name)

#endif
