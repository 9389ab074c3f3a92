/* SPDX-License-Identifier: MIT */
/*
 * Page runs of host memory that huge pages may back.
 *
 * Bookkeeping that is spread over many megabytes and read at random pays for a
 * walk of the host's page tables at each step. Linux knows no such cost: its
 * linear map, where such objects are, consists of huge pages. Simulated RAM is
 * a file, for which hosts rarely offer them; for private memory most do.
 *
 * Runs are cut off the newest block. What comes back waits, by length, for the
 * next request of that length; blocks stay until the end. The first blocks are
 * small and have ordinary pages, so a small machine pays nothing.
 *
 * H1  A run is in one list or in the hands of the caller.
 *
 * Locks: huge->lock, taken last.
 * Tests: tests/unit/host/test_huge.c
 */
#include <sys/mman.h>

#include "host/host.h"

#define HOST_PAGE 4096ul
#define HUGE_PAGE (2ul << 20)
#define FIRST_BLOCK (256ul << 10)
/* Each block is twice as large as the one before: more than there is memory. */
#define MAX_BLOCKS 24

/* The first words of a run that waits. */
struct run {
	struct run *next;
};

struct host_huge {
	struct host_mutex lock;
	char *at, *end; /* what is left of the newest block */
	unsigned int nr_blocks;
	char *blocks[MAX_BLOCKS];
	struct run *waiting[HOST_HUGE_MAX / HOST_PAGE + 1];
};

static size_t block_size(unsigned int block)
{
	return FIRST_BLOCK << block;
}

/* What is left of the block before is lost: less than is asked for. */
static bool add_block(struct host_huge *huge)
{
	size_t size = block_size(huge->nr_blocks);
	char *block;

	if (huge->nr_blocks == MAX_BLOCKS)
		return false;
	block = host_reserve(size, size < HUGE_PAGE ? HOST_PAGE : HUGE_PAGE);
	if (!block)
		return false;
	if (mprotect(block, size, PROT_READ | PROT_WRITE)) {
		host_release(block, size);
		return false;
	}
	/* Without huge pages it is as right, and slower. */
	if (size >= HUGE_PAGE)
		madvise(block, size, MADV_HUGEPAGE);
	huge->blocks[huge->nr_blocks++] = block;
	huge->at = block;
	huge->end = block + size;
	return true;
}

/**
 * host_huge_create() - no memory yet
 *
 * Context: any thread.
 * Return: NULL when memory is short.
 */
struct host_huge *host_huge_create(void)
{
	return host_alloc(sizeof(struct host_huge));
}

/**
 * host_huge_destroy() - give all back, whoever has it
 * @huge: NULL does nothing
 *
 * Context: no other thread uses @huge, now or later.
 */
void host_huge_destroy(struct host_huge *huge)
{
	if (!huge)
		return;
	while (huge->nr_blocks--)
		host_release(huge->blocks[huge->nr_blocks],
			     block_size(huge->nr_blocks));
	host_free(huge);
}

/**
 * host_huge_alloc() - a run of pages, not zeroed
 * @huge: where from
 * @size: bytes, a multiple of 4096, at most HOST_HUGE_MAX
 *
 * Context: any thread.
 * Return: the run, aligned to 4096; NULL for another @size or without memory.
 */
void *host_huge_alloc(struct host_huge *huge, size_t size)
{
	struct run **waiting = &huge->waiting[size / HOST_PAGE];
	void *run = NULL;

	if (!size || size > HOST_HUGE_MAX || size % HOST_PAGE)
		return NULL;
	host_mutex_lock(&huge->lock);
	if (*waiting) {
		run = *waiting;
		*waiting = (*waiting)->next;
	} else if ((size_t)(huge->end - huge->at) >= size || add_block(huge)) {
		run = huge->at;
		huge->at += size;
	}
	host_mutex_unlock(&huge->lock);
	return run;
}

/**
 * host_huge_free() - a run comes back
 * @huge: where it came from
 * @start: of host_huge_alloc()
 * @size: as asked for
 *
 * Context: any thread.
 */
void host_huge_free(struct host_huge *huge, void *start, size_t size)
{
	struct run *run = start;

	host_mutex_lock(&huge->lock);
	run->next = huge->waiting[size / HOST_PAGE];
	huge->waiting[size / HOST_PAGE] = run;
	host_mutex_unlock(&huge->lock);
}
