/* SPDX-License-Identifier: MIT */
/*
 * Start and end of the machine as far as lib is concerned, and what happens
 * once in a machine's life.
 *
 * A machine has a number. "Once" remembers the number of the machine in which
 * it happened last, so that nothing has to be reset.
 *
 * I1  lib_generation grows by one at each lib_boot() and never goes back.
 * I2  After lib_shutdown() no block of lib's heap is live.
 *
 * Tests: tests/unit/lib/test_boot.c
 */
#include <asm/barrier.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/once.h>
#include <linux/ratelimit_types.h>

#include "lib/internal.h"

struct lib_params lib_params = { .nr_cpus = 1, .seed = 1 };
unsigned int lib_generation = 1;

/* what a fence is under the thread sanitizer, see <asm/barrier.h> */
unsigned int dmasim_fence_word;
EXPORT_SYMBOL(dmasim_fence_word);

static bool lib_up;

/**
 * lib_boot() - first step of a machine's start
 * @params: copied
 *
 * Context: one thread, nothing of a machine is up.
 * Return: 0; -EINVAL if @params->nr_cpus is 0 or above 64; -EBUSY if already
 * up; -ENOMEM. Nothing is up after an error.
 */
int lib_boot(const struct lib_params *params)
{
	int ret;

	if (lib_up)
		return -EBUSY;
	if (!params->nr_cpus || params->nr_cpus > NR_CPUS)
		return -EINVAL;

	lib_params = *params;
	__atomic_fetch_add(&lib_generation, 1, __ATOMIC_RELAXED);
	lib_cpumask_boot(params->nr_cpus);
	lib_random_boot(params->seed);
	lib_quirks_reset();
	lib_initcalls_reset();

	ret = lib_sched_boot(params->nr_cpus, params->real_time);
	if (ret) {
		lib_cpumask_boot(1);
		return ret;
	}
	lib_up = true;
	return 0;
}

/**
 * lib_check() - look for what should be gone by now
 *
 * Context: after the other folders' shutdown, before lib_shutdown().
 * Return: leaks found, one event each.
 */
unsigned int lib_check(void)
{
	return lib_sched_check() + lib_percpu_check() + lib_tracepoint_check();
}

/** lib_shutdown() - last step of a machine's end. Context: one thread. */
void lib_shutdown(void)
{
	if (!lib_up)
		return;
	lib_tracepoint_shutdown();
	lib_sched_shutdown();
	lib_fail_off();
	lib_quirks_reset();
	lib_params_restore();
	lib_percpu_shutdown();
	lib_cpumask_boot(1);
	lib_params = (struct lib_params){ .nr_cpus = 1, .seed = 1 };
	lib_up = false;
	if (lib_heap_live())
		lib_panic("lib_shutdown: bookkeeping memory is left");
}

/**
 * dmasim_once() - is this the first time since the machine was created?
 * @seen: the caller's memory, zero at first
 *
 * Context: any; of several threads that ask at once, one is told true.
 */
bool dmasim_once(unsigned int *seen)
{
	unsigned int now = __atomic_load_n(&lib_generation, __ATOMIC_RELAXED);

	return __atomic_exchange_n(seen, now, __ATOMIC_RELAXED) != now;
}
EXPORT_SYMBOL(dmasim_once);

static bool ratelimit_busy;

/**
 * ___ratelimit() - may this message pass?
 * @func: name of the caller, for nothing but symmetry with the kernel
 *
 * Context: any.
 * Return: 1 for the first @rs->burst calls of each @rs->interval jiffies.
 */
int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	u64 now = lib_clock_ns();
	u64 span = (u64)rs->interval * (1000000000u / CONFIG_HZ);
	bool pass;

	if (!rs->interval)
		return 1;

	/* held for a few instructions and never across a wait */
	while (__atomic_test_and_set(&ratelimit_busy, __ATOMIC_ACQUIRE))
		cpu_relax();
	if (rs->machine != lib_generation || now - rs->begin >= span) {
		rs->machine = lib_generation;
		rs->begin = now;
		rs->passed = 0;
	}
	pass = rs->passed < (unsigned int)rs->burst;
	if (pass)
		rs->passed++;
	else
		rs->missed++;
	__atomic_clear(&ratelimit_busy, __ATOMIC_RELEASE);
	return pass;
}
EXPORT_SYMBOL(___ratelimit);

/**
 * lib_counter_read() - sum over all threads
 *
 * Context: any. Return: exact once the adders have stopped.
 */
u64 lib_counter_read(const struct lib_counter *c)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i <= NR_CPUS; i++)
		sum += __atomic_load_n(&c->slot[i].n, __ATOMIC_RELAXED);
	return sum;
}

/**
 * lib_counter_of_cpu() - what threads of one CPU added
 * @c: the counter
 * @cpu: the CPU; threads that own none run as CPU 0
 *
 * Context: any. Return: exact once the adders have stopped.
 */
u64 lib_counter_of_cpu(const struct lib_counter *c, unsigned int cpu)
{
	u64 n = __atomic_load_n(&c->slot[1 + cpu].n, __ATOMIC_RELAXED);

	if (!cpu)
		n += __atomic_load_n(&c->slot[0].n, __ATOMIC_RELAXED);
	return n;
}

/** lib_counter_reset() - back to 0. Context: nobody adds meanwhile. */
void lib_counter_reset(struct lib_counter *c)
{
	unsigned int i;

	for (i = 0; i <= NR_CPUS; i++)
		__atomic_store_n(&c->slot[i].n, 0, __ATOMIC_RELAXED);
}
