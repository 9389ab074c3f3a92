/* SPDX-License-Identifier: MIT */
/*
 * The kernel's sscanf().
 *
 * Simplified: conversions d i u x X o c s n % and character sets [...]; sizes
 * hh h l ll z; widths; assignment suppression. No floating point.
 *
 * Tests: tests/unit/lib/test_format.c
 */
#include <linux/ctype.h>
#include <linux/hex.h>
#include <linux/limits.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "lib/internal.h"

/**
 * struct scan_item - one conversion of the format
 * @width: most characters taken; INT_MAX if not given
 * @bytes: size of the number stored
 * @skip: store nothing
 */
struct scan_item {
	int width;
	int bytes;
	bool skip;
};

static const char *scan_item_read(const char *f, struct scan_item *item)
{
	*item = (struct scan_item){ .width = INT_MAX, .bytes = 4 };
	if (*f == '*') {
		item->skip = true;
		f++;
	}
	if (isdigit(*f))
		for (item->width = 0; isdigit(*f); f++)
			item->width = item->width * 10 + (*f - '0');
	for (;; f++) {
		if (*f == 'h')
			item->bytes /= 2;
		else if (*f == 'l' || *f == 'L' || *f == 'z' || *f == 't')
			item->bytes = 8;
		else
			return f;
	}
}

/* Return: characters taken; 0 if there is no number. */
static int scan_number(const char *s, int width, int base, u64 *num)
{
	const char *at = s, *end = s + strnlen(s, (size_t)width);
	bool negative = false;
	const char *first;
	u64 val = 0;

	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	if ((base == 16 || base == 0) && end - at > 2 && at[0] == '0' &&
	    _tolower(at[1]) == 'x' && isxdigit(at[2])) {
		at += 2;
		base = 16;
	}
	if (base == 0)
		base = at < end && *at == '0' ? 8 : 10;

	for (first = at; at < end; at++) {
		int digit = hex_to_bin((unsigned char)*at);

		if (digit < 0 || digit >= base)
			break;
		val = val * (u64)base + (u64)digit;
	}
	*num = negative ? -val : val;
	return at == first ? 0 : (int)(at - s);
}

static void scan_store(void *to, int bytes, u64 num)
{
	switch (bytes) {
	case 1:
		*(u8 *)to = (u8)num;
		break;
	case 2:
		*(u16 *)to = (u16)num;
		break;
	case 4:
		*(u32 *)to = (u32)num;
		break;
	default:
		*(u64 *)to = num;
		break;
	}
}

/* Does the set that starts behind '[' have c? *end: behind its ']'. */
static bool scan_set_has(const char *set, char c, const char **end)
{
	bool invert = *set == '^', found = false;
	const char *at = set + invert;

	do {
		if (at[1] == '-' && at[2] && at[2] != ']') {
			found |= c >= at[0] && c <= at[2];
			at += 2;
		} else {
			found |= c == *at;
		}
		at++;
	} while (*at && *at != ']');
	*end = *at ? at + 1 : at;
	return found != invert;
}

/* Base of the numbers that conversion @c reads, 0: as written; -1: none. */
static int scan_base(char c)
{
	switch (c) {
	case 'd':
	case 'u':
		return 10;
	case 'i':
		return 0;
	case 'x':
	case 'X':
		return 16;
	case 'o':
		return 8;
	}
	return -1;
}

static int scan_word(const char *s, int width)
{
	int n = 0;

	while (n < width && s[n] && !isspace(s[n]))
		n++;
	return n;
}

/* The set begins at *@fmt, which is behind it afterwards. */
static int scan_set(const char *s, int width, const char **fmt)
{
	const char *end;
	int n = 0;

	while (n < width && s[n] && scan_set_has(*fmt, s[n], &end))
		n++;
	scan_set_has(*fmt, 0, &end);
	*fmt = end;
	return n;
}

/**
 * vsscanf() - read values from text
 *
 * Context: any. Return: values stored.
 */
int vsscanf(const char *buf, const char *fmt, va_list args)
{
	const char *s = buf;
	int stored = 0;

	while (*fmt) {
		struct scan_item item;
		char *text, conv;
		int n, base;
		u64 num;

		if (isspace(*fmt)) {
			fmt = skip_spaces(fmt);
			s = skip_spaces(s);
			continue;
		}
		if (*fmt != '%') {
			if (*fmt++ != *s++)
				break;
			continue;
		}
		fmt = scan_item_read(fmt + 1, &item);
		conv = *fmt++;
		base = scan_base(conv);
		if (base >= 0 || conv == 's')
			s = skip_spaces(s);
		if (conv == '%') {
			if (*s++ != '%')
				break;
			continue;
		}
		if (conv == 'n') {
			if (!item.skip)
				*va_arg(args, int *) = (int)(s - buf);
			continue;
		}
		if (base >= 0)
			n = scan_number(s, item.width, base, &num);
		else if (conv == 's')
			n = scan_word(s, item.width);
		else if (conv == '[')
			n = scan_set(s, item.width, &fmt);
		else if (conv == 'c')
			n = item.width == INT_MAX ? 1 : item.width;
		else
			break;
		if (!n || strnlen(s, (size_t)n) < (size_t)n)
			break;
		if (!item.skip && base >= 0) {
			scan_store(va_arg(args, void *), item.bytes, num);
		} else if (!item.skip) {
			text = va_arg(args, char *);
			memcpy(text, s, (size_t)n);
			if (conv != 'c')
				text[n] = '\0';
		}
		stored += !item.skip;
		s += n;
	}
	return stored;
}
EXPORT_SYMBOL(dmasim_vsscanf);

/** sscanf() - see vsscanf(). */
int sscanf(const char *buf, const char *fmt, ...)
{
	va_list args;
	int stored;

	va_start(args, fmt);
	stored = vsscanf(buf, fmt, args);
	va_end(args);
	return stored;
}
EXPORT_SYMBOL(dmasim_sscanf);
