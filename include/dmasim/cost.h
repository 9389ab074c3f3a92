/* SPDX-License-Identifier: MIT */
/*
 * What a run would have cost on hardware: steps counted exactly, and their price
 * in virtual nanoseconds by a model that is an assumption (docs/cost-model.md).
 *
 *	cfg.cost = "server,wait=700";
 *	...
 *	struct dmasim_cost cost;
 *
 *	dmasim_cost_get(&cost);
 *	printf("%llu ns\n", (unsigned long long)cost.ns);
 *
 * The price is worked out when it is asked for. It never enters the machine's
 * clock, nor anything that is measured.
 */
#ifndef DMASIM_COST_H
#define DMASIM_COST_H

#include <dmasim/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum dmasim_cost_step - what has a price; dmasim_cost_name() in brackets
 * @DMASIM_COST_ENTRY_WRITE: [entry-write] a leaf entry of a page table is stored
 *	or cleared
 * @DMASIM_COST_COMMAND: [command] an invalidation command, but no wait, is written
 * @DMASIM_COST_WAIT: [wait] until commands are complete
 * @DMASIM_COST_DEVICE_FLUSH: [device-flush] a command that a device TLB answers: the
 *	way to the device and back
 * @DMASIM_COST_MMIO_READ: [mmio-read] a register or configuration space is read
 * @DMASIM_COST_MMIO_WRITE: [mmio-write] or written, doorbells included
 * @DMASIM_COST_CACHE_CLEAN: [cache-clean] a line of 64 bytes, for a device that
 *	does not snoop
 * @DMASIM_COST_CACHE_INVALIDATE: [cache-invalidate] likewise
 * @DMASIM_COST_CACHE_WAIT: [cache-wait] until such maintenance is complete
 * @DMASIM_COST_BOUNCE_BYTE: [bounce-byte] copied to or from a bounce buffer
 * @DMASIM_COST_CONTEXT_FETCH: [context-fetch] from here on by the IOMMU for a
 *	device: its context entry is read
 * @DMASIM_COST_IOTLB_HIT: [iotlb-hit] a translation, or that there is none, was
 *	cached
 * @DMASIM_COST_WALK_CACHE_HIT: [walk-cache-hit] it was not, but a table was
 * @DMASIM_COST_WALK_READ: [walk-read] a page-table entry is read
 * @DMASIM_COST_DEVICE_TLB_HIT: [device-tlb-hit] a device with ATS knew a translation
 *	itself; nobody was asked
 * @DMASIM_COST_ATS_REQUEST: [ats-request] it did not: the way of its request to the
 *	IOMMU and of the completion back; what the IOMMU does between is counted apart
 */
enum dmasim_cost_step {
	DMASIM_COST_ENTRY_WRITE,
	DMASIM_COST_COMMAND,
	DMASIM_COST_WAIT,
	DMASIM_COST_DEVICE_FLUSH,
	DMASIM_COST_MMIO_READ,
	DMASIM_COST_MMIO_WRITE,
	DMASIM_COST_CACHE_CLEAN,
	DMASIM_COST_CACHE_INVALIDATE,
	DMASIM_COST_CACHE_WAIT,
	DMASIM_COST_BOUNCE_BYTE,
	DMASIM_COST_CONTEXT_FETCH,
	DMASIM_COST_IOTLB_HIT,
	DMASIM_COST_WALK_CACHE_HIT,
	DMASIM_COST_WALK_READ,
	DMASIM_COST_DEVICE_TLB_HIT,
	DMASIM_COST_ATS_REQUEST,
	DMASIM_NR_COSTS,
};

/** DMASIM_COST_IS_CPU() - is @step done by a CPU, not for a device? */
#define DMASIM_COST_IS_CPU(step) ((step) < DMASIM_COST_CONTEXT_FETCH)

/** dmasim_cost_name() - e.g. "walk-read"; NULL: there is no such step. */
const char *dmasim_cost_name(enum dmasim_cost_step step);

/**
 * struct dmasim_cost - what was done since the machine was built
 * @count: steps
 * @ns: their price, rounded down to ns
 */
struct dmasim_cost {
	uint64_t count[DMASIM_NR_COSTS];
	uint64_t ns;
};

/**
 * dmasim_cost_get() - by all CPUs and for all devices, also unplugged ones
 * Return: 0; -ENODEV: no machine; -ENODATA: it was built without cost model.
 * dmasim_refusal() says so.
 */
int dmasim_cost_get(struct dmasim_cost *cost);

/**
 * dmasim_cost_get_cpu() - by one CPU; threads that own none run as CPU 0
 * Return: 0; -ENODEV, -ENODATA; -EINVAL: no such CPU.
 */
int dmasim_cost_get_cpu(unsigned int cpu, struct dmasim_cost *cost);

/**
 * dmasim_cost_get_device() - by the IOMMU for one device
 * Return: 0; -ENODEV, -ENODATA; -EINVAL: no device given.
 */
int dmasim_cost_get_device(struct dmasim_device *dev, struct dmasim_cost *cost);

/**
 * dmasim_cost_price() - picoseconds that a step costs in this machine
 * Return: 0 without machine or cost model.
 */
uint64_t dmasim_cost_price(enum dmasim_cost_step step);

/**
 * struct dmasim_cost_preset - prices by name
 * @about: what they assume
 * @ps: picoseconds a step
 */
struct dmasim_cost_preset {
	const char *name;
	const char *about;
	uint64_t ps[DMASIM_NR_COSTS];
};

/** dmasim_cost_preset() - the presets, from @nr 0 on; NULL: no more. */
const struct dmasim_cost_preset *dmasim_cost_preset(unsigned int nr);

/**
 * dmasim_cost_check() - would a machine take this as its cost?
 * Return: 0; -EINVAL, and dmasim_refusal() names the part that is wrong.
 */
int dmasim_cost_check(const char *cost);

#ifdef __cplusplus
}
#endif

#endif
