/* SPDX-License-Identifier: MIT */
/*
 * Exchange and compare-exchange on plain words and pointers.
 *
 * Same:    full ordering unless the name says otherwise; the old value is the
 *          result; try_ variants update *oldp on failure.
 * Reduced: sizes 1, 2, 4 and 8; no 16-byte variant.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_CMPXCHG_H
#define _DMASIM_ASM_CMPXCHG_H

#include <linux/compiler.h>

#define dmasim_xchg(ptr, new, order)                           \
	({                                                     \
		__unqual_scalar_typeof(*(ptr)) xchg__ = (new); \
		__atomic_exchange_n((ptr), xchg__, order);     \
	})

#define dmasim_cmpxchg(ptr, old, new, ok, fail)                              \
	({                                                                   \
		__unqual_scalar_typeof(*(ptr)) cmp_old__ = (old);            \
		__unqual_scalar_typeof(*(ptr)) cmp_new__ = (new);            \
		__atomic_compare_exchange_n((ptr), &cmp_old__, cmp_new__, 0, \
					    ok, fail);                       \
		cmp_old__;                                                   \
	})

#define dmasim_try_cmpxchg(ptr, oldp, new, ok, fail)                         \
	({                                                                   \
		__unqual_scalar_typeof(*(ptr)) try_new__ = (new);            \
		likely(__atomic_compare_exchange_n((ptr), (oldp), try_new__, \
						   0, ok, fail));            \
	})

#define xchg(p, n) dmasim_xchg(p, n, __ATOMIC_SEQ_CST)
#define xchg_acquire(p, n) dmasim_xchg(p, n, __ATOMIC_ACQUIRE)
#define xchg_release(p, n) dmasim_xchg(p, n, __ATOMIC_RELEASE)
#define xchg_relaxed(p, n) dmasim_xchg(p, n, __ATOMIC_RELAXED)

#define cmpxchg(p, o, n) \
	dmasim_cmpxchg(p, o, n, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define cmpxchg_acquire(p, o, n) \
	dmasim_cmpxchg(p, o, n, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)
#define cmpxchg_release(p, o, n) \
	dmasim_cmpxchg(p, o, n, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define cmpxchg_relaxed(p, o, n) \
	dmasim_cmpxchg(p, o, n, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define cmpxchg_local(p, o, n) cmpxchg_relaxed(p, o, n)
#define sync_cmpxchg(p, o, n) cmpxchg(p, o, n)

#define try_cmpxchg(p, o, n) \
	dmasim_try_cmpxchg(p, o, n, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define try_cmpxchg_acquire(p, o, n) \
	dmasim_try_cmpxchg(p, o, n, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(p, o, n) \
	dmasim_try_cmpxchg(p, o, n, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define try_cmpxchg_relaxed(p, o, n) \
	dmasim_try_cmpxchg(p, o, n, __ATOMIC_RELAXED, __ATOMIC_RELAXED)

#define cmpxchg64(p, o, n) cmpxchg(p, o, n)
#define cmpxchg64_acquire(p, o, n) cmpxchg_acquire(p, o, n)
#define cmpxchg64_release(p, o, n) cmpxchg_release(p, o, n)
#define cmpxchg64_relaxed(p, o, n) cmpxchg_relaxed(p, o, n)
#define cmpxchg64_local(p, o, n) cmpxchg_relaxed(p, o, n)
#define try_cmpxchg64(p, o, n) try_cmpxchg(p, o, n)
#define try_cmpxchg64_acquire(p, o, n) try_cmpxchg_acquire(p, o, n)
#define try_cmpxchg64_release(p, o, n) try_cmpxchg_release(p, o, n)
#define try_cmpxchg64_relaxed(p, o, n) try_cmpxchg_relaxed(p, o, n)
#define try_cmpxchg64_local(p, o, n) try_cmpxchg_relaxed(p, o, n)

#endif
