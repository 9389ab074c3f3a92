/* SPDX-License-Identifier: MIT */
/*
 * ID allocators on top of the xarray.
 *
 * An idr is an array that knows its free indices. An ida keeps bitmaps of 1024
 * IDs in an array by ID / 1024; a bitmap goes when its last ID does.
 *
 * Locks: the array's xa_lock.
 * Tests: tests/unit/lib/test_idr.c
 */
#include "lib/sched.h"

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/idr.h>
#include <linux/kernel.h>

#define CHUNK 1024u

struct ida_chunk {
	unsigned long bits[CHUNK / BITS_PER_LONG];
};

/* ---- idr ---------------------------------------------------------------- */

/**
 * idr_alloc_u32() - lowest free ID from *@id to @max
 * @idr: the allocator
 * @ptr: stored with the ID; may be NULL
 * @id: in: lowest; out: the ID, set before @ptr can be found
 * @max: highest
 * @gfp: not looked at
 *
 * Return: 0, -ENOSPC, -ENOMEM; *@id is unchanged on error.
 */
int idr_alloc_u32(struct idr *idr, void *ptr, u32 *id, unsigned long max,
		  gfp_t gfp)
{
	unsigned int base = idr->idr_base;
	u32 slot;
	int ret;

	if (max < base || max < *id)
		return -ENOSPC;
	ret = xa_alloc(&idr->idr_rt, &slot, ptr,
		       XA_LIMIT(*id > base ? *id - base : 0,
				(u32)min_t(unsigned long, max - base, U32_MAX)),
		       gfp);
	if (ret)
		return ret == -EBUSY ? -ENOSPC : ret;
	*id = slot + base;
	return 0;
}
EXPORT_SYMBOL(idr_alloc_u32);

/**
 * idr_alloc() - lowest free ID in [@start, @end)
 * @end: 0 or negative: no limit
 *
 * Return: the ID; -EINVAL for a negative @start, -ENOSPC, -ENOMEM.
 */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 id = (u32)start;
	int ret;

	if (WARN_ON_ONCE(start < 0))
		return -EINVAL;
	ret = idr_alloc_u32(idr, ptr, &id, end > 0 ? end - 1 : INT_MAX, gfp);
	return ret ? ret : (int)id;
}
EXPORT_SYMBOL(idr_alloc);

/** idr_alloc_cyclic() - idr_alloc() that goes on behind the last ID. */
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	int from = max(start, (int)idr_get_cursor(idr)), id = -ENOSPC;

	if (end <= 0 || from < end)
		id = idr_alloc(idr, ptr, from, end, gfp);
	if (id == -ENOSPC && from > start)
		id = idr_alloc(idr, ptr, start, end, gfp);
	if (id >= 0)
		idr_set_cursor(idr, (unsigned int)id + 1);
	return id;
}
EXPORT_SYMBOL(idr_alloc_cyclic);

/** idr_remove() - free @id. Return: its pointer, NULL if it was free. */
void *idr_remove(struct idr *idr, unsigned long id)
{
	return xa_erase(&idr->idr_rt, id - idr->idr_base);
}
EXPORT_SYMBOL(idr_remove);

/** idr_find() - the pointer of @id. Context: any, RCU for what it points to. */
void *idr_find(const struct idr *idr, unsigned long id)
{
	return xa_load((struct xarray *)&idr->idr_rt, id - idr->idr_base);
}
EXPORT_SYMBOL(idr_find);

/** idr_replace() - Return: the old pointer, ERR_PTR(-ENOENT) if @id is free. */
void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	struct xarray *xa = &idr->idr_rt;
	unsigned long index = id - idr->idr_base, flags;
	void *old;

	xa_lock_irqsave(xa, flags);
	/* Only a free index can be inserted at; put it back if it was. */
	if (__xa_insert(xa, index, NULL, 0) != -EBUSY) {
		__xa_erase(xa, index);
		old = ERR_PTR(-ENOENT);
	} else {
		old = __xa_store(xa, index, ptr, 0);
	}
	xa_unlock_irqrestore(xa, flags);
	return old;
}
EXPORT_SYMBOL(idr_replace);

/** idr_get_next_ul() - first pointer from *@nextid on; *@nextid becomes its ID. */
void *idr_get_next_ul(struct idr *idr, unsigned long *nextid)
{
	unsigned long index = *nextid < idr->idr_base ? 0 :
							*nextid - idr->idr_base;
	void *ptr = xa_find(&idr->idr_rt, &index, ULONG_MAX, XA_PRESENT);

	if (ptr)
		*nextid = index + idr->idr_base;
	return ptr;
}
EXPORT_SYMBOL(idr_get_next_ul);

/** idr_get_next() - the same for int IDs. */
void *idr_get_next(struct idr *idr, int *nextid)
{
	unsigned long id = (unsigned int)*nextid;
	void *ptr = idr_get_next_ul(idr, &id);

	if (!ptr || WARN_ON_ONCE(id > INT_MAX))
		return NULL;
	*nextid = (int)id;
	return ptr;
}
EXPORT_SYMBOL(idr_get_next);

/** idr_for_each() - call @fn for each; stops at and returns what is not 0. */
int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data),
		 void *data)
{
	struct xarray *xa = (struct xarray *)&idr->idr_rt;
	unsigned long index;
	void *ptr;
	int ret;

	xa_for_each(xa, index, ptr) {
		ret = fn((int)(index + idr->idr_base), ptr, data);
		if (ret)
			return ret;
	}
	return 0;
}
EXPORT_SYMBOL(idr_for_each);

/** idr_destroy() - free all IDs. */
void idr_destroy(struct idr *idr)
{
	xa_destroy(&idr->idr_rt);
}
EXPORT_SYMBOL(idr_destroy);

/* ---- ida ---------------------------------------------------------------- */

/* Lowest free ID in [min, max], its bit set. Lock held. */
static int ida_take(struct ida *ida, unsigned int min, unsigned int max)
{
	unsigned long index;

	for (index = min / CHUNK; index <= max / CHUNK; index++) {
		struct ida_chunk *chunk = xa_load(&ida->xa, index);
		unsigned long bit = index == min / CHUNK ? min % CHUNK : 0;
		int ret;

		if (chunk)
			bit = find_next_zero_bit(chunk->bits, CHUNK, bit);
		if (bit == CHUNK)
			continue;
		if (index * CHUNK + bit > max)
			break;
		if (!chunk) {
			chunk = lib_alloc(sizeof(*chunk));
			if (!chunk)
				return -ENOMEM;
			ret = xa_err(__xa_store(&ida->xa, index, chunk, 0));
			if (ret) {
				lib_free(chunk);
				return ret;
			}
		}
		chunk->bits[bit / BITS_PER_LONG] |= BIT(bit % BITS_PER_LONG);
		return (int)(index * CHUNK + bit);
	}
	return -ENOSPC;
}

/**
 * ida_alloc_range() - lowest free ID in [@min, @max]
 * @ida: the allocator
 * @min: lowest
 * @max: highest; cut to INT_MAX
 * @gfp: not looked at
 *
 * Context: any. Return: the ID, -ENOSPC, -ENOMEM.
 */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max,
		    gfp_t gfp)
{
	unsigned long flags;
	int id;

	if ((int)min < 0)
		return -ENOSPC;
	if (max > INT_MAX)
		max = INT_MAX;
	if (min > max)
		return -ENOSPC;
	xa_lock_irqsave(&ida->xa, flags);
	id = ida_take(ida, min, max);
	xa_unlock_irqrestore(&ida->xa, flags);
	return id;
}
EXPORT_SYMBOL(ida_alloc_range);

/** ida_free() - free @id; WARNs if it is free. Context: any. */
void ida_free(struct ida *ida, unsigned int id)
{
	unsigned long flags, mask = BIT(id % BITS_PER_LONG), *word;
	struct ida_chunk *chunk;
	bool was_free = true;

	if ((int)id < 0)
		return;
	xa_lock_irqsave(&ida->xa, flags);
	chunk = xa_load(&ida->xa, id / CHUNK);
	if (chunk) {
		word = &chunk->bits[id % CHUNK / BITS_PER_LONG];
		was_free = !(*word & mask);
		*word &= ~mask;
		if (bitmap_empty(chunk->bits, CHUNK)) {
			__xa_erase(&ida->xa, id / CHUNK);
			lib_free(chunk);
		}
	}
	xa_unlock_irqrestore(&ida->xa, flags);
	WARN(was_free, "ida_free called for id=%u which is not allocated.", id);
}
EXPORT_SYMBOL(ida_free);

/** ida_find_first_range() - lowest ID in use. Return: it, -ENOENT, -EINVAL. */
int ida_find_first_range(struct ida *ida, unsigned int min, unsigned int max)
{
	unsigned long index, flags;
	int ret = -ENOENT;
	struct ida_chunk *chunk;

	if ((int)min < 0)
		return -EINVAL;
	if (max > INT_MAX)
		max = INT_MAX;
	xa_lock_irqsave(&ida->xa, flags);
	xa_for_each_range(&ida->xa, index, chunk, min / CHUNK, max / CHUNK)
	{
		unsigned long bit = index == min / CHUNK ? min % CHUNK : 0;

		bit = find_next_bit(chunk->bits, CHUNK, bit);
		if (bit == CHUNK)
			continue;
		if (index * CHUNK + bit <= max)
			ret = (int)(index * CHUNK + bit);
		break;
	}
	xa_unlock_irqrestore(&ida->xa, flags);
	return ret;
}
EXPORT_SYMBOL(ida_find_first_range);

/** ida_destroy() - free all IDs. */
void ida_destroy(struct ida *ida)
{
	struct ida_chunk *chunk;
	unsigned long index;

	xa_for_each(&ida->xa, index, chunk)
		lib_free(chunk);
	xa_destroy(&ida->xa);
}
EXPORT_SYMBOL(ida_destroy);
