/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs. Every simulated CPU is possible, present and online.
 *
 * Same:    all listed.
 * Reduced: CPUs do not come and go; one word holds a mask.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CPUMASK_H
#define _DMASIM_LINUX_CPUMASK_H

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/threads.h>
#include <linux/numa.h>

typedef struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;

typedef struct cpumask cpumask_var_t[1];

extern unsigned int nr_cpu_ids;
extern struct cpumask __cpu_possible_mask;
#define cpu_possible_mask ((const struct cpumask *)&__cpu_possible_mask)
#define cpu_present_mask cpu_possible_mask
#define cpu_online_mask cpu_possible_mask
#define cpu_active_mask cpu_possible_mask
extern const struct cpumask cpu_all_bits_mask;
extern const struct cpumask dmasim_cpu_none_mask;
#define cpu_all_mask (&cpu_all_bits_mask)
#define cpu_none_mask (&dmasim_cpu_none_mask)

#define nr_cpumask_bits NR_CPUS
#define small_cpumask_bits NR_CPUS
#define cpumask_bits(maskp) ((maskp)->bits)
#define cpumask_pr_args(maskp) (int)nr_cpu_ids, cpumask_bits(maskp)

#define num_online_cpus() (READ_ONCE(nr_cpu_ids))
#define num_possible_cpus() num_online_cpus()
#define num_present_cpus() num_online_cpus()
#define num_active_cpus() num_online_cpus()
#define cpu_online(cpu) ((unsigned int)(cpu) < num_online_cpus())
#define cpu_possible(cpu) cpu_online(cpu)
#define cpu_present(cpu) cpu_online(cpu)
#define cpu_active(cpu) cpu_online(cpu)

static __always_inline unsigned int cpumask_check(unsigned int cpu)
{
#ifdef DMASIM_DEBUG
	WARN_ON_ONCE(cpu >= nr_cpumask_bits);
#endif
	return cpu;
}

static __always_inline unsigned int cpumask_first(const struct cpumask *src)
{
	return (unsigned int)find_first_bit(src->bits, NR_CPUS);
}

static __always_inline unsigned int cpumask_first_and(const struct cpumask *a,
						      const struct cpumask *b)
{
	return (unsigned int)find_first_and_bit(a->bits, b->bits, NR_CPUS);
}

static __always_inline unsigned int cpumask_next(int n,
						 const struct cpumask *src)
{
	return (unsigned int)find_next_bit(src->bits, NR_CPUS,
					   (unsigned long)(n + 1));
}

static __always_inline unsigned int
cpumask_next_and(int n, const struct cpumask *a, const struct cpumask *b)
{
	return (unsigned int)find_next_and_bit(a->bits, b->bits, NR_CPUS,
					       (unsigned long)(n + 1));
}

static __always_inline unsigned int cpumask_last(const struct cpumask *src)
{
	return (unsigned int)find_last_bit(src->bits, NR_CPUS);
}

static __always_inline void cpumask_set_cpu(unsigned int cpu,
					    struct cpumask *dst)
{
	set_bit(cpumask_check(cpu), dst->bits);
}

static __always_inline void __cpumask_set_cpu(unsigned int cpu,
					      struct cpumask *dst)
{
	__set_bit(cpumask_check(cpu), dst->bits);
}

static __always_inline void cpumask_clear_cpu(int cpu, struct cpumask *dst)
{
	clear_bit(cpumask_check((unsigned int)cpu), dst->bits);
}

static __always_inline void __cpumask_clear_cpu(int cpu, struct cpumask *dst)
{
	__clear_bit(cpumask_check((unsigned int)cpu), dst->bits);
}

static __always_inline bool cpumask_test_cpu(int cpu,
					     const struct cpumask *mask)
{
	return test_bit(cpumask_check((unsigned int)cpu), mask->bits);
}

static __always_inline bool cpumask_test_and_set_cpu(int cpu,
						     struct cpumask *mask)
{
	return test_and_set_bit(cpumask_check((unsigned int)cpu), mask->bits);
}

static __always_inline bool cpumask_test_and_clear_cpu(int cpu,
						       struct cpumask *mask)
{
	return test_and_clear_bit(cpumask_check((unsigned int)cpu), mask->bits);
}

static __always_inline void cpumask_setall(struct cpumask *dst)
{
	bitmap_fill(dst->bits, NR_CPUS);
}

static __always_inline void cpumask_clear(struct cpumask *dst)
{
	bitmap_zero(dst->bits, NR_CPUS);
}

static __always_inline bool cpumask_and(struct cpumask *dst,
					const struct cpumask *a,
					const struct cpumask *b)
{
	return bitmap_and(dst->bits, a->bits, b->bits, NR_CPUS);
}

static __always_inline void cpumask_or(struct cpumask *dst,
				       const struct cpumask *a,
				       const struct cpumask *b)
{
	bitmap_or(dst->bits, a->bits, b->bits, NR_CPUS);
}

static __always_inline bool cpumask_andnot(struct cpumask *dst,
					   const struct cpumask *a,
					   const struct cpumask *b)
{
	return bitmap_andnot(dst->bits, a->bits, b->bits, NR_CPUS);
}

static __always_inline bool cpumask_equal(const struct cpumask *a,
					  const struct cpumask *b)
{
	return bitmap_equal(a->bits, b->bits, NR_CPUS);
}

static __always_inline bool cpumask_intersects(const struct cpumask *a,
					       const struct cpumask *b)
{
	return bitmap_intersects(a->bits, b->bits, NR_CPUS);
}

static __always_inline bool cpumask_subset(const struct cpumask *a,
					   const struct cpumask *b)
{
	return bitmap_subset(a->bits, b->bits, NR_CPUS);
}

static __always_inline bool cpumask_empty(const struct cpumask *src)
{
	return bitmap_empty(src->bits, NR_CPUS);
}

static __always_inline bool cpumask_full(const struct cpumask *src)
{
	return bitmap_full(src->bits, NR_CPUS);
}

static __always_inline unsigned int cpumask_weight(const struct cpumask *src)
{
	return bitmap_weight(src->bits, NR_CPUS);
}

static __always_inline void cpumask_copy(struct cpumask *dst,
					 const struct cpumask *src)
{
	bitmap_copy(dst->bits, src->bits, NR_CPUS);
}

#define cpumask_any(src) cpumask_first(src)
#define cpumask_any_and(a, b) cpumask_first_and((a), (b))
#define cpumask_next_wrap(n, src)                               \
	((unsigned int)find_next_bit_wrap((src)->bits, NR_CPUS, \
					  (unsigned long)((n) + 1)))

static inline unsigned int cpumask_local_spread(unsigned int i, int node)
{
	return i % num_online_cpus();
}

extern const struct cpumask dmasim_cpu_masks[NR_CPUS];
#define cpumask_of(cpu) (&dmasim_cpu_masks[cpu])
#define cpumask_of_node(node) cpu_possible_mask

static __always_inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	return true;
}

static __always_inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	cpumask_clear(*mask);
	return true;
}

static __always_inline bool zalloc_cpumask_var_node(cpumask_var_t *mask,
						    gfp_t flags, int node)
{
	cpumask_clear(*mask);
	return true;
}

static __always_inline void free_cpumask_var(cpumask_var_t mask)
{
}

#define for_each_cpu(cpu, mask) for_each_set_bit(cpu, (mask)->bits, NR_CPUS)
#define for_each_cpu_and(cpu, a, b) \
	for_each_and_bit(cpu, (a)->bits, (b)->bits, NR_CPUS)
#define for_each_possible_cpu(cpu) \
	for ((cpu) = 0; (cpu) < num_online_cpus(); (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)

#endif
