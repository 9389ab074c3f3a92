/* SPDX-License-Identifier: MIT */
/*
 * The linear map and the array of struct pages.
 *
 * Both are plain arithmetic on two addresses, because the machine shows all of
 * RAM at one host address (physical 0 at mm_linear_base) and the array of
 * struct pages is one mapping for all page frames, holes included. The array
 * costs memory only where a struct page was touched; a zero one is valid and
 * means "never allocated".
 *
 *	virt = mm_linear_base + phys		phys = pfn << PAGE_SHIFT
 *	page = mm_vmemmap + pfn
 *
 * I1  mm_linear_base and mm_vmemmap do not change from boot to shutdown.
 * I2  pfn_valid() is true for exactly the frames of mm_ranges and those that
 *     memremap_pages() has made pages of.
 *
 * Locks: none; but for the pages of devices all of it is constant after boot.
 * Tests: tests/unit/mm/test_memmap.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include "mm/internal.h"

/* Frames beyond this would make the array too large a mapping: 32 GiB. */
#define SPAN_LIMIT (2ull << 40)

/* <asm/page.h>: what users for pages of this size link to. */
const char DMASIM_PAGES_TAG = PAGE_SHIFT;
EXPORT_SYMBOL(DMASIM_PAGES_TAG);

unsigned long mm_linear_base;
EXPORT_SYMBOL(mm_linear_base);

unsigned long mm_linear_span;
EXPORT_SYMBOL(mm_linear_span);

struct page *mm_vmemmap;
EXPORT_SYMBOL(mm_vmemmap);

struct pglist_data contig_page_data;
EXPORT_SYMBOL(contig_page_data);

unsigned long max_pfn;
EXPORT_SYMBOL(max_pfn);

unsigned long max_low_pfn;
EXPORT_SYMBOL(max_low_pfn);

struct mm_range mm_ranges[MM_MAX_RANGES];
unsigned int mm_nr_ranges;

unsigned long mm_vmemmap_pages;
static size_t vmemmap_size;

/* The range of RAM with this frame; NULL. */
static const struct mm_range *range_of(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < mm_nr_ranges; i++)
		if (pfn >= mm_ranges[i].start && pfn < mm_ranges[i].end)
			return &mm_ranges[i];
	return NULL;
}

/** mm_pfn_is_ram() - is this frame RAM? Context: any. */
bool mm_pfn_is_ram(unsigned long pfn)
{
	return range_of(pfn);
}

/** mm_ram_left() - bytes from @phys to the end of RAM around it. Context: any. */
u64 mm_ram_left(phys_addr_t phys)
{
	const struct mm_range *range = range_of(PHYS_PFN(phys));

	return range ? PFN_PHYS(range->end) - phys : 0;
}

/** mm_ram_frames() - how many frames of [@start, @end) are RAM. Context: any. */
unsigned long mm_ram_frames(unsigned long start, unsigned long end)
{
	unsigned long first, last, nr = 0;
	unsigned int i;

	for (i = 0; i < mm_nr_ranges; i++) {
		first = max(start, mm_ranges[i].start);
		last = min(end, mm_ranges[i].end);
		if (first < last)
			nr += last - first;
	}
	return nr;
}

/** mm_pfn_is_device() - is this frame a page of a device? Context: any. */
bool mm_pfn_is_device(unsigned long pfn)
{
	return pfn < mm_vmemmap_pages && is_zone_device_page(pfn_to_page(pfn));
}

/**
 * pfn_valid() - has this frame a struct page?
 * @pfn: any number
 *
 * Context: any.
 */
bool pfn_valid(unsigned long pfn)
{
	return mm_pfn_is_ram(pfn) || mm_pfn_is_device(pfn);
}
EXPORT_SYMBOL(pfn_valid);

/**
 * __virt_addr_valid() - does this address lie in the linear map, in RAM or in
 *	the pages of a device?
 * @addr: any address
 *
 * Context: any.
 */
bool __virt_addr_valid(unsigned long addr)
{
	return mm_nr_ranges && addr >= mm_linear_base &&
	       pfn_valid((addr - mm_linear_base) >> PAGE_SHIFT);
}
EXPORT_SYMBOL(__virt_addr_valid);

/**
 * dmasim_bad_virt() - virt_to_phys() or virt_to_page() beyond RAM
 * @addr: the address
 *
 * A real machine would compute a wild physical address and go on with it; here
 * it is reported (event "virt-to-phys") unless device memory lies there.
 * Context: any.
 * Return: the physical address; 0 if there is none, whose struct page can be
 * looked at, but is nobody's.
 */
unsigned long dmasim_bad_virt(unsigned long addr)
{
	/* Device memory with struct pages lies beyond RAM. */
	if (!is_vmalloc_addr((void *)addr) && __virt_addr_valid(addr))
		return addr - mm_linear_base;
	lib_event(
		LIB_EVENT_WARN, "virt-to-phys", NULL, addr, 0,
		is_vmalloc_addr((void *)addr) ?
			"virt_to_page() or virt_to_phys() of %px: memory of vmalloc(), vmap() or dma_alloc_*() has no linear address, use vmalloc_to_page() or dma_get_sgtable()" :
			"virt_to_page() or virt_to_phys() of %px: not an address of RAM",
		(void *)addr);
	return 0;
}
EXPORT_SYMBOL(dmasim_bad_virt);

/**
 * page_zonenum() - zone of a page
 * @page: page of RAM or device memory
 *
 * Context: any.
 */
enum zone_type page_zonenum(const struct page *page)
{
	phys_addr_t phys = page_to_phys(page);

	if (is_zone_device_page(page))
		return ZONE_DEVICE;
	if (phys >> 32)
		return ZONE_NORMAL;
	return phys >> 24 ? ZONE_DMA32 : ZONE_DMA;
}
EXPORT_SYMBOL(page_zonenum);

/**
 * get_order() - order of the smallest block of pages that holds @size bytes
 * @size: bytes; 0 has no answer, as in the kernel
 *
 * Context: any.
 */
int get_order(unsigned long size)
{
	unsigned long last = (size - 1) >> PAGE_SHIFT;

	return last ? BITS_PER_LONG - __builtin_clzl(last) : 0;
}
EXPORT_SYMBOL(get_order);

/**
 * dump_page() - write what is known about a page to the log
 * @page: any page
 * @reason: why the caller asks
 *
 * Context: any.
 */
void dump_page(const struct page *page, const char *reason)
{
	pr_warn("page: pfn:%#lx refcount:%d mapcount:%d flags:%#lx: %s\n",
		page_to_pfn(page), page_ref_count(page), page_mapcount(page),
		page->flags, reason);
}
EXPORT_SYMBOL(dump_page);

/**
 * set_page_dirty() - the contents differ from the backing store
 * @page: page that a device may have written
 *
 * Context: any.
 * Return: true if it was clean before.
 */
bool set_page_dirty(struct page *page)
{
	return !TestSetPageDirty(compound_head(page));
}
EXPORT_SYMBOL(set_page_dirty);

/**
 * set_page_dirty_lock() - set_page_dirty() for callers without a page lock
 * @page: page that a device may have written
 *
 * Context: may sleep in the kernel.
 * Return: 1 if it was clean before, else 0.
 */
int set_page_dirty_lock(struct page *page)
{
	return set_page_dirty(page);
}
EXPORT_SYMBOL(set_page_dirty_lock);

/**
 * memmap_boot() - find RAM, reserve the array of struct pages
 *
 * Context: once, after power on.
 * Return: 0; -ENODEV without RAM; -ENOMEM.
 */
int memmap_boot(void)
{
	u64 span = memmap_hw_span();
	unsigned long pages = 0;
	unsigned int i;

	mm_nr_ranges = memmap_hw_ranges(mm_ranges);
	if (!mm_nr_ranges)
		return -ENODEV;
	for (i = 0; i < mm_nr_ranges; i++)
		pages += mm_ranges[i].end - mm_ranges[i].start;

	max_pfn = mm_ranges[mm_nr_ranges - 1].end;
	max_low_pfn = max_pfn;
	span = min(span, SPAN_LIMIT);

	vmemmap_size = (span >> PAGE_SHIFT) * sizeof(struct page);
	vmemmap_size = PAGE_ALIGN(vmemmap_size);
	mm_vmemmap = mm_map_anon(vmemmap_size);
	if (!mm_vmemmap) {
		mm_nr_ranges = 0;
		return -ENOMEM;
	}
	mm_vmemmap_pages = span >> PAGE_SHIFT;
	mm_linear_base = memmap_hw_base();
	mm_linear_span = max_pfn << PAGE_SHIFT;

	memset(&contig_page_data, 0, sizeof(contig_page_data));
	contig_page_data.node_start_pfn = mm_ranges[0].start;
	contig_page_data.node_present_pages = pages;
	contig_page_data.node_spanned_pages = max_pfn - mm_ranges[0].start;
	return 0;
}

/**
 * memmap_shutdown() - forget RAM
 *
 * Context: nobody uses a struct page any more.
 */
void memmap_shutdown(void)
{
	mm_unmap_anon(mm_vmemmap, vmemmap_size);
	mm_vmemmap = NULL;
	mm_vmemmap_pages = 0;
	mm_linear_base = 0;
	mm_nr_ranges = 0;
	max_pfn = 0;
	max_low_pfn = 0;
	mm_linear_span = 0;
}
