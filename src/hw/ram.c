/* SPDX-License-Identifier: MIT */
/*
 * RAM: one linear view, host address = base + physical address.
 *
 *	base       hole (faults)        hole (faults)
 *	 |..|===== RAM 0 =====|.........|====== RAM 1 ======|
 *	 0  start[0]     end[0]      start[1]          end[1] = hw_ram_end()
 *
 * The view covers the holes as reserved address space, so a wrong pointer into
 * one faults instead of reading something. Page 0 is never RAM (machine.c).
 *
 * I1  hw_ram_valid(p, n) is true exactly if [base + p, base + p + n) is mapped.
 *
 * Locks: none; constant while the machine is on.
 * Tests: tests/unit/hw/test_machine.c
 */
#include "hw/machine.h"

/* Physical and host addresses agree modulo any page size up to this. */
#define RAM_ALIGN (1ull << 30)

char *hw_ram_host;
static uint64_t ram_span;

/**
 * hw_ram_init() - build the RAM that hw_config describes
 *
 * Context: hw_init().
 * Return: NULL, or a static text of what could not be had.
 */
const char *hw_ram_init(void)
{
	const struct hw_ram_range *last = &hw_config.ram[hw_config.nr_ram - 1];
	const char *why = "the host has no address space for this RAM";
	unsigned int i;

	ram_span = last->start + last->size;
	hw_ram_host = host_reserve(ram_span, RAM_ALIGN);
	if (!hw_ram_host)
		return why;
	if (host_ram_open(ram_span)) {
		why = "the host has no memory file for this RAM";
		goto err_release;
	}
	for (i = 0; i < hw_config.nr_ram; i++) {
		const struct hw_ram_range *r = &hw_config.ram[i];

		if (host_ram_map(hw_ram_host + r->start, r->start, r->size))
			goto err_close;
	}
	return NULL;

err_close:
	host_ram_close();
err_release:
	host_release(hw_ram_host, ram_span);
	hw_ram_host = NULL;
	return why;
}

/**
 * hw_ram_exit() - take RAM away
 *
 * Context: hw_exit().
 */
void hw_ram_exit(void)
{
	host_release(hw_ram_host, ram_span);
	host_ram_close();
	hw_ram_host = NULL;
	ram_span = 0;
}

/**
 * hw_ram_base() - host address of physical address 0
 *
 * Context: any thread.
 * Return: base; RAM at phys is at base + phys. NULL when powered off.
 */
void *hw_ram_base(void)
{
	return hw_ram_host;
}

/**
 * hw_ram_end() - one past the last byte of RAM
 *
 * Context: any thread.
 * Return: a physical address.
 */
uint64_t hw_ram_end(void)
{
	return ram_span;
}

/**
 * hw_ram_run() - how much RAM starts at a physical address
 * @phys: physical address
 *
 * Context: any thread.
 * Return: bytes of uninterrupted RAM from @phys on, 0 if @phys is not RAM.
 */
uint64_t hw_ram_run(uint64_t phys)
{
	uint64_t run = 0;
	unsigned int i;

	for (i = 0; i < hw_config.nr_ram; i++) {
		const struct hw_ram_range *r = &hw_config.ram[i];
		uint64_t off = phys + run - r->start;

		/* Ranges ascend, so a touching neighbour comes next. */
		if (off < r->size)
			run += r->size - off;
	}
	return run;
}

/**
 * hw_ram_valid() - is all of a range RAM?
 * @phys: physical address
 * @len: bytes
 *
 * Context: any thread.
 * Return: true if every byte is.
 */
bool hw_ram_valid(uint64_t phys, uint64_t len)
{
	return hw_ram_run(phys) >= len;
}
