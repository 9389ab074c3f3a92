/* SPDX-License-Identifier: MIT */
/*
 * An NVMe controller with its disk, on the machine of the fixture, and I/O to
 * it as a file system would issue it.
 */
#ifndef TESTS_CONSUMERS_NVME_DISK_H
#define TESTS_CONSUMERS_NVME_DISK_H

#include <linux/bio.h>
#include <linux/blkdev.h>

#include "support/fixture.h"

#define DISK_BYTES (16ull << 20)
#define MAX_IO_PAGES 512
/* What the cases move of each page, however large that is. */
#define DISK_PAGE 4096

/** struct disk - what a case works with, in static storage. */
struct disk {
	struct fixture *f;
	struct dmasim_nvme_config cfg;
	struct dmasim_device *nvme;
	struct block_device *bdev;
};

extern struct disk disk;

/** disk_plug() - plug in the controller; the driver makes nvme0n1. */
void disk_plug(struct fixture *f, const char *path);

/** disk_unplug() - and back to what was before. */
void disk_unplug(void);

/** disk_pages_*() - memory for I/O; page i is filled with @fill + i. */
int disk_pages_alloc(struct page **page, unsigned int nr);
void disk_pages_fill(struct page **page, unsigned int nr, u8 fill);
void disk_pages_free(struct page **page, unsigned int nr);

/** disk_rw() - one bio of these pages; its errno, or -ENOMEM. */
int disk_rw(enum req_op op, sector_t sector, struct page **page,
	    unsigned int nr);

/** disk_rw_len() - the same with @len bytes from the start of each page. */
int disk_rw_len(enum req_op op, sector_t sector, struct page **page,
		unsigned int nr, unsigned int len);

/**
 * disk_io() - one bio of @nr whole pages from allocated pages of @fill
 * @sector: 512-byte sectors
 * @read_back: for a read: bytes that arrived, @nr pages; else NULL
 * Return: 0, or the errno of the bio; -ENOMEM if a page or the bio could not be
 * had (failure injection).
 */
int disk_io(enum req_op op, sector_t sector, unsigned int nr, u8 fill,
	    u8 *read_back);

/** log_has() - does a log line newer than event @since contain @part? */
bool log_has(uint64_t since, const char *part);

/** disk_setup_*() - set-up functions: the standard machine plus the disk. */
int disk_setup(void **state);
int disk_setup_without_sgl(void **state);
int disk_teardown(void **state);

#endif
