/* SPDX-License-Identifier: MIT */
/*
 * <asm/page.h>: page size and the linear map.
 *
 * Same: PAGE_*, __pa/__va, virt/phys/pfn/page conversions, clear_page,
 *	copy_page.
 * Reduced: one linear map, physical address 0 at mm_linear_base; no high
 *	memory, no kernel image mapping (__pa_symbol does not exist).
 * Stub: nothing.
 *
 * All conversions are arithmetic on two addresses that never change between
 * mm_boot() and mm_shutdown(). Where DMASIM_DEBUG is defined, the physical
 * address of anything outside the linear map is warned about.
 */
#ifndef _DMASIM_ASM_PAGE_H
#define _DMASIM_ASM_PAGE_H

#include <linux/const.h>
#include <linux/kconfig.h>
#include <linux/string.h>
#include <linux/types.h>

#define PAGE_SHIFT CONFIG_PAGE_SHIFT

#undef PAGE_SIZE
#undef PAGE_MASK
#define PAGE_SIZE (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/*
 * The library defines one of these, each object that was compiled with this
 * header names the one it needs: objects for other pages than the library's do
 * not link, and the linker says which pages they want.
 */
#if PAGE_SHIFT == 12
#define DMASIM_PAGES_TAG dmasim_pages_of_4_kib
#elif PAGE_SHIFT == 14
#define DMASIM_PAGES_TAG dmasim_pages_of_16_kib
#elif PAGE_SHIFT == 16
#define DMASIM_PAGES_TAG dmasim_pages_of_64_kib
#else
#error DMASIM_PAGE_SHIFT is not 12, 14 or 16
#endif
extern const char DMASIM_PAGES_TAG;
#ifndef __KERNEL__
static const char *const dmasim_pages_wanted
	__attribute__((used)) = &DMASIM_PAGES_TAG;
#endif

struct page;

/* Host address of physical address 0; set by mm_boot(). */
extern unsigned long mm_linear_base;

/* struct page of pfn 0; set by mm_boot(). */
extern struct page *mm_vmemmap;

#define PAGE_OFFSET mm_linear_base
#define vmemmap mm_vmemmap

/* Bytes of the linear map, holes included; 0 while there is no machine. */
extern unsigned long mm_linear_span;

/* Device memory, or event "virt-to-phys" and 0, where there never is RAM. */
unsigned long dmasim_bad_virt(unsigned long addr) __attribute__((cold));

#ifdef DMASIM_DEBUG
static inline unsigned long dmasim_virt_to_phys(unsigned long addr)
{
	unsigned long phys = addr - mm_linear_base;

	/* As CONFIG_DEBUG_VIRTUAL does: memory of vmalloc() and the like, and
	 * coherent memory that was mapped anew, have no such address. */
	if (__builtin_expect(phys > mm_linear_span - 1, 0))
		return dmasim_bad_virt(addr);
	return phys;
}
#define __pa(x) dmasim_virt_to_phys((unsigned long)(x))
#else
#define __pa(x) ((unsigned long)(x)-mm_linear_base)
#endif
#define __va(x) ((void *)((unsigned long)(x) + mm_linear_base))

#define __pfn_to_phys(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define __phys_to_pfn(paddr) ((unsigned long)((paddr) >> PAGE_SHIFT))

static inline phys_addr_t virt_to_phys(const volatile void *addr)
{
	return __pa(addr);
}

static inline void *phys_to_virt(phys_addr_t addr)
{
	return __va(addr);
}

#define pfn_to_virt(pfn) __va((phys_addr_t)(pfn) << PAGE_SHIFT)
#define pfn_to_kaddr(pfn) pfn_to_virt(pfn)

static inline unsigned long virt_to_pfn(const void *addr)
{
	return __pa(addr) >> PAGE_SHIFT;
}

#define pfn_to_page(pfn) (mm_vmemmap + (pfn))
#define page_to_pfn(page) ((unsigned long)((page)-mm_vmemmap))

#define page_to_phys(page) __pfn_to_phys(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(__phys_to_pfn(phys))
#define virt_to_page(addr) pfn_to_page(__pa(addr) >> PAGE_SHIFT)

bool pfn_valid(unsigned long pfn);
bool __virt_addr_valid(unsigned long addr);

/* True for addresses of the linear map that have RAM behind them. */
#define virt_addr_valid(addr) __virt_addr_valid((unsigned long)(addr))

static inline void clear_page(void *page)
{
	memset(page, 0, PAGE_SIZE);
}

static inline void copy_page(void *to, const void *from)
{
	memcpy(to, from, PAGE_SIZE);
}

#define clear_user_page(addr, vaddr, page) clear_page(addr)
#define copy_user_page(to, from, vaddr, page) copy_page(to, from)

int get_order(unsigned long size) __attribute_const__;

#endif
