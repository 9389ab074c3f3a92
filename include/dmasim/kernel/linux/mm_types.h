/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm_types.h>: struct page, struct folio, address spaces.
 *
 * Same: 64 bytes per struct page; the members that drivers and the DMA layer
 *	use, in the kernel's order.
 * Reduced: one interpretation of the second to sixth word besides compound
 *	tail, ZONE_DEVICE and RCU; struct mm_struct and vm_area_struct have
 *	fields but nothing acts on them yet.
 * Stub: nothing.
 *
 * A struct page of all zeroes is valid: RAM that was never allocated.
 */
#ifndef _DMASIM_LINUX_MM_TYPES_H
#define _DMASIM_LINUX_MM_TYPES_H

#include <asm/page.h>
#include <asm/pgtable.h>
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/list.h>
#include <linux/rwsem.h>
#include <linux/spinlock_types.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct address_space;
struct dev_pagemap;
struct file;
struct kmem_cache;
struct mmu_notifier_subscriptions;
struct vm_operations_struct;

/**
 * struct page - descriptor of one page frame
 * @flags: enum pageflags; the upper half belongs to the page allocator
 * @lru: list linkage for whoever owns the page
 * @mapping: owner's
 * @index: owner's
 * @private: owner's
 * @compound_head: in tail pages: address of the head page plus 1
 * @zone_device_data: of the driver that owns a ZONE_DEVICE page
 * @_mapcount: mappings of it into address spaces, minus one
 * @_refcount: users; the page is free at 0
 */
struct page {
	unsigned long flags;
	union {
		struct {
			union {
				struct list_head lru;
				struct list_head buddy_list;
				struct list_head pcp_list;
			};
			struct address_space *mapping;
			union {
				pgoff_t index;
				unsigned long share;
			};
			unsigned long private;
		};
		struct {
			unsigned long compound_head;
		};
		struct {
			void *_unused_pgmap_compound_head;
			void *zone_device_data;
		};
		struct rcu_head rcu_head;
	};
	union {
		unsigned int page_type;
		atomic_t _mapcount;
	};
	atomic_t _refcount;
	unsigned long memcg_data;
} __aligned(2 * sizeof(unsigned long));

static_assert(sizeof(struct page) == 64);

/**
 * struct folio - one page, or a compound page seen as a whole
 * @page: the head page; the members before it are another view of it
 * @__page_1: first tail page, exists only if the folio is large
 * @_flags_1: allocation order in the low byte
 * @_nr_pages: number of pages of a large folio
 */
struct folio {
	union {
		struct {
			unsigned long flags;
			union {
				struct list_head lru;
				struct dev_pagemap *pgmap;
			};
			struct address_space *mapping;
			union {
				pgoff_t index;
				unsigned long share;
			};
			union {
				void *private;
			};
			atomic_t _mapcount;
			atomic_t _refcount;
			unsigned long memcg_data;
		};
		struct page page;
	};
	union {
		struct {
			unsigned long _flags_1;
			unsigned long _head_1;
			unsigned long _nr_pages;
		};
		struct page __page_1;
	};
};

#define DMASIM_FOLIO_MATCH(pg, fl) \
	static_assert(offsetof(struct page, pg) == offsetof(struct folio, fl))
DMASIM_FOLIO_MATCH(flags, flags);
DMASIM_FOLIO_MATCH(lru, lru);
DMASIM_FOLIO_MATCH(mapping, mapping);
DMASIM_FOLIO_MATCH(compound_head, lru);
DMASIM_FOLIO_MATCH(index, index);
DMASIM_FOLIO_MATCH(private, private);
DMASIM_FOLIO_MATCH(_mapcount, _mapcount);
DMASIM_FOLIO_MATCH(_refcount, _refcount);
#undef DMASIM_FOLIO_MATCH

typedef unsigned long vm_flags_t;
typedef unsigned int __bitwise vm_fault_t;

/**
 * struct vm_area_struct - a range of a process's address space
 */
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	union {
		const vm_flags_t vm_flags;
		vm_flags_t __vm_flags;
	};
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;
	struct file *vm_file;
	void *vm_private_data;
};

/**
 * struct mm_struct - an address space
 */
struct mm_struct {
	atomic_t mm_users;
	atomic_t mm_count;
	atomic64_t pinned_vm;
	struct rw_semaphore mmap_lock;
	spinlock_t page_table_lock;
	unsigned long total_vm;
	unsigned long locked_vm;
	struct mmu_notifier_subscriptions *notifier_subscriptions;
};

/* clang-format off */
enum vm_fault_reason {
	VM_FAULT_OOM		= (__force vm_fault_t)0x000001,
	VM_FAULT_SIGBUS		= (__force vm_fault_t)0x000002,
	VM_FAULT_MAJOR		= (__force vm_fault_t)0x000004,
	VM_FAULT_HWPOISON	= (__force vm_fault_t)0x000010,
	VM_FAULT_SIGSEGV	= (__force vm_fault_t)0x000040,
	VM_FAULT_NOPAGE		= (__force vm_fault_t)0x000100,
	VM_FAULT_LOCKED		= (__force vm_fault_t)0x000200,
	VM_FAULT_RETRY		= (__force vm_fault_t)0x000400,
	VM_FAULT_FALLBACK	= (__force vm_fault_t)0x000800,
};
/* clang-format on */

#endif
