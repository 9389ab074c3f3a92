/* SPDX-License-Identifier: MIT */
/*
 * Ranges of user addresses that show RAM: what a driver's mmap operation fills.
 * Models the part of mm/memory.c that such operations call, 6.17.
 *
 *	vm_start                          vm_end
 *	 |==page==|==page==| faults |==page==|	another view of the RAM file
 *
 * Reduced: no process owns a range, nothing is mapped on demand, protections
 * are recorded and not enforced. A test makes a range, hands it to the driver's
 * code, and reads and writes at vm_start.
 *
 * U1  An address of a range shows one page of RAM or faults.
 * U2  Pages of vm_insert_page() and relatives keep a reference until the range
 *     goes; remap_pfn_range() takes none.
 * Locks: ranges_lock for the list; a range is filled by one thread at a time.
 * Tests: tests/api/test_mmap.c
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "mm/internal.h"

/**
 * struct mm_user_range - a range and what it shows
 * @page: of each page, NULL: nothing
 * @held: bit a page: a reference is held
 */
struct mm_user_range {
	struct vm_area_struct vma;
	struct list_head node;
	struct page **page;
	unsigned long *held;
};

static LIST_HEAD(ranges);
static DEFINE_SPINLOCK(ranges_lock);

/* The range that @vma is part of; NULL for anybody else's structure. */
static struct mm_user_range *range_of(const struct vm_area_struct *vma)
{
	struct mm_user_range *r, *found = NULL;

	spin_lock(&ranges_lock);
	list_for_each_entry(r, &ranges, node)
		if (&r->vma == vma)
			found = r;
	spin_unlock(&ranges_lock);
	return found;
}

/**
 * mm_vma_create() - user addresses at which nothing is yet
 * @len: bytes, whole pages, not 0
 * @pgoff: vm_pgoff, the offset that user space asked for, in pages
 *
 * Context: process. Return: the range, or NULL.
 */
struct vm_area_struct *mm_vma_create(size_t len, unsigned long pgoff)
{
	unsigned long nr = len >> PAGE_SHIFT;
	struct mm_user_range *r;
	void *start;

	r = mm_meta_alloc(sizeof(*r));
	if (!r)
		return NULL;
	r->page = mm_meta_alloc(nr * sizeof(*r->page));
	r->held = mm_meta_alloc(bitmap_size(nr));
	start = r->page && r->held ? vmalloc_host_reserve(len) : NULL;
	if (!start) {
		mm_meta_free(r->held);
		mm_meta_free(r->page);
		mm_meta_free(r);
		return NULL;
	}
	r->vma.vm_start = (unsigned long)start;
	r->vma.vm_end = r->vma.vm_start + len;
	r->vma.vm_pgoff = pgoff;
	r->vma.vm_page_prot = PAGE_KERNEL;
	r->vma.__vm_flags = VM_READ | VM_WRITE | VM_SHARED | VM_MAYREAD |
			    VM_MAYWRITE | VM_MAYSHARE;
	spin_lock(&ranges_lock);
	list_add_tail(&r->node, &ranges);
	spin_unlock(&ranges_lock);
	return &r->vma;
}

static void drop_range(struct mm_user_range *r)
{
	unsigned long i;

	vmalloc_host_release((void *)r->vma.vm_start,
			     r->vma.vm_end - r->vma.vm_start);
	for (i = 0; i < vma_pages(&r->vma); i++)
		if (test_bit(i, r->held))
			put_page(r->page[i]);
	mm_meta_free(r->held);
	mm_meta_free(r->page);
	mm_meta_free(r);
}

/**
 * mm_vma_destroy() - the addresses are gone, references are dropped
 *
 * Context: process. Return: false if @vma is no range of mm_vma_create().
 */
bool mm_vma_destroy(struct vm_area_struct *vma)
{
	struct mm_user_range *r = range_of(vma);

	if (!r)
		return false;
	spin_lock(&ranges_lock);
	list_del(&r->node);
	spin_unlock(&ranges_lock);
	drop_range(r);
	return true;
}

unsigned int vma_check(void)
{
	struct mm_user_range *r;
	unsigned int leaks = 0;

	list_for_each_entry(r, &ranges, node) {
		lib_event(LIB_EVENT_LEAK, "vma-leak", NULL, r->vma.vm_start,
			  r->vma.vm_end - r->vma.vm_start,
			  "a range of %lu user pages was not destroyed",
			  vma_pages(&r->vma));
		leaks++;
	}
	return leaks;
}

void vma_shutdown(void)
{
	struct mm_user_range *r, *next;

	list_for_each_entry_safe(r, next, &ranges, node) {
		list_del(&r->node);
		drop_range(r);
	}
}

/* ---- filling it --------------------------------------------------------------- */

/* Show @nr pages from @page on at @addr, all or nothing. */
static int show(struct vm_area_struct *vma, unsigned long addr,
		struct page *page, unsigned long nr, bool hold)
{
	struct mm_user_range *r = range_of(vma);
	unsigned long first, i;
	int ret;

	if (!r || !nr || !PAGE_ALIGNED(addr) || addr < vma->vm_start ||
	    addr >= vma->vm_end || nr > (vma->vm_end - addr) >> PAGE_SHIFT)
		return -EINVAL;
	first = (addr - vma->vm_start) >> PAGE_SHIFT;
	for (i = 0; i < nr; i++) {
		if (r->page[first + i])
			return -EBUSY;
		/* The CPU has registers of devices by readl() only. */
		if (!pfn_valid(page_to_pfn(page + i)) ||
		    is_zone_device_page(page + i))
			return -EINVAL;
	}
	if (should_fail_site(DMASIM_SITE_VMALLOC))
		return -ENOMEM;
	ret = vmalloc_host_map((void *)addr, page_to_phys(page),
			       nr << PAGE_SHIFT);
	if (ret)
		return ret;
	for (i = 0; i < nr; i++) {
		r->page[first + i] = page + i;
		if (!hold)
			continue;
		get_page(page + i);
		set_bit(first + i, r->held);
	}
	return 0;
}

/**
 * remap_pfn_range() - show page frames side by side
 * @addr: in @vma, page aligned
 * @pfn: first frame, of RAM
 * @size: bytes, rounded up to pages
 * @prot: recorded
 *
 * Context: process. Takes no references. Failure site "vmalloc".
 * Return: 0; -EINVAL for what is not in the range, or no RAM; -EBUSY if
 * something is shown there (the kernel BUGs); -ENOMEM.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot)
{
	int ret = show(vma, addr, pfn_to_page(pfn), PFN_UP(size), false);

	if (ret)
		return ret;
	vma->vm_page_prot = prot;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}
EXPORT_SYMBOL(remap_pfn_range);

/**
 * vm_insert_page() - show one page and keep a reference
 *
 * Context: process. Failure site "vmalloc".
 * Return: 0; -EFAULT if @addr is not in @vma; -EINVAL for a page without
 * references, not RAM, or an unaligned address; -EBUSY; -ENOMEM.
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page)
{
	int ret;

	if (addr < vma->vm_start || addr >= vma->vm_end)
		return -EFAULT;
	if (!page_count(page))
		return -EINVAL;
	ret = show(vma, addr, page, 1, true);
	if (!ret)
		vm_flags_set(vma, VM_MIXEDMAP);
	return ret;
}
EXPORT_SYMBOL(vm_insert_page);

static int map_pages_from(struct vm_area_struct *vma, struct page **pages,
			  unsigned long num, unsigned long offset)
{
	unsigned long count = vma_pages(vma), addr = vma->vm_start, i;
	int ret;

	if (offset >= num || count > num - offset)
		return -ENXIO;
	for (i = 0; i < count; i++, addr += PAGE_SIZE) {
		ret = vm_insert_page(vma, addr, pages[offset + i]);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * vm_map_pages() - fill @vma from the page that its offset says
 * @num: entries of @pages
 *
 * Context: process. Return: 0; -ENXIO if @vma asks for more than there is; else
 * as vm_insert_page().
 */
int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num)
{
	return map_pages_from(vma, pages, num, vma->vm_pgoff);
}
EXPORT_SYMBOL(vm_map_pages);

/** vm_map_pages_zero() - the same from the first page on, whatever the offset. */
int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages,
		      unsigned long num)
{
	return map_pages_from(vma, pages, num, 0);
}
EXPORT_SYMBOL(vm_map_pages_zero);
