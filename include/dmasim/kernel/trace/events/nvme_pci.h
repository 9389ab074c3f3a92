/* SPDX-License-Identifier: MIT */
/*
 * Tracepoints of the ported NVMe PCI driver: the time that a request spends in
 * DMA mapping, and what the mapping has to remember.
 *
 * same: nothing, these are the port's own
 */
#ifndef _DMASIM_TRACE_EVENTS_NVME_PCI_H
#define _DMASIM_TRACE_EVENTS_NVME_PCI_H

#include <linux/tracepoint.h>

struct request;

/* Around the mapping of a request's data, descriptors included. */
DECLARE_TRACE(nvme_map_begin, TP_PROTO(struct request *req), TP_ARGS(req))

/*
 * @bookkeeping: bytes that must be kept until the unmap beyond the request
 * itself (recorded segments, scatterlists), 0 after a failure
 */
DECLARE_TRACE(nvme_map_end, TP_PROTO(struct request *req, size_t bookkeeping),
	      TP_ARGS(req, bookkeeping))

DECLARE_TRACE(nvme_unmap_begin, TP_PROTO(struct request *req), TP_ARGS(req))
DECLARE_TRACE(nvme_unmap_end, TP_PROTO(struct request *req), TP_ARGS(req))

#endif
