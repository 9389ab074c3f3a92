/* SPDX-License-Identifier: MIT */
/*
 * <linux/memremap.h>: pages of device memory (ZONE_DEVICE).
 *
 * Same: types and predicates of 6.17; memremap_pages() and relatives for
 *	MEMORY_DEVICE_PCI_P2PDMA.
 * Reduced: other types panic naming themselves. The address that is returned is
 *	that of the linear map, but the CPU cannot load and store there: BARs are
 *	reached with ioremap().
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MEMREMAP_H
#define _DMASIM_LINUX_MEMREMAP_H

#include <linux/completion.h>
#include <linux/mmzone.h>
#include <linux/percpu-refcount.h>
#include <linux/range.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct device;
struct vm_fault;

struct vmem_altmap {
	unsigned long base_pfn;
	const unsigned long end_pfn;
	const unsigned long reserve;
	unsigned long free;
	unsigned long align;
	unsigned long alloc;
	bool inaccessible;
};

enum memory_type {
	/* 0 is reserved */
	MEMORY_DEVICE_PRIVATE = 1,
	MEMORY_DEVICE_COHERENT,
	MEMORY_DEVICE_FS_DAX,
	MEMORY_DEVICE_GENERIC,
	MEMORY_DEVICE_PCI_P2PDMA,
};

/**
 * struct dev_pagemap_ops - what the driver of device memory does
 * @page_free: the last reference of a page is gone
 * @migrate_to_ram: the CPU touched a private page
 * @memory_failure: uncorrectable error in @nr_pages pages from @pfn
 */
struct dev_pagemap_ops {
	void (*page_free)(struct page *page);
	vm_fault_t (*migrate_to_ram)(struct vm_fault *vmf);
	int (*memory_failure)(struct dev_pagemap *pgmap, unsigned long pfn,
			      unsigned long nr_pages, int mf_flags);
};

#define PGMAP_ALTMAP_VALID (1 << 0)

/**
 * struct dev_pagemap - a range of device memory with struct pages
 * @ref: pages in use
 * @done: @ref is dead
 * @type: what kind of memory
 * @flags: PGMAP_*
 * @vmemmap_shift: order of the compound pages to make
 * @owner: who may migrate or use pages of this kind
 * @nr_range: number of @ranges
 */
struct dev_pagemap {
	struct vmem_altmap altmap;
	struct percpu_ref ref;
	struct completion done;
	enum memory_type type;
	unsigned int flags;
	unsigned long vmemmap_shift;
	const struct dev_pagemap_ops *ops;
	void *owner;
	int nr_range;
	union {
		struct range range;
		DECLARE_FLEX_ARRAY(struct range, ranges);
	};
};

static inline bool is_device_private_page(const struct page *page)
{
	return is_zone_device_page(page) &&
	       page_pgmap(page)->type == MEMORY_DEVICE_PRIVATE;
}

static inline bool folio_is_device_private(const struct folio *folio)
{
	return is_device_private_page(&folio->page);
}

static inline bool is_device_coherent_page(const struct page *page)
{
	return is_zone_device_page(page) &&
	       page_pgmap(page)->type == MEMORY_DEVICE_COHERENT;
}

static inline bool folio_is_device_coherent(const struct folio *folio)
{
	return is_device_coherent_page(&folio->page);
}

static inline bool is_fsdax_page(const struct page *page)
{
	return is_zone_device_page(page) &&
	       page_pgmap(page)->type == MEMORY_DEVICE_FS_DAX;
}

static inline bool folio_is_fsdax(const struct folio *folio)
{
	return is_fsdax_page(&folio->page);
}

static inline bool is_pci_p2pdma_page(const struct page *page)
{
	return is_zone_device_page(page) &&
	       page_pgmap(page)->type == MEMORY_DEVICE_PCI_P2PDMA;
}

/* May both pages be part of one segment? */
static inline bool zone_device_pages_have_same_pgmap(const struct page *a,
						     const struct page *b)
{
	bool device = is_zone_device_page(a);

	if (device != is_zone_device_page(b))
		return false;
	return !device || page_pgmap(a) == page_pgmap(b);
}

void *memremap_pages(struct dev_pagemap *pgmap, int nid);
void memunmap_pages(struct dev_pagemap *pgmap);
void *devm_memremap_pages(struct device *dev, struct dev_pagemap *pgmap);
void devm_memunmap_pages(struct device *dev, struct dev_pagemap *pgmap);
void zone_device_page_init(struct page *page);
struct dev_pagemap *get_dev_pagemap(unsigned long pfn,
				    struct dev_pagemap *pgmap);
void put_dev_pagemap(struct dev_pagemap *pgmap);
bool pgmap_pfn_valid(struct dev_pagemap *pgmap, unsigned long pfn);
unsigned long memremap_compat_align(void);

#endif
