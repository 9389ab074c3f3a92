/* SPDX-License-Identifier: MIT */
/*
 * Access to device registers.
 *
 * ioremap() returns a cookie in address space that nothing is mapped to: only
 * the accessors below reach the device, and a plain load or store through the
 * cookie faults at once. What the accessors promise:
 *
 *   readX(c)   a load that is finished before anything after it starts
 *   writeX(v, c)   stores to memory before it are visible to the device when
 *              the device sees the write; writes to one device stay in order
 *   _relaxed   order among accesses to the same device only
 *   wmb()      orders two streams of writes, as in the kernel
 *
 * Values are little endian on the bus. An address outside of the window is
 * ordinary memory: register files in tests may be plain arrays.
 *
 * same:    readb..readq, writeb..writeq (+ relaxed), ioread/iowrite 8..64 (+be),
 *          memcpy_fromio, memcpy_toio, memset_io, ioremap family, iounmap,
 *          __iowrite32_copy, __iowrite64_copy
 * reduced: memory types (wc, uc, np) are not told apart; no port I/O
 * stub:    arch_phys_wc_add: none
 */
#ifndef _DMASIM_LINUX_IO_H
#define _DMASIM_LINUX_IO_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/swab.h>
#include <asm/byteorder.h>
#include <asm/barrier.h>

struct device;
struct resource;

u64 lib_io_read(const volatile void __iomem *addr, unsigned int size);
void lib_io_write(volatile void __iomem *addr, unsigned int size, u64 val);

#define LIB_IO_ACCESSORS(bits, letter)                                        \
	static inline u##bits read##letter(const volatile void __iomem *addr) \
	{                                                                     \
		return (u##bits)lib_io_read(addr, (bits) / 8);                \
	}                                                                     \
	static inline u##bits read##letter##_relaxed(                         \
		const volatile void __iomem *addr)                            \
	{                                                                     \
		return (u##bits)lib_io_read(addr, (bits) / 8);                \
	}                                                                     \
	static inline void write##letter(u##bits val,                         \
					 volatile void __iomem *addr)         \
	{                                                                     \
		lib_io_write(addr, (bits) / 8, val);                          \
	}                                                                     \
	static inline void write##letter##_relaxed(                           \
		u##bits val, volatile void __iomem *addr)                     \
	{                                                                     \
		lib_io_write(addr, (bits) / 8, val);                          \
	}

/* clang-format off */
LIB_IO_ACCESSORS(8, b)
LIB_IO_ACCESSORS(16, w)
LIB_IO_ACCESSORS(32, l)
LIB_IO_ACCESSORS(64, q)
/* clang-format on */

#define readb readb
#define readw readw
#define readl readl
#define readq readq
#define writeb writeb
#define writew writew
#define writel writel
#define writeq writeq
#define __raw_readb(a) readb(a)
#define __raw_readw(a) readw(a)
#define __raw_readl(a) readl(a)
#define __raw_readq(a) readq(a)
#define __raw_writeb(v, a) writeb(v, a)
#define __raw_writew(v, a) writew(v, a)
#define __raw_writel(v, a) writel(v, a)
#define __raw_writeq(v, a) writeq(v, a)

#define ioread8(a) readb(a)
#define ioread16(a) readw(a)
#define ioread32(a) readl(a)
#define ioread64(a) readq(a)
#define iowrite8(v, a) writeb(v, a)
#define iowrite16(v, a) writew(v, a)
#define iowrite32(v, a) writel(v, a)
#define iowrite64(v, a) writeq(v, a)
#define ioread16be(a) swab16(readw(a))
#define ioread32be(a) swab32(readl(a))
#define ioread64be(a) swab64(readq(a))
#define iowrite16be(v, a) writew(swab16(v), a)
#define iowrite32be(v, a) writel(swab32(v), a)
#define iowrite64be(v, a) writeq(swab64(v), a)

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count);
void memcpy_toio(volatile void __iomem *to, const void *from, size_t count);
void memset_io(volatile void __iomem *addr, int value, size_t count);
void __iowrite32_copy(void __iomem *to, const void *from, size_t count);
void __iowrite64_copy(void __iomem *to, const void *from, size_t count);
void __ioread32_copy(void *to, const void __iomem *from, size_t count);

void __iomem *ioremap(phys_addr_t phys, size_t size);
void iounmap(volatile void __iomem *addr);

#define ioremap_wc(phys, size) ioremap(phys, size)
#define ioremap_uc(phys, size) ioremap(phys, size)
#define ioremap_np(phys, size) ioremap(phys, size)
#define ioremap_cache(phys, size) ioremap(phys, size)

/* Need devres; implemented by the device core. */
void __iomem *devm_ioremap(struct device *dev, resource_size_t offset,
			   resource_size_t size);
void __iomem *devm_ioremap_wc(struct device *dev, resource_size_t offset,
			      resource_size_t size);
void devm_iounmap(struct device *dev, void __iomem *addr);
void __iomem *devm_ioremap_resource(struct device *dev,
				    const struct resource *res);

#define IOMEM_ERR_PTR(err) ((__force void __iomem *)ERR_PTR(err))

static inline int arch_phys_wc_add(unsigned long base, unsigned long size)
{
	return 0;
}

static inline void arch_phys_wc_del(int handle)
{
}

#endif
