/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm.h>: pages, folios and their addresses.
 *
 * Same: conversions, reference counting, compound pages and folios;
 *	remap_pfn_range(), vm_insert_page(), vm_map_pages().
 * Reduced: no process memory yet (no faults, no get_user_pages): a test makes
 *	the range of user addresses, only RAM can be shown there, protections are
 *	recorded; pages are always in the linear map.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MM_H
#define _DMASIM_LINUX_MM_H

#include <asm/page.h>
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmdebug.h>
#include <linux/mmzone.h>
#include <linux/overflow.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/pfn.h>
#include <linux/range.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/vmstat.h>

struct seq_file;

#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr) ALIGN_DOWN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr) IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

/* The page array has no holes: neighbours in RAM are neighbours there. */
#define nth_page(page, n) ((page) + (n))
#define folio_page_idx(folio, p) ((p) - &(folio)->page)

#define lru_to_page(head) (list_entry((head)->prev, struct page, lru))
#define lru_to_folio(head) list_entry((head)->prev, struct folio, lru)

/* clang-format off */
#define VM_NONE		0x00000000
#define VM_READ		0x00000001
#define VM_WRITE	0x00000002
#define VM_EXEC		0x00000004
#define VM_SHARED	0x00000008
#define VM_MAYREAD	0x00000010
#define VM_MAYWRITE	0x00000020
#define VM_MAYEXEC	0x00000040
#define VM_MAYSHARE	0x00000080
#define VM_PFNMAP	0x00000400
#define VM_LOCKED	0x00002000
#define VM_IO		0x00004000
#define VM_DONTCOPY	0x00020000
#define VM_DONTEXPAND	0x00040000
#define VM_HUGETLB	0x00400000
#define VM_DONTDUMP	0x04000000
#define VM_MIXEDMAP	0x10000000
/* clang-format on */

/**
 * struct vm_fault - what a fault handler is told
 */
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	pgoff_t pgoff;
	unsigned long address;
	unsigned int flags;
	struct page *page;
};

/**
 * struct vm_operations_struct - what a mapping's owner does; nobody calls it
 * yet
 */
struct vm_operations_struct {
	void (*open)(struct vm_area_struct *area);
	void (*close)(struct vm_area_struct *area);
	vm_fault_t (*fault)(struct vm_fault *vmf);
};

static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags &= ~flags;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot);
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page);
int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num);
int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages,
		      unsigned long num);

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

extern unsigned long max_pfn;
extern unsigned long max_low_pfn;

static inline unsigned long totalram_pages(void)
{
	return contig_page_data.node_present_pages;
}

/* ---- addresses ---- */

static __always_inline void *page_address(const struct page *page)
{
	return __va(page_to_phys(page));
}

#define page_to_virt(page) page_address(page)
#define lowmem_page_address(page) page_address(page)

static inline struct page *virt_to_head_page(const void *x)
{
	return compound_head((struct page *)virt_to_page(x));
}

static inline struct folio *virt_to_folio(const void *x)
{
	return page_folio((struct page *)virt_to_page(x));
}

static inline int page_to_nid(const struct page *page)
{
	return 0;
}

static inline int folio_nid(const struct folio *folio)
{
	return 0;
}

static inline struct pglist_data *page_pgdat(const struct page *page)
{
	return &contig_page_data;
}

static inline struct pglist_data *folio_pgdat(const struct folio *folio)
{
	return &contig_page_data;
}

bool is_vmalloc_addr(const void *x);
bool is_vmalloc_or_module_addr(const void *x);
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

/* ---- compound pages ---- */

static inline unsigned int folio_order(const struct folio *folio)
{
	return folio_test_large(folio) ? folio->_flags_1 & 0xff : 0;
}

static inline unsigned int compound_order(const struct page *page)
{
	return folio_order((const struct folio *)page);
}

static inline long folio_nr_pages(const struct folio *folio)
{
	return 1l << folio_order(folio);
}

static inline unsigned long compound_nr(const struct page *page)
{
	return 1ul << compound_order(page);
}

static inline size_t folio_size(const struct folio *folio)
{
	return PAGE_SIZE << folio_order(folio);
}

static inline unsigned int folio_shift(const struct folio *folio)
{
	return PAGE_SHIFT + folio_order(folio);
}

static inline unsigned long page_size(const struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static inline unsigned int page_shift(const struct page *page)
{
	return PAGE_SHIFT + compound_order(page);
}

static inline unsigned long thp_size(const struct page *page)
{
	return page_size(page);
}

static inline unsigned long folio_pfn(const struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static inline struct folio *pfn_folio(unsigned long pfn)
{
	return page_folio(pfn_to_page(pfn));
}

static inline void *folio_address(const struct folio *folio)
{
	return page_address(&folio->page);
}

static inline phys_addr_t folio_phys(const struct folio *folio)
{
	return page_to_phys(&folio->page);
}

static inline struct folio *folio_next(struct folio *folio)
{
	return (struct folio *)folio_page(folio, folio_nr_pages(folio));
}

static inline size_t offset_in_folio(const struct folio *folio, const void *p)
{
	return (unsigned long)p & (folio_size(folio) - 1);
}

void split_page(struct page *page, unsigned int order);

/* ---- reference counts ---- */

static inline int put_page_testzero(struct page *page)
{
	VM_BUG_ON_PAGE(page_ref_count(page) == 0, page);
	return page_ref_dec_and_test(page);
}

static inline int folio_put_testzero(struct folio *folio)
{
	return put_page_testzero(&folio->page);
}

static inline bool get_page_unless_zero(struct page *page)
{
	return page_ref_add_unless(page, 1, 0);
}

void __folio_put(struct folio *folio);

static inline void folio_get(struct folio *folio)
{
	VM_BUG_ON_FOLIO(folio_ref_count(folio) <= 0, folio);
	folio_ref_inc(folio);
}

static inline void folio_put(struct folio *folio)
{
	if (folio_put_testzero(folio))
		__folio_put(folio);
}

static inline void folio_put_refs(struct folio *folio, int refs)
{
	if (folio_ref_sub_and_test(folio, refs))
		__folio_put(folio);
}

static inline void get_page(struct page *page)
{
	folio_get(page_folio(page));
}

static inline bool try_get_page(struct page *page)
{
	page = compound_head(page);
	if (WARN_ON_ONCE(page_ref_count(page) <= 0))
		return false;
	page_ref_inc(page);
	return true;
}

static inline void put_page(struct page *page)
{
	folio_put(page_folio(page));
}

static inline int page_mapcount(const struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

#define page_private(page) ((page)->private)

static inline void mark_page_reserved(struct page *page)
{
	SetPageReserved(page);
}

static inline void free_reserved_page(struct page *page)
{
	ClearPageReserved(page);
	__free_page(page);
}

bool set_page_dirty(struct page *page);
int set_page_dirty_lock(struct page *page);

/* ---- initialisation: only what was asked for ---- */

static inline bool want_init_on_alloc(gfp_t flags)
{
	return flags & __GFP_ZERO;
}

static inline bool want_init_on_free(void)
{
	return false;
}

#endif
