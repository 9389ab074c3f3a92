/* SPDX-License-Identifier: MIT */
/*
 * The block layer's own interface to the folders above it.
 *
 * Kernel code uses <linux/bio.h>, <linux/blkdev.h>, <linux/blk-mq.h> and
 * <linux/blk-mq-dma.h>; this header is for booting, checking and finding.
 */
#ifndef BLOCK_BLOCK_H
#define BLOCK_BLOCK_H

#include <linux/blk_types.h>

int block_boot(void);
unsigned int block_check(void);
void block_shutdown(void);

struct block_device *block_sim_lookup(const char *disk_name);

#endif
