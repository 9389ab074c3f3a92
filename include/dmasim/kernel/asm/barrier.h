/* SPDX-License-Identifier: MIT */
/*
 * Memory barriers as C11 fences, acquire and release accesses.
 *
 * Same:    ordering guarantees.
 * Reduced: device and SMP barriers are the same thing.
 * Stub:    pmem_wmb() is a store fence.
 */
#ifndef _DMASIM_ASM_BARRIER_H
#define _DMASIM_ASM_BARRIER_H

#include <linux/compiler.h>

#ifdef __SANITIZE_THREAD__
#define DMASIM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DMASIM_TSAN 1
#endif
#endif

/* TSan does not model fences; an atomic on one shared word orders as much. */
extern unsigned int dmasim_fence_word;

#ifdef DMASIM_TSAN
#define dmasim_fence(order) \
	((void)__atomic_fetch_add(&dmasim_fence_word, 0, __ATOMIC_SEQ_CST))
#else
#define dmasim_fence(order) __atomic_thread_fence(order)
#endif

#define mb() dmasim_fence(__ATOMIC_SEQ_CST)
#define rmb() dmasim_fence(__ATOMIC_ACQUIRE)
#define wmb() dmasim_fence(__ATOMIC_RELEASE)
#define dma_mb() mb()
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define io_stop_wc() \
	do {         \
	} while (0)
#define pmem_wmb() wmb()
#define __smp_mb() mb()
#define smp_mb() mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#if defined(__x86_64__) && !defined(DMASIM_TSAN)
/* a locked instruction is a full barrier already */
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define smp_mb__after_spinlock() barrier()
#else
#define smp_mb__before_atomic() mb()
#define smp_mb__after_atomic() mb()
#define smp_mb__after_spinlock() mb()
#endif
#define smp_mb__after_unlock_lock() mb()
#define smp_acquire__after_ctrl_dep() smp_rmb()

#define smp_load_acquire(p)                                             \
	({                                                              \
		__unqual_scalar_typeof(*(p))                            \
			acq__ = __atomic_load_n((p), __ATOMIC_ACQUIRE); \
		acq__;                                                  \
	})

#define smp_store_release(p, v)                                 \
	do {                                                    \
		__unqual_scalar_typeof(*(p)) rel__ = (v);       \
		__atomic_store_n((p), rel__, __ATOMIC_RELEASE); \
	} while (0)

#define smp_store_mb(var, value)                                     \
	do {                                                         \
		__unqual_scalar_typeof(var) mb__ = (value);          \
		__atomic_exchange_n(&(var), mb__, __ATOMIC_SEQ_CST); \
	} while (0)

#define smp_cond_load_relaxed(ptr, cond)                 \
	({                                               \
		__unqual_scalar_typeof(*(ptr)) VAL;      \
		while (VAL = READ_ONCE(*(ptr)), !(cond)) \
			cpu_relax();                     \
		VAL;                                     \
	})

#define smp_cond_load_acquire(ptr, cond)                     \
	({                                                   \
		__unqual_scalar_typeof(*(ptr)) VAL;          \
		while (VAL = smp_load_acquire(ptr), !(cond)) \
			cpu_relax();                         \
		VAL;                                         \
	})

#define array_index_mask_nospec(index, size) ((index) < (size) ? ~0UL : 0UL)
#define barrier_nospec() barrier()

#include <asm/vdso/processor.h>

#endif
