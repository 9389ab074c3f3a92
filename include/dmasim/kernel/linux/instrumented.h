/* SPDX-License-Identifier: MIT */
/*
 * Hooks of sanitizers: the compiler's own do the work here.
 *
 * Same:    none.
 * Reduced: none.
 * Stub:    all.
 */
#ifndef _DMASIM_LINUX_INSTRUMENTED_H
#define _DMASIM_LINUX_INSTRUMENTED_H

#include <linux/compiler.h>
#include <linux/types.h>

static __always_inline void instrument_read(const volatile void *v, size_t size)
{
}

static __always_inline void instrument_write(const volatile void *v,
					     size_t size)
{
}

static __always_inline void instrument_atomic_read(const volatile void *v,
						   size_t size)
{
}

#endif
