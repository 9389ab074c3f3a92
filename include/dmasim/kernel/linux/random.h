/* SPDX-License-Identifier: MIT */
/*
 * Random numbers: one seeded generator a machine.
 *
 * Same:    names and ranges.
 * Reduced: not cryptographic; repeatable by seed.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_RANDOM_H
#define _DMASIM_LINUX_RANDOM_H

#include <linux/kernel.h>
#include <linux/types.h>

void get_random_bytes(void *buf, size_t len);
u64 get_random_u64(void);
u32 __get_random_u32_below(u32 ceil);

static inline u32 get_random_u32(void)
{
	return (u32)(get_random_u64() >> 32);
}

static inline u16 get_random_u16(void)
{
	return (u16)(get_random_u64() >> 48);
}

static inline u8 get_random_u8(void)
{
	return (u8)(get_random_u64() >> 56);
}

static inline unsigned long get_random_long(void)
{
	return get_random_u64();
}

/* 0 .. ceil - 1; ceil 0 stands for 2^32 */
static inline u32 get_random_u32_below(u32 ceil)
{
	return ceil ? __get_random_u32_below(ceil) : get_random_u32();
}

/* floor .. ceil */
static inline u32 get_random_u32_inclusive(u32 floor, u32 ceil)
{
	return floor + get_random_u32_below(ceil - floor + 1);
}

#define get_random_bytes_wait(buf, len) (get_random_bytes(buf, len), 0)

struct rnd_state {
	u64 state;
};

void prandom_seed_state(struct rnd_state *state, u64 seed);
u32 prandom_u32_state(struct rnd_state *state);
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t bytes);

#endif
