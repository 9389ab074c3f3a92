/* SPDX-License-Identifier: MIT */
/*
 * Private to src/iommu: the simulated IOMMU's driver, its page-table formats and
 * its hardware seam.
 */
#ifndef IOMMU_SIM_IOMMU_H
#define IOMMU_SIM_IOMMU_H

#include <linux/generic_pt/iommu.h>
#include <linux/types.h>

/**
 * struct sim_root - where hardware begins to walk a table
 * @phys: the top table
 * @levels: levels to walk
 * @va_lg2: width of device addresses, 0: what @levels translate
 * @sign_extend: device addresses are canonical
 */
struct sim_root {
	phys_addr_t phys;
	u8 levels;
	u8 va_lg2;
	bool sign_extend;
};

/**
 * struct sim_format - a page-table format as the driver knows it
 * @name: iommu_format of the machine's configuration
 * @hw: number that the hardware knows it by (enum hw_pt_format)
 * @granule_lg2: lg2 of the smallest page
 * @max_granule_lg2: up to which smaller pages may be withheld
 * @min_levels, @max_levels, @def_levels: what a domain may start with
 * @init: build an empty table with so many levels; -errno
 * @init_dirty: the same, with leaves that say whether they were written through;
 *	NULL: they cannot
 * @dirty_fixed: hardware keeps these marks as long as such a domain is attached,
 *	tracked or not: without, a clean leaf could not be written through
 * @messages: hardware translates interrupt messages like other writes
 * @first_stage: commands call its translations those of the first stage
 * @root: for the context entries of a domain's devices
 * @iova_to_phys: for struct iommu_domain_ops
 */
struct sim_format {
	const char *name;
	u8 hw;
	u8 granule_lg2, max_granule_lg2;
	u8 min_levels, max_levels, def_levels;
	bool first_stage;
	bool dirty_fixed;
	bool messages;
	int (*init)(struct pt_iommu *pt, unsigned int levels);
	int (*init_dirty)(struct pt_iommu *pt, unsigned int levels);
	void (*root)(struct pt_iommu *pt, struct sim_root *root);
	phys_addr_t (*iova_to_phys)(struct iommu_domain *domain,
				    dma_addr_t iova);
};

/**
 * struct sim_table - memory for a table of any format
 *
 * In each of them a struct pt_iommu is followed by a structure that holds a
 * struct pt_common and nothing else; sim_formats.c checks it.
 */
struct sim_table {
	struct pt_iommu iommu;
	struct pt_common common;
};

/**
 * struct sim_tag - what cached translations are known by
 * @id: number of the domain; 0: none
 * @first_stage: kind of its tables
 * @granule_lg2: smallest page of the format
 * @pasid: 0 for requests without
 */
struct sim_tag {
	u16 id;
	bool first_stage;
	u8 granule_lg2;
	u32 pasid;
};

const struct sim_format *sim_format_find(const char *name);
int iommu_format_add(const struct sim_format *format);

/* Context entries; the IOMMU may go on with what it has cached. */
void sim_hw_context_table(u16 rid, const struct sim_format *format,
			  const struct sim_root *root,
			  const struct sim_tag *tag, bool deferred, bool dirty);

/* Entries of PASID tables, likewise. False: no memory. */
bool sim_hw_pasid_table(u16 rid, u32 pasid, const struct sim_format *format,
			const struct sim_root *root, const struct sim_tag *tag,
			bool dirty);
void sim_hw_pasid_block(u16 rid, u32 pasid);

/* Whoever writes through what hardware remembers as dirty is missed now. */
void sim_hw_dirty_read(const struct sim_tag *tag, u64 first, u64 last);
void sim_hw_context_bypass(u16 rid);
void sim_hw_context_block(u16 rid);

/* The short cut without a queue: done on return. */
void sim_hw_invalidate_range(const struct sim_tag *tag, u64 first, u64 last,
			     bool leaf_only);
void sim_hw_invalidate_domain(const struct sim_tag *tag);
void sim_hw_invalidate_context(u16 rid);
void sim_hw_invalidate_device(u16 rid, const struct sim_tag *tag, u64 first,
			      u64 last);

/* The queue: enum hw_cmdq_kind and enum hw_cmdq_error. */
enum { SIM_QUEUE_VTD = 1, SIM_QUEUE_AMD, SIM_QUEUE_SMMU, SIM_QUEUE_RISCV };
enum { SIM_QUEUE_GOOD, SIM_QUEUE_ILLEGAL, SIM_QUEUE_NO_ANSWER };
bool sim_hw_queue_enable(u8 hw, u64 phys, u32 entries);
void sim_hw_queue_disable(void);
void sim_hw_queue_doorbell(u32 tail);
u32 sim_hw_queue_head(void);
void sim_hw_queue_poll(void);
unsigned int sim_hw_queue_error(void);
void sim_hw_queue_restart(void);

/* Let the next device TLB that is asked be silent. */
void sim_hw_device_tlb_lose(void);

/* Walks that do not snoop: sim_clean.c */
bool sim_hw_walks_snoop(void);
void sim_hw_clean(u64 phys, u64 len);
void sim_hw_clean_wait(void);
void sim_clean_walks(struct pt_iommu *pt, const struct pt_iommu_ops *ops,
		     u64 first, u64 last);
void *sim_clean_alloc_table(struct pt_iommu *pt, size_t size, gfp_t gfp);
void sim_clean_free_table(struct pt_iommu *pt, void *table, size_t size);

/* All of @tag is about to be, or was, flushed. A debug aid. */
void sim_hw_flush(const struct sim_tag *tag, bool done);

/* A range was mapped: does the IOTLB lead elsewhere? A debug aid. */
void sim_hw_mapped(const struct sim_tag *tag, u64 first, u64 last);

/* A range may be handed out again: is it cached still? A debug aid. */
void sim_hw_iova_freed(const struct sim_tag *tag, u64 first, u64 last,
		       void *const *origin, unsigned int nr);

bool sim_hw_caching_mode(void);
unsigned int sim_hw_fault_irq(void);
void sim_hw_table_freed(u64 phys, u64 len);

/** struct sim_page_request - a device asks; see struct hw_page_request. */
struct sim_page_request {
	u16 rid;
	u32 pasid, grpid;
	u64 addr;
	bool read, write, last;
};

unsigned int sim_hw_page_irq(void);
bool sim_hw_page_request(struct sim_page_request *rq, bool *lost);
void sim_hw_page_respond(u16 rid, u32 pasid, u32 grpid, u32 code);

/** struct sim_fault - an access that was refused. */
struct sim_fault {
	u16 rid;
	u32 pasid;
	bool write;
	u64 addr;
};

/* The first record from number *@nr on, without taking it; *@nr moves on. */
bool sim_hw_fault(u64 *nr, struct sim_fault *fault);

#endif
