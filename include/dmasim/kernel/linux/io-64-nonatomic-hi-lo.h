/* SPDX-License-Identifier: MIT */
/*
 * 64-bit registers by two 32-bit accesses, the high half first.
 *
 * readq() and writeq() stay one access: the simulated bus has 64-bit ones.
 *
 * same:    hi_lo_readq, hi_lo_writeq (+ relaxed)
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IO_64_NONATOMIC_HI_LO_H
#define _DMASIM_LINUX_IO_64_NONATOMIC_HI_LO_H

#include <linux/io.h>

static inline u64 hi_lo_readq(const volatile void __iomem *addr)
{
	u64 val = (u64)readl((const volatile u8 __iomem *)addr + 4) << 32;

	return val | readl(addr);
}

static inline void hi_lo_writeq(u64 val, volatile void __iomem *addr)
{
	writel((u32)(val >> 32), (volatile u8 __iomem *)addr + 4);
	writel((u32)val, addr);
}

#define hi_lo_readq_relaxed(addr) hi_lo_readq(addr)
#define hi_lo_writeq_relaxed(val, addr) hi_lo_writeq(val, addr)

#endif
