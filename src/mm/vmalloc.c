/* SPDX-License-Identifier: MIT */
/*
 * vmalloc, vmap, vm_map_ram: RAM pages shown a second time, side by side.
 *
 * Models mm/vmalloc.c. A window of the host's address space is reserved; an
 * area in it is a set of views of the RAM file, one for each run of physically
 * contiguous pages, so both addresses of a page are the same bytes. Between
 * areas at least one page faults.
 *
 *	window	[== area A ==|x|== B ==|x|.....free.....|=== C ===|x|...]
 *
 * Places are found by first fit along a tree of areas ordered by address.
 * Descriptions of areas are not in simulated RAM.
 *
 * Reduced: unmapping takes effect at once, no lazy purging; huge mappings and
 * protections do not exist. vm_map_ram() makes an area like any other.
 *
 * I1  Areas do not overlap and, guard included, lie in the window.
 *
 * Locks: areas_lock protects the tree. Host mappings are changed outside of
 * it, each area by the one thread that makes or unmakes it.
 * Tests: tests/unit/mm/test_vmalloc.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"

/* Larger mappings than 16 GiB are refused by some tools. */
#define WINDOW_SIZE (8ul << 30)

/* From here on pages come as large blocks: each run costs a host mapping. */
#define MANY_PAGES 4096u
#define MANY_ORDER 6

unsigned long mm_vmalloc_start;
EXPORT_SYMBOL(mm_vmalloc_start);

unsigned long mm_vmalloc_end;
EXPORT_SYMBOL(mm_vmalloc_end);

static struct rb_root areas = RB_ROOT;
static DEFINE_SPINLOCK(areas_lock);

#define area_of(n) rb_entry(n, struct vm_struct, node)

static inline unsigned long area_end(const struct vm_struct *area)
{
	return (unsigned long)area->addr + area->size;
}

/* ---- places in the window ---------------------------------------------------- */

/* Insert @area into the first gap of its size; false if there is none. */
static bool place_area(struct vm_struct *area)
{
	unsigned long at = mm_vmalloc_start;
	struct rb_node *n, *prev = NULL;

	for (n = rb_first(&areas); n; n = rb_next(n)) {
		unsigned long start = (unsigned long)area_of(n)->addr;

		if (start - at >= area->size)
			break;
		at = area_end(area_of(n));
		prev = n;
	}
	if (!n && mm_vmalloc_end - at < area->size)
		return false;
	area->addr = (void *)at;

	/* Right of its predecessor: its own right child or a leftmost below. */
	if (!prev) {
		struct rb_node **link = &areas.rb_node;

		while (*link) {
			prev = *link;
			link = &prev->rb_left;
		}
		rb_link_node(&area->node, prev, link);
	} else {
		struct rb_node **link = &prev->rb_right;

		while (*link) {
			prev = *link;
			link = &prev->rb_left;
		}
		rb_link_node(&area->node, prev, link);
	}
	rb_insert_color(&area->node, &areas);
	return true;
}

static struct vm_struct *__find_area(unsigned long addr)
{
	struct rb_node *n = areas.rb_node;

	while (n) {
		struct vm_struct *area = area_of(n);

		if (addr < (unsigned long)area->addr)
			n = n->rb_left;
		else if (addr >= area_end(area))
			n = n->rb_right;
		else
			return area;
	}
	return NULL;
}

/* An area with room for @count pages and their array, nothing mapped. */
static struct vm_struct *new_area(unsigned int count, unsigned long flags,
				  const void *caller)
{
	struct vm_struct *area;
	bool placed;

	if (should_fail_site(DMASIM_SITE_VMALLOC))
		return NULL;
	area = mm_meta_alloc(sizeof(*area));
	if (!area)
		return NULL;
	area->pages = mm_meta_alloc(count * sizeof(*area->pages));
	if (!area->pages)
		goto err_area;
	area->nr_pages = count;
	area->requested_size = (unsigned long)count << PAGE_SHIFT;
	area->size = area->requested_size;
	if (!(flags & VM_NO_GUARD))
		area->size += PAGE_SIZE;
	area->flags = flags;
	area->caller = caller;

	spin_lock(&areas_lock);
	placed = place_area(area);
	spin_unlock(&areas_lock);
	if (placed)
		return area;
	mm_meta_free(area->pages);
err_area:
	mm_meta_free(area);
	return NULL;
}

static void drop_area(struct vm_struct *area)
{
	vmalloc_host_unmap(area->addr, (size_t)area->nr_pages << PAGE_SHIFT);
	spin_lock(&areas_lock);
	rb_erase(&area->node, &areas);
	spin_unlock(&areas_lock);
	mm_meta_free(area->pages);
	mm_meta_free(area);
}

/* One host mapping for each physically contiguous run. */
static int map_area(struct vm_struct *area)
{
	unsigned int i, run;

	for (i = 0; i < area->nr_pages; i += run) {
		int ret;

		for (run = 1; i + run < area->nr_pages; run++)
			if (area->pages[i + run] != area->pages[i] + run)
				break;
		ret = vmalloc_host_map(area->addr + ((size_t)i << PAGE_SHIFT),
				       page_to_phys(area->pages[i]),
				       (size_t)run << PAGE_SHIFT);
		if (ret)
			return ret;
	}
	return 0;
}

/* The area that starts at @addr; reports anything else. */
static struct vm_struct *area_to_free(const void *addr)
{
	struct vm_struct *area = find_vm_area(addr);

	if (!area || area->addr != addr) {
		WARN(1, "freeing %px: not the start of a vmalloc area\n", addr);
		return NULL;
	}
	return area;
}

/* ---- vmalloc ----------------------------------------------------------------- */

static void free_area_pages(struct vm_struct *area)
{
	unsigned int i;

	for (i = 0; i < area->nr_pages && area->pages[i]; i++) {
		area->pages[i]->flags &= ~BIT(PG_mm_vmalloc);
		atomic_long_dec(&mm_internal_pages);
		__free_page(area->pages[i]);
	}
}

static bool alloc_area_pages(struct vm_struct *area, gfp_t gfp,
			     const void *caller)
{
	bool many = area->nr_pages >= MANY_PAGES;
	unsigned int i = 0, k, order;
	struct page *page;

	gfp |= __GFP_NOWARN;
	while (i < area->nr_pages) {
		order = many && area->nr_pages - i >= 1u << MANY_ORDER ?
				MANY_ORDER :
				0;
		if (should_fail_site(DMASIM_SITE_PAGE))
			return false;
		page = mm_alloc_block(gfp, order, many, caller);
		if (!page && order) {
			many = false;
			continue;
		}
		if (!page)
			return false;
		mm_split_block(page, order);
		for (k = 0; k < 1u << order; k++) {
			page[k].flags |= BIT(PG_mm_vmalloc);
			area->pages[i++] = page + k;
		}
		atomic_long_add(1l << order, &mm_internal_pages);
	}
	return true;
}

/**
 * vmalloc_area() - vmalloc() on behalf of @caller
 * @size: bytes
 * @gfp: allocation flags of the pages
 * @caller: return address of the API function
 *
 * Context: may sleep. Failure sites "vmalloc" and "page".
 * Return: page-aligned start, or NULL.
 */
void *vmalloc_area(size_t size, gfp_t gfp, const void *caller)
{
	struct vm_struct *area;
	const char *why;

	might_sleep_if(SLAB_DEBUG);
	why = "no such size";
	if (!size || size > WINDOW_SIZE || PFN_UP(size) > UINT_MAX)
		goto err;
	why = "no address space";
	area = new_area(PFN_UP(size), VM_ALLOC, caller);
	if (!area)
		goto err;
	area->requested_size = size;
	why = "out of memory";
	if (!alloc_area_pages(area, gfp, caller))
		goto err_pages;
	why = "no host mapping";
	if (map_area(area))
		goto err_pages;
	return area->addr;

err_pages:
	free_area_pages(area);
	drop_area(area);
err:
	if (!(gfp & __GFP_NOWARN))
		lib_event(LIB_EVENT_REFUSAL, "vmalloc", NULL, 0, size,
			  "vmalloc of %zu bytes failed: %s", size, why);
	return NULL;
}

/**
 * vmalloc() - virtually contiguous memory
 * @size: bytes
 *
 * Context: may sleep.
 * Return: page-aligned start, or NULL.
 */
void *vmalloc(unsigned long size)
{
	return vmalloc_area(size, GFP_KERNEL, MM_CALLER());
}
EXPORT_SYMBOL(vmalloc);

/**
 * vzalloc() - virtually contiguous zeroes
 * @size: bytes
 *
 * Context: may sleep.
 * Return: page-aligned start, or NULL.
 */
void *vzalloc(unsigned long size)
{
	return vmalloc_area(size, GFP_KERNEL | __GFP_ZERO, MM_CALLER());
}
EXPORT_SYMBOL(vzalloc);

/**
 * __vmalloc() - vmalloc() with flags for the pages
 * @size: bytes
 * @gfp_mask: zone, __GFP_ZERO, __GFP_NOWARN
 *
 * Context: may sleep.
 * Return: page-aligned start, or NULL.
 */
void *__vmalloc(unsigned long size, gfp_t gfp_mask)
{
	return vmalloc_area(size, gfp_mask, MM_CALLER());
}
EXPORT_SYMBOL(__vmalloc);

/**
 * vfree() - free memory of vmalloc(), or of vmap() with VM_MAP_PUT_PAGES
 * @addr: start; NULL does nothing
 *
 * Context: anywhere but in an NMI.
 */
void vfree(const void *addr)
{
	struct vm_struct *area;
	unsigned int i;

	if (!addr)
		return;
	area = area_to_free(addr);
	if (!area)
		return;
	if (area->flags & VM_ALLOC)
		free_area_pages(area);
	else if (area->flags & VM_MAP_PUT_PAGES)
		for (i = 0; i < area->nr_pages; i++)
			put_page(area->pages[i]);
	drop_area(area);
}
EXPORT_SYMBOL(vfree);

/* ---- vmap -------------------------------------------------------------------- */

static void *map_pages(struct page **pages, unsigned int count,
		       unsigned long flags, const void *caller)
{
	struct vm_struct *area;

	if (!count || count > WINDOW_SIZE >> PAGE_SHIFT)
		return NULL;
	area = new_area(count, flags, caller);
	if (!area)
		return NULL;
	memcpy(area->pages, pages, count * sizeof(*pages));
	if (map_area(area)) {
		drop_area(area);
		return NULL;
	}
	return area->addr;
}

/**
 * vmap() - show pages side by side
 * @pages: the pages
 * @count: how many
 * @flags: VM_MAP, VM_MAP_PUT_PAGES (vfree() drops a reference of each)
 * @prot: accepted
 *
 * Context: may sleep. Failure site "vmalloc".
 * Return: page-aligned start, or NULL.
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot)
{
	might_sleep_if(SLAB_DEBUG);
	if (WARN_ON_ONCE(flags & VM_ALLOC))
		return NULL;
	return map_pages(pages, count, flags | VM_MAP, MM_CALLER());
}
EXPORT_SYMBOL(vmap);

/**
 * vmap_pfn() - show page frames without struct page
 * @pfns: the frames
 * @count: how many
 * @prot: accepted
 *
 * Device memory cannot be shown yet, and RAM is refused as in the kernel.
 * Return: NULL.
 */
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (WARN_ON_ONCE(pfn_valid(pfns[i])))
			return NULL;
	lib_unimplemented(__func__);
}
EXPORT_SYMBOL(vmap_pfn);

/**
 * vunmap() - undo vmap()
 * @addr: start; NULL does nothing
 *
 * Context: may sleep. The pages keep their references.
 */
void vunmap(const void *addr)
{
	struct vm_struct *area;

	if (!addr)
		return;
	area = area_to_free(addr);
	if (area && !WARN_ON_ONCE(area->flags & VM_ALLOC))
		drop_area(area);
}
EXPORT_SYMBOL(vunmap);

/**
 * vm_map_ram() - vmap() for short-lived views
 * @pages: the pages
 * @count: how many
 * @node: ignored
 *
 * Context: may sleep. Failure site "vmalloc".
 * Return: page-aligned start, or NULL.
 */
void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	return map_pages(pages, count, VM_MAP, MM_CALLER());
}
EXPORT_SYMBOL(vm_map_ram);

/**
 * vm_unmap_ram() - undo vm_map_ram()
 * @mem: start
 * @count: pages, as mapped
 *
 * Context: may sleep.
 */
void vm_unmap_ram(const void *mem, unsigned int count)
{
	struct vm_struct *area = area_to_free(mem);

	if (area && !WARN_ON_ONCE(area->nr_pages != count))
		drop_area(area);
}
EXPORT_SYMBOL(vm_unmap_ram);

/* ---- questions --------------------------------------------------------------- */

/**
 * find_vm_area() - the area around an address
 * @addr: any address
 *
 * Context: any; valid while nobody frees the area.
 * Return: the area, or NULL.
 */
struct vm_struct *find_vm_area(const void *addr)
{
	struct vm_struct *area;

	spin_lock(&areas_lock);
	area = __find_area((unsigned long)addr);
	spin_unlock(&areas_lock);
	return area;
}
EXPORT_SYMBOL(find_vm_area);

/**
 * is_vmalloc_addr() - does this address lie in the window?
 * @x: any address
 *
 * Context: any.
 */
bool is_vmalloc_addr(const void *x)
{
	unsigned long addr = (unsigned long)x;

	return addr >= mm_vmalloc_start && addr < mm_vmalloc_end;
}
EXPORT_SYMBOL(is_vmalloc_addr);

/**
 * is_vmalloc_or_module_addr() - as is_vmalloc_addr(): modules are not mapped
 * @x: any address
 *
 * Context: any.
 */
bool is_vmalloc_or_module_addr(const void *x)
{
	return is_vmalloc_addr(x);
}
EXPORT_SYMBOL(is_vmalloc_or_module_addr);

/**
 * vmalloc_to_page() - page behind an address of the window
 * @addr: any address
 *
 * Context: any.
 * Return: the page; NULL where nothing is mapped.
 */
struct page *vmalloc_to_page(const void *addr)
{
	struct vm_struct *area = find_vm_area(addr);
	unsigned long i;

	if (!area)
		return NULL;
	i = (addr - (const void *)area->addr) >> PAGE_SHIFT;
	return i < area->nr_pages ? area->pages[i] : NULL;
}
EXPORT_SYMBOL(vmalloc_to_page);

/**
 * vmalloc_to_pfn() - page frame behind an address of the window
 * @addr: mapped address
 *
 * Context: any.
 */
unsigned long vmalloc_to_pfn(const void *addr)
{
	return page_to_pfn(vmalloc_to_page(addr));
}
EXPORT_SYMBOL(vmalloc_to_pfn);

/* ---- boot and check ---------------------------------------------------------- */

/**
 * vmalloc_boot() - reserve the window
 *
 * Context: once.
 * Return: 0 or -ENOMEM.
 */
int vmalloc_boot(void)
{
	void *start = vmalloc_host_reserve(WINDOW_SIZE);

	if (!start)
		return -ENOMEM;
	areas = RB_ROOT;
	mm_vmalloc_start = (unsigned long)start;
	mm_vmalloc_end = mm_vmalloc_start + WINDOW_SIZE;
	return 0;
}

/**
 * vmalloc_shutdown() - drop what is left and give the window back
 *
 * Context: nobody uses an area any more.
 */
void vmalloc_shutdown(void)
{
	struct rb_node *n;

	if (!mm_vmalloc_start)
		return;
	while ((n = rb_first(&areas)))
		drop_area(area_of(n));
	vmalloc_host_release((void *)mm_vmalloc_start, WINDOW_SIZE);
	mm_vmalloc_start = 0;
	mm_vmalloc_end = 0;
}

/**
 * vmalloc_check() - report areas that were not freed
 *
 * Context: nobody makes areas meanwhile.
 * Return: number of areas.
 */
unsigned int vmalloc_check(void)
{
	struct mm_leaks leaks = {};
	unsigned int nr = 0;
	struct rb_node *n;

	for (n = rb_first(&areas); n; n = rb_next(n)) {
		struct vm_struct *area = area_of(n);
		struct mm_owner owner = {
			.frames[0] = (unsigned long)area->caller,
		};

		mm_leaks_add(&leaks, "vmalloc areas", &owner,
			     (unsigned long)area->addr, area->requested_size);
		nr++;
	}
	mm_leaks_report(&leaks, "vmalloc-leak");
	return nr;
}
