/* SPDX-License-Identifier: MIT */
/*
 * Access to values at any address.
 *
 * Same:    get_unaligned, put_unaligned and the sized forms.
 * Reduced: 24- and 48-bit forms: only those listed.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_UNALIGNED_H
#define _DMASIM_LINUX_UNALIGNED_H

#include <linux/types.h>
#include <asm/byteorder.h>

#define __get_unaligned_t(type, ptr)                                    \
	({                                                              \
		const struct {                                          \
			type x;                                         \
		} __attribute__((packed)) *una__ = (const void *)(ptr); \
		una__->x;                                               \
	})

#define __put_unaligned_t(type, val, ptr)                         \
	do {                                                      \
		struct {                                          \
			type x;                                   \
		} __attribute__((packed)) *una__ = (void *)(ptr); \
		una__->x = (val);                                 \
	} while (0)

#define get_unaligned(ptr) \
	__get_unaligned_t(__unqual_scalar_typeof(*(ptr)), (ptr))
#define put_unaligned(val, ptr) \
	__put_unaligned_t(__unqual_scalar_typeof(*(ptr)), (val), (ptr))

#define dmasim_unaligned_helpers(e, bits)                                   \
	static inline u##bits get_unaligned_##e##bits(const void *p)        \
	{                                                                   \
		return e##bits##_to_cpu(__get_unaligned_t(__##e##bits, p)); \
	}                                                                   \
	static inline void put_unaligned_##e##bits(u##bits val, void *p)    \
	{                                                                   \
		__put_unaligned_t(__##e##bits, cpu_to_##e##bits(val), p);   \
	}                                                                   \
	_Static_assert(1, "takes a semicolon")

dmasim_unaligned_helpers(le, 16);
dmasim_unaligned_helpers(le, 32);
dmasim_unaligned_helpers(le, 64);
dmasim_unaligned_helpers(be, 16);
dmasim_unaligned_helpers(be, 32);
dmasim_unaligned_helpers(be, 64);

static inline u32 get_unaligned_be24(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 16 | (u32)b[1] << 8 | b[2];
}

static inline u32 get_unaligned_le24(const void *p)
{
	const u8 *b = p;

	return (u32)b[2] << 16 | (u32)b[1] << 8 | b[0];
}

static inline u64 get_unaligned_be48(const void *p)
{
	return (u64)get_unaligned_be16(p) << 32 |
	       get_unaligned_be32((const u8 *)p + 2);
}

static inline void put_unaligned_be48(u64 val, void *p)
{
	put_unaligned_be16((u16)(val >> 32), p);
	put_unaligned_be32((u32)val, (u8 *)p + 2);
}

#endif
