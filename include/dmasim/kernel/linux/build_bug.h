/* SPDX-License-Identifier: MIT */
/*
 * Conditions that the compiler checks.
 *
 * Same:    BUILD_BUG_ON family, static_assert.
 * Reduced: conditions that only the optimiser can decide are checked in
 *          optimised builds.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BUILD_BUG_H
#define _DMASIM_LINUX_BUILD_BUG_H

#include <linux/compiler.h>

/* 0, or a structure that cannot be */
#define BUILD_BUG_ON_ZERO(e, ...) ((int)sizeof(struct { int : (-!!(e)); }))
#define __BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON(((n) & ((n)-1)) != 0)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) \
	BUILD_BUG_ON((n) == 0 || (((n) & ((n)-1)) != 0))
#define BUILD_BUG_ON_INVALID(e) ((void)(sizeof((__force long)(e))))

#ifdef __OPTIMIZE__
#define __compiletime_assert_msg(cond, msg, fn)                           \
	do {                                                              \
		__noreturn extern void fn(void) __compiletime_error(msg); \
		if (!(cond))                                              \
			fn();                                             \
	} while (0)
#define compiletime_assert(cond, msg) \
	__compiletime_assert_msg(cond, msg, __UNIQUE_ID(build_bug_))
#else
/* without an optimiser only what is constant as it stands can be judged */
#define compiletime_assert(cond, msg)                                          \
	do {                                                                   \
		_Static_assert(__builtin_choose_expr(                          \
				       __builtin_constant_p(cond), (cond), 1), \
			       msg);                                           \
	} while (0)
#endif
#define compiletime_assert_atomic_type(t) \
	compiletime_assert(               \
		__native_word(t),         \
		"Need native word sized stores/loads for atomicity.")

#define BUILD_BUG_ON_MSG(cond, msg) compiletime_assert(!(cond), msg)
#define BUILD_BUG_ON(cond) BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON: " #cond)
#define BUILD_BUG() BUILD_BUG_ON_MSG(1, "BUILD_BUG")

#undef static_assert
#ifdef __cplusplus
#define static_assert static_assert
#else
#define __static_assert(expr, msg, ...) _Static_assert(expr, msg)
#define static_assert(expr, ...) __static_assert(expr, ##__VA_ARGS__, #expr)
#endif

#endif
