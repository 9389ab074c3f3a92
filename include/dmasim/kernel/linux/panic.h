/* SPDX-License-Identifier: MIT */
/*
 * The end.
 *
 * Same:    panic() does not return.
 * Reduced: no taint.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PANIC_H
#define _DMASIM_LINUX_PANIC_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

void panic(const char *fmt, ...) __noreturn __cold __printf(1, 2);

#define TAINT_WARN 9
#define TAINT_USER 6
#define TAINT_FIRMWARE_WORKAROUND 11
#define LOCKDEP_STILL_OK 1
#define add_taint(flag, lockdep) \
	do {                     \
	} while (0)

#endif
