/* SPDX-License-Identifier: MIT */
/*
 * The driver's tracepoints.
 */
#include <linux/blk-mq.h>
#include <trace/events/nvme_pci.h>

DEFINE_TRACE(nvme_map_begin, TP_PROTO(struct request *req), TP_ARGS(req));
EXPORT_TRACEPOINT_SYMBOL_GPL(nvme_map_begin);
DEFINE_TRACE(nvme_map_end, TP_PROTO(struct request *req, size_t bookkeeping),
	     TP_ARGS(req, bookkeeping));
EXPORT_TRACEPOINT_SYMBOL_GPL(nvme_map_end);
DEFINE_TRACE(nvme_unmap_begin, TP_PROTO(struct request *req), TP_ARGS(req));
EXPORT_TRACEPOINT_SYMBOL_GPL(nvme_unmap_begin);
DEFINE_TRACE(nvme_unmap_end, TP_PROTO(struct request *req), TP_ARGS(req));
EXPORT_TRACEPOINT_SYMBOL_GPL(nvme_unmap_end);
