/* SPDX-License-Identifier: MIT */
/*
 * ZONE_DEVICE: struct pages for the memory of devices.
 * Models mm/memremap.c, 6.17. Reduced: BARs for peer-to-peer transfers
 * (MEMORY_DEVICE_PCI_P2PDMA); other types panic and name themselves.
 *
 * The array of struct pages covers the MMIO windows anyway, so a map is a mark
 * on the pages of its ranges and a pointer from each to the map. A map counts
 * who uses it: a reference a page from the start, one for every user that finds
 * it with get_dev_pagemap() or was given a piece of it by the map's driver.
 *
 * I1  A page carries PG_mm_device exactly while it belongs to a map, whose
 *     address it then holds.
 * I2  memunmap_pages() returns after the last reference is gone, and after every
 *     RCU reader that may have met a page of the map.
 * Locks: map_lock for marking and unmarking; readers are under RCU.
 * Tests: tests/unit/mm/test_memremap.c
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/memremap.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>

#include "mm/internal.h"

static DEFINE_MUTEX(map_lock);

static unsigned long first_pfn(const struct range *range)
{
	return PHYS_PFN(range->start);
}

static unsigned long end_pfn(const struct range *range)
{
	return PHYS_PFN(range->end) + 1;
}

static bool range_has_ram(const struct range *range)
{
	unsigned int i;

	for (i = 0; i < mm_nr_ranges; i++)
		if (first_pfn(range) < mm_ranges[i].end &&
		    end_pfn(range) > mm_ranges[i].start)
			return true;
	return false;
}

/* What the kernel would find out step by step while it adds the memory. */
static int check_range(const struct range *range)
{
	if (WARN(mm_pfn_is_device(first_pfn(range)) ||
			 mm_pfn_is_device(end_pfn(range) - 1),
		 "pages of 0x%llx..0x%llx exist already", range->start,
		 range->end))
		return -ENOMEM;
	if (WARN(range_has_ram(range), "0x%llx..0x%llx is RAM", range->start,
		 range->end))
		return -ENXIO;
	if (range->end < range->start || end_pfn(range) > mm_vmemmap_pages)
		return -EINVAL;
	if (WARN((range->start | (range->end + 1)) &
			 (memremap_compat_align() - 1),
		 "0x%llx..0x%llx does not consist of blocks of 0x%lx bytes",
		 range->start, range->end, memremap_compat_align()))
		return -EINVAL;
	return 0;
}

static void mark_range(struct dev_pagemap *pgmap, const struct range *range)
{
	unsigned long pfn;

	for (pfn = first_pfn(range); pfn < end_pfn(range); pfn++) {
		struct page *page = pfn_to_page(pfn);

		((struct folio *)page)->pgmap = pgmap;
		WRITE_ONCE(page->flags, BIT(PG_mm_device));
	}
	percpu_ref_get_many(&pgmap->ref, end_pfn(range) - first_pfn(range));
}

static void unmark_range(const struct range *range)
{
	unsigned long pfn;

	for (pfn = first_pfn(range); pfn < end_pfn(range); pfn++) {
		struct page *page = pfn_to_page(pfn);

		WRITE_ONCE(page->flags, 0);
		memset(page, 0, sizeof(*page));
	}
}

static void map_unused(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct dev_pagemap, ref)->done);
}

/**
 * memunmap_pages() - the pages are no more
 * @pgmap: of memremap_pages()
 *
 * Waits for everybody who holds a reference on the map.
 * Context: may sleep.
 */
void memunmap_pages(struct dev_pagemap *pgmap)
{
	int i;

	percpu_ref_kill(&pgmap->ref);
	for (i = 0; i < pgmap->nr_range; i++)
		percpu_ref_put_many(&pgmap->ref,
				    end_pfn(&pgmap->ranges[i]) -
					    first_pfn(&pgmap->ranges[i]));
	wait_for_completion(&pgmap->done);
	mutex_lock(&map_lock);
	for (i = 0; i < pgmap->nr_range; i++)
		unmark_range(&pgmap->ranges[i]);
	mutex_unlock(&map_lock);
	synchronize_rcu();
	percpu_ref_exit(&pgmap->ref);
}
EXPORT_SYMBOL(memunmap_pages);

/**
 * memremap_pages() - make struct pages for memory of a device
 * @pgmap: type, ops, ranges; must stay until memunmap_pages()
 * @nid: not looked at
 *
 * The pages have reference count 0. The CPU has no way to the bytes through the
 * address that is returned: it serves virt_to_page() and sg_set_buf() only.
 *
 * Context: may sleep.
 * Return: linear address of the first range; with a WARN -EINVAL without a
 * range, -ENOMEM if pages exist there already, -ENXIO for RAM, -EINVAL for what
 * does not consist of blocks of 2 MiB; -EINVAL outside of the machine's windows.
 */
void *memremap_pages(struct dev_pagemap *pgmap, int nid)
{
	int nr = pgmap->nr_range, ret, i;

	if (WARN(!nr, "a map of device memory without a range"))
		return ERR_PTR(-EINVAL);
	if (pgmap->type != MEMORY_DEVICE_PCI_P2PDMA)
		lib_unimplemented(__func__);
	init_completion(&pgmap->done);
	ret = percpu_ref_init(&pgmap->ref, map_unused, 0, GFP_KERNEL);
	if (ret)
		return ERR_PTR(ret);

	/* Counts what memunmap_pages() has to undo. */
	pgmap->nr_range = 0;
	for (i = 0; i < nr; i++) {
		mutex_lock(&map_lock);
		ret = check_range(&pgmap->ranges[i]);
		if (!ret)
			mark_range(pgmap, &pgmap->ranges[i]);
		mutex_unlock(&map_lock);
		if (ret)
			goto err_unmap;
		pgmap->nr_range++;
	}
	return __va(pgmap->ranges[0].start);

err_unmap:
	memunmap_pages(pgmap);
	pgmap->nr_range = nr;
	return ERR_PTR(ret);
}
EXPORT_SYMBOL(memremap_pages);

/** zone_device_page_init() - not implemented: panics. */
void zone_device_page_init(struct page *page)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(zone_device_page_init);

/**
 * get_dev_pagemap() - the map a page frame belongs to, with a reference
 * @pfn: any number
 * @pgmap: what the last call returned, or NULL; its reference is passed on if it
 *	has @pfn, too, else dropped
 *
 * Context: any.
 * Return: the map; NULL if there is none or it is about to go.
 */
struct dev_pagemap *get_dev_pagemap(unsigned long pfn,
				    struct dev_pagemap *pgmap)
{
	if (pgmap) {
		if (pgmap_pfn_valid(pgmap, pfn))
			return pgmap;
		put_dev_pagemap(pgmap);
	}
	rcu_read_lock();
	pgmap = mm_pfn_is_device(pfn) ? page_pgmap(pfn_to_page(pfn)) : NULL;
	if (pgmap && !percpu_ref_tryget_live_rcu(&pgmap->ref))
		pgmap = NULL;
	rcu_read_unlock();
	return pgmap;
}
EXPORT_SYMBOL(get_dev_pagemap);

/**
 * put_dev_pagemap() - drop a reference
 * @pgmap: of get_dev_pagemap(); NULL does nothing
 *
 * Context: any.
 */
void put_dev_pagemap(struct dev_pagemap *pgmap)
{
	if (pgmap)
		percpu_ref_put(&pgmap->ref);
}
EXPORT_SYMBOL(put_dev_pagemap);

/**
 * pgmap_pfn_valid() - does this frame belong to @pgmap?
 * @pgmap: the map
 * @pfn: any number
 *
 * Context: any.
 */
bool pgmap_pfn_valid(struct dev_pagemap *pgmap, unsigned long pfn)
{
	u64 addr = PFN_PHYS(pfn);
	int i;

	for (i = 0; i < pgmap->nr_range; i++)
		if (addr >= pgmap->ranges[i].start &&
		    addr <= pgmap->ranges[i].end)
			return true;
	return false;
}
EXPORT_SYMBOL(pgmap_pfn_valid);

/**
 * memremap_compat_align() - alignment of device memory ranges
 *
 * Context: any.
 * Return: bytes.
 */
unsigned long memremap_compat_align(void)
{
	return SZ_2M;
}
EXPORT_SYMBOL(memremap_compat_align);
