/* SPDX-License-Identifier: MIT */
/*
 * WARN() and BUG().
 *
 * Same:    a WARN yields its condition and goes on; BUG() does not return.
 * Reduced: once means once per machine.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BUG_H
#define _DMASIM_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/once.h>
#include <linux/types.h>

/**
 * dmasim_warn() - add a "warn" event: place, text, backtrace
 * @fmt: NULL for a bare WARN_ON()
 */
void dmasim_warn(const char *file, int line, const char *func, const char *fmt,
		 ...) __printf(4, 5) __cold;
void dmasim_bug(const char *file, int line, const char *func) __noreturn __cold;

#define BUG() dmasim_bug(__FILE__, __LINE__, __func__)
#define BUG_ON(condition)                \
	do {                             \
		if (unlikely(condition)) \
			BUG();           \
	} while (0)

#define __WARN() dmasim_warn(__FILE__, __LINE__, __func__, NULL)
#define __WARN_printf(taint, ...) \
	dmasim_warn(__FILE__, __LINE__, __func__, __VA_ARGS__)

#define dmasim_warn_if(condition, on, ...)             \
	({                                             \
		bool on = !!(condition);               \
		if (unlikely(on))                      \
			__WARN_printf(0, __VA_ARGS__); \
		unlikely(on);                          \
	})
#define dmasim_warn_once_if(condition, on, seen, ...)   \
	({                                              \
		static unsigned int seen;               \
		bool on = !!(condition);                \
		if (unlikely(on) && dmasim_once(&seen)) \
			__WARN_printf(0, __VA_ARGS__);  \
		unlikely(on);                           \
	})

#define WARN_ON(condition) dmasim_warn_if(condition, __UNIQUE_ID(warn_), NULL)
#define WARN(condition, ...) \
	dmasim_warn_if(condition, __UNIQUE_ID(warn_), __VA_ARGS__)
#define WARN_ON_ONCE(condition)                                                \
	dmasim_warn_once_if(condition, __UNIQUE_ID(warn_), __UNIQUE_ID(seen_), \
			    NULL)
#define WARN_ONCE(condition, ...)                                              \
	dmasim_warn_once_if(condition, __UNIQUE_ID(warn_), __UNIQUE_ID(seen_), \
			    __VA_ARGS__)
#define WARN_TAINT(condition, taint, ...) WARN(condition, __VA_ARGS__)
#define WARN_TAINT_ONCE(condition, taint, ...) WARN_ONCE(condition, __VA_ARGS__)
#define WARN_ON_SMP(x) WARN_ON(x)
#define WARN_ON_FUNCTION_MISMATCH(x, fn) WARN_ON_ONCE(x)
#define CHECK_DATA_CORRUPTION(condition, addr, fmt, ...) \
	WARN(condition, fmt, ##__VA_ARGS__)

#endif
