/* SPDX-License-Identifier: MIT */
/*
 * <linux/slab.h>: kmalloc, kvmalloc and object caches.
 *
 * Same: names, both forms of kmem_cache_create(), natural alignment of
 *	power-of-two sizes, physical contiguity, ZERO_SIZE_PTR, kfree() of
 *	kmem_cache objects, kmalloc_size_roundup() (the size classes of 6.17).
 * Reduced: plain functions instead of macros with allocation tags; a
 *	constructor runs at each allocation; SLAB_TYPESAFE_BY_RCU is refused
 *	(panics naming the function); reclaim and accounting flags are accepted.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_SLAB_H
#define _DMASIM_LINUX_SLAB_H

#include <asm/page.h>
#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>

/* clang-format off */
#define __DMASIM_SLAB(bit)	((__force slab_flags_t)(1u << (bit)))
#define SLAB_CONSISTENCY_CHECKS	__DMASIM_SLAB(0)
#define SLAB_RED_ZONE		__DMASIM_SLAB(1)
#define SLAB_POISON		__DMASIM_SLAB(2)
#define SLAB_KMALLOC		__DMASIM_SLAB(3)
#define SLAB_HWCACHE_ALIGN	__DMASIM_SLAB(4)
#define SLAB_CACHE_DMA		__DMASIM_SLAB(5)
#define SLAB_CACHE_DMA32	__DMASIM_SLAB(6)
#define SLAB_STORE_USER		__DMASIM_SLAB(7)
#define SLAB_PANIC		__DMASIM_SLAB(8)
#define SLAB_TYPESAFE_BY_RCU	__DMASIM_SLAB(9)
#define SLAB_TRACE		__DMASIM_SLAB(10)
#define SLAB_NOLEAKTRACE	__DMASIM_SLAB(11)
#define SLAB_NO_MERGE		__DMASIM_SLAB(12)
#define SLAB_ACCOUNT		__DMASIM_SLAB(13)
#define SLAB_RECLAIM_ACCOUNT	__DMASIM_SLAB(14)
#define SLAB_TEMPORARY		SLAB_RECLAIM_ACCOUNT
/* clang-format on */

#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

/* As on x86; a test of small buffers and non-coherent devices may enlarge it. */
#ifndef ARCH_DMA_MINALIGN
#define ARCH_DMA_MINALIGN __alignof__(unsigned long long)
#endif
#ifndef ARCH_KMALLOC_MINALIGN
#define ARCH_KMALLOC_MINALIGN __alignof__(unsigned long long)
#endif
#define ARCH_SLAB_MINALIGN __alignof__(unsigned long long)
#define KMALLOC_SHIFT_LOW 3
#define KMALLOC_MIN_SIZE (1 << KMALLOC_SHIFT_LOW)
#define KMALLOC_SHIFT_HIGH (PAGE_SHIFT + 1)
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#define KMALLOC_SHIFT_MAX (MAX_PAGE_ORDER + PAGE_SHIFT)
#define KMALLOC_MAX_SIZE (1UL << KMALLOC_SHIFT_MAX)
#define KMALLOC_MAX_ORDER (KMALLOC_SHIFT_MAX - PAGE_SHIFT)

static inline unsigned int arch_slab_minalign(void)
{
	return ARCH_SLAB_MINALIGN;
}

/* ---- kmalloc ---- */

void *__kmalloc(size_t size, gfp_t flags) __malloc;
void *krealloc(const void *p, size_t new_size, gfp_t flags);
void kfree(const void *p);
void kfree_sensitive(const void *p);
size_t ksize(const void *p);
size_t kmalloc_size_roundup(size_t size);

static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

static __always_inline void *kzalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags | __GFP_ZERO);
}

static __always_inline void *kmalloc_node(size_t size, gfp_t flags, int node)
{
	return __kmalloc(size, flags);
}

static __always_inline void *kzalloc_node(size_t size, gfp_t flags, int node)
{
	return __kmalloc(size, flags | __GFP_ZERO);
}

static __always_inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return __kmalloc(bytes, flags);
}

static __always_inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kmalloc_array(n, size, flags | __GFP_ZERO);
}

static __always_inline void *kmalloc_array_node(size_t n, size_t size,
						gfp_t flags, int node)
{
	return kmalloc_array(n, size, flags);
}

static __always_inline void *kcalloc_node(size_t n, size_t size, gfp_t flags,
					  int node)
{
	return kmalloc_array(n, size, flags | __GFP_ZERO);
}

static __always_inline void *krealloc_array(void *p, size_t new_n,
					    size_t new_size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(new_n, new_size, &bytes)))
		return NULL;
	return krealloc(p, bytes, flags);
}

#define kmalloc_track_caller(size, flags) __kmalloc(size, flags)
#define kmalloc_node_track_caller(size, flags, node) \
	((void)(node), __kmalloc(size, flags))

DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))

/* ---- kvmalloc: kmalloc, or vmalloc for what is too large for it ---- */

void *__kvmalloc(size_t size, gfp_t flags) __malloc;
void *kvrealloc(const void *p, size_t size, gfp_t flags);
void kvfree(const void *addr);
void kvfree_sensitive(const void *addr, size_t len);

static __always_inline void *kvmalloc(size_t size, gfp_t flags)
{
	return __kvmalloc(size, flags);
}

static __always_inline void *kvzalloc(size_t size, gfp_t flags)
{
	return __kvmalloc(size, flags | __GFP_ZERO);
}

static __always_inline void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	return __kvmalloc(size, flags);
}

static __always_inline void *kvzalloc_node(size_t size, gfp_t flags, int node)
{
	return __kvmalloc(size, flags | __GFP_ZERO);
}

static __always_inline void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return __kvmalloc(bytes, flags);
}

static __always_inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc_array(n, size, flags | __GFP_ZERO);
}

static __always_inline void *kvmalloc_array_node(size_t n, size_t size,
						 gfp_t flags, int node)
{
	return kvmalloc_array(n, size, flags);
}

static __always_inline void *kvcalloc_node(size_t n, size_t size, gfp_t flags,
					   int node)
{
	return kvmalloc_array(n, size, flags | __GFP_ZERO);
}

DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))

/* ---- object caches ---- */

struct kmem_cache;

/**
 * struct kmem_cache_args - the less common properties of a cache
 * @align: alignment of objects, a power of two; 0 for the minimum
 * @useroffset: accepted
 * @usersize: accepted
 * @freeptr_offset: accepted
 * @use_freeptr_offset: accepted
 * @ctor: runs on each object that is handed out
 */
struct kmem_cache_args {
	unsigned int align;
	unsigned int useroffset;
	unsigned int usersize;
	unsigned int freeptr_offset;
	bool use_freeptr_offset;
	void (*ctor)(void *);
};

struct kmem_cache *__kmem_cache_create_args(const char *name,
					    unsigned int object_size,
					    struct kmem_cache_args *args,
					    slab_flags_t flags);
void kmem_cache_destroy(struct kmem_cache *s);
int kmem_cache_shrink(struct kmem_cache *s);
unsigned int kmem_cache_size(struct kmem_cache *s);
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags) __malloc;
void kmem_cache_free(struct kmem_cache *s, void *objp);
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr,
			  void **p);
void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p);

static inline struct kmem_cache *dmasim_cache_create_align(const char *name,
							   unsigned int size,
							   unsigned int align,
							   slab_flags_t flags,
							   void (*ctor)(void *))
{
	struct kmem_cache_args args = { .align = align, .ctor = ctor };

	return __kmem_cache_create_args(name, size, &args, flags);
}

static inline struct kmem_cache *dmasim_cache_create_default(const char *name,
							     unsigned int size,
							     void *args,
							     slab_flags_t flags)
{
	struct kmem_cache_args none = {};

	WARN_ON_ONCE(args);
	return __kmem_cache_create_args(name, size, &none, flags);
}

/*
 * kmem_cache_create(name, size, args, flags): args is a struct kmem_cache_args
 * or NULL; kmem_cache_create(name, size, align, flags, ctor): the older form.
 */
#define kmem_cache_create(name, size, args, ...) \
	_Generic((args),                                                      \
		 struct kmem_cache_args *: __kmem_cache_create_args,          \
		 void *: dmasim_cache_create_default,                         \
		 default: dmasim_cache_create_align)                          \
		(name, size, args, __VA_ARGS__)

#define kmem_cache_create_usercopy(name, size, align, flags, uoff, usize, \
				   ctor)                                  \
	dmasim_cache_create_align(name, size, align, flags, ctor)

#define KMEM_CACHE(type, cache_flags)                         \
	dmasim_cache_create_align(#type, sizeof(struct type), \
				  __alignof__(struct type), cache_flags, NULL)

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *s,
					       gfp_t flags)
{
	return kmem_cache_alloc(s, flags | __GFP_ZERO);
}

static __always_inline void *kmem_cache_alloc_node(struct kmem_cache *s,
						   gfp_t flags, int node)
{
	return kmem_cache_alloc(s, flags);
}

static inline bool slab_is_available(void)
{
	return true;
}

#endif
