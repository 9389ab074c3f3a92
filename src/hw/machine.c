/* SPDX-License-Identifier: MIT */
/*
 * Power: which machine exists, and whether it can.
 *
 * hw_init() checks the whole description before it builds anything, so that a
 * refused machine leaves nothing behind. What is checked here is what a board
 * could not have: RAM or windows on top of each other, or on top of the
 * interrupt address range.
 *
 * I1  Between hw_init() and hw_exit() hw_config does not change.
 *
 * Locks: none; power is switched by one thread.
 * Tests: tests/unit/hw/test_machine.c
 */
#include "hw/fabric.h"
#include "hw/iommu.h"

struct hw_config hw_config;
bool hw_powered;

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	return a < b_end && b < a_end;
}

static const char *check_windows(const struct hw_config *cfg)
{
	uint64_t start = cfg->mmio32_start, end = cfg->mmio32_end;

	if (start > end || (start | end) & 0xfffff)
		return "the 32-bit MMIO window is not a range of whole MiB";
	if (end > 1ull << 32)
		return "the 32-bit MMIO window ends above 4 GiB";
	if (end && !start)
		return "the 32-bit MMIO window starts at address 0";

	start = cfg->mmio64_start;
	end = cfg->mmio64_end;
	if (start > end || (start | end) & 0xfffff)
		return "the 64-bit MMIO window is not a range of whole MiB";
	if (end && start < 1ull << 32)
		return "the 64-bit MMIO window starts below 4 GiB";
	return NULL;
}

static const char *check_ram(const struct hw_config *cfg)
{
	uint64_t limit = 1ull << cfg->iommu_oas_lg2, prev_end = 0;
	unsigned int i;

	if (!cfg->nr_ram)
		return "no RAM at all";
	if (cfg->nr_ram > HW_MAX_RAM_RANGES)
		return "more RAM ranges than the machine has slots";

	for (i = 0; i < cfg->nr_ram; i++) {
		uint64_t start = cfg->ram[i].start, size = cfg->ram[i].size;
		uint64_t end = start + size;

		if (!size)
			return "a RAM range is empty";
		if ((start | size) & (HW_PAGE - 1))
			return "a RAM range is not made of whole pages";
		if (!start)
			return "RAM at physical page 0";
		if (end < start || end > limit)
			return "RAM beyond the physical address width";
		if (i && start < cfg->ram[i - 1].start)
			return "RAM ranges are not in ascending order";
		if (start < prev_end)
			return "RAM ranges overlap";
		if (overlap(start, end, cfg->mmio32_start, cfg->mmio32_end) ||
		    overlap(start, end, cfg->mmio64_start, cfg->mmio64_end))
			return "RAM overlaps the MMIO window";
		if (overlap(start, end, HW_MSI_FIRST, HW_MSI_LAST + 1))
			return "RAM overlaps the interrupt addresses";
		prev_end = end;
	}
	return NULL;
}

/**
 * hw_init() - power on
 * @cfg: the machine to build; copied
 *
 * Context: one thread, no machine powered.
 * Return: NULL, or a static text that says why this machine cannot exist;
 * nothing is left behind then.
 */
const char *hw_init(const struct hw_config *cfg)
{
	const char *why;

	if (hw_powered)
		return "a machine is powered on already";

	hw_config = *cfg;
	if (!hw_config.iommu_oas_lg2)
		hw_config.iommu_oas_lg2 = 52;
	if (hw_config.iommu_oas_lg2 < 32 || hw_config.iommu_oas_lg2 > 52)
		return "the physical address width is not 32..52 bits";
	why = check_windows(&hw_config);
	if (!why)
		why = check_ram(&hw_config);
	if (!why)
		why = hw_ram_init();
	if (why)
		return why;

	why = hw_private_init();
	if (!why)
		why = hw_cache_init();
	if (!why)
		why = hw_iommu_init();
	if (why) {
		hw_cache_exit();
		hw_private_exit();
		hw_ram_exit();
		return why;
	}
	hw_fault_init();
	hw_cmdq_init();
	hw_atc_init();
	hw_cost_init();
	hw_fabric_init();
	hw_powered = true;
	return NULL;
}

/**
 * hw_exit() - power off
 *
 * Devices that are still plugged go away; RAM contents are lost.
 * Context: one thread; no model is inside a callback.
 */
void hw_exit(void)
{
	if (!hw_powered)
		return;
	hw_fabric_exit();
	hw_irq_set_sink(NULL, NULL);
	hw_iommu_exit();
	hw_cache_exit();
	hw_private_exit();
	hw_ram_exit();
	hw_powered = false;
}

/* ---- observer ------------------------------------------------------------ */

void (*hw_trace_observer)(const struct hw_trace *did);

/**
 * hw_trace_set() - who wants to know what the hardware does
 * @observer: replaces the one before; NULL: nobody
 *
 * Context: no hardware lock held; also without a machine.
 */
void hw_trace_set(void (*observer)(const struct hw_trace *did))
{
	__atomic_store_n(&hw_trace_observer, observer, __ATOMIC_RELEASE);
	hw_iommu_forget_slots();
}

/** hw_trace() - tell the observer, if there still is one. */
void hw_trace(const struct hw_trace *did)
{
	void (*observer)(const struct hw_trace *) =
		__atomic_load_n(&hw_trace_observer, __ATOMIC_ACQUIRE);

	if (observer)
		observer(did);
}

/**
 * hw_get_config() - the machine that is powered on
 *
 * Context: any thread.
 * Return: its description, with defaults filled in.
 */
const struct hw_config *hw_get_config(void)
{
	return &hw_config;
}

/**
 * hw_status_name() - short name of a verdict
 * @status: the verdict
 *
 * Context: any thread.
 * Return: a static text, "unknown" for a number that is none.
 */
const char *hw_status_name(enum hw_status status)
{
	static const char *const names[] = {
		[HW_OK] = "ok",
		[HW_ERR_UNMAPPED] = "unmapped",
		[HW_ERR_PERM] = "no permission",
		[HW_ERR_RANGE] = "out of range",
		[HW_ERR_RESERVED] = "malformed entry",
		[HW_ERR_TABLE] = "bad table pointer",
		[HW_ERR_BLOCKED] = "blocked",
		[HW_ERR_DECODE] = "no such address",
		[HW_ERR_BUSMASTER] = "bus mastering off",
		[HW_ERR_SIZE] = "unsupported size",
		[HW_ERR_PRIVATE] = "private memory",
		[HW_ERR_WINDOW] = "outside all windows",
		[HW_ERR_ACCESS] = "access flag",
		[HW_ERR_ADDR_SIZE] = "address size",
	};

	if ((unsigned int)status >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[status];
}
