/* SPDX-License-Identifier: MIT */
/*
 * ZONE_DEVICE: struct pages for device memory. Not modelled yet.
 *
 * Everything that would create or need such a page panics and names itself;
 * questions about pages (<linux/memremap.h>) are answered with "no".
 */
#include <linux/export.h>
#include <linux/memremap.h>

#include "mm/internal.h"

/** memremap_pages() - not implemented: panics. */
void *memremap_pages(struct dev_pagemap *pgmap, int nid)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(memremap_pages);

/** memunmap_pages() - not implemented: panics. */
void memunmap_pages(struct dev_pagemap *pgmap)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(memunmap_pages);

/** devm_memremap_pages() - not implemented: panics. */
void *devm_memremap_pages(struct device *dev, struct dev_pagemap *pgmap)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(devm_memremap_pages);

/** devm_memunmap_pages() - not implemented: panics. */
void devm_memunmap_pages(struct device *dev, struct dev_pagemap *pgmap)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(devm_memunmap_pages);

/** zone_device_page_init() - not implemented: panics. */
void zone_device_page_init(struct page *page)
{
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(zone_device_page_init);

/**
 * get_dev_pagemap() - the map a page frame belongs to, with a reference
 * @pfn: any number
 * @pgmap: what the last call returned
 *
 * Context: any.
 * Return: NULL: no frame belongs to one.
 */
struct dev_pagemap *get_dev_pagemap(unsigned long pfn,
				    struct dev_pagemap *pgmap)
{
	return NULL;
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
		lib_unimplemented(__func__);
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
	return 2ul << 20;
}
EXPORT_SYMBOL(memremap_compat_align);
