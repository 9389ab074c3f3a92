/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's passage to the host: threads, waits, clocks, bookkeeping
 * memory. Nothing is decided here.
 *
 * Tests: tests/unit/lib/test_wait.c, test_timer.c
 */
#include "lib/sched.h"

#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/stddef.h>

#include "host/host.h"

static_assert(sizeof(struct dmasim_self) == sizeof(struct host_self));
static_assert(DMASIM_STRIPE == HOST_STRIPE);
static_assert(offsetof(struct dmasim_self, stripe) ==
	      offsetof(struct host_self, stripe));
static_assert(offsetof(struct dmasim_self, preempt) ==
	      offsetof(struct host_self, preempt));
static_assert(offsetof(struct dmasim_self, irq_off) ==
	      offsetof(struct host_self, irq_off));
static_assert(offsetof(struct dmasim_self, in_softirq) ==
	      offsetof(struct host_self, in_softirq));
static_assert(offsetof(struct dmasim_self, task) ==
	      offsetof(struct host_self, task));
static_assert(offsetof(struct dmasim_self, locks) ==
	      offsetof(struct host_self, locks));

/* Inline functions of the headers reach the thread through it. */
EXPORT_SYMBOL(host_self);

/** lib_clock_start() - choose the clock and restart it at 0. */
void lib_clock_start(bool real_time)
{
	host_clock_set_mode(real_time ? HOST_CLOCK_REAL : HOST_CLOCK_VIRTUAL);
}

/** lib_clock_is_real() - timers follow the host's clock. */
bool lib_clock_is_real(void)
{
	return host_clock_get_mode() == HOST_CLOCK_REAL;
}

/**
 * lib_now() - simulated nanoseconds since boot
 *
 * Context: any. Return: the time.
 */
u64 lib_now(void)
{
	return host_clock_now();
}

/** lib_clock_advance() - move virtual time by @ns. */
void lib_clock_advance(u64 ns)
{
	host_clock_advance(ns);
}

/** lib_clock_real_ns() - the host's own clock, for pacing. */
u64 lib_clock_real_ns(void)
{
	return host_clock_real();
}

/** lib_yield() - let another host thread run. */
void lib_yield(void)
{
	host_yield();
}

/**
 * lib_futex_wait() - sleep while *@addr == @expected
 * @addr: word that a waker changes first
 * @expected: value to sleep on
 * @real_ns: limit of the host's time; the caller then counts as running.
 *	0: no limit, and it counts as asleep
 *
 * Context: may sleep. May return early.
 */
void lib_futex_wait(u32 *addr, u32 expected, u64 real_ns)
{
	if (real_ns)
		host_wait_timeout(addr, expected, real_ns);
	else
		host_wait(addr, expected);
}

/** lib_futex_wake() - wake all that sleep on @addr. */
void lib_futex_wake(u32 *addr)
{
	host_wake(addr, 0x7fffffff);
}

/** lib_threads_running() - host threads not asleep, the caller included. */
unsigned int lib_threads_running(void)
{
	return host_threads_running();
}

/** lib_heavy_barrier() - see host_heavy_barrier(). */
bool lib_heavy_barrier(void)
{
	return host_heavy_barrier();
}

/** lib_thread_start() - a host thread, or NULL. */
void *lib_thread_start(void (*fn)(void *arg), void *arg, const char *name)
{
	return host_thread_create(fn, arg, name);
}

/** lib_thread_join() - wait for the end of a thread and forget it. */
void lib_thread_join(void *thread)
{
	host_thread_join(thread);
}

/** lib_on_thread_exit() - @fn is told the task of each thread that ends. */
void lib_on_thread_exit(void (*fn)(void *task))
{
	host_thread_set_exit_hook(fn);
}

/** lib_alloc() - zeroed bookkeeping memory, NULL when out of it. */
void *lib_alloc(size_t size)
{
	return host_alloc(size);
}

/** lib_free() - give back memory of lib_alloc(). */
void lib_free(void *p)
{
	host_free(p);
}

/** lib_reserve() - address space that faults on any access, or NULL. */
void *lib_reserve(size_t size)
{
	return host_reserve(size, 4096);
}

/** lib_unreserve() - give back a range of lib_reserve(). */
void lib_unreserve(void *start, size_t size)
{
	host_release(start, size);
}
