/* SPDX-License-Identifier: MIT */
/*
 * <linux/highmem.h>: temporary mappings of pages, and bytes in pages.
 *
 * Same: results of every function here.
 * Reduced: no high memory: a mapping is the linear address.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_HIGHMEM_H
#define _DMASIM_LINUX_HIGHMEM_H

#include <linux/cacheflush.h>
#include <linux/mm.h>
#include <linux/string.h>

static inline void *kmap(struct page *page)
{
	return page_address(page);
}

static inline void kunmap(const struct page *page)
{
}

static inline void *kmap_local_page(const struct page *page)
{
	return page_address(page);
}

static inline void *kmap_local_page_try_from_panic(const struct page *page)
{
	return page_address(page);
}

static inline void *kmap_local_folio(const struct folio *folio, size_t offset)
{
	return page_address(&folio->page) + offset;
}

static inline void *kmap_local_page_prot(const struct page *page, pgprot_t prot)
{
	return page_address(page);
}

static inline void *kmap_local_pfn(unsigned long pfn)
{
	return pfn_to_kaddr(pfn);
}

#define kunmap_local(addr) ((void)(addr))
#define kmap_atomic(page) kmap_local_page(page)
#define kunmap_atomic(addr) ((void)(addr))

static inline bool PageHighMem(const struct page *page)
{
	return false;
}

static inline bool folio_test_highmem(const struct folio *folio)
{
	return false;
}

static inline bool folio_test_partial_kmap(const struct folio *folio)
{
	return false;
}

static inline void clear_highpage(struct page *page)
{
	clear_page(page_address(page));
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	copy_page(page_address(to), page_address(from));
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset,
				    size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memcpy(to, page_address(page) + offset, len);
}

static inline void memcpy_to_page(struct page *page, size_t offset,
				  const char *from, size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memcpy(page_address(page) + offset, from, len);
}

static inline void memcpy_page(struct page *dst_page, size_t dst_off,
			       struct page *src_page, size_t src_off,
			       size_t len)
{
	VM_BUG_ON(dst_off + len > PAGE_SIZE || src_off + len > PAGE_SIZE);
	memmove(page_address(dst_page) + dst_off,
		page_address(src_page) + src_off, len);
}

static inline void memset_page(struct page *page, size_t offset, int val,
			       size_t len)
{
	VM_BUG_ON(offset + len > PAGE_SIZE);
	memset(page_address(page) + offset, val, len);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset_page(page, offset, 0, len);
}

static inline void zero_user_segment(struct page *page, unsigned int start,
				     unsigned int end)
{
	memzero_page(page, start, end - start);
}

static inline void zero_user(struct page *page, unsigned int start,
			     unsigned int size)
{
	memzero_page(page, start, size);
}

static inline void memcpy_from_folio(char *to, struct folio *folio,
				     size_t offset, size_t len)
{
	VM_BUG_ON(offset + len > folio_size(folio));
	memcpy(to, folio_address(folio) + offset, len);
}

static inline void memcpy_to_folio(struct folio *folio, size_t offset,
				   const char *from, size_t len)
{
	VM_BUG_ON(offset + len > folio_size(folio));
	memcpy(folio_address(folio) + offset, from, len);
}

#endif
