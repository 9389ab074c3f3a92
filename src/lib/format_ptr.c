/* SPDX-License-Identifier: MIT */
/*
 * What may follow %p in a kernel format.
 *
 * | %p %px %pK     | the pointer, 16 hex digits                          |
 * | %pe            | "-ENOMEM" for an error pointer, else as %p           |
 * | %pS %ps %pB    | the function around the address, with offset but %ps |
 * | %pa[p] %pad    | *phys_addr_t, *dma_addr_t with 0x, 16 digits         |
 * | %pR %pr        | struct resource: "[mem 0x...-0x... flags]"           |
 * | %pUb %pUl      | UUID, GUID; %pUB and %pUL in capitals                |
 * | %*ph[CDN]      | bytes as hex, width is their number                  |
 * | %*pb[l]        | bitmap of width bits, l: as a list of ranges         |
 * | %pM %pI4       | MAC address, IPv4 address                            |
 * | %pV            | struct va_format                                     |
 * | %pOF %pfw      | firmware nodes: there are none, prints "(none)"      |
 *
 * Pointers are not hashed: a process has no secrets from its tests. Anything
 * else after %p is plain text behind the pointer.
 *
 * Tests: tests/unit/lib/test_format.c
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errname.h>
#include <linux/ioport.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "lib/internal.h"

static void ptr_text(struct fmt_out *out, const char *s)
{
	while (*s)
		fmt_char(out, *s++);
}

static void ptr_hex(struct fmt_out *out, u64 num, int digits, unsigned int how)
{
	fmt_number(out,
		   (struct fmt_spec){ .flags = FMT_ZERO | how,
				      .width = digits + (how & FMT_ALT ? 2 : 0),
				      .prec = -1,
				      .base = 16 },
		   num);
}

static void ptr_plain(struct fmt_out *out, struct fmt_spec spec,
		      const void *ptr)
{
	if (!spec.width) {
		spec.width = 16 + (spec.flags & FMT_ALT ? 2 : 0);
		spec.flags |= FMT_ZERO;
	}
	spec.base = 16;
	fmt_number(out, spec, (unsigned long)ptr);
}

static void ptr_error(struct fmt_out *out, struct fmt_spec spec,
		      const void *ptr)
{
	const char *name;
	char text[24] = "-";

	if (!IS_ERR(ptr)) {
		ptr_plain(out, spec, ptr);
		return;
	}
	name = errname((int)PTR_ERR(ptr));
	if (!name) {
		spec.flags |= FMT_SIGNED;
		fmt_number(out, spec, (u64)PTR_ERR(ptr));
		return;
	}
	strscpy(text + 1, name, sizeof(text) - 1);
	fmt_string(out, spec, text);
}

static void ptr_symbol(struct fmt_out *out, struct fmt_spec spec,
		       const void *ptr, bool offset)
{
	char name[128];

	lib_symbol(ptr, name, sizeof(name));
	if (!offset)
		name[strcspn(name, "+")] = '\0';
	fmt_string(out, spec, name);
}

static void ptr_resource(struct fmt_out *out, const struct resource *res,
			 bool decode)
{
	unsigned long type = res->flags & IORESOURCE_TYPE_BITS;
	int digits = type == IORESOURCE_IO ? 4 : 8;

	fmt_char(out, '[');
	if (type == IORESOURCE_IO)
		ptr_text(out, "io  ");
	else if (type == IORESOURCE_MEM)
		ptr_text(out, "mem ");
	else if (type == IORESOURCE_IRQ)
		ptr_text(out, "irq ");
	else if (type == IORESOURCE_BUS)
		ptr_text(out, "bus ");
	else
		ptr_text(out, "??? ");

	if (decode && res->flags & IORESOURCE_UNSET) {
		ptr_text(out, "size ");
		ptr_hex(out, res->end - res->start + 1, digits, FMT_ALT);
	} else {
		ptr_hex(out, res->start, digits, FMT_ALT);
		fmt_char(out, '-');
		ptr_hex(out, res->end, digits, FMT_ALT);
	}

	if (!decode) {
		ptr_text(out, " flags ");
		ptr_hex(out, res->flags, 0, FMT_ALT);
	} else {
		if (res->flags & IORESOURCE_MEM_64)
			ptr_text(out, " 64bit");
		if (res->flags & IORESOURCE_PREFETCH)
			ptr_text(out, " pref");
		if (res->flags & IORESOURCE_WINDOW)
			ptr_text(out, " window");
		if (res->flags & IORESOURCE_DISABLED)
			ptr_text(out, " disabled");
	}
	fmt_char(out, ']');
}

static void ptr_bytes(struct fmt_out *out, const u8 *bytes, const u8 *order,
		      int nr, char sep, unsigned int how)
{
	int i;

	for (i = 0; i < nr; i++) {
		if (i && sep)
			fmt_char(out, sep);
		ptr_hex(out, bytes[order ? order[i] : i], 2, how);
	}
}

static int ptr_uuid(struct fmt_out *out, const u8 *uuid, char kind)
{
	static const u8 big[] = { 0, 1, 2,  3,	4,  5,	6,  7,
				  8, 9, 10, 11, 12, 13, 14, 15 };
	static const u8 little[] = { 3, 2, 1,  0,  5,  4,  7,  6,
				     8, 9, 10, 11, 12, 13, 14, 15 };
	static const u8 group[] = { 4, 2, 2, 2, 6 };
	const u8 *order = tolower(kind) == 'l' ? little : big;
	bool known = tolower(kind) == 'l' || tolower(kind) == 'b';
	unsigned int how = known && isupper(kind) ? FMT_UPPER : 0;
	int g;

	for (g = 0; g < 5; g++) {
		if (g)
			fmt_char(out, '-');
		ptr_bytes(out, uuid, order, group[g], 0, how);
		order += group[g];
	}
	return known;
}

static void ptr_bitmap(struct fmt_out *out, const unsigned long *map, int bits)
{
	int word, left;

	for (word = (bits + 31) / 32 - 1; word >= 0; word--) {
		u32 part = (u32)(map[word / 2] >> (word % 2 * 32));

		left = bits - word * 32;
		if (left < 32)
			part &= GENMASK_U32(left - 1, 0);
		else
			left = 32;
		ptr_hex(out, part, (left + 3) / 4, 0);
		if (word)
			fmt_char(out, ',');
	}
}

static void ptr_bitmap_list(struct fmt_out *out, const unsigned long *map,
			    unsigned int bits)
{
	struct fmt_spec dec = { .prec = -1, .base = 10 };
	unsigned int from, to;
	bool more = false;

	for_each_set_bitrange(from, to, map, bits) {
		if (more)
			fmt_char(out, ',');
		more = true;
		fmt_number(out, dec, from);
		if (to - from > 1) {
			fmt_char(out, '-');
			fmt_number(out, dec, to - 1);
		}
	}
}

static void ptr_format(struct fmt_out *out, const struct va_format *vaf)
{
	va_list copy;

	va_copy(copy, *vaf->va);
	fmt_args(out, vaf->fmt, copy);
	va_end(copy);
}

/* Is this a pointer that the long forms may follow? */
static bool ptr_usable(struct fmt_out *out, const void *ptr)
{
	if ((unsigned long)ptr >= 4096 && !IS_ERR(ptr))
		return true;
	ptr_text(out, ptr ? "(efault)" : "(null)");
	return false;
}

/* h, hC, hD, hN: bytes, as many as the width says. Return: letters taken. */
static int ptr_dump(struct fmt_out *out, struct fmt_spec spec, const char *ext,
		    const void *ptr)
{
	int nr = spec.width > 64 ? 64 : spec.width ? spec.width : 1;
	char sep = ' ';

	if (ext[1] == 'C')
		sep = ':';
	else if (ext[1] == 'D')
		sep = '-';
	else if (ext[1] == 'N')
		sep = 0;
	if (ptr_usable(out, ptr))
		ptr_bytes(out, ptr, NULL, nr, sep, 0);
	return 1 + (sep != ' ');
}

static void ptr_ipv4(struct fmt_out *out, const u8 *bytes)
{
	struct fmt_spec dec = { .prec = -1, .base = 10 };
	int i;

	for (i = 0; i < 4; i++) {
		if (i)
			fmt_char(out, '.');
		fmt_number(out, dec, bytes[i]);
	}
}

/**
 * fmt_pointer() - print a pointer, or what it points to
 * @ext: the characters after the p
 *
 * Return: how many of them belong to the conversion.
 */
int fmt_pointer(struct fmt_out *out, struct fmt_spec spec, const char *ext,
		const void *ptr)
{
	switch (ext[0]) {
	case 'x':
	case 'K':
		ptr_plain(out, spec, ptr);
		return 1;
	case 'e':
		ptr_error(out, spec, ptr);
		return 1;
	case 'S':
	case 'B':
		ptr_symbol(out, spec, ptr, true);
		return 1;
	case 's':
		ptr_symbol(out, spec, ptr, false);
		return 1;
	case 'a':
		if (ptr_usable(out, ptr))
			ptr_hex(out, *(const u64 *)ptr, 16, FMT_ALT);
		return 1 + (ext[1] == 'd' || ext[1] == 'p');
	case 'R':
	case 'r':
		if (ptr_usable(out, ptr))
			ptr_resource(out, ptr, ext[0] == 'R');
		return 1;
	case 'U':
		if (ptr_usable(out, ptr))
			return 1 + ptr_uuid(out, ptr, ext[1]);
		return 1 + !!strchr("bBlL", ext[1]);
	case 'h':
		return ptr_dump(out, spec, ext, ptr);
	case 'b':
		if (!ptr_usable(out, ptr))
			return 1 + (ext[1] == 'l');
		if (ext[1] == 'l') {
			ptr_bitmap_list(out, ptr, (unsigned int)spec.width);
			return 2;
		}
		ptr_bitmap(out, ptr, spec.width);
		return 1;
	case 'M':
		if (ptr_usable(out, ptr))
			ptr_bytes(out, ptr, NULL, 6, ':', 0);
		return 1;
	case 'I':
		if (ext[1] != '4')
			break;
		if (ptr_usable(out, ptr))
			ptr_ipv4(out, ptr);
		return 2;
	case 'V':
		if (ptr_usable(out, ptr))
			ptr_format(out, ptr);
		return 1;
	case 'O':
		if (ext[1] != 'F')
			break;
		ptr_text(out, "(none)");
		return 2;
	case 'f':
		if (ext[1] != 'w')
			break;
		ptr_text(out, "(none)");
		return 2 + (ext[2] == 'P' || ext[2] == 'f');
	}
	ptr_plain(out, spec, ptr);
	return 0;
}
