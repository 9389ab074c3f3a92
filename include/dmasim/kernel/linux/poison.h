/* SPDX-License-Identifier: MIT */
/*
 * Values that mark memory that is not in use.
 *
 * Same:    all listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_POISON_H
#define _DMASIM_LINUX_POISON_H

#define POISON_POINTER_DELTA 0xdead000000000000UL
#define LIST_POISON1 ((void *)(0x100 + POISON_POINTER_DELTA))
#define LIST_POISON2 ((void *)(0x122 + POISON_POINTER_DELTA))
#define TIMER_ENTRY_STATIC ((void *)(0x300 + POISON_POINTER_DELTA))
#define PAGE_POISON 0xaa
#define SLUB_RED_INACTIVE 0xbb
#define SLUB_RED_ACTIVE 0xcc
#define POISON_INUSE 0x5a
#define POISON_FREE 0x6b
#define POISON_END 0xa5
#define POOL_POISON_FREED 0xa7
#define POOL_POISON_ALLOCATED 0xa9
#define MUTEX_POISON_WW_CTX ((void *)(0x500 + POISON_POINTER_DELTA))

#endif
