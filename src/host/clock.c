/* SPDX-License-Identifier: MIT */
/*
 * Two clocks behind one face: virtual time, which moves only when told to, and
 * the host's monotonic time.
 *
 * I1  host_clock_now() never goes back between two calls of
 *     host_clock_set_mode().
 *
 * Locks: none; one atomic word.
 * Tests: tests/unit/host/test_clock.c
 */
#include <time.h>

#include "host/host.h"

static enum host_clock_mode clock_mode;
static uint64_t clock_virtual; /* ns */
static uint64_t clock_start; /* host_clock_real() at set_mode */

/**
 * host_clock_real() - the host's monotonic clock, for measuring
 *
 * Context: any thread.
 * Return: nanoseconds since some fixed moment.
 */
uint64_t host_clock_real(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/**
 * host_clock_set_mode() - choose the clock and restart it at 0
 * @mode: virtual or real
 *
 * Context: while no other thread uses the clock.
 */
void host_clock_set_mode(enum host_clock_mode mode)
{
	__atomic_store_n(&clock_virtual, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&clock_start, host_clock_real(), __ATOMIC_RELAXED);
	__atomic_store_n(&clock_mode, mode, __ATOMIC_RELEASE);
}

/**
 * host_clock_get_mode() - which clock is in force
 *
 * Context: any thread.
 * Return: the mode; virtual until somebody chose.
 */
enum host_clock_mode host_clock_get_mode(void)
{
	return __atomic_load_n(&clock_mode, __ATOMIC_ACQUIRE);
}

/**
 * host_clock_now() - time since host_clock_set_mode()
 *
 * Context: any thread.
 * Return: nanoseconds of the clock in force.
 */
uint64_t host_clock_now(void)
{
	if (host_clock_get_mode() == HOST_CLOCK_VIRTUAL)
		return __atomic_load_n(&clock_virtual, __ATOMIC_ACQUIRE);
	return host_clock_real() -
	       __atomic_load_n(&clock_start, __ATOMIC_RELAXED);
}

/**
 * host_clock_advance() - move virtual time forward
 * @ns: nanoseconds
 *
 * Context: any thread. Does nothing while the real clock is in force.
 */
void host_clock_advance(uint64_t ns)
{
	if (host_clock_get_mode() == HOST_CLOCK_VIRTUAL)
		__atomic_fetch_add(&clock_virtual, ns, __ATOMIC_RELEASE);
}
