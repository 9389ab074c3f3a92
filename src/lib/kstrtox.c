/* SPDX-License-Identifier: MIT */
/*
 * Numbers from text.
 *
 * Models lib/kstrtox.c: the kstrto*() family takes the whole text or nothing;
 * simple_strto*() and memparse() stop where the number does.
 *
 * Tests: tests/unit/lib/test_kstrtox.c
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/overflow.h>

#include "lib/internal.h"

static const char *number_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && _tolower(s[1]) == 'x' && isxdigit(s[2]);

	if (!*base)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? s + 2 : s;
}

/*
 * Read digits up to the first character that is none.
 * Return: where that is; @first if there are no digits.
 */
static const char *number_digits(const char *first, unsigned int base,
				 unsigned long long *num, bool *overflow)
{
	const char *s;

	*num = 0;
	*overflow = false;
	for (s = first;; s++) {
		int digit = hex_to_bin((unsigned char)*s);

		if (digit < 0 || digit >= (int)base)
			return s;
		if (check_mul_overflow(*num, (unsigned long long)base, num) ||
		    check_add_overflow(*num, (unsigned long long)digit, num))
			*overflow = true;
	}
}

/* the text behind an optional sign */
static int number_whole(const char *s, unsigned int base,
			unsigned long long *num)
{
	const char *first = number_base(s, &base), *end;
	bool overflow;

	end = number_digits(first, base, num, &overflow);
	if (end == first)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

/**
 * kstrtoull() - text to unsigned long long
 * @s: a number, perhaps after a '+' and before one newline
 * @base: 2..16; 0: by prefix, 0x or 0
 *
 * Return: 0; -EINVAL if @s is anything else; -ERANGE if it does not fit.
 */
int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long num;
	int ret = number_whole(s + (*s == '+'), base, &num);

	if (!ret)
		*res = num;
	return ret;
}
EXPORT_SYMBOL(kstrtoull);

/** kstrtoll() - text to long long; see kstrtoull(). */
int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool negative = *s == '-';
	unsigned long long num, limit = (unsigned long long)LLONG_MAX;
	int ret = number_whole(s + (negative || *s == '+'), base, &num);

	if (ret)
		return ret;
	if (num > limit + negative)
		return -ERANGE;
	*res = (long long)(negative ? -num : num);
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

/* the narrower ones: parse wide, then see whether it fits */
#define KSTRTO(name, type, wide, parse)                       \
	int name(const char *s, unsigned int base, type *res) \
	{                                                     \
		wide num;                                     \
		int ret = parse(s, base, &num);               \
                                                              \
		if (ret)                                      \
			return ret;                           \
		if ((wide)(type)num != num)                   \
			return -ERANGE;                       \
		*res = (type)num;                             \
		return 0;                                     \
	}                                                     \
	EXPORT_SYMBOL(name)

KSTRTO(kstrtouint, unsigned int, unsigned long long, kstrtoull);
KSTRTO(kstrtoint, int, long long, kstrtoll);
KSTRTO(kstrtou16, u16, unsigned long long, kstrtoull);
KSTRTO(kstrtos16, s16, long long, kstrtoll);
KSTRTO(kstrtou8, u8, unsigned long long, kstrtoull);
KSTRTO(kstrtos8, s8, long long, kstrtoll);

/**
 * kstrtobool() - text to bool, by its first characters
 * @s: y t 1 on, n f 0 off, in either case
 *
 * Return: 0 or -EINVAL.
 */
int kstrtobool(const char *s, bool *res)
{
	char c = s ? _tolower(s[0]) : 0;

	if (c == 'o') {
		c = _tolower(s[1]);
		if (c != 'n' && c != 'f')
			return -EINVAL;
		*res = c == 'n';
		return 0;
	}
	if (c == 'y' || c == 't' || (s && s[0] == '1'))
		*res = true;
	else if (c == 'n' || c == 'f' || (s && s[0] == '0'))
		*res = false;
	else
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL(kstrtobool);

/**
 * simple_strtoull() - read a number, stop behind it
 * @endp: set to what follows, may be NULL
 *
 * Return: the number modulo 2^64; 0 with *@endp == @cp if there is none.
 */
unsigned long long simple_strtoull(const char *cp, char **endp,
				   unsigned int base)
{
	const char *first = number_base(cp, &base), *end;
	unsigned long long num;
	bool overflow;

	end = number_digits(first, base, &num, &overflow);
	if (endp)
		*endp = (char *)(end == first ? cp : end);
	return num;
}
EXPORT_SYMBOL(simple_strtoull);

/** simple_strtoul() - see simple_strtoull(). */
unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)
{
	return simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoul);

/** simple_strtoll() - see simple_strtoull(); knows a '-'. */
long long simple_strtoll(const char *cp, char **endp, unsigned int base)
{
	if (*cp == '-')
		return -(long long)simple_strtoull(cp + 1, endp, base);
	return (long long)simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoll);

/** simple_strtol() - see simple_strtoll(). */
long simple_strtol(const char *cp, char **endp, unsigned int base)
{
	return (long)simple_strtoll(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtol);

/**
 * memparse() - a number with a suffix K M G T P E
 * @retptr: set to what follows, may be NULL
 *
 * Return: bytes.
 */
unsigned long long memparse(const char *ptr, char **retptr)
{
	static const char units[] = "kmgtpe";
	char *end;
	unsigned long long num = simple_strtoull(ptr, &end, 0);
	int u;

	for (u = 0; units[u]; u++) {
		if (end != ptr && _tolower(*end) == units[u]) {
			num <<= 10 * (u + 1);
			end++;
			break;
		}
	}
	if (retptr)
		*retptr = end;
	return num;
}
EXPORT_SYMBOL(memparse);
