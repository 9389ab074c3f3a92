/* SPDX-License-Identifier: MIT */
/*
 * <trace/events/swiotlb.h>: a mapping that needs a bounce buffer.
 *
 * same: name, prototype and fields of 6.17; before slots are looked for, so also
 *	if there are none. dev_addr is what the buffer's own address would be:
 *	the device's view of it, or the physical address behind an IOMMU
 * reduced: the text line is "name=value" in the order of the fields
 */
#ifndef _DMASIM_TRACE_EVENTS_SWIOTLB_H
#define _DMASIM_TRACE_EVENTS_SWIOTLB_H

#include <linux/tracepoint.h>
#include <linux/types.h>

struct device;

#define DMASIM_TRACE_READ_SWIOTLB
#endif

#if defined(DMASIM_TRACE_READ_SWIOTLB) || defined(DMASIM_TRACE_READ_AGAIN)
#undef DMASIM_TRACE_READ_SWIOTLB
#undef TRACE_SYSTEM
#define TRACE_SYSTEM swiotlb

DMASIM_EVENT(swiotlb_bounced,
	     TP_PROTO(struct device *dev, dma_addr_t dev_addr, size_t size),
	     TP_ARGS(dev, dev_addr, size),
	     TP_FIELDS(TF_NAMED_DEV(dev_name, dev),
		       TF_HEX(dma_mask, TF_DMA_MASK(dev)),
		       TF_HEX(dev_addr, dev_addr), TF_UINT(size, size),
		       TF_FORCE(force, TF_FORCED(dev))),
	     "{dev_name} needs a bounce buffer for {size} bytes at {dev_addr} "
	     "({force})")

#endif
