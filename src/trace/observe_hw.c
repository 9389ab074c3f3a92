/* SPDX-License-Identifier: MIT */
/*
 * Seam: events of the hardware. The hardware knows one observer, and only while
 * one of these tracepoints has a probe.
 *
 * Tests: tests/api/test_trace.c
 */
#include <trace/events/dmasim.h>

#include "trace/internal.h"

#include "hw/hw.h"

static void observe(const struct hw_trace *did)
{
	switch (did->kind) {
	case HW_TRACE_IOTLB_HIT:
		trace_iotlb_hit(did->dev, did->addr, did->write);
		break;
	case HW_TRACE_IOTLB_MISS:
		trace_iotlb_miss(did->dev, did->addr, did->write);
		break;
	case HW_TRACE_IOTLB_FLUSH:
		trace_iotlb_flush(did->what, did->tag, did->addr, did->last);
		break;
	case HW_TRACE_CACHE_CLEAN:
		trace_cache_clean(did->addr, did->len);
		break;
	case HW_TRACE_CACHE_INVALIDATE:
		trace_cache_invalidate(did->addr, did->len);
		break;
	}
}

static unsigned int observed; /* tracepoints with a probe */

/** trace_observe_hw() - a tracepoint of the hardware is in use. Return: 0. */
int trace_observe_hw(void)
{
	if (!observed++)
		hw_trace_set(observe);
	return 0;
}

/** trace_ignore_hw() - it is no longer. */
void trace_ignore_hw(void)
{
	if (!--observed)
		hw_trace_set(NULL);
}
