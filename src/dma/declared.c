/* SPDX-License-Identifier: MIT */
/*
 * Coherent memory that somebody declared for one device: where it lies, and
 * where the device sees it.
 * Models kernel/dma/coherent.c, 6.17, without the global pool.
 *
 *	RAM	     phys_addr	|#|.|##|####|........|	pages, a bit each
 *	CPU	     virt_base	 one uncached view
 *	device	     device_addr as declared: nothing here makes it true
 *
 * The memory must be RAM, set aside by whoever declares it: this machine shows
 * the CPU a BAR by register accesses only, not as memory. Behind an IOMMU the
 * declarer also maps @device_addr, as on real machines.
 *
 * C1  A device with declared memory gets its coherent memory there or not at
 *     all.
 * C2  A block is a power-of-two number of pages and aligned to it, counted from
 *     the start of the region.
 * Locks: mem->lock, a leaf, irq-safe; regions_lock (mutex) for the list.
 * Tests: tests/api/test_declared.c
 */
#include <linux/bitmap.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "dma/core.h"

/**
 * struct dma_coherent_mem - the region of one device
 * @page: its first page
 * @nr_pages: whole pages, any number
 * @used: a bit a page
 * @node: in @regions
 */
struct dma_coherent_mem {
	struct page *page;
	void *virt_base;
	dma_addr_t device_base;
	unsigned long nr_pages;
	unsigned long *used;
	spinlock_t lock;
	struct list_head node;
};

static LIST_HEAD(regions);
static DEFINE_MUTEX(regions_lock);

static size_t mem_size(const struct dma_coherent_mem *mem)
{
	return mem->nr_pages << PAGE_SHIFT;
}

/* All of it RAM, with a struct page each? */
static bool all_ram(phys_addr_t phys, size_t size)
{
	unsigned long pfn = PHYS_PFN(phys), end = PHYS_PFN(phys + size);

	for (; pfn < end; pfn++)
		if (!pfn_valid(pfn) || is_zone_device_page(pfn_to_page(pfn)))
			return false;
	return true;
}

static int refuse(struct device *dev, phys_addr_t phys, size_t size,
		  const char *why)
{
	lib_event(LIB_EVENT_REFUSAL, "coherent-declare", dev, phys, size,
		  "coherent memory at %pa, %zu bytes: %s", &phys, size, why);
	return -EINVAL;
}

/**
 * dma_declare_coherent_memory() - @dev has coherent memory of its own
 * @phys_addr: RAM that the caller has set aside, page aligned
 * @device_addr: address by which @dev reaches it
 * @size: bytes; a part of a page at the end is not used
 *
 * From now on dma_alloc_attrs() takes memory from there only. It is uncached
 * until dma_release_coherent_memory().
 *
 * Context: process.
 * Return: 0; -ENODEV without a device; -EINVAL for no whole page, an unaligned
 * start, or what is not RAM (event "coherent-declare"); -EBUSY if @dev has
 * memory declared already; -ENOMEM.
 */
int dma_declare_coherent_memory(struct device *dev, phys_addr_t phys_addr,
				dma_addr_t device_addr, size_t size)
{
	unsigned long nr = size >> PAGE_SHIFT;
	struct dma_coherent_mem *mem;

	if (!dev)
		return -ENODEV;
	if (!nr)
		return refuse(dev, phys_addr, size, "no whole page");
	if (offset_in_page(phys_addr) || phys_addr + size < phys_addr)
		return refuse(dev, phys_addr, size, "no such range");
	if (!all_ram(phys_addr, size))
		return refuse(
			dev, phys_addr, size,
			"not RAM, and this machine has no other memory that a CPU can address");
	if (dev->dma_mem)
		return -EBUSY;

	mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return -ENOMEM;
	mem->page = phys_to_page(phys_addr);
	mem->device_base = device_addr;
	mem->nr_pages = nr;
	spin_lock_init(&mem->lock);
	mem->used = bitmap_zalloc(nr, GFP_KERNEL);
	if (!mem->used)
		goto err_mem;
	arch_dma_prep_coherent(mem->page, mem_size(mem));
	if (IS_ERR(arch_dma_set_uncached(page_address(mem->page),
					 mem_size(mem))))
		goto err_bitmap;
	mem->virt_base = dma_common_contiguous_remap(
		mem->page, mem_size(mem), pgprot_writecombine(PAGE_KERNEL),
		__builtin_return_address(0));
	if (!mem->virt_base)
		goto err_uncached;
	mutex_lock(&regions_lock);
	list_add_tail(&mem->node, &regions);
	mutex_unlock(&regions_lock);
	dev->dma_mem = mem;
	return 0;

err_uncached:
	arch_dma_clear_uncached(page_address(mem->page), mem_size(mem));
err_bitmap:
	bitmap_free(mem->used);
err_mem:
	kfree(mem);
	return -ENOMEM;
}

static void forget_region(struct dma_coherent_mem *mem)
{
	unsigned int busy = bitmap_weight(mem->used, mem->nr_pages);

	if (busy)
		lib_event(LIB_EVENT_MISUSE, "coherent-declared-busy", NULL,
			  page_to_phys(mem->page), mem_size(mem),
			  "declared memory goes with %u of %lu pages in use",
			  busy, mem->nr_pages);
	list_del(&mem->node);
	dma_common_free_remap(mem->virt_base, mem_size(mem));
	arch_dma_clear_uncached(page_address(mem->page), mem_size(mem));
	bitmap_free(mem->used);
	kfree(mem);
}

/**
 * dma_release_coherent_memory() - forget the region of @dev
 *
 * Blocks that are still out are reported (event "coherent-declared-busy"); an
 * access to them faults from now on. The memory goes back to who declared it.
 * Context: process.
 */
void dma_release_coherent_memory(struct device *dev)
{
	if (!dev || !dev->dma_mem)
		return;
	mutex_lock(&regions_lock);
	forget_region(dev->dma_mem);
	mutex_unlock(&regions_lock);
	dev->dma_mem = NULL;
}

/**
 * dma_alloc_from_dev_coherent() - take a block of the declared memory
 * @size: bytes
 * @dma_handle: gets the device address
 * @ret: gets zeroed memory, or NULL if there is no room
 *
 * Context: any. Return: 1 if @dev has declared memory, else 0 and nothing is
 * set.
 */
int dma_alloc_from_dev_coherent(struct device *dev, ssize_t size,
				dma_addr_t *dma_handle, void **ret)
{
	struct dma_coherent_mem *mem = dev ? dev->dma_mem : NULL;
	unsigned long nr, at, flags;

	if (likely(!mem))
		return 0;
	*ret = NULL;
	if (size <= 0 || (size_t)size > mem_size(mem))
		return 1;
	nr = 1ul << get_order(size);
	spin_lock_irqsave(&mem->lock, flags);
	at = bitmap_find_next_zero_area(mem->used, mem->nr_pages, 0, nr,
					nr - 1);
	if (at < mem->nr_pages)
		bitmap_set(mem->used, at, nr);
	spin_unlock_irqrestore(&mem->lock, flags);
	if (at >= mem->nr_pages)
		return 1;
	*dma_handle = mem->device_base + ((dma_addr_t)at << PAGE_SHIFT);
	*ret = memset(mem->virt_base + (at << PAGE_SHIFT), 0, size);
	return 1;
}

/* Index of the page of @vaddr in the memory of @dev, or -1. */
static long declared_page(struct device *dev, const void *vaddr)
{
	struct dma_coherent_mem *mem = dev ? dev->dma_mem : NULL;

	if (likely(!mem) || vaddr < mem->virt_base ||
	    vaddr >= mem->virt_base + mem_size(mem))
		return -1;
	return (vaddr - mem->virt_base) >> PAGE_SHIFT;
}

/**
 * dma_release_from_dev_coherent() - give a block back
 * @order: lg2 of its pages
 *
 * Context: any. Return: 1; 0 if @vaddr is not in declared memory of @dev.
 */
int dma_release_from_dev_coherent(struct device *dev, int order, void *vaddr)
{
	long at = declared_page(dev, vaddr);
	struct dma_coherent_mem *mem;
	unsigned long flags;

	if (likely(at < 0))
		return 0;
	mem = dev->dma_mem;
	spin_lock_irqsave(&mem->lock, flags);
	bitmap_clear(mem->used, at,
		     min(1ul << order, mem->nr_pages - (unsigned long)at));
	spin_unlock_irqrestore(&mem->lock, flags);
	return 1;
}

/**
 * dma_mmap_from_dev_coherent() - show a block to user space
 * @ret: gets 0, -ENXIO if @vma asks for more than @size, or the errno of
 *	remap_pfn_range()
 *
 * Return: 1 if @cpu_addr is in declared memory of @dev, else 0 and @ret is as it
 * was.
 */
int dma_mmap_from_dev_coherent(struct device *dev, struct vm_area_struct *vma,
			       void *cpu_addr, size_t size, int *ret)
{
	long at = declared_page(dev, cpu_addr);

	if (likely(at < 0))
		return 0;
	*ret = dma_mmap_block(vma, dev->dma_mem->page + at, size,
			      pgprot_writecombine(PAGE_KERNEL));
	return 1;
}

/* ---- teardown -------------------------------------------------------------------- */

unsigned int dma_declared_check(void)
{
	struct dma_coherent_mem *mem;
	unsigned int leaks = 0;

	list_for_each_entry(mem, &regions, node) {
		lib_event(
			LIB_EVENT_LEAK, "coherent-declared-leak", NULL,
			page_to_phys(mem->page), mem_size(mem),
			"declared coherent memory of %lu pages was not released",
			mem->nr_pages);
		leaks++;
	}
	return leaks;
}

void dma_declared_shutdown(void)
{
	while (!list_empty(&regions))
		forget_region(list_first_entry(&regions,
					       struct dma_coherent_mem, node));
}
