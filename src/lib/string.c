/* SPDX-License-Identifier: MIT */
/*
 * Memory and string functions that libc does not have, or has otherwise.
 *
 * Models lib/string.c and lib/string_helpers.c. Those that libc has with the
 * same meaning are libc's, through the compiler's builtins.
 *
 * Tests: tests/unit/lib/test_string.c
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "lib/internal.h"

/**
 * sized_strscpy() - what strscpy() expands to
 * @size: bytes of @dst
 *
 * Return: characters copied, or -E2BIG if @src was cut or @size is 0.
 */
ssize_t sized_strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || size > INT_MAX)
		return -E2BIG;
	len = strnlen(src, size);
	if (len < size) {
		memcpy(dst, src, len + 1);
		return (ssize_t)len;
	}
	memcpy(dst, src, size - 1);
	dst[size - 1] = '\0';
	return -E2BIG;
}
EXPORT_SYMBOL(sized_strscpy);

/** sized_strscpy_pad() - strscpy() that fills the rest with zeroes. */
ssize_t sized_strscpy_pad(char *dst, const char *src, size_t size)
{
	ssize_t ret = sized_strscpy(dst, src, size);

	if (ret >= 0)
		memset(dst + ret, 0, size - (size_t)ret);
	return ret;
}
EXPORT_SYMBOL(sized_strscpy_pad);

/** strlcat() - append. Return: length that was wanted. */
size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t have = strnlen(dst, size), add = strlen(src);

	if (have < size)
		sized_strscpy(dst + have, src, size - have);
	return have + add;
}
EXPORT_SYMBOL(strlcat);

/** memcpy_and_pad() - copy what fits, fill the rest with @pad. */
void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count,
		    int pad)
{
	size_t copied = min(dest_len, count);

	memcpy(dest, src, copied);
	memset((u8 *)dest + copied, pad, dest_len - copied);
}
EXPORT_SYMBOL(memcpy_and_pad);

#define MEMSET_WIDE(bits)                                       \
	void *memset##bits(u##bits *s, u##bits v, size_t count) \
	{                                                       \
		size_t i;                                       \
                                                                \
		for (i = 0; i < count; i++)                     \
			s[i] = v;                               \
		return s;                                       \
	}                                                       \
	EXPORT_SYMBOL(memset##bits)

MEMSET_WIDE(16);
MEMSET_WIDE(32);
MEMSET_WIDE(64);

/** memscan() - Return: the first @c, or the end of the area. */
void *memscan(void *addr, int c, size_t size)
{
	void *hit = memchr(addr, c, size);

	return hit ? hit : (char *)addr + size;
}
EXPORT_SYMBOL(memscan);

/** memchr_inv() - Return: the first byte that is not @c, or NULL. */
void *memchr_inv(const void *s, int c, size_t n)
{
	const u8 *bytes = s;

	/* all equal: the area equals itself one byte further */
	if (!n || (bytes[0] == (u8)c && !memcmp(bytes, bytes + 1, n - 1)))
		return NULL;
	while (*bytes == (u8)c)
		bytes++;
	return (void *)bytes;
}
EXPORT_SYMBOL(memchr_inv);

/** strnchr() - first @c among @count characters, or NULL. */
char *strnchr(const char *s, size_t count, int c)
{
	return (char *)memchr(s, c, min(count, strnlen(s, count) + (c == 0)));
}
EXPORT_SYMBOL(strnchr);

/** strnstr() - first @needle among @len characters, or NULL. */
char *strnstr(const char *s, const char *needle, size_t len)
{
	size_t want = strlen(needle), left = strnlen(s, len);

	for (; left >= want; s++, left--)
		if (!memcmp(s, needle, want))
			return (char *)s;
	return NULL;
}
EXPORT_SYMBOL(strnstr);

/** strreplace() - Return: @s, every @old replaced. */
char *strreplace(char *s, char old, char repl)
{
	char *at = s;

	while ((at = strchr(at, old)) != NULL && *at)
		*at++ = repl;
	return s;
}
EXPORT_SYMBOL(strreplace);

/** skip_spaces() - Return: the first character that is no white space. */
char *skip_spaces(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(skip_spaces);

/** strim() - cut trailing white space. Return: @s behind leading space. */
char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return skip_spaces(s);
}
EXPORT_SYMBOL(strim);

/* length without one trailing newline */
static size_t line_length(const char *s)
{
	size_t len = strlen(s);

	return len && s[len - 1] == '\n' ? len - 1 : len;
}

/** sysfs_streq() - equal but for one trailing newline? */
bool sysfs_streq(const char *a, const char *b)
{
	size_t len = line_length(a);

	return len == line_length(b) && !memcmp(a, b, len);
}
EXPORT_SYMBOL(sysfs_streq);

/**
 * match_string() - find a string in an array
 * @n: most entries looked at; a NULL entry ends the array
 *
 * Return: index, or -EINVAL.
 */
int match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (!strcmp(array[i], string))
			return (int)i;
	return -EINVAL;
}
EXPORT_SYMBOL(match_string);

/** __sysfs_match_string() - match_string() by sysfs_streq(). */
int __sysfs_match_string(const char *const *array, size_t n, const char *str)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (sysfs_streq(array[i], str))
			return (int)i;
	return -EINVAL;
}
EXPORT_SYMBOL(__sysfs_match_string);

/**
 * string_get_size() - "1.50 GiB"
 * @size: in blocks of @blk_size bytes
 *
 * Three significant digits. Return: length, as snprintf().
 */
int string_get_size(u64 size, u64 blk_size, const enum string_size_units units,
		    char *buf, int len)
{
	const bool binary = units == STRING_UNITS_2;
	const char *prefix = binary ? " KMGTPEZ" : " kMGTPEZ";
	const unsigned int step = binary ? 1024 : 1000;
	unsigned __int128 bytes = (unsigned __int128)size * blk_size;
	unsigned __int128 unit = 1;
	unsigned int whole, thousandths, p = 0, decimals, scale;

	while (bytes / unit >= step && prefix[p + 1]) {
		unit *= step;
		p++;
	}
	whole = (unsigned int)(bytes / unit);
	thousandths = (unsigned int)(bytes % unit * 1000 / unit);
	decimals = whole >= 100 || !p ? 0 : whole >= 10 ? 1 : 2;
	for (scale = 1; decimals; decimals--)
		scale *= 10;
	thousandths = thousandths * scale / 1000;

	if (scale == 1)
		return snprintf(buf, (size_t)len, "%u %.*s%sB", whole, !!p,
				prefix + p, p && binary ? "i" : "");
	return snprintf(buf, (size_t)len, "%u.%0*u %c%sB", whole,
			scale == 100 ? 2 : 1, thousandths, prefix[p],
			binary ? "i" : "");
}
EXPORT_SYMBOL(string_get_size);
