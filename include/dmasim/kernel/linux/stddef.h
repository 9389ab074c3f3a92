/* SPDX-License-Identifier: MIT */
/*
 * offsetof and its relatives; groups and flexible arrays inside structures.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_STDDEF_H
#define _DMASIM_LINUX_STDDEF_H

#include <linux/compiler_types.h>
#include <stdbool.h>
#include <stddef.h>
#if __STDC_HOSTED__
#include_next <linux/stddef.h>
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

#undef __struct_group
#undef __struct_group_tag
#undef __DECLARE_FLEX_ARRAY

#ifdef __cplusplus
#define __struct_group_tag(TAG)
#else
#define __struct_group_tag(TAG) TAG
#endif

/* The same members twice, once reachable directly and once as NAME. */
#define __struct_group(TAG, NAME, ATTRS, MEMBERS...)                  \
	union {                                                       \
		struct __struct_group_tag(TAG){ MEMBERS } ATTRS NAME; \
		struct {                                              \
			MEMBERS                                       \
		} ATTRS;                                              \
	} ATTRS

#define struct_group(NAME, MEMBERS...) \
	__struct_group(/* none */, NAME, /* none */, MEMBERS)
#define struct_group_attr(NAME, ATTRS, MEMBERS...) \
	__struct_group(/* none */, NAME, ATTRS, MEMBERS)
#define struct_group_tagged(TAG, NAME, MEMBERS...) \
	__struct_group(TAG, NAME, /* none */, MEMBERS)

/* An empty member makes a flexible array legal where it is alone. */
#define __DECLARE_FLEX_ARRAY(TYPE, NAME) \
	struct {                         \
		struct {                 \
		} __empty_##NAME;        \
		TYPE NAME[];             \
	}
#define DECLARE_FLEX_ARRAY(TYPE, NAME) __DECLARE_FLEX_ARRAY(TYPE, NAME)

#undef sizeof_field
#undef offsetofend
#define sizeof_field(TYPE, MEMBER) sizeof((((TYPE *)0)->MEMBER))
#define offsetofend(TYPE, MEMBER) \
	(offsetof(TYPE, MEMBER) + sizeof_field(TYPE, MEMBER))

#endif
