/* SPDX-License-Identifier: MIT */
/*
 * Small things that need kmalloc: kvmalloc, copies of strings and memory,
 * formatted strings, bitmaps.
 *
 * Models mm/util.c and parts of lib/. An allocation made here belongs, in leak
 * reports, to whoever called.
 *
 * Locks: none.
 * Tests: tests/unit/mm/test_util.c
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "mm/internal.h"

/* ---- kvmalloc ---------------------------------------------------------------- */

static void *kvmalloc_by(size_t size, gfp_t flags, const void *caller)
{
	gfp_t gfp = flags;
	void *p;

	/* A large block may fail quietly: there is another way to get it. */
	if (size > PAGE_SIZE)
		gfp = (flags & ~__GFP_NOFAIL) | __GFP_NOWARN | __GFP_NORETRY;
	p = size > KMALLOC_MAX_SIZE ? NULL : slab_kmalloc(size, gfp, caller);
	if (p || size <= PAGE_SIZE || !gfpflags_allow_blocking(flags))
		return p;
	if (size > INT_MAX) {
		WARN_ON_ONCE(!(flags & __GFP_NOWARN));
		return NULL;
	}
	return vmalloc_area(size, flags, caller);
}

/**
 * __kvmalloc() - kmalloc(), or vmalloc() if that cannot be had
 * @size: bytes
 * @flags: allocation flags
 *
 * Context: may sleep if @flags say so; only then vmalloc() is tried.
 * Return: memory for kvfree(), or NULL.
 */
void *__kvmalloc(size_t size, gfp_t flags)
{
	return kvmalloc_by(size, flags, MM_CALLER());
}
EXPORT_SYMBOL(__kvmalloc);

/**
 * kvfree() - free memory of kvmalloc(), kmalloc() or vmalloc()
 * @addr: start; NULL does nothing
 *
 * Context: as kfree() or vfree().
 */
void kvfree(const void *addr)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}
EXPORT_SYMBOL(kvfree);

/**
 * kvfree_sensitive() - overwrite with zeroes, then free
 * @addr: of kvmalloc(); NULL does nothing
 * @len: bytes to overwrite
 *
 * Context: as kvfree().
 */
void kvfree_sensitive(const void *addr, size_t len)
{
	volatile char *p = (volatile char *)addr;

	if (ZERO_OR_NULL_PTR(addr))
		return;
	while (len--)
		p[len] = 0;
	kvfree(addr);
}
EXPORT_SYMBOL(kvfree_sensitive);

/**
 * kvrealloc() - change the size of memory of kvmalloc()
 * @p: old memory; NULL allocates
 * @size: bytes; 0 frees
 * @flags: allocation flags
 *
 * Context: as kvmalloc().
 * Return: memory with the old contents, possibly elsewhere; NULL with @p
 * untouched, also if it is none (event "slab-bad-object").
 */
void *kvrealloc(const void *p, size_t size, gfp_t flags)
{
	size_t old = 0;
	void *bigger;

	if (is_vmalloc_addr(p)) {
		old = find_vm_area(p)->requested_size;
	} else if (size <= PAGE_SIZE) {
		return krealloc(p, size, flags);
	} else if (!ZERO_OR_NULL_PTR(p)) {
		old = slab_valid_bytes(p);
		if (!old)
			return NULL;
	}
	if (!size) {
		kvfree(p);
		return ZERO_SIZE_PTR;
	}
	if (size <= old)
		return (void *)p;
	bigger = kvmalloc_by(size, flags, MM_CALLER());
	if (bigger && old) {
		memcpy(bigger, p, old);
		kvfree(p);
	}
	return bigger;
}
EXPORT_SYMBOL(kvrealloc);

/* ---- copies ------------------------------------------------------------------ */

static void *copy_by(const void *src, size_t len, size_t extra, gfp_t gfp,
		     const void *caller)
{
	char *p = slab_kmalloc(len + extra, gfp, caller);

	if (p) {
		memcpy(p, src, len);
		if (extra)
			p[len] = '\0';
	}
	return p;
}

/**
 * kstrdup() - copy of a string
 * @s: the string; NULL gives NULL
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: the copy or NULL.
 */
char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? copy_by(s, strlen(s), 1, gfp, MM_CALLER()) : NULL;
}
EXPORT_SYMBOL(kstrdup);

/**
 * kstrdup_const() - copy of a string for kfree_const()
 * @s: the string; NULL gives NULL
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: a copy: constants cannot be told from other memory here.
 */
const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return s ? copy_by(s, strlen(s), 1, gfp, MM_CALLER()) : NULL;
}
EXPORT_SYMBOL(kstrdup_const);

/**
 * kfree_const() - free what kstrdup_const() returned
 * @x: the copy; NULL does nothing
 *
 * Context: any.
 */
void kfree_const(const void *x)
{
	kfree(x);
}
EXPORT_SYMBOL(kfree_const);

/**
 * kstrndup() - copy of the start of a string
 * @s: the string; NULL gives NULL
 * @max: characters to copy at most
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: the copy, terminated, or NULL.
 */
char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? copy_by(s, strnlen(s, max), 1, gfp, MM_CALLER()) : NULL;
}
EXPORT_SYMBOL(kstrndup);

/**
 * kmemdup() - copy of memory
 * @src: start
 * @len: bytes
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: the copy or NULL.
 */
void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	return copy_by(src, len, 0, gfp, MM_CALLER());
}
EXPORT_SYMBOL(kmemdup);

/**
 * kmemdup_array() - copy of an array
 * @src: start
 * @count: elements
 * @element_size: bytes of each
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: the copy; NULL, also if the size overflows.
 */
void *kmemdup_array(const void *src, size_t count, size_t element_size,
		    gfp_t gfp)
{
	return copy_by(src, size_mul(count, element_size), 0, gfp, MM_CALLER());
}
EXPORT_SYMBOL(kmemdup_array);

/**
 * kmemdup_nul() - string of given characters
 * @s: characters; NULL gives NULL
 * @len: how many
 * @gfp: allocation flags
 *
 * Context: as kmalloc().
 * Return: the terminated copy or NULL.
 */
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return s ? copy_by(s, len, 1, gfp, MM_CALLER()) : NULL;
}
EXPORT_SYMBOL(kmemdup_nul);

/**
 * kvmemdup() - copy of memory, for kvfree()
 * @src: start
 * @len: bytes
 * @gfp: allocation flags
 *
 * Context: as kvmalloc().
 * Return: the copy or NULL.
 */
void *kvmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kvmalloc_by(len, gfp, MM_CALLER());

	if (p)
		memcpy(p, src, len);
	return p;
}
EXPORT_SYMBOL(kvmemdup);

/* ---- formatted strings ------------------------------------------------------- */

static char *vasprintf_by(gfp_t gfp, const char *fmt, va_list ap,
			  const void *caller)
{
	va_list again;
	char *p;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = slab_kmalloc(len + 1, gfp, caller);
	if (p)
		WARN_ON_ONCE(vsnprintf(p, len + 1, fmt, ap) != len);
	return p;
}

/**
 * kvasprintf() - formatted string
 * @gfp: allocation flags
 * @fmt: kernel format
 * @args: arguments
 *
 * Context: as kmalloc().
 * Return: the string or NULL.
 */
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	return vasprintf_by(gfp, fmt, args, MM_CALLER());
}
EXPORT_SYMBOL(kvasprintf);

/**
 * kvasprintf_const() - formatted string for kfree_const()
 * @gfp: allocation flags
 * @fmt: kernel format
 * @args: arguments
 *
 * Context: as kmalloc().
 * Return: the string or NULL.
 */
const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args)
{
	return vasprintf_by(gfp, fmt, args, MM_CALLER());
}
EXPORT_SYMBOL(kvasprintf_const);

/**
 * kasprintf() - formatted string
 * @gfp: allocation flags
 * @fmt: kernel format
 *
 * Context: as kmalloc().
 * Return: the string or NULL.
 */
char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *p;

	va_start(args, fmt);
	p = vasprintf_by(gfp, fmt, args, MM_CALLER());
	va_end(args);
	return p;
}
EXPORT_SYMBOL(kasprintf);

/* ---- bitmaps ----------------------------------------------------------------- */

static unsigned long *bitmap_by(unsigned int nbits, gfp_t flags,
				const void *caller)
{
	return slab_kmalloc(BITS_TO_LONGS(nbits) * sizeof(unsigned long), flags,
			    caller);
}

/** bitmap_alloc() - room for @nbits bits, not initialised; NULL on failure. */
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
	return bitmap_by(nbits, flags, MM_CALLER());
}
EXPORT_SYMBOL(bitmap_alloc);

/** bitmap_zalloc() - @nbits bits, all clear; NULL on failure. */
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return bitmap_by(nbits, flags | __GFP_ZERO, MM_CALLER());
}
EXPORT_SYMBOL(bitmap_zalloc);

/** bitmap_alloc_node() - bitmap_alloc(); @node is ignored. */
unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return bitmap_by(nbits, flags, MM_CALLER());
}
EXPORT_SYMBOL(bitmap_alloc_node);

/** bitmap_zalloc_node() - bitmap_zalloc(); @node is ignored. */
unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node)
{
	return bitmap_by(nbits, flags | __GFP_ZERO, MM_CALLER());
}
EXPORT_SYMBOL(bitmap_zalloc_node);

/** bitmap_free() - free a bitmap of these functions; NULL does nothing. */
void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
EXPORT_SYMBOL(bitmap_free);
