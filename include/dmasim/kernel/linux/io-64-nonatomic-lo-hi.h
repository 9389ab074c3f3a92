/* SPDX-License-Identifier: MIT */
/*
 * 64-bit registers by two 32-bit accesses, the low half first.
 *
 * readq() and writeq() stay one access: the simulated bus has 64-bit ones.
 *
 * same:    lo_hi_readq, lo_hi_writeq (+ relaxed)
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IO_64_NONATOMIC_LO_HI_H
#define _DMASIM_LINUX_IO_64_NONATOMIC_LO_HI_H

#include <linux/io.h>

static inline u64 lo_hi_readq(const volatile void __iomem *addr)
{
	u64 val = readl(addr);

	return val | (u64)readl((const volatile u8 __iomem *)addr + 4) << 32;
}

static inline void lo_hi_writeq(u64 val, volatile void __iomem *addr)
{
	writel((u32)val, addr);
	writel((u32)(val >> 32), (volatile u8 __iomem *)addr + 4);
}

#define lo_hi_readq_relaxed(addr) lo_hi_readq(addr)
#define lo_hi_writeq_relaxed(val, addr) lo_hi_writeq(val, addr)

#endif
