/* SPDX-License-Identifier: MIT */
/*
 * Bits of words and of arrays of words.
 *
 * Same:    atomicity and ordering: test_and_* fully ordered, set/clear/change
 *          relaxed, _lock acquire, _unlock release, __ forms plain.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BITOPS_H
#define _DMASIM_LINUX_BITOPS_H

#include <asm/barrier.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/typecheck.h>
#if __STDC_HOSTED__
#include <strings.h> /* owns ffs() */
#else
#define ffs(x) __builtin_ffs(x)
#endif

#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_U64(nr) (((nr) + 63) / 64)
#define BITS_TO_U32(nr) (((nr) + 31) / 32)
#define BITS_TO_BYTES(nr) (((nr) + 7) / 8)
#define BYTES_TO_BITS(nb) ((nb)*BITS_PER_BYTE)

static __always_inline void set_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr),
			   __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_xor(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit_unlock(long nr,
					     volatile unsigned long *addr)
{
	__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr),
			   __ATOMIC_RELEASE);
}
#define __clear_bit_unlock(nr, addr) clear_bit_unlock(nr, addr)

static __always_inline bool test_and_set_bit(long nr,
					     volatile unsigned long *addr)
{
	return __atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr),
				 __ATOMIC_SEQ_CST) &
	       BIT_MASK(nr);
}

static __always_inline bool test_and_set_bit_lock(long nr,
						  volatile unsigned long *addr)
{
	return __atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr),
				 __ATOMIC_ACQUIRE) &
	       BIT_MASK(nr);
}

static __always_inline bool test_and_clear_bit(long nr,
					       volatile unsigned long *addr)
{
	return __atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr),
				  __ATOMIC_SEQ_CST) &
	       BIT_MASK(nr);
}

static __always_inline bool test_and_change_bit(long nr,
						volatile unsigned long *addr)
{
	return __atomic_fetch_xor(&addr[BIT_WORD(nr)], BIT_MASK(nr),
				  __ATOMIC_SEQ_CST) &
	       BIT_MASK(nr);
}

/* clears and sets bits below 7 with release; is bit 7 set afterwards? */
static __always_inline bool
xor_unlock_is_negative_byte(unsigned long mask, volatile unsigned long *p)
{
	return __atomic_fetch_xor(p, mask, __ATOMIC_RELEASE) & BIT(7);
}

static __always_inline bool test_bit(long nr,
				     const volatile unsigned long *addr)
{
	return __atomic_load_n(&addr[BIT_WORD(nr)], __ATOMIC_RELAXED) >>
		       (nr % BITS_PER_LONG) &
	       1;
}

static __always_inline bool test_bit_acquire(long nr,
					     const volatile unsigned long *addr)
{
	return __atomic_load_n(&addr[BIT_WORD(nr)], __ATOMIC_ACQUIRE) >>
		       (nr % BITS_PER_LONG) &
	       1;
}

static __always_inline void __set_bit(long nr, volatile unsigned long *addr)
{
	((unsigned long *)addr)[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static __always_inline void __clear_bit(long nr, volatile unsigned long *addr)
{
	((unsigned long *)addr)[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static __always_inline void __change_bit(long nr, volatile unsigned long *addr)
{
	((unsigned long *)addr)[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static __always_inline bool __test_and_set_bit(long nr,
					       volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)addr + BIT_WORD(nr);
	bool was = *word & BIT_MASK(nr);

	*word |= BIT_MASK(nr);
	return was;
}

static __always_inline bool __test_and_clear_bit(long nr,
						 volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)addr + BIT_WORD(nr);
	bool was = *word & BIT_MASK(nr);

	*word &= ~BIT_MASK(nr);
	return was;
}

static __always_inline bool __test_and_change_bit(long nr,
						  volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)addr + BIT_WORD(nr);
	bool was = *word & BIT_MASK(nr);

	*word ^= BIT_MASK(nr);
	return was;
}

#define assign_bit(nr, addr, value) \
	((value) ? set_bit((nr), (addr)) : clear_bit((nr), (addr)))
#define __assign_bit(nr, addr, value) \
	((value) ? __set_bit((nr), (addr)) : __clear_bit((nr), (addr)))

/* 0-based; undefined for 0 */
static __always_inline __attribute_const__ unsigned int
__ffs(unsigned long word)
{
	return (unsigned int)__builtin_ctzl(word);
}

static __always_inline __attribute_const__ unsigned int
__fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - (unsigned int)__builtin_clzl(word);
}

static __always_inline __attribute_const__ unsigned int __ffs64(u64 word)
{
	return (unsigned int)__builtin_ctzll(word);
}

static __always_inline __attribute_const__ unsigned int ffz(unsigned long word)
{
	return __ffs(~word);
}

/* 1-based; 0 for 0 */
static __always_inline __attribute_const__ int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline __attribute_const__ int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static __always_inline __attribute_const__ unsigned int
fls_long(unsigned long x)
{
	return (unsigned int)fls64(x);
}

static inline int get_bitmask_order(unsigned int count)
{
	return fls(count);
}

static inline int get_count_order(unsigned int count)
{
	return count ? fls(count - 1) : -1;
}

static inline int get_count_order_long(unsigned long l)
{
	return l ? (int)fls_long(l - 1) : -1;
}

#define hweight8(w) ((unsigned int)__builtin_popcount((u8)(w)))
#define hweight16(w) ((unsigned int)__builtin_popcount((u16)(w)))
#define hweight32(w) ((unsigned int)__builtin_popcount((u32)(w)))
#define hweight64(w) ((unsigned long)__builtin_popcountll((u64)(w)))
#define hweight_long(w) ((unsigned long)__builtin_popcountl((unsigned long)(w)))

#define dmasim_rotate(bits)                                          \
	static __always_inline u##bits rol##bits(u##bits word,       \
						 unsigned int shift) \
	{                                                            \
		return (u##bits)(word << (shift & (bits - 1)) |      \
				 word >> (-shift & (bits - 1)));     \
	}                                                            \
	static __always_inline u##bits ror##bits(u##bits word,       \
						 unsigned int shift) \
	{                                                            \
		return (u##bits)(word >> (shift & (bits - 1)) |      \
				 word << (-shift & (bits - 1)));     \
	}                                                            \
	_Static_assert(1, "takes a semicolon")

dmasim_rotate(8);
dmasim_rotate(16);
dmasim_rotate(32);
dmasim_rotate(64);

static __always_inline s32 sign_extend32(u32 value, int index)
{
	return (s32)(value << (31 - index)) >> (31 - index);
}

static __always_inline s64 sign_extend64(u64 value, int index)
{
	return (s64)(value << (63 - index)) >> (63 - index);
}

#define set_mask_bits(ptr, mask, bits)                                        \
	({                                                                    \
		const __typeof__(*(ptr)) smb_mask__ = (mask);                 \
		const __typeof__(*(ptr)) smb_bits__ = (bits);                 \
		__unqual_scalar_typeof(*(ptr))                                \
			smb_old__ = __atomic_load_n((ptr), __ATOMIC_RELAXED); \
		while (!__atomic_compare_exchange_n(                          \
			(ptr), &smb_old__,                                    \
			(smb_old__ & ~smb_mask__) | smb_bits__, 0,            \
			__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))                  \
			;                                                     \
		smb_old__;                                                    \
	})

#include <linux/find.h>

#endif
