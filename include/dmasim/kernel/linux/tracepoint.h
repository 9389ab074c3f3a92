/* SPDX-License-Identifier: MIT */
/*
 * <linux/tracepoint.h>: places in the code to which probes can be attached.
 *
 * same: DECLARE_TRACE, DEFINE_TRACE, DEFINE_TRACE_FN, trace_<name>(),
 *	trace_<name>_enabled(), register_trace_<name>(),
 *	unregister_trace_<name>(), tracepoint_synchronize_unregister()
 * reduced: at most TRACEPOINT_MAX_PROBES probes a tracepoint (-ENOMEM beyond),
 *	called in no promised order; no priorities; no TRACE_EVENT, no ring
 *	buffer: <dmasim/trace.h> writes events to files
 *
 * A probe that is still registered when the machine is destroyed is a leak
 * (event "tracepoint-leak") and is removed.
 */
#ifndef _DMASIM_LINUX_TRACEPOINT_H
#define _DMASIM_LINUX_TRACEPOINT_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>

#define TRACEPOINT_MAX_PROBES 8

/* Read without a lock: @data belongs to @func while @func has not changed. */
struct tracepoint_func {
	void *func;
	void *data;
};

/**
 * struct tracepoint - one place
 * @name: without "trace_"
 * @nr: probes attached; all that a call looks at while there are none
 * @regfunc: called before the first probe is attached; may refuse; or NULL
 * @unregfunc: called after the last one is gone; or NULL
 * @probe: slots, in use where func is not NULL
 * @next: tracepoints that ever had a probe
 */
struct tracepoint {
	const char *name;
	u32 nr;
	bool listed;
	int (*regfunc)(void);
	void (*unregfunc)(void);
	struct tracepoint_func probe[TRACEPOINT_MAX_PROBES];
	struct tracepoint *next;
};

/**
 * tracepoint_probe_register() - attach a probe
 * @probe: void (*)(void *data, <prototype of the tracepoint>)
 *
 * Context: any but a probe.
 * Return: 0; -EEXIST if the same pair is attached; -ENOMEM if there is no slot;
 * what the tracepoint's regfunc says.
 */
int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data);

/**
 * tracepoint_probe_unregister() - detach it
 *
 * Calls that began before may still be running in other threads.
 * Context: any but a probe. Return: 0, or -ENOENT if it is not attached.
 */
int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data);

/**
 * tracepoint_synchronize_unregister() - wait for probes that were detached
 *
 * Probes run inside RCU read sections. Context: may sleep.
 */
void tracepoint_synchronize_unregister(void);

/* Around the probes of one call. */
void tracepoint_enter(void);
void tracepoint_leave(void);

/* The probe of a slot, or NULL; never one with the data of another. */
static inline void *tracepoint_probe_get(struct tracepoint_func *slot,
					 void **data)
{
	void *func = __atomic_load_n(&slot->func, __ATOMIC_ACQUIRE);

	if (!func)
		return NULL;
	*data = __atomic_load_n(&slot->data, __ATOMIC_ACQUIRE);
	return __atomic_load_n(&slot->func, __ATOMIC_ACQUIRE) == func ? func :
									NULL;
}

#define TP_PROTO(args...) args
#define TP_ARGS(args...) args

/*
 * trace_<name>(...) costs one load and branch while no probe is attached. A
 * probe is called as void probe(void *data, <proto>) and must not sleep.
 */
#define DECLARE_TRACE(name, proto, args)                                       \
	extern struct tracepoint __tracepoint_##name;                          \
	static __always_inline __maybe_unused bool trace_##name##_enabled(     \
		void)                                                          \
	{                                                                      \
		return __atomic_load_n(&__tracepoint_##name.nr,                \
				       __ATOMIC_RELAXED) != 0;                 \
	}                                                                      \
	static __cold noinline __maybe_unused void __trace_call_##name(proto)  \
	{                                                                      \
		struct tracepoint *__tp = &__tracepoint_##name;                \
		int __i;                                                       \
                                                                               \
		tracepoint_enter();                                            \
		for (__i = 0; __i < TRACEPOINT_MAX_PROBES; __i++) {            \
			void *__data;                                          \
			void (*__probe)(void *, proto) = tracepoint_probe_get( \
				&__tp->probe[__i], &__data);                   \
			if (__probe)                                           \
				__probe(__data, args);                         \
		}                                                              \
		tracepoint_leave();                                            \
	}                                                                      \
	static __always_inline __maybe_unused void trace_##name(proto)         \
	{                                                                      \
		if (unlikely(trace_##name##_enabled()))                        \
			__trace_call_##name(args);                             \
	}                                                                      \
	static inline __maybe_unused int register_trace_##name(                \
		void (*probe)(void *, proto), void *data)                      \
	{                                                                      \
		return tracepoint_probe_register(&__tracepoint_##name,         \
						 (void *)probe, data);         \
	}                                                                      \
	static inline __maybe_unused int unregister_trace_##name(              \
		void (*probe)(void *, proto), void *data)                      \
	{                                                                      \
		return tracepoint_probe_unregister(&__tracepoint_##name,       \
						   (void *)probe, data);       \
	}

#define DEFINE_TRACE_FN(_name, _reg, _unreg, proto, args) \
	struct tracepoint __tracepoint_##_name = {        \
		.name = #_name,                           \
		.regfunc = (_reg),                        \
		.unregfunc = (_unreg),                    \
	}
#define DEFINE_TRACE(_name, proto, args) \
	DEFINE_TRACE_FN(_name, NULL, NULL, PARAMS(proto), PARAMS(args))
#define PARAMS(args...) args

/*
 * DMASIM_EVENT() - an event of <trace/events/...>, described once
 * @fields: TP_FIELDS(TF_...(name, value), ...), in the order of the text line
 * @words: the same as a sentence, with {field} where a value goes
 *
 * Here it declares the tracepoint. src/trace reads the headers again with other
 * definitions and gets storage, records, text and USDT probes from them.
 */
#define DMASIM_EVENT(name, proto, args, fields, words) \
	DECLARE_TRACE(name, PARAMS(proto), PARAMS(args))
/* The same for what the hardware tells; it is asked only while somebody wants it. */
#define DMASIM_HW_EVENT(name, proto, args, fields, words) \
	DMASIM_EVENT(name, PARAMS(proto), PARAMS(args), PARAMS(fields), words)
#define TP_FIELDS(fields...) fields
/* newer: entries of a list that an event tells */
#define DMA_TRACE_MAX_ENTRIES 128

#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) \
	EXPORT_SYMBOL_GPL(__tracepoint_##name)
#define EXPORT_TRACEPOINT_SYMBOL(name) EXPORT_SYMBOL(__tracepoint_##name)

#endif
