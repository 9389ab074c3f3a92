/* SPDX-License-Identifier: MIT */
/*
 * Bitmaps of dirty pages. Models drivers/iommu/iommufd/iova_bitmap.c, 6.17, in
 * what callers can see; 6.17 may set bits behind the end of the range, in the last
 * page that it pinned, which is not done here.
 *
 *	bit n of byte m  <->  iova + ((8 * m + n) << shift)
 *
 * Locks: none; bits are set atomically, so readers may share a bitmap.
 * Tests: tests/unit/iommu/test_dirty.c
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/iova_bitmap.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>

/**
 * struct iova_bitmap - see above
 * @iova, @last: first and last byte of the range
 * @length: bytes of it
 */
struct iova_bitmap {
	unsigned long iova, last;
	size_t length;
	unsigned int shift;
	u8 *bits;
};

struct iova_bitmap *iova_bitmap_alloc(unsigned long iova, size_t length,
				      unsigned long page_size, u64 __user *data)
{
	struct iova_bitmap *bitmap;

	if (!page_size)
		return ERR_PTR(-EINVAL);
	if (length && iova > ULONG_MAX - (length - 1))
		return ERR_PTR(-EOVERFLOW);
	bitmap = kzalloc(sizeof(*bitmap), GFP_KERNEL);
	if (!bitmap)
		return ERR_PTR(-ENOMEM);
	bitmap->iova = iova;
	bitmap->length = length;
	bitmap->last = iova + length - 1;
	bitmap->shift = __ffs(page_size);
	bitmap->bits = (__force u8 *)data;
	return bitmap;
}
EXPORT_SYMBOL_GPL(iova_bitmap_alloc);

void iova_bitmap_free(struct iova_bitmap *bitmap)
{
	kfree(bitmap);
}
EXPORT_SYMBOL_GPL(iova_bitmap_free);

int iova_bitmap_for_each(struct iova_bitmap *bitmap, void *opaque,
			 iova_bitmap_fn_t fn)
{
	return fn(bitmap, bitmap->iova, bitmap->length, opaque);
}
EXPORT_SYMBOL_GPL(iova_bitmap_for_each);

void iova_bitmap_set(struct iova_bitmap *bitmap, unsigned long iova,
		     size_t length)
{
	unsigned long last = iova + length - 1, bit, end;

	if (last < iova)
		last = ULONG_MAX;
	if (!length || !bitmap->length || last < bitmap->iova ||
	    iova > bitmap->last)
		return;
	bit = (max(iova, bitmap->iova) - bitmap->iova) >> bitmap->shift;
	end = (min(last, bitmap->last) - bitmap->iova) >> bitmap->shift;
	for (; bit <= end; bit++)
		__atomic_fetch_or(&bitmap->bits[bit / 8], 1u << bit % 8,
				  __ATOMIC_RELAXED);
}
EXPORT_SYMBOL_GPL(iova_bitmap_set);
