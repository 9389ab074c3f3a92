/* SPDX-License-Identifier: MIT */
/*
 * The IOMMU as its own files see it. Private to src/hw/iommu*.c.
 *
 *	iommu.c		power, translation, commands, counters
 *	iommu_context.c	contexts by requester: written by software, kept in use
 *	iommu_check.c	aids that no hardware has: who forgot to invalidate
 */
#ifndef HW_IOMMU_STATE_H
#define HW_IOMMU_STATE_H

#include "hw/fabric.h"
#include "hw/iommu.h"
#include "hw/iotlb.h"
#include "hw/walk.h"

/**
 * struct context - one requester
 * @mem: the entry as software wrote it
 * @used: the copy in use while @cached
 * @dom: what the IOTLB has under the tag of @used, if that translates
 * @root_gen: generation of the root table when it was copied
 * @marks: hardware writes accessed and dirty marks for accesses through @used
 */
struct context {
	struct hw_iommu_context mem, used;
	struct iotlb_domain *dom;
	uint32_t root_gen;
	bool cached;
	bool marks;
};

/** struct pasid_entry - an entry of a requester's PASID table. */
struct pasid_entry {
	LIST_ENTRY(pasid_entry) node;
	uint16_t rid;
	uint32_t pasid;
	struct context context;
};

/** struct request - the access being translated, for reports. */
struct request {
	struct hw_dev *dev;
	uint64_t addr, len;
	bool write;
	uint32_t pasid; /* 0: none */
	bool hit, miss; /* the IOTLB was asked, and did or did not know */
	bool own; /* the device knew by itself */
	bool expired; /* what a flush should have taken from it */
};

/**
 * struct hw_iommu - all of it but hw_iommu_gen
 * @lock: protects the rest
 * @contexts: by requester
 * @pasids: what was written to PASID tables
 * @table_gen: by page number
 * @stats: without the hits of devices' own slots
 * @check: compare what caches say with memory
 * @shortcuts: nobody need see every access: no check, capacity, counting of steps
 */
struct hw_iommu {
	struct host_mutex lock;
	struct context *contexts;
	LIST_HEAD(, pasid_entry) pasids;
	uint32_t *table_gen;
	struct iotlb iotlb;
	struct hw_iommu_stats stats;
	bool check;
	bool shortcuts;
};

/* Hidden: every translation uses them and need not ask the GOT where they are. */
extern struct hw_iommu hw_iommu __attribute__((visibility("hidden")));
extern const struct hw_walk_format *hw_formats[HW_PT_MAX]
	__attribute__((visibility("hidden")));

/* The generation of a table page. Lock held. */
static inline uint32_t hw_table_gen(uint64_t table)
{
	return table < hw_ram_end() ? hw_iommu.table_gen[table >> HW_PAGE_LG2] :
				      0;
}

/* Devices must ask anew. Lock held. */
static inline void hw_iommu_next_gen(void)
{
	__atomic_fetch_add(&hw_iommu_gen, 1, __ATOMIC_SEQ_CST);
}

/* iommu.c */
struct hw_walk_start hw_iommu_root(const struct hw_iommu_context *ctx);
enum hw_status hw_iommu_walk(const struct hw_iommu_context *ctx, uint64_t addr,
			     struct hw_walk *w);

/* iommu_context.c */
bool hw_contexts_init(void);
void hw_contexts_exit(void);
struct context *hw_context_fetch(struct hw_dev *dev, uint16_t rid);
struct context *hw_context_of_pasid(struct hw_dev *dev, uint32_t pasid);
uint64_t hw_contexts_drop(const struct hw_inv_cmd *cmd);
const struct hw_iommu_context *hw_context_with(uint16_t domain, uint32_t pasid);

/* iommu_check.c */
void hw_check_freed(const struct request *rq, uint64_t table, const char *from);
void hw_check_found(const struct request *rq, const struct context *c,
		    enum hw_status was, const struct hw_walk *w);
void hw_check_hit(const struct request *rq, const struct context *c,
		  const struct iotlb_entry *e, enum hw_status was,
		  const struct hw_walk *w);
void hw_check_written_back(const struct request *rq, const struct context *c,
			   enum hw_status found, const struct hw_walk *w);
void hw_check_mark(const struct request *rq, const struct context *c,
		   struct iotlb_entry *e);

/* The context of a request without a PASID. Lock held. */
static inline struct context *hw_context_of(struct hw_dev *dev)
{
	uint16_t rid = hw_dev_requester(dev);
	struct context *c = &hw_iommu.contexts[rid];

	return hw_likely(c->cached) ? c : hw_context_fetch(dev, rid);
}

#endif
