/* SPDX-License-Identifier: MIT */
/*
 * Attributes that gcc and clang spell alike. Macros only.
 *
 * Every name is undefined first: libc's cdefs header defines some of them.
 * A name that libc uses for members (__used in <spawn.h>) asks that such a
 * header comes first.
 *
 * Same:    spelling and meaning.
 * Reduced: __counted_by and its kin are accepted and ignored: the compilers
 *          of the baseline (gcc 12, clang 14) do not have them.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_COMPILER_ATTRIBUTES_H
#define _DMASIM_LINUX_COMPILER_ATTRIBUTES_H

#undef __alias
#undef __aligned
#undef __aligned_largest
#undef __always_unused
#undef __assume_aligned
#undef __cleanup
#undef __cold
#undef __attribute_const__
#undef __copy
#undef __counted_by
#undef __counted_by_le
#undef __counted_by_be
#undef __sized_by
#undef __deprecated
#undef __designated_init
#undef __compiletime_error
#undef __compiletime_warning
#undef __flatten
#undef __gnu_inline
#undef __malloc
#undef __mode
#undef __must_check
#undef __maybe_unused
#undef __noreturn
#undef __no_stack_protector
#undef __nonstring
#undef __packed
#undef __printf
#undef __pure
#undef __scanf
#undef __section
#undef __used
#undef __visible
#undef __weak
#undef __hot
#undef __alloc_size
#undef __always_inline
#undef __fix_address
#undef __must_be_array
#undef fallthrough
#undef noinline

#define __alias(symbol) __attribute__((__alias__(#symbol)))
#define __aligned(x) __attribute__((__aligned__(x)))
#define __aligned_largest __attribute__((__aligned__))
#define __always_inline inline __attribute__((__always_inline__))
#define __always_unused __attribute__((__unused__))
#define __alloc_size(x, ...) __attribute__((__alloc_size__(x, ##__VA_ARGS__)))
#define __assume_aligned(a, ...) \
	__attribute__((__assume_aligned__(a, ##__VA_ARGS__)))
#define __attribute_const__ __attribute__((__const__))
#define __cleanup(func) __attribute__((__cleanup__(func)))
#define __cold __attribute__((__cold__))
#define __compiletime_error(msg) __attribute__((__error__(msg)))
#define __compiletime_warning(msg) __attribute__((__warning__(msg)))
#define __copy(symbol)
#define __counted_by(member)
#define __counted_by_le(member)
#define __counted_by_be(member)
#define __sized_by(member)
#define __deprecated
#define __designated_init
#define __flatten __attribute__((__flatten__))
#define __gnu_inline __attribute__((__gnu_inline__))
#define __hot __attribute__((__hot__))
#define __malloc __attribute__((__malloc__))
#define __maybe_unused __attribute__((__unused__))
#define __mode(x) __attribute__((__mode__(x)))
#define __must_check __attribute__((__warn_unused_result__))
#define __no_stack_protector
#define __nonstring
#define __noreturn __attribute__((__noreturn__))
#define __packed __attribute__((__packed__))
#define __printf(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#define __pure __attribute__((__pure__))
#define __scanf(fmt, args) __attribute__((__format__(__scanf__, fmt, args)))
#define __section(name) __attribute__((__section__(name)))
#define __used __attribute__((__used__))
#define __visible
#define __weak __attribute__((__weak__))
#define noinline __attribute__((__noinline__))
#define fallthrough __attribute__((__fallthrough__))

#endif
