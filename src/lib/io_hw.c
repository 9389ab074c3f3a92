/* SPDX-License-Identifier: MIT */
/*
 * Register access: cookies and what is behind them.
 *
 * A cookie is window base + physical address. The window is reserved address
 * space as large as the machine's MMIO reaches, so a load or store that does not
 * go through the accessors faults at the very instruction. If the host cannot
 * reserve that much, the base is an address no program can have, with the same
 * effect.
 *
 * I1  cookie - io.base < io.span exactly for addresses from ioremap().
 *
 * Locks: io.lock for setting up; accesses take none.
 * Tests: tests/unit/lib/test_io.c
 */
#include "lib/sched.h"

#include <linux/align.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kernel.h>

#include "hw/hw.h"

#define NO_ADDRESS (1ull << 62) /* not canonical: always faults */

static struct {
	raw_spinlock_t lock;
	u64 base, span;
	unsigned int live;
} io = { .lock = __RAW_SPIN_LOCK_INITIALIZER(io.lock) };

/* The lock is held. */
static void open_window(void)
{
	const struct hw_config *cfg = hw_get_config();
	u64 span = cfg ? max(cfg->mmio32_end, cfg->mmio64_end) : 0;
	void *start;

	if (!span)
		return;
	span = ALIGN(span, 4096ull);
	start = lib_reserve(span);
	io.base = start ? (u64)start : NO_ADDRESS;
	__atomic_store_n(&io.span, span, __ATOMIC_RELEASE);
}

/**
 * ioremap() - cookie for a range of device registers
 * @phys: physical address, any alignment
 * @size: bytes
 *
 * Context: process.
 * Return: the cookie; NULL for RAM (with a WARN), an empty range, or one that is
 * not in the machine's MMIO windows.
 */
void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	u64 base = 0;

	if (!size || phys + size < phys)
		return NULL;
	if (WARN(hw_ram_valid(phys, 1), "ioremap on RAM at %pap", &phys))
		return NULL;
	raw_spin_lock(&io.lock);
	if (!io.span)
		open_window();
	if (phys + size <= io.span) {
		base = io.base;
		io.live++;
	}
	raw_spin_unlock(&io.lock);
	return base ? (void __iomem *)(base + phys) : NULL;
}
EXPORT_SYMBOL(ioremap);

/**
 * iounmap() - give a cookie back
 * @addr: of ioremap(), or anywhere inside; others WARN
 *
 * Context: process.
 */
void iounmap(volatile void __iomem *addr)
{
	bool bad;

	raw_spin_lock(&io.lock);
	bad = (u64)addr - io.base >= io.span || !io.live;
	if (!bad)
		io.live--;
	raw_spin_unlock(&io.lock);
	WARN(bad, "iounmap of %p, which is not mapped", (void *)addr);
}
EXPORT_SYMBOL(iounmap);

static __always_inline bool is_cookie(const volatile void __iomem *addr,
				      u64 *phys)
{
	u64 span = __atomic_load_n(&io.span, __ATOMIC_ACQUIRE);

	if (unlikely(!span)) /* no window yet, and no base */
		return false;
	*phys = (u64)addr - io.base;
	return likely(*phys < span);
}

/**
 * lib_io_read() - readX()
 * @addr: cookie, or plain memory
 * @size: 1, 2, 4, 8
 *
 * Context: any. Return: the value, all ones if no device answers.
 */
u64 lib_io_read(const volatile void __iomem *addr, unsigned int size)
{
	u64 phys;

	if (is_cookie(addr, &phys))
		return hw_mmio_read(phys, size);
	switch (size) {
	case 1:
		return __atomic_load_n((u8 *)addr, __ATOMIC_ACQUIRE);
	case 2:
		return __atomic_load_n((u16 *)addr, __ATOMIC_ACQUIRE);
	case 4:
		return __atomic_load_n((u32 *)addr, __ATOMIC_ACQUIRE);
	default:
		return __atomic_load_n((u64 *)addr, __ATOMIC_ACQUIRE);
	}
}
EXPORT_SYMBOL(lib_io_read);

/** lib_io_write() - writeX(); arguments as lib_io_read(). Context: any. */
void lib_io_write(volatile void __iomem *addr, unsigned int size, u64 val)
{
	u64 phys;

	if (is_cookie(addr, &phys)) {
		hw_mmio_write(phys, size, val);
		return;
	}
	switch (size) {
	case 1:
		__atomic_store_n((u8 *)addr, (u8)val, __ATOMIC_RELEASE);
		break;
	case 2:
		__atomic_store_n((u16 *)addr, (u16)val, __ATOMIC_RELEASE);
		break;
	case 4:
		__atomic_store_n((u32 *)addr, (u32)val, __ATOMIC_RELEASE);
		break;
	default:
		__atomic_store_n((u64 *)addr, val, __ATOMIC_RELEASE);
	}
}
EXPORT_SYMBOL(lib_io_write);

/* ---- blocks ------------------------------------------------------------- */

/* Largest access that is aligned at @addr and not longer than @left. */
static unsigned int step(u64 addr, size_t left)
{
	unsigned int size = 8;

	while (addr % size || size > left)
		size /= 2;
	return size;
}

/** memcpy_fromio() - read @count bytes in ascending, aligned accesses. */
void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count)
{
	u8 *dst = to;
	const volatile u8 __iomem *src = from;
	unsigned int size;

	for (; count; count -= size, dst += size, src += size) {
		u64 val;

		size = step((u64)src, count);
		val = lib_io_read(src, size);
		__builtin_memcpy(dst, &val, size);
	}
}
EXPORT_SYMBOL(memcpy_fromio);

/** memcpy_toio() - write @count bytes in ascending, aligned accesses. */
void memcpy_toio(volatile void __iomem *to, const void *from, size_t count)
{
	volatile u8 __iomem *dst = to;
	const u8 *src = from;
	unsigned int size;

	for (; count; count -= size, dst += size, src += size) {
		u64 val = 0;

		size = step((u64)dst, count);
		__builtin_memcpy(&val, src, size);
		lib_io_write(dst, size, val);
	}
}
EXPORT_SYMBOL(memcpy_toio);

/** memset_io() - fill @count bytes. */
void memset_io(volatile void __iomem *addr, int value, size_t count)
{
	volatile u8 __iomem *dst = addr;
	u64 pattern = 0x0101010101010101ull * (u8)value;
	unsigned int size;

	for (; count; count -= size, dst += size) {
		size = step((u64)dst, count);
		lib_io_write(dst, size, pattern);
	}
}
EXPORT_SYMBOL(memset_io);

/** __iowrite32_copy() - write @count 32-bit units. */
void __iowrite32_copy(void __iomem *to, const void *from, size_t count)
{
	const u32 *src = from;
	u32 __iomem *dst = to;

	while (count--)
		lib_io_write(dst++, 4, *src++);
}
EXPORT_SYMBOL(__iowrite32_copy);

/** __iowrite64_copy() - write @count 64-bit units. */
void __iowrite64_copy(void __iomem *to, const void *from, size_t count)
{
	const u64 *src = from;
	u64 __iomem *dst = to;

	while (count--)
		lib_io_write(dst++, 8, *src++);
}
EXPORT_SYMBOL(__iowrite64_copy);

/** __ioread32_copy() - read @count 32-bit units. */
void __ioread32_copy(void *to, const void __iomem *from, size_t count)
{
	const u32 __iomem *src = from;
	u32 *dst = to;

	while (count--)
		*dst++ = (u32)lib_io_read(src++, 4);
}
EXPORT_SYMBOL(__ioread32_copy);

/* ---- leaks -------------------------------------------------------------- */

/** lib_io_check() - report cookies not given back. Return: 0 or 1. */
unsigned int lib_io_check(void)
{
	if (!io.live)
		return 0;
	lib_event(LIB_EVENT_LEAK, "ioremap-leak", NULL, 0, 0,
		  "%u register mappings were not unmapped", io.live);
	return 1;
}

/** lib_io_shutdown() - close the window. */
void lib_io_shutdown(void)
{
	if (io.span && io.base != NO_ADDRESS)
		lib_unreserve((void *)io.base, io.span);
	io.base = 0;
	io.span = 0;
	io.live = 0;
}
