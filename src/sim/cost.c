/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/cost.h>: prices of steps, and what a run came to.
 *
 * The machine counts (src/hw/cost.c); prices are applied here and nowhere else.
 * No price is measured: presets are assumptions, and docs/cost-model.md says on
 * what each number rests.
 *
 * Tests: tests/unit/sim/test_cost.c
 */
#include <linux/build_bug.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <dmasim/cost.h>

#include "hw/hw.h"
#include "iommu_pt/iommu_pt_api.h"
#include "sim/sim.h"

/* The hardware's steps are those after the entry writes, one for one. */
#define SIM_HW_FIRST DMASIM_COST_COMMAND

static_assert(HW_NR_COSTS == DMASIM_NR_COSTS - SIM_HW_FIRST);
static_assert(HW_COST_COMMAND == DMASIM_COST_COMMAND - SIM_HW_FIRST);
static_assert(HW_COST_DEVICE_FLUSH == DMASIM_COST_DEVICE_FLUSH - SIM_HW_FIRST);
static_assert(HW_COST_MMIO_WRITE == DMASIM_COST_MMIO_WRITE - SIM_HW_FIRST);
static_assert(HW_COST_CACHE_WAIT == DMASIM_COST_CACHE_WAIT - SIM_HW_FIRST);
static_assert(HW_COST_BOUNCE_BYTE == DMASIM_COST_BOUNCE_BYTE - SIM_HW_FIRST);
static_assert(HW_COST_CONTEXT_FETCH ==
	      DMASIM_COST_CONTEXT_FETCH - SIM_HW_FIRST);
static_assert(HW_COST_WALK_READ == DMASIM_COST_WALK_READ - SIM_HW_FIRST);
static_assert(HW_COST_ATS_REQUEST == DMASIM_COST_ATS_REQUEST - SIM_HW_FIRST);

/* A step of more than a second is a slip of the pen. */
#define SIM_MAX_PS 1000000000000ull

static const char *const names[DMASIM_NR_COSTS] = {
	[DMASIM_COST_ENTRY_WRITE] = "entry-write",
	[DMASIM_COST_COMMAND] = "command",
	[DMASIM_COST_WAIT] = "wait",
	[DMASIM_COST_DEVICE_FLUSH] = "device-flush",
	[DMASIM_COST_MMIO_READ] = "mmio-read",
	[DMASIM_COST_MMIO_WRITE] = "mmio-write",
	[DMASIM_COST_CACHE_CLEAN] = "cache-clean",
	[DMASIM_COST_CACHE_INVALIDATE] = "cache-invalidate",
	[DMASIM_COST_CACHE_WAIT] = "cache-wait",
	[DMASIM_COST_BOUNCE_BYTE] = "bounce-byte",
	[DMASIM_COST_CONTEXT_FETCH] = "context-fetch",
	[DMASIM_COST_IOTLB_HIT] = "iotlb-hit",
	[DMASIM_COST_WALK_CACHE_HIT] = "walk-cache-hit",
	[DMASIM_COST_WALK_READ] = "walk-read",
	[DMASIM_COST_DEVICE_TLB_HIT] = "device-tlb-hit",
	[DMASIM_COST_ATS_REQUEST] = "ats-request",
};

#define NS(n) ((n)*1000ull)

static const struct dmasim_cost_preset presets[] = {
	{
		.name = "none",
		.about = "nothing is counted and nothing has a price",
	},
	{
		.name = "server",
		.about = "assumed: a server whose memory answers in 100 ns and whose IOMMU completes a wait in 1 us",
		.ps = {
			[DMASIM_COST_ENTRY_WRITE] = NS(1),
			[DMASIM_COST_COMMAND] = NS(10),
			[DMASIM_COST_WAIT] = NS(1000),
			[DMASIM_COST_DEVICE_FLUSH] = NS(2000),
			[DMASIM_COST_MMIO_READ] = NS(800),
			[DMASIM_COST_MMIO_WRITE] = NS(100),
			[DMASIM_COST_CACHE_CLEAN] = NS(10),
			[DMASIM_COST_CACHE_INVALIDATE] = NS(10),
			[DMASIM_COST_CACHE_WAIT] = NS(100),
			[DMASIM_COST_BOUNCE_BYTE] = 100,
			[DMASIM_COST_CONTEXT_FETCH] = NS(100),
			[DMASIM_COST_IOTLB_HIT] = NS(5),
			[DMASIM_COST_WALK_CACHE_HIT] = NS(5),
			[DMASIM_COST_WALK_READ] = NS(100),
			[DMASIM_COST_DEVICE_TLB_HIT] = NS(5),
			[DMASIM_COST_ATS_REQUEST] = NS(800),
		},
	},
	{
		.name = "guest",
		.about = "assumed: the same server seen by a guest, whose registers and invalidations are emulated",
		.ps = {
			[DMASIM_COST_ENTRY_WRITE] = NS(1),
			[DMASIM_COST_COMMAND] = NS(10),
			[DMASIM_COST_WAIT] = NS(5000),
			[DMASIM_COST_DEVICE_FLUSH] = NS(5000),
			[DMASIM_COST_MMIO_READ] = NS(2000),
			[DMASIM_COST_MMIO_WRITE] = NS(2000),
			[DMASIM_COST_CACHE_CLEAN] = NS(10),
			[DMASIM_COST_CACHE_INVALIDATE] = NS(10),
			[DMASIM_COST_CACHE_WAIT] = NS(100),
			[DMASIM_COST_BOUNCE_BYTE] = 100,
			[DMASIM_COST_CONTEXT_FETCH] = NS(100),
			[DMASIM_COST_IOTLB_HIT] = NS(5),
			[DMASIM_COST_WALK_CACHE_HIT] = NS(5),
			[DMASIM_COST_WALK_READ] = NS(100),
			[DMASIM_COST_DEVICE_TLB_HIT] = NS(5),
			[DMASIM_COST_ATS_REQUEST] = NS(800),
		},
	},
	{
		.name = "embedded",
		.about = "assumed: a small system on a chip with slower memory and devices that do not snoop",
		.ps = {
			[DMASIM_COST_ENTRY_WRITE] = NS(5),
			[DMASIM_COST_COMMAND] = NS(30),
			[DMASIM_COST_WAIT] = NS(1000),
			[DMASIM_COST_DEVICE_FLUSH] = NS(2000),
			[DMASIM_COST_MMIO_READ] = NS(200),
			[DMASIM_COST_MMIO_WRITE] = NS(50),
			[DMASIM_COST_CACHE_CLEAN] = NS(20),
			[DMASIM_COST_CACHE_INVALIDATE] = NS(20),
			[DMASIM_COST_CACHE_WAIT] = NS(200),
			[DMASIM_COST_BOUNCE_BYTE] = 500,
			[DMASIM_COST_CONTEXT_FETCH] = NS(200),
			[DMASIM_COST_IOTLB_HIT] = NS(10),
			[DMASIM_COST_WALK_CACHE_HIT] = NS(10),
			[DMASIM_COST_WALK_READ] = NS(200),
			[DMASIM_COST_DEVICE_TLB_HIT] = NS(10),
			[DMASIM_COST_ATS_REQUEST] = NS(200),
		},
	},
};

/* Of the machine. @writes: entry writes of each CPU before it. */
static struct {
	bool on;
	u64 ps[DMASIM_NR_COSTS];
	u64 writes[HW_COST_CPUS];
} model;

const char *dmasim_cost_name(enum dmasim_cost_step step)
{
	return (unsigned int)step < DMASIM_NR_COSTS ? names[step] : NULL;
}
EXPORT_SYMBOL(dmasim_cost_name);

const struct dmasim_cost_preset *dmasim_cost_preset(unsigned int nr)
{
	return nr < ARRAY_SIZE(presets) ? &presets[nr] : NULL;
}
EXPORT_SYMBOL(dmasim_cost_preset);

/* ---- the text ----------------------------------------------------------------- */

/* "80", "0.05": nanoseconds with up to three decimals, as picoseconds. */
static bool sim_parse_ns(const char *text, u64 *ps)
{
	u64 unit = 1000, value = 0;
	bool decimals = false, digits = false;

	for (; *text; text++) {
		if (*text == '.' && !decimals && digits) {
			decimals = true;
			digits = false;
			continue;
		}
		if (!isdigit(*text) || value > SIM_MAX_PS)
			return false;
		digits = true;
		value = value * 10 + (*text - '0');
		if (!decimals)
			continue;
		unit /= 10;
		if (!unit)
			return false;
	}
	*ps = value * unit;
	return digits && *ps <= SIM_MAX_PS;
}

static int sim_take_override(char *part, u64 ps[DMASIM_NR_COSTS])
{
	char *value = strchr(part, '=');
	unsigned int step;

	*value++ = '\0';
	for (step = 0; step < DMASIM_NR_COSTS; step++)
		if (!strcmp(part, names[step]))
			break;
	if (step == DMASIM_NR_COSTS)
		return sim_refuse(
			-EINVAL,
			"cost: there is no step \"%s\": docs/cost-model.md lists them",
			part);
	if (!sim_parse_ns(value, &ps[step]))
		return sim_refuse(
			-EINVAL,
			"cost: %s=\"%s\" is not a number of ns from 0 to 1000000000 with at most three decimals",
			part, value);
	return 0;
}

static int sim_take_preset(const char *part, u64 ps[DMASIM_NR_COSTS])
{
	char known[96];
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(presets); i++) {
		if (!strcmp(part, presets[i].name)) {
			memcpy(ps, presets[i].ps, sizeof(presets[i].ps));
			return 0;
		}
		len += scnprintf(known + len, sizeof(known) - len, "%s%s",
				 i ? ", " : "", presets[i].name);
	}
	return sim_refuse(-EINVAL,
			  "cost: there is no preset \"%s\": use one of %s",
			  part, known);
}

/* Anything that has a price makes the machine count. */
static int sim_parse_cost(const char *cost, u64 ps[DMASIM_NR_COSTS], bool *on)
{
	char copy[256], *rest = copy, *part;
	unsigned int nr = 0, i;
	int ret = 0;

	memset(ps, 0, DMASIM_NR_COSTS * sizeof(*ps));
	*on = false;
	if (!cost)
		return 0;
	if (strscpy(copy, cost, sizeof(copy)) < 0)
		return sim_refuse(-EINVAL, "cost: more than %zu characters",
				  sizeof(copy) - 1);
	while (!ret && (part = strsep(&rest, ","))) {
		if (strchr(part, '='))
			ret = sim_take_override(part, ps);
		else if (!nr)
			ret = sim_take_preset(part, ps);
		else
			ret = sim_refuse(
				-EINVAL,
				"cost: \"%s\" is not STEP=NS; a preset comes first",
				part);
		nr++;
	}
	for (i = 0; i < DMASIM_NR_COSTS; i++)
		*on |= ps[i];
	return ret;
}

int dmasim_cost_check(const char *cost)
{
	u64 ps[DMASIM_NR_COSTS];
	bool on;

	return sim_parse_cost(cost, ps, &on);
}
EXPORT_SYMBOL(dmasim_cost_check);

int sim_cost_boot(const char *cost, bool *count)
{
	unsigned int cpu;
	int ret = sim_parse_cost(cost, model.ps, &model.on);

	for (cpu = 0; cpu < HW_COST_CPUS; cpu++)
		model.writes[cpu] = iommu_pt_writes_of_cpu(cpu);
	*count = model.on;
	return ret;
}

bool sim_cost_on(void)
{
	return model.on;
}

/* ---- sums ------------------------------------------------------------------------ */

static int sim_cost_ready(void)
{
	if (!sim_machine())
		return sim_refuse(-ENODEV, "cost: there is no machine");
	if (!model.on)
		return sim_refuse(
			-ENODATA,
			"cost: the machine was built without a cost model");
	return 0;
}

static void sim_add_cpu(unsigned int cpu, struct dmasim_cost *cost)
{
	hw_cost_get_cpu(cpu, cost->count + SIM_HW_FIRST);
	cost->count[DMASIM_COST_ENTRY_WRITE] +=
		iommu_pt_writes_of_cpu(cpu) - model.writes[cpu];
}

static void sim_price(struct dmasim_cost *cost)
{
	u64 ps = 0;
	unsigned int i;

	for (i = 0; i < DMASIM_NR_COSTS; i++)
		ps += cost->count[i] * model.ps[i];
	cost->ns = ps / 1000;
}

int dmasim_cost_get(struct dmasim_cost *cost)
{
	unsigned int cpu;
	int ret = sim_cost_ready();

	if (ret)
		return ret;
	*cost = (struct dmasim_cost){};
	for (cpu = 0; cpu < HW_COST_CPUS; cpu++)
		sim_add_cpu(cpu, cost);
	hw_cost_get_devs(cost->count + SIM_HW_FIRST);
	sim_price(cost);
	return 0;
}
EXPORT_SYMBOL(dmasim_cost_get);

int dmasim_cost_get_cpu(unsigned int cpu, struct dmasim_cost *cost)
{
	int ret = sim_cost_ready();

	if (ret)
		return ret;
	if (cpu >= sim_machine()->cfg.nr_cpus)
		return sim_refuse(-EINVAL, "cost: no CPU %u", cpu);
	*cost = (struct dmasim_cost){};
	sim_add_cpu(cpu, cost);
	sim_price(cost);
	return 0;
}
EXPORT_SYMBOL(dmasim_cost_get_cpu);

int dmasim_cost_get_device(struct dmasim_device *dev, struct dmasim_cost *cost)
{
	int ret = sim_cost_ready();

	if (ret)
		return ret;
	if (!dev)
		return sim_refuse(-EINVAL, "cost: no device given");
	*cost = (struct dmasim_cost){};
	hw_cost_get_dev(dev->hw, cost->count + SIM_HW_FIRST);
	sim_price(cost);
	return 0;
}
EXPORT_SYMBOL(dmasim_cost_get_device);

uint64_t dmasim_cost_price(enum dmasim_cost_step step)
{
	if (!sim_machine() || (unsigned int)step >= DMASIM_NR_COSTS)
		return 0;
	return model.ps[step];
}
EXPORT_SYMBOL(dmasim_cost_price);
