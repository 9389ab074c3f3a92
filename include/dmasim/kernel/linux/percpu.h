/* SPDX-License-Identifier: MIT */
/*
 * Allocating per-CPU objects.
 *
 * Same:    zeroed; alignment up to a page; at most PCPU_MIN_UNIT_SIZE bytes a
 *          CPU.
 * Reduced: gfp is ignored: the space is the host's.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PERCPU_H
#define _DMASIM_LINUX_PERCPU_H

#include <linux/cleanup.h>
#include <linux/export.h>
#include <linux/percpu-defs.h>
#include <linux/smp.h>
#include <linux/types.h>

void __percpu *__alloc_percpu(size_t size, size_t align) __must_check;
void free_percpu(void __percpu *pdata);
DEFINE_FREE(free_percpu, void __percpu *, free_percpu(_T))

#define __alloc_percpu_gfp(size, align, gfp) \
	((void)(gfp), __alloc_percpu((size), (align)))
#define alloc_percpu(type)                                         \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), \
						     __alignof__(type)))
#define alloc_percpu_gfp(type, gfp)                       \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp( \
		sizeof(type), __alignof__(type), gfp))
#define alloc_percpu_noprof(type) alloc_percpu(type)

#endif
