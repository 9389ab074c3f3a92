/* SPDX-License-Identifier: MIT */
/*
 * Atomic counters.
 *
 * Same:    values and ordering: value-returning forms are fully ordered, others
 *          and failed conditional forms relaxed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_ATOMIC_H
#define _DMASIM_LINUX_ATOMIC_H

#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC64_INIT(i) \
	{                \
		(i)      \
	}
#define ATOMIC_LONG_INIT(i) ATOMIC64_INIT(i)

typedef atomic64_t atomic_long_t;

/* clang-format off */
/*
 * One family of functions for each of atomic_t, atomic64_t, atomic_long_t.
 * P is the prefix, T the type, V the value's type.
 */
#define dmasim_atomic_op(P, T, V, op, builtin)                               \
	static __always_inline void P##_##op(V i, T *v)                      \
	{                                                                    \
		__atomic_fetch_##builtin(&v->counter, i, __ATOMIC_RELAXED);  \
	}

#define dmasim_atomic_fetch(P, T, V, op, builtin, suffix, order)             \
	static __always_inline V P##_fetch_##op##suffix(V i, T *v)           \
	{                                                                    \
		return (V)__atomic_fetch_##builtin(&v->counter, i, order);   \
	}

#define dmasim_atomic_return(P, T, V, op, builtin, suffix, order)            \
	static __always_inline V P##_##op##_return##suffix(V i, T *v)        \
	{                                                                    \
		return (V)__atomic_##builtin##_fetch(&v->counter, i, order); \
	}

#define dmasim_atomic_step(P, T, V, op, builtin, suffix, order)              \
	static __always_inline V P##_##op##_return##suffix(T *v)             \
	{                                                                    \
		return (V)__atomic_##builtin##_fetch(&v->counter, 1, order); \
	}                                                                    \
	static __always_inline V P##_fetch_##op##suffix(T *v)                \
	{                                                                    \
		return (V)__atomic_fetch_##builtin(&v->counter, 1, order);   \
	}

#define dmasim_atomic_orders(make, P, T, V, op, builtin)                     \
	make(P, T, V, op, builtin, , __ATOMIC_SEQ_CST)                       \
	make(P, T, V, op, builtin, _acquire, __ATOMIC_ACQUIRE)               \
	make(P, T, V, op, builtin, _release, __ATOMIC_RELEASE)               \
	make(P, T, V, op, builtin, _relaxed, __ATOMIC_RELAXED)

#define dmasim_atomic_xchg(P, T, V, suffix, order, fail)                     \
	static __always_inline V P##_xchg##suffix(T *v, V new)               \
	{                                                                    \
		return (V)__atomic_exchange_n(&v->counter, new, order);      \
	}                                                                    \
	static __always_inline V P##_cmpxchg##suffix(T *v, V old, V new)     \
	{                                                                    \
		__atomic_compare_exchange_n((V *)&v->counter, &old, new, 0,  \
					    order, fail);                    \
		return old;                                                  \
	}                                                                    \
	static __always_inline bool P##_try_cmpxchg##suffix(T *v, V *old,    \
							    V new)           \
	{                                                                    \
		return likely(__atomic_compare_exchange_n(                   \
			(V *)&v->counter, old, new, 0, order, fail));        \
	}

#define dmasim_atomic_family(P, T, V)                                        \
	static __always_inline V P##_read(const T *v)                        \
	{                                                                    \
		return (V)__atomic_load_n(&v->counter, __ATOMIC_RELAXED);    \
	}                                                                    \
	static __always_inline V P##_read_acquire(const T *v)                \
	{                                                                    \
		return (V)__atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);    \
	}                                                                    \
	static __always_inline void P##_set(T *v, V i)                       \
	{                                                                    \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);          \
	}                                                                    \
	static __always_inline void P##_set_release(T *v, V i)               \
	{                                                                    \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);          \
	}                                                                    \
	dmasim_atomic_op(P, T, V, add, add)                                  \
	dmasim_atomic_op(P, T, V, sub, sub)                                  \
	dmasim_atomic_op(P, T, V, and, and)                                  \
	dmasim_atomic_op(P, T, V, or, or)                                    \
	dmasim_atomic_op(P, T, V, xor, xor)                                  \
	static __always_inline void P##_andnot(V i, T *v)                    \
	{                                                                    \
		__atomic_fetch_and(&v->counter, ~i, __ATOMIC_RELAXED);       \
	}                                                                    \
	static __always_inline V P##_fetch_andnot(V i, T *v)                 \
	{                                                                    \
		return (V)__atomic_fetch_and(&v->counter, ~i,                \
					     __ATOMIC_SEQ_CST);              \
	}                                                                    \
	static __always_inline void P##_inc(T *v)                            \
	{                                                                    \
		__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);        \
	}                                                                    \
	static __always_inline void P##_dec(T *v)                            \
	{                                                                    \
		__atomic_fetch_sub(&v->counter, 1, __ATOMIC_RELAXED);        \
	}                                                                    \
	dmasim_atomic_orders(dmasim_atomic_fetch, P, T, V, add, add)         \
	dmasim_atomic_orders(dmasim_atomic_fetch, P, T, V, sub, sub)         \
	dmasim_atomic_orders(dmasim_atomic_fetch, P, T, V, and, and)         \
	dmasim_atomic_orders(dmasim_atomic_fetch, P, T, V, or, or)           \
	dmasim_atomic_orders(dmasim_atomic_fetch, P, T, V, xor, xor)         \
	dmasim_atomic_orders(dmasim_atomic_return, P, T, V, add, add)        \
	dmasim_atomic_orders(dmasim_atomic_return, P, T, V, sub, sub)        \
	dmasim_atomic_orders(dmasim_atomic_step, P, T, V, inc, add)          \
	dmasim_atomic_orders(dmasim_atomic_step, P, T, V, dec, sub)          \
	dmasim_atomic_xchg(P, T, V, , __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)    \
	dmasim_atomic_xchg(P, T, V, _acquire, __ATOMIC_ACQUIRE,              \
			   __ATOMIC_ACQUIRE)                                 \
	dmasim_atomic_xchg(P, T, V, _release, __ATOMIC_RELEASE,              \
			   __ATOMIC_RELAXED)                                 \
	dmasim_atomic_xchg(P, T, V, _relaxed, __ATOMIC_RELAXED,              \
			   __ATOMIC_RELAXED)                                 \
	static __always_inline bool P##_sub_and_test(V i, T *v)              \
	{                                                                    \
		return P##_sub_return(i, v) == 0;                            \
	}                                                                    \
	static __always_inline bool P##_dec_and_test(T *v)                   \
	{                                                                    \
		return P##_dec_return(v) == 0;                               \
	}                                                                    \
	static __always_inline bool P##_inc_and_test(T *v)                   \
	{                                                                    \
		return P##_inc_return(v) == 0;                               \
	}                                                                    \
	static __always_inline bool P##_add_negative(V i, T *v)              \
	{                                                                    \
		return P##_add_return(i, v) < 0;                             \
	}                                                                    \
	static __always_inline V P##_fetch_add_unless(T *v, V add, V unless) \
	{                                                                    \
		V seen = P##_read(v);                                        \
									     \
		while (seen != unless &&                                     \
		       !P##_try_cmpxchg(v, &seen, seen + add))               \
			;                                                    \
		return seen;                                                 \
	}                                                                    \
	static __always_inline bool P##_add_unless(T *v, V add, V unless)    \
	{                                                                    \
		return P##_fetch_add_unless(v, add, unless) != unless;       \
	}                                                                    \
	static __always_inline bool P##_inc_not_zero(T *v)                   \
	{                                                                    \
		return P##_add_unless(v, 1, 0);                              \
	}                                                                    \
	static __always_inline bool P##_inc_unless_negative(T *v)            \
	{                                                                    \
		V seen = P##_read(v);                                        \
									     \
		while (seen >= 0)                                            \
			if (P##_try_cmpxchg(v, &seen, seen + 1))             \
				return true;                                 \
		return false;                                                \
	}                                                                    \
	static __always_inline bool P##_dec_unless_positive(T *v)            \
	{                                                                    \
		V seen = P##_read(v);                                        \
									     \
		while (seen <= 0)                                            \
			if (P##_try_cmpxchg(v, &seen, seen - 1))             \
				return true;                                 \
		return false;                                                \
	}                                                                    \
	static __always_inline V P##_dec_if_positive(T *v)                   \
	{                                                                    \
		V seen = P##_read(v);                                        \
									     \
		while (seen > 0 && !P##_try_cmpxchg(v, &seen, seen - 1))     \
			;                                                    \
		return seen - 1;                                             \
	}

dmasim_atomic_family(atomic, atomic_t, int)
dmasim_atomic_family(atomic64, atomic64_t, s64)
dmasim_atomic_family(atomic_long, atomic_long_t, long)
/* clang-format on */

#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))

#endif
