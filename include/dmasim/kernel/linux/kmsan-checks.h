/* SPDX-License-Identifier: MIT */
/*
 * Memory sanitizer hooks.
 *
 * Same:    none.
 * Reduced: none.
 * Stub:    all.
 */
#ifndef _DMASIM_LINUX_KMSAN_CHECKS_H
#define _DMASIM_LINUX_KMSAN_CHECKS_H

#include <linux/types.h>

static inline void kmsan_poison_memory(const void *address, size_t size,
				       gfp_t flags)
{
}

static inline void kmsan_unpoison_memory(const void *address, size_t size)
{
}

static inline void kmsan_check_memory(const void *address, size_t size)
{
}

#endif
