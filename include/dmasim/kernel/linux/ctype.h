/* SPDX-License-Identifier: MIT */
/*
 * Classes of characters.
 *
 * Same:    ASCII and Latin-1 as in the kernel for ASCII.
 * Reduced: no Latin-1 letters.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CTYPE_H
#define _DMASIM_LINUX_CTYPE_H

#include <linux/types.h>
#if __STDC_HOSTED__
#include <ctype.h>
#else
static inline int isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int islower(int c)
{
	return c >= 'a' && c <= 'z';
}

static inline int isupper(int c)
{
	return c >= 'A' && c <= 'Z';
}

static inline int isalpha(int c)
{
	return islower(c) || isupper(c);
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isxdigit(int c)
{
	return isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int isprint(int c)
{
	return c >= 0x20 && c < 0x7f;
}

static inline int isgraph(int c)
{
	return c > 0x20 && c < 0x7f;
}

static inline int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static inline int iscntrl(int c)
{
	return (c >= 0 && c < 0x20) || c == 0x7f;
}

static inline int tolower(int c)
{
	return isupper(c) ? c + ('a' - 'A') : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - ('a' - 'A') : c;
}
#endif

#ifndef isascii
#define isascii(c) (((unsigned int)(c)) <= 0x7f)
#endif

#if !__STDC_HOSTED__
static inline char _tolower(const char c)
{
	return c | 0x20;
}
#endif

static inline int isodigit(const char c)
{
	return c >= '0' && c <= '7';
}

#endif
