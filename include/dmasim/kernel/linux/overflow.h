/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic that says when it overflows; sizes of structures with arrays.
 *
 * Same:    all listed; size helpers saturate at SIZE_MAX.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_OVERFLOW_H
#define _DMASIM_LINUX_OVERFLOW_H

#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/types.h>

static inline bool __must_check __must_check_overflow(bool overflow)
{
	return unlikely(overflow);
}

#define check_add_overflow(a, b, d) \
	__must_check_overflow(__builtin_add_overflow(a, b, d))
#define check_sub_overflow(a, b, d) \
	__must_check_overflow(__builtin_sub_overflow(a, b, d))
#define check_mul_overflow(a, b, d) \
	__must_check_overflow(__builtin_mul_overflow(a, b, d))
/* x < 0, without a warning for unsigned types */
#define dmasim_is_negative(x) (!((x) >= 1 || (x) == 0))

#define check_shl_overflow(a, s, d)                                            \
	__must_check_overflow(({                                               \
		__auto_type shl_a__ = (a);                                     \
		int shl_s__ = (int)(s);                                        \
		bool shl_bad__ = shl_s__ < 0 || dmasim_is_negative(shl_a__) || \
				 shl_s__ >= (int)(8 * sizeof(*(d)));           \
		__unqual_scalar_typeof(*(d)) shl_r__ =                         \
			shl_bad__ ? 0 :                                        \
				    (__unqual_scalar_typeof(*(d)))(            \
					    (u64)shl_a__ << shl_s__);          \
		*(d) = shl_r__;                                                \
		shl_bad__ || dmasim_is_negative(shl_r__) ||                    \
			(u64)(shl_r__ >> shl_s__) != (u64)shl_a__;             \
	}))

#define __type_half_max(type) \
	((type)1 << (8 * sizeof(type) - 1 - is_signed_type(type)))
#define __type_max(T) ((T)((__type_half_max(T) - 1) + __type_half_max(T)))
#define type_max(t) __type_max(__typeof__(t))
#define __type_min(T) ((T)((T)-type_max(T) - (T)1))
#define type_min(t) __type_min(__typeof__(t))

#define wrapping_add(type, a, b)                           \
	({                                                 \
		type wrap_val__;                           \
		__builtin_add_overflow(a, b, &wrap_val__); \
		wrap_val__;                                \
	})
#define wrapping_sub(type, a, b)                           \
	({                                                 \
		type wrap_val__;                           \
		__builtin_sub_overflow(a, b, &wrap_val__); \
		wrap_val__;                                \
	})
#define wrapping_mul(type, a, b)                           \
	({                                                 \
		type wrap_val__;                           \
		__builtin_mul_overflow(a, b, &wrap_val__); \
		wrap_val__;                                \
	})
#define wrapping_assign_add(var, offset) \
	((var) = wrapping_add(__typeof__(var), var, offset))
#define wrapping_assign_sub(var, offset) \
	((var) = wrapping_sub(__typeof__(var), var, offset))

#define overflows_type(n, T)                            \
	({                                              \
		__typeof__(T) ovf_t__;                  \
		__builtin_add_overflow(n, 0, &ovf_t__); \
	})
#define castable_to_type(n, T) (!overflows_type(n, T))

static inline size_t __must_check size_mul(size_t factor1, size_t factor2)
{
	size_t bytes;

	return check_mul_overflow(factor1, factor2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_add(size_t addend1, size_t addend2)
{
	size_t bytes;

	return check_add_overflow(addend1, addend2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_sub(size_t minuend, size_t subtrahend)
{
	size_t bytes;

	if (minuend == SIZE_MAX || subtrahend == SIZE_MAX ||
	    check_sub_overflow(minuend, subtrahend, &bytes))
		return SIZE_MAX;
	return bytes;
}

#define array_size(a, b) size_mul(a, b)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define flex_array_size(p, member, count)                     \
	__builtin_choose_expr(__is_constexpr(count),          \
			      (count) * sizeof(*(p)->member), \
			      size_mul(count, sizeof(*(p)->member)))
#define struct_size(p, member, count)                                        \
	__builtin_choose_expr(__is_constexpr(count),                         \
			      sizeof(*(p)) + (count) * sizeof(*(p)->member), \
			      size_add(sizeof(*(p)),                         \
				       flex_array_size(p, member, count)))
#define struct_size_t(type, member, count) \
	struct_size((type *)NULL, member, count)
#define struct_offset(p, member) (offsetof(__typeof__(*(p)), member))

#define _DEFINE_FLEX(type, name, member, count, trailer...)   \
	union {                                               \
		u8 bytes[struct_size_t(type, member, count)]; \
		type obj;                                     \
	} name##_u = {};                                      \
	type *name = (type *)&name##_u
#define DEFINE_RAW_FLEX(type, name, member, count) \
	_DEFINE_FLEX(type, name, member, count)
#define DEFINE_FLEX(type, name, member, counter, count) \
	_DEFINE_FLEX(type, name, member, count);        \
	name->counter = (count)

#endif
