/* SPDX-License-Identifier: MIT */
/*
 * The processor as far as portable code asks.
 *
 * Same:    cpu_relax().
 * Reduced: prefetches are hints to the compiler; no CPU identification.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_PROCESSOR_H
#define _DMASIM_ASM_PROCESSOR_H

#include <asm/vdso/processor.h>

#define prefetch(x) __builtin_prefetch(x)
#define prefetchw(x) __builtin_prefetch(x, 1)

#endif
