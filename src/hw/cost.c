/* SPDX-License-Identifier: MIT */
/*
 * Counting the steps that a cost model has a price for.
 *
 * The hardware counts, per CPU and per device; what a step costs is the business
 * of whoever asks (src/sim/cost.c), so a price never reaches anything that is
 * measured or decided here. Nothing is counted unless the machine was built so.
 *
 * C1  While steps are counted, devices keep no translations of their own, so
 *     that each look-up is a step.
 * C2  What an unplugged device did is kept in one sum of all that are gone.
 * Locks: none; counters are atomic.
 * Tests: tests/unit/sim/test_cost.c
 */
#include "hw/fabric.h"

bool hw_cost_on;

static uint64_t cpu_steps[HW_COST_CPUS][HW_NR_COSTS];
static uint64_t dev_steps[HW_NR_SLOTS][HW_NR_COSTS];
static uint64_t gone_steps[HW_NR_COSTS];

/** hw_cost_init() - power on: nothing was done yet. */
void hw_cost_init(void)
{
	memset(cpu_steps, 0, sizeof(cpu_steps));
	memset(dev_steps, 0, sizeof(dev_steps));
	memset(gone_steps, 0, sizeof(gone_steps));
	hw_cost_on = hw_config.count_steps;
}

/**
 * hw_cost_cpu_add() - this thread's CPU did steps
 * @step: which
 * @nr: how many
 *
 * Context: any.
 */
void hw_cost_cpu_add(enum hw_cost_step step, uint64_t nr)
{
	__atomic_fetch_add(&cpu_steps[host_self.cpu % HW_COST_CPUS][step], nr,
			   __ATOMIC_RELAXED);
}

/**
 * hw_cost_dev_add() - the IOMMU did steps for a device
 * @dev: the requester
 * @step: which
 * @nr: how many
 *
 * Context: any.
 */
void hw_cost_dev_add(const struct hw_dev *dev, enum hw_cost_step step,
		     uint64_t nr)
{
	__atomic_fetch_add(&dev_steps[dev->slot][step], nr, __ATOMIC_RELAXED);
}

/** hw_cost_dev_gone() - the device is unplugged, its slot is free. */
void hw_cost_dev_gone(const struct hw_dev *dev)
{
	unsigned int i;

	for (i = 0; i < HW_NR_COSTS; i++)
		__atomic_fetch_add(&gone_steps[i],
				   __atomic_exchange_n(&dev_steps[dev->slot][i],
						       0, __ATOMIC_RELAXED),
				   __ATOMIC_RELAXED);
}

static void add_up(const uint64_t steps[HW_NR_COSTS], uint64_t out[HW_NR_COSTS])
{
	unsigned int i;

	for (i = 0; i < HW_NR_COSTS; i++)
		out[i] += __atomic_load_n(&steps[i], __ATOMIC_RELAXED);
}

/**
 * hw_cost_get_cpu() - add the steps of a CPU to @out
 * @cpu: below HW_COST_CPUS
 * @out: sums
 *
 * Context: any.
 */
void hw_cost_get_cpu(unsigned int cpu, uint64_t out[HW_NR_COSTS])
{
	add_up(cpu_steps[cpu], out);
}

/** hw_cost_get_dev() - add the steps for a device to @out. Context: any. */
void hw_cost_get_dev(const struct hw_dev *dev, uint64_t out[HW_NR_COSTS])
{
	add_up(dev_steps[dev->slot], out);
}

/** hw_cost_get_devs() - add those for all devices, gone or not, to @out. */
void hw_cost_get_devs(uint64_t out[HW_NR_COSTS])
{
	unsigned int i;

	for (i = 0; i < HW_NR_SLOTS; i++)
		add_up(dev_steps[i], out);
	add_up(gone_steps, out);
}
