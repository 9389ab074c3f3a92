/* SPDX-License-Identifier: MIT */
/*
 * Smaller, larger, clamped, swapped.
 *
 * Same:    results, type checks (mixing signed and unsigned does not compile).
 * Reduced: integers and floats only, no pointers.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_MINMAX_H
#define _DMASIM_LINUX_MINMAX_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#undef min
#undef max
#undef MIN
#undef MAX
#undef swap
#undef clamp

/*
 * What an operand may be compared as: bit 0 signed, bit 1 unsigned. A value
 * that promotes to int may be taken as signed, a constant that is not negative
 * as either.
 */
#define dmasim_cmp_signed(x) is_signed_type(__typeof__((x) + 0))
#define dmasim_cmp_plain(x) is_unsigned_type(__typeof__(x))
#define dmasim_cmp_const(x) \
	(__builtin_choose_expr(__is_constexpr(x), (x), -1) >= 0 ? 1 : 0)
#define dmasim_cmp_as(x)                                                  \
	((dmasim_cmp_signed(x) ? 1 : 0) | (dmasim_cmp_plain(x) ? 2 : 0) | \
	 (__is_constexpr(x) && dmasim_cmp_const(x) ? 3 : 0))
#define dmasim_cmp_check(x, y, what)                        \
	_Static_assert(dmasim_cmp_as(x) & dmasim_cmp_as(y), \
		       what "(" #x ", " #y ") mixes signed and unsigned")

/* in the common type; the casts only keep -Wsign-compare quiet */
#define dmasim_cmp_common(a, b, v) ((__typeof__((a) + (b)))(v))
#define dmasim_cmp_lt(a, b)                                        \
	(dmasim_cmp_common(a, b, a) < dmasim_cmp_common(a, b, b) ? \
		 dmasim_cmp_common(a, b, a) :                      \
		 dmasim_cmp_common(a, b, b))
#define dmasim_cmp_gt(a, b)                                        \
	(dmasim_cmp_common(a, b, a) > dmasim_cmp_common(a, b, b) ? \
		 dmasim_cmp_common(a, b, a) :                      \
		 dmasim_cmp_common(a, b, b))

#define dmasim_cmp_once(op, x, y, ux, uy, what) \
	({                                      \
		dmasim_cmp_check(x, y, what);   \
		__auto_type ux = (x);           \
		__auto_type uy = (y);           \
		op(ux, uy);                     \
	})
#define dmasim_cmp(op, x, y, what) \
	dmasim_cmp_once(op, x, y, __UNIQUE_ID(x_), __UNIQUE_ID(y_), what)

#define min(x, y) dmasim_cmp(dmasim_cmp_lt, x, y, "min")
#define max(x, y) dmasim_cmp(dmasim_cmp_gt, x, y, "max")
#define min3(x, y, z) min((__typeof__(x))min(x, y), z)
#define max3(x, y, z) max((__typeof__(x))max(x, y), z)

/* compared as unsigned; for values that are known not to be negative */
#define umin(x, y)                                                \
	((__typeof__((x) + (y)))min((u64)((x) + 0u + 0ul + 0ull), \
				    (u64)((y) + 0u + 0ul + 0ull)))
#define umax(x, y)                                                \
	((__typeof__((x) + (y)))max((u64)((x) + 0u + 0ul + 0ull), \
				    (u64)((y) + 0u + 0ul + 0ull)))

#define dmasim_cmp_type(op, type, x, y, ux, uy) \
	({                                      \
		type ux = (type)(x);            \
		type uy = (type)(y);            \
		op(ux, uy);                     \
	})
#define min_t(type, x, y)                                           \
	dmasim_cmp_type(dmasim_cmp_lt, type, x, y, __UNIQUE_ID(x_), \
			__UNIQUE_ID(y_))
#define max_t(type, x, y)                                           \
	dmasim_cmp_type(dmasim_cmp_gt, type, x, y, __UNIQUE_ID(x_), \
			__UNIQUE_ID(y_))

#define dmasim_min_not_zero(x, y, ux, uy)                    \
	({                                                   \
		__auto_type ux = (x);                        \
		__auto_type uy = (y);                        \
		ux == 0 ? uy : (uy == 0 ? ux : min(ux, uy)); \
	})
#define min_not_zero(x, y) \
	dmasim_min_not_zero(x, y, __UNIQUE_ID(x_), __UNIQUE_ID(y_))

#define dmasim_clamp(val, lo, hi, uval, ulo, uhi)             \
	({                                                    \
		dmasim_cmp_check(val, lo, "clamp");           \
		dmasim_cmp_check(val, hi, "clamp");           \
		__auto_type uval = (val);                     \
		__auto_type ulo = (lo);                       \
		__auto_type uhi = (hi);                       \
		dmasim_cmp_lt(dmasim_cmp_gt(uval, ulo), uhi); \
	})
#define clamp(val, lo, hi)                                          \
	dmasim_clamp(val, lo, hi, __UNIQUE_ID(v_), __UNIQUE_ID(l_), \
		     __UNIQUE_ID(h_))
#define dmasim_clamp_t(type, val, lo, hi, uval, ulo, uhi)       \
	({                                                      \
		type uval = (type)(val);                        \
		type ulo = (type)(lo);                          \
		type uhi = (type)(hi);                          \
		uval >= uhi ? uhi : (uval <= ulo ? ulo : uval); \
	})
#define clamp_t(type, val, lo, hi)                                          \
	dmasim_clamp_t(type, val, lo, hi, __UNIQUE_ID(v_), __UNIQUE_ID(l_), \
		       __UNIQUE_ID(h_))
#define clamp_val(val, lo, hi) clamp_t(__typeof__(val), val, lo, hi)

#define dmasim_swap(a, b, tmp)         \
	do {                           \
		__auto_type tmp = (a); \
		(a) = (b);             \
		(b) = tmp;             \
	} while (0)
#define swap(a, b) dmasim_swap(a, b, __UNIQUE_ID(swap_))

static __always_inline bool in_range64(u64 val, u64 start, u64 len)
{
	return val - start < len;
}

static __always_inline bool in_range32(u32 val, u32 start, u32 len)
{
	return val - start < len;
}

#define in_range(val, start, len)                                     \
	((sizeof(start) | sizeof(len) | sizeof(val)) <= sizeof(u32) ? \
		 in_range32(val, start, len) :                        \
		 in_range64(val, start, len))

/* constant expressions; arguments are evaluated twice */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN_T(type, a, b) MIN((type)(a), (type)(b))
#define MAX_T(type, a, b) MAX((type)(a), (type)(b))

#define dmasim_extreme_array(op, array, len)                            \
	({                                                              \
		__typeof__(&(array)[0]) arr__ = (array);                \
		size_t arr_left__ = (len);                              \
		__unqual_scalar_typeof((array)[0])                      \
			arr_best__ = arr__[--arr_left__];               \
		while (arr_left__--)                                    \
			arr_best__ = op(arr_best__, arr__[arr_left__]); \
		arr_best__;                                             \
	})
#define min_array(array, len) dmasim_extreme_array(dmasim_cmp_lt, array, len)
#define max_array(array, len) dmasim_extreme_array(dmasim_cmp_gt, array, len)

#endif
