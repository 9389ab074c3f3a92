/* SPDX-License-Identifier: MIT */
/*
 * cpu_relax(): the body of a busy loop.
 *
 * Same:    contract: a loop that waits for another CPU or for time ends.
 * Reduced: in virtual time each call takes 100 ns.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_VDSO_PROCESSOR_H
#define _DMASIM_ASM_VDSO_PROCESSOR_H

#include <linux/compiler_types.h>

/* lets other threads, and a little of the machine's time, go on */
void lib_cpu_relax(void);

static __always_inline void cpu_relax(void)
{
	lib_cpu_relax();
}

#endif
