/* SPDX-License-Identifier: MIT */
/*
 * Private to src/iommu: the simulated IOMMU's driver and its hardware seam.
 */
#ifndef IOMMU_SIM_IOMMU_H
#define IOMMU_SIM_IOMMU_H

#include <linux/types.h>

enum sim_format { SIM_FORMAT_VTDSS, SIM_FORMAT_AMDV1 };

void sim_hw_context_table(u16 rid, enum sim_format format, u64 root, u8 levels,
			  u16 domain_id, bool deferred);
void sim_hw_context_bypass(u16 rid);
void sim_hw_context_block(u16 rid);
void sim_hw_invalidate_range(u16 domain_id, u64 first, u64 last,
			     bool leaf_only);
void sim_hw_invalidate_domain(u16 domain_id);
bool sim_hw_caching_mode(void);
unsigned int sim_hw_fault_irq(void);
void sim_hw_table_freed(u64 phys, u64 len);

/** struct sim_fault - an access that was refused. */
struct sim_fault {
	u16 rid;
	bool write;
	u64 addr;
};

/* The first record from number *@nr on, without taking it; *@nr moves on. */
bool sim_hw_fault(u64 *nr, struct sim_fault *fault);

#endif
