/* SPDX-License-Identifier: MIT */
/*
 * Memory of user space, which is this process.
 *
 * Same:    results for good addresses; 0 bytes left; structures of other
 *          versions.
 * Reduced: a bad address faults.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_UACCESS_H
#define _DMASIM_LINUX_UACCESS_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

#define access_ok(addr, size) ((void)(addr), (void)(size), true)

static inline unsigned long __must_check copy_from_user(void *to,
							const void __user *from,
							unsigned long n)
{
	memcpy(to, (__force const void *)from, n);
	return 0;
}

static inline unsigned long __must_check copy_to_user(void __user *to,
						      const void *from,
						      unsigned long n)
{
	memcpy((__force void *)to, from, n);
	return 0;
}

static inline unsigned long __must_check clear_user(void __user *to,
						    unsigned long n)
{
	memset((__force void *)to, 0, n);
	return 0;
}

#define get_user(x, ptr) ((x) = *(ptr), 0)
#define put_user(x, ptr) (*(ptr) = (x), 0)
#define __get_user(x, ptr) get_user(x, ptr)
#define __put_user(x, ptr) put_user(x, ptr)

/**
 * copy_struct_from_user() - fetch a structure that may be older or newer
 * @dst: gets @ksize bytes; those beyond @usize are 0
 * @src: @usize bytes
 *
 * Return: 0; -E2BIG if a byte beyond @ksize is not 0. <linux/uaccess.h>.
 */
static inline int __must_check copy_struct_from_user(void *dst, size_t ksize,
						     const void __user *src,
						     size_t usize)
{
	size_t both = ksize < usize ? ksize : usize;

	if (memchr_inv((__force const char *)src + both, 0, usize - both))
		return -E2BIG;
	memcpy(dst, (__force const void *)src, both);
	memset(dst + both, 0, ksize - both);
	return 0;
}

/**
 * copy_struct_to_user() - hand out a structure that may be older or newer
 * @dst: gets @usize bytes; those beyond @ksize are 0
 * @src: @ksize bytes
 * @ignored_trailing: set if a byte beyond @usize is not 0; NULL: nobody asks
 *
 * Return: 0. <linux/uaccess.h>.
 */
static inline int __must_check copy_struct_to_user(void __user *dst,
						   size_t usize,
						   const void *src,
						   size_t ksize,
						   bool *ignored_trailing)
{
	size_t both = ksize < usize ? ksize : usize;

	if (ignored_trailing)
		*ignored_trailing = memchr_inv(src + both, 0, ksize - both);
	memcpy((__force void *)dst, src, both);
	memset((__force char *)dst + both, 0, usize - both);
	return 0;
}

#endif
