/* SPDX-License-Identifier: MIT */
/*
 * Seam: what traces ask of the host: files, clocks, memory, a lock.
 *
 * I1  The lock's owner is known, so that an event that a callback causes is
 *     noticed instead of waited for.
 * Tests: tests/unit/trace/test_sink.c
 */
#include <asm/dmasim_self.h>

#include "trace/internal.h"

#include "host/host.h"

static struct host_mutex mutex;
static const void *owner; /* the holder's dmasim_self */
static u64 clock_start;

int trace_out_create(const char *path, struct trace_out **out)
{
	return host_file_create(path, (struct host_file **)out);
}

int trace_out_from_fd(int fd, struct trace_out **out)
{
	return host_file_from_fd(fd, (struct host_file **)out);
}

void trace_out_write(struct trace_out *out, const char *text, size_t len)
{
	host_file_write((struct host_file *)out, text, len);
}

int trace_out_close(struct trace_out *out)
{
	return host_file_close((struct host_file *)out);
}

bool trace_lock(void)
{
	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) == &dmasim_self)
		return false;
	host_mutex_lock(&mutex);
	__atomic_store_n(&owner, &dmasim_self, __ATOMIC_RELAXED);
	return true;
}

void trace_unlock(void)
{
	__atomic_store_n(&owner, NULL, __ATOMIC_RELAXED);
	host_mutex_unlock(&mutex);
}

void trace_force_unlock(void)
{
	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) == &dmasim_self)
		trace_unlock();
}

void trace_clock_start(void)
{
	clock_start = host_clock_real();
}

u64 trace_machine_ns(void)
{
	return host_clock_now();
}

u64 trace_host_ns(void)
{
	return host_clock_real() - clock_start;
}

void *trace_heap_alloc(size_t size)
{
	return host_alloc(size);
}

void trace_heap_free(void *p)
{
	host_free(p);
}
