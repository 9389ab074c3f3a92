/* SPDX-License-Identifier: MIT */
/*
 * Fields of register values described by their mask.
 *
 * Same:    FIELD_GET, FIELD_PREP, FIELD_FIT, FIELD_MAX, FIELD_MODIFY, typed
 *          helpers.
 * Reduced: constant masks and values are checked, others are not.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BITFIELD_H
#define _DMASIM_LINUX_BITFIELD_H

#include <linux/build_bug.h>
#include <linux/bits.h>
#include <asm/byteorder.h>

#define __bf_shf(mask) (__builtin_ffsll((long long)(mask)) - 1)
#define dmasim_bf_check(mask, val)                                             \
	({                                                                     \
		BUILD_BUG_ON_MSG(!__builtin_constant_p(mask) ? 0 :             \
							       (mask) == 0,    \
				 "bitfield: empty mask");                      \
		BUILD_BUG_ON_MSG(__builtin_constant_p(val) ?                   \
					 ~((mask) >> __bf_shf(mask)) & (val) : \
					 0,                                    \
				 "bitfield: value does not fit");              \
	})

#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> __bf_shf(mask)))
#define FIELD_FIT(mask, val) \
	(!((((__typeof__(mask))(val)) << __bf_shf(mask)) & ~(mask)))
#define FIELD_PREP(mask, val)                                         \
	({                                                            \
		dmasim_bf_check(mask, val);                           \
		((__typeof__(mask))(val) << __bf_shf(mask)) & (mask); \
	})
#define FIELD_PREP_CONST(mask, val) \
	(((__typeof__(mask))(val) << __bf_shf(mask)) & (mask))
#define FIELD_GET(mask, reg)                                            \
	({                                                              \
		dmasim_bf_check(mask, 0);                               \
		(__typeof__(mask))(((reg) & (mask)) >> __bf_shf(mask)); \
	})
#define FIELD_MODIFY(mask, reg_p, val)                                    \
	({                                                                \
		dmasim_bf_check(mask, val);                               \
		*(reg_p) &= ~(mask);                                      \
		*(reg_p) |= ((__typeof__(mask))(val) << __bf_shf(mask)) & \
			    (mask);                                       \
	})

#define dmasim_bf_helpers(type, base, to, from)                                \
	static __always_inline base type##_get_bits(__##type v, base field)    \
	{                                                                      \
		return (base)((from(v) & field) >> __bf_shf(field));           \
	}                                                                      \
	static __always_inline __##type type##_encode_bits(base v, base field) \
	{                                                                      \
		return to((base)((v << __bf_shf(field)) & field));             \
	}                                                                      \
	static __always_inline __##type type##_replace_bits(                   \
		__##type old, base val, base field)                            \
	{                                                                      \
		return (__##type)((old & ~to(field)) |                         \
				  type##_encode_bits(val, field));             \
	}                                                                      \
	static __always_inline void type##p_replace_bits(__##type *p,          \
							 base val, base field) \
	{                                                                      \
		*p = type##_replace_bits(*p, val, field);                      \
	}
#define dmasim_bf_same(x) (x)

/* clang-format off */
dmasim_bf_helpers(u8, u8, dmasim_bf_same, dmasim_bf_same)
dmasim_bf_helpers(u16, u16, dmasim_bf_same, dmasim_bf_same)
dmasim_bf_helpers(u32, u32, dmasim_bf_same, dmasim_bf_same)
dmasim_bf_helpers(u64, u64, dmasim_bf_same, dmasim_bf_same)
dmasim_bf_helpers(le16, u16, cpu_to_le16, le16_to_cpu)
dmasim_bf_helpers(le32, u32, cpu_to_le32, le32_to_cpu)
dmasim_bf_helpers(le64, u64, cpu_to_le64, le64_to_cpu)
dmasim_bf_helpers(be16, u16, cpu_to_be16, be16_to_cpu)
dmasim_bf_helpers(be32, u32, cpu_to_be32, be32_to_cpu)
dmasim_bf_helpers(be64, u64, cpu_to_be64, be64_to_cpu)
/* clang-format on */

#endif
