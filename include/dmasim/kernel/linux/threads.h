/* SPDX-License-Identifier: MIT */
/*
 * How many CPUs there can be.
 *
 * Same:    NR_CPUS.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_THREADS_H
#define _DMASIM_LINUX_THREADS_H

#define NR_CPUS CONFIG_NR_CPUS

#endif
