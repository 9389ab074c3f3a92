/* SPDX-License-Identifier: MIT */
/*
 * Spreading interrupt vectors over CPUs.
 *
 * Models kernel/irq/affinity.c and lib/group_cpus.c, 6.17. Reduced: one NUMA
 * node, so a group is a run of neighbouring CPUs.
 *
 *   | pre | set 0: CPUs split evenly | set 1: CPUs split evenly | post |
 *
 * Q1  Each set covers every possible CPU; with more vectors than CPUs the
 *     vectors behind go round again.
 * Tests: tests/unit/pci/test_msi.c
 */
#include <linux/pci.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "pci/core.h"

static void one_set(struct irq_affinity *affd, unsigned int nvecs)
{
	affd->nr_sets = 1;
	affd->set_size[0] = nvecs;
}

/* Let the driver split @nvecs; false if what it answers is no split. */
static bool split_sets(struct irq_affinity *affd, unsigned int nvecs)
{
	if (!affd->calc_sets)
		affd->calc_sets = one_set;
	affd->calc_sets(affd, nvecs);
	return affd->nr_sets <= IRQ_AFFINITY_MAX_SETS;
}

/**
 * pci_affinity_limit() - how many vectors are of use
 * @min, @max: bounds, including those before and behind the spread ones
 *
 * Return: between @min and @max; 0 if @min leaves none to spread.
 */
unsigned int pci_affinity_limit(unsigned int min, unsigned int max,
				const struct irq_affinity *affd)
{
	unsigned int fixed = affd->pre_vectors + affd->post_vectors;
	unsigned int useful;

	if (fixed > min)
		return 0;
	/* A driver that splits sets itself decides how many it needs. */
	useful = affd->calc_sets ? max - fixed : num_possible_cpus();
	return max(min, min(useful + fixed, max));
}

static void spread_set(struct irq_affinity_desc *desc, unsigned int nr)
{
	unsigned int nr_cpus = num_possible_cpus();
	unsigned int cpu, pos = 0, i;

	if (!nr)
		return;
	for_each_possible_cpu(cpu) {
		/* Fewer vectors than CPUs: neighbours share. */
		i = nr < nr_cpus ? pos * nr / nr_cpus : pos;
		for (; i < nr; i += nr_cpus) {
			cpumask_set_cpu(cpu, &desc[i].mask);
			if (nr < nr_cpus)
				break;
		}
		pos++;
	}
	for (i = 0; i < nr; i++)
		desc[i].is_managed = 1;
}

/**
 * pci_affinity_create() - masks for @nvecs vectors
 * @affd: nr_sets and set_size are filled in
 *
 * Context: may sleep. Return: for kfree(); NULL if nothing is to be spread, the
 * driver's split is not one, or memory ran out.
 */
struct irq_affinity_desc *pci_affinity_create(unsigned int nvecs,
					      struct irq_affinity *affd)
{
	unsigned int fixed = affd->pre_vectors + affd->post_vectors;
	struct irq_affinity_desc *desc;
	unsigned int spread, at, i;

	spread = nvecs > fixed ? nvecs - fixed : 0;
	if (!split_sets(affd, spread) || !spread)
		return NULL;
	desc = kcalloc(nvecs, sizeof(*desc), GFP_KERNEL);
	if (!desc)
		return NULL;
	at = affd->pre_vectors;
	for (i = 0; i < affd->nr_sets; i++) {
		unsigned int size = affd->set_size[i];

		size = min(size, nvecs - affd->post_vectors - at);
		spread_set(desc + at, size);
		at += size;
	}
	for (i = 0; i < nvecs; i++)
		if (!desc[i].is_managed)
			cpumask_copy(&desc[i].mask, cpu_possible_mask);
	return desc;
}
