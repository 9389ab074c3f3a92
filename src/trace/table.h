/* SPDX-License-Identifier: MIT */
/*
 * The table of events: every header that describes some. Declares tracepoints.
 */
#ifndef TRACE_TABLE_H
#define TRACE_TABLE_H

#include <trace/events/dma.h>
#include <trace/events/dmasim.h>
#include <trace/events/iommu.h>
#include <trace/events/swiotlb.h>

#endif
