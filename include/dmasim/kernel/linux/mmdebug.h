/* SPDX-License-Identifier: MIT */
/*
 * <linux/mmdebug.h>: assertions on pages.
 *
 * Same: names; they assert in DMASIM_DEBUG builds only.
 * Reduced: dump_page() writes one line.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MMDEBUG_H
#define _DMASIM_LINUX_MMDEBUG_H

#include <linux/bug.h>
#include <linux/stringify.h>

struct page;
struct vm_area_struct;
struct mm_struct;

void dump_page(const struct page *page, const char *reason);

#ifdef DMASIM_DEBUG
#define VM_BUG_ON(cond) BUG_ON(cond)
#define VM_BUG_ON_PAGE(cond, page)                          \
	do {                                                \
		if (unlikely(cond)) {                       \
			dump_page(page, __stringify(cond)); \
			BUG();                              \
		}                                           \
	} while (0)
#define VM_BUG_ON_FOLIO(cond, folio) VM_BUG_ON_PAGE(cond, &(folio)->page)
#define VM_WARN_ON(cond) (void)WARN_ON(cond)
#define VM_WARN_ON_ONCE(cond) (void)WARN_ON_ONCE(cond)
#define VM_WARN_ON_ONCE_PAGE(cond, page) WARN_ON_ONCE(cond)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio) WARN_ON_ONCE(cond)
#else
#define VM_BUG_ON(cond) ((void)sizeof(!!(cond)))
#define VM_BUG_ON_PAGE(cond, page) VM_BUG_ON(cond)
#define VM_BUG_ON_FOLIO(cond, folio) VM_BUG_ON(cond)
#define VM_WARN_ON(cond) ((void)sizeof(!!(cond)))
#define VM_WARN_ON_ONCE(cond) ((void)sizeof(!!(cond)))
#define VM_WARN_ON_ONCE_PAGE(cond, page) ((void)sizeof(!!(cond)), 0)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio) ((void)sizeof(!!(cond)), 0)
#endif

#endif
