/* SPDX-License-Identifier: MIT */
/*
 * The header that everybody includes.
 *
 * Same:    its includes and helpers.
 * Reduced: no system state machine.
 * Stub:    might_sleep() checks in debug builds only.
 */
#ifndef _DMASIM_LINUX_KERNEL_H
#define _DMASIM_LINUX_KERNEL_H

#if __STDC_HOSTED__
#include_next <linux/kernel.h>
#endif
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/hex.h>
#include <linux/instruction_pointer.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/linkage.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stddef.h>
#include <linux/stdarg.h>
#include <linux/typecheck.h>
#include <linux/types.h>
#include <linux/util_macros.h>
#include <linux/wordpart.h>
#include <asm/byteorder.h>

#define STACK_MAGIC 0xdeadbeef
#define READ 0
#define WRITE 1
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define u64_to_user_ptr(x) ((void __user *)(uintptr_t)(x))

void lib_might_sleep(const char *file, int line);
#ifdef DMASIM_DEBUG
#define might_sleep() lib_might_sleep(__FILE__, __LINE__)
#else
#define might_sleep() \
	do {          \
	} while (0)
#endif
#define might_sleep_if(cond)           \
	do {                           \
		if (cond)              \
			might_sleep(); \
	} while (0)
#define might_resched() \
	do {            \
	} while (0)
#define might_fault() might_sleep()
#define cant_sleep() \
	do {         \
	} while (0)
#define cant_migrate() \
	do {           \
	} while (0)
#define non_block_start() \
	do {              \
	} while (0)
#define non_block_end() \
	do {            \
	} while (0)

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_FREEING_INITMEM,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
	SYSTEM_POWER_OFF,
	SYSTEM_RESTART,
	SYSTEM_SUSPEND,
};
#define system_state SYSTEM_RUNNING

#define trace_printk(fmt, ...) no_printk(fmt, ##__VA_ARGS__)
#define tracing_off() \
	do {          \
	} while (0)

#endif
