/* SPDX-License-Identifier: MIT */
/*
 * Declaring per-CPU variables and reaching a CPU's copy.
 *
 * Same:    per_cpu_ptr(), this_cpu_ptr(), this_cpu_*() operations.
 * Reduced: a per-CPU variable has no static initialiser, and its name is unique
 *          in the program even if static.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_PERCPU_DEFS_H
#define _DMASIM_LINUX_PERCPU_DEFS_H

#include <asm/dmasim_self.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

/*
 * CPU n's copy lies n strides above CPU 0's, for static and allocated objects
 * alike: reaching it takes arithmetic, no table. Static objects are small
 * windows into a large untouched block of zeroes.
 *
 *   name                + stride              + 2 * stride
 *   | copy of CPU 0 |...| copy of CPU 1 |.....| ...
 */
#define DMASIM_PERCPU_STRIDE (32 * 1024)
#define PCPU_MIN_UNIT_SIZE DMASIM_PERCPU_STRIDE

#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name) dmasim_define_per_cpu(type, name)
#define dmasim_define_per_cpu(type, name)                                \
	char dmasim_percpu_##name[CONFIG_NR_CPUS *                       \
				  DMASIM_PERCPU_STRIDE] __aligned(4096); \
	extern __typeof__(type) name __alias(dmasim_percpu_##name)
#define DECLARE_PER_CPU_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(name) EXPORT_SYMBOL(name)
#define EXPORT_PER_CPU_SYMBOL_GPL(name) EXPORT_SYMBOL_GPL(name)

#define per_cpu_offset(cpu) ((unsigned long)(cpu)*DMASIM_PERCPU_STRIDE)
#define SHIFT_PERCPU_PTR(ptr, off) RELOC_HIDE((ptr), (off))
#define per_cpu_ptr(ptr, cpu) RELOC_HIDE((ptr), per_cpu_offset(cpu))
#define raw_cpu_ptr(ptr) per_cpu_ptr((ptr), dmasim_self.cpu)
#define this_cpu_ptr(ptr) raw_cpu_ptr(ptr)
#define per_cpu(name, cpu) (*per_cpu_ptr(&(name), (cpu)))

#define get_cpu_ptr(ptr)               \
	({                             \
		dmasim_self.preempt++; \
		this_cpu_ptr(ptr);     \
	})
#define put_cpu_ptr(ptr)               \
	do {                           \
		(void)(ptr);           \
		dmasim_self.preempt--; \
	} while (0)
#define get_cpu_var(name) (*get_cpu_ptr(&(name)))
#define put_cpu_var(name) put_cpu_ptr(&(name))

/*
 * Threads that never bound themselves share CPU 0, so the operations are
 * atomic (relaxed); locks make compound sequences safe.
 */
#define this_cpu_read(pcp) READ_ONCE(*this_cpu_ptr(&(pcp)))
#define this_cpu_write(pcp, val) WRITE_ONCE(*this_cpu_ptr(&(pcp)), (val))
#define this_cpu_add(pcp, val)                                 \
	((void)__atomic_fetch_add(this_cpu_ptr(&(pcp)), (val), \
				  __ATOMIC_RELAXED))
#define this_cpu_sub(pcp, val)                                 \
	((void)__atomic_fetch_sub(this_cpu_ptr(&(pcp)), (val), \
				  __ATOMIC_RELAXED))
#define this_cpu_and(pcp, val)                                 \
	((void)__atomic_fetch_and(this_cpu_ptr(&(pcp)), (val), \
				  __ATOMIC_RELAXED))
#define this_cpu_or(pcp, val) \
	((void)__atomic_fetch_or(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_inc(pcp) this_cpu_add(pcp, 1)
#define this_cpu_dec(pcp) this_cpu_sub(pcp, 1)
#define this_cpu_add_return(pcp, val) \
	__atomic_add_fetch(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_sub_return(pcp, val) \
	__atomic_sub_fetch(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_inc_return(pcp) this_cpu_add_return(pcp, 1)
#define this_cpu_dec_return(pcp) this_cpu_sub_return(pcp, 1)
#define this_cpu_xchg(pcp, val) xchg_relaxed(this_cpu_ptr(&(pcp)), (val))
#define this_cpu_cmpxchg(pcp, old, new) \
	cmpxchg_relaxed(this_cpu_ptr(&(pcp)), (old), (new))
#define this_cpu_try_cmpxchg(pcp, oldp, new) \
	try_cmpxchg_relaxed(this_cpu_ptr(&(pcp)), (oldp), (new))

#define __this_cpu_read(pcp) this_cpu_read(pcp)
#define __this_cpu_write(pcp, val) this_cpu_write(pcp, val)
#define __this_cpu_add(pcp, val) this_cpu_add(pcp, val)
#define __this_cpu_sub(pcp, val) this_cpu_sub(pcp, val)
#define __this_cpu_inc(pcp) this_cpu_inc(pcp)
#define __this_cpu_dec(pcp) this_cpu_dec(pcp)
#define __this_cpu_inc_return(pcp) this_cpu_inc_return(pcp)
#define __this_cpu_dec_return(pcp) this_cpu_dec_return(pcp)
#define __this_cpu_add_return(pcp, val) this_cpu_add_return(pcp, val)
#define __this_cpu_xchg(pcp, val) this_cpu_xchg(pcp, val)
#define raw_cpu_read(pcp) this_cpu_read(pcp)
#define raw_cpu_write(pcp, val) this_cpu_write(pcp, val)
#define raw_cpu_add(pcp, val) this_cpu_add(pcp, val)
#define raw_cpu_inc(pcp) this_cpu_inc(pcp)
#define raw_cpu_dec(pcp) this_cpu_dec(pcp)

#endif
