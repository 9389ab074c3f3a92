/* SPDX-License-Identifier: MIT */
/*
 * Seam: steps of the kernel side that a cost model has a price for. They are kept
 * where the hardware keeps its own (src/hw/cost.c).
 *
 * Tests: tests/unit/sim/test_cost.c
 */
#include "lib/lib.h"

#include "hw/hw.h"

/**
 * lib_cost_add() - this CPU did steps
 * @step: which
 * @nr: how many
 *
 * Context: any; the machine counts steps.
 */
void lib_cost_add(enum lib_cost_step step, u64 nr)
{
	static const enum hw_cost_step steps[] = {
		[LIB_COST_COMMAND] = HW_COST_COMMAND,
		[LIB_COST_WAIT] = HW_COST_WAIT,
		[LIB_COST_BOUNCE_BYTE] = HW_COST_BOUNCE_BYTE,
	};

	hw_cost_cpu_add(steps[step], nr);
}
