/* SPDX-License-Identifier: MIT */
/*
 * Address space, the RAM file and the bookkeeping heap.
 *
 * All simulated RAM is one memfd whose offsets are physical addresses. A view
 * is a shared mapping of a piece of it at an address that was reserved before;
 * any number of views of a page exist at once and show the same bytes. Nothing
 * is populated: a page costs memory from its first touch on.
 *
 *	host_reserve()      |........ PROT_NONE, faults .........|
 *	host_ram_map()      |....[== offset 0x1000.. ==].........|
 *	host_ram_unmap()    |....................................|
 *
 * I1  An address in a reservation either shows the RAM file or faults; it is
 *     never free for somebody else's mapping.
 * I2  At most one RAM file is open.
 *
 * Sanitizers and valgrind follow mmap() by themselves; no annotation is needed
 * because reservations are PROT_NONE and MAP_NORESERVE.
 * Locks: none; the RAM file is opened and closed by one thread.
 * Tests: tests/unit/host/test_memory.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/host.h"

#define HOST_PAGE 4096ull

static int ram_fd = -1;
static uint64_t ram_span;
static unsigned long alloc_live;

static bool page_aligned(uint64_t v)
{
	return !(v & (HOST_PAGE - 1));
}

/**
 * host_reserve() - reserve address space that faults on any access
 * @size: bytes, a multiple of 4096, not 0
 * @align: power of two, at least 4096
 *
 * Context: any thread.
 * Return: the start, or NULL for a bad argument or when the operating system
 * has no such range.
 */
void *host_reserve(size_t size, size_t align)
{
	size_t head, slack;
	char *start;

	if (!size || !page_aligned(size) || align < HOST_PAGE ||
	    (align & (align - 1)))
		return NULL;

	slack = align - HOST_PAGE;
	if (size + slack < size)
		return NULL;
	start = mmap(NULL, size + slack, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		return NULL;

	/* Trim what the alignment cost on both sides. */
	head = -(uintptr_t)start & (align - 1);
	if (head)
		munmap(start, head);
	if (slack - head)
		munmap(start + head + size, slack - head);
	return start + head;
}

/**
 * host_release() - give back a range of host_reserve() or host_map_anon()
 * @start: as returned
 * @size: as asked for
 *
 * Context: any thread.
 */
void host_release(void *start, size_t size)
{
	if (start && munmap(start, size))
		host_panic("host_release: munmap %p, %zu bytes: errno %d",
			   start, size, errno);
}

/**
 * host_map_anon() - zeroed private memory that costs nothing until touched
 * @size: bytes, rounded up to pages
 *
 * Context: any thread.
 * Return: page-aligned start, or NULL.
 */
void *host_map_anon(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/**
 * host_ram_open() - create the file that holds all simulated RAM
 * @span: bytes, a multiple of 4096; valid offsets are [0, span)
 *
 * Context: one thread at a time.
 * Return: 0; -EBUSY if one is open; -EINVAL for a bad @span; else the errno of
 * the operating system.
 */
int host_ram_open(uint64_t span)
{
	int fd;

	if (ram_fd >= 0)
		return -EBUSY;
	if (!span || !page_aligned(span) || span > INT64_MAX)
		return -EINVAL;

	fd = memfd_create("dmasim-ram", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)span)) {
		int err = errno;

		close(fd);
		return -err;
	}
	ram_fd = fd;
	ram_span = span;
	return 0;
}

/**
 * host_ram_close() - forget the RAM file
 *
 * Views that still exist keep their pages until they are released.
 * Context: one thread at a time.
 */
void host_ram_close(void)
{
	if (ram_fd < 0)
		return;
	close(ram_fd);
	ram_fd = -1;
	ram_span = 0;
}

/**
 * host_ram_map() - show @len bytes of the RAM file at a reserved address
 * @va: page aligned, inside a host_reserve() range; an old view is replaced
 * @offset: physical address, page aligned
 * @len: bytes, a multiple of 4096
 *
 * Context: any thread.
 * Return: 0; -EINVAL for a bad argument or a range outside the file; else the
 * errno of the operating system, and the old view is still there.
 */
int host_ram_map(void *va, uint64_t offset, size_t len)
{
	void *p;

	if (ram_fd < 0 || !len || !page_aligned((uintptr_t)va | offset | len))
		return -EINVAL;
	if (offset >= ram_span || len > ram_span - offset)
		return -EINVAL;

	p = mmap(va, len, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED | MAP_NORESERVE, ram_fd, (off_t)offset);
	return p == MAP_FAILED ? -errno : 0;
}

/**
 * host_ram_unmap() - turn a view back into reserved, faulting space
 * @va: page aligned
 * @len: bytes, a multiple of 4096
 *
 * Context: any thread.
 */
void host_ram_unmap(void *va, size_t len)
{
	void *p = mmap(va, len, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		       -1, 0);

	if (p == MAP_FAILED)
		host_panic("host_ram_unmap: %p, %zu bytes: errno %d", va, len,
			   errno);
}

/**
 * host_ram_discard() - drop contents; the range reads as zeroes again
 * @offset: physical address, page aligned
 * @len: bytes, a multiple of 4096
 *
 * Context: any thread.
 */
void host_ram_discard(uint64_t offset, size_t len)
{
	if (fallocate(ram_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      (off_t)offset, (off_t)len))
		host_panic("host_ram_discard: %#llx, %zu bytes: errno %d",
			   (unsigned long long)offset, len, errno);
}

/**
 * host_alloc() - zeroed block for bookkeeping, never simulated RAM
 * @size: bytes; 0 gives a block of unspecified size
 *
 * Context: any thread.
 * Return: the block, aligned for any type, or NULL.
 */
void *host_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (p)
		__atomic_fetch_add(&alloc_live, 1, __ATOMIC_RELAXED);
	return p;
}

/**
 * host_free() - free a block of host_alloc()
 * @p: the block; NULL does nothing
 *
 * Context: any thread.
 */
void host_free(void *p)
{
	if (!p)
		return;
	__atomic_fetch_sub(&alloc_live, 1, __ATOMIC_RELAXED);
	free(p);
}

/**
 * host_alloc_live() - blocks of host_alloc() that were not freed yet
 *
 * Context: any thread.
 * Return: the number.
 */
unsigned long host_alloc_live(void)
{
	return __atomic_load_n(&alloc_live, __ATOMIC_RELAXED);
}
