/* SPDX-License-Identifier: MIT */
/*
 * CPU hotplug states. The CPUs of the simulated machine never come or go
 * after boot, so a callback is never called.
 *
 * same:    names, cpuhp_setup_state* returning a dynamic state number
 * reduced: startup callbacks are not run for CPUs that are up already
 *          (the _nocalls contract, for all forms)
 * stub:    -
 */
#ifndef _DMASIM_LINUX_CPUHOTPLUG_H
#define _DMASIM_LINUX_CPUHOTPLUG_H

#include <linux/types.h>

struct hlist_node;

enum cpuhp_state {
	CPUHP_INVALID = -1,
	CPUHP_OFFLINE = 0,
	CPUHP_IOMMU_IOVA_DEAD,
	CPUHP_BLK_MQ_DEAD,
	CPUHP_BIO_DEAD,
	CPUHP_AP_BLK_MQ_ONLINE,
	CPUHP_AP_ONLINE_DYN,
	CPUHP_AP_ONLINE_DYN_END = CPUHP_AP_ONLINE_DYN + 40,
	CPUHP_ONLINE,
};

static inline int cpuhp_setup_state_nocalls(enum cpuhp_state state,
					    const char *name,
					    int (*startup)(unsigned int cpu),
					    int (*teardown)(unsigned int cpu))
{
	return state == CPUHP_AP_ONLINE_DYN ? (int)state : 0;
}

static inline int cpuhp_setup_state_multi(
	enum cpuhp_state state, const char *name,
	int (*startup)(unsigned int cpu, struct hlist_node *node),
	int (*teardown)(unsigned int cpu, struct hlist_node *node))
{
	return state == CPUHP_AP_ONLINE_DYN ? (int)state : 0;
}

static inline int cpuhp_state_add_instance_nocalls(enum cpuhp_state state,
						   struct hlist_node *node)
{
	return 0;
}

static inline int cpuhp_state_remove_instance_nocalls(enum cpuhp_state state,
						      struct hlist_node *node)
{
	return 0;
}

static inline void cpuhp_remove_state_nocalls(enum cpuhp_state state)
{
}
static inline void cpuhp_remove_multi_state(enum cpuhp_state state)
{
}

#endif
