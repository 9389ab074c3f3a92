/* SPDX-License-Identifier: MIT */
/*
 * UUIDs.
 *
 * Same:    all listed.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_UUID_H
#define _DMASIM_LINUX_UUID_H

#include <linux/string.h>
#include <linux/types.h>

#define UUID_SIZE 16
#define UUID_STRING_LEN 36

typedef struct {
	__u8 b[UUID_SIZE];
} uuid_t;

typedef struct {
	__u8 b[UUID_SIZE];
} guid_t;

#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                     \
	((uuid_t){ { ((a) >> 24) & 0xff, ((a) >> 16) & 0xff,                   \
		     ((a) >> 8) & 0xff, (a)&0xff, ((b) >> 8) & 0xff, (b)&0xff, \
		     ((c) >> 8) & 0xff, (c)&0xff, (d0), (d1), (d2), (d3),      \
		     (d4), (d5), (d6), (d7) } })
#define GUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                \
	((guid_t){ { (a)&0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff,     \
		     ((a) >> 24) & 0xff, (b)&0xff, ((b) >> 8) & 0xff,     \
		     (c)&0xff, ((c) >> 8) & 0xff, (d0), (d1), (d2), (d3), \
		     (d4), (d5), (d6), (d7) } })

extern const guid_t guid_null;
extern const uuid_t uuid_null;

static inline bool uuid_equal(const uuid_t *u1, const uuid_t *u2)
{
	return memcmp(u1, u2, sizeof(uuid_t)) == 0;
}

static inline void uuid_copy(uuid_t *dst, const uuid_t *src)
{
	*dst = *src;
}

static inline bool uuid_is_null(const uuid_t *uuid)
{
	return uuid_equal(uuid, &uuid_null);
}

static inline bool guid_equal(const guid_t *u1, const guid_t *u2)
{
	return memcmp(u1, u2, sizeof(guid_t)) == 0;
}

static inline bool guid_is_null(const guid_t *guid)
{
	return guid_equal(guid, &guid_null);
}

static inline void import_uuid(uuid_t *dst, const __u8 *src)
{
	memcpy(dst, src, sizeof(uuid_t));
}

static inline void export_uuid(__u8 *dst, const uuid_t *src)
{
	memcpy(dst, src, sizeof(uuid_t));
}

void uuid_gen(uuid_t *u);
void guid_gen(guid_t *u);
int uuid_parse(const char *uuid, uuid_t *u);
bool uuid_is_valid(const char *uuid);

#endif
