/* SPDX-License-Identifier: MIT */
/*
 * What code says to the compiler: branches, single accesses, barriers.
 *
 * Same:    names and meaning.
 * Reduced: no branch profiling.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_COMPILER_H
#define _DMASIM_LINUX_COMPILER_H

#include <linux/compiler_types.h>
#include <asm/rwonce.h>

#ifndef __ASSEMBLY__

/* A signal fence orders as far as the compiler is concerned, and TSan knows. */
#define barrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define barrier_data(ptr) barrier()
#define barrier_before_unreachable() \
	do {                         \
	} while (0)

#define unreachable() __builtin_unreachable()
#define annotate_unreachable() \
	do {                   \
	} while (0)

/* Hides where a pointer comes from; integer arithmetic has no object bounds. */
#define RELOC_HIDE(ptr, off) \
	((__typeof__(ptr))((unsigned long)(ptr) + (unsigned long)(off)))
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "+r"(var))
#define absolute_pointer(val) RELOC_HIDE((void *)(val), 0)

#define data_race(expr) (expr)
#define ASSERT_EXCLUSIVE_WRITER(var) ((void)0)
#define ASSERT_EXCLUSIVE_ACCESS(var) ((void)0)

#define prevent_tail_call_optimization() barrier()

/* 1 for an integer constant expression, also in the preprocessor's absence */
#define __is_constexpr(x) \
	(sizeof(int) == sizeof(*(8 ? ((void *)((long)(x)*0l)) : (int *)8)))
#define is_signed_type(type) (((type)(-1)) < (__force type)1)
#define is_unsigned_type(type) (!is_signed_type(type))
#define statically_true(x) (__builtin_constant_p(x) && (x))
#define const_true(x) __builtin_choose_expr(__is_constexpr(x), x, 0)

#define __must_be_array(a) \
	((int)sizeof(struct { int : (-!!(__same_type((a), &(a)[0]))); }))

#define __ADDRESSABLE(sym) \
	static void *__used __UNIQUE_ID(addressable) = (void *)&sym;

#define offset_to_ptr(off) ((void *)((unsigned long)(off) + *(off)))

#endif
#endif
