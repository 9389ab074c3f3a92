/* SPDX-License-Identifier: MIT */
/*
 * Linkage words.
 *
 * Same:    none of the assembly side.
 * Reduced: C only.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_LINKAGE_H
#define _DMASIM_LINUX_LINKAGE_H

#include <linux/compiler_types.h>
#include <linux/export.h>
#include <linux/stringify.h>

#define __page_aligned_data __aligned(4096)
#define __page_aligned_bss __aligned(4096)

#endif
