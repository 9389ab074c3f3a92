/* SPDX-License-Identifier: MIT */
/*
 * Checks of a variable's type.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_TYPECHECK_H
#define _DMASIM_LINUX_TYPECHECK_H

#define typecheck(type, x)                        \
	({                                        \
		type tc_want__;                   \
		__typeof__(x) tc_have__;          \
		(void)(&tc_want__ == &tc_have__); \
		1;                                \
	})

#define typecheck_fn(type, function)                 \
	({                                           \
		__typeof__(type) tc_fn__ = function; \
		(void)tc_fn__;                       \
	})

#define typecheck_pointer(x)             \
	({                               \
		__typeof__(x) tc_ptr__;  \
		(void)sizeof(*tc_ptr__); \
		1;                       \
	})

#endif
