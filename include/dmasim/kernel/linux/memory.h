/* SPDX-License-Identifier: MIT */
/*
 * <linux/memory.h>: memory blocks.
 *
 * Same: nothing.
 * Reduced: no memory hotplug; drivers include this for what it includes.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MEMORY_H
#define _DMASIM_LINUX_MEMORY_H

#include <linux/mmzone.h>

#endif
