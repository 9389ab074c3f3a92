/* SPDX-License-Identifier: MIT */
/*
 * Small numbers for things: IDs with a pointer (idr) and without (ida).
 *
 * same:    ida_alloc(_min, _max, _range), ida_free, ida_destroy, ida_exists,
 *          ida_find_first; idr_alloc(_u32, _cyclic), idr_remove, idr_find,
 *          idr_replace, idr_for_each(_entry), idr_get_next, idr_destroy
 * reduced: gfp is not looked at; idr_preload does nothing
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IDR_H
#define _DMASIM_LINUX_IDR_H

#include <linux/xarray.h>

/**
 * struct idr - IDs with a pointer each
 * @idr_rt: the pointers by ID - @idr_base
 * @idr_next: where cyclic allocation goes on
 */
struct idr {
	struct xarray idr_rt;
	unsigned int idr_base;
	unsigned int idr_next;
};

#define IDR_INIT_BASE(name, base)                                   \
	{                                                           \
		.idr_rt = XARRAY_INIT(name.idr_rt, XA_FLAGS_ALLOC), \
		.idr_base = (base),                                 \
	}
#define IDR_INIT(name) IDR_INIT_BASE(name, 0)
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static inline void idr_init_base(struct idr *idr, int base)
{
	xa_init_flags(&idr->idr_rt, XA_FLAGS_ALLOC);
	idr->idr_base = (unsigned int)base;
	idr->idr_next = 0;
}

static inline void idr_init(struct idr *idr)
{
	idr_init_base(idr, 0);
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return xa_empty(&idr->idr_rt);
}

static inline unsigned int idr_get_cursor(const struct idr *idr)
{
	return __atomic_load_n(&idr->idr_next, __ATOMIC_RELAXED);
}

static inline void idr_set_cursor(struct idr *idr, unsigned int val)
{
	__atomic_store_n(&idr->idr_next, val, __ATOMIC_RELAXED);
}

static inline void idr_preload(gfp_t gfp_mask)
{
	preempt_disable();
}

static inline void idr_preload_end(void)
{
	preempt_enable();
}

int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);
int __must_check idr_alloc_u32(struct idr *idr, void *ptr, u32 *id,
			       unsigned long max, gfp_t gfp);
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_find(const struct idr *idr, unsigned long id);
void *idr_replace(struct idr *idr, void *ptr, unsigned long id);
int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data),
		 void *data);
void *idr_get_next(struct idr *idr, int *nextid);
void *idr_get_next_ul(struct idr *idr, unsigned long *nextid);
void idr_destroy(struct idr *idr);

#define idr_for_each_entry(idr, entry, id) \
	for (id = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; (id)++)
#define idr_for_each_entry_continue(idr, entry, id) \
	for (; ((entry) = idr_get_next(idr, &(id))) != NULL; (id)++)
#define idr_for_each_entry_ul(idr, entry, tmp, id)                             \
	for ((tmp) = 0, (id) = 0;                                              \
	     ((entry) = (tmp) <= (id) ? idr_get_next_ul(idr, &(id)) : NULL) != \
	     NULL;                                                             \
	     (tmp) = (id), ++(id))

/** struct ida - IDs without pointers: bitmaps of 1024 IDs by ID / 1024 */
struct ida {
	struct xarray xa;
};

#define IDA_INIT(name)                        \
	{                                     \
		.xa = XARRAY_INIT(name.xa, 0) \
	}
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	xa_init_flags(&ida->xa, 0);
}

static inline bool ida_is_empty(const struct ida *ida)
{
	return xa_empty(&ida->xa);
}

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max,
		    gfp_t gfp);
void ida_free(struct ida *ida, unsigned int id);
void ida_destroy(struct ida *ida);
int ida_find_first_range(struct ida *ida, unsigned int min, unsigned int max);

static inline int ida_alloc(struct ida *ida, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, ~0u, gfp);
}

static inline int ida_alloc_min(struct ida *ida, unsigned int min, gfp_t gfp)
{
	return ida_alloc_range(ida, min, ~0u, gfp);
}

static inline int ida_alloc_max(struct ida *ida, unsigned int max, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, max, gfp);
}

static inline int ida_find_first(struct ida *ida)
{
	return ida_find_first_range(ida, 0, ~0u);
}

static inline bool ida_exists(struct ida *ida, unsigned int id)
{
	return ida_find_first_range(ida, id, id) == (int)id;
}

#define ida_simple_get(ida, start, end, gfp) \
	ida_alloc_range(ida, start, (end)-1, gfp)
#define ida_simple_remove(ida, id) ida_free(ida, id)

#endif
