/* SPDX-License-Identifier: MIT */
/*
 * Words that annotate types and functions. Macros only.
 *
 * Same:    all annotations that 6.17 driver code uses.
 * Reduced: address spaces (__iomem, __user, __percpu, __rcu) and locking
 *          annotations mean nothing to gcc and clang, as in the kernel.
 * Stub:    instrumentation switches (__no_kcsan and the like).
 */
#ifndef _DMASIM_LINUX_COMPILER_TYPES_H
#define _DMASIM_LINUX_COMPILER_TYPES_H

#include <linux/compiler_attributes.h>

#undef __user
#undef __iomem
#undef __percpu
#undef __rcu
#undef __kernel
#undef __force
#undef __nocast
#undef __safe
#undef __private
#undef __bitwise
#undef __bitwise__

#define __user
#define __iomem
#define __percpu
#define __rcu
#define __kernel
#define __force
#define __nocast
#define __safe
#define __private
#define __bitwise
#define __bitwise__
#define __chk_user_ptr(x) ((void)0)
#define __chk_io_ptr(x) ((void)0)
#define ACCESS_PRIVATE(p, member) ((p)->member)

#define __must_hold(x)
#define __acquires(x)
#define __cond_acquires(x)
#define __releases(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __cond_lock(x, c) (c)
#define __guarded_by(...)
#define __pt_guarded_by(...)

#undef __inline_maybe_unused
#define noinline_for_stack noinline
#define noinline_for_tracing noinline
#define __no_kcsan
#define __no_sanitize_or_inline __always_inline
#define __no_kasan_or_inline __always_inline
#define __no_sanitize_address
#define __no_sanitize_thread
#define __no_sanitize_memory
#define __nocfi
#define __noscs
#define notrace
#define noinstr noinline
#define __latent_entropy
#define __randomize_layout
#define __no_randomize_layout
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define asmlinkage
#define asm_inline asm
#define __diag_push()
#define __diag_pop()
#define __diag_ignore_all(option, comment)

#undef likely
#undef unlikely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define __UNIQUE_ID_PASTE_(prefix, n) __UNIQUE_ID_##prefix##n
#define __UNIQUE_ID_PASTE(prefix, n) __UNIQUE_ID_PASTE_(prefix, n)
#define __UNIQUE_ID(prefix) __UNIQUE_ID_PASTE(prefix, __COUNTER__)

#define __same_type(a, b) \
	__builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define __native_word(t)                                            \
	(sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) || \
	 sizeof(t) == sizeof(int) || sizeof(t) == sizeof(long))

/* A cast yields a value, so its type has lost const and volatile. */
#define __unqual_scalar_typeof(x) __typeof__((__typeof__(x))(x))

#ifdef __has_builtin
#if __has_builtin(__builtin_dynamic_object_size)
#define __struct_size(p) __builtin_dynamic_object_size(p, 0)
#define __member_size(p) __builtin_dynamic_object_size(p, 1)
#endif
#endif
#ifndef __struct_size
#define __struct_size(p) __builtin_object_size(p, 0)
#define __member_size(p) __builtin_object_size(p, 1)
#endif

#endif
