/* SPDX-License-Identifier: MIT */
/*
 * Conversion between the CPU's and a fixed byte order.
 *
 * Same:    all of cpu_to_{le,be}{16,32,64} and back, p, s and _add_cpu forms.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_BYTEORDER_H
#define _DMASIM_ASM_BYTEORDER_H

#include <linux/types.h>
#include <linux/swab.h>
#if __STDC_HOSTED__
#include_next <asm/byteorder.h>
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define DMASIM_LE(bits, x) ((u##bits)(x))
#define DMASIM_BE(bits, x) ((u##bits)__builtin_bswap##bits((u##bits)(x)))
#else
#define DMASIM_LE(bits, x) ((u##bits)__builtin_bswap##bits((u##bits)(x)))
#define DMASIM_BE(bits, x) ((u##bits)(x))
#endif

#define cpu_to_le16(x) ((__force __le16)DMASIM_LE(16, x))
#define le16_to_cpu(x) DMASIM_LE(16, x)
#define cpu_to_le32(x) ((__force __le32)DMASIM_LE(32, x))
#define le32_to_cpu(x) DMASIM_LE(32, x)
#define cpu_to_le64(x) ((__force __le64)DMASIM_LE(64, x))
#define le64_to_cpu(x) DMASIM_LE(64, x)
#define cpu_to_be16(x) ((__force __be16)DMASIM_BE(16, x))
#define be16_to_cpu(x) DMASIM_BE(16, x)
#define cpu_to_be32(x) ((__force __be32)DMASIM_BE(32, x))
#define be32_to_cpu(x) DMASIM_BE(32, x)
#define cpu_to_be64(x) ((__force __be64)DMASIM_BE(64, x))
#define be64_to_cpu(x) DMASIM_BE(64, x)

/* the spellings that structures shared with user space use */
#if !__STDC_HOSTED__
#define __cpu_to_le16(x) cpu_to_le16(x)
#define __le16_to_cpu(x) le16_to_cpu(x)
#define __constant_cpu_to_le16(x) cpu_to_le16(x)
#define __cpu_to_le32(x) cpu_to_le32(x)
#define __le32_to_cpu(x) le32_to_cpu(x)
#define __constant_cpu_to_le32(x) cpu_to_le32(x)
#define __cpu_to_le64(x) cpu_to_le64(x)
#define __le64_to_cpu(x) le64_to_cpu(x)
#define __constant_cpu_to_le64(x) cpu_to_le64(x)
#define __cpu_to_be16(x) cpu_to_be16(x)
#define __be16_to_cpu(x) be16_to_cpu(x)
#define __constant_cpu_to_be16(x) cpu_to_be16(x)
#define __cpu_to_be32(x) cpu_to_be32(x)
#define __be32_to_cpu(x) be32_to_cpu(x)
#define __constant_cpu_to_be32(x) cpu_to_be32(x)
#define __cpu_to_be64(x) cpu_to_be64(x)
#define __be64_to_cpu(x) be64_to_cpu(x)
#define __constant_cpu_to_be64(x) cpu_to_be64(x)
#endif

#define dmasim_byteorder_helpers(e, bits)                                   \
	static inline __##e##bits cpu_to_##e##bits##p(const u##bits *p)     \
	{                                                                   \
		return cpu_to_##e##bits(*p);                                \
	}                                                                   \
	static inline u##bits e##bits##_to_cpup(const __##e##bits *p)       \
	{                                                                   \
		return e##bits##_to_cpu(*p);                                \
	}                                                                   \
	static inline void cpu_to_##e##bits##s(u##bits *p)                  \
	{                                                                   \
		*p = (__force u##bits)cpu_to_##e##bits(*p);                 \
	}                                                                   \
	static inline void e##bits##_to_cpus(u##bits *p)                    \
	{                                                                   \
		*p = e##bits##_to_cpu((__force __##e##bits) * p);           \
	}                                                                   \
	static inline void e##bits##_add_cpu(__##e##bits *var, u##bits val) \
	{                                                                   \
		*var = cpu_to_##e##bits(e##bits##_to_cpu(*var) + val);      \
	}

/* clang-format off */
dmasim_byteorder_helpers(le, 16)
dmasim_byteorder_helpers(le, 32)
dmasim_byteorder_helpers(le, 64)
dmasim_byteorder_helpers(be, 16)
dmasim_byteorder_helpers(be, 32)
dmasim_byteorder_helpers(be, 64)
/* clang-format on */

#endif
