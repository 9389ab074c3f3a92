/* SPDX-License-Identifier: MIT */
/*
 * <trace/events/iommu.h>: what the IOMMU core does.
 *
 * same: names, prototypes and fields of 6.17. map is for success, with the range
 *	that was asked for; unmap says how much was found
 * reduced: the text line is "name=value" in the order of the fields
 */
#ifndef _DMASIM_TRACE_EVENTS_IOMMU_H
#define _DMASIM_TRACE_EVENTS_IOMMU_H

#include <linux/tracepoint.h>
#include <linux/types.h>

struct device;

#define DMASIM_TRACE_READ_IOMMU
#endif

#if defined(DMASIM_TRACE_READ_IOMMU) || defined(DMASIM_TRACE_READ_AGAIN)
#undef DMASIM_TRACE_READ_IOMMU
#undef TRACE_SYSTEM
#define TRACE_SYSTEM iommu

DMASIM_EVENT(add_device_to_group, TP_PROTO(int group_id, struct device *dev),
	     TP_ARGS(group_id, dev),
	     TP_FIELDS(TF_INT(gid, group_id), TF_NAMED_DEV(device, dev)),
	     "{device} joins IOMMU group {gid}")

DMASIM_EVENT(remove_device_from_group,
	     TP_PROTO(int group_id, struct device *dev), TP_ARGS(group_id, dev),
	     TP_FIELDS(TF_INT(gid, group_id), TF_NAMED_DEV(device, dev)),
	     "{device} leaves IOMMU group {gid}")

DMASIM_EVENT(attach_device_to_domain, TP_PROTO(struct device *dev),
	     TP_ARGS(dev), TP_FIELDS(TF_NAMED_DEV(device, dev)),
	     "{device} is attached to a domain")

DMASIM_EVENT(map, TP_PROTO(unsigned long iova, phys_addr_t paddr, size_t size),
	     TP_ARGS(iova, paddr, size),
	     TP_FIELDS(TF_HEX(iova, iova), TF_HEX(paddr, paddr),
		       TF_UINT(size, size)),
	     "the page table leads {size} bytes from {iova} to physical {paddr}")

DMASIM_EVENT(unmap,
	     TP_PROTO(unsigned long iova, size_t size, size_t unmapped_size),
	     TP_ARGS(iova, size, unmapped_size),
	     TP_FIELDS(TF_HEX(iova, iova), TF_UINT(size, size),
		       TF_UINT(unmapped_size, unmapped_size)),
	     "the page table leads {unmapped_size} of {size} bytes from {iova} "
	     "nowhere now")

DMASIM_EVENT(io_page_fault,
	     TP_PROTO(struct device *dev, unsigned long iova, int flags),
	     TP_ARGS(dev, iova, flags),
	     TP_FIELDS(TF_NAMED_DEV(device, dev), TF_DRIVER(driver, dev),
		       TF_HEX(iova, iova), TF_HEX(flags, flags)),
	     "{device} was refused an access at {iova} (flags {flags}: 0 read, "
	     "0x1 write)")

#endif
