/* SPDX-License-Identifier: MIT */
/*
 * Looking into the IOMMU: the domain of a device as the hardware reads it, the
 * walk of one address, the contents of the IOTLB. docs/inspect.md shows all of it.
 *
 *	dmasim_iommu_print("0000:01:00.0");		(also from a debugger)
 *	dmasim_iommu_print_walk("0000:01:00.0", 0xfffff000);
 *
 * Everything is read from the bytes in RAM, with the hardware's own walkers, so a
 * broken table shows as what a device would meet. Nothing is cached, filled or
 * recorded. Nobody maps or unmaps in the domain meanwhile.
 *
 * Context: any thread that holds no lock of the library; of a thread that was stopped
 * inside the IOMMU see docs/inspect.md, section 2.
 *
 * Calls that return int say in dmasim_refusal() why they failed:
 *	-EINVAL	no device given
 *	-ENODEV	no machine, or one without an IOMMU
 *	-ENXIO	the device is not translated: it is blocked or passes through
 */
#ifndef DMASIM_IOMMU_H
#define DMASIM_IOMMU_H

#include <dmasim/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum dmasim_path - what the IOMMU does to accesses of a device. */
enum dmasim_path {
	DMASIM_PATH_BLOCKED,
	DMASIM_PATH_BYPASS,
	DMASIM_PATH_TRANSLATED,
};

/**
 * struct dmasim_iommu_context - the context entry of a device, in memory
 * @format: of the page table, as in iommu_format; stage 1 of VT-d says "x86_64"
 * @root: physical address of the top table
 * @levels: of tables; level 0 is that of the smallest leaves
 * @granule_lg2: lg2 of the smallest leaf's size
 * @index_lg2: bits of address that a level decides about
 * @width: bits of a device address
 * @sign_extend: the bits above repeat the highest one
 * @domain, @pasid: tag of what the IOTLB holds for it; @pasid 0: none
 * @cached: the IOMMU holds a copy of this entry ...
 * @stale: ... that says something else: an invalidation is missing
 *
 * All but @path, @cached and @stale are 0 if the device is not translated.
 */
struct dmasim_iommu_context {
	enum dmasim_path path;
	char format[16];
	uint64_t root;
	unsigned int levels, granule_lg2, index_lg2, width;
	bool sign_extend;
	uint16_t domain;
	uint32_t pasid;
	bool cached, stale;
};

/**
 * dmasim_iommu_get_context() - what the IOMMU knows about a device
 * Return: 0, -EINVAL, -ENODEV.
 */
int dmasim_iommu_get_context(struct dmasim_device *dev,
			     struct dmasim_iommu_context *context);

/** enum dmasim_entry_kind - what a page-table entry is to a walk. */
enum dmasim_entry_kind {
	DMASIM_ENTRY_ABSENT,
	DMASIM_ENTRY_TABLE,
	DMASIM_ENTRY_LEAF,
	DMASIM_ENTRY_BROKEN, /* malformed, or points where no table can be */
};

/** dmasim_entry_kind_name() - "absent", "table", "leaf" or "broken". */
const char *dmasim_entry_kind_name(enum dmasim_entry_kind kind);

/**
 * struct dmasim_iommu_entry - an entry of a page table
 * @kind: see above
 * @level: of the table that holds it, 0: the smallest leaves
 * @table, @index: where it is: physical address, and which of 8 bytes
 * @nr: entries that it takes, from @index on
 * @leaves: leaf: number of leaves, neighbours with one target and rights, that
 *	were put together (dmasim_iommu_visit())
 * @word: the (first) entry
 * @first, @last: device addresses that it decides about
 * @target: table: the table; leaf: where @first leads
 * @read, @write: rights collected from the root to here
 * @why: broken: what is wrong; absent: perhaps why; else ""
 */
struct dmasim_iommu_entry {
	enum dmasim_entry_kind kind;
	unsigned int level;
	uint64_t table;
	unsigned int index, nr;
	uint64_t leaves;
	uint64_t word;
	uint64_t first, last;
	uint64_t target;
	bool read, write;
	char why[96];
};

/** enum dmasim_bits - what a field of an entry is. */
enum dmasim_bits {
	DMASIM_BITS_FLAG, /* one bit */
	DMASIM_BITS_NUMBER, /* a code or count */
	DMASIM_BITS_ADDRESS, /* part of an address; the value is in place */
	DMASIM_BITS_IGNORED, /* by hardware */
	DMASIM_BITS_ZERO, /* reserved, must be 0 */
};

/** struct dmasim_entry_field - bits @high to @low of an entry. */
struct dmasim_entry_field {
	const char *name; /* the manual's */
	unsigned int high, low;
	enum dmasim_bits kind;
	uint64_t value;
};

#define DMASIM_MAX_FIELDS 64

/**
 * dmasim_iommu_get_fields() - take an entry of @dev's table apart
 * @field: filled, lowest bits first
 *
 * Return: how many fields there are; 0 if the format is not described (one that
 * a test brought along), or what dmasim_iommu_get_context() returns; -ENXIO.
 */
int dmasim_iommu_get_fields(struct dmasim_device *dev,
			    const struct dmasim_iommu_entry *entry,
			    struct dmasim_entry_field field[DMASIM_MAX_FIELDS]);

/**
 * struct dmasim_iommu_walk - the walk of one device address
 * @nr, @entry: the entries read, from the root down
 * @verdict: of a walk; whether an access also has the right is @read and @write
 * @phys: DMASIM_DMA_OK: where the address leads
 */
struct dmasim_iommu_walk {
	unsigned int nr;
	struct dmasim_iommu_entry entry[8];
	enum dmasim_dma verdict;
	uint64_t phys;
	bool read, write;
};

/**
 * dmasim_iommu_walk() - translate one address, showing each entry
 * Return: 0 whatever @walk->verdict; -EINVAL, -ENODEV, -ENXIO; -ERANGE: the
 * table cannot translate @addr at all.
 */
int dmasim_iommu_walk(struct dmasim_device *dev, uint64_t addr,
		      struct dmasim_iommu_walk *walk);

/**
 * dmasim_iommu_visit() - every entry of a device's page table that is present
 * @merge: put leaves together that are neighbours in one table, have one size
 *	and the same rights, and lead on from each other
 * @fn: told of a table before what is in it, and in ascending order; false: stop
 *
 * Context: @fn may not change the table. Return: 0, -EINVAL, -ENODEV, -ENXIO.
 */
int dmasim_iommu_visit(struct dmasim_device *dev, bool merge,
		       bool (*fn)(void *ctx,
				  const struct dmasim_iommu_entry *entry),
		       void *ctx);

/**
 * struct dmasim_iommu_range - mapped addresses that lead to one physical range
 * @smallest, @largest: bytes of the smallest and largest leaf
 */
struct dmasim_iommu_range {
	uint64_t first, last;
	uint64_t phys;
	bool read, write;
	uint64_t leaves, smallest, largest;
};

/** dmasim_iommu_visit_ranges() - the same domain as ranges, in ascending order. */
int dmasim_iommu_visit_ranges(
	struct dmasim_device *dev,
	bool (*fn)(void *ctx, const struct dmasim_iommu_range *range),
	void *ctx);

/**
 * struct dmasim_iommu_cached - something that the IOTLB holds
 * @domain, @pasid: its tag
 * @table: a pointer to a table (walk cache), not a translation
 * @absent: the knowledge that nothing is there (caching mode)
 * @level: of the entry; of the table
 * @first, @last: device addresses
 * @target: where @first leads; the table
 */
struct dmasim_iommu_cached {
	uint16_t domain;
	uint32_t pasid;
	bool table, absent, read, write;
	unsigned int level;
	uint64_t first, last;
	uint64_t target;
};

/**
 * dmasim_iommu_visit_cached() - what the IOTLB holds: by tag, translations
 * first, in ascending order
 * @dev: of this device's domain only; NULL: all
 *
 * Return: 0, -ENODEV, -ENXIO; -ENOMEM.
 */
int dmasim_iommu_visit_cached(struct dmasim_device *dev,
			      bool (*fn)(void *ctx,
					 const struct dmasim_iommu_cached *c),
			      void *ctx);

/**
 * dmasim_iommu_visit_device_tlb() - what a device keeps for itself (ATS): by PASID,
 * in ascending order
 * @dev: a device; one without ATS keeps nothing
 * @fn: told each; @domain is 0, because a device knows of none
 *
 * Return: 0, -ENODEV, -EINVAL; -ENOMEM.
 */
int dmasim_iommu_visit_device_tlb(
	struct dmasim_device *dev,
	bool (*fn)(void *ctx, const struct dmasim_iommu_cached *c), void *ctx);

/* ---- text ----------------------------------------------------------------------- */

/* Parts of a report, as a mask. */
#define DMASIM_REPORT_TREE 1u
#define DMASIM_REPORT_RANGES 2u
#define DMASIM_REPORT_IOTLB 4u /* of the domain; and the device's own TLB */
#define DMASIM_REPORT_STATS 8u /* of the IOMMU */
#define DMASIM_REPORT_ALL 15u

/**
 * dmasim_iommu_report() - describe the domain of a device
 * @parts: DMASIM_REPORT_*
 * @line: told each line, without newline
 *
 * Return: 0; -EINVAL, -ENODEV. A device that is not translated has one line.
 */
int dmasim_iommu_report(struct dmasim_device *dev, unsigned int parts,
			void (*line)(void *ctx, const char *text), void *ctx);

/**
 * dmasim_iommu_report_walk() - describe the walk of one address, field by field
 * Return: as dmasim_iommu_walk().
 */
int dmasim_iommu_report_walk(struct dmasim_device *dev, uint64_t addr,
			     void (*line)(void *ctx, const char *text),
			     void *ctx);

/**
 * dmasim_iommu_print() - the report on stderr, for debuggers
 * @name: of a device, "0000:01:00.0"; NULL: all
 *
 * Says so and does nothing else if a thread is stopped inside the IOMMU, what
 * would be waited for in vain, or if there is no such device.
 */
void dmasim_iommu_print(const char *name);

/** dmasim_iommu_print_walk() - the walk of @addr on stderr. */
void dmasim_iommu_print_walk(const char *name, uint64_t addr);

/** dmasim_iommu_print_iotlb() - all that the IOTLB holds, on stderr. */
void dmasim_iommu_print_iotlb(void);

/** dmasim_device_find() - the device called @name, NULL if there is none. */
struct dmasim_device *dmasim_device_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
