/* SPDX-License-Identifier: MIT */
/*
 * Memory of user space, which is this process.
 *
 * Same:    results for good addresses; 0 bytes left.
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

#endif
