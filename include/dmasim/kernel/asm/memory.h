/* SPDX-License-Identifier: MIT */
/*
 * <asm/memory.h>: where some architectures keep the linear map.
 *
 * Same: everything is in <asm/page.h>.
 * Reduced: nothing.
 * Stub: nothing.
 */
#ifndef _DMASIM_ASM_MEMORY_H
#define _DMASIM_ASM_MEMORY_H

#include <asm/page.h>

#endif
