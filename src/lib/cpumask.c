/* SPDX-License-Identifier: MIT */
/*
 * The CPUs of the machine, and calls "on" them.
 *
 * A CPU is a number that a thread carries. A cross call runs on the caller,
 * which for its duration calls itself the other CPU but does not own it.
 *
 * Tests: tests/unit/lib/test_bitmap.c
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/smp.h>

#include "lib/internal.h"

unsigned int nr_cpu_ids = 1;
EXPORT_SYMBOL(nr_cpu_ids);

struct cpumask __cpu_possible_mask = { { 1 } };
EXPORT_SYMBOL(__cpu_possible_mask);

const struct cpumask cpu_all_bits_mask = { { ~0ul } };
EXPORT_SYMBOL(cpu_all_bits_mask);

const struct cpumask dmasim_cpu_none_mask;
EXPORT_SYMBOL(dmasim_cpu_none_mask);

static_assert(NR_CPUS == BITS_PER_LONG);

/* clang-format off */
#define ONE(n) { { 1ul << (n) } }
/* clang-format on */
#define FOUR(n) ONE(n), ONE((n) + 1), ONE((n) + 2), ONE((n) + 3)
#define SIXTEEN(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12)

const struct cpumask dmasim_cpu_masks[NR_CPUS] = {
	SIXTEEN(0),
	SIXTEEN(16),
	SIXTEEN(32),
	SIXTEEN(48),
};
EXPORT_SYMBOL(dmasim_cpu_masks);

/** lib_cpumask_boot() - the machine has CPUs 0 .. @nr_cpus - 1. */
void lib_cpumask_boot(unsigned int nr_cpus)
{
	WRITE_ONCE(nr_cpu_ids, nr_cpus);
	__cpu_possible_mask.bits[0] = ~0ul >> (NR_CPUS - nr_cpus);
}

/**
 * smp_call_function_single() - run @func as CPU @cpu
 * @wait: means nothing: @func has returned when this does
 *
 * Return: 0, or -ENXIO if there is no such CPU.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info,
			     int wait)
{
	struct dmasim_self *self = &dmasim_self;
	u32 was_cpu = self->cpu, was_stripe = self->stripe;

	if (cpu < 0 || !cpu_online(cpu))
		return -ENXIO;
	if ((u32)cpu != was_cpu) {
		self->cpu = (u32)cpu;
		self->stripe = 0;
	}
	self->preempt++;
	func(info);
	self->preempt--;
	self->cpu = was_cpu;
	self->stripe = was_stripe;
	return 0;
}
EXPORT_SYMBOL(smp_call_function_single);

/** on_each_cpu_mask() - run @func as each CPU of @mask, one after another. */
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func,
		      void *info, bool wait)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		smp_call_function_single((int)cpu, func, info, wait);
}
EXPORT_SYMBOL(on_each_cpu_mask);

/** on_each_cpu() - run @func as each CPU, one after another. */
void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	on_each_cpu_mask(cpu_possible_mask, func, info, wait);
}
EXPORT_SYMBOL(on_each_cpu);
