/* SPDX-License-Identifier: MIT */
/*
 * <linux/iova_bitmap.h>: a bit for each page of a range of device addresses.
 *
 * same: alloc, free, for_each, set; order of bits
 * reduced: the bitmap is memory of this process: nothing is pinned, and no
 *	window moves over it
 */
#ifndef _DMASIM_LINUX_IOVA_BITMAP_H
#define _DMASIM_LINUX_IOVA_BITMAP_H

#include <linux/types.h>

struct iova_bitmap;

typedef int (*iova_bitmap_fn_t)(struct iova_bitmap *bitmap, unsigned long iova,
				size_t length, void *opaque);

/**
 * iova_bitmap_alloc() - describe a bitmap
 * @iova: address of the first bit
 * @length: bytes that the bitmap stands for
 * @page_size: bytes a bit stands for; its lowest set bit counts
 * @data: the bits, bit 0 of byte 0 first; they are only ever set
 *
 * Context: may sleep.
 * Return: the bitmap; ERR_PTR(-ENOMEM); ERR_PTR(-EINVAL) for @page_size 0;
 * ERR_PTR(-EOVERFLOW) for a range beyond the last address.
 */
struct iova_bitmap *iova_bitmap_alloc(unsigned long iova, size_t length,
				      unsigned long page_size,
				      u64 __user *data);

/** iova_bitmap_free() - the bits themselves are the caller's. NULL is fine. */
void iova_bitmap_free(struct iova_bitmap *bitmap);

/** iova_bitmap_for_each() - call @fn once for the whole range; its result. */
int iova_bitmap_for_each(struct iova_bitmap *bitmap, void *opaque,
			 iova_bitmap_fn_t fn);

/**
 * iova_bitmap_set() - set the bits of all pages that [@iova, +@length) touches
 *
 * What lies outside of the bitmap's range, or beyond the last address, is left out.
 * Context: any.
 */
void iova_bitmap_set(struct iova_bitmap *bitmap, unsigned long iova,
		     size_t length);

#endif
