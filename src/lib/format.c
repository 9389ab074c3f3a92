/* SPDX-License-Identifier: MIT */
/*
 * The kernel's printf formats: snprintf() and relatives of kernel-dialect code.
 *
 * Models lib/vsprintf.c. A format string is a run of plain text and
 * conversions; each conversion is read into a struct fmt_spec, then printed by
 * kind: number, text, pointer (format_ptr.c).
 *
 * Simplified: no floating point (nor has the kernel); %n is not known.
 *
 * I1  The result is the length that an endless buffer would have got; the
 *     buffer always ends with a NUL if it has any byte.
 * I2  An unknown conversion is printed as it stands and ends the formatting:
 *     its argument's size is not known.
 *
 * Tests: tests/unit/lib/test_format.c
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "lib/internal.h"

static void fmt_fill(struct fmt_out *out, int count, char c)
{
	while (count-- > 0)
		fmt_char(out, c);
}

/**
 * fmt_number() - print a number
 * @num: for FMT_SIGNED a value sign-extended to 64 bits
 *
 * As the kernel does: '0' pads to the width even beside a precision, and 0 in
 * base 16 keeps its prefix.
 */
void fmt_number(struct fmt_out *out, struct fmt_spec spec, u64 num)
{
	const char *digits = spec.flags & FMT_UPPER ? hex_asc_upper : hex_asc;
	const char *prefix = "";
	char text[66];
	int nr = 0, zeroes, pad;
	char sign = 0;
	u64 rest = num;

	if (spec.flags & FMT_SIGNED) {
		if ((s64)num < 0) {
			sign = '-';
			rest = -num;
		} else if (spec.flags & FMT_PLUS) {
			sign = '+';
		} else if (spec.flags & FMT_SPACE) {
			sign = ' ';
		}
	}
	if (spec.flags & FMT_ALT) {
		if (spec.base == 16)
			prefix = spec.flags & FMT_UPPER ? "0X" : "0x";
		else if (spec.base == 8 && num)
			prefix = "0";
	}

	do {
		text[nr++] = digits[rest % spec.base];
		rest /= spec.base;
	} while (rest);

	zeroes = spec.prec > nr ? spec.prec - nr : 0;
	pad = spec.width - nr - zeroes - !!sign - (int)strlen(prefix);
	if (spec.flags & FMT_ZERO && !(spec.flags & FMT_LEFT) && pad > 0) {
		zeroes += pad;
		pad = 0;
	}

	if (!(spec.flags & FMT_LEFT))
		fmt_fill(out, pad, ' ');
	if (sign)
		fmt_char(out, sign);
	for (; *prefix; prefix++)
		fmt_char(out, *prefix);
	fmt_fill(out, zeroes, '0');
	while (nr)
		fmt_char(out, text[--nr]);
	if (spec.flags & FMT_LEFT)
		fmt_fill(out, pad, ' ');
}

/**
 * fmt_string() - print text
 * @s: NULL and pointers that cannot be text are named, not followed
 */
void fmt_string(struct fmt_out *out, struct fmt_spec spec, const char *s)
{
	int len, i;

	if (!s)
		s = "(null)";
	else if ((unsigned long)s < 4096 || IS_ERR(s))
		s = "(efault)";

	len = (int)strnlen(s, spec.prec < 0 ? INT_MAX : (size_t)spec.prec);
	if (!(spec.flags & FMT_LEFT))
		fmt_fill(out, spec.width - len, ' ');
	for (i = 0; i < len; i++)
		fmt_char(out, s[i]);
	if (spec.flags & FMT_LEFT)
		fmt_fill(out, spec.width - len, ' ');
}

/* a box, because va_list may be an array type and then cannot be pointed to */
struct fmt_args_box {
	va_list ap;
};

enum fmt_size {
	FMT_SIZE_CHAR,
	FMT_SIZE_SHORT,
	FMT_SIZE_INT,
	FMT_SIZE_LONG,
};

static const char *fmt_read_flags(const char *f, struct fmt_spec *spec)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			spec->flags |= FMT_LEFT;
			break;
		case '+':
			spec->flags |= FMT_PLUS;
			break;
		case ' ':
			spec->flags |= FMT_SPACE;
			break;
		case '#':
			spec->flags |= FMT_ALT;
			break;
		case '0':
			spec->flags |= FMT_ZERO;
			break;
		default:
			return f;
		}
	}
}

static const char *fmt_read_count(const char *f, struct fmt_args_box *args,
				  int *count)
{
	if (*f == '*') {
		*count = va_arg(args->ap, int);
		return f + 1;
	}
	for (*count = 0; isdigit(*f); f++)
		*count = *count * 10 + (*f - '0');
	return f;
}

static const char *fmt_read_size(const char *f, enum fmt_size *size)
{
	*size = FMT_SIZE_INT;
	switch (*f) {
	case 'h':
		*size = f[1] == 'h' ? FMT_SIZE_CHAR : FMT_SIZE_SHORT;
		return f + 1 + (f[1] == 'h');
	case 'l':
		*size = FMT_SIZE_LONG;
		return f + 1 + (f[1] == 'l');
	case 'L':
	case 'q':
	case 'z':
	case 'Z':
	case 't':
	case 'j':
		*size = FMT_SIZE_LONG;
		return f + 1;
	}
	return f;
}

static u64 fmt_take_number(struct fmt_args_box *args, enum fmt_size size,
			   bool is_signed)
{
	u64 num;

	if (size == FMT_SIZE_LONG)
		return va_arg(args->ap, unsigned long long);

	num = va_arg(args->ap, unsigned int);
	switch (size) {
	case FMT_SIZE_CHAR:
		return is_signed ? (u64)(s8)num : (u8)num;
	case FMT_SIZE_SHORT:
		return is_signed ? (u64)(s16)num : (u16)num;
	default:
		return is_signed ? (u64)(s32)num : (u32)num;
	}
}

/* Return: what follows the conversion; NULL if it is not known. */
static const char *fmt_convert(struct fmt_out *out, const char *f,
			       struct fmt_args_box *args)
{
	struct fmt_spec spec = { .prec = -1, .base = 10 };
	enum fmt_size size;
	char one[2] = "";

	f = fmt_read_flags(f, &spec);
	f = fmt_read_count(f, args, &spec.width);
	if (spec.width < 0) {
		spec.width = -spec.width;
		spec.flags |= FMT_LEFT;
	}
	if (*f == '.') {
		f = fmt_read_count(f + 1, args, &spec.prec);
		if (spec.prec < 0)
			spec.prec = 0;
	}
	f = fmt_read_size(f, &size);

	switch (*f) {
	case '%':
		fmt_char(out, '%');
		return f + 1;
	case 'c':
		one[0] = (char)va_arg(args->ap, int);
		if (!(spec.flags & FMT_LEFT))
			fmt_fill(out, spec.width - 1, ' ');
		fmt_char(out, one[0]);
		if (spec.flags & FMT_LEFT)
			fmt_fill(out, spec.width - 1, ' ');
		return f + 1;
	case 's':
		fmt_string(out, spec, va_arg(args->ap, const char *));
		return f + 1;
	case 'p':
		return f + 1 +
		       fmt_pointer(out, spec, f + 1,
				   va_arg(args->ap, const void *));
	case 'd':
	case 'i':
		spec.flags |= FMT_SIGNED;
		break;
	case 'u':
		break;
	case 'o':
		spec.base = 8;
		break;
	case 'X':
		spec.flags |= FMT_UPPER;
		fallthrough;
	case 'x':
		spec.base = 16;
		break;
	default:
		return NULL;
	}
	fmt_number(out, spec,
		   fmt_take_number(args, size, spec.flags & FMT_SIGNED));
	return f + 1;
}

/** fmt_args() - append formatted text to @out, without a NUL. */
void fmt_args(struct fmt_out *out, const char *fmt, va_list args)
{
	struct fmt_args_box box;
	const char *next;

	va_copy(box.ap, args);
	while (*fmt) {
		if (*fmt != '%') {
			fmt_char(out, *fmt++);
			continue;
		}
		next = fmt_convert(out, fmt + 1, &box);
		if (!next)
			break;
		fmt = next;
	}
	va_end(box.ap);
	while (*fmt)
		fmt_char(out, *fmt++);
}

/**
 * vsnprintf() - format into a buffer
 * @size: bytes of @buf, its NUL included; 0 writes nothing
 *
 * Context: any. Return: characters that an endless buffer would have got.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct fmt_out out = { .buf = buf, .size = size };

	if (size > INT_MAX)
		return 0;
	fmt_args(&out, fmt, args);
	if (size)
		buf[out.len < size ? out.len : size - 1] = '\0';
	return (int)out.len;
}
EXPORT_SYMBOL(dmasim_vsnprintf);

/** snprintf() - see vsnprintf(). */
int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(dmasim_snprintf);

/**
 * vscnprintf() - format into a buffer
 * Return: characters in @buf, its NUL not counted; 0 if @size is 0.
 */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return (size_t)len < size ? len : (int)size - 1;
}
EXPORT_SYMBOL(vscnprintf);

/** scnprintf() - see vscnprintf(). */
int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(scnprintf);

/** vsprintf() - format into a buffer that is large enough. */
int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}
EXPORT_SYMBOL(dmasim_vsprintf);

/** sprintf() - see vsprintf(). */
int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsprintf(buf, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(dmasim_sprintf);
