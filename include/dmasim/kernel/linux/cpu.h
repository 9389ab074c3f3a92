/* SPDX-License-Identifier: MIT */
/*
 * CPUs as devices: all are online from boot to shutdown.
 *
 * same:    cpus_read_lock and relatives (nothing can change)
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_CPU_H
#define _DMASIM_LINUX_CPU_H

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/cleanup.h>

static inline void cpus_read_lock(void)
{
}
static inline int cpus_read_trylock(void)
{
	return 1;
}
static inline void cpus_read_unlock(void)
{
}
static inline void lockdep_assert_cpus_held(void)
{
}

#define get_online_cpus() cpus_read_lock()
#define put_online_cpus() cpus_read_unlock()

DEFINE_LOCK_GUARD_0(cpus_read_lock, cpus_read_lock(), cpus_read_unlock())

#endif
