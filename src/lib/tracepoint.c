/* SPDX-License-Identifier: MIT */
/*
 * Tracepoints: attaching and detaching probes.
 * Models kernel/tracepoint.c, with slots in the tracepoint instead of arrays that
 * are replaced: nothing is allocated, so tracing does not disturb what it watches.
 *
 * A reader takes a slot's function, its data, and looks whether the function is
 * still there. A slot is emptied before it gets new data, so whoever sees the
 * new data sees that the old function is gone.
 *
 * I1  nr is the number of slots with a function, whenever the lock is free, and
 *     tracepoint_probes the sum of them all.
 * I2  No probe survives a machine.
 * I3  LIB_WATCH_TRACE is set before the first probe can be called, and cleared
 *     after the last one is gone.
 * Locks: a flag; regfunc and unregfunc are called with it.
 * Tests: tests/unit/lib/test_tracepoint.c
 */
#include <linux/rcupdate.h>
#include <linux/tracepoint.h>

#include "lib/internal.h"

static struct tracepoint *tracepoints;
static bool tracepoint_busy;
static unsigned int tracepoint_probes;

u32 lib_watchers;

void lib_watch(enum lib_watch watcher, bool on)
{
	if (on)
		__atomic_fetch_or(&lib_watchers, watcher, __ATOMIC_RELEASE);
	else
		__atomic_fetch_and(&lib_watchers, ~watcher, __ATOMIC_RELEASE);
}

static void tracepoint_lock(void)
{
	while (__atomic_test_and_set(&tracepoint_busy, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void tracepoint_unlock(void)
{
	__atomic_clear(&tracepoint_busy, __ATOMIC_RELEASE);
}

static struct tracepoint_func *tracepoint_find(struct tracepoint *tp,
					       void *func, void *data)
{
	struct tracepoint_func *slot;

	for (slot = tp->probe; slot < tp->probe + TRACEPOINT_MAX_PROBES; slot++)
		if (slot->func == func && (!func || slot->data == data))
			return slot;
	return NULL;
}

static void tracepoint_set_nr(struct tracepoint *tp, u32 nr)
{
	__atomic_store_n(&tp->nr, nr, __ATOMIC_RELEASE);
}

static int tracepoint_add(struct tracepoint *tp, void *probe, void *data)
{
	struct tracepoint_func *slot;
	int ret;

	if (tracepoint_find(tp, probe, data))
		return -EEXIST;
	slot = tracepoint_find(tp, NULL, NULL);
	if (!slot)
		return -ENOMEM;
	if (!tp->nr && tp->regfunc) {
		ret = tp->regfunc();
		if (ret)
			return ret;
	}
	if (!tp->listed) {
		tp->listed = true;
		tp->next = tracepoints;
		tracepoints = tp;
	}
	if (!tracepoint_probes++)
		lib_watch(LIB_WATCH_TRACE, true);
	__atomic_store_n(&slot->data, data, __ATOMIC_RELEASE);
	__atomic_store_n(&slot->func, probe, __ATOMIC_RELEASE);
	tracepoint_set_nr(tp, tp->nr + 1);
	return 0;
}

static void tracepoint_empty(struct tracepoint *tp,
			     struct tracepoint_func *slot)
{
	__atomic_store_n(&slot->func, NULL, __ATOMIC_RELEASE);
	tracepoint_set_nr(tp, tp->nr - 1);
	if (!--tracepoint_probes)
		lib_watch(LIB_WATCH_TRACE, false);
	if (!tp->nr && tp->unregfunc)
		tp->unregfunc();
}

int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data)
{
	int ret = -EINVAL;

	if (!probe)
		return ret;
	tracepoint_lock();
	ret = tracepoint_add(tp, probe, data);
	tracepoint_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(tracepoint_probe_register);

int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data)
{
	struct tracepoint_func *slot = NULL;

	tracepoint_lock();
	if (probe)
		slot = tracepoint_find(tp, probe, data);
	if (slot)
		tracepoint_empty(tp, slot);
	tracepoint_unlock();
	return slot ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(tracepoint_probe_unregister);

void tracepoint_synchronize_unregister(void)
{
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(tracepoint_synchronize_unregister);

void tracepoint_enter(void)
{
	rcu_read_lock();
}
EXPORT_SYMBOL_GPL(tracepoint_enter);

void tracepoint_leave(void)
{
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(tracepoint_leave);

/** lib_tracepoint_check() - probes that nobody detached. Return: how many. */
unsigned int lib_tracepoint_check(void)
{
	unsigned int left = 0;
	struct tracepoint *tp;

	for (tp = tracepoints; tp; tp = tp->next) {
		if (!tp->nr)
			continue;
		lib_event(LIB_EVENT_LEAK, "tracepoint-leak", NULL, 0, tp->nr,
			  "%u probes are still attached to trace_%s()", tp->nr,
			  tp->name);
		left += tp->nr;
	}
	return left;
}

/** lib_tracepoint_shutdown() - I2. Context: one thread. */
void lib_tracepoint_shutdown(void)
{
	struct tracepoint_func *slot;
	struct tracepoint *tp;

	for (tp = tracepoints; tp; tp = tp->next)
		for (slot = tp->probe; slot < tp->probe + TRACEPOINT_MAX_PROBES;
		     slot++)
			if (slot->func)
				tracepoint_empty(tp, slot);
}
