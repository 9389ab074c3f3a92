/* SPDX-License-Identifier: MIT */
/*
 * From a member to its structure.
 *
 * Same:    type check included.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CONTAINER_OF_H
#define _DMASIM_LINUX_CONTAINER_OF_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#define typeof_member(T, m) __typeof__(((T *)0)->m)

#define container_of(ptr, type, member)                                   \
	({                                                                \
		static_assert(__same_type(*(ptr), ((type *)0)->member) || \
				      __same_type(*(ptr), void),          \
			      "container_of() of another type");          \
		(type *)((char *)(ptr)-offsetof(type, member));           \
	})

#define container_of_const(ptr, type, member) \
	_Generic(ptr,                                                      \
		const __typeof__(*(ptr)) *: ((const type *)container_of(   \
			ptr, type, member)),                               \
		default: ((type *)container_of(ptr, type, member)))

#endif
