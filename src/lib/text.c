/* SPDX-License-Identifier: MIT */
/*
 * Bytes, errors and UUIDs as text, and back.
 *
 * Models lib/hexdump.c, lib/errname.c, lib/uuid.c.
 *
 * Tests: tests/unit/lib/test_string.c
 */
#include <linux/ctype.h>
#include <linux/errname.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/uuid.h>

#include "lib/internal.h"

const char hex_asc[] = "0123456789abcdef";
EXPORT_SYMBOL(hex_asc);
const char hex_asc_upper[] = "0123456789ABCDEF";
EXPORT_SYMBOL(hex_asc_upper);

/** hex_to_bin() - value of a hex digit. Return: 0..15, or -1. */
int hex_to_bin(unsigned char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}
EXPORT_SYMBOL(hex_to_bin);

/**
 * hex2bin() - @count bytes from twice as many digits
 * Return: 0, or -EINVAL at the first character that is no digit.
 */
int hex2bin(u8 *dst, const char *src, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int high = hex_to_bin((unsigned char)src[2 * i]);
		int low = high < 0 ? -1 :
				     hex_to_bin((unsigned char)src[2 * i + 1]);

		if (low < 0)
			return -EINVAL;
		dst[i] = (u8)(high << 4 | low);
	}
	return 0;
}
EXPORT_SYMBOL(hex2bin);

/** bin2hex() - twice @count digits, no NUL. Return: behind the last. */
char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *bytes = src;

	while (count--)
		dst = hex_byte_pack(dst, *bytes++);
	return dst;
}
EXPORT_SYMBOL(bin2hex);

static u64 dump_group(const u8 *at, int groupsize)
{
	switch (groupsize) {
	case 8:
		return get_unaligned((const u64 *)at);
	case 4:
		return get_unaligned((const u32 *)at);
	case 2:
		return get_unaligned((const u16 *)at);
	default:
		return *at;
	}
}

/**
 * hex_dump_to_buffer() - one line of a hex dump
 * @rowsize: bytes a line, 16 or 32
 * @groupsize: bytes a number, 1, 2, 4 or 8
 * @ascii: characters, too
 *
 * Return: length that was wanted, as snprintf().
 */
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
		       char *linebuf, size_t linebuflen, bool ascii)
{
	const u8 *bytes = buf;
	size_t row = rowsize == 32 ? 32 : 16, i, group, want = 0;
	int column;

#define ROOM(done) ((done) < linebuflen ? linebuflen - (done) : 0)
#define AT(done) (linebuf + min((size_t)(done), linebuflen))
	len = min(len, row);
	if (!is_power_of_2((unsigned long)groupsize) || groupsize > 8 ||
	    len % (size_t)groupsize)
		groupsize = 1;
	group = (size_t)groupsize;

	if (linebuflen)
		linebuf[0] = '\0';
	for (i = 0; i < len; i += group)
		want += (size_t)snprintf(AT(want), ROOM(want), "%s%0*llx",
					 i ? " " : "", groupsize * 2,
					 dump_group(bytes + i, groupsize));
	if (!ascii || !len)
		return (int)want;

	/* the text starts where it would behind a full row */
	column = (int)(row * 2 + row / group + 1);
	want += (size_t)snprintf(AT(want), ROOM(want), "%*s",
				 column - (int)want, "");
	for (i = 0; i < len; i++)
		want += (size_t)snprintf(AT(want), ROOM(want), "%c",
					 isprint(bytes[i]) ? bytes[i] : '.');
#undef AT
#undef ROOM
	return (int)want;
}
EXPORT_SYMBOL(hex_dump_to_buffer);

/** print_hex_dump() - log a hex dump. */
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type,
		    int rowsize, int groupsize, const void *buf, size_t len,
		    bool ascii)
{
	size_t row = rowsize == 32 ? 32 : 16, off;
	char line[32 * 3 + 2 + 32 + 1];

	for (off = 0; off < len; off += row) {
		const u8 *at = (const u8 *)buf + off;
		char place[20] = "";

		hex_dump_to_buffer(at, len - off, (int)row, groupsize, line,
				   sizeof(line), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			scnprintf(place, sizeof(place), "%p: ", at);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			scnprintf(place, sizeof(place), "%.8zx: ", off);
		switch (printk_get_level(level)) {
		case '7':
			printk(KERN_DEBUG "%s%s%s", prefix_str, place, line);
			break;
		case '6':
			printk(KERN_INFO "%s%s%s", prefix_str, place, line);
			break;
		case '3':
			printk(KERN_ERR "%s%s%s", prefix_str, place, line);
			break;
		default:
			printk(KERN_WARNING "%s%s%s", prefix_str, place, line);
			break;
		}
	}
}
EXPORT_SYMBOL(print_hex_dump);

/* ---- errors -------------------------------------------------------------- */

#define E(name) [name] = #name

static const char *const errnames[] = {
	/* clang-format off */
	E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
	E(ENOEXEC), E(EBADF), E(ECHILD), E(EAGAIN), E(ENOMEM), E(EACCES),
	E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV),
	E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY),
	E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
	E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(ENAMETOOLONG), E(ENOLCK),
	E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(ENOMSG), E(EIDRM), E(ECHRNG),
	E(EL2NSYNC), E(EL3HLT), E(EL3RST), E(ELNRNG), E(EUNATCH), E(ENOCSI),
	E(EL2HLT), E(EBADE), E(EBADR), E(EXFULL), E(ENOANO), E(EBADRQC),
	E(EBADSLT), E(EBFONT), E(ENOSTR), E(ENODATA), E(ETIME), E(ENOSR),
	E(ENONET), E(ENOPKG), E(EREMOTE), E(ENOLINK), E(EADV), E(ESRMNT),
	E(ECOMM), E(EPROTO), E(EMULTIHOP), E(EDOTDOT), E(EBADMSG),
	E(EOVERFLOW), E(ENOTUNIQ), E(EBADFD), E(EREMCHG), E(ELIBACC),
	E(ELIBBAD), E(ELIBSCN), E(ELIBMAX), E(ELIBEXEC), E(EILSEQ),
	E(ERESTART), E(ESTRPIPE), E(EUSERS), E(ENOTSOCK), E(EDESTADDRREQ),
	E(EMSGSIZE), E(EPROTOTYPE), E(ENOPROTOOPT), E(EPROTONOSUPPORT),
	E(ESOCKTNOSUPPORT), E(EOPNOTSUPP), E(EPFNOSUPPORT), E(EAFNOSUPPORT),
	E(EADDRINUSE), E(EADDRNOTAVAIL), E(ENETDOWN), E(ENETUNREACH),
	E(ENETRESET), E(ECONNABORTED), E(ECONNRESET), E(ENOBUFS), E(EISCONN),
	E(ENOTCONN), E(ESHUTDOWN), E(ETOOMANYREFS), E(ETIMEDOUT),
	E(ECONNREFUSED), E(EHOSTDOWN), E(EHOSTUNREACH), E(EALREADY),
	E(EINPROGRESS), E(ESTALE), E(EUCLEAN), E(ENOTNAM), E(ENAVAIL),
	E(EISNAM), E(EREMOTEIO), E(EDQUOT), E(ENOMEDIUM), E(EMEDIUMTYPE),
	E(ECANCELED), E(ENOKEY), E(EKEYEXPIRED), E(EKEYREVOKED),
	E(EKEYREJECTED), E(EOWNERDEAD), E(ENOTRECOVERABLE), E(ERFKILL),
	E(EHWPOISON), E(ERESTARTSYS), E(ERESTARTNOINTR), E(ERESTARTNOHAND),
	E(ENOIOCTLCMD), E(ERESTART_RESTARTBLOCK), E(EPROBE_DEFER),
	E(EOPENSTALE), E(ENOPARAM), E(EBADHANDLE), E(ENOTSYNC), E(EBADCOOKIE),
	E(ENOTSUPP), E(ETOOSMALL), E(ESERVERFAULT), E(EBADTYPE), E(EJUKEBOX),
	E(EIOCBQUEUED), E(ERECALLCONFLICT), E(ENOGRACE),
	/* clang-format on */
};

/** errname() - "ENOMEM" for 12 or -12. Return: NULL if unknown. */
const char *errname(int err)
{
	unsigned int num = (unsigned int)(err < 0 ? -err : err);

	return num < ARRAY_SIZE(errnames) ? errnames[num] : NULL;
}
EXPORT_SYMBOL(errname);

/* ---- UUIDs --------------------------------------------------------------- */

const guid_t guid_null;
EXPORT_SYMBOL(guid_null);
const uuid_t uuid_null;
EXPORT_SYMBOL(uuid_null);

/** uuid_gen() - a random UUID (version 4). */
void uuid_gen(uuid_t *u)
{
	get_random_bytes(u->b, sizeof(u->b));
	u->b[6] = (u->b[6] & 0x0f) | 0x40;
	u->b[8] = (u->b[8] & 0x3f) | 0x80;
}
EXPORT_SYMBOL(uuid_gen);

/** guid_gen() - a random GUID (version 4, little-endian fields). */
void guid_gen(guid_t *u)
{
	get_random_bytes(u->b, sizeof(u->b));
	u->b[7] = (u->b[7] & 0x0f) | 0x40;
	u->b[8] = (u->b[8] & 0x3f) | 0x80;
}
EXPORT_SYMBOL(guid_gen);

/** uuid_is_valid() - are the first 36 characters a UUID? */
bool uuid_is_valid(const char *uuid)
{
	int i;

	for (i = 0; i < UUID_STRING_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? uuid[i] != '-' : !isxdigit((unsigned char)uuid[i]))
			return false;
	}
	return true;
}
EXPORT_SYMBOL(uuid_is_valid);

/** uuid_parse() - Return: 0, or -EINVAL if @uuid is none. */
int uuid_parse(const char *uuid, uuid_t *u)
{
	int nr;

	if (!uuid_is_valid(uuid))
		return -EINVAL;
	for (nr = 0; nr < UUID_SIZE; nr++, uuid += 2) {
		uuid += *uuid == '-';
		if (hex2bin(&u->b[nr], uuid, 1))
			return -EINVAL;
	}
	return 0;
}
EXPORT_SYMBOL(uuid_parse);
