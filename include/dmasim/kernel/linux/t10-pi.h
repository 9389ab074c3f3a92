/* SPDX-License-Identifier: MIT */
/*
 * <linux/t10-pi.h>: protection information tuples.
 *
 * Same: tuple layouts, reference tags of a request.
 * Reduced: no generate, verify or remap functions.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_T10_PI_H
#define _DMASIM_LINUX_T10_PI_H

#include <linux/blk-mq.h>
#include <linux/types.h>

enum t10_dif_type {
	T10_PI_TYPE0_PROTECTION = 0,
	T10_PI_TYPE1_PROTECTION = 1,
	T10_PI_TYPE2_PROTECTION = 2,
	T10_PI_TYPE3_PROTECTION = 3,
};

#define T10_PI_APP_ESCAPE ((__force __be16)0xffff)
#define T10_PI_REF_ESCAPE ((__force __be32)0xffffffff)

struct t10_pi_tuple {
	__be16 guard_tag;
	__be16 app_tag;
	__be32 ref_tag;
};

struct crc64_pi_tuple {
	__be64 guard_tag;
	__be16 app_tag;
	__u8 ref_tag[6];
};

static inline u64 lower_48_bits(u64 n)
{
	return n & 0xffffffffffffull;
}

/* The request's position in protection intervals. */
static inline u64 full_pi_ref_tag(const struct request *rq)
{
	unsigned int shift = rq->q->limits.integrity.interval_exp;

	if (!shift)
		shift = ilog2(queue_logical_block_size(rq->q));
	return blk_rq_pos(rq) >> (shift - SECTOR_SHIFT);
}

static inline u32 t10_pi_ref_tag(struct request *rq)
{
	return full_pi_ref_tag(rq) & 0xffffffffu;
}

static inline u64 ext_pi_ref_tag(struct request *rq)
{
	return lower_48_bits(full_pi_ref_tag(rq));
}

#endif
