/* SPDX-License-Identifier: MIT */
/*
 * <linux/vmalloc.h>: virtually contiguous memory.
 *
 * Same: a second mapping of RAM pages in a window of its own, one guard page
 *	after each area, vmalloc_to_page(), vmap(), vm_map_ram().
 * Reduced: unmapping takes effect at once; protections are not enforced.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_VMALLOC_H
#define _DMASIM_LINUX_VMALLOC_H

#include <asm/pgtable.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/rbtree.h>
#include <linux/types.h>

/* clang-format off */
#define VM_IOREMAP		0x00000001
#define VM_ALLOC		0x00000002
#define VM_MAP			0x00000004
#define VM_USERMAP		0x00000008
#define VM_DMA_COHERENT		0x00000010
#define VM_UNINITIALIZED	0x00000020
#define VM_NO_GUARD		0x00000040
#define VM_FLUSH_RESET_PERMS	0x00000100
#define VM_MAP_PUT_PAGES	0x00000200
#define VM_ALLOW_HUGE_VMAP	0x00000400
/* clang-format on */

/**
 * struct vm_struct - an area of the vmalloc window
 * @addr: start
 * @size: bytes including the guard page
 * @flags: VM_*
 * @pages: the pages mapped, in order; may be NULL for vm_map_ram()
 * @nr_pages: number of @pages
 * @phys_addr: first byte, for areas that map device memory
 * @caller: return address of who asked for it
 * @requested_size: bytes asked for
 * @node: by address; the allocator's
 */
struct vm_struct {
	void *addr;
	unsigned long size;
	unsigned long flags;
	struct page **pages;
	unsigned int nr_pages;
	phys_addr_t phys_addr;
	const void *caller;
	unsigned long requested_size;
	struct rb_node node;
};

extern unsigned long mm_vmalloc_start;
extern unsigned long mm_vmalloc_end;

#define VMALLOC_START mm_vmalloc_start
#define VMALLOC_END mm_vmalloc_end
#define VMALLOC_TOTAL (VMALLOC_END - VMALLOC_START)

void *vmalloc(unsigned long size) __malloc;
void *vzalloc(unsigned long size) __malloc;
void *__vmalloc(unsigned long size, gfp_t gfp_mask) __malloc;
void vfree(const void *addr);

#define vmalloc_node(size, node) ((void)(node), vmalloc(size))
#define vzalloc_node(size, node) ((void)(node), vzalloc(size))
#define __vmalloc_node(size, align, gfp, node, caller) __vmalloc(size, gfp)
#define vmalloc_huge(size, gfp) __vmalloc(size, gfp)
#define vmalloc_user(size) vzalloc(size)
#define vmalloc_32(size) __vmalloc(size, GFP_DMA32 | GFP_KERNEL)
#define vmalloc_32_user(size) \
	__vmalloc(size, GFP_DMA32 | GFP_KERNEL | __GFP_ZERO)

static inline void *vmalloc_array(size_t n, size_t size)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return vmalloc(bytes);
}

static inline void *vcalloc(size_t n, size_t size)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return vzalloc(bytes);
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot);
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
void vunmap(const void *addr);

void *vm_map_ram(struct page **pages, unsigned int count, int node);
void vm_unmap_ram(const void *mem, unsigned int count);

static inline void vm_unmap_aliases(void)
{
}

struct vm_struct *find_vm_area(const void *addr);

static inline size_t get_vm_area_size(const struct vm_struct *area)
{
	return area->flags & VM_NO_GUARD ? area->size : area->size - PAGE_SIZE;
}

bool is_vmalloc_addr(const void *x);
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

#endif
