/* SPDX-License-Identifier: MIT */
/*
 * <trace/events/dma.h>: what drivers ask of the DMA API.
 *
 * same: names, prototypes and fields of 6.17; text in its order: device, dir,
 *	address, size, rest
 * reduced: none
 * newer: dma_map_phys, dma_unmap_phys, for callers of these functions only;
 *	arrays are cut at 128 entries; full_nents, full_ents, truncated
 *
 * A failed dma_map_page has dma_addr ~0, a failed allocation virt_addr 0.
 * dma_map_sg is for success, dma_map_sg_err only for a back end that gives an
 * errno which callers do not know. Unlike in 6.17 dir is right everywhere (D19).
 */
#ifndef _DMASIM_TRACE_EVENTS_DMA_H
#define _DMASIM_TRACE_EVENTS_DMA_H

#include <linux/dma-direction.h>
#include <linux/tracepoint.h>
#include <linux/types.h>

struct device;
struct scatterlist;
struct sg_table;

#define DMASIM_TRACE_READ_DMA
#endif

#if defined(DMASIM_TRACE_READ_DMA) || defined(DMASIM_TRACE_READ_AGAIN)
#undef DMASIM_TRACE_READ_DMA
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dma

#undef DMA_MAP_EVENT
#define DMA_MAP_EVENT(name, what)                                           \
	DMASIM_EVENT(                                                       \
		name,                                                       \
		TP_PROTO(struct device *dev, phys_addr_t phys_addr,         \
			 dma_addr_t dma_addr, size_t size,                  \
			 enum dma_data_direction dir, unsigned long attrs), \
		TP_ARGS(dev, phys_addr, dma_addr, size, dir, attrs),        \
		TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),            \
			  TF_HEX(dma_addr, dma_addr), TF_UINT(size, size),  \
			  TF_HEX(phys_addr, phys_addr),                     \
			  TF_ATTRS(attrs, attrs)),                          \
		"maps {size} bytes of " what                                \
		" at physical {phys_addr} {dir}; the device calls it "      \
		"{dma_addr}")

DMA_MAP_EVENT(dma_map_page, "RAM")
DMA_MAP_EVENT(dma_map_resource, "another device's registers")
DMA_MAP_EVENT(dma_map_phys, "memory")

#undef DMA_UNMAP_EVENT
#define DMA_UNMAP_EVENT(name)                                                \
	DMASIM_EVENT(name,                                                   \
		     TP_PROTO(struct device *dev, dma_addr_t addr,           \
			      size_t size, enum dma_data_direction dir,      \
			      unsigned long attrs),                          \
		     TP_ARGS(dev, addr, size, dir, attrs),                   \
		     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),        \
			       TF_AS(HEX, addr, "dma_addr", addr),           \
			       TF_UINT(size, size), TF_ATTRS(attrs, attrs)), \
		     "has taken {size} bytes at {addr} from the device")

DMA_UNMAP_EVENT(dma_unmap_page)
DMA_UNMAP_EVENT(dma_unmap_resource)
DMA_UNMAP_EVENT(dma_unmap_phys)

#undef DMA_ALLOC_EVENT
#define DMA_ALLOC_EVENT(name, words)                                        \
	DMASIM_EVENT(                                                       \
		name,                                                       \
		TP_PROTO(struct device *dev, void *virt_addr,               \
			 dma_addr_t dma_addr, size_t size,                  \
			 enum dma_data_direction dir, gfp_t flags,          \
			 unsigned long attrs),                              \
		TP_ARGS(dev, virt_addr, dma_addr, size, dir, flags, attrs), \
		TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),            \
			  TF_HEX(dma_addr, dma_addr), TF_UINT(size, size),  \
			  TF_HEX(virt_addr, (unsigned long)virt_addr),      \
			  TF_GFP(flags, flags), TF_ATTRS(attrs, attrs)),    \
		words)

DMA_ALLOC_EVENT(dma_alloc,
		"gets {size} bytes of coherent memory: the CPU's {virt_addr} "
		"is the device's {dma_addr}")
DMA_ALLOC_EVENT(dma_alloc_pages,
		"gets pages for {size} bytes {dir}: the CPU's {virt_addr} "
		"is the device's {dma_addr}")
DMA_ALLOC_EVENT(dma_alloc_sgt_err,
		"gets no pages for {size} bytes that need not be contiguous")

DMASIM_EVENT(dma_alloc_sgt,
	     TP_PROTO(struct device *dev, struct sg_table *sgt, size_t size,
		      enum dma_data_direction dir, gfp_t flags,
		      unsigned long attrs),
	     TP_ARGS(dev, sgt, size, dir, flags, attrs),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_HEX(dma_addr, TF_SGT_DMA(sgt)), TF_UINT(size, size),
		       TF_PHYS_ARRAY(phys_addrs, "phys_addrs", TF_SGT_LIST(sgt),
				     TF_SGT_NENTS(sgt)),
		       TF_GFP(flags, flags), TF_ATTRS(attrs, attrs)),
	     "gets scattered pages for {size} bytes {dir}; the device sees one "
	     "range at {dma_addr}")

#undef DMA_FREE_EVENT
#define DMA_FREE_EVENT(name)                                                \
	DMASIM_EVENT(                                                       \
		name,                                                       \
		TP_PROTO(struct device *dev, void *virt_addr,               \
			 dma_addr_t dma_addr, size_t size,                  \
			 enum dma_data_direction dir, unsigned long attrs), \
		TP_ARGS(dev, virt_addr, dma_addr, size, dir, attrs),        \
		TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),            \
			  TF_HEX(dma_addr, dma_addr), TF_UINT(size, size),  \
			  TF_HEX(virt_addr, (unsigned long)virt_addr),      \
			  TF_ATTRS(attrs, attrs)),                          \
		"gives back {size} bytes at {virt_addr}, for the device "   \
		"{dma_addr}")

DMA_FREE_EVENT(dma_free)
DMA_FREE_EVENT(dma_free_pages)

DMASIM_EVENT(dma_free_sgt,
	     TP_PROTO(struct device *dev, struct sg_table *sgt, size_t size,
		      enum dma_data_direction dir),
	     TP_ARGS(dev, sgt, size, dir),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_HEX(dma_addr, TF_SGT_DMA(sgt)), TF_UINT(size, size),
		       TF_PHYS_ARRAY(phys_addrs, "phys_addrs", TF_SGT_LIST(sgt),
				     TF_SGT_NENTS(sgt))),
	     "gives back scattered pages of {size} bytes, for the device one "
	     "range at {dma_addr}")

DMASIM_EVENT(
	dma_map_sg,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 int ents, enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, ents, dir, attrs),
	TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		  TF_DMA_ARRAY(dma_addrs, sgl, ents),
		  TF_LEN_ARRAY(lengths, "sizes", sgl, ents),
		  TF_PHYS_ARRAY(phys_addrs, "phys_addrs", sgl, nents),
		  TF_ATTRS(attrs, attrs), TF_INT(full_nents, nents),
		  TF_INT(full_ents, ents),
		  TF_BOOL(truncated, nents > DMA_TRACE_MAX_ENTRIES ||
					     ents > DMA_TRACE_MAX_ENTRIES)),
	"maps a list of {full_nents} entries {dir}; the device sees "
	"{full_ents} segments at {dma_addrs}")

DMASIM_EVENT(
	dma_map_sg_err,
	TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		 int err, enum dma_data_direction dir, unsigned long attrs),
	TP_ARGS(dev, sgl, nents, err, dir, attrs),
	TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		  TF_PHYS_ARRAY(phys_addrs, "dma_addrs", sgl, nents),
		  TF_INT(err, err), TF_ATTRS(attrs, attrs)),
	"cannot map a list: its back end says {err}, which no caller knows")

DMASIM_EVENT(dma_unmap_sg,
	     TP_PROTO(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, unsigned long attrs),
	     TP_ARGS(dev, sgl, nents, dir, attrs),
	     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),
		       TF_PHYS_ARRAY(addrs, "phys_addrs", sgl, nents),
		       TF_ATTRS(attrs, attrs)),
	     "takes a list from the device: memory at physical {addrs}")

#undef DMA_SYNC_EVENT
#define DMA_SYNC_EVENT(name, words)                                      \
	DMASIM_EVENT(name,                                               \
		     TP_PROTO(struct device *dev, dma_addr_t dma_addr,   \
			      size_t size, enum dma_data_direction dir), \
		     TP_ARGS(dev, dma_addr, size, dir),                  \
		     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),    \
			       TF_HEX(dma_addr, dma_addr),               \
			       TF_UINT(size, size)),                     \
		     words)

DMA_SYNC_EVENT(dma_sync_single_for_cpu,
	       "lets the CPU see {size} bytes at {dma_addr}")
DMA_SYNC_EVENT(dma_sync_single_for_device,
	       "lets the device see {size} bytes at {dma_addr}")

#undef DMA_SYNC_SG_EVENT
#define DMA_SYNC_SG_EVENT(name, words)                                      \
	DMASIM_EVENT(name,                                                  \
		     TP_PROTO(struct device *dev, struct scatterlist *sgl,  \
			      int nents, enum dma_data_direction dir),      \
		     TP_ARGS(dev, sgl, nents, dir),                         \
		     TP_FIELDS(TF_DEV(device, dev), TF_DIR(dir, dir),       \
			       TF_DMA_ARRAY(dma_addrs, sgl, nents),         \
			       TF_LEN_ARRAY(lengths, "sizes", sgl, nents)), \
		     words)

DMA_SYNC_SG_EVENT(dma_sync_sg_for_cpu,
		  "lets the CPU see the segments at {dma_addrs}")
DMA_SYNC_SG_EVENT(dma_sync_sg_for_device,
		  "lets the device see the segments at {dma_addrs}")

#endif
