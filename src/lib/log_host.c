/* SPDX-License-Identifier: MIT */
/*
 * Seam: log, events, panic and backtraces of the host.
 *
 * The one place of src/lib from which text leaves for the event ring. Nothing
 * is decided here.
 *
 * Tests: tests/unit/lib/test_event.c
 */
#include "lib/internal.h"

#include "host/host.h"

_Static_assert((int)LIB_EVENT_LOG == HOST_EVENT_LOG, "event kinds differ");
_Static_assert((int)LIB_EVENT_WARN == HOST_EVENT_WARN, "event kinds differ");
_Static_assert((int)LIB_EVENT_FAULT == HOST_EVENT_FAULT, "event kinds differ");
_Static_assert((int)LIB_EVENT_MISUSE == HOST_EVENT_MISUSE,
	       "event kinds differ");
_Static_assert((int)LIB_EVENT_REFUSAL == HOST_EVENT_REFUSAL,
	       "event kinds differ");
_Static_assert((int)LIB_EVENT_LEAK == HOST_EVENT_LEAK, "event kinds differ");
_Static_assert((int)LIB_EVENT_NOTE == HOST_EVENT_NOTE, "event kinds differ");

/**
 * lib_event_put() - append an event whose text is ready
 * @dev: device name, "" if none
 *
 * Context: any.
 */
void lib_event_put(enum lib_event_kind kind, const char *id, const char *dev,
		   u64 addr, u64 len, const char *text)
{
	host_event_put((enum host_event_kind)kind, id, dev, addr, len, text);
}

/** lib_event_put_from() - the same with a second call path of @nr frames. */
void lib_event_put_from(enum lib_event_kind kind, const char *id,
			const char *dev, u64 addr, u64 len, const char *text,
			void *const *origin, unsigned int nr)
{
	host_event_put_from((enum host_event_kind)kind, id, dev, addr, len,
			    text, origin, nr);
}

/** lib_panic() - end the process, or leave through the host's hook. */
void lib_panic(const char *text)
{
	host_panic("%s", text);
}

/** lib_symbol() - name of the function around @pc. Return: @buf. */
const char *lib_symbol(const void *pc, char *buf, size_t size)
{
	return host_symbolize(pc, buf, size);
}

/** lib_backtrace() - return addresses, innermost first. Return: how many. */
unsigned int lib_backtrace(void **frames, unsigned int max)
{
	return host_backtrace(frames, max);
}

/** lib_clock_ns() - machine time in ns. */
u64 lib_clock_ns(void)
{
	return host_clock_now();
}
