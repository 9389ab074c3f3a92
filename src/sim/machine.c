/* SPDX-License-Identifier: MIT */
/*
 * Builds a machine from its configuration: hardware first, then the kernel side
 * layer by layer, then the module init functions; tears it down in reverse.
 *
 * I1  At most one machine exists; a failed creation leaves none.
 * I2  Each layer is checked for leaks after everything above it is gone, so a
 *     leak is reported by the layer that owns the thing.
 * I3  Events of a machine stay readable until the next one is created.
 * Tests: tests/unit/sim/test_machine.c
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <dmasim/iommu.h>
#include <dmasim/machine.h>

#include "block/block.h"
#include "dma/dma.h"
#include "host/host.h"
#include "iommu/iommu.h"
#include "iova/iova.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "pci/pci.h"
#include "sim/sim.h"
#include "swiotlb/swiotlb.h"
#include "trace/trace.h"

#define SIM_MAX_RAM (64ull << 30)

/* A debugger calls these in programs that do not. */
static const void *const for_debuggers[] __used = {
	dmasim_iommu_print,
	dmasim_iommu_print_walk,
	dmasim_iommu_print_iotlb,
};

static struct dmasim_machine *the_machine;
static char refusal[256];
static u64 seed;

int sim_refuse(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(refusal, sizeof(refusal), fmt, args);
	va_end(args);
	host_event_put(HOST_EVENT_REFUSAL, "refused", "", 0, 0, refusal);
	return err;
}

const char *dmasim_refusal(void)
{
	return refusal;
}
EXPORT_SYMBOL(dmasim_refusal);

struct dmasim_machine *sim_machine(void)
{
	return the_machine;
}

/* ---- configuration --------------------------------------------------------- */

static int sim_check_format(const struct dmasim_machine_config *cfg)
{
	const char *format = cfg->iommu_format ?: "vtdss";
	char names[256];

	if (!iommu_format_known(format, 0))
		return sim_refuse(
			-EINVAL,
			"machine: unknown page-table format \"%s\": use one of %s",
			format, iommu_format_names(names, sizeof(names)));
	if (!iommu_format_known(format, cfg->iommu_levels))
		return sim_refuse(
			-EINVAL,
			"machine: format %s cannot start with %u levels",
			format, cfg->iommu_levels);
	if (!iommu_granule_known(format, cfg->iommu_granule))
		return sim_refuse(
			-EINVAL,
			"machine: format %s has no granule of 0x%llx: its smallest page has %zu bytes, and only amdv1 can go without small ones, up to 1 GiB",
			format, (u64)cfg->iommu_granule,
			iommu_format_granule(format));
	return 0;
}

static int sim_check_restricted(const struct dmasim_machine_config *cfg)
{
	unsigned int i;

	for (i = 0; i < DMASIM_MAX_RESTRICTED; i++) {
		const struct dmasim_restricted *r = &cfg->restricted[i];

		if ((r->size | r->base) & (PAGE_SIZE - 1))
			return sim_refuse(
				-EINVAL,
				"machine: restricted pool %u, 0x%llx bytes at 0x%llx, is not made of whole pages",
				i + 1, (u64)r->size, (u64)r->base);
		if (!r->size && (r->base || r->all))
			return sim_refuse(
				-EINVAL,
				"machine: restricted pool %u has no size",
				i + 1);
	}
	return 0;
}

static int sim_check_config(const struct dmasim_machine_config *cfg)
{
	if (cfg->size != sizeof(*cfg))
		return sim_refuse(
			-EINVAL,
			"machine: config has %zu bytes, not %zu: use DMASIM_MACHINE_CONFIG_INIT",
			cfg->size, sizeof(*cfg));
	if (!cfg->ram_bytes)
		return sim_refuse(-EINVAL, "machine: no RAM (ram_bytes is 0)");
	if (cfg->ram_bytes < SZ_16M || cfg->ram_bytes % SZ_4M)
		return sim_refuse(
			-EINVAL,
			"machine: ram_bytes 0x%llx is not a multiple of 4 MiB of at least 16 MiB",
			(u64)cfg->ram_bytes);
	if (cfg->ram_bytes > SIM_MAX_RAM)
		return sim_refuse(
			-EINVAL,
			"machine: ram_bytes 0x%llx is more than the 64 GiB that can be modelled",
			(u64)cfg->ram_bytes);
	if (cfg->ram_hole_start < SZ_16M || cfg->ram_hole_start % SZ_4M ||
	    cfg->ram_hole_start > SIM_MMIO32_END - SZ_64M)
		return sim_refuse(
			-EINVAL,
			"machine: ram_hole_start 0x%llx leaves no place for devices: use a multiple of 4 MiB from 16 MiB to 0x%llx",
			(u64)cfg->ram_hole_start, SIM_MMIO32_END - SZ_64M);
	if (!cfg->nr_cpus || cfg->nr_cpus > 64)
		return sim_refuse(-EINVAL, "machine: %u CPUs: use 1 to 64",
				  cfg->nr_cpus);
	if (cfg->iommu > DMASIM_IOMMU_LAZY)
		return sim_refuse(-EINVAL, "machine: unknown iommu mode %d",
				  cfg->iommu);
	if (cfg->layout > DMASIM_LAYOUT_SCATTERED)
		return sim_refuse(-EINVAL, "machine: unknown layout %d",
				  cfg->layout);
	if (cfg->peers > DMASIM_PEERS_NONE)
		return sim_refuse(-EINVAL, "machine: unknown peers mode %d",
				  cfg->peers);
	if (sim_check_format(cfg))
		return -EINVAL;
	if (!iommu_commands_known(cfg->iommu_commands))
		return sim_refuse(
			-EINVAL,
			"machine: unknown iommu_commands \"%s\": use vtd, amd, smmu, smmu-norange, smmu-norange-7.0, riscv or direct",
			cfg->iommu_commands);
	if (cfg->invalidation_mode > DMASIM_INVALIDATION_RANDOM)
		return sim_refuse(-EINVAL,
				  "machine: unknown invalidation mode %d",
				  cfg->invalidation_mode);
	if (!swiotlb_option_valid(cfg->swiotlb))
		return sim_refuse(
			-EINVAL,
			"machine: swiotlb=\"%s\": use [slabs][,areas][,force|noforce] with at most 64 areas",
			cfg->swiotlb);
	if (cfg->coherent_pool % PAGE_SIZE ||
	    cfg->coherent_pool > cfg->ram_bytes)
		return sim_refuse(
			-EINVAL,
			"machine: coherent_pool 0x%llx is not a number of whole pages that fits into RAM",
			(u64)cfg->coherent_pool);
	if (!iova_allocator_find(cfg->iova_allocator))
		return sim_refuse(
			-EINVAL,
			"machine: unknown IOVA allocator \"%s\": use linux or gap",
			cfg->iova_allocator);
	return sim_check_restricted(cfg) ?: sim_dma_ranges_check(cfg);
}

static void sim_pick_seed(u64 wanted)
{
	const char *env = host_env("DMASIM_SEED");

	seed = wanted;
	if (!seed && env && kstrtoull(env, 0, &seed))
		seed = 0;
	if (!seed)
		seed = 1;
}

static int sim_power_on(const struct dmasim_machine_config *cfg,
			bool count_steps)
{
	static const enum hw_peers peers[] = {
		[DMASIM_PEERS_DIRECT] = HW_PEERS_DIRECT,
		[DMASIM_PEERS_HOST_BRIDGE] = HW_PEERS_REDIRECT,
		[DMASIM_PEERS_NONE] = HW_PEERS_NONE,
	};
	static const enum hw_cmdq_mode cmdq_modes[] = {
		[DMASIM_INVALIDATION_AT_WAIT] = HW_CMDQ_AT_WAIT,
		[DMASIM_INVALIDATION_IMMEDIATE] = HW_CMDQ_IMMEDIATE,
		[DMASIM_INVALIDATION_RANDOM] = HW_CMDQ_RANDOM,
	};
	u64 low = min_t(u64, cfg->ram_bytes, cfg->ram_hole_start);
	struct hw_config hw = {
		/* Page 0 stays unused: translating to 0 means "unmapped". */
		.ram = { { .start = PAGE_SIZE, .size = low - PAGE_SIZE } },
		.nr_ram = 1,
		.mmio32_start = cfg->ram_hole_start,
		.mmio32_end = SIM_MMIO32_END,
		.mmio64_start = SIM_MMIO64_START,
		.mmio64_end = SIM_MMIO64_START + SIM_MMIO64_SIZE,
		.peers = peers[cfg->peers],
		.iommu = cfg->iommu != DMASIM_IOMMU_OFF,
		.iommu_caching_mode = cfg->iommu_caching_mode,
		.iommu_prefetch = cfg->iommu_prefetch,
		.iotlb_entries = cfg->iotlb_entries,
		.iotlb_random = cfg->iotlb_random,
		.iotlb_seed = seed,
		.iommu_messages =
			cfg->iommu != DMASIM_IOMMU_OFF &&
			iommu_format_messages(cfg->iommu_format ?: "vtdss"),
		.walk_noncoherent = cfg->iommu != DMASIM_IOMMU_OFF &&
				    !cfg->iommu_walk_coherent,
		.cmdq_mode = cmdq_modes[cfg->invalidation_mode],
		.cmdq_seed = seed,
		.cache_speculation = cfg->cache_speculation,
		.cache_seed = seed,
		.confidential = cfg->confidential,
		.count_steps = count_steps,
	};
	const char *why;

	if (cfg->ram_bytes > low) {
		hw.ram[1].start = SZ_4G;
		hw.ram[1].size = cfg->ram_bytes - low;
		hw.nr_ram = 2;
	}
	sim_dma_ranges_fill(cfg, &hw);
	why = hw_init(&hw);
	if (why)
		return sim_refuse(-EINVAL, "machine: %s", why);
	return 0;
}

/* ---- layers, in boot order ---------------------------------------------------- */

static int boot_lib(const struct dmasim_machine_config *cfg)
{
	struct lib_params params = {
		.nr_cpus = cfg->nr_cpus,
		.seed = seed,
		.real_time = cfg->real_time,
		.count_steps = hw_get_config()->count_steps,
	};

	return lib_boot(&params);
}

static int boot_trace(const struct dmasim_machine_config *cfg)
{
	return trace_boot();
}

/* What is traced is no leak; it is closed when nothing happens any more. */
static unsigned int check_trace(void)
{
	return 0;
}

static enum mm_layout to_mm_layout(enum dmasim_layout layout)
{
	return layout == DMASIM_LAYOUT_SCATTERED ? MM_LAYOUT_SCATTERED :
						   MM_LAYOUT_CONTIGUOUS;
}

static int boot_mm(const struct dmasim_machine_config *cfg)
{
	struct mm_params params = {
		.layout = to_mm_layout(cfg->layout),
		.seed = seed,
	};

	return mm_boot(&params);
}

static int boot_restricted(const struct dmasim_machine_config *cfg)
{
	const char *why;
	unsigned int i;
	int ret;

	for (i = 0; i < DMASIM_MAX_RESTRICTED; i++) {
		const struct dmasim_restricted *r = &cfg->restricted[i];

		if (!r->size)
			continue;
		ret = swiotlb_region_reserve(i + 1, r->base, r->size);
		if (ret) {
			why = ret == -EINVAL ? "that is not RAM" :
			      ret == -EBUSY  ? "that RAM is in use" :
					       "there is no such range";
			return sim_refuse(
				ret,
				"machine: restricted pool %u, 0x%llx bytes at 0x%llx: %s",
				i + 1, (u64)r->size, (u64)r->base, why);
		}
	}
	return 0;
}

static int boot_swiotlb(const struct dmasim_machine_config *cfg)
{
	struct swiotlb_params params = {
		.option = cfg->swiotlb,
		.addressing_limited = cfg->ram_bytes > cfg->ram_hole_start ||
				      cfg->kmalloc_bounce,
		.dynamic = cfg->swiotlb_dynamic,
	};

	int ret;

	/* Firmware was there first. */
	ret = boot_restricted(cfg) ?: swiotlb_boot(&params);
	if (ret)
		swiotlb_shutdown();
	return ret;
}

static int boot_pci(const struct dmasim_machine_config *cfg)
{
	return pci_boot();
}

static int boot_iommu(const struct dmasim_machine_config *cfg)
{
	static const enum iommu_boot_mode modes[] = {
		[DMASIM_IOMMU_OFF] = IOMMU_BOOT_OFF,
		[DMASIM_IOMMU_IDENTITY] = IOMMU_BOOT_IDENTITY,
		[DMASIM_IOMMU_STRICT] = IOMMU_BOOT_STRICT,
		[DMASIM_IOMMU_LAZY] = IOMMU_BOOT_LAZY,
	};
	struct iommu_params params = {
		.mode = modes[cfg->iommu],
		.format = cfg->iommu_format ?: "vtdss",
		.levels = cfg->iommu_levels,
		.granule = cfg->iommu_granule,
		.commands = cfg->iommu_commands,
		.shadow_on_flush = cfg->iommu_shadow_on_flush,
		.deferred_attach = cfg->iommu_deferred_attach,
		.debug_pagealloc = cfg->iommu_debug_pagealloc,
	};

	return iommu_boot(&params);
}

static int boot_dma(const struct dmasim_machine_config *cfg)
{
	struct dma_params params = {
		.forcedac = cfg->forcedac,
		.iova_allocator = cfg->iova_allocator,
		.coherent_pool = cfg->coherent_pool,
		.kmalloc_bounce = cfg->kmalloc_bounce,
		.checker = cfg->checker,
		.checker_entries = cfg->checker_entries,
	};

	return dma_boot(&params);
}

static int boot_block(const struct dmasim_machine_config *cfg)
{
	return block_boot();
}

static const struct {
	const char *name;
	int (*boot)(const struct dmasim_machine_config *cfg);
	unsigned int (*check)(void);
	void (*shutdown)(void);
} layers[] = {
	{ "lib", boot_lib, lib_check, lib_shutdown },
	{ "trace", boot_trace, check_trace, trace_close_all },
	{ "mm", boot_mm, mm_check, mm_shutdown },
	{ "swiotlb", boot_swiotlb, swiotlb_check, swiotlb_shutdown },
	{ "pci", boot_pci, pci_check, pci_shutdown },
	{ "iommu", boot_iommu, iommu_check, iommu_shutdown },
	{ "dma", boot_dma, dma_check, dma_shutdown },
	{ "block", boot_block, block_check, block_shutdown },
};

static unsigned int sim_shutdown_layers(struct dmasim_machine *m)
{
	unsigned int leaks = 0;

	while (m->booted) {
		m->booted--;
		leaks += layers[m->booted].check();
		layers[m->booted].shutdown();
	}
	return leaks;
}

static void sim_power_off(struct dmasim_machine *m)
{
	if (m->hw)
		hw_exit();
	host_cpu_unbind();
	the_machine = NULL;
	host_free(m);
}

int dmasim_machine_create(const struct dmasim_machine_config *cfg,
			  struct dmasim_machine **machine)
{
	struct dmasim_machine *m;
	bool count_steps;
	int ret;

	if (the_machine)
		return sim_refuse(
			-EBUSY,
			"machine: one exists already: destroy it first");
	host_event_reset();
	refusal[0] = '\0';
	ret = sim_check_config(cfg);
	if (!ret)
		ret = sim_cost_boot(cfg->cost, &count_steps);
	if (ret)
		return ret;
	m = host_alloc(sizeof(*m));
	if (!m)
		return sim_refuse(-ENOMEM,
				  "machine: the host is out of memory");
	m->cfg = *cfg;
	INIT_LIST_HEAD(&m->devices);
	sim_pick_seed(cfg->seed);
	host_clock_set_mode(cfg->real_time ? HOST_CLOCK_REAL :
					     HOST_CLOCK_VIRTUAL);
	host_cpu_bind(0);
	ret = sim_power_on(cfg, count_steps);
	if (ret)
		goto err_off;
	m->hw = true;
	for (; m->booted < ARRAY_SIZE(layers); m->booted++) {
		ret = layers[m->booted].boot(cfg);
		if (ret) {
			if (!refusal[0])
				sim_refuse(
					ret,
					"machine: booting %s failed: error %d",
					layers[m->booted].name, -ret);
			goto err_layers;
		}
	}
	the_machine = m;
	ret = sim_trace_from_env();
	if (ret)
		goto err_layers;
	lib_initcalls();
	*machine = m;
	return 0;

err_layers:
	sim_shutdown_layers(m);
err_off:
	sim_power_off(m);
	return ret;
}
EXPORT_SYMBOL(dmasim_machine_create);

unsigned int dmasim_machine_destroy(struct dmasim_machine *m)
{
	struct dmasim_device *dev, *next;
	unsigned int leaks;

	lib_fail_off();
	list_for_each_entry_safe(dev, next, &m->devices, node)
		dmasim_device_destroy(dev);
	lib_exitcalls();
	lib_run();
	leaks = sim_shutdown_layers(m);
	sim_power_off(m);
	return leaks;
}
EXPORT_SYMBOL(dmasim_machine_destroy);

/* ---- running it ------------------------------------------------------------------ */

int dmasim_param_set(const char *module, const char *param, const char *value)
{
	int ret = lib_param_set(module, param, value);

	if (ret == -ENOENT)
		return sim_refuse(ret, "module %s has no parameter %s", module,
				  param);
	if (ret)
		return sim_refuse(ret, "%s.%s does not take \"%s\": error %d",
				  module, param, value, -ret);
	return 0;
}
EXPORT_SYMBOL(dmasim_param_set);

uint64_t dmasim_seed(void)
{
	return seed;
}
EXPORT_SYMBOL(dmasim_seed);

void dmasim_run(void)
{
	lib_run();
}
EXPORT_SYMBOL(dmasim_run);

void dmasim_run_for(uint64_t ns)
{
	lib_run_for(ns);
}
EXPORT_SYMBOL(dmasim_run_for);

uint64_t dmasim_now(void)
{
	return host_clock_now();
}
EXPORT_SYMBOL(dmasim_now);

uint64_t dmasim_host_now(void)
{
	return host_clock_real();
}
EXPORT_SYMBOL(dmasim_host_now);

int dmasim_cpu_bind(unsigned int cpu)
{
	int ret;

	if (!the_machine || cpu >= the_machine->cfg.nr_cpus)
		return sim_refuse(-EINVAL, "machine: no CPU %u", cpu);
	ret = host_cpu_bind(cpu);
	if (ret)
		return sim_refuse(ret, "machine: a thread owns CPU %u", cpu);
	return 0;
}
EXPORT_SYMBOL(dmasim_cpu_bind);

void dmasim_set_layout(enum dmasim_layout layout)
{
	mm_set_layout(to_mm_layout(layout));
}
EXPORT_SYMBOL(dmasim_set_layout);

void dmasim_panic_hook(void (*hook)(const char *text))
{
	host_panic_set_hook(hook);
}
EXPORT_SYMBOL(dmasim_panic_hook);
