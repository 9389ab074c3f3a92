/* SPDX-License-Identifier: MIT */
/*
 * The table once more, for the DMASIM_EVENT() of the moment. No guard.
 */
#define DMASIM_TRACE_READ_AGAIN
#include <trace/events/dma.h>
#include <trace/events/dmasim.h>
#include <trace/events/iommu.h>
#include <trace/events/swiotlb.h>
#undef DMASIM_TRACE_READ_AGAIN
