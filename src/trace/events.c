/* SPDX-License-Identifier: MIT */
/*
 * Storage, records and the list of all events, generated from the headers
 * <trace/events/...>, which are read once for each.
 *
 * A probe turns the arguments of its tracepoint into an array of fields on its
 * stack. Lists are cut at DMA_TRACE_MAX_ENTRIES.
 *
 * I1  trace_events[i] and trace_usdt_probes[i] are the same event.
 * Tests: tests/unit/trace/, tests/api/test_trace.c
 */
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/swiotlb.h>

#include "trace/internal.h"
#include "trace/table.h"

/* ---- tracepoints ------------------------------------------------------------- */

#undef DMASIM_EVENT
#undef DMASIM_HW_EVENT
#define DMASIM_EVENT(name, proto, args, fields, words)   \
	DEFINE_TRACE(name, PARAMS(proto), PARAMS(args)); \
	EXPORT_TRACEPOINT_SYMBOL_GPL(name);
#define DMASIM_HW_EVENT(name, proto, args, fields, words)        \
	DEFINE_TRACE_FN(name, trace_observe_hw, trace_ignore_hw, \
			PARAMS(proto), PARAMS(args));            \
	EXPORT_TRACEPOINT_SYMBOL_GPL(name);
#include "trace/table_again.h"

/* ---- fields ------------------------------------------------------------------- */

struct trace_numbers {
	uint64_t at[DMA_TRACE_MAX_ENTRIES];
	unsigned int nr;
};

static u64 entry_phys(struct scatterlist *sg)
{
	return sg_phys(sg);
}

static u64 entry_dma(struct scatterlist *sg)
{
	return sg_dma_address(sg);
}

static u64 entry_len(struct scatterlist *sg)
{
	return sg_dma_len(sg);
}

static struct dmasim_trace_field list_field(const char *name, const char *label,
					    struct trace_numbers *n,
					    struct scatterlist *sgl, int nents,
					    u64 (*get)(struct scatterlist *))
{
	for (; sgl && n->nr < nents && n->nr < DMA_TRACE_MAX_ENTRIES;
	     sgl = sg_next(sgl))
		n->at[n->nr++] = get(sgl);
	return (struct dmasim_trace_field){ .name = name,
					    .label = label,
					    .type = DMASIM_FIELD_ARRAY,
					    .nr = n->nr,
					    .array = n->at };
}

#define TF_NUMBER(n, l, t, v)                                     \
	{                                                         \
		.name = #n, .label = l, .type = DMASIM_FIELD_##t, \
		.u64 = (u64)(v)                                   \
	}
#define TF_TEXT(n, l, t, v)                                                \
	{                                                                  \
		.name = #n, .label = l, .type = DMASIM_FIELD_##t, .str = v \
	}
#define TF_LIST(n, l, sgl, nents, get) \
	list_field(#n, l, &(struct trace_numbers){}, sgl, nents, get)

#define TF_DEV(n, dev) TF_TEXT(n, "", DEVICE, lib_dev_name(dev))
#define TF_NAMED_DEV(n, dev) TF_TEXT(n, NULL, DEVICE, lib_dev_name(dev))
#define TF_DEVNAME(n, name) TF_TEXT(n, "", DEVICE, name)
#define TF_DRIVER(n, dev) TF_TEXT(n, NULL, STRING, dev_driver_string(dev))
#define TF_STR(n, str) TF_TEXT(n, NULL, STRING, str)
#define TF_HEX(n, v) TF_NUMBER(n, NULL, HEX, v)
#define TF_UINT(n, v) TF_NUMBER(n, NULL, UINT, v)
#define TF_INT(n, v) TF_NUMBER(n, NULL, INT, (s64)(v))
#define TF_BOOL(n, v) TF_NUMBER(n, NULL, BOOL, !!(v))
#define TF_FORCE(n, v) TF_NUMBER(n, "", FORCE, !!(v))
#define TF_DIR(n, v) TF_NUMBER(n, NULL, DIR, v)
#define TF_ATTRS(n, v) TF_NUMBER(n, NULL, ATTRS, v)
#define TF_GFP(n, v) TF_NUMBER(n, NULL, GFP, (__force u32)(v))
#define TF_AS(t, n, label, v) TF_NUMBER(n, label, t, v)
#define TF_PHYS_ARRAY(n, label, sgl, nents) \
	TF_LIST(n, label, sgl, nents, entry_phys)
#define TF_DMA_ARRAY(n, sgl, nents) TF_LIST(n, NULL, sgl, nents, entry_dma)
#define TF_LEN_ARRAY(n, label, sgl, nents) \
	TF_LIST(n, label, sgl, nents, entry_len)
#define TF_SGT_DMA(sgt) sg_dma_address((sgt)->sgl)
#define TF_SGT_LIST(sgt) ((sgt)->sgl)
#define TF_SGT_NENTS(sgt) ((sgt)->orig_nents)
#define TF_DMA_MASK(dev) ((dev)->dma_mask ? *(dev)->dma_mask : 0)
#define TF_FORCED(dev) is_swiotlb_force_bounce(dev)

/* ---- probes ------------------------------------------------------------------- */

#undef DMASIM_EVENT
#undef DMASIM_HW_EVENT
#define DMASIM_EVENT(name, proto, args, fields, words) TRACE_INDEX_##name,
#define DMASIM_HW_EVENT DMASIM_EVENT
enum {
#include "trace/table_again.h"
	TRACE_NR_EVENTS
};

static_assert(TRACE_NR_EVENTS <= TRACE_MAX_EVENTS);

#undef DMASIM_EVENT
#define DMASIM_EVENT(_name, proto, args, fields, words)           \
	static __cold void probe_##_name(void *__data, proto)     \
	{                                                         \
		const struct dmasim_trace_field f[] = { fields }; \
                                                                  \
		trace_emit(&trace_events[TRACE_INDEX_##_name], f, \
			   sizeof(f) / sizeof(f[0]));             \
	}
#include "trace/table_again.h"

#define TRACE_STR_(x) #x
#define TRACE_STR(x) TRACE_STR_(x)
#undef DMASIM_EVENT
#define DMASIM_EVENT(_name, proto, args, fields, _words)         \
	[TRACE_INDEX_##_name] = {                                \
		.full_name = TRACE_STR(TRACE_SYSTEM) ":" #_name, \
		.system = TRACE_STR(TRACE_SYSTEM),               \
		.name = #_name,                                  \
		.words = _words,                                 \
		.tp = &__tracepoint_##_name,                     \
		.probe = (void *)probe_##_name,                  \
	},
const struct trace_desc trace_events[] = {
#include "trace/table_again.h"
};

const unsigned int trace_nr_events = TRACE_NR_EVENTS;
