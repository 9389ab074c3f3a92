/* SPDX-License-Identifier: MIT */
/*
 * Page tables: the counters behind struct pt_stats, shared by pages.c and the
 * formats.
 */
#ifndef DMASIM_IOMMU_PT_PT_COUNTERS_H
#define DMASIM_IOMMU_PT_PT_COUNTERS_H

#include <linux/atomic.h>

#include "lib/lib.h"

struct pt_counters {
	struct lib_counter pte_writes;
	struct lib_counter tables_allocated;
	struct lib_counter tables_freed;
	struct lib_counter tops_grown;
	atomic64_t pages;
	atomic64_t pages_peak;
};

/* Not for other libraries: hidden spares a look into their table. */
extern struct pt_counters pt_counters __attribute__((visibility("hidden")));

#endif
