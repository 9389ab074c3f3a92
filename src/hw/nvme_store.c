/* SPDX-License-Identifier: MIT */
/*
 * The namespace of the NVMe model: a shared mapping of a file, or anonymous
 * memory that costs nothing until written.
 *
 * Tests: tests/unit/hw/test_nvme.c
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw/nvme.h"

const char *hw_nvme_store_open(struct hw_nvme *n)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	struct stat st;
	void *map;

	n->store_fd = -1;
	n->store_size = n->cfg.blocks << n->cfg.block_lg2;
	if (n->store_size >> n->cfg.block_lg2 != n->cfg.blocks ||
	    n->store_size > (uint64_t)INT64_MAX)
		return "the namespace is larger than 2^63 bytes";
	if (n->cfg.backing_path) {
		n->store_fd = open(n->cfg.backing_path, O_RDWR | O_CREAT, 0644);
		if (n->store_fd < 0 || fstat(n->store_fd, &st))
			return "the backing file cannot be opened";
		if (!S_ISREG(st.st_mode))
			return "the backing path is no regular file";
		if (ftruncate(n->store_fd, n->store_size))
			return "the backing file cannot get the namespace's size";
		flags = MAP_SHARED;
	}
	map = mmap(NULL, n->store_size, PROT_READ | PROT_WRITE, flags,
		   n->store_fd, 0);
	if (map == MAP_FAILED)
		return "no address space for the namespace";
	n->store = map;
	return NULL;
}

void hw_nvme_store_close(struct hw_nvme *n)
{
	if (n->store)
		munmap(n->store, n->store_size);
	if (n->store_fd >= 0)
		close(n->store_fd);
	n->store = NULL;
	n->store_fd = -1;
}

void hw_nvme_store_flush(struct hw_nvme *n)
{
	if (n->store_fd >= 0)
		msync(n->store, n->store_size, MS_SYNC);
}

bool hw_nvme_store_read(struct hw_nvme *nvme, uint64_t byte, void *buf,
			size_t len)
{
	if (byte > nvme->store_size || len > nvme->store_size - byte)
		return false;
	memcpy(buf, nvme->store + byte, len);
	return true;
}
