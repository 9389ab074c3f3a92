/* SPDX-License-Identifier: MIT */
/*
 * Things done once in a machine's life.
 *
 * Same:    DO_ONCE results.
 * Reduced: once per machine, not per process.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_ONCE_H
#define _DMASIM_LINUX_ONCE_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * dmasim_once() - is this the first time since the machine was created?
 * @seen: the caller's memory, zero at first
 */
bool dmasim_once(unsigned int *seen);

#define DO_ONCE(func, ...)                                   \
	({                                                   \
		static unsigned int once_seen__;             \
		bool once_now__ = dmasim_once(&once_seen__); \
		if (once_now__)                              \
			func(__VA_ARGS__);                   \
		once_now__;                                  \
	})
#define DO_ONCE_LITE(func, ...) DO_ONCE(func, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, func, ...)                           \
	({                                                              \
		static unsigned int once_seen__;                        \
		bool once_cond__ = !!(condition);                       \
		if (unlikely(once_cond__) && dmasim_once(&once_seen__)) \
			func(__VA_ARGS__);                              \
		unlikely(once_cond__);                                  \
	})

#endif
