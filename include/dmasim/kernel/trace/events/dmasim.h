/* SPDX-License-Identifier: MIT */
/*
 * <trace/events/dmasim.h>: what the kernel has no events for: the two-step calls,
 * and what the simulated hardware does.
 *
 * same: nothing, these are ours
 *
 * dma_iova_alloc, _link and _sync come after their effect and say how it went;
 * dma_iova_unlink, _free and _destroy come before it.
 */
#ifndef _DMASIM_TRACE_EVENTS_DMASIM_H
#define _DMASIM_TRACE_EVENTS_DMASIM_H

#include <linux/dma-direction.h>
#include <linux/tracepoint.h>
#include <linux/types.h>

struct device;

#define DMASIM_TRACE_READ_DMASIM
#endif

#if defined(DMASIM_TRACE_READ_DMASIM) || defined(DMASIM_TRACE_READ_AGAIN)
#undef DMASIM_TRACE_READ_DMASIM
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dmasim

/* ---- two-step calls ------------------------------------------------------------- */

/* @addr: first device address of the state, ~0 if there is none */
DMASIM_EVENT(dma_iova_alloc,
	     TP_PROTO(struct device *dev, dma_addr_t addr, size_t size,
		      phys_addr_t phys_addr),
	     TP_ARGS(dev, addr, size, phys_addr),
	     TP_FIELDS(TF_DEV(device, dev), TF_HEX(addr, addr),
		       TF_UINT(size, size), TF_HEX(phys_addr, phys_addr)),
	     "reserves {size} bytes of device addresses: {addr}")

/* @state: first device address of the state; @addr: where the link begins */
DMASIM_EVENT(dma_iova_link,
	     TP_PROTO(struct device *dev, dma_addr_t state, size_t offset,
		      phys_addr_t phys_addr, size_t size,
		      enum dma_data_direction dir, unsigned long attrs,
		      int err),
	     TP_ARGS(dev, state, offset, phys_addr, size, dir, attrs, err),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_HEX(addr, state + offset), TF_UINT(size, size),
		       TF_HEX(phys_addr, phys_addr), TF_HEX(state, state),
		       TF_ATTRS(attrs, attrs), TF_INT(err, err)),
	     "links {size} bytes at physical {phys_addr} to {addr} {dir}: "
	     "{err}")

DMASIM_EVENT(dma_iova_sync,
	     TP_PROTO(struct device *dev, dma_addr_t state, size_t offset,
		      size_t size, int err),
	     TP_ARGS(dev, state, offset, size, err),
	     TP_FIELDS(TF_DEV(device, dev), TF_HEX(addr, state + offset),
		       TF_UINT(size, size), TF_HEX(state, state),
		       TF_INT(err, err)),
	     "makes what is linked in {size} bytes from {addr} usable: {err}")

DMASIM_EVENT(dma_iova_unlink,
	     TP_PROTO(struct device *dev, dma_addr_t state, size_t offset,
		      size_t size, enum dma_data_direction dir,
		      unsigned long attrs),
	     TP_ARGS(dev, state, offset, size, dir, attrs),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_HEX(addr, state + offset), TF_UINT(size, size),
		       TF_HEX(state, state), TF_ATTRS(attrs, attrs)),
	     "takes {size} bytes from {addr} back from the device and keeps "
	     "the addresses")

DMASIM_EVENT(dma_iova_free,
	     TP_PROTO(struct device *dev, dma_addr_t addr, size_t size),
	     TP_ARGS(dev, addr, size),
	     TP_FIELDS(TF_DEV(device, dev), TF_HEX(addr, addr),
		       TF_UINT(size, size)),
	     "gives {size} bytes of device addresses from {addr} back")

/* @mapped_len: bytes linked from the start; @size: of the state */
DMASIM_EVENT(dma_iova_destroy,
	     TP_PROTO(struct device *dev, dma_addr_t addr, size_t size,
		      size_t mapped_len, enum dma_data_direction dir,
		      unsigned long attrs),
	     TP_ARGS(dev, addr, size, mapped_len, dir, attrs),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_HEX(addr, addr), TF_UINT(size, size),
		       TF_UINT(mapped_len, mapped_len), TF_ATTRS(attrs, attrs)),
	     "takes {mapped_len} bytes from {addr} back from the device and "
	     "gives all {size} bytes of addresses back")

/* ---- deferred invalidation, peer memory ------------------------------------------- */

/* @number: flushes of this queue so far; @released: ranges that it set free */
DMASIM_EVENT(fq_flush, TP_PROTO(u64 number, unsigned int released),
	     TP_ARGS(number, released),
	     TP_FIELDS(TF_UINT(number, number), TF_UINT(released, released)),
	     "the flush queue has invalidated for {released} ranges at once "
	     "(no. {number})")

/* @type: enum pci_p2pdma_map_type by name, once for each provider met in a list */
DMASIM_EVENT(p2pdma_map_type,
	     TP_PROTO(struct device *dev, phys_addr_t phys_addr,
		      const char *type),
	     TP_ARGS(dev, phys_addr, type),
	     TP_FIELDS(TF_DEV(device, dev), TF_HEX(phys_addr, phys_addr),
		       TF_STR(type, type)),
	     "reaches peer memory at physical {phys_addr}: {type}")

/* ---- hardware ---------------------------------------------------------------------- */

DMASIM_HW_EVENT(iotlb_hit, TP_PROTO(const char *device, u64 iova, bool write),
		TP_ARGS(device, iova, write),
		TP_FIELDS(TF_DEVNAME(device, device), TF_HEX(iova, iova),
			  TF_BOOL(write, write)),
		"IOTLB knows {iova}")

DMASIM_HW_EVENT(iotlb_miss, TP_PROTO(const char *device, u64 iova, bool write),
		TP_ARGS(device, iova, write),
		TP_FIELDS(TF_DEVNAME(device, device), TF_HEX(iova, iova),
			  TF_BOOL(write, write)),
		"IOTLB does not know {iova} and walks the page table")

/* @what: all, context, domain or range; @domain: tag, or requester of a context;
 * @last inclusive */
DMASIM_HW_EVENT(iotlb_flush,
		TP_PROTO(const char *what, unsigned int domain, u64 first,
			 u64 last),
		TP_ARGS(what, domain, first, last),
		TP_FIELDS(TF_STR(what, what), TF_UINT(domain, domain),
			  TF_HEX(first, first), TF_HEX(last, last)),
		"IOMMU forgets {what} {domain}, {first} to {last}")

DMASIM_HW_EVENT(cache_clean, TP_PROTO(u64 phys_addr, u64 size),
		TP_ARGS(phys_addr, size),
		TP_FIELDS(TF_HEX(phys_addr, phys_addr), TF_UINT(size, size)),
		"CPU caches write {size} bytes at physical {phys_addr} back")

DMASIM_HW_EVENT(cache_invalidate, TP_PROTO(u64 phys_addr, u64 size),
		TP_ARGS(phys_addr, size),
		TP_FIELDS(TF_HEX(phys_addr, phys_addr), TF_UINT(size, size)),
		"CPU caches forget {size} bytes at physical {phys_addr}")

#endif
