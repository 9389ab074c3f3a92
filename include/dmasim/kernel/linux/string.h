/* SPDX-License-Identifier: MIT */
/*
 * Memory and strings.
 *
 * Same:    all listed.
 * Reduced: libc's own functions in hosted code.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_STRING_H
#define _DMASIM_LINUX_STRING_H

#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <stdarg.h>

#if __STDC_HOSTED__
#include_next <linux/string.h>
#include <string.h>
#include <strings.h>
#else
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
void *memchr(const void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strchrnul(const char *s, int c);
char *strstr(const char *s, const char *needle);
char *strpbrk(const char *s, const char *accept);
char *strsep(char **s, const char *delim);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);

/* the builtins let the compiler expand these in place */
#define memcpy(d, s, n) __builtin_memcpy(d, s, n)
#define memmove(d, s, n) __builtin_memmove(d, s, n)
#define memset(d, c, n) __builtin_memset(d, c, n)
#define memcmp(a, b, n) __builtin_memcmp(a, b, n)
#define memchr(s, c, n) __builtin_memchr(s, c, n)
#define strlen(s) __builtin_strlen(s)
#define strcmp(a, b) __builtin_strcmp(a, b)
#define strncmp(a, b, n) __builtin_strncmp(a, b, n)
#define strchr(s, c) __builtin_strchr(s, c)
#define strrchr(s, c) __builtin_strrchr(s, c)
#define strcpy(d, s) __builtin_strcpy(d, s)
#define strncpy(d, s, n) __builtin_strncpy(d, s, n)
#define strstr(s, n) __builtin_strstr(s, n)
#endif

#define memzero_explicit(s, n)       \
	do {                         \
		memset((s), 0, (n)); \
		barrier_data(s);     \
	} while (0)
#define memset_after(obj, v, member)                                           \
	({                                                                     \
		u8 *msa_p__ = (u8 *)(obj);                                     \
		memset(msa_p__ + offsetofend(__typeof__(*(obj)), member), (v), \
		       sizeof(*(obj)) -                                        \
			       offsetofend(__typeof__(*(obj)), member));       \
	})
#define memset_startat(obj, v, member)                                         \
	({                                                                     \
		u8 *mss_p__ = (u8 *)(obj);                                     \
		memset(mss_p__ + offsetof(__typeof__(*(obj)), member), (v),    \
		       sizeof(*(obj)) - offsetof(__typeof__(*(obj)), member)); \
	})
#define unsafe_memcpy(dst, src, bytes, why) memcpy(dst, src, bytes)

void *memset16(u16 *s, u16 v, size_t count);
void *memset32(u32 *s, u32 v, size_t count);
void *memset64(u64 *s, u64 v, size_t count);
void *memscan(void *addr, int c, size_t size);
void *memchr_inv(const void *s, int c, size_t n);
static inline bool mem_is_zero(const void *s, size_t n)
{
	return !memchr_inv(s, 0, n);
}

static inline void *memset_l(unsigned long *p, unsigned long v, size_t n)
{
	return memset64((u64 *)p, v, n);
}

static inline void *memset_p(void **p, void *v, size_t n)
{
	return memset64((u64 *)p, (u64)(unsigned long)v, n);
}

ssize_t sized_strscpy(char *dst, const char *src, size_t size);
/*
 * strscpy() - copy and always terminate
 * Two arguments: the destination is an array.
 * Return: characters copied, or -E2BIG if @src was cut (or there is no room).
 */
#define DMASIM_STRSCPY_2(dst, src) \
	sized_strscpy(dst, src, sizeof(dst) + __must_be_array(dst))
#define DMASIM_STRSCPY_3(dst, src, size) sized_strscpy(dst, src, size)
#define DMASIM_STRSCPY(_1, _2, _3, name, ...) name
#define strscpy(...)                                                      \
	DMASIM_STRSCPY(__VA_ARGS__, DMASIM_STRSCPY_3, DMASIM_STRSCPY_2, ) \
	(__VA_ARGS__)
ssize_t sized_strscpy_pad(char *dst, const char *src, size_t size);
#define DMASIM_STRSCPY_PAD_2(dst, src) \
	sized_strscpy_pad(dst, src, sizeof(dst) + __must_be_array(dst))
#define DMASIM_STRSCPY_PAD_3(dst, src, size) sized_strscpy_pad(dst, src, size)
#define strscpy_pad(...)                                  \
	DMASIM_STRSCPY(__VA_ARGS__, DMASIM_STRSCPY_PAD_3, \
		       DMASIM_STRSCPY_PAD_2, )            \
	(__VA_ARGS__)
#define strtomem_pad(dest, src, pad) \
	memcpy_and_pad(dest, sizeof(dest), src, strlen(src), pad)

size_t strlcat(char *dst, const char *src, size_t size);
char *strnchr(const char *s, size_t count, int c);
char *strnstr(const char *s, const char *needle, size_t len);
char *strreplace(char *s, char old, char repl);
char *skip_spaces(const char *s);
char *strim(char *s);
static inline char *strstrip(char *s)
{
	return strim(s);
}

bool sysfs_streq(const char *a, const char *b);
int match_string(const char *const *array, size_t n, const char *string);
int __sysfs_match_string(const char *const *array, size_t n, const char *str);
#define sysfs_match_string(a, s) __sysfs_match_string(a, ARRAY_SIZE(a), s)
void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count,
		    int pad);

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

static inline size_t str_has_prefix(const char *str, const char *prefix)
{
	return strstarts(str, prefix) ? strlen(prefix) : 0;
}

static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* in the memory layer */
char *kstrdup(const char *s, gfp_t gfp) __malloc;
const char *kstrdup_const(const char *s, gfp_t gfp);
void kfree_const(const void *x);
char *kstrndup(const char *s, size_t len, gfp_t gfp);
void *kmemdup(const void *src, size_t len, gfp_t gfp);
void *kvmemdup(const void *src, size_t len, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp);
void *kmemdup_array(const void *src, size_t count, size_t element_size,
		    gfp_t gfp);

#endif
